//! The audit as JSON: a stable schema for programs, described in `docs/audit-json.md`.

mod judgement;

pub(crate) use judgement::cause;

use serde_json::{Map, Value, json};
use yumen_baseline::FrameworkResult;
use yumen_cloud::{Direction, Id, Resource};
use yumen_diagnostics::Place;
use yumen_packets::{Interval, Packet};
use yumen_reach::{
    Answer, Breadth, Cause, CausePart, Decider, Exposure, Hop, HopAt, PathKind, Protocols, Reply,
    RuleFate, RuleRef, Topology, protocol_word, slices,
};

use crate::audit::{Audit, edge_word};
use crate::notation;
use crate::report::Report;
use crate::words::Words;

/// Name and version of the schema.
pub const SCHEMA: &str = "yumen.audit/1";

/// The whole report.
#[must_use]
pub fn report(report: &Report, words: &Words) -> Value {
    let mut value = audit(&report.audit, words);
    if let Some(fields) = value.as_object_mut() {
        for (name, field) in judgement::fields(report, words) {
            fields.insert(name.to_owned(), field);
        }
    }
    value
}

/// One framework with what is said of its clauses.
#[must_use]
pub fn framework(result: &FrameworkResult<'_>, words: &Words) -> Value {
    judgement::framework(words, result)
}

fn audit(audit: &Audit, words: &Words) -> Value {
    let topology = audit.analysis.topology();
    let snapshot = topology.snapshot();
    let headline = &audit.headline;
    json!({
        "schema": SCHEMA,
        "snapshot": {
            "address": snapshot.content_address().to_string(),
            "account": snapshot.account.as_ref().map(Id::as_str),
            "collected_at": snapshot.collected_at,
            "as_of": audit.as_of,
            "regions": snapshot.regions.iter().map(Id::as_str).collect::<Vec<_>>(),
        },
        "summary": {
            "instances": headline.instances,
            "open_instances": headline.open,
            "open_ports": headline.ports,
            "every_port_instances": headline.every_port,
            "latent_instances": headline.latent,
            "unknown_instances": headline.unknown,
            "stale_groups": audit.stale_groups,
        },
        "not_looked_at": audit.not_looked_at().iter().map(|listing| listing.word()).collect::<Vec<_>>(),
        "exposures": audit.exposures.iter().map(|one| exposure(topology, one)).collect::<Vec<_>>(),
        "rules": audit.fates.iter().map(|one| rule(topology, one)).collect::<Vec<_>>(),
        "conflicts": audit.conflicts.iter().map(|one| json!({
            "kind": one.kind.word(),
            "direction": direction(one.direction),
            "winner": rule_ref(&one.winner),
            "loser": rule_ref(&one.loser),
        })).collect::<Vec<_>>(),
        "lateral": audit.lateral.as_ref().map(|lateral| {
            lateral.pairs.iter().map(|pair| {
                let classes = audit.analysis.classes();
                let names = |class| {
                    let members = classes.class(class).members.iter();
                    members.map(|index| topology.endpoint(*index).interface.id.to_string()).collect::<Vec<_>>()
                };
                json!({
                    "sources": names(pair.source),
                    "destinations": names(pair.destination),
                    "packets": services(&pair.packets),
                })
            }).collect::<Vec<_>>()
        }),
        "gaps": snapshot.gaps.iter().map(|gap| json!({
            "reason": gap.reason.word(),
            "region": gap.region.as_ref().map(Id::as_str),
            "listing": gap.listing.map(yumen_cloud::Listing::word),
            "file": gap.place.file.as_deref(),
            "line": gap.place.line,
            "resource": gap.place.resource.as_deref(),
            "message": words.say(&gap.message),
        })).collect::<Vec<_>>(),
    })
}

