//! What a change of one group does to everything that the group stands before, as packets.

use std::collections::BTreeSet;

use yumen_cloud::{Action, Direction, GroupKind, Id, Rule, SecurityGroup};
use yumen_packets::{Budget, Decision, Error, FieldOrder, Node, PacketBox, PacketSpace, SetOp};
use yumen_reach::{Reading, RuleBoxes, Topology, rule_boxes};

/// A group with everything that it stands before, in one direction.
pub(crate) struct Stage<'a> {
    pub(crate) topology: &'a Topology,
    pub(crate) group: &'a SecurityGroup,
    pub(crate) direction: Direction,
    pub(crate) space: PacketSpace,
    pub(crate) contexts: Vec<Context>,
    /// What the group alone decides, as it is
    pub(crate) own: Decision,
}

/// Interfaces (or balancers) that the group stands before, together with the same other groups.
pub(crate) struct Context {
    /// The other groups
    pub(crate) others: Vec<Id>,
    /// What these decide
    others_decide: Option<Decision>,
    /// True if what no rule matches passes
    pub(crate) default_passes: bool,
    /// What was not read in full of this group or the others, if anything
    pub(crate) unread: Option<Id>,
    /// The group among them that may have rules which were not read at all
    pub(crate) unlisted: Option<Id>,
    /// What all of them decide, as it is
    pub(crate) decision: Decision,
    /// The packets that pass, as it is
    pub(crate) passes: Node,
}

/// What a change does.
pub(crate) struct Effect {
    /// Packets that pass now and did not before, somewhere
    pub(crate) opened: Node,
    /// Packets that passed before and do not now, somewhere
    pub(crate) closed: Node,
    /// What the group alone decides then
    pub(crate) own: Decision,
}

/// Where a rule stands in the order of decision; the lowest decides. LAW (first match is lowest
/// leaf).
pub(crate) fn leaf(rule: &Rule) -> u32 {
    2 * u32::from(rule.priority) + u32::from(rule.action == Action::Accept)
}

impl<'a> Stage<'a> {
    pub(crate) fn new(
        topology: &'a Topology,
        group: &'a SecurityGroup,
        direction: Direction,
    ) -> Result<Self, Error> {
        let mut space = PacketSpace::new(FieldOrder::HOUSE, Budget::default());
        let own = decision(&mut space, topology, group, &group.rules, direction)?;
        let mut stage = Self {
            topology,
            group,
            direction,
            space,
            contexts: Vec::new(),
            own,
        };
        // What stands before no interface yet is judged by itself, and so is what does: the next
        // member may have no other group.
        let mut together: BTreeSet<&[Id]> = BTreeSet::new();
        for member in topology.members_of(&group.id) {
            together.insert(&topology.endpoint(*member).interface.groups);
        }
        let alone = [group.id.clone()];
        together.insert(&alone);
        for groups in together {
            let others = groups.iter().filter(|id| **id != group.id).cloned();
            stage.add_context(others.collect(), None)?;
        }
        let mut balancers = topology.snapshot().balancers.values();
        if direction == Direction::Ingress && balancers.any(|one| one.groups.contains(&group.id)) {
            // The listeners of a balancer are open until a rule of one of its groups drops.
            stage.add_context(Vec::new(), Some(true))?;
        }
        Ok(stage)
    }

    fn add_context(&mut self, others: Vec<Id>, default: Option<bool>) -> Result<(), Error> {
        let (topology, direction) = (self.topology, self.direction);
        let mut unread = self.is_unread(self.group).then(|| self.group.id.clone());
        let mut unlisted = self
            .group
            .is_unread(direction)
            .then(|| self.group.id.clone());
        let mut basic = self.group.kind == GroupKind::Basic;
        let mut others_decide: Option<Decision> = None;
        for id in &others {
            let Some(other) = topology.group(id) else {
                unread = Some(id.clone());
                unlisted = Some(id.clone());
                continue;
            };
            if other.is_unread(direction) {
                unlisted = Some(id.clone());
            }
            basic |= other.kind == GroupKind::Basic;
            if self.is_unread(other) {
                unread = Some(id.clone());
            }
            let decided = decision(&mut self.space, topology, other, &other.rules, direction)?;
            others_decide = Some(match others_decide {
                None => decided,
                Some(before) => self.space.lowest(before, decided)?,
            });
        }
        let decision = match others_decide {
            None => self.own,
            Some(others) => self.space.lowest(others, self.own)?,
        };
        let default_passes = default.unwrap_or(direction == Direction::Egress && basic);
        let passes = passes(&mut self.space, decision, default_passes)?;
        self.contexts.push(Context {
            others,
            others_decide,
            default_passes,
            unread,
            unlisted,
            decision,
            passes,
        });
        Ok(())
    }

