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
            let bounds = rules.iter().map(|(flat, ..)| (flat.low[at], flat.high[at]));
            let (starts, spans) = if last <= u128::from(u32::MAX) {
                narrow_ranks(bounds, last)
            } else {
                wide_ranks(bounds, last)
            };
            let whole = (0, starts.len() as u32);
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

/// Where elementary intervals begin, and which of them each pair of bounds spans.
type Ranks = (Vec<u128>, Vec<(u32, u32)>);

/// The ranks of bounds of at most 32 bits: a bound and whose it is fit in one word to sort.
fn narrow_ranks(bounds: impl ExactSizeIterator<Item = (u128, u128)>, last: u128) -> Ranks {
    let mut ends: Vec<u64> = Vec::with_capacity(2 * bounds.len());
    let count = bounds.len();
    for ((low, high), rule) in bounds.zip(0_u64..) {
        if low > 0 {
            ends.push((low as u64) << 32 | rule << 1);
        }
        if high < last {
            ends.push((high as u64 + 1) << 32 | rule << 1 | 1);
        }
    }
    ends.sort_unstable();
    ranks(
        ends.into_iter()
            .map(|end| (u128::from(end >> 32), end as u32)),
        count,
    )
}

/// The ranks of bounds of any width.
fn wide_ranks(bounds: impl ExactSizeIterator<Item = (u128, u128)>, last: u128) -> Ranks {
    let mut ends: Vec<(u128, u32)> = Vec::with_capacity(2 * bounds.len());
    let count = bounds.len();
    for ((low, high), rule) in bounds.zip(0_u32..) {
        if low > 0 {
            ends.push((low, rule << 1));
        }
        if high < last {
            ends.push((high + 1, rule << 1 | 1));
        }
    }
    ends.sort_unstable();
    ranks(ends.into_iter(), count)
}

/// From sorted bounds, each with its rule and, in the lowest bit, whether it is where the rule
/// ends. What has no bound begins with the first elementary interval or ends with the last.
fn ranks(ends: impl Iterator<Item = (u128, u32)>, count: usize) -> Ranks {
    const OPEN: u32 = u32::MAX;
    let mut starts = vec![0];
    let mut spans = vec![(0, OPEN); count];
    for (value, tag) in ends {
        if starts.last() != Some(&value) {
            starts.push(value);
        }
        let rank = starts.len() as u32 - 1;
        let span = &mut spans[(tag >> 1) as usize];
        if tag & 1 == 0 {
            span.0 = rank;
        } else {
            span.1 = rank;
        }
    }
    for span in &mut spans {
        if span.1 == OPEN {
            span.1 = starts.len() as u32;
        }
    }
    (starts, spans)
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
