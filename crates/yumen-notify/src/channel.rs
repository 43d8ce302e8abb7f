//! A channel with its secrets read: ready to be sent to.

use std::fmt;
use std::net::IpAddr;

use yumen_diagnostics::Message;

use crate::secret::{Environment, Secret, SecretSource};
use crate::settings::{ChannelSettings, Kind, MailSettings};

/// A channel, ready to be sent to.
#[derive(Clone, Debug)]
pub enum Channel {
    /// A custom robot of DingTalk
    DingTalk {
        /// Its address, with the access token
        address: WebAddress,
        /// What is signed with, if the robot wants signatures
        secret: Option<Secret>,
        /// A word that every letter has to hold
        keyword: Option<String>,
    },
    /// A custom bot of Feishu
    Feishu {
        /// Its address, with the bot's id
        address: WebAddress,
        /// What is signed with, if the bot wants signatures
        secret: Option<Secret>,
        /// A word that every letter has to hold
        keyword: Option<String>,
    },
    /// A group robot of WeCom
    WeCom {
        /// Its address, with the key
        address: WebAddress,
    },
    /// An incoming webhook of Slack
    Slack {
        /// Its address, with the token
        address: WebAddress,
    },
    /// A server of the user's own
    Webhook {
        /// Its address
        address: WebAddress,
        /// What is signed with
        secret: Secret,
    },
    /// Mail
    Mail(Mailbox),
}

/// A mail server, with what it takes to use it.
#[derive(Clone, Debug)]
pub struct Mailbox {
    /// As declared
    pub settings: MailSettings,
    /// The password that belongs to the user
    pub password: Option<Secret>,
    /// PEM text of certificates to trust besides those of the system
    pub authority: Option<String>,
}

impl Channel {
    /// Reads the secrets that a declared channel needs.
    ///
    /// # Errors
    /// A secret is not there or not kept safely, or an address is none.
    pub fn open(
        settings: &ChannelSettings,
        environment: &Environment<'_>,
    ) -> Result<Self, Message> {
        let secret = match &settings.secret {
            Some(source) => Some(source.read(environment)?),
            None => None,
        };
        if let Some(mail) = &settings.mail {
            return Ok(Self::Mail(Mailbox::open(mail, secret)?));
        }
        let incomplete =
            || Message::new("notify-incomplete").with("channel", settings.name.as_str());
        let source = settings.url.as_ref().ok_or_else(incomplete)?;
        let address = address(source, environment, settings.endpoint.as_deref())?;
        let keyword = settings.keyword.clone();
        Ok(match settings.kind {
            Kind::DingTalk => Self::DingTalk {
                address,
                secret,
                keyword,
            },
            Kind::Feishu => Self::Feishu {
                address,
                secret,
                keyword,
            },
            Kind::WeCom => Self::WeCom { address },
            Kind::Slack => Self::Slack { address },
            Kind::Webhook => Self::Webhook {
                address,
                secret: secret.ok_or_else(incomplete)?,
            },
            Kind::Mail => return Err(incomplete()),
        })
    }

    /// What kind of channel it is.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::DingTalk { .. } => Kind::DingTalk,
            Self::Feishu { .. } => Kind::Feishu,
            Self::WeCom { .. } => Kind::WeCom,
            Self::Slack { .. } => Kind::Slack,
            Self::Webhook { .. } => Kind::Webhook,
            Self::Mail(_) => Kind::Mail,
        }
    }
}

impl Mailbox {
    fn open(settings: &MailSettings, password: Option<Secret>) -> Result<Self, Message> {
        let authority = match &settings.authority {
            Some(path) => Some(std::fs::read_to_string(path).map_err(|error| {
                Message::new("notify-authority")
                    .with("file", path.display().to_string())
                    .with("error", error.to_string())
            })?),
            None => None,
        };
        Ok(Self {
            settings: settings.clone(),
            password,
            authority,
        })
    }
}

fn address(
    source: &SecretSource,
    environment: &Environment<'_>,
    endpoint: Option<&str>,
) -> Result<WebAddress, Message> {
    let text = source.read(environment)?;
    let parsed = WebAddress::parse(text.reveal());
    let bad = || Message::new("notify-address").with("source", source.to_string());
    let mut address = parsed.ok_or_else(bad)?;
    if let Some(endpoint) = endpoint {
        address.origin = endpoint.to_owned();
    }
    Ok(address)
}

/// An `https` address; `http` on this machine only. All behind the host counts as secret.
#[derive(Clone, PartialEq, Eq)]
pub struct WebAddress {
    origin: String,
    rest: Secret,
}

impl WebAddress {
    /// Reads an address; nothing if it is none, is not encrypted or names a user.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (scheme, rest) = text.split_once("://")?;
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        let (authority, rest) = rest.split_at_checked(end)?;
        let host = host_of(authority);
        let allowed = scheme == "https" || (scheme == "http" && is_loopback(host));
        let plain = |c: char| c.is_ascii_graphic() && c != '#';
        let named = !host.is_empty() && !authority.contains('@');
        (allowed && named && text.chars().all(plain)).then(|| Self {
            origin: format!("{scheme}://{authority}"),
            rest: Secret::new(rest),
        })
    }

    /// True if there is nothing behind the host.
    #[must_use]
    pub fn is_bare(&self) -> bool {
        matches!(self.rest.reveal(), "" | "/")
    }

    /// Host and port, which are no secret.
    #[must_use]
    pub fn host(&self) -> &str {
        let origin = self.origin.as_str();
        origin.split_once("://").map_or(origin, |(_, host)| host)
    }

    pub(crate) fn is_local(&self) -> bool {
        is_loopback(host_of(self.host()))
    }

    /// The whole address with more parameters, for sending only.
    pub(crate) fn with(&self, parameters: &str) -> Secret {
        let rest = self.rest.reveal();
        let joint = match (parameters.is_empty(), rest.contains('?')) {
            (true, _) => "",
            (false, true) => "&",
            (false, false) => "?",
        };
        Secret::new(&format!("{}{rest}{joint}{parameters}", self.origin))
    }
}

/// Without what is behind the host.
impl fmt::Debug for WebAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "WebAddress({}/…)", self.origin)
    }
}

fn host_of(authority: &str) -> &str {
    match authority.rsplit_once(':') {
        Some((host, port)) if port.chars().all(|c| c.is_ascii_digit()) => host,
        _ => authority,
    }
}

/// True for this machine, by name or address.
pub(crate) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
}
