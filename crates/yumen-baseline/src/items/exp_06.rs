//! EXP-06: relational databases.

use super::exposed;
use super::prelude::*;
use crate::service::{Known, tcp, tcp_range, udp};

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-06"),
    severity: Severity::Critical,
    fix: FixKind::Narrow,
    english: include_str!("exp_06.en.md"),
    chinese: include_str!("exp_06.zh.md"),
    judge,
};

/// Services by the ports that their documentation gives, or that IANA registered.
pub(super) const SERVICES: &[Known] = &[
    tcp(3306, "MySQL"),
    tcp(33060, "MySQL"),
    tcp(5432, "PostgreSQL"),
    tcp(1433, "SQL Server"),
    udp(1434, "SQL Server"),
    tcp(1521, "Oracle"),
    tcp(50000, "Db2"),
    tcp_range(2881, 2883, "OceanBase"),
    tcp(5236, "DM"),
    tcp(3050, "Firebird"),
    tcp(4000, "TiDB"),
];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(exposed::services(estate, ITEM.id, ITEM.severity, SERVICES))
}
