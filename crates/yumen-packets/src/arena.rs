//! The store of hash-consed nodes that every diagram lives in.
//!
//! A node looks at one field: it cuts its values into intervals and has one child for each.
//! Neighbouring intervals never have the same child, a node with one interval does not exist (its
//! child stands in its place), and equal nodes are one node: so equal functions are equal
//! references (law: packet sets canonical). Cuts of IPv6 addresses are kept apart as 128-bit
//! numbers; all others take 32 bits.
#![expect(
    clippy::indexing_slicing,
    reason = "references are made only by this store, whose arrays only grow between resets"
)]

use std::hash::Hasher as _;

use hashbrown::{HashMap, HashTable};
use rustc_hash::{FxBuildHasher, FxHasher};

use crate::budget::{Budget, Error};
use crate::flat::point;
use crate::header::Family;
use crate::order::{Axis, FieldOrder};
use crate::packet::Packet;

/// The leaf of what no rule matches; as a set: not in it.
pub(crate) const NO_MATCH: u32 = u32::MAX;

/// A node or a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Ref(pub(crate) u32);

const LEAF: u32 = 1 << 31;

impl Ref {
    /// The leaf `NO_MATCH`: as a set, the empty one.
    pub(crate) const NONE: Self = Self(LEAF);
    /// The leaf 0: as a set, the full one.
    pub(crate) const ZERO: Self = Self(LEAF | 1);

    pub(crate) const fn is_leaf(self) -> bool {
        self.0 & LEAF != 0
    }

    const fn place(self) -> usize {
        (self.0 & !LEAF) as usize
    }
}

/// The level of leaves: below every field.
pub(crate) const LEAF_LEVEL: u8 = 6;

/// A place in the order, and how wide its cuts are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Level {
    /// 0 for the family, then 1 to 5 in the space's field order.
    pub(crate) depth: u8,
    /// Whether the cuts are 128 bits wide.
    pub(crate) wide: bool,
}

impl Level {
    pub(crate) const FAMILY: Self = Self {
        depth: 0,
        wide: false,
    };
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Head {
    kids: u32,
    cuts: u32,
    len: u32,
    depth: u8,
    wide: bool,
}

/// A width of cuts: 32 bits, or 128 for IPv6 addresses.
pub(crate) trait Cut: Copy + Ord + std::fmt::Debug {
    /// What stands for the end of the last interval while a node is being built.
    const END: Self;
    fn store(arena: &Arena) -> &[Self];
    fn draft(arena: &mut Arena) -> &mut Vec<Edge<Self>>;
    fn commit(arena: &mut Arena, base: usize);
    fn hash(self, child: Ref, hasher: &mut FxHasher);
    /// A value known to fit.
    fn of(value: u128) -> Self;
}

/// An edge of a node being built: the last value of its interval and the child.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Edge<C> {
    pub(crate) end: C,
    pub(crate) child: Ref,
}

impl Cut for u32 {
    const END: Self = Self::MAX;
    fn store(arena: &Arena) -> &[Self] {
        &arena.narrow
    }
    fn draft(arena: &mut Arena) -> &mut Vec<Edge<Self>> {
        &mut arena.narrow_draft
    }
    fn commit(arena: &mut Arena, base: usize) {
        let edges = &arena.narrow_draft[base..];
        arena.kids.extend(edges.iter().map(|edge| edge.child));
        arena
            .narrow
            .extend(edges[..edges.len() - 1].iter().map(|edge| edge.end));
    }
    fn hash(self, child: Ref, hasher: &mut FxHasher) {
        hasher.write_u64(u64::from(self) << 32 | u64::from(child.0));
    }
    fn of(value: u128) -> Self {
        Self::try_from(value).unwrap_or(Self::MAX)
    }
}

