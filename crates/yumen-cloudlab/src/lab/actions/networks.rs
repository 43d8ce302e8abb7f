//! VPCs, vSwitches and routes: made, renamed, deleted.

use std::net::Ipv4Addr;

use serde_json::{Value, json};

use super::connections::CHILDREN;
use super::groups::{GROUPS, INTERFACES, name};
use super::kinds::is_mentioned;
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::lab::parameters::Parameters;
use crate::wire::network::{Route, RouteTable, VSwitch, Vpc};

pub(super) const VPCS: &str = "vpc/DescribeVpcs";
pub(super) const VSWITCHES: &str = "vpc/DescribeVSwitches";
pub(super) const TABLES: &str = "vpc/DescribeRouteTableList";
pub(super) const ROUTES: &str = "vpc/DescribeRouteEntryList";

/// Milliseconds until a new network is available.
pub(super) const SETTLING: u64 = 200;

/// Every system route of a VPC for the platform's own addresses.
pub(super) const PLATFORM: &str = "100.64.0.0/10";

/// Marks a resource available after a while.
pub(super) fn settle_later(
    context: &mut Context<'_>,
    path: &'static str,
    field: &'static str,
    id: &str,
) {
    let id = id.to_owned();
    let effect = move |estate: &mut Estate, region: &str| {
        if let Some(found) = estate.find_mut(region, path, field, &id) {
            set(found, "Status", "Available");
        }
    };
    context.later.push((SETTLING, Box::new(effect)));
}

/// An IPv4 range as its first address and length.
fn range(text: &str) -> Option<(u32, u8)> {
    let (address, length) = text.split_once('/')?;
    let address: Ipv4Addr = address.parse().ok()?;
    let length: u8 = length.parse().ok().filter(|length| *length <= 32)?;
    let bits = u32::from(address);
    (bits & mask(length) == bits).then_some((bits, length))
}

fn mask(length: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(length)).unwrap_or(0)
}

/// True if the first range holds the second.
fn holds(outer: (u32, u8), inner: (u32, u8)) -> bool {
    outer.1 <= inner.1 && inner.0 & mask(outer.1) == outer.0
}

pub(super) fn create_vpc(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let cidr = context
        .parameters
        .get("CidrBlock")
        .unwrap_or("172.16.0.0/12")
        .to_owned();
    let private = [(0x0a00_0000, 8), (0xac10_0000, 12), (0xc0a8_0000, 16)];
    let of = range(&cidr).filter(|of| of.1 <= 28 && private.iter().any(|p| holds(*p, *of)));
    if of.is_none() {
        return Err(Refusal::new(
            400,
            "InvalidCidrBlock.Malformed",
            "Specified CIDR block is not valid.",
        ));
    }
    let name = name(context, "VpcName")?;
    let (id, table) = (context.new_id("vpc"), context.new_id("vtb"));
    let router = context.new_id("vrt");
    let (about, time) = (context.text("Description").to_owned(), context.time());
    let ipv6_range = if context.parameters.is_on("EnableIpv6") {
        let number = *context.created;
        format!(
            "2408:4005:{:x}:{:x}00::/56",
            (number >> 8) & 0xffff,
            number & 0xff
        )
    } else {
        String::new()
    };
    let vpc = Vpc {
        region: context.region,
        id: &id,
        name: &name,
        about: &about,
        range: &cidr,
        ipv6_range: &ipv6_range,
        in_cen: false,
        created: &time,
        tags: &[],
        vswitches: &[],
        nat_gateways: &[],
        route_tables: std::slice::from_ref(&table),
    };
    let mut item = object(vpc.item());
    set(&mut item, "Status", "Pending");
    set(&mut item, "VRouterId", router.clone());
    put_tags("vpc", &mut item, context.parameters.tags());
    let route_table = RouteTable {
        region: context.region,
        id: &table,
        name: "",
        vpc: &id,
        vpc_name: &name,
        system: true,
        vswitches: &[],
        created: &time,
    };
    let mut table_item = object(route_table.item());
    set(&mut table_item, "RouterId", router.clone());
    estate.push(context.region, VPCS, "", item);
    estate.push(context.region, TABLES, "", table_item);
    push_route(estate, context, &table, PLATFORM, ("local", ""), "");
    settle_later(context, VPCS, "VpcId", &id);
    Ok(json!({
        "ResourceGroupId": crate::wire::RESOURCE_GROUP,
        "RouteTableId": table,
        "VRouterId": router,
        "VpcId": id,
    }))
}

