//! The legitimate host that is open to all: it ends on a day, reaches nothing of production, is
//! recorded, and can be cut off by one group.

use yumen_diagnostics::Message;
use yumen_packets::Interval;

use super::draft::Draft;
use super::{NAME, Parameter, ParameterKind, Template, Values};
use crate::item::ItemId;
use crate::service::Service;
use crate::settings::RoleKind;

pub(super) const TEMPLATE: Template = Template {
    name: "sandbox",
    title: "template-sandbox",
    about: "template-sandbox-about",
    parameters: &[
        Parameter {
            default: Some("lab"),
            ..NAME
        },
        Parameter {
            name: "production",
            kind: ParameterKind::Networks,
            default: None,
            about: "template-set-production",
        },
        Parameter {
            name: "until",
            kind: ParameterKind::Day,
            default: None,
            about: "template-set-until",
        },
        Parameter {
            name: "owner",
            kind: ParameterKind::Name,
            default: None,
            about: "template-set-owner",
        },
        Parameter {
            name: "sources",
            kind: ParameterKind::Networks,
            default: Some("internet"),
            about: "template-set-sources",
        },
        Parameter {
            name: "log_days",
            kind: ParameterKind::Number {
                from: 180,
                to: 3650,
            },
            default: Some("180"),
            about: "template-set-log-days",
        },
    ],
    roles: &[("sandbox", RoleKind::Application)],
    draft,
};

/// Items that find what such a host is meant to be.
const MEANT: [&str; 16] = [
    "EXP-01", "EXP-02", "EXP-03", "EXP-04", "EXP-05", "EXP-06", "EXP-07", "EXP-08", "EXP-09",
    "EXP-10", "EXP-11", "EXP-12", "EXP-13", "EXP-16", "LAT-03", "RUL-06",
];

fn draft(values: &Values, draft: &mut Draft<'_>) -> Result<(), Message> {
    let production = values.networks("production");
    let owner = values.name("owner");
    let everything = Service {
        protocol: None,
        ports: Interval::all(),
    };
    draft.role("sandbox", RoleKind::Application, vec![everything]);
    draft.containment();
    if let Some(until) = values.day("until") {
        let why = Message::new("template-rule-sandbox").with("owner", owner);
        draft.accept_everything("sandbox", values.networks("sources"), why, until);
        let items = MEANT.iter().map(|name| ItemId(name)).collect();
        draft.waived = Some((items, owner.to_owned(), until));
    }
    let why = Message::new("template-rule-no-production");
    draft.keep_from("sandbox", production, why);
    for net in production {
        let why = Message::new("template-intent-sandbox");
        draft.intent(format!("never role:sandbox -> {net}"), why);
    }
    draft.limits.log_days = values.number("log_days");
    draft.items(&["LOG-01", "LOG-02", "GOV-04", "HRD-02"]);
    Ok(())
}
