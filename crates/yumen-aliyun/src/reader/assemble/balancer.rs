//! Load balancers: listeners, where they send requests, and who may connect.

use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::{
    AccessList, BalancerKind, Id, Listener, ListenerAccess, ListenerProtocol, Listing,
    LoadBalancer, ServerGroup, Target,
};

use super::servers::{access_lists, server_groups};
use super::{Assembly, Located};
use crate::reader::facts::{Fact, ListenerFact, RuleFact};
use crate::reader::layout::Kind;

/// Makes the tables.
pub(super) fn assemble(assembly: &mut Assembly) {
    let lists = access_lists(assembly);
    let associated = associated_groups(assembly);
    let groups = server_groups(assembly);
    let mut balancers = balancers(assembly);
    let rules = forwarding_rules(assembly);
    add_listeners(assembly, &mut balancers, &rules, &associated);
    let mut seen = BTreeSet::new();
    for balancer in balancers.values_mut() {
        let region = balancer.region.clone();
        for listener in &mut balancer.listeners {
            settle_targets(
                assembly,
                &region,
                balancer.kind,
                listener,
                &groups,
                &mut seen,
            );
            settle_access(
                assembly,
                &region,
                balancer.kind,
                listener,
                &lists,
                &mut seen,
            );
        }
    }
    assembly.snapshot.balancers = balancers.into_values().collect();
    assembly.snapshot.server_groups = groups.into_values().collect();
    assembly.snapshot.access_lists = lists.into_values().collect();
}

/// The product of a kind of balancer, and its listing.
fn product_of(kind: BalancerKind) -> (&'static str, Listing) {
    match kind {
        BalancerKind::Classic => ("slb", Listing::ClassicBalancers),
        BalancerKind::Application => ("alb", Listing::ApplicationBalancers),
        BalancerKind::Network => ("nlb", Listing::NetworkBalancers),
    }
}

/// By classic balancer, the server groups that its forwarding rules name; only balancers whose
/// server groups were all listed are here.
fn associated_groups(assembly: &mut Assembly) -> BTreeMap<Id, Vec<Id>> {
    let mut associated: BTreeMap<Id, Vec<Id>> = BTreeMap::new();
    for part in assembly
        .parts
        .get(&Kind::ClassicServerGroups)
        .into_iter()
        .flatten()
    {
        let is_vserver = part.action.name == "DescribeVServerGroups";
        for section in part
            .sections
            .iter()
            .filter(|section| is_vserver && section.whole)
        {
            let Some(balancer) = &section.resource else {
                continue;
            };
            let groups = associated.entry(balancer.clone()).or_default();
            for fact in &section.facts {
                if let Fact::ForwardingRule(rule) = fact {
                    groups.extend(rule.groups.iter().cloned());
                }
            }
        }
    }
    associated
}

fn balancers(assembly: &mut Assembly) -> BTreeMap<Id, LoadBalancer> {
    let of = |fact| match fact {
        Fact::Balancer(balancer) => Some(*balancer),
        _ => None,
    };
    let mut all = BTreeMap::new();
    for (listed, attributes) in [
        (Kind::ClassicBalancers, Kind::ClassicAttributes),
        (Kind::ModernBalancers, Kind::ModernAttributes),
    ] {
        let (classic, others): (Vec<_>, Vec<_>) = assembly
            .facts(listed, of)
            .into_iter()
            .partition(|found| found.value.kind != BalancerKind::Network);
        let listing = product_of(match listed {
            Kind::ClassicBalancers => BalancerKind::Classic,
            _ => BalancerKind::Application,
        });
        let mut balancers = assembly.unique(listing.1, classic);
        balancers.extend(assembly.unique(Listing::NetworkBalancers, others));
        let heads = listener_heads(assembly, attributes);
        let detailed = assembly.facts(attributes, of);
        let detailed = assembly.unique(listing.1, detailed);
        for (id, balancer) in &mut balancers {
            let is_needed = balancer.kind != BalancerKind::Network;
            if is_needed && !detailed.contains_key(id) {
                let (product, _) = product_of(balancer.kind);
                assembly.missing_kind(&balancer.region, attributes, product, Some(id));
            }
        }
        for (id, detail) in detailed {
            match balancers.get_mut(&id) {
                Some(balancer) => {
                    balancer.servers = detail.servers;
                    balancer.local_addresses = detail.local_addresses;
                    balancer.addresses.extend(detail.addresses);
                    balancer.addresses.sort_unstable();
                    balancer.addresses.dedup();
                }
                None => {
                    let (_, listing) = product_of(detail.kind);
                    assembly.unresolved(&detail.region, listing, &id, &detail.place);
                    balancers.insert(id, detail);
                }
            }
        }
        for fact in heads {
            let id = fact.balancer.clone();
            if let Some(balancer) = id.and_then(|id| balancers.get_mut(&id)) {
                balancer.listeners.push(fact.listener);
            }
        }
        all.extend(balancers);
    }
    all
}

