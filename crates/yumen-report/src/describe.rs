//! Single things in words: services, machines, hops, what decided.

use std::net::IpAddr;

use yumen_baseline::{Band, FixKind, Item, Severity, Status, Verdict as ItemVerdict};
use yumen_cloud::{Direction, GroupKind, Listing};
use yumen_diagnostics::Message;
use yumen_packets::Packet;
use yumen_reach::{
    Answer, Control, Decider, EndpointIndex, Fate, Hop, HopAt, PathKind, Protocols, Topology,
    Verdict, protocol_word,
};

use crate::audit::Service;
use crate::notation;
use crate::words::{Language, Words};

/// Protocols with ports, such as `tcp 22,3389 · icmp`.
pub(crate) fn services(words: &Words, services: &[Service]) -> String {
    if services
        .iter()
        .any(|service| service.protocols == Protocols::All)
    {
        return words.text("service-all");
    }
    let each = services.iter().map(|service| {
        let protocol = match &service.protocols {
            Protocols::Portless(_) => words.text("service-other"),
            other => other.word(),
        };
        if service.ports.is_empty() {
            protocol
        } else if service
            .ports
            .iter()
            .any(|range| range.low() <= 1 && range.high() == u16::MAX)
        {
            words.say(&Message::new("service-every-port").with("protocol", protocol))
        } else {
            format!("{protocol} {}", notation::ports(&service.ports))
        }
    });
    each.collect::<Vec<_>>().join(" · ")
}

/// An interface by the name of its instance, else by ids.
#[must_use]
pub fn machine(topology: &Topology, index: EndpointIndex) -> String {
    let endpoint = topology.endpoint(index);
    let named = endpoint
        .instance
        .as_ref()
        .map(|instance| &instance.name)
        .filter(|name| !name.is_empty());
    match (named, &endpoint.interface.instance) {
        (Some(name), _) => name.clone(),
        (None, Some(instance)) => instance.to_string(),
        (None, None) if !endpoint.interface.name.is_empty() => endpoint.interface.name.clone(),
        (None, None) => endpoint.interface.id.to_string(),
    }
}

/// The witness packet, from the client to what it connects to.
pub(crate) fn witness(
    words: &Words,
    client: &Packet,
    answer: &Answer,
    via: Option<&PathKind>,
) -> String {
    let protocol = protocol_word(client.protocol);
    let source = client.source_ip();
    let port = answer
        .entry
        .map_or(client.destination_port, |(_, port)| port);
    let host = match (answer.entry, via) {
        (Some((IpAddr::V6(address), _)), _) => format!("[{address}]"),
        (Some((address, _)), _) => address.to_string(),
        (None, Some(PathKind::Listener { balancer, .. })) => balancer.to_string(),
        (None, _) => client.destination_ip().to_string(),
    };
    let ported = client.protocol == 6 || client.protocol == 17;
    let target = if ported {
        format!("{host}:{port}")
    } else {
        host
    };
    let message = match via {
        Some(PathKind::Forward { .. }) => "witness-dnat",
        Some(PathKind::Listener { .. }) => "witness-listener",
        _ => "witness",
    };
    words.say(
        &Message::new(message)
            .with("protocol", protocol)
            .with("source", source.to_string())
            .with("target", target),
    )
}

/// Text id of a verdict.
#[must_use]
pub fn verdict(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Open => "verdict-open",
        Verdict::Latent => "verdict-latent",
        Verdict::Unknown => "verdict-unknown",
        Verdict::Closed => "verdict-closed",
    }
}

/// Text id of a fate.
pub(crate) fn fate(fate: Fate) -> &'static str {
    match fate {
        Fate::Effective => "fate-effective",
        Fate::Shadowed => "fate-shadowed",
        Fate::Redundant => "fate-redundant",
        Fate::Contradicted => "fate-contradicted",
        Fate::Dangling => "fate-dangling",
        Fate::Unattached => "fate-unattached",
        Fate::Unknown => "fate-unknown",
    }
}

/// A listing in words.
pub(crate) fn listing(words: &Words, listing: Listing) -> String {
    words.text(match listing {
        Listing::Instances => "listing-instances",
        Listing::Interfaces => "listing-interfaces",
        Listing::Groups => "listing-groups",
        Listing::PrefixLists => "listing-prefix-lists",
        Listing::PortLists => "listing-port-lists",
        Listing::Vpcs => "listing-vpcs",
        Listing::VSwitches => "listing-vswitches",
        Listing::NetworkAcls => "listing-network-acls",
        Listing::RouteTables => "listing-route-tables",
        Listing::Eips => "listing-eips",
        Listing::NatGateways => "listing-nat-gateways",
        Listing::Ipv4Gateways => "listing-ipv4-gateways",
        Listing::Ipv6Addresses => "listing-ipv6-addresses",
        Listing::ClassicBalancers => "listing-classic-balancers",
        Listing::ApplicationBalancers => "listing-application-balancers",
        Listing::NetworkBalancers => "listing-network-balancers",
        Listing::Cens => "listing-cens",
        Listing::Peerings => "listing-peerings",
        Listing::Vpns => "listing-vpns",
        Listing::RouterInterfaces => "listing-router-interfaces",
        Listing::FlowLogs => "listing-flow-logs",
        Listing::Trails => "listing-trails",
        Listing::Databases => "listing-databases",
    })
}

