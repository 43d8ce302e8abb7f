//! What the items about exposure have in common: services looked for among what the Internet
//! reaches, one finding for each interface and status.

use std::borrow::Cow;

use yumen_cloud::{ListenerProtocol, Listing};
use yumen_diagnostics::Message;
use yumen_packets::Interval;
use yumen_reach::{Cause, EndpointIndex, Exposure, PathKind, Protocols, Topology, Verdict};

use crate::estate::Estate;
use crate::finding::{Evidence, Finding, Outcome, Part, Status, Subject};
use crate::item::{ItemId, Severity};
use crate::score::Exposed;
use crate::service::{Known, names_among, ports_among};

/// Names of services in one message.
const NAMES_SHOWN: usize = 6;

/// Judges an item that looks for services by name.
pub(super) fn services(
    estate: &Estate<'_>,
    item: ItemId,
    severity: Severity,
    known: &'static [Known],
) -> Outcome {
    let pick = |_: EndpointIndex, position: usize, exposure: &Exposure| {
        let ports = service_ports(estate.topology(), exposure);
        let found = ports_among(&exposure.row.slice.protocols, &ports, known);
        found
            .into_iter()
            .map(|(protocols, ports)| Part {
                exposure: position,
                protocols,
                ports: at_interface(exposure, ports),
                share: exposure.row.share,
                without: Vec::new(),
            })
            .collect()
    };
    let say = |index: EndpointIndex, parts: &[Part]| {
        let mut found = Vec::new();
        for part in parts {
            let exposure = estate.found.exposures.get(part.exposure);
            let seen = exposure.map(|exposure| service_ports(estate.topology(), exposure));
            let ports = seen.unwrap_or_default();
            found.extend(ports_among(&part.protocols, &ports, known));
        }
        let names = names_among(&found, known);
        let message = Message::new("found-services")
            .with("name", estate.name(index))
            .with("services", shorten(&names, NAMES_SHOWN));
        (severity, message)
    };
    judge(estate, item, severity, pick, say)
}

/// Judges every interface: `pick` takes from each exposure to `world` or `broad` what an item is
/// about, `say` tells how bad the picked parts are together and what is wrong.
pub(super) fn judge(
    estate: &Estate<'_>,
    item: ItemId,
    worst: Severity,
    mut pick: impl FnMut(EndpointIndex, usize, &Exposure) -> Vec<Part>,
    say: impl Fn(EndpointIndex, &[Part]) -> (Severity, Message),
) -> Outcome {
    let mut findings = Vec::new();
    let mut checked = 0;
    for (index, _) in estate.interfaces() {
        checked += 1;
        let mut by_status: [Vec<Part>; 3] = Default::default();
        for (position, exposure) in estate.inward(index) {
            let slot = match exposure.verdict {
                Verdict::Open => 0,
                Verdict::Unknown => 1,
                Verdict::Latent => 2,
                Verdict::Closed => continue,
            };
            if let Some(slot) = by_status.get_mut(slot) {
                slot.extend(pick(index, position, exposure));
            }
        }
        findings.extend(by_status_of(estate, item, worst, index, by_status, &say));
    }
    Outcome::of(checked, findings)
}

/// The findings of an interface, one for each status.
///
/// What is open weighs first, what is unknown and what is latent by what they add to it: packets
/// that change from open to latent never weigh more than before.
pub(super) fn by_status_of(
    estate: &Estate<'_>,
    item: ItemId,
    worst: Severity,
    index: EndpointIndex,
    by_status: [Vec<Part>; 3],
    say: &impl Fn(EndpointIndex, &[Part]) -> (Severity, Message),
) -> Vec<Finding> {
    let mut findings = Vec::new();
    let statuses = [Status::Open, Status::Unknown, Status::Latent];
    let mut severities = by_status.iter().filter(|parts| !parts.is_empty());
    let mut gravest = Severity::Low;
    for parts in severities.by_ref() {
        gravest = gravest.max(say(index, parts).0);
    }
    let mut weight = Exposed::new(estate.weight(index), worst, gravest);
    for (status, parts) in statuses.into_iter().zip(by_status) {
        if parts.is_empty() {
            continue;
        }
        let (severity, message) = say(index, &parts);
        let load = weight.add(status, &parts);
        let causes = causes(estate, &parts);
        findings.push(Finding {
            item,
            status,
            severity: match status {
                Status::Latent => severity.lower(),
                Status::Open | Status::Unknown => severity,
            },
            subject: Subject::Interface(index),
            place: causes
                .iter()
                .find_map(|cause| cause.place(estate.snapshot()))
                .unwrap_or_else(|| estate.topology().endpoint(index).interface.place.clone()),
            causes,
            evidence: Evidence::Exposed(parts),
            message,
            load,
        });
    }
    findings
}

