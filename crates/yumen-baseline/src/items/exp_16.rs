//! EXP-16: GRE, other tunnels or unrestricted ICMP are open.

use yumen_packets::Interval;
use yumen_reach::Protocols;

use super::exposed;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-16"),
    severity: Severity::High,
    fix: FixKind::Narrow,
    english: include_str!("exp_16.en.md"),
    chinese: include_str!("exp_16.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let pick = |_, position, exposure: &Exposure| {
        let mut part = exposed::whole(position, exposure);
        part.protocols = match part.protocols {
            Protocols::Tcp | Protocols::Udp => return Vec::new(),
            Protocols::All => Protocols::Portless(without_ports()),
            other => other,
        };
        part.ports = Vec::new();
        vec![part]
    };
    let say = |index, parts: &[Part]| {
        let tunnels = parts.iter().any(|part| !is_icmp(&part.protocols));
        let (id, severity) = if tunnels {
            ("found-tunnels", Severity::High)
        } else {
            ("found-icmp", Severity::Low)
        };
        let words: Vec<String> = parts.iter().map(|part| part.protocols.word()).collect();
        let mut words: Vec<&str> = words.iter().map(String::as_str).collect();
        words.sort_unstable();
        words.dedup();
        let message = Message::new(id)
            .with("name", estate.name(index))
            .with("protocols", words.join(", "));
        (severity, message)
    };
    Ok(exposed::judge(estate, ITEM.id, ITEM.severity, pick, say))
}

fn is_icmp(protocols: &Protocols) -> bool {
    matches!(protocols, Protocols::Number(1 | 58))
}

/// Every protocol but TCP and UDP.
fn without_ports() -> Vec<Interval<u8>> {
    [(0, 5), (7, 16), (18, 255)]
        .into_iter()
        .filter_map(|(low, high)| Interval::new(low, high))
        .collect()
}
