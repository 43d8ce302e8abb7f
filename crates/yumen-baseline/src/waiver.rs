//! Waivers: findings that somebody answers for, down to ports and sources, until a day.

use ipnet::IpNet;
use jiff::civil::Date;
use yumen_diagnostics::{Message, Place};
use yumen_packets::Interval;
use yumen_reach::{Protocols, family_of, join_ports, join_ranges, range_of, subtract_ranges};

use crate::estate::Estate;
use crate::finding::{Evidence, Finding, Outcome, Part, Subject};
use crate::item::{ItemId, Severity};
use crate::items::{CATALOGUE, find_item};
use crate::score::Exposed;
use crate::selector::{Selector, glob};
use crate::service::Service;
use crate::settings::networks;
use yumen_diagnostics::section::{Problem, Section, Source, suggest};

/// An accepted finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Waiver {
    /// Items that it is for
    pub items: Vec<ItemId>,
    /// Ids of resources, as patterns
    pub resources: Vec<String>,
    /// Resources by what the user calls them
    pub selectors: Vec<Selector>,
    /// Ports that are accepted; none stands for all
    pub services: Vec<Service>,
    /// Sources that are accepted; none stands for all
    pub sources: Vec<IpNet>,
    /// Who answers for it
    pub owner: String,
    /// Why
    pub reason: String,
    /// Last day on which it counts
    pub until: Date,
    /// Where it stands
    pub place: Place,
}

/// A finding, or a part of one, that a waiver covers.
#[derive(Clone, Debug)]
pub struct Waived {
    /// Position of the waiver
    pub waiver: usize,
    /// What it covers
    pub finding: Finding,
}

impl Waiver {
    /// Reads a `waivers.toml`. A file with problems should not be used: what is waived by half
    /// is not what its owner answers for.
    #[must_use]
    pub fn parse(file: &str, text: &str) -> (Vec<Self>, Vec<Problem>) {
        let source = Source::new(file, text);
        let mut waivers: Vec<Self> = Vec::new();
        if let Some(table) = source.parse() {
            let mut root = Section::new(&source, table.get_ref(), 0..0);
            for section in root.each("waiver") {
                let span = section.span();
                let Some(waiver) = read(section) else {
                    continue;
                };
                if let Some(earlier) = waivers.iter().find(|earlier| earlier.overlaps(&waiver)) {
                    let line = earlier.place.line.unwrap_or_default();
                    let message = Message::new("waiver-overlaps").with("line", u64::from(line));
                    source.report(&span, message);
                }
                waivers.push(waiver);
            }
            root.finish();
        }
        (waivers, source.into_problems())
    }

    /// True on the last day and before.
    #[must_use]
    pub fn is_valid(&self, on: Option<Date>) -> bool {
        on.is_some_and(|day| day <= self.until)
    }

    /// True if both cover some finding for all that their words tell.
    fn overlaps(&self, other: &Self) -> bool {
        let same = |one: &[String], two: &[String]| one.iter().any(|word| two.contains(word));
        let items = self.items.iter().any(|item| other.items.contains(item));
        let resources = same(&self.resources, &other.resources)
            || self
                .selectors
                .iter()
                .any(|one| other.selectors.contains(one));
        let services = self.services.is_empty()
            || other.services.is_empty()
            || self.services.iter().any(|one| {
                other.services.iter().any(|two| {
                    let protocols = one.protocol.is_none()
                        || two.protocol.is_none()
                        || one.protocol == two.protocol;
                    protocols && one.ports.intersect(two.ports).is_some()
                })
            });
        let sources = self.sources.is_empty()
            || other.sources.is_empty()
            || self.sources.iter().any(|one| {
                let mut others = other.sources.iter();
                others.any(|two| one.contains(two) || two.contains(one))
            });
        items && resources && services && sources
    }

