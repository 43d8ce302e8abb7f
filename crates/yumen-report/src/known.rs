//! What an earlier report said: which findings are not new, and how the score went.
//!
//! A finding is known by its item, the id of its resource and its packets. A moved line or a
//! renamed group changes none of these; a wider rule does.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use thiserror::Error;
use yumen_baseline::{Evidence, Finding, Part, Subject};
use yumen_cloud::{Id, Rule};
use yumen_packets::Interval;
use yumen_reach::{Protocols, join_ranges, range_of};

use crate::audit::Audit;
use crate::json::SCHEMA;
use crate::notation;

/// Findings of an earlier report.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Known {
    findings: BTreeMap<(String, String), Vec<Packets>>,
}

/// What an earlier report said in numbers.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Previous {
    /// When it was judged
    pub as_of: Option<String>,
    /// Its score
    pub score: u8,
    /// Checks that passed, and checks that were made
    pub rate: (usize, usize),
    /// Scores and rates of reports before it, oldest first: time, score, passed, made
    pub history: Vec<(String, u8, usize, usize)>,
    /// Its findings
    pub known: Known,
}

/// Packets of a finding as a report writes them.
#[derive(Clone, Debug, PartialEq)]
struct Packets {
    family: String,
    protocol: String,
    ports: Vec<(u16, u16)>,
    sources: Vec<String>,
}

/// Why an earlier report cannot be used.
#[derive(Debug, Error)]
pub enum KnownError {
    /// It is no JSON
    #[error("{0}")]
    Json(#[from] serde_json::Error),
    /// It is JSON of something else
    #[error("schema `{0}`")]
    Schema(String),
}

impl Previous {
    /// Reads a report of `--format json`.
    ///
    /// # Errors
    /// It is none.
    pub fn parse(text: &str) -> Result<Self, KnownError> {
        let report: Value = serde_json::from_str(text)?;
        let schema = report.get("schema").and_then(Value::as_str);
        let schema = schema.unwrap_or_default();
        if schema != SCHEMA {
            return Err(KnownError::Schema(schema.to_owned()));
        }
        let number = |value: Option<&Value>| {
            let number = value.and_then(Value::as_u64).unwrap_or_default();
            usize::try_from(number).unwrap_or(usize::MAX)
        };
        let at = |pointer: &str| report.pointer(pointer);
        let byte = |value| u8::try_from(number(value)).unwrap_or(100);
        let history = at("/score/history").and_then(Value::as_array);
        let history = history.into_iter().flatten().map(|one| {
            let time = one.get("as_of").and_then(Value::as_str).unwrap_or_default();
            (
                time.to_owned(),
                byte(one.get("score")),
                number(one.get("passed")),
                number(one.get("checks")),
            )
        });
        let findings = report.get("findings").and_then(Value::as_array);
        let mut known = Known::default();
        for finding in findings.into_iter().flatten() {
            known.add(finding);
        }
        Ok(Self {
            as_of: at("/snapshot/as_of")
                .and_then(Value::as_str)
                .map(str::to_owned),
            score: byte(at("/score/value")),
            rate: (number(at("/score/passed")), number(at("/score/checks"))),
            history: history.collect(),
            known,
        })
    }
}

impl Known {
    fn add(&mut self, finding: &Value) {
        let text = |name: &str| {
            let text = finding.get(name).and_then(Value::as_str);
            text.unwrap_or_default().to_owned()
        };
        let packets = finding.get("packets").and_then(Value::as_array);
        let packets = packets.into_iter().flatten().filter_map(Packets::read);
        let key = (text("item"), text("resource"));
        self.findings.entry(key).or_default().extend(packets);
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.findings.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.findings.is_empty()
    }

    /// Items and resources, in order.
    pub fn names(&self) -> impl Iterator<Item = (&str, &str)> {
        let keys = self.findings.keys();
        keys.map(|(item, resource)| (item.as_str(), resource.as_str()))
    }

