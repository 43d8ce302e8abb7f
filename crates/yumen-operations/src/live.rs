//! A live account under change control: read once, kept right, changed step by step.

use yumen_aliyun::client::Client;
use yumen_aliyun::collect::Scope;
use yumen_aliyun::edit::{Settled, carry_out};
use yumen_aliyun::follow::affected::Affected;
use yumen_aliyun::follow::estate::LiveEstate;
use yumen_change::{Outcome, Touched, reason, touched};
use yumen_cloud::{CloudEdit, Direction, Rule, SecurityGroup, Snapshot};
use yumen_diagnostics::Message;

use crate::failure::Failure;

/// A live account.
pub struct Live {
    /// Who asks
    pub client: Client,
    estate: LiveEstate,
    snapshot: Snapshot,
    /// What was changed and could not be read again
    unread: Affected,
}

impl Live {
    /// Reads an account. `progress` is asked now and then; if it says no, reading stops.
    ///
    /// # Errors
    /// The cloud cannot be asked.
    pub fn read(
        client: Client,
        scope: Scope,
        progress: &(dyn Fn() -> bool + Sync),
    ) -> Result<Self, Failure> {
        let estate = LiveEstate::read(&client, scope, progress)?;
        let snapshot = estate.snapshot()?;
        Ok(Self {
            client,
            estate,
            snapshot,
            unread: Affected::default(),
        })
    }

    /// The account's id.
    #[must_use]
    pub fn account(&self) -> &str {
        &self.estate.scope().account
    }

    /// Which account and regions.
    #[must_use]
    pub fn scope(&self) -> &Scope {
        self.estate.scope()
    }

    /// The network as it was read last.
    #[must_use]
    pub fn snapshot(&self) -> &Snapshot {
        &self.snapshot
    }

    /// The raw responses, as the files of a snapshot directory.
    pub fn files(&self) -> impl Iterator<Item = (String, Vec<u8>)> {
        self.estate.files()
    }

    /// Reads everything that changes anyhow once more; true if something changed.
    ///
    /// # Errors
    /// The cloud cannot be asked; everything is as it was.
    pub fn poll(&mut self) -> Result<bool, Failure> {
        let refreshed = self.estate.poll(&self.client)?;
        self.snapshot = refreshed.snapshot;
        Ok(!refreshed.changed.is_empty())
    }

    /// Reads what is named once more; true if something changed.
    ///
    /// # Errors
    /// The cloud cannot be asked; everything is as it was.
    pub fn refresh(&mut self, affected: &Affected) -> Result<bool, Failure> {
        let refreshed = self.estate.refresh(&self.client, affected)?;
        self.snapshot = refreshed.snapshot;
        Ok(!refreshed.changed.is_empty())
    }

    /// Reads what was changed and could not be read again at once.
    ///
    /// # Errors
    /// The cloud cannot be asked; everything is as it was.
    pub fn catch_up(&mut self) -> Result<(), Failure> {
        if !self.unread.is_empty() {
            let unread = self.unread.clone();
            self.refresh(&unread)?;
            self.unread = Affected::default();
        }
        Ok(())
    }

    /// Carries an edit out, and reads again what it touched; if that fails, [`Live::catch_up`] does
    /// it. `token` must be the same each time the same step is tried, and no other's.
    ///
    /// # Errors
    /// The edit cannot be sent; nothing was changed.
    pub fn carry_out(
        &mut self,
        edit: &CloudEdit,
        added: &[Rule],
        token: &str,
    ) -> Result<(Outcome, Option<Message>), Failure> {
        self.catch_up()?;
        let edit = self.with_own_ids(edit, added);
        let settled = carry_out(&self.client, &self.snapshot, &edit, token, false)?;
        let (outcome, said) = match settled {
            Settled::Already => (Outcome::Already, None),
            Settled::InForce { request_id } => (Outcome::InForce(request_id), None),
            Settled::Refused(error) => (
                Outcome::NotInForce(reason(&[error.message()])),
                Some(error.message()),
            ),
            Settled::Ineffective { request_id } => {
                let why = Message::new("live-ineffective").with("request", request_id);
                (
                    Outcome::NotInForce(reason(std::slice::from_ref(&why))),
                    Some(why),
                )
            }
            Settled::Underway { request_id } => {
                let request = request_id.unwrap_or_default();
                let why = Message::new("live-underway").with("request", request);
                (
                    Outcome::Unknown(reason(std::slice::from_ref(&why))),
                    Some(why),
                )
            }
            Settled::Unknown(error) => (
                Outcome::Unknown(reason(&[error.message()])),
                Some(error.message()),
            ),
            Settled::WouldPass | Settled::Untried => (Outcome::NotInForce(String::new()), None),
        };
        // What became of the edit is known, whether or not the rest can be read now.
        let touched = self.touched_by(&edit);
        if self.refresh(&touched).is_err() || self.unread_group(&[edit]).is_some() {
            self.unread.extend(touched);
        }
        Ok((outcome, said))
    }

    /// A group among those that edits touch whose rules could not all be read: what is missing there
    /// is not gone.
    #[must_use]
    pub fn unread_group(&self, edits: &[CloudEdit]) -> Option<&SecurityGroup> {
        let touched = touched(edits);
        let mut groups = self.snapshot.groups.values().map(|group| &**group);
        groups.find(|group| {
            let is_unread = |direction| group.is_unread(direction);
            [Direction::Ingress, Direction::Egress]
                .into_iter()
                .any(is_unread)
                && touched.contains(&Touched::from(group.id.clone()))
        })
    }

    /// The edit with the cloud's own id where it names a rule that an earlier step of the same plan
    /// made: the plan knew that rule under an id of its own.
    fn with_own_ids(&self, edit: &CloudEdit, added: &[Rule]) -> CloudEdit {
        let own = |group: &_, id: &_| {
            let group = self.snapshot.groups.get(group)?;
            if group.rules.iter().any(|rule| rule.id == *id) {
                return None;
            }
            let planned = added.iter().find(|rule| rule.id == *id)?;
            let mut rules = group.rules.iter();
            let real = rules.find(|rule| rule.is_same_filter(planned))?;
            Some(real.id.clone())
        };
        match edit {
            CloudEdit::RemoveRule { group, rule } => CloudEdit::RemoveRule {
                group: group.clone(),
                rule: own(group, rule).unwrap_or_else(|| rule.clone()),
            },
            CloudEdit::ReplaceRule { group, rule } => {
                let mut rule = rule.clone();
                if let Some(id) = own(group, &rule.id) {
                    rule.id = id;
                }
                CloudEdit::ReplaceRule {
                    group: group.clone(),
                    rule,
                }
            }
            other => other.clone(),
        }
    }

    /// What has to be read again after an edit.
    fn touched_by(&self, edit: &CloudEdit) -> Affected {
        let group = match edit {
            CloudEdit::AddRule { group, .. }
            | CloudEdit::RemoveRule { group, .. }
            | CloudEdit::ReplaceRule { group, .. } => self.snapshot.groups.get(group),
            _ => None,
        };
        match group {
            Some(group) => Affected::group(group.region.as_str(), group.id.as_str()),
            // Such edits are rare, and what else they touch differs: everything is read again.
            None => Affected::everything(None),
        }
    }
}