    /// True if it is for a finding's resource.
    fn concerns(&self, estate: &Estate<'_>, subject: &Subject) -> bool {
        let topology = estate.topology();
        let fits = |text: &str| self.resources.iter().any(|pattern| glob(pattern, text));
        let endpoint = match subject {
            Subject::Interface(index) => Some(topology.endpoint(*index)),
            Subject::Instance(id) => topology
                .find_instance(id.as_str())
                .map(|index| topology.endpoint(index)),
            _ => None,
        };
        if let Some(endpoint) = endpoint {
            let interface = &endpoint.interface;
            let instance = endpoint.instance.as_ref();
            return fits(interface.id.as_str())
                || interface
                    .instance
                    .as_ref()
                    .is_some_and(|id| fits(id.as_str()))
                || instance.is_some_and(|instance| fits(&instance.name))
                || self
                    .selectors
                    .iter()
                    .any(|selector| selector.matches(topology, endpoint));
        }
        let snapshot = topology.snapshot();
        let of_group = |id: &yumen_cloud::Id| {
            let group = snapshot.groups.get(id);
            fits(id.as_str()) || group.is_some_and(|group| fits(&group.name))
        };
        match subject {
            Subject::Group(id) => of_group(id),
            Subject::Rule { group, rule } => of_group(group) || fits(rule.as_str()),
            Subject::Listener { balancer, listener } => {
                let named = snapshot.balancers.get(balancer);
                fits(balancer.as_str())
                    || fits(listener.as_str())
                    || named.is_some_and(|balancer| {
                        self.selectors
                            .iter()
                            .any(|selector| selector.matches_balancer(topology, balancer))
                    })
            }
            Subject::Forward { gateway, entry } => fits(gateway.as_str()) || fits(entry.as_str()),
            Subject::VSwitch(id)
            | Subject::Vpc(id)
            | Subject::Database(id)
            | Subject::FlowLog(id) => fits(id.as_str()),
            Subject::Account => fits("account"),
            Subject::Interface(_) | Subject::Instance(_) => false,
        }
    }
}

/// One waiver; nothing if a part of it that has to be there is not.
fn read(mut section: Section<'_, '_>) -> Option<Waiver> {
    let source = section.source();
    let place = source.place(&section.span());
    let mut items = Vec::new();
    for (name, span) in section.texts("item") {
        match find_item(name) {
            Some(item) => items.push(item.id),
            None => {
                let message = Message::new("config-unknown-item").with("item", name);
                let names = CATALOGUE.iter().map(|item| item.id.as_str());
                source.report(&span, suggest(message, name, names));
            }
        }
    }
    let (mut resources, mut selectors) = (Vec::new(), Vec::new());
    for (text, span) in section.texts("resource") {
        if !text.contains(':') {
            resources.push(text.to_owned());
            continue;
        }
        match Selector::parse(text) {
            Ok(selector) => selectors.push(selector),
            Err(message) => source.report(&span, message),
        }
    }
    let mut services = Vec::new();
    for (text, span) in section.texts("ports") {
        match Service::parse(text) {
            Ok(service) => services.push(service),
            Err(message) => source.report(&span, message),
        }
    }
    let sources = networks(&mut section, "sources");
    let owner = section.needed("owner").map(|(text, _)| text.to_owned());
    let reason = section.needed("reason").map(|(text, _)| text.to_owned());
    let until = section.needed("until").and_then(|(text, span)| {
        let day: Result<Date, _> = text.parse();
        if day.is_err() {
            source.report(&span, Message::new("waiver-until").with("value", text));
        }
        day.ok()
    });
    for (key, missing) in [
        ("item", items.is_empty() && !section.has("item")),
        (
            "resource",
            resources.is_empty() && selectors.is_empty() && !section.has("resource"),
        ),
    ] {
        if missing {
            source.report(
                &section.span(),
                Message::new("config-missing").with("key", key),
            );
        }
    }
    section.finish();
    Some(Waiver {
        items,
        resources,
        selectors,
        services,
        sources,
        owner: owner?,
        reason: reason?,
        until: until?,
        place,
    })
}

/// Takes out of an outcome what valid waivers cover, and gives that back.
pub(crate) fn apply(estate: &Estate<'_>, waivers: &[Waiver], outcome: &mut Outcome) -> Vec<Waived> {
    let today = estate.today();
    let mut set_aside = Vec::new();
    for (position, waiver) in waivers.iter().enumerate() {
        if !waiver.is_valid(today) {
            continue;
        }
        let mut left = Vec::with_capacity(outcome.findings.len());
        for finding in std::mem::take(&mut outcome.findings) {
            let concerned =
                waiver.items.contains(&finding.item) && waiver.concerns(estate, &finding.subject);
            let (covered, rest) = if concerned {
                split(estate, waiver, finding)
            } else {
                (None, Some(finding))
            };
            set_aside.extend(covered.map(|finding| Waived {
                waiver: position,
                finding,
            }));
            left.extend(rest);
        }
        outcome.findings = left;
    }
    set_aside
}

