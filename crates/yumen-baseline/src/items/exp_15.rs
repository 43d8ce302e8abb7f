//! EXP-15: IPv6 is wider than IPv4.

use yumen_packets::{Family, Interval};
use yumen_reach::{EndpointIndex, Protocols, Verdict, join_ports};

use super::exp_13::{ports_in_words, without};
use super::exposed;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-15"),
    severity: Severity::Medium,
    fix: FixKind::Narrow,
    english: include_str!("exp_15.en.md"),
    chinese: include_str!("exp_15.zh.md"),
    judge,
};

/// The exposures over IPv6 weigh in the items of their services. The comparison itself weighs
/// nothing: else opening the same ports over IPv4 too would raise the score.
fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let pick = |index, position, exposure: &Exposure| {
        if exposure.row.slice.family != Family::V6 {
            return Vec::new();
        }
        let mut parts = Vec::new();
        for (number, protocols) in [(6, Protocols::Tcp), (17, Protocols::Udp)] {
            if !carries(&exposure.row.slice.protocols, number) {
                continue;
            }
            let left = without(&exposure.row.slice.ports, &over_ipv4(estate, index, number));
            if !left.is_empty() {
                let mut part = exposed::whole(position, exposure);
                part.protocols = protocols;
                part.ports = left;
                parts.push(part);
            }
        }
        parts
    };
    let say = |index, parts: &[Part]| {
        let message = Message::new("found-ipv6-wider")
            .with("name", estate.name(index))
            .with("ports", ports_in_words(parts));
        (ITEM.severity, message)
    };
    let mut outcome = exposed::judge(estate, ITEM.id, ITEM.severity, pick, say);
    for finding in &mut outcome.findings {
        finding.load = 0.0;
    }
    Ok(outcome)
}

/// The ports of a protocol that the rules of an interface open over IPv4, whether a way leads
/// there or not.
fn over_ipv4(estate: &Estate<'_>, index: EndpointIndex, number: u8) -> Vec<Interval<u16>> {
    let known = estate
        .inward(index)
        .filter(|(_, one)| one.verdict != Verdict::Unknown);
    let rows = known.map(|(_, one)| &one.row.slice);
    let rows = rows.filter(|slice| slice.family == Family::V4 && carries(&slice.protocols, number));
    join_ports(rows.flat_map(|slice| slice.ports.iter().copied()).collect())
}

fn carries(protocols: &Protocols, number: u8) -> bool {
    protocols
        .ranges()
        .iter()
        .any(|range| range.contains(number))
}
