//! Closes some packets that an accept rule lets pass.

use yumen_cloud::{Action, CloudEdit, Direction, Id, Peer, Rule, SecurityGroup};
use yumen_packets::{Error, Node, PacketBox, PacketSet, SetOp};
use yumen_reach::Topology;

use crate::cover::{Inexpressible, Shape, cover};
use crate::frame::{Form, Frame};
use crate::plan::{Limits, Plan, Refusal};
use crate::stage::{Stage, leaf};

/// The provider takes no lower rank for a new rule; old default rules have 110.
const LAST_PRIORITY: u16 = 100;

/// No rule comes before one of this priority.
const FIRST_PRIORITY: u16 = 1;

/// Packets to close at everything that a group stands before, by edits about one accept rule of
/// it.
#[derive(Clone, Copy, Debug)]
pub struct Narrowing<'a> {
    /// The group
    pub group: &'a Id,
    /// The accept rule
    pub rule: &'a Id,
    /// Packets that the rule must not let pass any more; what a drop of the group takes before it
    /// is left alone
    pub close: &'a PacketSet,
    /// Packets that nobody can send: unrouted private and reserved addresses, protocols without a
    /// name, port 0. They may be closed too where that makes rules fewer, and are never opened
    pub expendable: &'a PacketSet,
}

/// The fewest edits after which a rule lets nothing pass that is to be closed: nothing opens
/// anywhere, and everything that closes was to be closed or is expendable.
///
/// Rules can be narrowed in any order: one behind an accept rule that lets the same packets pass is
/// narrowed all the same.
///
/// The rule is replaced by rules for what stays, or it stays behind a drop rule that is an
/// exception from it; what takes fewer edits is taken, at a tie the former. A packet that another
/// rule lets pass as well still passes, and wants a narrowing of that rule.
///
/// # Errors
/// There is no such rule, or no such edit; [`Refusal`] says which.
pub fn narrow(
    topology: &Topology,
    narrowing: &Narrowing<'_>,
    limits: Limits,
) -> Result<Plan, Refusal> {
    let (group, rule) = find(topology, narrowing.group, narrowing.rule)?;
    if rule.action != Action::Accept {
        return Err(Refusal::NotAnAccept(rule.id.clone()));
    }
    let mut desk = Desk::new(topology, group, rule, narrowing)?;
    if desk.stage.space.is_empty(desk.target)? {
        return Ok(Plan::default());
    }
    let (mut proposals, obstacle) = desk.proposals()?;
    // A rule that steps back fares otherwise beside others: that is the last thing to try.
    proposals.sort_by_key(|proposal| (proposal.steps_back, proposal.edits.len()));
    let mut lacking: Option<(usize, usize)> = None;
    for proposal in proposals {
        let (needed, spare) = desk.room(&proposal, limits);
        if needed > spare {
            lacking = Some(lacking.unwrap_or((needed, spare)).min((needed, spare)));
            continue;
        }
        if let Some(plan) = desk.prove(proposal, limits)? {
            return Ok(plan);
        }
    }
    let group = group.id.clone();
    if let Some((needed, spare)) = lacking {
        return Err(Refusal::TooManyRules {
            group,
            needed,
            spare,
        });
    }
    Err(match obstacle {
        Some(Inexpressible::Unsayable(left)) => Refusal::Inexpressible { group, left },
        Some(Inexpressible::Entangled) => Refusal::Entangled(group),
        Some(Inexpressible::Packets(_)) | None => Refusal::Inexpressible {
            group,
            left: desk.stage.space.freeze(desk.target)?,
        },
    })
}

/// A group and a rule of it.
pub(crate) fn find<'a>(
    topology: &'a Topology,
    group: &Id,
    rule: &Id,
) -> Result<(&'a SecurityGroup, &'a Rule), Refusal> {
    let group = topology
        .group(group)
        .ok_or_else(|| Refusal::NoSuchGroup(group.clone()))?;
    let found = group.rules.iter().find(|one| one.id == *rule);
    let found = found.ok_or_else(|| Refusal::NoSuchRule {
        group: group.id.clone(),
        rule: rule.clone(),
    })?;
    Ok((group, found))
}

