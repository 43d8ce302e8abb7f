//! GOV-01: a group was not reviewed in time.

use jiff::Timestamp;

use super::fact;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("GOV-01"),
    severity: Severity::Medium,
    fix: FixKind::ByHand,
    english: include_str!("gov_01.en.md"),
    chinese: include_str!("gov_01.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let Some(now) = estate.found.as_of else {
        return Ok(Outcome::not_assessed(Message::new("needs-time")));
    };
    let Some(records) = estate.found.records else {
        let oldest = oldest_rule(estate).map(|made| days(made, now));
        return Ok(Outcome::not_assessed(match oldest {
            Some(days) => Message::new("needs-reviews-oldest").with("days", days),
            None => Message::new("needs-reviews"),
        }));
    };
    let (mut checked, mut findings) = (0, Vec::new());
    let limit = u64::from(estate.settings.limits.review_days);
    for group in estate
        .snapshot()
        .groups
        .values()
        .filter(|group| !group.managed)
    {
        checked += 1;
        let since = records.reviewed(&group.id).map(|at| days(at, now));
        if since.is_some_and(|days| days <= limit) {
            continue;
        }
        let name = fact::named(&group.name, &group.id);
        let message = match since {
            Some(days) => Message::new("found-review-old")
                .with("name", name)
                .with("days", days),
            None => Message::new("found-review-none").with("name", name),
        };
        let subject = Subject::Group(group.id.clone());
        let place = group.place.clone();
        findings.push(fact::finding(&ITEM, Status::Open, subject, place, message));
    }
    Ok(Outcome::of(checked, findings))
}

fn oldest_rule(estate: &Estate<'_>) -> Option<Timestamp> {
    let groups = estate.snapshot().groups.values();
    let rules = groups.flat_map(|group| &group.rules);
    rules
        .filter_map(|rule| rule.created_at.as_ref()?.parse().ok())
        .min()
}

fn days(from: Timestamp, to: Timestamp) -> u64 {
    let seconds = to.as_second().saturating_sub(from.as_second());
    u64::try_from(seconds).unwrap_or_default() / 86_400
}
