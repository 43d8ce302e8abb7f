//! `yumen notify`: whom the watch tells, and whether that works.

use std::process::ExitCode;
use std::time::Duration;

use clap::ArgMatches;
use jiff::Timestamp;
use yumen_diagnostics::Message;
use yumen_notify::{Outcome, Speakers};
use yumen_operations::send_test;

use crate::failure::Failure;
use crate::govern::office::{self, said};
use crate::locale;
use crate::shell::Shell;

/// How long one attempt may take.
const PATIENCE: Duration = Duration::from_secs(15);

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    match matches.subcommand() {
        Some(("list", matches)) => list(shell, matches),
        Some(("test", matches)) => test(shell, matches),
        _ => Ok(ExitCode::from(2)),
    }
}

fn list(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let ground = office::ground(matches)?;
    let mut lines: Vec<String> = ground
        .channels
        .iter()
        .map(|channel| {
            let kind = channel.kind.word();
            format!("{}  {kind}  {}", channel.name, channel.severity.word())
        })
        .collect();
    if lines.is_empty() {
        lines.push(shell.words.text("notify-none"));
    }
    shell.print(&(lines.join("\n") + "\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn test(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name = matches.get_one::<String>("NAME").map_or("", String::as_str);
    let ground = office::ground(matches)?;
    let Some(settings) = ground.channels.iter().find(|one| one.name == name) else {
        let names: Vec<&str> = ground
            .channels
            .iter()
            .map(|one| one.name.as_str())
            .collect();
        let message = Message::new("notify-unknown")
            .with("name", name)
            .with("names", names.join(" | "));
        return Err(Failure::Input(message));
    };
    let speakers = Speakers::new(&locale::texts()).map_err(|error| {
        Failure::Input(Message::new("notices-texts").with("error", error.to_string()))
    })?;
    let message = match send_test(settings, &speakers, Timestamp::now(), PATIENCE)? {
        Outcome::Delivered => {
            said(
                shell,
                &[Message::new("notify-delivered").with("name", name)],
            )?;
            return Ok(ExitCode::SUCCESS);
        }
        Outcome::Later(why) | Outcome::Refused(why) => why,
        Outcome::Limited { reason, .. } => reason,
    };
    let failed = Message::new("notify-not-delivered").with("name", name);
    said(shell, &[failed, message])?;
    Ok(ExitCode::from(3))
}
