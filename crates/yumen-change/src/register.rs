//! The state of all changes: a fold over the events of the ledger, which refuses what must not
//! follow.
//!
//! LAW (ledger is the truth): the register is a function of the events in their order; whoever
//! reads the ledger again stands where the writer stood.

use std::collections::BTreeMap;

use jiff::Timestamp;
use thiserror::Error;

use crate::event::{
    Begun, Decision, Direction, Drifted, Escalated, Event, Number, Outcome, Proposal, Settled,
    Version,
};
use crate::touched::{Touched, touched};

/// The state of all changes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Register {
    changes: BTreeMap<Number, Change>,
    drifts: BTreeMap<u32, Drift>,
    versions: Vec<Noted<Version>>,
    waived: Option<String>,
    reviewed: BTreeMap<String, Noted<String>>,
    last: Option<Timestamp>,
}

/// Something with when and by whom it was noted.
#[derive(Clone, Debug, PartialEq)]
pub struct Noted<T> {
    /// When
    pub at: Timestamp,
    /// By whom
    pub by: String,
    /// What
    pub what: T,
}

/// A change and what became of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What was proposed
    pub proposal: Proposal,
    /// When
    pub proposed_at: Timestamp,
    /// What people decided, in the order of time; their signatures were not looked at here
    pub decisions: Vec<(Verdict, Decision)>,
    /// Where it stands
    pub phase: Phase,
    /// When it was applied; stays when it is undone
    pub applied_at: Option<Timestamp>,
    /// Who applied it; stays when it is undone
    pub applied_by: Option<String>,
    /// When it was taken back
    pub undone_at: Option<Timestamp>,
    /// Who looked at it afterwards, if it was an emergency
    pub reviewed_by: Option<String>,
}

/// What a person decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// For it
    Approve,
    /// Against it
    Reject,
    /// An emergency was looked at afterwards
    Review,
}

impl Verdict {
    /// The word that is signed.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Review => "review",
        }
    }
}

/// Where a change stands.
#[derive(Clone, Debug, PartialEq)]
pub enum Phase {
    /// People may decide about it
    Open,
    /// Somebody decided against it
    Rejected,
    /// Its proposer took it back; why
    Withdrawn(String),
    /// It would not do any more what was approved; why
    Lapsed(String),
    /// It is being applied
    Applying(Run),
    /// Applying stopped; a person says whether forward or back
    Stopped(Run, String),
    /// It is in force; the snapshot that shows it
    Applied(String),
    /// It was taken back; the snapshot that shows it
    Undone(String),
}

/// A plan under way.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    /// The plan
    pub begun: Begun,
    /// Steps known to be in force
    pub done: u32,
    /// True if the next step was sent and nobody knows yet what became of it
    pub in_doubt: bool,
}

impl Run {
    fn new(begun: &Begun) -> Self {
        Self {
            begun: begun.clone(),
            done: 0,
            in_doubt: false,
        }
    }

    /// True if every step is in force.
    #[must_use]
    pub fn is_done(&self) -> bool {
        usize::try_from(self.done).is_ok_and(|done| done >= self.begun.steps.len())
    }
}

/// Drift and what was done about it.
#[derive(Clone, Debug, PartialEq)]
pub struct Drift {
    /// What was seen, when
    pub seen: Noted<Drifted>,
    /// Why a person has to decide, if so
    pub escalated: Option<Escalated>,
}

/// Why an event cannot follow those before it.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Refused {
    /// Time would go back
    #[error("the time {at} is before that of the last event, {last}")]
    Time {
        /// Of the event
        at: Timestamp,
        /// Of the last one
        last: Timestamp,
    },
    /// Nobody proposed such a change, or its number is not the next
    #[error("there is no change {0}")]
    NoSuchChange(Number),
    /// The change is not where this could follow
    #[error("change {change} is {phase}; `{event}` cannot follow")]
    Phase {
        /// The change
        change: Number,
        /// Where it stands
        phase: &'static str,
        /// The kind of the event
        event: &'static str,
    },
    /// The person decided before
    #[error("{person} decided about change {change} before")]
    Again {
        /// The change
        change: Number,
        /// The person
        person: String,
    },
    /// Another change touches the same and is under way
    #[error("change {other} touches `{resource}` too and is under way")]
    Overlaps {
        /// The other change
        other: Number,
        /// What both touch
        resource: String,
    },
    /// The step is not the next one
    #[error("step {step} of change {change} is not the next one")]
    Step {
        /// The change
        change: Number,
        /// The step
        step: u32,
    },
    /// Nobody saw such a drift, or its number is not the next
    #[error("there is no drift {0}")]
    NoSuchDrift(u32),
}

