//! What happens to changes, as the ledger keeps it: every event has a kind and a body of its own,
//! written and read field by field.
//!
//! Kinds and names of fields are part of the format: they are never given another meaning. A field
//! that is added later is read as absent from older entries.

mod fields;
mod names;
mod proposal;
mod run;
mod watch;

use std::collections::BTreeSet;

use thiserror::Error;
use yumen_ledger::{Value, ValueError};

pub use self::names::{Audited, Decision, GroupReviewed, KeyChanged, Number, Version, Waived};
pub use self::proposal::{Origin, Proposal};
pub use self::run::{Begun, Direction, Outcome, Settled, Stopped};
pub use self::watch::{Drifted, Escalated, Exposed, ExposureEnd, Who};

use self::fields::Fields;
pub use self::fields::sha256;

/// Something that happened and is kept for good.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// The network was collected
    Version(Version),
    /// A version was judged
    Audited(Audited),
    /// A change was proposed
    Proposed(Box<Proposal>),
    /// Somebody agreed to a change, and signed that
    Approved(Decision),
    /// Somebody decided against a change, and signed that
    Rejected(Decision),
    /// The proposer took a change back; why
    Withdrawn(Number, String),
    /// What was approved is not what would happen any more; why
    Lapsed(Number, String),
    /// Applying begins: the plan
    Begun(Box<Begun>),
    /// A step is about to be sent
    Sent(Number, u32),
    /// It is known what became of a step
    Settled(Settled),
    /// Applying stopped at a step
    Stopped(Stopped),
    /// Every step is in force; the address of the snapshot that was read back
    Applied(Number, String),
    /// Every step of the way back is in force; the address of the snapshot that was read back
    Undone(Number, String),
    /// Somebody other than who did it looked at an emergency change afterwards, and signed that
    Reviewed(Decision),
    /// The network changed without an approved change
    Drifted(Box<Drifted>),
    /// A person has to decide about drift; why
    Escalated(Escalated),
    /// Ways in that opened or closed, and through whom
    Exposed(Exposed),
    /// Waivers in force changed
    Waived(Waived),
    /// A group's rules were reviewed
    GroupReviewed(GroupReviewed),
    /// Keys changed
    KeyChanged(KeyChanged),
}

