//! A snapshot as text, for comparison.

use std::fmt::Write;

use yumen_cloud::{Coverage, Snapshot};

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