impl Phase {
    /// The word of lists and of the ledger's readers; also the id of the text `phase-…`.
    #[must_use]
    pub fn word(&self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Rejected => "rejected",
            Self::Withdrawn(_) => "withdrawn",
            Self::Lapsed(_) => "lapsed",
            Self::Applying(_) => "applying",
            Self::Stopped(..) => "stopped",
            Self::Applied(_) => "applied",
            Self::Undone(_) => "undone",
        }
    }

    /// The plan under way, or stopped on its way.
    #[must_use]
    pub fn run(&self) -> Option<&Run> {
        match self {
            Self::Applying(run) | Self::Stopped(run, _) => Some(run),
            _ => None,
        }
    }
}

impl Register {
    /// All changes by number.
    pub fn changes(&self) -> impl DoubleEndedIterator<Item = &Change> {
        self.changes.values()
    }

    /// A change.
    #[must_use]
    pub fn change(&self, number: Number) -> Option<&Change> {
        self.changes.get(&number)
    }

    /// The number of the next change.
    #[must_use]
    pub fn next_number(&self) -> Number {
        self.changes
            .last_key_value()
            .map_or(1, |(last, _)| last + 1)
    }

    /// All drifts by number.
    pub fn drifts(&self) -> impl DoubleEndedIterator<Item = &Drift> {
        self.drifts.values()
    }

    /// The number of the next drift.
    #[must_use]
    pub fn next_drift(&self) -> u32 {
        self.drifts.last_key_value().map_or(1, |(last, _)| last + 1)
    }

    /// All versions, oldest first.
    #[must_use]
    pub fn versions(&self) -> &[Noted<Version>] {
        &self.versions
    }

    /// SHA-256 of the `waivers.toml` in force, as last noted.
    #[must_use]
    pub fn waived(&self) -> Option<&str> {
        self.waived.as_deref()
    }

    /// When a group was reviewed last, and the SHA-256 of its rules then.
    #[must_use]
    pub fn review_of(&self, group: &str) -> Option<&Noted<String>> {
        self.reviewed.get(group)
    }

    /// The time of the last event.
    #[must_use]
    pub fn last(&self) -> Option<Timestamp> {
        self.last
    }

    /// A time that is not before the last event, whatever a clock says.
    #[must_use]
    pub fn not_before(&self, now: Timestamp) -> Timestamp {
        self.last.map_or(now, |last| last.max(now))
    }

    /// Changes that have to undo themselves by then, in the order of numbers: those that stopped
    /// on their way too.
    pub fn due(&self, now: Timestamp) -> impl Iterator<Item = &Change> {
        self.ending()
            .filter(move |change| change.proposal.until.is_some_and(|until| until <= now))
    }

    /// When the next change has to undo itself.
    #[must_use]
    pub fn next_deadline(&self) -> Option<Timestamp> {
        self.ending()
            .filter_map(|change| change.proposal.until)
            .min()
    }

    /// Changes of which something is in force that may have an end.
    fn ending(&self) -> impl Iterator<Item = &Change> {
        let changes = self.changes.values();
        changes.filter(|change| matches!(change.phase, Phase::Applied(_) | Phase::Stopped(..)))
    }

