//! One packet to one interface: the verdict, and every hop with what decided.
//!
//! Built on the plain evaluator alone, so that an explanation can be followed by hand and so that
//! the exact engine has a judge for paths too.

use std::net::IpAddr;
use std::sync::Arc;

use yumen_cloud::{Connection, Direction, Id, Listing, NextHopKind};
use yumen_packets::{Family, Packet};

use crate::control::Control;
use crate::internet::address_of;
use crate::matching::Reading;
use crate::naive::{
    Decider, Judgement, judge_acl, judge_groups, shared_inner_access, unread_neighbour,
};
use crate::path::{Path, PathKind, Presented};
use crate::topology::{AclState, EndpointIndex, RouteAnswer, Topology};

/// What is true of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// It is stopped
    Closed,
    /// The rules let it pass, but nothing brings it to the interface today
    Latent,
    /// What was not read could make it pass
    Unknown,
    /// It passes
    Open,
}

impl Verdict {
    /// The word that programs see.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Closed => "closed",
            Self::Latent => "latent",
            Self::Unknown => "unknown",
            Self::Open => "open",
        }
    }
}

/// One step on the way of a packet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hop {
    /// What the step is
    pub at: HopAt,
    /// True if the packet passes it
    pub passes: bool,
    /// What decided
    pub by: Decider,
}

/// What a step is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum HopAt {
    /// The Internet's edge: a public address, a DNAT entry, a listener, IPv6 bandwidth
    Edge(PathKind),
    /// The edge that does not exist
    NoEdge,
    /// Routes between networks
    Routes(Id),
    /// Security groups of the source, outgoing
    SourceGroups(Id),
    /// Network ACL of the source's vSwitch, outgoing
    SourceAcl(Id),
    /// Network ACL of the destination's vSwitch, incoming
    DestinationAcl(Id),
    /// Security groups of the destination, incoming
    DestinationGroups(Id),
}

/// Everything about one packet to one interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Answer {
    /// The packet as the interface sees it
    pub packet: Packet,
    /// What is true of it
    pub verdict: Verdict,
    /// Every step, in the packet's order
    pub hops: Vec<Hop>,
    /// What the verdict rests on: the first thing that stops it, or the last that lets it pass
    pub decided_by: Decider,
    /// What a client connects to, where that differs from the packet at the interface
    pub entry: Option<(IpAddr, u16)>,
    /// Controls that were not read and could stop it
    pub unconfirmed: Vec<Control>,
    /// False if a network ACL stops the reply; the packet itself still arrives
    pub reply_passes: bool,
}

/// Explains a packet to an interface. Its destination is an address of the interface, its ports
/// are those at the interface.
#[must_use]
pub fn explain(topology: &Topology, destination: EndpointIndex, packet: &Packet) -> Answer {
    let vpc = topology.endpoint(destination).interface.vpc.as_ref();
    let source = packet.source_ip();
    if let Some(source) = topology.find_address_in(vpc, source) {
        return between_members(topology, source, destination, packet);
    }
    if topology.internet_of(vpc).contains(source) {
        return from_internet(topology, destination, packet);
    }
    for other in topology.find_address(source) {
        match linked(topology, *other, destination, packet) {
            Link::Joined(through) => {
                return across(topology, *other, destination, packet, through, true);
            }
            Link::Unread(through) => {
                return across(topology, *other, destination, packet, through, false);
            }
            Link::None => {}
        }
    }
    from_unknown_private(topology, destination, packet)
}

/// A packet from the Internet: the best of all paths.
fn from_internet(topology: &Topology, destination: EndpointIndex, packet: &Packet) -> Answer {
    let endpoint = topology.endpoint(destination);
    let best = endpoint
        .paths
        .iter()
        .filter(|path| leads(path, packet))
        .map(|path| along(topology, destination, packet, path))
        .rev()
        .max_by_key(|answer| answer.verdict);
    let without = without_path(topology, destination, packet);
    match best {
        Some(answer) if answer.verdict >= without.verdict && answer.verdict > Verdict::Closed => {
            answer
        }
        Some(answer) if without.verdict == Verdict::Closed => answer,
        _ => without,
    }
}

