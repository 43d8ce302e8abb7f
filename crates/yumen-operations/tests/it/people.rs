//! Changes that end by themselves, emergencies, and what clocks may not do.

use jiff::{SignedDuration, Timestamp};
use yumen_change::{Phase, Verdict};
use yumen_operations::{Happening, HappeningKind, Watch};

use crate::faults::{PARTNER, TEST, apply, approved, phase};
use crate::office::{Office, add, filters, group, has, remove, said};

const ROLES: [(&str, &str); 6] = [
    ("li", "[\"operator\"]"),
    ("bai", "[\"operator\"]"),
    ("wang", "[\"approver\"]"),
    ("zhao", "[\"approver\"]"),
    ("dora", "[\"oncall\", \"operator\"]"),
    ("emil", "[\"oncall\", \"approver\"]"),
];

fn office() -> Office {
    Office::small(TEST, &ROLES)
}

fn hours(number: i64) -> SignedDuration {
    SignedDuration::from_hours(number)
}

fn watch(office: &Office) -> Watch {
    Watch::new(office.desk.clone(), office.live()).unwrap()
}

fn kinds(happened: &[Happening]) -> Vec<HappeningKind> {
    happened.iter().map(|one| one.kind).collect()
}

fn in_hours(office: &Office, number: i64) -> Option<Timestamp> {
    use yumen_aliyun::client::Clock as _;
    office.clock.now().checked_add(hours(number)).ok()
}

/// A change for an hour, applied.
fn temporary(office: &Office) -> u32 {
    let mut live = office.live();
    let web = group(live.snapshot(), "web");
    let edits = vec![add(&web, (8080, 8080), PARTNER)];
    let until = in_hours(office, 1);
    let number = office.propose_as("li", &live, edits, until, false).unwrap();
    let wang = office.person("wang");
    office
        .desk
        .decide(&wang, Verdict::Approve, number, "")
        .unwrap();
    apply(&office.desk, &mut live, number).unwrap();
    number
}

#[test]
fn a_temporary_change_undoes_itself_when_it_is_due_and_not_before() {
    let office = office();
    let earlier = filters(&office.truth());
    let number = temporary(&office);
    let mut watch = watch(&office);
    assert_eq!(watch.round().unwrap(), []);
    assert_ne!(filters(&office.truth()), earlier);
    // Nobody may undo it before it is over.
    let failure = office
        .desk
        .undo("li", &mut office.live(), number, &mut |_| {})
        .unwrap_err();
    assert_eq!(said(&failure), ["change-not-to-undo"]);
    office.clock.shift(hours(2));
    assert_eq!(kinds(&watch.round().unwrap()), [HappeningKind::Expired]);
    assert_eq!(filters(&office.truth()), earlier);
    assert!(matches!(phase(&office, number), Phase::Undone(_)));
    assert_eq!(watch.round().unwrap(), []);
}

#[test]
fn a_clock_that_is_set_back_undoes_no_deadline() {
    let office = office();
    let earlier = filters(&office.truth());
    let number = temporary(&office);
    office.clock.shift(hours(2));
    // Somebody writes after the deadline; then the clock goes back before it.
    let live = office.live();
    let web = group(live.snapshot(), "web");
    office
        .propose("li", &live, vec![add(&web, (8090, 8090), PARTNER)])
        .unwrap();
    office.clock.shift(hours(-4));
    let mut watch = watch(&office);
    let happened = watch.round().unwrap();
    assert_eq!(kinds(&happened), [HappeningKind::Expired], "{happened:?}");
    assert!(matches!(phase(&office, number), Phase::Undone(_)));
    assert_eq!(filters(&office.truth()), earlier);
    let times: Vec<Timestamp> = office.events().into_iter().map(|(at, _)| at).collect();
    assert!(times.is_sorted(), "{times:?}");
}

