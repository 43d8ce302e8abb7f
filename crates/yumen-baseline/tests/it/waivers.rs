//! Waivers cover what their owner answers for and nothing else, until their day; wrong files are
//! told with line and nearest word.

use yumen_baseline::{ItemId, Scope, Settings, Verdict, Waiver};

use crate::judged::Found;

const ESTATE: &str = "sg sg-a vpc-a advanced\n  in accept 1 tcp 20/30 from 0.0.0.0/0\n\
    eni eni-1 vpc-a vsw-1 10.0.1.5 sg-a static=47.1.1.1 name=jump-01 tags=env:prod\n\
    eni eni-2 vpc-a vsw-1 10.0.1.6 sg-a static=47.1.1.2 name=web-01 tags=env:prod\n";

fn waivers(text: &str) -> Vec<Waiver> {
    let (waivers, problems) = Waiver::parse("waivers.toml", text);
    assert!(problems.is_empty(), "{problems:?}");
    waivers
}

fn waiver(more: &str) -> Vec<Waiver> {
    waivers(&format!(
        "[[waiver]]\nowner = \"li\"\nreason = \"OPS-7\"\nuntil = \"2026-12-31\"\n{more}\n"
    ))
}

/// Findings of an item that are left, findings that are covered, and the score.
fn judged(waivers: &[Waiver], item: &'static str) -> (usize, usize, f64) {
    let found = Found::new(ESTATE, "");
    let judgement = found.judge(waivers);
    let judged = judgement.item(ItemId(item)).unwrap();
    let score = judgement.score(found.topology(), Scope::Estate, false);
    (
        judged.outcome.findings.len(),
        judged.waived.len(),
        score.unclamped,
    )
}

#[test]
fn a_waiver_covers_its_item_and_resource() {
    let none = judged(&[], "EXP-03");
    assert_eq!((none.0, none.1), (2, 0));
    for resource in ["jump-01", "eni-1", "i-eni-1", "name:jump-*"] {
        let by = waiver(&format!("item = \"EXP-03\"\nresource = \"{resource}\""));
        let covered = judged(&by, "EXP-03");
        assert_eq!((covered.0, covered.1), (1, 1), "{resource}");
        assert!(covered.2 > none.2);
        assert_eq!(judged(&by, "EXP-05").1, 0);
    }
    let both = waiver("item = [\"EXP-03\", \"EXP-05\"]\nresource = \"tag:env=prod\"");
    assert_eq!(judged(&both, "EXP-03").1, 2);
    assert_eq!(judged(&both, "EXP-05").1, 2);
}

#[test]
fn ports_and_sources_are_waived_and_the_rest_stays() {
    // Of tcp 20-30 beyond what is declared, 22 is accepted: the rest is still found.
    let ports = waiver("item = \"EXP-13\"\nresource = \"jump-01\"\nports = [\"tcp/22\"]");
    let found = Found::new(ESTATE, "");
    let judgement = found.judge(&ports);
    let judged_item = judgement.item(ItemId("EXP-13")).unwrap();
    assert_eq!(judged_item.outcome.findings.len(), 2);
    assert_eq!(judged_item.waived.len(), 1);
    let messages: Vec<String> = judged_item
        .outcome
        .findings
        .iter()
        .chain(judged_item.waived.iter().map(|one| &one.finding))
        .map(|one| one.message.to_string())
        .collect();
    assert!(messages[0].contains("tcp 20-21, 23-30"), "{messages:?}");
    assert!(messages[2].contains("ports=tcp 22"), "{messages:?}");
    let load = |of: &yumen_baseline::Finding| of.load;
    let whole = Found::new(ESTATE, "").judge(&[]);
    let whole = load(&whole.item(ItemId("EXP-13")).unwrap().outcome.findings[0]);
    let parts = load(&judged_item.outcome.findings[0]) + load(&judged_item.waived[0].finding);
    assert!((whole - parts).abs() < 1e-9);
    // One network of the Internet is accepted: everybody else is still found.
    let sources =
        waiver("item = \"EXP-03\"\nresource = \"jump-01\"\nsources = [\"203.0.113.0/24\"]");
    let narrowed = judged(&sources, "EXP-03");
    assert_eq!((narrowed.0, narrowed.1), (2, 1));
    // Two networks by two waivers are as much as both by one.
    let one_by_one = |source: &str| {
        waiver(&format!(
            "item = \"EXP-03\"\nresource = \"jump-01\"\nsources = [\"{source}\"]"
        ))
    };
    let both = waiver(
        "item = \"EXP-03\"\nresource = \"jump-01\"\nsources = [\"64.0.0.0/2\", \"128.0.0.0/2\"]",
    );
    let apart = [one_by_one("64.0.0.0/2"), one_by_one("128.0.0.0/2")].concat();
    let (both, apart) = (judged(&both, "EXP-03"), judged(&apart, "EXP-03"));
    assert_eq!((both.0, apart.0), (2, 2));
    assert!((both.2 - apart.2).abs() < 1e-9, "{both:?} {apart:?}");
    // All of it: nothing is left.
    let everyone = waiver("item = \"EXP-03\"\nresource = \"jump-01\"\nsources = [\"0.0.0.0/0\"]");
    assert_eq!(judged(&everyone, "EXP-03").0, 1);
}

