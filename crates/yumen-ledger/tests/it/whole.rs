//! Whole logs: made, continued, verified, read again.

use std::collections::BTreeSet;

use yumen_ledger::{
    BLOBS, CHECKPOINT, Checkpoint, Export, Hash, Source, expected_paths, outgrown_paths,
};

use crate::logs::{Memory, bytes, entry, log, log_of, said, signed, unsigned, verified};
use crate::signers::ORIGIN;

#[test]
fn logs_of_many_sizes_verify_and_give_their_entries() {
    for size in [0, 1, 2, 255, 256, 257, 511, 512, 700] {
        let memory = log(size);
        let paths: BTreeSet<String> = expected_paths(size).collect();
        assert_eq!(memory.0.keys().cloned().collect::<BTreeSet<_>>(), paths);
        let log = verified(&memory, None).unwrap();
        assert_eq!(log.size(), size);
        assert_eq!(
            log.last_at(),
            size.checked_sub(1).map(|last| entry(last).at)
        );
        for from in [0, 1, 255, 256, size, size + 1] {
            let found: Vec<_> = log.entries(&memory, from).map(Result::unwrap).collect();
            let expected: Vec<_> = (from..size).map(|number| (number, entry(number))).collect();
            assert_eq!(found, expected);
        }
        let beyond = log.entry(&memory, size).unwrap_err();
        assert_eq!(beyond.message.id, "ledger-no-entry");
    }
}

#[test]
fn a_third_level_is_reached() {
    let size = 65_536 + 256 + 1;
    let memory = log(size);
    assert!(memory.0.contains_key("tile/1/000"));
    assert!(memory.0.contains_key("tile/2/000.p/1"));
    assert_eq!(said(&memory, None), format!("verified {size}"));
    let log = verified(&memory, None).unwrap();
    assert_eq!(log.entry(&memory, 65_700).unwrap(), entry(65_700));
    for index in [0, 65_535, 65_536, size - 1] {
        let proof = log.proof(&memory, index).unwrap();
        let keys = crate::logs::keys();
        assert!(
            proof
                .verify(&bytes(index), &crate::logs::trust(&keys))
                .is_ok()
        );
    }
    let mut forged = memory;
    forged.0.get_mut("tile/1/000").unwrap()[33] ^= 1;
    assert_eq!(
        said(&forged, None),
        "tile/1/000: ledger-tile-differs(offset=32, entry=256)"
    );
}

#[test]
fn an_export_goes_on_where_it_stopped() {
    let sizes = [0, 1, 200, 255, 256, 257, 500, 512, 513, 800];
    for (at, old) in sizes.into_iter().enumerate() {
        for new in sizes[at..].iter().copied() {
            let (mut memory, _) = unsigned(old, &bytes);
            let mut export = Export::resume(&memory, old).unwrap();
            for number in old..new {
                let files = export.append(&bytes(number)).unwrap();
                memory
                    .0
                    .extend(files.into_iter().map(|file| (file.path, file.bytes)));
            }
            let partial = export.partial().into_iter();
            memory.0.extend(partial.map(|file| (file.path, file.bytes)));
            for path in outgrown_paths(old, new) {
                assert!(memory.0.remove(&path).is_some());
            }
            let (whole, from_scratch) = unsigned(new, &bytes);
            assert_eq!(memory, whole, "{old} to {new}");
            assert_eq!(export.root(), from_scratch.root());
        }
    }
    let missing = Export::resume(&Memory::default(), 3)
        .unwrap_err()
        .to_string();
    assert_eq!(missing, "tile/entries/000.p/3: ledger-file-missing");
}

#[test]
fn an_entry_that_is_too_large_changes_nothing() {
    let (_, mut export) = unsigned(3, &bytes);
    let before = (export.size(), export.root(), export.partial());
    assert!(export.append(&vec![b'x'; 65_536]).is_err());
    assert_eq!((export.size(), export.root(), export.partial()), before);
}

#[test]
fn a_log_continues_what_was_known() {
    let memory = log(300);
    let known = |size: u64, entry: &dyn Fn(u64) -> Vec<u8>| {
        Checkpoint::new(ORIGIN, size, unsigned(size, entry).1.root())
    };
    for size in [0, 1, 255, 256, 299, 300] {
        assert_eq!(said(&memory, Some(&known(size, &bytes))), "verified 300");
    }
    let forked = |number| bytes(if number < 200 { number } else { number + 1 });
    for size in [201, 256, 300] {
        let said = said(&memory, Some(&known(size, &forked)));
        assert!(
            said.starts_with(&format!("checkpoint: ledger-known-fork(size={size}")),
            "{said}"
        );
    }
    let back = said(&memory, Some(&known(301, &bytes)));
    assert_eq!(back, "checkpoint: ledger-known-back(size=300, known=301)");
    let other = Checkpoint::new("other.example", 1, Hash::empty());
    let other = said(&memory, Some(&other));
    assert!(
        other.starts_with("checkpoint: ledger-known-origin("),
        "{other}"
    );
}

