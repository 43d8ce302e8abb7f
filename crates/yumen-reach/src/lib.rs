//! What a snapshot permits.
//!
//! [`Topology`] makes a snapshot ready for questions. [`explain`] answers for one packet with the
//! plain evaluator.
#![forbid(unsafe_code)]

mod control;
mod explain;
mod internet;
mod matching;
mod naive;
mod path;
mod ranges;
mod topology;

pub use control::Control;
pub use explain::{Answer, Hop, HopAt, Verdict, explain, is_covered};
pub use internet::{Breadth, Internet, address_of, family_of, range_of, value_of};
pub use matching::{Reading, RuleBoxes, entry_boxes, rule_boxes};
pub use naive::{Decider, Judgement, judge_acl, judge_groups, shared_inner_access};
pub use path::{Entry, Inactive, Outbound, Path, PathKind, Presented, Sources};
pub use topology::{AclState, Endpoint, EndpointIndex, MemberAddresses, RouteAnswer, Topology};
