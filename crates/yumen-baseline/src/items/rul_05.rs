//! RUL-05: a rule has no description.

use yumen_reach::Fate;

use super::prelude::*;
use super::{fact, rules};

pub(super) const ITEM: Item = Item {
    id: ItemId("RUL-05"),
    severity: Severity::Low,
    fix: FixKind::ByHand,
    english: include_str!("rul_05.en.md"),
    chinese: include_str!("rul_05.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let (mut checked, mut findings) = (0, Vec::new());
    for judged in estate.found.fates {
        let Some((group, rule)) = rules::rule_of(estate, judged) else {
            continue;
        };
        if group.managed || judged.fate != Fate::Effective {
            continue;
        }
        checked += 1;
        if rule.description.trim().is_empty() {
            let message = Message::new("found-no-description")
                .with("name", fact::named(&group.name, &group.id))
                .with("rule", rule.id.to_string());
            findings.push(rules::finding(&ITEM, group, rule, message));
        }
    }
    findings.extend(fact::unread_groups(estate, &ITEM));
    Ok(Outcome::of(checked, findings))
}
