//! New events of the trail, each exactly once; and who changed a resource last.
//!
//! The trail is asked by time, answers in whole seconds, shows events late and not always in their
//! order. So each look goes back over what was seen before and leaves out what is known by its id:
//! a little way each time, and from time to time as far as the vendor says that events may be late.

use std::collections::BTreeMap;
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use yumen_aliyun_protocol::encoding::{percent_decode, percent_encode};
use yumen_diagnostics::Message;

use super::affected::affected;
use super::estate::cloud_time;
use super::event::CloudEvent;
use crate::client::Client;
use crate::client::call::{Call, CallError};
use crate::client::product::ACTIONTRAIL;
use crate::collect::Scope;
use crate::transport::TransportError;

/// How long to wait between two looks in the simulated cloud, which shows events at once: the limit
/// is two a second, and a few are left for the long looks back and for [`last_change`]. A change is
/// then seen after half of this on average.
pub const PACE: Duration = Duration::from_millis(550);

/// How long to wait between two looks in a real account. Events are shown ten minutes late there
/// (help.aliyun.com/en/actiontrail/product-overview/limits), and the vendor asks not to look often:
/// two looks a second, which may be counted over all regions together.
pub const CALM_PACE: Duration = Duration::from_secs(30);

/// How far each look goes back behind the latest event, in seconds.
const NEAR: i64 = 10;

/// How far a long look goes back, in seconds. The vendor says ten minutes.
const FAR: i64 = 20 * 60;

/// How often a long look is due, in seconds.
const SWEEP: i64 = 60;

/// How far back the vendor can be asked, in seconds: it keeps 90 days.
const LONGEST: i64 = 89 * 24 * 3600;

/// Events of a page; the vendor gives no more.
const PAGE: &str = "50";

/// Pages of one look; more would be a trail that leads in a circle.
const MOST_PAGES: usize = 10_000;

/// Where following stands: what was reported, so that a restart reports nothing twice and leaves
/// nothing out. To be saved after the events of a poll were dealt with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cursor {
    /// Nothing before this is reported, in whole seconds
    from: Timestamp,
    /// Time of the latest event that was seen, by region
    reached: BTreeMap<String, Timestamp>,
    /// Ids of the events that were seen and may be shown again, with their times
    seen: BTreeMap<String, Timestamp>,
}

/// The first line of a cursor's text.
const CURSOR: &str = "yumen cursor 1";

impl Cursor {
    /// Reports what happens from a time on, by the cloud's clock.
    #[must_use]
    pub fn starting(at: Timestamp) -> Self {
        Self {
            from: Timestamp::from_second(at.as_second()).unwrap_or(at),
            reached: BTreeMap::new(),
            seen: BTreeMap::new(),
        }
    }

    /// The cursor as text: a line `yumen cursor 1`, a line `from TIME`, a line `reached REGION
    /// TIME` for each region and a line `seen ID TIME` for each event, sorted; region and id
    /// percent-encoded, each line ended.
    #[must_use]
    pub fn encode(&self) -> String {
        let mut text = format!("{CURSOR}\nfrom {}\n", self.from);
        for (word, times) in [("reached", &self.reached), ("seen", &self.seen)] {
            for (name, time) in times {
                text.push_str(&format!("{word} {} {time}\n", percent_encode(name)));
            }
        }
        text
    }

    /// Reads the text of a cursor.
    ///
    /// # Errors
    /// It is not what [`Cursor::encode`] writes: what to tell the user.
    pub fn decode(text: &str) -> Result<Self, Message> {
        let mut cursor: Option<Self> = None;
        let bad = |line: usize| Message::new("follow-bad-cursor").with("line", line);
        let whole = text.strip_suffix('\n').ok_or_else(|| bad(1))?;
        for (index, line) in whole.split('\n').enumerate() {
            let number = index + 1;
            let words: Vec<&str> = line.split(' ').collect();
            let time = words.last().and_then(|word| word.parse().ok());
            match (words.as_slice(), time, cursor.as_mut()) {
                _ if number == 1 && line == CURSOR => {}
                (["from", _], Some(time), None) if number == 2 => {
                    cursor = Some(Self::starting(time));
                }
                (["reached", region, _], Some(time), Some(cursor)) => {
                    cursor.reached.insert(percent_decode(region), time);
                }
                (["seen", id, _], Some(time), Some(cursor)) => {
                    cursor.seen.insert(percent_decode(id), time);
                }
                _ => return Err(bad(number)),
            }
        }
        cursor.ok_or_else(|| bad(2))
    }
}

