//! Budgets end in errors, never in a hang.

use yumen_packets::{Budget, Error, Family, FieldOrder, Interval, PacketBox, PacketSpace};

/// Overlapping ranges in every field at once.
fn adversarial(rules: u32) -> Vec<(PacketBox, u32)> {
    let mut state = 0x9e37_79b9_u32;
    let mut next = move |below: u32| {
        state ^= state << 13;
        state ^= state >> 17;
        state ^= state << 5;
        state % below
    };
    let mut span = move |last: u32| {
        let (a, b) = (next(last), next(last));
        (a.min(b), a.max(b))
    };
    (0..rules)
        .map(|number| {
            let mut ports = || {
                let (low, high) = span(65_536);
                Interval::new(low as u16, high as u16).unwrap()
            };
            let (destination_port, source_port) = (ports(), ports());
            let mut addresses = || {
                let (low, high) = span(u32::MAX);
                Interval::new(u128::from(low), u128::from(high)).unwrap()
            };
            let part = PacketBox {
                destination_port,
                source_port,
                source: addresses(),
                destination: addresses(),
                protocol: Interval::single(if number % 3 == 0 { 17 } else { 6 }),
                ..PacketBox::all(Family::V4)
            };
            (part, number)
        })
        .collect()
}

#[test]
fn a_small_budget_of_steps_ends() {
    let mut space = PacketSpace::new(
        FieldOrder::HOUSE,
        Budget {
            steps: 100_000,
            ..Budget::default()
        },
    );
    let error = space.first_match(&adversarial(500)).unwrap_err();
    assert_eq!(error, Error::OutOfSteps { limit: 100_000 });
    // Smaller work in the same space still succeeds after a reset.
    space.reset();
    assert!(space.first_match(&adversarial(3)).is_ok());
}

#[test]
fn a_small_budget_of_nodes_ends() {
    let mut space = PacketSpace::new(
        FieldOrder::HOUSE,
        Budget {
            nodes: 10_000,
            ..Budget::default()
        },
    );
    let error = space.first_match(&adversarial(500)).unwrap_err();
    assert_eq!(error, Error::OutOfNodes { limit: 10_000 });
}

#[test]
fn thousands_of_overlapping_ranges_end_within_their_budget() {
    let budget = Budget {
        steps: 20_000_000,
        nodes: 1_000_000,
    };
    let rules = adversarial(5_000);
    let boxes: Vec<PacketBox> = rules.iter().map(|(part, _)| *part).collect();
    let mut space = PacketSpace::new(FieldOrder::for_rules(&boxes), budget);
    let error = space.first_match(&rules).unwrap_err();
    assert!(matches!(
        error,
        Error::OutOfSteps { .. } | Error::OutOfNodes { .. }
    ));
    assert!(space.arena_bytes() < 100 << 20);
}
