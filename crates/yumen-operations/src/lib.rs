//! What the shells share: collect, judge, propose, approve, apply, watch.
//!
//! A [`Desk`] is a store with what everything is decided by; a [`Live`] is an account. Every
//! operation is one or more transactions of the desk; what happens in the cloud in between is
//! written down before it is sent and after it was looked for.
#![forbid(unsafe_code)]

mod apply;
mod daily;
mod decide;
mod desk;
mod failure;
mod ground;
mod http;
mod judge;
pub mod ledger;
mod live;
mod notices;
mod person;
mod propose;
mod records;
mod retain;
pub mod signal;
mod versions;
mod watch;

pub use apply::{AppliedChange, Step, Watcher};
pub use daily::Daily;
pub use decide::Counted;
pub use desk::{Desk, Standing, keys_of};
pub use failure::Failure;
pub use ground::Ground;
pub use http::{Handler, HttpServer, Reply};
pub use judge::{SharedRecords, effect, judge, with_edits};
pub use live::Live;
pub use notices::{Notices, send_test};
pub use person::Person;
pub use propose::{Outlook, Wish};
pub use records::{LedgerRecords, rules_hash};
pub use versions::{Cause, last_version};
pub use watch::{Happening, HappeningKind, Watch};

use yumen_diagnostics::Texts;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-operations",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
