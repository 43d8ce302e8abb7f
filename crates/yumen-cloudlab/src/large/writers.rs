//! Writes a generated estate file by file: networks here, servers and groups beside it.

use super::pages::{Pages, Sink, line};
use super::plan::{
    Plan, Public, REGION, VSWITCHES, numbered, vpc_ipv6_range, vpc_range, vswitch_id,
    vswitch_ipv6_range, vswitch_range,
};
use super::servers;
use crate::listing::PER_REGION;
use crate::wire::OWNER;
use crate::wire::address;
use crate::wire::balancer::Backend;
use crate::wire::classic::{Classic, ClassicListener};
use crate::wire::filter::{AclEntry, NetworkAcl};
use crate::wire::network::{Route, RouteTable, VSwitch, Vpc};
use crate::wire::server::Interface;
use crate::wire::translation::NatGateway;
use serde_json::json;
use std::io;
use std::net::Ipv4Addr;

/// When everything was built.
pub(super) const CREATED: &str = "2025-04-15T02:10:00Z";

/// Interfaces behind a NAT gateway's port mappings, and behind a CLB.
const FORWARDED: usize = 8;

/// Actions that this module and its neighbours fill; the others are written empty.
const FILLED: &[&str] = &[
    "ecs/DescribeInstances",
    "ecs/DescribeNetworkInterfaces",
    "ecs/DescribePortRangeLists",
    "ecs/DescribePrefixLists",
    "ecs/DescribeSecurityGroups",
    "slb/DescribeLoadBalancerListeners",
    "slb/DescribeLoadBalancers",
    "vpc/DescribeEipAddresses",
    "vpc/DescribeIpv6Addresses",
    "vpc/DescribeIpv6Gateways",
    "vpc/DescribeNatGateways",
    "vpc/DescribeNetworkAcls",
    "vpc/DescribeRouteTableList",
    "vpc/DescribeVSwitches",
    "vpc/DescribeVpcs",
];

/// Writes the whole estate.
pub(super) fn write(plan: &Plan, sink: &mut Sink<'_>) -> io::Result<()> {
    let manifest = json!({
        "account": OWNER.to_string(),
        "collected_at": crate::DEMO_COLLECTED_AT,
        "regions": [REGION],
        "version": 1,
    });
    sink("manifest.json", &line(&manifest)?)?;
    for listing in PER_REGION
        .iter()
        .filter(|listing| !FILLED.contains(&listing.path))
    {
        Pages::start(listing.path, "", 0)?.finish(sink)?;
    }
    write_networks(plan, sink)?;
    write_acls(plan, sink)?;
    write_translations(plan, sink)?;
    write_balancers(plan, sink)?;
    servers::write_lists(plan, sink)?;
    servers::write_groups(plan, sink)?;
    servers::write_instances(plan, sink)?;
    write_interfaces(plan, sink)?;
    write_addresses(plan, sink)
}

fn count(plan: &Plan, holds: fn(usize) -> bool) -> usize {
    (0..plan.vpcs).filter(|vpc| holds(*vpc)).count()
}

