//! What is opened is a store of this version and origin, or it is said what else it is.

use std::sync::Arc;

use yumen_ledger::SignedCheckpoint;
use yumen_store::{Identity, Location, Options, RealDisk, Store, StoreError};

use crate::fixture::{ORIGIN, Place, identity, keys_of, new_entries, options, run_sql, url_of};

fn refused(location: &Location, options: Options) -> StoreError {
    Store::open(location, options).err().unwrap()
}

#[test]
fn what_is_no_store_is_told_apart() {
    for place in Place::each() {
        drop(place.open());
        let url = url_of(&place.location);
        let mut other = place.options();
        other.origin = Some("another".into());
        let expected = StoreError::Origin {
            found: ORIGIN.into(),
            wanted: "another".into(),
        };
        assert_eq!(refused(&place.location, other), expected);
        run_sql(
            &url,
            "UPDATE store_info SET value = '99' WHERE name = 'schema'",
        );
        let newer = refused(&place.location, place.options());
        assert_eq!(
            newer,
            StoreError::Newer {
                found: 99,
                known: 1
            }
        );
        run_sql(&url, "DROP TABLE store_info");
        let foreign = refused(&place.location, place.options());
        assert!(matches!(foreign, StoreError::NotYumen { .. }));
    }
}

#[test]
fn files_that_are_no_database_stay_as_they_are() {
    let place = Place::sqlite();
    let Location::Sqlite(path) = &place.location else {
        panic!("a place on SQLite is elsewhere")
    };
    let missing = Store::open_read_only(&place.location).err().unwrap();
    assert!(matches!(missing, StoreError::Missing { .. }));
    assert!(!path.exists());
    let text = "a letter that is long enough not to be taken for an empty file ".repeat(100);
    std::fs::write(path, &text).unwrap();
    let foreign = refused(&place.location, place.options());
    assert!(
        matches!(foreign, StoreError::NotYumen { .. }),
        "{foreign:?}"
    );
    assert_eq!(std::fs::read_to_string(path).unwrap(), text);
}

#[test]
fn only_its_owner_reads_the_file() {
    use std::os::unix::fs::PermissionsExt as _;
    let place = Place::sqlite();
    let store = place.open();
    store.append(&new_entries(0..1), None).unwrap();
    for found in std::fs::read_dir(place.folder.path()).unwrap() {
        let found = found.unwrap();
        if found.file_name().to_string_lossy().starts_with("store.db") {
            let mode = found.metadata().unwrap().permissions().mode();
            assert_eq!(mode & 0o077, 0, "{:?}", found.file_name());
        }
    }
}

#[test]
fn whoever_only_looks_changes_nothing() {
    for place in Place::each() {
        place.open().append(&new_entries(0..5), None).unwrap();
        let store = Store::open_read_only(&place.location).unwrap();
        assert_eq!(store.size().unwrap(), 5);
        assert_eq!(store.check(keys_of).unwrap().differences, []);
        assert_eq!(
            store.append(&new_entries(5..6), None),
            Err(StoreError::ReadOnly)
        );
        assert_eq!(store.put_memo("a", b"b"), Err(StoreError::ReadOnly));
        assert_eq!(store.rebuild(keys_of), Err(StoreError::ReadOnly));
    }
}

#[test]
fn a_database_that_nobody_answers_for_is_gone_and_its_password_is_not_told() {
    let location = Location::parse("postgres://yumen:secret@127.0.0.1:1/yumen").unwrap();
    let gone = Store::open_read_only(&location).err().unwrap();
    assert!(matches!(gone, StoreError::Gone { .. }), "{gone:?}");
    assert!(!format!("{gone:?} {gone}").contains("secret"));
}

#[test]
fn after_a_change_of_keys_the_checkpoint_is_signed_by_the_new_ones() {
    let place = Place::sqlite();
    place.open().append(&new_entries(0..5), None).unwrap();
    let path = place.folder.path().join("new-key");
    let new = Identity::generate(&RealDisk, &path, ORIGIN, None).unwrap();
    let mut changed = options(&place.keys(), Arc::new(RealDisk));
    if let Some(notary) = &mut changed.notary {
        notary.signers = new.signers();
    }
    let store = Store::open(&place.location, changed).unwrap();
    let signed: SignedCheckpoint = store.checkpoint().unwrap().unwrap();
    for (key, is_new) in [(&new, true), (identity(), false)] {
        for key in key.verifier_keys() {
            assert_eq!(signed.signed_by(&key).unwrap().is_some(), is_new);
        }
    }
}
