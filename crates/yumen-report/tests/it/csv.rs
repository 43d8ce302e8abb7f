//! CSV: read back as RFC 4180 says, one row for each finding, no formula.

use yumen_report::csv;

use crate::judged::{assert_in_words, count, languages, sample};

/// Rows of a table, by the rules of RFC 4180 alone.
fn read(table: &str) -> Vec<Vec<String>> {
    let mut rows = vec![vec![String::new()]];
    let mut quoted = false;
    let mut characters = table.chars().peekable();
    while let Some(character) = characters.next() {
        let cell = rows.last_mut().unwrap().last_mut().unwrap();
        match character {
            '"' if quoted && characters.peek() == Some(&'"') => {
                characters.next();
                cell.push('"');
            }
            '"' if quoted => quoted = false,
            '"' if cell.is_empty() => quoted = true,
            ',' if !quoted => rows.last_mut().unwrap().push(String::new()),
            '\r' if !quoted => {
                assert_eq!(characters.next(), Some('\n'));
                rows.push(vec![String::new()]);
            }
            '\n' | '"' if !quoted => panic!("{character:?} outside of quotes"),
            other => cell.push(other),
        }
    }
    assert_eq!(rows.pop().unwrap(), [""]);
    rows
}

#[test]
fn each_finding_is_a_row_that_any_reader_takes() {
    for words in languages() {
        let report = sample();
        let table = csv::report(&report, &words);
        assert_in_words(&table);
        let rows = read(table.strip_prefix('\u{feff}').unwrap());
        assert_eq!(rows.len(), count(&report) + 1);
        for row in &rows {
            assert_eq!(row.len(), 18);
        }
        let waived = rows.iter().skip(1).filter(|row| !row[17].is_empty());
        assert_eq!(waived.count(), report.judgement.waived().count());
    }
}

#[test]
fn no_cell_is_a_formula() {
    for words in languages() {
        let table = csv::report(&sample(), &words);
        let rows = read(table.strip_prefix('\u{feff}').unwrap());
        assert!(rows.iter().flatten().any(|cell| cell.starts_with("'=cmd|")));
        for cell in rows.iter().flatten() {
            assert!(
                !cell.starts_with(['=', '+', '-', '@', '\t', '\r']),
                "{cell}"
            );
        }
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let words = &languages()[1];
    assert_eq!(csv::report(&sample(), words), csv::report(&sample(), words));
}
