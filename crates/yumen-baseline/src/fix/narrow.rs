//! Taking from a rule the packets that findings are about, and nothing else.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use yumen_cloud::{Action, CloudEdit, Direction, Id, NextHopKind, Rule};
use yumen_diagnostics::Message;
use yumen_packets::{Error, Family, Interval, PacketBox, PacketSet};
use yumen_reach::{
    Cause, EndpointIndex, Presented, Reading, Topology, join_ranges, permitted, range_of,
    rule_boxes, subtract_ranges,
};
use yumen_synthesis::{Limits, Narrowing, narrow};

use super::{Bench, Fix, Target, why};
use crate::estate::Estate;
use crate::finding::{Evidence, Finding, Part, Subject};
use crate::item::ItemId;
use crate::items::{MANAGEMENT, declared_by_all, declared_services, has_declared, web_services};
use crate::selector::network;

/// Items about the way in, not about the service: that is declared, and reached past its balancer
/// or over the wrong family.
const WRONG_WAY: [&str; 2] = ["EXP-14", "EXP-15"];

/// What findings want closed of one cause.
#[derive(Default)]
struct Wish {
    items: BTreeSet<ItemId>,
    findings: usize,
    boxes: Vec<PacketBox>,
    /// What is to be closed although it may be declared, by interface
    past: BTreeMap<EndpointIndex, Vec<PacketBox>>,
    interfaces: BTreeSet<EndpointIndex>,
}

/// Plans one narrowing for each rule that findings are caused by.
pub(super) fn all<'f>(
    bench: &mut Bench<'_>,
    findings: impl Iterator<Item = &'f Finding>,
) -> Result<(), Error> {
    let mut wishes: BTreeMap<Cause, Wish> = BTreeMap::new();
    for finding in findings {
        let boxes = match &finding.evidence {
            Evidence::Exposed(parts) => of_parts(bench.estate, finding, parts),
            _ => of_rule(bench.estate, finding)?,
        };
        for cause in &finding.causes {
            let wish = wishes.entry(cause.clone()).or_default();
            wish.items.insert(finding.item);
            wish.findings += 1;
            wish.boxes.extend(boxes.iter().copied());
            if let Subject::Interface(index) = finding.subject {
                wish.interfaces.insert(index);
                if WRONG_WAY.contains(&finding.item.as_str()) {
                    let past = wish.past.entry(index).or_default();
                    past.extend(boxes.iter().copied());
                }
            }
        }
    }
    for (cause, wish) in wishes {
        let target = Target::Cause(cause.clone());
        let fix = match &cause {
            Cause::Rule { group, rule } => of_wish(bench, group, rule, &wish)?,
            Cause::Listener { .. } => Err(Message::new("fix-listener")),
            // What the default of a group lets out is dropped by rules of its own.
            Cause::Default if wish.items.iter().all(|item| item.family() == "OUT") => continue,
            Cause::Default => Err(Message::new("fix-default")),
        };
        match fix {
            Ok(fix) if fix.edits.is_empty() => {
                // An earlier fix closed it already.
                let message = Message::new("fix-done");
                bench.refuse(target, wish.items, wish.findings, message);
            }
            Ok(fix) => bench.propose(target, wish.items, wish.findings, fix),
            Err(message) => bench.refuse(target, wish.items, wish.findings, message),
        }
    }
    Ok(())
}

/// A temporary rule past its end: all that it alone lets pass goes with it.
pub(super) fn expired(
    bench: &Bench<'_>,
    group: &Id,
    rule: &Id,
) -> Result<Result<Fix, Message>, Error> {
    let Some(record) = find(bench, group, rule) else {
        return Ok(Err(Message::new("fix-done")));
    };
    if record.action == Action::Drop {
        return Ok(Err(
            Message::new("fix-expired-drop").with("rule", rule.to_string())
        ));
    }
    let boxes = rule_boxes(&bench.topology, Some(group), record).read;
    Ok(Ok(Fix {
        edits: vec![CloudEdit::RemoveRule {
            group: group.clone(),
            rule: rule.clone(),
        }],
        closes: PacketSet::from_boxes(&boxes)?,
        also_closes: PacketSet::empty(),
        note: Some(Message::new("fix-expired-note")),
    }))
}

