//! Instances and interfaces: run, started, stopped, deleted; metadata options.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::groups::{GROUPS, INSTANCES, INTERFACES, recount};
use super::networks::VSWITCHES;
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text, texts};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::server::{Instance, Interface};

/// Where a new interface goes: vSwitch and groups, checked, and a free address.
struct Berth {
    vswitch: Object,
    groups: Vec<String>,
    address: String,
}

fn berth(estate: &Estate, context: &Context<'_>, after: u32) -> Result<Berth, Refusal> {
    let id = context.parameters.required("VSwitchId")?;
    let vswitch = estate
        .find(context.region, VSWITCHES, "VSwitchId", id)
        .cloned();
    let vswitch = vswitch.ok_or_else(|| {
        Refusal::new(
            404,
            "InvalidVSwitchId.NotFound",
            "Specified VSwitch does not exist.",
        )
    })?;
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
    let address = free_address(estate, context.region, &vswitch, after).ok_or_else(|| {
        Refusal::new(
            403,
            "InvalidVSwitchId.IpNotEnough",
            "The vSwitch has no free address.",
        )
    })?;
    Ok(Berth {
        vswitch,
        groups,
        address,
    })
}

/// The first address of a vSwitch that nothing has; the vendor keeps the first and last three.
fn free_address(estate: &Estate, region: &str, vswitch: &Object, after: u32) -> Option<String> {
    let (first, length) = text(vswitch, "CidrBlock").split_once('/')?;
    let first = u32::from(first.parse::<Ipv4Addr>().ok()?);
    let size = 1_u32.checked_shl(32 - length.parse::<u32>().ok()?)?;
    let taken: Vec<&str> = estate
        .items(region, INTERFACES, "")
        .filter(|one| text(one, "VSwitchId") == text(vswitch, "VSwitchId"))
        .map(|one| text(one, "PrivateIpAddress"))
        .collect();
    (1 + after..size.saturating_sub(4))
        .map(|offset| Ipv4Addr::from(first + offset).to_string())
        .find(|address| !taken.contains(&address.as_str()))
}

pub(super) fn run(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    context.parameters.required("ImageId")?;
    let kind = context.parameters.required("InstanceType")?.to_owned();
    let amount = context.parameters.number("Amount")?.unwrap_or(1);
    if !(1..=100).contains(&amount) {
        return Err(Refusal::unsupported_value("Amount"));
    }
    let name = context.text("InstanceName").to_owned();
    let about = context.text("Description").to_owned();
    berth(estate, context, u32::try_from(amount).unwrap_or(0) - 1)?;
    let mut made = Vec::new();
    for _ in 0..amount {
        let berth = berth(estate, context, 0)?;
        let (id, interface) = (context.new_id("i"), context.new_id("eni"));
        let time = context.time();
        let primary = Interface {
            id: &interface,
            vpc: text(&berth.vswitch, "VpcId"),
            vswitch: text(&berth.vswitch, "VSwitchId"),
            zone: text(&berth.vswitch, "ZoneId"),
            address: &berth.address,
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
    estate.take(context.region, INTERFACES, "", is_of);
    estate.take(context.region, INSTANCES, "", is_of);
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
    let berth = berth(estate, context, 0)?;
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
