//! Appending: one transaction records entries, their index and their blobs; then the checkpoint of
//! what was committed is signed, and only then the append is acknowledged.
//!
//! Appends of several threads are combined (group commit): whoever comes while another is writing
//! waits, and the next one writes for all who wait.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use yumen_ledger::{Entry, Frontier, Hash};

use crate::database::{Datum, Session};
use crate::error::StoreError;
use crate::lease::Lease;
use crate::store::{Store, check_name};

/// How far the clock of a writer may be behind the last entry, in milliseconds: entries of
/// several machines are put in order then, and a clock that was turned back is an error.
const CLOCK_SLACK: i64 = 60_000;

/// Entries that one transaction records, give or take one append.
const MOST_TOGETHER: usize = 8192;

/// How long a writer waits for the company that it had the last time. Without it the one who is
/// ready first writes alone, and all others wait for that.
const GATHERING: Duration = Duration::from_micros(500);

/// Hashes of a tile, and their bytes.
const TILE_BYTES: usize = 256 * Hash::LENGTH;

/// Something to be recorded.
#[derive(Clone, Debug)]
pub struct NewEntry {
    /// The entry. Its time is set to the last entry's if it is up to a minute before that
    pub entry: Entry,
    /// Under which kinds and keys it shall be found: neither is empty or has control characters
    pub keys: Vec<(String, String)>,
    /// Content that the entry names by SHA-256, too large to stand in it
    pub blobs: Vec<Vec<u8>>,
}

impl NewEntry {
    /// An entry without keys and blobs.
    #[must_use]
    pub fn new(entry: Entry) -> Self {
        Self {
            entry,
            keys: Vec::new(),
            blobs: Vec::new(),
        }
    }

    /// The same, found under one more key.
    #[must_use]
    pub fn with_key(mut self, kind: &str, key: &str) -> Self {
        self.keys.push((kind.to_owned(), key.to_owned()));
        self
    }
}

/// Where entries were recorded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Appended {
    /// Position of the first of them, counted from 0
    pub first: u64,
    /// Entries in the log with them; a signed checkpoint of at least this size is stored
    pub size: u64,
}

type Outcome = Result<Appended, StoreError>;

/// An append that waits for its turn.
struct Waiting {
    entries: Vec<NewEntry>,
    expected: Option<u64>,
    lease: Option<Lease>,
    outcome: Arc<Mutex<Option<Outcome>>>,
}

/// Those who wait, and whether somebody writes.
#[derive(Default)]
pub(crate) struct Queue {
    line: Mutex<Line>,
    moved: Condvar,
}

#[derive(Default)]
struct Line {
    waiting: Vec<Waiting>,
    is_writing: bool,
    /// How many the last batch was written for: as many may soon come again
    last: usize,
}

impl Line {
    /// Takes those who waited longest.
    fn take_batch(&mut self) -> Vec<Waiting> {
        let mut entries = 0;
        let fits = self.waiting.iter().take_while(|one| {
            let fits = entries == 0 || entries + one.entries.len() <= MOST_TOGETHER;
            entries += one.entries.len();
            fits
        });
        let count = fits.count();
        self.last = count;
        self.waiting.drain(..count).collect()
    }
}

/// Lets the next one write when it is dropped, in an unwinding thread too.
struct Writing<'a>(&'a Queue);

impl Drop for Writing<'_> {
    fn drop(&mut self) {
        lock(&self.0.line).is_writing = false;
        self.0.moved.notify_all();
    }
}

/// What a transaction tried to record, so that it can be recognised after a lost connection.
struct Tried {
    first: u64,
    entries: Vec<Vec<u8>>,
    outcomes: Vec<Outcome>,
}

