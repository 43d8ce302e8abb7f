//! `yumen exposure history` and `yumen drift list`: who opened what, when, until when.

use std::process::ExitCode;

use clap::ArgMatches;
use yumen_change::Event;
use yumen_report::changes;

use crate::failure::Failure;
use crate::govern::office;
use crate::shell::Shell;

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let Some(("history", matches)) = matches.subcommand() else {
        return Ok(ExitCode::from(2));
    };
    let resource = matches
        .get_one::<String>("RESOURCE")
        .map_or("", String::as_str);
    let desk = office::desk_to_read(matches)?;
    let entries = desk
        .store
        .by_key("exposure", resource)
        .map_err(office::store_failure)?;
    let mut events = Vec::new();
    for (_, entry) in &entries {
        if let (_, Event::Exposed(exposed)) = desk.event(entry)? {
            events.push(exposed);
        }
    }
    shell.print(&changes::exposures(
        &events,
        resource,
        &shell.words,
        shell.paint,
    ))?;
    Ok(ExitCode::SUCCESS)
}

pub(crate) fn drift(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let Some(("list", matches)) = matches.subcommand() else {
        return Ok(ExitCode::from(2));
    };
    let register = office::desk_to_read(matches)?.standing()?.register;
    shell.print(&changes::drifts(
        register.drifts(),
        &shell.words,
        shell.paint,
    ))?;
    Ok(ExitCode::SUCCESS)
}
