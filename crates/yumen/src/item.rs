//! `yumen item`: the catalogue, and the page of one item.

use std::process::ExitCode;

use clap::ArgMatches;
use yumen_baseline::{find_item, nearest_item};
use yumen_diagnostics::Message;
use yumen_report::item;

use crate::audit::is_json;
use crate::failure::Failure;
use crate::shell::Shell;

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let (words, paint) = (&shell.words, shell.paint);
    match matches.subcommand() {
        Some(("list", matches)) if is_json(matches) => shell.print_json(&item::list_json(words))?,
        Some(("list", _)) => shell.print(&item::list(words, paint))?,
        Some(("show", matches)) => {
            let name = matches.get_one::<String>("ID").map_or("", String::as_str);
            let found = find_item(name.trim()).ok_or_else(|| {
                let message = Message::new("failure-item").with("item", name);
                Failure::Input(message.with("nearest", nearest_item(name).as_str()))
            })?;
            if is_json(matches) {
                shell.print_json(&item::json(words, found))?;
            } else {
                shell.print(&item::page(words, paint, found))?;
            }
        }
        _ => return Ok(ExitCode::from(2)),
    }
    Ok(ExitCode::SUCCESS)
}
