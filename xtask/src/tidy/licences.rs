//! Licences of everything that is compiled in from outside.

use super::{Problem, spdx};
use crate::repository::Repository;

/// Licences that fit a program under Apache-2.0 and ask for no more than a notice.
/// An expression passes if its alternatives can be chosen from these.
const ALLOWED: &[&str] = &[
    "0BSD",
    "Apache-2.0",
    "Apache-2.0 WITH LLVM-exception",
    "BSD-2-Clause",
    "BSD-3-Clause",
    "BSL-1.0",
    "CC0-1.0",
    // For data, such as lists of root certificates: asks that its text goes along.
    "CDLA-Permissive-2.0",
    "ISC",
    "MIT",
    "MIT-0",
    "NCSA",
    "Unicode-3.0",
    "Zlib",
];

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    repository
        .outsiders()
        .filter_map(|package| {
            let named = format!("{} {}", package.name, package.version);
            let Some(licence) = &package.licence else {
                return Some(Problem::at(
                    &named,
                    "names no licence; find out or do without it",
                ));
            };
            match spdx::satisfied(licence, &|name| ALLOWED.contains(&name)) {
                Ok(true) => None,
                Ok(false) => Some(Problem::at(
                    &named,
                    format!(
                        "licence `{licence}` is not on the list; do without the package, or have \
                         the licence added to `ALLOWED` in xtask/src/tidy/licences.rs"
                    ),
                )),
                Err(why) => Some(Problem::at(
                    &named,
                    format!("licence `{licence}` cannot be read: {why}"),
                )),
            }
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Package;

    fn said(licence: Option<&str>) -> Vec<String> {
        let repository = Repository::with_packages(&[
            Package::member("yumen"),
            Package::outsider("that", licence),
        ]);
        check(&repository).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn licences_on_the_list_pass() {
        for licence in [
            "MIT",
            "MIT/Apache-2.0",
            "GPL-3.0-only OR MIT",
            "Unlicense OR MIT",
        ] {
            assert_eq!(said(Some(licence)), [""; 0], "{licence}");
        }
    }

    #[test]
    fn other_licences_and_none_fail() {
        for licence in [
            "GPL-3.0-only",
            "MIT AND GPL-3.0-only",
            "Unlicense",
            "mit",
            "MIT OR",
        ] {
            assert!(
                said(Some(licence))[0].starts_with("that 1.0.0: licence"),
                "{licence}"
            );
        }
        assert!(said(None)[0].contains("names no licence"));
    }
}
