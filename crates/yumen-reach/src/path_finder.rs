//! Finds the ways between the Internet and all interfaces of a topology.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use ipnet::IpNet;
use rustc_hash::{FxHashMap, FxHashSet};
use yumen_cloud::{
    Action, BalancerKind, Direction, Eip, EipBinding, Id, InterfaceKind, Ipv4Gateway, Listener,
    ListenerAccess, Listing, LoadBalancer, NatGateway, NextHopKind, ProtocolMatch, Server,
    ServerTarget, SnatSource, Target,
};
use yumen_packets::{Family, Interval};

use crate::control::Control;
use crate::internet::{family_of, range_of, value_of};
use crate::matching;
use crate::naive::PLATFORM_NETWORKS;
use crate::path::{Entry, Inactive, Outbound, Path, PathKind, Presented, Sources};
use crate::ranges;
use crate::topology::{Endpoint, EndpointIndex, Topology};

/// The provider's own range, from which classic balancers open connections to backends; the
/// platform's own services in it do not.
const CLASSIC_BALANCER_SOURCES: (Ipv4Addr, Ipv4Addr) = (
    Ipv4Addr::new(100, 64, 0, 0),
    Ipv4Addr::new(100, 127, 255, 255),
);

/// What was found for one interface.
#[derive(Debug, Default)]
pub(crate) struct Found {
    pub(crate) paths: Vec<Path>,
    pub(crate) outbound: Vec<Outbound>,
    pub(crate) possible: Vec<Listing>,
}

/// Finds the ways of all interfaces of a topology.
pub(crate) struct PathFinder<'a> {
    topology: &'a Topology,
    eips_of: FxHashMap<EndpointIndex, Vec<(Ipv4Addr, Id)>>,
    eip_at: FxHashMap<IpAddr, &'a Eip>,
    half_read_balancers: Vec<&'a LoadBalancer>,
    gateways_of_vpc: FxHashMap<Id, Vec<&'a NatGateway>>,
    active_ipv4_gateways: FxHashMap<Id, &'a Ipv4Gateway>,
    found: Vec<Found>,
    internet_routes: FxHashMap<(Option<Id>, Option<Id>), Sources>,
}

impl<'a> PathFinder<'a> {
    pub(crate) fn new(topology: &'a Topology) -> Self {
        let snapshot = topology.snapshot();
        let mut gateways_of_vpc: FxHashMap<Id, Vec<&NatGateway>> = FxHashMap::default();
        for gateway in snapshot.nat_gateways.values() {
            if let Some(vpc) = &gateway.vpc {
                gateways_of_vpc
                    .entry(vpc.clone())
                    .or_default()
                    .push(gateway);
            }
        }
        let gateways = snapshot
            .ipv4_gateways
            .values()
            .filter(|gateway| gateway.enabled);
        let active_ipv4_gateways = gateways
            .filter_map(|gateway| Some((gateway.vpc.clone()?, gateway.as_ref())))
            .collect();
        let mut eips_of: FxHashMap<EndpointIndex, Vec<(Ipv4Addr, Id)>> = FxHashMap::default();
        for eip in snapshot.eips.values() {
            let index = match &eip.binding {
                EipBinding::Instance(id) => topology.find_instance(id.as_str()),
                EipBinding::Interface(id) => topology.find_interface(id.as_str()),
                _ => None,
            };
            if let (Some(index), IpAddr::V4(address)) = (index, eip.address) {
                eips_of
                    .entry(index)
                    .or_default()
                    .push((address, eip.id.clone()));
            }
        }
        let found = topology
            .endpoints()
            .iter()
            .map(|_| Found::default())
            .collect();
        let balancers = snapshot.balancers.values().map(Arc::as_ref);
        Self {
            topology,
            eips_of,
            eip_at: snapshot
                .eips
                .values()
                .map(|eip| (eip.address, eip.as_ref()))
                .collect(),
            half_read_balancers: balancers
                .filter(|one| is_half_read(topology, one))
                .collect(),
            gateways_of_vpc,
            active_ipv4_gateways,
            found,
            internet_routes: FxHashMap::default(),
        }
    }