impl Store {
    /// Records entries, all or none, and returns when they are durable and a checkpoint of them is
    /// signed. `expected` is the size that the log must have before: whoever decided on a state
    /// finds out that it has changed.
    ///
    /// If the connection is lost while this waits for the database to confirm, it looks whether
    /// the entries are there, and records them once.
    ///
    /// # Errors
    /// [`StoreError::Moved`], [`StoreError::Clock`] and all others but [`StoreError::Unsigned`]:
    /// nothing was recorded, unless the database stayed [`StoreError::Gone`] while it confirmed.
    pub fn append(
        &self,
        entries: &[NewEntry],
        expected: Option<u64>,
    ) -> Result<Appended, StoreError> {
        self.append_in_turn(entries, expected, None)
    }

    /// Like [`Store::append`], but only while a lease is held: whoever lost it records nothing
    /// more.
    ///
    /// # Errors
    /// As [`Store::append`], and [`StoreError::LeaseLost`].
    pub fn append_holding(
        &self,
        lease: &Lease,
        entries: &[NewEntry],
        expected: Option<u64>,
    ) -> Result<Appended, StoreError> {
        self.append_in_turn(entries, expected, Some(lease.clone()))
    }

    fn append_in_turn(
        &self,
        entries: &[NewEntry],
        expected: Option<u64>,
        lease: Option<Lease>,
    ) -> Outcome {
        if self.notary.is_none() {
            return Err(StoreError::ReadOnly);
        }
        for (kind, key) in entries.iter().flat_map(|entry| &entry.keys) {
            check_name(kind)?;
            check_name(key)?;
        }
        let outcome = Arc::new(Mutex::new(None));
        let mut line = lock(&self.queue.line);
        line.waiting.push(Waiting {
            entries: entries.to_vec(),
            expected,
            lease,
            outcome: Arc::clone(&outcome),
        });
        self.queue.moved.notify_all();
        loop {
            if let Some(outcome) = lock(&outcome).take() {
                return outcome;
            }
            if line.is_writing {
                let moved = self.queue.moved.wait(line);
                line = moved.unwrap_or_else(PoisonError::into_inner);
                continue;
            }
            line.is_writing = true;
            let writing = Writing(&self.queue);
            let company = line.last;
            let others = self
                .queue
                .moved
                .wait_timeout_while(line, GATHERING, |line| line.waiting.len() < company);
            line = others.unwrap_or_else(PoisonError::into_inner).0;
            let batch = line.take_batch();
            drop(line);
            let outcomes = self.append_batch(&batch);
            for (waiting, outcome) in batch.iter().zip(outcomes) {
                *lock(&waiting.outcome) = Some(outcome);
            }
            drop(writing);
            line = lock(&self.queue.line);
        }
    }

    fn append_batch(&self, batch: &[Waiting]) -> Vec<Outcome> {
        let mut tried = None;
        let result = self
            .database
            .retrying(|session| self.record(session, batch, &mut tried));
        let outcomes = match result {
            Ok(outcomes) => outcomes,
            Err(error) => return batch.iter().map(|_| Err(error.clone())).collect(),
        };
        let Err(because) = self.seal() else {
            return outcomes;
        };
        let unsigned = |appended: Appended| {
            Err(StoreError::Unsigned {
                first: appended.first,
                size: appended.size,
                because: Box::new(because.clone()),
            })
        };
        let outcomes = outcomes.into_iter();
        outcomes.map(|outcome| outcome.and_then(unsigned)).collect()
    }

    /// Records what of a batch can be, in one transaction.
    fn record(
        &self,
        session: &mut Session<'_>,
        batch: &[Waiting],
        tried: &mut Option<Tried>,
    ) -> Result<Vec<Outcome>, StoreError> {
        // With the writers' lock, an earlier attempt has ended one way or the other.
        session.begin_write()?;
        if let Some(earlier) = &*tried
            && is_recorded(session, earlier)?
        {
            session.rollback()?;
            return Ok(earlier.outcomes.clone());
        }
        *tried = None;
        let mut log = Log::read(session)?;
        self.check_not_behind(log.frontier.size())?;
        let old = log.frontier.size();
        let mut plan = Plan::default();
        let mut outcomes = Vec::new();
        for waiting in batch {
            outcomes.push(plan.add(session, &mut log, waiting)?);
        }
        if plan.entries.is_empty() {
            session.rollback()?;
            return Ok(outcomes);
        }
        write_tiles(session, old, &plan.entries)?;
        let entries = plan.entries.clone();
        plan.write(session, old)?;
        log.write(session)?;
        *tried = Some(Tried {
            first: old,
            entries,
            outcomes: outcomes.clone(),
        });
        session.commit()?;
        Ok(outcomes)
    }
}

