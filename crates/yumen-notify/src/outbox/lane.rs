//! The way to one channel.

use std::collections::{BTreeMap, VecDeque};
use std::fmt::Write as _;

use jiff::tz::Offset;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use yumen_diagnostics::Message;

use super::{Batch, Effect, Item, Policy, Undelivered, WAIT_FOR_OUTCOME};
use crate::letter::fitting;
use crate::limits::Rate;
use crate::notice::{Severity, Told};
use crate::outcome::Outcome;

/// What waits for one channel, and what it was told lately.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Lane {
    pub(super) policy: Policy,
    /// Not yet in a batch; at most one item of a key
    pub(super) queue: Vec<Item>,
    pub(super) flight: Option<Flight>,
    /// What was told, by key, until it may be told again
    pub(super) memory: BTreeMap<String, Memory>,
    /// When the last letters were sent, oldest first
    pub(super) sent: VecDeque<Timestamp>,
    /// The channel wants nothing before this
    pub(super) blocked: Option<Timestamp>,
    /// Failures in a row
    pub(super) failures: u32,
    /// Why the last attempt failed
    pub(super) trouble: Option<Message>,
}

/// A batch from its first attempt to its end.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Flight {
    pub(super) batch: Batch,
    pub(super) phase: Phase,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Phase {
    /// An attempt began then
    UnderWay(Timestamp),
    /// The next attempt is not before this
    Waiting(Timestamp),
}

/// That something was told, and what happened again since.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Memory {
    pub(super) until: Timestamp,
    pub(super) severity: Severity,
    pub(super) repeats: Option<Item>,
}

/// Most items that wait in a lane; whoever makes up keys shall not fill the memory.
const LONGEST_QUEUE: usize = 10_000;
/// First and longest pause between attempts.
const FIRST_PAUSE: SignedDuration = SignedDuration::from_secs(5);
const LONGEST_PAUSE: SignedDuration = SignedDuration::from_mins(10);

impl Lane {
    pub(super) fn new(policy: Policy) -> Self {
        Self {
            policy,
            queue: Vec::new(),
            flight: None,
            memory: BTreeMap::new(),
            sent: VecDeque::new(),
            blocked: None,
            failures: 0,
            trouble: None,
        }
    }

    /// Takes in a notice.
    pub(super) fn admit(
        &mut self,
        name: &str,
        told: &Told,
        number: u64,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        if told.severity < self.policy.severity {
            return;
        }
        let due = match told.severity {
            Severity::Critical => now,
            _ => later(now, self.policy.window),
        };
        let mut item = Item::new(told, self.policy.language, number, now, due);
        if let Some(waiting) = self.queue.iter_mut().find(|item| item.key == told.key) {
            waiting.absorb(item);
            return;
        }
        match self.memory.get_mut(&told.key) {
            Some(memory) if now < memory.until && told.severity <= memory.severity => {
                match &mut memory.repeats {
                    Some(repeats) => repeats.absorb(item),
                    None => memory.repeats = Some(item),
                }
                return;
            }
            _ => {}
        }
        // Worse than what was told, or told long ago: told anew, with what happened meanwhile.
        let repeats = self
            .memory
            .remove(&told.key)
            .and_then(|memory| memory.repeats);
        if let Some(repeats) = repeats {
            item.absorb(repeats);
        }
        self.push(name, item, effects);
    }

    fn push(&mut self, name: &str, item: Item, effects: &mut Vec<Effect>) {
        if self.queue.len() < LONGEST_QUEUE {
            self.queue.push(item);
            return;
        }
        let reason = Message::new("notify-queue-full").with("most", LONGEST_QUEUE);
        effects.push(undelivered(name, item, reason));
    }

    /// Takes in what became of an attempt. Outcomes of other batches, and second ones, are old
    /// news; but what was delivered after all is not sent again.
    pub(super) fn learn(
        &mut self,
        name: &str,
        id: &str,
        outcome: Outcome,
        jitter: f64,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        let Some(flight) = self.flight.as_mut().filter(|flight| flight.batch.id == id) else {
            return;
        };
        let under_way = matches!(flight.phase, Phase::UnderWay(_));
        match outcome {
            Outcome::Delivered => {
                self.flight = None;
                self.failures = 0;
                self.trouble = None;
            }
            _ if !under_way => {}
            Outcome::Later(reason) => {
                let pause = pause(self.failures, jitter);
                flight.phase = Phase::Waiting(later(now, pause));
                self.failures = self.failures.saturating_add(1);
                self.trouble = Some(reason);
            }
            Outcome::Limited { pause, reason } => {
                let until = later(now, pause.max(FIRST_PAUSE));
                flight.phase = Phase::Waiting(until);
                self.blocked = Some(until);
                self.trouble = Some(reason);
            }
            Outcome::Refused(reason) => {
                let items = self.flight.take().map(|flight| flight.batch.items);
                self.fail(name, items.unwrap_or_default(), &reason, now, effects);
            }
        }
    }

