//! The desk at which changes are kept: events go in together or not at all, and only if they may
//! follow what is there.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::Timestamp;
use yumen_aliyun::client::Clock;
use yumen_change::{Basis, Blobs, Event, EventError, Register};
use yumen_cloud::Snapshot;
use yumen_ledger::{Entry, Hash, Value};
use yumen_store::{NewEntry, Store, StoreError};

use crate::failure::Failure;
use crate::ground::Ground;

/// How often a decision is made anew because somebody else wrote first.
const TRIES: usize = 50;

/// Entries that are read at once.
const PAGE: u64 = 1000;

/// Store, settings and clock.
#[derive(Clone)]
pub struct Desk {
    /// Where everything is kept
    pub store: Arc<Store>,
    /// What everything is decided by
    pub ground: Arc<Ground>,
    /// What time it is
    pub clock: Arc<dyn Clock>,
    /// What was read of the ledger so far: entries stay as they are, so only new ones are read
    read: Arc<Mutex<Standing>>,
}

/// The register as of a size of the ledger.
#[derive(Clone, Debug, Default)]
pub struct Standing {
    /// The state of all changes
    pub register: Register,
    /// Entries that it was read from
    pub size: u64,
}

impl Desk {
    /// A desk at a store.
    #[must_use]
    pub fn new(store: Arc<Store>, ground: Arc<Ground>, clock: Arc<dyn Clock>) -> Self {
        Self {
            store,
            ground,
            clock,
            read: Arc::default(),
        }
    }

    /// The time, never before the last entry.
    #[must_use]
    pub fn now(&self, register: &Register) -> Timestamp {
        register.not_before(self.clock.now())
    }

    /// What approvals are checked against.
    #[must_use]
    pub fn basis(&self, register: &Register) -> Basis<'_> {
        Basis {
            ledger: self.store.origin(),
            policy: &self.ground.policy,
            now: self.now(register),
        }
    }

    /// Reads the register from the ledger.
    ///
    /// # Errors
    /// The store cannot be read, or an entry is no event that may follow.
    pub fn standing(&self) -> Result<Standing, Failure> {
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        self.catch_up(&mut read)?;
        Ok(read.clone())
    }

    /// Reads what was added since.
    ///
    /// # Errors
    /// As [`Desk::standing`].
    pub fn catch_up(&self, standing: &mut Standing) -> Result<(), Failure> {
        let size = self.store.size()?;
        if size < standing.size {
            // An older database was put in the place of this one.
            *standing = Standing::default();
        }
        while standing.size < size {
            let until = size.min(standing.size + PAGE);
            for entry in self.store.entries(standing.size, until) {
                let (_, entry) = entry?;
                let (at, event) = self.event(&entry)?;
                standing.register.handle(at, &entry.by, &event)?;
            }
            standing.size = until;
        }
        Ok(())
    }

    /// An entry as the event that it keeps.
    ///
    /// # Errors
    /// It is none.
    pub fn event(&self, entry: &Entry) -> Result<(Timestamp, Event), Failure> {
        let at = Timestamp::from_millisecond(entry.at).map_err(|_| EventError::Field("at"))?;
        let body = Value::Table(entry.body.clone());
        let event = Event::read(&entry.kind, &body, &Shelf(&self.store))?;
        Ok((at, event))
    }

    /// Lets `decide` say what happens next, and keeps it; if somebody else wrote in between, it is
    /// asked again. What `decide` gives back beside the events is given back when they are kept.
    ///
    /// # Errors
    /// What `decide` says, or an event that may not follow, or a store that cannot keep it.
    pub fn transact<T>(
        &self,
        by: &str,
        mut decide: impl FnMut(&Register, Timestamp) -> Result<(Vec<Event>, T), Failure>,
    ) -> Result<T, Failure> {
        let mut standing = self.standing()?;
        for _ in 0..TRIES {
            let now = self.now(&standing.register);
            let (events, result) = decide(&standing.register, now)?;
            match self.keep(by, &standing, now, &events) {
                Err(Failure::Store(StoreError::Moved { .. })) => self.catch_up(&mut standing)?,
                Err(failure) => return Err(failure),
                Ok(()) => return Ok(result),
            }
        }
        Err(Failure::Store(StoreError::Moved {
            size: standing.size,
        }))
    }

    /// Keeps events of which nothing has to be decided.
    ///
    /// # Errors
    /// As [`Desk::transact`].
    pub fn note(&self, by: &str, events: &[Event]) -> Result<(), Failure> {
        self.transact(by, |_, _| Ok((events.to_vec(), ())))
    }

    fn keep(
        &self,
        by: &str,
        standing: &Standing,
        now: Timestamp,
        events: &[Event],
    ) -> Result<(), Failure> {
        let mut trial = standing.register.clone();
        let mut entries = Vec::with_capacity(events.len());
        for event in events {
            trial.handle(now, by, event)?;
            let written = event.write()?;
            let entry = Entry {
                at: now.as_millisecond(),
                by: by.to_owned(),
                kind: written.kind.to_owned(),
                body: written.body.as_table().cloned().unwrap_or_default(),
            };
            let keys = written.keys.into_iter();
            entries.push(NewEntry {
                entry,
                keys: keys.map(|(kind, key)| (kind.to_owned(), key)).collect(),
                blobs: written.blobs,
            });
        }
        if !entries.is_empty() {
            self.store.append(&entries, Some(standing.size))?;
        }
        Ok(())
    }

    /// The snapshot of an address, from the store.
    ///
    /// # Errors
    /// The store does not have it, or what it has is no snapshot.
    pub fn snapshot(&self, address: &str) -> Result<Snapshot, Failure> {
        let files = self.store.get_snapshot(address)?;
        Ok(yumen_aliyun::read_files(files)?)
    }
}

/// What an entry can be looked up by: for the store, to rebuild its index.
#[must_use]
pub fn keys_of(entry: &Entry) -> Vec<(String, String)> {
    let body = Value::Table(entry.body.clone());
    let keys = yumen_change::keys(&entry.kind, &body).into_iter();
    keys.map(|(kind, key)| (kind.to_owned(), key)).collect()
}

/// The content that a store keeps beside the entries.
struct Shelf<'a>(&'a Store);

impl Blobs for Shelf<'_> {
    fn blob(&self, sha256: &str) -> Option<Vec<u8>> {
        let hash = Hash::from_hex(sha256)?;
        self.0.blob(&hash).ok().flatten()
    }
}
