//! What an audit found, in the order in which it is told: the headline, the causes worst first,
//! the fates of rules, the gaps.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use jiff::{Span, Timestamp};
use yumen_baseline::{Findings, Records};
use yumen_cloud::{Coverage, Id, Listing};
use yumen_diagnostics::Place;
use yumen_packets::{Error, Family, Interval, Packet};
use yumen_reach::{
    Analysis, Answer, Breadth, Cause, CausePart, Conflict, EndpointIndex, Exposure, Fate,
    LateralReach, PathKind, Protocols, RuleFate, Slice, Topology, Verdict, conflicts, exposures,
    fates, join_ports,
};

/// From so many open ports on, all are as good as open.
const EVERY_PORT: u32 = 1_024;

/// Classes with several groups up to which rules are judged on every one of them too.
const CLASSES_JUDGED_EACH: usize = 20_000;

/// Pairs of classes up to which lateral reach is computed for all.
const PAIRS_JUDGED: usize = 250_000;

/// Rules that nobody touched for so many days are counted as stale.
const STALE_DAYS: i64 = 90;

/// Everything that an audit found.
pub struct Audit {
    /// The analysis that it rests on
    pub analysis: Analysis,
    /// When it is judged, as an ISO 8601 time; the snapshot's own time unless the user says otherwise
    pub as_of: Option<String>,
    /// All exposures
    pub exposures: Vec<Exposure>,
    /// The fates of all rules
    pub fates: Vec<RuleFate>,
    /// Overlapping accepts and drops
    pub conflicts: Vec<Conflict>,
    /// True if groups of the same interface were compared for conflicts, false if there were too
    /// many classes
    pub conflicts_judged: bool,
    /// Lateral reach, unless the estate is too large to compute all of it at once
    pub lateral: Option<LateralReach>,
    /// The numbers of the headline
    pub headline: Headline,
    /// What opens something to `world` or `broad`, worst first
    pub causes: Vec<CauseReport>,
    /// What would open something if it had a way from the Internet, worst first
    pub latent: Vec<CauseReport>,
    /// What is open to named networks only
    pub named: Vec<CauseReport>,
    /// What could be open for all that was read
    pub unknown: Vec<CauseReport>,
    /// Groups whose rules nobody touched for 90 days
    pub stale_groups: usize,
    /// What the ledger knows of reviews and approved rules; `None` while there is none
    pub records: Option<Arc<dyn Records + Send + Sync>>,
}

/// The numbers of the headline. Exposures to `named` networks do not count.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Headline {
    /// Instances in the snapshot
    pub instances: usize,
    /// Instances that the Internet reaches
    pub open: usize,
    /// Distinct TCP and UDP ports on which it reaches some instance that does not have every
    /// port open
    pub ports: usize,
    /// Instances with effectively every port open (1,024 or more of one protocol)
    pub every_port: usize,
    /// Instances that the rules open, but that have no way from the Internet today
    pub latent: usize,
    /// Instances of which more could be open for all that was read
    pub unknown: usize,
}

/// One cause with all that it opens.
#[derive(Clone, Debug)]
pub struct CauseReport {
    /// The cause; `None` where only something unread could be one
    pub cause: Option<Cause>,
    /// Where it stands in the input
    pub place: Option<Place>,
    /// What it opens: protocols with ports, as the world sees them
    pub services: Vec<Service>,
    /// To how much of the Internet, at most
    pub breadth: Breadth,
    /// To which share of the Internet, at most
    pub share: f64,
    /// Families in which it opens something
    pub families: BTreeSet<Family>,
    /// The interfaces that it opens, in the order of ids
    pub interfaces: Vec<EndpointIndex>,
    /// Position of a telling exposure in [`Audit::exposures`]
    pub example: usize,
    /// True if nothing but TCP 80 and 443 is concerned
    pub web_only: bool,
}

/// Ports of a protocol.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Service {
    /// The protocols
    pub protocols: Protocols,
    /// The ports, sorted and disjoint; empty for protocols without ports
    pub ports: Vec<Interval<u16>>,
}

