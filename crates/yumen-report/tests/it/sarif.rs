//! SARIF: valid by the OASIS schema, and by what GitHub asks beyond it.

use std::collections::BTreeSet;

use serde_json::Value;
use yumen_report::{json, sarif};

use crate::judged::{
    ESTATE, SETTINGS, WAIVERS, assert_in_words, assert_valid, count, languages, sample, with_known,
};

/// The schema as published, but for a bracket that only some readers of patterns let stand for
/// itself.
fn schema() -> String {
    let published = include_str!("../schemas/sarif-2.1.0.json");
    let loose = "[a-zA-Z]{2}]?$";
    assert!(published.contains(loose));
    published.replace(loose, "[a-zA-Z]{2}\\\\]?$")
}

fn results(log: &Value) -> &[Value] {
    log["runs"][0]["results"].as_array().unwrap()
}

#[test]
fn it_fits_the_published_schema() {
    for words in languages() {
        let log = sarif::report(&sample(), &words);
        assert_valid(&schema(), &log);
        assert_in_words(&log.to_string());
    }
}

#[test]
fn the_schema_would_find_a_mistake() {
    let mut log = sarif::report(&sample(), &languages()[0]);
    log["runs"][0]["results"][0]["level"] = "dreadful".into();
    let schema: Value = serde_json::from_str(&schema()).unwrap();
    assert!(!jsonschema::validator_for(&schema).unwrap().is_valid(&log));
}

#[test]
fn github_accepts_it() {
    let report = sample();
    let log = sarif::report(&report, &languages()[0]);
    let rules = log["runs"][0]["tool"]["driver"]["rules"]
        .as_array()
        .unwrap();
    assert_eq!(rules.len(), 47);
    for rule in rules {
        for field in ["shortDescription", "fullDescription", "help"] {
            assert!(!rule[field]["text"].as_str().unwrap().is_empty());
        }
        let severity = rule["properties"]["security-severity"].as_str().unwrap();
        assert!(severity.parse::<f64>().unwrap() > 0.0);
        assert!(rule["properties"]["tags"].as_array().unwrap().len() <= 20);
    }
    for result in results(&log) {
        let place = &result["locations"][0]["physicalLocation"];
        let uri = place["artifactLocation"]["uri"].as_str().unwrap();
        assert!(!uri.is_empty() && !uri.starts_with('/') && !uri.contains(':'));
        assert!(place["region"]["startLine"].as_u64().unwrap() >= 1);
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        let level = result["level"].as_str().unwrap();
        assert_eq!(level != "none", result["kind"] == "fail");
    }
}

#[test]
fn every_finding_is_there_once() {
    let report = sample();
    let log = sarif::report(&report, &languages()[0]);
    assert_eq!(results(&log).len(), count(&report));
    let prints: BTreeSet<&str> = results(&log)
        .iter()
        .map(|one| {
            one["partialFingerprints"]["yumenFinding/v1"]
                .as_str()
                .unwrap()
        })
        .collect();
    assert_eq!(prints.len(), count(&report));
    let kinds: BTreeSet<&str> = results(&log)
        .iter()
        .map(|one| one["kind"].as_str().unwrap())
        .collect();
    assert_eq!(kinds, BTreeSet::from(["fail", "open", "review"]));
}

#[test]
fn what_is_waived_is_suppressed_and_nothing_else() {
    let report = sample();
    let log = sarif::report(&report, &languages()[0]);
    let suppressed: Vec<&Value> = results(&log)
        .iter()
        .filter(|one| !one["suppressions"].as_array().unwrap().is_empty())
        .collect();
    assert_eq!(suppressed.len(), report.judgement.waived().count());
    assert_eq!(suppressed.len(), 1);
    assert_eq!(suppressed[0]["ruleId"], "EXP-06");
    let justification = suppressed[0]["suppressions"][0]["justification"].as_str();
    assert!(justification.unwrap().contains("2026-12-31"));
}

#[test]
fn fingerprints_outlive_moved_lines_and_renamed_groups() {
    let words = &languages()[0];
    let prints = |estate: &str| -> BTreeSet<String> {
        let report = with_known(estate, SETTINGS, WAIVERS, None);
        let log = sarif::report(&report, words);
        let each = results(&log).iter();
        each.map(|one| one["partialFingerprints"]["yumenFinding/v1"].to_string())
            .collect()
    };
    let moved = format!(
        "# moved\n\n{}",
        ESTATE.replace("name=web desc", "name=renamed desc")
    );
    assert_eq!(prints(ESTATE), prints(&moved));
    let wider = ESTATE.replace("3306/3307", "3306/3308");
    assert_ne!(prints(ESTATE), prints(&wider));
}

#[test]
fn beside_an_earlier_report_each_result_says_whether_it_is_new() {
    let words = &languages()[0];
    let earlier = json::report(&sample(), words).to_string();
    let wider = ESTATE
        .replace("3306/3307", "3306/3308")
        .replace("tcp 22 ", "tcp 21/22 ");
    let report = with_known(&wider, SETTINGS, WAIVERS, Some(&earlier));
    let log = sarif::report(&report, words);
    assert_valid(&schema(), &log);
    let states = |state: &str| {
        let each = results(&log).iter();
        each.filter(|one| one["baselineState"] == state).count()
    };
    assert!(states("new") > 0 && states("unchanged") > 0);
    assert_eq!(states("new") + states("unchanged"), count(&report));
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let words = &languages()[1];
    let once = sarif::report(&sample(), words).to_string();
    assert_eq!(once, sarif::report(&sample(), words).to_string());
}
