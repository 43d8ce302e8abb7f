//! Fields of a body, read one by one, and what is too large for an entry.

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use yumen_cloud::CloudEdit;
use yumen_ledger::Value;

use crate::edits::{edits_value, read_edits};
use crate::event::{Blobs, EventError};

/// A body under reading.
pub(super) struct Fields<'a>(&'a Value);

impl<'a> Fields<'a> {
    pub(super) fn new(body: &'a Value) -> Result<Self, EventError> {
        match body {
            Value::Table(_) => Ok(Self(body)),
            _ => Err(EventError::Field("body")),
        }
    }

    /// A value that may be absent.
    pub(super) fn get(&self, name: &str) -> Option<&'a Value> {
        self.0.get(name).filter(|value| **value != Value::Null)
    }

    pub(super) fn text(&self, name: &'static str) -> Result<String, EventError> {
        let text = self.get(name).and_then(Value::as_text);
        text.map(str::to_owned).ok_or(EventError::Field(name))
    }

    pub(super) fn text_or_none(&self, name: &'static str) -> Result<Option<String>, EventError> {
        match self.get(name) {
            None => Ok(None),
            Some(_) => self.text(name).map(Some),
        }
    }

    pub(super) fn number<T: TryFrom<i64>>(&self, name: &'static str) -> Result<T, EventError> {
        let number = self.get(name).and_then(Value::as_number);
        let number = number.and_then(|number| T::try_from(number).ok());
        number.ok_or(EventError::Field(name))
    }

    pub(super) fn bool(&self, name: &'static str) -> Result<bool, EventError> {
        let bool = self.get(name).and_then(Value::as_bool);
        bool.ok_or(EventError::Field(name))
    }

    pub(super) fn time(&self, name: &'static str) -> Result<Timestamp, EventError> {
        let time = Timestamp::from_millisecond(self.number(name)?);
        time.map_err(|_| EventError::Field(name))
    }

    pub(super) fn time_or_none(&self, name: &'static str) -> Result<Option<Timestamp>, EventError> {
        match self.get(name) {
            None => Ok(None),
            Some(_) => self.time(name).map(Some),
        }
    }

    /// A list of texts; absent is empty.
    pub(super) fn texts<T: FromIterator<String>>(
        &self,
        name: &'static str,
    ) -> Result<T, EventError> {
        self.each(name, |value| {
            value
                .as_text()
                .map(str::to_owned)
                .ok_or(EventError::Field(name))
        })
    }

    /// A list, item by item; absent is empty.
    pub(super) fn each<I, T: FromIterator<I>>(
        &self,
        name: &'static str,
        read: impl Fn(&'a Value) -> Result<I, EventError>,
    ) -> Result<T, EventError> {
        let items = match self.get(name) {
            None => &[],
            Some(value) => value.as_list().ok_or(EventError::Field(name))?,
        };
        items.iter().map(read).collect()
    }

    /// Edits, in the body or beside it.
    pub(super) fn edits(
        &self,
        name: &'static str,
        blobs: &dyn Blobs,
    ) -> Result<Vec<CloudEdit>, EventError> {
        let value = self.get(name).ok_or(EventError::Field(name))?;
        let beside;
        let value = match value.get("sha256").and_then(Value::as_text) {
            None => value,
            Some(hash) => {
                let bytes = blobs
                    .blob(hash)
                    .filter(|bytes| sha256(bytes) == hash)
                    .ok_or_else(|| EventError::Blob(hash.to_owned()))?;
                beside = Value::decode(&bytes)?;
                &beside
            }
        };
        read_edits(value).map_err(|_| EventError::Field(name))
    }
}

/// Bytes of edits up to which they stand in the entry itself.
const INSIDE: usize = 32_768;

/// Edits as they stand in a body; many of them go beside it.
pub(super) fn edits(edits: &[CloudEdit], blobs: &mut Vec<Vec<u8>>) -> Result<Value, EventError> {
    let value = edits_value(edits);
    let text = value.encode()?;
    if text.len() <= INSIDE {
        return Ok(value);
    }
    let hash = sha256(text.as_bytes());
    blobs.push(text.into_bytes());
    Ok(Value::table([("sha256", hash.into())]))
}

/// SHA-256 in lower-case hexadecimal digits.
#[must_use]
pub fn sha256(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    let mut text = String::with_capacity(64);
    for byte in Sha256::digest(bytes) {
        // Writing to a text cannot fail.
        let _ = write!(text, "{byte:02x}");
    }
    text
}

/// A time as entries write it: milliseconds since 1970.
pub(super) fn time(time: Timestamp) -> Value {
    Value::Number(time.as_millisecond())
}
