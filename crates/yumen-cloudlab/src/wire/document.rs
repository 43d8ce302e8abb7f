//! Replica sets of the product dds (MongoDB): listing, attributes, roles, whitelists.

use super::RESOURCE_GROUP;
use super::database::{Whitelist, security_ips};
use crate::identifier::{id, request_id};
use serde_json::{Value, json};

/// A replica set with a primary and a secondary node that clients connect to.
#[derive(Clone, Debug)]
pub(crate) struct ReplicaSet<'a> {
    pub(crate) region: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    /// VPC, vSwitch, zone.
    pub(crate) place: (&'a str, &'a str, &'a str),
    pub(crate) created: &'a str,
}

/// The roles that clients connect to, with the digit that ends the node's names.
const ROLES: [(&str, u8); 2] = [("Primary", 1), ("Secondary", 2)];

impl ReplicaSet<'_> {
    /// The instance's id.
    pub(crate) fn id(&self) -> String {
        id("dds", self.region, self.name)
    }

    fn domain(&self, digit: u8) -> String {
        format!("{}{digit}.mongodb.rds.aliyuncs.com", self.id())
    }

    /// An item of DescribeDBInstances, which does not name the VPC.
    pub(crate) fn item(&self) -> Value {
        json!({
            "BackupRetentionPolicy": 0,
            "CapacityUnit": "",
            "ChargeType": "PostPaid",
            "CreationTime": self.created,
            "DBInstanceClass": "dds.mongo.mid",
            "DBInstanceDescription": self.about,
            "DBInstanceId": self.id(),
            "DBInstanceStatus": "Running",
            "DBInstanceStorage": 20,
            "DBInstanceType": "replicate",
            "DestroyTime": "",
            "Engine": "MongoDB",
            "EngineVersion": "6.0",
            "ExpireTime": "",
            "HiddenZoneId": "",
            "KindCode": "18",
            "LastDowngradeTime": "",
            "LockMode": "Unlock",
            "MongosList": {"MongosAttribute": []},
            "NetworkType": "VPC",
            "RegionId": self.region,
            "ReleaseTime": "",
            "ReplicationFactor": "3",
            "ResourceGroupId": RESOURCE_GROUP,
            "SecondaryZoneId": "",
            "ShardList": {"ShardAttribute": []},
            "StorageType": "cloud_essd1",
            "Tags": {"Tag": []},
            "VpcAuthMode": "Close",
            "ZoneId": self.place.2,
        })
    }

    /// The item of DescribeDBInstanceAttribute.
    pub(crate) fn attribute(&self) -> Value {
        let nodes: Vec<Value> = ROLES
            .iter()
            .map(|(role, digit)| {
                json!({
                    "ConnectionDomain": self.domain(*digit),
                    "ConnectionPort": "3717",
                    "NetworkType": "VPC",
                    "ReplicaSetRole": role,
                    "VPCCloudInstanceId": format!("{}-{digit}", self.id()),
                    "VPCId": self.place.0,
                    "VSwitchId": self.place.1,
                })
            })
            .collect();
        json!({
            "BurstingEnabled": false,
            "CapacityUnit": "",
            "ChargeType": "PostPaid",
            "ColdDataEnabled": false,
            "ConfigserverList": {"ConfigserverAttribute": []},
            "CreationTime": self.created,
            "CurrentKernelVersion": "mongodb_20250301_6.0.15",
            "DBInstanceClass": "dds.mongo.mid",
            "DBInstanceDescription": self.about,
            "DBInstanceId": self.id(),
            "DBInstanceOrderStatus": "",
            "DBInstanceReleaseProtection": true,
            "DBInstanceStatus": "Running",
            "DBInstanceStorage": 20,
            "DBInstanceType": "replicate",
            "DestroyTime": "",
            "DisasterRecoveryInfo": "",
            "Encrypted": false,
            "EncryptionKey": "",
            "Engine": "MongoDB",
            "EngineVersion": "6.0",
            "ExpireTime": "",
            "HiddenZoneId": "",
            "KindCode": "18",
            "LastDowngradeTime": "",
            "LockMode": "Unlock",
            "MaintainEndTime": "22:00Z",
            "MaintainStartTime": "18:00Z",
            "MaxConnections": 1000,
            "MaxIOPS": 2000,
            "MaxMBPS": 110,
            "MongosList": {"MongosAttribute": []},
            "NetworkType": "VPC",
            "ProtocolType": "mongodb",
            "ReadonlyReplicas": "0",
            "RegionId": self.region,
            "ReplacateId": "",
            "ReplicaSetName": format!("mgset-{}", self.name),
            "ReplicaSets": {"ReplicaSet": nodes},
            "ReplicationFactor": "3",
            "ResourceGroupId": RESOURCE_GROUP,
            "SecondaryZoneId": "",
            "ShardList": {"ShardAttribute": []},
            "StorageEngine": "WiredTiger",
            "StorageType": "cloud_essd1",
            "SyncPercent": "",
            "Tags": {"Tag": []},
            "UseClusterBackup": false,
            "VPCCloudInstanceIds": self.id(),
            "VPCId": self.place.0,
            "VSwitchId": self.place.1,
            "VpcAuthMode": "Close",
            "ZoneId": self.place.2,
        })
    }

    /// The answer of DescribeReplicaSetRole.
    pub(crate) fn roles(&self) -> Value {
        let nodes: Vec<Value> = ROLES
            .iter()
            .map(|(role, digit)| {
                json!({
                    "ConnectionDomain": self.domain(*digit),
                    "ConnectionPort": "3717",
                    "ExpiredTime": "",
                    "NetworkType": "VPC",
                    "ReplicaSetRole": role,
                    "RoleId": format!("6510{digit}"),
                })
            })
            .collect();
        json!({
            "DBInstanceId": self.id(),
            "ReplicaSets": {"ReplicaSet": nodes},
            "RequestId": request_id(&self.id(), 2),
        })
    }

    /// The answer of DescribeSecurityIps, which repeats the first list.
    pub(crate) fn whitelist(&self, lists: &[Whitelist]) -> Value {
        let default = lists.first().map_or("", |(_, _, networks)| networks);
        let lists: Vec<Value> = lists.iter().map(|list| security_ips(*list)).collect();
        json!({
            "RequestId": request_id(&self.id(), 3),
            "SecurityIpGroups": {"SecurityIpGroup": lists},
            "SecurityIps": default,
        })
    }
}
