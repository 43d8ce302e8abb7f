//! The comparison: first match with a BDD engine, `oxidd`, one Boolean variable per header bit.

use std::time::{Duration, Instant};

use oxidd::bdd::{BDDFunction, new_manager};
use oxidd::util::OutOfMemory;
use oxidd::{BooleanFunction, Function, Manager, ManagerRef};
use yumen_packets::{Field, FieldOrder, PacketBox};

use crate::classbench::PERMIT;

/// What the engine found.
#[derive(Clone, Copy, Debug)]
pub struct Outcome {
    /// How many rules decide no packet, of those looked at.
    pub shadowed: usize,
    /// How many rules were looked at: all, unless time or memory ran out.
    pub done: usize,
    /// Nodes of the permit set.
    pub nodes: usize,
    /// Wall-clock time.
    pub elapsed: Duration,
}

/// Inner nodes the engine may hold: as many as fit in about 2.5 GiB with its caches.
const NODES: usize = 80_000_000;
/// Entries of its apply cache.
const CACHE: usize = 1 << 22;

/// First match, rule by rule: what earlier rules left, what this one takes of it. Stops when
/// `timeout` has passed or memory is full.
///
/// # Errors
///
/// When the engine cannot even make the variables.
pub fn first_match(
    rules: &[(PacketBox, u32)],
    order: FieldOrder,
    timeout: Duration,
) -> Result<Outcome, String> {
    let start = Instant::now();
    let manager = new_manager(NODES, CACHE, 1);
    let bits = order.fields().map(bits);
    let (variables, never, always) = manager
        .with_manager_exclusive(|manager| {
            let range = manager.add_vars(bits.iter().sum());
            let variables = range
                .map(|at| BDDFunction::var(manager, at))
                .collect::<Result<Vec<_>, OutOfMemory>>()?;
            Ok((variables, BDDFunction::f(manager), BDDFunction::t(manager)))
        })
        .map_err(|_: OutOfMemory| "out of memory at the first variable".to_owned())?;
    let mut engine = Engine {
        variables,
        bits,
        order,
        permit: never.clone(),
        left: always.clone(),
        never,
        always,
    };
    let mut shadowed = 0;
    let mut done = 0;
    for (part, number) in rules {
        if start.elapsed() > timeout {
            break;
        }
        let Ok(reached) = engine.take(part, *number) else {
            break;
        };
        shadowed += usize::from(!reached);
        done += 1;
    }
    Ok(Outcome {
        shadowed,
        done,
        nodes: engine.permit.node_count(),
        elapsed: start.elapsed(),
    })
}

struct Engine {
    variables: Vec<BDDFunction>,
    /// Bits per field, in order.
    bits: [u32; 5],
    order: FieldOrder,
    permit: BDDFunction,
    /// What no rule so far has decided.
    left: BDDFunction,
    never: BDDFunction,
    always: BDDFunction,
}

impl Engine {
    /// Whether the rule decides some packet.
    fn take(&mut self, part: &PacketBox, number: u32) -> Result<bool, OutOfMemory> {
        let own = self.rule(part)?;
        let new = self.left.and(&own)?;
        if new == self.never {
            return Ok(false);
        }
        if number == PERMIT {
            self.permit = self.permit.or(&new)?;
        }
        // `left` without `own`, as one operation.
        self.left = own.imp_strict(&self.left)?;
        Ok(true)
    }

    fn rule(&self, part: &PacketBox) -> Result<BDDFunction, OutOfMemory> {
        let mut all = self.always.clone();
        let mut end = self.variables.len();
        for (field, bits) in self.order.fields().into_iter().zip(self.bits).rev() {
            let start = end - bits as usize;
            let (low, high) = bounds(part, field);
            let variables = self.variables.get(start..end).unwrap_or_default();
            let above = self.at_least(variables, low)?;
            let below = self.at_most(variables, high)?;
            all = all.and(&above.and(&below)?)?;
            end = start;
        }
        Ok(all)
    }

    /// The numbers from `low` on, by bits from the lowest up.
    fn at_least(&self, variables: &[BDDFunction], low: u128) -> Result<BDDFunction, OutOfMemory> {
        let mut all = self.always.clone();
        for (place, variable) in variables.iter().rev().enumerate() {
            all = if low >> place & 1 == 1 {
                variable.and(&all)?
            } else {
                variable.or(&all)?
            };
        }
        Ok(all)
    }

    /// The numbers up to `high`.
    fn at_most(&self, variables: &[BDDFunction], high: u128) -> Result<BDDFunction, OutOfMemory> {
        let mut all = self.always.clone();
        for (place, variable) in variables.iter().rev().enumerate() {
            let not = variable.not()?;
            all = if high >> place & 1 == 1 {
                not.or(&all)?
            } else {
                not.and(&all)?
            };
        }
        Ok(all)
    }
}

const fn bits(field: Field) -> u32 {
    match field {
        Field::Family => 1,
        Field::Protocol => 8,
        Field::DestinationPort | Field::SourcePort => 16,
        Field::Source | Field::Destination => 32,
    }
}

fn bounds(part: &PacketBox, field: Field) -> (u128, u128) {
    match field {
        Field::Family => (0, 0),
        Field::Protocol => (part.protocol.low().into(), part.protocol.high().into()),
        Field::DestinationPort => (
            part.destination_port.low().into(),
            part.destination_port.high().into(),
        ),
        Field::Source => (part.source.low(), part.source.high()),
        Field::Destination => (part.destination.low(), part.destination.high()),
        Field::SourcePort => (
            part.source_port.low().into(),
            part.source_port.high().into(),
        ),
    }
}
