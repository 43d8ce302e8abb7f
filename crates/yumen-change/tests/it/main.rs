//! Tests of change control from the outside.

#[cfg(test)]
mod edits;
