//! The score: from 100 down, by what is wrong and never by what is right beside it.
//!
//! `docs/score.md` derives the formula and shows with numbers why it cannot be diluted, gamed by
//! splitting groups, or raised by hiding data.

use std::collections::BTreeMap;

use crate::finding::{Finding, Part, Status};
use crate::item::{ItemId, Severity};

/// Points that an item takes at the most: what infinitely many of its worst findings take.
#[must_use]
pub fn cap(severity: Severity) -> f64 {
    match severity {
        Severity::Critical => 40.0,
        Severity::High => 20.0,
        Severity::Medium => 8.0,
        Severity::Low => 3.0,
    }
}

/// Points that everything reachable from the Internet takes at the most, however legitimate.
const SURFACE_CAP: f64 = 1.0;

/// Measure of reachable packets that takes half of [`SURFACE_CAP`]: a thousand web ports.
const SURFACE_HALF: f64 = 1_000.0;

/// Points that neighbours who reach each other take at the most.
const LATERAL_CAP: f64 = 3.0;

/// Pairs of interfaces that take half of [`LATERAL_CAP`].
const LATERAL_HALF: f64 = 1_000.0;

/// Points that gaps take at the most, beside what is unknown for their sake.
const GAP_CAP: f64 = 20.0;

/// Load of one gap.
const GAP_LOAD: f64 = 0.25;

/// Points for whole listings of interfaces, instances or groups that are incomplete: nothing can
/// be said of what stands in them.
const ESSENTIAL: f64 = 99.0;

/// Load of a latent finding beside an open one.
const LATENT: f64 = 0.125;

/// A score with everything that was taken off.
#[derive(Clone, Debug, PartialEq)]
pub struct Score {
    /// From 1 to 100
    pub value: u8,
    /// 100 less all deductions, which may be far below 1: closing anything raises it
    pub unclamped: f64,
    /// All deductions, largest first
    pub deductions: Vec<Deduction>,
}

/// Points that were taken off.
#[derive(Clone, Debug, PartialEq)]
pub struct Deduction {
    /// For what
    pub reason: Reason,
    /// How many points
    pub points: f64,
    /// How many findings, pairs or gaps these are
    pub count: usize,
    /// Their load
    pub load: f64,
}

/// What points were taken off for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reason {
    /// Findings of an item
    Item(ItemId),
    /// What the Internet reaches at all
    Surface,
    /// What neighbours reach among each other
    Lateral,
    /// What was not read
    Gaps,
    /// Listings of interfaces, instances or groups that are incomplete
    Essential,
}

/// Bands of the score, as in the vendor's Security Center.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Band {
    /// 69 and below
    Danger,
    /// 70 to 84
    Risk,
    /// 85 to 94
    Fair,
    /// 95 and above
    Good,
}

impl Band {
    /// The word that programs see; also the id of the text `band-…`.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Danger => "danger",
            Self::Risk => "risk",
            Self::Fair => "fair",
            Self::Good => "good",
        }
    }
}

/// What a score is made of.
#[derive(Clone, Debug, Default)]
pub struct Weights {
    loads: BTreeMap<ItemId, (Option<Severity>, f64, usize)>,
    /// Measure of all packets that the Internet reaches, and of how many exposures
    pub surface: (f64, usize),
    /// Pairs of interfaces that reach each other
    pub pairs: usize,
    /// Gaps of the snapshot
    pub gaps: usize,
    /// Incomplete listings without which nothing can be said of whole resources
    pub essential: usize,
}

impl Weights {
    /// Nothing but gaps and incomplete listings of interfaces, instances or groups.
    #[must_use]
    pub fn new(gaps: usize, essential: usize) -> Self {
        Self {
            gaps,
            essential,
            ..Self::default()
        }
    }

    /// Adds a finding of an item whose worst findings have a severity.
    pub fn add(&mut self, severity: Severity, finding: &Finding) {
        let own = self.loads.entry(finding.item).or_default();
        own.0 = Some(severity);
        own.1 += finding.load;
        own.2 += 1;
    }

