//! The list actions: how each names its items, counts its pages and how long a page may be.

use crate::identifier::{next_token, request_id};
use serde_json::{Map, Value, json};

/// How an action counts its pages.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Counters {
    /// `PageNumber`, `PageSize`, `TotalCount` as numbers.
    Numbers,
    /// The same as texts.
    Texts,
    /// Numbers and an empty `NextToken` beside them.
    NumbersAndToken,
    /// `NextToken` alone, empty on the last page.
    Token,
    /// `MaxResults` and `TotalCount`, `NextToken` absent on the last page.
    MaxResults,
    /// `NextToken` (empty on the last page) and `TotalCount` as text.
    TokenAndText,
    /// `NextToken` alone, absent on the last page.
    BareToken,
    /// Managed databases: `PageRecordCount`, `TotalRecordCount`.
    Records,
    /// No counter: the list is whole.
    Whole,
}

/// One list action.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Listing {
    /// Product and action, as in the file's path.
    pub(crate) path: &'static str,
    /// The field that holds the list.
    pub(crate) outer: &'static str,
    /// The field inside it, or empty where the list is a plain array.
    pub(crate) inner: &'static str,
    /// How pages are counted.
    pub(crate) counters: Counters,
    /// The vendor's largest page.
    pub(crate) limit: usize,
}

const fn listing(
    path: &'static str,
    outer: &'static str,
    inner: &'static str,
    counters: Counters,
    limit: usize,
) -> Listing {
    Listing {
        path,
        outer,
        inner,
        counters,
        limit,
    }
}

