//! Keys that signatures are verified with, and who signs.
//!
//! A key is known by its name and an id of four bytes, and written as a `vkey` (C2SP
//! `signed-note`, "Verifier keys"): name, id in hexadecimal digits, and type and key in Base64,
//! joined by `+`.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature as Ed25519Signature, VerifyingKey as Ed25519Key};
use ml_dsa::{EncodedVerifyingKey, MlDsa44, Signature as MlDsaSignature, VerifyingKey as MlDsaKey};
use sha2::{Digest, Sha256};
use thiserror::Error;
use yumen_diagnostics::Message;

use crate::fault::{Fault, fault};

/// What a key signs with, and over what.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Algorithm {
    /// Ed25519 over the text of a note: type 0x01
    Ed25519,
    /// Ed25519 over a checkpoint with the time, `cosignature/v1`: type 0x04
    Ed25519Cosignature,
    /// ML-DSA-44 (FIPS 204) over a tree with the time, `subtree/v1`: type 0x06
    MlDsa44,
}

impl Algorithm {
    const ALL: [Self; 3] = [Self::Ed25519, Self::Ed25519Cosignature, Self::MlDsa44];

    /// The type byte of C2SP `signed-note`.
    #[must_use]
    pub fn type_byte(self) -> u8 {
        match self {
            Self::Ed25519 => 0x01,
            Self::Ed25519Cosignature => 0x04,
            Self::MlDsa44 => 0x06,
        }
    }

    /// Bytes of a public key.
    #[must_use]
    pub fn key_length(self) -> usize {
        match self {
            Self::Ed25519 | Self::Ed25519Cosignature => 32,
            Self::MlDsa44 => 1312,
        }
    }

    /// Bytes of a signature, without a time before it.
    #[must_use]
    pub fn signature_length(self) -> usize {
        match self {
            Self::Ed25519 | Self::Ed25519Cosignature => 64,
            Self::MlDsa44 => 2420,
        }
    }

    /// True if a signature carries the time when it was made.
    #[must_use]
    pub fn is_timestamped(self) -> bool {
        !matches!(self, Self::Ed25519)
    }
}

/// A public key with its name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VerifierKey {
    name: String,
    algorithm: Algorithm,
    key: Vec<u8>,
    id: u32,
}

impl VerifierKey {
    /// A key of that name.
    ///
    /// # Errors
    /// The name is empty or has a space, a control character or `+`; the bytes are no such key.
    pub fn new(name: &str, algorithm: Algorithm, key: &[u8]) -> Result<Self, Fault> {
        if !is_key_name(name) {
            return Err(Fault::new(
                Message::new("ledger-key-name").with("name", name),
            ));
        }
        let is_valid = match algorithm {
            Algorithm::Ed25519 | Algorithm::Ed25519Cosignature => {
                ed25519_key(key).is_some_and(|key| !key.is_weak())
            }
            Algorithm::MlDsa44 => key.len() == algorithm.key_length(),
        };
        if !is_valid {
            return Err(fault("ledger-key-invalid"));
        }
        Ok(Self {
            name: name.to_owned(),
            algorithm,
            key: key.to_vec(),
            id: key_id(name, algorithm, key),
        })
    }

