//! NET-02: a public asset is outside of Cloud Firewall and WAF.

use yumen_reach::PathKind;

use super::exposed;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("NET-02"),
    severity: Severity::Medium,
    fix: FixKind::ByHand,
    english: include_str!("net_02.en.md"),
    chinese: include_str!("net_02.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let Some(protection) = &estate.settings.protection else {
        return Ok(Outcome::not_assessed(Message::new("needs-protection")));
    };
    let topology = estate.topology();
    let pick = |index, position, exposure: &Exposure| {
        let endpoint = topology.endpoint(index);
        let mut guards = protection.firewall.iter().chain(&protection.waf);
        let balancer = exposure.path(topology).and_then(|path| match &path.kind {
            PathKind::Listener { balancer, .. } => topology.snapshot().balancers.get(balancer),
            _ => None,
        });
        let guarded = guards.any(|guard| {
            guard.matches(topology, endpoint)
                || balancer.is_some_and(|balancer| guard.matches_balancer(topology, balancer))
        });
        if guarded {
            Vec::new()
        } else {
            vec![exposed::whole(position, exposure)]
        }
    };
    let say = |index, _: &[Part]| {
        let message = Message::new("found-unguarded").with("name", estate.name(index));
        (ITEM.severity, message)
    };
    let mut outcome = exposed::judge(estate, ITEM.id, ITEM.severity, pick, say);
    // What nothing leads to needs no guard today.
    outcome
        .findings
        .retain(|finding| finding.status != Status::Latent);
    Ok(outcome)
}
