//! `yumen fix` and what a report rests on, as a user meets them.

use std::fs;

use crate::program::yumen;

#[test]
fn fixes_are_proposed_in_every_form() {
    let folder = tempfile::tempdir().unwrap();
    yumen(folder.path(), &["demo", "--audit-only", "--out", "d"]);
    let fix = |more: &[&str]| {
        let run = yumen(
            folder.path(),
            &[&["fix", "d", "--item", "EXP-03"], more].concat(),
        );
        assert_eq!(run.code, 3, "a listener is left to do by hand: {}", run.err);
        run.out
    };
    let english = fix(&["--lang", "en"]);
    assert!(english.starts_with("3 fixes with"), "{english}");
    assert!(english.contains("Left by hand"), "{english}");
    assert!(fix(&["--lang", "zh"]).contains("需手工处理"));
    let json: serde_json::Value = serde_json::from_str(&fix(&["--format", "json"])).unwrap();
    assert_eq!(json["schema"], "yumen.fixes/1");
    let edits = json["fixes"][0]["edits"].as_array().unwrap();
    let commands = fix(&["--format", "aliyun-cli"]);
    let typed = commands
        .lines()
        .filter(|line| line.starts_with("aliyun ecs "));
    let all = json["fixes"].as_array().unwrap().iter();
    let all = all.filter_map(|one| one["edits"].as_array()).map(Vec::len);
    assert_eq!(typed.count(), all.sum::<usize>());
    assert!(!edits.is_empty());
    let terraform = fix(&["--format", "terraform"]);
    assert!(terraform.contains("resource \"alicloud_security_group_rule\" \"yumen_fix_1\""));
}

#[test]
fn wrong_words_are_named_with_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    yumen(folder.path(), &["demo", "--audit-only", "--out", "d"]);
    let run = yumen(folder.path(), &["fix", "d", "--item", "EXP-3"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("EXP-03"), "{}", run.err);
    fs::write(
        folder.path().join("bad.toml"),
        "[role.web]\nkind = \"web\"\n",
    )
    .unwrap();
    let run = yumen(
        folder.path(),
        &["audit", "d", "--config", "bad.toml", "--lang", "en"],
    );
    assert_eq!(run.code, 2);
    assert!(
        run.err
            .contains("bad.toml:1: `role` is no known key here; nearest: `roles`"),
        "{}",
        run.err
    );
    let run = yumen(folder.path(), &["audit", "d", "--config", "none.toml"]);
    assert_eq!(run.code, 2);
    fs::write(folder.path().join("old.json"), "{}").unwrap();
    let run = yumen(
        folder.path(),
        &["audit", "d", "--baseline", "old.json", "--lang", "en"],
    );
    assert_eq!(run.code, 2);
    assert!(run.err.contains("old.json"), "{}", run.err);
}

#[test]
fn only_what_is_new_fails_against_a_baseline() {
    let folder = tempfile::tempdir().unwrap();
    yumen(folder.path(), &["demo", "--audit-only", "--out", "d"]);
    // Intents of the demo are broken, which fails by itself: judge without them.
    fs::write(folder.path().join("none.toml"), "").unwrap();
    let audit = |more: &[&str]| {
        yumen(
            folder.path(),
            &[
                &["audit", "d", "--config", "none.toml", "--lang", "en"],
                more,
            ]
            .concat(),
        )
    };
    let before = audit(&["--format", "json"]);
    assert_eq!(before.code, 3);
    fs::write(folder.path().join("before.json"), &before.out).unwrap();
    let same = audit(&["--baseline", "before.json", "--previous", "before.json"]);
    assert_eq!(same.code, 0, "{}", same.out);
    assert!(
        same.out.contains("Nothing is new since the baseline"),
        "{}",
        same.out
    );
    assert!(same.out.contains("· 1 on 2026-03-18"), "{}", same.out);
    // A rule that becomes wider is new, though its name and line stay.
    let groups = folder
        .path()
        .join("d/cn-hangzhou/ecs/DescribeSecurityGroupAttribute");
    for entry in fs::read_dir(groups).unwrap() {
        let path = entry.unwrap().path();
        let text = fs::read_to_string(&path).unwrap();
        fs::write(&path, text.replace("\"22/22\"", "\"22/23\"")).unwrap();
    }
    let wider = audit(&["--baseline", "before.json"]);
    assert_eq!(wider.code, 3, "{}", wider.out);
    assert!(!wider.out.contains("Nothing is new"), "{}", wider.out);
}

#[test]
fn a_waiver_that_is_over_fails() {
    let folder = tempfile::tempdir().unwrap();
    yumen(folder.path(), &["demo", "--audit-only", "--out", "d"]);
    fs::write(folder.path().join("none.toml"), "").unwrap();
    let waiver = |until: &str| {
        format!(
            "[[waiver]]\nitem = \"EXP-03\"\nresource = \"*\"\nowner = \"li\"\nreason = \"OPS-7\"\nuntil = \"{until}\"\n"
        )
    };
    let audit = |until: &str| {
        fs::write(folder.path().join("w.toml"), waiver(until)).unwrap();
        let run = yumen(
            folder.path(),
            &[
                "audit",
                "d",
                "--config",
                "none.toml",
                "--waivers",
                "w.toml",
                "--lang",
                "en",
            ],
        );
        run.out
    };
    let valid = audit("2026-12-31");
    assert!(
        valid.contains("findings are waived; without waivers the score is 1"),
        "{valid}"
    );
    assert!(audit("2026-01-31").contains("the waiver of li ended on 2026-01-31"));
}
