//! EXP-04: remote desktop.

use super::exposed;
use super::prelude::*;
use crate::service::{Known, tcp, tcp_range, udp};

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-04"),
    severity: Severity::Critical,
    fix: FixKind::Narrow,
    english: include_str!("exp_04.en.md"),
    chinese: include_str!("exp_04.zh.md"),
    judge,
};

/// Services by the ports that their documentation gives, or that IANA registered.
pub(super) const SERVICES: &[Known] = &[
    tcp(3389, "RDP"),
    udp(3389, "RDP"),
    tcp_range(5900, 5910, "VNC"),
    tcp(5800, "VNC"),
    tcp_range(5985, 5986, "WinRM"),
];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(exposed::services(estate, ITEM.id, ITEM.severity, SERVICES))
}
