//! Tests of the reader: responses in, snapshot and gaps out. And of the credentials: files,
//! variables and answers in, keys or errors out.
#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails panics"
)]

mod broken;
mod chaos;
mod coverage;
mod credentials;
mod databases;
mod demo;
mod edits;
mod follow;
mod groups;
mod listeners;
mod live;
mod logging;
mod network;
mod paging;
mod report;
mod samples;
mod texts;
