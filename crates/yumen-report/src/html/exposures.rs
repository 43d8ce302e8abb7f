//! What is reachable, machine by machine: which services, for whom, by which entry, and the packet
//! and the way that prove it.

use std::collections::{BTreeMap, BTreeSet};

use maud::{Markup, html};
use yumen_baseline::{Evidence, Severity, Subject};
use yumen_cloud::{Direction, Id};
use yumen_diagnostics::Message;
use yumen_packets::Interval;
use yumen_reach::{Breadth, EndpointIndex, Exposure, Verdict};

use super::pieces::{breadth, marked};
use super::{MACHINES, Page, Section};
use crate::audit::{Service, client_ports};
use crate::describe;
use crate::notation;
use crate::report::Report;

/// Exposures of one machine that are told with packet and way.
const TOLD: usize = 12;

/// Networks that are written out.
const NETWORKS: usize = 6;

/// A machine with what is reachable of it.
pub(super) struct Machine {
    /// Its interfaces that are concerned
    pub(super) interfaces: Vec<EndpointIndex>,
    /// Positions of its exposures
    exposures: Vec<usize>,
    verdict: Verdict,
    severity: Option<Severity>,
}

/// Positions of the entries with findings about the exposures of each interface.
pub(super) fn exposed_in(report: &Report) -> BTreeMap<EndpointIndex, BTreeSet<usize>> {
    let mut exposed: BTreeMap<EndpointIndex, BTreeSet<usize>> = BTreeMap::new();
    for (position, entry) in report.entries.iter().enumerate() {
        for at in &entry.findings {
            if let Some((_, finding)) = report.finding(*at)
                && let Subject::Interface(index) = finding.subject
                && let Evidence::Exposed(parts) = &finding.evidence
                && parts.iter().any(|part| is_inward(report, part.exposure))
            {
                exposed.entry(index).or_default().insert(position);
            }
        }
    }
    exposed
}

fn is_inward(report: &Report, exposure: usize) -> bool {
    let exposure = report.audit.exposures.get(exposure);
    exposure.is_some_and(|one| one.direction == Direction::Ingress)
}

/// All machines with exposures from the Internet, worst first.
pub(super) fn machines(report: &Report) -> Vec<Machine> {
    let topology = report.topology();
    let mut severities: BTreeMap<EndpointIndex, Severity> = BTreeMap::new();
    for (_, finding) in report.findings() {
        let interface = match &finding.subject {
            Subject::Interface(index) => Some(*index),
            _ => None,
        };
        if let (Some(index), Evidence::Exposed(_)) = (interface, &finding.evidence) {
            let own = severities.entry(index).or_insert(finding.severity);
            *own = (*own).max(finding.severity);
        }
    }
    let mut machines: BTreeMap<&Id, Machine> = BTreeMap::new();
    for (position, exposure) in report.audit.exposures.iter().enumerate() {
        if exposure.direction != Direction::Ingress {
            continue;
        }
        let interface = &topology.endpoint(exposure.interface).interface;
        let id = interface.instance.as_ref().unwrap_or(&interface.id);
        let machine = machines.entry(id).or_insert_with(|| Machine {
            interfaces: Vec::new(),
            exposures: Vec::new(),
            verdict: Verdict::Closed,
            severity: None,
        });
        if !machine.interfaces.contains(&exposure.interface) {
            machine.interfaces.push(exposure.interface);
        }
        machine.exposures.push(position);
        machine.verdict = machine.verdict.max(exposure.verdict);
        let severity = severities.get(&exposure.interface).copied();
        machine.severity = machine.severity.max(severity);
    }
    let mut machines: Vec<Machine> = machines.into_values().collect();
    machines.sort_by(|one, other| {
        let by_verdict = other.verdict.cmp(&one.verdict);
        by_verdict
            .then(other.severity.cmp(&one.severity))
            .then(other.exposures.len().cmp(&one.exposures.len()))
            .then(one.interfaces.cmp(&other.interfaces))
    });
    machines
}

