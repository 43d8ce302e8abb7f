//! What entries say, as canonical text: RFC 8785 (JSON Canonicalization Scheme), integers only.
//!
//! A value has exactly one encoding, and decoding refuses every other, so that bytes and meaning
//! cannot come apart.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use thiserror::Error;

/// A value of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// Nothing
    Null,
    /// Yes or no
    Bool(bool),
    /// A whole number; RFC 8785 keeps it within ±(2^53 − 1)
    Number(i64),
    /// Text
    Text(String),
    /// A list
    List(Vec<Value>),
    /// Named values; names are ASCII, so that their order is the same in bytes and in UTF-16
    Table(BTreeMap<String, Value>),
}

/// The largest number that every reader of JSON keeps exact.
const MOST: i64 = (1 << 53) - 1;

/// How deep values may be nested.
const DEEPEST: usize = 64;

/// Why bytes are no value, or a value has no bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ValueError {
    /// Not the one canonical encoding of anything
    #[error("byte {0} is not canonical JSON (RFC 8785, integers only)")]
    NotCanonical(usize),
    /// A number beyond ±(2^53 − 1)
    #[error("the number {0} is beyond ±(2^53 - 1)")]
    TooLarge(i64),
    /// The name of a value is not ASCII
    #[error("a name is not ASCII")]
    Name,
    /// Nested too deeply
    #[error("values are nested more than {DEEPEST} deep")]
    TooDeep,
}

impl Value {
    /// A table of named values.
    #[must_use]
    pub fn table<const N: usize>(entries: [(&str, Self); N]) -> Self {
        let entries = entries.into_iter();
        Self::Table(
            entries
                .map(|(name, value)| (name.to_owned(), value))
                .collect(),
        )
    }

    /// A list.
    pub fn list<T: Into<Self>>(items: impl IntoIterator<Item = T>) -> Self {
        Self::List(items.into_iter().map(Into::into).collect())
    }

