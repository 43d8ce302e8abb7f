//! How much and how often each kind of channel takes.
//!
//! Below what the vendors allow: a robot may have other users, and what leaves evenly arrives
//! bunched. Sources of the figures: `docs/notify.md`.

use jiff::SignedDuration;

use crate::settings::Kind;

/// At most so many letters in any stretch of time of a length.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// How many letters
    pub letters: usize,
    /// In how long
    pub per: SignedDuration,
}

/// What a kind of channel takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// All of these hold
    pub rates: &'static [Rate],
    /// Largest body (WeCom: largest content), in bytes
    pub bytes: usize,
    /// Upper bound of what a line costs beside its text, in bytes
    pub line_bytes: usize,
    /// Whether the first minute of each full and half hour is left to others
    pub avoids_half_hours: bool,
    /// How long a sender that was too fast is locked out, where the answer does not say
    pub lockout: SignedDuration,
}

const fn rate(letters: usize, seconds: i64) -> Rate {
    Rate {
        letters,
        per: SignedDuration::from_secs(seconds),
    }
}

impl Kind {
    /// What channels of this kind take.
    #[must_use]
    pub fn limits(self) -> Limits {
        let (rates, bytes, lockout): (&'static [Rate], _, _) = match self {
            Self::DingTalk => (const { &[rate(18, 60)] }, 20_000, 600),
            Self::Feishu => (const { &[rate(4, 1), rate(90, 60)] }, 20_000, 60),
            Self::WeCom => (const { &[rate(18, 60)] }, 4096, 60),
            Self::Slack => (const { &[rate(1, 1), rate(50, 60)] }, 16_000, 30),
            Self::Webhook => (const { &[rate(10, 1)] }, 262_144, 60),
            Self::Mail => (const { &[rate(20, 60)] }, 262_144, 300),
        };
        Limits {
            rates,
            bytes,
            line_bytes: match self {
                Self::Feishu | Self::Webhook => 48,
                _ => 8,
            },
            avoids_half_hours: self == Self::Feishu,
            lockout: SignedDuration::from_secs(lockout),
        }
    }
}
