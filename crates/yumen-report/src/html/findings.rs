//! Findings in rows.

use maud::{Markup, html};
use yumen_baseline::Finding;

use super::Page;
use super::pieces::marked;
use crate::report::FindingRef;

impl Page<'_> {
    /// Rows of findings, with their items where these differ.
    pub(super) fn finding_table(&self, all: &[FindingRef], with_items: bool) -> Markup {
        html! {
            div.scroll {
                table.findings {
                    thead { tr {
                        @if with_items { th scope="col" { (self.text("html-item")) } }
                        th scope="col" { (self.text("html-finding")) }
                        th scope="col" { (self.text("html-status")) }
                        th scope="col" { (self.text("html-severity")) }
                        th.number scope="col" { (self.text("html-points")) }
                        th scope="col" { (self.text("html-place")) }
                    } }
                    tbody {
                        @for at in all {
                            @if let Some((item, finding)) = self.report.finding(*at) {
                                tr {
                                    @if with_items { td { (self.label(item.id)) } }
                                    td { (self.finding(finding)) }
                                    td { (self.status(finding.status)) }
                                    td { (self.severity(finding.severity)) }
                                    td.number { (self.points(self.report.points(item, finding))) }
                                    td { (self.place(&finding.place)) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }

    /// What is wrong, in one line.
    fn finding(&self, finding: &Finding) -> Markup {
        let new = self.report.known.is_some() && self.report.is_new(finding);
        html! {
            (marked(&self.say(&finding.message)))
            @if new { " " span.new { (self.text("html-new")) } }
        }
    }
}
