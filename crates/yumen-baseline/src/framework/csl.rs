//! Cybersecurity Law, article 21, clause by clause.

use super::{Clause, Framework};
use crate::item::ItemId;

pub(super) const FRAMEWORK: Framework = Framework {
    id: "csl",
    title: "framework-csl",
    high_risk: &[
        ItemId("EXP-03"),
        ItemId("EXP-04"),
        ItemId("EXP-05"),
        ItemId("HRD-01"),
        ItemId("LOG-02"),
    ],
    clauses: CLAUSES,
};

const CLAUSES: &[Clause] = &[
    Clause {
        id: "21 (1)",
        title: "clause-csl-21-1",
        items: &[
            ItemId("GOV-01"),
            ItemId("GOV-02"),
            ItemId("GOV-03"),
            ItemId("GOV-04"),
            ItemId("RUL-05"),
        ],
        beyond: Some("beyond-csl-21-1"),
    },
    Clause {
        id: "21 (2)",
        title: "clause-csl-21-2",
        items: &[
            ItemId("EXP-01"),
            ItemId("EXP-02"),
            ItemId("EXP-03"),
            ItemId("EXP-04"),
            ItemId("EXP-05"),
            ItemId("EXP-06"),
            ItemId("EXP-07"),
            ItemId("EXP-08"),
            ItemId("EXP-09"),
            ItemId("EXP-10"),
            ItemId("EXP-11"),
            ItemId("EXP-12"),
            ItemId("EXP-13"),
            ItemId("EXP-14"),
            ItemId("NET-02"),
            ItemId("NET-05"),
            ItemId("NET-06"),
            ItemId("LAT-04"),
            ItemId("LAT-05"),
        ],
        beyond: Some("beyond-csl-21-2"),
    },
    Clause {
        id: "21 (3)",
        title: "clause-csl-21-3",
        items: &[ItemId("LOG-01"), ItemId("LOG-02"), ItemId("LOG-03")],
        beyond: Some("beyond-csl-21-3"),
    },
    Clause {
        id: "21 (4)",
        title: "clause-csl-21-4",
        items: &[
            ItemId("HRD-01"),
            ItemId("EXP-05"),
            ItemId("NET-05"),
            ItemId("NET-06"),
            ItemId("OUT-03"),
        ],
        beyond: Some("beyond-csl-21-4"),
    },
];