/// Edits that have not been proven yet.
struct Proposal {
    edits: Vec<CloudEdit>,
    /// The group's rules after them
    rules: Vec<Rule>,
    /// True if it is right whatever an unread rule says: rules became narrower, none was added
    only_narrows: bool,
    /// True if the rule itself gets another priority
    steps_back: bool,
}

/// One narrowing with the sets that it is about.
struct Desk<'a> {
    stage: Stage<'a>,
    rule: &'a Rule,
    frame: Frame,
    close: Node,
    expendable: Node,
    /// What the rule matches
    matched: Node,
    /// What the rule matches and must not let pass
    closing: Node,
    /// What of that no drop of its group takes before it. Accepts before it do not count: they may
    /// be narrowed in their turn, and then the rule decides
    target: Node,
}

impl<'a> Desk<'a> {
    fn new(
        topology: &'a Topology,
        group: &'a SecurityGroup,
        rule: &'a Rule,
        narrowing: &Narrowing<'_>,
    ) -> Result<Self, Refusal> {
        let mut stage = Stage::new(topology, group, rule.direction)?;
        let boxes = stage.boxes(rule);
        if rule.uncertain || boxes.is_uncertain() || rule.peer == Peer::Anywhere {
            return Err(Refusal::Uncertain(rule.id.clone()));
        }
        let close = stage.space.load(narrowing.close)?;
        let expendable = stage.space.load(narrowing.expendable)?;
        let matched = stage.space.union_of(&boxes.read)?;
        let closing = stage.both(matched, close)?;
        let dropped = stage.matched(drops_before(stage.rules(), leaf(rule)))?;
        let target = stage.minus(closing, dropped)?;
        Ok(Self {
            frame: Frame::of_rule(topology, rule, &boxes),
            stage,
            rule,
            close,
            expendable,
            matched,
            closing,
            target,
        })
    }

    /// What could be done, and why it is not more.
    fn proposals(&mut self) -> Result<(Vec<Proposal>, Option<Inexpressible>), Error> {
        let mut proposals = Vec::new();
        let mut obstacle = None;
        let mut note = |outcome: Result<Proposal, Inexpressible>| match outcome {
            Ok(proposal) => {
                proposals.push(proposal);
                Ok(())
            }
            Err(Inexpressible::Packets(error)) => Err(error),
            Err(other) => {
                obstacle = obstacle.take().or(Some(other));
                Ok(())
            }
        };
        // A narrower rule always proves, so that what takes as many edits need not be tried.
        let mut most = usize::MAX;
        for keep in self.kept()? {
            let outcome = self.replacement(keep, most);
            if let Some(sure) = outcome.as_ref().ok().filter(|one| one.only_narrows) {
                most = most.min(sure.edits.len().saturating_sub(1));
            }
            note(outcome)?;
        }
        if self.stage.unread().is_none() {
            if most > 0 {
                note(self.exception_alone(most))?;
            }
            let last_resort = self.rule.priority <= FIRST_PRIORITY;
            if last_resort || most > 0 {
                let most = if last_resort { usize::MAX } else { most };
                note(self.exception_with_accepts(most))?;
            }
        }
        Ok((proposals, obstacle))
    }

    /// What has to stay of the rule: all that is not to be closed, then less and less of what
    /// nobody would miss.
    fn kept(&mut self) -> Result<Vec<Node>, Error> {
        let all = self.stage.minus(self.matched, self.closing)?;
        let used = self.stage.minus(all, self.expendable)?;
        let (own, rank) = (&self.rule.id, leaf(self.rule));
        let beside = self.stage.rules();
        let beside = beside.filter(|one| one.id != *own && leaf(one) == rank);
        let beside = self.stage.matched(beside)?;
        let alone = self.stage.minus(used, beside)?;
        let earlier = self.stage.rules().filter(|one| leaf(one) < rank);
        let earlier = self.stage.matched(earlier)?;
        let decided = self.stage.minus(alone, earlier)?;
        let mut kept = vec![all, used, alone, decided];
        kept.dedup();
        Ok(kept)
    }

