//! Deciding: approvals and rejections are signed, and lapse when the network moved.

use yumen_change::{
    Approved, Change, Decision, Effect, Event, NotApproved, Number, Phase, Refused, Verdict,
    genuine, question, reason, statement, still_the_same,
};
use yumen_cloud::Snapshot;
use yumen_diagnostics::Message;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::person::Person;

/// What became of an approval.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Counted {
    /// Everybody who has to agree has agreed
    Enough,
    /// What is still missing
    Missing(Vec<Message>),
}

impl Desk {
    /// Approves, rejects or reviews a change in the name of a person who signs that.
    ///
    /// # Errors
    /// There is no such change, or it is not open, or the person is nobody here.
    pub fn decide(
        &self,
        person: &Person,
        verdict: Verdict,
        number: Number,
        comment: &str,
    ) -> Result<(), Failure> {
        self.transact(&person.name, |register, now| {
            let change = register
                .change(number)
                .ok_or(Refused::NoSuchChange(number))?;
            let signed_at = now.as_millisecond();
            let statement = statement(
                self.store.origin(),
                verdict.word(),
                &change.proposal,
                &person.name,
                comment,
                signed_at,
            )?;
            let decision = Decision {
                change: number,
                person: person.name.clone(),
                comment: comment.to_owned(),
                signed_at,
                signatures: person.sign(&statement)?,
            };
            // What would not count is not written down in the first place.
            genuine(verdict, &decision, &change.proposal, self.basis(register))?;
            if verdict == Verdict::Review && person.name == change.proposal.proposer {
                let message =
                    Message::new("review-by-proposer").with("person", person.name.as_str());
                return Err(Failure::Input(message));
            }
            if verdict == Verdict::Review {
                let applied_by = change.applied_by.as_deref().unwrap_or_default();
                let question = question(&change.proposal);
                let policy = &self.ground.policy;
                let may = policy.may_review(&person.name, applied_by, &question);
                may.map_err(|denied| denied.message)?;
            }
            let event = match verdict {
                Verdict::Approve => Event::Approved(decision),
                Verdict::Reject => Event::Rejected(decision),
                Verdict::Review => Event::Reviewed(decision),
            };
            Ok((vec![event], ()))
        })
    }

    /// Takes a change back before it is applied; only its proposer may.
    ///
    /// # Errors
    /// There is no such change, it is not open, or it is somebody else's.
    pub fn withdraw(&self, person: &Person, number: Number, why: &str) -> Result<(), Failure> {
        self.transact(&person.name, |register, _| {
            let change = register
                .change(number)
                .ok_or(Refused::NoSuchChange(number))?;
            if change.proposal.proposer != person.name {
                let message = Message::new("withdraw-not-yours")
                    .with("number", u64::from(number))
                    .with("person", change.proposal.proposer.as_str());
                return Err(Failure::Input(message));
            }
            Ok((vec![Event::Withdrawn(number, why.to_owned())], ()))
        })
    }

    /// Whether a person may apply a change now, and if not, why.
    ///
    /// # Errors
    /// The store cannot be read, or there is no such change.
    pub fn counted(&self, person: &str, number: Number) -> Result<Counted, Failure> {
        let register = self.standing()?.register;
        let change = register
            .change(number)
            .ok_or(Refused::NoSuchChange(number))?;
        Ok(
            match Approved::check(change, person, self.basis(&register)) {
                Ok(_) => Counted::Enough,
                Err(NotApproved { reasons }) => Counted::Missing(reasons),
            },
        )
    }

    /// Lets a change lapse if the network moved in a way that alters what it does.
    ///
    /// # Errors
    /// It lapsed, and why; or the store cannot be read.
    pub fn still_stands(&self, change: &Change, now: &Snapshot) -> Result<Effect, Failure> {
        let proposal = &change.proposal;
        let judged = self.outlook(&self.snapshot(&proposal.base)?, &proposal.edits)?;
        let is_base = now.content_address().to_string() == proposal.base;
        let moved = if is_base {
            return Ok(judged.effect);
        } else {
            match self.outlook(now, &proposal.edits) {
                Ok(outlook) => match still_the_same(&judged.effect, &outlook.effect) {
                    Ok(()) => return Ok(outlook.effect),
                    Err(message) => Failure::Input(message),
                },
                Err(Failure::Edit(error)) => Failure::Input(
                    Message::new("change-edit-gone").with("error", error.to_string()),
                ),
                Err(failure) => return Err(failure),
            }
        };
        if change.phase == Phase::Open {
            let lapsed = Event::Lapsed(proposal.number, reason(&moved.messages()));
            self.note(yumen_change::YUMEN, &[lapsed])?;
        }
        Err(moved)
    }
}
