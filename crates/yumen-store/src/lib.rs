//! State that survives: one transaction appends to the ledger and updates tables that can be
//! rebuilt from it.
//!
//! A [`Store`] is a file of SQLite or a database of PostgreSQL. It keeps the log of
//! `yumen-ledger`, signs its checkpoints, keeps snapshots so that versions that hardly differ cost
//! little, and lends leases to daemons. Keys are files ([`Identity`]), never rows.
//!
//! LAW (nothing acknowledged is lost): an append returns when the database has made it durable and
//! its checkpoint is signed. LAW (one tree of one size): only what is committed is signed, and a
//! file beside the keys remembers it, so that no restored database is signed into a second history.
//!
//! # Rooms
//!
//! `location`, `schema`, `database` (where and how), `disk` (files of our own); `store`, `append`,
//! `seal`, `reading`, `export` (the ledger); `chunk`, `snapshot`; `lease`; `dump`, `check` (backups
//! and doubts); `keys`, `witness`.
#![forbid(unsafe_code)]

mod append;
mod check;
mod chunk;
mod database;
mod disk;
mod dump;
mod error;
mod export;
mod keys;
mod lease;
mod location;
mod reading;
mod schema;
mod seal;
mod snapshot;
mod store;
mod witness;

use yumen_diagnostics::Texts;

pub use append::{Appended, NewEntry};
pub use check::{Checked, KeysOf};
pub use disk::{Access, Disk, RealDisk, replace};
pub use dump::BackedUp;
pub use error::StoreError;
pub use export::{ExportFolder, Exported};
pub use keys::{Identity, KEY_CHANGED, KeyChange, KeyPair, Passphrase};
pub use lease::{Holder, Lease};
pub use location::Location;
pub use snapshot::{Removed, Retention, SnapshotInfo};
pub use store::{Notary, Options, Store};
pub use witness::WitnessMemory;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-store",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
