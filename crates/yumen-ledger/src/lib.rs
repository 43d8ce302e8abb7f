//! The operation ledger: an append-only Merkle log (RFC 6962) in the formats of C2SP, so that
//! nobody can rewrite it unnoticed and anybody can check that without Yumen.
//!
//! Pure: bytes in, bytes out. Who stores it is `yumen-store`.
#![forbid(unsafe_code)]

mod value;

pub use value::{Value, ValueError};
