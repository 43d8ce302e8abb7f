//! Markdown: complete where it fits, within a comment where it does not, and safe.

use std::fmt::Write;

use yumen_report::markdown;

use crate::judged::{assert_in_words, count, judged, languages, sample};

/// Lines of findings, waived ones too.
fn listed(text: &str) -> usize {
    let lines = text.lines();
    lines
        .filter(|line| {
            ["- ● **", "- ◐ **", "- ? **"]
                .iter()
                .any(|start| line.starts_with(start))
        })
        .count()
}

#[test]
fn it_has_headline_score_entries_and_every_finding() {
    for words in languages() {
        let report = sample();
        let text = markdown::report(&report, &words);
        assert_in_words(&text);
        assert_eq!(listed(&text), count(&report));
        assert!(text.contains(&report.score.value.to_string()));
        let rows = text.lines().filter(|line| line.starts_with("| "));
        // Entries and items, each with its heading.
        assert_eq!(rows.count(), report.entries.len().min(30) + 1 + 47 + 1);
        assert_eq!(
            text.matches("<details>").count(),
            text.matches("</details>").count()
        );
    }
}

#[test]
fn every_row_of_a_table_has_the_cells_of_its_heading() {
    let text = markdown::report(&sample(), &languages()[0]);
    let mut cells = 0;
    for line in text.lines() {
        if !line.starts_with('|') {
            cells = 0;
            continue;
        }
        let here = line.replace("\\|", "").matches('|').count();
        assert!(cells == 0 || cells == here, "{line}");
        cells = here;
    }
}

#[test]
fn no_name_means_anything() {
    let text = markdown::report(&sample(), &languages()[0]);
    let folds = ["<details>", "<summary>", "</summary>", "</details>"];
    let rest = folds.iter().fold(text, |text, tag| text.replace(tag, ""));
    assert!(!rest.contains(['<', '>']));
    assert!(!rest.contains("@everyone") && !rest.contains("http://"));
    assert!(!rest.contains("](") || rest.contains("\\]("));
}

#[test]
fn a_large_estate_stays_within_a_comment_and_says_what_is_missing() {
    let mut estate = String::from("vpc vpc-a 10.0.0.0/16\nvswitch vsw-1 vpc-a 10.0.0.0/16\n");
    for number in 0..300 {
        let (high, low) = (number / 200, number % 200 + 10);
        writeln!(
            estate,
            "sg sg-{number} vpc-a basic\n  in accept 1 tcp 22 from 0.0.0.0/0\n\
             eni eni-{number} vpc-a vsw-1 10.0.{high}.{low} sg-{number} instance=i-{number} \
             public=47.1.{high}.{low} name=web-{number}"
        )
        .unwrap();
    }
    let report = judged(&estate, "", "");
    for words in languages() {
        let text = markdown::report(&report, &words);
        assert!(text.chars().count() < 65_536);
        assert!(listed(&text) < count(&report));
        let left = count(&report) - listed(&text);
        let digits: String = text
            .chars()
            .filter(|one| !matches!(one, ',' | '\u{a0}'))
            .collect();
        assert!(digits.contains(&left.to_string()), "{left}");
        assert_eq!(
            text.matches("<details>").count(),
            text.matches("</details>").count()
        );
    }
}

#[test]
fn the_same_report_gives_the_same_bytes() {
    let words = &languages()[1];
    assert_eq!(
        markdown::report(&sample(), words),
        markdown::report(&sample(), words)
    );
}
