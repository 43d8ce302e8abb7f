//! A snapshot made ready for questions: who has which address, who is in which group, what
//! filters a vSwitch, where routes lead. Looks things up and decides nothing.

use std::net::IpAddr;
use std::sync::Arc;

use ipnet::IpNet;
use rustc_hash::{FxHashMap, FxHashSet};
use yumen_cloud::{
    Connection, Id, Instance, Interface, InterfaceKind, Listing, NetworkAcl, NextHopKind, Peer,
    RouteTable, SecurityGroup, Snapshot, VSwitch,
};
use yumen_packets::{Family, Interval};

use crate::internet::{Internet, family_of, range_of, value_of};
use crate::path::{Outbound, Path};
use crate::path_finder::PathFinder;
use crate::ranges;

/// Position of an interface in [`Topology::endpoints`]; interfaces stand in the order of ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EndpointIndex(pub(crate) u32);

/// A snapshot with its look-up tables. Cloning is cheap.
#[derive(Clone, Debug)]
pub struct Topology {
    snapshot: Snapshot,
    tables: Arc<Tables>,
}

/// What is derived from everything in a snapshot but the rules of groups.
#[derive(Debug, Default)]
struct Tables {
    endpoints: Vec<Endpoint>,
    by_interface: FxHashMap<Id, EndpointIndex>,
    primary_of_instance: FxHashMap<Id, EndpointIndex>,
    by_address: FxHashMap<IpAddr, Vec<EndpointIndex>>,
    by_prefix: Vec<(IpNet, Vec<EndpointIndex>)>,
    strays: FxHashMap<Id, Vec<(Family, Interval<u128>)>>,
    in_group: FxHashMap<Id, Vec<EndpointIndex>>,
    members: FxHashMap<Id, MemberAddresses>,
    tables_of_vpc: FxHashMap<Id, Vec<Arc<RouteTable>>>,
    connections_of_vpc: FxHashMap<Id, Vec<Arc<Connection>>>,
    internets: FxHashMap<Option<Id>, Arc<Internet>>,
    whole_internet: Arc<Internet>,
}

/// An interface with what stands around it.
#[derive(Debug)]
pub struct Endpoint {
    /// The interface
    pub interface: Arc<Interface>,
    /// The instance that it is attached to, where that was read
    pub instance: Option<Arc<Instance>>,
    /// True if packets can arrive now: attached to a running instance, or kept by a product
    pub active: bool,
    /// What filters the vSwitch that it is plugged into
    pub acl: AclState,
    /// Ways from the Internet to it
    pub paths: Vec<Path>,
    /// Ways from it to the Internet
    pub outbound: Vec<Outbound>,
    /// Listings whose unread part may hold a way from the Internet to it
    pub possible_paths: Vec<Listing>,
}

/// What filters a vSwitch.
#[derive(Clone, Debug)]
pub enum AclState {
    /// Nothing
    Unbound,
    /// A network ACL, perhaps with entries that were not read
    Bound(Arc<NetworkAcl>),
    /// Something may, but it was not read; the id is the ACL's or the vSwitch's
    Unread(Id),
}

/// Private addresses of a group's members.
#[derive(Clone, Debug, Default)]
pub struct MemberAddresses {
    vpc: Option<Id>,
    v4: Vec<Interval<u128>>,
    v6: Vec<Interval<u128>>,
}

impl MemberAddresses {
    /// The VPC of the members: a group belongs to one.
    pub(crate) fn vpc(&self) -> Option<&Id> {
        self.vpc.as_ref()
    }

    /// Those of one family, normalised.
    #[must_use]
    pub fn of(&self, family: Family) -> &[Interval<u128>] {
        match family {
            Family::V4 => &self.v4,
            Family::V6 => &self.v6,
        }
    }
}

/// Where a route leads from a place in the network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RouteAnswer {
    /// To this kind of next hop; the ids are the next hops'
    Through(NextHopKind, Vec<Id>),
    /// Nowhere
    Nowhere,
    /// The routes were not read
    Unread,
}

