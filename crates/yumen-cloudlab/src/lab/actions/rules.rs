//! Rules of security groups: authorised, revoked, modified, with every limit of the vendor.

use std::net::IpAddr;

use serde_json::{Value, json};
use yumen_aliyun_protocol::limits::{
    GROUP_RULES, PRIORITIES, RULES_PER_INTERFACE, RULES_PER_REQUEST,
};

use super::groups::{GROUPS, INTERFACES, RULES, group, recount};
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text, texts};
use crate::lab::fail::{Outcome, Refusal};
use crate::lab::parameters::Parameters;
use crate::wire::group::{Peer, Rule};

/// Fields that make a rule what it is: two rules that agree in them are one.
const IDENTITY: [&str; 16] = [
    "Direction",
    "Policy",
    "Priority",
    "IpProtocol",
    "PortRange",
    "PortRangeListId",
    "SourcePortRange",
    "SourceCidrIp",
    "Ipv6SourceCidrIp",
    "SourceGroupId",
    "SourcePrefixListId",
    "DestCidrIp",
    "Ipv6DestCidrIp",
    "DestGroupId",
    "DestPrefixListId",
    "NicType",
];

pub(super) fn authorize_ingress(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    authorize(estate, context, true)
}

pub(super) fn authorize_egress(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    authorize(estate, context, false)
}

pub(super) fn revoke_ingress(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    revoke(estate, context, true)
}

pub(super) fn revoke_egress(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    revoke(estate, context, false)
}

pub(super) fn modify_ingress(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    modify(estate, context, true)
}

pub(super) fn modify_egress(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    modify(estate, context, false)
}

fn authorize(estate: &mut Estate, context: &mut Context<'_>, ingress: bool) -> Outcome {
    let of = group(estate, context)?.clone();
    let id = text(&of, "SecurityGroupId").to_owned();
    let wanted = permissions(context.parameters)?;
    let mut added: Vec<Object> = Vec::new();
    for part in &wanted {
        let rule = permission(estate, context, &of, part, ingress)?;
        let is_new = |present: &Object| !is_same(present, &rule);
        if estate.items(context.region, RULES, &id).all(is_new) && added.iter().all(is_new) {
            added.push(rule);
        }
    }
    within_limits(estate, context.region, &of, &added)?;
    context.changed = !added.is_empty();
    for mut rule in added {
        let rule_id = context.new_id("sgr");
        set(&mut rule, "SecurityGroupRuleId", rule_id);
        estate.push(context.region, RULES, &id, rule);
    }
    if context.changed {
        recount(estate, context.region, &id);
    }
    done()
}

/// The rules that a request speaks of: a list, or one in parameters of its own.
fn permissions(parameters: &Parameters) -> Result<Vec<Parameters>, Refusal> {
    let listed = parameters.parts("Permissions");
    if listed.len() > RULES_PER_REQUEST {
        return Err(Refusal::new(
            400,
            "InvalidParam.Permissions",
            format!("The number of Permissions must not exceed {RULES_PER_REQUEST}."),
        ));
    }
    if listed.is_empty() {
        return Ok(vec![parameters.clone()]);
    }
    Ok(listed)
}

/// A rule as the vendor shows it, from what a request says of it.
fn permission(
    estate: &Estate,
    context: &Context<'_>,
    group: &Object,
    part: &Parameters,
    ingress: bool,
) -> Result<Object, Refusal> {
    let protocol = protocol(part.required("IpProtocol")?)?;
    let ports = ports(estate, context.region, part, &protocol)?;
    let policy = part.get("Policy").unwrap_or("accept");
    let accept = match policy {
        policy if policy.eq_ignore_ascii_case("accept") => true,
        policy if policy.eq_ignore_ascii_case("drop") => false,
        _ => return Err(Refusal::malformed("Policy")),
    };
    let peer = peer(estate, context.region, group, part, ingress)?;
    let rule = Rule {
        id: String::new(),
        ingress,
        accept,
        protocol,
        ports: ports.0,
        port_list: ports.1,
        priority: priority(part)?,
        peer,
        about: part.text("Description").to_owned(),
        created: context.time(),
    };
    let mut rule = object(rule.permission());
    own_side(part, ingress, &mut rule)?;
    Ok(rule)
}

