//! Filters as packet sets: groups and network ACLs of one VPC, compiled once each.
//!
//! A group's rules become a decision whose leaves are `2·priority + accept`, so that the lowest
//! leaf wins as the provider's order has it: priority first, drop before accept. What several
//! groups say together is the pointwise minimum. LAW (first match is lowest leaf).

use std::sync::Arc;

use rustc_hash::FxHashMap;
use yumen_cloud::{Action, Direction, GroupKind, Id, InnerAccess, Listing, Rule, SecurityGroup};
use yumen_packets::{Decision, Error, Family, Interval, Node, PacketBox, PacketSpace, SetOp};

use crate::internet::{Internet, family_of, range_of};
use crate::matching::{Reading, entry_boxes, rule_boxes};
use crate::naive::{PLATFORM_NETWORKS, is_policy_unread};
use crate::topology::{AclState, EndpointIndex, Topology};

/// Which packets a compilation is about.
#[derive(Clone, Debug)]
pub(crate) enum Scope {
    /// All
    Everything,
    /// Those whose other side is the Internet: rules about other peers are left out early
    Internet(Arc<Internet>),
}

/// Filters of one direction, compiled on demand into one space.
pub(crate) struct Filters<'a> {
    pub(crate) topology: &'a Topology,
    pub(crate) space: PacketSpace,
    direction: Direction,
    scope: Scope,
    groups: FxHashMap<(Id, Reading), Decision>,
    combined: FxHashMap<(Vec<Id>, Reading), Combined>,
    acls: FxHashMap<(Id, Reading), Node>,
    scope_node: Option<Node>,
    /// True if no packet's other side is an interface that was read
    pub(crate) from_outside: bool,
}

/// What all groups of an interface say together.
#[derive(Clone, Copy)]
pub(crate) struct Combined {
    /// The lowest leaf of all rules
    pub(crate) decision: Option<Decision>,
    /// Packets that pass
    pub(crate) passes: Node,
}

impl<'a> Filters<'a> {
    pub(crate) fn new(
        topology: &'a Topology,
        space: PacketSpace,
        direction: Direction,
        scope: Scope,
    ) -> Self {
        Self {
            topology,
            space,
            direction,
            scope,
            groups: FxHashMap::default(),
            combined: FxHashMap::default(),
            acls: FxHashMap::default(),
            scope_node: None,
            from_outside: false,
        }
    }

    /// Forgets everything compiled and turns to another scope.
    pub(crate) fn restart(&mut self, scope: Scope) {
        self.space.reset();
        self.groups.clear();
        self.combined.clear();
        self.acls.clear();
        self.scope_node = None;
        self.scope = scope;
    }

    /// The leaf of a rule.
    pub(crate) fn leaf(rule: &Rule) -> u32 {
        2 * u32::from(rule.priority) + u32::from(rule.action == Action::Accept)
    }

    /// All packets of the scope.
    pub(crate) fn scope_node(&mut self) -> Result<Node, Error> {
        if let Some(node) = self.scope_node {
            return Ok(node);
        }
        let node = match &self.scope {
            Scope::Everything => self.space.full(),
            Scope::Internet(internet) => {
                let mut boxes = Vec::new();
                for family in [Family::V4, Family::V6] {
                    for range in internet.addresses(family) {
                        boxes.push(with_peer(self.direction, family, *range));
                    }
                }
                self.space.union_of(&boxes)?
            }
        };
        self.scope_node = Some(node);
        Ok(node)
    }

    /// What a set of groups says in a reading: within the scope, the packets that pass.
    pub(crate) fn groups(&mut self, groups: &[Id], reading: Reading) -> Result<Combined, Error> {
        let key = (groups.to_vec(), reading);
        if let Some(known) = self.combined.get(&key) {
            return Ok(*known);
        }
        let combined = self.combine_groups(groups, reading)?;
        self.combined.insert(key, combined);
        Ok(combined)
    }

    fn combine_groups(&mut self, groups: &[Id], reading: Reading) -> Result<Combined, Error> {
        let mut decision: Option<Decision> = None;
        let mut kind = None;
        let mut unread = groups.is_empty();
        for id in groups {
            let Some(group) = self.topology.group(id).cloned() else {
                unread = true;
                continue;
            };
            kind = if kind == Some(GroupKind::Basic) {
                kind
            } else {
                Some(group.kind)
            };
            unread |= group.is_unread(self.direction);
            let own = self.group(&group, reading)?;
            decision = Some(match decision {
                None => own,
                Some(decision) => self.space.lowest(decision, own)?,
            });
        }
        let scope = self.scope_node()?;
        if unread && reading != Reading::AsRead {
            let passes = if reading == Reading::Possible {
                scope
            } else {
                self.space.empty()
            };
            return Ok(Combined { decision, passes });
        }
        let default_passes = self.direction == Direction::Egress
            && kind.unwrap_or(GroupKind::Basic) == GroupKind::Basic;
        let passes = match decision {
            None if default_passes => scope,
            None => self.space.empty(),
            Some(decision) if default_passes => {
                let dropped = self.space.packets(decision, &|leaf| leaf % 2 == 0)?;
                self.space.combine(SetOp::Difference, scope, dropped)?
            }
            Some(decision) => {
                let accepted = self.space.packets(decision, &|leaf| leaf % 2 == 1)?;
                self.space.combine(SetOp::Intersection, accepted, scope)?
            }
        };
        Ok(Combined { decision, passes })
    }

