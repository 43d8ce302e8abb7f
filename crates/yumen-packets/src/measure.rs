//! What can be told of a diagram in house order: how many packets, which values of a field.

use hashbrown::{HashMap, HashSet};
use rustc_hash::FxBuildHasher;

use crate::arena::{Arena, LEAF_LEVEL, Ref};
use crate::count::Count;
use crate::flat::{Kind, last_value, narrow_protocol, real_protocol};
use crate::header::Family;
use crate::interval::{Interval, join};
use crate::order::{Axis, Field};

/// The number of packets.
pub(crate) fn count(arena: &Arena, root: Ref) -> Count {
    let mut total = Count::ZERO;
    for family in Family::ALL {
        let part = arena.family_part(root, family);
        for kind in Kind::ALL {
            let mut tally = Tally {
                arena,
                family,
                kind,
                known: HashMap::default(),
            };
            total = total + tally.below(part, 1);
        }
    }
    total
}

/// Counts the packets of one family and one kind of protocols.
struct Tally<'a> {
    arena: &'a Arena,
    family: Family,
    kind: Kind,
    known: HashMap<Ref, Count, FxBuildHasher>,
}

impl Tally<'_> {
    /// The packets of a node, over the fields from `depth` on.
    fn below(&mut self, node: Ref, depth: u8) -> Count {
        if node == Ref::NONE {
            return Count::ZERO;
        }
        let own_depth = self.arena.depth(node);
        let skipped = (depth..own_depth)
            .map(|between| {
                let axis = self.arena.axis(between);
                self.size(axis, 0, last_value(axis, self.family))
            })
            .fold(Count::ONE, Count::times);
        if own_depth == LEAF_LEVEL {
            return skipped;
        }
        let inner = match self.known.get(&node) {
            Some(&known) => known,
            None => {
                let axis = self.arena.axis(own_depth);
                let edges = self.arena.edges(node, last_value(axis, self.family));
                let mut sum = Count::ZERO;
                for (low, high, kid) in edges {
                    let size = self.size(axis, low, high);
                    if kid != Ref::NONE && !size.is_zero() {
                        sum = sum + size.times(self.below(kid, own_depth + 1));
                    }
                }
                self.known.insert(node, sum);
                sum
            }
        };
        skipped.times(inner)
    }

    /// How many real values lie in a flat interval.
    fn size(&self, axis: Axis, low: u128, high: u128) -> Count {
        real(axis, self.kind, low, high)
            .map_or(Count::ZERO, |(low, high)| Count::of_span(high - low))
    }
}

/// The part of a flat interval that packets of one kind can have; protocols stay flat.
fn real(axis: Axis, kind: Kind, low: u128, high: u128) -> Option<(u128, u128)> {
    match axis {
        Axis::Protocol => {
            let (first, last) = kind.protocols();
            Some((low.max(first), high.min(last))).filter(|(low, high)| low <= high)
        }
        Axis::DestinationPort | Axis::SourcePort => {
            let ports = kind.real_ports(low, high)?;
            Some((u128::from(ports.low()), u128::from(ports.high())))
        }
        Axis::Source | Axis::Destination => Some((low, high)),
    }
}

/// The values of a field in the packets of one family.
pub(crate) fn project(
    arena: &Arena,
    root: Ref,
    family: Family,
    field: Field,
) -> Vec<Interval<u128>> {
    let part = arena.family_part(root, family);
    let Some(axis) = Axis::of(field) else {
        let value = u128::from(family == Family::V6);
        return if part == Ref::NONE {
            Vec::new()
        } else {
            vec![Interval::single(value)]
        };
    };
    let mut values = Vec::new();
    for kind in Kind::ALL {
        let mut shadow = Shadow {
            arena,
            family,
            kind,
            axis,
            seen: HashSet::default(),
            values: &mut values,
        };
        shadow.walk(part);
    }
    join(values)
}

/// Collects the values of one field.
struct Shadow<'a> {
    arena: &'a Arena,
    family: Family,
    kind: Kind,
    axis: Axis,
    seen: HashSet<Ref, FxBuildHasher>,
    values: &'a mut Vec<Interval<u128>>,
}

impl Shadow<'_> {
    fn walk(&mut self, node: Ref) {
        if node == Ref::NONE || !self.seen.insert(node) {
            return;
        }
        let depth = self.arena.depth(node);
        let target = self.axis.index() as u8 + 1;
        if depth > target {
            self.add(0, last_value(self.axis, self.family));
            return;
        }
        let axis = self.arena.axis(depth);
        for (low, high, kid) in self.arena.edges(node, last_value(axis, self.family)) {
            if kid == Ref::NONE || real(axis, self.kind, low, high).is_none() {
                continue;
            }
            if depth == target {
                self.add(low, high);
            } else {
                self.walk(kid);
            }
        }
    }

    fn add(&mut self, low: u128, high: u128) {
        let Some((low, high)) = real(self.axis, self.kind, low, high) else {
            return;
        };
        if self.axis == Axis::Protocol {
            let real = (low..=high).map(|flat| u128::from(real_protocol(narrow_protocol(flat))));
            self.values.extend(real.map(Interval::single));
        } else {
            self.values.extend(Interval::new(low, high));
        }
    }
}
