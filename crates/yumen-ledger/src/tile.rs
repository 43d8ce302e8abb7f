//! Tiles and entry bundles: their coordinates, paths and bytes (C2SP `tlog-tiles`, "Merkle Tree"
//! and "Log entries").

use std::fmt;

use yumen_diagnostics::Message;

use crate::fault::{Fault, decimal, fault};
use crate::hash::Hash;

/// Hashes in a full tile, and entries in a full bundle.
pub const WIDTH: u16 = 256;

/// The largest entry, in bytes: its length has two of them in a bundle.
pub const LARGEST_ENTRY: usize = 65_535;

/// Levels that a log of 2^64 entries would have; there are no tiles above.
pub(crate) const LEVELS: u8 = 8;

/// What a file of the tree holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Layer {
    /// The entries themselves
    Entries,
    /// Hashes; level 0 has those of entries, each level above those of full tiles below
    Hashes(u8),
}

/// Coordinates of a tile or of an entry bundle.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Tile {
    /// Entries, or the level of hashes
    pub layer: Layer,
    /// Number within the layer, counted from 0
    pub index: u64,
    /// How many hashes or entries are in it: 1 to 256, fewer than 256 in a partial one
    pub width: u16,
}

impl Tile {
    /// The file of a layer at a number in a tree of some size; none if nothing is there.
    #[must_use]
    pub fn in_tree(layer: Layer, index: u64, size: u64) -> Option<Self> {
        let have = items_in(layer, size);
        let before = index.checked_mul(u64::from(WIDTH))?;
        let rest = have.checked_sub(before).filter(|rest| *rest > 0)?;
        let width = u16::try_from(rest).unwrap_or(WIDTH).min(WIDTH);
        Some(Self {
            layer,
            index,
            width,
        })
    }

    /// True if more can be added to it.
    #[must_use]
    pub fn is_partial(&self) -> bool {
        self.width < WIDTH
    }

    /// The path below the folder of the log, such as `tile/0/x001/x234/067.p/8`.
    #[must_use]
    pub fn path(&self) -> String {
        self.to_string()
    }

    /// The coordinates that a path means; none if no tile is written in this way.
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        let (layer, rest) = path.strip_prefix("tile/")?.split_once('/')?;
        let layer = match layer {
            "entries" => Layer::Entries,
            level => Layer::Hashes(u8::try_from(decimal(level)?).ok()?),
        };
        let (number, width) = match rest.split_once(".p/") {
            Some((number, width)) => (number, u16::try_from(decimal(width)?).ok()?),
            None => (rest, WIDTH),
        };
        let mut index: u64 = 0;
        for part in number.split('/') {
            let digits = part.strip_prefix('x').unwrap_or(part);
            index = index.checked_mul(1000)?.checked_add(digits.parse().ok()?)?;
        }
        let tile = Self {
            layer,
            index,
            width,
        };
        let is_level = !matches!(layer, Layer::Hashes(64..));
        // Writing it again is what makes this strict: digits, `x`, `.p/256`.
        (is_level && (1..=WIDTH).contains(&width) && tile.path() == path).then_some(tile)
    }
}

impl fmt::Display for Tile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.layer {
            Layer::Entries => f.write_str("tile/entries")?,
            Layer::Hashes(level) => write!(f, "tile/{level}")?,
        }
        let mut groups = vec![self.index % 1000];
        let mut rest = self.index / 1000;
        while rest > 0 {
            groups.push(rest % 1000);
            rest /= 1000;
        }
        for (position, group) in groups.iter().enumerate().rev() {
            let sign = if position > 0 { "x" } else { "" };
            write!(f, "/{sign}{group:03}")?;
        }
        if self.is_partial() {
            write!(f, ".p/{}", self.width)?;
        }
        Ok(())
    }
}

/// How many hashes or entries a layer has in a tree of some size.
fn items_in(layer: Layer, size: u64) -> u64 {
    match layer {
        Layer::Entries => size,
        Layer::Hashes(level) => size.checked_shr(8 * u32::from(level)).unwrap_or(0),
    }
}

