//! LAT-03: a whole VPC or private range may use every port.

use std::collections::BTreeMap;

use ipnet::IpNet;
use rustc_hash::FxHashMap;
use yumen_cloud::{Action, Direction, Id, PortMatch, Rule, SecurityGroup};
use yumen_packets::{Family, Field, Interval, PacketBox, PacketSet};
use yumen_reach::{
    Cause, EndpointIndex, Permits, Reading, family_of, join_ranges, range_of, rule_boxes, value_of,
};

use super::exp_01::EVERY_PORT;
use super::fact;
use super::prelude::*;
use crate::selector::network;

pub(super) const ITEM: Item = Item {
    id: ItemId("LAT-03"),
    severity: Severity::Medium,
    fix: FixKind::ByHand,
    english: include_str!("lat_03.en.md"),
    chinese: include_str!("lat_03.zh.md"),
    judge,
};

/// Private ranges of this prefix length or shorter count as whole.
const WIDE: u8 = 16;

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let topology = estate.topology();
    let (mut checked, mut found) = (0, BTreeMap::<Id, Finding>::new());
    let mut permits = Permits::new(topology, Direction::Ingress);
    let mut suspects_of: FxHashMap<&Id, Vec<(&Rule, Interval<u128>)>> = FxHashMap::default();
    for (_, class) in estate.found.analysis.classes().iter() {
        checked += 1;
        let first = class.first();
        let groups = class.groups.iter().filter_map(|id| topology.group(id));
        for group in groups {
            if found.contains_key(&group.id) {
                continue;
            }
            let suspects = suspects_of
                .entry(&group.id)
                .or_insert_with(|| suspects(estate, group));
            for (rule, range) in suspects.iter().copied() {
                let Some(packets) = all_ports_from(estate, &mut permits, first, range)? else {
                    continue;
                };
                let message = Message::new("found-private-range")
                    .with("name", fact::named(&group.name, &group.id))
                    .with("range", written(range));
                let subject = Subject::Group(group.id.clone());
                let place = rule.place.clone();
                let mut finding = fact::finding(&ITEM, Status::Open, subject, place, message);
                finding.causes.push(Cause::Rule {
                    group: group.id.clone(),
                    rule: rule.id.clone(),
                });
                finding.evidence = Evidence::Permitted {
                    interface: first,
                    packets,
                };
                found.insert(group.id.clone(), finding);
                break;
            }
        }
    }
    let mut findings: Vec<Finding> = found.into_values().collect();
    findings.extend(fact::unread_groups(estate, &ITEM));
    Ok(Outcome::of(checked, findings))
}

/// Accept rules that could let a whole range in, each with that range. They narrow down where to
/// look; the packets decide.
fn suspects<'a>(estate: &Estate<'_>, group: &'a SecurityGroup) -> Vec<(&'a Rule, Interval<u128>)> {
    let vpc = group.vpc.as_ref();
    let vpc = vpc.and_then(|id| estate.snapshot().vpcs.get(id));
    let mut wanted: Vec<Interval<u128>> = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16"]
        .into_iter()
        .filter_map(network)
        .map(|net| range_of(&net))
        .collect();
    let blocks = vpc.map(|vpc| vpc.cidrs.clone()).unwrap_or_default();
    let own: Vec<Interval<u128>> = blocks.iter().filter(is_v4).map(range_of).collect();
    let mut suspects = Vec::new();
    for rule in group.rules_of(Direction::Ingress) {
        let wide = match &rule.ports {
            PortMatch::Range(ports) => u32::from(ports.high() - ports.low()) + 1 >= EVERY_PORT,
            PortMatch::Any | PortMatch::List(_) => true,
        };
        if rule.action != Action::Accept || !wide {
            continue;
        }
        let boxes = rule_boxes(estate.topology(), group.vpc.as_ref(), rule).read;
        let sources = boxes.iter().filter(|one| one.family == Family::V4);
        for source in join_ranges(sources.map(|one| one.source).collect()) {
            let whole = own.iter().find(|block| source.covers(**block)).copied();
            let part = wanted.iter_mut().find_map(|private| {
                let part = source.intersect(*private)?;
                let size = part.high() - part.low() + 1;
                (size >= 1 << (32 - WIDE)).then_some(part)
            });
            suspects.extend(part.or(whole).map(|range| (rule, range)));
        }
    }
    suspects
}

/// The packets by which every address of a range reaches many ports of an interface, if it does.
fn all_ports_from(
    estate: &Estate<'_>,
    permits: &mut Permits<'_>,
    index: EndpointIndex,
    range: Interval<u128>,
) -> Result<Option<PacketSet>, Error> {
    let topology = estate.topology();
    let Some(own) = topology
        .endpoint(index)
        .primary_address()
        .filter(|own| family_of(*own) == Family::V4)
    else {
        return Ok(None);
    };
    let permitted = permits.of(index, Reading::AsRead)?;
    for protocol in [6, 17] {
        let whole = PacketSet::from_box(&PacketBox {
            protocol: Interval::single(protocol),
            source: range,
            destination: Interval::single(value_of(own)),
            ..PacketBox::all(Family::V4)
        });
        let refused = whole.difference(&permitted)?;
        let refused = refused.project(Family::V4, Field::DestinationPort);
        let refused: u128 = refused
            .iter()
            .map(|ports| ports.high() - ports.low() + 1)
            .sum();
        if 65_536 - refused >= u128::from(EVERY_PORT) {
            return Ok(Some(whole.intersection(&permitted)?));
        }
    }
    Ok(None)
}

fn is_v4(net: &&IpNet) -> bool {
    family_of(net.addr()) == Family::V4
}

/// A range as its first network, or as two addresses.
fn written(range: Interval<u128>) -> String {
    let nets = yumen_packets::cidrs_of(Family::V4, range);
    match &nets[..] {
        [(address, length)] => format!("{address}/{length}"),
        _ => {
            let end = |value| yumen_reach::address_of(Family::V4, value);
            format!("{}-{}", end(range.low()), end(range.high()))
        }
    }
}
