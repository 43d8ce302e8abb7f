//! The HTML report: sound markup, nothing from outside, every word there, hostile names harmless.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use yumen_cloudlab::DEMO_SETTINGS;

use crate::program::{write, yumen};

/// Elements without an end.
const VOID: [&str; 7] = ["meta", "br", "wbr", "input", "link", "img", "hr"];

/// Text of the user's own rules and of waivers, which the demo does without.
const OWN_RULES: &str = r#"
[[intent]]
rule = "never internet -> role:data"
reason = "</style><b>nobody</b> & \"no one\""

[[intent]]
rule = "never internet -> role:management on tcp/22"
"#;

const WAIVERS: &str = r#"
[[waiver]]
item = ["EXP-06"]
resource = ["name:shop-bi-*"]
ports = ["tcp/5432"]
owner = "<i>li.wei</i>"
reason = "until the VPN is there"
until = "2026-06-30"

[[waiver]]
item = ["EXP-03"]
resource = ["name:shop-h5-*"]
owner = "zhang.min"
reason = "migration"
until = "2026-01-31"
"#;

/// The demo with everything that a report can have, in a language.
pub(crate) fn demo(folder: &Path, language: &str) -> String {
    let settings = format!("{DEMO_SETTINGS}{OWN_RULES}");
    write(
        folder,
        &[("yumen.toml", &settings), ("waivers.toml", WAIVERS)],
    );
    if !folder.join("previous.json").exists() {
        let run = yumen(
            folder,
            &["demo", "--format", "json", "--config", "yumen.toml"],
        );
        assert_eq!(run.code, 3, "{}", run.err);
        // An exposure less before, one more that is gone now, and how the score went.
        let mut report: serde_json::Value = serde_json::from_str(&run.out).unwrap();
        let findings = report["findings"].as_array_mut().unwrap();
        findings[0]["resource"] = "eni-<gone>".into();
        report["score"]["history"] = serde_json::json!([
            { "as_of": "2026-03-01T00:00:00Z", "score": 40, "passed": 1500, "checks": 1900 },
            { "as_of": "2026-03-08T00:00:00Z", "score": 20, "passed": 1400, "checks": 1900 },
        ]);
        fs::write(folder.join("previous.json"), report.to_string()).unwrap();
    }
    let mut arguments = vec!["audit", "yumen-demo", "--format", "html"];
    arguments.extend(["--lang", language, "--config", "yumen.toml"]);
    arguments.extend(["--waivers", "waivers.toml"]);
    arguments.extend(["--previous", "previous.json", "--baseline", "previous.json"]);
    let run = yumen(folder, &arguments);
    assert_eq!(run.code, 3, "{}", run.err);
    run.out
}

#[test]
fn the_page_is_sound_and_asks_nobody() {
    let folder = tempfile::tempdir().unwrap();
    for language in ["en", "zh"] {
        let page = demo(folder.path(), language);
        assert!(page.starts_with("<!DOCTYPE html>"));
        let found = read(&page);
        found.check();
        assert!(found.texts.len() > 1_000, "{}", found.texts.len());
        let ids = found.message_ids();
        assert_eq!(ids, BTreeSet::new(), "{language}");
        let again = demo(folder.path(), language);
        assert!(page == again, "{language}: not the same twice");
    }
}

#[test]
fn the_page_says_what_is_asked_of_it() {
    let folder = tempfile::tempdir().unwrap();
    let english = demo(folder.path(), "en");
    let chinese = demo(folder.path(), "zh");
    for section in [
        "summary",
        "entries",
        "exposures",
        "map",
        "items",
        "intents",
        "frameworks",
        "rules",
        "waivers",
        "gaps",
        "changes",
    ] {
        for page in [&english, &chinese] {
            assert!(
                page.contains(&format!("<section id=\"{section}\"")),
                "{section}"
            );
        }
    }
    for heading in [
        "被测对象描述",
        "单项测评结果分析",
        "整体测评",
        "安全问题风险分析",
        "重大风险隐患及整改建议",
        "安全整改建议",
        "附录A 被测对象资产",
        "附录D 单项测评结果记录",
        "符合不代表法律意义上的合规结论",
        "高风险",
    ] {
        assert!(chinese.contains(heading), "{heading}");
    }
    assert!(!chinese.contains("综合得分"));
    assert!(english.contains("no legal verdict"));
    // Nodes of the map are few enough to be read.
    let boxes = english.matches("id=\"map-n").count();
    assert!((20..=60).contains(&boxes), "{boxes}");
}

