//! What is read of an account: every action, how its pages are asked for, and what follows from
//! what it lists.

use serde_json::Value;

use crate::client::product::{
    ACTIONTRAIL, ALB, CBN, DDS, ECS, KVSTORE, NLB, POLARDB, Product, RDS, SLB, SLS, VPC, VPC_PEER,
};

/// An action that is read.
#[derive(Debug)]
pub struct Read {
    /// The product
    pub product: &'static Product,
    /// The action's name
    pub action: &'static str,
    /// How its pages are asked for
    pub(super) paging: Paging,
    /// The field that holds the list and the field inside it; empty where there is none
    pub(super) list: (&'static str, &'static str),
    /// The field that names an item
    pub(super) id: &'static str,
    /// What is asked when
    pub(super) asked: Asked,
    /// Parameters that are always given
    pub(super) always: &'static [(&'static str, &'static str)],
    /// True if only what happened before the collection began is asked for
    pub(super) ends: bool,
    /// A field of an item and the value of it for which nothing follows
    pub(super) unless: Option<(&'static str, &'static str)>,
}

/// How pages are asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Paging {
    /// One answer holds everything
    Whole,
    /// `PageNumber`, `PageSize`
    Number(usize),
    /// `NextToken`, and the parameter of the size
    Token(&'static str, usize),
}

/// What is asked when.
#[derive(Clone, Copy, Debug)]
pub(super) enum Asked {
    /// Once in every region
    PerRegion,
    /// Once for all regions
    Once,
    /// For each item that an action lists: its name, and the parameters with the fields of the
    /// item that they are taken from
    After(&'static str, &'static [(&'static str, &'static str)]),
}

const fn read(
    product: &'static Product,
    action: &'static str,
    paging: Paging,
    list: (&'static str, &'static str),
    id: &'static str,
    asked: Asked,
) -> Read {
    Read {
        product,
        action,
        paging,
        list,
        id,
        asked,
        always: &[],
        ends: false,
        unless: None,
    }
}

const fn number(size: usize) -> Paging {
    Paging::Number(size)
}

const fn token(size: usize) -> Paging {
    Paging::Token("MaxResults", size)
}

const REGION: Asked = Asked::PerRegion;
const WHOLE: Paging = Paging::Whole;
const NONE: (&str, &str) = ("", "");

