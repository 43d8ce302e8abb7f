//! Security groups: made, renamed, joined, left, deleted.

use serde_json::{Value, json};
use yumen_aliyun_protocol::limits::{GROUPS_PER_INTERFACE, MEMBERS, RULES_PER_INTERFACE};

use super::kinds::is_mentioned;
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text, texts};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::group::Group;

pub(super) const GROUPS: &str = "ecs/DescribeSecurityGroups";
pub(super) const RULES: &str = "ecs/DescribeSecurityGroupAttribute";
pub(super) const INTERFACES: &str = "ecs/DescribeNetworkInterfaces";
pub(super) const INSTANCES: &str = "ecs/DescribeInstances";

/// The group that a parameter names, or the vendor's refusal.
pub(super) fn group<'e>(estate: &'e Estate, context: &Context<'_>) -> Result<&'e Object, Refusal> {
    let id = context.parameters.required("SecurityGroupId")?;
    let found = estate.find(context.region, GROUPS, "SecurityGroupId", id);
    found.ok_or_else(|| Refusal::not_found("SecurityGroupId"))
}

pub(super) fn create(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let kind = context.text("SecurityGroupType");
    if !matches!(kind, "" | "normal" | "enterprise") {
        return Err(Refusal::unsupported_value("SecurityGroupType"));
    }
    let advanced = kind == "enterprise";
    let vpc = context.text("VpcId").to_owned();
    if !vpc.is_empty()
        && estate
            .find(context.region, "vpc/DescribeVpcs", "VpcId", &vpc)
            .is_none()
    {
        return Err(Refusal::new(
            404,
            "InvalidVpcId.NotFound",
            "Specified VPC does not exist.",
        ));
    }
    let name = name(context, "SecurityGroupName")?;
    let id = context.new_id("sg");
    let (about, time) = (context.text("Description").to_owned(), context.time());
    let group = Group {
        region: context.region,
        id: &id,
        name: &name,
        about: &about,
        vpc: &vpc,
        advanced,
        isolated: advanced,
        managed: false,
        created: &time,
        members: 0,
        rules: 0,
        group_rules: 0,
        tags: &[],
    };
    let mut item = object(group.item());
    put_tags("ecs", &mut item, context.parameters.tags());
    let mut head = object(group.attribute(Vec::new(), 1, false));
    for field in ["RequestId", "NextToken", "Permissions"] {
        head.remove(field);
    }
    estate.push(context.region, GROUPS, "", item);
    estate.change(context.region, RULES, &id).head = head;
    Ok(json!({"SecurityGroupId": id}))
}

/// A name of the vendor's form: 2 to 128 characters that do not begin with `http://`.
pub(super) fn name(context: &Context<'_>, parameter: &str) -> Result<String, Refusal> {
    let name = context.text(parameter);
    let length = name.chars().count();
    let well_formed = name.is_empty()
        || ((1..=128).contains(&length)
            && !name.starts_with("http://")
            && !name.starts_with("https://"));
    if well_formed {
        Ok(name.to_owned())
    } else {
        Err(Refusal::malformed(parameter))
    }
}

pub(super) fn rename(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = text(group(estate, context)?, "SecurityGroupId").to_owned();
    let name = name(context, "SecurityGroupName")?;
    for (field, value) in [
        ("SecurityGroupName", name.as_str()),
        ("Description", context.text("Description")),
    ] {
        if value.is_empty() {
            continue;
        }
        if let Some(group) = estate.find_mut(context.region, GROUPS, "SecurityGroupId", &id) {
            set(group, field, value);
        }
        set(
            &mut estate.change(context.region, RULES, &id).head,
            field,
            value,
        );
    }
    done()
}

pub(super) fn set_policy(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let group = group(estate, context)?;
    let id = text(group, "SecurityGroupId").to_owned();
    let policy = match context.parameters.required("InnerAccessPolicy")? {
        policy if policy.eq_ignore_ascii_case("accept") => "Accept",
        policy if policy.eq_ignore_ascii_case("drop") => "Drop",
        _ => return Err(Refusal::malformed("InnerAccessPolicy")),
    };
    if text(group, "SecurityGroupType") == "enterprise" {
        return Err(Refusal::new(
            403,
            "OperationDenied",
            "The inner access policy of an enterprise security group cannot be modified.",
        ));
    }
    let head = &mut estate.change(context.region, RULES, &id).head;
    context.changed = text(head, "InnerAccessPolicy") != policy;
    set(head, "InnerAccessPolicy", policy);
    done()
}

