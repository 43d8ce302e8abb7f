//! What the Internet reaches and what reaches the Internet, for every class of interfaces.

use std::num::NonZeroUsize;
use std::sync::Arc;

use rustc_hash::FxHashMap;
use yumen_cloud::{Action, Direction, Id, Snapshot};
use yumen_diagnostics::Place;
use yumen_packets::{
    Budget, Error, Family, FieldOrder, Interval, Node, PacketBox, PacketSet, PacketSpace, SetOp,
};

use crate::class::{Class, ClassIndex, Classes};
use crate::control::Control;
use crate::filters::{Combined, Filters, Scope, own_side, with_peer};
use crate::internet::{family_of, value_of};
use crate::matching::{Reading, rule_boxes};
use crate::path::{Path, PathKind, Presented};
use crate::topology::{AclState, EndpointIndex, Topology};

/// What the filters of a class let pass between its members and the Internet, in one direction.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Admitted {
    /// Packets that pass, as disjoint boxes
    pub(crate) passes: Vec<PacketBox>,
    /// Packets that do not pass, but could if what was not read accepts them
    pub doubtful: Vec<PacketBox>,
    /// Packets that pass, but might not if what was not read drops them
    pub unconfirmed: Vec<PacketBox>,
    /// The accept rules that let packets pass, each with those packets (disjoint boxes)
    pub causes: Vec<(Cause, Vec<PacketBox>)>,
    /// Packets that pass although the network ACL stops their replies
    pub reply_blocked: Vec<PacketBox>,
    /// What was not read
    pub unread: Vec<Control>,
}

/// What the filters of a class let pass between its members and the Internet, in one direction,
/// as sets: in the three readings of what was not read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// By what was read
    pub read: PacketSet,
    /// If everything unread accepts
    pub possible: PacketSet,
    /// If everything unread drops
    pub certain: PacketSet,
}

/// What lets packets pass.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Cause {
    /// An accept rule
    Rule {
        /// The group
        group: Id,
        /// The rule
        rule: Id,
    },
    /// The invisible default
    Default,
    /// A listener of a load balancer
    Listener {
        /// The load balancer
        balancer: Id,
        /// The listener
        listener: Id,
    },
}

impl Cause {
    /// Where it stands in the input.
    #[must_use]
    pub fn place(&self, snapshot: &Snapshot) -> Option<Place> {
        match self {
            Self::Rule { group, rule } => {
                let rules = &snapshot.groups.get(group)?.rules;
                let found = rules.iter().find(|one| one.id == *rule)?;
                Some(found.place.clone())
            }
            Self::Listener { balancer, listener } => {
                let listeners = &snapshot.balancers.get(balancer)?.listeners;
                let found = listeners.iter().find(|one| one.id == *listener)?;
                Some(found.place.clone())
            }
            Self::Default => None,
        }
    }
}

/// The analysis of a whole topology; a changed copy shares what did not change.
#[derive(Clone, Debug)]
pub struct Analysis {
    topology: Topology,
    classes: Arc<Classes>,
    ingress: Vec<Arc<Reached>>,
    egress: Vec<Arc<Reached>>,
}

impl Analysis {
    /// Analyses a topology with a number of workers, who share nothing; the result does not
    /// depend on their number.
    ///
    /// # Errors
    /// The rules of some class are so entangled that the budget ends first; the message says so.
    pub fn new(topology: Topology, workers: NonZeroUsize) -> Result<Self, Error> {
        let classes = Arc::new(Classes::new(&topology));
        let all: Vec<ClassIndex> = classes.iter().map(|(index, _)| index).collect();
        let judged = judge(&topology, &classes, &all, workers)?;
        let (ingress, egress) = judged.into_iter().map(|(_, judged)| judged).unzip();
        Ok(Self {
            topology,
            classes,
            ingress,
            egress,
        })
    }