pub(super) fn push_route(
    estate: &mut Estate,
    context: &Context<'_>,
    table: &str,
    destination: &str,
    (kind, hop): (&str, &str),
    about: &str,
) {
    let route = Route {
        region: context.region,
        table,
        destination,
        kind,
        hop,
        about,
        modified: &context.time(),
    };
    estate.push(context.region, ROUTES, table, object(route.item()));
}

/// The VPC that a request names.
pub(super) fn vpc<'e>(estate: &'e Estate, context: &Context<'_>) -> Result<&'e Object, Refusal> {
    let id = context.parameters.required("VpcId")?;
    let found = estate.find(context.region, VPCS, "VpcId", id);
    found.ok_or_else(|| {
        Refusal::new(
            404,
            "InvalidVpcId.NotFound",
            "Specified VPC does not exist.",
        )
    })
}

pub(super) fn rename_vpc(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = text(vpc(estate, context)?, "VpcId").to_owned();
    let name = name(context, "VpcName")?;
    for (field, value) in [
        ("VpcName", name.as_str()),
        ("Description", context.text("Description")),
    ] {
        if let (false, Some(found)) = (
            value.is_empty(),
            estate.find_mut(context.region, VPCS, "VpcId", &id),
        ) {
            set(found, field, value);
        }
    }
    done()
}

/// What a VPC may not hold when it is deleted.
const IN_A_VPC: [(&str, &str); 16] = [
    (VSWITCHES, "VSwitch"),
    (GROUPS, "SecurityGroup"),
    ("vpc/DescribeNatGateways", "NatGateway"),
    ("vpc/DescribeNetworkAcls", "NetworkAcl"),
    ("vpc/ListIpv4Gateways", "Ipv4Gateway"),
    ("vpc/DescribeIpv6Gateways", "Ipv6Gateway"),
    ("vpc/DescribeVpnGateways", "VpnGateway"),
    ("vpc/DescribeRouterInterfaces", "RouterInterface"),
    ("vpcpeer/ListVpcPeerConnections", "VpcPeer"),
    ("alb/ListLoadBalancers", "LoadBalancer"),
    ("alb/ListServerGroups", "ServerGroup"),
    ("nlb/ListLoadBalancers", "LoadBalancer"),
    ("nlb/ListServerGroups", "ServerGroup"),
    ("rds/DescribeDBInstances", "DBInstance"),
    ("r-kvstore/DescribeInstances", "Instance"),
    ("polardb/DescribeDBClusters", "DBCluster"),
];

/// What a vSwitch may not hold when it is deleted.
const IN_A_VSWITCH: [(&str, &str); 12] = [
    ("slb/DescribeLoadBalancers", "LoadBalancer"),
    ("alb/GetLoadBalancerAttribute", "LoadBalancer"),
    ("nlb/ListLoadBalancers", "LoadBalancer"),
    ("vpc/DescribeNatGateways", "NatGateway"),
    ("vpc/DescribeSnatTableEntries", "SnatEntry"),
    ("vpc/DescribeVpnGateways", "VpnGateway"),
    ("vpc/DescribeNetworkAcls", "NetworkAcl"),
    (
        "cbn/ListTransitRouterVpcAttachments",
        "TransitRouterAttachment",
    ),
    ("rds/DescribeDBInstances", "DBInstance"),
    ("r-kvstore/DescribeInstances", "Instance"),
    ("polardb/DescribeDBClusters", "DBCluster"),
    ("dds/DescribeDBInstanceAttribute", "DBInstance"),
];

