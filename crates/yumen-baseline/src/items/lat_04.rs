//! LAT-04: test reaches production.

use yumen_packets::{Family, PacketBox};

use super::neighbours;
use super::prelude::*;
use crate::settings::EnvironmentKind;

pub(super) const ITEM: Item = Item {
    id: ItemId("LAT-04"),
    severity: Severity::High,
    fix: FixKind::ByHand,
    english: include_str!("lat_04.en.md"),
    chinese: include_str!("lat_04.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let declared = |kind| {
        estate
            .settings
            .environments
            .iter()
            .any(|one| one.kind == kind)
    };
    if !declared(EnvironmentKind::Production) || !declared(EnvironmentKind::Test) {
        return Ok(Outcome::not_assessed(Message::new(
            "needs-both-environments",
        )));
    }
    let is = |kind| move |index| estate.environment(index) == Some(kind);
    let everything = [Family::V4, Family::V6].map(PacketBox::all);
    let production = is(EnvironmentKind::Production);
    let found = neighbours::reached(estate, is(EnvironmentKind::Test), production, &everything)?;
    let Some(found) = found else {
        return Ok(Outcome::not_assessed(Message::new("needs-fewer-classes")));
    };
    let checked = estate
        .interfaces()
        .filter(|(index, _)| production(*index))
        .count();
    let mut findings = neighbours::findings(estate, &ITEM, found, "found-test-to-production");
    let unread = neighbours::unread(estate, &ITEM, is(EnvironmentKind::Test), production);
    findings.extend(unread);
    Ok(Outcome::of(checked, findings))
}
