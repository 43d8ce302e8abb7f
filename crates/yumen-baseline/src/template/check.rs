//! How an estate departs from a template, exactly, in packets.
//!
//! The estate is taken as it is once more, with the groups of the template on the machines that
//! play its roles and without network ACLs: what is let in there is what the template allows and
//! wants. The difference to the real estate is what is opened beyond it, and what is missing.

use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::{
    Action, Direction, Id, Interface, Peer, PortMatch, ProtocolMatch, SecurityGroup, Snapshot,
    VSwitch,
};
use yumen_packets::{Error, Packet, PacketBox, PacketSet};
use yumen_reach::{EndpointIndex, Internet, Reading, Topology, permitted};

use super::Rendered;
use crate::estate::{Estate, Findings};
use crate::finding::{Outcome, State, Status, Subject};
use crate::item::ItemId;
use crate::items::find_item;
use crate::selector::Selector;
use crate::settings::Settings;
use crate::violation::IntentOutcome;

/// Which machines play a role of a template.
#[derive(Clone, Debug, PartialEq)]
pub struct Binding {
    /// The role
    pub role: &'static str,
    /// The machines
    pub members: Vec<Selector>,
}

/// How an estate departs from a template.
#[derive(Debug)]
pub struct Departures {
    /// Who plays the roles
    pub roles: Vec<RoleMembers>,
    /// Packets that are let pass and should not, or the other way round, by interface
    pub packets: Vec<Departure>,
    /// What must hold, and where it does not
    pub intents: Vec<IntentOutcome>,
    /// Items that have to pass, with what they say of the machines of the template
    pub items: Vec<Required>,
    /// Machines that no group could cut off
    pub uncontained: Vec<EndpointIndex>,
}

/// The interfaces that play a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RoleMembers {
    /// The role
    pub role: &'static str,
    /// Its members, in the order of interfaces
    pub members: Vec<EndpointIndex>,
}

/// Packets of one interface by which it departs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Departure {
    /// The interface
    pub interface: EndpointIndex,
    /// Whether they arrive or leave
    pub direction: Direction,
    /// What is wrong with them
    pub kind: DepartureKind,
    /// The packets; those that an interface could only send to itself are left out, for no
    /// network carries them
    pub packets: PacketSet,
    /// One of them, between two machines
    pub witness: Packet,
}

/// What is wrong with packets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DepartureKind {
    /// They are let pass, and the template does not allow them
    Beyond,
    /// The template wants them, and they are not let in
    Missing,
    /// What was not read could let them pass, and the template does not allow them
    Unknown,
}

impl DepartureKind {
    /// The word that programs see; also the id of the text `template-departure-…`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Beyond => "beyond",
            Self::Missing => "missing",
            Self::Unknown => "unknown",
        }
    }
}

/// An item that has to pass, with what it says of the machines of the template.
#[derive(Debug)]
pub struct Required {
    /// The item
    pub item: ItemId,
    /// What it says
    pub outcome: Outcome,
}

impl Required {
    /// True if nothing is wrong, and that is known.
    #[must_use]
    pub fn passes(&self) -> bool {
        let latent = |status| status == Status::Latent;
        let mut findings = self.outcome.findings.iter();
        self.outcome.state == State::Assessed && findings.all(|one| latent(one.status))
    }
}

impl Departures {
    /// True if the estate is as the template has it.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.packets.is_empty()
            && self.uncontained.is_empty()
            && self.intents.iter().all(|one| one.violations.is_empty())
            && self.items.iter().all(Required::passes)
    }

    /// True if nobody plays any role.
    #[must_use]
    pub fn nobody(&self) -> bool {
        self.roles.iter().all(|role| role.members.is_empty())
    }
}

impl Rendered {
    /// How an estate departs from the template; `settings` are those of [`Rendered::settings`]
    /// for the same bindings.
    ///
    /// # Errors
    /// The rules are so entangled that the budget of the packet sets ends first.
    pub fn check(
        &self,
        found: Findings<'_>,
        settings: &Settings,
        bound: &[Binding],
    ) -> Result<Departures, Error> {
        let estate = Estate::new(found, settings);
        let topology = estate.topology();
        let roles = members(topology, bound);
        let all: BTreeSet<EndpointIndex> = roles
            .iter()
            .flat_map(|role| role.members.iter().copied())
            .collect();
        let snapshot = self.laid_over(topology, &roles);
        let internet = Internet::without(&settings.trusted);
        let wanted = Topology::new(&snapshot, &internet);
        let mut packets = Vec::new();
        for index in &all {
            let id = &topology.endpoint(*index).interface.id;
            let Some(there) = wanted.find_interface(id.as_str()) else {
                continue;
            };
            let mut directions = vec![Direction::Ingress];
            if self.keeps_inside(&roles, *index) {
                directions.push(Direction::Egress);
            }
            for direction in directions {
                let allowed = permitted(&wanted, there, direction, Reading::AsRead)?;
                let own = to_itself(topology, *index, direction)?;
                packets.extend(departures(topology, *index, direction, &allowed, &own)?);
            }
        }
        let intents = settings.intents.iter().map(|intent| intent.judge(&estate));
        let intents = intents.collect::<Result<Vec<_>, _>>()?;
        let mut items = Vec::new();
        for id in &self.items {
            let Some(item) = find_item(id.as_str()) else {
                continue;
            };
            let mut outcome = (item.judge)(&estate)?;
            outcome
                .findings
                .retain(|finding| concerns(topology, &all, &finding.subject));
            items.push(Required { item: *id, outcome });
        }
        Ok(Departures {
            uncontained: self.uncontained(topology, &all),
            roles,
            packets,
            intents,
            items,
        })
    }

