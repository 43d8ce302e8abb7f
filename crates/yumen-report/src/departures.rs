//! How an estate departs from a template, in words and as JSON.

use std::cmp::Reverse;
use std::collections::BTreeMap;

use serde_json::{Value, json};
use yumen_baseline::{Departure, DepartureKind, Departures, Rendered, Required, State, Status};
use yumen_cloud::Direction;
use yumen_diagnostics::Message;
use yumen_packets::{Family, Interval, PacketBox, PacketSet, cidrs_of};
use yumen_reach::{EndpointIndex, Slice, Topology, Verdict, slices};

use crate::audit::Service;
use crate::columns::{fit, pad, wrap};
use crate::describe;
use crate::json::{direction, packet, ports};
use crate::paint::{Paint, shape};
use crate::text::COLUMNS;
use crate::words::Words;

/// How much is written out before the rest is counted, so that all of it fits the first screen.
struct Limits {
    machines: usize,
    rows: usize,
    networks: usize,
    intents: usize,
    uncontained: usize,
    items: usize,
}

const FIRST_SCREEN: Limits = Limits {
    machines: 3,
    rows: 3,
    networks: 3,
    intents: 3,
    uncontained: 1,
    items: 4,
};
/// What stands before the second line of something.
const HANGING: &str = "      ";
const EVERYTHING: Limits = Limits {
    machines: usize::MAX,
    rows: usize::MAX,
    networks: usize::MAX,
    intents: usize::MAX,
    uncontained: usize::MAX,
    items: usize::MAX,
};

/// The comparison as JSON; schema `yumen.template-check/1`.
#[must_use]
pub fn json(rendered: &Rendered, found: &Departures, topology: &Topology, words: &Words) -> Value {
    let named = |index: EndpointIndex| topology.endpoint(index).interface.id.to_string();
    let roles = found.roles.iter().map(|role| {
        let members = role.members.iter().map(|index| named(*index));
        json!({ "role": role.role, "interfaces": members.collect::<Vec<_>>() })
    });
    let packets = found.packets.iter().map(|one| {
        let interface = &topology.endpoint(one.interface).interface;
        json!({
            "interface": interface.id.as_str(),
            "instance": interface.instance.as_ref().map(ToString::to_string),
            "direction": direction(one.direction),
            "kind": one.kind.word(),
            "packets": one.packets.count().to_string(),
            "services": rows(&one.packets, one.direction).iter().map(row_json).collect::<Vec<_>>(),
            "witness": packet(&one.witness),
        })
    });
    let intents = found.intents.iter().map(|outcome| {
        let violations = outcome.violations.iter().map(|one| {
            json!({
                "interface": named(one.interface),
                "status": status(one.status),
                "message": words.say(&one.message),
            })
        });
        json!({
            "rule": outcome.intent.text,
            "reason": outcome.intent.reason,
            "checked": outcome.checked,
            "violations": violations.collect::<Vec<_>>(),
        })
    });
    let items = found.items.iter().map(|required| {
        let not_assessed = match &required.outcome.state {
            State::NotAssessed(why) => Some(words.say(why)),
            State::Assessed => None,
        };
        let findings =
            required.outcome.findings.iter().map(
                |one| json!({ "status": status(one.status), "message": words.say(&one.message) }),
            );
        json!({
            "item": required.item.as_str(),
            "passes": required.passes(),
            "not_assessed": not_assessed,
            "findings": findings.collect::<Vec<_>>(),
        })
    });
    json!({
        "schema": "yumen.template-check/1",
        "template": rendered.template.name,
        "sector": rendered.sector.map(|sector| sector.name),
        "snapshot": topology.snapshot().content_address().to_string(),
        "conforms": found.is_empty(),
        "roles": roles.collect::<Vec<_>>(),
        "departures": packets.collect::<Vec<_>>(),
        "intents": intents.collect::<Vec<_>>(),
        "items": items.collect::<Vec<_>>(),
        "uncontained": found.uncontained.iter().map(|one| named(*one)).collect::<Vec<_>>(),
    })
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Open => "open",
        Status::Unknown => "unknown",
        Status::Latent => "latent",
    }
}

