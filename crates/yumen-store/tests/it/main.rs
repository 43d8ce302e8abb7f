//! The store against both databases, against lost power, against kills and against mistakes.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that fails panics"
)]

mod appending;
mod backups;
mod disk;
mod export;
mod fixture;
mod keys;
mod kills;
mod leases;
mod lost_connection;
mod lost_power;
mod opening;
mod snapshots;
mod texts;
mod torn;
