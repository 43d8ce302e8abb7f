//! Ports that abuse uses: taken from the rules that let them out; where the default of a group
//! does, dropped towards the Internet and kept towards private and trusted networks.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use yumen_cloud::{
    Action, CloudEdit, Direction, Id, Peer, PortMatch, ProtocolMatch, Rule, SecurityGroup,
};
use yumen_diagnostics::{Message, Place};
use yumen_packets::{Error, Family, Interval, PacketBox, PacketSet};
use yumen_reach::{Cause, Reading, join_ports, permitted};

use super::{Bench, Fix, Target};
use crate::finding::{Evidence, Finding, Subject};
use crate::item::ItemId;
use crate::selector::network;

/// Rules that accept come before rules that drop.
const ACCEPT: u16 = 1;
const DROP: u16 = 2;

/// Rules of one group in one direction that the provider takes.
const ROOM: usize = 200;

/// Proposes rules for each group whose members send what they should not.
pub(super) fn all(bench: &mut Bench<'_>, item: ItemId, findings: &[&Finding]) -> Result<(), Error> {
    super::narrow::all(bench, findings.iter().copied())?;
    let by_default = findings
        .iter()
        .filter(|one| one.causes.contains(&Cause::Default));
    let mut wanted: BTreeMap<Id, (usize, Vec<Interval<u16>>)> = BTreeMap::new();
    for finding in by_default {
        let (Subject::Interface(index), Evidence::Exposed(parts)) =
            (&finding.subject, &finding.evidence)
        else {
            continue;
        };
        // One of the groups is enough: a drop of any group counts before what others accept.
        let endpoint = bench.estate.topology().endpoint(*index);
        if let Some(group) = endpoint.interface.groups.first() {
            let wish = wanted.entry(group.clone()).or_default();
            wish.0 += 1;
            wish.1
                .extend(parts.iter().flat_map(|part| part.ports.iter().copied()));
        }
    }
    for (group, (count, ports)) in wanted {
        let target = Target::Resource(Subject::Group(group.clone()));
        let items = BTreeSet::from([item]);
        match plan(bench, &group, join_ports(ports))? {
            Ok(fix) => bench.propose(target, items, count, fix),
            Err(message) => bench.refuse(target, items, count, message),
        }
    }
    Ok(())
}

fn plan(
    bench: &Bench<'_>,
    group: &Id,
    ports: Vec<Interval<u16>>,
) -> Result<Result<Fix, Message>, Error> {
    let Some(record) = bench.snapshot.groups.get(group) else {
        return Ok(Err(
            Message::new("fix-missing").with("id", group.to_string())
        ));
    };
    let closes = closes(bench, &ports)?;
    let present = record.rules_of(Direction::Egress).count();
    // Accepting every port towards what is kept takes the fewest rules, unless the group drops
    // some of these already.
    let mut why = Message::new("fix-would-open").with("group", group.to_string());
    let every: Vec<Interval<u16>> = Interval::new(1, u16::MAX).into_iter().collect();
    for kept in [&every, &ports] {
        let edits = edits(bench, record, kept, &ports);
        if present + edits.len() > ROOM {
            why = Message::new("fix-no-room")
                .with("group", group.to_string())
                .with("needed", edits.len())
                .with("spare", ROOM.saturating_sub(present));
        } else if is_proven(bench, group, &edits, &closes)? {
            return Ok(Ok(Fix {
                edits,
                closes,
                also_closes: PacketSet::empty(),
                note: Some(Message::new("fix-outbound-note")),
            }));
        }
    }
    Ok(Err(why))
}

/// Rules that accept some ports towards private and trusted networks, and after them rules that
/// drop the ports in question towards everywhere.
fn edits(
    bench: &Bench<'_>,
    record: &SecurityGroup,
    kept_ports: &[Interval<u16>],
    ports: &[Interval<u16>],
) -> Vec<CloudEdit> {
    let mut members = bench.topology.members_of(&record.id).iter();
    let has_ipv6 = members.any(|member| {
        let mut own = bench.topology.endpoint(*member).addresses();
        own.any(|(family, _)| family == Family::V6)
    });
    let mut kept: Vec<IpNet> = [
        "10.0.0.0/8",
        "172.16.0.0/12",
        "192.168.0.0/16",
        "100.64.0.0/10",
    ]
    .into_iter()
    .filter_map(network)
    .collect();
    kept.extend(bench.estate.settings.trusted.iter().copied());
    let everything = ["0.0.0.0/0", "::/0"].into_iter().filter_map(network);
    let dropped = everything.filter(|net| has_ipv6 || net.addr().is_ipv4());
    let dropped: Vec<IpNet> = dropped.collect();
    let mut edits = Vec::new();
    for (action, priority, nets, ranges) in [
        (Action::Accept, ACCEPT, &kept, kept_ports),
        (Action::Drop, DROP, &dropped, ports),
    ] {
        for range in ranges {
            for net in nets {
                let number = edits.len() + 1;
                edits.push(CloudEdit::AddRule {
                    group: record.id.clone(),
                    rule: rule(record, number, action, priority, *range, *net),
                });
            }
        }
    }
    edits
}

/// True if edits open nothing and close nothing but some packets, for every member of a group.
fn is_proven(
    bench: &Bench<'_>,
    group: &Id,
    edits: &[CloudEdit],
    closes: &PacketSet,
) -> Result<bool, Error> {
    let mut next = bench.snapshot.clone();
    for edit in edits {
        match next.with_edit(edit) {
            Ok(changed) => next = changed,
            Err(_) => return Ok(false),
        }
    }
    let Some(after) = bench
        .topology
        .with_rules_of(&next, std::slice::from_ref(group))
    else {
        return Ok(false);
    };
    for member in bench.topology.members_of(group) {
        let before = permitted(&bench.topology, *member, Direction::Egress, Reading::AsRead)?;
        let now = permitted(&after, *member, Direction::Egress, Reading::AsRead)?;
        if !now.is_subset(&before)? || !before.difference(&now)?.is_subset(closes)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn rule(
    group: &SecurityGroup,
    number: usize,
    action: Action,
    priority: u16,
    ports: Interval<u16>,
    net: IpNet,
) -> Rule {
    Rule {
        id: Id::from(format!("{}/new/{number}", group.id)),
        direction: Direction::Egress,
        action,
        priority,
        protocol: ProtocolMatch::Number(6),
        ports: PortMatch::Range(ports),
        source_ports: PortMatch::Any,
        peer: Peer::Network(net),
        local: None,
        uncertain: false,
        description: "OUT-02".to_owned(),
        created_at: None,
        place: Place::default(),
    }
}

/// Packets of TCP to these ports, to wherever is neither private nor trusted.
fn closes(bench: &Bench<'_>, ports: &[Interval<u16>]) -> Result<PacketSet, Error> {
    let mut boxes = Vec::new();
    for family in [Family::V4, Family::V6] {
        for range in ports {
            boxes.push(PacketBox {
                protocol: Interval::single(6),
                destination_port: *range,
                ..PacketBox::all(family)
            });
        }
    }
    let trusted = bench.estate.settings.trusted.iter();
    let kept: Vec<PacketBox> = trusted
        .map(|net| PacketBox {
            destination: yumen_reach::range_of(net),
            ..PacketBox::all(yumen_reach::family_of(net.addr()))
        })
        .collect();
    PacketSet::from_boxes(&boxes)?.difference(&PacketSet::from_boxes(&kept)?)
}
