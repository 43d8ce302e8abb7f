//! Where something is wrong and what is wrong with it, said once and shown in either language.
//!
//! Every crate can point at a [`Place`] and name a [`Message`]; only the shells turn a message
//! into words. A crate keeps its words in `i18n/en.ftl` and `i18n/zh.ftl` and hands them out as
//! [`Texts`].
#![forbid(unsafe_code)]

mod message;
mod place;
pub mod section;

pub use message::{Argument, Message, Texts};
pub use place::Place;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-diagnostics",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
