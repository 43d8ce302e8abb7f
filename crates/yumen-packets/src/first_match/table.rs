//! Rules as numbers: every field's values replaced by the elementary intervals they form.

use hashbrown::HashMap;
use rustc_hash::FxBuildHasher;

use crate::flat::{Flat, Flatten, last_value};
use crate::header::Family;
use crate::order::FieldOrder;
use crate::packet_box::PacketBox;

/// Rules of both families, ready to compile.
pub(crate) struct Rules {
    pub(super) tables: [Table; 2],
}

/// The flat rules of one family.
#[derive(Default)]
pub(super) struct Table {
    /// Per depth, where elementary intervals begin.
    pub(super) starts: [Vec<u128>; 5],
    /// Per depth and flat rule, the elementary intervals it spans: from, to (excluded).
    pub(super) spans: [Vec<(u32, u32)>; 5],
    /// Per depth and flat rule, a number that equal spans from this depth on share.
    pub(super) shapes: [Vec<u32>; 5],
    /// Per flat rule, the depth from which on it does not limit anything.
    pub(super) free_from: Vec<u8>,
    /// Per flat rule, which rule it comes from.
    pub(super) rule: Vec<u32>,
    pub(super) value: Vec<u32>,
}

/// A flat rule: its box, which rule it comes from, and the rule's number.
type FlatRule = (Flat, u32, u32);

impl Rules {
    pub(crate) fn of<'a>(
        order: FieldOrder,
        flat: Flatten,
        rules: impl Iterator<Item = (&'a PacketBox, u32)>,
    ) -> Self {
        let mut v4: Vec<FlatRule> = Vec::new();
        let mut v6: Vec<FlatRule> = Vec::new();
        for ((packets, value), index) in rules.zip(0_u32..) {
            let target = if packets.family == Family::V4 {
                &mut v4
            } else {
                &mut v6
            };
            flat(packets, &mut |flat| target.push((flat, index, value)));
        }
        Self {
            tables: [
                Table::of(order, Family::V4, &v4),
                Table::of(order, Family::V6, &v6),
            ],
        }
    }
}

impl Table {
    /// Whether a flat rule leaves a field free.
    pub(super) fn is_whole(&self, depth: usize, rule: usize) -> bool {
        self.spans[depth][rule] == (0, self.starts[depth].len() as u32)
    }

    fn of(order: FieldOrder, family: Family, rules: &[FlatRule]) -> Self {
        let mut table = Self {
            free_from: vec![5; rules.len()],
            rule: rules.iter().map(|(_, rule, _)| *rule).collect(),
            value: rules.iter().map(|(.., value)| *value).collect(),
            ..Self::default()
        };
        if rules.is_empty() {
            return table;
        }
        let mut below = vec![0; rules.len()];
        for (depth, axis) in order.0.into_iter().enumerate().rev() {
            let at = axis.index();
            let last = last_value(axis, family);
            let bounds = || rules.iter().map(|(flat, ..)| (flat.low[at], flat.high[at]));
            let mut starts = vec![0];
            for (low, high) in bounds() {
                if low > 0 {
                    starts.push(low);
                }
                if high < last {
                    starts.push(high + 1);
                }
            }
            starts.sort_unstable();
            starts.dedup();
            let whole = (0, starts.len() as u32);
            let spans: Vec<(u32, u32)> = bounds()
                .map(|(low, high)| {
                    let from = if low == 0 {
                        0
                    } else {
                        starts.partition_point(|start| *start < low)
                    };
                    let to = if high == last {
                        starts.len()
                    } else {
                        starts.partition_point(|start| *start <= high)
                    };
                    (from as u32, to as u32)
                })
                .collect();
            for (free, span) in table.free_from.iter_mut().zip(&spans) {
                if usize::from(*free) == depth + 1 && *span == whole {
                    *free = depth as u8;
                }
            }
            below = number(&spans, &below);
            table.shapes[depth].clone_from(&below);
            table.starts[depth] = starts;
            table.spans[depth] = spans;
        }
        table
    }
}

/// Numbers pairs of a span and the number of what lies below it.
fn number(spans: &[(u32, u32)], below: &[u32]) -> Vec<u32> {
    let mut known = HashMap::<((u32, u32), u32), u32, FxBuildHasher>::with_capacity_and_hasher(
        spans.len(),
        FxBuildHasher,
    );
    spans
        .iter()
        .zip(below)
        .map(|(span, below)| {
            let next = known.len() as u32;
            *known.entry((*span, *below)).or_insert(next)
        })
        .collect()
}
