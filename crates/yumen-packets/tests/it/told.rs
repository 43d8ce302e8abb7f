//! What is told of a set: counts, boxes, projections, the witness.

use std::net::IpAddr;

use proptest::prelude::*;
use yumen_packets::{
    Count, Family, Field, Interval, Packet, PacketBox, PacketSet, Protocol, cidr_interval,
};

use crate::generate::{boxes, config, packet, packet_box};

fn value(packet: &Packet, field: Field) -> u128 {
    match field {
        Field::Family => u128::from(packet.family == Family::V6),
        Field::Protocol => packet.protocol.into(),
        Field::DestinationPort => packet.destination_port.into(),
        Field::Source => packet.source,
        Field::Destination => packet.destination,
        Field::SourcePort => packet.source_port.into(),
    }
}

const FIELDS: [Field; 6] = [
    Field::Family,
    Field::Protocol,
    Field::DestinationPort,
    Field::Source,
    Field::Destination,
    Field::SourcePort,
];

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn boxes_are_disjoint_and_are_the_set(list in boxes(6)) {
        let set = PacketSet::from_boxes(&list).unwrap();
        let told = set.boxes();
        prop_assert_eq!(PacketSet::from_boxes(&told).unwrap(), set.clone());
        let mut before = PacketSet::empty();
        let mut sum = Count::ZERO;
        for part in &told {
            let own = PacketSet::from_box(part);
            prop_assert!(!own.is_empty());
            prop_assert!(!own.intersects(&before).unwrap());
            before = before.union(&own).unwrap();
            sum = sum + own.count();
        }
        prop_assert_eq!(sum, set.count());
    }

    #[test]
    fn one_box_is_told_as_at_most_three(part in packet_box()) {
        // A protocol interval with ports falls apart into protocols with different port domains.
        let told = PacketSet::from_box(&part).boxes();
        if part.protocol.low() == part.protocol.high() {
            prop_assert!(told.len() <= 1);
        } else if part.destination_port == Interval::all() && part.source_port == Interval::all() {
            prop_assert_eq!(told.len(), 1);
        }
    }

    #[test]
    fn complement_completes_the_count(list in boxes(6)) {
        let set = PacketSet::from_boxes(&list).unwrap();
        let rest = set.complement().unwrap();
        prop_assert_eq!(set.count() + rest.count(), PacketSet::full().count());
        prop_assert_eq!(set.count().is_zero(), set.is_empty());
    }

    #[test]
    fn the_witness_is_a_valid_member(list in boxes(6)) {
        let set = PacketSet::from_boxes(&list).unwrap();
        match set.witness() {
            Some(packet) => prop_assert!(packet.is_valid() && set.contains(&packet), "{}", packet),
            None => prop_assert!(set.is_empty()),
        }
    }

    #[test]
    fn projections_hold_what_packets_have(list in boxes(5), packet in packet()) {
        let set = PacketSet::from_boxes(&list).unwrap();
        for field in FIELDS {
            let values = set.project(packet.family, field);
            for pair in values.windows(2) {
                prop_assert!(pair[0].high() + 1 < pair[1].low());
            }
            if set.contains(&packet) {
                let own = value(&packet, field);
                prop_assert!(values.iter().any(|part| part.contains(own)));
            }
            // Exact: each end of each interval is the value of some packet of the set.
            for end in values.iter().flat_map(|part| [part.low(), part.high()]) {
                let mut slice = PacketBox::all(packet.family);
                match field {
                    Field::Family => continue,
                    Field::Protocol => slice.protocol = Interval::single(end as u8),
                    Field::DestinationPort => slice.destination_port = Interval::single(end as u16),
                    Field::Source => slice.source = Interval::single(end),
                    Field::Destination => slice.destination = Interval::single(end),
                    Field::SourcePort => slice.source_port = Interval::single(end as u16),
                }
                prop_assert!(set.intersects(&PacketSet::from_box(&slice)).unwrap());
            }
        }
    }

    #[test]
    fn replies_come_back(packet in packet()) {
        prop_assert_eq!(packet.reply().reply(), packet);
        prop_assert!(packet.reply().is_valid());
        let part = PacketBox::all(packet.family);
        prop_assert_eq!(part.mirrored(), part);
    }

    #[test]
    fn mirrored_boxes_hold_the_replies(part in packet_box(), packet in packet()) {
        prop_assert_eq!(part.mirrored().mirrored(), part);
        if Protocol(packet.protocol).has_ports() {
            prop_assert_eq!(part.contains(&packet), part.mirrored().contains(&packet.reply()));
        }
    }
}

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

fn from(source: &str, length: u8) -> PacketBox {
    PacketBox {
        source: cidr_interval(ip(source), length).unwrap(),
        ..PacketBox::all(Family::V4)
    }
}

#[track_caller]
fn check_witness(part: &PacketBox, expected: &str) {
    let witness = PacketSet::from_box(part).witness().unwrap();
    assert_eq!(witness.to_string(), expected);
}

#[test]
fn witnesses_tell() {
    let any = PacketBox::all(Family::V4);
    check_witness(&any, "tcp 8.8.8.8:51000 -> 10.0.0.10:22");
    let to = PacketBox {
        destination: Interval::single(0x0a00_0001),
        destination_port: Interval::new(400, 4000).unwrap(),
        ..any
    };
    check_witness(&to, "tcp 8.8.8.8:51000 -> 10.0.0.1:3389");
    check_witness(
        &from("203.0.113.0", 24),
        "tcp 203.0.113.1:51000 -> 10.0.0.10:22",
    );
    check_witness(
        &from("203.0.112.0", 23),
        "tcp 203.0.112.1:51000 -> 10.0.0.10:22",
    );
    check_witness(&from("10.1.0.0", 16), "tcp 10.1.0.1:51000 -> 10.0.0.10:22");
    check_witness(
        &PacketBox {
            protocol: Interval::single(47),
            ..any
        },
        "gre 8.8.8.8 -> 10.0.0.10",
    );
    check_witness(
        &PacketBox {
            protocol: Interval::single(1),
            ..any
        },
        "icmp 8.8.8.8 -> 10.0.0.10 type 8 code 0",
    );
    check_witness(
        &PacketBox::all(Family::V6),
        "tcp [2001:4860:4860::8888]:51000 -> [fd00::10]:22",
    );
}

#[test]
fn the_universe_is_counted_exactly() {
    // TCP and UDP have 2^32 port pairs each, ICMP and ICMPv6 2^16 of type and code, 252 others 1.
    let per_address_pair = 2 * (1_u128 << 32) + 2 * (1 << 16) + 252;
    let v4 = PacketSet::family(Family::V4).count();
    assert_eq!(v4, times(per_address_pair, 64));
    assert_eq!(
        PacketSet::family(Family::V6).count(),
        times(per_address_pair, 256)
    );
    assert_eq!(PacketSet::full().count(), v4 + times(per_address_pair, 256));
    assert_eq!(v4.to_string(), "158458747528747411020244320256");
    assert!((v4.ratio(&v4) - 1.0).abs() < 1e-12);
    assert!(v4 < PacketSet::full().count());
}

/// `value` times two to the power of `bits`.
fn times(value: u128, bits: u32) -> Count {
    (0..bits).fold(Count::from(value), |count, _| count + count)
}
