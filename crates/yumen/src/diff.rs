//! `yumen diff`: the difference between two snapshots, in packets.

use std::process::ExitCode;

use clap::ArgMatches;
use yumen_reach::Delta;
use yumen_report::{difference_json, difference_text};

use crate::audit::is_json;
use crate::failure::Failure;
use crate::shell::Shell;
use crate::{read, settings};

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let (old, new) = (read::path(matches, "OLD"), read::path(matches, "NEW"));
    let internet = read::internet(matches, &settings::load(shell, matches, new)?)?;
    let (old, new) = (
        read::analysis(old, &internet)?,
        read::analysis(new, &internet)?,
    );
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