    pub(crate) fn find(mut self) -> Vec<Found> {
        for index in self.topology.indices() {
            self.add_own_addresses(index);
            self.add_outbound(index);
            self.add_possible(index);
        }
        let snapshot = self.topology.snapshot();
        for gateway in snapshot.nat_gateways.values() {
            self.add_forwards(gateway);
        }
        for balancer in snapshot.balancers.values() {
            self.add_listeners(balancer);
        }
        self.found
    }

    /// Static public addresses, EIPs and IPv6 addresses of the interface itself.
    fn add_own_addresses(&mut self, index: EndpointIndex) {
        let endpoint = self.topology.endpoint(index);
        let mut seen = FxHashSet::default();
        let mut paths = Vec::new();
        for (public, private) in self.public_addresses(index, endpoint) {
            if !seen.insert(public) {
                continue;
            }
            paths.push(self.public_address_path(endpoint, public, private));
        }
        for ipv6 in &endpoint.interface.ipv6 {
            if ipv6.internet == Some(true) {
                let address = IpAddr::from(ipv6.address);
                let internet = self.topology.internet_of(endpoint.interface.vpc.as_ref());
                paths.push(Path {
                    kind: PathKind::Ipv6Bandwidth,
                    family: Family::V6,
                    inactive: None,
                    destination: address,
                    protocol: None,
                    ports: Interval::all(),
                    entry: Entry {
                        address: Some(address),
                        ports: None,
                    },
                    sources: Sources::all(internet.addresses(Family::V6)),
                    presented: Presented::Client,
                    judged_by_groups: true,
                    judged_by_acl: true,
                });
            }
        }
        self.at(index).paths.extend(paths);
    }

    /// Public addresses with the private address that each is bound to, from all records that
    /// speak of the interface.
    fn public_addresses(
        &self,
        index: EndpointIndex,
        endpoint: &Endpoint,
    ) -> Vec<(Ipv4Addr, IpAddr)> {
        let Some(primary) = endpoint
            .interface
            .private
            .first()
            .map(|private| private.address)
        else {
            return Vec::new();
        };
        let snapshot = self.topology.snapshot();
        let mut found = Vec::new();
        for (address, id) in self.eips_of.get(&index).map_or(&[][..], Vec::as_slice) {
            let private = snapshot.eips.get(id).and_then(|eip| eip.private);
            let private = private.filter(|private| endpoint.has_address((*private).into()));
            found.push((*address, private.unwrap_or(primary).into()));
        }
        for private in &endpoint.interface.private {
            found.extend(
                private
                    .public
                    .map(|public| (public, private.address.into())),
            );
        }
        if let Some(instance) = &endpoint.instance
            && endpoint.interface.kind == InterfaceKind::Primary
        {
            let own = instance.public_addresses.iter().chain(&instance.eip);
            found.extend(own.map(|public| (*public, primary.into())));
        }
        found
    }

    fn public_address_path(
        &mut self,
        endpoint: &Endpoint,
        public: Ipv4Addr,
        private: IpAddr,
    ) -> Path {
        let eip = self.eip_at.get(&IpAddr::V4(public)).copied();
        let named_by_interface = endpoint
            .interface
            .private
            .iter()
            .any(|private| private.public == Some(public));
        let inactive = eip.is_some_and(|eip| !eip.in_use) && !named_by_interface;
        let cut_through = eip.is_some_and(|eip| eip.cut_through)
            && endpoint.interface.kind == InterfaceKind::Secondary;
        let interface = &endpoint.interface;
        Path {
            kind: PathKind::PublicAddress {
                address: public,
                eip: eip.map(|eip| eip.id.clone()),
            },
            family: Family::V4,
            inactive: inactive.then_some(Inactive::EipNotInUse),
            destination: private,
            protocol: None,
            ports: Interval::all(),
            entry: Entry {
                address: Some(public.into()),
                ports: None,
            },
            sources: self.internet_routes(interface.vpc.as_ref(), interface.vswitch.as_ref()),
            presented: Presented::Client,
            judged_by_groups: true,
            judged_by_acl: !cut_through,
        }
    }