fn depends(what: &str) -> Refusal {
    Refusal::new(
        400,
        format!("DependencyViolation.{what}"),
        format!("Specified object has dependent resources: {what}."),
    )
}

/// The route tables of a VPC.
fn tables_of(estate: &Estate, region: &str, vpc: &str) -> Vec<String> {
    estate
        .items(region, TABLES, "")
        .filter(|table| text(table, "VpcId") == vpc)
        .map(|table| text(table, "RouteTableId").to_owned())
        .collect()
}

pub(super) fn delete_vpc(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = text(vpc(estate, context)?, "VpcId").to_owned();
    for (path, what) in IN_A_VPC {
        if is_mentioned(estate, context.region, path, &id) {
            return Err(depends(what));
        }
    }
    let is_custom =
        |table: &Object| text(table, "VpcId") == id && text(table, "RouteTableType") == "Custom";
    if estate.items(context.region, TABLES, "").any(is_custom) {
        return Err(depends("RouteTable"));
    }
    // Child instances of every region stand with their CEN.
    let joined = estate.documents().any(|(_, path, _, document)| {
        let mut items = document.items.iter();
        path == CHILDREN && items.any(|item| text(&item.object, "ChildInstanceId") == id)
    });
    if joined {
        return Err(depends("CenChildInstance"));
    }
    for table in tables_of(estate, context.region, &id) {
        estate.remove(context.region, ROUTES, &table);
    }
    estate.take(context.region, TABLES, "", |table| {
        text(table, "VpcId") == id
    });
    estate.take(context.region, VPCS, "", |vpc| text(vpc, "VpcId") == id);
    done()
}

pub(super) fn create_vswitch(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let zone = context.parameters.required("ZoneId")?.to_owned();
    let cidr = context.parameters.required("CidrBlock")?.to_owned();
    let vpc = vpc(estate, context)?.clone();
    let vpc_id = text(&vpc, "VpcId").to_owned();
    if text(&vpc, "Status") != "Available" {
        return Err(Refusal::new(
            400,
            "IncorrectVpcStatus",
            "Current VPC status does not support this operation.",
        ));
    }
    let of = range(&cidr).filter(|of| (16..=29).contains(&of.1));
    let within = range(text(&vpc, "CidrBlock"));
    let (Some(of), Some(_)) = (of, within.zip(of).filter(|(vpc, of)| holds(*vpc, *of))) else {
        return Err(Refusal::new(
            400,
            "InvalidCidrBlock.Malformed",
            "Specified CIDR block is not valid.",
        ));
    };
    let overlaps = estate
        .items(context.region, VSWITCHES, "")
        .filter(|one| text(one, "VpcId") == vpc_id)
        .filter_map(|one| range(text(one, "CidrBlock")))
        .any(|other| holds(of, other) || holds(other, of));
    if overlaps {
        return Err(Refusal::new(
            400,
            "InvalidCidrBlock.Overlapped",
            "Specified CIDR block overlapped with other subnets.",
        ));
    }
    let table = estate
        .items(context.region, TABLES, "")
        .find(|table| text(table, "VpcId") == vpc_id && text(table, "RouteTableType") == "System")
        .map(|table| text(table, "RouteTableId").to_owned())
        .unwrap_or_default();
    let ipv6_range = match context.parameters.get("Ipv6CidrBlock") {
        None => String::new(),
        Some(number) => text(&vpc, "Ipv6CidrBlock")
            .strip_suffix("00::/56")
            .zip(number.parse::<u8>().ok())
            .map(|(range, number)| format!("{range}{number:02x}::/64"))
            .ok_or_else(|| Refusal::malformed("Ipv6CidrBlock"))?,
    };
    let name = name(context, "VSwitchName")?;
    let id = context.new_id("vsw");
    let (about, time) = (context.text("Description").to_owned(), context.time());
    let vswitch = VSwitch {
        id: &id,
        name: &name,
        about: &about,
        vpc: &vpc_id,
        zone: &zone,
        range: &cidr,
        ipv6_range: &ipv6_range,
        network_acl: "",
        route_table: (&table, true),
        used: 0,
        created: &time,
        tags: &[],
    };
    let mut item = object(vswitch.item());
    set(&mut item, "Status", "Pending");
    set(
        &mut item,
        "AvailableIpAddressCount",
        (1_u64 << (32 - of.1)) - 4,
    );
    put_tags("vpc", &mut item, context.parameters.tags());
    estate.push(context.region, VSWITCHES, "", item);
    for table in tables_of(estate, context.region, &vpc_id) {
        push_route(estate, context, &table, &cidr, ("local", ""), "");
    }
    list_in(
        estate,
        context.region,
        (VPCS, "VpcId", &vpc_id),
        ("VSwitchIds", "VSwitchId"),
        |ids| {
            ids.push(json!(id));
        },
    );
    let ids = (TABLES, "RouteTableId", table.as_str());
    list_in(
        estate,
        context.region,
        ids,
        ("VSwitchIds", "VSwitchId"),
        |ids| {
            ids.push(json!(id));
        },
    );
    settle_later(context, VSWITCHES, "VSwitchId", &id);
    Ok(json!({"VSwitchId": id}))
}

