//! What groups let in: services that keep data, management, something else; and for whom.

use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::{Action, Direction, Id, PortMatch, ProtocolMatch, Rule, SecurityGroup, Snapshot};
use yumen_packets::Interval;

use crate::items::{DATA_SERVICES, MANAGEMENT};
use crate::service::Known;

const TCP: u8 = 6;
const UDP: u8 = 17;

/// A rule of more ports opens a range, not a service.
const FEW_PORTS: u16 = 16;

/// Ports of data services that others use as often.
const AMBIGUOUS: [u16; 11] = [
    4000, 50000, 4040, 8081, 8088, 8889, 9000, 10000, 10002, 18080, 8042,
];

/// What the rules of a group let in.
#[derive(Clone, Debug, Default)]
pub(super) struct LetsIn {
    /// Data services by name
    pub(super) data: BTreeSet<&'static str>,
    /// Something else than data services, management and ICMP
    pub(super) other: bool,
}

/// What each group lets in.
pub(super) fn lets_in(snapshot: &Snapshot) -> BTreeMap<&Id, LetsIn> {
    let groups = snapshot.groups.iter();
    groups
        .map(|(id, group)| (id, of_group(snapshot, group)))
        .collect()
}

fn of_group(snapshot: &Snapshot, group: &SecurityGroup) -> LetsIn {
    let mut found = LetsIn {
        // What was not read could let in anything.
        other: group.ingress_unread,
        ..LetsIn::default()
    };
    for rule in accepts(group) {
        if matches!(rule.protocol, ProtocolMatch::Number(1 | 58)) || is_management(snapshot, rule) {
            continue;
        }
        match few_ports(snapshot, rule) {
            Some(ranges) if rule.protocol == ProtocolMatch::Number(TCP) => {
                for range in ranges {
                    let names = data_services(range);
                    found.other |= names.is_empty();
                    found.data.extend(names);
                }
            }
            _ => found.other = true,
        }
    }
    found
}

/// Rules that let something in.
pub(super) fn accepts(group: &SecurityGroup) -> impl Iterator<Item = &Rule> {
    let rules = group.rules_of(Direction::Ingress);
    rules.filter(|rule| rule.action == Action::Accept && !rule.uncertain)
}

/// True if a rule is about management and nothing else.
pub(super) fn is_management(snapshot: &Snapshot, rule: &Rule) -> bool {
    let number = match rule.protocol {
        ProtocolMatch::Number(number @ (TCP | UDP)) => number,
        _ => return false,
    };
    let managed = |range: &Interval<u16>| {
        let known = MANAGEMENT
            .iter()
            .filter(|(protocol, _, _)| *protocol == number);
        let mut known = known.filter_map(|(_, low, high)| Interval::new(*low, *high));
        known.any(|known| known.covers(*range))
    };
    few_ports(snapshot, rule).is_some_and(|ranges| ranges.iter().all(managed))
}

/// The ports of a rule, where it names some, none of them by way of a wide range.
fn few_ports(snapshot: &Snapshot, rule: &Rule) -> Option<Vec<Interval<u16>>> {
    let ranges = match &rule.ports {
        PortMatch::Any => return None,
        PortMatch::Range(range) => vec![*range],
        PortMatch::List(id) => {
            let list = snapshot.port_lists.get(id).filter(|list| !list.unread)?;
            list.entries.iter().copied().collect::<Option<Vec<_>>>()?
        }
    };
    let narrow = |range: &Interval<u16>| range.high() - range.low() < FEW_PORTS;
    (!ranges.is_empty() && ranges.iter().all(narrow)).then_some(ranges)
}

/// Data services that a small range of TCP ports is for; none if it is for something else too.
fn data_services(range: Interval<u16>) -> BTreeSet<&'static str> {
    let known = |port: u16| {
        let mut tables = DATA_SERVICES.iter().flat_map(|table| table.iter());
        let hit = tables.find(|one: &&Known| {
            one.protocol == TCP && one.ports().is_some_and(|ports| ports.contains(port))
        });
        hit.filter(|_| !AMBIGUOUS.contains(&port))
            .map(|one| one.name)
    };
    let names: Option<BTreeSet<&'static str>> = (range.low()..=range.high()).map(known).collect();
    names.unwrap_or_default()
}