    /// IPv4 addresses of the Internet that a vSwitch exchanges packets with: all of it, unless
    /// the VPC has an activated IPv4 gateway; then those that its routes send there.
    fn internet_routes(&mut self, vpc: Option<&Id>, vswitch: Option<&Id>) -> Sources {
        let key = (vpc.cloned(), vswitch.cloned());
        if let Some(known) = self.internet_routes.get(&key) {
            return known.clone();
        }
        let all = Sources::all(self.topology.internet_of(vpc).addresses(Family::V4));
        let snapshot = self.topology.snapshot();
        let sources = match vpc.and_then(|vpc| self.active_ipv4_gateways.get(vpc)) {
            Some(gateway) => {
                let kind = NextHopKind::Ipv4Gateway;
                match self.topology.routed_through(vpc, vswitch, Family::V4, kind) {
                    Some(routed) if self.topology.has_unread_routes(vpc, vswitch) => Sources {
                        read: Arc::from(ranges::intersect(&all.read, &routed)),
                        certain: Arc::from([]),
                        unread: vec![Control::Routes(gateway.id.clone())],
                        ..all
                    },
                    Some(routed) => Sources::all(&ranges::intersect(&all.read, &routed)),
                    None => Sources {
                        certain: Arc::from([]),
                        unread: vec![Control::Routes(gateway.id.clone())],
                        ..all
                    },
                }
            }
            None => match vpc.and_then(|vpc| snapshot.vpcs.get(vpc)) {
                Some(vpc) if snapshot.is_incomplete(&vpc.region, Listing::Ipv4Gateways) => {
                    Sources {
                        certain: Arc::from([]),
                        unread: vec![Control::Listing(vpc.region.clone(), Listing::Ipv4Gateways)],
                        ..all
                    }
                }
                _ => all,
            },
        };
        self.internet_routes.insert(key, sources.clone());
        sources
    }

    /// DNAT entries of a gateway that faces the Internet.
    fn add_forwards(&mut self, gateway: &NatGateway) {
        if !gateway.internet {
            return;
        }
        for entry in &gateway.forwards {
            let target = self
                .topology
                .find_address_in(gateway.vpc.as_ref(), entry.internal.into());
            let Some(index) = target else { continue };
            let external = IpAddr::V4(entry.external);
            let eip = self.eip_at.get(&external);
            let bound = eip.is_none_or(|eip| {
                eip.in_use && eip.binding == EipBinding::NatGateway(gateway.id.clone())
            });
            let inactive = match (gateway.available && entry.available, bound) {
                (false, _) => Some(Inactive::ForwardNotAvailable),
                (true, false) => Some(Inactive::EipNotInUse),
                (true, true) => None,
            };
            let path = Path {
                kind: PathKind::Forward {
                    gateway: gateway.id.clone(),
                    entry: entry.id.clone(),
                    place: entry.place.clone(),
                },
                family: Family::V4,
                inactive,
                destination: entry.internal.into(),
                protocol: match entry.protocol {
                    ProtocolMatch::All => None,
                    ProtocolMatch::Number(number) => Some(number),
                },
                ports: entry.internal_ports.unwrap_or_else(Interval::all),
                entry: Entry {
                    address: Some(external),
                    ports: entry.external_ports,
                },
                sources: self.internet_routes(gateway.vpc.as_ref(), gateway.vswitch.as_ref()),
                presented: Presented::Client,
                judged_by_groups: true,
                judged_by_acl: true,
            };
            self.at(index).paths.push(path);
        }
    }