/// Groups whose rules name a group.
pub(super) fn referencing<'e>(
    estate: &'e Estate,
    region: &'e str,
    group: &'e str,
) -> impl Iterator<Item = &'e str> {
    let documents = estate.documents();
    documents.filter_map(move |(of, path, resource, document)| {
        let names = document.items.iter().any(|rule| {
            text(&rule.object, "SourceGroupId") == group
                || text(&rule.object, "DestGroupId") == group
        });
        (of == region && path == RULES && resource != group && names).then_some(resource)
    })
}

pub(super) fn delete(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = text(group(estate, context)?, "SecurityGroupId").to_owned();
    let region = context.region;
    let has_members = estate
        .items(region, INTERFACES, "")
        .chain(estate.items(region, INSTANCES, ""))
        .any(|member| texts(member, "SecurityGroupIds", "SecurityGroupId").any(|of| of == id));
    if has_members {
        return Err(Refusal::new(
            403,
            "DependencyViolation",
            "There is still instance(s) in the specified security group.",
        ));
    }
    for product in ["alb", "nlb"] {
        let path = format!("{product}/ListLoadBalancers");
        if is_mentioned(estate, region, &path, &id) {
            return Err(Refusal::new(
                403,
                "DependencyViolation",
                "There is still a load balancer in the specified security group.",
            ));
        }
    }
    if referencing(estate, region, &id).next().is_some() {
        return Err(Refusal::new(
            403,
            "DependencyViolation",
            "The specified security group is still referenced by the rules of another security group.",
        ));
    }
    estate.take(region, GROUPS, "", |group| {
        text(group, "SecurityGroupId") == id
    });
    estate.remove(region, RULES, &id);
    done()
}

/// Whom a request to join or leave is about: an interface, or an instance's primary one.
fn member(estate: &Estate, context: &Context<'_>) -> Result<String, Refusal> {
    if let Some(interface) = context.parameters.get("NetworkInterfaceId") {
        let found = estate.find(context.region, INTERFACES, "NetworkInterfaceId", interface);
        return match found {
            Some(_) => Ok(interface.to_owned()),
            None => Err(Refusal::not_found("NetworkInterfaceId")),
        };
    }
    let instance = context.parameters.required("InstanceId")?;
    let primary = estate
        .items(context.region, INTERFACES, "")
        .find(|one| text(one, "InstanceId") == instance && text(one, "Type") == "Primary");
    let primary = primary.ok_or_else(|| Refusal::not_found("InstanceId"))?;
    Ok(text(primary, "NetworkInterfaceId").to_owned())
}

fn groups_of(estate: &Estate, region: &str, interface: &str) -> Vec<String> {
    let found = estate.find(region, INTERFACES, "NetworkInterfaceId", interface);
    let groups = found.map(|one| texts(one, "SecurityGroupIds", "SecurityGroupId"));
    groups.into_iter().flatten().map(str::to_owned).collect()
}

pub(super) fn join(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = text(group(estate, context)?, "SecurityGroupId").to_owned();
    let interface = member(estate, context)?;
    let mut groups = groups_of(estate, context.region, &interface);
    if groups.contains(&id) {
        return Err(Refusal::new(
            403,
            "InvalidInstanceId.AlreadyExists",
            "The specified instance already exists in the specified security group.",
        ));
    }
    groups.push(id);
    put(estate, context.region, &interface, groups)
}

pub(super) fn leave(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = text(group(estate, context)?, "SecurityGroupId").to_owned();
    let interface = member(estate, context)?;
    let mut groups = groups_of(estate, context.region, &interface);
    if !groups.contains(&id) {
        return Err(Refusal::new(
            403,
            "InstanceNotInSecurityGroup",
            "The instance not in the group.",
        ));
    }
    if groups.len() == 1 {
        return Err(Refusal::new(
            403,
            "InstanceLastSecurityGroup",
            "The specified security group is the last security group of the specified instance.",
        ));
    }
    groups.retain(|group| *group != id);
    put(estate, context.region, &interface, groups)
}

/// ModifyNetworkInterfaceAttribute, as far as it says which groups an interface is in.
pub(super) fn set_groups(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let interface = context.parameters.required("NetworkInterfaceId")?;
    if estate
        .find(context.region, INTERFACES, "NetworkInterfaceId", interface)
        .is_none()
    {
        return Err(Refusal::not_found("NetworkInterfaceId"));
    }
    let interface = interface.to_owned();
    let groups = context.parameters.list("SecurityGroupId");
    if groups.is_empty() {
        return done();
    }
    context.changed = groups != groups_of(estate, context.region, &interface);
    put(estate, context.region, &interface, groups)
}

