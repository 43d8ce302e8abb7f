//! The report in every format: valid by its schema, complete, deterministic, safe with the names
//! that users and attackers give.

#[cfg(test)]
mod csv;
#[cfg(test)]
#[path = "../../../yumen-reach/tests/it/estate.rs"]
mod estate;
#[cfg(test)]
mod judged;
#[cfg(test)]
mod junit;
#[cfg(test)]
mod markdown;
#[cfg(test)]
mod ocsf;
#[cfg(test)]
mod pages;
#[cfg(test)]
mod sarif;
#[cfg(test)]
mod schema;
