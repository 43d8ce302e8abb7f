//! CLB, the classic load balancer: balancers and their listeners.

use serde_json::{Value, json};
use yumen_aliyun_protocol::limits::LISTENER_ACLS;

use super::kinds::Kind;
use super::overlay::{Form, overlay};
use super::places::{free_address, public_address, vswitch};
use super::removals::Removal;
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::RESOURCE_GROUP;
use crate::wire::classic::{Classic, ClassicListener, classic_ports};

pub(super) const LISTENERS: &str = "slb/DescribeLoadBalancerListeners";
const ATTRIBUTES: &str = "slb/DescribeLoadBalancerAttribute";
pub(super) const SERVER_GROUPS: &str = "slb/DescribeVServerGroups";
pub(super) const SERVERS: &str = "slb/DescribeVServerGroupAttribute";
const LISTS: &str = "slb/DescribeAccessControlLists";
const ENTRIES: &str = "slb/DescribeAccessControlListAttribute";

pub(super) const BALANCER: Kind = Kind::new(
    "slb/DescribeLoadBalancers",
    "LoadBalancerId",
    "InvalidLoadBalancerId.NotFound",
);

const REMOVAL: Removal = Removal {
    kind: BALANCER,
    guard: Some(("/DeleteProtection", "on")),
    holders: &[],
    documents: &[
        ATTRIBUTES,
        SERVER_GROUPS,
        "slb/DescribeMasterSlaveServerGroups",
    ],
};

const BALANCER_FIELDS: &[(&str, Form)] = &[
    ("AddressIPVersion", Form::Text),
    ("Bandwidth", Form::Number),
    ("DeleteProtection", Form::Text),
    ("InstanceChargeType", Form::Text),
    ("LoadBalancerSpec", Form::Text),
    ("MasterZoneId", Form::Text),
    ("ModificationProtectionReason", Form::Text),
    ("ModificationProtectionStatus", Form::Text),
    ("SlaveZoneId", Form::Text),
];

const LISTENER_FIELDS: &[(&str, Form)] = &[
    ("Bandwidth", Form::Number),
    ("Description", Form::Text),
    ("Scheduler", Form::Text),
    ("VServerGroupId", Form::Text),
];

/// Beside these each protocol has its own.
const HEALTH_FIELDS: &[(&str, Form)] = &[
    ("HealthCheck", Form::Text),
    ("HealthCheckConnectPort", Form::Number),
    ("HealthCheckInterval", Form::Number),
    ("HealthyThreshold", Form::Number),
    ("UnhealthyThreshold", Form::Number),
];

const HTTP_FIELDS: &[(&str, Form)] = &[
    ("ForwardPort", Form::Number),
    ("ListenerForward", Form::Text),
];

const HTTPS_FIELDS: &[(&str, Form)] = &[("TLSCipherPolicy", Form::Text)];

/// What an HTTPS listener uses that is created without one.
const DEFAULT_POLICY: &str = "tls_cipher_policy_1_0";

pub(super) fn create(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let kind = context.parameters.get("AddressType").unwrap_or("internet");
    let internet = match kind.to_ascii_lowercase().as_str() {
        "internet" => true,
        "intranet" => false,
        _ => return Err(Refusal::unsupported_value("AddressType")),
    };
    let name = super::groups::name(context, "LoadBalancerName")?;
    let (address, vpc, place) = if internet {
        let address = public_address(estate, context);
        (address, String::new(), String::new())
    } else {
        let place = vswitch(estate, context)?;
        let vpc = text(&place, "VpcId").to_owned();
        if context
            .parameters
            .get("VpcId")
            .is_some_and(|named| named != vpc)
        {
            return Err(Refusal::not_found("VpcId"));
        }
        let address = free_address(estate, context.region, &place, 0)?;
        let address = context.parameters.get("Address").unwrap_or(&address);
        (
            address.to_owned(),
            vpc,
            text(&place, "VSwitchId").to_owned(),
        )
    };
    let id = context.new_id("lb");
    let time = context.time();
    let balancer = Classic {
        region: context.region,
        id: &id,
        name: &name,
        address: &address,
        internet,
        vpc: &vpc,
        vswitch: &place,
        created: &time,
        tags: &[],
    };
    let mut item = object(balancer.item());
    let mut head = object(balancer.attribute(&[]));
    head.remove("RequestId");
    for shown in [&mut item, &mut head] {
        overlay(shown, context.parameters, BALANCER_FIELDS)?;
        set(shown, "CreateTimeStamp", context.now);
        put_tags("ecs", shown, context.parameters.tags());
    }
    let network = text(&item, "NetworkType").to_owned();
    let family = text(&item, "AddressIPVersion").to_owned();
    estate.push(context.region, BALANCER.list, "", item);
    estate.change(context.region, ATTRIBUTES, &id).head = head;
    Ok(json!({
        "Address": address,
        "AddressIPVersion": family,
        "LoadBalancerId": id,
        "LoadBalancerName": name,
        "NetworkType": network,
        "OrderId": 0,
        "ResourceGroupId": RESOURCE_GROUP,
        "VSwitchId": place,
        "VpcId": vpc,
    }))
}

