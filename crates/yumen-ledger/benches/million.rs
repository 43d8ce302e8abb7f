//! Measures a log of a million entries of about 300 bytes: how fast it is written as files, and
//! how fast it is verified.
//!
//! `cargo bench -p yumen-ledger` keeps the files in memory; `cargo bench -p yumen-ledger -- DIR`
//! writes them to a directory and reads them from there. A number after that is another size.
#![expect(clippy::print_stdout, reason = "a measurement prints its figures")]

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};
use std::time::Instant;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair, ML_DSA_44_SIGNING, PqdsaKeyPair};
use yumen_ledger::{
    Algorithm, CHECKPOINT, Checkpoint, Entry, Export, File, SignError, SignedCheckpoint, Signer,
    Source, Trust, Value, VerifierKey, verify,
};

const ORIGIN: &str = "yumen.example/log";
const NOW: u64 = 1_795_600_000;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args()
        .skip(1)
        .filter(|argument| !argument.starts_with("--"))
        .collect();
    let size = arguments
        .get(1)
        .map_or(Ok(1_000_000), |size| size.parse())?;
    let mut files = match arguments.first() {
        Some(directory) => Files::Directory(PathBuf::from(directory)),
        None => Files::Memory(BTreeMap::new()),
    };

    let start = Instant::now();
    let mut export = Export::new();
    let mut bytes = 0;
    for number in 0..size {
        let entry = entry(number)?;
        bytes += entry.len();
        files.put(export.append(&entry)?)?;
    }
    files.put(export.partial())?;
    tell("written", size, bytes, start);

    let signers = [ed25519()?, ml_dsa()?];
    let start = Instant::now();
    let checkpoint = Checkpoint::new(ORIGIN, export.size(), export.root());
    let mut signed = SignedCheckpoint::unsigned(checkpoint)?;
    for signer in &signers {
        signed.sign(signer, NOW)?;
    }
    println!("signed twice in {:?}", start.elapsed());
    files.put(vec![File {
        path: CHECKPOINT.to_owned(),
        bytes: signed.note().to_text().into_bytes(),
    }])?;

    let keys = signers.each_ref().map(|signer| signer.key.clone());
    let trust = Trust {
        keys: &keys,
        policy: None,
        now: NOW,
    };
    for _ in 0..3 {
        let start = Instant::now();
        let verified = verify(&files, &trust, None, &mut |_| {})?;
        tell("verified", verified.size(), bytes, start);
    }
    Ok(())
}

fn tell(what: &str, size: u64, bytes: usize, start: Instant) {
    let seconds = start.elapsed().as_secs_f64();
    let (entries, bytes) = (size as f64, bytes as f64);
    println!(
        "{what}: {size} entries of {:.0} bytes in {seconds:.2} s: {:.0} entries/s, {:.0} MB/s",
        bytes / entries,
        entries / seconds,
        bytes / seconds / 1e6,
    );
}

fn entry(number: u64) -> Result<Vec<u8>, Box<dyn Error>> {
    let number = i64::try_from(number)?;
    let edit = Value::table([
        ("edit", Value::from("AuthorizeSecurityGroup")),
        ("group", Value::from(format!("sg-bp1{number:016x}"))),
        ("ports", Value::from("443/443")),
        ("request", Value::from(format!("3F6E1A2B-{number:012}"))),
        ("source", Value::from("10.0.0.0/8")),
    ]);
    let entry = Entry {
        at: 1_795_000_000_000 + number * 13,
        by: "li@example.com".to_owned(),
        kind: "change.applied".to_owned(),
        body: [
            ("change".to_owned(), Value::from(number)),
            ("edits".to_owned(), Value::List(vec![edit])),
            ("snapshot".to_owned(), Value::from("c4".repeat(32))),
        ]
        .into(),
    };
    Ok(entry.encode()?)
}

/// Where the files of the log are.
enum Files {
    Memory(BTreeMap<String, Vec<u8>>),
    Directory(PathBuf),
}

impl Files {
    fn put(&mut self, files: Vec<File>) -> Result<(), Box<dyn Error>> {
        for File { path, bytes } in files {
            match self {
                Self::Memory(map) => {
                    map.insert(path, bytes);
                }
                Self::Directory(directory) => {
                    let path = directory.join(path);
                    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
                    fs::write(path, bytes)?;
                }
            }
        }
        Ok(())
    }
}

impl Source for Files {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        match self {
            Self::Memory(map) => Ok(map.get(path).cloned()),
            Self::Directory(directory) => fs::read(directory.join(path))
                .map(Some)
                .map_err(|error| error.to_string()),
        }
    }
}

type Sign = dyn Fn(&[u8]) -> Option<Vec<u8>>;

struct Holder {
    key: VerifierKey,
    sign: Box<Sign>,
}

impl Signer for Holder {
    fn key(&self) -> &VerifierKey {
        &self.key
    }

    fn sign(&self, message: &[u8]) -> Result<Vec<u8>, SignError> {
        (self.sign)(message).ok_or_else(|| SignError::Key {
            name: self.key.name().to_owned(),
            error: "unspecified".to_owned(),
        })
    }
}

fn ed25519() -> Result<Holder, Box<dyn Error>> {
    let pair = Ed25519KeyPair::from_seed_unchecked(&[1; 32])?;
    Ok(Holder {
        key: VerifierKey::new(ORIGIN, Algorithm::Ed25519, pair.public_key().as_ref())?,
        sign: Box::new(move |message| Some(pair.sign(message).as_ref().to_vec())),
    })
}

fn ml_dsa() -> Result<Holder, Box<dyn Error>> {
    let pair = PqdsaKeyPair::from_seed(&ML_DSA_44_SIGNING, &[2; 32])?;
    Ok(Holder {
        key: VerifierKey::new(ORIGIN, Algorithm::MlDsa44, pair.public_key().as_ref())?,
        sign: Box::new(move |message| {
            let mut signature = vec![0; Algorithm::MlDsa44.signature_length()];
            pair.sign(message, &mut signature).ok()?;
            Some(signature)
        }),
    })
}
