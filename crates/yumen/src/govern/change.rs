//! `yumen change`: propose, decide, apply, take back.

use std::path::PathBuf;
use std::process::ExitCode;

use clap::ArgMatches;
use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use yumen_baseline::fixes;
use yumen_change::{
    Class, Number, Origin, Phase, Refused, Verdict, YUMEN, parse_edits, question, quotas,
};
use yumen_cloud::{CloudEdit, Id, Snapshot};
use yumen_diagnostics::Message;
use yumen_operations::{Counted, Desk, Live, Step, Wish};
use yumen_report::{changes, fixes as fix_words};
use yumen_synthesis::{Limits, RestoreScope, restore};

use crate::audit::is_json;
use crate::failure::Failure;
use crate::fix;
use crate::govern::office::{self, said};
use crate::govern::version;
use crate::shell::Shell;
use crate::template;

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    match matches.subcommand() {
        Some(("propose", matches)) => propose(shell, matches),
        Some(("list", matches)) => list(shell, matches),
        Some(("show", matches)) => show(shell, matches),
        Some(("approve", matches)) => decide(shell, matches, Verdict::Approve),
        Some(("reject", matches)) => decide(shell, matches, Verdict::Reject),
        Some(("review", matches)) => decide(shell, matches, Verdict::Review),
        Some(("withdraw", matches)) => withdraw(shell, matches),
        Some(("apply", matches)) => apply(shell, matches, true),
        Some(("undo", matches)) => apply(shell, matches, false),
        _ => Ok(ExitCode::from(2)),
    }
}

fn propose(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    // What is wrong with the question is told before the cloud is asked.
    let until = until(matches)?;
    let is_dry = matches.get_flag("dry-run");
    let person = match is_dry {
        true => None,
        false => Some(office::person(matches)?),
    };
    let source = source(shell, matches)?;
    if let Some(person) = &person {
        office::known(&office::ground(matches)?, &person.name)?;
    }
    let (desk, _folder) = if is_dry {
        office::desk_to_try(matches)?
    } else {
        (office::desk(matches)?, None)
    };
    let live = office::account(matches)?;
    let (edits, origin, asides) = wanted(&desk, &live, matches, source)?;
    if edits.is_empty() {
        let mut messages = asides;
        messages.push(Message::new("propose-nothing"));
        said(shell, &messages)?;
        return Ok(ExitCode::SUCCESS);
    }
    let outlook = desk.outlook(live.snapshot(), &edits)?;
    let text = changes::outlook(
        &outlook.effect,
        &edits,
        live.snapshot(),
        outlook.after.topology(),
        &shell.words,
        shell.paint,
    );
    shell.print(&text)?;
    let after = outlook.after.topology().snapshot();
    let quotas = quotas(live.snapshot(), after, &Limits::default());
    shell.print(&changes::quotas(&quotas, after, &shell.words))?;
    said_if_any(shell, &asides)?;
    let Some(person) = person else {
        return Ok(code_of(outlook.effect.class));
    };
    desk.record(
        &person.name,
        &live,
        &outlook.before,
        &yumen_operations::Cause::new("propose"),
    )?;
    let is_emergency = matches.get_flag("emergency");
    let wish = Wish {
        edits,
        origin,
        reason: text_of(matches, "reason").unwrap_or_default().to_owned(),
        until,
        emergency: is_emergency,
    };
    let number = desk.propose(&person, live.account(), live.snapshot(), &wish, &outlook)?;
    let register = desk.standing()?.register;
    let ends = register
        .change(number)
        .and_then(|change| change.proposal.until);
    let next = if outlook.effect.class == Class::Forbidden {
        Message::new("propose-forbidden")
    } else if let Some(until) = ends.filter(|_| is_emergency) {
        let until = until.strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
        Message::new("propose-next-emergency").with("until", until)
    } else {
        Message::new("propose-next")
    };
    said(
        shell,
        &[
            Message::new("propose-done").with("number", u64::from(number)),
            next.with("number", u64::from(number)),
        ],
    )?;
    Ok(code_of(outlook.effect.class))
}

