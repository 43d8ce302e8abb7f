//! What the command line takes, with its help in the user's language.

use std::process::ExitCode;

use clap::builder::{PossibleValuesParser, ValueParser};
use clap::{Arg, ArgAction, ArgMatches, Command};
use clap_complete::Shell as CompletionShell;
use yumen_report::Words;

use crate::failure::Failure;
use crate::govern;
use crate::shell::Shell;

/// Commands that take options and nothing else.
const OPTIONS_ONLY: [&str; 4] = ["collect", "demo", "doctor", "lab"];

/// The whole command line.
pub(crate) fn command(words: &Words) -> Command {
    let sub = |name: &'static str, about: &'static str, examples: &'static str| {
        let template = if OPTIONS_ONLY.contains(&name) {
            "help-template-options"
        } else {
            "help-template"
        };
        Command::new(name)
            .about(words.text(about))
            .after_help(words.text(examples))
            .help_template(words.text(template))
            .disable_help_flag(true)
            .arg(help(words))
    };
    Command::new("yumen")
        .about(words.text("help-yumen"))
        .version(env!("CARGO_PKG_VERSION"))
        .after_help(words.text("help-yumen-examples"))
        .help_template(words.text("help-template-commands"))
        .disable_help_flag(true)
        .disable_version_flag(true)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(help(words))
        .arg(
            Arg::new("version")
                .long("version")
                .short('V')
                .action(ArgAction::Version)
                .help(words.text("help-version")),
        )
        .arg(choice("lang", &["zh", "en"], words.text("help-lang")).global(true))
        .arg(
            choice(
                "color",
                &["auto", "always", "never"],
                words.text("help-color"),
            )
            .global(true),
        )
        .subcommand(
            judged(sub("audit", "help-audit", "help-audit-examples"), words)
                .arg(directory("DIR", words).help(words.text("help-dir-or-account")))
                .arg(text("out", "DIR", words.text("help-audit-out")))
                .arg(govern::arguments::state(words))
                .arg(endpoint(words)),
        )
        .subcommand(
            sub("init", "help-init", "help-init-examples")
                .arg(
                    directory("DIR", words)
                        .required(false)
                        .default_value(".")
                        .hide_default_value(true)
                        .help(words.text("help-init-dir")),
                )
                .arg(
                    file("config-out", words.text("help-config-out"))
                        .default_value("yumen.toml")
                        .hide_default_value(true),
                )
                .arg(
                    Arg::new("force")
                        .long("force")
                        .action(ArgAction::SetTrue)
                        .help(words.text("help-force")),
                )
                .arg(text("out", "DIR", words.text("help-audit-out")))
                .arg(endpoint(words)),
        )
        .subcommand(
            sub("explain", "help-explain", "help-explain-examples")
                .arg(directory("DIR", words))
                .arg(text(
                    "from",
                    "ADDR|INTERFACE|internet",
                    words.text("help-from"),
                ))
                .arg(text("to", "INTERFACE|INSTANCE|ADDR", words.text("help-to")))
                .arg(text("port", "PROTOCOL/PORT", words.text("help-port")))
                .arg(text("vpc", "VPC", words.text("help-vpc")))
                .arg(
                    text("batch", "FILE.jsonl", words.text("help-batch"))
                        .conflicts_with_all(["from", "to", "port"]),
                )
                .arg(format(words))
                .arg(trusted(words))
                .arg(file("config", words.text("help-config"))),
        )
        .subcommand(
            sub("diff", "help-diff", "help-diff-examples")
                .arg(directory("OLD", words))
                .arg(directory("NEW", words))
                .arg(format(words))
                .arg(trusted(words))
                .arg(file("config", words.text("help-config"))),
        )
        .subcommand(
            sub("fix", "help-fix", "help-fix-examples")
                .arg(directory("DIR", words))
                .arg(text("item", "ITEM", words.text("help-item")).action(ArgAction::Append))
                .arg(
                    choice(
                        "format",
                        &["text", "json", "terraform", "aliyun-cli"],
                        words.text("help-fix-format"),
                    )
                    .default_value("text"),
                )
                .arg(text("as-of", "TIME", words.text("help-as-of")))
                .arg(trusted(words))
                .arg(file("config", words.text("help-config")))
                .arg(file("waivers", words.text("help-waivers"))),
        )
        .subcommand(
            judged(sub("demo", "help-demo", "help-demo-examples"), words)
                .arg(text("out", "DIR", words.text("help-out")).default_value("yumen-demo"))
                .arg(
                    Arg::new("audit-only")
                        .long("audit-only")
                        .action(ArgAction::SetTrue)
                        .help(words.text("help-audit-only")),
                ),
        )
        .subcommand(
            sub("collect", "help-collect", "help-collect-examples")
                .arg(profile(words))
                .arg(text("regions", "all|REGION,…", words.text("help-regions")))
                .arg(text("accounts", "FILE", words.text("help-accounts")))
                .arg(text("out", "DIR", words.text("help-collect-out")))
                .arg(endpoint(words)),
        )
        .subcommand(
            sub("doctor", "help-doctor", "help-doctor-examples")
                .arg(profile(words))
                .arg(text("regions", "all|REGION,…", words.text("help-regions")))
                .arg(choice(
                    "ram-policy",
                    &["read", "write"],
                    words.text("help-ram-policy"),
                ))
                .arg(endpoint(words))
                .arg(govern::arguments::state(words))
                .arg(govern::arguments::keys(words))
                .arg(file("config", words.text("help-config")))
                .arg(file("waivers", words.text("help-waivers"))),
        )
        .subcommand(
            sub("lab", "help-lab", "help-lab-examples")
                .arg(text("estate", "demo|empty|DIR", words.text("help-estate")))
                .arg(text("listen", "ADDRESS:PORT", words.text("help-listen")))
                .arg(text("tls-cert", "FILE", words.text("help-tls-cert")).requires("tls-key"))
                .arg(text("tls-key", "FILE", words.text("help-tls-key")).requires("tls-cert"))
                .arg(text("chaos", "SPEC", words.text("help-chaos")))
                .arg(text("limit-window", "MS", words.text("help-limit-window")))
                .arg(text("deny", "ACTION", words.text("help-deny")).action(ArgAction::Append))
                .arg(text("export", "DIR", words.text("help-export"))),
        )
        .subcommand(template(words))
        .subcommand(
            sub("compliance", "help-compliance", "help-compliance-examples")
                .arg(directory("DIR", words))
                .arg(choice(
                    "framework",
                    &["mlps3", "csl", "cis", "gdpr", "pci"],
                    words.text("help-framework"),
                ))
                .arg(
                    choice(
                        "format",
                        &["text", "json", "markdown"],
                        words.text("help-compliance-format"),
                    )
                    .default_value("text"),
                )
                .arg(text("as-of", "TIME", words.text("help-as-of")))
                .arg(trusted(words))
                .arg(file("config", words.text("help-config")))
                .arg(file("waivers", words.text("help-waivers"))),
        )
        .subcommand(item(words))
        .subcommands(govern::arguments::commands(words))
        .subcommand(
            sub(
                "completions",
                "help-completions",
                "help-completions-examples",
            )
            .arg(
                Arg::new("SHELL")
                    .required(true)
                    .value_parser(PossibleValuesParser::new([
                        "bash",
                        "zsh",
                        "fish",
                        "elvish",
                        "powershell",
                    ]))
                    .hide_possible_values(true)
                    .help(words.text("help-shell")),
            ),
        )
}

