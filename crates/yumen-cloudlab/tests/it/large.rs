//! The generator of large estates.

use crate::{items, pages, text};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use yumen_cloudlab::{EstateSpec, File, write_estate};

const SPEC: EstateSpec = EstateSpec {
    interfaces: 1_300,
    groups: 260,
    rules: 9_001,
    seed: 7,
};

/// Every file of an estate, its pieces joined.
fn write(spec: &EstateSpec) -> Vec<File> {
    let mut files: Vec<File> = Vec::new();
    write_estate(spec, &mut |path, bytes| {
        match files.last_mut().filter(|file| file.path == path) {
            Some(file) => file.bytes.extend(bytes),
            None => files.push(File {
                path: path.to_owned(),
                bytes: bytes.to_vec(),
            }),
        }
        Ok(())
    })
    .expect("the sink never fails");
    let paths: BTreeSet<&str> = files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(
        paths.len(),
        files.len(),
        "the pieces of a file follow one another"
    );
    files
}

fn all(value: &[Value], field: &str) -> BTreeSet<String> {
    value
        .iter()
        .map(|item| text(item, field).to_owned())
        .collect()
}

#[test]
fn the_same_bytes_for_the_same_seed() {
    assert_eq!(write(&SPEC), write(&SPEC));
    assert_ne!(write(&SPEC), write(&EstateSpec { seed: 8, ..SPEC }));
}

#[test]
fn as_many_as_asked_for_and_all_references_hold() {
    let pages = pages(&write(&SPEC));
    let instances = items(&pages, "ecs/DescribeInstances", &["Instances", "Instance"]);
    assert_eq!(instances.len(), SPEC.interfaces);
    let interfaces = items(
        &pages,
        "ecs/DescribeNetworkInterfaces",
        &["NetworkInterfaceSets", "NetworkInterfaceSet"],
    );
    let own: Vec<Value> = interfaces
        .iter()
        .filter(|item| item["ServiceManaged"] == false)
        .cloned()
        .collect();
    assert_eq!(own.len(), SPEC.interfaces);
    let groups = items(
        &pages,
        "ecs/DescribeSecurityGroups",
        &["SecurityGroups", "SecurityGroup"],
    );
    let rules = items(
        &pages,
        "ecs/DescribeSecurityGroupAttribute",
        &["Permissions", "Permission"],
    );
    assert_eq!((groups.len(), rules.len()), (SPEC.groups, SPEC.rules));
    let counted: u64 = groups
        .iter()
        .map(|group| group["RuleCount"].as_u64().unwrap())
        .sum();
    assert_eq!(counted, SPEC.rules as u64);

    let home: BTreeMap<&str, &str> = groups
        .iter()
        .map(|group| (text(group, "SecurityGroupId"), text(group, "VpcId")))
        .collect();
    let vswitches = all(
        &items(&pages, "vpc/DescribeVSwitches", &["VSwitches", "VSwitch"]),
        "VSwitchId",
    );
    let mut addresses = BTreeSet::new();
    for item in &own {
        let of = item["SecurityGroupIds"]["SecurityGroupId"]
            .as_array()
            .unwrap();
        assert!((1..=5).contains(&of.len()));
        for group in of {
            assert_eq!(home[group.as_str().unwrap()], text(item, "VpcId"));
        }
        assert!(vswitches.contains(text(item, "VSwitchId")));
        assert!(addresses.insert((text(item, "VpcId"), text(item, "PrivateIpAddress"))));
    }
    for rule in &rules {
        let priority: usize = text(rule, "Priority").parse().unwrap();
        assert!((1..=100).contains(&priority));
        let group = text(rule, "SourceGroupId");
        assert!(group.is_empty() || home.contains_key(group));
    }
    let lists = all(
        &items(
            &pages,
            "ecs/DescribePrefixLists",
            &["PrefixLists", "PrefixList"],
        ),
        "PrefixListId",
    );
    assert!(rules.iter().all(|rule| {
        ["SourcePrefixListId", "DestPrefixListId"]
            .iter()
            .all(|field| text(rule, field).is_empty() || lists.contains(text(rule, field)))
    }));

    let eips = items(
        &pages,
        "vpc/DescribeEipAddresses",
        &["EipAddresses", "EipAddress"],
    );
    let allocations = all(&eips, "AllocationId");
    assert_eq!(all(&eips, "IpAddress").len(), eips.len());
    let public = own
        .iter()
        .filter(|item| item["AssociatedPublicIp"].get("PublicIpAddress").is_some());
    let mut count = 0;
    for item in public {
        let allocation = text(&item["AssociatedPublicIp"], "AllocationId");
        assert!(allocation.is_empty() || allocations.contains(allocation));
        count += 1;
    }
    assert!(
        (SPEC.interfaces / 4..SPEC.interfaces * 2 / 5).contains(&count),
        "{count}"
    );
}

