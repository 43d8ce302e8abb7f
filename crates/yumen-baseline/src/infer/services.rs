//! What the Internet shall reach of a role: what it reaches today, as far as somebody can have
//! meant it.

use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::{Direction, Listener};
use yumen_diagnostics::Message;
use yumen_packets::Interval;
use yumen_reach::{Breadth, EndpointIndex, Exposure, PathKind, Protocols, Topology, Verdict};

use crate::items::{INNER_SERVICES, service_ports};
use crate::service::{Service, names_among, ports_among};
use crate::settings::RoleKind;

use super::ground::Ground;
use super::roles::called;
use super::{Confidence, Guessed};

const TCP: u8 = 6;
const UDP: u8 = 17;

/// A range of so many ports is no service.
const FEW_PORTS: u16 = 16;

/// Services that a remark shows.
const SHOWN: usize = 8;

/// Services of a role with what is open beside them and shall not be.
#[derive(Default)]
pub(super) struct Services {
    pub(super) services: Vec<Guessed<Service>>,
    pub(super) remarks: Vec<Message>,
}

/// One service under way: who offers it by an address of its own, who behind listeners.
#[derive(Default)]
struct Offer {
    direct: Vec<EndpointIndex>,
    behind: Vec<EndpointIndex>,
    listeners: BTreeSet<String>,
    /// True if one listener is open by more than an allow-list that was left empty
    meant: bool,
}

/// The services of a role's members, sorted by position.
pub(super) fn services(ground: &Ground<'_>, kind: RoleKind, members: &[EndpointIndex]) -> Services {
    match kind {
        RoleKind::Web | RoleKind::Application => {}
        RoleKind::Data => return nobody("infer-services-data"),
        RoleKind::Management => return nobody("infer-services-management"),
        RoleKind::Bastion => return nobody("infer-services-bastion"),
    }
    let mut offers: BTreeMap<Service, Offer> = BTreeMap::new();
    let mut inner: BTreeMap<Service, &'static str> = BTreeMap::new();
    let mut others: BTreeSet<Service> = BTreeSet::new();
    for exposure in ground.exposures.iter().filter(|one| is_open(one)) {
        if members.binary_search(&exposure.interface).is_err() {
            continue;
        }
        let listener = listener(ground.topology, exposure);
        let ports = service_ports(ground.topology, exposure);
        for (number, word) in [(TCP, Protocols::Tcp), (UDP, Protocols::Udp)] {
            let protocols = &exposure.row.slice.protocols;
            if *protocols != word && *protocols != Protocols::All {
                continue;
            }
            let service = |ports| Service {
                protocol: Some(number),
                ports,
            };
            let own = kind == RoleKind::Web && number == TCP && listener.is_none();
            let pages = match own {
                true => pages(&ports),
                false => Vec::new(),
            };
            for page in &pages {
                let offer = offers.entry(service(*page)).or_default();
                offer.direct.push(exposure.interface);
            }
            for ports in ports.iter().filter(|ports| !pages.contains(ports)) {
                let name = inner_service(&word, *ports);
                match (&listener, name) {
                    _ if ports.high() - ports.low() >= FEW_PORTS => {
                        others.insert(service(*ports));
                    }
                    (_, Some(name)) => {
                        inner.insert(service(*ports), name);
                    }
                    (None, None) => {
                        others.insert(service(*ports));
                    }
                    (Some((name, listener)), None) => {
                        let offer = offers.entry(service(*ports)).or_default();
                        offer.behind.push(exposure.interface);
                        offer.listeners.insert(name.clone());
                        offer.meant |= !listener.empty_allow_list;
                    }
                }
            }
        }
    }
    let mut found = Services::default();
    for (service, offer) in &offers {
        found.services.push(offer.guess(ground, *service));
    }
    if found.services.is_empty() {
        found.remarks.push(Message::new("infer-services-none"));
    }
    if !inner.is_empty() {
        let inner = inner
            .iter()
            .map(|(service, name)| format!("{} {name}", ported(service)));
        let message = Message::new("infer-services-inner");
        found
            .remarks
            .push(message.with("services", shortened(inner)));
    }
    others.retain(|service| !offers.contains_key(service));
    if !others.is_empty() {
        let message = Message::new("infer-services-others");
        let others = others.iter().map(ported);
        found.remarks.push(message.with("ports", shortened(others)));
    }
    found
}

impl Offer {
    fn guess(&self, ground: &Ground<'_>, value: Service) -> Guessed<Service> {
        let say = |id, machines: &[EndpointIndex]| {
            let (count, names) = ground.machines_of(machines);
            Message::new(id).with("count", count).with("names", names)
        };
        let mut reasons = Vec::new();
        if !self.direct.is_empty() {
            reasons.push(say("infer-service-open", &self.direct));
        }
        if !self.behind.is_empty() {
            let id = match self.meant {
                true => "infer-service-listener",
                false => "infer-service-empty-list",
            };
            let listeners: Vec<&str> = self.listeners.iter().map(String::as_str).collect();
            let reason = say(id, &self.behind);
            reasons.push(reason.with("listeners", listeners.join(", ")));
        }
        let confidence = if self.meant || !self.direct.is_empty() {
            Confidence::Firm
        } else {
            Confidence::Weak
        };
        Guessed {
            value,
            confidence,
            reasons,
        }
    }
}

/// Nobody outside needs anything, and why.
fn nobody(id: &'static str) -> Services {
    Services {
        services: Vec::new(),
        remarks: vec![Message::new(id)],
    }
}

fn is_open(exposure: &Exposure) -> bool {
    exposure.direction == Direction::Ingress
        && exposure.verdict == Verdict::Open
        && exposure.row.breadth > Breadth::Named
}

/// The listener by which an exposure goes, with its name.
fn listener<'a>(topology: &'a Topology, exposure: &Exposure) -> Option<(String, &'a Listener)> {
    let path = exposure.path(topology)?;
    let PathKind::Listener {
        balancer, listener, ..
    } = &path.kind
    else {
        return None;
    };
    let balancer = topology.snapshot().balancers.get(balancer)?;
    let listener = balancer.listeners.iter().find(|one| one.id == *listener)?;
    let port = listener.ports.low();
    Some((
        format!("{} {port}", called(&balancer.name, &balancer.id)),
        listener,
    ))
}

/// 80 and 443, as far as some ports have them.
fn pages(ports: &[Interval<u16>]) -> Vec<Interval<u16>> {
    let has = |port: &u16| ports.iter().any(|range| range.contains(*port));
    [80, 443]
        .into_iter()
        .filter(has)
        .map(Interval::single)
        .collect()
}

/// The name of a service among some ports that is nothing for the Internet.
fn inner_service(protocols: &Protocols, ports: Interval<u16>) -> Option<&'static str> {
    INNER_SERVICES.iter().find_map(|known| {
        let names = names_among(&ports_among(protocols, &[ports], known), known);
        names.into_iter().next()
    })
}

/// A service with its ports, even if it has them all.
fn ported(service: &Service) -> String {
    if service.ports == Interval::all() {
        format!("{service}/0-65535")
    } else {
        service.to_string()
    }
}

fn shortened(entries: impl Iterator<Item = String>) -> String {
    let mut entries: Vec<String> = entries.collect();
    if entries.len() > SHOWN {
        entries.truncate(SHOWN);
        entries.push("…".to_owned());
    }
    entries.join(", ")
}
