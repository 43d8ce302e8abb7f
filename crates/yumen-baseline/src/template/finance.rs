//! Finance: JR/T 0071-2020, which applies the multi-level protection scheme to the sector.

use super::Sector;
use crate::settings::Limits;

pub(super) const SECTOR: Sector = Sector {
    name: "finance",
    title: "template-finance",
    about: "template-finance-about",
    follows: "template-finance-follows",
    limits: Limits {
        blast_radius: 0.1,
        prefix_length: 28,
        prefix_length_v6: 64,
        review_days: 30,
        log_days: 365,
    },
    items: &[
        "EXP-03", "EXP-04", "EXP-05", "NET-01", "NET-02", "NET-05", "LAT-04", "LAT-05", "LAT-06",
        "OUT-03", "HRD-01", "LOG-01", "LOG-02", "LOG-03",
    ],
    add: |_| {},
};
