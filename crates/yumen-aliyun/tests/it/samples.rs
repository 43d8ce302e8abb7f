//! The official samples of responses, where they are to be had: a directory named by
//! `YUMEN_SHARED_DATA`, or `../shared/data` beside the workspace.

use std::path::PathBuf;

use yumen_aliyun::read_files;

use crate::report;

#[test]
fn the_official_samples_are_read() {
    let beside = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data");
    let data = std::env::var_os("YUMEN_SHARED_DATA").map_or(beside, PathBuf::from);
    let Ok(entries) = std::fs::read_dir(data.join("aliyun/responses")) else {
        println!(
            "skipped: no samples in {}; set YUMEN_SHARED_DATA",
            data.display()
        );
        return;
    };
    let mut files = Vec::new();
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap().to_owned();
        for product in ["ecs", "vpc"] {
            files.push((
                format!("cn-hangzhou/{product}/{name}"),
                std::fs::read(&path).unwrap(),
            ));
        }
    }
    assert!(files.len() >= 42, "{} samples", files.len());
    let snapshot = read_files(files).unwrap();
    let gaps = report::gaps(&snapshot);
    // The samples hide addresses behind asterisks and speak of pages that are not there.
    assert!(gaps.contains("gap-bad-address"), "{gaps}");
    assert!(gaps.contains("gap-missing-items(read=1, total=20, action=DescribeSecurityGroups)"));
    for broken in [
        "gap-wrong-type",
        "gap-syntax",
        "gap-truncated",
        "gap-missing-id",
        "gap-stray",
    ] {
        assert!(!gaps.contains(broken), "{gaps}");
    }
    assert_eq!(snapshot.groups.len(), 2);
    assert_eq!(snapshot.instances.len(), 1);
    assert_eq!(snapshot.vswitches.len(), 1);
    assert_eq!(snapshot.network_acls.len(), 2);
}
