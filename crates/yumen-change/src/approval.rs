//! Who agreed, and that they really did: what people sign, and the token that only the check of
//! their signatures makes.
//!
//! LAW (nothing without approval): a plan begins with an [`Approved`], which is derived from the
//! signed approvals each time, after a restart too. Who can write to the store can add entries,
//! and cannot sign for others.

use std::collections::{BTreeMap, BTreeSet};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use yumen_cloud::CloudEdit;
use yumen_diagnostics::Message;
use yumen_ledger::{Value, VerifierKey};

use crate::class::Class;
use crate::effect::Effect;
use crate::event::{Begun, Decision, Direction, EventError, Number, Origin, Proposal};
use crate::policy::{Policy, Question};
use crate::register::{Change, Phase, Verdict};

/// What stands before every statement, so that no signature means something else elsewhere.
const CONTEXT: &str = "yumen.dev/approval/v1\n";

/// Minutes by which the clock of who signed may be ahead of the ledger's.
const AHEAD_MINUTES: i64 = 5;

/// What a person signs about a change. The proposer signs with the verdict `propose`.
///
/// `ledger` is the ledger's origin: an approval of one ledger says nothing in another.
///
/// # Errors
/// A number beyond what the encoding has.
pub fn statement(
    ledger: &str,
    verdict: &str,
    proposal: &Proposal,
    person: &str,
    comment: &str,
    signed_at: i64,
) -> Result<Vec<u8>, EventError> {
    let value = Value::table([
        ("at", signed_at.into()),
        ("change", proposal.number.into()),
        ("comment", comment.into()),
        ("ledger", ledger.into()),
        ("person", person.into()),
        ("proposal", proposal.digest()?.into()),
        ("verdict", verdict.into()),
    ]);
    Ok(format!("{CONTEXT}{}", value.encode()?).into_bytes())
}

/// Leave to carry a change out. Only [`Approved::check`] and its kin make one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Approved {
    change: Number,
    direction: Direction,
    approvers: Vec<String>,
}

/// What a check rests on.
#[derive(Clone, Copy)]
pub struct Basis<'a> {
    /// The ledger's origin
    pub ledger: &'a str,
    /// Who may what
    pub policy: &'a Policy,
    /// When it is asked
    pub now: Timestamp,
}

/// Why there is no leave.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NotApproved {
    /// All that is missing or wrong
    pub reasons: Vec<Message>,
}

impl From<Message> for NotApproved {
    fn from(reason: Message) -> Self {
        Self {
            reasons: vec![reason],
        }
    }
}

impl Approved {
    /// Checks the approvals of a change, and that `person` may apply it now.
    ///
    /// # Errors
    /// Everything that stands in the way.
    pub fn check(change: &Change, person: &str, basis: Basis<'_>) -> Result<Self, NotApproved> {
        let proposal = &change.proposal;
        if !matches!(
            change.phase,
            Phase::Open | Phase::Stopped(..) | Phase::Applying(_)
        ) {
            let message = Message::new("change-not-open")
                .with("number", u64::from(proposal.number))
                .with("phase", change.phase.word());
            return Err(message.into());
        }
        if proposal.class == Class::Forbidden {
            let found = proposal.forbidden.join(", ");
            return Err(Message::new("change-forbidden").with("found", found).into());
        }
        let question = question(proposal);
        let mut reasons = Vec::new();
        if let Err(reason) = proposed(proposal, basis) {
            reasons.push(reason);
        }
        if let Err(denied) = basis.policy.may_apply(person, &question, basis.now) {
            reasons.push(denied.message);
        }
        if let Err(reason) = ends_in_time(change, basis) {
            reasons.push(reason);
        }
        let (approvers, bad) = approvers(change, basis);
        reasons.extend(bad);
        if !proposal.emergency {
            let requirement = basis.policy.requirement(&question);
            let names: BTreeSet<String> = approvers.keys().cloned().collect();
            if let Err(missing) = basis.policy.satisfied(&requirement, &question, &names) {
                reasons.extend(missing.iter().map(|one| one.message()));
            }
        }
        if reasons.is_empty() {
            Ok(Self {
                change: proposal.number,
                direction: Direction::Forward,
                approvers: approvers.into_keys().collect(),
            })
        } else {
            Err(NotApproved { reasons })
        }
    }