    /// The rule gives way to rules for what has to stay, at its priority.
    fn replacement(&mut self, keep: Node, most: usize) -> Result<Proposal, Inexpressible> {
        let required = self.stage.space.plain_boxes(keep)?;
        let forbidden = self.stage.space.plain_boxes(self.closing)?;
        let shapes = cover(&self.frame, &required, &forbidden, most)?;
        let template = Rule {
            priority: self.rule.priority.min(LAST_PRIORITY),
            ..self.rule.clone()
        };
        let others = self.stage.group.rules.iter();
        let others: Vec<&Rule> = others.filter(|one| one.id != self.rule.id).collect();
        let mut rules = self.named(shapes.iter().map(|shape| shape.rule(&template)).collect());
        rules.retain(|rule| !others.iter().any(|other| other.is_same_filter(rule)));
        let group = &self.stage.group.id;
        let edits = match &mut rules[..] {
            [only] if can_replace(self.rule, only) => {
                only.id = self.rule.id.clone();
                only.created_at.clone_from(&self.rule.created_at);
                only.place = self.rule.place.clone();
                vec![CloudEdit::ReplaceRule {
                    group: group.clone(),
                    rule: only.clone(),
                }]
            }
            rules => {
                let added = rules.iter().map(|rule| added(group, rule));
                let removed = CloudEdit::RemoveRule {
                    group: group.clone(),
                    rule: self.rule.id.clone(),
                };
                added.chain([removed]).collect()
            }
        };
        Ok(Proposal {
            edits,
            rules: others.into_iter().cloned().chain(rules).collect(),
            only_narrows: template.priority == self.rule.priority,
            steps_back: false,
        })
    }

    /// The rule stays, and a rule of its priority drops what is to be closed and nothing else that
    /// passes.
    fn exception_alone(&mut self, most: usize) -> Result<Proposal, Inexpressible> {
        let priority = self.rule.priority.min(LAST_PRIORITY);
        let passing = self.passing_after(priority)?;
        let stays = self.stage.minus(passing, self.close)?;
        let stays = self.stage.minus(stays, self.expendable)?;
        let frame = Frame::whole(self.rule.direction, self.rule.local);
        let required = self.stage.space.plain_boxes(self.target)?;
        let forbidden = self.stage.space.plain_boxes(stays)?;
        let drops = cover(&frame, &required, &forbidden, most)?;
        Ok(self.exception(priority, &drops, &[]))
    }

    /// The rule stays, a rule of its priority drops all that it matches at the ports in question,
    /// and rules before that accept what has to stay of these. Before the first priority there is
    /// none: there the rule steps back by one.
    fn exception_with_accepts(&mut self, most: usize) -> Result<Proposal, Inexpressible> {
        let priority = self.rule.priority.clamp(FIRST_PRIORITY + 1, LAST_PRIORITY);
        let before = priority - 1;
        let direction = self.rule.direction;
        let services = self.stage.space.plain_boxes(self.target)?;
        let services: Vec<PacketBox> = services
            .iter()
            .map(|one| with_any_peer(one, direction))
            .collect();
        let services = self.stage.space.union_of(&services)?;
        let area = self.stage.both(services, self.matched)?;
        let outside = self.stage.minus(self.matched, area)?;
        let required = self.stage.space.plain_boxes(area)?;
        let forbidden = self.stage.space.plain_boxes(outside)?;
        let drops = cover(&self.frame, &required, &forbidden, most)?;
        let most = most.saturating_sub(drops.len());

        let passing = self.passing_after(priority.min(self.rule.priority))?;
        let stays = self.stage.both(passing, area)?;
        let stays = self.stage.minus(stays, self.close)?;
        let stays = self.stage.minus(stays, self.expendable)?;
        let mut everywhere = self.stage.space.full();
        for position in 0..self.stage.contexts.len() {
            if let Some(passes) = self.stage.contexts.get(position).map(|one| one.passes) {
                everywhere = self.stage.both(everywhere, passes)?;
            }
        }
        let everywhere = self.stage.minus(everywhere, self.close)?;
        let closed = self.stage.space.complement(everywhere)?;
        let required = self.stage.space.plain_boxes(stays)?;
        let forbidden = self.stage.space.plain_boxes(closed)?;
        let accepts = cover(&self.accepting_frame(), &required, &forbidden, most)?;
        let accepts: Vec<(u16, &Shape)> = accepts.iter().map(|shape| (before, shape)).collect();
        Ok(self.exception(priority, &drops, &accepts))
    }