    /// The analysis after a change of rules of some groups, computed anew only where one of them
    /// stands before an interface.
    ///
    /// # Errors
    /// As for [`Analysis::new`].
    pub fn with_rules_of(
        &self,
        snapshot: &yumen_cloud::Snapshot,
        internet: &crate::Internet,
        groups: &[Id],
        workers: NonZeroUsize,
    ) -> Result<Self, Error> {
        let Some(topology) = self.topology.with_rules_of(snapshot, groups) else {
            return Self::new(Topology::new(snapshot, internet), workers);
        };
        if !groups
            .iter()
            .all(|group| self.classes.are_those_of(&topology, group))
        {
            return Self::new(topology, workers);
        }
        let mut touched: Vec<ClassIndex> = groups
            .iter()
            .flat_map(|group| self.classes.with_group(group))
            .copied()
            .collect();
        touched.sort_unstable();
        touched.dedup();
        let mut next = Self {
            topology,
            ..self.clone()
        };
        for (index, (ingress, egress)) in judge(&next.topology, &next.classes, &touched, workers)? {
            if let Some(slot) = next.ingress.get_mut(index.0 as usize) {
                *slot = ingress;
            }
            if let Some(slot) = next.egress.get_mut(index.0 as usize) {
                *slot = egress;
            }
        }
        Ok(next)
    }

    /// The topology.
    #[must_use]
    pub fn topology(&self) -> &Topology {
        &self.topology
    }

    /// The classes.
    #[must_use]
    pub fn classes(&self) -> &Classes {
        &self.classes
    }

    /// What passes between a class and the Internet, before any path is asked for.
    #[must_use]
    #[expect(clippy::indexing_slicing, reason = "one entry was made per class")]
    pub fn reached(&self, class: ClassIndex, direction: Direction) -> &Arc<Reached> {
        match direction {
            Direction::Ingress => &self.ingress[class.0 as usize],
            Direction::Egress => &self.egress[class.0 as usize],
        }
    }
}

/// What was found for a class: ingress, then egress.
type Judged = (Arc<Reached>, Arc<Reached>);

