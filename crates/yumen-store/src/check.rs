//! Whether everything in a store fits together, and computing again what follows from the log.

use yumen_diagnostics::Message;
use yumen_ledger::{Entry, Frontier, Hash, Tree};

use crate::append::{Log, number, unpack, write_tiles};
use crate::database::Session;
use crate::error::StoreError;
use crate::reading::{Tiles, checkpoint, entry_bytes};
use crate::snapshot::read_snapshot;
use crate::store::Store;

/// What keys an entry has: the owner of the kinds knows.
pub type KeysOf = fn(&Entry) -> Vec<(String, String)>;

/// Entries that are read at once: tiles full of them.
const PAGE: u64 = 2048;

/// What a check looked at and found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checked {
    /// Entries in the log
    pub entries: u64,
    /// Blobs that entries name
    pub blobs: u64,
    /// Snapshots, all of whose files were read
    pub snapshots: u64,
    /// What does not fit together; none if all is well
    pub differences: Vec<Message>,
}

impl Store {
    /// Compares everything with everything: the database with itself, entries with the tree and the
    /// checkpoint, the index with the entries, blobs and snapshots with their hashes. Signatures
    /// are verified by whoever has the keys, from an export.
    ///
    /// # Errors
    /// The database cannot be read. What is wrong in it is no error but a difference.
    pub fn check(&self, keys_of: KeysOf) -> Result<Checked, StoreError> {
        self.database.retrying(|session| {
            session.begin_read()?;
            let mut checked = Checked {
                differences: database_itself(session)?,
                entries: crate::reading::size(session)?,
                ..Checked::default()
            };
            let log = found(check_log(session))?;
            checked.differences.extend(log);
            let index = found(check_index(session, keys_of))?;
            checked.differences.extend(index);
            check_blobs(session, &mut checked)?;
            check_snapshots(session, &mut checked)?;
            Ok(checked)
        })
    }

    /// Computes tiles and index again from the entries, in one transaction; nothing changes if the
    /// entries do not give the root that was signed.
    ///
    /// # Errors
    /// The entries are not those that were signed; the database cannot be written.
    pub fn rebuild(&self, keys_of: KeysOf) -> Result<(), StoreError> {
        self.database.retrying(|session| {
            session.begin_write()?;
            let size = crate::reading::size(session)?;
            for table in ["tile", "entry_key"] {
                session.run(&format!("DELETE FROM {table}"), vec![])?;
            }
            let mut log = Log {
                frontier: Frontier::new(),
                last_at: 0,
            };
            while log.frontier.size() < size {
                rebuild_page(session, &mut log, size, keys_of)?;
            }
            log.write(session)?;
            if let Some(first) = check_checkpoints(session, size)?.first() {
                return Err(StoreError::corrupted(first.to_string()));
            }
            session.commit()
        })
    }
}

fn rebuild_page(
    session: &mut Session<'_>,
    log: &mut Log,
    size: u64,
    keys_of: KeysOf,
) -> Result<(), StoreError> {
    let begin = log.frontier.size();
    let entries = entry_bytes(session, begin, size.min(begin + PAGE))?;
    if entries.is_empty() {
        return Err(StoreError::corrupted(format!("entry {begin} is missing")));
    }
    write_tiles(session, begin, &entries)?;
    let mut rows = Vec::new();
    for (bytes, position) in entries.iter().zip(begin..) {
        let entry = Entry::decode(bytes)
            .map_err(|fault| StoreError::corrupted(format!("entry {position}: {fault}")))?;
        let keys: std::collections::BTreeSet<_> = keys_of(&entry).into_iter().collect();
        for (kind, key) in keys {
            let row = [kind.as_str(), key.as_str()].map(Into::into);
            rows.push(row.into_iter().chain([number(position).into()]).collect());
        }
        log.frontier.append(Hash::of_leaf(bytes));
        log.last_at = entry.at;
    }
    session.insert("entry_key (kind, name, position)", 3, rows, "")
}

/// What a check found; damage that stopped it is a finding too.
fn found(result: Result<Vec<Message>, StoreError>) -> Result<Vec<Message>, StoreError> {
    match result {
        Err(StoreError::Corrupted { what }) => {
            Ok(vec![Message::new("store-check-damaged").with("what", what)])
        }
        Err(StoreError::Ledger(fault)) => Ok(vec![fault.message]),
        other => other,
    }
}

