//! Frameworks clause by clause: the result, what speaks for it, what assessors treat as high-risk,
//! and what no network configuration shows. Evidence for an assessor and never a verdict, which is
//! why every form of it ends with that sentence.

use serde_json::{Value, json};
use yumen_baseline::{ClauseResult, FRAMEWORKS, Framework, FrameworkResult, Judged, Verdict};
use yumen_cloud::Id;
use yumen_diagnostics::Message;
use yumen_reach::Verdict as Reached;

use crate::columns::{flow, pad, width};
use crate::describe;
use crate::json;
use crate::markdown::escaped;
use crate::notation;
use crate::paint::Paint;
use crate::report::Report;
use crate::text::COLUMNS;
use crate::words::Words;

/// Columns before what is said of a clause.
const INDENT: usize = 26;

/// What is said of one framework, or of all.
#[must_use]
pub fn results<'r>(
    report: &'r Report,
    one: Option<&'static Framework>,
) -> Vec<FrameworkResult<'r>> {
    let wanted = FRAMEWORKS.into_iter();
    let wanted = wanted.filter(|framework| one.is_none_or(|one| one.id == framework.id));
    wanted
        .map(|framework| framework.result(&report.judgement, report.topology()))
        .collect()
}

/// True if a clause fails.
#[must_use]
pub fn fails(results: &[FrameworkResult<'_>]) -> bool {
    results.iter().any(|result| failing(result) > 0)
}

fn failing(result: &FrameworkResult<'_>) -> usize {
    let clauses = result.clauses.iter();
    clauses.filter(|one| one.verdict == Verdict::Fail).count()
}

/// One framework in detail, or one line for each of several.
#[must_use]
pub fn text(
    report: &Report,
    words: &Words,
    paint: Paint,
    results: &[FrameworkResult<'_>],
    next: &Message,
) -> String {
    let mut lines = Vec::new();
    for line in flow(&words.say(&title(report, words, results)), COLUMNS) {
        lines.push(paint.strong(&line));
    }
    lines.push(String::new());
    if let [result] = results {
        lines.extend(flow(&words.say(&summary(result)), COLUMNS));
        for clause in &result.clauses {
            lines.push(String::new());
            lines.extend(self::clause(words, paint, clause));
        }
    } else {
        for result in results {
            let mark = if failing(result) > 0 { "●" } else { "○" };
            let said = words.say(&summary(result));
            lines.push(format!(
                "{mark} {}  {}",
                paint.strong(&pad(result.framework.id, 6)),
                words.text(result.framework.title)
            ));
            let said = flow(&said, COLUMNS - 10);
            lines.extend(said.iter().map(|line| format!("{}{line}", " ".repeat(10))));
        }
    }
    lines.push(String::new());
    let disclaimer = flow(&words.text("html-disclaimer"), COLUMNS);
    lines.extend(disclaimer.iter().map(|line| paint.muted(line)));
    lines.push(String::new());
    lines.push(words.say(next));
    lines.join("\n") + "\n"
}

fn title(report: &Report, words: &Words, results: &[FrameworkResult<'_>]) -> Message {
    let framework = match results {
        [result] => words.text(result.framework.title),
        _ => words.text("compliance-all"),
    };
    let snapshot = report.topology().snapshot();
    let regions: Vec<String> = snapshot.regions.iter().map(ToString::to_string).collect();
    let time = report.audit.as_of.clone();
    Message::new("compliance-title")
        .with("framework", framework)
        .with("regions", words.list(&regions))
        .with(
            "time",
            time.unwrap_or_else(|| words.text("audit-time-unknown")),
        )
}

fn summary(result: &FrameworkResult<'_>) -> Message {
    Message::new("html-framework")
        .with("failing", failing(result))
        .with("clauses", result.clauses.len())
        .with("score", u64::from(result.score.value))
        .with("rate", notation::rate(result.rate.0, result.rate.1))
}

fn clause(words: &Words, paint: Paint, one: &ClauseResult<'_>) -> Vec<String> {
    let verdict = words.text(describe::item_verdict(one.verdict));
    let head = format!(
        "{} {} {}",
        describe::item_shape(one.verdict),
        pad(one.clause.id, 11),
        pad(&verdict, INDENT - 15),
    );
    let head = pad(&head, INDENT);
    let head = match one.verdict {
        Verdict::Fail => paint.verdict(Reached::Open, &head),
        Verdict::Latent => paint.verdict(Reached::Latent, &head),
        Verdict::Unknown => paint.verdict(Reached::Unknown, &head),
        Verdict::NotAssessed | Verdict::Pass | Verdict::Nothing => paint.muted(&head),
    };
    let mut lines = Vec::new();
    let title = flow(&words.text(one.clause.title), COLUMNS - INDENT);
    for (number, line) in title.iter().enumerate() {
        lines.push(match number {
            0 => format!("{head}{}", paint.strong(line)),
            _ => format!("{}{}", " ".repeat(INDENT), paint.strong(line)),
        });
    }
    let columns = COLUMNS - INDENT;
    let mut said = Vec::new();
    if !one.high_risk.is_empty() {
        let high = flow(&high_risk(words, one), columns);
        said.extend(high.iter().map(|line| paint.verdict(Reached::Open, line)));
    }
    said.extend(filled(
        one.items.iter().map(|item| self::item(words, item)),
        columns,
    ));
    if let Some(beyond) = one.clause.beyond {
        said.extend(flow(&self::beyond(words, beyond), columns));
    }
    lines.extend(
        said.iter()
            .map(|line| format!("{}{line}", " ".repeat(INDENT))),
    );
    lines
}

/// Parts that stay whole, in as few lines as they take.
fn filled(parts: impl Iterator<Item = String>, columns: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        match lines.last_mut() {
            Some(line) if width(line) + width(&part) + 3 <= columns => {
                line.push_str(" · ");
                line.push_str(&part);
            }
            _ => lines.push(part),
        }
    }
    lines
}

fn item(words: &Words, judged: &Judged) -> String {
    let verdict = words.text(describe::item_verdict(judged.verdict()));
    match judged.outcome.findings.len() {
        0 => format!("{} {verdict}", judged.item.id),
        count => format!("{} {verdict} ×{count}", judged.item.id),
    }
}

fn high_risk(words: &Words, one: &ClauseResult<'_>) -> String {
    let items: Vec<&str> = one.high_risk.iter().map(|id| id.as_str()).collect();
    words.say(&Message::new("compliance-high-risk").with("items", items.join(" ")))
}

fn beyond(words: &Words, id: &'static str) -> String {
    words.say(&Message::new("compliance-beyond").with("what", words.text(id)))
}

/// Frameworks as JSON.
#[must_use]
pub fn json(report: &Report, words: &Words, results: &[FrameworkResult<'_>]) -> Value {
    let snapshot = report.topology().snapshot();
    json!({
        "schema": "yumen.compliance/1",
        "snapshot": {
            "address": snapshot.content_address().to_string(),
            "account": snapshot.account.as_ref().map(Id::as_str),
            "as_of": report.audit.as_of,
            "regions": snapshot.regions.iter().map(Id::as_str).collect::<Vec<_>>(),
        },
        "frameworks": results.iter().map(|one| json::framework(one, words)).collect::<Vec<_>>(),
        "disclaimer": words.text("html-disclaimer"),
    })
}

/// Frameworks in Markdown, each with a table of its clauses.
#[must_use]
pub fn markdown(report: &Report, words: &Words, results: &[FrameworkResult<'_>]) -> String {
    let title = escaped(&words.say(&title(report, words, results)));
    let mut lines = vec![format!("## {title}"), String::new()];
    for result in results {
        if results.len() > 1 {
            let title = escaped(&words.text(result.framework.title));
            lines.extend([format!("### {title}"), String::new()]);
        }
        lines.push(format!("**{}**", escaped(&words.say(&summary(result)))));
        lines.push(String::new());
        let headings = [
            "html-clause",
            "html-clause-title",
            "markdown-verdict",
            "markdown-items",
            "html-high-risk",
            "compliance-not-shown",
        ];
        let headings: Vec<String> = headings.into_iter().map(|id| words.text(id)).collect();
        lines.push(format!("| {} |", headings.join(" | ")));
        lines.push(format!("{}|", "|---".repeat(headings.len())));
        for one in &result.clauses {
            let items: Vec<String> = one
                .items
                .iter()
                .map(|item| self::item(words, item))
                .collect();
            let high: Vec<&str> = one.high_risk.iter().map(|id| id.as_str()).collect();
            let verdict = words.text(describe::item_verdict(one.verdict));
            let cells = [
                escaped(one.clause.id),
                escaped(&words.text(one.clause.title)),
                format!(
                    "{} {}",
                    describe::item_shape(one.verdict),
                    escaped(&verdict)
                ),
                escaped(&items.join(" · ")),
                high.join(" "),
                escaped(
                    &one.clause
                        .beyond
                        .map(|id| words.text(id))
                        .unwrap_or_default(),
                ),
            ];
            lines.push(format!("| {} |", cells.join(" | ")));
        }
        lines.push(String::new());
    }
    lines.push(format!("> {}", escaped(&words.text("html-disclaimer"))));
    lines.join("\n") + "\n"
}