/// Judges some classes; the result is in the order of `wanted`.
fn judge(
    topology: &Topology,
    classes: &Classes,
    wanted: &[ClassIndex],
    workers: NonZeroUsize,
) -> Result<Vec<(ClassIndex, Judged)>, Error> {
    let mut by_vpc: FxHashMap<Option<&Id>, usize> = FxHashMap::default();
    let mut batches: Vec<Vec<ClassIndex>> = Vec::new();
    for index in wanted {
        let vpc = classes.class(*index).vpc.as_ref();
        let batch = *by_vpc.entry(vpc).or_insert_with(|| {
            batches.push(Vec::new());
            batches.len() - 1
        });
        if let Some(batch) = batches.get_mut(batch) {
            batch.push(*index);
        }
    }
    let shares = share_out(batches, workers.get());
    let mut results: Vec<(ClassIndex, Judged)> = Vec::with_capacity(wanted.len());
    if let [only] = &shares[..] {
        results = Worker::new(topology, classes).judge_all(only)?;
    } else {
        let outcomes: Vec<_> = std::thread::scope(|scope| {
            let threads: Vec<_> = shares
                .iter()
                .map(|share| scope.spawn(|| Worker::new(topology, classes).judge_all(share)))
                .collect();
            threads.into_iter().map(|thread| thread.join()).collect()
        });
        for outcome in outcomes {
            match outcome {
                Ok(found) => results.extend(found?),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
    }
    results.sort_unstable_by_key(|(index, _)| *index);
    Ok(results)
}

/// Deals batches out so that every worker has about as many classes.
fn share_out(mut batches: Vec<Vec<ClassIndex>>, workers: usize) -> Vec<Vec<Vec<ClassIndex>>> {
    batches.sort_by_key(|batch| std::cmp::Reverse(batch.len()));
    let mut shares: Vec<(usize, Vec<Vec<ClassIndex>>)> =
        (0..workers).map(|_| (0, Vec::new())).collect();
    for batch in batches {
        if let Some(least) = shares.iter_mut().min_by_key(|(load, _)| *load) {
            least.0 += batch.len();
            least.1.push(batch);
        }
    }
    shares
        .into_iter()
        .map(|(_, share)| share)
        .filter(|share| !share.is_empty())
        .collect()
}

struct Worker<'a> {
    topology: &'a Topology,
    classes: &'a Classes,
    ingress: Filters<'a>,
    egress: Filters<'a>,
}

impl<'a> Worker<'a> {
    fn new(topology: &'a Topology, classes: &'a Classes) -> Self {
        let filters = |direction| {
            let space = PacketSpace::new(FieldOrder::HOUSE, Budget::default());
            Filters::new(topology, space, direction, Scope::Everything)
        };
        let (ingress, egress) = (filters(Direction::Ingress), filters(Direction::Egress));
        Self {
            topology,
            classes,
            ingress,
            egress,
        }
    }

    fn judge_all(
        &mut self,
        batches: &[Vec<ClassIndex>],
    ) -> Result<Vec<(ClassIndex, Judged)>, Error> {
        let mut results = Vec::new();
        for batch in batches {
            let vpc = batch
                .first()
                .and_then(|index| self.classes.class(*index).vpc.clone());
            let internet = Arc::new(self.topology.internet_of(vpc.as_ref()).clone());
            self.ingress.restart(Scope::Internet(Arc::clone(&internet)));
            self.egress.restart(Scope::Internet(internet));
            for index in batch {
                let class = self.classes.class(*index);
                let ingress = reached(&mut self.ingress, class, Direction::Ingress)?;
                let egress = reached(&mut self.egress, class, Direction::Egress)?;
                results.push((*index, (Arc::new(ingress), Arc::new(egress))));
            }
        }
        Ok(results)
    }
}

fn reached(
    filters: &mut Filters<'_>,
    class: &Class,
    direction: Direction,
) -> Result<Reached, Error> {
    let own = own_addresses(filters, class, direction)?;
    let mut in_reading = |reading| {
        let groups = filters.groups(&class.groups, reading)?;
        let passes = through_acl(filters, class, &groups, own, reading)?;
        filters.space.freeze(passes)
    };
    let read = in_reading(Reading::AsRead)?;
    let topology = filters.topology;
    if !filters.is_uncertain(&class.groups) && !acl_is_uncertain(topology, class) {
        let (possible, certain) = (read.clone(), read.clone());
        return Ok(Reached {
            read,
            possible,
            certain,
        });
    }
    let mut in_reading = |reading| {
        let groups = filters.groups(&class.groups, reading)?;
        let passes = through_acl(filters, class, &groups, own, reading)?;
        filters.space.freeze(passes)
    };
    let (possible, certain) = (
        in_reading(Reading::Possible)?,
        in_reading(Reading::Certain)?,
    );
    Ok(Reached {
        read,
        possible,
        certain,
    })
}

fn own_addresses(
    filters: &mut Filters<'_>,
    class: &Class,
    direction: Direction,
) -> Result<Option<Node>, Error> {
    if !class.by_address {
        return Ok(None);
    }
    let boxes = own_side(filters.topology, class.first(), direction);
    Ok(Some(filters.space.union_of(&boxes)?))
}

/// Lists what the filters of classes admit, with causes; groups are compiled once per VPC as long
/// as the classes come VPC by VPC.
pub(crate) struct Lister<'a> {
    analysis: &'a Analysis,
    ingress: Filters<'a>,
    egress: Filters<'a>,
    vpc: Option<Option<Id>>,
}

