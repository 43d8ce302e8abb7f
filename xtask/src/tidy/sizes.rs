//! Files stay readable at a sitting, names say something, and nothing is left for later unsaid.

use super::Problem;
use super::rust_text::words;
use crate::repository::{Repository, ending};

/// Lines of one written file.
const MOST_LINES: usize = 900;

/// Names that say nothing about what they hold.
const EMPTY_NAMES: &[&str] = &[
    "utils", "util", "common", "core", "helpers", "helper", "misc", "manager",
];

/// Marks of unfinished work, spelled so that this file does not find itself.
const MARKS: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("X", "XX"),
];
const UNFINISHED: &[&str] = &["todo", "unimplemented"];

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for (path, text) in &repository.files {
        let lines = text.lines().count();
        if lines > MOST_LINES {
            let text = format!("has {lines} lines, more than {MOST_LINES}; divide it by subject");
            problems.push(Problem::at(path, text));
        }
        problems.extend(mark_problems(path, text));
        if ending(path) == "rs" {
            problems.extend(name_problems(path, text));
        }
    }
    for member in repository.members() {
        let last = member.name.rsplit('-').next().unwrap_or_default();
        if EMPTY_NAMES.contains(&last) {
            let text = format!(
                "the name `{}` does not say what the crate is for",
                member.name
            );
            problems.push(Problem::at(&member.folder, text));
        }
    }
    problems
}

fn mark_problems<'a>(path: &'a str, text: &'a str) -> impl Iterator<Item = Problem> + 'a {
    text.lines().enumerate().flat_map(move |(index, line)| {
        let mut letters = line.split(|c: char| !c.is_alphanumeric() && c != '_');
        let mark = letters.find(|word| MARKS.contains(word));
        mark.map(|mark| {
            let text = format!("`{mark}`: do it, or say plainly what does not work yet");
            Problem::at_line(path, index + 1, text)
        })
    })
}

fn name_problems(path: &str, text: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let inner = path
        .split_once("/src/")
        .or_else(|| path.split_once("/tests/"));
    let parts = inner
        .map_or(path, |(_, inner)| inner)
        .trim_end_matches(".rs")
        .split('/');
    for part in parts.filter(|part| EMPTY_NAMES.contains(part)) {
        let text = format!("the name `{part}` does not say what the module is for");
        problems.push(Problem::at(path, text));
    }
    let words = words(text);
    for pair in words.windows(2) {
        let [first, second] = pair else { continue };
        if second.text == "!" && UNFINISHED.contains(&first.text) {
            let text = format!("`{}!` stands where code is missing", first.text);
            problems.push(Problem::at_line(path, first.line, text));
        }
    }
    for window in words.windows(3) {
        let [first, second, third] = window else {
            continue;
        };
        if first.text == "mod" && third.text == "{" && EMPTY_NAMES.contains(&second.text) {
            let text = format!(
                "the name `{}` does not say what the module is for",
                second.text
            );
            problems.push(Problem::at_line(path, first.line, text));
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Package;

    fn said(path: &str, text: &str) -> Vec<String> {
        let repository = Repository::with_files(&[(path, text)]);
        check(&repository).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn long_files_fail() {
        assert_eq!(said("a.md", &"x\n".repeat(MOST_LINES)), [""; 0]);
        let problems = said("a.md", &"x\n".repeat(MOST_LINES + 1));
        assert_eq!(
            problems,
            ["a.md: has 901 lines, more than 900; divide it by subject"]
        );
    }

    #[test]
    fn marks_of_unfinished_work_fail() {
        for mark in MARKS {
            let problems = said("src/a.rs", &format!("//! A.\n// {mark}(me): later\n"));
            assert_eq!(problems.len(), 1, "{mark}");
            assert!(problems[0].starts_with("src/a.rs:2: "), "{problems:?}");
        }
        assert_eq!(
            said("a.md", concat!("mktemp XXXX", "XX, todo, MAST", "ODON")),
            [""; 0]
        );
    }

    #[test]
    fn macros_for_missing_code_fail() {
        for name in UNFINISHED {
            let problems = said("src/a.rs", &format!("//! A.\nfn f() {{ {name}!() }}\n"));
            assert_eq!(problems.len(), 1, "{name}");
        }
        assert_eq!(said("src/a.rs", "//! A.\n// todo! in a comment\n"), [""; 0]);
    }

    #[test]
    fn names_that_say_nothing_fail() {
        for (path, text) in [
            ("crates/a/src/utils.rs", ""),
            ("crates/a/src/helpers/text.rs", ""),
            ("crates/a/tests/common/mod.rs", ""),
            ("crates/a/src/lib.rs", "mod core { }"),
        ] {
            assert_eq!(said(path, text).len(), 1, "{path}");
        }
        assert_eq!(
            said("crates/a/src/lib.rs", "use core::fmt; fn common() {}"),
            [""; 0]
        );
        let repository = Repository::with_packages(&[Package::member("yumen-core")]);
        assert_eq!(check(&repository).len(), 1);
    }
}