/// Listings that belong together, with the text that names them all.
const TOGETHER: [(&str, &[Listing]); 5] = [
    (
        "listings-lists",
        &[Listing::PrefixLists, Listing::PortLists],
    ),
    (
        "listings-networks",
        &[
            Listing::Vpcs,
            Listing::VSwitches,
            Listing::NetworkAcls,
            Listing::RouteTables,
        ],
    ),
    (
        "listings-public",
        &[
            Listing::Eips,
            Listing::NatGateways,
            Listing::Ipv4Gateways,
            Listing::Ipv6Addresses,
        ],
    ),
    (
        "listings-balancers",
        &[
            Listing::ClassicBalancers,
            Listing::ApplicationBalancers,
            Listing::NetworkBalancers,
        ],
    ),
    (
        "listings-connections",
        &[
            Listing::Cens,
            Listing::Peerings,
            Listing::Vpns,
            Listing::RouterInterfaces,
        ],
    ),
];

/// Listings in words, those that belong together under one name if all of them are there.
pub(crate) fn listings(words: &Words, all: &[Listing]) -> Vec<String> {
    let whole = |one: &&(&str, &[Listing])| one.1.iter().all(|part| all.contains(part));
    let named: Vec<_> = TOGETHER.iter().filter(whole).collect();
    let single = all
        .iter()
        .filter(|one| !named.iter().any(|(_, parts)| parts.contains(one)));
    let single = single.map(|one| listing(words, *one));
    named
        .iter()
        .map(|(id, _)| words.text(id))
        .chain(single)
        .collect()
}

/// One hop in words: what it is, and what decided.
#[must_use]
pub fn hop(words: &Words, hop: &Hop) -> String {
    let at = match &hop.at {
        HopAt::Edge(kind) => edge(words, kind),
        HopAt::NoEdge => words.text("hop-no-edge"),
        HopAt::Routes(id) => words.say(&Message::new("hop-routes").with("id", id.as_str())),
        HopAt::SourceGroups(id) => {
            words.say(&Message::new("hop-source-groups").with("id", id.as_str()))
        }
        HopAt::SourceAcl(id) => words.say(&Message::new("hop-source-acl").with("id", id.as_str())),
        HopAt::DestinationAcl(id) => {
            words.say(&Message::new("hop-destination-acl").with("id", id.as_str()))
        }
        HopAt::DestinationGroups(id) => {
            words.say(&Message::new("hop-destination-groups").with("id", id.as_str()))
        }
    };
    let passes = words.text(if hop.passes {
        "hop-passes"
    } else {
        "hop-stops"
    });
    words.say(
        &Message::new("hop-line")
            .with("at", at)
            .with("what", passes)
            .with("by", decider(words, &hop.by)),
    )
}

fn edge(words: &Words, kind: &PathKind) -> String {
    words.say(&match kind {
        PathKind::PublicAddress {
            address,
            eip: Some(id),
        } => Message::new("hop-eip")
            .with("address", address.to_string())
            .with("id", id.as_str()),
        PathKind::PublicAddress { address, eip: None } => {
            Message::new("hop-public-address").with("address", address.to_string())
        }
        PathKind::Ipv6Bandwidth => Message::new("hop-ipv6"),
        PathKind::Forward { gateway, entry, .. } => Message::new("hop-dnat")
            .with("gateway", gateway.as_str())
            .with("id", entry.as_str()),
        PathKind::Listener {
            balancer, listener, ..
        } => Message::new("hop-listener")
            .with("balancer", balancer.as_str())
            .with("id", listener.as_str()),
    })
}

/// What decided, in words.
#[must_use]
pub fn decider(words: &Words, by: &Decider) -> String {
    words.say(&match by {
        Decider::Rule { group, rule, place } => Message::new("decider-rule")
            .with("group", group.as_str())
            .with("rule", rule.as_str())
            .with("place", place.to_string()),
        Decider::InnerAccess { group } => {
            Message::new("decider-inner-access").with("group", group.as_str())
        }
        Decider::GroupDefault { direction, kind } => Message::new(match (direction, kind) {
            (Direction::Ingress, _) => "decider-default-in",
            (Direction::Egress, GroupKind::Basic) => "decider-default-out",
            (Direction::Egress, GroupKind::Advanced) => "decider-default-out-advanced",
        }),
        Decider::AclEntry { acl, entry, place } => Message::new("decider-acl-entry")
            .with("acl", acl.as_str())
            .with("entry", entry.as_str())
            .with("place", place.to_string()),
        Decider::AclDefault { acl } => {
            Message::new("decider-acl-default").with("acl", acl.as_str())
        }
        Decider::Bound => Message::new("decider-bound"),
        Decider::NoAcl => Message::new("decider-no-acl"),
        Decider::SameVSwitch => Message::new("decider-same-vswitch"),
        Decider::PlatformAddress => Message::new("decider-platform-address"),
        Decider::CutThrough => Message::new("decider-cut-through"),
        Decider::BalancerAssumed => Message::new("decider-balancer-assumed"),
        Decider::Unread(what) => Message::new("decider-unread").with("what", control(words, what)),
        Decider::NoPath => Message::new("decider-no-path"),
        Decider::Inactive(id) => Message::new("decider-inactive").with("id", id.as_str()),
        Decider::ListenerAccess { listener } => {
            Message::new("decider-listener-access").with("listener", listener.as_str())
        }
        Decider::Route { vpc } => Message::new("decider-route").with(
            "vpc",
            vpc.as_ref().map(ToString::to_string).unwrap_or_default(),
        ),
    })
}