/// All tiles and bundles of a tree of some size, by layer and number.
pub fn tiles_of(size: u64) -> impl Iterator<Item = Tile> {
    changed_tiles(0, size)
}

/// The tiles and bundles of a tree that a smaller one of the same log did not have, or had
/// partial.
pub fn changed_tiles(old: u64, new: u64) -> impl Iterator<Item = Tile> {
    layers().flat_map(move |layer| {
        let width = u64::from(WIDTH);
        let (had, has) = (items_in(layer, old), items_in(layer, new));
        let first = had / width;
        let end = if has > had {
            has.div_ceil(width)
        } else {
            first
        };
        (first..end).filter_map(move |index| Tile::in_tree(layer, index, new))
    })
}

/// The partial tiles and bundles of a tree that a larger one of the same log has wider: an
/// export of the larger one does not have them.
pub fn outgrown_tiles(old: u64, new: u64) -> impl Iterator<Item = Tile> {
    layers().filter_map(move |layer| {
        let last = Tile::in_tree(layer, items_in(layer, old) / u64::from(WIDTH), old)?;
        (Tile::in_tree(layer, last.index, new)? != last).then_some(last)
    })
}

fn layers() -> impl Iterator<Item = Layer> {
    std::iter::once(Layer::Entries).chain((0..LEVELS).map(Layer::Hashes))
}

/// The bytes of a tile of hashes.
#[must_use]
pub fn encode_hashes(hashes: &[Hash]) -> Vec<u8> {
    hashes.iter().flat_map(|hash| hash.0).collect()
}

/// The hashes of a tile of that width.
///
/// # Errors
/// There are more or fewer.
pub fn decode_hashes(bytes: &[u8], width: u16) -> Result<Vec<Hash>, Fault> {
    let expected = usize::from(width) * Hash::LENGTH;
    if bytes.len() != expected {
        let message = Message::new("ledger-tile-length")
            .with("length", bytes.len())
            .with("expected", expected);
        return Err(Fault::new(message));
    }
    Ok(bytes
        .chunks_exact(Hash::LENGTH)
        .filter_map(Hash::from_bytes)
        .collect())
}

/// Adds an entry to the bytes of a bundle.
///
/// # Errors
/// The entry is larger than [`LARGEST_ENTRY`].
pub fn push_entry(bundle: &mut Vec<u8>, entry: &[u8]) -> Result<(), Fault> {
    let length = u16::try_from(entry.len()).map_err(|_| too_large(entry.len()))?;
    bundle.extend(length.to_be_bytes());
    bundle.extend(entry);
    Ok(())
}

pub(crate) fn too_large(length: usize) -> Fault {
    let message = Message::new("ledger-entry-too-large")
        .with("length", length)
        .with("most", LARGEST_ENTRY);
    Fault::new(message)
}

/// The entries of a bundle of that width, each with its offset in the file.
///
/// # Errors
/// It ends early, or goes on after them.
pub fn decode_bundle(bytes: &[u8], width: u16) -> Result<Vec<(usize, &[u8])>, Fault> {
    let mut entries = Vec::with_capacity(usize::from(width));
    let mut at = 0;
    for _ in 0..width {
        let entry = entry_at(bytes, at).ok_or_else(|| {
            let message = Message::new("ledger-bundle-ends").with("offset", at);
            Fault::new(message.with("missing", usize::from(width) - entries.len()))
        })?;
        entries.push((at + 2, entry));
        at += 2 + entry.len();
    }
    if at < bytes.len() {
        return Err(fault("ledger-bundle-longer").with("offset", at));
    }
    Ok(entries)
}

