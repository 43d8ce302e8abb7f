//! What changed since the last report: findings that are new, and findings that are gone.

use std::collections::BTreeSet;

use maud::{Markup, html};
use yumen_baseline::{Finding, Item};
use yumen_diagnostics::Message;

use super::{Page, ROWS, Section};
use crate::describe;
use crate::known::{Previous, resource};

impl Page<'_> {
    pub(super) fn changes(&self) -> Section {
        let body = match &self.report.previous {
            None => self.nothing("html-changes-none"),
            Some(previous) => self.compared(previous),
        };
        Section {
            id: "changes",
            title: "html-changes",
            lead: "html-changes-lead",
            count: None,
            body,
        }
    }

    fn compared(&self, previous: &Previous) -> Markup {
        let report = self.report;
        let new: Vec<(&Item, &Finding)> = report
            .findings()
            .filter(|(_, finding)| !previous.known.covers(&report.audit, finding))
            .collect();
        // What is waived is set aside, not gone.
        let waived = report.judgement.waived().map(|one| &one.finding);
        let all = report.findings().map(|(_, finding)| finding).chain(waived);
        let now: BTreeSet<(&str, String)> = all
            .map(|finding| {
                let resource = resource(&report.audit, &finding.subject);
                (finding.item.as_str(), resource)
            })
            .collect();
        let names = previous.known.names();
        let gone: Vec<(&str, &str)> = names
            .filter(|(item, resource)| !now.contains(&(*item, (*resource).to_owned())))
            .collect();
        let (passed, checks) = report.judgement.rate();
        let compared = Message::new("html-compared")
            .with("time", previous.as_of.clone().unwrap_or_default())
            .with("before", u64::from(previous.score))
            .with("score", u64::from(report.score.value))
            .with(
                "rate-before",
                crate::notation::rate(previous.rate.0, previous.rate.1),
            )
            .with("rate", crate::notation::rate(passed, checks));
        html! {
            p { (self.say(&compared)) }
            div.columns {
                div.came {
                    h3 { (self.say(&Message::new("html-changes-new").with("count", new.len()))) }
                    @if new.is_empty() { (self.nothing("html-changes-nothing-new")) }
                    ul {
                        @for (item, finding) in new.iter().take(ROWS) {
                            li { (self.label(item.id)) " " (self.say(&finding.message)) " " (self.status(finding.status)) }
                        }
                    }
                    (self.more(new.len().saturating_sub(ROWS)))
                }
                div.went {
                    h3 { (self.say(&Message::new("html-changes-gone").with("count", gone.len()))) }
                    @if gone.is_empty() { (self.nothing("html-changes-nothing-gone")) }
                    ul {
                        @for (item, resource) in gone.iter().take(ROWS) { li { (self.gone(item, resource)) } }
                    }
                    (self.more(gone.len().saturating_sub(ROWS)))
                }
            }
        }
    }

    /// A finding of the last report, by item and resource.
    fn gone(&self, item: &str, resource: &str) -> Markup {
        let known = yumen_baseline::find_item(item);
        let topology = self.topology();
        let index = topology
            .find_interface(resource)
            .or_else(|| topology.find_instance(resource));
        html! {
            @if let Some(item) = known { (self.label(item.id)) " " (describe::title(self.words, item)) } @else { (item) }
            " · "
            @if let Some(index) = index { (self.machine(index)) " " }
            code { (resource) }
        }
    }
}
