//! The store against both databases, against lost power, against kills and against mistakes.

mod appending;
mod fixture;
