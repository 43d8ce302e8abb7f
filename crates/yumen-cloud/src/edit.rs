//! Provider operations that change a network, and what a snapshot looks like after one.

use std::sync::Arc;

use ipnet::IpNet;
use thiserror::Error;

use crate::{
    AclEntry, Direction, EipBinding, FlowLog, ForwardEntry, Id, InnerAccess, ListenerAccess,
    Resource, Rule, Snapshot, SnatEntry, Table,
};

/// One provider operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CloudEdit {
    /// Add a rule to a group
    AddRule {
        /// The group
        group: Id,
        /// The rule; its id is the provider's to give, this one stands until then
        rule: Rule,
    },
    /// Remove a rule from a group
    RemoveRule {
        /// The group
        group: Id,
        /// The rule's id
        rule: Id,
    },
    /// Put a rule in the place of the one with its id
    ReplaceRule {
        /// The group
        group: Id,
        /// The rule as it shall be
        rule: Rule,
    },
    /// Set whether members of a group reach each other
    SetInnerAccess {
        /// The group
        group: Id,
        /// As it shall be
        policy: InnerAccess,
    },
    /// Let an interface join a group
    JoinGroup {
        /// The interface
        interface: Id,
        /// The group
        group: Id,
    },
    /// Let an interface leave a group
    LeaveGroup {
        /// The interface
        interface: Id,
        /// The group
        group: Id,
    },
    /// Replace the entries of one direction of a network ACL
    SetAclEntries {
        /// The ACL
        acl: Id,
        /// Which list
        direction: Direction,
        /// The entries as they shall be, first match first
        entries: Vec<AclEntry>,
    },
    /// Replace the entries of a prefix list
    SetPrefixList {
        /// The list
        list: Id,
        /// The entries as they shall be
        entries: Vec<IpNet>,
    },
    /// Remove a DNAT entry
    RemoveForward {
        /// The NAT gateway
        gateway: Id,
        /// The entry
        entry: Id,
    },
    /// Add a DNAT entry
    AddForward {
        /// The NAT gateway
        gateway: Id,
        /// The entry; its id is the provider's to give, this one stands until then
        entry: ForwardEntry,
    },
    /// Add an SNAT entry
    AddSnat {
        /// The NAT gateway
        gateway: Id,
        /// The entry; its id is the provider's to give, this one stands until then
        entry: SnatEntry,
    },
    /// Remove an SNAT entry
    RemoveSnat {
        /// The NAT gateway
        gateway: Id,
        /// The entry
        entry: Id,
    },
    /// Set whether an instance's metadata service requires a token
    SetMetadataToken {
        /// The instance
        instance: Id,
        /// As it shall be
        required: bool,
    },
    /// Record traffic
    AddFlowLog {
        /// The flow log; its id is the provider's to give, this one stands until then
        log: FlowLog,
    },
    /// Give a group, an instance or an interface tags; those of other keys stay
    SetTags {
        /// The resource
        resource: Id,
        /// Keys and values
        tags: Vec<(String, String)>,
    },
    /// Unbind an EIP
    UnbindEip {
        /// The EIP
        eip: Id,
    },
    /// Set who may connect to a listener
    SetListenerAccess {
        /// The load balancer
        balancer: Id,
        /// The listener
        listener: Id,
        /// As it shall be
        access: ListenerAccess,
    },
}

/// Why an edit does not fit a snapshot.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EditError {
    /// The resource that is to be changed is not in the snapshot
    #[error("`{0}` is not in the snapshot; collect it again, or name another resource")]
    Missing(Id),
    /// The resource has no such part
    #[error("`{part}` is not part of `{resource}`; it may have been removed already")]
    MissingPart {
        /// The resource
        resource: Id,
        /// What it does not have
        part: Id,
    },
}