/// Explains a packet from the Internet along one path of the interface.
#[must_use]
pub fn explain_along(
    topology: &Topology,
    destination: EndpointIndex,
    packet: &Packet,
    path: &Path,
) -> Answer {
    along(topology, destination, packet, path)
}

/// Explains a packet from an interface to the Internet.
#[must_use]
pub fn explain_outbound(topology: &Topology, source: EndpointIndex, packet: &Packet) -> Answer {
    let endpoint = topology.endpoint(source);
    let mut layers = Layers::default();
    let at = HopAt::SourceGroups(endpoint.interface.id.clone());
    layers.push(at, |reading| {
        judge_groups(topology, source, Direction::Egress, packet, reading)
    });
    let at = HopAt::SourceAcl(acl_name(topology, source));
    layers.push(at, |reading| {
        judge_acl(topology, source, Direction::Egress, packet, reading)
    });
    let leads_there = endpoint.outbound.iter().any(|out| {
        out.family == packet.family
            && out
                .destinations
                .iter()
                .any(|range| range.contains(packet.destination))
    });
    let stopped = if !endpoint.active {
        Some(Decider::Inactive(machine_name(topology, source)))
    } else {
        (!leads_there).then_some(Decider::NoPath)
    };
    layers.conclude(*packet, stopped, Verdict::Latent)
}

fn leads(path: &Path, packet: &Packet) -> bool {
    path.family == packet.family
        && path.destination == packet.destination_ip()
        && path
            .protocol
            .is_none_or(|protocol| protocol == packet.protocol)
        && path.ports.contains(packet.destination_port)
}

/// A packet along one path.
fn along(topology: &Topology, destination: EndpointIndex, packet: &Packet, path: &Path) -> Answer {
    let endpoint = topology.endpoint(destination);
    let interface = &endpoint.interface;
    let admitted = |reading| {
        path.sources
            .of(reading)
            .iter()
            .any(|range| range.contains(packet.source))
    };
    let mut layers = Layers::default();
    layers.push(HopAt::Edge(path.kind.clone()), |reading| Judgement {
        passes: admitted(reading),
        by: match (&path.kind, path.sources.unread.first()) {
            (_, Some(control)) if reading != Reading::AsRead => Decider::Unread(control.clone()),
            (PathKind::Listener { listener, .. }, _) => Decider::ListenerAccess {
                listener: listener.clone(),
            },
            (PathKind::PublicAddress { .. } | PathKind::Ipv6Bandwidth, _) if admitted(reading) => {
                Decider::Bound
            }
            _ => Decider::Route {
                vpc: interface.vpc.clone(),
            },
        },
    });
    let as_seen = presented_packets(topology, destination, packet, path);
    let seen = telling_packet(topology, destination, &as_seen).unwrap_or(*packet);
    if path.judged_by_acl {
        let at = HopAt::DestinationAcl(acl_name(topology, destination));
        let own = !matches!(path.presented, Presented::Client);
        let judge = |seen: &Packet, reading| {
            if own && in_own_vswitch(topology, destination, seen) {
                return Judgement {
                    passes: true,
                    by: Decider::SameVSwitch,
                };
            }
            judge_acl(topology, destination, Direction::Ingress, seen, reading)
        };
        // Which of its addresses a balancer presents is not known: one that passes is enough.
        layers.push(at, |reading| {
            let mut judged = as_seen.iter().map(|seen| judge(seen, reading));
            let passing = judged.find(|judgement| judgement.passes);
            passing.unwrap_or_else(|| judge(&seen, reading))
        });
    } else {
        let at = HopAt::DestinationAcl(acl_name(topology, destination));
        layers.push(at, |_| Judgement {
            passes: true,
            by: Decider::CutThrough,
        });
    }
    let at = HopAt::DestinationGroups(interface.id.clone());
    if path.judged_by_groups {
        layers.push(at, |reading| {
            judge_groups(topology, destination, Direction::Ingress, packet, reading)
        });
    } else {
        layers.push(at, |_| Judgement {
            passes: true,
            by: Decider::BalancerAssumed,
        });
    }
    let stopped = path
        .inactive
        .map(|_| path_name(&path.kind, interface.id.clone()));
    let stopped =
        stopped.or_else(|| (!endpoint.active).then(|| machine_name(topology, destination)));
    let mut answer = layers.conclude(seen, stopped.map(Decider::Inactive), Verdict::Latent);
    answer.entry = path.entry.address.map(|address| {
        (
            address,
            path.entry.port_for(packet.destination_port, &path.ports),
        )
    });
    answer.reply_passes = !path.judged_by_acl || reply_leaves(topology, destination, &seen);
    answer
}

