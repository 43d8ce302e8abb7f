//! What is printed: sizes, languages, exit codes, and what wrong input is told.

use std::fs;
use std::path::Path;

use serde_json::Value;
use unicode_width::UnicodeWidthStr;

use crate::program::{write, yumen};

const INSTANCES: &str = r#"{"Instances":{"Instance":[{"InstanceId":"i-1","InstanceName":"web","Status":"Running","PublicIpAddress":{"IpAddress":["47.1.1.1"]}}]},"TotalCount":1}"#;
const INTERFACES: &str = r#"{"NetworkInterfaceSets":{"NetworkInterfaceSet":[{"NetworkInterfaceId":"eni-1","InstanceId":"i-1","Type":"Primary","PrivateIpAddress":"10.0.0.1","VpcId":"vpc-1","VSwitchId":"vsw-1","SecurityGroupIds":{"SecurityGroupId":["sg-1"]}}]},"TotalCount":1}"#;
const GROUPS: &str = r#"{"SecurityGroups":{"SecurityGroup":[{"SecurityGroupId":"sg-1","SecurityGroupType":"normal","VpcId":"vpc-1"}]},"TotalCount":1}"#;

fn estate(folder: &Path, permissions: &str) {
    let attribute = format!(
        "{{\"SecurityGroupId\":\"sg-1\",\"InnerAccessPolicy\":\"Accept\",\"VpcId\":\"vpc-1\",\n\"Permissions\":{{\"Permission\":[\n{permissions}\n]}}}}"
    );
    write(
        folder,
        &[
            ("cn-a/ecs/DescribeInstances.json", INSTANCES),
            ("cn-a/ecs/DescribeNetworkInterfaces.json", INTERFACES),
            ("cn-a/ecs/DescribeSecurityGroups.json", GROUPS),
            (
                "cn-a/ecs/DescribeSecurityGroupAttribute/sg-1.json",
                &attribute,
            ),
        ],
    );
}

fn rule(id: &str, policy: &str, protocol: &str, ports: &str, source: &str, priority: u8) -> String {
    format!(
        r#"{{"SecurityGroupRuleId":"{id}","Direction":"ingress","Policy":"{policy}","IpProtocol":"{protocol}","PortRange":"{ports}","SourceCidrIp":"{source}","Priority":"{priority}"}}"#
    )
}

#[test]
fn the_first_screen_is_enough_and_no_more() {
    let folder = tempfile::tempdir().unwrap();
    for language in ["en", "zh"] {
        let run = yumen(folder.path(), &["demo", "--audit-only", "--lang", language]);
        assert_eq!(run.code, 3, "{}", run.err);
        let screen = run.out.split_once("\n\n").unwrap().1;
        assert!(
            screen.lines().count() <= 40,
            "{} lines",
            screen.lines().count()
        );
        for line in screen
            .lines()
            .filter(|line| !line.contains("yumen explain"))
        {
            assert!(line.width() <= 100, "{} columns: {line}", line.width());
        }
        let last = screen.lines().last().unwrap();
        assert!(
            last.contains("yumen explain"),
            "the last line is the next command: {last}"
        );
    }
}

#[test]
fn what_is_printed_next_can_be_typed() {
    let folder = tempfile::tempdir().unwrap();
    let run = yumen(folder.path(), &["demo", "--audit-only"]);
    let next = run
        .out
        .lines()
        .last()
        .unwrap()
        .split_once("yumen ")
        .unwrap()
        .1;
    let run = yumen(folder.path(), &next.split(' ').collect::<Vec<_>>());
    assert_eq!(run.code, 0, "{}", run.err);
    assert!(run.out.starts_with("● open: tcp 8.8.8.8"), "{}", run.out);
}

