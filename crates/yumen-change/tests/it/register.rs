//! The register: what may follow what, told by a table and by random events.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use yumen_change::{
    Begun, Class, Decision, Direction, Event, Number, Origin, Outcome, Phase, Proposal, Refused,
    Register, Settled, Stopped,
};
use yumen_cloud::{CloudEdit, Id};

fn at(second: i64) -> Timestamp {
    Timestamp::UNIX_EPOCH + SignedDuration::from_secs(second)
}

fn remove(group: &str) -> CloudEdit {
    CloudEdit::RemoveRule {
        group: Id::from(group),
        rule: Id::from("sgr-1"),
    }
}

fn proposed(number: Number, group: &str, until: Option<Timestamp>) -> Event {
    Event::Proposed(Box::new(Proposal {
        number,
        account: "1".to_owned(),
        proposer: "li".to_owned(),
        reason: "because".to_owned(),
        origin: Origin::Edits,
        edits: vec![remove(group)],
        base: "a".to_owned(),
        class: Class::Tightening,
        score: (1, 2),
        hundredths: (-100, 200),
        interfaces: 1,
        found: Vec::new(),
        solved: Vec::new(),
        forbidden: Vec::new(),
        cut: Vec::new(),
        environments: BTreeSet::new(),
        entered: BTreeSet::new(),
        until,
        emergency: false,
        signed_at: 0,
        signatures: BTreeMap::new(),
    }))
}

fn decision(change: Number, person: &str) -> Decision {
    Decision {
        change,
        person: person.to_owned(),
        comment: String::new(),
        signed_at: 0,
        signatures: BTreeMap::new(),
    }
}

fn begun(change: Number, group: &str, direction: Direction) -> Event {
    Event::Begun(Box::new(Begun {
        change,
        direction,
        base: "a".to_owned(),
        steps: vec![remove(group), remove(group)],
        person: "li".to_owned(),
        approvers: vec!["wang".to_owned()],
    }))
}

fn settled(change: Number, step: u32, outcome: Outcome) -> Event {
    Event::Settled(Settled {
        change,
        step,
        outcome,
    })
}

fn in_force() -> Outcome {
    Outcome::InForce(Some("request".to_owned()))
}

fn stopped(change: Number, step: u32) -> Event {
    Event::Stopped(Stopped {
        change,
        step,
        why: "refused".to_owned(),
    })
}

/// A register after events, one a second.
fn after(events: &[Event]) -> Result<Register, Refused> {
    let mut register = Register::default();
    for (second, event) in (0..).zip(events) {
        register.handle(at(second), "yumen", event)?;
    }
    Ok(register)
}

fn phase(events: &[Event]) -> &'static str {
    match after(events) {
        Ok(register) => register.change(1).unwrap().phase.word(),
        Err(_) => "refused",
    }
}

#[test]
fn a_change_goes_its_way() {
    let way = [
        proposed(1, "sg-1", None),
        Event::Approved(decision(1, "wang")),
        begun(1, "sg-1", Direction::Forward),
        Event::Sent(1, 0),
        settled(1, 0, in_force()),
        Event::Sent(1, 1),
        settled(1, 1, Outcome::Already),
        Event::Applied(1, "b".to_owned()),
    ];
    let expected = [
        "open", "open", "applying", "applying", "applying", "applying", "applying", "applied",
    ];
    for (length, expected) in (1..).zip(expected) {
        assert_eq!(phase(&way[..length]), expected, "after {length}");
    }
    // Whatever is left out or done twice on that way, the rest is refused.
    for at in [0, 2, 3, 4, 5, 6] {
        let mut events = way.to_vec();
        events.remove(at);
        assert!(after(&events).is_err(), "without {at}");
    }
    for at in 0..way.len() {
        let mut events = way.to_vec();
        events.insert(at, way[at].clone());
        assert!(after(&events).is_err(), "twice {at}");
    }
}

