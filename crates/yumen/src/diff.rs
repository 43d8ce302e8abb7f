//! `yumen diff`: the difference between two snapshots, in packets.

use std::process::ExitCode;

use clap::ArgMatches;
use yumen_reach::Delta;
use yumen_report::{difference_json, difference_text};

use crate::audit::is_json;
use crate::failure::Failure;
use crate::read;
use crate::shell::Shell;

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let internet = read::internet(matches)?;
    let old = read::analysis(read::path(matches, "OLD"), &internet)?;
    let new = read::analysis(read::path(matches, "NEW"), &internet)?;
    let delta = Delta::new(&old, &new)?;
    if is_json(matches) {
        shell.print_json(&difference_json(&delta, old.topology(), new.topology()))?;
    } else {
        shell.print(&difference_text(
            &delta,
            new.topology(),
            &shell.words,
            shell.paint,
        ))?;
    }
    Ok(if delta.opens_to_internet() {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}
