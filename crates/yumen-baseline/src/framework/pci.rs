//! PCI DSS 4.0, requirement 1, clause by clause.

use super::{Clause, Framework};
use crate::item::ItemId;

pub(super) const FRAMEWORK: Framework = Framework {
    id: "pci",
    title: "framework-pci",
    high_risk: &[],
    clauses: CLAUSES,
};

const CLAUSES: &[Clause] = &[
    Clause {
        id: "1.2.1",
        title: "clause-pci-1-2-1",
        items: &[
            ItemId("RUL-01"),
            ItemId("RUL-02"),
            ItemId("RUL-03"),
            ItemId("RUL-04"),
            ItemId("RUL-06"),
            ItemId("RUL-07"),
        ],
        beyond: Some("beyond-pci-1-2-1"),
    },
    Clause {
        id: "1.2.2",
        title: "clause-pci-1-2-2",
        items: &[ItemId("GOV-03")],
        beyond: Some("beyond-pci-1-2-2"),
    },
    Clause {
        id: "1.2.5",
        title: "clause-pci-1-2-5",
        items: &[ItemId("EXP-13"), ItemId("RUL-05")],
        beyond: Some("beyond-pci-1-2-5"),
    },
    Clause {
        id: "1.2.6",
        title: "clause-pci-1-2-6",
        items: &[
            ItemId("EXP-05"),
            ItemId("EXP-11"),
            ItemId("EXP-12"),
            ItemId("HRD-01"),
        ],
        beyond: Some("beyond-pci-1-2-6"),
    },
    Clause {
        id: "1.2.7",
        title: "clause-pci-1-2-7",
        items: &[ItemId("GOV-01")],
        beyond: Some("beyond-pci-1-2-7"),
    },
    Clause {
        id: "1.3.1",
        title: "clause-pci-1-3-1",
        items: &[
            ItemId("NET-05"),
            ItemId("NET-06"),
            ItemId("EXP-06"),
            ItemId("EXP-07"),
            ItemId("LAT-03"),
            ItemId("LAT-04"),
        ],
        beyond: Some("beyond-pci-1-3-1"),
    },
    Clause {
        id: "1.3.2",
        title: "clause-pci-1-3-2",
        items: &[ItemId("OUT-01"), ItemId("OUT-02"), ItemId("OUT-03")],
        beyond: Some("beyond-pci-1-3-2"),
    },
    Clause {
        id: "1.4.1",
        title: "clause-pci-1-4-1",
        items: &[
            ItemId("EXP-01"),
            ItemId("EXP-14"),
            ItemId("EXP-15"),
            ItemId("EXP-16"),
            ItemId("NET-01"),
            ItemId("NET-02"),
            ItemId("NET-03"),
            ItemId("NET-04"),
        ],
        beyond: Some("beyond-pci-1-4-1"),
    },
    Clause {
        id: "1.4.2",
        title: "clause-pci-1-4-2",
        items: &[
            ItemId("EXP-01"),
            ItemId("EXP-02"),
            ItemId("EXP-03"),
            ItemId("EXP-04"),
            ItemId("EXP-08"),
            ItemId("EXP-09"),
            ItemId("EXP-10"),
            ItemId("EXP-13"),
            ItemId("NET-06"),
        ],
        beyond: None,
    },
    Clause {
        id: "1.4.4",
        title: "clause-pci-1-4-4",
        items: &[
            ItemId("NET-05"),
            ItemId("NET-06"),
            ItemId("EXP-06"),
            ItemId("EXP-07"),
        ],
        beyond: Some("beyond-pci-1-4-4"),
    },
];
