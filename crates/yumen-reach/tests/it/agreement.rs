//! Asks both evaluators the same and compares them with each other and with what is expected.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::net::IpAddr;
use std::num::NonZeroUsize;

use yumen_cloud::Direction;
use yumen_packets::{Family, Packet, PacketSet};
use yumen_reach::{
    Analysis, Answer, Cause, Decider, EndpointIndex, Exposure, Internet, PathKind, Reading, Reply,
    Topology, Verdict, between, explain, exposures, family_of, permitted, value_of,
};

use crate::estate::{parse, protocol_number};

/// An estate, analysed.
pub(crate) struct Subject {
    pub(crate) analysis: Analysis,
    pub(crate) exposures: Vec<Exposure>,
    pairs: RefCell<BTreeMap<(EndpointIndex, EndpointIndex), PacketSet>>,
    possible: RefCell<BTreeMap<EndpointIndex, PacketSet>>,
}

impl Subject {
    pub(crate) fn new(estate: &str) -> Self {
        Self::of(&parse(estate))
    }

    pub(crate) fn of(snapshot: &yumen_cloud::Snapshot) -> Self {
        let topology = Topology::new(snapshot, &Internet::default());
        let analysis = Analysis::new(topology, NonZeroUsize::MIN).unwrap();
        let exposures = exposures(&analysis).unwrap();
        Self {
            analysis,
            exposures,
            pairs: RefCell::default(),
            possible: RefCell::default(),
        }
    }

    fn is_between(
        &self,
        source: EndpointIndex,
        destination: EndpointIndex,
        packet: &Packet,
    ) -> bool {
        let mut pairs = self.pairs.borrow_mut();
        let packets = pairs
            .entry((source, destination))
            .or_insert_with(|| between(self.topology(), source, destination).unwrap());
        packets.contains(packet)
    }

    fn is_possible(&self, destination: EndpointIndex, packet: &Packet) -> bool {
        let mut possible = self.possible.borrow_mut();
        let packets = possible.entry(destination).or_insert_with(|| {
            permitted(
                self.topology(),
                destination,
                Direction::Ingress,
                Reading::Possible,
            )
            .unwrap()
        });
        packets.contains(packet)
    }

    pub(crate) fn topology(&self) -> &Topology {
        self.analysis.topology()
    }
}

/// Checks queries such as
/// `203.0.113.9 -> eni-1 tcp/22 : open, by r1, unconfirmed network-acl nacl-1, reply blocked`.
///
/// The source is an address or an interface, the destination an interface (`eni-1`) or one of its
/// addresses (`eni-1@10.0.1.6`); `sport=N` after the port gives the source port. Nothing is
/// unconfirmed and replies pass unless the query says so; several unconfirmed controls are joined
/// with `+`.
pub(crate) fn check(estate: &str, queries: &str) {
    let subject = Subject::new(estate);
    let mut wrong = String::new();
    let queries = queries
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default().trim());
    for query in queries.filter(|query| !query.is_empty()) {
        let (asked, expected) = query.split_once(" : ").unwrap();
        let (destination, packet) = question(subject.topology(), asked);
        let answer = explain(subject.topology(), destination, &packet);
        let mut complaints = differences(&answer, expected);
        complaints.extend(disagreement(&subject, destination, &packet, &answer));
        for complaint in complaints {
            writeln!(wrong, "{query}\n    {complaint}").unwrap();
        }
    }
    for complaint in unproved(&subject) {
        writeln!(wrong, "{complaint}").unwrap();
    }
    assert!(wrong.is_empty(), "\n{wrong}\nin the estate\n{estate}");
}

fn question(topology: &Topology, asked: &str) -> (EndpointIndex, Packet) {
    let words: Vec<&str> = asked.split_whitespace().collect();
    let (to, at) = words[2]
        .split_once('@')
        .map_or((words[2], None), |(to, at)| (to, Some(at)));
    let destination = topology.find_interface(to).unwrap();
    let source: IpAddr = match topology.find_interface(words[0]) {
        Some(index) => {
            let wants_v6 = at.is_some_and(|at| at.contains(':'));
            let endpoint = topology.endpoint(index);
            let v6 = endpoint.interface.ipv6.first().filter(|_| wants_v6);
            v6.map(|v6| v6.address.into())
                .or_else(|| endpoint.primary_address())
                .unwrap()
        }
        None => words[0].parse().unwrap(),
    };
    let endpoint = topology.endpoint(destination);
    let own: IpAddr = match at {
        Some(at) => at.parse().unwrap(),
        None if source.is_ipv6() => endpoint.interface.ipv6[0].address.into(),
        None => endpoint.interface.private[0].address.into(),
    };
    let (protocol, port) = words[3].split_once('/').unwrap_or((words[3], ""));
    let protocol = protocol_number(protocol);
    let icmp = matches!(protocol, 1 | 58);
    let port = if port.is_empty() {
        if icmp { 8 } else { 0 }
    } else {
        port.parse().unwrap()
    };
    let source_port = words.iter().find_map(|word| word.strip_prefix("sport="));
    let source_port = match source_port {
        Some(port) => port.parse().unwrap(),
        None if icmp => 0,
        None => 40_000,
    };
    (
        destination,
        Packet::new(source, own, protocol, source_port, port).unwrap(),
    )
}