impl Audit {
    /// Judges an analysis as of a time.
    ///
    /// # Errors
    /// The rules are so entangled that the budget of the packet sets ends first.
    pub fn new(analysis: Analysis, as_of: Option<String>) -> Result<Self, Error> {
        let exposures = exposures(&analysis)?;
        let classes = analysis.classes();
        let several = classes
            .iter()
            .filter(|(_, class)| class.groups.len() > 1)
            .count();
        let fates = fates(&analysis, several <= CLASSES_JUDGED_EACH)?;
        let conflicts_judged = several <= CLASSES_JUDGED_EACH;
        let conflicts = if conflicts_judged {
            conflicts(&analysis)
        } else {
            Vec::new()
        };
        let lateral = if classes.len() * classes.len() <= PAIRS_JUDGED {
            Some(LateralReach::new(&analysis)?)
        } else {
            None
        };
        let topology = analysis.topology();
        let headline = headline(topology, &exposures);
        let of = |verdict, named| cause_reports(topology, &exposures, verdict, named);
        let causes = of(Verdict::Open, false);
        let latent = of(Verdict::Latent, false);
        let named = of(Verdict::Open, true);
        let unknown = of(Verdict::Unknown, false);
        let stale_groups = stale_groups(topology, as_of.as_deref());
        Ok(Self {
            as_of,
            exposures,
            fates,
            conflicts,
            conflicts_judged,
            lateral,
            headline,
            causes,
            latent,
            named,
            unknown,
            stale_groups,
            records: None,
            analysis,
        })
    }

    /// True if anything at all is open to `world` or `broad`, or could be.
    #[must_use]
    pub fn opens_anything(&self) -> bool {
        !self.causes.is_empty() || !self.unknown.is_empty()
    }

    /// What was found, to be judged.
    #[must_use]
    pub fn findings(&self) -> Findings<'_> {
        let as_of = self.as_of.as_deref();
        Findings {
            analysis: &self.analysis,
            exposures: &self.exposures,
            fates: &self.fates,
            conflicts: self.conflicts_judged.then_some(&self.conflicts[..]),
            lateral: self.lateral.as_ref(),
            as_of: as_of.and_then(|time| time.parse().ok()),
            records: self.records.as_deref().map(|records| records as _),
        }
    }

    /// How many rules have each fate.
    #[must_use]
    pub fn fate_counts(&self) -> BTreeMap<Fate, usize> {
        let mut counts = BTreeMap::new();
        for fate in &self.fates {
            *counts.entry(fate.fate).or_insert(0) += 1;
        }
        counts
    }

    /// Listings that the snapshot says nothing of in any region, and managed databases, which are
    /// never judged.
    #[must_use]
    pub fn not_looked_at(&self) -> Vec<Listing> {
        let snapshot = self.analysis.topology().snapshot();
        let read = |listing: Listing| {
            snapshot
                .regions
                .iter()
                .any(|region| snapshot.coverage_of(region, listing) != Coverage::OutOfScope)
        };
        // What is recorded decides no packet; databases have a line of their own.
        let apart = [Listing::FlowLogs, Listing::Trails, Listing::Databases];
        let unread = Listing::ALL
            .into_iter()
            .filter(|listing| !apart.contains(listing) && !read(*listing));
        unread.collect()
    }
}

/// The ports that a client uses for the packets of an exposure.
#[must_use]
pub fn client_ports(topology: &Topology, exposure: &Exposure) -> Vec<Interval<u16>> {
    let translated = exposure
        .path(topology)
        .and_then(|path| Some((path.entry.ports?, path.ports)));
    match translated {
        None => exposure.row.slice.ports.clone(),
        Some((entry, inside)) => exposure
            .row
            .slice
            .ports
            .iter()
            .filter_map(|range| {
                let path = exposure.path(topology)?;
                if entry.high() - entry.low() != inside.high() - inside.low() {
                    return Some(entry);
                }
                Interval::new(
                    path.entry.port_for(range.low(), &inside),
                    path.entry.port_for(range.high(), &inside),
                )
            })
            .collect(),
    }
}

