//! Network ACLs, prefix lists, tags, metadata tokens, flow logs.

use std::collections::BTreeSet;

use ipnet::IpNet;
use yumen_cloud::{AclEntry, CloudEdit, Direction, Id, Listing};
use yumen_diagnostics::Message;

use super::Work;

impl Work<'_> {
    pub(super) fn restore_acls(&mut self) {
        let (now, then) = (&self.now.network_acls, &self.then.network_acls);
        let pairs = self.in_both(now, then, |one| (&one.region, Listing::NetworkAcls));
        for (new, old) in pairs {
            let sides = [
                (Direction::Ingress, &new.ingress, &old.ingress),
                (Direction::Egress, &new.egress, &old.egress),
            ];
            for (direction, present, wanted) in sides {
                if same_entries(present, wanted) {
                    continue;
                }
                let unread = new.unread || old.unread;
                if unread || wanted.iter().any(|entry| entry.uncertain) {
                    self.leave(&new.id, Message::new("restore-entries-not-read"));
                    continue;
                }
                self.changes.push(CloudEdit::SetAclEntries {
                    acl: new.id.clone(),
                    direction,
                    entries: wanted.clone(),
                });
            }
        }
    }

    pub(super) fn restore_prefix_lists(&mut self) {
        let (now, then) = (&self.now.prefix_lists, &self.then.prefix_lists);
        let pairs = self.in_both(now, then, |one| (&one.region, Listing::PrefixLists));
        for (new, old) in pairs {
            let set = |entries: &[IpNet]| -> BTreeSet<IpNet> { entries.iter().copied().collect() };
            if set(&new.entries) == set(&old.entries) {
                continue;
            }
            if new.unread || old.unread {
                self.leave(&new.id, Message::new("restore-entries-not-read"));
                continue;
            }
            self.changes.push(CloudEdit::SetPrefixList {
                list: new.id.clone(),
                entries: old.entries.clone(),
            });
        }
    }

    pub(super) fn restore_tags(&mut self) {
        let mut pairs: Vec<(&Id, &Tags, &Tags)> = Vec::new();
        let (now, then) = (self.now, self.then);
        for (id, new) in now.groups.iter() {
            pairs.extend(then.groups.get(id).map(|old| (id, &new.tags, &old.tags)));
        }
        for (id, new) in now.instances.iter() {
            pairs.extend(then.instances.get(id).map(|old| (id, &new.tags, &old.tags)));
        }
        for (id, new) in now.interfaces.iter() {
            pairs.extend(
                then.interfaces
                    .get(id)
                    .map(|old| (id, &new.tags, &old.tags)),
            );
        }
        for (id, present, wanted) in pairs {
            if !self.includes(id) {
                continue;
            }
            let lost = wanted.iter().filter(|tag| !present.contains(tag));
            let lost: Tags = lost.cloned().collect();
            if !lost.is_empty() {
                self.changes.push(CloudEdit::SetTags {
                    resource: id.clone(),
                    tags: lost,
                });
            }
            for (key, _) in present {
                if wanted.iter().all(|(known, _)| known != key) {
                    let reason = Message::new("restore-tag-added");
                    self.leave(id, reason.with("key", key.as_str()));
                }
            }
        }
    }

    pub(super) fn restore_tokens(&mut self) {
        let (now, then) = (&self.now.instances, &self.then.instances);
        let pairs = self.in_both(now, then, |one| (&one.region, Listing::Instances));
        for (new, old) in pairs {
            if new.metadata_token_required == old.metadata_token_required {
                continue;
            }
            match old.metadata_token_required {
                Some(required) => self.changes.push(CloudEdit::SetMetadataToken {
                    instance: new.id.clone(),
                    required,
                }),
                None => self.leave(&new.id, Message::new("restore-token-unknown")),
            }
        }
    }

    /// Flow logs that were removed come back; those that came since record more and stay.
    pub(super) fn restore_flow_logs(&mut self) {
        for (id, log) in self.then.flow_logs.iter() {
            if self.includes(id) && !self.now.flow_logs.contains(id) {
                self.comes.push(CloudEdit::AddFlowLog {
                    log: (**log).clone(),
                });
            }
        }
    }
}

type Tags = Vec<(String, String)>;

/// True if both lists say the same, whatever the ids of their entries.
fn same_entries(one: &[AclEntry], other: &[AclEntry]) -> bool {
    let what = |entry: &AclEntry| AclEntry {
        id: Id::from(""),
        place: yumen_diagnostics::Place::default(),
        ..entry.clone()
    };
    one.iter().map(what).eq(other.iter().map(what))
}
