//! GOV-04: a temporary rule is past its end.

use jiff::civil::Date;

use super::prelude::*;
use super::{fact, rules};

pub(super) const ITEM: Item = Item {
    id: ItemId("GOV-04"),
    severity: Severity::Medium,
    fix: FixKind::RemoveRule,
    english: include_str!("gov_04.en.md"),
    chinese: include_str!("gov_04.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let Some(today) = estate.today() else {
        return Ok(Outcome::not_assessed(Message::new("needs-time")));
    };
    let (mut checked, mut findings) = (0, Vec::new());
    for group in estate.snapshot().groups.values() {
        for rule in &group.rules {
            let Some(end) = end_of(&rule.description) else {
                continue;
            };
            checked += 1;
            if end < today {
                let message = Message::new("found-expired")
                    .with("name", fact::named(&group.name, &group.id))
                    .with("rule", rule.id.to_string())
                    .with("end", end.to_string());
                findings.push(rules::finding(&ITEM, group, rule, message));
            }
        }
    }
    findings.extend(fact::unread_groups(estate, &ITEM));
    Ok(Outcome::of(checked, findings))
}

/// The last day that a description names, as `until=2027-01-31`.
pub(super) fn end_of(description: &str) -> Option<Date> {
    let (_, rest) = description.split_once("until=")?;
    rest.get(..10)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::end_of;

    #[test]
    fn the_end_is_read_where_it_is_a_day() {
        let end = |text| end_of(text).map(|day| day.to_string());
        assert_eq!(
            end("debug until=2026-01-31 by li").as_deref(),
            Some("2026-01-31")
        );
        assert_eq!(end("临时 until=2026-01-31").as_deref(), Some("2026-01-31"));
        assert_eq!(end("until=tomorrow"), None);
        assert_eq!(end("until=2026-13-31"), None);
        assert_eq!(end("until=明天明天明天"), None);
        assert_eq!(end("no end"), None);
    }
}
