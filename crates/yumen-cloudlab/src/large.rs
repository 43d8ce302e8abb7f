//! Estates of any size, for measurements: streamed, plausible, the same bytes for the same seed.

mod pages;
mod plan;
mod rules;
mod servers;
mod writers;

use plan::Plan;
use std::io;

/// How large a generated estate is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct EstateSpec {
    /// Interfaces, each the only one of its instance.
    pub interfaces: usize,
    /// Security groups.
    pub groups: usize,
    /// Rules over all groups, exactly.
    pub rules: usize,
    /// The same seed and sizes give the same bytes.
    pub seed: u64,
}

/// Writes an estate of that size, in the layout of a snapshot directory, in bounded memory.
///
/// `sink` gets a relative path and bytes. A file that is large comes in several pieces, one call
/// each and with no other path between them: the first starts the file, the others continue it.
/// Pages are JSON lines, not indented. One region, `cn-hangzhou`.
///
/// 100,000 interfaces in 20,000 groups with 1,000,000 rules are 20,765 files and 1.1 GB, with about
/// 67,000 different combinations of groups; it took 16 s and 23 MiB on two shared cores.
///
/// # Errors
///
/// `InvalidInput` when there are interfaces or rules but no group to put them in; otherwise what
/// `sink` says.
pub fn write_estate(
    spec: &EstateSpec,
    sink: &mut dyn FnMut(&str, &[u8]) -> io::Result<()>,
) -> io::Result<()> {
    if spec.groups == 0 && (spec.interfaces > 0 || spec.rules > 0) {
        let message = "an estate with interfaces or rules needs at least one group";
        return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
    }
    writers::write(&Plan::new(spec), sink)
}