    /// True if all of a finding was there.
    #[must_use]
    pub fn covers(&self, audit: &Audit, finding: &Finding) -> bool {
        let key = (finding.item.to_string(), resource(audit, &finding.subject));
        let Some(known) = self.findings.get(&key) else {
            return false;
        };
        let now = packets_of(audit, finding);
        now.iter().all(|one| one.is_within(known))
    }
}

impl Packets {
    fn read(value: &Value) -> Option<Self> {
        let text = |name: &str| Some(value.get(name)?.as_str()?.to_owned());
        let ports = value.get("ports")?.as_array()?.iter();
        let ports = ports.filter_map(|pair| {
            let end = |at: usize| u16::try_from(pair.get(at)?.as_u64()?).ok();
            Some((end(0)?, end(1)?))
        });
        let sources = value.get("sources")?.as_array()?.iter();
        let sources = sources.filter_map(|one| Some(one.as_str()?.to_owned()));
        Some(Self {
            family: text("family")?,
            protocol: text("protocol")?,
            ports: ports.collect(),
            sources: sources.collect(),
        })
    }

    fn value(&self) -> Value {
        let ports = self.ports.iter().map(|(low, high)| json!([low, high]));
        json!({
            "family": self.family,
            "protocol": self.protocol,
            "ports": ports.collect::<Vec<_>>(),
            "sources": self.sources,
        })
    }

    /// True if others hold all of these packets together, port by port.
    fn is_within(&self, others: &[Self]) -> bool {
        let same: Vec<&Self> = others
            .iter()
            .filter(|one| {
                one.family == self.family
                    && (one.protocol == self.protocol || one.protocol == "all")
            })
            .collect();
        if self.ports.is_empty() {
            return self.sources_within(&same);
        }
        self.ports.iter().all(|(low, high)| {
            let mut cuts: Vec<u32> = vec![u32::from(*low), u32::from(*high) + 1];
            for (from, to) in same.iter().flat_map(|one| &one.ports) {
                cuts.extend([u32::from(*from), u32::from(*to) + 1]);
            }
            cuts.retain(|cut| (u32::from(*low)..=u32::from(*high)).contains(cut));
            cuts.sort_unstable();
            cuts.dedup();
            cuts.iter().all(|port| {
                let at: Vec<&Self> = same
                    .iter()
                    .filter(|one| {
                        let mut ports = one.ports.iter();
                        ports.any(|(from, to)| (u32::from(*from)..=u32::from(*to)).contains(port))
                    })
                    .copied()
                    .collect();
                self.sources_within(&at)
            })
        })
    }

