//! EXP-05: plain-text remote access and transfer.

use super::exposed;
use super::prelude::*;
use crate::service::{Known, tcp, tcp_range, udp};

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-05"),
    severity: Severity::High,
    fix: FixKind::Narrow,
    english: include_str!("exp_05.en.md"),
    chinese: include_str!("exp_05.zh.md"),
    judge,
};

/// Services by the ports that their documentation gives, or that IANA registered.
pub(super) const SERVICES: &[Known] = &[
    tcp(23, "Telnet"),
    tcp_range(20, 21, "FTP"),
    tcp(512, "rexec"),
    tcp(513, "rlogin"),
    tcp(514, "rsh"),
    udp(69, "TFTP"),
];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(exposed::services(estate, ITEM.id, ITEM.severity, SERVICES))
}
