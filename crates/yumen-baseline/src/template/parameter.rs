//! What a template asks its user: parameters with a type, read from text and refused with the
//! nearest valid word.

use std::collections::BTreeMap;

use ipnet::IpNet;
use jiff::civil::Date;
use yumen_diagnostics::Message;
use yumen_packets::Interval;

use super::Context;
use crate::selector::network;
use yumen_diagnostics::section::suggest;

/// A question of a template.
#[derive(Clone, Copy, Debug)]
pub struct Parameter {
    /// Its name, as in `--set name=value`
    pub name: &'static str,
    /// What values it takes
    pub kind: ParameterKind,
    /// What counts if nobody says anything; `None` if somebody has to
    pub default: Option<&'static str>,
    /// Id of the text that explains it
    pub about: &'static str,
}

/// Types of parameters.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ParameterKind {
    /// Networks and addresses, or the words `internet`, `internet-v6`, `private`
    Networks,
    /// Networks of people who administer: none of them may be wider than the limits allow
    Offices,
    /// Networks that are not part of the Internet
    Inside,
    /// Ports and port ranges, or names such as `https`
    Ports,
    /// A day that is not over
    Day,
    /// A whole number
    Number {
        /// The lowest
        from: u32,
        /// The highest
        to: u32,
    },
    /// A name of resources
    Name,
    /// `yes` or `no`
    Switch,
}

impl ParameterKind {
    /// What such values are.
    #[must_use]
    pub fn about(self) -> Message {
        match self {
            Self::Networks => Message::new("template-kind-networks"),
            Self::Offices => Message::new("template-kind-offices"),
            Self::Inside => Message::new("template-kind-inside"),
            Self::Ports => Message::new("template-kind-ports"),
            Self::Day => Message::new("template-kind-day"),
            Self::Number { from, to } => Message::new("template-kind-number")
                .with("from", u64::from(from))
                .with("to", u64::from(to)),
            Self::Name => Message::new("template-kind-name"),
            Self::Switch => Message::new("template-kind-switch"),
        }
    }
}

/// The value of a parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Value {
    Networks(Vec<IpNet>),
    Ports(Vec<Interval<u16>>),
    Day(Date),
    Number(u32),
    Name(String),
    Switch(bool),
}

/// The values of all parameters of a template.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Values(BTreeMap<&'static str, Value>);

/// Words that stand for networks.
const NETWORKS: [(&str, &[&str]); 3] = [
    ("internet", &["0.0.0.0/0"]),
    ("internet-v6", &["::/0"]),
    (
        "private",
        &["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"],
    ),
];

/// Words that stand for ports.
const PORTS: [(&str, u16); 12] = [
    ("ssh", 22),
    ("http", 80),
    ("https", 443),
    ("mysql", 3306),
    ("rdp", 3389),
    ("postgresql", 5432),
    ("coap", 5683),
    ("redis", 6379),
    ("hdfs", 8020),
    ("mqtt", 1883),
    ("mqtts", 8883),
    ("mongodb", 27017),
];

/// From this prefix on a network of administrators is narrow enough, whatever the sector.
const OFFICE_LENGTH: u8 = 24;
const OFFICE_LENGTH_V6: u8 = 48;

impl Values {
    /// Reads what a user sets; what he does not set has its default.
    ///
    /// # Errors
    /// What is wrong with a value, or which parameter is missing.
    pub fn read(
        template: &'static str,
        parameters: &'static [Parameter],
        given: &[(String, String)],
        context: &Context<'_>,
    ) -> Result<Self, Message> {
        for (name, _) in given {
            if !parameters.iter().any(|parameter| parameter.name == name) {
                let message = Message::new("template-parameter-unknown")
                    .with("parameter", name.as_str())
                    .with("template", template);
                let names = parameters.iter().map(|parameter| parameter.name);
                return Err(suggest(message, name, names));
            }
        }
        let mut values = Self::default();
        for parameter in parameters {
            // Who says a thing twice means what was said last.
            let mut set = given.iter().rev();
            let own = set.find(|(name, _)| name == parameter.name);
            let text = match (own, parameter.default) {
                (Some((_, text)), _) => text.as_str(),
                (None, Some(default)) => default,
                (None, None) => {
                    return Err(Message::new("template-parameter-needed")
                        .with("template", template)
                        .with("parameter", parameter.name)
                        .with("example", example(parameter.kind)));
                }
            };
            let value = parameter.read(text.trim(), context)?;
            values.0.insert(parameter.name, value);
        }
        Ok(values)
    }

