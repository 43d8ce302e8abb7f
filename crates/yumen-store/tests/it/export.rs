//! Exports verify without the store, grow, and are never mixed with those of another log.

use std::path::Path;

use yumen_ledger::{Trust, verify};
use yumen_store::{ExportFolder, RealDisk, StoreError};

use crate::fixture::{Place, identity, new_entries};

fn verified_size(folder: &Path) -> Result<u64, String> {
    let keys = identity().verifier_keys();
    let trust = Trust {
        keys: &keys,
        policy: None,
        now: 4_000_000_000,
    };
    let verified = verify(&ExportFolder::new(folder), &trust, None, &mut |_| {});
    verified
        .map(|verified| verified.size())
        .map_err(|fault| fault.to_string())
}

#[test]
fn an_export_verifies_and_grows_by_what_is_new() {
    for place in Place::each() {
        let store = place.open();
        let folder = place.folder.path().join("export");
        let mut end = 0;
        for more in [1, 254, 1, 1, 300, 511, 3000] {
            let mut entries = new_entries(end..end + more);
            entries[0].blobs = vec![end.to_be_bytes().to_vec()];
            store.append(&entries, None).unwrap();
            let before = u64::try_from(end).unwrap();
            end += more;
            let size = u64::try_from(end).unwrap();
            let done = store.export(&folder, &RealDisk).unwrap();
            assert_eq!((done.before, done.size), (before, size));
            assert_eq!(verified_size(&folder), Ok(size));
        }
        let again = store.export(&folder, &RealDisk).unwrap();
        assert_eq!(again.files, 1);
        // Damage to the last files is mended, as they are written again.
        let partial = folder.join("tile/0/015.p/228");
        assert!(partial.exists());
        std::fs::write(&partial, b"x").unwrap();
        store.append(&new_entries(end..end + 1), None).unwrap();
        store.export(&folder, &RealDisk).unwrap();
        assert_eq!(verified_size(&folder), Ok(u64::try_from(end).unwrap() + 1));
    }
}

#[test]
fn a_folder_with_another_log_is_left_alone() {
    let (one, other) = (Place::sqlite(), Place::sqlite());
    let folder = one.folder.path().join("export");
    let store = one.open();
    store.append(&new_entries(0..9), None).unwrap();
    store.export(&folder, &RealDisk).unwrap();
    let store = other.open();
    store.append(&new_entries(3..20), None).unwrap();
    let refused = store.export(&folder, &RealDisk).unwrap_err();
    assert!(matches!(refused, StoreError::OtherExport { .. }));
    assert_eq!(verified_size(&folder), Ok(9));
}
