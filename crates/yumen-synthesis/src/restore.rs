//! Edits that bring a network back to what it was, and what no edit brings back.

mod doors;
mod elsewhere;
mod groups;
mod lists;

use std::collections::BTreeSet;

use yumen_cloud::{CloudEdit, Coverage, Id, Listing, Resource, Snapshot, Table};
use yumen_diagnostics::Message;

/// What is to be brought back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum RestoreScope {
    /// Everything
    Whole,
    /// One group: its rules, inner access and tags, and which interfaces are in it
    Group(Id),
    /// What belongs to these resources; memberships belong to interfaces
    Resources(BTreeSet<Id>),
}

/// How to bring back an earlier state.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Restoration {
    /// The edits, what comes before what goes; [`order`](crate::order) finds a safe order for them
    pub edits: Vec<CloudEdit>,
    /// What they do not bring back, in the order of resources
    pub left: Vec<Left>,
}

/// Something that no edit brings back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Left {
    /// The resource
    pub resource: Id,
    /// Why, and what to do
    pub reason: Message,
}

/// The edits that bring a snapshot back to an earlier one.
///
/// Rules are matched by what they filter, then by id, since the provider gives new ids. LAW
/// (restoration exact): after the edits everything in scope that edits can change, that exists in
/// both and that is not listed as left, is as it was; an equal snapshot takes no edits.
///
/// Resources that were created since stay, and are listed where they let packets pass.
#[must_use]
pub fn restore(now: &Snapshot, then: &Snapshot, scope: &RestoreScope) -> Restoration {
    let mut work = Work {
        now,
        then,
        scope,
        comes: Vec::new(),
        changes: Vec::new(),
        goes: Vec::new(),
        left: BTreeSet::new(),
    };
    work.restore_tags();
    work.restore_tokens();
    work.restore_groups();
    work.restore_memberships();
    work.restore_acls();
    work.restore_prefix_lists();
    work.restore_gateways();
    work.restore_listeners();
    work.restore_eips();
    work.restore_flow_logs();
    work.list_elsewhere();
    let mut edits = work.comes;
    edits.append(&mut work.changes);
    edits.append(&mut work.goes);
    Restoration {
        edits,
        left: work.left.into_iter().collect(),
    }
}

/// A restoration in the making.
struct Work<'a> {
    now: &'a Snapshot,
    then: &'a Snapshot,
    scope: &'a RestoreScope,
    /// Edits that add
    comes: Vec<CloudEdit>,
    /// Edits that put one thing in the place of another
    changes: Vec<CloudEdit>,
    /// Edits that take away
    goes: Vec<CloudEdit>,
    left: BTreeSet<Left>,
}

impl<'a> Work<'a> {
    fn includes(&self, resource: &Id) -> bool {
        match self.scope {
            RestoreScope::Whole => true,
            RestoreScope::Group(group) => group == resource,
            RestoreScope::Resources(resources) => resources.contains(resource),
        }
    }

    fn leave(&mut self, resource: &Id, reason: Message) {
        self.left.insert(Left {
            resource: resource.clone(),
            reason,
        });
    }

    /// The resources of a kind in scope that are in both snapshots, now and then. Those that are
    /// no longer there are listed as left.
    fn in_both<T: Resource>(
        &mut self,
        now: &'a Table<T>,
        then: &'a Table<T>,
        listed: fn(&T) -> (&Id, Listing),
    ) -> Vec<(&'a T, &'a T)> {
        let mut found = Vec::new();
        for (id, old) in then.iter() {
            if !self.includes(id) {
                continue;
            }
            match now.get(id) {
                Some(new) => found.push((&**new, &**old)),
                None => {
                    let (region, listing) = listed(old);
                    let unread = self.now.coverage_of(region, listing) != Coverage::Complete;
                    self.leave(id, Message::new(missing(unread)));
                }
            }
        }
        found
    }
}

/// Why a resource is not there.
fn missing(unread: bool) -> &'static str {
    if unread {
        "restore-not-read"
    } else {
        "restore-deleted"
    }
}
