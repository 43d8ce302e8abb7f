//! Tags: set, taken away, listed, in the three shapes that the products write them in.

use serde_json::{Value, json};
use yumen_aliyun_protocol::limits::TAGS;

use super::{Context, done, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::lab::page::{has_tags, tags_of};
use crate::lab::parameters::Parameters;

/// Resource types that can be tagged, where they stand, and the field of their id.
const KINDS: [(&str, &str, &str); 12] = [
    (
        "securitygroup",
        "ecs/DescribeSecurityGroups",
        "SecurityGroupId",
    ),
    ("instance", "ecs/DescribeInstances", "InstanceId"),
    ("eni", "ecs/DescribeNetworkInterfaces", "NetworkInterfaceId"),
    ("prefixlist", "ecs/DescribePrefixLists", "PrefixListId"),
    (
        "portrangelist",
        "ecs/DescribePortRangeLists",
        "PortRangeListId",
    ),
    ("vpc", "vpc/DescribeVpcs", "VpcId"),
    ("vswitch", "vpc/DescribeVSwitches", "VSwitchId"),
    ("routetable", "vpc/DescribeRouteTableList", "RouteTableId"),
    ("eip", "vpc/DescribeEipAddresses", "AllocationId"),
    ("natgateway", "vpc/DescribeNatGateways", "NatGatewayId"),
    ("networkacl", "vpc/DescribeNetworkAcls", "NetworkAclId"),
    ("flowlog", "vpc/DescribeFlowLogs", "FlowLogId"),
];

fn kind(parameters: &Parameters) -> Result<(&'static str, &'static str), Refusal> {
    let wanted = parameters.required("ResourceType")?.to_ascii_lowercase();
    let found = KINDS.iter().find(|(name, _, _)| *name == wanted);
    found
        .map(|(_, path, field)| (*path, *field))
        .ok_or_else(|| Refusal::unsupported_value("ResourceType"))
}

/// Tags in the shape of a product, or of the object's own present tags.
fn tags_for(product: &str, like: &Object, tags: Vec<(String, Option<String>)>) -> Value {
    let names = if product == "ecs" {
        ("TagKey", "TagValue")
    } else {
        ("Key", "Value")
    };
    let rows: Vec<Value> = tags
        .into_iter()
        .map(|(key, value)| json!({names.0: key, names.1: value.unwrap_or_default()}))
        .collect();
    match like.get("Tags") {
        Some(Value::Array(_)) => Value::Array(rows),
        _ => json!({"Tag": rows}),
    }
}

/// Gives a new object its tags.
pub(super) fn put_tags(product: &str, item: &mut Object, tags: Vec<(String, Option<String>)>) {
    let tags = tags_for(product, item, tags);
    set(item, "Tags", tags);
}

/// Tags that a request may set: few enough, and none that the vendor keeps for itself.
pub(super) fn check(parameters: &Parameters) -> Result<(), Refusal> {
    let tags = parameters.tags();
    let reserved = |key: &str| key.starts_with("aliyun") || key.starts_with("acs:");
    if let Some((key, _)) = tags.iter().find(|(key, _)| reserved(key)) {
        return Err(Refusal::new(
            400,
            "InvalidTagKey.Malformed",
            format!("The specified Tag.n.Key is not valid: {key}"),
        ));
    }
    if tags.len() > TAGS {
        return Err(too_many());
    }
    Ok(())
}

fn too_many() -> Refusal {
    Refusal::new(
        403,
        "QuotaExceed.TagsPerResource",
        "The maximum number of tags for each resource is exceeded.",
    )
}

/// NAT gateways write their tags as ECS does.
fn shape_of(path: &str) -> &'static str {
    if path.starts_with("ecs/") || path == "vpc/DescribeNatGateways" {
        "ecs"
    } else {
        "vpc"
    }
}

pub(super) fn tag(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let (path, field) = kind(context.parameters)?;
    let ids = context.parameters.list("ResourceId");
    let wanted = context.parameters.tags();
    if ids.is_empty() {
        return Err(Refusal::missing("ResourceId"));
    }
    if wanted.is_empty() {
        return Err(Refusal::missing("Tag"));
    }
    let mut changes = Vec::new();
    for id in &ids {
        let found = estate.find(context.region, path, field, id);
        let found = found.ok_or_else(|| Refusal::not_found("ResourceId"))?;
        let mut tags: Vec<(String, Option<String>)> = tags_of(found)
            .into_iter()
            .map(|(key, value)| (key, Some(value)))
            .collect();
        for (key, value) in &wanted {
            tags.retain(|(of, _)| of != key);
            tags.push((key.clone(), Some(value.clone().unwrap_or_default())));
        }
        if tags.len() > TAGS {
            return Err(too_many());
        }
        changes.push((id, tags_for(shape_of(path), found, tags)));
    }
    for (id, tags) in changes {
        if let Some(found) = estate.find_mut(context.region, path, field, id) {
            set(found, "Tags", tags);
        }
    }
    done()
}

pub(super) fn untag(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let (path, field) = kind(context.parameters)?;
    let all = context.parameters.is_on("All");
    let keys = context.parameters.list("TagKey");
    for id in context.parameters.list("ResourceId") {
        let found = estate.find(context.region, path, field, &id);
        let found = found.ok_or_else(|| Refusal::not_found("ResourceId"))?;
        let kept = tags_of(found)
            .into_iter()
            .filter(|(key, _)| !all && !keys.contains(key))
            .map(|(key, value)| (key, Some(value)))
            .collect();
        let tags = tags_for(shape_of(path), found, kept);
        if let Some(found) = estate.find_mut(context.region, path, field, &id) {
            set(found, "Tags", tags);
        }
    }
    done()
}

/// ListTagResources.
pub(super) fn list(estate: &Estate, region: &str, parameters: &Parameters) -> Outcome {
    let (path, field) = kind(parameters)?;
    let ids = parameters.list("ResourceId");
    let wanted = parameters.tags();
    let mut rows = Vec::new();
    for found in estate.seen_items(region, path, "") {
        let id = text(found, field);
        if (!ids.is_empty() && !ids.iter().any(|of| of == id)) || !has_tags(found, &wanted) {
            continue;
        }
        for (key, value) in tags_of(found) {
            rows.push(json!({
                "ResourceId": id,
                "ResourceType": parameters.text("ResourceType"),
                "TagKey": key,
                "TagValue": value,
            }));
        }
    }
    Ok(json!({"NextToken": "", "TagResources": {"TagResource": rows}}))
}
