//! What Yumen's measurements share: reading `ClassBench` filter sets, and
//! the sizes of estates.
//!
//! This crate measures and is in no build that a user or a test needs; that is why what is heavy to
//! compile (the comparison with a BDD engine) lives here.

pub mod classbench;
pub mod engine;
pub mod estate_arguments;
