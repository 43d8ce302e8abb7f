//! `yumen store`: backup, restore, check, clean, rebuild.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;
use yumen_diagnostics::Message;
use yumen_operations::keys_of;
use yumen_store::{Retention, Store};

use crate::failure::Failure;
use crate::govern::office::{self, said, store_failure};
use crate::shell::Shell;

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    match matches.subcommand() {
        Some(("backup", matches)) => {
            let path = file(matches);
            let store = office::store_to_read(matches)?;
            let done = store.backup(&path).map_err(store_failure)?;
            let message = Message::new("store-backed-up")
                .with("path", path.display().to_string())
                .with("rows", done.rows)
                .with("bytes", done.bytes);
            said(shell, &[message])?;
            Ok(ExitCode::SUCCESS)
        }
        Some(("restore", matches)) => {
            let path = file(matches);
            let location = office::location(&office::state(matches))?;
            let done = Store::restore(&location, &path).map_err(store_failure)?;
            let message = Message::new("store-restored")
                .with("path", path.display().to_string())
                .with("rows", done.rows);
            said(shell, &[message])?;
            Ok(ExitCode::SUCCESS)
        }
        Some(("check", matches)) => check(shell, matches),
        Some(("clean", matches)) => {
            let desk = office::desk_there(matches)?;
            let removed = desk.make_room(&Retention::default())?;
            let message = Message::new("store-cleaned")
                .with("versions", removed.snapshots.len())
                .with("chunks", removed.chunks);
            said(shell, &[message])?;
            Ok(ExitCode::SUCCESS)
        }
        Some(("rebuild", matches)) => {
            let desk = office::desk_there(matches)?;
            desk.store.rebuild(keys_of).map_err(store_failure)?;
            let entries = desk.store.size().map_err(store_failure)?;
            let message = Message::new("store-rebuilt").with("entries", entries);
            said(shell, &[message])?;
            Ok(ExitCode::SUCCESS)
        }
        _ => Ok(ExitCode::from(2)),
    }
}

fn check(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let store = office::store_to_read(matches)?;
    let checked = store.check(keys_of).map_err(store_failure)?;
    let mut messages = vec![
        Message::new("store-checked")
            .with("entries", checked.entries)
            .with("differences", checked.differences.len()),
    ];
    messages.extend(checked.differences.iter().cloned());
    said(shell, &messages)?;
    Ok(if checked.differences.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(3)
    })
}

fn file(matches: &ArgMatches) -> PathBuf {
    matches
        .get_one::<PathBuf>("FILE")
        .cloned()
        .unwrap_or_default()
}