impl<'a> Lister<'a> {
    pub(crate) fn new(analysis: &'a Analysis) -> Self {
        let Worker {
            ingress, egress, ..
        } = Worker::new(&analysis.topology, &analysis.classes);
        Self {
            analysis,
            ingress,
            egress,
            vpc: None,
        }
    }

    pub(crate) fn list(
        &mut self,
        index: ClassIndex,
        direction: Direction,
    ) -> Result<Admitted, Error> {
        let class = self.analysis.classes.class(index);
        if self.vpc.as_ref() != Some(&class.vpc) {
            let internet = self.analysis.topology.internet_of(class.vpc.as_ref());
            let internet = Arc::new(internet.clone());
            self.ingress.restart(Scope::Internet(Arc::clone(&internet)));
            self.egress.restart(Scope::Internet(internet));
            self.vpc = Some(class.vpc.clone());
        }
        match direction {
            Direction::Ingress => admitted(&mut self.ingress, class, direction),
            Direction::Egress => admitted(&mut self.egress, class, direction),
        }
    }
}

fn admitted(
    filters: &mut Filters<'_>,
    class: &Class,
    direction: Direction,
) -> Result<Admitted, Error> {
    let read = filters.groups(&class.groups, Reading::AsRead)?;
    let own = own_addresses(filters, class, direction)?;
    let passes = through_acl(filters, class, &read, own, Reading::AsRead)?;
    let mut admitted = Admitted {
        passes: filters.space.plain_boxes(passes)?,
        causes: causes(filters, class, direction, &read, passes)?,
        ..Admitted::default()
    };
    if filters.is_uncertain(&class.groups) || acl_is_uncertain(filters.topology, class) {
        let possible = filters.groups(&class.groups, Reading::Possible)?;
        let possible = through_acl(filters, class, &possible, own, Reading::Possible)?;
        let certain = filters.groups(&class.groups, Reading::Certain)?;
        let certain = through_acl(filters, class, &certain, own, Reading::Certain)?;
        let doubtful = filters.space.combine(SetOp::Difference, possible, passes)?;
        let unconfirmed = filters.space.combine(SetOp::Difference, passes, certain)?;
        admitted.doubtful = filters.space.plain_boxes(doubtful)?;
        admitted.unconfirmed = filters.space.plain_boxes(unconfirmed)?;
        admitted.unread = unread_controls(filters.topology, class, direction);
    }
    if direction == Direction::Ingress
        && let Some(replies) = filters.reply_passes(class.first())?
    {
        let blocked = filters.space.combine(SetOp::Difference, passes, replies)?;
        admitted.reply_blocked = filters.space.plain_boxes(blocked)?;
    }
    Ok(admitted)
}

fn through_acl(
    filters: &mut Filters<'_>,
    class: &Class,
    combined: &Combined,
    own: Option<Node>,
    reading: Reading,
) -> Result<Node, Error> {
    let acl = filters.acl(class.first(), reading)?;
    let passes = filters
        .space
        .combine(SetOp::Intersection, combined.passes, acl)?;
    match own {
        Some(own) => filters.space.combine(SetOp::Intersection, passes, own),
        None => Ok(passes),
    }
}

