//! Signed notes, checkpoints and keys as they are written.

use proptest::prelude::*;
use yumen_ledger::{Algorithm, Checkpoint, Hash, Note, SignedCheckpoint, Signer, VerifierKey};

use crate::signers::{Holder, ORIGIN, log_keys};

/// The example of Go's `golang.org/x/mod/sumdb/note`, with its two signers.
const GO_NOTE: &str = "If you think cryptography is the answer to your problem,\n\
    then you don't know what your problem is.\n\n\
    — PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM=\n\
    — EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1RvMc+QQ=\n";
const PETER: &str = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
const ENOCH: &str = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop";

#[test]
fn the_example_of_go() {
    let note = Note::parse(GO_NOTE.as_bytes()).unwrap();
    assert_eq!(note.to_text(), GO_NOTE);
    for vkey in [PETER, ENOCH] {
        let key = VerifierKey::from_vkey(vkey).unwrap();
        assert_eq!(key.to_vkey(), vkey);
        assert!(note.is_signed_by(&key));
        let other = GO_NOTE.replace("your problem is", "my problem is");
        assert!(!Note::parse(other.as_bytes()).unwrap().is_signed_by(&key));
    }
    let stranger = log_keys()[0].key().clone();
    assert!(!note.is_signed_by(&stranger));
    assert!(!Note::unsigned(note.text()).unwrap().is_signed_by(&stranger));
}

#[test]
fn a_text_is_signed_and_signed_again() {
    let holder = Holder::new("approver", Algorithm::Ed25519, 9);
    let mut note = Note::unsigned("change 7\n").unwrap();
    note.sign(&holder).unwrap();
    note.sign(&holder).unwrap();
    assert_eq!(note.signatures().len(), 1);
    let read = Note::parse(note.to_text().as_bytes()).unwrap();
    assert_eq!(read, note);
    assert!(read.is_signed_by(holder.key()));
    // The other types sign checkpoints only.
    let witness = Holder::new("witness", Algorithm::MlDsa44, 9);
    assert!(note.sign(&witness).is_err());
    assert!(!note.is_signed_by(witness.key()));
}

#[test]
fn other_notes_are_refused() {
    let said = |note: &str| Note::parse(note.as_bytes()).unwrap_err().to_string();
    let line = "— PeterNeumann x08go/ZJkuBS\n";
    let good = format!("text\n\n{line}");
    assert!(Note::parse(good.as_bytes()).is_ok());
    for (note, expected) in [
        (format!("text\n\n{}", line.trim_end()), "ledger-note-end"),
        ("text\n\n".to_owned(), "ledger-note-end"),
        (format!("text\n{line}"), "ledger-note-unsigned"),
        (format!("\n\n{line}"), ""),
        (
            good.replace("text", "te\txt"),
            "ledger-note-control(offset=2)",
        ),
        (good.replace('—', "-"), "line 3: ledger-note-line"),
        (
            good.replace("PeterNeumann", "Peter Neumann"),
            "line 3: ledger-note-line",
        ),
        (
            good.replace("PeterNeumann", "Peter+Neumann"),
            "line 3: ledger-note-line",
        ),
        (
            good.replace("PeterNeumann", "Peter\u{a0}Neumann"),
            "line 3: ledger-note-line",
        ),
        (
            good.replace("PeterNeumann ", " "),
            "line 3: ledger-note-line",
        ),
        (
            good.replace("x08go/ZJkuBS", "x08gow=="),
            "line 3: ledger-note-line",
        ),
        (
            good.replace("x08go/ZJkuBS", "x08go/ZJkuB"),
            "line 3: ledger-note-line",
        ),
        // The last bits of the Base64 are not zero.
        (
            good.replace("x08go/ZJkuBS", "x08go/ZJkuBSFR=="),
            "line 3: ledger-note-line",
        ),
        (
            good.replace("x08go/ZJkuBS\n", "x08go/ZJkuBS\r\n"),
            "ledger-note-control(offset=12)",
        ),
        (
            format!("text\n\n{}", line.repeat(101)),
            "ledger-note-too-large",
        ),
        ("x".repeat(1 << 20) + &good, "ledger-note-too-large"),
    ] {
        if expected.is_empty() {
            // An empty line is a text.
            assert_eq!(Note::parse(note.as_bytes()).unwrap().text(), "\n");
            continue;
        }
        assert!(
            said(&note).starts_with(expected.split('(').next().unwrap()),
            "{}",
            said(&note)
        );
    }
    assert_eq!(
        Note::parse(b"a\xff\n\n").unwrap_err().to_string(),
        "ledger-note-utf8(offset=1)"
    );
    assert!(Note::unsigned("text").is_err());
    assert!(Note::unsigned("").is_err());
    assert!(Note::parse(format!("text\n\n{}", line.repeat(100)).as_bytes()).is_ok());
}

