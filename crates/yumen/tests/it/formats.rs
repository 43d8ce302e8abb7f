//! The formats for other programs, the catalogue and the frameworks, as the program prints them.

use serde_json::Value;

use crate::program::yumen;

#[test]
fn every_format_is_printed_alone_and_ends_as_the_audit_does() {
    let folder = tempfile::tempdir().unwrap();
    let run = |format: &str, language: &str| {
        let run = yumen(
            folder.path(),
            &["demo", "--format", format, "--lang", language],
        );
        assert_eq!((run.code, run.err.as_str()), (3, ""), "{format}");
        run.out
    };
    for language in ["en", "zh"] {
        let sarif: Value = serde_json::from_str(&run("sarif", language)).unwrap();
        let results = sarif["runs"][0]["results"].as_array().unwrap();
        for result in results {
            let place = &result["locations"][0]["physicalLocation"];
            let file = place["artifactLocation"]["uri"].as_str().unwrap();
            let text = std::fs::read_to_string(folder.path().join("yumen-demo").join(file));
            let lines = text.unwrap().lines().count() as u64;
            assert!(
                place["region"]["startLine"].as_u64().unwrap() <= lines,
                "{file}"
            );
        }
        let ocsf: Value = serde_json::from_str(&run("ocsf", language)).unwrap();
        let of = |class: u64| {
            let all = ocsf.as_array().unwrap().iter();
            all.filter(|one| one["class_uid"] == class).count()
        };
        assert_eq!(of(2004), results.len());
        assert!(of(2003) > results.len());
        assert!(run("junit", language).starts_with("<?xml"));
        let table = run("csv", language);
        assert!(table.starts_with('\u{feff}'));
        assert_eq!(table.lines().count(), results.len() + 1);
        assert!(run("markdown", language).starts_with("## "));
    }
}

#[test]
fn an_unknown_item_is_told_the_nearest() {
    let folder = tempfile::tempdir().unwrap();
    let run = yumen(folder.path(), &["item", "show", "EXP-3"]);
    assert_eq!(run.code, 2);
    assert!(run.err.contains("EXP-03"), "{}", run.err);
    let run = yumen(
        folder.path(),
        &["item", "show", "exp-03", "--format", "json"],
    );
    let item: Value = serde_json::from_str(&run.out).unwrap();
    assert_eq!((run.code, &item["id"]), (0, &Value::from("EXP-03")));
}

#[test]
fn the_catalogue_is_printed_in_both_languages() {
    let folder = tempfile::tempdir().unwrap();
    for language in ["en", "zh"] {
        let run = yumen(folder.path(), &["item", "list", "--lang", language]);
        assert_eq!(run.code, 0, "{}", run.err);
        let listed = run.out.lines().filter(|line| line.starts_with("  "));
        assert_eq!(listed.count(), 47);
        for help in [&["item", "--help"][..], &["compliance", "--help"]] {
            let run = yumen(folder.path(), &[help, &["--lang", language]].concat());
            assert!(
                run.out.contains("--lang") && !run.out.contains("help-"),
                "{}",
                run.out
            );
        }
    }
}

#[test]
fn a_failing_clause_is_told_by_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(yumen(folder.path(), &["demo", "--audit-only"]).code, 3);
    let of = |arguments: &[&str]| {
        let base = ["compliance", "yumen-demo"];
        yumen(folder.path(), &[&base, arguments].concat())
    };
    let run = of(&[]);
    assert_eq!(run.code, 3, "{}", run.err);
    let frameworks = ["mlps3", "csl", "cis", "gdpr", "pci"];
    for id in frameworks {
        assert!(run.out.contains(&format!("● {id}")), "{}", run.out);
        let one = of(&["--framework", id, "--format", "json", "--lang", "zh"]);
        let value: Value = serde_json::from_str(&one.out).unwrap();
        assert_eq!(value["frameworks"][0]["id"], id);
        assert!(!one.out.contains("综合得分"));
    }
    let run = of(&[
        "--framework",
        "mlps3",
        "--format",
        "markdown",
        "--lang",
        "zh",
    ]);
    assert!(run.out.contains("高风险"));
    assert_eq!(of(&["--framework", "soc2"]).code, 2);
}
