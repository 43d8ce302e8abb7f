//! A witness: what it refuses, and that no order of requests makes it sign two histories.

use std::collections::BTreeMap;

use proptest::prelude::*;
use yumen_ledger::witness::{Answer, Refusal, Request, Watched, Witness};
use yumen_ledger::{
    Algorithm, Checkpoint, Hash, Note, SignedCheckpoint, Signer, Tree, VerifierKey,
};

use crate::logs::{Memory, NOW, bytes, dynamic, keys, signed, unsigned};
use crate::signers::{Holder, ORIGIN};

fn watching(keys: Vec<VerifierKey>, last: Option<Checkpoint>) -> Witness {
    Witness::new(BTreeMap::from([(
        ORIGIN.to_owned(),
        Watched { keys, last },
    )]))
}

fn witness_keys() -> [Holder; 2] {
    [
        Holder::new("w.example", Algorithm::Ed25519Cosignature, 20),
        Holder::new("w.example", Algorithm::MlDsa44, 21),
    ]
}

/// A history of a log: its tiles at its end, and any checkpoint on the way.
struct History(fn(u64) -> Vec<u8>);

impl History {
    fn root(&self, size: u64) -> (Memory, Hash) {
        let (memory, export) = unsigned(size, &self.0);
        (memory, export.root())
    }

    fn request(&self, old: u64, new: u64) -> Request {
        let (memory, root) = self.root(new);
        let proof = Tree::new(&memory, new).consistency(old.min(new)).unwrap();
        let checkpoint = signed(Checkpoint::new(ORIGIN, new, root));
        Request {
            old,
            proof,
            checkpoint,
        }
    }
}

const REAL: History = History(bytes);
/// The same up to entry 4.
const FORKED: History = History(|number| bytes(if number < 5 { number } else { number + 1000 }));

fn ask(witness: &mut Witness, request: &Request) -> Result<String, Refusal> {
    let holders = witness_keys();
    let text = request.to_text();
    witness.handle(text.as_bytes(), &mut |_| Ok(()), &dynamic(&holders), NOW)
}

#[test]
fn a_log_that_grows_is_cosigned_step_by_step() {
    let mut witness = watching(keys(), None);
    let mut old = 0;
    for new in [0, 1, 4, 4, 5, 300] {
        let request = REAL.request(old, new);
        let lines = ask(&mut witness, &request).unwrap();
        let note = format!("{}{lines}", request.checkpoint.note().to_text());
        let cosigned = SignedCheckpoint::parse(note.as_bytes()).unwrap();
        for holder in witness_keys() {
            let by = cosigned.signed_by(holder.key()).unwrap().unwrap();
            assert_eq!(by.time, Some(NOW));
        }
        assert_eq!(witness.last(ORIGIN).unwrap().size, new);
        old = new;
    }
}

#[test]
fn the_last_checkpoint_is_kept_as_text() {
    let (_, root) = REAL.root(7);
    let kept = Checkpoint::new(ORIGIN, 7, root).to_text().unwrap();
    let mut witness = watching(keys(), Some(Checkpoint::parse(&kept).unwrap()));
    assert!(ask(&mut witness, &REAL.request(7, 9)).is_ok());
}

#[test]
fn what_does_not_continue_is_refused_with_its_status() {
    let (_, root) = REAL.root(7);
    let last = Checkpoint::new(ORIGIN, 7, root);
    let fresh = || watching(keys(), Some(last.clone()));
    let refused = |request: &Request| {
        let mut witness = fresh();
        let refusal = ask(&mut witness, request).unwrap_err();
        assert_eq!(witness.last(ORIGIN), Some(&last));
        (refusal.status(), refusal)
    };
    assert_eq!(
        refused(&REAL.request(5, 9)),
        (409, Refusal::Conflict { size: 7 })
    );
    assert_eq!(
        refused(&REAL.request(5, 6)),
        (409, Refusal::Conflict { size: 7 })
    );
    assert_eq!(refused(&REAL.request(9, 8)), (400, Refusal::OldLarger));
    assert_eq!(
        refused(&FORKED.request(7, 7)),
        (409, Refusal::Fork { size: 7 })
    );
    assert_eq!(refused(&FORKED.request(7, 9)), (422, Refusal::BadProof));
    let mut unproved = REAL.request(7, 9);
    unproved.proof.pop();
    assert_eq!(refused(&unproved), (422, Refusal::BadProof));
    let mut superfluous = REAL.request(7, 7);
    superfluous.proof.push(root);
    assert_eq!(refused(&superfluous), (422, Refusal::BadProof));

    let mut stranger = watching(vec![witness_keys()[1].key().clone()], None);
    let refusal = ask(&mut stranger, &REAL.request(0, 1)).unwrap_err();
    assert_eq!((refusal.status(), refusal), (403, Refusal::Untrusted));
    let mut nobody = watching(Vec::new(), None);
    assert_eq!(
        ask(&mut nobody, &REAL.request(0, 1)),
        Err(Refusal::Untrusted)
    );
    let refusal = ask(&mut Witness::default(), &REAL.request(0, 1)).unwrap_err();
    assert_eq!((refusal.status(), refusal), (404, Refusal::UnknownLog));
}

