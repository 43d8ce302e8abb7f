//! The plain evaluator: one packet, one interface, the rules one by one.
//!
//! It was written first and it is the judge of the exact engine: short, without packet sets, and
//! with a named decider for everything that it says. It shares nothing with the engine but the
//! look-up tables of [`Topology`].

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use yumen_cloud::{
    AclEntry, Action, Coverage, Direction, GroupKind, Id, InnerAccess, Listing, NetworkAcl, Peer,
    PortMatch, ProtocolMatch, Rule, SecurityGroup,
};
use yumen_diagnostics::Place;
use yumen_packets::{Packet, Protocol};

use crate::control::Control;
use crate::matching::Reading;
use crate::topology::{AclState, EndpointIndex, Topology};

/// What a filter says to a packet, and which part of it says so.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Judgement {
    /// True if the packet passes
    pub passes: bool,
    /// Who decided
    pub by: Decider,
}

/// The rule, list, default or missing thing that decided.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Decider {
    /// A rule of a security group
    Rule {
        /// The group
        group: Id,
        /// The rule
        rule: Id,
        /// Where the rule stands in the input
        place: Place,
    },
    /// Inner access of a group that both interfaces are in
    InnerAccess {
        /// The group
        group: Id,
    },
    /// The invisible default of the interface's groups
    GroupDefault {
        /// In or out
        direction: Direction,
        /// Basic or advanced
        kind: GroupKind,
    },
    /// An entry of a network ACL
    AclEntry {
        /// The ACL
        acl: Id,
        /// The entry
        entry: Id,
        /// Where the entry stands in the input
        place: Place,
    },
    /// No entry of a network ACL matches
    AclDefault {
        /// The ACL
        acl: Id,
    },
    /// The public address is bound to the interface and in use
    Bound,
    /// No network ACL is bound to the vSwitch
    NoAcl,
    /// Both ends are in one vSwitch, which network ACLs do not filter
    SameVSwitch,
    /// The address is one of the platform's, which network ACLs do not filter
    PlatformAddress,
    /// An EIP in cut-through mode on a secondary interface, which network ACLs do not filter
    CutThrough,
    /// A load balancer forwards it; that groups let it pass is an assumption
    BalancerAssumed,
    /// Something was not read that would decide
    Unread(Control),
    /// There is no way from the source to the interface
    NoPath,
    /// A way exists, but nothing passes it today; the id is of what stops it
    Inactive(Id),
    /// An access list of a listener, or the balancer's own groups
    ListenerAccess {
        /// The listener
        listener: Id,
    },
    /// A route, or the lack of one
    Route {
        /// The VPC whose routes were asked
        vpc: Option<Id>,
    },
}

/// What the security groups of an interface say to a packet, without inner access.
#[must_use]
pub fn judge_groups(
    topology: &Topology,
    index: EndpointIndex,
    direction: Direction,
    packet: &Packet,
    reading: Reading,
) -> Judgement {
    let interface = &topology.endpoint(index).interface;
    let vpc = interface.vpc.as_ref();
    let mut rules: Vec<(&SecurityGroup, &Rule)> = Vec::new();
    let mut kind = None;
    let mut unread = None;
    for id in &interface.groups {
        match topology.group(id) {
            Some(group) => {
                rules.extend(group.rules_of(direction).map(|rule| (group.as_ref(), rule)));
                kind = if kind == Some(GroupKind::Basic) {
                    kind
                } else {
                    Some(group.kind)
                };
                if group.is_unread(direction) {
                    unread = Some(Control::GroupRules(id.clone()));
                }
            }
            None => unread = Some(Control::GroupRules(id.clone())),
        }
    }
    if interface.groups.is_empty() {
        unread = Some(Control::GroupRules(interface.id.clone()));
    }
    if let (Some(control), Reading::Possible | Reading::Certain) = (unread, reading) {
        return Judgement {
            passes: reading == Reading::Possible,
            by: Decider::Unread(control),
        };
    }
    rules.sort_by_key(|(_, rule)| (rule.priority, rule.action == Action::Accept));
    for (group, rule) in rules {
        let counts = match rule_matches(topology, vpc, rule, packet) {
            Match::Yes => true,
            Match::No => false,
            Match::Maybe => match reading {
                Reading::AsRead => false,
                Reading::Possible => rule.action == Action::Accept,
                Reading::Certain => rule.action == Action::Drop,
            },
        };
        if counts {
            return Judgement {
                passes: rule.action == Action::Accept,
                by: Decider::Rule {
                    group: group.id.clone(),
                    rule: rule.id.clone(),
                    place: rule.place.clone(),
                },
            };
        }
    }
    let kind = kind.unwrap_or(GroupKind::Basic);
    Judgement {
        passes: direction == Direction::Egress && kind == GroupKind::Basic,
        by: Decider::GroupDefault { direction, kind },
    }
}