fn row_json(row: &Slice) -> Value {
    json!({
        "family": row.family.to_string(),
        "protocol": row.protocols.word(),
        "ports": ports(&row.ports),
        "peers": written(row.family, &row.peers),
    })
}

/// The comparison as lines: packets first, then intents, then items.
#[must_use]
pub fn text(
    rendered: &Rendered,
    found: &Departures,
    topology: &Topology,
    words: &Words,
    paint: Paint,
    all: bool,
) -> String {
    let mut page = Page {
        words,
        paint,
        limits: if all { EVERYTHING } else { FIRST_SCREEN },
        lines: Vec::new(),
        is_cut: false,
    };
    page.headline(rendered, found);
    page.packets(&found.packets, topology);
    page.intents(found);
    page.items(found, topology);
    if page.is_cut {
        page.lines.push(String::new());
        page.say(&Message::new("template-next-all"));
    }
    page.lines.join("\n") + "\n"
}

/// Lines under construction.
struct Page<'p> {
    words: &'p Words,
    paint: Paint,
    limits: Limits,
    lines: Vec<String>,
    is_cut: bool,
}

impl Page<'_> {
    fn say(&mut self, message: &Message) {
        self.lines.extend(wrap(&self.words.say(message), COLUMNS));
    }

    fn finding(&mut self, verdict: Verdict, message: &Message) {
        let line = format!("{} {}", shape(verdict), self.words.say(message));
        let lines = wrap(&line, COLUMNS);
        let painted = lines.iter().map(|line| self.paint.verdict(verdict, line));
        self.lines.extend(painted);
    }

    fn more(&mut self, count: usize) {
        if count > 0 {
            self.is_cut = true;
            let more = Message::new("template-more").with("count", count);
            let line = format!("  … {}", self.words.say(&more));
            self.lines.push(self.paint.muted(&line));
        }
    }

    fn headline(&mut self, rendered: &Rendered, found: &Departures) {
        let mut name = rendered.template.name.to_owned();
        if let Some(sector) = rendered.sector {
            name = format!("{name} + {}", sector.name);
        }
        let count = |members: &mut dyn Iterator<Item = EndpointIndex>| {
            members.collect::<std::collections::BTreeSet<_>>().len()
        };
        let interfaces = found.roles.iter().flat_map(|role| &role.members);
        let interfaces = count(&mut interfaces.copied());
        let headline = if found.is_empty() {
            Message::new("template-conform")
                .with("template", name)
                .with("interfaces", interfaces)
        } else {
            let departing = count(&mut found.packets.iter().map(|one| one.interface));
            let broken = found.intents.iter();
            let broken = broken.filter(|one| !one.violations.is_empty()).count();
            let items = found.items.iter().filter(|one| !one.passes()).count();
            Message::new("template-departs")
                .with("template", name)
                .with("interfaces", departing)
                .with("all", interfaces)
                .with("intents", broken)
                .with("items", items)
        };
        let lines = wrap(&self.words.say(&headline), COLUMNS);
        let lines = lines.iter().map(|line| self.paint.strong(line));
        self.lines.extend(lines);
        let roles = found.roles.iter().map(|role| {
            let message = Message::new("template-members")
                .with("role", role.role)
                .with("count", role.members.len());
            self.words.say(&message)
        });
        let roles = roles.collect::<Vec<_>>().join(" · ");
        self.lines.push(self.paint.muted(&roles));
    }

    /// Machines that depart by the same packets stand together, those that are open to most first.
    fn packets(&mut self, packets: &[Departure], topology: &Topology) {
        type Key = (DepartureKind, bool, Vec<Slice>);
        let mut same: BTreeMap<Key, Vec<&Departure>> = BTreeMap::new();
        for one in packets {
            let outward = one.direction == Direction::Egress;
            let key = (one.kind, outward, rows(&one.packets, one.direction));
            same.entry(key).or_default().push(one);
        }
        let mut same: Vec<(Key, Vec<&Departure>)> = same.into_iter().collect();
        same.sort_by_key(|((kind, outward, rows), _)| (*kind, *outward, Reverse(widest(rows))));
        for ((kind, outward, rows), members) in same.iter().take(self.limits.machines) {
            self.lines.push(String::new());
            let (verdict, id) = match (kind, outward) {
                (DepartureKind::Beyond, false) => (Verdict::Open, "template-departure-beyond"),
                (DepartureKind::Beyond, true) => (Verdict::Open, "template-departure-out"),
                (DepartureKind::Missing, _) => (Verdict::Closed, "template-departure-missing"),
                (DepartureKind::Unknown, _) => (Verdict::Unknown, "template-departure-unknown"),
            };
            let names: Vec<String> = members
                .iter()
                .map(|one| describe::machine(topology, one.interface))
                .collect();
            let names = self.words.list(&names);
            let word = pad(&self.words.text(id), 18);
            let lines = self.cut(&format!("{} {word}{names}", shape(verdict)));
            let lines = lines
                .iter()
                .map(|line| self.paint.verdict(verdict, line))
                .collect::<Vec<_>>();
            self.lines.extend(lines);
            let mut rows: Vec<&Slice> = rows.iter().collect();
            rows.sort_by_key(|row| Reverse(widest(std::slice::from_ref(*row))));
            for row in rows.iter().take(self.limits.rows) {
                self.lines
                    .extend(self.cut(&format!("    {}", self.row(row, *outward))));
            }
            self.more(rows.len().saturating_sub(self.limits.rows));
            if let Some(first) = members.first() {
                let witness = format!("    {}", first.witness);
                self.lines.push(self.paint.muted(&witness));
            }
        }
        self.more(same.len().saturating_sub(self.limits.machines));
    }

    /// One line, cut to the screen, or all of it.
    fn cut(&self, line: &str) -> Vec<String> {
        if self.limits.rows == usize::MAX {
            let lines = wrap(line, COLUMNS - HANGING.len()).into_iter().enumerate();
            let hanging = |position| if position == 0 { "" } else { HANGING };
            lines
                .map(|(position, line)| format!("{}{line}", hanging(position)))
                .collect()
        } else {
            vec![fit(line, COLUMNS)]
        }
    }

    fn row(&self, row: &Slice, outward: bool) -> String {
        let service = Service {
            protocols: row.protocols.clone(),
            ports: row.ports.clone(),
        };
        let what = describe::services(self.words, &[service]);
        let id = if outward {
            "template-to"
        } else {
            "template-from"
        };
        let networks = self.networks(row.family, &row.peers);
        let peers = Message::new(id).with("networks", networks);
        format!("{what}  {}", self.words.say(&peers))
    }

    /// A few networks, or all but a few.
    fn networks(&self, family: Family, peers: &[Interval<u128>]) -> String {
        let exact = written(family, peers);
        let rest = written(family, &others(family, peers));
        let few = FIRST_SCREEN.networks;
        if exact.len() > few && rest.len() <= few {
            let whole = match family {
                Family::V4 => "0.0.0.0/0",
                Family::V6 => "::/0",
            };
            let except = Message::new("template-except")
                .with("whole", whole)
                .with("networks", self.words.list(&rest));
            return self.words.say(&except);
        }
        if exact.len() <= self.limits.networks {
            return self.words.list(&exact);
        }
        let mut some: Vec<String> = exact.iter().take(self.limits.networks).cloned().collect();
        some.push(format!("… +{}", exact.len() - self.limits.networks));
        self.words.list(&some)
    }

    fn intents(&mut self, found: &Departures) {
        let broken = found.intents.iter();
        let broken: Vec<_> = broken.filter(|one| !one.violations.is_empty()).collect();
        if !broken.is_empty() {
            self.lines.push(String::new());
        }
        // One place on the first screen shows that an intent does not hold.
        let places = if self.limits.rows == usize::MAX {
            usize::MAX
        } else {
            1
        };
        for outcome in broken.iter().take(self.limits.intents) {
            let rule = Message::new("template-broken").with("rule", outcome.intent.text.as_str());
            self.finding(Verdict::Open, &rule);
            for one in outcome.violations.iter().take(places) {
                let mut line = format!("    {}", self.words.say(&one.message));
                let rest = outcome.violations.len().saturating_sub(places);
                if rest > 0 {
                    let more = Message::new("template-more").with("count", rest);
                    line = format!("{line} … {}", self.words.say(&more));
                    self.is_cut = true;
                }
                self.lines.extend(self.cut(&line));
            }
        }
        self.more(broken.len().saturating_sub(self.limits.intents));
    }

    fn items(&mut self, found: &Departures, topology: &Topology) {
        let failing = found.items.iter().filter(|one| !one.passes());
        let failing: Vec<_> = failing.collect();
        if !failing.is_empty() || !found.uncontained.is_empty() {
            self.lines.push(String::new());
        }
        for index in found.uncontained.iter().take(self.limits.uncontained) {
            let name = describe::machine(topology, *index);
            let message = Message::new("template-uncontained").with("name", name);
            self.finding(Verdict::Open, &message);
        }
        self.more(
            found
                .uncontained
                .len()
                .saturating_sub(self.limits.uncontained),
        );
        for required in failing.iter().take(self.limits.items) {
            self.item(required);
        }
        self.more(failing.len().saturating_sub(self.limits.items));
    }

    fn item(&mut self, required: &Required) {
        let about = |id: &'static str, what: String| {
            let item = Message::new(id).with("item", required.item.as_str());
            item.with("what", what)
        };
        if let State::NotAssessed(why) = &required.outcome.state {
            let why = self.words.say(why);
            self.finding(Verdict::Unknown, &about("template-item-unknown", why));
            return;
        }
        let wrong = required.outcome.findings.iter();
        let wrong: Vec<_> = wrong.filter(|one| one.status != Status::Latent).collect();
        let Some(first) = wrong.first() else { return };
        let mut what = self.words.say(&first.message);
        if wrong.len() > 1 {
            let more = Message::new("template-more").with("count", wrong.len() - 1);
            what = self.words.list(&[what, self.words.say(&more)]);
        }
        let verdict = match first.status {
            Status::Unknown => Verdict::Unknown,
            Status::Open | Status::Latent => Verdict::Open,
        };
        self.finding(verdict, &about("template-item-fails", what));
    }
}