/// The narrowing of the group's own side, in rules of five parts.
fn own_side(part: &Parameters, ingress: bool, rule: &mut Object) -> Result<(), Refusal> {
    if let Some(range) = part.get("SourcePortRange") {
        let has_ports = matches!(text(rule, "IpProtocol"), "TCP" | "UDP");
        let range = match range {
            "-1/-1" if !has_ports => range.to_owned(),
            range => port_range(range, "SourcePortRange")?,
        };
        set(rule, "SourcePortRange", range);
    }
    let own_group = if ingress {
        "DestGroupId"
    } else {
        "SourceGroupId"
    };
    if part.get(own_group).is_some() {
        return Err(Refusal::new(
            403,
            "InvalidParamter.Conflict",
            format!("The specified {own_group} cannot be set for a rule of that direction."),
        ));
    }
    let names = if ingress {
        ["DestCidrIp", "Ipv6DestCidrIp"]
    } else {
        ["SourceCidrIp", "Ipv6SourceCidrIp"]
    };
    for name in names {
        if let Some(range) = part.get(name) {
            let range = network(range, name)?;
            if range.contains(':') != name.starts_with("Ipv6") {
                return Err(Refusal::malformed(name));
            }
            set(rule, name, range);
        }
    }
    let has = |names: [&str; 2]| names.iter().any(|name| !text(rule, name).is_empty());
    if has(["SourceCidrIp", "DestCidrIp"]) && has(["Ipv6SourceCidrIp", "Ipv6DestCidrIp"]) {
        return Err(Refusal::new(
            403,
            "InvalidParamter.Conflict",
            "Ranges of IPv4 and of IPv6 cannot be set in one rule.",
        ));
    }
    Ok(())
}

fn protocol(text: &str) -> Result<String, Refusal> {
    let upper = text.to_ascii_uppercase();
    let known = ["TCP", "UDP", "ICMP", "ICMPV6", "GRE", "ALL"].contains(&upper.as_str());
    if !known && text.parse::<u8>().is_err() {
        return Err(Refusal::new(
            400,
            "InvalidIpProtocol.ValueNotSupported",
            "The specified IpProtocol does not exist or IpProtocol and PortRange do not match.",
        ));
    }
    Ok(if upper == "ICMPV6" {
        "ICMPv6".to_owned()
    } else {
        upper
    })
}

/// The ports of a rule: a range, or a port list's id and name.
fn ports(
    estate: &Estate,
    region: &str,
    part: &Parameters,
    protocol: &str,
) -> Result<(String, (String, String)), Refusal> {
    let has_ports = protocol == "TCP" || protocol == "UDP";
    if let Some(range) = part.get("PortRange") {
        if !has_ports {
            return if range == "-1/-1" {
                Ok((range.to_owned(), Default::default()))
            } else {
                Err(Refusal::new(
                    400,
                    "InvalidIpProtocol.ValueNotSupported",
                    "The specified IpProtocol does not exist or IpProtocol and PortRange do not match.",
                ))
            };
        }
        return Ok((port_range(range, "PortRange")?, Default::default()));
    }
    if let Some(id) = part.get("PortRangeListId") {
        let list = estate.find(region, "ecs/DescribePortRangeLists", "PortRangeListId", id);
        let list = list.ok_or_else(|| Refusal::not_found("PortRangeListId"))?;
        let name = text(list, "PortRangeListName").to_owned();
        return Ok((String::new(), (id.to_owned(), name)));
    }
    Err(Refusal::missing("PortRange"))
}

/// A range of ports, `1/200`.
pub(super) fn port_range(range: &str, name: &str) -> Result<String, Refusal> {
    let plain = range
        .bytes()
        .all(|byte| byte.is_ascii_digit() || byte == b'/');
    let bounds = range
        .split_once('/')
        .filter(|_| plain)
        .and_then(|(first, last)| Some((first.parse::<u16>().ok()?, last.parse::<u16>().ok()?)));
    match bounds {
        Some((first, last)) if first >= 1 && first <= last => Ok(range.to_owned()),
        _ => Err(Refusal::malformed(name)),
    }
}