/// A packet from the Internet that no path brings.
fn without_path(topology: &Topology, destination: EndpointIndex, packet: &Packet) -> Answer {
    let endpoint = topology.endpoint(destination);
    let mut layers = Layers::default();
    layers.push(HopAt::NoEdge, |_| Judgement {
        passes: true,
        by: Decider::NoPath,
    });
    let at = HopAt::DestinationAcl(acl_name(topology, destination));
    layers.push(at, |reading| {
        if reading == Reading::Possible && endpoint.may_be_cut_through(packet.family) {
            let listing = Control::Listing(endpoint.interface.region.clone(), Listing::Eips);
            return Judgement {
                passes: true,
                by: Decider::Unread(listing),
            };
        }
        judge_acl(topology, destination, Direction::Ingress, packet, reading)
    });
    let at = HopAt::DestinationGroups(endpoint.interface.id.clone());
    layers.push(at, |reading| {
        judge_groups(topology, destination, Direction::Ingress, packet, reading)
    });
    let mut answer = layers.conclude(*packet, Some(Decider::NoPath), Verdict::Latent);
    if let Some(edge) = answer.hops.first_mut() {
        edge.passes = false;
    }
    let region = &endpoint.interface.region;
    let balancers = [
        Listing::ClassicBalancers,
        Listing::ApplicationBalancers,
        Listing::NetworkBalancers,
    ];
    for listing in &endpoint.possible_paths {
        // A balancer's second leg is assumed to pass the groups, so that even a packet that the
        // rules stop could come through one that was not read.
        if answer.verdict == Verdict::Latent || balancers.contains(listing) {
            answer.verdict = Verdict::Unknown;
            answer.decided_by = Decider::Unread(Control::Listing(region.clone(), *listing));
            break;
        }
    }
    answer
}

/// A packet between two interfaces of one VPC.
fn between_members(
    topology: &Topology,
    source: EndpointIndex,
    destination: EndpointIndex,
    packet: &Packet,
) -> Answer {
    let mut layers = Layers::default();
    let inner = |reading| {
        shared_inner_access(topology, source, destination, reading)
            .map(|by| Judgement { passes: true, by })
    };
    let source_id = topology.endpoint(source).interface.id.clone();
    layers.push(HopAt::SourceGroups(source_id), |reading| {
        inner(reading)
            .unwrap_or_else(|| judge_groups(topology, source, Direction::Egress, packet, reading))
    });
    push_acls(topology, &mut layers, source, destination, packet);
    let destination_id = topology.endpoint(destination).interface.id.clone();
    layers.push(HopAt::DestinationGroups(destination_id), |reading| {
        inner(reading).unwrap_or_else(|| {
            judge_groups(topology, destination, Direction::Ingress, packet, reading)
        })
    });
    conclude_pair(topology, layers, source, destination, packet)
}

