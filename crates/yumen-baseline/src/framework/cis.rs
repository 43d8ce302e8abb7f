//! CIS Alibaba Cloud Foundation 2.0, clause by clause.

use super::{Clause, Framework};
use crate::item::ItemId;

pub(super) const FRAMEWORK: Framework = Framework {
    id: "cis",
    title: "framework-cis",
    high_risk: &[],
    clauses: CLAUSES,
};

const CLAUSES: &[Clause] = &[
    Clause {
        id: "2.1",
        title: "clause-cis-2-1",
        items: &[ItemId("LOG-03")],
        beyond: Some("beyond-cis-2-1"),
    },
    Clause {
        id: "2.5",
        title: "clause-cis-2-5",
        items: &[ItemId("LOG-01")],
        beyond: None,
    },
    Clause {
        id: "2.23",
        title: "clause-cis-2-23",
        items: &[ItemId("LOG-02")],
        beyond: Some("beyond-cis-2-23"),
    },
    Clause {
        id: "3.2",
        title: "clause-cis-3-2",
        items: &[ItemId("EXP-03"), ItemId("EXP-04")],
        beyond: None,
    },
    Clause {
        id: "3.3",
        title: "clause-cis-3-3",
        items: &[ItemId("LOG-01")],
        beyond: None,
    },
    Clause {
        id: "3.4",
        title: "clause-cis-3-4",
        items: &[ItemId("LAT-04"), ItemId("LAT-03"), ItemId("LAT-06")],
        beyond: Some("beyond-cis-3-4"),
    },
    Clause {
        id: "3.5",
        title: "clause-cis-3-5",
        items: &[
            ItemId("EXP-01"),
            ItemId("EXP-13"),
            ItemId("RUL-01"),
            ItemId("RUL-02"),
            ItemId("RUL-03"),
            ItemId("RUL-04"),
            ItemId("RUL-06"),
            ItemId("RUL-07"),
        ],
        beyond: Some("beyond-cis-3-5"),
    },
    Clause {
        id: "4.3",
        title: "clause-cis-4-3",
        items: &[ItemId("EXP-03")],
        beyond: None,
    },
    Clause {
        id: "4.4",
        title: "clause-cis-4-4",
        items: &[ItemId("EXP-04")],
        beyond: None,
    },
    Clause {
        id: "6.2",
        title: "clause-cis-6-2",
        items: &[ItemId("NET-06")],
        beyond: None,
    },
];
