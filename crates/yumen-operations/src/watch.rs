//! The watch: sees what changes in an account, tells approved from unapproved, and takes back what
//! breaks a mandatory item.
//!
//! One round is [`Watch::round`]; between rounds nothing is kept that the ledger does not have but
//! what can be read again.

use std::collections::{BTreeMap, BTreeSet};

use jiff::{SignedDuration, Timestamp};
use yumen_aliyun::follow::Following;
use yumen_aliyun::follow::affected::{Affected, affected};
use yumen_aliyun::follow::agenda::Agenda;
use yumen_aliyun::follow::event::CloudEvent;
use yumen_aliyun::follow::trail::{Cursor, Follower};
use yumen_baseline::{ItemId, fixes};
use yumen_change::{
    Answer, Change, Class, Direction, Drift, Drifted, Effect, Escalated, Event, Guard, Number,
    Origin, Phase, Register, Who, YUMEN, fingerprint, reason, touched,
};
use yumen_cloud::{CloudEdit, Snapshot};
use yumen_diagnostics::Message;
use yumen_reach::Delta;
use yumen_report::Report;
use yumen_store::StoreError;
use yumen_synthesis::{RestoreScope, restore};

use crate::apply::way_back;
use crate::desk::Desk;
use crate::failure::Failure;
use crate::judge::{between, effect};
use crate::live::Live;
use crate::propose::{Wish, names};
use crate::versions::{Cause, last_version};

/// How long before it was seen an event may lie that explains a change.
const EXPLAINS: SignedDuration = SignedDuration::from_mins(15);

/// Something that people are told.
#[derive(Clone, Debug, PartialEq)]
pub struct Happening {
    /// What happened
    pub kind: HappeningKind,
    /// Drift or change that it is about
    pub number: u32,
    /// In words
    pub lines: Vec<Message>,
    /// When it was known
    pub at: Timestamp,
}

/// Kinds of happenings.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum HappeningKind {
    /// A change from elsewhere that breaks nothing
    Recorded,
    /// Drift for which a way back is proposed
    Proposed,
    /// Drift that was taken back
    Contained,
    /// Drift about which a person has to decide
    Escalated,
    /// A temporary change that ended and was undone
    Expired,
    /// Something that failed and is tried again
    Failed,
    /// The daily check
    Checked,
    /// The quarterly audit
    Audited,
}

/// The watch over one account.
pub struct Watch {
    desk: Desk,
    live: Live,
    follower: Option<Follower>,
    following: Following,
    agenda: Agenda,
    guard: Guard,
    /// The network that was looked at last, judged
    last: Report,
    recent: Vec<CloudEvent>,
    next_poll: Timestamp,
    /// Changes that could not be undone, and when it is tried again
    retries: BTreeMap<Number, Timestamp>,
}

impl Watch {
    /// Begins to watch an account that was just read. What changed while nobody watched counts as
    /// drift against the network that a watch dealt with last, or if there was none, against the
    /// version recorded last.
    ///
    /// # Errors
    /// The trail or the store cannot be read.
    pub fn new(desk: Desk, live: Live) -> Result<Self, Failure> {
        let following = Following::find(&live.client, live.scope())?;
        let now = desk.clock.now();
        let register = desk.standing()?.register;
        let follower = (following == Following::Events).then(|| {
            let since = now.checked_sub(EXPLAINS).unwrap_or(now);
            Follower::new(live.scope(), Cursor::starting(since))
        });
        lapse_containments(&desk, &register, live.account())?;
        let last = match seen_last(&desk, &register, live.account())? {
            Some(last) => desk.judge(&last)?,
            None => {
                let report = desk.judge(live.snapshot())?;
                desk.record(YUMEN, &live, &report, &Cause::new("found"))?;
                report
            }
        };
        let reverts = register.drifts().filter_map(|drift| {
            let begun = containment(&register, drift).is_some_and(|change| is_begun(&change.phase));
            begun.then(|| (drift.seen.at, drift.seen.what.fingerprint.clone()))
        });
        let watch = Self {
            guard: Guard::with_memory(reverts),
            next_poll: now,
            desk,
            live,
            follower,
            following,
            agenda: Agenda::default(),
            last,
            recent: Vec::new(),
            retries: BTreeMap::new(),
        };
        watch.remember()?;
        Ok(watch)
    }