    fn sources_within(&self, others: &[&Self]) -> bool {
        let ranges = |sources: &mut dyn Iterator<Item = &String>| {
            let nets = sources.filter_map(|text| text.parse::<ipnet::IpNet>().ok());
            join_ranges(nets.map(|net| range_of(&net)).collect())
        };
        let known = ranges(&mut others.iter().flat_map(|one| &one.sources));
        let own = ranges(&mut self.sources.iter());
        own.iter()
            .all(|one| known.iter().any(|other| other.covers(*one)))
            && !others.is_empty()
    }
}

/// The stable name of a finding's resource.
#[must_use]
pub fn resource(audit: &Audit, subject: &Subject) -> String {
    let topology = audit.analysis.topology();
    match subject {
        Subject::Interface(index) => topology.endpoint(*index).interface.id.to_string(),
        Subject::Rule { group, rule } => rule_name(audit, group, rule),
        Subject::Instance(id)
        | Subject::Group(id)
        | Subject::VSwitch(id)
        | Subject::Vpc(id)
        | Subject::Database(id)
        | Subject::FlowLog(id) => id.to_string(),
        Subject::Listener { balancer, listener } => format!("{balancer}/{listener}"),
        Subject::Forward { gateway, entry } => format!("{gateway}/{entry}"),
        Subject::Account => {
            let account = topology.snapshot().account.as_ref();
            account.map_or_else(|| "account".to_owned(), ToString::to_string)
        }
    }
}

/// What a person calls a finding's resource: the name that its owner gave, else its id.
#[must_use]
pub fn resource_name(audit: &Audit, subject: &Subject) -> String {
    let topology = audit.analysis.topology();
    let snapshot = topology.snapshot();
    let named = |name: Option<&String>, id: &Id| {
        name.filter(|name| !name.is_empty())
            .map_or_else(|| id.to_string(), Clone::clone)
    };
    match subject {
        Subject::Interface(index) => crate::describe::machine(topology, *index),
        Subject::Instance(id) => named(snapshot.instances.get(id).map(|one| &one.name), id),
        Subject::Group(id) => named(snapshot.groups.get(id).map(|one| &one.name), id),
        Subject::Rule { group, rule } => {
            let name = named(snapshot.groups.get(group).map(|one| &one.name), group);
            format!("{name} · {rule}")
        }
        Subject::VSwitch(id) => named(snapshot.vswitches.get(id).map(|one| &one.name), id),
        Subject::Vpc(id) => named(snapshot.vpcs.get(id).map(|one| &one.name), id),
        Subject::Listener { balancer, listener } => {
            let name = named(
                snapshot.balancers.get(balancer).map(|one| &one.name),
                balancer,
            );
            format!("{name} · {listener}")
        }
        Subject::Forward { gateway, entry } => {
            let name = named(
                snapshot.nat_gateways.get(gateway).map(|one| &one.name),
                gateway,
            );
            format!("{name} · {entry}")
        }
        Subject::Database(id) | Subject::FlowLog(id) => id.to_string(),
        Subject::Account => resource(audit, subject),
    }
}

/// A rule by its id; where the provider gave none, by what it says, since its position moves.
fn rule_name(audit: &Audit, group: &Id, rule: &Id) -> String {
    if !rule.as_str().starts_with(group.as_str()) {
        return rule.to_string();
    }
    let snapshot = audit.analysis.topology().snapshot();
    let found = snapshot.groups.get(group);
    let found = found.and_then(|group| group.rules.iter().find(|one| one.id == *rule));
    match found {
        Some(found) => format!("{group}/{}", in_short(found)),
        None => rule.to_string(),
    }
}

fn in_short(rule: &Rule) -> String {
    let Rule {
        direction,
        action,
        priority,
        protocol,
        ports,
        peer,
        ..
    } = rule;
    format!("{direction:?} {action:?} {priority} {protocol:?} {ports:?} {peer:?}")
}

/// The packets of a finding as JSON.
#[must_use]
pub fn packets(audit: &Audit, finding: &Finding) -> Vec<Value> {
    let packets = packets_of(audit, finding);
    packets.iter().map(Packets::value).collect()
}

fn packets_of(audit: &Audit, finding: &Finding) -> Vec<Packets> {
    match &finding.evidence {
        Evidence::Exposed(parts) => parts
            .iter()
            .filter_map(|part| of_part(audit, part))
            .collect(),
        Evidence::Between { packets, .. } | Evidence::Permitted { packets, .. } => {
            let boxes = packets.plain_boxes();
            let listed = yumen_reach::slices(&boxes, yumen_cloud::Direction::Ingress);
            listed
                .into_iter()
                .map(|slice| Packets {
                    family: slice.family.to_string(),
                    protocol: slice.protocols.word(),
                    ports: pairs(&slice.ports),
                    sources: slice
                        .peers
                        .iter()
                        .flat_map(|range| yumen_packets::cidrs_of(slice.family, *range))
                        .map(|(address, length)| format!("{address}/{length}"))
                        .collect(),
                })
                .collect()
        }
        Evidence::Fact => Vec::new(),
    }
}

fn of_part(audit: &Audit, part: &Part) -> Option<Packets> {
    let exposure = audit.exposures.get(part.exposure)?;
    let topology = audit.analysis.topology();
    let slice = &exposure.row.slice;
    let endpoint = topology.endpoint(exposure.interface);
    let internet = topology.internet_of(endpoint.interface.vpc.as_ref());
    let mut sources = notation::networks(internet, slice.family, &slice.peers);
    if !part.without.is_empty() {
        let rest = internet.less(&part.without);
        let left: Vec<Interval<u128>> = slice
            .peers
            .iter()
            .flat_map(|peer| {
                let addresses = rest.addresses(slice.family).iter();
                addresses.filter_map(move |range| range.intersect(*peer))
            })
            .collect();
        sources = notation::networks(internet, slice.family, &join_ranges(left));
    }
    Some(Packets {
        family: slice.family.to_string(),
        protocol: match &part.protocols {
            Protocols::Portless(_) => "other".to_owned(),
            protocols => protocols.word(),
        },
        ports: pairs(&part.ports),
        sources,
    })
}

fn pairs(ports: &[Interval<u16>]) -> Vec<(u16, u16)> {
    ports.iter().map(|one| (one.low(), one.high())).collect()
}
