//! OCSF: valid by what its class definitions ask, one event for each finding and clause.

use std::collections::BTreeSet;

use serde_json::Value;
use yumen_baseline::FRAMEWORKS;
use yumen_report::{json, ocsf};

use crate::judged::{
    ESTATE, SETTINGS, WAIVERS, assert_in_words, assert_valid, count, languages, sample, with_known,
};

const SCHEMA: &str = include_str!("../schemas/ocsf-1.6-findings.json");

fn of_class(events: &Value, class: u64) -> Vec<&Value> {
    let all = events.as_array().unwrap().iter();
    all.filter(|one| one["class_uid"] == class).collect()
}

#[test]
fn it_fits_the_class_definitions() {
    for words in languages() {
        let events = ocsf::report(&sample(), &words);
        assert_valid(SCHEMA, &events);
        assert_in_words(&events.to_string());
    }
}

#[test]
fn the_schema_would_find_a_mistake() {
    let events = ocsf::report(&sample(), &languages()[0]);
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let with = |class: u64, field: &str, value: Value| {
        let mut event = of_class(&events, class)[0].clone();
        event[field] = value;
        validator.is_valid(&serde_json::json!([event]))
    };
    assert!(!with(2004, "resource", "deprecated".into()));
    assert!(!with(2004, "time", 1_700_000_000.into()));
    assert!(!with(2003, "compliance", Value::Null));
    assert!(with(2003, "message", "any".into()));
}

#[test]
fn every_finding_is_detected_once_and_told_to_every_clause() {
    let report = sample();
    let events = ocsf::report(&report, &languages()[0]);
    let detections = of_class(&events, 2004);
    assert_eq!(detections.len(), count(&report));
    let uids: BTreeSet<&str> = events
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["finding_info"]["uid"].as_str().unwrap())
        .collect();
    assert_eq!(uids.len(), events.as_array().unwrap().len());
    let clauses = |id| {
        let each = FRAMEWORKS.iter().map(|one| one.clauses_of(id).count());
        each.sum::<usize>()
    };
    let expected: usize = report
        .judgement
        .items
        .iter()
        .map(|judged| {
            let findings = judged.outcome.findings.len() + judged.waived.len();
            clauses(judged.item.id) * findings.max(1)
        })
        .sum();
    assert_eq!(of_class(&events, 2003).len(), expected);
}

#[test]
fn what_passes_what_fails_and_what_was_not_judged_is_told_apart() {
    let report = sample();
    let events = ocsf::report(&report, &languages()[0]);
    let statuses = |item: &str| -> BTreeSet<u64> {
        of_class(&events, 2003)
            .iter()
            .filter(|one| one["compliance"]["control"] == item)
            .map(|one| one["compliance"]["status_id"].as_u64().unwrap())
            .collect()
    };
    assert!(statuses("EXP-03").contains(&3));
    assert_eq!(statuses("GOV-01"), BTreeSet::from([2]));
    assert_eq!(
        statuses("EXP-09"),
        BTreeSet::from([2]),
        "not all groups were read"
    );
    let suppressed = of_class(&events, 2004);
    let suppressed = suppressed.iter().filter(|one| one["status_id"] == 3);
    assert_eq!(suppressed.count(), report.judgement.waived().count());
    let sound = crate::judged::judged(
        "vpc vpc-a 10.0.0.0/16\nvswitch vsw-1 vpc-a 10.0.1.0/24\nsg sg-a vpc-a basic\n\
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-a instance=i-1\n",
        "",
        "",
    );
    let events = ocsf::report(&sound, &languages()[0]);
    let passed = of_class(&events, 2003);
    let passed: Vec<_> = passed
        .iter()
        .filter(|one| one["compliance"]["control"] == "EXP-03")
        .collect();
    assert!(!passed.is_empty());
    assert!(passed.iter().all(|one| one["compliance"]["status_id"] == 1));
    assert!(passed.iter().all(|one| one["severity_id"] == 1));
}

#[test]
fn what_is_not_new_is_updated() {
    let words = &languages()[0];
    let earlier = json::report(&sample(), words).to_string();
    let report = with_known(ESTATE, SETTINGS, WAIVERS, Some(&earlier));
    let events = ocsf::report(&report, words);
    assert_valid(SCHEMA, &events);
    let detections = of_class(&events, 2004);
    let updated = detections.iter().filter(|one| one["activity_id"] == 2);
    assert_eq!(updated.count(), report.findings().count());
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let words = &languages()[1];
    let once = ocsf::report(&sample(), words).to_string();
    assert_eq!(once, ocsf::report(&sample(), words).to_string());
}
