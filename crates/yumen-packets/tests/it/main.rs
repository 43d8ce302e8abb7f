//! The laws of packet sets and decisions, tried on generated rules.

#[cfg(test)]
mod boxes;
#[cfg(test)]
mod decisions;
#[cfg(test)]
mod generate;
#[cfg(test)]
mod limits;
#[cfg(test)]
mod sets;
#[cfg(test)]
mod told;
