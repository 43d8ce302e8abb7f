//! What the ledger answers about groups: when each was reviewed, and whether its rules are those
//! that an approved change left.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use yumen_baseline::Records;
use yumen_change::{Change, Event, GroupReviewed, Phase, edits_value, sha256, touched};
use yumen_cloud::{CloudEdit, Id, SecurityGroup, Snapshot};
use yumen_diagnostics::Message;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::person::Person;

/// The answers for one snapshot.
#[derive(Clone, Debug, Default)]
pub struct LedgerRecords {
    reviewed: BTreeMap<Id, Timestamp>,
    as_approved: BTreeSet<Id>,
}

impl Records for LedgerRecords {
    fn reviewed(&self, group: &Id) -> Option<Timestamp> {
        self.reviewed.get(group).copied()
    }

    fn is_as_approved(&self, group: &Id) -> bool {
        self.as_approved.contains(group)
    }
}

impl Desk {
    /// What the ledger knows of the groups of a snapshot of an account. A group is as approved if
    /// its rules filter what they filtered after the last approved change that touched it, or in
    /// the first version where none did.
    ///
    /// # Errors
    /// The store cannot be read. Nothing is known of an account of which no version was recorded.
    pub fn records(
        &self,
        account: &str,
        snapshot: &Snapshot,
    ) -> Result<Option<LedgerRecords>, Failure> {
        let register = self.standing()?.register;
        let mut versions = register.versions().iter();
        let Some(first) = versions.find(|noted| noted.what.account == account) else {
            return Ok(None);
        };
        let own = |change: &&Change| change.proposal.account == account;
        let changes: Vec<&Change> = register.changes().filter(own).collect();
        let mut references: BTreeMap<String, Snapshot> = BTreeMap::new();
        let mut records = LedgerRecords::default();
        for group in snapshot.groups.values() {
            let last = changes
                .iter()
                .rev()
                .find_map(|change| left_by(change, &group.id));
            let address = last.unwrap_or(&first.what.snapshot);
            if !references.contains_key(address) {
                references.insert(address.clone(), self.snapshot(address)?);
            }
            let reference = references.get(address);
            let approved = reference.and_then(|reference| reference.groups.get(&group.id));
            if approved.is_some_and(|approved| rules_hash(approved) == rules_hash(group)) {
                records.as_approved.insert(group.id.clone());
            }
            if let Some(review) = register.review_of(group.id.as_str()) {
                records.reviewed.insert(group.id.clone(), review.at);
            }
        }
        Ok(Some(records))
    }
}

impl Desk {
    /// Notes that a person looked at the rules of a group as they are.
    ///
    /// # Errors
    /// There is no such group, or the person is nobody here or has other keys.
    pub fn review_group(
        &self,
        person: &Person,
        snapshot: &Snapshot,
        group: &Id,
        comment: &str,
    ) -> Result<(), Failure> {
        let policy = &self.ground.policy;
        let said = |id| Message::new(id).with("person", person.name.as_str());
        if !policy.people.contains_key(&person.name) {
            return Err(Failure::Input(said("approval-nobody")));
        }
        let own = |key: &String| policy.owner_of_key(key) == Some(person.name.as_str());
        if !person.vkeys().iter().all(own) {
            return Err(Failure::Input(said("review-foreign-keys")));
        }
        let Some(found) = snapshot.groups.get(group) else {
            let message = Message::new("review-no-group").with("group", group.as_str());
            return Err(Failure::Input(message));
        };
        let reviewed = GroupReviewed {
            group: group.to_string(),
            rules: rules_hash(found),
            comment: comment.to_owned(),
        };
        self.note(&person.name, &[Event::GroupReviewed(reviewed)])
    }
}

/// The snapshot that a change left, if it touched a group and came to its end.
fn left_by<'c>(change: &'c Change, group: &Id) -> Option<&'c String> {
    let after = match &change.phase {
        Phase::Applied(after) | Phase::Undone(after) => after,
        _ => return None,
    };
    let names = touched(&change.proposal.edits);
    let mut names = names.iter().map(ToString::to_string);
    names.any(|name| name == group.as_str()).then_some(after)
}

/// SHA-256 over what the rules of a group filter, whatever their ids and order.
#[must_use]
pub fn rules_hash(group: &SecurityGroup) -> String {
    let mut texts: Vec<String> = group
        .rules
        .iter()
        .map(|rule| {
            let mut rule = rule.clone();
            rule.id = Id::from("");
            rule.description.clear();
            let edit = CloudEdit::AddRule {
                group: group.id.clone(),
                rule,
            };
            edits_value(&[edit]).encode().unwrap_or_default()
        })
        .collect();
    texts.sort();
    sha256(texts.join("\n").as_bytes())
}
