//! The watch: sees what changes in an account, tells approved from unapproved, and takes back what
//! breaks a mandatory item.
//!
//! `explained` tells approved changes from others, `answer` does what the guard decides, `own` ends
//! what Yumen itself began. One round is [`Watch::round`]; between rounds nothing is kept that the
//! ledger does not have but what can be read again.

mod answer;
mod explained;
mod own;

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};
use yumen_aliyun::follow::Following;
use yumen_aliyun::follow::affected::{Affected, affected};
use yumen_aliyun::follow::agenda::Agenda;
use yumen_aliyun::follow::event::CloudEvent;
use yumen_aliyun::follow::trail::{Cursor, Follower};
use yumen_change::{
    Answer, Change, Drift, Event, Guard, Number, Origin, Phase, Register, YUMEN, reason,
};
use yumen_cloud::Snapshot;
use yumen_diagnostics::Message;
use yumen_report::Report;
use yumen_store::StoreError;

use crate::desk::Desk;
use crate::failure::Failure;
use crate::judge::effect;
use crate::live::Live;
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
    /// Entries that cannot follow, of which people were told
    refused: usize,
    /// Why the trail could not be asked in the last round
    silent: Option<Message>,
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
            refused: 0,
            silent: None,
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
        let was_silent = self.silent.is_some();
        self.look()?;
        let mut happened = self.check_ledger()?;
        if let Some(why) = self.silent.clone().filter(|_| !was_silent) {
            let line = Message::new("watch-trail-silent");
            happened.push(self.happening(HappeningKind::Failed, 0, vec![line, why]));
        }
        happened.extend(self.go_on()?);
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
            // A trail that cannot be asked hides who did it; what is open is found by reading.
            let asked = follower.poll(&self.live.client);
            self.silent = asked.as_ref().err().map(|error| error.message());
            let events = asked.unwrap_or_default();
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
        let why = reason(&[Message::new("watch-ended")]);
        desk.note(YUMEN, &[Event::Lapsed(change.proposal.number, why)])?;
    }
    Ok(())
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