    /// Leave to take drift back that broke a mandatory item: what the guard proposed itself, which
    /// opens nothing and cuts nothing that was declared.
    ///
    /// # Errors
    /// It is something else.
    pub fn containment(change: &Change, effect: &Effect) -> Result<Self, NotApproved> {
        let proposal = &change.proposal;
        let is_contained = matches!(proposal.origin, Origin::Containment(_))
            && proposal.proposer == YUMEN
            && effect.class <= Class::Tightening
            && effect.cut.is_empty();
        if is_contained {
            Ok(Self::by_itself(proposal.number, Direction::Forward))
        } else {
            Err(Message::new("change-no-containment").into())
        }
    }

    /// Leave to undo a change: it ends by itself, or it stopped half-way and `person` may apply
    /// changes of its kind.
    ///
    /// # Errors
    /// It is not to be undone, or not yet, or not by that person.
    pub fn undo(change: &Change, person: &str, basis: Basis<'_>) -> Result<Self, NotApproved> {
        let proposal = &change.proposal;
        let is_over = proposal.until.is_some_and(|until| until <= basis.now);
        let number = u64::from(proposal.number);
        match &change.phase {
            Phase::Applied(_) if is_over => {}
            Phase::Stopped(..) | Phase::Applying(_) if person == YUMEN => {}
            Phase::Stopped(..) => {
                let question = question(proposal);
                let may = basis.policy.may_apply(person, &question, basis.now);
                may.map_err(|denied| denied.message)?;
            }
            phase => {
                let message = Message::new("change-not-to-undo")
                    .with("number", number)
                    .with("phase", phase.word());
                return Err(message.into());
            }
        }
        Ok(Self::by_itself(proposal.number, Direction::Back))
    }

    fn by_itself(change: Number, direction: Direction) -> Self {
        Self {
            change,
            direction,
            approvers: Vec::new(),
        }
    }

    /// People whose approvals it rests on.
    #[must_use]
    pub fn approvers(&self) -> &[String] {
        &self.approvers
    }

    /// The beginning of a plan from a snapshot.
    #[must_use]
    pub fn begin(self, person: &str, base: String, steps: Vec<CloudEdit>) -> Begun {
        Begun {
            change: self.change,
            direction: self.direction,
            base,
            steps,
            person: person.to_owned(),
            approvers: self.approvers,
        }
    }
}

/// Who Yumen is where it acts by itself.
pub const YUMEN: &str = "yumen";

/// What the policy is asked about a change.
#[must_use]
pub fn question(proposal: &Proposal) -> Question {
    Question {
        class: proposal.class,
        environments: proposal.environments.clone(),
        crossing: proposal.entered.iter().cloned().collect(),
        account: proposal.account.clone(),
        proposer: proposal.proposer.clone(),
        emergency: proposal.emergency,
    }
}

/// Whether a decision was really that person's.
///
/// # Errors
/// Why it does not count.
pub fn genuine(
    verdict: Verdict,
    decision: &Decision,
    proposal: &Proposal,
    basis: Basis<'_>,
) -> Result<(), Message> {
    let statement = statement(
        basis.ledger,
        verdict.word(),
        proposal,
        &decision.person,
        &decision.comment,
        decision.signed_at,
    );
    signed(
        &decision.person,
        statement,
        decision.signed_at,
        &decision.signatures,
        basis,
    )
}

/// Approvals that count, by person, and why others do not.
fn approvers(change: &Change, basis: Basis<'_>) -> (BTreeMap<String, ()>, Vec<Message>) {
    let mut good = BTreeMap::new();
    let mut bad = Vec::new();
    for (verdict, decision) in &change.decisions {
        if *verdict != Verdict::Approve {
            continue;
        }
        match genuine(*verdict, decision, &change.proposal, basis) {
            Ok(()) => {
                good.insert(decision.person.clone(), ());
            }
            Err(reason) => bad.push(reason),
        }
    }
    (good, bad)
}

