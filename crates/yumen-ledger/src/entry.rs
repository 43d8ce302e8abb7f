//! The envelope of an entry: when, who, what kind, and what it says.
//!
//! An entry is one canonical [`Value`], a table `{"at":…,"body":{…},"by":"…","kind":"…","v":1}`.
//! `v` is the version of the envelope; what is in `body` is a matter of the kind's owner.

use std::collections::BTreeMap;

use yumen_diagnostics::Message;

use crate::fault::{Fault, fault};
use crate::tile::{LARGEST_ENTRY, too_large};
use crate::value::{Value, ValueError};

/// Something that happened, as the ledger keeps it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// When, in milliseconds since 1970 (UTC), never negative
    pub at: i64,
    /// Who did it: a person or a program, by name; not empty, without control characters
    pub by: String,
    /// What kind of entry it is, such as `change.approved`: a-z, 0-9, `.` and `-`, at most 64.
    /// Kinds belong to the crates that write them; unknown ones are read all the same
    pub kind: String,
    /// What it says
    pub body: BTreeMap<String, Value>,
}

/// The version of the envelope that is written.
const VERSION: i64 = 1;

/// The longest name of a kind.
const LONGEST_KIND: usize = 64;

impl Entry {
    /// The one encoding of the entry.
    ///
    /// # Errors
    /// A field outside its bounds, or more than [`LARGEST_ENTRY`] bytes: large content belongs in
    /// a blob that is named by its SHA-256.
    pub fn encode(&self) -> Result<Vec<u8>, Fault> {
        self.check()?;
        let value = Value::table([
            ("at", self.at.into()),
            ("body", Value::Table(self.body.clone())),
            ("by", self.by.as_str().into()),
            ("kind", self.kind.as_str().into()),
            ("v", VERSION.into()),
        ]);
        let bytes = value.encode().map_err(of_value)?.into_bytes();
        if bytes.len() > LARGEST_ENTRY {
            return Err(too_large(bytes.len()));
        }
        Ok(bytes)
    }

    /// Reads what [`Entry::encode`] gives, and nothing else.
    ///
    /// # Errors
    /// Bytes that are no entry, or an entry of another version.
    pub fn decode(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > LARGEST_ENTRY {
            return Err(too_large(bytes.len()));
        }
        let value = Value::decode(bytes).map_err(of_value)?;
        let Value::Table(mut table) = value else {
            return Err(fault("ledger-entry-table"));
        };
        match table.remove("v") {
            Some(Value::Number(VERSION)) => {}
            Some(Value::Number(other)) => {
                let message =
                    Message::new("ledger-entry-version").with("version", other.to_string());
                return Err(Fault::new(message));
            }
            _ => return Err(field("v")),
        }
        let entry = Self {
            at: number(&mut table, "at")?,
            by: text(&mut table, "by")?,
            kind: text(&mut table, "kind")?,
            body: match table.remove("body") {
                Some(Value::Table(body)) => body,
                _ => return Err(field("body")),
            },
        };
        if let Some(name) = table.keys().next() {
            let message = Message::new("ledger-entry-extra").with("field", name.as_str());
            return Err(Fault::new(message));
        }
        entry.check()?;
        Ok(entry)
    }

    fn check(&self) -> Result<(), Fault> {
        if self.at < 0 {
            return Err(field("at"));
        }
        if self.by.is_empty() || self.by.chars().any(char::is_control) {
            return Err(field("by"));
        }
        let is_part = |byte: u8| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'.' | b'-');
        if !(1..=LONGEST_KIND).contains(&self.kind.len()) || !self.kind.bytes().all(is_part) {
            return Err(field("kind"));
        }
        Ok(())
    }
}

fn number(table: &mut BTreeMap<String, Value>, name: &'static str) -> Result<i64, Fault> {
    match table.remove(name) {
        Some(Value::Number(number)) => Ok(number),
        _ => Err(field(name)),
    }
}

fn text(table: &mut BTreeMap<String, Value>, name: &'static str) -> Result<String, Fault> {
    match table.remove(name) {
        Some(Value::Text(text)) => Ok(text),
        _ => Err(field(name)),
    }
}

fn field(name: &'static str) -> Fault {
    Fault::new(Message::new("ledger-entry-field").with("field", name))
}

fn of_value(error: ValueError) -> Fault {
    Fault::new(match error {
        ValueError::NotCanonical(at) => Message::new("ledger-value-canonical").with("offset", at),
        ValueError::TooLarge(number) => {
            Message::new("ledger-value-number").with("number", number.to_string())
        }
        ValueError::Name => Message::new("ledger-value-name"),
        ValueError::TooDeep => Message::new("ledger-value-depth"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            at: 1_790_000_000_000,
            by: "李工 <li@example.com>".to_owned(),
            kind: "change.approved".to_owned(),
            body: [("change".to_owned(), Value::Number(7))].into(),
        }
    }

    #[test]
    fn an_entry_has_this_encoding() {
        let text = "{\"at\":1790000000000,\"body\":{\"change\":7},\
                    \"by\":\"李工 <li@example.com>\",\"kind\":\"change.approved\",\"v\":1}";
        assert_eq!(entry().encode().unwrap(), text.as_bytes());
        assert_eq!(Entry::decode(text.as_bytes()).unwrap(), entry());
    }

    #[test]
    fn anything_else_is_refused_with_its_reason() {
        let refused = |text: &str| Entry::decode(text.as_bytes()).unwrap_err().to_string();
        let good = String::from_utf8(entry().encode().unwrap()).unwrap();
        for (from, to, said) in [
            ("\"v\":1", "\"v\":2", "ledger-entry-version(version=2)"),
            ("\"v\":1", "\"v\":null", "ledger-entry-field(field=v)"),
            ("1790000000000", "-1", "ledger-entry-field(field=at)"),
            ("{\"change\":7}", "[]", "ledger-entry-field(field=body)"),
            (
                "change.approved",
                "Approved",
                "ledger-entry-field(field=kind)",
            ),
            ("change.approved", "", "ledger-entry-field(field=kind)"),
            ("李工 <li@example.com>", "", "ledger-entry-field(field=by)"),
            ("李工", "\\u001b", "ledger-entry-field(field=by)"),
            ("\"v\":1", "\"v\":1,\"w\":1", "ledger-entry-extra(field=w)"),
            (",\"v\":1", "", "ledger-entry-field(field=v)"),
            ("{\"at\"", "{ \"at\"", "ledger-value-canonical(offset=1)"),
        ] {
            assert!(good.contains(from));
            assert_eq!(refused(&good.replace(from, to)), said);
        }
        assert_eq!(refused("[]"), "ledger-entry-table");
    }

    #[test]
    fn unknown_kinds_are_read() {
        let mut unknown = entry();
        unknown.kind = "of-tomorrow.9".to_owned();
        let bytes = unknown.encode().unwrap();
        assert_eq!(Entry::decode(&bytes).unwrap(), unknown);
    }

    #[test]
    fn large_content_is_sent_to_a_blob() {
        let mut large = entry();
        let room = LARGEST_ENTRY - large.encode().unwrap().len() - ",\"text\":\"\"".len();
        large.body.insert("text".into(), "x".repeat(room).into());
        let bytes = large.encode().unwrap();
        assert_eq!(bytes.len(), LARGEST_ENTRY);
        assert_eq!(Entry::decode(&bytes).unwrap(), large);
        large
            .body
            .insert("text".into(), "x".repeat(room + 1).into());
        let fault = large.encode().unwrap_err();
        assert_eq!(
            fault.to_string(),
            "ledger-entry-too-large(length=65536, most=65535)"
        );
    }
}