#[test]
fn malformed_requests_are_refused() {
    let good = REAL.request(3, 5).to_text();
    assert_eq!(Request::parse(good.as_bytes()).unwrap().to_text(), good);
    for (from, to) in [
        ("old 3", "old 03"),
        ("old 3", "Old 3"),
        ("old 3\n", ""),
        ("old 3\n", "old 3\nhash\n"),
        ("old 3\n", "old 3\n\n"),
        ("\n\n", "\n"),
    ] {
        let wrong = good.replacen(from, to, 1);
        let holders = witness_keys();
        let refusal = watching(keys(), None)
            .handle(wrong.as_bytes(), &mut |_| Ok(()), &dynamic(&holders), NOW)
            .unwrap_err();
        assert_eq!(refusal.status(), 400, "{wrong}");
    }
    let mut long = REAL.request(3, 5);
    long.proof = vec![Hash::empty(); 64];
    assert!(Request::parse(long.to_text().as_bytes()).is_err());
}

#[test]
fn nothing_is_signed_that_was_not_kept() {
    let holders = witness_keys();
    let mut witness = watching(keys(), None);
    let request = REAL.request(0, 4).to_text();
    let mut full_disk = |_: &Checkpoint| Err("no space".to_owned());
    let refusal = witness
        .handle(request.as_bytes(), &mut full_disk, &dynamic(&holders), NOW)
        .unwrap_err();
    assert_eq!(refusal, Refusal::NotKept("no space".to_owned()));
    assert_eq!(witness.last(ORIGIN), None);
    let mut kept = Vec::new();
    let mut keep = |checkpoint: &Checkpoint| {
        kept.push(checkpoint.size);
        Ok(())
    };
    for _ in 0..2 {
        let request = REAL.request(witness.last(ORIGIN).map_or(0, |last| last.size), 4);
        let request = request.to_text();
        witness
            .handle(request.as_bytes(), &mut keep, &dynamic(&holders), NOW)
            .unwrap();
    }
    assert_eq!(kept, [4]);
}

#[test]
fn answers_are_those_of_the_specification() {
    let answer = |result| Answer::from(result);
    let conflict = answer(Err(Refusal::Conflict { size: 7 }));
    assert_eq!((conflict.status, conflict.body.as_str()), (409, "7\n"));
    assert_eq!(conflict.media_type, "text/x.tlog.size");
    let cosigned = answer(Ok("— w x\n".to_owned()));
    assert_eq!((cosigned.status, cosigned.body.as_str()), (200, "— w x\n"));
    let failed = answer(Err(Refusal::NotKept("/var/lib/secret".to_owned())));
    assert_eq!((failed.status, failed.body.as_str()), (500, ""));
    let bad = answer(Err(Refusal::BadProof));
    assert_eq!(
        (bad.status, bad.body.as_str()),
        (422, "ledger-witness-bad-proof\n")
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    /// Whatever two histories are shown in whatever order, what was cosigned is one history.
    #[test]
    fn all_that_was_cosigned_is_one_history(
        asked in prop::collection::vec((any::<bool>(), 0_u64..9, 0_u64..9), 1..12)
    ) {
        let mut witness = watching(keys(), None);
        let mut cosigned: Vec<(u64, Hash)> = Vec::new();
        for (is_real, old, new) in asked {
            let history = if is_real { REAL } else { FORKED };
            let old = match old {
                8 => witness.last(ORIGIN).map_or(0, |last| last.size),
                other => other,
            };
            let request = history.request(old, new);
            if ask(&mut witness, &request).is_ok() {
                cosigned.push((new, request.checkpoint.checkpoint().root));
            }
        }
        let sizes: Vec<u64> = cosigned.iter().map(|(size, _)| *size).collect();
        prop_assert!(sizes.is_sorted());
        let is_in = |history: &History| {
            cosigned.iter().all(|(size, root)| history.root(*size).1 == *root)
        };
        prop_assert!(is_in(&REAL) || is_in(&FORKED));
    }
}

#[test]
fn a_note_that_is_no_checkpoint_is_no_request() {
    let mut note = Note::unsigned("hello\n").unwrap();
    note.sign(&Holder::new(ORIGIN, Algorithm::Ed25519, 1))
        .unwrap();
    let body = format!("old 0\n\n{}", note.to_text());
    assert!(Request::parse(body.as_bytes()).is_err());
}
