//! The operation ledger: an append-only Merkle log (RFC 6962) in the formats of C2SP, so that
//! nobody can rewrite it unnoticed and anybody can check that without Yumen.
//!
//! Pure: bytes in, bytes out. Who stores it is `yumen-store`. Formats and how to verify an export
//! by other means: `docs/ledger.md`.
//!
//! [`Entry`] is what is written, [`Export`] makes files of it, [`Checkpoint`] says which tree they
//! are, [`SignedCheckpoint::sign`] binds a [`Signer`] to that; [`verify()`] believes none of it until
//! everything was computed again. LAW (a ledger entry cannot be trusted without a token):
//! [`Verified`] and [`Proved`] come from verification alone.
//!
//! # Rooms
//!
//! `value`, `entry` (what is written); `hash`, `tree`, `tile`, `export` (the log as files); `note`,
//! `checkpoint`, `key`, `cosignature` (who says so); `policy`, `trust` (who is believed); `proof`,
//! `verify` (what follows from that); `witness` (a second pair of eyes).
#![forbid(unsafe_code)]

mod checkpoint;
mod cosignature;
mod entry;
mod export;
mod fault;
mod hash;
mod key;
mod note;
mod policy;
mod proof;
pub mod tile;
mod tree;
mod trust;
mod value;
mod verify;
pub mod witness;

use yumen_diagnostics::Texts;

pub use checkpoint::{Checkpoint, SignedCheckpoint};
pub use cosignature::{Signed, ed25519_message, ml_dsa_message};
pub use entry::Entry;
pub use export::{BLOBS, CHECKPOINT, Export, File, Source, expected_paths, outgrown_paths};
pub use fault::Fault;
pub use hash::Hash;
pub use key::{Algorithm, SignError, Signer, VerifierKey};
pub use note::{Note, NoteSignature};
pub use policy::{Known, Policy, Witnessed};
pub use proof::{Proof, Proved};
pub use tree::{Frontier, LONGEST_PROOF, TileReader, Tree, verify_consistency, verify_inclusion};
pub use trust::Trust;
pub use value::{Value, ValueError};
pub use verify::{Verified, verify};

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-ledger",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