fn write_networks(plan: &Plan, sink: &mut Sink<'_>) -> io::Result<()> {
    let mut vpcs = Pages::start("vpc/DescribeVpcs", "", plan.vpcs)?;
    for vpc in 0..plan.vpcs {
        let vswitches: Vec<String> = (0..VSWITCHES).map(|index| vswitch_id(vpc, index)).collect();
        let nat = if Plan::translated(vpc) {
            vec![numbered("ngw", vpc)]
        } else {
            vec![]
        };
        let ipv6 = if Plan::dual_stack(vpc) {
            vpc_ipv6_range(vpc)
        } else {
            String::new()
        };
        let item = Vpc {
            region: REGION,
            id: &numbered("vpc", vpc),
            name: &format!("vpc-{vpc:05}"),
            about: "",
            range: &vpc_range(vpc),
            ipv6_range: &ipv6,
            in_cen: false,
            created: CREATED,
            tags: &[],
            vswitches: &vswitches,
            nat_gateways: &nat,
            route_tables: &[numbered("vtb", vpc)],
        };
        vpcs.push(sink, item.item())?;
    }
    vpcs.finish(sink)?;
    let mut vswitches = Pages::start("vpc/DescribeVSwitches", "", plan.vpcs * VSWITCHES)?;
    for vpc in 0..plan.vpcs {
        for index in 0..VSWITCHES {
            let filtered = Plan::filtered(vpc) && index == 0;
            let acl = if filtered {
                numbered("nacl", vpc)
            } else {
                String::new()
            };
            let dual = Plan::dual_stack(vpc);
            let ipv6 = if dual {
                vswitch_ipv6_range(vpc, index)
            } else {
                String::new()
            };
            let item = VSwitch {
                id: &vswitch_id(vpc, index),
                name: &format!("vsw-{vpc:05}-{index}"),
                about: "",
                vpc: &numbered("vpc", vpc),
                zone: zone(index),
                range: &vswitch_range(vpc, index),
                ipv6_range: &ipv6,
                network_acl: &acl,
                route_table: (&numbered("vtb", vpc), true),
                used: (plan.interfaces(vpc).len() + VSWITCHES - 1 - index) / VSWITCHES,
                created: CREATED,
                tags: &[],
            };
            vswitches.push(sink, item.item())?;
        }
    }
    vswitches.finish(sink)?;
    let mut tables = Pages::start("vpc/DescribeRouteTableList", "", plan.vpcs)?;
    for vpc in 0..plan.vpcs {
        let vswitches: Vec<String> = (0..VSWITCHES).map(|index| vswitch_id(vpc, index)).collect();
        let item = RouteTable {
            region: REGION,
            id: &numbered("vtb", vpc),
            name: "",
            vpc: &numbered("vpc", vpc),
            vpc_name: &format!("vpc-{vpc:05}"),
            system: true,
            vswitches: &vswitches,
            created: CREATED,
        };
        tables.push(sink, item.item())?;
    }
    tables.finish(sink)?;
    for vpc in 0..plan.vpcs {
        write_routes(vpc, sink)?;
    }
    let mut gateways = Pages::start(
        "vpc/DescribeIpv6Gateways",
        "",
        count(plan, Plan::dual_stack),
    )?;
    for vpc in (0..plan.vpcs).filter(|vpc| Plan::dual_stack(*vpc)) {
        let (id, of) = (numbered("ipv6gw", vpc), numbered("vpc", vpc));
        gateways.push(sink, address::ipv6_gateway(REGION, &id, "", &of, CREATED))?;
    }
    gateways.finish(sink)
}

fn write_routes(vpc: usize, sink: &mut Sink<'_>) -> io::Result<()> {
    let table = numbered("vtb", vpc);
    let mut rows: Vec<(String, &str, String)> = (0..VSWITCHES)
        .map(|index| (vswitch_range(vpc, index), "local", String::new()))
        .collect();
    if Plan::dual_stack(vpc) {
        rows.extend(
            (0..VSWITCHES).map(|index| (vswitch_ipv6_range(vpc, index), "local", String::new())),
        );
        rows.push(("::/0".to_owned(), "IPv6Gateway", numbered("ipv6gw", vpc)));
    }
    if Plan::translated(vpc) {
        rows.push(("0.0.0.0/0".to_owned(), "NatGateway", numbered("ngw", vpc)));
    }
    let mut routes = Pages::start("vpc/DescribeRouteEntryList", &table, rows.len())?;
    for (destination, kind, hop) in &rows {
        let (region, about, modified) = (REGION, "", CREATED);
        let route = Route {
            region,
            table: &table,
            destination,
            kind,
            hop,
            about,
            modified,
        };
        routes.push(sink, route.item())?;
    }
    routes.finish(sink)
}

fn write_acls(plan: &Plan, sink: &mut Sink<'_>) -> io::Result<()> {
    let entry = |ingress, accept, ports: &str, range: String| AclEntry {
        ingress,
        accept,
        protocol: if ports == "-1/-1" { "all" } else { "tcp" }.to_owned(),
        ports: ports.to_owned(),
        range,
        about: String::new(),
    };
    let world = || "0.0.0.0/0".to_owned();
    let mut items = Pages::start("vpc/DescribeNetworkAcls", "", count(plan, Plan::filtered))?;
    let mut answers = Vec::new();
    for vpc in (0..plan.vpcs).filter(|vpc| Plan::filtered(*vpc)) {
        let entries = [
            entry(true, false, "3389/3389", world()),
            entry(true, false, "22/22", world()),
            entry(true, true, "-1/-1", vpc_range(vpc)),
            entry(true, true, "80/80", world()),
            entry(true, true, "443/443", world()),
            entry(true, true, "1024/65535", world()),
            entry(false, true, "-1/-1", world()),
        ];
        let acl = NetworkAcl {
            region: REGION,
            id: &numbered("nacl", vpc),
            name: &format!("nacl-{vpc:05}"),
            about: "",
            vpc: &numbered("vpc", vpc),
            vswitches: &[vswitch_id(vpc, 0)],
            entries: &entries,
            created: "2025-04-16 10:20:31",
        };
        items.push(sink, acl.item())?;
        answers.push((acl.id.to_owned(), acl.attributes()));
    }
    items.finish(sink)?;
    for (id, answer) in answers {
        let path = format!("{REGION}/vpc/DescribeNetworkAclAttributes/{id}.json");
        sink(&path, &line(&answer)?)?;
    }
    Ok(())
}

