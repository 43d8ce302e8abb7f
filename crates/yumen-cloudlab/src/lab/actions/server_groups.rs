//! Server groups of ALB and NLB: made, filled, emptied, deleted.

use serde_json::{Value, json};

use super::classic_servers::address_of;
use super::groups::INSTANCES;
use super::kinds::mentions;
use super::listeners::RULES;
use super::modern::{ALB, Family, NLB};
use super::networks::{SETTLING, VPCS};
use super::overlay::{Form, overlay};
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::lab::parameters::Parameters;
use crate::wire::balancer::{Backend, ServerGroup};

/// Servers in one request.
const SERVERS_PER_REQUEST: usize = 40;

const FIELDS: &[(&str, Form)] = &[
    ("AddressIPVersion", Form::Text),
    ("AnyPortEnabled", Form::Flag),
    ("ConnectionDrainEnabled", Form::Flag),
    ("ConnectionDrainTimeout", Form::Number),
    ("CrossZoneEnabled", Form::Flag),
    ("IpVersionAffinityMode", Form::Text),
    ("Ipv6Enabled", Form::Flag),
    ("PreserveClientIpEnabled", Form::Flag),
    ("Scheduler", Form::Text),
    ("ServerGroupType", Form::Text),
    ("ServiceName", Form::Text),
    ("UpstreamKeepaliveEnabled", Form::Flag),
];

/// Structured parameters, and the field that shows each.
const PARTS: [(&str, &str); 6] = [
    ("ConnectionDrainConfig", "ConnectionDrainConfig"),
    ("HealthCheckConfig", "HealthCheckConfig"),
    ("HealthCheckConfig", "HealthCheck"),
    ("SlowStartConfig", "SlowStartConfig"),
    ("StickySessionConfig", "StickySessionConfig"),
    ("UchConfig", "UchConfig"),
];

pub(super) fn create(estate: &mut Estate, context: &mut Context<'_>, family: &Family) -> Outcome {
    context.parameters.required("ServerGroupName")?;
    let name = super::groups::name(context, "ServerGroupName")?;
    let vpc = context.parameters.required("VpcId")?.to_owned();
    if estate.find(context.region, VPCS, "VpcId", &vpc).is_none() {
        return Err(Refusal::new(
            404,
            "ResourceNotFound.Vpc",
            format!("The specified resource {vpc} is not found."),
        ));
    }
    let (usual, known) = if family.application {
        ("HTTP", ["HTTP", "HTTPS", "gRPC", ""])
    } else {
        ("TCP", ["TCP", "UDP", "TCPSSL", "TCP_UDP"])
    };
    let protocol = context.parameters.get("Protocol").unwrap_or(usual);
    if !known.contains(&protocol) {
        return Err(Refusal::unsupported_value("Protocol"));
    }
    let id = context.new_id("sgp");
    let group = ServerGroup {
        region: context.region,
        id: &id,
        name: &name,
        application: family.application,
        protocol,
        vpc: &vpc,
        balancers: &[],
        count: 0,
        created: &context.time(),
    };
    let mut item = object(group.item());
    let fields: Vec<(&str, Form)> = FIELDS
        .iter()
        .filter(|(name, _)| item.contains_key(*name))
        .copied()
        .collect();
    overlay(&mut item, context.parameters, &fields)?;
    for (parameter, field) in PARTS {
        let shown = item.get_mut(field).and_then(Value::as_object_mut);
        if let (Some(shown), Some(Value::Object(asked))) =
            (shown, context.parameters.tree(parameter))
        {
            shown.extend(asked);
        }
    }
    set(&mut item, "ServerGroupStatus", "Creating");
    put_tags("vpc", &mut item, context.parameters.tags());
    estate.push(context.region, family.groups.list, "", item);
    let status = ("ServerGroupStatus", "Available");
    family.groups.settle(context, context.region, &id, status);
    Ok(json!({"ServerGroupId": id}))
}