    /// How changes are found.
    #[must_use]
    pub fn following(&self) -> &Following {
        &self.following
    }

    /// The network that was looked at last, judged.
    #[must_use]
    pub fn last(&self) -> &Report {
        &self.last
    }

    /// One round: looks, decides, acts, and says what happened.
    ///
    /// # Errors
    /// The cloud or the store cannot be used; nothing is lost, the next round goes on.
    pub fn round(&mut self) -> Result<Vec<Happening>, Failure> {
        self.look()?;
        let mut happened = self.go_on()?;
        if self.live.snapshot().content_address()
            != self.last.topology().snapshot().content_address()
        {
            happened.extend(self.changed()?);
        }
        happened.extend(self.expire()?);
        Ok(happened)
    }

    /// Reads everything once more and judges it. What changed is dealt with in the next round.
    ///
    /// # Errors
    /// The cloud cannot be asked.
    pub fn read_all(&mut self) -> Result<Report, Failure> {
        self.live.refresh(&Affected::everything(None))?;
        self.desk.judge(self.live.snapshot())
    }

    /// When the next round is worth while.
    #[must_use]
    pub fn pause(&self) -> std::time::Duration {
        let watch = &self.desk.ground.watch;
        let milliseconds = match self.follower {
            Some(_) => u64::from(watch.trail_milliseconds),
            None => u64::from(watch.poll_seconds).saturating_mul(1000),
        };
        std::time::Duration::from_millis(milliseconds)
    }

    /// Reads the trail, and again what it names; everything once in a while.
    fn look(&mut self) -> Result<(), Failure> {
        let now = self.desk.clock.now();
        self.live.catch_up()?;
        if let Some(follower) = &mut self.follower {
            let events = follower.poll(&self.live.client)?;
            for event in &events {
                self.agenda.note(&affected(event), now);
            }
            self.recent.extend(events);
            let oldest = now.checked_sub(EXPLAINS).unwrap_or(now);
            self.recent.retain(|event| event.at >= oldest);
        }
        if now >= self.next_poll {
            self.live.poll()?;
            let pause = SignedDuration::from_secs(self.desk.ground.watch.poll_seconds.into());
            self.next_poll = now.checked_add(pause).unwrap_or(now);
        }
        let due = self.agenda.due(now);
        if !due.is_empty()
            && let Err(failure) = self.live.refresh(&due)
        {
            self.agenda.postpone(due, now);
            return Err(failure);
        }
        Ok(())
    }

    /// The network is not as it was.
    fn changed(&mut self) -> Result<Vec<Happening>, Failure> {
        let now = self.desk.judge(self.live.snapshot())?;
        let register = self.desk.standing()?.register;
        let did = effect(&self.last, &now, &self.desk.ground)?;
        if let Some(number) = self.explained(&register, &now)? {
            // The change records its own version when it is done.
            let done = register
                .change(number)
                .is_some_and(|change| change.phase.run().is_none());
            if done {
                let cause = Cause::new(&format!("change {number}"));
                self.desk.record(YUMEN, &self.live, &now, &cause)?;
                self.deal_with_next(now)?;
            }
            return Ok(Vec::new());
        }
        let who = self.who(&did);
        let way_back = self.way_back(&now, &did)?;
        let answer = {
            let outlook = way_back.as_ref().map(|(_, effect)| effect);
            let time = self.desk.now(&register);
            self.guard
                .answer(&self.desk.ground.watch, &did, outlook, time)
        };
        let number = self.note_drift(&now, &did, who.clone(), &answer)?;
        let cause = Cause {
            why: format!("drift {number}"),
            through: format!("drift {number}"),
            who,
        };
        let known = Some(&self.last);
        self.desk
            .record_after(YUMEN, &self.live, &now, &cause, known)?;
        let (happening, rest) = match (answer, way_back) {
            (Answer::Contain, Some((edits, would))) => {
                self.close_at_once(number, &did, &edits, &would)?
            }
            (answer, _) => (self.act(number, &now, answer)?, Some(now)),
        };
        if let Some(rest) = rest {
            self.deal_with_next(rest)?;
        }
        Ok(vec![happening])
    }

