//! What no edit changes, and what was created since.

use yumen_cloud::{
    Action, Coverage, Direction, EipBinding, Id, Interface, Listing, Resource, Snapshot, Table,
};
use yumen_diagnostics::Message;

use super::{RestoreScope, Work, missing};

impl Work<'_> {
    /// Lists resources of other kinds that were changed or deleted, and those created since that
    /// let packets pass.
    pub(super) fn list_elsewhere(&mut self) {
        let (now, then) = (self.now, self.then);
        self.list_changed(&now.vpcs, &then.vpcs, &[Listing::Vpcs], |one| &mut one.vpcs);
        self.list_changed(
            &now.vswitches,
            &then.vswitches,
            &[Listing::VSwitches],
            |one| &mut one.vswitches,
        );
        self.list_changed(
            &now.route_tables,
            &then.route_tables,
            &[Listing::RouteTables],
            |one| &mut one.route_tables,
        );
        self.list_changed(
            &now.ipv4_gateways,
            &then.ipv4_gateways,
            &[Listing::Ipv4Gateways],
            |one| &mut one.ipv4_gateways,
        );
        self.list_changed(
            &now.port_lists,
            &then.port_lists,
            &[Listing::PortLists],
            |one| &mut one.port_lists,
        );
        let joining = [
            Listing::Cens,
            Listing::Peerings,
            Listing::Vpns,
            Listing::RouterInterfaces,
        ];
        self.list_changed(&now.connections, &then.connections, &joining, |one| {
            &mut one.connections
        });
        let balancing = [
            Listing::ClassicBalancers,
            Listing::ApplicationBalancers,
            Listing::NetworkBalancers,
        ];
        self.list_changed(&now.server_groups, &then.server_groups, &balancing, |one| {
            &mut one.server_groups
        });
        self.list_changed(&now.access_lists, &then.access_lists, &balancing, |one| {
            &mut one.access_lists
        });
        self.list_changed_interfaces();
        if *self.scope == RestoreScope::Whole {
            self.list_created();
        }
    }

    fn list_changed<T: Resource + Clone>(
        &mut self,
        now: &Table<T>,
        then: &Table<T>,
        listings: &[Listing],
        table: fn(&mut Snapshot) -> &mut Table<T>,
    ) {
        let alone = |resource: &T| {
            let mut snapshot = Snapshot::default();
            table(&mut snapshot).insert(resource.clone());
            snapshot.content_address()
        };
        let unread = self.now.regions.iter().any(|region| {
            let mut listings = listings.iter();
            listings.any(|one| self.now.coverage_of(region, *one) != Coverage::Complete)
        });
        for (id, old) in then.iter() {
            if !self.includes(id) {
                continue;
            }
            match now.get(id) {
                None => self.leave(id, Message::new(missing(unread))),
                Some(new) if alone(new) != alone(old) => {
                    self.leave(id, Message::new("restore-changed"));
                }
                Some(_) => {}
            }
        }
    }

    /// Interfaces that are plugged in elsewhere or have other addresses. What is bound to them is
    /// listed with EIPs, and their groups and tags are restored.
    fn list_changed_interfaces(&mut self) {
        for (id, old) in self.then.interfaces.iter() {
            if !self.includes(id) {
                continue;
            }
            let Some(new) = self.now.interfaces.get(id) else {
                continue;
            };
            let addresses = |one: &Interface| -> Vec<_> {
                one.private.iter().map(|private| private.address).collect()
            };
            if new.vswitch != old.vswitch
                || new.instance != old.instance
                || addresses(new) != addresses(old)
                || new.ipv6 != old.ipv6
                || new.prefixes != old.prefixes
            {
                self.leave(id, Message::new("restore-changed"));
            }
        }
    }

    fn list_created(&mut self) {
        let (now, then) = (self.now, self.then);
        let groups = now.groups.values().filter(|group| {
            let mut rules = group.rules_of(Direction::Ingress);
            !then.groups.contains(&group.id) && rules.any(|rule| rule.action == Action::Accept)
        });
        let interfaces = now
            .interfaces
            .values()
            .filter(|one| !then.interfaces.contains(&one.id) && !one.groups.is_empty());
        let eips = now
            .eips
            .values()
            .filter(|one| !then.eips.contains(&one.id) && one.binding != EipBinding::Unbound);
        let gateways = now.nat_gateways.values().filter(|one| {
            let ways = one.forwards.len() + one.snats.len();
            !then.nat_gateways.contains(&one.id) && ways > 0
        });
        let balancers = now
            .balancers
            .values()
            .filter(|one| !then.balancers.contains(&one.id) && !one.listeners.is_empty());
        let connections = now
            .connections
            .values()
            .filter(|one| !then.connections.contains(&one.id) && one.active);
        let created: Vec<Id> = groups
            .map(|one| &one.id)
            .chain(interfaces.map(|one| &one.id))
            .chain(eips.map(|one| &one.id))
            .chain(gateways.map(|one| &one.id))
            .chain(balancers.map(|one| &one.id))
            .chain(connections.map(|one| &one.id))
            .cloned()
            .collect();
        for id in created {
            self.leave(&id, Message::new("restore-created"));
        }
    }
}
