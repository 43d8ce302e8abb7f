//! `cargo xtask test`: everything that must hold before a change lands, in one run.
//!
//! A step that fails does not stop the others, so that one run shows everything. What is skipped
//! is said with its reason; on CI a skipped check is a failed one unless it is on a list here.
//!
//! `--workspace` is passed nowhere: it would override `default-members` and compile what is heavy.

use crate::command::{self, TestCount, cargo, on_ci, root, works};
use crate::postgres::{self, Postgres};
use crate::sdks::{self, Drive};
use crate::tidy;
use std::process::{Command, ExitCode};
use std::time::{Duration, Instant};

/// What CI may skip, by the name it is skipped under, and why that is right.
const CI_MAY_SKIP: &[(&str, &str)] = &[];

/// Data beside the workspace that some tests read if it is there.
const DATA_BESIDE: &[(&str, &str)] = &[(
    "../shared/data/classbench",
    "the tests on the ClassBench rule sets; made ones stand in for them",
)];

#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Passed(String),
    Failed(String),
    Skipped(String),
}

struct Step {
    name: &'static str,
    outcome: Outcome,
    took: Duration,
}

pub(crate) fn run(arguments: &[String]) -> Result<ExitCode, String> {
    let all = match arguments {
        [] => false,
        [all] if all == "--all" => true,
        [first, ..] => {
            return Err(format!(
                "`{first}` is not understood after `cargo xtask test`"
            ));
        }
    };
    let ci = on_ci();
    let begun = Instant::now();
    let mut steps = vec![
        timed("format", || {
            with_component("fmt", "rustfmt", cargo().args(["fmt", "--all", "--check"]))
        }),
        timed("tidy", repository_itself),
        timed("lints", || {
            with_component("clippy", "clippy", &mut lints(&[]))
        }),
        timed("lints of xtask", || {
            with_component("clippy", "clippy", &mut lints(&["-p", "xtask"]))
        }),
        timed("docs", || {
            by_status(
                cargo()
                    .args(["doc", "--no-deps"])
                    .env("RUSTDOCFLAGS", "-D warnings"),
            )
        }),
    ];
    let mut notes = Vec::new();
    let mut server = None;
    steps.push(timed("PostgreSQL for tests", || database(&mut server)));
    steps.push(timed("tests", || tests(&[], server.as_ref(), &mut notes)));
    drop(server);
    steps.push(timed("tests of xtask", || {
        tests(&["-p", "xtask"], None, &mut notes)
    }));
    steps.push(timed("official SDKs", || match sdks::drive() {
        Drive::Passed(said) => Outcome::Passed(said),
        Drive::Failed(why) => Outcome::Failed(why),
        Drive::Skipped(why) => Outcome::Skipped(why),
    }));
    steps.push(timed("benchmarks compile", || benchmarks(ci || all)));
    steps.extend(
        DATA_BESIDE
            .iter()
            .filter_map(|(path, used_by)| data_beside(path, used_by)),
    );
    let failed = summary(&steps, &notes, ci, begun.elapsed());
    Ok(ExitCode::from(u8::from(failed)))
}

fn timed(name: &'static str, step: impl FnOnce() -> Outcome) -> Step {
    println!("\n=== {name}");
    let begun = Instant::now();
    let outcome = step();
    if let Outcome::Failed(why) = &outcome {
        println!("=== {name} failed: {why}");
    }
    Step {
        name,
        outcome,
        took: begun.elapsed(),
    }
}

fn by_status(command: &mut Command) -> Outcome {
    match command::run(command) {
        Ok(status) if status.success() => Outcome::Passed(String::new()),
        Ok(_) => Outcome::Failed(format!("repeat it: {}", command::spelled(command))),
        Err(why) => Outcome::Failed(why),
    }
}

