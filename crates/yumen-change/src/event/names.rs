//! Versions, audits, decisions of people, waivers, reviews and keys.

use std::collections::BTreeMap;

use yumen_ledger::Value;

use super::EventError;
use super::fields::Fields;

/// Number of a change, counted from 1 over the whole ledger.
pub type Number = u32;

/// The network as it was collected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Version {
    /// The account
    pub account: String,
    /// Address of the snapshot's content
    pub snapshot: String,
    /// Address of the version before; `None` for the first
    pub before: Option<String>,
    /// Why it was collected, such as `daily check`, `change 7`
    pub why: String,
    /// How much could not be read
    pub gaps: u32,
    /// Interfaces with a difference to the version before
    pub interfaces: u32,
    /// True if the Internet can deliver packets that it could not before
    pub opens: bool,
}

impl Version {
    pub(super) fn body(&self) -> Value {
        Value::table([
            ("account", self.account.as_str().into()),
            ("before", self.before.as_deref().into()),
            ("gaps", self.gaps.into()),
            ("interfaces", self.interfaces.into()),
            ("opens", self.opens.into()),
            ("snapshot", self.snapshot.as_str().into()),
            ("why", self.why.as_str().into()),
        ])
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, EventError> {
        Ok(Self {
            account: fields.text("account")?,
            snapshot: fields.text("snapshot")?,
            before: fields.text_or_none("before")?,
            why: fields.text("why")?,
            gaps: fields.number("gaps")?,
            interfaces: fields.number("interfaces")?,
            opens: fields.bool("opens")?,
        })
    }
}

/// What an audit said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Audited {
    /// Address of the snapshot's content
    pub snapshot: String,
    /// The score, from 1 to 100
    pub score: u8,
    /// Findings that count
    pub findings: u32,
    /// Findings that are waived
    pub waived: u32,
    /// SHA-256 of the settings that it was judged by
    pub settings: String,
}

impl Audited {
    pub(super) fn body(&self) -> Value {
        Value::table([
            ("findings", self.findings.into()),
            ("score", u32::from(self.score).into()),
            ("settings", self.settings.as_str().into()),
            ("snapshot", self.snapshot.as_str().into()),
            ("waived", self.waived.into()),
        ])
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, EventError> {
        Ok(Self {
            snapshot: fields.text("snapshot")?,
            score: fields.number("score")?,
            findings: fields.number("findings")?,
            waived: fields.number("waived")?,
            settings: fields.text("settings")?,
        })
    }
}

/// What a person decided about a change, and signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decision {
    /// The change
    pub change: Number,
    /// The person
    pub person: String,
    /// Why
    pub comment: String,
    /// When it was signed, in milliseconds since 1970
    pub signed_at: i64,
    /// Signatures in base64, by verifier key
    pub signatures: BTreeMap<String, String>,
}

impl Decision {
    pub(super) fn body(&self) -> Value {
        Value::table([
            ("change", self.change.into()),
            ("comment", self.comment.as_str().into()),
            ("person", self.person.as_str().into()),
            ("signatures", signatures(&self.signatures)),
            ("signed_at", self.signed_at.into()),
        ])
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, EventError> {
        Ok(Self {
            change: fields.number("change")?,
            person: fields.text("person")?,
            comment: fields.text("comment")?,
            signed_at: fields.number("signed_at")?,
            signatures: read_signatures(fields)?,
        })
    }
}

/// Signatures in a body.
pub(super) fn signatures(signatures: &BTreeMap<String, String>) -> Value {
    let entries = signatures.iter();
    Value::list(entries.map(|(key, signature)| {
        Value::table([
            ("key", key.as_str().into()),
            ("signature", signature.as_str().into()),
        ])
    }))
}

pub(super) fn read_signatures(fields: &Fields<'_>) -> Result<BTreeMap<String, String>, EventError> {
    fields.each("signatures", |value| {
        let one = Fields::new(value)?;
        Ok((one.text("key")?, one.text("signature")?))
    })
}

/// The waivers that count from here on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Waived {
    /// SHA-256 of `waivers.toml`; `None` if there is none
    pub file: Option<String>,
    /// How many waivers it has
    pub waivers: u32,
}

impl Waived {
    pub(super) fn body(&self) -> Value {
        Value::table([
            ("file", self.file.as_deref().into()),
            ("waivers", self.waivers.into()),
        ])
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, EventError> {
        Ok(Self {
            file: fields.text_or_none("file")?,
            waivers: fields.number("waivers")?,
        })
    }
}

/// A review of a group's rules by a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupReviewed {
    /// The group
    pub group: String,
    /// SHA-256 of its rules as they were reviewed
    pub rules: String,
    /// What the person says
    pub comment: String,
}

impl GroupReviewed {
    pub(super) fn body(&self) -> Value {
        Value::table([
            ("comment", self.comment.as_str().into()),
            ("group", self.group.as_str().into()),
            ("rules", self.rules.as_str().into()),
        ])
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, EventError> {
        Ok(Self {
            group: fields.text("group")?,
            rules: fields.text("rules")?,
            comment: fields.text("comment")?,
        })
    }
}

/// Keys that sign the ledger, before and after.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChanged {
    /// Verifier keys until here
    pub before: Vec<String>,
    /// Verifier keys from here on
    pub after: Vec<String>,
    /// Signatures of all of them in hexadecimal digits, by the id of the key
    pub signatures: BTreeMap<String, String>,
}

impl KeyChanged {
    pub(super) fn body(&self) -> Value {
        let signatures = self.signatures.iter();
        let signatures =
            signatures.map(|(key, signature)| (key.clone(), signature.as_str().into()));
        Value::table([
            ("new", Value::list(self.after.iter().cloned())),
            ("old", Value::list(self.before.iter().cloned())),
            ("signatures", Value::Table(signatures.collect())),
        ])
    }

    pub(super) fn read(fields: &Fields<'_>) -> Result<Self, EventError> {
        let signatures = fields.get("signatures").and_then(Value::as_table);
        let signatures = signatures.ok_or(EventError::Field("signatures"))?;
        let text = |value: &Value| value.as_text().map(str::to_owned);
        let signatures = signatures.iter().map(|(key, value)| {
            let value = text(value).ok_or(EventError::Field("signatures"))?;
            Ok((key.clone(), value))
        });
        Ok(Self {
            before: fields.texts("old")?,
            after: fields.texts("new")?,
            signatures: signatures.collect::<Result<_, EventError>>()?,
        })
    }
}
