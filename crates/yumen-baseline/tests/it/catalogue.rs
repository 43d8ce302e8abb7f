//! Every item has its page in both languages, a failing and a passing fixture and a snapshot of
//! what it says of both. `YUMEN_UPDATE=1 cargo test -p yumen-baseline` writes the snapshots anew.

use std::collections::BTreeSet;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};

use fluent_bundle::{FluentArgs, FluentBundle, FluentResource, FluentValue};
use yumen_baseline::{CATALOGUE, FRAMEWORKS, Item, State, Status, TEXTS, Verdict};
use yumen_diagnostics::{Argument, Message};

use crate::judged::{Found, Ledger};

const ENGLISH: [&str; 5] = [
    "## What it checks",
    "## Why it matters",
    "## How it is decided",
    "## What it does not see",
    "## Fix",
];
const CHINESE: [&str; 5] = [
    "## 检查什么",
    "## 为什么重要",
    "## 如何判定",
    "## 看不到什么",
    "## 如何修复",
];

#[test]
fn there_are_47_items_in_order() {
    let names: BTreeSet<&str> = CATALOGUE.iter().map(|item| item.id.as_str()).collect();
    assert_eq!((CATALOGUE.len(), names.len()), (47, 47));
    let count = |family| {
        CATALOGUE
            .iter()
            .filter(|item| item.id.family() == family)
            .count()
    };
    let families = ["EXP", "NET", "LAT", "OUT", "HRD", "RUL", "GOV", "LOG"];
    assert_eq!(families.map(count), [16, 6, 6, 3, 2, 7, 4, 3]);
}

#[test]
fn every_item_has_its_page_in_both_languages() {
    for item in CATALOGUE {
        for (page, headings) in [(item.english, ENGLISH), (item.chinese, CHINESE)] {
            let found: Vec<&str> = page
                .lines()
                .filter(|line| line.starts_with("## "))
                .collect();
            assert_eq!(found, headings, "{}", item.id);
            assert!(page.starts_with(&format!("# {} ", item.id)), "{}", item.id);
            assert!(!Item::title(page).is_empty() && !Item::summary(page).is_empty());
            for heading in headings {
                let section = page.split_once(heading).unwrap().1;
                let section = section.split("\n## ").next().unwrap();
                assert!(section.trim().chars().count() > 15, "{} {heading}", item.id);
            }
        }
    }
}

#[test]
fn every_item_speaks_for_a_clause_and_every_clause_names_items() {
    let known: BTreeSet<&str> = CATALOGUE.iter().map(|item| item.id.as_str()).collect();
    let mut named = BTreeSet::new();
    for framework in FRAMEWORKS {
        for clause in framework.clauses {
            assert!(!clause.items.is_empty(), "{}", clause.id);
            named.extend(clause.items.iter().map(|item| item.as_str()));
        }
        for item in framework.high_risk {
            assert!(framework.items().contains(item), "{item}");
        }
    }
    assert_eq!(known, named);
}

#[test]
fn every_item_finds_its_failing_fixture_and_passes_the_other() {
    let mut stale = Vec::new();
    for item in CATALOGUE {
        let fixture = Fixture::read(item);
        let (fails, passes) = (fixture.judge("fails"), fixture.judge("passes"));
        let said = told(item, "fails", &fails) + &told(item, "passes", &passes);
        let verdict = |found: &Found| found.judge(&[]).item(item.id).unwrap().verdict();
        assert_eq!(verdict(&fails), Verdict::Fail, "{} {said}", item.id);
        assert_eq!(verdict(&passes), Verdict::Pass, "{} {said}", item.id);
        let file = path(item, "out");
        if std::env::var_os("YUMEN_UPDATE").is_some() {
            fs::write(&file, &said).unwrap();
        }
        if fs::read_to_string(&file).unwrap_or_default() != said {
            stale.push(said);
        }
    }
    assert!(stale.is_empty(), "{}", stale.join("\n"));
}

