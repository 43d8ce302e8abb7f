//! How packets, whose port fields depend on the protocol, become points of a plain product.
//!
//! Diagrams need five independent fields. A packet without ports therefore stands for every value
//! of both port fields, and an ICMP type or code of 255 for every value from 255 to 65535: a set of
//! packets becomes a set of points that never tells such points apart, and since every operation
//! preserves that, equal packet sets are equal point sets. Protocols are renumbered so that those
//! with ports, those with types and codes, and those with neither are each contiguous; a rule needs
//! at most three flat boxes.

use crate::header::{Family, Protocol};
use crate::interval::Interval;
use crate::order::Axis;
use crate::packet::Packet;
use crate::packet_box::PacketBox;

/// How a protocol uses the port fields.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// TCP and UDP.
    Ports,
    /// ICMP and `ICMPv6`: values up to 255.
    Icmp,
    /// Every other protocol: the single value 0.
    Neither,
}

impl Kind {
    pub(crate) const ALL: [Self; 3] = [Self::Ports, Self::Icmp, Self::Neither];

    /// The flat numbers of the protocols of this kind.
    pub(crate) const fn protocols(self) -> (u128, u128) {
        match self {
            Self::Ports => (0, 1),
            Self::Icmp => (2, 3),
            Self::Neither => (4, 255),
        }
    }

    /// The highest real value of the port fields.
    pub(crate) const fn last_port(self) -> u16 {
        match self {
            Self::Ports => u16::MAX,
            Self::Icmp => 255,
            Self::Neither => 0,
        }
    }

    /// The real values behind a flat interval of a port field.
    pub(crate) fn real_ports(self, low: u128, high: u128) -> Option<Interval<u16>> {
        let last = u128::from(self.last_port());
        Interval::new(narrow_port(low), narrow_port(high.min(last))).filter(|_| low <= last)
    }

    /// The flat interval of a real interval of a port field.
    fn flat_ports(self, real: Interval<u16>) -> Option<(u128, u128)> {
        let last = self.last_port();
        if real.low() > last {
            return None;
        }
        let high = if real.high() >= last {
            u16::MAX
        } else {
            real.high()
        };
        Some((u128::from(real.low()), u128::from(high)))
    }
}

/// The special protocols, in flat order.
const NAMED: [u8; 4] = [
    Protocol::TCP.0,
    Protocol::UDP.0,
    Protocol::ICMP.0,
    Protocol::ICMPV6.0,
];

/// The flat number of a protocol.
pub(crate) fn flat_protocol(protocol: u8) -> u8 {
    match Protocol(protocol) {
        Protocol::TCP => 0,
        Protocol::UDP => 1,
        Protocol::ICMP => 2,
        Protocol::ICMPV6 => 3,
        _ => protocol - named_below(protocol) + 4,
    }
}

/// The protocol of a flat number.
pub(crate) fn real_protocol(flat: u8) -> u8 {
    match flat {
        0 => Protocol::TCP.0,
        1 => Protocol::UDP.0,
        2 => Protocol::ICMP.0,
        3 => Protocol::ICMPV6.0,
        4 => 0,
        5..=8 => flat - 3,
        9..=18 => flat - 2,
        19..=58 => flat - 1,
        59..=255 => flat,
    }
}

fn named_below(protocol: u8) -> u8 {
    u8::from(protocol > 1)
        + u8::from(protocol > 6)
        + u8::from(protocol > 17)
        + u8::from(protocol > 58)
}

/// A box of the flat product: inclusive bounds per field, indexed by [`Axis`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Flat {
    pub(crate) low: [u128; 5],
    pub(crate) high: [u128; 5],
}

/// The highest flat value of a field.
pub(crate) const fn last_value(axis: Axis, family: Family) -> u128 {
    match axis {
        Axis::Protocol => 255,
        Axis::DestinationPort | Axis::SourcePort => 65_535,
        Axis::Source | Axis::Destination => family.last_address(),
    }
}

/// How boxes become flat: [`flatten`] or [`product`].
pub(crate) type Flatten = fn(&PacketBox, &mut dyn FnMut(Flat));