    /// What accept rules beside a drop may say: members of a group have no other name than the
    /// group's.
    fn accepting_frame(&self) -> Frame {
        if !self.frame.divisible {
            return self.frame.clone();
        }
        let mut frame = Frame::whole(self.rule.direction, self.rule.local);
        if matches!(self.rule.peer, Peer::PrefixList(_)) {
            frame.forms.extend(self.frame.forms.iter().map(Form::clone));
        }
        frame
    }

    /// What passes somewhere and is decided after the drop rules of a priority.
    fn passing_after(&mut self, priority: u16) -> Result<Node, Error> {
        let rank = 2 * u32::from(priority);
        let space = &mut self.stage.space;
        let mut passing = space.empty();
        for context in &self.stage.contexts {
            let earlier = space.packets(context.decision, &|leaf| leaf < rank)?;
            let later = space.combine(SetOp::Difference, context.passes, earlier)?;
            passing = space.combine(SetOp::Union, passing, later)?;
        }
        Ok(passing)
    }

    fn exception(&self, priority: u16, drops: &[Shape], accepts: &[(u16, &Shape)]) -> Proposal {
        let rule = |priority, action, shape: &Shape| {
            shape.rule(&Rule {
                priority,
                action,
                ..self.rule.clone()
            })
        };
        let accepts = accepts
            .iter()
            .map(|(priority, shape)| rule(*priority, Action::Accept, shape));
        let drops = drops
            .iter()
            .map(|shape| rule(priority, Action::Drop, shape));
        let present = &self.stage.group.rules;
        let mut new = self.named(accepts.chain(drops).collect());
        new.retain(|rule| !present.iter().any(|one| one.is_same_filter(rule)));
        let edits = new.iter().map(|rule| added(&self.stage.group.id, rule));
        let mut edits: Vec<CloudEdit> = edits.collect();
        if self.rule.priority < priority {
            edits.push(CloudEdit::ReplaceRule {
                group: self.stage.group.id.clone(),
                rule: Rule {
                    priority,
                    ..self.rule.clone()
                },
            });
        }
        Proposal {
            edits,
            rules: present.iter().cloned().chain(new.iter().cloned()).collect(),
            only_narrows: false,
            steps_back: self.rule.priority < priority,
        }
    }

    fn named(&self, rules: Vec<Rule>) -> Vec<Rule> {
        named(self.stage.group, rules)
    }

    /// How many rules a proposal adds, and for how many there is room.
    fn room(&self, proposal: &Proposal, limits: Limits) -> (usize, usize) {
        room(
            self.stage.group,
            self.rule.direction,
            &proposal.rules,
            limits,
        )
    }

