//! Orders of edits on generated pairs of estates, where every state on the way is judged by the
//! plain evaluator; and restorations on the same pairs.

use std::collections::{BTreeMap, BTreeSet};

use proptest::prelude::*;
use yumen_cloud::{
    AclEntry, CloudEdit, Direction, ForwardEntry, Id, ListenerAccess, Rule, SecurityGroup, Snapshot,
};
use yumen_diagnostics::Place;
use yumen_packets::Packet;
use yumen_reach::{
    EndpointIndex, Internet, Reading, Topology, Verdict, explain, judge_acl, judge_groups,
    shared_inner_access,
};
use yumen_synthesis::{Limits, Restoration, RestoreScope, SafeOrder, check_order, order, restore};

use crate::estate::parse;
use crate::generate::{self, Kind, Random};
use crate::generated::{config, estate, internet};

const READINGS: [Reading; 3] = [Reading::AsRead, Reading::Possible, Reading::Certain];
const DIRECTIONS: [Direction; 2] = [Direction::Ingress, Direction::Egress];

/// True if the filters of an interface let a packet pass, by the plain evaluator; all interfaces of
/// the estates are read.
fn passes(
    topology: &Topology,
    index: EndpointIndex,
    direction: Direction,
    packet: &Packet,
    reading: Reading,
) -> bool {
    let endpoint = topology.endpoint(index);
    let peer = match direction {
        Direction::Ingress => packet.source_ip(),
        Direction::Egress => packet.destination_ip(),
    };
    let other = topology.find_address_in(endpoint.interface.vpc.as_ref(), peer);
    let inner = other.is_some_and(|other| {
        let (source, destination) = match direction {
            Direction::Ingress => (other, index),
            Direction::Egress => (index, other),
        };
        shared_inner_access(topology, source, destination, reading).is_some()
    });
    let beside = other.is_some_and(|other| {
        let other = &topology.endpoint(other).interface.vswitch;
        other.is_some() && *other == endpoint.interface.vswitch
    });
    let vswitch = topology.vswitch(endpoint.interface.vswitch.as_ref());
    let near = beside
        || vswitch.is_some_and(|vswitch| vswitch.cidrs.iter().any(|net| net.contains(&peer)));
    (inner || judge_groups(topology, index, direction, packet, reading).passes)
        && (near || judge_acl(topology, index, direction, packet, reading).passes)
}

/// Packets with what becomes of them: at each filter in each reading, and from the Internet.
fn fates(topology: &Topology, packets: &[(EndpointIndex, Packet)]) -> Vec<bool> {
    let mut fates = Vec::new();
    for (index, arriving) in packets {
        let leaving = Packet {
            source: arriving.destination,
            destination: arriving.source,
            ..*arriving
        };
        for direction in DIRECTIONS {
            let packet = match direction {
                Direction::Ingress => arriving,
                Direction::Egress => &leaving,
            };
            for reading in READINGS {
                fates.push(passes(topology, *index, direction, packet, reading));
            }
        }
        let vpc = topology.endpoint(*index).interface.vpc.as_ref();
        if topology.internet_of(vpc).contains(arriving.source_ip()) {
            let verdict = explain(topology, *index, arriving).verdict;
            fates.push(verdict == Verdict::Open);
            fates.push(matches!(verdict, Verdict::Open | Verdict::Unknown));
        } else {
            fates.extend([false, false]);
        }
    }
    fates
}

/// Judges every state on the way by the plain evaluator.
fn judge(
    base: &Snapshot,
    steps: &[&CloudEdit],
    internet: &Internet,
    packets: &[Packet],
) -> Result<(), String> {
    let first = Topology::new(base, internet);
    let packets: Vec<(EndpointIndex, Packet)> = packets
        .iter()
        .flat_map(|packet| {
            let holders = first.find_address(packet.destination_ip()).iter();
            holders.map(move |index| (*index, *packet))
        })
        .collect();
    let mut state = base.clone();
    let mut states = vec![fates(&first, &packets)];
    for edit in steps {
        state = state.with_edit(edit).map_err(|error| error.to_string())?;
        states.push(fates(&Topology::new(&state, internet), &packets));
    }
    let (one, other) = (&states[0], &states[states.len() - 1]);
    for (number, state) in states.iter().enumerate() {
        for (position, passes) in state.iter().enumerate() {
            let ends = [one[position], other[position]];
            if !ends.contains(passes) {
                let (index, packet) = packets[position / 8];
                let id = &first.endpoint(index).interface.id;
                return Err(format!(
                    "after step {number} {:?}: {packet} at {id} ({}): {passes}, at the ends {ends:?}",
                    number.checked_sub(1).map(|before| steps[before]),
                    position % 8
                ));
            }
        }
    }
    Ok(())
}

fn edits_of(order: &SafeOrder) -> Vec<&CloudEdit> {
    order.steps.iter().map(|step| &step.edit).collect()
}

