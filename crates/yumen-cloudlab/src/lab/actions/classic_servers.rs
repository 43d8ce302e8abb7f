//! Server groups of CLB: made, filled, emptied, deleted.

use serde_json::{Value, json};

use super::classic::{BALANCER, LISTENERS, SERVER_GROUPS, SERVERS, writer};
use super::groups::{INSTANCES, INTERFACES, name};
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::balancer::Backend;
use crate::wire::classic::classic_server;

/// Servers in one request.
const SERVERS_PER_REQUEST: usize = 20;

/// The refusal for a server group that does not exist.
pub(super) fn no_such_group() -> Refusal {
    Refusal::new(
        400,
        "InvalidParameter",
        "The specified VServerGroupId does not exist.",
    )
}

/// A field that some clients write as a number, others as text.
fn field(row: &Object, name: &str) -> String {
    match row.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    }
}

/// The servers that a request names, in a JSON array.
fn rows(context: &Context<'_>) -> Result<Vec<Object>, Refusal> {
    let given = context.parameters.required("BackendServers")?;
    let rows: Vec<Object> =
        serde_json::from_str(given).map_err(|_| Refusal::malformed("BackendServers"))?;
    if rows.is_empty() || rows.len() > SERVERS_PER_REQUEST {
        return Err(Refusal::malformed("BackendServers"));
    }
    Ok(rows)
}

fn port(row: &Object) -> Result<u16, Refusal> {
    let port = field(row, "Port").parse::<u16>();
    port.ok()
        .filter(|port| *port > 0)
        .ok_or_else(|| Refusal::malformed("BackendServers"))
}

/// Where a server answers: an instance's or an interface's own address, or what the request says.
pub(super) fn address_of(
    estate: &Estate,
    region: &str,
    (kind, id): (&str, &str),
    given: &str,
) -> Result<String, Refusal> {
    let interface = match kind.to_ascii_lowercase().as_str() {
        "ecs" => {
            let found = estate.find(region, INSTANCES, "InstanceId", id);
            found.ok_or_else(|| Refusal::not_found("ServerId"))?;
            estate
                .items(region, INTERFACES, "")
                .find(|one| text(one, "InstanceId") == id && text(one, "Type") == "Primary")
        }
        "eni" => {
            let found = estate.find(region, INTERFACES, "NetworkInterfaceId", id);
            Some(found.ok_or_else(|| Refusal::not_found("ServerId"))?)
        }
        _ => None,
    };
    let own = interface.map(|one| text(one, "PrivateIpAddress"));
    Ok(own.filter(|_| given.is_empty()).unwrap_or(given).to_owned())
}

fn servers(estate: &Estate, context: &Context<'_>) -> Result<Vec<Value>, Refusal> {
    let mut servers = Vec::new();
    for row in rows(context)? {
        let id = text(&row, "ServerId");
        let kind = Some(text(&row, "Type")).filter(|kind| !kind.is_empty());
        let kind = kind.unwrap_or("ecs");
        let weight = match field(&row, "Weight").as_str() {
            "" => 100,
            weight => weight
                .parse()
                .ok()
                .filter(|weight| *weight <= 100)
                .ok_or_else(|| Refusal::malformed("BackendServers"))?,
        };
        let address = address_of(estate, context.region, (kind, id), text(&row, "ServerIp"))?;
        servers.push(classic_server(&Backend {
            instance: id,
            address: &address,
            port: port(&row)?,
            kind,
            weight,
            about: text(&row, "Description"),
        }));
    }
    Ok(servers)
}

pub(super) fn create(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let balancer = BALANCER.named(estate, context)?;
    let name = name(context, "VServerGroupName")?;
    let servers = match context.parameters.get("BackendServers") {
        Some(_) => servers(estate, context)?,
        None => Vec::new(),
    };
    let id = context.new_id("rsp");
    let time = context.time();
    let writer = writer(&balancer, context.region, &time);
    let mut item = object(writer.servers_item(&id, &name, &[], &[]));
    let mut head = object(writer.servers_attribute(&id, &name, &[]));
    head.remove("RequestId");
    for shown in [&mut item, &mut head] {
        put_tags("ecs", shown, context.parameters.tags());
    }
    estate.push(context.region, SERVER_GROUPS, writer.id, item);
    estate.change(context.region, SERVERS, &id).head = head;
    Ok(put(estate, context.region, &id, servers))
}

