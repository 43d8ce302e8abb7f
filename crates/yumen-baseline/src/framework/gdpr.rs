//! GDPR article 32(1), clause by clause.

use super::{Clause, Framework};
use crate::item::ItemId;

pub(super) const FRAMEWORK: Framework = Framework {
    id: "gdpr",
    title: "framework-gdpr",
    high_risk: &[],
    clauses: CLAUSES,
};

const CLAUSES: &[Clause] = &[
    Clause {
        id: "32(1)(a)",
        title: "clause-gdpr-32-1-a",
        items: &[ItemId("HRD-01"), ItemId("EXP-05")],
        beyond: Some("beyond-gdpr-32-1-a"),
    },
    Clause {
        id: "32(1)(b)",
        title: "clause-gdpr-32-1-b",
        items: &[
            ItemId("EXP-01"),
            ItemId("EXP-02"),
            ItemId("EXP-03"),
            ItemId("EXP-04"),
            ItemId("EXP-06"),
            ItemId("EXP-07"),
            ItemId("EXP-08"),
            ItemId("EXP-09"),
            ItemId("EXP-10"),
            ItemId("EXP-11"),
            ItemId("EXP-13"),
            ItemId("EXP-14"),
            ItemId("NET-01"),
            ItemId("NET-05"),
            ItemId("NET-06"),
            ItemId("LAT-01"),
            ItemId("LAT-03"),
            ItemId("LAT-04"),
            ItemId("LAT-05"),
            ItemId("LAT-06"),
            ItemId("OUT-03"),
            ItemId("HRD-02"),
        ],
        beyond: Some("beyond-gdpr-32-1-b"),
    },
    Clause {
        id: "32(1)(c)",
        title: "clause-gdpr-32-1-c",
        items: &[ItemId("NET-02"), ItemId("EXP-12")],
        beyond: Some("beyond-gdpr-32-1-c"),
    },
    Clause {
        id: "32(1)(d)",
        title: "clause-gdpr-32-1-d",
        items: &[
            ItemId("GOV-01"),
            ItemId("GOV-03"),
            ItemId("GOV-04"),
            ItemId("LOG-01"),
            ItemId("LOG-02"),
            ItemId("LOG-03"),
        ],
        beyond: Some("beyond-gdpr-32-1-d"),
    },
];
