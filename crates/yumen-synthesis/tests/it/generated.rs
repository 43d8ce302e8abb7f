//! Generated groups: what plans do, judged by the exact difference of whole estates and by the
//! plain evaluator.

use std::num::NonZeroUsize;

use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::RngSeed;
use yumen_cloud::{Action, Direction, Rule, Snapshot};
use yumen_packets::{Packet, PacketBox, PacketSet};
use yumen_reach::{
    Analysis, Decider, Delta, Internet, Reading, Topology, judge_groups, permitted, rule_boxes,
};
use yumen_synthesis::{
    Inexpressible, Limits, Narrowing, OutboundDrop, Refusal, Service, drop_outbound, narrow,
    remove_rule, rules_for,
};

use crate::estate::parse;
use crate::packets::{TRUSTED, expendable, packets};

const NETS: [&str; 14] = [
    "0.0.0.0/0",
    "0.0.0.0/0",
    "0.0.0.0/1",
    "128.0.0.0/1",
    "203.0.113.0/24",
    "203.0.113.128/25",
    "8.8.8.8/32",
    "10.0.0.0/8",
    "10.0.0.0/16",
    "10.0.1.0/24",
    "10.0.1.5/32",
    "::/0",
    "2408:4000::/56",
    "2001:4860::/32",
];
const PORTS: [&str; 7] = [
    "22",
    "20/30",
    "22/80",
    "80",
    "1/65535",
    "0/1023",
    "list:prl-1",
];

/// The same cases in every run.
pub(crate) fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        cases,
        rng_seed: RngSeed::Fixed(0x79_75_6d_65_6e),
        failure_persistence: None,
        max_shrink_iters: 2_000,
        ..ProptestConfig::default()
    }
}

/// A rule without an id.
fn rule() -> impl Strategy<Value = String> {
    let service = prop_oneof![
        5 => select(&PORTS[..]).prop_map(|ports| format!("tcp {ports}")),
        1 => select(&PORTS[..]).prop_map(|ports| format!("udp {ports}")),
        2 => Just("all -1/-1".to_owned()),
        1 => select(&["icmp -1/-1", "icmpv6 -1/-1", "gre -1/-1", "all 1/1023"][..]).prop_map(str::to_owned),
    ];
    let peer = prop_oneof![
        8 => select(&NETS[..]),
        1 => select(&["sg:sg-1", "sg:sg-2", "sg:sg-none"][..]),
        1 => select(&["pl:pl-1", "pl:pl-2"][..]),
    ];
    (
        select(&["in", "in", "in", "out"][..]),
        select(&["accept", "accept", "drop"][..]),
        select(&[1_u16, 1, 2, 3, 100, 110][..]),
        service,
        peer,
        select(
            &[
                "",
                "",
                "",
                "",
                "",
                " local=10.0.1.5/32",
                " sport=1024/65535",
            ][..],
        ),
    )
        .prop_map(|(side, action, priority, service, peer, rest)| {
            let way = if side == "in" { "from" } else { "to" };
            let rest = if rest.contains("sport") && !service.starts_with("tcp") {
                ""
            } else {
                rest
            };
            format!("  {side} {action} {priority} {service} {way} {peer}{rest}")
        })
}

