//! From rules of which the first that matches decides, straight to a diagram.
#![expect(
    clippy::indexing_slicing,
    reason = "ranks and rule numbers are made here, from the arrays that they index"
)]

mod build;
mod table;

pub(crate) use build::compile;
pub(crate) use table::Rules;
