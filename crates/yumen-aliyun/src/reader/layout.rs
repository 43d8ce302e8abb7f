//! The layout of a snapshot directory, and the actions that are read from it.

use yumen_cloud::Listing;

use crate::reader::pages::Shape;

/// An action of the API whose responses are read.
#[derive(Debug)]
pub(crate) struct Action {
    pub(crate) kind: Kind,
    /// Product, as the command line names it
    pub(crate) product: &'static str,
    pub(crate) name: &'static str,
    pub(crate) shape: Shape,
    /// For an action that is asked once per resource, the field that names the resource
    pub(crate) per: Option<&'static str>,
    pub(crate) listing: Listing,
}

/// What the items of an action are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Kind {
    Instances,
    Interfaces,
    Groups,
    GroupRules,
    PrefixLists,
    PrefixEntries,
    PortLists,
    PortEntries,
    Vpcs,
    VSwitches,
    Eips,
    NatGateways,
    Forwards,
    Snats,
    NetworkAcls,
    NetworkAclAttributes,
    RouteTables,
    Routes,
    FlowLogs,
    LogStores,
    Trails,
    TrailStatus,
    Ipv6Addresses,
    Ipv4Gateways,
    Ipv4GatewayAttributes,
    RouterInterfaces,
    VpnConnections,
    VpnGateways,
    Peerings,
    ClassicBalancers,
    ClassicAttributes,
    ClassicListeners,
    ClassicListenerAttributes,
    ClassicServerGroups,
    ClassicServers,
    ClassicAcls,
    ClassicAclEntries,
    ModernBalancers,
    ModernAttributes,
    ModernListeners,
    ModernListenerAttributes,
    ModernServerGroups,
    ModernServers,
    ModernAcls,
    ModernAclEntries,
    ForwardingRules,
    Cens,
    CenChildren,
    TransitAttachments,
    Databases,
    DatabaseEndpoints,
    DatabaseRoles,
    DatabaseWhitelists,
}

/// What a file of the snapshot directory is.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Class<'p> {
    /// `manifest.json`
    Manifest,
    /// Responses of an action
    Responses {
        region: &'p str,
        action: &'static Action,
        /// The resource that the file is named after
        resource: Option<&'p str>,
    },
    /// Of a product or action that is not needed, or no JSON at all
    Unneeded,
    /// JSON that stands where nothing belongs
    Outside,
}

/// The file that says what was collected.
pub(crate) const MANIFEST: &str = "manifest.json";

/// Says what a file is by its path, with `/` between the parts.
pub(crate) fn classify(path: &str) -> Class<'_> {
    let parts: Vec<&str> = path.split('/').collect();
    let Some(stem) = strip_json(path) else {
        return Class::Unneeded;
    };
    if path == MANIFEST {
        return Class::Manifest;
    }
    if parts.iter().any(|part| part.starts_with('.')) {
        return Class::Unneeded;
    }
    let mut parts = stem.split('/');
    let (Some(region), Some(product), Some(name)) = (parts.next(), parts.next(), parts.next())
    else {
        return Class::Outside;
    };
    let product = product_of(product);
    if !ACTIONS.iter().any(|action| action.product == product) {
        return Class::Unneeded;
    }
    let resource = parts.next();
    let found = ACTIONS
        .iter()
        .find(|action| action.product == product && action.name.eq_ignore_ascii_case(name));
    match found {
        None => Class::Unneeded,
        Some(action) if parts.next().is_none() && (resource.is_none() || action.per.is_some()) => {
            Class::Responses {
                region,
                action,
                resource,
            }
        }
        Some(_) => Class::Outside,
    }
}

/// The path where the responses of an action belong, in a region and for a resource.
pub(crate) fn path_of(region: &str, action: &Action, resource: Option<&str>) -> String {
    let (product, name) = (action.product, action.name);
    match resource {
        None => format!("{region}/{product}/{name}.json"),
        Some(resource) => format!("{region}/{product}/{name}/{resource}.json"),
    }
}

/// The action of a kind; of several products, the one named.
pub(crate) fn action_of(kind: Kind, product: &str) -> Option<&'static Action> {
    ACTIONS
        .iter()
        .find(|action| action.kind == kind && action.product == product)
}

/// A product's name as it is written here.
fn product_of(directory: &str) -> String {
    directory.to_ascii_lowercase().replace('_', "-")
}

