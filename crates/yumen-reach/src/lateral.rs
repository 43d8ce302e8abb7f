//! What interfaces reach among each other: inside a VPC and over connected networks.

use std::sync::Arc;

use yumen_cloud::{Connection, Direction, NextHopKind};
use yumen_packets::{Budget, Error, FieldOrder, PacketBox, PacketSet, PacketSpace, SetOp};

use crate::analysis::Analysis;
use crate::class::ClassIndex;
use crate::filters::{Filters, Scope, own_side};
use crate::matching::Reading;
use crate::topology::{EndpointIndex, RouteAnswer, Topology};

/// What the filters of an interface let pass, whatever the other side is: groups with inner
/// access, and the network ACL.
///
/// # Errors
/// The rules are so entangled that the budget ends first.
pub fn permitted(
    topology: &Topology,
    index: EndpointIndex,
    direction: Direction,
    reading: Reading,
) -> Result<PacketSet, Error> {
    let space = PacketSpace::new(FieldOrder::HOUSE, Budget::default());
    let mut filters = Filters::new(topology, space, direction, Scope::Everything);
    permitted_by(&mut filters, index, direction, reading)
}

/// The same for many interfaces, one after the other: groups are compiled once.
pub struct Permits<'a> {
    filters: Filters<'a>,
    direction: Direction,
}

impl<'a> Permits<'a> {
    /// Makes ready for questions about one direction.
    #[must_use]
    pub fn new(topology: &'a Topology, direction: Direction) -> Self {
        let space = PacketSpace::new(FieldOrder::HOUSE, Budget::default());
        Self {
            filters: Filters::new(topology, space, direction, Scope::Everything),
            direction,
        }
    }

    /// What the filters of an interface let pass.
    ///
    /// # Errors
    /// The rules are so entangled that the budget ends first.
    pub fn of(&mut self, index: EndpointIndex, reading: Reading) -> Result<PacketSet, Error> {
        permitted_by(&mut self.filters, index, self.direction, reading)
    }
}

fn permitted_by(
    filters: &mut Filters<'_>,
    index: EndpointIndex,
    direction: Direction,
    reading: Reading,
) -> Result<PacketSet, Error> {
    let interface = Arc::clone(&filters.topology.endpoint(index).interface);
    let groups = filters.groups(&interface.groups, reading)?.passes;
    let inner = filters.inner_access(index, reading)?;
    let passes = filters.space.combine(SetOp::Union, groups, inner)?;
    let acl = filters.acl(index, reading)?;
    let passes = filters.space.combine(SetOp::Intersection, passes, acl)?;
    let own = filters
        .space
        .union_of(&own_side(filters.topology, index, direction))?;
    let passes = filters.space.combine(SetOp::Intersection, passes, own)?;
    filters.space.freeze(passes)
}

/// The packets that one interface can send to another, by what was read; empty if no network
/// joins them or one of them is idle.
///
/// # Errors
/// The rules are so entangled that the budget ends first.
pub fn between(
    topology: &Topology,
    source: EndpointIndex,
    destination: EndpointIndex,
) -> Result<PacketSet, Error> {
    let (from, to) = (topology.endpoint(source), topology.endpoint(destination));
    if !from.active || !to.active || !joined(topology, source, destination) {
        return Ok(PacketSet::empty());
    }
    let leaves = permitted(topology, source, Direction::Egress, Reading::AsRead)?;
    let arrives = permitted(topology, destination, Direction::Ingress, Reading::AsRead)?;
    leaves.intersection(&arrives)
}

