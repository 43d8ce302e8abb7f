//! The outbox, case by case, in virtual time.

use jiff::{SignedDuration, Timestamp};
use yumen_diagnostics::Message;
use yumen_notify::{
    Batch, Effect, Event, Kind, Outbox, Outcome, Policy, Severity, WAIT_FOR_OUTCOME,
};
use yumen_report::Language;

use crate::{at, notice, policy, speakers, start};

const fn seconds(seconds: i64) -> SignedDuration {
    SignedDuration::from_secs(seconds)
}

fn outbox(policy: Policy) -> Outbox {
    Outbox::new([("ops".to_owned(), policy)], start())
}

fn wecom() -> Policy {
    policy(Kind::WeCom, Language::English)
}

fn tell(outbox: &mut Outbox, key: &str, severity: Severity, now: Timestamp) -> Vec<Effect> {
    outbox.handle(
        Event::Notice(notice(key, severity, now).told(&speakers())),
        now,
    )
}

fn end(outbox: &mut Outbox, batch: &Batch, outcome: Outcome, now: Timestamp) -> Vec<Effect> {
    let event = Event::Outcome {
        channel: "ops".to_owned(),
        batch: batch.id.clone(),
        outcome,
        jitter: 1.0,
    };
    outbox.handle(event, now)
}

/// The one batch that is sent.
fn sent(effects: &[Effect]) -> Batch {
    match effects {
        [Effect::Send { batch, .. }] => batch.clone(),
        other => panic!("{other:?}"),
    }
}

fn reasons(effects: &[Effect]) -> Vec<(&str, &'static str)> {
    let mut reasons = Vec::new();
    for effect in effects {
        if let Effect::Undelivered(one) = effect {
            reasons.push((one.item.key.as_str(), one.reason.id));
        }
    }
    reasons
}

fn busy() -> Outcome {
    Outcome::Later(Message::new("notify-timeout").with("host", "h"))
}

#[test]
fn notices_are_gathered_and_the_worst_comes_first() {
    let mut outbox = outbox(wecom());
    assert!(tell(&mut outbox, "a", Severity::Low, start()).is_empty());
    let then = start() + seconds(10);
    assert!(tell(&mut outbox, "b", Severity::High, then).is_empty());
    let due = start() + seconds(30);
    assert_eq!(outbox.next_deadline(), Some(due));
    assert!(outbox.handle(Event::Tick, due - seconds(1)).is_empty());
    let batch = sent(&outbox.handle(Event::Tick, due));
    let keys: Vec<&str> = batch.items.iter().map(|item| item.key.as_str()).collect();
    assert_eq!(keys, ["b", "a"]);
}

#[test]
fn critical_notices_do_not_wait() {
    let mut outbox = outbox(wecom());
    assert!(tell(&mut outbox, "a", Severity::Low, start()).is_empty());
    let batch = sent(&tell(&mut outbox, "b", Severity::Critical, start()));
    assert_eq!(batch.items.len(), 2);
}

#[test]
fn what_is_below_the_minimum_is_not_told() {
    let mut policy = wecom();
    policy.severity = Severity::High;
    let mut outbox = outbox(policy);
    assert!(tell(&mut outbox, "a", Severity::Medium, start()).is_empty());
    assert_eq!((outbox.next_deadline(), outbox.waiting("ops")), (None, 0));
}

#[test]
fn the_same_is_counted_and_told_again_once_its_time_has_come() {
    let mut outbox = outbox(wecom());
    let first = sent(&tell(&mut outbox, "a", Severity::Critical, start()));
    assert!(end(&mut outbox, &first, Outcome::Delivered, start()).is_empty());
    for minute in 1..=5 {
        let now = start() + seconds(60 * minute);
        assert!(tell(&mut outbox, "a", Severity::Critical, now).is_empty());
    }
    let hour = start() + seconds(3600);
    assert_eq!(outbox.next_deadline(), Some(hour));
    let again = sent(&outbox.handle(Event::Tick, hour));
    assert_eq!(again.items[0].more, 4);
    assert_eq!(again.items[0].last, start() + seconds(300));
    assert_ne!(again.id, first.id);
}

