//! `yumen init`: the file that it guesses for the demo estate, what an audit by it leaves open, and
//! what it does not touch. `YUMEN_UPDATE=1 cargo test -p yumen init` writes the files anew.

use std::fs;
use std::path::Path;

use serde_json::Value;
use yumen_baseline::Settings;

use crate::program::{write, yumen};

/// Writes the demo estate to `demo` in a folder.
fn demo(folder: &Path) {
    let run = yumen(
        folder,
        &[
            "demo",
            "--audit-only",
            "--out",
            "demo",
            "--fail-on",
            "never",
        ],
    );
    assert_eq!(run.code, 0, "{}", run.err);
}

#[test]
fn an_audit_by_the_guess_leaves_little_unassessed() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    let run = yumen(folder.path(), &["init", "demo"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let arguments = "audit demo --config yumen.toml --format json";
    let arguments: Vec<&str> = arguments.split(' ').collect();
    let audit: Value = serde_json::from_str(&yumen(folder.path(), &arguments).out).unwrap();
    let items = audit["items"].as_array().unwrap().iter();
    let unassessed: Vec<&str> = items
        .filter(|item| item["verdict"] == "not-assessed")
        .map(|item| item["id"].as_str().unwrap())
        .collect();
    assert_eq!(unassessed, ["NET-02", "GOV-01", "GOV-03"]);
}

#[test]
fn the_guess_for_the_demo_is_as_kept() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    for language in ["en", "zh"] {
        let file = format!("{language}.toml");
        let arguments = ["init", "demo", "--config-out", &file, "--lang", language];
        let run = yumen(folder.path(), &arguments);
        assert_eq!(run.code, 0, "{}", run.err);
        let guessed = fs::read_to_string(folder.path().join(&file)).unwrap();
        let tests = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests");
        for (name, now) in [
            (format!("init.{file}"), &guessed),
            (format!("init.{language}.txt"), &run.out),
        ] {
            let kept = tests.join(&name);
            if std::env::var_os("YUMEN_UPDATE").is_some() {
                fs::write(&kept, now).unwrap();
            }
            let kept = fs::read_to_string(&kept).unwrap_or_default();
            assert_eq!(&kept, now, "tests/{name} is out of date");
        }
        // A text without words would show its id.
        assert!(!guessed.contains("infer-"), "{guessed}");
        assert!(!run.out.contains("init-"), "{}", run.out);
    }
}

#[test]
fn a_file_that_is_there_stays_unless_the_user_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    write(folder.path(), &[("yumen.toml", "trusted = []\n")]);
    for language in ["en", "zh"] {
        let run = yumen(folder.path(), &["init", "demo", "--lang", language]);
        assert_eq!((run.code, run.out.as_str()), (2, ""));
        assert!(run.err.contains("`yumen.toml`") && run.err.contains("--force"));
        let kept = fs::read_to_string(folder.path().join("yumen.toml")).unwrap();
        assert_eq!(kept, "trusted = []\n");
    }
    let run = yumen(folder.path(), &["init", "demo", "--force"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let written = fs::read_to_string(folder.path().join("yumen.toml")).unwrap();
    assert!(written.contains("[roles.web]"), "{written}");
}

#[test]
fn what_cannot_be_written_or_read_is_told() {
    let folder = tempfile::tempdir().unwrap();
    demo(folder.path());
    for (arguments, named) in [
        (
            "init demo --config-out no/such/folder.toml",
            "no/such/folder.toml",
        ),
        ("init nothing", "nothing"),
        ("init aliyun://?region=cn-a", "aliyun://"),
        ("init demo --format json", "--format"),
    ] {
        let arguments: Vec<&str> = arguments.split(' ').collect();
        let run = yumen(folder.path(), &arguments);
        assert_eq!(run.code, 2, "{}", run.out);
        assert!(run.err.contains(named), "{}", run.err);
        assert!(!folder.path().join("yumen.toml").exists());
    }
}

#[test]
fn an_empty_estate_gives_a_file_that_says_what_would_be_there() {
    let folder = tempfile::tempdir().unwrap();
    let empty = r#"{"Instances":{"Instance":[]},"TotalCount":0}"#;
    write(
        folder.path(),
        &[("snap/cn-a/ecs/DescribeInstances.json", empty)],
    );
    for (language, word) in [("en", "no machine"), ("zh", "没有机器")] {
        let arguments = ["init", "snap", "--force", "--lang", language];
        let run = yumen(folder.path(), &arguments);
        assert_eq!(run.code, 0, "{}", run.err);
        assert!(run.out.contains(word), "{}", run.out);
        let text = fs::read_to_string(folder.path().join("yumen.toml")).unwrap();
        for part in [
            "# trusted = [",
            "# [limits]",
            "# [roles.data]",
            "# [roles.bastion]",
            "# [environments.production]",
            "# [environments.test]",
            "# [zones.edge]",
            "# [protection]",
            "# [tags]",
        ] {
            assert!(text.contains(part), "{part} is missing:\n{text}");
        }
        let (settings, problems) = Settings::parse("yumen.toml", &text);
        assert_eq!(problems, []);
        let nothing = Settings {
            file: settings.file.clone(),
            ..Settings::default()
        };
        assert_eq!(settings, nothing);
        // Every example is one: it can be read when the `#` is taken away.
        let examples: String = text
            .lines()
            .filter_map(|line| line.strip_prefix("# "))
            .filter(|line| line.starts_with('[') || line.contains(" = "))
            .map(|line| format!("{line}\n"))
            .collect();
        let (settings, problems) = Settings::parse("yumen.toml", &examples);
        assert_eq!(problems, [], "{examples}");
        assert_eq!((settings.roles.len(), settings.zones.len()), (2, 2));
    }
}

#[test]
fn a_name_cannot_write_into_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let name = r#"web\"]\n[roles.evil]\nkind = \"bastion\"\nmatch = [\"name:*\u202e"#;
    let instances = format!(
        r#"{{"Instances":{{"Instance":[{{"InstanceId":"i-1","InstanceName":"{name}","Status":"Running","Tags":{{"Tag":[{{"TagKey":"tier","TagValue":"data\n{name}"}}]}}}}]}},"TotalCount":1}}"#
    );
    let interfaces = r#"{"NetworkInterfaceSets":{"NetworkInterfaceSet":[{"NetworkInterfaceId":"eni-1","InstanceId":"i-1","Type":"Primary","PrivateIpAddress":"10.0.0.1","VpcId":"vpc-1","VSwitchId":"vsw-1","SecurityGroupIds":{"SecurityGroupId":["sg-1"]}}]},"TotalCount":1}"#;
    write(
        folder.path(),
        &[
            ("snap/cn-a/ecs/DescribeInstances.json", &instances),
            ("snap/cn-a/ecs/DescribeNetworkInterfaces.json", interfaces),
        ],
    );
    let run = yumen(folder.path(), &["init", "snap"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let text = fs::read_to_string(folder.path().join("yumen.toml")).unwrap();
    let (settings, problems) = Settings::parse("yumen.toml", &text);
    assert_eq!(problems, [], "{text}");
    assert!(
        settings.roles.iter().all(|role| role.name != "evil"),
        "{text}"
    );
    assert!(!text.contains('\u{202e}'), "{text}");
    // Name and tag hold a `*`, which would stand for others: the id does not.
    let lines = settings.roles.iter().flat_map(|role| &role.members);
    let lines: Vec<String> = lines.map(ToString::to_string).collect();
    assert_eq!(lines, ["instance:i-1"], "{text}");
}
