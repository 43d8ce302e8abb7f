//! Below the line a crate knows no clock, no environment, no file, no randomness: they come in as
//! arguments, so that the same input gives the same bytes.
//!
//! A search in the source, with comments, strings and test code set aside. It does not follow
//! what an outside package does; those are few and named in the manifests.

use super::rust_text::{Word, without_tests, words};
use super::{Problem, edges};
use crate::repository::Repository;
use std::collections::BTreeSet;

/// Parts of the standard library that reach outside.
const OUTSIDE_STD: &[(&str, &str)] = &[
    ("env", "the environment"),
    ("fs", "files"),
    ("process", "other programs"),
];

/// Names that reach outside wherever they come from.
const OUTSIDE_NAMES: &[(&str, &str)] = &[
    ("TcpStream", "the network"),
    ("TcpListener", "the network"),
    ("UdpSocket", "the network"),
    ("RandomState", "randomness"),
];

/// Crates of random numbers; any path into them counts.
const RANDOM_CRATES: &[&str] = &["rand", "getrandom", "fastrand", "rand_core", "uuid"];

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    edges::below_the_line()
        .flat_map(|room| crate_problems(room.name, repository))
        .collect()
}

fn crate_problems(name: &str, repository: &Repository) -> Vec<Problem> {
    let sources = format!("crates/{name}/src/");
    let own = || {
        repository
            .texts(&["rs"])
            .filter(|(path, _)| path.starts_with(&sources))
    };
    let mut problems = Vec::new();
    let mut tests_only = BTreeSet::new();
    for (path, text) in own() {
        for module in without_tests(&words(text)).test_modules {
            tests_only.insert(format!("{}{module}", module_folder(path)));
        }
    }
    for (path, text) in own() {
        let words = words(text);
        if path == format!("{sources}lib.rs") && !forbids_unsafe(&words) {
            problems.push(Problem::at(
                path,
                "a crate below the line opens with `#![forbid(unsafe_code)]`",
            ));
        }
        let only_tests = tests_only.iter().any(|module| {
            path.strip_prefix(module.as_str())
                .is_some_and(|rest| rest == ".rs" || rest.starts_with('/'))
        });
        if only_tests {
            continue;
        }
        for (line, what, kind) in reaches(&without_tests(&words).words) {
            problems.push(Problem::at_line(
                path,
                line,
                format!(
                    "`{what}` reaches {kind}; `{name}` is below the line, so take it as an \
                     argument from a shell"
                ),
            ));
        }
    }
    problems
}

/// Where the modules that a file declares lie: `a/lib.rs` → `a/`, `a/b.rs` → `a/b/`.
fn module_folder(path: &str) -> String {
    let (folder, file) = path.rsplit_once('/').unwrap_or(("", path));
    match file {
        "lib.rs" | "main.rs" | "mod.rs" => format!("{folder}/"),
        _ => format!("{folder}/{}/", file.trim_end_matches(".rs")),
    }
}

fn forbids_unsafe(words: &[Word<'_>]) -> bool {
    let wanted = ["#", "!", "[", "forbid", "(", "unsafe_code", ")", "]"];
    words
        .windows(wanted.len())
        .any(|window| window.iter().map(|word| word.text).eq(wanted))
}

/// Every place that reaches outside: line, what, and what it reaches.
fn reaches(words: &[Word<'_>]) -> Vec<(usize, String, &'static str)> {
    let mut found = Vec::new();
    let mut rest = words;
    while let Some((first, after)) = rest.split_first() {
        let texts = |index: usize| after.get(index).map_or("", |word| word.text);
        match first.text {
            "std" if texts(0) == "::" => {
                for word in heads(after.get(1..).unwrap_or_default()) {
                    if let Some((_, kind)) = OUTSIDE_STD.iter().find(|(n, _)| *n == word.text) {
                        found.push((word.line, format!("std::{}", word.text), *kind));
                    }
                }
            }
            "SystemTime" | "Instant" | "Zoned" | "Timestamp"
                if texts(0) == "::" && texts(1) == "now" =>
            {
                found.push((first.line, format!("{}::now", first.text), "the clock"));
            }
            name if RANDOM_CRATES.contains(&name) && texts(0) == "::" => {
                found.push((first.line, format!("{name}::"), "randomness"));
            }
            name => {
                if let Some((_, kind)) = OUTSIDE_NAMES.iter().find(|(n, _)| *n == name) {
                    found.push((first.line, name.to_owned(), *kind));
                }
            }
        }
        rest = after;
    }
    found
}

/// The first names of a path or of a group of paths: `fs::read` → `fs`, `{fs, io::Read}` → both.
fn heads<'a>(words: &[Word<'a>]) -> Vec<Word<'a>> {
    let Some((first, rest)) = words.split_first() else {
        return Vec::new();
    };
    if first.text != "{" {
        return vec![*first];
    }
    let mut heads = Vec::new();
    let (mut depth, mut at_head) = (1usize, true);
    for word in rest {
        match word.text {
            "{" => depth += 1,
            "}" => depth -= 1,
            "," if depth == 1 => at_head = true,
            _ if at_head && depth == 1 => {
                heads.push(*word);
                at_head = false;
            }
            _ => {}
        }
        if depth == 0 {
            break;
        }
    }
    heads
}