#[test]
fn undoing_a_temporary_change_leaves_what_was_approved_since() {
    let office = office();
    let number = temporary(&office);
    let mut live = office.live();
    let web = group(live.snapshot(), "web");
    let close = remove(live.snapshot(), &web, (443, 443), "0.0.0.0/0");
    let edits = vec![close, add(&web, (8443, 8443), PARTNER)];
    let other = approved(&office, &live, edits);
    apply(&office.desk, &mut live, other).unwrap();
    let mut watch = watch(&office);
    office.clock.shift(hours(2));
    assert_eq!(kinds(&watch.round().unwrap()), [HappeningKind::Expired]);
    let truth = office.truth();
    assert!(!has(&truth, &web, (8080, 8080), PARTNER));
    assert!(has(&truth, &web, (8443, 8443), PARTNER));
    assert!(!has(&truth, &web, (443, 443), "0.0.0.0/0"));
    assert!(matches!(phase(&office, number), Phase::Undone(_)));
    assert!(matches!(phase(&office, other), Phase::Applied(_)));
}

#[test]
fn undoing_that_fails_is_tried_again() {
    let office = office();
    let earlier = filters(&office.truth());
    let number = temporary(&office);
    let mut watch = watch(&office);
    office.clock.shift(hours(2));
    office.deny(&["ecs:RevokeSecurityGroup"]);
    assert_eq!(kinds(&watch.round().unwrap()), [HappeningKind::Failed]);
    assert_ne!(filters(&office.truth()), earlier);
    // Not with every look: nobody wants a ledger full of it.
    let size = office.events().len();
    assert_eq!(watch.round().unwrap(), []);
    assert_eq!(office.events().len(), size);
    office.deny(&[]);
    office.clock.shift(SignedDuration::from_mins(5));
    assert_eq!(kinds(&watch.round().unwrap()), [HappeningKind::Expired]);
    assert_eq!(filters(&office.truth()), earlier);
    assert!(matches!(phase(&office, number), Phase::Undone(_)));
}

#[test]
fn an_emergency_is_applied_at_once_ends_by_itself_and_is_reviewed_by_another() {
    let office = office();
    let earlier = filters(&office.truth());
    let mut live = office.live();
    let web = group(live.snapshot(), "web");
    let edits = vec![add(&web, (8080, 8080), PARTNER)];
    let failure = office
        .propose_as("li", &live, edits.clone(), None, true)
        .unwrap_err();
    assert_eq!(said(&failure), ["policy-role-emergency"]);
    let number = office
        .propose_as("dora", &live, edits, in_hours(&office, 100), true)
        .unwrap();
    // Not everybody applies it, and nobody reviews what has not happened.
    let failure = apply(&office.desk, &mut live, number).unwrap_err();
    assert_eq!(said(&failure), ["policy-role-emergency"]);
    let review = |name: &str| {
        let person = office.person(name);
        office.desk.decide(&person, Verdict::Review, number, "seen")
    };
    assert_eq!(said(&review("wang").unwrap_err()), ["refused-phase"]);
    office
        .desk
        .apply("emil", &mut live, number, &mut |_| {})
        .unwrap();
    assert!(has(&office.truth(), &web, (8080, 8080), PARTNER));

    // Neither who proposed it, nor who applied it, nor who could not have approved it.
    assert_eq!(said(&review("dora").unwrap_err()), ["review-by-proposer"]);
    assert_eq!(said(&review("emil").unwrap_err()), ["policy-own-emergency"]);
    assert_eq!(said(&review("bai").unwrap_err()), ["policy-role-approve"]);
    review("wang").unwrap();
    let register = office.desk.standing().unwrap().register;
    let change = register.change(number).unwrap();
    assert_eq!(change.reviewed_by.as_deref(), Some("wang"));

    // Four hours, whatever its proposer wished.
    let mut watch = watch(&office);
    assert_eq!(watch.round().unwrap(), []);
    office.clock.shift(hours(5));
    assert_eq!(kinds(&watch.round().unwrap()), [HappeningKind::Expired]);
    assert_eq!(filters(&office.truth()), earlier);
}
