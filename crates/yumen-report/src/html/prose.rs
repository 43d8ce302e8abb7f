//! The pages of items as HTML: headings, paragraphs, lists, and `code` in lines. They are ours and
//! use no more of Markdown than that.

use maud::{Markup, html};

/// Everything after the title and the sentence that sums it up, by headings.
pub(super) fn sections(page: &str) -> Vec<(&str, Vec<&str>)> {
    let mut sections: Vec<(&str, Vec<&str>)> = Vec::new();
    for line in page.lines() {
        if let Some(heading) = line.strip_prefix("## ") {
            sections.push((heading, Vec::new()));
        } else if let Some((_, lines)) = sections.last_mut() {
            lines.push(line);
        }
    }
    sections
}

/// Lines of one section.
pub(super) fn body(lines: &[&str]) -> Markup {
    let blocks = lines.split(|line| line.trim().is_empty());
    let blocks = blocks.filter(|block| !block.is_empty());
    html! {
        @for block in blocks {
            @if block.iter().all(|line| line.starts_with("- ")) {
                ul { @for line in block { li { (inline(line.trim_start_matches("- "))) } } }
            } @else {
                p { @for (number, line) in block.iter().enumerate() { @if number > 0 { " " } (inline(line)) } }
            }
        }
    }
}

/// A line with its code marked.
pub(super) fn inline(line: &str) -> Markup {
    let parts = line.split('`').enumerate();
    html! {
        @for (number, part) in parts {
            @if number % 2 == 1 { code { (part) } } @else { (part) }
        }
    }
}
