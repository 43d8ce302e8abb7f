//! Who may depend on whom: the map of the rooms, compared with what cargo knows.
//!
//! Adding an edge changes the architecture: it belongs in this table, in `ARCHITECTURE.md` and in
//! front of a second pair of eyes.

use super::Problem;
use crate::repository::{Package, Repository};

/// A crate of this workspace and what it may use.
pub(super) struct Room {
    pub(super) name: &'static str,
    /// How much of the world it may touch; a crate uses only lower ranks.
    rank: u8,
    may_use: &'static [&'static str],
    /// What only its tests may use besides, of any rank.
    tests_may_use: &'static [&'static str],
}

/// Ranks up to this one know no clock, environment, file, randomness or runtime.
const LINE: u8 = 6;
/// Rank of what stands beside the rooms: it may look at all of them, and none looks at it.
const BESIDE: u8 = 10;

const PACKETS: &str = "yumen-packets";
const DIAGNOSTICS: &str = "yumen-diagnostics";
const CLOUD: &str = "yumen-cloud";
const REACH: &str = "yumen-reach";
const BASELINE: &str = "yumen-baseline";
const SYNTHESIS: &str = "yumen-synthesis";
const REPORT: &str = "yumen-report";
const PROTOCOL: &str = "yumen-aliyun-protocol";
const ALIYUN: &str = "yumen-aliyun";
const CLOUDLAB: &str = "yumen-cloudlab";
const LEDGER: &str = "yumen-ledger";
const CHANGE: &str = "yumen-change";
const STORE: &str = "yumen-store";
const NOTIFY: &str = "yumen-notify";
const OPERATIONS: &str = "yumen-operations";