/// What one path brings to a member of a class, by the filters that stand on it: it may pass by
/// the groups, the network ACL or both, and narrows what arrives.
pub(crate) fn along_path(
    filters: &mut Filters<'_>,
    class: &Class,
    member: EndpointIndex,
    path: &Path,
) -> Result<Admitted, Error> {
    let mut readings = Vec::with_capacity(3);
    let mut combined = None;
    for reading in [Reading::AsRead, Reading::Possible, Reading::Certain] {
        let carried: Vec<PacketBox> = path
            .sources
            .of(reading)
            .iter()
            .map(|range| carried_from(path, path.family, *range))
            .map(|carried| match class.by_address {
                true if family_of(path.destination) == path.family => PacketBox {
                    destination: Interval::single(value_of(path.destination)),
                    ..carried
                },
                _ => carried,
            })
            .collect();
        let mut passes = filters.space.union_of(&carried)?;
        if path.judged_by_groups {
            let groups = filters.groups(&class.groups, reading)?;
            passes = filters
                .space
                .combine(SetOp::Intersection, passes, groups.passes)?;
            if reading == Reading::AsRead {
                combined = Some(groups);
            }
        }
        if path.judged_by_acl {
            let acl = filters.acl(member, reading)?;
            let acl = as_client(filters, path, acl)?;
            passes = filters.space.combine(SetOp::Intersection, passes, acl)?;
        }
        readings.push(passes);
    }
    let [passes, possible, certain] = readings[..] else {
        return Ok(Admitted::default());
    };
    let doubtful = filters.space.combine(SetOp::Difference, possible, passes)?;
    let unconfirmed = filters.space.combine(SetOp::Difference, passes, certain)?;
    let mut admitted = Admitted {
        passes: filters.space.plain_boxes(passes)?,
        doubtful: filters.space.plain_boxes(doubtful)?,
        unconfirmed: filters.space.plain_boxes(unconfirmed)?,
        ..Admitted::default()
    };
    if !admitted.doubtful.is_empty() || !admitted.unconfirmed.is_empty() {
        admitted.unread = path_controls(filters.topology, class, path);
    }
    admitted.causes = match (&path.kind, combined) {
        (
            PathKind::Listener {
                balancer, listener, ..
            },
            _,
        ) => {
            let cause = Cause::Listener {
                balancer: balancer.clone(),
                listener: listener.clone(),
            };
            vec![(cause, admitted.passes.clone())]
        }
        (_, Some(combined)) => causes(filters, class, Direction::Ingress, &combined, passes)?,
        (_, None) => Vec::new(),
    };
    if path.judged_by_acl
        && let Some(replies) = filters.reply_passes(member)?
    {
        let replies = match path.presented {
            Presented::Client => replies,
            Presented::Balancer { .. } => {
                let acl = filters.acl(member, Reading::AsRead)?;
                let both = filters.space.combine(SetOp::Intersection, acl, replies)?;
                as_client(filters, path, both)?
            }
        };
        let blocked = filters.space.combine(SetOp::Difference, passes, replies)?;
        admitted.reply_blocked = filters.space.plain_boxes(blocked)?;
    }
    Ok(admitted)
}

fn carried_from(path: &Path, family: Family, source: Interval<u128>) -> PacketBox {
    PacketBox {
        protocol: path.protocol.map_or_else(Interval::all, Interval::single),
        destination_port: path.ports,
        ..with_peer(Direction::Ingress, family, source)
    }
}

/// Packets of clients for which a balancer may present an address with which they are in a set;
/// where the client's own address is presented, the set itself.
fn as_client(filters: &mut Filters<'_>, path: &Path, seen: Node) -> Result<Node, Error> {
    let Presented::Balancer { family, addresses } = &path.presented else {
        return Ok(seen);
    };
    let of_balancer: Vec<_> = addresses
        .iter()
        .map(|range| carried_from(path, *family, *range))
        .collect();
    let of_balancer = filters.space.union_of(&of_balancer)?;
    let seen = filters
        .space
        .combine(SetOp::Intersection, seen, of_balancer)?;
    let any = PacketBox::all(path.family);
    let clients: Vec<_> = filters
        .space
        .boxes(seen)?
        .into_iter()
        .map(|seen| PacketBox {
            family: any.family,
            source: any.source,
            destination: any.destination,
            ..seen
        })
        .collect();
    filters.space.union_of(&clients)
}

