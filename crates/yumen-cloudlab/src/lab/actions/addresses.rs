//! EIPs: allocated, bound, unbound, released; a binding stands in three objects at once.

use serde_json::{Value, json};

use super::groups::{INSTANCES, INTERFACES};
use super::places::public_address;
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::address::Eip;

pub(super) const EIPS: &str = "vpc/DescribeEipAddresses";
const GATEWAYS: &str = "vpc/DescribeNatGateways";

fn eip(estate: &Estate, context: &Context<'_>) -> Result<Object, Refusal> {
    let id = context.parameters.required("AllocationId")?;
    let found = estate.find(context.region, EIPS, "AllocationId", id);
    found.cloned().ok_or_else(|| {
        Refusal::new(
            404,
            "InvalidAllocationId.NotFound",
            "Specified allocation ID is not found.",
        )
    })
}

pub(super) fn allocate(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = context.new_id("eip");
    let address = public_address(estate, context);
    let (name, about) = (
        context.text("Name").to_owned(),
        context.text("Description").to_owned(),
    );
    let eip = Eip {
        region: context.region,
        id: &id,
        name: &name,
        about: &about,
        address: &address,
        bound: ("", ""),
        private: "",
        vpc: "",
        zone: "",
        created: &context.time(),
        tags: &[],
    };
    let mut item = object(eip.item());
    if let Some(bandwidth) = context.parameters.get("Bandwidth") {
        set(&mut item, "Bandwidth", bandwidth);
        set(&mut item, "EipBandwidth", bandwidth);
    }
    put_tags("vpc", &mut item, context.parameters.tags());
    estate.push(context.region, EIPS, "", item);
    Ok(json!({
        "AllocationId": id,
        "EipAddress": address,
        "OrderId": 0,
        "ResourceGroupId": crate::wire::RESOURCE_GROUP,
    }))
}

/// What an EIP can be bound to: the vendor's word, the list, the field of the id.
const TARGETS: [(&str, &str, &str); 4] = [
    ("EcsInstance", INSTANCES, "InstanceId"),
    ("NetworkInterface", INTERFACES, "NetworkInterfaceId"),
    ("Nat", GATEWAYS, "NatGatewayId"),
    ("SlbInstance", "slb/DescribeLoadBalancers", "LoadBalancerId"),
];

pub(super) fn associate(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let eip = eip(estate, context)?;
    let target = context.parameters.required("InstanceId")?.to_owned();
    let kind = context
        .parameters
        .get("InstanceType")
        .unwrap_or("EcsInstance")
        .to_owned();
    let Some((kind, list, field)) = TARGETS.iter().find(|(name, _, _)| *name == kind) else {
        return Err(Refusal::unsupported_value("InstanceType"));
    };
    if text(&eip, "Status") != "Available" {
        return Err(Refusal::new(
            400,
            "IncorrectEipStatus",
            "Current elastic IP status does not support this operation.",
        ));
    }
    let found = estate.find(context.region, list, field, &target).cloned();
    let found = found.ok_or_else(|| {
        Refusal::new(
            404,
            "InvalidInstanceId.NotFound",
            "Specified instance ID is not found.",
        )
    })?;
    let (id, address) = (text(&eip, "AllocationId"), text(&eip, "IpAddress"));
    let interface = interface_of(estate, context.region, kind, &target);
    let private = interface
        .as_ref()
        .map(|one| text(one, "PrivateIpAddress").to_owned());
    if let Some(record) = estate.find_mut(context.region, EIPS, "AllocationId", id) {
        for (field, value) in [
            ("Status", "InUse"),
            ("InstanceId", target.as_str()),
            ("InstanceType", kind),
            ("InstanceRegionId", context.region),
            ("Mode", "NAT"),
            ("PrivateIpAddress", private.as_deref().unwrap_or_default()),
            ("VpcId", text(&found, "VpcId")),
        ] {
            set(record, field, value);
        }
    }
    if *kind == "Nat" {
        super::networks::list_in(
            estate,
            context.region,
            (GATEWAYS, "NatGatewayId", &target),
            ("IpLists", "IpList"),
            |list| {
                list.push(json!({
                    "AllocationId": id,
                    "IpAddress": address,
                    "PrivateIpAddress": "",
                    "SnatEntryEnabled": false,
                    "UsingStatus": "Idle",
                }));
            },
        );
    }
    if let Some(interface) = interface {
        show(estate, context.region, &interface, Some((id, address)));
    }
    done()
}

/// The interface that carries an address of a target.
fn interface_of(estate: &Estate, region: &str, kind: &str, target: &str) -> Option<Object> {
    let mut interfaces = estate.items(region, INTERFACES, "");
    match kind {
        "EcsInstance" => interfaces
            .find(|one| text(one, "InstanceId") == target && text(one, "Type") == "Primary"),
        "NetworkInterface" => interfaces.find(|one| text(one, "NetworkInterfaceId") == target),
        _ => None,
    }
    .cloned()
}

