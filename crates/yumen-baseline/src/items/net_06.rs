//! NET-06: a managed database is open to the world.

use yumen_cloud::{Coverage, Listing, ManagedDatabase};
use yumen_packets::{Family, Interval};
use yumen_reach::{Breadth, range_of};

use super::fact;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("NET-06"),
    severity: Severity::Critical,
    fix: FixKind::ByHand,
    english: include_str!("net_06.en.md"),
    chinese: include_str!("net_06.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let coverage = estate.coverage(Listing::Databases);
    let databases = &estate.snapshot().databases;
    if coverage == Coverage::OutOfScope && databases.is_empty() {
        return Ok(Outcome::not_assessed(Message::new("needs-databases")));
    }
    let mut findings = Vec::new();
    for database in databases.values() {
        let public = database.endpoints.iter().any(|endpoint| endpoint.public);
        let breadth = breadth(estate, database);
        let status = match breadth {
            Some(Breadth::World | Breadth::Broad) if public => Status::Open,
            Some(Breadth::World | Breadth::Broad) if database.endpoints_unread => Status::Unknown,
            _ if database.whitelists_unread && (public || database.endpoints_unread) => {
                Status::Unknown
            }
            _ => continue,
        };
        let id = match (status, breadth) {
            (Status::Unknown, _) => "found-database-unread",
            (_, Some(Breadth::World)) => "found-database-world",
            _ => "found-database-broad",
        };
        let message = Message::new(id)
            .with("name", database.id.to_string())
            .with("engine", database.engine.as_str());
        let subject = Subject::Database(database.id.clone());
        findings.push(fact::finding(
            &ITEM,
            status,
            subject,
            database.place.clone(),
            message,
        ));
    }
    if coverage == Coverage::Incomplete {
        findings.push(fact::unread(&ITEM, Listing::Databases));
    }
    Ok(Outcome::of(databases.len(), findings))
}

/// How much of the Internet the whitelists let in together.
fn breadth(estate: &Estate<'_>, database: &ManagedDatabase) -> Option<Breadth> {
    let internet = estate.topology().internet_of(database.vpc.as_ref());
    let nets = database.whitelists.iter().flat_map(|list| &list.networks);
    let nets: Vec<_> = nets.collect();
    [Family::V4, Family::V6]
        .into_iter()
        .filter_map(|family| {
            let ranges: Vec<Interval<u128>> = nets
                .iter()
                .filter(|net| yumen_reach::family_of(net.addr()) == family)
                .map(|net| range_of(net))
                .collect();
            let ranges = yumen_reach::join_ranges(ranges);
            let share = internet.share(family, &ranges);
            (share > 0.0).then(|| internet.breadth(family, &ranges))
        })
        .max()
}
