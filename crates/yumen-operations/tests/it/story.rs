//! The whole way of a change, and of what nobody approved.

use std::time::Duration;

use yumen_aliyun::edit::{Settled, carry_out, new_token};
use yumen_baseline::{ItemId, fixes};
use yumen_change::{Class, Origin, Phase, Verdict, YUMEN};
use yumen_cloud::{
    Action, CloudEdit, Direction, Id, Peer, PortMatch, ProtocolMatch, Rule, Snapshot,
};
use yumen_diagnostics::Place;
use yumen_operations::{Cause, Counted, HappeningKind, Watch, Wish};
use yumen_synthesis::{RestoreScope, restore};

use crate::office::{Office, STRANGER};

const ROLES: [(&str, &str); 3] = [
    ("li", "[\"operator\"]"),
    ("wang", "[\"approver\"]"),
    ("zhao", "[\"approver\"]"),
];

/// Everything open to the world, as somebody does it in a hurry.
pub(crate) fn everything(group: &Id) -> CloudEdit {
    CloudEdit::AddRule {
        group: group.clone(),
        rule: Rule {
            id: Id::from("new"),
            direction: Direction::Ingress,
            action: Action::Accept,
            priority: 1,
            protocol: ProtocolMatch::All,
            ports: PortMatch::Any,
            source_ports: PortMatch::Any,
            peer: Peer::Network("0.0.0.0/0".parse().unwrap()),
            local: None,
            uncertain: false,
            description: "temporary".to_owned(),
            created_at: None,
            place: Place::default(),
        },
    }
}

#[test]
fn a_change_goes_from_proposal_to_rollback_and_drift_closes_itself() {
    let watch = "[watch]\nproduction = \"enforce\"\ntest = \"enforce\"\n";
    let settings = format!("{}\n{watch}", yumen_cloudlab::DEMO_SETTINGS);
    let mut office = Office::new(&settings, &ROLES);
    let mut live = office.live();
    let report = office.desk.judge(live.snapshot()).unwrap();
    office
        .desk
        .record(YUMEN, &live, &report, &Cause::new("found"))
        .unwrap();

    // A fix is proposed, and needs somebody else.
    let item = ItemId("EXP-01");
    let planned = fixes(&report.estate(), &report.judgement, Some(&[item])).unwrap();
    let made = planned
        .proposals
        .into_iter()
        .filter_map(|one| one.outcome.ok());
    let edits: Vec<CloudEdit> = made.flat_map(|fix| fix.edits).collect();
    assert!(!edits.is_empty());
    let outlook = office.desk.outlook(live.snapshot(), &edits).unwrap();
    assert_eq!(outlook.effect.class, Class::Tightening);
    let wish = Wish {
        edits,
        origin: Origin::Fix(vec!["EXP-01".to_owned()]),
        reason: "close management ports".to_owned(),
        until: None,
        emergency: false,
    };
    let li = office.person("li");
    let before = live.snapshot().clone();
    let account = live.account().to_owned();
    let number = office
        .desk
        .propose(&li, &account, &before, &wish, &outlook)
        .unwrap();
    assert!(matches!(
        office.desk.counted("li", number).unwrap(),
        Counted::Missing(_)
    ));
    assert!(
        office
            .desk
            .apply("li", &mut live, number, &mut |_| {})
            .is_err()
    );

    // Approved by another, applied, read back.
    office
        .desk
        .decide(&office.person("wang"), Verdict::Approve, number, "yes")
        .unwrap();
    if let Counted::Missing(reasons) = office.desk.counted("li", number).unwrap() {
        panic!("{reasons:?}");
    }
    office.restart();
    let applied = office
        .desk
        .apply("li", &mut live, number, &mut |_| {})
        .unwrap();
    assert_eq!(applied.differs, 0);
    let register = office.desk.standing().unwrap().register;
    assert!(matches!(
        register.change(number).unwrap().phase,
        Phase::Applied(_)
    ));

    // Somebody opens everything; the watch takes just that back.
    let mut watch = Watch::new(office.desk.clone(), office.live()).unwrap();
    assert_eq!(watch.round().unwrap(), []);
    let good = watch.last().topology().snapshot().clone();
    let group = open_group(&good);
    let stranger = office.client(STRANGER);
    let settled = carry_out(&stranger, &good, &everything(&group), &new_token(), false).unwrap();
    assert!(matches!(settled, Settled::InForce { .. }), "{settled:?}");
    let mut happened = Vec::new();
    for _ in 0..40 {
        happened.extend(watch.round().unwrap());
        if !happened.is_empty() {
            break;
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(happened.len(), 1, "{happened:?}");
    assert_eq!(happened[0].kind, HappeningKind::Contained, "{happened:?}");
    let now = office.live().snapshot().clone();
    let delta = yumen_reach::Delta::new(
        &office.desk.judge(&good).unwrap().audit.analysis,
        &office.desk.judge(&now).unwrap().audit.analysis,
    )
    .unwrap();
    assert!(!delta.opens_to_internet());
    let register = office.desk.standing().unwrap().register;
    let drift = register.drifts().next().unwrap();
    assert_eq!(drift.seen.what.answer, "contained");
    let who = drift.seen.what.who.as_ref().expect("the trail says who");
    assert_eq!(who.user, STRANGER.0);

    // Back to the first version, as a change like any other.
    let live = office.live();
    let first = register.versions()[0].what.snapshot.clone();
    let then = office.desk.snapshot(&first).unwrap();
    let back = restore(live.snapshot(), &then, &RestoreScope::Whole);
    let outlook = office.desk.outlook(live.snapshot(), &back.edits).unwrap();
    assert!(
        outlook.effect.class > Class::Neutral,
        "{:?}",
        outlook.effect.class
    );
}

/// A group with an interface that the Internet reaches.
fn open_group(snapshot: &Snapshot) -> Id {
    let mut interfaces = snapshot.interfaces.values();
    let reached = interfaces.find(|interface| {
        interface.private.iter().any(|one| one.public.is_some()) && !interface.groups.is_empty()
    });
    reached.unwrap().groups[0].clone()
}
