//! GOV-02: a tag for owner, environment or tier is missing.

use super::fact;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("GOV-02"),
    severity: Severity::Low,
    fix: FixKind::Set,
    english: include_str!("gov_02.en.md"),
    chinese: include_str!("gov_02.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let names = &estate.settings.tags;
    let mut findings = Vec::new();
    let instances = &estate.snapshot().instances;
    for instance in instances.values() {
        let has = |keys: &[String]| {
            let mut tags = instance.tags.iter();
            tags.any(|(key, value)| {
                !value.trim().is_empty() && keys.iter().any(|name| name.eq_ignore_ascii_case(key))
            })
        };
        let missing: Vec<&str> = [&names.owner, &names.environment, &names.tier]
            .into_iter()
            .filter(|keys| !has(keys))
            .filter_map(|keys| keys.first().map(String::as_str))
            .collect();
        if missing.is_empty() {
            continue;
        }
        let message = Message::new("found-no-tags")
            .with("name", fact::named(&instance.name, &instance.id))
            .with("tags", missing.join(", "));
        let subject = Subject::Instance(instance.id.clone());
        let place = instance.place.clone();
        findings.push(fact::finding(&ITEM, Status::Open, subject, place, message));
    }
    Ok(Outcome::of(instances.len(), findings))
}
