//! Room of yumen-reach.