    /// The network that was dealt with; the next one is compared with it, after a restart too.
    fn deal_with_next(&mut self, dealt_with: Report) -> Result<(), Failure> {
        self.last = dealt_with;
        self.remember()
    }

    fn remember(&self) -> Result<(), Failure> {
        let address = self.last.topology().snapshot().content_address();
        let name = memo(self.live.account());
        self.desk
            .store
            .put_memo(&name, address.to_string().as_bytes())?;
        Ok(())
    }

    /// The last of the approved changes that came to something since the last look, if together
    /// they permit everything that is permitted now and was not before.
    fn explained(&self, register: &Register, now: &Report) -> Result<Option<Number>, Failure> {
        let before = self.last.topology().snapshot();
        let last = before.content_address().to_string();
        let mut versions = register.versions().iter().rev();
        let since = versions.find(|noted| noted.what.snapshot == last);
        let since = since.map(|noted| noted.at);
        let mut since_then: Vec<(Timestamp, &Change)> = register
            .changes()
            .filter(|change| change.proposal.account == self.live.account())
            .filter_map(|change| Some((came_to_something(change)?, change)))
            .filter(|(at, _)| Some(*at) >= since)
            .collect();
        since_then.sort_by_key(|(at, change)| (*at, change.proposal.number));
        let Some((_, latest)) = since_then.last() else {
            return Ok(None);
        };
        let mut expected = before.clone();
        for (_, change) in &since_then {
            for edit in self.meant(change, &expected)? {
                // What does not fit was done to something that came later.
                expected = expected.with_edit(&edit).unwrap_or(expected);
            }
        }
        let expected = self.desk.judge(&expected)?;
        let beyond_before = between(&self.last, now)?;
        let beyond_expected = between(&expected, now)?;
        let opens = opens_in_both(&beyond_expected, &beyond_before)?;
        Ok((!opens).then_some(latest.proposal.number))
    }

    /// What a change means to do to a network, or did to it.
    fn meant(&self, change: &Change, network: &Snapshot) -> Result<Vec<CloudEdit>, Failure> {
        let proposal = &change.proposal;
        match &change.phase {
            Phase::Applying(run) | Phase::Stopped(run, _) => Ok(run.begun.steps.clone()),
            Phase::Undone(_) => {
                let before = self.desk.snapshot(&proposal.base)?;
                let mut edits = proposal.edits.clone();
                let done = with_those_that_fit(network, &edits);
                edits.extend(way_back(&done, &before, &proposal.edits)?);
                Ok(edits)
            }
            _ => Ok(proposal.edits.clone()),
        }
    }

    fn note_drift(
        &self,
        now: &Report,
        did: &Effect,
        who: Option<Who>,
        answer: &Answer,
    ) -> Result<u32, Failure> {
        let before = self.last.topology().snapshot();
        let after = now.topology().snapshot();
        let whole = restore(after, before, &RestoreScope::Whole);
        self.desk.transact(YUMEN, |register, _| {
            let number = register.next_drift();
            let drifted = Drifted {
                number,
                account: self.live.account().to_owned(),
                before: before.content_address().to_string(),
                after: after.content_address().to_string(),
                class: did.class,
                found: names(&did.found),
                forbidden: names(&did.forbidden),
                way_back: whole.edits.clone(),
                who: who.clone(),
                fingerprint: fingerprint(did),
                answer: word(answer).to_owned(),
            };
            Ok((vec![Event::Drifted(Box::new(drifted))], number))
        })
    }

    /// Does what was decided about drift that is not taken back at once.
    fn act(&self, drift: u32, now: &Report, answer: Answer) -> Result<Happening, Failure> {
        let (kind, lines) = match answer {
            Answer::Record => (HappeningKind::Recorded, Vec::new()),
            Answer::Propose(why) => {
                let change = self.propose_way_back(drift, now, &why)?;
                (HappeningKind::Proposed, said(why, change))
            }
            Answer::Escalate(why) => {
                let change = self.propose_way_back(drift, now, &why)?;
                self.escalate(drift, &why, change)?;
                (HappeningKind::Escalated, said(why, change))
            }
            Answer::Contain => (HappeningKind::Failed, Vec::new()),
        };
        Ok(self.happening(kind, drift, lines))
    }

