//! Templates as users meet them: listed, shown, rendered, and compared with an estate.

use std::path::Path;

use serde_json::Value;
use unicode_width::UnicodeWidthStr;
use yumen_baseline::{SECTORS, Settings, TEMPLATES};

use crate::program::{Run, write, yumen};

const INSTANCES: &str = r#"{"Instances":{"Instance":[{"InstanceId":"i-1","InstanceName":"game-1","Status":"Running","PublicIpAddress":{"IpAddress":["47.1.1.1"]}}]},"TotalCount":1}"#;
const INTERFACES: &str = r#"{"NetworkInterfaceSets":{"NetworkInterfaceSet":[{"NetworkInterfaceId":"eni-1","InstanceId":"i-1","Type":"Primary","PrivateIpAddress":"10.0.0.1","VpcId":"vpc-1","VSwitchId":"vsw-1","SecurityGroupIds":{"SecurityGroupId":["sg-1"]}}]},"TotalCount":1}"#;
const GROUPS: &str = r#"{"SecurityGroups":{"SecurityGroup":[{"SecurityGroupId":"sg-1","SecurityGroupName":"prod-game","SecurityGroupType":"normal","VpcId":"vpc-1"}]},"TotalCount":1}"#;

/// One game server in a group with the rules that Terraform would make, and some more.
fn game(folder: &Path, more: &[&str]) {
    let rendered = yumen(folder, &["template", "render", "game", "--format", "edits"]);
    let edits: Value = serde_json::from_str(&rendered.out).unwrap();
    let rules = edits["edits"].as_array().unwrap().iter();
    let rules = rules.filter(|edit| edit["kind"] == "add-rule").map(|edit| {
        let rule = &edit["rule"];
        format!(
            r#"{{"SecurityGroupRuleId":{},"Direction":{},"Policy":{},"IpProtocol":{},"PortRange":"{}/{}","SourceCidrIp":{},"Priority":"{}","Description":{}}}"#,
            rule["id"], rule["direction"], rule["action"], rule["protocol"], rule["ports"][0],
            rule["ports"][1], rule["peer"]["network"], rule["priority"], rule["description"],
        )
    });
    let more = more.iter().map(|&rule| rule.to_owned());
    let rules: Vec<String> = rules.chain(more).collect();
    let attribute = format!(
        r#"{{"SecurityGroupId":"sg-1","InnerAccessPolicy":"Drop","VpcId":"vpc-1","Permissions":{{"Permission":[{}]}}}}"#,
        rules.join(",")
    );
    write(
        folder,
        &[
            ("estate/cn-a/ecs/DescribeInstances.json", INSTANCES),
            ("estate/cn-a/ecs/DescribeNetworkInterfaces.json", INTERFACES),
            ("estate/cn-a/ecs/DescribeSecurityGroups.json", GROUPS),
            (
                "estate/cn-a/ecs/DescribeSecurityGroupAttribute/sg-1.json",
                &attribute,
            ),
        ],
    );
}

fn template(folder: &Path, arguments: &[&str]) -> Run {
    yumen(folder, &[&["template"], arguments].concat())
}

#[test]
fn an_estate_as_the_template_has_it_passes_and_an_added_rule_is_told_exactly() {
    let folder = tempfile::tempdir().unwrap();
    game(folder.path(), &[]);
    let check = ["check", "game", "estate", "--bind", "game=group:prod-game"];
    let run = template(folder.path(), &check);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{}", run.out);
    assert!(
        run.out
            .starts_with("game: the estate is as the template has it; 1 interfaces")
    );
    let chinese = template(folder.path(), &[&check[..], &["--lang", "zh"]].concat());
    assert!(
        chinese.out.starts_with("game：与模板一致；检查了 1 个网卡"),
        "{}",
        chinese.out
    );

    let extra = r#"{"SecurityGroupRuleId":"r-9","Direction":"ingress","Policy":"Accept","IpProtocol":"TCP","PortRange":"8443/8450","SourceCidrIp":"198.51.100.0/24","Priority":"50","Description":"x"}"#;
    game(folder.path(), &[extra]);
    let run = template(folder.path(), &[&check[..], &["--format", "json"]].concat());
    assert_eq!(run.code, 3, "{}", run.err);
    let found: Value = serde_json::from_str(&run.out).unwrap();
    let departures = found["departures"].as_array().unwrap();
    assert_eq!(departures.len(), 1);
    assert_eq!(departures[0]["interface"], "eni-1");
    assert_eq!(departures[0]["kind"], "beyond");
    // 256 sources, 65,536 source ports, 8 ports.
    assert_eq!(departures[0]["packets"], (256_u64 * 65_536 * 8).to_string());
    let services = serde_json::json!([{
        "family": "ipv4", "protocol": "tcp", "ports": [[8443, 8450]],
        "peers": ["198.51.100.0/24"],
    }]);
    assert_eq!(departures[0]["services"], services);
    assert_eq!(departures[0]["witness"]["destination_port"], 8443);
    let broken = found["intents"].as_array().unwrap().iter();
    assert_eq!(
        broken
            .filter(|one| one["violations"] != serde_json::json!([]))
            .count(),
        0
    );
    let failing = found["items"].as_array().unwrap().iter();
    assert_eq!(failing.filter(|one| one["passes"] == false).count(), 0);
}