    /// The plan of a proposal, if that does what it must and nothing else.
    fn prove(&mut self, proposal: Proposal, limits: Limits) -> Result<Option<Plan>, Refusal> {
        if let Some(unread) = self.stage.unread().filter(|_| !proposal.only_narrows) {
            return Err(Refusal::Uncertain(unread.clone()));
        }
        let rules = applied(self.stage.topology, self.stage.group, &proposal.edits)?;
        let effect = self.stage.effect(&rules)?;
        if !self.stage.space.is_empty(effect.opened)? {
            return Ok(None);
        }
        let beside = self.stage.minus(effect.closed, self.close)?;
        if !self.stage.space.is_subset(beside, self.expendable)? {
            return Ok(None);
        }
        let present = &self.stage.group.rules;
        let descends = |rule: &Rule| rule.id == self.rule.id || !present.contains(rule);
        for rule in rules
            .iter()
            .filter(|rule| rule.action == Action::Accept && descends(rule))
        {
            let matched = self.stage.matched([rule].into_iter())?;
            let ours = rules.iter().filter(|one| one.direction == rule.direction);
            let dropped = self.stage.matched(drops_before(ours, leaf(rule)))?;
            let through = self.stage.minus(matched, dropped)?;
            if self.stage.space.intersects(through, self.target)? {
                return Ok(None);
            }
        }
        let edits = within_limit(
            self.stage.group,
            self.rule.direction,
            proposal.edits,
            limits,
        );
        Ok(Some(Plan {
            edits,
            also_closed: self.stage.space.freeze(beside)?,
        }))
    }
}

/// The drops among some rules that come before a place in the order.
fn drops_before<'r>(
    rules: impl Iterator<Item = &'r Rule>,
    before: u32,
) -> impl Iterator<Item = &'r Rule> {
    rules.filter(move |rule| rule.action == Action::Drop && leaf(rule) < before)
}

/// The rules of a group after some edits, as the snapshot has them then.
pub(crate) fn applied(
    topology: &Topology,
    group: &SecurityGroup,
    edits: &[CloudEdit],
) -> Result<Vec<Rule>, Refusal> {
    let mut snapshot = topology.snapshot().clone();
    for edit in edits {
        snapshot = snapshot.with_edit(edit)?;
    }
    let after = snapshot.groups.get(&group.id);
    let after = after.ok_or_else(|| Refusal::NoSuchGroup(group.id.clone()))?;
    Ok(after.rules.clone())
}

/// Gives new rules ids that stand until the provider's do.
pub(crate) fn named(group: &SecurityGroup, rules: Vec<Rule>) -> Vec<Rule> {
    let fresh = (1_u32..)
        .map(|number| Id::from(format!("{}/new/{number}", group.id)))
        .filter(|id| group.rules.iter().all(|rule| rule.id != *id));
    rules
        .into_iter()
        .zip(fresh)
        .map(|(rule, id)| Rule {
            id,
            created_at: None,
            place: yumen_diagnostics::Place::default(),
            ..rule
        })
        .collect()
}

pub(crate) fn added(group: &Id, rule: &Rule) -> CloudEdit {
    CloudEdit::AddRule {
        group: group.clone(),
        rule: rule.clone(),
    }
}

/// How many rules a group gains in a direction, and how many it may.
pub(crate) fn room(
    group: &SecurityGroup,
    direction: Direction,
    after: &[Rule],
    limits: Limits,
) -> (usize, usize) {
    let before = group.rules_of(direction).count();
    let after = after
        .iter()
        .filter(|rule| rule.direction == direction)
        .count();
    (
        after.saturating_sub(before),
        limits.rules_per_group.saturating_sub(before),
    )
}

/// Takes the rule that goes away before the last one that comes, where a group would have too
/// many in between.
fn within_limit(
    group: &SecurityGroup,
    direction: Direction,
    mut edits: Vec<CloudEdit>,
    limits: Limits,
) -> Vec<CloudEdit> {
    let adds = edits
        .iter()
        .filter(|edit| matches!(edit, CloudEdit::AddRule { .. }))
        .count();
    let removes = matches!(edits.last(), Some(CloudEdit::RemoveRule { .. }));
    let most = group.rules_of(direction).count() + adds;
    if adds > 0 && removes && most > limits.rules_per_group {
        let last = edits.len() - 1;
        edits.swap(last - 1, last);
    }
    edits
}

