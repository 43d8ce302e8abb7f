//! EXP-13: more ports are open than the role's declared services.

use std::collections::BTreeSet;

use yumen_cloud::Id;
use yumen_packets::{Interval, PacketSet};
use yumen_reach::{EndpointIndex, Protocols, join_ports};

use super::exposed;
use super::prelude::*;
use crate::service::Service;

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-13"),
    severity: Severity::Medium,
    fix: FixKind::Narrow,
    english: include_str!("exp_13.en.md"),
    chinese: include_str!("exp_13.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let web = web_services();
    let pick = |index, position, exposure: &Exposure| {
        let declared = declared(estate, index, &web);
        undeclared(estate, position, exposure, &declared)
    };
    let say = |index, parts: &[Part]| {
        let message = Message::new("found-undeclared")
            .with("name", estate.name(index))
            .with("ports", ports_in_words(parts));
        (ITEM.severity, message)
    };
    Ok(exposed::judge(estate, ITEM.id, ITEM.severity, pick, say))
}

/// What the Internet may reach where no role says otherwise.
pub(crate) fn web_services() -> Vec<Service> {
    [80, 443]
        .map(|port| Service {
            protocol: Some(6),
            ports: Interval::single(port),
        })
        .to_vec()
}

/// What the roles of an interface declare, or web ports where none declares anything.
pub(crate) fn declared(estate: &Estate<'_>, index: EndpointIndex, web: &[Service]) -> Vec<Service> {
    let mut declared = Vec::new();
    let mut any = false;
    for role in estate.roles(index) {
        if let Some(services) = &role.services {
            any = true;
            declared.extend(services.iter().copied());
        }
    }
    if any { declared } else { web.to_vec() }
}

/// The packets that every member of a group declares, or web ports for those that declare nothing:
/// what one member declares may be open at another that does not.
pub(crate) fn declared_by_all(estate: &Estate<'_>, group: &Id) -> Result<PacketSet, Error> {
    let web = web_services();
    let members = estate.topology().members_of(group).iter();
    let mut each: BTreeSet<Vec<Service>> = members
        .map(|member| declared(estate, *member, &web))
        .collect();
    if each.is_empty() {
        each.insert(web);
    }
    let mut by_all = PacketSet::full();
    for services in each {
        let boxes: Vec<_> = services.iter().flat_map(Service::boxes).collect();
        by_all = by_all.intersection(&PacketSet::from_boxes(&boxes)?)?;
    }
    Ok(by_all)
}

/// True if a role of an interface lists its services.
pub(crate) fn has_declared(estate: &Estate<'_>, index: EndpointIndex) -> bool {
    estate.roles(index).any(|role| role.services.is_some())
}

/// What of an exposure is not declared.
pub(super) fn undeclared(
    estate: &Estate<'_>,
    position: usize,
    exposure: &Exposure,
    declared: &[Service],
) -> Vec<Part> {
    let ports = exposed::service_ports(estate.topology(), exposure);
    let mut parts = Vec::new();
    for protocol in exposure.row.slice.protocols.ranges() {
        let whole = protocol == Interval::all();
        let numbers: &[u8] = if whole { &[6, 17] } else { &[protocol.low()] };
        for number in numbers {
            let taken: Vec<Interval<u16>> = declared
                .iter()
                .filter_map(|service| service.ports_of(*number))
                .collect();
            let ported = matches!(number, 6 | 17);
            let left = if ported {
                without(&ports, &join_ports(taken))
            } else {
                Vec::new()
            };
            // Protocols without ports are the matter of EXP-16.
            if !left.is_empty() {
                parts.push(Part {
                    exposure: position,
                    protocols: if *number == 6 {
                        Protocols::Tcp
                    } else {
                        Protocols::Udp
                    },
                    ports: exposed::at_interface(exposure, left),
                    share: exposure.row.share,
                    without: Vec::new(),
                });
            }
        }
    }
    parts
}

/// Ports less some others; both are sorted and disjoint.
pub(crate) fn without(from: &[Interval<u16>], taken: &[Interval<u16>]) -> Vec<Interval<u16>> {
    let mut left = Vec::new();
    for range in from {
        let mut low = Some(range.low());
        for cut in taken.iter().filter(|cut| cut.intersect(*range).is_some()) {
            if let Some(start) = low
                && let Some(end) = cut.low().checked_sub(1)
            {
                left.extend(Interval::new(start, end).filter(|_| start <= end));
            }
            low = cut.high().checked_add(1);
        }
        left.extend(low.and_then(|start| Interval::new(start, range.high())));
    }
    left
}

/// The ports of parts, each protocol once, as `tcp 22, 8000-8010; udp 53`.
pub(crate) fn ports_in_words(parts: &[Part]) -> String {
    let mut words = Vec::new();
    for (protocol, name) in [(Protocols::Tcp, "tcp"), (Protocols::Udp, "udp")] {
        let ports = parts
            .iter()
            .filter(|part| part.protocols == protocol)
            .flat_map(|part| part.ports.iter().copied())
            .collect();
        let ports = join_ports(ports);
        if ports.is_empty() {
            continue;
        }
        let ranges: Vec<String> = ports
            .iter()
            .map(|range| match range.low() == range.high() {
                true => range.low().to_string(),
                false => format!("{}-{}", range.low(), range.high()),
            })
            .collect();
        let ranges: Vec<&str> = ranges.iter().map(String::as_str).collect();
        words.push(format!("{name} {}", exposed::shorten(&ranges, 6)));
    }
    let others = parts
        .iter()
        .filter(|part| !matches!(part.protocols, Protocols::Tcp | Protocols::Udp));
    for part in others {
        let word = part.protocols.word();
        if !words.contains(&word) {
            words.push(word);
        }
    }
    words.join("; ")
}