    /// The snapshot with the template's groups, one of each for every VPC, since groups do not
    /// reach beyond theirs.
    fn laid_over(&self, topology: &Topology, roles: &[RoleMembers]) -> Snapshot {
        let mut snapshot = topology.snapshot().clone();
        let mut groups_of: BTreeMap<EndpointIndex, Vec<Id>> = BTreeMap::new();
        let mut vpcs: BTreeMap<Option<Id>, Id> = BTreeMap::new();
        for role in roles {
            let own = self.roles.iter().find(|one| one.name == role.role);
            let Some(own) = own else { continue };
            for member in &role.members {
                let interface = &topology.endpoint(*member).interface;
                vpcs.insert(interface.vpc.clone(), interface.region.clone());
                let group = in_vpc(&own.group.id, interface.vpc.as_ref());
                groups_of.entry(*member).or_default().push(group);
            }
        }
        for (vpc, region) in &vpcs {
            for role in &self.roles {
                let mut group = SecurityGroup {
                    id: in_vpc(&role.group.id, vpc.as_ref()),
                    region: region.clone(),
                    vpc: vpc.clone(),
                    ..role.group.clone()
                };
                for rule in &mut group.rules {
                    if let Peer::Group { group, .. } = &mut rule.peer {
                        *group = in_vpc(group, vpc.as_ref());
                    }
                }
                snapshot.groups.insert(group);
            }
        }
        let mut vswitches: BTreeSet<Id> = BTreeSet::new();
        for (member, mut groups) in groups_of {
            groups.sort();
            let interface = &topology.endpoint(member).interface;
            vswitches.extend(interface.vswitch.clone());
            snapshot.interfaces.insert(Interface {
                groups,
                ..Interface::clone(interface)
            });
        }
        for id in vswitches {
            let known = snapshot.vswitches.get(&id).cloned();
            let open = match known {
                Some(vswitch) => VSwitch {
                    acl: None,
                    ..VSwitch::clone(&vswitch)
                },
                None => VSwitch {
                    id,
                    region: "".into(),
                    vpc: None,
                    name: String::new(),
                    cidrs: Vec::new(),
                    acl: None,
                    route_table: None,
                    place: yumen_diagnostics::Place::default(),
                },
            };
            snapshot.vswitches.insert(open);
        }
        snapshot
    }

    /// True if the template says what may leave an interface.
    fn keeps_inside(&self, roles: &[RoleMembers], index: EndpointIndex) -> bool {
        roles.iter().any(|role| {
            let own = self.roles.iter().find(|one| one.name == role.role);
            let says = own.is_some_and(|own| own.group.rules_of(Direction::Egress).count() > 0);
            says && role.members.contains(&index)
        })
    }

    /// The machines in whose VPC no group drops everything both ways before any other rule.
    fn uncontained(
        &self,
        topology: &Topology,
        members: &BTreeSet<EndpointIndex>,
    ) -> Vec<EndpointIndex> {
        if self.containment.is_none() {
            return Vec::new();
        }
        let vpcs: BTreeSet<&Option<Id>> = topology
            .snapshot()
            .groups
            .values()
            .filter(|group| cuts_off(group))
            .map(|group| &group.vpc)
            .collect();
        let inside = |index: &&EndpointIndex| {
            let vpc = &topology.endpoint(**index).interface.vpc;
            !vpcs.contains(vpc)
        };
        members.iter().filter(inside).copied().collect()
    }
}

fn members(topology: &Topology, bound: &[Binding]) -> Vec<RoleMembers> {
    let each = bound.iter().map(|binding| {
        let endpoints = topology.indices().zip(topology.endpoints());
        let own = endpoints.filter(|(_, endpoint)| {
            let mut selectors = binding.members.iter();
            selectors.any(|selector| selector.matches(topology, endpoint))
        });
        RoleMembers {
            role: binding.role,
            members: own.map(|(index, _)| index).collect(),
        }
    });
    each.collect()
}

