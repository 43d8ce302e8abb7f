//! NAT gateways with their port mappings and source translations.

use super::{RESOURCE_GROUP, tag_key_tags};
use crate::identifier::id;
use serde_json::{Value, json};

/// A NAT gateway.
#[derive(Clone, Debug)]
pub(crate) struct NatGateway<'a> {
    pub(crate) region: &'a str,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    pub(crate) vpc: &'a str,
    pub(crate) vswitch: &'a str,
    pub(crate) zone: &'a str,
    pub(crate) interface: &'a str,
    pub(crate) private: &'a str,
    pub(crate) forward_table: &'a str,
    pub(crate) snat_table: &'a str,
    /// Allocation id, address and use (the vendor's UsingStatus).
    pub(crate) eips: &'a [(String, String, &'a str)],
    pub(crate) created: &'a str,
    pub(crate) tags: &'a [(&'a str, &'a str)],
}

impl NatGateway<'_> {
    /// An item of DescribeNatGateways.
    pub(crate) fn item(&self) -> Value {
        let addresses: Vec<Value> = self
            .eips
            .iter()
            .map(|(allocation, address, used)| {
                json!({
                    "AllocationId": allocation,
                    "IpAddress": address,
                    "PrivateIpAddress": self.private,
                    "SnatEntryEnabled": used.contains("Snat"),
                    "UsingStatus": used,
                })
            })
            .collect();
        json!({
            "AccessMode": {"ModeValue": "", "TunnelType": ""},
            "AutoPay": false,
            "BusinessStatus": "Normal",
            "CreationTime": self.created,
            "DeletionProtection": false,
            "Description": self.about,
            "EcsMetricEnabled": false,
            "EipBindMode": "MULTI_BINDED",
            "EnableSessionLog": "false",
            "ExpiredTime": "",
            "ForwardTableIds": {"ForwardTableId": [self.forward_table]},
            "FullNatTableIds": {"FullNatTableId": []},
            "IcmpReplyEnabled": true,
            "InstanceChargeType": "PostPaid",
            "InternetChargeType": "PayByLcu",
            "IpLists": {"IpList": addresses},
            "IpPrefixList": {"IpPrefixList": []},
            "Name": self.name,
            "NatGatewayId": self.id,
            "NatGatewayPrivateInfo": {
                "EniInstanceId": self.interface,
                "EniType": "indirect",
                "IzNo": self.zone,
                "MaxBandwidth": 5120,
                "MaxSessionEstablishRate": 100_000,
                "MaxSessionQuota": 2_000_000,
                "PrivateIpAddress": self.private,
                "VswitchId": self.vswitch,
            },
            "NatType": "Enhanced",
            "NetworkType": "internet",
            "PrivateLinkEnabled": false,
            "PrivateLinkMode": "",
            "RegionId": self.region,
            "ResourceGroupId": RESOURCE_GROUP,
            "SecurityProtectionEnabled": false,
            "SnatTableIds": {"SnatTableId": [self.snat_table]},
            "Spec": "",
            "Status": "Available",
            "Tags": {"Tag": tag_key_tags(self.tags)},
            "VpcId": self.vpc,
        })
    }

    /// An item of DescribeForwardTableEntries. Address and port outside, then inside.
    pub(crate) fn forward(
        &self,
        name: &str,
        protocol: &str,
        external: (&str, &str),
        internal: (&str, &str),
    ) -> Value {
        json!({
            "ExternalIp": external.0,
            "ExternalPort": external.1,
            "ForwardEntryId": id("fwd", self.region, &format!("{}/{name}", self.name)),
            "ForwardEntryName": name,
            "ForwardTableId": self.forward_table,
            "InternalIp": internal.0,
            "InternalPort": internal.1,
            "IpProtocol": protocol,
            "NatGatewayId": self.id,
            "Status": "Available",
        })
    }

    /// An item of DescribeSnatTableEntries; `vswitch` is empty for a bare range.
    pub(crate) fn snat(&self, name: &str, range: &str, vswitch: &str, address: &str) -> Value {
        json!({
            "EipAffinity": "0",
            "NatGatewayId": self.id,
            "NetworkInterfaceId": "",
            "SnatEntryId": id("snat", self.region, &format!("{}/{name}", self.name)),
            "SnatEntryName": name,
            "SnatIp": address,
            "SnatTableId": self.snat_table,
            "SourceCIDR": range,
            "SourceVSwitchId": vswitch,
            "Status": "Available",
        })
    }
}