/// Who decided, in a few words.
pub(crate) fn decider_word(by: &Decider) -> String {
    match by {
        Decider::Rule { rule, .. } => rule.to_string(),
        Decider::InnerAccess { group } => format!("inner {group}"),
        Decider::GroupDefault { .. } => "default".to_owned(),
        Decider::AclEntry { entry, .. } => entry.to_string(),
        Decider::AclDefault { acl } => format!("end of {acl}"),
        Decider::Bound => "bound".to_owned(),
        Decider::NoAcl => "no-acl".to_owned(),
        Decider::SameVSwitch => "same-vswitch".to_owned(),
        Decider::PlatformAddress => "platform".to_owned(),
        Decider::CutThrough => "cut-through".to_owned(),
        Decider::BalancerAssumed => "balancer".to_owned(),
        Decider::Unread(control) => format!("unread {control}"),
        Decider::NoPath => "no-path".to_owned(),
        Decider::Inactive(id) => format!("inactive {id}"),
        Decider::ListenerAccess { listener } => format!("access {listener}"),
        Decider::Route { .. } => "route".to_owned(),
    }
}

fn differences(answer: &Answer, expected: &str) -> Vec<String> {
    let mut words = expected.split(", ");
    let mut wrong = Vec::new();
    let mut compare = |what: &str, is: String, should: &str| {
        if is != should {
            wrong.push(format!("{what} is `{is}`, should be `{should}`"));
        }
    };
    compare(
        "the verdict",
        answer.verdict.word().to_owned(),
        words.next().unwrap(),
    );
    let (mut unconfirmed, mut reply_passes) = ("", true);
    for word in words {
        if let Some(by) = word.strip_prefix("by ") {
            compare("the decider", decider_word(&answer.decided_by), by);
        } else if let Some(controls) = word.strip_prefix("unconfirmed ") {
            unconfirmed = controls;
        } else if let Some(entry) = word.strip_prefix("entry ") {
            let own = answer
                .entry
                .map(|(address, port)| format!("{address} {port}"));
            compare("the entry", own.unwrap_or_default(), entry);
        } else if word == "reply blocked" {
            reply_passes = false;
        } else {
            panic!("`{word}` is nothing that can be expected");
        }
    }
    let controls: Vec<String> = answer.unconfirmed.iter().map(ToString::to_string).collect();
    compare("unconfirmed", controls.join(" + "), unconfirmed);
    let asked = answer.verdict == Verdict::Open;
    compare(
        "a passing reply",
        (answer.reply_passes || !asked).to_string(),
        &reply_passes.to_string(),
    );
    wrong
}

