//! VPCs, vSwitches, routes, gateways.

use ipnet::IpNet;
use yumen_cloud::{Id, Ipv4Gateway, NextHop, NextHopKind, Route, RouteTable, VSwitch, Vpc};

use crate::reader::facts::{Fact, Ipv6Fact, Item, Section};
use crate::reader::record::Record;
use crate::reader::value::is;

/// An item of `DescribeVpcs`.
pub(super) fn vpc(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("VpcId")?;
    let mut cidrs = networks(item, &["CidrBlock", "Ipv6CidrBlock"]);
    for (outer, inner) in [
        ("SecondaryCidrBlocks", "SecondaryCidrBlock"),
        ("UserCidrs", "UserCidr"),
    ] {
        let texts = item.texts(outer, inner).into_iter();
        let parsed = texts.filter_map(|text| item.parse_network(outer, text));
        cidrs.extend(parsed.map(|(network, _)| network));
    }
    for block in item.records("Ipv6CidrBlocks", "Ipv6CidrBlock") {
        cidrs.extend(networks(block, &["Ipv6CidrBlock"]));
    }
    let vpc = Vpc {
        place: item.place(&id),
        id: id.clone(),
        region: item.notes.region.clone(),
        name: item.string("VpcName"),
        cidrs: distinct(cidrs),
    };
    section.facts.push(Fact::Vpc(Box::new(vpc)));
    Some(id)
}

/// An item of `DescribeVSwitches`.
pub(super) fn vswitch(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("VSwitchId")?;
    let vswitch = VSwitch {
        place: item.place(&id),
        id: id.clone(),
        region: item.notes.region.clone(),
        vpc: item.id("VpcId"),
        name: item.string("VSwitchName"),
        cidrs: distinct(networks(item, &["CidrBlock", "Ipv6CidrBlock"])),
        acl: item.id("NetworkAclId"),
        route_table: item
            .record("RouteTable")
            .and_then(|table| table.id("RouteTableId")),
    };
    section.facts.push(Fact::VSwitch(Box::new(vswitch)));
    Some(id)
}

/// An item of `DescribeRouteTableList`.
pub(super) fn route_table(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("RouteTableId")?;
    let mut vswitches = item.ids("VSwitchIds", "VSwitchId");
    vswitches.sort();
    vswitches.dedup();
    let table = RouteTable {
        place: item.place(&id),
        id: id.clone(),
        region: item.notes.region.clone(),
        vpc: item.id("VpcId"),
        system: is(item.text("RouteTableType"), "System"),
        vswitches,
        routes: Vec::new(),
        unread: true,
    };
    section.facts.push(Fact::RouteTable(Box::new(table)));
    Some(id)
}

/// An item of `DescribeRouteEntryList`.
pub(super) fn route(item: Record<'_>, section: &mut Section) -> Item {
    let read = || match item.text("RouteEntryId") {
        Some(id) => Item::Known(Id::from(id)),
        None => Item::Nameless,
    };
    if item
        .text("Status")
        .is_some_and(|status| !is(Some(status), "Available"))
    {
        return read();
    }
    let Some((destination, is_clean)) = item.network("DestinationCidrBlock") else {
        if item.text("DestinationCidrBlock").is_none() {
            item.not_understood("DestinationCidrBlock", "gap-bad-network", "");
        }
        return Item::Skipped;
    };
    section.whole &= is_clean;
    let is_enabled = |hop: &Record<'_>| hop.text("Enabled").is_none_or(|text| text != "0");
    let hops = item.records("NextHops", "NextHop");
    let mut next_hops: Vec<NextHop> = hops
        .iter()
        .filter(|hop| is_enabled(hop))
        .map(|hop| next_hop(item, *hop))
        .collect();
    if hops.is_empty() {
        next_hops.push(next_hop(item, item));
    }
    section.facts.push(Fact::Route(Route {
        destination,
        next_hops,
    }));
    read()
}

/// A hop of a route, or, in older responses, the route itself.
fn next_hop(route: Record<'_>, hop: Record<'_>) -> NextHop {
    let word = hop
        .text("NextHopType")
        .unwrap_or_default()
        .to_ascii_lowercase();
    let origin = route.text("Type");
    let kind = match word.as_str() {
        "local" => NextHopKind::Local,
        "natgateway" => NextHopKind::NatGateway,
        "ipv4gateway" => NextHopKind::Ipv4Gateway,
        "ipv6gateway" => NextHopKind::Ipv6Gateway,
        "routerinterface" | "vpngateway" | "attachment" | "transitrouter" | "vpcpeer" | "cen" => {
            NextHopKind::Connection
        }
        _ if is(origin, "Cen") || is(origin, "BGP") => NextHopKind::Connection,
        "" | "service" if is(origin, "System") => NextHopKind::Local,
        "instance" | "networkinterface" | "havip" => {
            // Some connections are written as instances; their ids tell them apart.
            match hop.text("NextHopId") {
                Some(id)
                    if ["vpn-", "tr-", "pcc-", "cen-"]
                        .iter()
                        .any(|p| id.starts_with(p)) =>
                {
                    NextHopKind::Connection
                }
                _ => NextHopKind::Appliance,
            }
        }
        _ => NextHopKind::Other,
    };
    NextHop {
        kind,
        id: hop.id("NextHopId"),
    }
}

/// An item of `ListIpv4Gateways`, or the answer of `GetIpv4GatewayAttribute`.
pub(super) fn ipv4_gateway(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("Ipv4GatewayId")?;
    let gateway = Ipv4Gateway {
        place: item.place(&id),
        id: id.clone(),
        region: item.notes.region.clone(),
        vpc: item.id("VpcId"),
        enabled: item.flag("Enabled").unwrap_or(false),
    };
    section.facts.push(Fact::Ipv4Gateway(Box::new(gateway)));
    Some(id)
}

/// An item of `DescribeIpv6Addresses`.
pub(super) fn ipv6_address(item: Record<'_>, section: &mut Section) -> Item {
    let Some(address) = item.address("Ipv6Address") else {
        if item.text("Ipv6Address").is_none() {
            item.not_understood("Ipv6Address", "gap-bad-address", "");
        }
        return Item::Skipped;
    };
    let bandwidth = item.record("Ipv6InternetBandwidth");
    let bandwidth = bandwidth.and_then(|bandwidth| bandwidth.number::<u64>("Bandwidth"));
    let status = item.text("Status");
    let usable = status.is_none() || is(status, "Available") || is(status, "Bound");
    let internet = usable && bandwidth.is_some_and(|megabits| megabits > 0);
    section
        .facts
        .push(Fact::Ipv6(Ipv6Fact { address, internet }));
    Item::Known(
        item.text("Ipv6AddressId")
            .map_or_else(|| Id::from(address.to_string()), Id::from),
    )
}

fn networks(item: Record<'_>, fields: &[&'static str]) -> Vec<IpNet> {
    fields
        .iter()
        .filter_map(|field| item.network(field))
        .map(|(network, _)| network)
        .collect()
}

fn distinct(mut networks: Vec<IpNet>) -> Vec<IpNet> {
    networks.sort();
    networks.dedup();
    networks
}