/// Lowest rank first.
pub(super) const ROOMS: &[Room] = &[
    Room {
        name: PACKETS,
        rank: 0,
        may_use: &[],
        tests_may_use: &[],
    },
    Room {
        name: DIAGNOSTICS,
        rank: 0,
        may_use: &[],
        tests_may_use: &[],
    },
    Room {
        name: CLOUD,
        rank: 1,
        may_use: &[PACKETS, DIAGNOSTICS],
        tests_may_use: &[],
    },
    Room {
        name: PROTOCOL,
        rank: 1,
        may_use: &[DIAGNOSTICS],
        tests_may_use: &[],
    },
    Room {
        name: LEDGER,
        rank: 1,
        may_use: &[DIAGNOSTICS],
        tests_may_use: &[],
    },
    Room {
        name: REACH,
        rank: 2,
        may_use: &[CLOUD, PACKETS, DIAGNOSTICS],
        tests_may_use: &[],
    },
    Room {
        name: SYNTHESIS,
        rank: 3,
        may_use: &[REACH, CLOUD, PACKETS, DIAGNOSTICS],
        tests_may_use: &[],
    },
    Room {
        name: BASELINE,
        rank: 4,
        may_use: &[SYNTHESIS, REACH, CLOUD, PACKETS, DIAGNOSTICS],
        tests_may_use: &[],
    },
    Room {
        name: CHANGE,
        rank: 5,
        may_use: &[
            BASELINE,
            SYNTHESIS,
            REACH,
            CLOUD,
            LEDGER,
            PACKETS,
            DIAGNOSTICS,
        ],
        tests_may_use: &[],
    },
    Room {
        name: REPORT,
        rank: 6,
        may_use: &[CHANGE, BASELINE, REACH, CLOUD, LEDGER, PACKETS, DIAGNOSTICS],
        tests_may_use: &[],
    },
    Room {
        name: ALIYUN,
        rank: 7,
        may_use: &[CLOUD, PROTOCOL, PACKETS, DIAGNOSTICS],
        tests_may_use: &[CLOUDLAB],
    },
    Room {
        name: CLOUDLAB,
        rank: 7,
        may_use: &[CLOUD, PROTOCOL, DIAGNOSTICS],
        tests_may_use: &[ALIYUN, REACH],
    },
    Room {
        name: STORE,
        rank: 7,
        may_use: &[CHANGE, LEDGER, CLOUD, DIAGNOSTICS],
        tests_may_use: &[CLOUDLAB],
    },
    Room {
        name: NOTIFY,
        rank: 7,
        may_use: &[REPORT, DIAGNOSTICS],
        tests_may_use: &[],
    },
    Room {
        name: OPERATIONS,
        rank: 8,
        may_use: &[
            STORE,
            NOTIFY,
            CLOUDLAB,
            ALIYUN,
            REPORT,
            CHANGE,
            BASELINE,
            SYNTHESIS,
            REACH,
            CLOUD,
            LEDGER,
            PACKETS,
            DIAGNOSTICS,
        ],
        tests_may_use: &[],
    },
    Room {
        name: "yumen",
        rank: 9,
        may_use: &[
            OPERATIONS,
            STORE,
            NOTIFY,
            CHANGE,
            LEDGER,
            CLOUDLAB,
            ALIYUN,
            REPORT,
            BASELINE,
            SYNTHESIS,
            REACH,
            CLOUD,
            PACKETS,
            DIAGNOSTICS,
        ],
        tests_may_use: &[],
    },
    Room {
        name: "yumen-fuzz",
        rank: BESIDE,
        may_use: &[
            OPERATIONS,
            STORE,
            NOTIFY,
            CHANGE,
            LEDGER,
            CLOUDLAB,
            ALIYUN,
            PROTOCOL,
            REPORT,
            BASELINE,
            SYNTHESIS,
            REACH,
            CLOUD,
            PACKETS,
            DIAGNOSTICS,
        ],
        tests_may_use: &[],
    },
    Room {
        name: "yumen-fuzz-targets",
        rank: BESIDE + 1,
        may_use: &["yumen-fuzz"],
        tests_may_use: &[],
    },
    Room {
        name: "yumen-bench",
        rank: BESIDE,
        may_use: &[
            "yumen",
            OPERATIONS,
            STORE,
            NOTIFY,
            CHANGE,
            LEDGER,
            CLOUDLAB,
            ALIYUN,
            PROTOCOL,
            REPORT,
            BASELINE,
            SYNTHESIS,
            REACH,
            CLOUD,
            PACKETS,
            DIAGNOSTICS,
        ],
        tests_may_use: &[],
    },
    Room {
        name: "xtask",
        rank: BESIDE,
        may_use: &[],
        tests_may_use: &[],
    },
];

/// The crates that must stay pure.
pub(super) fn below_the_line() -> impl Iterator<Item = &'static Room> {
    ROOMS.iter().filter(|room| room.rank <= LINE)
}

/// Where the table stands, for messages.
const TABLE: &str = "xtask/src/tidy/edges.rs";

pub(super) fn check(repository: &Repository) -> Vec<Problem> {
    check_against(ROOMS, repository)
}

fn check_against(rooms: &[Room], repository: &Repository) -> Vec<Problem> {
    let mut problems = table_problems(rooms, repository);
    for member in repository.members() {
        match rooms.iter().find(|room| room.name == member.name) {
            Some(room) => problems.extend(edge_problems(room, member)),
            None => problems.push(Problem::at(
                &format!("{}/Cargo.toml", member.folder),
                format!(
                    "`{}` has no row in the table `ROOMS` of {TABLE}; add one",
                    member.name
                ),
            )),
        }
    }
    problems
}

/// The table must hold together and speak only of crates that exist.
fn table_problems(rooms: &[Room], repository: &Repository) -> Vec<Problem> {
    let mut problems = Vec::new();
    let exists = |name: &str| repository.members().any(|member| member.name == name);
    for room in rooms {
        if !exists(room.name) {
            let text = format!("there is no crate `{}`; remove its row", room.name);
            problems.push(Problem::at(TABLE, text));
        }
        for name in room.may_use.iter().chain(room.tests_may_use) {
            if !rooms.iter().any(|room| room.name == *name) {
                let text = format!("`{}` may use `{name}`, which has no row", room.name);
                problems.push(Problem::at(TABLE, text));
            }
        }
        for name in room.may_use {
            let lower = rooms.iter().find(|other| other.name == *name);
            if lower.is_some_and(|lower| lower.rank >= room.rank) {
                let text = format!(
                    "`{}` may use `{name}`, which is not of a lower rank",
                    room.name
                );
                problems.push(Problem::at(TABLE, text));
            }
        }
    }
    problems
}

