//! What really happens to each rule: whether it decides anything, and if not, who decides in its
//! place.
//!
//! Rules are compared in pairs first, which settles most; where several rules together could
//! cover one, packet sets settle it exactly.

use std::fmt;

use yumen_cloud::{Action, Direction, GroupKind, Id, Rule, SecurityGroup};
use yumen_packets::{Budget, Error, FieldOrder, Node, PacketBox, PacketSpace, SetOp};

use crate::analysis::Analysis;
use crate::cover::smallest_cover;
use crate::filters::Filters;
use crate::matching::{RuleBoxes, rule_boxes};
use crate::topology::{EndpointIndex, Topology};

/// What happens to a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fate {
    /// It decides some packets that would fare otherwise without it
    Effective,
    /// Rules before it match everything that it matches
    Shadowed,
    /// Without it all packets would fare the same: rules beside it, after it or the default decide
    /// as it does
    Redundant,
    /// It loses packets to an opposite rule of the same priority, or all of them on an interface
    /// to opposite rules of other groups
    Contradicted,
    /// It names something that does not exist or is empty, so that it matches nothing
    Dangling,
    /// Its group stands before no interface and no balancer
    Unattached,
    /// Part of it was not read
    Unknown,
}

impl Fate {
    /// The word that programs see.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Effective => "effective",
            Self::Shadowed => "shadowed",
            Self::Redundant => "redundant",
            Self::Contradicted => "contradicted",
            Self::Dangling => "dangling",
            Self::Unattached => "unattached",
            Self::Unknown => "unknown",
        }
    }
}

/// A rule, or the default after all rules.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum RuleRef {
    /// A rule of a group
    Rule {
        /// The group
        group: Id,
        /// The rule
        rule: Id,
    },
    /// The invisible default
    Default,
}

/// The rule's id, or `default`.
impl fmt::Display for RuleRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rule { rule, .. } => rule.fmt(f),
            Self::Default => f.write_str("default"),
        }
    }
}

/// The fate of one rule in its group, and where it differs on interfaces with several groups.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RuleFate {
    /// The group
    pub group: Id,
    /// The rule
    pub rule: Id,
    /// In or out
    pub direction: Direction,
    /// What happens to it in its group
    pub fate: Fate,
    /// Who decides in its place: the smallest set of rules that does
    pub by: Vec<RuleRef>,
    /// Interfaces where other groups make its fate another one, one of each class
    pub elsewhere: Vec<FateOnInterface>,
}

/// The fate of a rule on the interfaces of a class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FateOnInterface {
    /// One interface of the class
    pub interface: EndpointIndex,
    /// How many interfaces are in the class
    pub count: usize,
    /// What happens to the rule there
    pub fate: Fate,
    /// Who decides in its place
    pub by: Vec<RuleRef>,
}

/// An accept and a drop that overlap.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Conflict {
    /// How it is settled
    pub kind: ConflictKind,
    /// In or out
    pub direction: Direction,
    /// The rule that wins
    pub winner: RuleRef,
    /// The rule that loses the packets that both match
    pub loser: RuleRef,
}

/// How a conflict is settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConflictKind {
    /// By priority, within one group
    Priority,
    /// By the rule that drop wins at the same priority, within one group
    Tie,
    /// Between groups that stand before the same interface
    CrossGroup,
}

impl ConflictKind {
    /// The word that programs see.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Priority => "priority",
            Self::Tie => "tie",
            Self::CrossGroup => "cross-group",
        }
    }
}

/// The fates of all rules, in the order of groups and of the rules in them.
///
/// With `per_interface`, rules are also judged on every class of interfaces with several groups,
/// which costs as many comparisons as these have pairs of rules.
///
/// # Errors
/// Rules are so entangled that the budget ends first.
pub fn fates(analysis: &Analysis, per_interface: bool) -> Result<Vec<RuleFate>, Error> {
    let topology = analysis.topology();
    let mut judge = Judge::new(topology);
    let mut fates = Vec::new();
    for group in topology.snapshot().groups.values() {
        let mut of_group = Vec::new();
        for direction in [Direction::Ingress, Direction::Egress] {
            of_group.extend(judge.group(analysis, group, direction)?);
        }
        if per_interface {
            judge.elsewhere(analysis, group, &mut of_group)?;
        }
        let position = |fate: &RuleFate| group.rules.iter().position(|rule| rule.id == fate.rule);
        of_group.sort_by_key(position);
        fates.extend(of_group);
    }
    Ok(fates)
}