    fn happening(&self, kind: HappeningKind, drift: u32, lines: Vec<Message>) -> Happening {
        Happening {
            kind,
            number: drift,
            lines,
            at: self.desk.clock.now(),
        }
    }

    /// Takes back what offends, and proposes to take back the rest. Gives the network that is left;
    /// nothing if it breaks a mandatory item again, which the next round finds.
    fn close_at_once(
        &mut self,
        drift: u32,
        did: &Effect,
        edits: &[CloudEdit],
        would: &Effect,
    ) -> Result<(Happening, Option<Report>), Failure> {
        let contained = self.contain(drift, edits, would);
        let at = self.desk.clock.now();
        let rest = self.desk.judge(self.live.snapshot())?;
        let (kind, lines) = match contained {
            Ok(change) => {
                self.guard.reverted(did, at);
                let line = Message::new("watch-contained")
                    .with("change", u64::from(change))
                    .with("seconds", ESTABLISHED_SECONDS);
                let mut lines = vec![line];
                let left = effect(&self.last, &rest, &self.desk.ground)?;
                if left.class == Class::Forbidden {
                    let happening = self.happening(HappeningKind::Contained, drift, lines);
                    return Ok((Happening { at, ..happening }, None));
                }
                if left.class > Class::Neutral {
                    let why = Message::new("guard-widened");
                    let change = self.propose_way_back(drift, &rest, &why)?;
                    lines.extend(said(why, change));
                }
                (HappeningKind::Contained, lines)
            }
            Err(failure) => {
                let why = failure.messages().into_iter().next();
                let why = why.unwrap_or_else(|| Message::new("watch-not-contained"));
                self.escalate(drift, &why, None)?;
                (HappeningKind::Escalated, vec![why])
            }
        };
        let happening = self.happening(kind, drift, lines);
        Ok((Happening { at, ..happening }, Some(rest)))
    }

    /// Takes the offending part of a drift back, as a change of its own.
    fn contain(
        &mut self,
        drift: u32,
        edits: &[CloudEdit],
        would: &Effect,
    ) -> Result<Number, Failure> {
        let wish = Wish {
            edits: edits.to_vec(),
            origin: Origin::Containment(drift),
            reason: reason(&[Message::new("watch-contains").with("drift", u64::from(drift))]),
            until: None,
            emergency: false,
        };
        let number = self.propose_by_itself(&wish, would)?;
        self.desk.contain(&mut self.live, number, would)?;
        Ok(number)
    }

    /// Proposes to take all of a drift back, for people to decide; nothing if there is no way.
    fn propose_way_back(
        &self,
        drift: u32,
        now: &Report,
        why: &Message,
    ) -> Result<Option<Number>, Failure> {
        let snapshot = now.topology().snapshot();
        let back = restore(
            snapshot,
            self.last.topology().snapshot(),
            &RestoreScope::Whole,
        );
        if back.edits.is_empty() {
            return Ok(None);
        }
        let wish = Wish {
            edits: back.edits,
            origin: Origin::Rollback(
                self.last
                    .topology()
                    .snapshot()
                    .content_address()
                    .to_string(),
            ),
            reason: reason(&[
                Message::new("watch-takes-back").with("drift", u64::from(drift)),
                why.clone(),
            ]),
            until: None,
            emergency: false,
        };
        let (_, would) = self.desk.outlook_from(now, &wish.edits)?;
        self.propose_by_itself(&wish, &would).map(Some)
    }

    fn propose_by_itself(&self, wish: &Wish, would: &Effect) -> Result<Number, Failure> {
        self.desk.transact(YUMEN, |register, now| {
            let account = self.live.account();
            let base = self.live.snapshot();
            let mut proposal = self.desk.draft(YUMEN, account, base, wish, would, register);
            proposal.signed_at = now.as_millisecond();
            let number = proposal.number;
            Ok((vec![Event::Proposed(Box::new(proposal))], number))
        })
    }

    fn escalate(&self, drift: u32, why: &Message, change: Option<Number>) -> Result<(), Failure> {
        let escalated = Escalated {
            drift,
            why: reason(std::slice::from_ref(why)),
            change,
        };
        self.desk.note(YUMEN, &[Event::Escalated(escalated)])
    }

