//! Which packets a rule speaks of, as boxes.
//!
//! Every rule has two readings: the packets that it matches by what was read, and those that it
//! matches at most, if what was not read or not understood counts too. For most rules they are
//! the same.

use ipnet::IpNet;
use yumen_cloud::{
    AclEntry, Coverage, Direction, Id, Listing, Peer, PortMatch, ProtocolMatch, Rule,
};
use yumen_packets::{Family, Interval, PacketBox, Protocol};

use crate::internet::{family_of, range_of};
use crate::topology::Topology;

/// How to read what was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reading {
    /// As if it did not exist
    AsRead,
    /// As if it accepted all that it may, and dropped nothing
    Possible,
    /// As if it dropped all that it may, and accepted nothing
    Certain,
}

/// The packets that a rule matches, as boxes that may overlap.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RuleBoxes {
    /// By what was read
    pub read: Vec<PacketBox>,
    /// At most
    pub possible: Vec<PacketBox>,
}

impl RuleBoxes {
    /// The boxes with which a rule takes part in a reading.
    #[must_use]
    pub fn of(&self, reading: Reading, accepts: bool) -> &[PacketBox] {
        match (reading, accepts) {
            (Reading::Possible, true) | (Reading::Certain, false) => &self.possible,
            (Reading::AsRead, _) | (Reading::Possible, false) | (Reading::Certain, true) => {
                &self.read
            }
        }
    }

    /// True if what was not read could make it match more.
    #[must_use]
    pub fn is_uncertain(&self) -> bool {
        self.read != self.possible
    }
}

/// The packets that a rule of a group in a VPC matches.
#[must_use]
pub fn rule_boxes(topology: &Topology, vpc: Option<&Id>, rule: &Rule) -> RuleBoxes {
    let peers = peer_ranges(topology, vpc, &rule.peer);
    let ports = port_ranges(topology, &rule.ports);
    let source_ports = port_ranges(topology, &rule.source_ports);
    let shape = |peers: &[(Family, Interval<u128>)],
                 ports: &[Interval<u16>],
                 source_ports: &[Interval<u16>]| {
        let services = services(rule.protocol, ports, source_ports);
        let mut boxes = Vec::with_capacity(peers.len() * services.len());
        for (family, peer) in peers {
            let Some(local) = local_range(*family, rule.local.as_ref()) else {
                continue;
            };
            let (source, destination) = match rule.direction {
                Direction::Ingress => (*peer, local),
                Direction::Egress => (local, *peer),
            };
            boxes.extend(services.iter().map(|service| PacketBox {
                family: *family,
                protocol: service.protocol,
                destination_port: service.destination_port,
                source,
                destination,
                source_port: service.source_port,
            }));
        }
        boxes
    };
    let possible = shape(&peers.possible, &ports.possible, &source_ports.possible);
    let read = if rule.uncertain {
        Vec::new()
    } else if peers.is_certain() && ports.is_certain() && source_ports.is_certain() {
        possible.clone()
    } else {
        shape(&peers.read, &ports.read, &source_ports.read)
    };
    RuleBoxes { read, possible }
}

/// The packets that an entry of a network ACL matches.
#[must_use]
pub fn entry_boxes(topology: &Topology, direction: Direction, entry: &AclEntry) -> RuleBoxes {
    let ports = port_ranges(topology, &entry.ports);
    let peer = range_of(&entry.peer);
    let all = PacketBox::all(entry.family);
    let (source, destination) = match direction {
        Direction::Ingress => (peer, all.destination),
        Direction::Egress => (all.source, peer),
    };
    let shape = |ports: &[Interval<u16>]| -> Vec<PacketBox> {
        if family_of(entry.peer.addr()) != entry.family {
            return Vec::new();
        }
        let services = services(entry.protocol, ports, &[Interval::all()]);
        let boxes = services.into_iter().map(|service| PacketBox {
            protocol: service.protocol,
            destination_port: service.destination_port,
            source,
            destination,
            ..all
        });
        boxes.collect()
    };
    let possible = shape(&ports.possible);
    let read = if entry.uncertain {
        Vec::new()
    } else {
        shape(&ports.read)
    };
    RuleBoxes { read, possible }
}

/// Something with a read and a widest form.
struct Readings<T> {
    read: Vec<T>,
    possible: Vec<T>,
}

impl<T: Clone + PartialEq> Readings<T> {
    fn certain(values: Vec<T>) -> Self {
        Self {
            read: values.clone(),
            possible: values,
        }
    }

    fn is_certain(&self) -> bool {
        self.read == self.possible
    }
}

