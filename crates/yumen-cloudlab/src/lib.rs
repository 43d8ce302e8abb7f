//! Estates to practise on, written as the raw responses of the Alibaba Cloud API.
//!
//! The crate has its own complete writers: every field of the vendor's published samples, the
//! vendor's uneven types, its page sizes. It shares no wire type with the client that reads them,
//! so that neither hides the other's mistakes.
//!
//! - [`demo`] is a small company in the shape of real incidents; [`planted`] lists what is wrong
//!   (and what is right) in it, with the truth that an audit must find.
//! - [`write_estate`] streams an estate of any size, plausible and random, for measurements.
//!
//! Both write the layout of a snapshot directory: `<region>/<product>/<Action>.json`, and for
//! actions asked once per resource `<region>/<product>/<Action>/<resource-id>.json`. A file holds
//! one response, an array of pages, or one page per line.
//!
#![doc = include_str!("../docs/demo.md")]
#![forbid(unsafe_code)]
#![recursion_limit = "512"]

mod demo;
mod draft;
mod identifier;
mod lab;
mod large;
mod listing;
mod random;
mod wire;

pub use demo::planted::{Expect, Planted, Probe, planted};
pub use demo::{DEMO_COLLECTED_AT, DEMO_SETTINGS, demo};
pub use lab::{
    Chaos, Delivery, Incoming, LAB_KEY, Lab, LoadError, Outgoing, Server, Settings, TlsFiles,
};
pub use large::{EstateSpec, write_estate};

/// A file of a snapshot directory.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct File {
    /// Path inside the directory, with `/` between its parts.
    pub path: String,
    /// The whole content.
    pub bytes: Vec<u8>,
}