/// The servers that a request names.
fn named(context: &Context<'_>) -> Result<Vec<Parameters>, Refusal> {
    let parts = context.parameters.parts("Servers");
    if parts.is_empty() {
        return Err(Refusal::missing("Servers"));
    }
    if parts.len() > SERVERS_PER_REQUEST {
        return Err(Refusal::new(
            400,
            "InvalidParameter.Servers",
            format!("At most {SERVERS_PER_REQUEST} servers can be specified."),
        ));
    }
    Ok(parts)
}

fn port(part: &Parameters) -> Result<u16, Refusal> {
    // A group of functions, or one that listens on any port, has none.
    let port = part.get("Port").unwrap_or("0");
    port.parse().map_err(|_| Refusal::malformed("Port"))
}

fn is_same(server: &Object, id: &str, port: u16, address: &str) -> bool {
    text(server, "ServerId") == id
        && server.get("Port") == Some(&json!(port))
        && (address.is_empty() || text(server, "ServerIp") == address)
}

/// The item that shows a server which a request adds.
fn server(
    estate: &Estate,
    region: &str,
    group: &ServerGroup<'_>,
    part: &Parameters,
) -> Result<Object, Refusal> {
    let id = part.required("ServerId")?;
    let kind = part.get("ServerType").unwrap_or("Ecs");
    let given = match kind {
        "Ip" => part.get("ServerIp").unwrap_or(id),
        _ => part.text("ServerIp"),
    };
    let address = address_of(estate, region, (kind, id), given).map_err(|_| {
        Refusal::new(
            404,
            "ResourceNotFound.BackendServer",
            format!("The specified resource {id} is not found."),
        )
    })?;
    let instance = estate.find(region, INSTANCES, "InstanceId", id);
    let zone = instance.map(|instance| text(instance, "ZoneId"));
    let weight = part.number("Weight")?.unwrap_or(100);
    if weight > 100 {
        return Err(Refusal::unsupported_value("Weight"));
    }
    let backend = Backend {
        instance: id,
        address: &address,
        port: port(part)?,
        kind,
        weight,
        about: part.text("Description"),
    };
    let mut item = object(group.server(zone.unwrap_or_default(), &backend));
    set(&mut item, "Status", "Adding");
    if item.contains_key("RemoteIpEnabled") {
        set(&mut item, "RemoteIpEnabled", part.is_on("RemoteIpEnabled"));
    }
    Ok(item)
}

pub(super) fn add(estate: &mut Estate, context: &mut Context<'_>, family: &Family) -> Outcome {
    let group = settled(estate, context, family)?;
    let id = text(&group, "ServerGroupId").to_owned();
    let writer = ServerGroup {
        region: context.region,
        id: &id,
        name: "",
        application: family.application,
        protocol: "",
        vpc: "",
        balancers: &[],
        count: 0,
        created: "",
    };
    let mut added: Vec<Object> = Vec::new();
    for part in named(context)? {
        let item = server(estate, context.region, &writer, &part)?;
        let clashes = |other: &Object| {
            ["ServerId", "Port", "ServerIp"]
                .iter()
                .all(|field| other.get(*field) == item.get(*field))
        };
        let mut present = estate.items(context.region, family.servers, &id);
        if present.any(clashes) || added.iter().any(clashes) {
            return Err(Refusal::new(
                400,
                "ResourceAlreadyExist.BackendServer",
                "The server is in the server group already.",
            ));
        }
        added.push(item);
    }
    for item in added {
        estate.push(context.region, family.servers, &id, item);
    }
    count(estate, context.region, family, &id);
    let (path, group) = (family.servers, id.clone());
    let effect = move |estate: &mut Estate, region: &str| {
        if estate.document(region, path, &group).is_none() {
            return;
        }
        for item in &mut estate.change(region, path, &group).items {
            set(&mut item.object, "Status", "Available");
        }
    };
    context.later.push((SETTLING, Box::new(effect)));
    Ok(answer(family, &id))
}

fn answer(family: &Family, group: &str) -> Value {
    if family.application {
        json!({})
    } else {
        json!({"ServerGroupId": group})
    }
}

