//! NAT gateways and EIPs that belong to no server.

use super::groups::group_id;
use super::networks::{self, vpc_id};
use super::servers::{self, eip_id};
use super::{CREATED, HANGZHOU};
use crate::draft::Draft;
use crate::identifier::id;
use crate::wire::address::Eip;
use crate::wire::server::Interface;
use crate::wire::translation::NatGateway;

/// Adds an EIP that is bound to a service, or to nothing.
pub(super) fn add_eip(
    draft: &mut Draft,
    name: &str,
    address: &str,
    bound: (&str, &str),
    private: &str,
    vpc: &str,
) {
    let region = draft.region();
    let item = Eip {
        region,
        id: &eip_id(region, name),
        name,
        about: "",
        address,
        bound,
        private,
        vpc,
        zone: "",
        created: CREATED,
        tags: &[(
            "env",
            if name.contains("test") {
                "test"
            } else {
                "prod"
            },
        )],
    };
    draft.push("vpc/DescribeEipAddresses", item.item());
}

/// A port mapping: name, protocol, outside, inside.
type Mapping<'a> = (&'a str, &'a str, (&'a str, &'a str), (&'a str, &'a str));

/// A source translation: name, range, vSwitch's name (empty for a bare range), address.
type Translation<'a> = (&'a str, &'a str, &'a str, &'a str);

fn add_nat(
    draft: &mut Draft,
    (name, vpc_name, place): (&str, &str, &str),
    (private, eips): (&str, &[(&str, &str, &'static str)]),
    forwards: &[Mapping<'_>],
    snats: &[Translation<'_>],
) {
    let region = HANGZHOU;
    let (vpc, vswitch) = (vpc_id(vpc_name), id("vsw", region, place));
    let zone = networks::find(place).map_or("", |place| place.zone);
    let gateway = id("ngw", region, name);
    let interface = id("eni", region, name);
    let addresses: Vec<(String, String, &'static str)> = eips
        .iter()
        .map(|(eip, address, used)| (eip_id(region, eip), (*address).to_owned(), *used))
        .collect();
    let item = NatGateway {
        region,
        id: &gateway,
        name,
        about: "",
        vpc: &vpc,
        vswitch: &vswitch,
        zone,
        interface: &interface,
        private,
        forward_table: &id("ftb", region, name),
        snat_table: &id("stb", region, name),
        eips: &addresses,
        created: CREATED,
        tags: &[],
    };
    draft.push("vpc/DescribeNatGateways", item.item());
    for (eip, address, _) in eips {
        add_eip(draft, eip, address, ("Nat", &gateway), private, &vpc);
    }
    let group = group_id(&format!("sg-managed-{name}"));
    let managed = Interface {
        id: &interface,
        name,
        about: "NAT gateway",
        vpc: &vpc,
        vswitch: &vswitch,
        zone,
        address: private,
        secondary: true,
        managed: true,
        groups: &[group],
        created: CREATED,
        ..Interface::default()
    };
    draft.push("ecs/DescribeNetworkInterfaces", managed.item());
    let entries = forwards
        .iter()
        .map(|(name, protocol, outside, inside)| item.forward(name, protocol, *outside, *inside))
        .collect();
    draft.push_for(
        "vpc/DescribeForwardTableEntries",
        item.forward_table,
        entries,
    );
    let entries = snats
        .iter()
        .map(|(name, range, place, address)| {
            let vswitch = if place.is_empty() {
                String::new()
            } else {
                id("vsw", region, place)
            };
            item.snat(name, range, &vswitch, address)
        })
        .collect();
    draft.push_for("vpc/DescribeSnatTableEntries", item.snat_table, entries);
}

/// Adds NAT gateways with their entries, and the EIP that nothing uses.
pub(super) fn add(draft: &mut Draft) {
    if draft.region() != HANGZHOU {
        return;
    }
    let address = |name: &str| {
        servers::find(name)
            .map(servers::Server::address)
            .unwrap_or_default()
    };
    add_nat(
        draft,
        ("nat-prod", "vpc-prod", "prod-dmz-h"),
        (
            "10.10.31.250",
            &[("eip-nat-prod", "47.111.5.200", "UsedBySnatTable")],
        ),
        &[],
        &[
            ("app-h", "10.10.11.0/24", "prod-app-h", "47.111.5.200"),
            ("app-i", "10.10.12.0/24", "prod-app-i", "47.111.5.200"),
        ],
    );
    let (redis, nas) = (address("test-redis-01"), address("test-nas-01"));
    add_nat(
        draft,
        ("nat-test", "vpc-test", "test-nat-h"),
        (
            "172.16.9.250",
            &[
                (
                    "eip-nat-test",
                    "120.55.30.11",
                    "UsedByForwardTable,UsedBySnatTable",
                ),
                ("eip-nat-test-nas", "120.55.30.12", "UsedByForwardTable"),
            ],
        ),
        &[
            (
                "redis-remote",
                "TCP",
                ("120.55.30.11", "16379"),
                (&redis, "6379"),
            ),
            ("nas-all", "Any", ("120.55.30.12", "Any"), (&nas, "Any")),
        ],
        &[("test-data", "172.16.2.0/24", "", "120.55.30.11")],
    );
    add_eip(draft, "eip-unused", "47.99.101.3", ("", ""), "", "");
}
