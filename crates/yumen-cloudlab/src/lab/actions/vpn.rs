//! VPN gateways with their connections, and router interfaces.

use serde_json::{Value, json};

use super::kinds::Kind;
use super::networks::VPCS;
use super::overlay::{Form, overlay};
use super::places::{public_address, vswitch_of};
use super::{Context, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::connection::{RouterInterface, vpn_connection, vpn_gateway};

pub(super) const GATEWAY: Kind = Kind::new(
    "vpc/DescribeVpnGateways",
    "VpnGatewayId",
    "InvalidVpnGatewayInstanceId.NotFound",
);
pub(super) const CONNECTION: Kind = Kind::new(
    "vpc/DescribeVpnConnections",
    "VpnConnectionId",
    "InvalidVpnConnectionInstanceId.NotFound",
);
pub(super) const ROUTER_INTERFACE: Kind = Kind::new(
    "vpc/DescribeRouterInterfaces",
    "RouterInterfaceId",
    "InvalidRouterInterfaceId.NotFound",
);

pub(super) fn create_gateway(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let vpc = text(super::networks::vpc(estate, context)?, "VpcId").to_owned();
    let vswitch = context.parameters.required("VSwitchId")?.to_owned();
    vswitch_of(estate, context.region, &vswitch, &vpc)?;
    let bandwidth = context.parameters.number("Bandwidth")?;
    let bandwidth = bandwidth.ok_or_else(|| Refusal::missing("Bandwidth"))?;
    let name = super::groups::name(context, "Name")?;
    let address = public_address(estate, context);
    let unique = context.new_name();
    let created = context.now;
    let gateway = vpn_gateway(context.region, &unique, &address, &vpc, &vswitch, created);
    let mut item = object(gateway);
    overlay(
        &mut item,
        context.parameters,
        &[
            ("DisasterRecoveryVSwitchId", Form::Text),
            ("NetworkType", Form::Text),
            ("VpnType", Form::Text),
        ],
    )?;
    set(&mut item, "Name", name.clone());
    set(&mut item, "Spec", format!("{bandwidth}M"));
    set(&mut item, "Status", "init");
    for (parameter, field) in [("EnableIpsec", "IpsecVpn"), ("EnableSsl", "SslVpn")] {
        if context.parameters.get(parameter).is_some() {
            let on = context.parameters.is_on(parameter);
            set(&mut item, field, if on { "enable" } else { "disable" });
        }
    }
    let id = text(&item, "VpnGatewayId").to_owned();
    estate.push(context.region, GATEWAY.list, "", item);
    GATEWAY.settle(context, context.region, &id, ("Status", "active"));
    Ok(json!({"Name": name, "OrderId": 0, "VpnGatewayId": id}))
}

/// Networks joined by commas, or the refusal.
fn networks<'c>(context: &Context<'c>, name: &str) -> Result<&'c str, Refusal> {
    let given = context.parameters.required(name)?;
    for range in given.split(',') {
        super::rules::network(range, name)?;
    }
    Ok(given)
}