/// What the answers for classic balancers themselves say of their listeners.
fn listener_heads(assembly: &mut Assembly, attributes: Kind) -> Vec<ListenerFact> {
    let mut heads = Vec::new();
    for part in assembly.parts.get_mut(&attributes).into_iter().flatten() {
        for section in &mut part.sections {
            let facts = std::mem::take(&mut section.facts);
            for fact in facts {
                match fact {
                    Fact::Listener(listener) => heads.push(*listener),
                    other => section.facts.push(other),
                }
            }
        }
    }
    heads
}

/// Forwarding rules by listener, in the order in which they are asked.
fn forwarding_rules(assembly: &mut Assembly) -> BTreeMap<Id, Vec<RuleFact>> {
    let facts = assembly.facts(Kind::ForwardingRules, |fact| match fact {
        Fact::ForwardingRule(rule) => Some(*rule),
        _ => None,
    });
    let mut rules: BTreeMap<Id, Vec<RuleFact>> = BTreeMap::new();
    for Located { value: rule, .. } in facts {
        rules.entry(rule.listener.clone()).or_default().push(rule);
    }
    for rules in rules.values_mut() {
        rules.sort_by_key(|rule| rule.priority);
    }
    rules
}

/// True if every request is sent on to HTTPS: by one of the rules, of which the first that holds
/// decides, or by the listener itself.
fn redirects_all(rules: &[RuleFact], otherwise: bool) -> bool {
    let is_known = |rule: &RuleFact| rule.redirects_all && rule.priority.is_some();
    rules
        .iter()
        .find(|rule| rule.answers || is_known(rule))
        .map_or(otherwise, |rule| rule.redirects_all)
}

/// Gives each balancer its listeners: what the answer for one listener says counts before what
/// the listing says, and that before what the balancer's own answer says.
fn add_listeners(
    assembly: &mut Assembly,
    balancers: &mut BTreeMap<Id, LoadBalancer>,
    rules: &BTreeMap<Id, Vec<RuleFact>>,
    associated: &BTreeMap<Id, Vec<Id>>,
) {
    let of = |fact| match fact {
        Fact::Listener(listener) => Some(*listener),
        _ => None,
    };
    // The ids of listeners of which an answer of their own was read.
    let mut described = BTreeSet::new();
    for kind in [
        Kind::ClassicListeners,
        Kind::ModernListeners,
        Kind::ClassicListenerAttributes,
        Kind::ModernListenerAttributes,
    ] {
        let own = matches!(
            kind,
            Kind::ClassicListenerAttributes | Kind::ModernListenerAttributes
        );
        let mut first: BTreeMap<Id, Listener> = BTreeMap::new();
        for Located {
            region,
            value: fact,
        } in assembly.facts(kind, of)
        {
            let listing = match kind {
                Kind::ClassicListeners | Kind::ClassicListenerAttributes => {
                    Listing::ClassicBalancers
                }
                _ => Listing::ApplicationBalancers,
            };
            let balancer = fact.balancer.as_ref().and_then(|id| balancers.get_mut(id));
            let mut listener = fact.listener;
            listener
                .targets
                .extend(fact.rule_groups.into_iter().map(Target::ServerGroup));
            if let Some(earlier) = first.get(&listener.id) {
                let place = earlier.place.clone();
                if (Listener {
                    place,
                    ..listener.clone()
                }) != *earlier
                {
                    assembly.duplicate(&region, listing, &listener.id, &listener.place);
                    assembly.mark_incomplete(&region, listing);
                }
                continue;
            }
            first.insert(listener.id.clone(), listener.clone());
            if own {
                described.insert(listener.id.clone());
            }
            let Some(balancer) = balancer else {
                assembly.unresolved(&region, listing, &listener.id, &listener.place);
                continue;
            };
            balancer.listeners.retain(|other| other.id != listener.id);
            balancer.listeners.push(listener);
        }
    }
    for balancer in balancers.values_mut() {
        balancer
            .listeners
            .sort_by(|left, right| left.id.cmp(&right.id));
        complete(assembly, balancer, rules, associated, &described);
    }
}

