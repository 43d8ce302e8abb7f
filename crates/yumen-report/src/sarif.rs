//! The report as SARIF 2.1.0, for code scanning and editors.
//!
//! One run: rules are the items, results the findings. Every result has a place in a file of the
//! snapshot directory, since GitHub refuses a whole file over one that has none. Waived findings
//! are there and suppressed. What is not known has the kind `open` and what is latent `review`,
//! which viewers show as warnings; GitHub looks at no kind and shows them like the others.

use serde_json::{Map, Value, json};
use yumen_baseline::{CATALOGUE, Item, Severity, Status};
use yumen_cloud::Id;

use crate::describe;
use crate::known;
use crate::listed::{Listed, clauses, fallback_file, language_tag, listed};
use crate::report::Report;
use crate::words::Words;

/// Where the schema stands.
const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Results in one run at most: GitHub refuses more.
const MOST_RESULTS: usize = 25_000;

/// Tags of a rule at most: GitHub refuses more.
const MOST_TAGS: usize = 20;

/// The whole report as a SARIF log.
#[must_use]
pub fn report(report: &Report, words: &Words) -> Value {
    let mut all = listed(report);
    let left_out = all.len().saturating_sub(MOST_RESULTS);
    if left_out > 0 {
        all.sort_by_key(|one| {
            let finding = one.finding;
            std::cmp::Reverse((one.waiver.is_none(), finding.status, finding.severity))
        });
        all.truncate(MOST_RESULTS);
    }
    let fallback = fallback_file(report.topology().snapshot());
    let waives = all.iter().any(|one| one.waiver.is_some());
    let results: Vec<Value> = all
        .iter()
        .map(|one| result(report, words, one, &fallback, waives))
        .collect();
    let account = report.topology().snapshot().account.as_ref();
    let mut run = json!({
        "tool": {
            "driver": {
                "name": "Yumen",
                "semanticVersion": env!("CARGO_PKG_VERSION"),
                "language": language_tag(words),
                "rules": CATALOGUE.iter().map(|item| rule(words, item)).collect::<Vec<_>>(),
            }
        },
        "language": language_tag(words),
        "automationDetails": {
            "id": format!("yumen/{}/", account.map_or("account", Id::as_str)),
        },
        "properties": {
            "score": report.score.value,
            "snapshot": report.topology().snapshot().content_address().to_string(),
            "asOf": report.audit.as_of,
        },
        "results": results,
    });
    if let (Some(run), true) = (run.as_object_mut(), left_out > 0) {
        let message = yumen_diagnostics::Message::new("sarif-left-out").with("count", left_out);
        let notification = json!({
            "level": "warning",
            "message": { "text": words.say(&message) },
        });
        let invocation = json!({
            "executionSuccessful": true,
            "toolExecutionNotifications": [notification],
        });
        run.insert("invocations".to_owned(), json!([invocation]));
    }
    json!({ "$schema": SCHEMA, "version": "2.1.0", "runs": [run] })
}

fn rule(words: &Words, item: &Item) -> Value {
    let page = describe::page(words, item);
    let clauses = clauses(item);
    let tags = ["security".to_owned(), item.id.family().to_owned()];
    let tags = tags.into_iter().chain(clauses.iter().cloned());
    json!({
        "id": item.id.as_str(),
        "name": name(Item::title(item.english)),
        "shortDescription": { "text": Item::title(page) },
        "fullDescription": { "text": Item::summary(page) },
        "help": { "text": page, "markdown": page },
        "defaultConfiguration": { "level": level(item.severity) },
        "properties": {
            "security-severity": security_severity(item.severity),
            "precision": "very-high",
            "tags": tags.take(MOST_TAGS).collect::<Vec<_>>(),
            "clauses": clauses,
            "fix": item.fix.word(),
        },
    })
}

/// An English title as one word, as SARIF wants the names of rules.
fn name(title: &str) -> String {
    let words = title.split(|character: char| !character.is_ascii_alphanumeric());
    let mut name = String::new();
    for word in words {
        let mut characters = word.chars();
        if let Some(first) = characters.next() {
            name.push(first.to_ascii_uppercase());
            name.push_str(characters.as_str());
        }
    }
    name
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical | Severity::High => "error",
        Severity::Medium => "warning",
        Severity::Low => "note",
    }
}