/// Shows a public address, or none, on an interface and on its instance.
fn show(estate: &mut Estate, region: &str, interface: &Object, eip: Option<(&str, &str)>) {
    let id = text(interface, "NetworkInterfaceId");
    let public = match eip {
        Some((allocation, address)) => {
            json!({"AllocationId": allocation, "PublicIpAddress": address})
        }
        None => json!({}),
    };
    if let Some(record) = estate.find_mut(region, INTERFACES, "NetworkInterfaceId", id) {
        set(record, "AssociatedPublicIp", public.clone());
        let sets = record
            .get_mut("PrivateIpSets")
            .and_then(|sets| sets.get_mut("PrivateIpSet"));
        let first = sets
            .and_then(|sets| sets.get_mut(0))
            .and_then(Value::as_object_mut);
        if let Some(first) = first {
            set(first, "AssociatedPublicIp", public);
        }
    }
    if text(interface, "Type") != "Primary" {
        return;
    }
    let instance = text(interface, "InstanceId");
    if let Some(record) = estate.find_mut(region, INSTANCES, "InstanceId", instance) {
        let (allocation, address) = eip.unwrap_or_default();
        let bound = eip.is_some();
        set(
            record,
            "EipAddress",
            json!({
                "AllocationId": allocation,
                "Bandwidth": if bound { 5 } else { 0 },
                "InternetChargeType": if bound { "PayByTraffic" } else { "" },
                "IpAddress": address,
                "IsSupportUnassociate": bound,
            }),
        );
    }
}

pub(super) fn unassociate(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let eip = eip(estate, context)?;
    if text(&eip, "Status") != "InUse" {
        return Err(Refusal::new(
            400,
            "IncorrectEipStatus",
            "Current elastic IP status does not support this operation.",
        ));
    }
    let (id, address) = (text(&eip, "AllocationId"), text(&eip, "IpAddress"));
    let (kind, target) = (text(&eip, "InstanceType"), text(&eip, "InstanceId"));
    if kind == "Nat" {
        let is_used = |path: &str, field: &str| {
            estate.documents().any(|(region, of, _, document)| {
                let mut items = document.items.iter();
                region == context.region
                    && of == path
                    && items
                        .any(|item| text(&item.object, field).split(',').any(|ip| ip == address))
            })
        };
        if is_used("vpc/DescribeForwardTableEntries", "ExternalIp")
            || is_used("vpc/DescribeSnatTableEntries", "SnatIp")
        {
            return Err(Refusal::in_use(
                "The EIP is used by entries of the NAT gateway.",
            ));
        }
        let gateway = (GATEWAYS, "NatGatewayId", target);
        super::networks::list_in(
            estate,
            context.region,
            gateway,
            ("IpLists", "IpList"),
            |list| {
                list.retain(|row| row["AllocationId"] != id);
            },
        );
    }
    unbind(estate, context.region, id);
    if let Some(interface) = interface_of(estate, context.region, kind, target) {
        show(estate, context.region, &interface, None);
    }
    done()
}

/// Shows an EIP as bound to nothing.
fn unbind(estate: &mut Estate, region: &str, id: &str) {
    let Some(record) = estate.find_mut(region, EIPS, "AllocationId", id) else {
        return;
    };
    set(record, "Status", "Available");
    set(record, "ServiceManaged", 0);
    for field in [
        "InstanceId",
        "InstanceType",
        "InstanceRegionId",
        "Mode",
        "PrivateIpAddress",
        "VpcId",
    ] {
        set(record, field, "");
    }
}

/// An EIP that nothing has, or the refusal of the load balancers.
pub(super) fn available(estate: &Estate, region: &str, id: &str) -> Result<(), Refusal> {
    let found = estate.find(region, EIPS, "AllocationId", id);
    let found = found.ok_or_else(|| Refusal::not_found("AllocationId"))?;
    if text(found, "Status") == "Available" {
        Ok(())
    } else {
        Err(Refusal::new(
            400,
            "IncorrectStatus.Eip",
            format!("The status of {id} is incorrect."),
        ))
    }
}

/// Binds an EIP to a balancer's address in one zone: that of the account, or without one a new
/// one that the service keeps for itself. Answers its id and address.
pub(super) fn bind_to_service(
    estate: &mut Estate,
    context: &mut Context<'_>,
    allocation: &str,
    bound: (&str, &str),
    (private, vpc): (&str, &str),
) -> (String, String) {
    if let Some(record) = estate.find_mut(context.region, EIPS, "AllocationId", allocation) {
        for (field, value) in [
            ("Status", "InUse"),
            ("InstanceId", bound.1),
            ("InstanceType", bound.0),
            ("InstanceRegionId", context.region),
            ("Mode", "NAT"),
            ("PrivateIpAddress", private),
            ("VpcId", vpc),
        ] {
            set(record, field, value);
        }
        return (allocation.to_owned(), text(record, "IpAddress").to_owned());
    }
    let id = context.new_id("eip");
    let address = public_address(estate, context);
    let item = Eip {
        region: context.region,
        id: &id,
        name: "",
        about: "",
        address: &address,
        bound,
        private,
        vpc,
        zone: "",
        created: &context.time(),
        tags: &[],
    };
    estate.push(context.region, EIPS, "", object(item.item()));
    (id, address)
}

/// Takes the EIPs off a resource that goes: what a service kept for itself goes with it.
pub(super) fn release_from(estate: &mut Estate, region: &str, target: &str) {
    let is_kept = |eip: &Object| eip.get("ServiceManaged") == Some(&json!(1));
    estate.take(region, EIPS, "", |eip| {
        text(eip, "InstanceId") == target && is_kept(eip)
    });
    let bound: Vec<String> = estate
        .items(region, EIPS, "")
        .filter(|eip| text(eip, "InstanceId") == target)
        .map(|eip| text(eip, "AllocationId").to_owned())
        .collect();
    for id in bound {
        unbind(estate, region, &id);
    }
}

pub(super) fn release(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let eip = eip(estate, context)?;
    if text(&eip, "Status") == "InUse" {
        return Err(Refusal::new(
            400,
            "IncorrectEipStatus",
            "Current elastic IP status does not support this operation.",
        ));
    }
    let id = text(&eip, "AllocationId");
    estate.take(context.region, EIPS, "", |one| {
        text(one, "AllocationId") == id
    });
    done()
}
