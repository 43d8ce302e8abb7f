//! What is done about drift: written down, taken back, proposed to be taken back, put before a
//! person.

use std::collections::BTreeSet;

use yumen_aliyun::follow::affected::affected;
use yumen_baseline::{ItemId, fixes};
use yumen_change::{
    Answer, Class, Drifted, Effect, Escalated, Event, Number, Origin, Who, YUMEN, fingerprint,
    reason, touched,
};
use yumen_cloud::CloudEdit;
use yumen_diagnostics::Message;
use yumen_report::Report;
use yumen_synthesis::{RestoreScope, restore};

use crate::failure::Failure;
use crate::judge::effect;
use crate::propose::{Wish, names};

use super::{Happening, HappeningKind, Watch};

/// How long a session that was open before may go on after a rule is gone; the vendor's page on
/// security group rules says so.
const ESTABLISHED_SECONDS: u64 = 910;

impl Watch {
    pub(super) fn note_drift(
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
    pub(super) fn act(
        &self,
        drift: u32,
        now: &Report,
        answer: Answer,
    ) -> Result<Happening, Failure> {
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

    pub(super) fn happening(
        &self,
        kind: HappeningKind,
        drift: u32,
        lines: Vec<Message>,
    ) -> Happening {
        Happening {
            kind,
            number: drift,
            lines,
            at: self.desk.clock.now(),
        }
    }

    /// Takes back what offends, and proposes to take back the rest. Gives the network that is left;
    /// nothing if it breaks a mandatory item again, which the next round finds.
    pub(super) fn close_at_once(
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
    pub(super) fn contain(
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
        self.desk
            .apply(YUMEN, &mut self.live, number, &mut |_| {})?;
        Ok(number)
    }

    /// Proposes to take all of a drift back, for people to decide; nothing if there is no way.
    pub(super) fn propose_way_back(
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

    pub(super) fn propose_by_itself(&self, wish: &Wish, would: &Effect) -> Result<Number, Failure> {
        self.desk.transact(YUMEN, |register, now| {
            let account = self.live.account();
            let base = self.live.snapshot();
            let mut proposal = self.desk.draft(YUMEN, account, base, wish, would, register);
            proposal.signed_at = now.as_millisecond();
            let number = proposal.number;
            Ok((vec![Event::Proposed(Box::new(proposal))], number))
        })
    }

    pub(super) fn escalate(
        &self,
        drift: u32,
        why: &Message,
        change: Option<Number>,
    ) -> Result<(), Failure> {
        let escalated = Escalated {
            drift,
            why: reason(std::slice::from_ref(why)),
            change,
        };
        self.desk.note(YUMEN, &[Event::Escalated(escalated)])
    }

    /// The narrowest way to take back what breaks mandatory items: closing just those packets, else
    /// undoing what was done to the resources that were touched.
    pub(super) fn way_back(
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
    pub(super) fn narrow(
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
    pub(super) fn who(&self, did: &Effect) -> Option<Who> {
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
}

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
