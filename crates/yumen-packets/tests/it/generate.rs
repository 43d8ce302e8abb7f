//! Boxes, rules, packets and field orders to try the laws on.

use proptest::prelude::*;
use proptest::test_runner::RngSeed;
use yumen_packets::{Family, Field, FieldOrder, Interval, Packet, PacketBox};

/// The same cases in every run.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(0x79_75_6d_65_6e),
        failure_persistence: None,
        ..ProptestConfig::default()
    }
}

/// Values that boxes begin and end at, few enough for boxes to meet.
const PROTOCOLS: [u8; 12] = [0, 1, 2, 5, 6, 7, 16, 17, 18, 58, 59, 255];
const PORTS: [u16; 12] = [0, 1, 8, 22, 23, 80, 254, 255, 256, 443, 1024, 65_535];
const V4: [u128; 10] = [
    0,
    1,
    0x0808_0808,
    0x0a00_0000,
    0x0a00_00ff,
    0x0aff_ffff,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_fffe,
    0xffff_ffff,
];
const V6: [u128; 8] = [
    0,
    1,
    0xffff_ffff,
    1 << 32,
    0x2001_0db8 << 96,
    (0x2001_0db9 << 96) - 1,
    u128::MAX - 1,
    u128::MAX,
];

fn interval<T: yumen_packets::Scalar + 'static>(
    values: &'static [T],
) -> impl Strategy<Value = Interval<T>> {
    let value = || prop::sample::select(values);
    prop_oneof![
        2 => Just(Interval::all()),
        2 => value().prop_map(Interval::single),
        3 => (value(), value()).prop_map(|(a, b)| Interval::new(a.min(b), a.max(b)).unwrap()),
    ]
}

pub(crate) fn family() -> impl Strategy<Value = Family> {
    prop_oneof![3 => Just(Family::V4), 1 => Just(Family::V6)]
}

pub(crate) fn packet_box() -> impl Strategy<Value = PacketBox> {
    family().prop_flat_map(|family| {
        let addresses: &'static [u128] = if family == Family::V4 { &V4 } else { &V6 };
        (
            interval(&PROTOCOLS),
            interval(&PORTS),
            interval(addresses),
            interval(addresses),
            interval(&PORTS),
        )
            .prop_map(
                move |(protocol, destination_port, source, destination, source_port)| PacketBox {
                    family,
                    protocol,
                    destination_port,
                    source,
                    destination,
                    source_port,
                },
            )
    })
}

pub(crate) fn boxes(most: usize) -> impl Strategy<Value = Vec<PacketBox>> {
    prop::collection::vec(packet_box(), 0..=most)
}

pub(crate) fn rules(most: usize) -> impl Strategy<Value = Vec<(PacketBox, u32)>> {
    prop::collection::vec(
        (packet_box(), prop_oneof![0..4_u32, Just(u32::MAX - 1)]),
        0..=most,
    )
}

pub(crate) fn order() -> impl Strategy<Value = FieldOrder> {
    let fields = vec![
        Field::Protocol,
        Field::DestinationPort,
        Field::Source,
        Field::Destination,
        Field::SourcePort,
    ];
    Just(fields)
        .prop_shuffle()
        .prop_map(|fields| FieldOrder::new(fields.try_into().unwrap()).unwrap())
}

/// Packets at and next to the places where boxes begin and end.
pub(crate) fn packet() -> impl Strategy<Value = Packet> {
    family().prop_flat_map(|family| {
        let addresses: &'static [u128] = if family == Family::V4 { &V4 } else { &V6 };
        let last = family.last_address();
        let address = move || {
            prop_oneof![
                (prop::sample::select(addresses), 0..3_u128)
                    .prop_map(move |(at, by)| at.saturating_add(by).saturating_sub(1).min(last)),
                any::<u128>().prop_map(move |value| value & last),
            ]
        };
        let protocol = prop_oneof![prop::sample::select(&PROTOCOLS[..]), any::<u8>()];
        let port = || {
            prop_oneof![
                (prop::sample::select(&PORTS[..]), 0..3_u16)
                    .prop_map(|(at, by)| at.saturating_add(by).saturating_sub(1)),
                any::<u16>(),
            ]
        };
        (protocol, address(), address(), port(), port()).prop_map(
            move |(protocol, source, destination, source_port, destination_port)| {
                let mut packet = Packet {
                    family,
                    protocol,
                    source,
                    destination,
                    source_port,
                    destination_port,
                };
                let kind = yumen_packets::Protocol(protocol);
                if kind.is_icmp() {
                    packet.source_port %= 256;
                    packet.destination_port %= 256;
                } else if !kind.has_ports() {
                    packet.source_port = 0;
                    packet.destination_port = 0;
                }
                packet
            },
        )
    })
}

pub(crate) fn packets() -> impl Strategy<Value = Vec<Packet>> {
    prop::collection::vec(packet(), 40)
}

/// The lowest and the highest corner of each box, and of each two boxes' common part.
pub(crate) fn corners(boxes: &[PacketBox]) -> Vec<Packet> {
    let mut parts = boxes.to_vec();
    for (at, one) in boxes.iter().enumerate() {
        parts.extend(
            boxes[at + 1..]
                .iter()
                .filter_map(|other| one.intersect(other)),
        );
    }
    let corner = |part: &PacketBox, high: bool, protocol: u8| {
        let last = part.family.last_address();
        let kind = yumen_packets::Protocol(protocol);
        let last_port = if kind.has_ports() {
            u16::MAX
        } else if kind.is_icmp() {
            255
        } else {
            0
        };
        Packet {
            family: part.family,
            protocol,
            source: if high {
                part.source.high().min(last)
            } else {
                part.source.low()
            },
            destination: if high {
                part.destination.high().min(last)
            } else {
                part.destination.low()
            },
            source_port: if high {
                part.source_port.high().min(last_port)
            } else {
                part.source_port.low()
            },
            destination_port: if high {
                part.destination_port.high().min(last_port)
            } else {
                part.destination_port.low()
            },
        }
    };
    let mut packets = Vec::new();
    for part in &parts {
        for protocol in [part.protocol.low(), part.protocol.high(), 1, 6, 17, 47, 58] {
            for high in [false, true] {
                let packet = corner(part, high, protocol);
                if packet.is_valid() {
                    packets.push(packet);
                }
            }
        }
    }
    packets
}