fn peer_ranges(
    topology: &Topology,
    vpc: Option<&Id>,
    peer: &Peer,
) -> Readings<(Family, Interval<u128>)> {
    match peer {
        Peer::Network(net) => Readings::certain(vec![ranged(net)]),
        Peer::Anywhere => Readings {
            read: anywhere(),
            possible: anywhere(),
        },
        Peer::PrefixList(id) => match topology.snapshot().prefix_lists.get(id) {
            Some(list) => {
                let read: Vec<_> = list.entries.iter().map(ranged).collect();
                let possible = if list.unread {
                    anywhere()
                } else {
                    read.clone()
                };
                Readings { read, possible }
            }
            None => Readings {
                read: Vec::new(),
                possible: anywhere(),
            },
        },
        Peer::Group { group, owner } => {
            let mut read = Vec::new();
            let members = topology.members(group);
            if let Some(members) = members.filter(|members| members.vpc() == vpc) {
                for family in [Family::V4, Family::V6] {
                    read.extend(members.of(family).iter().map(|range| (family, *range)));
                }
            }
            let possible = if group_members_unread(topology, vpc, group, owner.as_ref()) {
                let own = vpc.and_then(|vpc| topology.snapshot().vpcs.get(vpc));
                match own {
                    Some(vpc) => vpc.cidrs.iter().map(ranged).collect(),
                    None => anywhere(),
                }
            } else {
                read.clone()
            };
            Readings { read, possible }
        }
    }
}

/// True if a group may have members that were not read: interfaces were not read in full, or the
/// group belongs to another account.
fn group_members_unread(
    topology: &Topology,
    vpc: Option<&Id>,
    group: &Id,
    owner: Option<&Id>,
) -> bool {
    let snapshot = topology.snapshot();
    let known = snapshot.groups.get(group);
    let region = known.map(|known| &known.region);
    let region = region.or_else(|| vpc.and_then(|vpc| Some(&snapshot.vpcs.get(vpc)?.region)));
    let incomplete =
        region.is_some_and(|region| snapshot.is_incomplete(region, Listing::Interfaces));
    let foreign =
        owner.is_some() && owner != snapshot.account.as_ref() && snapshot.account.is_some();
    let unlisted = known.is_none()
        && region.is_none_or(|region| {
            snapshot.coverage_of(region, Listing::Groups) != Coverage::Complete
        });
    incomplete || (known.is_none() && foreign) || unlisted
}

/// Protocols with the ports that are meant for them.
struct Service {
    protocol: Interval<u8>,
    destination_port: Interval<u16>,
    source_port: Interval<u16>,
}

/// Port ranges filter only the protocols that have ports; the others are matched whole.
fn services(
    protocol: ProtocolMatch,
    ports: &[Interval<u16>],
    source_ports: &[Interval<u16>],
) -> Vec<Service> {
    let whole = |protocol| Service {
        protocol,
        destination_port: Interval::all(),
        source_port: Interval::all(),
    };
    let unfiltered = |ports: &[Interval<u16>]| ports.iter().any(|range| *range == Interval::all());
    let protocols = match protocol {
        ProtocolMatch::All if unfiltered(ports) && unfiltered(source_ports) => {
            return vec![whole(Interval::all())];
        }
        ProtocolMatch::All => vec![
            Interval::new(0, 5),
            Interval::new(6, 6),
            Interval::new(7, 16),
            Interval::new(17, 17),
            Interval::new(18, 255),
        ],
        ProtocolMatch::Number(number) => vec![Some(Interval::single(number))],
    };
    let mut services = Vec::new();
    for protocol in protocols.into_iter().flatten() {
        if !Protocol(protocol.low()).has_ports() {
            services.push(whole(protocol));
            continue;
        }
        for destination_port in ports {
            services.extend(source_ports.iter().map(|source_port| Service {
                protocol,
                destination_port: *destination_port,
                source_port: *source_port,
            }));
        }
    }
    services
}

fn port_ranges(topology: &Topology, ports: &PortMatch) -> Readings<Interval<u16>> {
    match ports {
        PortMatch::Any => Readings::certain(vec![Interval::all()]),
        PortMatch::Range(range) => Readings::certain(vec![*range]),
        PortMatch::List(id) => match topology.snapshot().port_lists.get(id) {
            Some(list) => {
                let entries = list.entries.iter();
                let read: Vec<_> = entries
                    .map(|entry| entry.unwrap_or_else(Interval::all))
                    .collect();
                let possible = if list.unread {
                    vec![Interval::all()]
                } else {
                    read.clone()
                };
                Readings { read, possible }
            }
            None => Readings {
                read: Vec::new(),
                possible: vec![Interval::all()],
            },
        },
    }
}

fn local_range(family: Family, local: Option<&IpNet>) -> Option<Interval<u128>> {
    match local {
        None => Some(PacketBox::all(family).destination),
        Some(net) => (family_of(net.addr()) == family).then(|| range_of(net)),
    }
}

fn ranged(net: &IpNet) -> (Family, Interval<u128>) {
    (family_of(net.addr()), range_of(net))
}

fn anywhere() -> Vec<(Family, Interval<u128>)> {
    [Family::V4, Family::V6]
        .map(|family| (family, PacketBox::all(family).source))
        .to_vec()
}
