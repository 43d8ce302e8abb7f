//! Hashes of a Merkle tree by RFC 6962 section 2.1, over SHA-256.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// A SHA-256 hash: of a leaf, of an inner node, of a whole tree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Hash(pub [u8; Self::LENGTH]);

impl Hash {
    /// Bytes of a hash.
    pub const LENGTH: usize = 32;

    /// The root of a tree without leaves: the hash of nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self::of_content(&[])
    }

    /// The hash of a leaf.
    #[must_use]
    pub fn of_leaf(entry: &[u8]) -> Self {
        Self(
            Sha256::new()
                .chain_update([0])
                .chain_update(entry)
                .finalize()
                .into(),
        )
    }

    /// The hash of an inner node.
    #[must_use]
    pub fn of_children(left: &Self, right: &Self) -> Self {
        let mut both = [1; 1 + 2 * Self::LENGTH];
        let bytes = left.0.iter().chain(&right.0);
        for (to, from) in both.iter_mut().skip(1).zip(bytes) {
            *to = *from;
        }
        Self(Sha256::digest(both).into())
    }

    /// The plain SHA-256 of some content: the name of a blob that an entry speaks of.
    #[must_use]
    pub fn of_content(content: &[u8]) -> Self {
        Self(Sha256::digest(content).into())
    }

    /// The hash that these bytes are, if there are 32 of them.
    #[must_use]
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// The hash in standard Base64, as notes and proofs write it.
    #[must_use]
    pub fn to_base64(&self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads [`Hash::to_base64`] and no other spelling.
    #[must_use]
    pub fn from_base64(text: &str) -> Option<Self> {
        Self::from_bytes(&STANDARD.decode(text).ok()?)
    }

    /// The hash in lower-case hexadecimal digits, as blobs are named.
    #[must_use]
    pub fn to_hex(&self) -> String {
        let mut text = String::new();
        for byte in self.0 {
            // Writing to a text cannot fail.
            let _ = write!(text, "{byte:02x}");
        }
        text
    }

    /// Reads [`Hash::to_hex`] and no other spelling.
    #[must_use]
    pub fn from_hex(text: &str) -> Option<Self> {
        let mut bytes = Vec::with_capacity(Self::LENGTH);
        for at in (0..text.len()).step_by(2) {
            bytes.push(u8::from_str_radix(text.get(at..at + 2)?, 16).ok()?);
        }
        Self::from_bytes(&bytes).filter(|hash| hash.to_hex() == text)
    }
}

/// Base64, so that what is shown can be compared with the checkpoint.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.to_base64())
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// The hash of a tree whose leaves already are hashes (`MTH`): of a tile, or of the right edge.
///
/// The hash of nothing is that of the empty tree.
pub(crate) fn root_of(nodes: &[Hash]) -> Hash {
    match nodes {
        [] => Hash::empty(),
        [one] => *one,
        many => {
            let (left, right) = many.split_at(half(many.len()));
            Hash::of_children(&root_of(left), &root_of(right))
        }
    }
}

/// The largest power of two smaller than a number that is at least two.
fn half(count: usize) -> usize {
    count.next_power_of_two() / 2
}
