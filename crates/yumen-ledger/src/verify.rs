//! The verification of a whole log: everything is computed again from the entries, up to the root
//! that was signed.

use std::collections::BTreeSet;

use yumen_diagnostics::Message;

use crate::checkpoint::{Checkpoint, SignedCheckpoint};
use crate::entry::Entry;
use crate::export::{BLOBS, CHECKPOINT, Edge, Source, read};
use crate::fault::{Fault, fault};
use crate::hash::{Hash, root_of};
use crate::policy::Witnessed;
use crate::proof::Proof;
use crate::tile::{Layer, Tile, WIDTH, decode_bundle, decode_hashes};
use crate::tree::{TileReader, Tree};
use crate::trust::Trust;

/// A log that was verified from the first entry to the signed root; only [`verify`] makes one.
///
/// It keeps the root of each bundle, so that entries can be read again later without believing
/// the files again.
#[derive(Clone, Debug)]
pub struct Verified {
    signed: SignedCheckpoint,
    by: Witnessed,
    bundles: Vec<Hash>,
    last_at: Option<i64>,
}

/// Verifies a log: the signatures, each entry and its time, each tile, the root, and that it
/// continues the checkpoint that the reader has seen before.
///
/// Files are read one at a time; what stays in memory is 32 bytes for each 256 entries.
/// `progress` is told the number of entries done after each bundle.
///
/// # Errors
/// The first thing that is wrong, with its file and offset or entry.
pub fn verify<S: Source + ?Sized>(
    source: &S,
    trust: &Trust<'_>,
    known: Option<&Checkpoint>,
    progress: &mut dyn FnMut(u64),
) -> Result<Verified, Fault> {
    let in_checkpoint = |fault: Fault| fault.in_file(CHECKPOINT);
    let signed = SignedCheckpoint::parse(&read(source, CHECKPOINT)?).map_err(in_checkpoint)?;
    let by = trust.check(&signed).map_err(in_checkpoint)?;
    let checkpoint = signed.checkpoint();
    if let Some(known) = known {
        check_not_back(checkpoint, known).map_err(in_checkpoint)?;
    }
    let mut walk = Walk {
        source,
        size: checkpoint.size,
        known,
        edge: Edge::default(),
        bundles: Vec::new(),
        last_at: None,
    };
    walk.check_known()?;
    for index in 0..checkpoint.size.div_ceil(WIDTH.into()) {
        walk.bundle(index)?;
        progress(walk.edge.size());
    }
    let root = walk.finish()?;
    if root != checkpoint.root {
        let message = Message::new("ledger-root-differs")
            .with("root", checkpoint.root.to_base64())
            .with("computed", root.to_base64());
        return Err(in_checkpoint(Fault::new(message)));
    }
    check_listing(source, checkpoint.size)?;
    let (bundles, last_at) = (walk.bundles, walk.last_at);
    Ok(Verified {
        signed,
        by,
        bundles,
        last_at,
    })
}

impl Verified {
    /// The signed checkpoint.
    #[must_use]
    pub fn checkpoint(&self) -> &SignedCheckpoint {
        &self.signed
    }

