//! The arguments that describe an estate of some size.

use std::path::PathBuf;

use yumen_cloudlab::EstateSpec;

/// How large an estate, and where it is.
pub struct EstateArguments {
    /// Its size and seed
    pub spec: EstateSpec,
    /// The directory
    pub directory: PathBuf,
}

impl EstateArguments {
    /// Reads `--interfaces N --groups G --rules R [--seed S] DIR`.
    ///
    /// # Errors
    /// What is wrong and what is expected.
    pub fn parse(arguments: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut arguments = arguments;
        let mut spec = EstateSpec {
            interfaces: 0,
            groups: 0,
            rules: 0,
            seed: 1,
        };
        let mut directory = None;
        while let Some(argument) = arguments.next() {
            let mut number = || {
                let value = arguments
                    .next()
                    .ok_or_else(|| format!("{argument} needs a number"))?;
                value
                    .parse::<u64>()
                    .map_err(|_| format!("`{value}` is not a number"))
            };
            let size = |number: u64| usize::try_from(number).map_err(|error| error.to_string());
            match argument.as_str() {
                "--interfaces" => spec.interfaces = size(number()?)?,
                "--groups" => spec.groups = size(number()?)?,
                "--rules" => spec.rules = size(number()?)?,
                "--seed" => spec.seed = number()?,
                other => directory = Some(PathBuf::from(other)),
            }
        }
        let usage = "expected --interfaces N --groups G --rules R [--seed S] DIR";
        let directory = directory.ok_or(usage)?;
        Ok(Self { spec, directory })
    }
}
