//! Clusters of the product polardb: listing, endpoints, whitelists.

use super::RESOURCE_GROUP;
use super::database::{Whitelist, cluster_whitelist};
use crate::identifier::{id, request_id};
use serde_json::{Value, json};

/// A cluster with one writing and one reading node.
#[derive(Clone, Debug)]
pub(crate) struct Cluster<'a> {
    pub(crate) region: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    /// VPC, vSwitch, zone.
    pub(crate) place: (&'a str, &'a str, &'a str),
    pub(crate) created: &'a str,
}

impl Cluster<'_> {
    /// The cluster's id.
    pub(crate) fn id(&self) -> String {
        id("pc", self.region, self.name)
    }

    fn node(&self, role: &str) -> String {
        id("pi", self.region, &format!("{}-{role}", self.name))
    }

    /// An item of DescribeDBClusters.
    pub(crate) fn item(&self) -> Value {
        let node = |role: &str| {
            json!({
                "DBNodeClass": "polar.mysql.x4.large",
                "DBNodeId": self.node(role),
                "DBNodeRole": role,
                "HotReplicaMode": "OFF",
                "ImciSwitch": "OFF",
                "RegionId": self.region,
                "Serverless": "",
                "ZoneId": self.place.2,
            })
        };
        json!({
            "AiType": "",
            "Category": "Normal",
            "CpuCores": "4",
            "CreateTime": self.created,
            "DBClusterDescription": self.about,
            "DBClusterId": self.id(),
            "DBClusterNetworkType": "VPC",
            "DBClusterStatus": "Running",
            "DBNodeClass": "polar.mysql.x4.large",
            "DBNodeNumber": 2,
            "DBNodes": {"DBNode": [node("Writer"), node("Reader")]},
            "DBType": "MySQL",
            "DBVersion": "8.0",
            "DeletionLock": 1,
            "Engine": "POLARDB",
            "ExpireTime": "",
            "Expired": "false",
            "HotStandbyCluster": "equal",
            "LockMode": "Unlock",
            "MemorySize": "16384",
            "PayType": "Postpaid",
            "RegionId": self.region,
            "RemoteMemorySize": "",
            "ResourceGroupId": RESOURCE_GROUP,
            "SearchStorageUsed": 0,
            "ServerlessType": "",
            "StoragePayType": "Postpaid",
            "StorageSpace": 0,
            "StorageType": "HighPerformance",
            "StorageUsed": 3_012_558_848_u64,
            "StrictConsistency": "OFF",
            "SubCategory": "Exclusive",
            "Tags": {"Tag": []},
            "VpcId": self.place.0,
            "VswitchId": self.place.1,
            "ZoneId": self.place.2,
        })
    }

    /// The items of DescribeDBClusterEndpoints: the cluster's own and the writing node's.
    pub(crate) fn endpoints(&self, addresses: [&str; 2]) -> Vec<Value> {
        let [cluster, primary] = addresses;
        vec![
            self.endpoint("Cluster", cluster),
            self.endpoint("Primary", primary),
        ]
    }

    fn endpoint(&self, kind: &str, address: &str) -> Value {
        let endpoint = id("pe", self.region, &format!("{}-{kind}", self.name));
        let is_cluster = kind == "Cluster";
        let name = if is_cluster { &endpoint } else { &self.id() };
        let (writer, reader) = (self.node("Writer"), self.node("Reader"));
        json!({
            "AddressItems": [{
                "ConnectionString": format!("{name}.rwlb.rds.aliyuncs.com"),
                "DashboardUsed": false,
                "IPAddress": address,
                "NetType": "Private",
                "Port": "3306",
                "PrivateZoneConnectionString": "",
                "VPCId": self.place.0,
                "VSwitchId": self.place.1,
                "VpcInstanceId": endpoint,
            }],
            "AutoAddNewNodes": if is_cluster { "Enable" } else { "Disable" },
            "DBClusterId": self.id(),
            "DBEndpointDescription": "",
            "DBEndpointId": endpoint,
            "EndpointConfig": "{}",
            "EndpointType": kind,
            "NodeWithRoles": "",
            "Nodes": if is_cluster { format!("{writer},{reader}") } else { writer },
            "PolarSccTimeoutAction": "0",
            "PolarSccWaitTimeout": "100",
            "ReadWriteMode": "ReadWrite",
            "SccMode": "off",
        })
    }

    /// The answer of DescribeDBClusterAccessWhitelist; `groups` are security groups with names.
    pub(crate) fn whitelist(&self, lists: &[Whitelist], groups: &[(&str, &str)]) -> Value {
        let lists: Vec<Value> = lists.iter().map(|list| cluster_whitelist(*list)).collect();
        let groups: Vec<Value> = groups
            .iter()
            .map(|(id, name)| json!({"SecurityGroupId": id, "SecurityGroupName": name}))
            .collect();
        json!({
            "DBClusterSecurityGroups": {"DBClusterSecurityGroup": groups},
            "Items": {"DBClusterIPArray": lists},
            "RequestId": request_id(&self.id(), 1),
        })
    }
}
