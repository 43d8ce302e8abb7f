//! Snapshots judged, and what a change does to one.

use std::num::NonZeroUsize;
use std::sync::Arc;

use jiff::Timestamp;
use yumen_baseline::{Estate, Records};
use yumen_change::{Effect, Side};
use yumen_cloud::{CloudEdit, Snapshot};
use yumen_reach::{Analysis, Delta, Topology};
use yumen_report::{Audit, Grounds, Report};

use crate::desk::Desk;
use crate::failure::Failure;
use crate::ground::Ground;

/// What the ledger knows of reviews and approved rules.
pub type SharedRecords = Arc<dyn Records + Send + Sync>;

impl Desk {
    /// Judges a snapshot by what can be seen of it. What only the ledger knows is left out: a
    /// change that is weighed was not approved yet.
    ///
    /// # Errors
    /// The rules are too entangled.
    pub fn judge(&self, snapshot: &Snapshot) -> Result<Report, Failure> {
        judge(snapshot, &self.ground, self.clock.now(), None)
    }
}

/// Judges a snapshot as of a time.
///
/// # Errors
/// The rules are too entangled.
pub fn judge(
    snapshot: &Snapshot,
    ground: &Ground,
    now: Timestamp,
    records: Option<SharedRecords>,
) -> Result<Report, Failure> {
    let topology = Topology::new(snapshot, &ground.internet());
    let analysis = Analysis::new(topology, workers())?;
    let mut audit = Audit::new(analysis, Some(now.to_string()))?;
    audit.records = records;
    let grounds = Grounds {
        settings: ground.settings.clone(),
        waivers: ground.waivers.clone(),
        ..Grounds::default()
    };
    Ok(Report::new(audit, grounds, workers())?)
}

/// What stands between two judged snapshots.
///
/// # Errors
/// The rules are too entangled.
pub fn effect(before: &Report, after: &Report, ground: &Ground) -> Result<Effect, Failure> {
    let (old, new) = (before.estate(), after.estate());
    let mandatory = &ground.policy.mandatory;
    Ok(Effect::new(
        side(before, &old),
        side(after, &new),
        mandatory,
    )?)
}

fn side<'a>(report: &'a Report, estate: &'a Estate<'a>) -> Side<'a> {
    Side {
        estate,
        judgement: &report.judgement,
        intents: &report.intents,
        score: report.score.value,
        unclamped: report.score.unclamped,
    }
}

/// The packets by which two judged networks differ.
///
/// # Errors
/// The rules are too entangled.
pub(crate) fn between(before: &Report, after: &Report) -> Result<Delta, Failure> {
    let (old, new) = (&before.audit, &after.audit);
    Ok(Delta::between(
        (&old.analysis, &old.exposures),
        (&new.analysis, &new.exposures),
    )?)
}

/// A snapshot with edits made, in their order.
///
/// # Errors
/// An edit does not fit.
pub fn with_edits(snapshot: &Snapshot, edits: &[CloudEdit]) -> Result<Snapshot, Failure> {
    let mut next = snapshot.clone();
    for edit in edits {
        next = next.with_edit(edit)?;
    }
    Ok(next)
}

/// As many workers as there are processors.
fn workers() -> NonZeroUsize {
    std::thread::available_parallelism().unwrap_or(NonZeroUsize::MIN)
}
