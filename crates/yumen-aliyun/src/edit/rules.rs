//! Rules of security groups: added, removed, replaced.

use serde_json::Value;
use yumen_cloud::{Action, Direction, Id, Peer, PortMatch, ProtocolMatch, Rule, Snapshot};
use yumen_packets::Interval;

use super::{Operation, Unsendable, items, text};
use crate::client::Client;
use crate::client::call::{Call, CallError};
use crate::client::product::ECS;

/// A rule as the API writes it: fields and values, empty ones left out.
type Fields = Vec<(&'static str, String)>;

pub(super) fn add(snapshot: &Snapshot, group: &Id, rule: &Rule) -> Result<Operation, Unsendable> {
    let region = region(snapshot, group)?;
    let action = match rule.direction {
        Direction::Ingress => "AuthorizeSecurityGroup",
        Direction::Egress => "AuthorizeSecurityGroupEgress",
    };
    let fields = fields(rule)?;
    let write = permissions(
        Call::new(&ECS, action, &region),
        group,
        &fields,
        &rule.description,
    );
    let (group, direction) = (group.clone(), rule.direction);
    Ok(Operation::new(write, move |client| {
        let rules = rules(client, &region, &group, direction)?;
        Ok(rules.iter().any(|present| is_as(present, &fields)))
    }))
}

pub(super) fn remove(snapshot: &Snapshot, group: &Id, rule: &Id) -> Result<Operation, Unsendable> {
    let region = region(snapshot, group)?;
    let present = present(snapshot, group, rule)?;
    let action = match present.direction {
        Direction::Ingress => "RevokeSecurityGroup",
        Direction::Egress => "RevokeSecurityGroupEgress",
    };
    let call = Call::new(&ECS, action, &region);
    let (group, direction) = (group.clone(), present.direction);
    if has_provider_id(rule) {
        let write = call
            .with("SecurityGroupId", group.as_str())
            .with("SecurityGroupRuleId.1", rule.as_str());
        let rule = rule.clone();
        return Ok(Operation::new(write, move |client| {
            let rules = rules(client, &region, &group, direction)?;
            Ok(!rules
                .iter()
                .any(|one| text(one, "SecurityGroupRuleId") == rule.as_str()))
        }));
    }
    let fields = fields(present)?;
    let write = permissions(call, &group, &fields, "");
    Ok(Operation::new(write, move |client| {
        let rules = rules(client, &region, &group, direction)?;
        Ok(!rules.iter().any(|one| is_as(one, &fields)))
    }))
}

pub(super) fn replace(
    snapshot: &Snapshot,
    group: &Id,
    rule: &Rule,
) -> Result<Operation, Unsendable> {
    let region = region(snapshot, group)?;
    let present = present(snapshot, group, &rule.id)?;
    let inexpressible = |field| Unsendable::Inexpressible {
        resource: rule.id.to_string(),
        field,
    };
    if !has_provider_id(&rule.id) {
        return Err(inexpressible("SecurityGroupRuleId"));
    }
    if present.direction != rule.direction {
        return Err(inexpressible("Direction"));
    }
    let (before, after) = (fields(present)?, fields(rule)?);
    // The vendor can replace a field of a rule, not clear it, nor change the kind of the other
    // side.
    let lost = before
        .iter()
        .find(|(name, _)| after.iter().all(|(of, _)| of != name));
    if let Some((name, _)) = lost {
        return Err(inexpressible(name));
    }
    let action = match rule.direction {
        Direction::Ingress => "ModifySecurityGroupRule",
        Direction::Egress => "ModifySecurityGroupEgressRule",
    };
    let mut write = Call::new(&ECS, action, &region)
        .with("SecurityGroupId", group.as_str())
        .with("SecurityGroupRuleId", rule.id.as_str());
    for (name, value) in &after {
        write = write.with(*name, value.as_str());
    }
    if !rule.description.is_empty() {
        write = write.with("Description", rule.description.as_str());
    }
    let (group, id, direction) = (group.clone(), rule.id.clone(), rule.direction);
    let description = rule.description.clone();
    Ok(Operation::new(write, move |client| {
        let rules = rules(client, &region, &group, direction)?;
        let mut found = rules
            .iter()
            .filter(|one| text(one, "SecurityGroupRuleId") == id.as_str());
        Ok(found.any(|one| {
            let described = description.is_empty() || text(one, "Description") == description;
            is_as(one, &after) && described
        }))
    }))
}

fn region(snapshot: &Snapshot, group: &Id) -> Result<String, Unsendable> {
    super::groups::group(snapshot, group).map(|group| group.region.to_string())
}

fn present<'s>(snapshot: &'s Snapshot, group: &Id, rule: &Id) -> Result<&'s Rule, Unsendable> {
    let group = super::groups::group(snapshot, group)?;
    let found = group.rules.iter().find(|present| present.id == *rule);
    found.ok_or_else(|| Unsendable::NotInSnapshot {
        resource: rule.to_string(),
    })
}

/// Rules that the vendor gave no id have one of ours, with the group in front.
fn has_provider_id(rule: &Id) -> bool {
    !rule.as_str().contains('/')
}

fn permissions(call: Call, group: &Id, fields: &Fields, description: &str) -> Call {
    let mut call = call.with("SecurityGroupId", group.as_str());
    for (name, value) in fields {
        call = call.with(format!("Permissions.1.{name}"), value.as_str());
    }
    if description.is_empty() {
        call
    } else {
        call.with("Permissions.1.Description", description)
    }
}

