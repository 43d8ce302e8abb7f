//! EXP-09: container control.

use super::exposed;
use super::prelude::*;
use crate::service::{Known, tcp, tcp_range};

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-09"),
    severity: Severity::Critical,
    fix: FixKind::Narrow,
    english: include_str!("exp_09.en.md"),
    chinese: include_str!("exp_09.zh.md"),
    judge,
};

/// Services by the ports that their documentation gives, or that IANA registered.
pub(super) const SERVICES: &[Known] = &[
    tcp_range(2375, 2377, "Docker"),
    tcp(10250, "kubelet"),
    tcp(10255, "kubelet"),
    tcp(6443, "Kubernetes API"),
    tcp_range(2379, 2380, "etcd"),
    tcp(10257, "Kubernetes controller manager"),
    tcp(10259, "Kubernetes scheduler"),
];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(exposed::services(estate, ITEM.id, ITEM.severity, SERVICES))
}
