//! Proofs that stand alone.

use yumen_ledger::{Proof, SignedCheckpoint};

use crate::logs::{Memory, bytes, entry, keys, log, trust, verified};

fn proof(memory: &Memory, index: u64) -> Proof {
    verified(memory, None)
        .unwrap()
        .proof(memory, index)
        .unwrap()
}

#[test]
fn each_entry_has_a_proof_that_says_so_and_nothing_else() {
    let keys = keys();
    for size in [1, 2, 3, 255, 256, 257, 300] {
        let memory = log(size);
        let log = verified(&memory, None).unwrap();
        for index in (0..size).step_by(13) {
            let made = log.proof(&memory, index).unwrap();
            let text = made.to_text();
            let read = Proof::parse(text.as_bytes()).unwrap();
            assert_eq!(read, made);
            let proved = read.verify(&bytes(index), &trust(&keys)).unwrap();
            assert_eq!((proved.index(), proved.entry()), (index, &entry(index)));
            assert_eq!(proved.by().logs.len(), 2);
            let other = read.verify(&bytes(index + 1), &trust(&keys));
            assert_eq!(other.unwrap_err().message.id, "ledger-proof-wrong");
        }
        let none = log.proof(&memory, size).unwrap_err();
        assert_eq!(none.message.id, "ledger-no-entry");
    }
}

#[test]
fn a_proof_has_this_form() {
    let mut made = proof(&log(3), 1);
    made.extra = Some(b"hello".to_vec());
    let text = made.to_text();
    let lines: Vec<&str> = text.lines().collect();
    assert_eq!(
        lines[..3],
        ["c2sp.org/tlog-proof@v1", "extra aGVsbG8=", "index 1"]
    );
    assert_eq!(lines[5..8], ["", "yumen.example/log", "3"]);
    assert_eq!(Proof::parse(text.as_bytes()).unwrap(), made);
}

#[test]
fn every_changed_byte_of_a_proof_is_found() {
    let keys = keys();
    let made = proof(&log(300), 77);
    let good = made.to_text().into_bytes();
    let holds = |file: &[u8]| {
        let read = Proof::parse(file);
        read.and_then(|read| read.verify(&bytes(77), &trust(&keys)))
            .is_ok()
    };
    assert!(holds(&good));
    for at in 0..good.len() {
        let mut wrong = good.clone();
        wrong[at] ^= 1;
        assert!(!holds(&wrong), "byte {at}");
        assert!(!holds(&good[..at]), "{at} bytes");
    }
    assert!(!holds(&[&good[..], b"\n"].concat()));
}

#[test]
fn other_proofs_are_refused() {
    let good = proof(&log(5), 2).to_text();
    let said = |text: &str| Proof::parse(text.as_bytes()).unwrap_err().to_string();
    for (from, to, expected) in [
        ("@v1", "@v2", "line 1: ledger-proof-header"),
        ("index 2", "index 02", "line 2: ledger-proof-line"),
        ("index 2", "Index 2", "line 2: ledger-proof-line"),
        ("index 2\n", "", "line 2: ledger-proof-line"),
        (
            "index 2\n",
            "extra !\nindex 2\n",
            "line 2: ledger-proof-line",
        ),
        ("index 2\n", "index 2\nhash\n", "line 3: ledger-proof-line"),
        ("index 2\n", "index 2\n\n", "ledger-note"),
    ] {
        let said = said(&good.replacen(from, to, 1));
        assert!(
            said.contains(expected) || expected == "ledger-note",
            "{said}"
        );
    }
    assert_eq!(
        said("c2sp.org/tlog-proof@v1\nindex 2\n"),
        "ledger-proof-no-checkpoint"
    );
    let mut long = proof(&log(5), 2);
    long.path = vec![long.path[0]; 64];
    assert_eq!(said(&long.to_text()), "ledger-proof-long");
}

#[test]
fn a_proof_is_only_as_good_as_its_signatures() {
    let keys = keys();
    let mut made = proof(&log(5), 2);
    let note = made.checkpoint.note().to_text();
    let first = note.find("— ").unwrap();
    let second = note.rfind("— ").unwrap();
    let half = format!("{}{}", &note[..first], &note[second..]);
    made.checkpoint = SignedCheckpoint::parse(half.as_bytes()).unwrap();
    let said = made.verify(&bytes(2), &trust(&keys)).unwrap_err();
    assert_eq!(said.message.id, "ledger-signature-missing");
}
