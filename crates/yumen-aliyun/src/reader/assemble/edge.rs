//! EIPs and NAT gateways with their tables.

use std::collections::BTreeMap;

use yumen_cloud::{ForwardEntry, Id, Listing, SnatEntry};
use yumen_diagnostics::Place;

use super::place::WithoutPlace;
use super::{Assembly, Located};
use crate::reader::facts::{Fact, NatFact, Section, TableEntry};
use crate::reader::layout::Kind;

/// Makes the tables.
pub(super) fn assemble(assembly: &mut Assembly) {
    let eips = assembly.facts(Kind::Eips, |fact| match fact {
        Fact::Eip(eip) => Some(*eip),
        _ => None,
    });
    assembly.snapshot.eips = assembly.unique(Listing::Eips, eips).into_values().collect();

    let facts = assembly.facts(Kind::NatGateways, |fact| match fact {
        Fact::Nat(fact) => Some(*fact),
        _ => None,
    });
    let mut gateways: BTreeMap<Id, NatFact> = BTreeMap::new();
    for Located { region, value } in facts {
        let differs = |first: &NatFact| {
            let mut first = first.clone();
            first.gateway.place = value.gateway.place.clone();
            first.gateway != value.gateway
                || first.forward_tables != value.forward_tables
                || first.snat_tables != value.snat_tables
        };
        match gateways.get(&value.gateway.id) {
            None => {
                gateways.insert(value.gateway.id.clone(), value);
            }
            Some(first) if differs(first) => {
                let gateway = &value.gateway;
                assembly.duplicate(&region, Listing::NatGateways, &gateway.id, &gateway.place);
                assembly.mark_incomplete(&region, Listing::NatGateways);
            }
            Some(_) => {}
        }
    }
    let mut forwards = Tables::<ForwardEntry>::read(assembly, Kind::Forwards, |fact| match fact {
        Fact::Forward(entry) => Some(*entry),
        _ => None,
    });
    let mut snats = Tables::<SnatEntry>::read(assembly, Kind::Snats, |fact| match fact {
        Fact::Snat(entry) => Some(*entry),
        _ => None,
    });
    let mut done = Vec::new();
    for NatFact {
        mut gateway,
        forward_tables,
        snat_tables,
    } in gateways.into_values()
    {
        let (id, region) = (gateway.id.clone(), gateway.region.clone());
        (gateway.forwards, gateway.forwards_unread) =
            forwards.of(assembly, &id, &region, &forward_tables);
        (gateway.snats, gateway.snats_unread) = snats.of(assembly, &id, &region, &snat_tables);
        done.push(gateway);
    }
    forwards.complain(assembly);
    snats.complain(assembly);
    assembly.snapshot.nat_gateways = done.into_iter().collect();
}

/// An entry of a table of a NAT gateway.
trait Entry: WithoutPlace {
    fn id(&self) -> &Id;
    fn place(&self) -> &Place;
}

impl Entry for ForwardEntry {
    fn id(&self) -> &Id {
        &self.id
    }

    fn place(&self) -> &Place {
        &self.place
    }
}

impl Entry for SnatEntry {
    fn id(&self) -> &Id {
        &self.id
    }

    fn place(&self) -> &Place {
        &self.place
    }
}

/// All DNAT or all SNAT entries.
struct Tables<T> {
    kind: Kind,
    /// Whether all of it was read, by the table or gateway that was asked for
    asked: BTreeMap<Id, bool>,
    /// Entries by the gateway or table that they name, or else that was asked for
    entries: BTreeMap<Id, Vec<Located<T>>>,
    /// For entries by table, the gateway that they name
    gateways: BTreeMap<Id, Id>,
}

impl<T: Entry> Tables<T> {
    fn read(assembly: &mut Assembly, kind: Kind, of: fn(Fact) -> Option<TableEntry<T>>) -> Self {
        let (asked, entries, gateways) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut tables = Self {
            kind,
            asked,
            entries,
            gateways,
        };
        for (resource, sections) in assembly.sections(kind) {
            for Located {
                region,
                value: Section { facts, whole, .. },
            } in sections
            {
                *tables.asked.entry(resource.clone()).or_insert(true) &= whole;
                for TableEntry {
                    gateway,
                    table,
                    entry,
                } in facts.into_iter().filter_map(of)
                {
                    if let (Some(gateway), Some(table)) = (&gateway, &table) {
                        tables.gateways.insert(table.clone(), gateway.clone());
                    }
                    let key = gateway.or(table).unwrap_or_else(|| resource.clone());
                    let located = Located {
                        region: region.clone(),
                        value: entry,
                    };
                    tables.entries.entry(key).or_default().push(located);
                }
            }
        }
        tables
    }

    /// The entries of a gateway, and whether there may be others.
    fn of(
        &mut self,
        assembly: &mut Assembly,
        gateway: &Id,
        region: &Id,
        listed: &[Id],
    ) -> (Vec<T>, bool) {
        let mut unread = self.asked.get(gateway) == Some(&false);
        let by_gateway = self.asked.contains_key(gateway);
        let mut found = self.entries.remove(gateway).unwrap_or_default();
        for table in listed {
            match self.asked.get(table) {
                Some(whole) => unread |= !whole,
                None if by_gateway => {}
                None => {
                    unread = true;
                    assembly.missing_kind(region, self.kind, "vpc", Some(table));
                }
            }
            found.extend(self.entries.remove(table).unwrap_or_default());
        }
        let named = self.gateways.iter().filter(|(_, of)| *of == gateway);
        for (table, _) in named {
            unread |= self.asked.get(table) == Some(&false);
        }
        let mut entries: BTreeMap<Id, T> = BTreeMap::new();
        for Located { region, value } in found {
            match entries.get(value.id()) {
                None => {
                    entries.insert(value.id().clone(), value);
                }
                Some(first) if first.without_place() == value.without_place() => {}
                Some(_) => {
                    assembly.duplicate(&region, Listing::NatGateways, value.id(), value.place());
                    unread = true;
                }
            }
        }
        (entries.into_values().collect(), unread)
    }

    /// Notes the entries of gateways that were not read.
    fn complain(self, assembly: &mut Assembly) {
        for (gateway, entries) in self.entries {
            if let Some(Located { region, value }) = entries.first() {
                assembly.unresolved(region, Listing::NatGateways, &gateway, value.place());
                assembly.mark_incomplete(region, Listing::NatGateways);
            }
        }
    }
}
