//! ALB and NLB, the application and network load balancers.

use super::{OWNER, RESOURCE_GROUP, key_tags};
use crate::identifier::{id, request_id};
use serde_json::{Map, Value, json};

/// A server behind a balancer.
#[derive(Clone, Debug)]
pub(crate) struct Backend<'a> {
    pub(crate) instance: &'a str,
    pub(crate) address: &'a str,
    pub(crate) port: u16,
    /// The vendor's kind of it, `Ecs` for an instance; CLB writes it in lower case.
    pub(crate) kind: &'a str,
    pub(crate) weight: usize,
    pub(crate) about: &'a str,
}

impl Default for Backend<'_> {
    fn default() -> Self {
        Self {
            instance: "",
            address: "",
            port: 0,
            kind: "Ecs",
            weight: 100,
            about: "",
        }
    }
}

/// An address of a balancer in one zone.
#[derive(Clone, Debug)]
pub(crate) struct Zone<'a> {
    pub(crate) zone: &'a str,
    pub(crate) vswitch: &'a str,
    pub(crate) allocation: &'a str,
    pub(crate) public: &'a str,
    pub(crate) private: &'a str,
}

/// An ALB or an NLB.
#[derive(Clone, Debug)]
pub(crate) struct Modern<'a> {
    pub(crate) region: &'a str,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) application: bool,
    pub(crate) internet: bool,
    pub(crate) vpc: &'a str,
    pub(crate) zones: &'a [Zone<'a>],
    pub(crate) groups: &'a [String],
    pub(crate) created: &'a str,
    pub(crate) tags: &'a [(&'a str, &'a str)],
}

/// A listener of an ALB or an NLB.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Listener<'a> {
    pub(crate) protocol: &'a str,
    pub(crate) port: u16,
    pub(crate) about: &'a str,
    pub(crate) servers: &'a str,
    /// The TLS policy; empty where no TLS is spoken.
    pub(crate) policy: &'a str,
}