/// Whether the provider can change a rule in place: one that it has given an id, without a change
/// of what kind of thing the fields hold.
fn can_replace(before: &Rule, after: &Rule) -> bool {
    let same_peer = match (&before.peer, &after.peer) {
        (Peer::Network(one), Peer::Network(other)) => {
            one.addr().is_ipv4() == other.addr().is_ipv4()
        }
        (one, other) => one == other,
    };
    let listed = |rule: &Rule| matches!(rule.ports, yumen_cloud::PortMatch::List(_));
    !before.id.as_str().contains('/')
        && same_peer
        && listed(before) == listed(after)
        && before.source_ports == after.source_ports
        && before.local == after.local
}

/// The box with every address on the other side.
fn with_any_peer(packets: &PacketBox, direction: Direction) -> PacketBox {
    let all = PacketBox::all(packets.family);
    match direction {
        Direction::Ingress => PacketBox {
            source: all.source,
            ..*packets
        },
        Direction::Egress => PacketBox {
            destination: all.destination,
            ..*packets
        },
    }
}

/// What is proposed is right as a rule, so that the proof is tried on what is not.
#[cfg(test)]
mod tests {
    use super::*;
    use crate::estate::parse;
    use yumen_packets::{Family, Interval};
    use yumen_reach::Internet;

    const RULES: &str = "in drop 1 tcp 80 from 0.0.0.0/0 id=drop
                         in accept 2 tcp 22/80 from 0.0.0.0/0 id=it";

    /// Whether it is proven that edits close port 22 of the rule `it` and nothing else.
    fn proves(edits: impl Fn(&Rule) -> Vec<CloudEdit>) -> bool {
        let text = format!(
            "vpc vpc-a 10.0.0.0/16
             vswitch vsw-1 vpc-a 10.0.1.0/24
             sg sg-1 vpc-a basic
             {RULES}
             eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1"
        );
        let topology = Topology::new(&parse(&text), &Internet::default());
        let close = PacketSet::from_box(&PacketBox {
            protocol: Interval::single(6),
            destination_port: Interval::single(22),
            ..PacketBox::all(Family::V4)
        });
        let narrowing = Narrowing {
            group: &"sg-1".into(),
            rule: &"it".into(),
            close: &close,
            expendable: &PacketSet::empty(),
        };
        let (group, rule) = find(&topology, narrowing.group, narrowing.rule).unwrap();
        let mut desk = Desk::new(&topology, group, rule, &narrowing).unwrap();
        let proposal = Proposal {
            edits: edits(rule),
            rules: Vec::new(),
            only_narrows: false,
            steps_back: false,
        };
        desk.prove(proposal, Limits::default()).unwrap().is_some()
    }

    fn replaced(rule: &Rule, priority: u16, low: u16, high: u16) -> Vec<CloudEdit> {
        let range = Interval::new(low, high).unwrap();
        let rule = Rule {
            priority,
            ports: yumen_cloud::PortMatch::Range(range),
            ..rule.clone()
        };
        let group = "sg-1".into();
        vec![CloudEdit::ReplaceRule { group, rule }]
    }

    #[test]
    fn what_does_exactly_that_is_proven() {
        assert!(proves(|rule| replaced(rule, 2, 23, 80)));
        assert!(proves(|rule| replaced(rule, 1, 23, 79)));
    }

    #[test]
    fn what_opens_something_is_not() {
        assert!(!proves(|rule| replaced(rule, 2, 23, 81)));
        assert!(!proves(|rule| {
            let mut edits = replaced(rule, 2, 23, 80);
            edits.push(CloudEdit::RemoveRule {
                group: "sg-1".into(),
                rule: "drop".into(),
            });
            edits
        }));
    }

    #[test]
    fn what_closes_something_else_is_not() {
        assert!(!proves(|rule| replaced(rule, 2, 24, 80)));
    }

    #[test]
    fn what_leaves_something_open_is_not() {
        assert!(!proves(|_| Vec::new()));
        assert!(!proves(|rule| vec![added(
            &"sg-1".into(),
            &Rule {
                id: "more".into(),
                priority: 1,
                ..rule.clone()
            }
        )]));
    }
}
