//! Random estates and packets: the plain evaluator is the judge of the exact engine, and the laws
//! of analyses hold.
//!
//! `YUMEN_DIFFERENTIAL_PACKETS` sets how many packets are compared, `YUMEN_SEED` where it begins.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use yumen_cloud::{CloudEdit, Coverage, Direction, GroupKind, Id, InnerAccess, Listing, Snapshot};
use yumen_packets::{Packet, PacketBox, PacketSet};
use yumen_reach::{
    Analysis, Delta, EndpointIndex, Fate, Internet, Reading, RuleRef, Topology, Verdict, conflicts,
    explain, explain_outbound, exposures, fates, judge_acl, judge_groups, permitted, rule_boxes,
    shared_inner_access,
};

use crate::agreement::{Subject, decider_word, disagreement, unproved};
use crate::estate::parse;
use crate::generate::{Kind, Random, estate, packet, rule};

const PACKETS_OF_AN_ESTATE: usize = 250;

fn number(name: &str, default: u64) -> u64 {
    match std::env::var(name) {
        Ok(text) => text
            .parse()
            .unwrap_or_else(|_| panic!("`{name}={text}` is no number")),
        Err(_) => default,
    }
}

/// Runs a trial on many estates; a complaint comes with the seed and the estate.
fn trials(
    salt: u64,
    share: u64,
    kind: Kind,
    trial: impl Fn(&mut Random, &str) -> Result<usize, String>,
) {
    let first = number("YUMEN_SEED", 0x79_75_6d_65_6e);
    let wanted = number("YUMEN_DIFFERENTIAL_PACKETS", 160_000) / share;
    let (mut compared, mut estates) = (0, 0);
    while compared < usize::try_from(wanted).unwrap() || estates < 20 {
        let seed = first.wrapping_add(estates);
        let mut random = Random::new(seed ^ salt);
        let text = estate(&mut random, kind);
        match trial(&mut random, &text) {
            Ok(packets) => compared += packets.max(1),
            Err(complaint) => panic!("\n{complaint}\nwith YUMEN_SEED={seed} in the estate\n{text}"),
        }
        estates += 1;
    }
    println!("{compared} packets compared in {estates} estates");
}

fn own_addresses(topology: &Topology, index: EndpointIndex) -> Vec<std::net::IpAddr> {
    let interface = &topology.endpoint(index).interface;
    let private = interface
        .private
        .iter()
        .map(|private| private.address.into());
    private
        .chain(interface.ipv6.iter().map(|ipv6| ipv6.address.into()))
        .collect()
}

/// A packet to one of an interface's addresses.
fn any_packet(random: &mut Random, topology: &Topology, index: EndpointIndex) -> Packet {
    let own = own_addresses(topology, index);
    let to = random.one(&own);
    packet(random, to)
}

fn any_interface(random: &mut Random, topology: &Topology) -> EndpointIndex {
    let all: Vec<EndpointIndex> = topology.indices().collect();
    random.one(&all)
}

#[test]
fn differential_verdicts_of_exposures_and_pairs() {
    trials(1, 2, Kind::Full, |random, text| {
        let subject = Subject::new(text);
        let topology = subject.topology();
        for _ in 0..PACKETS_OF_AN_ESTATE {
            let index = any_interface(random, topology);
            let packet = any_packet(random, topology, index);
            let answer = explain(topology, index, &packet);
            if let Some(complaint) = disagreement(&subject, index, &packet, &answer) {
                let id = &topology.endpoint(index).interface.id;
                return Err(format!("{packet} to {id}: {complaint}"));
            }
        }
        match unproved(&subject).into_iter().next() {
            Some(complaint) => Err(complaint),
            None => Ok(PACKETS_OF_AN_ESTATE),
        }
    });
}

