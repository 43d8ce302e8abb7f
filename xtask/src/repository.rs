//! What the checks look at: the files that git knows or would add, and what cargo knows.

use crate::command::{cargo, output, root};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::process::Command;

/// Endings of the files that people write here; of all others only the name matters.
const WRITTEN: &[&str] = &[
    "rs", "toml", "md", "ftl", "sh", "yml", "yaml", "css", "js", "html",
];

/// The repository at one moment.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    /// Every file, by its path from the root with `/`; the text only of files that people write.
    pub(crate) files: BTreeMap<String, String>,
    pub(crate) packages: Vec<Package>,
    /// Why the outside packages could not be read; the packages are then those of the workspace.
    pub(crate) outside_unread: Option<String>,
}

/// A package of the workspace or from outside.
#[derive(Debug, Default, Clone)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) version: String,
    pub(crate) licence: Option<String>,
    /// Where it comes from; `None` is this workspace.
    pub(crate) source: Option<String>,
    /// The folder from the root of the workspace; empty for packages from outside.
    pub(crate) folder: String,
    pub(crate) default_member: bool,
    pub(crate) dependencies: Vec<Dependency>,
}

/// A line of a manifest's dependencies.
#[derive(Debug, Default, Clone)]
pub(crate) struct Dependency {
    pub(crate) name: String,
    pub(crate) requirement: String,
    pub(crate) source: Option<String>,
    /// Only tests, examples and benchmarks use it.
    pub(crate) only_tests: bool,
}

impl Repository {
    pub(crate) fn read() -> Result<Repository, String> {
        let root = root();
        let mut repository = Repository {
            files: files(&root)?,
            ..Repository::default()
        };
        let metadata = match metadata(&[]) {
            Ok(metadata) => metadata,
            Err(why) => {
                let metadata = metadata(&["--no-deps"])?;
                repository.outside_unread = Some(why);
                metadata
            }
        };
        repository.packages = packages(&metadata);
        if repository.packages.is_empty() {
            return Err("`cargo metadata` lists no package; this is a mistake in xtask".into());
        }
        Ok(repository)
    }

    /// The packages of this workspace.
    pub(crate) fn members(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| package.source.is_none())
    }

    /// The packages that others wrote.
    pub(crate) fn outsiders(&self) -> impl Iterator<Item = &Package> {
        self.packages
            .iter()
            .filter(|package| package.source.is_some())
    }

    /// The files with one of these endings, with their texts.
    pub(crate) fn texts<'a>(
        &'a self,
        endings: &'a [&'a str],
    ) -> impl Iterator<Item = (&'a str, &'a str)> {
        self.files
            .iter()
            .filter(|(path, _)| endings.contains(&ending(path)))
            .map(|(path, text)| (path.as_str(), text.as_str()))
    }
}

/// What follows the last dot of a file's name.
pub(crate) fn ending(path: &str) -> &str {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.rsplit_once('.').map_or("", |(_, ending)| ending)
}

fn files(root: &Path) -> Result<BTreeMap<String, String>, String> {
    // New files count before they are added: what a commit would bring is what is judged.
    let known = [
        "ls-files",
        "-z",
        "--cached",
        "--others",
        "--exclude-standard",
    ];
    let listing = output(Command::new("git").current_dir(root).args(known))?;
    let mut files = BTreeMap::new();
    for path in listing.split('\0').filter(|path| !path.is_empty()) {
        let on_disk = root.join(path);
        if !on_disk.is_file() {
            continue;
        }
        let mut text = String::new();
        if WRITTEN.contains(&ending(path)) || path == ".ci/run" {
            let bytes = std::fs::read(&on_disk)
                .map_err(|error| format!("`{path}` cannot be read: {error}"))?;
            text = String::from_utf8_lossy(&bytes).into_owned();
        }
        files.insert(path.to_owned(), text);
    }
    Ok(files)
}

fn metadata(more: &[&str]) -> Result<Value, String> {
    let text = output(
        cargo()
            .args(["metadata", "--format-version", "1"])
            .args(more),
    )?;
    serde_json::from_str(&text).map_err(|error| format!("`cargo metadata` is not JSON: {error}"))
}