fn of_wish(
    bench: &Bench<'_>,
    group: &Id,
    rule: &Id,
    wish: &Wish,
) -> Result<Result<Fix, Message>, Error> {
    let Some(record) = find(bench, group, rule) else {
        return Ok(Err(Message::new("fix-done")));
    };
    let (estate, direction) = (bench.estate, record.direction);
    let vpc = bench
        .snapshot
        .groups
        .get(group)
        .and_then(|one| one.vpc.as_ref());
    let matched = rule_boxes(&bench.topology, vpc, record).possible;
    let matched = PacketSet::from_boxes(&matched)?;
    let close = PacketSet::from_boxes(&wish.boxes)?;
    let (close, note) = match direction {
        Direction::Ingress => keep_declared(estate, group, close)?,
        Direction::Egress => (close, None),
    };
    let close = close.union(&PacketSet::from_boxes(&regardless(estate, group, wish))?)?;
    let close = close.intersection(&matched)?;
    if close.is_empty() {
        return Ok(Err(
            Message::new("fix-declared").with("group", group.to_string())
        ));
    }
    let expendable = expendable(estate, group, direction)?;
    let narrowing = Narrowing {
        group,
        rule,
        close: &close,
        expendable: &expendable,
    };
    let plan = match narrow(&bench.topology, &narrowing, Limits::default()) {
        Ok(plan) => plan,
        Err(refusal) => return Ok(Err(why(refusal)?)),
    };
    if let Some(index) = locked_out(bench, group, wish, &close, &plan.edits)? {
        let message = Message::new("fix-lock-out").with("name", estate.name(index));
        return Ok(Err(message));
    }
    Ok(Ok(Fix {
        edits: plan.edits,
        closes: close,
        also_closes: plan.also_closed,
        note,
    }))
}

fn find<'b>(bench: &'b Bench<'_>, group: &Id, rule: &Id) -> Option<&'b Rule> {
    let group = bench.snapshot.groups.get(group)?;
    group.rules.iter().find(|one| one.id == *rule)
}

/// The packets of parts, from the sources that they are open to, less what the machine's roles
/// declare.
fn of_parts(estate: &Estate<'_>, finding: &Finding, parts: &[Part]) -> Vec<PacketBox> {
    let mut boxes = Vec::new();
    for part in parts {
        let Some(exposure) = estate.found.exposures.get(part.exposure) else {
            continue;
        };
        let slice = &exposure.row.slice;
        let taken: Vec<Interval<u128>> = part.without.iter().map(range_of).collect();
        let peers = subtract_ranges(&slice.peers, &join_ranges(taken));
        for one in part.boxes(exposure) {
            boxes.extend(
                peers
                    .iter()
                    .map(|peer| towards(one, exposure.direction, *peer)),
            );
        }
    }
    // Effectively every port: what is declared is among them and stays.
    let Subject::Interface(index) = finding.subject else {
        return boxes;
    };
    if finding.item.as_str() != "EXP-01" {
        return boxes;
    }
    let kept: Vec<PacketBox> = declared_services(estate, index, &web_services())
        .iter()
        .flat_map(|service| service.boxes())
        .collect();
    let all = PacketSet::from_boxes(&boxes);
    let kept = PacketSet::from_boxes(&kept);
    match (all, kept) {
        (Ok(all), Ok(kept)) => all.difference(&kept).map_or(boxes, |rest| rest.boxes()),
        _ => boxes,
    }
}

/// Packets of a box whose other side is one of some addresses.
fn towards(one: PacketBox, direction: Direction, peer: Interval<u128>) -> PacketBox {
    match direction {
        Direction::Ingress => PacketBox {
            source: peer,
            ..one
        },
        Direction::Egress => PacketBox {
            destination: peer,
            ..one
        },
    }
}

