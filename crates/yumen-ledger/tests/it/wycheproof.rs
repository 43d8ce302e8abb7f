//! ML-DSA-44 against the vectors of Project Wycheproof: a few of our own choosing, and all of them
//! where they are to be had (`YUMEN_SHARED_DATA`, or `../shared/data` beside the workspace).

use std::path::PathBuf;

use ml_dsa::{EncodedVerifyingKey, MlDsa44, Signature, VerifyingKey};
use serde_json::Value;
use yumen_ledger::{Algorithm, VerifierKey};

use crate::signers::library_verifies;

const CHOSEN: &str = include_str!("../vectors/mldsa_44_verify.json");

#[test]
fn the_chosen_vectors() {
    let (valid, invalid) = verdicts(&serde_json::from_str(CHOSEN).unwrap());
    assert!(
        valid >= 5 && invalid >= 8,
        "{valid} valid, {invalid} invalid"
    );
}

#[test]
fn all_vectors() {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("YUMEN_SHARED_DATA").map_or(beside, PathBuf::from);
    let Ok(files) = std::fs::read_dir(data.join("pq")) else {
        println!(
            "skipped: no vectors in {}; set YUMEN_SHARED_DATA",
            data.display()
        );
        return;
    };
    let mut counts = (0, 0);
    for file in files {
        let text = std::fs::read_to_string(file.unwrap().path()).unwrap();
        let (valid, invalid) = verdicts(&serde_json::from_str(&text).unwrap());
        counts = (counts.0 + valid, counts.1 + invalid);
    }
    assert!(counts.0 >= 200 && counts.1 >= 100, "{counts:?}");
}

fn bytes(value: &Value) -> Vec<u8> {
    let text = value.as_str().unwrap();
    let byte = |at| u8::from_str_radix(&text[at..at + 2], 16).unwrap();
    (0..text.len()).step_by(2).map(byte).collect()
}

/// Compares the verdicts on a file of vectors of either kind; counts the valid and the invalid.
fn verdicts(file: &Value) -> (usize, usize) {
    let mut counts = (0, 0);
    for group in file["testGroups"].as_array().unwrap() {
        // A private key that is refused has no public one.
        if group["publicKey"].is_null() {
            continue;
        }
        let public = bytes(&group["publicKey"]);
        for test in group["tests"].as_array().unwrap() {
            // Signed by `mu` alone, which nobody does here.
            let Some(message) = test.get("msg").map(bytes) else {
                continue;
            };
            let signature = bytes(&test["sig"]);
            let is_valid = test["result"] == "valid";
            let context = test.get("ctx").map(bytes).unwrap_or_default();
            let found = verdict(&public, &message, &context, &signature);
            assert_eq!(found, is_valid, "{} ({})", test["tcId"], test["comment"]);
            match is_valid {
                true => counts.0 += 1,
                false => counts.1 += 1,
            }
        }
    }
    counts
}

/// By the ledger's verifier, which has no context; vectors with one go to what it stands on.
fn verdict(public: &[u8], message: &[u8], context: &[u8], signature: &[u8]) -> bool {
    if context.is_empty() {
        let key = VerifierKey::new("wycheproof", Algorithm::MlDsa44, public);
        return key.is_ok_and(|key| {
            let found = key.verify(message, signature);
            assert_eq!(library_verifies(&key, message, signature), found);
            found
        });
    }
    let key = EncodedVerifyingKey::<MlDsa44>::try_from(public).unwrap();
    let key = VerifyingKey::<MlDsa44>::decode(&key);
    let signature = Signature::<MlDsa44>::try_from(signature);
    signature.is_ok_and(|signature| key.verify_with_context(message, context, &signature))
}
