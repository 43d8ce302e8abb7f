//! The picture of a cloud network at one time.

use std::borrow::Borrow;
use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::fmt;
use std::sync::Arc;

use yumen_diagnostics::Place;

use crate::canonical::{Canonical, MerkleBuilder};
use crate::{
    AccessList, Connection, ContentAddress, Coverage, Eip, FlowLog, Gap, Id, Instance, Interface,
    Ipv4Gateway, Listing, LoadBalancer, ManagedDatabase, NatGateway, NetworkAcl, PortList,
    PrefixList, RouteTable, SecurityGroup, ServerGroup, Trail, VSwitch, Vpc,
};

/// An immutable picture of the cloud network at one time, with what could not be read.
///
/// Cloning is cheap: a changed copy shares every table and resource that the change does not
/// touch.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// The account, where it is known
    pub account: Option<Id>,
    /// When it was collected, as an ISO 8601 time, where it is known; no part of the address
    pub collected_at: Option<String>,
    /// The regions that it speaks of
    pub regions: BTreeSet<Id>,
    /// VPCs
    pub vpcs: Table<Vpc>,
    /// vSwitches
    pub vswitches: Table<VSwitch>,
    /// Network ACLs
    pub network_acls: Table<NetworkAcl>,
    /// Route tables
    pub route_tables: Table<RouteTable>,
    /// IPv4 gateways
    pub ipv4_gateways: Table<Ipv4Gateway>,
    /// Connections between networks
    pub connections: Table<Connection>,
    /// Instances
    pub instances: Table<Instance>,
    /// Interfaces
    pub interfaces: Table<Interface>,
    /// Security groups
    pub groups: Table<SecurityGroup>,
    /// Prefix lists
    pub prefix_lists: Table<PrefixList>,
    /// Port lists
    pub port_lists: Table<PortList>,
    /// EIPs
    pub eips: Table<Eip>,
    /// NAT gateways
    pub nat_gateways: Table<NatGateway>,
    /// Load balancers
    pub balancers: Table<LoadBalancer>,
    /// Server groups of load balancers
    pub server_groups: Table<ServerGroup>,
    /// Access lists of load balancers
    pub access_lists: Table<AccessList>,
    /// Flow logs
    pub flow_logs: Table<FlowLog>,
    /// Trails of API calls
    pub trails: Table<Trail>,
    /// Managed databases, which are named but not judged
    pub databases: Table<ManagedDatabase>,
    /// How much of each listing was read, per region
    pub coverage: BTreeMap<(Id, Listing), Coverage>,
    /// What could not be read or understood, in the order of their places
    pub gaps: Vec<Gap>,
}

impl Snapshot {
    /// How much of a listing was read in a region; a region never mentioned is out of scope.
    #[must_use]
    pub fn coverage_of(&self, region: &Id, listing: Listing) -> Coverage {
        self.coverage
            .get(&(region.clone(), listing))
            .copied()
            .unwrap_or(Coverage::OutOfScope)
    }

    /// True if a listing should be there in a region and is not, or not all of it.
    #[must_use]
    pub fn is_incomplete(&self, region: &Id, listing: Listing) -> bool {
        self.coverage_of(region, listing) == Coverage::Incomplete
    }

