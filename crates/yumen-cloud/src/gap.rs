//! What was not read, and why.

use std::fmt;

use yumen_diagnostics::{Message, Place};

use crate::Id;

/// Something that could not be read, or not be understood.
///
/// LAW (nothing unread is safe): a gap that could change a verdict makes that verdict unknown.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Gap {
    /// What kind of gap, as a stable word for programs
    pub reason: GapReason,
    /// Region that it is in, where it is known
    pub region: Option<Id>,
    /// The listing that it is part of, where it is known
    pub listing: Option<Listing>,
    /// Where it stands; names the resource where one is concerned
    pub place: Place,
    /// What is wrong and what to do, in words
    pub message: Message,
}

/// Kinds of gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GapReason {
    /// The file or directory that should hold it is not there
    NotCollected,
    /// A page of a listing is missing
    MissingPage,
    /// The file could not be opened or read
    Unreadable,
    /// The file, or an item in it, is not what the provider writes
    Malformed,
    /// A value is understood in form but makes no sense, or has no known meaning
    BadValue,
    /// Two resources have the same id
    Duplicate,
    /// Something is referred to that was not read
    Unresolved,
}

impl GapReason {
    /// The word that programs see, such as `missing-page`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::NotCollected => "not-collected",
            Self::MissingPage => "missing-page",
            Self::Unreadable => "unreadable",
            Self::Malformed => "malformed",
            Self::BadValue => "bad-value",
            Self::Duplicate => "duplicate",
            Self::Unresolved => "unresolved",
        }
    }
}

/// How much of a listing was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Coverage {
    /// Nothing of it is in the snapshot, and nothing says that it should be
    OutOfScope,
    /// It should be there and is not, or not all of it
    Incomplete,
    /// All of it was read
    Complete,
}

/// The listings that a picture of a network is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Listing {
    /// Instances
    Instances,
    /// Interfaces
    Interfaces,
    /// Security groups
    Groups,
    /// Prefix lists
    PrefixLists,
    /// Port lists
    PortLists,
    /// VPCs
    Vpcs,
    /// vSwitches
    VSwitches,
    /// Network ACLs
    NetworkAcls,
    /// Route tables and routes
    RouteTables,
    /// EIPs
    Eips,
    /// NAT gateways with DNAT and SNAT entries
    NatGateways,
    /// IPv4 gateways
    Ipv4Gateways,
    /// IPv6 addresses and their Internet bandwidth
    Ipv6Addresses,
    /// Classic load balancers
    ClassicBalancers,
    /// Application load balancers
    ApplicationBalancers,
    /// Network load balancers
    NetworkBalancers,
    /// CEN instances and what is attached to them
    Cens,
    /// VPC peering connections
    Peerings,
    /// VPN gateways and connections
    Vpns,
    /// Router interfaces
    RouterInterfaces,
    /// Flow logs and how long their log stores keep them
    FlowLogs,
    /// Trails of API calls
    Trails,
    /// Managed databases with their endpoints and whitelists
    Databases,
}

impl Listing {
    /// All of them, in a fixed order.
    pub const ALL: [Self; 23] = [
        Self::Instances,
        Self::Interfaces,
        Self::Groups,
        Self::PrefixLists,
        Self::PortLists,
        Self::Vpcs,
        Self::VSwitches,
        Self::NetworkAcls,
        Self::RouteTables,
        Self::Eips,
        Self::NatGateways,
        Self::Ipv4Gateways,
        Self::Ipv6Addresses,
        Self::ClassicBalancers,
        Self::ApplicationBalancers,
        Self::NetworkBalancers,
        Self::Cens,
        Self::Peerings,
        Self::Vpns,
        Self::RouterInterfaces,
        Self::FlowLogs,
        Self::Trails,
        Self::Databases,
    ];

    /// The word that programs see, such as `nat-gateways`; also the id of the text `listing-…`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Instances => "instances",
            Self::Interfaces => "interfaces",
            Self::Groups => "groups",
            Self::PrefixLists => "prefix-lists",
            Self::PortLists => "port-lists",
            Self::Vpcs => "vpcs",
            Self::VSwitches => "vswitches",
            Self::NetworkAcls => "network-acls",
            Self::RouteTables => "route-tables",
            Self::Eips => "eips",
            Self::NatGateways => "nat-gateways",
            Self::Ipv4Gateways => "ipv4-gateways",
            Self::Ipv6Addresses => "ipv6-addresses",
            Self::ClassicBalancers => "classic-balancers",
            Self::ApplicationBalancers => "application-balancers",
            Self::NetworkBalancers => "network-balancers",
            Self::Cens => "cens",
            Self::Peerings => "peerings",
            Self::Vpns => "vpns",
            Self::RouterInterfaces => "router-interfaces",
            Self::FlowLogs => "flow-logs",
            Self::Trails => "trails",
            Self::Databases => "databases",
        }
    }
}

impl fmt::Display for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
