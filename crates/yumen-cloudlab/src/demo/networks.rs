//! The demo estate's networks: VPCs, vSwitches, routes, network ACLs, connections.

use super::{CREATED, HANGZHOU, SHANGHAI};
use crate::draft::Draft;
use crate::identifier::id;
use crate::wire::connection::{attachment, cen, cen_child, peering, vpn_connection, vpn_gateway};
use crate::wire::filter::{AclEntry, NetworkAcl, flow_log};
use crate::wire::network::{Route, RouteTable, VSwitch, Vpc};
use crate::wire::{address, database};

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
    acl: &'static str,
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

const PLACES: &[Place] = &[
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

/// The vSwitch of that name; the first one where there is none.
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

/// Network ACL, VPC, description, entries as "in|out accept|drop protocol ports range".
const ACLS: &[(&str, &str, &str, &[&str])] = &[
    (
        "nacl-prod-data",
        "vpc-prod",
        "数据层：只允许应用层与堡垒机，应答口放行",
        &[
            "in accept tcp 3306/3306 10.10.11.0/24",
            "in accept tcp 3306/3306 10.10.12.0/24",
            "in accept tcp 6379/6379 10.10.11.0/24",
            "in accept tcp 6379/6379 10.10.12.0/24",
            "in accept tcp 9200/9200 10.10.11.0/24",
            "in accept tcp 22/22 10.20.1.10/32",
            "in accept tcp 32768/65535 10.10.0.0/16",
            "out accept tcp 1024/65535 10.10.0.0/16",
            "out accept tcp 1024/65535 10.20.1.10/32",
            "out drop all -1/-1 0.0.0.0/0",
        ],
    ),
    (
        "nacl-prod-partner",
        "vpc-prod",
        "合作方回调区：出方向漏了应答端口 replies to the Internet were forgotten",
        &[
            "in accept tcp 8443/8443 0.0.0.0/0",
            "in accept tcp 22/22 10.20.1.10/32",
            "out accept all -1/-1 10.0.0.0/8",
        ],
    ),
];

/// Adds network ACLs and flow logs.
pub(super) fn add_filters(draft: &mut Draft) {
    let region = draft.region();
    if region != HANGZHOU {
        return;
    }
    for &(name, vpc, about, entries) in ACLS {
        let entries: Vec<AclEntry> = entries
            .iter()
            .map(|text| {
                let mut words = text.split(' ').map(str::to_owned);
                let mut word = || words.next().unwrap_or_default();
                AclEntry {
                    ingress: word() == "in",
                    accept: word() == "accept",
                    protocol: word(),
                    ports: word(),
                    range: word(),
                    about: String::new(),
                }
            })
            .collect();
        let vswitches: Vec<String> = PLACES
            .iter()
            .filter(|place| place.acl == name)
            .map(|place| id("vsw", region, place.name))
            .collect();
        let acl = NetworkAcl {
            region,
            id: &id("nacl", region, name),
            name,
            about,
            vpc: &vpc_id(vpc),
            vswitches: &vswitches,
            entries: &entries,
            created: "2025-04-16 10:20:31",
        };
        draft.push("vpc/DescribeNetworkAcls", acl.item());
        draft.answer(
            "vpc/DescribeNetworkAclAttributes",
            acl.id,
            vec![acl.attributes()],
        );
    }
    let log = flow_log(
        region,
        "fl-prod",
        &vpc_id("vpc-prod"),
        "生产 VPC 流日志",
        CREATED,
    );
    draft.push("vpc/DescribeFlowLogs", log);
}

/// Adds gateways of both families, CEN, peering and VPN, and the managed databases.
pub(super) fn add_connections(draft: &mut Draft) {
    let region = draft.region();
    if region == SHANGHAI {
        let gateway = id("ipv4gw", region, "ipv4gw-dr");
        let about = "已激活：由路由表决定谁能出入公网";
        let item = address::ipv4_gateway(&gateway, "ipv4gw-dr", &vpc_id("vpc-dr"), about, CREATED);
        draft.push("vpc/ListIpv4Gateways", item);
        return;
    }
    let (prod, shared, test) = (vpc_id("vpc-prod"), vpc_id("vpc-shared"), vpc_id("vpc-test"));
    let gateway = id("ipv6gw", region, "ipv6gw-prod");
    let item = address::ipv6_gateway(region, &gateway, "ipv6gw-prod", &prod, CREATED);
    draft.push("vpc/DescribeIpv6Gateways", item);

    let cen_id = id("cen", region, "cen-jiangnan");
    draft.push(
        "cbn/DescribeCens",
        cen(&cen_id, "cen-jiangnan", "生产与共享服务互通", CREATED),
    );
    let mut children = Vec::new();
    for (name, vpc, place) in [
        ("prod", &prod, "prod-app-h"),
        ("shared", &shared, "shared-ops-h"),
    ] {
        children.push(cen_child(&cen_id, region, vpc, CREATED));
        let zone = (id("vsw", region, place), "cn-hangzhou-h");
        let item = attachment(
            &cen_id,
            region,
            &id("tr-attach", region, name),
            name,
            vpc,
            (&zone.0, zone.1),
            CREATED,
        );
        draft.push("cbn/ListTransitRouterVpcAttachments", item);
    }
    draft.push_for("cbn/DescribeCenAttachedChildInstances", &cen_id, children);

    let item = peering(
        region,
        &id("pcc", region, "peer-test-shared"),
        "peer-test-shared",
        (&test, "172.16.0.0/16"),
        (&shared, "10.20.0.0/16"),
        CREATED,
    );
    draft.push("vpcpeer/ListVpcPeerConnections", item);

    let ops = id("vsw", region, "shared-ops-h");
    let created = 1_714_531_200_000;
    let item = vpn_gateway(region, "vpn-hq", "47.111.60.9", &shared, &ops, created);
    draft.push("vpc/DescribeVpnGateways", item);
    let vpn = id("vpn", region, "vpn-hq");
    let local = "10.20.0.0/16,10.10.0.0/16";
    let item = vpn_connection(region, "vco-hq", &vpn, local, "192.168.0.0/16", created);
    draft.push("vpc/DescribeVpnConnections", item);

    let data = id("vsw", region, "prod-data-h");
    let at = (prod.as_str(), data.as_str(), "cn-hangzhou-h");
    for (name, about) in [("orders", "订单库 orders"), ("members", "会员库 members")] {
        let item = database::relational(region, name, about, ("MySQL", "8.0"), at, CREATED);
        draft.push("rds/DescribeDBInstances", item);
    }
    let item = database::key_value(region, "session-cache", "10.10.21.90", at, CREATED);
    draft.push("r-kvstore/DescribeInstances", item);
}
