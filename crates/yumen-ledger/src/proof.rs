//! Proofs that stand alone (C2SP `tlog-proof`): an entry's place, its path to the root, and the
//! signed checkpoint.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use yumen_diagnostics::Message;

use crate::checkpoint::SignedCheckpoint;
use crate::entry::Entry;
use crate::fault::{Fault, decimal, fault};
use crate::hash::Hash;
use crate::policy::Witnessed;
use crate::tree::{LONGEST_PROOF, verify_inclusion};
use crate::trust::Trust;

const HEADER: &str = "c2sp.org/tlog-proof@v1";

/// A proof, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Proof {
    /// Something for the application, which nothing signs
    pub extra: Option<Vec<u8>>,
    /// Number of the entry, counted from 0
    pub index: u64,
    /// From the entry's sibling to the child of the root
    pub path: Vec<Hash>,
    /// What the log and its witnesses have signed
    pub checkpoint: SignedCheckpoint,
}

/// An entry that is in the log: only a verification makes one.
#[derive(Clone, Debug)]
pub struct Proved {
    index: u64,
    entry: Entry,
    by: Witnessed,
}

impl Proof {
    /// Reads a proof.
    ///
    /// # Errors
    /// The line that is wrong; the checkpoint is read as strictly as anywhere.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        let wrong = |number| fault("ledger-proof-line").at_line(number);
        let ends = bytes.windows(2).position(|two| two == b"\n\n");
        let parts = ends.and_then(|at| Some((bytes.get(..at)?, bytes.get(at + 2..)?)));
        let (head, note) = parts.ok_or_else(|| fault("ledger-proof-no-checkpoint"))?;
        let head = std::str::from_utf8(head).map_err(|_| wrong(1))?;
        let mut lines = head.split('\n').zip(1..).peekable();
        if lines.next().is_none_or(|(line, _)| line != HEADER) {
            return Err(fault("ledger-proof-header").at_line(1));
        }
        let mut extra = None;
        if let Some((line, number)) = lines.next_if(|(line, _)| line.starts_with("extra ")) {
            let text = line.trim_start_matches("extra ");
            extra = Some(STANDARD.decode(text).map_err(|_| wrong(number))?);
        }
        let (line, number) = lines.next().unwrap_or(("", 2));
        let index = line.strip_prefix("index ").and_then(decimal);
        let index = index.ok_or_else(|| wrong(number))?;
        let mut path = Vec::new();
        for (line, number) in lines {
            path.push(Hash::from_base64(line).ok_or_else(|| wrong(number))?);
        }
        if path.len() > LONGEST_PROOF {
            return Err(fault("ledger-proof-long"));
        }
        let checkpoint = SignedCheckpoint::parse(note)?;
        let proof = Self {
            extra,
            index,
            path,
            checkpoint,
        };
        if proof.to_text().as_bytes() != bytes {
            return Err(wrong(2));
        }
        Ok(proof)
    }

    /// The proof as a file, by habit named `….tlog-proof`.
    #[must_use]
    pub fn to_text(&self) -> String {
        let mut text = format!("{HEADER}\n");
        if let Some(extra) = &self.extra {
            text.push_str(&format!("extra {}\n", STANDARD.encode(extra)));
        }
        text.push_str(&format!("index {}\n", self.index));
        for hash in &self.path {
            text.push_str(&format!("{hash}\n"));
        }
        text.push('\n');
        text.push_str(&self.checkpoint.note().to_text());
        text
    }

    /// Whether an entry, by its bytes, is what this proof speaks of.
    ///
    /// # Errors
    /// The checkpoint is not believed, the path does not lead to its root, or the bytes are no
    /// entry.
    pub fn verify(&self, entry: &[u8], trust: &Trust<'_>) -> Result<Proved, Fault> {
        let by = trust.check(&self.checkpoint)?;
        let checkpoint = self.checkpoint.checkpoint();
        let leaf = Hash::of_leaf(entry);
        let (size, root) = (checkpoint.size, checkpoint.root);
        if !verify_inclusion(leaf, self.index, size, &self.path, root) {
            let message = Message::new("ledger-proof-wrong")
                .with("entry", self.index)
                .with("size", size);
            return Err(Fault::new(message));
        }
        let entry = Entry::decode(entry)?;
        let index = self.index;
        Ok(Proved { index, entry, by })
    }
}

impl Proved {
    /// Number of the entry in the log.
    #[must_use]
    pub fn index(&self) -> u64 {
        self.index
    }

    /// The entry.
    #[must_use]
    pub fn entry(&self) -> &Entry {
        &self.entry
    }

    /// Who has signed that.
    #[must_use]
    pub fn by(&self) -> &Witnessed {
        &self.by
    }
}
