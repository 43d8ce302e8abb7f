//! Room of yumen-diagnostics.
