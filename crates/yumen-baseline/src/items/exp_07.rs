//! EXP-07: key-value, document and search stores.

use super::exposed;
use super::prelude::*;
use crate::service::{Known, tcp, tcp_range};

pub(super) const ITEM: Item = Item {
    id: ItemId("EXP-07"),
    severity: Severity::Critical,
    fix: FixKind::Narrow,
    english: include_str!("exp_07.en.md"),
    chinese: include_str!("exp_07.zh.md"),
    judge,
};

/// Services by the ports that their documentation gives, or that IANA registered.
pub(super) const SERVICES: &[Known] = &[
    tcp_range(6379, 6380, "Redis"),
    tcp(16379, "Redis"),
    tcp_range(27017, 27019, "MongoDB"),
    tcp(9200, "Elasticsearch"),
    tcp(9300, "Elasticsearch"),
    tcp(11211, "Memcached"),
    tcp(5984, "CouchDB"),
    tcp(9042, "Cassandra"),
    tcp(9160, "Cassandra"),
    tcp(7474, "Neo4j"),
    tcp(7687, "Neo4j"),
    tcp(8086, "InfluxDB"),
    tcp(8123, "ClickHouse"),
];

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    Ok(exposed::services(estate, ITEM.id, ITEM.severity, SERVICES))
}