/// Packets of one interface by service and other side, whatever its own addresses.
fn rows(packets: &PacketSet, direction: Direction) -> Vec<Slice> {
    let boxes = packets.boxes().into_iter().map(|one| {
        let all = PacketBox::all(one.family);
        match direction {
            Direction::Ingress => PacketBox {
                destination: all.destination,
                ..one
            },
            Direction::Egress => PacketBox {
                source: all.source,
                ..one
            },
        }
    });
    slices(&boxes.collect::<Vec<_>>(), direction)
}

/// Of the rows the one with most addresses on the other side, as bits of that number; a network
/// of IPv6 counts as one address does in IPv4.
fn widest(rows: &[Slice]) -> u32 {
    let bits = rows.iter().map(|row| {
        let spans = row.peers.iter().map(|range| range.high() - range.low());
        let total = spans.fold(0_u128, u128::saturating_add);
        let bits = u128::BITS - total.leading_zeros();
        match row.family {
            Family::V4 => bits,
            Family::V6 => bits.saturating_sub(64),
        }
    });
    bits.max().unwrap_or_default()
}

/// Addresses as the networks that they are made of.
fn written(family: Family, ranges: &[Interval<u128>]) -> Vec<String> {
    let nets = ranges.iter().flat_map(|range| cidrs_of(family, *range));
    nets.map(|(address, length)| format!("{address}/{length}"))
        .collect()
}

/// All other addresses of a family.
fn others(family: Family, ranges: &[Interval<u128>]) -> Vec<Interval<u128>> {
    let whole = PacketBox::all(family).source;
    let mut rest = Vec::new();
    let mut next = Some(whole.low());
    for range in ranges {
        if let Some(low) = next
            && let Some(high) = range.low().checked_sub(1)
            && low <= high
        {
            rest.extend(Interval::new(low, high));
        }
        next = range
            .high()
            .checked_add(1)
            .filter(|next| *next <= whole.high());
    }
    rest.extend(next.and_then(|low| Interval::new(low, whole.high())));
    rest
}
