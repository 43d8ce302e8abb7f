//! Drift, what was done about it, and who opened what.

use jiff::Timestamp;
use yumen_cloud::CloudEdit;
use yumen_ledger::Value;

use super::fields::{Fields, edits, time};
use super::names::Number;
use super::{Blobs, EventError};
use crate::class::Class;

/// The network changed without an approved change.
#[derive(Clone, Debug, PartialEq)]
pub struct Drifted {
    /// Its number, counted from 1 over the whole ledger
    pub number: u32,
    /// The account
    pub account: String,
    /// Address of the snapshot before
    pub before: String,
    /// Address of the snapshot after
    pub after: String,
    /// What it does, in one word
    pub class: Class,
    /// Findings that are new or heavier: item and resource
    pub found: Vec<String>,
    /// Those among them that nobody may have without a waiver
    pub forbidden: Vec<String>,
    /// Edits that would take all of it back
    pub way_back: Vec<CloudEdit>,
    /// Who did it, where the cloud's trail says so
    pub who: Option<Who>,
    /// What makes it the same as another; see [`fingerprint`](crate::fingerprint)
    pub fingerprint: String,
    /// What was done about it: `recorded`, `proposed`, `contained`, `escalated`
    pub answer: String,
}

/// Who changed something in the cloud, by its trail.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Who {
    /// When, by the cloud's clock
    pub at: Timestamp,
    /// Id of the event
    pub event: String,
    /// What was called
    pub action: String,
    /// User or role
    pub user: String,
    /// From which address
    pub address: String,
}

impl Who {
    fn value(&self) -> Value {
        Value::table([
            ("action", self.action.as_str().into()),
            ("address", self.address.as_str().into()),
            ("at", time(self.at)),
            ("event", self.event.as_str().into()),
            ("user", self.user.as_str().into()),
        ])
    }

    fn read(fields: &Fields<'_>) -> Result<Option<Self>, EventError> {
        let Some(value) = fields.get("who") else {
            return Ok(None);
        };
        let fields = Fields::new(value)?;
        Ok(Some(Self {
            at: fields.time("at")?,
            event: fields.text("event")?,
            action: fields.text("action")?,
            user: fields.text("user")?,
            address: fields.text("address")?,
        }))
    }
}

impl Drifted {
    pub(super) fn body(&self, blobs: &mut Vec<Vec<u8>>) -> Result<Value, EventError> {
        Ok(Value::table([
            ("account", self.account.as_str().into()),
            ("answer", self.answer.as_str().into()),
            ("after", self.after.as_str().into()),
            ("before", self.before.as_str().into()),
            ("class", self.class.word().into()),
            ("drift", self.number.into()),
            ("fingerprint", self.fingerprint.as_str().into()),
            ("forbidden", Value::list(self.forbidden.iter().cloned())),
            ("found", Value::list(self.found.iter().cloned())),
            ("way_back", edits(&self.way_back, blobs)?),
            ("who", self.who.as_ref().map(Who::value).into()),
        ]))
    }

    pub(super) fn read(fields: &Fields<'_>, blobs: &dyn Blobs) -> Result<Self, EventError> {
        let class = Class::parse(&fields.text("class")?);
        Ok(Self {
            number: fields.number("drift")?,
            account: fields.text("account")?,
            before: fields.text("before")?,
            after: fields.text("after")?,
            class: class.ok_or(EventError::Field("class"))?,
            found: fields.texts("found")?,
            forbidden: fields.texts("forbidden")?,
            way_back: fields.edits("way_back", blobs)?,
            fingerprint: fields.text("fingerprint")?,
            answer: fields.text("answer")?,
            who: Who::read(fields)?,
        })
    }
}

/// Drift that a person has to decide about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Escalated {
    /// The drift
    pub drift: u32,
    /// Why it was not taken back, or not again
    pub why: String,
    /// The change that was proposed instead
    pub change: Option<Number>,
}

impl Escalated {
    pub(super) fn body(&self) -> Value {
        Value::table([
            ("drift", self.drift.into()),
            ("proposed", self.change.into()),
            ("why", self.why.as_str().into()),
        ])
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, EventError> {
        let proposed = match fields.get("proposed") {
            None => None,
            Some(_) => Some(fields.number("proposed")?),
        };
        Ok(Self {
            drift: fields.number("drift")?,
            why: fields.text("why")?,
            change: proposed,
        })
    }
}

/// Ways in that opened or closed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exposed {
    /// Address of the snapshot that shows it
    pub snapshot: String,
    /// When: by the cloud's clock where its trail says so, else when it was seen
    pub at: Timestamp,
    /// Through what: `change 7`, `drift 3`, `found` at the first look
    pub through: String,
    /// Who did it, where the cloud's trail says so
    pub who: Option<Who>,
    /// Opened
    pub opened: Vec<ExposureEnd>,
    /// Closed
    pub closed: Vec<ExposureEnd>,
}

/// A way in, by interface and services.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ExposureEnd {
    /// The interface
    pub interface: String,
    /// The instance that it is attached to
    pub instance: Option<String>,
    /// Protocols and ports, as `tcp/22`
    pub services: Vec<String>,
    /// A packet that gets through, or did
    pub witness: String,
}

impl ExposureEnd {
    fn value(&self) -> Value {
        Value::table([
            ("instance", self.instance.as_deref().into()),
            ("interface", self.interface.as_str().into()),
            ("services", Value::list(self.services.iter().cloned())),
            ("witness", self.witness.as_str().into()),
        ])
    }

    fn read(value: &Value) -> Result<Self, EventError> {
        let fields = Fields::new(value)?;
        Ok(Self {
            interface: fields.text("interface")?,
            instance: fields.text_or_none("instance")?,
            services: fields.texts("services")?,
            witness: fields.text("witness")?,
        })
    }
}

impl Exposed {
    pub(super) fn body(&self) -> Value {
        let ends = |ends: &[ExposureEnd]| Value::list(ends.iter().map(ExposureEnd::value));
        Value::table([
            ("at", time(self.at)),
            ("closed", ends(&self.closed)),
            ("opened", ends(&self.opened)),
            ("snapshot", self.snapshot.as_str().into()),
            ("through", self.through.as_str().into()),
            ("who", self.who.as_ref().map(Who::value).into()),
        ])
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, EventError> {
        Ok(Self {
            snapshot: fields.text("snapshot")?,
            at: fields.time("at")?,
            through: fields.text("through")?,
            who: Who::read(fields)?,
            opened: fields.each("opened", ExposureEnd::read)?,
            closed: fields.each("closed", ExposureEnd::read)?,
        })
    }
}
