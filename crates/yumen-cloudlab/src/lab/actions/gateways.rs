//! Gateways of both families: the one that makes routes decide, and bandwidth for IPv6 addresses.

use serde_json::json;

use super::kinds::{Kind, is_mentioned};
use super::networks::{ROUTES, TABLES, push_route};
use super::overlay::{Form, overlay};
use super::places::IPV6_ADDRESSES as ADDRESSES;
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::RESOURCE_GROUP;
use crate::wire::address::{Ipv6Address, ipv4_gateway, ipv6_gateway};

const V4: &str = "vpc/ListIpv4Gateways";
pub(super) const V6: &str = "vpc/DescribeIpv6Gateways";

pub(super) const IPV4_GATEWAY: Kind =
    Kind::new(V4, "Ipv4GatewayId", "ResourceNotFound.Ipv4Gateway");
const IPV6_GATEWAY: Kind = Kind::new(V6, "Ipv6GatewayId", "InvalidIpv6GatewayId.NotFound");
const IPV6_ADDRESS: Kind = Kind::new(ADDRESSES, "Ipv6AddressId", "InvalidIpv6AddressId.NotFound");

/// Highest Internet bandwidth of an IPv6 address, in Mbit/s.
const BANDWIDTH: usize = 5000;

/// The VPC that a request names, which must not have such a gateway yet.
fn vpc(estate: &Estate, context: &Context<'_>, list: &str) -> Result<String, Refusal> {
    let id = text(super::networks::vpc(estate, context)?, "VpcId").to_owned();
    if estate.find(context.region, list, "VpcId", &id).is_some() {
        return Err(Refusal::new(
            400,
            "ResourceAlreadyExist.Gateway",
            "The VPC has such a gateway already.",
        ));
    }
    Ok(id)
}

pub(super) fn create_ipv4(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let vpc = vpc(estate, context, V4)?;
    let name = super::groups::name(context, "Ipv4GatewayName")?;
    let about = context.text("Ipv4GatewayDescription").to_owned();
    let id = context.new_id("ipv4gw");
    let mut item = object(ipv4_gateway(&id, &name, &vpc, &about, &context.time()));
    set(&mut item, "Enabled", false);
    set(&mut item, "Status", "Creating");
    put_tags("vpc", &mut item, context.parameters.tags());
    estate.push(context.region, V4, "", item);
    IPV4_GATEWAY.settle(context, context.region, &id, ("Status", "Created"));
    Ok(json!({"Ipv4GatewayId": id, "ResourceGroupId": RESOURCE_GROUP}))
}

/// Activates a gateway: from then on routes decide, and the tables that the request names get a
/// default route to it.
pub(super) fn enable_ipv4(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let gateway = IPV4_GATEWAY.named(estate, context)?;
    let id = text(&gateway, "Ipv4GatewayId");
    let enabled = gateway.get("Enabled") == Some(&json!(true));
    if text(&gateway, "Status") != "Created" || enabled {
        return Err(Refusal::new(
            400,
            "IncorrectStatus.Ipv4Gateway",
            "The status of the IPv4 gateway is incorrect.",
        ));
    }
    let tables = context.parameters.list("RouteTableList");
    for table in &tables {
        let found = estate.find(context.region, TABLES, "RouteTableId", table);
        let found = found.filter(|table| text(table, "VpcId") == text(&gateway, "VpcId"));
        found.ok_or_else(|| Refusal::not_found("RouteTableId"))?;
    }
    for table in &tables {
        let is_default = |route: &Object| text(route, "DestinationCidrBlock") == "0.0.0.0/0";
        if !estate.items(context.region, ROUTES, table).any(is_default) {
            push_route(estate, context, table, "0.0.0.0/0", ("Ipv4Gateway", id), "");
        }
    }
    IPV4_GATEWAY.change(estate, context.region, id, |gateway| {
        set(gateway, "Enabled", true);
        set(gateway, "Status", "Activating");
    });
    IPV4_GATEWAY.settle(context, context.region, id, ("Status", "Created"));
    done()
}

pub(super) fn create_ipv6(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let vpc = vpc(estate, context, V6)?;
    let name = super::groups::name(context, "Name")?;
    let id = context.new_id("ipv6gw");
    let time = context.time();
    let mut item = object(ipv6_gateway(context.region, &id, &name, &vpc, &time));
    overlay(
        &mut item,
        context.parameters,
        &[("Description", Form::Text)],
    )?;
    set(&mut item, "Status", "Pending");
    put_tags("vpc", &mut item, context.parameters.tags());
    estate.push(context.region, V6, "", item);
    let addresses: Vec<String> = estate
        .items(context.region, ADDRESSES, "")
        .filter(|address| text(address, "VpcId") == vpc)
        .map(|address| text(address, "Ipv6AddressId").to_owned())
        .collect();
    for address in addresses {
        IPV6_ADDRESS.change(estate, context.region, &address, |one| {
            set(one, "Ipv6GatewayId", id.clone());
        });
    }
    IPV6_GATEWAY.settle(context, context.region, &id, ("Status", "Available"));
    Ok(json!({"Ipv6GatewayId": id, "ResourceGroupId": RESOURCE_GROUP}))
}

