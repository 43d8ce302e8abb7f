//! CLB, the classic load balancer (product `slb`), and its access lists.

use super::balancer::Backend;
use super::{RESOURCE_GROUP, tag_key_tags};
use crate::identifier::request_id;
use serde_json::{Map, Value, json};

/// A CLB.
#[derive(Clone, Debug)]
pub(crate) struct Classic<'a> {
    pub(crate) region: &'a str,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) address: &'a str,
    pub(crate) internet: bool,
    /// Empty for an Internet-facing one.
    pub(crate) vpc: &'a str,
    pub(crate) vswitch: &'a str,
    pub(crate) created: &'a str,
    pub(crate) tags: &'a [(&'a str, &'a str)],
}

/// A listener of a CLB.
#[derive(Clone, Debug)]
pub(crate) struct ClassicListener<'a> {
    pub(crate) protocol: &'a str,
    pub(crate) port: u16,
    pub(crate) backend_port: u16,
    pub(crate) about: &'a str,
    pub(crate) running: bool,
    /// White or black and the list's id, when there is one.
    pub(crate) acl: Option<(&'a str, &'a str)>,
    pub(crate) servers: &'a str,
    /// The port to which an HTTP listener sends every request on; 0 where it does not.
    pub(crate) forward_port: u16,
    /// The TLS policy of an HTTPS listener.
    pub(crate) policy: &'a str,
}

impl ClassicListener<'_> {
    fn forward(&self) -> &'static str {
        if self.forward_port > 0 { "on" } else { "off" }
    }
}