    /// Entries in the log.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.signed.checkpoint().size
    }

    /// Whose signatures it was believed by.
    #[must_use]
    pub fn by(&self) -> &Witnessed {
        &self.by
    }

    /// Time of the last entry, in milliseconds since 1970; none in an empty log.
    #[must_use]
    pub fn last_at(&self) -> Option<i64> {
        self.last_at
    }

    /// The entries from a number on, with their numbers. Files are read again, and compared with
    /// what was verified.
    pub fn entries<'a, S: Source + ?Sized>(
        &'a self,
        source: &'a S,
        from: u64,
    ) -> impl Iterator<Item = Result<(u64, Entry), Fault>> + 'a {
        let width = u64::from(WIDTH);
        (from / width..self.size().div_ceil(width)).flat_map(move |index| {
            let (entries, fault) = match self.bundle(source, index) {
                Ok(entries) => (entries, None),
                Err(fault) => (Vec::new(), Some(Err(fault))),
            };
            let numbered = (index * width..).zip(entries);
            fault.into_iter().chain(
                numbered
                    .skip_while(move |(number, _)| *number < from)
                    .map(Ok),
            )
        })
    }

    /// An entry.
    ///
    /// # Errors
    /// There is none of that number, or its file is not any more what was verified.
    pub fn entry<S: Source + ?Sized>(&self, source: &S, index: u64) -> Result<Entry, Fault> {
        let found = self.entries(source, index).next();
        found.map_or_else(|| Err(self.no_entry(index)), |found| Ok(found?.1))
    }

    /// The proof that an entry is in the log.
    ///
    /// # Errors
    /// There is no entry of that number, or a tile is not any more what was verified.
    pub fn proof<S: Source + ?Sized>(&self, source: &S, index: u64) -> Result<Proof, Fault> {
        let tiles = Tiles(source);
        let mut tree = Tree::new(&tiles, self.size());
        let path = tree.inclusion(index)?;
        Ok(Proof {
            extra: None,
            index,
            path,
            checkpoint: self.signed.clone(),
        })
    }

    fn bundle<S: Source + ?Sized>(&self, source: &S, index: u64) -> Result<Vec<Entry>, Fault> {
        let (tile, bytes) = bundle_file(source, index, self.size())?;
        let in_file = |fault: Fault| fault.in_file(&tile.path());
        let mut leaves = Vec::new();
        let mut entries = Vec::new();
        for (_, bytes) in decode_bundle(&bytes, tile.width).map_err(in_file)? {
            leaves.push(Hash::of_leaf(bytes));
            entries.push(Entry::decode(bytes).map_err(in_file)?);
        }
        let known = usize::try_from(index)
            .ok()
            .and_then(|at| self.bundles.get(at));
        if known != Some(&root_of(&leaves)) {
            return Err(in_file(fault("ledger-file-changed")));
        }
        Ok(entries)
    }

    fn no_entry(&self, index: u64) -> Fault {
        let message = Message::new("ledger-no-entry")
            .with("entry", index)
            .with("size", self.size());
        Fault::new(message)
    }
}

/// The tiles of a source.
struct Tiles<'a, S: ?Sized>(&'a S);

impl<S: Source + ?Sized> TileReader for Tiles<'_, S> {
    fn tile(&self, tile: &Tile) -> Result<Vec<u8>, String> {
        let bytes = self.0.read(&tile.path())?;
        bytes.ok_or_else(|| "no such file".to_owned())
    }
}

/// A log on the way from its first entry to its root.
struct Walk<'a, S: ?Sized> {
    source: &'a S,
    size: u64,
    known: Option<&'a Checkpoint>,
    edge: Edge,
    bundles: Vec<Hash>,
    last_at: Option<i64>,
}

impl<S: Source + ?Sized> Walk<'_, S> {
    fn bundle(&mut self, index: u64) -> Result<(), Fault> {
        let (tile, bytes) = bundle_file(self.source, index, self.size)?;
        let path = tile.path();
        let entries = decode_bundle(&bytes, tile.width).map_err(|fault| fault.in_file(&path))?;
        for (offset, bytes) in entries {
            self.entry(offset, bytes)
                .map_err(|fault| fault.in_file(&path))?;
        }
        Ok(())
    }

    fn entry(&mut self, offset: usize, bytes: &[u8]) -> Result<(), Fault> {
        let number = self.edge.size();
        let entry = Entry::decode(bytes).map_err(|fault| fault.of_entry(number))?;
        if let Some(last) = self.last_at.filter(|last| entry.at < *last) {
            let message = Message::new("ledger-time-back")
                .with("entry", number)
                .with("offset", offset)
                .with("time", entry.at.to_string())
                .with("before", last.to_string());
            return Err(Fault::new(message));
        }
        self.last_at = Some(entry.at);
        let (source, bundles) = (self.source, &mut self.bundles);
        let leaf = Hash::of_leaf(bytes);
        self.edge.append(leaf, &mut |tile, hashes, root| {
            if tile.layer == Layer::Hashes(0) {
                bundles.push(root);
            }
            compare(source, &tile, hashes)
        })?;
        self.check_known()
    }

    /// The partial tiles; gives the root.
    fn finish(&mut self) -> Result<Hash, Fault> {
        for (tile, hashes) in self.edge.partial() {
            if tile.layer == Layer::Hashes(0) {
                self.bundles.push(root_of(hashes));
            }
            compare(self.source, &tile, hashes)?;
        }
        Ok(self.edge.root())
    }

    fn check_known(&self) -> Result<(), Fault> {
        let here = self.known.filter(|known| known.size == self.edge.size());
        match here {
            Some(known) if known.root != self.edge.root() => {
                let message = Message::new("ledger-known-fork")
                    .with("size", known.size)
                    .with("root", known.root.to_base64())
                    .with("computed", self.edge.root().to_base64());
                Err(Fault::new(message).in_file(CHECKPOINT))
            }
            _ => Ok(()),
        }
    }
}

