//! From a diagram to few disjoint boxes, as a person would write them.

use crate::arena::{Arena, Ref};
use crate::flat::{Kind, last_value, narrow_port, narrow_protocol, real_protocol};
use crate::header::{Family, Protocol};
use crate::interval::{Interval, join};
use crate::order::{Axis, FieldOrder};
use crate::packet_box::PacketBox;
use crate::reorder::transfer;

/// Field orders whose paths are tried, the house order first.
const ORDERS: [[Axis; 5]; 6] = {
    use Axis::{
        Destination as T, DestinationPort as D, Protocol as P, Source as S, SourcePort as Q,
    };
    [
        [P, D, S, T, Q],
        [S, T, P, D, Q],
        [T, S, P, D, Q],
        [P, S, T, D, Q],
        [P, T, S, D, Q],
        [S, P, D, T, Q],
    ]
};

/// Diagrams with more nodes are listed in house order only.
const REORDERED: usize = 512;

/// Disjoint boxes that together are the set, ascending.
pub(crate) fn boxes(arena: &Arena, root: Ref) -> Vec<PacketBox> {
    let mut best = list(arena, root);
    if arena.len() <= REORDERED && best.len() > 1 {
        for order in ORDERS.into_iter().skip(1) {
            if let Ok((other, root)) = transfer(arena, root, FieldOrder(order)) {
                let boxes = list(&other, root);
                if boxes.len() < best.len() {
                    best = boxes;
                }
            }
        }
    }
    best.iter_mut().for_each(trim);
    best.sort_unstable();
    best
}

/// Disjoint boxes that together are the set, ascending: those of the paths in house order, without
/// the search for fewer that [`boxes`] makes.
pub(crate) fn paths_as_boxes(arena: &Arena, root: Ref) -> Vec<PacketBox> {
    let mut found = list(arena, root);
    found.iter_mut().for_each(trim);
    found.sort_unstable();
    found
}

fn list(arena: &Arena, root: Ref) -> Vec<PacketBox> {
    let mut boxes = Vec::new();
    for family in Family::ALL {
        let part = arena.family_part(root, family);
        let whole = Axis::ALL.map(|axis| (0, last_value(axis, family)));
        paths(arena, part, family, whole, &mut boxes);
    }
    merge(&mut boxes);
    boxes
}

/// Adds the box of every path from `node` to the set's leaf.
fn paths(
    arena: &Arena,
    node: Ref,
    family: Family,
    bounds: [(u128, u128); 5],
    boxes: &mut Vec<PacketBox>,
) {
    if node == Ref::NONE {
        return;
    }
    if node.is_leaf() {
        real_boxes(family, bounds, boxes);
        return;
    }
    let axis = arena.axis(arena.depth(node));
    for (low, high, kid) in arena.edges(node, last_value(axis, family)) {
        let mut inner = bounds;
        if let Some(bound) = inner.get_mut(axis.index()) {
            *bound = (low, high);
        }
        paths(arena, kid, family, inner, boxes);
    }
}

/// The packets of a flat box. Port intervals stay as wide as their meaning allows, so that boxes
/// of different protocols can be joined.
fn real_boxes(family: Family, flat: [(u128, u128); 5], boxes: &mut Vec<PacketBox>) {
    let [protocol, destination_port, source, destination, source_port] = flat;
    let Some((source, destination)) =
        Interval::new(source.0, source.1).zip(Interval::new(destination.0, destination.1))
    else {
        return;
    };
    for kind in Kind::ALL {
        let (first, last) = kind.protocols();
        let (Some(destination_port), Some(source_port)) = (
            wide_ports(kind, destination_port),
            wide_ports(kind, source_port),
        ) else {
            continue;
        };
        let protocols = (protocol.0.max(first)..=protocol.1.min(last))
            .map(|flat| Interval::single(real_protocol(narrow_protocol(flat))))
            .collect();
        boxes.extend(join(protocols).into_iter().map(|protocol| PacketBox {
            family,
            protocol,
            destination_port,
            source,
            destination,
            source_port,
        }));
    }
}

fn wide_ports(kind: Kind, (low, high): (u128, u128)) -> Option<Interval<u16>> {
    kind.real_ports(low, high)?;
    Interval::new(narrow_port(low), narrow_port(high))
}

/// Joins boxes that differ in one field and touch there, until no two do.
fn merge(boxes: &mut Vec<PacketBox>) {
    loop {
        let before = boxes.len();
        merge_along(boxes, |packets| &mut packets.source_port);
        merge_along(boxes, |packets| &mut packets.destination_port);
        merge_along(boxes, |packets| &mut packets.protocol);
        merge_along(boxes, |packets| &mut packets.destination);
        merge_along(boxes, |packets| &mut packets.source);
        if boxes.len() == before {
            return;
        }
    }
}

fn merge_along<T: crate::interval::Scalar>(
    boxes: &mut Vec<PacketBox>,
    field: fn(&mut PacketBox) -> &mut Interval<T>,
) {
    let rest = |packets: &PacketBox| {
        let mut others = *packets;
        *field(&mut others) = Interval::all();
        others
    };
    boxes.sort_by_cached_key(|packets| (rest(packets), *packets));
    boxes.dedup_by(|next, last| {
        let (mut after, mut before) = (*next, *last);
        let (after, before) = (*field(&mut after), *field(&mut before));
        let joins = before.touches(after) && rest(next) == rest(last);
        if joins && let Some(joined) = Interval::new(before.low(), after.high()) {
            *field(last) = joined;
        }
        joins
    });
}

/// States the ICMP values of boxes of ICMP alone within the values that exist.
fn trim(packets: &mut PacketBox) {
    if packets.protocol.low() == packets.protocol.high()
        && Protocol(packets.protocol.low()).is_icmp()
    {
        for ports in [&mut packets.destination_port, &mut packets.source_port] {
            if let Some(real) = ports.intersect(Interval::new(0, 255).unwrap_or(*ports)) {
                *ports = real;
            }
        }
    }
}
