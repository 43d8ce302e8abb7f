//! Applying: step by step, each written down before it is sent and after it was looked for.
//!
//! LAW (known state): after any failure the ledger says which steps are in force. A step whose
//! outcome nobody knows is looked for again before anything else is sent.
//!
//! LAW (no plan from the ledger): whoever can write to the store can write a plan into it. So a
//! plan that was interrupted is never gone on with: leave for the change is derived anew, and a
//! new plan is made from it and from the network as it is.

use yumen_aliyun::follow::affected::Affected;
use yumen_change::{
    Approved, Begun, Change, Direction, Event, Number, Outcome, Phase, Refused, Register, Run,
    Settled, Stopped, as_told, touched,
};
use yumen_cloud::{CloudEdit, EditError, Id, Rule, Snapshot};
use yumen_diagnostics::Message;
use yumen_reach::Delta;
use yumen_synthesis::{Limits, RestoreScope, order, restore};

use crate::desk::Desk;
use crate::failure::Failure;
use crate::judge::{effect, with_edits};
use crate::live::Live;
use crate::versions::Cause;

/// How far applying has come.
#[derive(Clone, Debug)]
pub struct Step<'a> {
    /// Position of the step in the plan
    pub number: usize,
    /// How many there are
    pub of: usize,
    /// What is done
    pub edit: &'a CloudEdit,
    /// What became of it; `None` before it is sent
    pub outcome: Option<&'a Outcome>,
}

