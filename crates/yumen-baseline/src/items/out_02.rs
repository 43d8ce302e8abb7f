//! OUT-02: ports that abuse uses may leave to the Internet.

use super::prelude::*;
use super::{exposed, outward};
use crate::service::{Known, names_among, ports_among, tcp, tcp_range};

pub(super) const ITEM: Item = Item {
    id: ItemId("OUT-02"),
    severity: Severity::Medium,
    fix: FixKind::Set,
    english: include_str!("out_02.en.md"),
    chinese: include_str!("out_02.zh.md"),
    judge,
};

/// Mail without a relay, file sharing, chat of botnets, pools of miners, anonymous proxies.
pub(super) const SERVICES: &[Known] = &[
    tcp(25, "SMTP"),
    tcp(139, "NetBIOS"),
    tcp(445, "SMB"),
    tcp_range(6667, 6669, "IRC"),
    tcp(3333, "mining"),
    tcp(4444, "mining"),
    tcp(5555, "mining"),
    tcp(7777, "mining"),
    tcp(14444, "mining"),
    tcp(1080, "SOCKS"),
    tcp(9050, "Tor"),
];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let pick = |position, exposure: &Exposure| {
        let slice = &exposure.row.slice;
        let found = ports_among(&slice.protocols, &slice.ports, SERVICES);
        found
            .into_iter()
            .map(|(protocols, ports)| Part {
                protocols,
                ports,
                ..exposed::whole(position, exposure)
            })
            .collect()
    };
    let say = |index, parts: &[Part]| {
        let found: Vec<_> = parts
            .iter()
            .map(|part| (part.protocols.clone(), part.ports.clone()))
            .collect();
        let names = names_among(&found, SERVICES);
        Message::new("found-abused-egress")
            .with("name", estate.name(index))
            .with("services", exposed::shorten(&names, 6))
    };
    Ok(outward::judge(estate, &ITEM, |_| true, pick, say))
}