/// A packet between interfaces of two connected VPCs.
fn across(
    topology: &Topology,
    source: EndpointIndex,
    destination: EndpointIndex,
    packet: &Packet,
    through: Id,
    routes_read: bool,
) -> Answer {
    let mut layers = Layers::default();
    let source_interface = &topology.endpoint(source).interface;
    let at = HopAt::SourceGroups(source_interface.id.clone());
    layers.push(at, |reading| {
        judge_groups(topology, source, Direction::Egress, packet, reading)
    });
    layers.push(HopAt::Routes(through), |reading| Judgement {
        passes: routes_read || reading == Reading::Possible,
        by: Decider::Route {
            vpc: source_interface.vpc.clone(),
        },
    });
    push_acls(topology, &mut layers, source, destination, packet);
    let at = HopAt::DestinationGroups(topology.endpoint(destination).interface.id.clone());
    layers.push(at, |reading| {
        judge_groups(topology, destination, Direction::Ingress, packet, reading)
    });
    conclude_pair(topology, layers, source, destination, packet)
}

fn push_acls(
    topology: &Topology,
    layers: &mut Layers,
    source: EndpointIndex,
    destination: EndpointIndex,
    packet: &Packet,
) {
    if same_vswitch(topology, source, destination) {
        let at = HopAt::DestinationAcl(acl_name(topology, destination));
        layers.push(at, |_| Judgement {
            passes: true,
            by: Decider::SameVSwitch,
        });
        return;
    }
    let at = HopAt::SourceAcl(acl_name(topology, source));
    layers.push(at, |reading| {
        judge_acl(topology, source, Direction::Egress, packet, reading)
    });
    let at = HopAt::DestinationAcl(acl_name(topology, destination));
    layers.push(at, |reading| {
        judge_acl(topology, destination, Direction::Ingress, packet, reading)
    });
}

fn conclude_pair(
    topology: &Topology,
    layers: Layers,
    source: EndpointIndex,
    destination: EndpointIndex,
    packet: &Packet,
) -> Answer {
    let idle = [source, destination]
        .into_iter()
        .find(|index| !topology.endpoint(*index).active);
    let stopped = idle.map(|index| Decider::Inactive(machine_name(topology, index)));
    let mut answer = layers.conclude(*packet, stopped, Verdict::Latent);
    let reply = packet.reply();
    answer.reply_passes = same_vswitch(topology, source, destination)
        || (judge_acl(
            topology,
            destination,
            Direction::Egress,
            &reply,
            Reading::AsRead,
        )
        .passes
            && judge_acl(
                topology,
                source,
                Direction::Ingress,
                &reply,
                Reading::AsRead,
            )
            .passes);
    answer
}

/// A packet from a private address that belongs to no interface that was read.
fn from_unknown_private(
    topology: &Topology,
    destination: EndpointIndex,
    packet: &Packet,
) -> Answer {
    let endpoint = topology.endpoint(destination);
    let interface = &endpoint.interface;
    let mut layers = Layers::default();
    let at = HopAt::DestinationAcl(acl_name(topology, destination));
    layers.push(at, |reading| {
        if in_own_vswitch(topology, destination, packet) {
            Judgement {
                passes: true,
                by: Decider::SameVSwitch,
            }
        } else {
            judge_acl(topology, destination, Direction::Ingress, packet, reading)
        }
    });
    let at = HopAt::DestinationGroups(interface.id.clone());
    layers.push(at, |reading| {
        let neighbour = unread_neighbour(topology, destination, packet.source_ip());
        match neighbour.filter(|_| reading == Reading::Possible) {
            Some(by) => Judgement { passes: true, by },
            None => judge_groups(topology, destination, Direction::Ingress, packet, reading),
        }
    });
    let mut answer = layers.conclude(*packet, Some(Decider::NoPath), Verdict::Latent);
    if answer.verdict == Verdict::Latent {
        let source = packet.source_ip();
        if topology
            .snapshot()
            .is_incomplete(&interface.region, Listing::Interfaces)
        {
            answer.verdict = Verdict::Unknown;
            let control = Control::Listing(interface.region.clone(), Listing::Interfaces);
            answer.decided_by = Decider::Unread(control);
        } else if is_covered(topology, destination, source) {
            answer.verdict = Verdict::Unknown;
            answer.decided_by = Decider::Route {
                vpc: interface.vpc.clone(),
            };
        }
    }
    answer
}

