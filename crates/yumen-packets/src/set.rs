//! The packet set: immutable, self-contained, canonical.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::sync::Arc;

use crate::apply::{Known, Op, apply};
use crate::arena::{Arena, Content, Ref};
use crate::budget::{Budget, Error};
use crate::count::Count;
use crate::first_match::{Rules, compile};
use crate::flat::flatten;
use crate::header::Family;
use crate::interval::Interval;
use crate::measure;
use crate::order::{Field, FieldOrder};
use crate::packet::Packet;
use crate::packet_box::PacketBox;
use crate::reorder::copy;
use crate::witness::witness;

const UNLIMITED: Budget = Budget {
    steps: u64::MAX,
    nodes: u64::MAX,
};

/// A set of packets, exactly.
///
/// Two sets are equal if and only if they hold the same packets, however they were made; hashing
/// and ordering agree with that (the order is total and stable but means nothing else). Cloning
/// shares. Operations take time that grows with the operands' diagrams, each within the default
/// [`Budget`]; many operations in a row are faster in one [`PacketSpace`](crate::PacketSpace).
#[derive(Clone)]
pub struct PacketSet {
    diagram: Arc<Diagram>,
}

/// A diagram by itself, in house order. Its nodes are numbered in the order in which a walk from
/// the root leaves them, so that equal functions have equal stores.
struct Diagram {
    arena: Arena,
    root: Ref,
}

impl PacketSet {
    /// No packet.
    pub fn empty() -> Self {
        Self::of(&Arena::new(FieldOrder::HOUSE, Budget::default()), Ref::NONE)
    }

    /// Every packet of both families.
    pub fn full() -> Self {
        Self::of(&Arena::new(FieldOrder::HOUSE, Budget::default()), Ref::ZERO)
    }

    /// Every packet of one family.
    pub fn family(family: Family) -> Self {
        Self::from_box(&PacketBox::all(family))
    }

    /// The packets of one box.
    pub fn from_box(packets: &PacketBox) -> Self {
        // One box has some dozen nodes, so the default budget always suffices.
        Self::from_boxes(std::slice::from_ref(packets)).unwrap_or_else(|_| Self::empty())
    }

    /// The packets in any of the boxes.
    ///
    /// # Errors
    ///
    /// When the default budget is used up.
    pub fn from_boxes(boxes: &[PacketBox]) -> Result<Self, Error> {
        let mut arena = Arena::new(FieldOrder::HOUSE, Budget::default());
        let rules = Rules::of(
            FieldOrder::HOUSE,
            flatten,
            boxes.iter().map(|packets| (packets, 0)),
        );
        let root = compile(&mut arena, &rules, None)?;
        Ok(Self::of(&arena, root))
    }

    /// Whether the set holds no packet.
    pub fn is_empty(&self) -> bool {
        self.diagram.root == Ref::NONE
    }

    /// Whether `packet` is in the set; an invalid packet never is.
    pub fn contains(&self, packet: &Packet) -> bool {
        self.diagram
            .arena
            .look_up(self.diagram.root, packet)
            .is_some()
    }

    /// The packets in either.
    ///
    /// # Errors
    ///
    /// When the default budget is used up.
    pub fn union(&self, other: &Self) -> Result<Self, Error> {
        self.combine(Op::Lowest, other)
    }

    /// The packets in both.
    ///
    /// # Errors
    ///
    /// When the default budget is used up.
    pub fn intersection(&self, other: &Self) -> Result<Self, Error> {
        self.combine(Op::Restrict, other)
    }

    /// The packets in this set and not in the other.
    ///
    /// # Errors
    ///
    /// When the default budget is used up.
    pub fn difference(&self, other: &Self) -> Result<Self, Error> {
        self.combine(Op::Without, other)
    }

    /// The packets in exactly one of the two.
    ///
    /// # Errors
    ///
    /// When the default budget is used up.
    pub fn symmetric_difference(&self, other: &Self) -> Result<Self, Error> {
        self.combine(Op::Either, other)
    }

    /// The packets that are not in the set.
    ///
    /// # Errors
    ///
    /// When the default budget is used up.
    pub fn complement(&self) -> Result<Self, Error> {
        Self::full().difference(self)
    }

    /// Whether every packet of this set is in the other.
    ///
    /// # Errors
    ///
    /// When the default budget is used up.
    pub fn is_subset(&self, other: &Self) -> Result<bool, Error> {
        Ok(self.difference(other)?.is_empty())
    }

