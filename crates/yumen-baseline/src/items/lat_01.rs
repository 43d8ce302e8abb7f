//! LAT-01: members of a production group reach each other whatever the rules say.

use yumen_cloud::{GroupKind, InnerAccess};

use super::fact;
use super::prelude::*;
use crate::settings::EnvironmentKind;

pub(super) const ITEM: Item = Item {
    id: ItemId("LAT-01"),
    severity: Severity::Medium,
    fix: FixKind::Set,
    english: include_str!("lat_01.en.md"),
    chinese: include_str!("lat_01.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let settings = estate.settings;
    let mut kinds = settings.environments.iter().map(|one| one.kind);
    if !kinds.any(|kind| kind == EnvironmentKind::Production) {
        return Ok(Outcome::not_assessed(Message::new("needs-environments")));
    }
    let (mut checked, mut findings) = (0, Vec::new());
    let topology = estate.topology();
    for group in estate.snapshot().groups.values() {
        let members = topology.members_of(&group.id).iter().filter(|index| {
            topology.endpoint(**index).active
                && estate.environment(**index) == Some(EnvironmentKind::Production)
        });
        let members = members.count();
        if members == 0 || group.kind != GroupKind::Basic {
            continue;
        }
        checked += 1;
        if group.inner_access == InnerAccess::Accept && members > 1 {
            let message = Message::new("found-inner-access")
                .with("name", fact::named(&group.name, &group.id))
                .with("members", members);
            #[expect(clippy::cast_precision_loss, reason = "members of one group are few")]
            let load = 1.0 + 3.0 * (members as f64).log2();
            let subject = Subject::Group(group.id.clone());
            let place = group.place.clone();
            findings.push(fact::weighted(
                &ITEM,
                Status::Open,
                subject,
                place,
                message,
                load,
            ));
        }
    }
    Ok(Outcome::of(checked, findings))
}
