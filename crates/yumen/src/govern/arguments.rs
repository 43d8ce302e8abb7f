//! The arguments of change control, with their help.

use clap::builder::ValueParser;
use clap::{Arg, ArgAction, Command};
use yumen_report::Words;

use crate::arguments::{endpoint, file, format, help, profile, text};

/// All commands of change control.
pub(crate) fn commands(words: &Words) -> [Command; 10] {
    let all = [
        change(words),
        version(words),
        drift(words),
        exposure(words),
        review(words),
        watch(words),
        ledger(words),
        store(words),
        key(words),
        notify(words),
    ];
    all.map(|command| laid_out(command, words))
}

/// Help without a heading for arguments where a command has none.
fn laid_out(command: Command, words: &Words) -> Command {
    let below: Vec<String> = command
        .get_subcommands()
        .map(|one| one.get_name().to_owned())
        .collect();
    if below.is_empty() {
        return if command.get_positionals().next().is_none() {
            command.help_template(words.text("help-template-options"))
        } else {
            command
        };
    }
    below.into_iter().fold(command, |command, name| {
        command.mut_subcommand(name, |one| laid_out(one, words))
    })
}

fn change(words: &Words) -> Command {
    let examples = "help-change-examples";
    let one = |name, about| acting(sub(words, name, about, examples), words).arg(number(words));
    let decided =
        |name, about| one(name, about).arg(text("comment", "TEXT", words.text("help-comment")));
    group(words, "change", "help-change", examples)
        .subcommand(
            account(
                acting(
                    sub(words, "propose", "help-change-propose", examples),
                    words,
                ),
                words,
            )
            .arg(file("edits", words.text("help-propose-edits")))
            .arg(
                text("fix", "ITEM", words.text("help-propose-fix"))
                    .num_args(0..=1)
                    .default_missing_value("all")
                    .action(ArgAction::Append),
            )
            .arg(text(
                "rollback",
                "VERSION",
                words.text("help-propose-rollback"),
            ))
            .arg(text(
                "template",
                "TEMPLATE",
                words.text("help-propose-template"),
            ))
            .arg(
                text("set", "NAME=VALUE", words.text("help-set"))
                    .action(ArgAction::Append)
                    .requires("template"),
            )
            .arg(text("sector", "SECTOR", words.text("help-sector")).requires("template"))
            .arg(
                text(
                    "group",
                    "GROUP|ROLE=GROUP",
                    words.text("help-propose-group"),
                )
                .action(ArgAction::Append)
                .conflicts_with_all(["edits", "fix"]),
            )
            .group(
                clap::ArgGroup::new("what")
                    .args(["edits", "fix", "rollback", "template"])
                    .required(true),
            )
            .arg(text("reason", "TEXT", words.text("help-propose-reason")))
            .arg(text(
                "until",
                "TIME|DURATION",
                words.text("help-propose-until"),
            ))
            .arg(flag("emergency", words.text("help-propose-emergency")))
            .arg(flag("dry-run", words.text("help-propose-dry-run"))),
        )
        .subcommand(
            looking(sub(words, "list", "help-change-list", examples), words)
                .arg(flag("open", words.text("help-change-open")))
                .arg(format(words)),
        )
        .subcommand(
            looking(sub(words, "show", "help-change-show", examples), words)
                .arg(number(words))
                .arg(format(words)),
        )
        .subcommand(decided("approve", "help-change-approve"))
        .subcommand(decided("reject", "help-change-reject"))
        .subcommand(decided("review", "help-change-review"))
        .subcommand(decided("withdraw", "help-change-withdraw"))
        .subcommand(account(one("apply", "help-change-apply"), words))
        .subcommand(account(one("undo", "help-change-undo"), words))
}

