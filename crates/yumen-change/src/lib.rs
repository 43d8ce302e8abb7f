//! Change control: what a change does, who may decide it, and what became of it.
#![forbid(unsafe_code)]

mod edits;

pub use edits::{EDITS_SCHEMA, EditProblem, edits_value, parse_edits, read_edits, rule_value};

use yumen_diagnostics::Texts;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-change",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
