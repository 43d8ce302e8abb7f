//! `yumen init`: a first `yumen.toml`, guessed from a snapshot, for the user to confirm.

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::ArgMatches;
use yumen_baseline::{Confidence, Guess, GuessedMembers, infer};
use yumen_diagnostics::Message;
use yumen_reach::{Internet, Topology, exposures};

use crate::failure::Failure;
use crate::shell::Shell;
use crate::{live, read};

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let out = read::path(matches, "config-out");
    let force = matches.get_flag("force");
    // Nobody waits for a collection only to be refused.
    if !force && out.exists() {
        return Err(exists(out));
    }
    let path = read::path(matches, "DIR");
    let directory = match path.to_str().and_then(live::address) {
        None => path.to_owned(),
        Some(address) => {
            let (directory, report) = live::collect_address(shell, matches, &address?)?;
            shell.print(&format!("{report}\n"))?;
            directory
        }
    };
    let analysis = read::analysis(&directory, &Internet::without(&[]))?;
    let guess = infer(analysis.topology(), &exposures(&analysis)?);
    write(
        out,
        &guess.to_toml(&|message| shell.words.say(message)),
        force,
    )?;
    shell.print(&summary(
        shell,
        analysis.topology(),
        &guess,
        &directory,
        out,
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn exists(path: &Path) -> Failure {
    Failure::Input(Message::new("failure-init-exists").with("path", path.display().to_string()))
}

/// Writes the file; one that came to be there meanwhile is not overwritten either.
fn write(path: &Path, text: &str, force: bool) -> Result<(), Failure> {
    let mut options = OpenOptions::new();
    if force {
        options.write(true).create(true).truncate(true);
    } else {
        options.write(true).create_new(true);
    }
    let written = options
        .open(path)
        .and_then(|mut file| file.write_all(text.as_bytes()));
    written.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => exists(path),
        _ => Failure::File(PathBuf::from(path), error),
    })
}

/// What was guessed, what was not, and what to type next.
fn summary(
    shell: &Shell,
    topology: &Topology,
    guess: &Guess,
    directory: &Path,
    out: &Path,
) -> String {
    let words = &shell.words;
    let counted = |what: &str, lines: &[GuessedMembers]| {
        let count = GuessedMembers::machines(topology, lines);
        let message = Message::new("init-count")
            .with("what", what)
            .with("count", count);
        (count > 0).then(|| words.say(&message))
    };
    let roles = guess
        .roles
        .iter()
        .filter_map(|one| counted(one.kind.word(), &one.members));
    let environments = guess.environments.iter();
    let environments = environments.filter_map(|one| counted(one.kind.word(), &one.members));
    let zones = guess
        .zones
        .iter()
        .filter_map(|one| counted(one.name, &one.members));
    let trusted = guess.trusted.iter();
    let trusted = trusted.filter(|one| one.confidence == Confidence::Firm);
    let trusted = trusted.map(|one| one.value.to_string());
    let mut text = String::new();
    let mut line = |line: &str| text.push_str(&format!("{line}\n"));
    let row = |head: &'static str, entries: String| {
        let message = Message::new("init-row").with("what", words.text(head));
        format!("  {}", words.say(&message.with("entries", entries)))
    };
    let path = out.display().to_string();
    line(&words.say(&Message::new("init-written").with("path", path.as_str())));
    if guess.machines == 0 {
        line(&words.text("init-nothing"));
    } else {
        let rows = [
            ("init-roles", roles.collect::<Vec<_>>()),
            ("init-environments", environments.collect()),
            ("init-zones", zones.collect()),
            ("init-trusted", trusted.collect()),
        ];
        for (head, entries) in rows {
            let entries = match entries.is_empty() {
                true => words.text("init-none"),
                false => words.list(&entries),
            };
            line(&row(head, entries));
        }
        let questions = guess.questions();
        if questions > 0 {
            let message = Message::new("init-questions-text").with("count", questions);
            line(&row("init-questions", words.say(&message)));
        }
        let message = Message::new("init-machines")
            .with("machines", guess.machines)
            .with("role", guess.without_role.len())
            .with("environment", guess.without_environment.len());
        line(&words.say(&message));
    }
    let command = format!("yumen audit {} --config {path}", directory.display());
    line("");
    line(&words.say(&Message::new("init-next").with("command", command)));
    text
}
