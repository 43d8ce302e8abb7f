//! `yumen audit`: what the Internet and every neighbour can reach, and why.

use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use clap::ArgMatches;
use jiff::Timestamp;
use yumen_baseline::Severity;
use yumen_cloud::Snapshot;
use yumen_diagnostics::Message;
use yumen_operations::SharedRecords;
use yumen_report::{
    Audit, FailOn, Report, csv, html, json, junit, machine, markdown, ocsf, sarif, text,
};

use crate::failure::Failure;
use crate::govern::office;
use crate::live::{self, Address};
use crate::shell::Shell;
use crate::{read, settings};

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let path = read::path(matches, "DIR");
    match path.to_str().and_then(live::address) {
        None => directory(shell, matches, path),
        Some(address) => account(shell, matches, &address?),
    }
}

/// Collects a live account and audits what was collected.
fn account(shell: &Shell, matches: &ArgMatches, address: &Address) -> Result<ExitCode, Failure> {
    let (out, report) = live::collect_address(shell, matches, address)?;
    if !is_json(matches) {
        shell.print(&format!("{report}\n"))?;
    }
    directory(shell, matches, &out)
}

/// Audits a directory and prints what was found.
pub(crate) fn directory(
    shell: &Shell,
    matches: &ArgMatches,
    directory: &Path,
) -> Result<ExitCode, Failure> {
    let report = report(shell, matches, directory)?;
    let format = matches.get_one::<String>("format").map(String::as_str);
    let next = next_command(&report.audit, directory);
    let words = &shell.words;
    match format {
        Some("json") => shell.print_json(&json::report(&report, words))?,
        Some("html") => {
            let shown = directory.display().to_string();
            shell.print(&html::report(&report, words, &shown, &next))?;
        }
        Some("sarif") => shell.print_json(&sarif::report(&report, words))?,
        Some("ocsf") => shell.print_json(&ocsf::report(&report, words))?,
        Some("junit") => shell.print(&junit::report(&report, words))?,
        Some("csv") => shell.print(&csv::report(&report, words))?,
        Some("markdown") => shell.print(&markdown::report(&report, words))?,
        _ => {
            let all = matches.get_flag("all");
            shell.print(&text::report(&report, words, shell.paint, all, &next))?;
        }
    }
    let fails = report.fails(fail_on(matches));
    Ok(if fails {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}

/// Reads, analyses and judges a directory.
pub(crate) fn report(
    shell: &Shell,
    matches: &ArgMatches,
    directory: &Path,
) -> Result<Report, Failure> {
    let grounds = settings::grounds(shell, matches, directory)?;
    let internet = read::internet(matches, &grounds.settings)?;
    let snapshot = read::snapshot(directory)?;
    let given = matches.try_get_one::<String>("as-of").ok().flatten();
    let as_of = match given {
        None => snapshot.collected_at.clone(),
        Some(given) => {
            let bad =
                || Failure::Input(Message::new("failure-as-of").with("value", given.as_str()));
            Some(given.parse::<Timestamp>().map_err(|_| bad())?.to_string())
        }
    };
    let mut audit = Audit::new(read::analyse(&snapshot, &internet)?, as_of)?;
    audit.records = records(matches, &snapshot)?;
    Ok(Report::new(audit, grounds, read::workers())?)
}

/// What the ledger knows of the groups, where `--state` or `YUMEN_STATE` names one.
fn records(matches: &ArgMatches, snapshot: &Snapshot) -> Result<Option<SharedRecords>, Failure> {
    let Some(account) = snapshot.account.as_ref() else {
        return Ok(None);
    };
    // Commands that judge without people take no `--state`.
    if !office::is_state_named(matches) {
        return Ok(None);
    }
    let desk = office::desk_to_read(matches)?;
    let records = desk.records(account.as_str(), snapshot)?;
    Ok(records.map(|records| Arc::new(records) as SharedRecords))
}

pub(crate) fn is_json(matches: &ArgMatches) -> bool {
    matches
        .get_one::<String>("format")
        .is_some_and(|format| format != "text")
}

fn fail_on(matches: &ArgMatches) -> FailOn {
    match matches.get_one::<String>("fail-on").map(String::as_str) {
        Some("open") => FailOn::Open,
        Some("any") => FailOn::Any,
        Some("latent") => FailOn::Latent,
        Some("critical") => FailOn::Severity(Severity::Critical),
        Some("high") => FailOn::Severity(Severity::High),
        Some("medium") => FailOn::Severity(Severity::Medium),
        Some("low") => FailOn::Severity(Severity::Low),
        Some("never") => FailOn::Never,
        _ => FailOn::Unexpected,
    }
}

/// The next thing to type: why the worst is open, or what else there is.
fn next_command(audit: &Audit, directory: &Path) -> Message {
    let directory = directory.display().to_string();
    let worst = audit.causes.iter().chain(&audit.latent).find_map(|report| {
        let (exposure, _, answer) = report.witness(audit)?;
        let (packet, topology) = (answer.packet, audit.analysis.topology());
        let interface = &topology.endpoint(exposure.interface).interface;
        let to = interface
            .instance
            .as_ref()
            .unwrap_or(&interface.id)
            .to_string();
        let ported = packet.protocol == 6 || packet.protocol == 17;
        let protocol = yumen_reach::protocol_word(packet.protocol);
        let port = if ported {
            format!("{protocol}/{}", packet.destination_port)
        } else {
            protocol
        };
        Some((machine(topology, exposure.interface), to, port))
    });
    match worst {
        Some((name, to, port)) => Message::new("next-explain").with("name", name).with(
            "command",
            format!("yumen explain {directory} --from internet --to {to} --port {port}"),
        ),
        None => Message::new("next-all").with("command", format!("yumen audit {directory} --all")),
    }
}
