//! Instances and interfaces: run, started, stopped, deleted; metadata options.

use serde_json::{Value, json};

use super::gateways::V6;
use super::groups::{GROUPS, INSTANCES, INTERFACES, recount};
use super::places::{IPV6_ADDRESSES, free_address, free_ipv6_address, vswitch};
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text, texts};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::address::Ipv6Address;
use crate::wire::server::{Instance, Interface};

/// Where a new interface goes: vSwitch and groups, checked, and a free address.
struct Berth {
    vswitch: Object,
    groups: Vec<String>,
    address: String,
}

/// `more` is how many interfaces are to go there.
fn berth(estate: &Estate, context: &Context<'_>, more: usize) -> Result<Berth, Refusal> {
    let vswitch = vswitch(estate, context)?;
    let mut groups = context.parameters.list("SecurityGroupIds");
    groups.extend(context.parameters.get("SecurityGroupId").map(str::to_owned));
    if groups.is_empty() {
        return Err(Refusal::missing("SecurityGroupId"));
    }
    for group in &groups {
        let found = estate.find(context.region, GROUPS, "SecurityGroupId", group);
        let found = found.ok_or_else(|| Refusal::not_found("SecurityGroupId"))?;
        if text(found, "VpcId") != text(&vswitch, "VpcId") {
            return Err(Refusal::new(
                403,
                "InvalidSecurityGroup.InvalidVpc",
                "The specified security group and VSwitch are not in the same VPC.",
            ));
        }
    }
    super::groups::admissible(estate, context.region, &groups, more)?;
    let address = free_address(estate, context.region, &vswitch, more - 1)?;
    Ok(Berth {
        vswitch,
        groups,
        address,
    })
}

pub(super) fn run(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    context.parameters.required("ImageId")?;
    let kind = context.parameters.required("InstanceType")?.to_owned();
    let amount = context.parameters.number("Amount")?.unwrap_or(1);
    if !(1..=100).contains(&amount) {
        return Err(Refusal::unsupported_value("Amount"));
    }
    let with_ipv6 = context.parameters.number("Ipv6AddressCount")?.unwrap_or(0);
    if with_ipv6 > 1 {
        return Err(Refusal::unsupported_value("Ipv6AddressCount"));
    }
    let name = context.text("InstanceName").to_owned();
    let about = context.text("Description").to_owned();
    let first = berth(estate, context, amount)?;
    if with_ipv6 > 0 {
        free_ipv6_address(estate, context.region, &first.vswitch)?;
    }
    let mut made = Vec::new();
    for _ in 0..amount {
        let berth = berth(estate, context, 1)?;
        let (id, interface) = (context.new_id("i"), context.new_id("eni"));
        let time = context.time();
        let ipv6 = if with_ipv6 > 0 {
            free_ipv6_address(estate, context.region, &berth.vswitch)?
        } else {
            String::new()
        };
        let primary = Interface {
            id: &interface,
            vpc: text(&berth.vswitch, "VpcId"),
            vswitch: text(&berth.vswitch, "VSwitchId"),
            zone: text(&berth.vswitch, "ZoneId"),
            address: &berth.address,
            ipv6: &ipv6,
            instance: &id,
            groups: &berth.groups,
            created: &time,
            ..Interface::default()
        };
        let instance = Instance {
            region: context.region,
            id: &id,
            name: &name,
            about: &about,
            running: true,
            windows: false,
            hardened: false,
            cores: 4,
            created: &time,
            primary: &primary,
            others: &[],
            tags: &[],
        };
        let mut item = object(instance.item());
        set(&mut item, "InstanceType", kind.clone());
        put_tags("ecs", &mut item, context.parameters.tags());
        estate.push(context.region, INSTANCES, "", item);
        estate.push(context.region, INTERFACES, "", object(primary.item()));
        if with_ipv6 > 0 {
            let gateway = estate.find(context.region, V6, "VpcId", primary.vpc);
            let address = Ipv6Address {
                region: context.region,
                address: &ipv6,
                instance: &id,
                gateway: gateway.map_or("", |gateway| text(gateway, "Ipv6GatewayId")),
                bandwidth: 0,
                vpc: primary.vpc,
                vswitch: primary.vswitch,
                created: &time,
            };
            let address = object(address.item());
            estate.push(context.region, IPV6_ADDRESSES, "", address);
        }
        for group in &berth.groups {
            recount(estate, context.region, group);
        }
        made.push(json!(id));
    }
    Ok(json!({"InstanceIdSets": {"InstanceIdSet": made}, "OrderId": "", "TradePrice": 0.0}))
}

/// The instances that a request names, all of which must exist.
fn named(estate: &Estate, context: &Context<'_>) -> Result<Vec<String>, Refusal> {
    let ids = context.parameters.list("InstanceId");
    if ids.is_empty() {
        return Err(Refusal::missing("InstanceId"));
    }
    for id in &ids {
        if estate
            .find(context.region, INSTANCES, "InstanceId", id)
            .is_none()
        {
            return Err(Refusal::new(
                404,
                "InvalidInstanceId.NotFound",
                "The specified InstanceId does not exist.",
            ));
        }
    }
    Ok(ids)
}

