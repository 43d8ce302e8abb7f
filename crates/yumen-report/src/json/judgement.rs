//! What the items say, as JSON.

use serde_json::{Value, json};
use yumen_baseline::{
    FRAMEWORKS, Finding, FrameworkResult, Intent, IntentOutcome, Item, Judged, Reason, Scope,
    Score, State, Waiver,
};
use yumen_cloud::Id;
use yumen_reach::Cause;

use super::packet;
use crate::describe;
use crate::known;
use crate::report::{EntryKey, Report};
use crate::words::Words;

/// The fields that a judgement adds to those of an audit.
pub(super) fn fields(report: &Report, words: &Words) -> Vec<(&'static str, Value)> {
    let judgement = &report.judgement;
    let topology = report.topology();
    let snapshot = topology.snapshot();
    let findings: Vec<Value> = report
        .findings()
        .map(|(item, one)| finding(report, words, item, one))
        .collect();
    let scopes = |scope: &dyn Fn(&Id) -> Score, ids: Vec<&Id>| -> Value {
        let each = ids.into_iter().map(|id| {
            let score = scope(id);
            json!({ "id": id.as_str(), "value": score.value, "unclamped": score.unclamped })
        });
        each.collect()
    };
    let of_vpc = |id: &Id| judgement.score(topology, Scope::Vpc(id), false);
    let of_group = |id: &Id| judgement.score(topology, Scope::Group(id), false);
    let vpcs = snapshot.vpcs.iter().map(|(id, _)| id).collect();
    let groups = snapshot.groups.iter().map(|(id, _)| id);
    let groups = groups.filter(|id| !topology.members_of(id).is_empty());
    vec![
        ("settings", json!(report.settings.file.as_deref())),
        ("score", score(report)),
        (
            "scores",
            json!({
                "vpcs": scopes(&of_vpc, vpcs),
                "groups": scopes(&of_group, groups.take(GROUPS_SCORED).collect()),
            }),
        ),
        (
            "items",
            judgement
                .items
                .iter()
                .map(|one| judged(report, words, one))
                .collect(),
        ),
        ("findings", Value::Array(findings)),
        ("entries", entries(report)),
        (
            "intents",
            report
                .intents
                .iter()
                .map(|one| intent(report, words, one))
                .collect(),
        ),
        (
            "waivers",
            report
                .waivers
                .iter()
                .enumerate()
                .map(|(at, one)| waiver(report, at, one))
                .collect(),
        ),
        ("waived", waived(report, words)),
        (
            "frameworks",
            FRAMEWORKS
                .iter()
                .map(|one| framework(words, &one.result(judgement, topology)))
                .collect(),
        ),
    ]
}

/// Groups of which a score of their own is given, at most.
const GROUPS_SCORED: usize = 1_000;

fn score(report: &Report) -> Value {
    let (passed, checks) = report.judgement.rate();
    let deductions = report.score.deductions.iter().map(|one| {
        json!({
            "reason": reason(one.reason),
            "points": one.points,
            "count": one.count,
            "load": one.load,
        })
    });
    let mut history = Vec::new();
    if let Some(previous) = &report.previous {
        let earlier = previous.history.iter().cloned();
        let last = (
            previous.as_of.clone().unwrap_or_default(),
            previous.score,
            previous.rate.0,
            previous.rate.1,
        );
        history.extend(earlier.chain([last]).map(|(as_of, score, passed, checks)| {
            json!({ "as_of": as_of, "score": score, "passed": passed, "checks": checks })
        }));
    }
    json!({
        "value": report.score.value,
        "band": report.score.band().word(),
        "unclamped": report.score.unclamped,
        "without_waivers": report.unwaived.value,
        "passed": passed,
        "checks": checks,
        "deductions": deductions.collect::<Vec<_>>(),
        "history": history,
    })
}

fn reason(reason: Reason) -> String {
    match reason {
        Reason::Item(id) => id.to_string(),
        Reason::Surface => "surface".to_owned(),
        Reason::Lateral => "lateral".to_owned(),
        Reason::Gaps => "gaps".to_owned(),
        Reason::Essential => "essential-listings".to_owned(),
    }
}

fn judged(report: &Report, words: &Words, judged: &Judged) -> Value {
    let why = match &judged.outcome.state {
        State::Assessed => None,
        State::NotAssessed(why) => Some(words.say(why)),
    };
    let (passed, checks) = judged.rate();
    let deductions = report.score.deductions.iter();
    let mut own = deductions.filter(|one| one.reason == Reason::Item(judged.item.id));
    json!({
        "id": judged.item.id.as_str(),
        "title": describe::title(words, judged.item),
        "severity": judged.item.severity.word(),
        "verdict": judged.verdict().word(),
        "not_assessed": why,
        "findings": judged.outcome.findings.len(),
        "waived": judged.waived.len(),
        "passed": passed,
        "checks": checks,
        "points": own.next().map_or(0.0, |one| one.points),
        "fix": judged.item.fix.word(),
        "clauses": FRAMEWORKS.iter().flat_map(|one| {
            let clauses = one.clauses_of(judged.item.id);
            clauses.map(|clause| format!("{} {}", one.id, clause.id)).collect::<Vec<_>>()
        }).collect::<Vec<_>>(),
    })
}

