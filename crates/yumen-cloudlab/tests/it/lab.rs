//! The simulated cloud, asked as a client asks it: each story makes something, sees it, changes
//! it, is refused where the vendor refuses, deletes it and sees it gone.

#[path = "lab/stories.rs"]
mod stories;

use std::collections::BTreeSet;

use yumen_cloudlab::{Lab, demo};

use self::stories::STORIES;
use self::stories::cloud::{Cloud, REGION};

#[test]
fn every_story_holds_in_an_empty_cloud() {
    for (name, story) in STORIES {
        println!("{name}");
        story(&mut Cloud::empty());
    }
}

#[test]
fn every_action_that_changes_something_is_in_a_story() {
    let mut cloud = Cloud::empty();
    for (_, story) in STORIES {
        story(&mut cloud);
    }
    let untold: Vec<&str> = Lab::changing_actions()
        .filter(|action| !cloud.called.contains(*action))
        .collect();
    assert!(untold.is_empty(), "no story calls {untold:?}");
    let names: Vec<&str> = Lab::changing_actions().collect();
    let distinct: BTreeSet<&str> = names.iter().copied().collect();
    assert_eq!(names.len(), distinct.len(), "an action is listed twice");
}

#[test]
fn what_was_made_survives_export_and_load() {
    let mut cloud = Cloud::of(demo());
    for (name, story) in STORIES {
        story(&mut cloud);
        let files = cloud.files();
        let mut again = Cloud::of(files.clone());
        assert!(again.files() == files, "after the story of {name}");
        for action in [
            "vpc/DescribeVpcs",
            "vpc/DescribeEipAddresses",
            "slb/DescribeLoadBalancers",
            "alb/ListListeners",
            "nlb/ListServerGroups",
            "cbn/DescribeCens",
            "rds/DescribeDBInstances",
        ] {
            assert_eq!(again.list(action, &[]), cloud.list(action, &[]), "{name}");
        }
    }
}

#[test]
fn ids_do_not_come_up_again_after_loading() {
    let mut cloud = Cloud::empty();
    let first = cloud.vpc();
    let mut again = Cloud::of(cloud.files());
    assert_ne!(again.vpc(), first);
    assert_eq!(again.list("vpc/DescribeVpcs", &[]).len(), 2);
}

#[test]
fn a_token_answers_twice_and_acts_once() {
    let mut cloud = Cloud::empty();
    let vpc = cloud.vpc();
    let asked = [("VpcId", vpc.as_str()), ("ClientToken", "once")];
    let first = cloud.done("vpc/CreateIpv4Gateway", &asked);
    let second = cloud.done("vpc/CreateIpv4Gateway", &asked);
    assert_eq!(first["Ipv4GatewayId"], second["Ipv4GatewayId"]);
    assert_eq!(cloud.list("vpc/ListIpv4Gateways", &[]).len(), 1);
}

#[test]
fn a_dry_run_changes_nothing() {
    let mut cloud = Cloud::empty();
    let vpc = cloud.vpc();
    let asked = [("VpcId", vpc.as_str()), ("DryRun", "true")];
    let code = cloud.refused("vpc/CreateIpv6Gateway", &asked);
    assert_eq!(code, "DryRunOperation");
    assert!(cloud.list("vpc/DescribeIpv6Gateways", &[]).is_empty());
}

#[test]
fn products_of_all_regions_stand_in_one_place() {
    let mut cloud = Cloud::empty();
    let cen = cloud.done("cbn/CreateCen", &[("Name", "all")]);
    cloud.wait();
    cloud.region = "cn-shanghai";
    let found = cloud.seen("cbn/DescribeCens", "CenId", &cen["CenId"]);
    assert_eq!(found.expect("seen from everywhere")["Status"], "Active");
    cloud.region = REGION;
}
