//! The catalogue, the pages of items, and frameworks clause by clause.

use yumen_baseline::{CATALOGUE, FRAMEWORKS, Framework, Verdict};
use yumen_diagnostics::Message;
use yumen_report::{Language, Paint, compliance, item, width};

use crate::judged::{assert_in_words, judged, languages, sample};

const PLAIN: Paint = Paint { colour: false };

fn assert_fits(text: &str) {
    for line in text.lines() {
        assert!(width(line) <= 100, "{} columns: {line}", width(line));
    }
}

#[test]
fn every_item_is_listed_and_has_its_page_on_a_terminal() {
    for words in languages() {
        let list = item::list(&words, PLAIN);
        assert_fits(&list);
        assert_in_words(&list);
        for one in CATALOGUE {
            assert_eq!(list.matches(&format!("  {}  ", one.id)).count(), 1);
            let page = item::page(&words, PLAIN, one);
            assert_fits(&page);
            assert_in_words(&page);
            assert!(!page.contains("## "));
            let clauses = FRAMEWORKS
                .iter()
                .flat_map(|one_of| one_of.clauses_of(one.id));
            for clause in clauses {
                assert!(page.contains(&format!("  {} ", clause.id)), "{}", clause.id);
            }
            let json = item::json(&words, one);
            assert_eq!(json["id"], one.id.as_str());
            assert!(json["page"].as_str().unwrap().starts_with("# "));
        }
        let all = item::list_json(&words);
        assert_eq!(all["items"].as_array().unwrap().len(), 47);
    }
}

#[test]
fn headings_are_bold_where_colour_is_wanted() {
    let page = item::page(&languages()[0], Paint { colour: true }, CATALOGUE[0]);
    assert!(page.contains("\u{1b}[1mWhat it checks\u{1b}[0m"));
}

#[test]
fn every_clause_is_told_with_what_speaks_for_it() {
    let report = sample();
    for words in languages() {
        for framework in FRAMEWORKS {
            let results = compliance::results(&report, Some(framework));
            let next = Message::new("compliance-all");
            let text = compliance::text(&report, &words, PLAIN, &results, &next);
            assert_fits(&text);
            assert_in_words(&text);
            let markdown = compliance::markdown(&report, &words, &results);
            assert_in_words(&markdown);
            for clause in framework.clauses {
                assert!(text.contains(&format!(" {} ", clause.id)), "{}", clause.id);
                assert!(
                    markdown.contains(&format!("| {} |", clause.id)),
                    "{}",
                    clause.id
                );
            }
            for one in [&text, &markdown] {
                assert!(!one.contains("综合得分"));
                let (disclaimer, between) = match words.language() {
                    Language::English => ("no legal verdict on compliance", " "),
                    Language::Chinese => ("不代表法律意义上的合规结论", ""),
                };
                assert!(one.replace('\n', between).contains(disclaimer));
            }
        }
    }
}

#[test]
fn what_assessors_call_high_risk_is_marked() {
    let report = sample();
    let results = compliance::results(&report, Framework::find("mlps3"));
    let next = Message::new("compliance-all");
    let [english, chinese] = languages();
    let text = compliance::text(&report, &english, PLAIN, &results, &next);
    assert!(text.contains("High-risk to assessors: EXP-03"));
    let text = compliance::text(&report, &chinese, PLAIN, &results, &next);
    assert!(text.contains("高风险：EXP-03"));
}

#[test]
fn all_frameworks_are_a_line_each_and_one_failing_clause_fails() {
    let report = sample();
    let results = compliance::results(&report, None);
    assert_eq!(results.len(), FRAMEWORKS.len());
    assert!(compliance::fails(&results));
    let json = compliance::json(&report, &languages()[1], &results);
    assert_eq!(
        json["frameworks"].as_array().unwrap().len(),
        FRAMEWORKS.len()
    );
    assert!(json["disclaimer"].as_str().unwrap().contains("不代表"));
    let empty = judged("", "", "");
    let results = compliance::results(&empty, None);
    let failing = results.iter().flat_map(|result| &result.clauses);
    let failing = failing.filter(|one| one.verdict == Verdict::Fail);
    assert_eq!(compliance::fails(&results), failing.count() > 0);
}
