//! Roles: by tags, then names, then what groups let in, then listeners, then what the Internet
//! reaches; bastions by who is let in for management. What contradicts a tag is written down as a
//! question.

use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;

use yumen_cloud::{Direction, Id, ListenerProtocol, Peer};
use yumen_diagnostics::Message;
use yumen_packets::Interval;
use yumen_reach::{Breadth, EndpointIndex, Exposure, PathKind, Protocols, Topology, Verdict};

use crate::selector::Selector;
use crate::settings::RoleKind;

use super::ground::{Chooser, Ground, machine, name};
use super::groups::{self, LetsIn};
use super::words::{self, Key};
use super::{Confidence, GuessedMembers, Sorted};

/// A network or group of more machines is no bastion.
const FEW_MACHINES: usize = 8;

/// Who manages fewer machines is hardly a bastion.
const MANAGED_AT_LEAST: usize = 3;

/// A rule for so few ports is meant for them.
const FEW_PORTS: u32 = 16;

/// Lines of machines that the Internet reaches: a page says so even where no role does.
const EXPOSED: usize = 20;

pub(super) struct Roles<'g, 'a> {
    ground: &'g Ground<'a>,
    pub(super) sorted: Sorted<RoleKind>,
    /// What tags say, by position
    tagged: Vec<Option<RoleKind>>,
    /// What is known so far, by position
    pub(super) of: Vec<Option<RoleKind>>,
}

pub(super) fn roles<'g, 'a>(ground: &'g Ground<'a>) -> Roles<'g, 'a> {
    let none = vec![None; ground.topology.endpoints().len()];
    let mut roles = Roles {
        ground,
        sorted: Sorted::default(),
        tagged: none.clone(),
        of: none,
    };
    let lets_in = groups::lets_in(ground.topology.snapshot());
    roles.by_tag();
    roles.by_name();
    roles.by_rules(&lets_in);
    roles.by_listener();
    roles.by_exposure();
    roles.bastions();
    roles.against_tags();
    roles.besides(&lets_in);
    roles
}

