//! Tests of change control from the outside.

#[cfg(test)]
mod approval;
#[cfg(test)]
mod edits;
#[cfg(test)]
mod events;
#[cfg(test)]
mod guard;
#[cfg(test)]
mod policy;
#[cfg(test)]
mod reason;
#[cfg(test)]
mod register;
#[cfg(test)]
mod schedule;
