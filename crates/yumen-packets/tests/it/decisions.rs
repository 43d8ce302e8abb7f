//! First-match decisions against a plain scan of the rules.

use proptest::prelude::*;
use yumen_packets::{Budget, Error, Family, Packet, PacketBox, PacketSet, PacketSpace};

use crate::generate::{boxes, config, corners, order, packets, rules};

fn scan(rules: &[(PacketBox, u32)], packet: &Packet) -> Option<u32> {
    rules
        .iter()
        .find(|(part, _)| part.contains(packet))
        .map(|(_, number)| *number)
}

proptest! {
    #![proptest_config(config(300))]

    #[test]
    fn the_first_rule_that_matches_decides(rules in rules(12), order in order(), samples in packets()) {
        let mut space = PacketSpace::new(order, Budget::default());
        let decision = space.first_match(&rules).unwrap();
        let list: Vec<PacketBox> = rules.iter().map(|(part, _)| *part).collect();
        for packet in samples.iter().chain(&corners(&list)) {
            prop_assert_eq!(space.decide(decision, packet).unwrap(), scan(&rules, packet), "{}", packet);
        }
    }

    #[test]
    fn reached_rules_are_those_with_packets_left(rules in rules(12), order in order()) {
        let mut space = PacketSpace::new(order, Budget::default());
        let (decision, reached) = space.first_match_reached(&rules).unwrap();
        let mut before = PacketSet::empty();
        let mut numbers = Vec::new();
        for ((part, number), reached) in rules.iter().zip(&reached) {
            let own = PacketSet::from_box(part);
            prop_assert_eq!(!own.is_subset(&before).unwrap(), *reached);
            before = before.union(&own).unwrap();
            if *reached {
                numbers.push(*number);
            }
        }
        numbers.sort_unstable();
        numbers.dedup();
        prop_assert_eq!(space.leaves(decision).unwrap(), numbers);
        prop_assert_eq!(space.first_match(&rules).unwrap(), decision);
        let decided = space.packets(decision, &|_| true).unwrap();
        prop_assert_eq!(space.freeze(decided).unwrap(), before);
    }

    #[test]
    fn lowest_restrict_packets(
        a in rules(6), b in rules(6), to in boxes(4), order in order(), samples in packets()
    ) {
        let mut space = PacketSpace::new(order, Budget::default());
        let (first, second) = (space.first_match(&a).unwrap(), space.first_match(&b).unwrap());
        let set = space.union_of(&to).unwrap();
        let lowest = space.lowest(first, second).unwrap();
        let restricted = space.restrict(first, set).unwrap();
        let even = space.packets(first, &|number| number % 2 == 0).unwrap();
        let places: Vec<PacketBox> =
            a.iter().chain(&b).map(|(part, _)| *part).chain(to.iter().copied()).collect();
        for packet in samples.iter().chain(&corners(&places)) {
            let (one, other) = (scan(&a, packet), scan(&b, packet));
            let least = one.into_iter().chain(other).min();
            prop_assert_eq!(space.decide(lowest, packet).unwrap(), least);
            let inside = to.iter().any(|part| part.contains(packet));
            prop_assert_eq!(space.decide(restricted, packet).unwrap(), one.filter(|_| inside));
            prop_assert_eq!(
                space.contains(even, packet).unwrap(),
                one.is_some_and(|number| number % 2 == 0)
            );
        }
        // LAW (packet sets canonical): equal decisions are equal handles.
        prop_assert_eq!(space.lowest(second, first).unwrap(), lowest);
        prop_assert_eq!(space.lowest(lowest, first).unwrap(), lowest);
    }

    #[test]
    fn a_reset_space_is_as_new(rules in rules(8), before in boxes(8), order in order()) {
        let mut used = PacketSpace::new(order, Budget::default());
        used.union_of(&before).unwrap();
        used.reset();
        let mut fresh = PacketSpace::new(order, Budget::default());
        let (a, reached_a) = used.first_match_reached(&rules).unwrap();
        let (b, reached_b) = fresh.first_match_reached(&rules).unwrap();
        prop_assert_eq!(used.node_count(), fresh.node_count());
        prop_assert_eq!(reached_a, reached_b);
        let (a, b) = (used.packets(a, &|_| true).unwrap(), fresh.packets(b, &|_| true).unwrap());
        prop_assert_eq!(used.freeze(a).unwrap(), fresh.freeze(b).unwrap());
    }
}

#[test]
fn the_number_of_no_match_is_reserved() {
    let mut space = PacketSpace::new(yumen_packets::FieldOrder::HOUSE, Budget::default());
    let rules = [(PacketBox::all(Family::V4), yumen_packets::NO_MATCH)];
    assert_eq!(space.first_match(&rules), Err(Error::ReservedLeaf));
}