/// Listeners and server groups go with their balancer.
pub(super) fn delete(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let gone = REMOVAL.run(estate, context)?;
    let id = text(&gone, "LoadBalancerId");
    let is_of = |object: &Object| text(object, "LoadBalancerId") == id;
    estate.take(context.region, LISTENERS, "", is_of);
    let groups: Vec<String> = estate
        .documents()
        .filter(|(region, path, _, document)| {
            *region == context.region && *path == SERVERS && is_of(&document.head)
        })
        .map(|(_, _, group, _)| group.to_owned())
        .collect();
    for group in groups {
        estate.remove(context.region, SERVERS, &group);
    }
    super::addresses::release_from(estate, context.region, id);
    relate_lists(estate, context.region);
    done()
}

/// A writer for what belongs to a balancer.
pub(super) fn writer<'b>(balancer: &'b Object, region: &'b str, created: &'b str) -> Classic<'b> {
    Classic {
        region,
        id: text(balancer, "LoadBalancerId"),
        name: text(balancer, "LoadBalancerName"),
        address: text(balancer, "Address"),
        internet: text(balancer, "AddressType") == "internet",
        vpc: text(balancer, "VpcId"),
        vswitch: text(balancer, "VSwitchId"),
        created,
        tags: &[],
    }
}

/// Who may connect, as a request says; nothing where it does not say.
struct Access {
    on: bool,
    kind: String,
    lists: Vec<String>,
}

fn access(estate: &Estate, context: &Context<'_>) -> Result<Option<Access>, Refusal> {
    let Some(status) = context.parameters.get("AclStatus") else {
        return Ok(None);
    };
    if status != "on" {
        return Ok(Some(Access {
            on: false,
            kind: String::new(),
            lists: Vec::new(),
        }));
    }
    let kind = context.text("AclType").to_owned();
    if kind != "white" && kind != "black" {
        return Err(Refusal::missing("AclType"));
    }
    let lists = context.parameters.list("AclId");
    let (most, _) = LISTENER_ACLS;
    if lists.is_empty() || lists.len() > most {
        return Err(Refusal::unsupported_value("AclId"));
    }
    for list in &lists {
        let found = estate.find(context.region, LISTS, "AclId", list);
        found.ok_or_else(super::balancers::no_such_classic_list)?;
    }
    Ok(Some(Access {
        on: true,
        kind,
        lists,
    }))
}

/// Writes into a listener what a request says of it.
fn configure(
    listener: &mut Object,
    context: &Context<'_>,
    access: Option<Access>,
) -> Result<(), Refusal> {
    overlay(listener, context.parameters, LISTENER_FIELDS)?;
    let protocol = text(listener, "ListenerProtocol").to_ascii_uppercase();
    let config = listener.get_mut(&format!("{protocol}ListenerConfig"));
    if let Some(config) = config.and_then(Value::as_object_mut) {
        overlay(config, context.parameters, HEALTH_FIELDS)?;
        match protocol.as_str() {
            "HTTP" => overlay(config, context.parameters, HTTP_FIELDS)?,
            "HTTPS" => overlay(config, context.parameters, HTTPS_FIELDS)?,
            _ => {}
        }
    }
    if let Some(Access { on, kind, lists }) = access {
        set(listener, "AclStatus", if on { "on" } else { "off" });
        set(listener, "AclType", kind);
        set(listener, "AclId", lists.join(","));
        set(listener, "AclIds", json!(lists));
    }
    Ok(())
}

/// A port that a request must name.
pub(super) fn port(context: &Context<'_>, name: &str) -> Result<u16, Refusal> {
    match context.parameters.required(name)?.parse::<u16>() {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(Refusal::malformed(name)),
    }
}