    /// The narrowest way to take back what breaks mandatory items: closing just those packets, else
    /// undoing what was done to the resources that were touched.
    fn way_back(
        &self,
        now: &Report,
        did: &Effect,
    ) -> Result<Option<(Vec<CloudEdit>, Effect)>, Failure> {
        if did.forbidden.is_empty() {
            return Ok(None);
        }
        let snapshot = now.topology().snapshot();
        let whole = restore(
            snapshot,
            self.last.topology().snapshot(),
            &RestoreScope::Whole,
        );
        for edits in [self.narrow(now, did, &whole.edits)?, whole.edits] {
            if edits.is_empty() {
                continue;
            }
            let Ok((after, would)) = self.desk.outlook_from(now, &edits) else {
                continue;
            };
            let left = effect(&self.last, &after, &self.desk.ground)?;
            if left.forbidden.is_empty() {
                return Ok(Some((edits, would)));
            }
        }
        Ok(None)
    }

    /// Edits that close just what breaks mandatory items, as far as they touch what was touched.
    fn narrow(
        &self,
        now: &Report,
        did: &Effect,
        whole: &[CloudEdit],
    ) -> Result<Vec<CloudEdit>, Failure> {
        let items: BTreeSet<ItemId> = did.forbidden.iter().map(|name| name.item).collect();
        let items: Vec<ItemId> = items.into_iter().collect();
        let was_touched = touched(whole);
        let planned = fixes(&now.estate(), &now.judgement, Some(&items))?;
        let made = planned
            .proposals
            .into_iter()
            .filter_map(|proposal| proposal.outcome.ok());
        let edits = made.map(|fix| fix.edits);
        let edits = edits.filter(|edits| touched(edits).is_subset(&was_touched));
        Ok(edits.flatten().collect())
    }

    /// Who did what changed, by the trail.
    fn who(&self, did: &Effect) -> Option<Who> {
        let snapshot = self.live.snapshot();
        let interfaces = did.delta.interfaces.iter();
        let groups = interfaces.filter_map(|one| snapshot.interfaces.get(&one.interface));
        let names: BTreeSet<&str> = groups
            .flat_map(|interface| interface.groups.iter().chain([&interface.id]))
            .map(|id| id.as_str())
            .collect();
        let mut recent = self.recent.iter().rev();
        let event = recent.find(|event| {
            !affected(event).is_empty() && names.iter().any(|name| event.names(name))
        })?;
        Some(Who {
            at: event.at,
            event: event.id.clone(),
            action: event.name.clone(),
            user: event.who.name.clone(),
            address: event.source_ip.clone(),
        })
    }

    /// Goes on with what Yumen itself began and did not finish.
    fn go_on(&mut self) -> Result<Vec<Happening>, Failure> {
        let register = self.desk.standing()?.register;
        let own = register.changes().find(|change| {
            let run = match &change.phase {
                Phase::Applying(run) => Some(run),
                _ => None,
            };
            run.is_some_and(|run| run.begun.person == YUMEN)
                && change.proposal.account == self.live.account()
        });
        let Some(change) = own else {
            return Ok(Vec::new());
        };
        let number = change.proposal.number;
        let is_back = change
            .phase
            .run()
            .is_some_and(|run| run.begun.direction == Direction::Back);
        if !is_back {
            self.desk
                .apply(YUMEN, &mut self.live, number, &mut |_| {})?;
            return Ok(Vec::new());
        }
        self.desk.undo(YUMEN, &mut self.live, number, &mut |_| {})?;
        Ok(vec![Happening {
            kind: HappeningKind::Expired,
            number,
            lines: Vec::new(),
            at: self.desk.now(&register),
        }])
    }

    /// Undoes temporary changes that are over.
    fn expire(&mut self) -> Result<Vec<Happening>, Failure> {
        let register = self.desk.standing()?.register;
        let now = self.desk.now(&register);
        let due: Vec<Number> = register
            .due(now)
            .filter(|change| change.proposal.account == self.live.account())
            .map(|change| change.proposal.number)
            .filter(|number| self.retries.get(number).is_none_or(|retry| *retry <= now))
            .collect();
        let mut happened = Vec::new();
        for number in due {
            let undone = self.desk.undo(YUMEN, &mut self.live, number, &mut |_| {});
            let (kind, lines) = match undone {
                Ok(_) => (HappeningKind::Expired, Vec::new()),
                Err(failure) => {
                    let retry = now.checked_add(RETRY).unwrap_or(now);
                    self.retries.insert(number, retry);
                    (HappeningKind::Failed, failure.messages())
                }
            };
            happened.push(Happening {
                kind,
                number,
                lines,
                at: now,
            });
        }
        Ok(happened)
    }
}

