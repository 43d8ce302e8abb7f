//! A judged audit in the order in which it is told: findings grouped by what causes them, worst
//! first; what is new; how the score went.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;

use jiff::civil::Date;
use yumen_baseline::{
    Estate, Evidence, Finding, IntentOutcome, Item, ItemId, Judgement, Scope, Score, Settings,
    Severity, Status, Subject, Verdict, Waiver, cap,
};
use yumen_diagnostics::Place;
use yumen_packets::{Error, Packet};
use yumen_reach::{Answer, Cause, EndpointIndex, Topology, Verdict as Reached, explain};

use crate::audit::Audit;
use crate::known::{Known, Previous};

/// A judged audit.
pub struct Report {
    /// What was found reachable
    pub audit: Audit,
    /// What the user declared
    pub settings: Settings,
    /// What somebody answers for
    pub waivers: Vec<Waiver>,
    /// What the items say
    pub judgement: Judgement,
    /// What the user's own rules say
    pub intents: Vec<IntentOutcome>,
    /// The score of the estate
    pub score: Score,
    /// The score as if nothing were waived
    pub unwaived: Score,
    /// Findings by what causes them, worst first
    pub entries: Vec<Entry>,
    /// What an earlier report had, if only what is new matters
    pub known: Option<Known>,
    /// What the last report said, for what changed since
    pub previous: Option<Previous>,
}

/// Findings with one cause, or those of one item that have none.
#[derive(Clone, Debug)]
pub struct Entry {
    /// What they have in common
    pub key: EntryKey,
    /// Where the cause stands in the input
    pub place: Place,
    /// The worst severity
    pub severity: Severity,
    /// The worst status
    pub status: Status,
    /// The findings, in the order of items
    pub findings: Vec<FindingRef>,
    /// Their items, each once, in the order of the catalogue
    pub items: Vec<ItemId>,
    /// The interfaces concerned, in order
    pub interfaces: Vec<EndpointIndex>,
    /// Points of the score that these findings take, shared among their causes
    pub points: f64,
}

/// What the findings of an entry have in common.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EntryKey {
    /// A rule, listener or default that lets packets pass
    Cause(Cause),
    /// An item
    Item(ItemId),
}

/// A finding by its position.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct FindingRef {
    /// Position of the item in the judgement
    pub item: usize,
    /// Position of the finding among those of the item
    pub finding: usize,
}

/// What a report rests on beside the audit.
#[derive(Default)]
pub struct Grounds {
    /// What the user declared
    pub settings: Settings,
    /// What somebody answers for
    pub waivers: Vec<Waiver>,
    /// What an earlier report had, if only what is new matters
    pub known: Option<Known>,
    /// What the last report said
    pub previous: Option<Previous>,
}

/// From which findings on a run fails.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FailOn {
    /// Exposures that are open or unknown and not declared (items EXP)
    Unexpected,
    /// The same, but what is unknown does not count
    Open,
    /// The same as `Unexpected`, and what is latent counts too
    Latent,
    /// Anything at all open to `world` or `broad`, web ports too
    Any,
    /// Findings of a severity and worse
    Severity(Severity),
    /// Nothing
    Never,
}

impl Report {
    /// Judges an audit with a number of workers; the result does not depend on their number.
    ///
    /// # Errors
    /// The rules are so entangled that the budget of the packet sets ends first.
    pub fn new(audit: Audit, grounds: Grounds, workers: NonZeroUsize) -> Result<Self, Error> {
        let Grounds {
            settings,
            waivers,
            known,
            previous,
        } = grounds;
        let estate = Estate::new(audit.findings(), &settings);
        let judgement = Judgement::new(&estate, &waivers, workers)?;
        let intents = settings.intents.iter();
        let intents = intents
            .map(|intent| intent.judge(&estate))
            .collect::<Result<Vec<_>, _>>()?;
        let topology = audit.analysis.topology();
        let score = judgement.score(topology, Scope::Estate, false);
        let unwaived = judgement.score(topology, Scope::Estate, true);
        let entries = entries(topology, &judgement);
        Ok(Self {
            score,
            unwaived,
            entries,
            judgement,
            intents,
            audit,
            settings,
            waivers,
            known,
            previous,
        })
    }

