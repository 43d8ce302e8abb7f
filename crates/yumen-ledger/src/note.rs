//! Signed notes (C2SP `signed-note`): a text and the lines of those who signed it.
//!
//! Reading a note believes nothing: what it says counts only where a key verifies a line.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use yumen_diagnostics::Message;

use crate::fault::{Fault, fault};
use crate::key::{Algorithm, SignError, Signer, VerifierKey, is_key_name};

/// The largest note that is read, in bytes.
const LARGEST: usize = 1 << 20;

/// The most signatures that a note may carry.
const MOST_SIGNATURES: usize = 100;

/// A text with signatures, not yet verified.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Note {
    text: String,
    signatures: Vec<NoteSignature>,
}

/// A line of a note: who claims to have signed it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NoteSignature {
    /// Name of the key
    pub name: String,
    /// Id of the key
    pub id: u32,
    /// The signature as the type of the key defines it
    pub bytes: Vec<u8>,
}

impl Note {
    /// A text that nobody has signed yet.
    ///
    /// # Errors
    /// The text is empty, does not end in a newline or has another control character.
    pub fn unsigned(text: &str) -> Result<Self, Fault> {
        if !text.ends_with('\n') {
            return Err(fault("ledger-note-text"));
        }
        check_characters(text)?;
        Ok(Self {
            text: text.to_owned(),
            signatures: Vec::new(),
        })
    }

    /// Reads a signed note.
    ///
    /// # Errors
    /// The bytes are no signed note, or one beyond the limits of this reader: 1 MiB and 100
    /// signatures.
    pub fn parse(bytes: &[u8]) -> Result<Self, Fault> {
        if bytes.len() > LARGEST {
            return Err(fault("ledger-note-too-large"));
        }
        let note = std::str::from_utf8(bytes).map_err(|error| {
            let message = Message::new("ledger-note-utf8");
            Fault::new(message.with("offset", error.valid_up_to()))
        })?;
        let (text, lines) = note
            .rfind("\n\n")
            .and_then(|at| Some((note.get(..=at)?, note.get(at + 2..)?)))
            .ok_or_else(|| fault("ledger-note-unsigned"))?;
        let mut read = Self::unsigned(text)?;
        check_characters(lines)?;
        let Some(lines) = lines.strip_suffix('\n') else {
            return Err(fault("ledger-note-end"));
        };
        let first = text.matches('\n').count() + 2;
        for (line, number) in lines.split('\n').zip(first..) {
            let signature = NoteSignature::parse(line)
                .ok_or_else(|| fault("ledger-note-line").at_line(number))?;
            read.signatures.push(signature);
        }
        if read.signatures.len() > MOST_SIGNATURES {
            return Err(fault("ledger-note-too-large"));
        }
        Ok(read)
    }

    /// The text, with its last newline.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines below it, believed or not.
    #[must_use]
    pub fn signatures(&self) -> &[NoteSignature] {
        &self.signatures
    }

    /// Adds a line; one of the same key gives way to it.
    pub fn add(&mut self, signature: NoteSignature) {
        let is_other = |one: &NoteSignature| (&one.name, one.id) != (&signature.name, signature.id);
        self.signatures.retain(is_other);
        self.signatures.push(signature);
    }

    /// The lines that claim to be of a key.
    pub fn of<'n>(&'n self, key: &'n VerifierKey) -> impl Iterator<Item = &'n NoteSignature> {
        let is_its = |one: &&NoteSignature| one.name == key.name() && one.id == key.id();
        self.signatures.iter().filter(is_its)
    }

    /// Signs the text as it is, by a key of type 0x01.
    ///
    /// # Errors
    /// The key is of another type or cannot be used.
    pub fn sign(&mut self, signer: &dyn Signer) -> Result<(), SignError> {
        let key = signer.key();
        if key.algorithm() != Algorithm::Ed25519 {
            let name = key.name().to_owned();
            return Err(SignError::Message { name });
        }
        let bytes = signer.sign(self.text.as_bytes())?;
        self.add(NoteSignature::by(key, bytes));
        Ok(())
    }

    /// Whether a key of type 0x01 has signed the text: every line of that key, and at least one.
    #[must_use]
    pub fn is_signed_by(&self, key: &VerifierKey) -> bool {
        let mut lines = self.of(key).peekable();
        key.algorithm() == Algorithm::Ed25519
            && lines.peek().is_some()
            && lines.all(|line| key.verify(self.text.as_bytes(), &line.bytes))
    }

    /// The note as it is written.
    #[must_use]
    pub fn to_text(&self) -> String {
        let lines = self.signatures.iter().map(NoteSignature::to_line);
        format!("{}\n{}", self.text, lines.collect::<String>())
    }
}

impl NoteSignature {
    /// A line of a key.
    #[must_use]
    pub fn by(key: &VerifierKey, bytes: Vec<u8>) -> Self {
        Self {
            name: key.name().to_owned(),
            id: key.id(),
            bytes,
        }
    }

    /// Reads a line without its newline.
    #[must_use]
    pub fn parse(line: &str) -> Option<Self> {
        let (name, signature) = line.strip_prefix("— ")?.split_once(' ')?;
        let decoded = STANDARD.decode(signature).ok()?;
        let (id, bytes) = decoded.split_first_chunk()?;
        (is_key_name(name) && !bytes.is_empty()).then(|| Self {
            name: name.to_owned(),
            id: u32::from_be_bytes(*id),
            bytes: bytes.to_vec(),
        })
    }

    /// The line with its newline.
    #[must_use]
    pub fn to_line(&self) -> String {
        let mut bytes = self.id.to_be_bytes().to_vec();
        bytes.extend(&self.bytes);
        format!("— {} {}\n", self.name, STANDARD.encode(bytes))
    }
}

fn check_characters(text: &str) -> Result<(), Fault> {
    let is_control = |byte: u8| byte < b' ' && byte != b'\n';
    match text.bytes().position(is_control) {
        Some(at) => {
            let message = Message::new("ledger-note-control").with("offset", at);
            Err(Fault::new(message))
        }
        None => Ok(()),
    }
}
