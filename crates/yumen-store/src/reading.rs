//! Reading the ledger: entries by position and by key, blobs, checkpoints and proofs.

use std::cell::RefCell;

use yumen_ledger::tile::{Layer, Tile};
use yumen_ledger::{Entry, Hash, Proof, SignedCheckpoint, TileReader, Tree};

use crate::append::{number, unpack};
use crate::database::{Database, Row, Session};
use crate::error::StoreError;
use crate::store::Store;

/// Entries that are read at once.
const PAGE: u64 = 1024;

impl Store {
    /// Entries in the log, signed or not.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn size(&self) -> Result<u64, StoreError> {
        self.database.retrying(size)
    }

    /// An entry, if there is one at that position.
    ///
    /// # Errors
    /// The database cannot be read, or the bytes are no entry.
    pub fn entry(&self, position: u64) -> Result<Option<Entry>, StoreError> {
        let end = position.saturating_add(1);
        let mut found = self
            .database
            .retrying(|session| entry_bytes(session, position, end))?;
        let found = found.pop();
        found.map(|bytes| decode(position, &bytes)).transpose()
    }

    /// Entries in order, with their positions, from `begin` to before `end` or the end of the log.
    /// They are read page by page.
    pub fn entries(
        &self,
        begin: u64,
        end: u64,
    ) -> impl Iterator<Item = Result<(u64, Entry), StoreError>> + '_ {
        Entries::new(&self.database, begin, end).map(|found| {
            let (position, bytes) = found?;
            Ok((position, decode(position, &bytes)?))
        })
    }

    pub(crate) fn encoded_entries(&self, begin: u64, end: u64) -> Entries<'_> {
        Entries::new(&self.database, begin, end)
    }

    /// The entries that were recorded under a key, in order.
    ///
    /// # Errors
    /// The database cannot be read, or the bytes are no entry.
    pub fn by_key(&self, kind: &str, key: &str) -> Result<Vec<(u64, Entry)>, StoreError> {
        let sql = "SELECT entry.position, entry.data FROM entry_key JOIN entry \
                   ON entry.position = entry_key.position \
                   WHERE entry_key.kind = $1 AND entry_key.name = $2 ORDER BY entry.position";
        self.entries_of(sql, kind, key)
    }

    /// The last entry that was recorded under a key.
    ///
    /// # Errors
    /// The database cannot be read, or the bytes are no entry.
    pub fn last_by_key(&self, kind: &str, key: &str) -> Result<Option<(u64, Entry)>, StoreError> {
        let sql = "SELECT entry.position, entry.data FROM entry_key JOIN entry \
                   ON entry.position = entry_key.position \
                   WHERE entry_key.kind = $1 AND entry_key.name = $2 \
                   ORDER BY entry_key.position DESC LIMIT 1";
        Ok(self.entries_of(sql, kind, key)?.pop())
    }

    fn entries_of(
        &self,
        sql: &str,
        kind: &str,
        key: &str,
    ) -> Result<Vec<(u64, Entry)>, StoreError> {
        let rows = self
            .database
            .retrying(|session| session.rows(sql, vec![kind.into(), key.into()]))?;
        let entry = |row: &Row| {
            let position = row.count(0)?;
            Ok((position, decode(position, &row.bytes(1)?)?))
        };
        rows.iter().map(entry).collect()
    }

    /// All keys of a kind, sorted.
    ///
    /// # Errors
    /// The database cannot be read.
    pub fn keys_of_kind(&self, kind: &str) -> Result<Vec<String>, StoreError> {
        let sql = "SELECT DISTINCT name FROM entry_key WHERE kind = $1";
        let rows = self
            .database
            .retrying(|session| session.rows(sql, vec![kind.into()]))?;
        let keys: Result<Vec<String>, StoreError> = rows.iter().map(|row| row.text(0)).collect();
        let mut keys = keys?;
        // The databases sort in orders of their own.
        keys.sort();
        Ok(keys)
    }

    /// The content of that SHA-256, if an entry brought it.
    ///
    /// # Errors
    /// The database cannot be read, or the content is not what its name says.
    pub fn blob(&self, hash: &Hash) -> Result<Option<Vec<u8>>, StoreError> {
        let sql = "SELECT data FROM blob WHERE hash = $1";
        let row = self
            .database
            .retrying(|session| session.row(sql, vec![hash.0.as_slice().into()]))?;
        let Some(row) = row else { return Ok(None) };
        let content = unpack(&row.bytes(0)?)?;
        if Hash::of_content(&content) != *hash {
            let what = format!("blob {} has another content", hash.to_hex());
            return Err(StoreError::corrupted(what));
        }
        Ok(Some(content))
    }

    /// The last checkpoint that the log has signed; none in a store that nobody signed yet.
    ///
    /// # Errors
    /// The database cannot be read, or what is there is no checkpoint.
    pub fn checkpoint(&self) -> Result<Option<SignedCheckpoint>, StoreError> {
        self.database
            .retrying(|session| checkpoint(session, "signed"))
    }

    /// The last checkpoint that witnesses cosigned, if one was kept by [`Store::put_cosigned`].
    ///
    /// # Errors
    /// The database cannot be read, or what is there is no checkpoint.
    pub fn cosigned(&self) -> Result<Option<SignedCheckpoint>, StoreError> {
        self.database
            .retrying(|session| checkpoint(session, "cosigned"))
    }

    /// Keeps a checkpoint of this log with the signatures of witnesses; whose signatures count is
    /// for the caller to know. A smaller one than the last is not kept.
    ///
    /// # Errors
    /// The checkpoint is not of this log.
    pub fn put_cosigned(&self, signed: &SignedCheckpoint) -> Result<(), StoreError> {
        let wanted = signed.checkpoint();
        self.database.retrying(|session| {
            session.begin_write()?;
            let tiles = Tiles::of(session);
            let root = Tree::new(&tiles, wanted.size).root();
            if wanted.origin != self.origin() || root.ok() != Some(wanted.root) {
                let what = "the cosigned checkpoint is not of this log";
                return Err(StoreError::corrupted(what));
            }
            session.run(
                "INSERT INTO checkpoint (name, size, note) VALUES ('cosigned', $1, $2) \
                 ON CONFLICT (name) DO UPDATE SET size = excluded.size, note = excluded.note \
                 WHERE checkpoint.size <= excluded.size",
                vec![
                    number(wanted.size).into(),
                    signed.note().to_text().into_bytes().into(),
                ],
            )?;
            session.commit()
        })
    }

    /// The proof that an entry is in the log as its last checkpoint signs it: the content of a
    /// `tlog-proof` file is [`Proof::to_text`].
    ///
    /// # Errors
    /// There is no such entry in that checkpoint, or no checkpoint.
    pub fn prove(&self, position: u64) -> Result<Proof, StoreError> {
        self.database.retrying(|session| {
            session.begin_read()?;
            let signed = checkpoint(session, "signed")?;
            let signed =
                signed.ok_or_else(|| StoreError::corrupted("there is no signed checkpoint"))?;
            let tiles = Tiles::of(session);
            let path = Tree::new(&tiles, signed.checkpoint().size).inclusion(position)?;
            Ok(Proof {
                extra: None,
                index: position,
                path,
                checkpoint: signed,
            })
        })
    }

    /// The proof that the log of size `new` continues the one of size `old`.
    ///
    /// # Errors
    /// The log is smaller than one of them, or `old` is the larger one.
    pub fn prove_consistency(&self, old: u64, new: u64) -> Result<Vec<Hash>, StoreError> {
        self.database.retrying(|session| {
            session.begin_read()?;
            let tiles = Tiles::of(session);
            Ok(Tree::new(&tiles, new).consistency(old)?)
        })
    }
}