#[test]
fn what_became_worse_is_told_at_once() {
    let mut outbox = outbox(wecom());
    tell(&mut outbox, "a", Severity::Low, start());
    let first = sent(&outbox.handle(Event::Tick, start() + seconds(30)));
    let now = start() + seconds(40);
    end(&mut outbox, &first, Outcome::Delivered, now);
    assert!(tell(&mut outbox, "a", Severity::Low, now).is_empty());
    let worse = sent(&tell(&mut outbox, "a", Severity::Critical, now));
    assert_eq!(
        (worse.items[0].more, worse.items[0].severity),
        (1, Severity::Critical)
    );
}

#[test]
fn attempts_come_in_growing_pauses_under_the_same_id() {
    let mut outbox = outbox(wecom());
    let mut now = start();
    let mut batch = sent(&tell(&mut outbox, "a", Severity::Critical, now));
    let id = batch.id.clone();
    for pause in [5, 10, 20, 40, 80, 160, 320, 600, 600] {
        assert!(end(&mut outbox, &batch, busy(), now).is_empty());
        assert_eq!(outbox.next_deadline(), Some(now + seconds(pause)));
        now += seconds(pause);
        batch = sent(&outbox.handle(Event::Tick, now));
        assert_eq!(batch.id, id);
    }
    assert_eq!(batch.attempts, 10);
    assert!(end(&mut outbox, &batch, Outcome::Delivered, now).is_empty());
    assert_eq!((outbox.next_deadline(), outbox.waiting("ops")), (None, 0));
}

#[test]
fn giving_up_is_told_with_the_last_reason() {
    let mut policy = wecom();
    policy.patience = seconds(3600);
    let mut outbox = outbox(policy);
    let mut effects = tell(&mut outbox, "a", Severity::Critical, start());
    let mut now = start();
    while let [Effect::Send { batch, .. }] = effects.as_slice() {
        assert!(now <= start() + seconds(3600));
        effects = end(&mut outbox, &batch.clone(), busy(), now);
        if effects.is_empty() {
            now = outbox.next_deadline().unwrap();
            effects = outbox.handle(Event::Tick, now);
        }
    }
    assert_eq!(reasons(&effects), [("a", "notify-timeout")]);
    assert_eq!(outbox.waiting("ops"), 0);
    let again = sent(&tell(&mut outbox, "a", Severity::Critical, now));
    assert_eq!(again.items[0].more, 0, "what nobody got is no repeat");
}

#[test]
fn a_refusal_is_told_and_the_next_notice_is_tried() {
    let mut outbox = outbox(wecom());
    let batch = sent(&tell(&mut outbox, "a", Severity::Critical, start()));
    assert!(tell(&mut outbox, "a", Severity::Low, start()).is_empty());
    let refused = Outcome::Refused(Message::new("notify-refused-robot"));
    let effects = end(&mut outbox, &batch, refused, start());
    assert_eq!(reasons(&effects), [("a", "notify-refused-robot")]);
    let [_, Effect::Send { batch, .. }] = effects.as_slice() else {
        panic!("{effects:?}");
    };
    assert_eq!(batch.items[0].key, "a");
}

#[test]
fn a_locked_out_channel_rests() {
    let mut outbox = outbox(wecom());
    let batch = sent(&tell(&mut outbox, "a", Severity::Critical, start()));
    let limited = Outcome::Limited {
        pause: seconds(600),
        reason: Message::new("notify-limited"),
    };
    assert!(end(&mut outbox, &batch, limited, start()).is_empty());
    assert!(tell(&mut outbox, "b", Severity::Critical, start() + seconds(1)).is_empty());
    assert_eq!(outbox.next_deadline(), Some(start() + seconds(600)));
    assert_eq!(
        sent(&outbox.handle(Event::Tick, start() + seconds(600))).id,
        batch.id
    );
}