/// Every action that is read, parents before what follows from them.
#[rustfmt::skip]
pub static PLAN: &[Read] = &[
    read(&ECS, "DescribeSecurityGroups", token(100), ("SecurityGroups", "SecurityGroup"), "SecurityGroupId", REGION),
    read(&ECS, "DescribeSecurityGroupAttribute", token(1000), ("Permissions", "Permission"), "SecurityGroupRuleId", Asked::After("DescribeSecurityGroups", &[("SecurityGroupId", "SecurityGroupId")])),
    read(&ECS, "DescribeNetworkInterfaces", token(500), ("NetworkInterfaceSets", "NetworkInterfaceSet"), "NetworkInterfaceId", REGION),
    read(&ECS, "DescribeInstances", token(100), ("Instances", "Instance"), "InstanceId", REGION),
    read(&ECS, "DescribePrefixLists", token(100), ("PrefixLists", "PrefixList"), "PrefixListId", REGION),
    read(&ECS, "DescribePrefixListAttributes", WHOLE, NONE, "", Asked::After("DescribePrefixLists", &[("PrefixListId", "PrefixListId")])),
    read(&ECS, "DescribePortRangeLists", token(100), ("PortRangeLists", ""), "PortRangeListId", REGION),
    read(&ECS, "DescribePortRangeListEntries", WHOLE, NONE, "", Asked::After("DescribePortRangeLists", &[("PortRangeListId", "PortRangeListId")])),
    read(&VPC, "DescribeVpcs", number(50), ("Vpcs", "Vpc"), "VpcId", REGION),
    read(&VPC, "DescribeVSwitches", number(50), ("VSwitches", "VSwitch"), "VSwitchId", REGION),
    read(&VPC, "DescribeNetworkAcls", number(50), ("NetworkAcls", "NetworkAcl"), "NetworkAclId", REGION),
    read(&VPC, "DescribeNetworkAclAttributes", WHOLE, NONE, "", Asked::After("DescribeNetworkAcls", &[("NetworkAclId", "NetworkAclId")])),
    read(&VPC, "DescribeRouteTableList", number(50), ("RouterTableList", "RouterTableListType"), "RouteTableId", REGION),
    read(&VPC, "DescribeRouteEntryList", Paging::Token("MaxResult", 100), ("RouteEntrys", "RouteEntry"), "RouteEntryId", Asked::After("DescribeRouteTableList", &[("RouteTableId", "RouteTableId")])),
    read(&VPC, "DescribeEipAddresses", number(50), ("EipAddresses", "EipAddress"), "AllocationId", REGION),
    read(&VPC, "DescribeNatGateways", number(50), ("NatGateways", "NatGateway"), "NatGatewayId", REGION),
    read(&VPC, "DescribeForwardTableEntries", number(50), ("ForwardTableEntries", "ForwardTableEntry"), "ForwardEntryId", Asked::After("DescribeNatGateways", &[("ForwardTableId", "ForwardTableIds.ForwardTableId")])),
    read(&VPC, "DescribeSnatTableEntries", number(50), ("SnatTableEntries", "SnatTableEntry"), "SnatEntryId", Asked::After("DescribeNatGateways", &[("SnatTableId", "SnatTableIds.SnatTableId")])),
    read(&VPC, "DescribeIpv6Gateways", number(50), ("Ipv6Gateways", "Ipv6Gateway"), "Ipv6GatewayId", REGION),
    read(&VPC, "DescribeIpv6Addresses", number(50), ("Ipv6Addresses", "Ipv6Address"), "Ipv6AddressId", REGION),
    read(&VPC, "ListIpv4Gateways", token(100), ("Ipv4GatewayModels", ""), "Ipv4GatewayId", REGION),
    read(&VPC, "DescribeRouterInterfaces", number(50), ("RouterInterfaceSet", "RouterInterfaceType"), "RouterInterfaceId", REGION),
    read(&VPC, "DescribeVpnGateways", number(50), ("VpnGateways", "VpnGateway"), "VpnGatewayId", REGION),
    read(&VPC, "DescribeVpnConnections", number(50), ("VpnConnections", "VpnConnection"), "VpnConnectionId", REGION),
    read(&VPC, "DescribeFlowLogs", number(50), ("FlowLogs", "FlowLog"), "FlowLogId", REGION),
    read(&SLS, "GetLogStore", WHOLE, NONE, "", Asked::After("DescribeFlowLogs", &[("Project", "ProjectName"), ("LogStoreName", "LogStoreName")])),
    read(&VPC_PEER, "ListVpcPeerConnections", token(100), ("VpcPeerConnects", ""), "InstanceId", REGION),
    read(&SLB, "DescribeLoadBalancers", number(100), ("LoadBalancers", "LoadBalancer"), "LoadBalancerId", REGION),
    read(&SLB, "DescribeLoadBalancerAttribute", WHOLE, NONE, "", Asked::After("slb/DescribeLoadBalancers", &[("LoadBalancerId", "LoadBalancerId")])),
    read(&SLB, "DescribeLoadBalancerListeners", token(100), ("Listeners", ""), "", REGION),
    read(&SLB, "DescribeVServerGroups", WHOLE, ("VServerGroups", "VServerGroup"), "VServerGroupId", Asked::After("slb/DescribeLoadBalancers", &[("LoadBalancerId", "LoadBalancerId")])),
    read(&SLB, "DescribeVServerGroupAttribute", WHOLE, NONE, "", Asked::After("DescribeVServerGroups", &[("VServerGroupId", "VServerGroupId")])),
    read(&SLB, "DescribeMasterSlaveServerGroups", WHOLE, ("MasterSlaveServerGroups", "MasterSlaveServerGroup"), "MasterSlaveServerGroupId", Asked::After("slb/DescribeLoadBalancers", &[("LoadBalancerId", "LoadBalancerId")])),
    read(&SLB, "DescribeMasterSlaveServerGroupAttribute", WHOLE, NONE, "", Asked::After("DescribeMasterSlaveServerGroups", &[("MasterSlaveServerGroupId", "MasterSlaveServerGroupId")])),
    read(&SLB, "DescribeAccessControlLists", number(50), ("Acls", "Acl"), "AclId", REGION),
    read(&SLB, "DescribeAccessControlListAttribute", WHOLE, NONE, "", Asked::After("DescribeAccessControlLists", &[("AclId", "AclId")])),
    read(&ALB, "ListLoadBalancers", token(100), ("LoadBalancers", ""), "LoadBalancerId", REGION),
    read(&ALB, "GetLoadBalancerAttribute", WHOLE, NONE, "", Asked::After("alb/ListLoadBalancers", &[("LoadBalancerId", "LoadBalancerId")])),
    read(&ALB, "ListListeners", token(100), ("Listeners", ""), "ListenerId", REGION),
    read(&ALB, "GetListenerAttribute", WHOLE, NONE, "", Asked::After("alb/ListListeners", &[("ListenerId", "ListenerId")])),
    read(&ALB, "ListServerGroups", token(100), ("ServerGroups", ""), "ServerGroupId", REGION),
    read(&ALB, "ListServerGroupServers", token(100), ("Servers", ""), "", Asked::After("alb/ListServerGroups", &[("ServerGroupId", "ServerGroupId")])),
    read(&ALB, "ListRules", token(100), ("Rules", ""), "RuleId", REGION),
    read(&ALB, "ListAcls", token(100), ("Acls", ""), "AclId", REGION),
    read(&ALB, "ListAclEntries", token(100), ("AclEntries", ""), "Entry", Asked::After("ListAcls", &[("AclId", "AclId")])),
    read(&NLB, "ListLoadBalancers", token(100), ("LoadBalancers", ""), "LoadBalancerId", REGION),
    read(&NLB, "GetLoadBalancerAttribute", WHOLE, NONE, "", Asked::After("nlb/ListLoadBalancers", &[("LoadBalancerId", "LoadBalancerId")])),
    read(&NLB, "ListListeners", token(100), ("Listeners", ""), "ListenerId", REGION),
    read(&NLB, "ListServerGroups", token(100), ("ServerGroups", ""), "ServerGroupId", REGION),
    read(&NLB, "ListServerGroupServers", token(100), ("Servers", ""), "", Asked::After("nlb/ListServerGroups", &[("ServerGroupId", "ServerGroupId")])),
    read(&CBN, "DescribeCens", number(50), ("Cens", "Cen"), "CenId", Asked::Once),
    read(&CBN, "DescribeCenAttachedChildInstances", number(50), ("ChildInstances", "ChildInstance"), "ChildInstanceId", Asked::After("DescribeCens", &[("CenId", "CenId")])),
    read(&CBN, "ListTransitRouterVpcAttachments", token(100), ("TransitRouterAttachments", ""), "TransitRouterAttachmentId", REGION),
    read(&RDS, "DescribeDBInstances", number(100), ("Items", "DBInstance"), "DBInstanceId", REGION),
    read(&RDS, "DescribeDBInstanceNetInfo", WHOLE, NONE, "", Asked::After("rds/DescribeDBInstances", &[("DBInstanceId", "DBInstanceId")])),
    read(&RDS, "DescribeDBInstanceIPArrayList", WHOLE, NONE, "", Asked::After("rds/DescribeDBInstances", &[("DBInstanceId", "DBInstanceId")])),
    read(&KVSTORE, "DescribeInstances", number(50), ("Instances", "KVStoreInstance"), "InstanceId", REGION),
    read(&KVSTORE, "DescribeDBInstanceNetInfo", WHOLE, NONE, "", Asked::After("r-kvstore/DescribeInstances", &[("InstanceId", "InstanceId")])),
    read(&KVSTORE, "DescribeSecurityIps", WHOLE, NONE, "", Asked::After("r-kvstore/DescribeInstances", &[("InstanceId", "InstanceId")])),
    read(&POLARDB, "DescribeDBClusters", number(100), ("Items", "DBCluster"), "DBClusterId", REGION),
    read(&POLARDB, "DescribeDBClusterEndpoints", WHOLE, NONE, "", Asked::After("DescribeDBClusters", &[("DBClusterId", "DBClusterId")])),
    read(&POLARDB, "DescribeDBClusterAccessWhitelist", WHOLE, NONE, "", Asked::After("DescribeDBClusters", &[("DBClusterId", "DBClusterId")])),
    read(&DDS, "DescribeDBInstances", number(100), ("DBInstances", "DBInstance"), "DBInstanceId", REGION),
    read(&DDS, "DescribeDBInstanceAttribute", WHOLE, NONE, "", Asked::After("dds/DescribeDBInstances", &[("DBInstanceId", "DBInstanceId")])),
    read(&DDS, "DescribeReplicaSetRole", WHOLE, NONE, "", Asked::After("dds/DescribeDBInstances", &[("DBInstanceId", "DBInstanceId")])).unless(("DBInstanceType", "sharding")),
    read(&DDS, "DescribeSecurityIps", WHOLE, NONE, "", Asked::After("dds/DescribeDBInstances", &[("DBInstanceId", "DBInstanceId")])),
    read(&ACTIONTRAIL, "DescribeTrails", WHOLE, ("TrailList", ""), "Name", Asked::Once).with(&[("IncludeShadowTrails", "true")]),
    read(&ACTIONTRAIL, "LookupEvents", token(50), ("Events", ""), "eventId", REGION).with(&[("LookupAttribute.1.Key", "EventRW"), ("LookupAttribute.1.Value", "Write")]).until_the_beginning(),
    read(&ACTIONTRAIL, "GetTrailStatus", WHOLE, NONE, "", Asked::After("DescribeTrails", &[("Name", "Name")])),
];

