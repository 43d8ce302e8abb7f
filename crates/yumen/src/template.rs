//! `yumen template`: proven set-ups listed, shown, rendered, and compared with an estate.

use std::process::ExitCode;

use clap::ArgMatches;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use yumen_baseline::{
    Binding, Context, Parameter, Rendered, RoleKind, SECTORS, Sector, Selector, Settings,
    TEMPLATES, Template, find_sector, find_template, render,
};
use yumen_cloud::SecurityGroup;
use yumen_diagnostics::Message;
use yumen_report::{
    Audit, departures_json, departures_text, edits_json, pad, terraform, width, wrap,
};

use crate::audit::is_json;
use crate::failure::Failure;
use crate::shell::Shell;
use crate::{read, settings};

/// Columns of a terminal that texts are wrapped to.
const COLUMNS: usize = 100;

pub(crate) fn run(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    match matches.subcommand() {
        Some(("list", _)) => list(shell),
        Some(("show", matches)) => show(shell, matches),
        Some(("render", matches)) => rendered(shell, matches),
        Some(("check", matches)) => check(shell, matches),
        _ => Ok(ExitCode::from(2)),
    }
}

fn list(shell: &Shell) -> Result<ExitCode, Failure> {
    let words = &shell.words;
    let mut lines = vec![shell.paint.strong(&words.text("template-scenarios"))];
    let row = |name: &str, title: &'static str| format!("  {}{}", pad(name, 12), words.text(title));
    lines.extend(TEMPLATES.iter().map(|one| row(one.name, one.title)));
    lines.push(String::new());
    lines.push(shell.paint.strong(&words.text("template-sectors")));
    for sector in SECTORS {
        lines.push(row(sector.name, sector.title));
        lines.extend(indented(&words.text(sector.about), 14));
    }
    lines.push(String::new());
    lines.push(words.text("template-next-show"));
    shell.print(&(lines.join("\n") + "\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn show(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let name = argument(matches, "NAME");
    let mut lines = match SECTORS.iter().find(|sector| sector.name == name) {
        Some(sector) => about_sector(shell, sector),
        None => about_template(shell, find_template(name).map_err(Failure::Input)?),
    };
    if let Some(sector) = sector(matches)? {
        lines.push(String::new());
        lines.extend(about_sector(shell, sector));
    }
    shell.print(&(lines.join("\n") + "\n"))?;
    Ok(ExitCode::SUCCESS)
}

fn about_template(shell: &Shell, template: &Template) -> Vec<String> {
    let words = &shell.words;
    let title = format!("{} · {}", template.name, words.text(template.title));
    let mut lines = vec![shell.paint.strong(&title)];
    lines.extend(wrap(&words.text(template.about), COLUMNS));
    lines.push(String::new());
    lines.push(words.text("template-parameters"));
    let longest = template.parameters.iter().map(|one| width(one.name)).max();
    let indent = longest.unwrap_or_default() + 4;
    for parameter in template.parameters {
        lines.extend(about_parameter(shell, parameter, indent));
    }
    let role = |(name, kind): &(&str, RoleKind)| format!("{name} ({})", kind.word());
    let roles: Vec<String> = template.roles.iter().map(role).collect();
    let roles = Message::new("template-roles").with("roles", words.list(&roles));
    lines.push(String::new());
    lines.extend(wrap(&words.say(&roles), COLUMNS));
    let needed = template.parameters.iter();
    let needed = needed.filter(|one| one.default.is_none());
    let set: String = needed.map(|one| format!(" --set {}=…", one.name)).collect();
    let next = Message::new("template-next-render")
        .with("template", template.name)
        .with("set", set);
    lines.push(String::new());
    lines.push(words.say(&next));
    lines
}

fn about_parameter(shell: &Shell, parameter: &Parameter, indent: usize) -> Vec<String> {
    let words = &shell.words;
    let default = match parameter.default {
        None => Message::new("template-needed"),
        Some("") => Message::new("template-default-none"),
        Some(value) => Message::new("template-default").with("value", value),
    };
    let name = pad(&format!("  {}", parameter.name), indent);
    let mut lines = wrap(&words.text(parameter.about), COLUMNS - indent).into_iter();
    let mut told = vec![format!("{name}{}", lines.next().unwrap_or_default())];
    told.extend(lines.map(|line| format!("{}{line}", " ".repeat(indent))));
    let kind = format!(
        "{} · {}",
        words.say(&parameter.kind.about()),
        words.say(&default)
    );
    let kinds = indented(&kind, indent);
    told.extend(kinds.iter().map(|line| shell.paint.muted(line)));
    told
}

fn about_sector(shell: &Shell, sector: &Sector) -> Vec<String> {
    let words = &shell.words;
    let title = format!("{} · {}", sector.name, words.text(sector.title));
    let mut lines = vec![shell.paint.strong(&title)];
    lines.extend(wrap(&words.text(sector.about), COLUMNS));
    lines.extend(wrap(&words.text(sector.follows), COLUMNS));
    let limits = Message::new("template-limits")
        .with("radius", sector.limits.blast_radius.to_string())
        .with("length", u64::from(sector.limits.prefix_length))
        .with("review", u64::from(sector.limits.review_days))
        .with("log", u64::from(sector.limits.log_days));
    lines.extend(wrap(&words.say(&limits), COLUMNS));
    let items: Vec<String> = sector.items.iter().map(|&item| item.to_owned()).collect();
    let items = Message::new("template-items").with("items", words.list(&items));
    lines.extend(wrap(&words.say(&items), COLUMNS));
    lines
}

fn indented(text: &str, indent: usize) -> Vec<String> {
    let lines = wrap(text, COLUMNS.saturating_sub(indent)).into_iter();
    lines
        .map(|line| format!("{}{line}", " ".repeat(indent)))
        .collect()
}

fn rendered(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let made = placed(shell, matches, argument(matches, "NAME"))?;
    let format = matches.get_one::<String>("format").map(String::as_str);
    match format {
        Some("edits") => {
            if let Some(group) = unplaced(&made) {
                let note = Message::new("template-edits-names").with("group", group);
                crate::shell::complain(&shell.words.say(&note));
            }
            shell.print_json(&edits_json(&made.edits(), None))?;
        }
        Some("toml") => shell.print(&made.toml())?,
        _ => {
            let groups: Vec<SecurityGroup> = made.groups().cloned().collect();
            shell.print(&terraform(&groups))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn check(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let made = made(shell, matches, argument(matches, "NAME"), None)?;
    let directory = read::path(matches, "DIR");
    let user = settings::load(shell, matches, directory)?;
    let bound = bound(&made, &user, matches)?;
    let settings = made.settings(&user, &bound).map_err(Failure::Input)?;
    let internet = read::internet(matches, &settings)?;
    let snapshot = read::snapshot(directory)?;
    let as_of = snapshot.collected_at.clone();
    let audit = Audit::new(read::analyse(&snapshot, &internet)?, as_of)?;
    let departures = made.check(audit.findings(), &settings, &bound)?;
    if departures.nobody() {
        let nobody = Message::new("template-nobody").with("template", made.template.name);
        return Err(Failure::Input(nobody));
    }
    let topology = audit.analysis.topology();
    if is_json(matches) {
        shell.print_json(&departures_json(&made, &departures, topology, &shell.words))?;
    } else {
        let all = matches.get_flag("all");
        shell.print(&departures_text(
            &made,
            &departures,
            topology,
            &shell.words,
            shell.paint,
            all,
        ))?;
    }
    Ok(if departures.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::from(3)
    })
}

/// A template with the values of the command line, its groups those that `--group` names.
pub(crate) fn placed(shell: &Shell, matches: &ArgMatches, name: &str) -> Result<Rendered, Failure> {
    let today = Timestamp::now().to_zoned(TimeZone::UTC).date();
    let mut made = made(shell, matches, name, Some(today))?;
    for text in given(matches, "group") {
        let (role, id) = pair("--group", text, "ROLE=sg-…")?;
        made.place_group(&role, &id).map_err(Failure::Input)?;
    }
    Ok(made)
}

/// The name of a group that stands for one of the provider's that nobody named.
pub(crate) fn unplaced(made: &Rendered) -> Option<&str> {
    let mut groups = made.groups();
    let found = groups.find(|group| group.id.as_str() == group.name)?;
    Some(found.name.as_str())
}

/// The template with the values of the command line.
fn made(
    shell: &Shell,
    matches: &ArgMatches,
    name: &str,
    today: Option<jiff::civil::Date>,
) -> Result<Rendered, Failure> {
    let template = find_template(name).map_err(Failure::Input)?;
    let set = given(matches, "set").map(|text| pair("--set", text, "NAME=VALUE"));
    let set = set.collect::<Result<Vec<_>, _>>()?;
    let say = |message: &Message| shell.words.say(message);
    let context = Context { say: &say, today };
    render(template, sector(matches)?, &set, &context).map_err(Failure::Input)
}

/// Who plays the roles, by the command line or by `yumen.toml`.
fn bound(made: &Rendered, user: &Settings, matches: &ArgMatches) -> Result<Vec<Binding>, Failure> {
    let mut members = Vec::new();
    for text in given(matches, "bind") {
        let (role, selector) = pair("--bind", text, "ROLE=tag:KEY=VALUE")?;
        let selector = Selector::parse(&selector).map_err(Failure::Input)?;
        members.push((role, selector));
    }
    made.bind(user, &members).map_err(Failure::Input)
}

fn sector(matches: &ArgMatches) -> Result<Option<&'static Sector>, Failure> {
    let name = matches.get_one::<String>("sector");
    let found = name.map(|name| find_sector(name).map_err(Failure::Input));
    found.transpose()
}

fn argument<'m>(matches: &'m ArgMatches, name: &str) -> &'m str {
    matches.get_one::<String>(name).map_or("", String::as_str)
}

fn given<'m>(matches: &'m ArgMatches, name: &str) -> impl Iterator<Item = &'m String> {
    matches.get_many::<String>(name).into_iter().flatten()
}

/// A name and what it is given, such as `app_ports=8080`.
fn pair(
    argument: &'static str,
    text: &str,
    expected: &'static str,
) -> Result<(String, String), Failure> {
    let bad = || {
        let message = Message::new("template-form").with("argument", argument);
        let message = message.with("value", text).with("expected", expected);
        Failure::Input(message)
    };
    let (name, value) = text.split_once('=').ok_or_else(bad)?;
    let name = name.trim();
    if name.is_empty() {
        return Err(bad());
    }
    Ok((name.to_owned(), value.trim().to_owned()))
}
