//! The terminal: where words go, in which language and colour.

use std::io::{self, IsTerminal, Write};
use std::process::ExitCode;

use clap::ArgMatches;
use serde_json::Value;
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
        complain(&self.words.say(&failure.message()));
    }
}

/// Writes a line to standard error; one that nobody can read is lost.
pub(crate) fn complain(text: &str) {
    drop(writeln!(io::stderr(), "yumen: {text}"));
}

/// Shows help, or what is wrong with the arguments.
pub(crate) fn usage(error: &clap::Error) -> ExitCode {
    drop(error.print());
    if error.use_stderr() {
        ExitCode::from(2)
    } else {
        ExitCode::SUCCESS
    }
}
