//! Frameworks clause by clause: what the items say, what is high-risk to assessors, and what no
//! network configuration can show.

use maud::{Markup, html};
use yumen_baseline::{ClauseResult, FRAMEWORKS, FrameworkResult};
use yumen_diagnostics::Message;

use super::pieces::item_class;
use super::{Page, Section};
use crate::describe;
use crate::notation;

impl Page<'_> {
    pub(super) fn frameworks(&self) -> Section {
        let results = FRAMEWORKS
            .iter()
            .map(|one| one.result(&self.report.judgement, self.topology()));
        let results: Vec<FrameworkResult<'_>> = results.collect();
        let body = html! {
            p.note { (self.text("html-disclaimer")) }
            @for (number, result) in results.iter().enumerate() { (self.framework(result, number == 0)) }
        };
        Section {
            id: "frameworks",
            title: "html-frameworks",
            lead: "html-frameworks-lead",
            count: Some(results.len().to_string()),
            body,
        }
    }

    fn framework(&self, result: &FrameworkResult<'_>, open: bool) -> Markup {
        let (passed, checks) = result.rate;
        let clauses = result.clauses.iter();
        let failing = clauses
            .filter(|one| one.verdict == yumen_baseline::Verdict::Fail)
            .count();
        let summary = Message::new("html-framework")
            .with("clauses", result.clauses.len())
            .with("failing", failing)
            .with("score", u64::from(result.score.value))
            .with("rate", notation::rate(passed, checks));
        html! {
            details.framework.printed open[open] id={ "framework-" (result.framework.id) } {
                summary {
                    strong { (self.text(result.framework.title)) }
                    " " span.muted { (self.say(&summary)) }
                }
                (self.clauses(result))
            }
        }
    }

    pub(super) fn clauses(&self, result: &FrameworkResult<'_>) -> Markup {
        html! {
            div.scroll {
                table.clauses-table {
                    thead { tr {
                        th scope="col" { (self.text("html-clause")) }
                        th scope="col" { (self.text("html-clause-title")) }
                        th scope="col" { (self.text("html-result")) }
                        th scope="col" { (self.text("html-items")) }
                        th scope="col" { (self.text("html-not-shown")) }
                    } }
                    tbody { @for clause in &result.clauses { (self.clause(clause)) } }
                }
            }
        }
    }

    fn clause(&self, result: &ClauseResult<'_>) -> Markup {
        html! {
            tr {
                th scope="row" { (result.clause.id) }
                td { (self.text(result.clause.title)) }
                td {
                    (self.item_verdict(result.verdict))
                    @if !result.high_risk.is_empty() { br; span.high-risk { (self.text("html-high-risk")) } }
                }
                td.item-list {
                    @for judged in &result.items {
                        span.item-sign.(item_class(judged.verdict())) {
                            span.shape { (describe::item_shape(judged.verdict())) } " "
                            (self.label(judged.item.id))
                            @if judged.outcome.findings.is_empty() {} @else { " " span.muted { (judged.outcome.findings.len()) } }
                        }
                        " "
                    }
                }
                td.muted { @if let Some(beyond) = result.clause.beyond { (self.text(beyond)) } }
            }
        }
    }
}
