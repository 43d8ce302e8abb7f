//! What the items about lateral movement have in common: who reaches whom, by interface.

use std::collections::BTreeMap;

use yumen_cloud::Direction;
use yumen_diagnostics::Message;
use yumen_packets::{Error, PacketBox, PacketSet};
use yumen_reach::{EndpointIndex, between};

use super::fact;
use crate::estate::Estate;
use crate::finding::{Evidence, Finding, Status, Subject};
use crate::items::Item;

/// An interface that others reach who should not.
pub(crate) struct Reached {
    /// Who reaches it, in the order of interfaces
    pub(crate) sources: Vec<EndpointIndex>,
    /// What the first of them can send to it
    pub(crate) packets: PacketSet,
}

/// The interfaces that pass `to`, with those others that pass `from` and reach them with some of
/// the packets of `boxes`; `None` if the estate is too large for all pairs.
pub(crate) fn reached(
    estate: &Estate<'_>,
    from: impl Fn(EndpointIndex) -> bool,
    to: impl Fn(EndpointIndex) -> bool,
    boxes: &[PacketBox],
) -> Result<Option<BTreeMap<EndpointIndex, Reached>>, Error> {
    let Some(lateral) = estate.found.lateral else {
        return Ok(None);
    };
    let wanted = PacketSet::from_boxes(boxes)?;
    let classes = estate.found.analysis.classes();
    let mut sources_of: BTreeMap<EndpointIndex, Vec<EndpointIndex>> = BTreeMap::new();
    for pair in &lateral.pairs {
        let (source, destination) = (classes.class(pair.source), classes.class(pair.destination));
        let sources: Vec<EndpointIndex> = source
            .members
            .iter()
            .copied()
            .filter(|one| from(*one))
            .collect();
        let mut destinations = destination
            .members
            .iter()
            .filter(|one| to(**one))
            .peekable();
        if sources.is_empty()
            || destinations.peek().is_none()
            || !pair.packets.intersects(&wanted)?
        {
            continue;
        }
        for destination in destinations {
            let others = sources.iter().filter(|source| *source != destination);
            sources_of.entry(*destination).or_default().extend(others);
        }
    }
    let mut found = BTreeMap::new();
    for (destination, mut sources) in sources_of {
        sources.sort_unstable();
        sources.dedup();
        // A pair of classes was judged on one member each: who is named here is looked at again.
        while let Some(first) = sources.first() {
            let packets = between(estate.topology(), *first, destination)?.intersection(&wanted)?;
            if !packets.is_empty() {
                found.insert(destination, Reached { sources, packets });
                break;
            }
            sources.remove(0);
        }
    }
    Ok(Some(found))
}

/// One finding for each interface that is reached, about the first of those who reach it.
pub(super) fn findings(
    estate: &Estate<'_>,
    item: &Item,
    found: BTreeMap<EndpointIndex, Reached>,
    text: &'static str,
) -> Vec<Finding> {
    let mut findings = Vec::with_capacity(found.len());
    for (destination, reached) in found {
        let Some(source) = reached.sources.first().copied() else {
            continue;
        };
        let message = Message::new(text)
            .with("name", estate.name(destination))
            .with("source", estate.name(source))
            .with("count", reached.sources.len());
        let load = load(estate.weight(destination), reached.sources.len());
        let endpoint = estate.topology().endpoint(destination);
        let place = endpoint.interface.place.clone();
        let subject = Subject::Interface(destination);
        let mut finding = fact::weighted(item, Status::Open, subject, place, message, load);
        finding.evidence = Evidence::Between {
            source,
            destination,
            packets: reached.packets,
        };
        findings.push(finding);
    }
    findings
}

/// One finding for each interface of which it was not read who reaches it, counted as if all did.
pub(super) fn unread(
    estate: &Estate<'_>,
    item: &Item,
    from: impl Fn(EndpointIndex) -> bool,
    to: impl Fn(EndpointIndex) -> bool,
) -> Vec<Finding> {
    let all: Vec<EndpointIndex> = estate.interfaces().map(|(index, _)| index).collect();
    let sources: Vec<EndpointIndex> = all.iter().copied().filter(|one| from(*one)).collect();
    let mut hidden = sources.iter();
    let hidden = hidden.any(|source| estate.is_unread(*source, Direction::Egress));
    let unread = all.into_iter().filter(|index| {
        let others = sources.iter().any(|source| source != index);
        to(*index) && others && (hidden || estate.is_unread(*index, Direction::Ingress))
    });
    unread
        .map(|index| {
            let message = Message::new("found-neighbours-unread").with("name", estate.name(index));
            let load = load(estate.weight(index), sources.len());
            let subject = Subject::Interface(index);
            let place = estate.topology().endpoint(index).interface.place.clone();
            fact::weighted(item, Status::Unknown, subject, place, message, load)
        })
        .collect()
}

/// The load of an interface that so many others reach.
#[expect(
    clippy::cast_precision_loss,
    reason = "interfaces are far fewer than 2^53"
)]
fn load(weight: f64, sources: usize) -> f64 {
    weight * (1.0 + 3.0 * (1.0 + sources as f64).log2())
}