/// The server group that a listener is to use; it must be the balancer's.
fn servers(estate: &Estate, context: &Context<'_>, balancer: &str) -> Result<(), Refusal> {
    let Some(group) = context.parameters.get("VServerGroupId") else {
        return Ok(());
    };
    let is_it = |item: &Object| text(item, "VServerGroupId") == group;
    let mut groups = estate.items(context.region, SERVER_GROUPS, balancer);
    groups
        .any(is_it)
        .then_some(())
        .ok_or_else(super::classic_servers::no_such_group)
}

/// TCP and UDP may share a port; what runs over TCP may not.
fn clashes(left: &str, right: &str) -> bool {
    (left == "udp") == (right == "udp")
}

pub(super) fn create_listener(
    estate: &mut Estate,
    context: &mut Context<'_>,
    protocol: &str,
) -> Outcome {
    let balancer = BALANCER.named(estate, context)?;
    let id = text(&balancer, "LoadBalancerId");
    let port = port(context, "ListenerPort")?;
    let group = context.text("VServerGroupId");
    let forwards = protocol == "http" && context.text("ListenerForward") == "on";
    let forward_port = forwards.then(|| self::port(context, "ForwardPort"));
    let forward_port = forward_port.transpose()?.unwrap_or(0);
    let backend_port = if forwards {
        0
    } else if group.is_empty() {
        self::port(context, "BackendServerPort")?
    } else {
        servers(estate, context, id)?;
        let given = context.parameters.get("BackendServerPort");
        given.map_or(Ok(0), |_| self::port(context, "BackendServerPort"))?
    };
    if protocol == "https" {
        context.parameters.required("ServerCertificateId")?;
    }
    let access = access(estate, context)?;
    let is_there = |listener: &Object| {
        text(listener, "LoadBalancerId") == id
            && listener.get("ListenerPort") == Some(&json!(port))
            && clashes(text(listener, "ListenerProtocol"), protocol)
    };
    if estate.items(context.region, LISTENERS, "").any(is_there) {
        return Err(Refusal::new(
            400,
            "ListenerAlreadyExists",
            "There is already a listener bound to the port on the specified load balancer.",
        ));
    }
    let listener = ClassicListener {
        protocol,
        port,
        backend_port,
        about: context.text("Description"),
        running: false,
        acl: None,
        servers: group,
        forward_port,
        policy: DEFAULT_POLICY,
    };
    let mut item = object(writer(&balancer, context.region, "").listener(&listener));
    configure(&mut item, context, access)?;
    let tags = context.parameters.tags();
    put_tags("ecs", &mut item, tags);
    estate.push(context.region, LISTENERS, "", item);
    relate(estate, context.region, id);
    done()
}

/// The listener that a request names: balancer, port, and protocol where the request says one.
fn listener(
    estate: &Estate,
    context: &Context<'_>,
    protocol: &str,
) -> Result<(Object, Object), Refusal> {
    let balancer = BALANCER.named(estate, context)?;
    let port = port(context, "ListenerPort")?;
    let mut of = estate.items(context.region, LISTENERS, "");
    let found = of.find(|listener| {
        text(listener, "LoadBalancerId") == text(&balancer, "LoadBalancerId")
            && listener.get("ListenerPort") == Some(&json!(port))
            && (protocol.is_empty()
                || text(listener, "ListenerProtocol").eq_ignore_ascii_case(protocol))
    });
    let found = found.cloned().ok_or_else(|| {
        Refusal::new(
            404,
            "InvalidParameter.ListenerNotFound",
            "The specified listener does not exist.",
        )
    })?;
    Ok((balancer, found))
}

fn is_same(left: &Object, right: &Object) -> bool {
    ["LoadBalancerId", "ListenerPort", "ListenerProtocol"]
        .iter()
        .all(|field| left.get(*field) == right.get(*field))
}

fn change(
    estate: &mut Estate,
    region: &str,
    like: &Object,
    change: impl FnOnce(&mut Object) -> Result<(), Refusal>,
) -> Result<(), Refusal> {
    let mut items = estate.change(region, LISTENERS, "").items.iter_mut();
    match items.find(|item| is_same(&item.object, like)) {
        Some(item) => change(&mut item.object),
        None => Ok(()),
    }
}

/// Changes a listener: who may connect, and what the overlay knows.
pub(super) fn set_listener(
    estate: &mut Estate,
    context: &mut Context<'_>,
    protocol: &str,
) -> Outcome {
    let access = access(estate, context)?;
    let (balancer, found) = listener(estate, context, protocol)?;
    let id = text(&balancer, "LoadBalancerId");
    servers(estate, context, id)?;
    let mut changed = found.clone();
    configure(&mut changed, context, access)?;
    change(estate, context.region, &found, |one| {
        *one = changed;
        Ok(())
    })?;
    relate(estate, context.region, id);
    done()
}

