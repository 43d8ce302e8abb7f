//! Managed databases: the listing, and the endpoints and whitelists of each.

use std::collections::BTreeMap;

use yumen_cloud::{DatabaseEndpoint, DatabaseWhitelist, Id, Listing, ManagedDatabase};

use super::{Assembly, Located};
use crate::reader::facts::{Fact, Section};
use crate::reader::layout::Kind;

/// What is asked once per database.
const PER_DATABASE: [Kind; 3] = [
    Kind::DatabaseEndpoints,
    Kind::DatabaseRoles,
    Kind::DatabaseWhitelists,
];

/// Makes the table.
pub(super) fn assemble(assembly: &mut Assembly) {
    let mut products: BTreeMap<Id, &'static str> = BTreeMap::new();
    let mut listed = Vec::new();
    for part in assembly.take(Kind::Databases) {
        for fact in part.sections.into_iter().flat_map(|section| section.facts) {
            let Fact::Database(database) = fact else {
                continue;
            };
            products.insert(database.id.clone(), part.action.product);
            listed.push(Located {
                region: part.region.clone(),
                value: *database,
            });
        }
    }
    let mut asked = Asked::read(assembly);
    let mut databases = assembly.unique(Listing::Databases, listed);
    for database in databases.values_mut() {
        let product = products.get(&database.id).copied().unwrap_or_default();
        asked.endpoints(assembly, product, database);
        asked.whitelists(assembly, product, database);
    }
    asked.complain(assembly);
    assembly.snapshot.databases = databases.into_values().collect();
}

/// What was asked per database.
struct Asked(BTreeMap<Kind, BTreeMap<Id, Vec<Located<Section>>>>);

impl Asked {
    fn read(assembly: &mut Assembly) -> Self {
        let sections = PER_DATABASE.map(|kind| (kind, assembly.sections(kind)));
        Self(BTreeMap::from(sections))
    }

    fn take(&mut self, kind: Kind, database: &Id) -> Vec<Located<Section>> {
        let of_kind = self.0.get_mut(&kind);
        of_kind
            .and_then(|sections| sections.remove(database))
            .unwrap_or_default()
    }

    /// The same, and notes if there is nothing.
    fn expect(
        &mut self,
        assembly: &mut Assembly,
        kind: Kind,
        product: &str,
        database: &ManagedDatabase,
    ) -> Vec<Located<Section>> {
        let found = self.take(kind, &database.id);
        if found.is_empty() {
            assembly.missing_kind(&database.region, kind, product, Some(&database.id));
        }
        found
    }

    fn endpoints(
        &mut self,
        assembly: &mut Assembly,
        product: &str,
        database: &mut ManagedDatabase,
    ) {
        let of = |fact: &Fact| match fact {
            Fact::Endpoint(endpoint) => Some(endpoint.clone()),
            _ => None,
        };
        let found = self.expect(assembly, Kind::DatabaseEndpoints, product, database);
        let mut has_shards = false;
        for fact in found.iter().flat_map(|section| &section.value.facts) {
            match fact {
                Fact::Database(told) if database.vpc.is_none() => {
                    database.vpc.clone_from(&told.vpc);
                }
                Fact::Shards => has_shards = true,
                _ => {}
            }
        }
        let (mut endpoints, mut unread): (Vec<DatabaseEndpoint>, bool) =
            combined(assembly, &database.id, found, of);
        if product == "dds" {
            // Of MongoDB's actions only this one is said to tell public endpoints; it refuses
            // to speak of shards.
            let roles = if has_shards {
                self.take(Kind::DatabaseRoles, &database.id)
            } else {
                self.expect(assembly, Kind::DatabaseRoles, product, database)
            };
            let (more, more_unread) = combined(assembly, &database.id, roles, of);
            endpoints.extend(more);
            endpoints.sort();
            endpoints.dedup();
            unread |= more_unread || has_shards;
        }
        database.endpoints = endpoints;
        database.endpoints_unread = unread;
    }

    fn whitelists(
        &mut self,
        assembly: &mut Assembly,
        product: &str,
        database: &mut ManagedDatabase,
    ) {
        let found = self.expect(assembly, Kind::DatabaseWhitelists, product, database);
        let told = found
            .iter()
            .flat_map(|section| &section.value.facts)
            .filter_map(|fact| match fact {
                Fact::SourceGroups(groups) => Some(groups),
                _ => None,
            });
        for groups in told {
            let all = database.source_groups.get_or_insert_default();
            all.extend(groups.iter().cloned());
            all.sort();
            all.dedup();
        }
        let (lists, unread) = combined(assembly, &database.id, found, |fact| match fact {
            Fact::Whitelist(list) => Some(list.clone()),
            _ => None,
        });
        database.whitelists = by_name(lists);
        database.whitelists_unread = unread;
    }

    /// Notes what was asked of databases that were not listed.
    fn complain(self, assembly: &mut Assembly) {
        for (id, found) in self.0.into_values().flatten() {
            if let Some(Located { region, value }) = found.first() {
                assembly.unresolved(region, Listing::Databases, &id, &value.place);
                assembly.mark_incomplete(region, Listing::Databases);
            }
        }
    }
}

/// What the responses of an action for a database say, in order, and whether there may be more:
/// where they differ, all of it counts.
fn combined<T: Ord>(
    assembly: &mut Assembly,
    database: &Id,
    sections: Vec<Located<Section>>,
    of: fn(&Fact) -> Option<T>,
) -> (Vec<T>, bool) {
    let mut unread = sections.is_empty();
    let mut all: Option<Vec<T>> = None;
    for Located {
        region,
        value: section,
    } in sections
    {
        unread |= !section.whole;
        let mut told: Vec<T> = section.facts.iter().filter_map(of).collect();
        told.sort();
        told.dedup();
        match &mut all {
            None => all = Some(told),
            Some(all) if *all == told => {}
            Some(all) => {
                assembly.duplicate(&region, Listing::Databases, database, &section.place);
                unread = true;
                all.extend(told);
                all.sort();
                all.dedup();
            }
        }
    }
    (all.unwrap_or_default(), unread)
}

/// One list of each name.
fn by_name(lists: Vec<DatabaseWhitelist>) -> Vec<DatabaseWhitelist> {
    let mut merged: BTreeMap<String, DatabaseWhitelist> = BTreeMap::new();
    for list in lists {
        match merged.get_mut(&list.name) {
            None => {
                merged.insert(list.name.clone(), list);
            }
            Some(first) => {
                first.hidden &= list.hidden;
                first.networks.extend(list.networks);
                first.networks.sort();
                first.networks.dedup();
            }
        }
    }
    merged.into_values().collect()
}