    /// Listeners of a balancer that faces the Internet, itself or through an EIP.
    fn add_listeners(&mut self, balancer: &LoadBalancer) {
        let snapshot = self.topology.snapshot();
        let eips: Vec<IpAddr> = snapshot
            .eips
            .values()
            .filter(|eip| {
                eip.in_use && eip.binding == EipBinding::LoadBalancer(balancer.id.clone())
            })
            .map(|eip| eip.address)
            .collect();
        if !balancer.internet && eips.is_empty() {
            return;
        }
        // A balancer's private addresses are no entry for the Internet.
        let public = self.topology.internet_of(balancer.vpc.as_ref());
        let own = balancer
            .addresses
            .iter()
            .filter(|address| balancer.internet && public.contains(**address))
            .copied();
        let mut entries: Vec<IpAddr> = own.chain(eips).collect();
        entries.sort();
        entries.dedup();
        let families: Vec<(Family, Option<IpAddr>)> = if entries.is_empty() {
            vec![(Family::V4, None)]
        } else {
            let first_of = |family| entries.iter().find(|entry| family_of(**entry) == family);
            [Family::V4, Family::V6]
                .into_iter()
                .filter_map(|family| Some((family, Some(*first_of(family)?))))
                .collect()
        };
        for listener in &balancer.listeners {
            for (family, address) in &families {
                let sources = self.listener_sources(balancer, listener, *family);
                for (index, destination, server) in self.backends(balancer, listener) {
                    let preserves = server.1;
                    let path = listener_path(
                        self.topology,
                        ListenerLeg {
                            balancer,
                            listener,
                            family: *family,
                            address: *address,
                        },
                        destination,
                        &server.0,
                        preserves,
                        sources.clone(),
                    );
                    self.at(index).paths.push(path);
                }
            }
        }
    }

    /// Interfaces behind a listener, with the address and server that each is, and whether it
    /// sees the client's address.
    fn backends(
        &self,
        balancer: &LoadBalancer,
        listener: &Listener,
    ) -> Vec<(EndpointIndex, IpAddr, (Server, Option<bool>))> {
        let snapshot = self.topology.snapshot();
        let mut backends = Vec::new();
        for target in &listener.targets {
            let (servers, vpc, preserves): (Vec<Server>, _, _) = match target {
                Target::OwnServers(port) => {
                    let servers = balancer.servers.iter();
                    let at_port = servers.map(|server| Server {
                        port: *port,
                        ..server.clone()
                    });
                    (at_port.collect(), balancer.vpc.as_ref(), None)
                }
                Target::ServerGroup(id) => match snapshot.server_groups.get(id) {
                    Some(group) => {
                        let vpc = group.vpc.as_ref().or(balancer.vpc.as_ref());
                        (group.servers.clone(), vpc, group.preserves_client_address)
                    }
                    None => continue,
                },
            };
            for server in servers {
                let index = match &server.target {
                    ServerTarget::Instance(id) => self.topology.find_instance(id.as_str()),
                    ServerTarget::Interface(id) => self.topology.find_interface(id.as_str()),
                    ServerTarget::Address(address) => self.topology.find_address_in(vpc, *address),
                    ServerTarget::Other(_) => None,
                };
                let Some(index) = index else { continue };
                let destination = match server.target {
                    ServerTarget::Address(address) => Some(address),
                    _ => self.topology.endpoint(index).primary_address(),
                };
                if let Some(destination) = destination {
                    backends.push((index, destination, (server, preserves)));
                }
            }
        }
        backends
    }

