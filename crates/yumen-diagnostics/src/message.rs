//! Messages by id and arguments, and the two languages that their words are kept in.

use std::fmt;

/// What is to be said: the id of a text and the values that it mentions.
///
/// The words live in the Fluent files of the crate that owns the id; see [`Texts`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Message {
    /// Id of the text, unique over all crates, such as `gap-missing-page`
    pub id: &'static str,
    /// Values that the text mentions, by name
    pub arguments: Vec<(&'static str, Argument)>,
}

impl Message {
    /// A message without values.
    #[must_use]
    pub fn new(id: &'static str) -> Self {
        Self {
            id,
            arguments: Vec::new(),
        }
    }

    /// The same message, with one more value.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.arguments.push((name, value.into()));
        self
    }
}

/// The plain form, `id(name=value, …)`: for logs and test output, never for users.
impl fmt::Display for Message {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.id)?;
        if self.arguments.is_empty() {
            return Ok(());
        }
        let mut separator = "(";
        for (name, value) in &self.arguments {
            write!(f, "{separator}{name}={value}")?;
            separator = ", ";
        }
        f.write_str(")")
    }
}

/// A value inside a message.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Argument {
    /// Text of the user or the provider, shown as it is
    Text(String),
    /// A number, shown in the reader's way of writing numbers
    Number(i64),
}

impl fmt::Display for Argument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

impl From<&str> for Argument {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<String> for Argument {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<usize> for Argument {
    fn from(number: usize) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<u64> for Argument {
    fn from(number: u64) -> Self {
        Self::Number(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

/// A crate's words in both languages, as the contents of its two Fluent files.
#[derive(Clone, Copy, Debug)]
pub struct Texts {
    /// Name of the crate, for messages about the texts themselves
    pub owner: &'static str,
    /// Contents of `i18n/en.ftl`
    pub english: &'static str,
    /// Contents of `i18n/zh.ftl`
    pub chinese: &'static str,
}
