//! The answer: what every item says, what it costs, and how much of the checks pass.

use std::collections::{BTreeMap, BTreeSet};
use std::num::NonZeroUsize;
use std::sync::atomic::{AtomicUsize, Ordering};

use yumen_cloud::{Direction, Id, Listing};
use yumen_packets::Error;
use yumen_reach::{EndpointIndex, Topology, Verdict as Reached};

use crate::estate::Estate;
use crate::finding::{Evidence, Finding, Outcome, Part, State, Status, Subject};
use crate::item::ItemId;
use crate::items::{CATALOGUE, Item};
use crate::score::{Score, Weights};
use crate::waiver::{Waived, Waiver, apply};

/// What the items say of an estate.
#[derive(Debug)]
pub struct Judgement {
    /// Every item with what it says, in the order of the catalogue
    pub items: Vec<Judged>,
    surface: BTreeMap<EndpointIndex, f64>,
    pairs: usize,
    gaps: usize,
    essential: usize,
}

/// An item with what it says.
#[derive(Debug)]
pub struct Judged {
    /// The item
    pub item: &'static Item,
    /// What it says, without what is waived
    pub outcome: Outcome,
    /// What somebody answers for
    pub waived: Vec<Waived>,
}

/// An item in one word.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// Everything that was looked at is as it should be
    Pass,
    /// There was nothing to look at
    Nothing,
    /// It could not be judged
    NotAssessed,
    /// Nothing is open, something would be if a way led there
    Latent,
    /// Something could be open for all that was read
    Unknown,
    /// Something is open
    Fail,
}

impl Verdict {
    /// The word that programs see; also the id of the text `verdict-item-…`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Nothing => "nothing",
            Self::NotAssessed => "not-assessed",
            Self::Latent => "latent",
            Self::Unknown => "unknown",
            Self::Fail => "fail",
        }
    }
}

impl Judged {
    /// What it says in one word.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        let has = |status| {
            let mut findings = self.outcome.findings.iter();
            findings.any(|finding| finding.status == status)
        };
        match self.outcome.state {
            State::NotAssessed(_) => Verdict::NotAssessed,
            State::Assessed if has(Status::Open) => Verdict::Fail,
            State::Assessed if has(Status::Unknown) => Verdict::Unknown,
            State::Assessed if has(Status::Latent) => Verdict::Latent,
            State::Assessed if self.outcome.checked == 0 => Verdict::Nothing,
            State::Assessed => Verdict::Pass,
        }
    }

    /// How many of the resources that were looked at are as they should be, and how many were
    /// looked at; latent is not as it should be, and neither is unknown.
    #[must_use]
    pub fn rate(&self) -> (usize, usize) {
        let failing = self.outcome.findings.iter();
        let failing: BTreeSet<&Subject> = failing.map(|finding| &finding.subject).collect();
        let checked = self.outcome.checked.max(failing.len());
        (checked - failing.len(), checked)
    }
}

