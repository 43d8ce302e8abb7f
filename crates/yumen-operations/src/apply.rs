//! Applying: step by step, each written down before it is sent and after it was looked for.
//!
//! LAW (known state): after any failure the ledger says which steps are in force. A step whose
//! outcome nobody knows is looked for again before anything else is sent.

use yumen_aliyun::follow::affected::Affected;
use yumen_change::{
    Approved, Begun, Change, Direction, Effect, Event, Number, Outcome, Phase, Refused, Register,
    Run, Settled, Stopped, still_the_same, touched,
};
use yumen_cloud::{CloudEdit, EditError, Id, Rule, Snapshot};
use yumen_diagnostics::Message;
use yumen_reach::Delta;
use yumen_synthesis::{Limits, RestoreScope, order, restore};

use crate::desk::Desk;
use crate::failure::Failure;
use crate::judge::with_edits;
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
        all_read(live, &change.proposal.edits)?;
        if let Phase::Applying(run) = &change.phase {
            // The approvals are looked at again: whoever goes on may not be who began.
            if run.begun.direction == Direction::Forward {
                let base = self.snapshot(&change.proposal.base)?;
                let effect = self.outlook(&base, &change.proposal.edits)?.effect;
                self.approved(change, &effect, person, &register)?;
            }
            return self.go_on(person, live, number, watcher);
        }
        let effect = match &change.phase {
            Phase::Stopped(..) => {
                self.same_end(live, &change.proposal.base, &change.proposal.edits)?
            }
            _ => self.still_stands(change, live.snapshot())?,
        };
        let approved = self.approved(change, &effect, person, &register)?;
        // What is read back is compared with what this and the steps should make.
        let base = self.keep_snapshot(live)?;
        let edits = match &change.phase {
            Phase::Stopped(..) => left_to_do(live, &change.proposal.edits),
            _ => change.proposal.edits.clone(),
        };
        let steps = self.ordered(live, &edits)?;
        let begun = approved.begin(person, base, steps);
        self.begin(person, begun)?;
        self.go_on(person, live, number, watcher)
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
        all_read(live, &change.proposal.edits)?;
        if let Phase::Applying(Run { begun, .. }) = &change.phase
            && begun.direction == Direction::Back
        {
            return self.go_on(person, live, number, watcher);
        }
        let approved = Approved::undo(change, person, self.basis(&register))?;
        let before = self.snapshot(&change.proposal.base)?;
        let back = way_back(live.snapshot(), &before, &change.proposal.edits)?;
        let steps = self.ordered(live, &back)?;
        let base = self.keep_snapshot(live)?;
        self.begin(person, approved.begin(person, base, steps))?;
        self.go_on(person, live, number, watcher)
    }

    /// Leave to carry a change out: what takes drift back needs nobody.
    fn approved(
        &self,
        change: &Change,
        effect: &Effect,
        person: &str,
        register: &Register,
    ) -> Result<Approved, Failure> {
        match Approved::containment(change, effect) {
            Ok(approved) => Ok(approved),
            Err(_) => Ok(Approved::check(change, person, self.basis(register))?),
        }
    }

    /// What is left to do of a change that stopped half-way, if all of it, were nothing of it done
    /// yet, would still do what was approved.
    fn same_end(&self, live: &Live, base: &str, edits: &[CloudEdit]) -> Result<Effect, Failure> {
        let base = self.snapshot(base)?;
        let judged = self.outlook(&base, edits)?.effect;
        let undone = way_back(live.snapshot(), &base, edits)?;
        let undone = with_edits(live.snapshot(), &undone)?;
        let whole = self.outlook(&undone, edits)?.effect;
        still_the_same(&judged, &whole)?;
        let left = self.outlook(live.snapshot(), &left_to_do(live, edits))?;
        Ok(left.effect)
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

    fn begin(&self, person: &str, begun: Begun) -> Result<(), Failure> {
        self.note(person, &[Event::Begun(Box::new(begun))])
    }

    /// Carries out what is left of a plan.
    fn go_on(
        &self,
        person: &str,
        live: &mut Live,
        number: Number,
        watcher: Watcher<'_>,
    ) -> Result<AppliedChange, Failure> {
        let run = running(&self.standing()?.register, number)?;
        let planned = self.snapshot_of_plan(&run.begun);
        let added = added(&run.begun.steps);
        let of = run.begun.steps.len();
        let done = usize::try_from(run.done).unwrap_or(usize::MAX);
        let mut in_doubt = run.in_doubt;
        for (position, edit) in run.begun.steps.iter().enumerate().skip(done) {
            let step = u32::try_from(position).unwrap_or(u32::MAX);
            let show = |outcome| Step {
                number: position,
                of,
                edit,
                outcome,
            };
            watcher(&show(None));
            let was_sent = std::mem::replace(&mut in_doubt, false);
            if !was_sent {
                self.note(person, &[Event::Sent(number, step)])?;
            }
            let token = token(self.store.origin(), number, &run.begun, step);
            let sent = live.carry_out(edit, &added, &token);
            let (outcome, said) = match sent {
                Ok(sent) => sent,
                Err(failure) => {
                    let messages = failure.messages();
                    let why: Vec<String> = messages.iter().map(ToString::to_string).collect();
                    let why = why.join("; ");
                    // Nothing was sent now; what became of it the first time was not seen.
                    let outcome = if was_sent {
                        Outcome::Unknown(why)
                    } else {
                        Outcome::NotInForce(why)
                    };
                    (outcome, messages.into_iter().next())
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
        self.finish(person, live, number, &run.begun, planned)
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
        live.catch_up()?;
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

    /// The network as a plan means it to be; nothing if the store does not have its beginning.
    fn snapshot_of_plan(&self, begun: &Begun) -> Option<Snapshot> {
        let base = self.snapshot(&begun.base).ok()?;
        with_edits(&base, &begun.steps).ok()
    }
}

/// Edits of a proposal that are not in force yet: one that stopped half-way may be gone on with.
fn left_to_do(live: &Live, edits: &[CloudEdit]) -> Vec<CloudEdit> {
    let mut left = Vec::new();
    let mut snapshot = live.snapshot().clone();
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

/// Reads what could not be read before; what a change touches has to be known.
fn all_read(live: &mut Live, edits: &[CloudEdit]) -> Result<(), Failure> {
    live.catch_up()?;
    if let Some(group) = live.unread_group(edits) {
        let again = Affected::group(group.region.as_str(), group.id.as_str());
        live.refresh(&again)?;
    }
    match live.unread_group(edits) {
        None => Ok(()),
        Some(group) => Err(Failure::Input(
            Message::new("change-unread").with("group", group.id.as_str()),
        )),
    }
}

/// The edits that take a change back and leave alone what was changed beside it since: rules one by
/// one, everything else as it was before.
pub(crate) fn way_back(
    live: &Snapshot,
    before: &Snapshot,
    edits: &[CloudEdit],
) -> Result<Vec<CloudEdit>, Failure> {
    let after = with_edits(before, edits)?;
    let resources = touched(edits).into_iter();
    let scope = RestoreScope::Resources(resources.map(|one| Id::from(one.to_string())).collect());
    let rules = restore(&after, before, &scope).edits.into_iter();
    let rules = rules.filter_map(|edit| on_rules_now(live, &after, edit));
    let others = restore(live, before, &scope).edits.into_iter();
    let others = others.filter(|edit| group_of_rule(edit).is_none());
    Ok(rules.chain(others).collect())
}

/// The group whose rules an edit changes.
fn group_of_rule(edit: &CloudEdit) -> Option<&Id> {
    match edit {
        CloudEdit::AddRule { group, .. }
        | CloudEdit::RemoveRule { group, .. }
        | CloudEdit::ReplaceRule { group, .. } => Some(group),
        _ => None,
    }
}

/// An edit of rules as they were after a change, as one of the rules that there are now; nothing if
/// there is nothing left to do.
fn on_rules_now(live: &Snapshot, after: &Snapshot, edit: CloudEdit) -> Option<CloudEdit> {
    let rules = &live.groups.get(group_of_rule(&edit)?)?.rules;
    let now = |wanted: &Rule| rules.iter().find(|rule| rule.is_same_filter(wanted));
    let then = |group: &Id, id: &Id| {
        let mut rules = after.groups.get(group)?.rules.iter();
        now(rules.find(|rule| rule.id == *id)?).map(|rule| rule.id.clone())
    };
    match edit {
        CloudEdit::AddRule { group, rule } => now(&rule)
            .is_none()
            .then_some(CloudEdit::AddRule { group, rule }),
        CloudEdit::RemoveRule { group, rule } => {
            let rule = then(&group, &rule)?;
            Some(CloudEdit::RemoveRule { group, rule })
        }
        CloudEdit::ReplaceRule { group, mut rule } => {
            rule.id = then(&group, &rule.id)?;
            Some(CloudEdit::ReplaceRule { group, rule })
        }
        _ => None,
    }
}

fn running(register: &Register, number: Number) -> Result<Run, Failure> {
    let change = register
        .change(number)
        .ok_or(Refused::NoSuchChange(number))?;
    match &change.phase {
        Phase::Applying(run) => Ok(run.clone()),
        phase => Err(Failure::Refused(Refused::Phase {
            change: number,
            phase: phase.word(),
            event: "sent",
        })),
    }
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
