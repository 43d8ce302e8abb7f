//! Trust policies: what is read, and which checkpoints hold.

use std::fmt::Write as _;

use yumen_ledger::{Algorithm, Checkpoint, Hash, Policy, SignedCheckpoint, Signer, Trust};

use crate::logs::{NOW, keys};
use crate::signers::{Holder, ORIGIN, log_keys};

fn witness(number: u8) -> Holder {
    let algorithm = match number % 2 {
        0 => Algorithm::MlDsa44,
        _ => Algorithm::Ed25519Cosignature,
    };
    Holder::new(&format!("w{number}.example"), algorithm, 10 + number)
}

/// The example of the specification: two of three, and one of three.
fn example() -> String {
    let mut text = String::from("# whom we believe\n\n");
    for holder in &log_keys() {
        writeln!(text, "log {} https://log.example/", holder.key().to_vkey()).unwrap();
    }
    for number in 1..=6 {
        let (name, key) = (number_name(number), witness(number).key().to_vkey());
        writeln!(text, "\twitness {name}  {key}").unwrap();
    }
    text + "group X-witnesses 2 X1 X2 X3\n  # half\ngroup Y-witnesses any Y4 Y5 Y6\n\
            group X-and-Y all X-witnesses Y-witnesses\nquorum X-and-Y\n"
}

fn number_name(number: u8) -> String {
    format!("{}{number}", if number < 4 { 'X' } else { 'Y' })
}

fn signed_by(numbers: &[u8], time: u64) -> SignedCheckpoint {
    let checkpoint = Checkpoint::new(ORIGIN, 5, Hash::of_content(b"root"));
    let mut signed = SignedCheckpoint::unsigned(checkpoint).unwrap();
    for holder in &log_keys() {
        signed.sign(holder, NOW).unwrap();
    }
    for number in numbers {
        signed.sign(&witness(*number), time).unwrap();
    }
    signed
}

#[test]
fn a_quorum_is_what_the_groups_say() {
    let policy = Policy::parse(example().as_bytes()).unwrap();
    assert_eq!(policy.logs().len(), 2);
    assert_eq!(
        policy.logs()[0].url.as_deref(),
        Some("https://log.example/")
    );
    assert_eq!(policy.witnesses().count(), 6);
    for mask in 0_u32..64 {
        let numbers: Vec<u8> = (1..=6)
            .filter(|number| mask >> (number - 1) & 1 == 1)
            .collect();
        let of_x = numbers.iter().filter(|number| **number < 4).count();
        let expected = of_x >= 2 && numbers.len() > of_x;
        let found = policy.check(&signed_by(&numbers, NOW), NOW);
        assert_eq!(found.is_ok(), expected, "{numbers:?}");
        if let Ok(found) = found {
            let names: Vec<String> = found.witnesses.into_iter().map(|(name, _)| name).collect();
            let expected: Vec<String> = numbers.iter().map(|one| number_name(*one)).collect();
            assert_eq!(names, expected);
            assert_eq!(found.logs.len(), 2);
        }
    }
    let said = policy
        .check(&signed_by(&[1, 5], NOW), NOW)
        .unwrap_err()
        .to_string();
    assert_eq!(
        said,
        "ledger-policy-quorum(quorum=X-and-Y, counted=2, names=X1, Y5, missing=X2, X3, Y4, Y6)"
    );
}

#[test]
fn a_cosignature_from_the_future_does_not_count() {
    let policy = Policy::parse(example().as_bytes()).unwrap();
    let all = [1, 2, 3, 4, 5, 6];
    assert!(policy.check(&signed_by(&all, NOW + 300), NOW).is_ok());
    let said = policy
        .check(&signed_by(&all, NOW + 301), NOW)
        .unwrap_err()
        .to_string();
    assert!(
        said.starts_with("ledger-policy-ahead(ahead=X1, X2, X3, Y4, Y5, Y6"),
        "{said}"
    );
}

#[test]
fn a_log_of_the_policy_has_to_have_signed() {
    let policy = Policy::parse(example().as_bytes()).unwrap();
    let checkpoint = Checkpoint::new(ORIGIN, 5, Hash::of_content(b"root"));
    let mut signed = SignedCheckpoint::unsigned(checkpoint).unwrap();
    for number in 1..=6 {
        signed.sign(&witness(number), NOW).unwrap();
    }
    let said = policy.check(&signed, NOW).unwrap_err().to_string();
    assert_eq!(said, format!("ledger-policy-log(origin={ORIGIN})"));
    // A key whose name is not the origin is not this log.
    let foreign = Holder::new("foreign.example", Algorithm::Ed25519, 1);
    signed.sign(&foreign, NOW).unwrap();
    let text = format!("log {}\nquorum none\n", foreign.key().to_vkey());
    assert!(
        Policy::parse(text.as_bytes())
            .unwrap()
            .check(&signed, NOW)
            .is_err()
    );
    // A policy without logs leaves that to whoever asks; trust does not.
    let nobody = Policy::parse(b"quorum none\n").unwrap();
    assert!(nobody.check(&signed, NOW).is_ok());
    let trust = Trust {
        keys: &[],
        policy: Some(&nobody),
        now: NOW,
    };
    assert_eq!(
        trust.check(&signed).unwrap_err().to_string(),
        "ledger-trust-nobody"
    );
}

