//! EXP-10: consoles and monitoring.

use super::exposed;
use super::prelude::*;
use crate::service::{Known, tcp, tcp_range};

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-10"),
    severity: Severity::High,
    fix: FixKind::Narrow,
    english: include_str!("exp_10.en.md"),
    chinese: include_str!("exp_10.zh.md"),
    judge,
};

/// Services by the ports that their documentation gives, or that IANA registered.
pub(super) const SERVICES: &[Known] = &[
    tcp(50000, "Jenkins"),
    tcp(9090, "Prometheus"),
    tcp(9100, "node exporter"),
    tcp(3000, "Grafana"),
    tcp(8500, "Consul"),
    tcp(8848, "Nacos"),
    tcp(9848, "Nacos"),
    tcp(5601, "Kibana"),
    tcp(15672, "RabbitMQ"),
    tcp(5672, "RabbitMQ"),
    tcp_range(10050, 10051, "Zabbix"),
    tcp(8888, "BaoTa 宝塔"),
    tcp(10000, "Webmin"),
    tcp(9443, "Portainer"),
];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(exposed::services(estate, ITEM.id, ITEM.severity, SERVICES))
}