impl Topology {
    /// Makes a snapshot ready for questions.
    #[must_use]
    pub fn new(snapshot: &Snapshot, internet: &Internet) -> Self {
        let mut tables = Tables {
            whole_internet: Arc::new(internet.clone()),
            ..Tables::default()
        };
        tables.index_networks(snapshot, internet);
        tables.index_interfaces(snapshot);
        tables.index_members(snapshot);
        let mut topology = Self {
            snapshot: snapshot.clone(),
            tables: Arc::new(tables),
        };
        let found = PathFinder::new(&topology).find();
        if let Some(tables) = Arc::get_mut(&mut topology.tables) {
            for (endpoint, found) in tables.endpoints.iter_mut().zip(found) {
                endpoint.paths = found.paths;
                endpoint.outbound = found.outbound;
                endpoint.possible_paths = found.possible;
            }
        }
        topology
    }

    /// The topology after a change of nothing but rules of these groups, without looking at the
    /// rest of the snapshot again; `None` if the change concerns more than rules: a balancer is in
    /// one of the groups, or a rule names a group that no rule named before.
    #[must_use]
    pub fn with_rules_of(&self, snapshot: &Snapshot, groups: &[Id]) -> Option<Self> {
        let on_balancer = snapshot
            .balancers
            .values()
            .any(|balancer| balancer.groups.iter().any(|group| groups.contains(group)));
        let names_other_group =
            groups
                .iter()
                .filter_map(|id| snapshot.groups.get(id))
                .any(|group| {
                    group.rules.iter().any(|rule| match &rule.peer {
                        Peer::Group { group, .. } => !self.tables.members.contains_key(group),
                        _ => false,
                    })
                });
        let tables = Arc::clone(&self.tables);
        (!on_balancer && !names_other_group).then(|| Self {
            snapshot: snapshot.clone(),
            tables,
        })
    }

    /// The snapshot.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// All interfaces, in the order of ids.
    #[must_use]
    pub fn endpoints(&self) -> &[Endpoint] {
        &self.tables.endpoints
    }

    /// All positions, in the order of ids.
    pub fn indices(&self) -> impl Iterator<Item = EndpointIndex> + use<> {
        (0..u32::try_from(self.tables.endpoints.len()).unwrap_or(u32::MAX)).map(EndpointIndex)
    }

