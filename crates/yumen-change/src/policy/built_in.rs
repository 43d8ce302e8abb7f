//! What holds where `yumen.toml` is silent. The table stands in `docs/change.md`.
//!
//! LAW (wider needs more): whoever is enough for a wider class is enough for a narrower one.

use yumen_baseline::{CATALOGUE, EnvironmentKind, Severity};

use super::{Policy, Question, Ruling, touched};
use crate::Class;
use crate::window::Calendar;
use crate::zone::default_time_zone;

pub(super) const OPERATOR: &str = "operator";
pub(super) const APPROVER: &str = "approver";
pub(super) const ON_CALL: &str = "oncall";

impl Default for Policy {
    fn default() -> Self {
        let critical = CATALOGUE
            .iter()
            .filter(|item| item.severity == Severity::Critical);
        Self {
            people: std::collections::BTreeMap::new(),
            mandatory: critical.map(|item| item.id).collect(),
            time_zone: default_time_zone(),
            emergency: vec![ON_CALL.to_owned()],
            emergency_hours: 4,
            review_days: 3,
            rules: Vec::new(),
            calendar: Calendar::default(),
        }
    }
}

pub(super) fn ruling(question: &Question) -> Ruling {
    let is_production = touched(question).contains(&EnvironmentKind::Production);
    let widens = question.class > Class::Neutral;
    let any_second_person = !is_production && !widens;
    let approve: &[&str] = if any_second_person {
        &[APPROVER, OPERATOR]
    } else {
        &[APPROVER]
    };
    let named = |roles: &[&str]| roles.iter().map(|&role| role.to_owned()).collect();
    Ruling {
        propose: named(&[OPERATOR]),
        approve: named(approve),
        apply: named(&[OPERATOR]),
        approvals: if is_production && widens { 2 } else { 1 },
        owner: widens,
        rule: None,
    }
}