    /// Networks; none if there is no such parameter.
    pub(crate) fn networks(&self, name: &str) -> &[IpNet] {
        match self.0.get(name) {
            Some(Value::Networks(nets)) => nets,
            _ => &[],
        }
    }

    /// Port ranges, in the order of their ports.
    pub(crate) fn ports(&self, name: &str) -> &[Interval<u16>] {
        match self.0.get(name) {
            Some(Value::Ports(ports)) => ports,
            _ => &[],
        }
    }

    pub(crate) fn day(&self, name: &str) -> Option<Date> {
        match self.0.get(name) {
            Some(Value::Day(day)) => Some(*day),
            _ => None,
        }
    }

    pub(crate) fn number(&self, name: &str) -> u32 {
        match self.0.get(name) {
            Some(Value::Number(number)) => *number,
            _ => 0,
        }
    }

    pub(crate) fn name(&self, name: &str) -> &str {
        match self.0.get(name) {
            Some(Value::Name(text)) => text,
            _ => "",
        }
    }

    pub(crate) fn switch(&self, name: &str) -> bool {
        matches!(self.0.get(name), Some(Value::Switch(true)))
    }
}

impl Parameter {
    fn read(&self, text: &str, context: &Context<'_>) -> Result<Value, Message> {
        let list = matches!(
            self.kind,
            ParameterKind::Networks
                | ParameterKind::Offices
                | ParameterKind::Inside
                | ParameterKind::Ports
        );
        let may_be_empty = list && self.default == Some("");
        if text.is_empty() && !may_be_empty {
            return Err(Message::new("template-empty")
                .with("parameter", self.name)
                .with("example", example(self.kind)));
        }
        match self.kind {
            ParameterKind::Networks | ParameterKind::Offices | ParameterKind::Inside => {
                self.networks(text).map(Value::Networks)
            }
            ParameterKind::Ports => self.ports(text).map(Value::Ports),
            ParameterKind::Day => self.day(text, context.today).map(Value::Day),
            ParameterKind::Number { from, to } => {
                let number = text.parse().ok();
                let number = number.filter(|number| (from..=to).contains(number));
                number.map(Value::Number).ok_or_else(|| {
                    self.wrong("template-number", text)
                        .with("from", u64::from(from))
                        .with("to", u64::from(to))
                })
            }
            ParameterKind::Name => self.named(text).map(Value::Name),
            ParameterKind::Switch => match text {
                "yes" => Ok(Value::Switch(true)),
                "no" => Ok(Value::Switch(false)),
                _ => {
                    let message = self.wrong("template-switch", text);
                    Err(suggest(message, text, ["yes", "no"].into_iter()))
                }
            },
        }
    }

    fn wrong(&self, id: &'static str, value: &str) -> Message {
        Message::new(id)
            .with("parameter", self.name)
            .with("value", value)
    }

    fn networks(&self, text: &str) -> Result<Vec<IpNet>, Message> {
        let mut nets: Vec<IpNet> = Vec::new();
        for part in words(text) {
            let known = NETWORKS.iter().find(|(word, _)| *word == part);
            let own = [part];
            let parts = known.map_or(&own[..], |(_, nets)| nets);
            for part in parts {
                let net = network(part).ok_or_else(|| {
                    let message = self.wrong("template-networks", part);
                    suggest(message, part, NETWORKS.iter().map(|(word, _)| *word))
                })?;
                self.fits(part, net)?;
                if !nets.contains(&net) {
                    nets.push(net);
                }
            }
        }
        nets.sort();
        Ok(nets)
    }

