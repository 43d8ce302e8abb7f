//! Events of every kind go into the ledger and come out as they were.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use proptest::prelude::*;
use yumen_baseline::EnvironmentKind;
use yumen_change::{
    Audited, Begun, Blobs, Class, Decision, Direction, Drifted, Escalated, Event, EventError,
    Exposed, ExposureEnd, GroupReviewed, KeyChanged, Origin, Outcome, Proposal, Settled, Stopped,
    Version, Waived, Who, Written,
};
use yumen_cloud::{CloudEdit, Id};
use yumen_ledger::Value;

/// Content by hash.
struct Beside(BTreeMap<String, Vec<u8>>);

impl Blobs for Beside {
    fn blob(&self, sha256: &str) -> Option<Vec<u8>> {
        self.0.get(sha256).cloned()
    }
}

fn beside(written: &Written) -> Beside {
    let hash = |bytes: &[u8]| {
        use sha2::{Digest, Sha256};
        let digest = Sha256::digest(bytes);
        digest.iter().map(|byte| format!("{byte:02x}")).collect()
    };
    let blobs = written.blobs.iter();
    Beside(blobs.map(|bytes| (hash(bytes), bytes.clone())).collect())
}

fn text() -> impl Strategy<Value = String> {
    "[a-z0-9 \u{4e2d}\"\\\\\n-]{0,12}"
}

fn time() -> impl Strategy<Value = Timestamp> {
    (0_i64..4_000_000_000_000).prop_map(|ms| Timestamp::from_millisecond(ms).unwrap())
}

fn signatures() -> impl Strategy<Value = BTreeMap<String, String>> {
    prop::collection::btree_map(text(), text(), 0..3)
}

fn edits() -> impl Strategy<Value = Vec<CloudEdit>> {
    let one = ("sg-[a-z]{1,4}", "sgr-[a-z]{1,4}").prop_map(|(group, rule)| CloudEdit::RemoveRule {
        group: Id::from(group.as_str()),
        rule: Id::from(rule.as_str()),
    });
    prop::collection::vec(one, 0..5)
}

fn class() -> impl Strategy<Value = Class> {
    prop::sample::select(Class::ALL.map(|(_, class)| class).to_vec())
}

fn origin() -> impl Strategy<Value = Origin> {
    prop_oneof![
        Just(Origin::Edits),
        prop::collection::vec(text(), 0..3).prop_map(Origin::Fix),
        text().prop_map(Origin::Template),
        text().prop_map(Origin::Rollback),
        any::<u32>().prop_map(Origin::Undo),
        any::<u32>().prop_map(Origin::Containment),
    ]
}

pub(crate) fn proposal() -> impl Strategy<Value = Proposal> {
    let names = || prop::collection::vec(text(), 0..3);
    let environments = prop::sample::subsequence(
        vec![EnvironmentKind::Production, EnvironmentKind::Test],
        0..=2,
    );
    (
        (
            any::<u32>(),
            text(),
            text(),
            text(),
            origin(),
            edits(),
            text(),
            class(),
        ),
        (
            any::<u8>(),
            any::<u8>(),
            any::<u32>(),
            names(),
            names(),
            names(),
            names(),
        ),
        (
            environments,
            prop::collection::btree_set(text(), 0..3),
            prop::option::of(time()),
            any::<bool>(),
            0_i64..1 << 50,
            signatures(),
        ),
    )
        .prop_map(|(one, two, three)| {
            let (number, account, proposer, reason, origin, edits, base, class) = one;
            let (before, after, interfaces, found, solved, forbidden, cut) = two;
            let (environments, entered, until, emergency, signed_at, signatures) = three;
            Proposal {
                number,
                account,
                proposer,
                reason,
                origin,
                edits,
                base,
                class,
                score: (before, after),
                hundredths: (-i64::from(interfaces), i64::from(after)),
                interfaces,
                found,
                solved,
                forbidden,
                cut,
                environments: environments.into_iter().collect::<BTreeSet<_>>(),
                entered,
                until,
                emergency,
                signed_at,
                signatures,
            }
        })
}

