//! Why somebody may not, and what is missing.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use yumen_diagnostics::Message;

use super::Question;
use crate::window::Closed;
use crate::zone::shown;

/// What somebody wants to do.
#[derive(Clone, Copy)]
pub(super) enum Act {
    Propose,
    Approve,
    Apply,
}

/// Why somebody may not do something.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Denied {
    /// What stands against it and what to do
    pub message: Message,
    /// When it will be allowed, where it is only a matter of time
    pub opens: Option<Timestamp>,
}

impl Denied {
    pub(super) fn new(message: Message) -> Self {
        Self {
            message,
            opens: None,
        }
    }

    pub(super) fn forbidden() -> Self {
        Self::new(Message::new("policy-forbidden"))
    }

    pub(super) fn role(
        who: &str,
        roles: &[String],
        others: &[&str],
        act: Act,
        question: &Question,
    ) -> Self {
        let id = match act {
            _ if question.emergency => "policy-role-emergency",
            Act::Propose => "policy-role-propose",
            Act::Approve => "policy-role-approve",
            Act::Apply => "policy-role-apply",
        };
        let message = Message::new(id)
            .with("name", who)
            .with("class", question.class.word())
            .with("roles", roles.join(" | "))
            .with("others", listed(others));
        Self::new(message)
    }

    pub(super) fn closed(closed: &Closed, zone: &TimeZone) -> Self {
        let opens = closed.opens;
        let message = match (&closed.freeze, opens) {
            (Some(freeze), Some(opens)) => Message::new("policy-freeze")
                .with("reason", freeze.reason.as_str())
                .with("rule", freeze.place.to_string())
                .with("opens", shown(opens, zone)),
            (Some(freeze), None) => Message::new("policy-freeze-unending")
                .with("reason", freeze.reason.as_str())
                .with("rule", freeze.place.to_string()),
            (None, Some(opens)) => Message::new("policy-window").with("opens", shown(opens, zone)),
            (None, None) => Message::new("policy-window-never"),
        };
        Self { message, opens }
    }
}

/// What is missing before a change may be applied.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Missing {
    /// A waiver: it breaks a mandatory item, and no approval helps
    Waiver,
    /// Nobody is declared, so that nobody can approve
    People,
    /// Approvals
    Approvals {
        /// How many count
        have: usize,
        /// How many it takes
        need: usize,
        /// Roles that count
        roles: Vec<String>,
        /// Who else could approve
        by: Vec<String>,
    },
    /// The approval of an owner
    Owner {
        /// Of what
        place: String,
        /// Who owns it and did not propose the change
        by: Vec<String>,
    },
}

impl Missing {
    /// In words, with what to do.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::Waiver => Message::new("policy-forbidden"),
            Self::People => Message::new("policy-no-people"),
            Self::Approvals {
                have,
                need,
                roles,
                by,
            } => {
                let id = if have + by.len() < *need {
                    "policy-too-few"
                } else {
                    "policy-approvals"
                };
                Message::new(id)
                    .with("have", *have)
                    .with("need", *need)
                    .with("roles", roles.join(" | "))
                    .with("others", listed(by))
            }
            Self::Owner { place, by } if by.is_empty() => {
                Message::new("policy-owner-nobody").with("place", place.as_str())
            }
            Self::Owner { place, by } => Message::new("policy-owner")
                .with("place", place.as_str())
                .with("others", listed(by)),
        }
    }
}

/// Names in a sentence; a dash if there are none.
fn listed<T: AsRef<str>>(names: &[T]) -> String {
    if names.is_empty() {
        return "–".to_owned();
    }
    let names: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    names.join(", ")
}
