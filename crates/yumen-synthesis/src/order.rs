//! A safe order of edits: no state on the way permits what neither end permits, or stops what both
//! ends permit.

use thiserror::Error;
use yumen_cloud::{CloudEdit, EditError, Id, Snapshot};
use yumen_packets::Error;
use yumen_reach::Internet;

use crate::effect::{Breach, StepEffect};
use crate::plan::Limits;
use crate::quota::{Excess, Quotas, overfull};
use crate::search::{Plan, Search, finer, items};
use crate::temporary::with_temporary;
use crate::watch::{State, Trouble, Watch};

/// Edits in an order that was proven, step by step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SafeOrder {
    /// The steps, first to last
    pub steps: Vec<Step>,
}

/// One step of an order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// What is done
    pub edit: CloudEdit,
    /// True for what the order adds of its own and takes away again
    pub auxiliary: bool,
    /// What it opens and closes
    pub effect: StepEffect,
}

/// Why there is no order.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum OrderRefusal {
    /// On the way a group would have more rules than it may
    #[error(
        "`{group}` has room for {spare} more rules and this takes {needed} on the way; join its rules first"
    )]
    TooManyRules {
        /// The group
        group: Id,
        /// How many rules it would gain on the way
        needed: usize,
        /// How many more it may have
        spare: usize,
    },
    /// On the way the groups of an interface would have more rules together than they may
    #[error(
        "the groups of `{interface}` may have {most} rules together and would have more on the way; join rules first"
    )]
    TooManyRulesBefore {
        /// The interface
        interface: Id,
        /// How many rules its groups may have
        most: usize,
    },
    /// On the way an interface would be in more groups than it may
    #[error(
        "`{interface}` may be in {most} groups and would be in more on the way; let it leave one first"
    )]
    TooManyGroups {
        /// The interface
        interface: Id,
        /// In how many groups it may be
        most: usize,
    },
    /// An interface would be in a basic and an advanced group
    #[error(
        "`{0}` would be in a basic and an advanced group at once, which the provider refuses; move it by hand in a window"
    )]
    MixedGroups(Id),
    /// An interface would be in no group
    #[error(
        "`{0}` would be in no group, which the provider refuses; let it join another one first"
    )]
    NoGroup(Id),
    /// In every order something is opened that neither end permits, or interrupted that both do
    #[error(
        "no order of the edits is safe: one of them {}; change less at a time, or agree on a window",
        first_of(breaches)
    )]
    NoSafeOrder {
        /// The edit at which the longest safe order ends
        edit: Box<CloudEdit>,
        /// After how many steps
        after: usize,
        /// What it would open or interrupt, and where
        breaches: Vec<Breach>,
    },
    /// The search gave up before it had seen all orders
    #[error("no safe order was found in {tried} tries; change less at a time")]
    NotFound {
        /// How many steps were tried
        tried: usize,
    },
    /// The packet sets took too much
    #[error(transparent)]
    Packets(#[from] Error),
    /// An edit does not fit the snapshot
    #[error(transparent)]
    Edit(#[from] EditError),
}

/// Why an order does not hold.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Interruption {
    /// A step opens what neither end permits, or interrupts what both permit
    #[error("step {number} {}; put the edits in another order", first_of(breaches))]
    Unsafe {
        /// Which step, from 1
        number: usize,
        /// What it would open or interrupt, and where
        breaches: Vec<Breach>,
    },
    /// The packet sets took too much
    #[error(transparent)]
    Packets(#[from] Error),
    /// An edit does not fit the snapshot
    #[error(transparent)]
    Edit(#[from] EditError),
}

impl From<Trouble> for OrderRefusal {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Edit(error) => Self::Edit(error),
            Trouble::Packets(error) => Self::Packets(error),
        }
    }
}

impl From<Trouble> for Interruption {
    fn from(trouble: Trouble) -> Self {
        match trouble {
            Trouble::Edit(error) => Self::Edit(error),
            Trouble::Packets(error) => Self::Packets(error),
        }
    }
}

fn first_of(breaches: &[Breach]) -> String {
    breaches
        .first()
        .map_or_else(String::new, ToString::to_string)
}

/// Puts edits in an order in which every state on the way permits at most what one of both ends
/// permits, and at least what both permit: LAW (no state on the way), for every interface and
/// direction, with what was not read taken in each reading, within the provider's limits.
///
/// The order given is kept if it is safe. Otherwise edits change places; a replacement of a rule
/// may become an addition and a removal; and where no order will do, temporary rules of the first
/// priority stop what would be opened, or hold open what would be interrupted, until the end.
///
/// # Errors
/// An edit does not fit, there is no room for all rules that are needed on the way, or nothing
/// that was tried is safe.
pub fn order(
    base: &Snapshot,
    edits: &[CloudEdit],
    internet: &Internet,
    limits: &Limits,
) -> Result<SafeOrder, OrderRefusal> {
    let end = applied(base, edits)?;
    let (watch, first, last) = Watch::new(base, &end, edits, internet)?;
    let quotas = Quotas::new(base, &end, *limits);
    if let Some(steps) = as_given(&watch, &quotas, &first, edits)? {
        return Ok(SafeOrder { steps });
    }
    let fine = finer(base, edits)?;
    let mut search = Search::new(&watch, &last, Some(&quotas));
    let mut found = None;
    for edits in [edits, &fine] {
        for plan in [Plan::Phases, Plan::Groups] {
            if found.is_none() {
                search.take(items(base, edits, plan)?);
                found = search.greedy(&first)?;
            }
        }
    }
    if found.is_none() {
        search.take(items(base, &fine, Plan::Phases)?);
        found = search.deep(&first)?;
    }
    if found.is_none() {
        found = with_temporary(&mut search)?;
    }
    let Some(found) = found else {
        return Err(refusal(&search, &quotas, &first, &fine)?);
    };
    let steps = found
        .steps
        .iter()
        .filter_map(|step| search.items.get(*step))
        .map(|item| (item.edit.clone(), item.auxiliary));
    proven(&watch, &first, steps)
}