fn finding(report: &Report, words: &Words, item: &Item, finding: &Finding) -> Value {
    let witness = report.witness(finding);
    json!({
        "item": item.id.as_str(),
        "resource": known::resource(&report.audit, &finding.subject),
        "severity": finding.severity.word(),
        "status": finding.status.word(),
        "new": report.is_new(finding),
        "message": words.say(&finding.message),
        "points": report.points(item, finding),
        "packets": known::packets(&report.audit, finding),
        "witness": witness.as_ref().map(|(own, _)| packet(own)),
        "causes": finding.causes.iter().map(cause).collect::<Vec<_>>(),
        "file": finding.place.file.as_deref(),
        "line": finding.place.line,
    })
}

fn entries(report: &Report) -> Value {
    let mut positions = std::collections::BTreeMap::new();
    let mut next = 0_usize;
    for (item, judged) in report.judgement.items.iter().enumerate() {
        for finding in 0..judged.outcome.findings.len() {
            positions.insert((item, finding), next);
            next += 1;
        }
    }
    let each = report.entries.iter().map(|entry| {
        let cause = match &entry.key {
            EntryKey::Cause(cause) => Some(self::cause(cause)),
            EntryKey::Item(_) => None,
        };
        let findings = entry.findings.iter();
        let findings = findings.filter_map(|at| positions.get(&(at.item, at.finding)));
        json!({
            "cause": cause,
            "items": entry.items.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
            "severity": entry.severity.word(),
            "status": entry.status.word(),
            "points": entry.points,
            "findings": findings.collect::<Vec<_>>(),
            "file": entry.place.file.as_deref(),
            "line": entry.place.line,
        })
    });
    each.collect()
}

fn intent(report: &Report, words: &Words, outcome: &IntentOutcome) -> Value {
    let Intent {
        text,
        reason,
        place,
        ..
    } = &outcome.intent;
    let violations = outcome.violations.iter().map(|violation| {
        let interface = &report.topology().endpoint(violation.interface).interface;
        json!({
            "interface": interface.id.as_str(),
            "status": violation.status.word(),
            "message": words.say(&violation.message),
        })
    });
    json!({
        "rule": text,
        "reason": reason,
        "checked": outcome.checked,
        "holds": outcome.violations.is_empty(),
        "violations": violations.collect::<Vec<_>>(),
        "file": place.file.as_deref(),
        "line": place.line,
    })
}

fn waiver(report: &Report, position: usize, waiver: &Waiver) -> Value {
    let covers = report
        .judgement
        .waived()
        .filter(|one| one.waiver == position);
    let today = report.today();
    json!({
        "items": waiver.items.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
        "owner": waiver.owner,
        "reason": waiver.reason,
        "until": waiver.until.to_string(),
        "valid": waiver.is_valid(today),
        "findings": covers.count(),
        "file": waiver.place.file.as_deref(),
        "line": waiver.place.line,
    })
}

fn waived(report: &Report, words: &Words) -> Value {
    let each = report.judgement.waived().map(|one| {
        json!({
            "waiver": one.waiver,
            "item": one.finding.item.as_str(),
            "resource": known::resource(&report.audit, &one.finding.subject),
            "message": words.say(&one.finding.message),
        })
    });
    each.collect()
}

pub(super) fn framework(words: &Words, result: &FrameworkResult<'_>) -> Value {
    let clauses = result.clauses.iter().map(|one| {
        json!({
            "id": one.clause.id,
            "title": words.text(one.clause.title),
            "verdict": one.verdict.word(),
            "items": one.items.iter().map(|judged| json!({
                "id": judged.item.id.as_str(),
                "verdict": judged.verdict().word(),
                "findings": judged.outcome.findings.len(),
            })).collect::<Vec<_>>(),
            "high_risk": one.high_risk.iter().map(|id| id.as_str()).collect::<Vec<_>>(),
            "not_shown": one.clause.beyond.map(|id| words.text(id)),
        })
    });
    json!({
        "id": result.framework.id,
        "title": words.text(result.framework.title),
        "score": result.score.value,
        "passed": result.rate.0,
        "checks": result.rate.1,
        "clauses": clauses.collect::<Vec<_>>(),
    })
}

/// A cause in one value.
pub(crate) fn cause(cause: &Cause) -> Value {
    match cause {
        Cause::Rule { group, rule } => {
            json!({ "kind": "rule", "group": group.as_str(), "rule": rule.as_str() })
        }
        Cause::Listener { balancer, listener } => json!({
            "kind": "listener",
            "balancer": balancer.as_str(),
            "listener": listener.as_str(),
        }),
        Cause::Default => json!({ "kind": "default" }),
    }
}
