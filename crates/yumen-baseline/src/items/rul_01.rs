//! RUL-01: a rule is shadowed.

use yumen_reach::Fate;

use super::prelude::*;
use super::rules;

pub(super) const ITEM: Item = Item {
    id: ItemId("RUL-01"),
    severity: Severity::Low,
    fix: FixKind::RemoveRule,
    english: include_str!("rul_01.en.md"),
    chinese: include_str!("rul_01.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(rules::of_fate(
        estate,
        &ITEM,
        Fate::Shadowed,
        "found-shadowed",
    ))
}
