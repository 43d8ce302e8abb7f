//! Appending and reading: order, conflicts, clocks, combined appends, proofs, second histories.

use std::collections::BTreeSet;
use std::thread;

use yumen_ledger::{Hash, Trust, verify_consistency};
use yumen_store::{NewEntry, Store, StoreError};

use crate::fixture::{
    NOW, Place, entry, identity, keys_of, new_entries, new_entry, number_of, run_sql, url_of,
};

fn trust(keys: &[yumen_ledger::VerifierKey]) -> Trust<'_> {
    Trust {
        keys,
        policy: None,
        now: 4_000_000_000,
    }
}

#[test]
fn what_was_appended_is_there_in_order_and_after_opening_again() {
    for place in Place::each() {
        let store = place.open();
        assert_eq!(store.size().unwrap(), 0);
        let appended = store.append(&new_entries(0..3), None).unwrap();
        assert_eq!((appended.first, appended.size), (0, 3));
        store.append(&new_entries(3..700), Some(3)).unwrap();
        drop(store);
        let store = place.open();
        let found: Vec<i64> = store
            .entries(0, u64::MAX)
            .map(|found| number_of(&found.unwrap().1))
            .collect();
        assert_eq!(found, (0..700).collect::<Vec<i64>>());
        assert_eq!(store.entry(699).unwrap(), Some(entry(699)));
        assert_eq!(store.entry(700).unwrap(), None);
        let checked = store.check(keys_of).unwrap();
        assert_eq!((checked.entries, checked.differences), (700, vec![]));
    }
}

#[test]
fn entries_are_found_by_key_and_blobs_by_hash() {
    for place in Place::each() {
        let store = place.open();
        let mut entries = new_entries(0..20);
        entries[4].blobs = vec![b"large content".to_vec(), vec![7; 100_000]];
        entries[9].blobs = vec![b"large content".to_vec()];
        store.append(&entries, None).unwrap();
        let found = store.by_key("remainder", "r3").unwrap();
        let positions: Vec<u64> = found.iter().map(|(position, _)| *position).collect();
        assert_eq!(positions, [3, 10, 17]);
        assert_eq!(
            store.last_by_key("remainder", "r3").unwrap(),
            Some((17, entry(17)))
        );
        assert_eq!(store.last_by_key("remainder", "r9").unwrap(), None);
        assert_eq!(store.keys_of_kind("remainder").unwrap().len(), 7);
        let blob = store.blob(&Hash::of_content(&[7; 100_000])).unwrap();
        assert_eq!(blob, Some(vec![7; 100_000]));
        assert_eq!(store.blob(&Hash::of_content(b"other")).unwrap(), None);
    }
}

#[test]
fn of_two_operators_one_is_told_that_the_log_moved() {
    for place in Place::each() {
        let (one, other) = (place.open(), place.open());
        one.append(&new_entries(0..2), Some(0)).unwrap();
        let refused = other.append(&new_entries(5..9), Some(0)).unwrap_err();
        assert_eq!(refused, StoreError::Moved { size: 2 });
        assert_eq!(other.size().unwrap(), 2);
        // The second one goes on from what the first one left.
        other.append(&new_entries(2..400), Some(2)).unwrap();
        one.append(&new_entries(400..401), Some(400)).unwrap();
        assert_eq!(one.check(keys_of).unwrap().differences, []);
    }
}

#[test]
fn times_never_go_back() {
    let minute = 60_000;
    for place in Place::each() {
        let store = place.open();
        store.append(&[new_entry(minute + 1)], None).unwrap();
        let refused = store.append(&[new_entry(0)], None).unwrap_err();
        let (at, last) = (NOW, NOW + minute + 1);
        assert_eq!(refused, StoreError::Clock { at, last });
        assert_eq!(store.size().unwrap(), 1);
        store.append(&[new_entry(1)], None).unwrap();
        assert_eq!(store.entry(1).unwrap().unwrap().at, last);
    }
}

