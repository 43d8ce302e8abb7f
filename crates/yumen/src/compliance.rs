//! `yumen compliance`: a snapshot clause by clause of a framework.

use std::process::ExitCode;

use clap::ArgMatches;
use yumen_baseline::{Framework, Verdict};
use yumen_diagnostics::Message;
use yumen_report::compliance;

use crate::failure::Failure;
use crate::shell::Shell;
use crate::{audit, read};

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let directory = read::path(matches, "DIR");
    let framework = matches.get_one::<String>("framework");
    let framework = framework.and_then(|id| Framework::find(id));
    let report = audit::report(shell, matches, directory)?;
    let results = compliance::results(&report, framework);
    let words = &shell.words;
    match matches.get_one::<String>("format").map(String::as_str) {
        Some("json") => shell.print_json(&compliance::json(&report, words, &results))?,
        Some("markdown") => shell.print(&compliance::markdown(&report, words, &results))?,
        _ => {
            let next = match framework {
                None => {
                    let place = directory.display();
                    let command = format!("yumen compliance {place} --framework mlps3");
                    Message::new("next-compliance").with("command", command)
                }
                Some(_) => {
                    let clauses = results.iter().flat_map(|result| &result.clauses);
                    let mut items = clauses.flat_map(|clause| &clause.items);
                    let worst = items.find(|judged| judged.verdict() == Verdict::Fail);
                    let id = worst.map_or("EXP-01", |judged| judged.item.id.as_str());
                    let command = format!("yumen item show {id}");
                    Message::new("next-compliance-item").with("command", command)
                }
            };
            let paint = shell.paint;
            shell.print(&compliance::text(&report, words, paint, &results, &next))?;
        }
    }
    Ok(if compliance::fails(&results) {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    })
}