/// Walks through edits in their order and says what each opens and closes.
///
/// # Errors
/// An edit does not fit, or leads to a state that permits what neither end permits, or stops what
/// both permit.
pub fn check_order(
    base: &Snapshot,
    edits: &[CloudEdit],
    internet: &Internet,
) -> Result<Vec<StepEffect>, Interruption> {
    let end = applied(base, edits)?;
    let (watch, mut state, _) = Watch::new(base, &end, edits, internet)?;
    let mut effects = Vec::with_capacity(edits.len());
    for (position, edit) in edits.iter().enumerate() {
        let (next, breaches) = watch.step(&state, edit)?;
        if !breaches.is_empty() {
            return Err(Interruption::Unsafe {
                number: position + 1,
                breaches,
            });
        }
        effects.push(watch.effect(&state, &next)?);
        state = next;
    }
    Ok(effects)
}

pub(crate) fn applied(base: &Snapshot, edits: &[CloudEdit]) -> Result<Snapshot, EditError> {
    edits
        .iter()
        .try_fold(base.clone(), |state, edit| state.with_edit(edit))
}

/// The order given, if it is safe.
fn as_given(
    watch: &Watch,
    quotas: &Quotas<'_>,
    first: &State,
    edits: &[CloudEdit],
) -> Result<Option<Vec<Step>>, OrderRefusal> {
    let mut state = first.clone();
    let mut steps = Vec::with_capacity(edits.len());
    for edit in edits {
        let (next, breaches) = watch.step(&state, edit)?;
        if quotas.excess(watch, &next.snapshot, edit).is_some() || !breaches.is_empty() {
            return Ok(None);
        }
        steps.push(Step {
            edit: edit.clone(),
            auxiliary: false,
            effect: watch.effect(&state, &next)?,
        });
        state = next;
    }
    Ok(Some(steps))
}

/// Goes the way that was found once more, from the start, and measures every step.
fn proven(
    watch: &Watch,
    first: &State,
    found: impl Iterator<Item = (CloudEdit, bool)>,
) -> Result<SafeOrder, OrderRefusal> {
    let mut state = first.clone();
    let mut steps = Vec::new();
    for (edit, auxiliary) in found {
        let (next, breaches) = watch.step(&state, &edit)?;
        if !breaches.is_empty() {
            return Err(OrderRefusal::NoSafeOrder {
                edit: Box::new(edit),
                after: steps.len(),
                breaches,
            });
        }
        steps.push(Step {
            effect: watch.effect(&state, &next)?,
            edit,
            auxiliary,
        });
        state = next;
    }
    Ok(SafeOrder { steps })
}

/// What to say when every search has failed.
fn refusal(
    search: &Search<'_>,
    quotas: &Quotas<'_>,
    first: &State,
    edits: &[CloudEdit],
) -> Result<OrderRefusal, OrderRefusal> {
    let excess = search.excess.iter().next();
    if let Some(excess) = excess {
        let mut unbounded = Search::new(search.watch, search.last, None);
        unbounded.take(items(&first.snapshot, edits, Plan::Phases)?);
        if let Some(found) = unbounded.greedy(first)? {
            let edits: Vec<CloudEdit> = found
                .steps
                .iter()
                .filter_map(|step| unbounded.items.get(*step))
                .map(|item| item.edit.clone())
                .collect();
            return Ok(no_room(quotas, &first.snapshot, &edits, excess)?);
        }
    }
    Ok(match (search.blocked(), excess) {
        (Some((edit, after, breaches)), _) => OrderRefusal::NoSafeOrder {
            edit: Box::new(edit),
            after,
            breaches,
        },
        (None, Some(excess)) => no_room(quotas, &first.snapshot, edits, excess)?,
        (None, None) => OrderRefusal::NotFound {
            tried: search.tried,
        },
    })
}

fn no_room(
    quotas: &Quotas<'_>,
    base: &Snapshot,
    edits: &[CloudEdit],
    excess: &Excess,
) -> Result<OrderRefusal, EditError> {
    let mut states = Vec::with_capacity(edits.len());
    let mut state = base.clone();
    for edit in edits {
        state = state.with_edit(edit)?;
        states.push(state.clone());
    }
    if let Some(((group, _), (needed, spare))) = overfull(quotas, &states, edits).pop_first() {
        return Ok(OrderRefusal::TooManyRules {
            group,
            needed,
            spare,
        });
    }
    Ok(match excess.clone() {
        Excess::Rules(group, direction) => {
            let (needed, spare) = quotas.needed(&states, &group, direction);
            OrderRefusal::TooManyRules {
                group,
                needed: needed.max(spare + 1),
                spare,
            }
        }
        Excess::RulesBefore(interface) => OrderRefusal::TooManyRulesBefore {
            interface,
            most: quotas.limits.rules_per_interface,
        },
        Excess::Groups(interface) => OrderRefusal::TooManyGroups {
            interface,
            most: quotas.limits.groups_per_interface,
        },
        Excess::Mixed(interface) => OrderRefusal::MixedGroups(interface),
        Excess::Bare(interface) => OrderRefusal::NoGroup(interface),
    })
}