/// Changes the list of ids inside an item.
pub(super) fn list_in(
    estate: &mut Estate,
    region: &str,
    (path, field, id): (&str, &str, &str),
    (outer, inner): (&str, &str),
    change: impl FnOnce(&mut Vec<Value>),
) {
    let found = estate.find_mut(region, path, field, id);
    let list = found.and_then(|found| found.get_mut(outer)?.get_mut(inner)?.as_array_mut());
    if let Some(list) = list {
        change(list);
    }
}

pub(super) fn delete_vswitch(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = context.parameters.required("VSwitchId")?.to_owned();
    let found = estate
        .find(context.region, VSWITCHES, "VSwitchId", &id)
        .cloned();
    let found = found.ok_or_else(|| {
        Refusal::new(
            404,
            "InvalidVSwitchId.NotFound",
            "Specified VSwitch does not exist.",
        )
    })?;
    if estate
        .find(context.region, INTERFACES, "VSwitchId", &id)
        .is_some()
    {
        return Err(Refusal::in_use(
            "Specified object has dependent resources: NetworkInterface.",
        ));
    }
    for (path, what) in IN_A_VSWITCH {
        // Attachments of every region stand in one list.
        let region = if path.starts_with("cbn/") {
            estate.regions().next().unwrap_or_default()
        } else {
            context.region
        };
        if is_mentioned(estate, region, path, &id) {
            return Err(depends(what));
        }
    }
    let table = found.get("RouteTable");
    if table.is_some_and(|table| table["RouteTableType"] == "Custom") {
        return Err(depends("RouteTable"));
    }
    let (vpc, cidr) = (text(&found, "VpcId"), text(&found, "CidrBlock"));
    for table in tables_of(estate, context.region, vpc) {
        let local = |route: &Object| {
            text(route, "DestinationCidrBlock") == cidr && text(route, "Type") == "System"
        };
        estate.take(context.region, ROUTES, &table, local);
        let ids = (TABLES, "RouteTableId", table.as_str());
        list_in(
            estate,
            context.region,
            ids,
            ("VSwitchIds", "VSwitchId"),
            |ids| {
                ids.retain(|of| *of != json!(id));
            },
        );
    }
    list_in(
        estate,
        context.region,
        (VPCS, "VpcId", vpc),
        ("VSwitchIds", "VSwitchId"),
        |ids| {
            ids.retain(|of| *of != json!(id));
        },
    );
    estate.take(context.region, VSWITCHES, "", |one| {
        text(one, "VSwitchId") == id
    });
    done()
}

