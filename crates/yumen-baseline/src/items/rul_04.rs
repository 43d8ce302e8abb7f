//! RUL-04: a rule names what does not exist.

use yumen_reach::Fate;

use super::prelude::*;
use super::rules;

pub(super) const ITEM: Item = Item {
    id: ItemId("RUL-04"),
    severity: Severity::Low,
    fix: FixKind::RemoveRule,
    english: include_str!("rul_04.en.md"),
    chinese: include_str!("rul_04.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(rules::of_fate(
        estate,
        &ITEM,
        Fate::Dangling,
        "found-dangling",
    ))
}
