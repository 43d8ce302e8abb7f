//! The watch: sees what changes in an account, tells approved from unapproved, and takes back what
//! breaks a mandatory item.
//!
//! One round is [`Watch::round`]; between rounds nothing is kept that the ledger does not have but
//! what can be read again.

use std::collections::BTreeSet;

use jiff::{SignedDuration, Timestamp};
use yumen_aliyun::follow::Following;
use yumen_aliyun::follow::affected::{Affected, affected};
use yumen_aliyun::follow::agenda::Agenda;
use yumen_aliyun::follow::event::CloudEvent;
use yumen_aliyun::follow::trail::{Cursor, Follower};
use yumen_baseline::{ItemId, fixes};
use yumen_change::{
    Answer, Change, Class, Direction, Drifted, Effect, Escalated, Event, Guard, Number, Origin,
    Phase, Register, Who, YUMEN, fingerprint, reason, touched,
};
use yumen_cloud::{CloudEdit, Snapshot};
use yumen_diagnostics::Message;
use yumen_reach::Delta;
use yumen_report::Report;
use yumen_synthesis::{RestoreScope, restore};

use crate::desk::Desk;
use crate::failure::Failure;
use crate::judge::{effect, with_edits};
use crate::live::Live;
use crate::propose::{Outlook, Wish, names};
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
}

