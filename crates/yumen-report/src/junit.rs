//! The report as JUnit XML, for whatever shows test results of a pipeline.
//!
//! One suite for each family of items, one case for each item: it fails with what was found, is
//! skipped where it could not be judged, and passes with what is only latent or waived written
//! beside it. The user's own rules and the waivers follow as suites of their own.

use std::fmt::Write as _;

use quick_junit::{NonSuccessKind, Property, TestCase, TestCaseStatus, TestSuite};
use yumen_baseline::{IntentOutcome, Judged, State, Status, Verdict, Waiver};
use yumen_diagnostics::{Message, Place};

use crate::describe;
use crate::listed::{Listed, listed, one_line};
use crate::report::Report;
use crate::words::Words;

/// The whole report.
#[must_use]
pub fn report(report: &Report, words: &Words) -> String {
    let all = listed(report);
    let mut written = quick_junit::Report::new("yumen");
    for family in describe::FAMILIES {
        let name = format!("{family} {}", words.text(describe::family(family)));
        let mut suite = TestSuite::new(name);
        suite.add_property(Property::new("score", report.score.value.to_string()));
        if let Some(as_of) = &report.audit.as_of {
            suite.add_property(Property::new("as-of", as_of.as_str()));
        }
        let items = report.judgement.items.iter();
        for judged in items.filter(|judged| judged.item.id.family() == family) {
            let own = all.iter().filter(|one| one.item.id == judged.item.id);
            suite.add_test_case(case(report, words, judged, &own.collect::<Vec<_>>()));
        }
        written.add_test_suite(suite);
    }
    if !report.intents.is_empty() {
        let mut suite = TestSuite::new(words.text("junit-intents"));
        for (position, outcome) in report.intents.iter().enumerate() {
            suite.add_test_case(intent(words, position, outcome));
        }
        written.add_test_suite(suite);
    }
    if !report.waivers.is_empty() {
        let mut suite = TestSuite::new(words.text("junit-waivers"));
        let today = report.today();
        for (position, waiver) in report.waivers.iter().enumerate() {
            let over = today.is_some() && !waiver.is_valid(today);
            suite.add_test_case(self::waiver(words, position, waiver, over));
        }
        written.add_test_suite(suite);
    }
    let skipped = format!(" skipped=\"{}\"", written.skipped);
    match written.to_string() {
        // The schema that Jenkins validates by knows the number of skipped cases in suites only.
        Ok(text) => text.replacen(&skipped, "", 1),
        // Writing to memory cannot fail.
        Err(_) => String::new(),
    }
}

fn case(report: &Report, words: &Words, judged: &Judged, own: &[&Listed<'_>]) -> TestCase {
    let status = match (&judged.outcome.state, judged.verdict()) {
        (State::NotAssessed(why), _) => {
            let mut status = TestCaseStatus::skipped();
            status.set_message(one_line(&words.say(why)));
            status
        }
        (State::Assessed, verdict @ (Verdict::Fail | Verdict::Unknown)) => {
            let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
            status.set_type(match verdict {
                Verdict::Fail => worst(judged),
                _ => "unknown",
            });
            let count = judged.outcome.findings.len();
            let message = Message::new("junit-findings").with("count", count);
            status.set_message(words.say(&message));
            let counted = own.iter().filter(|one| one.waiver.is_none());
            status.set_description(lines(report, words, counted.copied()));
            status
        }
        (State::Assessed, _) => TestCaseStatus::success(),
    };
    let failed = matches!(status, TestCaseStatus::NonSuccess { .. });
    let name = format!("{} {}", judged.item.id, describe::title(words, judged.item));
    let mut case = TestCase::new(name, status);
    case.set_classname(format!("yumen.{}", judged.item.id.family()));
    let beside = own.iter().filter(|one| one.waiver.is_some() || !failed);
    let beside = lines(report, words, beside.copied());
    if !beside.is_empty() {
        case.set_system_out(beside);
    } else if judged.verdict() == Verdict::Nothing {
        case.set_system_out(words.text("item-nothing"));
    }
    case
}

/// The worst severity among what is open.
fn worst(judged: &Judged) -> &'static str {
    let findings = judged.outcome.findings.iter();
    let open = findings.filter(|finding| finding.status == Status::Open);
    let worst = open.map(|finding| finding.severity).max();
    worst.unwrap_or(judged.item.severity).word()
}

/// Findings, one a line: where, whom, what, a packet that proves it.
fn lines<'a, 'r: 'a>(
    report: &Report,
    words: &Words,
    all: impl Iterator<Item = &'a Listed<'r>>,
) -> String {
    let mut text = String::new();
    for one in all {
        let place = &one.finding.place;
        let severity = words.text(describe::severity(one.finding.severity));
        let mut line = format!("[{severity}] {}: {}", one.resource, one.said(words));
        if !place.is_nowhere() {
            line = format!("{place}: {line}");
        }
        if let Some(witness) = one.witness(report) {
            let message = Message::new("listed-witness").with("packet", witness);
            line = format!("{line}. {}", words.say(&message));
        }
        if let Some(waived) = one.waived(words) {
            line = format!("{line}. {waived}");
        }
        // Writing to a string cannot fail.
        let _ = writeln!(text, "{}", one_line(&line));
    }
    text
}

fn intent(words: &Words, position: usize, outcome: &IntentOutcome) -> TestCase {
    let status = if outcome.violations.is_empty() {
        TestCaseStatus::success()
    } else {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        let open = outcome.violations.iter();
        let broken = open.max_by_key(|violation| violation.status);
        status.set_type(match broken.map(|violation| violation.status) {
            Some(Status::Unknown) => "unknown",
            _ => "intent",
        });
        let count = outcome.violations.len();
        status.set_message(words.say(&Message::new("junit-violations").with("count", count)));
        let each = outcome.violations.iter();
        let each = each.map(|violation| one_line(&words.say(&violation.message)));
        status.set_description(each.collect::<Vec<_>>().join("\n"));
        status
    };
    let name = one_line(&outcome.intent.text);
    let mut case = TestCase::new(format!("{} {name}", position + 1), status);
    case.set_classname("yumen.intents");
    out(
        &mut case,
        &outcome.intent.place,
        outcome.intent.reason.as_deref(),
    );
    case
}

fn waiver(words: &Words, position: usize, waiver: &Waiver, over: bool) -> TestCase {
    let status = if over {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type("expired");
        let message = Message::new("report-expired")
            .with("place", waiver.place.to_string())
            .with("owner", waiver.owner.as_str())
            .with("until", waiver.until.to_string());
        status.set_message(one_line(&words.say(&message)));
        status
    } else {
        TestCaseStatus::success()
    };
    let items: Vec<&str> = waiver.items.iter().map(|id| id.as_str()).collect();
    let name = format!("{} {} {}", position + 1, items.join(" "), waiver.owner);
    let mut case = TestCase::new(one_line(&name), status);
    case.set_classname("yumen.waivers");
    out(&mut case, &waiver.place, Some(&waiver.reason));
    case
}

/// Where the user wrote something, and why.
fn out(case: &mut TestCase, place: &Place, reason: Option<&str>) {
    let reason = one_line(reason.unwrap_or_default());
    case.set_system_out(format!("{place} {reason}").trim().to_owned());
}
