//! RUL-03: rules contradict each other.

use std::collections::BTreeMap;

use yumen_cloud::Id;
use yumen_reach::{ConflictKind, RuleRef};

use super::prelude::*;
use super::{fact, rules};

pub(super) const ITEM: Item = Item {
    id: ItemId("RUL-03"),
    severity: Severity::Medium,
    fix: FixKind::ByHand,
    english: include_str!("rul_03.en.md"),
    chinese: include_str!("rul_03.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let Some(conflicts) = estate.found.conflicts else {
        return Ok(Outcome::not_assessed(Message::new("needs-fewer-classes")));
    };
    let mut losers: BTreeMap<(&Id, &Id), (ConflictKind, Vec<String>)> = BTreeMap::new();
    for conflict in conflicts {
        // A drop of higher priority is how an exception is written.
        if conflict.kind == ConflictKind::Priority {
            continue;
        }
        if let RuleRef::Rule { group, rule } = &conflict.loser {
            let known = losers
                .entry((group, rule))
                .or_insert((conflict.kind, Vec::new()));
            known.0 = known.0.min(conflict.kind);
            known.1.push(conflict.winner.to_string());
        }
    }
    let mut findings = Vec::new();
    for ((group, rule), (kind, winners)) in losers {
        let Some(group) = estate.snapshot().groups.get(group) else {
            continue;
        };
        let Some(rule) = group.rules.iter().find(|one| one.id == *rule) else {
            continue;
        };
        let id = match kind {
            ConflictKind::Tie => "found-tie",
            ConflictKind::CrossGroup | ConflictKind::Priority => "found-cross-group",
        };
        let winners: Vec<&str> = winners.iter().map(String::as_str).collect();
        let message = Message::new(id)
            .with("name", fact::named(&group.name, &group.id))
            .with("rule", rule.id.to_string())
            .with("by", super::exposed::shorten(&winners, 3));
        findings.push(rules::finding(&ITEM, group, rule, message));
    }
    findings.extend(fact::unread_groups(estate, &ITEM));
    Ok(Outcome::of(estate.found.fates.len(), findings))
}