/// What no approval allows is a failure.
fn code_of(class: Class) -> ExitCode {
    if class == Class::Forbidden {
        ExitCode::from(3)
    } else {
        ExitCode::SUCCESS
    }
}

/// Edits that are known without the network, and where they come from.
fn source(
    shell: &Shell,
    matches: &ArgMatches,
) -> Result<Option<(Vec<CloudEdit>, Origin)>, Failure> {
    if let Some(path) = matches.get_one::<PathBuf>("edits") {
        let text =
            std::fs::read_to_string(path).map_err(|error| Failure::File(path.clone(), error))?;
        let edits = parse_edits(&path.display().to_string(), &text).map_err(|problems| {
            Failure::Operation(yumen_operations::Failure::Settings(path.clone(), problems))
        })?;
        return Ok(Some((edits, Origin::Edits)));
    }
    let Some(name) = text_of(matches, "template") else {
        return Ok(None);
    };
    let made = template::placed(shell, matches, name)?;
    if let Some(unplaced) = template::unplaced(&made) {
        let message = Message::new("propose-template-group").with("role", unplaced);
        return Err(Failure::Input(message));
    }
    Ok(Some((made.edits(), Origin::Template(name.to_owned()))))
}

/// Edits of a template less what the groups have already.
fn left_of(edits: Vec<CloudEdit>, snapshot: &Snapshot) -> Vec<CloudEdit> {
    let has = |edit: &CloudEdit| match edit {
        CloudEdit::AddRule { group, rule } => snapshot
            .groups
            .get(group)
            .is_some_and(|group| group.rules.iter().any(|one| one.is_same_filter(rule))),
        CloudEdit::SetInnerAccess { group, policy } => snapshot
            .groups
            .get(group)
            .is_some_and(|group| group.inner_access == *policy),
        CloudEdit::SetTags { resource, tags } => snapshot
            .groups
            .get(resource)
            .is_some_and(|group| group.tags == *tags),
        _ => false,
    };
    edits.into_iter().filter(|edit| !has(edit)).collect()
}

/// The edits that are asked for, where they come from, and what should be known beside them.
fn wanted(
    desk: &Desk,
    live: &Live,
    matches: &ArgMatches,
    source: Option<(Vec<CloudEdit>, Origin)>,
) -> Result<(Vec<CloudEdit>, Origin, Vec<Message>), Failure> {
    match source {
        Some((edits, origin @ Origin::Template(_))) => {
            let edits = left_of(edits, live.snapshot());
            return Ok((edits, origin, Vec::new()));
        }
        Some((edits, origin)) => return Ok((edits, origin, Vec::new())),
        None => {}
    }
    if let Some(version) = text_of(matches, "rollback") {
        let address = version::find(desk, version)?;
        let then = desk.snapshot(&address)?;
        let mut groups = matches.get_many::<String>("group").into_iter().flatten();
        let scope = match (groups.next(), groups.next()) {
            (None, _) => RestoreScope::Whole,
            (Some(group), None) => {
                let id = Id::from(group.as_str());
                let is_known = [live.snapshot(), &then]
                    .into_iter()
                    .any(|snapshot| snapshot.groups.get(&id).is_some());
                if !is_known {
                    let message = Message::new("propose-no-group").with("group", group.as_str());
                    return Err(Failure::Input(message));
                }
                RestoreScope::Group(id)
            }
            (Some(_), Some(_)) => return Err(Failure::Input(Message::new("propose-one-group"))),
        };
        let back = restore(live.snapshot(), &then, &scope);
        let left = back.left.iter().map(|left| left.reason.clone()).collect();
        return Ok((back.edits, Origin::Rollback(address), left));
    }
    let items = fix::items_of(matches, "fix")?;
    let report = desk.judge(live.snapshot())?;
    let planned = fixes(&report.estate(), &report.judgement, items.as_deref())?;
    let by_hand = planned
        .proposals
        .iter()
        .filter(|one| one.outcome.is_err())
        .count();
    let made = planned
        .proposals
        .into_iter()
        .filter_map(|one| one.outcome.ok());
    let edits = made.flat_map(|fix| fix.edits).collect();
    let names = items
        .into_iter()
        .flatten()
        .map(|id| id.to_string())
        .collect();
    let aside = (by_hand > 0).then(|| Message::new("propose-by-hand").with("count", by_hand));
    Ok((edits, Origin::Fix(names), aside.into_iter().collect()))
}

