//! The search for an order, with a budget of steps.
//!
//! Rules are tried in the order in which the proof is simple. With first match as lowest leaf, a
//! packet's rule is the one of the lowest leaf. While rules are added from the lowest leaf up, a
//! packet meets its new rule or none of the new ones; while old ones are removed from the highest
//! leaf down, it meets its old rule or none of the old ones. So at every step it fares as at one of
//! both ends.
//!
//! Who moves between groups whose rules change adds more wishes than one order can hold, so what
//! could not be done in the end of one attempt comes first in the next.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::{CloudEdit, EditError, Id, Rule, Snapshot};

use crate::effect::Breach;
use crate::precedence::{predecessors, present};
use crate::quota::{Excess, Quotas};
use crate::stage::leaf;
use crate::watch::{State, Trouble, Watch};

/// Steps that a search tries beside one for every pair of edits.
const SPARE_STEPS: usize = 100;

/// How often edits that could not be done come first in a new attempt.
const ATTEMPTS: u32 = 6;

/// One edit to be made.
#[derive(Clone, Debug)]
pub(crate) struct Item {
    pub(crate) edit: CloudEdit,
    pub(crate) auxiliary: bool,
    /// Positions of the edits that come before it whatever the order
    after: Vec<usize>,
    /// When to try it: lower first
    rank: Rank,
    /// In which attempt it was left over; the latest first
    urgency: u32,
}

/// Level, phase, place within the phase.
type Rank = (u8, u8, u32);

/// What comes first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Plan {
    /// All that is added, then moves, then all that is removed
    Phases,
    /// Groups that interfaces join, then the moves, then the groups that they leave
    Groups,
}

/// Part of an order.
#[derive(Clone)]
pub(crate) struct Trail {
    done: Vec<bool>,
    pub(crate) steps: Vec<usize>,
    pub(crate) state: State,
}

/// A search, and how far it came.
pub(crate) struct Search<'a> {
    pub(crate) watch: &'a Watch,
    /// Where the way shall end
    pub(crate) last: &'a State,
    quotas: Option<&'a Quotas<'a>>,
    pub(crate) items: Vec<Item>,
    pub(crate) tried: usize,
    visited: BTreeSet<Vec<bool>>,
    /// The longest part of an order, with the edits that could not follow
    pub(crate) longest: Option<(Trail, Vec<Blocked>)>,
    /// What did not fit into the provider's limits
    pub(crate) excess: BTreeSet<Excess>,
}

/// An edit that could not follow, with the harm that it would do.
pub(crate) type Blocked = (usize, Vec<Breach>);

/// What became of a step.
pub(crate) enum Tried {
    Safe(Box<State>),
    Breaches(Vec<Breach>),
    Excess,
    Unfit,
}

impl Trail {
    pub(crate) fn new(state: State, items: usize) -> Self {
        Self {
            done: vec![false; items],
            steps: Vec::new(),
            state,
        }
    }

    pub(crate) fn with(&self, item: usize, state: State) -> Self {
        let mut next = self.clone();
        if let Some(done) = next.done.get_mut(item) {
            *done = true;
        }
        next.steps.push(item);
        next.state = state;
        next
    }

    fn is_done(&self, item: usize) -> bool {
        self.done.get(item).copied().unwrap_or(false)
    }
}

impl<'a> Search<'a> {
    pub(crate) fn new(watch: &'a Watch, last: &'a State, quotas: Option<&'a Quotas<'a>>) -> Self {
        Self {
            watch,
            last,
            quotas,
            items: Vec::new(),
            tried: 0,
            visited: BTreeSet::new(),
            longest: None,
            excess: BTreeSet::new(),
        }
    }

    /// Turns to other items.
    pub(crate) fn take(&mut self, items: Vec<Item>) {
        self.items = items;
        self.renew();
        self.longest = None;
    }