#[test]
fn a_waiver_ends() {
    for (until, covered) in [("2026-03-18", 1), ("2026-03-17", 0)] {
        let text = format!(
            "[[waiver]]\nitem = \"EXP-03\"\nresource = \"jump-01\"\nowner = \"li\"\n\
             reason = \"OPS-7\"\nuntil = \"{until}\"\n"
        );
        assert_eq!(judged(&waivers(&text), "EXP-03").1, covered, "{until}");
    }
}

#[test]
fn everything_waived_is_no_pass_without_a_word() {
    let all = waiver("item = \"EXP-03\"\nresource = \"*\"");
    let found = Found::new(ESTATE, "");
    let judgement = found.judge(&all);
    let item = judgement.item(ItemId("EXP-03")).unwrap();
    assert_eq!(item.verdict(), Verdict::Pass);
    assert_eq!(judgement.waived().count(), 2);
    let topology = found.topology();
    let with = judgement.score(topology, Scope::Estate, false);
    let without = judgement.score(topology, Scope::Estate, true);
    assert!(without.unclamped < with.unclamped);
}

#[test]
fn wrong_files_are_told_with_line_and_nearest_word() {
    let problems = |text: &str| -> Vec<String> {
        let (_, problems) = Waiver::parse("waivers.toml", text);
        problems
            .iter()
            .map(|one| format!("{} {}", one.place, one.message))
            .collect()
    };
    let whole = "[[waiver]]\nitem = \"EXP-3\"\nresource = \"a\"\nowner = \"li\"\nreason = \"x\"\nuntil = \"soon\"\nport = [\"tcp/22\"]\n";
    assert_eq!(
        problems(whole),
        [
            "waivers.toml:2 config-unknown-item(item=EXP-3, nearest=EXP-03)",
            "waivers.toml:6 waiver-until(value=soon)",
            "waivers.toml:7 config-unknown-key(key=port, nearest=ports)",
        ]
    );
    assert_eq!(
        problems("[[waiver]]\nitem = \"EXP-03\"\n"),
        ["owner", "reason", "until", "resource"]
            .map(|key| format!("waivers.toml:1 config-missing(key={key})"))
    );
    let one = "[[waiver]]\nitem = \"EXP-03\"\nresource = \"a\"\nowner = \"li\"\nreason = \"x\"\nuntil = \"2027-01-31\"\n";
    assert_eq!(
        problems(&format!(
            "{one}ports = [\"tcp/20-25\"]\n{one}ports = [\"tcp/22\"]\n"
        )),
        ["waivers.toml:8 waiver-overlaps(line=1)"]
    );
    let apart = format!("{one}ports = [\"tcp/20\"]\n{one}ports = [\"tcp/22\"]\n");
    assert!(problems(&apart).is_empty());
    assert_eq!(problems("[[waiver]\n").len(), 1);
}

#[test]
fn wrong_settings_are_told_with_line_and_nearest_word() {
    let problems = |text: &str| -> Vec<String> {
        let (_, problems) = Settings::parse("yumen.toml", text);
        problems
            .iter()
            .map(|one| format!("{} {}", one.place, one.message))
            .collect()
    };
    assert_eq!(
        problems("trusted = [\"10.0.0.0/33\", \"203.0.113.0/24\"]\n[limit]\n"),
        [
            "yumen.toml:1 config-network(value=10.0.0.0/33)",
            "yumen.toml:2 config-unknown-key(key=limit, nearest=limits)",
        ]
    );
    assert_eq!(
        problems(
            "[roles.db]\nkind = \"dat\"\nmatch = [\"tags:tier=data\", \"web-*\"]\nservices = [\"tcp/99999\"]\n"
        ),
        [
            "yumen.toml:2 config-word(key=kind, value=dat, nearest=data)",
            "yumen.toml:3 config-selector-kind(kind=tags, nearest=tag)",
            "yumen.toml:3 config-selector(value=web-*)",
            "yumen.toml:4 config-service(value=tcp/99999)",
        ]
    );
    assert_eq!(
        problems(
            "[roles.data]\nkind = \"data\"\nmatch = [\"name:db\"]\n[[intent]]\nrule = \"never internet -> role:date\"\n[[intent]]\nrule = \"no way\"\n"
        ),
        [
            "yumen.toml:5 intent-unknown(kind=role, value=date, nearest=data)",
            "yumen.toml:7 intent-form(value=no way)",
        ]
    );
    assert_eq!(
        problems("[limits]\nblast_radius = 2\nprefix_length = \"24\"\n"),
        [
            "yumen.toml:2 config-range(key=blast_radius, from=0, to=1)",
            "yumen.toml:3 config-range(key=prefix_length, from=1, to=32)",
        ]
    );
    assert_eq!(problems("trusted = [\n").len(), 1);
}