/// What SQLite finds wrong with its file; PostgreSQL has `amcheck` for its administrator.
fn database_itself(session: &mut Session<'_>) -> Result<Vec<Message>, StoreError> {
    if !session.database().is_sqlite() {
        return Ok(Vec::new());
    }
    let mut wrong = Vec::new();
    for row in session.rows("PRAGMA integrity_check", vec![])? {
        let said = row.text(0)?;
        if said != "ok" {
            wrong.push(Message::new("store-check-database").with("said", said));
        }
    }
    Ok(wrong)
}

/// Compares entries with tiles, with the end of the log and with checkpoints.
pub(crate) fn check_log(session: &mut Session<'_>) -> Result<Vec<Message>, StoreError> {
    let log = Log::read(session)?;
    let size = log.frontier.size();
    let mut wrong = Vec::new();
    let mut frontier = Frontier::new();
    let mut last_at = 0;
    while frontier.size() < size {
        let begin = frontier.size();
        let entries = entry_bytes(session, begin, size.min(begin + PAGE))?;
        if entries.is_empty() {
            wrong.push(Message::new("store-check-missing").with("entry", begin));
            return Ok(wrong);
        }
        for (bytes, position) in entries.iter().zip(begin..) {
            match Entry::decode(bytes) {
                Ok(entry) if entry.at >= last_at => last_at = entry.at,
                Ok(_) => wrong.push(Message::new("store-check-time").with("entry", position)),
                Err(_) => wrong.push(Message::new("store-check-entry").with("entry", position)),
            }
            frontier.append(Hash::of_leaf(bytes));
        }
        check_tile_rows(session, begin, &entries, &mut wrong)?;
    }
    if frontier != log.frontier || last_at != log.last_at {
        wrong.push(Message::new("store-check-end"));
    }
    let beyond = "SELECT COUNT(*) FROM entry WHERE position >= $1";
    let beyond = session.row(beyond, vec![number(size).into()])?;
    if beyond.map(|row| row.number(0)).transpose()? != Some(0) {
        wrong.push(Message::new("store-check-beyond").with("size", size));
    }
    // Levels above the lowest: all of the tree that is not in the entries' own tiles.
    let root = {
        let tiles = Tiles::of(session);
        Tree::new(&tiles, size).root()
    };
    if root.ok() != Some(frontier.root()) {
        wrong.push(Message::new("store-check-tree"));
    }
    wrong.extend(check_checkpoints(session, size)?);
    Ok(wrong)
}

/// The hashes of some entries, which begin at a tile's begin, and the tiles that have them.
fn check_tile_rows(
    session: &mut Session<'_>,
    begin: u64,
    entries: &[Vec<u8>],
    wrong: &mut Vec<Message>,
) -> Result<(), StoreError> {
    let width = 256;
    for (tile, number_of_tile) in entries.chunks(width).zip(begin / width as u64..) {
        let sql = "SELECT data FROM tile WHERE level = 0 AND number = $1";
        let row = session.row(sql, vec![number(number_of_tile).into()])?;
        let stored = row.map(|row| row.bytes(0)).transpose()?.unwrap_or_default();
        let stored: Vec<&[u8]> = stored.chunks(Hash::LENGTH).collect();
        for (at, bytes) in tile.iter().enumerate() {
            if stored.get(at).copied() != Some(Hash::of_leaf(bytes).0.as_slice()) {
                let position = number_of_tile * width as u64 + at as u64;
                wrong.push(Message::new("store-check-hash").with("entry", position));
            }
        }
        if stored.len() > tile.len() {
            wrong.push(Message::new("store-check-tree"));
        }
    }
    Ok(())
}

