//! The choice of one telling packet from a set.

use crate::arena::{Arena, Ref};
use crate::flat::{Kind, flat_protocol, last_value, narrow_port, narrow_protocol, real_protocol};
use crate::header::{Family, Protocol};
use crate::order::Axis;
use crate::packet::Packet;

/// Services whose exposure says most, most telling first: protocol and destination port or ICMP
/// type.
const SERVICES: [(Protocol, u16); 30] = [
    (Protocol::TCP, 22),
    (Protocol::TCP, 3389),
    (Protocol::TCP, 3306),
    (Protocol::TCP, 6379),
    (Protocol::TCP, 443),
    (Protocol::TCP, 80),
    (Protocol::TCP, 5432),
    (Protocol::TCP, 1433),
    (Protocol::TCP, 27017),
    (Protocol::TCP, 9200),
    (Protocol::TCP, 2375),
    (Protocol::TCP, 6443),
    (Protocol::TCP, 445),
    (Protocol::TCP, 23),
    (Protocol::TCP, 21),
    (Protocol::TCP, 1521),
    (Protocol::TCP, 11211),
    (Protocol::TCP, 2181),
    (Protocol::TCP, 9092),
    (Protocol::TCP, 5900),
    (Protocol::TCP, 25),
    (Protocol::TCP, 8080),
    (Protocol::TCP, 8443),
    (Protocol::UDP, 53),
    (Protocol::UDP, 161),
    (Protocol::UDP, 123),
    (Protocol::UDP, 11211),
    (Protocol::UDP, 500),
    (Protocol::ICMP, 8),
    (Protocol::ICMPV6, 128),
];

/// A source port such as clients use.
const EPHEMERAL_PORT: u128 = 51_000;

/// Addresses that stand for "somebody on the Internet".
const PUBLIC: [[u128; 3]; 2] = [
    [v4(8, 8, 8, 8), v4(114, 114, 114, 114), v4(45, 33, 32, 156)],
    [
        0x2001_4860_4860_0000_0000_0000_0000_8888,
        0x2400_3200_0000_0000_0000_0000_0000_0001,
        0x2606_4700_4700_0000_0000_0000_0000_1111,
    ],
];

/// Addresses that stand for "one of our servers".
const PRIVATE: [[u128; 3]; 2] = [
    [v4(10, 0, 0, 10), v4(172, 16, 0, 10), v4(192, 168, 0, 10)],
    [
        0xfd00_0000_0000_0000_0000_0000_0000_0010,
        0x2400_3200_0000_0000_0000_0000_0000_0010,
        0x2001_4860_4860_0000_0000_0000_0000_0010,
    ],
];

/// Public unicast, IPv4: what the IANA special-purpose registry (RFC 6890) leaves.
const PUBLIC_V4: [(u128, u128); 13] = [
    (v4(1, 0, 0, 0), v4(9, 255, 255, 255)),
    (v4(11, 0, 0, 0), v4(100, 63, 255, 255)),
    (v4(100, 128, 0, 0), v4(126, 255, 255, 255)),
    (v4(128, 0, 0, 0), v4(169, 253, 255, 255)),
    (v4(169, 255, 0, 0), v4(172, 15, 255, 255)),
    (v4(172, 32, 0, 0), v4(191, 255, 255, 255)),
    (v4(192, 0, 1, 0), v4(192, 0, 1, 255)),
    (v4(192, 0, 3, 0), v4(192, 88, 98, 255)),
    (v4(192, 88, 100, 0), v4(192, 167, 255, 255)),
    (v4(192, 169, 0, 0), v4(198, 17, 255, 255)),
    (v4(198, 20, 0, 0), v4(198, 51, 99, 255)),
    (v4(198, 51, 101, 0), v4(203, 0, 112, 255)),
    (v4(203, 0, 114, 0), v4(223, 255, 255, 255)),
];

/// Global unicast, IPv6: 2000::/3 without 2001::/23, 2001:db8::/32, 2002::/16 and 3fff::/20.
const PUBLIC_V6: [(u128, u128); 4] = [
    (0x2001_0200 << 96, (0x2001_0db8 << 96) - 1),
    (0x2001_0db9 << 96, (0x2002 << 112) - 1),
    (0x2003 << 112, (0x3fff << 112) - 1),
    (0x3fff_1000 << 96, (0x4000 << 112) - 1),
];

const fn v4(a: u8, b: u8, c: u8, d: u8) -> u128 {
    u32::from_be_bytes([a, b, c, d]) as u128
}

/// A telling packet of a set in house order; IPv4 before IPv6.
pub(crate) fn witness(arena: &Arena, root: Ref) -> Option<Packet> {
    let (family, part) = Family::ALL
        .into_iter()
        .map(|family| (family, arena.family_part(root, family)))
        .find(|(_, part)| *part != Ref::NONE)?;
    let (protocol, destination_port, node) = service(arena, part, family)?;
    let (source, node) = source(arena, node, family)?;
    let (destination, node) = destination(arena, node, family)?;
    let (source_port, _) = source_port(arena, node, Protocol(protocol))?;
    Some(Packet {
        family,
        protocol,
        source,
        destination,
        source_port,
        destination_port,
    })
}

