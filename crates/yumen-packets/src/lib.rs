//! Exact packet sets and first-match decisions.
//!
#![doc = include_str!("../docs/packet-sets.md")]
//!
//! # Rooms
//!
//! The header: `header`, `interval`, `packet`, `packet_box`, `cidr`. Diagrams: `flat` (packets as
//! points of a product), `arena`, `apply`, `reorder`, `first_match`, `probe`. What is told of a set:
//! `measure`, `cover`, `witness`, `count`. In front: `set` and `space`.

#![forbid(unsafe_code)]

mod apply;
mod arena;
mod budget;
mod cidr;
mod count;
mod cover;
mod first_match;
mod flat;
mod header;
mod interval;
mod measure;
mod order;
mod packet;
mod packet_box;
mod probe;
mod reorder;
mod set;
mod space;
mod witness;

pub use budget::{Budget, Error};
pub use cidr::{cidr_interval, cidrs_of};
pub use count::Count;
pub use header::{Family, Protocol};
pub use interval::{Interval, Scalar};
pub use order::{Field, FieldOrder};
pub use packet::Packet;
pub use packet_box::PacketBox;
pub use set::PacketSet;
pub use space::{Decision, Node, PacketSpace, SetOp};

/// The number that marks packets which no rule matches; no rule may have it.
pub const NO_MATCH: u32 = arena::NO_MATCH;
