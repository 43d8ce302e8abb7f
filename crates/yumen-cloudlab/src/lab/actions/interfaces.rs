//! Secondary interfaces: attached to instances, taken off again.

use serde_json::{Value, json};

use super::groups::{INSTANCES, INTERFACES};
use super::kinds::Kind;
use super::networks::SETTLING;
use super::{Context, done, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};

const INTERFACE: Kind = Kind::new(INTERFACES, "NetworkInterfaceId", "InvalidEniId.NotFound");
const INSTANCE: Kind = Kind::new(INSTANCES, "InstanceId", "InvalidInstanceId.NotFound");

/// Interfaces of one instance. The vendor's figure depends on the type of the instance.
const PER_INSTANCE: usize = 8;

fn denied(code: &str, message: &str) -> Refusal {
    Refusal::new(403, code, message)
}

/// The interfaces that an instance shows.
fn shown(instance: &mut Object) -> Option<&mut Vec<Value>> {
    let interfaces = instance.get_mut("NetworkInterfaces")?;
    interfaces.get_mut("NetworkInterface")?.as_array_mut()
}

/// Says on an interface which instance it is on, or that it is on none.
fn place(interface: &mut Object, instance: &str, device: usize, status: &str) {
    set(interface, "InstanceId", instance);
    set(interface, "Status", status);
    if let Some(attachment) = interface.get_mut("Attachment") {
        attachment["InstanceId"] = json!(instance);
        attachment["DeviceIndex"] = json!(device);
    }
}

pub(super) fn attach(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let interface = INTERFACE.named(estate, context)?;
    let mut instance = INSTANCE.named(estate, context)?;
    let (id, of) = (
        text(&interface, "NetworkInterfaceId").to_owned(),
        text(&instance, "InstanceId").to_owned(),
    );
    if text(&interface, "Status") != "Available" || text(&interface, "Type") != "Secondary" {
        return Err(denied(
            "InvalidOperation.InvalidEniState",
            "The operation is not allowed in the current status of the network interface.",
        ));
    }
    if !["Running", "Stopped"].contains(&text(&instance, "Status")) {
        return Err(denied(
            "InvalidOperation.InvalidEcsState",
            "The operation is not allowed in the current status of the instance.",
        ));
    }
    let vpc = instance.get("VpcAttributes").and_then(|of| of.get("VpcId"));
    if vpc.and_then(Value::as_str) != Some(text(&interface, "VpcId")) {
        return Err(denied(
            "InvalidOperation.VpcMismatch",
            "The network interface and the instance are not in the same VPC.",
        ));
    }
    if text(&interface, "ZoneId") != text(&instance, "ZoneId") {
        return Err(denied(
            "InvalidOperation.AvailabilityZoneMismatch",
            "The network interface and the instance are not in the same zone.",
        ));
    }
    let device = shown(&mut instance).map_or(0, |interfaces| interfaces.len());
    if device >= PER_INSTANCE {
        return Err(denied(
            "EniPerInstanceLimitExceeded",
            "The number of network interfaces of the instance exceeds the limit.",
        ));
    }
    INTERFACE.change(estate, context.region, &id, |one| {
        place(one, &of, device, "Attaching");
    });
    let written: Object = [
        "Ipv4PrefixSets",
        "Ipv6PrefixSets",
        "Ipv6Sets",
        "MacAddress",
        "NetworkInterfaceId",
        "Type",
    ]
    .iter()
    .filter_map(|field| Some(((*field).to_owned(), interface.get(*field)?.clone())))
    .chain([
        (
            "PrimaryIpAddress".to_owned(),
            json!(text(&interface, "PrivateIpAddress")),
        ),
        (
            "PrivateIpSets".to_owned(),
            json!({"PrivateIpSet": [{
                "Primary": true,
                "PrivateDnsName": "",
                "PrivateIpAddress": text(&interface, "PrivateIpAddress"),
            }]}),
        ),
    ])
    .collect();
    INSTANCE.change(estate, context.region, &of, |one| {
        if let Some(interfaces) = shown(one) {
            interfaces.push(Value::Object(written));
        }
    });
    INTERFACE.settle(context, context.region, &id, ("Status", "InUse"));
    done()
}

pub(super) fn detach(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let interface = INTERFACE.named(estate, context)?;
    let instance = INSTANCE.named(estate, context)?;
    let of = text(&instance, "InstanceId");
    let id = text(&interface, "NetworkInterfaceId").to_owned();
    if text(&interface, "Type") != "Secondary" {
        return Err(denied(
            "InvalidOperation.DetachPrimaryEniNotAllowed",
            "The primary network interface cannot be detached.",
        ));
    }
    if text(&interface, "InstanceId") != of || text(&interface, "Status") != "InUse" {
        return Err(denied(
            "InvalidOperation.InvalidEniState",
            "The operation is not allowed in the current status of the network interface.",
        ));
    }
    INTERFACE.change(estate, context.region, &id, |one| {
        set(one, "Status", "Detaching");
    });
    INSTANCE.change(estate, context.region, of, |one| {
        if let Some(interfaces) = shown(one) {
            interfaces.retain(|one| one["NetworkInterfaceId"] != id.as_str());
        }
    });
    let effect = move |estate: &mut Estate, region: &str| {
        INTERFACE.change(estate, region, &id, |one| place(one, "", 0, "Available"));
    };
    context.later.push((SETTLING, Box::new(effect)));
    done()
}