#[test]
fn times_never_go_back() {
    let entry_at = |number: u64, at: i64| {
        let mut entry = entry(number);
        entry.at = at;
        entry.encode().unwrap()
    };
    let back = log_of(4, &|number| entry_at(number, [5, 5, 7, 6][number as usize]));
    let said_of = said(&back, None);
    assert!(
        said_of.starts_with("tile/entries/000.p/4: ledger-time-back(entry=3"),
        "{said_of}"
    );
    let same = log_of(4, &|number| entry_at(number, 5));
    assert_eq!(said(&same, None), "verified 4");
}

#[test]
fn what_is_signed_is_still_no_entry() {
    let odd = log_of(3, &|number| {
        if number == 2 {
            b"hello".to_vec()
        } else {
            bytes(number)
        }
    });
    assert_eq!(
        said(&odd, None),
        "tile/entries/000.p/3: entry 2: ledger-value-canonical(offset=0)"
    );
}

#[test]
fn a_rewritten_entry_is_found_even_with_its_tiles() {
    let real = log(300);
    let rewritten = |number| bytes(if number == 17 { 18 } else { number });
    let (mut forged, _) = unsigned(300, &rewritten);
    forged
        .0
        .insert(CHECKPOINT.to_owned(), real.0[CHECKPOINT].clone());
    let said = said(&forged, None);
    assert!(
        said.starts_with("checkpoint: ledger-root-differs("),
        "{said}"
    );
}

#[test]
fn blobs_are_what_they_are_called_and_nothing_else_is_there() {
    let mut memory = log(3);
    let content = b"a large snapshot".to_vec();
    let path = format!("{BLOBS}{}", Hash::of_content(&content).to_hex());
    memory.0.insert(path.clone(), content);
    assert_eq!(said(&memory, None), "verified 3");
    let mut damaged = memory.clone();
    damaged.0.get_mut(&path).unwrap().push(b'!');
    assert_eq!(said(&damaged, None), format!("{path}: ledger-blob-differs"));
    for extra in [
        "notes.txt",
        "blob/short",
        "tile/0/001",
        "tile/0/000.p/2",
        "tile/entries/000.p/4",
        "tile/1/000.p/1",
        "Checkpoint",
    ] {
        let mut more = memory.clone();
        more.0.insert(extra.to_owned(), b"x".to_vec());
        assert_eq!(said(&more, None), format!("{extra}: ledger-file-extra"));
    }
}

/// A source whose files change after they were verified.
#[test]
fn entries_are_compared_again_when_they_are_read() {
    let memory = log(300);
    let log = verified(&memory, None).unwrap();
    let later = log_of(300, &|number| {
        bytes(if number == 299 { 300 } else { number })
    });
    assert_eq!(log.entry(&later, 3).unwrap(), entry(3));
    let changed = log.entry(&later, 299).unwrap_err();
    assert_eq!(
        changed.to_string(),
        "tile/entries/001.p/44: ledger-file-changed"
    );
}

#[test]
fn a_source_that_fails_is_told() {
    struct Failing;
    impl Source for Failing {
        fn read(&self, _: &str) -> Result<Option<Vec<u8>>, String> {
            Err("permission denied".to_owned())
        }
    }
    let keys = crate::logs::keys();
    let trust = crate::logs::trust(&keys);
    let fault = yumen_ledger::verify(&Failing, &trust, None, &mut |_| {}).unwrap_err();
    assert_eq!(
        fault.to_string(),
        "checkpoint: ledger-file-unreadable(error=permission denied)"
    );
}

#[test]
fn progress_is_told_after_each_bundle() {
    let memory = log(600);
    let mut told = Vec::new();
    let keys = crate::logs::keys();
    let trust = crate::logs::trust(&keys);
    yumen_ledger::verify(&memory, &trust, None, &mut |done| told.push(done)).unwrap();
    assert_eq!(told, [256, 512, 600]);
}

#[test]
fn a_log_signed_by_one_key_only_is_not_believed() {
    let mut memory = log(3);
    let checkpoint = signed(Checkpoint::new(ORIGIN, 3, unsigned(3, &bytes).1.root()));
    let note = checkpoint.note().to_text();
    let second = note.rfind("— ").unwrap();
    memory
        .0
        .insert(CHECKPOINT.to_owned(), note.as_bytes()[..second].to_vec());
    let said = said(&memory, None);
    assert!(
        said.starts_with("checkpoint: ledger-signature-missing("),
        "{said}"
    );
}
