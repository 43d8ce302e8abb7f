//! All items by families: what each says, what it costs, its findings and its page.

use maud::{Markup, html};
use yumen_baseline::{FRAMEWORKS, Judged, Reason, State};
use yumen_diagnostics::Message;

use super::entries::fix_text;
use super::pieces::item_class;
use super::summary::family_title;
use super::{FINDINGS, Page, Section, prose};
use crate::describe;
use crate::report::FindingRef;

/// Findings that one item lists at most.
const LISTED: usize = 60;

impl Page<'_> {
    pub(super) fn items(&self) -> Section {
        let items = &self.report.judgement.items;
        let mut room = FINDINGS;
        let mut families = Vec::new();
        for family in describe::FAMILIES {
            let mut rows = Vec::new();
            for (position, judged) in items.iter().enumerate() {
                if judged.item.id.family() == family {
                    let shown = judged.outcome.findings.len().min(LISTED).min(room);
                    room -= shown;
                    rows.push(self.item(position, judged, shown));
                }
            }
            families.push((family, rows));
        }
        let body = html! {
            (self.filter("#items .item"))
            @for (family, rows) in families {
                h3 id={ "items-" (family) } { (self.text(family_title(family))) }
                @for row in rows { (row) }
            }
        };
        Section {
            id: "items",
            title: "html-all-items",
            lead: "html-all-items-lead",
            count: Some(items.len().to_string()),
            body,
        }
    }

    /// Points that an item takes.
    pub(super) fn taken(&self, judged: &Judged) -> f64 {
        let mut deductions = self.report.score.deductions.iter();
        deductions
            .find(|one| one.reason == Reason::Item(judged.item.id))
            .map_or(0.0, |one| one.points)
    }

    fn item(&self, position: usize, judged: &Judged, shown: usize) -> Markup {
        let item = judged.item;
        let (passed, checks) = judged.rate();
        let verdict = judged.verdict();
        let findings = judged.outcome.findings.len();
        let listed: Vec<FindingRef> = (0..shown)
            .map(|finding| FindingRef {
                item: position,
                finding,
            })
            .collect();
        let page = describe::page(self.words, item);
        html! {
            details.item.(item_class(verdict)) id={ "item-" (item.id) } {
                summary {
                    span.id { (item.id) }
                    span.title { (describe::title(self.words, item)) }
                    span.verdict { (self.item_verdict(verdict)) }
                    span.level { (self.severity(item.severity)) }
                    span.number.findings-count {
                        @if findings > 0 { (self.say(&Message::new("html-item-findings").with("count", findings))) }
                        @else if checks > 0 { (self.say(&Message::new("html-item-checks").with("count", checks))) }
                    }
                    span.number { (self.points(self.taken(judged))) }
                }
                div.item-body {
                    p { (prose::inline(yumen_baseline::Item::summary(page))) }
                    @if let State::NotAssessed(why) = &judged.outcome.state {
                        p.unassessed { (self.say(&Message::new("html-not-assessed").with("why", self.say(why)))) }
                    }
                    @if checks > 0 {
                        p.muted { (self.say(&Message::new("html-item-rate").with("passed", passed).with("checks", checks))) }
                    }
                    @if !judged.waived.is_empty() {
                        p { a href="#waivers" { (self.say(&Message::new("html-item-waived").with("count", judged.waived.len()))) } }
                    }
                    @if shown > 0 { (self.finding_table(&listed, false)) }
                    (self.more(findings - shown))
                    p { (self.text(fix_text(item.fix))) " " @if item.fix != yumen_baseline::FixKind::ByHand { (self.command(&self.fix_command(item.id))) } }
                    div.prose {
                        @for (heading, lines) in prose::sections(page) {
                            h4 { (heading) }
                            (prose::body(&lines))
                        }
                    }
                    (self.clauses_of(judged))
                }
            }
        }
    }

    fn clauses_of(&self, judged: &Judged) -> Markup {
        html! {
            ul.clauses {
                @for framework in FRAMEWORKS {
                    @for clause in framework.clauses_of(judged.item.id) {
                        li { (self.text(framework.title)) " " strong { (clause.id) } " " span.muted { (self.text(clause.title)) } }
                    }
                }
            }
        }
    }
}
