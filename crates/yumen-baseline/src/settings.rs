//! `yumen.toml`: what only the user knows. Which networks are trusted, which machines play which
//! role, what belongs to production, where zones end, what must never or always be reachable.

use std::sync::Arc;

use ipnet::IpNet;
use yumen_diagnostics::{Message, Place};

use crate::intent::Intent;
use crate::selector::{Selector, network};
use crate::service::Service;
use yumen_diagnostics::section::{Problem, Section, Source};

/// What a `yumen.toml` declares; the default declares nothing.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Settings {
    /// The file's name, if there is one
    pub file: Option<Arc<str>>,
    /// Networks that are no strangers: offices, partners
    pub trusted: Vec<IpNet>,
    /// Limits of items
    pub limits: Limits,
    /// Roles, in the order of the file; an interface may play several
    pub roles: Vec<Role>,
    /// Environments, in the order of the file
    pub environments: Vec<Environment>,
    /// Zones, in the order of the file; the first that fits counts
    pub zones: Vec<Zone>,
    /// What Cloud Firewall and WAF guard, if declared
    pub protection: Option<Protection>,
    /// Names of the tags that every instance shall have
    pub tags: TagNames,
    /// The user's own rules
    pub intents: Vec<Intent>,
}

/// Limits of items.
#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    /// Share of all other interfaces that one may reach, from 0 to 1 (LAT-06)
    pub blast_radius: f64,
    /// Shortest prefix of a public IPv4 source (RUL-06)
    pub prefix_length: u8,
    /// Shortest prefix of a public IPv6 source (RUL-06)
    pub prefix_length_v6: u8,
    /// Days after which a group has to be reviewed again (GOV-01)
    pub review_days: u32,
    /// Days for which logs have to be kept (LOG-02); the law says six months
    pub log_days: u32,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            blast_radius: 0.25,
            prefix_length: 24,
            prefix_length_v6: 48,
            review_days: 90,
            log_days: 180,
        }
    }
}

/// Machines that do the same.
#[derive(Clone, Debug, PartialEq)]
pub struct Role {
    /// Its name
    pub name: String,
    /// What kind of machines these are
    pub kind: RoleKind,
    /// Which machines
    pub members: Vec<Selector>,
    /// What the Internet may reach; `None` if not declared
    pub services: Option<Vec<Service>>,
    /// Where it is declared
    pub place: Place,
}

/// Kinds of role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RoleKind {
    /// Serves the Internet
    Web,
    /// Works behind others
    Application,
    /// Keeps data
    Data,
    /// Manages others
    Management,
    /// The way in for administrators
    Bastion,
}

impl RoleKind {
    /// All kinds with the words of `yumen.toml`.
    pub const ALL: [(&'static str, Self); 5] = [
        ("web", Self::Web),
        ("application", Self::Application),
        ("data", Self::Data),
        ("management", Self::Management),
        ("bastion", Self::Bastion),
    ];

    /// The word of `yumen.toml`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Web => "web",
            Self::Application => "application",
            Self::Data => "data",
            Self::Management => "management",
            Self::Bastion => "bastion",
        }
    }
}

/// Machines of one stage.
#[derive(Clone, Debug, PartialEq)]
pub struct Environment {
    /// Its name
    pub name: String,
    /// Production or test
    pub kind: EnvironmentKind,
    /// Which machines
    pub members: Vec<Selector>,
    /// Where it is declared
    pub place: Place,
}

/// Kinds of environment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EnvironmentKind {
    /// Serves users
    Production,
    /// Serves developers: test, development, staging
    Test,
}

impl EnvironmentKind {
    /// All kinds with the words of `yumen.toml`.
    pub const ALL: [(&'static str, Self); 2] =
        [("production", Self::Production), ("test", Self::Test)];

    /// The word of `yumen.toml`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Production => "production",
            Self::Test => "test",
        }
    }
}

/// Machines of one trust level.
#[derive(Clone, Debug, PartialEq)]
pub struct Zone {
    /// Its name
    pub name: String,
    /// Which machines
    pub members: Vec<Selector>,
    /// Where it is declared
    pub place: Place,
}

/// What products guard that a snapshot does not tell of.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Protection {
    /// What Cloud Firewall guards
    pub firewall: Vec<Selector>,
    /// What a web application firewall guards
    pub waf: Vec<Selector>,
}

/// Names that the three tags go by; any of them will do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TagNames {
    /// Who answers for it
    pub owner: Vec<String>,
    /// Production or test
    pub environment: Vec<String>,
    /// Layer of the application
    pub tier: Vec<String>,
}

impl Default for TagNames {
    fn default() -> Self {
        let names = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
        Self {
            owner: names(&["owner", "负责人"]),
            environment: names(&["env", "environment", "环境"]),
            tier: names(&["tier", "role", "layer", "层级", "角色"]),
        }
    }
}

/// Sections of the same file that other crates read.
const OTHERS: [&str; 7] = [
    "people", "change", "watch", "schedule", "notify", "ledger", "store",
];