    /// Whether some packet is in both.
    ///
    /// # Errors
    ///
    /// When the default budget is used up.
    pub fn intersects(&self, other: &Self) -> Result<bool, Error> {
        Ok(!self.intersection(other)?.is_empty())
    }

    /// One packet of the set, always the same, chosen to tell: the best-known service port in the
    /// set, an ordinary public source address, an ephemeral source port. `None` for the empty set.
    pub fn witness(&self) -> Option<Packet> {
        witness(&self.diagram.arena, self.diagram.root)
    }

    /// How many packets the set holds.
    pub fn count(&self) -> Count {
        measure::count(&self.diagram.arena, self.diagram.root)
    }

    /// The set as disjoint boxes, few and in a fixed order.
    pub fn boxes(&self) -> Vec<PacketBox> {
        crate::cover::boxes(&self.diagram.arena, self.diagram.root)
    }

    /// The set as disjoint boxes in a fixed order, found fast: often more than those of
    /// [`Self::boxes`].
    pub fn plain_boxes(&self) -> Vec<PacketBox> {
        crate::cover::paths_as_boxes(&self.diagram.arena, self.diagram.root)
    }

    /// The values that a field has in the set's packets of one family: disjoint intervals,
    /// ascending, none touching the next. For [`Field::Family`], 0 (IPv4) or 1 (IPv6).
    pub fn project(&self, family: Family, field: Field) -> Vec<Interval<u128>> {
        measure::project(&self.diagram.arena, self.diagram.root, family, field)
    }

    /// How many diagram nodes the set takes; 0 for the empty and the full set.
    pub fn nodes(&self) -> usize {
        self.diagram.arena.len()
    }

    /// The set that a reference into an arena of house order stands for.
    pub(crate) fn of(arena: &Arena, root: Ref) -> Self {
        // A copy is no larger than the original, which was within its budget.
        let mut own = Arena::new(FieldOrder::HOUSE, UNLIMITED);
        let root = copy(arena, root, &mut own).unwrap_or(Ref::NONE);
        own.seal();
        Self {
            diagram: Arc::new(Diagram { arena: own, root }),
        }
    }

    /// Copies the set into an arena of any order.
    pub(crate) fn load_into(&self, arena: &mut Arena) -> Result<Ref, Error> {
        let diagram = &*self.diagram;
        if arena.order() == FieldOrder::HOUSE {
            return copy(&diagram.arena, diagram.root, arena);
        }
        let (other, root) = crate::reorder::transfer(&diagram.arena, diagram.root, arena.order())?;
        copy(&other, root, arena)
    }

    fn combine(&self, op: Op, other: &Self) -> Result<Self, Error> {
        let mut arena = Arena::new(FieldOrder::HOUSE, Budget::default());
        let mine = self.load_into(&mut arena)?;
        let theirs = other.load_into(&mut arena)?;
        let root = apply(&mut arena, &mut Known::default(), op, mine, theirs)?;
        Ok(Self::of(&arena, root))
    }
}

impl Diagram {
    /// What tells two diagrams apart.
    fn content(&self) -> (Ref, Content<'_>) {
        (self.root, self.arena.content())
    }
}

impl PartialEq for PacketSet {
    fn eq(&self, other: &Self) -> bool {
        // LAW (packet sets canonical): equal sets have equal stores.
        Arc::ptr_eq(&self.diagram, &other.diagram)
            || self.diagram.content() == other.diagram.content()
    }
}

impl Eq for PacketSet {}

impl Hash for PacketSet {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.diagram.content().hash(state);
    }
}

impl PartialOrd for PacketSet {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for PacketSet {
    fn cmp(&self, other: &Self) -> Ordering {
        self.diagram.content().cmp(&other.diagram.content())
    }
}

impl Default for PacketSet {
    /// The empty set.
    fn default() -> Self {
        Self::empty()
    }
}

impl fmt::Debug for PacketSet {
    /// The first boxes, as text.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const SHOWN: usize = 8;
        let boxes = self.boxes();
        let mut list = f.debug_set();
        for packets in boxes.iter().take(SHOWN) {
            list.entry(&format_args!("{packets}"));
        }
        if boxes.len() > SHOWN {
            list.entry(&format_args!("and {} more boxes", boxes.len() - SHOWN));
        }
        list.finish()
    }
}
