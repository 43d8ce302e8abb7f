//! Programs run on the user's behalf: said aloud, timed, and read where their words count.

use std::ffi::OsStr;
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode, ExitStatus, Stdio};
use std::thread;

/// The cargo that runs this program, so that every step uses the same toolchain.
pub(crate) fn cargo() -> Command {
    let mut command = Command::new(std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// The folder of the workspace. Compiled in: xtask is only ever run by `cargo xtask`.
pub(crate) fn root() -> PathBuf {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    own.parent().unwrap_or(own).to_path_buf()
}

/// Whether this is a machine on which a skipped check counts as a failed one.
pub(crate) fn on_ci() -> bool {
    std::env::var("CI").is_ok_and(|value| !matches!(value.as_str(), "" | "0" | "false"))
}

/// The command as one would type it, with the variables it sets.
pub(crate) fn spelled(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let name = program.file_stem().unwrap_or(program.as_os_str());
    let variables = command.get_envs().filter_map(|(key, value)| {
        value.map(|value| format!("{}={}", key.to_string_lossy(), quoted(value)))
    });
    let words = std::iter::once(name).chain(command.get_args()).map(quoted);
    variables.chain(words).collect::<Vec<_>>().join(" ")
}

fn quoted(word: &OsStr) -> String {
    let word = word.to_string_lossy();
    if word.is_empty() || word.contains([' ', '\'', '"', '$', '*']) {
        format!("'{}'", word.replace('\'', r"'\''"))
    } else {
        word.into_owned()
    }
}

/// Runs a command with the terminal as it is.
pub(crate) fn run(command: &mut Command) -> Result<ExitStatus, String> {
    println!("$ {}", spelled(command));
    command
        .status()
        .map_err(|error| format!("`{}` could not be started: {error}", spelled(command)))
}

/// Runs a command and passes its exit code on, so that `cargo xtask X` means what X says.
pub(crate) fn hand_over(command: &mut Command) -> Result<ExitCode, String> {
    let code = run(command)?
        .code()
        .and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}

/// Whether a command can be started and succeeds; its words are not shown.
pub(crate) fn works(command: &mut Command) -> bool {
    command
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|status| status.success())
}

/// Runs a command and returns what it printed, or what it complained about.
pub(crate) fn output(command: &mut Command) -> Result<String, String> {
    let said = spelled(command);
    let output = command
        .output()
        .map_err(|error| format!("`{said}` could not be started: {error}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!(
            "`{said}` failed: {}",
            String::from_utf8_lossy(&output.stderr).trim()
        ))
    }
}

/// What the closing lines of a test run said, and the tests that said they skipped something.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct TestCount {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) ignored: u64,
    /// A test that cannot do its work writes `skipped: WHAT: WHY` to standard error itself
    /// (`writeln!(std::io::stderr(), …)`, which the test runner does not capture).
    pub(crate) skipped: Vec<String>,
}

impl TestCount {
    fn read(&mut self, line: &str) {
        if let Some(said) = line.strip_prefix("skipped: ") {
            self.skipped.push(said.trim().to_owned());
        }
        let Some(counts) = line.strip_prefix("test result: ") else {
            return;
        };
        for part in counts.split([';', '.']) {
            let mut words = part.split_whitespace();
            let Some(Ok(number)) = words.next().map(str::parse::<u64>) else {
                continue;
            };
            match words.next() {
                Some("passed") => self.passed += number,
                Some("failed") => self.failed += number,
                Some("ignored") => self.ignored += number,
                _ => {}
            }
        }
    }

    fn add(mut self, other: TestCount) -> TestCount {
        self.passed += other.passed;
        self.failed += other.failed;
        self.ignored += other.ignored;
        self.skipped.extend(other.skipped);
        self
    }
}

/// Runs `cargo test …`, showing everything it says and counting its tests.
pub(crate) fn run_tests(command: &mut Command) -> Result<(ExitStatus, TestCount), String> {
    println!("$ {}", spelled(command));
    // Read through a pipe, cargo would believe that nobody looks and drop its colours.
    let chosen = ["NO_COLOR", "CARGO_TERM_COLOR"].map(std::env::var_os);
    if std::io::stderr().is_terminal() && chosen == [None, None] {
        command.env("CARGO_TERM_COLOR", "always");
    }
    let mut child = command
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|error| format!("`{}` could not be started: {error}", spelled(command)))?;
    let (stdout, stderr) = (child.stdout.take(), child.stderr.take());
    let complaints = thread::spawn(move || pass_on(stderr, &mut std::io::stderr()));
    let mut count = pass_on(stdout, &mut std::io::stdout());
    if let Ok(other) = complaints.join() {
        count = count.add(other);
    }
    let status = child
        .wait()
        .map_err(|error| format!("a test run was lost: {error}"))?;
    Ok((status, count))
}

fn pass_on(from: Option<impl Read>, to: &mut impl Write) -> TestCount {
    let mut count = TestCount::default();
    let Some(from) = from else { return count };
    let mut from = BufReader::new(from);
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|read| read > 0) {
        // A closed terminal is no reason to stop counting.
        let _ = to.write_all(&line);
        count.read(&String::from_utf8_lossy(&line));
        line.clear();
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closing_lines_are_added_up() {
        let text = "running 2 tests\n\
            test result: ok. 2 passed; 0 failed; 1 ignored; 0 measured; 4 filtered out; finished in 0.00s\n\
            test result: FAILED. 3 passed; 1 failed; 0 ignored; 0 measured; 0 filtered out\n\
            skipped: ClassBench: no folder\n";
        let mut shown = Vec::new();
        let count = pass_on(Some(text.as_bytes()), &mut shown);
        let skipped = vec!["ClassBench: no folder".to_owned()];
        assert_eq!(
            count,
            TestCount {
                passed: 5,
                failed: 1,
                ignored: 1,
                skipped
            }
        );
        assert_eq!(shown, text.as_bytes());
    }

    #[test]
    fn commands_are_spelled_as_one_types_them() {
        let mut command = Command::new("/somewhere/cargo");
        command
            .args(["doc", "--title", "a b"])
            .env("RUSTDOCFLAGS", "-D warnings");
        assert_eq!(
            spelled(&command),
            "RUSTDOCFLAGS='-D warnings' cargo doc --title 'a b'"
        );
    }

    #[test]
    fn a_program_that_fails_does_not_work() {
        assert!(works(cargo().arg("--version")));
        assert!(!works(cargo().arg("there-is-no-such-subcommand")));
        assert!(!works(&mut Command::new("there-is-no-such-program")));
    }
}