/// Follows the trail of an account.
#[derive(Clone, Debug)]
pub struct Follower {
    regions: Vec<String>,
    cursor: Cursor,
    /// When the next long look is due, by the cloud's clock
    sweep: Timestamp,
    /// Regions whose trail could not be asked in the last poll
    failed: BTreeMap<String, CallError>,
}

impl Follower {
    /// Follows the regions of a scope from where a cursor stands. The first poll looks far back.
    #[must_use]
    pub fn new(scope: &Scope, cursor: Cursor) -> Self {
        Self {
            regions: scope.regions.clone(),
            cursor,
            sweep: Timestamp::MIN,
            failed: BTreeMap::new(),
        }
    }

    /// Where it stands.
    #[must_use]
    pub fn cursor(&self) -> &Cursor {
        &self.cursor
    }

    /// Regions whose trail could not be asked in the last poll, and why. What happened there is
    /// reported once it can be asked.
    #[must_use]
    pub fn failed(&self) -> &BTreeMap<String, CallError> {
        &self.failed
    }

    /// Events that were not reported before: calls that changed something and may have changed the
    /// network. Sorted by time, those of one second of one region as the trail shows them; one that
    /// is delivered late comes after later ones.
    ///
    /// # Errors
    /// No region's trail could be asked. Nothing is lost: the next poll goes on from the same place.
    pub fn poll(&mut self, client: &Client) -> Result<Vec<CloudEvent>, CallError> {
        let now = cloud_time(client);
        let is_sweep = now >= self.sweep;
        let back = if is_sweep { FAR } else { NEAR };
        let looks: Vec<Call> = self
            .regions
            .iter()
            .map(|region| self.look(region, before(now, LONGEST), back))
            .collect();
        let answers: Vec<Result<Vec<CloudEvent>, CallError>> = match looks.as_slice() {
            [look] => vec![Pages::new(look.clone()).rest(client)],
            looks => std::thread::scope(|threads| {
                let ask = |look: &Call| {
                    let mut pages = Pages::new(look.clone());
                    threads.spawn(move || pages.rest(client))
                };
                let asked: Vec<_> = looks.iter().map(ask).collect();
                asked
                    .into_iter()
                    .zip(looks)
                    .map(|(asked, look)| asked.join().unwrap_or_else(|_| Err(endless(look))))
                    .collect()
            }),
        };
        self.failed.clear();
        let mut found = Vec::new();
        for (region, answer) in self.regions.iter().zip(answers) {
            match answer {
                Ok(events) => {
                    let reached = self.cursor.reached.entry(region.clone());
                    let reached = reached.or_insert(self.cursor.from);
                    for event in events {
                        // A clock of theirs that is ahead must not hide what comes after.
                        *reached = event.at.min(now).max(*reached);
                        let known = self.cursor.seen.insert(event.id.clone(), event.at);
                        if known.is_none() && event.at >= self.cursor.from {
                            found.push(event);
                        }
                    }
                }
                Err(error) => {
                    self.failed.insert(region.clone(), error);
                }
            }
        }
        if let Some((_, error)) = self.failed.first_key_value()
            && self.failed.len() == self.regions.len()
        {
            return Err(error.clone());
        }
        if is_sweep {
            self.sweep = before(now, -SWEEP);
        }
        self.forget();
        found.sort_by_key(|event| event.at);
        found.retain(|event| !affected(event).is_empty());
        Ok(found)
    }

    /// Asks for what a region's trail shows since a while before the latest event.
    fn look(&self, region: &str, earliest: Timestamp, back: i64) -> Call {
        let from = self.cursor.from;
        let reached = self.cursor.reached.get(region).copied().unwrap_or(from);
        let start = before(reached, back).max(from).max(earliest);
        // Without an end: the cloud's own time is the end, whatever this machine's clock says.
        writes(region)
            .with("Direction", "FORWARD")
            .with("MaxResults", PAGE)
            .with("StartTime", iso(start))
    }

