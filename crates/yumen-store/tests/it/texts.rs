//! Every message has words in both languages, with the same variables.

use std::collections::{BTreeMap, BTreeSet};

use yumen_store::TEXTS;

fn messages(fluent: &str) -> BTreeMap<&str, BTreeSet<&str>> {
    let lines = fluent
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    lines
        .map(|line| {
            let (id, words) = line.split_once(" = ").expect(line);
            let variables = words
                .split("{ $")
                .skip(1)
                .map(|rest| rest.split_once(" }").unwrap().0);
            assert!(!words.ends_with(['.', '。']), "{line}");
            (id, variables.collect())
        })
        .collect()
}

#[test]
fn both_languages_say_the_same() {
    let (english, chinese) = (messages(TEXTS.english), messages(TEXTS.chinese));
    assert_eq!(english, chinese);
}

#[test]
fn every_id_in_the_code_has_words_and_the_other_way_round() {
    let source = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut code = String::new();
    let mut directories = vec![source];
    while let Some(directory) = directories.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                directories.push(path);
            } else {
                code.push_str(&std::fs::read_to_string(path).unwrap());
            }
        }
    }
    let quoted: BTreeSet<&str> = code
        .split('"')
        .filter(|text| text.starts_with("store-"))
        .filter(|text| {
            text.bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte == b'-' || byte.is_ascii_digit())
        })
        .collect();
    let words: BTreeSet<&str> = messages(TEXTS.english).into_keys().collect();
    assert_eq!(quoted, words);
}
