//! Signatures of checkpoints, by the log itself and by witnesses (C2SP `tlog-cosignature`).
//!
//! A log signs in the same three ways as witnesses do; only who is believed differs.

use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::fault::Fault;
use crate::key::{Algorithm, SignError, Signer, VerifierKey};
use crate::note::NoteSignature;
use yumen_diagnostics::Message;

/// The latest time that a cosignature may carry, in seconds since 1970.
const LATEST: u64 = i64::MAX.unsigned_abs();

/// What an Ed25519 cosignature signs: a header, the time and the text of the checkpoint
/// ("Ed25519 signed message").
#[must_use]
pub fn ed25519_message(time: u64, text: &str) -> Vec<u8> {
    format!("cosignature/v1\ntime {time}\n{text}").into_bytes()
}

/// What an ML-DSA-44 cosignature of a checkpoint signs: `cosigned_message` with start 0 ("ML-DSA-44
/// signed message"). Extension lines are not part of it.
///
/// None if the name or the origin is empty or has more than 255 bytes.
#[must_use]
pub fn ml_dsa_message(name: &str, time: u64, checkpoint: &Checkpoint) -> Option<Vec<u8>> {
    let mut message = b"subtree/v1\n\0".to_vec();
    push_short(&mut message, name)?;
    message.extend(time.to_be_bytes());
    push_short(&mut message, &checkpoint.origin)?;
    message.extend(0_u64.to_be_bytes());
    message.extend(checkpoint.size.to_be_bytes());
    message.extend(checkpoint.root.0);
    Some(message)
}

fn push_short(message: &mut Vec<u8>, text: &str) -> Option<()> {
    let length = u8::try_from(text.len()).ok().filter(|length| *length > 0)?;
    message.push(length);
    message.extend(text.as_bytes());
    Some(())
}

impl SignedCheckpoint {
    /// Adds the signature of a log or a witness, made at that time (seconds since 1970), and
    /// verifies it.
    ///
    /// # Errors
    /// The key cannot be used, or has no message for this.
    pub fn sign(&mut self, signer: &dyn Signer, time: u64) -> Result<(), SignError> {
        let signature = cosign(self, signer, time)?;
        self.note_mut().add(signature);
        Ok(())
    }

    /// Adds lines that somebody else made, as a witness answers with them, if a key verifies them.
    ///
    /// # Errors
    /// None of the lines is by one of these keys, or one that claims to be is not.
    pub fn add_verified(
        &mut self,
        lines: &[NoteSignature],
        keys: &[VerifierKey],
    ) -> Result<(), Fault> {
        let mut with = self.clone();
        for line in lines {
            with.note_mut().add(line.clone());
        }
        let mut taken = false;
        for key in keys {
            let of_key = |line: &&NoteSignature| line.name == key.name() && line.id == key.id();
            if let Some(line) = lines.iter().rev().find(of_key) {
                with.signed_by(key)?;
                self.note_mut().add(line.clone());
                taken = true;
            }
        }
        if taken {
            return Ok(());
        }
        Err(Fault::new(Message::new("ledger-signature-none")))
    }

    /// Whether a key has signed it: none if there is no line of that key.
    ///
    /// # Errors
    /// A line claims to be of that key and is not. Such a note is refused as a whole: nobody has
    /// an honest reason to add that line.
    pub fn signed_by(&self, key: &VerifierKey) -> Result<Option<Signed>, Fault> {
        let mut found = None;
        for line in self.note().of(key) {
            let signed = self.verify_line(key, &line.bytes).ok_or_else(|| {
                let message = Message::new("ledger-signature-wrong");
                Fault::new(message.with("name", key.name()))
            })?;
            found = found.max(Some(signed));
        }
        Ok(found)
    }

    fn verify_line(&self, key: &VerifierKey, bytes: &[u8]) -> Option<Signed> {
        let text = self.note().text();
        if !key.algorithm().is_timestamped() {
            let signed = Signed { time: None };
            return key.verify(text.as_bytes(), bytes).then_some(signed);
        }
        let (time, signature) = bytes.split_first_chunk()?;
        let time = u64::from_be_bytes(*time);
        let message = message(key, time, self)?;
        let signed = Signed { time: Some(time) };
        key.verify(&message, signature).then_some(signed)
    }
}

/// That a key has signed a checkpoint, and when it says it did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Signed {
    /// Seconds since 1970, where the type of the signature has a time
    pub time: Option<u64>,
}

/// The line of a signer, verified before it is given away.
pub(crate) fn cosign(
    signed: &SignedCheckpoint,
    signer: &dyn Signer,
    time: u64,
) -> Result<NoteSignature, SignError> {
    let key = signer.key();
    let name = || key.name().to_owned();
    let message = message(key, time, signed).ok_or_else(|| SignError::Message { name: name() })?;
    let signature = signer.sign(&message)?;
    // A fault in the signing library, or in memory, must not become a line that condemns the log.
    if !key.verify(&message, &signature) {
        let error = "the signature does not verify".to_owned();
        return Err(SignError::Key {
            name: name(),
            error,
        });
    }
    let mut bytes = Vec::new();
    if key.algorithm().is_timestamped() {
        bytes.extend(time.to_be_bytes());
    }
    bytes.extend(signature);
    Ok(NoteSignature::by(key, bytes))
}

/// What a key signs of a checkpoint.
fn message(key: &VerifierKey, time: u64, signed: &SignedCheckpoint) -> Option<Vec<u8>> {
    if time > LATEST {
        return None;
    }
    match key.algorithm() {
        Algorithm::Ed25519 => Some(signed.note().text().as_bytes().to_vec()),
        Algorithm::Ed25519Cosignature => Some(ed25519_message(time, signed.note().text())),
        Algorithm::MlDsa44 => ml_dsa_message(key.name(), time, signed.checkpoint()),
    }
}