impl Modern<'_> {
    fn fields(&self) -> Map<String, Value> {
        let mut fields = Map::new();
        let product = if self.application { "alb" } else { "nlb" };
        let mut put = |name: &str, value: Value| {
            fields.insert(name.to_owned(), value);
        };
        put("AddressIpVersion", json!("IPv4"));
        put(
            "AddressType",
            json!(if self.internet {
                "Internet"
            } else {
                "Intranet"
            }),
        );
        put("BandwidthPackageId", json!(""));
        put("CreateTime", json!(self.created));
        put(
            "DNSName",
            json!(format!(
                "{}.{}.{product}.aliyuncsslb.com",
                self.id, self.region
            )),
        );
        put("Ipv6AddressType", json!("Intranet"));
        put("LoadBalancerBillingConfig", json!({"PayType": "PostPay"}));
        put("LoadBalancerId", json!(self.id));
        put("LoadBalancerName", json!(self.name));
        put("LoadBalancerStatus", json!("Active"));
        put("ResourceGroupId", json!(RESOURCE_GROUP));
        put("SecurityGroupIds", json!(self.groups));
        put("Tags", json!(key_tags(self.tags)));
        put("VpcId", json!(self.vpc));
        if self.application {
            put("AccessLogConfig", json!({}));
            put("AddressAllocatedMode", json!("Fixed"));
            put(
                "DeletionProtectionConfig",
                json!({"Enabled": false, "EnabledTime": ""}),
            );
            put("LoadBalancerBussinessStatus", json!("Normal"));
            put("LoadBalancerEdition", json!("Standard"));
            put("LoadBalancerOperationLocks", json!([]));
            put(
                "ModificationProtectionConfig",
                json!({"Reason": "", "Status": "NonProtection"}),
            );
        } else {
            put("CrossZoneEnabled", json!(true));
            put(
                "DeletionProtectionConfig",
                json!({"Enabled": false, "EnabledTime": "", "Reason": ""}),
            );
            put("LoadBalancerBusinessStatus", json!("Normal"));
            put("LoadBalancerType", json!("network"));
            put(
                "ModificationProtectionConfig",
                json!({"EnabledTime": "", "Reason": "", "Status": "NonProtection"}),
            );
            put("OperationLocks", json!([]));
            put("RegionId", json!(self.region));
            put("ZoneMappings", json!(self.zone_mappings()));
        }
        fields
    }

    fn zone_mappings(&self) -> Vec<Value> {
        self.zones
            .iter()
            .map(|zone| {
                let address = if self.application {
                    json!({
                        "Address": zone.public,
                        "AllocationId": zone.allocation,
                        "EipType": if zone.allocation.is_empty() { "" } else { "Common" },
                        "IntranetAddress": zone.private,
                        "IntranetAddressHcStatus": "Healthy",
                        "Ipv4LocalAddresses": [zone.private],
                        "Ipv6Address": "",
                        "Ipv6AddressHcStatus": "",
                        "Ipv6LocalAddresses": [],
                    })
                } else {
                    json!({
                        "AllocationId": zone.allocation,
                        "EniId": "",
                        "Ipv6Address": "",
                        "PrivateIPv4Address": zone.private,
                        "PrivateIPv4HcStatus": "Healthy",
                        "PrivateIPv6HcStatus": "",
                        "PublicIPv4Address": zone.public,
                    })
                };
                json!({
                    "LoadBalancerAddresses": [address],
                    "Status": "Active",
                    "VSwitchId": zone.vswitch,
                    "ZoneId": zone.zone,
                })
            })
            .collect()
    }

    /// An item of ListLoadBalancers.
    pub(crate) fn item(&self) -> Value {
        Value::Object(self.fields())
    }

    /// The answer of alb GetLoadBalancerAttribute.
    pub(crate) fn attribute(&self) -> Value {
        let mut fields = self.fields();
        fields.insert("RegionId".to_owned(), json!(self.region));
        fields.insert("RequestId".to_owned(), json!(request_id(self.id, 1)));
        fields.insert("ZoneMappings".to_owned(), json!(self.zone_mappings()));
        Value::Object(fields)
    }

    /// A listener's id.
    pub(crate) fn listener_id(&self, port: u16) -> String {
        id("lsn", self.region, &format!("{}/{port}", self.name))
    }

    /// An item of alb ListListeners.
    pub(crate) fn alb_listener(&self, listener: &Listener<'_>) -> Value {
        Value::Object(self.alb_listener_fields(listener))
    }

    /// The answer of alb GetListenerAttribute; `acl` is White or Black and the list's id.
    pub(crate) fn alb_listener_attribute(
        &self,
        listener: &Listener<'_>,
        acl: Option<(&str, &str)>,
    ) -> Value {
        let mut fields = self.alb_listener_fields(listener);
        let config = match acl {
            Some((kind, list)) => {
                json!({"AclRelations": [{"AclId": list, "Status": "Associated"}], "AclType": kind})
            }
            None => json!({}),
        };
        let certificates = if listener.protocol == "HTTPS" {
            json!([{"CertificateId": "13452207-cn-hangzhou"}])
        } else {
            json!([])
        };
        fields.insert("AclConfig".to_owned(), config);
        fields.insert("CaCertificates".to_owned(), json!([]));
        fields.insert("CaEnabled".to_owned(), json!(false));
        fields.insert("Certificates".to_owned(), certificates);
        fields.insert(
            "RequestId".to_owned(),
            json!(request_id(&self.listener_id(listener.port), 1)),
        );
        Value::Object(fields)
    }

    fn alb_listener_fields(&self, listener: &Listener<'_>) -> Map<String, Value> {
        let Listener {
            protocol,
            port,
            about,
            servers,
            policy,
        } = *listener;
        let secure = protocol == "HTTPS";
        let value = json!({
            "DefaultActions": [{
                "ForwardGroupConfig": {"ServerGroupTuples": [{"ServerGroupId": servers}]},
                "Type": "ForwardGroup",
            }],
            "GzipEnabled": true,
            "Http2Enabled": secure,
            "IdleTimeout": 15,
            "ListenerDescription": about,
            "ListenerId": self.listener_id(port),
            "ListenerPort": port,
            "ListenerProtocol": protocol,
            "ListenerStatus": "Running",
            "LoadBalancerId": self.id,
            "LogConfig": {},
            "QuicConfig": {"QuicListenerId": "", "QuicUpgradeEnabled": false},
            "RequestTimeout": 60,
            "SecurityPolicyId": policy,
            "Tags": [],
            "XForwardedForConfig": {"XForwardedForEnabled": true},
        });
        match value {
            Value::Object(fields) => fields,
            _ => Map::new(),
        }
    }

    /// An item of nlb ListListeners.
    pub(crate) fn nlb_listener(&self, listener: &Listener<'_>) -> Value {
        let Listener {
            protocol,
            port,
            about,
            servers,
            policy,
        } = *listener;
        json!({
            "AlpnEnabled": false,
            "AlpnPolicy": "",
            "CaCertificateIds": [],
            "CaEnabled": false,
            "CertificateIds": [],
            "Cps": 0,
            "EndPort": "",
            "IdleTimeout": 900,
            "ListenerDescription": about,
            "ListenerId": self.listener_id(port),
            "ListenerPort": port,
            "ListenerProtocol": protocol,
            "ListenerStatus": "Running",
            "LoadBalancerId": self.id,
            "Mss": 0,
            "ProxyProtocolEnabled": false,
            "ProxyProtocolV2Config": {},
            "RegionId": self.region,
            "SecSensorEnabled": false,
            "SecurityPolicyId": policy,
            "ServerGroupId": servers,
            "StartPort": "",
            "Tags": [],
        })
    }

    /// An item of alb ListRules: plain HTTP is sent on to HTTPS.
    pub(crate) fn redirect_rule(&self, port: u16) -> Value {
        let listener = self.listener_id(port);
        let actions = json!([{
            "Order": 1,
            "RedirectConfig": {
                "Host": "${host}", "HttpCode": "301", "Path": "${path}", "Port": "443",
                "Protocol": "HTTPS", "Query": "${query}",
            },
            "Type": "Redirect",
        }]);
        let conditions = json!([{"PathConfig": {"Values": ["/*"]}, "Type": "Path"}]);
        Rule {
            balancer: self.id,
            listener: &listener,
            id: &id(
                "rule",
                self.region,
                &format!("{}/{port}/redirect", self.name),
            ),
            name: "redirect-to-https",
            priority: 1,
            actions,
            conditions,
        }
        .item()
    }
}