fn version(words: &Words) -> Command {
    let examples = "help-version-examples";
    let named = |name: &'static str| {
        Arg::new(name)
            .required(true)
            .help(words.text("help-version-name"))
    };
    group(words, "version", "help-version-command", examples)
        .subcommand(
            looking(sub(words, "list", "help-version-list", examples), words).arg(format(words)),
        )
        .subcommand(
            looking(sub(words, "show", "help-version-show", examples), words)
                .arg(named("VERSION"))
                .arg(text("out", "DIR", words.text("help-version-out"))),
        )
        .subcommand(
            looking(sub(words, "diff", "help-version-diff", examples), words)
                .arg(named("OLD"))
                .arg(named("NEW"))
                .arg(format(words)),
        )
        .subcommand(
            account(
                looking(sub(words, "record", "help-version-record", examples), words),
                words,
            )
            .arg(text("reason", "TEXT", words.text("help-version-reason"))),
        )
}

fn drift(words: &Words) -> Command {
    let examples = "help-drift-examples";
    group(words, "drift", "help-drift", examples).subcommand(looking(
        sub(words, "list", "help-drift-list", examples),
        words,
    ))
}

fn exposure(words: &Words) -> Command {
    let examples = "help-exposure-examples";
    group(words, "exposure", "help-exposure", examples).subcommand(
        looking(
            sub(words, "history", "help-exposure-history", examples),
            words,
        )
        .arg(
            Arg::new("RESOURCE")
                .required(true)
                .help(words.text("help-exposure-resource")),
        ),
    )
}

fn review(words: &Words) -> Command {
    let command = sub(words, "review", "help-review", "help-review-examples");
    account(acting(command, words), words)
        .arg(
            Arg::new("GROUP")
                .required(true)
                .help(words.text("help-review-group")),
        )
        .arg(text("comment", "TEXT", words.text("help-review-comment")))
}

fn watch(words: &Words) -> Command {
    let command = sub(words, "watch", "help-watch", "help-watch-examples");
    account(looking(command, words), words)
        .arg(text(
            "listen",
            "ADDRESS:PORT",
            words.text("help-watch-listen"),
        ))
        .arg(flag("once", words.text("help-watch-once")))
        .arg(flag("check-config", words.text("help-watch-check")))
}

fn ledger(words: &Words) -> Command {
    let examples = "help-ledger-examples";
    let one = |name, about| looking(sub(words, name, about, examples), words);
    let path = |name: &'static str, about: &'static str| {
        Arg::new(name)
            .required(true)
            .value_parser(ValueParser::path_buf())
            .help(words.text(about))
    };
    let key =
        |about: &'static str| text("key", "VKEY", words.text(about)).action(ArgAction::Append);
    group(words, "ledger", "help-ledger", examples)
        .subcommand(
            one("show", "help-ledger-show")
                .arg(text("change", "N", words.text("help-ledger-change")))
                .arg(text("last", "NUMBER", words.text("help-ledger-last")))
                .arg(format(words)),
        )
        .subcommand(
            one("prove", "help-ledger-prove")
                .arg(
                    Arg::new("ENTRY")
                        .required(true)
                        .help(words.text("help-ledger-entry")),
                )
                .arg(file("out", words.text("help-ledger-proof-out"))),
        )
        .subcommand(
            one("verify", "help-ledger-verify")
                .arg(
                    text("from", "DIR", words.text("help-ledger-from"))
                        .value_parser(ValueParser::path_buf()),
                )
                .arg(key("help-ledger-key"))
                .arg(file("policy", words.text("help-ledger-policy")))
                .arg(flag("offline", words.text("help-ledger-offline"))),
        )
        .subcommand(one("export", "help-ledger-export").arg(path("DIR", "help-ledger-dir")))
        .subcommand(one("keys", "help-ledger-keys"))
        .subcommand(one("rotate", "help-ledger-rotate"))
        .subcommand(
            one("cosign", "help-ledger-cosign")
                .arg(
                    Arg::new("URL")
                        .required(true)
                        .help(words.text("help-ledger-url")),
                )
                .arg(key("help-ledger-witness-key").required(true)),
        )
        .subcommand(
            one("witness", "help-ledger-witness")
                .arg(text("name", "NAME", words.text("help-witness-name")).required(true))
                .arg(
                    text("log", "VKEY", words.text("help-witness-log"))
                        .action(ArgAction::Append)
                        .required(true),
                )
                .arg(text(
                    "listen",
                    "ADDRESS:PORT",
                    words.text("help-witness-listen"),
                )),
        )
}

