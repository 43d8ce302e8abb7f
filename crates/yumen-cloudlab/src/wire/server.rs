//! Instances and their interfaces.

use super::{OWNER, RESOURCE_GROUP, tag_key_tags};
use crate::identifier::mac;
use serde_json::{Value, json};

/// An interface (ENI).
#[derive(Clone, Debug, Default)]
pub(crate) struct Interface<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    pub(crate) vpc: &'a str,
    pub(crate) vswitch: &'a str,
    pub(crate) zone: &'a str,
    pub(crate) address: &'a str,
    pub(crate) ipv6: &'a str,
    /// Empty for an interface of a managed service.
    pub(crate) instance: &'a str,
    pub(crate) secondary: bool,
    pub(crate) managed: bool,
    /// Allocation id (empty for an assigned public IP) and public address.
    pub(crate) public: (&'a str, &'a str),
    pub(crate) groups: &'a [String],
    pub(crate) created: &'a str,
    pub(crate) tags: &'a [(&'a str, &'a str)],
}

impl Interface<'_> {
    fn ipv6_sets(&self) -> Vec<Value> {
        if self.ipv6.is_empty() {
            vec![]
        } else {
            vec![json!({"Ipv6Address": self.ipv6})]
        }
    }

    fn kind(&self) -> &'static str {
        if self.secondary {
            "Secondary"
        } else {
            "Primary"
        }
    }

    /// An item of DescribeNetworkInterfaces.
    pub(crate) fn item(&self) -> Value {
        let public = if self.public.1.is_empty() {
            json!({})
        } else {
            json!({"AllocationId": self.public.0, "PublicIpAddress": self.public.1})
        };
        let device = usize::from(self.secondary);
        json!({
            "AssociatedPublicIp": public,
            "Attachment": {
                "DeviceIndex": device,
                "InstanceId": self.instance,
                "NetworkCardIndex": 0,
                "TrunkNetworkInterfaceId": "",
            },
            "CreationTime": self.created,
            "DeleteOnRelease": !self.managed,
            "Description": self.about,
            "InstanceId": self.instance,
            "Ipv4PrefixSets": {"Ipv4PrefixSet": []},
            "Ipv6PrefixSets": {"Ipv6PrefixSet": []},
            "Ipv6Sets": {"Ipv6Set": self.ipv6_sets()},
            "MacAddress": mac(self.id),
            "NetworkInterfaceId": self.id,
            "NetworkInterfaceName": self.name,
            "NetworkInterfaceTrafficMode": "Standard",
            "OwnerId": OWNER.to_string(),
            "PrivateIpAddress": self.address,
            "PrivateIpSets": {"PrivateIpSet": [{
                "AssociatedPublicIp": public,
                "Primary": true,
                "PrivateDnsName": "",
                "PrivateIpAddress": self.address,
            }]},
            "QueueNumber": 2,
            "QueuePairNumber": 0,
            "ResourceGroupId": RESOURCE_GROUP,
            "SecurityGroupIds": {"SecurityGroupId": self.groups},
            "ServiceID": 0,
            "ServiceManaged": self.managed,
            "SourceDestCheck": false,
            "Status": "InUse",
            "Tags": {"Tag": tag_key_tags(self.tags)},
            "Type": self.kind(),
            "VSwitchId": self.vswitch,
            "VpcId": self.vpc,
            "ZoneId": self.zone,
        })
    }

    /// The same interface inside an item of DescribeInstances.
    fn within_instance(&self) -> Value {
        json!({
            "Ipv4PrefixSets": {"Ipv4PrefixSet": []},
            "Ipv6PrefixSets": {"Ipv6PrefixSet": []},
            "Ipv6Sets": {"Ipv6Set": self.ipv6_sets()},
            "MacAddress": mac(self.id),
            "NetworkInterfaceId": self.id,
            "PrimaryIpAddress": self.address,
            "PrivateIpSets": {"PrivateIpSet": [{
                "Primary": true,
                "PrivateDnsName": "",
                "PrivateIpAddress": self.address,
            }]},
            "Type": self.kind(),
        })
    }
}

/// An instance; its network fields are those of its first interface.
#[derive(Clone, Debug)]
pub(crate) struct Instance<'a> {
    pub(crate) region: &'a str,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    pub(crate) running: bool,
    pub(crate) windows: bool,
    /// Its metadata service answers only who brings a token.
    pub(crate) hardened: bool,
    pub(crate) cores: usize,
    pub(crate) created: &'a str,
    pub(crate) primary: &'a Interface<'a>,
    pub(crate) others: &'a [Interface<'a>],
    pub(crate) tags: &'a [(&'a str, &'a str)],
}

