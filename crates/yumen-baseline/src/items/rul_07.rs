//! RUL-07: a group is attached to nothing.

use yumen_cloud::Listing;

use super::prelude::*;
use super::{exposed, fact};

pub(super) const ITEM: Item = Item {
    id: ItemId("RUL-07"),
    severity: Severity::Low,
    fix: FixKind::ByHand,
    english: include_str!("rul_07.en.md"),
    chinese: include_str!("rul_07.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let snapshot = estate.snapshot();
    let incomplete = [
        Listing::Interfaces,
        Listing::ApplicationBalancers,
        Listing::NetworkBalancers,
    ]
    .into_iter()
    .any(|listing| exposed::is_incomplete(estate, listing));
    let (mut checked, mut findings) = (0, Vec::new());
    for group in snapshot.groups.values().filter(|group| !group.managed) {
        checked += 1;
        let balancers = snapshot.balancers.values();
        let on_balancer = balancers
            .flat_map(|one| &one.groups)
            .any(|id| *id == group.id);
        if on_balancer || !estate.topology().members_of(&group.id).is_empty() {
            continue;
        }
        let status = if incomplete {
            Status::Unknown
        } else {
            Status::Open
        };
        let message =
            Message::new("found-unattached").with("name", fact::named(&group.name, &group.id));
        let subject = Subject::Group(group.id.clone());
        let place = group.place.clone();
        findings.push(fact::finding(&ITEM, status, subject, place, message));
    }
    Ok(Outcome::of(checked, findings))
}
