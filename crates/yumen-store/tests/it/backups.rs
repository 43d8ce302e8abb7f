//! Backups restore on either kind of database; a damaged one changes nothing.

use std::collections::BTreeMap;

use yumen_ledger::Hash;
use yumen_store::{Store, StoreError};

use crate::fixture::{NOW, Place, keys_of, new_entries};

#[test]
fn a_backup_of_either_kind_restores_on_either_kind() {
    let kinds = Place::each().len();
    for from in 0..kinds {
        for to in 0..kinds {
            let (from, to) = (
                Place::each().swap_remove(from),
                Place::each().swap_remove(to),
            );
            let store = from.open();
            let mut entries = new_entries(0..700);
            entries[3].blobs = vec![vec![1; 1000]];
            store.append(&entries, None).unwrap();
            let files = BTreeMap::from([("a".to_owned(), vec![2; 5000])]);
            store.put_snapshot("address", &files, NOW).unwrap();
            store.put_memo("cursor", b"here").unwrap();
            let path = from.folder.path().join("backup");
            let done = store.backup(&path).unwrap();
            assert!(done.rows > 1400);
            assert_eq!(Store::restore(&to.location, &path).unwrap(), done);
            // With the memory of what was signed, the log goes on where it was.
            let again = Store::open(&to.location, from.options()).unwrap();
            assert_eq!(again.check(keys_of).unwrap().differences, []);
            assert_eq!(again.get_snapshot("address").unwrap(), files);
            assert_eq!(again.memo("cursor").unwrap(), Some(b"here".to_vec()));
            assert!(again.blob(&Hash::of_content(&[1; 1000])).unwrap().is_some());
            assert_eq!(
                again
                    .append(&new_entries(700..701), Some(700))
                    .unwrap()
                    .first,
                700
            );
            // Saved again it is the same file.
            let second = from.folder.path().join("second");
            store.backup(&second).unwrap();
            assert_eq!(
                std::fs::read(&path).unwrap(),
                std::fs::read(second).unwrap()
            );
        }
    }
}

#[test]
fn a_damaged_backup_changes_nothing() {
    for place in Place::each() {
        let store = place.open();
        store.append(&new_entries(0..20), None).unwrap();
        let path = place.folder.path().join("backup");
        store.backup(&path).unwrap();
        let good = std::fs::read(&path).unwrap();
        store.append(&new_entries(20..30), None).unwrap();
        let bad = place.folder.path().join("bad");
        for at in (0..good.len()).step_by(good.len() / 60) {
            let mut flipped = good.clone();
            flipped[at] ^= 0x10;
            for bytes in [&flipped[..], &good[..at]] {
                std::fs::write(&bad, bytes).unwrap();
                let refused = Store::restore(&place.location, &bad).unwrap_err();
                let is_told = matches!(
                    refused,
                    StoreError::NotABackup { .. } | StoreError::BadBackup { .. }
                );
                assert!(is_told, "{refused:?} at {at}");
            }
        }
        let mut longer = good.clone();
        longer.push(0);
        std::fs::write(&bad, longer).unwrap();
        assert!(Store::restore(&place.location, &bad).is_err());
        assert_eq!(store.size().unwrap(), 30);
        assert_eq!(store.check(keys_of).unwrap().differences, []);
    }
}
