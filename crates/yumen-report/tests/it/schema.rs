//! The schema of the JSON report says all that a report has, and nothing else.

use serde_json::Value;
use yumen_report::json;

use crate::judged::{
    ESTATE, SETTINGS, WAIVERS, assert_valid, judged, languages, sample, with_known,
};

const SCHEMA: &str = include_str!("../../../../docs/audit.schema.json");

/// The schema, but fields that it does not name are mistakes.
fn closed() -> String {
    let mut schema: Value = serde_json::from_str(SCHEMA).unwrap();
    close(&mut schema);
    schema.to_string()
}

fn close(schema: &mut Value) {
    match schema {
        Value::Object(fields) => {
            fields.values_mut().for_each(close);
            if fields.contains_key("properties") && fields.get("type") == Some(&"object".into()) {
                fields.insert("additionalProperties".to_owned(), false.into());
            }
        }
        Value::Array(parts) => parts.iter_mut().for_each(close),
        _ => {}
    }
}

#[test]
fn every_field_of_a_report_is_in_the_schema() {
    for words in languages() {
        assert_valid(&closed(), &json::report(&sample(), &words));
    }
}

#[test]
fn so_is_every_field_of_reports_that_have_little_or_an_earlier_one() {
    let words = &languages()[0];
    assert_valid(&closed(), &json::report(&judged("", "", ""), words));
    let earlier = json::report(&sample(), words).to_string();
    let later = with_known(ESTATE, SETTINGS, WAIVERS, Some(&earlier));
    let later = json::report(&later, words);
    assert!(!later["score"]["history"].as_array().unwrap().is_empty());
    assert_valid(&closed(), &later);
}

#[test]
fn later_versions_may_add_fields_and_lose_none() {
    let schema: Value = serde_json::from_str(SCHEMA).unwrap();
    let validator = jsonschema::validator_for(&schema).unwrap();
    let report = json::report(&sample(), &languages()[0]);
    let mut more = report.clone();
    more["findings"][0]["something"] = 1.into();
    assert!(validator.is_valid(&more));
    for field in report.as_object().unwrap().keys() {
        let mut less = report.clone();
        less.as_object_mut().unwrap().remove(field);
        assert!(!validator.is_valid(&less), "{field}");
    }
    let mut wrong = report.clone();
    wrong["findings"][0]["severity"] = "dreadful".into();
    assert!(!validator.is_valid(&wrong));
}
