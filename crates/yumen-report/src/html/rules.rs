//! What becomes of each rule: those that decide nothing, with who decides in their place.

use std::collections::BTreeMap;

use maud::{Markup, html};
use yumen_cloud::{Direction, Rule};
use yumen_diagnostics::Message;
use yumen_reach::{Fate, RuleFate, RuleRef};

use super::{Page, ROWS, Section};
use crate::describe;

const FATES: [Fate; 7] = [
    Fate::Effective,
    Fate::Shadowed,
    Fate::Redundant,
    Fate::Contradicted,
    Fate::Dangling,
    Fate::Unattached,
    Fate::Unknown,
];

impl Page<'_> {
    pub(super) fn rules(&self) -> Section {
        let audit = &self.report.audit;
        let counts = audit.fate_counts();
        let idle: Vec<&RuleFate> = audit
            .fates
            .iter()
            .filter(|one| one.fate != Fate::Effective || !one.elsewhere.is_empty())
            .collect();
        let body = html! {
            @if audit.fates.is_empty() { (self.nothing("html-rules-none")) }
            @else {
                (self.fate_counts(&counts))
                @if idle.is_empty() { (self.nothing("html-rules-all-effective")) }
                @else { (self.fate_table(&idle)) }
            }
        };
        Section {
            id: "rules",
            title: "html-rules",
            lead: "html-rules-lead",
            count: Some(audit.fates.len().to_string()),
            body,
        }
    }

    fn fate_counts(&self, counts: &BTreeMap<Fate, usize>) -> Markup {
        let stale = self.report.audit.stale_groups;
        html! {
            ul.verdicts {
                @for fate in FATES {
                    @let count = counts.get(&fate).copied().unwrap_or(0);
                    @if count > 0 {
                        li class=(class(fate)) { strong { (count) } " " (self.text(describe::fate(fate))) }
                    }
                }
            }
            @if stale > 0 { p.muted { (self.say(&Message::new("audit-stale").with("count", stale))) } }
        }
    }

    fn fate_table(&self, idle: &[&RuleFate]) -> Markup {
        html! {
            div.scroll {
                table {
                    thead { tr {
                        th scope="col" { (self.text("html-rule")) }
                        th scope="col" { (self.text("html-direction")) }
                        th scope="col" { (self.text("html-fate")) }
                        th scope="col" { (self.text("html-decided-by")) }
                        th scope="col" { (self.text("html-place")) }
                    } }
                    tbody { @for fate in idle.iter().take(ROWS) { (self.fate(fate)) } }
                }
            }
            (self.more(idle.len().saturating_sub(ROWS)))
        }
    }

    fn fate(&self, fate: &RuleFate) -> Markup {
        let group = self.topology().group(&fate.group);
        let name = group.map(|group| group.name.clone());
        let name = name.filter(|name| !name.is_empty());
        let rule: Option<&Rule> =
            group.and_then(|group| group.rules.iter().find(|rule| rule.id == fate.rule));
        let direction = self.text(match fate.direction {
            Direction::Ingress => "html-ingress",
            Direction::Egress => "html-egress",
        });
        html! {
            tr {
                td {
                    (name.unwrap_or_else(|| fate.group.to_string())) " · " code { (fate.rule) }
                    @if let Some(rule) = rule { @if !rule.description.is_empty() { br; span.muted { (rule.description) } } }
                }
                td { (direction) }
                td {
                    span class={ "fate " (class(fate.fate)) } { (self.text(describe::fate(fate.fate))) }
                    @for other in &fate.elsewhere {
                        br; span.small {
                            (self.say(&Message::new("html-elsewhere").with("count", other.count).with("fate", self.text(describe::fate(other.fate)))))
                            " " (self.machine(other.interface))
                        }
                    }
                }
                td { (self.deciders(&fate.by)) }
                td { @if let Some(rule) = rule { (self.place(&rule.place)) } }
            }
        }
    }

    fn deciders(&self, by: &[RuleRef]) -> Markup {
        html! {
            @for (number, one) in by.iter().enumerate() {
                @if number > 0 { br; }
                @match one {
                    RuleRef::Rule { rule, .. } => code { (rule) },
                    RuleRef::Default => (self.text("decider-default")),
                }
            }
        }
    }
}

/// The colour of a fate.
fn class(fate: Fate) -> &'static str {
    match fate {
        Fate::Effective => "closed",
        Fate::Contradicted => "open",
        Fate::Unknown => "unknown",
        Fate::Shadowed | Fate::Redundant | Fate::Dangling | Fate::Unattached => "latent",
    }
}
