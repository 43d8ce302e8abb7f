//! What the map shows: one node for interfaces with the same policy and exposure, the ways in,
//! and what leads on to data and management.

use std::collections::{BTreeMap, BTreeSet};

use yumen_baseline::{EnvironmentKind, Estate, Evidence, RoleKind};
use yumen_cloud::{Direction, Id};
use yumen_diagnostics::Message;
use yumen_packets::Interval;
use yumen_reach::{
    Breadth, EndpointIndex, Exposure, PathKind, Protocols, Slice, Verdict, join_ports, services_of,
    slices,
};

use crate::audit::{Service, client_ports};
use crate::describe;
use crate::report::Report;
use crate::words::Words;

/// Nodes at most, folded ones included: beyond this no map is read.
pub(crate) const MOST_NODES: usize = 60;

/// Arrows inside the network at most, those that run together counted once; the rest is counted.
const MOST_INSIDE: usize = 40;

/// A column of the map, left to right.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Lane {
    Internet,
    Edge,
    Application,
    Data,
    Management,
}

impl Lane {
    pub(crate) const ALL: [Self; 5] = [
        Self::Internet,
        Self::Edge,
        Self::Application,
        Self::Data,
        Self::Management,
    ];

    /// Id of its heading.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Internet => "map-lane-internet",
            Self::Edge => "map-lane-edge",
            Self::Application => "map-lane-application",
            Self::Data => "map-lane-data",
            Self::Management => "map-lane-management",
        }
    }
}

/// Production above the line, test below.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Band {
    Production,
    Test,
}

impl Band {
    /// Id of its heading.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Production => "map-band-production",
            Self::Test => "map-band-test",
        }
    }
}

/// What is true of a node or of an arrow.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum State {
    /// Nothing from the Internet arrives
    Closed,
    /// Within the network
    Inside,
    /// Open, and nothing is wrong with it
    Declared,
    /// Open by the rules without a way in
    Latent,
    /// Not known
    Unknown,
    /// Open, with a finding
    Open,
}

impl State {
    /// Class of its colour, and the end of its text id.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Inside => "inside",
            Self::Declared => "declared",
            Self::Latent => "latent",
            Self::Unknown => "unknown",
            Self::Open => "open",
        }
    }

    /// Its shape beside the word.
    pub(crate) fn shape(self) -> &'static str {
        match self {
            Self::Closed => "○",
            Self::Inside => "→",
            Self::Declared | Self::Open => "●",
            Self::Latent => "◐",
            Self::Unknown => "?",
        }
    }

    /// Id of its text.
    pub(crate) fn text(self) -> &'static str {
        match self {
            Self::Closed => "verdict-closed",
            Self::Inside => "map-inside",
            Self::Declared => "map-declared",
            Self::Latent => "verdict-latent",
            Self::Unknown => "verdict-unknown",
            Self::Open => "verdict-open",
        }
    }
}

/// A box of the map.
#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) lane: Lane,
    pub(crate) band: Band,
    /// What it is called
    pub(crate) name: String,
    /// Groups, or what kind of edge it is
    pub(crate) detail: String,
    /// How many interfaces, or ways in
    pub(crate) count: usize,
    pub(crate) state: State,
    /// The interfaces, of which those of an edge are none
    pub(crate) members: Vec<EndpointIndex>,
    /// True if it stands for nodes that found no room
    pub(crate) folded: bool,
}

/// A line of the map.
#[derive(Clone, Debug)]
pub(crate) struct Arrow {
    pub(crate) from: usize,
    pub(crate) to: usize,
    pub(crate) state: State,
    pub(crate) services: Vec<Service>,
    pub(crate) breadth: Breadth,
}

/// The whole map.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map {
    pub(crate) nodes: Vec<Node>,
    pub(crate) arrows: Vec<Arrow>,
    /// Nodes that found no room
    pub(crate) folded: usize,
    /// Arrows inside the network that are not drawn
    pub(crate) left_out: usize,
}

/// What interfaces of one node have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Key {
    band: Band,
    lane: Lane,
    groups: Vec<Id>,
    exposure: Vec<(State, Way, Vec<Service>, Breadth)>,
    latent: bool,
}

/// Where something comes in.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Way {
    /// Known not to be: only what was not read could bring it
    Unread,
    Address,
    Ipv6,
    Gateway(Id),
    Balancer(Id),
}

/// An exposure as the map needs it.
struct Inward {
    state: State,
    way: Way,
    inside: Vec<Service>,
    outside: Vec<Service>,
    breadth: Breadth,
}