fn nat_address(vpc: usize) -> String {
    let offset = u32::try_from(vpc).unwrap_or(u32::MAX) & 0xffff;
    Ipv4Addr::from_bits(0x0882_0000 + offset).to_string()
}

fn nat_private(vpc: usize) -> String {
    format!("10.{}.255.250", vpc % 256)
}

/// Makes a VPC's NAT gateway and hands it to `then`.
fn with_nat<T>(vpc: usize, then: impl FnOnce(&NatGateway<'_>) -> T) -> T {
    let eips = [(
        numbered("eip", usize::MAX - vpc),
        nat_address(vpc),
        "UsedByForwardTable,UsedBySnatTable",
    )];
    then(&NatGateway {
        region: REGION,
        id: &numbered("ngw", vpc),
        name: &format!("nat-{vpc:05}"),
        about: "",
        vpc: &numbered("vpc", vpc),
        vswitch: &vswitch_id(vpc, VSWITCHES - 1),
        zone: zone(VSWITCHES - 1),
        interface: &numbered("eni", usize::MAX - vpc),
        private: &nat_private(vpc),
        forward_table: &numbered("ftb", vpc),
        snat_table: &numbered("stb", vpc),
        eips: &eips,
        created: CREATED,
        tags: &[],
    })
}

fn write_translations(plan: &Plan, sink: &mut Sink<'_>) -> io::Result<()> {
    let total = count(plan, Plan::translated);
    let mut gateways = Pages::start("vpc/DescribeNatGateways", "", total)?;
    for vpc in (0..plan.vpcs).filter(|vpc| Plan::translated(*vpc)) {
        gateways.push(sink, with_nat(vpc, |nat| nat.item()))?;
    }
    gateways.finish(sink)?;
    for vpc in (0..plan.vpcs).filter(|vpc| Plan::translated(*vpc)) {
        let inside = plan.interfaces(vpc).take(FORWARDED);
        let table = numbered("ftb", vpc);
        let mut forwards = Pages::start("vpc/DescribeForwardTableEntries", &table, inside.len())?;
        for (index, interface) in inside.enumerate() {
            let address = plan.place(interface).1.to_string();
            let (outer, inner) = (
                format!("{}", 20_000 + index),
                ["22", "3306", "6379", "8080"],
            );
            let port = inner.get(index % 4).copied().unwrap_or("22");
            let name = format!("forward-{index}");
            let outside = nat_address(vpc);
            let item = with_nat(vpc, |nat| {
                nat.forward(&name, "TCP", (&outside, &outer), (&address, port))
            });
            forwards.push(sink, item)?;
        }
        forwards.finish(sink)?;
        let mut snats = Pages::start("vpc/DescribeSnatTableEntries", &numbered("stb", vpc), 1)?;
        let range = vpc_range(vpc);
        snats.push(
            sink,
            with_nat(vpc, |nat| nat.snat("all", &range, "", &nat_address(vpc))),
        )?;
        snats.finish(sink)?;
    }
    Ok(())
}

/// Makes a VPC's CLB and hands it to `then`.
fn with_balancer<T>(vpc: usize, then: impl FnOnce(&Classic<'_>, &ClassicListener<'_>) -> T) -> T {
    let offset = u32::try_from(vpc).unwrap_or(u32::MAX) & 0xffff;
    let balancer = Classic {
        region: REGION,
        id: &numbered("lb", vpc),
        name: &format!("clb-{vpc:05}"),
        address: &Ipv4Addr::from_bits(0x7928_0000 + offset).to_string(),
        internet: true,
        vpc: "",
        vswitch: "",
        created: "2025-04-20T03:11Z",
        tags: &[],
    };
    let listener = ClassicListener {
        protocol: "tcp",
        port: 443,
        backend_port: 8443,
        about: "",
        running: true,
        acl: None,
        servers: &numbered("rsp", vpc),
        forward_port: 0,
        policy: "",
    };
    then(&balancer, &listener)
}

fn write_balancers(plan: &Plan, sink: &mut Sink<'_>) -> io::Result<()> {
    let total = count(plan, Plan::balanced);
    let of = || (0..plan.vpcs).filter(|vpc| Plan::balanced(*vpc));
    let mut balancers = Pages::start("slb/DescribeLoadBalancers", "", total)?;
    for vpc in of() {
        balancers.push(sink, with_balancer(vpc, |balancer, _| balancer.item()))?;
    }
    balancers.finish(sink)?;
    let mut listeners = Pages::start("slb/DescribeLoadBalancerListeners", "", total)?;
    for vpc in of() {
        let item = with_balancer(vpc, |balancer, listener| balancer.listener(listener));
        listeners.push(sink, item)?;
    }
    listeners.finish(sink)?;
    for vpc in of() {
        let known: Vec<(String, String)> = plan
            .interfaces(vpc)
            .take(FORWARDED)
            .map(|index| (numbered("i", index), plan.place(index).1.to_string()))
            .collect();
        let backends: Vec<Backend<'_>> = known
            .iter()
            .map(|(instance, address)| Backend {
                instance,
                address,
                port: 8443,
                ..Backend::default()
            })
            .collect();
        let group = numbered("rsp", vpc);
        let (attribute, item, servers) = with_balancer(vpc, |balancer, listener| {
            let listeners = std::slice::from_ref(listener);
            (
                balancer.attribute(listeners),
                balancer.servers_item(&group, "backends", &backends, listeners),
                balancer.servers_attribute(&group, "backends", &backends),
            )
        });
        let id = numbered("lb", vpc);
        let path = format!("{REGION}/slb/DescribeLoadBalancerAttribute/{id}.json");
        sink(&path, &line(&attribute)?)?;
        let mut groups = Pages::start("slb/DescribeVServerGroups", &id, 1)?;
        groups.push(sink, item)?;
        groups.finish(sink)?;
        Pages::start("slb/DescribeMasterSlaveServerGroups", &id, 0)?.finish(sink)?;
        let path = format!("{REGION}/slb/DescribeVServerGroupAttribute/{group}.json");
        sink(&path, &line(&servers)?)?;
    }
    Ok(())
}

fn write_interfaces(plan: &Plan, sink: &mut Sink<'_>) -> io::Result<()> {
    let total = plan.spec.interfaces + count(plan, Plan::translated);
    let mut pages = Pages::start("ecs/DescribeNetworkInterfaces", "", total)?;
    for index in 0..plan.spec.interfaces {
        pages.push(
            sink,
            servers::with_interface(plan, index, |interface| interface.item()),
        )?;
    }
    for vpc in (0..plan.vpcs).filter(|vpc| Plan::translated(*vpc)) {
        let item = Interface {
            id: &numbered("eni", usize::MAX - vpc),
            name: &format!("nat-{vpc:05}"),
            about: "NAT gateway",
            vpc: &numbered("vpc", vpc),
            vswitch: &vswitch_id(vpc, VSWITCHES - 1),
            zone: zone(VSWITCHES - 1),
            address: &nat_private(vpc),
            secondary: true,
            managed: true,
            created: CREATED,
            ..Interface::default()
        };
        pages.push(sink, item.item())?;
    }
    pages.finish(sink)
}

fn write_addresses(plan: &Plan, sink: &mut Sink<'_>) -> io::Result<()> {
    let bound = |index: &usize| matches!(plan.public(*index), Public::Eip(_));
    let all = || 0..plan.spec.interfaces;
    let total = all().filter(bound).count() + count(plan, Plan::translated);
    let mut eips = Pages::start("vpc/DescribeEipAddresses", "", total)?;
    for index in all().filter(bound) {
        let item = servers::with_interface(plan, index, |interface| {
            let bound = ("EcsInstance", interface.instance);
            servers::eip(interface.public, bound, interface.address, interface.vpc)
        });
        eips.push(sink, item)?;
    }
    for vpc in (0..plan.vpcs).filter(|vpc| Plan::translated(*vpc)) {
        let (allocation, address) = (numbered("eip", usize::MAX - vpc), nat_address(vpc));
        let (gateway, of) = (numbered("ngw", vpc), numbered("vpc", vpc));
        let public = (allocation.as_str(), address.as_str());
        eips.push(
            sink,
            servers::eip(public, ("Nat", &gateway), &nat_private(vpc), &of),
        )?;
    }
    eips.finish(sink)?;
    let total = all().filter(|index| plan.ipv6(*index).is_some()).count();
    let mut addresses = Pages::start("vpc/DescribeIpv6Addresses", "", total)?;
    for index in all() {
        let Some((address, bandwidth)) = plan.ipv6(index) else {
            continue;
        };
        let vpc = plan.vpc_of_interface(index);
        let item = address::Ipv6Address {
            region: REGION,
            address: &address.to_string(),
            instance: &numbered("i", index),
            gateway: &numbered("ipv6gw", vpc),
            bandwidth,
            vpc: &numbered("vpc", vpc),
            vswitch: &vswitch_id(vpc, plan.place(index).0),
            created: CREATED,
        };
        addresses.push(sink, item.item())?;
    }
    addresses.finish(sink)
}

/// The zone of a VPC's vSwitch.
pub(super) fn zone(vswitch: usize) -> &'static str {
    if vswitch.is_multiple_of(2) {
        "cn-hangzhou-h"
    } else {
        "cn-hangzhou-i"
    }
}
