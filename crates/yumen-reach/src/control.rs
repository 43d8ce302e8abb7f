//! Controls that were not read: what an answer stays in doubt about.

use std::fmt;

use yumen_cloud::{Id, Listing};

/// Something that could have decided a packet and was not read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Control {
    /// Rules of a security group
    GroupRules(Id),
    /// One rule of a security group, understood in part
    Rule(Id),
    /// A network ACL, or some of its entries; the id may be the vSwitch's
    NetworkAcl(Id),
    /// An access list of a load balancer
    AccessList(Id),
    /// Who may connect to a listener
    Listener(Id),
    /// Routes
    Routes(Id),
    /// A whole listing in a region
    Listing(Id, Listing),
}

/// A word for programs: kind and id, such as `network-acl nacl-1`.
impl fmt::Display for Control {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GroupRules(id) => write!(f, "group-rules {id}"),
            Self::Rule(id) => write!(f, "rule {id}"),
            Self::NetworkAcl(id) => write!(f, "network-acl {id}"),
            Self::AccessList(id) => write!(f, "access-list {id}"),
            Self::Listener(id) => write!(f, "listener {id}"),
            Self::Routes(id) => write!(f, "routes {id}"),
            Self::Listing(region, listing) => write!(f, "{listing} {region}"),
        }
    }
}
