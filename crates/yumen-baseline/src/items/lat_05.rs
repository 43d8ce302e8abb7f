//! LAT-05: management ports are reachable from other than the bastion.

use yumen_packets::{Family, Interval, PacketBox};

use super::neighbours;
use super::prelude::*;
use crate::settings::RoleKind;

pub(super) const ITEM: Item = Item {
    id: ItemId("LAT-05"),
    severity: Severity::High,
    fix: FixKind::ByHand,
    english: include_str!("lat_05.en.md"),
    chinese: include_str!("lat_05.zh.md"),
    judge,
};

/// Ports by which machines are managed: SSH, Telnet, RDP, WinRM, VNC.
pub(crate) const MANAGEMENT: [(u8, u16, u16); 6] = [
    (6, 22, 23),
    (6, 3389, 3389),
    (17, 3389, 3389),
    (6, 5985, 5986),
    (6, 5900, 5910),
    (6, 2222, 2222),
];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    if !estate.has_role(RoleKind::Bastion) {
        return Ok(Outcome::not_assessed(Message::new("needs-bastion-role")));
    }
    let ordinary = |index| !estate.plays(index, RoleKind::Bastion);
    let found = neighbours::reached(estate, ordinary, ordinary, &management())?;
    let Some(found) = found else {
        return Ok(Outcome::not_assessed(Message::new("needs-fewer-classes")));
    };
    let checked = estate
        .interfaces()
        .filter(|(index, _)| ordinary(*index))
        .count();
    let mut findings = neighbours::findings(estate, &ITEM, found, "found-management");
    findings.extend(neighbours::unread(estate, &ITEM, ordinary, ordinary));
    Ok(Outcome::of(checked, findings))
}

/// The packets to management ports.
fn management() -> Vec<PacketBox> {
    let mut boxes = Vec::new();
    for family in [Family::V4, Family::V6] {
        for (protocol, low, high) in MANAGEMENT {
            boxes.extend(Interval::new(low, high).map(|destination_port| PacketBox {
                protocol: Interval::single(protocol),
                destination_port,
                ..PacketBox::all(family)
            }));
        }
    }
    boxes
}
