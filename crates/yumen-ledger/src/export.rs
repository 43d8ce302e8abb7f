//! A log as files: which there are for a size, and their bytes, made while entries are appended.
//!
//! An export is a folder with `checkpoint`, `tile/…` and, where entries speak of content that is
//! too large for them, `blob/<SHA-256 in hexadecimal digits>`.

use yumen_diagnostics::Message;

use crate::fault::{Fault, fault};
use crate::hash::{Hash, root_of};
use crate::tile::{
    Layer, Tile, WIDTH, decode_bundle, decode_hashes, encode_hashes, outgrown_tiles, push_entry,
    tiles_of,
};

/// The path of the checkpoint in an export.
pub const CHECKPOINT: &str = "checkpoint";

/// Where blobs are in an export: `blob/` and the SHA-256 of the content.
pub const BLOBS: &str = "blob/";

/// Where files of a log are read from.
pub trait Source {
    /// The bytes of a file; none if it does not exist.
    ///
    /// # Errors
    /// Why it could not be read, for people.
    fn read(&self, path: &str) -> Result<Option<Vec<u8>>, String>;

    /// The paths of all files, in any order, where that can be told; a verification then refuses
    /// files that do not belong there.
    ///
    /// # Errors
    /// Why they could not be listed, for people.
    fn list(&self) -> Result<Option<Vec<String>>, String> {
        Ok(None)
    }
}

/// A file of an export.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct File {
    /// Path below the folder of the export
    pub path: String,
    /// Content
    pub bytes: Vec<u8>,
}

/// A log under export: takes entries, gives files.
#[derive(Clone, Debug, Default)]
pub struct Export {
    edge: Edge,
    bundle: Vec<u8>,
}

impl Export {
    /// An empty log.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The log of that size whose files are there, so that it can go on. Only the partial tiles
    /// are read, and not verified: whoever does not trust them compares [`Export::root`].
    ///
    /// # Errors
    /// A partial tile or bundle is missing, unreadable or of a wrong length.
    pub fn resume<S: Source + ?Sized>(source: &S, size: u64) -> Result<Self, Fault> {
        let mut export = Self::new();
        export.edge.size = size;
        let partial = tiles_of(size).filter(Tile::is_partial);
        for tile in partial {
            let path = tile.path();
            let bytes = read(source, &path)?;
            match tile.layer {
                Layer::Entries => {
                    decode_bundle(&bytes, tile.width).map_err(|fault| fault.in_file(&path))?;
                    export.bundle = bytes;
                }
                Layer::Hashes(level) => {
                    let hashes =
                        decode_hashes(&bytes, tile.width).map_err(|fault| fault.in_file(&path))?;
                    *export.edge.level(usize::from(level)) = hashes;
                }
            }
        }
        Ok(export)
    }

    /// Entries so far.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.edge.size
    }

    /// The root of the tree so far.
    #[must_use]
    pub fn root(&self) -> Hash {
        self.edge.root()
    }

    /// Adds an encoded entry; gives the files that it fills.
    ///
    /// # Errors
    /// The entry is larger than 65,535 bytes; nothing was added then.
    pub fn append(&mut self, entry: &[u8]) -> Result<Vec<File>, Fault> {
        push_entry(&mut self.bundle, entry)?;
        let mut full = Vec::new();
        if (self.edge.size + 1).is_multiple_of(WIDTH.into()) {
            let tile = Tile {
                layer: Layer::Entries,
                index: self.edge.size / u64::from(WIDTH),
                width: WIDTH,
            };
            full.push(File {
                path: tile.path(),
                bytes: std::mem::take(&mut self.bundle),
            });
        }
        self.edge
            .append(Hash::of_leaf(entry), &mut |tile, hashes, _| {
                full.push(File {
                    path: tile.path(),
                    bytes: encode_hashes(hashes),
                });
                Ok(())
            })?;
        Ok(full)
    }

    /// The partial files at this size: a checkpoint of it needs them.
    #[must_use]
    pub fn partial(&self) -> Vec<File> {
        let mut files = Vec::new();
        if let Some(tile) =
            Tile::in_tree(Layer::Entries, self.size() / u64::from(WIDTH), self.size())
        {
            files.push(File {
                path: tile.path(),
                bytes: self.bundle.clone(),
            });
        }
        for (tile, hashes) in self.edge.partial() {
            files.push(File {
                path: tile.path(),
                bytes: encode_hashes(hashes),
            });
        }
        files
    }
}

