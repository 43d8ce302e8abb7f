//! What could not be read, where.

use maud::html;

use super::{Page, ROWS, Section};

impl Page<'_> {
    pub(super) fn gaps(&self) -> Section {
        let gaps = &self.topology().snapshot().gaps;
        let body = html! {
            @if gaps.is_empty() { (self.nothing("html-gaps-none")) }
            @else {
                div.scroll {
                    table {
                        thead { tr {
                            th scope="col" { (self.text("html-place")) }
                            th scope="col" { (self.text("html-gap")) }
                        } }
                        tbody {
                            @for gap in gaps.iter().take(ROWS) {
                                tr {
                                    td { (self.place(&gap.place)) }
                                    td { span.shape.unknown { "?" } " " (self.say(&gap.message)) }
                                }
                            }
                        }
                    }
                }
                (self.more(gaps.len().saturating_sub(ROWS)))
            }
        };
        Section {
            id: "gaps",
            title: "html-gaps",
            lead: "html-gaps-lead",
            count: Some(gaps.len().to_string()),
            body,
        }
    }
}
