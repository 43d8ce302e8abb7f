//! The reader: raw API responses in, a provider-neutral snapshot out.
//!
//! A snapshot directory holds responses exactly as the official command line or SDK prints them:
//! `DIR/<region>/<product>/<Action>.json`, and for actions that are asked once per resource
//! `DIR/<region>/<product>/<Action>/<resource-id>.json`. A file holds one response, an array of
//! pages, or one page after the other. `DIR/manifest.json`, which is optional, says that the
//! directory holds everything: `{"version": 1, "collected_at": "…", "account": "…", "regions":
//! ["cn-hangzhou"]}`.
//!
//! LAW (nothing unread is safe): whatever is missing, damaged or not understood becomes a
//! [`yumen_cloud::Gap`] with file and line, marks the resource or the listing that it is part of,
//! and never passes for "there is none". The same files give the same snapshot and the same gaps
//! in the same order, however many threads read them.
//!
//! # What stands behind each marking
//!
//! - A rule with a value that was not understood is `uncertain` and holds the widest reading of
//!   that value.
//! - A listing is [`yumen_cloud::Coverage::Incomplete`] if its file is missing where it should be
//!   there, lacks a page, or holds an item that could not be read. Without a manifest, an action
//!   that no region has is out of scope, but for instances, interfaces and security groups.
//! - What is asked once per resource marks the resource: rules, entries, routes, DNAT and SNAT
//!   tables, listeners, servers, endpoints and whitelists of databases. Where it is one value
//!   (whether a trail records, how long a log store keeps), the value is absent.
//!
//! # Size
//!
//! Files are read in pages and pages item by item; a file above 64 MiB passes through a window of
//! a few MiB. A single item above 64 MiB is a gap.

mod assemble;
mod convert;
mod directory;
mod facts;
mod file;
mod layout;
mod manifest;
mod pages;
mod record;
mod value;
mod window;

use std::path::Path;

use yumen_cloud::Snapshot;
use yumen_diagnostics::Message;

/// Reads a snapshot directory with two threads; `progress` is called after each file, on the
/// calling thread.
///
/// # Errors
///
/// Only if there is nothing to read: [`ReadError`]. Whatever is wrong inside the directory is a
/// gap of the snapshot.
pub fn read_snapshot(directory: &Path, progress: &dyn Fn(Progress)) -> Result<Snapshot, ReadError> {
    directory::read_directory(directory, progress)
}

/// Reads the files of a snapshot directory from memory: path inside the directory, with `/`
/// between its parts, and content. Gives what [`read_snapshot`] gives for the same files.
///
/// # Errors
///
/// [`ReadError::Empty`] if no file is part of the layout.
pub fn read_files(
    files: impl IntoIterator<Item = (String, Vec<u8>)>,
) -> Result<Snapshot, ReadError> {
    directory::read_memory(files)
}

/// How far reading has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Progress {
    /// Files read
    pub files_done: usize,
    /// Files to read
    pub files_total: usize,
    /// Bytes of the files read
    pub bytes_done: u64,
}

/// Why there is no snapshot at all.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ReadError {
    /// The path is no directory
    #[error("`{path}` is not a directory")]
    NotADirectory {
        /// The path as it was given
        path: String,
    },
    /// No file of the layout was found
    #[error("`{path}` holds no API responses: expected `<region>/<product>/<Action>.json`")]
    Empty {
        /// The path as it was given
        path: String,
    },
    /// The directory could not be listed
    #[error("cannot list `{path}`: {error}")]
    Io {
        /// The path as it was given
        path: String,
        /// What the system says
        error: String,
    },
}

impl ReadError {
    /// The same as a message that the shells can show in either language.
    #[must_use]
    pub fn message(&self) -> Message {
        match self {
            Self::NotADirectory { path } => {
                Message::new("read-not-a-directory").with("path", path.as_str())
            }
            Self::Empty { path } => Message::new("read-empty").with("path", path.as_str()),
            Self::Io { path, error } => Message::new("read-io")
                .with("path", path.as_str())
                .with("error", error.as_str()),
        }
    }
}