/// The number that GitHub sorts by: from 9 critical, from 7 high, from 4 medium, below that low.
fn security_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Critical => "9.0",
        Severity::High => "7.0",
        Severity::Medium => "4.0",
        Severity::Low => "2.0",
    }
}

fn result(report: &Report, words: &Words, one: &Listed<'_>, fallback: &str, waives: bool) -> Value {
    let finding = one.finding;
    // Only what fails has a level.
    let (kind, level) = match finding.status {
        Status::Open => ("fail", level(finding.severity)),
        Status::Unknown => ("open", "none"),
        Status::Latent => ("review", "none"),
    };
    let index = CATALOGUE.iter().position(|item| item.id == one.item.id);
    let (file, line) = one.spot(fallback);
    let about = one.about(report);
    let witness = one.witness(report);
    let mut text = one.said(words);
    if let Some(witness) = &witness {
        let message = yumen_diagnostics::Message::new("listed-witness");
        text.push('\n');
        text.push_str(&words.say(&message.with("packet", witness.as_str())));
    }
    let mut result = Map::new();
    let mut set = |name: &str, value: Value| {
        result.insert(name.to_owned(), value);
    };
    set("ruleId", json!(one.item.id.as_str()));
    set("ruleIndex", json!(index));
    set("kind", json!(kind));
    set("level", json!(level));
    set("message", json!({ "text": plain(&text) }));
    set(
        "locations",
        json!([{
            "physicalLocation": {
                "artifactLocation": { "uri": uri(&file) },
                "region": { "startLine": line },
            },
            "logicalLocations": [{
                "name": about.name.as_deref().unwrap_or(&one.resource),
                "fullyQualifiedName": one.resource,
                "kind": "resource",
            }],
        }]),
    );
    set(
        "partialFingerprints",
        json!({
            "yumenFinding/v1": one.unique(),
            // The only one that GitHub looks at; without it, it reads the file at the place.
            "primaryLocationLineHash": one.unique(),
        }),
    );
    if report.known.is_some() {
        let state = if report.is_new(finding) {
            "new"
        } else {
            "unchanged"
        };
        set("baselineState", json!(state));
    }
    // Once one result says whether it is suppressed, all have to.
    if let Some(justification) = one.waived(words) {
        let suppression = json!({
            "kind": "external",
            "status": "accepted",
            "justification": justification,
        });
        set("suppressions", json!([suppression]));
    } else if waives {
        set("suppressions", json!([]));
    }
    set(
        "properties",
        json!({
            "status": finding.status.word(),
            "severity": finding.severity.word(),
            "points": one.points(report),
            "new": report.is_new(finding),
            "resource": one.resource,
            "resourceType": about.kind,
            "region": about.region.as_ref().map(Id::as_str),
            "packets": known::packets(&report.audit, finding),
            "witness": witness,
        }),
    );
    Value::Object(result)
}

/// Text as a plain message: brackets would be links and braces placeholders.
fn plain(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '[' | ']' | '\\' => escaped.extend(['\\', character]),
            '{' | '}' => escaped.extend([character, character]),
            other => escaped.push(other),
        }
    }
    escaped
}

/// A path as a relative reference of RFC 3986: what is not unreserved is written in percent.
fn uri(path: &str) -> String {
    let mut written = String::with_capacity(path.len());
    for byte in path.trim_start_matches('/').bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                written.push(char::from(byte));
            }
            other => {
                written.push('%');
                for half in [other >> 4, other & 15] {
                    let digit = char::from_digit(u32::from(half), 16).unwrap_or('0');
                    written.push(digit.to_ascii_uppercase());
                }
            }
        }
    }
    written
}

#[cfg(test)]
mod tests {
    use super::{name, plain, uri};

    #[test]
    fn paths_become_relative_references() {
        assert_eq!(uri("cn-a/ecs/Describe.json"), "cn-a/ecs/Describe.json");
        assert_eq!(uri("/a b/玉:1%.json"), "a%20b/%E7%8E%89%3A1%25.json");
    }

    #[test]
    fn titles_become_names() {
        assert_eq!(name("SSH open to the Internet"), "SSHOpenToTheInternet");
    }

    #[test]
    fn user_text_is_no_link() {
        assert_eq!(plain("[a](b) {0}"), "\\[a\\](b) {{0}}");
    }
}
