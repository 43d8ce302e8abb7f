//! What a change does: packets, findings, score, and the class that follows from them.
//!
//! Everything is decided on the two judged estates, before and after; the text of an edit decides
//! nothing.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use yumen_baseline::{
    EnvironmentKind, Estate, IntentOutcome, ItemId, Judgement, Mode, Status, Subject,
};
use yumen_cloud::Interface;
use yumen_packets::{Error, Family, PacketBox, PacketSet};
use yumen_reach::{Delta, EndpointIndex, Topology, family_of, range_of};

use crate::class::Class;

/// A judged estate.
#[derive(Clone, Copy)]
pub struct Side<'a> {
    /// What was found and declared
    pub estate: &'a Estate<'a>,
    /// What the items say
    pub judgement: &'a Judgement,
    /// What the user's own rules say
    pub intents: &'a [IntentOutcome],
    /// The score, from 1 to 100
    pub score: u8,
    /// The score before it is held within 1 and 100
    pub unclamped: f64,
}

/// What a change does.
#[derive(Clone, Debug, PartialEq)]
pub struct Effect {
    /// Packets, interface by interface
    pub delta: Delta,
    /// The class
    pub class: Class,
    /// The score before and after
    pub score: (u8, u8),
    /// The same before it is held within 1 and 100, in hundredths
    pub hundredths: (i64, i64),
    /// Findings that are new or heavier, in the order of items
    pub found: Vec<FindingName>,
    /// Findings that are gone, in the order of items
    pub solved: Vec<FindingName>,
    /// Those of `found` whose items nobody may break without a waiver
    pub forbidden: Vec<FindingName>,
    /// `always` rules of the user that held and would not: what they say
    pub cut: Vec<String>,
    /// Environments of the interfaces that the change concerns
    pub environments: BTreeSet<EnvironmentKind>,
    /// Zones that packets may enter which could not before, as `zone:NAME`
    pub entered: BTreeSet<String>,
}

/// A finding by what it is about, the same before and after a change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingName {
    /// The item
    pub item: ItemId,
    /// Id of the resource
    pub resource: String,
}

impl Effect {
    /// Compares an estate before and after a change; `mandatory` are the items that nobody may
    /// break without a waiver.
    ///
    /// # Errors
    /// The rules are so entangled that the budget of the packet sets ends first.
    pub fn new(
        before: Side<'_>,
        after: Side<'_>,
        mandatory: &BTreeSet<ItemId>,
    ) -> Result<Self, Error> {
        let (old, new) = (before.estate.found, after.estate.found);
        let delta = Delta::between((old.analysis, old.exposures), (new.analysis, new.exposures))?;
        let (old, new) = (loads(before), loads(after));
        let heavier = |(name, load): &(&FindingName, &f64)| {
            old.get(name).is_none_or(|earlier| **load > earlier + LEAST)
        };
        let found: Vec<FindingName> = new
            .iter()
            .filter(heavier)
            .map(|(name, _)| name.clone())
            .collect();
        let solved = old.keys().filter(|name| !new.contains_key(*name));
        let forbidden: Vec<FindingName> = found
            .iter()
            .filter(|name| mandatory.contains(&name.item))
            .cloned()
            .collect();
        let concerned = concerned(&delta, after.estate);
        let environments = concerned
            .iter()
            .map(|index| after.estate.environment(*index))
            // What nobody declared counts as production.
            .map(|kind| kind.unwrap_or(EnvironmentKind::Production))
            .collect();
        Ok(Self {
            class: class(&delta, after.estate, !forbidden.is_empty())?,
            score: (before.score, after.score),
            hundredths: (hundredths(before.unclamped), hundredths(after.unclamped)),
            solved: solved.cloned().collect(),
            cut: cut(before, after),
            entered: entered(&delta, after.estate),
            environments,
            found,
            forbidden,
            delta,
        })
    }

    /// Interfaces whose packets change.
    #[must_use]
    pub fn interfaces(&self) -> usize {
        self.delta.interfaces.len()
    }
}

#[expect(
    clippy::cast_possible_truncation,
    reason = "a score is far within the range of whole numbers"
)]
fn hundredths(score: f64) -> i64 {
    (score * 100.0).round() as i64
}

/// Loads are sums of floating-point numbers: what differs by less is the same.
const LEAST: f64 = 1e-9;

/// How heavy each finding weighs.
fn loads(side: Side<'_>) -> BTreeMap<FindingName, f64> {
    let topology = side.estate.topology();
    let mut loads = BTreeMap::new();
    for finding in side.judgement.findings() {
        // What is only possible for want of reading is no reason to call a change forbidden.
        if finding.status == Status::Unknown {
            continue;
        }
        let name = FindingName {
            item: finding.item,
            resource: resource(topology, &finding.subject),
        };
        *loads.entry(name).or_insert(0.0) += finding.load;
    }
    loads
}

