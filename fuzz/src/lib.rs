//! Fuzz targets as plain functions: bytes in, a panic if a law is broken.
//!
//! The libFuzzer programs in `libfuzzer/` feed them; the tests replay the seeds in `corpus/`, so
//! that a target that no longer compiles or a seed that breaks is seen at once.
#![forbid(unsafe_code)]

mod algebra;
mod credentials;
mod lab;
mod ledger;
mod reader;

pub use algebra::algebra;
pub use credentials::credentials;
pub use lab::lab;
pub use ledger::ledger;
pub use reader::snapshot_reader;

/// A fuzz target.
pub struct Target {
    /// Name of its folder in `corpus/`
    pub name: &'static str,
    /// The function that takes the bytes
    pub run: fn(&[u8]),
}

/// Every target.
pub const TARGETS: [Target; 5] = [
    Target {
        name: "algebra",
        run: algebra,
    },
    Target {
        name: "credentials",
        run: credentials,
    },
    Target {
        name: "lab",
        run: lab,
    },
    Target {
        name: "ledger",
        run: ledger,
    },
    Target {
        name: "snapshot_reader",
        run: snapshot_reader,
    },
];
