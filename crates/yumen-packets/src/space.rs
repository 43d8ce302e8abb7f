//! The scratch arena in which one worker computes with packet sets and decisions.

use std::sync::atomic::{AtomicU64, Ordering};

use hashbrown::HashMap;

use crate::apply::{Known, Op, apply, rename};
use crate::arena::{Arena, NO_MATCH, Ref};
use crate::budget::{Budget, Error};
use crate::count::Count;
use crate::first_match::{Rules, compile};
use crate::flat::{Flatten, flatten, product};
use crate::header::Family;
use crate::interval::Interval;
use crate::order::{Field, FieldOrder};
use crate::packet::Packet;
use crate::packet_box::PacketBox;
use crate::reorder::transfer;
use crate::set::PacketSet;

/// Spaces and their generations are told apart by number; the numbers are never shown or ordered.
static NEXT: AtomicU64 = AtomicU64::new(1);

/// What to do with two packet sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SetOp {
    /// Packets in either.
    Union,
    /// Packets in both.
    Intersection,
    /// Packets in the first and not in the second.
    Difference,
    /// Packets in exactly one.
    SymmetricDifference,
}

/// A packet set in a [`PacketSpace`]. Equal nodes of one space are equal sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Node {
    space: u64,
    at: Ref,
}

/// A decision in a [`PacketSpace`]: to each packet a number, or none. Equal decisions of one space
/// are equal functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Decision {
    space: u64,
    at: Ref,
}

/// One worker's scratch arena for packet sets and decisions.
///
/// Everything made in it is freed together, by [`PacketSpace::reset`] or by dropping it. Nodes and
/// decisions are cheap handles; using one after a reset or in another space is
/// [`Error::ForeignNode`]. What must outlive the space is taken out with [`PacketSpace::freeze`].
#[derive(Debug)]
pub struct PacketSpace {
    id: u64,
    arena: Arena,
    known: Known,
}

impl PacketSpace {
    /// The leaf that marks packets no rule matches; no rule may have this number.
    pub const NO_MATCH: u32 = NO_MATCH;

    /// An empty space.
    pub fn new(order: FieldOrder, budget: Budget) -> Self {
        let id = NEXT.fetch_add(1, Ordering::Relaxed);
        Self {
            id,
            arena: Arena::new(order, budget),
            known: Known::default(),
        }
    }

    /// Forgets everything and starts the budget anew, keeping some memory for the next use.
    pub fn reset(&mut self) {
        self.id = NEXT.fetch_add(1, Ordering::Relaxed);
        self.arena.reset();
        self.known.clear();
    }

    /// The field order of the space.
    pub fn order(&self) -> FieldOrder {
        self.arena.order()
    }

    /// How many diagram nodes the space holds.
    pub fn node_count(&self) -> usize {
        self.arena.len()
    }

    /// How many elementary steps of the budget are used since the space was made or reset.
    pub fn steps(&self) -> u64 {
        self.arena.steps()
    }

    /// How many bytes the space's nodes take, tables included.
    pub fn arena_bytes(&self) -> usize {
        self.arena.bytes()
    }

    /// No packet.
    pub fn empty(&self) -> Node {
        self.node(Ref::NONE)
    }

    /// Every packet.
    pub fn full(&self) -> Node {
        self.node(Ref::ZERO)
    }

    /// The packets of one box.
    ///
    /// # Errors
    ///
    /// When the budget is used up.
    pub fn packet_box(&mut self, packets: &PacketBox) -> Result<Node, Error> {
        self.union_of(std::slice::from_ref(packets))
    }

    /// The packets in any of the boxes.
    ///
    /// # Errors
    ///
    /// When the budget is used up.
    pub fn union_of(&mut self, boxes: &[PacketBox]) -> Result<Node, Error> {
        let rules = Rules::of(
            self.arena.order(),
            flatten,
            boxes.iter().map(|packets| (packets, 0)),
        );
        let at = compile(&mut self.arena, &rules, None)?;
        Ok(self.node(at))
    }

    /// Combines two sets.
    ///
    /// # Errors
    ///
    /// When the budget is used up or a node is foreign.
    pub fn combine(&mut self, op: SetOp, a: Node, b: Node) -> Result<Node, Error> {
        let (a, b) = (self.own(a)?, self.own(b)?);
        let op = match op {
            SetOp::Union => Op::Lowest,
            SetOp::Intersection => Op::Restrict,
            SetOp::Difference => Op::Without,
            SetOp::SymmetricDifference => Op::Either,
        };
        let at = apply(&mut self.arena, &mut self.known, op, a, b)?;
        Ok(self.node(at))
    }