#[test]
fn what_was_not_read_is_unknown_and_never_a_pass() {
    for item in CATALOGUE.iter().filter(|item| item.id.family() == "EXP") {
        let fixture = Fixture::read(item);
        let unread = fixture.text("passes").replace(" basic", " basic unread");
        let found = Found::new(&unread, &fixture.text("settings"));
        let judgement = found.judge(&[]);
        let verdict = judgement.item(item.id).unwrap().verdict();
        assert_ne!(verdict, Verdict::Pass, "{}", item.id);
    }
}

#[test]
fn without_declarations_items_say_what_to_declare() {
    let found = Found::new(
        "sg sg-a vpc-a basic\neni eni-1 vpc-a vsw-1 10.0.1.5 sg-a",
        "",
    );
    let judgement = found.judge(&[]);
    let unassessed: Vec<&str> = judgement
        .items
        .iter()
        .filter(|one| matches!(one.outcome.state, State::NotAssessed(_)))
        .map(|one| one.item.id.as_str())
        .collect();
    let expected = [
        "NET-01", "NET-02", "NET-05", "LAT-01", "LAT-04", "LAT-05", "OUT-03", "GOV-01", "GOV-03",
    ];
    assert_eq!(unassessed, expected);
}

pub(crate) struct Fixture {
    text: String,
}

impl Fixture {
    pub(crate) fn read(item: &Item) -> Self {
        let path = path(item, "txt");
        let text = fs::read_to_string(&path);
        Self {
            text: text.unwrap_or_else(|_| panic!("{} is missing", path.display())),
        }
    }

    pub(crate) fn text(&self, section: &str) -> String {
        let head = format!("== {section}\n");
        let Some((_, rest)) = self.text.split_once(&head) else {
            return String::new();
        };
        rest.split("== ").next().unwrap().to_owned()
    }

    fn judge(&self, case: &str) -> Found {
        let mut found = Found::new(&self.text(case), &self.text("settings"));
        let records = self.text(&format!("records {case}"));
        if !records.is_empty() {
            let mut ledger = Ledger::default();
            for line in records.lines() {
                let words: Vec<&str> = line.split_whitespace().collect();
                let at = format!("{}T00:00:00Z", words[1]).parse().unwrap();
                let approved = words[2] == "approved";
                ledger.groups.insert(words[0].to_owned(), (at, approved));
            }
            found.records = Some(ledger);
        }
        found
    }
}

fn path(item: &Item, extension: &str) -> PathBuf {
    let name = item.id.as_str().to_ascii_lowercase().replace('-', "_");
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    folder.join(format!("{name}.{extension}"))
}

/// What an item says of a case, in both languages.
fn told(item: &Item, case: &str, found: &Found) -> String {
    let judgement = found.judge(&[]);
    let judged = judgement.item(item.id).unwrap();
    let (verdict, checked) = (judged.verdict().word(), judged.outcome.checked);
    let mut said = format!("{case}: {verdict} ({checked} checked)\n");
    for finding in &judged.outcome.findings {
        let status = match finding.status {
            Status::Open => String::new(),
            status => format!(" {}", status.word()),
        };
        writeln!(
            said,
            "  {}{status} {:.2} {}\n    {}\n    {}",
            finding.severity.word(),
            finding.load,
            finding.place,
            say(TEXTS.english, &finding.message),
            say(TEXTS.chinese, &finding.message),
        )
        .unwrap();
    }
    said
}

fn say(texts: &'static str, message: &Message) -> String {
    let mut bundle = FluentBundle::new(vec!["en".parse().unwrap()]);
    bundle.set_use_isolating(false);
    let resource = FluentResource::try_new(texts.to_owned()).unwrap();
    bundle.add_resource(resource).unwrap();
    let text = bundle.get_message(message.id);
    let text = text.unwrap_or_else(|| panic!("`{}` has no words", message.id));
    let mut arguments = FluentArgs::new();
    for (name, value) in &message.arguments {
        let value: FluentValue<'_> = match value {
            Argument::Text(text) => text.as_str().into(),
            Argument::Number(number) => (*number).into(),
        };
        arguments.set(*name, value);
    }
    let mut errors = Vec::new();
    let said = bundle.format_pattern(text.value().unwrap(), Some(&arguments), &mut errors);
    assert!(errors.is_empty(), "{message}: {errors:?}");
    said.into_owned()
}