/// Two groups, interfaces with either and with both, and all that rules name.
pub(crate) fn estate() -> impl Strategy<Value = String> {
    let groups = (
        prop::collection::vec(rule(), 1..7),
        prop::collection::vec(rule(), 0..4),
        select(&["basic", "advanced"][..]),
        prop::bool::weighted(0.15),
    );
    groups.prop_map(|(first, second, kind, unread)| {
        let numbered = |rules: Vec<String>, group: &str| {
            let lines = rules.into_iter().enumerate();
            let lines = lines.map(|(number, rule)| format!("{rule} id={group}-{number}\n"));
            lines.collect::<String>()
        };
        let more = if unread {
            "  in drop 2 tcp 20/30 from pl:gone id=unread-1\n  in accept 3 all -1/-1 from pl:gone id=unread-2\n"
        } else {
            ""
        };
        format!(
            "vpc vpc-a 10.0.0.0/16 2408:4000::/56
             vswitch vsw-1 vpc-a 10.0.1.0/24 2408:4000::/64
             prefixlist pl-1 203.0.113.0/24 10.0.1.0/24
             prefixlist pl-2 8.8.8.0/24 1.0.0.0/8
             portlist prl-1 22 80/8080
             eip eip-1 47.1.2.3 eni-1
             eip eip-2 47.1.2.4 eni-2
             sg sg-1 vpc-a {kind} inner=drop\n{}
             sg sg-2 vpc-a {kind} inner=drop\n{}{more}
             eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1 v6=2408:4000::5,yes
             eni eni-2 vpc-a vsw-1 10.0.1.6 sg-1,sg-2 v6=2408:4000::6,yes
             eni eni-3 vpc-a vsw-1 10.0.1.7 sg-2 v6=2408:4000::7,yes",
            numbered(first, "a"),
            numbered(second, "b"),
        )
    })
}

/// Packets to close, as lines for [`packets`].
fn closing() -> impl Strategy<Value = String> {
    let line = (
        select(
            &[
                "tcp 22",
                "tcp 22",
                "tcp 20/30",
                "tcp any",
                "udp any",
                "all any",
                "all any",
                "icmp any",
            ][..],
        ),
        select(
            &[
                "internet",
                "internet",
                "any",
                "8.8.8.0/24",
                "0.0.0.0/1",
                "10.0.0.0/8",
                "2000::/3",
            ][..],
        ),
        prop::bool::weighted(0.2),
    );
    let line = line.prop_map(|(service, other, less)| {
        format!("{}{service} {other}\n", if less { "less " } else { "" })
    });
    prop::collection::vec(line, 1..4).prop_map(|lines| lines.concat())
}

pub(crate) fn internet() -> Internet {
    Internet::without(&[TRUSTED.parse().unwrap()])
}

fn edited(snapshot: &Snapshot, edits: &[yumen_cloud::CloudEdit]) -> Snapshot {
    edits.iter().fold(snapshot.clone(), |snapshot, edit| {
        snapshot.with_edit(edit).unwrap()
    })
}

fn difference(before: &Snapshot, after: &Snapshot) -> Delta {
    let analysed = |snapshot: &Snapshot| {
        let topology = Topology::new(snapshot, &internet());
        Analysis::new(topology, NonZeroUsize::MIN).unwrap()
    };
    Delta::new(&analysed(before), &analysed(after)).unwrap()
}

/// Everything that a delta closes in a direction; nothing may open or close beside that.
fn closed(delta: &Delta, direction: Direction) -> Result<PacketSet, TestCaseError> {
    let mut closed = PacketSet::empty();
    for one in &delta.interfaces {
        prop_assert!(one.internet_opened.is_empty(), "{:?}", one.internet_opened);
        prop_assert!(one.ingress_opened.is_empty(), "{:?}", one.ingress_opened);
        prop_assert!(one.egress_opened.is_empty(), "{:?}", one.egress_opened);
        let (own, other) = match direction {
            Direction::Ingress => (&one.ingress_closed, &one.egress_closed),
            Direction::Egress => (&one.egress_closed, &one.ingress_closed),
        };
        prop_assert!(other.is_empty(), "{other:?}");
        closed = closed.union(own).unwrap();
    }
    Ok(closed)
}