/// A control that was not read, in words.
#[must_use]
pub fn control(words: &Words, control: &Control) -> String {
    let (id, name) = match control {
        Control::GroupRules(id) => ("control-group-rules", id),
        Control::Rule(id) => ("control-rule", id),
        Control::NetworkAcl(id) => ("control-network-acl", id),
        Control::AccessList(id) => ("control-access-list", id),
        Control::Listener(id) => ("control-listener", id),
        Control::Routes(id) => ("control-routes", id),
        Control::Listing(region, what) => {
            let what = listing(words, *what);
            return words.say(
                &Message::new("control-listing")
                    .with("what", what)
                    .with("region", region.as_str()),
            );
        }
    };
    words.say(&Message::new(id).with("id", name.as_str()))
}

/// Id of the text for a band of the score.
#[must_use]
pub fn band(band: Band) -> &'static str {
    match band {
        Band::Danger => "band-danger",
        Band::Risk => "band-risk",
        Band::Fair => "band-fair",
        Band::Good => "band-good",
    }
}

/// Id of the text for a severity.
#[must_use]
pub fn severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Low => "severity-low",
        Severity::Medium => "severity-medium",
        Severity::High => "severity-high",
        Severity::Critical => "severity-critical",
    }
}

/// Id of the text for the status of a finding.
#[must_use]
pub fn status(status: Status) -> &'static str {
    match status {
        Status::Latent => "status-latent",
        Status::Unknown => "status-unknown",
        Status::Open => "status-open",
    }
}

/// Id of the text for what an item says.
#[must_use]
pub fn item_verdict(verdict: ItemVerdict) -> &'static str {
    match verdict {
        ItemVerdict::Pass => "item-pass",
        ItemVerdict::Nothing => "item-nothing",
        ItemVerdict::NotAssessed => "item-not-assessed",
        ItemVerdict::Latent => "item-latent",
        ItemVerdict::Unknown => "item-unknown",
        ItemVerdict::Fail => "item-fail",
    }
}

/// The shape of what an item says.
#[must_use]
pub fn item_shape(verdict: ItemVerdict) -> &'static str {
    match verdict {
        ItemVerdict::Fail => "●",
        ItemVerdict::Latent => "◐",
        ItemVerdict::Unknown => "?",
        ItemVerdict::NotAssessed => "–",
        ItemVerdict::Pass | ItemVerdict::Nothing => "○",
    }
}

/// The page of an item in the reader's language.
#[must_use]
pub fn page(words: &Words, item: &Item) -> &'static str {
    match words.language() {
        Language::English => item.english,
        Language::Chinese => item.chinese,
    }
}

/// The title of an item in the reader's language.
#[must_use]
pub fn title(words: &Words, item: &Item) -> &'static str {
    Item::title(page(words, item))
}

/// The families of items, in the order of the catalogue.
pub const FAMILIES: [&str; 8] = ["EXP", "NET", "LAT", "OUT", "HRD", "RUL", "GOV", "LOG"];

/// Id of the text for a family of items.
#[must_use]
pub fn family(family: &str) -> &'static str {
    match family {
        "EXP" => "family-exp",
        "NET" => "family-net",
        "LAT" => "family-lat",
        "OUT" => "family-out",
        "HRD" => "family-hrd",
        "RUL" => "family-rul",
        "GOV" => "family-gov",
        _ => "family-log",
    }
}

/// Id of the text for what `yumen fix` does about an item.
#[must_use]
pub fn item_fix(fix: FixKind) -> &'static str {
    match fix {
        FixKind::Narrow => "item-fix-narrow",
        FixKind::RemoveRule => "item-fix-remove-rule",
        FixKind::Set => "item-fix-set",
        FixKind::ByHand => "item-fix-by-hand",
    }
}

/// Id of the text for the same in two or three words.
#[must_use]
pub(crate) fn item_kind(fix: FixKind) -> &'static str {
    match fix {
        FixKind::Narrow => "item-kind-narrow",
        FixKind::RemoveRule => "item-kind-remove-rule",
        FixKind::Set => "item-kind-set",
        FixKind::ByHand => "item-kind-by-hand",
    }
}
