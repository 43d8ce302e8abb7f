//! Devices that connect to dynamic ports: ranges and the devices' networks are parameters.

use yumen_diagnostics::Message;

use super::draft::{Draft, Side, TCP, UDP, services, with_ports};
use super::{BASTION, NAME, Parameter, ParameterKind, Template, Values};
use crate::settings::RoleKind;

pub(super) const TEMPLATE: Template = Template {
    name: "iot",
    title: "template-iot",
    about: "template-iot-about",
    parameters: &[
        NAME,
        Parameter {
            name: "devices",
            kind: ParameterKind::Networks,
            default: None,
            about: "template-set-devices",
        },
        Parameter {
            name: "tcp_ports",
            kind: ParameterKind::Ports,
            default: Some("mqtts"),
            about: "template-set-tcp-ports",
        },
        Parameter {
            name: "udp_ports",
            kind: ParameterKind::Ports,
            default: Some(""),
            about: "template-set-udp-ports",
        },
        Parameter {
            name: "backend_ports",
            kind: ParameterKind::Ports,
            default: Some("8090"),
            about: "template-set-backend-ports",
        },
        BASTION,
    ],
    roles: &[
        ("gateway", RoleKind::Web),
        ("backend", RoleKind::Application),
    ],
    draft,
};

fn draft(values: &Values, draft: &mut Draft<'_>) -> Result<(), Message> {
    let devices = values.networks("devices");
    let backend = values.ports("backend_ports");
    let (tcp, udp) = (values.ports("tcp_ports"), values.ports("udp_ports"));
    super::draft::few_ports("tcp_ports", tcp, devices)?;
    super::draft::few_ports("udp_ports", udp, devices)?;
    let mut declared = services(TCP, tcp);
    declared.extend(services(UDP, udp));
    draft.role("gateway", RoleKind::Web, declared.clone());
    draft.role("backend", RoleKind::Application, Vec::new());
    for (protocol, word, ports) in [(TCP, "tcp", tcp), (UDP, "udp", udp)] {
        for range in ports {
            let why = with_ports("template-rule-devices", &[*range]).with("protocol", word);
            draft.accept("gateway", protocol, &[*range], Side::Networks(devices), why);
        }
    }
    let why = with_ports("template-rule-gateway", backend);
    draft.accept("backend", TCP, backend, Side::Role("gateway"), why);
    draft.manage(&["gateway", "backend"], values.networks("bastion"));
    let why = Message::new("template-intent-tiers");
    draft.intent("never internet -> role:backend".to_owned(), why);
    draft.only(Side::Role("gateway"), "backend", &services(TCP, backend));
    draft.always_from(devices, "gateway", &declared);
    draft.items(&["EXP-01", "EXP-12", "EXP-13", "LAT-01"]);
    Ok(())
}
