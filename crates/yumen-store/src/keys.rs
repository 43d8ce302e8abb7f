//! Keys at rest and in use: Ed25519 and ML-DSA-44, made and used by aws-lc-rs.
//!
//! A key file has mode 0600 and holds both keys as PKCS#8 in PEM (RFC 5958, RFC 7468), plain or
//! encrypted with a passphrase (PBES2: scrypt, AES-256-CBC; OpenSSL reads it). The same files serve
//! the log, witnesses and people who approve. Names are not in them: the log's is its origin.

use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use aws_lc_rs::rand;
use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair as _, ML_DSA_44_SIGNING, PqdsaKeyPair};
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::pem::{LineEnding, PemLabel as _};
use pkcs8::pkcs5::pbes2::Parameters;
use pkcs8::pkcs5::scrypt;
use pkcs8::{EncryptedPrivateKeyInfoRef, SecretDocument};
use yumen_ledger::{Algorithm, SignError, Signer, Value, VerifierKey};
use zeroize::Zeroizing;

use crate::disk::{Access, Disk, replace};
use crate::error::StoreError;

/// The label of a key that is not encrypted.
const PLAIN: &str = "PRIVATE KEY";

/// The kind of an entry that tells of new keys.
pub const KEY_CHANGED: &str = "key-changed";

/// What stands before the canonical text that both old and new keys sign.
const KEY_CHANGED_HEADER: &str = "yumen key-changed v1\n";

/// A passphrase, overwritten in memory when it is no longer used.
pub type Passphrase = Zeroizing<String>;

/// A private key with its name.
pub struct KeyPair {
    key: VerifierKey,
    secret: Secret,
}

enum Secret {
    Ed25519(Ed25519KeyPair),
    MlDsa44(PqdsaKeyPair),
}

/// The two keys of somebody: one for today's verifiers, one that a quantum computer does not break.
#[derive(Clone, Debug)]
pub struct Identity {
    pairs: [Arc<KeyPair>; 2],
}

impl Identity {
    /// Makes new keys and writes them into a new file.
    ///
    /// # Errors
    /// There is such a file already ([`StoreError::Exists`]), it cannot be written, or the name
    /// cannot be one of a key.
    pub fn generate(
        disk: &dyn Disk,
        path: &Path,
        name: &str,
        passphrase: Option<&Passphrase>,
    ) -> Result<Self, StoreError> {
        let failed = |error: std::io::Error| StoreError::file(path, &error);
        if disk.read(path).map_err(failed)?.is_some() {
            return Err(StoreError::Exists {
                path: path.display().to_string(),
            });
        }
        let secrets = [
            Secret::Ed25519(Ed25519KeyPair::generate().map_err(signing)?),
            Secret::MlDsa44(PqdsaKeyPair::generate(&ML_DSA_44_SIGNING).map_err(signing)?),
        ];
        let mut text = Zeroizing::new(String::new());
        for secret in &secrets {
            text.push_str(&secret.to_pem(passphrase)?);
        }
        let identity = Self::new(name, secrets)?;
        disk.create_folder(crate::disk::folder_of(path))
            .map_err(failed)?;
        replace(disk, path, text.as_bytes(), Access::Private)?;
        Ok(identity)
    }

    /// Reads the keys of a file.
    ///
    /// # Errors
    /// Others may read the file ([`StoreError::KeyOpen`]), it is no key file, or the passphrase is
    /// missing or wrong.
    pub fn load(
        disk: &dyn Disk,
        path: &Path,
        name: &str,
        passphrase: Option<&Passphrase>,
    ) -> Result<Self, StoreError> {
        let failed = |error: std::io::Error| StoreError::file(path, &error);
        let shown = || path.display().to_string();
        let text = disk.read(path).map_err(failed)?;
        let text = Zeroizing::new(text.ok_or_else(|| StoreError::Missing { location: shown() })?);
        if disk.is_open_to_others(path).map_err(failed)? {
            return Err(StoreError::KeyOpen { path: shown() });
        }
        let no_key_file = || StoreError::KeyFile { path: shown() };
        let text = std::str::from_utf8(&text).map_err(|_| no_key_file())?;
        let mut secrets = Vec::new();
        for block in blocks(text) {
            let (label, document) = SecretDocument::from_pem(block).map_err(|_| no_key_file())?;
            let document = match (label, passphrase) {
                (PLAIN, _) => document,
                (EncryptedPrivateKeyInfoRef::PEM_LABEL, Some(passphrase)) => {
                    decrypt(&document, passphrase)
                        .ok_or(StoreError::Passphrase { path: shown() })?
                }
                (EncryptedPrivateKeyInfoRef::PEM_LABEL, None) => {
                    return Err(StoreError::NoPassphrase { path: shown() });
                }
                _ => return Err(no_key_file()),
            };
            secrets.push(Secret::parse(document.as_bytes()).ok_or_else(no_key_file)?);
        }
        secrets.sort_by_key(Secret::algorithm);
        let secrets: [Secret; 2] = secrets.try_into().map_err(|_| no_key_file())?;
        if secrets.each_ref().map(Secret::algorithm) != [Algorithm::Ed25519, Algorithm::MlDsa44] {
            return Err(no_key_file());
        }
        Self::new(name, secrets)
    }