fn decision() -> impl Strategy<Value = Decision> {
    (any::<u32>(), text(), text(), 0_i64..1 << 50, signatures()).prop_map(
        |(change, person, comment, signed_at, signatures)| Decision {
            change,
            person,
            comment,
            signed_at,
            signatures,
        },
    )
}

fn who() -> impl Strategy<Value = Option<Who>> {
    let who =
        (time(), text(), text(), text(), text()).prop_map(|(at, event, action, user, address)| {
            Who {
                at,
                event,
                action,
                user,
                address,
            }
        });
    prop::option::of(who)
}

fn end() -> impl Strategy<Value = ExposureEnd> {
    let services = prop::collection::vec(text(), 0..3);
    (text(), prop::option::of(text()), services, text()).prop_map(
        |(interface, instance, services, witness)| ExposureEnd {
            interface,
            instance,
            services,
            witness,
        },
    )
}

fn outcome() -> impl Strategy<Value = Outcome> {
    prop_oneof![
        Just(Outcome::Already),
        prop::option::of(text()).prop_map(Outcome::InForce),
        text().prop_map(Outcome::NotInForce),
        text().prop_map(Outcome::Unknown),
    ]
}

fn event() -> impl Strategy<Value = Event> {
    let names = || prop::collection::vec(text(), 0..3);
    let begun = (
        any::<u32>(),
        prop::sample::select(vec![Direction::Forward, Direction::Back]),
        text(),
        edits(),
        text(),
        names(),
    );
    let begun = begun.prop_map(
        |(change, direction, base, steps, person, approvers)| Begun {
            change,
            direction,
            base,
            steps,
            person,
            approvers,
        },
    );
    let drifted = (
        (
            any::<u32>(),
            text(),
            text(),
            text(),
            class(),
            names(),
            names(),
        ),
        (edits(), who(), text(), text()),
    );
    let drifted = drifted.prop_map(|(one, two)| {
        let (number, account, before, after, class, found, forbidden) = one;
        let (way_back, who, fingerprint, answer) = two;
        Drifted {
            number,
            account,
            before,
            after,
            class,
            found,
            forbidden,
            way_back,
            who,
            fingerprint,
            answer,
        }
    });
    let ends = || prop::collection::vec(end(), 0..3);
    let exposed = (text(), time(), text(), who(), ends(), ends());
    let exposed = exposed.prop_map(|(snapshot, at, through, who, opened, closed)| Exposed {
        snapshot,
        at,
        through,
        who,
        opened,
        closed,
    });
    let version = (
        text(),
        text(),
        prop::option::of(text()),
        text(),
        any::<u32>(),
        any::<u32>(),
        any::<bool>(),
    );
    let version = version.prop_map(
        |(account, snapshot, before, why, gaps, interfaces, opens)| Version {
            account,
            snapshot,
            before,
            why,
            gaps,
            interfaces,
            opens,
        },
    );
    let by_key = prop::collection::btree_map("[0-9a-f]{0,8}", text(), 0..3);
    let keys = (names(), names(), by_key);
    prop_oneof![
        version.prop_map(Event::Version),
        (text(), any::<u8>(), any::<u32>(), any::<u32>(), text()).prop_map(
            |(snapshot, score, findings, waived, settings)| Event::Audited(Audited {
                snapshot,
                score,
                findings,
                waived,
                settings,
            })
        ),
        proposal().prop_map(|proposal| Event::Proposed(Box::new(proposal))),
        decision().prop_map(Event::Approved),
        decision().prop_map(Event::Rejected),
        decision().prop_map(Event::Reviewed),
        (any::<u32>(), text()).prop_map(|(change, why)| Event::Withdrawn(change, why)),
        (any::<u32>(), text()).prop_map(|(change, why)| Event::Lapsed(change, why)),
        begun.prop_map(|begun| Event::Begun(Box::new(begun))),
        (any::<u32>(), any::<u32>()).prop_map(|(change, step)| Event::Sent(change, step)),
        (any::<u32>(), any::<u32>(), outcome()).prop_map(|(change, step, outcome)| {
            Event::Settled(Settled {
                change,
                step,
                outcome,
            })
        }),
        (any::<u32>(), any::<u32>(), text())
            .prop_map(|(change, step, why)| Event::Stopped(Stopped { change, step, why })),
        (any::<u32>(), text()).prop_map(|(change, after)| Event::Applied(change, after)),
        (any::<u32>(), text()).prop_map(|(change, after)| Event::Undone(change, after)),
        drifted.prop_map(|drifted| Event::Drifted(Box::new(drifted))),
        (any::<u32>(), text(), prop::option::of(any::<u32>())).prop_map(|(drift, why, change)| {
            Event::Escalated(Escalated { drift, why, change })
        }),
        exposed.prop_map(Event::Exposed),
        (prop::option::of(text()), any::<u32>())
            .prop_map(|(file, waivers)| Event::Waived(Waived { file, waivers })),
        (text(), text(), text()).prop_map(|(group, rules, comment)| {
            Event::GroupReviewed(GroupReviewed {
                group,
                rules,
                comment,
            })
        }),
        keys.prop_map(|(before, after, signatures)| Event::KeyChanged(KeyChanged {
            before,
            after,
            signatures,
        })),
    ]
}