/// What lets parts pass, each once, in the order of rows.
fn causes(estate: &Estate<'_>, parts: &[Part]) -> Vec<Cause> {
    let mut causes = Vec::new();
    for part in parts {
        let Some(exposure) = estate.found.exposures.get(part.exposure) else {
            continue;
        };
        for cause in &exposure.row.causes {
            let opens = part.ports.is_empty()
                || cause.ports.is_empty()
                || cause
                    .ports
                    .iter()
                    .any(|own| part.ports.iter().any(|one| one.intersect(*own).is_some()));
            if opens && !causes.contains(&cause.cause) {
                causes.push(cause.cause.clone());
            }
        }
    }
    causes
}

/// The ports that tell which service is reached: those at the interface, except behind a listener
/// that speaks HTTP, where the client speaks to the balancer.
pub(crate) fn service_ports<'e>(
    topology: &Topology,
    exposure: &'e Exposure,
) -> Cow<'e, [Interval<u16>]> {
    match web_entry(topology, exposure) {
        Some(entry) => Cow::Owned(vec![entry]),
        None => Cow::Borrowed(&exposure.row.slice.ports),
    }
}

/// The ports of the listener that speaks HTTP to the client, if there is one on the way.
fn web_entry(topology: &Topology, exposure: &Exposure) -> Option<Interval<u16>> {
    let path = exposure.path(topology)?;
    let PathKind::Listener {
        balancer, listener, ..
    } = &path.kind
    else {
        return None;
    };
    let balancer = topology.snapshot().balancers.get(balancer)?;
    let listener = balancer.listeners.iter().find(|one| one.id == *listener)?;
    let web = matches!(
        listener.protocol,
        ListenerProtocol::Http | ListenerProtocol::Https | ListenerProtocol::Quic
    );
    web.then_some(listener.ports)
}

/// The ports at the interface behind ports that tell the service.
pub(crate) fn at_interface(exposure: &Exposure, found: Vec<Interval<u16>>) -> Vec<Interval<u16>> {
    let own = &exposure.row.slice.ports;
    let inside = |range: &Interval<u16>| own.iter().any(|one| one.covers(*range));
    if found.iter().all(inside) {
        found
    } else {
        own.clone()
    }
}

/// A whole exposure as a part.
pub(super) fn whole(position: usize, exposure: &Exposure) -> Part {
    Part {
        exposure: position,
        protocols: exposure.row.slice.protocols.clone(),
        ports: exposure.row.slice.ports.clone(),
        share: exposure.row.share,
        without: Vec::new(),
    }
}

/// How many ports of TCP or of UDP parts have, the larger of both.
pub(crate) fn port_count(parts: &[Part]) -> u32 {
    let count = |protocol: &Protocols| {
        let ports = parts
            .iter()
            .filter(|part| part.protocols == *protocol || part.protocols == Protocols::All)
            .flat_map(|part| part.ports.iter().copied())
            .collect();
        yumen_reach::join_ports(ports)
            .iter()
            .map(|range| u32::from(range.high() - range.low()) + 1)
            .sum::<u32>()
    };
    count(&Protocols::Tcp).max(count(&Protocols::Udp))
}

/// The first of some names, and how many more there are.
pub(super) fn shorten(names: &[&str], shown: usize) -> String {
    let mut text = names
        .iter()
        .take(shown)
        .copied()
        .collect::<Vec<_>>()
        .join(", ");
    if names.len() > shown {
        text.push_str(&format!(", … +{}", names.len() - shown));
    }
    text
}

/// Listings whose gaps make a fact about one of them unknown.
pub(super) fn is_incomplete(estate: &Estate<'_>, listing: Listing) -> bool {
    estate.coverage(listing) == yumen_cloud::Coverage::Incomplete
}
