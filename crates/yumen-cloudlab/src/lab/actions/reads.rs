//! What reading actions answer.

use serde_json::{Value, json};

use super::{lists, networks, object, tags};
use crate::lab::estate::{Document, Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::lab::page::{Moment, page};
use crate::lab::parameters::Parameters;
use crate::lab::request::Call;
use crate::lab::unknown_action;
use crate::listing::{PER_REGION, find};

/// An action that is asked once per resource: its path, the parameter that names the resource,
/// and the list in which the resource stands with the field that holds its id.
struct PerResource {
    path: &'static str,
    parameter: &'static str,
    listed: (&'static str, &'static str),
}

const fn per(
    path: &'static str,
    parameter: &'static str,
    list: &'static str,
    field: &'static str,
) -> PerResource {
    PerResource {
        path,
        parameter,
        listed: (list, field),
    }
}

#[rustfmt::skip]
const PER_RESOURCE: &[PerResource] = &[
    per("ecs/DescribeSecurityGroupAttribute", "SecurityGroupId", "ecs/DescribeSecurityGroups", "SecurityGroupId"),
    per("ecs/DescribePrefixListAttributes", "PrefixListId", "ecs/DescribePrefixLists", "PrefixListId"),
    per("ecs/DescribePortRangeListEntries", "PortRangeListId", "ecs/DescribePortRangeLists", "PortRangeListId"),
    per("vpc/DescribeForwardTableEntries", "ForwardTableId", "vpc/DescribeNatGateways", ""),
    per("vpc/DescribeSnatTableEntries", "SnatTableId", "vpc/DescribeNatGateways", ""),
    per("vpc/DescribeRouteEntryList", "RouteTableId", "vpc/DescribeRouteTableList", "RouteTableId"),
    per("vpc/GetIpv4GatewayAttribute", "Ipv4GatewayId", "vpc/ListIpv4Gateways", "Ipv4GatewayId"),
    per("slb/DescribeLoadBalancerAttribute", "LoadBalancerId", "slb/DescribeLoadBalancers", "LoadBalancerId"),
    per("slb/DescribeVServerGroups", "LoadBalancerId", "slb/DescribeLoadBalancers", "LoadBalancerId"),
    per("slb/DescribeVServerGroupAttribute", "VServerGroupId", "", ""),
    per("slb/DescribeMasterSlaveServerGroups", "LoadBalancerId", "slb/DescribeLoadBalancers", "LoadBalancerId"),
    per("slb/DescribeMasterSlaveServerGroupAttribute", "MasterSlaveServerGroupId", "", ""),
    per("slb/DescribeAccessControlListAttribute", "AclId", "slb/DescribeAccessControlLists", "AclId"),
    per("alb/GetLoadBalancerAttribute", "LoadBalancerId", "alb/ListLoadBalancers", "LoadBalancerId"),
    per("alb/GetListenerAttribute", "ListenerId", "alb/ListListeners", "ListenerId"),
    per("alb/ListServerGroupServers", "ServerGroupId", "alb/ListServerGroups", "ServerGroupId"),
    per("alb/ListAclEntries", "AclId", "alb/ListAcls", "AclId"),
    per("nlb/GetLoadBalancerAttribute", "LoadBalancerId", "nlb/ListLoadBalancers", "LoadBalancerId"),
    per("nlb/GetListenerAttribute", "ListenerId", "nlb/ListListeners", "ListenerId"),
    per("nlb/ListServerGroupServers", "ServerGroupId", "nlb/ListServerGroups", "ServerGroupId"),
    per("cbn/DescribeCenAttachedChildInstances", "CenId", "cbn/DescribeCens", "CenId"),
    per("rds/DescribeDBInstanceNetInfo", "DBInstanceId", "rds/DescribeDBInstances", "DBInstanceId"),
    per("rds/DescribeDBInstanceIPArrayList", "DBInstanceId", "rds/DescribeDBInstances", "DBInstanceId"),
    per("r-kvstore/DescribeDBInstanceNetInfo", "InstanceId", "r-kvstore/DescribeInstances", "InstanceId"),
    per("r-kvstore/DescribeSecurityIps", "InstanceId", "r-kvstore/DescribeInstances", "InstanceId"),
    per("polardb/DescribeDBClusterEndpoints", "DBClusterId", "polardb/DescribeDBClusters", "DBClusterId"),
    per("polardb/DescribeDBClusterAccessWhitelist", "DBClusterId", "polardb/DescribeDBClusters", "DBClusterId"),
    per("dds/DescribeDBInstanceAttribute", "DBInstanceId", "dds/DescribeDBInstances", "DBInstanceId"),
    per("dds/DescribeReplicaSetRole", "DBInstanceId", "dds/DescribeDBInstances", "DBInstanceId"),
    per("dds/DescribeSecurityIps", "DBInstanceId", "dds/DescribeDBInstances", "DBInstanceId"),
    per("actiontrail/GetTrailStatus", "Name", "actiontrail/DescribeTrails", "Name"),
];

/// An action that shows what is there in a way of its own.
type View = fn(&Estate, &str, &Parameters) -> Outcome;

/// Actions that name nothing new but show what is there in another way.
#[rustfmt::skip]
const VIEWS: &[(&str, View)] = &[
    ("ecs/DescribeRegions", regions_of_ecs),
    ("ecs/DescribeSecurityGroupReferences", references),
    ("ecs/DescribePrefixListAssociations", lists::associations),
    ("ecs/ListTagResources", tags::list),
    ("vpc/ListTagResources", tags::list),
    ("vpc/DescribeRegions", regions_of_vpc),
    ("vpc/DescribeVpcAttribute", networks::vpc_attribute),
    ("vpc/DescribeVSwitchAttributes", networks::vswitch_attribute),
    ("vpc/DescribeNetworkAclAttributes", acl_attributes),
    ("ecs/DescribeInstanceAttribute", instance_attribute),
    ("sls/GetLogStore", log_store),
];

/// Answers a reading action.
pub(crate) fn read(
    estate: &Estate,
    region: &str,
    call: &Call,
    seed: u64,
    moment: Option<Moment>,
) -> Outcome {
    let path = call.path();
    if let Some((_, view)) = VIEWS.iter().find(|(name, _)| *name == path) {
        return view(estate, region, &call.parameters);
    }
    let Some(per) = PER_RESOURCE.iter().find(|per| per.path == path) else {
        let listing = PER_REGION.iter().find(|listing| listing.path == path);
        let listing = listing.ok_or_else(unknown_action)?;
        let document = estate.seen(region, listing.path, "");
        return page(listing, document, &call.parameters, seed, moment).map(Value::Object);
    };
    let resource = resource(estate, region, per, &call.parameters)?;
    let document = document(estate, region, per, &resource)?;
    match find(per.path) {
        None => document
            .refused
            .map_or(Ok(Value::Object(document.head)), Err),
        Some(listing) => {
            page(listing, Some(&document), &call.parameters, seed, moment).map(Value::Object)
        }
    }
}

/// The resource that the parameters name; NAT tables may be named by their gateway.
fn resource(
    estate: &Estate,
    region: &str,
    per: &PerResource,
    parameters: &Parameters,
) -> Result<String, Refusal> {
    if let Some(resource) = parameters.get(per.parameter) {
        return Ok(resource.to_owned());
    }
    let gateway = parameters.get("NatGatewayId");
    let gateway = gateway.filter(|_| per.listed.0 == "vpc/DescribeNatGateways");
    let Some(gateway) = gateway else {
        return Err(Refusal::missing(per.parameter));
    };
    let found = estate.find(region, per.listed.0, "NatGatewayId", gateway);
    let found = found.ok_or_else(|| Refusal::not_found("NatGatewayId"))?;
    let tables = if per.parameter == "ForwardTableId" {
        found
            .get("ForwardTableIds")
            .and_then(|ids| ids.get("ForwardTableId"))
    } else {
        found
            .get("SnatTableIds")
            .and_then(|ids| ids.get("SnatTableId"))
    };
    let first = tables
        .and_then(|tables| tables.get(0))
        .and_then(Value::as_str);
    first
        .map(str::to_owned)
        .ok_or_else(|| Refusal::not_found(per.parameter))
}

/// What is known of a resource: its own document, or what the list says of it.
fn document(
    estate: &Estate,
    region: &str,
    per: &PerResource,
    resource: &str,
) -> Result<Document, Refusal> {
    if let Some(document) = estate.seen(region, per.path, resource) {
        return Ok(document.clone());
    }
    let (list, field) = per.listed;
    let listed = estate.seen(region, list, "");
    let items = listed
        .map(|document| document.items.as_slice())
        .unwrap_or_default();
    let mut objects = items.iter().map(|item| &item.object);
    let found = match (list, field) {
        ("vpc/DescribeNatGateways", _) => objects.find(|gateway| {
            Value::Object((*gateway).clone())
                .to_string()
                .contains(&format!("\"{resource}\""))
        }),
        (_, "") => None,
        _ => objects.find(|object| text(object, field) == resource),
    };
    let found = found.ok_or_else(|| Refusal::not_found(per.parameter))?;
    // A list whose resource exists is empty; a description says at least what the list says.
    let head = if find(per.path).is_some() {
        Object::new()
    } else {
        found.clone()
    };
    Ok(Document {
        head,
        ..Document::default()
    })
}

fn regions_of_ecs(estate: &Estate, _: &str, _: &Parameters) -> Outcome {
    regions(estate, "ecs")
}

fn regions_of_vpc(estate: &Estate, _: &str, _: &Parameters) -> Outcome {
    regions(estate, "vpc")
}

fn regions(estate: &Estate, product: &str) -> Outcome {
    let regions: Vec<Value> = estate
        .regions()
        .map(|region| {
            json!({
                "LocalName": local_name(region),
                "RegionEndpoint": format!("{product}.{region}.aliyuncs.com"),
                "RegionId": region,
                "Status": "available",
            })
        })
        .collect();
    Ok(json!({"Regions": {"Region": regions}}))
}

fn local_name(region: &str) -> &str {
    match region {
        "cn-hangzhou" => "华东 1（杭州）",
        "cn-shanghai" => "华东 2（上海）",
        "cn-beijing" => "华北 2（北京）",
        "cn-shenzhen" => "华南 1（深圳）",
        "cn-hongkong" => "中国香港",
        "ap-southeast-1" => "新加坡",
        other => other,
    }
}

/// Groups whose rules name other groups.
fn references(estate: &Estate, region: &str, parameters: &Parameters) -> Outcome {
    let wanted = parameters.list("SecurityGroupId");
    if wanted.is_empty() {
        return Err(Refusal::missing("SecurityGroupId"));
    }
    let mut found = Vec::new();
    for group in &wanted {
        if estate
            .find(
                region,
                "ecs/DescribeSecurityGroups",
                "SecurityGroupId",
                group,
            )
            .is_none()
        {
            return Err(Refusal::not_found("SecurityGroupId"));
        }
        let referencing: Vec<Value> = super::groups::referencing(estate, region, group)
            .map(|id| json!({"AliUid": "", "SecurityGroupId": id}))
            .collect();
        if !referencing.is_empty() {
            found.push(json!({
                "ReferencingSecurityGroups": {"ReferencingSecurityGroup": referencing},
                "SecurityGroupId": group,
            }));
        }
    }
    Ok(json!({"SecurityGroupReferences": {"SecurityGroupReference": found}}))
}

/// An ACL's attributes are its item of the list, under another name.
fn acl_attributes(estate: &Estate, region: &str, parameters: &Parameters) -> Outcome {
    let id = parameters.required("NetworkAclId")?;
    let document = estate.seen(region, "vpc/DescribeNetworkAcls", "");
    let items = document
        .map(|document| document.items.as_slice())
        .unwrap_or_default();
    let found = items
        .iter()
        .find(|item| text(&item.object, "NetworkAclId") == id);
    let found = found.ok_or_else(|| Refusal::not_found("NetworkAclId"))?;
    Ok(json!({"NetworkAclAttribute": found.object}))
}

fn instance_attribute(estate: &Estate, region: &str, parameters: &Parameters) -> Outcome {
    let id = parameters.required("InstanceId")?;
    let mut shown = estate.seen_items(region, "ecs/DescribeInstances", "");
    let found = shown.find(|one| text(one, "InstanceId") == id);
    let found = found.ok_or_else(|| Refusal::not_found("InstanceId"))?;
    Ok(Value::Object(found.clone()))
}

/// A log store's document is named after project and store.
fn log_store(estate: &Estate, region: &str, parameters: &Parameters) -> Outcome {
    let (project, store) = (parameters.text("Project"), parameters.text("LogStoreName"));
    let found = estate.document(region, "sls/GetLogStore", &format!("{project}~{store}"));
    let found = found.ok_or_else(|| {
        Refusal::new(
            404,
            "LogStoreNotExist",
            format!("logstore {store} does not exist"),
        )
    })?;
    Ok(object(Value::Object(found.head.clone())).into())
}