pub(super) fn start_listener(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    set_status(estate, context, "starting", "running")
}

pub(super) fn stop_listener(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    set_status(estate, context, "stopping", "stopped")
}

fn set_status(
    estate: &mut Estate,
    context: &mut Context<'_>,
    during: &'static str,
    after: &'static str,
) -> Outcome {
    let (_, found) = listener(estate, context, context.text("ListenerProtocol"))?;
    context.changed = text(&found, "Status") != after;
    if !context.changed {
        return done();
    }
    change(estate, context.region, &found, |one| {
        set(one, "Status", during);
        Ok(())
    })?;
    let effect = move |estate: &mut Estate, region: &str| {
        let listeners = &mut estate.change(region, LISTENERS, "").items;
        for item in listeners
            .iter_mut()
            .filter(|item| is_same(&item.object, &found))
        {
            set(&mut item.object, "Status", after);
        }
    };
    context
        .later
        .push((super::networks::SETTLING, Box::new(effect)));
    done()
}

pub(super) fn delete_listener(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let (balancer, found) = listener(estate, context, context.text("ListenerProtocol"))?;
    estate.take(context.region, LISTENERS, "", |one| is_same(one, &found));
    relate(estate, context.region, text(&balancer, "LoadBalancerId"));
    done()
}

/// Brings into step with a balancer's listeners what says the same elsewhere: the balancer's
/// ports, the users of its server groups and of the access lists.
fn relate(estate: &mut Estate, region: &str, balancer: &str) {
    let of: Vec<Object> = estate
        .items(region, LISTENERS, "")
        .filter(|listener| text(listener, "LoadBalancerId") == balancer)
        .cloned()
        .collect();
    let listeners: Vec<ClassicListener<'_>> = of
        .iter()
        .map(|listener| ClassicListener {
            protocol: text(listener, "ListenerProtocol"),
            port: number(listener, "ListenerPort"),
            backend_port: number(listener, "BackendServerPort"),
            about: text(listener, "Description"),
            running: text(listener, "Status") == "running",
            acl: None,
            servers: text(listener, "VServerGroupId"),
            forward_port: forward_port(listener),
            policy: "",
        })
        .collect();
    if estate.document(region, ATTRIBUTES, balancer).is_some() {
        let head = &mut estate.change(region, ATTRIBUTES, balancer).head;
        head.extend(classic_ports(&listeners));
    }
    if estate.document(region, SERVER_GROUPS, balancer).is_some() {
        for item in &mut estate.change(region, SERVER_GROUPS, balancer).items {
            let group = text(&item.object, "VServerGroupId").to_owned();
            let used: Vec<Value> = listeners
                .iter()
                .filter(|listener| listener.servers == group)
                .map(|listener| json!({"Port": listener.port, "Protocol": listener.protocol}))
                .collect();
            if let Some(objects) = item.object.get_mut("AssociatedObjects") {
                objects["Listeners"] = json!({"Listener": used});
            }
        }
    }
    relate_lists(estate, region);
}

fn forward_port(listener: &Object) -> u16 {
    let config = listener
        .get("HTTPListenerConfig")
        .and_then(Value::as_object);
    let config = config.filter(|config| text(config, "ListenerForward") == "on");
    config.map_or(0, |config| number(config, "ForwardPort"))
}

fn number(object: &Object, field: &str) -> u16 {
    let number = object.get(field).and_then(Value::as_u64);
    number.and_then(|port| port.try_into().ok()).unwrap_or(0)
}

/// Brings the access lists into step with the listeners that use them.
fn relate_lists(estate: &mut Estate, region: &str) {
    let lists: Vec<String> = estate
        .items(region, LISTS, "")
        .map(|list| text(list, "AclId").to_owned())
        .collect();
    for list in lists {
        if estate.document(region, ENTRIES, &list).is_none() {
            continue;
        }
        let used: Vec<Value> = estate
            .items(region, LISTENERS, "")
            .filter(|listener| super::balancers::acls_of(listener).contains(&list))
            .map(|listener| {
                json!({
                    "AclType": text(listener, "AclType"),
                    "ListenerPort": listener.get("ListenerPort"),
                    "LoadBalancerId": text(listener, "LoadBalancerId"),
                    "Protocol": text(listener, "ListenerProtocol"),
                })
            })
            .collect();
        let head = &mut estate.change(region, ENTRIES, &list).head;
        set(head, "RelatedListeners", json!({"RelatedListener": used}));
    }
}
