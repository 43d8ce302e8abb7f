//! How much work and memory an operation may take, and what it says when that is not enough.

use std::fmt;

/// Limits on one [`PacketSpace`](crate::PacketSpace), counted, never timed: the same input ends
/// the same way on every machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Budget {
    /// Elementary steps (roughly: edges looked at) since the space was made or reset.
    pub steps: u64,
    /// Edges held in the arena, a measure of memory: at most some 40 bytes each.
    pub nodes: u64,
}

impl Default for Budget {
    /// Ten billion steps (about a minute) and fifty million edges (at most about 2 GiB).
    fn default() -> Self {
        Self {
            steps: 10_000_000_000,
            nodes: 50_000_000,
        }
    }
}

/// Why an operation on packet sets gave no result. Nothing is half-done: the operands stay valid.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Error {
    /// The budget of steps is used up.
    OutOfSteps {
        /// The budget that was in force.
        limit: u64,
    },
    /// The budget of nodes is used up.
    OutOfNodes {
        /// The budget that was in force.
        limit: u64,
    },
    /// A node was used with a space that did not make it, or after that space was reset.
    ForeignNode,
    /// A decision's leaf may not be `NO_MATCH` (`u32::MAX`): that value marks what no rule matches.
    ReservedLeaf,
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfSteps { limit } => write!(
                f,
                "the packet sets need more than {limit} steps: split the rules into smaller \
                 groups, or raise the budget of steps"
            ),
            Self::OutOfNodes { limit } => write!(
                f,
                "the packet sets need more than {limit} nodes: split the rules into smaller \
                 groups, try another field order, or raise the budget of nodes"
            ),
            Self::ForeignNode => f.write_str(
                "a node was used with a packet space that did not make it: freeze it in its own \
                 space and load it here",
            ),
            Self::ReservedLeaf => write!(
                f,
                "`{}` cannot be a rule's number since it marks packets that no rule matches: \
                 number the rules from 0",
                u32::MAX
            ),
        }
    }
}

impl std::error::Error for Error {}