fn bundle_file<S: Source + ?Sized>(
    source: &S,
    index: u64,
    size: u64,
) -> Result<(Tile, Vec<u8>), Fault> {
    let tile =
        Tile::in_tree(Layer::Entries, index, size).ok_or_else(|| fault("ledger-tile-none"))?;
    let bytes = read(source, &tile.path())?;
    Ok((tile, bytes))
}

fn compare<S: Source + ?Sized>(source: &S, tile: &Tile, computed: &[Hash]) -> Result<(), Fault> {
    let path = tile.path();
    let bytes = read(source, &path)?;
    let stored = decode_hashes(&bytes, tile.width).map_err(|fault| fault.in_file(&path))?;
    let differs = stored
        .iter()
        .zip(computed)
        .position(|(one, other)| one != other);
    let Some(at) = differs else {
        return Ok(());
    };
    let first = tile.index * u64::from(WIDTH) + at as u64;
    let (level, message) = match tile.layer {
        Layer::Hashes(level) if level > 0 => (level, Message::new("ledger-tile-differs")),
        _ => (0, Message::new("ledger-entry-differs")),
    };
    let entry = first.checked_shl(8 * u32::from(level)).unwrap_or(u64::MAX);
    let message = message
        .with("offset", at * Hash::LENGTH)
        .with("entry", entry);
    Err(Fault::new(message).in_file(&path))
}

fn check_not_back(checkpoint: &Checkpoint, known: &Checkpoint) -> Result<(), Fault> {
    if known.origin != checkpoint.origin {
        let message = Message::new("ledger-known-origin")
            .with("origin", checkpoint.origin.as_str())
            .with("known", known.origin.as_str());
        return Err(Fault::new(message));
    }
    if known.size > checkpoint.size {
        let message = Message::new("ledger-known-back")
            .with("size", checkpoint.size)
            .with("known", known.size);
        return Err(Fault::new(message));
    }
    Ok(())
}

/// Nothing is there that does not belong there, and blobs are what they are called.
fn check_listing<S: Source + ?Sized>(source: &S, size: u64) -> Result<(), Fault> {
    let listed = source
        .list()
        .map_err(|error| Fault::new(Message::new("ledger-list-unreadable").with("error", error)))?;
    let listed: BTreeSet<String> = listed.into_iter().flatten().collect();
    for path in &listed {
        if path == CHECKPOINT || is_of_tree(path, size) {
            continue;
        }
        let hash = path.strip_prefix(BLOBS).and_then(Hash::from_hex);
        let hash = hash.ok_or_else(|| fault("ledger-file-extra").in_file(path))?;
        if Hash::of_content(&read(source, path)?) != hash {
            return Err(fault("ledger-blob-differs").in_file(path));
        }
    }
    Ok(())
}

fn is_of_tree(path: &str, size: u64) -> bool {
    let tile = Tile::from_path(path);
    tile.is_some_and(|tile| Tile::in_tree(tile.layer, tile.index, size) == Some(tile))
}
