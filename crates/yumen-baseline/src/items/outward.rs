//! What the items about egress have in common: exposures outwards, one finding for each interface.

use yumen_cloud::Direction;
use yumen_diagnostics::Message;
use yumen_reach::{Breadth, EndpointIndex, Exposure, Verdict};

use super::exposed;
use crate::estate::Estate;
use crate::finding::{Outcome, Part};
use crate::items::Item;

/// Judges every interface that `concerns` names: `pick` takes from what it can send to the
/// Internet what an item is about.
pub(super) fn judge(
    estate: &Estate<'_>,
    item: &Item,
    concerns: impl Fn(EndpointIndex) -> bool,
    pick: impl Fn(usize, &Exposure) -> Vec<Part>,
    say: impl Fn(EndpointIndex, &[Part]) -> Message,
) -> Outcome {
    let (mut checked, mut findings) = (0, Vec::new());
    for (index, _) in estate.interfaces() {
        if !concerns(index) {
            continue;
        }
        checked += 1;
        let mut by_status: [Vec<Part>; 3] = Default::default();
        for (position, exposure) in estate.exposures(index, Direction::Egress) {
            let slot = match exposure.verdict {
                Verdict::Open => 0,
                Verdict::Unknown => 1,
                Verdict::Latent | Verdict::Closed => continue,
            };
            if exposure.row.breadth > Breadth::Named
                && let Some(slot) = by_status.get_mut(slot)
            {
                slot.extend(pick(position, exposure));
            }
        }
        let say = |index: EndpointIndex, parts: &[Part]| (item.severity, say(index, parts));
        let worst = item.severity;
        findings.extend(exposed::by_status_of(
            estate, item.id, worst, index, by_status, &say,
        ));
    }
    Outcome::of(checked, findings)
}
