//! A change as it was proposed: what it is to do, and what it would do to the network it was
//! judged on.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use yumen_baseline::EnvironmentKind;
use yumen_cloud::CloudEdit;
use yumen_ledger::Value;

use super::fields::{Fields, edits, sha256, time};
use super::names::{Number, read_signatures, signatures};
use super::{Blobs, EventError};
use crate::class::Class;

/// A proposed change.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Its number
    pub number: Number,
    /// The account
    pub account: String,
    /// Who proposed it; a person, or `yumen` for what it proposes by itself
    pub proposer: String,
    /// Why
    pub reason: String,
    /// Where the edits come from
    pub origin: Origin,
    /// What is to be done; the end is what counts, the order is found when it is applied
    pub edits: Vec<CloudEdit>,
    /// Address of the snapshot that it was judged on
    pub base: String,
    /// What it does, in one word
    pub class: Class,
    /// Score before and after
    pub score: (u8, u8),
    /// The same before it is held within 1 and 100, in hundredths
    pub hundredths: (i64, i64),
    /// Interfaces whose packets change
    pub interfaces: u32,
    /// Findings that are new or heavier: item and resource
    pub found: Vec<String>,
    /// Findings that are gone
    pub solved: Vec<String>,
    /// Findings that no approval allows
    pub forbidden: Vec<String>,
    /// `always` rules of the user that would not hold any more
    pub cut: Vec<String>,
    /// Environments concerned
    pub environments: BTreeSet<EnvironmentKind>,
    /// Zones entered from elsewhere, as `zone:NAME`
    pub entered: BTreeSet<String>,
    /// When it undoes itself; `None` if it stays
    pub until: Option<Timestamp>,
    /// Applied without approvals by a person on duty, to be reviewed afterwards
    pub emergency: bool,
    /// When it was signed, in milliseconds since 1970
    pub signed_at: i64,
    /// The proposer's signatures in base64, by verifier key; none for what Yumen proposes
    pub signatures: BTreeMap<String, String>,
}

/// Where the edits of a change come from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    /// A person wrote them
    Edits,
    /// `yumen fix`, for the findings of some items
    Fix(Vec<String>),
    /// A template
    Template(String),
    /// Back to a version
    Rollback(String),
    /// A temporary change ended, or one that stopped half-way is taken back
    Undo(Number),
    /// Drift that broke a mandatory item
    Containment(u32),
}

impl Origin {
    fn value(&self) -> Value {
        let (kind, of) = match self {
            Self::Edits => ("edits", Value::Null),
            Self::Fix(items) => ("fix", Value::list(items.iter().cloned())),
            Self::Template(name) => ("template", name.as_str().into()),
            Self::Rollback(version) => ("rollback", version.as_str().into()),
            Self::Undo(change) => ("undo", (*change).into()),
            Self::Containment(drift) => ("containment", (*drift).into()),
        };
        Value::table([("kind", kind.into()), ("of", of)])
    }

    fn read(value: &Value) -> Result<Self, EventError> {
        let fields = Fields::new(value)?;
        Ok(match fields.text("kind")?.as_str() {
            "edits" => Self::Edits,
            "fix" => Self::Fix(fields.texts("of")?),
            "template" => Self::Template(fields.text("of")?),
            "rollback" => Self::Rollback(fields.text("of")?),
            "undo" => Self::Undo(fields.number("of")?),
            "containment" => Self::Containment(fields.number("of")?),
            _ => return Err(EventError::Field("kind")),
        })
    }
}

impl Proposal {
    /// SHA-256 of everything but the signatures: what a signature is about.
    ///
    /// # Errors
    /// A number beyond what the encoding has.
    pub fn digest(&self) -> Result<String, EventError> {
        let mut body = self.unsigned(&mut Vec::new())?;
        // The edits by their own words, wherever they are kept.
        if let Value::Table(table) = &mut body {
            let own = crate::edits::edits_value(&self.edits);
            table.insert("edits".to_owned(), own);
        }
        Ok(sha256(body.encode()?.as_bytes()))
    }

    pub(super) fn body(&self, blobs: &mut Vec<Vec<u8>>) -> Result<Value, EventError> {
        let mut body = self.unsigned(blobs)?;
        if let Value::Table(table) = &mut body {
            table.insert("signatures".to_owned(), signatures(&self.signatures));
        }
        Ok(body)
    }

    fn unsigned(&self, blobs: &mut Vec<Vec<u8>>) -> Result<Value, EventError> {
        let texts = |texts: &[String]| Value::list(texts.iter().cloned());
        let environments = self.environments.iter().map(|kind| kind.word());
        let (before, after) = self.score;
        Ok(Value::table([
            ("account", self.account.as_str().into()),
            ("base", self.base.as_str().into()),
            ("change", self.number.into()),
            ("class", self.class.word().into()),
            ("cut", texts(&self.cut)),
            ("edits", edits(&self.edits, blobs)?),
            ("emergency", self.emergency.into()),
            ("entered", Value::list(self.entered.iter().cloned())),
            ("environments", Value::list(environments)),
            ("forbidden", texts(&self.forbidden)),
            ("found", texts(&self.found)),
            ("interfaces", self.interfaces.into()),
            ("origin", self.origin.value()),
            ("proposer", self.proposer.as_str().into()),
            ("reason", self.reason.as_str().into()),
            ("hundredths_after", self.hundredths.1.into()),
            ("hundredths_before", self.hundredths.0.into()),
            ("score_after", u32::from(after).into()),
            ("score_before", u32::from(before).into()),
            ("signed_at", self.signed_at.into()),
            ("solved", texts(&self.solved)),
            ("until", self.until.map(time).into()),
        ]))
    }

    pub(super) fn read(fields: &Fields<'_>, blobs: &dyn Blobs) -> Result<Self, EventError> {
        let class = Class::parse(&fields.text("class")?);
        let kinds = |value: &Value| {
            let mut all = EnvironmentKind::ALL.iter();
            let found = all.find(|(word, _)| value.as_text() == Some(word));
            found
                .map(|(_, kind)| *kind)
                .ok_or(EventError::Field("environments"))
        };
        let origin = fields.get("origin").ok_or(EventError::Field("origin"))?;
        Ok(Self {
            number: fields.number("change")?,
            account: fields.text("account")?,
            proposer: fields.text("proposer")?,
            reason: fields.text("reason")?,
            origin: Origin::read(origin)?,
            edits: fields.edits("edits", blobs)?,
            base: fields.text("base")?,
            class: class.ok_or(EventError::Field("class"))?,
            score: (
                fields.number("score_before")?,
                fields.number("score_after")?,
            ),
            hundredths: (
                fields.number("hundredths_before")?,
                fields.number("hundredths_after")?,
            ),
            interfaces: fields.number("interfaces")?,
            found: fields.texts("found")?,
            solved: fields.texts("solved")?,
            forbidden: fields.texts("forbidden")?,
            cut: fields.texts("cut")?,
            environments: fields.each("environments", kinds)?,
            entered: fields.texts("entered")?,
            until: fields.time_or_none("until")?,
            emergency: fields.bool("emergency")?,
            signed_at: fields.number("signed_at")?,
            signatures: read_signatures(fields)?,
        })
    }
}
