//! Public addresses: EIPs, IPv6 addresses and the gateways of both families.

use super::{RESOURCE_GROUP, key_tags};
use crate::identifier::id;
use serde_json::{Value, json};

/// An EIP.
#[derive(Clone, Debug)]
pub(crate) struct Eip<'a> {
    pub(crate) region: &'a str,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    pub(crate) address: &'a str,
    /// Kind and id of what it is bound to; empty when unused.
    pub(crate) bound: (&'a str, &'a str),
    /// Private address behind it, empty when there is none.
    pub(crate) private: &'a str,
    pub(crate) vpc: &'a str,
    pub(crate) zone: &'a str,
    pub(crate) created: &'a str,
    pub(crate) tags: &'a [(&'a str, &'a str)],
}

impl Eip<'_> {
    /// An item of DescribeEipAddresses.
    pub(crate) fn item(&self) -> Value {
        let used = !self.bound.1.is_empty();
        let service = matches!(self.bound.0, "Alb" | "Nlb");
        json!({
            "AllocationId": self.id,
            "AllocationTime": self.created,
            "Bandwidth": "5",
            "BandwidthPackageBandwidth": "",
            "BandwidthPackageId": "",
            "BandwidthPackageType": "",
            "BizType": "",
            "BusinessStatus": "Normal",
            "ChargeType": "PostPaid",
            "DeletionProtection": false,
            "Description": self.about,
            "EipBandwidth": "5",
            "ExpiredTime": "",
            "HDMonitorStatus": "OFF",
            "HasReservationData": "false",
            "ISP": "BGP",
            "InstanceId": self.bound.1,
            "InstanceRegionId": if used { self.region } else { "" },
            "InstanceType": self.bound.0,
            "InternetChargeType": "PayByTraffic",
            "IpAddress": self.address,
            "Mode": if used { "NAT" } else { "" },
            "Name": self.name,
            "Netmode": "public",
            "OperationLocks": {"LockReason": []},
            "PrivateIpAddress": self.private,
            "PublicIpAddressPoolId": "",
            "RegionId": self.region,
            "ReservationActiveTime": "",
            "ReservationBandwidth": "",
            "ReservationInternetChargeType": "",
            "ReservationOrderType": "",
            "ResourceGroupId": RESOURCE_GROUP,
            "SecondLimited": false,
            "SecurityProtectionTypes": {"SecurityProtectionType": []},
            "SegmentInstanceId": "",
            "ServiceID": null,
            "ServiceManaged": u8::from(service),
            "Status": if used { "InUse" } else { "Available" },
            "Tags": {"Tag": key_tags(self.tags)},
            "VpcId": self.vpc,
            "Zone": self.zone,
        })
    }
}

/// An IPv6 address of an instance.
#[derive(Clone, Debug)]
pub(crate) struct Ipv6Address<'a> {
    pub(crate) region: &'a str,
    pub(crate) address: &'a str,
    pub(crate) instance: &'a str,
    pub(crate) gateway: &'a str,
    /// Internet bandwidth in Mbit/s; 0: private use only.
    pub(crate) bandwidth: usize,
    pub(crate) vpc: &'a str,
    pub(crate) vswitch: &'a str,
    pub(crate) created: &'a str,
}

impl Ipv6Address<'_> {
    /// An item of DescribeIpv6Addresses.
    pub(crate) fn item(&self) -> Value {
        let public = self.bandwidth > 0;
        let text = |value: &str| {
            if public {
                value.to_owned()
            } else {
                String::new()
            }
        };
        json!({
            "AddressType": "IPv6Address",
            "AllocationTime": self.created,
            "AssociatedInstanceId": self.instance,
            "AssociatedInstanceType": "EcsInstance",
            "Ipv6Address": self.address,
            "Ipv6AddressDescription": "",
            "Ipv6AddressId": id("ipv6", self.region, self.address),
            "Ipv6AddressName": "",
            "Ipv6GatewayId": self.gateway,
            "Ipv6InternetBandwidth": {
                "Bandwidth": self.bandwidth,
                "BusinessStatus": text("Normal"),
                "HasReservationData": false,
                "InstanceChargeType": text("PostPaid"),
                "InternetChargeType": text("PayByTraffic"),
                "Ipv6InternetBandwidthId": text(&id("ipv6bw", self.region, self.address)),
                "ReservationActiveTime": "",
                "ReservationBandwidth": 0,
                "ReservationInternetChargeType": "",
                "ReservationOrderType": "",
            },
            "Ipv6Isp": "BGP",
            "NetworkType": if public { "Public" } else { "Private" },
            "RealBandwidth": self.bandwidth,
            "ResourceGroupId": RESOURCE_GROUP,
            "ServiceManaged": 0,
            "Status": "Available",
            "Tags": {"Tag": []},
            "VSwitchId": self.vswitch,
            "VpcId": self.vpc,
        })
    }
}

/// An item of DescribeIpv6Gateways.
pub(crate) fn ipv6_gateway(region: &str, id: &str, name: &str, vpc: &str, created: &str) -> Value {
    json!({
        "BusinessStatus": "Normal",
        "CreationTime": created,
        "Description": "",
        "ExpiredTime": "",
        "InstanceChargeType": "PostPaid",
        "Ipv6GatewayId": id,
        "Name": name,
        "RegionId": region,
        "ResourceGroupId": RESOURCE_GROUP,
        "Status": "Available",
        "Tags": {"Tag": []},
        "VpcId": vpc,
    })
}

/// An item of ListIpv4Gateways: activated, so that routes decide.
pub(crate) fn ipv4_gateway(id: &str, name: &str, vpc: &str, about: &str, created: &str) -> Value {
    json!({
        "Enabled": true,
        "GmtCreate": created,
        "Ipv4GatewayDescription": about,
        "Ipv4GatewayId": id,
        "Ipv4GatewayName": name,
        "Ipv4GatewayRouteTableId": "",
        "ResourceGroupId": RESOURCE_GROUP,
        "Status": "Created",
        "Tags": [],
        "VpcId": vpc,
    })
}
