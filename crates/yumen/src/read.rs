//! Snapshot directories read, with progress on a terminal.

use std::io::{self, IsTerminal};
use std::num::NonZeroUsize;
use std::path::Path;

use clap::ArgMatches;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use ipnet::IpNet;
use yumen_aliyun::read_snapshot;
use yumen_baseline::Settings;
use yumen_cloud::Snapshot;
use yumen_diagnostics::Message;
use yumen_reach::{Analysis, Internet, Topology};

use crate::failure::Failure;

/// Reads a directory.
pub(crate) fn snapshot(directory: &Path) -> Result<Snapshot, Failure> {
    let bar = ProgressBar::with_draw_target(None, target());
    if let Ok(style) = ProgressStyle::with_template("{bar:40} {pos}/{len} {msg}") {
        bar.set_style(style);
    }
    let read = read_snapshot(directory, &|progress| {
        bar.set_length(progress.files_total as u64);
        bar.set_position(progress.files_done as u64);
    });
    bar.finish_and_clear();
    read.map_err(Failure::Snapshot)
}

fn target() -> ProgressDrawTarget {
    if io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    }
}

/// The Internet less what `--trusted` and `yumen.toml` name.
pub(crate) fn internet(matches: &ArgMatches, settings: &Settings) -> Result<Internet, Failure> {
    let mut trusted = settings.trusted.clone();
    for text in matches.get_many::<String>("trusted").into_iter().flatten() {
        let bad = || Failure::Input(Message::new("failure-trusted").with("value", text.as_str()));
        let net: IpNet = text.parse().map_err(|_| bad())?;
        trusted.push(net);
    }
    Ok(Internet::without(&trusted))
}

/// Reads and analyses a directory.
pub(crate) fn analysis(directory: &Path, internet: &Internet) -> Result<Analysis, Failure> {
    analyse(&snapshot(directory)?, internet)
}

/// Analyses a snapshot with a worker per processor.
pub(crate) fn analyse(snapshot: &Snapshot, internet: &Internet) -> Result<Analysis, Failure> {
    Ok(Analysis::new(Topology::new(snapshot, internet), workers())?)
}

/// As many workers as there are processors.
pub(crate) fn workers() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}

/// A path given as an argument.
pub(crate) fn path<'a>(matches: &'a ArgMatches, name: &str) -> &'a Path {
    matches
        .get_one::<std::path::PathBuf>(name)
        .map_or(Path::new("."), |path| path.as_path())
}