/// True if packets find their way from one interface to the other: in one VPC, or by a route of
/// the source over an active connection.
fn joined(topology: &Topology, source: EndpointIndex, destination: EndpointIndex) -> bool {
    let (from, to) = (
        &topology.endpoint(source).interface,
        &topology.endpoint(destination).interface,
    );
    let (Some(from_vpc), Some(to_vpc)) = (&from.vpc, &to.vpc) else {
        return from.vpc == to.vpc;
    };
    if from_vpc == to_vpc {
        return true;
    }
    let Some(address) = topology.endpoint(destination).primary_address() else {
        return false;
    };
    let joins = |one: &Connection| one.active && one.vpcs.contains(to_vpc);
    let hops = match topology.route(Some(from_vpc), from.vswitch.as_ref(), address) {
        RouteAnswer::Through(NextHopKind::Connection, hops) => hops,
        _ => return false,
    };
    let connections = topology.connections_of(from_vpc);
    let named = connections.iter().find(|one| {
        hops.iter()
            .any(|hop| *hop == one.id || one.aliases.contains(hop))
    });
    match named {
        Some(named) => joins(named),
        None => connections.iter().any(|one| joins(one)),
    }
}

/// Which classes reach which, at some port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateralReach {
    /// Pairs of source and destination with the packets that pass, as disjoint boxes; sources and
    /// destinations in the order of classes
    pub pairs: Vec<LateralPair>,
}

/// Packets that members of one class can send to members of another (or the same) class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LateralPair {
    /// Whose packets
    pub source: ClassIndex,
    /// To whom
    pub destination: ClassIndex,
    /// The packets between the first members that differ
    pub packets: PacketSet,
}

impl LateralReach {
    /// Computes all pairs of classes whose networks are joined.
    ///
    /// Members of a class differ in nothing but their addresses, so a pair is judged on one
    /// member of each; where rules name members by address, a class has one member.
    ///
    /// # Errors
    /// The rules are so entangled that the budget ends first.
    pub fn new(analysis: &Analysis) -> Result<Self, Error> {
        let (topology, classes) = (analysis.topology(), analysis.classes());
        let mut sides = Vec::with_capacity(classes.len());
        for direction in [Direction::Egress, Direction::Ingress] {
            let space = PacketSpace::new(FieldOrder::HOUSE, Budget::default());
            let mut filters = Filters::new(topology, space, direction, Scope::Everything);
            let mut of_direction = Vec::with_capacity(classes.len());
            for (_, class) in classes.iter() {
                let mut of_members = Vec::new();
                for member in class.members.iter().take(2) {
                    let reading = Reading::AsRead;
                    of_members.push((
                        *member,
                        permitted_by(&mut filters, *member, direction, reading)?,
                    ));
                }
                of_direction.push(of_members);
            }
            sides.push(of_direction);
        }
        let mut pairs = Vec::new();
        let [leaving, arriving] = &sides[..] else {
            return Ok(Self { pairs });
        };
        for ((source, _), from) in classes.iter().zip(leaving) {
            for ((destination, _), to) in classes.iter().zip(arriving) {
                let pair = from.iter().find_map(|one| {
                    let other = to.iter().find(|other| other.0 != one.0)?;
                    Some((one, other))
                });
                let Some((from, to)) = pair else { continue };
                let idle = !topology.endpoint(from.0).active || !topology.endpoint(to.0).active;
                if idle || !joined(topology, from.0, to.0) {
                    continue;
                }
                let packets = from.1.intersection(&to.1)?;
                if !packets.is_empty() {
                    pairs.push(LateralPair {
                        source,
                        destination,
                        packets,
                    });
                }
            }
        }
        Ok(Self { pairs })
    }

    /// How many interfaces an interface can send packets to, by class.
    #[must_use]
    pub fn reached_from(&self, analysis: &Analysis, class: ClassIndex) -> usize {
        let classes = analysis.classes();
        self.pairs
            .iter()
            .filter(|pair| pair.source == class)
            .map(|pair| {
                let members = classes.class(pair.destination).members.len();
                if pair.destination == class {
                    members.saturating_sub(1)
                } else {
                    members
                }
            })
            .sum()
    }
}

/// Boxes of the packets of a pair without the two ends' addresses: what passes between the
/// classes, as ports.
#[must_use]
pub fn services_of(packets: &PacketSet) -> Vec<PacketBox> {
    let boxes = packets.boxes().into_iter();
    boxes
        .map(|one| PacketBox {
            source: PacketBox::all(one.family).source,
            destination: PacketBox::all(one.family).destination,
            ..one
        })
        .collect()
}
