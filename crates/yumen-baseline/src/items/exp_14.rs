//! EXP-14: an application is reachable past its load balancer.

use yumen_packets::Interval;
use yumen_reach::{EndpointIndex, PathKind, join_ports};

use super::exposed;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-14"),
    severity: Severity::High,
    fix: FixKind::Narrow,
    english: include_str!("exp_14.en.md"),
    chinese: include_str!("exp_14.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let pick = |index, position, exposure: &Exposure| {
        let direct = exposure
            .path(estate.topology())
            .is_none_or(|path| !matches!(path.kind, PathKind::Listener { .. }));
        if !direct {
            return Vec::new();
        }
        let served = served(estate, index);
        let own = exposure.row.slice.ports.iter();
        let both: Vec<Interval<u16>> = own
            .flat_map(|own| served.iter().filter_map(move |one| own.intersect(*one)))
            .collect();
        if both.is_empty() {
            return Vec::new();
        }
        let mut part = exposed::whole(position, exposure);
        part.ports = join_ports(both);
        if part.protocols == yumen_reach::Protocols::All {
            part.protocols = yumen_reach::Protocols::Tcp;
        }
        vec![part]
    };
    let say = |index, parts: &[Part]| {
        let message = Message::new("found-past-balancer")
            .with("name", estate.name(index))
            .with("ports", super::exp_13::ports_in_words(parts));
        (ITEM.severity, message)
    };
    Ok(exposed::judge(estate, ITEM.id, ITEM.severity, pick, say))
}

/// The ports at which Internet-facing listeners hand requests to an interface.
fn served(estate: &Estate<'_>, index: EndpointIndex) -> Vec<Interval<u16>> {
    let paths = estate.topology().endpoint(index).paths.iter();
    let listeners = paths
        .filter(|path| path.inactive.is_none() && matches!(path.kind, PathKind::Listener { .. }));
    join_ports(listeners.map(|path| path.ports).collect())
}
