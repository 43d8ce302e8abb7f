//! HRD-01: a listener speaks plain HTTP or old TLS.

use yumen_cloud::{ListenerProtocol, TlsVersion};

use super::fact;
use super::net_04::faces_internet;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("HRD-01"),
    severity: Severity::Medium,
    fix: FixKind::ByHand,
    english: include_str!("hrd_01.en.md"),
    chinese: include_str!("hrd_01.zh.md"),
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
            let id = match (listener.protocol, listener.minimum_tls) {
                (ListenerProtocol::Http, _) if !listener.redirects => "found-plain-http",
                (ListenerProtocol::Https | ListenerProtocol::TcpSsl, Some(version))
                    if version < TlsVersion::V1_2 =>
                {
                    "found-old-tls"
                }
                (ListenerProtocol::Https | ListenerProtocol::TcpSsl, None) => "found-tls-unread",
                (ListenerProtocol::Http, _) | (_, Some(_)) => "",
                (_, None) => continue,
            };
            checked += 1;
            let status = match id {
                "" => continue,
                "found-tls-unread" => Status::Unknown,
                _ if listener.running && balancer.active => Status::Open,
                _ => Status::Latent,
            };
            let message = Message::new(id)
                .with("name", fact::named(&balancer.name, &balancer.id))
                .with("port", u64::from(listener.ports.low()));
            let subject = Subject::Listener {
                balancer: balancer.id.clone(),
                listener: listener.id.clone(),
            };
            let place = listener.place.clone();
            findings.push(fact::finding(&ITEM, status, subject, place, message));
        }
    }
    findings.extend(fact::unread_balancers(estate, &ITEM));
    Ok(Outcome::of(checked, findings))
}
