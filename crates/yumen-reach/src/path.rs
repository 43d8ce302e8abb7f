//! Ways between the Internet and interfaces: public addresses, DNAT entries, listeners, IPv6
//! bandwidth; and outwards SNAT entries.
//!
//! A path says what it lets through before any security group is asked. Where something on the
//! way was not read, it says the widest and the narrowest that is possible beside what was read.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use yumen_cloud::Id;
use yumen_diagnostics::Place;
use yumen_packets::{Family, Interval};

use crate::control::Control;
use crate::internet::Internet;
use crate::matching::Reading;

/// A way from the Internet to an interface.
#[derive(Clone, Debug)]
pub struct Path {
    /// What it is made of
    pub kind: PathKind,
    /// Family of the client's packets
    pub family: Family,
    /// Why nothing passes today, if so
    pub inactive: Option<Inactive>,
    /// Address at the interface
    pub destination: IpAddr,
    /// Protocol that it carries; `None` is every one
    pub protocol: Option<u8>,
    /// Ports at the interface; all of them where it does not translate
    pub ports: Interval<u16>,
    /// What the client connects to
    pub entry: Entry,
    /// Internet addresses that it lets through, normalised
    pub sources: Sources,
    /// Whose address the interface sees
    pub presented: Presented,
    /// False where the security groups of the interface are assumed to let it pass
    pub judged_by_groups: bool,
    /// False where network ACLs do not apply
    pub judged_by_acl: bool,
}

impl Path {
    /// The path of an EIP in cut-through mode that was not read.
    pub(crate) fn cut_through(destination: IpAddr, internet: &Internet) -> Self {
        Self {
            kind: PathKind::PublicAddress {
                address: Ipv4Addr::UNSPECIFIED,
                eip: None,
            },
            family: Family::V4,
            inactive: None,
            destination,
            protocol: None,
            ports: Interval::all(),
            entry: Entry {
                address: None,
                ports: None,
            },
            sources: Sources::all(internet.addresses(Family::V4)),
            presented: Presented::Client,
            judged_by_groups: true,
            judged_by_acl: false,
        }
    }
}

/// What a path is made of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PathKind {
    /// A static public address or an EIP on the interface
    PublicAddress {
        /// The public address
        address: Ipv4Addr,
        /// The EIP's id, where it is one
        eip: Option<Id>,
    },
    /// Internet bandwidth of an IPv6 address
    Ipv6Bandwidth,
    /// A DNAT entry
    Forward {
        /// The NAT gateway
        gateway: Id,
        /// The entry
        entry: Id,
        /// Where the entry stands in the input
        place: Place,
    },
    /// A listener of a load balancer
    Listener {
        /// The load balancer
        balancer: Id,
        /// The listener
        listener: Id,
        /// Where the listener stands in the input
        place: Place,
    },
}

/// Why nothing passes a path today.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Inactive {
    /// The EIP is not in use
    EipNotInUse,
    /// The NAT gateway or its entry is not available
    ForwardNotAvailable,
    /// The balancer is not active
    BalancerInactive,
    /// The listener is stopped
    ListenerStopped,
    /// The server has weight 0
    NoWeight,
}

/// What a client connects to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Public address, where it is known
    pub address: Option<IpAddr>,
    /// Ports there; `None` where they are the interface's own
    pub ports: Option<Interval<u16>>,
}

impl Entry {
    /// The port that a client uses so that packets arrive at a port of the interface.
    #[must_use]
    pub fn port_for(&self, at_interface: u16, ports: &Interval<u16>) -> u16 {
        match self.ports {
            None => at_interface,
            Some(entry) => {
                let offset = at_interface.saturating_sub(ports.low());
                entry.low().saturating_add(offset).min(entry.high())
            }
        }
    }
}

/// Internet addresses that a path lets through, in three readings of what was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sources {
    /// By what was read
    pub read: Arc<[Interval<u128>]>,
    /// If everything unread lets through
    pub possible: Arc<[Interval<u128>]>,
    /// If everything unread stops
    pub certain: Arc<[Interval<u128>]>,
    /// What was not read
    pub unread: Vec<Control>,
}

impl Sources {
    pub(crate) fn all(ranges: &[Interval<u128>]) -> Self {
        let ranges: Arc<[_]> = ranges.into();
        let (possible, certain) = (Arc::clone(&ranges), Arc::clone(&ranges));
        Self {
            read: ranges,
            possible,
            certain,
            unread: Vec::new(),
        }
    }

    /// Those of one reading.
    #[must_use]
    pub fn of(&self, reading: Reading) -> &[Interval<u128>] {
        match reading {
            Reading::AsRead => &self.read,
            Reading::Possible => &self.possible,
            Reading::Certain => &self.certain,
        }
    }
}

/// Whose address the interface sees.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Presented {
    /// The client's
    Client,
    /// The balancer's: any of these addresses
    Balancer {
        /// Family of those addresses
        family: Family,
        /// The addresses, normalised
        addresses: Vec<Interval<u128>>,
    },
}

/// A way from an interface to the Internet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Outbound {
    /// Family
    pub family: Family,
    /// By what: an EIP, an SNAT entry, IPv6 bandwidth; the id is of that thing
    pub by: Option<Id>,
    /// Internet addresses that it leads to, normalised
    pub destinations: Arc<[Interval<u128>]>,
}
