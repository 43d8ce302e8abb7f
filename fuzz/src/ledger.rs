//! Arbitrary bytes in the place of what a ledger is made of: never a panic, and whatever is read
//! is written again in the same bytes, so that nothing has two spellings.

use yumen_ledger::witness::Request;
use yumen_ledger::{
    Checkpoint, Entry, Note, Policy, Proof, SignedCheckpoint, Trust, Value, VerifierKey,
    tile::{self, Tile},
};

/// The first byte chooses what the rest claims to be.
pub fn ledger(data: &[u8]) {
    let Some((choice, content)) = data.split_first() else {
        return;
    };
    let text = || String::from_utf8_lossy(content);
    match choice % 10 {
        0 => same(content, Value::decode(content), |value| value.encode().ok()),
        1 => same(content, Entry::decode(content), |entry| entry.encode().ok()),
        2 => same(content, Note::parse(content), |note| Some(note.to_text())),
        3 => same(
            text().as_bytes(),
            Checkpoint::parse(&text()),
            |checkpoint| checkpoint.to_text().ok(),
        ),
        4 => same(content, Proof::parse(content), |proof| {
            Some(proof.to_text())
        }),
        5 => same(content, Request::parse(content), |request| {
            Some(request.to_text())
        }),
        6 => same(text().as_bytes(), VerifierKey::from_vkey(&text()), |key| {
            Some(key.to_vkey())
        }),
        7 => bundle(content),
        8 => same(
            text().as_bytes(),
            Tile::from_path(&text()).ok_or(()),
            |tile| Some(tile.path()),
        ),
        _ => policy(content),
    }
}

fn same<T, E, B: AsRef<[u8]>>(
    bytes: &[u8],
    read: Result<T, E>,
    write: impl FnOnce(&T) -> Option<B>,
) {
    if let Ok(read) = read {
        let written = write(&read);
        let is_same = written.is_some_and(|written| written.as_ref() == bytes);
        assert!(is_same, "two spellings");
    }
}

/// The first byte is the width.
fn bundle(content: &[u8]) {
    let Some((width, content)) = content.split_first() else {
        return;
    };
    if let Ok(entries) = tile::decode_bundle(content, u16::from(*width) + 1) {
        let mut written = Vec::new();
        for (_, entry) in entries {
            let pushed = tile::push_entry(&mut written, entry);
            assert!(pushed.is_ok(), "an entry that was read cannot be written");
        }
        assert!(written == content, "two spellings");
    }
    drop(tile::decode_hashes(content, u16::from(*width) + 1));
}

/// A policy and, behind a line `--`, a checkpoint to judge by it.
fn policy(content: &[u8]) {
    let mark = b"--\n";
    let at = content.windows(mark.len()).position(|part| part == mark);
    let (policy, note) = match at {
        Some(at) => content.split_at(at),
        None => (content, &[][..]),
    };
    let Ok(policy) = Policy::parse(policy) else {
        return;
    };
    let note = note.strip_prefix(mark).unwrap_or(note);
    if let Ok(signed) = SignedCheckpoint::parse(note) {
        let trust = Trust {
            keys: &[],
            policy: Some(&policy),
            now: 0,
        };
        if let Ok(by) = trust.check(&signed) {
            assert!(!by.logs.is_empty(), "believed without a signature");
        }
    }
}
