//! Every Rust file opens by saying what it is: its first line begins with `//!`.

use super::Problem;
use crate::repository::Repository;

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    repository
        .texts(&["rs"])
        .filter(|(_, text)| {
            let first = text.lines().next().unwrap_or_default();
            first
                .strip_prefix("//!")
                .is_none_or(|said| said.trim().is_empty())
        })
        .map(|(path, _)| {
            Problem::at_line(
                path,
                1,
                "the file does not open with `//!` and what it is for",
            )
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_does_not_say_what_it_is_fails() {
        let repository = Repository::with_files(&[
            ("crates/a/src/lib.rs", "//! Good.\n"),
            ("crates/a/build.rs", "fn main() {}\n"),
            ("crates/a/tests/it/main.rs", "// Not a doc comment.\n"),
            ("crates/a/src/empty.rs", ""),
            ("crates/a/src/mute.rs", "//!\nfn f() {}\n"),
            ("notes.md", "text"),
        ]);
        let said: Vec<_> = check(&repository)
            .into_iter()
            .map(|problem| problem.place)
            .collect();
        let expected = [
            "crates/a/build.rs:1",
            "crates/a/src/empty.rs:1",
            "crates/a/src/mute.rs:1",
            "crates/a/tests/it/main.rs:1",
        ];
        assert_eq!(said, expected);
    }
}
