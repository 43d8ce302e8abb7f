//! Change control: what a change does, who may decide it, and what became of it.
//!
//! An [`Effect`] says what edits do, in packets and findings, and gives the change its [`Class`].
//! What happens to changes are [`Event`]s, which the ledger keeps; a [`Register`] is their fold and
//! refuses what must not follow. [`Guard`] decides about drift. [`Policy`] says who may decide
//! what, and when it may be applied; [`Schedule`] when what repeats itself is due.
//!
//! Pure: time comes in as an argument, and what is to be kept goes out as events.
#![forbid(unsafe_code)]

mod approval;
mod class;
mod edits;
mod effect;
mod event;
mod guard;
mod policy;
mod quota;
mod reason;
mod register;
mod schedule;
mod touched;
mod window;
mod zone;

pub use approval::{
    Approved, Basis, NotApproved, YUMEN, genuine, question, statement, still_the_same,
};
pub use class::Class;
pub use edits::{EDITS_SCHEMA, EditProblem, edits_value, parse_edits, read_edits, rule_value};
pub use effect::{Effect, FindingName, Side};
pub use event::{
    Audited, Begun, Blobs, Decision, Direction, Drifted, Escalated, Event, EventError, Exposed,
    ExposureEnd, GroupReviewed, KeyChanged, Number, Origin, Outcome, Proposal, Settled, Stopped,
    Version, Waived, Who, Written, keys, sha256,
};
pub use guard::{Answer, Guard, GuardMode, WatchSettings, fingerprint};
pub use policy::{Aftermath, Denied, Missing, Person, Policy, PolicyRule, Question, Requirement};
pub use quota::{Quota, quotas};
pub use reason::{Reason, read_reason, reason};
pub use register::{Change, Drift, Noted, Phase, Refused, Register, Run, Verdict};
pub use schedule::{Due, Schedule, Schedules};
pub use touched::{Touched, touched};
pub use window::{Calendar, Closed, Freeze, Window};
pub use zone::time_zone;

use yumen_diagnostics::Texts;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-change",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