impl Watch {
    /// Begins to watch an account that was just read. What changed while nobody watched counts as
    /// drift against the version recorded last.
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
        let last = match last_version(&register, live.account()) {
            Some(version) => desk.judge(&desk.snapshot(&version.snapshot)?)?,
            None => {
                let report = desk.judge(live.snapshot())?;
                desk.record(YUMEN, &live, &report, &Cause::new("found"))?;
                report
            }
        };
        let reverts = register.drifts().filter_map(|drift| {
            let contained = drift.seen.what.answer == "contained";
            contained.then(|| (drift.seen.at, drift.seen.what.fingerprint.clone()))
        });
        Ok(Self {
            guard: Guard::with_memory(reverts),
            next_poll: now,
            desk,
            live,
            follower,
            following,
            agenda: Agenda::default(),
            last,
            recent: Vec::new(),
        })
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
            }
            self.last = now;
            return Ok(Vec::new());
        }
        let who = self.who(&did);
        let way_back = self.way_back(&now, &did)?;
        let answer = {
            let outlook = way_back.as_ref().map(|(_, outlook)| &outlook.effect);
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
        self.desk.record(YUMEN, &self.live, &now, &cause)?;
        let happening = self.act(number, &now, &did, answer, way_back)?;
        self.last = self.desk.judge(self.live.snapshot())?;
        Ok(vec![happening])
    }

    /// The approved change that permits everything that is permitted now and was not before.
    fn explained(&self, register: &Register, now: &Report) -> Result<Option<Number>, Failure> {
        let last = self
            .last
            .topology()
            .snapshot()
            .content_address()
            .to_string();
        let mut versions = register.versions().iter().rev();
        let since = versions.find(|noted| noted.what.snapshot == last);
        let since = since.map(|noted| noted.at);
        let beyond_before = Delta::new(&self.last.audit.analysis, &now.audit.analysis)?;
        for change in register.changes().rev() {
            let Some(after) = self.expected(change, since) else {
                continue;
            };
            let after = self.desk.judge(&after)?;
            let beyond_after = Delta::new(&after.audit.analysis, &now.audit.analysis)?;
            if !opens_in_both(&beyond_after, &beyond_before)? {
                return Ok(Some(change.proposal.number));
            }
        }
        Ok(None)
    }

    /// The network as a change under way means it to be, or as one left it that came to its end
    /// since the last look.
    fn expected(&self, change: &Change, since: Option<Timestamp>) -> Option<Snapshot> {
        if change.proposal.account != self.live.account() {
            return None;
        }
        match &change.phase {
            Phase::Applying(run) | Phase::Stopped(run, _) => {
                with_edits(self.last.topology().snapshot(), &run.begun.steps).ok()
            }
            Phase::Applied(after) if change.applied_at >= since => self.desk.snapshot(after).ok(),
            Phase::Undone(after) if change.undone_at >= since => self.desk.snapshot(after).ok(),
            _ => None,
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

    /// Does what was decided about drift.
    fn act(
        &mut self,
        drift: u32,
        now: &Report,
        did: &Effect,
        answer: Answer,
        way_back: Option<(Vec<CloudEdit>, Outlook)>,
    ) -> Result<Happening, Failure> {
        let at = self.desk.clock.now();
        let happening = |kind, lines| Happening {
            kind,
            number: drift,
            lines,
            at,
        };
        match answer {
            Answer::Record => Ok(happening(HappeningKind::Recorded, Vec::new())),
            Answer::Propose(why) => {
                let change = self.propose_way_back(drift, now, &why)?;
                Ok(happening(HappeningKind::Proposed, said(why, change)))
            }
            Answer::Escalate(why) => {
                let change = self.propose_way_back(drift, now, &why)?;
                self.escalate(drift, &why, change)?;
                Ok(happening(HappeningKind::Escalated, said(why, change)))
            }
            Answer::Contain => {
                let Some((edits, outlook)) = way_back else {
                    return Ok(happening(HappeningKind::Failed, Vec::new()));
                };
                match self.contain(drift, &edits, &outlook) {
                    Ok(change) => {
                        self.guard.reverted(did, self.desk.clock.now());
                        let line = Message::new("watch-contained")
                            .with("change", u64::from(change))
                            .with("seconds", ESTABLISHED_SECONDS);
                        let mut lines = vec![line];
                        let rest = self.desk.judge(self.live.snapshot())?;
                        let left = effect(&self.last, &rest, &self.desk.ground)?;
                        if left.class > Class::Neutral {
                            let why = Message::new("guard-widened");
                            let change = self.propose_way_back(drift, &rest, &why)?;
                            lines.extend(said(why, change));
                        }
                        Ok(happening(HappeningKind::Contained, lines))
                    }
                    Err(failure) => {
                        let why = failure.messages().into_iter().next();
                        let why = why.unwrap_or_else(|| Message::new("watch-not-contained"));
                        self.escalate(drift, &why, None)?;
                        Ok(happening(HappeningKind::Escalated, vec![why]))
                    }
                }
            }
        }
    }

    /// Takes the offending part of a drift back, as a change of its own.
    fn contain(
        &mut self,
        drift: u32,
        edits: &[CloudEdit],
        outlook: &Outlook,
    ) -> Result<Number, Failure> {
        let wish = Wish {
            edits: edits.to_vec(),
            origin: Origin::Containment(drift),
            reason: reason(&[Message::new("watch-contains").with("drift", u64::from(drift))]),
            until: None,
            emergency: false,
        };
        let number = self.propose_by_itself(&wish, outlook)?;
        self.desk
            .apply(YUMEN, &mut self.live, number, &mut |_| {})?;
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
        let outlook = self.desk.outlook(snapshot, &wish.edits)?;
        self.propose_by_itself(&wish, &outlook).map(Some)
    }

    fn propose_by_itself(&self, wish: &Wish, outlook: &Outlook) -> Result<Number, Failure> {
        self.desk.transact(YUMEN, |register, now| {
            let account = self.live.account();
            let base = self.live.snapshot();
            let mut proposal = self
                .desk
                .draft(YUMEN, account, base, wish, outlook, register);
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
    ) -> Result<Option<(Vec<CloudEdit>, Outlook)>, Failure> {
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
            let Ok(outlook) = self.desk.outlook(snapshot, &edits) else {
                continue;
            };
            let left = effect(&self.last, &outlook.after, &self.desk.ground)?;
            if left.forbidden.is_empty() {
                return Ok(Some((edits, outlook)));
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
        if is_back {
            self.desk.undo(YUMEN, &mut self.live, number, &mut |_| {})?;
        } else {
            self.desk
                .apply(YUMEN, &mut self.live, number, &mut |_| {})?;
        }
        self.last = self.desk.judge(self.live.snapshot())?;
        Ok(Vec::new())
    }

    /// Undoes temporary changes that are over.
    fn expire(&mut self) -> Result<Vec<Happening>, Failure> {
        let register = self.desk.standing()?.register;
        let now = self.desk.now(&register);
        let due: Vec<Number> = register
            .due(now)
            .filter(|change| change.proposal.account == self.live.account())
            .map(|change| change.proposal.number)
            .collect();
        let mut happened = Vec::new();
        for number in due {
            let undone = self.desk.undo(YUMEN, &mut self.live, number, &mut |_| {});
            let (kind, lines) = match undone {
                Ok(_) => (HappeningKind::Expired, Vec::new()),
                Err(failure) => (HappeningKind::Failed, failure.messages()),
            };
            happened.push(Happening {
                kind,
                number,
                lines,
                at: now,
            });
        }
        if !happened.is_empty() {
            self.last = self.desk.judge(self.live.snapshot())?;
        }
        Ok(happened)
    }
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