/// Told of every step.
pub type Watcher<'a> = &'a mut dyn FnMut(&Step<'_>);

/// What applying came to.
#[derive(Clone, Debug)]
pub struct AppliedChange {
    /// Steps that were carried out
    pub steps: usize,
    /// Address of the snapshot that was read back
    pub after: String,
    /// What differs from what was planned, as others changed something meanwhile
    pub differs: usize,
}

impl Desk {
    /// Applies an approved change, or goes on with one that was interrupted.
    ///
    /// # Errors
    /// It is not approved, it lapsed, there is no safe order, or a step is not in force: then the
    /// ledger says which.
    pub fn apply(
        &self,
        person: &str,
        live: &mut Live,
        number: Number,
        watcher: Watcher<'_>,
    ) -> Result<AppliedChange, Failure> {
        let register = self.standing()?.register;
        let change = register
            .change(number)
            .ok_or(Refused::NoSuchChange(number))?;
        self.same_account(live, &change.proposal.account)?;
        look_for_doubt(change, live)?;
        let (approved, edits) = self.leave(change, person, live, &register)?;
        let base = live.snapshot().content_address().to_string();
        let steps = self.ordered(live, &edits)?;
        let begun = approved.begin(person, base, steps);
        self.begin(person, change, &begun)?;
        self.carry_out(person, live, &begun, watcher)
    }

    /// Takes a change back that ended or stopped half-way.
    ///
    /// # Errors
    /// It is not to be undone, or there is no safe order, or a step is not in force.
    pub fn undo(
        &self,
        person: &str,
        live: &mut Live,
        number: Number,
        watcher: Watcher<'_>,
    ) -> Result<AppliedChange, Failure> {
        let register = self.standing()?.register;
        let change = register
            .change(number)
            .ok_or(Refused::NoSuchChange(number))?;
        self.same_account(live, &change.proposal.account)?;
        look_for_doubt(change, live)?;
        let before = self.snapshot(&change.proposal.base)?;
        // Edits that do not even fit what they were proposed on were agreed to by nobody.
        let judged = self.outlook(&before, &change.proposal.edits).ok();
        let back = way_back(live.snapshot(), &before, &change.proposal.edits);
        let outlook = self.outlook(live.snapshot(), &back)?;
        let approved = Approved::undo(
            change,
            person,
            judged.as_ref().map(|judged| &judged.effect),
            &outlook.effect,
            self.basis(&register),
        )?;
        let steps = self.ordered(live, &back)?;
        let base = live.snapshot().content_address().to_string();
        let begun = approved.begin(person, base, steps);
        self.begin(person, change, &begun)?;
        self.carry_out(person, live, &begun, watcher)
    }

    /// Leave to apply a change, with what is left to do of it.
    fn leave(
        &self,
        change: &Change,
        person: &str,
        live: &Live,
        register: &Register,
    ) -> Result<(Approved, Vec<CloudEdit>), Failure> {
        let proposal = &change.proposal;
        let basis = self.basis(register);
        let is_begun = change.phase.run().is_some();
        let edits = if is_begun {
            left_to_do(live.snapshot(), &proposal.edits)
        } else {
            proposal.edits.clone()
        };
        if proposal.is_containment() {
            let outlook = self.outlook(live.snapshot(), &edits)?;
            let reversed = effect(&outlook.after, &outlook.before, &self.ground)?;
            let leave = Approved::containment(change, person, &outlook.effect, &reversed, basis);
            if let Ok(approved) = leave {
                return Ok((approved, edits));
            }
        }
        let judged = self.judged(change)?;
        if is_begun {
            self.same_end(live, &proposal.base, &proposal.edits)?;
        } else {
            let now = self.still_stands(change, &judged, live.snapshot())?;
            as_told(proposal, &now)?;
        }
        let approved = Approved::check(change, person, &judged, basis)?;
        Ok((approved, edits))
    }

    /// That what is left to do of a change that was begun still leads where it was approved to
    /// lead.
    fn same_end(&self, live: &Live, base: &str, edits: &[CloudEdit]) -> Result<(), Failure> {
        let meant = self.judge(&with_edits(&self.snapshot(base)?, edits)?)?;
        let outlook = self.outlook(live.snapshot(), &left_to_do(live.snapshot(), edits))?;
        let differs = Delta::new(&meant.audit.analysis, &outlook.after.audit.analysis)?;
        if differs.is_empty() {
            return Ok(());
        }
        let named: Vec<String> = differs
            .interfaces
            .iter()
            .take(3)
            .map(|one| one.interface.to_string())
            .collect();
        let message = Message::new("change-moved")
            .with("count", differs.interfaces.len())
            .with("interfaces", named.join(", "))
            .with("class", outlook.effect.class.word());
        Err(Failure::Input(message))
    }

    fn same_account(&self, live: &Live, account: &str) -> Result<(), Failure> {
        if live.account() == account {
            return Ok(());
        }
        let message = Message::new("change-other-account")
            .with("account", account)
            .with("own", live.account());
        Err(Failure::Input(message))
    }

    /// The steps of some edits, in an order in which nothing is interrupted and nothing opens.
    fn ordered(&self, live: &Live, edits: &[CloudEdit]) -> Result<Vec<CloudEdit>, Failure> {
        let order = order(
            live.snapshot(),
            edits,
            &self.ground.internet(),
            &Limits::default(),
        )?;
        Ok(order.steps.into_iter().map(|step| step.edit).collect())
    }

    /// Writes a plan down; one that was under way ends with it, its last step in doubt or not.
    fn begin(&self, person: &str, change: &Change, begun: &Begun) -> Result<(), Failure> {
        let mut events = Vec::new();
        if let Phase::Applying(run) = &change.phase {
            events.extend(interrupted(change.proposal.number, run));
        }
        events.push(Event::Begun(Box::new(begun.clone())));
        self.note(person, &events)
    }

    /// Writes down that a plan under way is not gone on with.
    ///
    /// # Errors
    /// The store cannot keep it.
    pub(crate) fn interrupt(&self, person: &str, number: Number) -> Result<(), Failure> {
        self.transact(person, |register, _| {
            let change = register.change(number);
            let events = match change.map(|change| &change.phase) {
                Some(Phase::Applying(run)) => interrupted(number, run),
                _ => Vec::new(),
            };
            Ok((events, ()))
        })
    }

    /// Carries out a plan that was just written down.
    fn carry_out(
        &self,
        person: &str,
        live: &mut Live,
        begun: &Begun,
        watcher: Watcher<'_>,
    ) -> Result<AppliedChange, Failure> {
        let number = begun.change;
        let planned = with_edits(live.snapshot(), &begun.steps).ok();
        let added = added(&begun.steps);
        let of = begun.steps.len();
        for (position, edit) in begun.steps.iter().enumerate() {
            let step = u32::try_from(position).unwrap_or(u32::MAX);
            let show = |outcome| Step {
                number: position,
                of,
                edit,
                outcome,
            };
            watcher(&show(None));
            self.note(person, &[Event::Sent(number, step)])?;
            let token = token(self.store.origin(), number, begun, step);
            let sent = live.carry_out(edit, &added, &token);
            let (outcome, said) = match sent {
                Ok(sent) => sent,
                Err(failure) => {
                    let messages = failure.messages();
                    let why: Vec<String> = messages.iter().map(ToString::to_string).collect();
                    (
                        Outcome::NotInForce(why.join("; ")),
                        messages.into_iter().next(),
                    )
                }
            };
            watcher(&show(Some(&outcome)));
            let mut events = vec![Event::Settled(Settled {
                change: number,
                step,
                outcome: outcome.clone(),
            })];
            let is_in_force = outcome.is_in_force();
            if let Outcome::NotInForce(why) | Outcome::Unknown(why) = outcome {
                events.push(Event::Stopped(Stopped {
                    change: number,
                    step,
                    why,
                }));
            }
            self.note(person, &events)?;
            if !is_in_force {
                let message = Message::new("change-stopped")
                    .with("number", u64::from(number))
                    .with("done", position)
                    .with("of", of);
                return Err(Failure::Stopped(message, said));
            }
        }
        self.finish(person, live, number, begun, planned)
    }

    /// Reads back, compares, and writes down that a plan is done.
    fn finish(
        &self,
        person: &str,
        live: &mut Live,
        number: Number,
        begun: &Begun,
        planned: Option<Snapshot>,
    ) -> Result<AppliedChange, Failure> {
        let report = self.judge(live.snapshot())?;
        let differs = match planned {
            None => 0,
            Some(planned) => {
                let planned = self.judge(&planned)?;
                let delta = Delta::new(&planned.audit.analysis, &report.audit.analysis)?;
                delta.interfaces.len()
            }
        };
        // Whoever sees the network now finds what it was meant to be.
        let after = self.keep_snapshot(live)?;
        let event = match begun.direction {
            Direction::Forward => Event::Applied(number, after.clone()),
            Direction::Back => Event::Undone(number, after.clone()),
        };
        self.note(person, &[event])?;
        let why = match begun.direction {
            Direction::Forward => format!("change {number}"),
            Direction::Back => format!("undo of change {number}"),
        };
        self.record(person, live, &report, &Cause::new(&why))?;
        Ok(AppliedChange {
            steps: begun.steps.len(),
            after,
            differs,
        })
    }
}

/// Reads everything again where a step was sent and nobody knows what became of it.
fn look_for_doubt(change: &Change, live: &mut Live) -> Result<(), Failure> {
    if change.phase.run().is_some_and(|run| run.in_doubt) {
        live.refresh(&Affected::everything(None))?;
    }
    Ok(())
}

/// The end of a plan that was interrupted.
fn interrupted(change: Number, run: &Run) -> Vec<Event> {
    let (step, why) = (run.done, "interrupted".to_owned());
    let mut events = Vec::new();
    if run.in_doubt {
        let outcome = Outcome::Unknown(why.clone());
        events.push(Event::Settled(Settled {
            change,
            step,
            outcome,
        }));
    }
    events.push(Event::Stopped(Stopped { change, step, why }));
    events
}

/// Edits that lead what others touched back to where it was.
pub(crate) fn way_back(now: &Snapshot, before: &Snapshot, edits: &[CloudEdit]) -> Vec<CloudEdit> {
    let resources = touched(edits);
    let scope = RestoreScope::Resources(
        resources
            .iter()
            .map(|one| Id::from(one.to_string()))
            .collect(),
    );
    restore(now, before, &scope).edits
}

/// Edits of a proposal that are not in force yet: one that stopped half-way may be gone on with.
pub(crate) fn left_to_do(now: &Snapshot, edits: &[CloudEdit]) -> Vec<CloudEdit> {
    let mut left = Vec::new();
    let mut snapshot = now.clone();
    for edit in edits {
        match snapshot.with_edit(edit) {
            Ok(next) => {
                left.push(edit.clone());
                snapshot = next;
            }
            // What was to be removed is gone already.
            Err(EditError::MissingPart { .. }) => {}
            // The check that follows says what is wrong with it.
            Err(EditError::Missing(_)) => left.push(edit.clone()),
        }
    }
    left
}

/// Rules that a plan adds.
fn added(steps: &[CloudEdit]) -> Vec<Rule> {
    let rules = steps.iter().filter_map(|step| match step {
        CloudEdit::AddRule { rule, .. } => Some(rule.clone()),
        _ => None,
    });
    rules.collect()
}

/// The cloud does a call with one token once: the same step of the same plan has the same token,
/// and no other.
fn token(ledger: &str, number: Number, begun: &Begun, step: u32) -> String {
    let text = format!(
        "{ledger} {number} {} {} {step}",
        begun.direction.word(),
        begun.base
    );
    yumen_change::sha256(text.as_bytes())
        .chars()
        .take(48)
        .collect()
}