#[test]
fn a_step_that_is_not_in_force_stops_and_goes_either_way() {
    let begin = [
        proposed(1, "sg-1", None),
        begun(1, "sg-1", Direction::Forward),
        Event::Sent(1, 0),
        settled(1, 0, in_force()),
        Event::Sent(1, 1),
    ];
    let with = |more: &[Event]| phase(&[&begin[..], more].concat());
    let not = Outcome::NotInForce("quota".to_owned());
    assert_eq!(with(&[settled(1, 1, not.clone())]), "applying");
    assert_eq!(
        with(&[
            settled(1, 1, not.clone()),
            Event::Applied(1, "b".to_owned())
        ]),
        "refused"
    );
    let halt = [settled(1, 1, not.clone()), stopped(1, 1)];
    assert_eq!(with(&halt), "stopped");
    for direction in [Direction::Forward, Direction::Back] {
        let again = begun(1, "sg-1", direction);
        assert_eq!(with(&[&halt[..], &[again]].concat()), "applying");
    }
    // Not known stays in doubt: nothing is sent on top of it.
    let unknown = settled(1, 1, Outcome::Unknown("timeout".to_owned()));
    assert_eq!(with(&[unknown.clone(), Event::Sent(1, 1)]), "refused");
    assert_eq!(
        with(&[unknown.clone(), settled(1, 1, in_force())]),
        "applying"
    );
    assert_eq!(
        with(&[
            unknown,
            settled(1, 1, in_force()),
            Event::Undone(1, "b".to_owned())
        ]),
        "refused",
        "it went forward"
    );
}

#[test]
fn changes_that_touch_the_same_are_not_under_way_together() {
    let mut events = vec![
        proposed(1, "sg-1", None),
        proposed(2, "sg-1", None),
        proposed(3, "sg-2", None),
        begun(1, "sg-1", Direction::Forward),
    ];
    let register = after(&events).unwrap();
    let try_one = |event: &Event| register.clone().handle(at(99), "yumen", event);
    assert_eq!(
        try_one(&begun(2, "sg-1", Direction::Forward)),
        Err(Refused::Overlaps {
            other: 1,
            resource: "sg-1".to_owned()
        })
    );
    assert_eq!(try_one(&begun(3, "sg-2", Direction::Forward)), Ok(()));
    // One that stopped half-way holds what it touches, too.
    events.extend([Event::Sent(1, 0), stopped(1, 0)]);
    let mut register = after(&events).unwrap();
    assert!(
        register
            .handle(at(99), "yumen", &begun(2, "sg-1", Direction::Forward))
            .is_err()
    );
}

#[test]
fn a_person_decides_once_and_a_rejected_change_is_over() {
    let begin = [
        proposed(1, "sg-1", None),
        Event::Approved(decision(1, "wang")),
    ];
    let with = |more: &[Event]| phase(&[&begin[..], more].concat());
    assert_eq!(with(&[Event::Approved(decision(1, "wang"))]), "refused");
    assert_eq!(with(&[Event::Rejected(decision(1, "wang"))]), "refused");
    assert_eq!(with(&[Event::Approved(decision(1, "zhao"))]), "open");
    let rejected = Event::Rejected(decision(1, "zhao"));
    assert_eq!(with(std::slice::from_ref(&rejected)), "rejected");
    assert_eq!(
        with(&[rejected, begun(1, "sg-1", Direction::Forward)]),
        "refused"
    );
}

#[test]
fn temporary_changes_come_due() {
    let events = [
        proposed(1, "sg-1", Some(at(100))),
        begun(1, "sg-1", Direction::Forward),
        Event::Sent(1, 0),
        settled(1, 0, in_force()),
        Event::Sent(1, 1),
        settled(1, 1, in_force()),
        Event::Applied(1, "b".to_owned()),
    ];
    let register = after(&events).unwrap();
    assert_eq!(register.next_deadline(), Some(at(100)));
    assert_eq!(register.due(at(99)).count(), 0);
    assert_eq!(register.due(at(100)).count(), 1);
    assert_eq!(after(&events[..6]).unwrap().next_deadline(), None);
}