/// What a score is of.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'s> {
    /// Everything
    Estate,
    /// What stands in a VPC
    Vpc(&'s Id),
    /// The members of a group, and the group
    Group(&'s Id),
    /// Everything, by some items
    Items(&'s [ItemId]),
}

impl Judgement {
    /// Judges an estate by all items, with a number of workers; the result does not depend on
    /// their number. What waivers cover is set aside, not forgotten.
    ///
    /// # Errors
    /// The rules are so entangled that the budget of the packet sets ends first.
    pub fn new(
        estate: &Estate<'_>,
        waivers: &[Waiver],
        workers: NonZeroUsize,
    ) -> Result<Self, Error> {
        let outcomes = outcomes(estate, workers)?;
        let judged = outcomes.into_iter().map(|(item, mut outcome)| {
            let waived = apply(estate, waivers, &mut outcome);
            Judged {
                item,
                outcome,
                waived,
            }
        });
        let snapshot = estate.snapshot();
        let essential = [Listing::Interfaces, Listing::Instances, Listing::Groups]
            .into_iter()
            .flat_map(|listing| snapshot.regions.iter().map(move |region| (region, listing)))
            .filter(|(region, listing)| snapshot.is_incomplete(region, *listing))
            .count();
        Ok(Self {
            items: judged.collect(),
            surface: surface(estate),
            pairs: pairs(estate),
            gaps: snapshot.gaps.len(),
            essential,
        })
    }

    /// The item of that name.
    #[must_use]
    pub fn item(&self, id: ItemId) -> Option<&Judged> {
        self.items.iter().find(|judged| judged.item.id == id)
    }

    /// All findings that count, in the order of items.
    pub fn findings(&self) -> impl Iterator<Item = &Finding> {
        self.items
            .iter()
            .flat_map(|judged| &judged.outcome.findings)
    }

    /// All findings that are waived.
    pub fn waived(&self) -> impl Iterator<Item = &Waived> {
        self.items.iter().flat_map(|judged| &judged.waived)
    }

    /// How many checks pass, and how many were made: one for each item and resource.
    #[must_use]
    pub fn rate(&self) -> (usize, usize) {
        let each = self.items.iter().map(Judged::rate);
        each.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1))
    }

    /// The score of a part of the estate; with `waived`, as if nothing were waived.
    #[must_use]
    pub fn score(&self, topology: &Topology, scope: Scope<'_>, waived: bool) -> Score {
        let whole = matches!(scope, Scope::Estate | Scope::Items(_));
        let mut weights = Weights::new(self.gaps, self.essential);
        for judged in &self.items {
            if let Scope::Items(items) = scope
                && !items.contains(&judged.item.id)
            {
                continue;
            }
            let set_aside = judged.waived.iter().map(|waived| &waived.finding);
            let set_aside = set_aside.filter(|_| waived);
            for finding in judged.outcome.findings.iter().chain(set_aside) {
                if whole || is_in(topology, scope, &finding.subject) {
                    weights.add(judged.item.severity, finding);
                }
            }
        }
        if !matches!(scope, Scope::Items(_)) {
            for (index, measure) in &self.surface {
                if whole || is_in(topology, scope, &Subject::Interface(*index)) {
                    weights.surface.0 += measure;
                    weights.surface.1 += 1;
                }
            }
        }
        if matches!(scope, Scope::Estate) {
            weights.pairs = self.pairs;
        }
        weights.score()
    }
}

