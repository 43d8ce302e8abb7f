//! VPCs, vSwitches, route tables and routes.

use super::{OWNER, RESOURCE_GROUP, key_tags};
use crate::identifier::id;
use serde_json::{Value, json};

/// A VPC.
#[derive(Clone, Debug)]
pub(crate) struct Vpc<'a> {
    pub(crate) region: &'a str,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    pub(crate) range: &'a str,
    /// Empty without IPv6.
    pub(crate) ipv6_range: &'a str,
    pub(crate) in_cen: bool,
    pub(crate) created: &'a str,
    pub(crate) tags: &'a [(&'a str, &'a str)],
    pub(crate) vswitches: &'a [String],
    pub(crate) nat_gateways: &'a [String],
    pub(crate) route_tables: &'a [String],
}

impl Vpc<'_> {
    /// An item of DescribeVpcs.
    pub(crate) fn item(&self) -> Value {
        let ipv6 = !self.ipv6_range.is_empty();
        let blocks = if ipv6 {
            vec![json!({"Ipv6CidrBlock": self.ipv6_range, "Ipv6Isp": "BGP"})]
        } else {
            vec![]
        };
        json!({
            "CenStatus": if self.in_cen { "Attached" } else { "" },
            "CidrBlock": self.range,
            "CreationTime": self.created,
            "Description": self.about,
            "DhcpOptionsSetId": "",
            "DhcpOptionsSetStatus": "",
            "DnsHostnameStatus": "DISABLED",
            "EnabledIpv6": ipv6,
            "Ipv6CidrBlock": self.ipv6_range,
            "Ipv6CidrBlocks": {"Ipv6CidrBlock": blocks},
            "IsDefault": false,
            "NatGatewayIds": {"NatGatewayIds": self.nat_gateways},
            "OwnerId": OWNER,
            "RegionId": self.region,
            "ResourceGroupId": RESOURCE_GROUP,
            "RouterTableIds": {"RouterTableIds": self.route_tables},
            "SecondaryCidrBlocks": {"SecondaryCidrBlock": []},
            "Status": "Available",
            "Tags": {"Tag": key_tags(self.tags)},
            "UserCidrs": {"UserCidr": []},
            "VRouterId": id("vrt", self.region, self.name),
            "VSwitchIds": {"VSwitchId": self.vswitches},
            "VpcId": self.id,
            "VpcName": self.name,
        })
    }
}

/// A vSwitch.
#[derive(Clone, Debug)]
pub(crate) struct VSwitch<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    pub(crate) vpc: &'a str,
    pub(crate) zone: &'a str,
    pub(crate) range: &'a str,
    pub(crate) ipv6_range: &'a str,
    /// Empty without one.
    pub(crate) network_acl: &'a str,
    pub(crate) route_table: (&'a str, bool),
    pub(crate) used: usize,
    pub(crate) created: &'a str,
    pub(crate) tags: &'a [(&'a str, &'a str)],
}

impl VSwitch<'_> {
    /// An item of DescribeVSwitches.
    pub(crate) fn item(&self) -> Value {
        json!({
            "AvailableIpAddressCount": 252_usize.saturating_sub(self.used),
            "CidrBlock": self.range,
            "CreationTime": self.created,
            "Description": self.about,
            "EnabledIpv6": !self.ipv6_range.is_empty(),
            "Ipv6CidrBlock": self.ipv6_range,
            "IsDefault": false,
            "NetworkAclId": self.network_acl,
            "OwnerId": OWNER,
            "ResourceGroupId": RESOURCE_GROUP,
            "RouteTable": {
                "RouteTableId": self.route_table.0,
                "RouteTableType": if self.route_table.1 { "System" } else { "Custom" },
            },
            "ShareType": "",
            "Status": "Available",
            "Tags": {"Tag": key_tags(self.tags)},
            "VSwitchId": self.id,
            "VSwitchName": self.name,
            "VpcId": self.vpc,
            "ZoneId": self.zone,
        })
    }
}

/// A route table.
#[derive(Clone, Debug)]
pub(crate) struct RouteTable<'a> {
    pub(crate) region: &'a str,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) vpc: &'a str,
    pub(crate) vpc_name: &'a str,
    pub(crate) system: bool,
    pub(crate) vswitches: &'a [String],
    pub(crate) created: &'a str,
}

impl RouteTable<'_> {
    /// An item of DescribeRouteTableList.
    pub(crate) fn item(&self) -> Value {
        json!({
            "AssociateType": "VSwitch",
            "CreationTime": self.created,
            "Description": "",
            "GatewayIds": {"GatewayIds": []},
            "OwnerId": OWNER,
            "ResourceGroupId": RESOURCE_GROUP,
            "RoutePropagationEnable": true,
            "RouteTableId": self.id,
            "RouteTableName": self.name,
            "RouteTableType": if self.system { "System" } else { "Custom" },
            "RouterId": id("vrt", self.region, self.vpc_name),
            "RouterType": "VRouter",
            "Status": "Available",
            "Tags": {"Tag": []},
            "VSwitchIds": {"VSwitchId": self.vswitches},
            "VpcId": self.vpc,
        })
    }
}

/// A route. `kind` is the vendor's NextHopType.
#[derive(Clone, Debug)]
pub(crate) struct Route<'a> {
    pub(crate) region: &'a str,
    pub(crate) table: &'a str,
    pub(crate) destination: &'a str,
    pub(crate) kind: &'a str,
    pub(crate) hop: &'a str,
    pub(crate) about: &'a str,
    pub(crate) modified: &'a str,
}

impl Route<'_> {
    /// An item of DescribeRouteEntryList.
    pub(crate) fn item(&self) -> Value {
        let local = self.kind == "local";
        let learned = self.kind == "Attachment";
        let name = format!("{}/{}", self.table, self.destination);
        json!({
            "Description": self.about,
            "DestinationCidrBlock": self.destination,
            "GmtModified": self.modified,
            "IpVersion": if self.destination.contains(':') { "IPv6" } else { "IPv4" },
            "NextHops": {"NextHop": [{
                "Enabled": 1,
                "NextHopId": self.hop,
                "NextHopRegionId": if local { "" } else { self.region },
                "NextHopRelatedInfo": {"InstanceId": "", "InstanceType": "", "RegionId": ""},
                "NextHopType": self.kind,
                "Weight": 0,
            }]},
            "Origin": if learned { "RoutePropagation" } else { "CreateRoute" },
            "RouteEntryId": id("rte", self.region, &name),
            "RouteEntryName": "",
            "RouteTableId": self.table,
            "ServiceType": if learned { "TR" } else { "" },
            "Status": "Available",
            "Type": if local { "System" } else { "Custom" },
        })
    }
}
