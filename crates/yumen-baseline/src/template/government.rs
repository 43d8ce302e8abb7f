//! Government: GB/T 39477-2020 for shared data, and the regulation on critical information
//! infrastructure where a system is part of it.

use yumen_diagnostics::Message;

use super::Sector;
use super::draft::Draft;
use crate::settings::{Limits, RoleKind};

pub(super) const SECTOR: Sector = Sector {
    name: "government",
    title: "template-government",
    about: "template-government-about",
    follows: "template-government-follows",
    limits: Limits {
        blast_radius: 0.1,
        prefix_length: 29,
        prefix_length_v6: 64,
        review_days: 30,
        log_days: 365,
    },
    items: &[
        "EXP-03", "EXP-04", "EXP-05", "EXP-13", "NET-01", "NET-02", "NET-05", "LAT-04", "LAT-05",
        "LAT-06", "OUT-03", "HRD-01", "RUL-05", "GOV-02", "LOG-01", "LOG-02", "LOG-03",
    ],
    add,
};

/// The Internet reaches what faces it and nothing else.
fn add(draft: &mut Draft<'_>) {
    let inner: Vec<_> = draft
        .roles
        .iter()
        .filter(|role| role.kind != RoleKind::Web)
        .map(|role| role.name)
        .collect();
    for role in inner {
        let why = Message::new("template-intent-sector-inner");
        draft.intent(format!("never internet -> role:{role}"), why);
    }
}
