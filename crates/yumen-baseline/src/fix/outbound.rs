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
    let dropped: Vec<IpNet> = everything.collect();
    let mut edits = Vec::new();
    for range in &ports {
        for (action, priority, nets) in [
            (Action::Accept, ACCEPT, &kept),
            (Action::Drop, DROP, &dropped),
        ] {
            for net in nets {
                let number = edits.len() + 1;
                let rule = rule(record, number, action, priority, *range, *net);
                edits.push(CloudEdit::AddRule {
                    group: group.clone(),
                    rule,
                });
            }
        }
    }
    let present = record.rules_of(Direction::Egress).count();
    if present + edits.len() > ROOM {
        let message = Message::new("fix-no-room")
            .with("group", group.to_string())
            .with("needed", edits.len())
            .with("spare", ROOM.saturating_sub(present));
        return Ok(Err(message));
    }
    let closes = closes(bench, &ports)?;
    let mut next = bench.snapshot.clone();
    for edit in &edits {
        match next.with_edit(edit) {
            Ok(changed) => next = changed,
            Err(error) => {
                return Ok(Err(
                    Message::new("fix-edit").with("error", error.to_string())
                ));
            }
        }
    }
    let Some(after) = bench
        .topology
        .with_rules_of(&next, std::slice::from_ref(group))
    else {
        return Ok(Err(Message::new("fix-overtaken")));
    };
    for member in bench.topology.members_of(group) {
        let before = permitted(&bench.topology, *member, Direction::Egress, Reading::AsRead)?;
        let now = permitted(&after, *member, Direction::Egress, Reading::AsRead)?;
        let proven = now.is_subset(&before)? && before.difference(&now)?.is_subset(&closes)?;
        if !proven {
            let message = Message::new("fix-would-open").with("group", group.to_string());
            return Ok(Err(message));
        }
    }
    Ok(Ok(Fix {
        edits,
        closes,
        also_closes: PacketSet::empty(),
        note: Some(Message::new("fix-outbound-note")),
    }))
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