#[test]
fn an_entry_that_cannot_be_written_spoils_nothing() {
    let place = Place::sqlite();
    let store = place.open();
    let mut large = entry(1);
    large.body.insert("text".into(), "x".repeat(70_000).into());
    let entries = [new_entry(0), NewEntry::new(large)];
    let refused = store.append(&entries, None).unwrap_err();
    assert!(matches!(refused, StoreError::Ledger(_)), "{refused:?}");
    for key in ["", "a\nb", "a\0"] {
        let refused = store.append(&[new_entry(0).with_key("k", key)], None);
        assert!(matches!(refused, Err(StoreError::Name { .. })));
    }
    assert_eq!(store.size().unwrap(), 0);
    assert_eq!(store.append(&new_entries(0..1), Some(0)).unwrap().size, 1);
}

#[test]
fn appends_of_many_threads_are_all_there_once() {
    for place in Place::each() {
        let store = place.open();
        let threads: i64 = 8;
        let each: i64 = 40;
        let ranges: Vec<(u64, u64)> = thread::scope(|scope| {
            let workers: Vec<_> = (0..threads)
                .map(|worker| {
                    let store = &store;
                    scope.spawn(move || {
                        let mut ranges = Vec::new();
                        for turn in 0..each {
                            let number = (worker * each + turn) * 3;
                            let entries = new_entries(number..number + 3);
                            let done = store.append(&entries, None).unwrap();
                            // Acknowledged means: signed, at least so far.
                            let signed = store.checkpoint().unwrap().unwrap();
                            assert!(signed.checkpoint().size >= done.size);
                            ranges.push((done.first, done.size));
                        }
                        ranges
                    })
                })
                .collect();
            workers
                .into_iter()
                .flat_map(|worker| worker.join().unwrap())
                .collect()
        });
        assert!(ranges.iter().all(|(first, size)| size - first == 3));
        let found: BTreeSet<i64> = store
            .entries(0, u64::MAX)
            .map(|found| number_of(&found.unwrap().1))
            .collect();
        assert_eq!(found.len() as i64, threads * each * 3);
        assert_eq!(store.size().unwrap() as i64, threads * each * 3);
        assert_eq!(store.check(keys_of).unwrap().differences, []);
    }
}

#[test]
fn proofs_and_checkpoints_verify_with_both_keys() {
    for place in Place::each() {
        let store = place.open();
        store.append(&new_entries(0..300), None).unwrap();
        let before = store.checkpoint().unwrap().unwrap();
        store.append(&new_entries(300..70_000), None).unwrap();
        let after = store.checkpoint().unwrap().unwrap();
        let keys = identity().verifier_keys();
        trust(&keys).check(&after).unwrap();
        for position in [0, 255, 256, 299, 65_535, 65_536, 69_999] {
            let proof = store.prove(position).unwrap();
            let number = i64::try_from(position).unwrap();
            let bytes = entry(number).encode().unwrap();
            proof.verify(&bytes, &trust(&keys)).unwrap();
            let other = entry(number + 1).encode().unwrap();
            assert!(proof.verify(&other, &trust(&keys)).is_err());
        }
        let (old, new) = (before.checkpoint(), after.checkpoint());
        let path = store.prove_consistency(old.size, new.size).unwrap();
        assert!(verify_consistency(
            old.size, old.root, new.size, new.root, &path
        ));
        assert!(store.prove(70_000).is_err());
    }
}

#[test]
fn an_older_database_is_not_signed_into_a_second_history() {
    for place in Place::each() {
        let store = place.open();
        store.append(&new_entries(0..10), None).unwrap();
        let backup = place.folder.path().join("backup");
        store.backup(&backup).unwrap();
        store.append(&new_entries(10..20), None).unwrap();
        drop(store);
        Store::restore(&place.location, &backup).unwrap();
        let Err(StoreError::Fork { signed, size, path }) =
            Store::open(&place.location, place.options())
        else {
            panic!("an older database was opened for signing")
        };
        assert_eq!((signed, size), (20, 10));
        assert!(path.ends_with(".high-water"));
        // Looking is allowed.
        let store = Store::open_read_only(&place.location).unwrap();
        assert_eq!(store.size().unwrap(), 10);
    }
}