    /// An order by several attempts that never go back; what one leaves over comes first in the
    /// next.
    pub(crate) fn greedy(&mut self, first: &State) -> Result<Option<Trail>, Trouble> {
        let mut known = BTreeSet::new();
        for attempt in 1..=ATTEMPTS {
            let mut trail = Trail::new(first.clone(), self.items.len());
            while let Some(next) = self.next(&trail)? {
                trail = next;
            }
            if trail.done.iter().all(|done| *done) {
                return Ok(trail.state.permits_as(self.last).then_some(trail));
            }
            for (item, done) in self.items.iter_mut().zip(&trail.done) {
                if !done {
                    item.urgency = attempt;
                }
            }
            if !known.insert(trail.steps) {
                break;
            }
        }
        Ok(None)
    }

    fn next(&mut self, trail: &Trail) -> Result<Option<Trail>, Trouble> {
        for item in self.ready(trail) {
            if let Tried::Safe(state) = self.attempt(trail, item)? {
                return Ok(Some(trail.with(item, *state)));
            }
        }
        Ok(None)
    }

    /// An order by trying all, back where it leads nowhere, until the budget ends.
    pub(crate) fn deep(&mut self, first: &State) -> Result<Option<Trail>, Trouble> {
        self.go(Trail::new(first.clone(), self.items.len()))
    }

    /// The rest of an order, if one is found.
    pub(crate) fn go(&mut self, trail: Trail) -> Result<Option<Trail>, Trouble> {
        if trail.done.iter().all(|done| *done) {
            return Ok(trail.state.permits_as(self.last).then_some(trail));
        }
        if !self.visited.insert(trail.done.clone()) {
            return Ok(None);
        }
        let mut blocked = Vec::new();
        for item in self.ready(&trail) {
            if self.tried >= self.budget() {
                break;
            }
            match self.attempt(&trail, item)? {
                Tried::Safe(state) => {
                    if let Some(found) = self.go(trail.with(item, *state))? {
                        return Ok(Some(found));
                    }
                }
                Tried::Breaches(breaches) => blocked.push((item, breaches)),
                Tried::Excess | Tried::Unfit => {}
            }
        }
        let longest = self.longest.as_ref();
        if longest.is_none_or(|(longest, _)| longest.steps.len() < trail.steps.len()) {
            self.longest = Some((trail, blocked));
        }
        Ok(None)
    }

    /// The edits that may follow, those first that should be tried first.
    pub(crate) fn ready(&self, trail: &Trail) -> Vec<usize> {
        let mut ready: Vec<(&Item, usize)> = self
            .items
            .iter()
            .zip(0..)
            .filter(|(item, number)| {
                !trail.is_done(*number) && item.after.iter().all(|before| trail.is_done(*before))
            })
            .collect();
        ready.sort_by_key(|(item, number)| (Reverse(item.urgency), item.rank, *number));
        ready.into_iter().map(|(_, number)| number).collect()
    }

    pub(crate) fn attempt(&mut self, trail: &Trail, item: usize) -> Result<Tried, Trouble> {
        self.tried += 1;
        let Some(item) = self.items.get(item) else {
            return Ok(Tried::Unfit);
        };
        let Ok(after) = trail.state.snapshot.with_edit(&item.edit) else {
            return Ok(Tried::Unfit);
        };
        let excess = self
            .quotas
            .and_then(|quotas| quotas.excess(self.watch, &after, &item.edit));
        if let Some(excess) = excess {
            self.excess.insert(excess);
            return Ok(Tried::Excess);
        }
        let (next, breaches) = self.watch.step(&trail.state, &item.edit)?;
        Ok(if breaches.is_empty() {
            Tried::Safe(Box::new(next))
        } else {
            Tried::Breaches(breaches)
        })
    }

