//! Real kills: a program that appends without pause is killed, dozens of times, at any moment.

use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use yumen_ledger::{Checkpoint, Hash, verify_consistency};
use yumen_store::{Identity, Location, Notary, Options, RealDisk, Store};

use crate::disk::scrambled;
use crate::fixture::{ORIGIN, Place, keys_of, new_entries};

/// Where the program that is to be killed finds its keys, and its store.
const KEYS: &str = "YUMEN_KILLED_KEYS";
const STORE: &str = "YUMEN_KILLED_STORE";

const KILLS: usize = 30;

fn open(keys: &std::path::Path, location: &Location) -> Store {
    let identity = Identity::load(&RealDisk, &keys.join("key"), ORIGIN, None).unwrap();
    let options = Options {
        origin: Some(ORIGIN.to_owned()),
        notary: Some(Notary {
            signers: identity.signers(),
            folder: keys.to_owned(),
            disk: Arc::new(RealDisk),
        }),
        is_read_only: false,
    };
    Store::open(location, options).unwrap()
}

/// Not a test by itself: this is what runs in the program that is killed.
#[test]
fn the_program_that_is_killed() {
    let (Some(keys), Ok(store)) = (std::env::var_os(KEYS), std::env::var(STORE)) else {
        return;
    };
    let store = open(keys.as_ref(), &Location::parse(&store).unwrap());
    thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let number = i64::try_from(store.size().unwrap()).unwrap();
                    let done = store
                        .append(&new_entries(number..number + 3), None)
                        .unwrap();
                    let signed = store.checkpoint().unwrap().unwrap();
                    let Checkpoint { size, root, .. } = signed.checkpoint();
                    let line = format!("\nacknowledged {} {size} {root}\n", done.size);
                    std::io::stdout().write_all(line.as_bytes()).unwrap();
                }
            });
        }
    });
}

#[test]
fn a_killed_program_loses_nothing_and_signs_one_history() {
    for place in Place::each() {
        let keys = place.keys();
        std::fs::create_dir(&keys).unwrap();
        Identity::generate(&RealDisk, &keys.join("key"), ORIGIN, None).unwrap();
        let text = crate::fixture::url_of(&place.location);
        let mut seed = 7;
        let mut signed: Vec<Checkpoint> = Vec::new();
        let mut acknowledged = 0;
        for _ in 0..KILLS {
            let mut child = Command::new(std::env::current_exe().unwrap())
                .args([
                    "kills::the_program_that_is_killed",
                    "--exact",
                    "--nocapture",
                ])
                .env(KEYS, &keys)
                .env(STORE, &text)
                .stdin(Stdio::null())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()
                .unwrap();
            let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
            let wanted = scrambled(&mut seed) % 12;
            let mut seen = 0;
            while seen < wanted {
                let line = lines.next().expect("the program ended by itself").unwrap();
                seen += u64::from(note(&line, &mut acknowledged, &mut signed));
            }
            thread::sleep(Duration::from_micros(scrambled(&mut seed) % 20_000));
            child.kill().unwrap();
            child.wait().unwrap();
            // The last line may be cut.
            for line in lines.map_while(Result::ok) {
                note(&line, &mut acknowledged, &mut signed);
            }
        }
        let store = open(&keys, &place.location);
        assert!(store.size().unwrap() >= acknowledged);
        assert!(signed.len() > KILLS, "{} acknowledged", signed.len());
        assert_eq!(store.check(keys_of).unwrap().differences, []);
        let now = store.checkpoint().unwrap().unwrap().checkpoint().clone();
        for old in signed {
            let path = store.prove_consistency(old.size, now.size).unwrap();
            let is_continued = verify_consistency(old.size, old.root, now.size, now.root, &path);
            assert!(is_continued, "{old:?}");
        }
    }
}

/// Takes down what a line acknowledges; false if it says something else.
fn note(line: &str, acknowledged: &mut u64, signed: &mut Vec<Checkpoint>) -> bool {
    let words: Vec<&str> = line.split(' ').collect();
    let ["acknowledged", size, of_signed, root] = words[..] else {
        return false;
    };
    let (Ok(size), Ok(of_signed), Some(root)) = (
        size.parse::<u64>(),
        of_signed.parse(),
        Hash::from_base64(root),
    ) else {
        return false;
    };
    *acknowledged = size.max(*acknowledged);
    signed.push(Checkpoint::new(ORIGIN, of_signed, root));
    true
}
