//! A loss of power at every operation on the files that Yumen writes itself: the memory of what
//! was signed, what a witness remembers, key files, exports.

use std::path::Path;
use std::sync::Arc;

use yumen_ledger::{Checkpoint, Hash, Source, Trust, verify};
use yumen_store::{Access, Disk, Identity, Store, StoreError, WitnessMemory, replace};

use crate::disk::DyingDisk;
use crate::fixture::{ORIGIN, Place, identity, new_entries, options};

/// Fates of what was not durable that are tried at each operation.
const FATES: u64 = 40;

#[test]
fn a_replaced_file_has_the_old_content_or_the_new_one() {
    let path = Path::new("folder/file");
    let mut points = 0;
    for at in 0..6 {
        for seed in 0..FATES * 10 {
            let disk = DyingDisk::default();
            replace(&disk, path, b"the old content", Access::Private).unwrap();
            disk.die_at(at, seed);
            let result = replace(&disk, path, b"the new content, longer", Access::Private);
            disk.power_on();
            let found = disk.read(path).unwrap().unwrap();
            match found.as_slice() {
                b"the old content" => assert!(result.is_err(), "{at} {seed}"),
                b"the new content, longer" => {}
                torn => panic!("{at} {seed}: {torn:?}"),
            }
            replace(&disk, path, b"next", Access::Private).unwrap();
            points += 1;
        }
    }
    assert!(points > 2000);
}

#[test]
fn a_witness_never_forgets_what_it_may_have_cosigned() {
    let checkpoint = |size: u64| Checkpoint::new(ORIGIN, size, Hash::of_leaf(&size.to_be_bytes()));
    for at in 0..40 {
        for seed in 0..FATES {
            let disk = Arc::new(DyingDisk::default());
            let memory = WitnessMemory::new(Path::new("witness"), disk.clone());
            disk.die_at(at, seed);
            let mut kept = 0;
            for size in 1..6 {
                if memory.keep(&checkpoint(size)).is_ok() {
                    kept = size;
                }
            }
            disk.power_on();
            let last = memory.last(ORIGIN).unwrap().map_or(0, |last| last.size);
            assert!(
                (kept..=kept + 1).contains(&last),
                "{at} {seed}: {last} of {kept}"
            );
            if last > 0 {
                let mut other = checkpoint(last);
                other.root = Hash::empty();
                assert!(memory.keep(&other).is_err());
                assert!(memory.keep(&checkpoint(last - 1)).is_err());
                memory.keep(&checkpoint(last)).unwrap();
            }
            memory.keep(&checkpoint(last + 1)).unwrap();
        }
    }
}

#[test]
fn a_damaged_memory_is_no_empty_one() {
    let disk = Arc::new(DyingDisk::default());
    let memory = WitnessMemory::new(Path::new("witness"), disk.clone());
    memory
        .keep(&Checkpoint::new(ORIGIN, 7, Hash::empty()))
        .unwrap();
    let files = disk.files();
    let (path, good) = files.first_key_value().unwrap();
    for at in 0..good.len() {
        let mut flipped = good.clone();
        flipped[at] ^= 1;
        for bytes in [&flipped[..], &good[..at]] {
            disk.write(path, bytes, Access::Private).unwrap();
            let read = memory.last(ORIGIN);
            assert!(
                matches!(read, Err(StoreError::Corrupted { .. })),
                "{at}: {read:?}"
            );
        }
    }
}

#[test]
fn a_key_file_is_whole_or_not_there() {
    let path = Path::new("keys/key");
    for at in 0..9 {
        for seed in 0..FATES {
            let disk = DyingDisk::default();
            disk.die_at(at, seed);
            let made = Identity::generate(&disk, path, ORIGIN, None);
            disk.power_on();
            match (made, Identity::load(&disk, path, ORIGIN, None)) {
                (Ok(made), Ok(read)) => assert_eq!(made.vkeys(), read.vkeys()),
                (Err(_), Ok(_)) => {}
                (made, Err(error)) => {
                    assert!(made.is_err(), "{at} {seed}");
                    assert!(matches!(error, StoreError::Missing { .. }), "{error:?}");
                    Identity::generate(&disk, path, ORIGIN, None).unwrap();
                }
            }
        }
    }
}

