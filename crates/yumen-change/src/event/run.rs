//! Applying a change: the plan, each step as it is sent and as it was found afterwards.

use yumen_cloud::CloudEdit;
use yumen_ledger::Value;

use super::fields::{Fields, edits};
use super::names::Number;
use super::{Blobs, EventError};

/// Applying begins, or turns back.
#[derive(Clone, Debug, PartialEq)]
pub struct Begun {
    /// The change
    pub change: Number,
    /// Towards the change, or back to what was before it
    pub direction: Direction,
    /// Address of the snapshot that the plan begins at
    pub base: String,
    /// The steps, in an order in which nothing is interrupted
    pub steps: Vec<CloudEdit>,
    /// Who applies it
    pub person: String,
    /// People whose approvals it rests on
    pub approvers: Vec<String>,
}

/// Which way a plan leads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Direction {
    /// To the state that was approved
    Forward,
    /// To the state before
    Back,
}

impl Direction {
    /// The word of the ledger.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Back => "back",
        }
    }

    fn read(fields: &Fields<'_>) -> Result<Self, EventError> {
        match fields.text("direction")?.as_str() {
            "forward" => Ok(Self::Forward),
            "back" => Ok(Self::Back),
            _ => Err(EventError::Field("direction")),
        }
    }
}

impl Begun {
    pub(super) fn body(&self, blobs: &mut Vec<Vec<u8>>) -> Result<Value, EventError> {
        Ok(Value::table([
            ("approvers", Value::list(self.approvers.iter().cloned())),
            ("base", self.base.as_str().into()),
            ("change", self.change.into()),
            ("direction", self.direction.word().into()),
            ("person", self.person.as_str().into()),
            ("steps", edits(&self.steps, blobs)?),
        ]))
    }

    pub(super) fn read(fields: &Fields<'_>, blobs: &dyn Blobs) -> Result<Self, EventError> {
        Ok(Self {
            change: fields.number("change")?,
            direction: Direction::read(fields)?,
            base: fields.text("base")?,
            steps: fields.edits("steps", blobs)?,
            person: fields.text("person")?,
            approvers: fields.texts("approvers")?,
        })
    }
}

/// What became of a step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settled {
    /// The change
    pub change: Number,
    /// Position of the step in the plan
    pub step: u32,
    /// What was found
    pub outcome: Outcome,
}

/// What is known of a step after it was sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// It was in force before it was sent
    Already,
    /// It is in force; the cloud's id of the request, where an answer arrived
    InForce(Option<String>),
    /// It is not in force; what the cloud said
    NotInForce(String),
    /// Nobody knows; why
    Unknown(String),
}

impl Outcome {
    /// True if the step is in force.
    #[must_use]
    pub fn is_in_force(&self) -> bool {
        matches!(self, Self::Already | Self::InForce(_))
    }
}

impl Settled {
    pub(super) fn body(&self) -> Value {
        let (word, detail) = match &self.outcome {
            Outcome::Already => ("already", None),
            Outcome::InForce(request) => ("in-force", request.as_deref()),
            Outcome::NotInForce(why) => ("not-in-force", Some(why.as_str())),
            Outcome::Unknown(why) => ("unknown", Some(why.as_str())),
        };
        Value::table([
            ("change", self.change.into()),
            ("detail", detail.into()),
            ("outcome", word.into()),
            ("step", self.step.into()),
        ])
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, EventError> {
        Ok(Self {
            change: fields.number("change")?,
            step: fields.number("step")?,
            outcome: match fields.text("outcome")?.as_str() {
                "already" => Outcome::Already,
                "in-force" => Outcome::InForce(fields.text_or_none("detail")?),
                "not-in-force" => Outcome::NotInForce(fields.text("detail")?),
                "unknown" => Outcome::Unknown(fields.text("detail")?),
                _ => return Err(EventError::Field("outcome")),
            },
        })
    }
}

/// Applying stopped.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stopped {
    /// The change
    pub change: Number,
    /// Position of the step that is not in force
    pub step: u32,
    /// Why
    pub why: String,
}

impl Stopped {
    pub(super) fn body(&self) -> Value {
        Value::table([
            ("change", self.change.into()),
            ("step", self.step.into()),
            ("why", self.why.as_str().into()),
        ])
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, EventError> {
        Ok(Self {
            change: fields.number("change")?,
            step: fields.number("step")?,
            why: fields.text("why")?,
        })
    }
}