    /// Internet addresses that may connect to a listener: its access lists, then the balancer's
    /// own groups, whose ports are open until a drop rule closes them.
    fn listener_sources(
        &self,
        balancer: &LoadBalancer,
        listener: &Listener,
        family: Family,
    ) -> Sources {
        let snapshot = self.topology.snapshot();
        let internet = self
            .topology
            .internet_of(balancer.vpc.as_ref())
            .addresses(family);
        let mut unread = Vec::new();
        let mut listed = |lists: &[Id]| {
            let mut ranges = Vec::new();
            for id in lists {
                match snapshot.access_lists.get(id) {
                    Some(list) => {
                        let entries = list
                            .entries
                            .iter()
                            .filter(|net| family_of(net.addr()) == family);
                        ranges.extend(entries.map(range_of));
                        if list.unread {
                            unread.push(Control::AccessList(id.clone()));
                        }
                    }
                    None => unread.push(Control::AccessList(id.clone())),
                }
            }
            ranges::normalise(ranges)
        };
        let nothing: &[Interval<u128>] = &[];
        let (read, mut possible, mut certain) = match &listener.access {
            ListenerAccess::Everyone => (internet.to_vec(), internet.to_vec(), internet.to_vec()),
            ListenerAccess::Only(lists) => {
                let allowed = ranges::intersect(internet, &listed(lists));
                let possible = if unread.is_empty() {
                    allowed.clone()
                } else {
                    internet.to_vec()
                };
                (allowed.clone(), possible, allowed)
            }
            ListenerAccess::AllBut(lists) => {
                let allowed = ranges::subtract(internet, &listed(lists));
                let certain = if unread.is_empty() {
                    &allowed[..]
                } else {
                    nothing
                };
                (allowed.clone(), allowed.clone(), certain.to_vec())
            }
        };
        if listener.access_unread {
            unread.push(Control::Listener(listener.id.clone()));
            possible = internet.to_vec();
            certain.clear();
        }
        let mut dropped = Vec::new();
        for id in &balancer.groups {
            match self.topology.group(id) {
                Some(group) if !group.is_unread(Direction::Ingress) => {
                    dropped.extend(self.dropped_by_group(balancer, listener, family, id));
                }
                _ => {
                    unread.push(Control::GroupRules(id.clone()));
                    certain.clear();
                }
            }
        }
        let dropped = ranges::normalise(dropped);
        let less = |ranges: &[Interval<u128>]| Arc::from(ranges::subtract(ranges, &dropped));
        Sources {
            read: less(&read),
            possible: less(&possible),
            certain: less(&certain),
            unread,
        }
    }

    /// Client addresses that a balancer's group drops at every port of a listener: first match,
    /// and what no rule matches passes.
    fn dropped_by_group(
        &self,
        balancer: &LoadBalancer,
        listener: &Listener,
        family: Family,
        group: &Id,
    ) -> Vec<Interval<u128>> {
        let Some(group) = self.topology.group(group) else {
            return Vec::new();
        };
        let mut rules: Vec<_> = group.rules_of(Direction::Ingress).collect();
        rules.sort_by_key(|rule| (rule.priority, rule.action != Action::Drop));
        let protocol = listener.protocol.transport();
        let (mut decided, mut dropped) = (Vec::new(), Vec::new());
        for rule in rules {
            let boxes = matching::rule_boxes(self.topology, balancer.vpc.as_ref(), rule);
            let boxes = if rule.action == Action::Drop {
                &boxes.read
            } else {
                &boxes.possible
            };
            for part in boxes.iter().filter(|part| part.family == family) {
                let ports = &part.destination_port;
                let applies = match rule.action {
                    Action::Drop => ports.covers(listener.ports),
                    Action::Accept => ports.intersect(listener.ports).is_some(),
                };
                if applies && part.protocol.contains(protocol) {
                    let fresh = ranges::subtract(&[part.source], &decided);
                    if rule.action == Action::Drop {
                        dropped.extend(fresh.iter().copied());
                    }
                    decided.extend(fresh);
                    decided = ranges::normalise(decided);
                }
            }
        }
        dropped
    }