/// Adds what forwarding rules say, and marks what was not read.
fn complete(
    assembly: &mut Assembly,
    balancer: &mut LoadBalancer,
    rules: &BTreeMap<Id, Vec<RuleFact>>,
    associated: &BTreeMap<Id, Vec<Id>>,
    described: &BTreeSet<Id>,
) {
    let region = balancer.region.clone();
    let (product, _) = product_of(balancer.kind);
    let is_classic = balancer.kind == BalancerKind::Classic;
    let listeners = if is_classic {
        Kind::ClassicListeners
    } else {
        Kind::ModernListeners
    };
    if !assembly.is_whole(&region, listeners, product) {
        balancer.unread = true;
        if !assembly.is_present(&region, listeners, product) {
            assembly.missing_kind(&region, listeners, product, None);
        }
    }
    let by_rules = associated.get(&balancer.id);
    for listener in &mut balancer.listeners {
        let is_http = matches!(
            listener.protocol,
            ListenerProtocol::Http | ListenerProtocol::Https
        );
        match balancer.kind {
            BalancerKind::Classic if is_http && !listener.targets.is_empty() => match by_rules {
                Some(groups) => {
                    listener
                        .targets
                        .extend(groups.iter().cloned().map(Target::ServerGroup));
                }
                None if described.contains(&listener.id) => {}
                None => {
                    listener.targets_unread = true;
                    let (kind, id) = (Kind::ClassicServerGroups, &balancer.id);
                    assembly.missing_kind(&region, kind, product, Some(id));
                }
            },
            BalancerKind::Application => {
                let rules = rules.get(&listener.id).map_or(&[][..], Vec::as_slice);
                let groups = rules.iter().flat_map(|rule| &rule.groups);
                listener
                    .targets
                    .extend(groups.cloned().map(Target::ServerGroup));
                listener.redirects = listener.protocol == ListenerProtocol::Http
                    && redirects_all(rules, listener.redirects);
                if !assembly.is_whole(&region, Kind::ForwardingRules, product) {
                    listener.targets_unread = true;
                    listener.redirects = false;
                    if !assembly.is_present(&region, Kind::ForwardingRules, product) {
                        assembly.missing_kind(&region, Kind::ForwardingRules, product, None);
                    }
                }
                if !described.contains(&listener.id) {
                    let kind = Kind::ModernListenerAttributes;
                    assembly.missing_kind(&region, kind, product, Some(&listener.id));
                }
            }
            BalancerKind::Classic | BalancerKind::Network => {}
        }
        listener.targets.sort();
        listener.targets.dedup();
    }
}

/// Marks a listener whose server groups were not read.
fn settle_targets(
    assembly: &mut Assembly,
    region: &Id,
    kind: BalancerKind,
    listener: &mut Listener,
    groups: &BTreeMap<Id, ServerGroup>,
    seen: &mut BTreeSet<Id>,
) {
    let (product, _) = product_of(kind);
    for target in &listener.targets {
        let Target::ServerGroup(group) = target else {
            continue;
        };
        if groups.contains_key(group) {
            continue;
        }
        listener.targets_unread = true;
        if seen.insert(group.clone()) {
            let servers = match kind {
                BalancerKind::Classic => Kind::ClassicServers,
                BalancerKind::Application | BalancerKind::Network => Kind::ModernServers,
            };
            assembly.missing_kind(region, servers, product, Some(group));
        }
    }
}

/// Settles who may connect. An allow-list whose lists are all empty lets everyone in.
fn settle_access(
    assembly: &mut Assembly,
    region: &Id,
    kind: BalancerKind,
    listener: &mut Listener,
    lists: &BTreeMap<Id, AccessList>,
    seen: &mut BTreeSet<Id>,
) {
    let (product, _) = product_of(kind);
    let named = match &listener.access {
        ListenerAccess::Everyone => return,
        ListenerAccess::Only(named) | ListenerAccess::AllBut(named) => named.clone(),
    };
    for id in named.iter().filter(|id| !lists.contains_key(*id)) {
        listener.access_unread = true;
        if seen.insert(id.clone()) {
            let entries = match kind {
                BalancerKind::Classic => Kind::ClassicAclEntries,
                BalancerKind::Application | BalancerKind::Network => Kind::ModernAclEntries,
            };
            assembly.missing_kind(region, entries, product, Some(id));
        }
    }
    let is_empty = |id: &Id| {
        lists
            .get(id)
            .is_some_and(|list| !list.unread && list.entries.is_empty())
    };
    if matches!(listener.access, ListenerAccess::Only(_)) && named.iter().all(is_empty) {
        listener.access = ListenerAccess::Everyone;
        listener.empty_allow_list = true;
    }
}
