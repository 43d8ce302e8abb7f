//! What is wrong with bytes that claim to be part of a ledger, and where.

use std::error::Error;
use std::fmt;

use yumen_diagnostics::{Argument, Message, Place};

/// A reason not to believe something: where it stands and what is wrong.
///
/// The message names the offset or the entry where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The file as the reader knows it, with the line where it has lines; nowhere if what was
    /// read is no file
    pub place: Place,
    /// The entry that it is about, counted from 0, where the message does not name it
    pub entry: Option<u64>,
    /// What is wrong and what to do
    pub message: Message,
}

impl Fault {
    /// Something wrong in what is no file, or no file yet.
    #[must_use]
    pub fn new(message: Message) -> Self {
        Self {
            place: Place::default(),
            entry: None,
            message,
        }
    }

    /// The same, in a file; what already knows its file keeps it.
    #[must_use]
    pub fn in_file(mut self, path: &str) -> Self {
        self.place.file.get_or_insert_with(|| path.into());
        self
    }

    /// Where it stands, for people: the entry, if the message does not name it. The file is in
    /// `place`.
    #[must_use]
    pub fn location(&self) -> Option<Message> {
        let entry = self.entry?;
        Some(Message::new("ledger-at-entry").with("entry", entry))
    }

    pub(crate) fn of_entry(mut self, entry: u64) -> Self {
        self.entry = Some(entry);
        self
    }

    pub(crate) fn with(mut self, name: &'static str, value: impl Into<Argument>) -> Self {
        self.message = self.message.with(name, value);
        self
    }

    pub(crate) fn at_line(mut self, line: usize) -> Self {
        self.place.line = Some(u32::try_from(line).unwrap_or(u32::MAX));
        self
    }
}

/// The plain form, for logs and tests: place and message without words.
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (&self.place.file, self.place.line) {
            (Some(_), _) => write!(f, "{}: ", self.place)?,
            (None, Some(line)) => write!(f, "line {line}: ")?,
            (None, None) => {}
        }
        if let Some(entry) = self.entry {
            write!(f, "entry {entry}: ")?;
        }
        self.message.fmt(f)
    }
}

impl Error for Fault {}

pub(crate) fn fault(id: &'static str) -> Fault {
    Fault::new(Message::new(id))
}

/// A decimal number without leading zeros, as all formats of C2SP write it.
pub(crate) fn decimal(text: &str) -> Option<u64> {
    let number: u64 = text.parse().ok()?;
    (number.to_string() == text).then_some(number)
}