#[test]
fn no_message_is_printed_without_words() {
    let folder = tempfile::tempdir().unwrap();
    for arguments in [
        vec!["demo", "--audit-only", "--all", "--lang", "zh"],
        vec!["demo", "--audit-only", "--all", "--lang", "en"],
        vec!["--help", "--lang", "zh"],
        vec!["audit", "--help"],
    ] {
        let run = yumen(folder.path(), &arguments);
        for id in [
            "audit-", "hop-", "decider-", "help-", "listing-", "fate-", "usage-",
        ] {
            let shown = run.out.split_whitespace().find(|word| word.starts_with(id));
            assert_eq!(shown, None, "{arguments:?}");
        }
    }
}

#[test]
fn json_has_what_the_schema_says() {
    let folder = tempfile::tempdir().unwrap();
    estate(
        folder.path(),
        &[
            rule("r-1", "Accept", "TCP", "22/22", "0.0.0.0/0", 1),
            rule("r-2", "Accept", "TCP", "22/22", "10.0.0.0/8", 100),
        ]
        .join(",\n"),
    );
    let run = yumen(folder.path(), &["audit", ".", "--format", "json"]);
    assert_eq!(run.code, 3, "{}", run.err);
    let audit: Value = serde_json::from_str(&run.out).unwrap();
    let open: Vec<&Value> = audit["exposures"]
        .as_array()
        .unwrap()
        .iter()
        .filter(|one| one["direction"] == "ingress")
        .collect();
    let [open] = open[..] else {
        panic!("{open:#?}")
    };
    assert_eq!(open["interface"], "eni-1");
    assert_eq!(open["instance"], "i-1");
    assert_eq!(open["verdict"], "open");
    assert_eq!(open["protocol"], "tcp");
    assert_eq!(open["ports"], serde_json::json!([[22, 22]]));
    assert_eq!(open["sources"], serde_json::json!(["0.0.0.0/0"]));
    assert_eq!(open["internet_share"], 1.0);
    assert_eq!(open["breadth"], "world");
    assert_eq!(open["cause"][0]["rule"], "r-1");
    assert_eq!(open["cause"][0]["line"], 3);
    assert_eq!(
        open["entry"],
        serde_json::json!({"address": "47.1.1.1", "port": 22})
    );
    assert_eq!(open["witness"]["destination"], "10.0.0.1");
    assert_eq!(audit["rules"][1]["fate"], "shadowed");
    assert_eq!(audit["rules"][1]["by"], serde_json::json!(["r-1"]));
}

#[test]
fn exit_codes_follow_what_is_open() {
    for (rules, option, code) in [
        (
            rule("r", "Accept", "TCP", "443/443", "0.0.0.0/0", 1),
            "unexpected",
            0,
        ),
        (
            rule("r", "Accept", "TCP", "443/443", "0.0.0.0/0", 1),
            "any",
            3,
        ),
        (
            rule("r", "Accept", "TCP", "22/22", "198.51.100.0/29", 1),
            "unexpected",
            0,
        ),
        (
            rule("r", "Accept", "TCP", "22/22", "198.51.0.0/16", 1),
            "unexpected",
            3,
        ),
        (
            rule("r", "Accept", "TCP", "22/22", "198.51.0.0/16", 1),
            "never",
            0,
        ),
        (
            rule("r", "Accept", "TCP", "22/20", "0.0.0.0/0", 1),
            "unexpected",
            3,
        ),
        (
            rule("r", "Accept", "TCP", "22/20", "0.0.0.0/0", 1),
            "open",
            0,
        ),
    ] {
        let folder = tempfile::tempdir().unwrap();
        estate(folder.path(), &rules);
        let run = yumen(folder.path(), &["audit", ".", "--fail-on", option]);
        assert_eq!(run.code, code, "{rules} {option}\n{}{}", run.out, run.err);
    }
}

