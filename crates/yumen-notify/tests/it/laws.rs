//! The laws of the outbox, over random notices, outcomes, pauses and restarts.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use proptest::prelude::*;
use yumen_diagnostics::Message;
use yumen_notify::{Batch, Effect, Event, Kind, Outbox, Outcome, Policy, Severity, Speakers};
use yumen_report::Language;

use crate::{notice, speakers, start};

#[derive(Clone, Debug)]
enum Step {
    Notice { key: u8, severity: u8 },
    Outcome { which: u8, what: u8, jitter: f64 },
    Pass { milliseconds: u64 },
    Deadline,
    Restart,
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0_u8..12, 0_u8..4).prop_map(|(key, severity)| Step::Notice { key, severity }),
        4 => (any::<u8>(), 0_u8..8, 0.0..1.0)
            .prop_map(|(which, what, jitter)| Step::Outcome { which, what, jitter }),
        4 => (0_u64..200_000).prop_map(|milliseconds| Step::Pass { milliseconds }),
        1 => (0_u64..20_000_000).prop_map(|milliseconds| Step::Pass { milliseconds }),
        4 => Just(Step::Deadline),
        1 => Just(Step::Restart),
    ]
}

/// What is known outside of the outbox.
struct World {
    outbox: Outbox,
    speakers: Speakers,
    now: Timestamp,
    told: BTreeMap<String, u64>,
    delivered: BTreeMap<String, u64>,
    undelivered: BTreeMap<String, u64>,
    acknowledged: BTreeSet<(String, String)>,
    under_way: Vec<(String, Batch)>,
    sent: BTreeMap<String, Vec<Timestamp>>,
}

fn policies() -> Vec<(String, Policy)> {
    let kinds = [Kind::DingTalk, Kind::Feishu, Kind::Slack, Kind::WeCom];
    let policies = kinds.into_iter().map(|kind| {
        let mut policy = crate::policy(kind, Language::Chinese);
        policy.repeat = SignedDuration::from_mins(10);
        policy.patience = SignedDuration::from_hours(2);
        if kind == Kind::Slack {
            policy.severity = Severity::High;
            policy.repeat = SignedDuration::ZERO;
            policy.window = SignedDuration::ZERO;
        }
        (kind.word().to_owned(), policy)
    });
    policies.collect()
}

impl World {
    fn new() -> Self {
        Self {
            outbox: Outbox::new(policies(), start()),
            speakers: speakers(),
            now: start(),
            told: BTreeMap::new(),
            delivered: BTreeMap::new(),
            undelivered: BTreeMap::new(),
            acknowledged: BTreeSet::new(),
            under_way: Vec::new(),
            sent: BTreeMap::new(),
        }
    }

    fn step(&mut self, step: &Step) {
        match *step {
            Step::Notice { key, severity } => {
                let severity = Severity::ALL[usize::from(severity)].1;
                for (name, policy) in policies() {
                    if severity >= policy.severity {
                        *self.told.entry(name).or_default() += 1;
                    }
                }
                let told = notice(&format!("k{key}"), severity, self.now).told(&self.speakers);
                self.handle(Event::Notice(told));
            }
            Step::Outcome {
                which,
                what,
                jitter,
            } => {
                if self.under_way.is_empty() {
                    return;
                }
                let index = usize::from(which) % self.under_way.len();
                let (channel, batch) = self.under_way.swap_remove(index);
                let reason = Message::new("notify-timeout");
                let outcome = match what {
                    0..4 => Outcome::Delivered,
                    4 | 5 => Outcome::Later(reason),
                    6 => Outcome::Limited {
                        pause: SignedDuration::from_mins(7),
                        reason,
                    },
                    _ => Outcome::Refused(reason),
                };
                if outcome == Outcome::Delivered {
                    let new = self
                        .acknowledged
                        .insert((channel.clone(), batch.id.clone()));
                    assert!(new, "delivered twice");
                    let notices = batch.items.iter().map(|item| u64::from(item.more) + 1);
                    *self.delivered.entry(channel.clone()).or_default() += notices.sum::<u64>();
                }
                self.handle(Event::Outcome {
                    channel,
                    batch: batch.id,
                    outcome,
                    jitter,
                });
            }
            Step::Pass { milliseconds } => {
                let milliseconds = i64::try_from(milliseconds).unwrap();
                self.now += SignedDuration::from_millis(milliseconds);
                self.handle(Event::Tick);
            }
            Step::Deadline => {
                let Some(deadline) = self.outbox.next_deadline() else {
                    return;
                };
                assert!(deadline > self.now, "a deadline that leads nowhere");
                self.now = deadline;
                self.handle(Event::Tick);
            }
            Step::Restart => {
                let saved = self.outbox.save();
                let restored = Outbox::restore(&saved, policies(), self.now).unwrap();
                assert_eq!(restored.undelivered, []);
                self.outbox = restored.outbox;
                self.under_way.clear();
                self.handle(Event::Tick);
            }
        }
        self.check();
    }