/// The second estate with everything of the first that edits do not change.
fn changed(first: &Snapshot, second: &Snapshot, random: &mut Random) -> Snapshot {
    let mut changed = first.clone();
    for group in first.groups.values() {
        let other = second.groups.get(&group.id).unwrap();
        if random.once_in(2) {
            changed.groups.insert(SecurityGroup {
                rules: other.rules.clone(),
                inner_access: other.inner_access,
                ..(**group).clone()
            });
        }
    }
    for interface in first.interfaces.values() {
        let other = second.interfaces.get(&interface.id).unwrap();
        if random.once_in(4) && !other.groups.is_empty() {
            let mut next = (**interface).clone();
            next.groups.clone_from(&other.groups);
            next.groups.retain(|group| first.groups.contains(group));
            changed.interfaces.insert(next);
        }
    }
    for acl in first.network_acls.values() {
        let other = second.network_acls.get(&acl.id).unwrap();
        let mut next = (**acl).clone();
        if random.once_in(4) {
            next.ingress.clone_from(&other.ingress);
        }
        if random.once_in(4) {
            next.egress.clone_from(&other.egress);
        }
        changed.network_acls.insert(next);
    }
    if random.once_in(4) {
        let list: Id = "pl-1".into();
        let mut next = (**first.prefix_lists.get(&list).unwrap()).clone();
        next.entries = vec![
            "8.8.8.8/32".parse().unwrap(),
            "10.0.1.0/24".parse().unwrap(),
        ];
        changed.prefix_lists.insert(next);
    }
    for gateway in first.nat_gateways.values() {
        if let Some(other) = second.nat_gateways.get(&gateway.id) {
            let mut next = (**gateway).clone();
            next.forwards.clone_from(&other.forwards);
            next.snats.clone_from(&other.snats);
            changed.nat_gateways.insert(next);
        }
    }
    for balancer in first.balancers.values() {
        let mut next = (**balancer).clone();
        for listener in &mut next.listeners {
            if random.once_in(3) {
                listener.access = ListenerAccess::Only(vec!["al-1".into()]);
            }
        }
        changed.balancers.insert(next);
    }
    if random.once_in(4) {
        for eip in first.eips.values().take(1) {
            changed = changed
                .with_edit(&CloudEdit::UnbindEip {
                    eip: eip.id.clone(),
                })
                .unwrap();
        }
    }
    changed
}

/// The edits from one estate to the other, after a look at the law of restorations.
fn restored(base: &Snapshot, end: &Snapshot) -> Result<Vec<CloudEdit>, String> {
    let nothing = restore(base, base, &RestoreScope::Whole);
    if nothing != Restoration::default() {
        return Err(format!("to stay takes {nothing:?}"));
    }
    let restoration = restore(base, end, &RestoreScope::Whole);
    let after = restoration
        .edits
        .iter()
        .try_fold(base.clone(), |state, edit| state.with_edit(edit))
        .map_err(|error| error.to_string())?;
    let left = |id: &Id| restoration.left.iter().any(|left| left.resource == *id);
    for group in end.groups.values().filter(|group| !left(&group.id)) {
        let now = after.groups.get(&group.id).unwrap();
        let filters = |rules: &[Rule]| -> BTreeSet<String> {
            let bare = rules.iter().map(|rule| Rule {
                id: "".into(),
                created_at: None,
                place: Place::default(),
                ..rule.clone()
            });
            bare.map(|rule| format!("{rule:?}")).collect()
        };
        if filters(&now.rules) != filters(&group.rules) || now.inner_access != group.inner_access {
            return Err(format!(
                "{}: {:?}, not {:?}",
                group.id, now.rules, group.rules
            ));
        }
    }
    for interface in end.interfaces.values().filter(|one| !left(&one.id)) {
        let now = after.interfaces.get(&interface.id).unwrap();
        if now.groups != interface.groups {
            return Err(format!("{} is in {:?}", interface.id, now.groups));
        }
    }
    for acl in end.network_acls.values().filter(|one| !left(&one.id)) {
        let now = after.network_acls.get(&acl.id).unwrap();
        let bare = |entries: &[AclEntry]| -> Vec<AclEntry> {
            let bare = entries.iter().map(|entry| AclEntry {
                id: "".into(),
                place: Place::default(),
                ..entry.clone()
            });
            bare.collect()
        };
        if bare(&now.ingress) != bare(&acl.ingress) || bare(&now.egress) != bare(&acl.egress) {
            return Err(format!("{} has other entries", acl.id));
        }
    }
    for list in end.prefix_lists.values().filter(|one| !left(&one.id)) {
        if after.prefix_lists.get(&list.id).unwrap().entries != list.entries {
            return Err(format!("{} has other entries", list.id));
        }
    }
    for gateway in end.nat_gateways.values().filter(|one| !left(&one.id)) {
        let now = after.nat_gateways.get(&gateway.id).unwrap();
        let forwards = |entries: &[ForwardEntry]| -> Vec<String> {
            let bare = entries.iter().map(|one| {
                format!(
                    "{:?}",
                    (
                        one.external,
                        one.external_ports,
                        one.internal,
                        one.internal_ports,
                        one.protocol
                    )
                )
            });
            let mut bare: Vec<String> = bare.collect();
            bare.sort();
            bare
        };
        if forwards(&now.forwards) != forwards(&gateway.forwards)
            || now.snats.len() != gateway.snats.len()
        {
            return Err(format!("{} has other entries", gateway.id));
        }
    }
    for balancer in end.balancers.values().filter(|one| !left(&one.id)) {
        let now = after.balancers.get(&balancer.id).unwrap();
        if now.listeners != balancer.listeners {
            return Err(format!("{} has other listeners", balancer.id));
        }
    }
    for eip in end.eips.values().filter(|one| !left(&one.id)) {
        if after.eips.get(&eip.id).unwrap().binding != eip.binding {
            return Err(format!("{} is bound to something else", eip.id));
        }
    }
    Ok(restoration.edits)
}

