//! Measures an audit of a snapshot directory step by step: `estate DIR [--workers N] [--sets-only]`.
//!
//! `--sets-only` leaves out the list of all exposures and the fates of rules, whose size and time
//! grow with rows and not with classes.
//!
//! Prints seconds for reading, look-up tables, exact analysis, exposures with causes, fates of
//! rules within groups, the 47 items, and the analysis after a change of one group; and the peak memory.

use std::fs;
use std::io::{self, Write};
use std::num::NonZeroUsize;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use yumen_baseline::{Estate, Findings, Judgement, Scope, Settings};
use yumen_cloud::{CloudEdit, Direction, Id, Snapshot};
use yumen_reach::{Analysis, Exposure, Internet, RuleFate, Topology, exposures, fates};

fn main() -> ExitCode {
    let mut directory = None;
    let mut sets_only = false;
    let mut workers = std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN);
    let mut arguments = std::env::args().skip(1);
    while let Some(argument) = arguments.next() {
        if argument == "--sets-only" {
            sets_only = true;
        } else if argument == "--workers" {
            workers = arguments
                .next()
                .and_then(|number| number.parse().ok())
                .unwrap_or(workers);
        } else {
            directory = Some(PathBuf::from(argument));
        }
    }
    let Some(directory) = directory else {
        drop(writeln!(
            io::stderr(),
            "estate: expected DIR [--workers N] [--sets-only]"
        ));
        return ExitCode::from(2);
    };
    match measure(&directory, workers, sets_only) {
        Ok(()) => ExitCode::SUCCESS,
        Err(problem) => {
            drop(writeln!(io::stderr(), "estate: {problem}"));
            ExitCode::from(2)
        }
    }
}

fn measure(directory: &Path, workers: NonZeroUsize, sets_only: bool) -> Result<(), String> {
    let say = |line: String| writeln!(io::stdout(), "{line}").map_err(|error| error.to_string());
    let bytes = size_of(directory).map_err(|error| error.to_string())?;
    let started = Instant::now();
    let snapshot =
        yumen_aliyun::read_snapshot(directory, &|_| {}).map_err(|error| error.to_string())?;
    let seconds = started.elapsed().as_secs_f64();
    let rules: usize = snapshot
        .groups
        .values()
        .map(|group| group.rules.len())
        .sum();
    say(format!(
        "{} interfaces, {} groups, {rules} rules, {} gaps, {:.0} MB",
        snapshot.interfaces.len(),
        snapshot.groups.len(),
        snapshot.gaps.len(),
        bytes as f64 / 1e6
    ))?;
    say(format!(
        "read               {seconds:8.3} s  {:.0} MB/s  {}",
        bytes as f64 / 1e6 / seconds,
        peak()
    ))?;
    let internet = Internet::default();
    let started = Instant::now();
    let topology = Topology::new(&snapshot, &internet);
    let tables = started.elapsed().as_secs_f64();
    say(format!("tables and paths   {tables:8.3} s"))?;
    let started = Instant::now();
    let analysis = Analysis::new(topology, workers).map_err(|error| error.to_string())?;
    let exact = started.elapsed().as_secs_f64();
    say(format!(
        "exact analysis     {exact:8.3} s  {} classes  {}",
        analysis.classes().len(),
        peak()
    ))?;
    say(format!("all of the above   {:8.3} s", tables + exact))?;
    if !sets_only {
        list(&analysis, workers, &say)?;
    }
    after_edit(&snapshot, &internet, &analysis, workers, &say)?;
    say(format!("peak memory        {}", peak()))
}

/// Everything that a full report needs beyond the sets: rows with causes, and fates.
fn list(
    analysis: &Analysis,
    workers: NonZeroUsize,
    say: &dyn Fn(String) -> Result<(), String>,
) -> Result<(), String> {
    let started = Instant::now();
    let found = exposures(analysis).map_err(|error| error.to_string())?;
    let listed = started.elapsed().as_secs_f64();
    say(format!(
        "exposures listed   {listed:8.3} s  {} exposures",
        found.len()
    ))?;
    let started = Instant::now();
    let all = fates(analysis, false).map_err(|error| error.to_string())?;
    say(format!(
        "fates of rules     {:8.3} s  {} rules",
        started.elapsed().as_secs_f64(),
        all.len()
    ))?;
    judge(analysis, &found, &all, workers, say)
}

/// All 47 items, on what was listed.
fn judge(
    analysis: &Analysis,
    found: &[Exposure],
    fates: &[RuleFate],
    workers: NonZeroUsize,
    say: &dyn Fn(String) -> Result<(), String>,
) -> Result<(), String> {
    let settings = Settings::default();
    let found = Findings {
        analysis,
        exposures: found,
        fates,
        conflicts: None,
        lateral: None,
        as_of: None,
        records: None,
    };
    let started = Instant::now();
    let estate = Estate::new(found, &settings);
    let judgement = Judgement::new(&estate, &[], workers).map_err(|error| error.to_string())?;
    let score = judgement.score(analysis.topology(), Scope::Estate, false);
    say(format!(
        "items judged       {:8.3} s  {} findings, score {}",
        started.elapsed().as_secs_f64(),
        judgement.findings().count(),
        score.value
    ))
}

/// The analysis after a rule of one group was removed: the group with the most classes up to 200.
fn after_edit(
    snapshot: &Snapshot,
    internet: &Internet,
    analysis: &Analysis,
    workers: NonZeroUsize,
    say: &dyn Fn(String) -> Result<(), String>,
) -> Result<(), String> {
    let classes = |id: &Id| analysis.classes().with_group(id).len();
    let candidate = snapshot
        .groups
        .values()
        .filter(|group| {
            group.rules_of(Direction::Ingress).next().is_some() && classes(&group.id) <= 200
        })
        .max_by_key(|group| classes(&group.id));
    let Some(group) = candidate else {
        return Ok(());
    };
    let Some(rule) = group.rules_of(Direction::Ingress).next() else {
        return Ok(());
    };
    let edit = CloudEdit::RemoveRule {
        group: group.id.clone(),
        rule: rule.id.clone(),
    };
    let started = Instant::now();
    let edited = snapshot
        .with_edit(&edit)
        .map_err(|error| error.to_string())?;
    let copied = started.elapsed().as_secs_f64();
    let started = Instant::now();
    let groups = std::slice::from_ref(&group.id);
    let next = analysis
        .with_rules_of(&edited, internet, groups, workers)
        .map_err(|error| error.to_string())?;
    let seconds = started.elapsed().as_secs_f64();
    drop(next);
    say(format!(
        "after an edit      {:8.4} s  {} classes (and {copied:.4} s for the edited snapshot)",
        seconds,
        classes(&group.id)
    ))
}

fn size_of(directory: &Path) -> io::Result<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(directory)? {
        let entry = entry?;
        let kind = entry.metadata()?;
        bytes += if kind.is_dir() {
            size_of(&entry.path())?
        } else {
            kind.len()
        };
    }
    Ok(bytes)
}

/// Peak resident memory of this process, from the kernel.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.map_or_else(String::new, |line| format!("peak {}", line.trim()))
}