/// The group by whose inner access two interfaces reach each other, if there is one.
#[must_use]
pub fn shared_inner_access(
    topology: &Topology,
    source: EndpointIndex,
    destination: EndpointIndex,
    reading: Reading,
) -> Option<Decider> {
    let (source, destination) = (topology.endpoint(source), topology.endpoint(destination));
    if source.interface.vpc != destination.interface.vpc {
        return None;
    }
    let shared = source
        .interface
        .groups
        .iter()
        .filter(|id| destination.interface.groups.contains(id));
    let mut accepting = shared.filter(|id| match topology.group(id) {
        Some(group) => {
            group.kind == GroupKind::Basic
                && group.inner_access == InnerAccess::Accept
                && (reading == Reading::Possible || !is_policy_unread(group))
        }
        None => reading == Reading::Possible,
    });
    accepting.next().map(|group| Decider::InnerAccess {
        group: group.clone(),
    })
}

/// The listing in whose unread part an address may belong to an interface that shares a group
/// with inner access, if there is one.
pub(crate) fn unread_neighbour(
    topology: &Topology,
    index: EndpointIndex,
    address: IpAddr,
) -> Option<Decider> {
    let snapshot = topology.snapshot();
    let interface = &topology.endpoint(index).interface;
    let vpc = interface.vpc.as_ref().and_then(|id| snapshot.vpcs.get(id));
    let inside = vpc.is_none_or(|vpc| vpc.cidrs.iter().any(|net| net.contains(&address)));
    let accepting = interface.groups.iter().any(|id| {
        topology.group(id).is_none_or(|group| {
            group.kind == GroupKind::Basic && group.inner_access == InnerAccess::Accept
        })
    });
    let unread = snapshot.is_incomplete(&interface.region, Listing::Interfaces);
    let control = || Control::Listing(interface.region.clone(), Listing::Interfaces);
    (unread && inside && accepting).then(|| Decider::Unread(control()))
}

/// True if nothing of a group but its name was read, so that its inner access is a guess.
pub(crate) fn is_policy_unread(group: &SecurityGroup) -> bool {
    group.ingress_unread && group.egress_unread && group.rules.is_empty()
}

/// What the network ACL of an interface's vSwitch says to a packet that crosses the boundary.
#[must_use]
pub fn judge_acl(
    topology: &Topology,
    index: EndpointIndex,
    direction: Direction,
    packet: &Packet,
    reading: Reading,
) -> Judgement {
    if is_platform_address(packet.source_ip()) || is_platform_address(packet.destination_ip()) {
        return Judgement {
            passes: true,
            by: Decider::PlatformAddress,
        };
    }
    let acl = match &topology.endpoint(index).acl {
        AclState::Unbound => {
            return Judgement {
                passes: true,
                by: Decider::NoAcl,
            };
        }
        AclState::Unread(id) => {
            let by = Decider::Unread(Control::NetworkAcl(id.clone()));
            return Judgement {
                passes: reading != Reading::Certain,
                by,
            };
        }
        AclState::Bound(acl) => acl,
    };
    if acl.unread && reading != Reading::AsRead {
        let by = Decider::Unread(Control::NetworkAcl(acl.id.clone()));
        return Judgement {
            passes: reading == Reading::Possible,
            by,
        };
    }
    first_entry(topology, acl, direction, packet, reading)
}

fn first_entry(
    topology: &Topology,
    acl: &NetworkAcl,
    direction: Direction,
    packet: &Packet,
    reading: Reading,
) -> Judgement {
    let entries = match direction {
        Direction::Ingress => &acl.ingress,
        Direction::Egress => &acl.egress,
    };
    for entry in entries {
        let accepts = entry.action == Action::Accept;
        let counts = match entry_matches(topology, direction, entry, packet) {
            Match::Yes => true,
            Match::No => false,
            Match::Maybe => match reading {
                Reading::AsRead => false,
                Reading::Possible => accepts,
                Reading::Certain => !accepts,
            },
        };
        if counts {
            let (acl, entry_id, place) = (acl.id.clone(), entry.id.clone(), entry.place.clone());
            return Judgement {
                passes: accepts,
                by: Decider::AclEntry {
                    acl,
                    entry: entry_id,
                    place,
                },
            };
        }
    }
    if acl.unread {
        let by = Decider::Unread(Control::NetworkAcl(acl.id.clone()));
        return Judgement { passes: true, by };
    }
    Judgement {
        passes: false,
        by: Decider::AclDefault {
            acl: acl.id.clone(),
        },
    }
}

/// Whether a rule matches a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Match {
    No,
    /// What was not read or not understood could make it match
    Maybe,
    Yes,
}

impl Match {
    fn if_true(matches: bool) -> Self {
        if matches { Self::Yes } else { Self::No }
    }
}

