//! Random but plausible rules.

use super::plan::{Plan, REGION, numbered};
use crate::identifier::id;
use crate::random::SplitMix64;
use crate::wire::group::{Peer, Rule};
use std::net::{Ipv4Addr, Ipv6Addr};

/// Prefix lists of a generated estate.
pub(super) const PREFIX_LISTS: usize = 20;
/// Port lists of a generated estate.
pub(super) const PORT_LISTS: usize = 10;

const KNOWN_PORTS: &[u16] = &[
    20, 21, 22, 23, 25, 53, 80, 110, 123, 135, 139, 143, 161, 389, 443, 445, 465, 514, 587, 636,
    873, 993, 995, 1433, 1521, 1883, 2049, 2181, 2375, 2379, 3000, 3306, 3389, 4369, 5000, 5432,
    5601, 5672, 5900, 6379, 6443, 7001, 8000, 8080, 8081, 8088, 8443, 8848, 8888, 9000, 9042, 9090,
    9092, 9200, 9300, 10250, 11211, 15672, 27017, 50070,
];

/// A range of that length around an address, with its host bits cleared.
fn range(address: u32, length: usize) -> String {
    let mask = u32::MAX
        .checked_shl(32 - u32::try_from(length).unwrap_or(32))
        .unwrap_or(0);
    format!("{}/{length}", Ipv4Addr::from_bits(address & mask))
}

/// A range of public or private addresses, /8 to /32.
pub(super) fn some_range(chance: &mut SplitMix64) -> String {
    let address = u32::try_from(chance.next() >> 32).unwrap_or(0);
    let length = chance.pick(&[
        8, 12, 16, 16, 20, 22, 24, 24, 24, 26, 28, 29, 32, 32, 32, 32,
    ]);
    // Below 224/4, and never 0/8.
    range(address % 0xdf00_0000 + 0x0100_0000, length)
}

fn private_range(chance: &mut SplitMix64, vpc: usize) -> String {
    let base = match chance.below(10) {
        0..6 => 0x0a00_0000 | (u32::try_from(vpc % 256).unwrap_or(0) << 16),
        6..8 => 0x0a00_0000 | (u32::try_from(chance.below(256)).unwrap_or(0) << 16),
        8 => 0xac10_0000,
        _ => 0xc0a8_0000,
    };
    let host = u32::try_from(chance.below(0x1_0000)).unwrap_or(0);
    let length = chance.pick(&[16, 16, 18, 20, 24, 24, 24, 28, 32, 32]);
    range(base | host, length)
}

fn ipv6_range(chance: &mut SplitMix64) -> String {
    if chance.chance(20) {
        return "::/0".to_owned();
    }
    let length = chance.pick(&[32_u32, 48, 48, 56, 64, 64, 128]);
    let bits =
        0x2400_u128 << 112 | u128::from(chance.next()) << 48 | u128::from(chance.next() >> 16);
    let bits = bits & (u128::MAX << (128 - length.min(127)));
    format!("{}/{length}", Ipv6Addr::from_bits(bits))
}

fn peer(chance: &mut SplitMix64, plan: &Plan, group: usize, ingress: bool) -> Peer {
    let vpc = plan.vpc_of_group(group);
    match chance.below(100) {
        0..12 => Peer::Ipv4("0.0.0.0/0".to_owned()),
        12..16 => Peer::Ipv4(chance.pick(&["0.0.0.0/1", "128.0.0.0/1"]).to_owned()),
        16..50 => Peer::Ipv4(some_range(chance)),
        50..56 => Peer::Ipv6(ipv6_range(chance)),
        56..60 => {
            let list = chance.below(PREFIX_LISTS);
            Peer::PrefixList(numbered("pl", list), format!("pl-{list:02}"))
        }
        60..70 if ingress && !Plan::advanced(vpc) => {
            let groups = plan.groups(vpc);
            let other = groups.start + chance.below(groups.len());
            Peer::Group(numbered("sg", other), format!("sg-{other:06}"))
        }
        _ => Peer::Ipv4(private_range(chance, vpc)),
    }
}

fn ports(chance: &mut SplitMix64) -> String {
    match chance.below(20) {
        0..12 => {
            let port = chance.pick(KNOWN_PORTS);
            format!("{port}/{port}")
        }
        12..17 => {
            let port = chance.between(1, 65_535);
            format!("{port}/{port}")
        }
        17 => "1/65535".to_owned(),
        _ => {
            let low = chance.between(1, 65_000);
            let high = chance.between(low, 65_535.min(low + 4_000));
            format!("{low}/{high}")
        }
    }
}

/// A group's rules, in order.
pub(super) fn rules(plan: &Plan, group: usize) -> impl Iterator<Item = Rule> {
    let mut chance = plan.rule_stream(group);
    (0..plan.rules(group)).map(move |index| rule(&mut chance, plan, group, index))
}

fn rule(chance: &mut SplitMix64, plan: &Plan, group: usize, index: usize) -> Rule {
    let ingress = !chance.chance(12);
    let accept = chance.chance(78);
    let priority = if chance.chance(40) {
        1
    } else {
        chance.between(1, 100)
    };
    let peer = peer(chance, plan, group, ingress);
    let protocol = match chance.below(100) {
        0..72 => "TCP",
        72..87 => "UDP",
        87..93 if matches!(peer, Peer::Ipv6(_)) => "ICMPv6",
        87..93 => "ICMP",
        93 => "GRE",
        _ => "ALL",
    };
    let with_ports = matches!(protocol, "TCP" | "UDP");
    let (ports, port_list) = if with_ports && chance.chance(2) {
        let list = chance.below(PORT_LISTS);
        (
            String::new(),
            (numbered("prl", list), format!("prl-{list:02}")),
        )
    } else if with_ports {
        (ports(chance), (String::new(), String::new()))
    } else {
        ("-1/-1".to_owned(), (String::new(), String::new()))
    };
    let (year, month, day) = (
        chance.between(2023, 2025),
        chance.between(1, 12),
        chance.between(1, 28),
    );
    Rule {
        id: id("sgr", REGION, &format!("{group}/{index}")),
        ingress,
        accept,
        protocol: protocol.to_owned(),
        ports,
        port_list,
        priority,
        peer,
        about: String::new(),
        created: format!("{year}-{month:02}-{day:02}T08:00:00Z"),
    }
}
