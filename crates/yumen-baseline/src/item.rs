//! What items go by: their names, how bad their findings are, what can be done about them.

use std::fmt;

/// The name of an item, such as `EXP-03`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ItemId(pub &'static str);

impl ItemId {
    /// The name as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        self.0
    }

    /// The letters before the dash.
    #[must_use]
    pub fn family(self) -> &'static str {
        self.0.split_once('-').map_or(self.0, |(family, _)| family)
    }
}

impl fmt::Display for ItemId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0)
    }
}

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Should be put right some day
    Low,
    /// Helps an attacker who is inside
    Medium,
    /// Lets an attacker in with some work
    High,
    /// Lets an attacker in
    Critical,
}

impl Severity {
    /// All of them, worst first.
    pub const ALL: [Self; 4] = [Self::Critical, Self::High, Self::Medium, Self::Low];

    /// The word that programs see; also the id of the text `severity-…`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// One step less bad.
    #[must_use]
    pub fn lower(self) -> Self {
        match self {
            Self::Critical => Self::High,
            Self::High => Self::Medium,
            Self::Medium | Self::Low => Self::Low,
        }
    }
}

/// What `yumen fix` can do for an item's findings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum FixKind {
    /// The offending packets are taken from the rules that let them pass
    Narrow,
    /// The rule is removed, since it decides nothing that should stay
    RemoveRule,
    /// Something else is set, added or taken away
    Set,
    /// Needs a decision that no program can take; the page says how
    ByHand,
}

impl FixKind {
    /// The word that programs see; also the id of the text `fix-kind-…`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Narrow => "narrow",
            Self::RemoveRule => "remove-rule",
            Self::Set => "set",
            Self::ByHand => "by-hand",
        }
    }
}