    fn handle(&mut self, event: Event) {
        for effect in self.outbox.handle(event, self.now) {
            match effect {
                Effect::Send { channel, batch } => {
                    let id = (channel.clone(), batch.id.clone());
                    assert!(!self.acknowledged.contains(&id), "sent once more: {id:?}");
                    // A second attempt takes the place of the first, of which nothing was heard.
                    self.under_way.retain(|(name, _)| *name != channel);
                    self.sent.entry(channel.clone()).or_default().push(self.now);
                    self.under_way.push((channel, batch));
                }
                Effect::Undelivered(one) => {
                    // Given up: an outcome that comes after all is nobody's business any more.
                    self.under_way
                        .retain(|(_, batch)| !batch.items.contains(&one.item));
                    let lost = u64::from(one.item.more) + 1;
                    *self.undelivered.entry(one.channel).or_default() += lost;
                }
            }
        }
    }

    fn check(&self) {
        for (name, policy) in policies() {
            let count = |of: &BTreeMap<String, u64>| of.get(&name).copied().unwrap_or_default();
            let known =
                count(&self.delivered) + count(&self.undelivered) + self.outbox.waiting(&name);
            assert_eq!(
                count(&self.told),
                known,
                "LAW (nothing silently lost): {name}"
            );
            let Some(sent) = self.sent.get(&name) else {
                continue;
            };
            for rate in policy.limits.rates {
                for pair in sent.windows(rate.letters + 1) {
                    let apart = pair[rate.letters].duration_since(pair[0]);
                    assert!(
                        apart >= rate.per,
                        "LAW (never faster than the limit): {name}"
                    );
                }
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn nothing_is_lost_nothing_acknowledged_comes_twice_and_limits_hold(
        steps in prop::collection::vec(step(), 1..150),
    ) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        // Left alone with a network that works, all of it arrives.
        for _ in 0..2_000 {
            if world.outbox.next_deadline().is_none() {
                break;
            }
            while !world.under_way.is_empty() {
                world.step(&Step::Outcome { which: 0, what: 0, jitter: 0.5 });
            }
            world.step(&Step::Deadline);
        }
        for (name, _) in policies() {
            prop_assert_eq!(world.outbox.waiting(&name), 0, "{}", name);
        }
    }

    #[test]
    fn a_saved_state_is_whole(steps in prop::collection::vec(step(), 1..80)) {
        let mut world = World::new();
        for step in &steps {
            world.step(step);
        }
        let once = Outbox::restore(&world.outbox.save(), policies(), world.now).unwrap().outbox;
        let twice = Outbox::restore(&once.save(), policies(), world.now).unwrap().outbox;
        prop_assert_eq!(&once, &twice);
        prop_assert_eq!(once.save(), world.outbox.save());
    }
}