#[test]
fn the_demo_departs_within_one_screen_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(
        yumen(folder.path(), &["demo", "--audit-only", "--out", "demo"]).code,
        3
    );
    let settings = [("demo/yumen.toml", yumen_cloudlab::DEMO_SETTINGS)];
    write(folder.path(), &settings);
    for language in ["en", "zh"] {
        for arguments in [
            &[
                "web",
                "demo",
                "--bind",
                "app=tag:tier=app",
                "--sector",
                "government",
            ][..],
            &[
                "bastion",
                "demo",
                "--bind",
                "managed=tag:tier=data",
                "--set",
                "admins=122.224.186.40/29",
                "--sector",
                "finance",
            ],
            &[
                "sandbox",
                "demo",
                "--bind",
                "sandbox=name:test-app-*",
                "--set",
                "production=10.10.0.0/16",
                "--set",
                "until=2026-06-30",
                "--set",
                "owner=li",
            ],
        ] {
            let all = [&["check"], arguments, &["--lang", language]].concat();
            let run = template(folder.path(), &all);
            assert_eq!(run.code, 3, "{}", run.err);
            assert!(run.out.lines().count() <= 40, "{}", run.out);
            for line in run.out.lines() {
                assert!(line.width() <= 100, "{line}");
                assert!(!line.contains("template-"), "{line}");
            }
            let everything = template(folder.path(), &[&all[..], &["--all"]].concat());
            assert!(everything.out.len() > run.out.len());
        }
    }
    // A test machine that the world reaches by MySQL is no data tier as the template has it.
    let json = [
        "check",
        "web",
        "demo",
        "--bind",
        "app=tag:tier=app",
        "--format",
        "json",
    ];
    let found: Value = serde_json::from_str(&template(folder.path(), &json).out).unwrap();
    assert_eq!(found["conforms"], false);
    let broken = found["intents"].as_array().unwrap().iter();
    let never = broken
        .filter(|one| one["rule"] == "never internet -> role:app, role:data")
        .flat_map(|one| one["violations"].as_array().unwrap());
    assert!(
        never
            .into_iter()
            .any(|one| one["message"] == "shop-legacy-db-01: tcp 3306 reachable from the Internet")
    );
}

#[test]
fn what_is_rendered_can_be_read_back() {
    let folder = tempfile::tempdir().unwrap();
    let sets = [
        "network=10.0.0.0/16",
        "admins=198.51.100.8/29",
        "devices=203.0.113.0/24",
        "production=10.1.0.0/16",
        "until=2099-01-31",
        "owner=李四",
    ];
    for one in TEMPLATES {
        let needs = |set: &&str| {
            let name = set.split_once('=').unwrap().0;
            one.parameters
                .iter()
                .any(|parameter| parameter.name == name)
        };
        let set: Vec<&str> = sets.iter().copied().filter(|set| needs(set)).collect();
        let set: Vec<&str> = set.into_iter().flat_map(|set| ["--set", set]).collect();
        for sector in [None, Some("finance")] {
            let mut sector: Vec<&str> = sector
                .into_iter()
                .flat_map(|name| ["--sector", name])
                .collect();
            if one.name == "sandbox" {
                sector.clear();
            }
            let run = |format| {
                let arguments = [
                    &["render", one.name],
                    &set[..],
                    &sector[..],
                    &["--format", format, "--lang", "zh"],
                ];
                let run = template(folder.path(), &arguments.concat());
                assert_eq!(run.code, 0, "{}: {}", one.name, run.err);
                run.out
            };
            let (settings, problems) = Settings::parse("yumen.toml", &run("toml"));
            assert_eq!((problems, settings.roles.len()), (vec![], one.roles.len()));
            let edits: Value = serde_json::from_str(&run("edits")).unwrap();
            let rules = edits["edits"].as_array().unwrap().iter();
            let rules = rules.filter(|edit| edit["kind"] == "add-rule").count();
            let terraform = run("terraform");
            let written = terraform
                .matches("resource \"alicloud_security_group_rule\"")
                .count();
            assert_eq!(written, rules);
            assert!(!terraform.contains("by hand"), "{terraform}");
        }
    }
}

