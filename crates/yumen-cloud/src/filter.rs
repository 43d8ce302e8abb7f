//! What rules are made of beside groups: network ACLs, prefix lists, port lists, matches.

use ipnet::IpNet;
use yumen_diagnostics::Place;
use yumen_packets::{Family, Interval};

use crate::canonical::canonical;
use crate::{Action, Id};

/// Protocols that a rule matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ProtocolMatch {
    /// All 256
    All,
    /// One, by its IANA number
    Number(u8),
}

/// Ports that a rule matches.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum PortMatch {
    /// Every port, and every packet of a protocol without ports (`-1/-1`)
    Any,
    /// One range
    Range(Interval<u16>),
    /// The ranges of a port list
    List(Id),
}

/// A network ACL: stateless rules on everything that crosses a vSwitch's boundary.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkAcl {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// VPC that it belongs to
    pub vpc: Option<Id>,
    /// Name given by the user
    pub name: String,
    /// Entries for packets that enter a vSwitch, first match first
    pub ingress: Vec<AclEntry>,
    /// Entries for packets that leave a vSwitch, first match first
    pub egress: Vec<AclEntry>,
    /// The vSwitches that it is bound to
    pub vswitches: Vec<Id>,
    /// True if entries may exist that were not read
    pub unread: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(NetworkAcl { id, region, vpc, name, ingress, egress, vswitches, unread } without { place });

/// One entry of a network ACL. The port is always the destination port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AclEntry {
    /// Provider's entry id, or `<acl>/<direction>/<position>` where there is none
    pub id: Id,
    /// What happens to a packet that it matches
    pub action: Action,
    /// Protocols that it matches
    pub protocol: ProtocolMatch,
    /// Destination ports that it matches
    pub ports: PortMatch,
    /// Family that it is for
    pub family: Family,
    /// The other side: source of an ingress entry, destination of an egress entry
    pub peer: IpNet,
    /// True if part of it could not be understood; then the fields hold the widest reading
    pub uncertain: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(AclEntry { id, action, protocol, ports, family, peer, uncertain } without { place });

/// A named list of networks of one family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PrefixList {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// Name given by the user
    pub name: String,
    /// The networks
    pub entries: Vec<IpNet>,
    /// True if entries may exist that were not read
    pub unread: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(PrefixList { id, region, name, entries, unread } without { place });

/// A named list of port ranges.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortList {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// Name given by the user
    pub name: String,
    /// The port ranges; `None` stands for `-1/-1`, every port
    pub entries: Vec<Option<Interval<u16>>>,
    /// True if entries may exist that were not read
    pub unread: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(PortList { id, region, name, entries, unread } without { place });