    fn add_outbound(&mut self, index: EndpointIndex) {
        let endpoint = self.topology.endpoint(index);
        let interface = &endpoint.interface;
        let mut outbound = Vec::new();
        for path in &self.at(index).paths {
            match &path.kind {
                PathKind::PublicAddress { eip, .. } if path.inactive.is_none() => {
                    outbound.push(Outbound {
                        family: Family::V4,
                        by: eip.clone(),
                        destinations: Arc::clone(&path.sources.read),
                    });
                }
                PathKind::Ipv6Bandwidth => outbound.push(Outbound {
                    family: Family::V6,
                    by: None,
                    destinations: Arc::clone(&path.sources.read),
                }),
                _ => {}
            }
        }
        let gateways = interface
            .vpc
            .as_ref()
            .and_then(|vpc| self.gateways_of_vpc.get(vpc))
            .cloned();
        for gateway in gateways.unwrap_or_default() {
            if !gateway.internet || !gateway.available {
                continue;
            }
            let entry = gateway
                .snats
                .iter()
                .find(|entry| entry.available && snat_covers(&entry.source, endpoint));
            let Some(entry) = entry else { continue };
            let routed = self.topology.routed_through(
                interface.vpc.as_ref(),
                interface.vswitch.as_ref(),
                Family::V4,
                NextHopKind::NatGateway,
            );
            let internet = self
                .topology
                .internet_of(interface.vpc.as_ref())
                .addresses(Family::V4);
            let destinations = match routed {
                Some(routed) => ranges::intersect(internet, &routed),
                None => internet.to_vec(),
            };
            if !destinations.is_empty() {
                let by = Some(entry.id.clone());
                outbound.push(Outbound {
                    family: Family::V4,
                    by,
                    destinations: destinations.into(),
                });
            }
        }
        self.at(index).outbound = outbound;
    }

    /// Listings whose unread part may hold a way from the Internet to the interface.
    fn add_possible(&mut self, index: EndpointIndex) {
        let endpoint = self.topology.endpoint(index);
        let interface = &endpoint.interface;
        let snapshot = self.topology.snapshot();
        let incomplete = |listing| snapshot.is_incomplete(&interface.region, listing);
        let mut possible = Vec::new();
        // A static public address may stand in the instance's record alone.
        let lost = interface.instance.is_some() && endpoint.instance.is_none();
        if lost && incomplete(Listing::Instances) {
            possible.push(Listing::Instances);
        }
        if incomplete(Listing::Eips) {
            possible.push(Listing::Eips);
        }
        let gateways = interface
            .vpc
            .as_ref()
            .and_then(|vpc| self.gateways_of_vpc.get(vpc));
        let unread_forwards = gateways.is_some_and(|gateways| {
            gateways
                .iter()
                .any(|gateway| gateway.internet && gateway.forwards_unread)
        });
        if incomplete(Listing::NatGateways) || unread_forwards {
            possible.push(Listing::NatGateways);
        }
        if interface.ipv6.iter().any(|ipv6| ipv6.internet.is_none())
            && snapshot.coverage_of(&interface.region, Listing::Ipv6Addresses)
                != yumen_cloud::Coverage::OutOfScope
        {
            possible.push(Listing::Ipv6Addresses);
        }
        for (kind, listing) in [
            (BalancerKind::Classic, Listing::ClassicBalancers),
            (BalancerKind::Application, Listing::ApplicationBalancers),
            (BalancerKind::Network, Listing::NetworkBalancers),
        ] {
            if incomplete(listing) || self.has_unread_targets(kind, endpoint) {
                possible.push(listing);
            }
        }
        self.at(index).possible = possible;
    }

    /// True if a balancer that could serve the interface has backends that were not read.
    fn has_unread_targets(&self, kind: BalancerKind, endpoint: &Endpoint) -> bool {
        self.half_read_balancers.iter().any(|balancer| {
            let near = match (&balancer.vpc, &endpoint.interface.vpc) {
                (Some(left), Some(right)) => left == right,
                _ => balancer.region == endpoint.interface.region,
            };
            balancer.kind == kind && near
        })
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "one entry was made per endpoint of the topology"
    )]
    fn at(&mut self, index: EndpointIndex) -> &mut Found {
        &mut self.found[index.0 as usize]
    }
}