fn exposure(topology: &Topology, exposure: &Exposure) -> Value {
    let endpoint = topology.endpoint(exposure.interface);
    let interface = &endpoint.interface;
    let row = &exposure.row;
    let internet = topology.internet_of(interface.vpc.as_ref());
    let peers = notation::networks(internet, row.slice.family, &row.slice.peers);
    let answer = exposure.explain(topology);
    let mut value = Map::new();
    let mut set = |name: &str, field: Value| {
        value.insert(name.to_owned(), field);
    };
    set("interface", json!(interface.id.as_str()));
    set(
        "instance",
        json!(interface.instance.as_ref().map(Id::as_str)),
    );
    set(
        "instance_name",
        json!(endpoint.instance.as_ref().map(|instance| &instance.name)),
    );
    set("region", json!(interface.region.as_str()));
    set("vpc", json!(interface.vpc.as_ref().map(Id::as_str)));
    set("verdict", json!(exposure.verdict.word()));
    set("direction", json!(direction(exposure.direction)));
    set("family", json!(row.slice.family.to_string()));
    set("protocol", json!(row.slice.protocols.word()));
    if let Protocols::Portless(ranges) = &row.slice.protocols {
        let ranges = ranges
            .iter()
            .map(|range| [range.low(), range.high()])
            .collect::<Vec<_>>();
        set("protocol_numbers", json!(ranges));
    }
    set("ports", ports(&row.slice.ports));
    let side = match exposure.direction {
        Direction::Ingress => "sources",
        Direction::Egress => "destinations",
    };
    set(side, json!(peers));
    set("internet_share", json!(row.share));
    set("breadth", json!(breadth(row.breadth)));
    set(
        "cause",
        json!(
            row.causes
                .iter()
                .map(|part| cause_value(topology, part))
                .collect::<Vec<_>>()
        ),
    );
    set(
        "path",
        json!(
            answer
                .as_ref()
                .map(|answer| answer.hops.iter().map(hop).collect::<Vec<_>>())
                .unwrap_or_default()
        ),
    );
    set(
        "witness",
        json!(answer.as_ref().map(|answer| packet(&answer.packet))),
    );
    let via = exposure.path(topology);
    let entry = answer.as_ref().and_then(|answer| answer.entry);
    set(
        "entry",
        json!(entry.map(|(address, port)| json!({ "address": address.to_string(), "port": port }))),
    );
    set("via", json!(via.map(|path| edge_word(&path.kind))));
    set(
        "unconfirmed",
        json!(
            row.unread
                .iter()
                .map(ToString::to_string)
                .collect::<Vec<_>>()
        ),
    );
    set(
        "reply",
        json!(match row.reply {
            Reply::Passes => "passes",
            Reply::PartlyBlocked => "partly-blocked",
            Reply::Blocked => "blocked",
        }),
    );
    Value::Object(value)
}

fn rule(topology: &Topology, fate: &RuleFate) -> Value {
    let cause = Cause::Rule {
        group: fate.group.clone(),
        rule: fate.rule.clone(),
    };
    let place = cause.place(topology.snapshot()).unwrap_or_default();
    let elsewhere = fate.elsewhere.iter().map(|one| {
        json!({
            "interface": topology.endpoint(one.interface).interface.id().as_str(),
            "interfaces": one.count,
            "fate": one.fate.word(),
            "by": one.by.iter().map(ToString::to_string).collect::<Vec<_>>(),
        })
    });
    json!({
        "group": fate.group.as_str(),
        "rule": fate.rule.as_str(),
        "direction": direction(fate.direction),
        "fate": fate.fate.word(),
        "by": fate.by.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "elsewhere": elsewhere.collect::<Vec<_>>(),
        "file": place.file.as_deref(),
        "line": place.line,
    })
}

fn rule_ref(reference: &RuleRef) -> Value {
    match reference {
        RuleRef::Rule { group, rule } => json!({ "group": group.as_str(), "rule": rule.as_str() }),
        RuleRef::Default => json!({ "rule": "default" }),
    }
}

fn cause_value(topology: &Topology, part: &CausePart) -> Value {
    let place = part.cause.place(topology.snapshot()).unwrap_or_default();
    let mut value = match &part.cause {
        Cause::Rule { group, rule } => {
            json!({ "kind": "rule", "group": group.as_str(), "rule": rule.as_str() })
        }
        Cause::Listener { balancer, listener } => {
            json!({ "kind": "listener", "balancer": balancer.as_str(), "listener": listener.as_str() })
        }
        Cause::Default => json!({ "kind": "default" }),
    };
    if let Value::Object(fields) = &mut value {
        fields.insert("ports".to_owned(), ports(&part.ports));
        fields.insert("internet_share".to_owned(), json!(part.share));
        fields.insert("file".to_owned(), json!(place.file.as_deref()));
        fields.insert("line".to_owned(), json!(place.line));
    }
    value
}

/// An answer to one packet, with every hop.
#[must_use]
pub fn answer(answer: &Answer) -> Value {
    json!({
        "verdict": answer.verdict.word(),
        "decided_by": decider(&answer.decided_by),
        "packet": packet(&answer.packet),
        "entry": answer.entry.map(|(address, port)| json!({ "address": address.to_string(), "port": port })),
        "path": answer.hops.iter().map(hop).collect::<Vec<_>>(),
        "unconfirmed": answer.unconfirmed.iter().map(ToString::to_string).collect::<Vec<_>>(),
        "reply": if answer.reply_passes { "passes" } else { "blocked" },
    })
}