    /// Forgets the events that no look can show again.
    fn forget(&mut self) {
        let regions = self.regions.iter();
        let reached = regions.map(|region| self.cursor.reached.get(region).copied());
        let least = reached.min().flatten().unwrap_or(self.cursor.from);
        let oldest = before(least, FAR + 1);
        self.cursor.seen.retain(|_, at| *at >= oldest);
    }
}

/// The last call that changed a resource and was not refused, at or after a time: who opened it,
/// and when. The trail keeps 90 days and shows an event minutes after the call.
///
/// It goes back through the events that name the resource and through those that changed
/// something, both at once, until either shows the one looked for or has ended: a resource that is
/// read every few seconds has ten thousand readings a day before its last change, and an account
/// that is changed all the time has as many changes.
///
/// # Errors
/// The trail cannot be asked.
pub fn last_change(
    client: &Client,
    region: &str,
    resource: &str,
    since: Timestamp,
) -> Result<Option<CloudEvent>, CallError> {
    let since = Timestamp::from_second(since.as_second()).unwrap_or(since);
    let earliest = before(cloud_time(client), LONGEST);
    let asked = |call: Call| {
        let call = call.with("Direction", "BACKWARD").with("MaxResults", PAGE);
        Pages::new(call.with("StartTime", iso(since.max(earliest))))
    };
    let mut readings = [
        asked(by(region, "ResourceName", resource)),
        asked(writes(region)),
    ];
    let is_it = |event: &CloudEvent| {
        event.error.is_none()
            && event.at >= since
            && !yumen_aliyun_protocol::limits::is_read(&event.name)
            && event.names(resource)
    };
    loop {
        for pages in &mut readings {
            let Some(page) = pages.next(client)? else {
                return Ok(None);
            };
            if let Some(event) = page.into_iter().find(is_it) {
                return Ok(Some(event));
            }
        }
    }
}

/// The smallest question that shows whether the trail can be asked.
pub(super) fn smallest(region: &str) -> Call {
    writes(region).with("MaxResults", "1")
}

fn writes(region: &str) -> Call {
    by(region, "EventRW", "Write")
}

fn by(region: &str, key: &str, value: &str) -> Call {
    Call::new(&ACTIONTRAIL, "LookupEvents", region)
        .with("LookupAttribute.1.Key", key)
        .with("LookupAttribute.1.Value", value)
}

/// The pages of one look.
struct Pages {
    call: Call,
    token: Option<String>,
    read: usize,
}

impl Pages {
    fn new(call: Call) -> Self {
        Self {
            call,
            token: Some(String::new()),
            read: 0,
        }
    }

    /// The next page; nothing after the last.
    fn next(&mut self, client: &Client) -> Result<Option<Vec<CloudEvent>>, CallError> {
        let Some(token) = self.token.take() else {
            return Ok(None);
        };
        let mut call = self.call.clone();
        if !token.is_empty() {
            call = call.with("NextToken", token.as_str());
        }
        let answer = client.read(&call)?;
        self.read += 1;
        let next = answer.value.get("NextToken").and_then(Value::as_str);
        let next = next.filter(|next| !next.is_empty());
        if next == Some(token.as_str()) || (next.is_some() && self.read >= MOST_PAGES) {
            return Err(endless(&self.call));
        }
        self.token = next.map(str::to_owned);
        let events = answer.value.get("Events").and_then(Value::as_array);
        let events = events.map(Vec::as_slice).unwrap_or_default();
        Ok(Some(events.iter().filter_map(CloudEvent::read).collect()))
    }

    /// All pages that are left.
    fn rest(&mut self, client: &Client) -> Result<Vec<CloudEvent>, CallError> {
        let mut events = Vec::new();
        while let Some(page) = self.next(client)? {
            events.extend(page);
        }
        Ok(events)
    }
}

fn endless(call: &Call) -> CallError {
    CallError::Transport {
        action: call.name(),
        error: TransportError::Broken {
            host: call.region.clone(),
            error: "the list has no end".to_owned(),
        },
    }
}

/// The time some seconds before another.
fn before(time: Timestamp, seconds: i64) -> Timestamp {
    let before = time.saturating_sub(SignedDuration::from_secs(seconds));
    before.unwrap_or(time)
}

fn iso(time: Timestamp) -> String {
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
