//! From an event to what must be read again for it.
//!
//! A table says, for what actions are called, which lists and which resources they may change. It
//! errs on the side of reading too much: what it does not know means everything in the region, and
//! only services that cannot touch a network are left out.

use std::collections::BTreeSet;

use super::event::CloudEvent;

/// What must be read again.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Affected {
    parts: BTreeSet<Part>,
}

/// A part of what is read of an account; products and actions are named as in the layout of a
/// snapshot directory (`ecs`, `DescribeSecurityGroups`), `None` stands for every region.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Part {
    /// All that is read
    Everything {
        /// The region
        region: Option<String>,
    },
    /// All that is read of a product
    Product {
        /// The region
        region: Option<String>,
        /// The product
        product: &'static str,
    },
    /// A list, with what is asked for those of its resources that are new; for an action that is
    /// asked once per resource, each of those
    List {
        /// The region
        region: Option<String>,
        /// The product
        product: &'static str,
        /// The action
        action: &'static str,
    },
    /// A list, with all that is asked for each of its resources
    Below {
        /// The region
        region: Option<String>,
        /// The product
        product: &'static str,
        /// The action
        action: &'static str,
    },
    /// What is asked for one resource
    Resource {
        /// The region
        region: Option<String>,
        /// The product
        product: &'static str,
        /// The action
        action: &'static str,
        /// The resource
        id: String,
    },
}

impl Affected {
    /// Everything in a region, or in all.
    #[must_use]
    pub fn everything(region: Option<&str>) -> Self {
        let region = region.map(str::to_owned);
        Self {
            parts: BTreeSet::from([Part::Everything { region }]),
        }
    }

    /// The rules of a security group.
    #[must_use]
    pub fn group(region: &str, id: &str) -> Self {
        let part = Part::Resource {
            region: Some(region.to_owned()),
            product: "ecs",
            action: "DescribeSecurityGroupAttribute",
            id: id.to_owned(),
        };
        Self {
            parts: BTreeSet::from([part]),
        }
    }

    /// Adds a part.
    pub fn add(&mut self, part: Part) {
        self.parts.insert(part);
    }

    /// Adds what another names.
    pub fn extend(&mut self, other: Self) {
        self.parts.extend(other.parts);
    }

    /// True if nothing must be read again.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Takes out what means everything in some region: a reading of minutes in a large account.
    pub(super) fn take_everything(&mut self) -> Self {
        let is_everything = |part: &Part| matches!(part, Part::Everything { .. });
        let (everything, parts) = std::mem::take(&mut self.parts)
            .into_iter()
            .partition(is_everything);
        self.parts = parts;
        Self { parts: everything }
    }

    /// Its parts, sorted.
    pub fn parts(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter()
    }
}

/// What an event may have changed. Nothing if it was refused or cannot touch the network.
#[must_use]
pub fn affected(event: &CloudEvent) -> Affected {
    let mut affected = Affected::default();
    let service = service(&event.product);
    if event.error.is_some() || HARMLESS.contains(&service) {
        return affected;
    }
    let region = Some(event.region.clone()).filter(|region| !region.is_empty());
    let row = TABLE
        .iter()
        .find(|(of, word, _)| *of == service && is_about(&event.name, word));
    let Some((_, _, reach)) = row else {
        return Affected::everything(region.as_deref());
    };
    for reach in *reach {
        let region = region.clone();
        match *reach {
            Reach::Product(product) => affected.add(Part::Product { region, product }),
            Reach::List(product, action) => affected.add(Part::List {
                region,
                product,
                action,
            }),
            Reach::Below(product, action) => affected.add(Part::Below {
                region,
                product,
                action,
            }),
            Reach::One(product, action, parameter) => {
                let ids = event.values(parameter);
                if ids.is_empty() {
                    // It names the resource in a way of its own: each may be it.
                    affected.add(Part::List {
                        region: region.clone(),
                        product,
                        action,
                    });
                }
                for id in ids {
                    affected.add(Part::Resource {
                        region: region.clone(),
                        product,
                        action,
                        id: id.to_owned(),
                    });
                }
            }
        }
    }
    affected
}

/// Services that hold no part of a network: who may do what, objects, keys, bills, measurements.
const HARMLESS: [&str; 8] = [
    "sts",
    "ram",
    "ims",
    "oss",
    "kms",
    "cms",
    "bss",
    "bssopenapi",
];

/// A service by its product's name: the trail and the products' APIs differ for some.
fn service(name: &str) -> &str {
    match name {
        "cen" => "cbn",
        "eip" | "natgateway" | "nat" | "vpn" => "vpc",
        "kvstore" | "redis" => "r-kvstore",
        "mongodb" => "dds",
        name => name,
    }
}