    /// Does what is due.
    pub(super) fn advance(&mut self, name: &str, now: Timestamp, effects: &mut Vec<Effect>) {
        self.forget(name, now, effects);
        if let Some(flight) = &mut self.flight
            && let Phase::UnderWay(since) = flight.phase
            && later(since, WAIT_FOR_OUTCOME) <= now
        {
            flight.phase = Phase::Waiting(now);
            self.trouble = Some(Message::new("notify-no-outcome"));
        }
        self.send_if_due(name, now, effects);
        self.give_up(name, now, effects);
        // What was given up may have made room.
        self.send_if_due(name, now, effects);
    }

    /// Puts what happened again into the queue when its time has come.
    fn forget(&mut self, name: &str, now: Timestamp, effects: &mut Vec<Effect>) {
        let mut again = Vec::new();
        self.memory.retain(|_, memory| {
            if now < memory.until {
                return true;
            }
            again.extend(memory.repeats.take());
            false
        });
        for mut item in again {
            item.due = now;
            item.since = now;
            self.push(name, item, effects);
        }
    }

    fn send_if_due(&mut self, name: &str, now: Timestamp, effects: &mut Vec<Effect>) {
        if self.next_send(now).is_none_or(|at| at > now) {
            return;
        }
        let mut batch = match self.flight.take() {
            Some(flight) => flight.batch,
            None => self.gather(name, now),
        };
        batch.attempts = batch.attempts.saturating_add(1);
        self.flight = Some(Flight {
            batch: batch.clone(),
            phase: Phase::UnderWay(now),
        });
        self.sent.push_back(now);
        let most = self.policy.limits.rates.iter().map(|rate| rate.letters);
        let most = most.max().unwrap_or(0);
        while self.sent.len() > most {
            self.sent.pop_front();
        }
        effects.push(Effect::Send {
            channel: name.to_owned(),
            batch,
        });
    }

    /// Makes a batch of as much as fits into one letter, worst first.
    fn gather(&mut self, name: &str, now: Timestamp) -> Batch {
        self.queue.sort_by_key(|item| {
            (
                std::cmp::Reverse(item.severity),
                std::cmp::Reverse(item.due <= now),
                item.number,
            )
        });
        let count = fitting(&self.queue, &self.policy.limits).min(self.queue.len());
        let items: Vec<Item> = self.queue.drain(..count).collect();
        for item in &items {
            let memory = Memory {
                until: later(now, self.policy.repeat),
                severity: item.severity,
                repeats: None,
            };
            self.memory.insert(item.key.clone(), memory);
        }
        Batch {
            id: id(name, now, &items),
            items,
            attempts: 0,
        }
    }

    /// Tells what waited too long.
    fn give_up(&mut self, name: &str, now: Timestamp, effects: &mut Vec<Effect>) {
        let patience = self.policy.patience;
        let over = |item: &Item| later(item.since, patience) <= now;
        let mut given_up = Vec::new();
        if let Some(flight) = self.flight.take() {
            let waits = matches!(flight.phase, Phase::Waiting(_));
            if waits && flight.batch.items.iter().any(over) {
                given_up.extend(flight.batch.items);
            } else {
                self.flight = Some(flight);
            }
        }
        given_up.extend(self.queue.extract_if(.., |item| over(item)));
        let reason = self.trouble.clone();
        let reason = reason.unwrap_or_else(|| Message::new("notify-gave-up"));
        self.fail(name, given_up, &reason, now, effects);
    }

    /// Tells what was not delivered, and that it counts as never told: what happened again
    /// meanwhile is told by itself.
    fn fail(
        &mut self,
        name: &str,
        items: Vec<Item>,
        reason: &Message,
        now: Timestamp,
        effects: &mut Vec<Effect>,
    ) {
        for item in items {
            let memory = self.memory.remove(&item.key);
            effects.push(undelivered(name, item, reason.clone()));
            if let Some(mut repeats) = memory.and_then(|memory| memory.repeats) {
                repeats.due = now;
                repeats.since = now;
                self.push(name, repeats, effects);
            }
        }
    }