pub(super) fn create_route(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let table = context.parameters.required("RouteTableId")?.to_owned();
    let destination = context
        .parameters
        .required("DestinationCidrBlock")?
        .to_owned();
    let kind = context
        .parameters
        .get("NextHopType")
        .unwrap_or("Instance")
        .to_owned();
    let hop = context.parameters.required("NextHopId")?.to_owned();
    if estate
        .find(context.region, TABLES, "RouteTableId", &table)
        .is_none()
    {
        return Err(Refusal::not_found("RouteTableId"));
    }
    super::rules::network(&destination, "DestinationCidrBlock")?;
    let is_there = |route: &Object| text(route, "DestinationCidrBlock") == destination;
    if estate.items(context.region, ROUTES, &table).any(is_there) {
        return Err(Refusal::new(
            400,
            "InvalidCIDRBlock.Duplicate",
            "Specified CIDR block is already exists.",
        ));
    }
    let about = context.text("Description").to_owned();
    push_route(estate, context, &table, &destination, (&kind, &hop), &about);
    let made = estate.items(context.region, ROUTES, &table).last();
    let id = made.map(|route| text(route, "RouteEntryId").to_owned());
    Ok(json!({"RouteEntryId": id.unwrap_or_default()}))
}

pub(super) fn delete_route(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let table = context.parameters.required("RouteTableId")?.to_owned();
    let destination = context.parameters.text("DestinationCidrBlock").to_owned();
    let entry = context.parameters.text("RouteEntryId").to_owned();
    let is_named = |shown: &str, wanted: &str| !wanted.is_empty() && shown == wanted;
    let is_it = |route: &Object| {
        text(route, "Type") != "System"
            && (is_named(text(route, "DestinationCidrBlock"), &destination)
                || is_named(text(route, "RouteEntryId"), &entry))
    };
    if estate.take(context.region, ROUTES, &table, is_it) {
        done()
    } else {
        Err(Refusal::new(
            404,
            "InvalidRouteEntry.NotFound",
            "The route entry does not exist.",
        ))
    }
}

/// DescribeVpcAttribute: the item of the list, with what only the attribute says.
pub(super) fn vpc_attribute(estate: &Estate, region: &str, parameters: &Parameters) -> Outcome {
    let id = parameters.required("VpcId")?;
    let document = estate.seen(region, VPCS, "");
    let items = document
        .map(|document| document.items.as_slice())
        .unwrap_or_default();
    let found = items.iter().find(|item| text(&item.object, "VpcId") == id);
    let mut found = found.map(|item| item.object.clone()).ok_or_else(|| {
        Refusal::new(
            404,
            "InvalidVpcId.NotFound",
            "Specified VPC does not exist.",
        )
    })?;
    for (field, value) in [
        ("AssociatedCens", json!({"AssociatedCen": []})),
        (
            "AssociatedPropagationSources",
            json!({"AssociatedPropagationSources": []}),
        ),
        ("ClassicLinkEnabled", json!(false)),
        ("CloudResources", json!({"CloudResourceSetType": []})),
    ] {
        set(&mut found, field, value);
    }
    Ok(Value::Object(found))
}

pub(super) fn vswitch_attribute(estate: &Estate, region: &str, parameters: &Parameters) -> Outcome {
    let id = parameters.required("VSwitchId")?;
    let mut shown = estate.seen_items(region, VSWITCHES, "");
    let found = shown.find(|one| text(one, "VSwitchId") == id);
    let found = found.ok_or_else(|| {
        Refusal::new(
            404,
            "InvalidVSwitchId.NotFound",
            "Specified VSwitch does not exist.",
        )
    })?;
    Ok(Value::Object(found.clone()))
}