/// The rules of a group in one direction, as the cloud shows them.
fn rules(
    client: &Client,
    region: &str,
    group: &Id,
    direction: Direction,
) -> Result<Vec<Value>, CallError> {
    let call = Call::new(&ECS, "DescribeSecurityGroupAttribute", region)
        .with("SecurityGroupId", group.as_str())
        .with(
            "Direction",
            match direction {
                Direction::Ingress => "ingress",
                Direction::Egress => "egress",
            },
        );
    items(
        client,
        &call,
        ("MaxResults", 1000),
        ("Permissions", "Permission"),
    )
}

/// Fields that say what a rule matches, beside those that are always written.
const MATCHING: [&str; 11] = [
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
    "PortRange",
];

/// True if the cloud shows a rule with exactly these fields.
fn is_as(present: &Value, fields: &Fields) -> bool {
    let wanted = |name: &str| {
        let found = fields.iter().find(|(of, _)| *of == name);
        found.map(|(_, value)| value.as_str()).unwrap_or_default()
    };
    let shown = |name: &str| match present.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let always = ["IpProtocol", "Policy", "Priority"];
    always
        .iter()
        .all(|name| shown(name).eq_ignore_ascii_case(wanted(name)))
        && MATCHING
            .iter()
            .all(|name| same_value(&shown(name), wanted(name)))
}

/// Two ways of writing one network are the same.
pub(super) fn same_value(left: &str, right: &str) -> bool {
    let network = |text: &str| {
        let network = text.parse::<ipnet::IpNet>().ok();
        network.or_else(|| text.parse::<std::net::IpAddr>().ok().map(Into::into))
    };
    left.eq_ignore_ascii_case(right)
        || network(left)
            .zip(network(right))
            .is_some_and(|(left, right)| left.trunc() == right.trunc())
}

/// A rule in the vendor's fields.
fn fields(rule: &Rule) -> Result<Fields, Unsendable> {
    let inexpressible = |field| Unsendable::Inexpressible {
        resource: rule.id.to_string(),
        field,
    };
    if rule.uncertain {
        return Err(inexpressible("uncertain"));
    }
    let ingress = rule.direction == Direction::Ingress;
    let side = |source: &'static str, destination: &'static str| {
        if ingress { source } else { destination }
    };
    let protocol = match rule.protocol {
        ProtocolMatch::All => "ALL".to_owned(),
        ProtocolMatch::Number(6) => "TCP".to_owned(),
        ProtocolMatch::Number(17) => "UDP".to_owned(),
        ProtocolMatch::Number(1) => "ICMP".to_owned(),
        ProtocolMatch::Number(58) => "ICMPv6".to_owned(),
        ProtocolMatch::Number(47) => "GRE".to_owned(),
        ProtocolMatch::Number(other) => other.to_string(),
    };
    let has_ports = protocol == "TCP" || protocol == "UDP";
    // Written as `-1/-1`, a range of a protocol without ports would become everything.
    for (ports, field) in [
        (&rule.ports, "PortRange"),
        (&rule.source_ports, "SourcePortRange"),
    ] {
        let is_range = matches!(ports, PortMatch::Range(_) | PortMatch::List(_));
        let is_zero = matches!(ports, PortMatch::Range(ports) if ports.high() == 0);
        if is_zero || is_range && !has_ports {
            return Err(inexpressible(field));
        }
    }
    let mut fields = vec![
        ("IpProtocol", protocol),
        (
            "Policy",
            match rule.action {
                Action::Accept => "accept",
                Action::Drop => "drop",
            }
            .to_owned(),
        ),
        ("Priority", rule.priority.to_string()),
    ];
    match &rule.ports {
        PortMatch::List(list) => fields.push(("PortRangeListId", list.to_string())),
        ports => fields.push(("PortRange", range(ports, has_ports))),
    }
    match &rule.source_ports {
        PortMatch::Any => {}
        PortMatch::Range(ports) => {
            fields.push((
                "SourcePortRange",
                format!("{}/{}", ports.low().max(1), ports.high()),
            ));
        }
        PortMatch::List(_) => return Err(inexpressible("SourcePortRange")),
    }
    match &rule.peer {
        Peer::Network(network) if network.addr().is_ipv4() => {
            fields.push((side("SourceCidrIp", "DestCidrIp"), network.to_string()));
        }
        Peer::Network(network) => {
            fields.push((
                side("Ipv6SourceCidrIp", "Ipv6DestCidrIp"),
                network.to_string(),
            ));
        }
        Peer::Group { group, owner } => {
            fields.push((side("SourceGroupId", "DestGroupId"), group.to_string()));
            if let Some(owner) = owner {
                let field = side("SourceGroupOwnerId", "DestGroupOwnerId");
                fields.push((field, owner.to_string()));
            }
        }
        Peer::PrefixList(list) => {
            fields.push((
                side("SourcePrefixListId", "DestPrefixListId"),
                list.to_string(),
            ));
        }
        Peer::Anywhere => return Err(inexpressible(side("SourceCidrIp", "DestCidrIp"))),
    }
    if let Some(network) = rule.local {
        let field = match (network.addr().is_ipv4(), ingress) {
            (true, true) => "DestCidrIp",
            (true, false) => "SourceCidrIp",
            (false, true) => "Ipv6DestCidrIp",
            (false, false) => "Ipv6SourceCidrIp",
        };
        fields.push((field, network.to_string()));
    }
    Ok(fields)
}

/// Ports as the vendor writes them: `22/22`, and `-1/-1` for protocols without ports.
fn range(ports: &PortMatch, has_ports: bool) -> String {
    match ports {
        PortMatch::Range(ports) if has_ports => format!("{}/{}", low(*ports), ports.high()),
        _ if has_ports => "1/65535".to_owned(),
        _ => "-1/-1".to_owned(),
    }
}

/// Port 0 cannot be written; the vendor's ranges begin at 1.
fn low(ports: Interval<u16>) -> u16 {
    ports.low().max(1)
}
