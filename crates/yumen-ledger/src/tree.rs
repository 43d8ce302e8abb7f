//! Merkle trees by RFC 6962 section 2.1: roots while appending, proofs from tiles, and their
//! verification by the algorithms of RFC 9162 sections 2.1.3.2 and 2.1.4.2.

use std::collections::BTreeMap;

use yumen_diagnostics::Message;

use crate::fault::{Fault, fault};
use crate::hash::{Hash, root_of};
use crate::tile::{Layer, Tile, WIDTH, decode_hashes};

/// The longest path that a proof can have: a tree of 2^63 entries and more has none longer.
pub const LONGEST_PROOF: usize = 63;

/// As much of a tree as appending needs: its size and the roots of its full subtrees.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Frontier {
    size: u64,
    peaks: Vec<Hash>,
}

impl Frontier {
    /// An empty tree.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// The tree of that size whose full subtrees have these roots, the largest first; none if a
    /// tree of that size has another number of them.
    #[must_use]
    pub fn from_parts(size: u64, peaks: Vec<Hash>) -> Option<Self> {
        let expected = usize::try_from(size.count_ones()).ok()?;
        (peaks.len() == expected).then_some(Self { size, peaks })
    }

    /// Leaves in the tree.
    #[must_use]
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The roots of the full subtrees, the largest first.
    #[must_use]
    pub fn peaks(&self) -> &[Hash] {
        &self.peaks
    }

    /// Adds a leaf by its hash.
    pub fn append(&mut self, leaf: Hash) {
        let mut node = leaf;
        for _ in 0..self.size.trailing_ones() {
            if let Some(left) = self.peaks.pop() {
                node = Hash::of_children(&left, &node);
            }
        }
        self.peaks.push(node);
        self.size += 1;
    }

    /// The root of the tree.
    #[must_use]
    pub fn root(&self) -> Hash {
        let joined = self.peaks.iter().rev().copied();
        joined
            .reduce(|right, left| Hash::of_children(&left, &right))
            .unwrap_or_else(Hash::empty)
    }
}

/// Where proofs get tiles of hashes from.
///
/// What it gives is not trusted: a proof that was made from wrong tiles does not verify.
pub trait TileReader {
    /// The bytes of a tile; a reader that only has a wider one of the same place gives that.
    ///
    /// # Errors
    /// Why it could not be read, for people.
    fn tile(&self, tile: &Tile) -> Result<Vec<u8>, String>;
}

/// A tree of some size, read tile by tile.
pub struct Tree<'a, R: ?Sized> {
    reader: &'a R,
    size: u64,
    tiles: BTreeMap<Tile, Vec<Hash>>,
}

impl<'a, R: TileReader + ?Sized> Tree<'a, R> {
    /// The tree of that many leaves.
    pub fn new(reader: &'a R, size: u64) -> Self {
        Self {
            reader,
            size,
            tiles: BTreeMap::new(),
        }
    }

    /// The root of the tree.
    ///
    /// # Errors
    /// A tile cannot be read or has a wrong length.
    pub fn root(&mut self) -> Result<Hash, Fault> {
        self.range(0, self.size)
    }

    /// The state from which the tree goes on.
    ///
    /// # Errors
    /// A tile cannot be read or has a wrong length.
    pub fn frontier(&mut self) -> Result<Frontier, Fault> {
        let (mut peaks, mut begin) = (Vec::new(), 0);
        while begin < self.size {
            let length = 1_u64 << (self.size - begin).ilog2();
            peaks.push(self.range(begin, begin + length)?);
            begin += length;
        }
        Ok(Frontier {
            size: self.size,
            peaks,
        })
    }

    /// The inclusion proof of a leaf (`PATH`), from its sibling to the child of the root.
    ///
    /// # Errors
    /// There is no such leaf, or a tile cannot be read.
    pub fn inclusion(&mut self, index: u64) -> Result<Vec<Hash>, Fault> {
        if index >= self.size {
            let message = Message::new("ledger-no-entry")
                .with("entry", index)
                .with("size", self.size);
            return Err(Fault::new(message));
        }
        let (mut begin, mut end) = (0, self.size);
        let mut path = Vec::new();
        while end - begin > 1 {
            let middle = begin + split(end - begin);
            if index < middle {
                path.push(self.range(middle, end)?);
                end = middle;
            } else {
                path.push(self.range(begin, middle)?);
                begin = middle;
            }
        }
        path.reverse();
        Ok(path)
    }

