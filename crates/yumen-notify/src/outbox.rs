//! What is sent when: grouping, repeats, limits, further attempts, giving up.
//!
//! A machine without clock, network or randomness: [`Outbox::handle`] takes what happened and the
//! time, and says what to do; [`Outbox::next_deadline`] says when to ask again at the latest.
//!
//! LAW (nothing silently lost): of each lane, notices taken = notices delivered + told as
//! undelivered + waiting, where a repeat counts as a notice.
//!
//! LAW (acknowledged once): a batch that was delivered is never sent again. One of which nothing
//! was heard is, under the same id.
//!
//! LAW (never faster than the limit): in no stretch of time are more letters sent than the rates
//! of the channel allow, attempts included, restarts included.

mod lane;
mod state;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use yumen_diagnostics::Message;
use yumen_report::Language;

use crate::limits::Limits;
use crate::notice::{Severity, Told};
use crate::outcome::Outcome;
use lane::Lane;

pub use state::Restored;

/// How long the outcome of an attempt is waited for before it counts as failed. Longer than any
/// sender of this crate takes.
pub const WAIT_FOR_OUTCOME: SignedDuration = SignedDuration::from_mins(5);

/// When and how often a channel is told something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    /// The readers' language
    pub language: Language,
    /// The least severity that is told
    pub severity: Severity,
    /// How long notices are gathered before they are sent together
    pub window: SignedDuration,
    /// How long the same is not told again, but counted
    pub repeat: SignedDuration,
    /// How long sending is tried
    pub patience: SignedDuration,
    /// What the channel takes
    pub limits: Limits,
}

/// Notices on their way to all channels.
#[derive(Clone, Debug, PartialEq)]
pub struct Outbox {
    lanes: BTreeMap<String, Lane>,
    now: Timestamp,
    number: u64,
}

/// What happened.
#[derive(Clone, Debug, PartialEq)]
pub enum Event {
    /// There is something to tell, to every channel that wants such
    Notice(Told),
    /// An attempt came to an end
    Outcome {
        /// Name of the channel
        channel: String,
        /// Id of the batch
        batch: String,
        /// What became of it
        outcome: Outcome,
        /// A random number from 0 to 1, so that many senders do not come back together
        jitter: f64,
    },
    /// Time went by
    Tick,
}

/// What to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Send this, and report the outcome
    Send {
        /// Name of the channel
        channel: String,
        /// What to send
        batch: Batch,
    },
    /// Tell somebody else that this was not delivered
    Undelivered(Undelivered),
}

/// A notice that a channel did not get.
#[derive(Clone, Debug, PartialEq)]
pub struct Undelivered {
    /// Name of the channel
    pub channel: String,
    /// The notice, with its repeats
    pub item: Item,
    /// Why
    pub reason: Message,
}

/// Notices that go into one letter.
#[derive(Clone, Debug, PartialEq)]
pub struct Batch {
    /// The same in every attempt, different for every batch
    pub id: String,
    /// The notices, worst first
    pub items: Vec<Item>,
    /// How many attempts there were, the present one included
    pub attempts: u32,
}

/// A notice in the words of one channel.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// What it is about
    pub key: String,
    /// How urgent it is
    pub severity: Severity,
    /// What happened
    pub title: String,
    /// What there is to know about it
    pub lines: Vec<String>,
    /// Where to read on
    pub link: Option<String>,
    /// When it happened first
    pub at: Timestamp,
    /// How often it happened again
    pub more: u32,
    /// When it happened last
    pub last: Timestamp,
    pub(crate) number: u64,
    pub(crate) since: Timestamp,
    pub(crate) due: Timestamp,
}

impl Outbox {
    /// An empty outbox for some channels by their names.
    #[must_use]
    pub fn new(channels: impl IntoIterator<Item = (String, Policy)>, now: Timestamp) -> Self {
        let lanes = channels
            .into_iter()
            .map(|(name, policy)| (name, Lane::new(policy)));
        Self {
            lanes: lanes.collect(),
            now,
            number: 0,
        }
    }

    /// Takes what happened and says what to do. A time before the last one counts as the last.
    #[must_use]
    pub fn handle(&mut self, event: Event, now: Timestamp) -> Vec<Effect> {
        self.now = self.now.max(now);
        let now = self.now;
        let mut effects = Vec::new();
        match event {
            Event::Notice(told) => {
                self.number += 1;
                for (name, lane) in &mut self.lanes {
                    lane.admit(name, &told, self.number, now, &mut effects);
                }
            }
            Event::Outcome {
                channel,
                batch,
                outcome,
                jitter,
            } => {
                if let Some(lane) = self.lanes.get_mut(&channel) {
                    lane.learn(&channel, &batch, outcome, jitter, now, &mut effects);
                }
            }
            Event::Tick => {}
        }
        for (name, lane) in &mut self.lanes {
            lane.advance(name, now, &mut effects);
        }
        effects
    }

    /// When there is something to do at the latest; nothing if only a new event can change that.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        let lanes = self.lanes.values();
        lanes.filter_map(|lane| lane.next_deadline(self.now)).min()
    }

    /// How many notices wait or are under way to a channel, repeats included.
    #[must_use]
    pub fn waiting(&self, channel: &str) -> u64 {
        self.lanes.get(channel).map_or(0, Lane::waiting)
    }
}

impl Item {
    fn new(told: &Told, language: Language, number: u64, now: Timestamp, due: Timestamp) -> Self {
        let speech = told.speech(language);
        Self {
            key: told.key.clone(),
            severity: told.severity,
            title: speech.title.clone(),
            lines: speech.lines.clone(),
            link: told.link.clone(),
            at: told.at,
            more: 0,
            last: told.at,
            number,
            since: now,
            due,
        }
    }

    /// Takes in another notice of the same key, whose words count if it is worse.
    fn absorb(&mut self, other: Self) {
        self.more = self.more.saturating_add(other.more).saturating_add(1);
        self.at = self.at.min(other.at);
        self.last = self.last.max(other.last);
        if other.severity > self.severity {
            self.severity = other.severity;
            self.title = other.title;
            self.lines = other.lines;
            self.link = other.link;
            self.due = self.due.min(other.due);
        }
    }

    fn notices(&self) -> u64 {
        u64::from(self.more) + 1
    }
}
