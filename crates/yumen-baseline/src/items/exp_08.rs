//! EXP-08: big-data services.

use super::exposed;
use super::prelude::*;
use crate::service::{Known, tcp, tcp_range};

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-08"),
    severity: Severity::High,
    fix: FixKind::Narrow,
    english: include_str!("exp_08.en.md"),
    chinese: include_str!("exp_08.zh.md"),
    judge,
};

/// Services by the ports that their documentation gives, or that IANA registered.
pub(super) const SERVICES: &[Known] = &[
    tcp(8020, "HDFS"),
    tcp(9000, "HDFS"),
    tcp(9870, "HDFS"),
    tcp(50070, "HDFS"),
    tcp(50075, "HDFS"),
    tcp(8088, "YARN"),
    tcp(8032, "YARN"),
    tcp(8042, "YARN"),
    tcp(16000, "HBase"),
    tcp(16010, "HBase"),
    tcp(16020, "HBase"),
    tcp(16030, "HBase"),
    tcp(10000, "Hive"),
    tcp(10002, "Hive"),
    tcp(2181, "ZooKeeper"),
    tcp(2888, "ZooKeeper"),
    tcp(3888, "ZooKeeper"),
    tcp_range(9092, 9094, "Kafka"),
    tcp(7077, "Spark"),
    tcp(4040, "Spark"),
    tcp(18080, "Spark"),
    tcp(8081, "Flink"),
    tcp(6123, "Flink"),
    tcp(8889, "Trino"),
];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(exposed::services(estate, ITEM.id, ITEM.severity, SERVICES))
}