    /// The consistency proof (`PROOF`) that this tree continues the one of an older size; empty
    /// for sizes zero and its own.
    ///
    /// # Errors
    /// The older size is larger, or a tile cannot be read.
    pub fn consistency(&mut self, old: u64) -> Result<Vec<Hash>, Fault> {
        if old > self.size {
            let message = Message::new("ledger-proof-sizes")
                .with("old", old)
                .with("size", self.size);
            return Err(Fault::new(message));
        }
        if old == 0 || old == self.size {
            return Ok(Vec::new());
        }
        let (mut begin, mut end) = (0, self.size);
        let mut path = Vec::new();
        // The subtree that ends where the old tree ended; on the left edge it is the old tree.
        while end != old {
            let middle = begin + split(end - begin);
            if old <= middle {
                path.push(self.range(middle, end)?);
                end = middle;
            } else {
                path.push(self.range(begin, middle)?);
                begin = middle;
            }
        }
        if begin > 0 {
            path.push(self.range(begin, end)?);
        }
        path.reverse();
        Ok(path)
    }

    /// The root over some leaves, where a tree of this size has such a subtree.
    fn range(&mut self, begin: u64, end: u64) -> Result<Hash, Fault> {
        let length = end - begin;
        if length == 0 {
            return Ok(Hash::empty());
        }
        if length.is_power_of_two() {
            return self.full(begin, length.trailing_zeros());
        }
        let middle = begin + split(length);
        let left = self.range(begin, middle)?;
        let right = self.range(middle, end)?;
        Ok(Hash::of_children(&left, &right))
    }

    /// The root of a full subtree: some hashes of one tile.
    fn full(&mut self, begin: u64, height: u32) -> Result<Hash, Fault> {
        let level = height / 8;
        let first = begin >> (8 * level);
        let count = 1_usize << (height % 8);
        let layer = Layer::Hashes(u8::try_from(level).unwrap_or(u8::MAX));
        let width = u64::from(WIDTH);
        let tile = Tile::in_tree(layer, first / width, self.size)
            .ok_or_else(|| fault("ledger-tile-none"))?;
        let offset = usize::try_from(first % width).unwrap_or(usize::MAX);
        let hashes = self.tile(tile)?;
        let nodes = hashes.get(offset..offset.saturating_add(count));
        nodes
            .map(root_of)
            .ok_or_else(|| fault("ledger-tile-none").in_file(&tile.path()))
    }

    fn tile(&mut self, tile: Tile) -> Result<&[Hash], Fault> {
        if !self.tiles.contains_key(&tile) {
            let path = tile.path();
            let bytes = self.reader.tile(&tile).map_err(|error| {
                let message = Message::new("ledger-file-unreadable").with("error", error);
                Fault::new(message).in_file(&path)
            })?;
            let wanted = usize::from(tile.width) * Hash::LENGTH;
            let bytes = bytes.get(..wanted).unwrap_or(&bytes);
            let hashes = decode_hashes(bytes, tile.width).map_err(|fault| fault.in_file(&path))?;
            self.tiles.insert(tile, hashes);
        }
        Ok(self.tiles.get(&tile).map_or(&[], Vec::as_slice))
    }
}

/// The largest power of two smaller than a number that is at least two.
fn split(length: u64) -> u64 {
    1 << (length - 1).ilog2()
}

/// Whether a leaf is at that place of the tree with that root (RFC 9162 section 2.1.3.2).
#[must_use]
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    let (mut node, mut last) = (index, size - 1);
    let mut hash = leaf;
    for sibling in path {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            hash = Hash::of_children(sibling, &hash);
            while node % 2 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            hash = Hash::of_children(&hash, sibling);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && hash == root
}

/// Whether one tree continues another (RFC 9162 section 2.1.4.2).
///
/// Every tree continues the empty one, by an empty path, and itself.
#[must_use]
pub fn verify_consistency(
    old: u64,
    old_root: Hash,
    new: u64,
    new_root: Hash,
    path: &[Hash],
) -> bool {
    if old > new {
        return false;
    }
    if old == new || old == 0 {
        let is_same = if old == 0 {
            old_root == Hash::empty()
        } else {
            old_root == new_root
        };
        return path.is_empty() && is_same && (new > 0 || new_root == Hash::empty());
    }
    let first = old.is_power_of_two().then_some(old_root);
    let mut path = first.into_iter().chain(path.iter().copied());
    let Some(seed) = path.next() else {
        return false;
    };
    let (mut node, mut last) = (old - 1, new - 1);
    while node % 2 == 1 {
        node >>= 1;
        last >>= 1;
    }
    let (mut of_old, mut of_new) = (seed, seed);
    for hash in path {
        if last == 0 {
            return false;
        }
        if node % 2 == 1 || node == last {
            of_old = Hash::of_children(&hash, &of_old);
            of_new = Hash::of_children(&hash, &of_new);
            while node % 2 == 0 && node != 0 {
                node >>= 1;
                last >>= 1;
            }
        } else {
            of_new = Hash::of_children(&of_new, &hash);
        }
        node >>= 1;
        last >>= 1;
    }
    last == 0 && of_old == old_root && of_new == new_root
}