/// Packets at the corners of boxes and in their middles, to addresses of the interfaces.
fn samples(set: &PacketSet, direction: Direction) -> Vec<Packet> {
    let own: Vec<u128> = ["10.0.1.5", "10.0.1.6", "2408:4000::5", "2408:4000::6"]
        .iter()
        .map(|text| yumen_reach::value_of(text.parse().unwrap()))
        .collect();
    let mut found = Vec::new();
    for one in set.plain_boxes() {
        let protocols = [1, 6, 17, 47, 50, 58].into_iter();
        for protocol in protocols.filter(|protocol| one.protocol.contains(*protocol)) {
            for port in [one.destination_port.low(), one.destination_port.high()] {
                let peers = peer_of(&one, direction);
                for (peer, own) in [peers.low(), peers.high()]
                    .into_iter()
                    .flat_map(|peer| own.iter().map(move |own| (peer, *own)))
                {
                    let (source, destination) = match direction {
                        Direction::Ingress => (peer, own),
                        Direction::Egress => (own, peer),
                    };
                    let last = match protocol {
                        6 | 17 => u16::MAX,
                        1 | 58 => 255,
                        _ => 0,
                    };
                    let packet = Packet {
                        family: one.family,
                        protocol,
                        source,
                        destination,
                        destination_port: port.min(last),
                        source_port: one.source_port.high().min(last),
                    };
                    found.extend(set.contains(&packet).then_some(packet));
                }
            }
        }
    }
    found
}

fn peer_of(one: &PacketBox, direction: Direction) -> yumen_packets::Interval<u128> {
    match direction {
        Direction::Ingress => one.source,
        Direction::Egress => one.destination,
    }
}

fn rule_of(topology: &Topology, seed: usize) -> Rule {
    let group = topology.group(&"sg-1".into()).unwrap();
    let accepts: Vec<&Rule> = group
        .rules
        .iter()
        .filter(|rule| rule.action == Action::Accept)
        .collect();
    accepts
        .get(seed % accepts.len().max(1))
        .map_or(group.rules[0].clone(), |rule| Rule::clone(rule))
}

/// Narrows a rule and judges the plan; true if there was one with edits.
fn narrowed(
    text: &str,
    close: &str,
    with_expendable: bool,
    seed: usize,
) -> Result<Option<usize>, TestCaseError> {
    let snapshot = parse(text);
    let topology = Topology::new(&snapshot, &internet());
    let rule = rule_of(&topology, seed);
    let close = packets(rule.direction, close);
    let expendable = if with_expendable {
        expendable(rule.direction)
    } else {
        PacketSet::empty()
    };
    let narrowing = Narrowing {
        group: &"sg-1".into(),
        rule: &rule.id,
        close: &close,
        expendable: &expendable,
    };
    let plan = match narrow(&topology, &narrowing, Limits::default()) {
        Ok(plan) => plan,
        Err(Refusal::NotAnAccept(_)) => {
            prop_assert_eq!(rule.action, Action::Drop);
            return Ok(None);
        }
        Err(
            Refusal::Inexpressible { .. } | Refusal::TooManyRules { .. } | Refusal::Uncertain(_),
        ) => return Ok(None),
        Err(other) => return Err(TestCaseError::fail(format!("{other:?}"))),
    };
    let after = edited(&snapshot, &plan.edits);
    let closed = closed(&difference(&snapshot, &after), rule.direction)?;
    let outside = closed.difference(&close).unwrap();
    prop_assert!(
        outside.is_subset(&plan.also_closed).unwrap(),
        "{:?} closed, {:?} said",
        outside,
        plan.also_closed
    );
    prop_assert!(plan.also_closed.is_subset(&expendable).unwrap());

    let narrower = Topology::new(&after, &internet());
    for reading in [Reading::Possible, Reading::Certain] {
        for interface in ["eni-1", "eni-2", "eni-3"] {
            let index = topology.find_interface(interface).unwrap();
            let passes = |topology| permitted(topology, index, rule.direction, reading).unwrap();
            let (before, now) = (passes(&topology), passes(&narrower));
            prop_assert!(now.is_subset(&before).unwrap(), "{reading:?}");
            let gone = before.difference(&now).unwrap();
            let gone = gone.difference(&close).unwrap();
            prop_assert!(
                gone.is_subset(&expendable).unwrap(),
                "{reading:?}: {gone:?}"
            );
        }
    }
    let matched = rule_boxes(&topology, Some(&"vpc-a".into()), &rule).read;
    let matched = PacketSet::from_boxes(&matched)
        .unwrap()
        .intersection(&close)
        .unwrap();
    let old = &snapshot.groups.get("sg-1").unwrap().rules;
    for interface in ["eni-1", "eni-2"] {
        let index = topology.find_interface(interface).unwrap();
        for packet in samples(&matched, rule.direction) {
            let judged = |topology: &Topology| {
                judge_groups(topology, index, rule.direction, &packet, Reading::AsRead)
            };
            let is_it =
                |by: &Decider| matches!(by, Decider::Rule { rule: by, .. } if *by == rule.id);
            if !is_it(&judged(&topology).by) {
                continue;
            }
            let now = judged(&narrower);
            let by_old = match &now.by {
                Decider::Rule {
                    rule: by, group, ..
                } => {
                    group.as_str() != "sg-1"
                        || (*by != rule.id && old.iter().any(|one| one.id == *by))
                }
                _ => true,
            };
            prop_assert!(!now.passes || by_old, "{packet} passes by {:?}", now.by);
        }
    }
    Ok((!plan.edits.is_empty()).then_some(plan.edits.len()))
}