fn rule_matches(topology: &Topology, vpc: Option<&Id>, rule: &Rule, packet: &Packet) -> Match {
    let (peer, local) = match rule.direction {
        Direction::Ingress => (packet.source_ip(), packet.destination_ip()),
        Direction::Egress => (packet.destination_ip(), packet.source_ip()),
    };
    let parts = [
        protocol_matches(rule.protocol, packet),
        Match::if_true(rule.local.is_none_or(|net| net.contains(&local))),
        port_matches(
            topology,
            &rule.ports,
            packet.protocol,
            packet.destination_port,
        ),
        port_matches(
            topology,
            &rule.source_ports,
            packet.protocol,
            packet.source_port,
        ),
        peer_matches(topology, vpc, &rule.peer, peer),
    ];
    let worst = parts.into_iter().min().unwrap_or(Match::No);
    if rule.uncertain {
        worst.min(Match::Maybe)
    } else {
        worst
    }
}

fn entry_matches(
    topology: &Topology,
    direction: Direction,
    entry: &AclEntry,
    packet: &Packet,
) -> Match {
    let peer = match direction {
        Direction::Ingress => packet.source_ip(),
        Direction::Egress => packet.destination_ip(),
    };
    let parts = [
        Match::if_true(entry.family == packet.family),
        Match::if_true(entry.peer.contains(&peer)),
        protocol_matches(entry.protocol, packet),
        port_matches(
            topology,
            &entry.ports,
            packet.protocol,
            packet.destination_port,
        ),
    ];
    let worst = parts.into_iter().min().unwrap_or(Match::No);
    if entry.uncertain {
        worst.min(Match::Maybe)
    } else {
        worst
    }
}

fn protocol_matches(protocol: ProtocolMatch, packet: &Packet) -> Match {
    Match::if_true(match protocol {
        ProtocolMatch::All => true,
        ProtocolMatch::Number(number) => number == packet.protocol,
    })
}

fn port_matches(topology: &Topology, ports: &PortMatch, protocol: u8, port: u16) -> Match {
    if !Protocol(protocol).has_ports() {
        return Match::Yes;
    }
    match ports {
        PortMatch::Any => Match::Yes,
        PortMatch::Range(range) => Match::if_true(range.contains(port)),
        PortMatch::List(id) => match topology.snapshot().port_lists.get(id) {
            None => Match::Maybe,
            Some(list) => {
                let listed = list
                    .entries
                    .iter()
                    .any(|entry| entry.is_none_or(|range| range.contains(port)));
                match (listed, list.unread) {
                    (true, _) => Match::Yes,
                    (false, true) => Match::Maybe,
                    (false, false) => Match::No,
                }
            }
        },
    }
}

fn peer_matches(topology: &Topology, vpc: Option<&Id>, peer: &Peer, address: IpAddr) -> Match {
    let snapshot = topology.snapshot();
    match peer {
        Peer::Anywhere => Match::Yes,
        Peer::Network(net) => Match::if_true(net.contains(&address)),
        Peer::PrefixList(id) => match snapshot.prefix_lists.get(id) {
            None => Match::Maybe,
            Some(list) if list.entries.iter().any(|net| net.contains(&address)) => Match::Yes,
            Some(list) if list.unread => Match::Maybe,
            Some(_) => Match::No,
        },
        Peer::Group { group, owner } => {
            let mut members = topology
                .members_of(group)
                .iter()
                .map(|member| topology.endpoint(*member));
            if members
                .any(|member| member.interface.vpc.as_ref() == vpc && member.has_address(address))
            {
                return Match::Yes;
            }
            let unread = members_may_be_unread(topology, vpc, group, owner.as_ref());
            let own = vpc.and_then(|vpc| snapshot.vpcs.get(vpc));
            let inside = own.is_none_or(|vpc| vpc.cidrs.iter().any(|net| net.contains(&address)));
            if unread && inside {
                Match::Maybe
            } else {
                Match::No
            }
        }
    }
}

fn members_may_be_unread(
    topology: &Topology,
    vpc: Option<&Id>,
    group: &Id,
    owner: Option<&Id>,
) -> bool {
    let snapshot = topology.snapshot();
    let own_region = || Some(snapshot.vpcs.get(vpc?)?.region.clone());
    match snapshot.groups.get(group) {
        Some(known) => snapshot.is_incomplete(&known.region, Listing::Interfaces),
        None => {
            let foreign =
                owner.is_some() && snapshot.account.is_some() && owner != snapshot.account.as_ref();
            let unlisted = own_region().is_none_or(|region| {
                snapshot.is_incomplete(&region, Listing::Interfaces)
                    || snapshot.coverage_of(&region, Listing::Groups) != Coverage::Complete
            });
            foreign || unlisted
        }
    }
}

/// 100.100.2.112/28, 100.100.2.128/28 and 100.100.100.200/32 always pass network ACLs.
pub(crate) const PLATFORM_NETWORKS: [(Ipv4Addr, u8); 3] = [
    (Ipv4Addr::new(100, 100, 2, 112), 28),
    (Ipv4Addr::new(100, 100, 2, 128), 28),
    (Ipv4Addr::new(100, 100, 100, 200), 32),
];

fn is_platform_address(address: IpAddr) -> bool {
    PLATFORM_NETWORKS.iter().any(|(network, length)| {
        IpNet::new((*network).into(), *length).is_ok_and(|net| net.contains(&address))
    })
}
