//! `[notify.NAME]` in `yumen.toml`: which channels there are and what each is told.
//!
//! Secrets are never in the file: it names a variable or a file of their own.

use std::path::PathBuf;

use jiff::SignedDuration;
use yumen_diagnostics::section::Section;
use yumen_diagnostics::{Message, Place};
use yumen_report::Language;

use crate::notice::Severity;
use crate::outbox::Policy;
use crate::secret::SecretSource;

/// Kinds of channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// A custom robot of DingTalk 钉钉
    DingTalk,
    /// A custom bot of Feishu 飞书
    Feishu,
    /// A group robot of WeCom 企业微信
    WeCom,
    /// An incoming webhook of Slack
    Slack,
    /// A server of the user's own, with a signature
    Webhook,
    /// Mail over SMTP
    Mail,
}

impl Kind {
    /// All kinds with the words of `yumen.toml`.
    pub const ALL: [(&'static str, Self); 6] = [
        ("dingtalk", Self::DingTalk),
        ("feishu", Self::Feishu),
        ("wecom", Self::WeCom),
        ("slack", Self::Slack),
        ("webhook", Self::Webhook),
        ("mail", Self::Mail),
    ];

    /// The word of `yumen.toml`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::DingTalk => "dingtalk",
            Self::Feishu => "feishu",
            Self::WeCom => "wecom",
            Self::Slack => "slack",
            Self::Webhook => "webhook",
            Self::Mail => "mail",
        }
    }
}

/// One channel, as declared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelSettings {
    /// Its name
    pub name: String,
    /// What kind of channel it is
    pub kind: Kind,
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
    /// Where the address is kept (all kinds but mail)
    pub url: Option<SecretSource>,
    /// Where the signing secret or the password is kept
    pub secret: Option<SecretSource>,
    /// A word that every letter has to hold (DingTalk, Feishu)
    pub keyword: Option<String>,
    /// Scheme, host and port instead of those of the address
    pub endpoint: Option<String>,
    /// For mail only
    pub mail: Option<MailSettings>,
    /// Where it is declared
    pub place: Place,
}

/// What only mail needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MailSettings {
    /// Name of the server
    pub server: String,
    /// Its port
    pub port: u16,
    /// How the way there is protected
    pub encryption: Encryption,
    /// User name, if the server wants one
    pub user: Option<String>,
    /// The sender
    pub from: String,
    /// The receivers
    pub to: Vec<String>,
    /// A PEM file of certificates to trust besides those of the system
    pub authority: Option<PathBuf>,
}

/// How the way to a mail server is protected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Encryption {
    /// TLS after the command STARTTLS, which has to succeed (port 587)
    StartTls,
    /// TLS from the first byte (port 465)
    Tls,
    /// None (port 25): to this machine only, and without a password
    None,
}

impl Encryption {
    /// All with the words of `yumen.toml`.
    pub const ALL: [(&'static str, Self); 3] = [
        ("starttls", Self::StartTls),
        ("tls", Self::Tls),
        ("none", Self::None),
    ];

    fn port(self) -> u16 {
        match self {
            Self::StartTls => 587,
            Self::Tls => 465,
            Self::None => 25,
        }
    }
}

const LANGUAGES: [(&str, Language); 2] = [("zh", Language::Chinese), ("en", Language::English)];

impl ChannelSettings {
    /// Reads all tables `[notify.NAME]` of a `yumen.toml`, in the order of the file. Problems go
    /// to the section's source; a channel whose kind is not known is left out.
    #[must_use]
    pub fn read(root: &mut Section<'_, '_>) -> Vec<Self> {
        let sections = root.named("notify");
        sections
            .into_iter()
            .filter_map(|(name, section)| channel(name, section))
            .collect()
    }

    /// When and how often this channel is told something.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            language: self.language,
            severity: self.severity,
            window: self.window,
            repeat: self.repeat,
            patience: self.patience,
            limits: self.kind.limits(),
        }
    }
}

fn channel(name: &str, mut section: Section<'_, '_>) -> Option<ChannelSettings> {
    let place = section.source().place(&section.span());
    let Some(kind) = section.word("kind", &Kind::ALL) else {
        // The other keys depend on it: what they are cannot be judged.
        return None;
    };
    let language = optional(&mut section, "language", &LANGUAGES);
    let severity = optional(&mut section, "severity", &Severity::ALL);
    let window = seconds(&mut section, "group_seconds", 30, 1, 0.0, 3600.0);
    let repeat = seconds(&mut section, "repeat_minutes", 60, 60, 0.0, 10_080.0);
    let patience = seconds(&mut section, "give_up_hours", 24, 3600, 1.0, 168.0);
    let mut settings = ChannelSettings {
        name: name.to_owned(),
        kind,
        language: language.unwrap_or(Language::Chinese),
        severity: severity.unwrap_or(Severity::Low),
        window,
        repeat,
        patience,
        url: None,
        secret: None,
        keyword: None,
        endpoint: None,
        mail: None,
        place,
    };
    if kind == Kind::Mail {
        settings.secret = source(&mut section, ["secret_env", "secret_file"], false);
        settings.mail = mail(&mut section, settings.secret.is_some());
    } else {
        settings.url = source(&mut section, ["url_env", "url_file"], true);
        settings.endpoint = endpoint(&mut section);
    }
    if matches!(kind, Kind::DingTalk | Kind::Feishu | Kind::Webhook) {
        let keys = ["secret_env", "secret_file"];
        settings.secret = source(&mut section, keys, kind == Kind::Webhook);
    }
    if matches!(kind, Kind::DingTalk | Kind::Feishu) {
        settings.keyword = keyword(&mut section);
    }
    section.finish();
    Some(settings)
}