impl Instance<'_> {
    /// An item of DescribeInstances.
    pub(crate) fn item(&self) -> Value {
        let (allocation, public) = self.primary.public;
        let eip = !allocation.is_empty();
        let assigned: Vec<&str> = if eip || public.is_empty() {
            vec![]
        } else {
            vec![public]
        };
        let interfaces: Vec<Value> = std::iter::once(self.primary)
            .chain(self.others)
            .map(Interface::within_instance)
            .collect();
        let (system, system_en, image) = if self.windows {
            (
                "Windows Server 2022 数据中心版 64位中文版",
                "Windows Server 2022 Datacenter Edition 64bit Chinese Edition",
                "win2022_21H2_x64_dtc_zh-cn_40G_alibase_20251118.vhd",
            )
        } else {
            (
                "Alibaba Cloud Linux 3.2104 LTS 64位",
                "Alibaba Cloud Linux 3.2104 LTS 64 bit",
                "aliyun_3_x64_20G_alibase_20251030.vhd",
            )
        };
        json!({
            "AdditionalInfo": {"EnableHighDensityMode": false},
            "AutoReleaseTime": "",
            "ClockOptions": {"PtpStatus": ""},
            "ClusterId": "",
            "Cpu": self.cores,
            "CpuOptions": {
                "CoreCount": self.cores / 2,
                "EnableVISST": false,
                "EnableVRDT": false,
                "Numa": "ON",
                "ThreadsPerCore": 2,
                "TopologyType": "",
                "TurboMode": "",
            },
            "CreationTime": self.created,
            "CreditSpecification": "",
            "DedicatedHostAttribute": {
                "DedicatedHostClusterId": "",
                "DedicatedHostId": "",
                "DedicatedHostName": "",
            },
            "DedicatedInstanceAttribute": {"Affinity": "", "Tenancy": ""},
            "DeletionProtection": false,
            "DeploymentSetGroupNo": null,
            "DeploymentSetId": "",
            "Description": self.about,
            "DeviceAvailable": true,
            "EcsCapacityReservationAttr": {
                "CapacityReservationId": "",
                "CapacityReservationPreference": "",
            },
            "EipAddress": {
                "AllocationId": allocation,
                "Bandwidth": if eip { 5 } else { 0 },
                "InternetChargeType": if eip { "PayByTraffic" } else { "" },
                "IpAddress": if eip { public } else { "" },
                "IsSupportUnassociate": eip,
            },
            "EnableNVS": false,
            "ExpiredTime": "2099-12-31T15:59Z",
            "GPUAmount": 0,
            "GPUSpec": "",
            "HibernationOptions": {"Configured": false},
            "HostName": self.name,
            "HpcClusterId": "",
            "ISP": "",
            "ImageId": image,
            "ImageOptions": {"CurrentOSNVMeSupported": true, "LoginAsNonRoot": false},
            "InnerIpAddress": {"IpAddress": []},
            "InstanceChargeType": "PostPaid",
            "InstanceId": self.id,
            "InstanceName": self.name,
            "InstanceNetworkType": "vpc",
            "InstanceType": if self.cores > 4 { "ecs.g7.2xlarge" } else { "ecs.g7.xlarge" },
            "InstanceTypeFamily": "ecs.g7",
            "InternetChargeType": "PayByTraffic",
            "InternetMaxBandwidthIn": if assigned.is_empty() { 0 } else { 100 },
            "InternetMaxBandwidthOut": if assigned.is_empty() { 0 } else { 5 },
            "IoOptimized": true,
            "KeyPairName": "",
            "LocalStorageAmount": null,
            "LocalStorageCapacity": null,
            "Memory": self.cores * 4096,
            "MetadataOptions": {
                "HttpEndpoint": "enabled",
                "HttpPutResponseHopLimit": 1,
                "HttpTokens": if self.hardened { "required" } else { "optional" },
            },
            "NetworkInterfaces": {"NetworkInterface": interfaces},
            "OSName": system,
            "OSNameEn": system_en,
            "OSType": if self.windows { "windows" } else { "linux" },
            "OperationLocks": {"LockReason": []},
            "PrivateDnsNameOptions": {
                "EnableInstanceIdDnsAAAARecord": false,
                "EnableInstanceIdDnsARecord": false,
                "EnableIpDnsARecord": false,
                "EnableIpDnsPtrRecord": false,
                "HostnameType": "Custom",
            },
            "PublicIpAddress": {"IpAddress": assigned},
            "RdmaIpAddress": {"IpAddress": []},
            "Recyclable": false,
            "RegionId": self.region,
            "ResourceGroupId": RESOURCE_GROUP,
            "SaleCycle": "",
            "SecurityGroupIds": {"SecurityGroupId": self.primary.groups},
            "SerialNumber": serial(self.id),
            "SpotDuration": null,
            "SpotInterruptionBehavior": "",
            "SpotPriceLimit": 0,
            "SpotStrategy": "NoSpot",
            "StartTime": self.created,
            "Status": if self.running { "Running" } else { "Stopped" },
            "StoppedMode": if self.running { "Not-applicable" } else { "KeepCharging" },
            "Tags": {"Tag": tag_key_tags(self.tags)},
            "VlanId": "",
            "VpcAttributes": {
                "NatIpAddress": "",
                "PrivateIpAddress": {"IpAddress": [self.primary.address]},
                "VSwitchId": self.primary.vswitch,
                "VpcId": self.primary.vpc,
            },
            "ZoneId": self.primary.zone,
        })
    }
}

fn serial(id: &str) -> String {
    crate::identifier::request_id(id, 0).to_lowercase()
}