    /// The value of that name, if this is a table that has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Table(table) => table.get(name),
            _ => None,
        }
    }

    /// The text, if it is one.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub fn as_number(&self) -> Option<i64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The yes or no, if it is one.
    #[must_use]
    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Self::Bool(bool) => Some(*bool),
            _ => None,
        }
    }

    /// The items, if it is a list.
    #[must_use]
    pub fn as_list(&self) -> Option<&[Self]> {
        match self {
            Self::List(items) => Some(items),
            _ => None,
        }
    }

    /// The named values, if it is a table.
    #[must_use]
    pub fn as_table(&self) -> Option<&BTreeMap<String, Self>> {
        match self {
            Self::Table(table) => Some(table),
            _ => None,
        }
    }

    /// The canonical bytes.
    ///
    /// # Errors
    /// A number or a name that the encoding does not have, or nesting beyond its depth.
    pub fn encode(&self) -> Result<String, ValueError> {
        let mut out = String::new();
        self.write(&mut out, 0)?;
        Ok(out)
    }

    fn write(&self, out: &mut String, depth: usize) -> Result<(), ValueError> {
        if depth > DEEPEST {
            return Err(ValueError::TooDeep);
        }
        match self {
            Self::Null => out.push_str("null"),
            Self::Bool(true) => out.push_str("true"),
            Self::Bool(false) => out.push_str("false"),
            Self::Number(number) if (-MOST..=MOST).contains(number) => {
                out.push_str(&number.to_string());
            }
            Self::Number(number) => return Err(ValueError::TooLarge(*number)),
            Self::Text(text) => quote(text, out),
            Self::List(items) => {
                out.push('[');
                for (position, item) in items.iter().enumerate() {
                    if position > 0 {
                        out.push(',');
                    }
                    item.write(out, depth + 1)?;
                }
                out.push(']');
            }
            Self::Table(table) => {
                out.push('{');
                for (position, (name, value)) in table.iter().enumerate() {
                    if !name.is_ascii() {
                        return Err(ValueError::Name);
                    }
                    if position > 0 {
                        out.push(',');
                    }
                    quote(name, out);
                    out.push(':');
                    value.write(out, depth + 1)?;
                }
                out.push('}');
            }
        }
        Ok(())
    }

    /// Reads canonical bytes.
    ///
    /// # Errors
    /// The bytes are not what [`Value::encode`] gives for any value.
    pub fn decode(bytes: &[u8]) -> Result<Self, ValueError> {
        let text = std::str::from_utf8(bytes)
            .map_err(|error| ValueError::NotCanonical(error.valid_up_to()))?;
        let mut reader = Reader { text, at: 0 };
        let value = reader.value(0)?;
        if reader.at == text.len() {
            Ok(value)
        } else {
            Err(reader.wrong())
        }
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Number(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<bool> for Value {
    fn from(bool: bool) -> Self {
        Self::Bool(bool)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Text in quotes, with the escapes of RFC 8785 section 3.2.2.2 and no others.
fn quote(text: &str, out: &mut String) {
    out.push('"');
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\u{8}' => out.push_str("\\b"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\u{c}' => out.push_str("\\f"),
            '\r' => out.push_str("\\r"),
            control if control < ' ' => {
                // Writing to a text cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(control));
            }
            other => out.push(other),
        }
    }
    out.push('"');
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl<'a> Reader<'a> {
    fn wrong(&self) -> ValueError {
        ValueError::NotCanonical(self.at)
    }

    fn rest(&self) -> &'a str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn take(&mut self, expected: &str) -> bool {
        let found = self.rest().starts_with(expected);
        if found {
            self.at += expected.len();
        }
        found
    }

    fn value(&mut self, depth: usize) -> Result<Value, ValueError> {
        if depth > DEEPEST {
            return Err(ValueError::TooDeep);
        }
        match self.rest().bytes().next() {
            Some(b'n') if self.take("null") => Ok(Value::Null),
            Some(b't') if self.take("true") => Ok(Value::Bool(true)),
            Some(b'f') if self.take("false") => Ok(Value::Bool(false)),
            Some(b'"') => self.quoted().map(Value::Text),
            Some(b'[') => self.list(depth),
            Some(b'{') => self.table(depth),
            Some(b'-' | b'0'..=b'9') => self.number(),
            _ => Err(self.wrong()),
        }
    }

    fn number(&mut self) -> Result<Value, ValueError> {
        let is_part = |byte: u8| byte == b'-' || byte.is_ascii_digit();
        let length = self
            .rest()
            .bytes()
            .take_while(|byte| is_part(*byte))
            .count();
        let text = self.rest().get(..length).unwrap_or_default();
        let number: i64 = text.parse().map_err(|_| self.wrong())?;
        // `-0`, leading zeros and numbers that other readers round have no canonical form.
        if number.to_string() != text || !(-MOST..=MOST).contains(&number) {
            return Err(self.wrong());
        }
        self.at += length;
        Ok(Value::Number(number))
    }

    fn list(&mut self, depth: usize) -> Result<Value, ValueError> {
        self.at += 1;
        let mut items = Vec::new();
        if self.take("]") {
            return Ok(Value::List(items));
        }
        loop {
            items.push(self.value(depth + 1)?);
            if self.take("]") {
                return Ok(Value::List(items));
            }
            if !self.take(",") {
                return Err(self.wrong());
            }
        }
    }

    fn table(&mut self, depth: usize) -> Result<Value, ValueError> {
        self.at += 1;
        let mut table: BTreeMap<String, Value> = BTreeMap::new();
        if self.take("}") {
            return Ok(Value::Table(table));
        }
        loop {
            let begin = self.at;
            let name = self.quoted()?;
            let is_next = table.last_key_value().is_none_or(|(last, _)| *last < name);
            if !is_next || !name.is_ascii() {
                return Err(ValueError::NotCanonical(begin));
            }
            if !self.take(":") {
                return Err(self.wrong());
            }
            let value = self.value(depth + 1)?;
            table.insert(name, value);
            if self.take("}") {
                return Ok(Value::Table(table));
            }
            if !self.take(",") {
                return Err(self.wrong());
            }
        }
    }

    fn quoted(&mut self) -> Result<String, ValueError> {
        if !self.take("\"") {
            return Err(self.wrong());
        }
        let mut text = String::new();
        loop {
            let rest = self.rest();
            let is_special = |byte: u8| matches!(byte, b'"' | b'\\' | 0..b' ');
            let plain = rest.bytes().position(is_special);
            let (plain, special) = plain
                .and_then(|at| rest.split_at_checked(at))
                .ok_or_else(|| self.wrong())?;
            text.push_str(plain);
            self.at += plain.len();
            if special.starts_with('"') {
                self.at += 1;
                return Ok(text);
            }
            if !special.starts_with('\\') {
                return Err(self.wrong());
            }
            text.push(self.escape()?);
        }
    }

    /// An escape; one that RFC 8785 writes in another way is refused.
    fn escape(&mut self) -> Result<char, ValueError> {
        let short = [
            ("\\\"", '"'),
            ("\\\\", '\\'),
            ("\\b", '\u{8}'),
            ("\\t", '\t'),
            ("\\n", '\n'),
            ("\\f", '\u{c}'),
            ("\\r", '\r'),
        ];
        for (escape, character) in short {
            if self.take(escape) {
                return Ok(character);
            }
        }
        let digits = self.rest().get(2..6).unwrap_or_default();
        let code = u32::from_str_radix(digits, 16)
            .ok()
            .and_then(char::from_u32);
        let character = code.filter(|one| *one < ' ').ok_or_else(|| self.wrong())?;
        let mut expected = String::new();
        quote(&character.to_string(), &mut expected);
        let expected = expected.trim_matches('"').to_owned();
        if self.take(&expected) {
            Ok(character)
        } else {
            Err(self.wrong())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn any_value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            (-MOST..=MOST).prop_map(Value::Number),
            any::<String>().prop_map(Value::Text),
        ];
        leaf.prop_recursive(4, 32, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::List),
                prop::collection::btree_map("[ -~]{0,6}", inner, 0..5).prop_map(Value::Table),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_was_encoded_is_decoded_and_is_json(value in any_value()) {
            let text = value.encode().unwrap();
            prop_assert_eq!(Value::decode(text.as_bytes()).unwrap(), value);
            serde_json::from_str::<serde_json::Value>(&text).unwrap();
        }

        #[test]
        fn there_is_one_encoding(bytes in prop::collection::vec(any::<u8>(), 0..40)) {
            if let Ok(value) = Value::decode(&bytes) {
                prop_assert_eq!(value.encode().unwrap().into_bytes(), bytes);
            }
        }

        #[test]
        fn a_changed_byte_is_refused_or_means_something_else(
            value in any_value(), at in any::<prop::sample::Index>(), to in any::<u8>()
        ) {
            let mut bytes = value.encode().unwrap().into_bytes();
            let at = at.index(bytes.len());
            let before = std::mem::replace(&mut bytes[at], to);
            if before != to && let Ok(other) = Value::decode(&bytes) {
                prop_assert_ne!(other, value);
            }
        }
    }

    #[test]
    fn other_spellings_are_refused() {
        for text in [
            " 1",
            "1 ",
            "01",
            "-0",
            "1.0",
            "1e3",
            "9007199254740992",
            "{\"b\":1,\"a\":2}",
            "{\"a\":1,\"a\":2}",
            "[1, 2]",
            "\"\\u0041\"",
            "\"\\/\"",
            "\"\\u000A\"",
            "\"\\u001F\"",
            "\"\n\"",
            "{\"é\":1}",
            "[1,]",
            "",
            "nul",
            "\"",
        ] {
            assert!(Value::decode(text.as_bytes()).is_err(), "{text}");
        }
        assert!(Value::decode("[".repeat(100).as_bytes()).is_err());
        assert_eq!(
            Value::Number(MOST + 1).encode(),
            Err(ValueError::TooLarge(MOST + 1))
        );
    }
}
