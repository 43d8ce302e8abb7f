//! A first `yumen.toml`: what roles, environments, zones and trusted networks an estate seems to
//! have, each with its reason, for the user to confirm.
//!
//! A guess is about machines that selectors name; what a selector means is computed here and means
//! the same when the file is read. What is likely is written down; what is only possible is
//! written as a comment, which nothing rests on until somebody takes the `#` away.

mod environments;
mod ground;
mod groups;
mod roles;
mod services;
mod trusted;
mod words;
mod write;
mod zones;

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use yumen_diagnostics::Message;
use yumen_reach::{EndpointIndex, Exposure, Topology};

use crate::selector::Selector;
use crate::service::Service;
use crate::settings::{EnvironmentKind, RoleKind};

use self::ground::Ground;
use self::words::Key;

/// Questions that one role asks at the most.
const QUESTIONS: usize = 20;

/// What an estate seems to be.
#[derive(Clone, Debug, PartialEq)]
pub struct Guess {
    /// Networks that seem to be no strangers
    pub trusted: Vec<Guessed<IpNet>>,
    /// Roles, those of the outside first; each kind at most once
    pub roles: Vec<GuessedRole>,
    /// Environments; each kind at most once
    pub environments: Vec<GuessedEnvironment>,
    /// Zones, from the outside inwards
    pub zones: Vec<GuessedZone>,
    /// vSwitches with machines that are in none of the zones
    pub unplaced: Vec<String>,
    /// Load balancers that face the Internet, which a web application firewall may guard
    pub balancers: Vec<Selector>,
    /// Keys of tags that are in use, by what they are for
    pub tags: GuessedTags,
    /// How many machines there are
    pub machines: usize,
    /// Machines that no role was found for, by name
    pub without_role: Vec<String>,
    /// Machines that no environment was found for, by name
    pub without_environment: Vec<String>,
}

impl Guess {
    /// How much of it is only possible.
    #[must_use]
    pub fn questions(&self) -> usize {
        let roles = self.roles.iter().map(|one| &one.members);
        let environments = self.environments.iter().map(|one| &one.members);
        let zones = self.zones.iter().map(|one| &one.members);
        let lines = roles
            .chain(environments)
            .chain(zones)
            .flatten()
            .map(|one| one.confidence);
        let services = self.roles.iter().flat_map(|one| &one.services);
        let services = services.map(|one| one.confidence);
        let trusted = self.trusted.iter().map(|one| one.confidence);
        let all = lines.chain(services).chain(trusted);
        all.filter(|one| *one == Confidence::Weak).count()
    }
}

/// How sure a guess is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Confidence {
    /// Possible: written as a comment
    Weak,
    /// Likely: written down
    Firm,
}

/// Something guessed, and why.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Guessed<T> {
    /// What
    pub value: T,
    /// How sure
    pub confidence: Confidence,
    /// Why
    pub reasons: Vec<Message>,
}

/// A selector with the interfaces that it means.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuessedMembers {
    /// The selector
    pub selector: Selector,
    /// How sure
    pub confidence: Confidence,
    /// Why
    pub reasons: Vec<Message>,
    /// The interfaces that it means, in order
    pub members: Vec<EndpointIndex>,
}

impl GuessedMembers {
    fn new(
        selector: Selector,
        confidence: Confidence,
        reason: &Message,
        members: Vec<EndpointIndex>,
    ) -> Self {
        let reasons = vec![reason.clone()];
        Self {
            selector,
            confidence,
            reasons,
            members,
        }
    }

    /// How many machines the likely ones of some lines mean.
    #[must_use]
    pub fn machines(topology: &Topology, lines: &[Self]) -> usize {
        let firm = lines
            .iter()
            .filter(|line| line.confidence == Confidence::Firm);
        let members = firm.flat_map(|line| &line.members);
        let endpoints = members.map(|index| topology.endpoint(*index));
        let machines = endpoints.filter(|endpoint| !endpoint.interface.managed);
        machines.map(ground::machine).collect::<BTreeSet<_>>().len()
    }
}

/// Machines that seem to do the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuessedRole {
    /// What
    pub kind: RoleKind,
    /// Which machines
    pub members: Vec<GuessedMembers>,
    /// What the Internet reaches of them today and seems to be meant to
    pub services: Vec<Guessed<Service>>,
    /// Why there are no more services
    pub remarks: Vec<Message>,
}

/// Machines that seem to be of one stage.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuessedEnvironment {
    /// Production or test
    pub kind: EnvironmentKind,
    /// Which machines
    pub members: Vec<GuessedMembers>,
}

/// Machines that seem to be of one trust level.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GuessedZone {
    /// Its name
    pub name: &'static str,
    /// Which machines
    pub members: Vec<GuessedMembers>,
}

/// Keys of tags by what they are for, most frequent first; empty where none is in use.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GuessedTags {
    /// Who answers for a machine
    pub owner: Vec<String>,
    /// Production or test
    pub environment: Vec<String>,
    /// Layer of the application
    pub tier: Vec<String>,
}