    /// Refuses what is no network of that kind.
    fn fits(&self, text: &str, net: IpNet) -> Result<(), Message> {
        let least = match net {
            IpNet::V4(_) => OFFICE_LENGTH,
            IpNet::V6(_) => OFFICE_LENGTH_V6,
        };
        let public = is_public(&net);
        match self.kind {
            ParameterKind::Offices if public && net.prefix_len() < least => Err(self
                .wrong("template-network-wide", text)
                .with("least", u64::from(least))),
            ParameterKind::Inside if public => Err(self.wrong("template-network-public", text)),
            _ => Ok(()),
        }
    }

    /// Ranges stay as they are given, so that each can be a rule of its own.
    fn ports(&self, text: &str) -> Result<Vec<Interval<u16>>, Message> {
        let mut ranges: Vec<Interval<u16>> = Vec::new();
        for part in words(text) {
            let bad = || {
                let message = self.wrong("template-ports", part);
                suggest(message, part, PORTS.iter().map(|(word, _)| *word))
            };
            let known = PORTS.iter().find(|(word, _)| *word == part);
            let range = match known {
                Some((_, port)) => Interval::single(*port),
                None => {
                    let (low, high) = part.split_once('-').unwrap_or((part, part));
                    let low: u16 = low.trim().parse().map_err(|_| bad())?;
                    let high: u16 = high.trim().parse().map_err(|_| bad())?;
                    let range = Interval::new(low, high).filter(|range| range.low() > 0);
                    range.ok_or_else(bad)?
                }
            };
            if let Some(other) = ranges.iter().find(|one| one.intersect(range).is_some()) {
                let written = Message::new("template-ports-overlap")
                    .with("parameter", self.name)
                    .with("value", ports_text(&[range]))
                    .with("other", ports_text(&[*other]));
                return Err(written);
            }
            ranges.push(range);
        }
        ranges.sort();
        Ok(ranges)
    }

    fn day(&self, text: &str, today: Option<Date>) -> Result<Date, Message> {
        let day: Date = text.parse().map_err(|_| self.wrong("template-day", text))?;
        match today {
            Some(today) if day < today => Err(self
                .wrong("template-day-over", text)
                .with("today", today.to_string())),
            _ => Ok(day),
        }
    }

    /// Security groups take no other names.
    fn named(&self, text: &str) -> Result<String, Message> {
        let letters = text.chars().next().is_some_and(char::is_alphabetic);
        let plain = |one: char| one.is_alphanumeric() || matches!(one, '-' | '_' | '.');
        if letters && text.chars().all(plain) && text.chars().count() <= 64 {
            Ok(text.to_owned())
        } else {
            Err(self.wrong("template-name", text))
        }
    }
}

/// The parts of a list.
fn words(text: &str) -> impl Iterator<Item = &str> {
    let parts = text.split([',', '，', '、']).map(str::trim);
    parts.filter(|part| !part.is_empty())
}

/// A value of a kind, to be shown.
fn example(kind: ParameterKind) -> &'static str {
    match kind {
        ParameterKind::Networks | ParameterKind::Offices => "203.0.113.0/24",
        ParameterKind::Inside => "10.0.0.0/16",
        ParameterKind::Ports => "443,8000-8010",
        ParameterKind::Day => "2027-01-31",
        ParameterKind::Number { .. } => "30",
        ParameterKind::Name => "prod",
        ParameterKind::Switch => "yes",
    }
}

/// True if some address of a network is one that the Internet routes.
pub(crate) fn is_public(net: &IpNet) -> bool {
    let internet = yumen_reach::Internet::without(&[]);
    let range = yumen_reach::range_of(net);
    let mut whole = internet
        .addresses(yumen_reach::family_of(net.addr()))
        .iter();
    whole.any(|part| part.intersect(range).is_some())
}

/// Ports as a user writes them.
pub(crate) fn ports_text(ranges: &[Interval<u16>]) -> String {
    let each = ranges
        .iter()
        .map(|range| match range.low() == range.high() {
            true => range.low().to_string(),
            false => format!("{}-{}", range.low(), range.high()),
        });
    each.collect::<Vec<_>>().join(",")
}