fn edge_problems(room: &Room, member: &Package) -> Vec<Problem> {
    let inside = member
        .dependencies
        .iter()
        .filter(|dependency| dependency.source.is_none());
    inside
        .filter_map(|dependency| {
            let to = dependency.name.as_str();
            let (list, verb) = if dependency.only_tests {
                ("tests_may_use", "its tests may")
            } else {
                ("may_use", "it may")
            };
            let allowed = room.may_use.contains(&to)
                || (dependency.only_tests && room.tests_may_use.contains(&to));
            (!allowed).then(|| {
                let text = format!(
                    "`{}` uses `{to}`, which the map does not allow; if {verb}, add it to \
                     `{list}` of its row in {TABLE} and to ARCHITECTURE.md",
                    room.name
                );
                Problem::at(&format!("{}/Cargo.toml", member.folder), text)
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &[Room] = &[
        Room {
            name: "low",
            rank: 0,
            may_use: &[],
            tests_may_use: &["high"],
        },
        Room {
            name: "high",
            rank: 1,
            may_use: &["low"],
            tests_may_use: &[],
        },
    ];

    fn said(rooms: &[Room], packages: &[Package]) -> Vec<String> {
        let problems = check_against(rooms, &Repository::with_packages(packages));
        problems.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn listed_edges_pass() {
        let low = Package::member("low")
            .tests_use("high")
            .uses_outsider("serde", "1", None);
        assert_eq!(
            said(SMALL, &[low, Package::member("high").uses("low")]),
            [""; 0]
        );
        let high = Package::member("high").tests_use("low");
        assert_eq!(said(SMALL, &[Package::member("low"), high]), [""; 0]);
    }

    #[test]
    fn an_edge_that_is_not_listed_fails_with_names_and_place() {
        let problems = said(
            SMALL,
            &[Package::member("low").uses("high"), Package::member("high")],
        );
        assert_eq!(problems.len(), 1);
        assert!(
            problems[0].starts_with("crates/low/Cargo.toml: `low` uses `high`"),
            "{problems:?}"
        );
        assert!(problems[0].contains("`may_use` of its row in xtask/src/tidy/edges.rs"));
    }

    #[test]
    fn an_edge_of_tests_is_listed_by_itself() {
        let high = Package::member("high").tests_use("high");
        let problems = said(SMALL, &[Package::member("low"), high]);
        assert_eq!(problems.len(), 1);
        assert!(problems[0].contains("`tests_may_use`"), "{problems:?}");
    }

    #[test]
    fn a_crate_without_a_row_and_a_row_without_a_crate_fail() {
        let problems = said(SMALL, &[Package::member("low"), Package::member("new")]);
        assert_eq!(problems.len(), 2);
        assert!(
            problems[0].contains("there is no crate `high`"),
            "{problems:?}"
        );
        assert!(problems[1].contains("`new` has no row"), "{problems:?}");
    }

    #[test]
    fn the_table_points_downwards_and_to_known_crates() {
        let table = &[
            Room {
                name: "low",
                rank: 0,
                may_use: &["high"],
                tests_may_use: &["gone"],
            },
            Room {
                name: "high",
                rank: 0,
                may_use: &[],
                tests_may_use: &[],
            },
        ];
        let problems = said(table, &[Package::member("low"), Package::member("high")]);
        assert_eq!(problems.len(), 2);
        assert!(
            problems[0].contains("`gone`, which has no row"),
            "{problems:?}"
        );
        assert!(problems[1].contains("not of a lower rank"), "{problems:?}");
    }
}
