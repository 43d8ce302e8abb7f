//! Room of yumen-report.
