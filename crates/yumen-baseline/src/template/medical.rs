//! Health care: GB/T 39725-2020, the guide for health data security.

use yumen_diagnostics::Message;

use super::Sector;
use super::draft::Draft;
use crate::settings::{Limits, RoleKind};

pub(super) const SECTOR: Sector = Sector {
    name: "medical",
    title: "template-medical",
    about: "template-medical-about",
    follows: "template-medical-follows",
    limits: Limits {
        blast_radius: 0.15,
        prefix_length: 28,
        prefix_length_v6: 64,
        review_days: 60,
        log_days: 365,
    },
    items: &[
        "EXP-03", "EXP-04", "EXP-06", "EXP-07", "NET-05", "NET-06", "LAT-05", "LAT-06", "OUT-03",
        "HRD-01", "LOG-01", "LOG-02", "LOG-03",
    ],
    add,
};

/// Health data is read through the application, never by the machines that face the Internet.
fn add(draft: &mut Draft<'_>) {
    let of = |draft: &Draft<'_>, kind| {
        let roles = draft.roles.iter().filter(|role| role.kind == kind);
        roles.map(|role| role.name).collect::<Vec<_>>()
    };
    let (outer, inner) = (of(draft, RoleKind::Web), of(draft, RoleKind::Data));
    for web in outer {
        for data in &inner {
            let why = Message::new("template-intent-skip");
            draft.intent(format!("never role:{web} -> role:{data}"), why);
        }
    }
}