#[test]
fn other_keys_are_refused() {
    let said = |vkey: &str| VerifierKey::from_vkey(vkey).unwrap_err().to_string();
    assert_eq!(said("PeterNeumann"), "ledger-key-vkey");
    assert_eq!(said("PeterNeumann+c74f20a3+!"), "ledger-key-vkey");
    assert_eq!(said("PeterNeumann+c74f20a3+"), "ledger-key-vkey");
    assert_eq!(
        said(&PETER.replace("c74f20a3", "c74f20a4")),
        "ledger-key-id(id=c74f20a4, expected=c74f20a3)"
    );
    assert_eq!(
        said(&PETER.replace("c74f20a3", "C74F20A3")),
        "ledger-key-id(id=C74F20A3, expected=c74f20a3)"
    );
    assert_eq!(
        said(&PETER.replace("+AR", "+CR")),
        "ledger-key-type(type=0x09)"
    );
    assert_eq!(said(&PETER.replace("10TW", "")), "ledger-key-invalid");
    assert_eq!(
        said(&PETER.replace("PeterNeumann", "Peter N")),
        "ledger-key-name(name=Peter N)"
    );
    assert_eq!(
        said(&PETER.replace("PeterNeumann", "")),
        "ledger-key-name(name=)"
    );
    // A point of small order would verify signatures of anything.
    let weak = VerifierKey::new("weak", Algorithm::Ed25519, &[0; 32]);
    assert_eq!(weak.unwrap_err().to_string(), "ledger-key-invalid");
    let short = VerifierKey::new("short", Algorithm::MlDsa44, &[0; 1311]);
    assert_eq!(short.unwrap_err().to_string(), "ledger-key-invalid");
}

#[test]
fn the_id_of_an_ml_dsa_key_is_over_name_type_and_key() {
    let holder = Holder::new(ORIGIN, Algorithm::MlDsa44, 2);
    let mut input = format!("{ORIGIN}\n\u{6}").into_bytes();
    input.extend(holder.key().public_key());
    let id = Hash::of_content(&input).to_hex();
    assert_eq!(format!("{:08x}", holder.key().id()), id[..8]);
    let vkey = holder.key().to_vkey();
    assert_eq!(VerifierKey::from_vkey(&vkey).unwrap(), *holder.key());
}

/// The example of C2SP `tlog-checkpoint`; its keys are not public.
const EXAMPLE: &str = "example.com/behind-the-sofa\n20852163\n\
    CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n\
    — example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+zyWE+xeMcTOAYQ8=\n\
    — witness.example.com/w1 jWbPPwAAAABkGFDLEZMHwSRaJNiIDoe9DYn/zXcrtPHeolMI5OWXEhZCB9dlrDJsX3b2oyin1nPZqhf5nNo0xUe+mbIUBkBIfZ+qnA==\n";

#[test]
fn the_example_of_the_specification() {
    let signed = SignedCheckpoint::parse(EXAMPLE.as_bytes()).unwrap();
    let checkpoint = signed.checkpoint();
    assert_eq!(checkpoint.origin, "example.com/behind-the-sofa");
    assert_eq!(checkpoint.size, 20_852_163);
    assert_eq!(signed.note().to_text(), EXAMPLE);
    // A cosignature begins with its time, eight bytes after the key id.
    let witness = &signed.note().signatures()[1];
    assert_eq!(witness.bytes.len(), 8 + 64);
    assert_eq!(witness.bytes[..8], 1_679_315_147_u64.to_be_bytes());
}

#[test]
fn other_checkpoints_are_refused() {
    let good = "origin\n7\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    assert_eq!(Checkpoint::parse(good).unwrap().to_text().unwrap(), good);
    let more = format!("{good}more\n");
    assert_eq!(Checkpoint::parse(&more).unwrap().extensions, ["more"]);
    assert_eq!(Checkpoint::parse(&more).unwrap().to_text().unwrap(), more);
    for (text, expected) in [
        (
            good.replace("origin", ""),
            "line 1: ledger-checkpoint-line(field=origin)",
        ),
        (
            good.replace("7", "07"),
            "line 2: ledger-checkpoint-line(field=size)",
        ),
        (
            good.replace("7", "+7"),
            "line 2: ledger-checkpoint-line(field=size)",
        ),
        (
            good.replace("7", "-7"),
            "line 2: ledger-checkpoint-line(field=size)",
        ),
        (
            good.replace("7", ""),
            "line 2: ledger-checkpoint-line(field=size)",
        ),
        (
            good.replace("7", "18446744073709551616"),
            "line 2: ledger-checkpoint-line(field=size)",
        ),
        (
            good.replace("7", "0"),
            "line 3: ledger-checkpoint-line(field=root)",
        ),
        (
            good.replace("q2I=", "q2J="),
            "line 3: ledger-checkpoint-line(field=root)",
        ),
        (
            good.replace("q2I=", "q2I"),
            "line 3: ledger-checkpoint-line(field=root)",
        ),
        (
            good.replace("CsUY", ""),
            "line 3: ledger-checkpoint-line(field=root)",
        ),
        (
            good.replace("q2I=\n", "q2I="),
            "line 3: ledger-checkpoint-line(field=root)",
        ),
        (
            format!("{good}\n"),
            "line 4: ledger-checkpoint-line(field=extension)",
        ),
        (
            format!("{good}a\n\nb\n"),
            "line 5: ledger-checkpoint-line(field=extension)",
        ),
    ] {
        assert_eq!(Checkpoint::parse(&text).unwrap_err().to_string(), expected);
    }
    let mut unwritable = Checkpoint::new("two\nlines", 0, Hash::empty());
    assert!(unwritable.to_text().is_err());
    unwritable = Checkpoint::new("one", 0, Hash::empty());
    unwritable.extensions.push(String::new());
    assert!(SignedCheckpoint::unsigned(unwritable).is_err());
}

proptest! {
    #[test]
    fn a_note_has_one_reading(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        let mut note = b"a\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n".to_vec();
        note.extend(&bytes);
        note.extend("\n— a x08go/ZJkuBS\n".as_bytes());
        if let Ok(read) = Note::parse(&note) {
            prop_assert_eq!(read.to_text().into_bytes(), note.clone());
        }
        if let Ok(read) = SignedCheckpoint::parse(&note) {
            prop_assert_eq!(read.checkpoint().to_text().unwrap(), read.note().text());
        }
    }
}