/// All pairs of an accept and a drop that overlap, within groups and between groups of one
/// interface; every pair once.
#[must_use]
pub fn conflicts(analysis: &Analysis) -> Vec<Conflict> {
    let topology = analysis.topology();
    let mut found = Vec::new();
    for group in topology.snapshot().groups.values() {
        for direction in [Direction::Ingress, Direction::Egress] {
            let rules = ranked_rules(topology, &[group], direction);
            found.extend(conflicts_among(&rules, direction));
        }
    }
    for (_, class) in analysis
        .classes()
        .iter()
        .filter(|(_, class)| class.groups.len() > 1)
    {
        let groups: Vec<&SecurityGroup> = class
            .groups
            .iter()
            .filter_map(|id| topology.group(id))
            .map(AsRef::as_ref)
            .collect();
        for direction in [Direction::Ingress, Direction::Egress] {
            let rules = ranked_rules(topology, &groups, direction);
            let across = conflicts_among(&rules, direction);
            found.extend(
                across
                    .into_iter()
                    .filter(|one| one.kind == ConflictKind::CrossGroup),
            );
        }
    }
    found.sort();
    found.dedup();
    found
}

fn conflicts_among(rules: &[Ranked<'_>], direction: Direction) -> Vec<Conflict> {
    let mut found = Vec::new();
    for (position, loser) in rules.iter().enumerate() {
        for winner in rules.iter().take(position) {
            if winner.rule.action == loser.rule.action || !winner.overlaps(loser) {
                continue;
            }
            let kind = if winner.group.id != loser.group.id {
                ConflictKind::CrossGroup
            } else if winner.rule.priority == loser.rule.priority {
                ConflictKind::Tie
            } else {
                ConflictKind::Priority
            };
            let (winner, loser) = (winner.reference(), loser.reference());
            found.push(Conflict {
                kind,
                direction,
                winner,
                loser,
            });
        }
    }
    found
}

/// A rule with its boxes and its place in the order of decision.
pub(crate) struct Ranked<'a> {
    group: &'a SecurityGroup,
    rule: &'a Rule,
    boxes: RuleBoxes,
    pub(crate) leaf: u32,
}

impl Ranked<'_> {
    fn reference(&self) -> RuleRef {
        RuleRef::Rule {
            group: self.group.id.clone(),
            rule: self.rule.id.clone(),
        }
    }

    fn overlaps(&self, other: &Self) -> bool {
        let mut own = self.boxes.read.iter();
        own.any(|one| {
            other
                .boxes
                .read
                .iter()
                .any(|two| one.intersect(two).is_some())
        })
    }

    fn covers(&self, other: &Self) -> bool {
        let mut others = other.boxes.read.iter();
        others.all(|two| self.boxes.read.iter().any(|one| one.covers(two)))
    }

    pub(crate) fn boxes(&self) -> &[PacketBox] {
        &self.boxes.read
    }
}

/// Rules of some groups in the order of decision; rules of one leaf in the order of the groups
/// and of the rules in them.
fn ranked_rules<'a>(
    topology: &Topology,
    groups: &[&'a SecurityGroup],
    direction: Direction,
) -> Vec<Ranked<'a>> {
    let mut rules: Vec<Ranked<'a>> = groups
        .iter()
        .flat_map(|group| group.rules_of(direction).map(move |rule| (*group, rule)))
        .map(|(group, rule)| Ranked {
            group,
            rule,
            boxes: rule_boxes(topology, group.vpc.as_ref(), rule),
            leaf: Filters::leaf(rule),
        })
        .collect();
    rules.sort_by_key(|ranked| ranked.leaf);
    rules
}

struct Judge<'a> {
    topology: &'a Topology,
    space: PacketSpace,
}

impl<'a> Judge<'a> {
    fn new(topology: &'a Topology) -> Self {
        Self {
            topology,
            space: PacketSpace::new(FieldOrder::HOUSE, Budget::default()),
        }
    }

    fn group(
        &mut self,
        analysis: &Analysis,
        group: &SecurityGroup,
        direction: Direction,
    ) -> Result<Vec<RuleFate>, Error> {
        self.space.reset();
        let attached =
            !self.topology.members_of(&group.id).is_empty() || self.is_on_balancer(group);
        let rules = ranked_rules(self.topology, &[group], direction);
        let mut fates = Vec::with_capacity(rules.len());
        for (position, ranked) in rules.iter().enumerate() {
            let (before, rest) = rules.split_at(position);
            let after = rest.get(1..).unwrap_or_default();
            let (fate, by) = if ranked.rule.uncertain || ranked.boxes.is_uncertain() {
                (Fate::Unknown, Vec::new())
            } else if ranked.boxes.read.is_empty() {
                (Fate::Dangling, Vec::new())
            } else if !attached {
                (Fate::Unattached, Vec::new())
            } else {
                self.attached_rule(analysis, group, direction, ranked, before, after)?
            };
            fates.push(RuleFate {
                group: group.id.clone(),
                rule: ranked.rule.id.clone(),
                direction,
                fate,
                by,
                elsewhere: Vec::new(),
            });
        }
        Ok(fates)
    }

