//! JUnit: valid by the schema that Jenkins reads by, one case for each item.

use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use yumen_baseline::Verdict;
use yumen_report::junit;

use crate::judged::{assert_in_words, count, languages, sample};

/// What xmllint says of a report, or nothing where there is no xmllint; CI installs it.
fn validate(xml: &str) -> Option<(bool, String)> {
    let schema = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/schemas/junit-10.xsd");
    let child = Command::new("xmllint")
        .args(["--noout", "--nonet", "--schema"])
        .arg(schema)
        .arg("-")
        .stdin(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn();
    let Ok(mut child) = child else {
        assert!(std::env::var_os("CI").is_none(), "xmllint is missing");
        eprintln!("not validated: xmllint is missing (Debian: libxml2-utils)");
        return None;
    };
    child
        .stdin
        .take()
        .unwrap()
        .write_all(xml.as_bytes())
        .unwrap();
    let output = child.wait_with_output().unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    Some((output.status.success(), said))
}

#[test]
fn it_fits_the_published_schema() {
    for words in languages() {
        let xml = junit::report(&sample(), &words);
        assert_in_words(&xml);
        if let Some((valid, said)) = validate(&xml) {
            assert!(valid, "{said}");
        }
    }
}

#[test]
fn the_schema_would_find_a_mistake() {
    let xml = junit::report(&sample(), &languages()[0]);
    let wrong = xml.replacen("<testcase name=", "<testcase title=", 1);
    if let Some((valid, _)) = validate(&wrong) {
        assert!(!valid);
    }
}

#[test]
fn each_item_is_a_case_and_each_finding_stands_in_one() {
    let report = sample();
    let xml = junit::report(&report, &languages()[0]);
    let counts = report.verdicts();
    let of = |verdict| counts.get(&verdict).copied().unwrap_or(0);
    let has = |what: &str| xml.matches(what).count();
    // 47 items, 2 own rules, 2 waivers.
    assert_eq!(has("<testcase "), 51);
    let (intents, expired) = (1, 1);
    let failing = of(Verdict::Fail) + of(Verdict::Unknown);
    assert_eq!(has("<failure "), failing + intents + expired);
    assert_eq!(has("type=\"unknown\""), of(Verdict::Unknown));
    assert_eq!(has("<skipped "), of(Verdict::NotAssessed));
    let levels = ["critical", "high", "medium", "low"];
    let listed: usize = levels.iter().map(|one| has(&format!("[{one}] "))).sum();
    assert_eq!(listed, count(&report));
    let total = format!(
        "<testsuites name=\"yumen\" tests=\"51\" failures=\"{}\" errors=\"0\">",
        failing + intents + expired
    );
    assert!(xml.contains(&total), "{}", &xml[..200]);
}

#[test]
fn no_name_breaks_out() {
    let xml = junit::report(&sample(), &languages()[0]);
    assert!(!xml.contains("<script>") && !xml.contains("<img"));
    assert!(xml.contains("&lt;img src=x&gt;"));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let words = &languages()[1];
    assert_eq!(
        junit::report(&sample(), words),
        junit::report(&sample(), words)
    );
}