/// True if listeners or backends of a balancer were not read.
fn is_half_read(topology: &Topology, balancer: &LoadBalancer) -> bool {
    let groups = &topology.snapshot().server_groups;
    let unread_group = |target: &Target| match target {
        Target::ServerGroup(id) => groups.get(id).is_none_or(|group| group.unread),
        Target::OwnServers(_) => balancer.unread,
    };
    let unread_listener =
        |listener: &Listener| listener.targets_unread || listener.targets.iter().any(unread_group);
    balancer.unread || balancer.listeners.iter().any(unread_listener)
}

/// The first leg of a listener's path.
struct ListenerLeg<'a> {
    balancer: &'a LoadBalancer,
    listener: &'a Listener,
    family: Family,
    address: Option<IpAddr>,
}

fn listener_path(
    topology: &Topology,
    leg: ListenerLeg<'_>,
    destination: IpAddr,
    server: &Server,
    preserves_client: Option<bool>,
    sources: Sources,
) -> Path {
    let ListenerLeg {
        balancer,
        listener,
        family,
        address,
    } = leg;
    let passes_client = match balancer.kind {
        BalancerKind::Classic => !listener.protocol.is_proxied(),
        BalancerKind::Application => false,
        BalancerKind::Network => preserves_client.unwrap_or(true),
    };
    let presented = if passes_client && family == family_of(destination) {
        Presented::Client
    } else {
        presented_addresses(topology, balancer, destination)
    };
    let inactive = if !balancer.active {
        Some(Inactive::BalancerInactive)
    } else if !listener.running {
        Some(Inactive::ListenerStopped)
    } else {
        (server.weight == 0).then_some(Inactive::NoWeight)
    };
    Path {
        kind: PathKind::Listener {
            balancer: balancer.id.clone(),
            listener: listener.id.clone(),
            place: listener.place.clone(),
        },
        family,
        inactive,
        destination,
        protocol: Some(listener.protocol.transport()),
        ports: server.port.map_or(listener.ports, Interval::single),
        entry: Entry {
            address,
            ports: Some(listener.ports),
        },
        sources,
        presented,
        judged_by_groups: false,
        judged_by_acl: true,
    }
}

/// Addresses from which a balancer opens connections to a backend; where they were not read, any
/// address of its VPC, as the reading that reports more.
fn presented_addresses(
    topology: &Topology,
    balancer: &LoadBalancer,
    destination: IpAddr,
) -> Presented {
    let family = family_of(destination);
    let known: Vec<_> = balancer
        .local_addresses
        .iter()
        .filter(|address| family_of(**address) == family)
        .map(|address| Interval::single(value_of(*address)))
        .collect();
    if balancer.kind == BalancerKind::Classic {
        let (low, high) = CLASSIC_BALANCER_SOURCES;
        let range = Interval::new(value_of(low.into()), value_of(high.into()));
        let platform = PLATFORM_NETWORKS.iter().filter_map(|(network, length)| {
            let net = IpNet::new((*network).into(), *length).ok()?;
            Some(range_of(&net))
        });
        let platform = ranges::normalise(platform.collect());
        return Presented::Balancer {
            family: Family::V4,
            addresses: ranges::subtract(range.as_slice(), &platform),
        };
    }
    let addresses = if known.is_empty() {
        let vpc = balancer
            .vpc
            .as_ref()
            .and_then(|vpc| topology.snapshot().vpcs.get(vpc));
        let cidrs = vpc.map(|vpc| vpc.cidrs.as_slice()).unwrap_or_default();
        cidrs
            .iter()
            .filter(|net| family_of(net.addr()) == family)
            .map(range_of)
            .collect()
    } else {
        known
    };
    Presented::Balancer {
        family,
        addresses: ranges::normalise(addresses),
    }
}

fn snat_covers(source: &SnatSource, endpoint: &Endpoint) -> bool {
    match source {
        SnatSource::VSwitch(vswitch) => endpoint.interface.vswitch.as_ref() == Some(vswitch),
        SnatSource::Network(net) => endpoint
            .interface
            .private
            .iter()
            .any(|private| net.contains(&IpAddr::V4(private.address))),
    }
}