    /// The packets that are not in the set.
    ///
    /// # Errors
    ///
    /// When the budget is used up or the node is foreign.
    pub fn complement(&mut self, a: Node) -> Result<Node, Error> {
        let full = self.full();
        self.combine(SetOp::Difference, full, a)
    }

    /// Whether the set holds no packet.
    ///
    /// # Errors
    ///
    /// When the node is foreign.
    pub fn is_empty(&self, a: Node) -> Result<bool, Error> {
        // LAW (packet sets canonical): only one reference is the empty set.
        Ok(self.own(a)? == Ref::NONE)
    }

    /// Whether `packet` is in the set; an invalid packet never is.
    ///
    /// # Errors
    ///
    /// When the node is foreign.
    pub fn contains(&self, a: Node, packet: &Packet) -> Result<bool, Error> {
        Ok(self.arena.look_up(self.own(a)?, packet) == Some(0))
    }

    /// Whether every packet of `a` is in `b`.
    ///
    /// # Errors
    ///
    /// When the budget is used up or a node is foreign.
    pub fn is_subset(&mut self, a: Node, b: Node) -> Result<bool, Error> {
        let outside = self.combine(SetOp::Difference, a, b)?;
        self.is_empty(outside)
    }

    /// Whether some packet is in both.
    ///
    /// # Errors
    ///
    /// When the budget is used up or a node is foreign.
    pub fn intersects(&mut self, a: Node, b: Node) -> Result<bool, Error> {
        let both = self.combine(SetOp::Intersection, a, b)?;
        Ok(!self.is_empty(both)?)
    }

    /// A telling packet of the set: see [`PacketSet::witness`].
    ///
    /// # Errors
    ///
    /// When the budget is used up or the node is foreign.
    pub fn witness(&mut self, a: Node) -> Result<Option<Packet>, Error> {
        Ok(self.freeze(a)?.witness())
    }

    /// How many packets the set holds.
    ///
    /// # Errors
    ///
    /// When the budget is used up or the node is foreign.
    pub fn count(&mut self, a: Node) -> Result<Count, Error> {
        Ok(self.freeze(a)?.count())
    }

    /// The set as disjoint boxes in a fixed order, found fast: often more than those of
    /// [`Self::boxes`].
    ///
    /// # Errors
    ///
    /// When the budget is used up or the node is foreign.
    pub fn plain_boxes(&mut self, a: Node) -> Result<Vec<PacketBox>, Error> {
        Ok(self.freeze(a)?.plain_boxes())
    }

    /// The set as few disjoint boxes: see [`PacketSet::boxes`].
    ///
    /// # Errors
    ///
    /// When the budget is used up or the node is foreign.
    pub fn boxes(&mut self, a: Node) -> Result<Vec<PacketBox>, Error> {
        Ok(self.freeze(a)?.boxes())
    }

    /// The values that a field has in the set's packets of one family: see [`PacketSet::project`].
    ///
    /// # Errors
    ///
    /// When the budget is used up or the node is foreign.
    pub fn project(
        &mut self,
        a: Node,
        family: Family,
        field: Field,
    ) -> Result<Vec<Interval<u128>>, Error> {
        Ok(self.freeze(a)?.project(family, field))
    }

    /// Brings a set into the space.
    ///
    /// # Errors
    ///
    /// When the budget is used up.
    pub fn load(&mut self, set: &PacketSet) -> Result<Node, Error> {
        let at = set.load_into(&mut self.arena)?;
        Ok(self.node(at))
    }

    /// Takes a set out of the space, in the house order.
    ///
    /// # Errors
    ///
    /// When the budget is used up or the node is foreign.
    pub fn freeze(&mut self, a: Node) -> Result<PacketSet, Error> {
        let at = self.own(a)?;
        if self.arena.order() == FieldOrder::HOUSE {
            return Ok(PacketSet::of(&self.arena, at));
        }
        let (arena, at) = transfer(&self.arena, at, FieldOrder::HOUSE)?;
        Ok(PacketSet::of(&arena, at))
    }

    /// The decision of rules of which the first that matches decides: to each packet the number of
    /// the first rule whose box holds it. Several rules may have the same number.
    ///
    /// # Errors
    ///
    /// When the budget is used up, or a number is `NO_MATCH`.
    pub fn first_match(&mut self, rules: &[(PacketBox, u32)]) -> Result<Decision, Error> {
        let at = self.decide_rules(rules, flatten, None)?;
        Ok(self.decision(at))
    }

    /// Like [`PacketSpace::first_match`], and for each rule whether it decides at least one
    /// packet. A rule that decides none is shadowed by those before it, or holds no packet.
    ///
    /// # Errors
    ///
    /// When the budget is used up, or a number is `NO_MATCH`.
    pub fn first_match_reached(
        &mut self,
        rules: &[(PacketBox, u32)],
    ) -> Result<(Decision, Vec<bool>), Error> {
        let mut reached = vec![false; rules.len()];
        let at = self.decide_rules(rules, flatten, Some(&mut reached))?;
        Ok((self.decision(at), reached))
    }