/// Lets workers take one item after the other.
fn outcomes(
    estate: &Estate<'_>,
    workers: NonZeroUsize,
) -> Result<Vec<(&'static Item, Outcome)>, Error> {
    let next = AtomicUsize::new(0);
    let work = || {
        let mut done = Vec::new();
        loop {
            let position = next.fetch_add(1, Ordering::Relaxed);
            let Some(item) = CATALOGUE.get(position) else {
                return Ok(done);
            };
            done.push((position, (*item, (item.judge)(estate)?)));
        }
    };
    let mut all: Vec<(usize, (&'static Item, Outcome))> = Vec::with_capacity(CATALOGUE.len());
    if workers.get() == 1 {
        all = work()?;
    } else {
        let results: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..workers.get()).map(|_| scope.spawn(work)).collect();
            threads.into_iter().map(|thread| thread.join()).collect()
        });
        for result in results {
            match result {
                Ok(done) => all.extend(done?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    }
    all.sort_unstable_by_key(|(position, _)| *position);
    Ok(all.into_iter().map(|(_, judged)| judged).collect())
}

/// How much the Internet reaches at each interface, or may reach, named networks included, as
/// parts measure it.
fn surface(estate: &Estate<'_>) -> BTreeMap<EndpointIndex, f64> {
    let mut surface = BTreeMap::new();
    for exposure in estate.found.exposures {
        let open = matches!(exposure.verdict, Reached::Open | Reached::Unknown);
        if open && exposure.direction == Direction::Ingress {
            let slice = &exposure.row.slice;
            let measure = Part {
                exposure: 0,
                protocols: slice.protocols.clone(),
                ports: slice.ports.clone(),
                // A handful of addresses must show in the figure beside the whole Internet.
                share: exposure.row.share.sqrt().sqrt(),
                without: Vec::new(),
            }
            .measure();
            *surface.entry(exposure.interface).or_insert(0.0) += measure;
        }
    }
    surface
}

/// How many interfaces can send something to how many others, as pairs; one of which that was not
/// read counts as if it reached all, and all it.
fn pairs(estate: &Estate<'_>) -> usize {
    let Some(lateral) = estate.found.lateral else {
        return 0;
    };
    let classes = estate.found.analysis.classes();
    let members = |class| classes.class(class).members.len();
    let each = lateral.pairs.iter().map(|pair| {
        let (from, to) = (members(pair.source), members(pair.destination));
        if pair.source == pair.destination {
            from * to.saturating_sub(1)
        } else {
            from * to
        }
    });
    let hidden = estate.interfaces().filter(|(index, _)| {
        estate.is_unread(*index, Direction::Ingress) || estate.is_unread(*index, Direction::Egress)
    });
    let others = estate.topology().endpoints().len();
    each.sum::<usize>() + hidden.count() * 2 * others
}

/// True if a subject is part of a scope.
fn is_in(topology: &Topology, scope: Scope<'_>, subject: &Subject) -> bool {
    let snapshot = topology.snapshot();
    let interface_of = |id: &Id| topology.find_instance(id.as_str());
    match scope {
        Scope::Estate | Scope::Items(_) => true,
        Scope::Vpc(vpc) => {
            let of_interface =
                |index: EndpointIndex| topology.endpoint(index).interface.vpc.as_ref() == Some(vpc);
            match subject {
                Subject::Interface(index) => of_interface(*index),
                Subject::Instance(id) => interface_of(id).is_some_and(of_interface),
                Subject::Group(group) | Subject::Rule { group, .. } => {
                    let group = snapshot.groups.get(group);
                    group.is_some_and(|group| group.vpc.as_ref() == Some(vpc))
                }
                Subject::VSwitch(id) => {
                    let vswitch = snapshot.vswitches.get(id);
                    vswitch.is_some_and(|vswitch| vswitch.vpc.as_ref() == Some(vpc))
                }
                Subject::Vpc(id) => id == vpc,
                Subject::Listener { balancer, .. } => {
                    let balancer = snapshot.balancers.get(balancer);
                    balancer.is_some_and(|balancer| balancer.vpc.as_ref() == Some(vpc))
                }
                Subject::Forward { gateway, .. } => {
                    let gateway = snapshot.nat_gateways.get(gateway);
                    gateway.is_some_and(|gateway| gateway.vpc.as_ref() == Some(vpc))
                }
                Subject::Database(id) => {
                    let database = snapshot.databases.get(id);
                    database.is_some_and(|database| database.vpc.as_ref() == Some(vpc))
                }
                Subject::FlowLog(id) => {
                    let log = snapshot.flow_logs.get(id);
                    log.is_some_and(|log| log.resource.as_ref() == Some(vpc))
                }
                Subject::Account => false,
            }
        }
        Scope::Group(group) => {
            let of_interface =
                |index: EndpointIndex| topology.endpoint(index).interface.groups.contains(group);
            match subject {
                Subject::Interface(index) => of_interface(*index),
                Subject::Instance(id) => interface_of(id).is_some_and(of_interface),
                Subject::Group(own) | Subject::Rule { group: own, .. } => own == group,
                _ => false,
            }
        }
    }
}

/// The packets of a finding, if it has exposures.
#[must_use]
pub fn parts_of(finding: &Finding) -> &[Part] {
    match &finding.evidence {
        Evidence::Exposed(parts) => parts,
        _ => &[],
    }
}
