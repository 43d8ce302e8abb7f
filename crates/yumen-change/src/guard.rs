//! What is done about drift: recorded, proposed for a decision, taken back at once, or put before
//! a person.
//!
//! The brake: at most so many reverts in an hour, and never the same one against a person who
//! insists. What would cut a declared service is never taken back without a person.

use std::collections::{BTreeSet, VecDeque};

use jiff::{SignedDuration, Timestamp};
use yumen_baseline::EnvironmentKind;
use yumen_diagnostics::Message;
use yumen_diagnostics::section::Section;
use yumen_packets::{Family, PacketBox};

use crate::class::Class;
use crate::effect::Effect;
use crate::event::sha256;

/// What a guard does about drift that breaks a mandatory item.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GuardMode {
    /// Writes it down
    Observe,
    /// Proposes to take it back
    Ask,
    /// Takes it back
    Enforce,
}

impl GuardMode {
    /// All modes with the words of `yumen.toml`.
    pub const ALL: [(&'static str, Self); 3] = [
        ("observe", Self::Observe),
        ("ask", Self::Ask),
        ("enforce", Self::Enforce),
    ];

    /// The word of `yumen.toml`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Observe => "observe",
            Self::Ask => "ask",
            Self::Enforce => "enforce",
        }
    }
}

/// The section `[watch]` of `yumen.toml`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WatchSettings {
    /// For production, and for what nobody declared
    pub production: GuardMode,
    /// For test environments
    pub test: GuardMode,
    /// Reverts in an hour, at most
    pub reverts_per_hour: u32,
    /// Hours in which the same drift is not taken back twice
    pub insists_hours: u32,
    /// Seconds between two looks at everything
    pub poll_seconds: u32,
    /// Milliseconds between two looks at the cloud's trail
    pub trail_milliseconds: u32,
}

impl Default for WatchSettings {
    fn default() -> Self {
        Self {
            production: GuardMode::Ask,
            test: GuardMode::Ask,
            reverts_per_hour: 10,
            insists_hours: 24,
            poll_seconds: 60,
            trail_milliseconds: 550,
        }
    }
}

impl WatchSettings {
    /// Reads the section; the rest of the file is others'.
    pub fn read(root: &mut Section<'_, '_>) -> Self {
        let mut settings = Self::default();
        let Some(mut section) = root.section("watch") else {
            return settings;
        };
        for (key, mode) in [
            ("production", &mut settings.production),
            ("test", &mut settings.test),
        ] {
            if section.has(key)
                && let Some(given) = section.word(key, &GuardMode::ALL)
            {
                *mode = given;
            }
        }
        for (key, most, number) in [
            ("reverts_per_hour", 1000.0, &mut settings.reverts_per_hour),
            ("insists_hours", 8760.0, &mut settings.insists_hours),
            ("poll_seconds", 86_400.0, &mut settings.poll_seconds),
            (
                "trail_milliseconds",
                60_000.0,
                &mut settings.trail_milliseconds,
            ),
        ] {
            if let Some(given) = section.number(key, 1.0, most) {
                #[expect(
                    clippy::cast_possible_truncation,
                    clippy::cast_sign_loss,
                    reason = "the range was checked"
                )]
                {
                    *number = given as u32;
                }
            }
        }
        section.finish();
        settings
    }

    /// The mode for drift that concerns some environments: the strictest of them.
    #[must_use]
    pub fn mode(&self, environments: &BTreeSet<EnvironmentKind>) -> GuardMode {
        let of = environments.iter().map(|kind| match kind {
            EnvironmentKind::Production => self.production,
            EnvironmentKind::Test => self.test,
        });
        of.max().unwrap_or(self.production)
    }
}

/// What is to be done about drift.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// It breaks nothing: written down
    Record,
    /// A way back is proposed, and a person decides
    Propose(Message),
    /// It is taken back at once
    Contain,
    /// A person has to look at once; why
    Escalate(Message),
}

/// The guard's memory: what it took back of late.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Guard {
    reverts: VecDeque<(Timestamp, String)>,
}

