//! What is refused, and that everything that is said has words.

use std::collections::BTreeSet;

use yumen_diagnostics::Message;

use super::super::*;
use super::estate::*;
use crate::selector::Selector;
use crate::settings::{RoleKind, Settings};

#[test]
fn impossible_parameters_are_refused_in_both_languages() {
    let (english, chinese) = (Says::english(), Says::chinese());
    for (template, sector, set, in_english, in_chinese) in [
        (
            "web",
            None,
            ("app_port", "80"),
            "`app_port` is no parameter of `web`; nearest: `app_ports`",
            "模板 `web` 没有 `app_port` 这个参数；最接近的是 `app_ports`",
        ),
        (
            "web",
            None,
            ("app_ports", "htps"),
            "`htps` of `app_ports` is no port from 1 to 65535; write for example `443` or `27000-27017`; nearest word: `https`",
            "`app_ports` 的 `htps` 不是 1 到 65535 的端口；可写成 `443` 或 `27000-27017`；最接近的写法是 `https`",
        ),
        (
            "web",
            None,
            ("app_ports", "80-90,85"),
            "`85` and `80-90` of `app_ports` overlap; every port belongs to one range",
            "`app_ports` 的 `85` 与 `80-90` 重叠；每个端口只能属于一个端口段",
        ),
        (
            "web",
            None,
            ("public", "yess"),
            "`yess` of `public` is neither yes nor no; nearest: `yes`",
            "`public` 的 `yess` 既不是 yes 也不是 no；最接近的是 `yes`",
        ),
        (
            "web",
            None,
            ("data_ports", ""),
            "`data_ports` must not be empty; write for example `443,8000-8010`",
            "`data_ports` 不能为空；可写成 `443,8000-8010`",
        ),
        (
            "web",
            None,
            ("bastion", "0.0.0.0/0"),
            "`0.0.0.0/0` of `bastion` is too wide for administrators; a public network has to be /24 or narrower",
            "`bastion` 的 `0.0.0.0/0` 对运维来说太宽；公网段须不宽于 /24",
        ),
        (
            "web",
            Some("finance"),
            ("bastion", "198.51.100.8/29"),
            "sector `finance` lets nobody manage `web` from the public network `198.51.100.8/29`; give the private network of a bastion",
            "行业 `finance` 不允许从公网段 `198.51.100.8/29` 管理 `web`；请填写堡垒机的内网网段",
        ),
        (
            "game",
            None,
            ("players", "interent"),
            "`interent` of `players` is no network; write for example `203.0.113.0/24`; nearest word: `internet`",
            "`players` 的 `interent` 不是网段；可写成 `203.0.113.0/24`；最接近的写法是 `internet`",
        ),
        (
            "game",
            None,
            ("game_ports", "20000-30000"),
            "`game_ports` opens 10001 ports to the whole Internet, which EXP-01 takes for a host open altogether; at most 1023, or name the networks",
            "`game_ports` 对全网开放 10001 个端口，会被 EXP-01 视为全开放；最多 1023 个，或写明来源网段",
        ),
        (
            "bigdata",
            None,
            ("network", "internet"),
            "`0.0.0.0/0` of `network` is part of the Internet; write a private network such as `10.0.0.0/16`",
            "`network` 的 `0.0.0.0/0` 属于公网；应写内网网段，如 `10.0.0.0/16`",
        ),
        (
            "sandbox",
            None,
            ("until", "2026-13-01"),
            "`2026-13-01` of `until` is no day; write for example `2027-01-31`",
            "`until` 的 `2026-13-01` 不是日期；可写成 `2027-01-31`",
        ),
        (
            "sandbox",
            None,
            ("until", "2026-11-24"),
            "`2026-11-24` of `until` is over; today is 2026-11-25",
            "`until` 的 `2026-11-24` 已过期；今天是 2026-11-25",
        ),
        (
            "sandbox",
            None,
            ("log_days", "30"),
            "`30` of `log_days` has to be a whole number from 180 to 3650",
            "`log_days` 的 `30` 须是 180 到 3650 之间的整数",
        ),
        (
            "sandbox",
            None,
            ("owner", "9 lives"),
            "`9 lives` of `owner` is no name; it begins with a letter and has letters, digits, - _ . only, 64 at most",
            "`owner` 的 `9 lives` 不能作名称；须以字母开头，只含字母、数字、- _ .，最多 64 个字符",
        ),
        (
            "sandbox",
            Some("finance"),
            ("log_days", "365"),
            "`sandbox` is open to all, which sector `finance` has no place for; take it without --sector, in an account of its own",
            "`sandbox` 全开放，行业 `finance` 不允许；请去掉 --sector，并放入独立账号",
        ),
    ] {
        let template = find_template(template).unwrap();
        let sector = sector.map(|name| find_sector(name).unwrap());
        let set = [needed(template.name), &[set]].concat();
        let error = rendered(template, sector, &set, &english).err().unwrap();
        assert_eq!(english.say(&error), in_english);
        assert_eq!(chinese.say(&error), in_chinese);
    }
    let missing = rendered(find_template("iot").unwrap(), None, &[], &english);
    let missing = english.say(&missing.err().unwrap());
    assert!(
        missing.ends_with("write for example --set devices=203.0.113.0/24"),
        "{missing}"
    );
    let unknown = english.say(&find_template("sandbx").err().unwrap());
    assert!(unknown.contains("nearest: `sandbox`"), "{unknown}");
    let unknown = chinese.say(&find_sector("finanse").err().unwrap());
    assert!(unknown.contains("最接近的是 `finance`"), "{unknown}");
    let many = [("per_port", "yes"), ("game_ports", "27000-27200")];
    let many = rendered(find_template("game").unwrap(), None, &many, &english);
    assert_eq!(many.err().unwrap().id, "template-too-many-rules");
    // What is given in full replaces a default, and every address counts once.
    let made = usual("game", &[("players", "203.0.113.0/24,203.0.113.0/24")]);
    assert_eq!(made.roles[0].group.rules.len(), 2);
}

