//! What the guard does by itself, against somebody who wants it to cut what is needed.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use yumen_baseline::EnvironmentKind;
use yumen_change::{Answer, Class, Effect, Guard, GuardMode, WatchSettings, fingerprint};

use crate::approval::{breaking, effect};

fn enforcing() -> WatchSettings {
    WatchSettings {
        production: GuardMode::Enforce,
        test: GuardMode::Observe,
        reverts_per_hour: 2,
        insists_hours: 24,
        ..WatchSettings::default()
    }
}

fn now() -> Timestamp {
    "2026-11-25T12:00:00Z".parse().unwrap()
}

/// The id of what the guard says when it calls a person.
fn called(answer: &Answer) -> &str {
    match answer {
        Answer::Escalate(why) => why.id,
        _ => "",
    }
}

#[test]
fn only_what_breaks_a_mandatory_item_is_taken_back_and_only_where_it_shall_be() {
    let guard = Guard::default();
    let back = effect(Class::Tightening);
    let answer = |drift: &Effect| guard.answer(&enforcing(), drift, Some(&back), now());
    assert_eq!(answer(&breaking()), Answer::Contain);
    let in_test = Effect {
        environments: BTreeSet::from([EnvironmentKind::Test]),
        ..breaking()
    };
    assert_eq!(answer(&in_test), Answer::Record);
    assert!(matches!(
        answer(&effect(Class::WideningInternet)),
        Answer::Propose(_)
    ));
    assert_eq!(answer(&effect(Class::Tightening)), Answer::Record);
}

#[test]
fn no_way_back_cuts_what_is_declared_or_opens_anything() {
    let guard = Guard::default();
    let answer = |back: Option<&Effect>| guard.answer(&enforcing(), &breaking(), back, now());
    let cuts = Effect {
        cut: vec!["always shop <- internet on tcp/443".to_owned()],
        ..effect(Class::Tightening)
    };
    assert_eq!(called(&answer(Some(&cuts))), "guard-would-cut");
    let opens = effect(Class::WideningInside);
    assert_eq!(called(&answer(Some(&opens))), "guard-would-open");
    assert_eq!(called(&answer(None)), "guard-no-way-back");
}

#[test]
fn the_same_drift_is_taken_back_once_and_others_until_the_brake() {
    let back = effect(Class::Tightening);
    let hour = SignedDuration::from_hours(1);
    let answer = |guard: &Guard, at| guard.answer(&enforcing(), &breaking(), Some(&back), at);
    // Somebody insists: also after a restart, when the memory comes from the ledger.
    let mut guard = Guard::default();
    guard.reverted(&breaking(), now());
    let again = Guard::with_memory([(now(), fingerprint(&breaking()))]);
    assert_eq!(guard, again);
    assert_eq!(called(&answer(&guard, now() + hour * 23)), "guard-insists");
    assert_eq!(answer(&guard, now() + hour * 24), Answer::Contain);
    // Many different drifts: the brake.
    let one = (now(), "one".to_owned());
    assert_eq!(
        answer(&Guard::with_memory([one.clone()]), now()),
        Answer::Contain
    );
    let two = Guard::with_memory([one, (now(), "two".to_owned())]);
    assert_eq!(called(&answer(&two, now())), "guard-brake");
    assert_eq!(answer(&two, now() + hour), Answer::Contain);
}
