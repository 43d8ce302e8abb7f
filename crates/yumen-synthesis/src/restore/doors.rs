//! Ways from and to the Internet: DNAT, SNAT, EIPs, listeners.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use yumen_cloud::{
    BalancerKind, CloudEdit, EipBinding, ForwardEntry, Id, Listener, ListenerAccess, Listing,
    LoadBalancer, NatGateway, SnatEntry,
};
use yumen_diagnostics::{Message, Place};

use super::Work;
use super::groups::free_id;

impl Work<'_> {
    pub(super) fn restore_gateways(&mut self) {
        let (now, then) = (&self.now.nat_gateways, &self.then.nat_gateways);
        let pairs = self.in_both(now, then, |one| (&one.region, Listing::NatGateways));
        for (new, old) in pairs {
            if new.forwards_unread || old.forwards_unread {
                if !is_permutation(&new.forwards, &old.forwards, is_same_forward) {
                    self.leave(&new.id, Message::new("restore-entries-not-read"));
                }
            } else {
                self.restore_forwards(new, old);
            }
            if new.snats_unread || old.snats_unread {
                if !is_permutation(&new.snats, &old.snats, is_same_snat) {
                    self.leave(&new.id, Message::new("restore-entries-not-read"));
                }
            } else {
                self.restore_snats(new, old);
            }
        }
    }

    fn restore_forwards(&mut self, new: &NatGateway, old: &NatGateway) {
        let (gone, wanted) = difference(&new.forwards, &old.forwards, is_same_forward);
        self.goes
            .extend(gone.iter().map(|entry| CloudEdit::RemoveForward {
                gateway: new.id.clone(),
                entry: entry.id.clone(),
            }));
        let mut taken = new.forwards.iter().map(|entry| entry.id.clone()).collect();
        for entry in wanted {
            if !self.has_address(&new.id, entry.external) {
                self.leave_address(&new.id, entry.external);
                continue;
            }
            let edit = CloudEdit::AddForward {
                gateway: new.id.clone(),
                entry: ForwardEntry {
                    id: free_id(&mut taken, &new.id, &entry.id),
                    available: true,
                    place: Place::default(),
                    ..entry.clone()
                },
            };
            // The provider gives an external port to one entry at a time.
            let clashes = gone.iter().any(|one| one.external == entry.external);
            if clashes {
                self.goes.push(edit);
            } else {
                self.comes.push(edit);
            }
        }
    }

    fn restore_snats(&mut self, new: &NatGateway, old: &NatGateway) {
        let (gone, wanted) = difference(&new.snats, &old.snats, is_same_snat);
        self.goes
            .extend(gone.iter().map(|entry| CloudEdit::RemoveSnat {
                gateway: new.id.clone(),
                entry: entry.id.clone(),
            }));
        let mut taken = new.snats.iter().map(|entry| entry.id.clone()).collect();
        for entry in wanted {
            let mut addresses = entry.addresses.iter();
            if let Some(lost) = addresses.find(|one| !self.has_address(&new.id, **one)) {
                self.leave_address(&new.id, *lost);
                continue;
            }
            let edit = CloudEdit::AddSnat {
                gateway: new.id.clone(),
                entry: SnatEntry {
                    id: free_id(&mut taken, &new.id, &entry.id),
                    available: true,
                    place: Place::default(),
                    ..entry.clone()
                },
            };
            let clashes = gone.iter().any(|one| one.source == entry.source);
            if clashes {
                self.goes.push(edit);
            } else {
                self.comes.push(edit);
            }
        }
    }

    /// False if an address that was bound to the gateway, as its EIP said then, is not so now.
    fn has_address(&self, gateway: &Id, address: Ipv4Addr) -> bool {
        let bound = |snapshot: &yumen_cloud::Snapshot| {
            snapshot.eips.values().any(|eip| {
                eip.address == IpAddr::V4(address)
                    && eip.binding == EipBinding::NatGateway(gateway.clone())
            })
        };
        !bound(self.then) || bound(self.now)
    }

    fn leave_address(&mut self, gateway: &Id, address: Ipv4Addr) {
        let reason = Message::new("restore-address-gone");
        self.leave(gateway, reason.with("address", address.to_string()));
    }

    pub(super) fn restore_eips(&mut self) {
        let (now, then) = (&self.now.eips, &self.then.eips);
        let pairs = self.in_both(now, then, |one| (&one.region, Listing::Eips));
        for (new, old) in pairs {
            if new.binding == old.binding {
                continue;
            }
            match target(&old.binding) {
                None => self.changes.push(CloudEdit::UnbindEip {
                    eip: new.id.clone(),
                }),
                Some(target) => {
                    let reason = Message::new("restore-binding");
                    self.leave(&new.id, reason.with("target", target.as_str()));
                }
            }
        }
    }

    pub(super) fn restore_listeners(&mut self) {
        let (now, then) = (&self.now.balancers, &self.then.balancers);
        let pairs = self.in_both(now, then, |one| (&one.region, listing(one.kind)));
        for (new, old) in pairs {
            self.restore_access(new, old);
        }
    }

    fn restore_access(&mut self, new: &LoadBalancer, old: &LoadBalancer) {
        for wanted in &old.listeners {
            let present = new.listeners.iter().find(|one| one.id == wanted.id);
            match present {
                None => {
                    let reason = Message::new("restore-listener-gone");
                    self.leave(&new.id, reason.with("listener", wanted.id.as_str()));
                }
                Some(present) if present.access != wanted.access => {
                    self.set_access(&new.id, present, wanted);
                }
                Some(_) => {}
            }
        }
        for present in &new.listeners {
            if old.listeners.iter().all(|one| one.id != present.id) {
                let reason = Message::new("restore-listener-created");
                self.leave(&new.id, reason.with("listener", present.id.as_str()));
            }
        }
    }

    fn set_access(&mut self, balancer: &Id, present: &Listener, wanted: &Listener) {
        if present.access_unread || wanted.access_unread {
            self.leave(balancer, Message::new("restore-access-not-read"));
            return;
        }
        let lists = match &wanted.access {
            ListenerAccess::Everyone => &[][..],
            ListenerAccess::Only(lists) | ListenerAccess::AllBut(lists) => lists,
        };
        let known = |list: &&Id| self.then.access_lists.contains(*list);
        let mut gone = lists.iter().filter(known);
        if let Some(list) = gone.find(|list| !self.now.access_lists.contains(*list)) {
            let reason = Message::new("restore-list-gone");
            let reason = reason.with("listener", wanted.id.as_str());
            self.leave(balancer, reason.with("list", list.as_str()));
            return;
        }
        self.changes.push(CloudEdit::SetListenerAccess {
            balancer: balancer.clone(),
            listener: wanted.id.clone(),
            access: wanted.access.clone(),
        });
    }
}

