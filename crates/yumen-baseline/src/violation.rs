//! Where a rule of the user does not hold, with the packets that show it.
//!
//! From the Internet, ways count: what is open by a path. From a network that the rule names,
//! filters count: what groups and network ACLs let in. Between interfaces, both ends and the route
//! count.

use yumen_cloud::Direction;
use yumen_diagnostics::Message;
use yumen_packets::{Error, Family, Interval, PacketBox, PacketSet};
use yumen_reach::{
    Breadth, EndpointIndex, Exposure, Protocols, Reading, Verdict, between, family_of, join_ports,
    permitted, range_of, value_of,
};

use crate::estate::Estate;
use crate::finding::{Evidence, Part, Status};
use crate::intent::{Intent, Mode, Party};
use crate::items::{at_interface, ports_in_words, reached, service_ports, without_ports};
use crate::selector::Selector;
use crate::service::Service;

/// Pairs of interfaces up to which each is looked at for `always`.
const PAIRS: usize = 20_000;

/// What an intent says of an estate.
#[derive(Debug)]
pub struct IntentOutcome {
    /// The rule
    pub intent: Intent,
    /// How many interfaces it protects or demands
    pub checked: usize,
    /// Where it does not hold, in the order of interfaces
    pub violations: Vec<Violation>,
}

/// A place where an intent does not hold.
#[derive(Debug)]
pub struct Violation {
    /// The interface that is reached, or not reached
    pub interface: EndpointIndex,
    /// Whether it is so, or could be for all that was read
    pub status: Status,
    /// The packets
    pub evidence: Evidence,
    /// What is wrong, in one line
    pub message: Message,
}

impl Intent {
    /// What it says of an estate.
    ///
    /// # Errors
    /// The rules are so entangled that the budget of the packet sets ends first.
    pub fn judge(&self, estate: &Estate<'_>) -> Result<IntentOutcome, Error> {
        judge(self, estate)
    }
}

fn judge(intent: &Intent, estate: &Estate<'_>) -> Result<IntentOutcome, Error> {
    let targets: Vec<EndpointIndex> = estate
        .interfaces()
        .map(|(index, _)| index)
        .filter(|index| intent.to.iter().any(|party| party.has(estate, *index)))
        .collect();
    let mut violations = match intent.mode {
        Mode::Never | Mode::Only => unwanted(intent, estate, &targets)?,
        Mode::Always => missing(intent, estate, &targets)?,
    };
    violations.sort_by_key(|violation| violation.interface);
    Ok(IntentOutcome {
        intent: intent.clone(),
        checked: targets.len(),
        violations,
    })
}

impl Party {
    /// True if an interface is on this side.
    fn has(&self, estate: &Estate<'_>, index: EndpointIndex) -> bool {
        let topology = estate.topology();
        let endpoint = topology.endpoint(index);
        let any = |selectors: &[Selector]| {
            let mut selectors = selectors.iter();
            selectors.any(|selector| selector.matches(topology, endpoint))
        };
        let settings = estate.settings;
        match self {
            Self::Internet | Self::Trusted => false,
            Self::Anyone => true,
            Self::Network(net) => Selector::Network(*net).matches(topology, endpoint),
            Self::Role(name) => estate.roles(index).any(|role| role.name == *name),
            Self::Environment(name) => {
                let mut all = settings.environments.iter().filter(|one| one.name == *name);
                all.any(|one| any(&one.members))
            }
            Self::Zone(name) => {
                let zone = estate.zone(index).and_then(|zone| settings.zones.get(zone));
                zone.is_some_and(|zone| zone.name == *name)
            }
            Self::Selected(selector) => selector.matches(topology, endpoint),
        }
    }
}

/// What arrives and must not.
fn unwanted(
    intent: &Intent,
    estate: &Estate<'_>,
    targets: &[EndpointIndex],
) -> Result<Vec<Violation>, Error> {
    let never = intent.mode == Mode::Never;
    let names = |wanted: &Party| intent.from.contains(wanted);
    let open_to_all = names(&Party::Internet) || names(&Party::Anyone);
    let mut violations = Vec::new();
    if open_to_all == never {
        for target in targets {
            violations.extend(from_internet(intent, estate, *target));
        }
    }
    if never {
        for target in targets {
            for net in networks(intent, estate) {
                violations.extend(from_network(intent, estate, *target, net)?);
            }
        }
    }
    let sender = |index| {
        let named = intent.from.iter().any(|party| party.has(estate, index));
        named == never
    };
    let receiver = |index| targets.binary_search(&index).is_ok();
    let anybody = estate.interfaces().any(|(index, _)| sender(index));
    if !anybody || targets.is_empty() {
        return Ok(violations);
    }
    let Some(found) = reached(estate, sender, receiver, &packets(&intent.services))? else {
        violations.extend(targets.first().map(|target| Violation {
            interface: *target,
            status: Status::Unknown,
            evidence: Evidence::Fact,
            message: Message::new("needs-fewer-classes"),
        }));
        return Ok(violations);
    };
    violations.extend(found.into_iter().filter_map(|(target, reached)| {
        let source = reached.sources.first().copied()?;
        let message = Message::new("intent-from-neighbour")
            .with("name", estate.name(target))
            .with("source", estate.name(source))
            .with("count", reached.sources.len());
        Some(Violation {
            interface: target,
            status: Status::Open,
            evidence: Evidence::Between {
                source,
                destination: target,
                packets: reached.packets,
            },
            message,
        })
    }));
    Ok(violations)
}

