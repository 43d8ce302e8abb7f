//! `yumen review`: somebody looked at the rules of a group, and that is kept.

use std::process::ExitCode;

use clap::ArgMatches;
use yumen_cloud::Id;
use yumen_diagnostics::Message;

use crate::failure::Failure;
use crate::govern::office::{self, said};
use crate::shell::Shell;

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let text = |name: &str| matches.get_one::<String>(name).map_or("", String::as_str);
    let person = office::person(matches)?;
    let live = office::account(matches)?;
    let desk = office::desk(matches)?;
    let group = Id::from(text("GROUP"));
    desk.review_group(&person, live.snapshot(), &group, text("comment"))?;
    // GOV-01 and GOV-03 ask what is known of the account: without a version, nothing is.
    let report = desk.judge(live.snapshot())?;
    let cause = yumen_operations::Cause::new("by hand");
    desk.record(&person.name, &live, &report, &cause)?;
    let rules = live.snapshot().groups.get(&group);
    let message = Message::new("review-done")
        .with("person", person.name.as_str())
        .with("group", group.as_str())
        .with("rules", rules.map_or(0, |group| group.rules.len()));
    said(shell, &[message])?;
    Ok(ExitCode::SUCCESS)
}
