//! Key files: made, read again, refused where they should be, and changed for new ones.

use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::Command;

use yumen_ledger::{Algorithm, Signer as _, Value};
use yumen_store::{Identity, KeyChange, Passphrase, RealDisk, StoreError};

use crate::fixture::ORIGIN;

fn generate(path: &Path, passphrase: Option<&Passphrase>) -> Identity {
    Identity::generate(&RealDisk, path, ORIGIN, passphrase).unwrap()
}

fn load(path: &Path, passphrase: Option<&Passphrase>) -> Result<Identity, StoreError> {
    Identity::load(&RealDisk, path, ORIGIN, passphrase)
}

#[test]
fn keys_come_back_from_their_file_and_sign() {
    let folder = tempfile::tempdir().unwrap();
    let passphrase = Passphrase::new("长夜 horse".to_owned());
    for (name, passphrase) in [("plain", None), ("locked", Some(&passphrase))] {
        let path = folder.path().join(name);
        let made = generate(&path, passphrase);
        let mode = std::fs::metadata(&path).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        let read = load(&path, passphrase).unwrap();
        assert_eq!(made.vkeys(), read.vkeys());
        let algorithms = read.pairs().each_ref().map(|pair| pair.key().algorithm());
        assert_eq!(algorithms, [Algorithm::Ed25519, Algorithm::MlDsa44]);
        for (pair, key) in read.pairs().iter().zip(made.verifier_keys()) {
            let signature = pair.sign(b"message").unwrap();
            assert!(key.verify(b"message", &signature));
            assert!(!key.verify(b"massage", &signature));
        }
        let text = std::fs::read_to_string(&path).unwrap();
        assert_eq!(text.contains("ENCRYPTED"), passphrase.is_some());
    }
    assert_ne!(
        load(&folder.path().join("plain"), None).unwrap().vkeys(),
        load(&folder.path().join("locked"), Some(&passphrase))
            .unwrap()
            .vkeys()
    );
}

#[test]
fn what_is_no_safe_key_file_is_refused_with_its_reason() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    let passphrase = Passphrase::new("right".to_owned());
    generate(&path, Some(&passphrase));
    let shown = || path.display().to_string();
    let again = Identity::generate(&RealDisk, &path, ORIGIN, None).unwrap_err();
    assert_eq!(again, StoreError::Exists { path: shown() });
    let wrong = Passphrase::new("wrong".to_owned());
    let refused = load(&path, Some(&wrong)).unwrap_err();
    assert_eq!(refused, StoreError::Passphrase { path: shown() });
    let refused = load(&path, None).unwrap_err();
    assert_eq!(refused, StoreError::NoPassphrase { path: shown() });
    for mode in [0o640, 0o604, 0o660] {
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        let refused = load(&path, Some(&passphrase)).unwrap_err();
        assert_eq!(refused, StoreError::KeyOpen { path: shown() });
    }
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600)).unwrap();
    let good = std::fs::read_to_string(&path).unwrap();
    let one_key = &good[..good.find("-----END").unwrap() + 40];
    for text in ["", "nothing", one_key, &format!("{good}{good}")] {
        std::fs::write(&path, text).unwrap();
        let refused = load(&path, Some(&passphrase)).unwrap_err();
        assert_eq!(refused, StoreError::KeyFile { path: shown() }, "{text}");
    }
    let missing = load(&folder.path().join("none"), None).unwrap_err();
    assert!(matches!(missing, StoreError::Missing { .. }));
}

#[test]
fn openssl_reads_an_encrypted_key() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("key");
    generate(&path, Some(&Passphrase::new("open".to_owned())));
    let Ok(output) = Command::new("openssl")
        .args(["pkey", "-passin", "pass:open", "-noout", "-text", "-in"])
        .arg(&path)
        .output()
    else {
        return;
    };
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(said.contains("ED25519"), "{output:?}");
}

#[test]
fn a_change_of_keys_is_signed_by_both_and_by_nobody_else() {
    let folder = tempfile::tempdir().unwrap();
    let old = generate(&folder.path().join("old"), None);
    let new = generate(&folder.path().join("new"), None);
    let other = generate(&folder.path().join("other"), None);
    let body = KeyChange::body(&old, &new).unwrap();
    let change = KeyChange::verify(&body).unwrap();
    assert_eq!(change.old, old.verifier_keys());
    assert_eq!(change.new, new.verifier_keys());
    let entry = yumen_ledger::Entry {
        body: body.clone(),
        ..crate::fixture::entry(1)
    };
    assert!(entry.encode().unwrap().len() < 40_000);
    // Somebody else's keys in place of either side.
    for side in ["old", "new"] {
        let mut forged = body.clone();
        forged.insert(side.to_owned(), Value::list(other.vkeys()));
        assert!(KeyChange::verify(&forged).is_err());
        forged.insert(side.to_owned(), Value::list([] as [String; 0]));
        assert!(KeyChange::verify(&forged).is_err());
    }
    let Some(Value::Table(signatures)) = body.get("signatures") else {
        panic!("no signatures")
    };
    assert_eq!(signatures.len(), 4);
    for key in signatures.keys() {
        let mut fewer = signatures.clone();
        fewer.remove(key);
        let mut forged = body.clone();
        forged.insert("signatures".to_owned(), Value::Table(fewer));
        assert!(KeyChange::verify(&forged).is_err());
    }
}
