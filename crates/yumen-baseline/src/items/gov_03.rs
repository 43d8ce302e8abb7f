//! GOV-03: a group was changed outside of approved changes.

use super::fact;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("GOV-03"),
    severity: Severity::High,
    fix: FixKind::ByHand,
    english: include_str!("gov_03.en.md"),
    chinese: include_str!("gov_03.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let Some(records) = estate.found.records else {
        return Ok(Outcome::not_assessed(Message::new("needs-changes")));
    };
    let (mut checked, mut findings) = (0, Vec::new());
    for group in estate
        .snapshot()
        .groups
        .values()
        .filter(|group| !group.managed)
    {
        checked += 1;
        if records.is_as_approved(&group.id) {
            continue;
        }
        let message =
            Message::new("found-unapproved").with("name", fact::named(&group.name, &group.id));
        let subject = Subject::Group(group.id.clone());
        let place = group.place.clone();
        findings.push(fact::finding(&ITEM, Status::Open, subject, place, message));
    }
    Ok(Outcome::of(checked, findings))
}
