//! The story that the demo tells: each step is true afterwards, by the commands that users have.

use std::fs;
use std::path::Path;

use serde_json::Value;

use crate::program::{Run, yumen};

/// A command that looks at the state which the demo left.
fn look(folder: &Path, arguments: &[&str]) -> Run {
    let more = [
        "--state",
        "d-state",
        "--config",
        "d-state/yumen.toml",
        "--lang",
        "en",
    ];
    yumen(folder, &[arguments, &more].concat())
}

fn json(folder: &Path, arguments: &[&str]) -> Value {
    let run = look(folder, &[arguments, &["--format", "json"]].concat());
    assert_eq!(run.err, "");
    serde_json::from_str(&run.out).unwrap()
}

fn text<'v>(value: &'v Value, pointer: &str) -> &'v str {
    value
        .pointer(pointer)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

#[test]
fn each_step_of_the_story_is_true() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let run = yumen(folder, &["demo", "--out", "d", "--lang", "en"]);
    assert_eq!(run.err, "");
    assert_eq!(run.code, 3);
    let told = run.out.split("Now the story").nth(1).expect("a story");
    for step in 1..=8 {
        assert!(told.contains(&format!("\n{step}  ")), "{step}: {told}");
    }
    assert!(
        told.lines().all(|line| line.chars().count() <= 180),
        "{told}"
    );
    assert!(
        !told.contains("not close it in time") && !told.contains("not seen"),
        "{told}"
    );

    // Proposed, approved by another, applied.
    let changes = json(folder, &["change", "list"]);
    let changes = changes
        .pointer("/changes")
        .and_then(Value::as_array)
        .unwrap();
    assert_eq!(changes.len(), 3);
    let fix = &changes[0];
    assert_eq!(text(fix, "/phase"), "applied");
    assert_eq!(text(fix, "/class"), "tightening");
    assert_eq!(text(fix, "/proposer"), "li");
    assert_eq!(text(fix, "/decisions/0/person"), "wang");
    assert_eq!(text(fix, "/decisions/0/verdict"), "approve");
    // What a stranger opened was contained, and the rest taken back after approval.
    assert_eq!(text(&changes[1], "/proposer"), "yumen");
    assert_eq!(text(&changes[1], "/phase"), "applied");
    assert_eq!(text(&changes[2], "/phase"), "applied");
    assert_eq!(text(&changes[2], "/decisions/0/person"), "wang");
    let drift = look(folder, &["drift", "list"]);
    assert!(
        drift.out.contains("contained") && drift.out.contains("xiaochen"),
        "{}",
        drift.out
    );

    // The network is again as it was after the approved change.
    let versions = json(folder, &["version", "list"]);
    let versions = versions
        .pointer("/versions")
        .and_then(Value::as_array)
        .unwrap();
    let last = versions.len().to_string();
    let fixed = versions
        .iter()
        .position(|one| text(one, "/why") == "change 1")
        .unwrap()
        + 1;
    let difference = look(folder, &["version", "diff", &fixed.to_string(), &last]);
    assert_eq!(difference.code, 0, "{}", difference.out);
    assert!(
        difference.out.contains("No difference"),
        "{}",
        difference.out
    );
    let since_first = look(folder, &["version", "diff", &last, "1"]);
    assert_eq!(
        since_first.code, 3,
        "version 1 was more open: {}",
        since_first.out
    );

    // Every step is in the ledger, which verifies; and does not with any bit changed.
    let steps = fix.pointer("/run").is_none_or(Value::is_null);
    assert!(steps, "the run is over");
    let entries = json(folder, &["ledger", "show", "--change", "1"]);
    let entries = entries
        .pointer("/entries")
        .and_then(Value::as_array)
        .unwrap();
    let of = |kind: &str| {
        entries
            .iter()
            .filter(|one| text(one, "/entry/kind") == kind)
            .count()
    };
    let edits = fix
        .pointer("/edits")
        .and_then(Value::as_array)
        .unwrap()
        .len();
    assert!(of("settled") >= edits, "{} of {edits}", of("settled"));
    assert_eq!((of("sent"), of("applied")), (of("settled"), 1));
    let verified = look(folder, &["ledger", "verify"]);
    assert_eq!(verified.code, 0, "{}", verified.out);
    let from = look(folder, &["ledger", "verify", "--from", "d-state/export"]);
    assert_eq!(from.code, 0, "{}", from.out);
    let checkpoint = folder.join("d-state/export/checkpoint");
    let mut bytes = fs::read(&checkpoint).unwrap();
    bytes[30] ^= 1;
    fs::write(&checkpoint, bytes).unwrap();
    let broken = look(folder, &["ledger", "verify", "--from", "d-state/export"]);
    assert_eq!(broken.code, 3, "{}", broken.out);

    // Told again, it begins anew.
    let again = yumen(folder, &["demo", "--out", "d", "--lang", "zh"]);
    assert_eq!((again.code, again.err.as_str()), (3, ""));
    assert!(again.out.contains("接下来"), "{}", again.out);
    let changes = json(folder, &["change", "list"]);
    assert_eq!(
        changes
            .pointer("/changes")
            .and_then(Value::as_array)
            .unwrap()
            .len(),
        3
    );
}

#[test]
fn a_folder_that_is_not_the_demos_is_left_alone() {
    let temporary = tempfile::tempdir().unwrap();
    let folder = temporary.path();
    let kept = folder.join("d-state/kept");
    fs::create_dir_all(kept.parent().unwrap()).unwrap();
    fs::write(&kept, "mine").unwrap();
    let run = yumen(folder, &["demo", "--out", "d", "--lang", "en"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("is not the demo's"), "{}", run.err);
    assert_eq!(fs::read_to_string(&kept).unwrap(), "mine");
    assert_eq!(fs::read_dir(folder.join("d-state")).unwrap().count(), 1);
}
