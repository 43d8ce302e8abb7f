//! What is to be told, and how it becomes words in both languages.

use jiff::Timestamp;
use yumen_diagnostics::{Message, Texts};
use yumen_report::{BadTexts, Language, Words};

/// How urgent a notice is. The words are those of a finding's severity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// For the record
    Low,
    /// Should be looked at some day
    Medium,
    /// Should be looked at today
    High,
    /// Should be looked at now: neither grouped nor kept from busy minutes
    Critical,
}

impl Severity {
    /// All of them with the words of `yumen.toml`, worst first.
    pub const ALL: [(&'static str, Self); 4] = [
        ("critical", Self::Critical),
        ("high", Self::High),
        ("medium", Self::Medium),
        ("low", Self::Low),
    ];

    /// The word that programs see.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Low => "low",
            Self::Medium => "medium",
            Self::High => "high",
            Self::Critical => "critical",
        }
    }

    /// The severity of a word.
    #[must_use]
    pub fn of_word(word: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|(of, _)| *of == word);
        found.map(|(_, severity)| *severity)
    }

    /// Id of the text for it, which `yumen-report` owns.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Low => "severity-low",
            Self::Medium => "severity-medium",
            Self::High => "severity-high",
            Self::Critical => "severity-critical",
        }
    }
}

/// Something that somebody should know.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Notice {
    /// What it is about: notices of one key are the same thing happening again
    pub key: String,
    /// How urgent it is
    pub severity: Severity,
    /// What happened, in one sentence
    pub title: Message,
    /// What there is to know about it and what to do
    pub lines: Vec<Message>,
    /// Where to read on: an `http` or `https` address without secrets
    pub link: Option<String>,
    /// When it happened
    pub at: Timestamp,
}

impl Notice {
    /// What `yumen notify test NAME` sends: critical, so that no minimum holds it back.
    #[must_use]
    pub fn test(channel: &str, at: Timestamp) -> Self {
        Self {
            key: format!("test/{channel}/{at}"),
            severity: Severity::Critical,
            title: Message::new("notify-test-title"),
            lines: vec![
                Message::new("notify-test-channel").with("channel", channel),
                Message::new("notify-test-nothing"),
            ],
            link: None,
            at,
        }
    }

    /// The notice in words.
    #[must_use]
    pub fn told(&self, speakers: &Speakers) -> Told {
        let link = self.link.as_deref().and_then(safe_link);
        Told {
            key: flat(&self.key),
            severity: self.severity,
            link,
            at: self.at,
            english: self.speech(&speakers.english),
            chinese: self.speech(&speakers.chinese),
        }
    }

    fn speech(&self, words: &Words) -> Speech {
        let lines = self.lines.iter().map(|line| flat(&words.say(line)));
        Speech {
            title: flat(&words.say(&self.title)),
            lines: lines.collect(),
        }
    }
}

/// Words of both languages.
pub struct Speakers {
    english: Words,
    chinese: Words,
}

impl Speakers {
    /// Speaks with the texts of some crates; this crate's and `yumen-report`'s are among them
    /// already.
    ///
    /// # Errors
    /// A text is not valid Fluent, or two crates use the same id.
    pub fn new(texts: &[Texts]) -> Result<Self, BadTexts> {
        let own = [crate::TEXTS, yumen_report::TEXTS];
        let others = texts
            .iter()
            .filter(|texts| own.iter().all(|own| own.owner != texts.owner));
        let all: Vec<Texts> = own.iter().chain(others).copied().collect();
        Ok(Self {
            english: Words::new(Language::English, &all)?,
            chinese: Words::new(Language::Chinese, &all)?,
        })
    }

    /// The words of one language.
    #[must_use]
    pub fn of(&self, language: Language) -> &Words {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }
}

/// A notice in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// What it is about
    pub key: String,
    /// How urgent it is
    pub severity: Severity,
    /// Where to read on
    pub link: Option<String>,
    /// When it happened
    pub at: Timestamp,
    /// In English
    pub english: Speech,
    /// In Chinese
    pub chinese: Speech,
}

impl Told {
    pub(crate) fn speech(&self, language: Language) -> &Speech {
        match language {
            Language::English => &self.english,
            Language::Chinese => &self.chinese,
        }
    }
}

/// Title and lines in one language, without control characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Speech {
    /// What happened
    pub title: String,
    /// What there is to know about it
    pub lines: Vec<String>,
}

/// One line of text: names of resources are chosen by strangers and may hold line ends.
fn flat(text: &str) -> String {
    let plain = |c: char| if c.is_control() { ' ' } else { c };
    text.chars().map(plain).collect()
}

fn safe_link(link: &str) -> Option<String> {
    let rest = link
        .strip_prefix("https://")
        .or_else(|| link.strip_prefix("http://"))?;
    let plain = |c: char| c.is_ascii_alphanumeric() || "-._~:/?#@!$&'*+,;=%[]".contains(c);
    (!rest.is_empty() && rest.chars().all(plain)).then(|| link.to_owned())
}
