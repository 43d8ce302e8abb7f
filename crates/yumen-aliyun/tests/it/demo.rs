//! The demo estate, which is written by code that shares nothing with the reader.

use std::collections::BTreeMap;

use yumen_aliyun::read_files;
use yumen_cloud::{Coverage, Snapshot};

use crate::report;

fn files() -> Vec<(String, Vec<u8>)> {
    yumen_cloudlab::demo()
        .into_iter()
        .map(|file| (file.path, file.bytes))
        .collect()
}

#[test]
fn the_demo_reads_without_gaps() {
    let snapshot = read_files(files()).unwrap();
    assert_eq!(report::gaps(&snapshot), "");
    assert_eq!(report::coverage(&snapshot), "");
    assert!(snapshot.interfaces.len() >= 40);
}

#[test]
fn databases_logs_and_trails_of_the_demo_are_read() {
    let snapshot = read_files(files()).unwrap();
    let databases: Vec<_> = snapshot.databases.values().collect();
    assert_eq!(databases.len(), 5);
    for database in &databases {
        let unread = database.endpoints_unread || database.whitelists_unread;
        assert!(!unread && !database.endpoints.is_empty(), "{}", database.id);
        assert!(database.vpc.is_some() && !database.whitelists.is_empty());
    }
    let public = databases
        .iter()
        .flat_map(|database| &database.endpoints)
        .filter(|endpoint| endpoint.public);
    assert_eq!(public.count(), 1);
    let world = databases
        .iter()
        .flat_map(|database| &database.whitelists)
        .filter(|list| {
            list.networks
                .iter()
                .any(|network| network.prefix_len() == 0)
        });
    assert_eq!(world.count(), 1);
    let groups = databases
        .iter()
        .filter_map(|database| database.source_groups.as_ref())
        .flatten();
    assert!(groups.map(|id| snapshot.groups.contains(id)).eq([true]));
    let log = snapshot.flow_logs.values().next().unwrap();
    assert_eq!(log.retention_days, Some(90));
    assert_eq!(snapshot.trails.len(), 1);
    let trail = snapshot.trails.get("trail-audit").unwrap();
    assert!(!trail.all_regions && trail.logging == Some(true));
    assert_eq!(trail.destinations.len(), 1);
}

#[test]
fn disk_and_memory_give_the_same() {
    let directory = tempfile::tempdir().unwrap();
    for (path, bytes) in files() {
        let path = directory.path().join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, bytes).unwrap();
    }
    let calls = std::cell::Cell::new(0);
    let from_disk = yumen_aliyun::read_snapshot(directory.path(), &|progress| {
        calls.set(calls.get() + 1);
        assert!(progress.files_done <= progress.files_total);
    })
    .unwrap();
    let from_memory = read_files(files()).unwrap();
    assert_eq!(format!("{from_disk:?}"), format!("{from_memory:?}"));
    assert!(calls.get() > 100);
}

/// Files whose absence changes nothing: what they say is said by others, or is not judged.
fn is_needed(path: &str) -> bool {
    // Not judged.
    !["manifest.json", "DescribeRegions", "DescribeIpv6Gateways"]
        .iter()
        .any(|part| path.contains(part))
}

/// Files that others repeat, in the demo.
fn is_repeated(path: &str) -> bool {
    // The entries of access lists, the servers of groups and the listing of network ACLs tell
    // all that is judged; CEN stands under both regions, the trail under its own; Shanghai has no balancer
    // and no database.
    let repeated = [
        "alb/ListAcls.json",
        "slb/DescribeAccessControlLists.json",
        "slb/DescribeMasterSlaveServerGroups/",
        "slb/DescribeVServerGroups/lb-bp1mk1ghvqutoug9j82a.json",
        "vpc/DescribeNetworkAclAttributes/",
        "actiontrail/DescribeTrails.json",
        "cbn/DescribeCens.json",
        "cbn/ListTransitRouterVpcAttachments.json",
        "cn-shanghai/alb/ListListeners.json",
        "cn-shanghai/alb/ListRules.json",
        "cn-shanghai/alb/ListServerGroups.json",
        "cn-shanghai/dds/",
        "cn-shanghai/nlb/ListListeners.json",
        "cn-shanghai/nlb/ListServerGroups.json",
        "cn-shanghai/polardb/",
        "cn-shanghai/r-kvstore/",
        "cn-shanghai/rds/",
        "cn-shanghai/slb/DescribeLoadBalancerListeners.json",
    ];
    repeated.iter().any(|part| path.contains(part))
}

#[test]
fn taking_a_file_away_never_makes_anything_better() {
    let all = files();
    let whole = read_files(all.clone()).unwrap();
    let mut unmissed = Vec::new();
    for (path, _) in &all {
        let rest = all.iter().filter(|(other, _)| other != path).cloned();
        let less = read_files(rest).unwrap();
        for (key, coverage) in &less.coverage {
            let before = whole
                .coverage
                .get(key)
                .copied()
                .unwrap_or(Coverage::OutOfScope);
            assert!(*coverage <= before, "{path}: {key:?} became {coverage:?}");
        }
        if less.gaps.len() <= whole.gaps.len() && is_needed(path) && !is_repeated(path) {
            unmissed.push(path);
        }
    }
    assert!(unmissed.is_empty(), "nobody missed {unmissed:#?}");
}

#[test]
fn cutting_a_file_short_is_always_noticed() {
    let all: BTreeMap<String, Vec<u8>> = files().into_iter().collect();
    for (path, bytes) in all.iter().filter(|(path, _)| is_needed(path)) {
        let text_end = bytes.trim_ascii_end().len();
        for length in [0, 1, text_end / 3, text_end / 2, text_end - 1] {
            let mut less = all.clone();
            less.insert(path.clone(), bytes[..length].to_vec());
            let snapshot: Snapshot = read_files(less).unwrap();
            assert!(!snapshot.gaps.is_empty(), "{path} cut after {length} bytes");
        }
    }
}
