//! NET-05: the data tier has a public path.

use yumen_reach::PathKind;

use super::fact;
use super::prelude::*;
use crate::settings::RoleKind;

pub(super) const ITEM: Item = Item {
    id: ItemId("NET-05"),
    severity: Severity::High,
    fix: FixKind::Set,
    english: include_str!("net_05.en.md"),
    chinese: include_str!("net_05.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    if !estate.has_role(RoleKind::Data) {
        return Ok(Outcome::not_assessed(Message::new("needs-data-role")));
    }
    let (mut checked, mut findings) = (0, Vec::new());
    for (index, endpoint) in estate.interfaces() {
        if !estate.plays(index, RoleKind::Data) {
            continue;
        }
        checked += 1;
        let status = if endpoint
            .paths
            .iter()
            .any(|path| path.inactive.is_none() && endpoint.active)
        {
            Status::Open
        } else if !endpoint.paths.is_empty() {
            Status::Latent
        } else if !endpoint.possible_paths.is_empty() {
            Status::Unknown
        } else {
            continue;
        };
        let ways: Vec<String> = endpoint.paths.iter().map(|path| way(&path.kind)).collect();
        let ways: Vec<&str> = ways.iter().map(String::as_str).collect();
        let message = Message::new("found-data-path")
            .with("name", estate.name(index))
            .with("ways", super::exposed::shorten(&ways, 3));
        let place = endpoint.paths.iter().find_map(|path| match &path.kind {
            PathKind::Forward { place, .. } | PathKind::Listener { place, .. } => {
                Some(place.clone())
            }
            PathKind::PublicAddress { eip: Some(eip), .. } => {
                let eip = estate.snapshot().eips.get(eip)?;
                Some(eip.place.clone())
            }
            PathKind::PublicAddress { .. } | PathKind::Ipv6Bandwidth => None,
        });
        let place = place.unwrap_or_else(|| endpoint.interface.place.clone());
        #[expect(
            clippy::cast_precision_loss,
            reason = "an interface has a handful of paths"
        )]
        let load = estate.weight(index) * (3.0 + endpoint.paths.len().max(1) as f64);
        let subject = Subject::Interface(index);
        findings.push(fact::weighted(&ITEM, status, subject, place, message, load));
    }
    Ok(Outcome::of(checked, findings))
}

/// A path by the thing that makes it.
fn way(kind: &PathKind) -> String {
    match kind {
        PathKind::PublicAddress {
            address,
            eip: Some(_),
        } => format!("EIP {address}"),
        PathKind::PublicAddress { address, eip: None } => address.to_string(),
        PathKind::Ipv6Bandwidth => "IPv6".to_owned(),
        PathKind::Forward { entry, .. } => format!("DNAT {entry}"),
        PathKind::Listener {
            balancer, listener, ..
        } => format!("{balancer} {listener}"),
    }
}