    /// The topology.
    #[must_use]
    pub fn topology(&self) -> &Topology {
        self.audit.analysis.topology()
    }

    /// What was found, with what the user declared.
    #[must_use]
    pub fn estate(&self) -> Estate<'_> {
        Estate::new(self.audit.findings(), &self.settings)
    }

    /// The day on which it is judged, in UTC.
    #[must_use]
    pub fn today(&self) -> Option<Date> {
        self.audit.findings().today()
    }

    /// A finding with its item.
    #[must_use]
    pub fn finding(&self, at: FindingRef) -> Option<(&'static Item, &Finding)> {
        let judged = self.judgement.items.get(at.item)?;
        let finding = judged.outcome.findings.get(at.finding)?;
        Some((judged.item, finding))
    }

    /// All findings that count, with their items, in the order of items.
    pub fn findings(&self) -> impl Iterator<Item = (&'static Item, &Finding)> {
        let items = self.judgement.items.iter();
        items.flat_map(|judged| {
            let findings = judged.outcome.findings.iter();
            findings.map(|finding| (judged.item, finding))
        })
    }

    /// True if an earlier report did not have a finding, or less of it.
    #[must_use]
    pub fn is_new(&self, finding: &Finding) -> bool {
        match &self.known {
            Some(known) => !known.covers(&self.audit, finding),
            None => true,
        }
    }

    /// Waivers whose last day is over; they cover nothing any more.
    pub fn expired(&self) -> impl Iterator<Item = &Waiver> {
        let today = self.today();
        let waivers = self.waivers.iter();
        waivers.filter(move |waiver| today.is_some() && !waiver.is_valid(today))
    }

    /// Points of the score that one finding takes: its share of what its item takes.
    #[must_use]
    pub fn points(&self, item: &Item, finding: &Finding) -> f64 {
        let judged = self.judgement.item(item.id);
        let all = judged.map(|judged| judged.outcome.findings.iter().map(|one| one.load).sum());
        points(item, finding.load, all.unwrap_or(0.0))
    }

    /// True if something was found that the user wants to fail on, an own rule is broken, or a
    /// waiver is over.
    #[must_use]
    pub fn fails(&self, on: FailOn) -> bool {
        if on == FailOn::Never {
            return false;
        }
        let broken = self.intents.iter().any(|one| !one.violations.is_empty());
        if broken || self.expired().next().is_some() {
            return true;
        }
        if on == FailOn::Any {
            return self.audit.opens_anything();
        }
        self.findings().any(|(item, finding)| {
            let exposed = item.id.family() == "EXP";
            let counts = match on {
                FailOn::Unexpected => exposed && finding.status != Status::Latent,
                FailOn::Open => exposed && finding.status == Status::Open,
                FailOn::Latent => exposed,
                FailOn::Severity(severity) => {
                    finding.severity >= severity && finding.status != Status::Latent
                }
                FailOn::Any | FailOn::Never => false,
            };
            counts && self.is_new(finding)
        })
    }

    /// How many items have each verdict.
    #[must_use]
    pub fn verdicts(&self) -> BTreeMap<Verdict, usize> {
        let mut counts = BTreeMap::new();
        for judged in &self.judgement.items {
            *counts.entry(judged.verdict()).or_insert(0) += 1;
        }
        counts
    }

    /// A packet that proves a finding, as the interface sees it, with every hop where it comes
    /// from the Internet or from another interface.
    #[must_use]
    pub fn witness(&self, finding: &Finding) -> Option<(Packet, Option<Answer>)> {
        self.witness_of(&finding.evidence)
    }

    /// A packet that proves something, as [`Report::witness`] gives it.
    #[must_use]
    pub fn witness_of(&self, evidence: &Evidence) -> Option<(Packet, Option<Answer>)> {
        match evidence {
            Evidence::Exposed(parts) => {
                let part = parts.first()?;
                let exposure = self.audit.exposures.get(part.exposure)?;
                let boxes = part.boxes(exposure);
                let packet = exposure.sample_within(self.topology(), &boxes)?;
                let answer = exposure.explain_packet(self.topology(), &packet);
                let seen = answer.as_ref().map_or(packet, |answer| answer.packet);
                Some((seen, answer))
            }
            Evidence::Between {
                destination,
                packets,
                ..
            } => {
                let packet = packets.witness()?;
                let answer = explain(self.topology(), *destination, &packet);
                let agrees = answer.verdict == Reached::Open;
                Some((packet, agrees.then_some(answer)))
            }
            Evidence::Permitted { packets, .. } => Some((packets.witness()?, None)),
            Evidence::Fact => None,
        }
    }
}

