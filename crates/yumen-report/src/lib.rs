//! What was found, told: to people on a terminal and in a page, to programs as JSON.
//!
//! [`Audit`] puts an analysis in the order in which it is told, [`Report`] what the items say of
//! it; [`text`], [`html`] and [`json`] say it.
//! Words come from the Fluent files of the crates, through [`Words`].
#![forbid(unsafe_code)]

mod audit;
pub mod changes;
mod columns;
pub mod compliance;
pub mod csv;
mod departures;
mod describe;
mod difference;
mod edits;
pub mod fixes;
pub mod html;
pub mod item;
pub mod json;
pub mod junit;
mod known;
mod listed;
pub mod markdown;
mod notation;
pub mod ocsf;
mod paint;
mod picture;
mod report;
pub mod sarif;
mod terraform;
pub mod text;
mod words;

pub use audit::{Audit, CauseReport, Headline, Service, client_ports, edge_word};
pub use columns::{fit, flow, pad, width, wrap};
pub use departures::{json as departures_json, text as departures_text};
pub use describe::{
    FAMILIES, band, control, decider, family, hop, item_fix, item_shape, item_verdict, machine,
    page, severity, status, title, verdict,
};
pub use difference::{json as difference_json, text as difference_text};
pub use edits::json as edits_json;
pub use known::{Known, KnownError, Previous, packets, resource, resource_name};
pub use notation::{networks, percent, ports, rate};
pub use paint::{Paint, shape};
pub use report::{Entry, EntryKey, FailOn, FindingRef, Grounds, Report};
pub use terraform::{changes as terraform_changes, terraform};
pub use words::{BadTexts, Language, Words};

use yumen_diagnostics::Texts;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-report",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