#[test]
fn a_late_acknowledgement_counts() {
    let mut outbox = outbox(wecom());
    let batch = sent(&tell(&mut outbox, "a", Severity::Critical, start()));
    assert!(end(&mut outbox, &batch, busy(), start()).is_empty());
    assert!(end(&mut outbox, &batch, Outcome::Delivered, start()).is_empty());
    assert_eq!((outbox.next_deadline(), outbox.waiting("ops")), (None, 0));
}

#[test]
fn an_attempt_that_nobody_reports_on_is_repeated() {
    let mut outbox = outbox(wecom());
    let batch = sent(&tell(&mut outbox, "a", Severity::Critical, start()));
    let late = start() + WAIT_FOR_OUTCOME;
    assert_eq!(outbox.next_deadline(), Some(late));
    assert_eq!(sent(&outbox.handle(Event::Tick, late)).id, batch.id);
}

#[test]
fn feishu_is_left_alone_at_full_and_half_hours_but_for_the_critical() {
    for (told, leaves) in [
        ("2026-03-02T08:29:45Z", "2026-03-02T08:31:00Z"),
        ("2026-03-02T08:59:30.5Z", "2026-03-02T09:01:00Z"),
        ("2026-03-02T09:00:40Z", "2026-03-02T09:01:10Z"),
        ("2026-03-02T09:14:50Z", "2026-03-02T09:15:20Z"),
    ] {
        let mut outbox = outbox(policy(Kind::Feishu, Language::Chinese));
        tell(&mut outbox, "a", Severity::High, at(told));
        assert_eq!(outbox.next_deadline(), Some(at(leaves)), "{told}");
        assert!(
            outbox
                .handle(Event::Tick, at(leaves) - seconds(1))
                .is_empty()
        );
        sent(&tell(
            &mut outbox,
            "b",
            Severity::Critical,
            at(leaves) - seconds(1),
        ));
    }
}

#[test]
fn a_flood_of_keys_does_not_fill_the_memory() {
    let mut outbox = outbox(wecom());
    let speakers = speakers();
    let mut lost = 0;
    for number in 0..10_010 {
        let notice = notice(&format!("k{number}"), Severity::Low, start());
        lost += reasons(&outbox.handle(Event::Notice(notice.told(&speakers)), start())).len();
    }
    assert_eq!((lost, outbox.waiting("ops")), (10, 10_000));
}

#[test]
fn what_waited_for_a_channel_that_is_gone_is_told() {
    let mut old = outbox(wecom());
    tell(&mut old, "a", Severity::Critical, start());
    tell(&mut old, "b", Severity::Low, start());
    tell(&mut old, "a", Severity::Low, start());
    let restored = Outbox::restore(&old.save(), [("new".to_owned(), wecom())], start()).unwrap();
    let gone = "notify-channel-gone";
    assert_eq!(
        reasons(&restored.undelivered),
        [("a", gone), ("b", gone), ("a", gone)]
    );
    assert_eq!(restored.outbox.waiting("new"), 0);
}

#[test]
fn a_state_that_is_none_is_refused() {
    let state = outbox(wecom()).save();
    let none: [(String, Policy); 0] = [];
    for (text, id) in [
        ("", "notify-state-damaged"),
        ("{}", "notify-state-damaged"),
        (&state[..state.len() / 2], "notify-state-damaged"),
        (
            &state.replace("\"version\":1", "\"version\":2"),
            "notify-state-version",
        ),
        (
            &state.replace("\"sent\":[]", "\"sent\":[\"x\"]"),
            "notify-state-damaged",
        ),
    ] {
        let result = Outbox::restore(text, none.clone(), start());
        assert_eq!(result.unwrap_err().id, id, "{text}");
    }
}