/// What of a finding a waiver covers, and what is left.
fn split(
    estate: &Estate<'_>,
    waiver: &Waiver,
    finding: Finding,
) -> (Option<Finding>, Option<Finding>) {
    if waiver.services.is_empty() && waiver.sources.is_empty() {
        return (Some(finding), None);
    }
    let Evidence::Exposed(parts) = &finding.evidence else {
        return (None, Some(finding));
    };
    let (mut covered, mut rest) = (Vec::new(), Vec::new());
    for part in parts {
        let (inside, outside) = split_ports(part, &waiver.services);
        rest.extend(outside);
        if let Some(inside) = inside {
            let (inside, outside) = split_sources(estate, inside, &waiver.sources);
            covered.extend(inside);
            rest.extend(outside);
        }
    }
    if covered.is_empty() {
        return (None, Some(finding));
    }
    let load = |parts: &[Part]| {
        let mut exposed = Exposed::new(1.0, Severity::Low, Severity::Low);
        exposed.add(finding.status, parts)
    };
    let before = load(parts);
    let again = |parts: Vec<Part>| {
        let enough = crate::items::port_count(&parts) >= crate::items::fewest_ports(finding.item);
        (!parts.is_empty() && enough).then(|| {
            let mut again = finding.clone();
            again.load = finding.load * load(&parts) / before.max(f64::MIN_POSITIVE);
            crate::items::say_again(&mut again.message, &parts);
            again.evidence = Evidence::Exposed(parts);
            again
        })
    };
    let left = again(rest);
    let mut whole = finding.clone();
    crate::items::say_again(&mut whole.message, &covered);
    whole.evidence = Evidence::Exposed(covered);
    whole.load = finding.load - left.as_ref().map_or(0.0, |left| left.load);
    (Some(whole), left)
}

fn split_ports(part: &Part, services: &[Service]) -> (Option<Part>, Option<Part>) {
    if services.is_empty() {
        return (Some(part.clone()), None);
    }
    let number = match part.protocols {
        Protocols::Tcp => 6,
        Protocols::Udp => 17,
        Protocols::Number(number) => number,
        Protocols::All | Protocols::Portless(_) => {
            let all = services.iter().any(|service| service.protocol.is_none());
            return if all {
                (Some(part.clone()), None)
            } else {
                (None, Some(part.clone()))
            };
        }
    };
    let accepted: Vec<Interval<u16>> = services
        .iter()
        .filter_map(|service| service.ports_of(number))
        .collect();
    if part.ports.is_empty() {
        return if accepted.is_empty() {
            (None, Some(part.clone()))
        } else {
            (Some(part.clone()), None)
        };
    }
    let accepted = join_ports(accepted);
    let inside: Vec<Interval<u16>> = part
        .ports
        .iter()
        .flat_map(|own| accepted.iter().filter_map(move |one| own.intersect(*one)))
        .collect();
    let outside = crate::items::without_ports(&part.ports, &accepted);
    let with = |ports: Vec<Interval<u16>>| {
        (!ports.is_empty()).then(|| Part {
            ports,
            ..part.clone()
        })
    };
    (with(inside), with(outside))
}

/// Parts with and without some sources, by their shares of the Internet.
fn split_sources(
    estate: &Estate<'_>,
    part: Part,
    sources: &[IpNet],
) -> (Option<Part>, Option<Part>) {
    let Some(exposure) = estate.found.exposures.get(part.exposure) else {
        return (None, Some(part));
    };
    if sources.is_empty() {
        return (Some(part), None);
    }
    let slice = &exposure.row.slice;
    let taken: Vec<IpNet> = part.without.iter().chain(sources).copied().collect();
    let of_family = taken
        .iter()
        .filter(|net| family_of(net.addr()) == slice.family);
    let taken_ranges = join_ranges(of_family.map(range_of).collect());
    let left = subtract_ranges(&slice.peers, &taken_ranges);
    let vpc = &estate.topology().endpoint(exposure.interface).interface.vpc;
    let internet = estate.topology().internet_of(vpc.as_ref());
    let rest = internet.share(slice.family, &left);
    if rest >= part.share {
        return (None, Some(part));
    }
    let inside = Part {
        share: part.share - rest,
        ..part.clone()
    };
    let outside = (!left.is_empty()).then_some(Part {
        share: rest,
        without: taken,
        ..part
    });
    (Some(inside), outside)
}
