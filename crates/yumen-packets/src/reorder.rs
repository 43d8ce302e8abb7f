//! From one field order to another, by exchanging neighbouring levels.

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use crate::arena::{Arena, Cut, Level, Ref};
use crate::budget::Error;
use crate::order::FieldOrder;

/// As upper depth of an exchange: no such depth, so nothing is exchanged.
const NOTHING: u8 = u8::MAX - 1;

/// The same function in an arena of another order.
pub(crate) fn transfer(from: &Arena, root: Ref, order: FieldOrder) -> Result<(Arena, Ref), Error> {
    let mut current = Arena::new(from.order(), from.budget());
    let mut root = copy(from, root, &mut current)?;
    // Insertion sort by neighbours: bring each wanted field up to its place.
    for (place, wanted) in order.0.into_iter().enumerate() {
        let Some(mut at) = current.order().0.iter().position(|axis| *axis == wanted) else {
            continue;
        };
        while at > place {
            (current, root) = exchange(&current, root, at)?;
            at -= 1;
        }
    }
    Ok((current, root))
}

/// Copies a diagram into an arena of the same order.
pub(crate) fn copy(from: &Arena, root: Ref, to: &mut Arena) -> Result<Ref, Error> {
    let mut known = HashMap::default();
    Exchange {
        from,
        to,
        upper: NOTHING,
        known: &mut known,
    }
    .walk(root)
}

/// The same function with the fields at depths `upper` and `upper + 1` exchanged.
fn exchange(from: &Arena, root: Ref, upper: usize) -> Result<(Arena, Ref), Error> {
    let mut order = from.order();
    order.0.swap(upper - 1, upper);
    let mut to = Arena::new(order, from.budget());
    let mut known = HashMap::default();
    let root = Exchange {
        from,
        to: &mut to,
        upper: upper as u8,
        known: &mut known,
    }
    .walk(root)?;
    Ok((to, root))
}

struct Exchange<'a> {
    from: &'a Arena,
    to: &'a mut Arena,
    upper: u8,
    known: &'a mut HashMap<Ref, Ref, FxBuildHasher>,
}

impl Exchange<'_> {
    fn walk(&mut self, node: Ref) -> Result<Ref, Error> {
        if node.is_leaf() {
            return Ok(self.to.leaf(self.from.leaf_value(node)));
        }
        if let Some(&done) = self.known.get(&node) {
            return Ok(done);
        }
        let level = self.from.level_of(node);
        let done = if level.depth == self.upper {
            // Children at the lower level of the pair are cut up by it, others are not.
            let lower = self
                .from
                .kids(node)
                .iter()
                .map(|kid| self.from.level_of(*kid))
                .find(|kid| kid.depth == self.upper + 1);
            match (level.wide, lower) {
                (false, None) => self.keep::<u32>(node, level.depth + 1)?,
                (true, None) => self.keep::<u128>(node, level.depth + 1)?,
                (false, Some(lower)) if lower.wide => self.swap::<u32, u128>(node, level, lower)?,
                (false, Some(lower)) => self.swap::<u32, u32>(node, level, lower)?,
                (true, Some(lower)) if lower.wide => self.swap::<u128, u128>(node, level, lower)?,
                (true, Some(lower)) => self.swap::<u128, u32>(node, level, lower)?,
            }
        } else {
            let depth = if level.depth == self.upper + 1 {
                self.upper
            } else {
                level.depth
            };
            if level.wide {
                self.keep::<u128>(node, depth)?
            } else {
                self.keep::<u32>(node, depth)?
            }
        };
        self.known.insert(node, done);
        Ok(done)
    }

    /// The node with its children rebuilt, now at `depth`.
    fn keep<C: Cut>(&mut self, node: Ref, depth: u8) -> Result<Ref, Error> {
        let wide = self.from.level_of(node).wide;
        let len = self.from.arity(node);
        let mut children = Vec::with_capacity(len);
        for at in 0..len {
            children.push(self.walk(self.from.kid(node, at))?);
        }
        let base = self.to.begin::<C>();
        for (at, child) in children.into_iter().enumerate() {
            let end = if at + 1 < len {
                self.from.cut::<C>(node, at)
            } else {
                C::END
            };
            self.to.push(base, end, child);
        }
        self.to.finish::<C>(Level { depth, wide }, base)
    }

    /// The node looked at the other way round: first by its children's field, then by its own.
    fn swap<U: Cut, L: Cut>(
        &mut self,
        node: Ref,
        level: Level,
        lower: Level,
    ) -> Result<Ref, Error> {
        let kids = self.from.kids(node).to_vec();
        // Where the children change: the value after which child `which` passes to its next one.
        let mut turns: Vec<(L, u32)> = Vec::new();
        let mut places = vec![0_usize; kids.len()];
        let mut now = Vec::with_capacity(kids.len());
        for (which, kid) in kids.iter().enumerate() {
            if self.from.depth(*kid) == lower.depth {
                turns.extend(
                    self.from
                        .cuts::<L>(*kid)
                        .iter()
                        .map(|cut| (*cut, which as u32)),
                );
                now.push(self.walk(self.from.kid(*kid, 0))?);
            } else {
                now.push(self.walk(*kid)?);
            }
        }
        turns.sort_unstable();
        let base = self.to.begin::<L>();
        let mut turns = turns.into_iter().peekable();
        loop {
            let column = self.to.begin::<U>();
            for (at, child) in now.iter().enumerate() {
                let end = if at + 1 < now.len() {
                    self.from.cut::<U>(node, at)
                } else {
                    U::END
                };
                self.to.push(column, end, *child);
            }
            self.to.spend(now.len())?;
            let child = self.to.finish::<U>(
                Level {
                    depth: level.depth + 1,
                    wide: level.wide,
                },
                column,
            )?;
            let Some(&(end, _)) = turns.peek() else {
                self.to.push(base, L::END, child);
                return self.to.finish::<L>(
                    Level {
                        depth: level.depth,
                        wide: lower.wide,
                    },
                    base,
                );
            };
            self.to.push(base, end, child);
            while let Some((_, which)) = turns.next_if(|turn| turn.0 == end) {
                let which = which as usize;
                if let (Some(place), Some(slot), Some(kid)) =
                    (places.get_mut(which), now.get_mut(which), kids.get(which))
                {
                    *place += 1;
                    let next = self.from.kid(*kid, *place);
                    *slot = self.walk(next)?;
                }
            }
        }
    }
}