impl<'a> Roles<'_, 'a> {
    fn get(&self, of: &[Option<RoleKind>], index: EndpointIndex) -> Option<RoleKind> {
        of.get(self.ground.position(index)).copied().flatten()
    }

    fn add(&mut self, kind: RoleKind, guess: GuessedMembers) {
        if guess.confidence == Confidence::Firm {
            for index in &guess.members {
                if let Some(slot) = self.of.get_mut(self.ground.position(*index)) {
                    slot.get_or_insert(kind);
                }
            }
        }
        self.sorted.add(kind, guess);
    }

    /// What a name says, as far as names are asked: of bastions more is asked.
    fn named(&self, index: EndpointIndex) -> Option<words::Found<RoleKind>> {
        words::role(name(self.ground.topology.endpoint(index)), true)
    }

    fn by_tag(&mut self) {
        let ground = self.ground;
        let tags = ground
            .tags
            .iter()
            .filter(|((key, _), _)| words::key(key) == Some(Key::Role));
        let mut lines = Vec::new();
        for ((key, value), members) in tags {
            let Some(found) = words::role(value, false) else {
                continue;
            };
            lines.push((*key, *value, members, found.kind));
            for index in members {
                if let Some(slot) = self.tagged.get_mut(ground.position(*index)) {
                    slot.get_or_insert(found.kind);
                }
            }
        }
        for (key, value, members, kind) in lines {
            let (count, names) = ground.machines_of(members);
            let reason = Message::new("infer-tag").with("tag", format!("{key}={value}"));
            let reason = reason.with("count", count).with("names", names);
            let may = |index| members.binary_search(&index).is_ok();
            let mut chooser = Chooser::new(ground, &may);
            let tag = Selector::Tag {
                key: key.to_owned(),
                value: value.to_owned(),
            };
            for index in members.iter().filter(|index| ground.is_machine(**index)) {
                if self.sorted.holds(kind, *index) {
                    continue;
                }
                let ways = std::iter::once(tag.clone()).chain(ground.single(*index));
                if let Some((selector, members)) = chooser.choose(*index, ways) {
                    let guess = GuessedMembers::new(selector, Confidence::Firm, &reason, members);
                    self.add(kind, guess);
                }
            }
        }
    }

    fn by_name(&mut self) {
        let ground = self.ground;
        let before = self.of.clone();
        let kinds = RoleKind::ALL.map(|(_, kind)| kind);
        for kind in kinds.into_iter().filter(|kind| *kind != RoleKind::Bastion) {
            let this: &Self = self;
            let may = |index| {
                let known = this.get(&before, index);
                let found = words::role(name(ground.topology.endpoint(index)), true);
                known.is_none_or(|known| known == kind)
                    && found.is_some_and(|found| found.kind == kind)
            };
            let guesses = cover(ground, &may, |index| {
                let free = this.get(&before, index).is_none();
                let found = this
                    .named(index)
                    .filter(|found| free && found.kind == kind)?;
                let endpoint = ground.topology.endpoint(index);
                let by_word = words::pattern(name(endpoint), &found).map(Selector::Name);
                let ways = by_word.into_iter().chain(ground.single(index)).collect();
                Some((ways, Message::new("infer-name").with("word", found.word)))
            });
            self.add_all(kind, Confidence::Firm, guesses);
        }
    }

    fn add_all(&mut self, kind: RoleKind, confidence: Confidence, guesses: Vec<Covered>) {
        for Covered {
            selector,
            members,
            reason,
        } in guesses
        {
            let (count, names) = self.ground.machines_of(&members);
            let reason = reason.with("count", count).with("names", names);
            self.add(
                kind,
                GuessedMembers::new(selector, confidence, &reason, members),
            );
        }
    }

    /// What is let in by all groups of an interface: data services by name, and nothing else.
    fn keeps_data(
        &self,
        lets_in: &BTreeMap<&Id, LetsIn>,
        index: EndpointIndex,
    ) -> Option<(BTreeSet<&'static str>, bool)> {
        let groups = &self.ground.topology.endpoint(index).interface.groups;
        let (mut names, mut other) = (BTreeSet::new(), groups.is_empty());
        for group in groups {
            match lets_in.get(group) {
                Some(found) => {
                    names.extend(found.data.iter().copied());
                    other |= found.other;
                }
                None => other = true,
            }
        }
        (!names.is_empty()).then_some((names, other))
    }

    fn by_rules(&mut self, lets_in: &BTreeMap<&Id, LetsIn>) {
        let ground = self.ground;
        let before = self.of.clone();
        let this: &Self = self;
        let only = |index| {
            let found = this.keeps_data(lets_in, index);
            found.filter(|(_, other)| !other).map(|(names, _)| names)
        };
        let may = |index| {
            let known = this.get(&before, index);
            known.is_none_or(|known| known == RoleKind::Data) && only(index).is_some()
        };
        let guesses = cover(ground, &may, |index| {
            let free = this.get(&before, index).is_none();
            let names = only(index).filter(|_| free)?;
            let names: Vec<&str> = names.into_iter().collect();
            let ways = ground
                .groups_of(index)
                .chain(ground.single(index))
                .collect();
            let reason = Message::new("infer-lets-in").with("services", names.join(", "));
            Some((ways, reason))
        });
        self.add_all(RoleKind::Data, Confidence::Firm, guesses);
    }

    /// Listeners that face the Internet before an interface: what they make of it, and their
    /// names.
    fn listeners(&self, index: EndpointIndex) -> Option<(RoleKind, String)> {
        let topology = self.ground.topology;
        let mut kind = RoleKind::Application;
        let mut names = BTreeSet::new();
        for path in &topology.endpoint(index).paths {
            let PathKind::Listener {
                balancer, listener, ..
            } = &path.kind
            else {
                continue;
            };
            if path.inactive.is_some() {
                continue;
            }
            let balancer = topology.snapshot().balancers.get(balancer)?;
            let listener = balancer.listeners.iter().find(|one| one.id == *listener)?;
            let web = listener.protocol != ListenerProtocol::Udp
                && [80, 443].iter().any(|port| listener.ports.contains(*port));
            if web {
                kind = RoleKind::Web;
            }
            names.insert(format!(
                "{} {}",
                called(&balancer.name, &balancer.id),
                listener.ports.low()
            ));
        }
        let names: Vec<String> = names.into_iter().collect();
        (!names.is_empty()).then(|| (kind, names.join(", ")))
    }

    fn by_listener(&mut self) {
        let ground = self.ground;
        let before = self.of.clone();
        for kind in [RoleKind::Web, RoleKind::Application] {
            let this: &Self = self;
            let of = |index| {
                let found = this.listeners(index).filter(|(found, _)| *found == kind);
                found.filter(|_| this.get(&before, index).is_none())
            };
            let may = |index| of(index).is_some();
            let guesses = cover(ground, &may, |index| {
                let (_, listeners) = of(index)?;
                let ways = ground
                    .groups_of(index)
                    .chain(ground.single(index))
                    .collect();
                let reason = Message::new("infer-listener").with("listeners", listeners);
                Some((ways, reason))
            });
            self.add_all(kind, Confidence::Firm, guesses);
        }
    }

    /// Machines to which a rule for few ports lets the Internet at 80 or 443.
    fn by_exposure(&mut self) {
        let ground = self.ground;
        let served = ground.exposures.iter().filter(|one| serves_pages(one));
        let served: BTreeSet<EndpointIndex> = served.map(|one| one.interface).collect();
        let before = self.of.clone();
        let this: &Self = self;
        let may = |index| this.get(&before, index).is_none() && served.contains(&index);
        let guesses = cover(ground, &may, |index| {
            may(index).then(|| {
                let ways = ground
                    .single(index)
                    .into_iter()
                    .chain(ground.groups_of(index));
                (ways.collect(), Message::new("infer-exposed"))
            })
        });
        let mut guesses = guesses;
        guesses.sort_by_key(|guess| std::cmp::Reverse(guess.members.len()));
        guesses.truncate(EXPOSED);
        self.add_all(RoleKind::Web, Confidence::Firm, guesses);
    }

    /// Who is let in for management by name, and at how many machines.
    fn managers(&self) -> BTreeMap<EndpointIndex, usize> {
        let topology = self.ground.topology;
        let snapshot = topology.snapshot();
        let mut let_in: BTreeMap<EndpointIndex, BTreeSet<&Id>> = BTreeMap::new();
        for group in snapshot.groups.values() {
            for rule in groups::accepts(group).filter(|rule| groups::is_management(snapshot, rule))
            {
                for manager in named_by(topology, group.vpc.as_ref(), &group.id, &rule.peer) {
                    let_in.entry(manager).or_default().insert(&group.id);
                }
            }
        }
        let count = |manager: EndpointIndex, groups: &BTreeSet<&Id>| {
            let members = groups.iter().flat_map(|id| topology.members_of(id));
            let machines: BTreeSet<&Id> = members
                .map(|index| machine(topology.endpoint(*index)))
                .collect();
            let own = machines.contains(machine(topology.endpoint(manager)));
            machines.len() - usize::from(own)
        };
        let all = let_in
            .iter()
            .map(|(manager, groups)| (*manager, count(*manager, groups)));
        all.filter(|(_, count)| *count >= MANAGED_AT_LEAST)
            .collect()
    }

    fn bastions(&mut self) {
        let ground = self.ground;
        let managers = self.managers();
        let most = managers.values().copied().max().unwrap_or(0);
        let machines: BTreeSet<&Id> = ground.machines().map(|(_, one)| machine(one)).collect();
        let this: &Self = self;
        let called = |index| {
            let found = this.named(index);
            found.filter(|found| found.kind == RoleKind::Bastion)
        };
        let is_firm = |index: EndpointIndex, count: usize| {
            let many = count * 5 >= machines.len() && count * 2 >= most;
            many || called(index).is_some()
        };
        let firm: BTreeSet<EndpointIndex> = managers
            .iter()
            .filter(|(index, count)| is_firm(**index, **count))
            .map(|(index, _)| *index)
            .collect();
        let tagged = |index| this.get(&this.tagged, index) == Some(RoleKind::Bastion);
        let declared = ground.machines().any(|(index, _)| tagged(index));
        // What is a bastion is allowed more than others: a name alone will do only where nothing
        // better is known.
        let by_name = !firm.is_empty() || declared;
        let conflict = |index| {
            let tag = this.get(&this.tagged, index);
            tag.is_some_and(|tag| !matches!(tag, RoleKind::Management | RoleKind::Bastion))
        };
        let mut found = Vec::new();
        for confidence in [Confidence::Firm, Confidence::Weak] {
            let managing = |index: EndpointIndex| {
                let in_turn = firm.contains(&index) == (confidence == Confidence::Firm);
                managers.get(&index).copied().filter(|_| in_turn)
            };
            let may = |index: EndpointIndex| managing(index).is_some();
            let by_rules = cover(ground, &may, |index| {
                let managed = managing(index).filter(|_| !tagged(index))?;
                let ways = ground
                    .groups_of(index)
                    .chain(ground.single(index))
                    .collect();
                Some((ways, Message::new("infer-manages").with("managed", managed)))
            });
            found.push((confidence, by_rules));
            let named = |index: EndpointIndex| {
                let weak = by_name || conflict(index);
                let in_turn = weak == (confidence == Confidence::Weak);
                let new = !managers.contains_key(&index) && !tagged(index);
                called(index).filter(|_| in_turn && new)
            };
            let may = |index: EndpointIndex| named(index).is_some();
            let by_word = cover(ground, &may, |index| {
                let word = named(index)?;
                let ways = ground
                    .groups_of(index)
                    .chain(ground.single(index))
                    .collect();
                let id = match confidence {
                    Confidence::Firm => "infer-name",
                    Confidence::Weak => "infer-name-bastion",
                };
                Some((ways, Message::new(id).with("word", word.word)))
            });
            found.push((confidence, by_word));
        }
        for (confidence, guesses) in found {
            self.add_all(RoleKind::Bastion, confidence, guesses);
        }
    }

    /// Names and rules that say something else than a tag.
    fn against_tags(&mut self) {
        let ground = self.ground;
        let kinds = [RoleKind::Data, RoleKind::Management];
        for kind in kinds {
            let this: &Self = self;
            let of = |index| {
                let tag = this.get(&this.tagged, index)?;
                let found = this.named(index).filter(|found| found.kind == kind)?;
                (tag != kind).then_some((tag, found))
            };
            let may = |index| of(index).is_some();
            let guesses = cover(ground, &may, |index| {
                let (tag, found) = of(index)?;
                let endpoint = ground.topology.endpoint(index);
                let by_word = words::pattern(name(endpoint), &found).map(Selector::Name);
                let ways = by_word.into_iter().chain(ground.single(index)).collect();
                let reason = Message::new("infer-name-against-tag").with("word", found.word);
                Some((ways, reason.with("role", tag.word())))
            });
            self.add_all(kind, Confidence::Weak, guesses);
        }
    }

    /// Machines without a role whose groups let data services in, beside something else.
    fn besides(&mut self, lets_in: &BTreeMap<&Id, LetsIn>) {
        let ground = self.ground;
        let this: &Self = self;
        let of = |index| {
            let found = this.keeps_data(lets_in, index);
            found.filter(|_| this.get(&this.of, index) != Some(RoleKind::Data))
        };
        let untagged = |index| this.get(&this.tagged, index).is_none();
        let may = |index| untagged(index) && of(index).is_some();
        let guesses = cover(ground, &may, |index| {
            let (names, _) = of(index).filter(|_| untagged(index))?;
            let names: Vec<&str> = names.into_iter().collect();
            let ways = ground
                .single(index)
                .into_iter()
                .chain(ground.groups_of(index))
                .collect();
            let reason = Message::new("infer-lets-in-too").with("services", names.join(", "));
            Some((ways, reason))
        });
        self.add_all(RoleKind::Data, Confidence::Weak, guesses);
    }
}

