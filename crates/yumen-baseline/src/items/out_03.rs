//! OUT-03: the data tier reaches the Internet.

use super::prelude::*;
use super::{exposed, outward};
use crate::settings::RoleKind;

pub(super) const ITEM: Item = Item {
    id: ItemId("OUT-03"),
    severity: Severity::High,
    fix: FixKind::ByHand,
    english: include_str!("out_03.en.md"),
    chinese: include_str!("out_03.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    if !estate.has_role(RoleKind::Data) {
        return Ok(Outcome::not_assessed(Message::new("needs-data-role")));
    }
    let concerns = |index| estate.plays(index, RoleKind::Data);
    let pick = |position, exposure: &Exposure| vec![exposed::whole(position, exposure)];
    let say =
        |index, _: &[Part]| Message::new("found-data-egress").with("name", estate.name(index));
    Ok(outward::judge(estate, &ITEM, concerns, pick, say))
}