#[test]
fn an_empty_account_has_a_whole_page_too() {
    let folder = tempfile::tempdir().unwrap();
    write(
        folder.path(),
        &[
            (
                "cn-a/ecs/DescribeInstances.json",
                r#"{"Instances":{"Instance":[]},"TotalCount":0}"#,
            ),
            (
                "cn-a/ecs/DescribeSecurityGroups.json",
                r#"{"SecurityGroups":{"SecurityGroup":[]},"TotalCount":0}"#,
            ),
        ],
    );
    for language in ["en", "zh"] {
        let run = yumen(
            folder.path(),
            &["audit", ".", "--format", "html", "--lang", language],
        );
        let found = read(&run.out);
        found.check();
        assert_eq!(found.message_ids(), BTreeSet::new(), "{language}");
    }
}

#[test]
fn names_that_would_be_markup_stay_names() {
    const SCRIPT: &str = "<script>alert(1)</script>";
    const IMAGE: &str = "\\\"><img src=x onerror=alert(1)>";
    let folder = tempfile::tempdir().unwrap();
    let instances = format!(
        r#"{{"Instances":{{"Instance":[{{"InstanceId":"i-1","InstanceName":"{SCRIPT}","Status":"Running","PublicIpAddress":{{"IpAddress":["47.1.1.1"]}},"Tags":{{"Tag":[{{"TagKey":"{IMAGE}","TagValue":"{SCRIPT}"}}]}}}}]}},"TotalCount":1}}"#
    );
    let groups = format!(
        r#"{{"SecurityGroups":{{"SecurityGroup":[{{"SecurityGroupId":"sg-1","SecurityGroupName":"{IMAGE}","SecurityGroupType":"normal","VpcId":"vpc-1"}}]}},"TotalCount":1}}"#
    );
    let rules = r#"{"SecurityGroupId":"sg-1","InnerAccessPolicy":"Accept","VpcId":"vpc-1","Permissions":{"Permission":[{"SecurityGroupRuleId":"r-1","Direction":"ingress","Policy":"Accept","IpProtocol":"TCP","PortRange":"22/22","SourceCidrIp":"0.0.0.0/0","Priority":"1","Description":"</title></style></script><b>&amp;"}]}}"#;
    let interfaces = r#"{"NetworkInterfaceSets":{"NetworkInterfaceSet":[{"NetworkInterfaceId":"eni-1","InstanceId":"i-1","Type":"Primary","PrivateIpAddress":"10.0.0.1","VpcId":"vpc-1","VSwitchId":"vsw-1","SecurityGroupIds":{"SecurityGroupId":["sg-1"]}}]},"TotalCount":1}"#;
    write(
        folder.path(),
        &[
            ("cn-a/ecs/DescribeInstances.json", &instances),
            ("cn-a/ecs/DescribeNetworkInterfaces.json", interfaces),
            ("cn-a/ecs/DescribeSecurityGroups.json", &groups),
            ("cn-a/ecs/DescribeSecurityGroupAttribute/sg-1.json", rules),
        ],
    );
    for language in ["en", "zh"] {
        let run = yumen(
            folder.path(),
            &["audit", ".", "--format", "html", "--lang", language],
        );
        assert_eq!(run.code, 3, "{}", run.err);
        read(&run.out).check();
        assert!(!run.out.contains("<script>alert") && !run.out.contains("<img"));
        assert!(run.out.contains("&lt;script&gt;alert(1)&lt;/script&gt;"));
        assert!(
            run.out
                .contains("&lt;/title&gt;&lt;/style&gt;&lt;/script&gt;&lt;b&gt;&amp;amp;")
        );
    }
}

#[test]
fn every_text_of_the_page_exists() {
    let crate_folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../yumen-report");
    let english = fs::read_to_string(crate_folder.join("i18n/en.ftl")).unwrap();
    let page = fs::read_to_string(crate_folder.join("src/html.rs")).unwrap();
    let mut sources = vec![page];
    for folder in ["src/html", "src/picture"] {
        for file in fs::read_dir(crate_folder.join(folder)).unwrap() {
            let path = file.unwrap().path();
            if path.extension().is_some_and(|ending| ending == "rs") {
                sources.push(fs::read_to_string(path).unwrap());
            }
        }
    }
    let mut used = BTreeSet::new();
    for source in &sources {
        for text in source.split('"').skip(1).step_by(2) {
            let is_id = text.starts_with("html-") || text.starts_with("map-");
            if is_id && !text.ends_with([' ', '-']) && text.len() > "map-x".len() {
                used.insert(text);
            }
        }
    }
    assert!(used.len() > 150, "{}", used.len());
    for id in &used {
        assert!(english.contains(&format!("\n{id} =")), "{id} has no words");
    }
    let written = english.lines().filter_map(|line| line.split_once(" ="));
    let written = written.filter(|(id, _)| id.starts_with("html-") || id.starts_with("map-"));
    for (id, _) in written {
        assert!(used.contains(id), "{id} is used nowhere");
    }
}