/// Where the log ends.
pub(crate) struct Log {
    pub(crate) frontier: Frontier,
    pub(crate) last_at: i64,
}

impl Log {
    pub(crate) fn read(session: &mut Session<'_>) -> Result<Self, StoreError> {
        let row = session.row("SELECT size, last_at, peaks FROM log WHERE id = 1", vec![])?;
        let row = row.ok_or_else(|| StoreError::corrupted("the row of `log` is missing"))?;
        let peaks = row.bytes(2)?;
        let peaks = peaks.chunks(Hash::LENGTH).map(Hash::from_bytes);
        let peaks: Option<Vec<Hash>> = peaks.collect();
        let frontier = peaks.zip(row.count(0).ok());
        let frontier = frontier.and_then(|(peaks, size)| Frontier::from_parts(size, peaks));
        Ok(Self {
            frontier: frontier
                .ok_or_else(|| StoreError::corrupted("`log.peaks` does not fit `log.size`"))?,
            last_at: row.number(1)?,
        })
    }

    pub(crate) fn write(&self, session: &mut Session<'_>) -> Result<(), StoreError> {
        let peaks = self.frontier.peaks();
        let peaks: Vec<u8> = peaks.iter().flat_map(|hash| hash.0).collect();
        session.run(
            "UPDATE log SET size = $1, last_at = $2, peaks = $3 WHERE id = 1",
            vec![
                number(self.frontier.size()).into(),
                self.last_at.into(),
                peaks.into(),
            ],
        )?;
        Ok(())
    }
}

/// The rows of a transaction.
#[derive(Default)]
struct Plan {
    entries: Vec<Vec<u8>>,
    keys: Vec<Vec<Datum>>,
    blobs: Vec<Vec<Datum>>,
}

impl Plan {
    /// Adds an append if it can be; an error that concerns only this one is the inner one.
    fn add(
        &mut self,
        session: &mut Session<'_>,
        log: &mut Log,
        waiting: &Waiting,
    ) -> Result<Outcome, StoreError> {
        let first = log.frontier.size();
        if waiting.expected.is_some_and(|expected| expected != first) {
            return Ok(Err(StoreError::Moved { size: first }));
        }
        if let Some(lease) = &waiting.lease
            && !lease.is_in_force(session)?
        {
            let name = lease.name().to_owned();
            return Ok(Err(StoreError::LeaseLost { name }));
        }
        let mut last_at = log.last_at;
        let mut encoded = Vec::new();
        for new in &waiting.entries {
            match encode(&new.entry, last_at) {
                Ok((at, bytes)) => {
                    last_at = at;
                    encoded.push(bytes);
                }
                Err(error) => return Ok(Err(error)),
            }
        }
        for (new, bytes) in waiting.entries.iter().zip(encoded) {
            let position = number(log.frontier.size());
            let keys: std::collections::BTreeSet<_> = new.keys.iter().collect();
            for (kind, key) in keys {
                let row = vec![kind.as_str().into(), key.as_str().into(), position.into()];
                self.keys.push(row);
            }
            for blob in &new.blobs {
                let hash = Hash::of_content(blob).0.to_vec();
                self.blobs
                    .push(vec![hash.into(), position.into(), pack(blob)?.into()]);
            }
            log.frontier.append(Hash::of_leaf(&bytes));
            self.entries.push(bytes);
        }
        log.last_at = last_at;
        let size = log.frontier.size();
        Ok(Ok(Appended { first, size }))
    }