pub(super) fn delete(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let ids = named(estate, context)?;
    let force = context.parameters.is_on("Force");
    for id in &ids {
        let found = estate.find(context.region, INSTANCES, "InstanceId", id);
        if !force && found.is_some_and(|found| text(found, "Status") != "Stopped") {
            return Err(Refusal::new(
                403,
                "IncorrectInstanceStatus.Initializing",
                "The specified instance status does not support this operation.",
            ));
        }
    }
    let is_of = |object: &Object| ids.iter().any(|id| text(object, "InstanceId") == id);
    let groups: Vec<String> = estate
        .items(context.region, INTERFACES, "")
        .filter(|one| is_of(one))
        .flat_map(|one| texts(one, "SecurityGroupIds", "SecurityGroupId"))
        .map(str::to_owned)
        .collect();
    estate.take(context.region, IPV6_ADDRESSES, "", |address| {
        ids.iter()
            .any(|id| text(address, "AssociatedInstanceId") == id)
    });
    estate.take(context.region, INTERFACES, "", is_of);
    estate.take(context.region, INSTANCES, "", is_of);
    for id in &ids {
        super::addresses::release_from(estate, context.region, id);
        super::classic_servers::forget(estate, context.region, id);
        super::server_groups::forget(estate, context.region, id);
    }
    for group in groups {
        recount(estate, context.region, &group);
    }
    done()
}

pub(super) fn start(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    set_status(estate, context, "Running", "Not-applicable")
}

pub(super) fn stop(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    set_status(estate, context, "Stopped", "KeepCharging")
}

fn set_status(estate: &mut Estate, context: &Context<'_>, status: &str, mode: &str) -> Outcome {
    for id in named(estate, context)? {
        if let Some(found) = estate.find_mut(context.region, INSTANCES, "InstanceId", &id) {
            set(found, "Status", status);
            set(found, "StoppedMode", mode);
        }
    }
    done()
}

pub(super) fn create_interface(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let berth = berth(estate, context, 1)?;
    let id = context.new_id("eni");
    let (name, about) = (
        context.text("NetworkInterfaceName").to_owned(),
        context.text("Description").to_owned(),
    );
    let interface = Interface {
        id: &id,
        name: &name,
        about: &about,
        vpc: text(&berth.vswitch, "VpcId"),
        vswitch: text(&berth.vswitch, "VSwitchId"),
        zone: text(&berth.vswitch, "ZoneId"),
        address: &berth.address,
        secondary: true,
        groups: &berth.groups,
        created: &context.time(),
        ..Interface::default()
    };
    let mut item = object(interface.item());
    set(&mut item, "Status", "Available");
    put_tags("ecs", &mut item, context.parameters.tags());
    let answer = item.clone();
    estate.push(context.region, INTERFACES, "", item);
    Ok(Value::Object(answer))
}

pub(super) fn delete_interface(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = context
        .parameters
        .required("NetworkInterfaceId")?
        .to_owned();
    let found = estate.find(context.region, INTERFACES, "NetworkInterfaceId", &id);
    let found = found.ok_or_else(|| Refusal::not_found("NetworkInterfaceId"))?;
    if text(found, "Status") != "Available" {
        return Err(Refusal::new(
            403,
            "InvalidOperation.InvalidEniState",
            "The operation is not allowed in the current status of the network interface.",
        ));
    }
    estate.take(context.region, INTERFACES, "", |one| {
        text(one, "NetworkInterfaceId") == id
    });
    done()
}

pub(super) fn set_metadata_options(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = context.parameters.required("InstanceId")?.to_owned();
    let mut changes: Vec<(&str, Value)> = Vec::new();
    for (name, allowed) in [
        ("HttpEndpoint", ["enabled", "disabled"]),
        ("HttpTokens", ["optional", "required"]),
        ("InstanceMetadataTags", ["enabled", "disabled"]),
    ] {
        if let Some(value) = context.parameters.get(name) {
            if !allowed.contains(&value) {
                return Err(Refusal::unsupported_value(name));
            }
            changes.push((name, json!(value)));
        }
    }
    if let Some(hops) = context.parameters.number("HttpPutResponseHopLimit")? {
        if !(1..=64).contains(&hops) {
            return Err(Refusal::unsupported_value("HttpPutResponseHopLimit"));
        }
        changes.push(("HttpPutResponseHopLimit", json!(hops)));
    }
    let found = estate.find_mut(context.region, INSTANCES, "InstanceId", &id);
    let found = found.ok_or_else(|| {
        Refusal::new(
            404,
            "InvalidInstanceId.NotFound",
            "The specified InstanceId does not exist.",
        )
    })?;
    let options = found.entry("MetadataOptions").or_insert_with(|| json!({}));
    if let Some(options) = options.as_object_mut() {
        for (name, value) in changes {
            set(options, name, value);
        }
    }
    done()
}
