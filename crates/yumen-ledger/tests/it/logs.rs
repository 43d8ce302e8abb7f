//! Logs for tests, in memory.

use std::collections::BTreeMap;
use std::sync::LazyLock;

use yumen_ledger::{
    CHECKPOINT, Checkpoint, Entry, Export, Fault, SignedCheckpoint, Signer, Source, TileReader,
    Trust, Value, Verified, VerifierKey, tile::Tile, verify,
};

use crate::signers::{ORIGIN, log_keys, public};

/// 2026-11-25, in seconds.
pub(crate) const NOW: u64 = 1_795_600_000;

/// The files of a log.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Memory(pub(crate) BTreeMap<String, Vec<u8>>);

impl Source for Memory {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        Ok(self.0.get(path).cloned())
    }

    fn list(&self) -> Result<Option<Vec<String>>, String> {
        Ok(Some(self.0.keys().cloned().collect()))
    }
}

impl TileReader for Memory {
    fn tile(&self, tile: &Tile) -> Result<Vec<u8>, String> {
        self.0
            .get(&tile.path())
            .cloned()
            .ok_or_else(|| "not there".to_owned())
    }
}

pub(crate) fn entry(number: u64) -> Entry {
    let number = i64::try_from(number).unwrap();
    Entry {
        at: 1_795_000_000_000 + number * 700,
        by: "li@example.com".to_owned(),
        kind: "change.approved".to_owned(),
        body: [
            ("change".to_owned(), Value::Number(number)),
            (
                "comment".to_owned(),
                Value::from("x".repeat((number % 7) as usize)),
            ),
        ]
        .into(),
    }
}

pub(crate) fn bytes(number: u64) -> Vec<u8> {
    entry(number).encode().unwrap()
}

/// The files of a log of so many entries, unsigned, and its export at that point.
pub(crate) fn unsigned(size: u64, entry: &dyn Fn(u64) -> Vec<u8>) -> (Memory, Export) {
    let (mut memory, mut export) = (Memory::default(), Export::new());
    for number in 0..size {
        let files = export.append(&entry(number)).unwrap();
        memory
            .0
            .extend(files.into_iter().map(|file| (file.path, file.bytes)));
    }
    let partial = export.partial().into_iter();
    memory.0.extend(partial.map(|file| (file.path, file.bytes)));
    (memory, export)
}

pub(crate) fn signed(checkpoint: Checkpoint) -> SignedCheckpoint {
    let mut signed = SignedCheckpoint::unsigned(checkpoint).unwrap();
    for holder in &log_keys() {
        signed.sign(holder, NOW).unwrap();
    }
    signed
}

/// The files of a log of so many entries, signed by both keys.
pub(crate) fn log_of(size: u64, entry: &dyn Fn(u64) -> Vec<u8>) -> Memory {
    let (mut memory, export) = unsigned(size, entry);
    let checkpoint = signed(Checkpoint::new(ORIGIN, size, export.root()));
    memory.0.insert(
        CHECKPOINT.to_owned(),
        checkpoint.note().to_text().into_bytes(),
    );
    memory
}

pub(crate) fn log(size: u64) -> Memory {
    log_of(size, &bytes)
}

pub(crate) fn keys() -> Vec<VerifierKey> {
    static KEYS: LazyLock<Vec<VerifierKey>> = LazyLock::new(|| public(&log_keys()));
    KEYS.clone()
}

pub(crate) fn trust(keys: &[VerifierKey]) -> Trust<'_> {
    Trust {
        keys,
        policy: None,
        now: NOW,
    }
}

pub(crate) fn verified(memory: &Memory, known: Option<&Checkpoint>) -> Result<Verified, Fault> {
    verify(memory, &trust(&keys()), known, &mut |_| {})
}

pub(crate) fn said(memory: &Memory, known: Option<&Checkpoint>) -> String {
    match verified(memory, known) {
        Ok(verified) => format!("verified {}", verified.size()),
        Err(fault) => fault.to_string(),
    }
}

/// A signer that is used as one of several.
pub(crate) fn dynamic(holders: &[impl Signer]) -> Vec<&dyn Signer> {
    holders.iter().map(|holder| holder as &dyn Signer).collect()
}
