//! Tests of change control from the outside.

#[cfg(test)]
mod edits;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod schedule;
