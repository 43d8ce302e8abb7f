//! The outbox as text, so that notices outlive the process.
//!
//! Version 1, JSON. Times are written as RFC 3339. What was under way when the process ended is
//! sent again under its id: whether it arrived is not known.

use std::collections::{BTreeMap, VecDeque};
use std::str::FromStr;

use jiff::Timestamp;
use serde_json::{Value, json};
use yumen_diagnostics::Message;

use super::lane::{Flight, Lane, Memory, Phase, undelivered};
use super::{Batch, Effect, Item, Outbox, Policy};
use crate::notice::Severity;

const VERSION: u64 = 1;

/// An outbox that was read.
#[derive(Clone, Debug, PartialEq)]
pub struct Restored {
    /// The outbox
    pub outbox: Outbox,
    /// What waited for channels that are gone
    pub undelivered: Vec<Effect>,
}

impl Outbox {
    /// The whole state as text.
    #[must_use]
    pub fn save(&self) -> String {
        let lanes = self.lanes.iter();
        let lanes: serde_json::Map<String, Value> = lanes
            .map(|(name, lane)| (name.clone(), lane_out(lane)))
            .collect();
        json!({
            "version": VERSION,
            "now": self.now.to_string(),
            "number": self.number,
            "lanes": lanes,
        })
        .to_string()
    }

    /// Reads a state for the channels that there are today. Patience begins anew: the time that
    /// no process ran does not count as trying.
    ///
    /// # Errors
    /// The text is no state of an outbox, or of a later version.
    pub fn restore(
        text: &str,
        channels: impl IntoIterator<Item = (String, Policy)>,
        now: Timestamp,
    ) -> Result<Restored, Message> {
        let value: Value = serde_json::from_str(text).map_err(|_| damaged("json"))?;
        let version = whole(&value, "version")?;
        if version != VERSION {
            let message = Message::new("notify-state-version").with("version", version);
            return Err(message);
        }
        let now = now.max(time(&value, "now")?);
        let mut outbox = Self::new(channels, now);
        outbox.number = whole(&value, "number")?;
        let mut gone = Vec::new();
        let lanes = value.get("lanes").and_then(Value::as_object);
        for (name, saved) in lanes.ok_or_else(|| damaged("lanes"))? {
            let saved = lane_in(saved, now)?;
            match outbox.lanes.get_mut(name) {
                Some(lane) => saved.fill(lane),
                None => gone.extend(
                    saved
                        .items()
                        .map(|item| undelivered(name, item, Message::new("notify-channel-gone"))),
                ),
            }
        }
        Ok(Restored {
            outbox,
            undelivered: gone,
        })
    }
}

fn lane_out(lane: &Lane) -> Value {
    let memory: Vec<Value> = lane
        .memory
        .iter()
        .map(|(key, memory)| {
            json!({
                "key": key,
                "until": memory.until.to_string(),
                "severity": memory.severity.word(),
                "repeats": memory.repeats.as_ref().map(item_out),
            })
        })
        .collect();
    let sent: Vec<String> = lane.sent.iter().map(Timestamp::to_string).collect();
    json!({
        "queue": items_out(&lane.queue),
        "batch": lane.flight.as_ref().map(|flight| json!({
            "id": flight.batch.id,
            "attempts": flight.batch.attempts,
            "items": items_out(&flight.batch.items),
        })),
        "memory": memory,
        "sent": sent,
        "blocked": lane.blocked.map(|until| until.to_string()),
        "failures": lane.failures,
    })
}

fn items_out(items: &[Item]) -> Vec<Value> {
    items.iter().map(item_out).collect()
}

fn item_out(item: &Item) -> Value {
    json!({
        "key": item.key,
        "severity": item.severity.word(),
        "title": item.title,
        "lines": item.lines,
        "link": item.link,
        "at": item.at.to_string(),
        "more": item.more,
        "last": item.last.to_string(),
        "number": item.number,
        "due": item.due.to_string(),
    })
}

/// What a lane had, without its policy.
struct Saved {
    queue: Vec<Item>,
    flight: Option<Flight>,
    memory: BTreeMap<String, Memory>,
    sent: VecDeque<Timestamp>,
    blocked: Option<Timestamp>,
    failures: u32,
}