impl Page<'_> {
    pub(super) fn exposures(&self) -> Section {
        let body = html! {
            @if self.machines.is_empty() { (self.nothing("html-exposures-none")) }
            @else {
                (self.filter("#exposures .machine"))
                @for (position, machine) in self.machines.iter().take(MACHINES).enumerate() {
                    (self.machine_row(position, machine))
                }
                (self.more(self.machines.len().saturating_sub(MACHINES)))
            }
        };
        Section {
            id: "exposures",
            title: "html-exposures",
            lead: "html-exposures-lead",
            count: Some(self.machines.len().to_string()),
            body,
        }
    }

    fn machine_row(&self, position: usize, machine: &Machine) -> Markup {
        let topology = self.topology();
        let Some(first) = machine.interfaces.first().copied() else {
            return html! {};
        };
        let interface = &topology.endpoint(first).interface;
        let id = interface.instance.as_ref().unwrap_or(&interface.id);
        let name = describe::machine(topology, first);
        let hidden = machine.exposures.len().saturating_sub(TOLD);
        html! {
            details.machine.printed.(machine.verdict.word()) id={ "m" (position + 1) } {
                summary {
                    span.who { strong { (name) } " " @if name != id.as_str() { code.muted { (id) } } }
                    span.what {
                        @for verdict in [Verdict::Open, Verdict::Unknown, Verdict::Latent] {
                            @if let Some(what) = self.what(machine, verdict) {
                                span.line { (self.verdict(verdict)) " " (what) }
                            }
                        }
                    }
                    span.how {
                        @if let Some(severity) = machine.severity { (self.severity(severity)) " " }
                        (self.by_entries(machine))
                    }
                }
                @for exposure in machine.exposures.iter().take(TOLD) {
                    @if let Some(exposure) = self.report.audit.exposures.get(*exposure) { (self.exposure(exposure)) }
                }
                (self.more(hidden))
            }
        }
    }

    /// Services of a machine in one verdict.
    pub(super) fn what(&self, machine: &Machine, verdict: Verdict) -> Option<String> {
        let mut services: Vec<Service> = Vec::new();
        let all = machine.exposures.iter();
        let all = all.filter_map(|at| self.report.audit.exposures.get(*at));
        for exposure in all.filter(|one| one.verdict == verdict) {
            let ports = client_ports(self.topology(), exposure);
            merge(&mut services, exposure, &ports);
        }
        services.sort();
        (!services.is_empty()).then(|| describe::services(self.words, &services))
    }

    /// Numbers of the entries that open something of a machine, or find something wrong with it.
    fn by_entries(&self, machine: &Machine) -> Markup {
        let all = machine.exposures.iter();
        let all = all.filter_map(|at| self.report.audit.exposures.get(*at));
        let causes = all.flat_map(|one| one.row.causes.iter().map(|part| &part.cause));
        let by_cause = causes.filter_map(|cause| self.entry_of.get(cause).copied());
        let mut entries: BTreeSet<usize> = by_cause.collect();
        let interfaces = machine.interfaces.iter();
        entries.extend(
            interfaces
                .filter_map(|own| self.exposed_in.get(own))
                .flatten(),
        );
        entries.retain(|entry| *entry < super::ENTRIES);
        let waived = self
            .report
            .judgement
            .waived()
            .any(|one| match &one.finding.subject {
                Subject::Interface(index) => machine.interfaces.contains(index),
                _ => false,
            });
        html! {
            @if !entries.is_empty() {
                span.by { (self.text("html-by-entries")) @for entry in entries { " " a href={ "#e" (entry + 1) } { (entry + 1) } } }
            } @else if !waived { span.by.muted { (self.text("html-by-none")) } }
            @if waived { a.by href="#waivers" { (self.text("html-by-waiver")) } }
        }
    }

    fn exposure(&self, exposure: &Exposure) -> Markup {
        let topology = self.topology();
        let row = &exposure.row;
        let mut services = Vec::new();
        merge(&mut services, exposure, &client_ports(topology, exposure));
        let vpc = topology.endpoint(exposure.interface).interface.vpc.as_ref();
        let internet = topology.internet_of(vpc);
        let mut networks = notation::networks(internet, row.slice.family, &row.slice.peers);
        let hidden = networks.len().saturating_sub(NETWORKS);
        networks.truncate(NETWORKS);
        let mut sources = self.words.list(&networks);
        if hidden > 0 {
            sources = format!("{sources} +{hidden}");
        }
        let sources = Message::new("html-from")
            .with("sources", sources)
            .with("breadth", self.text(breadth(row.breadth)));
        let found = exposure.sample(topology).and_then(|client| {
            let answer = exposure.explain_packet(topology, &client)?;
            Some((client, answer))
        });
        let via = exposure.path(topology).map(|path| &path.kind);
        let unread = row.unread.iter();
        let unread: Vec<String> = unread
            .map(|one| describe::control(self.words, one))
            .collect();
        html! {
            div.exposure {
                p {
                    (self.verdict(exposure.verdict)) " "
                    strong { (describe::services(self.words, &services)) } " "
                    @if row.breadth > Breadth::Named { span.breadth { (self.say(&sources)) } }
                    @else { span.muted { (self.say(&sources)) } }
                }
                @if !unread.is_empty() {
                    p.unknown { (self.say(&Message::new("html-unread").with("what", self.words.list(&unread)))) }
                }
                @if let Some((client, answer)) = found {
                    p { span.packet { (marked(&describe::witness(self.words, &client, &answer, via))) } }
                    (self.hops(&answer.hops))
                }
            }
        }
    }
}

fn merge(services: &mut Vec<Service>, exposure: &Exposure, ports: &[Interval<u16>]) {
    let protocols = &exposure.row.slice.protocols;
    match services.iter_mut().find(|one| one.protocols == *protocols) {
        Some(own) => {
            let both = own.ports.iter().chain(ports).copied();
            own.ports = yumen_reach::join_ports(both.collect());
        }
        None => services.push(Service {
            protocols: protocols.clone(),
            ports: ports.to_vec(),
        }),
    }
}