/// Runs a cargo subcommand that comes as a component of the toolchain.
fn with_component(subcommand: &str, component: &str, command: &mut Command) -> Outcome {
    if works(cargo().args([subcommand, "--version"])) {
        by_status(command)
    } else {
        Outcome::Skipped(format!(
            "`{component}` is not installed; `rustup component add {component}` adds it"
        ))
    }
}

fn lints(package: &[&str]) -> Command {
    let mut command = cargo();
    command
        .arg("clippy")
        .args(package)
        .args(["--all-targets", "--", "-D", "warnings"]);
    command
}

fn repository_itself() -> Outcome {
    if !works(
        Command::new("git")
            .current_dir(root())
            .args(["rev-parse", "--git-dir"]),
    ) {
        return Outcome::Skipped("git is not installed, or this is not a clone".into());
    }
    match tidy::judge() {
        Ok(verdict) => {
            tidy::show(&verdict);
            match (verdict.problems.len(), verdict.skipped) {
                (0, None) => Outcome::Passed(String::new()),
                (0, Some(skipped)) => Outcome::Skipped(skipped),
                (many, _) => Outcome::Failed(format!("{many} to put right; `cargo xtask tidy`")),
            }
        }
        Err(why) => Outcome::Failed(why),
    }
}

/// Starts a database for the tests of the store, unless one was given.
fn database(server: &mut Option<Postgres>) -> Outcome {
    if std::env::var_os(postgres::VARIABLE).is_some() {
        return Outcome::Passed(format!("{} is set", postgres::VARIABLE));
    }
    match Postgres::start() {
        Ok(started) => {
            let said = started.url.clone();
            *server = Some(started);
            Outcome::Passed(said)
        }
        Err(why) => Outcome::Skipped(why),
    }
}

fn tests(package: &[&str], server: Option<&Postgres>, notes: &mut Vec<String>) -> Outcome {
    let mut command = cargo();
    command.arg("test").args(package).arg("--no-fail-fast");
    if let Some(server) = server {
        command.env(postgres::VARIABLE, &server.url);
    }
    match command::run_tests(&mut command) {
        Ok((status, count)) => {
            let outcome = judge_tests(status.success(), &count);
            notes.extend(count.skipped);
            if count.ignored > 0 {
                notes.push(format!(
                    "{} ignored tests: marked `#[ignore]`",
                    count.ignored
                ));
            }
            outcome
        }
        Err(why) => Outcome::Failed(why),
    }
}

fn judge_tests(success: bool, count: &TestCount) -> Outcome {
    match (success, count.passed, count.failed) {
        (true, 0, _) => Outcome::Failed("not one test ran".into()),
        (true, passed, 0) => Outcome::Passed(format!("{passed} tests")),
        (_, _, 0) => Outcome::Failed("it did not compile, or a test program crashed".into()),
        (_, passed, failed) => Outcome::Failed(format!("{failed} of {} tests", passed + failed)),
    }
}

/// About a minute on two cores from a cold cache: enough to spare a user, not to spare CI.
fn benchmarks(wanted: bool) -> Outcome {
    if wanted {
        let members = ["-p", "yumen-bench", "-p", "yumen-fuzz-targets"];
        by_status(cargo().arg("check").args(members).arg("--all-targets"))
    } else {
        Outcome::Skipped("they take long to compile; `cargo xtask test --all` does it".into())
    }
}

fn data_beside(path: &'static str, used_by: &str) -> Option<Step> {
    let there = root().join(path).is_dir();
    let outcome = Outcome::Skipped(format!("the folder is not there; without it go {used_by}"));
    (!there).then_some(Step {
        name: path,
        outcome,
        took: Duration::ZERO,
    })
}

