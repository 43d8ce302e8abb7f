//! What a snapshot permits.
//!
//! [`Topology`] makes a snapshot ready for questions. [`explain`] answers for one packet with the
//! plain evaluator.
#![forbid(unsafe_code)]

mod analysis;
mod class;
mod control;
mod cover;
mod delta;
mod explain;
mod exposure;
mod fate;
mod filters;
mod internet;
mod lateral;
mod matching;
mod naive;
mod path;
mod path_finder;
mod ranges;
mod slices;
mod topology;

pub use analysis::{Analysis, Cause, Reached};
pub use class::{Class, ClassIndex, Classes};
pub use control::Control;
pub use delta::{Delta, InterfaceDelta};
pub use explain::{
    Answer, Hop, HopAt, Verdict, explain, explain_along, explain_outbound, is_covered,
};
pub use exposure::{CausePart, Exposure, Reply, Row, exposures};
pub use fate::{
    Conflict, ConflictKind, Fate, FateOnInterface, RuleFate, RuleRef, conflicts, fates,
};
pub use internet::{Breadth, Internet, address_of, family_of, range_of, value_of};
pub use lateral::{LateralPair, LateralReach, Permits, between, permitted, services_of};
pub use matching::{Reading, RuleBoxes, entry_boxes, rule_boxes};
pub use naive::{Decider, Judgement, judge_acl, judge_groups, shared_inner_access};
pub use path::{Entry, Inactive, Outbound, Path, PathKind, Presented, Sources};
pub use ranges::{
    intersect as intersect_ranges, join_ports, normalise as join_ranges,
    subtract as subtract_ranges,
};
pub use slices::{Protocols, Slice, protocol_word, slices};
pub use topology::{AclState, Endpoint, EndpointIndex, MemberAddresses, RouteAnswer, Topology};