#[test]
fn a_database_of_the_same_size_with_other_entries_is_a_fork_too() {
    let place = Place::sqlite();
    place.open().append(&new_entries(0..10), None).unwrap();
    let other = Place::sqlite();
    other.open().append(&new_entries(5..25), None).unwrap();
    let stolen = Store::open(&other.location, place.options());
    assert!(matches!(stolen, Err(StoreError::Fork { signed: 10, .. })));
}

#[test]
fn what_a_program_has_signed_it_misses_if_the_database_is_replaced_under_it() {
    let place = Place::sqlite();
    let store = place.open();
    store.append(&new_entries(0..10), None).unwrap();
    let backup = place.folder.path().join("backup");
    store.backup(&backup).unwrap();
    store.append(&new_entries(10..20), None).unwrap();
    Store::restore(&place.location, &backup).unwrap();
    let refused = store.append(&new_entries(30..31), None).unwrap_err();
    assert!(matches!(
        refused,
        StoreError::Fork {
            signed: 20,
            size: 10,
            ..
        }
    ));
    assert_eq!(store.size().unwrap(), 10);
}

#[test]
fn tampering_with_any_table_shows_in_a_check() {
    for place in Place::each() {
        for sql in [
            "DELETE FROM entry WHERE position = 7",
            "UPDATE entry SET data = (SELECT data FROM entry WHERE position = 8) WHERE position = 7",
            "UPDATE tile SET data = (SELECT data FROM tile WHERE number = 1) WHERE number = 0 AND level = 0",
            "DELETE FROM tile WHERE level = 1",
            "UPDATE log SET last_at = last_at + 1",
            "DELETE FROM entry_key WHERE position = 7",
            "INSERT INTO entry_key (kind, name, position) VALUES ('remainder', 'x', 7)",
            "UPDATE blob SET data = (SELECT data FROM blob WHERE position = 1) WHERE position = 0",
            "INSERT INTO entry (position, data) SELECT 9999, data FROM entry WHERE position = 1",
            "UPDATE checkpoint SET size = 3, note = (SELECT data FROM entry WHERE position = 1)",
        ] {
            let place = if matches!(place.location, yumen_store::Location::Sqlite(_)) {
                Place::sqlite()
            } else {
                Place::each().pop().unwrap()
            };
            let store = place.open();
            let mut entries = new_entries(0..600);
            entries[0].blobs = vec![b"one".to_vec()];
            entries[1].blobs = vec![b"other".to_vec()];
            store.append(&entries, None).unwrap();
            assert_eq!(store.check(keys_of).unwrap().differences, [], "{sql}");
            run_sql(&url_of(&place.location), sql);
            assert_ne!(store.check(keys_of).unwrap().differences, [], "{sql}");
        }
    }
}

#[test]
fn what_follows_from_the_log_is_rebuilt_from_it_and_nothing_else_is() {
    for place in Place::each() {
        let store = place.open();
        store.append(&new_entries(0..600), None).unwrap();
        let url = url_of(&place.location);
        for sql in [
            "DELETE FROM entry_key",
            "DELETE FROM tile",
            "UPDATE log SET last_at = 5",
        ] {
            run_sql(&url, sql);
        }
        assert_ne!(store.check(keys_of).unwrap().differences, []);
        store.rebuild(keys_of).unwrap();
        assert_eq!(store.check(keys_of).unwrap().differences, []);
        assert_eq!(store.by_key("remainder", "r1").unwrap().len(), 86);
        store.append(&new_entries(600..601), None).unwrap();
        let swap = "UPDATE entry SET data = (SELECT data FROM entry WHERE position = 8) \
                    WHERE position = 7";
        run_sql(&url, swap);
        let refused = store.rebuild(keys_of).unwrap_err();
        assert!(
            matches!(refused, StoreError::Corrupted { .. }),
            "{refused:?}"
        );
    }
}

#[test]
fn memos_are_found_again() {
    for place in Place::each() {
        let store = place.open();
        assert_eq!(store.memo("cursor").unwrap(), None);
        store.put_memo("cursor", b"one").unwrap();
        store.put_memo("cursor", b"two").unwrap();
        assert_eq!(store.memo("cursor").unwrap(), Some(b"two".to_vec()));
    }
}
