//! Which listings should be there, and which of them are.
//!
//! Without a manifest, what no region has was not meant to be collected; with one, everything
//! was. Instances, interfaces and groups are always meant to be there.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yumen_cloud::{Coverage, Gap, GapReason, Id, Listing};
use yumen_diagnostics::{Message, Place};

use super::Assembly;
use crate::reader::layout::{ACTIONS, Action, Class, Kind, action_of, classify, path_of};

/// Products whose answers do not depend on the region that was asked, or need not.
const ANYWHERE: [&str; 6] = ["cbn", "rds", "r-kvstore", "polardb", "dds", "actiontrail"];

/// The actions that tell of a region what there is.
const PRIMARY: [Kind; 20] = [
    Kind::Instances,
    Kind::Interfaces,
    Kind::Groups,
    Kind::PrefixLists,
    Kind::PortLists,
    Kind::Vpcs,
    Kind::VSwitches,
    Kind::Eips,
    Kind::NatGateways,
    Kind::NetworkAcls,
    Kind::RouteTables,
    Kind::FlowLogs,
    Kind::Ipv6Addresses,
    Kind::Ipv4Gateways,
    Kind::RouterInterfaces,
    Kind::VpnConnections,
    Kind::VpnGateways,
    Kind::Peerings,
    Kind::ClassicBalancers,
    Kind::ModernBalancers,
];

/// The actions whose one answer speaks for all regions.
const GLOBAL: [(Kind, &str); 2] = [(Kind::Cens, "cbn"), (Kind::Trails, "actiontrail")];

/// Products that are asked once for all regions.
const GLOBAL_PRODUCTS: [&str; 2] = ["cbn", "actiontrail"];

/// What an audit cannot do without.
const ESSENTIAL: [Kind; 3] = [Kind::Instances, Kind::Interfaces, Kind::Groups];

/// Sets the coverage of every listing in every region. What is found incomplete later is marked
/// then.
pub(super) fn settle(assembly: &mut Assembly) {
    let regional: BTreeSet<Id> = assembly
        .present
        .keys()
        .filter(|(_, product, _)| !ANYWHERE.contains(product))
        .map(|(region, _, _)| region.clone())
        .collect();
    let claimed: Vec<Id> = assembly.snapshot.regions.iter().cloned().collect();
    let mut coverage = BTreeMap::new();
    for region in &claimed {
        for listing in Listing::ALL {
            coverage.insert((region.clone(), listing), Coverage::OutOfScope);
        }
        let has_files = assembly.present.keys().any(|(of, _, _)| of == region);
        if regional.contains(region) || (regional.is_empty() && has_files) {
            settle_region(assembly, region, &mut coverage);
        } else if !has_files {
            // The manifest claims a region that has no directory.
            let path = format!("{region}/");
            note(assembly, Some(region), None, path, "gap-no-region");
            for action in primary() {
                coverage.insert((region.clone(), action.listing), Coverage::Incomplete);
            }
        }
    }
    for (kind, product) in GLOBAL {
        if let Some(action) = action_of(kind, product) {
            settle_global(assembly, action, &claimed, &mut coverage);
        }
    }
    settle_databases(assembly, &claimed, &mut coverage);
    assembly.snapshot.coverage = coverage;
}

type Map = BTreeMap<(Id, Listing), Coverage>;

fn primary() -> impl Iterator<Item = &'static Action> {
    ACTIONS
        .iter()
        .filter(|action| PRIMARY.contains(&action.kind))
}

fn settle_region(assembly: &mut Assembly, region: &Id, coverage: &mut Map) {
    let mut products = BTreeSet::new();
    for action in primary() {
        let key = (region.clone(), action.product, action.name);
        let found = match assembly.present.get(&key) {
            Some(true) => Coverage::Complete,
            Some(false) => Coverage::Incomplete,
            None if is_expected(assembly, action) => {
                let has_product = assembly
                    .present
                    .keys()
                    .any(|(of, product, _)| of == region && *product == action.product);
                if has_product {
                    assembly.missing(region, action, None);
                } else if products.insert(action.product) {
                    let path = format!("{region}/{}/", action.product);
                    note(
                        assembly,
                        Some(region),
                        Some(action.listing),
                        path,
                        "gap-no-product",
                    );
                }
                Coverage::Incomplete
            }
            None => Coverage::OutOfScope,
        };
        let entry = coverage.entry((region.clone(), action.listing));
        let entry = entry.or_insert(Coverage::OutOfScope);
        *entry = match (*entry, found) {
            (Coverage::Incomplete, _) => Coverage::Incomplete,
            (other, Coverage::OutOfScope) => other,
            (_, found) => found,
        };
    }
}

/// True if the action should have a file in every region.
fn is_expected(assembly: &Assembly, action: &Action) -> bool {
    let has_sibling = |(_, product, name): &(Id, &'static str, &'static str)| {
        ACTIONS.iter().any(|other| {
            other.product == *product && other.name == *name && other.listing == action.listing
        })
    };
    assembly.has_manifest
        || ESSENTIAL.contains(&action.kind)
        || assembly.present.keys().any(has_sibling)
}