#[test]
fn differential_filters_in_every_reading() {
    trials(2, 4, Kind::Full, |random, text| {
        let topology = Topology::new(&parse(text), &Internet::default());
        let readings = [Reading::AsRead, Reading::Possible, Reading::Certain];
        let mut sets: BTreeMap<(EndpointIndex, Direction, Reading), PacketSet> = BTreeMap::new();
        for index in topology.indices() {
            for direction in [Direction::Ingress, Direction::Egress] {
                for reading in readings {
                    let set = permitted(&topology, index, direction, reading).unwrap();
                    sets.insert((index, direction, reading), set);
                }
            }
        }
        for _ in 0..PACKETS_OF_AN_ESTATE {
            let index = any_interface(random, &topology);
            let arriving = any_packet(random, &topology, index);
            for direction in [Direction::Ingress, Direction::Egress] {
                let packet = match direction {
                    Direction::Ingress => arriving,
                    Direction::Egress => Packet {
                        source: arriving.destination,
                        destination: arriving.source,
                        ..arriving
                    },
                };
                for reading in readings {
                    let engine = sets[&(index, direction, reading)].contains(&packet);
                    let by_hand = filters_by_hand(&topology, index, direction, &packet, reading);
                    if engine != by_hand {
                        let id = &topology.endpoint(index).interface.id;
                        return Err(format!(
                            "{id} {direction:?} {reading:?} {packet}: permitted {engine}, judged {by_hand}"
                        ));
                    }
                }
            }
        }
        Ok(PACKETS_OF_AN_ESTATE)
    });
}

fn filters_by_hand(
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
    // An interface that was not read may be a neighbour in a group with inner access.
    let snapshot = topology.snapshot();
    let vpc = endpoint
        .interface
        .vpc
        .as_ref()
        .and_then(|vpc| snapshot.vpcs.get(vpc));
    let unread = reading == Reading::Possible
        && snapshot.is_incomplete(&endpoint.interface.region, Listing::Interfaces)
        && vpc.is_none_or(|vpc| vpc.cidrs.iter().any(|net| net.contains(&peer)))
        && endpoint.interface.groups.iter().any(|id| {
            topology.group(id).is_none_or(|group| {
                group.kind == GroupKind::Basic && group.inner_access == InnerAccess::Accept
            })
        });
    let vswitch = topology.vswitch(endpoint.interface.vswitch.as_ref());
    let beside = other.is_some_and(|other| {
        let other = &topology.endpoint(other).interface.vswitch;
        other.is_some() && *other == endpoint.interface.vswitch
    });
    let near = beside
        || vswitch.is_some_and(|vswitch| vswitch.cidrs.iter().any(|net| net.contains(&peer)));
    (inner || unread || judge_groups(topology, index, direction, packet, reading).passes)
        && (near || judge_acl(topology, index, direction, packet, reading).passes)
}

#[test]
fn differential_outbound_verdicts() {
    trials(3, 8, Kind::Full, |random, text| {
        let subject = Subject::new(text);
        let topology = subject.topology();
        for _ in 0..PACKETS_OF_AN_ESTATE {
            let index = any_interface(random, topology);
            let arriving = any_packet(random, topology, index);
            let packet = Packet {
                source: arriving.destination,
                destination: arriving.source,
                ..arriving
            };
            let vpc = topology.endpoint(index).interface.vpc.as_ref();
            if !topology.internet_of(vpc).contains(packet.destination_ip()) {
                continue;
            }
            let answer = explain_outbound(topology, index, &packet);
            let holding = subject.exposures.iter().filter(|exposure| {
                exposure.interface == index
                    && exposure.direction == Direction::Egress
                    && exposure.row.boxes.iter().any(|one| one.contains(&packet))
            });
            let strongest = holding
                .map(|one| one.verdict)
                .max()
                .unwrap_or(Verdict::Closed);
            if strongest != answer.verdict {
                let id = &topology.endpoint(index).interface.id;
                return Err(format!(
                    "{packet} from {id}: the engine says {}, the evaluator {} by {}",
                    strongest.word(),
                    answer.verdict.word(),
                    decider_word(&answer.decided_by)
                ));
            }
        }
        Ok(PACKETS_OF_AN_ESTATE)
    });
}

fn without_rule(snapshot: &Snapshot, group: &Id, rule: &Id) -> Snapshot {
    let edit = CloudEdit::RemoveRule {
        group: group.clone(),
        rule: rule.clone(),
    };
    snapshot.with_edit(&edit).unwrap()
}

