//! `yumen key`: the keys by which people sign what they decide.

use std::process::ExitCode;

use clap::ArgMatches;
use yumen_diagnostics::Message;
use yumen_store::{Identity, RealDisk};

use crate::failure::Failure;
use crate::govern::office::{self, said, store_failure};
use crate::shell::Shell;

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let (make, matches) = match matches.subcommand() {
        Some(("new", matches)) => (true, matches),
        Some(("show", matches)) => (false, matches),
        _ => return Ok(ExitCode::from(2)),
    };
    let name = matches.get_one::<String>("NAME").map_or("", String::as_str);
    let path = office::key_file(&office::key_folder(matches), name)?;
    let passphrase = office::passphrase();
    let identity = if make {
        Identity::generate(&RealDisk, &path, name, passphrase.as_ref()).map_err(store_failure)?
    } else {
        office::personal_keys(&path, name)?
    };
    if make {
        let id = if passphrase.is_some() {
            "key-made-encrypted"
        } else {
            "key-made"
        };
        let made = Message::new(id).with("path", path.display().to_string());
        said(shell, &[made, Message::new("key-next")])?;
    }
    let keys: Vec<String> = identity
        .vkeys()
        .iter()
        .map(|key| format!("  \"{key}\","))
        .collect();
    shell.print(&format!(
        "[people.{name}]\nkey = [\n{}\n]\nroles = [\"operator\", \"approver\"]\n",
        keys.join("\n")
    ))?;
    Ok(ExitCode::SUCCESS)
}
