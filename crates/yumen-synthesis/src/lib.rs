//! From packets to few readable rules: minimal edits of security groups that take exactly some
//! packets away; and from one state of a network to another, in an order that does no harm.
//!
//! [`narrow`] closes packets that one accept rule lets pass, [`remove_rule`] takes away a rule that
//! decides nothing, [`drop_outbound`] drops packets that leave, [`rules_for`] writes a set of
//! packets as rules. Every plan was tried on all that stands behind the group, as sets of packets,
//! before it is given back: LAW (nothing opens, and only what was named closes).
//!
//! [`order`] puts edits in an order and [`check_order`] proves one: LAW (no state on the way permits
//! what neither end permits, or stops what both permit). [`restore`] finds the edits that bring an
//! earlier state back.
//!
//! # Rooms
//!
//! `prefixes` (fewest networks for some addresses), `bits`, `frame` (what rules may say), `grid`
//! and `cover` (packets as rules), `stage` (what a change of a group does to all that is behind
//! it), then what is asked for: `narrowing`, `removal`, `outbound`.
//!
//! For orders: `effect` (what is shown), `ever` (what groups say at some time), `delivery` (what
//! passes between the Internet and interfaces), `watch` (states between two ends), `precedence`
//! (edits that keep their places), `quota`, `search`, `temporary`, then `order`; apart from these
//! `restore`.
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
mod restore;
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
pub use restore::{Left, Restoration, RestoreScope, restore};

use yumen_diagnostics::Texts;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-synthesis",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