/// Builds the map of a report.
pub(crate) fn map(report: &Report, words: &Words) -> Map {
    let estate = report.estate();
    let found = found(report);
    let mut inward: BTreeMap<EndpointIndex, Vec<Inward>> = BTreeMap::new();
    let mut latent: BTreeSet<EndpointIndex> = BTreeSet::new();
    for (position, exposure) in report.audit.exposures.iter().enumerate() {
        if exposure.direction != Direction::Ingress {
            continue;
        }
        match exposure.verdict {
            Verdict::Open | Verdict::Unknown => {
                let own = inward.entry(exposure.interface).or_default();
                own.extend(split(report, exposure, found.get(&position)));
            }
            Verdict::Latent if exposure.row.breadth > Breadth::Named => {
                latent.insert(exposure.interface);
            }
            Verdict::Latent | Verdict::Closed => {}
        }
    }
    let mut groups: BTreeMap<Key, Vec<EndpointIndex>> = BTreeMap::new();
    for (index, endpoint) in estate.interfaces() {
        let own = inward.get(&index).map(Vec::as_slice).unwrap_or_default();
        let mut exposure: Vec<_> = own
            .iter()
            .map(|one| (one.state, one.way.clone(), one.inside.clone(), one.breadth))
            .collect();
        exposure.sort();
        exposure.dedup();
        let key = Key {
            band: band(&estate, index),
            lane: lane(&estate, index),
            groups: endpoint.interface.groups.clone(),
            exposure,
            latent: latent.contains(&index),
        };
        groups.entry(key).or_default().push(index);
    }
    let mut drawing = Drawing {
        report,
        words,
        map: Map::default(),
        ways: BTreeMap::new(),
        joined: BTreeMap::new(),
    };
    drawing.map.nodes.push(Node {
        lane: Lane::Internet,
        band: Band::Production,
        name: words.text("map-lane-internet"),
        detail: String::new(),
        count: 0,
        state: State::Inside,
        members: Vec::new(),
        folded: false,
    });
    for (key, members) in groups {
        drawing.machines(&key, members, &inward);
    }
    drawing.inside();
    drawing.finish()
}

/// Ports that are part of a finding, by exposure.
fn found(report: &Report) -> BTreeMap<usize, Vec<Service>> {
    let mut found: BTreeMap<usize, Vec<_>> = BTreeMap::new();
    for (_, finding) in report.findings() {
        if let Evidence::Exposed(parts) = &finding.evidence {
            for part in parts {
                let own = found.entry(part.exposure).or_default();
                own.push(service(&part.protocols, part.ports.clone()));
            }
        }
    }
    found
}

/// An exposure in what is part of a finding and what is not.
fn split(report: &Report, exposure: &Exposure, found: Option<&Vec<Service>>) -> Vec<Inward> {
    let topology = report.topology();
    let slice = &exposure.row.slice;
    let path = exposure.path(topology);
    let way = match path.map(|path| &path.kind) {
        None => Way::Unread,
        Some(PathKind::PublicAddress { .. }) => Way::Address,
        Some(PathKind::Ipv6Bandwidth) => Way::Ipv6,
        Some(PathKind::Forward { gateway, .. }) => Way::Gateway(gateway.clone()),
        Some(PathKind::Listener { balancer, .. }) => Way::Balancer(balancer.clone()),
    };
    let translated = path.is_some_and(|path| path.entry.ports.is_some());
    let outside = client_ports(topology, exposure);
    let wrong = found.map(Vec::as_slice).unwrap_or_default();
    let all = wrong.iter().flat_map(|one| &one.ports).copied();
    let wrong_ports = join_ports(all.collect());
    let inward = |state, inside: Vec<Interval<u16>>, seen: Vec<Interval<u16>>| Inward {
        state,
        way: way.clone(),
        inside: vec![service(&slice.protocols, inside)],
        outside: vec![service(&slice.protocols, seen)],
        breadth: exposure.row.breadth,
    };
    let state = match exposure.verdict {
        Verdict::Open if wrong.is_empty() => State::Declared,
        Verdict::Open => State::Open,
        _ => State::Unknown,
    };
    let rest = less(&slice.ports, &wrong_ports);
    if state != State::Open || slice.ports.is_empty() || translated || rest.is_empty() {
        return vec![inward(state, slice.ports.clone(), outside)];
    }
    let bad = less(&slice.ports, &rest);
    vec![
        inward(State::Open, bad.clone(), bad),
        inward(State::Declared, rest.clone(), rest),
    ]
}

