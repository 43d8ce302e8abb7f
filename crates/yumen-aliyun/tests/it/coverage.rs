//! Which listings should be there.

use crate::report::{CORE, coverage, gaps, read};

fn check(files: &[(&str, &str)], expected_gaps: &str, incomplete: &str) {
    let snapshot = read(files);
    let lines = |text: &str| -> Vec<String> {
        text.lines()
            .map(|l| l.trim().to_owned())
            .filter(|l| !l.is_empty())
            .collect()
    };
    assert_eq!(lines(&gaps(&snapshot)), lines(expected_gaps));
    let found = coverage(&snapshot);
    let found: Vec<&str> = found
        .lines()
        .filter(|line| line.ends_with(" incomplete"))
        .collect();
    assert_eq!(found, lines(incomplete));
}

#[test]
fn without_manifest_what_nobody_collected_is_out_of_scope() {
    check(&CORE, "", "");
}

#[test]
fn the_core_is_always_expected() {
    check(
        &CORE[..1],
        "not-collected r/ecs/DescribeNetworkInterfaces.json gap-no-file(path=r/ecs/DescribeNetworkInterfaces.json, action=DescribeNetworkInterfaces)
         not-collected r/ecs/DescribeSecurityGroups.json gap-no-file(path=r/ecs/DescribeSecurityGroups.json, action=DescribeSecurityGroups)",
        "r interfaces incomplete
         r groups incomplete",
    );
    check(
        &[("r/vpc/DescribeVpcs.json", r#"{"Vpcs":{"Vpc":[]}}"#)],
        "not-collected r/ecs/ gap-no-product(path=r/ecs/)",
        "r instances incomplete
         r interfaces incomplete
         r groups incomplete",
    );
}

#[test]
fn what_one_region_has_every_region_should_have() {
    let others = CORE.map(|(path, text)| (path.replacen("r/", "s/", 1), text));
    let mut files = CORE.to_vec();
    files.extend(others.iter().map(|(path, text)| (path.as_str(), *text)));
    files.push(("r/vpc/DescribeVpcs.json", r#"{"Vpcs":{"Vpc":[]}}"#));
    check(
        &files,
        "not-collected s/vpc/ gap-no-product(path=s/vpc/)",
        "s vpcs incomplete",
    );
}

#[test]
fn a_manifest_claims_everything() {
    let mut files = CORE.to_vec();
    let manifest =
        r#"{"version":1,"collected_at":"2026-01-01T00:00:00Z","account":"1","regions":["r","t"]}"#;
    files.push(("manifest.json", manifest));
    let snapshot = read(&files);
    assert_eq!(snapshot.account.as_ref().unwrap().as_str(), "1");
    assert_eq!(
        snapshot.collected_at.as_deref(),
        Some("2026-01-01T00:00:00Z")
    );
    let found = gaps(&snapshot);
    for expected in [
        "r/ecs/DescribePrefixLists.json gap-no-file",
        "r/vpc/ gap-no-product",
        "r/slb/ gap-no-product",
        "t/ gap-no-region",
        "<region>/cbn/DescribeCens.json gap-no-file",
        "<region>/actiontrail/DescribeTrails.json gap-no-file",
        "<region>/rds/DescribeDBInstances.json gap-no-file",
    ] {
        assert!(found.contains(expected), "{expected} in\n{found}");
    }
    assert!(!found.contains("r/vpc/DescribeVpcs.json"), "{found}");
    assert!(coverage(&snapshot).contains("t instances incomplete"));
    assert!(!coverage(&snapshot).contains("out-of-scope"));
}

#[test]
fn a_damaged_manifest_still_claims_everything() {
    let mut files = CORE.to_vec();
    files.push(("manifest.json", "{\"version\":"));
    let found = gaps(&read(&files));
    assert!(
        found.contains("malformed manifest.json:1 gap-bad-manifest"),
        "{found}"
    );
    assert!(found.contains("r/vpc/ gap-no-product"), "{found}");
}
