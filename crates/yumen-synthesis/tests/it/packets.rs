//! Packets and edits as text.

use ipnet::IpNet;
use yumen_cloud::{Action, CloudEdit, Direction, Peer, PortMatch, ProtocolMatch, Rule};
use yumen_packets::{Family, Interval, PacketBox, PacketSet};
use yumen_reach::{Internet, range_of};

use crate::estate::protocol_number;

/// A network that users of these tests trust.
pub(crate) const TRUSTED: &str = "203.0.113.0/24";

/// The networks of the estates' VPC.
const OWN: [&str; 2] = ["10.0.0.0/16", "2408:4000::/56"];

/// Packets by lines `PROTOCOL PORTS OTHER`, of a direction. `OTHER` is a network or `internet`,
/// which is without the trusted network and the VPC's; `any` stands for both families. A line that begins with
/// `less` takes away.
pub(crate) fn packets(direction: Direction, text: &str) -> PacketSet {
    let mut set = PacketSet::empty();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (less, line) = match line.strip_prefix("less ") {
            Some(line) => (true, line),
            None => (false, line),
        };
        let words: Vec<&str> = line.split_whitespace().collect();
        let [protocol, ports, other] = words[..] else {
            panic!("`{line}`: protocol, ports and the other side are wanted");
        };
        let protocol = match protocol {
            "all" => Interval::all(),
            name => Interval::single(protocol_number(name)),
        };
        let ports = match ports.split_once('/').unwrap_or((ports, ports)) {
            ("any", _) => Interval::all(),
            (low, high) => Interval::new(low.parse().unwrap(), high.parse().unwrap()).unwrap(),
        };
        let boxes: Vec<PacketBox> = others(other)
            .into_iter()
            .map(|(family, range)| {
                let all = PacketBox {
                    protocol,
                    destination_port: ports,
                    ..PacketBox::all(family)
                };
                with_other(all, direction, range)
            })
            .collect();
        let part = PacketSet::from_boxes(&boxes).unwrap();
        set = if less {
            set.difference(&part).unwrap()
        } else {
            set.union(&part).unwrap()
        };
    }
    set
}

/// Packets that nobody can send: of addresses that are neither the Internet's, nor trusted, nor of
/// the VPC; of port 0; of protocols without a name, and of the ICMP of the other family.
pub(crate) fn expendable(direction: Direction) -> PacketSet {
    let used: Vec<PacketBox> = others("internet")
        .into_iter()
        .chain(others(TRUSTED))
        .chain(OWN.into_iter().flat_map(others))
        .flat_map(|(family, range)| {
            let all = PacketBox::all(family);
            let icmp = if family == Family::V4 { 1 } else { 58 };
            let mut boxes: Vec<PacketBox> = [6, 17]
                .map(|protocol| PacketBox {
                    protocol: Interval::single(protocol),
                    destination_port: Interval::new(1, u16::MAX).unwrap(),
                    ..all
                })
                .to_vec();
            boxes.extend([icmp, 47].map(|protocol| PacketBox {
                protocol: Interval::single(protocol),
                ..all
            }));
            boxes
                .into_iter()
                .map(move |one| with_other(one, direction, range))
        })
        .collect();
    PacketSet::from_boxes(&used).unwrap().complement().unwrap()
}

fn others(text: &str) -> Vec<(Family, Interval<u128>)> {
    let internet = || {
        let own = [TRUSTED, OWN[0], OWN[1]].map(|network| network.parse().unwrap());
        Internet::without(&own)
    };
    match text {
        "internet" => Family::ALL
            .into_iter()
            .flat_map(|family| {
                internet()
                    .addresses(family)
                    .to_vec()
                    .into_iter()
                    .map(move |range| (family, range))
            })
            .collect(),
        "any" => Family::ALL
            .map(|family| (family, PacketBox::all(family).source))
            .to_vec(),
        network => {
            let network: IpNet = network.parse().unwrap();
            let family = if network.addr().is_ipv4() {
                Family::V4
            } else {
                Family::V6
            };
            vec![(family, range_of(&network))]
        }
    }
}

fn with_other(packets: PacketBox, direction: Direction, other: Interval<u128>) -> PacketBox {
    match direction {
        Direction::Ingress => PacketBox {
            source: other,
            ..packets
        },
        Direction::Egress => PacketBox {
            destination: other,
            ..packets
        },
    }
}

/// Edits as text, one a line: `+ RULE`, `- ID`, `ID = RULE`.
pub(crate) fn shown(edits: &[CloudEdit]) -> String {
    let lines = edits.iter().map(|edit| match edit {
        CloudEdit::AddRule { rule, .. } => format!("+ {}", rule_text(rule)),
        CloudEdit::RemoveRule { rule, .. } => format!("- {rule}"),
        CloudEdit::ReplaceRule { rule, .. } => format!("{} = {}", rule.id, rule_text(rule)),
        other => panic!("{other:?}"),
    });
    lines.collect::<Vec<String>>().join("\n")
}

fn rule_text(rule: &Rule) -> String {
    let ports = |ports: &PortMatch| match ports {
        PortMatch::Any => "any".to_owned(),
        PortMatch::Range(range) => range.to_string(),
        PortMatch::List(list) => format!("list:{list}"),
    };
    let protocol = match rule.protocol {
        ProtocolMatch::All => "all".to_owned(),
        ProtocolMatch::Number(number) => yumen_packets::Protocol(number).to_string(),
    };
    let peer = match &rule.peer {
        Peer::Network(network) => network.to_string(),
        Peer::Group { group, .. } => group.to_string(),
        Peer::PrefixList(list) => list.to_string(),
        Peer::Anywhere => "anywhere".to_owned(),
    };
    let action = match rule.action {
        Action::Accept => "accept",
        Action::Drop => "drop",
    };
    let mut text = format!(
        "{action} {} {protocol} {} {peer}",
        rule.priority,
        ports(&rule.ports)
    );
    if rule.source_ports != PortMatch::Any {
        text += &format!(" sport={}", ports(&rule.source_ports));
    }
    if let Some(local) = rule.local {
        text += &format!(" local={local}");
    }
    text
}
