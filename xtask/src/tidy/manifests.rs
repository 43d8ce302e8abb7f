//! Members inherit the lints, are named after their folders, are tested by default or named here,
//! and outside packages are pinned: versions from the registry, and a committed `Cargo.lock`.

use super::Problem;
use super::manifest_text::{Entry, entries};
use crate::repository::{Package, Repository};

/// Members that `cargo test` leaves out, because `default-members` does.
/// `cargo xtask test` looks after each of them by name.
const NOT_DEFAULT: &[&str] = &["yumen-bench", "yumen-fuzz-targets", "xtask"];

const CRATES_IO: &str = "registry+https://github.com/rust-lang/crates.io-index";

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    if !repository.files.contains_key("Cargo.lock") {
        problems.push(Problem::at(
            "Cargo.lock",
            "is not committed; it pins the outside packages",
        ));
    }
    for member in repository.members() {
        let path = format!("{}/Cargo.toml", member.folder);
        problems.extend(member_problems(member, &path));
        let text = repository
            .files
            .get(&path)
            .map(String::as_str)
            .unwrap_or_default();
        let inherits =
            |entry: &Entry<'_>| entry.path() == "lints.workspace" && entry.value == "true";
        if !entries(text).iter().any(inherits) {
            let text = "does not inherit the lints; add `[lints]` with `workspace = true`";
            problems.push(Problem::at(&path, text));
        }
    }
    for (path, text) in repository.texts(&["toml"]) {
        if path == "Cargo.toml" || path.ends_with("/Cargo.toml") {
            problems.extend(entries(text).iter().filter_map(|entry| loose(path, entry)));
        }
    }
    let strangers = repository.outsiders().filter(|package| {
        package
            .source
            .as_deref()
            .is_some_and(|source| source != CRATES_IO)
    });
    problems.extend(strangers.map(|package| {
        Problem::at(
            &package.name,
            "does not come from crates.io, the only registry in use",
        )
    }));
    problems
}

fn member_problems(member: &Package, path: &str) -> Vec<Problem> {
    let mut problems = Vec::new();
    let folder = member.folder.strip_prefix("crates/");
    if folder.is_some_and(|folder| folder != member.name) {
        let text = format!(
            "the folder is not named after the package `{}`",
            member.name
        );
        problems.push(Problem::at(path, text));
    }
    if member.default_member == NOT_DEFAULT.contains(&member.name.as_str()) {
        let text = if member.default_member {
            "is a default member, yet on the list `NOT_DEFAULT` in xtask/src/tidy/manifests.rs"
        } else {
            "is not in `default-members` of the root Cargo.toml, so nothing would test it"
        };
        problems.push(Problem::at(path, text));
    }
    for line in member
        .dependencies
        .iter()
        .filter(|line| line.source.is_some())
    {
        if line.requirement.contains('*') || line.requirement.is_empty() {
            let text = format!("`{}` has no version, but `{}`", line.name, line.requirement);
            problems.push(Problem::at(path, text));
        }
        if line
            .source
            .as_deref()
            .is_some_and(|source| source != CRATES_IO)
        {
            let text = format!("`{}` does not come from crates.io", line.name);
            problems.push(Problem::at(path, text));
        }
    }
    problems
}

/// Lines that no member may use yet, so that cargo does not report them.
fn loose(path: &str, entry: &Entry<'_>) -> Option<Problem> {
    let problem = |text: String| Some(Problem::at_line(path, entry.line, text));
    if entry.section.starts_with("patch") || entry.section.starts_with("replace") {
        return problem(format!(
            "`{}` replaces a package from the registry",
            entry.section
        ));
    }
    if !entry.path().contains("dependencies") {
        return None;
    }
    let value: String = entry.value.split_whitespace().collect();
    if value.starts_with("\"*") || value.contains("version=\"*") {
        return problem(format!("`{}` has no version", entry.key));
    }
    if value.contains("git=") || entry.key == "git" {
        return problem(format!("`{}` comes from a git repository", entry.key));
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    const GOOD: &str = "[package]\nname = \"a\"\n[lints]\nworkspace = true\n[dependencies]\n\
                        x = \"1.2\"\nb.workspace = true\n";

    fn said(member: Package, manifest: &str, more: &[(&str, &str)]) -> Vec<String> {
        let path = format!("{}/Cargo.toml", member.folder);
        let mut files = vec![(path.as_str(), manifest), ("Cargo.lock", "")];
        files.extend(more);
        let mut repository = Repository::with_files(&files);
        repository.packages = vec![member];
        check(&repository).iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_good_manifest_passes() {
        let member = Package::member("a")
            .uses("b")
            .uses_outsider("x", "^1.2", None);
        assert_eq!(said(member, GOOD, &[]), [""; 0]);
        let bench = Package {
            default_member: false,
            ..Package::member("yumen-bench")
        };
        assert_eq!(said(bench, "lints.workspace = true", &[]), [""; 0]);
    }

    #[test]
    fn lints_must_be_inherited() {
        let problems = said(
            Package::member("a"),
            "[lints.rust]\nunsafe_code = \"allow\"\n",
            &[],
        );
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].contains("does not inherit the lints"),
            "{problems:?}"
        );
    }

    #[test]
    fn folders_are_named_after_packages() {
        let member = Package {
            folder: "crates/b".into(),
            ..Package::member("a")
        };
        let problems = said(member, GOOD, &[]);
        assert_eq!(
            problems,
            ["crates/b/Cargo.toml: the folder is not named after the package `a`"]
        );
    }

    #[test]
    fn a_member_that_nothing_would_test_fails() {
        let forgotten = Package {
            default_member: false,
            ..Package::member("a")
        };
        assert!(said(forgotten, GOOD, &[])[0].contains("nothing would test it"));
        assert!(said(Package::member("yumen-bench"), GOOD, &[])[0].contains("`NOT_DEFAULT`"));
    }

    #[test]
    fn outside_packages_are_pinned() {
        for requirement in ["*", "1.*"] {
            let loose = Package::member("a").uses_outsider("x", requirement, None);
            assert!(
                said(loose, GOOD, &[])[0].contains("`x` has no version"),
                "{requirement}"
            );
        }
        let git = Package::member("a").uses_outsider("x", "^1", Some("git+https://there"));
        assert!(said(git, GOOD, &[])[0].contains("does not come from crates.io"));
        let mut repository = Repository::with_files(&[("Cargo.lock", "")]);
        let mut stranger = Package::outsider("x", Some("MIT"));
        stranger.source = Some("git+https://there".into());
        repository.packages = vec![stranger];
        assert_eq!(check(&repository).len(), 1);
    }

    #[test]
    fn the_root_manifest_is_held_to_the_same() {
        for root in [
            "[workspace.dependencies]\nx = \"*\"\n",
            "[workspace.dependencies]\nx = { version = \"*\" }\n",
            "[workspace.dependencies.x]\ngit = \"https://there\"\n",
            "[workspace.dependencies]\nx = { git = \"https://there\" }\n",
            "[patch.crates-io]\nx = { path = \"../x\" }\n",
        ] {
            let problems = said(Package::member("a"), GOOD, &[("Cargo.toml", root)]);
            assert_eq!(problems.len(), 1, "{root}: {problems:?}");
            assert!(problems[0].starts_with("Cargo.toml:2: "), "{problems:?}");
        }
    }

    #[test]
    fn the_lock_file_must_be_there() {
        assert_eq!(check(&Repository::default()).len(), 1);
    }
}
