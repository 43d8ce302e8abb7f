//! A bastion: administrators come in by one machine, and everything else is managed from there.

use yumen_diagnostics::Message;

use super::draft::{Draft, Side, TCP, services, with_ports};
use super::{NAME, Parameter, ParameterKind, Template, Values};
use crate::settings::RoleKind;

pub(super) const TEMPLATE: Template = Template {
    name: "bastion",
    title: "template-bastion",
    about: "template-bastion-about",
    parameters: &[
        NAME,
        Parameter {
            name: "admins",
            kind: ParameterKind::Offices,
            default: None,
            about: "template-set-admins",
        },
        Parameter {
            name: "bastion_ports",
            kind: ParameterKind::Ports,
            default: Some("ssh"),
            about: "template-set-bastion-ports",
        },
        Parameter {
            name: "managed_ports",
            kind: ParameterKind::Ports,
            default: Some("22,3389"),
            about: "template-set-managed-ports",
        },
    ],
    roles: &[
        ("bastion", RoleKind::Bastion),
        ("managed", RoleKind::Application),
    ],
    draft,
};

fn draft(values: &Values, draft: &mut Draft<'_>) -> Result<(), Message> {
    let admins = values.networks("admins");
    let (doors, managed) = (values.ports("bastion_ports"), values.ports("managed_ports"));
    draft.role("bastion", RoleKind::Bastion, Vec::new());
    draft.role("managed", RoleKind::Application, Vec::new());
    let why = with_ports("template-rule-admins", doors);
    draft.accept("bastion", TCP, doors, Side::Networks(admins), why);
    let why = with_ports("template-rule-managed", managed);
    draft.accept("managed", TCP, managed, Side::Role("bastion"), why);
    draft.trust(admins);
    let why = Message::new("template-intent-bastion");
    draft.intent("never internet -> role:bastion".to_owned(), why);
    draft.only(Side::Networks(admins), "bastion", &services(TCP, doors));
    draft.only(Side::Role("bastion"), "managed", &services(TCP, managed));
    draft.items(&["EXP-03", "EXP-04", "LAT-05", "HRD-02", "LOG-01"]);
    Ok(())
}