/// The boxes of a set as protocols and ports.
#[must_use]
pub fn services(set: &yumen_packets::PacketSet) -> Value {
    let boxes = yumen_reach::services_of(set);
    let rows = slices(&boxes, Direction::Ingress).into_iter().map(|slice| {
        json!({
            "family": slice.family.to_string(),
            "protocol": slice.protocols.word(),
            "ports": ports(&slice.ports),
        })
    });
    Value::Array(rows.collect())
}

fn hop(hop: &Hop) -> Value {
    let (at, id) = match &hop.at {
        HopAt::Edge(kind) => (edge_word(kind), edge_id(kind)),
        HopAt::NoEdge => ("no-path", None),
        HopAt::Routes(id) => ("routes", Some(id.to_string())),
        HopAt::SourceGroups(id) => ("source-groups", Some(id.to_string())),
        HopAt::SourceAcl(id) => ("source-acl", Some(id.to_string())),
        HopAt::DestinationAcl(id) => ("destination-acl", Some(id.to_string())),
        HopAt::DestinationGroups(id) => ("destination-groups", Some(id.to_string())),
    };
    json!({ "at": at, "id": id, "passes": hop.passes, "by": decider(&hop.by) })
}

fn edge_id(kind: &PathKind) -> Option<String> {
    match kind {
        PathKind::PublicAddress { address, eip } => Some(
            eip.as_ref()
                .map_or_else(|| address.to_string(), ToString::to_string),
        ),
        PathKind::Ipv6Bandwidth => None,
        PathKind::Forward { entry, .. } => Some(entry.to_string()),
        PathKind::Listener { listener, .. } => Some(listener.to_string()),
    }
}

/// What decided, as kind and ids.
#[must_use]
pub fn decider(by: &Decider) -> Value {
    let with_place = |mut value: Value, place: &Place| {
        if let Value::Object(fields) = &mut value {
            fields.insert("file".to_owned(), json!(place.file.as_deref()));
            fields.insert("line".to_owned(), json!(place.line));
        }
        value
    };
    match by {
        Decider::Rule { group, rule, place } => with_place(
            json!({ "kind": "rule", "group": group.as_str(), "rule": rule.as_str() }),
            place,
        ),
        Decider::AclEntry { acl, entry, place } => with_place(
            json!({ "kind": "acl-entry", "acl": acl.as_str(), "entry": entry.as_str() }),
            place,
        ),
        Decider::InnerAccess { group } => {
            json!({ "kind": "inner-access", "group": group.as_str() })
        }
        Decider::GroupDefault { direction: way, .. } => {
            json!({ "kind": "default", "direction": direction(*way) })
        }
        Decider::AclDefault { acl } => json!({ "kind": "acl-default", "acl": acl.as_str() }),
        Decider::NoAcl => json!({ "kind": "no-acl" }),
        Decider::Bound => json!({ "kind": "bound" }),
        Decider::SameVSwitch => json!({ "kind": "same-vswitch" }),
        Decider::PlatformAddress => json!({ "kind": "platform-address" }),
        Decider::CutThrough => json!({ "kind": "cut-through" }),
        Decider::BalancerAssumed => json!({ "kind": "balancer-assumed" }),
        Decider::Unread(control) => json!({ "kind": "unread", "control": control.to_string() }),
        Decider::NoPath => json!({ "kind": "no-path" }),
        Decider::Inactive(id) => json!({ "kind": "inactive", "id": id.as_str() }),
        Decider::ListenerAccess { listener } => {
            json!({ "kind": "listener-access", "listener": listener.as_str() })
        }
        Decider::Route { vpc } => json!({ "kind": "route", "vpc": vpc.as_ref().map(Id::as_str) }),
    }
}

/// A packet, its ports 0 where the protocol has none; ICMP's type and code stand in their place.
#[must_use]
pub fn packet(packet: &Packet) -> Value {
    json!({
        "family": packet.family.to_string(),
        "protocol": protocol_word(packet.protocol),
        "source": packet.source_ip().to_string(),
        "destination": packet.destination_ip().to_string(),
        "source_port": packet.source_port,
        "destination_port": packet.destination_port,
    })
}

/// Port ranges as `[low, high]`.
#[must_use]
pub fn ports(ranges: &[Interval<u16>]) -> Value {
    json!(
        ranges
            .iter()
            .map(|range| [range.low(), range.high()])
            .collect::<Vec<_>>()
    )
}

/// The word for a breadth.
#[must_use]
pub fn breadth(breadth: Breadth) -> &'static str {
    match breadth {
        Breadth::World => "world",
        Breadth::Broad => "broad",
        Breadth::Named => "named",
    }
}

/// The word for a direction.
#[must_use]
pub fn direction(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    }
}