/// When a change shall undo itself: a time, or a duration from now such as `2h`.
fn until(matches: &ArgMatches) -> Result<Option<Timestamp>, Failure> {
    let Some(text) = text_of(matches, "until") else {
        return Ok(None);
    };
    let now = Timestamp::now();
    let until = text.parse::<Timestamp>().ok().or_else(|| {
        let duration: SignedDuration = text.parse().ok()?;
        now.checked_add(duration).ok()
    });
    match until.filter(|until| *until > now) {
        Some(until) => Ok(Some(until)),
        None => {
            let message = Message::new("propose-until").with("value", text);
            Err(Failure::Input(message))
        }
    }
}

fn list(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let desk = office::desk_to_read(matches)?;
    let register = desk.standing()?.register;
    let open_only = matches.get_flag("open");
    let chosen: Vec<_> = register
        .changes()
        .filter(|change| !open_only || change.is_pending())
        .collect();
    if is_json(matches) {
        let all: Vec<_> = chosen.into_iter().map(changes::json).collect();
        shell.print_json(&json!({ "schema": "yumen.changes/1", "changes": all }))?;
    } else {
        shell.print(&changes::list(
            chosen.into_iter(),
            &shell.words,
            shell.paint,
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let number = number(matches)?;
    let desk = office::desk_to_read(matches)?;
    let register = desk.standing()?.register;
    let change = register.change(number).ok_or(Refused::NoSuchChange(number));
    let change = change.map_err(yumen_operations::Failure::Refused)?;
    if is_json(matches) {
        shell.print_json(&changes::json(change))?;
        return Ok(ExitCode::SUCCESS);
    }
    let base = desk.snapshot(&change.proposal.base).ok();
    shell.print(&changes::change(
        change,
        base.as_ref(),
        &shell.words,
        shell.paint,
    ))?;
    if change.phase == Phase::Open {
        said(shell, &standing(&desk, number, &change.proposal.proposer)?)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn decide(shell: &Shell, matches: &ArgMatches, verdict: Verdict) -> Result<ExitCode, Failure> {
    let number = number(matches)?;
    let person = office::person(matches)?;
    let desk = office::desk_there(matches)?;
    let comment = text_of(matches, "comment").unwrap_or_default();
    office::known(&desk.ground, &person.name)?;
    if verdict == Verdict::Approve {
        may_approve(&desk, &person.name, number)?;
    }
    desk.decide(&person, verdict, number, comment)?;
    let id = match verdict {
        Verdict::Approve => "decide-approved",
        Verdict::Reject => "decide-rejected",
        Verdict::Review => "decide-reviewed",
    };
    let mut messages = vec![
        Message::new(id)
            .with("number", u64::from(number))
            .with("person", person.name.as_str()),
    ];
    if verdict == Verdict::Approve {
        let register = desk.standing()?.register;
        let change = register.change(number);
        let proposer = change.map(|change| change.proposal.proposer.clone());
        messages.extend(standing(&desk, number, &proposer.unwrap_or_default())?);
    }
    said(shell, &messages)?;
    Ok(ExitCode::SUCCESS)
}

/// Refuses an approval that would not count: of one's own change, without role and ownership.
fn may_approve(desk: &Desk, person: &str, number: Number) -> Result<(), Failure> {
    let register = desk.standing()?.register;
    let Some(change) = register.change(number) else {
        let refused = Refused::NoSuchChange(number);
        return Err(yumen_operations::Failure::Refused(refused).into());
    };
    let may = desk
        .ground
        .policy
        .may_approve(person, &question(&change.proposal));
    may.map_err(|denied| Failure::Input(denied.message))
}

/// What is still missing, or the next command. What Yumen proposes may be applied by whoever may.
fn standing(desk: &Desk, number: Number, proposer: &str) -> Result<Vec<Message>, Failure> {
    let people = desk.ground.policy.people.keys();
    let who: Vec<&str> = if proposer == YUMEN {
        people.map(String::as_str).collect()
    } else {
        vec![proposer]
    };
    let mut least: Option<Vec<Message>> = None;
    for person in who {
        match desk.counted(person, number)? {
            Counted::Enough => {
                let next = Message::new("decide-enough").with("number", u64::from(number));
                return Ok(vec![next]);
            }
            Counted::Missing(reasons) => {
                if least
                    .as_ref()
                    .is_none_or(|least| reasons.len() < least.len())
                {
                    least = Some(reasons);
                }
            }
        }
    }
    let reasons = least.unwrap_or_else(|| vec![Message::new("policy-no-people")]);
    let head = [Message::new("decide-missing")].into_iter();
    Ok(head.chain(reasons).collect())
}

fn withdraw(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let number = number(matches)?;
    let person = office::person(matches)?;
    let desk = office::desk_there(matches)?;
    let why = text_of(matches, "comment").unwrap_or_default();
    desk.withdraw(&person, number, why)?;
    said(
        shell,
        &[Message::new("decide-withdrawn").with("number", u64::from(number))],
    )?;
    Ok(ExitCode::SUCCESS)
}

fn apply(shell: &Shell, matches: &ArgMatches, forward: bool) -> Result<ExitCode, Failure> {
    let number = number(matches)?;
    let person = office::person(matches)?;
    let desk = office::desk_there(matches)?;
    let register = desk.standing()?.register;
    if register.change(number).is_none() {
        let refused = Refused::NoSuchChange(number);
        return Err(yumen_operations::Failure::Refused(refused).into());
    }
    let mut live = office::account(matches)?;
    let before = live.snapshot().clone();
    let words = &shell.words;
    let mut tell = |step: &Step<'_>| {
        if let Some(outcome) = step.outcome {
            let edit = fix_words::edit(words, &before, step.edit);
            let id = if outcome.is_in_force() {
                "apply-step"
            } else {
                "apply-step-failed"
            };
            let message = Message::new(id)
                .with("step", step.number + 1)
                .with("of", step.of)
                .with("edit", edit);
            // A line that nobody reads must not stop a change half-way.
            drop(shell.print(&format!("{}\n", words.say(&message))));
        }
    };
    let done = if forward {
        desk.apply(&person.name, &mut live, number, &mut tell)?
    } else {
        desk.undo(&person.name, &mut live, number, &mut tell)?
    };
    let id = if forward {
        "apply-done"
    } else {
        "apply-undone"
    };
    let short: String = done.after.chars().take(12).collect();
    let mut messages = vec![
        Message::new(id)
            .with("number", u64::from(number))
            .with("steps", done.steps)
            .with("version", short),
    ];
    if done.differs > 0 {
        messages.push(Message::new("apply-differs").with("interfaces", done.differs));
    }
    said(shell, &messages)?;
    Ok(ExitCode::SUCCESS)
}

fn said_if_any(shell: &Shell, messages: &[Message]) -> Result<(), Failure> {
    if messages.is_empty() {
        Ok(())
    } else {
        said(shell, messages)
    }
}

fn number(matches: &ArgMatches) -> Result<Number, Failure> {
    let text = text_of(matches, "N").unwrap_or_default();
    text.parse()
        .map_err(|_| Failure::Input(Message::new("change-number").with("value", text)))
}

fn text_of<'m>(matches: &'m ArgMatches, name: &str) -> Option<&'m str> {
    matches.get_one::<String>(name).map(String::as_str)
}
