//! The items on their fixtures, the laws of the score, waivers, frameworks, the user's own rules,
//! and what is guessed of them.

#[cfg(test)]
mod catalogue;
#[cfg(test)]
#[path = "../../../yumen-reach/tests/it/estate.rs"]
mod estate;
#[cfg(test)]
mod fixes;
#[cfg(test)]
mod infer;
#[cfg(test)]
mod intents;
#[cfg(test)]
mod judged;
#[cfg(test)]
mod laws;
#[cfg(test)]
mod waivers;