/// A forwarding rule of an ALB listener.
#[derive(Clone, Debug)]
pub(crate) struct Rule<'a> {
    pub(crate) balancer: &'a str,
    pub(crate) listener: &'a str,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) priority: usize,
    pub(crate) actions: Value,
    pub(crate) conditions: Value,
}

impl Rule<'_> {
    /// An item of alb ListRules.
    pub(crate) fn item(self) -> Value {
        json!({
            "Direction": "Request",
            "ListenerId": self.listener,
            "LoadBalancerId": self.balancer,
            "Priority": self.priority,
            "RuleActions": self.actions,
            "RuleConditions": self.conditions,
            "RuleId": self.id,
            "RuleName": self.name,
            "RuleStatus": "Available",
            "Tags": [],
        })
    }
}

/// Servers that an ALB or an NLB sends to.
#[derive(Clone, Debug)]
pub(crate) struct ServerGroup<'a> {
    pub(crate) region: &'a str,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) application: bool,
    pub(crate) protocol: &'a str,
    pub(crate) vpc: &'a str,
    /// Balancers that send to it.
    pub(crate) balancers: &'a [&'a str],
    /// Servers in it.
    pub(crate) count: usize,
    pub(crate) created: &'a str,
}

impl ServerGroup<'_> {
    /// An item of ListServerGroups.
    pub(crate) fn item(&self) -> Value {
        if self.application {
            json!({
                "ConfigManagedEnabled": false,
                "ConnectionDrainConfig": {"ConnectionDrainEnabled": false, "ConnectionDrainTimeout": 300},
                "CreateTime": self.created,
                "CrossZoneEnabled": true,
                "HealthCheckConfig": {
                    "HealthCheckCodes": ["http_2xx", "http_3xx"],
                    "HealthCheckConnectPort": 0,
                    "HealthCheckEnabled": true,
                    "HealthCheckHost": "$SERVER_IP",
                    "HealthCheckHttpVersion": "HTTP1.1",
                    "HealthCheckInterval": 2,
                    "HealthCheckMethod": "HEAD",
                    "HealthCheckPath": "/healthz",
                    "HealthCheckProtocol": "HTTP",
                    "HealthCheckTimeout": 5,
                    "HealthyThreshold": 3,
                    "UnhealthyThreshold": 3,
                },
                "IpVersionAffinityMode": "",
                "Ipv6Enabled": false,
                "Protocol": self.protocol,
                "RelatedLoadBalancerIds": self.balancers,
                "ResourceGroupId": RESOURCE_GROUP,
                "Scheduler": "Wrr",
                "ServerCount": self.count,
                "ServerGroupId": self.id,
                "ServerGroupName": self.name,
                "ServerGroupStatus": "Available",
                "ServerGroupType": "Instance",
                "ServiceName": "",
                "SlowStartConfig": {"SlowStartDuration": 30, "SlowStartEnabled": false},
                "StickySessionConfig": {"StickySessionEnabled": false},
                "Tags": [],
                "UchConfig": {},
                "UpstreamKeepaliveEnabled": false,
                "VpcId": self.vpc,
            })
        } else {
            json!({
                "AddressIPVersion": "Ipv4",
                "AliUid": OWNER,
                "AnyPortEnabled": false,
                "ConnectionDrainEnabled": false,
                "ConnectionDrainTimeout": 0,
                "HealthCheck": {
                    "HealthCheckConnectPort": 0,
                    "HealthCheckConnectTimeout": 5,
                    "HealthCheckDomain": "",
                    "HealthCheckEnabled": true,
                    "HealthCheckHttpCode": [],
                    "HealthCheckInterval": 10,
                    "HealthCheckType": "TCP",
                    "HealthCheckUrl": "",
                    "HealthyThreshold": 2,
                    "HttpCheckMethod": "",
                    "UnhealthyThreshold": 2,
                },
                "IpVersionAffinityMode": "",
                "PreserveClientIpEnabled": false,
                "Protocol": self.protocol,
                "RegionId": self.region,
                "RelatedLoadBalancerIds": self.balancers,
                "ResourceGroupId": RESOURCE_GROUP,
                "Scheduler": "Wrr",
                "ServerCount": self.count,
                "ServerGroupId": self.id,
                "ServerGroupName": self.name,
                "ServerGroupStatus": "Available",
                "ServerGroupType": "Instance",
                "Tags": [],
                "VpcId": self.vpc,
            })
        }
    }

    /// An item of ListServerGroupServers.
    pub(crate) fn server(&self, zone: &str, backend: &Backend<'_>) -> Value {
        let mut server = Map::new();
        let mut put = |name: &str, value: Value| {
            server.insert(name.to_owned(), value);
        };
        put("Description", json!(backend.about));
        put("Port", json!(backend.port));
        put("ServerGroupId", json!(self.id));
        put("ServerId", json!(backend.instance));
        put("ServerIp", json!(backend.address));
        put("ServerType", json!(backend.kind));
        put("Status", json!("Available"));
        put("Weight", json!(backend.weight));
        if self.application {
            put("RemoteIpEnabled", json!(false));
        } else {
            put("ZoneId", json!(zone));
        }
        Value::Object(server)
    }
}

/// An item of alb ListAcls.
pub(crate) fn alb_acl(acl: &str, name: &str, created: &str) -> Value {
    json!({
        "AclId": acl,
        "AclName": name,
        "AclStatus": "Available",
        "AddressIPVersion": "IPv4",
        "ConfigManagedEnabled": false,
        "CreateTime": created,
        "ResourceGroupId": RESOURCE_GROUP,
        "Tags": [],
    })
}

/// An item of alb ListAclEntries.
pub(crate) fn alb_acl_entry(range: &str, about: &str) -> Value {
    json!({"Description": about, "Entry": range, "Status": "Available"})
}
