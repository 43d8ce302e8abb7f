//! Managed databases of the products rds and r-kvstore: listings, endpoints, whitelists.

use super::RESOURCE_GROUP;
use crate::identifier::{id, request_id};
use serde_json::{Value, json};

/// An item of rds DescribeDBInstances.
pub(crate) fn relational(
    region: &str,
    name: &str,
    about: &str,
    engine: (&str, &str),
    place: (&str, &str, &str),
    created: &str,
) -> Value {
    let instance = id("rm", region, name);
    json!({
        "AutoRenewal": false,
        "BlueGreenDeploymentName": "",
        "BlueInstanceName": "",
        "BpeEnabled": "0",
        "BurstingEnabled": false,
        "Category": "HighAvailability",
        "ColdDataEnabled": false,
        "ConnectionMode": "Standard",
        "ConnectionString": format!("{instance}.mysql.rds.aliyuncs.com"),
        "CreateTime": created,
        "DBInstanceCPU": "4",
        "DBInstanceClass": "mysql.n4.large.2c",
        "DBInstanceDescription": about,
        "DBInstanceId": instance,
        "DBInstanceMemory": 16_384,
        "DBInstanceNetType": "Intranet",
        "DBInstanceStatus": "Running",
        "DBInstanceStorageType": "cloud_essd",
        "DBInstanceType": "Primary",
        "DedicatedHostGroupId": "",
        "DeletionProtection": true,
        "DestroyTime": "",
        "Engine": engine.0,
        "EngineVersion": engine.1,
        "ExpireTime": "",
        "GuardDBInstanceId": "",
        "InstanceNetworkType": "VPC",
        "LockMode": "Unlock",
        "LockReason": "",
        "MasterInstanceId": "",
        "MutriORsignle": false,
        "PayType": "Postpaid",
        "ReadOnlyDBInstanceIds": {"ReadOnlyDBInstanceId": []},
        "RegionId": region,
        "ResourceGroupId": RESOURCE_GROUP,
        "TempDBInstanceId": "",
        "Tips": "",
        "TipsLevel": 0,
        "VSwitchId": place.1,
        "VpcCloudInstanceId": id("rmvpc", region, name),
        "VpcId": place.0,
        "VpcName": "",
        "ZoneId": place.2,
    })
}

/// An item of r-kvstore DescribeInstances.
pub(crate) fn key_value(
    region: &str,
    name: &str,
    address: &str,
    place: (&str, &str, &str),
    created: &str,
) -> Value {
    let instance = id("r", region, name);
    json!({
        "ArchitectureType": "standard",
        "Bandwidth": 96,
        "Capacity": 4096,
        "ChargeType": "PostPaid",
        "Config": "",
        "ConnectionDomain": format!("{instance}.redis.rds.aliyuncs.com"),
        "ConnectionMode": "Standard",
        "Connections": 20_000,
        "CreateTime": created,
        "DestroyTime": "",
        "EditionType": "Enterprise",
        "EndTime": "",
        "EngineVersion": "7.0",
        "GlobalInstanceId": "",
        "HasRenewChangeOrder": false,
        "InstanceClass": "tair.rdb.4g",
        "InstanceId": instance,
        "InstanceName": name,
        "InstanceStatus": "Normal",
        "InstanceType": "Redis",
        "IsRds": true,
        "NetworkType": "VPC",
        "NodeType": "double",
        "PackageType": "standard",
        "Port": 6379,
        "PrivateIp": address,
        "QPS": 100_000,
        "RegionId": region,
        "ReplacateId": "",
        "ResourceGroupId": RESOURCE_GROUP,
        "SearchKey": "",
        "SecondaryZoneId": "",
        "ShardCount": 1,
        "Tags": {"Tag": []},
        "UserName": instance,
        "VSwitchId": place.1,
        "VpcId": place.0,
        "ZoneId": place.2,
    })
}

/// A named whitelist: its name, true if the vendor keeps it for its services, networks with
/// commas.
pub(crate) type Whitelist = (&'static str, bool, &'static str);