/// The public sources of a rule that are wider than allowed: all of them, for what nobody declared.
fn of_rule(estate: &Estate<'_>, finding: &Finding) -> Result<Vec<PacketBox>, Error> {
    let Subject::Rule { group, rule } = &finding.subject else {
        return Ok(Vec::new());
    };
    let snapshot = estate.snapshot();
    let Some(group) = snapshot.groups.get(group) else {
        return Ok(Vec::new());
    };
    let Some(rule) = group.rules.iter().find(|one| one.id == *rule) else {
        return Ok(Vec::new());
    };
    let boxes = rule_boxes(estate.topology(), group.vpc.as_ref(), rule).read;
    let public = public(estate, &group.id);
    let wide = PacketSet::from_boxes(&boxes)?
        .intersection(&public)?
        .difference(&declared_by_all(estate, &group.id)?)?;
    Ok(wide.boxes())
}

/// Everything that the Internet sends to members of a group.
fn public(estate: &Estate<'_>, group: &Id) -> PacketSet {
    let vpc = estate.snapshot().groups.get(group);
    let vpc = vpc.and_then(|group| group.vpc.as_ref());
    let internet = estate.topology().internet_of(vpc);
    let mut boxes = Vec::new();
    for family in [Family::V4, Family::V6] {
        boxes.extend(internet.addresses(family).iter().map(|range| PacketBox {
            source: *range,
            ..PacketBox::all(family)
        }));
    }
    PacketSet::from_boxes(&boxes).unwrap_or_else(|_| PacketSet::empty())
}

/// What members of the group declare for themselves stays open: a shared rule cannot be narrowed
/// for one of them alone.
fn keep_declared(
    estate: &Estate<'_>,
    group: &Id,
    close: PacketSet,
) -> Result<(PacketSet, Option<Message>), Error> {
    let mut declared = Vec::new();
    for member in estate.topology().members_of(group) {
        if has_declared(estate, *member) {
            let services = declared_services(estate, *member, &[]);
            declared.extend(services.iter().flat_map(|service| service.boxes()));
        }
    }
    let kept = close.intersection(&PacketSet::from_boxes(&declared)?)?;
    if kept.is_empty() {
        return Ok((close, None));
    }
    let note = Message::new("fix-keeps-declared").with("group", group.to_string());
    Ok((close.difference(&kept)?, Some(note)))
}

/// Declared services that are reached the wrong way, where that is so for every member of a group.
fn regardless(estate: &Estate<'_>, group: &Id, wish: &Wish) -> Vec<PacketBox> {
    let members = estate.topology().members_of(group);
    if !members.iter().all(|member| wish.past.contains_key(member)) {
        return Vec::new();
    }
    wish.past.values().flatten().copied().collect()
}

/// An interface to which no administrator would get any more: a management port of it closes, no
/// network is trusted, and after the edits nobody on the Internet and no neighbour reaches one.
fn locked_out(
    bench: &Bench<'_>,
    group: &Id,
    wish: &Wish,
    close: &PacketSet,
    edits: &[CloudEdit],
) -> Result<Option<EndpointIndex>, Error> {
    let estate = bench.estate;
    let management = management_packets()?;
    let incoming = edits.iter().all(|edit| match edit {
        CloudEdit::AddRule { rule, .. } | CloudEdit::ReplaceRule { rule, .. } => {
            rule.direction == Direction::Ingress
        }
        _ => true,
    });
    let trusts = !estate.settings.trusted.is_empty();
    if trusts || !incoming || !close.intersects(&management)? {
        return Ok(None);
    }
    let mut next = bench.snapshot.clone();
    for edit in edits {
        if let Ok(changed) = next.with_edit(edit) {
            next = changed;
        }
    }
    let after = bench
        .topology
        .with_rules_of(&next, std::slice::from_ref(group));
    let after = after.unwrap_or_else(|| bench.topology.clone());
    let from_outside = management.intersection(&public(estate, group))?;
    for index in &wish.interfaces {
        let permits = |topology: &Topology| -> Result<bool, Error> {
            let permitted = permitted(topology, *index, Direction::Ingress, Reading::AsRead)?;
            permitted.intersects(&from_outside)
        };
        if permits(&bench.topology)?
            && !permits(&after)?
            && !has_neighbour(estate, *index, &management)?
        {
            return Ok(Some(*index));
        }
    }
    Ok(None)
}

fn management_packets() -> Result<PacketSet, Error> {
    let mut boxes = Vec::new();
    for (protocol, low, high) in MANAGEMENT {
        boxes.extend(Interval::new(low, high).map(|destination_port| PacketBox {
            protocol: Interval::single(protocol),
            destination_port,
            ..PacketBox::all(Family::V4)
        }));
    }
    PacketSet::from_boxes(&boxes)
}

