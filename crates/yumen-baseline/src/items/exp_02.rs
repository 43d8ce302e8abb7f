//! EXP-02: middleware and debug ports.

use super::exposed;
use super::prelude::*;
use crate::service::{Known, tcp, tcp_range};

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-02"),
    severity: Severity::High,
    fix: FixKind::Narrow,
    english: include_str!("exp_02.en.md"),
    chinese: include_str!("exp_02.zh.md"),
    judge,
};

/// Services by the ports that their documentation gives, or that IANA registered.
const SERVICES: &[Known] = &[
    tcp_range(7001, 7002, "WebLogic"),
    tcp(8009, "AJP"),
    tcp(5005, "JDWP"),
    tcp(8000, "JDWP"),
    tcp(8787, "JDWP"),
    tcp_range(1098, 1099, "JMX/RMI"),
    tcp(20880, "Dubbo"),
    tcp(9999, "XXL-JOB"),
    tcp(9060, "WebSphere"),
    tcp(9043, "WebSphere"),
    tcp(4848, "GlassFish"),
    tcp(9990, "JBoss"),
    tcp(9876, "RocketMQ"),
    tcp(10911, "RocketMQ"),
    tcp(61616, "ActiveMQ"),
    tcp(8161, "ActiveMQ"),
    tcp(9229, "Node.js inspector"),
    tcp(9000, "PHP-FPM"),
];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(exposed::services(estate, ITEM.id, ITEM.severity, SERVICES))
}
