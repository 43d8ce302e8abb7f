//! Security groups: rules, inner access, members.

use std::collections::BTreeSet;

use yumen_cloud::{CloudEdit, Direction, Id, Interface, Listing, Rule, SecurityGroup};
use yumen_diagnostics::{Message, Place};

use super::{RestoreScope, Work};

impl Work<'_> {
    pub(super) fn restore_groups(&mut self) {
        let (now, then) = (&self.now.groups, &self.then.groups);
        let pairs = self.in_both(now, then, |group| (&group.region, Listing::Groups));
        for (new, old) in pairs {
            let mut rules = Vec::new();
            for direction in [Direction::Ingress, Direction::Egress] {
                if new.is_unread(direction) || old.is_unread(direction) {
                    if !same_rules(new, old, direction) {
                        self.leave(&new.id, Message::new("restore-rules-not-read"));
                    }
                    continue;
                }
                rules.extend(self.rule_edits(new, old, direction));
            }
            let inner = (new.inner_access != old.inner_access).then(|| CloudEdit::SetInnerAccess {
                group: new.id.clone(),
                policy: old.inner_access,
            });
            if new.managed && (inner.is_some() || !rules.is_empty()) {
                self.leave(&new.id, Message::new("restore-managed"));
                continue;
            }
            self.changes.extend(inner);
            for edit in rules {
                match edit {
                    CloudEdit::AddRule { .. } => self.comes.push(edit),
                    CloudEdit::RemoveRule { .. } => self.goes.push(edit),
                    _ => self.changes.push(edit),
                }
            }
        }
    }

    fn rule_edits(
        &mut self,
        new: &SecurityGroup,
        old: &SecurityGroup,
        direction: Direction,
    ) -> Vec<CloudEdit> {
        let group = &new.id;
        let mut edits = Vec::new();
        let mut replace = |present: &Rule, wanted: &Rule| {
            edits.push(CloudEdit::ReplaceRule {
                group: group.clone(),
                rule: Rule {
                    id: present.id.clone(),
                    ..wanted.clone()
                },
            });
        };
        let mut present: Vec<&Rule> = new.rules_of(direction).collect();
        let mut wanted: Vec<&Rule> = Vec::new();
        for rule in old.rules_of(direction) {
            let known = wanted.iter().any(|one| is_same(one, rule));
            if !known {
                wanted.push(rule);
            }
        }
        let passes: [fn(&Rule, &Rule) -> bool; 4] = [
            |one, other| is_same(one, other) && one.description == other.description,
            is_same,
            Rule::is_same_filter,
            |one, other| one.id == other.id,
        ];
        for (pass, matches) in passes.into_iter().enumerate() {
            let mut rest = Vec::new();
            for rule in wanted {
                let position = present.iter().position(|one| matches(one, rule));
                let writable = pass == 0 || !rule.uncertain;
                match position.filter(|_| writable) {
                    Some(position) => {
                        let found = present.remove(position);
                        if pass > 0 {
                            replace(found, rule);
                        }
                    }
                    None => rest.push(rule),
                }
            }
            wanted = rest;
        }
        let mut taken: BTreeSet<Id> = new.rules.iter().map(|rule| rule.id.clone()).collect();
        for rule in wanted {
            if rule.uncertain {
                let reason = Message::new("restore-rule-not-understood");
                self.leave(group, reason.with("rule", rule.id.as_str()));
                continue;
            }
            edits.push(CloudEdit::AddRule {
                group: group.clone(),
                rule: Rule {
                    id: free_id(&mut taken, group, &rule.id),
                    created_at: None,
                    place: Place::default(),
                    ..rule.clone()
                },
            });
        }
        edits.extend(present.into_iter().map(|rule| CloudEdit::RemoveRule {
            group: group.clone(),
            rule: rule.id.clone(),
        }));
        edits
    }

    pub(super) fn restore_memberships(&mut self) {
        if let RestoreScope::Group(group) = self.scope {
            let group = group.clone();
            for new in self.now.interfaces.values() {
                if let Some(old) = self.then.interfaces.get(&new.id) {
                    let concerned = |groups: &[Id]| -> Vec<Id> {
                        let only = groups.iter().filter(|one| **one == group);
                        only.cloned().collect()
                    };
                    let kept = new.groups.iter().filter(|one| **one != group).count();
                    self.move_interface(
                        new,
                        &concerned(&old.groups),
                        &concerned(&new.groups),
                        kept,
                    );
                }
            }
            return;
        }
        let (now, then) = (&self.now.interfaces, &self.then.interfaces);
        let pairs = self.in_both(now, then, |one| (&one.region, Listing::Interfaces));
        for (new, old) in pairs {
            self.move_interface(new, &old.groups, &new.groups, 0);
        }
    }

    /// Lets an interface leave and join groups, as far as those of then are still there.
    fn move_interface(&mut self, new: &Interface, then: &[Id], now: &[Id], others: usize) {
        let joins: Vec<&Id> = then.iter().filter(|one| !now.contains(one)).collect();
        let leaves: Vec<&Id> = now.iter().filter(|one| !then.contains(one)).collect();
        if joins.is_empty() && leaves.is_empty() {
            return;
        }
        if new.managed {
            self.leave(&new.id, Message::new("restore-managed"));
            return;
        }
        let mut joined = 0;
        for group in joins {
            if self.now.groups.contains(group) {
                joined += 1;
                self.comes.push(CloudEdit::JoinGroup {
                    interface: new.id.clone(),
                    group: group.clone(),
                });
            } else {
                let reason = Message::new("restore-group-gone");
                self.leave(&new.id, reason.with("group", group.as_str()));
            }
        }
        if others + joined + now.len() == leaves.len() && !leaves.is_empty() {
            self.leave(&new.id, Message::new("restore-last-group"));
            return;
        }
        for group in leaves {
            self.goes.push(CloudEdit::LeaveGroup {
                interface: new.id.clone(),
                group: group.clone(),
            });
        }
    }
}

fn is_same(one: &Rule, other: &Rule) -> bool {
    one.is_same_filter(other) && one.uncertain == other.uncertain
}

fn same_rules(new: &SecurityGroup, old: &SecurityGroup, direction: Direction) -> bool {
    let covers = |one: &SecurityGroup, other: &SecurityGroup| {
        one.rules_of(direction)
            .all(|rule| other.rules_of(direction).any(|known| is_same(known, rule)))
    };
    covers(new, old) && covers(old, new)
}

/// The id that a thing had, or another one where that is taken; it stands until the provider gives
/// one.
pub(super) fn free_id(taken: &mut BTreeSet<Id>, owner: &Id, wanted: &Id) -> Id {
    if taken.insert(wanted.clone()) {
        return wanted.clone();
    }
    let mut fresh = (1_u32..).map(|number| Id::from(format!("{owner}/restored/{number}")));
    fresh
        .find(|id| taken.insert(id.clone()))
        .unwrap_or_else(|| wanted.clone())
}
