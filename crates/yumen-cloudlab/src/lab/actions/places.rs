//! Where a new resource goes: its vSwitch, a free private address there, a free public one.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use serde_json::Value;

use super::Context;
use super::groups::INTERFACES;
use super::kinds::Kind;
use super::networks::VSWITCHES;
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::Refusal;

/// Where new public addresses begin: 47.96.0.0.
const FIRST_PUBLIC: u32 = 0x2f60_0000;

/// How many public addresses there are.
const PUBLIC: u32 = 1 << 20;

/// Answers that hold addresses of services, which have no interface in the simulated cloud.
const SERVICES: [&str; 9] = [
    "slb/DescribeLoadBalancers",
    "alb/GetLoadBalancerAttribute",
    "nlb/ListLoadBalancers",
    "rds/DescribeDBInstanceNetInfo",
    "r-kvstore/DescribeInstances",
    "r-kvstore/DescribeDBInstanceNetInfo",
    "polardb/DescribeDBClusterEndpoints",
    "vpc/DescribeNatGateways",
    "vpc/DescribeVpnGateways",
];

/// The list of IPv6 addresses.
pub(super) const IPV6_ADDRESSES: &str = "vpc/DescribeIpv6Addresses";

const VSWITCH: Kind = Kind::new(VSWITCHES, "VSwitchId", "InvalidVSwitchId.NotFound");

/// The vSwitch that a request names.
pub(super) fn vswitch(estate: &Estate, context: &Context<'_>) -> Result<Object, Refusal> {
    VSWITCH.named(estate, context)
}

/// The vSwitch with that id, in that VPC.
pub(super) fn vswitch_of(
    estate: &Estate,
    region: &str,
    id: &str,
    vpc: &str,
) -> Result<Object, Refusal> {
    let found = VSWITCH.with_id(estate, region, id)?;
    if text(found, "VpcId") == vpc {
        Ok(found.clone())
    } else {
        Err(Refusal::new(
            400,
            "InvalidVSwitchId.NotFound",
            "The specified vSwitch is not in the specified VPC.",
        ))
    }
}

fn gather(value: &Value, found: &mut BTreeSet<Ipv4Addr>) {
    match value {
        Value::String(text) => found.extend(text.parse::<Ipv4Addr>()),
        Value::Array(values) => values.iter().for_each(|value| gather(value, found)),
        Value::Object(fields) => fields.values().for_each(|value| gather(value, found)),
        _ => {}
    }
}

/// Addresses that answers of those actions hold.
fn addresses(estate: &Estate, region: &str, paths: &[&str]) -> BTreeSet<Ipv4Addr> {
    let mut found = BTreeSet::new();
    for (of, path, _, document) in estate.documents() {
        if of != region || !paths.contains(&path) {
            continue;
        }
        let objects = document.items.iter().map(|item| &item.object);
        for object in objects.chain(std::iter::once(&document.head)) {
            object.values().for_each(|value| gather(value, &mut found));
        }
    }
    found
}

/// The first address of a vSwitch that nothing has, after leaving out `skip` free ones; the vendor
/// keeps the first and the last three.
pub(super) fn free_address(
    estate: &Estate,
    region: &str,
    vswitch: &Object,
    skip: usize,
) -> Result<String, Refusal> {
    let none = || {
        Refusal::new(
            403,
            "InvalidVSwitchId.IpNotEnough",
            "The vSwitch has no free address.",
        )
    };
    let range = text(vswitch, "CidrBlock").split_once('/');
    let (first, length) = range.ok_or_else(none)?;
    let first = u32::from(first.parse::<Ipv4Addr>().map_err(|_| none())?);
    let length: u32 = length.parse().map_err(|_| none())?;
    let size = 32_u32
        .checked_sub(length)
        .and_then(|bits| 1_u32.checked_shl(bits))
        .ok_or_else(none)?;
    let mut taken = addresses(estate, region, &SERVICES);
    taken.extend(
        estate
            .items(region, INTERFACES, "")
            .filter(|one| text(one, "VSwitchId") == text(vswitch, "VSwitchId"))
            .filter_map(|one| text(one, "PrivateIpAddress").parse::<Ipv4Addr>().ok()),
    );
    (1..size.saturating_sub(4))
        .map(|offset| Ipv4Addr::from(first.saturating_add(offset)))
        .filter(|address| !taken.contains(address))
        .nth(skip)
        .map(|address| address.to_string())
        .ok_or_else(none)
}

/// The first IPv6 address of a vSwitch that nothing has.
pub(super) fn free_ipv6_address(
    estate: &Estate,
    region: &str,
    vswitch: &Object,
) -> Result<String, Refusal> {
    let range = text(vswitch, "Ipv6CidrBlock").strip_suffix("::/64");
    let range = range.ok_or_else(|| Refusal::unsupported_value("Ipv6AddressCount"))?;
    let id = text(vswitch, "VSwitchId");
    let taken: Vec<&str> = estate
        .items(region, IPV6_ADDRESSES, "")
        .filter(|address| text(address, "VSwitchId") == id)
        .map(|address| text(address, "Ipv6Address"))
        .collect();
    let free = (1..=0xffff_u32)
        .map(|number| format!("{range}::{number:x}"))
        .find(|address| !taken.contains(&address.as_str()));
    free.ok_or_else(|| Refusal::unsupported_value("Ipv6AddressCount"))
}

/// A public address that nothing in the region has.
pub(super) fn public_address(estate: &Estate, context: &Context<'_>) -> String {
    let mut paths = SERVICES.to_vec();
    paths.push(super::addresses::EIPS);
    let taken = addresses(estate, context.region, &paths);
    let begin = u32::try_from(*context.created % u64::from(PUBLIC)).unwrap_or(0);
    (begin..PUBLIC)
        .map(|number| Ipv4Addr::from(FIRST_PUBLIC + number))
        .find(|address| !taken.contains(address))
        .unwrap_or(Ipv4Addr::from(FIRST_PUBLIC))
        .to_string()
}