impl Snapshot {
    /// The network as it would be after an edit. This snapshot stays as it is; the new one shares
    /// all that the edit does not touch.
    ///
    /// Joining a group twice, or adding a rule that is there, changes nothing, as with the
    /// provider.
    ///
    /// # Errors
    /// What the edit speaks of is not in the snapshot.
    pub fn with_edit(&self, edit: &CloudEdit) -> Result<Self, EditError> {
        let mut next = self.clone();
        match edit {
            CloudEdit::AddRule { group, rule } => change(&mut next.groups, group, |group| {
                if !group
                    .rules
                    .iter()
                    .any(|present| present.is_same_filter(rule))
                {
                    group.rules.push(rule.clone());
                }
                Ok(())
            }),
            CloudEdit::RemoveRule { group, rule } => change(&mut next.groups, group, |group| {
                let before = group.rules.len();
                group.rules.retain(|present| present.id != *rule);
                part_found(group.rules.len() < before, &group.id, rule)
            }),
            CloudEdit::ReplaceRule { group, rule } => change(&mut next.groups, group, |group| {
                let present = group.rules.iter_mut().find(|present| present.id == rule.id);
                let found = present.map(|present| *present = rule.clone()).is_some();
                part_found(found, &group.id, &rule.id)
            }),
            CloudEdit::SetInnerAccess { group, policy } => {
                change(&mut next.groups, group, |group| {
                    group.inner_access = *policy;
                    Ok(())
                })
            }
            CloudEdit::JoinGroup { interface, group } => {
                if !next.groups.contains(group) {
                    return Err(EditError::Missing(group.clone()));
                }
                change(&mut next.interfaces, interface, |interface| {
                    if let Err(position) = interface.groups.binary_search(group) {
                        interface.groups.insert(position, group.clone());
                    }
                    Ok(())
                })
            }
            CloudEdit::LeaveGroup { interface, group } => {
                change(&mut next.interfaces, interface, |interface| {
                    let before = interface.groups.len();
                    interface.groups.retain(|present| present != group);
                    part_found(interface.groups.len() < before, &interface.id, group)
                })
            }
            CloudEdit::SetAclEntries {
                acl,
                direction,
                entries,
            } => change(&mut next.network_acls, acl, |acl| {
                match direction {
                    Direction::Ingress => acl.ingress.clone_from(entries),
                    Direction::Egress => acl.egress.clone_from(entries),
                }
                Ok(())
            }),
            CloudEdit::SetPrefixList { list, entries } => {
                change(&mut next.prefix_lists, list, |list| {
                    list.entries.clone_from(entries);
                    Ok(())
                })
            }
            CloudEdit::RemoveForward { gateway, entry } => {
                change(&mut next.nat_gateways, gateway, |gateway| {
                    let before = gateway.forwards.len();
                    gateway.forwards.retain(|present| present.id != *entry);
                    part_found(gateway.forwards.len() < before, &gateway.id, entry)
                })
            }
            CloudEdit::AddForward { gateway, entry } => {
                change(&mut next.nat_gateways, gateway, |gateway| {
                    gateway.forwards.push(entry.clone());
                    Ok(())
                })
            }
            CloudEdit::AddSnat { gateway, entry } => {
                change(&mut next.nat_gateways, gateway, |gateway| {
                    gateway.snats.push(entry.clone());
                    Ok(())
                })
            }
            CloudEdit::RemoveSnat { gateway, entry } => {
                change(&mut next.nat_gateways, gateway, |gateway| {
                    let before = gateway.snats.len();
                    gateway.snats.retain(|present| present.id != *entry);
                    part_found(gateway.snats.len() < before, &gateway.id, entry)
                })
            }
            CloudEdit::SetMetadataToken { instance, required } => {
                change(&mut next.instances, instance, |instance| {
                    instance.metadata_token_required = Some(*required);
                    Ok(())
                })
            }
            CloudEdit::AddFlowLog { log } => {
                next.flow_logs.insert(log.clone());
                Ok(())
            }
            CloudEdit::SetTags { resource, tags } => set_tags(&mut next, resource, tags),
            CloudEdit::UnbindEip { eip } => unbind(&mut next, eip),
            CloudEdit::SetListenerAccess {
                balancer,
                listener,
                access,
            } => change(&mut next.balancers, balancer, |balancer| {
                let found = balancer
                    .listeners
                    .iter_mut()
                    .find(|present| present.id == *listener);
                let found = found
                    .map(|listener| listener.access = access.clone())
                    .is_some();
                part_found(found, &balancer.id, listener)
            }),
        }?;
        Ok(next)
    }
}

