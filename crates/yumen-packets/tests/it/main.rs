//! The laws of packet sets and decisions, tried on generated rules.

mod boxes;
mod decisions;
mod generate;
mod limits;
mod sets;
mod told;