fn entry_at(bytes: &[u8], at: usize) -> Option<&[u8]> {
    let length = bytes.get(at..at + 2)?.try_into().ok()?;
    let begin = at + 2;
    bytes.get(begin..begin + usize::from(u16::from_be_bytes(length)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn paths_are_those_of_the_specification() {
        let tile = |layer, index, width| Tile {
            layer,
            index,
            width,
        };
        for (path, expected) in [
            (
                "tile/0/x001/x234/067",
                tile(Layer::Hashes(0), 1_234_067, 256),
            ),
            ("tile/0/000", tile(Layer::Hashes(0), 0, 256)),
            ("tile/63/999.p/255", tile(Layer::Hashes(63), 999, 255)),
            ("tile/entries/x001/000.p/1", tile(Layer::Entries, 1000, 1)),
        ] {
            assert_eq!(expected.path(), path);
            assert_eq!(Tile::from_path(path), Some(expected));
        }
        for wrong in [
            "tile/0/0",
            "tile/0/1000",
            "tile/00/000",
            "tile/64/000",
            "tile/0/000.p/0",
            "tile/0/000.p/256",
            "tile/0/000.p/07",
            "tile/0/x000/001",
            "tile/0/001/002",
            "tile/0/x001",
            "tile/0/+01",
            "tile/entries",
            "tile/0/000/",
            "/tile/0/000",
            "tile/entries/x999/x999/x999/x999/x999/x999/x999/999",
        ] {
            assert_eq!(Tile::from_path(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn trees_have_the_tiles_of_the_specification() {
        let of = |size, layer| {
            let tiles: Vec<Tile> = tiles_of(size).filter(|tile| tile.layer == layer).collect();
            let partial = tiles.iter().filter(|tile| tile.is_partial());
            let widths: Vec<u16> = partial.map(|tile| tile.width).collect();
            (tiles.len() - widths.len(), widths)
        };
        assert_eq!(of(70_000, Layer::Entries), (273, vec![112]));
        assert_eq!(of(70_000, Layer::Hashes(0)), (273, vec![112]));
        assert_eq!(of(70_000, Layer::Hashes(1)), (1, vec![17]));
        assert_eq!(of(70_000, Layer::Hashes(2)), (0, vec![1]));
        assert_eq!(of(70_000, Layer::Hashes(3)), (0, vec![]));
        assert_eq!(of(256, Layer::Hashes(0)), (1, vec![]));
        assert_eq!(of(256, Layer::Hashes(1)), (0, vec![1]));
        assert_eq!(tiles_of(0).count(), 0);
        assert_eq!(
            Tile::in_tree(Layer::Hashes(7), 0, u64::MAX).unwrap().width,
            255
        );
    }

    proptest! {
        #[test]
        fn what_changes_is_the_difference_of_the_trees(old in 0_u64..140_000, more in 0_u64..70_000) {
            use std::collections::BTreeSet;
            let new = old + more;
            let before: BTreeSet<Tile> = tiles_of(old).collect();
            let after: BTreeSet<Tile> = tiles_of(new).collect();
            let changed: BTreeSet<Tile> = changed_tiles(old, new).collect();
            let outgrown: BTreeSet<Tile> = outgrown_tiles(old, new).collect();
            prop_assert_eq!(&after - &before, changed);
            prop_assert_eq!(&before - &after, outgrown);
        }

        #[test]
        fn a_bundle_has_one_reading(bytes in prop::collection::vec(any::<u8>(), 0..40), width in 1_u16..5) {
            if let Ok(entries) = decode_bundle(&bytes, width) {
                let mut again = Vec::new();
                for (_, entry) in entries {
                    push_entry(&mut again, entry).unwrap();
                }
                prop_assert_eq!(again, bytes);
            }
        }
    }

    #[test]
    fn the_largest_entry_fits_and_a_larger_one_does_not() {
        let mut bundle = Vec::new();
        push_entry(&mut bundle, &vec![7; LARGEST_ENTRY]).unwrap();
        assert_eq!(decode_bundle(&bundle, 1).unwrap()[0].1.len(), LARGEST_ENTRY);
        let fault = push_entry(&mut bundle, &vec![7; LARGEST_ENTRY + 1]).unwrap_err();
        assert_eq!(fault.message.id, "ledger-entry-too-large");
        assert_eq!(bundle.len(), 2 + LARGEST_ENTRY);
        assert!(decode_bundle(&bundle[..bundle.len() - 1], 1).is_err());
        bundle.push(0);
        assert!(decode_bundle(&bundle, 1).is_err());
    }
}
