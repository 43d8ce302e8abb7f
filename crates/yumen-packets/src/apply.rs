//! Operations on diagrams: two operands at a time, or one with its leaves renamed.

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use crate::arena::{Arena, Cut, Level, Ref};
use crate::budget::Error;

/// A binary operation. Sets are diagrams whose leaves are `NONE` (out) and `ZERO` (in).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Op {
    /// The lower leaf of two decisions; on sets, the union.
    Lowest,
    /// The first where the second, a set, is in; `NONE` elsewhere. On sets, the intersection.
    Restrict,
    /// The first where the second, a set, is out; `NONE` elsewhere. On sets, the difference.
    Without,
    /// In exactly one of two sets.
    Either,
}

/// Results already known, for one space.
#[derive(Debug, Default)]
pub(crate) struct Known {
    binary: HashMap<(Op, Ref, Ref), Ref, FxBuildHasher>,
}

const KEEP: usize = 1 << 14;

impl Known {
    pub(crate) fn clear(&mut self) {
        if self.binary.capacity() > KEEP {
            self.binary = HashMap::default();
        } else {
            self.binary.clear();
        }
    }
}

/// Applies a binary operation.
pub(crate) fn apply(
    arena: &mut Arena,
    known: &mut Known,
    op: Op,
    a: Ref,
    b: Ref,
) -> Result<Ref, Error> {
    if let Some(done) = direct(arena, op, a, b) {
        return Ok(done);
    }
    let (a, b) = match op {
        Op::Lowest | Op::Either if a.0 > b.0 => (b, a),
        _ => (a, b),
    };
    if let Some(&done) = known.binary.get(&(op, a, b)) {
        return Ok(done);
    }
    let (level_a, level_b) = (arena.level_of(a), arena.level_of(b));
    let level = if level_a.depth <= level_b.depth {
        level_a
    } else {
        level_b
    };
    let done = if level.wide {
        merge::<u128>(arena, known, op, a, b, level)?
    } else {
        merge::<u32>(arena, known, op, a, b, level)?
    };
    known.binary.insert((op, a, b), done);
    Ok(done)
}

fn direct(arena: &Arena, op: Op, a: Ref, b: Ref) -> Option<Ref> {
    match op {
        Op::Lowest => {
            if a == b || b == Ref::NONE || a == Ref::ZERO {
                return Some(a);
            }
            if a == Ref::NONE || b == Ref::ZERO {
                return Some(b);
            }
            (a.is_leaf() && b.is_leaf()).then(|| {
                if arena.leaf_value(a) <= arena.leaf_value(b) {
                    a
                } else {
                    b
                }
            })
        }
        Op::Restrict => match (a, b) {
            (Ref::NONE, _) | (_, Ref::NONE) => Some(Ref::NONE),
            (_, Ref::ZERO) => Some(a),
            _ if a == b => Some(a),
            (Ref::ZERO, _) => Some(b),
            _ => None,
        },
        Op::Without => match (a, b) {
            (Ref::NONE, _) | (_, Ref::ZERO) => Some(Ref::NONE),
            (_, Ref::NONE) => Some(a),
            _ if a == b => Some(Ref::NONE),
            _ => None,
        },
        Op::Either => match (a, b) {
            (Ref::NONE, _) => Some(b),
            (_, Ref::NONE) => Some(a),
            _ if a == b => Some(Ref::NONE),
            _ => None,
        },
    }
}

/// Walks the intervals of both operands at the upper level of the two.
fn merge<C: Cut>(
    arena: &mut Arena,
    known: &mut Known,
    op: Op,
    a: Ref,
    b: Ref,
    level: Level,
) -> Result<Ref, Error> {
    let base = arena.begin::<C>();
    let (mut from_a, mut from_b) = (Side::new(arena, a, level), Side::new(arena, b, level));
    loop {
        let child = apply(arena, known, op, from_a.child(arena), from_b.child(arena));
        let child = match child {
            Ok(child) => child,
            Err(error) => {
                C::draft(arena).truncate(base);
                return Err(error);
            }
        };
        let (end_a, end_b) = (from_a.end::<C>(arena), from_b.end::<C>(arena));
        let end = match (end_a, end_b) {
            (None, None) => {
                arena.push(base, C::END, child);
                return arena.finish::<C>(level, base);
            }
            (Some(end), None) | (None, Some(end)) => end,
            (Some(one), Some(other)) => one.min(other),
        };
        arena.push(base, end, child);
        from_a.pass(end_a == Some(end));
        from_b.pass(end_b == Some(end));
    }
}

/// Where a walk stands in one operand.
#[derive(Clone, Copy, Debug)]
struct Side {
    node: Ref,
    at: usize,
    /// How many intervals the operand has at this level; 1 if it does not look at the field.
    len: usize,
    here: bool,
}

impl Side {
    fn new(arena: &Arena, node: Ref, level: Level) -> Self {
        let here = arena.depth(node) == level.depth;
        let len = if here { arena.arity(node) } else { 1 };
        Self {
            node,
            at: 0,
            len,
            here,
        }
    }

    fn child(self, arena: &Arena) -> Ref {
        if self.here {
            arena.kid(self.node, self.at)
        } else {
            self.node
        }
    }

    fn end<C: Cut>(self, arena: &Arena) -> Option<C> {
        (self.at + 1 < self.len).then(|| arena.cut::<C>(self.node, self.at))
    }

    fn pass(&mut self, over: bool) {
        self.at += usize::from(over);
    }
}

/// Renames leaves; neighbours that become equal are joined.
pub(crate) fn rename(
    arena: &mut Arena,
    node: Ref,
    known: &mut HashMap<Ref, Ref, FxBuildHasher>,
    to: &mut dyn FnMut(&mut Arena, Ref) -> Ref,
) -> Result<Ref, Error> {
    if node.is_leaf() {
        return Ok(to(arena, node));
    }
    if let Some(&done) = known.get(&node) {
        return Ok(done);
    }
    let level = arena.level_of(node);
    let done = if level.wide {
        rename_node::<u128>(arena, node, level, known, to)?
    } else {
        rename_node::<u32>(arena, node, level, known, to)?
    };
    known.insert(node, done);
    Ok(done)
}

fn rename_node<C: Cut>(
    arena: &mut Arena,
    node: Ref,
    level: Level,
    known: &mut HashMap<Ref, Ref, FxBuildHasher>,
    to: &mut dyn FnMut(&mut Arena, Ref) -> Ref,
) -> Result<Ref, Error> {
    let base = arena.begin::<C>();
    let len = arena.arity(node);
    for at in 0..len {
        let child = match rename(arena, arena.kid(node, at), known, to) {
            Ok(child) => child,
            Err(error) => {
                C::draft(arena).truncate(base);
                return Err(error);
            }
        };
        let end = if at + 1 < len {
            arena.cut::<C>(node, at)
        } else {
            C::END
        };
        arena.push(base, end, child);
    }
    arena.finish::<C>(level, base)
}
