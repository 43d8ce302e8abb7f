//! What listeners refer to: server groups and access lists.

use std::collections::BTreeMap;

use yumen_cloud::{AccessList, Id, Listing, ServerGroup};

use super::filter::networks;
use super::{Assembly, Located};
use crate::reader::facts::{Fact, Section};
use crate::reader::layout::Kind;

/// All access lists with their entries.
pub(super) fn access_lists(assembly: &mut Assembly) -> BTreeMap<Id, AccessList> {
    let mut all = BTreeMap::new();
    for (listed, entries, product, listing) in [
        (
            Kind::ClassicAcls,
            Kind::ClassicAclEntries,
            "slb",
            Listing::ClassicBalancers,
        ),
        (
            Kind::ModernAcls,
            Kind::ModernAclEntries,
            "alb",
            Listing::ApplicationBalancers,
        ),
    ] {
        let of = |fact| match fact {
            Fact::AccessList(list) => Some(*list),
            _ => None,
        };
        let listed = assembly.facts(listed, of);
        let mut lists = assembly.unique(listing, listed);
        let sections = assembly.sections(entries);
        for (id, found) in &sections {
            let Some(first) = found.first() else { continue };
            lists.entry(id.clone()).or_insert_with(|| AccessList {
                id: id.clone(),
                region: first.region.clone(),
                name: String::new(),
                entries: Vec::new(),
                unread: true,
                place: first.value.place.clone(),
            });
        }
        for (id, list) in &mut lists {
            let found = sections.get(id).map(Vec::as_slice).unwrap_or_default();
            if found.is_empty() {
                assembly.missing_kind(&list.region, entries, product, Some(id));
            }
            (list.entries, list.unread) = networks(assembly, listing, id, found);
        }
        all.extend(lists);
    }
    all
}

/// All server groups with their servers.
pub(super) fn server_groups(assembly: &mut Assembly) -> BTreeMap<Id, ServerGroup> {
    let of = |fact| match fact {
        Fact::ServerGroup(group) => Some(*group),
        _ => None,
    };
    let mut all: BTreeMap<Id, ServerGroup> = BTreeMap::new();
    for (listed, servers) in [
        (Kind::ClassicServerGroups, Kind::ClassicServers),
        (Kind::ModernServerGroups, Kind::ModernServers),
    ] {
        let mut products: BTreeMap<Id, &'static str> = BTreeMap::new();
        for kind in [servers, listed] {
            for part in assembly.parts.get(&kind).into_iter().flatten() {
                for section in &part.sections {
                    products.extend(
                        section
                            .resource
                            .iter()
                            .map(|id| (id.clone(), part.action.product)),
                    );
                    for fact in &section.facts {
                        if let Fact::ServerGroup(group) = fact {
                            products.insert(group.id.clone(), part.action.product);
                        }
                    }
                }
            }
        }
        let listing = if listed == Kind::ClassicServerGroups {
            Listing::ClassicBalancers
        } else {
            Listing::ApplicationBalancers
        };
        let found = assembly.facts(listed, of);
        let mut groups = assembly.unique(listing, found);
        let mut sections = assembly.sections(servers);
        for (id, found) in &sections {
            let Some(first) = found.first() else { continue };
            if groups.contains_key(id) {
                continue;
            }
            if servers == Kind::ModernServers {
                // Its VPC, and whether it passes clients' addresses on, only the listing tells.
                let product = products.get(id).copied().unwrap_or_default();
                if assembly.is_present(&first.region, listed, product) {
                    assembly.unresolved(&first.region, listing, id, &first.value.place);
                } else {
                    assembly.missing_kind(&first.region, listed, product, None);
                }
            }
            groups.insert(
                id.clone(),
                ServerGroup {
                    id: id.clone(),
                    region: first.region.clone(),
                    vpc: None,
                    servers: Vec::new(),
                    preserves_client_address: None,
                    unread: true,
                    place: first.value.place.clone(),
                },
            );
        }
        for (id, group) in &mut groups {
            let found = sections.remove(id).unwrap_or_default();
            if found.is_empty() {
                let product = products.get(id).copied().unwrap_or("slb");
                assembly.missing_kind(&group.region, servers, product, Some(id));
            }
            fill(assembly, listing, group, found);
        }
        all.extend(groups);
    }
    all
}

fn fill(
    assembly: &mut Assembly,
    listing: Listing,
    group: &mut ServerGroup,
    sections: Vec<Located<Section>>,
) {
    group.unread = sections.is_empty();
    for (
        position,
        Located {
            region,
            value: section,
        },
    ) in sections.into_iter().enumerate()
    {
        group.unread |= !section.whole;
        let servers = section.facts.into_iter().filter_map(|fact| match fact {
            Fact::Server(server) => Some(server),
            _ => None,
        });
        let mut servers: Vec<_> = servers.collect();
        servers.sort();
        servers.dedup();
        if position == 0 {
            group.servers = servers;
        } else if group.servers != servers {
            assembly.duplicate(&region, listing, &group.id, &section.place);
            group.unread = true;
            group.servers.extend(servers);
            group.servers.sort();
            group.servers.dedup();
        }
    }
}
