//! VPCs, vSwitches, route tables, gateways.

use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::{Id, Listing, Route, RouteTable, Table, VSwitch};

use super::{Assembly, Located};
use crate::reader::facts::{Fact, Section};
use crate::reader::layout::Kind;

/// Makes the tables. Network ACLs must be there already.
pub(super) fn assemble(assembly: &mut Assembly) {
    let vpcs = assembly.facts(Kind::Vpcs, |fact| match fact {
        Fact::Vpc(vpc) => Some(*vpc),
        _ => None,
    });
    assembly.snapshot.vpcs = assembly.unique(Listing::Vpcs, vpcs).into_values().collect();
    ipv4_gateways(assembly);
    let tables = route_tables(assembly);
    vswitches(assembly, tables);
}

fn ipv4_gateways(assembly: &mut Assembly) {
    let of = |fact| match fact {
        Fact::Ipv4Gateway(gateway) => Some(*gateway),
        _ => None,
    };
    let mut gateways = assembly.facts(Kind::Ipv4Gateways, of);
    gateways.extend(assembly.facts(Kind::Ipv4GatewayAttributes, of));
    let gateways = assembly.unique(Listing::Ipv4Gateways, gateways);
    assembly.snapshot.ipv4_gateways = gateways.into_values().collect();
}

fn route_tables(assembly: &mut Assembly) -> BTreeMap<Id, RouteTable> {
    let listed = assembly.facts(Kind::RouteTables, |fact| match fact {
        Fact::RouteTable(table) => Some(*table),
        _ => None,
    });
    let mut tables = assembly.unique(Listing::RouteTables, listed);
    let mut sections = assembly.sections(Kind::Routes);
    let ids: Vec<Id> = tables.keys().cloned().collect();
    for id in ids {
        let Some(table) = tables.get_mut(&id) else {
            continue;
        };
        let found = sections.remove(&id).unwrap_or_default();
        if found.is_empty() {
            assembly.missing_kind(&table.region, Kind::Routes, "vpc", Some(&id));
        }
        (table.routes, table.unread) = routes(assembly, &id, found);
    }
    for (id, found) in sections {
        let Some(first) = found.first() else { continue };
        let (region, place) = (first.region.clone(), first.value.place.clone());
        assembly.unresolved(&region, Listing::RouteTables, &id, &place);
        let (routes, _) = routes(assembly, &id, found);
        let (vswitches, vpc) = (Vec::new(), None);
        let table = RouteTable {
            id: id.clone(),
            region,
            vpc,
            system: false,
            vswitches,
            routes,
            unread: true,
            place,
        };
        tables.insert(id, table);
    }
    tables
}

/// The routes of a table, and whether there may be others.
fn routes(assembly: &mut Assembly, id: &Id, sections: Vec<Located<Section>>) -> (Vec<Route>, bool) {
    let mut unread = sections.is_empty();
    let mut all: Option<Vec<Route>> = None;
    for Located {
        region,
        value: section,
    } in sections
    {
        unread |= !section.whole;
        let place = section.place;
        let routes = section.facts.into_iter().filter_map(|fact| match fact {
            Fact::Route(route) => Some(route),
            _ => None,
        });
        let mut routes: Vec<Route> = routes.collect();
        routes.sort();
        routes.dedup();
        match &mut all {
            None => all = Some(routes),
            Some(all) if *all == routes => {}
            Some(all) => {
                assembly.duplicate(&region, Listing::RouteTables, id, &place);
                unread = true;
                all.extend(routes);
                all.sort();
                all.dedup();
            }
        }
    }
    (all.unwrap_or_default(), unread)
}

/// Makes vSwitches, their ACLs and route tables name each other whichever side told.
fn vswitches(assembly: &mut Assembly, mut tables: BTreeMap<Id, RouteTable>) {
    let listed = assembly.facts(Kind::VSwitches, |fact| match fact {
        Fact::VSwitch(vswitch) => Some(*vswitch),
        _ => None,
    });
    let mut vswitches = assembly.unique(Listing::VSwitches, listed);
    bind_route_tables(assembly, &mut vswitches, &mut tables);
    bind_acls(assembly, &mut vswitches);
    assembly.snapshot.vswitches = vswitches.into_values().collect();
    assembly.snapshot.route_tables = tables.into_values().collect();
}

fn bind_route_tables(
    assembly: &mut Assembly,
    vswitches: &mut BTreeMap<Id, VSwitch>,
    tables: &mut BTreeMap<Id, RouteTable>,
) {
    for table in tables.values() {
        for id in &table.vswitches {
            if let Some(vswitch) = vswitches.get_mut(id) {
                vswitch.route_table.get_or_insert_with(|| table.id.clone());
            }
        }
    }
    for vswitch in vswitches.values() {
        let Some(id) = &vswitch.route_table else {
            continue;
        };
        match tables.get_mut(id) {
            Some(table) if table.vswitches.contains(&vswitch.id) => {}
            Some(table) => {
                table.vswitches.push(vswitch.id.clone());
                table.vswitches.sort();
            }
            None => {
                let place = &vswitch.place;
                assembly.unresolved(&vswitch.region, Listing::RouteTables, id, place);
            }
        }
    }
}

fn bind_acls(assembly: &mut Assembly, vswitches: &mut BTreeMap<Id, VSwitch>) {
    let mut acls: Vec<_> = assembly
        .snapshot
        .network_acls
        .values()
        .map(|acl| (**acl).clone())
        .collect();
    let mut bound: BTreeMap<Id, BTreeSet<Id>> = BTreeMap::new();
    for acl in &acls {
        for id in &acl.vswitches {
            bound.entry(acl.id.clone()).or_default().insert(id.clone());
            if let Some(vswitch) = vswitches.get_mut(id) {
                vswitch.acl.get_or_insert_with(|| acl.id.clone());
            }
        }
    }
    for vswitch in vswitches.values() {
        let Some(acl) = &vswitch.acl else { continue };
        bound
            .entry(acl.clone())
            .or_default()
            .insert(vswitch.id.clone());
        if !assembly.snapshot.network_acls.contains(acl) {
            let place = &vswitch.place;
            assembly.unresolved(&vswitch.region, Listing::NetworkAcls, acl, place);
        }
    }
    for acl in &mut acls {
        acl.vswitches = bound
            .remove(&acl.id)
            .unwrap_or_default()
            .into_iter()
            .collect();
    }
    assembly.snapshot.network_acls = acls.into_iter().collect::<Table<_>>();
}
