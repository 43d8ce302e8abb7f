//! Private keys for tests, held by the signing library.

use aws_lc_rs::signature::{
    ED25519, Ed25519KeyPair, KeyPair, ML_DSA_44, ML_DSA_44_SIGNING, PqdsaKeyPair, UnparsedPublicKey,
};
use yumen_ledger::{Algorithm, SignError, Signer, VerifierKey};

pub(crate) const ORIGIN: &str = "yumen.example/log";

pub(crate) struct Holder {
    key: VerifierKey,
    pair: Pair,
}

enum Pair {
    Ed25519(Ed25519KeyPair),
    MlDsa44(PqdsaKeyPair),
}

impl Holder {
    pub(crate) fn new(name: &str, algorithm: Algorithm, seed: u8) -> Self {
        let seed = [seed; 32];
        let (public, pair) = match algorithm {
            Algorithm::MlDsa44 => {
                let pair = PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, &seed).unwrap();
                (pair.public_key().as_ref().to_vec(), Pair::MlDsa44(pair))
            }
            Algorithm::Ed25519 | Algorithm::Ed25519Cosignature => {
                let pair = Ed25519KeyPair::from_seed_unchecked(&seed).unwrap();
                (pair.public_key().as_ref().to_vec(), Pair::Ed25519(pair))
            }
        };
        let key = VerifierKey::new(name, algorithm, &public).unwrap();
        Self { key, pair }
    }
}

impl Signer for Holder {
    fn key(&self) -> &VerifierKey {
        &self.key
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        Ok(match &self.pair {
            Pair::Ed25519(pair) => pair.sign(message).as_ref().to_vec(),
            Pair::MlDsa44(pair) => {
                let mut signature = vec![0; 2420];
                pair.sign(message, &mut signature).unwrap();
                signature
            }
        })
    }
}

/// A key that fails, or that signs something else.
pub(crate) struct Broken {
    pub(crate) key: VerifierKey,
    pub(crate) gives: Result<Vec<u8>, SignError>,
}

impl Signer for Broken {
    fn key(&self) -> &VerifierKey {
        &self.key
    }

    fn sign(&self, _: &[u8]) -> Result<Vec<u8>, SignError> {
        self.gives.clone()
    }
}

/// The keys of a log: Ed25519 and ML-DSA-44.
pub(crate) fn log_keys() -> [Holder; 2] {
    [
        Holder::new(ORIGIN, Algorithm::Ed25519, 1),
        Holder::new(ORIGIN, Algorithm::MlDsa44, 2),
    ]
}

pub(crate) fn public(holders: &[Holder]) -> Vec<VerifierKey> {
    holders.iter().map(|holder| holder.key().clone()).collect()
}

/// The verdict of the signing library.
pub(crate) fn library_verifies(key: &VerifierKey, message: &[u8], signature: &[u8]) -> bool {
    let public = key.public_key();
    match key.algorithm() {
        Algorithm::MlDsa44 => UnparsedPublicKey::new(&ML_DSA_44, public).verify(message, signature),
        Algorithm::Ed25519 | Algorithm::Ed25519Cosignature => {
            UnparsedPublicKey::new(&ED25519, public).verify(message, signature)
        }
    }
    .is_ok()
}
