//! Damage of every kind to the files of a log is found, wherever it is.

use yumen_ledger::{CHECKPOINT, Checkpoint, verify};

use crate::logs::{Memory, bytes, keys, log, log_of, trust, unsigned, verified};
use crate::signers::ORIGIN;

fn must_fail(memory: &Memory, what: &str) {
    assert!(verified(memory, None).is_err(), "not found: {what}");
}

#[test]
fn every_byte_of_every_file_counts() {
    damage_at_each(&log(3), |_| 1);
}

/// Files with full tiles are large, so most are damaged at places a prime apart: all places within
/// a hash and within an entry are met.
#[test]
fn bytes_all_over_large_files_count() {
    damage_at_each(&log(300), |length| if length < 2000 { 1 } else { 7 });
}

fn damage_at_each(good: &Memory, step: fn(usize) -> usize) {
    let keys = keys();
    assert!(verified(good, None).is_ok());
    for (path, content) in &good.0 {
        for at in (0..content.len()).step_by(step(content.len())) {
            let mut wrong = good.clone();
            wrong.0.get_mut(path).unwrap()[at] ^= 1 << (at % 8);
            // Damage that no signature is needed to find is looked for with the faster key alone.
            let keys = if path == CHECKPOINT {
                &keys[..]
            } else {
                &keys[..1]
            };
            let found = verify(&wrong, &trust(keys), None, &mut |_| {});
            assert!(found.is_err(), "not found: byte {at} of {path}");
        }
    }
}

#[test]
fn files_cut_off_longer_or_missing() {
    let good = log(300);
    for (path, content) in &good.0 {
        for length in (0..content.len()).step_by(97).chain([content.len() - 1]) {
            let mut wrong = good.clone();
            wrong.0.insert(path.clone(), content[..length].to_vec());
            must_fail(&wrong, &format!("{path} cut to {length}"));
        }
        for tail in [&b"\n"[..], b"\0", &[0; 32], b"\0\0"] {
            let mut wrong = good.clone();
            wrong.0.get_mut(path).unwrap().extend(tail);
            must_fail(&wrong, &format!("{path} with {tail:?}"));
        }
        let mut wrong = good.clone();
        wrong.0.remove(path);
        must_fail(&wrong, &format!("without {path}"));
    }
}

#[test]
fn files_in_the_place_of_others() {
    let good = log(600);
    for (path, content) in &good.0 {
        for (other, other_content) in &good.0 {
            if path < other {
                let mut wrong = good.clone();
                wrong.0.insert(path.clone(), other_content.clone());
                wrong.0.insert(other.clone(), content.clone());
                must_fail(&wrong, &format!("{path} and {other} swapped"));
            }
        }
    }
}

/// What the entry of a number is.
type Entries<'a> = &'a dyn Fn(u64) -> Vec<u8>;

#[test]
fn entries_swapped_dropped_doubled_and_inserted() {
    let good = log(40);
    let checkpoint = good.0[CHECKPOINT].clone();
    let rearranged: [(u64, Entries<'_>); 4] = [
        (40, &|at| {
            bytes(
                [at, 8, 7][match at {
                    7 => 1,
                    8 => 2,
                    _ => 0,
                }],
            )
        }),
        (39, &|at| bytes(if at < 7 { at } else { at + 1 })),
        (41, &|at| bytes(if at <= 7 { at } else { at - 1 })),
        (41, &|at| if at == 40 { bytes(50) } else { bytes(at) }),
    ];
    for (size, entry) in rearranged {
        let (mut wrong, _) = unsigned(size, entry);
        wrong.0.insert(CHECKPOINT.to_owned(), checkpoint.clone());
        must_fail(&wrong, &format!("{size} entries"));
    }
}

#[test]
fn an_older_state_or_another_history_is_found_by_whoever_has_seen_more() {
    let known = Checkpoint::new(ORIGIN, 300, unsigned(300, &bytes).1.root());
    let older = log(299);
    assert!(verified(&older, None).is_ok());
    assert!(verified(&older, Some(&known)).is_err());
    let forked = log_of(400, &|at| bytes(if at < 299 { at } else { at + 1 }));
    assert!(verified(&forked, None).is_ok());
    assert!(verified(&forked, Some(&known)).is_err());
    assert!(verified(&log(400), Some(&known)).is_ok());
}
