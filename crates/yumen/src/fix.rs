//! `yumen fix`: the smallest changes that close what was found, proven and never applied here.

use std::process::ExitCode;

use clap::ArgMatches;
use yumen_aliyun::edit::command;
use yumen_baseline::{CATALOGUE, Fixes, ItemId, find_item, fixes, nearest_item};
use yumen_diagnostics::Message;
use yumen_report::Report;

use crate::failure::Failure;
use crate::shell::Shell;
use crate::{audit, read};

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let directory = read::path(matches, "DIR");
    let items = items_of(matches, "item")?;
    let report = audit::report(shell, matches, directory)?;
    let planned = fixes(&report.estate(), &report.judgement, items.as_deref())?;
    let format = matches.get_one::<String>("format").map(String::as_str);
    match format {
        Some("json") => {
            let value = yumen_report::fixes::json(&report, &planned, &shell.words);
            shell.print_json(&value)?;
        }
        Some("terraform") => {
            let snapshot = report.topology().snapshot();
            let say = |edit: &_| yumen_report::fixes::edit(&shell.words, snapshot, edit);
            let made = planned.proposals.iter();
            let made = made.filter_map(|proposal| proposal.outcome.as_ref().ok());
            let edits: Vec<_> = made.flat_map(|fix| fix.edits.iter().cloned()).collect();
            shell.print(&yumen_report::terraform_changes(&edits, &say))?;
        }
        Some("aliyun-cli") => shell.print(&commands(shell, &report, &planned))?,
        _ => {
            let place = directory.display();
            let next = Message::new("next-fix")
                .with("command", format!("yumen fix {place} --format aliyun-cli"));
            let paint = shell.paint;
            shell.print(&yumen_report::fixes::text(
                &report,
                &planned,
                &shell.words,
                paint,
                &next,
            ))?;
        }
    }
    let left = planned.proposals.iter().any(|one| one.outcome.is_err());
    Ok(if left {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}

/// The items that an argument names; all of them where it is not given, or says `all`.
pub(crate) fn items_of(
    matches: &ArgMatches,
    argument: &str,
) -> Result<Option<Vec<ItemId>>, Failure> {
    let given = matches.get_many::<String>(argument);
    let Some(given) = given.filter(|given| given.clone().all(|name| name != "all")) else {
        return Ok(None);
    };
    let mut items = Vec::new();
    for name in given.flat_map(|given| given.split(',')) {
        let item = find_item(name.trim()).ok_or_else(|| {
            let message = Message::new("failure-item").with("item", name);
            Failure::Input(message.with("nearest", nearest_item(name).as_str()))
        })?;
        items.push(item.id);
    }
    items.sort_by_key(|id| CATALOGUE.iter().position(|item| item.id == *id));
    Ok(Some(items))
}

/// The edits as commands of the vendor's command line, in order; what it cannot do is a comment.
fn commands(shell: &Shell, report: &Report, planned: &Fixes) -> String {
    let mut lines = vec![
        "#!/bin/sh".to_owned(),
        format!("# {}", shell.words.text("fix-script")),
        "set -e".to_owned(),
    ];
    let mut snapshot = report.topology().snapshot().clone();
    for proposal in &planned.proposals {
        let Ok(fix) = &proposal.outcome else { continue };
        let items: Vec<&str> = proposal.items.iter().map(|id| id.as_str()).collect();
        lines.push(String::new());
        lines.push(format!("# {}", items.join(" ")));
        let note = fix.note.as_ref().map(|note| shell.words.say(note));
        lines.extend(note.map(|note| format!("# {note}")));
        for edit in &fix.edits {
            let said = yumen_report::fixes::edit(&shell.words, &snapshot, edit);
            lines.push(format!("# {said}"));
            lines.push(match command(&snapshot, edit) {
                Ok(Some(command)) => command,
                Ok(None) => format!("# {}", shell.words.text("fix-no-command")),
                Err(error) => format!("# {}", shell.words.say(&error.message())),
            });
            if let Ok(next) = snapshot.with_edit(edit) {
                snapshot = next;
            }
        }
    }
    lines.join("\n") + "\n"
}