    /// An interface by position.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "an index is made by this table and never shrinks"
    )]
    pub fn endpoint(&self, index: EndpointIndex) -> &Endpoint {
        &self.tables.endpoints[index.0 as usize]
    }

    /// The place of an interface in [`Topology::endpoints`], for tables beside it.
    #[must_use]
    pub fn position(&self, index: EndpointIndex) -> usize {
        index.0 as usize
    }

    /// An interface by its id.
    #[must_use]
    pub fn find_interface(&self, id: &str) -> Option<EndpointIndex> {
        self.tables.by_interface.get(id).copied()
    }

    /// The primary interface of an instance.
    #[must_use]
    pub fn find_instance(&self, id: &str) -> Option<EndpointIndex> {
        self.tables.primary_of_instance.get(id).copied()
    }

    /// Interfaces that have a private or IPv6 address, or a prefix that holds it; several where VPCs
    /// overlap.
    #[must_use]
    pub fn find_address(&self, address: IpAddr) -> &[EndpointIndex] {
        let tables = &self.tables;
        let by_prefix = || {
            tables
                .by_prefix
                .iter()
                .find(|(net, _)| net.contains(&address))
        };
        match tables.by_address.get(&address) {
            Some(holders) => holders,
            None => by_prefix().map_or(&[], |(_, holders)| holders),
        }
    }

    /// The interface that has an address in a VPC.
    #[must_use]
    pub fn find_address_in(&self, vpc: Option<&Id>, address: IpAddr) -> Option<EndpointIndex> {
        let mut found = self.find_address(address).iter().copied();
        found.find(|index| self.endpoint(*index).interface.vpc.as_ref() == vpc)
    }

    /// The Internet as it was declared, whatever VPCs use themselves.
    #[must_use]
    pub fn internet(&self) -> &Internet {
        &self.tables.whole_internet
    }

    /// The Internet as a VPC sees it: without the addresses that the VPC uses itself.
    #[must_use]
    pub fn internet_of(&self, vpc: Option<&Id>) -> &Internet {
        self.tables
            .internets
            .get(&vpc.cloned())
            .unwrap_or(&self.tables.whole_internet)
    }

    /// A group that was read.
    #[must_use]
    pub fn group(&self, id: &Id) -> Option<&Arc<SecurityGroup>> {
        self.snapshot.groups.get(id)
    }

    /// Private addresses of a group's members; `None` if no interface is in it.
    #[must_use]
    pub fn members(&self, group: &Id) -> Option<&MemberAddresses> {
        self.tables.members.get(group)
    }

    /// The interfaces in a group.
    #[must_use]
    pub fn members_of(&self, group: &Id) -> &[EndpointIndex] {
        self.tables.in_group.get(group).map_or(&[], Vec::as_slice)
    }

    /// Where packets to an address go from a vSwitch: the longest prefix decides.
    #[must_use]
    pub fn route(&self, vpc: Option<&Id>, vswitch: Option<&Id>, to: IpAddr) -> RouteAnswer {
        let Some(table) = self.route_table(vpc, vswitch) else {
            return RouteAnswer::Unread;
        };
        let best = table
            .routes
            .iter()
            .filter(|route| route.destination.contains(&to))
            .max_by_key(|route| route.destination.prefix_len());
        match best {
            // A longer prefix may not have been read; inside the VPC that would change nothing here.
            Some(route)
                if table.unread
                    && !route.next_hops.iter().any(|hop| {
                        matches!(hop.kind, NextHopKind::Connection | NextHopKind::Local)
                    }) =>
            {
                RouteAnswer::Unread
            }
            Some(route) => {
                let kind = route
                    .next_hops
                    .first()
                    .map_or(NextHopKind::Other, |hop| hop.kind);
                let ids = route
                    .next_hops
                    .iter()
                    .filter_map(|hop| hop.id.clone())
                    .collect();
                RouteAnswer::Through(kind, ids)
            }
            None if table.unread => RouteAnswer::Unread,
            None => RouteAnswer::Nowhere,
        }
    }

    /// Addresses of a family that a vSwitch's routes send through one kind of next hop; `None`
    /// where the routes were not read.
    #[must_use]
    pub fn routed_through(
        &self,
        vpc: Option<&Id>,
        vswitch: Option<&Id>,
        family: Family,
        kind: NextHopKind,
    ) -> Option<Vec<Interval<u128>>> {
        let table = self.route_table(vpc, vswitch)?;
        let mut routes: Vec<_> = table
            .routes
            .iter()
            .filter(|route| family_of(route.destination.addr()) == family)
            .collect();
        routes.sort_by_key(|route| std::cmp::Reverse(route.destination.prefix_len()));
        let (mut claimed, mut through) = (Vec::new(), Vec::new());
        for route in routes {
            let fresh = ranges::subtract(&[range_of(&route.destination)], &claimed);
            if route.next_hops.iter().any(|hop| hop.kind == kind) {
                through.extend(fresh.iter().copied());
            }
            claimed.extend(fresh);
            claimed = ranges::normalise(claimed);
        }
        Some(ranges::normalise(through))
    }

    /// Addresses of interfaces in a vSwitch that are outside of the blocks that were read of it.
    pub(crate) fn strays(&self, vswitch: Option<&Id>) -> &[(Family, Interval<u128>)] {
        let strays = vswitch.and_then(|vswitch| self.tables.strays.get(vswitch));
        strays.map_or(&[], Vec::as_slice)
    }

    /// True if the route table of a vSwitch may have routes that were not read.
    pub(crate) fn has_unread_routes(&self, vpc: Option<&Id>, vswitch: Option<&Id>) -> bool {
        self.route_table(vpc, vswitch)
            .is_none_or(|table| table.unread)
    }

    /// The connections that a VPC is part of.
    #[must_use]
    pub fn connections_of(&self, vpc: &Id) -> &[Arc<Connection>] {
        self.tables
            .connections_of_vpc
            .get(vpc)
            .map_or(&[], Vec::as_slice)
    }

    /// A vSwitch that was read.
    #[must_use]
    pub fn vswitch(&self, id: Option<&Id>) -> Option<&Arc<VSwitch>> {
        self.snapshot.vswitches.get(id?)
    }

    fn route_table(&self, vpc: Option<&Id>, vswitch: Option<&Id>) -> Option<&Arc<RouteTable>> {
        let tables = self.tables.tables_of_vpc.get(vpc?)?;
        let own = self
            .vswitch(vswitch)
            .and_then(|vswitch| vswitch.route_table.as_ref());
        if let Some(own) = own {
            return tables.iter().find(|table| table.id == *own);
        }
        let bound = vswitch.and_then(|vswitch| {
            tables
                .iter()
                .find(|table| table.vswitches.contains(vswitch))
        });
        bound.or_else(|| tables.iter().find(|table| table.system))
    }
}

