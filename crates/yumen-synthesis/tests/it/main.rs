//! Plans that narrow groups: case by case, and against the exact difference of generated estates.

#[cfg(test)]
mod cases;
#[cfg(test)]
#[path = "../../../yumen-reach/tests/it/estate.rs"]
mod estate;
#[cfg(test)]
mod generated;
#[cfg(test)]
mod packets;