fn analyse(snapshot: &Snapshot, workers: usize) -> Analysis {
    let topology = Topology::new(snapshot, &Internet::default());
    Analysis::new(topology, NonZeroUsize::new(workers).unwrap()).unwrap()
}

fn fates_hold(text: &str, kind: Kind) -> Result<usize, String> {
    let snapshot = parse(text);
    let analysis = analyse(&snapshot, 1);
    let mut compared = 0;
    for fate in fates(&analysis, true).unwrap() {
        let rule = &fate.rule;
        let group = snapshot.groups.get(&fate.group).unwrap();
        if group.ingress_unread && group.egress_unread && group.rules.len() == 1 {
            // Without its last rule it would be a group of which nothing was read.
            continue;
        }
        let next = analyse(&without_rule(&snapshot, &fate.group, rule), 1);
        let delta = Delta::new(&analysis, &next).unwrap();
        compared += PACKETS_OF_AN_ESTATE / 10;
        let harmless = match fate.fate {
            Fate::Shadowed | Fate::Redundant | Fate::Dangling | Fate::Unattached => true,
            Fate::Effective if kind == Kind::Plain => false,
            Fate::Effective | Fate::Contradicted | Fate::Unknown => continue_if(delta.is_empty()),
        };
        let decides = matches!(fate.fate, Fate::Effective) && kind == Kind::Plain;
        if (decides || harmless) && harmless != delta.is_empty() {
            return Err(format!(
                "rule {rule} is {} by {:?}, but without it the delta is empty: {}",
                fate.fate.word(),
                fate.by,
                delta.is_empty()
            ));
        }
        if fate.fate == Fate::Shadowed {
            cover_is_smallest(&analysis, &fate.group, rule, &fate.by)?;
        }
    }
    Ok(compared)
}

/// Where a fate says nothing about the delta, whatever it is will do.
fn continue_if(is_empty: bool) -> bool {
    is_empty
}

fn cover_is_smallest(
    analysis: &Analysis,
    group: &Id,
    rule: &Id,
    by: &[RuleRef],
) -> Result<(), String> {
    let topology = analysis.topology();
    let group = topology.group(group).unwrap();
    let boxes = |rule: &yumen_cloud::Rule| rule_boxes(topology, group.vpc.as_ref(), rule).read;
    let own = group.rules.iter().find(|one| one.id == *rule).unwrap();
    let target = PacketSet::from_boxes(&boxes(own)).unwrap();
    let rank =
        |rule: &yumen_cloud::Rule| (rule.priority, rule.action == yumen_cloud::Action::Accept);
    let position = |id: &Id| group.rules.iter().position(|one| one.id == *id).unwrap();
    let before = |one: &&yumen_cloud::Rule| {
        one.direction == own.direction
            && (rank(one), position(&one.id)) < (rank(own), position(&own.id))
    };
    let earlier: Vec<&yumen_cloud::Rule> = group.rules.iter().filter(before).collect();
    let covers = |rules: &[&yumen_cloud::Rule]| {
        let all: Vec<PacketBox> = rules.iter().flat_map(|rule| boxes(rule)).collect();
        target
            .is_subset(&PacketSet::from_boxes(&all).unwrap())
            .unwrap()
    };
    let is_named = |one: &&&yumen_cloud::Rule| {
        by.contains(&RuleRef::Rule {
            group: group.id.clone(),
            rule: one.id.clone(),
        })
    };
    let named: Vec<&yumen_cloud::Rule> = earlier.iter().filter(is_named).copied().collect();
    if named.len() != by.len() || !covers(&named) {
        return Err(format!("rule {rule} is not covered by {by:?}"));
    }
    for subset in 0_u32..1 << earlier.len() {
        if (subset.count_ones() as usize) < by.len() {
            let chosen = earlier.iter().enumerate();
            let chosen: Vec<_> = chosen
                .filter(|(bit, _)| subset >> bit & 1 == 1)
                .map(|(_, one)| *one)
                .collect();
            if covers(&chosen) {
                return Err(format!(
                    "rule {rule} is covered by fewer than {by:?}: {subset:b}"
                ));
            }
        }
    }
    Ok(())
}