/// Why an entry is no event.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EventError {
    /// A field is missing or of another form
    #[error("the field `{0}` is missing or has another form")]
    Field(&'static str),
    /// Nobody knows such an event
    #[error("the kind `{0}` is not known; it was written by a newer version")]
    Kind(String),
    /// The content that an entry names by its hash is not there
    #[error("the content with the SHA-256 `{0}` is missing")]
    Blob(String),
    /// It cannot be written canonically
    #[error(transparent)]
    Value(#[from] ValueError),
}

/// An event ready to be kept.
#[derive(Clone, Debug, PartialEq)]
pub struct Written {
    /// Its kind
    pub kind: &'static str,
    /// Its body
    pub body: Value,
    /// Content too large for an entry, which the body names by SHA-256
    pub blobs: Vec<Vec<u8>>,
    /// What it can be looked up by: kind of key, key
    pub keys: Vec<(&'static str, String)>,
}

/// Content that entries name by its SHA-256.
pub trait Blobs {
    /// The content with that hash, in lower-case hexadecimal digits; `None` if it is not there.
    fn blob(&self, sha256: &str) -> Option<Vec<u8>>;
}

/// No content beside the entries.
impl Blobs for () {
    fn blob(&self, _: &str) -> Option<Vec<u8>> {
        None
    }
}

impl Event {
    /// The kind, as entries name it.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Version(_) => "version",
            Self::Audited(_) => "audited",
            Self::Proposed(_) => "proposed",
            Self::Approved(_) => "approved",
            Self::Rejected(_) => "rejected",
            Self::Withdrawn(..) => "withdrawn",
            Self::Lapsed(..) => "lapsed",
            Self::Begun(_) => "begun",
            Self::Sent(..) => "sent",
            Self::Settled(_) => "settled",
            Self::Stopped(_) => "stopped",
            Self::Applied(..) => "applied",
            Self::Undone(..) => "undone",
            Self::Reviewed(_) => "reviewed",
            Self::Drifted(_) => "drifted",
            Self::Escalated(_) => "escalated",
            Self::Exposed(_) => "exposed",
            Self::Waived(_) => "waived",
            Self::GroupReviewed(_) => "group-reviewed",
            Self::KeyChanged(_) => "key-changed",
        }
    }

    /// The change that it is about.
    #[must_use]
    pub fn change(&self) -> Option<Number> {
        match self {
            Self::Proposed(proposal) => Some(proposal.number),
            Self::Approved(one) | Self::Rejected(one) | Self::Reviewed(one) => Some(one.change),
            Self::Withdrawn(number, _)
            | Self::Lapsed(number, _)
            | Self::Sent(number, _)
            | Self::Applied(number, _)
            | Self::Undone(number, _) => Some(*number),
            Self::Begun(begun) => Some(begun.change),
            Self::Settled(settled) => Some(settled.change),
            Self::Stopped(stopped) => Some(stopped.change),
            _ => None,
        }
    }

    /// Writes it for the ledger.
    ///
    /// # Errors
    /// A number beyond what the encoding has.
    pub fn write(&self) -> Result<Written, EventError> {
        let mut blobs = Vec::new();
        let body = match self {
            Self::Version(version) => version.body(),
            Self::Audited(audited) => audited.body(),
            Self::Proposed(proposal) => proposal.body(&mut blobs)?,
            Self::Approved(one) | Self::Rejected(one) | Self::Reviewed(one) => one.body(),
            Self::Withdrawn(number, why) | Self::Lapsed(number, why) => {
                Value::table([("change", (*number).into()), ("why", why.as_str().into())])
            }
            Self::Begun(begun) => begun.body(&mut blobs)?,
            Self::Sent(number, step) => {
                Value::table([("change", (*number).into()), ("step", (*step).into())])
            }
            Self::Settled(settled) => settled.body(),
            Self::Stopped(stopped) => stopped.body(),
            Self::Applied(number, after) | Self::Undone(number, after) => Value::table([
                ("after", after.as_str().into()),
                ("change", (*number).into()),
            ]),
            Self::Drifted(drifted) => drifted.body(&mut blobs)?,
            Self::Escalated(escalated) => escalated.body(),
            Self::Exposed(exposed) => exposed.body(),
            Self::Waived(waived) => waived.body(),
            Self::GroupReviewed(reviewed) => reviewed.body(),
            Self::KeyChanged(changed) => changed.body(),
        };
        Ok(Written {
            kind: self.kind(),
            keys: keys(self.kind(), &body),
            body,
            blobs,
        })
    }

    /// Reads what [`Event::write`] wrote.
    ///
    /// # Errors
    /// A kind that is not known, a field of another form, content that is missing.
    pub fn read(kind: &str, body: &Value, blobs: &dyn Blobs) -> Result<Self, EventError> {
        let fields = Fields::new(body)?;
        let number = || fields.number("change");
        let text = |name| fields.text(name);
        Ok(match kind {
            "version" => Self::Version(Version::read(&fields)?),
            "audited" => Self::Audited(Audited::read(&fields)?),
            "proposed" => Self::Proposed(Box::new(Proposal::read(&fields, blobs)?)),
            "approved" => Self::Approved(Decision::read(&fields)?),
            "rejected" => Self::Rejected(Decision::read(&fields)?),
            "withdrawn" => Self::Withdrawn(number()?, text("why")?),
            "lapsed" => Self::Lapsed(number()?, text("why")?),
            "begun" => Self::Begun(Box::new(Begun::read(&fields, blobs)?)),
            "sent" => Self::Sent(number()?, fields.number("step")?),
            "settled" => Self::Settled(Settled::read(&fields)?),
            "stopped" => Self::Stopped(Stopped::read(&fields)?),
            "applied" => Self::Applied(number()?, text("after")?),
            "undone" => Self::Undone(number()?, text("after")?),
            "reviewed" => Self::Reviewed(Decision::read(&fields)?),
            "drifted" => Self::Drifted(Box::new(Drifted::read(&fields, blobs)?)),
            "escalated" => Self::Escalated(Escalated::read(&fields)?),
            "exposed" => Self::Exposed(Exposed::read(&fields)?),
            "waived" => Self::Waived(Waived::read(&fields)?),
            "group-reviewed" => Self::GroupReviewed(GroupReviewed::read(&fields)?),
            "key-changed" => Self::KeyChanged(KeyChanged::read(&fields)?),
            _ => return Err(EventError::Kind(kind.to_owned())),
        })
    }
}

/// What an entry can be looked up by: kind of key, key. A function of its kind and body alone, so
/// that an index can be rebuilt.
#[must_use]
pub fn keys(kind: &str, body: &Value) -> Vec<(&'static str, String)> {
    let mut keys = vec![("kind", kind.to_owned())];
    for name in ["change", "drift"] {
        let number = body.get(name).and_then(Value::as_number);
        keys.extend(number.map(|number| (name, number.to_string())));
    }
    let text = |name: &str| body.get(name).and_then(Value::as_text).map(str::to_owned);
    match kind {
        "version" => {
            keys.extend(text("account").map(|account| ("account", account)));
            keys.extend(text("snapshot").map(|snapshot| ("version", snapshot)));
        }
        "exposed" => {
            let ends = ["opened", "closed"].into_iter();
            let ends = ends.filter_map(|side| body.get(side)?.as_list()).flatten();
            let resources = ends.flat_map(|end| [end.get("interface"), end.get("instance")]);
            let resources = resources.flatten().filter_map(Value::as_text);
            let resources: BTreeSet<&str> = resources.collect();
            keys.extend(resources.into_iter().map(|id| ("exposure", id.to_owned())));
        }
        "group-reviewed" => keys.extend(text("group").map(|group| ("group", group))),
        _ => {}
    }
    // An index has no place for what is empty.
    keys.retain(|(_, key)| !key.is_empty());
    keys
}
