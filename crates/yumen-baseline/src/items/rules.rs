//! What the items about rules have in common: one finding for each rule.

use yumen_cloud::{Rule, SecurityGroup};
use yumen_diagnostics::Message;
use yumen_reach::{Cause, Fate, RuleFate};

use super::fact;
use crate::estate::Estate;
use crate::finding::{Finding, Outcome, Status, Subject};
use crate::items::Item;

/// Judges rules by their fates.
pub(super) fn of_fate(estate: &Estate<'_>, item: &Item, fate: Fate, text: &'static str) -> Outcome {
    let mut findings = Vec::new();
    for judged in estate.found.fates.iter().filter(|one| one.fate == fate) {
        let Some((group, rule)) = rule_of(estate, judged) else {
            continue;
        };
        let by: Vec<String> = judged.by.iter().map(ToString::to_string).collect();
        let by: Vec<&str> = by.iter().map(String::as_str).collect();
        let message = Message::new(text)
            .with("name", fact::named(&group.name, &group.id))
            .with("rule", rule.id.to_string())
            .with("by", super::exposed::shorten(&by, 3));
        findings.push(finding(item, group, rule, message));
    }
    findings.extend(fact::unread_groups(estate, item));
    Outcome::of(estate.found.fates.len(), findings)
}

/// A finding about a rule.
pub(super) fn finding(
    item: &Item,
    group: &SecurityGroup,
    rule: &Rule,
    message: Message,
) -> Finding {
    let subject = Subject::Rule {
        group: group.id.clone(),
        rule: rule.id.clone(),
    };
    let mut finding = fact::finding(item, Status::Open, subject, rule.place.clone(), message);
    finding.causes.push(Cause::Rule {
        group: group.id.clone(),
        rule: rule.id.clone(),
    });
    finding
}

/// The rule that a fate is of.
pub(super) fn rule_of<'a>(
    estate: &Estate<'a>,
    judged: &RuleFate,
) -> Option<(&'a SecurityGroup, &'a Rule)> {
    let group = estate.snapshot().groups.get(&judged.group)?;
    let mut rules = group.rules_of(judged.direction);
    let rule = rules.find(|rule| rule.id == judged.rule)?;
    Some((group, rule))
}
