//! Notices: grouped, without repeats, limited, sent again until they arrive.
//!
//! A [`Notice`] says in messages what happened; [`Speakers`] put it into words once, in both
//! languages. The [`Outbox`] decides what is sent when: it knows no clock and no network, so all
//! of it is tested in virtual time. [`Post`] sends one [`Letter`] over one [`Channel`] and says
//! what became of it.
//!
//! ```text
//! Notice ── Speakers ──> Told ──> Outbox ── Effect::Send(Batch) ──> Letter ── Post ──> Outcome
//!                                   ^───────────────────────────────────────────────────┘
//! ```
//!
//! **Nothing silently lost**: every notice is delivered, waiting, counted into another of the same
//! key, or told as [`Undelivered`].
#![forbid(unsafe_code)]

mod channel;
mod letter;
mod limits;
mod notice;
mod outbox;
mod outcome;
mod secret;
mod send;
mod settings;

pub use channel::{Channel, Mailbox, WebAddress};
pub use letter::{Block, Letter};
pub use limits::{Limits, Rate};
pub use notice::{Notice, Severity, Speakers, Speech, Told};
pub use outbox::{
    Batch, Effect, Event, Item, Outbox, Policy, Restored, Undelivered, WAIT_FOR_OUTCOME,
};
pub use outcome::Outcome;
pub use secret::{Environment, Secret, SecretSource};
pub use send::Post;
pub use settings::{ChannelSettings, Encryption, Kind, MailSettings};

use yumen_diagnostics::Texts;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-notify",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
