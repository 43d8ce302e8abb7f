//! EXP-01: effectively every port is open.

use yumen_reach::Protocols;

use super::exposed;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-01"),
    severity: Severity::Critical,
    fix: FixKind::Narrow,
    english: include_str!("exp_01.en.md"),
    chinese: include_str!("exp_01.zh.md"),
    judge,
};

/// From so many ports of one protocol on, all are as good as open.
pub(super) const EVERY_PORT: u32 = 1_024;

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let pick = |_, position, exposure: &Exposure| vec![exposed::whole(position, exposure)];
    let say = |index, parts: &[Part]| {
        let ports = exposed::port_count(parts);
        let everything = parts.iter().any(|part| part.protocols == Protocols::All);
        let id = if everything {
            "found-everything"
        } else {
            "found-every-port"
        };
        let message = Message::new(id)
            .with("name", estate.name(index))
            .with("ports", u64::from(ports));
        (ITEM.severity, message)
    };
    let mut outcome = exposed::judge(estate, ITEM.id, ITEM.severity, pick, say);
    outcome.findings.retain(|finding| {
        let Evidence::Exposed(parts) = &finding.evidence else {
            return false;
        };
        exposed::port_count(parts) >= EVERY_PORT
    });
    Ok(outcome)
}