/// Whether the proposal was really its proposer's, who may propose such changes.
fn proposed(proposal: &Proposal, basis: Basis<'_>) -> Result<(), Message> {
    let by_yumen = proposal.proposer == YUMEN;
    if by_yumen && !proposal.emergency {
        return Ok(());
    }
    let may = basis
        .policy
        .may_propose(&proposal.proposer, &question(proposal));
    may.map_err(|denied| denied.message)?;
    let statement = statement(
        basis.ledger,
        "propose",
        proposal,
        &proposal.proposer,
        &proposal.reason,
        proposal.signed_at,
    );
    signed(
        &proposal.proposer,
        statement,
        proposal.signed_at,
        &proposal.signatures,
        basis,
    )
}

/// Whether an emergency ends when the policy says, and a change that ends is not over before it
/// began.
fn ends_in_time(change: &Change, basis: Basis<'_>) -> Result<(), Message> {
    let proposal = &change.proposal;
    let number = u64::from(proposal.number);
    if proposal.emergency {
        let signed = Timestamp::from_millisecond(proposal.signed_at).ok();
        let latest = signed.map(|signed| basis.policy.aftermath(signed).expires);
        if proposal.until.is_none() || proposal.until > latest {
            let hours = u64::from(basis.policy.emergency_hours);
            let message = Message::new("change-emergency-end").with("number", number);
            return Err(message.with("hours", hours));
        }
    }
    match proposal.until {
        Some(until) if until <= basis.now && change.phase == Phase::Open => {
            let message = Message::new("change-over").with("number", number);
            Err(message.with("until", until.to_string()))
        }
        _ => Ok(()),
    }
}

/// Whether a person signed: for each algorithm among the person's keys one good signature, so that
/// breaking one algorithm is not enough.
fn signed(
    person: &str,
    statement: Result<Vec<u8>, EventError>,
    signed_at: i64,
    signatures: &BTreeMap<String, String>,
    basis: Basis<'_>,
) -> Result<(), Message> {
    let bad = || Message::new("approval-bad-signature").with("person", person);
    let statement = statement.map_err(|_| bad())?;
    let known = basis.policy.people.get(person);
    let known = known.ok_or_else(|| Message::new("approval-nobody").with("person", person))?;
    let at = Timestamp::from_millisecond(signed_at).map_err(|_| bad())?;
    if at.duration_since(basis.now) > SignedDuration::from_mins(AHEAD_MINUTES) {
        return Err(Message::new("approval-from-the-future").with("person", person));
    }
    let mut algorithms = BTreeMap::new();
    for vkey in &known.keys {
        let Ok(key) = VerifierKey::from_vkey(vkey) else {
            return Err(bad());
        };
        let signature = signatures.get(vkey);
        let signature = signature.and_then(|text| STANDARD.decode(text).ok());
        let is_good = signature.is_some_and(|signature| key.verify(&statement, &signature));
        *algorithms.entry(key.algorithm()).or_insert(false) |= is_good;
    }
    if !algorithms.is_empty() && algorithms.values().all(|good| *good) {
        Ok(())
    } else {
        Err(bad())
    }
}

/// Why what was approved is not what would happen any more: interfaces whose packets would change
/// in another way than on the snapshot that was judged.
///
/// # Errors
/// What the delta is now differs; the message says where.
pub fn still_the_same(judged: &Effect, now: &Effect) -> Result<(), Message> {
    if judged.delta == now.delta && now.class <= judged.class {
        return Ok(());
    }
    let differs = |one: &Effect, other: &Effect| -> Vec<String> {
        let mut named: Vec<String> = one
            .delta
            .interfaces
            .iter()
            .filter(|delta| !other.delta.interfaces.contains(delta))
            .map(|delta| delta.interface.to_string())
            .collect();
        named.sort();
        named
    };
    let mut named = differs(judged, now);
    named.extend(differs(now, judged));
    named.sort();
    named.dedup();
    let count = named.len();
    named.truncate(SHOWN);
    Err(Message::new("change-moved")
        .with("count", count)
        .with("interfaces", named.join(", "))
        .with("class", now.class.word()))
}

/// Interfaces that a message names.
const SHOWN: usize = 3;
