//! Prefix lists, port lists and network ACLs.

use std::collections::BTreeMap;

use ipnet::IpNet;
use yumen_cloud::{Id, Listing, NetworkAcl, PortList, PrefixList};
use yumen_packets::Interval;

use super::{Assembly, Located};
use crate::reader::facts::{Fact, Section};
use crate::reader::layout::Kind;

/// Makes the tables.
pub(super) fn assemble(assembly: &mut Assembly) {
    prefix_lists(assembly);
    port_lists(assembly);
    network_acls(assembly);
}

fn prefix_lists(assembly: &mut Assembly) {
    let of = |fact| match fact {
        Fact::PrefixList(list) => Some(*list),
        _ => None,
    };
    let listed = assembly.facts(Kind::PrefixLists, of);
    let mut lists: BTreeMap<Id, PrefixList> = assembly.unique(Listing::PrefixLists, listed);
    let sections = assembly.sections(Kind::PrefixEntries);
    for (id, sections) in &sections {
        let told = sections.iter().flat_map(|section| &section.value.facts);
        let told = told.filter_map(|fact| match fact {
            Fact::PrefixList(list) => Some((**list).clone()),
            _ => None,
        });
        if let Some(list) = told.take(1).next() {
            lists.entry(id.clone()).or_insert(list);
        }
    }
    let ids: Vec<Id> = lists.keys().cloned().collect();
    for id in ids {
        let Some(list) = lists.get_mut(&id) else {
            continue;
        };
        let found = sections.get(&id).map(Vec::as_slice).unwrap_or_default();
        if found.is_empty() {
            assembly.missing_kind(&list.region, Kind::PrefixEntries, "ecs", Some(&id));
        }
        (list.entries, list.unread) = networks(assembly, Listing::PrefixLists, &id, found);
    }
    assembly.snapshot.prefix_lists = lists.into_values().collect();
}

/// The networks of a list, and whether there may be others.
pub(super) fn networks(
    assembly: &mut Assembly,
    listing: Listing,
    id: &Id,
    sections: &[Located<Section>],
) -> (Vec<IpNet>, bool) {
    entries(assembly, listing, id, sections, |fact| match fact {
        Fact::Entry(network) => Some(*network),
        _ => None,
    })
}

fn port_lists(assembly: &mut Assembly) {
    let listed = assembly.facts(Kind::PortLists, |fact| match fact {
        Fact::PortList(list) => Some(*list),
        _ => None,
    });
    let mut lists: BTreeMap<Id, PortList> = assembly.unique(Listing::PortLists, listed);
    let sections = assembly.sections(Kind::PortEntries);
    for (id, sections) in &sections {
        let Some(first) = sections.first() else {
            continue;
        };
        lists.entry(id.clone()).or_insert_with(|| PortList {
            id: id.clone(),
            region: first.region.clone(),
            name: String::new(),
            entries: Vec::new(),
            unread: true,
            place: first.value.place.clone(),
        });
    }
    let ids: Vec<Id> = lists.keys().cloned().collect();
    for id in ids {
        let Some(list) = lists.get_mut(&id) else {
            continue;
        };
        let found = sections.get(&id).map(Vec::as_slice).unwrap_or_default();
        if found.is_empty() {
            assembly.missing_kind(&list.region, Kind::PortEntries, "ecs", Some(&id));
        }
        let of = |fact: &Fact| -> Option<Option<Interval<u16>>> {
            match fact {
                Fact::Ports(ports) => Some(*ports),
                _ => None,
            }
        };
        (list.entries, list.unread) = entries(assembly, Listing::PortLists, &id, found, of);
    }
    assembly.snapshot.port_lists = lists.into_values().collect();
}

/// The entries of a list from all responses for it, and whether there may be others. Where two
/// responses differ, everything that either names is in.
fn entries<T: Ord>(
    assembly: &mut Assembly,
    listing: Listing,
    id: &Id,
    sections: &[Located<Section>],
    of: fn(&Fact) -> Option<T>,
) -> (Vec<T>, bool) {
    let mut unread = sections.is_empty();
    let mut all: Vec<T> = Vec::new();
    for (position, section) in sections.iter().enumerate() {
        unread |= !section.value.whole;
        let mut own: Vec<T> = section.value.facts.iter().filter_map(of).collect();
        own.sort();
        own.dedup();
        if position == 0 {
            all = own;
        } else if all != own {
            assembly.duplicate(&section.region, listing, id, &section.value.place);
            unread = true;
            all.extend(own);
            all.sort();
            all.dedup();
        }
    }
    (all, unread)
}

fn network_acls(assembly: &mut Assembly) {
    let of = |fact| match fact {
        Fact::NetworkAcl(acl) => Some(*acl),
        _ => None,
    };
    let mut sections = Vec::new();
    for (_, found) in assembly.sections(Kind::NetworkAclAttributes) {
        for Located { region, value } in found {
            let whole = value.whole;
            for mut acl in value.facts.into_iter().filter_map(of) {
                acl.unread |= !whole;
                sections.push(Located {
                    region: region.clone(),
                    value: acl,
                });
            }
        }
    }
    let detailed = assembly.unique(Listing::NetworkAcls, sections);
    let listed = assembly.facts(Kind::NetworkAcls, of);
    let mut acls: BTreeMap<Id, NetworkAcl> = assembly.unique(Listing::NetworkAcls, listed);
    for (id, acl) in detailed {
        let vswitches = acls
            .remove(&id)
            .map(|listed| listed.vswitches)
            .unwrap_or_default();
        let mut acl = acl;
        acl.vswitches.extend(vswitches);
        acls.insert(id, acl);
    }
    let ids: Vec<Id> = acls.keys().cloned().collect();
    for id in ids {
        let Some(acl) = acls.get(&id).filter(|acl| acl.unread) else {
            continue;
        };
        let region = acl.region.clone();
        assembly.missing_kind(&region, Kind::NetworkAclAttributes, "vpc", Some(&id));
    }
    assembly.snapshot.network_acls = acls.into_values().collect();
}
