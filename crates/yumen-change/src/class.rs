//! What a change does in one word: the question that decides who has to agree.

use std::fmt;

/// Classes of changes, from harmless to not allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// No packet is permitted that was not; some no longer are
    Tightening,
    /// The same packets are permitted
    Neutral,
    /// Packets from inside are permitted that were not
    WideningInside,
    /// The Internet can deliver packets, or packets may leave to it, that could not before
    WideningInternet,
    /// A mandatory item would fail that did not, or would fail for more
    Forbidden,
}

impl Class {
    /// All classes with the words of `yumen.toml` and the ledger.
    pub const ALL: [(&'static str, Self); 5] = [
        ("tightening", Self::Tightening),
        ("neutral", Self::Neutral),
        ("widening-inside", Self::WideningInside),
        ("widening-internet", Self::WideningInternet),
        ("forbidden", Self::Forbidden),
    ];

    /// The word of `yumen.toml` and the ledger.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Tightening => "tightening",
            Self::Neutral => "neutral",
            Self::WideningInside => "widening-inside",
            Self::WideningInternet => "widening-internet",
            Self::Forbidden => "forbidden",
        }
    }

    /// The class of a word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|(known, _)| *known == word)
            .map(|(_, class)| *class)
    }
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.word())
    }
}
