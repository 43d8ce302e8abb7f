//! Notices: grouped, without repeats, limited, sent again until they arrive.
#![forbid(unsafe_code)]

use yumen_diagnostics::Texts;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-notify",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