/// Every action that is asked once per region.
pub(crate) const PER_REGION: &[Listing] = &[
    listing(
        "actiontrail/DescribeTrails",
        "TrailList",
        "",
        Counters::Whole,
        usize::MAX,
    ),
    listing("alb/ListAcls", "Acls", "", Counters::MaxResults, 100),
    listing(
        "alb/ListListeners",
        "Listeners",
        "",
        Counters::MaxResults,
        100,
    ),
    listing(
        "alb/ListLoadBalancers",
        "LoadBalancers",
        "",
        Counters::MaxResults,
        100,
    ),
    listing("alb/ListRules", "Rules", "", Counters::MaxResults, 100),
    listing(
        "alb/ListServerGroups",
        "ServerGroups",
        "",
        Counters::MaxResults,
        100,
    ),
    listing("cbn/DescribeCens", "Cens", "Cen", Counters::Numbers, 50),
    listing(
        "cbn/ListTransitRouterVpcAttachments",
        "TransitRouterAttachments",
        "",
        Counters::MaxResults,
        100,
    ),
    listing(
        "dds/DescribeDBInstances",
        "DBInstances",
        "DBInstance",
        Counters::Numbers,
        100,
    ),
    listing(
        "ecs/DescribeInstances",
        "Instances",
        "Instance",
        Counters::NumbersAndToken,
        100,
    ),
    listing(
        "ecs/DescribeNetworkInterfaces",
        "NetworkInterfaceSets",
        "NetworkInterfaceSet",
        Counters::NumbersAndToken,
        500,
    ),
    listing(
        "ecs/DescribePortRangeLists",
        "PortRangeLists",
        "",
        Counters::Token,
        100,
    ),
    listing(
        "ecs/DescribePrefixLists",
        "PrefixLists",
        "PrefixList",
        Counters::Token,
        100,
    ),
    listing(
        "ecs/DescribeSecurityGroups",
        "SecurityGroups",
        "SecurityGroup",
        Counters::Token,
        100,
    ),
    listing(
        "nlb/ListListeners",
        "Listeners",
        "",
        Counters::MaxResults,
        100,
    ),
    listing(
        "nlb/ListLoadBalancers",
        "LoadBalancers",
        "",
        Counters::MaxResults,
        100,
    ),
    listing(
        "nlb/ListServerGroups",
        "ServerGroups",
        "",
        Counters::MaxResults,
        100,
    ),
    listing(
        "polardb/DescribeDBClusters",
        "Items",
        "DBCluster",
        Counters::Records,
        100,
    ),
    listing(
        "r-kvstore/DescribeInstances",
        "Instances",
        "KVStoreInstance",
        Counters::Numbers,
        50,
    ),
    listing(
        "rds/DescribeDBInstances",
        "Items",
        "DBInstance",
        Counters::Records,
        100,
    ),
    listing(
        "slb/DescribeAccessControlLists",
        "Acls",
        "Acl",
        Counters::Numbers,
        50,
    ),
    listing(
        "slb/DescribeLoadBalancerListeners",
        "Listeners",
        "",
        Counters::MaxResults,
        100,
    ),
    listing(
        "slb/DescribeLoadBalancers",
        "LoadBalancers",
        "LoadBalancer",
        Counters::Numbers,
        100,
    ),
    listing(
        "vpc/DescribeEipAddresses",
        "EipAddresses",
        "EipAddress",
        Counters::Numbers,
        50,
    ),
    listing(
        "vpc/DescribeFlowLogs",
        "FlowLogs",
        "FlowLog",
        Counters::Texts,
        50,
    ),
    listing(
        "vpc/DescribeIpv6Addresses",
        "Ipv6Addresses",
        "Ipv6Address",
        Counters::Numbers,
        50,
    ),
    listing(
        "vpc/DescribeIpv6Gateways",
        "Ipv6Gateways",
        "Ipv6Gateway",
        Counters::Numbers,
        50,
    ),
    listing(
        "vpc/DescribeNatGateways",
        "NatGateways",
        "NatGateway",
        Counters::Numbers,
        50,
    ),
    listing(
        "vpc/DescribeNetworkAcls",
        "NetworkAcls",
        "NetworkAcl",
        Counters::Texts,
        50,
    ),
    listing(
        "vpc/DescribeRouteTableList",
        "RouterTableList",
        "RouterTableListType",
        Counters::Numbers,
        50,
    ),
    listing(
        "vpc/DescribeRouterInterfaces",
        "RouterInterfaceSet",
        "RouterInterfaceType",
        Counters::Numbers,
        50,
    ),
    listing(
        "vpc/DescribeVSwitches",
        "VSwitches",
        "VSwitch",
        Counters::Numbers,
        50,
    ),
    listing("vpc/DescribeVpcs", "Vpcs", "Vpc", Counters::Numbers, 50),
    listing(
        "vpc/DescribeVpnConnections",
        "VpnConnections",
        "VpnConnection",
        Counters::Numbers,
        50,
    ),
    listing(
        "vpc/DescribeVpnGateways",
        "VpnGateways",
        "VpnGateway",
        Counters::Numbers,
        50,
    ),
    listing(
        "vpc/ListIpv4Gateways",
        "Ipv4GatewayModels",
        "",
        Counters::TokenAndText,
        100,
    ),
    listing(
        "vpcpeer/ListVpcPeerConnections",
        "VpcPeerConnects",
        "",
        Counters::MaxResults,
        100,
    ),
];