    /// Adds a temporary rule and its removal to what is to be done; gives back the position of the
    /// addition.
    pub(crate) fn add_temporary(&mut self, trail: &mut Trail, group: &Id, rule: &Rule) -> usize {
        let position = self.items.len();
        self.items.push(Item {
            edit: CloudEdit::AddRule {
                group: group.clone(),
                rule: rule.clone(),
            },
            auxiliary: true,
            after: Vec::new(),
            rank: (0, 0, 0),
            urgency: 0,
        });
        self.items.push(Item {
            edit: CloudEdit::RemoveRule {
                group: group.clone(),
                rule: rule.id.clone(),
            },
            auxiliary: true,
            after: vec![position],
            rank: (LAST, 0, 0),
            urgency: 0,
        });
        trail.done.extend([false, false]);
        position
    }

    /// Takes back what was added after some items.
    pub(crate) fn truncate(&mut self, items: usize) {
        self.items.truncate(items);
    }

    /// Starts to count anew, with what was learnt about the end of the way forgotten.
    pub(crate) fn renew(&mut self) {
        self.tried = 0;
        self.visited.clear();
    }

    /// The edit at which the longest part of an order ends.
    pub(crate) fn blocked(&self) -> Option<(CloudEdit, usize, Vec<Breach>)> {
        let (trail, blocked) = self.longest.as_ref()?;
        let (item, breaches) = blocked.first()?;
        let edit = self.items.get(*item)?.edit.clone();
        Some((edit, trail.steps.len(), breaches.clone()))
    }

    fn budget(&self) -> usize {
        SPARE_STEPS + self.items.len() * self.items.len()
    }
}

/// Level of what takes temporary rules away.
const LAST: u8 = u8::MAX;

/// The highest level of groups; where interfaces change places, levels would rise for ever.
const MOST_LEVELS: u8 = 8;

/// The edits as items of a search.
pub(crate) fn items(
    base: &Snapshot,
    edits: &[CloudEdit],
    plan: Plan,
) -> Result<Vec<Item>, EditError> {
    let levels = match plan {
        Plan::Phases => BTreeMap::new(),
        Plan::Groups => levels(edits),
    };
    let mut state = base.clone();
    let mut items = Vec::with_capacity(edits.len());
    for (edit, after) in edits.iter().zip(predecessors(base, edits)?) {
        items.push(Item {
            edit: edit.clone(),
            auxiliary: false,
            after,
            rank: rank(&state, edit, plan, &levels),
            urgency: 0,
        });
        state = state.with_edit(edit)?;
    }
    Ok(items)
}

/// When to try an edit: doors to the Internet close first and open last, rules come before others
/// go, and who moves joins before leaving.
fn rank(state: &Snapshot, edit: &CloudEdit, plan: Plan, levels: &BTreeMap<&Id, u8>) -> Rank {
    let level = |group: &Id| levels.get(group).copied().unwrap_or(0);
    match edit {
        CloudEdit::SetMetadataToken { .. }
        | CloudEdit::AddFlowLog { .. }
        | CloudEdit::SetTags { .. } => (0, 0, 0),
        CloudEdit::RemoveForward { .. }
        | CloudEdit::UnbindEip { .. }
        | CloudEdit::RemoveSnat { .. } => (0, 1, 0),
        CloudEdit::AddRule { group, rule } => (level(group), 3, leaf(rule)),
        CloudEdit::ReplaceRule { group, .. } | CloudEdit::SetInnerAccess { group, .. } => {
            (level(group), 5, 0)
        }
        CloudEdit::SetAclEntries { .. }
        | CloudEdit::SetPrefixList { .. }
        | CloudEdit::SetListenerAccess { .. } => (0, 5, 0),
        CloudEdit::RemoveRule { group, rule } => {
            let leaf = present(state, group, rule).map_or(0, leaf);
            (level(group), 7, u32::MAX - leaf)
        }
        CloudEdit::JoinGroup { group, .. } => match plan {
            Plan::Phases => (0, 4, 0),
            Plan::Groups => (level(group), 8, 0),
        },
        CloudEdit::LeaveGroup { group, .. } => match plan {
            Plan::Phases => (0, 6, 0),
            Plan::Groups => (level(group), 2, 0),
        },
        CloudEdit::AddForward { .. } | CloudEdit::AddSnat { .. } => (MOST_LEVELS, 9, 0),
    }
}

