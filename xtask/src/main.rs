//! Tasks of the project: `cargo xtask help` lists them.
//!
//! Reading order: `gate` is `cargo xtask test`, and `postgres` starts a database for it; `tidy` holds
//! the checks of the repository itself; `errands` passes the rest on to other programs; `command`
//! runs programs; `repository` reads what the checks look at.
#![expect(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "telling the person at the terminal what happens is this program's duty"
)]

mod command;
mod errands;
mod gate;
mod postgres;
mod repository;
mod sdks;
mod tidy;

use std::process::ExitCode;

const HELP: &str = "\
cargo xtask <task>

  test [--all]                    format, lints, docs, tidy and every test; says what it skipped
                                  (--all also compiles the benchmarks)
  tidy                            only the checks of the repository itself: edges between crates,
                                  licences, texts in both languages, links, names ...
  classbench DIR [ARGS]           packet algebra on the ClassBench rule sets in DIR
  bench [ARGS]                    benchmark of a whole estate
  collect [ARGS]                  collecting 20,000 groups in 10 regions from a simulated cloud,
                                  within its request limits
  estate --interfaces N --groups G --rules R --seed S DIR
                                  write an estate of any size to DIR, as raw API responses
  fuzz [TARGET] [--seconds N]     fuzz one target of `fuzz/` (60 seconds), or list them; without
                                  cargo-fuzz, replay the seeds (`cargo test -p yumen-fuzz`)
  nightly                         the differential tests with millions of packets, collecting in
                                  sixty kinds of chaos, each with a new seed
                                  (YUMEN_DIFFERENTIAL_PACKETS and YUMEN_SEED override)
  help                            this list
";

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let task = arguments.next();
    let rest: Vec<String> = arguments.collect();
    let result = match task.as_deref() {
        Some("test") => gate::run(&rest),
        Some("tidy") => tidy::run(&rest),
        Some("classbench") => errands::classbench(&rest),
        Some("bench") => errands::bench(&rest),
        Some("collect") => errands::collect(&rest),
        Some("estate") => errands::estate(&rest),
        Some("fuzz") => errands::fuzz(&rest),
        Some("nightly") => errands::nightly(&rest),
        None | Some("help" | "--help" | "-h") => {
            print!("{HELP}");
            Ok(ExitCode::SUCCESS)
        }
        Some(unknown) => Err(format!(
            "there is no task `{unknown}`; `cargo xtask help` lists them"
        )),
    };
    result.unwrap_or_else(|message| {
        eprintln!("error: {message}");
        ExitCode::from(2)
    })
}
