//! Checkpoints (C2SP `tlog-checkpoint`): which log, how many entries, which root.

use yumen_diagnostics::Message;

use crate::fault::{Fault, decimal, fault};
use crate::hash::Hash;
use crate::note::Note;

/// What a log says of itself at a time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which log: its identity, not empty
    pub origin: String,
    /// Entries in it
    pub size: u64,
    /// Root of its tree
    pub root: Hash,
    /// Further lines, without meaning here; Yumen writes none, since ML-DSA-44 does not sign them
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// A checkpoint without extension lines.
    #[must_use]
    pub fn new(origin: &str, size: u64, root: Hash) -> Self {
        Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions: Vec::new(),
        }
    }

    /// Reads the text of a note.
    ///
    /// # Errors
    /// It is not exactly origin, size, root and extension lines.
    pub fn parse(text: &str) -> Result<Self, Fault> {
        let wrong = |what| Fault::new(Message::new("ledger-checkpoint-line").with("field", what));
        let lines = text
            .strip_suffix('\n')
            .ok_or_else(|| wrong("root").at_line(3))?;
        let mut lines = lines.split('\n');
        let origin = lines.next().filter(|line| is_line(line));
        let origin = origin.ok_or_else(|| wrong("origin").at_line(1))?;
        let size = lines.next().and_then(decimal);
        let size = size.ok_or_else(|| wrong("size").at_line(2))?;
        let root = lines.next().and_then(Hash::from_base64);
        let root = root.ok_or_else(|| wrong("root").at_line(3))?;
        let mut extensions = Vec::new();
        for (line, number) in lines.zip(4..) {
            if !is_line(line) {
                return Err(wrong("extension").at_line(number));
            }
            extensions.push(line.to_owned());
        }
        if size == 0 && root != Hash::empty() {
            return Err(wrong("root").at_line(3));
        }
        Ok(Self {
            origin: origin.to_owned(),
            size,
            root,
            extensions,
        })
    }

    /// The text of the note.
    ///
    /// # Errors
    /// The origin or an extension line is empty or not one line.
    pub fn to_text(&self) -> Result<String, Fault> {
        let mut lines = self.extensions.iter().chain([&self.origin]);
        if !lines.all(|line| is_line(line)) {
            return Err(fault("ledger-checkpoint-write"));
        }
        let mut text = format!("{}\n{}\n{}\n", self.origin, self.size, self.root);
        for line in &self.extensions {
            text.push_str(line);
            text.push('\n');
        }
        Ok(text)
    }
}

/// A checkpoint in the note that carries it, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SignedCheckpoint {
    checkpoint: Checkpoint,
    note: Note,
}

impl SignedCheckpoint {
    /// A checkpoint that nobody has signed yet.
    ///
    /// # Errors
    /// The checkpoint cannot be written.
    pub fn unsigned(checkpoint: Checkpoint) -> Result<Self, Fault> {
        let note = Note::unsigned(&checkpoint.to_text()?)?;
        Ok(Self { checkpoint, note })
    }

    /// Reads a signed note that is a checkpoint.
    ///
    /// # Errors
    /// It is no note, or its text no checkpoint.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let note = Note::parse(bytes)?;
        let checkpoint = Checkpoint::parse(note.text())?;
        Ok(Self { checkpoint, note })
    }

    /// What it says.
    #[must_use]
    pub fn checkpoint(&self) -> &Checkpoint {
        &self.checkpoint
    }

    /// The note that says it.
    #[must_use]
    pub fn note(&self) -> &Note {
        &self.note
    }

    /// The note, for more signatures; its text stays.
    pub(crate) fn note_mut(&mut self) -> &mut Note {
        &mut self.note
    }
}

fn is_line(line: &str) -> bool {
    !line.is_empty() && !line.bytes().any(|byte| byte < b' ')
}