impl Saved {
    fn fill(self, lane: &mut Lane) {
        lane.queue = self.queue;
        lane.flight = self.flight;
        lane.memory = self.memory;
        lane.sent = self.sent;
        lane.blocked = self.blocked;
        lane.failures = self.failures;
    }

    fn items(self) -> impl Iterator<Item = Item> {
        let flight = self.flight.into_iter().flat_map(|one| one.batch.items);
        let repeats = self.memory.into_values().filter_map(|one| one.repeats);
        flight.chain(self.queue).chain(repeats)
    }
}

fn lane_in(value: &Value, now: Timestamp) -> Result<Saved, Message> {
    let mut memory = BTreeMap::new();
    for one in array(value, "memory")? {
        let repeats = present(one, "repeats").map(|item| item_in(item, now));
        let remembered = Memory {
            until: time(one, "until")?,
            severity: severity(one)?,
            repeats: repeats.transpose()?,
        };
        memory.insert(text(one, "key")?, remembered);
    }
    let flight = match present(value, "batch") {
        Some(batch) => Some(Flight {
            batch: Batch {
                id: text(batch, "id")?,
                items: items_in(batch, "items", now)?,
                attempts: small(batch, "attempts")?,
            },
            phase: Phase::Waiting(now),
        }),
        None => None,
    };
    let mut sent = VecDeque::new();
    for one in array(value, "sent")? {
        sent.push_back(parse(one.as_str(), "sent")?);
    }
    let blocked = present(value, "blocked").map(|until| parse(until.as_str(), "blocked"));
    Ok(Saved {
        queue: items_in(value, "queue", now)?,
        flight,
        memory,
        sent,
        blocked: blocked.transpose()?,
        failures: small(value, "failures")?,
    })
}

fn items_in(value: &Value, key: &'static str, now: Timestamp) -> Result<Vec<Item>, Message> {
    let items = array(value, key)?.iter();
    items.map(|item| item_in(item, now)).collect()
}

fn item_in(value: &Value, now: Timestamp) -> Result<Item, Message> {
    let lines = array(value, "lines")?.iter();
    let lines: Option<Vec<String>> = lines.map(|line| line.as_str().map(str::to_owned)).collect();
    Ok(Item {
        key: text(value, "key")?,
        severity: severity(value)?,
        title: text(value, "title")?,
        lines: lines.ok_or_else(|| damaged("lines"))?,
        link: present(value, "link")
            .map(|_| text(value, "link"))
            .transpose()?,
        at: time(value, "at")?,
        more: small(value, "more")?,
        last: time(value, "last")?,
        number: whole(value, "number")?,
        since: now,
        due: time(value, "due")?,
    })
}

fn present<'v>(value: &'v Value, key: &str) -> Option<&'v Value> {
    value.get(key).filter(|value| !value.is_null())
}

fn array<'v>(value: &'v Value, key: &'static str) -> Result<&'v Vec<Value>, Message> {
    let found = value.get(key).and_then(Value::as_array);
    found.ok_or_else(|| damaged(key))
}

fn text(value: &Value, key: &'static str) -> Result<String, Message> {
    let found = value.get(key).and_then(Value::as_str);
    found.map(str::to_owned).ok_or_else(|| damaged(key))
}

fn whole(value: &Value, key: &'static str) -> Result<u64, Message> {
    let found = value.get(key).and_then(Value::as_u64);
    found.ok_or_else(|| damaged(key))
}

fn small(value: &Value, key: &'static str) -> Result<u32, Message> {
    u32::try_from(whole(value, key)?).map_err(|_| damaged(key))
}

fn time(value: &Value, key: &'static str) -> Result<Timestamp, Message> {
    parse(value.get(key).and_then(Value::as_str), key)
}

fn parse(text: Option<&str>, key: &'static str) -> Result<Timestamp, Message> {
    let found = text.and_then(|text| Timestamp::from_str(text).ok());
    found.ok_or_else(|| damaged(key))
}

fn severity(value: &Value) -> Result<Severity, Message> {
    let found = value.get("severity").and_then(Value::as_str);
    let found = found.and_then(Severity::of_word);
    found.ok_or_else(|| damaged("severity"))
}

fn damaged(what: &'static str) -> Message {
    Message::new("notify-state-damaged").with("field", what)
}