pub(super) fn remove(estate: &mut Estate, context: &mut Context<'_>, family: &Family) -> Outcome {
    let group = settled(estate, context, family)?;
    let id = text(&group, "ServerGroupId");
    let mut removed = Vec::new();
    for part in named(context)? {
        let (server, port) = (part.required("ServerId")?.to_owned(), port(&part)?);
        let address = part.text("ServerIp").to_owned();
        let mut present = estate.items(context.region, family.servers, id);
        if !present.any(|one| is_same(one, &server, port, &address)) {
            return Err(Refusal::new(
                404,
                "ResourceNotFound.BackendServer",
                format!("The specified resource {server} is not found."),
            ));
        }
        removed.push((server, port, address));
    }
    estate.take(context.region, family.servers, id, |one| {
        removed
            .iter()
            .any(|(server, port, address)| is_same(one, server, *port, address))
    });
    count(estate, context.region, family, id);
    Ok(answer(family, id))
}

/// Takes a server that is gone out of every group.
pub(super) fn forget(estate: &mut Estate, region: &str, id: &str) {
    for family in [&ALB, &NLB] {
        let is_it = |server: &Object| text(server, "ServerId") == id;
        let groups: Vec<String> = estate
            .documents()
            .filter(|(of, path, _, document)| {
                let mut servers = document.items.iter();
                *of == region
                    && *path == family.servers
                    && servers.any(|server| is_it(&server.object))
            })
            .map(|(_, _, group, _)| group.to_owned())
            .collect();
        for group in groups {
            estate.take(region, family.servers, &group, is_it);
            count(estate, region, family, &group);
        }
    }
}

/// A group that can be changed: the one that the request names, not one still being made.
fn settled(estate: &Estate, context: &Context<'_>, family: &Family) -> Result<Object, Refusal> {
    let group = family.groups.named(estate, context)?;
    if text(&group, "ServerGroupStatus") == "Available" {
        Ok(group)
    } else {
        Err(Refusal::new(
            400,
            "IncorrectStatus.ServerGroup",
            "The status of the server group is incorrect.",
        ))
    }
}

fn count(estate: &mut Estate, region: &str, family: &Family, id: &str) {
    let count = estate.items(region, family.servers, id).count();
    family
        .groups
        .change(estate, region, id, |group| set(group, "ServerCount", count));
}

pub(super) fn delete(estate: &mut Estate, context: &mut Context<'_>, family: &Family) -> Outcome {
    let group = settled(estate, context, family)?;
    let id = text(&group, "ServerGroupId");
    if users(estate, context.region, family, id).next().is_some() {
        return Err(Refusal::new(
            400,
            "ResourceInUse.ServerGroup",
            format!("The specified resource {id} is in use."),
        ));
    }
    family.groups.take(estate, context.region, id);
    estate.remove(context.region, family.servers, id);
    done()
}

/// The balancers of listeners and rules that send to a group.
fn users<'e>(
    estate: &'e Estate,
    region: &'e str,
    family: &Family,
    group: &'e str,
) -> impl Iterator<Item = &'e str> {
    let rules = if family.application { RULES.list } else { "" };
    let listed = estate
        .items(region, family.listeners.list, "")
        .chain(estate.items(region, rules, ""));
    listed
        .filter(move |one| one.values().any(|value| mentions(value, group)))
        .map(|one| text(one, "LoadBalancerId"))
}

/// Brings into step which balancers each group belongs to.
pub(super) fn relate(estate: &mut Estate, region: &str, family: &Family) {
    let groups: Vec<String> = estate
        .items(region, family.groups.list, "")
        .map(|group| text(group, "ServerGroupId").to_owned())
        .collect();
    for id in groups {
        let mut balancers: Vec<String> = users(estate, region, family, &id)
            .map(str::to_owned)
            .collect();
        balancers.sort_unstable();
        balancers.dedup();
        family.groups.change(estate, region, &id, |group| {
            set(group, "RelatedLoadBalancerIds", balancers);
        });
    }
}