#[test]
fn time_does_not_go_back() {
    let mut register = Register::default();
    register
        .handle(at(5), "yumen", &proposed(1, "sg-1", None))
        .unwrap();
    let before = register.clone();
    let refused = register.handle(at(4), "yumen", &proposed(2, "sg-1", None));
    assert!(matches!(refused, Err(Refused::Time { .. })));
    assert_eq!(register, before);
    assert_eq!(register.not_before(at(4)), at(5));
    assert_eq!(register.not_before(at(6)), at(6));
}

/// Events over three changes and two groups, most of which cannot follow.
fn any_event() -> impl Strategy<Value = Event> {
    let number = 1_u32..4;
    let group = prop::sample::select(vec!["sg-1", "sg-2"]);
    let person = prop::sample::select(vec!["wang", "zhao"]);
    let direction = prop::sample::select(vec![Direction::Forward, Direction::Back]);
    let outcome = prop_oneof![
        3 => Just(in_force()),
        1 => Just(Outcome::NotInForce("no".to_owned())),
        1 => Just(Outcome::Unknown("?".to_owned())),
    ];
    let step = 0_u32..2;
    (number, group, person, direction, outcome, step, 0_u8..11).prop_map(
        |(number, group, person, direction, outcome, step, kind)| match kind {
            0 | 1 => proposed(number, group, None),
            2 => Event::Approved(decision(number, person)),
            3 => Event::Rejected(decision(number, person)),
            4 => begun(number, group, direction),
            5 | 6 => Event::Sent(number, step),
            7 => settled(number, step, outcome),
            8 => stopped(number, step),
            9 => Event::Applied(number, "b".to_owned()),
            _ => Event::Undone(number, "c".to_owned()),
        },
    )
}

#[test]
fn an_emergency_is_pending_until_somebody_looked_at_it() {
    let emergency = |event: Event| match event {
        Event::Proposed(mut proposal) => {
            proposal.emergency = true;
            Event::Proposed(proposal)
        }
        other => other,
    };
    let way = [
        emergency(proposed(1, "sg-1", None)),
        begun(1, "sg-1", Direction::Forward),
        Event::Sent(1, 0),
        settled(1, 0, in_force()),
        Event::Sent(1, 1),
        settled(1, 1, in_force()),
        Event::Applied(1, "b".to_owned()),
        Event::Reviewed(decision(1, "wang")),
    ];
    let pending = |events: &[Event]| after(events).unwrap().change(1).unwrap().is_pending();
    assert!(pending(&way[..7]));
    assert!(!pending(&way));
}

proptest! {
    #[test]
    fn what_is_refused_changes_nothing_and_the_rest_can_be_read_again(
        events in prop::collection::vec(any_event(), 0..120)
    ) {
        let mut register = Register::default();
        let mut taken = Vec::new();
        for event in &events {
            let before = register.clone();
            match register.handle(at(1), "yumen", event) {
                Ok(()) => taken.push(event.clone()),
                Err(_) => prop_assert_eq!(&register, &before),
            }
        }
        let mut again = Register::default();
        for event in &taken {
            again.handle(at(1), "yumen", event).unwrap();
        }
        prop_assert_eq!(&again, &register);
        for change in register.changes() {
            let number = change.proposal.number;
            let of = |wanted: &dyn Fn(&Event) -> bool| {
                taken.iter().filter(|event| event.change() == Some(number) && wanted(event)).count()
            };
            let in_force = of(&|event| matches!(
                event, Event::Settled(settled) if settled.outcome.is_in_force()
            ));
            let sent = of(&|event| matches!(event, Event::Sent(..)));
            prop_assert!(in_force <= sent, "found in force and never sent");
            if matches!(change.phase, Phase::Applied(_) | Phase::Undone(_)) {
                prop_assert!(in_force >= 2, "done without its steps");
            }
        }
    }
}
