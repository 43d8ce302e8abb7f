//! Edits as text, schema `yumen.edits/1`: written for programs and for the ledger, read back from
//! either and from files that people write.
//!
//! Written by hand in both directions, so that no renamed field changes what is signed. Where an
//! edit or a rule stands in a file (its place) is not part of it.

mod json;
mod node;
mod read;
mod write;

pub use node::EditProblem;
pub use read::read_edits;
pub use write::{edits_value, rule_value};

use yumen_cloud::CloudEdit;
use yumen_diagnostics::Place;
use yumen_diagnostics::section::Problem;

/// Name and version of the schema.
pub const EDITS_SCHEMA: &str = "yumen.edits/1";

/// Name and version of the schema of what `yumen fix --format json` writes.
const FIXES_SCHEMA: &str = "yumen.fixes/1";

/// Reads a file of edits, or of fixes with their edits, by the name that the user knows it by: JSON with any spacing and order of
/// keys. What is only told to the reader by `yumen fix` and `yumen template` (`group_name`, `was`)
/// may stand in it and is not looked at.
///
/// # Errors
/// Everything that is wrong, with file and line, in the order of lines.
pub fn parse_edits(file: &str, text: &str) -> Result<Vec<CloudEdit>, Vec<Problem>> {
    let found = json::parse(text)
        .map_err(|problem| vec![problem])
        .and_then(|node| read::edits_or_fixes(&node));
    found.map_err(|problems| {
        let place = |problem: &EditProblem| {
            let place = Place::in_file(file.into());
            match problem.line {
                Some(line) => place.at_line(line),
                None => place,
            }
        };
        let mut problems: Vec<Problem> = problems
            .into_iter()
            .map(|problem| Problem {
                place: place(&problem),
                message: problem.message,
            })
            .collect();
        problems.sort_by_key(|problem| problem.place.line);
        problems
    })
}
