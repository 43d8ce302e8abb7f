//! Leases: of several daemons on one store, one works and the others wait.
//!
//! A lease ends by itself if its holder does not renew it; if the holder was a program on the same
//! machine that does not run any more, at once. Every new holder gets a higher token, and
//! [`crate::Store::append_holding`] records nothing for an older one (fencing), so that a holder
//! that slept through its end does no harm.

use crate::append::number;
use crate::database::Session;
use crate::error::StoreError;
use crate::store::{Store, check_name};

/// Who holds a lease: a program on a machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Holder {
    /// Name of the machine
    pub host: String,
    /// Number of the process
    pub process: u32,
    /// When the process was started, as the system counts; tells it from a later one of the same
    /// number. 0 where the system does not say
    pub started: u64,
}

impl Holder {
    /// This process.
    #[must_use]
    pub fn own(host: &str) -> Self {
        let process = std::process::id();
        Self {
            host: host.to_owned(),
            process,
            started: started(process).unwrap_or_default(),
        }
    }

    fn to_text(&self) -> String {
        format!("{} {} {}", self.host, self.process, self.started)
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.rsplitn(3, ' ');
        let started = parts.next()?.parse().ok()?;
        let process = parts.next()?.parse().ok()?;
        let host = parts.next()?.to_owned();
        Some(Self {
            host,
            process,
            started,
        })
    }

    /// True if this was a process of this machine and does not run any more.
    fn has_ended(&self, own: &Self) -> bool {
        let can_tell = cfg!(target_os = "linux") && own.started > 0;
        self.host == own.host && can_tell && started(self.process) != Some(self.started)
    }
}

/// When a process was started, in ticks since the machine was (field 22 of `/proc/PID/stat`,
/// `proc(5)`).
fn started(process: u32) -> Option<u64> {
    let stat = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
    // The second field is the program's name in brackets, which may itself have brackets.
    let rest = stat.rsplit_once(')')?.1;
    rest.split_whitespace().nth(19)?.parse().ok()
}

/// The right to be the one that works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    name: String,
    token: u64,
    until: i64,
}

impl Lease {
    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Higher than that of every earlier holder.
    #[must_use]
    pub fn token(&self) -> u64 {
        self.token
    }

    /// Until when it is held unless it is renewed, in milliseconds since 1970.
    #[must_use]
    pub fn until(&self) -> i64 {
        self.until
    }

    /// Whether nobody has taken it over.
    pub(crate) fn is_in_force(&self, session: &mut Session<'_>) -> Result<bool, StoreError> {
        let sql = "SELECT 1 FROM lease WHERE name = $1 AND token = $2";
        let values = vec![self.name.as_str().into(), number(self.token).into()];
        Ok(session.row(sql, values)?.is_some())
    }
}

impl Store {
    /// Takes a lease for so many milliseconds from `now` (milliseconds since 1970).
    ///
    /// # Errors
    /// Somebody else holds it ([`StoreError::Held`]): ask again later.
    pub fn lease(
        &self,
        name: &str,
        holder: &Holder,
        milliseconds: i64,
        now: i64,
    ) -> Result<Lease, StoreError> {
        check_name(name)?;
        check_name(&holder.host)?;
        self.database.retrying(|session| {
            session.begin_write()?;
            let sql = "SELECT holder, token, until FROM lease WHERE name = $1";
            let mut token = 0;
            if let Some(row) = session.row(sql, vec![name.into()])? {
                let (held_by, until) = (row.text(0)?, row.number(2)?);
                token = row.count(1)?;
                let other = Holder::parse(&held_by).filter(|other| other != holder);
                if let Some(other) = other
                    && until > now
                    && !other.has_ended(holder)
                {
                    return Err(StoreError::Held {
                        name: name.to_owned(),
                        holder: format!("{} ({})", other.host, other.process),
                        until,
                    });
                }
            }
            let lease = Lease {
                name: name.to_owned(),
                token: token + 1,
                until: now.saturating_add(milliseconds),
            };
            session.run(
                "INSERT INTO lease (name, holder, token, until) VALUES ($1, $2, $3, $4) \
                 ON CONFLICT (name) DO UPDATE SET holder = excluded.holder, \
                 token = excluded.token, until = excluded.until",
                vec![
                    name.into(),
                    holder.to_text().as_str().into(),
                    number(lease.token).into(),
                    lease.until.into(),
                ],
            )?;
            session.commit()?;
            Ok(lease)
        })
    }

    /// Keeps a lease for so many milliseconds from `now`. Renew it when a third of its time has
    /// gone.
    ///
    /// # Errors
    /// Somebody else has it ([`StoreError::LeaseLost`]): stop working.
    pub fn renew(&self, lease: &mut Lease, milliseconds: i64, now: i64) -> Result<(), StoreError> {
        let until = now.saturating_add(milliseconds).max(lease.until);
        self.change(lease, until)?;
        lease.until = until;
        Ok(())
    }

    /// Gives a lease back, so that the next one need not wait for its end.
    ///
    /// # Errors
    /// Somebody else has it already.
    pub fn release(&self, lease: Lease) -> Result<(), StoreError> {
        self.change(&lease, 0)
    }

    fn change(&self, lease: &Lease, until: i64) -> Result<(), StoreError> {
        let changed = self.database.retrying(|session| {
            session.begin_write()?;
            let changed = session.run(
                "UPDATE lease SET until = $1 WHERE name = $2 AND token = $3",
                vec![
                    until.into(),
                    lease.name.as_str().into(),
                    number(lease.token).into(),
                ],
            )?;
            session.commit()?;
            Ok(changed)
        })?;
        if changed == 0 {
            let name = lease.name.clone();
            return Err(StoreError::LeaseLost { name });
        }
        Ok(())
    }
}