fn from_internet(intent: &Intent, estate: &Estate<'_>, target: EndpointIndex) -> Vec<Violation> {
    let mut by_status: [Vec<Part>; 2] = Default::default();
    for (position, exposure) in estate.exposures(target, Direction::Ingress) {
        let slot = match exposure.verdict {
            Verdict::Open => 0,
            Verdict::Unknown => 1,
            Verdict::Latent | Verdict::Closed => continue,
        };
        if let Some(slot) = by_status.get_mut(slot) {
            slot.extend(parts(estate, position, exposure, &intent.services));
        }
    }
    [Status::Open, Status::Unknown]
        .into_iter()
        .zip(by_status)
        .filter(|(_, parts)| !parts.is_empty())
        .map(|(status, parts)| Violation {
            interface: target,
            status,
            message: Message::new("intent-from-internet")
                .with("name", estate.name(target))
                .with("ports", ports_in_words(&parts)),
            evidence: Evidence::Exposed(parts),
        })
        .collect()
}

fn from_network(
    intent: &Intent,
    estate: &Estate<'_>,
    target: EndpointIndex,
    net: ipnet::IpNet,
) -> Result<Option<Violation>, Error> {
    let asked = asked(intent, estate, target, net)?;
    let let_in = permitted(
        estate.topology(),
        target,
        Direction::Ingress,
        Reading::AsRead,
    )?;
    let packets = let_in.intersection(&asked)?;
    Ok((!packets.is_empty()).then(|| Violation {
        interface: target,
        status: Status::Open,
        evidence: Evidence::Permitted {
            interface: target,
            packets,
        },
        message: Message::new("intent-from-network")
            .with("name", estate.name(target))
            .with("source", net.to_string()),
    }))
}

/// What must arrive and does not.
fn missing(
    intent: &Intent,
    estate: &Estate<'_>,
    targets: &[EndpointIndex],
) -> Result<Vec<Violation>, Error> {
    let mut violations = Vec::new();
    let internet = intent.from.contains(&Party::Internet) || intent.from.contains(&Party::Anyone);
    let senders: Vec<EndpointIndex> = estate
        .interfaces()
        .map(|(index, _)| index)
        .filter(|index| {
            let mut parties = intent.from.iter().filter(|party| **party != Party::Anyone);
            parties.any(|party| !matches!(party, Party::Network(_)) && party.has(estate, *index))
        })
        .collect();
    if senders.len().saturating_mul(targets.len()) > PAIRS {
        violations.extend(targets.first().map(|target| Violation {
            interface: *target,
            status: Status::Unknown,
            evidence: Evidence::Fact,
            message: Message::new("needs-fewer-classes"),
        }));
        return Ok(violations);
    }
    for target in targets {
        if internet && !is_open_to_world(intent, estate, *target) {
            violations.push(Violation {
                interface: *target,
                status: Status::Open,
                evidence: Evidence::Fact,
                message: Message::new("intent-not-from-internet")
                    .with("name", estate.name(*target)),
            });
        }
        for net in networks(intent, estate) {
            let asked = asked(intent, estate, *target, net)?;
            let let_in = permitted(
                estate.topology(),
                *target,
                Direction::Ingress,
                Reading::AsRead,
            )?;
            let packets = asked.difference(&let_in)?;
            violations.extend(stopped(estate, *target, net.to_string(), packets));
        }
        for sender in senders.iter().filter(|sender| *sender != target) {
            let mut asked = PacketSet::empty();
            for family in [Family::V4, Family::V6] {
                let own = |index| address_in(estate, index, family);
                let (Some(from), Some(to)) = (own(*sender), own(*target)) else {
                    continue;
                };
                let boxes: Vec<PacketBox> = packets(&intent.services)
                    .into_iter()
                    .filter(|one| one.family == family)
                    .map(|one| PacketBox {
                        source: Interval::single(from),
                        destination: Interval::single(to),
                        ..one
                    })
                    .collect();
                asked = asked.union(&PacketSet::from_boxes(&boxes)?)?;
                break;
            }
            let packets = asked.difference(&between(estate.topology(), *sender, *target)?)?;
            violations.extend(stopped(estate, *target, estate.name(*sender), packets));
        }
    }
    Ok(violations)
}

