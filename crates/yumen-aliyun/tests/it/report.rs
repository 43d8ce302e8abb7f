//! A small snapshot directory as text, and what was read as text, for comparison.

use std::fmt::Write;

use yumen_aliyun::read_files;
use yumen_cloud::{Coverage, Snapshot};

/// Reads files given as path and content.
pub(crate) fn read(files: &[(&str, &str)]) -> Snapshot {
    let files = files
        .iter()
        .map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec()));
    read_files(files).unwrap()
}

/// All gaps, one a line: reason, place, message.
pub(crate) fn gaps(snapshot: &Snapshot) -> String {
    let mut out = String::new();
    for gap in &snapshot.gaps {
        writeln!(out, "{} {} {}", gap.reason.word(), gap.place, gap.message).unwrap();
    }
    out
}

/// The listings that are not complete, one a line.
pub(crate) fn coverage(snapshot: &Snapshot) -> String {
    let mut out = String::new();
    for ((region, listing), coverage) in &snapshot.coverage {
        let word = match coverage {
            Coverage::Complete => continue,
            Coverage::Incomplete => "incomplete",
            Coverage::OutOfScope => "out-of-scope",
        };
        writeln!(out, "{region} {listing} {word}").unwrap();
    }
    out
}

/// The core listings, empty, so that a test sees only the gaps that it is about.
pub(crate) const CORE: [(&str, &str); 3] = [
    (
        "r/ecs/DescribeInstances.json",
        r#"{"Instances":{"Instance":[]},"TotalCount":0}"#,
    ),
    (
        "r/ecs/DescribeNetworkInterfaces.json",
        r#"{"NetworkInterfaceSets":{"NetworkInterfaceSet":[]},"TotalCount":0}"#,
    ),
    (
        "r/ecs/DescribeSecurityGroups.json",
        r#"{"SecurityGroups":{"SecurityGroup":[]}}"#,
    ),
];

/// The core listings, where not among the files, with the files.
pub(crate) fn with_core<'f>(files: &[(&'f str, &'f str)]) -> Vec<(&'f str, &'f str)> {
    let absent = |path: &str| !files.iter().any(|(other, _)| *other == path);
    CORE.into_iter()
        .filter(|(path, _)| absent(path))
        .chain(files.iter().copied())
        .collect()
}

/// Reads files beside empty core listings and compares the gaps.
pub(crate) fn check_gaps(files: &[(&str, &str)], expected: &str) -> Snapshot {
    let snapshot = read(&with_core(files));
    let unindented: Vec<&str> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(gaps(&snapshot).lines().collect::<Vec<_>>(), unindented);
    snapshot
}
