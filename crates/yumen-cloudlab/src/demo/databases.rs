//! The demo estate's managed databases.

use super::groups::group_id;
use super::networks::vpc_id;
use super::{CREATED, HANGZHOU};
use crate::draft::Draft;
use crate::identifier::id;
use crate::wire::cluster::Cluster;
use crate::wire::database::{self, Endpoint, Whitelist};
use crate::wire::document::ReplicaSet;

/// The application servers' vSwitches.
const APPS: &str = "10.10.11.0/24,10.10.12.0/24";

/// The list that the vendor keeps for its own diagnosis.
const DIAGNOSIS: Whitelist = (
    "hdm_security_ips",
    true,
    "100.104.175.0/24,100.104.205.0/24",
);

/// Relational databases: name, description, private address, public address or "", whitelists.
const RELATIONAL: &[(&str, &str, &str, &str, &[Whitelist])] = &[
    (
        "orders",
        "订单库 orders",
        "10.10.21.80",
        "",
        &[("default", false, APPS), DIAGNOSIS],
    ),
    (
        "members",
        "会员库 members",
        "10.10.21.81",
        "47.98.115.23",
        &[
            ("bi_partner", false, "0.0.0.0/0"),
            ("default", false, APPS),
            DIAGNOSIS,
        ],
    ),
];

/// Adds the databases with their endpoints and whitelists.
pub(super) fn add(draft: &mut Draft) {
    let region = draft.region();
    if region != HANGZHOU {
        return;
    }
    let (prod, data) = (vpc_id("vpc-prod"), id("vsw", region, "prod-data-h"));
    let at = (prod.as_str(), data.as_str(), "cn-hangzhou-h");
    let place = (at.0, at.1);
    for &(name, about, address, public, lists) in RELATIONAL {
        let item = database::relational(region, name, about, ("MySQL", "8.0"), at, CREATED);
        draft.push("rds/DescribeDBInstances", item);
        let instance = id("rm", region, name);
        let (private_name, public_name) = (
            format!("{instance}.mysql.rds.aliyuncs.com"),
            format!("{instance}o.mysql.rds.aliyuncs.com"),
        );
        let mut endpoints = vec![Endpoint {
            name: &private_name,
            address,
            place,
        }];
        if !public.is_empty() {
            endpoints.push(Endpoint {
                name: &public_name,
                address: public,
                place: ("", ""),
            });
        }
        let answer = database::relational_endpoints(&instance, &endpoints);
        draft.answer("rds/DescribeDBInstanceNetInfo", &instance, vec![answer]);
        let lists = lists
            .iter()
            .map(|list| database::relational_whitelist(*list));
        let action = "rds/DescribeDBInstanceIPArrayList";
        draft.push_for(action, &instance, lists.collect());
    }
    add_cache(draft, at);
    add_catalogue(draft, at);
    add_reviews(draft, at);
}

fn add_cache(draft: &mut Draft, at: (&str, &str, &str)) {
    let (region, name, address) = (draft.region(), "session-cache", "10.10.21.90");
    let item = database::key_value(region, name, address, at, CREATED);
    draft.push("r-kvstore/DescribeInstances", item);
    let instance = id("r", region, name);
    let endpoint = Endpoint {
        name: &format!("{instance}.redis.rds.aliyuncs.com"),
        address,
        place: (at.0, at.1),
    };
    let answer = database::key_value_endpoints(&instance, &[endpoint]);
    let action = "r-kvstore/DescribeDBInstanceNetInfo";
    draft.answer(action, &instance, vec![answer]);
    let list = database::security_ips(("default", false, APPS));
    draft.push_for("r-kvstore/DescribeSecurityIps", &instance, vec![list]);
}

fn add_catalogue(draft: &mut Draft, place: (&str, &str, &str)) {
    let cluster = Cluster {
        region: draft.region(),
        name: "catalogue",
        about: "商品库 catalogue",
        place,
        created: CREATED,
    };
    let id = cluster.id();
    draft.push("polardb/DescribeDBClusters", cluster.item());
    let endpoints = cluster.endpoints(["10.10.21.92", "10.10.21.93"]);
    draft.push_for("polardb/DescribeDBClusterEndpoints", &id, endpoints);
    let app = group_id("sg-prod-app");
    let answer = cluster.whitelist(&[("default", false, "127.0.0.1")], &[(&app, "sg-prod-app")]);
    let action = "polardb/DescribeDBClusterAccessWhitelist";
    draft.answer(action, &id, vec![answer]);
}

fn add_reviews(draft: &mut Draft, place: (&str, &str, &str)) {
    let set = ReplicaSet {
        region: draft.region(),
        name: "reviews",
        about: "评价库 reviews",
        place,
        created: CREATED,
    };
    let id = set.id();
    draft.push("dds/DescribeDBInstances", set.item());
    let attribute = vec![set.attribute()];
    draft.push_for("dds/DescribeDBInstanceAttribute", &id, attribute);
    draft.answer("dds/DescribeReplicaSetRole", &id, vec![set.roles()]);
    let answer = set.whitelist(&[("default", false, APPS)]);
    draft.answer("dds/DescribeSecurityIps", &id, vec![answer]);
}