/// What the disk remembers as signed; 0 if nothing.
fn remembered(disk: &DyingDisk) -> u64 {
    let files = disk.files();
    let file = files.iter().find(|(path, _)| {
        path.extension()
            .is_some_and(|ending| ending == "high-water")
    });
    file.map_or(0, |(_, bytes)| {
        let text = String::from_utf8(bytes.clone()).unwrap();
        text.lines().nth(2).unwrap().parse().unwrap()
    })
}

#[test]
fn what_was_signed_is_remembered_and_the_log_goes_on() {
    let keys = Path::new("keys");
    let place = Place::sqlite();
    let disk = Arc::new(DyingDisk::default());
    let mut signed: Vec<Checkpoint> = Vec::new();
    let mut acknowledged = 0;
    for at in 0..17 {
        for seed in 0..20 {
            let open = || Store::open(&place.location, options(keys, disk.clone()));
            disk.die_at(at, seed);
            if let Ok(store) = open() {
                for _ in 0..2 {
                    let number = i64::try_from(store.size().unwrap()).unwrap();
                    let done = store.append(&new_entries(number..number + 1), None);
                    match done {
                        Ok(done) => acknowledged = done.size,
                        Err(StoreError::Unsigned { .. }) => {}
                        Err(other) => panic!("{other:?}"),
                    }
                    let now = store.checkpoint().unwrap();
                    signed.extend(now.map(|now| now.checkpoint().clone()));
                }
            }
            disk.power_on();
            let largest = signed.iter().map(|one| one.size).max().unwrap_or(0);
            assert!(remembered(&disk) >= largest, "{at} {seed}");
            let store = open().unwrap();
            assert!(store.size().unwrap() >= acknowledged);
        }
    }
    let store = Store::open(&place.location, options(keys, disk)).unwrap();
    let now = store.checkpoint().unwrap().unwrap().checkpoint().clone();
    assert!(signed.len() > 300);
    for old in signed {
        let path = store.prove_consistency(old.size, now.size).unwrap();
        let is_continued =
            yumen_ledger::verify_consistency(old.size, old.root, now.size, now.root, &path);
        assert!(is_continued, "{old:?}");
    }
}

/// The export on a disk, for verification.
struct Export<'a>(&'a DyingDisk);

impl Source for Export<'_> {
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String> {
        let path = Path::new("export").join(path);
        self.0.read(&path).map_err(|error| error.to_string())
    }

    fn list(&self) -> Result<Option<Vec<String>>, String> {
        let files = self.0.files();
        let paths = files
            .keys()
            .filter_map(|path| path.strip_prefix("export").ok());
        Ok(Some(paths.map(|path| path.display().to_string()).collect()))
    }
}

#[test]
fn an_interrupted_export_is_finished_by_the_next_one() {
    let place = Place::sqlite();
    let store = place.open();
    let keys = identity().verifier_keys();
    let trust = Trust {
        keys: &keys,
        policy: None,
        now: 4_000_000_000,
    };
    let folder = Path::new("export");
    let mut size = 0;
    let mut points = 0;
    for round in 0..4 {
        let whole = DyingDisk::default();
        if size > 0 {
            store.export(folder, &whole).unwrap();
        }
        let earlier = whole.files();
        let more = [250, 10, 300, 3][round];
        let mut entries = new_entries(size..size + more);
        entries[0].blobs = vec![size.to_be_bytes().to_vec()];
        store.append(&entries, None).unwrap();
        size += more;
        let begun = whole.operations();
        store.export(folder, &whole).unwrap();
        let operations = whole.operations() - begun;
        let step = usize::try_from(operations / 60 + 1).unwrap();
        for at in (0..operations).step_by(step) {
            for seed in 0..6 {
                let disk = DyingDisk::default();
                // The export as it was before, with two attempts that the disk did not survive.
                for (path, bytes) in &earlier {
                    replace(&disk, path, bytes, Access::Readable).unwrap();
                }
                for turn in 0..2 {
                    disk.die_at(at, seed + turn);
                    let done = store.export(folder, &disk);
                    disk.power_on();
                    if done.is_ok() {
                        verify(&Export(&disk), &trust, None, &mut |_| {}).unwrap();
                    }
                }
                store.export(folder, &disk).unwrap();
                let verified = verify(&Export(&disk), &trust, None, &mut |_| {});
                let verified = verified.map_err(|fault| fault.to_string());
                assert_eq!(
                    verified.map(|verified| verified.size()),
                    Ok(u64::try_from(size).unwrap()),
                    "{at} {seed}"
                );
                points += 1;
            }
        }
    }
    assert!(points > 500, "{points}");
}