/// Calls `add` with the box as it stands, as if every protocol had ports.
pub(crate) fn product(packets: &PacketBox, add: &mut dyn FnMut(Flat)) {
    let last = packets.family.last_address();
    if packets.source.low() > last || packets.destination.low() > last {
        return;
    }
    add(Flat {
        low: [
            u128::from(packets.protocol.low()),
            u128::from(packets.destination_port.low()),
            packets.source.low(),
            packets.destination.low(),
            u128::from(packets.source_port.low()),
        ],
        high: [
            u128::from(packets.protocol.high()),
            u128::from(packets.destination_port.high()),
            packets.source.high().min(last),
            packets.destination.high().min(last),
            u128::from(packets.source_port.high()),
        ],
    });
}

/// Calls `add` with each flat box of `packets`.
pub(crate) fn flatten(packets: &PacketBox, add: &mut dyn FnMut(Flat)) {
    let last = packets.family.last_address();
    if packets.source.low() > last || packets.destination.low() > last {
        return;
    }
    let mut pending: Option<Flat> = None;
    for kind in Kind::ALL {
        let Some((first, final_)) = protocols_of(kind, packets.protocol) else {
            continue;
        };
        let Some(destination_port) = kind.flat_ports(packets.destination_port) else {
            continue;
        };
        let Some(source_port) = kind.flat_ports(packets.source_port) else {
            continue;
        };
        let next = Flat {
            low: [
                first,
                destination_port.0,
                packets.source.low(),
                packets.destination.low(),
                source_port.0,
            ],
            high: [
                final_,
                destination_port.1,
                packets.source.high().min(last),
                packets.destination.high().min(last),
                source_port.1,
            ],
        };
        match &mut pending {
            Some(before) if joins(before, &next) => before.high[0] = final_,
            _ => {
                if let Some(done) = pending.replace(next) {
                    add(done);
                }
            }
        }
    }
    if let Some(done) = pending {
        add(done);
    }
}

/// Whether `next` continues `before` in the protocol and is the same in the ports.
fn joins(before: &Flat, next: &Flat) -> bool {
    let [end, before_low @ ..] = [
        before.high[0],
        before.low[1],
        before.high[1],
        before.low[4],
        before.high[4],
    ];
    let [start, next_low @ ..] = [
        next.low[0],
        next.low[1],
        next.high[1],
        next.low[4],
        next.high[4],
    ];
    end + 1 == start && before_low == next_low
}

/// The flat numbers of the protocols of one kind in a real interval: always contiguous.
fn protocols_of(kind: Kind, real: Interval<u8>) -> Option<(u128, u128)> {
    match kind {
        Kind::Ports | Kind::Icmp => {
            let (first, second) = kind.protocols();
            let in_first = real.contains(real_protocol(narrow_protocol(first)));
            let in_second = real.contains(real_protocol(narrow_protocol(second)));
            match (in_first, in_second) {
                (true, true) => Some((first, second)),
                (true, false) => Some((first, first)),
                (false, true) => Some((second, second)),
                (false, false) => None,
            }
        }
        Kind::Neither => {
            let low = (real.low()..=real.high()).find(|value| !NAMED.contains(value))?;
            let high = (real.low()..=real.high())
                .rev()
                .find(|value| !NAMED.contains(value))?;
            Some((
                u128::from(flat_protocol(low)),
                u128::from(flat_protocol(high)),
            ))
        }
    }
}

/// The flat point that stands for a packet; `None` if the packet is not valid.
pub(crate) fn point(packet: &Packet) -> Option<[u128; 5]> {
    packet.is_valid().then(|| {
        [
            u128::from(flat_protocol(packet.protocol)),
            u128::from(packet.destination_port),
            packet.source,
            packet.destination,
            u128::from(packet.source_port),
        ]
    })
}

/// A flat protocol number back in its width.
pub(crate) fn narrow_protocol(value: u128) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

/// A flat port back in its width.
pub(crate) fn narrow_port(value: u128) -> u16 {
    u16::try_from(value).unwrap_or(u16::MAX)
}