/// True if a connected network's route covers an address, seen from an interface.
#[must_use]
pub fn is_covered(topology: &Topology, from: EndpointIndex, address: IpAddr) -> bool {
    let interface = &topology.endpoint(from).interface;
    let Some(vpc) = &interface.vpc else {
        return false;
    };
    let connections = topology.connections_of(vpc);
    match topology.route(Some(vpc), interface.vswitch.as_ref(), address) {
        RouteAnswer::Through(NextHopKind::Connection, hops) => {
            let known = connections
                .iter()
                .find(|connection| is_named(connection, &hops));
            known.is_none_or(|connection| connection.active)
        }
        RouteAnswer::Through(..) | RouteAnswer::Nowhere => false,
        RouteAnswer::Unread => connections.iter().any(|connection| connection.active),
    }
}

enum Link {
    None,
    /// Packets go through this connection
    Joined(Id),
    /// A connection exists, but the source's routes were not read
    Unread(Id),
}

/// How packets come from an interface of one VPC to one of another.
fn linked(
    topology: &Topology,
    source: EndpointIndex,
    destination: EndpointIndex,
    packet: &Packet,
) -> Link {
    let (from, to) = (
        &topology.endpoint(source).interface,
        &topology.endpoint(destination).interface,
    );
    let (Some(from_vpc), Some(to_vpc)) = (&from.vpc, &to.vpc) else {
        return Link::None;
    };
    let connections = topology.connections_of(to_vpc);
    let mut joining = connections
        .iter()
        .filter(|one| one.active && one.vpcs.contains(from_vpc));
    let joining = joining.next().map(|one| one.id.clone());
    let half_read = has_unread_connections(topology, &from.region)
        || has_unread_connections(topology, &to.region);
    match topology.route(
        Some(from_vpc),
        from.vswitch.as_ref(),
        packet.destination_ip(),
    ) {
        RouteAnswer::Through(NextHopKind::Connection, hops) => {
            let known = topology
                .connections_of(from_vpc)
                .iter()
                .find(|one| is_named(one, &hops));
            match (known, joining) {
                (Some(known), _) if known.active && known.vpcs.contains(to_vpc) => {
                    Link::Joined(known.id.clone())
                }
                (Some(known), _) if known.active && half_read => Link::Unread(known.id.clone()),
                (Some(_), _) => Link::None,
                (None, Some(joining)) => Link::Joined(joining),
                // The route leads into a connection that was not read: where it ends is not known.
                (None, None) => Link::Unread(hops.first().unwrap_or(from_vpc).clone()),
            }
        }
        RouteAnswer::Through(..) | RouteAnswer::Nowhere => Link::None,
        RouteAnswer::Unread => match joining {
            Some(joining) => Link::Unread(joining),
            None if half_read => Link::Unread(from_vpc.clone()),
            None => Link::None,
        },
    }
}

/// True if connections of a region's networks may exist that were not read.
fn has_unread_connections(topology: &Topology, region: &Id) -> bool {
    [
        Listing::Cens,
        Listing::Peerings,
        Listing::Vpns,
        Listing::RouterInterfaces,
    ]
    .iter()
    .any(|listing| topology.snapshot().is_incomplete(region, *listing))
}

fn is_named(connection: &Arc<Connection>, hops: &[Id]) -> bool {
    hops.iter()
        .any(|hop| *hop == connection.id || connection.aliases.contains(hop))
}