/// The catalogue of items: all of them, and one.
fn item(words: &Words) -> Command {
    let sub = |name: &'static str, about: &'static str, layout: &'static str| {
        Command::new(name)
            .about(words.text(about))
            .after_help(words.text("help-item-command-examples"))
            .help_template(words.text(layout))
            .disable_help_flag(true)
            .arg(help(words))
    };
    sub("item", "help-item-command", "help-template-commands")
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .subcommand(sub("list", "help-item-list", "help-template-options").arg(format(words)))
        .subcommand(
            sub("show", "help-item-show", "help-template")
                .arg(
                    Arg::new("ID")
                        .required(true)
                        .help(words.text("help-item-name")),
                )
                .arg(format(words)),
        )
}

/// Templates: what can be done with them, each with its own help.
fn template(words: &Words) -> Command {
    let sub = |name: &'static str, about: &'static str, examples: &'static str, layout| {
        Command::new(name)
            .about(words.text(about))
            .after_help(words.text(examples))
            .help_template(words.text(layout))
            .disable_help_flag(true)
            .arg(help(words))
    };
    let name = || {
        Arg::new("NAME")
            .required(true)
            .help(words.text("help-template-name"))
    };
    let sector = || text("sector", "SECTOR", words.text("help-sector"));
    let set = || text("set", "NAME=VALUE", words.text("help-set")).action(ArgAction::Append);
    let one = "help-template";
    let examples = "help-template-command-examples";
    sub(
        "template",
        "help-template-command",
        examples,
        "help-template-commands",
    )
    .disable_help_subcommand(true)
    .subcommand_required(true)
    .arg_required_else_help(true)
    .subcommand(sub(
        "list",
        "help-template-list",
        examples,
        "help-template-options",
    ))
    .subcommand(
        sub("show", "help-template-show", examples, one)
            .arg(name())
            .arg(sector()),
    )
    .subcommand(
        sub("render", "help-template-render", examples, one)
            .arg(name())
            .arg(set())
            .arg(sector())
            .arg(
                choice(
                    "format",
                    &["terraform", "edits", "toml"],
                    words.text("help-template-format"),
                )
                .default_value("terraform"),
            )
            .arg(
                text("group", "ROLE=ID", words.text("help-template-group"))
                    .action(ArgAction::Append),
            ),
    )
    .subcommand(
        sub("check", "help-template-check", examples, one)
            .arg(name())
            .arg(directory("DIR", words))
            .arg(set())
            .arg(sector())
            .arg(text("bind", "ROLE=SELECTOR", words.text("help-bind")).action(ArgAction::Append))
            .arg(format(words))
            .arg(
                Arg::new("all")
                    .long("all")
                    .action(ArgAction::SetTrue)
                    .help(words.text("help-all")),
            )
            .arg(trusted(words))
            .arg(file("config", words.text("help-config"))),
    )
}

