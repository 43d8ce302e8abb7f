//! The terminal: where words go, in which language and colour.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::ArgMatches;
use clap::error::{ContextKind, ErrorKind};
use serde_json::Value;
use yumen_diagnostics::Message;
use yumen_report::{Paint, Words};

use crate::failure::{Failure, output};

/// Everything that a command needs to speak.
pub(crate) struct Shell {
    pub(crate) words: Words,
    pub(crate) paint: Paint,
}

impl Shell {
    pub(crate) fn new(words: Words, matches: &ArgMatches) -> Self {
        let colour = match matches.get_one::<String>("color").map(String::as_str) {
            Some("always") => true,
            Some("never") => false,
            _ => {
                let refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
                io::stdout().is_terminal() && !refused
            }
        };
        Self {
            words,
            paint: Paint { colour },
        }
    }

    /// Writes text to standard output.
    pub(crate) fn print(&self, text: &str) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        out.write_all(text.as_bytes())
            .and_then(|()| out.flush())
            .map_err(output)
    }

    /// Writes a value as indented JSON.
    pub(crate) fn print_json(&self, value: &Value) -> Result<(), Failure> {
        let mut out = io::BufWriter::new(io::stdout().lock());
        serde_json::to_writer_pretty(&mut out, value).map_err(|error| output(error.into()))?;
        out.write_all(b"\n")
            .and_then(|()| out.flush())
            .map_err(output)
    }

    /// Tells what went wrong.
    pub(crate) fn complain(&self, failure: &Failure) {
        if let Failure::Operation(yumen_operations::Failure::Settings(_, problems)) = failure {
            for problem in problems {
                complain(&format!(
                    "{}: {}",
                    problem.place,
                    self.words.say(&problem.message)
                ));
            }
            let last = failure.messages().pop();
            last.iter().for_each(|last| complain(&self.words.say(last)));
            return;
        }
        for message in failure.messages() {
            complain(&self.words.say(&message));
        }
    }
}

/// Writes a line to standard error; one that nobody can read is lost.
pub(crate) fn complain(text: &str) {
    drop(writeln!(io::stderr(), "yumen: {text}"));
}

/// Shows help, or what is wrong with the arguments.
pub(crate) fn usage(words: &Words, error: &clap::Error) -> ExitCode {
    if !error.use_stderr() {
        drop(error.print());
        return ExitCode::SUCCESS;
    }
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand {
        drop(error.print());
    } else {
        complain(&words.say(&problem(error)));
    }
    ExitCode::from(2)
}

/// What is wrong with the arguments.
fn problem(error: &clap::Error) -> Message {
    let named = |kind| error.get(kind).map(ToString::to_string).unwrap_or_default();
    let argument = named(ContextKind::InvalidArg);
    match error.kind() {
        ErrorKind::UnknownArgument => {
            Message::new("usage-unknown-argument").with("argument", argument)
        }
        ErrorKind::InvalidSubcommand => Message::new("usage-unknown-command")
            .with("command", named(ContextKind::InvalidSubcommand)),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => {
            let value = named(ContextKind::InvalidValue);
            let expected = named(ContextKind::ValidValue);
            if value.is_empty() {
                Message::new("usage-missing-value").with("argument", argument)
            } else if expected.is_empty() {
                Message::new("usage-bad-value")
                    .with("argument", argument)
                    .with("value", value)
            } else {
                Message::new("usage-bad-choice")
                    .with("argument", argument)
                    .with("value", value)
                    .with("expected", expected)
            }
        }
        ErrorKind::MissingRequiredArgument => {
            Message::new("usage-missing").with("argument", argument)
        }
        ErrorKind::ArgumentConflict => Message::new("usage-conflict")
            .with("argument", argument)
            .with("other", named(ContextKind::PriorArg)),
        _ => Message::new("usage-other").with("error", error.kind().to_string()),
    }
}
