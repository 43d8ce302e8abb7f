//! Tasks that another program does: this one says which, and passes arguments and exit code on.

use crate::command::{cargo, hand_over, root, run_tests, works};
use std::process::{Command, ExitCode};
use std::time::{SystemTime, UNIX_EPOCH};

/// Seeds of chaos in which a night collects.
const NIGHTLY_STORMS: &str = "60";

/// Packets of one nightly differential run.
const NIGHTLY_PACKETS: &str = "5000000";

pub(crate) fn classbench(arguments: &[String]) -> Result<ExitCode, String> {
    if arguments.is_empty() {
        return Err("say which folder holds the rule sets: `cargo xtask classbench DIR`".into());
    }
    println!("rules, shadowed rules, nodes, seconds and memory of each rule set");
    hand_over(&mut measured("classbench", arguments))
}

pub(crate) fn bench(arguments: &[String]) -> Result<ExitCode, String> {
    println!("a whole estate, from parsing to findings");
    hand_over(&mut measured("estate", arguments))
}

pub(crate) fn collect(arguments: &[String]) -> Result<ExitCode, String> {
    println!("collecting from a simulated cloud within its request limits: a minute or two");
    hand_over(&mut measured("collect", arguments))
}

pub(crate) fn estate(arguments: &[String]) -> Result<ExitCode, String> {
    if arguments.is_empty() {
        return Err(
            "say how large and where to: `cargo xtask estate --interfaces 1000 \
                    --groups 100 --rules 5000 --seed 1 DIR`"
                .into(),
        );
    }
    println!("writing an estate as raw API responses");
    hand_over(&mut measured("write-estate", arguments))
}

/// A program of the benchmark crate, in release: what it prints is compared with goals.
/// Relative paths mean what they mean to the caller, who may stand in a subfolder.
fn measured(program: &str, arguments: &[String]) -> Command {
    let mut command = cargo();
    if let Ok(here) = std::env::current_dir() {
        command.current_dir(here);
    }
    command
        .args(["run", "--release", "--manifest-path"])
        .arg(root().join("Cargo.toml"));
    command
        .args(["-p", "yumen-bench", "--bin", program, "--"])
        .args(arguments);
    command
}

/// Where the libFuzzer programs are.
const FUZZ_PROGRAMS: &str = "fuzz/libfuzzer";

pub(crate) fn fuzz(arguments: &[String]) -> Result<ExitCode, String> {
    let wish = FuzzWish::parse(arguments)?;
    if !works(cargo().args(["fuzz", "--version"])) {
        println!("cargo-fuzz is not installed (`cargo install cargo-fuzz`): replaying the seeds");
        return hand_over(cargo().args(["test", "-p", "yumen-fuzz"]));
    }
    let Some(target) = wish.target else {
        return hand_over(cargo().args(["fuzz", "list", "--fuzz-dir", FUZZ_PROGRAMS]));
    };
    // No sanitizer: it needs a nightly compiler, and there is no unsafe code for it to watch.
    let limit = format!("-max_total_time={}", wish.seconds);
    let corpus = format!("fuzz/corpus/{target}");
    let run = [
        "fuzz",
        "run",
        "--fuzz-dir",
        FUZZ_PROGRAMS,
        "--sanitizer",
        "none",
    ];
    hand_over(cargo().args(run).args([&target, &corpus, "--", &limit]))
}

#[derive(Debug, PartialEq, Eq)]
struct FuzzWish {
    target: Option<String>,
    seconds: u64,
}

impl FuzzWish {
    fn parse(arguments: &[String]) -> Result<FuzzWish, String> {
        let mut wish = FuzzWish {
            target: None,
            seconds: 60,
        };
        let mut rest = arguments.iter();
        while let Some(argument) = rest.next() {
            if argument == "--seconds" {
                let number = rest.next().ok_or("`--seconds` needs a number")?;
                wish.seconds = number
                    .parse()
                    .map_err(|_| format!("`--seconds` needs a number, not `{number}`"))?;
            } else if argument.starts_with('-') || wish.target.is_some() {
                return Err(format!(
                    "`{argument}` is not understood after `cargo xtask fuzz`"
                ));
            } else {
                wish.target = Some(argument.clone());
            }
        }
        Ok(wish)
    }
}

pub(crate) fn nightly(arguments: &[String]) -> Result<ExitCode, String> {
    if let Some(argument) = arguments.first() {
        return Err(format!(
            "`cargo xtask nightly` takes no argument, not `{argument}`"
        ));
    }
    let packets = setting("YUMEN_DIFFERENTIAL_PACKETS", || NIGHTLY_PACKETS.to_owned());
    let seed = setting("YUMEN_SEED", new_seed);
    println!("seed {seed}; to repeat this run: YUMEN_SEED={seed} cargo xtask nightly");
    let mut command = cargo();
    command
        .env("YUMEN_DIFFERENTIAL_PACKETS", packets)
        .env("YUMEN_SEED", &seed);
    command.args(["test", "--release", "-p", "yumen-reach", "differential"]);
    let (status, count) = run_tests(&mut command)?;
    if count.passed + count.failed == 0 {
        return Err("no test of `yumen-reach` has `differential` in its name: nothing ran".into());
    }
    let mut chaos = cargo();
    chaos
        .env("YUMEN_CHAOS_SEEDS", NIGHTLY_STORMS)
        .env("YUMEN_SEED", &seed);
    chaos.args(["test", "--release", "-p", "yumen-aliyun", "chaos"]);
    let (storms, collected) = run_tests(&mut chaos)?;
    if collected.passed + collected.failed == 0 {
        return Err("no test of `yumen-aliyun` has `chaos` in its name: nothing ran".into());
    }
    println!(
        "seed {seed}: {} passed, {} failed",
        count.passed + collected.passed,
        count.failed + collected.failed
    );
    let well = status.success() && storms.success();
    Ok(ExitCode::from(u8::from(!well)))
}

fn setting(name: &str, otherwise: impl FnOnce() -> String) -> String {
    std::env::var(name)
        .ok()
        .filter(|value| !value.is_empty())
        .unwrap_or_else(otherwise)
}

fn new_seed() -> String {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    // Spread over all 64 bits (a multiplication by 2^64 divided by the golden ratio).
    let nanoseconds = now.as_secs().wrapping_mul(1_000_000_000) ^ u64::from(now.subsec_nanos());
    nanoseconds.wrapping_mul(0x9e37_79b9_7f4a_7c15).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(words: &str) -> Result<FuzzWish, String> {
        FuzzWish::parse(
            &words
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>(),
        )
    }

    #[test]
    fn a_fuzz_wish_is_a_target_and_a_time() {
        assert_eq!(
            wish(""),
            Ok(FuzzWish {
                target: None,
                seconds: 60
            })
        );
        let reader = Some("reader".to_owned());
        assert_eq!(
            wish("reader --seconds 5"),
            Ok(FuzzWish {
                target: reader,
                seconds: 5
            })
        );
        assert!(wish("--seconds many").is_err());
        assert!(wish("--seconds").is_err());
        assert!(wish("reader algebra").is_err());
        assert!(wish("--fast").is_err());
    }

    #[test]
    fn seeds_are_numbers() {
        assert!(new_seed().parse::<u64>().is_ok());
    }

    #[test]
    fn tasks_that_need_arguments_say_so() {
        assert!(classbench(&[]).is_err());
        assert!(estate(&[]).is_err());
        assert!(nightly(&["5".to_owned()]).is_err());
    }
}
