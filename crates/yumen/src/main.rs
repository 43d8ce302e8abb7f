//! The command line of Yumen: parse, call, print.
//!
//! Exit codes: 0 clean, 2 wrong input or wrong use, 3 something was found that the user fails on.
#![forbid(unsafe_code)]

mod arguments;
mod audit;
mod collect;
mod compliance;
mod demo;
mod diff;
mod doctor;
mod explain;
mod failure;
mod files;
mod fix;
mod govern;
mod init;
mod item;
mod lab;
mod live;
mod locale;
mod packet_query;
mod read;
mod settings;
mod shell;
mod template;

use std::process::ExitCode;

use yumen_report::Words;

use crate::failure::Failure;
use crate::shell::Shell;

fn main() -> ExitCode {
    let arguments: Vec<std::ffi::OsString> = std::env::args_os().collect();
    let language = locale::language(&arguments);
    let words = match Words::new(language, &locale::texts()) {
        Ok(words) => words,
        Err(error) => {
            shell::complain(&error.to_string());
            return ExitCode::from(2);
        }
    };
    let matches = match arguments::command(&words).try_get_matches_from(&arguments) {
        Ok(matches) => matches,
        Err(error) => return shell::usage(&words, &error),
    };
    let shell = Shell::new(words, &matches);
    let outcome = match matches.subcommand() {
        Some(("audit", matches)) => audit::run(&shell, matches),
        Some(("explain", matches)) => explain::run(&shell, matches),
        Some(("diff", matches)) => diff::run(&shell, matches),
        Some(("demo", matches)) => demo::run(&shell, matches),
        Some(("fix", matches)) => fix::run(&shell, matches),
        Some(("init", matches)) => init::run(&shell, matches),
        Some(("collect", matches)) => collect::run(&shell, matches),
        Some(("doctor", matches)) => doctor::run(&shell, matches),
        Some(("lab", matches)) => lab::run(&shell, matches),
        Some(("compliance", matches)) => compliance::run(&shell, matches),
        Some(("item", matches)) => item::run(&shell, matches),
        Some(("template", matches)) => template::run(&shell, matches),
        Some(("change", matches)) => govern::change::run(&shell, matches),
        Some(("version", matches)) => govern::version::run(&shell, matches),
        Some(("drift", matches)) => govern::exposure::drift(&shell, matches),
        Some(("exposure", matches)) => govern::exposure::run(&shell, matches),
        Some(("review", matches)) => govern::review::run(&shell, matches),
        Some(("watch", matches)) => govern::watch::run(&shell, matches),
        Some(("ledger", matches)) => govern::ledger::run(&shell, matches),
        Some(("notify", matches)) => govern::notice::run(&shell, matches),
        Some(("store", matches)) => govern::store::run(&shell, matches),
        Some(("key", matches)) => govern::key::run(&shell, matches),
        Some(("completions", matches)) => arguments::completions(&shell, matches),
        _ => Ok(ExitCode::from(2)),
    };
    match outcome {
        Ok(code) => code,
        Err(Failure::Closed) => ExitCode::SUCCESS,
        Err(failure) => {
            shell.complain(&failure);
            ExitCode::from(2)
        }
    }
}
