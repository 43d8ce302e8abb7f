//! The demo estate's networks: VPCs, vSwitches, routes.

use super::{CREATED, HANGZHOU, SHANGHAI};
use crate::draft::Draft;
use crate::identifier::id;
use crate::wire::network::{Route, RouteTable, VSwitch, Vpc};

/// Region, name, tag, description, IPv4 and IPv6 range.
const VPCS: &[(&str, &str, &str, &str, &str, &str)] = &[
    (
        HANGZHOU,
        "vpc-prod",
        "prod",
        "生产环境：江南优选商城",
        "10.10.0.0/16",
        "2408:4005:3a1:5e00::/56",
    ),
    (
        HANGZHOU,
        "vpc-test",
        "test",
        "测试环境 test environment",
        "172.16.0.0/16",
        "",
    ),
    (
        HANGZHOU,
        "vpc-shared",
        "shared",
        "运维与共享服务 management and shared services",
        "10.20.0.0/16",
        "",
    ),
    (
        SHANGHAI,
        "vpc-dr",
        "prod",
        "上海容灾 disaster recovery",
        "10.50.0.0/16",
        "",
    ),
];

/// A vSwitch of the demo estate.
#[derive(Debug)]
pub(super) struct Place {
    pub(super) region: &'static str,
    pub(super) name: &'static str,
    pub(super) vpc: &'static str,
    pub(super) zone: &'static str,
    pub(super) range: &'static str,
    ipv6_range: &'static str,
    pub(super) acl: &'static str,
    table: &'static str,
}

const fn place(
    region: &'static str,
    vpc: &'static str,
    name: &'static str,
    zone: &'static str,
    range: &'static str,
) -> Place {
    Place {
        region,
        name,
        vpc,
        zone,
        range,
        ipv6_range: "",
        acl: "",
        table: "",
    }
}

/// The vSwitches.
pub(super) const PLACES: &[Place] = &[
    place(
        HANGZHOU,
        "vpc-prod",
        "prod-web-h",
        "cn-hangzhou-h",
        "10.10.1.0/24",
    ),
    place(
        HANGZHOU,
        "vpc-prod",
        "prod-web-i",
        "cn-hangzhou-i",
        "10.10.2.0/24",
    ),
    place(
        HANGZHOU,
        "vpc-prod",
        "prod-app-h",
        "cn-hangzhou-h",
        "10.10.11.0/24",
    ),
    place(
        HANGZHOU,
        "vpc-prod",
        "prod-app-i",
        "cn-hangzhou-i",
        "10.10.12.0/24",
    ),
    Place {
        acl: "nacl-prod-data",
        ..place(
            HANGZHOU,
            "vpc-prod",
            "prod-data-h",
            "cn-hangzhou-h",
            "10.10.21.0/24",
        )
    },
    Place {
        acl: "nacl-prod-data",
        ..place(
            HANGZHOU,
            "vpc-prod",
            "prod-data-i",
            "cn-hangzhou-i",
            "10.10.22.0/24",
        )
    },
    Place {
        ipv6_range: "2408:4005:3a1:5e1f::/64",
        ..place(
            HANGZHOU,
            "vpc-prod",
            "prod-dmz-h",
            "cn-hangzhou-h",
            "10.10.31.0/24",
        )
    },
    Place {
        acl: "nacl-prod-partner",
        ..place(
            HANGZHOU,
            "vpc-prod",
            "prod-partner-h",
            "cn-hangzhou-h",
            "10.10.41.0/24",
        )
    },
    place(
        HANGZHOU,
        "vpc-test",
        "test-app-h",
        "cn-hangzhou-h",
        "172.16.1.0/24",
    ),
    place(
        HANGZHOU,
        "vpc-test",
        "test-data-i",
        "cn-hangzhou-i",
        "172.16.2.0/24",
    ),
    place(
        HANGZHOU,
        "vpc-test",
        "test-nat-h",
        "cn-hangzhou-h",
        "172.16.9.0/24",
    ),
    place(
        HANGZHOU,
        "vpc-shared",
        "shared-ops-h",
        "cn-hangzhou-h",
        "10.20.1.0/24",
    ),
    place(
        HANGZHOU,
        "vpc-shared",
        "shared-build-h",
        "cn-hangzhou-h",
        "10.20.2.0/24",
    ),
    Place {
        table: "vtb-dr-public",
        ..place(
            SHANGHAI,
            "vpc-dr",
            "dr-web-l",
            "cn-shanghai-l",
            "10.50.1.0/24",
        )
    },
    place(
        SHANGHAI,
        "vpc-dr",
        "dr-private-l",
        "cn-shanghai-l",
        "10.50.2.0/24",
    ),
];

/// The vSwitch of that name.
pub(super) fn find(name: &str) -> Option<&'static Place> {
    PLACES.iter().find(|place| place.name == name)
}

/// The id of a VPC.
pub(super) fn vpc_id(name: &str) -> String {
    let region = VPCS
        .iter()
        .find(|vpc| vpc.1 == name)
        .map_or(HANGZHOU, |vpc| vpc.0);
    id("vpc", region, name)
}

/// The system route table of a VPC.
fn table_id(region: &str, vpc: &str) -> String {
    id("vtb", region, vpc)
}