/// True if an action is about something: its name holds the word, or begins with what ends in `*`.
fn is_about(action: &str, word: &str) -> bool {
    match word.strip_suffix('*') {
        Some(start) => action.starts_with(start),
        None => action.contains(word),
    }
}

/// What an action reaches.
#[derive(Clone, Copy, Debug)]
enum Reach {
    /// All that is read of a product
    Product(&'static str),
    /// A list
    List(&'static str, &'static str),
    /// A list with all that is asked for each of its resources
    Below(&'static str, &'static str),
    /// What is asked for the resource that a parameter names; for each, if it names none
    One(&'static str, &'static str, &'static str),
}

use Reach::{Below, List, One, Product};

const GROUPS: Reach = List("ecs", "DescribeSecurityGroups");
const RULES: Reach = One("ecs", "DescribeSecurityGroupAttribute", "SecurityGroupId");
const INTERFACES: Reach = List("ecs", "DescribeNetworkInterfaces");
const INSTANCES: Reach = List("ecs", "DescribeInstances");
const EIPS: Reach = List("vpc", "DescribeEipAddresses");
const IPV6: Reach = List("vpc", "DescribeIpv6Addresses");
const VPCS: Reach = List("vpc", "DescribeVpcs");
const VSWITCHES: Reach = List("vpc", "DescribeVSwitches");
const ROUTES: Reach = Below("vpc", "DescribeRouteTableList");
const GATEWAYS: Reach = List("vpc", "DescribeNatGateways");
const ACLS: Reach = List("vpc", "DescribeNetworkAcls");
const SLB: Reach = Product("slb");
const ALB: Reach = Product("alb");
const NLB: Reach = Product("nlb");

/// Service, word of the action's name, and what is read again; the first row that fits counts.
#[rustfmt::skip]
static TABLE: &[(&str, &str, &[Reach])] = &[
    ("ecs", "AuthorizeSecurityGroup*", &[RULES]),
    ("ecs", "RevokeSecurityGroup*", &[RULES]),
    ("ecs", "SecurityGroupRule", &[RULES]),
    ("ecs", "SecurityGroupEgressRule", &[RULES]),
    ("ecs", "JoinSecurityGroup", &[INTERFACES, INSTANCES, GROUPS]),
    ("ecs", "LeaveSecurityGroup", &[INTERFACES, INSTANCES, GROUPS]),
    ("ecs", "SecurityGroup", &[GROUPS, RULES]),
    ("ecs", "PrefixList", &[List("ecs", "DescribePrefixLists"), One("ecs", "DescribePrefixListAttributes", "PrefixListId")]),
    ("ecs", "PortRangeList", &[List("ecs", "DescribePortRangeLists"), One("ecs", "DescribePortRangeListEntries", "PortRangeListId")]),
    ("ecs", "Tag", &[GROUPS, INTERFACES, INSTANCES, List("ecs", "DescribePrefixLists"), List("ecs", "DescribePortRangeLists")]),
    ("ecs", "NetworkInterface", &[INTERFACES, INSTANCES, GROUPS, EIPS, IPV6, ROUTES]),
    ("ecs", "InstanceMetadataOptions", &[INSTANCES]),
    ("ecs", "DeleteInstance*", &[INTERFACES, INSTANCES, GROUPS, EIPS, IPV6, ROUTES, SLB, ALB, NLB, Below("vpc", "DescribeNatGateways")]),
    ("ecs", "Instance", &[INTERFACES, INSTANCES, GROUPS, EIPS, IPV6]),
    ("ecs", "Disk", &[]),
    ("ecs", "Snapshot", &[]),
    ("ecs", "Image", &[]),
    ("ecs", "KeyPair", &[]),
    ("vpc", "NetworkAcl", &[ACLS, One("vpc", "DescribeNetworkAclAttributes", "NetworkAclId"), VSWITCHES]),
    ("vpc", "ForwardEntry", &[GATEWAYS, One("vpc", "DescribeForwardTableEntries", "ForwardTableId"), EIPS]),
    ("vpc", "SnatEntry", &[GATEWAYS, One("vpc", "DescribeSnatTableEntries", "SnatTableId"), EIPS]),
    ("vpc", "Eip", &[EIPS, INTERFACES, INSTANCES, GATEWAYS, SLB, ALB, NLB]),
    ("vpc", "NatGateway", &[Below("vpc", "DescribeNatGateways"), EIPS, INTERFACES, ROUTES]),
    ("vpc", "Ipv4Gateway", &[List("vpc", "ListIpv4Gateways"), VPCS, ROUTES]),
    ("vpc", "Ipv6", &[List("vpc", "DescribeIpv6Gateways"), IPV6, VPCS, VSWITCHES, INTERFACES, ROUTES]),
    ("vpc", "Route", &[ROUTES, VSWITCHES, VPCS, List("vpc", "DescribeRouterInterfaces")]),
    ("vpc", "VSwitch", &[VSWITCHES, VPCS, ROUTES, Below("vpc", "DescribeNetworkAcls"), IPV6]),
    ("vpc", "FlowLog", &[Below("vpc", "DescribeFlowLogs")]),
    ("vpc", "Vpn", &[List("vpc", "DescribeVpnGateways"), List("vpc", "DescribeVpnConnections"), ROUTES]),
    ("vpc", "CustomerGateway", &[List("vpc", "DescribeVpnConnections")]),
    ("vpc", "VpcPeer", &[List("vpcpeer", "ListVpcPeerConnections"), ROUTES]),
    ("vpc", "Vpc", &[VPCS, VSWITCHES, ROUTES, ACLS, List("vpc", "DescribeIpv6Gateways"), List("vpc", "ListIpv4Gateways")]),
    ("vpc", "Tag", &[Product("vpc")]),
    ("vpcpeer", "", &[List("vpcpeer", "ListVpcPeerConnections"), ROUTES]),
    ("slb", "AccessControlList", &[List("slb", "DescribeAccessControlLists"), One("slb", "DescribeAccessControlListAttribute", "AclId")]),
    ("slb", "Listener", &[List("slb", "DescribeLoadBalancerListeners"), One("slb", "DescribeLoadBalancerAttribute", "LoadBalancerId"), List("slb", "DescribeLoadBalancers")]),
    ("slb", "", &[SLB, EIPS]),
    ("alb", "AclsWithListener", &[List("alb", "ListListeners"), One("alb", "GetListenerAttribute", "ListenerId"), List("alb", "ListAcls")]),
    ("alb", "AclsFromListener", &[List("alb", "ListListeners"), One("alb", "GetListenerAttribute", "ListenerId"), List("alb", "ListAcls")]),
    ("alb", "Acl", &[List("alb", "ListAcls"), One("alb", "ListAclEntries", "AclId")]),
    ("alb", "Rule", &[List("alb", "ListRules")]),
    ("alb", "", &[ALB, EIPS, GROUPS, INTERFACES]),
    ("nlb", "", &[NLB, EIPS, GROUPS, INTERFACES]),
    ("cbn", "", &[Product("cbn"), ROUTES]),
    ("rds", "", &[Product("rds")]),
    ("r-kvstore", "", &[Product("r-kvstore")]),
    ("polardb", "", &[Product("polardb")]),
    ("dds", "", &[Product("dds")]),
    ("actiontrail", "", &[Product("actiontrail")]),
    ("sls", "LogStore", &[Below("vpc", "DescribeFlowLogs")]),
    ("sls", "", &[]),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::collect::PLAN;

    fn event(service: &str, name: &str, parameters: &[(&str, &str)]) -> CloudEvent {
        let parameters: serde_json::Map<String, serde_json::Value> = parameters
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).into()))
            .collect();
        CloudEvent::read(&serde_json::json!({
            "eventId": "e", "eventName": name, "serviceName": service, "acsRegion": "r",
            "eventTime": "2026-03-18T02:30:00Z", "requestParameters": parameters,
        }))
        .unwrap()
    }

    #[test]
    fn the_table_speaks_of_what_is_read() {
        let is_read = |product: &str, action: &str| {
            let mut reads = PLAN.iter();
            reads.any(|read| read.product.name == product && read.action == action)
        };
        for (service, word, reach) in TABLE {
            for reach in *reach {
                let known = match reach {
                    List(product, action) | Below(product, action) | One(product, action, _) => {
                        is_read(product, action)
                    }
                    Product(product) => PLAN.iter().any(|read| read.product.name == *product),
                };
                assert!(known, "{service} {word}: {reach:?}");
            }
        }
    }

    #[test]
    fn a_rule_means_its_group_and_what_is_unknown_means_everything() {
        let opened = event(
            "Ecs",
            "AuthorizeSecurityGroup",
            &[("SecurityGroupId", "sg-1")],
        );
        assert_eq!(affected(&opened), Affected::group("r", "sg-1"));
        let mut refused = opened.clone();
        refused.error = Some("Forbidden.RAM".to_owned());
        assert!(affected(&refused).is_empty());
        assert!(affected(&event("Oss", "PutBucketAcl", &[])).is_empty());
        for (service, name) in [("Ess", "ExecuteScalingRule"), ("Ecs", "DoWhatIsNew")] {
            let affected = affected(&event(service, name, &[]));
            assert_eq!(affected, Affected::everything(Some("r")));
        }
    }
}
