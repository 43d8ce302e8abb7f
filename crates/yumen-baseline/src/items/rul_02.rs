//! RUL-02: a rule is redundant.

use yumen_reach::Fate;

use super::prelude::*;
use super::rules;

pub(super) const ITEM: Item = Item {
    id: ItemId("RUL-02"),
    severity: Severity::Low,
    fix: FixKind::RemoveRule,
    english: include_str!("rul_02.en.md"),
    chinese: include_str!("rul_02.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(rules::of_fate(
        estate,
        &ITEM,
        Fate::Redundant,
        "found-redundant",
    ))
}