proptest! {
    #![proptest_config(config(400))]

    // LAW (nothing opens, and only what was named closes)
    #[test]
    fn a_narrowing_closes_what_it_says_and_opens_nothing(
        text in estate(), close in closing(), with_expendable in any::<bool>(), seed in any::<usize>(),
    ) {
        narrowed(&text, &close, with_expendable, seed)?;
    }

    #[test]
    fn nothing_is_left_when_every_rule_was_narrowed(text in estate(), close in closing()) {
        let mut snapshot = parse(&text);
        let close = packets(Direction::Ingress, &close);
        let expendable = expendable(Direction::Ingress);
        let group = snapshot.groups.get("sg-1").unwrap().clone();
        let accepts = group.rules_of(Direction::Ingress).filter(|rule| rule.action == Action::Accept);
        for rule in accepts {
            let narrowing = Narrowing {
                group: &group.id,
                rule: &rule.id,
                close: &close,
                expendable: &expendable,
            };
            let topology = Topology::new(&snapshot, &internet());
            match narrow(&topology, &narrowing, Limits::default()) {
                Ok(plan) => snapshot = edited(&snapshot, &plan.edits),
                Err(_) => return Ok(()),
            }
        }
        let topology = Topology::new(&snapshot, &internet());
        let index = topology.find_interface("eni-1").unwrap();
        let passes = permitted(&topology, index, Direction::Ingress, Reading::AsRead).unwrap();
        let left = passes.intersection(&close).unwrap();
        prop_assert!(left.is_empty(), "{:?}", left);
    }

    #[test]
    fn a_removed_rule_changes_nothing_and_others_are_refused(text in estate(), seed in any::<usize>()) {
        let snapshot = parse(&text);
        let topology = Topology::new(&snapshot, &internet());
        let group = topology.group(&"sg-1".into()).unwrap();
        let rule = &group.rules[seed % group.rules.len()];
        let without = edited(&snapshot, &[yumen_cloud::CloudEdit::RemoveRule {
            group: group.id.clone(),
            rule: rule.id.clone(),
        }]);
        let plan = remove_rule(&topology, &group.id, &rule.id);
        match plan {
            Ok(plan) => {
                prop_assert_eq!(plan.edits.len(), 1);
                prop_assert!(difference(&snapshot, &without).is_empty());
                let narrower = Topology::new(&without, &internet());
                for reading in [Reading::Possible, Reading::Certain] {
                    for interface in ["eni-1", "eni-2"] {
                        let index = topology.find_interface(interface).unwrap();
                        let passes = |topology| permitted(topology, index, rule.direction, reading).unwrap();
                        prop_assert_eq!(passes(&topology), passes(&narrower));
                    }
                }
            }
            // What differs is told to the packet: one of them fares otherwise, somewhere.
            Err(Refusal::Decides { packets, .. }) => {
                let narrower = Topology::new(&without, &internet());
                let samples = samples(&packets, rule.direction);
                let passes = |topology: &Topology, interface: &str, packet: &Packet| {
                    let index = topology.find_interface(interface).unwrap();
                    judge_groups(topology, index, rule.direction, packet, Reading::AsRead).passes
                };
                let differs = samples.iter().any(|packet| {
                    ["eni-1", "eni-2"].iter().any(|interface| {
                        passes(&topology, interface, packet) != passes(&narrower, interface, packet)
                    })
                });
                prop_assert!(differs || text.contains("pl:gone"), "{:?}", packets);
            }
            Err(Refusal::Uncertain(_)) => {}
            Err(other) => return Err(TestCaseError::fail(format!("{other:?}"))),
        }
    }

    #[test]
    fn a_drop_outward_closes_exactly_that(
        text in estate(),
        to in prop::collection::vec(select(&NETS[..]), 1..4),
        keep in prop::collection::vec(select(&NETS[..]), 0..3),
        ports in select(&["25", "20/30", "1/65535"][..]),
    ) {
        let snapshot = parse(&text);
        let topology = Topology::new(&snapshot, &internet());
        let nets = |list: &[&str]| -> Vec<ipnet::IpNet> { list.iter().map(|net| net.parse().unwrap()).collect() };
        let (low, high) = ports.split_once('/').unwrap_or((ports, ports));
        let range = yumen_packets::Interval::new(low.parse().unwrap(), high.parse().unwrap()).unwrap();
        let outbound = OutboundDrop {
            group: &"sg-1".into(),
            services: &[Service {
                protocol: yumen_cloud::ProtocolMatch::Number(6),
                ports: yumen_cloud::PortMatch::Range(range),
            }],
            to: &nets(&to),
            keep: &nets(&keep),
            expendable: &PacketSet::empty(),
            description: "",
        };
        let plan = drop_outbound(&topology, &outbound, Limits::default()).unwrap();
        let lines = |word: &str, list: &[&str]| -> String {
            list.iter().map(|net| format!("{word}tcp {ports} {net}\n")).collect()
        };
        let wanted = packets(Direction::Egress, &(lines("", &to) + &lines("less ", &keep)));
        let after = edited(&snapshot, &plan.edits);
        let closed = closed(&difference(&snapshot, &after), Direction::Egress)?;
        prop_assert!(closed.is_subset(&wanted).unwrap());
        let narrower = Topology::new(&after, &internet());
        for interface in ["eni-1", "eni-2"] {
            let index = narrower.find_interface(interface).unwrap();
            let passes = permitted(&narrower, index, Direction::Egress, Reading::Possible).unwrap();
            prop_assert!(!passes.intersects(&wanted).unwrap());
        }
    }

    #[test]
    fn rules_for_packets_match_those_packets(close in closing()) {
        let set = packets(Direction::Ingress, &close);
        let snapshot = parse("vpc vpc-a 10.0.0.0/16\nsg sg-1 vpc-a basic\n in accept 1 tcp 1 from 10.0.0.1");
        let topology = Topology::new(&snapshot, &internet());
        let template = &topology.group(&"sg-1".into()).unwrap().rules[0];
        let rules = match rules_for(&set, Direction::Ingress, template) {
            Ok(rules) => rules,
            Err(Inexpressible::Unsayable(left)) => {
                prop_assert!(!left.is_empty());
                return Ok(());
            }
            Err(other) => return Err(TestCaseError::fail(format!("{other:?}"))),
        };
        let boxes: Vec<PacketBox> = rules.iter().flat_map(|rule| rule_boxes(&topology, None, rule).read).collect();
        prop_assert_eq!(PacketSet::from_boxes(&boxes).unwrap(), set);
    }
}

/// The law above holds of nothing if every narrowing is refused.
#[test]
fn most_narrowings_are_planned() {
    let mut runner = proptest::test_runner::TestRunner::new(config(300));
    let (planned, tried) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    runner
        .run(
            &(estate(), closing(), any::<usize>()),
            |(text, close, seed)| {
                tried.set(tried.get() + 1);
                planned
                    .set(planned.get() + u32::from(narrowed(&text, &close, true, seed)?.is_some()));
                Ok(())
            },
        )
        .unwrap();
    assert!(
        planned.get() * 4 > tried.get(),
        "{} of {}",
        planned.get(),
        tried.get()
    );
}
