//! What somebody answers for, until when, and what each waiver covers.

use maud::{Markup, html};
use yumen_baseline::{Waived, Waiver};
use yumen_diagnostics::Message;

use super::{Page, ROWS, Section};

/// Findings of one waiver that are listed.
const LISTED: usize = 20;

impl Page<'_> {
    pub(super) fn waivers(&self) -> Section {
        let waivers = &self.report.waivers;
        let body = html! {
            @if waivers.is_empty() { (self.nothing("html-waivers-none")) }
            @else {
                div.scroll {
                    table {
                        thead { tr {
                            th scope="col" { (self.text("html-items")) }
                            th scope="col" { (self.text("html-waiver-what")) }
                            th scope="col" { (self.text("html-owner")) }
                            th scope="col" { (self.text("html-reason")) }
                            th scope="col" { (self.text("html-until")) }
                            th scope="col" { (self.text("html-covers")) }
                        } }
                        tbody {
                            @for (position, waiver) in waivers.iter().enumerate().take(ROWS) { (self.waiver(position, waiver)) }
                        }
                    }
                }
                (self.more(waivers.len().saturating_sub(ROWS)))
            }
        };
        Section {
            id: "waivers",
            title: "html-waivers",
            lead: "html-waivers-lead",
            count: Some(waivers.len().to_string()),
            body,
        }
    }

    fn waiver(&self, position: usize, waiver: &Waiver) -> Markup {
        let judgement = &self.report.judgement;
        let covered = judgement.waived().filter(|one| one.waiver == position);
        let covered: Vec<&Waived> = covered.collect();
        let today = self.report.today();
        let over = today.is_some() && !waiver.is_valid(today);
        let words = |all: Vec<String>| self.words.list(&all);
        let sources = waiver.sources.iter().map(ToString::to_string).collect();
        let services = waiver.services.iter().map(ToString::to_string).collect();
        let selectors = waiver.selectors.iter().map(ToString::to_string);
        let resources = waiver.resources.iter().cloned().chain(selectors).collect();
        html! {
            tr {
                td { (self.labels(&waiver.items)) }
                td {
                    code { (words(resources)) }
                    @if !waiver.services.is_empty() { br; (self.text("html-ports")) " " (words(services)) }
                    @if !waiver.sources.is_empty() { br; (self.text("html-sources")) " " (words(sources)) }
                }
                td { (waiver.owner) }
                td { (waiver.reason) br; (self.place(&waiver.place)) }
                td {
                    time { (waiver.until) }
                    @if over { br; (self.sign("open", "●", &self.text("html-expired"))) }
                }
                td {
                    (self.say(&Message::new("html-covered").with("count", covered.len())))
                    @if !covered.is_empty() {
                        ul {
                            @for one in covered.iter().take(LISTED) { li { (self.label(one.finding.item)) " " (self.say(&one.finding.message)) } }
                        }
                        (self.more(covered.len().saturating_sub(LISTED)))
                    }
                }
            }
        }
    }
}