    /// Like [`PacketSpace::first_match_reached`], but takes the rules as boxes of the plain product
    /// in which every protocol has two ports, as `ClassBench`'s filters and other engines do.
    ///
    /// For comparisons only: with protocols other than TCP and UDP the decision is not one about
    /// packets.
    ///
    /// # Errors
    ///
    /// When the budget is used up, or a number is `NO_MATCH`.
    pub fn first_match_of_product(
        &mut self,
        rules: &[(PacketBox, u32)],
    ) -> Result<(Decision, Vec<bool>), Error> {
        let mut reached = vec![false; rules.len()];
        let at = self.decide_rules(rules, product, Some(&mut reached))?;
        Ok((self.decision(at), reached))
    }

    /// To each packet the lower of two decisions' numbers; `NO_MATCH` is the highest.
    ///
    /// # Errors
    ///
    /// When the budget is used up or a decision is foreign.
    pub fn lowest(&mut self, a: Decision, b: Decision) -> Result<Decision, Error> {
        let (a, b) = (self.own_decision(a)?, self.own_decision(b)?);
        let at = apply(&mut self.arena, &mut self.known, Op::Lowest, a, b)?;
        Ok(self.decision(at))
    }

    /// The decision inside a set, and no match outside it.
    ///
    /// # Errors
    ///
    /// When the budget is used up, or the decision or the node is foreign.
    pub fn restrict(&mut self, d: Decision, to: Node) -> Result<Decision, Error> {
        let (d, to) = (self.own_decision(d)?, self.own(to)?);
        let at = apply(&mut self.arena, &mut self.known, Op::Restrict, d, to)?;
        Ok(self.decision(at))
    }

    /// The packets whose number `keep` accepts; those without a match never are.
    ///
    /// # Errors
    ///
    /// When the budget is used up or the decision is foreign.
    pub fn packets(&mut self, d: Decision, keep: &dyn Fn(u32) -> bool) -> Result<Node, Error> {
        let d = self.own_decision(d)?;
        let mut known = HashMap::default();
        let at = rename(&mut self.arena, d, &mut known, &mut |arena, leaf| {
            if leaf != Ref::NONE && keep(arena.leaf_value(leaf)) {
                Ref::ZERO
            } else {
                Ref::NONE
            }
        })?;
        Ok(self.node(at))
    }

    /// The numbers that the decision gives to some packet, ascending, without `NO_MATCH`.
    ///
    /// # Errors
    ///
    /// When the decision is foreign.
    pub fn leaves(&self, d: Decision) -> Result<Vec<u32>, Error> {
        let mut pending = vec![self.own_decision(d)?];
        let mut seen = hashbrown::HashSet::<Ref, rustc_hash::FxBuildHasher>::default();
        let mut values = Vec::new();
        while let Some(node) = pending.pop() {
            if !seen.insert(node) {
                continue;
            }
            if !node.is_leaf() {
                pending.extend_from_slice(self.arena.kids(node));
            } else if node != Ref::NONE {
                values.push(self.arena.leaf_value(node));
            }
        }
        values.sort_unstable();
        Ok(values)
    }

    /// The number that the decision gives to a packet; `None` without a match, and for an invalid
    /// packet.
    ///
    /// # Errors
    ///
    /// When the decision is foreign.
    pub fn decide(&self, d: Decision, packet: &Packet) -> Result<Option<u32>, Error> {
        Ok(self.arena.look_up(self.own_decision(d)?, packet))
    }

    fn decide_rules(
        &mut self,
        rules: &[(PacketBox, u32)],
        flat: Flatten,
        reached: Option<&mut [bool]>,
    ) -> Result<Ref, Error> {
        if rules.iter().any(|(_, number)| *number == NO_MATCH) {
            return Err(Error::ReservedLeaf);
        }
        let rules = Rules::of(
            self.arena.order(),
            flat,
            rules.iter().map(|(packets, number)| (packets, *number)),
        );
        compile(&mut self.arena, &rules, reached)
    }

    const fn node(&self, at: Ref) -> Node {
        Node { space: self.id, at }
    }

    const fn decision(&self, at: Ref) -> Decision {
        Decision { space: self.id, at }
    }

    fn own(&self, node: Node) -> Result<Ref, Error> {
        if node.space == self.id {
            Ok(node.at)
        } else {
            Err(Error::ForeignNode)
        }
    }

    fn own_decision(&self, decision: Decision) -> Result<Ref, Error> {
        if decision.space == self.id {
            Ok(decision.at)
        } else {
            Err(Error::ForeignNode)
        }
    }
}
