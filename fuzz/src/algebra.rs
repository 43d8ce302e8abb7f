//! Arbitrary boxes and a probe packet: set operations agree with membership, and first match with
//! a linear scan.

use yumen_packets::{
    Budget, Family, FieldOrder, Interval, Packet, PacketBox, PacketSet, PacketSpace,
};

/// Boxes of one input at most, so that a run stays short.
const MAX_BOXES: usize = 24;

/// Builds two sets and a decision from the bytes and checks them against each other.
pub fn algebra(data: &[u8]) {
    let mut bytes = data.iter().copied();
    let mut boxes = Vec::new();
    while boxes.len() < MAX_BOXES && bytes.len() >= 12 {
        boxes.push(packet_box(&mut bytes));
    }
    let (left, right) = boxes.split_at(boxes.len() / 2);
    let (Ok(a), Ok(b)) = (PacketSet::from_boxes(left), PacketSet::from_boxes(right)) else {
        return;
    };
    let (Ok(union), Ok(both), Ok(rest)) = (a.union(&b), a.intersection(&b), a.difference(&b))
    else {
        return;
    };
    assert_eq!(
        PacketSet::from_boxes(&boxes).as_ref(),
        Ok(&union),
        "union by boxes and by sets"
    );
    assert_eq!(
        rest.union(&both).as_ref(),
        Ok(&a),
        "difference and intersection make up the set"
    );
    assert_eq!(
        PacketSet::from_boxes(&union.boxes()).as_ref(),
        Ok(&union),
        "boxes lose nothing"
    );
    assert_eq!(
        a.complement().and_then(|other| other.complement()).as_ref(),
        Ok(&a)
    );
    for set in [&a, &b, &union, &both, &rest] {
        assert_eq!(set.witness().is_none(), set.is_empty());
        if let Some(packet) = set.witness() {
            assert!(set.contains(&packet), "a witness is a member");
            assert_eq!(
                a.contains(&packet) || b.contains(&packet),
                union.contains(&packet)
            );
        }
    }
    first_match_agrees(&boxes, &union);
}

fn first_match_agrees(boxes: &[PacketBox], union: &PacketSet) {
    let rules: Vec<(PacketBox, u32)> = boxes
        .iter()
        .zip(0_u32..)
        .map(|(one, number)| (*one, number % 7))
        .collect();
    let mut space = PacketSpace::new(FieldOrder::for_rules(boxes), Budget::default());
    let Ok(decision) = space.first_match(&rules) else {
        return;
    };
    let corners = boxes.iter().filter_map(corner).chain(union.witness());
    for packet in corners {
        let expected = rules
            .iter()
            .find(|(one, _)| one.contains(&packet))
            .map(|(_, leaf)| *leaf);
        assert_eq!(space.decide(decision, &packet), Ok(expected), "{packet}");
    }
}

/// The highest packet of a box, where that is a valid one.
fn corner(one: &PacketBox) -> Option<Packet> {
    let packet = Packet {
        family: one.family,
        protocol: one.protocol.high(),
        source: one.source.high(),
        destination: one.destination.high(),
        source_port: one.source_port.high(),
        destination_port: one.destination_port.high(),
    };
    packet.is_valid().then_some(packet)
}

fn packet_box(bytes: &mut impl Iterator<Item = u8>) -> PacketBox {
    let mut next = || bytes.next().unwrap_or(0);
    let kind = next();
    let family = if kind % 5 == 0 {
        Family::V6
    } else {
        Family::V4
    };
    let all = PacketBox::all(family);
    let protocol = match kind % 4 {
        0 => Interval::all(),
        1 => Interval::single(6),
        2 => Interval::single(17),
        _ => ordered(u128::from(next()), u128::from(next())),
    };
    let bits = if family == Family::V4 { 24 } else { 120 };
    let source = if kind & 64 == 0 {
        ordered(u128::from(next()) << bits, u128::from(next()) << bits)
    } else {
        all.source
    };
    let destination = if kind & 128 == 0 {
        Interval::single(u128::from(next() % 4))
    } else {
        all.destination
    };
    let destination_port = ordered(u128::from(next()) * 3, u128::from(next()) * 257);
    let source_port = if kind & 32 == 0 {
        Interval::all()
    } else {
        ordered(u128::from(next()), u128::from(next()))
    };
    PacketBox {
        family,
        protocol,
        destination_port,
        source,
        destination,
        source_port,
    }
}

fn ordered<T: yumen_packets::Scalar + TryFrom<u128>>(a: u128, b: u128) -> Interval<T> {
    let value = |number: u128| T::try_from(number).ok();
    let range = value(a.min(b))
        .zip(value(a.max(b)))
        .and_then(|(low, high)| Interval::new(low, high));
    range.unwrap_or_else(Interval::all)
}