/// True if another interface of the estate reaches a management port; where that was not computed
/// for all, it is not known and counts as no.
fn has_neighbour(
    estate: &Estate<'_>,
    index: EndpointIndex,
    management: &PacketSet,
) -> Result<bool, Error> {
    let Some(lateral) = estate.found.lateral else {
        return Ok(false);
    };
    let class = estate.found.analysis.classes().of(index);
    for pair in lateral
        .pairs
        .iter()
        .filter(|pair| pair.destination == class)
    {
        if pair.packets.intersects(management)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Packets that nobody can exchange with members of a group: from or to addresses that are neither the
/// Internet's, nor trusted, nor used in the VPC or behind a connection of it; and of protocols
/// that no rule can name.
fn expendable(estate: &Estate<'_>, group: &Id, direction: Direction) -> Result<PacketSet, Error> {
    let topology = estate.topology();
    let snapshot = estate.snapshot();
    let vpc = snapshot.groups.get(group).and_then(|one| one.vpc.clone());
    let mut used: BTreeMap<Family, Vec<Interval<u128>>> = BTreeMap::new();
    let mut add = |net: &IpNet| {
        let family = yumen_reach::family_of(net.addr());
        used.entry(family).or_default().push(range_of(net));
    };
    estate.settings.trusted.iter().for_each(&mut add);
    let own = vpc.as_ref().and_then(|id| snapshot.vpcs.get(id));
    own.iter().flat_map(|vpc| &vpc.cidrs).for_each(&mut add);
    for connection in vpc
        .as_ref()
        .map_or(&[][..], |id| topology.connections_of(id))
    {
        connection.remote.iter().for_each(&mut add);
        for other in &connection.vpcs {
            let other = snapshot.vpcs.get(other);
            other.iter().flat_map(|vpc| &vpc.cidrs).for_each(&mut add);
        }
    }
    for member in topology.members_of(group) {
        let endpoint = topology.endpoint(*member);
        let interface = &endpoint.interface;
        for path in &endpoint.paths {
            if let Presented::Balancer { family, addresses } = &path.presented {
                used.entry(*family)
                    .or_default()
                    .extend(addresses.iter().copied());
            }
        }
        for family in [Family::V4, Family::V6] {
            let routed = topology.routed_through(
                vpc.as_ref(),
                interface.vswitch.as_ref(),
                family,
                NextHopKind::Connection,
            );
            // What was not read may lead anywhere that is private.
            let routed = routed.unwrap_or_else(|| private(family));
            used.entry(family).or_default().extend(routed);
        }
    }
    let internet = topology.internet_of(vpc.as_ref());
    let mut boxes = Vec::new();
    for family in [Family::V4, Family::V6] {
        let mut sources = used.remove(&family).unwrap_or_default();
        sources.extend(internet.addresses(family).iter().copied());
        let whole = [PacketBox::all(family).source];
        for source in subtract_ranges(&whole, &join_ranges(sources)) {
            boxes.push(towards(PacketBox::all(family), direction, source));
        }
        // No service has port 0, and the ICMP of one family never travels in the other.
        let other_icmp = match family {
            Family::V4 => 58,
            Family::V6 => 1,
        };
        boxes.push(PacketBox {
            protocol: Interval::single(other_icmp),
            ..PacketBox::all(family)
        });
        for protocol in [6, 17] {
            boxes.push(PacketBox {
                protocol: Interval::single(protocol),
                destination_port: Interval::single(0),
                ..PacketBox::all(family)
            });
        }
    }
    PacketSet::from_boxes(&boxes)
}

fn private(family: Family) -> Vec<Interval<u128>> {
    let nets: &[&str] = match family {
        Family::V4 => &[
            "10.0.0.0/8",
            "172.16.0.0/12",
            "192.168.0.0/16",
            "100.64.0.0/10",
        ],
        Family::V6 => &["fc00::/7"],
    };
    let nets = nets.iter().filter_map(|text| network(text));
    nets.map(|net| range_of(&net)).collect()
}
