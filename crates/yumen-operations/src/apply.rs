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
    Settled, Stopped, as_told, reason, still_the_same, touched,
};
use yumen_cloud::{CloudEdit, EditError, Id, Rule, Snapshot};
use yumen_diagnostics::Message;
use yumen_store::{Holder, Lease, StoreError};
use yumen_synthesis::{Limits, RestoreScope, order, restore};

use crate::desk::Desk;
use crate::failure::Failure;
use crate::judge::{between, effect, with_edits};
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

/// How long one step may take before somebody else may take a plan over, in milliseconds.
const TURN_MILLISECONDS: i64 = 60_000;

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
        self.in_turn(person, number, |turn| {
            self.apply_in_turn(person, live, number, watcher, turn)
        })
    }

    fn apply_in_turn(
        &self,
        person: &str,
        live: &mut Live,
        number: Number,
        watcher: Watcher<'_>,
        turn: &mut Lease,
    ) -> Result<AppliedChange, Failure> {
        let (register, change) = self.in_sight(live, number)?;
        let (approved, edits) = self.leave(&change, person, live, &register)?;
        // What is read back is compared with what this and the steps should make.
        let base = self.keep_snapshot(live)?;
        let steps = self.ordered(live, &edits)?;
        let begun = approved.begin(person, base, steps);
        self.begin(person, &change, &begun)?;
        self.carry_out(person, live, &begun, watcher, turn)
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
        self.in_turn(person, number, |turn| {
            self.undo_in_turn(person, live, number, watcher, turn)
        })
    }

    fn undo_in_turn(
        &self,
        person: &str,
        live: &mut Live,
        number: Number,
        watcher: Watcher<'_>,
        turn: &mut Lease,
    ) -> Result<AppliedChange, Failure> {
        let (register, change) = self.in_sight(live, number)?;
        let before = self.snapshot(&change.proposal.base)?;
        // Edits that do not even fit what they were proposed on were agreed to by nobody.
        let judged = self.outlook(&before, &change.proposal.edits).ok();
        let back = way_back(live.snapshot(), &before, &change.proposal.edits)?;
        let outlook = self.outlook(live.snapshot(), &back)?;
        let approved = Approved::undo(
            &change,
            person,
            judged.as_ref().map(|judged| &judged.effect),
            &outlook.effect,
            self.basis(&register),
        )?;
        let steps = self.ordered(live, &back)?;
        let base = self.keep_snapshot(live)?;
        let begun = approved.begin(person, base, steps);
        self.begin(person, &change, &begun)?;
        self.carry_out(person, live, &begun, watcher, turn)
    }

    /// A change of the account at hand, with everything that it touches read.
    fn in_sight(&self, live: &mut Live, number: Number) -> Result<(Register, Change), Failure> {
        let register = self.standing()?.register;
        let change = register.change(number).cloned();
        let change = change.ok_or(Refused::NoSuchChange(number))?;
        self.same_account(live, &change.proposal.account)?;
        look_for_doubt(&change, live)?;
        all_read(live, &change.proposal.edits)?;
        Ok((register, change))
    }

    /// Does something with a change while nobody else does: a plan is one person's until it ends,
    /// or until nothing was heard of it for a while.
    fn in_turn<T>(
        &self,
        person: &str,
        number: Number,
        act: impl FnOnce(&mut Lease) -> Result<T, Failure>,
    ) -> Result<T, Failure> {
        let now = self.clock.now().as_millisecond();
        let name = format!("change/{number}");
        let turn = self
            .store
            .lease(&name, &Holder::own(person), TURN_MILLISECONDS, now);
        let mut turn = turn.map_err(|error| match error {
            StoreError::Held { holder, until, .. } => {
                let seconds = until.saturating_sub(now).unsigned_abs() / 1000 + 1;
                let message = Message::new("change-in-hand")
                    .with("number", u64::from(number))
                    .with("holder", holder)
                    .with("seconds", seconds);
                Failure::Input(message)
            }
            other => Failure::Store(other),
        })?;
        let done = act(&mut turn);
        // A turn that cannot be given back ends by itself.
        drop(self.store.release(turn));
        done
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
        if is_begun && edits.is_empty() && proposal.is_containment() {
            return Ok((Approved::contained(change, &edits)?, edits));
        }
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

    /// That all of a change that was begun, were nothing of it done yet, would still do what was
    /// approved.
    fn same_end(&self, live: &Live, base: &str, edits: &[CloudEdit]) -> Result<(), Failure> {
        let base = self.snapshot(base)?;
        let judged = self.outlook(&base, edits)?.effect;
        let undone = way_back(live.snapshot(), &base, edits)?;
        let undone = with_edits(live.snapshot(), &undone)?;
        let whole = self.outlook(&undone, edits)?.effect;
        Ok(still_the_same(&judged, &whole)?)
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
            let mut events = match change.map(|change| &change.phase) {
                Some(Phase::Applying(run)) => interrupted(number, run),
                _ => Vec::new(),
            };
            let is_own = change.is_some_and(|change| change.proposal.is_containment());
            if is_own && !events.is_empty() {
                let why = reason(&[Message::new("containment-left")]);
                events.push(Event::Lapsed(number, why));
            }
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
        turn: &mut Lease,
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
            let now = self.clock.now().as_millisecond();
            self.store.renew(turn, TURN_MILLISECONDS, now)?;
            self.note(person, &[Event::Sent(number, step)])?;
            let token = token(self.store.origin(), number, begun, step);
            let sent = live.carry_out(edit, &added, &token);
            let (outcome, said) = match sent {
                Ok(sent) => sent,
                Err(failure) => {
                    let messages = failure.messages();
                    let why = Outcome::NotInForce(reason(&messages));
                    (why, messages.into_iter().next())
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
        live.catch_up()?;
        let report = self.judge(live.snapshot())?;
        let differs = match planned {
            None => 0,
            Some(planned) => {
                let planned = self.judge(&planned)?;
                let delta = between(&planned, &report)?;
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
    let why = reason(&[Message::new("change-interrupted")]);
    let step = run.done;
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

/// Edits of a proposal that are not in force yet: one that stopped half-way may be gone on with.
pub(crate) fn left_to_do(now: &Snapshot, edits: &[CloudEdit]) -> Vec<CloudEdit> {
    let mut left = Vec::new();
    let mut snapshot = now.clone();
    for edit in edits {
        match snapshot.with_edit(edit) {
            // What was to be added is there already.
            Ok(next) if next.content_address() == snapshot.content_address() => {}
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
