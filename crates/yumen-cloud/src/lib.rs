//! Room of yumen-cloud.