pub(super) fn create_connection(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let gateway = GATEWAY.named(estate, context)?;
    if text(&gateway, "Status") != "active" {
        return Err(Refusal::new(
            400,
            "VpnGateway.Configuring",
            "The specified service is configuring.",
        ));
    }
    let (local, remote) = (
        networks(context, "LocalSubnet")?,
        networks(context, "RemoteSubnet")?,
    );
    let tunnels = context.parameters.tree("TunnelOptionsSpecification");
    let tunnel = tunnels.as_ref().and_then(|tunnels| tunnels.get(0));
    let customer = match context.parameters.get("CustomerGatewayId") {
        Some(customer) => customer,
        None => tunnel
            .and_then(|tunnel| tunnel.get("CustomerGatewayId")?.as_str())
            .ok_or_else(|| Refusal::missing("CustomerGatewayId"))?,
    };
    let name = super::groups::name(context, "Name")?;
    let of = text(&gateway, "VpnGatewayId");
    let unique = context.new_name();
    let created = context.now;
    let connection = vpn_connection(context.region, &unique, of, local, remote, created);
    let mut item = object(connection);
    overlay(
        &mut item,
        context.parameters,
        &[
            ("EffectImmediately", Form::Flag),
            ("EnableDpd", Form::Flag),
            ("EnableNatTraversal", Form::Flag),
            ("EnableTunnelsBgp", Form::Flag),
        ],
    )?;
    for field in ["IkeConfig", "IpsecConfig"] {
        let Some(given) = context.parameters.get(field) else {
            continue;
        };
        let given: Object = serde_json::from_str(given).map_err(|_| Refusal::malformed(field))?;
        let shown = item.get_mut(field).and_then(Value::as_object_mut);
        if let Some(shown) = shown {
            // A key that was given is never shown again.
            shown.extend(given.into_iter().filter(|(name, _)| name != "Psk"));
        }
    }
    set(&mut item, "CustomerGatewayId", customer);
    set(&mut item, "Name", name.clone());
    set(&mut item, "Spec", text(&gateway, "Spec"));
    set(&mut item, "Status", "ike_sa_not_established");
    let id = text(&item, "VpnConnectionId").to_owned();
    estate.push(context.region, CONNECTION.list, "", item);
    let status = ("Status", "ipsec_sa_established");
    CONNECTION.settle(context, context.region, &id, status);
    Ok(json!({"CreateTime": context.now, "Name": name, "VpnConnectionId": id}))
}

pub(super) fn create_router_interface(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let role = context.parameters.required("Role")?;
    if role != "InitiatingSide" && role != "AcceptingSide" {
        return Err(Refusal::unsupported_value("Role"));
    }
    let spec = context.parameters.required("Spec")?;
    let opposite = context.parameters.required("OppositeRegionId")?;
    let router = context.parameters.required("RouterId")?;
    let kind = context.parameters.get("RouterType").unwrap_or("VRouter");
    let vpc = match kind {
        "VRouter" => {
            let found = estate.find(context.region, VPCS, "VRouterId", router);
            let found = found.ok_or_else(|| Refusal::not_found("RouterId"))?;
            text(found, "VpcId").to_owned()
        }
        "VBR" => String::new(),
        _ => return Err(Refusal::unsupported_value("RouterType")),
    };
    let name = super::groups::name(context, "Name")?;
    let id = context.new_id("ri");
    let written = RouterInterface {
        id: &id,
        name: &name,
        role,
        spec,
        router: (kind, router),
        vpc: &vpc,
        opposite_region: opposite,
        created: &context.time(),
    };
    let mut item = object(written.item());
    overlay(
        &mut item,
        context.parameters,
        &[
            ("AccessPointId", Form::Text),
            ("Description", Form::Text),
            ("FastLinkMode", Form::Flag),
            ("HealthCheckSourceIp", Form::Text),
            ("HealthCheckTargetIp", Form::Text),
            ("OppositeAccessPointId", Form::Text),
            ("OppositeInterfaceId", Form::Text),
            ("OppositeInterfaceOwnerId", Form::Text),
            ("OppositeRouterId", Form::Text),
            ("OppositeRouterType", Form::Text),
        ],
    )?;
    set(&mut item, "Status", "Creating");
    let tags = context.parameters.tags().into_iter();
    let tags: Vec<Value> = tags
        .map(|(key, value)| json!({"Key": key, "Value": value.unwrap_or_default()}))
        .collect();
    set(&mut item, "Tags", json!({"Tags": tags}));
    estate.push(context.region, ROUTER_INTERFACE.list, "", item);
    ROUTER_INTERFACE.settle(context, context.region, &id, ("Status", "Idle"));
    Ok(json!({"OrderId": 0, "RouterInterfaceId": id}))
}