#[test]
fn trust_asks_all_keys_and_the_policy() {
    let policy = Policy::parse(example().as_bytes()).unwrap();
    let keys = keys();
    let trust = Trust {
        keys: &keys,
        policy: Some(&policy),
        now: NOW,
    };
    let found = trust.check(&signed_by(&[1, 2, 4], NOW)).unwrap();
    assert_eq!((found.logs.len(), found.witnesses.len()), (2, 3));
    assert!(trust.check(&signed_by(&[1, 2], NOW)).is_err());

    let checkpoint = Checkpoint::new(ORIGIN, 5, Hash::of_content(b"root"));
    let mut half = SignedCheckpoint::unsigned(checkpoint.clone()).unwrap();
    half.sign(&log_keys()[0], NOW).unwrap();
    let alone = Trust {
        policy: None,
        ..trust
    };
    let said = alone.check(&half).unwrap_err().to_string();
    assert!(
        said.starts_with("ledger-signature-missing(name=yumen.example/log"),
        "{said}"
    );

    let mut other = checkpoint;
    other.origin = "other.example".to_owned();
    let other = SignedCheckpoint::unsigned(other).unwrap();
    let said = alone.check(&other).unwrap_err().to_string();
    assert_eq!(
        said,
        format!("ledger-trust-origin(origin=other.example, name={ORIGIN})")
    );
}

#[test]
fn extension_lines_are_not_believed() {
    let mut checkpoint = Checkpoint::new(ORIGIN, 5, Hash::of_content(b"root"));
    checkpoint.extensions.push("more".to_owned());
    let mut signed = SignedCheckpoint::unsigned(checkpoint).unwrap();
    for holder in &log_keys() {
        signed.sign(holder, NOW).unwrap();
    }
    let keys = keys();
    let trust = crate::logs::trust(&keys);
    assert_eq!(
        trust.check(&signed).unwrap_err().to_string(),
        "ledger-checkpoint-extensions"
    );
}

#[test]
fn wrong_policies_are_refused_with_their_line() {
    let (one, two) = (witness(1).key().to_vkey(), witness(2).key().to_vkey());
    let log = log_keys()[0].key().to_vkey();
    let with = |line: &str| format!("witness a {one}\nwitness b {two}\n{line}\n");
    for (policy, expected) in [
        (
            with("quorum a").trim_end().to_owned(),
            "line 3: ledger-policy-end",
        ),
        (String::new(), "line 1: ledger-policy-end"),
        (with(""), "ledger-policy-no-quorum"),
        (with("quorum c"), "line 3: ledger-policy-undefined(name=c)"),
        (
            with("quorum a\nquorum b"),
            "line 4: ledger-policy-quorum-twice",
        ),
        (with("quorum"), "line 3: ledger-policy-line(word=quorum)"),
        (
            with("quorum a b"),
            "line 3: ledger-policy-line(word=quorum)",
        ),
        (with("Quorum a"), "line 3: ledger-policy-line(word=Quorum)"),
        (
            with("group g any"),
            "line 3: ledger-policy-threshold(needed=any, members=0)",
        ),
        (
            with("group g 3 a b"),
            "line 3: ledger-policy-threshold(needed=3, members=2)",
        ),
        (
            with("group g 0 a b"),
            "line 3: ledger-policy-threshold(needed=0, members=2)",
        ),
        (
            with("group g 02 a b"),
            "line 3: ledger-policy-threshold(needed=02, members=2)",
        ),
        (
            with("group g any a a"),
            "line 3: ledger-policy-member-twice(name=a)",
        ),
        (
            with("group g any a\ngroup h any a"),
            "line 4: ledger-policy-member-twice(name=a)",
        ),
        (
            with("group g any g"),
            "line 3: ledger-policy-undefined(name=g)",
        ),
        (
            with("group g any none"),
            "line 3: ledger-policy-undefined(name=none)",
        ),
        (
            with("group none any a"),
            "line 3: ledger-policy-name-taken(name=none)",
        ),
        (
            with("group a any b"),
            "line 3: ledger-policy-name-taken(name=a)",
        ),
        (
            with(&format!("witness c {one}")),
            "line 3: ledger-policy-key-twice(name=w1.example)",
        ),
        (
            with(&format!("witness c {log}")),
            "line 3: ledger-policy-witness-key(name=c)",
        ),
        (
            with(&format!("log {log}\nlog {log}")),
            "line 4: ledger-policy-key-twice(name=yumen.example/log)",
        ),
        (with("log nothing"), "line 3: ledger-key-vkey"),
        (with("quorum a\r"), "line 3: ledger-policy-control"),
    ] {
        assert_eq!(
            Policy::parse(policy.as_bytes()).unwrap_err().to_string(),
            expected
        );
    }
    // A name is bytes: these are not UTF-8.
    let mut odd = b"witness \t ".to_vec();
    odd.extend(b"\xff\xfe ");
    odd.extend(format!("{one}\n").as_bytes());
    odd.extend(b"quorum \xff\xfe\n");
    assert!(
        Policy::parse(&odd)
            .unwrap()
            .check(&signed_by(&[1], NOW), NOW)
            .is_ok()
    );
}