/// The packet as the interface may see it: with an address of the balancer where that stands
/// between, one for every piece into which network ACLs cut those.
fn presented_packets(
    topology: &Topology,
    destination: EndpointIndex,
    packet: &Packet,
    path: &Path,
) -> Vec<Packet> {
    let Presented::Balancer { family, addresses } = &path.presented else {
        return vec![*packet];
    };
    let candidates = candidate_addresses(topology, destination, *family, addresses);
    let as_seen = |source| Packet {
        family: *family,
        source,
        destination: crate::internet::value_of(path.destination),
        ..*packet
    };
    candidates.into_iter().map(as_seen).collect()
}

/// The one of some packets that passes the network ACL, and whose reply does, if there is one;
/// else the one that comes nearest to it.
fn telling_packet(
    topology: &Topology,
    destination: EndpointIndex,
    as_seen: &[Packet],
) -> Option<Packet> {
    let arrives = |seen: &Packet, reading| {
        in_own_vswitch(topology, destination, seen)
            || judge_acl(topology, destination, Direction::Ingress, seen, reading).passes
    };
    let best = as_seen
        .iter()
        .find(|seen| arrives(seen, Reading::AsRead) && reply_leaves(topology, destination, seen));
    let passing = || as_seen.iter().find(|seen| arrives(seen, Reading::AsRead));
    let perhaps = || as_seen.iter().find(|seen| arrives(seen, Reading::Possible));
    best.or_else(passing)
        .or_else(perhaps)
        .or(as_seen.first())
        .copied()
}

/// One address from every piece into which the ACL's entries cut some ranges: what is true of
/// all of these is true of the ranges.
fn candidate_addresses(
    topology: &Topology,
    destination: EndpointIndex,
    family: Family,
    ranges: &[yumen_packets::Interval<u128>],
) -> Vec<u128> {
    let mut bounds: Vec<u128> = ranges.iter().map(|range| range.low()).collect();
    let mut nets: Vec<ipnet::IpNet> = Vec::new();
    if let AclState::Bound(acl) = &topology.endpoint(destination).acl {
        nets.extend(
            acl.ingress
                .iter()
                .chain(&acl.egress)
                .map(|entry| entry.peer),
        );
    }
    let interface = &topology.endpoint(destination).interface;
    if let Some(vswitch) = topology.vswitch(interface.vswitch.as_ref()) {
        nets.extend(vswitch.cidrs.iter().copied());
    }
    for net in nets
        .iter()
        .filter(|net| crate::internet::family_of(net.addr()) == family)
    {
        let range = crate::internet::range_of(net);
        bounds.push(range.low());
        bounds.extend(range.high().checked_add(1));
    }
    bounds.retain(|bound| ranges.iter().any(|range| range.contains(*bound)));
    bounds.sort_unstable();
    bounds.dedup();
    bounds
}

/// True if the network ACL of the interface lets the reply to a packet leave.
fn reply_leaves(topology: &Topology, destination: EndpointIndex, packet: &Packet) -> bool {
    let reply = packet.reply();
    in_own_vswitch(topology, destination, packet)
        || judge_acl(
            topology,
            destination,
            Direction::Egress,
            &reply,
            Reading::AsRead,
        )
        .passes
}

/// True if the packet's source lies in the vSwitch of the interface, so that no ACL is crossed.
fn in_own_vswitch(topology: &Topology, index: EndpointIndex, packet: &Packet) -> bool {
    let vswitch = topology.vswitch(topology.endpoint(index).interface.vswitch.as_ref());
    let source = address_of(packet.family, packet.source);
    vswitch.is_some_and(|vswitch| vswitch.cidrs.iter().any(|net| net.contains(&source)))
}

fn same_vswitch(topology: &Topology, left: EndpointIndex, right: EndpointIndex) -> bool {
    let (left, right) = (
        &topology.endpoint(left).interface,
        &topology.endpoint(right).interface,
    );
    left.vswitch.is_some() && left.vswitch == right.vswitch
}

fn acl_name(topology: &Topology, index: EndpointIndex) -> Id {
    let endpoint = topology.endpoint(index);
    match &endpoint.acl {
        AclState::Bound(acl) => acl.id.clone(),
        AclState::Unread(id) => id.clone(),
        AclState::Unbound => endpoint
            .interface
            .vswitch
            .clone()
            .unwrap_or_else(|| endpoint.interface.id.clone()),
    }
}

