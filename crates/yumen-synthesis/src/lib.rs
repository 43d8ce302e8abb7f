//! From packets to few readable rules: minimal edits of security groups that take exactly some
//! packets away.
//!
//! [`narrow`] closes packets that one accept rule lets pass, [`remove_rule`] takes away a rule that
//! decides nothing, [`drop_outbound`] drops packets that leave, [`rules_for`] writes a set of
//! packets as rules. Every plan was tried on all that stands behind the group, as sets of packets,
//! before it is given back: LAW (nothing opens, and only what was named closes).
//!
//! # Rooms
//!
//! `prefixes` (fewest networks for some addresses), `bits`, `frame` (what rules may say), `grid`
//! and `cover` (packets as rules), `stage` (what a change of a group does to all that is behind
//! it), then what is asked for: `narrowing`, `removal`, `outbound`.
#![forbid(unsafe_code)]

mod bits;
mod cover;
mod delivery;
mod effect;
#[cfg(test)]
#[path = "../../yumen-reach/tests/it/estate.rs"]
mod estate;
mod ever;
mod frame;
mod grid;
mod narrowing;
mod order;
mod outbound;
mod plan;
mod precedence;
mod prefixes;
mod quota;
mod removal;
mod search;
mod stage;
mod temporary;
mod watch;

pub use cover::{Inexpressible, rules_for};
pub use effect::{Breach, Portion, StepEffect, Way};
pub use narrowing::{Narrowing, narrow};
pub use order::{Interruption, OrderRefusal, SafeOrder, Step, check_order, order};
pub use outbound::{OutboundDrop, Service, drop_outbound};
pub use plan::{Limits, Plan, Refusal};
pub use removal::remove_rule;
