//! What Yumen itself began or has to end: containments after a crash, temporary changes.

use yumen_aliyun::follow::affected::Affected;
use yumen_change::{Direction, GuardMode, Number, Phase, Proposal, YUMEN};
use yumen_diagnostics::Message;

use crate::apply::left_to_do;
use crate::failure::Failure;

use super::{Happening, HappeningKind, RETRY, Watch};

impl Watch {
    /// Tells of entries that cannot follow those before them: somebody else wrote them.
    pub(super) fn check_ledger(&mut self) -> Result<Vec<Happening>, Failure> {
        let refused = self.desk.standing()?.refused;
        let new = refused.iter().skip(self.refused);
        let lines: Vec<Message> = new
            .map(|(position, why)| {
                Message::new("watch-entry")
                    .with("entry", *position)
                    .with("error", why.to_string())
            })
            .collect();
        self.refused = refused.len();
        if lines.is_empty() {
            return Ok(Vec::new());
        }
        Ok(vec![Happening {
            kind: HappeningKind::Failed,
            number: 0,
            lines,
            at: self.desk.clock.now(),
        }])
    }

    /// Finishes what Yumen itself began and did not finish.
    pub(super) fn go_on(&mut self) -> Result<Vec<Happening>, Failure> {
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
        self.live.refresh(&Affected::everything(None))?;
        let ended = if is_back {
            self.desk.undo(YUMEN, &mut self.live, number, &mut |_| {})
        } else if self.may_contain(&change.proposal)? {
            self.desk.apply(YUMEN, &mut self.live, number, &mut |_| {})
        } else {
            Err(Failure::Input(Message::new("change-no-containment")))
        };
        let happened = match ended {
            Ok(_) if is_back => vec![Happening {
                kind: HappeningKind::Expired,
                number,
                lines: Vec::new(),
                at: self.desk.now(&register),
            }],
            Ok(_) => Vec::new(),
            // It never will have leave: it ends here, so that it holds nothing up.
            Err(
                failure @ (Failure::Input(_)
                | Failure::NotApproved(_)
                | Failure::Edit(_)
                | Failure::Order(_)),
            ) => {
                self.desk.interrupt(YUMEN, number)?;
                let first = Message::new("watch-refused").with("change", u64::from(number));
                let lines = [first].into_iter().chain(failure.messages());
                vec![Happening {
                    kind: HappeningKind::Failed,
                    number,
                    lines: lines.collect(),
                    at: self.desk.clock.now(),
                }]
            }
            Err(failure) => return Err(failure),
        };
        Ok(happened)
    }

    /// Whether Yumen takes such a thing back by itself where this would be done.
    pub(super) fn may_contain(&self, proposal: &Proposal) -> Result<bool, Failure> {
        if !proposal.is_containment() {
            return Ok(false);
        }
        let snapshot = self.live.snapshot();
        let left = left_to_do(snapshot, &proposal.edits);
        let outlook = self.desk.outlook(snapshot, &left)?;
        let mode = self.desk.ground.watch.mode(&outlook.effect.environments);
        Ok(mode == GuardMode::Enforce)
    }

    /// Undoes temporary changes that are over.
    pub(super) fn expire(&mut self) -> Result<Vec<Happening>, Failure> {
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