/// Entries in the log.
pub(crate) fn size(session: &mut Session<'_>) -> Result<u64, StoreError> {
    let row = session.row("SELECT size FROM log WHERE id = 1", vec![])?;
    let row = row.ok_or_else(|| StoreError::corrupted("the row of `log` is missing"))?;
    row.count(0)
}

pub(crate) fn checkpoint(
    session: &mut Session<'_>,
    name: &str,
) -> Result<Option<SignedCheckpoint>, StoreError> {
    let sql = "SELECT note FROM checkpoint WHERE name = $1";
    let row = session.row(sql, vec![name.into()])?;
    let Some(row) = row else { return Ok(None) };
    Ok(Some(SignedCheckpoint::parse(&row.bytes(0)?)?))
}

/// The bytes of entries, as many as there are without a hole.
pub(crate) fn entry_bytes(
    session: &mut Session<'_>,
    begin: u64,
    end: u64,
) -> Result<Vec<Vec<u8>>, StoreError> {
    let sql = "SELECT position, data FROM entry WHERE position >= $1 AND position < $2 \
               ORDER BY position";
    let rows = session.rows(sql, vec![number(begin).into(), number(end).into()])?;
    let mut found = Vec::new();
    for (row, expected) in rows.iter().zip(begin..) {
        if row.count(0)? != expected {
            return Err(StoreError::corrupted(format!(
                "entry {expected} is missing"
            )));
        }
        found.push(row.bytes(1)?);
    }
    Ok(found)
}

fn decode(position: u64, bytes: &[u8]) -> Result<Entry, StoreError> {
    Entry::decode(bytes)
        .map_err(|fault| StoreError::corrupted(format!("entry {position}: {fault}")))
}

/// Encoded entries, read page by page.
pub(crate) struct Entries<'a> {
    database: &'a Database,
    next: u64,
    end: u64,
    page: std::vec::IntoIter<Vec<u8>>,
}

impl<'a> Entries<'a> {
    fn new(database: &'a Database, begin: u64, end: u64) -> Self {
        Self {
            database,
            next: begin,
            end,
            page: Vec::new().into_iter(),
        }
    }
}

impl Iterator for Entries<'_> {
    type Item = Result<(u64, Vec<u8>), StoreError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.page.len() == 0 && self.next < self.end {
            let end = self.end.min(self.next.saturating_add(PAGE));
            let page = self
                .database
                .retrying(|session| entry_bytes(session, self.next, end));
            match page {
                Ok(page) => self.page = page.into_iter(),
                Err(error) => {
                    self.end = self.next;
                    return Some(Err(error));
                }
            }
        }
        let bytes = self.page.next()?;
        self.next += 1;
        Some(Ok((self.next - 1, bytes)))
    }
}

/// Tiles of hashes from the database of a session.
pub(crate) struct Tiles<'a, 'b>(RefCell<&'a mut Session<'b>>);

impl<'a, 'b> Tiles<'a, 'b> {
    pub(crate) fn of(session: &'a mut Session<'b>) -> Self {
        Self(RefCell::new(session))
    }
}

impl TileReader for Tiles<'_, '_> {
    fn tile(&self, tile: &Tile) -> Result<Vec<u8>, String> {
        let Layer::Hashes(level) = tile.layer else {
            return Err("the database keeps entries without bundles".to_owned());
        };
        let sql = "SELECT data FROM tile WHERE level = $1 AND number = $2";
        let values = vec![i64::from(level).into(), number(tile.index).into()];
        let row = self.0.borrow_mut().row(sql, values);
        let bytes = row.and_then(|row| row.map(|row| row.bytes(0)).transpose());
        match bytes {
            Ok(Some(bytes)) => Ok(bytes),
            Ok(None) => Err("the tile is missing".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }
}
