//! `packets`: what small operations cost, as an estate of many small groups needs them.
//!
//! Each line is the median of 21 rounds, in nanoseconds an operation.
#![expect(clippy::print_stdout, reason = "a program that reports")]

use std::hint::black_box;
use std::time::Instant;

use yumen_packets::{Budget, Error, Family, FieldOrder, Interval, PacketBox, PacketSpace};

fn main() -> Result<(), Error> {
    let mut space = PacketSpace::new(FieldOrder::HOUSE, Budget::default());
    for size in [10, 50, 200] {
        let groups: Vec<_> = (0..64).map(|seed| group(seed, size)).collect();
        let time = median(groups.len(), || {
            for rules in &groups {
                space.reset();
                black_box(space.first_match(rules)?);
            }
            Ok(())
        })?;
        println!("reset and first match of {size} rules: {time} ns");
    }
    let groups: Vec<_> = (0..64).map(|seed| group(seed, 50)).collect();
    let inside = PacketBox {
        source: Interval::new(1 << 24, 9 << 24).unwrap_or(Interval::all()),
        ..PacketBox::all(Family::V4)
    };
    let time = median(groups.len(), || {
        space.reset();
        let inside = space.packet_box(&inside)?;
        let mut before = space.first_match(&[])?;
        for rules in &groups {
            let all = space.first_match(rules)?;
            let own = space.restrict(all, inside)?;
            let lowest = space.lowest(before, own)?;
            black_box(space.packets(lowest, &|number| number % 2 == 1)?);
            before = own;
        }
        Ok(())
    })?;
    println!("first match of 50 rules, restrict, lowest with another, packets: {time} ns");
    Ok(())
}

/// Security-group rules as groups have them: a port or a few, a prefix, accept or drop.
fn group(seed: u32, size: u32) -> Vec<(PacketBox, u32)> {
    const PORTS: [u16; 12] = [
        22, 80, 443, 3306, 3389, 5432, 6379, 8080, 8443, 9090, 9200, 27_017,
    ];
    let mut state = seed.wrapping_mul(0x9e37_79b9) | 1;
    let mut next = move |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % below
    };
    (0..size)
        .map(|priority| {
            let port = PORTS.get(next(12) as usize).copied().unwrap_or(22);
            let hosts = [0, 0xff, 0xffff, 0x00ff_ffff]
                .get(next(4) as usize)
                .copied()
                .unwrap_or(0);
            let low = u128::from(next(u32::MAX) & !hosts);
            let source = match next(8) {
                0 => Interval::new(0, u128::from(u32::MAX)),
                _ => Interval::new(low, low | u128::from(hosts)),
            };
            let part = PacketBox {
                protocol: Interval::single(if next(6) == 0 { 17 } else { 6 }),
                destination_port: Interval::new(port, port + next(3) as u16)
                    .unwrap_or(Interval::single(port)),
                source: source.unwrap_or(Interval::all()),
                ..PacketBox::all(Family::V4)
            };
            (part, 2 * priority + next(2))
        })
        .collect()
}

/// Nanoseconds an operation, when a round does `operations` of them.
fn median(operations: usize, mut round: impl FnMut() -> Result<(), Error>) -> Result<u128, Error> {
    let mut times = Vec::new();
    for _ in 0..21 {
        let start = Instant::now();
        round()?;
        times.push(start.elapsed().as_nanos() / operations as u128);
    }
    times.sort_unstable();
    Ok(times.get(10).copied().unwrap_or(0))
}
