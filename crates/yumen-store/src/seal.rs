//! Signing checkpoints, and never two of one size: LAW (one tree of one size).
//!
//! Only what the database has committed is signed. Before anything is signed, a file beside the
//! keys remembers it, the *high water*; and what that file remembers must be in the tree. So a
//! database that was restored from an older backup cannot be signed into a second history.

use std::path::{Path, PathBuf};
use std::sync::PoisonError;

use yumen_ledger::{Checkpoint, Hash, SignedCheckpoint, Tree};

use crate::append::{Log, number};
use crate::database::Session;
use crate::disk::{Access, Disk, replace};
use crate::error::StoreError;
use crate::reading::Tiles;
use crate::store::Store;

/// A tree that was signed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Sealed {
    pub(crate) size: u64,
    pub(crate) root: Hash,
}

/// The file that remembers the last tree of an origin that was signed.
pub(crate) struct HighWater<'a> {
    disk: &'a dyn Disk,
    path: PathBuf,
    header: &'static str,
    origin: &'a str,
}

impl<'a> HighWater<'a> {
    pub(crate) fn new(disk: &'a dyn Disk, folder: &Path, origin: &'a str) -> Self {
        Self {
            disk,
            path: folder.join(format!("{}.high-water", file_name(origin))),
            header: "yumen high water 1",
            origin,
        }
    }

    /// The one of a witness, for a log that it watches.
    pub(crate) fn of_witness(disk: &'a dyn Disk, folder: &Path, origin: &'a str) -> Self {
        Self {
            disk,
            path: folder.join(format!("{}.witnessed", file_name(origin))),
            header: "yumen witnessed 1",
            origin,
        }
    }

    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Waits until no other program signs for this origin.
    pub(crate) fn lock(&self) -> Result<Box<dyn Send>, StoreError> {
        let path = crate::disk::beside(&self.path, ".lock");
        let folder = crate::disk::folder_of(&path);
        let locked = self
            .disk
            .create_folder(folder)
            .and_then(|()| self.disk.lock(&path));
        locked.map_err(|error| StoreError::file(&path, &error))
    }

    pub(crate) fn read(&self) -> Result<Option<Sealed>, StoreError> {
        let bytes = self.disk.read(&self.path);
        let bytes = bytes.map_err(|error| StoreError::file(&self.path, &error))?;
        let Some(bytes) = bytes else { return Ok(None) };
        let sealed = std::str::from_utf8(&bytes)
            .ok()
            .and_then(|text| self.parse(text));
        let wrong = || StoreError::corrupted(format!("`{}`", self.path.display()));
        sealed.map(Some).ok_or_else(wrong)
    }

    fn parse(&self, text: &str) -> Option<Sealed> {
        let mut lines = text.lines();
        let is_own = lines.next() == Some(self.header) && lines.next() == Some(self.origin);
        let size = lines.next()?.parse().ok()?;
        let root = Hash::from_base64(lines.next()?)?;
        let sealed = Sealed { size, root };
        (is_own && self.text(sealed) == text).then_some(sealed)
    }

    pub(crate) fn write(&self, sealed: Sealed) -> Result<(), StoreError> {
        let text = self.text(sealed);
        replace(self.disk, &self.path, text.as_bytes(), Access::Private)
    }

    /// The lines, and a hash of them in the end: damage must not pass for an older state.
    fn text(&self, sealed: Sealed) -> String {
        let Sealed { size, root } = sealed;
        let lines = format!("{}\n{}\n{size}\n{root}\n", self.header, self.origin);
        let hash = Hash::of_content(lines.as_bytes());
        format!("{lines}{hash}\n")
    }
}

/// A name as a part of a file's name: what may not stand there becomes a hash.
fn file_name(name: &str) -> String {
    let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if name.bytes().all(is_plain) && !name.starts_with('.') && name.len() <= 100 {
        return name.to_owned();
    }
    let hash = Hash::of_content(name.as_bytes()).to_hex();
    let short: String = hash.chars().take(16).collect();
    let plain = name.bytes().map(|byte| {
        if is_plain(byte) {
            char::from(byte)
        } else {
            '_'
        }
    });
    let plain: String = plain.take(80).collect();
    format!("_{plain}-{short}")
}