fn headline(topology: &Topology, exposures: &[Exposure]) -> Headline {
    let mut open: BTreeMap<&Id, BTreeSet<(bool, u16)>> = BTreeMap::new();
    let mut every_port: BTreeSet<&Id> = BTreeSet::new();
    let (mut latent, mut unknown) = (BTreeSet::new(), BTreeSet::new());
    for exposure in exposures
        .iter()
        .filter(|one| is_inward(one) && one.row.breadth > Breadth::Named)
    {
        let Some(instance) = topology
            .endpoint(exposure.interface)
            .interface
            .instance
            .as_ref()
        else {
            continue;
        };
        match exposure.verdict {
            Verdict::Open => {
                let ports = client_ports(topology, exposure);
                let count: u32 = ports
                    .iter()
                    .map(|range| u32::from(range.high() - range.low()) + 1)
                    .sum();
                let of_instance = open.entry(instance).or_default();
                if count >= EVERY_PORT {
                    every_port.insert(instance);
                } else {
                    let udp = exposure.row.slice.protocols == Protocols::Udp;
                    let each = ports.iter().flat_map(|range| range.low()..=range.high());
                    of_instance.extend(each.map(|port| (udp, port)));
                }
            }
            Verdict::Latent => {
                latent.insert(instance);
            }
            Verdict::Unknown => {
                unknown.insert(instance);
            }
            Verdict::Closed => {}
        }
    }
    let some_ports = open
        .iter()
        .filter(|(instance, _)| !every_port.contains(*instance));
    let ports: BTreeSet<_> = some_ports.flat_map(|(_, ports)| ports).collect();
    Headline {
        instances: topology.snapshot().instances.len(),
        open: open.len(),
        ports: ports.len(),
        every_port: every_port.len(),
        latent: latent
            .iter()
            .filter(|instance| !open.contains_key(**instance))
            .count(),
        unknown: unknown
            .iter()
            .filter(|instance| !open.contains_key(**instance))
            .count(),
    }
}

fn is_inward(exposure: &Exposure) -> bool {
    exposure.direction == yumen_cloud::Direction::Ingress
}

fn cause_reports(
    topology: &Topology,
    exposures: &[Exposure],
    verdict: Verdict,
    named: bool,
) -> Vec<CauseReport> {
    let mut reports: BTreeMap<Option<Cause>, CauseReport> = BTreeMap::new();
    for (position, exposure) in exposures.iter().enumerate() {
        let row = &exposure.row;
        let wanted = is_inward(exposure)
            && exposure.verdict == verdict
            && (row.breadth == Breadth::Named) == named;
        if !wanted {
            continue;
        }
        let seen = client_ports(topology, exposure);
        let translated = exposure
            .path(topology)
            .is_some_and(|path| path.entry.ports.is_some());
        let mut add = |cause: Option<Cause>, ports: &[Interval<u16>], share: f64| {
            let report = reports.entry(cause.clone()).or_insert_with(|| CauseReport {
                place: cause
                    .as_ref()
                    .and_then(|cause| cause.place(topology.snapshot())),
                cause,
                services: Vec::new(),
                breadth: row.breadth,
                share,
                families: BTreeSet::new(),
                interfaces: Vec::new(),
                example: position,
                web_only: true,
            });
            report.web_only &= is_web(&row.slice.protocols, ports);
            add_service(&mut report.services, &row.slice, ports);
            report.breadth = report.breadth.max(row.breadth);
            report.share = report.share.max(share);
            report.families.insert(row.slice.family);
            if report.interfaces.last() != Some(&exposure.interface) {
                report.interfaces.push(exposure.interface);
            }
        };
        if row.causes.is_empty() {
            add(None, &seen, row.share);
        }
        for part in &row.causes {
            let ports = if translated { &seen } else { &part.ports };
            add(Some(part.cause.clone()), ports, part.share);
        }
    }
    let mut reports: Vec<CauseReport> = reports.into_values().collect();
    reports.sort_by_key(|report| std::cmp::Reverse(rank(report)));
    reports
}

