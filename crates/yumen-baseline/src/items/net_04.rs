//! NET-04: a listener for management or data is open to all.

use yumen_cloud::{
    EipBinding, Listener, ListenerAccess, ListenerProtocol, LoadBalancer, Snapshot, Target,
};
use yumen_packets::{Family, Interval};
use yumen_reach::{Breadth, Protocols, range_of};

use super::prelude::*;
use super::{exp_03, exp_04, exp_06, exp_07, exp_08, exp_09, exposed, fact};
use crate::service::{Known, names_among, ports_among};

pub(super) const ITEM: Item = Item {
    id: ItemId("NET-04"),
    severity: Severity::High,
    fix: FixKind::ByHand,
    english: include_str!("net_04.en.md"),
    chinese: include_str!("net_04.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let (mut checked, mut findings) = (0, Vec::new());
    let snapshot = estate.snapshot();
    for balancer in snapshot.balancers.values() {
        if !faces_internet(snapshot, balancer) {
            continue;
        }
        for listener in &balancer.listeners {
            checked += 1;
            findings.extend(judge_listener(estate, balancer, listener));
        }
        if balancer.unread {
            let message = Message::new("found-listeners-unread")
                .with("name", fact::named(&balancer.name, &balancer.id));
            let subject = Subject::Listener {
                balancer: balancer.id.clone(),
                listener: balancer.id.clone(),
            };
            let place = balancer.place.clone();
            findings.push(fact::finding(
                &ITEM,
                Status::Unknown,
                subject,
                place,
                message,
            ));
        }
    }
    findings.extend(fact::unread_balancers(estate, &ITEM));
    Ok(Outcome::of(checked, findings))
}

fn judge_listener(
    estate: &Estate<'_>,
    balancer: &LoadBalancer,
    listener: &Listener,
) -> Option<Finding> {
    let services = services(estate.snapshot(), balancer, listener);
    if services.is_empty() && !listener.empty_allow_list {
        return None;
    }
    let wide = breadth(estate, balancer, listener) > Breadth::Named;
    let status = if !wide && listener.access_unread {
        Status::Unknown
    } else if !wide {
        return None;
    } else if listener.running && balancer.active {
        Status::Open
    } else {
        Status::Latent
    };
    let id = if listener.empty_allow_list {
        "found-empty-allow-list"
    } else {
        "found-open-listener"
    };
    let message = Message::new(id)
        .with("name", fact::named(&balancer.name, &balancer.id))
        .with("port", u64::from(listener.ports.low()))
        .with("services", exposed::shorten(&services, 4));
    let subject = Subject::Listener {
        balancer: balancer.id.clone(),
        listener: listener.id.clone(),
    };
    Some(fact::finding(
        &ITEM,
        status,
        subject,
        listener.place.clone(),
        message,
    ))
}

/// True if clients on the Internet can name an address of the balancer.
pub(super) fn faces_internet(snapshot: &Snapshot, balancer: &LoadBalancer) -> bool {
    balancer.internet
        || snapshot
            .eips
            .values()
            .any(|eip| matches!(&eip.binding, EipBinding::LoadBalancer(id) if *id == balancer.id))
}

/// Names of the management and data services that a listener leads to. Behind a listener that
/// speaks HTTP, ports of big-data services are too often those of ordinary applications.
fn services(
    snapshot: &Snapshot,
    balancer: &LoadBalancer,
    listener: &Listener,
) -> Vec<&'static str> {
    let web = matches!(
        listener.protocol,
        ListenerProtocol::Http | ListenerProtocol::Https | ListenerProtocol::Quic
    );
    let tables: &[&'static [Known]] = &[
        exp_03::SERVICES,
        exp_04::SERVICES,
        exp_06::SERVICES,
        exp_07::SERVICES,
        exp_09::SERVICES,
        if web { &[] } else { exp_08::SERVICES },
    ];
    let mut ports = vec![listener.ports];
    for target in &listener.targets {
        let (servers, own) = match target {
            Target::OwnServers(port) => (&balancer.servers, *port),
            Target::ServerGroup(id) => match snapshot.server_groups.get(id) {
                Some(group) => (&group.servers, None),
                None => continue,
            },
        };
        ports.extend(own.map(Interval::single));
        ports.extend(
            servers
                .iter()
                .filter_map(|one| one.port.map(Interval::single)),
        );
    }
    let protocols = if listener.protocol.transport() == 17 {
        Protocols::Udp
    } else {
        Protocols::Tcp
    };
    let mut names = Vec::new();
    for table in tables {
        let found = ports_among(&protocols, &ports, table);
        names.extend(names_among(&found, table));
    }
    names.dedup();
    names
}

/// To how much of the Internet a listener is open, by the access lists that were read.
fn breadth(estate: &Estate<'_>, balancer: &LoadBalancer, listener: &Listener) -> Breadth {
    let snapshot = estate.snapshot();
    let internet = estate.topology().internet_of(balancer.vpc.as_ref());
    let (lists, allowed) = match &listener.access {
        ListenerAccess::Everyone => return Breadth::World,
        ListenerAccess::Only(lists) => (lists, true),
        ListenerAccess::AllBut(lists) => (lists, false),
    };
    let entries = lists.iter().filter_map(|id| snapshot.access_lists.get(id));
    let mut nets: Vec<ipnet::IpNet> = entries.flat_map(|list| list.entries.clone()).collect();
    if !allowed {
        let rest = internet.less(&nets);
        return [Family::V4, Family::V6]
            .into_iter()
            .map(|family| internet.breadth(family, rest.addresses(family)))
            .max()
            .unwrap_or(Breadth::Named);
    }
    nets.sort();
    let of = |family| {
        let ranges: Vec<Interval<u128>> = nets
            .iter()
            .filter(|net| yumen_reach::family_of(net.addr()) == family)
            .map(range_of)
            .collect();
        internet.breadth(family, &yumen_reach::join_ranges(ranges))
    };
    of(Family::V4).max(of(Family::V6))
}
