//! Proposing: what a change would do is found out and shown before anybody is asked.

use std::collections::BTreeMap;

use jiff::Timestamp;
use yumen_change::{
    Effect, Event, FindingName, Number, Origin, Proposal, Register, question, statement,
};
use yumen_cloud::{CloudEdit, Snapshot};
use yumen_report::Report;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::judge::{effect, with_edits};
use crate::person::Person;

/// What somebody wants.
#[derive(Clone, Debug)]
pub struct Wish {
    /// The edits
    pub edits: Vec<CloudEdit>,
    /// Where they come from
    pub origin: Origin,
    /// Why
    pub reason: String,
    /// When it shall undo itself; an emergency does so when the policy says, or before
    pub until: Option<Timestamp>,
    /// Whether it may not wait for approvals
    pub emergency: bool,
}

/// What a change would do to a network.
pub struct Outlook {
    /// The network before, judged
    pub before: Report,
    /// The network after, judged
    pub after: Report,
    /// What stands between them
    pub effect: Effect,
}

impl Desk {
    /// Finds out what edits would do to a network.
    ///
    /// # Errors
    /// An edit does not fit, or the rules are too entangled.
    pub fn outlook(&self, snapshot: &Snapshot, edits: &[CloudEdit]) -> Result<Outlook, Failure> {
        let before = self.judge(snapshot)?;
        let (after, effect) = self.outlook_from(&before, edits)?;
        Ok(Outlook {
            before,
            after,
            effect,
        })
    }

    /// Finds out what edits would do to a network that was judged.
    ///
    /// # Errors
    /// As [`Desk::outlook`].
    pub fn outlook_from(
        &self,
        before: &Report,
        edits: &[CloudEdit],
    ) -> Result<(Report, Effect), Failure> {
        let after = self.judge(&with_edits(before.topology().snapshot(), edits)?)?;
        let effect = effect(before, &after, &self.ground)?;
        Ok((after, effect))
    }

    /// Proposes a change of an account, in the name of a person who signs it.
    ///
    /// # Errors
    /// There is nothing to do, the person may not propose it, or the store cannot keep it.
    pub fn propose(
        &self,
        person: &Person,
        account: &str,
        base: &Snapshot,
        wish: &Wish,
        outlook: &Outlook,
    ) -> Result<Number, Failure> {
        self.transact(&person.name, |register, now| {
            let mut proposal = self.draft(
                person.name.as_str(),
                account,
                base,
                wish,
                &outlook.effect,
                register,
            );
            proposal.signed_at = now.as_millisecond();
            if wish.emergency {
                let end = self.ground.policy.aftermath(now).expires;
                proposal.until = Some(wish.until.map_or(end, |until| until.min(end)));
            }
            let may = self
                .ground
                .policy
                .may_propose(&person.name, &question(&proposal));
            may.map_err(|denied| denied.message)?;
            let statement = statement(
                self.store.origin(),
                "propose",
                &proposal,
                &person.name,
                &proposal.reason,
                proposal.signed_at,
            )?;
            proposal.signatures = person.sign(&statement)?;
            let number = proposal.number;
            Ok((vec![Event::Proposed(Box::new(proposal))], number))
        })
    }

    /// A proposal that nobody signed yet.
    pub(crate) fn draft(
        &self,
        proposer: &str,
        account: &str,
        base: &Snapshot,
        wish: &Wish,
        effect: &Effect,
        register: &Register,
    ) -> Proposal {
        Proposal {
            number: register.next_number(),
            account: account.to_owned(),
            proposer: proposer.to_owned(),
            reason: wish.reason.clone(),
            origin: wish.origin.clone(),
            edits: wish.edits.clone(),
            base: base.content_address().to_string(),
            class: effect.class,
            score: effect.score,
            hundredths: effect.hundredths,
            interfaces: u32::try_from(effect.interfaces()).unwrap_or(u32::MAX),
            found: names(&effect.found),
            solved: names(&effect.solved),
            forbidden: names(&effect.forbidden),
            cut: effect.cut.clone(),
            environments: effect.environments.clone(),
            entered: effect.entered.clone(),
            until: wish.until,
            emergency: wish.emergency,
            signed_at: 0,
            signatures: BTreeMap::new(),
        }
    }
}

/// Findings as the ledger names them.
pub(crate) fn names(findings: &[FindingName]) -> Vec<String> {
    findings
        .iter()
        .map(|finding| format!("{} {}", finding.item, finding.resource))
        .collect()
}