/// Settles a listing that is global: one file anywhere speaks for all regions.
fn settle_global(assembly: &mut Assembly, action: &Action, regions: &[Id], coverage: &mut Map) {
    let of_listing = |(_, product, name): &&(Id, &'static str, &'static str)| {
        *product == action.product && *name == action.name
    };
    let listed: Vec<bool> = assembly
        .present
        .iter()
        .filter(|(key, _)| of_listing(key))
        .map(|(_, whole)| *whole)
        .collect();
    let has_any = assembly
        .present
        .keys()
        .any(|(_, product, _)| *product == action.product);
    let found = if listed.is_empty() && (has_any || assembly.has_manifest) {
        note(
            assembly,
            None,
            Some(action.listing),
            path_of("<region>", action, None),
            "gap-no-file",
        );
        Coverage::Incomplete
    } else if listed.is_empty() {
        Coverage::OutOfScope
    } else if listed.into_iter().all(|whole| whole) {
        Coverage::Complete
    } else {
        Coverage::Incomplete
    };
    for region in regions {
        coverage.insert((region.clone(), action.listing), found);
    }
}

/// Managed databases are named but not judged: where none of their products was asked, they are
/// out of scope.
fn settle_databases(assembly: &mut Assembly, regions: &[Id], coverage: &mut Map) {
    let mut has_any = false;
    for ((region, product, name), whole) in &assembly.present {
        let is_database = ACTIONS.iter().any(|action| {
            action.kind == Kind::Databases && action.product == *product && action.name == *name
        });
        if !is_database {
            continue;
        }
        has_any = true;
        let entry = coverage.entry((region.clone(), Listing::Databases));
        let entry = entry.or_insert(Coverage::OutOfScope);
        *entry = match (*entry, whole) {
            (Coverage::Complete | Coverage::OutOfScope, true) => Coverage::Complete,
            _ => Coverage::Incomplete,
        };
    }
    for action in ACTIONS
        .iter()
        .filter(|action| action.kind == Kind::Databases)
    {
        unlisted_databases(assembly, action, coverage);
    }
    if assembly.has_manifest && !has_any {
        let path = "<region>/rds/DescribeDBInstances.json".to_owned();
        note(
            assembly,
            None,
            Some(Listing::Databases),
            path,
            "gap-no-file",
        );
        for region in regions {
            coverage.insert((region.clone(), Listing::Databases), Coverage::Incomplete);
        }
    }
}

/// Notes the listing of a product's databases if only what is asked per database is there.
fn unlisted_databases(assembly: &mut Assembly, listing: &Action, coverage: &mut Map) {
    let of_product = assembly
        .present
        .keys()
        .filter(|(_, product, _)| *product == listing.product);
    let mut regions = BTreeSet::new();
    for (region, _, name) in of_product {
        if *name == listing.name {
            return;
        }
        regions.insert(region.clone());
    }
    for region in regions {
        assembly.missing(&region, listing, None);
        coverage.insert((region, listing.listing), Coverage::Incomplete);
    }
}

/// Says what the collector could not read, and marks the listings that are incomplete for it.
pub(super) fn settle_uncollected(assembly: &mut Assembly) {
    let regions: Vec<Id> = assembly.snapshot.regions.iter().cloned().collect();
    for (path, message) in assembly.uncollected.clone() {
        let Class::Responses {
            region,
            action,
            resource,
        } = classify(&path)
        else {
            // It is kept for other uses than reachability; it is missing all the same.
            let region = path.split('/').next().map(Id::from);
            assembly.gap(Gap {
                reason: GapReason::NotCollected,
                region,
                listing: None,
                place: Place::in_file(Arc::from(path.as_str())),
                message,
            });
            continue;
        };
        let is_global = GLOBAL_PRODUCTS.contains(&action.product);
        let place = Place::in_file(Arc::from(path.as_str()));
        let place = match resource {
            Some(resource) => place.of(Arc::from(resource)),
            None => place,
        };
        assembly.gap(Gap {
            reason: GapReason::NotCollected,
            region: Some(Id::from(region)).filter(|_| !is_global),
            listing: Some(action.listing),
            place,
            message,
        });
        let concerned = regions
            .iter()
            .filter(|of| is_global || of.as_str() == region)
            .filter(|_| resource.is_none());
        for region in concerned {
            assembly.mark_incomplete(region, action.listing);
        }
    }
}

/// True if the collector's own words say why something is not there.
fn is_explained(assembly: &Assembly, path: &str) -> bool {
    let mut uncollected = assembly.uncollected.keys();
    match path.strip_prefix("<region>") {
        Some(rest) => uncollected.any(|of| of.ends_with(rest)),
        None => uncollected.any(|of| of.starts_with(path)),
    }
}

fn note(
    assembly: &mut Assembly,
    region: Option<&Id>,
    listing: Option<Listing>,
    path: String,
    message: &'static str,
) {
    if is_explained(assembly, &path) {
        return;
    }
    let mut words = Message::new(message).with("path", path.as_str());
    if message == "gap-no-file" {
        let action = path
            .rsplit('/')
            .next()
            .and_then(|name| name.strip_suffix(".json"));
        words = words.with("action", action.unwrap_or_default());
    }
    assembly.gap(Gap {
        reason: GapReason::NotCollected,
        region: region.cloned(),
        listing,
        place: Place::in_file(Arc::from(path)),
        message: words,
    });
}
