//! Plans that narrow groups, orders of edits and restorations: case by case, and on generated
//! estates against the exact difference and the plain evaluator.

#[cfg(test)]
mod cases;
#[cfg(test)]
#[path = "../../../yumen-reach/tests/it/estate.rs"]
mod estate;
#[cfg(test)]
#[path = "../../../yumen-reach/tests/it/generate.rs"]
mod generate;
#[cfg(test)]
mod generated;
#[cfg(test)]
mod ordering;
#[cfg(test)]
mod orders;
#[cfg(test)]
mod packets;
#[cfg(test)]
mod restoring;