    /// The score.
    #[must_use]
    pub fn score(&self) -> Score {
        let mut deductions = Vec::new();
        for (item, (severity, load, count)) in &self.loads {
            let cap = severity.map_or(0.0, cap);
            deductions.push(Deduction {
                reason: Reason::Item(*item),
                points: cap * load / (1.0 + load),
                count: *count,
                load: *load,
            });
        }
        let mut beside = |reason, points: f64, count: usize, load: f64| {
            if points > 0.0 {
                deductions.push(Deduction {
                    reason,
                    points,
                    count,
                    load,
                });
            }
        };
        let (surface, exposures) = self.surface;
        let surface_points = SURFACE_CAP * surface / (SURFACE_HALF + surface);
        beside(Reason::Surface, surface_points, exposures, surface);
        let pairs = as_f64(self.pairs);
        let lateral = LATERAL_CAP * pairs / (LATERAL_HALF + pairs);
        beside(Reason::Lateral, lateral, self.pairs, pairs);
        let gaps = as_f64(self.gaps) * GAP_LOAD;
        beside(Reason::Gaps, GAP_CAP * gaps / (1.0 + gaps), self.gaps, gaps);
        let essential = as_f64(self.essential);
        beside(
            Reason::Essential,
            ESSENTIAL * essential.min(1.0),
            self.essential,
            essential,
        );
        deductions.sort_by(|one, other| {
            let by_points = other.points.total_cmp(&one.points);
            by_points.then(one.reason.cmp(&other.reason))
        });
        // In a fixed order, so that the same findings give the same figure to the last bit.
        let mut in_order: Vec<&Deduction> = deductions.iter().collect();
        in_order.sort_by_key(|deduction| deduction.reason);
        let taken: f64 = in_order.iter().map(|deduction| deduction.points).sum();
        let unclamped = 100.0 - taken;
        Score {
            value: rounded(unclamped),
            unclamped,
            deductions,
        }
    }
}

impl Score {
    /// The band that it is in.
    #[must_use]
    pub fn band(&self) -> Band {
        match self.value {
            95.. => Band::Good,
            85..=94 => Band::Fair,
            70..=84 => Band::Risk,
            _ => Band::Danger,
        }
    }
}

/// The load of what is exposed at an interface, status by status: what it is to (see
/// `Estate::weight`), how many packets of how much of the Internet.
///
/// One port open to the world is 4, all ports are about 52, a port open to a sliver of it is little
/// more than 1. Packets that are latent count an eighth.
#[derive(Debug)]
pub(crate) struct Exposed {
    weight: f64,
    measure: f64,
    load: f64,
}

impl Exposed {
    pub(crate) fn new(weight: f64, worst: Severity, severity: Severity) -> Self {
        Self {
            weight: weight * cap(severity) / cap(worst),
            measure: 0.0,
            load: 0.0,
        }
    }

    /// Adds parts, open ones first and latent ones last; gives back what they add to the load.
    pub(crate) fn add(&mut self, status: Status, parts: &[Part]) -> f64 {
        let more: f64 = parts.iter().map(Part::measure).sum();
        let before = self.load;
        let of = |measure: f64| 1.0 + 3.0 * (1.0 + measure).log2();
        if status == Status::Latent && self.measure == 0.0 {
            self.load = self.weight * LATENT * of(more);
            return self.load;
        }
        self.measure += match status {
            Status::Latent => more * LATENT,
            Status::Open | Status::Unknown => more,
        };
        self.load = self.weight * of(self.measure);
        self.load - before
    }
}

/// What a load becomes for a status and for a severity below the item's worst.
#[must_use]
pub(crate) fn graded(load: f64, status: Status, worst: Severity, severity: Severity) -> f64 {
    let status = match status {
        Status::Latent => LATENT,
        Status::Open | Status::Unknown => 1.0,
    };
    load * status * cap(severity) / cap(worst)
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "clamped to 1 to 100"
)]
fn rounded(figure: f64) -> u8 {
    figure.clamp(1.0, 100.0).round() as u8
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^53")]
fn as_f64(count: usize) -> f64 {
    count as f64
}