#[test]
fn differential_fates_of_rules() {
    trials(4, 16, Kind::Full, |_, text| fates_hold(text, Kind::Full));
}

#[test]
fn differential_fates_of_rules_where_nothing_stands_beside_them() {
    trials(5, 16, Kind::Plain, |_, text| fates_hold(text, Kind::Plain));
}

#[test]
fn differential_conflicts_are_real() {
    trials(6, 64, Kind::Read, |_, text| {
        let analysis = analyse(&parse(text), 1);
        let topology = analysis.topology();
        let set = |one: &RuleRef| match one {
            RuleRef::Rule { group, rule } => {
                let group = topology.group(group).unwrap();
                let rule = group.rules.iter().find(|one| one.id == *rule).unwrap();
                let boxes = rule_boxes(topology, group.vpc.as_ref(), rule).read;
                (PacketSet::from_boxes(&boxes).unwrap(), rule.action)
            }
            RuleRef::Default => panic!("the default is in no conflict"),
        };
        for conflict in conflicts(&analysis) {
            let ((winner, accepts), (loser, other)) = (set(&conflict.winner), set(&conflict.loser));
            if accepts == other || !winner.intersects(&loser).unwrap() {
                return Err(format!("{conflict:?} is none"));
            }
        }
        Ok(PACKETS_OF_AN_ESTATE / 10)
    });
}

/// A changed rule of some group: one more, one less, or one with another action.
fn edited(random: &mut Random, snapshot: &Snapshot, kind: Kind) -> (Snapshot, Id) {
    let groups: Vec<Id> = snapshot.groups.iter().map(|(id, _)| id.clone()).collect();
    let id = groups[random.below(groups.len())].clone();
    let group = snapshot.groups.get(&id).unwrap();
    let line = rule(random, kind, "r-new");
    let donor = parse(&format!("sg {id} vpc-a basic\n{line}"));
    let added = donor.groups.get(&id).unwrap().rules[0].clone();
    let edit = match group.rules.first() {
        Some(first) if random.once_in(3) => CloudEdit::RemoveRule {
            group: id.clone(),
            rule: first.id.clone(),
        },
        Some(first) if random.once_in(2) => CloudEdit::ReplaceRule {
            group: id.clone(),
            rule: yumen_cloud::Rule {
                id: first.id.clone(),
                ..added
            },
        },
        _ => CloudEdit::AddRule {
            group: id.clone(),
            rule: added,
        },
    };
    (snapshot.with_edit(&edit).unwrap(), id)
}

#[test]
fn differential_delta_of_a_changed_rule() {
    trials(7, 8, Kind::Full, |random, text| {
        let old = Subject::new(text);
        let (next, group) = edited(random, old.topology().snapshot(), Kind::Full);
        let new = Subject::of(&next);
        let delta = Delta::new(&old.analysis, &new.analysis).unwrap();
        for _ in 0..PACKETS_OF_AN_ESTATE {
            let index = any_interface(random, old.topology());
            let packet = any_packet(random, old.topology(), index);
            let id = &old.topology().endpoint(index).interface.id;
            let own = delta.interfaces.iter().find(|delta| delta.interface == *id);
            let says = |part: fn(&yumen_reach::InterfaceDelta) -> &PacketSet| {
                own.is_some_and(|delta| part(delta).contains(&packet))
            };
            let from_internet = |subject: &Subject| {
                let topology = subject.topology();
                let vpc = topology.endpoint(index).interface.vpc.as_ref();
                topology.internet_of(vpc).contains(packet.source_ip())
                    && explain(topology, index, &packet).verdict == Verdict::Open
            };
            let arrives = |subject: &Subject| {
                let (topology, reading) = (subject.topology(), Reading::AsRead);
                filters_by_hand(topology, index, Direction::Ingress, &packet, reading)
            };
            let truth = [
                (from_internet(&old), from_internet(&new)),
                (arrives(&old), arrives(&new)),
            ];
            let told = [
                (
                    says(|delta| &delta.internet_closed),
                    says(|delta| &delta.internet_opened),
                ),
                (
                    says(|delta| &delta.ingress_closed),
                    says(|delta| &delta.ingress_opened),
                ),
            ];
            for ((before, now), (closed, opened)) in truth.into_iter().zip(told) {
                if (closed, opened) != (before && !now, now && !before) {
                    return Err(format!(
                        "{packet} to {id} after a change of {group}: before {before}, now {now}, \
                         told closed {closed}, opened {opened}"
                    ));
                }
            }
        }
        Ok(PACKETS_OF_AN_ESTATE)
    });
}