#[test]
fn lists_and_pages_are_complete_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    for language in ["en", "zh"] {
        let say = |arguments: &[&str]| {
            let run = template(folder.path(), &[arguments, &["--lang", language]].concat());
            assert_eq!(run.code, 0, "{}", run.err);
            assert!(!run.out.contains("template-"), "{}", run.out);
            for line in run.out.lines() {
                assert!(
                    line.width() <= 100 || line.contains("yumen template"),
                    "{line}"
                );
            }
            run.out
        };
        let list = say(&["list"]);
        for one in TEMPLATES {
            assert!(list.contains(one.name));
            let page = say(&["show", one.name, "--sector", "medical"]);
            assert!(
                one.parameters
                    .iter()
                    .all(|parameter| page.contains(parameter.name))
            );
        }
        for sector in SECTORS {
            assert!(list.contains(sector.name));
            assert!(say(&["show", sector.name]).contains("GB/T"));
        }
    }
}

#[test]
fn wrong_input_is_told_with_the_nearest_word() {
    let folder = tempfile::tempdir().unwrap();
    game(folder.path(), &[]);
    for (arguments, english, chinese) in [
        (
            &["show", "gam"][..],
            "no template is called `gam`; nearest: `game`",
            "没有名为 `gam` 的模板；最接近的是 `game`",
        ),
        (
            &["render", "web", "--sector", "finanse"],
            "no sector is called `finanse`; nearest: `finance`",
            "没有名为 `finanse` 的行业；最接近的是 `finance`",
        ),
        (
            &["render", "web", "--set", "web_port=80"],
            "`web_port` is no parameter of `web`; nearest: `web_ports`",
            "模板 `web` 没有 `web_port` 这个参数；最接近的是 `web_ports`",
        ),
        (
            &["render", "web", "--set", "443"],
            "`443` does not fit --set; write NAME=VALUE",
            "`443` 不符合 --set 的写法；应写作 NAME=VALUE",
        ),
        (
            &[
                "render",
                "sandbox",
                "--set",
                "until=2020-01-01",
                "--set",
                "owner=li",
                "--set",
                "production=10.0.0.0/8",
            ],
            "`2020-01-01` of `until` is over",
            "`until` 的 `2020-01-01` 已过期",
        ),
        (
            &["render", "web", "--group", "ap=sg-1"],
            "`web` has no role `ap`; nearest: `app`",
            "模板 `web` 没有角色 `ap`；最接近的是 `app`",
        ),
        (
            &["check", "game", "estate"],
            "nobody is known to play role `game`; write --bind game=tag:tier=game",
            "不知道谁担任角色 `game`；请写 --bind game=tag:tier=game",
        ),
        (
            &["check", "game", "estate", "--bind", "game=name:nobody"],
            "no interface plays any role of `game`",
            "没有网卡担任 `game` 的任何角色",
        ),
        (
            &["check", "game", "estate", "--bind", "game=nam:x"],
            "`nam` is no way to name resources; nearest: `name`",
            "不能用 `nam` 指明资源；最接近的是 `name`",
        ),
        (
            &["check", "game", "nowhere", "--bind", "game=name:x"],
            "nowhere",
            "nowhere",
        ),
    ] {
        for (language, told) in [("en", english), ("zh", chinese)] {
            let run = template(folder.path(), &[arguments, &["--lang", language]].concat());
            assert_eq!(run.code, 2, "{arguments:?}");
            assert!(run.err.contains(told), "{}", run.err);
            assert_eq!(run.out, "");
        }
    }
}
