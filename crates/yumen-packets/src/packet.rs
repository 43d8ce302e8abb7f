//! One concrete packet header.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use crate::header::{Family, Protocol};

/// One packet header, the unit that packet sets are made of.
///
/// Valid packets have addresses within their family, ports only with TCP and UDP, an ICMP type and
/// code of at most 255, and 0 in both port fields with every other protocol; [`Packet::new`] makes
/// only such packets. A packet set contains no other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Packet {
    /// Address family of both addresses.
    pub family: Family,
    /// IP protocol number.
    pub protocol: u8,
    /// Source address as a number.
    pub source: u128,
    /// Destination address as a number.
    pub destination: u128,
    /// Source port, or ICMP code.
    pub source_port: u16,
    /// Destination port, or ICMP type.
    pub destination_port: u16,
}

impl Packet {
    /// A valid packet; `None` if the addresses are of different families, or if an ICMP type or
    /// code is above 255. The ports of protocols without ports are set to 0.
    pub fn new(
        source: IpAddr,
        destination: IpAddr,
        protocol: u8,
        source_port: u16,
        destination_port: u16,
    ) -> Option<Self> {
        let (family, source) = number(source);
        let (other, destination) = number(destination);
        if family != other {
            return None;
        }
        let kind = Protocol(protocol);
        let ports = kind.has_ports() || kind.is_icmp();
        let packet = Self {
            family,
            protocol,
            source,
            destination,
            source_port: if ports { source_port } else { 0 },
            destination_port: if ports { destination_port } else { 0 },
        };
        packet.is_valid().then_some(packet)
    }

    /// The source address.
    pub fn source_ip(&self) -> IpAddr {
        address(self.family, self.source)
    }

    /// The destination address.
    pub fn destination_ip(&self) -> IpAddr {
        address(self.family, self.destination)
    }

    /// The packet that answers this one: addresses swapped, and ports with TCP and UDP.
    ///
    /// ICMP type and code are not ports and stay where they are.
    #[must_use]
    pub fn reply(&self) -> Self {
        let ports = Protocol(self.protocol).has_ports();
        Self {
            source: self.destination,
            destination: self.source,
            source_port: if ports {
                self.destination_port
            } else {
                self.source_port
            },
            destination_port: if ports {
                self.source_port
            } else {
                self.destination_port
            },
            ..*self
        }
    }

    /// Whether the addresses lie in the family and the ports in what the protocol has.
    pub fn is_valid(&self) -> bool {
        let last_port = Protocol(self.protocol).last_port();
        let last_address = self.family.last_address();
        self.source <= last_address
            && self.destination <= last_address
            && self.source_port <= last_port
            && self.destination_port <= last_port
    }
}

impl fmt::Display for Packet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = Protocol(self.protocol);
        let (source, destination) = (self.source_ip(), self.destination_ip());
        write!(f, "{protocol} ")?;
        if protocol.has_ports() {
            match self.family {
                Family::V4 => write!(
                    f,
                    "{source}:{} -> {destination}:{}",
                    self.source_port, self.destination_port
                ),
                Family::V6 => write!(
                    f,
                    "[{source}]:{} -> [{destination}]:{}",
                    self.source_port, self.destination_port
                ),
            }
        } else if protocol.is_icmp() {
            write!(
                f,
                "{source} -> {destination} type {} code {}",
                self.destination_port, self.source_port
            )
        } else {
            write!(f, "{source} -> {destination}")
        }
    }
}

/// An address as family and number.
pub(crate) fn number(address: IpAddr) -> (Family, u128) {
    match address {
        IpAddr::V4(v4) => (Family::V4, u128::from(u32::from(v4))),
        IpAddr::V6(v6) => (Family::V6, u128::from(v6)),
    }
}

/// A number as an address; bits beyond the family's are dropped.
pub(crate) fn address(family: Family, value: u128) -> IpAddr {
    match family {
        Family::V4 => {
            let [.., a, b, c, d] = value.to_be_bytes();
            IpAddr::V4(Ipv4Addr::new(a, b, c, d))
        }
        Family::V6 => IpAddr::V6(Ipv6Addr::from(value)),
    }
}
