//! The findings as a table for spreadsheets: RFC 4180 in UTF-8, one row for each finding.
//!
//! It begins with a byte order mark, without which Excel shows Chinese as rubbish. A cell that a
//! spreadsheet would take for a formula is led by an apostrophe: names come from whoever may name
//! an instance.

use yumen_diagnostics::Message;

use crate::describe;
use crate::listed::{Listed, clauses, listed};
use crate::report::Report;
use crate::text::cause_name;
use crate::words::Words;

/// The columns, as ids of their headings.
const COLUMNS: [&str; 18] = [
    "csv-item",
    "csv-title",
    "csv-severity",
    "csv-status",
    "csv-new",
    "csv-resource",
    "csv-name",
    "csv-kind",
    "csv-region",
    "csv-what",
    "csv-witness",
    "csv-causes",
    "csv-points",
    "csv-file",
    "csv-line",
    "csv-clauses",
    "csv-fix",
    "csv-waived",
];

/// All findings, those that are waived too.
#[must_use]
pub fn report(report: &Report, words: &Words) -> String {
    let mut table = String::from("\u{feff}");
    let headings: Vec<String> = COLUMNS
        .iter()
        .map(|id| words.say(&Message::new(id)))
        .collect();
    add(&mut table, &headings);
    for one in listed(report) {
        add(&mut table, &row(report, words, &one));
    }
    table
}

fn row(report: &Report, words: &Words, one: &Listed<'_>) -> [String; COLUMNS.len()] {
    let about = one.about(report);
    let finding = one.finding;
    let causes = finding.causes.iter();
    let causes = causes.map(|cause| cause_name(report.topology(), words, cause));
    let yes = |yes: bool| words.text(if yes { "csv-yes" } else { "csv-no" });
    let line = finding.place.line;
    [
        one.item.id.to_string(),
        describe::title(words, one.item).to_owned(),
        words.text(describe::severity(finding.severity)),
        words.text(describe::status(finding.status)),
        yes(report.is_new(finding)),
        one.resource.clone(),
        about.name.unwrap_or_default(),
        about.kind.to_owned(),
        about.region.map(|id| id.to_string()).unwrap_or_default(),
        words.say(&finding.message),
        one.witness(report).unwrap_or_default(),
        causes.collect::<Vec<_>>().join("; "),
        format!("{:.2}", one.points(report)),
        finding.place.file.as_deref().unwrap_or_default().to_owned(),
        line.map(|line| line.to_string()).unwrap_or_default(),
        clauses(one.item).join("; "),
        words.text(describe::item_fix(one.item.fix)),
        one.waived(words).unwrap_or_default(),
    ]
}

fn add(table: &mut String, cells: &[String]) {
    let cells: Vec<String> = cells.iter().map(|cell| written(cell)).collect();
    table.push_str(&cells.join(","));
    table.push_str("\r\n");
}

/// A cell in quotes where it needs them, and never a formula.
fn written(cell: &str) -> String {
    let mut text: String = cell
        .chars()
        .filter(|one| !one.is_control() || matches!(one, '\n' | '\r' | '\t'))
        .collect();
    if is_formula(&text) {
        text.insert(0, '\'');
    }
    if text.contains([',', '"', '\n', '\r']) {
        format!("\"{}\"", text.replace('"', "\"\""))
    } else {
        text
    }
}

/// True if a spreadsheet would reckon with it, also after spaces or in full width.
fn is_formula(text: &str) -> bool {
    text.starts_with(['\t', '\r', '\n'])
        || text
            .trim_start()
            .starts_with(['=', '+', '-', '@', '＝', '＋', '－', '＠'])
}

#[cfg(test)]
mod tests {
    use super::written;

    #[test]
    fn cells_are_quoted_where_they_must_be() {
        assert_eq!(written("plain"), "plain");
        assert_eq!(written("a,b"), "\"a,b\"");
        assert_eq!(written("say \"x\"\nand y"), "\"say \"\"x\"\"\nand y\"");
        assert_eq!(written("a\u{0}\u{1b}b"), "ab");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for cell in [
            "=1+1", "+1", "-1", "@SUM(A1)", "\t=1", " =1", "＝1", "\u{0}=1",
        ] {
            assert!(written(cell).starts_with('\''), "{cell:?}");
        }
        assert_eq!(written("=a,b"), "\"'=a,b\"");
    }
}