    /// True if a group could decide otherwise than it seems.
    fn is_unread(&self, group: &SecurityGroup) -> bool {
        group.is_unread(self.direction)
            || group
                .rules_of(self.direction)
                .any(|rule| rule.uncertain || self.boxes_of(group, rule).is_uncertain())
    }

    pub(crate) fn boxes(&self, rule: &Rule) -> RuleBoxes {
        self.boxes_of(self.group, rule)
    }

    pub(crate) fn boxes_of(&self, group: &SecurityGroup, rule: &Rule) -> RuleBoxes {
        rule_boxes(self.topology, group.vpc.as_ref(), rule)
    }

    /// What was not read in full before one of the contexts, if anything.
    pub(crate) fn unread(&self) -> Option<&Id> {
        self.contexts.iter().find_map(|one| one.unread.as_ref())
    }

    /// The rules of the group in this direction.
    pub(crate) fn rules(&self) -> impl Iterator<Item = &'a Rule> + use<'a> {
        self.group.rules_of(self.direction)
    }

    /// The packets that some rules of the group match for certain.
    pub(crate) fn matched<'r>(
        &mut self,
        rules: impl Iterator<Item = &'r Rule>,
    ) -> Result<Node, Error> {
        let boxes: Vec<PacketBox> = rules
            .flat_map(|rule| self.boxes(rule).of(Reading::Certain, true).to_vec())
            .collect();
        self.space.union_of(&boxes)
    }

    /// What happens everywhere if the group has other rules.
    pub(crate) fn effect(&mut self, rules: &[Rule]) -> Result<Effect, Error> {
        let space = &mut self.space;
        let own = decision(space, self.topology, self.group, rules, self.direction)?;
        let (mut opened, mut closed) = (space.empty(), space.empty());
        for context in &self.contexts {
            let decision = match context.others_decide {
                None => own,
                Some(others) => space.lowest(others, own)?,
            };
            let now = passes(space, decision, context.default_passes)?;
            let more = space.combine(SetOp::Difference, now, context.passes)?;
            let fewer = space.combine(SetOp::Difference, context.passes, now)?;
            opened = space.combine(SetOp::Union, opened, more)?;
            closed = space.combine(SetOp::Union, closed, fewer)?;
        }
        Ok(Effect {
            opened,
            closed,
            own,
        })
    }

    pub(crate) fn minus(&mut self, from: Node, what: Node) -> Result<Node, Error> {
        self.space.combine(SetOp::Difference, from, what)
    }

    pub(crate) fn both(&mut self, one: Node, other: Node) -> Result<Node, Error> {
        self.space.combine(SetOp::Intersection, one, other)
    }

    pub(crate) fn either(&mut self, one: Node, other: Node) -> Result<Node, Error> {
        self.space.combine(SetOp::Union, one, other)
    }
}

/// What the rules of a group decide, by what was read.
fn decision(
    space: &mut PacketSpace,
    topology: &Topology,
    group: &SecurityGroup,
    rules: &[Rule],
    direction: Direction,
) -> Result<Decision, Error> {
    let own = rules.iter().filter(|rule| rule.direction == direction);
    let mut ranked: Vec<&Rule> = own.collect();
    ranked.sort_by_key(|rule| leaf(rule));
    let mut boxes = Vec::with_capacity(ranked.len());
    for rule in ranked {
        let matched = rule_boxes(topology, group.vpc.as_ref(), rule).read;
        boxes.extend(matched.into_iter().map(|matched| (matched, leaf(rule))));
    }
    space.first_match(&boxes)
}

fn passes(space: &mut PacketSpace, decision: Decision, default: bool) -> Result<Node, Error> {
    if default {
        let dropped = space.packets(decision, &|leaf| leaf % 2 == 0)?;
        space.complement(dropped)
    } else {
        space.packets(decision, &|leaf| leaf % 2 == 1)
    }
}
