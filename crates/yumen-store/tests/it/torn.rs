//! A loss of power in the middle of SQLite's own writing: its write-ahead log is cut or torn at
//! thousands of places behind what was acknowledged.

use std::fs;
use std::path::Path;

use yumen_ledger::{Checkpoint, verify_consistency};
use yumen_store::{Location, Store};

use crate::disk::scrambled;
use crate::fixture::{Place, keys_of, new_entries, options};

/// What there was when an append was acknowledged.
struct Acknowledged {
    checkpoint: Checkpoint,
    wal: usize,
    high_water: Vec<u8>,
}

#[test]
fn nothing_acknowledged_is_lost_wherever_the_log_of_sqlite_ends() {
    let place = Place::sqlite();
    let store = place.open();
    let path = |ending: &str| place.folder.path().join(format!("store.db{ending}"));
    let high_water = || {
        let mut files = fs::read_dir(place.keys())
            .unwrap()
            .map(|found| found.unwrap().path());
        files.find(|file| {
            file.extension()
                .is_some_and(|ending| ending == "high-water")
        })
    };
    let mut acknowledged = Vec::new();
    let mut number = 0;
    for more in (1..=12).cycle().take(24) {
        store
            .append(&new_entries(number..number + more), None)
            .unwrap();
        number += more;
        acknowledged.push(Acknowledged {
            checkpoint: store.checkpoint().unwrap().unwrap().checkpoint().clone(),
            wal: usize::try_from(fs::metadata(path("-wal")).unwrap().len()).unwrap(),
            high_water: fs::read(high_water().unwrap()).unwrap(),
        });
    }
    let (database, wal) = (fs::read(path("")).unwrap(), fs::read(path("-wal")).unwrap());
    let name = high_water().unwrap().file_name().unwrap().to_owned();
    let mut seed = 1;
    let mut points = 0;
    for (turn, one) in acknowledged.iter().enumerate() {
        // Up to two appends further on; what comes later changes nothing.
        let until = acknowledged
            .get(turn + 2)
            .map_or(wal.len(), |later| later.wal);
        for _ in 0..45 {
            let cut = one.wal + scrambled(&mut seed) as usize % (until - one.wal + 1);
            let kind = scrambled(&mut seed) % 4;
            let torn = torn(&wal, cut, until, kind, &mut seed);
            let folder = tempfile::tempdir().unwrap();
            let keys = folder.path().join("keys");
            fs::create_dir(&keys).unwrap();
            fs::write(keys.join(&name), &one.high_water).unwrap();
            fs::write(folder.path().join("store.db"), &database).unwrap();
            fs::write(folder.path().join("store.db-wal"), torn).unwrap();
            check(
                folder.path(),
                &keys,
                &one.checkpoint,
                &format!("{cut} {kind}"),
            );
            points += 1;
        }
    }
    assert!(points > 1000);
}

/// The log cut there, or with something else behind.
fn torn(wal: &[u8], cut: usize, until: usize, kind: u64, seed: &mut u64) -> Vec<u8> {
    let mut torn = wal[..cut].to_vec();
    match kind {
        0 => {}
        1 => torn.resize(until, 0),
        2 => torn.resize_with(until, || scrambled(seed) as u8),
        _ => {
            // A sector is missing, those behind it are there.
            let hole = (cut + 512).min(until);
            torn.resize(hole, 0);
            torn.extend(&wal[hole..until]);
        }
    }
    torn
}

fn check(folder: &Path, keys: &Path, old: &Checkpoint, what: &str) {
    let location = Location::Sqlite(folder.join("store.db"));
    let disk = std::sync::Arc::new(yumen_store::RealDisk);
    let store = Store::open(&location, options(keys, disk)).expect(what);
    let size = store.size().unwrap();
    assert!(size >= old.size, "{what}: {size} of {}", old.size);
    let next = i64::try_from(size).unwrap();
    store
        .append(&new_entries(next..next + 1), Some(size))
        .unwrap();
    assert_eq!(store.check(keys_of).unwrap().differences, [], "{what}");
    let now = store.checkpoint().unwrap().unwrap().checkpoint().clone();
    let path = store.prove_consistency(old.size, now.size).unwrap();
    assert!(
        verify_consistency(old.size, old.root, now.size, now.root, &path),
        "{what}"
    );
}