#[test]
fn wrong_input_is_named_with_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let run = yumen(folder.path(), &["audit", "missing"]);
    assert_eq!(
        (run.code, run.err.contains("`missing` is not a directory")),
        (2, true),
        "{}",
        run.err
    );
    fs::create_dir(folder.path().join("empty")).unwrap();
    let run = yumen(folder.path(), &["audit", "empty"]);
    assert_eq!(
        (
            run.code,
            run.err.contains("<region>/<product>/<Action>.json")
        ),
        (2, true)
    );

    let path = "cn-a/ecs/DescribeSecurityGroupAttribute/sg-1.json";
    for (damage, said) in [
        (rule("r", "Accept", "TCP", "22/20", "0.0.0.0/0", 1), "22/20"),
        (
            rule("r", "Accept", "TCP", "22/22", "47.0.0.5/8", 1),
            "host bits",
        ),
        (rule("r", "Maybe", "TCP", "22/22", "0.0.0.0/0", 1), "Maybe"),
        (
            rule("r", "Accept", "TCP", "22/22", "0.0.0.0/0", 1) + ",{\"Policy\"",
            "collect it again",
        ),
    ] {
        estate(folder.path(), &damage);
        let run = yumen(folder.path(), &["audit", ".", "--all"]);
        assert_ne!(run.code, 0, "{damage} passed as clean\n{}", run.out);
        assert!(run.out.contains(said), "{damage}\n{}", run.out);
        assert!(run.out.contains(path), "{damage}\n{}", run.out);
    }
    fs::write(folder.path().join(path), b"\xff\xfe\x00").unwrap();
    let run = yumen(folder.path(), &["audit", ".", "--all"]);
    assert_eq!(run.code, 3, "{}", run.out);
}

#[test]
fn a_batch_is_answered_line_by_line() {
    let folder = tempfile::tempdir().unwrap();
    estate(
        folder.path(),
        &rule("r-1", "Accept", "TCP", "22/22", "0.0.0.0/0", 1),
    );
    let lines = [
        r#"{"source":"203.0.113.9","destination":"10.0.0.1","protocol":"tcp","source_port":4000,"destination_port":22}"#,
        r#"{"source":"203.0.113.9","destination":"10.0.0.1","protocol":"tcp","source_port":4000,"destination_port":23}"#,
        r#"{"source":"192.168.7.7","destination":"10.0.0.1","protocol":"tcp","destination_port":22}"#,
    ];
    fs::write(folder.path().join("packets.jsonl"), lines.join("\n")).unwrap();
    let run = yumen(folder.path(), &["explain", ".", "--batch", "packets.jsonl"]);
    assert_eq!(run.code, 0, "{}", run.err);
    let answers: Vec<Value> = run
        .out
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let verdicts: Vec<&str> = answers
        .iter()
        .map(|one| one["verdict"].as_str().unwrap())
        .collect();
    assert_eq!(verdicts, ["open", "closed", "latent"]);
    assert_eq!(answers[0]["decided_by"]["rule"], "r-1");
    assert_eq!(answers[1]["decided_by"]["kind"], "default");
    fs::write(folder.path().join("packets.jsonl"), "nonsense\n").unwrap();
    let run = yumen(folder.path(), &["explain", ".", "--batch", "packets.jsonl"]);
    assert_eq!(
        (run.code, run.out.contains("line 1")),
        (2, true),
        "{}",
        run.out
    );
}

#[test]
fn a_difference_is_told_in_packets() {
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    estate(
        old.path(),
        &rule("r-1", "Accept", "TCP", "22/22", "10.0.0.0/8", 1),
    );
    estate(
        new.path(),
        &rule("r-1", "Accept", "TCP", "22/22", "0.0.0.0/0", 1),
    );
    let (from, to) = (old.path().to_str().unwrap(), new.path().to_str().unwrap());
    let run = yumen(old.path(), &["diff", from, to]);
    assert_eq!(run.code, 3, "{}", run.err);
    assert!(run.out.contains("opens to the Internet"), "{}", run.out);
    assert!(run.out.contains("tcp 22"), "{}", run.out);
    let run = yumen(old.path(), &["diff", to, from]);
    assert_eq!(
        (run.code, run.out.contains("closes to the Internet")),
        (0, true),
        "{}",
        run.out
    );
    let run = yumen(old.path(), &["diff", from, from]);
    assert_eq!(
        (run.code, run.out.contains("No difference")),
        (0, true),
        "{}",
        run.out
    );
}
