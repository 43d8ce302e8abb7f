//! Notices of what the watch saw: put into words, grouped and limited by the outbox, sent by the
//! watch between two looks, and kept in the store so that a restart loses none.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use yumen_diagnostics::{Message, Texts};
use yumen_notify::{
    Channel, ChannelSettings, Effect, Event, Letter, Notice, Outbox, Outcome, Post, Severity,
    Speakers,
};
use yumen_store::Store;

use crate::failure::Failure;
use crate::watch::{Happening, HappeningKind};

/// Under which name the store keeps what waits.
const MEMO: &str = "outbox";

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(15);

/// What waits to be told, and whom.
pub struct Notices {
    outbox: Outbox,
    channels: BTreeMap<String, (ChannelSettings, Channel)>,
    speakers: Speakers,
    post: Post,
    /// What the store keeps of it
    saved: String,
    store: Arc<Store>,
}

impl Notices {
    /// Opens the channels, with what waited when the last process ended. `texts` are the words of
    /// all crates.
    ///
    /// # Errors
    /// A channel's secret is missing, or what waited cannot be read.
    pub fn open(
        settings: &[ChannelSettings],
        texts: &[Texts],
        store: Arc<Store>,
        now: Timestamp,
    ) -> Result<Self, Failure> {
        let environment = |name: &str| std::env::var(name).ok();
        let mut channels = BTreeMap::new();
        for one in settings {
            let channel = Channel::open(one, &environment)?;
            channels.insert(one.name.clone(), (one.clone(), channel));
        }
        let policies = settings.iter().map(|one| (one.name.clone(), one.policy()));
        let outbox = match store.memo(MEMO)? {
            None => Outbox::new(policies, now),
            Some(saved) => {
                let saved = String::from_utf8_lossy(&saved).into_owned();
                Outbox::restore(&saved, policies, now)?.outbox
            }
        };
        let speakers = Speakers::new(texts).map_err(|error| {
            Failure::Input(Message::new("notices-texts").with("error", error.to_string()))
        })?;
        Ok(Self {
            outbox,
            channels,
            speakers,
            post: Post::new(PATIENCE),
            saved: String::new(),
            store,
        })
    }

    /// Takes happenings in, sends what is due, and says what could not be delivered for good.
    ///
    /// # Errors
    /// The store cannot keep what waits.
    pub fn round(
        &mut self,
        happened: &[Happening],
        now: Timestamp,
    ) -> Result<Vec<Message>, Failure> {
        let mut effects = Vec::new();
        for one in happened {
            if let Some(notice) = notice(one) {
                let told = notice.told(&self.speakers);
                effects.extend(self.outbox.handle(Event::Notice(told), now));
            }
        }
        effects.extend(self.outbox.handle(Event::Tick, now));
        let mut lost = Vec::new();
        while let Some(effect) = effects.pop() {
            match effect {
                Effect::Undelivered(undelivered) => lost.push(
                    Message::new("notices-undelivered")
                        .with("channel", undelivered.channel.as_str())
                        .with("title", undelivered.item.title.as_str()),
                ),
                Effect::Send { channel, batch } => {
                    let Some((settings, open)) = self.channels.get(&channel) else {
                        continue;
                    };
                    let words = self.speakers.of(settings.language);
                    let limits = open.kind().limits();
                    let letter = Letter::compose(&batch, words, &limits);
                    let outcome: Outcome = self.post.send(open, &letter, now);
                    let event = Event::Outcome {
                        channel,
                        batch: batch.id.clone(),
                        outcome,
                        jitter: jitter(now),
                    };
                    effects.extend(self.outbox.handle(event, now));
                }
            }
        }
        let waiting = self.outbox.save();
        if waiting != self.saved {
            self.store.put_memo(MEMO, waiting.as_bytes())?;
            self.saved = waiting;
        }
        Ok(lost)
    }
}

/// Sends a test notice over one channel at once, and says what became of it.
///
/// # Errors
/// The channel's secret is missing.
pub fn send_test(
    settings: &ChannelSettings,
    speakers: &Speakers,
    now: Timestamp,
    patience: Duration,
) -> Result<Outcome, Failure> {
    let channel = Channel::open(settings, &|name: &str| std::env::var(name).ok())?;
    let mut outbox = Outbox::new([(settings.name.clone(), settings.policy())], now);
    let told = Notice::test(&settings.name, now).told(speakers);
    let mut effects = outbox.handle(Event::Notice(told), now);
    // Nobody waits for others to gather.
    if let Some(due) = outbox.next_deadline() {
        effects.extend(outbox.handle(Event::Tick, due));
    }
    let batch = effects.into_iter().find_map(|effect| match effect {
        Effect::Send { batch, .. } => Some(batch),
        Effect::Undelivered(_) => None,
    });
    let Some(batch) = batch else {
        return Ok(Outcome::Refused(Message::new("notify-severity-too-low")));
    };
    let words = speakers.of(settings.language);
    let letter = Letter::compose(&batch, words, &channel.kind().limits());
    Ok(Post::new(patience).send(&channel, &letter, now))
}

/// What people are told of a happening; nothing of what needs nobody.
fn notice(happening: &Happening) -> Option<Notice> {
    let (severity, title) = match happening.kind {
        HappeningKind::Recorded => return None,
        HappeningKind::Proposed => (Severity::High, "notice-proposed"),
        HappeningKind::Contained => (Severity::Critical, "notice-contained"),
        HappeningKind::Escalated => (Severity::Critical, "notice-escalated"),
        HappeningKind::Expired => (Severity::Low, "notice-expired"),
        HappeningKind::Failed => (Severity::High, "notice-failed"),
        HappeningKind::Checked => (Severity::Low, "notice-checked"),
        HappeningKind::Audited => (Severity::Medium, "notice-audited"),
    };
    Some(Notice {
        key: format!("{title}/{}/{}", happening.number, happening.at),
        severity,
        title: Message::new(title).with("number", u64::from(happening.number)),
        lines: happening.lines.clone(),
        link: None,
        at: happening.at,
    })
}

/// A number from 0 to 1 that spreads attempts of several processes.
fn jitter(now: Timestamp) -> f64 {
    f64::from(now.subsec_nanosecond().unsigned_abs() % 1_000_000) / 1_000_000.0
}