fn attribute(hidden: bool) -> &'static str {
    if hidden { "hidden" } else { "" }
}

/// Where clients connect to a database.
#[derive(Clone, Debug)]
pub(crate) struct Endpoint<'a> {
    /// Host name.
    pub(crate) name: &'a str,
    pub(crate) address: &'a str,
    /// VPC and vSwitch; both empty for an endpoint on the Internet.
    pub(crate) place: (&'a str, &'a str),
}

impl Endpoint<'_> {
    fn is_public(&self) -> bool {
        self.place.0.is_empty()
    }

    fn kind(&self) -> &'static str {
        if self.is_public() {
            "Public"
        } else {
            "Private"
        }
    }

    fn relational(&self) -> Value {
        json!({
            "BabelfishPort": "",
            "ConnectionString": self.name,
            "ConnectionStringType": "Normal",
            "DBInstanceWeights": {"DBInstanceWeight": []},
            "DistributionType": "",
            "ExpiredTime": "",
            "IPAddress": self.address,
            "IPType": self.kind(),
            "MaxDelayTime": "",
            "PGBouncerPort": "",
            "Port": "3306",
            "SecurityIPGroups": {"securityIPGroup": []},
            "Upgradeable": "Disabled",
            "VPCId": self.place.0,
            "VSwitchId": self.place.1,
        })
    }

    fn key_value(&self, instance: &str) -> Value {
        json!({
            "ConnectionString": self.name,
            "DBInstanceNetType": if self.is_public() { "0" } else { "2" },
            "DirectConnection": 0,
            "ExpiredTime": "0",
            "IPAddress": self.address,
            "IPType": self.kind(),
            "IsSlaveProxy": 0,
            "Port": "6379",
            "Upgradeable": "0",
            "VPCId": self.place.0,
            "VPCInstanceId": if self.is_public() { "" } else { instance },
            "VSwitchId": self.place.1,
        })
    }
}

/// The answer of rds DescribeDBInstanceNetInfo.
pub(crate) fn relational_endpoints(instance: &str, endpoints: &[Endpoint<'_>]) -> Value {
    let items: Vec<Value> = endpoints.iter().map(Endpoint::relational).collect();
    json!({
        "DBInstanceNetInfos": {"DBInstanceNetInfo": items},
        "InstanceNetworkType": "VPC",
        "RequestId": request_id(instance, 1),
        "SecurityIPMode": "normal",
    })
}

/// The answer of r-kvstore DescribeDBInstanceNetInfo.
pub(crate) fn key_value_endpoints(instance: &str, endpoints: &[Endpoint<'_>]) -> Value {
    let items: Vec<Value> = endpoints
        .iter()
        .map(|endpoint| endpoint.key_value(instance))
        .collect();
    json!({
        "InstanceNetworkType": "VPC",
        "NetInfoItems": {"InstanceNetInfo": items},
        "RequestId": request_id(instance, 1),
    })
}

/// An item of rds DescribeDBInstanceIPArrayList.
pub(crate) fn relational_whitelist((name, hidden, networks): Whitelist) -> Value {
    json!({
        "DBInstanceIPArrayAttribute": attribute(hidden),
        "DBInstanceIPArrayName": name,
        "SecurityIPList": networks,
        "SecurityIPType": "IPv4",
    })
}

/// An item of DescribeSecurityIps, of r-kvstore and of dds.
pub(crate) fn security_ips((name, hidden, networks): Whitelist) -> Value {
    json!({
        "SecurityIpGroupAttribute": attribute(hidden),
        "SecurityIpGroupName": name,
        "SecurityIpList": networks,
    })
}

/// An item of polardb DescribeDBClusterAccessWhitelist.
pub(crate) fn cluster_whitelist((name, hidden, networks): Whitelist) -> Value {
    json!({
        "DBClusterIPArrayAttribute": attribute(hidden),
        "DBClusterIPArrayName": name,
        "SecurityIps": networks,
    })
}
