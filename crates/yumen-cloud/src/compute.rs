//! Instances and the interfaces that security groups attach to.

use std::net::{Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use yumen_diagnostics::Place;

use crate::Id;
use crate::canonical::canonical;

/// A virtual machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Provider's id
    pub id: Id,
    /// Region that it runs in
    pub region: Id,
    /// Name given by the user
    pub name: String,
    /// True unless it is known to be stopped
    pub running: bool,
    /// VPC that it belongs to
    pub vpc: Option<Id>,
    /// Static public addresses (not EIPs) of its primary interface
    pub public_addresses: Vec<Ipv4Addr>,
    /// Address of the EIP that the instance's own record names
    pub eip: Option<Ipv4Addr>,
    /// True if the metadata service requires a token
    pub metadata_token_required: Option<bool>,
    /// When it was created, as the provider writes it
    pub created_at: Option<String>,
    /// Tags, sorted by key
    pub tags: Vec<(String, String)>,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(Instance {
    id, region, name, running, vpc, public_addresses, eip, metadata_token_required, created_at, tags
} without { place });

/// An elastic network interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Interface {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// Name given by the user
    pub name: String,
    /// VPC that it belongs to
    pub vpc: Option<Id>,
    /// vSwitch that it is plugged into
    pub vswitch: Option<Id>,
    /// Instance that it is attached to
    pub instance: Option<Id>,
    /// Primary or secondary
    pub kind: InterfaceKind,
    /// Security groups that it has joined, sorted
    pub groups: Vec<Id>,
    /// Private IPv4 addresses, the primary one first
    pub private: Vec<PrivateAddress>,
    /// IPv6 addresses
    pub ipv6: Vec<Ipv6Address>,
    /// Whole prefixes assigned to it (IPv4 and IPv6)
    pub prefixes: Vec<IpNet>,
    /// True if a product of the provider made and keeps it
    pub managed: bool,
    /// Tags, sorted by key
    pub tags: Vec<(String, String)>,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(Interface {
    id, region, name, vpc, vswitch, instance, kind, groups, private, ipv6, prefixes, managed, tags
} without { place });

/// An instance has one primary interface and any number of others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InterfaceKind {
    /// The one that the instance was made with
    Primary,
    /// Any other
    Secondary,
}

/// A private IPv4 address of an interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct PrivateAddress {
    /// The address
    pub address: Ipv4Addr,
    /// Public address that the interface's own record says is bound to it
    pub public: Option<Ipv4Addr>,
}

canonical!(PrivateAddress { address, public } without {});

/// An IPv6 address of an interface.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Ipv6Address {
    /// The address
    pub address: Ipv6Addr,
    /// True if it has Internet bandwidth; `None` if that was not read
    pub internet: Option<bool>,
}

canonical!(Ipv6Address { address, internet } without {});
