//! The Alibaba Cloud edge: a live account to raw responses, raw responses to a snapshot, edits to
//! calls.
//!
//! Reading order:
//!
//! - [`transport`] sends one HTTP request.
//! - [`credentials`] finds out who is asking: keys, roles and tokens, renewed in time.
//! - [`client`] makes calls of the API: signed, paced, repeated where that is safe.
//! - [`collect`] reads a whole account into a directory of raw responses.
//! - [`edit`] carries edits out and finds out whether they are in force.
//! - [`follow`] finds what changed and keeps a snapshot right.
//! - [`rights`] is the policy that all this takes.
//! - `uncollected` is what a collection could not read, as the manifest keeps it.
//! - `reader` turns a directory of raw responses into a [`yumen_cloud::Snapshot`].
#![forbid(unsafe_code)]

pub mod client;
pub mod collect;
pub mod credentials;
pub mod edit;
pub mod follow;
mod reader;
pub mod rights;
mod tape;
pub mod transport;
mod uncollected;

pub use reader::{Progress, ReadError, read_files, read_snapshot};

use yumen_diagnostics::Texts;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-aliyun",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