fn priority(part: &Parameters) -> Result<usize, Refusal> {
    let Some(text) = part.get("Priority") else {
        return Ok(1);
    };
    match text.parse::<u16>() {
        Ok(priority) if PRIORITIES.contains(&priority) => Ok(usize::from(priority)),
        _ => Err(Refusal::unsupported_value("Priority")),
    }
}

/// The other side: ranges come before groups, groups before prefix lists.
fn peer(
    estate: &Estate,
    region: &str,
    group: &Object,
    part: &Parameters,
    ingress: bool,
) -> Result<Peer, Refusal> {
    let side = if ingress { "Source" } else { "Dest" };
    let (v4, v6) = (format!("{side}CidrIp"), format!("Ipv6{side}CidrIp"));
    match (part.get(&v4), part.get(&v6)) {
        (Some(_), Some(_)) => {
            return Err(Refusal::new(
                403,
                "InvalidParamter.Conflict",
                format!("The specified {v4} and {v6} cannot be set in one rule."),
            ));
        }
        (Some(range), None) => {
            let range = network(range, &v4)?;
            if range.contains(':') {
                return Err(Refusal::malformed(&v4));
            }
            return Ok(Peer::Ipv4(range));
        }
        (None, Some(range)) => {
            let range = network(range, &v6)?;
            if !range.contains(':') {
                return Err(Refusal::malformed(&v6));
            }
            return Ok(Peer::Ipv6(range));
        }
        (None, None) => {}
    }
    let named = format!("{side}GroupId");
    if let Some(id) = part.get(&named) {
        if text(group, "SecurityGroupType") == "enterprise" {
            return Err(Refusal::new(
                403,
                "OperationDenied.SecurityGroupType",
                "Rules of an enterprise security group cannot name another security group.",
            ));
        }
        let other = estate.find(region, GROUPS, "SecurityGroupId", id);
        let other = other.ok_or_else(|| Refusal::not_found(&named))?;
        return Ok(Peer::Group(
            id.to_owned(),
            text(other, "SecurityGroupName").to_owned(),
        ));
    }
    if let Some(id) = part.get(&format!("{side}PrefixListId")) {
        let list = estate.find(region, "ecs/DescribePrefixLists", "PrefixListId", id);
        let list = list.ok_or_else(|| Refusal::not_found("PrefixListId"))?;
        return Ok(Peer::PrefixList(
            id.to_owned(),
            text(list, "PrefixListName").to_owned(),
        ));
    }
    Err(Refusal::new(
        400,
        format!("MissingParameter.{side}"),
        format!("One of the parameters {v4}, {v6}, {named} and {side}PrefixListId must be set."),
    ))
}

/// A network or address, kept as it is written.
pub(super) fn network(range: &str, name: &str) -> Result<String, Refusal> {
    let (address, length) = range.split_once('/').unwrap_or((range, ""));
    let bits = match address.parse::<IpAddr>() {
        Ok(IpAddr::V4(_)) => 32,
        Ok(IpAddr::V6(_)) => 128,
        Err(_) => return Err(Refusal::malformed(name)),
    };
    let fits = length.parse::<u8>().is_ok_and(|length| length <= bits);
    if fits || !range.contains('/') {
        Ok(range.to_owned())
    } else {
        Err(Refusal::malformed(name))
    }
}

fn is_same(left: &Object, right: &Object) -> bool {
    // Old responses write the priority as a number.
    let shown = |object: &Object, field: &str| match object.get(field) {
        Some(Value::Number(number)) => number.to_string(),
        _ => text(object, field).to_ascii_lowercase(),
    };
    IDENTITY
        .iter()
        .all(|field| shown(left, field) == shown(right, field))
}