fn packages(metadata: &Value) -> Vec<Package> {
    let ids = |list: &str| -> BTreeSet<&str> {
        metadata
            .get(list)
            .and_then(Value::as_array)
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect()
    };
    let default_members = ids("workspace_default_members");
    let root = text(metadata, "workspace_root").unwrap_or_default();
    let listed = metadata
        .get("packages")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    listed
        .filter_map(|package| {
            let source = text(package, "source").map(str::to_owned);
            let manifest = text(package, "manifest_path")?;
            let folder = Path::new(manifest).parent()?.strip_prefix(root).ok();
            let folder = folder
                .filter(|_| source.is_none())
                .map(|folder| folder.to_string_lossy().replace('\\', "/"));
            let dependencies = package.get("dependencies").and_then(Value::as_array);
            Some(Package {
                name: text(package, "name")?.to_owned(),
                version: text(package, "version")?.to_owned(),
                licence: text(package, "license").map(str::to_owned),
                folder: folder.unwrap_or_default(),
                default_member: default_members.contains(text(package, "id")?),
                dependencies: dependencies
                    .into_iter()
                    .flatten()
                    .filter_map(dependency)
                    .collect(),
                source,
            })
        })
        .collect()
}

fn dependency(line: &Value) -> Option<Dependency> {
    Some(Dependency {
        name: text(line, "name")?.to_owned(),
        requirement: text(line, "req").unwrap_or_default().to_owned(),
        source: text(line, "source").map(str::to_owned),
        only_tests: text(line, "kind") == Some("dev"),
    })
}

fn text<'a>(value: &'a Value, key: &str) -> Option<&'a str> {
    value.get(key).and_then(Value::as_str)
}

/// Small repositories for the tests of the checks.
#[cfg(test)]
pub(crate) mod samples {
    use super::{Dependency, Package, Repository};

    const REGISTRY: &str = "registry+https://github.com/rust-lang/crates.io-index";

    impl Repository {
        pub(crate) fn with_files(files: &[(&str, &str)]) -> Repository {
            let files = files
                .iter()
                .map(|(path, text)| ((*path).to_owned(), (*text).to_owned()))
                .collect();
            Repository {
                files,
                ..Repository::default()
            }
        }

        pub(crate) fn with_packages(packages: &[Package]) -> Repository {
            Repository {
                packages: packages.to_vec(),
                ..Repository::default()
            }
        }
    }

    impl Package {
        pub(crate) fn member(name: &str) -> Package {
            Package {
                name: name.to_owned(),
                version: "0.0.0".to_owned(),
                folder: format!("crates/{name}"),
                default_member: true,
                ..Package::default()
            }
        }

        pub(crate) fn outsider(name: &str, licence: Option<&str>) -> Package {
            Package {
                name: name.to_owned(),
                version: "1.0.0".to_owned(),
                licence: licence.map(str::to_owned),
                source: Some(REGISTRY.to_owned()),
                ..Package::default()
            }
        }

        pub(crate) fn uses(mut self, name: &str) -> Package {
            let name = name.to_owned();
            let requirement = "*".to_owned();
            self.dependencies.push(Dependency {
                name,
                requirement,
                ..Dependency::default()
            });
            self
        }

        pub(crate) fn tests_use(self, name: &str) -> Package {
            let mut package = self.uses(name);
            if let Some(last) = package.dependencies.last_mut() {
                last.only_tests = true;
            }
            package
        }

        pub(crate) fn uses_outsider(
            self,
            name: &str,
            requirement: &str,
            source: Option<&str>,
        ) -> Package {
            let mut package = self.uses(name);
            if let Some(last) = package.dependencies.last_mut() {
                last.requirement = requirement.to_owned();
                last.source = Some(source.unwrap_or(REGISTRY).to_owned());
            }
            package
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cargo_metadata_is_understood() {
        let text = r#"{
            "workspace_root": "/here", "workspace_default_members": ["path+file:///here/crates/a#0"],
            "packages": [
                {"name": "a", "version": "0.0.0", "id": "path+file:///here/crates/a#0",
                 "source": null, "license": null, "manifest_path": "/here/crates/a/Cargo.toml",
                 "dependencies": [{"name": "b", "req": "^1", "source": "registry+x", "kind": "dev"}]},
                {"name": "b", "version": "1.2.3", "id": "b", "source": "registry+x",
                 "license": "MIT", "manifest_path": "/there/b/Cargo.toml", "dependencies": []}
            ]}"#;
        let packages = packages(&serde_json::from_str(text).unwrap());
        let repository = Repository::with_packages(&packages);
        let member = repository.members().next().unwrap();
        assert_eq!(
            (member.name.as_str(), member.folder.as_str()),
            ("a", "crates/a")
        );
        assert!(member.default_member);
        assert!(member.dependencies[0].only_tests);
        assert_eq!(member.dependencies[0].requirement, "^1");
        let outsider = repository.outsiders().next().unwrap();
        assert_eq!(
            (outsider.licence.as_deref(), outsider.folder.as_str()),
            (Some("MIT"), "")
        );
        assert!(!outsider.default_member);
    }

    #[test]
    fn endings_are_those_of_the_name() {
        assert_eq!(ending("crates/a.b/README"), "");
        assert_eq!(ending("crates/a/src/lib.rs"), "rs");
    }
}