fn store(words: &Words) -> Command {
    let examples = "help-store-examples";
    let one = |name, about| looking(sub(words, name, about, examples), words);
    let path = || {
        Arg::new("FILE")
            .required(true)
            .value_parser(ValueParser::path_buf())
            .help(words.text("help-store-file"))
    };
    group(words, "store", "help-store", examples)
        .subcommand(one("backup", "help-store-backup").arg(path()))
        .subcommand(one("restore", "help-store-restore").arg(path()))
        .subcommand(one("check", "help-store-check"))
        .subcommand(one("clean", "help-store-clean"))
        .subcommand(one("rebuild", "help-store-rebuild"))
}

fn key(words: &Words) -> Command {
    let examples = "help-key-examples";
    let one = |name, about| {
        sub(words, name, about, examples)
            .arg(
                Arg::new("NAME")
                    .required(true)
                    .help(words.text("help-key-name")),
            )
            .arg(keys(words))
    };
    group(words, "key", "help-key", examples)
        .subcommand(one("new", "help-key-new"))
        .subcommand(one("show", "help-key-show"))
}

fn notify(words: &Words) -> Command {
    let examples = "help-notify-examples";
    let one = |name, about| {
        sub(words, name, about, examples).arg(file("config", words.text("help-config")))
    };
    group(words, "notify", "help-notify", examples)
        .subcommand(one("list", "help-notify-list"))
        .subcommand(
            one("test", "help-notify-test").arg(
                Arg::new("NAME")
                    .required(true)
                    .help(words.text("help-notify-name")),
            ),
        )
}

/// A command that has commands below it.
fn group(
    words: &Words,
    name: &'static str,
    about: &'static str,
    examples: &'static str,
) -> Command {
    Command::new(name)
        .about(words.text(about))
        .after_help(words.text(examples))
        .help_template(words.text("help-template-commands"))
        .disable_help_flag(true)
        .disable_help_subcommand(true)
        .subcommand_required(true)
        .arg_required_else_help(true)
        .arg(help(words))
}

fn sub(words: &Words, name: &'static str, about: &'static str, examples: &'static str) -> Command {
    Command::new(name)
        .about(words.text(about))
        .after_help(words.text(examples))
        .help_template(words.text("help-template"))
        .disable_help_flag(true)
        .arg(help(words))
}

/// What every command needs that uses the store.
fn looking(command: Command, words: &Words) -> Command {
    command
        .arg(state(words))
        .arg(file("config", words.text("help-config")))
        .arg(file("waivers", words.text("help-waivers")))
}

/// What a command needs in which somebody acts.
fn acting(command: Command, words: &Words) -> Command {
    looking(command, words)
        .arg(text("as", "NAME", words.text("help-as")))
        .arg(keys(words))
}

/// Where the store is.
pub(crate) fn state(words: &Words) -> Arg {
    text("state", "DIR", words.text("help-state")).value_parser(ValueParser::path_buf())
}

/// Where the keys of people are.
pub(crate) fn keys(words: &Words) -> Arg {
    text("keys", "DIR", words.text("help-keys")).value_parser(ValueParser::path_buf())
}

/// What a command needs that asks the cloud.
fn account(command: Command, words: &Words) -> Command {
    command
        .arg(profile(words))
        .arg(text("regions", "all|REGION,…", words.text("help-regions")))
        .arg(endpoint(words))
}

fn number(words: &Words) -> Arg {
    Arg::new("N")
        .required(true)
        .help(words.text("help-change-number"))
}

fn flag(name: &'static str, about: String) -> Arg {
    Arg::new(name)
        .long(name)
        .action(ArgAction::SetTrue)
        .help(about)
}