    fn is_on_balancer(&self, group: &SecurityGroup) -> bool {
        let mut balancers = self.topology.snapshot().balancers.values();
        balancers.any(|one| one.groups.contains(&group.id))
    }

    /// What happens where no rule of a group matches; `None` where that differs between what the
    /// group stands before: a balancer's listeners are open by default, interfaces are not.
    fn default_of(&self, group: &SecurityGroup, direction: Direction) -> Option<Action> {
        let of_interfaces = match (direction, group.kind) {
            (Direction::Egress, GroupKind::Basic) => Action::Accept,
            (Direction::Egress, GroupKind::Advanced) | (Direction::Ingress, _) => Action::Drop,
        };
        if of_interfaces == Action::Accept || !self.is_on_balancer(group) {
            return Some(of_interfaces);
        }
        self.topology
            .members_of(&group.id)
            .is_empty()
            .then_some(Action::Accept)
    }

    fn attached_rule(
        &mut self,
        analysis: &Analysis,
        group: &SecurityGroup,
        direction: Direction,
        ranked: &Ranked<'_>,
        before: &[Ranked<'_>],
        after: &[Ranked<'_>],
    ) -> Result<(Fate, Vec<RuleRef>), Error> {
        let earlier: Vec<&Ranked<'_>> = before.iter().filter(|one| one.overlaps(ranked)).collect();
        let ties: Vec<&&Ranked<'_>> = earlier
            .iter()
            .filter(|one| one.leaf + 1 == ranked.leaf && ranked.leaf % 2 == 1)
            .collect();
        if let Some(cover) = self.cover(ranked, &earlier)? {
            let tied = cover
                .iter()
                .any(|one| one.leaf + 1 == ranked.leaf && ranked.leaf % 2 == 1);
            // Rules of one priority and action have no order among themselves.
            let beside = cover.iter().all(|one| one.leaf == ranked.leaf);
            let fate = match (tied, beside) {
                (true, _) => Fate::Contradicted,
                (false, true) => Fate::Redundant,
                (false, false) => Fate::Shadowed,
            };
            return Ok((fate, cover.iter().map(|one| one.reference()).collect()));
        }
        if !ties.is_empty() {
            return Ok((
                Fate::Contradicted,
                ties.iter().map(|one| one.reference()).collect(),
            ));
        }
        if self.matters_beside_other_groups(analysis, group, direction, ranked) {
            return Ok((Fate::Effective, Vec::new()));
        }
        match self.successors(group, direction, ranked, &earlier, after)? {
            Some(by) => Ok((Fate::Redundant, by)),
            None => Ok((Fate::Effective, Vec::new())),
        }
    }

    /// The smallest set of earlier rules that matches all that a rule matches, if there is one.
    fn cover<'r, 'x>(
        &mut self,
        ranked: &Ranked<'_>,
        earlier: &[&'r Ranked<'x>],
    ) -> Result<Option<Vec<&'r Ranked<'x>>>, Error> {
        if let Some(single) = earlier.iter().find(|one| one.covers(ranked)) {
            return Ok(Some(vec![single]));
        }
        if earlier.len() < 2 {
            return Ok(None);
        }
        let target = self.space.union_of(&ranked.boxes.read)?;
        smallest_cover(&mut self.space, target, earlier)
    }

    /// Who decides the packets of a rule if it is taken away, if they fare the same then.
    fn successors(
        &mut self,
        group: &SecurityGroup,
        direction: Direction,
        ranked: &Ranked<'_>,
        earlier: &[&Ranked<'_>],
        after: &[Ranked<'_>],
    ) -> Result<Option<Vec<RuleRef>>, Error> {
        let default = self.default_of(group, direction);
        let later: Vec<&Ranked<'_>> = after.iter().filter(|one| one.overlaps(ranked)).collect();
        let opposed = later
            .iter()
            .any(|one| one.rule.action != ranked.rule.action);
        if later.is_empty() {
            return Ok((default == Some(ranked.rule.action)).then(|| vec![RuleRef::Default]));
        }
        if !opposed {
            if let Some(single) = later.iter().find(|one| one.covers(ranked)) {
                return Ok(Some(vec![single.reference()]));
            }
            if default == Some(ranked.rule.action) {
                return Ok(Some(vec![RuleRef::Default]));
            }
        }
        let mut left = self.decided_alone(ranked, earlier)?;
        let mut by = Vec::new();
        for one in later {
            let matched = self.space.union_of(one.boxes())?;
            if !self.space.intersects(left, matched)? {
                continue;
            }
            if one.rule.action != ranked.rule.action {
                return Ok(None);
            }
            by.push(one.reference());
            left = self.space.combine(SetOp::Difference, left, matched)?;
        }
        if !self.space.is_empty(left)? {
            if default != Some(ranked.rule.action) {
                return Ok(None);
            }
            by.push(RuleRef::Default);
        }
        Ok(Some(by))
    }

    fn decided_alone(
        &mut self,
        ranked: &Ranked<'_>,
        earlier: &[&Ranked<'_>],
    ) -> Result<Node, Error> {
        let mut left = self.space.union_of(&ranked.boxes.read)?;
        for one in earlier {
            let matched = self.space.union_of(one.boxes())?;
            left = self.space.combine(SetOp::Difference, left, matched)?;
        }
        Ok(left)
    }

    /// True if another group that stands before the same interface has an opposite rule after
    /// this one: without this rule, that one would decide.
    fn matters_beside_other_groups(
        &self,
        analysis: &Analysis,
        group: &SecurityGroup,
        direction: Direction,
        ranked: &Ranked<'_>,
    ) -> bool {
        let classes = analysis.classes();
        let mut others: Vec<&Id> = classes
            .with_group(&group.id)
            .iter()
            .flat_map(|class| &classes.class(*class).groups)
            .filter(|id| **id != group.id)
            .collect();
        others.sort();
        others.dedup();
        others
            .into_iter()
            .filter_map(|id| self.topology.group(id))
            .any(|other| {
                other.rules_of(direction).any(|rule| {
                    rule.action != ranked.rule.action
                        && Filters::leaf(rule) > ranked.leaf
                        && rule_boxes(self.topology, other.vpc.as_ref(), rule)
                            .possible
                            .iter()
                            .any(|one| {
                                ranked
                                    .boxes
                                    .read
                                    .iter()
                                    .any(|own| own.intersect(one).is_some())
                            })
                })
            })
    }

    /// Judges the rules of a group on every class where other groups stand beside it.
    fn elsewhere(
        &mut self,
        analysis: &Analysis,
        group: &SecurityGroup,
        fates: &mut [RuleFate],
    ) -> Result<(), Error> {
        let classes = analysis.classes();
        for index in classes.with_group(&group.id) {
            let class = classes.class(*index);
            if class.groups.len() < 2 {
                continue;
            }
            let groups: Vec<&SecurityGroup> = class
                .groups
                .iter()
                .filter_map(|id| self.topology.group(id))
                .map(AsRef::as_ref)
                .collect();
            for direction in [Direction::Ingress, Direction::Egress] {
                self.space.reset();
                let rules = ranked_rules(self.topology, &groups, direction);
                for (position, ranked) in rules.iter().enumerate() {
                    let living = |fate: &&mut RuleFate| {
                        fate.rule == ranked.rule.id
                            && fate.direction == direction
                            && matches!(fate.fate, Fate::Effective | Fate::Redundant)
                    };
                    if ranked.group.id != group.id {
                        continue;
                    }
                    let Some(fate) = fates.iter_mut().find(living) else {
                        continue;
                    };
                    let before = rules.iter().take(position);
                    let earlier: Vec<&Ranked<'_>> =
                        before.filter(|one| one.overlaps(ranked)).collect();
                    if let Some(cover) = self.cover(ranked, &earlier)? {
                        let opposed = cover
                            .iter()
                            .any(|one| one.rule.action != ranked.rule.action);
                        fate.elsewhere.push(FateOnInterface {
                            interface: class.first(),
                            count: class.members.len(),
                            fate: if opposed {
                                Fate::Contradicted
                            } else {
                                Fate::Shadowed
                            },
                            by: cover.iter().map(|one| one.reference()).collect(),
                        });
                    }
                }
            }
        }
        for fate in fates {
            let all = classes.with_group(&group.id).len();
            let overruled = fate
                .elsewhere
                .iter()
                .filter(|one| one.fate == Fate::Contradicted)
                .count();
            if overruled == all && all > 0 {
                fate.fate = Fate::Contradicted;
                fate.by = fate
                    .elsewhere
                    .first()
                    .map(|one| one.by.clone())
                    .unwrap_or_default();
            }
        }
        Ok(())
    }
}