/// Prints what ran, what did not and why; true if that is a failure.
fn summary(steps: &[Step], notes: &[String], ci: bool, took: Duration) -> bool {
    println!("\n=== summary");
    for step in steps {
        let seconds = step.took.as_secs_f64();
        let (word, detail) = match &step.outcome {
            Outcome::Passed(detail) => ("passed", detail),
            Outcome::Failed(why) => ("FAILED", why),
            Outcome::Skipped(why) => ("skipped", why),
        };
        let line = format!("{word:<8} {seconds:>6.1} s  {}", step.name);
        println!(
            "{line}{}{detail}",
            if detail.is_empty() { "" } else { ": " }
        );
    }
    for note in notes {
        println!("skipped            within the tests: {note}");
    }
    let failures = failures(steps, notes, ci, CI_MAY_SKIP);
    for failure in &failures {
        println!("not good: {failure}");
    }
    let verdict = if failures.is_empty() {
        "all is well"
    } else {
        "this must not land"
    };
    println!("{verdict} ({:.0} s)", took.as_secs_f64());
    !failures.is_empty()
}

/// What makes the run a failed one.
fn failures(steps: &[Step], notes: &[String], ci: bool, may_skip: &[(&str, &str)]) -> Vec<String> {
    let listed = |name: &str| may_skip.iter().any(|(listed, _)| name.starts_with(listed));
    let mut failures = Vec::new();
    for step in steps {
        match &step.outcome {
            Outcome::Passed(_) => {}
            Outcome::Failed(_) => failures.push(format!("`{}` failed", step.name)),
            Outcome::Skipped(_) if ci && !listed(step.name) => {
                failures.push(format!(
                    "`{}` was skipped, which CI does not accept",
                    step.name
                ));
            }
            Outcome::Skipped(_) => {}
        }
    }
    let unlisted = notes.iter().filter(|note| ci && !listed(note));
    failures.extend(unlisted.map(|note| format!("`{note}` was skipped, which CI does not accept")));
    failures
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(name: &'static str, outcome: Outcome) -> Step {
        Step {
            name,
            outcome,
            took: Duration::ZERO,
        }
    }

    #[test]
    fn a_failed_step_fails_the_run_anywhere() {
        let steps = [
            step("a", Outcome::Passed(String::new())),
            step("b", Outcome::Failed("no".into())),
        ];
        assert_eq!(failures(&steps, &[], false, &[]), ["`b` failed"]);
        assert_eq!(
            failures(&steps, &[], true, &[("b", "never")]),
            ["`b` failed"]
        );
    }

    #[test]
    fn a_skipped_step_fails_only_on_ci_and_only_unlisted() {
        let steps = [step("a", Outcome::Skipped("why".into()))];
        let notes = ["rule sets: not there".to_owned()];
        assert_eq!(failures(&steps, &notes, false, &[]), [""; 0]);
        assert_eq!(failures(&steps, &notes, true, &[]).len(), 2);
        let listed = [("a", "reason"), ("rule sets", "reason")];
        assert_eq!(failures(&steps, &notes, true, &listed), [""; 0]);
    }

    #[test]
    fn a_test_run_passes_only_if_tests_ran_and_none_failed() {
        let count = |passed, failed| TestCount {
            passed,
            failed,
            ..TestCount::default()
        };
        assert_eq!(
            judge_tests(true, &count(3, 0)),
            Outcome::Passed("3 tests".into())
        );
        for (success, count) in [
            (true, count(0, 0)),
            (false, count(3, 0)),
            (false, count(3, 1)),
            (true, count(3, 1)),
        ] {
            assert!(
                matches!(judge_tests(success, &count), Outcome::Failed(_)),
                "{count:?}"
            );
        }
    }

    #[test]
    fn a_missing_component_is_skipped_with_the_way_to_get_it() {
        let outcome = with_component("no-such-subcommand", "that", &mut cargo());
        let Outcome::Skipped(why) = outcome else {
            panic!("{outcome:?}")
        };
        assert!(why.contains("rustup component add that"));
    }

    #[test]
    fn missing_data_is_told_and_present_data_is_not() {
        assert!(data_beside("crates", "x").is_none());
        assert!(data_beside("no-such-folder", "x").is_some());
    }
}
