//! What passes between the Internet and interfaces, over all of their ways.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use yumen_cloud::{Direction, Id};
use yumen_packets::{Error, Interval, PacketBox, PacketSet};
use yumen_reach::{Analysis, Exposure, Reading, Topology, Verdict, exposures, family_of, value_of};

/// An interface, a direction between it and the Internet, and a reading.
pub(crate) type Road = (Id, Direction, Reading);

/// What passes, by what was read and at most; where nothing does, there is no entry.
pub(crate) fn delivered(topology: &Topology) -> Result<BTreeMap<Road, PacketSet>, Error> {
    let analysis = Analysis::new(topology.clone(), NonZeroUsize::MIN)?;
    let mut boxes: BTreeMap<Road, Vec<PacketBox>> = BTreeMap::new();
    for exposure in exposures(&analysis)? {
        let readings: &[Reading] = match exposure.verdict {
            Verdict::Open => &[Reading::AsRead, Reading::Possible],
            Verdict::Unknown => &[Reading::Possible],
            Verdict::Latent | Verdict::Closed => continue,
        };
        let interface = &topology.endpoint(exposure.interface).interface.id;
        let arriving = arriving(&exposure, topology);
        for reading in readings {
            let road = (interface.clone(), exposure.direction, *reading);
            boxes.entry(road).or_default().extend(&arriving);
        }
    }
    boxes
        .into_iter()
        .map(|(road, boxes)| Ok((road, PacketSet::from_boxes(&boxes)?)))
        .collect()
}

/// The packets of an exposure, to the address that its path leads to.
fn arriving(exposure: &Exposure, topology: &Topology) -> Vec<PacketBox> {
    let Some(path) = exposure.path(topology) else {
        return exposure.row.boxes.clone();
    };
    let (own, family) = (value_of(path.destination), family_of(path.destination));
    let boxes = exposure.row.boxes.iter();
    boxes
        .filter_map(|one| {
            // Clients of a balancer may be of another family than the interface that serves them.
            if one.family != family {
                return Some(*one);
            }
            one.intersect(&PacketBox {
                destination: Interval::single(own),
                ..PacketBox::all(family)
            })
        })
        .collect()
}