/// What there is to see of an analysis, in words.
fn seen(analysis: &Analysis) -> Vec<String> {
    let rows = exposures(analysis).unwrap().into_iter().map(|exposure| {
        let (interface, direction, verdict) =
            (exposure.interface, exposure.direction, exposure.verdict);
        let (slice, reply) = (&exposure.row.slice, exposure.row.reply);
        let causes: Vec<_> = exposure
            .row
            .causes
            .iter()
            .map(|part| (&part.cause, &part.ports))
            .collect();
        format!(
            "{interface:?} {direction:?} {verdict:?} {:?} {slice:?} {reply:?} {causes:?}",
            exposure.via
        )
    });
    rows.collect()
}

fn first_difference(left: &[String], right: &[String]) -> Option<String> {
    let missing = left.iter().find(|line| !right.contains(line));
    let extra = right.iter().find(|line| !left.contains(line));
    (missing.is_some() || extra.is_some())
        .then(|| format!("only left: {missing:?}\nonly right: {extra:?}"))
}

#[test]
fn differential_incremental_analysis_equals_a_fresh_one() {
    trials(8, 16, Kind::Full, |random, text| {
        let mut snapshot = parse(text);
        let mut analysis = analyse(&snapshot, 1);
        for _ in 0..4 {
            let (next, group) = edited(random, &snapshot, Kind::Full);
            let one = NonZeroUsize::MIN;
            analysis = analysis
                .with_rules_of(
                    &next,
                    &Internet::default(),
                    std::slice::from_ref(&group),
                    one,
                )
                .unwrap();
            let fresh = analyse(&next, 1);
            if !Delta::new(&analysis, &fresh).unwrap().is_empty() {
                return Err(format!(
                    "after a change of {group} the delta to a fresh analysis is not empty"
                ));
            }
            if let Some(difference) = first_difference(&seen(&analysis), &seen(&fresh)) {
                return Err(format!("after a change of {group}: {difference}"));
            }
            snapshot = next;
        }
        Ok(PACKETS_OF_AN_ESTATE / 2)
    });
}

#[test]
fn differential_number_of_workers_changes_nothing() {
    trials(9, 64, Kind::Full, |_, text| {
        let snapshot = parse(text);
        let (one, three) = (analyse(&snapshot, 1), analyse(&snapshot, 3));
        let all = |analysis: &Analysis| format!("{:?}", exposures(analysis).unwrap());
        if all(&one) == all(&three) {
            Ok(PACKETS_OF_AN_ESTATE / 10)
        } else {
            Err("three workers find something else than one".to_owned())
        }
    });
}

#[test]
fn differential_nothing_unread_is_called_closed() {
    trials(10, 4, Kind::Read, |random, text| {
        let whole = Subject::new(text);
        let mut open = Vec::new();
        for _ in 0..PACKETS_OF_AN_ESTATE {
            let index = any_interface(random, whole.topology());
            let packet = any_packet(random, whole.topology(), index);
            if explain(whole.topology(), index, &packet).verdict == Verdict::Open {
                let id = whole.topology().endpoint(index).interface.id.clone();
                open.push((id, packet));
            }
        }
        for _ in 0..6 {
            let (snapshot, what) = half_read(random, whole.topology().snapshot());
            let part = Subject::of(&snapshot);
            for (id, packet) in &open {
                let Some(index) = part.topology().find_interface(id.as_str()) else {
                    continue;
                };
                let answer = explain(part.topology(), index, packet);
                if !matches!(answer.verdict, Verdict::Open | Verdict::Unknown) {
                    return Err(format!(
                        "{packet} to {id} is open, but without {what} it is {} by {}",
                        answer.verdict.word(),
                        decider_word(&answer.decided_by)
                    ));
                }
                if let Some(complaint) = disagreement(&part, index, packet, &answer) {
                    return Err(format!("{packet} to {id} without {what}: {complaint}"));
                }
            }
        }
        Ok(PACKETS_OF_AN_ESTATE)
    });
}

