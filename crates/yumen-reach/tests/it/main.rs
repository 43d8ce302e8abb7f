//! What a snapshot permits: the plain evaluator and the exact engine, case by case and against
//! each other.

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod differential;
#[cfg(test)]
mod estate;
#[cfg(test)]
mod generate;
#[cfg(test)]
mod matrix;
#[cfg(test)]
mod semantics;
#[cfg(test)]
mod ways;
