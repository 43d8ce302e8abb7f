//! A person at the desk, with the keys that sign in that name.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use yumen_ledger::Signer;
use yumen_store::Identity;

use crate::failure::Failure;

/// Somebody who signs.
pub struct Person {
    /// The name, as `[people.NAME]` of `yumen.toml`
    pub name: String,
    keys: Identity,
}

impl Person {
    /// Somebody with keys.
    #[must_use]
    pub fn new(name: &str, keys: Identity) -> Self {
        Self {
            name: name.to_owned(),
            keys,
        }
    }

    /// The verifier keys.
    #[must_use]
    pub fn vkeys(&self) -> Vec<String> {
        self.keys.vkeys()
    }

    /// Signatures in base64 with each key, by verifier key.
    ///
    /// # Errors
    /// A key cannot sign.
    pub fn sign(&self, statement: &[u8]) -> Result<BTreeMap<String, String>, Failure> {
        let signed = self.keys.pairs().iter().map(|key| {
            let signature = key
                .sign(statement)
                .map_err(|error| Failure::Input(error.message()))?;
            Ok((key.key().to_vkey(), STANDARD.encode(&signature)))
        });
        signed.collect()
    }
}
