//! Who may depend directly on what reaches out of the process: the HTTP client, TLS, the runtime.
//!
//! Such a crate brings a network, a clock and threads of its own with it, so its users are named.

use super::Problem;
use crate::repository::Repository;

/// Outside packages for one purpose, and the only crates that may name them in a manifest.
struct Reserved {
    purpose: &'static str,
    packages: &'static [&'static str],
    users: &'static [&'static str],
}

const RESERVED: &[Reserved] = &[
    Reserved {
        purpose: "an HTTP client or server",
        packages: &[
            "reqwest",
            "hyper",
            "hyper-util",
            "ureq",
            "isahc",
            "curl",
            "attohttpc",
            "axum",
        ],
        users: &[
            "yumen-aliyun",
            "yumen-cloudlab",
            "yumen-notify",
            "yumen-operations",
        ],
    },
    Reserved {
        purpose: "TLS and signing",
        packages: &[
            "rustls",
            "tokio-rustls",
            "aws-lc-rs",
            "ring",
            "openssl",
            "native-tls",
        ],
        users: &[
            "yumen-aliyun",
            "yumen-cloudlab",
            "yumen-notify",
            "yumen-store",
            // Its tests hold the verifier against the signing library.
            "yumen-ledger",
        ],
    },
    Reserved {
        purpose: "an async runtime",
        packages: &[
            "tokio",
            "async-std",
            "smol",
            "async-executor",
            "monoio",
            "futures-executor",
        ],
        users: &["yumen-cloudlab", "yumen-store", "yumen-operations"],
    },
];

const TABLE: &str = "xtask/src/tidy/reserved.rs";

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    check_against(RESERVED, repository)
}

fn check_against(reserved: &[Reserved], repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    for Reserved {
        purpose,
        packages,
        users,
    } in reserved
    {
        for user in *users {
            if !repository.members().any(|member| member.name == *user) {
                let text = format!("there is no crate `{user}`; remove it from `users`");
                problems.push(Problem::at(TABLE, text));
            }
        }
        for member in repository
            .members()
            .filter(|member| !users.contains(&member.name.as_str()))
        {
            let outside = member
                .dependencies
                .iter()
                .filter(|line| line.source.is_some());
            for line in outside.filter(|line| packages.contains(&line.name.as_str())) {
                let text = format!(
                    "`{}` depends on `{}` ({purpose}), which is reserved; if it must, add it to \
                     `users` in {TABLE}",
                    member.name, line.name
                );
                problems.push(Problem::at(&format!("{}/Cargo.toml", member.folder), text));
            }
        }
    }
    problems
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::repository::Package;

    const SMALL: &[Reserved] = &[Reserved {
        purpose: "a runtime",
        packages: &["tokio"],
        users: &["shell"],
    }];

    fn said(packages: &[Package]) -> Vec<String> {
        let problems = check_against(SMALL, &Repository::with_packages(packages));
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_named_user_passes_and_any_other_fails() {
        let shell = Package::member("shell").uses_outsider("tokio", "^1", None);
        assert_eq!(said(std::slice::from_ref(&shell)), [""; 0]);
        let pure = Package::member("pure").uses_outsider("tokio", "^1", None);
        let problems = said(&[shell, pure]);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].starts_with("crates/pure/Cargo.toml: `pure` depends on `tokio`"));
    }

    #[test]
    fn a_user_that_does_not_exist_fails() {
        let problems = said(&[Package::member("pure")]);
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].contains("there is no crate `shell`"),
            "{problems:?}"
        );
    }

    #[test]
    fn only_the_edges_of_the_cloud_have_leave() {
        for package in ["reqwest", "rustls", "tokio"] {
            let edges = [
                "yumen-aliyun",
                "yumen-cloudlab",
                "yumen-notify",
                "yumen-store",
                "yumen-ledger",
                "yumen-operations",
            ]
            .map(Package::member);
            let member = Package::member("yumen").uses_outsider(package, "^1", None);
            let packages: Vec<Package> = edges.into_iter().chain([member]).collect();
            let problems = check(&Repository::with_packages(&packages));
            assert_eq!(problems.len(), 1, "{package}");
        }
    }
}