/// The limits on rules: per interface over all its groups, and on groups that rules name.
fn within_limits(
    estate: &Estate,
    region: &str,
    of: &Object,
    added: &[Object],
) -> Result<(), Refusal> {
    if added.is_empty() {
        return Ok(());
    }
    let id = text(of, "SecurityGroupId");
    let exceeded = || {
        Refusal::new(
            403,
            "AuthorizationLimitExceed",
            "The limit of authorization records in the security group reaches.",
        )
    };
    let count = |group: &str| estate.items(region, RULES, group).count();
    if count(id) + added.len() > RULES_PER_INTERFACE {
        return Err(exceeded());
    }
    for interface in estate.items(region, INTERFACES, "") {
        let groups: Vec<&str> = texts(interface, "SecurityGroupIds", "SecurityGroupId").collect();
        if !groups.contains(&id) {
            continue;
        }
        let rules: usize = groups.iter().map(|group| count(group)).sum();
        if rules + added.len() > RULES_PER_INTERFACE {
            return Err(exceeded());
        }
    }
    let present = estate.items(region, RULES, id);
    let mut named: Vec<&str> = present
        .chain(added)
        .flat_map(|rule| [text(rule, "SourceGroupId"), text(rule, "DestGroupId")])
        .filter(|group| !group.is_empty())
        .collect();
    named.sort_unstable();
    named.dedup();
    let names_more = added.iter().any(|rule| {
        !text(rule, "SourceGroupId").is_empty() || !text(rule, "DestGroupId").is_empty()
    });
    if names_more && named.len() > GROUP_RULES {
        return Err(exceeded());
    }
    Ok(())
}

fn revoke(estate: &mut Estate, context: &mut Context<'_>, ingress: bool) -> Outcome {
    let of = group(estate, context)?.clone();
    let id = text(&of, "SecurityGroupId").to_owned();
    let ids = context.parameters.list("SecurityGroupRuleId");
    let listed = !context.parameters.parts("Permissions").is_empty();
    if !ids.is_empty() && (listed || context.parameters.get("IpProtocol").is_some()) {
        return Err(Refusal::new(
            400,
            "InvalidParam.Conflict",
            "SecurityGroupRuleId and Permissions cannot be set at once.",
        ));
    }
    let direction = if ingress { "ingress" } else { "egress" };
    if !ids.is_empty() {
        let is_there = |wanted: &String| {
            estate.items(context.region, RULES, &id).any(|rule| {
                text(rule, "SecurityGroupRuleId") == wanted && text(rule, "Direction") == direction
            })
        };
        if !ids.iter().all(is_there) {
            return Err(Refusal::new(
                400,
                "InvalidParam.SecurityGroupRuleId",
                "The specified parameter SecurityGroupRuleId is not valid.",
            ));
        }
        estate.take(context.region, RULES, &id, |rule| {
            ids.iter()
                .any(|wanted| text(rule, "SecurityGroupRuleId") == wanted)
        });
        recount(estate, context.region, &id);
        return done();
    }
    let mut unwanted = Vec::new();
    for part in permissions(context.parameters)? {
        unwanted.push(permission(estate, context, &of, &part, ingress)?);
    }
    // What is not there is gone already: the vendor calls that a success.
    context.changed = estate.take(context.region, RULES, &id, |rule| {
        unwanted.iter().any(|unwanted| is_same(rule, unwanted))
    });
    recount(estate, context.region, &id);
    done()
}