impl Guard {
    /// A guard that remembers earlier reverts: when, and their [`fingerprint`].
    #[must_use]
    pub fn with_memory(reverts: impl IntoIterator<Item = (Timestamp, String)>) -> Self {
        Self {
            reverts: reverts.into_iter().collect(),
        }
    }

    /// What is to be done about drift. `drift` is what it did, `way_back` what taking the
    /// offending part back would do to the network as it is, if there is such a way.
    #[must_use]
    pub fn answer(
        &self,
        settings: &WatchSettings,
        drift: &Effect,
        way_back: Option<&Effect>,
        now: Timestamp,
    ) -> Answer {
        if drift.class != Class::Forbidden {
            return if drift.class <= Class::Neutral {
                Answer::Record
            } else {
                Answer::Propose(Message::new("guard-widened"))
            };
        }
        let mode = settings.mode(&drift.environments);
        match mode {
            GuardMode::Observe => return Answer::Record,
            GuardMode::Ask => return Answer::Propose(Message::new("guard-asks")),
            GuardMode::Enforce => {}
        }
        let Some(way_back) = way_back else {
            return Answer::Escalate(Message::new("guard-no-way-back"));
        };
        if let Some(cut) = way_back.cut.first() {
            let message = Message::new("guard-would-cut").with("intent", cut.as_str());
            return Answer::Escalate(message);
        }
        if way_back.class > Class::Tightening {
            return Answer::Escalate(Message::new("guard-would-open"));
        }
        let fingerprint = fingerprint(drift);
        let again = self.within(
            now,
            SignedDuration::from_hours(settings.insists_hours.into()),
        );
        if again.into_iter().any(|earlier| *earlier == fingerprint) {
            let message =
                Message::new("guard-insists").with("hours", u64::from(settings.insists_hours));
            return Answer::Escalate(message);
        }
        let recent = self.within(now, SignedDuration::from_hours(1)).len();
        if u32::try_from(recent).unwrap_or(u32::MAX) >= settings.reverts_per_hour {
            let message =
                Message::new("guard-brake").with("number", u64::from(settings.reverts_per_hour));
            return Answer::Escalate(message);
        }
        Answer::Contain
    }

    /// Remembers that drift was taken back.
    pub fn reverted(&mut self, drift: &Effect, now: Timestamp) {
        self.reverts.push_back((now, fingerprint(drift)));
    }

    fn within(&self, now: Timestamp, span: SignedDuration) -> Vec<&String> {
        let recent = self.reverts.iter();
        let recent = recent.filter(|(at, _)| now.duration_since(*at) < span);
        recent.map(|(_, fingerprint)| fingerprint).collect()
    }
}

/// What makes two drifts the same: the packets that they open at the same interfaces, whatever
/// rules do it. If the Internet is let in, its packets are all that counts: of the others, taking
/// back just what offends may have left some open.
#[must_use]
pub fn fingerprint(effect: &Effect) -> String {
    let mut text = String::new();
    let mut interfaces = effect.delta.interfaces.iter();
    let from_internet = interfaces.any(|one| !one.internet_opened.is_empty());
    for one in &effect.delta.interfaces {
        for (side, opened) in [
            ("internet", &one.internet_opened),
            ("ingress", &one.ingress_opened),
            ("egress", &one.egress_opened),
        ] {
            if from_internet && side != "internet" {
                continue;
            }
            for packets in opened.plain_boxes() {
                text.push_str(&format!("{} {side} {}\n", one.interface, ranges(&packets)));
            }
        }
    }
    sha256(text.as_bytes())
}

/// The ranges of a box in numbers.
fn ranges(packets: &PacketBox) -> String {
    let family = match packets.family {
        Family::V4 => 4,
        Family::V6 => 6,
    };
    let (protocol, port) = (packets.protocol, packets.destination_port);
    let (source, destination) = (packets.source, packets.destination);
    let source_port = packets.source_port;
    format!(
        "{family} {}-{} {}-{} {}-{} {}-{} {}-{}",
        protocol.low(),
        protocol.high(),
        port.low(),
        port.high(),
        source.low(),
        source.high(),
        destination.low(),
        destination.high(),
        source_port.low(),
        source_port.high()
    )
}