/// Keeps about half of some values.
fn halve<T>(random: &mut Random, values: &mut Vec<T>) {
    values.retain(|_| random.once_in(2));
}

/// The snapshot as it would be if something had not been read, or not all of it.
fn half_read(random: &mut Random, whole: &Snapshot) -> (Snapshot, String) {
    let mut next = whole.clone();
    let incomplete = |next: &mut Snapshot, listing| {
        next.coverage
            .insert((Id::from("region"), listing), Coverage::Incomplete);
    };
    macro_rules! lose {
        ($table:ident, $listing:expr, |$one:ident| $damage:block) => {{
            let ids: Vec<Id> = next.$table.iter().map(|(id, _)| id.clone()).collect();
            if ids.is_empty() {
                return (next, "nothing".to_owned());
            }
            let id = ids[random.below(ids.len())].clone();
            if random.once_in(2) {
                next.$table.remove(&id);
                incomplete(&mut next, $listing);
                format!("{id}")
            } else {
                let mut $one = std::sync::Arc::unwrap_or_clone(next.$table.get(&id).unwrap().clone());
                $damage
                next.$table.insert($one);
                format!("part of {id}")
            }
        }};
        ($table:ident, $listing:expr) => {{
            let ids: Vec<Id> = next.$table.iter().map(|(id, _)| id.clone()).collect();
            if ids.is_empty() {
                return (next, "nothing".to_owned());
            }
            let id = ids[random.below(ids.len())].clone();
            next.$table.remove(&id);
            incomplete(&mut next, $listing);
            format!("{id}")
        }};
    }
    let what = match random.below(17) {
        0..=2 => lose!(groups, Listing::Groups, |group| {
            halve(random, &mut group.rules);
            (group.ingress_unread, group.egress_unread) = (true, true);
        }),
        3 => lose!(network_acls, Listing::NetworkAcls, |acl| {
            halve(random, &mut acl.ingress);
            halve(random, &mut acl.egress);
            acl.unread = true;
        }),
        4 => lose!(prefix_lists, Listing::PrefixLists, |list| {
            halve(random, &mut list.entries);
            list.unread = true;
        }),
        5 => lose!(port_lists, Listing::PortLists, |list| {
            halve(random, &mut list.entries);
            list.unread = true;
        }),
        6 => lose!(access_lists, Listing::ClassicBalancers, |list| {
            halve(random, &mut list.entries);
            list.unread = true;
        }),
        7 => lose!(nat_gateways, Listing::NatGateways, |gateway| {
            halve(random, &mut gateway.forwards);
            gateway.forwards_unread = true;
        }),
        8 => {
            let listing = Listing::ALL
                .into_iter()
                .filter(|one| one.word().ends_with("balancers"));
            listing.for_each(|listing| incomplete(&mut next, listing));
            lose!(balancers, Listing::ClassicBalancers, |balancer| {
                halve(random, &mut balancer.listeners);
                balancer.unread = true;
            })
        }
        9 => lose!(server_groups, Listing::NetworkBalancers, |group| {
            halve(random, &mut group.servers);
            group.unread = true;
        }),
        10 => lose!(route_tables, Listing::RouteTables, |table| {
            halve(random, &mut table.routes);
            table.unread = true;
        }),
        11 => lose!(eips, Listing::Eips),
        12 => lose!(ipv4_gateways, Listing::Ipv4Gateways),
        13 => lose!(connections, Listing::Peerings),
        14 => lose!(instances, Listing::Instances),
        15 => lose!(vswitches, Listing::VSwitches),
        _ => lose!(interfaces, Listing::Interfaces),
    };
    (next, what)
}
