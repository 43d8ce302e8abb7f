//! Fuzz targets as plain functions: bytes in, a panic if a law is broken.
//!
//! The libFuzzer programs in `libfuzzer/` feed them; the tests replay the seeds in `corpus/`, so
//! that a target that no longer compiles or a seed that breaks is seen at once.
#![forbid(unsafe_code)]

mod algebra;
mod reader;

pub use algebra::algebra;
pub use reader::snapshot_reader;

/// Every target with the name of its folder in `corpus/`.
pub const TARGETS: [(&str, fn(&[u8])); 2] =
    [("algebra", algebra), ("snapshot_reader", snapshot_reader)];