impl Settings {
    /// Reads a `yumen.toml`. What is wrong is told with its line; the rest is read all the same,
    /// but a caller should not judge by half of what the user wanted.
    #[must_use]
    pub fn parse(file: &str, text: &str) -> (Self, Vec<Problem>) {
        let source = Source::new(file, text);
        let mut settings = Self {
            file: Some(file.into()),
            ..Self::default()
        };
        if let Some(table) = source.parse() {
            let root = Section::new(&source, table.get_ref(), 0..0);
            settings.read(root);
        }
        (settings, source.into_problems())
    }

    fn read(&mut self, mut root: Section<'_, '_>) {
        self.trusted = networks(&mut root, "trusted");
        if let Some(section) = root.section("limits") {
            self.limits = limits(section);
        }
        for (name, mut section) in root.named("roles") {
            let kind = section.word("kind", &RoleKind::ALL);
            let role = Role {
                name: name.to_owned(),
                kind: kind.unwrap_or(RoleKind::Application),
                members: members(&mut section),
                services: services(&mut section),
                place: place(&section),
            };
            section.finish();
            self.roles.push(role);
        }
        for (name, mut section) in root.named("environments") {
            let kind = section.word("kind", &EnvironmentKind::ALL);
            let environment = Environment {
                name: name.to_owned(),
                kind: kind.unwrap_or(EnvironmentKind::Production),
                members: members(&mut section),
                place: place(&section),
            };
            section.finish();
            self.environments.push(environment);
        }
        for (name, mut section) in root.named("zones") {
            let zone = Zone {
                name: name.to_owned(),
                members: members(&mut section),
                place: place(&section),
            };
            section.finish();
            self.zones.push(zone);
        }
        if let Some(mut section) = root.section("protection") {
            self.protection = Some(Protection {
                firewall: selectors(&mut section, "firewall"),
                waf: selectors(&mut section, "waf"),
            });
            section.finish();
        }
        if let Some(mut section) = root.section("tags") {
            let mut names = |key, present: &mut Vec<String>| {
                let given = section.texts(key);
                if !given.is_empty() {
                    *present = given.iter().map(|(name, _)| (*name).to_owned()).collect();
                }
            };
            names("owner", &mut self.tags.owner);
            names("environment", &mut self.tags.environment);
            names("tier", &mut self.tags.tier);
            section.finish();
        }
        for mut section in root.each("intent") {
            let given = section.needed("rule");
            let reason = section.text("reason").map(|(text, _)| text.to_owned());
            if let Some((rule, span)) = given {
                match Intent::parse(rule, self) {
                    Ok(mut intent) => {
                        intent.reason = reason;
                        intent.place = section.source().place(&span);
                        self.intents.push(intent);
                    }
                    Err(message) => section.source().report(&span, message),
                }
            }
            section.finish();
        }
        root.leave(&OTHERS);
        root.finish();
    }
}

fn place(section: &Section<'_, '_>) -> Place {
    section.source().place(&section.span())
}

fn limits(mut section: Section<'_, '_>) -> Limits {
    let mut limits = Limits::default();
    if let Some(share) = section.number("blast_radius", 0.0, 1.0) {
        limits.blast_radius = share;
    }
    let mut whole = |key, from: f64, to: f64| section.number(key, from, to);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the range of each was checked"
    )]
    {
        if let Some(length) = whole("prefix_length", 1.0, 32.0) {
            limits.prefix_length = length as u8;
        }
        if let Some(length) = whole("prefix_length_v6", 1.0, 128.0) {
            limits.prefix_length_v6 = length as u8;
        }
        if let Some(days) = whole("review_days", 1.0, 3650.0) {
            limits.review_days = days as u32;
        }
        if let Some(days) = whole("log_days", 1.0, 3650.0) {
            limits.log_days = days as u32;
        }
    }
    section.finish();
    limits
}

fn members(section: &mut Section<'_, '_>) -> Vec<Selector> {
    let given = section.texts("match").len();
    let members = selectors(section, "match");
    if given == 0 {
        let message = Message::new("config-missing").with("key", "match");
        section.source().report(&section.span(), message);
    }
    members
}

fn services(section: &mut Section<'_, '_>) -> Option<Vec<Service>> {
    let given = section.texts("services");
    let mut services = Vec::with_capacity(given.len());
    for (text, span) in &given {
        match Service::parse(text) {
            Ok(service) => services.push(service),
            Err(message) => section.source().report(span, message),
        }
    }
    (!given.is_empty() || section.has("services")).then_some(services)
}

pub(crate) fn selectors(section: &mut Section<'_, '_>, key: &'static str) -> Vec<Selector> {
    let mut selectors = Vec::new();
    for (text, span) in section.texts(key) {
        match Selector::parse(text) {
            Ok(selector) => selectors.push(selector),
            Err(message) => section.source().report(&span, message),
        }
    }
    selectors
}

pub(crate) fn networks(section: &mut Section<'_, '_>, key: &'static str) -> Vec<IpNet> {
    let mut networks = Vec::new();
    for (text, span) in section.texts(key) {
        match network(text) {
            Some(net) => networks.push(net),
            None => {
                let message = Message::new("config-network").with("value", text);
                section.source().report(&span, message);
            }
        }
    }
    networks
}