fn strip_json(path: &str) -> Option<&str> {
    let (stem, extension) = path.split_at_checked(path.len().checked_sub(".json".len())?)?;
    extension.eq_ignore_ascii_case(".json").then_some(stem)
}

const fn listed(
    kind: Kind,
    (product, name): (&'static str, &'static str),
    (outer, inner): (&'static str, &'static str),
    listing: Listing,
) -> Action {
    Action {
        kind,
        product,
        name,
        shape: Shape::List(outer, inner),
        per: None,
        listing,
    }
}

const fn per(
    kind: Kind,
    (product, name): (&'static str, &'static str),
    shape: Shape,
    field: &'static str,
    listing: Listing,
) -> Action {
    Action {
        kind,
        product,
        name,
        shape,
        per: Some(field),
        listing,
    }
}

const fn list(outer: &'static str, inner: &'static str) -> Shape {
    Shape::List(outer, inner)
}

/// Every action that is read.
#[rustfmt::skip]
pub(crate) static ACTIONS: &[Action] = &[
    listed(Kind::Instances, ("ecs", "DescribeInstances"), ("Instances", "Instance"), Listing::Instances),
    listed(Kind::Interfaces, ("ecs", "DescribeNetworkInterfaces"), ("NetworkInterfaceSets", "NetworkInterfaceSet"), Listing::Interfaces),
    listed(Kind::Groups, ("ecs", "DescribeSecurityGroups"), ("SecurityGroups", "SecurityGroup"), Listing::Groups),
    per(Kind::GroupRules, ("ecs", "DescribeSecurityGroupAttribute"), list("Permissions", "Permission"), "SecurityGroupId", Listing::Groups),
    listed(Kind::PrefixLists, ("ecs", "DescribePrefixLists"), ("PrefixLists", "PrefixList"), Listing::PrefixLists),
    per(Kind::PrefixEntries, ("ecs", "DescribePrefixListAttributes"), list("Entries", "Entry"), "PrefixListId", Listing::PrefixLists),
    listed(Kind::PortLists, ("ecs", "DescribePortRangeLists"), ("PortRangeLists", ""), Listing::PortLists),
    per(Kind::PortEntries, ("ecs", "DescribePortRangeListEntries"), list("Entries", ""), "PortRangeListId", Listing::PortLists),
    listed(Kind::Vpcs, ("vpc", "DescribeVpcs"), ("Vpcs", "Vpc"), Listing::Vpcs),
    listed(Kind::VSwitches, ("vpc", "DescribeVSwitches"), ("VSwitches", "VSwitch"), Listing::VSwitches),
    listed(Kind::Eips, ("vpc", "DescribeEipAddresses"), ("EipAddresses", "EipAddress"), Listing::Eips),
    listed(Kind::NatGateways, ("vpc", "DescribeNatGateways"), ("NatGateways", "NatGateway"), Listing::NatGateways),
    per(Kind::Forwards, ("vpc", "DescribeForwardTableEntries"), list("ForwardTableEntries", "ForwardTableEntry"), "ForwardTableId", Listing::NatGateways),
    per(Kind::Snats, ("vpc", "DescribeSnatTableEntries"), list("SnatTableEntries", "SnatTableEntry"), "SnatTableId", Listing::NatGateways),
    listed(Kind::NetworkAcls, ("vpc", "DescribeNetworkAcls"), ("NetworkAcls", "NetworkAcl"), Listing::NetworkAcls),
    per(Kind::NetworkAclAttributes, ("vpc", "DescribeNetworkAclAttributes"), list("NetworkAclAttribute", "NetworkAclAttribute"), "NetworkAclId", Listing::NetworkAcls),
    listed(Kind::RouteTables, ("vpc", "DescribeRouteTableList"), ("RouterTableList", "RouterTableListType"), Listing::RouteTables),
    per(Kind::Routes, ("vpc", "DescribeRouteEntryList"), list("RouteEntrys", "RouteEntry"), "RouteTableId", Listing::RouteTables),
    listed(Kind::FlowLogs, ("vpc", "DescribeFlowLogs"), ("FlowLogs", "FlowLog"), Listing::FlowLogs),
    per(Kind::LogStores, ("sls", "GetLogStore"), Shape::Whole, "logstoreName", Listing::FlowLogs),
    listed(Kind::Trails, ("actiontrail", "DescribeTrails"), ("TrailList", ""), Listing::Trails),
    per(Kind::TrailStatus, ("actiontrail", "GetTrailStatus"), Shape::Whole, "Name", Listing::Trails),
    listed(Kind::Ipv6Addresses, ("vpc", "DescribeIpv6Addresses"), ("Ipv6Addresses", "Ipv6Address"), Listing::Ipv6Addresses),
    listed(Kind::Ipv4Gateways, ("vpc", "ListIpv4Gateways"), ("Ipv4GatewayModels", ""), Listing::Ipv4Gateways),
    per(Kind::Ipv4GatewayAttributes, ("vpc", "GetIpv4GatewayAttribute"), Shape::Whole, "Ipv4GatewayId", Listing::Ipv4Gateways),
    listed(Kind::RouterInterfaces, ("vpc", "DescribeRouterInterfaces"), ("RouterInterfaceSet", "RouterInterfaceType"), Listing::RouterInterfaces),
    listed(Kind::VpnConnections, ("vpc", "DescribeVpnConnections"), ("VpnConnections", "VpnConnection"), Listing::Vpns),
    listed(Kind::VpnGateways, ("vpc", "DescribeVpnGateways"), ("VpnGateways", "VpnGateway"), Listing::Vpns),
    listed(Kind::Peerings, ("vpcpeer", "ListVpcPeerConnections"), ("VpcPeerConnects", ""), Listing::Peerings),
    listed(Kind::ClassicBalancers, ("slb", "DescribeLoadBalancers"), ("LoadBalancers", "LoadBalancer"), Listing::ClassicBalancers),
    per(Kind::ClassicAttributes, ("slb", "DescribeLoadBalancerAttribute"), Shape::Whole, "LoadBalancerId", Listing::ClassicBalancers),
    listed(Kind::ClassicListeners, ("slb", "DescribeLoadBalancerListeners"), ("Listeners", ""), Listing::ClassicBalancers),
    per(Kind::ClassicListenerAttributes, ("slb", "DescribeLoadBalancerTCPListenerAttribute"), Shape::Whole, "LoadBalancerId", Listing::ClassicBalancers),
    per(Kind::ClassicListenerAttributes, ("slb", "DescribeLoadBalancerUDPListenerAttribute"), Shape::Whole, "LoadBalancerId", Listing::ClassicBalancers),
    per(Kind::ClassicListenerAttributes, ("slb", "DescribeLoadBalancerHTTPListenerAttribute"), Shape::Whole, "LoadBalancerId", Listing::ClassicBalancers),
    per(Kind::ClassicListenerAttributes, ("slb", "DescribeLoadBalancerHTTPSListenerAttribute"), Shape::Whole, "LoadBalancerId", Listing::ClassicBalancers),
    per(Kind::ClassicServerGroups, ("slb", "DescribeVServerGroups"), list("VServerGroups", "VServerGroup"), "LoadBalancerId", Listing::ClassicBalancers),
    per(Kind::ClassicServers, ("slb", "DescribeVServerGroupAttribute"), list("BackendServers", "BackendServer"), "VServerGroupId", Listing::ClassicBalancers),
    per(Kind::ClassicServerGroups, ("slb", "DescribeMasterSlaveServerGroups"), list("MasterSlaveServerGroups", "MasterSlaveServerGroup"), "LoadBalancerId", Listing::ClassicBalancers),
    per(Kind::ClassicServers, ("slb", "DescribeMasterSlaveServerGroupAttribute"), list("MasterSlaveBackendServers", "MasterSlaveBackendServer"), "MasterSlaveServerGroupId", Listing::ClassicBalancers),
    listed(Kind::ClassicAcls, ("slb", "DescribeAccessControlLists"), ("Acls", "Acl"), Listing::ClassicBalancers),
    per(Kind::ClassicAclEntries, ("slb", "DescribeAccessControlListAttribute"), list("AclEntrys", "AclEntry"), "AclId", Listing::ClassicBalancers),
    listed(Kind::ModernBalancers, ("alb", "ListLoadBalancers"), ("LoadBalancers", ""), Listing::ApplicationBalancers),
    per(Kind::ModernAttributes, ("alb", "GetLoadBalancerAttribute"), Shape::Whole, "LoadBalancerId", Listing::ApplicationBalancers),
    listed(Kind::ModernListeners, ("alb", "ListListeners"), ("Listeners", ""), Listing::ApplicationBalancers),
    per(Kind::ModernListenerAttributes, ("alb", "GetListenerAttribute"), Shape::Whole, "ListenerId", Listing::ApplicationBalancers),
    listed(Kind::ModernServerGroups, ("alb", "ListServerGroups"), ("ServerGroups", ""), Listing::ApplicationBalancers),
    per(Kind::ModernServers, ("alb", "ListServerGroupServers"), list("Servers", ""), "ServerGroupId", Listing::ApplicationBalancers),
    listed(Kind::ModernAcls, ("alb", "ListAcls"), ("Acls", ""), Listing::ApplicationBalancers),
    per(Kind::ModernAclEntries, ("alb", "ListAclEntries"), list("AclEntries", ""), "AclId", Listing::ApplicationBalancers),
    listed(Kind::ForwardingRules, ("alb", "ListRules"), ("Rules", ""), Listing::ApplicationBalancers),
    listed(Kind::ModernBalancers, ("nlb", "ListLoadBalancers"), ("LoadBalancers", ""), Listing::NetworkBalancers),
    per(Kind::ModernAttributes, ("nlb", "GetLoadBalancerAttribute"), Shape::Whole, "LoadBalancerId", Listing::NetworkBalancers),
    listed(Kind::ModernListeners, ("nlb", "ListListeners"), ("Listeners", ""), Listing::NetworkBalancers),
    per(Kind::ModernListenerAttributes, ("nlb", "GetListenerAttribute"), Shape::Whole, "ListenerId", Listing::NetworkBalancers),
    listed(Kind::ModernServerGroups, ("nlb", "ListServerGroups"), ("ServerGroups", ""), Listing::NetworkBalancers),
    per(Kind::ModernServers, ("nlb", "ListServerGroupServers"), list("Servers", ""), "ServerGroupId", Listing::NetworkBalancers),
    listed(Kind::Cens, ("cbn", "DescribeCens"), ("Cens", "Cen"), Listing::Cens),
    per(Kind::CenChildren, ("cbn", "DescribeCenAttachedChildInstances"), list("ChildInstances", "ChildInstance"), "CenId", Listing::Cens),
    listed(Kind::TransitAttachments, ("cbn", "ListTransitRouterVpcAttachments"), ("TransitRouterAttachments", ""), Listing::Cens),
    listed(Kind::Databases, ("rds", "DescribeDBInstances"), ("Items", "DBInstance"), Listing::Databases),
    per(Kind::DatabaseEndpoints, ("rds", "DescribeDBInstanceNetInfo"), list("DBInstanceNetInfos", "DBInstanceNetInfo"), "DBInstanceId", Listing::Databases),
    per(Kind::DatabaseWhitelists, ("rds", "DescribeDBInstanceIPArrayList"), list("Items", "DBInstanceIPArray"), "DBInstanceId", Listing::Databases),
    listed(Kind::Databases, ("r-kvstore", "DescribeInstances"), ("Instances", "KVStoreInstance"), Listing::Databases),
    per(Kind::DatabaseEndpoints, ("r-kvstore", "DescribeDBInstanceNetInfo"), list("NetInfoItems", "InstanceNetInfo"), "InstanceId", Listing::Databases),
    per(Kind::DatabaseWhitelists, ("r-kvstore", "DescribeSecurityIps"), list("SecurityIpGroups", "SecurityIpGroup"), "InstanceId", Listing::Databases),
    listed(Kind::Databases, ("polardb", "DescribeDBClusters"), ("Items", "DBCluster"), Listing::Databases),
    per(Kind::DatabaseEndpoints, ("polardb", "DescribeDBClusterEndpoints"), list("Items", ""), "DBClusterId", Listing::Databases),
    per(Kind::DatabaseWhitelists, ("polardb", "DescribeDBClusterAccessWhitelist"), list("Items", "DBClusterIPArray"), "DBClusterId", Listing::Databases),
    listed(Kind::Databases, ("dds", "DescribeDBInstances"), ("DBInstances", "DBInstance"), Listing::Databases),
    per(Kind::DatabaseEndpoints, ("dds", "DescribeDBInstanceAttribute"), list("DBInstances", "DBInstance"), "DBInstanceId", Listing::Databases),
    per(Kind::DatabaseRoles, ("dds", "DescribeReplicaSetRole"), list("ReplicaSets", "ReplicaSet"), "DBInstanceId", Listing::Databases),
    per(Kind::DatabaseWhitelists, ("dds", "DescribeSecurityIps"), list("SecurityIpGroups", "SecurityIpGroup"), "DBInstanceId", Listing::Databases),
];