fn optional<T: Copy>(
    section: &mut Section<'_, '_>,
    key: &'static str,
    valid: &[(&'static str, T)],
) -> Option<T> {
    if section.has(key) {
        section.word(key, valid)
    } else {
        section.leave(&[key]);
        None
    }
}

fn seconds(
    section: &mut Section<'_, '_>,
    key: &'static str,
    default: i64,
    unit: i64,
    from: f64,
    to: f64,
) -> SignedDuration {
    #[expect(
        clippy::cast_possible_truncation,
        reason = "the range was checked, and fractions do not count"
    )]
    let whole = section.number(key, from, to).map(|number| number as i64);
    SignedDuration::from_secs(whole.unwrap_or(default).saturating_mul(unit))
}

fn source(
    section: &mut Section<'_, '_>,
    [variable, file]: [&'static str; 2],
    needed: bool,
) -> Option<SecretSource> {
    let named = section.text(variable);
    let kept = section.text(file);
    let message = |id| {
        Message::new(id)
            .with("variable", variable)
            .with("file", file)
    };
    match (named, kept) {
        (Some(_), Some((_, span))) => {
            section
                .source()
                .report(&span, message("notify-config-both"));
            None
        }
        (Some((name, span)), None) => {
            let plain = |c: char| c.is_ascii_alphanumeric() || c == '_';
            if name.is_empty() || !name.chars().all(plain) {
                // Not repeated in the message: whoever writes an address here wrote a secret.
                let message = Message::new("notify-config-variable").with("key", variable);
                section.source().report(&span, message);
                return None;
            }
            Some(SecretSource::Environment(name.to_owned()))
        }
        (None, Some((path, _))) => Some(SecretSource::File(PathBuf::from(path))),
        (None, None) => {
            if needed && !section.has(variable) && !section.has(file) {
                let span = section.span();
                section
                    .source()
                    .report(&span, message("notify-config-secret"));
            }
            None
        }
    }
}

/// Longest keyword: letters keep room for it.
const LONGEST_KEYWORD: usize = 100;

fn keyword(section: &mut Section<'_, '_>) -> Option<String> {
    let (text, span) = section.text("keyword")?;
    let text = text.trim();
    if text.len() > LONGEST_KEYWORD {
        let message = Message::new("notify-config-keyword").with("most", LONGEST_KEYWORD);
        section.source().report(&span, message);
        return None;
    }
    (!text.is_empty()).then(|| text.to_owned())
}

fn endpoint(section: &mut Section<'_, '_>) -> Option<String> {
    let (text, span) = section.text("endpoint")?;
    let whole = crate::channel::WebAddress::parse(text).filter(|address| address.is_bare());
    if whole.is_none() {
        let message = Message::new("notify-config-endpoint").with("value", text);
        section.source().report(&span, message);
        return None;
    }
    Some(text.trim_end_matches('/').to_owned())
}

fn mail(section: &mut Section<'_, '_>, has_secret: bool) -> Option<MailSettings> {
    let server = section.needed("server");
    let encryption = optional(section, "encryption", &Encryption::ALL);
    let encryption = encryption.unwrap_or(Encryption::StartTls);
    let port = section.number("port", 1.0, 65_535.0);
    let user = section.text("user").map(|(text, _)| text.to_owned());
    let from = section.needed("from");
    let to = section.texts("to");
    let authority = section.text("ca_file").map(|(path, _)| PathBuf::from(path));
    if to.is_empty() {
        let message = Message::new("config-missing").with("key", "to");
        section.source().report(&section.span(), message);
    }
    for (address, span) in to.iter().chain(&from) {
        if address.parse::<lettre::message::Mailbox>().is_err() {
            let message = Message::new("notify-config-mailbox").with("value", *address);
            section.source().report(span, message);
        }
    }
    if user.is_some() != has_secret {
        let span = section.span();
        section
            .source()
            .report(&span, Message::new("notify-config-user"));
    }
    let (server, span) = server?;
    let local = crate::channel::is_loopback(server);
    if encryption == Encryption::None && (!local || has_secret) {
        let message = Message::new("notify-config-plain").with("server", server);
        section.source().report(&span, message);
    }
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range was checked"
    )]
    let port = port.map_or_else(|| encryption.port(), |port| port as u16);
    Some(MailSettings {
        server: server.to_owned(),
        port,
        encryption,
        user,
        from: from?.0.to_owned(),
        to: to.iter().map(|(text, _)| (*text).to_owned()).collect(),
        authority,
    })
}
