//! Signatures of checkpoints: what is signed, and two implementations held against each other.

use ed25519_dalek::Signer as _;
use ml_dsa::{KeyExport as _, MlDsa44};
use proptest::prelude::*;
use yumen_ledger::{
    Algorithm, Checkpoint, Hash, NoteSignature, SignError, Signed, SignedCheckpoint, Signer,
    VerifierKey, ed25519_message, ml_dsa_message,
};

use crate::logs::NOW;
use crate::signers::{Broken, Holder, ORIGIN, library_verifies, log_keys};

const ALL: [Algorithm; 3] = [
    Algorithm::Ed25519,
    Algorithm::Ed25519Cosignature,
    Algorithm::MlDsa44,
];

fn checkpoint() -> Checkpoint {
    Checkpoint::new(ORIGIN, 5, Hash::of_content(b"root"))
}

/// A signature by the implementation that verifies in production.
fn signed_by_ours(algorithm: Algorithm, seed: u8, message: &[u8]) -> (VerifierKey, Vec<u8>) {
    let seed = [seed; 32];
    let (public, signature) = match algorithm {
        Algorithm::MlDsa44 => {
            let key = ml_dsa::ExpandedSigningKey::<MlDsa44>::from_seed(&seed.into());
            let signature = key.sign_deterministic(message, &[]).unwrap();
            let public = key.verifying_key().to_bytes().to_vec();
            (public, signature.encode().to_vec())
        }
        Algorithm::Ed25519 | Algorithm::Ed25519Cosignature => {
            let key = ed25519_dalek::SigningKey::from_bytes(&seed);
            let signature = key.sign(message).to_bytes().to_vec();
            (key.verifying_key().to_bytes().to_vec(), signature)
        }
    };
    (
        VerifierKey::new("ours", algorithm, &public).unwrap(),
        signature,
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn both_implementations_say_the_same(
        seed in any::<u8>(),
        message in prop::collection::vec(any::<u8>(), 0..300),
        at in any::<prop::sample::Index>(),
        bit in 0_u8..8,
    ) {
        for algorithm in ALL {
            let holder = Holder::new("ours", algorithm, seed);
            let (key, ours) = signed_by_ours(algorithm, seed, &message);
            prop_assert_eq!(&key, holder.key());
            for signature in [holder.sign(&message).unwrap(), ours] {
                prop_assert_eq!(signature.len(), algorithm.signature_length());
                prop_assert!(key.verify(&message, &signature));
                prop_assert!(library_verifies(&key, &message, &signature));

                let mut damaged = signature.clone();
                damaged[at.index(signature.len())] ^= 1 << bit;
                prop_assert!(!key.verify(&message, &damaged));
                prop_assert!(!library_verifies(&key, &message, &damaged));
                let mut longer = message.clone();
                longer.push(0);
                prop_assert!(!key.verify(&longer, &signature));
                prop_assert!(!key.verify(&message, &signature[1..]));
                prop_assert!(!key.verify(&message, &[&signature[..], &[0]].concat()));
            }
        }
    }
}

#[test]
fn an_ed25519_cosignature_signs_the_example_of_the_specification() {
    let text =
        "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
    let expected = format!("cosignature/v1\ntime 1679315147\n{text}");
    assert_eq!(ed25519_message(1_679_315_147, text), expected.as_bytes());
}

#[test]
fn an_ml_dsa_cosignature_signs_these_bytes() {
    let message = ml_dsa_message("w1", 0x0102_0304, &checkpoint()).unwrap();
    let mut expected =
        b"subtree/v1\n\0\x02w1\0\0\0\0\x01\x02\x03\x04\x11yumen.example/log".to_vec();
    expected.extend([0; 8]);
    expected.extend([0, 0, 0, 0, 0, 0, 0, 5]);
    expected.extend(Hash::of_content(b"root").0);
    assert_eq!(message, expected);
    assert!(ml_dsa_message("", 0, &checkpoint()).is_none());
    assert!(ml_dsa_message(&"n".repeat(255), 0, &checkpoint()).is_some());
    assert!(ml_dsa_message(&"n".repeat(256), 0, &checkpoint()).is_none());
}

#[test]
fn a_checkpoint_bears_signatures_of_all_kinds() {
    let mut signed = SignedCheckpoint::unsigned(checkpoint()).unwrap();
    let holders = ALL.map(|algorithm| Holder::new("someone", algorithm, 7));
    for holder in &holders {
        signed.sign(holder, NOW).unwrap();
    }
    let signed = SignedCheckpoint::parse(signed.note().to_text().as_bytes()).unwrap();
    for holder in &holders {
        let by = signed.signed_by(holder.key()).unwrap();
        let time = holder.key().algorithm().is_timestamped().then_some(NOW);
        assert_eq!(by, Some(Signed { time }));
    }
    for algorithm in ALL {
        let stranger = Holder::new("someone", algorithm, 8);
        assert_eq!(signed.signed_by(stranger.key()).unwrap(), None);
    }
    // The same signature over another tree.
    for (from, to) in [("\n5\n", "\n6\n"), (ORIGIN, "yumen.example/lag")] {
        let other = signed.note().to_text().replacen(from, to, 1);
        let other = SignedCheckpoint::parse(other.as_bytes()).unwrap();
        for holder in &holders {
            let said = other.signed_by(holder.key()).unwrap_err().to_string();
            assert_eq!(said, "ledger-signature-wrong(name=someone)");
        }
    }
}

#[test]
fn one_wrong_line_of_a_known_key_condemns_the_note() {
    for holder in log_keys() {
        let mut signed = SignedCheckpoint::unsigned(checkpoint()).unwrap();
        signed.sign(&holder, NOW).unwrap();
        let good = signed.note().to_text();
        let last = good.rfind("— ").unwrap();
        let forged = NoteSignature {
            bytes: vec![1; 100],
            ..signed.note().signatures()[0].clone()
        };
        let both = format!("{}{}{}", &good[..last], forged.to_line(), &good[last..]);
        let both = SignedCheckpoint::parse(both.as_bytes()).unwrap();
        assert!(both.signed_by(holder.key()).is_err());
    }
}

#[test]
fn a_signature_that_does_not_verify_is_not_given_away() {
    for algorithm in ALL {
        let key = Holder::new("broken", algorithm, 3).key().clone();
        let length = algorithm.signature_length();
        let failed = SignError::Key {
            name: "broken".to_owned(),
            error: "no card".to_owned(),
        };
        for gives in [Ok(vec![1; length]), Ok(vec![]), Err(failed)] {
            let broken = Broken {
                key: key.clone(),
                gives,
            };
            let mut signed = SignedCheckpoint::unsigned(checkpoint()).unwrap();
            let error = signed.sign(&broken, NOW).unwrap_err();
            assert_eq!(error.message().id, "ledger-sign-key");
            assert!(signed.note().signatures().is_empty());
        }
    }
}

#[test]
fn what_has_no_message_is_not_signed() {
    let long = Holder::new(&"n".repeat(256), Algorithm::MlDsa44, 3);
    let mut signed = SignedCheckpoint::unsigned(checkpoint()).unwrap();
    let error = signed.sign(&long, NOW).unwrap_err();
    assert_eq!(error.message().id, "ledger-sign-message");
    for holder in ALL.map(|algorithm| Holder::new("x", algorithm, 7)) {
        assert!(signed.sign(&holder, 1 << 63).is_err());
        assert!(signed.sign(&holder, (1 << 63) - 1).is_ok());
    }
}

#[test]
fn lines_of_a_witness_are_added_once_they_verify() {
    let witness = Holder::new("w", Algorithm::MlDsa44, 4);
    let stranger = Holder::new("v", Algorithm::MlDsa44, 5);
    let mut elsewhere = SignedCheckpoint::unsigned(checkpoint()).unwrap();
    elsewhere.sign(&witness, NOW).unwrap();
    elsewhere.sign(&stranger, NOW).unwrap();
    let lines = elsewhere.note().signatures();
    let known = [witness.key().clone()];

    let mut signed = SignedCheckpoint::unsigned(checkpoint()).unwrap();
    signed.add_verified(lines, &known).unwrap();
    assert_eq!(signed.note().signatures(), &lines[..1]);

    let mut other = SignedCheckpoint::unsigned(Checkpoint::new(ORIGIN, 6, Hash::empty())).unwrap();
    let said = other.add_verified(lines, &known).unwrap_err().to_string();
    assert_eq!(said, "ledger-signature-wrong(name=w)");
    let said = other
        .add_verified(&lines[1..], &known)
        .unwrap_err()
        .to_string();
    assert_eq!(said, "ledger-signature-none");
    assert!(other.note().signatures().is_empty());
}
