//! LAT-06: one interface reaches too much of the estate.

use super::fact;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("LAT-06"),
    severity: Severity::Medium,
    fix: FixKind::ByHand,
    english: include_str!("lat_06.en.md"),
    chinese: include_str!("lat_06.zh.md"),
    judge,
};

/// The limit is a share of the estate, so that one more harmless machine could bring another one
/// below it. That must not raise a score: findings weigh nothing here, the number of pairs that
/// reach each other is taken off by itself.
fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let Some(lateral) = estate.found.lateral else {
        return Ok(Outcome::not_assessed(Message::new("needs-fewer-classes")));
    };
    let analysis = estate.found.analysis;
    let others = estate.topology().endpoints().len().saturating_sub(1);
    let mut findings = Vec::new();
    for (class, record) in analysis.classes().iter() {
        let reached = lateral.reached_from(analysis, class);
        if others == 0 || share(reached, others) <= estate.settings.limits.blast_radius {
            continue;
        }
        for member in &record.members {
            let message = Message::new("found-blast-radius")
                .with("name", estate.name(*member))
                .with("reached", reached)
                .with("others", others);
            let place = estate.topology().endpoint(*member).interface.place.clone();
            let subject = Subject::Interface(*member);
            findings.push(fact::weighted(
                &ITEM,
                Status::Open,
                subject,
                place,
                message,
                0.0,
            ));
        }
    }
    findings.sort_by(|one, other| one.subject.cmp(&other.subject));
    Ok(Outcome::of(others + 1, findings))
}

#[expect(
    clippy::cast_precision_loss,
    reason = "interfaces are far fewer than 2^53"
)]
fn share(reached: usize, others: usize) -> f64 {
    reached as f64 / others as f64
}
