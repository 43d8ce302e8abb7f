//! From rules of which the first that matches decides, straight to a diagram.

#![expect(
    clippy::indexing_slicing,
    reason = "ranks and rule numbers are made here, from the arrays that they index"
)]

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use crate::arena::{Arena, Cut, Level, Ref};
use crate::budget::Error;
use crate::flat::{Flatten, last_value};
use crate::header::Family;
use crate::order::FieldOrder;
use crate::packet_box::PacketBox;

/// Rules of both families, ready to compile.
pub(crate) struct Rules {
    tables: [Table; 2],
}

/// The flat rules of one family.
#[derive(Default)]
struct Table {
    /// Per depth, where elementary intervals begin.
    starts: [Vec<u128>; 5],
    /// Per depth and flat rule, the elementary intervals it spans: from, to (excluded).
    spans: [Vec<(u32, u32)>; 5],
    /// Per flat rule, the depth from which on it does not limit anything.
    free_from: Vec<u8>,
    /// Per flat rule, which rule it comes from.
    rule: Vec<u32>,
    value: Vec<u32>,
}

impl Rules {
    pub(crate) fn of<'a>(
        order: FieldOrder,
        flat: Flatten,
        rules: impl Iterator<Item = (&'a PacketBox, u32)>,
    ) -> Self {
        let mut boxes = [Vec::new(), Vec::new()];
        for (index, (packets, value)) in rules.enumerate() {
            let [v4, v6] = &mut boxes;
            let target = if packets.family == Family::V4 { v4 } else { v6 };
            flat(packets, &mut |flat| target.push((flat, index as u32, value)));
        }
        let [v4, v6] = boxes;
        Self {
            tables: [
                Table::of(order, Family::V4, &v4),
                Table::of(order, Family::V6, &v6),
            ],
        }
    }
}

impl Table {
    fn of(order: FieldOrder, family: Family, boxes: &[(crate::flat::Flat, u32, u32)]) -> Self {
        let mut table = Self {
            free_from: vec![5; boxes.len()],
            ..Self::default()
        };
        for (depth, axis) in order.0.into_iter().enumerate().rev() {
            let last = last_value(axis, family);
            let at = axis.index();
            let mut starts = vec![0];
            for (flat, ..) in boxes {
                starts.push(flat.low[at]);
                if flat.high[at] < last {
                    starts.push(flat.high[at] + 1);
                }
            }
            starts.sort_unstable();
            starts.dedup();
            let spans = boxes
                .iter()
                .map(|(flat, ..)| {
                    let from = starts.partition_point(|start| *start < flat.low[at]);
                    let to = starts.partition_point(|start| *start <= flat.high[at]);
                    (from as u32, to as u32)
                })
                .collect::<Vec<_>>();
            for (free, span) in table.free_from.iter_mut().zip(&spans) {
                if *free as usize == depth + 1 && *span == (0, starts.len() as u32) {
                    *free = depth as u8;
                }
            }
            table.starts[depth] = starts;
            table.spans[depth] = spans;
        }
        table.rule = boxes.iter().map(|(_, rule, _)| *rule).collect();
        table.value = boxes.iter().map(|(.., value)| *value).collect();
        table
    }
}

/// The decision of the rules; marks those that decide some packet.
pub(crate) fn compile(
    arena: &mut Arena,
    rules: &Rules,
    mut reached: Option<&mut [bool]>,
) -> Result<Ref, Error> {
    let mut roots = [Ref::NONE; 2];
    for ((table, root), family) in rules.tables.iter().zip(&mut roots).zip(Family::ALL) {
        let mut job = Job {
            table,
            family,
            arena,
            known: HashMap::default(),
            reached: reached.as_deref_mut(),
        };
        let all = (0..table.rule.len() as u32).collect();
        *root = job.build(0, all)?;
    }
    let [v4, v6] = roots;
    let base = arena.begin::<u32>();
    arena.push::<u32>(base, 0, v4);
    arena.push::<u32>(base, 1, v6);
    arena.finish::<u32>(Level::FAMILY, base)
}

struct Job<'a> {
    table: &'a Table,
    family: Family,
    arena: &'a mut Arena,
    known: HashMap<(u8, Vec<u32>), Ref, FxBuildHasher>,
    reached: Option<&'a mut [bool]>,
}

impl Job<'_> {
    fn build(&mut self, depth: u8, list: Vec<u32>) -> Result<Ref, Error> {
        let Some(&first) = list.first() else {
            return Ok(Ref::NONE);
        };
        if self.table.free_from[first as usize] <= depth {
            if let Some(reached) = &mut self.reached {
                reached[self.table.rule[first as usize] as usize] = true;
            }
            return Ok(self.arena.leaf(self.table.value[first as usize]));
        }
        if let Some(&done) = self.known.get(&(depth, list.clone())) {
            return Ok(done);
        }
        let level = self.arena.level(depth + 1, self.family);
        let done = if level.wide {
            self.sweep::<u128>(depth, level, &list)?
        } else {
            self.sweep::<u32>(depth, level, &list)?
        };
        self.known.insert((depth, list), done);
        Ok(done)
    }

    fn sweep<C: Cut>(&mut self, depth: u8, level: Level, list: &[u32]) -> Result<Ref, Error> {
        let mut events = Vec::with_capacity(2 * list.len());
        let spans = &self.table.spans[depth as usize];
        for &rule in list {
            let (from, to) = spans[rule as usize];
            events.push((from, rule));
            events.push((to, rule));
        }
        events.sort_unstable();
        let starts = &self.table.starts[depth as usize];
        let base = self.arena.begin::<C>();
        let mut active: Vec<u32> = Vec::new();
        let mut events = events.into_iter().peekable();
        let mut rank = 0;
        while rank < starts.len() as u32 {
            while let Some((_, rule)) = events.next_if(|event| event.0 == rank) {
                match active.binary_search(&rule) {
                    Ok(at) => {
                        active.remove(at);
                    }
                    Err(at) => active.insert(at, rule),
                }
            }
            let next = events.peek().map_or(starts.len() as u32, |event| event.0);
            let until = active
                .iter()
                .position(|rule| self.table.free_from[*rule as usize] <= depth + 1)
                .map_or(active.len(), |at| at + 1);
            self.arena.spend(until)?;
            let child = match self.build(depth + 1, active[..until].to_vec()) {
                Ok(child) => child,
                Err(error) => {
                    C::draft(self.arena).truncate(base);
                    return Err(error);
                }
            };
            let end = starts
                .get(next as usize)
                .map_or(C::END, |start| C::of(*start - 1));
            self.arena.push(base, end, child);
            rank = next;
        }
        self.arena.finish::<C>(level, base)
    }
}