/// A selector with what it means, and why.
struct Covered {
    selector: Selector,
    members: Vec<EndpointIndex>,
    reason: Message,
}

/// Selectors that mean all machines for which `ways` has some, and none that may not be meant.
fn cover(
    ground: &Ground<'_>,
    may: &dyn Fn(EndpointIndex) -> bool,
    ways: impl Fn(EndpointIndex) -> Option<(Vec<Selector>, Message)>,
) -> Vec<Covered> {
    let mut chooser = Chooser::new(ground, may);
    let mut done = BTreeSet::new();
    let mut found = Vec::new();
    for (index, _) in ground.machines() {
        if done.contains(&index) {
            continue;
        }
        let Some((ways, reason)) = ways(index) else {
            continue;
        };
        if let Some((selector, members)) = chooser.choose(index, ways) {
            done.extend(members.iter().copied());
            found.push(Covered {
                selector,
                members,
                reason,
            });
        }
    }
    found
}

/// The few interfaces that the other side of a rule names: by address, or as members of a group.
fn named_by(topology: &Topology, vpc: Option<&Id>, own: &Id, peer: &Peer) -> Vec<EndpointIndex> {
    let found: Vec<EndpointIndex> = match peer {
        Peer::Group { group, owner: None } if group != own => topology.members_of(group).to_vec(),
        Peer::Network(net) => {
            let bits = net.max_prefix_len() - net.prefix_len();
            if bits > FEW_MACHINES.ilog2().try_into().unwrap_or(u8::MAX) {
                return Vec::new();
            }
            let holders = |address: IpAddr| {
                let all = topology.find_address(address);
                let here: Vec<EndpointIndex> = all
                    .iter()
                    .filter(|index| topology.endpoint(**index).interface.vpc.as_ref() == vpc)
                    .copied()
                    .collect();
                if here.is_empty() { all.to_vec() } else { here }
            };
            addresses(net).flat_map(holders).collect()
        }
        _ => Vec::new(),
    };
    let found: Vec<EndpointIndex> = found
        .into_iter()
        .filter(|index| !topology.endpoint(*index).interface.managed)
        .collect();
    if found.len() > FEW_MACHINES {
        Vec::new()
    } else {
        found
    }
}