    /// Takes an event in. A refused event changes nothing.
    ///
    /// # Errors
    /// The event cannot follow those before it.
    pub fn handle(&mut self, at: Timestamp, by: &str, event: &Event) -> Result<(), Refused> {
        if let Some(last) = self.last.filter(|last| at < *last) {
            return Err(Refused::Time { at, last });
        }
        match event {
            Event::Proposed(proposal) => self.propose(at, proposal)?,
            Event::Approved(decision) => self.decide(Verdict::Approve, decision, event)?,
            Event::Rejected(decision) => self.decide(Verdict::Reject, decision, event)?,
            Event::Reviewed(decision) => self.review(decision, event)?,
            Event::Withdrawn(number, why) => {
                self.open(*number, event)?.phase = Phase::Withdrawn(why.clone());
            }
            Event::Lapsed(number, why) => {
                let change = self.find(*number)?;
                // Yumen's own containment may end half-way: what is left would open something.
                let is_left =
                    matches!(change.phase, Phase::Stopped(..)) && change.proposal.is_containment();
                if change.phase != Phase::Open && !is_left {
                    return Err(change.refuse(event));
                }
                change.phase = Phase::Lapsed(why.clone());
            }
            Event::Begun(begun) => self.begin(begun, event)?,
            Event::Sent(number, step) => {
                let run = self.applying(*number, event)?;
                if *step != run.done || run.in_doubt || run.is_done() {
                    return Err(Refused::Step {
                        change: *number,
                        step: *step,
                    });
                }
                run.in_doubt = true;
            }
            Event::Settled(settled) => self.settle(settled, event)?,
            Event::Stopped(stopped) => {
                let change = self.find(stopped.change)?;
                let Phase::Applying(run) = &change.phase else {
                    return Err(change.refuse(event));
                };
                change.phase = Phase::Stopped(run.clone(), stopped.why.clone());
            }
            Event::Applied(number, after) => {
                let change = self.finish(*number, Direction::Forward, event)?;
                change.applied_by = change.phase.run().map(|run| run.begun.person.clone());
                change.phase = Phase::Applied(after.clone());
                change.applied_at = Some(at);
            }
            Event::Undone(number, after) => {
                let change = self.finish(*number, Direction::Back, event)?;
                change.phase = Phase::Undone(after.clone());
                change.undone_at = Some(at);
            }
            Event::Drifted(drifted) => {
                if drifted.number != self.next_drift() {
                    return Err(Refused::NoSuchDrift(drifted.number));
                }
                let drift = Drift {
                    seen: noted(at, by, Drifted::clone(drifted)),
                    escalated: None,
                };
                self.drifts.insert(drifted.number, drift);
            }
            Event::Escalated(escalated) => {
                let drift = self.drifts.get_mut(&escalated.drift);
                let drift = drift.ok_or(Refused::NoSuchDrift(escalated.drift))?;
                drift.escalated = Some(escalated.clone());
            }
            Event::Version(version) => self.versions.push(noted(at, by, version.clone())),
            Event::Waived(waived) => self.waived.clone_from(&waived.file),
            Event::GroupReviewed(review) => {
                let noted = noted(at, by, review.rules.clone());
                self.reviewed.insert(review.group.clone(), noted);
            }
            Event::Audited(_) | Event::Exposed(_) | Event::KeyChanged(_) => {}
        }
        self.last = Some(at);
        Ok(())
    }

    fn propose(&mut self, at: Timestamp, proposal: &Proposal) -> Result<(), Refused> {
        if proposal.number != self.next_number() {
            return Err(Refused::NoSuchChange(proposal.number));
        }
        let change = Change {
            proposal: proposal.clone(),
            proposed_at: at,
            decisions: Vec::new(),
            phase: Phase::Open,
            applied_at: None,
            applied_by: None,
            undone_at: None,
            reviewed_by: None,
        };
        self.changes.insert(proposal.number, change);
        Ok(())
    }

    fn decide(
        &mut self,
        verdict: Verdict,
        decision: &Decision,
        event: &Event,
    ) -> Result<(), Refused> {
        let change = self.open(decision.change, event)?;
        let mut earlier = change.decisions.iter();
        if earlier.any(|(_, earlier)| earlier.person == decision.person) {
            return Err(Refused::Again {
                change: decision.change,
                person: decision.person.clone(),
            });
        }
        change.decisions.push((verdict, decision.clone()));
        if verdict == Verdict::Reject {
            change.phase = Phase::Rejected;
        }
        Ok(())
    }

    fn review(&mut self, decision: &Decision, event: &Event) -> Result<(), Refused> {
        let change = self.find(decision.change)?;
        let is_over = matches!(change.phase, Phase::Applied(_) | Phase::Undone(_));
        if !change.proposal.emergency || !is_over || change.reviewed_by.is_some() {
            return Err(change.refuse(event));
        }
        change.decisions.push((Verdict::Review, decision.clone()));
        change.reviewed_by = Some(decision.person.clone());
        Ok(())
    }