/// Puts an interface into exactly those groups, where the vendor's limits allow it.
fn put(estate: &mut Estate, region: &str, interface: &str, groups: Vec<String>) -> Outcome {
    let of = estate
        .find(region, INTERFACES, "NetworkInterfaceId", interface)
        .cloned();
    let of = of.unwrap_or_default();
    for id in &groups {
        let group = estate.find(region, GROUPS, "SecurityGroupId", id);
        let group = group.ok_or_else(|| Refusal::not_found("SecurityGroupId"))?;
        if text(group, "VpcId") != text(&of, "VpcId") {
            return Err(Refusal::new(
                403,
                "InvalidOperation.InvalidEcsState",
                "The specified security group and the network interface are not in the same VPC.",
            ));
        }
    }
    let before = groups_of(estate, region, interface);
    compatible(estate, region, &groups)?;
    for id in groups.iter().filter(|id| !before.contains(id)) {
        has_room(estate, region, id, 1)?;
    }
    let value = json!({"SecurityGroupId": groups});
    if let Some(one) = estate.find_mut(region, INTERFACES, "NetworkInterfaceId", interface) {
        set(one, "SecurityGroupIds", value.clone());
    }
    let instance = text(&of, "InstanceId");
    if text(&of, "Type") == "Primary"
        && let Some(one) = estate.find_mut(region, INSTANCES, "InstanceId", instance)
    {
        set(one, "SecurityGroupIds", value);
    }
    for id in before.iter().chain(&groups) {
        recount(estate, region, id);
    }
    done()
}

/// Refuses groups that one interface cannot be in together.
fn compatible(estate: &Estate, region: &str, groups: &[String]) -> Result<(), Refusal> {
    if groups.len() > GROUPS_PER_INTERFACE {
        return Err(Refusal::new(
            403,
            "InstanceSecurityGroupLimitExceed",
            "Exceeding the allowed amount of security groups that an instance can be in.",
        ));
    }
    let mut kinds: Vec<&str> = groups
        .iter()
        .filter_map(|id| estate.find(region, GROUPS, "SecurityGroupId", id))
        .map(|group| text(group, "SecurityGroupType"))
        .collect();
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.len() > 1 {
        return Err(Refusal::new(
            403,
            "InvalidSecurityGroup.TypeMismatch",
            "An interface cannot be in basic and advanced security groups at once.",
        ));
    }
    let rules: usize = groups
        .iter()
        .map(|id| estate.items(region, RULES, id).count())
        .sum();
    if groups.len() > 1 && rules > RULES_PER_INTERFACE {
        return Err(Refusal::new(
            403,
            "InstanceSecurityGroupRuleLimitExceed",
            "The security groups of an interface have too many rules together.",
        ));
    }
    Ok(())
}

fn has_room(estate: &Estate, region: &str, id: &str, more: usize) -> Result<(), Refusal> {
    let group = estate.find(region, GROUPS, "SecurityGroupId", id);
    let (basic, advanced) = MEMBERS;
    let is_advanced = group.is_some_and(|one| text(one, "SecurityGroupType") == "enterprise");
    let limit = if is_advanced { advanced } else { basic };
    if members(estate, region, id) + more > limit {
        return Err(Refusal::new(
            403,
            "SecurityGroupInstanceLimitExceed",
            "Exceeding the allowed amount of instances of a security group.",
        ));
    }
    Ok(())
}

/// Refuses groups that so many new interfaces cannot be in.
pub(super) fn admissible(
    estate: &Estate,
    region: &str,
    groups: &[String],
    more: usize,
) -> Result<(), Refusal> {
    compatible(estate, region, groups)?;
    groups
        .iter()
        .try_for_each(|id| has_room(estate, region, id, more))
}

fn members(estate: &Estate, region: &str, group: &str) -> usize {
    estate
        .items(region, INTERFACES, "")
        .filter(|one| texts(one, "SecurityGroupIds", "SecurityGroupId").any(|of| of == group))
        .count()
}

/// Brings a group's counters into step with what it holds.
pub(super) fn recount(estate: &mut Estate, region: &str, id: &str) {
    let instances = estate
        .items(region, INSTANCES, "")
        .filter(|one| texts(one, "SecurityGroupIds", "SecurityGroupId").any(|of| of == id))
        .count();
    let rules = estate.items(region, RULES, id).count();
    let group_rules = estate
        .items(region, RULES, id)
        .filter(|rule| {
            !text(rule, "SourceGroupId").is_empty() || !text(rule, "DestGroupId").is_empty()
        })
        .count();
    if let Some(group) = estate.find_mut(region, GROUPS, "SecurityGroupId", id) {
        for (field, value) in [
            ("EcsCount", instances),
            ("RuleCount", rules),
            ("GroupToGroupRuleCount", group_rules),
        ] {
            set(group, field, Value::from(value));
        }
    }
}
