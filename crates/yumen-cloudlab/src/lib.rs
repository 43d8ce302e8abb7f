//! Room of yumen-cloudlab.