    /// When the next letter may leave, if there is one to send and none is under way.
    fn next_send(&self, now: Timestamp) -> Option<Timestamp> {
        let (wanted, critical) = match &self.flight {
            Some(flight) => match flight.phase {
                Phase::UnderWay(_) => return None,
                Phase::Waiting(until) => (until, is_critical(&flight.batch.items)),
            },
            None => (
                self.queue.iter().map(|item| item.due).min()?,
                is_critical(&self.queue),
            ),
        };
        let limits = &self.policy.limits;
        let free = limits.rates.iter().filter_map(|rate| self.free(rate));
        let earliest = free.chain(self.blocked).chain([wanted, now]).max()?;
        if limits.avoids_half_hours && !critical {
            return Some(after_busy_minute(earliest));
        }
        Some(earliest)
    }

    /// When a rate permits one more letter; nothing if it does now.
    fn free(&self, rate: &Rate) -> Option<Timestamp> {
        let index = self.sent.len().checked_sub(rate.letters)?;
        let oldest = self.sent.get(index)?;
        Some(later(*oldest, rate.per))
    }

    pub(super) fn next_deadline(&self, now: Timestamp) -> Option<Timestamp> {
        let outcome = self.flight.as_ref().and_then(|flight| match flight.phase {
            Phase::UnderWay(since) => Some(later(since, WAIT_FOR_OUTCOME)),
            Phase::Waiting(_) => None,
        });
        let repeats = self.memory.values().filter(|one| one.repeats.is_some());
        let waiting = self.flight.iter().filter_map(|flight| match flight.phase {
            Phase::UnderWay(_) => None,
            Phase::Waiting(_) => Some(&flight.batch.items),
        });
        let patience = waiting
            .flatten()
            .chain(&self.queue)
            .map(|item| later(item.since, self.policy.patience));
        self.next_send(now)
            .into_iter()
            .chain(outcome)
            .chain(repeats.map(|memory| memory.until))
            .chain(patience)
            .min()
    }

    pub(super) fn waiting(&self) -> u64 {
        let flight = self.flight.iter().flat_map(|flight| &flight.batch.items);
        let repeats = self.memory.values().flat_map(|memory| &memory.repeats);
        let all = self.queue.iter().chain(flight).chain(repeats);
        all.map(Item::notices).sum()
    }
}

pub(super) fn undelivered(channel: &str, item: Item, reason: Message) -> Effect {
    Effect::Undelivered(Undelivered {
        channel: channel.to_owned(),
        item,
        reason,
    })
}

fn is_critical(items: &[Item]) -> bool {
    items.iter().any(|item| item.severity == Severity::Critical)
}

/// The same for the same batch after a restart, and no other batch's.
fn id(channel: &str, now: Timestamp, items: &[Item]) -> String {
    let mut hash = Sha256::new();
    let mut field = |text: &str| {
        hash.update(text.len().to_be_bytes());
        hash.update(text);
    };
    field(channel);
    field(&now.to_string());
    for item in items {
        field(&item.key);
        field(&item.number.to_string());
    }
    let digest = hash.finalize();
    digest
        .iter()
        .take(12)
        .fold(String::new(), |mut text, byte| {
            // Writing into a `String` does not fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
}

/// Twice as long after every failure, less up to half of it at random.
fn pause(failures: u32, jitter: f64) -> SignedDuration {
    let factor = 1_i32.checked_shl(failures.min(16)).unwrap_or(i32::MAX);
    let whole = FIRST_PAUSE.saturating_mul(factor).min(LONGEST_PAUSE);
    let share = if jitter.is_finite() {
        0.5 + jitter.clamp(0.0, 1.0) / 2.0
    } else {
        1.0
    };
    SignedDuration::try_from_secs_f64(whole.as_secs_f64() * share).unwrap_or(whole)
}

/// Robots of the whole country report at full and half hours: the vendor asks for other times.
fn after_busy_minute(at: Timestamp) -> Timestamp {
    let time = Offset::UTC.to_datetime(at);
    if time.minute() % 30 != 0 {
        return at;
    }
    let passed = SignedDuration::from_secs(time.second().into())
        + SignedDuration::from_nanos(time.subsec_nanosecond().into());
    later(at, SignedDuration::from_mins(1) - passed)
}

/// A time later by so much, or the end of time.
fn later(at: Timestamp, by: SignedDuration) -> Timestamp {
    at.saturating_add(by).unwrap_or(Timestamp::MAX)
}