proptest! {
    #[test]
    fn every_event_comes_back(event in event()) {
        let written = event.write().unwrap();
        let bytes = written.body.encode().unwrap();
        let body = Value::decode(bytes.as_bytes()).unwrap();
        let read = Event::read(written.kind, &body, &beside(&written)).unwrap();
        prop_assert_eq!(&read, &event);
        prop_assert_eq!(yumen_change::keys(written.kind, &body), written.keys);
    }

    #[test]
    fn a_missing_field_is_an_error_or_means_nothing(
        event in event(), at in any::<prop::sample::Index>()
    ) {
        let written = event.write().unwrap();
        let mut table = written.body.as_table().unwrap().clone();
        let name = table.keys().nth(at.index(table.len())).unwrap().clone();
        table.remove(&name);
        match Event::read(written.kind, &Value::Table(table), &beside(&written)) {
            Err(EventError::Field(_)) => {}
            Err(other) => prop_assert!(false, "{other}"),
            // Lists and what may be absent read as empty.
            Ok(read) => prop_assert_eq!(read.kind(), event.kind()),
        }
    }
}

#[test]
fn many_edits_go_beside_the_entry_and_a_forged_one_is_refused() {
    let edit = |number: usize| CloudEdit::RemoveRule {
        group: Id::from("sg-1"),
        rule: Id::from(format!("sgr-{number}").as_str()),
    };
    let event = Event::Begun(Box::new(Begun {
        change: 1,
        direction: Direction::Forward,
        base: "a".to_owned(),
        steps: (0..2000).map(edit).collect(),
        person: "wang".to_owned(),
        approvers: Vec::new(),
    }));
    let written = event.write().unwrap();
    assert_eq!(written.blobs.len(), 1);
    assert!(written.body.encode().unwrap().len() < 1000);
    assert_eq!(
        Event::read("begun", &written.body, &beside(&written)).unwrap(),
        event
    );
    let mut forged = beside(&written);
    for bytes in forged.0.values_mut() {
        bytes[10] ^= 1;
    }
    let error = Event::read("begun", &written.body, &forged).unwrap_err();
    assert!(matches!(error, EventError::Blob(_)), "{error}");
    let error = Event::read("begun", &written.body, &()).unwrap_err();
    assert!(matches!(error, EventError::Blob(_)), "{error}");
}

#[test]
fn an_unknown_kind_is_told() {
    let error = Event::read("later", &Value::table([]), &()).unwrap_err();
    assert_eq!(error, EventError::Kind("later".to_owned()));
}
