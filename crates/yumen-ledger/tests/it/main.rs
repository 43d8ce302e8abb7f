//! Tests of the ledger from the outside.

#[cfg(test)]
mod damage;
#[cfg(test)]
mod logs;
#[cfg(test)]
mod notes;
#[cfg(test)]
mod policies;
#[cfg(test)]
mod proofs;
#[cfg(test)]
mod python;
#[cfg(test)]
mod signatures;
#[cfg(test)]
mod signers;
#[cfg(test)]
mod texts;
#[cfg(test)]
mod trees;
#[cfg(test)]
mod whole;
#[cfg(test)]
mod witnesses;
#[cfg(test)]
mod wycheproof;
