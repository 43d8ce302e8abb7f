//! The choice of a field order, by trying candidates on samples of the rules.
//!
//! The best order differs between rule sets, and a bad one costs ten times as much and more; a sample
//! of the rules tells the two apart.

use crate::arena::Arena;
use crate::budget::Budget;
use crate::first_match::{Rules, compile};
use crate::flat::product;
use crate::order::{Axis, FieldOrder};
use crate::packet_box::PacketBox;

/// The orders that were best for some set of rules, and none that never was.
const CANDIDATES: [FieldOrder; 9] = {
    use Axis::{
        Destination as T, DestinationPort as D, Protocol as P, Source as S, SourcePort as Q,
    };
    [
        FieldOrder([P, S, T, D, Q]),
        FieldOrder([P, T, S, D, Q]),
        FieldOrder([P, D, Q, S, T]),
        FieldOrder([P, Q, D, T, S]),
        FieldOrder([P, D, Q, T, S]),
        FieldOrder([P, D, S, T, Q]),
        FieldOrder([P, Q, S, T, D]),
        FieldOrder([P, D, T, S, Q]),
        FieldOrder([P, Q, T, S, D]),
    ]
};

/// Below so many rules the order does not matter enough to try.
const FEW: usize = 256;
/// About how many rules a sample has: all candidates on the first, the leading ones on the second.
const SAMPLES: [usize; 2] = [300, 1_200];
/// How many candidates the second sample compares.
const LEADING: usize = 5;

pub(crate) fn best_order(rules: &[PacketBox]) -> FieldOrder {
    if rules.len() < FEW {
        return FieldOrder::HOUSE;
    }
    let [small, large] = SAMPLES;
    let mut leading = ranking(rules, small, &CANDIDATES);
    leading.truncate(LEADING);
    if rules.len() > large {
        let before = leading;
        let orders: Vec<FieldOrder> = before.iter().map(|(_, order)| *order).collect();
        leading = ranking(rules, large, &orders);
        // What grew more slowly from sample to sample goes on to do so: for sets several times as
        // large as the large sample, foretell by the growth to the power of one and a half.
        if rules.len() > 3 * large {
            let foretold = |(steps, order): &(u64, FieldOrder)| {
                let first = before.iter().find(|(_, known)| known == order);
                let growth = *steps as f64 / first.map_or(1.0, |(steps, _)| *steps as f64);
                // Squared, which changes no comparison and needs no square root.
                *steps as f64 * *steps as f64 * growth * growth * growth
            };
            leading.sort_by(|one, other| foretold(one).total_cmp(&foretold(other)));
        }
    }
    leading.first().map(|(_, order)| *order).unwrap_or_default()
}

/// The candidates by the steps that they take on a sample, fewest first. Those that take several
/// times as many as another are left out.
fn ranking(rules: &[PacketBox], size: usize, candidates: &[FieldOrder]) -> Vec<(u64, FieldOrder)> {
    let stride = rules.len().div_ceil(size);
    let sample: Vec<(PacketBox, u32)> = rules
        .iter()
        .zip(0_u32..)
        .step_by(stride)
        .map(|(part, at)| (*part, at % 2))
        .collect();
    let mut fewest = sample.len() as u64 * PATIENCE;
    let mut ranks = Vec::new();
    for order in candidates {
        let budget = Budget {
            steps: fewest,
            ..Budget::default()
        };
        let mut arena = Arena::new(*order, budget);
        let rules = Rules::of(
            *order,
            product,
            sample.iter().map(|(part, value)| (part, *value)),
        );
        if compile(&mut arena, &rules, None).is_ok() {
            ranks.push((arena.steps(), *order));
            fewest = fewest.min(arena.steps().saturating_mul(HOPELESS));
        }
    }
    ranks.sort_by_key(|(steps, _)| *steps);
    ranks
}

/// A candidate that takes this many times the steps of another need not finish.
const HOPELESS: u64 = 2;
/// The steps that a sample may take for each of its rules before any candidate has finished.
const PATIENCE: u64 = 10_000;