/// Compares the roots in checkpoints with the tree.
fn check_checkpoints(session: &mut Session<'_>, size: u64) -> Result<Vec<Message>, StoreError> {
    let mut wrong = Vec::new();
    for name in ["signed", "cosigned"] {
        let signed = match checkpoint(session, name) {
            Ok(Some(signed)) => signed,
            Ok(None) => continue,
            Err(StoreError::Ledger(_)) => {
                wrong.push(Message::new("store-check-checkpoint").with("size", size));
                continue;
            }
            Err(error) => return Err(error),
        };
        let signed = signed.checkpoint();
        let tiles = Tiles::of(session);
        let root = Tree::new(&tiles, signed.size).root();
        if signed.size > size || root.ok() != Some(signed.root) {
            wrong.push(Message::new("store-check-checkpoint").with("size", signed.size));
        }
    }
    Ok(wrong)
}

/// Compares the index with what entries say, by sums that know no order.
fn check_index(session: &mut Session<'_>, keys_of: KeysOf) -> Result<Vec<Message>, StoreError> {
    let size = crate::reading::size(session)?;
    let (mut expected, mut begin) = (Sum::default(), 0);
    while begin < size {
        let entries = entry_bytes(session, begin, size.min(begin + PAGE))?;
        if entries.is_empty() {
            break;
        }
        for (bytes, position) in entries.iter().zip(begin..) {
            let keys = Entry::decode(bytes).map(|entry| keys_of(&entry));
            let keys: std::collections::BTreeSet<_> =
                keys.unwrap_or_default().into_iter().collect();
            for (kind, key) in keys {
                expected.add(&kind, &key, position);
            }
        }
        begin += entries.len() as u64;
    }
    let mut found = Sum::default();
    let mut last = (String::new(), String::new(), -1);
    loop {
        let rows = session.rows(
            "SELECT kind, name, position FROM entry_key \
             WHERE (kind, name, position) > ($1, $2, $3) \
             ORDER BY kind, name, position LIMIT 2048",
            vec![
                last.0.as_str().into(),
                last.1.as_str().into(),
                last.2.into(),
            ],
        )?;
        if rows.is_empty() {
            break;
        }
        for row in &rows {
            last = (row.text(0)?, row.text(1)?, row.number(2)?);
            found.add(&last.0, &last.1, row.count(2)?);
        }
    }
    if found == expected {
        return Ok(Vec::new());
    }
    let message = Message::new("store-check-index")
        .with("found", found.count)
        .with("expected", expected.count);
    Ok(vec![message])
}

/// A sum of hashes.
#[derive(Default, PartialEq, Eq)]
struct Sum {
    count: u64,
    sum: u128,
}

impl Sum {
    fn add(&mut self, kind: &str, key: &str, position: u64) {
        let hash = Hash::of_content(format!("{kind}\n{key}\n{position}").as_bytes());
        let (half, _) = hash.0.split_first_chunk().unwrap_or((&[0; 16], &[]));
        self.sum = self.sum.wrapping_add(u128::from_be_bytes(*half));
        self.count += 1;
    }
}

fn check_blobs(session: &mut Session<'_>, checked: &mut Checked) -> Result<(), StoreError> {
    for row in session.rows("SELECT hash FROM blob ORDER BY position", vec![])? {
        let hash = row.bytes(0)?;
        let sql = "SELECT data FROM blob WHERE hash = $1";
        let data = session.row(sql, vec![hash.as_slice().into()])?;
        let content = data.map(|row| row.bytes(0)).transpose()?;
        let content = content.and_then(|data| unpack(&data).ok());
        let name = Hash::from_bytes(&hash);
        if content.map(|content| Hash::of_content(&content)) != name || name.is_none() {
            let name = name.map(|name| name.to_hex()).unwrap_or_default();
            let message = Message::new("store-check-blob").with("hash", name);
            checked.differences.push(message);
        }
        checked.blobs += 1;
    }
    Ok(())
}

fn check_snapshots(session: &mut Session<'_>, checked: &mut Checked) -> Result<(), StoreError> {
    for row in session.rows("SELECT address FROM snapshot ORDER BY first_at", vec![])? {
        let address = row.text(0)?;
        match read_snapshot(session, &address) {
            Ok(_) => {}
            Err(StoreError::Corrupted { what }) => {
                let message = Message::new("store-check-snapshot")
                    .with("address", address)
                    .with("what", what);
                checked.differences.push(message);
            }
            Err(error) => return Err(error),
        }
        checked.snapshots += 1;
    }
    Ok(())
}