/// The paths of an export of that size, without blobs.
pub fn expected_paths(size: u64) -> impl Iterator<Item = String> {
    std::iter::once(CHECKPOINT.to_owned()).chain(tiles_of(size).map(|tile| tile.path()))
}

/// The paths of partial files that an export of a larger size of the same log must not have any
/// more.
pub fn outgrown_paths(old: u64, new: u64) -> impl Iterator<Item = String> {
    outgrown_tiles(old, new).map(|tile| tile.path())
}

pub(crate) fn read<S: Source + ?Sized>(source: &S, path: &str) -> Result<Vec<u8>, Fault> {
    match source.read(path) {
        Ok(Some(bytes)) => Ok(bytes),
        Ok(None) => Err(fault("ledger-file-missing").in_file(path)),
        Err(error) => {
            let message = Message::new("ledger-file-unreadable").with("error", error);
            Err(Fault::new(message).in_file(path))
        }
    }
}

/// What takes a full tile with its root.
pub(crate) type Taker<'a> = dyn FnMut(Tile, &[Hash], Hash) -> Result<(), Fault> + 'a;

/// The right edge of a tree in tiles: the partial tile of each level.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edge {
    size: u64,
    levels: Vec<Vec<Hash>>,
}

impl Edge {
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf; tiles that it fills go to the taker, the lowest first.
    pub(crate) fn append(&mut self, leaf: Hash, full: &mut Taker<'_>) -> Result<(), Fault> {
        let mut node = leaf;
        self.size += 1;
        for level in 0.. {
            let hashes = self.level(level);
            hashes.push(node);
            if hashes.len() < usize::from(WIDTH) {
                break;
            }
            let hashes = std::mem::take(hashes);
            let layer = layer(level);
            let tile = Tile {
                layer,
                index: tiles_before(self.size, level).saturating_sub(1),
                width: WIDTH,
            };
            node = root_of(&hashes);
            full(tile, &hashes, node)?;
        }
        Ok(())
    }

    /// The partial tiles, the lowest first.
    pub(crate) fn partial(&self) -> impl Iterator<Item = (Tile, &[Hash])> {
        self.levels
            .iter()
            .enumerate()
            .filter_map(|(level, hashes)| {
                let index = tiles_before(self.size, level);
                let tile = Tile::in_tree(layer(level), index, self.size)?;
                Some((tile, hashes.as_slice()))
            })
    }

    /// The root: each level's hashes, with what is unfinished below as the last of them.
    pub(crate) fn root(&self) -> Hash {
        let mut below = None;
        for hashes in &self.levels {
            let mut nodes = hashes.clone();
            nodes.extend(below);
            if !nodes.is_empty() {
                below = Some(root_of(&nodes));
            }
        }
        below.unwrap_or_else(Hash::empty)
    }

    fn level(&mut self, level: usize) -> &mut Vec<Hash> {
        if self.levels.len() <= level {
            self.levels.resize_with(level + 1, Vec::new);
        }
        // The level was just made.
        #[expect(clippy::indexing_slicing, reason = "the line above made room for it")]
        &mut self.levels[level]
    }
}

/// Full tiles of a level.
fn tiles_before(size: u64, level: usize) -> u64 {
    let bits = u32::try_from(8 * (level + 1)).unwrap_or(u32::MAX);
    size.checked_shr(bits).unwrap_or(0)
}

fn layer(level: usize) -> Layer {
    Layer::Hashes(u8::try_from(level).unwrap_or(u8::MAX))
}