impl Cut for u128 {
    const END: Self = Self::MAX;
    fn store(arena: &Arena) -> &[Self] {
        &arena.broad
    }
    fn draft(arena: &mut Arena) -> &mut Vec<Edge<Self>> {
        &mut arena.broad_draft
    }
    fn commit(arena: &mut Arena, base: usize) {
        let edges = &arena.broad_draft[base..];
        arena.kids.extend(edges.iter().map(|edge| edge.child));
        arena
            .broad
            .extend(edges[..edges.len() - 1].iter().map(|edge| edge.end));
    }
    fn hash(self, child: Ref, hasher: &mut FxHasher) {
        hasher.write_u128(self);
        hasher.write_u32(child.0);
    }
    fn of(value: u128) -> Self {
        value
    }
}

/// The store. Made for one thread; everything in it is dropped or reset together.
#[derive(Debug)]
pub(crate) struct Arena {
    order: FieldOrder,
    budget: Budget,
    steps: u64,
    heads: Vec<Head>,
    kids: Vec<Ref>,
    narrow: Vec<u32>,
    broad: Vec<u128>,
    unique: HashTable<(u32, u32)>,
    leaves: Vec<u32>,
    leaf_places: HashMap<u32, u32, FxBuildHasher>,
    narrow_draft: Vec<Edge<u32>>,
    broad_draft: Vec<Edge<u128>>,
}

/// A store's nodes: their shapes, children, cuts, and the values of leaves.
pub(crate) type Content<'a> = (&'a [Head], &'a [Ref], &'a [u32], &'a [u128], &'a [u32]);

/// Tables larger than this are dropped at a reset rather than cleared.
const KEEP: usize = 1 << 14;

impl Arena {
    pub(crate) fn new(order: FieldOrder, budget: Budget) -> Self {
        Self {
            order,
            budget,
            steps: 0,
            heads: Vec::new(),
            kids: Vec::new(),
            narrow: Vec::new(),
            broad: Vec::new(),
            unique: HashTable::new(),
            leaves: vec![NO_MATCH, 0],
            leaf_places: HashMap::default(),
            narrow_draft: Vec::new(),
            broad_draft: Vec::new(),
        }
    }

    /// Forgets every node and starts the budget anew; keeps a modest amount of memory.
    pub(crate) fn reset(&mut self) {
        self.steps = 0;
        self.heads.clear();
        self.kids.clear();
        self.narrow.clear();
        self.broad.clear();
        self.heads.shrink_to(4 * KEEP);
        self.kids.shrink_to(16 * KEEP);
        self.narrow.shrink_to(16 * KEEP);
        self.broad.shrink_to(4 * KEEP);
        if self.unique.capacity() > KEEP {
            self.unique = HashTable::new();
        } else {
            self.unique.clear();
        }
        self.leaves.truncate(2);
        self.leaf_places.clear();
        self.narrow_draft.clear();
        self.broad_draft.clear();
    }

    pub(crate) fn order(&self) -> FieldOrder {
        self.order
    }

    pub(crate) fn budget(&self) -> Budget {
        self.budget
    }

    /// The number of nodes in the store.
    pub(crate) fn len(&self) -> usize {
        self.heads.len()
    }

    /// Bytes held by the store's arrays.
    pub(crate) fn bytes(&self) -> usize {
        self.heads.capacity() * size_of::<Head>()
            + self.kids.capacity() * size_of::<Ref>()
            + self.narrow.capacity() * size_of::<u32>()
            + self.broad.capacity() * size_of::<u128>()
            + self.unique.capacity() * 9
    }

    /// The work done since the store was made or reset.
    pub(crate) fn steps(&self) -> u64 {
        self.steps
    }

    /// Counts work done.
    pub(crate) fn spend(&mut self, steps: usize) -> Result<(), Error> {
        self.steps = self.steps.saturating_add(steps as u64);
        if self.steps > self.budget.steps {
            return Err(Error::OutOfSteps {
                limit: self.budget.steps,
            });
        }
        Ok(())
    }

    /// The level of a field for a family.
    pub(crate) fn level(&self, depth: u8, family: Family) -> Level {
        let wide = family == Family::V6
            && depth > 0
            && self
                .order
                .0
                .get(usize::from(depth) - 1)
                .is_some_and(|axis| axis.is_address());
        Level { depth, wide }
    }

    /// The field of a level below the family.
    pub(crate) fn axis(&self, depth: u8) -> Axis {
        self.order.0[usize::from(depth) - 1]
    }