/// Route table (VPC, or a custom table's name), destination, kind, hop's id, description.
fn routes() -> Vec<(
    &'static str,
    &'static str,
    &'static str,
    String,
    &'static str,
)> {
    let hop = |kind: &str, name: &str| id(kind, HANGZHOU, name);
    vec![
        (
            "vpc-prod",
            "0.0.0.0/0",
            "NatGateway",
            hop("ngw", "nat-prod"),
            "出公网走 NAT",
        ),
        (
            "vpc-prod",
            "::/0",
            "IPv6Gateway",
            hop("ipv6gw", "ipv6gw-prod"),
            "",
        ),
        (
            "vpc-prod",
            "10.20.0.0/16",
            "Attachment",
            hop("tr-attach", "prod"),
            "",
        ),
        (
            "vpc-prod",
            "192.168.0.0/16",
            "Attachment",
            hop("tr-attach", "prod"),
            "",
        ),
        (
            "vpc-shared",
            "10.10.0.0/16",
            "Attachment",
            hop("tr-attach", "shared"),
            "",
        ),
        (
            "vpc-shared",
            "172.16.0.0/16",
            "VpcPeer",
            hop("pcc", "peer-test-shared"),
            "到测试环境",
        ),
        (
            "vpc-shared",
            "192.168.0.0/16",
            "VpnGateway",
            hop("vpn", "vpn-hq"),
            "到总部 headquarters",
        ),
        (
            "vpc-test",
            "0.0.0.0/0",
            "NatGateway",
            hop("ngw", "nat-test"),
            "",
        ),
        (
            "vpc-test",
            "10.20.0.0/16",
            "VpcPeer",
            hop("pcc", "peer-test-shared"),
            "到共享服务",
        ),
        (
            "vtb-dr-public",
            "0.0.0.0/0",
            "Ipv4Gateway",
            id("ipv4gw", SHANGHAI, "ipv4gw-dr"),
            "只有此表出公网",
        ),
    ]
}

/// Adds VPCs, vSwitches and route tables. `used` counts the addresses in a vSwitch.
pub(super) fn add(draft: &mut Draft, used: &dyn Fn(&str) -> usize) {
    let region = draft.region();
    for &(_, name, env, about, range, ipv6_range) in VPCS.iter().filter(|vpc| vpc.0 == region) {
        add_vpc(draft, used, (name, env, about, range, ipv6_range));
    }
}

fn add_vpc(
    draft: &mut Draft,
    used: &dyn Fn(&str) -> usize,
    (name, env, about, range, ipv6_range): (&str, &str, &str, &str, &str),
) {
    let region = draft.region();
    let vpc = vpc_id(name);
    let places: Vec<&Place> = PLACES.iter().filter(|place| place.vpc == name).collect();
    let vswitch = |place: &Place| id("vsw", region, place.name);
    let mut tables = vec![("", table_id(region, name))];
    for place in &places {
        if !place.table.is_empty() {
            tables.push((place.table, id("vtb", region, place.table)));
        }
    }
    let nat = match name {
        "vpc-prod" => vec![id("ngw", region, "nat-prod")],
        "vpc-test" => vec![id("ngw", region, "nat-test")],
        _ => vec![],
    };
    let vswitches: Vec<String> = places.iter().map(|place| vswitch(place)).collect();
    let table_ids: Vec<String> = tables.iter().map(|(_, id)| id.clone()).collect();
    let item = Vpc {
        region,
        id: &vpc,
        name,
        about,
        range,
        ipv6_range,
        in_cen: matches!(name, "vpc-prod" | "vpc-shared"),
        created: CREATED,
        tags: &[("env", env), ("owner", "netops")],
        vswitches: &vswitches,
        nat_gateways: &nat,
        route_tables: &table_ids,
    };
    draft.push("vpc/DescribeVpcs", item.item());
    for place in &places {
        let system = place.table.is_empty();
        let table = if system {
            table_id(region, name)
        } else {
            id("vtb", region, place.table)
        };
        let acl = if place.acl.is_empty() {
            String::new()
        } else {
            id("nacl", region, place.acl)
        };
        let item = VSwitch {
            id: &vswitch(place),
            name: place.name,
            about: "",
            vpc: &vpc,
            zone: place.zone,
            range: place.range,
            ipv6_range: place.ipv6_range,
            network_acl: &acl,
            route_table: (&table, system),
            used: used(place.name),
            created: CREATED,
            tags: &[("env", env)],
        };
        draft.push("vpc/DescribeVSwitches", item.item());
    }
    for (custom, table) in &tables {
        let members: Vec<String> = places
            .iter()
            .filter(|place| place.table == *custom)
            .map(|place| vswitch(place))
            .collect();
        let item = RouteTable {
            region,
            id: table,
            name: custom,
            vpc: &vpc,
            vpc_name: name,
            system: custom.is_empty(),
            vswitches: &members,
            created: CREATED,
        };
        draft.push("vpc/DescribeRouteTableList", item.item());
        let route = |destination: &str, kind: &str, hop: &str, about: &str| {
            let modified = CREATED;
            Route {
                region,
                table,
                destination,
                kind,
                hop,
                about,
                modified,
            }
            .item()
        };
        let mut entries: Vec<_> = places
            .iter()
            .flat_map(|place| [place.range, place.ipv6_range])
            .filter(|range| !range.is_empty())
            .map(|range| route(range, "local", "", ""))
            .collect();
        entries.push(route("100.64.0.0/10", "service", "", ""));
        let key = if custom.is_empty() { name } else { custom };
        for (_, destination, kind, hop, about) in routes().iter().filter(|entry| entry.0 == key) {
            entries.push(route(destination, kind, hop, about));
        }
        draft.push_for("vpc/DescribeRouteEntryList", table, entries);
    }
}
