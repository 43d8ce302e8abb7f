//! What every item is made of.

pub(super) use yumen_diagnostics::Message;
pub(super) use yumen_packets::Error;
pub(super) use yumen_reach::Exposure;

pub(super) use crate::estate::Estate;
pub(super) use crate::finding::{Evidence, Finding, Outcome, Part, Status, Subject};
pub(super) use crate::item::{FixKind, ItemId, Severity};
pub(super) use crate::items::Item;