fn path_name(kind: &PathKind, interface: Id) -> Id {
    match kind {
        PathKind::PublicAddress { eip: Some(id), .. }
        | PathKind::Forward { entry: id, .. }
        | PathKind::Listener { listener: id, .. } => id.clone(),
        PathKind::PublicAddress { eip: None, .. } | PathKind::Ipv6Bandwidth => interface,
    }
}

fn machine_name(topology: &Topology, index: EndpointIndex) -> Id {
    let interface = &topology.endpoint(index).interface;
    interface
        .instance
        .clone()
        .unwrap_or_else(|| interface.id.clone())
}

/// The filters on a packet's way, each judged in all three readings.
#[derive(Default)]
struct Layers(Vec<Layer>);

struct Layer {
    at: HopAt,
    read: Judgement,
    possible: Judgement,
    certain: Judgement,
}

impl Layers {
    fn push(&mut self, at: HopAt, judge: impl Fn(Reading) -> Judgement) {
        self.0.push(Layer {
            at,
            read: judge(Reading::AsRead),
            possible: judge(Reading::Possible),
            certain: judge(Reading::Certain),
        });
    }

    /// Draws the conclusion. `stopped` says what keeps a packet that the rules let pass from
    /// arriving, if anything does; its verdict then is `if_stopped`.
    fn conclude(self, packet: Packet, stopped: Option<Decider>, if_stopped: Verdict) -> Answer {
        let passes = self.0.iter().all(|layer| layer.read.passes);
        let may_pass = self.0.iter().all(|layer| layer.possible.passes);
        let first_stop = self.0.iter().find(|layer| !layer.read.passes);
        let doubt = self
            .0
            .iter()
            .find(|layer| !layer.read.passes && layer.possible.passes);
        let last = self
            .0
            .last()
            .map_or(Decider::NoPath, |layer| layer.read.by.clone());
        let (verdict, decided_by) = match (passes, may_pass, stopped) {
            (true, _, None) => (Verdict::Open, last),
            (true, _, Some(by)) => (if_stopped, by),
            (false, true, _) => (
                Verdict::Unknown,
                doubt.map_or(last, |layer| layer.possible.by.clone()),
            ),
            (false, false, _) => (
                Verdict::Closed,
                first_stop.map_or(last, |layer| layer.read.by.clone()),
            ),
        };
        let mut unconfirmed: Vec<Control> = Vec::new();
        if passes {
            unconfirmed.extend(
                self.0
                    .iter()
                    .filter(|layer| !layer.certain.passes)
                    .filter_map(|layer| control_of(&layer.certain.by)),
            );
            unconfirmed.sort();
            unconfirmed.dedup();
        }
        let hops = self.0.into_iter().map(|layer| {
            let Judgement { passes, by } = layer.read;
            Hop {
                at: layer.at,
                passes,
                by,
            }
        });
        Answer {
            packet,
            verdict,
            hops: hops.collect(),
            decided_by,
            entry: None,
            unconfirmed,
            reply_passes: true,
        }
    }
}

fn control_of(by: &Decider) -> Option<Control> {
    match by {
        Decider::Unread(control) => Some(control.clone()),
        Decider::Rule { rule, .. } => Some(Control::Rule(rule.clone())),
        Decider::AclEntry { acl, .. } | Decider::AclDefault { acl } => {
            Some(Control::NetworkAcl(acl.clone()))
        }
        Decider::GroupDefault { .. }
        | Decider::InnerAccess { .. }
        | Decider::Bound
        | Decider::NoAcl
        | Decider::SameVSwitch
        | Decider::PlatformAddress
        | Decider::CutThrough
        | Decider::BalancerAssumed
        | Decider::NoPath
        | Decider::Inactive(_)
        | Decider::ListenerAccess { .. }
        | Decider::Route { .. } => None,
    }
}
