//! OUT-01: everything may leave to the Internet.

use super::exp_01::EVERY_PORT;
use super::prelude::*;
use super::{exposed, outward};

pub(super) const ITEM: Item = Item {
    id: ItemId("OUT-01"),
    severity: Severity::Low,
    fix: FixKind::ByHand,
    english: include_str!("out_01.en.md"),
    chinese: include_str!("out_01.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let pick = |position, exposure: &Exposure| vec![exposed::whole(position, exposure)];
    let say = |index, _: &[Part]| Message::new("found-all-egress").with("name", estate.name(index));
    let mut outcome = outward::judge(estate, &ITEM, |_| true, pick, say);
    outcome.findings.retain(|finding| match &finding.evidence {
        Evidence::Exposed(parts) => exposed::port_count(parts) >= EVERY_PORT,
        _ => false,
    });
    Ok(outcome)
}
