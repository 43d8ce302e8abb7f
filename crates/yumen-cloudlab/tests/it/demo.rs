//! The demo estate.

use crate::{items, pages, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use yumen_cloudlab::{DEMO_COLLECTED_AT, Expect, demo, planted};

type Pages = BTreeMap<String, Vec<Value>>;

fn instances(pages: &Pages) -> Vec<Value> {
    items(pages, "ecs/DescribeInstances", &["Instances", "Instance"])
}

fn interfaces(pages: &Pages) -> Vec<Value> {
    items(
        pages,
        "ecs/DescribeNetworkInterfaces",
        &["NetworkInterfaceSets", "NetworkInterfaceSet"],
    )
}

fn groups(pages: &Pages) -> Vec<Value> {
    items(
        pages,
        "ecs/DescribeSecurityGroups",
        &["SecurityGroups", "SecurityGroup"],
    )
}

fn eips(pages: &Pages) -> Vec<Value> {
    items(
        pages,
        "vpc/DescribeEipAddresses",
        &["EipAddresses", "EipAddress"],
    )
}

/// Group to rules, over all pages of its attribute.
fn rules(pages: &Pages) -> BTreeMap<String, Vec<Value>> {
    let mut rules: BTreeMap<String, Vec<Value>> = BTreeMap::new();
    for (path, pages) in pages
        .iter()
        .filter(|(path, _)| path.contains("SecurityGroupAttribute/"))
    {
        for page in pages {
            assert!(path.ends_with(&format!("/{}.json", text(page, "SecurityGroupId"))));
            let list = page["Permissions"]["Permission"]
                .as_array()
                .unwrap()
                .clone();
            rules
                .entry(text(page, "SecurityGroupId").to_owned())
                .or_default()
                .extend(list);
        }
    }
    rules
}

#[test]
fn the_same_bytes_each_time_and_sorted() {
    let files = demo();
    assert_eq!(files, demo());
    assert!(files.is_sorted_by(|left, right| left.path < right.path));
}

#[test]
fn manifest_names_the_time_and_the_regions() {
    let pages = pages(&demo());
    let manifest = &pages["manifest.json"][0];
    assert_eq!(text(manifest, "collected_at"), DEMO_COLLECTED_AT);
    for region in manifest["regions"].as_array().unwrap() {
        let region = format!("{}/", region.as_str().unwrap());
        assert_eq!(
            pages
                .keys()
                .filter(|path| path.starts_with(&region) && path.matches('/').count() == 2)
                .count(),
            37
        );
    }
}

#[test]
fn both_forms_of_paging_occur() {
    let files = demo();
    let of = |path: &str| {
        let file = files.iter().find(|file| file.path == path).unwrap();
        String::from_utf8(file.bytes.clone()).unwrap()
    };
    let lines = of("cn-hangzhou/ecs/DescribeInstances.json");
    assert_eq!(lines.lines().count(), 3);
    assert!(
        lines
            .lines()
            .all(|line| serde_json::from_str::<Value>(line).is_ok())
    );
    assert!(of("cn-hangzhou/ecs/DescribeNetworkInterfaces.json").starts_with("[\n"));
    assert!(of("cn-hangzhou/vpc/DescribeVpcs.json").starts_with("{\n"));
    let paged = planted()
        .iter()
        .find(|row| row.id == "fate-edge-ssh")
        .map(|row| row.resource.clone())
        .unwrap();
    let pages = pages(&files);
    let edge = pages
        .iter()
        .find(|(path, pages)| path.contains("SecurityGroupAttribute/") && pages.len() == 2)
        .unwrap();
    assert_ne!(text(&edge.1[0], "NextToken"), "");
    assert_eq!(text(&edge.1[1], "NextToken"), "");
    assert_eq!(
        text(
            &edge.1[1]["Permissions"]["Permission"][0],
            "SecurityGroupRuleId"
        ),
        paged
    );
}

#[test]
fn totals_equal_items() {
    let mut counted = 0;
    for (path, pages) in pages(&demo()) {
        let mut total = None;
        let mut found = 0;
        for page in &pages {
            let field = ["TotalCount", "TotalRecordCount"]
                .iter()
                .find_map(|name| page.get(*name));
            let Some(field) = field else { continue };
            total = field
                .as_u64()
                .or_else(|| field.as_str().and_then(|text| text.parse().ok()));
            assert!(total.is_some(), "{path}");
            for value in page.as_object().unwrap().values() {
                if let Some(list) = value.as_array() {
                    found += list.len();
                } else if let Some(list) = value.as_object() {
                    found += list
                        .values()
                        .filter_map(Value::as_array)
                        .map(Vec::len)
                        .sum::<usize>();
                }
            }
        }
        if let Some(total) = total {
            counted += 1;
            assert_eq!(total, found as u64, "{path}");
        }
    }
    assert!(counted > 60, "{counted}");
}

#[test]
fn about_fifty_instances_and_their_addresses_agree() {
    let pages = pages(&demo());
    let instances = instances(&pages);
    assert_eq!(instances.len(), 51);
    let interfaces = interfaces(&pages);
    let eips: BTreeMap<String, Value> = eips(&pages)
        .into_iter()
        .map(|eip| (text(&eip, "AllocationId").to_owned(), eip))
        .collect();
    let mut used = BTreeSet::new();
    for interface in &interfaces {
        let public = &interface["AssociatedPublicIp"];
        let instance = instances
            .iter()
            .find(|instance| instance["InstanceId"] == interface["InstanceId"]);
        let Some(instance) = instance else {
            assert_eq!(interface["ServiceManaged"], true);
            continue;
        };
        let primary = interface["Type"] == "Primary";
        if primary {
            assert_eq!(instance["SecurityGroupIds"], interface["SecurityGroupIds"]);
            assert_eq!(
                instance["VpcAttributes"]["PrivateIpAddress"]["IpAddress"][0],
                interface["PrivateIpAddress"]
            );
        }
        let assigned = instance["PublicIpAddress"]["IpAddress"].as_array().unwrap();
        match public.get("AllocationId").and_then(Value::as_str) {
            None | Some("") => {
                if primary {
                    assert_eq!(instance["EipAddress"]["AllocationId"], "");
                    let ip = public.get("PublicIpAddress");
                    assert_eq!(assigned.first(), ip);
                }
            }
            Some(allocation) => {
                let eip = &eips[allocation];
                assert_eq!(eip["IpAddress"], public["PublicIpAddress"]);
                assert_eq!(eip["PrivateIpAddress"], interface["PrivateIpAddress"]);
                assert_eq!(eip["Status"], "InUse");
                if primary {
                    assert_eq!(eip["InstanceId"], instance["InstanceId"]);
                    assert_eq!(instance["EipAddress"]["AllocationId"], allocation);
                } else {
                    assert_eq!(eip["InstanceId"], interface["NetworkInterfaceId"]);
                }
                used.insert(allocation.to_owned());
            }
        }
    }
    let services = eips
        .values()
        .filter(|eip| ["Nat", "Alb", "Nlb"].contains(&text(eip, "InstanceType")));
    assert_eq!(
        used.len() + services.count() + 1,
        eips.len(),
        "one EIP is unused"
    );
    let unique: BTreeSet<&str> = eips.values().map(|eip| text(eip, "IpAddress")).collect();
    assert_eq!(unique.len(), eips.len());
}

#[test]
fn seventeen_test_groups_without_source_restriction() {
    let pages = pages(&demo());
    let rules = rules(&pages);
    let open: BTreeSet<String> = groups(&pages)
        .iter()
        .filter(|group| {
            group["Tags"]["Tag"]
                .as_array()
                .unwrap()
                .iter()
                .any(|tag| tag["TagKey"] == "env" && tag["TagValue"] == "test")
        })
        .map(|group| text(group, "SecurityGroupId").to_owned())
        .filter(|group| {
            rules[group].iter().any(|rule| {
                rule["Policy"] == "Accept"
                    && rule["Direction"] == "ingress"
                    && rule["SourceCidrIp"] == "0.0.0.0/0"
            })
        })
        .collect();
    let listed: BTreeSet<String> = planted()
        .into_iter()
        .filter(|row| row.id.starts_with("test-group-"))
        .map(|row| row.resource)
        .collect();
    assert_eq!(open.len(), 17);
    assert_eq!(open, listed);
}

#[test]
fn whatever_is_referred_to_exists_but_one() {
    let files = demo();
    let pages = pages(&files);
    let mut known: BTreeSet<String> = BTreeSet::new();
    let mut named: BTreeSet<String> = BTreeSet::new();
    let keys = [
        ("SecurityGroupId", "ecs/DescribeSecurityGroups"),
        ("VpcId", "vpc/DescribeVpcs"),
        ("VSwitchId", "vpc/DescribeVSwitches"),
        ("InstanceId", "ecs/DescribeInstances"),
        ("NetworkInterfaceId", "ecs/DescribeNetworkInterfaces"),
        ("AllocationId", "vpc/DescribeEipAddresses"),
        ("NatGatewayId", "vpc/DescribeNatGateways"),
        ("NetworkAclId", "vpc/DescribeNetworkAcls"),
        ("RouteTableId", "vpc/DescribeRouteTableList"),
        ("PrefixListId", "ecs/DescribePrefixLists"),
        ("PortRangeListId", "ecs/DescribePortRangeLists"),
        ("Ipv6GatewayId", "vpc/DescribeIpv6Gateways"),
        ("Ipv4GatewayId", "vpc/ListIpv4Gateways"),
        ("VpnGatewayId", "vpc/DescribeVpnGateways"),
        ("LoadBalancerId", "slb/DescribeLoadBalancers"),
        ("LoadBalancerId", "alb/ListLoadBalancers"),
        ("LoadBalancerId", "nlb/ListLoadBalancers"),
        ("ServerGroupId", "alb/ListServerGroups"),
        ("ServerGroupId", "nlb/ListServerGroups"),
        ("VServerGroupId", "slb/DescribeVServerGroups"),
        ("AclId", "slb/DescribeAccessControlLists"),
        ("AclId", "alb/ListAcls"),
        ("CenId", "cbn/DescribeCens"),
        (
            "TransitRouterAttachmentId",
            "cbn/ListTransitRouterVpcAttachments",
        ),
        ("InstanceId", "vpcpeer/ListVpcPeerConnections"),
    ];
    for (path, pages) in &pages {
        for page in pages {
            for (key, action) in keys {
                if path.contains(action) {
                    own(page, key, &mut known);
                }
            }
            refer(page, &mut named);
        }
    }
    let kinds: BTreeSet<&str> = known
        .iter()
        .filter_map(|id| id.split_once('-'))
        .map(|(kind, _)| kind)
        .collect();
    let missing: Vec<&String> = named
        .iter()
        .filter(|id| {
            id.split_once('-')
                .is_some_and(|(kind, _)| kinds.contains(kind))
        })
        // No action of the snapshot lists the transit router itself.
        .filter(|id| !known.contains(*id) && !id.starts_with("tr-bp1"))
        .collect();
    let dangling: Vec<String> = planted()
        .into_iter()
        .filter(|row| row.expect == Expect::Dangling)
        .flat_map(|row| row.by)
        .collect();
    assert_eq!(missing, dangling.iter().collect::<Vec<_>>());
    for row in planted() {
        let found = files
            .iter()
            .any(|file| String::from_utf8_lossy(&file.bytes).contains(&row.resource));
        assert!(found && !row.resource.is_empty(), "{}", row.id);
        for id in row.by {
            assert!(
                files
                    .iter()
                    .any(|file| String::from_utf8_lossy(&file.bytes).contains(&id)),
                "{}: {id}",
                row.id
            );
        }
        if let Some(probe) = row.probe {
            assert!(known.contains(&probe.interface), "{}", row.id);
        }
    }
}

/// Ids that an item of a list has as its own.
fn own(value: &Value, key: &str, known: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => {
            for item in list {
                if let Some(id) = item.get(key).and_then(Value::as_str) {
                    known.insert(id.to_owned());
                }
            }
        }
        Value::Object(fields) => fields.values().for_each(|value| own(value, key, known)),
        _ => {}
    }
}