    fn new(name: &str, secrets: [Secret; 2]) -> Result<Self, StoreError> {
        let [ed25519, ml_dsa] = secrets;
        let pair = |secret: Secret| -> Result<Arc<KeyPair>, StoreError> {
            let key = VerifierKey::new(name, secret.algorithm(), secret.public_key())?;
            Ok(Arc::new(KeyPair { key, secret }))
        };
        Ok(Self {
            pairs: [pair(ed25519)?, pair(ml_dsa)?],
        })
    }

    /// Both keys: Ed25519, then ML-DSA-44.
    #[must_use]
    pub fn pairs(&self) -> &[Arc<KeyPair>; 2] {
        &self.pairs
    }

    /// Both keys as signers, for [`crate::Notary`].
    #[must_use]
    pub fn signers(&self) -> Vec<Arc<dyn Signer + Send + Sync>> {
        let signer =
            |pair: &Arc<KeyPair>| -> Arc<dyn Signer + Send + Sync> { Arc::clone(pair) as _ };
        self.pairs.iter().map(signer).collect()
    }

    /// The public halves.
    #[must_use]
    pub fn verifier_keys(&self) -> Vec<VerifierKey> {
        self.pairs.iter().map(|pair| pair.key.clone()).collect()
    }

    /// The public halves as `vkey` texts.
    #[must_use]
    pub fn vkeys(&self) -> Vec<String> {
        self.pairs.iter().map(|pair| pair.key.to_vkey()).collect()
    }
}

impl Signer for KeyPair {
    fn key(&self) -> &VerifierKey {
        &self.key
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        match &self.secret {
            Secret::Ed25519(pair) => Ok(pair.sign(message).as_ref().to_vec()),
            Secret::MlDsa44(pair) => {
                let mut signature = vec![0; ML_DSA_44_SIGNING.signature_len()];
                let result = pair.sign(message, &mut signature);
                result.map_err(|error| SignError::Key {
                    name: self.key.name().to_owned(),
                    error: error.to_string(),
                })?;
                Ok(signature)
            }
        }
    }
}

/// The public half; the private one is never shown.
impl fmt::Debug for KeyPair {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyPair({:?})", self.key)
    }
}

impl Secret {
    fn parse(document: &[u8]) -> Option<Self> {
        if let Ok(pair) = Ed25519KeyPair::from_pkcs8_maybe_unchecked(document) {
            return Some(Self::Ed25519(pair));
        }
        let pair = PqdsaKeyPair::from_pkcs8(&ML_DSA_44_SIGNING, document);
        pair.ok().map(Self::MlDsa44)
    }

    fn algorithm(&self) -> Algorithm {
        match self {
            Self::Ed25519(_) => Algorithm::Ed25519,
            Self::MlDsa44(_) => Algorithm::MlDsa44,
        }
    }

    fn public_key(&self) -> &[u8] {
        match self {
            Self::Ed25519(pair) => pair.public_key().as_ref(),
            Self::MlDsa44(pair) => pair.public_key().as_ref(),
        }
    }

    fn to_pem(&self, passphrase: Option<&Passphrase>) -> Result<Zeroizing<String>, StoreError> {
        let document = match self {
            Self::Ed25519(pair) => pair.to_pkcs8v1(),
            Self::MlDsa44(pair) => pair.to_pkcs8v1(),
        };
        let document = document.map_err(signing)?;
        let document = SecretDocument::try_from(document.as_ref()).map_err(signing)?;
        let pem = match passphrase {
            None => document.to_pem(PLAIN, LineEnding::LF),
            Some(passphrase) => encrypt(&document, passphrase)?
                .to_pem(EncryptedPrivateKeyInfoRef::PEM_LABEL, LineEnding::LF),
        };
        pem.map_err(signing)
    }
}

/// PBES2 with scrypt and AES-256-CBC (RFC 8018, RFC 7914).
fn encrypt(
    document: &SecretDocument,
    passphrase: &Passphrase,
) -> Result<SecretDocument, StoreError> {
    let (mut salt, mut iv) = ([0; 16], [0; 16]);
    rand::fill(&mut salt).map_err(signing)?;
    rand::fill(&mut iv).map_err(signing)?;
    let cost = scrypt::Params::new(SCRYPT_LOG_N, 8, 1).map_err(signing)?;
    let parameters = Parameters::generate_scrypt_aes256cbc(cost, &salt, iv).map_err(signing)?;
    let encrypted = parameters
        .encrypt(passphrase.as_bytes(), document.as_bytes())
        .map_err(signing)?;
    let info = EncryptedPrivateKeyInfoRef {
        encryption_algorithm: parameters.into(),
        encrypted_data: OctetStringRef::new(&encrypted).map_err(signing)?,
    };
    SecretDocument::try_from(&info).map_err(signing)
}

