//! Every message that the code names has words.

use std::collections::BTreeSet;
use std::path::Path;

use yumen_report::Language;

fn named(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            named(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        for rest in text.split("\"notify-").skip(1) {
            found.insert(format!("notify-{}", rest.split('"').next().unwrap()));
        }
    }
}

#[test]
fn every_message_has_words_and_every_text_is_said() {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut used = BTreeSet::new();
    named(&source, &mut used);
    let defined = yumen_notify::TEXTS.chinese.lines();
    let defined: BTreeSet<String> = defined
        .filter_map(|line| line.split_once(" = "))
        .map(|(id, _)| id.to_owned())
        .collect();
    assert_eq!(used, defined);
    assert!(used.len() > 40);
    let speakers = crate::speakers();
    let chinese = speakers.of(Language::Chinese);
    assert_eq!(chinese.text("notify-link"), "查看详情");
    assert_eq!(chinese.text("severity-high"), "高");
}
