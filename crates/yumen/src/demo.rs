//! `yumen demo`: the built-in estate, written out as raw API responses and audited.

use std::path::Path;
use std::process::ExitCode;

use clap::ArgMatches;
use yumen_diagnostics::Message;

use crate::audit;
use crate::failure::Failure;
use crate::files;
use crate::shell::Shell;

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let directory = matches
        .get_one::<String>("out")
        .map_or("yumen-demo", String::as_str);
    let directory = Path::new(directory);
    let files = yumen_cloudlab::demo();
    files::write(directory, &files)?;
    if !audit::is_json(matches) {
        let written = Message::new("demo-written")
            .with("files", files.len())
            .with("directory", directory.display().to_string());
        shell.print(&format!("{}\n\n", shell.words.say(&written)))?;
    }
    audit::directory(shell, matches, directory)
}