impl Store {
    /// Signs and stores the checkpoint of what is committed, unless that was done.
    pub(crate) fn seal(&self) -> Result<(), StoreError> {
        let Some(high_water) = self.high_water() else {
            return Ok(());
        };
        // Before the database's lock, here and everywhere.
        let _alone = high_water.lock()?;
        let sealed = self
            .database
            .retrying(|session| self.seal_in(session, &high_water))?;
        let mut last = self.sealed.lock().unwrap_or_else(PoisonError::into_inner);
        *last = Some(sealed);
        Ok(())
    }

    fn seal_in(
        &self,
        session: &mut Session<'_>,
        high_water: &HighWater<'_>,
    ) -> Result<Sealed, StoreError> {
        session.begin_write()?;
        let log = Log::read(session)?;
        let now = Sealed {
            size: log.frontier.size(),
            root: log.frontier.root(),
        };
        let known = high_water.read()?;
        if let Some(known) = known {
            let is_continued = known.size <= now.size
                && (known == now
                    || self.last_sealed() == Some(known)
                    || root_at(session, known.size)? == known.root);
            if !is_continued {
                return Err(StoreError::Fork {
                    signed: known.size,
                    size: now.size,
                    path: high_water.path().display().to_string(),
                });
            }
        }
        let signed_size = session
            .row("SELECT size FROM checkpoint WHERE name = 'signed'", vec![])?
            .map(|row| row.count(0))
            .transpose()?;
        if signed_size == Some(now.size) && known == Some(now) && self.is_signed_by_all(session)? {
            session.rollback()?;
            return Ok(now);
        }
        if known != Some(now) {
            high_water.write(now)?;
        }
        let note = self.sign(now, log.last_at)?;
        session.run(
            "INSERT INTO checkpoint (name, size, note) VALUES ('signed', $1, $2) \
             ON CONFLICT (name) DO UPDATE SET size = excluded.size, note = excluded.note",
            vec![number(now.size).into(), note.into_bytes().into()],
        )?;
        session.commit()?;
        Ok(now)
    }

    /// Whether the stored checkpoint has the signatures of the keys of today: after a rotation it
    /// is signed again.
    fn is_signed_by_all(&self, session: &mut Session<'_>) -> Result<bool, StoreError> {
        let row = session.row("SELECT note FROM checkpoint WHERE name = 'signed'", vec![])?;
        let Some(row) = row else { return Ok(false) };
        let signed = SignedCheckpoint::parse(&row.bytes(0)?)?;
        let signers = self.notary.iter().flat_map(|notary| &notary.signers);
        let mut all = true;
        for signer in signers {
            all &= signed.signed_by(signer.key())?.is_some();
        }
        Ok(all)
    }

    fn sign(&self, sealed: Sealed, last_at: i64) -> Result<String, StoreError> {
        let checkpoint = Checkpoint::new(self.origin(), sealed.size, sealed.root);
        let mut signed = SignedCheckpoint::unsigned(checkpoint)?;
        let now = jiff::Timestamp::now().as_millisecond().max(last_at);
        let seconds = u64::try_from(now / 1000).unwrap_or_default();
        for signer in self.notary.iter().flat_map(|notary| &notary.signers) {
            let result = signed.sign(signer.as_ref(), seconds);
            result.map_err(|error| StoreError::Signing {
                error: error.to_string(),
            })?;
        }
        Ok(signed.note().to_text())
    }

    /// Refuses to append to a database that lacks what this program has signed.
    pub(crate) fn check_not_behind(&self, size: u64) -> Result<(), StoreError> {
        match (self.last_sealed(), self.high_water()) {
            (Some(sealed), Some(high_water)) if sealed.size > size => Err(StoreError::Fork {
                signed: sealed.size,
                size,
                path: high_water.path().display().to_string(),
            }),
            _ => Ok(()),
        }
    }
}

/// The root that the tree had at some size, from the tiles of this session's database.
fn root_at(session: &mut Session<'_>, size: u64) -> Result<Hash, StoreError> {
    let tiles = Tiles::of(session);
    let mut tree = Tree::new(&tiles, size);
    tree.root()
        .map_err(|fault| StoreError::corrupted(fault.to_string()))
}