/// Writes the completions of a shell.
pub(crate) fn completions(shell: &Shell, matches: &ArgMatches) -> Result<ExitCode, Failure> {
    let generator = match matches.get_one::<String>("SHELL").map(String::as_str) {
        Some("zsh") => CompletionShell::Zsh,
        Some("fish") => CompletionShell::Fish,
        Some("elvish") => CompletionShell::Elvish,
        Some("powershell") => CompletionShell::PowerShell,
        _ => CompletionShell::Bash,
    };
    let mut script = Vec::new();
    clap_complete::generate(generator, &mut command(&shell.words), "yumen", &mut script);
    shell.print(&String::from_utf8_lossy(&script))?;
    Ok(ExitCode::SUCCESS)
}

/// What audits have in common.
fn judged(command: Command, words: &Words) -> Command {
    command
        .arg(
            choice(
                "format",
                &[
                    "text", "json", "html", "sarif", "ocsf", "junit", "csv", "markdown",
                ],
                words.text("help-report-format"),
            )
            .default_value("text"),
        )
        .arg(
            Arg::new("all")
                .long("all")
                .action(ArgAction::SetTrue)
                .help(words.text("help-all")),
        )
        .arg(
            choice(
                "fail-on",
                &[
                    "unexpected",
                    "open",
                    "any",
                    "latent",
                    "critical",
                    "high",
                    "medium",
                    "low",
                    "never",
                ],
                words.text("help-fail-on"),
            )
            .default_value("unexpected"),
        )
        .arg(text("as-of", "TIME", words.text("help-as-of")))
        .arg(trusted(words))
        .arg(file("config", words.text("help-config")))
        .arg(file("waivers", words.text("help-waivers")))
        .arg(file("baseline", words.text("help-baseline")))
        .arg(file("previous", words.text("help-previous")))
}

pub(crate) fn file(name: &'static str, help: String) -> Arg {
    text(name, "FILE", help).value_parser(ValueParser::path_buf())
}

fn directory(name: &'static str, words: &Words) -> Arg {
    Arg::new(name)
        .required(true)
        .value_parser(ValueParser::path_buf())
        .help(words.text("help-dir"))
}

pub(crate) fn profile(words: &Words) -> Arg {
    text("profile", "NAME", words.text("help-profile"))
}

pub(crate) fn endpoint(words: &Words) -> Arg {
    text("endpoint", "URL", words.text("help-endpoint"))
}

pub(crate) fn format(words: &Words) -> Arg {
    choice("format", &["text", "json"], words.text("help-format")).default_value("text")
}

fn trusted(words: &Words) -> Arg {
    text("trusted", "CIDR", words.text("help-trusted")).action(ArgAction::Append)
}

pub(crate) fn help(words: &Words) -> Arg {
    Arg::new("help")
        .long("help")
        .short('h')
        .action(ArgAction::Help)
        .help(words.text("help-help"))
}

pub(crate) fn text(name: &'static str, value: &'static str, help: String) -> Arg {
    Arg::new(name).long(name).value_name(value).help(help)
}

pub(crate) fn choice(name: &'static str, values: &'static [&'static str], help: String) -> Arg {
    Arg::new(name)
        .long(name)
        .value_name("…")
        .value_parser(PossibleValuesParser::new(values))
        .hide_possible_values(true)
        .hide_default_value(true)
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::command;
    use yumen_report::{Language, Words};

    #[test]
    fn the_command_line_is_sound_in_both_languages() {
        for language in [Language::English, Language::Chinese] {
            let words = Words::new(language, &crate::locale::texts()).unwrap();
            command(&words).debug_assert();
        }
    }
}
