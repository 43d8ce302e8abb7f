//! Connections between networks.

use std::collections::BTreeMap;

use yumen_cloud::{Connection, ConnectionKind, Id, Listing};

use super::{Assembly, Located};
use crate::reader::facts::{Attached, Fact};
use crate::reader::layout::Kind;

/// Makes the table.
pub(super) fn assemble(assembly: &mut Assembly) {
    let mut all = BTreeMap::new();
    for (kind, listing) in [
        (Kind::Peerings, Listing::Peerings),
        (Kind::RouterInterfaces, Listing::RouterInterfaces),
        (Kind::VpnGateways, Listing::Vpns),
        (Kind::VpnConnections, Listing::Vpns),
    ] {
        let listed = assembly.facts(kind, connection);
        all.extend(assembly.unique(listing, listed));
    }
    let gateways: BTreeMap<Id, Vec<Id>> = all
        .values()
        .map(|connection| (connection.id.clone(), connection.vpcs.clone()))
        .collect();
    for connection in all.values_mut() {
        for gateway in connection.aliases.clone() {
            connection
                .vpcs
                .extend(gateways.get(&gateway).cloned().unwrap_or_default());
        }
        tidy(connection);
    }
    all.extend(cens(assembly));
    assembly.snapshot.connections = all.into_values().collect();
}

fn connection(fact: Fact) -> Option<Connection> {
    match fact {
        Fact::Connection(connection) => Some(*connection),
        _ => None,
    }
}

fn cens(assembly: &mut Assembly) -> BTreeMap<Id, Connection> {
    let mut regions: BTreeMap<Id, Id> = BTreeMap::new();
    let listed = assembly.facts(Kind::Cens, connection);
    for Located { region, value } in &listed {
        regions
            .entry(value.id.clone())
            .or_insert_with(|| region.clone());
    }
    let mut cens = assembly.unique(Listing::Cens, listed);
    let sections = assembly.sections(Kind::CenChildren);
    for (id, region) in regions {
        let found = sections.get(&id).map(Vec::as_slice).unwrap_or_default();
        if found.is_empty() {
            assembly.missing_kind(&region, Kind::CenChildren, "cbn", Some(&id));
        }
        if found.is_empty() || found.iter().any(|section| !section.value.whole) {
            mark_everywhere(assembly);
        }
    }
    for (id, found) in sections {
        for Located { value, .. } in found {
            for fact in value.facts {
                if let Fact::Attached(attached) = fact {
                    attach(assembly, &mut cens, Some(&id), *attached);
                }
            }
        }
    }
    let attachments = assembly.facts(Kind::TransitAttachments, |fact| match fact {
        Fact::Attached(attached) => Some(*attached),
        _ => None,
    });
    for Located { value, .. } in attachments {
        attach(assembly, &mut cens, None, value);
    }
    if assembly
        .present
        .iter()
        .any(|((_, _, name), whole)| *name == "ListTransitRouterVpcAttachments" && !whole)
    {
        mark_everywhere(assembly);
    }
    cens.values_mut().for_each(tidy);
    cens
}

/// Adds an attachment to its CEN; `asked` is the CEN that was asked for.
fn attach(
    assembly: &mut Assembly,
    cens: &mut BTreeMap<Id, Connection>,
    asked: Option<&Id>,
    attached: Attached,
) {
    let Some(id) = attached.cen.as_ref().or(asked).cloned() else {
        // A transit router that is part of no CEN connects nothing.
        return;
    };
    if !cens.contains_key(&id) {
        mark_everywhere(assembly);
    }
    let place = attached.place;
    let cen = cens.entry(id.clone()).or_insert_with(|| Connection {
        id,
        kind: ConnectionKind::Cen,
        active: true,
        vpcs: Vec::new(),
        remote: Vec::new(),
        aliases: Vec::new(),
        place,
    });
    if attached.active {
        cen.vpcs.extend(attached.vpc);
        cen.aliases.extend(attached.alias);
    }
}

/// CEN is global: what is missing is missing in every region.
fn mark_everywhere(assembly: &mut Assembly) {
    let regions: Vec<Id> = assembly.snapshot.regions.iter().cloned().collect();
    for region in regions {
        assembly.mark_incomplete(&region, Listing::Cens);
    }
}

fn tidy(connection: &mut Connection) {
    connection.vpcs.sort();
    connection.vpcs.dedup();
    connection.aliases.sort();
    connection.aliases.dedup();
}