/// Guesses what only the user knows, from an estate and its exposures without trusted networks.
#[must_use]
pub fn infer(topology: &Topology, exposures: &[Exposure]) -> Guess {
    let ground = Ground::new(topology, exposures);
    let environments = environments::environments(&ground);
    let roles = roles::roles(&ground);
    let zones = zones::zones(&ground, &environments, &roles);
    let firm_of = |lines: &[GuessedMembers]| -> Vec<EndpointIndex> {
        let firm = lines
            .iter()
            .filter(|line| line.confidence == Confidence::Firm);
        let members: BTreeSet<EndpointIndex> =
            firm.flat_map(|line| line.members.iter().copied()).collect();
        members.into_iter().collect()
    };
    let left = |known: &[bool]| -> Vec<String> {
        let is_known = |index| known.get(ground.position(index)).copied().unwrap_or(false);
        let open = ground
            .machines()
            .map(|(index, _)| index)
            .filter(|index| !is_known(*index));
        ground.labels(&open.collect::<Vec<_>>())
    };
    let mut in_role = vec![false; topology.endpoints().len()];
    let mut found = Vec::new();
    let mut by_kind = roles.sorted.by;
    for (_, kind) in RoleKind::ALL {
        let Some(members) = by_kind.remove(&kind) else {
            continue;
        };
        let firm = firm_of(&members);
        for index in &firm {
            if let Some(slot) = in_role.get_mut(ground.position(*index)) {
                *slot = true;
            }
        }
        let services = services::services(&ground, kind, &firm);
        let (members, more) = few_questions(members);
        let more = (more > 0).then(|| Message::new("infer-more").with("count", more));
        found.push(GuessedRole {
            kind,
            members,
            services: services.services,
            remarks: more.into_iter().chain(services.remarks).collect(),
        });
    }
    let in_environment: Vec<bool> = environments.of.iter().map(Option::is_some).collect();
    let by_kind = environments.sorted.by.into_iter();
    let mut by_zone = zones.sorted.by;
    let in_order = zones::ORDER.iter();
    let machines: BTreeSet<_> = ground
        .machines()
        .map(|(_, one)| ground::machine(one))
        .collect();
    Guess {
        trusted: trusted::trusted(&ground),
        environments: by_kind
            .map(|(kind, members)| GuessedEnvironment { kind, members })
            .collect(),
        zones: in_order
            .filter_map(|name| {
                Some(GuessedZone {
                    name,
                    members: by_zone.remove(name)?,
                })
            })
            .collect(),
        unplaced: zones.unplaced,
        balancers: facing_the_internet(topology),
        tags: tags(topology),
        machines: machines.len(),
        without_role: left(&in_role),
        without_environment: left(&in_environment),
        roles: found,
    }
}

/// All that is likely and the questions about most machines; how many others there are.
fn few_questions(lines: Vec<GuessedMembers>) -> (Vec<GuessedMembers>, usize) {
    let is_firm = |line: &GuessedMembers| line.confidence == Confidence::Firm;
    let (mut kept, mut questions): (Vec<_>, Vec<_>) = lines.into_iter().partition(is_firm);
    questions.sort_by_key(|line| std::cmp::Reverse(line.members.len()));
    let more = questions.len().saturating_sub(QUESTIONS);
    kept.extend(questions.into_iter().take(QUESTIONS));
    (kept, more)
}

fn facing_the_internet(topology: &Topology) -> Vec<Selector> {
    let balancers = topology.snapshot().balancers.values();
    let mut facing: Vec<Selector> = balancers
        .filter(|balancer| balancer.internet)
        .map(|balancer| {
            let named = Selector::Balancer(balancer.name.clone());
            let usable = ground::can_be_written(&named) && !balancer.name.contains(['*', '?']);
            match usable && !balancer.name.is_empty() {
                true => named,
                false => Selector::Balancer(balancer.id.to_string()),
            }
        })
        .collect();
    facing.sort();
    facing.dedup();
    facing
}

/// Keys that instances have, most frequent first.
fn tags(topology: &Topology) -> GuessedTags {
    let mut counted: BTreeMap<(Key, &str), usize> = BTreeMap::new();
    for instance in topology.snapshot().instances.values() {
        for (name, _) in &instance.tags {
            if let Some(key) = words::key(name) {
                *counted.entry((key, name)).or_default() += 1;
            }
        }
    }
    let of = |key: Key| -> Vec<String> {
        let own = counted.iter().filter(|((own, _), _)| *own == key);
        let mut own: Vec<(usize, &str)> = own.map(|((_, name), count)| (*count, *name)).collect();
        own.sort_by(|(one, a), (other, b)| other.cmp(one).then(a.cmp(b)));
        own.into_iter().map(|(_, name)| name.to_owned()).collect()
    };
    GuessedTags {
        owner: of(Key::Owner),
        environment: of(Key::Environment),
        tier: of(Key::Role),
    }
}

/// Lines by what they are about, each selector once.
#[derive(Debug)]
struct Sorted<K> {
    by: BTreeMap<K, Vec<GuessedMembers>>,
    held: BTreeMap<K, BTreeSet<EndpointIndex>>,
}

impl<K> Default for Sorted<K> {
    fn default() -> Self {
        Self {
            by: BTreeMap::new(),
            held: BTreeMap::new(),
        }
    }
}

impl<K: Ord + Copy> Sorted<K> {
    /// True if a line about it means an interface.
    fn holds(&self, kind: K, index: EndpointIndex) -> bool {
        self.held
            .get(&kind)
            .is_some_and(|held| held.contains(&index))
    }

    fn add(&mut self, kind: K, guess: GuessedMembers) {
        let held = self.held.entry(kind).or_default();
        held.extend(guess.members.iter().copied());
        let lines = self.by.entry(kind).or_default();
        match lines
            .iter_mut()
            .find(|line| line.selector == guess.selector)
        {
            Some(line) => {
                line.confidence = line.confidence.max(guess.confidence);
                let new = guess.reasons.into_iter();
                let new: Vec<_> = new
                    .filter(|reason| !line.reasons.contains(reason))
                    .collect();
                line.reasons.extend(new);
            }
            None => lines.push(guess),
        }
    }
}