    /// True if some group says something else in another reading.
    pub(crate) fn is_uncertain(&self, groups: &[Id]) -> bool {
        groups.is_empty()
            || groups.iter().any(|id| match self.topology.group(id) {
                None => true,
                Some(group) => {
                    group.is_unread(self.direction)
                        || group.rules_of(self.direction).any(|rule| {
                            rule.uncertain
                                || rule_boxes(self.topology, group.vpc.as_ref(), rule)
                                    .is_uncertain()
                        })
                }
            })
    }

    fn group(&mut self, group: &SecurityGroup, reading: Reading) -> Result<Decision, Error> {
        let key = (group.id.clone(), reading);
        if let Some(known) = self.groups.get(&key) {
            return Ok(*known);
        }
        let mut rules: Vec<&Rule> = group.rules_of(self.direction).collect();
        rules.sort_by_key(|rule| Self::leaf(rule));
        let mut boxes = Vec::with_capacity(rules.len());
        for rule in rules {
            if !self.concerns_scope(rule) {
                continue;
            }
            let matched = rule_boxes(self.topology, group.vpc.as_ref(), rule);
            let matched = matched.of(reading, rule.action == Action::Accept);
            boxes.extend(matched.iter().map(|matched| (*matched, Self::leaf(rule))));
        }
        let decision = self.space.first_match(&boxes)?;
        self.groups.insert(key, decision);
        Ok(decision)
    }

    /// False for a rule about a single network outside the scope.
    fn concerns_scope(&self, rule: &Rule) -> bool {
        match (&self.scope, &rule.peer) {
            (Scope::Internet(internet), yumen_cloud::Peer::Network(net)) => {
                let range = range_of(net);
                internet
                    .addresses(family_of(net.addr()))
                    .iter()
                    .any(|own| own.intersect(range).is_some())
            }
            _ => true,
        }
    }

    /// Packets that the network ACL of an interface's vSwitch lets pass, or all where nothing
    /// filters; packets of the own vSwitch and of the platform are exempt.
    pub(crate) fn acl(&mut self, index: EndpointIndex, reading: Reading) -> Result<Node, Error> {
        let endpoint = self.topology.endpoint(index);
        let acl = match &endpoint.acl {
            AclState::Unbound => return Ok(self.space.full()),
            AclState::Unread(_) if reading != Reading::Certain => return Ok(self.space.full()),
            AclState::Unread(_) => None,
            AclState::Bound(acl) => Some(Arc::clone(acl)),
        };
        let vswitch = endpoint
            .interface
            .vswitch
            .clone()
            .unwrap_or_else(|| endpoint.interface.id.clone());
        let key = (vswitch, reading);
        if let Some(known) = self.acls.get(&key) {
            return Ok(*known);
        }
        let passes = match acl {
            None => self.space.empty(),
            Some(acl) if acl.unread && reading == Reading::Certain => self.space.empty(),
            Some(acl) if acl.unread && reading == Reading::Possible => self.space.full(),
            Some(acl) => {
                let entries = match self.direction {
                    Direction::Ingress => &acl.ingress,
                    Direction::Egress => &acl.egress,
                };
                let mut boxes = Vec::new();
                for entry in entries {
                    let accepts = entry.action == Action::Accept;
                    let matched = entry_boxes(self.topology, self.direction, entry);
                    let matched = matched.of(reading, accepts).iter();
                    boxes.extend(matched.map(|matched| (*matched, u32::from(accepts))));
                }
                let decision = self.space.first_match(&boxes)?;
                if acl.unread {
                    let denied = self.space.packets(decision, &|leaf| leaf == 0)?;
                    self.space.complement(denied)?
                } else {
                    self.space.packets(decision, &|leaf| leaf == 1)?
                }
            }
        };
        let exempt = self.exempt_from_acl(index)?;
        let passes = self.space.combine(SetOp::Union, passes, exempt)?;
        self.acls.insert(key, passes);
        Ok(passes)
    }

