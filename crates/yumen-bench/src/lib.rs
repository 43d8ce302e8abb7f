//! Room of yumen-bench.
