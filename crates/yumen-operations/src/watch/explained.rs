//! Which approved changes explain what is seen; what none of them explains is drift.

use jiff::Timestamp;
use yumen_change::{Approved, Change, Class, Direction, Number, Phase, Register};
use yumen_cloud::Snapshot;
use yumen_reach::Delta;
use yumen_report::Report;

use crate::apply::{left_to_do, way_back};
use crate::failure::Failure;
use crate::judge::{between, effect, with_edits};

use super::Watch;

impl Watch {
    /// The approved change that permits everything that is permitted now and was not before. Of
    /// several that were made since the last look each begins where the one before ended.
    pub(super) fn explained(
        &self,
        register: &Register,
        now: &Report,
    ) -> Result<Option<Number>, Failure> {
        let last = self.last.topology().snapshot();
        let address = last.content_address().to_string();
        let account = self.live.account();
        let versions = register.versions().iter().rev();
        let mut versions = versions.filter(|noted| noted.what.account == account);
        let newest = versions.clone().next();
        let since = versions.find(|noted| noted.what.snapshot == address);
        let since = since.or(newest).map(|noted| noted.at);
        let own = register.changes();
        let own = own.filter(|change| change.proposal.account == account);
        let mut made: Vec<(Option<Timestamp>, Direction, &Change)> = own
            .filter_map(|change| made_since(change, since).map(|(at, way)| (at, way, change)))
            .collect();
        // What is under way comes after what came to its end.
        made.sort_by_key(|(at, _, _)| at.unwrap_or(Timestamp::MAX));
        let mut before = self.desk.judge(last)?;
        let beyond_last = between(&self.last, now)?;
        let mut beyond_before = beyond_last.clone();
        for (_, way, change) in made {
            let snapshot = before.topology().snapshot();
            let Some(after) = self.expected(change, way, snapshot) else {
                continue;
            };
            let after = self.desk.judge(&after)?;
            if !self.was_agreed(register, change, &before, &after)? {
                continue;
            }
            let beyond_after = between(&after, now)?;
            let is_explained = !opens_in_both(&beyond_after, &beyond_before)?
                || !opens_in_both(&beyond_after, &beyond_last)?;
            if is_explained {
                return Ok(Some(change.proposal.number));
            }
            (before, beyond_before) = (after, beyond_after);
        }
        Ok(None)
    }

    /// The network as a change makes it, by its edits and never by what the ledger says it left:
    /// that anybody can write who can write to the store.
    pub(super) fn expected(
        &self,
        change: &Change,
        way: Direction,
        before: &Snapshot,
    ) -> Option<Snapshot> {
        let proposal = &change.proposal;
        let edits = match way {
            Direction::Forward => left_to_do(before, &proposal.edits),
            Direction::Back => {
                let base = self.desk.snapshot(&proposal.base).ok()?;
                way_back(before, &base, &proposal.edits).ok()?
            }
        };
        with_edits(before, &edits).ok()
    }

    /// Whether people agreed to a change, or it opens nothing anyhow.
    pub(super) fn was_agreed(
        &self,
        register: &Register,
        change: &Change,
        before: &Report,
        after: &Report,
    ) -> Result<bool, Failure> {
        if effect(before, after, &self.desk.ground)?.class <= Class::Neutral {
            return Ok(true);
        }
        let Ok(judged) = self.desk.judged(change) else {
            return Ok(false);
        };
        Ok(Approved::stands(change, &judged, self.desk.basis(register)).is_ok())
    }
}

/// When a change came to its end since a time, or nothing if it is under way, and in which
/// direction; nothing at all if it did neither.
fn made_since(change: &Change, since: Option<Timestamp>) -> Option<(Option<Timestamp>, Direction)> {
    match &change.phase {
        Phase::Applying(run) | Phase::Stopped(run, _) => Some((None, run.begun.direction)),
        Phase::Applied(_) if change.applied_at >= since => {
            Some((change.applied_at, Direction::Forward))
        }
        Phase::Undone(_) if change.undone_at >= since => Some((change.undone_at, Direction::Back)),
        _ => None,
    }
}

/// True if some packets are permitted beyond both of two networks.
fn opens_in_both(beyond_one: &Delta, beyond_other: &Delta) -> Result<bool, Failure> {
    for one in &beyond_one.interfaces {
        let mut others = beyond_other.interfaces.iter();
        let Some(other) = others.find(|other| other.interface == one.interface) else {
            continue;
        };
        let both = one.internet_opened.intersects(&other.internet_opened)?
            || one.ingress_opened.intersects(&other.ingress_opened)?
            || one.egress_opened.intersects(&other.egress_opened)?;
        if both {
            return Ok(true);
        }
    }
    Ok(false)
}