    /// Hash of the canonical bytes of everything in it: resources and what was not read, without
    /// collection time, files and lines.
    #[must_use]
    pub fn content_address(&self) -> ContentAddress {
        let mut tree = MerkleBuilder::new();
        tree.leaf("account", &self.account);
        add(&mut tree, "vpc", &self.vpcs);
        add(&mut tree, "vswitch", &self.vswitches);
        add(&mut tree, "network-acl", &self.network_acls);
        add(&mut tree, "route-table", &self.route_tables);
        add(&mut tree, "ipv4-gateway", &self.ipv4_gateways);
        add(&mut tree, "connection", &self.connections);
        add(&mut tree, "instance", &self.instances);
        add(&mut tree, "interface", &self.interfaces);
        add(&mut tree, "group", &self.groups);
        add(&mut tree, "prefix-list", &self.prefix_lists);
        add(&mut tree, "port-list", &self.port_lists);
        add(&mut tree, "eip", &self.eips);
        add(&mut tree, "nat-gateway", &self.nat_gateways);
        add(&mut tree, "balancer", &self.balancers);
        add(&mut tree, "server-group", &self.server_groups);
        add(&mut tree, "access-list", &self.access_lists);
        add(&mut tree, "flow-log", &self.flow_logs);
        add(&mut tree, "trail", &self.trails);
        add(&mut tree, "database", &self.databases);
        for ((region, listing), coverage) in &self.coverage {
            if *coverage != Coverage::Complete {
                let word = match coverage {
                    Coverage::OutOfScope => "out-of-scope",
                    Coverage::Incomplete | Coverage::Complete => "incomplete",
                };
                tree.leaf(word, &(region.clone(), listing.word().to_owned()));
            }
        }
        tree.root()
    }
}

fn add<T: Canonical>(tree: &mut MerkleBuilder, name: &str, table: &Table<T>) {
    table
        .values()
        .for_each(|resource| tree.leaf(name, resource));
}

/// Resources of one kind by id, in the order of ids; cloning shares everything.
pub struct Table<T>(Arc<BTreeMap<Id, Arc<T>>>);

impl<T> Table<T> {
    /// The resource of that id.
    #[must_use]
    pub fn get<Q>(&self, id: &Q) -> Option<&Arc<T>>
    where
        Id: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.0.get(id)
    }

    /// True if there is a resource of that id.
    #[must_use]
    pub fn contains<Q>(&self, id: &Q) -> bool
    where
        Id: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        self.0.contains_key(id)
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// True if there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// All of them, in the order of ids.
    pub fn values(&self) -> impl ExactSizeIterator<Item = &Arc<T>> {
        self.0.values()
    }

    /// All ids with their resources, in the order of ids.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&Id, &Arc<T>)> {
        self.0.iter()
    }

    /// Puts a resource in the place of the one with its id; gives back the one that stood there.
    pub fn insert(&mut self, resource: T) -> Option<Arc<T>>
    where
        T: Resource,
    {
        Arc::make_mut(&mut self.0).insert(resource.id().clone(), Arc::new(resource))
    }

    /// Takes a resource away.
    pub fn remove<Q>(&mut self, id: &Q) -> Option<Arc<T>>
    where
        Id: Borrow<Q>,
        Q: Ord + ?Sized,
    {
        Arc::make_mut(&mut self.0).remove(id)
    }
}

impl<T: Resource> FromIterator<T> for Table<T> {
    fn from_iter<I: IntoIterator<Item = T>>(resources: I) -> Self {
        let entries = resources
            .into_iter()
            .map(|resource| (resource.id().clone(), Arc::new(resource)));
        Self(Arc::new(entries.collect()))
    }
}

impl<T> Clone for Table<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T> Default for Table<T> {
    fn default() -> Self {
        Self(Arc::default())
    }
}

impl<T: fmt::Debug> fmt::Debug for Table<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.0.iter()).finish()
    }
}

/// Something with an id and a place in the input.
pub trait Resource {
    /// Provider's id
    fn id(&self) -> &Id;
    /// Where it stands in the input
    fn place(&self) -> &Place;
}

macro_rules! resources {
    ($($type:ident),* $(,)?) => {
        $(impl Resource for $type {
            fn id(&self) -> &Id {
                &self.id
            }

            fn place(&self) -> &Place {
                &self.place
            }
        })*
    };
}

resources! {
    AccessList, Connection, Eip, FlowLog, Instance, Interface, Ipv4Gateway, LoadBalancer,
    ManagedDatabase, NatGateway, NetworkAcl, PortList, PrefixList, RouteTable, SecurityGroup,
    ServerGroup, Trail, VSwitch, Vpc,
}
