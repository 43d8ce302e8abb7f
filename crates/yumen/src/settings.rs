//! `yumen.toml`, `waivers.toml` and earlier reports: found, read, and refused if they are wrong.

use std::fs;
use std::path::{Path, PathBuf};

use clap::ArgMatches;
use yumen_baseline::{Settings, Waiver};
use yumen_diagnostics::Message;
use yumen_diagnostics::section::Problem;
use yumen_report::{Grounds, Previous};

use crate::failure::Failure;
use crate::shell::Shell;

/// Everything that a report rests on beside the snapshot.
pub(crate) fn grounds(
    shell: &Shell,
    matches: &ArgMatches,
    directory: &Path,
) -> Result<Grounds, Failure> {
    let report = |name| -> Result<Option<Previous>, Failure> {
        let path = matches.try_get_one::<PathBuf>(name).ok().flatten();
        path.map(|path| previous(path)).transpose()
    };
    Ok(Grounds {
        settings: load(shell, matches, directory)?,
        waivers: waivers(shell, matches, directory)?,
        known: report("baseline")?.map(|report| report.known),
        previous: report("previous")?,
    })
}

/// `--config`, else `yumen.toml` beside the snapshot, else in the working directory, else nothing.
pub(crate) fn load(
    shell: &Shell,
    matches: &ArgMatches,
    directory: &Path,
) -> Result<Settings, Failure> {
    let Some((path, text)) = find(matches, "config", directory, "yumen.toml")? else {
        return Ok(Settings::default());
    };
    let (settings, problems) = Settings::parse(&path.display().to_string(), &text);
    refuse(shell, &path, &problems)?;
    Ok(settings)
}

fn waivers(shell: &Shell, matches: &ArgMatches, directory: &Path) -> Result<Vec<Waiver>, Failure> {
    let Some((path, text)) = find(matches, "waivers", directory, "waivers.toml")? else {
        return Ok(Vec::new());
    };
    let (waivers, problems) = Waiver::parse(&path.display().to_string(), &text);
    refuse(shell, &path, &problems)?;
    Ok(waivers)
}

fn previous(path: &Path) -> Result<Previous, Failure> {
    let text = fs::read_to_string(path).map_err(|error| Failure::File(path.to_owned(), error))?;
    Previous::parse(&text).map_err(|error| {
        let message = Message::new("failure-report").with("path", path.display().to_string());
        Failure::Input(message.with("error", error.to_string()))
    })
}

/// A file that the user names, or the first of its usual places.
fn find(
    matches: &ArgMatches,
    argument: &str,
    directory: &Path,
    name: &str,
) -> Result<Option<(PathBuf, String)>, Failure> {
    let read = |path: PathBuf| match fs::read_to_string(&path) {
        Ok(text) => Ok((path, text)),
        Err(error) => Err(Failure::File(path, error)),
    };
    // Commands that judge nothing take fewer of these.
    let given = matches.try_get_one::<PathBuf>(argument).ok().flatten();
    if let Some(given) = given {
        return read(given.clone()).map(Some);
    }
    let usual = [directory.join(name), PathBuf::from(name)];
    let found = usual.into_iter().find(|path| path.is_file());
    found.map(read).transpose()
}

/// Tells every problem of a file, each with its line, and stops: half of what the user wanted is
/// no ground to judge by.
fn refuse(shell: &Shell, path: &Path, problems: &[Problem]) -> Result<(), Failure> {
    for problem in problems {
        let what = shell.words.say(&problem.message);
        crate::shell::complain(&format!("{}: {what}", problem.place));
    }
    if problems.is_empty() {
        return Ok(());
    }
    let message = Message::new("failure-settings")
        .with("path", path.display().to_string())
        .with("count", problems.len());
    Err(Failure::Input(message))
}
