//! NET-03: a DNAT entry maps a whole address.

use yumen_cloud::Listing;
use yumen_reach::PathKind;

use super::exp_01::EVERY_PORT;
use super::prelude::*;
use super::{exposed, fact};

pub(super) const ITEM: Item = Item {
    id: ItemId("NET-03"),
    severity: Severity::High,
    fix: FixKind::Set,
    english: include_str!("net_03.en.md"),
    chinese: include_str!("net_03.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let (mut checked, mut findings) = (0, Vec::new());
    for gateway in estate.snapshot().nat_gateways.values() {
        for entry in &gateway.forwards {
            checked += 1;
            let ports = entry
                .external_ports
                .map_or(65_536, |ports| u32::from(ports.high() - ports.low()) + 1);
            if ports < EVERY_PORT {
                continue;
            }
            let status = if entry.available && gateway.available {
                Status::Open
            } else {
                Status::Latent
            };
            let message = Message::new("found-whole-forward")
                .with("external", entry.external.to_string())
                .with("internal", entry.internal.to_string())
                .with("ports", u64::from(ports));
            let subject = Subject::Forward {
                gateway: gateway.id.clone(),
                entry: entry.id.clone(),
            };
            let mut finding = fact::finding(&ITEM, status, subject, entry.place.clone(), message);
            let parts = carried(estate, &entry.id);
            if !parts.is_empty() {
                finding.evidence = Evidence::Exposed(parts);
            }
            findings.push(finding);
        }
        if gateway.forwards_unread {
            let name = fact::named(&gateway.name, &gateway.id);
            let message = Message::new("found-forwards-unread").with("name", name);
            let subject = Subject::Forward {
                gateway: gateway.id.clone(),
                entry: gateway.id.clone(),
            };
            let place = gateway.place.clone();
            findings.push(fact::finding(
                &ITEM,
                Status::Unknown,
                subject,
                place,
                message,
            ));
        }
    }
    if exposed::is_incomplete(estate, Listing::NatGateways) {
        findings.push(fact::unread(&ITEM, Listing::NatGateways));
    }
    Ok(Outcome::of(checked, findings))
}

/// What arrives by an entry today.
fn carried(estate: &Estate<'_>, entry: &yumen_cloud::Id) -> Vec<Part> {
    let topology = estate.topology();
    let all = estate.found.exposures.iter().enumerate();
    let by_entry = all.filter(|(_, exposure)| {
        exposure.verdict == yumen_reach::Verdict::Open
            && exposure.path(topology).is_some_and(
                |path| matches!(&path.kind, PathKind::Forward { entry: own, .. } if own == entry),
            )
    });
    by_entry
        .map(|(position, exposure)| exposed::whole(position, exposure))
        .collect()
}
