//! Packet sets: canonical, a Boolean algebra, the same in every field order.

use std::collections::hash_map::DefaultHasher;
use std::hash::{Hash, Hasher};

use proptest::prelude::*;
use yumen_packets::{
    Budget, Error, Family, FieldOrder, Interval, Packet, PacketBox, PacketSet, PacketSpace, SetOp,
};

use crate::generate::{boxes, config, corners, order, packet_box, packets};

fn hash(set: &PacketSet) -> u64 {
    let mut hasher = DefaultHasher::new();
    set.hash(&mut hasher);
    hasher.finish()
}

proptest! {
    #![proptest_config(config(200))]

    // LAW (packet sets canonical)
    #[test]
    fn the_same_packets_are_equal_however_built(list in boxes(8), seed in any::<usize>()) {
        let at_once = PacketSet::from_boxes(&list).unwrap();
        let mut one_by_one = PacketSet::empty();
        let turn = if list.is_empty() { 0 } else { seed % list.len() };
        for packets in list[turn..].iter().chain(&list[..turn]) {
            one_by_one = one_by_one.union(&PacketSet::from_box(packets)).unwrap();
        }
        prop_assert_eq!(&at_once, &one_by_one);
        prop_assert_eq!(hash(&at_once), hash(&one_by_one));
        prop_assert_eq!(at_once.cmp(&one_by_one), std::cmp::Ordering::Equal);
    }

    #[test]
    fn membership_is_that_of_the_boxes(list in boxes(8), samples in packets()) {
        let set = PacketSet::from_boxes(&list).unwrap();
        for packet in samples.iter().chain(&corners(&list)) {
            prop_assert_eq!(set.contains(packet), list.iter().any(|one| one.contains(packet)), "{}", packet);
        }
    }

    #[test]
    fn boolean_algebra(a in boxes(5), b in boxes(5), c in boxes(5)) {
        let [a, b, c] = [a, b, c].map(|list| PacketSet::from_boxes(&list).unwrap());
        let not = |set: &PacketSet| set.complement().unwrap();
        let and = |a: &PacketSet, b: &PacketSet| a.intersection(b).unwrap();
        let or = |a: &PacketSet, b: &PacketSet| a.union(b).unwrap();
        prop_assert_eq!(not(&not(&a)), a.clone());
        prop_assert_eq!(not(&or(&a, &b)), and(&not(&a), &not(&b)));
        prop_assert_eq!(and(&a, &or(&b, &c)), or(&and(&a, &b), &and(&a, &c)));
        prop_assert_eq!(or(&a, &b), or(&b, &a));
        prop_assert_eq!(or(&a, &or(&b, &c)), or(&or(&a, &b), &c));
        prop_assert_eq!(or(&a, &and(&a, &b)), a.clone());
        prop_assert_eq!(a.difference(&b).unwrap(), and(&a, &not(&b)));
        prop_assert_eq!(
            a.symmetric_difference(&b).unwrap(),
            or(&a.difference(&b).unwrap(), &b.difference(&a).unwrap())
        );
        prop_assert!(and(&a, &not(&a)).is_empty());
        prop_assert_eq!(or(&a, &not(&a)), PacketSet::full());
        prop_assert_eq!(a.is_subset(&b).unwrap(), or(&a, &b) == b);
        prop_assert_eq!(a.intersects(&b).unwrap(), !and(&a, &b).is_empty());
    }

    #[test]
    fn every_field_order_freezes_to_the_same_set(list in boxes(8), order in order(), more in boxes(4)) {
        let set = PacketSet::from_boxes(&list).unwrap();
        let other = PacketSet::from_boxes(&more).unwrap();
        let mut space = PacketSpace::new(order, Budget::default());
        let built = space.union_of(&list).unwrap();
        let loaded = space.load(&set).unwrap();
        prop_assert_eq!(built, loaded);
        prop_assert_eq!(space.freeze(built).unwrap(), set.clone());
        let b = space.load(&other).unwrap();
        for (op, expected) in [
            (SetOp::Union, set.union(&other)),
            (SetOp::Intersection, set.intersection(&other)),
            (SetOp::Difference, set.difference(&other)),
            (SetOp::SymmetricDifference, set.symmetric_difference(&other)),
        ] {
            let node = space.combine(op, built, b).unwrap();
            prop_assert_eq!(space.freeze(node).unwrap(), expected.unwrap());
        }
        let complement = space.complement(built).unwrap();
        prop_assert_eq!(space.freeze(complement).unwrap(), set.complement().unwrap());
        prop_assert_eq!(space.witness(built).unwrap(), set.witness());
        prop_assert_eq!(space.count(built).unwrap(), set.count());
        prop_assert_eq!(space.is_subset(built, b).unwrap(), set.is_subset(&other).unwrap());
        prop_assert_eq!(space.intersects(built, b).unwrap(), set.intersects(&other).unwrap());
    }

    #[test]
    fn covering_boxes_are_superset_sets(a in packet_box(), b in packet_box()) {
        let (whole, part) = (PacketSet::from_box(&a), PacketSet::from_box(&b));
        // `covers` may miss that fields of `b` without packets do not matter only when `b` is
        // split between protocols, which it is not: it is exact.
        prop_assert_eq!(a.covers(&b), part.is_subset(&whole).unwrap());
        prop_assert_eq!(a.is_empty(), whole.is_empty());
        match a.intersect(&b) {
            Some(both) => prop_assert_eq!(PacketSet::from_box(&both), whole.intersection(&part).unwrap()),
            None => prop_assert!(!whole.intersects(&part).unwrap()),
        }
    }
}