fn listing(kind: BalancerKind) -> Listing {
    match kind {
        BalancerKind::Classic => Listing::ClassicBalancers,
        BalancerKind::Application => Listing::ApplicationBalancers,
        BalancerKind::Network => Listing::NetworkBalancers,
    }
}

fn target(binding: &EipBinding) -> Option<&Id> {
    match binding {
        EipBinding::Unbound => None,
        EipBinding::Instance(id)
        | EipBinding::Interface(id)
        | EipBinding::NatGateway(id)
        | EipBinding::LoadBalancer(id)
        | EipBinding::Other(id) => Some(id),
    }
}

fn is_same_forward(one: &ForwardEntry, other: &ForwardEntry) -> bool {
    one.external == other.external
        && one.external_ports == other.external_ports
        && one.internal == other.internal
        && one.internal_ports == other.internal_ports
        && one.protocol == other.protocol
}

fn is_same_snat(one: &SnatEntry, other: &SnatEntry) -> bool {
    let set =
        |entry: &SnatEntry| -> BTreeSet<Ipv4Addr> { entry.addresses.iter().copied().collect() };
    one.source == other.source && set(one) == set(other)
}

/// What is only in the first list, and what is only in the second.
fn difference<'a, T>(
    now: &'a [T],
    then: &'a [T],
    is_same: fn(&T, &T) -> bool,
) -> (Vec<&'a T>, Vec<&'a T>) {
    let mut gone: Vec<&T> = now.iter().collect();
    let mut wanted = Vec::new();
    for entry in then {
        match gone.iter().position(|one| is_same(one, entry)) {
            Some(position) => {
                gone.remove(position);
            }
            None => wanted.push(entry),
        }
    }
    (gone, wanted)
}

fn is_permutation<T>(now: &[T], then: &[T], is_same: fn(&T, &T) -> bool) -> bool {
    let (gone, wanted) = difference(now, then, is_same);
    gone.is_empty() && wanted.is_empty()
}
