//! `yumen version`: the network as it was, and what differs.

use std::process::ExitCode;

use clap::ArgMatches;
use yumen_diagnostics::Message;
use yumen_operations::{Cause, Desk};
use yumen_reach::Delta;
use yumen_report::{changes, difference_json, difference_text};

use crate::audit::is_json;
use crate::failure::Failure;
use crate::govern::office::{self, said};
use crate::shell::Shell;

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    match matches.subcommand() {
        Some(("list", matches)) => list(shell, matches),
        Some(("show", matches)) => show(shell, matches),
        Some(("diff", matches)) => diff(shell, matches),
        Some(("record", matches)) => record(shell, matches),
        _ => Ok(ExitCode::from(2)),
    }
}

fn list(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let register = office::desk_to_read(matches)?.standing()?.register;
    if is_json(matches) {
        shell.print_json(&changes::versions_json(register.versions()))?;
    } else {
        shell.print(&changes::versions(
            register.versions(),
            &shell.words,
            shell.paint,
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Writes a version out as a snapshot directory, which every other command reads.
fn show(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let desk = office::desk_to_read(matches)?;
    let address = find(&desk, argument(matches, "VERSION"))?;
    let files = desk
        .store
        .get_snapshot(&address)
        .map_err(office::store_failure)?;
    let short: String = address.chars().take(12).collect();
    let out = matches.get_one::<String>("out").cloned();
    let out = out.unwrap_or_else(|| format!("yumen-version-{short}"));
    let files: Vec<yumen_cloudlab::File> = files
        .into_iter()
        .map(|(path, bytes)| yumen_cloudlab::File { path, bytes })
        .collect();
    crate::files::write(std::path::Path::new(&out), &files)?;
    said(
        shell,
        &[Message::new("version-written")
            .with("version", short)
            .with("files", files.len())
            .with("directory", out.as_str())],
    )?;
    Ok(ExitCode::SUCCESS)
}

fn diff(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let desk = office::desk_to_read(matches)?;
    let of = |name| -> Result<_, Failure> {
        let address = find(&desk, argument(matches, name))?;
        Ok(desk.judge(&desk.snapshot(&address)?)?)
    };
    let (old, new) = (of("OLD")?, of("NEW")?);
    let delta = Delta::new(&old.audit.analysis, &new.audit.analysis)?;
    if is_json(matches) {
        shell.print_json(&difference_json(&delta, old.topology(), new.topology()))?;
    } else {
        let text = difference_text(&delta, new.topology(), &shell.words, shell.paint);
        shell.print(&text)?;
    }
    Ok(if delta.opens_to_internet() {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}

fn record(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let desk = office::desk(matches)?;
    let live = office::account(matches)?;
    let report = desk.judge(live.snapshot())?;
    let why = matches
        .get_one::<String>("reason")
        .map_or("by hand", String::as_str);
    let is_new = desk.record(yumen_change::YUMEN, &live, &report, &Cause::new(why))?;
    let id = if is_new {
        "version-recorded"
    } else {
        "version-same"
    };
    let address = live.snapshot().content_address().to_string();
    let short: String = address.chars().take(12).collect();
    said(
        shell,
        &[Message::new(id)
            .with("version", short)
            .with("score", u64::from(report.score.value))],
    )?;
    Ok(ExitCode::SUCCESS)
}

/// The address of a version that is named by its number, the beginning of its address, or
/// `latest`.
pub(crate) fn find(desk: &Desk, name: &str) -> Result<String, Failure> {
    let register = desk.standing()?.register;
    let versions = register.versions();
    let by_number = name
        .parse::<usize>()
        .ok()
        .and_then(|number| number.checked_sub(1));
    let mut matching: Vec<&str> = versions
        .iter()
        .map(|noted| noted.what.snapshot.as_str())
        .filter(|address| name.len() >= 4 && address.starts_with(name))
        .collect();
    matching.sort_unstable();
    matching.dedup();
    let found = match name {
        "latest" => versions.last().map(|noted| noted.what.snapshot.clone()),
        _ => by_number
            .and_then(|position| versions.get(position))
            .map(|noted| noted.what.snapshot.clone())
            .or_else(|| match matching.as_slice() {
                [only] => Some((*only).to_owned()),
                _ => None,
            }),
    };
    found.ok_or_else(|| {
        let message = Message::new("version-unknown")
            .with("version", name)
            .with("count", versions.len());
        Failure::Input(message)
    })
}

fn argument<'m>(matches: &'m ArgMatches, name: &str) -> &'m str {
    matches.get_one::<String>(name).map_or("", String::as_str)
}