    pub(crate) fn leaf(&mut self, value: u32) -> Ref {
        match value {
            NO_MATCH => Ref::NONE,
            0 => Ref::ZERO,
            _ => {
                let leaves = &mut self.leaves;
                let place = *self.leaf_places.entry(value).or_insert_with(|| {
                    leaves.push(value);
                    // A set of rules never has 2^31 leaves: the budget ends long before.
                    u32::try_from(leaves.len() - 1).unwrap_or(0)
                });
                Ref(LEAF | place)
            }
        }
    }

    /// The value of a leaf.
    pub(crate) fn leaf_value(&self, leaf: Ref) -> u32 {
        self.leaves[leaf.place()]
    }

    pub(crate) fn depth(&self, node: Ref) -> u8 {
        if node.is_leaf() {
            LEAF_LEVEL
        } else {
            self.heads[node.place()].depth
        }
    }

    pub(crate) fn level_of(&self, node: Ref) -> Level {
        if node.is_leaf() {
            return Level {
                depth: LEAF_LEVEL,
                wide: false,
            };
        }
        let head = self.heads[node.place()];
        Level {
            depth: head.depth,
            wide: head.wide,
        }
    }

    /// How many children a node has.
    pub(crate) fn arity(&self, node: Ref) -> usize {
        self.heads[node.place()].len as usize
    }

    pub(crate) fn kid(&self, node: Ref, at: usize) -> Ref {
        self.kids[self.heads[node.place()].kids as usize + at]
    }

    pub(crate) fn kids(&self, node: Ref) -> &[Ref] {
        let head = self.heads[node.place()];
        &self.kids[head.kids as usize..(head.kids + head.len) as usize]
    }

    /// The last value of each interval but the last.
    pub(crate) fn cuts<C: Cut>(&self, node: Ref) -> &[C] {
        let head = self.heads[node.place()];
        &C::store(self)[head.cuts as usize..(head.cuts + head.len - 1) as usize]
    }

    /// The last value of an interval that is not the node's last one.
    pub(crate) fn cut<C: Cut>(&self, node: Ref, at: usize) -> C {
        C::store(self)[self.heads[node.place()].cuts as usize + at]
    }

    /// The child for a value.
    pub(crate) fn step(&self, node: Ref, value: u128) -> Ref {
        let head = self.heads[node.place()];
        let at = if head.wide {
            self.cuts::<u128>(node).partition_point(|cut| *cut < value)
        } else {
            self.cuts::<u32>(node)
                .partition_point(|cut| u128::from(*cut) < value)
        };
        self.kids[head.kids as usize + at]
    }

    /// The intervals of a node, inclusive, with their children; `last` is the field's last value.
    pub(crate) fn edges(&self, node: Ref, last: u128) -> Vec<(u128, u128, Ref)> {
        let cuts: Vec<u128> = if self.level_of(node).wide {
            self.cuts::<u128>(node).to_vec()
        } else {
            self.cuts::<u32>(node)
                .iter()
                .map(|cut| u128::from(*cut))
                .collect()
        };
        let lows = std::iter::once(0).chain(cuts.iter().map(|cut| cut + 1));
        let highs = cuts.iter().copied().chain(std::iter::once(last));
        lows.zip(highs)
            .zip(self.kids(node))
            .map(|((low, high), kid)| (low, high, *kid))
            .collect()
    }

    /// The child of a reference for a family.
    pub(crate) fn family_part(&self, node: Ref, family: Family) -> Ref {
        if self.depth(node) == 0 {
            self.step(node, u128::from(family == Family::V6))
        } else {
            node
        }
    }

    /// The leaf value for a packet; `None` for `NO_MATCH` and for an invalid packet.
    pub(crate) fn look_up(&self, root: Ref, packet: &Packet) -> Option<u32> {
        let values = point(packet)?;
        let mut node = self.family_part(root, packet.family);
        while !node.is_leaf() {
            node = self.step(node, values[self.axis(self.depth(node)).index()]);
        }
        (node != Ref::NONE).then(|| self.leaf_value(node))
    }

