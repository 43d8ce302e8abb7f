//! NET-01: there is no control between zones.

use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::{Action, Direction, Id, NetworkAcl};
use yumen_packets::{Family, PacketSet};
use yumen_reach::{AclState, Topology, entry_boxes};

use super::fact;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("NET-01"),
    severity: Severity::Medium,
    fix: FixKind::ByHand,
    english: include_str!("net_01.en.md"),
    chinese: include_str!("net_01.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    if estate.settings.zones.is_empty() {
        return Ok(Outcome::not_assessed(Message::new("needs-zones")));
    }
    let mut zones_of: BTreeMap<&Id, BTreeSet<usize>> = BTreeMap::new();
    let mut vswitches = BTreeMap::new();
    for (index, endpoint) in estate.interfaces() {
        let interface = &endpoint.interface;
        if let (Some(vpc), Some(zone)) = (&interface.vpc, estate.zone(index)) {
            zones_of.entry(vpc).or_default().insert(zone);
            if let Some(vswitch) = &interface.vswitch {
                vswitches.insert(vswitch, (vpc, &endpoint.acl));
            }
        }
    }
    let (mut checked, mut findings) = (0, Vec::new());
    for (vswitch, (vpc, acl)) in vswitches {
        if zones_of.get(vpc).is_none_or(|zones| zones.len() < 2) {
            continue;
        }
        checked += 1;
        let (status, id) = match acl {
            AclState::Unbound => (Status::Open, "found-no-acl"),
            AclState::Unread(_) => (Status::Unknown, "found-acl-unread"),
            AclState::Bound(acl) if acl.unread => (Status::Unknown, "found-acl-unread"),
            AclState::Bound(acl) if permits_everything(estate.topology(), acl)? => {
                (Status::Open, "found-acl-permits-all")
            }
            AclState::Bound(_) => continue,
        };
        let record = estate.snapshot().vswitches.get(vswitch);
        let name = record.map(|record| fact::named(&record.name, vswitch));
        let message = Message::new(id).with("name", name.unwrap_or_else(|| vswitch.to_string()));
        let place = record
            .map(|record| record.place.clone())
            .unwrap_or_default();
        findings.push(fact::finding(
            &ITEM,
            status,
            Subject::VSwitch(vswitch.clone()),
            place,
            message,
        ));
    }
    Ok(Outcome::of(checked, findings))
}

/// True if every packet of one family passes in both directions.
fn permits_everything(topology: &Topology, acl: &NetworkAcl) -> Result<bool, Error> {
    for family in [Family::V4, Family::V6] {
        let everything = PacketSet::family(family);
        let both = [
            (Direction::Ingress, &acl.ingress),
            (Direction::Egress, &acl.egress),
        ];
        let mut all = true;
        for (direction, entries) in both {
            let mut undecided = everything.clone();
            for entry in entries {
                let boxes = entry_boxes(topology, direction, entry).read;
                let matched = PacketSet::from_boxes(&boxes)?;
                if entry.action == Action::Drop && undecided.intersects(&matched)? {
                    break;
                }
                undecided = undecided.difference(&matched)?;
            }
            all &= undecided.is_empty();
        }
        if all {
            return Ok(true);
        }
    }
    Ok(false)
}