/// Every address of a small network, the first and the last too.
fn addresses(net: &ipnet::IpNet) -> impl Iterator<Item = IpAddr> {
    let family = yumen_reach::family_of(net.addr());
    let range = yumen_reach::range_of(net);
    (range.low()..=range.high()).map(move |value| yumen_reach::address_of(family, value))
}

/// True if an exposure is one of a page by a rule that is for few ports.
fn serves_pages(exposure: &Exposure) -> bool {
    let count = |ports: &[Interval<u16>]| -> u32 {
        ports
            .iter()
            .map(|range| u32::from(range.high() - range.low()) + 1)
            .sum()
    };
    let meant = |ports: &[Interval<u16>]| {
        let web = [80, 443]
            .iter()
            .any(|port| ports.iter().any(|range| range.contains(*port)));
        web && count(ports) <= FEW_PORTS
    };
    exposure.direction == Direction::Ingress
        && matches!(exposure.verdict, Verdict::Open | Verdict::Latent)
        && exposure.row.breadth > Breadth::Named
        && exposure.row.slice.protocols == Protocols::Tcp
        && exposure.row.causes.iter().any(|cause| meant(&cause.ports))
}

/// A name, or the id where there is none.
pub(super) fn called(name: &str, id: &Id) -> String {
    if name.trim().is_empty() {
        id.to_string()
    } else {
        name.to_owned()
    }
}
