//! What filters, records and connects the demo estate's networks: network ACLs, the flow log and
//! the trail, gateways, CEN, peering, VPN.

use super::networks::{PLACES, vpc_id};
use super::{CREATED, HANGZHOU, SHANGHAI};
use crate::draft::Draft;
use crate::identifier::id;
use crate::wire::address;
use crate::wire::connection::{attachment, cen, cen_child, peering, vpn_connection, vpn_gateway};
use crate::wire::filter::{AclEntry, NetworkAcl, flow_log};
use crate::wire::logging::{Trail, log_store};

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

/// Adds network ACLs, the flow log and the trail.
pub(super) fn add_filters(draft: &mut Draft) {
    let region = draft.region();
    if region != HANGZHOU {
        return;
    }
    // Made before there was anything in Shanghai.
    let trail = Trail {
        name: "trail-audit",
        region: HANGZHOU,
        records: HANGZHOU,
        bucket: "jiangnan-audit",
        created: CREATED,
    };
    draft.push("actiontrail/DescribeTrails", trail.item());
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
    let store = log_store("vpc-flow", 90, 1_744_683_000);
    draft.answer("sls/GetLogStore", "jiangnan-netsec~vpc-flow", vec![store]);
    let status = trail.status("2026-03-18T02:27:41Z");
    draft.answer("actiontrail/GetTrailStatus", trail.name, vec![status]);
}

/// Adds gateways of both families, CEN, peering and VPN.
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
}