/// Groups that interfaces leave have a higher level than those that the same interfaces join.
fn levels(edits: &[CloudEdit]) -> BTreeMap<&Id, u8> {
    let mut moves: BTreeMap<&Id, (Vec<&Id>, Vec<&Id>)> = BTreeMap::new();
    for edit in edits {
        match edit {
            CloudEdit::JoinGroup { interface, group } => {
                moves.entry(interface).or_default().0.push(group);
            }
            CloudEdit::LeaveGroup { interface, group } => {
                moves.entry(interface).or_default().1.push(group);
            }
            _ => {}
        }
    }
    let mut levels: BTreeMap<&Id, u8> = BTreeMap::new();
    for _ in 0..MOST_LEVELS {
        for (joined, left) in moves.values() {
            let level = joined.iter().map(|group| levels.get(group).copied());
            let above = level.max().map_or(0, |level| level.unwrap_or(0) + 1);
            for group in left {
                let level = levels.entry(group).or_default();
                *level = (*level).max(above).min(MOST_LEVELS);
            }
        }
    }
    levels
}

/// The same edits in smaller steps: replacements of rules as an addition and a removal. A removal
/// and an addition of one filter, between which there would be no such rule, become a replacement.
pub(crate) fn finer(base: &Snapshot, edits: &[CloudEdit]) -> Result<Vec<CloudEdit>, EditError> {
    let mut fine: Vec<CloudEdit> = Vec::with_capacity(edits.len());
    let mut state = base.clone();
    for (number, edit) in edits.iter().enumerate() {
        match edit {
            CloudEdit::ReplaceRule { group, rule } => {
                let old = present(&state, group, &rule.id);
                let other_filter = old.is_some_and(|old| !old.is_same_filter(rule));
                if other_filter && names_once(edits, group, &rule.id) {
                    fine.push(CloudEdit::AddRule {
                        group: group.clone(),
                        rule: Rule {
                            id: format!("{}/anew/{number}", rule.id).into(),
                            ..rule.clone()
                        },
                    });
                    fine.push(CloudEdit::RemoveRule {
                        group: group.clone(),
                        rule: rule.id.clone(),
                    });
                } else {
                    fine.push(edit.clone());
                }
            }
            CloudEdit::AddRule { group, rule } => {
                let removed = removed_before(base, &fine, group, rule);
                let here = removed.and_then(|(position, id)| Some((fine.get_mut(position)?, id)));
                match here {
                    Some((removal, id)) => {
                        *removal = CloudEdit::ReplaceRule {
                            group: group.clone(),
                            rule: Rule { id, ..rule.clone() },
                        };
                    }
                    None => fine.push(edit.clone()),
                }
            }
            _ => fine.push(edit.clone()),
        }
        state = state.with_edit(edit)?;
    }
    Ok(fine)
}

/// The removal of a rule of the same filter that was there from the start.
fn removed_before(
    base: &Snapshot,
    edits: &[CloudEdit],
    group: &Id,
    rule: &Rule,
) -> Option<(usize, Id)> {
    edits.iter().enumerate().find_map(|(position, edit)| {
        let CloudEdit::RemoveRule {
            group: of,
            rule: removed,
        } = edit
        else {
            return None;
        };
        let old = present(base, of, removed)?;
        (of == group && old.is_same_filter(rule) && names_once(edits, of, removed))
            .then(|| (position, removed.clone()))
    })
}

/// True if one edit alone speaks of a rule.
fn names_once(edits: &[CloudEdit], group: &Id, id: &Id) -> bool {
    let names = |edit: &&CloudEdit| match edit {
        CloudEdit::AddRule { group: of, rule } | CloudEdit::ReplaceRule { group: of, rule } => {
            of == group && rule.id == *id
        }
        CloudEdit::RemoveRule { group: of, rule } => of == group && rule == id,
        _ => false,
    };
    edits.iter().filter(names).count() == 1
}
