//! The difference between two snapshots, in words and as JSON.

use serde_json::{Value, json};
use yumen_diagnostics::Message;
use yumen_packets::PacketSet;
use yumen_reach::{Delta, InterfaceDelta, Slice, Topology, Verdict, services_of, slices};

use crate::audit::Service;
use crate::columns::{fit, pad, wrap};
use crate::describe;
use crate::json::services;
use crate::paint::{Paint, shape};
use crate::text::COLUMNS;
use crate::words::Words;

/// The difference as JSON; schema `yumen.diff/1`.
#[must_use]
pub fn json(delta: &Delta, old: &Topology, new: &Topology) -> Value {
    let interfaces = delta.interfaces.iter().map(|one| {
        json!({
            "interface": one.interface.as_str(),
            "instance": one.instance.as_ref().map(ToString::to_string),
            "internet": sides(&one.internet_opened, &one.internet_closed),
            "ingress": sides(&one.ingress_opened, &one.ingress_closed),
            "egress": sides(&one.egress_opened, &one.egress_closed),
        })
    });
    json!({
        "schema": "yumen.diff/1",
        "old": old.snapshot().content_address().to_string(),
        "new": new.snapshot().content_address().to_string(),
        "opens_to_internet": delta.opens_to_internet(),
        "interfaces": interfaces.collect::<Vec<_>>(),
    })
}

fn sides(opened: &PacketSet, closed: &PacketSet) -> Value {
    let side = |set: &PacketSet| {
        json!({
            "packets": set.count().to_string(),
            "services": services(set),
            "witness": set.witness().map(|packet| crate::json::packet(&packet)),
        })
    };
    json!({ "opened": side(opened), "closed": side(closed) })
}

/// The difference as lines: what opens and closes to the Internet first, then what only the
/// filters say.
#[must_use]
pub fn text(delta: &Delta, new: &Topology, words: &Words, paint: Paint) -> String {
    if delta.is_empty() {
        return words.text("diff-none") + "\n";
    }
    let mut lines = Vec::new();
    let opened = delta
        .interfaces
        .iter()
        .filter(|one| !one.internet_opened.is_empty())
        .count();
    let closed = delta
        .interfaces
        .iter()
        .filter(|one| !one.internet_closed.is_empty())
        .count();
    let headline = Message::new("diff-headline")
        .with("interfaces", delta.interfaces.len())
        .with("opened", opened)
        .with("closed", closed);
    lines.extend(
        wrap(&words.say(&headline), COLUMNS)
            .iter()
            .map(|line| paint.strong(line)),
    );
    for one in &delta.interfaces {
        lines.push(String::new());
        lines.push(paint.strong(&name(one, new)));
        let mut side = |id: &'static str, set: &PacketSet, verdict: Verdict| {
            if !set.is_empty() {
                lines.push(line(words, paint, id, set, verdict));
            }
        };
        side("diff-internet-opened", &one.internet_opened, Verdict::Open);
        side(
            "diff-internet-closed",
            &one.internet_closed,
            Verdict::Closed,
        );
        side("diff-ingress-opened", &one.ingress_opened, Verdict::Latent);
        side("diff-ingress-closed", &one.ingress_closed, Verdict::Closed);
        side("diff-egress-opened", &one.egress_opened, Verdict::Latent);
        side("diff-egress-closed", &one.egress_closed, Verdict::Closed);
    }
    lines.join("\n") + "\n"
}

fn name(one: &InterfaceDelta, new: &Topology) -> String {
    let index = new.find_interface(one.interface.as_str());
    let machine = index
        .map(|index| describe::machine(new, index))
        .unwrap_or_default();
    if machine.is_empty() || machine == one.interface.as_str() {
        one.interface.to_string()
    } else {
        format!("{machine} · {}", one.interface)
    }
}

fn line(
    words: &Words,
    paint: Paint,
    id: &'static str,
    set: &PacketSet,
    verdict: Verdict,
) -> String {
    let what = describe::services(words, &services_in_words(set));
    let witness = set
        .witness()
        .map(|packet| packet.to_string())
        .unwrap_or_default();
    let line = format!(
        "  {} {}  {}  {witness}",
        shape(verdict),
        pad(&words.text(id), 24),
        pad(&fit(&what, 30), 30)
    );
    paint.verdict(verdict, &fit(&line, COLUMNS))
}

fn services_in_words(set: &PacketSet) -> Vec<Service> {
    let rows: Vec<Slice> = slices(&services_of(set), yumen_cloud::Direction::Ingress);
    let mut found: Vec<Service> = Vec::new();
    for row in rows {
        let service = Service {
            protocols: row.protocols,
            ports: row.ports,
        };
        if !found.contains(&service) {
            found.push(service);
        }
    }
    found.sort();
    found
}