impl Rule {
    /// True if the other rule matches the same packets at the same priority with the same action:
    /// the provider takes such a rule for the one that is there.
    #[must_use]
    pub fn is_same_filter(&self, other: &Self) -> bool {
        self.direction == other.direction
            && self.action == other.action
            && self.priority == other.priority
            && self.protocol == other.protocol
            && self.ports == other.ports
            && self.source_ports == other.source_ports
            && self.peer == other.peer
            && self.local == other.local
    }
}

/// Tags stand on groups, instances and interfaces.
fn set_tags(
    next: &mut Snapshot,
    resource: &Id,
    added: &[(String, String)],
) -> Result<(), EditError> {
    let merge = |tags: &mut Vec<(String, String)>| {
        tags.retain(|(key, _)| added.iter().all(|(of, _)| of != key));
        tags.extend(added.iter().cloned());
        tags.sort();
        Ok(())
    };
    if next.groups.contains(resource) {
        change(&mut next.groups, resource, |group| merge(&mut group.tags))
    } else if next.instances.contains(resource) {
        change(&mut next.instances, resource, |one| merge(&mut one.tags))
    } else {
        change(&mut next.interfaces, resource, |one| merge(&mut one.tags))
    }
}

/// An EIP's binding is written down in three records: its own, the interface's and the
/// instance's.
fn unbind(next: &mut Snapshot, eip: &Id) -> Result<(), EditError> {
    let Some(record) = next.eips.get(eip).cloned() else {
        return Err(EditError::Missing(eip.clone()));
    };
    change(&mut next.eips, eip, |eip| {
        eip.binding = EipBinding::Unbound;
        eip.in_use = false;
        eip.private = None;
        Ok(())
    })?;
    let names = |public: Option<std::net::Ipv4Addr>| public.map(Into::into) == Some(record.address);
    let interfaces: Vec<Id> = next
        .interfaces
        .values()
        .filter(|interface| {
            interface
                .private
                .iter()
                .any(|private| names(private.public))
        })
        .map(|interface| interface.id.clone())
        .collect();
    for id in interfaces {
        change(&mut next.interfaces, &id, |interface| {
            for private in &mut interface.private {
                if names(private.public) {
                    private.public = None;
                }
            }
            Ok(())
        })?;
    }
    let instances: Vec<Id> = next
        .instances
        .values()
        .filter(|instance| names(instance.eip))
        .map(|instance| instance.id.clone())
        .collect();
    for id in instances {
        change(&mut next.instances, &id, |instance| {
            instance.eip = None;
            Ok(())
        })?;
    }
    Ok(())
}

fn change<T: Resource + Clone>(
    table: &mut Table<T>,
    id: &Id,
    apply: impl FnOnce(&mut T) -> Result<(), EditError>,
) -> Result<(), EditError> {
    let present = table
        .get(id)
        .ok_or_else(|| EditError::Missing(id.clone()))?;
    let mut changed = T::clone(Arc::as_ref(present));
    apply(&mut changed)?;
    table.insert(changed);
    Ok(())
}

fn part_found(found: bool, resource: &Id, part: &Id) -> Result<(), EditError> {
    if found {
        Ok(())
    } else {
        Err(EditError::MissingPart {
            resource: resource.clone(),
            part: part.clone(),
        })
    }
}