/// How long after undoing a change failed it is tried again.
const RETRY: SignedDuration = SignedDuration::from_mins(1);

/// The network that a watch dealt with last: what the process before was busy with when it ended
/// is found again. What others recorded meanwhile, nobody may have looked at.
fn seen_last(desk: &Desk, register: &Register, account: &str) -> Result<Option<Snapshot>, Failure> {
    let memo = desk.store.memo(&memo(account))?;
    let memo = memo.and_then(|bytes| String::from_utf8(bytes).ok());
    if let Some(address) = memo {
        match desk.snapshot(&address) {
            Err(Failure::Store(StoreError::NoSnapshot { .. })) => {}
            found => return found.map(Some),
        }
    }
    let last = last_version(register, account);
    last.map(|version| desk.snapshot(&version.snapshot))
        .transpose()
}

/// Under which name the store keeps the address of the network that was dealt with last.
fn memo(account: &str) -> String {
    format!("watch/{account}")
}

/// Containments that a process proposed and did not come to begin: drift that is still there is
/// dealt with anew.
fn lapse_containments(desk: &Desk, register: &Register, account: &str) -> Result<(), Failure> {
    let open = register.changes().filter(|change| {
        change.phase == Phase::Open
            && change.proposal.account == account
            && matches!(change.proposal.origin, Origin::Containment(_))
    });
    for change in open {
        let why = Message::new("watch-ended").to_string();
        desk.note(YUMEN, &[Event::Lapsed(change.proposal.number, why)])?;
    }
    Ok(())
}

/// When a change last did something that may show: always, while it is under way.
fn came_to_something(change: &Change) -> Option<Timestamp> {
    match &change.phase {
        Phase::Applying(_) | Phase::Stopped(..) => Some(Timestamp::MAX),
        Phase::Applied(_) => change.applied_at,
        Phase::Undone(_) => change.undone_at,
        _ => None,
    }
}

fn with_those_that_fit(snapshot: &Snapshot, edits: &[CloudEdit]) -> Snapshot {
    edits.iter().fold(snapshot.clone(), |network, edit| {
        network.with_edit(edit).unwrap_or(network)
    })
}

/// The change that takes drift back at once.
fn containment<'r>(register: &'r Register, drift: &Drift) -> Option<&'r Change> {
    let origin = Origin::Containment(drift.seen.what.number);
    let mut changes = register.changes();
    changes.find(|change| change.proposal.origin == origin)
}

fn is_begun(phase: &Phase) -> bool {
    phase.run().is_some() || matches!(phase, Phase::Applied(_) | Phase::Undone(_))
}

/// How long a session that was open before may go on after a rule is gone; the vendor's page on
/// security group rules says so.
const ESTABLISHED_SECONDS: u64 = 910;

fn said(why: Message, change: Option<Number>) -> Vec<Message> {
    let mut lines = vec![why];
    lines.extend(
        change.map(|number| Message::new("watch-proposed").with("change", u64::from(number))),
    );
    lines
}

fn word(answer: &Answer) -> &'static str {
    match answer {
        Answer::Record => "recorded",
        Answer::Propose(_) => "proposed",
        Answer::Contain => "contained",
        Answer::Escalate(_) => "escalated",
    }
}

/// True if some packets are permitted beyond both of two networks.
fn opens_in_both(beyond_one: &Delta, beyond_other: &Delta) -> Result<bool, Failure> {
    for one in &beyond_one.interfaces {
        let mut others = beyond_other.interfaces.iter();
        let Some(other) = others.find(|other| other.interface == one.interface) else {
            continue;
        };
        let both = one.internet_opened.intersects(&other.internet_opened)?
            || one.ingress_opened.intersects(&other.ingress_opened)?
            || one.egress_opened.intersects(&other.egress_opened)?;
        if both {
            return Ok(true);
        }
    }
    Ok(false)
}
