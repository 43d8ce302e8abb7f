//! EXP-12: UDP services usable for amplification.

use super::exposed;
use super::prelude::*;
use crate::service::{Known, udp};

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-12"),
    severity: Severity::High,
    fix: FixKind::Narrow,
    english: include_str!("exp_12.en.md"),
    chinese: include_str!("exp_12.zh.md"),
    judge,
};

/// Services by the ports that their documentation gives, or that IANA registered.
const SERVICES: &[Known] = &[
    udp(53, "DNS"),
    udp(123, "NTP"),
    udp(161, "SNMP"),
    udp(389, "CLDAP"),
    udp(1900, "SSDP"),
    udp(11211, "Memcached"),
    udp(111, "portmapper"),
    udp(19, "chargen"),
    udp(17, "QOTD"),
    udp(69, "TFTP"),
    udp(137, "NetBIOS"),
    udp(520, "RIP"),
    udp(1434, "SQL Server"),
    udp(3283, "ARMS"),
    udp(3702, "WS-Discovery"),
    udp(5353, "mDNS"),
    udp(5683, "CoAP"),
];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(exposed::services(estate, ITEM.id, ITEM.severity, SERVICES))
}
