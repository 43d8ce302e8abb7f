//! The exact difference between two snapshots, in packets.

use std::collections::BTreeSet;

use yumen_cloud::{Direction, Id};
use yumen_packets::{Error, PacketBox, PacketSet};

use crate::analysis::Analysis;
use crate::explain::Verdict;
use crate::exposure::{Exposure, exposures};
use crate::filters::to_address_boxes;
use crate::internet::family_of;
use crate::lateral::Permits;
use crate::matching::Reading;

/// What changed between two snapshots.
///
/// LAW (delta exact): all sets are empty if and only if both snapshots permit the same packets to
/// and from the same interfaces.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Delta {
    /// Interfaces with a difference, in the order of ids
    pub interfaces: Vec<InterfaceDelta>,
}

/// What changed for one interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InterfaceDelta {
    /// The interface
    pub interface: Id,
    /// The instance that it is attached to (in the new snapshot, else in the old one)
    pub instance: Option<Id>,
    /// Packets that the Internet can deliver now and could not before
    pub internet_opened: PacketSet,
    /// Packets that the Internet could deliver before and cannot now
    pub internet_closed: PacketSet,
    /// Incoming packets that the filters let pass now and did not before
    pub ingress_opened: PacketSet,
    /// Incoming packets that the filters let pass before and do not now
    pub ingress_closed: PacketSet,
    /// Outgoing packets that the filters let pass now and did not before
    pub egress_opened: PacketSet,
    /// Outgoing packets that the filters let pass before and do not now
    pub egress_closed: PacketSet,
}

impl InterfaceDelta {
    fn is_empty(&self) -> bool {
        self.internet_opened.is_empty()
            && self.internet_closed.is_empty()
            && self.ingress_opened.is_empty()
            && self.ingress_closed.is_empty()
            && self.egress_opened.is_empty()
            && self.egress_closed.is_empty()
    }
}

impl Delta {
    /// Compares two analyses, interface by interface.
    ///
    /// # Errors
    /// The rules are so entangled that the budget ends first.
    pub fn new(old: &Analysis, new: &Analysis) -> Result<Self, Error> {
        Self::between((old, &exposures(old)?), (new, &exposures(new)?))
    }

    /// Compares two analyses whose exposures were listed already.
    ///
    /// # Errors
    /// As [`Delta::new`].
    pub fn between(
        (old, old_exposures): (&Analysis, &[Exposure]),
        (new, new_exposures): (&Analysis, &[Exposure]),
    ) -> Result<Self, Error> {
        let ids = |analysis: &Analysis| -> BTreeSet<Id> {
            let endpoints = analysis.topology().endpoints().iter();
            endpoints
                .map(|endpoint| endpoint.interface.id.clone())
                .collect()
        };
        let open_before = internet_open(old, old_exposures)?;
        let open_now = internet_open(new, new_exposures)?;
        let mut ingress = [old, new].map(|side| Permits::new(side.topology(), Direction::Ingress));
        let mut egress = [old, new].map(|side| Permits::new(side.topology(), Direction::Egress));
        let mut interfaces = Vec::new();
        for id in ids(old).union(&ids(new)) {
            let instance = [new, old].iter().find_map(|analysis| {
                let topology = analysis.topology();
                let index = topology.find_interface(id.as_str())?;
                topology.endpoint(index).interface.instance.clone()
            });
            let open = |side: &std::collections::BTreeMap<Id, PacketSet>| {
                side.get(id).cloned().unwrap_or_else(PacketSet::empty)
            };
            let (internet_opened, internet_closed) =
                compare(&open(&open_before), &open(&open_now))?;
            let sides = |permits: &mut [Permits<'_>; 2]| -> Result<_, Error> {
                let [before, now] = permits;
                compare(&passes(before, old, id)?, &passes(now, new, id)?)
            };
            let (ingress_opened, ingress_closed) = sides(&mut ingress)?;
            let (egress_opened, egress_closed) = sides(&mut egress)?;
            let delta = InterfaceDelta {
                interface: id.clone(),
                instance,
                internet_opened,
                internet_closed,
                ingress_opened,
                ingress_closed,
                egress_opened,
                egress_closed,
            };
            if !delta.is_empty() {
                interfaces.push(delta);
            }
        }
        Ok(Self { interfaces })
    }

    /// True if nothing changed.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.interfaces.is_empty()
    }

    /// True if the Internet can deliver some packet that it could not before.
    #[must_use]
    pub fn opens_to_internet(&self) -> bool {
        self.interfaces
            .iter()
            .any(|delta| !delta.internet_opened.is_empty())
    }
}

/// What the filters of an interface let pass; nothing if there is no such interface.
fn passes(permits: &mut Permits<'_>, analysis: &Analysis, id: &Id) -> Result<PacketSet, Error> {
    match analysis.topology().find_interface(id.as_str()) {
        Some(index) => permits.of(index, Reading::AsRead),
        None => Ok(PacketSet::empty()),
    }
}

/// What the Internet can deliver to each interface, over all of its paths.
fn internet_open(
    analysis: &Analysis,
    exposures: &[Exposure],
) -> Result<std::collections::BTreeMap<Id, PacketSet>, Error> {
    let topology = analysis.topology();
    let mut boxes: std::collections::BTreeMap<Id, Vec<PacketBox>> =
        std::collections::BTreeMap::new();
    for exposure in exposures {
        if exposure.verdict != Verdict::Open || exposure.direction != Direction::Ingress {
            continue;
        }
        let endpoint = topology.endpoint(exposure.interface);
        let own = exposure.path(topology).map(|path| path.destination);
        let to_own = to_address_boxes(own);
        let of_interface = boxes.entry(endpoint.interface.id.clone()).or_default();
        for one in &exposure.row.boxes {
            // Clients of a balancer may be of another family than the interface that serves them.
            if own.is_some_and(|own| family_of(own) != one.family) {
                of_interface.push(*one);
            }
            of_interface.extend(to_own.iter().filter_map(|own| one.intersect(own)));
        }
    }
    boxes
        .into_iter()
        .map(|(id, boxes)| Ok((id, PacketSet::from_boxes(&boxes)?)))
        .collect()
}

/// What is new and what is gone.
fn compare(before: &PacketSet, now: &PacketSet) -> Result<(PacketSet, PacketSet), Error> {
    if before == now {
        return Ok((PacketSet::empty(), PacketSet::empty()));
    }
    Ok((now.difference(before)?, before.difference(now)?))
}