fn modify(estate: &mut Estate, context: &mut Context<'_>, ingress: bool) -> Outcome {
    let of = group(estate, context)?.clone();
    let id = text(&of, "SecurityGroupId").to_owned();
    let direction = if ingress { "ingress" } else { "egress" };
    let parameters = context.parameters;
    let wanted = match parameters.get("SecurityGroupRuleId") {
        Some(rule) => {
            let found = estate.items(context.region, RULES, &id).find(|present| {
                text(present, "SecurityGroupRuleId") == rule
                    && text(present, "Direction") == direction
            });
            found.cloned().ok_or_else(|| {
                Refusal::new(
                    404,
                    "InvalidSecurityGroupRuleId.NotFound",
                    "The specified SecurityGroupRuleId does not exist.",
                )
            })?
        }
        // Without an id the other fields say which rule it is, and only its description changes.
        None => {
            let like = permission(estate, context, &of, parameters, ingress)?;
            let found = estate
                .items(context.region, RULES, &id)
                .find(|present| is_same(present, &like));
            found.cloned().ok_or_else(|| {
                Refusal::new(
                    404,
                    "InvalidSecurityGroupRule.NotFound",
                    "The rule does not exist.",
                )
            })?
        }
    };
    let rule = text(&wanted, "SecurityGroupRuleId").to_owned();
    let mut changed = wanted.clone();
    if parameters.get("SecurityGroupRuleId").is_some() {
        apply(estate, context, parameters, ingress, &mut changed)?;
    }
    if let Some(about) = parameters.get("Description") {
        set(&mut changed, "Description", about);
    }
    let is_other = |present: &Object| text(present, "SecurityGroupRuleId") != rule;
    let clashes = |present: &Object| is_other(present) && is_same(present, &changed);
    if estate.items(context.region, RULES, &id).any(clashes) {
        return Err(Refusal::new(
            400,
            "InvalidParam.SecurityGroupRuleExist",
            "A rule with the same properties exists already.",
        ));
    }
    context.changed = changed != wanted;
    let items = &mut estate.change(context.region, RULES, &id).items;
    for item in items.iter_mut().filter(|item| !is_other(&item.object)) {
        item.object = changed.clone();
    }
    done()
}

/// What a request changes of a rule: fields can be replaced, not cleared, and the kind of the
/// other side stays.
fn apply(
    estate: &Estate,
    context: &Context<'_>,
    parameters: &Parameters,
    ingress: bool,
    rule: &mut Object,
) -> Result<(), Refusal> {
    if let Some(policy) = parameters.get("Policy") {
        let policy = match policy {
            policy if policy.eq_ignore_ascii_case("accept") => "Accept",
            policy if policy.eq_ignore_ascii_case("drop") => "Drop",
            _ => return Err(Refusal::malformed("Policy")),
        };
        set(rule, "Policy", policy);
    }
    if parameters.get("Priority").is_some() {
        set(rule, "Priority", priority(parameters)?.to_string());
    }
    if let Some(text) = parameters.get("IpProtocol") {
        set(rule, "IpProtocol", protocol(text)?);
    }
    if parameters.get("PortRange").is_some() || parameters.get("PortRangeListId").is_some() {
        let of = text(rule, "IpProtocol").to_ascii_uppercase();
        let (range, (list, name)) = ports(estate, context.region, parameters, &of)?;
        set(rule, "PortRange", range);
        set(rule, "PortRangeListId", list);
        set(rule, "PortRangeListName", name);
    } else if parameters.get("IpProtocol").is_some() {
        let pairs = [("PortRange", text(rule, "PortRange").to_owned())];
        let present = Parameters::new(pairs.map(|(name, value)| (name.to_owned(), value)));
        if present.get("PortRange").is_some() {
            ports(estate, context.region, &present, text(rule, "IpProtocol"))?;
        }
    }
    let side = if ingress { "Source" } else { "Dest" };
    for name in [
        format!("{side}CidrIp"),
        format!("Ipv6{side}CidrIp"),
        format!("{side}GroupId"),
        format!("{side}PrefixListId"),
    ] {
        let Some(value) = parameters.get(&name) else {
            continue;
        };
        if text(rule, &name).is_empty() {
            return Err(Refusal::new(
                400,
                "InvalidOperation.AuthorizationObjectType",
                "The type of the authorization object of a rule cannot be modified.",
            ));
        }
        let named = Parameters::new([(name.clone(), value.to_owned())]);
        let found = peer(estate, context.region, &Object::new(), &named, ingress)?;
        set(rule, &name, value);
        if let Peer::Group(_, called) | Peer::PrefixList(_, called) = found {
            set(rule, &name.replace("Id", "Name"), json!(called));
        }
    }
    own_side(parameters, ingress, rule)
}