/// The accept rules that decide some of the packets that pass, with those packets: a rule decides
/// where the lowest leaf is its own and one of its boxes holds the packet.
fn causes(
    filters: &mut Filters<'_>,
    class: &Class,
    direction: Direction,
    combined: &Combined,
    passes: Node,
) -> Result<Vec<(Cause, Vec<PacketBox>)>, Error> {
    let mut causes = Vec::new();
    let Some(decision) = combined.decision else {
        if !filters.space.is_empty(passes)? {
            causes.push((Cause::Default, filters.space.plain_boxes(passes)?));
        }
        return Ok(causes);
    };
    let decided = filters.space.restrict(decision, passes)?;
    let mut by_rules = filters.space.empty();
    for leaf in filters.space.leaves(decided)? {
        let region = filters.space.packets(decided, &|other| other == leaf)?;
        by_rules = filters.space.combine(SetOp::Union, by_rules, region)?;
        let topology = filters.topology;
        let candidates: Vec<_> = class
            .groups
            .iter()
            .filter_map(|id| topology.group(id))
            .flat_map(|group| group.rules_of(direction).map(move |rule| (group, rule)))
            .filter(|(_, rule)| rule.action == Action::Accept && Filters::leaf(rule) == leaf)
            .collect();
        for (group, rule) in &candidates {
            let boxes = rule_boxes(topology, group.vpc.as_ref(), rule).read;
            let opened = if candidates.len() == 1 {
                region
            } else {
                let matched = filters.space.union_of(&boxes)?;
                filters
                    .space
                    .combine(SetOp::Intersection, matched, region)?
            };
            if !filters.space.is_empty(opened)? {
                let cause = Cause::Rule {
                    group: group.id.clone(),
                    rule: rule.id.clone(),
                };
                causes.push((cause, filters.space.plain_boxes(opened)?));
            }
        }
    }
    let by_default = filters.space.combine(SetOp::Difference, passes, by_rules)?;
    if !filters.space.is_empty(by_default)? {
        causes.push((Cause::Default, filters.space.plain_boxes(by_default)?));
    }
    Ok(causes)
}

fn acl_is_uncertain(topology: &Topology, class: &Class) -> bool {
    match &topology.endpoint(class.first()).acl {
        AclState::Unbound => false,
        AclState::Unread(_) => true,
        AclState::Bound(acl) => {
            acl.unread
                || acl.ingress.iter().chain(&acl.egress).any(|entry| {
                    entry.uncertain || matches!(entry.ports, yumen_cloud::PortMatch::List(_))
                })
        }
    }
}

/// What was not read on a path.
fn path_controls(topology: &Topology, class: &Class, path: &Path) -> Vec<Control> {
    let mut controls = path.sources.unread.clone();
    let filters = unread_controls(topology, class, Direction::Ingress);
    controls.extend(filters.into_iter().filter(|control| match control {
        Control::NetworkAcl(_) => path.judged_by_acl,
        _ => path.judged_by_groups,
    }));
    controls
}

fn unread_controls(topology: &Topology, class: &Class, direction: Direction) -> Vec<Control> {
    let mut controls = Vec::new();
    for id in &class.groups {
        match topology.group(id) {
            None => controls.push(Control::GroupRules(id.clone())),
            Some(group) => {
                if group.is_unread(direction) {
                    controls.push(Control::GroupRules(id.clone()));
                }
                for rule in group.rules_of(direction) {
                    if rule.uncertain
                        || rule_boxes(topology, group.vpc.as_ref(), rule).is_uncertain()
                    {
                        controls.push(Control::Rule(rule.id.clone()));
                    }
                }
            }
        }
    }
    if class.groups.is_empty() {
        let interface = &topology.endpoint(class.first()).interface;
        controls.push(Control::GroupRules(interface.id.clone()));
    }
    match &topology.endpoint(class.first()).acl {
        AclState::Unread(id) => controls.push(Control::NetworkAcl(id.clone())),
        AclState::Bound(acl) if acl_is_uncertain(topology, class) => {
            controls.push(Control::NetworkAcl(acl.id.clone()));
        }
        AclState::Bound(_) | AclState::Unbound => {}
    }
    controls
}