/// Binary logarithm of scrypt's N: 16 MiB, as much as OpenSSL takes without being told.
const SCRYPT_LOG_N: u8 = 14;

fn decrypt(document: &SecretDocument, passphrase: &Passphrase) -> Option<SecretDocument> {
    let info = EncryptedPrivateKeyInfoRef::try_from(document.as_bytes()).ok()?;
    info.decrypt(passphrase.as_bytes()).ok()
}

/// The PEM blocks of a text, each with its first and last line.
fn blocks(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        let begin = rest.find("-----BEGIN ")?;
        let end = rest.get(begin..)?.find("-----END ")? + begin;
        let length = rest
            .get(end..)?
            .find('\n')
            .map_or(rest.len() - end, |at| at + 1);
        let block = rest.get(begin..end + length)?;
        rest = rest.get(end + length..)?;
        Some(block)
    })
}

fn signing(error: impl fmt::Display) -> StoreError {
    StoreError::Signing {
        error: error.to_string(),
    }
}

/// New keys that take the place of old ones, as an entry of kind [`KEY_CHANGED`] tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeyChange {
    /// The keys that are no longer used
    pub old: Vec<VerifierKey>,
    /// The keys that are used from now on
    pub new: Vec<VerifierKey>,
}

impl KeyChange {
    /// The body of the entry that tells of the change, signed by all old and all new keys: the old
    /// ones agree, and whoever has the new ones really has them.
    ///
    /// # Errors
    /// A key cannot be used.
    pub fn body(old: &Identity, new: &Identity) -> Result<BTreeMap<String, Value>, StoreError> {
        let lists = |identity: &Identity| Value::list(identity.vkeys());
        let mut body = BTreeMap::from([
            ("new".to_owned(), lists(new)),
            ("old".to_owned(), lists(old)),
        ]);
        let message = key_change_message(&body)?;
        let mut signatures = BTreeMap::new();
        for pair in old.pairs.iter().chain(&new.pairs) {
            let signature = pair.sign(&message).map_err(signing)?;
            signatures.insert(hex(&id_of(&pair.key)), hex(&signature).into());
        }
        body.insert("signatures".to_owned(), Value::Table(signatures));
        Ok(body)
    }

    /// Reads and verifies such a body.
    ///
    /// # Errors
    /// It is none, or a signature is missing or wrong.
    pub fn verify(body: &BTreeMap<String, Value>) -> Result<Self, StoreError> {
        let wrong = || StoreError::Signing {
            error: "this is no change of keys that the old and the new keys have signed".to_owned(),
        };
        let keys = |name: &str| -> Result<Vec<VerifierKey>, StoreError> {
            let list = body.get(name).and_then(Value::as_list).ok_or_else(wrong)?;
            let key = |value: &Value| -> Result<VerifierKey, StoreError> {
                Ok(VerifierKey::from_vkey(value.as_text().ok_or_else(wrong)?)?)
            };
            list.iter().map(key).collect()
        };
        let change = Self {
            old: keys("old")?,
            new: keys("new")?,
        };
        if change.old.is_empty() || change.new.is_empty() {
            return Err(wrong());
        }
        let message = key_change_message(body)?;
        let signatures = body.get("signatures");
        for key in change.old.iter().chain(&change.new) {
            let signature = signatures.and_then(|table| table.get(&hex(&id_of(key))));
            let signature = signature.and_then(Value::as_text).and_then(unhex);
            if !signature.is_some_and(|signature| key.verify(&message, &signature)) {
                return Err(wrong());
            }
        }
        Ok(change)
    }
}

/// What is signed of a change of keys: a header and the canonical text of both lists.
fn key_change_message(body: &BTreeMap<String, Value>) -> Result<Vec<u8>, StoreError> {
    let lists = body.iter().filter(|(name, _)| *name != "signatures");
    let lists = lists.map(|(name, value)| (name.clone(), value.clone()));
    let text = Value::Table(lists.collect()).encode().map_err(signing)?;
    Ok(format!("{KEY_CHANGED_HEADER}{text}").into_bytes())
}

/// A name for a key in a table: the hash of its `vkey`, for its short id proves nothing.
fn id_of(key: &VerifierKey) -> [u8; 32] {
    yumen_ledger::Hash::of_content(key.to_vkey().as_bytes()).0
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn unhex(text: &str) -> Option<Vec<u8>> {
    let pairs = (0..text.len()).step_by(2);
    let bytes = pairs.map(|at| u8::from_str_radix(text.get(at..at + 2)?, 16).ok());
    let bytes: Option<Vec<u8>> = bytes.collect();
    bytes.filter(|bytes| hex(bytes) == text)
}
