//! A second reader, `docs/verify_ledger.py`, which shares no code with this crate.
//!
//! `YUMEN_PYTHON` names an interpreter that has the package `cryptography`; else `python3` is tried.

use std::path::{Path, PathBuf};
use std::process::Command;

use yumen_ledger::{Algorithm, CHECKPOINT, Checkpoint, SignedCheckpoint, Signer};

use crate::logs::{Memory, NOW, entry, keys, log};
use crate::signers::{Holder, ORIGIN, log_keys};

/// A directory of its own, removed at the end.
struct Directory(PathBuf);

impl Directory {
    fn new(name: &str, memory: &Memory) -> Self {
        let name = format!("yumen-ledger-{}-{name}", std::process::id());
        let directory = Self(std::env::temp_dir().join(name));
        for (path, content) in &memory.0 {
            let path = directory.0.join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, content).unwrap();
        }
        directory
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        std::fs::remove_dir_all(&self.0).unwrap();
    }
}

fn python() -> Command {
    Command::new(std::env::var_os("YUMEN_PYTHON").unwrap_or_else(|| "python3".into()))
}

fn knows(import: &str) -> bool {
    let found = python().args(["-c", import]).output();
    found.is_ok_and(|output| output.status.success())
}

fn has_cryptography() -> bool {
    let found = knows("from cryptography.hazmat.primitives.asymmetric import ed25519");
    if !found {
        println!("skipped: no Python with the package cryptography; set YUMEN_PYTHON");
    }
    found
}

fn has_ml_dsa() -> bool {
    knows(
        "from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA44PublicKey as K; \
         K.from_public_bytes(bytes(1312))",
    )
}

fn run(directory: &Directory, vkeys: &[String]) -> (Option<i32>, String) {
    run_with(directory, vkeys, None)
}

fn run_with(
    directory: &Directory,
    vkeys: &[String],
    modules: Option<&Directory>,
) -> (Option<i32>, String) {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/verify_ledger.py");
    let mut command = python();
    command.arg(script).arg(&directory.0).args(vkeys);
    command.env("PYTHONIOENCODING", "utf-8");
    if let Some(modules) = modules {
        command.env("PYTHONPATH", &modules.0);
    }
    let output = command.output().unwrap();
    let said = String::from_utf8(output.stdout).unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert_eq!(errors, "");
    (output.status.code(), said)
}

fn vkeys() -> Vec<String> {
    keys().iter().map(|key| key.to_vkey()).collect()
}

#[test]
fn exports_hold_there_too() {
    if !has_cryptography() {
        return;
    }
    for size in [1, 2, 255, 256, 257, 600] {
        let memory = log(size);
        let directory = Directory::new(&format!("holds-{size}"), &memory);
        let (code, said) = run(&directory, &vkeys());
        let expected = if has_ml_dsa() { 0 } else { 2 };
        assert_eq!(code, Some(expected), "{said}");
        assert_eq!(said.contains("NOT CHECKED"), !has_ml_dsa());
        assert!(
            said.starts_with(&format!("{ORIGIN}: {size} entries")),
            "{said}"
        );
        assert!(said.contains(&format!("{}", entry(size - 1).at)), "{said}");
        let (code, said) = run(&directory, &vkeys()[..1]);
        assert_eq!(code, Some(0), "{said}");
    }
}

#[test]
fn damage_is_found_there_too() {
    if !has_cryptography() {
        return;
    }
    let good = log(300);
    let mut damaged: Vec<(&str, usize)> = vec![
        ("tile/entries/000", 100),
        ("tile/entries/000", 0),
        ("tile/entries/001.p/44", 77),
        (CHECKPOINT, 3),
        (CHECKPOINT, 40),
    ];
    let note = String::from_utf8(good.0[CHECKPOINT].clone()).unwrap();
    damaged.push((CHECKPOINT, note.find("— ").unwrap() + 40));
    if has_ml_dsa() {
        damaged.push((CHECKPOINT, note.len() - 1000));
    }
    for (path, at) in damaged {
        let mut wrong = good.clone();
        wrong.0.get_mut(path).unwrap()[at] ^= 1;
        let directory = Directory::new("damaged", &wrong);
        let (code, said) = run(&directory, &vkeys());
        assert_eq!(code, Some(1), "byte {at} of {path}: {said}");
        assert!(said.starts_with("does not hold: "), "{said}");
    }
    let stranger = Holder::new(ORIGIN, Algorithm::Ed25519, 99).key().to_vkey();
    let (code, said) = run(&Directory::new("stranger", &good), &[stranger]);
    assert_eq!(code, Some(1), "{said}");
}

/// An older package is played by one in which the module is missing.
#[test]
fn what_was_not_checked_is_said() {
    if !has_cryptography() {
        return;
    }
    let older = Memory([("sitecustomize.py".to_owned(), OLDER.to_vec())].into());
    let older = Directory::new("older", &older);
    let directory = Directory::new("unchecked", &log(3));
    let (code, said) = run_with(&directory, &vkeys(), Some(&older));
    assert_eq!(code, Some(2), "{said}");
    assert_eq!(said.matches("NOT CHECKED").count(), 1, "{said}");
    assert!(
        said.contains(&format!("{ORIGIN}+{:08x}", keys()[1].id())),
        "{said}"
    );
}

const OLDER: &[u8] = b"import sys
sys.modules['cryptography.hazmat.primitives.asymmetric.mldsa'] = None
";

#[test]
fn all_types_of_signatures_are_read_alike() {
    if !has_cryptography() {
        return;
    }
    let mut memory = log(5);
    let signed = SignedCheckpoint::parse(&memory.0[CHECKPOINT]).unwrap();
    let checkpoint = signed.checkpoint();
    let checkpoint = Checkpoint::new(ORIGIN, checkpoint.size, checkpoint.root);
    let mut signed = SignedCheckpoint::unsigned(checkpoint).unwrap();
    let cosigner = Holder::new(ORIGIN, Algorithm::Ed25519Cosignature, 5);
    signed.sign(&cosigner, NOW).unwrap();
    for holder in &log_keys() {
        signed.sign(holder, NOW).unwrap();
    }
    memory
        .0
        .insert(CHECKPOINT.to_owned(), signed.note().to_text().into_bytes());
    let directory = Directory::new("types", &memory);
    let mut vkeys = vkeys();
    vkeys.push(cosigner.key().to_vkey());
    let (code, said) = run(&directory, &vkeys);
    assert_eq!(code, Some(if has_ml_dsa() { 0 } else { 2 }), "{said}");
}