impl Tables {
    fn index_networks(&mut self, snapshot: &Snapshot, internet: &Internet) {
        for table in snapshot.route_tables.values() {
            if let Some(vpc) = &table.vpc {
                self.tables_of_vpc
                    .entry(vpc.clone())
                    .or_default()
                    .push(Arc::clone(table));
            }
        }
        for connection in snapshot.connections.values() {
            for vpc in &connection.vpcs {
                let connections = self.connections_of_vpc.entry(vpc.clone()).or_default();
                connections.push(Arc::clone(connection));
            }
        }
        let vpcs = snapshot.vpcs.values();
        let mut used: FxHashMap<Option<Id>, Vec<IpNet>> = vpcs
            .map(|vpc| (Some(vpc.id.clone()), vpc.cidrs.clone()))
            .collect();
        for interface in snapshot.interfaces.values() {
            let nets = used.entry(interface.vpc.clone()).or_default();
            for net in own_nets(interface) {
                if !nets.iter().any(|known| known.contains(&net)) {
                    nets.push(net);
                }
            }
        }
        self.internets = used
            .into_iter()
            .map(|(vpc, nets)| {
                let view = internet.less(&nets);
                let same = view == *internet;
                (
                    vpc,
                    if same {
                        Arc::clone(&self.whole_internet)
                    } else {
                        Arc::new(view)
                    },
                )
            })
            .collect();
    }

    fn index_interfaces(&mut self, snapshot: &Snapshot) {
        let mut acls = FxHashMap::default();
        for interface in snapshot.interfaces.values() {
            let index = EndpointIndex(u32::try_from(self.endpoints.len()).unwrap_or(u32::MAX));
            self.by_interface.insert(interface.id.clone(), index);
            if let Some(instance) = &interface.instance
                && (interface.kind == InterfaceKind::Primary
                    || !self.primary_of_instance.contains_key(instance))
            {
                self.primary_of_instance.insert(instance.clone(), index);
            }
            for group in &interface.groups {
                self.in_group.entry(group.clone()).or_default().push(index);
            }
            for private in &interface.private {
                self.by_address
                    .entry(private.address.into())
                    .or_default()
                    .push(index);
            }
            for ipv6 in &interface.ipv6 {
                self.by_address
                    .entry(ipv6.address.into())
                    .or_default()
                    .push(index);
            }
            for prefix in &interface.prefixes {
                let prefix = prefix.trunc();
                match self.by_prefix.iter_mut().find(|(net, _)| *net == prefix) {
                    Some((_, holders)) => holders.push(index),
                    None => self.by_prefix.push((prefix, vec![index])),
                }
            }
            let instance = interface.instance.as_ref();
            let instance = instance.and_then(|id| snapshot.instances.get(id)).cloned();
            let active = match (&instance, &interface.instance) {
                (Some(instance), _) => instance.running,
                (None, Some(_)) => true,
                (None, None) => interface.managed,
            };
            let acl: &AclState = acls
                .entry(interface.vswitch.clone())
                .or_insert_with(|| acl_state(snapshot, interface));
            let acl = acl.clone();
            self.endpoints.push(Endpoint {
                interface: Arc::clone(interface),
                instance,
                active,
                acl,
                paths: Vec::new(),
                outbound: Vec::new(),
                possible_paths: Vec::new(),
            });
            if let Some(id) = &interface.vswitch {
                let cidrs = snapshot
                    .vswitches
                    .get(id)
                    .map(|vswitch| vswitch.cidrs.as_slice());
                let near: Vec<_> = cidrs.unwrap_or_default().iter().map(ranged).collect();
                let far = self
                    .endpoints
                    .last()
                    .into_iter()
                    .flat_map(Endpoint::addresses);
                let far = far.filter(|(family, range)| {
                    !near
                        .iter()
                        .any(|(own, net)| own == family && net.covers(*range))
                });
                let far: Vec<_> = far.collect();
                if !far.is_empty() {
                    self.strays.entry(id.clone()).or_default().extend(far);
                }
            }
        }
    }

