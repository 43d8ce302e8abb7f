//! EXP-11: file sharing, RPC, directory.

use super::exposed;
use super::prelude::*;
use crate::service::{Known, tcp, tcp_range, udp};

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-11"),
    severity: Severity::High,
    fix: FixKind::Narrow,
    english: include_str!("exp_11.en.md"),
    chinese: include_str!("exp_11.zh.md"),
    judge,
};

/// Services by the ports that their documentation gives, or that IANA registered.
pub(super) const SERVICES: &[Known] = &[
    tcp(445, "SMB"),
    tcp(135, "MSRPC"),
    tcp_range(137, 139, "NetBIOS"),
    udp(135, "MSRPC"),
    udp(137, "NetBIOS"),
    udp(138, "NetBIOS"),
    tcp(2049, "NFS"),
    udp(2049, "NFS"),
    tcp(111, "portmapper"),
    udp(111, "portmapper"),
    tcp(873, "rsync"),
    tcp(389, "LDAP"),
    tcp(636, "LDAP"),
    tcp(548, "AFP"),
    tcp(3260, "iSCSI"),
];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(exposed::services(estate, ITEM.id, ITEM.severity, SERVICES))
}