/// Protocol, destination port and the set that remains.
fn service(arena: &Arena, part: Ref, family: Family) -> Option<(u8, u16, Ref)> {
    for (protocol, port) in SERVICES {
        let foreign = match family {
            Family::V4 => Protocol::ICMPV6,
            Family::V6 => Protocol::ICMP,
        };
        let node = choose(
            arena,
            part,
            Axis::Protocol,
            u128::from(flat_protocol(protocol.0)),
        );
        let node = choose(arena, node, Axis::DestinationPort, u128::from(port));
        if node != Ref::NONE && protocol != foreign {
            return Some((protocol.0, port, node));
        }
    }
    // The lowest flat protocol, and its lowest port: TCP and UDP come first.
    for kind in Kind::ALL {
        let (first, last) = kind.protocols();
        for (low, high, below) in intervals(arena, part, Axis::Protocol, family) {
            let (low, high) = (low.max(first), high.min(last));
            if low > high {
                continue;
            }
            for (low_port, high_port, node) in
                intervals(arena, below, Axis::DestinationPort, family)
            {
                if let Some(ports) = kind.real_ports(low_port, high_port) {
                    return Some((real_protocol(narrow_protocol(low)), ports.low(), node));
                }
            }
        }
    }
    None
}

fn source(arena: &Arena, node: Ref, family: Family) -> Option<(u128, Ref)> {
    let public: &[(u128, u128)] = match family {
        Family::V4 => &PUBLIC_V4,
        Family::V6 => &PUBLIC_V6,
    };
    let candidates = PUBLIC.get(family as usize)?;
    known_address(arena, node, Axis::Source, candidates)
        .or_else(|| inner_address(arena, node, Axis::Source, family, public))
        .or_else(|| inner_address(arena, node, Axis::Source, family, &[(0, u128::MAX)]))
}

fn destination(arena: &Arena, node: Ref, family: Family) -> Option<(u128, Ref)> {
    let candidates = PRIVATE.get(family as usize)?;
    known_address(arena, node, Axis::Destination, candidates)
        .or_else(|| inner_address(arena, node, Axis::Destination, family, &[(0, u128::MAX)]))
}

fn source_port(arena: &Arena, node: Ref, protocol: Protocol) -> Option<(u16, Ref)> {
    if protocol.has_ports() {
        let child = choose(arena, node, Axis::SourcePort, EPHEMERAL_PORT);
        if child != Ref::NONE {
            return Some((narrow_port(EPHEMERAL_PORT), child));
        }
        // The interval that reaches highest is the likeliest to be a client's.
        let (low, high, child) = intervals(arena, node, Axis::SourcePort, Family::V4)
            .into_iter()
            .next_back()?;
        return Some((narrow_port(EPHEMERAL_PORT.clamp(low, high)), child));
    }
    let (low, _, child) = intervals(arena, node, Axis::SourcePort, Family::V4)
        .into_iter()
        .next()?;
    Some((narrow_port(low), child))
}

fn known_address(arena: &Arena, node: Ref, axis: Axis, known: &[u128]) -> Option<(u128, Ref)> {
    known
        .iter()
        .map(|address| (*address, choose(arena, node, axis, *address)))
        .find(|(_, child)| *child != Ref::NONE)
}

/// The first address of the set that lies in `wanted` and is neither first nor last of its
/// interval; if there is none such, the first address of the set in `wanted`.
fn inner_address(
    arena: &Arena,
    node: Ref,
    axis: Axis,
    family: Family,
    wanted: &[(u128, u128)],
) -> Option<(u128, Ref)> {
    let mut first = None;
    for (low, high, child) in intervals(arena, node, axis, family) {
        for (from, to) in wanted {
            let (low, high) = (low.max(*from), high.min(*to));
            if low > high {
                continue;
            }
            if high - low >= 2 {
                return Some((low + 1, child));
            }
            first = first.or(Some((low, child)));
        }
    }
    first
}

/// The non-empty intervals of a field in a node, which may not look at it.
fn intervals(arena: &Arena, node: Ref, axis: Axis, family: Family) -> Vec<(u128, u128, Ref)> {
    let last = last_value(axis, family);
    let mut edges = if usize::from(arena.depth(node)) == axis.index() + 1 {
        arena.edges(node, last)
    } else {
        vec![(0, last, node)]
    };
    edges.retain(|(.., child)| *child != Ref::NONE);
    edges
}

/// The child for a value of a field, which the node may not look at.
fn choose(arena: &Arena, node: Ref, axis: Axis, value: u128) -> Ref {
    if usize::from(arena.depth(node)) == axis.index() + 1 {
        arena.step(node, value)
    } else {
        node
    }
}
