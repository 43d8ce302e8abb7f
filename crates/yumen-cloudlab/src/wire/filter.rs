//! Network ACLs and flow logs.

use super::{OWNER, RESOURCE_GROUP};
use crate::identifier::{id, request_id};
use serde_json::{Value, json};

/// An entry of a network ACL.
#[derive(Clone, Debug)]
pub(crate) struct AclEntry {
    pub(crate) ingress: bool,
    pub(crate) accept: bool,
    pub(crate) protocol: String,
    pub(crate) ports: String,
    pub(crate) range: String,
    pub(crate) about: String,
}

/// A network ACL.
#[derive(Clone, Debug)]
pub(crate) struct NetworkAcl<'a> {
    pub(crate) region: &'a str,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    pub(crate) vpc: &'a str,
    pub(crate) vswitches: &'a [String],
    pub(crate) entries: &'a [AclEntry],
    pub(crate) created: &'a str,
}

impl NetworkAcl<'_> {
    fn entries(&self, ingress: bool) -> Vec<Value> {
        self.entries
            .iter()
            .filter(|entry| entry.ingress == ingress)
            .enumerate()
            .map(|(index, entry)| {
                let name = format!("{}/{ingress}/{index}", self.name);
                let side = if ingress {
                    "SourceCidrIp"
                } else {
                    "DestinationCidrIp"
                };
                json!({
                    "Description": entry.about,
                    "EntryType": "custom",
                    "IpVersion": if entry.range.contains(':') { "IPv6" } else { "IPv4" },
                    "NetworkAclEntryId": id("nae", self.region, &name),
                    "NetworkAclEntryName": "",
                    "Policy": if entry.accept { "accept" } else { "drop" },
                    "Port": entry.ports,
                    "Protocol": entry.protocol,
                    side: entry.range,
                })
            })
            .collect()
    }

    /// An item of DescribeNetworkAcls.
    pub(crate) fn item(&self) -> Value {
        let resources: Vec<Value> = self
            .vswitches
            .iter()
            .map(|vswitch| {
                json!({"ResourceId": vswitch, "ResourceType": "VSwitch", "Status": "BINDED"})
            })
            .collect();
        json!({
            "CreationTime": self.created,
            "Description": self.about,
            "EgressAclEntries": {"EgressAclEntry": self.entries(false)},
            "IngressAclEntries": {"IngressAclEntry": self.entries(true)},
            "NetworkAclId": self.id,
            "NetworkAclName": self.name,
            "OwnerId": OWNER,
            "RegionId": self.region,
            "Resources": {"Resource": resources},
            "Status": "Available",
            "Tags": {"Tag": []},
            "VpcId": self.vpc,
        })
    }

    /// The answer of DescribeNetworkAclAttributes.
    pub(crate) fn attributes(&self) -> Value {
        json!({"NetworkAclAttribute": self.item(), "RequestId": request_id(self.id, 1)})
    }
}

/// An item of DescribeFlowLogs: the flow log of a whole VPC.
pub(crate) fn flow_log(region: &str, name: &str, vpc: &str, about: &str, created: &str) -> Value {
    json!({
        "AggregationInterval": 1,
        "BusinessStatus": "Normal",
        "CreationTime": created,
        "Description": about,
        "FlowLogDeliverErrorMessage": "",
        "FlowLogDeliverStatus": "SUCCESS",
        "FlowLogId": id("fl", region, name),
        "FlowLogName": name,
        "IpVersion": "IPv4",
        "LogStoreName": "vpc-flow",
        "ProjectName": "jiangnan-netsec",
        "RegionId": region,
        "ResourceGroupId": RESOURCE_GROUP,
        "ResourceId": vpc,
        "ResourceType": "VPC",
        "ServiceType": "sls",
        "Status": "Active",
        "Tags": {"Tag": []},
        "TrafficPath": {"TrafficPathList": ["all"]},
        "TrafficType": "All",
    })
}