#[test]
fn an_unbound_role_is_told_with_what_to_do() {
    let made = usual("web", &[]);
    let error = made.bind(&Settings::default(), &[]).unwrap_err();
    assert_eq!(
        (error.id, error.arguments.len()),
        ("template-role-unbound", 1)
    );
    let other = [("dat".to_owned(), Selector::parse("name:x").unwrap())];
    let error = made.bind(&Settings::default(), &other).unwrap_err();
    assert!(Says::english().say(&error).contains("nearest: `data`"));
    let text = "[roles.web]\nkind='web'\nmatch='name:w'\n[roles.app]\nkind='application'\n\
                match='name:a'\n[roles.data]\nkind='data'\nmatch='name:d'";
    let (user, problems) = Settings::parse("yumen.toml", text);
    assert_eq!(problems, []);
    let bound = made.bind(&user, &[]).unwrap();
    assert_eq!(bound[2].members, user.roles[2].members);
}

#[test]
fn every_parameter_changes_what_is_rendered() {
    for template in TEMPLATES {
        let set = needed(template.name);
        let says = Says::english();
        let before = rendered(template, None, set, &says).unwrap();
        let shape = |made: &Rendered| {
            let groups: Vec<_> = made.groups().cloned().collect();
            format!("{groups:?}{}", made.toml())
        };
        for parameter in template.parameters {
            let other = match (parameter.name, parameter.kind) {
                ("per_port", _) => "yes",
                ("origin_ports", _) => continue, // only with a CDN, tested above
                (_, ParameterKind::Networks | ParameterKind::Offices) => "192.0.2.0/24",
                (_, ParameterKind::Inside) => "172.16.0.0/16",
                (_, ParameterKind::Ports) => "12345",
                (_, ParameterKind::Day) => "2027-02-01",
                (_, ParameterKind::Number { .. }) => "200",
                (_, ParameterKind::Name) => "other",
                (_, ParameterKind::Switch) => "no",
            };
            let set = [set, &[(parameter.name, other)]].concat();
            let after = rendered(template, None, &set, &says).unwrap();
            assert_ne!(
                shape(&before),
                shape(&after),
                "{} {}",
                template.name,
                parameter.name
            );
        }
    }
}

#[test]
fn every_text_of_templates_is_there_in_both_languages() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/template");
    let mut ids = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() || path.ends_with("tests.rs") {
            continue;
        }
        let text = std::fs::read_to_string(path).unwrap();
        let quoted = text.split('"').skip(1).step_by(2);
        let own = quoted.filter(|word| word.starts_with("template-") && !word.contains(' '));
        ids.extend(own.map(str::to_owned));
    }
    assert!(ids.len() > 80, "{}", ids.len());
    for says in [Says::english(), Says::chinese()] {
        for id in &ids {
            assert!(says.0.has_message(id), "`{id}` has no words");
        }
        for template in TEMPLATES {
            for parameter in template.parameters {
                says.say(&Message::new(parameter.about));
                says.say(&parameter.kind.about());
            }
        }
    }
}

#[test]
fn no_text_ends_with_a_full_stop_and_descriptions_fit() {
    for text in [crate::TEXTS.english, crate::TEXTS.chinese] {
        for line in text.lines().filter(|line| line.starts_with("template-")) {
            assert!(
                !line.ends_with(['.', '。']) || line.ends_with("- _ ."),
                "{line}"
            );
        }
    }
    for says in [Says::english(), Says::chinese()] {
        for template in TEMPLATES {
            let made = rendered(template, None, needed(template.name), &says).unwrap();
            for group in made.groups() {
                let length = group.description.chars().count();
                assert!((2..=256).contains(&length));
                for rule in &group.rules {
                    assert!((1..=512).contains(&rule.description.chars().count()));
                    assert!((1..=100).contains(&rule.priority));
                }
            }
        }
    }
    assert!(TEMPLATES.iter().all(|one| {
        let kinds = |role: &(&str, RoleKind)| RoleKind::ALL.iter().any(|kind| kind.1 == role.1);
        one.roles.iter().all(kinds)
    }));
}
