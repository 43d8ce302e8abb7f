//! A big-data cluster: everything inside of the VPC, monitored, with no way in or out to the
//! Internet.

use yumen_diagnostics::Message;

use super::draft::{Draft, Side, TCP, services, with_ports};
use super::{BASTION, NAME, Parameter, ParameterKind, Template, Values};
use crate::settings::RoleKind;

pub(super) const TEMPLATE: Template = Template {
    name: "bigdata",
    title: "template-bigdata",
    about: "template-bigdata-about",
    parameters: &[
        NAME,
        Parameter {
            name: "network",
            kind: ParameterKind::Inside,
            default: None,
            about: "template-set-network",
        },
        Parameter {
            name: "hdfs_ports",
            kind: ParameterKind::Ports,
            default: Some("8020,9000"),
            about: "template-set-hdfs-ports",
        },
        Parameter {
            name: "worker_ports",
            kind: ParameterKind::Ports,
            default: Some("9864,9866"),
            about: "template-set-worker-ports",
        },
        Parameter {
            name: "cluster_ports",
            kind: ParameterKind::Ports,
            default: Some("7000-9999,32768-60999"),
            about: "template-set-cluster-ports",
        },
        Parameter {
            name: "metric_ports",
            kind: ParameterKind::Ports,
            default: Some("9100"),
            about: "template-set-metric-ports",
        },
        Parameter {
            name: "console_ports",
            kind: ParameterKind::Ports,
            default: Some("3000,9090"),
            about: "template-set-console-ports",
        },
        BASTION,
    ],
    roles: &[
        ("master", RoleKind::Data),
        ("worker", RoleKind::Data),
        ("monitor", RoleKind::Management),
    ],
    draft,
};

fn draft(values: &Values, draft: &mut Draft<'_>) -> Result<(), Message> {
    let network = Side::Networks(values.networks("network"));
    let ports = |name| values.ports(name);
    draft.role("master", RoleKind::Data, Vec::new());
    draft.role("worker", RoleKind::Data, Vec::new());
    draft.role("monitor", RoleKind::Management, Vec::new());
    let hdfs = with_ports("template-rule-hdfs", ports("hdfs_ports"));
    draft.accept("master", TCP, ports("hdfs_ports"), network, hdfs);
    let blocks = with_ports("template-rule-blocks", ports("worker_ports"));
    draft.accept("worker", TCP, ports("worker_ports"), network, blocks);
    // Jobs listen on whatever port is free; no port of management is among the usual ones.
    let cluster = ports("cluster_ports");
    for role in ["master", "worker"] {
        for from in ["master", "worker"] {
            let why = with_ports("template-rule-cluster", cluster);
            draft.accept(role, TCP, cluster, Side::Role(from), why);
        }
        let why = with_ports("template-rule-metrics", ports("metric_ports"));
        let metrics = ports("metric_ports");
        draft.accept(role, TCP, metrics, Side::Role("monitor"), why);
        draft.stay_inside(role);
    }
    let console = with_ports("template-rule-console", ports("console_ports"));
    draft.accept("monitor", TCP, ports("console_ports"), network, console);
    draft.manage(&["master", "worker", "monitor"], values.networks("bastion"));
    let why = Message::new("template-intent-inside");
    draft.intent(
        "never internet -> role:master, role:worker, role:monitor".to_owned(),
        why,
    );
    draft.only(network, "master", &services(TCP, ports("hdfs_ports")));
    draft.only(network, "worker", &services(TCP, ports("worker_ports")));
    draft.only(network, "monitor", &services(TCP, ports("console_ports")));
    let metrics = services(TCP, ports("metric_ports"));
    for role in ["master", "worker"] {
        draft.always(Side::Role("monitor"), role, &metrics);
    }
    draft.items(&["EXP-08", "EXP-10", "NET-05", "OUT-03"]);
    Ok(())
}