#[cfg(test)]
mod tests {
    use super::*;

    const FORBID: &str = "//! Facts.\n#![forbid(unsafe_code)]\n";

    fn said(more: &str) -> Vec<String> {
        let lib = format!("{FORBID}{more}");
        let repository = Repository::with_files(&[("crates/yumen-cloud/src/lib.rs", &lib)]);
        check(&repository).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn what_reaches_outside_fails_with_its_line() {
        for (source, what) in [
            ("use std::fs;", "`std::fs` reaches files"),
            (
                "fn f() { std::env::var(\"A\"); }",
                "`std::env` reaches the environment",
            ),
            (
                "use std::{collections::{BTreeMap, env}, fs};",
                "`std::fs` reaches files",
            ),
            (
                "fn f() { Instant::now(); }",
                "`Instant::now` reaches the clock",
            ),
            (
                "fn f() { std::time::SystemTime::now(); }",
                "`SystemTime::now` reaches the clock",
            ),
            ("fn f() { rand::random() }", "`rand::` reaches randomness"),
            (
                "use std::net::UdpSocket;",
                "`UdpSocket` reaches the network",
            ),
        ] {
            let problems = said(source);
            assert_eq!(problems.len(), 1, "{source}: {problems:?}");
            assert!(
                problems[0].starts_with("crates/yumen-cloud/src/lib.rs:3: "),
                "{problems:?}"
            );
            assert!(problems[0].contains(what), "{problems:?}");
        }
    }

    #[test]
    fn comments_strings_tests_and_harmless_names_pass() {
        for source in [
            "// std::fs::read\nconst A: &str = \"std::env::var\";",
            "#[cfg(test)]\nmod tests { fn f() { std::fs::read(\"a\"); } }",
            "use std::net::Ipv4Addr; use std::time::Duration; use std::{fmt, io::{env}};",
            "fn f(now: Instant, operand: u8) {}",
        ] {
            assert_eq!(said(source), [""; 0], "{source}");
        }
    }

    #[test]
    fn files_of_tests_pass_and_their_neighbours_do_not() {
        let read = "//! Reads.\nfn f() { std::fs::read(\"a\"); }";
        let repository = Repository::with_files(&[
            (
                "crates/yumen-reach/src/lib.rs",
                &format!("{FORBID}mod fate;"),
            ),
            (
                "crates/yumen-reach/src/fate.rs",
                "//! Fates.\n#[cfg(test)]\nmod cases;",
            ),
            ("crates/yumen-reach/src/fate/cases.rs", read),
            ("crates/yumen-reach/src/fate/cases/deep.rs", read),
            ("crates/yumen-reach/src/cases.rs", read),
            ("crates/yumen-reach/tests/it/main.rs", read),
            ("crates/yumen-aliyun/src/lib.rs", read),
        ]);
        let places: Vec<_> = check(&repository)
            .into_iter()
            .map(|found| found.place)
            .collect();
        assert_eq!(places, ["crates/yumen-reach/src/cases.rs:2"]);
    }

    #[test]
    fn unsafe_code_must_be_forbidden() {
        let lib = (
            "crates/yumen-packets/src/lib.rs",
            "//! A.\n// #![forbid(unsafe_code)]\n",
        );
        let problems = check(&Repository::with_files(&[lib]));
        assert_eq!(problems.len(), 1);
        assert!(problems[0].text.contains("#![forbid(unsafe_code)]"));
    }
}