fn service(protocols: &Protocols, ports: Vec<Interval<u16>>) -> Service {
    Service {
        protocols: protocols.clone(),
        ports,
    }
}

/// Ports without others; both sorted and disjoint.
fn less(ports: &[Interval<u16>], others: &[Interval<u16>]) -> Vec<Interval<u16>> {
    let mut rest = Vec::new();
    for range in ports {
        let mut from = u32::from(range.low());
        let end = u32::from(range.high());
        for other in others {
            let (low, high) = (u32::from(other.low()), u32::from(other.high()));
            if high < from || low > end {
                continue;
            }
            if low > from {
                rest.extend(interval(from, low - 1));
            }
            from = high + 1;
        }
        if from <= end {
            rest.extend(interval(from, end));
        }
    }
    rest
}

fn interval(low: u32, high: u32) -> Option<Interval<u16>> {
    Interval::new(u16::try_from(low).ok()?, u16::try_from(high).ok()?)
}

fn band(estate: &Estate<'_>, index: EndpointIndex) -> Band {
    match estate.environment(index) {
        Some(EnvironmentKind::Test) => Band::Test,
        Some(EnvironmentKind::Production) | None => Band::Production,
    }
}

fn lane(estate: &Estate<'_>, index: EndpointIndex) -> Lane {
    let plays = |kind| estate.plays(index, kind);
    if plays(RoleKind::Data) {
        Lane::Data
    } else if plays(RoleKind::Management) || plays(RoleKind::Bastion) {
        Lane::Management
    } else {
        Lane::Application
    }
}

/// Adds the services of one list to another, protocol by protocol.
fn add_services(all: &mut Vec<Service>, more: &[Service]) {
    for one in more {
        match all.iter_mut().find(|own| own.protocols == one.protocols) {
            Some(own) => {
                let both = own.ports.iter().chain(&one.ports).copied();
                own.ports = join_ports(both.collect());
            }
            None => all.push(one.clone()),
        }
    }
    all.sort();
}

/// A map in the making.
struct Drawing<'a> {
    report: &'a Report,
    words: &'a Words,
    map: Map,
    ways: BTreeMap<(Way, Band), usize>,
    joined: BTreeMap<(usize, usize, State), usize>,
}