    /// Reads a `vkey`.
    ///
    /// # Errors
    /// It is none, its id does not belong to the key, or its type is not known.
    pub fn from_vkey(vkey: &str) -> Result<Self, Fault> {
        let not_a_vkey = || fault("ledger-key-vkey");
        let mut parts = vkey.splitn(3, '+');
        let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
            return Err(not_a_vkey());
        };
        let key = STANDARD.decode(key).map_err(|_| not_a_vkey())?;
        let (type_byte, key) = key.split_first().ok_or_else(not_a_vkey)?;
        let algorithm = Algorithm::ALL
            .into_iter()
            .find(|one| one.type_byte() == *type_byte)
            .ok_or_else(|| {
                let message = Message::new("ledger-key-type");
                Fault::new(message.with("type", format!("0x{type_byte:02x}")))
            })?;
        let found = Self::new(name, algorithm, key)?;
        if format!("{:08x}", found.id) != id {
            let message = Message::new("ledger-key-id").with("id", id);
            return Err(Fault::new(
                message.with("expected", format!("{:08x}", found.id)),
            ));
        }
        Ok(found)
    }

    /// The key as a `vkey`.
    #[must_use]
    pub fn to_vkey(&self) -> String {
        let mut typed = vec![self.algorithm.type_byte()];
        typed.extend(&self.key);
        format!("{}+{:08x}+{}", self.name, self.id, STANDARD.encode(typed))
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// What it signs with.
    #[must_use]
    pub fn algorithm(&self) -> Algorithm {
        self.algorithm
    }

    /// The public key itself.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.key
    }

    /// The id, which with the name finds the signatures of this key in a note. It is short: it
    /// proves nothing.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.id
    }

    /// Whether a signature of exactly these bytes was made by this key: the bare algorithm,
    /// without what notes put around messages and signatures. ML-DSA has no context.
    ///
    /// Ed25519 is verified strictly: points of small order are refused.
    #[must_use]
    pub fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        match self.algorithm {
            Algorithm::Ed25519 | Algorithm::Ed25519Cosignature => {
                let signature = Ed25519Signature::from_slice(signature).ok();
                let parts = ed25519_key(&self.key).zip(signature);
                parts.is_some_and(|(key, signature)| key.verify_strict(message, &signature).is_ok())
            }
            Algorithm::MlDsa44 => {
                let key = EncodedVerifyingKey::<MlDsa44>::try_from(self.key.as_slice());
                let key = key.ok().map(|key| MlDsaKey::<MlDsa44>::decode(&key));
                let signature = MlDsaSignature::<MlDsa44>::try_from(signature).ok();
                let parts = key.zip(signature);
                parts.is_some_and(|(key, sign)| key.verify_with_context(message, &[], &sign))
            }
        }
    }
}

/// The name and id; the key itself is long.
impl fmt::Debug for VerifierKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "VerifierKey({}+{:08x}, {:?})",
            self.name, self.id, self.algorithm
        )
    }
}

/// Someone who holds a private key.
///
/// What is signed is chosen here (`cosignature`), so that the holder needs no knowledge of
/// formats; the private key never comes here.
pub trait Signer {
    /// The public half, by which the signature will be verified.
    fn key(&self) -> &VerifierKey;

    /// Signs exactly these bytes: Ed25519 (RFC 8032), or ML-DSA-44 without context.
    ///
    /// # Errors
    /// The key cannot be used.
    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError>;
}

/// Why there is no signature.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum SignError {
    /// The holder of the key failed, for people
    #[error("the key `{name}` cannot sign ({error})")]
    Key {
        /// Name of the key
        name: String,
        /// What went wrong
        error: String,
    },
    /// What was to be signed has no message of that kind: a name or an origin of more than 255
    /// bytes, or a time beyond 2^63
    #[error("the key `{name}` has no way to sign this: a name, an origin or a time is too long")]
    Message {
        /// Name of the key
        name: String,
    },
}

impl SignError {
    /// The same as a message that the shells can show in either language.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Key { name, error } => Message::new("ledger-sign-key")
                .with("name", name.as_str())
                .with("error", error.as_str()),
            Self::Message { name } => {
                Message::new("ledger-sign-message").with("name", name.as_str())
            }
        }
    }
}

/// True for what may name a key: not empty, no space, no control character, no `+`.
pub(crate) fn is_key_name(name: &str) -> bool {
    let is_wrong = |one: char| one.is_whitespace() || one.is_control() || one == '+';
    !name.is_empty() && !name.chars().any(is_wrong)
}

fn ed25519_key(key: &[u8]) -> Option<Ed25519Key> {
    Ed25519Key::from_bytes(key.try_into().ok()?).ok()
}

/// C2SP `signed-note`, "Signatures": the first four bytes of a hash over name, type and key.
fn key_id(name: &str, algorithm: Algorithm, key: &[u8]) -> u32 {
    let hash = Sha256::new()
        .chain_update(name)
        .chain_update([b'\n', algorithm.type_byte()])
        .chain_update(key)
        .finalize();
    hash.iter()
        .take(4)
        .fold(0, |id, byte| id << 8 | u32::from(*byte))
}