/// What became of generated pairs.
#[derive(Debug, Default)]
struct Tally {
    kept: usize,
    reordered: usize,
    helped: usize,
    refused: BTreeMap<String, usize>,
}

fn pair(seed: u64, kind: Kind, tally: &mut Tally) -> Result<(), String> {
    let mut random = Random::new(seed);
    let base = parse(&generate::estate(&mut random, kind));
    let other = parse(&generate::estate(&mut random, kind));
    let end = changed(&base, &other, &mut random);
    let internet = Internet::default();
    let mut edits = restored(&base, &end)?;
    for position in (1..edits.len()).rev() {
        // Edits of one thing keep their places where a swap would not fit.
        let swapped = random.below(position + 1);
        edits.swap(position, swapped);
        if edits
            .iter()
            .try_fold(base.clone(), |state, edit| state.with_edit(edit))
            .is_err()
        {
            edits.swap(position, swapped);
        }
    }
    let found = match order(&base, &edits, &internet, &Limits::default()) {
        Ok(found) => found,
        Err(refusal) => {
            let word = format!("{refusal:?}");
            let word = word.split(&[' ', '(', '{'][..]).next().unwrap_or_default();
            *tally.refused.entry(word.to_owned()).or_default() += 1;
            return Ok(());
        }
    };
    let steps = edits_of(&found);
    if found.steps.iter().any(|step| step.auxiliary) {
        tally.helped += 1;
    } else if steps.iter().copied().eq(&edits) {
        tally.kept += 1;
    } else {
        tally.reordered += 1;
    }
    let owned: Vec<CloudEdit> = steps.iter().map(|edit| (*edit).clone()).collect();
    check_order(&base, &owned, &internet).map_err(|error| error.to_string())?;
    let addresses = [
        "10.0.1.5",
        "10.0.1.6",
        "10.0.2.5",
        "10.1.1.5",
        "2408:4000::5",
    ];
    let packets: Vec<Packet> = (0..80)
        .map(|_| {
            let to = random.one(&addresses);
            generate::packet(&mut random, to.parse().unwrap())
        })
        .collect();
    judge(&base, &steps, &internet, &packets)
}

fn pairs(seeds: std::ops::Range<u64>, kind: Kind) -> Tally {
    let mut tally = Tally::default();
    for seed in seeds {
        pair(seed, kind, &mut tally).unwrap_or_else(|wrong| panic!("seed {seed}: {wrong}"));
    }
    tally
}

#[test]
fn random_pairs_of_estates_are_safe_on_the_way() {
    let tally = pairs(0..40, Kind::Read);
    let found = tally.kept + tally.reordered + tally.helped;
    assert!(found >= 36 && tally.reordered >= 15, "{tally:?}");
}

#[test]
fn random_pairs_with_unread_parts_are_safe_on_the_way() {
    let tally = pairs(1_000..1_016, Kind::Full);
    let found = tally.kept + tally.reordered + tally.helped;
    assert!(found >= 13 && tally.reordered >= 5, "{tally:?}");
}

proptest! {
    #![proptest_config(config(24))]

    /// Rules alone can always be exchanged.
    #[test]
    fn any_rules_become_any_others(one in estate(), two in estate()) {
        let base = parse(&one);
        let mut end = base.clone();
        for group in parse(&two).groups.values() {
            let mut next = SecurityGroup::clone(base.groups.get(&group.id).unwrap());
            next.rules.clone_from(&group.rules);
            end.groups.insert(next);
        }
        let edits = restore(&base, &end, &RestoreScope::Whole).edits;
        let found = order(&base, &edits, &internet(), &Limits::default());
        let found = found.map_err(|refusal| TestCaseError::fail(format!("{refusal}")))?;
        prop_assert!(found.steps.iter().all(|step| !step.auxiliary));
    }
}
