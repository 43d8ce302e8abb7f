//! Security groups and their rules.

use ipnet::IpNet;
use yumen_diagnostics::Place;

use crate::canonical::canonical;
use crate::{Id, PortMatch, ProtocolMatch};

/// A security group: a set of rules that interfaces join.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SecurityGroup {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// VPC that it belongs to
    pub vpc: Option<Id>,
    /// Name given by the user
    pub name: String,
    /// Description given by the user
    pub description: String,
    /// Basic or advanced
    pub kind: GroupKind,
    /// Whether members reach each other whatever the rules say
    pub inner_access: InnerAccess,
    /// Rules of both directions, in the order in which they were read
    pub rules: Vec<Rule>,
    /// True if incoming rules may exist that were not read
    pub ingress_unread: bool,
    /// True if outgoing rules may exist that were not read
    pub egress_unread: bool,
    /// True if a product of the provider made and keeps it
    pub managed: bool,
    /// When it was created, as the provider writes it
    pub created_at: Option<String>,
    /// Tags, sorted by key
    pub tags: Vec<(String, String)>,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(SecurityGroup {
    id, region, vpc, name, description, kind, inner_access, rules, ingress_unread, egress_unread,
    managed, created_at, tags
} without { place });

impl SecurityGroup {
    /// The rules of one direction, in the order in which they were read.
    pub fn rules_of(&self, direction: Direction) -> impl Iterator<Item = &Rule> {
        self.rules
            .iter()
            .filter(move |rule| rule.direction == direction)
    }

    /// True if rules of that direction may exist that were not read.
    #[must_use]
    pub fn is_unread(&self, direction: Direction) -> bool {
        match direction {
            Direction::Ingress => self.ingress_unread,
            Direction::Egress => self.egress_unread,
        }
    }
}

/// The two kinds of security group; an interface may not mix them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GroupKind {
    /// `normal`: members reach each other by default, everything out is allowed by default
    Basic,
    /// `enterprise`: nothing is allowed by default, members are isolated
    Advanced,
}

/// Inner access policy: whether members of the group reach each other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum InnerAccess {
    /// Members reach each other over private addresses; rules, drops included, are ignored
    Accept,
    /// Members are isolated unless a rule accepts
    Drop,
}

/// One rule of a security group in full five-tuple form.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    /// Provider's rule id, or `<group>/<direction>/<position>` where there is none
    pub id: Id,
    /// Incoming or outgoing
    pub direction: Direction,
    /// What happens to a packet that it matches
    pub action: Action,
    /// 1 is highest; values above 100 exist on old default rules
    pub priority: u16,
    /// Protocols that it matches
    pub protocol: ProtocolMatch,
    /// Destination ports that it matches
    pub ports: PortMatch,
    /// Source ports that it matches
    pub source_ports: PortMatch,
    /// The other side: source of an incoming rule, destination of an outgoing one
    pub peer: Peer,
    /// The own side in five-tuple rules; `None` means every address of the group's members
    pub local: Option<IpNet>,
    /// True if part of the rule could not be understood; then every field holds the widest
    /// reading that is possible, and the rule decides nothing for certain
    pub uncertain: bool,
    /// Description given by the user
    pub description: String,
    /// When it was created, as the provider writes it
    pub created_at: Option<String>,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(Rule {
    id, direction, action, priority, protocol, ports, source_ports, peer, local, uncertain,
    description, created_at
} without { place });

/// Incoming or outgoing, as seen from the interface.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// Towards the interface
    Ingress,
    /// Away from the interface
    Egress,
}

/// What a rule does with a packet that it matches.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Action {
    /// Let it pass
    Accept,
    /// Discard it without a word
    Drop,
}

/// The other side of a rule.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Peer {
    /// Addresses of a network
    Network(IpNet),
    /// Private addresses of the members of a group
    Group {
        /// The group's id
        group: Id,
        /// The account that owns it, where it is another one
        owner: Option<Id>,
    },
    /// Addresses of a prefix list
    PrefixList(Id),
    /// Every address: the widest reading of a peer that was not understood
    Anywhere,
}