    fn begin(&mut self, begun: &Begun, event: &Event) -> Result<(), Refused> {
        let change = self.change(begun.change);
        let change = change.ok_or(Refused::NoSuchChange(begun.change))?;
        let may_begin = match (&change.phase, begun.direction) {
            (Phase::Open, Direction::Forward) | (Phase::Applied(_), Direction::Back) => true,
            // A step in doubt is no obstacle: the new plan begins at what was read since.
            (Phase::Stopped(..), _) => true,
            _ => false,
        };
        if !may_begin {
            return Err(change.refuse(event));
        }
        if let Some((other, resource)) = self.overlapping(begun) {
            return Err(Refused::Overlaps {
                other,
                resource: resource.to_string(),
            });
        }
        self.find(begun.change)?.phase = Phase::Applying(Run::new(begun));
        Ok(())
    }

    /// Another change under way that touches what a plan touches.
    fn overlapping(&self, begun: &Begun) -> Option<(Number, Touched)> {
        let own = touched(&begun.steps);
        let others = self.changes.values().filter_map(|change| {
            let run = change.phase.run()?;
            (change.proposal.number != begun.change).then_some((change.proposal.number, run))
        });
        for (number, run) in others {
            // What was proposed counts too: a plan that stopped may go either way.
            let proposal = &self.changes.get(&number)?.proposal;
            let mut theirs = touched(&run.begun.steps);
            theirs.extend(touched(&proposal.edits));
            if let Some(both) = own.intersection(&theirs).next() {
                return Some((number, both.clone()));
            }
        }
        None
    }

    fn settle(&mut self, settled: &Settled, event: &Event) -> Result<(), Refused> {
        let run = self.applying(settled.change, event)?;
        if !run.in_doubt || settled.step != run.done {
            return Err(Refused::Step {
                change: settled.change,
                step: settled.step,
            });
        }
        match &settled.outcome {
            Outcome::Already | Outcome::InForce(_) => {
                run.in_doubt = false;
                run.done += 1;
            }
            Outcome::NotInForce(_) => run.in_doubt = false,
            // It stays in doubt until somebody could look.
            Outcome::Unknown(_) => {}
        }
        Ok(())
    }

    fn finish(
        &mut self,
        number: Number,
        direction: Direction,
        event: &Event,
    ) -> Result<&mut Change, Refused> {
        let change = self.find(number)?;
        let Phase::Applying(run) = &change.phase else {
            return Err(change.refuse(event));
        };
        if run.is_done() && !run.in_doubt && run.begun.direction == direction {
            Ok(change)
        } else {
            Err(Refused::Step {
                change: number,
                step: run.done,
            })
        }
    }

    fn find(&mut self, number: Number) -> Result<&mut Change, Refused> {
        let change = self.changes.get_mut(&number);
        change.ok_or(Refused::NoSuchChange(number))
    }

    fn open(&mut self, number: Number, event: &Event) -> Result<&mut Change, Refused> {
        let change = self.find(number)?;
        if change.phase == Phase::Open {
            Ok(change)
        } else {
            Err(change.refuse(event))
        }
    }

    fn applying(&mut self, number: Number, event: &Event) -> Result<&mut Run, Refused> {
        let change = self.find(number)?;
        let refused = change.refuse(event);
        match &mut change.phase {
            Phase::Applying(run) => Ok(run),
            _ => Err(refused),
        }
    }
}

impl Change {
    /// True if somebody still has to do something about it: decide, apply, go on, or look at an
    /// emergency afterwards.
    #[must_use]
    pub fn is_pending(&self) -> bool {
        match &self.phase {
            Phase::Open | Phase::Applying(_) | Phase::Stopped(..) => true,
            Phase::Applied(_) | Phase::Undone(_) => {
                self.proposal.emergency && self.reviewed_by.is_none()
            }
            Phase::Rejected | Phase::Withdrawn(_) | Phase::Lapsed(_) => false,
        }
    }

    fn refuse(&self, event: &Event) -> Refused {
        Refused::Phase {
            change: self.proposal.number,
            phase: self.phase.word(),
            event: event.kind(),
        }
    }
}

fn noted<T>(at: Timestamp, by: &str, what: T) -> Noted<T> {
    Noted {
        at,
        by: by.to_owned(),
        what,
    }
}
