//! Old versions make room: which snapshots have to stay, whatever their age.

use std::collections::BTreeSet;

use yumen_change::{Change, Phase, Register};
use yumen_store::{Removed, Retention};

use crate::desk::Desk;
use crate::failure::Failure;

impl Desk {
    /// Removes snapshots that nobody wants any more. The ledger keeps that they were; what changes
    /// may still need, and what groups are compared with, stays.
    ///
    /// # Errors
    /// The store cannot be read or written.
    pub fn make_room(&self, retention: &Retention) -> Result<Removed, Failure> {
        let register = self.standing()?.register;
        let now = self.clock.now().as_millisecond();
        Ok(self.store.retain(retention, &needed(&register), now)?)
    }
}

/// Addresses of snapshots that something may still ask for.
fn needed(register: &Register) -> BTreeSet<String> {
    let mut needed = BTreeSet::new();
    let mut accounts = BTreeSet::new();
    for noted in register.versions() {
        // Groups that no change touched are compared with the first version.
        if accounts.insert(noted.what.account.as_str()) {
            needed.insert(noted.what.snapshot.clone());
        }
    }
    for account in accounts {
        let last = crate::versions::last_version(register, account);
        needed.extend(last.map(|last| last.snapshot.clone()));
    }
    for change in register.changes() {
        needed.extend(left_by(change).cloned());
        if may_go_on(change) {
            needed.insert(change.proposal.base.clone());
            needed.extend(change.phase.run().map(|run| run.begun.base.clone()));
        }
    }
    for drift in register.drifts() {
        let seen = &drift.seen.what;
        needed.extend([seen.before.clone(), seen.after.clone()]);
    }
    needed
}

/// The snapshot that a change left: what groups are compared with afterwards.
fn left_by(change: &Change) -> Option<&String> {
    match &change.phase {
        Phase::Applied(after) | Phase::Undone(after) => Some(after),
        _ => None,
    }
}

/// True if a change may still be applied, gone on with or undone.
fn may_go_on(change: &Change) -> bool {
    match &change.phase {
        Phase::Open | Phase::Applying(_) | Phase::Stopped(..) => true,
        Phase::Applied(_) => change.proposal.until.is_some(),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use yumen_change::{Event, Version};

    use super::*;

    #[test]
    fn the_first_and_the_last_version_of_each_account_stay() {
        let mut register = Register::default();
        for (account, snapshot) in [("1", "a"), ("1", "b"), ("2", "c"), ("1", "d")] {
            let version = Version {
                account: account.to_owned(),
                snapshot: snapshot.to_owned(),
                before: None,
                why: String::new(),
                gaps: 0,
                interfaces: 0,
                opens: false,
            };
            let event = Event::Version(version);
            register
                .handle(Timestamp::UNIX_EPOCH, "yumen", &event)
                .unwrap();
        }
        let needed: Vec<String> = needed(&register).into_iter().collect();
        assert_eq!(needed, ["a", "c", "d"]);
    }
}
