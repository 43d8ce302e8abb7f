//! LOG-03: no trail records every change of every region.

use yumen_cloud::{Coverage, Listing, Trail, TrailEvents};

use super::fact;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("LOG-03"),
    severity: Severity::Medium,
    fix: FixKind::ByHand,
    english: include_str!("log_03.en.md"),
    chinese: include_str!("log_03.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let trails = &estate.snapshot().trails;
    let coverage = estate.coverage(Listing::Trails);
    if coverage == Coverage::OutOfScope && trails.is_empty() {
        return Ok(Outcome::not_assessed(Message::new("needs-trails")));
    }
    if trails
        .values()
        .any(|trail| is_complete(trail) == Some(true))
    {
        return Ok(Outcome::of(1, Vec::new()));
    }
    let unread = coverage == Coverage::Incomplete
        || trails.values().any(|trail| is_complete(trail).is_none());
    let status = if unread {
        Status::Unknown
    } else {
        Status::Open
    };
    let message = Message::new("found-no-trail").with("trails", trails.len());
    let first = trails.values().next().map(|trail| trail.place.clone());
    let place = first.unwrap_or_default();
    let finding = fact::finding(&ITEM, status, Subject::Account, place, message);
    Ok(Outcome::of(1, vec![finding]))
}

/// True if a trail records what is asked for; `None` if what was read does not tell.
fn is_complete(trail: &Trail) -> Option<bool> {
    if !trail.all_regions || trail.logging == Some(false) {
        return Some(false);
    }
    let changes = match trail.events? {
        TrailEvents::Write | TrailEvents::All => true,
        TrailEvents::Read => false,
    };
    Some(changes && trail.logging?)
}