fn points(item: &Item, load: f64, all: f64) -> f64 {
    if all > 0.0 {
        cap(item.severity) * load / (1.0 + all)
    } else {
        0.0
    }
}

/// Findings about packets go to each of their causes; findings about rules join the entry of
/// their rule if it opens something, else they stand together by item.
fn entries(topology: &Topology, judgement: &Judgement) -> Vec<Entry> {
    let mut entries: BTreeMap<EntryKey, Entry> = BTreeMap::new();
    let mut about_rules = Vec::new();
    for (item, judged) in judgement.items.iter().enumerate() {
        let all = judged.outcome.findings.iter().map(|one| one.load).sum();
        for (position, finding) in judged.outcome.findings.iter().enumerate() {
            let at = FindingRef {
                item,
                finding: position,
            };
            let points = points(judged.item, finding.load, all);
            if matches!(finding.subject, Subject::Rule { .. }) {
                about_rules.push((at, finding, points));
            } else if finding.causes.is_empty() || judged.item.id.family() == "OUT" {
                let key = EntryKey::Item(finding.item);
                add(&mut entries, topology, key, at, finding, points);
            } else {
                #[expect(clippy::cast_precision_loss, reason = "a finding has few causes")]
                let share = points / finding.causes.len() as f64;
                for cause in &finding.causes {
                    let key = EntryKey::Cause(cause.clone());
                    add(&mut entries, topology, key, at, finding, share);
                }
            }
        }
    }
    for (at, finding, points) in about_rules {
        let mut causes = finding.causes.iter().cloned().map(EntryKey::Cause);
        let key = causes.find(|key| entries.contains_key(key));
        let key = key.unwrap_or(EntryKey::Item(finding.item));
        add(&mut entries, topology, key, at, finding, points);
    }
    let mut entries: Vec<Entry> = entries.into_values().collect();
    for entry in &mut entries {
        entry.findings.sort_unstable();
        entry.findings.dedup();
        entry.interfaces.sort_unstable();
        entry.interfaces.dedup();
    }
    entries.sort_by(|one, other| {
        let by_status = other.status.cmp(&one.status);
        by_status
            .then(other.severity.cmp(&one.severity))
            .then(other.points.total_cmp(&one.points))
            .then(one.key.cmp(&other.key))
    });
    entries
}

fn add(
    entries: &mut BTreeMap<EntryKey, Entry>,
    topology: &Topology,
    key: EntryKey,
    at: FindingRef,
    finding: &Finding,
    points: f64,
) {
    let entry = entries.entry(key.clone()).or_insert_with(|| Entry {
        place: match &key {
            EntryKey::Cause(cause) => cause.place(topology.snapshot()),
            EntryKey::Item(_) => None,
        }
        .unwrap_or_else(|| finding.place.clone()),
        key,
        severity: finding.severity,
        status: finding.status,
        findings: Vec::new(),
        items: Vec::new(),
        interfaces: Vec::new(),
        points: 0.0,
    });
    entry.status = entry.status.max(finding.status);
    entry.severity = entry.severity.max(finding.severity);
    entry.points += points;
    entry.findings.push(at);
    if !entry.items.contains(&finding.item) {
        entry.items.push(finding.item);
    }
    match finding.subject {
        Subject::Interface(index) => entry.interfaces.push(index),
        Subject::Instance(ref id) => {
            entry.interfaces.extend(topology.find_instance(id.as_str()));
        }
        _ => {}
    }
}
