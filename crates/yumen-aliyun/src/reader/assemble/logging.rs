//! Flow logs with the retention of their log stores, and trails with their states.

use std::collections::BTreeMap;

use yumen_cloud::{Id, Listing};

use super::{Assembly, Located};
use crate::reader::facts::{Fact, Section};
use crate::reader::layout::Kind;

/// Makes the tables.
pub(super) fn assemble(assembly: &mut Assembly) {
    flow_logs(assembly);
    trails(assembly);
}

fn flow_logs(assembly: &mut Assembly) {
    let listed = assembly.facts(Kind::FlowLogs, |fact| match fact {
        Fact::FlowLog(log) => Some(*log),
        _ => None,
    });
    let mut logs = assembly.unique(Listing::FlowLogs, listed);
    let stores = assembly.sections(Kind::LogStores);
    let retention = agreed(assembly, Listing::FlowLogs, &stores, |fact| match fact {
        Fact::Retention(days) => Some(*days),
        _ => None,
    });
    for log in logs.values_mut() {
        if log.project.is_empty() || log.store.is_empty() {
            continue;
        }
        let store = Id::from(format!("{}~{}", log.project, log.store));
        match retention.get(&store) {
            Some(days) => log.retention_days = *days,
            None => assembly.missing_kind(&log.region, Kind::LogStores, "sls", Some(&store)),
        }
    }
    assembly.snapshot.flow_logs = logs.into_values().collect();
}

fn trails(assembly: &mut Assembly) {
    let listed = assembly.facts(Kind::Trails, |fact| match fact {
        Fact::Trail(trail) => Some(*trail),
        _ => None,
    });
    let regions: BTreeMap<Id, Id> = listed
        .iter()
        .map(|Located { region, value }| (value.id.clone(), region.clone()))
        .collect();
    let mut trails = assembly.unique(Listing::Trails, listed);
    let states = assembly.sections(Kind::TrailStatus);
    let mut logging = agreed(assembly, Listing::Trails, &states, |fact| match fact {
        Fact::Logging(logging) => Some(*logging),
        _ => None,
    });
    for trail in trails.values_mut() {
        match (logging.remove(&trail.id), regions.get(&trail.id)) {
            (Some(told), _) => trail.logging = told,
            (None, Some(region)) => {
                let (kind, product) = (Kind::TrailStatus, "actiontrail");
                assembly.missing_kind(region, kind, product, Some(&trail.id));
            }
            (None, None) => {}
        }
    }
    for id in logging.into_keys() {
        if let Some(Located { region, value }) = states.get(&id).and_then(|found| found.first()) {
            assembly.unresolved(region, Listing::Trails, &id, &value.place);
            assembly.mark_incomplete(region, Listing::Trails);
        }
    }
    assembly.snapshot.trails = trails.into_values().collect();
}

/// What the responses say of each resource; nothing if they differ or were not read.
fn agreed<T: Copy + PartialEq>(
    assembly: &mut Assembly,
    listing: Listing,
    sections: &BTreeMap<Id, Vec<Located<Section>>>,
    of: fn(&Fact) -> Option<T>,
) -> BTreeMap<Id, Option<T>> {
    let mut agreed = BTreeMap::new();
    for (id, found) in sections {
        let mut told: Option<T> = None;
        let mut differ = false;
        for Located { region, value } in found {
            for fact in value.facts.iter().filter_map(of) {
                if told.is_some_and(|told| told != fact) {
                    differ = true;
                    assembly.duplicate(region, listing, id, &value.place);
                }
                told = Some(fact);
            }
        }
        agreed.insert(id.clone(), told.filter(|_| !differ));
    }
    agreed
}