    /// Incoming packets whose replies the network ACL lets leave, sources as in the packet; `None`
    /// where no ACL filters.
    pub(crate) fn reply_passes(&mut self, index: EndpointIndex) -> Result<Option<Node>, Error> {
        let AclState::Bound(acl) = &self.topology.endpoint(index).acl else {
            return Ok(None);
        };
        let mut boxes = Vec::new();
        for entry in &acl.egress {
            let accepts = u32::from(entry.action == Action::Accept);
            let matched = entry_boxes(self.topology, Direction::Egress, entry);
            boxes.extend(
                matched
                    .read
                    .iter()
                    .map(|matched| (matched.mirrored(), accepts)),
            );
        }
        let decision = self.space.first_match(&boxes)?;
        let passes = if acl.unread {
            let denied = self.space.packets(decision, &|leaf| leaf == 0)?;
            self.space.complement(denied)?
        } else {
            self.space.packets(decision, &|leaf| leaf == 1)?
        };
        let exempt = self.exempt_from_acl(index)?;
        Ok(Some(self.space.combine(SetOp::Union, passes, exempt)?))
    }

    fn exempt_from_acl(&mut self, index: EndpointIndex) -> Result<Node, Error> {
        let endpoint = self.topology.endpoint(index);
        let mut boxes = Vec::new();
        if let Some(vswitch) = self.topology.vswitch(endpoint.interface.vswitch.as_ref()) {
            for net in &vswitch.cidrs {
                boxes.push(with_peer(
                    self.direction,
                    family_of(net.addr()),
                    range_of(net),
                ));
            }
        }
        let strays = self.topology.strays(endpoint.interface.vswitch.as_ref());
        for (family, range) in strays.iter().filter(|_| !self.from_outside) {
            boxes.push(with_peer(self.direction, *family, *range));
        }
        for (network, length) in PLATFORM_NETWORKS {
            if let Ok(net) = ipnet::IpNet::new(network.into(), length) {
                boxes.push(with_peer(self.direction, Family::V4, range_of(&net)));
            }
        }
        self.space.union_of(&boxes)
    }

    /// Packets to or from interfaces that share a group whose inner access is `Accept`: they pass
    /// whatever the rules say.
    pub(crate) fn inner_access(
        &mut self,
        index: EndpointIndex,
        reading: Reading,
    ) -> Result<Node, Error> {
        let interface = Arc::clone(&self.topology.endpoint(index).interface);
        let mut boxes = Vec::new();
        for id in &interface.groups {
            let accepts = match self.topology.group(id) {
                Some(group) => {
                    group.kind == GroupKind::Basic
                        && group.inner_access == InnerAccess::Accept
                        && (reading == Reading::Possible || !is_policy_unread(group))
                }
                None => reading == Reading::Possible,
            };
            if !accepts {
                continue;
            }
            let snapshot = self.topology.snapshot();
            if reading == Reading::Possible
                && snapshot.is_incomplete(&interface.region, Listing::Interfaces)
            {
                let vpc = interface.vpc.as_ref().and_then(|id| snapshot.vpcs.get(id));
                let whole = [Family::V4, Family::V6].map(PacketBox::all);
                match vpc {
                    None => boxes.extend(whole),
                    Some(vpc) => boxes.extend(vpc.cidrs.iter().map(|net| {
                        with_peer(self.direction, family_of(net.addr()), range_of(net))
                    })),
                }
            }
            for other in self.topology.members_of(id) {
                let other = self.topology.endpoint(*other);
                if other.interface.vpc == interface.vpc {
                    let ranges = other.addresses();
                    boxes.extend(
                        ranges.map(|(family, range)| with_peer(self.direction, family, range)),
                    );
                }
            }
        }
        self.space.union_of(&boxes)
    }
}

/// All packets of a family whose other side is in a range.
pub(crate) fn with_peer(direction: Direction, family: Family, peer: Interval<u128>) -> PacketBox {
    let all = PacketBox::all(family);
    match direction {
        Direction::Ingress => PacketBox {
            source: peer,
            ..all
        },
        Direction::Egress => PacketBox {
            destination: peer,
            ..all
        },
    }
}

/// All packets whose own side is one of an interface's addresses.
pub(crate) fn own_side(
    topology: &Topology,
    index: EndpointIndex,
    direction: Direction,
) -> Vec<PacketBox> {
    let opposite = match direction {
        Direction::Ingress => Direction::Egress,
        Direction::Egress => Direction::Ingress,
    };
    let addresses = topology.endpoint(index).addresses();
    addresses
        .map(|(family, range)| with_peer(opposite, family, range))
        .collect()
}

/// All packets to one address.
pub(crate) fn to_address_boxes(address: Option<std::net::IpAddr>) -> Vec<PacketBox> {
    let address = address.map(|address| {
        with_peer(
            Direction::Egress,
            family_of(address),
            Interval::single(crate::internet::value_of(address)),
        )
    });
    address.into_iter().collect()
}
