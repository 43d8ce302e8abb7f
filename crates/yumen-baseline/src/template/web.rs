//! A web application: load balancer, web servers, application servers, data.

use yumen_diagnostics::Message;

use super::draft::{Draft, Side, TCP, services, with_ports};
use super::{BASTION, NAME, Parameter, ParameterKind, Template, Values};
use crate::settings::RoleKind;

pub(super) const TEMPLATE: Template = Template {
    name: "web",
    title: "template-web",
    about: "template-web-about",
    parameters: &[
        NAME,
        Parameter {
            name: "public",
            kind: ParameterKind::Switch,
            default: Some("yes"),
            about: "template-set-public",
        },
        Parameter {
            name: "public_ports",
            kind: ParameterKind::Ports,
            default: Some("80,443"),
            about: "template-set-public-ports",
        },
        Parameter {
            name: "balancer",
            kind: ParameterKind::Inside,
            default: Some("100.64.0.0/10"),
            about: "template-set-balancer",
        },
        Parameter {
            name: "web_ports",
            kind: ParameterKind::Ports,
            default: Some("8080"),
            about: "template-set-web-ports",
        },
        Parameter {
            name: "app_ports",
            kind: ParameterKind::Ports,
            default: Some("8090"),
            about: "template-set-app-ports",
        },
        Parameter {
            name: "data_ports",
            kind: ParameterKind::Ports,
            default: Some("3306,6379"),
            about: "template-set-data-ports",
        },
        BASTION,
    ],
    roles: &[
        ("web", RoleKind::Web),
        ("app", RoleKind::Application),
        ("data", RoleKind::Data),
    ],
    draft,
};

fn draft(values: &Values, draft: &mut Draft<'_>) -> Result<(), Message> {
    let public = values.switch("public");
    let ports = |name| values.ports(name);
    let balancer = values.networks("balancer");
    let outside = if public {
        services(TCP, ports("public_ports"))
    } else {
        Vec::new()
    };
    draft.role("web", RoleKind::Web, outside.clone());
    draft.role("app", RoleKind::Application, Vec::new());
    draft.role("data", RoleKind::Data, Vec::new());
    draft.accept(
        "web",
        TCP,
        ports("web_ports"),
        Side::Networks(balancer),
        with_ports("template-rule-balancer", ports("web_ports")),
    );
    draft.accept(
        "app",
        TCP,
        ports("app_ports"),
        Side::Role("web"),
        with_ports("template-rule-web-to-app", ports("app_ports")),
    );
    draft.accept(
        "data",
        TCP,
        ports("data_ports"),
        Side::Role("app"),
        with_ports("template-rule-app-to-data", ports("data_ports")),
    );
    draft.stay_inside("data");
    draft.manage(&["web", "app", "data"], values.networks("bastion"));
    if public {
        draft.always_from(&super::draft::world(), "web", &outside);
    } else {
        let why = Message::new("template-intent-not-public").with("role", "web");
        draft.intent("never internet -> role:web".to_owned(), why);
    }
    draft.only(Side::Role("web"), "app", &services(TCP, ports("app_ports")));
    draft.only(
        Side::Role("app"),
        "data",
        &services(TCP, ports("data_ports")),
    );
    let why = Message::new("template-intent-tiers");
    draft.intent("never internet -> role:app, role:data".to_owned(), why);
    let why = Message::new("template-intent-skip");
    draft.intent("never role:web -> role:data".to_owned(), why);
    draft.items(&["EXP-14", "NET-05", "OUT-03", "LAT-01"]);
    Ok(())
}
