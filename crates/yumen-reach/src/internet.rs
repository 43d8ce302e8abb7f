//! What "the Internet" is, and how much of it something is.
//!
//! The Internet is every globally routable unicast address less the networks that the user
//! trusts. Ranges for documentation and benchmarks' neighbours are counted in where nobody could
//! use them privately (192.0.0.0/24, 192.0.2.0/24, 198.51.100.0/24, 203.0.113.0/24,
//! 2001:db8::/32): a rule that names them is meant for strangers, and a report that names them is
//! an example.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::{IpNet, Ipv4Net};
use yumen_packets::{Family, Interval};

use crate::ranges;

/// At most so many addresses are called [`Breadth::Named`].
const NAMED_ADDRESSES: u128 = 256;

/// From this share of the Internet on it is called [`Breadth::World`]: a list of blocked
/// countries or scanners does not make a door less open.
const WORLD_SHARE: f64 = 0.9;

/// IPv6 networks are handed out in /64 at the least; a network counts as one address does in IPv4.
const IPV6_NETWORK_BITS: u32 = 64;

/// The addresses that are the Internet for a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Internet {
    v4: Vec<Interval<u128>>,
    v6: Vec<Interval<u128>>,
}

/// How much of the Internet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Breadth {
    /// At most 256 addresses (in IPv6: 256 networks of 64 bits): an office, a partner
    Named,
    /// More than that, less than the world
    Broad,
    /// At least nine tenths of all addresses
    World,
}

impl Internet {
    /// The Internet less the trusted networks.
    #[must_use]
    pub fn without(trusted: &[IpNet]) -> Self {
        let whole = Self {
            v4: ranges::subtract(&[v4_range(Ipv4Net::default())], &not_internet_v4()),
            v6: global_unicast_v6(),
        };
        whole.less(trusted)
    }

    /// The Internet as a network sees it that uses some addresses for itself.
    #[must_use]
    pub fn less(&self, own: &[IpNet]) -> Self {
        let taken = |family| {
            let ranges = own
                .iter()
                .filter(|net| family_of(net.addr()) == family)
                .map(range_of);
            ranges::normalise(ranges.collect())
        };
        Self {
            v4: ranges::subtract(&self.v4, &taken(Family::V4)),
            v6: ranges::subtract(&self.v6, &taken(Family::V6)),
        }
    }

    /// Its addresses of one family, sorted and disjoint.
    #[must_use]
    pub fn addresses(&self, family: Family) -> &[Interval<u128>] {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }

    /// True if the address is part of it.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        let value = value_of(address);
        self.addresses(family_of(address))
            .iter()
            .any(|range| range.contains(value))
    }

    /// Which share of it some addresses are, from 0 to 1; addresses outside of it do not count.
    #[must_use]
    pub fn share(&self, family: Family, sources: &[Interval<u128>]) -> f64 {
        let whole = self.addresses(family);
        let part = ranges::intersect(whole, sources);
        if part == whole {
            1.0
        } else {
            ranges::size(&part) / ranges::size(whole).max(1.0)
        }
    }

    /// How much of it some addresses are.
    #[must_use]
    pub fn breadth(&self, family: Family, sources: &[Interval<u128>]) -> Breadth {
        if self.share(family, sources) >= WORLD_SHARE {
            return Breadth::World;
        }
        let part = ranges::intersect(self.addresses(family), sources);
        let count = match family {
            Family::V4 => ranges::exact_size(&part),
            Family::V6 => {
                let networks = part.iter().filter_map(|range| {
                    Interval::new(
                        range.low() >> IPV6_NETWORK_BITS,
                        range.high() >> IPV6_NETWORK_BITS,
                    )
                });
                ranges::exact_size(&ranges::normalise(networks.collect()))
            }
        };
        if count.is_some_and(|count| count <= NAMED_ADDRESSES) {
            Breadth::Named
        } else {
            Breadth::Broad
        }
    }
}

impl Default for Internet {
    fn default() -> Self {
        Self::without(&[])
    }
}

/// Ranges that no stranger can send from: this network, private use, carrier-grade NAT (which the
/// provider uses inside), loopback, link-local, benchmarks, multicast, reserved (IANA registry of
/// special-purpose IPv4 addresses).
fn not_internet_v4() -> Vec<Interval<u128>> {
    let nets = [
        ([0, 0, 0, 0], 8),
        ([10, 0, 0, 0], 8),
        ([100, 64, 0, 0], 10),
        ([127, 0, 0, 0], 8),
        ([169, 254, 0, 0], 16),
        ([172, 16, 0, 0], 12),
        ([192, 168, 0, 0], 16),
        ([198, 18, 0, 0], 15),
        ([224, 0, 0, 0], 3),
    ];
    let nets = nets
        .into_iter()
        .filter_map(|(octets, length)| Ipv4Net::new(Ipv4Addr::from(octets), length).ok());
    ranges::normalise(nets.map(v4_range).collect())
}

/// 2000::/3, the global unicast addresses that are handed out (RFC 4291, IANA).
fn global_unicast_v6() -> Vec<Interval<u128>> {
    Interval::new(0x2000 << 112, (0x4000 << 112) - 1)
        .into_iter()
        .collect()
}

fn v4_range(net: Ipv4Net) -> Interval<u128> {
    range_of(&IpNet::V4(net))
}

/// The family of an address.
#[must_use]
pub fn family_of(address: IpAddr) -> Family {
    match address {
        IpAddr::V4(_) => Family::V4,
        IpAddr::V6(_) => Family::V6,
    }
}

/// An address as a number.
#[must_use]
pub fn value_of(address: IpAddr) -> u128 {
    match address {
        IpAddr::V4(address) => u128::from(u32::from(address)),
        IpAddr::V6(address) => u128::from(address),
    }
}

/// A number as an address.
#[must_use]
pub fn address_of(family: Family, value: u128) -> IpAddr {
    match family {
        Family::V4 => Ipv4Addr::from(u32::try_from(value).unwrap_or(u32::MAX)).into(),
        Family::V6 => std::net::Ipv6Addr::from(value).into(),
    }
}

/// The addresses of a network, host bits ignored.
#[must_use]
pub fn range_of(net: &IpNet) -> Interval<u128> {
    let (low, high) = (value_of(net.network()), value_of(net.broadcast()));
    Interval::new(low, high).unwrap_or_else(|| Interval::single(low))
}