/// Packets of one interface that pass and should not, and the other way round. What may leave is
/// a limit and no demand, so nothing of it can be missing.
fn departures(
    topology: &Topology,
    interface: EndpointIndex,
    direction: Direction,
    allowed: &PacketSet,
    own: &PacketSet,
) -> Result<Vec<Departure>, Error> {
    let passes = permitted(topology, interface, direction, Reading::AsRead)?;
    let possible = permitted(topology, interface, direction, Reading::Possible)?;
    let missing = match direction {
        Direction::Ingress => allowed.difference(&passes)?,
        Direction::Egress => PacketSet::empty(),
    };
    let found = [
        (DepartureKind::Beyond, passes.difference(allowed)?),
        (DepartureKind::Missing, missing),
        (
            DepartureKind::Unknown,
            possible.difference(&passes)?.difference(allowed)?,
        ),
    ];
    let mut departures = Vec::new();
    for (kind, packets) in found {
        let carried = packets.difference(own)?;
        if let Some(witness) = carried.witness() {
            let whoever = carried
                .boxes()
                .into_iter()
                .map(|one| anyone(one, direction));
            let whoever = PacketSet::from_boxes(&whoever.collect::<Vec<_>>())?;
            departures.push(Departure {
                interface,
                direction,
                kind,
                packets: packets.intersection(&whoever)?,
                witness,
            });
        }
    }
    Ok(departures)
}

/// The same packets with whoever on the other side.
fn anyone(packets: PacketBox, direction: Direction) -> PacketBox {
    let all = PacketBox::all(packets.family);
    match direction {
        Direction::Ingress => PacketBox {
            source: all.source,
            ..packets
        },
        Direction::Egress => PacketBox {
            destination: all.destination,
            ..packets
        },
    }
}

/// Packets between an interface and itself: no network carries them.
fn to_itself(
    topology: &Topology,
    interface: EndpointIndex,
    direction: Direction,
) -> Result<PacketSet, Error> {
    let addresses = topology.endpoint(interface).addresses();
    let boxes: Vec<PacketBox> = addresses
        .map(|(family, range)| match direction {
            Direction::Ingress => PacketBox {
                source: range,
                ..PacketBox::all(family)
            },
            Direction::Egress => PacketBox {
                destination: range,
                ..PacketBox::all(family)
            },
        })
        .collect();
    PacketSet::from_boxes(&boxes)
}

/// A group's id in a VPC; no provider's id has such a form.
fn in_vpc(group: &Id, vpc: Option<&Id>) -> Id {
    let vpc = vpc.map(Id::as_str).unwrap_or_default();
    format!("template/{group}/{vpc}").into()
}

/// True if a group drops everything of both families in both directions first of all.
fn cuts_off(group: &SecurityGroup) -> bool {
    let drops = |direction, everywhere: &str| {
        group.rules_of(direction).any(|rule| {
            let peer = match &rule.peer {
                Peer::Network(net) => net.to_string() == everywhere,
                Peer::Anywhere => !rule.uncertain,
                Peer::Group { .. } | Peer::PrefixList(_) => false,
            };
            rule.action == Action::Drop
                && rule.priority == 1
                && rule.protocol == ProtocolMatch::All
                && rule.ports == PortMatch::Any
                && rule.source_ports == PortMatch::Any
                && rule.local.is_none()
                && peer
        })
    };
    [Direction::Ingress, Direction::Egress]
        .into_iter()
        .all(|direction| {
            ["0.0.0.0/0", "::/0"]
                .iter()
                .all(|net| drops(direction, net))
        })
}

/// True if a finding is about the machines of the template, or about what they rest on.
fn concerns(topology: &Topology, members: &BTreeSet<EndpointIndex>, subject: &Subject) -> bool {
    let any = |fits: &dyn Fn(&Interface) -> bool| {
        let mut members = members.iter();
        members.any(|index| fits(&topology.endpoint(*index).interface))
    };
    let in_vpc = |vpc: Option<&Id>| any(&|one| vpc.is_some() && one.vpc.as_ref() == vpc);
    let snapshot = topology.snapshot();
    match subject {
        Subject::Interface(index) => members.contains(index),
        Subject::Instance(id) => any(&|one| one.instance.as_ref() == Some(id)),
        Subject::Group(group) | Subject::Rule { group, .. } => {
            any(&|one| one.groups.contains(group))
        }
        Subject::VSwitch(id) => any(&|one| one.vswitch.as_ref() == Some(id)),
        Subject::Vpc(id) => in_vpc(Some(id)),
        Subject::Database(id) => {
            let database = snapshot.databases.get(id);
            in_vpc(database.and_then(|database| database.vpc.as_ref()))
        }
        Subject::Listener { balancer, .. } => {
            let balancer = snapshot.balancers.get(balancer);
            in_vpc(balancer.and_then(|balancer| balancer.vpc.as_ref()))
        }
        Subject::Forward { gateway, .. } => {
            let gateway = snapshot.nat_gateways.get(gateway);
            in_vpc(gateway.and_then(|gateway| gateway.vpc.as_ref()))
        }
        Subject::FlowLog(id) => {
            let log = snapshot.flow_logs.get(id);
            let resource = log.and_then(|log| log.resource.as_ref());
            resource.is_some_and(|resource| {
                any(&|one| {
                    one.vpc.as_ref() == Some(resource)
                        || one.vswitch.as_ref() == Some(resource)
                        || one.id == *resource
                })
            })
        }
        Subject::Account => true,
    }
}
