//! What the provider allows a group and an interface, between two edits as well as after the last.

use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::{CloudEdit, Direction, GroupKind, Id, Snapshot};

use crate::plan::Limits;
use crate::watch::Watch;

/// The limits, less strict where the network was beyond them from the start.
pub(crate) struct Quotas<'a> {
    pub(crate) limits: Limits,
    base: &'a Snapshot,
    end: &'a Snapshot,
}

/// Why an edit is not possible yet, or not at all.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Excess {
    /// More rules than the group may have in a direction
    Rules(Id, Direction),
    /// More rules before an interface than it may have
    RulesBefore(Id),
    /// More groups of an interface than it may have
    Groups(Id),
    /// A basic and an advanced group of one interface
    Mixed(Id),
    /// An interface without any group
    Bare(Id),
}

impl<'a> Quotas<'a> {
    pub(crate) fn new(base: &'a Snapshot, end: &'a Snapshot, limits: Limits) -> Self {
        Self { limits, base, end }
    }

    /// What is too much after an edit, if anything.
    pub(crate) fn excess(
        &self,
        watch: &Watch,
        after: &Snapshot,
        edit: &CloudEdit,
    ) -> Option<Excess> {
        match edit {
            CloudEdit::AddRule { group, .. } | CloudEdit::ReplaceRule { group, .. } => {
                for direction in [Direction::Ingress, Direction::Egress] {
                    let most = rules_of(self.base, group, direction);
                    let most = most.max(self.limits.rules_per_group);
                    if rules_of(after, group, direction) > most {
                        return Some(Excess::Rules(group.clone(), direction));
                    }
                }
                let members = watch.parties_in(group);
                let mut members = members.filter_map(|party| party.interfaces.first());
                members.find_map(|member| self.rules_before(after, member))
            }
            CloudEdit::JoinGroup { interface, .. } => self
                .groups(after, interface)
                .or_else(|| self.rules_before(after, interface)),
            CloudEdit::LeaveGroup { interface, .. } => {
                let bare = |snapshot: &Snapshot| groups_of(snapshot, interface).is_empty();
                (bare(after) && !bare(self.end)).then(|| Excess::Bare(interface.clone()))
            }
            _ => None,
        }
    }

    /// How many rules a group would gain on the way at most, and how many it may gain.
    pub(crate) fn needed(
        &self,
        states: &[Snapshot],
        group: &Id,
        direction: Direction,
    ) -> (usize, usize) {
        let before = rules_of(self.base, group, direction);
        let most = states.iter().map(|one| rules_of(one, group, direction));
        (
            most.max().unwrap_or(before).saturating_sub(before),
            self.limits.rules_per_group.saturating_sub(before),
        )
    }

    fn rules_before(&self, after: &Snapshot, interface: &Id) -> Option<Excess> {
        let count = |snapshot: &Snapshot| -> usize {
            groups_of(snapshot, interface)
                .iter()
                .filter_map(|group| snapshot.groups.get(group))
                .map(|group| group.rules.len())
                .sum()
        };
        let most = count(self.base).max(self.limits.rules_per_interface);
        (count(after) > most).then(|| Excess::RulesBefore(interface.clone()))
    }

    fn groups(&self, after: &Snapshot, interface: &Id) -> Option<Excess> {
        let most = groups_of(self.base, interface).len();
        let most = most.max(self.limits.groups_per_interface);
        let groups = groups_of(after, interface);
        if groups.len() > most {
            return Some(Excess::Groups(interface.clone()));
        }
        let kinds: BTreeSet<GroupKind> = groups
            .iter()
            .filter_map(|group| Some(after.groups.get(group)?.kind))
            .collect();
        (kinds.len() > 1).then(|| Excess::Mixed(interface.clone()))
    }
}

/// The groups whose rules are more than the limit in some state, with the direction.
pub(crate) fn overfull(
    quotas: &Quotas<'_>,
    states: &[Snapshot],
    edits: &[CloudEdit],
) -> BTreeMap<(Id, Direction), (usize, usize)> {
    let mut found = BTreeMap::new();
    for edit in edits {
        let CloudEdit::AddRule { group, rule } = edit else {
            continue;
        };
        let (needed, spare) = quotas.needed(states, group, rule.direction);
        if needed > spare {
            found.insert((group.clone(), rule.direction), (needed, spare));
        }
    }
    found
}

fn rules_of(snapshot: &Snapshot, group: &Id, direction: Direction) -> usize {
    let group = snapshot.groups.get(group);
    group.map_or(0, |group| group.rules_of(direction).count())
}

fn groups_of<'a>(snapshot: &'a Snapshot, interface: &Id) -> &'a [Id] {
    let interface = snapshot.interfaces.get(interface);
    interface.map_or(&[], |interface| &interface.groups)
}