/// The group that a request names, and its servers.
fn group(estate: &Estate, context: &Context<'_>) -> Result<(String, Vec<Value>), Refusal> {
    let id = context.parameters.required("VServerGroupId")?;
    let found = estate.document(context.region, SERVERS, id);
    let head = &found.ok_or_else(no_such_group)?.head;
    let servers = head.get("BackendServers");
    let servers = servers.and_then(|servers| servers.get("BackendServer")?.as_array());
    Ok((id.to_owned(), servers.cloned().unwrap_or_default()))
}

/// Puts exactly those servers into a group; the answer of the action that did it.
fn put(estate: &mut Estate, region: &str, id: &str, servers: Vec<Value>) -> Value {
    let head = &mut estate.change(region, SERVERS, id).head;
    let balancer = text(head, "LoadBalancerId").to_owned();
    let count = servers.len();
    let servers = json!({"BackendServer": servers});
    set(head, "BackendServers", servers.clone());
    if estate.document(region, SERVER_GROUPS, &balancer).is_some() {
        for item in &mut estate.change(region, SERVER_GROUPS, &balancer).items {
            if text(&item.object, "VServerGroupId") == id {
                set(&mut item.object, "ServerCount", count);
            }
        }
    }
    json!({"BackendServers": servers, "VServerGroupId": id})
}

/// Two servers are one if id, port and kind agree.
fn is_same(left: &Value, right: &Value) -> bool {
    ["ServerId", "Port", "Type"]
        .iter()
        .all(|field| left[field] == right[field])
}

pub(super) fn add(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let (id, mut present) = group(estate, context)?;
    let before = present.clone();
    for server in servers(estate, context)? {
        present.retain(|one| !is_same(one, &server));
        present.push(server);
    }
    context.changed = present != before;
    Ok(put(estate, context.region, &id, present))
}

pub(super) fn remove(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let (id, mut present) = group(estate, context)?;
    let before = present.len();
    for row in rows(context)? {
        let (server, port) = (text(&row, "ServerId"), port(&row)?);
        present.retain(|one| one["ServerId"] != server || one["Port"] != port);
    }
    context.changed = present.len() != before;
    Ok(put(estate, context.region, &id, present))
}

pub(super) fn delete(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let (id, _) = group(estate, context)?;
    let uses_it = |listener: &Object| text(listener, "VServerGroupId") == id;
    if estate.items(context.region, LISTENERS, "").any(uses_it) {
        return Err(Refusal::new(
            400,
            "RspoolVipExist",
            "There are vips associating with this vServer group.",
        ));
    }
    let head = estate.document(context.region, SERVERS, &id);
    let balancer = head.map(|document| text(&document.head, "LoadBalancerId").to_owned());
    let balancer = balancer.unwrap_or_default();
    estate.take(context.region, SERVER_GROUPS, &balancer, |group| {
        text(group, "VServerGroupId") == id
    });
    estate.remove(context.region, SERVERS, &id);
    done()
}

/// Takes a server that is gone out of every group.
pub(super) fn forget(estate: &mut Estate, region: &str, id: &str) {
    let is_it = |server: &Value| server["ServerId"] == id;
    let held: Vec<(String, Vec<Value>)> = estate
        .documents()
        .filter(|(of, path, _, _)| *of == region && *path == SERVERS)
        .filter_map(|(_, _, group, document)| {
            let servers = document.head.get("BackendServers")?;
            let servers = servers.get("BackendServer")?.as_array()?;
            let kept = servers.iter().filter(|server| !is_it(server));
            let kept: Vec<Value> = kept.cloned().collect();
            (kept.len() < servers.len()).then(|| (group.to_owned(), kept))
        })
        .collect();
    for (group, kept) in held {
        put(estate, region, &group, kept);
    }
}
