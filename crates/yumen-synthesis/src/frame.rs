//! What rules may say: the shape within which packets are written as rules.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use yumen_cloud::{Direction, Peer, PortMatch, ProtocolMatch, Rule};
use yumen_packets::{Family, Interval, PacketBox};
use yumen_reach::{RuleBoxes, Topology, join_ports, range_of};

use crate::prefixes::joined;

/// The protocols that a rule can name, most telling first: TCP, UDP, ICMP, `ICMPv6`, GRE.
const NAMED: [u8; 5] = [6, 17, 1, 58, 47];

/// The widest rule, of which others are parts.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    pub(crate) direction: Direction,
    pub(crate) protocol: ProtocolMatch,
    pub(crate) ports: Ports,
    pub(crate) source_ports: Ports,
    pub(crate) local: Option<IpNet>,
    /// The other side as it can be written without taking it apart
    pub(crate) forms: Vec<Form>,
    /// Whether the other side may be taken apart into networks
    pub(crate) divisible: bool,
}

/// Ports as a rule writes them, and which they are.
#[derive(Clone, Debug)]
pub(crate) struct Ports {
    pub(crate) written: PortMatch,
    pub(crate) ranges: Vec<Interval<u16>>,
}

/// The other side as a rule writes it, and which addresses it is.
#[derive(Clone, Debug)]
pub(crate) struct Form {
    pub(crate) peer: Peer,
    pub(crate) v4: Vec<Interval<u128>>,
    pub(crate) v6: Vec<Interval<u128>>,
}

/// Protocols that rules tell apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Class {
    Number(u8),
    /// Those without a name, which only a rule about all protocols matches
    Others,
}

impl Frame {
    /// The parts of a rule; `boxes` are those of the rule.
    pub(crate) fn of_rule(topology: &Topology, rule: &Rule, boxes: &RuleBoxes) -> Self {
        let addresses = |family| {
            let own = boxes.read.iter().filter(|one| one.family == family);
            joined(own.map(|one| peer_of(one, rule.direction)).collect())
        };
        Self {
            direction: rule.direction,
            protocol: rule.protocol,
            ports: Ports::of(topology, &rule.ports),
            source_ports: Ports::of(topology, &rule.source_ports),
            local: rule.local,
            forms: vec![Form {
                peer: rule.peer.clone(),
                v4: addresses(Family::V4),
                v6: addresses(Family::V6),
            }],
            divisible: !matches!(rule.peer, Peer::Group { .. }),
        }
    }

    /// All that rules can say in a direction.
    pub(crate) fn whole(direction: Direction, local: Option<IpNet>) -> Self {
        let any = || Ports {
            written: PortMatch::Any,
            ranges: vec![Interval::all()],
        };
        Self {
            direction,
            protocol: ProtocolMatch::All,
            ports: any(),
            source_ports: any(),
            local,
            forms: [IpNet::V4(Ipv4Net::default()), IpNet::V6(Ipv6Net::default())]
                .map(Form::of)
                .to_vec(),
            divisible: true,
        }
    }

    /// The protocols that its rules can tell apart.
    pub(crate) fn classes(&self) -> Vec<Class> {
        match self.protocol {
            ProtocolMatch::Number(number) => vec![Class::Number(number)],
            ProtocolMatch::All => {
                let named = NAMED.into_iter().map(Class::Number);
                named.chain([Class::Others]).collect()
            }
        }
    }

    /// Whether a rule about a family can name a protocol: the provider has each ICMP with its own
    /// family only. What a rule says already it can say again.
    pub(crate) fn can_name(&self, class: Class, family: Family) -> bool {
        match class {
            Class::Others => false,
            Class::Number(number) if self.protocol == ProtocolMatch::Number(number) => true,
            Class::Number(1) => family == Family::V4,
            Class::Number(58) => family == Family::V6,
            Class::Number(_) => true,
        }
    }
}

impl Ports {
    fn of(topology: &Topology, written: &PortMatch) -> Self {
        let ranges = match written {
            PortMatch::Any => vec![Interval::all()],
            PortMatch::Range(range) => vec![*range],
            PortMatch::List(id) => {
                let list = topology.snapshot().port_lists.get(id);
                let entries = list.into_iter().flat_map(|list| &list.entries);
                entries
                    .map(|entry| entry.unwrap_or_else(Interval::all))
                    .collect()
            }
        };
        Self {
            written: written.clone(),
            ranges: join_ports(ranges),
        }
    }
}

impl Form {
    pub(crate) fn of(network: IpNet) -> Self {
        let range = vec![range_of(&network)];
        let (v4, v6) = match network {
            IpNet::V4(_) => (range, Vec::new()),
            IpNet::V6(_) => (Vec::new(), range),
        };
        Self {
            peer: Peer::Network(network),
            v4,
            v6,
        }
    }

    pub(crate) fn addresses(&self, family: Family) -> &[Interval<u128>] {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }
}

/// The addresses of the other side.
pub(crate) fn peer_of(packets: &PacketBox, direction: Direction) -> Interval<u128> {
    match direction {
        Direction::Ingress => packets.source,
        Direction::Egress => packets.destination,
    }
}

/// The addresses of the own side.
pub(crate) fn own_of(packets: &PacketBox, direction: Direction) -> Interval<u128> {
    match direction {
        Direction::Ingress => packets.destination,
        Direction::Egress => packets.source,
    }
}