/// Actions asked once per resource that answer with a list.
pub(crate) const PER_RESOURCE: &[Listing] = &[
    listing(
        "alb/ListAclEntries",
        "AclEntries",
        "",
        Counters::MaxResults,
        100,
    ),
    listing(
        "alb/ListServerGroupServers",
        "Servers",
        "",
        Counters::MaxResults,
        100,
    ),
    listing(
        "cbn/DescribeCenAttachedChildInstances",
        "ChildInstances",
        "ChildInstance",
        Counters::Numbers,
        50,
    ),
    listing(
        "dds/DescribeDBInstanceAttribute",
        "DBInstances",
        "DBInstance",
        Counters::Whole,
        usize::MAX,
    ),
    listing(
        "ecs/DescribePortRangeListEntries",
        "Entries",
        "",
        Counters::Whole,
        usize::MAX,
    ),
    listing(
        "ecs/DescribeSecurityGroupAttribute",
        "Permissions",
        "Permission",
        Counters::Token,
        1000,
    ),
    listing(
        "nlb/ListServerGroupServers",
        "Servers",
        "",
        Counters::MaxResults,
        100,
    ),
    listing(
        "polardb/DescribeDBClusterEndpoints",
        "Items",
        "",
        Counters::Whole,
        usize::MAX,
    ),
    listing(
        "r-kvstore/DescribeSecurityIps",
        "SecurityIpGroups",
        "SecurityIpGroup",
        Counters::Whole,
        usize::MAX,
    ),
    listing(
        "rds/DescribeDBInstanceIPArrayList",
        "Items",
        "DBInstanceIPArray",
        Counters::Whole,
        usize::MAX,
    ),
    listing(
        "slb/DescribeMasterSlaveServerGroups",
        "MasterSlaveServerGroups",
        "MasterSlaveServerGroup",
        Counters::Whole,
        usize::MAX,
    ),
    listing(
        "slb/DescribeVServerGroups",
        "VServerGroups",
        "VServerGroup",
        Counters::Whole,
        usize::MAX,
    ),
    listing(
        "vpc/DescribeForwardTableEntries",
        "ForwardTableEntries",
        "ForwardTableEntry",
        Counters::Numbers,
        50,
    ),
    listing(
        "vpc/DescribeRouteEntryList",
        "RouteEntrys",
        "RouteEntry",
        Counters::BareToken,
        100,
    ),
    listing(
        "vpc/DescribeSnatTableEntries",
        "SnatTableEntries",
        "SnatTableEntry",
        Counters::Numbers,
        50,
    ),
];

/// The action of that product and name, in either table.
pub(crate) fn find(path: &str) -> Option<&'static Listing> {
    PER_REGION
        .iter()
        .chain(PER_RESOURCE)
        .find(|listing| listing.path == path)
}

/// Where a page stands in its list.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Position {
    /// Counted from 1.
    pub(crate) number: usize,
    /// Items per page, as asked for.
    pub(crate) size: usize,
    /// Items of the whole list.
    pub(crate) total: usize,
}

impl Position {
    fn is_last(self) -> bool {
        self.number.saturating_mul(self.size) >= self.total
    }
}

impl Listing {
    /// One page in the vendor's envelope. `file` is the page's file, for its request id.
    pub(crate) fn page(&self, region: &str, file: &str, items: Vec<Value>, at: Position) -> Value {
        let mut page = Map::new();
        let count = items.len();
        let list = if self.inner.is_empty() {
            Value::Array(items)
        } else {
            json!({ self.inner: items })
        };
        page.insert(self.outer.to_owned(), list);
        page.insert("RequestId".to_owned(), json!(request_id(file, at.number)));
        let token = (!at.is_last()).then(|| next_token(file, at.number));
        let mut put = |name: &str, value: Value| {
            page.insert(name.to_owned(), value);
        };
        match self.counters {
            Counters::Numbers | Counters::NumbersAndToken => {
                put("PageNumber", json!(at.number));
                put("PageSize", json!(at.size));
                put("TotalCount", json!(at.total));
                if self.counters == Counters::NumbersAndToken {
                    put("NextToken", json!(""));
                }
            }
            Counters::Texts => {
                put("PageNumber", json!(at.number.to_string()));
                put("PageSize", json!(at.size.to_string()));
                put("TotalCount", json!(at.total.to_string()));
            }
            Counters::Token => put("NextToken", json!(token.unwrap_or_default())),
            Counters::MaxResults => {
                put("MaxResults", json!(at.size));
                put("TotalCount", json!(at.total));
                if let Some(token) = token {
                    put("NextToken", json!(token));
                }
            }
            Counters::TokenAndText => {
                put("NextToken", json!(token.unwrap_or_default()));
                put("TotalCount", json!(at.total.to_string()));
            }
            Counters::BareToken => {
                if let Some(token) = token {
                    put("NextToken", json!(token));
                }
            }
            Counters::Records => {
                put("PageNumber", json!(at.number));
                put("PageRecordCount", json!(count));
                put("TotalRecordCount", json!(at.total));
            }
            Counters::Whole => {}
        }
        match self.path {
            "ecs/DescribeSecurityGroups" => put("RegionId", json!(region)),
            "vpc/DescribeFlowLogs" => put("Success", json!("true")),
            "slb/DescribeAccessControlLists" => put("Count", json!(count)),
            _ => {}
        }
        Value::Object(page)
    }
}
