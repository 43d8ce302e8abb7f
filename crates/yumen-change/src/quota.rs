//! How full groups get: what a change leaves of the provider's quota.

use yumen_cloud::{Direction, Id, Snapshot};
use yumen_synthesis::Limits;

/// Rules of a group in one direction, before and after a change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quota {
    /// The group
    pub group: Id,
    /// Which rules
    pub direction: Direction,
    /// How many it has
    pub before: usize,
    /// How many it would have
    pub after: usize,
    /// How many it may have
    pub most: usize,
}

/// The groups whose numbers of rules a change alters, in the order of ids.
#[must_use]
pub fn quotas(before: &Snapshot, after: &Snapshot, limits: &Limits) -> Vec<Quota> {
    let mut quotas = Vec::new();
    for group in after.groups.values() {
        for direction in [Direction::Ingress, Direction::Egress] {
            let earlier = before.groups.get(&group.id);
            let quota = Quota {
                group: group.id.clone(),
                direction,
                before: earlier.map_or(0, |group| group.rules_of(direction).count()),
                after: group.rules_of(direction).count(),
                most: limits.rules_per_group,
            };
            if quota.before != quota.after {
                quotas.push(quota);
            }
        }
    }
    quotas
}
