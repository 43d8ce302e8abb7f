//! The user's own rules in the language of reachability: `never`, `only`, `always`.

use std::fmt;

use ipnet::IpNet;
use yumen_diagnostics::{Message, Place};

use crate::selector::{KINDS, Selector, network};
use crate::service::Service;
use crate::settings::Settings;
use yumen_diagnostics::section::suggest;

/// A rule of the user, such as `never internet -> role:data`.
#[derive(Clone, Debug, PartialEq)]
pub struct Intent {
    /// What has to hold
    pub mode: Mode,
    /// Whose packets
    pub from: Vec<Party>,
    /// To whom
    pub to: Vec<Party>,
    /// Which packets; none stands for all
    pub services: Vec<Service>,
    /// The rule as the user wrote it
    pub text: String,
    /// Why, in the user's words
    pub reason: Option<String>,
    /// Where it stands
    pub place: Place,
}

/// What a rule demands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Mode {
    /// None of the packets may arrive
    Never,
    /// Nobody else may send them
    Only,
    /// All of them must arrive
    Always,
}

/// One side of a rule.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Party {
    /// Every public address that is not trusted
    Internet,
    /// The networks that `trusted` names
    Trusted,
    /// Everybody
    Anyone,
    /// A network
    Network(IpNet),
    /// Members of a role
    Role(String),
    /// Members of an environment
    Environment(String),
    /// Members of a zone
    Zone(String),
    /// What a selector means
    Selected(Selector),
}

impl Intent {
    /// Reads a rule; the roles, environments and zones that it names have to be declared before.
    ///
    /// # Errors
    /// What is wrong with it, with the nearest valid word.
    pub fn parse(text: &str, settings: &Settings) -> Result<Self, Message> {
        let form = || Message::new("intent-form").with("value", text);
        let (mode, rest) = text
            .trim()
            .split_once(char::is_whitespace)
            .ok_or_else(form)?;
        let mode = match mode {
            "never" => Mode::Never,
            "only" => Mode::Only,
            "always" => Mode::Always,
            _ => return Err(form()),
        };
        let (sides, services) = match rest.split_once(" on ") {
            Some((sides, services)) => (sides, services),
            None => (rest, ""),
        };
        let (from, to) = match (sides.split_once("->"), sides.split_once("<-")) {
            (Some((from, to)), None) | (None, Some((to, from))) => (from, to),
            _ => return Err(form()),
        };
        let parties = |side: &str| -> Result<Vec<Party>, Message> {
            side.split(',')
                .map(|party| Party::parse(party.trim(), settings))
                .collect()
        };
        let words = services.split(',').map(str::trim);
        let words = words.filter(|word| !word.is_empty());
        let intent = Self {
            mode,
            from: parties(from)?,
            to: parties(to)?,
            services: words.map(Service::parse).collect::<Result<_, _>>()?,
            text: text.trim().to_owned(),
            reason: None,
            place: Place::default(),
        };
        // The estate is what can be reached: nobody can be told what the Internet receives.
        let reachable = |party: &Party| !matches!(party, Party::Internet | Party::Trusted);
        if intent.to.iter().all(reachable) {
            Ok(intent)
        } else {
            Err(form())
        }
    }
}

impl fmt::Display for Intent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Party {
    fn parse(text: &str, settings: &Settings) -> Result<Self, Message> {
        let known = |kind: &'static str, name: &str, names: Vec<&str>| {
            if names.contains(&name) {
                return Ok(name.to_owned());
            }
            let message = Message::new("intent-unknown")
                .with("kind", kind)
                .with("value", name);
            Err(suggest(message, name, names.into_iter()))
        };
        match text {
            "internet" => return Ok(Self::Internet),
            "trusted" => return Ok(Self::Trusted),
            "anyone" => return Ok(Self::Anyone),
            _ => {}
        }
        if let Some(net) = network(text) {
            return Ok(Self::Network(net));
        }
        let bad = || Message::new("intent-party").with("value", text);
        let (kind, name) = text.split_once(':').ok_or_else(bad)?;
        match kind {
            "role" => {
                let names = settings.roles.iter().map(|role| role.name.as_str());
                known("role", name, names.collect()).map(Self::Role)
            }
            "env" => {
                let names = settings.environments.iter().map(|one| one.name.as_str());
                known("environment", name, names.collect()).map(Self::Environment)
            }
            "zone" => {
                let names = settings.zones.iter().map(|zone| zone.name.as_str());
                known("zone", name, names.collect()).map(Self::Zone)
            }
            kind if KINDS.contains(&kind) => Selector::parse(text).map(Self::Selected),
            _ => Err(bad()),
        }
    }
}