impl Read {
    const fn with(mut self, always: &'static [(&'static str, &'static str)]) -> Self {
        self.always = always;
        self
    }

    const fn until_the_beginning(mut self) -> Self {
        self.ends = true;
        self
    }

    const fn unless(mut self, unless: (&'static str, &'static str)) -> Self {
        self.unless = Some(unless);
        self
    }

    /// Reads that follow from the items of this one.
    pub(super) fn followers(
        &self,
    ) -> impl Iterator<Item = (&'static Read, &'static Fields)> + use<> {
        let (plain, full) = (
            self.action,
            format!("{}/{}", self.product.name, self.action),
        );
        PLAN.iter().filter_map(move |read| match read.asked {
            Asked::After(after, fields) if after == plain || after == full => Some((read, fields)),
            _ => None,
        })
    }

    /// Where its responses belong in a snapshot directory.
    pub(super) fn path(&self, region: &str, resource: Option<&str>) -> String {
        let (product, action) = (self.product.name, self.action);
        match resource {
            None => format!("{region}/{product}/{action}.json"),
            Some(resource) => format!("{region}/{product}/{action}/{resource}.json"),
        }
    }
}

/// Parameters, with the fields of an item that they are taken from.
type Fields = [(&'static str, &'static str)];

/// The values of a field, which may lie inside others (`A.B`) and may be a list.
pub(super) fn values(item: &Value, field: &str) -> Vec<String> {
    let found = field
        .split('.')
        .try_fold(item, |value, part| value.get(part));
    match found {
        Some(Value::String(text)) if !text.is_empty() => vec![text.clone()],
        Some(Value::Array(list)) => list
            .iter()
            .filter_map(Value::as_str)
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
            .collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_follows_follows_from_one_read_before_it() {
        for (position, read) in PLAN.iter().enumerate() {
            let Asked::After(after, _) = read.asked else {
                continue;
            };
            let parents: Vec<usize> = PLAN
                .iter()
                .enumerate()
                .filter(|(_, parent)| {
                    parent
                        .followers()
                        .any(|(found, _)| std::ptr::eq(found, read))
                })
                .map(|(position, _)| position)
                .collect();
            assert_eq!(parents.len(), 1, "{} after {after}", read.action);
            assert!(parents[0] < position);
            assert!(!PLAN[parents[0]].list.0.is_empty(), "{after} lists nothing");
        }
    }

    #[test]
    fn values_lie_inside_and_may_be_lists() {
        let item = serde_json::json!({"A": {"B": ["x", "y"]}, "C": "z", "D": ""});
        assert_eq!(values(&item, "A.B"), ["x", "y"]);
        assert_eq!(values(&item, "C"), ["z"]);
        assert!(values(&item, "D").is_empty() && values(&item, "E.F").is_empty());
    }
}