/// What was read of a page.
#[derive(Default)]
struct Markup {
    tags: Vec<(String, Vec<(String, String)>)>,
    texts: Vec<String>,
}

/// Takes a page apart, strictly: every element ends where it must, attributes are quoted.
fn read(page: &str) -> Markup {
    let mut found = Markup::default();
    let mut open: Vec<String> = Vec::new();
    let mut rest = page.strip_prefix("<!DOCTYPE html>").unwrap();
    while let Some(at) = rest.find('<') {
        let (text, tag) = rest.split_at(at);
        found.texts.push(text.to_owned());
        let end = tag.find('>').unwrap();
        let (inside, after) = (&tag[1..end], &tag[end + 1..]);
        rest = after;
        if let Some(name) = inside.strip_prefix('/') {
            assert_eq!(
                open.pop().as_deref(),
                Some(name),
                "</{name}> at a wrong place"
            );
            continue;
        }
        let name = inside.split(' ').next().unwrap();
        let mut attributes = Vec::new();
        let mut left = inside[name.len()..].trim_start();
        while !left.is_empty() {
            match left.split_once("=\"") {
                Some((key, value)) if !key.contains(' ') => {
                    let (value, more) = value.split_once('"').unwrap();
                    attributes.push((key.to_owned(), value.to_owned()));
                    left = more.trim_start();
                }
                _ => {
                    let (key, more) = left.split_once(' ').unwrap_or((left, ""));
                    attributes.push((key.to_owned(), String::new()));
                    left = more;
                }
            }
        }
        found.tags.push((name.to_owned(), attributes));
        if name == "script" || name == "style" {
            let end = rest.find(&format!("</{name}>")).unwrap();
            rest = &rest[end + name.len() + 3..];
        } else if !VOID.contains(&name) {
            open.push(name.to_owned());
        }
    }
    assert_eq!(open, [""; 0], "these elements do not end");
    found
}

impl Markup {
    fn values<'m>(&'m self, key: &'m str) -> impl Iterator<Item = &'m str> {
        let attributes = self.tags.iter().flat_map(|(_, attributes)| attributes);
        attributes
            .filter(move |(own, _)| own == key)
            .map(|(_, value)| value.as_str())
    }

    /// No attribute twice, no id twice, every link leads to something in the page, nothing is
    /// loaded, and no script stands in an attribute.
    fn check(&self) {
        for (name, attributes) in &self.tags {
            let keys: BTreeSet<&str> = attributes.iter().map(|(key, _)| key.as_str()).collect();
            assert_eq!(keys.len(), attributes.len(), "<{name}> {attributes:?}");
            for key in keys {
                let loads = [
                    "src",
                    "srcset",
                    "data",
                    "action",
                    "poster",
                    "style",
                    "xlink:href",
                ];
                assert!(!loads.contains(&key), "<{name} {key}>");
                assert!(!key.starts_with("on"), "<{name} {key}>");
            }
            let foreign = [
                "link", "img", "iframe", "object", "embed", "base", "form", "use", "image",
            ];
            assert!(!foreign.contains(&name.as_str()), "<{name}>");
        }
        let scripts = self.tags.iter().filter(|(name, _)| name == "script");
        assert_eq!(scripts.count(), 1);
        let mut ids = BTreeSet::new();
        for id in self.values("id") {
            assert!(ids.insert(id), "id {id} twice");
        }
        for link in self.values("href") {
            let to = link.strip_prefix('#').expect(link);
            assert!(ids.contains(to), "{link} leads nowhere");
        }
        let policy = self
            .values("content")
            .find(|text| text.contains("default-src"));
        let policy = policy.unwrap();
        assert!(policy.starts_with("default-src 'none';"), "{policy}");
        assert!(!policy.contains("unsafe"), "{policy}");
    }

    /// Words that look like the ids of texts.
    fn message_ids(&self) -> BTreeSet<&str> {
        let prefixes = [
            "html-",
            "map-",
            "audit-",
            "hop-",
            "decider-",
            "listing-",
            "fate-",
            "report-",
            "found-",
            "needs-",
            "clause-",
            "beyond-",
            "framework-",
            "item-",
            "breadth-",
            "verdict-",
            "severity-",
            "witness-",
            "control-",
            "next-",
        ];
        let shown = self.texts.iter().map(String::as_str);
        let shown = shown
            .chain(self.values("title"))
            .chain(self.values("aria-label"));
        let words = shown
            .flat_map(|text| text.split(|one: char| !one.is_ascii_alphanumeric() && one != '-'));
        words
            .filter(|word| prefixes.iter().any(|prefix| word.starts_with(prefix)))
            .collect()
    }
}
