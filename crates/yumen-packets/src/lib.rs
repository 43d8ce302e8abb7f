//! Room of yumen-packets.
