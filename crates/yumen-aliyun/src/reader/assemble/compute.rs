//! Instances and interfaces, and what they refer to.

use std::collections::{BTreeMap, BTreeSet};
use std::net::Ipv6Addr;

use yumen_cloud::{Coverage, Gap, GapReason, Id, Instance, Interface, InterfaceKind, Listing};
use yumen_diagnostics::{Message, Place};

use super::{Assembly, Located};
use crate::reader::facts::{Fact, Ipv6Fact};
use crate::reader::layout::Kind;

/// Makes the tables of instances and interfaces. Groups must be there already.
pub(super) fn assemble(assembly: &mut Assembly) {
    let facts = assembly.facts(Kind::Instances, |fact| match fact {
        Fact::Instance(fact) => Some(*fact),
        _ => None,
    });
    let listed = assembly.facts(Kind::Interfaces, |fact| match fact {
        Fact::Interface(interface) => Some(*interface),
        _ => None,
    });
    let mut interfaces = assembly.unique(Listing::Interfaces, listed);
    let mut instances: Vec<Located<Instance>> = Vec::new();
    let attached: BTreeSet<Id> = interfaces
        .values()
        .filter_map(|interface| interface.instance.clone())
        .collect();
    for Located { region, value } in facts {
        for interface in value.interfaces {
            add_unlisted(assembly, &region, interface, &attached, &mut interfaces);
        }
        instances.push(Located {
            region,
            value: value.instance,
        });
    }
    let instances = assembly.unique(Listing::Instances, instances);
    settle_ipv6(assembly, &mut interfaces);
    refer_to_groups(assembly, &interfaces);
    assembly.snapshot.instances = instances.into_values().collect();
    assembly.snapshot.interfaces = interfaces.into_values().collect();
}

/// Adds an interface of which only its instance tells.
fn add_unlisted(
    assembly: &mut Assembly,
    region: &Id,
    interface: Interface,
    attached: &BTreeSet<Id>,
    interfaces: &mut BTreeMap<Id, Interface>,
) {
    let is_nameless = interface.id.as_str().ends_with("/primary");
    let is_attached = interface
        .instance
        .as_ref()
        .is_some_and(|id| attached.contains(id));
    if interfaces.contains_key(&interface.id) || (is_nameless && is_attached) {
        return;
    }
    assembly.mark_incomplete(region, Listing::Interfaces);
    if interface.kind == InterfaceKind::Secondary || is_nameless {
        assembly.gap(Gap {
            reason: GapReason::Unresolved,
            region: Some(region.clone()),
            listing: Some(Listing::Interfaces),
            place: interface.place.clone(),
            message: Message::new("gap-interface-not-listed").with("id", interface.id.as_str()),
        });
    }
    interfaces.insert(interface.id.clone(), interface);
}

/// Says of each IPv6 address whether it has Internet bandwidth.
fn settle_ipv6(assembly: &mut Assembly, interfaces: &mut BTreeMap<Id, Interface>) {
    let facts = assembly.facts(Kind::Ipv6Addresses, |fact| match fact {
        Fact::Ipv6(fact) => Some(fact),
        _ => None,
    });
    let mut known: BTreeMap<Ipv6Addr, bool> = BTreeMap::new();
    for Located {
        value: Ipv6Fact { address, internet },
        ..
    } in facts
    {
        // Told twice, the reading that exposes more counts.
        *known.entry(address).or_default() |= internet;
    }
    for interface in interfaces.values_mut() {
        let coverage = assembly
            .snapshot
            .coverage_of(&interface.region, Listing::Ipv6Addresses);
        let unlisted = (coverage == Coverage::Complete).then_some(false);
        for address in &mut interface.ipv6 {
            address.internet = known.get(&address.address).copied().or(unlisted);
        }
    }
}

/// Notes the groups that interfaces have joined and that nobody has read, each once.
fn refer_to_groups(assembly: &mut Assembly, interfaces: &BTreeMap<Id, Interface>) {
    let mut unknown: BTreeMap<Id, (Id, Place)> = BTreeMap::new();
    for interface in interfaces.values() {
        for group in &interface.groups {
            let is_stand_in = group.as_str().ends_with("/groups");
            if !is_stand_in && !assembly.snapshot.groups.contains(group) {
                let place = (interface.region.clone(), interface.place.clone());
                unknown.entry(group.clone()).or_insert(place);
            }
        }
    }
    for (group, (region, place)) in unknown {
        assembly.unresolved(&region, Listing::Groups, &group, &place);
    }
}
