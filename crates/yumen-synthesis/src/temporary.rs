//! Temporary rules where no order of the edits alone is safe.

use std::collections::BTreeMap;

use ipnet::IpNet;
use yumen_cloud::{Action, CloudEdit, Direction, Id, Peer, PortMatch, ProtocolMatch, Rule};
use yumen_packets::{Error, PacketBox, PacketSet};

use crate::cover::rules_for;
use crate::effect::Breach;
use crate::frame::own_of;
use crate::prefixes::networks_of;
use crate::search::{Search, Trail, Tried};
use crate::watch::{State, Trouble, Watch};

/// How many times a search is helped on.
const ROUNDS: usize = 8;

/// How many temporary rules one edit may take.
const MOST_RULES: usize = 20;

/// How many of the groups of an interface are tried.
const MOST_GROUPS: usize = 3;

/// The priority that no rule comes before.
const FIRST_PRIORITY: u16 = 1;

/// The rest of an order, with temporary rules that stop what an edit would open, or hold open what
/// it would interrupt. They are tried like every other step, so what they do is proven.
pub(crate) fn with_temporary(search: &mut Search<'_>) -> Result<Option<Trail>, Trouble> {
    for _ in 0..ROUNDS {
        let Some((trail, blocked)) = search.longest.take() else {
            return Ok(None);
        };
        let mut helped = None;
        for (item, breaches) in &blocked {
            helped = past(search, &trail, *item, breaches)?;
            if helped.is_some() {
                break;
            }
        }
        search.longest = Some((trail, blocked));
        let Some(helped) = helped else {
            return Ok(None);
        };
        search.renew();
        if let Some(found) = search.go(helped)? {
            return Ok(Some(found));
        }
    }
    Ok(None)
}

/// The way past one edit, with temporary rules before it.
fn past(
    search: &mut Search<'_>,
    trail: &Trail,
    item: usize,
    breaches: &[Breach],
) -> Result<Option<Trail>, Trouble> {
    let known = search.items.len();
    let Some(edit) = search.items.get(item).map(|item| item.edit.clone()) else {
        return Ok(None);
    };
    let alone = breaches.iter().all(|one| {
        let mut interfaces = one.interfaces.iter();
        interfaces.all(|interface| search.watch.is_alone(interface))
    });
    for choice in 0..2 * MOST_GROUPS {
        let choice = Choice {
            group: choice / 2,
            for_one: choice % 2 == 0,
        };
        if choice.for_one && !alone {
            continue;
        }
        let wanted = temporary_rules(search.watch, &trail.state, &edit, breaches, choice, known)?;
        let Some(rules) = wanted else {
            continue;
        };
        let mut next = Some(trail.clone());
        for (group, rule) in &rules {
            let Some(mut before) = next.take() else {
                break;
            };
            let added = search.add_temporary(&mut before, group, rule);
            next = step(search, &before, added)?;
        }
        if let Some(before) = next
            && let Some(after) = step(search, &before, item)?
        {
            return Ok(Some(after));
        }
        search.truncate(known);
    }
    Ok(None)
}

/// Where temporary rules stand, and for whom.
#[derive(Clone, Copy)]
struct Choice {
    /// In which of the groups
    group: usize,
    /// True if they name the addresses of the interface, so that no other member is concerned. That
    /// is possible for an interface that is looked at by itself.
    for_one: bool,
}

fn step(search: &mut Search<'_>, trail: &Trail, item: usize) -> Result<Option<Trail>, Trouble> {
    Ok(match search.attempt(trail, item)? {
        Tried::Safe(state) => Some(trail.with(item, *state)),
        Tried::Breaches(_) | Tried::Excess | Tried::Unfit => None,
    })
}

/// Rules of the first priority about the packets of some breaches; `None` if no rules say them.
fn temporary_rules(
    watch: &Watch,
    state: &State,
    edit: &CloudEdit,
    breaches: &[Breach],
    choice: Choice,
    number: usize,
) -> Result<Option<Vec<(Id, Rule)>>, Error> {
    let mut wanted: BTreeMap<(Id, Direction, Action, Option<IpNet>), Vec<PacketBox>> =
        BTreeMap::new();
    for breach in breaches {
        let Some(group) = group_for(watch, state, edit, breach, choice) else {
            return Ok(None);
        };
        for (action, packets) in [
            (Action::Drop, &breach.opened),
            (Action::Accept, &breach.interrupted),
        ] {
            for one in packets.plain_boxes() {
                let own = if choice.for_one {
                    own_networks(&one, breach.direction)
                } else {
                    vec![None]
                };
                for own in own {
                    let key = (group.clone(), breach.direction, action, own);
                    let packets = for_every_member(one, breach.direction);
                    wanted.entry(key).or_default().push(packets);
                }
            }
        }
    }
    let mut rules = Vec::new();
    for ((group, direction, action, local), boxes) in wanted {
        let packets = PacketSet::from_boxes(&boxes)?;
        let template = Rule {
            id: group.clone(),
            direction,
            action,
            priority: FIRST_PRIORITY,
            protocol: ProtocolMatch::All,
            ports: PortMatch::Any,
            source_ports: PortMatch::Any,
            peer: Peer::Anywhere,
            local: None,
            uncertain: false,
            description: String::from("yumen: temporary"),
            created_at: None,
            place: yumen_diagnostics::Place::default(),
        };
        let Ok(found) = rules_for(&packets, direction, &template) else {
            return Ok(None);
        };
        for rule in found {
            let id = format!("{group}/temporary/{number}/{}", rules.len()).into();
            rules.push((group.clone(), Rule { id, local, ..rule }));
        }
    }
    Ok((rules.len() <= MOST_RULES).then_some(rules))
}

/// A group of the interfaces, before and after the edit, that holds temporary rules. Where rules
/// were not read, one of the first priority could decide what they did.
fn group_for(
    watch: &Watch,
    state: &State,
    edit: &CloudEdit,
    breach: &Breach,
    choice: Choice,
) -> Option<Id> {
    let snapshot = &state.snapshot;
    let interface = snapshot.interfaces.get(breach.interfaces.first()?)?;
    let (edited, left) = match edit {
        CloudEdit::LeaveGroup {
            interface: of,
            group,
        } if *of == interface.id => (None, Some(group)),
        CloudEdit::AddRule { group, .. }
        | CloudEdit::RemoveRule { group, .. }
        | CloudEdit::ReplaceRule { group, .. } => (Some(group), None),
        _ => (None, None),
    };
    let mut groups: Vec<&Id> = interface
        .groups
        .iter()
        .filter(|group| Some(*group) != left)
        .filter(|group| {
            let group = snapshot.groups.get(*group);
            group.is_some_and(|group| !group.is_unread(breach.direction))
        })
        .filter(|group| choice.for_one || watch.covers(state, group))
        .collect();
    groups.sort_by_key(|group| Some(*group) != edited);
    groups.get(choice.group).copied().cloned()
}

/// The own side of some packets as networks.
fn own_networks(packets: &PacketBox, direction: Direction) -> Vec<Option<IpNet>> {
    let networks = networks_of(packets.family, own_of(packets, direction));
    networks.into_iter().map(Some).collect()
}

/// The packets whatever address of the own side they are for.
fn for_every_member(packets: PacketBox, direction: Direction) -> PacketBox {
    let all = PacketBox::all(packets.family);
    match direction {
        Direction::Ingress => PacketBox {
            destination: all.destination,
            ..packets
        },
        Direction::Egress => PacketBox {
            source: all.source,
            ..packets
        },
    }
}