/// What the exact engine says otherwise than the plain evaluator about one packet.
pub(crate) fn disagreement(
    subject: &Subject,
    destination: EndpointIndex,
    packet: &Packet,
    answer: &Answer,
) -> Option<String> {
    let topology = subject.topology();
    let endpoint = topology.endpoint(destination);
    let vpc = endpoint.interface.vpc.as_ref();
    let neighbours = topology.find_address(packet.source_ip());
    if let Some(source) = topology.find_address_in(vpc, packet.source_ip()) {
        let passes = subject.is_between(source, destination, packet);
        return (passes != (answer.verdict == Verdict::Open)).then(|| {
            format!(
                "`between` says {passes}, the evaluator {}",
                answer.verdict.word()
            )
        });
    }
    if !topology.internet_of(vpc).contains(packet.source_ip()) {
        let across = neighbours
            .iter()
            .any(|source| subject.is_between(*source, destination, packet));
        if across != (answer.verdict == Verdict::Open) {
            return Some(format!(
                "`between` says {across}, the evaluator {}",
                answer.verdict.word()
            ));
        }
        let allowed = subject.is_possible(destination, packet);
        return (neighbours.is_empty() && allowed == (answer.verdict == Verdict::Closed)).then(
            || {
                format!(
                    "`permitted` says {allowed}, the evaluator {}",
                    answer.verdict.word()
                )
            },
        );
    }
    let holding = subject.exposures.iter().filter(|exposure| {
        exposure.interface == destination
            && exposure.direction == Direction::Ingress
            && exposure.path(topology).is_none_or(|path| {
                path.destination == packet.destination_ip()
                    || (exposure.verdict != Verdict::Open
                        && family_of(path.destination) == packet.family)
            })
            && exposure.row.boxes.iter().any(|one| one.contains(packet))
    });
    let holding: Vec<&Exposure> = holding.collect();
    let strongest = holding
        .iter()
        .map(|one| one.verdict)
        .max()
        .unwrap_or(Verdict::Closed);
    if strongest != answer.verdict {
        let several = match packet.family {
            Family::V4 => endpoint.interface.private.len() > 1,
            Family::V6 => endpoint.interface.ipv6.len() > 1,
        };
        // An exposure that is open at one address of an interface is not listed for another.
        if several && strongest == Verdict::Closed && answer.verdict == Verdict::Latent {
            return None;
        }
        return Some(format!(
            "the engine says {}, the evaluator {} by {}",
            strongest.word(),
            answer.verdict.word(),
            decider_word(&answer.decided_by),
        ));
    }
    if answer.verdict != Verdict::Open {
        return None;
    }
    let open = holding.iter().filter(|one| one.verdict == Verdict::Open);
    let faults: Vec<String> = open
        .map(|one| open_row_faults(topology, one, packet, answer))
        .collect();
    if faults.iter().any(String::is_empty) {
        None
    } else {
        faults.into_iter().next()
    }
}

fn open_row_faults(
    topology: &Topology,
    exposure: &Exposure,
    packet: &Packet,
    answer: &Answer,
) -> String {
    let mut faults = String::new();
    let row = &exposure.row;
    let is_cause = |cause: &Cause| match (&answer.decided_by, cause) {
        (
            Decider::Rule { group, rule, .. },
            Cause::Rule {
                group: of,
                rule: one,
            },
        ) => group == of && rule == one,
        (Decider::BalancerAssumed, Cause::Listener { balancer, listener }) => {
            matches!(exposure.path(topology).map(|path| &path.kind),
                Some(PathKind::Listener { balancer: of, listener: one, .. })
                    if of == balancer && one == listener)
        }
        _ => false,
    };
    let has_port = matches!(packet.protocol, 6 | 17);
    let named = row.causes.iter().any(|part| {
        let at_port = part
            .ports
            .iter()
            .any(|range| range.contains(packet.destination_port));
        is_cause(&part.cause) && (!has_port || at_port)
    });
    if !named {
        write!(
            faults,
            "{} is not among the causes {:?}; ",
            decider_word(&answer.decided_by),
            row.causes
        )
        .unwrap();
    }
    for control in answer
        .unconfirmed
        .iter()
        .filter(|control| !row.unread.contains(control))
    {
        write!(
            faults,
            "the row does not say that {control} is unconfirmed; "
        )
        .unwrap();
    }
    match (row.reply, answer.reply_passes) {
        (Reply::Passes, false) | (Reply::Blocked, true) => {
            write!(
                faults,
                "replies: row {:?}, packet {}; ",
                row.reply, answer.reply_passes
            )
            .unwrap();
        }
        _ => {}
    }
    let peers = row
        .slice
        .peers
        .iter()
        .any(|range| range.contains(value_of(packet.source_ip())));
    if !peers {
        faults.push_str("the slice does not list the source; ");
    }
    faults
}

/// Exposures whose witness does not prove them.
pub(crate) fn unproved(subject: &Subject) -> Vec<String> {
    let topology = subject.topology();
    let mut wrong = Vec::new();
    for exposure in &subject.exposures {
        let id = &topology.endpoint(exposure.interface).interface.id;
        let what = || {
            format!(
                "{id} {:?} {} via {:?}: {:?}",
                exposure.direction,
                exposure.verdict.word(),
                exposure.path(topology).map(|path| &path.kind),
                exposure.row.slice
            )
        };
        let Some(packet) = exposure.sample(topology) else {
            wrong.push(format!("no witness: {}", what()));
            continue;
        };
        if !exposure.row.boxes.iter().any(|one| one.contains(&packet)) {
            wrong.push(format!("the witness {packet} is not in {}", what()));
        }
        let Some(answer) = exposure.explain(topology) else {
            wrong.push(format!("no explanation: {}", what()));
            continue;
        };
        if answer.verdict != exposure.verdict {
            wrong.push(format!(
                "the witness {packet} is {} by {}: {}",
                answer.verdict.word(),
                decider_word(&answer.decided_by),
                what()
            ));
        }
    }
    wrong
}
