//! Boxes and prefixes in plain cases.

use std::net::IpAddr;

use yumen_packets::{Family, Interval, Packet, PacketBox, PacketSet, cidr_interval, cidrs_of};

fn ip(text: &str) -> IpAddr {
    text.parse().unwrap()
}

#[track_caller]
fn check_cidrs(low: &str, high: &str, expected: &str) {
    let (low, high) = (ip(low), ip(high));
    let family = if low.is_ipv4() {
        Family::V4
    } else {
        Family::V6
    };
    let value = |address, length| cidr_interval(address, length).unwrap();
    let bits = family.address_bits();
    let interval = Interval::new(value(low, bits).low(), value(high, bits).low()).unwrap();
    let prefixes = cidrs_of(family, interval);
    let text: Vec<String> = prefixes
        .iter()
        .map(|(address, length)| format!("{address}/{length}"))
        .collect();
    assert_eq!(text.join(" "), expected);
    let mut next = interval.low();
    for (address, length) in prefixes {
        let part = value(address, length);
        assert_eq!(part.low(), next);
        next = part.high().wrapping_add(1);
    }
    assert_eq!(next, interval.high().wrapping_add(1));
}

#[test]
fn prefixes_cover_an_interval_with_as_few_as_possible() {
    check_cidrs("0.0.0.0", "255.255.255.255", "0.0.0.0/0");
    check_cidrs("10.0.0.1", "10.0.0.1", "10.0.0.1/32");
    check_cidrs(
        "10.0.0.1",
        "10.0.0.6",
        "10.0.0.1/32 10.0.0.2/31 10.0.0.4/31 10.0.0.6/32",
    );
    check_cidrs("255.255.255.254", "255.255.255.255", "255.255.255.254/31");
    check_cidrs("::", "ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff", "::/0");
    check_cidrs(
        "2001:db8::1",
        "2001:db8::2",
        "2001:db8::1/128 2001:db8::2/128",
    );
    assert_eq!(cidr_interval(ip("10.1.2.3"), 33), None);
    assert_eq!(
        cidr_interval(ip("10.1.2.3"), 8),
        Interval::new(0x0a00_0000, 0x0aff_ffff)
    );
}

#[test]
fn packets_are_made_valid_or_not_at_all() {
    let packet = Packet::new(ip("1.2.3.4"), ip("10.0.0.1"), 6, 51_000, 22).unwrap();
    assert_eq!(packet.to_string(), "tcp 1.2.3.4:51000 -> 10.0.0.1:22");
    assert_eq!(
        packet.reply().to_string(),
        "tcp 10.0.0.1:22 -> 1.2.3.4:51000"
    );
    assert_eq!(Packet::new(ip("1.2.3.4"), ip("::1"), 6, 1, 2), None);
    assert_eq!(Packet::new(ip("1.2.3.4"), ip("1.2.3.5"), 1, 0, 256), None);
    let gre = Packet::new(ip("1.2.3.4"), ip("1.2.3.5"), 47, 7, 7).unwrap();
    assert_eq!((gre.source_port, gre.destination_port), (0, 0));
}

#[test]
fn boxes_are_written_as_a_person_would() {
    let all = PacketBox::all(Family::V4);
    let ssh = PacketBox {
        protocol: Interval::single(6),
        destination_port: Interval::single(22),
        destination: cidr_interval(ip("10.0.0.0"), 24).unwrap(),
        ..all
    };
    // Everything but SSH to a network: around the network, and around the port.
    let rest = PacketSet::from_box(&all)
        .difference(&PacketSet::from_box(&ssh))
        .unwrap();
    let text: Vec<String> = rest.boxes().iter().map(ToString::to_string).collect();
    assert_eq!(
        text,
        [
            "ipv4 protocol 0-5 any -> any",
            "ipv4 tcp any -> any:0-21",
            "ipv4 tcp any -> 0.0.0.0-9.255.255.255:22",
            "ipv4 tcp any -> 10.0.1.0-255.255.255.255:22",
            "ipv4 tcp any -> any:23-65535",
            "ipv4 protocol 7-255 any -> any",
        ]
    );
    // Neighbouring prefixes become one.
    let halves = [("0.0.0.0", 1), ("128.0.0.0", 1)].map(|(address, length)| PacketBox {
        source: cidr_interval(ip(address), length).unwrap(),
        ..ssh
    });
    assert_eq!(PacketSet::from_boxes(&halves).unwrap().boxes(), [ssh]);
}