/// Every text that looks like an id of ours.
fn refer(value: &Value, named: &mut BTreeSet<String>) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| refer(value, named)),
        Value::Object(fields) => fields.values().for_each(|value| refer(value, named)),
        Value::String(text) => {
            let id = |prefix: &str| {
                text.rsplit_once(prefix).is_some_and(|(_, rest)| {
                    rest.len() == 17
                        && rest
                            .bytes()
                            .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
                })
            };
            if id("-bp1") || id("-uf6") {
                named.insert(text.clone());
            }
        }
        _ => {}
    }
}

#[test]
fn planted_rules_are_where_the_table_says() {
    let pages = pages(&demo());
    let rules = rules(&pages);
    let all: BTreeMap<String, &Value> = rules
        .values()
        .flatten()
        .map(|rule| (text(rule, "SecurityGroupRuleId").to_owned(), rule))
        .collect();
    let rule = |id: &str| {
        let row = planted().into_iter().find(|row| row.id == id).unwrap();
        all[&row.resource].clone()
    };
    assert_eq!(text(&rule("fate-old-ssh"), "Priority"), "110");
    assert_eq!(text(&rule("fate-tie"), "Policy"), "Accept");
    assert_eq!(text(&rule("fate-drop-useless"), "Policy"), "Drop");
    assert_ne!(text(&rule("fate-dangling"), "SourceGroupId"), "");
    for row in planted().iter().filter(|row| row.expect == Expect::Stale) {
        for rule in &rules[&row.resource] {
            assert!(
                text(rule, "CreateTime") < "2025-12-18T02:30:00Z",
                "{}",
                row.id
            );
        }
    }
    let ids: BTreeSet<String> = planted().into_iter().map(|row| row.id).collect();
    assert_eq!(ids.len(), planted().len());
}

/// The table of `docs/demo.md`; set `YUMEN_UPDATE=1` to write it anew.
#[test]
fn the_documentation_lists_what_is_planted() {
    let mut table = String::from(
        "| id | truth | what | 内容 | about | id of it |\n|---|---|---|---|---|---|\n",
    );
    for row in planted() {
        writeln!(
            table,
            "| {} | {} | {} | {} | {} | {} |",
            row.id,
            row.expect.as_str(),
            row.what_en,
            row.what_zh,
            row.name,
            row.resource
        )
        .unwrap();
    }
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/demo.md");
    let page = std::fs::read_to_string(path).unwrap();
    let head = page.split("| id | truth").next().unwrap();
    let fresh = format!("{head}{table}");
    if std::env::var_os("YUMEN_UPDATE").is_some() {
        std::fs::write(path, &fresh).unwrap();
        return;
    }
    assert!(
        page == fresh,
        "docs/demo.md is stale; run this test with YUMEN_UPDATE=1"
    );
}