    fn index_members(&mut self, snapshot: &Snapshot) {
        let mut referenced = FxHashSet::default();
        for group in snapshot.groups.values() {
            for rule in &group.rules {
                if let Peer::Group { group, .. } = &rule.peer {
                    referenced.insert(group);
                }
            }
        }
        let mut members: FxHashMap<Id, MemberAddresses> = FxHashMap::default();
        for endpoint in &self.endpoints {
            for group in endpoint
                .interface
                .groups
                .iter()
                .filter(|id| referenced.contains(id))
            {
                let addresses = members.entry(group.clone()).or_default();
                addresses.vpc.clone_from(&endpoint.interface.vpc);
                for (family, range) in endpoint.addresses() {
                    match family {
                        Family::V4 => addresses.v4.push(range),
                        Family::V6 => addresses.v6.push(range),
                    }
                }
            }
        }
        let mut ordered: Vec<_> = members.into_iter().collect();
        for (_, addresses) in &mut ordered {
            addresses.v4 = ranges::normalise(std::mem::take(&mut addresses.v4));
            addresses.v6 = ranges::normalise(std::mem::take(&mut addresses.v6));
        }
        self.members = ordered.into_iter().collect();
    }
}

impl Endpoint {
    /// The addresses that packets reach it at inside the cloud: private addresses, IPv6
    /// addresses, assigned prefixes.
    pub fn addresses(&self) -> impl Iterator<Item = (Family, Interval<u128>)> {
        let private = self.interface.private.iter().map(|private| {
            (
                Family::V4,
                Interval::single(value_of(private.address.into())),
            )
        });
        let ipv6 = self
            .interface
            .ipv6
            .iter()
            .map(|ipv6| (Family::V6, Interval::single(value_of(ipv6.address.into()))));
        let prefixes = self
            .interface
            .prefixes
            .iter()
            .map(|net: &IpNet| (family_of(net.addr()), range_of(net)));
        private.chain(ipv6).chain(prefixes)
    }

    /// True if an EIP that was not read could be bound to it in cut-through mode, in which no
    /// network ACL filters a secondary interface.
    pub(crate) fn may_be_cut_through(&self, family: Family) -> bool {
        family == Family::V4
            && self.interface.kind == InterfaceKind::Secondary
            && self.possible_paths.contains(&Listing::Eips)
    }

    /// Its primary private address, else its first IPv6 address.
    #[must_use]
    pub fn primary_address(&self) -> Option<IpAddr> {
        let private = self
            .interface
            .private
            .first()
            .map(|private| private.address.into());
        private.or_else(|| self.interface.ipv6.first().map(|ipv6| ipv6.address.into()))
    }

    /// True if the address is one of its own.
    #[must_use]
    pub fn has_address(&self, address: IpAddr) -> bool {
        let (family, value) = (family_of(address), value_of(address));
        self.addresses()
            .any(|(own, range)| own == family && range.contains(value))
    }
}

fn acl_state(snapshot: &Snapshot, interface: &Interface) -> AclState {
    let Some(id) = &interface.vswitch else {
        return AclState::Unread(interface.id.clone());
    };
    let bound = match snapshot.vswitches.get(id) {
        Some(vswitch) => vswitch.acl.clone(),
        // Which addresses are near, and so exempt, is not known without the vSwitch.
        None => {
            let mut acls = snapshot.network_acls.values();
            return match acls.find(|acl| acl.vswitches.contains(id)) {
                Some(acl) => AclState::Bound(Arc::new(NetworkAcl {
                    unread: true,
                    ..NetworkAcl::clone(acl)
                })),
                None => AclState::Unread(id.clone()),
            };
        }
    };
    match bound {
        None => AclState::Unbound,
        Some(acl) => match snapshot.network_acls.get(&acl) {
            Some(acl) => AclState::Bound(Arc::clone(acl)),
            None => AclState::Unread(acl),
        },
    }
}

fn ranged(net: &IpNet) -> (Family, Interval<u128>) {
    (family_of(net.addr()), range_of(net))
}

/// The addresses and prefixes of an interface.
fn own_nets(interface: &Interface) -> impl Iterator<Item = IpNet> {
    let private = interface
        .private
        .iter()
        .map(|private| IpAddr::from(private.address).into());
    let ipv6 = interface
        .ipv6
        .iter()
        .map(|ipv6| IpAddr::from(ipv6.address).into());
    private
        .chain(ipv6)
        .chain(interface.prefixes.iter().copied())
}