impl Drawing<'_> {
    /// A node for interfaces, with the ways to it.
    fn machines(
        &mut self,
        key: &Key,
        members: Vec<EndpointIndex>,
        inward: &BTreeMap<EndpointIndex, Vec<Inward>>,
    ) {
        let worst = key.exposure.iter().map(|(state, ..)| *state).max();
        let state = match worst {
            Some(state) if state > State::Latent || !key.latent => state,
            _ if key.latent => State::Latent,
            _ => State::Closed,
        };
        let number = self.map.nodes.len();
        let (name, detail) = (self.name(&members), self.groups(&key.groups));
        let first = members.first().copied();
        self.map.nodes.push(Node {
            lane: key.lane,
            band: key.band,
            name,
            detail,
            count: members.len(),
            state,
            members,
            folded: false,
        });
        let own = first.and_then(|first| inward.get(&first));
        for one in own.into_iter().flatten() {
            if one.way == Way::Unread {
                self.join(0, number, one.state, &one.inside, one.breadth);
            } else {
                let edge = self.edge(&one.way, key.band);
                self.join(0, edge, one.state, &one.outside, one.breadth);
                self.join(edge, number, one.state, &one.inside, one.breadth);
            }
        }
    }

    /// The node of a way in.
    fn edge(&mut self, way: &Way, band: Band) -> usize {
        // A gateway or a balancer is one thing, whomever it serves.
        let named = match way {
            Way::Gateway(_) | Way::Balancer(_) => [Band::Production, Band::Test]
                .into_iter()
                .find_map(|band| self.ways.get(&(way.clone(), band))),
            _ => self.ways.get(&(way.clone(), band)),
        };
        if let Some(known) = named {
            return *known;
        }
        let snapshot = self.report.topology().snapshot();
        let or_id = |name: Option<&String>, id: &Id| {
            let name = name.filter(|name| !name.is_empty());
            name.cloned().unwrap_or_else(|| id.to_string())
        };
        let (name, detail) = match way {
            Way::Address | Way::Unread => (
                self.words.text("map-public-addresses"),
                self.words.text("map-public-addresses-detail"),
            ),
            Way::Ipv6 => (
                self.words.text("map-ipv6"),
                self.words.text("map-ipv6-detail"),
            ),
            Way::Gateway(id) => (
                or_id(snapshot.nat_gateways.get(id).map(|one| &one.name), id),
                self.words.text("map-gateway"),
            ),
            Way::Balancer(id) => (
                or_id(snapshot.balancers.get(id).map(|one| &one.name), id),
                self.words.text("map-balancer"),
            ),
        };
        let number = self.map.nodes.len();
        self.map.nodes.push(Node {
            lane: Lane::Edge,
            band,
            name,
            detail,
            count: 0,
            state: State::Closed,
            members: Vec::new(),
            folded: false,
        });
        self.ways.insert((way.clone(), band), number);
        number
    }

    fn join(
        &mut self,
        from: usize,
        to: usize,
        state: State,
        services: &[Service],
        breadth: Breadth,
    ) {
        let arrows = &mut self.map.arrows;
        let position = *self.joined.entry((from, to, state)).or_insert_with(|| {
            arrows.push(Arrow {
                from,
                to,
                state,
                services: Vec::new(),
                breadth,
            });
            arrows.len() - 1
        });
        if let Some(arrow) = arrows.get_mut(position) {
            add_services(&mut arrow.services, services);
            arrow.breadth = arrow.breadth.max(breadth);
        }
    }

    /// What leads on from machines that the Internet reaches to data and management, and from
    /// test to production.
    fn inside(&mut self) {
        let Some(lateral) = &self.report.audit.lateral else {
            return;
        };
        let classes = self.report.audit.analysis.classes();
        let mut nodes_of: BTreeMap<EndpointIndex, usize> = BTreeMap::new();
        for (number, node) in self.map.nodes.iter().enumerate() {
            nodes_of.extend(node.members.iter().map(|member| (*member, number)));
        }
        let of_class = |class| -> BTreeSet<usize> {
            let members = classes.class(class).members.iter();
            members
                .filter_map(|member| nodes_of.get(member).copied())
                .collect()
        };
        let mut found: BTreeMap<(usize, usize), Vec<Service>> = BTreeMap::new();
        for pair in &lateral.pairs {
            let (sources, targets) = (of_class(pair.source), of_class(pair.destination));
            let each = sources
                .iter()
                .flat_map(|from| targets.iter().map(move |to| (*from, *to)));
            let each: Vec<(usize, usize)> = each
                .filter(|(from, to)| self.is_telling(*from, *to))
                .collect();
            if each.is_empty() {
                continue;
            }
            let services = services(&slices(&services_of(&pair.packets), Direction::Ingress));
            for ends in each {
                add_services(found.entry(ends).or_default(), &services);
            }
        }
        let mut found: Vec<_> = found.into_iter().collect();
        found.sort_by_key(|((from, to), services)| {
            let worst = self.map.nodes.get(*from).map(|node| node.state);
            (std::cmp::Reverse((worst, port_count(services))), *from, *to)
        });
        let mut bundles: BTreeSet<(usize, Vec<Service>)> = BTreeSet::new();
        for ((from, to), services) in found {
            let bundle = (to, services.clone());
            if bundles.len() >= MOST_INSIDE && !bundles.contains(&bundle) {
                self.map.left_out += 1;
                continue;
            }
            bundles.insert(bundle);
            let breadth = if port_count(&services) >= 1_024 {
                Breadth::World
            } else {
                Breadth::Named
            };
            self.join(from, to, State::Inside, &services, breadth);
        }
    }

    /// True for what an intruder would do next: on to the right, or up from test to production.
    fn is_telling(&self, from: usize, to: usize) -> bool {
        let ends = self.map.nodes.get(from).zip(self.map.nodes.get(to));
        ends.is_some_and(|(from, to)| {
            let reached = matches!(from.state, State::Open | State::Declared | State::Unknown);
            let on = to.lane > from.lane;
            let up = from.band == Band::Test && to.band == Band::Production;
            on && (reached || up)
        })
    }

    /// Names of machines in one: what they have in common.
    fn name(&self, members: &[EndpointIndex]) -> String {
        let topology = self.report.topology();
        let names = members.iter().map(|one| describe::machine(topology, *one));
        let names: BTreeSet<String> = names.collect();
        let Some(first) = names.first() else {
            return String::new();
        };
        if names.len() == 1 {
            return first.clone();
        }
        let shared = names.iter().fold(first.as_str(), |shared, name| {
            let same = shared.char_indices().zip(name.chars());
            let differs = same.clone().find(|((_, one), other)| one != other);
            let end = match differs {
                Some(((at, _), _)) => at,
                None => shared.len().min(name.len()),
            };
            shared.get(..end).unwrap_or_default()
        });
        if shared.chars().count() < 3 {
            let more = Message::new("map-and-others").with("name", first.as_str());
            return self.words.say(&more.with("count", names.len() - 1));
        }
        let shared = shared.trim_end_matches(|one: char| one.is_ascii_digit());
        format!("{shared}*")
    }

    fn groups(&self, groups: &[Id]) -> String {
        let snapshot = self.report.topology().snapshot();
        let name = |id: &Id| {
            let group = snapshot.groups.get(id);
            let name = group.map(|group| group.name.clone());
            name.filter(|name| !name.is_empty())
                .unwrap_or_else(|| id.to_string())
        };
        let names: Vec<String> = groups.iter().map(name).collect();
        self.words.list(&names)
    }

    /// Edges take the state of what goes through them; what finds no room is folded.
    fn finish(mut self) -> Map {
        for arrow in &self.map.arrows {
            if let Some(node) = self.map.nodes.get_mut(arrow.to)
                && node.lane == Lane::Edge
            {
                node.state = node.state.max(arrow.state);
            }
        }
        fold(self.map, self.words)
    }
}

