//! The user's own rules: which hold, and the packet where one does not.

use maud::{Markup, html};
use yumen_baseline::{IntentOutcome, Status, Violation};
use yumen_diagnostics::Message;

use super::pieces::marked;
use super::{Page, ROWS, Section};

/// Violations of one rule that are listed.
const LISTED: usize = 20;

impl Page<'_> {
    pub(super) fn intents(&self) -> Section {
        let mut all: Vec<&IntentOutcome> = self.report.intents.iter().collect();
        all.sort_by_key(|one| one.violations.is_empty());
        let body = html! {
            @if all.is_empty() { (self.nothing("html-intents-none")) }
            @for outcome in all.iter().take(ROWS) { (self.intent(outcome)) }
            (self.more(all.len().saturating_sub(ROWS)))
        };
        Section {
            id: "intents",
            title: "html-intents",
            lead: "html-intents-lead",
            count: Some(all.len().to_string()),
            body,
        }
    }

    fn intent(&self, outcome: &IntentOutcome) -> Markup {
        let intent = &outcome.intent;
        let broken = outcome.violations.len();
        let holds = broken == 0;
        let checked = Message::new("html-intent-checked")
            .with("checked", outcome.checked)
            .with("broken", broken);
        let class = if holds { "closed" } else { "open" };
        html! {
            article.intent.(class) {
                p {
                    @if holds { (self.sign("closed", "○", &self.text("html-intent-holds"))) }
                    @else { (self.sign("open", "●", &self.text("html-intent-broken"))) }
                    " " code.rule { (intent.text) }
                }
                @if let Some(reason) = &intent.reason { p { (reason) } }
                p.muted { (self.say(&checked)) " " (self.place(&intent.place)) }
                @if !holds {
                    ul.violations {
                        @for violation in outcome.violations.iter().take(LISTED) { li { (self.violation(violation)) } }
                    }
                    (self.more(broken.saturating_sub(LISTED)))
                }
            }
        }
    }

    fn violation(&self, violation: &Violation) -> Markup {
        let witness = self.report.witness_of(&violation.evidence);
        html! {
            @if violation.status != Status::Open { (self.status(violation.status)) " " }
            (marked(&self.say(&violation.message)))
            @if let Some((packet, answer)) = witness {
                br; span.packet { (marked(&self.say(&Message::new("html-witness").with("packet", packet.to_string())))) }
                @if let Some(answer) = answer { (self.hops(&answer.hops)) }
            }
        }
    }
}
