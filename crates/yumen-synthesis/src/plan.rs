//! What is proposed, and why nothing is.

use thiserror::Error;
use yumen_cloud::{CloudEdit, EditError, Id};
use yumen_packets::{Error, PacketSet};

/// Edits that were proven to do what was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The edits, in an order in which nothing that stays is closed in between; none if there is
    /// nothing to do
    pub edits: Vec<CloudEdit>,
    /// What closes beside the packets that were to close; all of it expendable
    pub also_closed: PacketSet,
}

/// How much of something the provider allows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Rules of one group in one direction
    pub rules_per_group: usize,
    /// Rules of all groups of an interface, both directions together
    pub rules_per_interface: usize,
    /// Groups of an interface
    pub groups_per_interface: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rules_per_group: 200,
            rules_per_interface: 1_000,
            groups_per_interface: 10,
        }
    }
}

/// Why there is no plan.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The group is not in the snapshot
    #[error("`{0}` is not in the snapshot; collect it again, or name another group")]
    NoSuchGroup(Id),
    /// The group has no such rule
    #[error("`{rule}` is no rule of `{group}`; it may have been removed already")]
    NoSuchRule {
        /// The group
        group: Id,
        /// What it does not have
        rule: Id,
    },
    /// The rule lets nothing pass that could be closed: it drops
    #[error("`{0}` drops packets; name an accept rule")]
    NotAnAccept(Id),
    /// What the rule, or another one that would have to be weighed, matches was not read in full
    #[error("`{0}` was not read in full, so what an edit does is not known; collect it again")]
    Uncertain(Id),
    /// Rules cannot say it
    #[error("no rules say exactly what has to stay open; close more, or edit `{group}` by hand")]
    Inexpressible {
        /// The group
        group: Id,
        /// What would be lost or stay open
        left: PacketSet,
    },
    /// It takes thousands of rules
    #[error("it would take thousands of rules in `{0}`; close fewer networks or ports at a time")]
    Entangled(Id),
    /// It takes more rules than the group has room for
    #[error(
        "`{group}` has room for {spare} more rules and this takes {needed}; join its rules first"
    )]
    TooManyRules {
        /// The group
        group: Id,
        /// How many rules the group would gain
        needed: usize,
        /// How many more it may have
        spare: usize,
    },
    /// Without the rule some packets would fare otherwise
    #[error("`{rule}` decides packets that would fare otherwise without it; it must stay")]
    Decides {
        /// The rule
        rule: Id,
        /// Those packets
        packets: PacketSet,
    },
    /// The packet sets took too much
    #[error(transparent)]
    Packets(#[from] Error),
    /// An edit does not fit the snapshot: a defect of this crate
    #[error(transparent)]
    Edit(#[from] EditError),
}
