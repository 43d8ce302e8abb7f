//! The choice of a field order, by trying candidates on samples of the rules.
//!
//! No statistic of the rules (distinct values, wildcards, prefixes of each field) foretold the best
//! order, which differs between rule sets by a factor of ten and more; a sample does.

use crate::arena::Arena;
use crate::budget::Budget;
use crate::first_match::{Rules, compile};
use crate::flat::product;
use crate::order::{Axis, FieldOrder};
use crate::packet_box::PacketBox;

/// The orders that were best for some set of rules, and none that never was.
const CANDIDATES: [FieldOrder; 8] = {
    use Axis::{Destination as T, DestinationPort as D, Protocol as P, Source as S, SourcePort as Q};
    [
        FieldOrder([P, S, T, D, Q]),
        FieldOrder([P, T, S, D, Q]),
        FieldOrder([P, D, Q, S, T]),
        FieldOrder([P, Q, D, T, S]),
        FieldOrder([P, D, Q, T, S]),
        FieldOrder([P, D, S, T, Q]),
        FieldOrder([P, Q, S, T, D]),
        FieldOrder([P, D, T, S, Q]),
    ]
};

/// Below so many rules the order does not matter enough to try.
const FEW: usize = 256;
/// About how many rules a sample has.
const SAMPLE: usize = 700;

pub(crate) fn best_order(rules: &[PacketBox]) -> FieldOrder {
    if rules.len() < FEW {
        return FieldOrder::HOUSE;
    }
    let stride = rules.len().div_ceil(SAMPLE);
    let sample: Vec<(PacketBox, u32)> =
        rules.iter().zip(0_u32..).step_by(stride).map(|(part, at)| (*part, at % 2)).collect();
    let mut best = (u64::MAX, FieldOrder::HOUSE);
    for order in CANDIDATES {
        // A candidate that needs more steps than the best so far need not finish.
        let budget = Budget { steps: best.0, ..Budget::default() };
        let mut arena = Arena::new(order, budget);
        let rules = Rules::of(order, product, sample.iter().map(|(part, value)| (part, *value)));
        if compile(&mut arena, &rules, None).is_ok() && arena.steps() < best.0 {
            best = (arena.steps(), order);
        }
    }
    best.1
}