fn port_count(services: &[Service]) -> u32 {
    let ports = services.iter().flat_map(|one| &one.ports);
    ports
        .map(|range| u32::from(range.high() - range.low()) + 1)
        .sum()
}

fn services(slices: &[Slice]) -> Vec<Service> {
    let mut services = Vec::new();
    for slice in slices {
        let one = service(&slice.protocols, slice.ports.clone());
        add_services(&mut services, &[one]);
    }
    services
}

/// Puts the least telling nodes of each lane into one, if there are too many.
fn fold(map: Map, words: &Words) -> Map {
    if map.nodes.len() <= MOST_NODES {
        return map;
    }
    // One box for what is closed and one for the rest, in each lane above and below the line.
    let room = MOST_NODES - 4 * (Lane::ALL.len() - 1);
    let mut order: Vec<usize> = (0..map.nodes.len()).collect();
    order.sort_by_key(|number| {
        let node = map.nodes.get(*number);
        let rank = node.map(|node| (node.lane == Lane::Internet, node.state, node.count));
        (std::cmp::Reverse(rank), *number)
    });
    let mut kept: Vec<usize> = order.iter().take(room).copied().collect();
    kept.sort_unstable();
    let mut moved: BTreeMap<usize, usize> = BTreeMap::new();
    let mut nodes = Vec::new();
    for number in &kept {
        moved.insert(*number, nodes.len());
        nodes.extend(map.nodes.get(*number).cloned());
    }
    let mut folds: BTreeMap<(Lane, Band, bool), usize> = BTreeMap::new();
    let mut folded = 0;
    for (number, node) in map.nodes.iter().enumerate() {
        if moved.contains_key(&number) {
            continue;
        }
        folded += 1;
        let key = (node.lane, node.band, node.state == State::Closed);
        let fold = *folds.entry(key).or_insert_with(|| {
            nodes.push(Node {
                name: String::new(),
                detail: words.text("map-folded"),
                count: 0,
                state: State::Closed,
                members: Vec::new(),
                folded: true,
                ..node.clone()
            });
            nodes.len() - 1
        });
        moved.insert(number, fold);
        if let Some(fold) = nodes.get_mut(fold) {
            fold.count += node.count.max(1);
            fold.state = fold.state.max(node.state);
            fold.members.extend(&node.members);
            fold.name = format!("+{}", fold.count);
        }
    }
    let mut arrows: BTreeMap<(usize, usize, State), Arrow> = BTreeMap::new();
    for arrow in map.arrows {
        let ends = moved.get(&arrow.from).zip(moved.get(&arrow.to));
        let Some((from, to)) = ends else { continue };
        let joined = arrows
            .entry((*from, *to, arrow.state))
            .or_insert_with(|| Arrow {
                from: *from,
                to: *to,
                services: Vec::new(),
                ..arrow.clone()
            });
        add_services(&mut joined.services, &arrow.services);
        joined.breadth = joined.breadth.max(arrow.breadth);
    }
    Map {
        nodes,
        arrows: arrows.into_values().collect(),
        folded,
        left_out: map.left_out,
    }
}