fn stopped(
    estate: &Estate<'_>,
    target: EndpointIndex,
    source: String,
    packets: PacketSet,
) -> Option<Violation> {
    (!packets.is_empty()).then(|| Violation {
        interface: target,
        status: Status::Open,
        evidence: Evidence::Permitted {
            interface: target,
            packets,
        },
        message: Message::new("intent-stopped")
            .with("name", estate.name(target))
            .with("source", source),
    })
}

/// True if the world reaches every port that is asked for, as clients see them.
fn is_open_to_world(intent: &Intent, estate: &Estate<'_>, target: EndpointIndex) -> bool {
    let open = |number: u8| {
        let rows = estate.exposures(target, Direction::Ingress);
        let wide = rows.filter(|(_, one)| {
            one.verdict == Verdict::Open
                && one.row.breadth == Breadth::World
                && one
                    .row
                    .slice
                    .protocols
                    .ranges()
                    .iter()
                    .any(|range| range.contains(number))
        });
        let topology = estate.topology();
        let ports = wide.flat_map(|(_, one)| {
            let translated = one.path(topology).and_then(|path| path.entry.ports);
            match translated {
                Some(entry) => vec![entry],
                None => service_ports(topology, one).into_owned(),
            }
        });
        join_ports(ports.collect())
    };
    let everything = [Service {
        protocol: Some(6),
        ports: Interval::all(),
    }];
    let asked = if intent.services.is_empty() {
        &everything[..]
    } else {
        &intent.services
    };
    asked.iter().all(|service| {
        let number = service.protocol.unwrap_or(6);
        if !matches!(number, 6 | 17) {
            let mut rows = estate.exposures(target, Direction::Ingress);
            return rows.any(|(_, one)| {
                one.verdict == Verdict::Open
                    && one
                        .row
                        .slice
                        .protocols
                        .ranges()
                        .iter()
                        .any(|range| range.contains(number))
            });
        }
        without_ports(&[service.ports], &open(number)).is_empty()
    })
}

/// The networks that a rule names beside the Internet.
fn networks<'e>(intent: &'e Intent, estate: &'e Estate<'_>) -> Vec<ipnet::IpNet> {
    let mut nets = Vec::new();
    for party in &intent.from {
        match party {
            Party::Network(net) => nets.push(*net),
            Party::Trusted => nets.extend(estate.settings.trusted.iter().copied()),
            _ => {}
        }
    }
    nets
}

/// The packets of a rule from a network to an interface.
fn asked(
    intent: &Intent,
    estate: &Estate<'_>,
    target: EndpointIndex,
    net: ipnet::IpNet,
) -> Result<PacketSet, Error> {
    let family = family_of(net.addr());
    let Some(own) = address_in(estate, target, family) else {
        return Ok(PacketSet::empty());
    };
    let boxes: Vec<PacketBox> = packets(&intent.services)
        .into_iter()
        .filter(|one| one.family == family)
        .map(|one| PacketBox {
            source: range_of(&net),
            destination: Interval::single(own),
            ..one
        })
        .collect();
    PacketSet::from_boxes(&boxes)
}

fn address_in(estate: &Estate<'_>, index: EndpointIndex, family: Family) -> Option<u128> {
    let endpoint = estate.topology().endpoint(index);
    match family {
        Family::V4 => endpoint
            .primary_address()
            .filter(|own| family_of(*own) == family)
            .map(value_of),
        Family::V6 => {
            let first = endpoint.interface.ipv6.first()?;
            Some(value_of(first.address.into()))
        }
    }
}

fn packets(services: &[Service]) -> Vec<PacketBox> {
    if services.is_empty() {
        return [Family::V4, Family::V6].map(PacketBox::all).to_vec();
    }
    services.iter().flat_map(Service::boxes).collect()
}

/// What of an exposure is among some services; none stands for all.
fn parts(
    estate: &Estate<'_>,
    position: usize,
    exposure: &Exposure,
    services: &[Service],
) -> Vec<Part> {
    let whole = Part {
        exposure: position,
        protocols: exposure.row.slice.protocols.clone(),
        ports: exposure.row.slice.ports.clone(),
        share: exposure.row.share,
        without: Vec::new(),
    };
    if services.iter().any(|service| service.protocol.is_none()) || services.is_empty() {
        return vec![whole];
    }
    let ports = service_ports(estate.topology(), exposure);
    let carried = exposure.row.slice.protocols.ranges();
    let mut parts = Vec::new();
    for service in services {
        let Some(number) = service.protocol else {
            continue;
        };
        if !carried.iter().any(|range| range.contains(number)) {
            continue;
        }
        let ported = matches!(number, 6 | 17);
        let own: Vec<Interval<u16>> = if ported {
            let both = ports.iter().filter_map(|own| own.intersect(service.ports));
            both.collect()
        } else {
            Vec::new()
        };
        if ported && own.is_empty() {
            continue;
        }
        parts.push(Part {
            protocols: match number {
                6 => Protocols::Tcp,
                17 => Protocols::Udp,
                other => Protocols::Number(other),
            },
            ports: at_interface(exposure, own),
            ..whole.clone()
        });
    }
    parts
}
