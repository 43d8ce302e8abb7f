//! State that survives: one transaction appends to the ledger and updates tables that can be rebuilt from it.
#![forbid(unsafe_code)]

use yumen_diagnostics::Texts;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-store",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