    fn write(self, session: &mut Session<'_>, first: u64) -> Result<(), StoreError> {
        let positions = number(first)..;
        let rows = positions.zip(self.entries);
        let rows = rows.map(|(position, bytes)| vec![position.into(), bytes.into()]);
        session.insert("entry (position, data)", 2, rows.collect(), "")?;
        session.insert("entry_key (kind, name, position)", 3, self.keys, "")?;
        session.insert(
            "blob (hash, position, data)",
            3,
            self.blobs,
            "ON CONFLICT (hash) DO NOTHING",
        )
    }
}

/// The bytes of an entry and its time, which is not before the last one's.
fn encode(entry: &Entry, last_at: i64) -> Result<(i64, Vec<u8>), StoreError> {
    if entry.at.saturating_add(CLOCK_SLACK) < last_at {
        return Err(StoreError::Clock {
            at: entry.at,
            last: last_at,
        });
    }
    let at = entry.at.max(last_at);
    let entry = Entry {
        at,
        ..entry.clone()
    };
    Ok((at, entry.encode()?))
}

/// Writes the tiles that entries change: of each level the last one and those after it.
pub(crate) fn write_tiles(
    session: &mut Session<'_>,
    old: u64,
    entries: &[Vec<u8>],
) -> Result<(), StoreError> {
    let mut hashes: Vec<Hash> = entries.iter().map(|entry| Hash::of_leaf(entry)).collect();
    let mut begin = old;
    let mut rows = Vec::new();
    for level in 0_i64.. {
        if hashes.is_empty() {
            break;
        }
        let mut tile = number(begin / 256);
        let mut bytes = if begin.is_multiple_of(256) {
            Vec::new()
        } else {
            let sql = "SELECT data FROM tile WHERE level = $1 AND number = $2";
            let row = session.row(sql, vec![level.into(), tile.into()])?;
            let bytes = row.map(|row| row.bytes(0)).transpose()?;
            bytes.unwrap_or_default()
        };
        if bytes.len() as u64 != begin % 256 * Hash::LENGTH as u64 {
            let what = format!("tile {level}/{tile} does not end where the log does");
            return Err(StoreError::corrupted(what));
        }
        let mut above = Vec::new();
        for hash in hashes {
            bytes.extend(hash.0);
            if bytes.len() == TILE_BYTES {
                above.push(root_of(&bytes));
                rows.push(vec![
                    level.into(),
                    tile.into(),
                    std::mem::take(&mut bytes).into(),
                ]);
                tile += 1;
            }
        }
        if !bytes.is_empty() {
            rows.push(vec![level.into(), tile.into(), bytes.into()]);
        }
        begin /= 256;
        hashes = above;
    }
    session.insert(
        "tile (level, number, data)",
        3,
        rows,
        "ON CONFLICT (level, number) DO UPDATE SET data = excluded.data",
    )
}

/// The root over the hashes of a tile.
fn root_of(tile: &[u8]) -> Hash {
    let mut frontier = Frontier::new();
    for hash in tile.chunks(Hash::LENGTH).filter_map(Hash::from_bytes) {
        frontier.append(hash);
    }
    frontier.root()
}

/// Whether a transaction whose end is not known was committed.
fn is_recorded(session: &mut Session<'_>, tried: &Tried) -> Result<bool, StoreError> {
    let end = tried.first + tried.entries.len() as u64;
    let rows = session.rows(
        "SELECT data FROM entry WHERE position >= $1 AND position < $2 ORDER BY position",
        vec![number(tried.first).into(), number(end).into()],
    )?;
    let found: Result<Vec<Vec<u8>>, StoreError> = rows.iter().map(|row| row.bytes(0)).collect();
    Ok(found? == tried.entries)
}

/// Content as the database keeps it: compressed.
pub(crate) fn pack(content: &[u8]) -> Result<Vec<u8>, StoreError> {
    zstd::bulk::compress(content, 3).map_err(|error| StoreError::Database {
        error: error.to_string(),
    })
}

/// Content again.
pub(crate) fn unpack(packed: &[u8]) -> Result<Vec<u8>, StoreError> {
    zstd::decode_all(packed).map_err(|error| StoreError::corrupted(error.to_string()))
}

/// A count as databases have numbers.
pub(crate) fn number(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