/// How bad a cause is: ordinary web ports last, then by breadth, every port, ports that are
/// attacked most, number of interfaces.
fn rank(report: &CauseReport) -> (bool, Breadth, u8, usize, usize) {
    let every = report
        .services
        .iter()
        .any(|service| match service.protocols {
            Protocols::All => true,
            _ => count(&service.ports) >= EVERY_PORT,
        });
    let all = report
        .services
        .iter()
        .any(|service| service.protocols == Protocols::All);
    let attacked = report.services.iter().any(|service| {
        ATTACKED
            .iter()
            .any(|port| service.ports.iter().any(|range| range.contains(*port)))
    });
    let grade = if all {
        3
    } else if every {
        2
    } else {
        u8::from(attacked)
    };
    (
        !report.web_only,
        report.breadth,
        grade,
        report.interfaces.len(),
        report.services.len(),
    )
}

/// Ports that attackers try first: remote access, databases, caches, container control.
const ATTACKED: [u16; 16] = [
    21, 22, 23, 445, 1433, 1521, 2375, 3306, 3389, 5432, 5900, 6379, 8848, 9200, 11211, 27017,
];

fn count(ports: &[Interval<u16>]) -> u32 {
    ports
        .iter()
        .map(|range| u32::from(range.high() - range.low()) + 1)
        .sum()
}

fn is_web(protocols: &Protocols, ports: &[Interval<u16>]) -> bool {
    let web =
        |range: &Interval<u16>| range.low() == range.high() && matches!(range.low(), 80 | 443);
    *protocols == Protocols::Tcp && !ports.is_empty() && ports.iter().all(web)
}

fn add_service(services: &mut Vec<Service>, slice: &Slice, ports: &[Interval<u16>]) {
    let known = services
        .iter_mut()
        .find(|service| service.protocols == slice.protocols);
    match known {
        Some(service) => {
            let both = service.ports.iter().chain(ports).copied();
            service.ports = join_ports(both.collect());
        }
        None => {
            services.push(Service {
                protocols: slice.protocols.clone(),
                ports: join_ports(ports.to_vec()),
            });
        }
    }
    services.sort();
}

impl CauseReport {
    /// A packet that the cause lets pass, as the client sends it but with the port at the
    /// interface; and every hop with what decided.
    #[must_use]
    pub fn witness<'a>(&self, audit: &'a Audit) -> Option<(&'a Exposure, Packet, Answer)> {
        let topology = audit.analysis.topology();
        let exposure = audit.exposures.get(self.example)?;
        let of_cause = |part: &&CausePart| Some(&part.cause) == self.cause.as_ref();
        let part = exposure.row.causes.iter().find(of_cause);
        let boxes = part.map(|part| part.boxes(exposure.row.slice.family, exposure.direction));
        let packet = match boxes {
            Some(boxes) => exposure.sample_within(topology, &boxes),
            None => exposure.sample(topology),
        };
        let packet = packet?;
        Some((
            exposure,
            packet,
            exposure.explain_packet(topology, &packet)?,
        ))
    }
}

/// A name for the edge of a path, for sorting and tests.
#[must_use]
pub fn edge_word(kind: &PathKind) -> &'static str {
    match kind {
        PathKind::PublicAddress { eip: Some(_), .. } => "eip",
        PathKind::PublicAddress { eip: None, .. } => "public-address",
        PathKind::Ipv6Bandwidth => "ipv6-bandwidth",
        PathKind::Forward { .. } => "dnat",
        PathKind::Listener { .. } => "listener",
    }
}

fn stale_groups(topology: &Topology, as_of: Option<&str>) -> usize {
    let Some(limit) = as_of
        .and_then(|as_of| as_of.parse::<Timestamp>().ok())
        .and_then(|as_of| as_of.checked_sub(Span::new().hours(24 * STALE_DAYS)).ok())
    else {
        return 0;
    };
    let groups = topology.snapshot().groups.values();
    let stale = groups.filter(|group| {
        let mut times = group.rules.iter().map(|rule| {
            rule.created_at
                .as_deref()
                .and_then(|time| time.parse::<Timestamp>().ok())
        });
        !group.rules.is_empty() && times.all(|time| time.is_some_and(|time| time < limit))
    });
    stale.count()
}