#[test]
fn ranges_have_no_host_bits_and_pages_no_gaps() {
    let pages = pages(&write(&SPEC));
    for rule in items(
        &pages,
        "ecs/DescribeSecurityGroupAttribute",
        &["Permissions", "Permission"],
    ) {
        for field in ["SourceCidrIp", "DestCidrIp"] {
            let Some((address, length)) = text(&rule, field).split_once('/') else {
                continue;
            };
            let bits = address.parse::<std::net::Ipv4Addr>().unwrap().to_bits();
            let length: u32 = length.parse().unwrap();
            assert_eq!(
                u64::from(bits) & ((1_u64 << (32 - length)) - 1),
                0,
                "{rule}"
            );
        }
        for field in ["Ipv6SourceCidrIp", "Ipv6DestCidrIp"] {
            let Some((address, length)) = text(&rule, field).split_once('/') else {
                continue;
            };
            let bits = address.parse::<std::net::Ipv6Addr>().unwrap().to_bits();
            let length: u32 = length.parse().unwrap();
            assert_eq!(
                bits.trailing_zeros().max(128 - length),
                bits.trailing_zeros(),
                "{rule}"
            );
        }
    }
    for (path, pages) in &pages {
        let Some(total) = pages[0].get("TotalCount").and_then(Value::as_u64) else {
            continue;
        };
        let found: usize = pages
            .iter()
            .flat_map(|page| page.as_object().unwrap().values())
            .map(|value| match value {
                Value::Array(list) => list.len(),
                Value::Object(inner) => inner
                    .values()
                    .filter_map(Value::as_array)
                    .map(Vec::len)
                    .sum(),
                _ => 0,
            })
            .sum();
        assert_eq!(found as u64, total, "{path}");
    }
}

#[test]
fn two_thirds_of_the_interfaces_have_groups_of_their_own() {
    let spec = EstateSpec {
        interfaces: 10_000,
        groups: 2_000,
        rules: 0,
        seed: 1,
    };
    let mut combinations = BTreeSet::new();
    write_estate(&spec, &mut |path, bytes| {
        if path.ends_with("DescribeNetworkInterfaces.json") {
            let page: Value = serde_json::from_slice(bytes).unwrap();
            for item in page["NetworkInterfaceSets"]["NetworkInterfaceSet"]
                .as_array()
                .unwrap()
            {
                combinations.insert(item["SecurityGroupIds"]["SecurityGroupId"].to_string());
            }
        }
        Ok(())
    })
    .unwrap();
    assert!(
        (6_200..7_000).contains(&combinations.len()),
        "{}",
        combinations.len()
    );
}

#[test]
fn odd_sizes() {
    for (interfaces, groups, rules) in [
        (0, 0, 0),
        (1, 1, 0),
        (3, 1, 5),
        (600, 1, 2_500),
        (5, 9, 1),
        (0, 3, 10),
    ] {
        let spec = EstateSpec {
            interfaces,
            groups,
            rules,
            seed: 3,
        };
        let pages = pages(&write(&spec));
        let found = items(
            &pages,
            "ecs/DescribeSecurityGroupAttribute",
            &["Permissions", "Permission"],
        );
        assert_eq!(found.len(), rules, "{spec:?}");
        let found = items(&pages, "ecs/DescribeInstances", &["Instances", "Instance"]);
        assert_eq!(found.len(), interfaces, "{spec:?}");
    }
    let spec = EstateSpec {
        interfaces: 1,
        groups: 0,
        rules: 0,
        seed: 3,
    };
    assert!(write_estate(&spec, &mut |_, _| Ok(())).is_err());
}
