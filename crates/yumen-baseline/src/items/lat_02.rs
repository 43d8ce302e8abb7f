//! LAT-02: a default group is in use.

use super::fact;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("LAT-02"),
    severity: Severity::Low,
    fix: FixKind::ByHand,
    english: include_str!("lat_02.en.md"),
    chinese: include_str!("lat_02.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let (mut checked, mut findings) = (0, Vec::new());
    for group in estate.snapshot().groups.values() {
        let members = estate.topology().members_of(&group.id).len();
        checked += 1;
        if members > 0 && is_default(&group.name, &group.description) {
            let message = Message::new("found-default-group")
                .with("name", fact::named(&group.name, &group.id))
                .with("members", members);
            let subject = Subject::Group(group.id.clone());
            let place = group.place.clone();
            findings.push(fact::finding(&ITEM, Status::Open, subject, place, message));
        }
    }
    Ok(Outcome::of(checked, findings))
}

/// True of the group that the provider makes where an instance is created without one.
fn is_default(name: &str, description: &str) -> bool {
    let made = description.trim().trim_end_matches('.');
    made.eq_ignore_ascii_case("system created security group")
        || ["default", "sg-default"].contains(&name.to_ascii_lowercase().as_str())
}