    /// Drops what only building needs.
    pub(crate) fn seal(&mut self) {
        self.unique = HashTable::new();
        self.leaf_places = HashMap::default();
        self.narrow_draft = Vec::new();
        self.broad_draft = Vec::new();
        self.heads.shrink_to_fit();
        self.kids.shrink_to_fit();
        self.narrow.shrink_to_fit();
        self.broad.shrink_to_fit();
    }

    /// Everything the nodes consist of: equal for stores that were filled in the same order with
    /// the same nodes.
    pub(crate) fn content(&self) -> Content<'_> {
        (
            &self.heads,
            &self.kids,
            &self.narrow,
            &self.broad,
            &self.leaves,
        )
    }

    /// Where a new node's edges will begin.
    pub(crate) fn begin<C: Cut>(&mut self) -> usize {
        C::draft(self).len()
    }

    /// Adds the next interval of the node being built, which ends with `end`.
    pub(crate) fn push<C: Cut>(&mut self, base: usize, end: C, child: Ref) {
        let draft = C::draft(self);
        if draft.len() > base
            && let Some(last) = draft.last_mut()
            && last.child == child
        {
            last.end = end;
            return;
        }
        draft.push(Edge { end, child });
    }

    /// The node of the edges pushed since `base`; the last one's end does not matter.
    pub(crate) fn finish<C: Cut>(&mut self, level: Level, base: usize) -> Result<Ref, Error> {
        let draft = C::draft(self);
        let edges = &draft[base..];
        if let [only] = edges {
            let child = only.child;
            draft.truncate(base);
            return Ok(child);
        }
        let len = edges.len();
        let hash = fold::<C>(level, edges);
        self.spend(len)?;
        if let Some(known) = self.find::<C>(level, base, hash) {
            C::draft(self).truncate(base);
            return Ok(known);
        }
        if (self.kids.len() + len) as u64 > self.budget.nodes.min(u64::from(LEAF)) {
            C::draft(self).truncate(base);
            return Err(Error::OutOfNodes {
                limit: self.budget.nodes,
            });
        }
        let place = self.heads.len() as u32;
        self.heads.push(Head {
            kids: self.kids.len() as u32,
            cuts: C::store(self).len() as u32,
            len: len as u32,
            depth: level.depth,
            wide: level.wide,
        });
        C::commit(self, base);
        C::draft(self).truncate(base);
        self.unique
            .insert_unique(spread(hash), (hash, place), |entry| spread(entry.0));
        Ok(Ref(place))
    }

    /// The node with the edges pushed since `base`, if there is one.
    fn find<C: Cut>(&mut self, level: Level, base: usize, hash: u32) -> Option<Ref> {
        let draft = std::mem::take(C::draft(self));
        let edges = &draft[base..];
        let same = |&(tag, place): &(u32, u32)| {
            let head = self.heads[place as usize];
            tag == hash
                && head.len as usize == edges.len()
                && head.depth == level.depth
                && head.wide == level.wide
                && self
                    .kids(Ref(place))
                    .iter()
                    .zip(edges)
                    .all(|(kid, edge)| *kid == edge.child)
                && self
                    .cuts::<C>(Ref(place))
                    .iter()
                    .zip(edges)
                    .all(|(cut, edge)| *cut == edge.end)
        };
        let found = self
            .unique
            .find(spread(hash), same)
            .map(|&(_, place)| Ref(place));
        *C::draft(self) = draft;
        found
    }
}

/// The hash of a node; the last edge's end does not count.
fn fold<C: Cut>(level: Level, edges: &[Edge<C>]) -> u32 {
    let mut hasher = FxHasher::default();
    hasher.write_u8(level.depth);
    if let Some((last, others)) = edges.split_last() {
        for edge in others {
            edge.end.hash(edge.child, &mut hasher);
        }
        hasher.write_u32(last.child.0);
    }
    (hasher.finish() >> 16) as u32
}

/// A 32-bit hash in the form that the table wants, which looks at both ends of 64 bits.
fn spread(hash: u32) -> u64 {
    u64::from(hash) << 32 | u64::from(hash)
}