impl Classic<'_> {
    fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        let mut put = |name: &str, value: Value| {
            fields.insert(name.to_owned(), value);
        };
        put("Address", json!(self.address));
        put("AddressIPVersion", json!("ipv4"));
        put(
            "AddressType",
            json!(if self.internet {
                "internet"
            } else {
                "intranet"
            }),
        );
        put("Bandwidth", json!(5120));
        put("CreateTime", json!(self.created));
        put("CreateTimeStamp", json!(1_714_528_800_000_u64));
        put("DeleteProtection", json!("off"));
        put("InstanceChargeType", json!("PayByCLCU"));
        put("InternetChargeType", json!("4"));
        put("LoadBalancerId", json!(self.id));
        put("LoadBalancerName", json!(self.name));
        put("LoadBalancerSpec", json!(""));
        put("LoadBalancerStatus", json!("active"));
        put("MasterZoneId", json!(format!("{}-h", self.region)));
        put("ModificationProtectionReason", json!(""));
        put("ModificationProtectionStatus", json!("NonProtection"));
        put(
            "NetworkType",
            json!(if self.internet { "classic" } else { "vpc" }),
        );
        put("PayType", json!("PayOnDemand"));
        put("RegionId", json!(self.region));
        put("RegionIdAlias", json!(self.region));
        put("ResourceGroupId", json!(RESOURCE_GROUP));
        put("SlaveZoneId", json!(format!("{}-i", self.region)));
        put("Tags", json!({"Tag": tag_key_tags(self.tags)}));
        put("VSwitchId", json!(self.vswitch));
        put("VpcId", json!(self.vpc));
        fields
    }

    /// An item of DescribeLoadBalancers.
    pub(crate) fn item(&self) -> Value {
        let mut fields = self.fields();
        fields.insert("InternetChargeTypeAlias".to_owned(), json!("paybytraffic"));
        Value::Object(fields)
    }

    /// The answer of DescribeLoadBalancerAttribute.
    pub(crate) fn attribute(&self, listeners: &[ClassicListener<'_>]) -> Value {
        let mut fields = self.fields();
        fields.extend(classic_ports(listeners));
        let mut put = |name: &str, value: Value| {
            fields.insert(name.to_owned(), value);
        };
        put("AutoReleaseTime", json!(0));
        put("BackendServers", json!({"BackendServer": []}));
        put("EndTime", json!("2099-12-31T15:59Z"));
        put("EndTimeStamp", json!(4_102_415_940_000_u64));
        put("RenewalCycUnit", json!(""));
        put("RenewalDuration", json!(0));
        put("RenewalStatus", json!(""));
        put("RequestId", json!(request_id(self.id, 1)));
        Value::Object(fields)
    }

    /// An item of DescribeLoadBalancerListeners.
    pub(crate) fn listener(&self, listener: &ClassicListener<'_>) -> Value {
        let (kind, acl) = listener.acl.unwrap_or_default();
        let acls: Vec<&str> = if acl.is_empty() { vec![] } else { vec![acl] };
        let config = |wanted: &str| {
            if listener.protocol != wanted {
                return json!({});
            }
            let own = match wanted {
                "http" => vec![
                    ("ForwardPort", json!(listener.forward_port)),
                    ("ListenerForward", json!(listener.forward())),
                ],
                "https" => vec![("TLSCipherPolicy", json!(listener.policy))],
                _ => vec![],
            };
            let health = [
                ("HealthCheck", json!("on")),
                ("HealthCheckConnectPort", json!(listener.backend_port)),
                ("HealthCheckInterval", json!(2)),
                ("HealthyThreshold", json!(3)),
                ("UnhealthyThreshold", json!(3)),
            ];
            let fields = own.into_iter().chain(health);
            Value::Object(
                fields
                    .map(|(name, value)| (name.to_owned(), value))
                    .collect(),
            )
        };
        json!({
            "AclId": acl,
            "AclIds": acls,
            "AclStatus": if acl.is_empty() { "off" } else { "on" },
            "AclType": kind,
            "BackendServerPort": listener.backend_port,
            "Bandwidth": -1,
            "Description": listener.about,
            "HTTPListenerConfig": config("http"),
            "HTTPSListenerConfig": config("https"),
            "ListenerPort": listener.port,
            "ListenerProtocol": listener.protocol,
            "LoadBalancerId": self.id,
            "Scheduler": "wrr",
            "Status": if listener.running { "running" } else { "stopped" },
            "TCPListenerConfig": config("tcp"),
            "Tags": [],
            "UDPListenerConfig": config("udp"),
            "VServerGroupId": listener.servers,
        })
    }

    /// An item of DescribeVServerGroups.
    pub(crate) fn servers_item(
        &self,
        group: &str,
        name: &str,
        backends: &[Backend<'_>],
        listeners: &[ClassicListener<'_>],
    ) -> Value {
        let used: Vec<Value> = listeners
            .iter()
            .filter(|listener| listener.servers == group)
            .map(|listener| json!({"Port": listener.port, "Protocol": listener.protocol}))
            .collect();
        json!({
            "AssociatedObjects": {"Listeners": {"Listener": used}, "Rules": {"Rule": []}},
            "CreateTime": self.created,
            "ServerCount": backends.len(),
            "Tags": {"Tag": []},
            "VServerGroupId": group,
            "VServerGroupName": name,
        })
    }

    /// The answer of DescribeVServerGroupAttribute.
    pub(crate) fn servers_attribute(
        &self,
        group: &str,
        name: &str,
        backends: &[Backend<'_>],
    ) -> Value {
        let servers: Vec<Value> = backends.iter().map(classic_server).collect();
        json!({
            "BackendServers": {"BackendServer": servers},
            "CreateTime": self.created,
            "LoadBalancerId": self.id,
            "RequestId": request_id(group, 1),
            "Tags": {"Tag": []},
            "VServerGroupId": group,
            "VServerGroupName": name,
        })
    }
}

/// A server of a CLB's server group.
pub(crate) fn classic_server(backend: &Backend<'_>) -> Value {
    json!({
        "Description": backend.about,
        "Port": backend.port,
        "ServerId": backend.instance,
        "ServerIp": backend.address,
        "Type": backend.kind.to_ascii_lowercase(),
        "Weight": backend.weight,
    })
}

/// What DescribeLoadBalancerAttribute says of the listeners, in three spellings.
pub(crate) fn classic_ports(listeners: &[ClassicListener<'_>]) -> Map<String, Value> {
    let ports: Vec<u16> = listeners.iter().map(|listener| listener.port).collect();
    let misspelt: Vec<Value> = listeners
        .iter()
        .map(|listener| {
            json!({"ListenerPort": listener.port, "ListenerProtocal": listener.protocol})
        })
        .collect();
    let spelt: Vec<Value> = listeners
        .iter()
        .map(|listener| {
            json!({
                "Description": listener.about,
                "ForwardPort": listener.forward_port,
                "ListenerForward": listener.forward(),
                "ListenerPort": listener.port,
                "ListenerProtocol": listener.protocol,
            })
        })
        .collect();
    Map::from_iter([
        ("ListenerPorts".to_owned(), json!({"ListenerPort": ports})),
        (
            "ListenerPortsAndProtocal".to_owned(),
            json!({"ListenerPortAndProtocal": misspelt}),
        ),
        (
            "ListenerPortsAndProtocol".to_owned(),
            json!({"ListenerPortAndProtocol": spelt}),
        ),
    ])
}

/// An item of slb DescribeAccessControlLists.
pub(crate) fn classic_acl(acl: &str, name: &str, created: &str) -> Value {
    json!({
        "AclId": acl,
        "AclName": name,
        "AddressIPVersion": "ipv4",
        "CreateTime": created,
        "ResourceGroupId": RESOURCE_GROUP,
        "Tags": {"Tag": []},
    })
}

/// The answer of slb DescribeAccessControlListAttribute. Entries are range and comment; `used` is
/// balancer, port, protocol and kind of the listeners that name the list.
pub(crate) fn classic_acl_attribute(
    acl: &str,
    name: &str,
    created: &str,
    entries: &[(&str, &str)],
    used: &[(&str, u16, &str, &str)],
) -> Value {
    let rows: Vec<Value> = entries
        .iter()
        .map(|(range, comment)| json!({"AclEntryComment": comment, "AclEntryIP": range}))
        .collect();
    let related: Vec<Value> = used
        .iter()
        .map(|(balancer, port, protocol, kind)| {
            json!({
                "AclType": kind,
                "ListenerPort": port,
                "LoadBalancerId": balancer,
                "Protocol": protocol,
            })
        })
        .collect();
    json!({
        "AclEntrys": {"AclEntry": rows},
        "AclId": acl,
        "AclName": name,
        "AddressIPVersion": "ipv4",
        "CreateTime": created,
        "RelatedListeners": {"RelatedListener": related},
        "RequestId": request_id(acl, 1),
        "ResourceGroupId": RESOURCE_GROUP,
        "Tags": {"Tag": []},
        "TotalAclEntry": entries.len(),
    })
}