#[test]
fn what_packets_do_not_have_does_not_show() {
    let all = PacketBox::all(Family::V4);
    let gre = PacketBox {
        protocol: Interval::single(47),
        ..all
    };
    let at = |low, high| Interval::new(low, high).unwrap();
    assert!(
        PacketSet::from_box(&PacketBox {
            destination_port: at(22, 22),
            ..gre
        })
        .is_empty()
    );
    assert_eq!(
        PacketSet::from_box(&PacketBox {
            destination_port: at(0, 100),
            ..gre
        }),
        PacketSet::from_box(&gre)
    );
    let icmp = PacketBox {
        protocol: Interval::single(1),
        ..all
    };
    assert_eq!(
        PacketSet::from_box(&PacketBox {
            destination_port: at(0, 255),
            ..icmp
        }),
        PacketSet::from_box(&icmp)
    );
    assert!(
        PacketSet::from_box(&PacketBox {
            destination_port: at(256, 9000),
            ..icmp
        })
        .is_empty()
    );
    assert_eq!(
        PacketSet::family(Family::V4)
            .union(&PacketSet::family(Family::V6))
            .unwrap(),
        PacketSet::full()
    );
    assert_eq!(PacketSet::full().nodes(), 0);
    let wide = PacketBox {
        source: Interval::all(),
        destination: Interval::all(),
        ..all
    };
    assert_eq!(PacketSet::from_box(&wide), PacketSet::family(Family::V4));
}

#[test]
fn invalid_packets_are_in_no_set() {
    let packet = Packet {
        family: Family::V4,
        protocol: 47,
        source: 1,
        destination: 2,
        source_port: 0,
        destination_port: 22,
    };
    assert!(!PacketSet::full().contains(&packet));
    let far = Packet {
        destination_port: 0,
        source: 1 << 40,
        ..packet
    };
    assert!(!PacketSet::full().contains(&far));
}

#[test]
fn nodes_of_another_space_are_refused() {
    let mut one = PacketSpace::new(FieldOrder::HOUSE, Budget::default());
    let mut other = PacketSpace::new(FieldOrder::HOUSE, Budget::default());
    let node = one.packet_box(&PacketBox::all(Family::V6)).unwrap();
    assert_eq!(other.freeze(node), Err(Error::ForeignNode));
    assert_eq!(other.is_empty(node), Err(Error::ForeignNode));
    one.reset();
    assert_eq!(one.complement(node), Err(Error::ForeignNode));
}
