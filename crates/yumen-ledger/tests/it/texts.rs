//! Each message has its words, and no words are left over.

use std::collections::BTreeSet;
use std::path::Path;

use yumen_ledger::TEXTS;

#[test]
fn messages_and_words_belong_together() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut used = BTreeSet::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let source = std::fs::read_to_string(entry.unwrap().path()).unwrap();
        for part in source.split("\"ledger-").skip(1) {
            used.insert(format!("ledger-{}", part.split(['"', '(']).next().unwrap()));
        }
    }
    assert!(used.len() > 60, "{used:?}");
    for words in [TEXTS.english, TEXTS.chinese] {
        let ids: BTreeSet<String> = words
            .lines()
            .filter_map(|line| line.split_once(" = "))
            .map(|(id, _)| id.to_owned())
            .collect();
        assert_eq!(ids, used);
    }
}
