//! What groups say at some time while edits are made, in whatever order.

use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::{AclEntry, CloudEdit, Direction, Id, Listing, Peer, Rule, Snapshot};
use yumen_reach::{AclState, Endpoint, Topology, entry_boxes, rule_boxes};

/// Which groups have rules, at some time, that name a group or a prefix list.
#[derive(Default)]
pub(crate) struct Named {
    pub(crate) groups: BTreeMap<Id, BTreeSet<Id>>,
    pub(crate) lists: BTreeMap<Id, BTreeSet<Id>>,
}

impl Named {
    pub(crate) fn new(base: &Snapshot, edits: &[CloudEdit]) -> Self {
        let mut named = Self::default();
        let present = base.groups.values();
        for (group, rule) in present
            .flat_map(|group| group.rules.iter().map(|rule| (&group.id, rule)))
            .chain(edits.iter().filter_map(written))
        {
            let (names, of) = match &rule.peer {
                Peer::Group { group, .. } => (&mut named.groups, group),
                Peer::PrefixList(list) => (&mut named.lists, list),
                Peer::Network(_) | Peer::Anywhere => continue,
            };
            names.entry(of.clone()).or_default().insert(group.clone());
        }
        named
    }
}

/// What is true of groups and network ACLs at some time.
pub(crate) struct Ever<'a> {
    topology: &'a Topology,
    written: BTreeMap<&'a Id, Vec<&'a Rule>>,
    entries: BTreeMap<&'a Id, Vec<(Direction, &'a AclEntry)>>,
    doubted: BTreeMap<Id, bool>,
}

impl<'a> Ever<'a> {
    pub(crate) fn new(topology: &'a Topology, edits: &'a [CloudEdit]) -> Self {
        let mut ever = Self {
            topology,
            written: BTreeMap::new(),
            entries: BTreeMap::new(),
            doubted: BTreeMap::new(),
        };
        for edit in edits {
            if let Some((group, rule)) = written(edit) {
                ever.written.entry(group).or_default().push(rule);
            }
            if let CloudEdit::SetAclEntries {
                acl,
                direction,
                entries,
            } = edit
            {
                let entries = entries.iter().map(|entry| (*direction, entry));
                ever.entries.entry(acl).or_default().extend(entries);
            }
        }
        ever
    }

    /// True if a rule of the group names addresses of its members, one by one.
    pub(crate) fn names_own(&self, group: &Id) -> bool {
        self.rules(group).any(|rule| rule.local.is_some())
    }

    /// True if what was not read could matter to an interface that is in some groups.
    pub(crate) fn is_doubtful(&mut self, endpoint: &Endpoint, groups: &BTreeSet<Id>) -> bool {
        let region = &endpoint.interface.region;
        let interfaces = self
            .topology
            .snapshot()
            .is_incomplete(region, Listing::Interfaces);
        interfaces
            || endpoint.interface.groups.is_empty()
            || self.is_acl_doubtful(endpoint)
            || groups.iter().any(|group| self.is_group_doubtful(group))
    }

    fn is_acl_doubtful(&self, endpoint: &Endpoint) -> bool {
        let acl = match &endpoint.acl {
            AclState::Unbound => return false,
            AclState::Unread(_) => return true,
            AclState::Bound(acl) => acl,
        };
        let sides = [
            (Direction::Ingress, &acl.ingress),
            (Direction::Egress, &acl.egress),
        ];
        let present = sides
            .into_iter()
            .flat_map(|(direction, entries)| entries.iter().map(move |one| (direction, one)));
        let written = self.entries.get(&acl.id).into_iter().flatten().copied();
        acl.unread
            || present.chain(written).any(|(direction, entry)| {
                entry.uncertain || entry_boxes(self.topology, direction, entry).is_uncertain()
            })
    }

    fn is_group_doubtful(&mut self, id: &Id) -> bool {
        if let Some(known) = self.doubted.get(id) {
            return *known;
        }
        let doubted = match self.topology.group(id) {
            None => true,
            Some(group) => {
                group.ingress_unread
                    || group.egress_unread
                    || self.rules(id).any(|rule| {
                        let boxes = rule_boxes(self.topology, group.vpc.as_ref(), rule);
                        rule.uncertain || boxes.is_uncertain()
                    })
            }
        };
        self.doubted.insert(id.clone(), doubted);
        doubted
    }

    fn rules(&self, group: &Id) -> impl Iterator<Item = &Rule> {
        let present = self.topology.group(group);
        let present = present.into_iter().flat_map(|group| group.rules.iter());
        let written = self.written.get(group).into_iter().flatten().copied();
        present.chain(written)
    }
}

/// The network ACL before an interface, as far as one was read.
pub(crate) fn acl_of(endpoint: &Endpoint) -> Option<Id> {
    match &endpoint.acl {
        AclState::Bound(acl) => Some(acl.id.clone()),
        AclState::Unbound | AclState::Unread(_) => None,
    }
}

/// The rule that an edit writes into a group.
fn written(edit: &CloudEdit) -> Option<(&Id, &Rule)> {
    match edit {
        CloudEdit::AddRule { group, rule } | CloudEdit::ReplaceRule { group, rule } => {
            Some((group, rule))
        }
        _ => None,
    }
}