/// The id of what a finding is about.
fn resource(topology: &Topology, subject: &Subject) -> String {
    match subject {
        Subject::Interface(index) => topology.endpoint(*index).interface.id.to_string(),
        Subject::Instance(id)
        | Subject::Group(id)
        | Subject::VSwitch(id)
        | Subject::Vpc(id)
        | Subject::Database(id)
        | Subject::FlowLog(id) => id.to_string(),
        // A rule gets a new id when it is made again; its group does not.
        Subject::Rule { group, .. } => group.to_string(),
        Subject::Listener { balancer, listener } => format!("{balancer}/{listener}"),
        Subject::Forward { gateway, entry } => format!("{gateway}/{entry}"),
        Subject::Account => String::new(),
    }
}

fn class(delta: &Delta, after: &Estate<'_>, forbidden: bool) -> Result<Class, Error> {
    if forbidden {
        return Ok(Class::Forbidden);
    }
    let outside = to_internet(after.topology())?;
    let mut class = if delta.is_empty() {
        Class::Neutral
    } else {
        Class::Tightening
    };
    for one in &delta.interfaces {
        let leaves = one.egress_opened.intersects(&outside)?;
        if !one.internet_opened.is_empty() || leaves {
            return Ok(Class::WideningInternet);
        }
        if !one.ingress_opened.is_empty() || !one.egress_opened.is_empty() {
            class = Class::WideningInside;
        }
    }
    Ok(class)
}

/// The interfaces that a delta speaks of, as far as they still exist.
fn concerned(delta: &Delta, estate: &Estate<'_>) -> Vec<EndpointIndex> {
    let topology = estate.topology();
    let ids = delta.interfaces.iter().map(|one| one.interface.as_str());
    ids.filter_map(|id| topology.find_interface(id)).collect()
}

/// `always` rules that held before and do not after.
fn cut(before: Side<'_>, after: Side<'_>) -> Vec<String> {
    let broken = |side: Side<'_>| -> BTreeSet<String> {
        let always = side
            .intents
            .iter()
            .filter(|outcome| outcome.intent.mode == Mode::Always);
        let violated = always.filter(|outcome| !outcome.violations.is_empty());
        violated
            .map(|outcome| outcome.intent.text.clone())
            .collect()
    };
    let earlier = broken(before);
    broken(after)
        .into_iter()
        .filter(|text| !earlier.contains(text))
        .collect()
}

/// Zones in which packets from elsewhere arrive that did not before.
fn entered(delta: &Delta, estate: &Estate<'_>) -> BTreeSet<String> {
    let topology = estate.topology();
    let mut entered = BTreeSet::new();
    for one in &delta.interfaces {
        let Some(index) = topology.find_interface(one.interface.as_str()) else {
            continue;
        };
        let Some(zone) = estate.zone(index) else {
            continue;
        };
        let neighbours: Vec<PacketBox> = estate
            .interfaces()
            .filter(|(index, _)| estate.zone(*index) == Some(zone))
            .flat_map(|(_, endpoint)| addresses(&endpoint.interface))
            .map(from_address)
            .collect();
        let known = PacketSet::from_boxes(&neighbours);
        let opened = known.and_then(|known| one.ingress_opened.difference(&known));
        // What cannot be computed is not called harmless.
        let is_entered = opened.map_or(true, |opened| !opened.is_empty());
        if is_entered && let Some(zone) = estate.settings.zones.get(zone) {
            entered.insert(format!("zone:{}", zone.name));
        }
    }
    entered
}

fn addresses(interface: &Interface) -> impl Iterator<Item = IpAddr> + '_ {
    let v4 = interface.private.iter().map(|one| IpAddr::V4(one.address));
    let v6 = interface.ipv6.iter().map(|one| IpAddr::V6(one.address));
    v4.chain(v6)
}

fn from_address(address: IpAddr) -> PacketBox {
    PacketBox {
        source: range_of(&address.into()),
        ..PacketBox::all(family_of(address))
    }
}

/// All packets to the Internet.
fn to_internet(topology: &Topology) -> Result<PacketSet, Error> {
    let mut boxes = Vec::new();
    for family in [Family::V4, Family::V6] {
        for range in topology.internet().addresses(family) {
            boxes.push(PacketBox {
                destination: *range,
                ..PacketBox::all(family)
            });
        }
    }
    PacketSet::from_boxes(&boxes)
}
