//! Checks of the repository itself, each a function from a [`Repository`] to problems.
//!
//! A check is one file: what it demands, why, and tests that show it failing on a bad example.

mod edges;
mod licences;
mod manifest_text;
mod manifests;
mod markdown;
mod openings;
mod purity;
mod reserved;
mod rust_text;
mod sizes;
mod spdx;
mod texts;

use crate::command::on_ci;
use crate::repository::Repository;
use std::fmt;
use std::process::ExitCode;

/// Something to put right: where, what is wrong, and what to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Problem {
    place: String,
    text: String,
}

impl Problem {
    fn at(place: &str, text: impl Into<String>) -> Problem {
        Problem {
            place: place.to_owned(),
            text: text.into(),
        }
    }

    fn at_line(path: &str, line: usize, text: impl Into<String>) -> Problem {
        Problem {
            place: format!("{path}:{line}"),
            text: text.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.text)
    }
}

type Check = fn(&Repository) -> Vec<Problem>;

const CHECKS: &[(&str, Check)] = &[
    ("edges between crates", edges::check),
    ("crates with reserved users", reserved::check),
    ("licences of outside packages", licences::check),
    ("opening lines", openings::check),
    ("purity below the line", purity::check),
    ("manifests", manifests::check),
    ("texts in both languages", texts::check),
    ("Markdown", markdown::check),
    ("sizes, names and marks", sizes::check),
];

/// What all checks together say.
#[derive(Debug, Default)]
pub(crate) struct Verdict {
    pub(crate) problems: Vec<(&'static str, Problem)>,
    /// What could not be checked and why.
    pub(crate) skipped: Option<String>,
}

/// Reads the repository and runs every check.
pub(crate) fn judge() -> Result<Verdict, String> {
    let repository = Repository::read()?;
    let mut verdict = Verdict::default();
    for (name, check) in CHECKS {
        verdict.problems.extend(
            check(&repository)
                .into_iter()
                .map(|problem| (*name, problem)),
        );
    }
    verdict.skipped = repository.outside_unread.map(|why| {
        let why = why.lines().map(str::trim).collect::<Vec<_>>().join(" ");
        format!("licences of outside packages: they could not be read ({why})")
    });
    Ok(verdict)
}

/// Prints the problems under the names of their checks.
pub(crate) fn show(verdict: &Verdict) {
    let mut heading = "";
    for (name, problem) in &verdict.problems {
        if *name != heading {
            println!("{name}:");
            heading = name;
        }
        println!("  {problem}");
    }
}

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, String> {
    if let Some(argument) = arguments.first() {
        return Err(format!(
            "`cargo xtask tidy` takes no argument, not `{argument}`"
        ));
    }
    let verdict = judge()?;
    show(&verdict);
    if let Some(skipped) = &verdict.skipped {
        println!("skipped: {skipped}");
    }
    let failed = !verdict.problems.is_empty() || (verdict.skipped.is_some() && on_ci());
    match verdict.problems.len() {
        0 => println!("tidy: {} checks, nothing to put right", CHECKS.len()),
        many => println!("tidy: {} checks, {many} to put right", CHECKS.len()),
    }
    Ok(ExitCode::from(u8::from(failed)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_repository_is_tidy() {
        let verdict = judge().unwrap();
        let said: Vec<_> = verdict
            .problems
            .iter()
            .map(|(_, problem)| problem.to_string())
            .collect();
        assert!(said.is_empty(), "put right:\n{}", said.join("\n"));
        assert!(
            verdict.skipped.is_none() || !on_ci(),
            "{:?}",
            verdict.skipped
        );
    }
}