pub(super) fn delete_ipv6(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let gateway = IPV6_GATEWAY.named(estate, context)?;
    let id = text(&gateway, "Ipv6GatewayId");
    let is_its = |address: &&Object| text(address, "Ipv6GatewayId") == id;
    let addresses: Vec<Object> = estate
        .items(context.region, ADDRESSES, "")
        .filter(is_its)
        .cloned()
        .collect();
    if addresses.iter().any(has_bandwidth) {
        return Err(Refusal::new(
            400,
            "DependencyViolation.Ipv6InternetBandwidth",
            "The IPv6 gateway still has addresses with Internet bandwidth.",
        ));
    }
    if is_mentioned(estate, context.region, ROUTES, id) {
        return Err(Refusal::new(
            400,
            "DependencyViolation.RouteEntry",
            "Routes still lead to the IPv6 gateway.",
        ));
    }
    IPV6_GATEWAY.take(estate, context.region, id);
    for address in addresses {
        let address = text(&address, "Ipv6AddressId");
        IPV6_ADDRESS.change(estate, context.region, address, |one| {
            set(one, "Ipv6GatewayId", "");
        });
    }
    done()
}

fn has_bandwidth(address: &Object) -> bool {
    text(address, "NetworkType") == "Public"
}

/// Lets an address reach the Internet, or no longer.
fn set_bandwidth(estate: &mut Estate, context: &Context<'_>, of: &Object, bandwidth: usize) {
    let written = Ipv6Address {
        region: context.region,
        address: text(of, "Ipv6Address"),
        instance: text(of, "AssociatedInstanceId"),
        gateway: text(of, "Ipv6GatewayId"),
        bandwidth,
        vpc: text(of, "VpcId"),
        vswitch: text(of, "VSwitchId"),
        created: text(of, "AllocationTime"),
    };
    let written = object(written.item());
    let id = text(of, "Ipv6AddressId");
    IPV6_ADDRESS.change(estate, context.region, id, |address| {
        for field in ["Ipv6InternetBandwidth", "NetworkType", "RealBandwidth"] {
            set(
                address,
                field,
                written.get(field).cloned().unwrap_or_default(),
            );
        }
    });
}

pub(super) fn allocate_bandwidth(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let gateway = IPV6_GATEWAY.named(estate, context)?;
    let address = IPV6_ADDRESS.named(estate, context)?;
    let id = text(&address, "Ipv6AddressId");
    if text(&address, "VpcId") != text(&gateway, "VpcId") {
        return Err(IPV6_ADDRESS.not_found(id));
    }
    let bandwidth = context.parameters.number("Bandwidth")?.unwrap_or(2);
    if !(1..=BANDWIDTH).contains(&bandwidth) {
        return Err(Refusal::unsupported_value("Bandwidth"));
    }
    if has_bandwidth(&address) {
        return Err(Refusal::new(
            400,
            "ResourceAlreadyExist.Ipv6InternetBandwidth",
            "The IPv6 address has Internet bandwidth already.",
        ));
    }
    set_bandwidth(estate, context, &address, bandwidth);
    let address = IPV6_ADDRESS.with_id(estate, context.region, id)?;
    Ok(json!({"InternetBandwidthId": bandwidth_id(address), "Ipv6AddressId": id}))
}

fn bandwidth_id(address: &Object) -> &str {
    let bandwidth = address.get("Ipv6InternetBandwidth");
    let id = bandwidth.and_then(|of| of.get("Ipv6InternetBandwidthId")?.as_str());
    id.unwrap_or_default()
}

/// The bandwidth is named by its own id or by its address.
pub(super) fn delete_bandwidth(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let wanted = context.parameters.get("Ipv6InternetBandwidthId");
    let address = match wanted {
        None => Some(IPV6_ADDRESS.named(estate, context)?),
        Some(wanted) => estate
            .items(context.region, ADDRESSES, "")
            .find(|address| bandwidth_id(address) == wanted)
            .cloned(),
    };
    let address = address
        .filter(has_bandwidth)
        .ok_or_else(|| Refusal::not_found("Ipv6InternetBandwidthId"))?;
    set_bandwidth(estate, context, &address, 0);
    done()
}
