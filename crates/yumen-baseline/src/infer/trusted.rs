//! Trusted networks: narrow public sources that are let in for management again and again, or that
//! somebody called an office. All others that lists name are questions.

use std::collections::{BTreeMap, BTreeSet};

use ipnet::IpNet;
use yumen_cloud::{Id, ListenerAccess, Peer};
use yumen_diagnostics::Message;
use yumen_reach::Internet;

use super::ground::Ground;
use super::roles::called;
use super::{Confidence, Guessed, groups, words};

/// Widest networks that are an office.
const NARROW: (u8, u8) = (24, 48);

/// People have few offices. Where more networks than these come again and again, that tells
/// nothing of any of them.
const OFFICES: usize = 10;

/// Questions that the file asks at the most.
const QUESTIONS: usize = 20;

/// What is known of a network.
#[derive(Default)]
struct Seen<'a> {
    /// Groups that let it in for management
    manages: BTreeSet<&'a Id>,
    /// Where somebody says that it is an office
    office: Option<String>,
    /// Lists that name it
    lists: BTreeSet<String>,
}

pub(super) fn trusted(ground: &Ground<'_>) -> Vec<Guessed<IpNet>> {
    let snapshot = ground.topology.snapshot();
    let internet = Internet::without(&[]);
    let narrow = |net: &IpNet| match net {
        IpNet::V4(net) => net.prefix_len() >= NARROW.0,
        IpNet::V6(net) => net.prefix_len() >= NARROW.1,
    };
    let fits = |net: &&IpNet| narrow(net) && internet.contains(net.trunc().addr());
    let mut seen: BTreeMap<IpNet, Seen<'_>> = BTreeMap::new();
    for group in snapshot.groups.values() {
        for rule in groups::accepts(group) {
            let (nets, list) = match &rule.peer {
                Peer::Network(net) => (vec![*net], ""),
                Peer::PrefixList(id) => match snapshot.prefix_lists.get(id) {
                    Some(list) => (list.entries.clone(), list.name.as_str()),
                    None => continue,
                },
                Peer::Group { .. } | Peer::Anywhere => continue,
            };
            let manages = groups::is_management(snapshot, rule);
            for net in nets.iter().filter(fits) {
                let mut said = [rule.description.as_str(), list].into_iter();
                let office = said.find(|text| words::is_office(text));
                if manages || office.is_some() {
                    let known = seen.entry(net.trunc()).or_default();
                    known.manages.extend(manages.then_some(&group.id));
                    if known.office.is_none() {
                        known.office = office.map(str::to_owned);
                    }
                }
            }
        }
    }
    for list in snapshot.prefix_lists.values() {
        for net in list.entries.iter().filter(fits) {
            let known = seen.entry(net.trunc()).or_default();
            known.lists.insert(called(&list.name, &list.id));
        }
    }
    for balancer in snapshot.balancers.values() {
        for listener in &balancer.listeners {
            let ListenerAccess::Only(ids) = &listener.access else {
                continue;
            };
            for list in ids.iter().filter_map(|id| snapshot.access_lists.get(id)) {
                for net in list.entries.iter().filter(fits) {
                    let known = seen.entry(net.trunc()).or_default();
                    known.lists.insert(called(&list.name, &list.id));
                }
            }
        }
    }
    let recurs = |seen: &&Seen<'_>| seen.manages.len() > 1 && seen.office.is_none();
    let recurring = seen.values().filter(recurs).count() <= OFFICES;
    let guesses = seen.iter().map(|(net, seen)| guess(*net, seen, recurring));
    let mut guesses: Vec<Guessed<IpNet>> = guesses.collect();
    guesses.sort_by_key(|guess| (guess.confidence != Confidence::Firm, guess.value));
    let firm = guesses
        .iter()
        .filter(|guess| guess.confidence == Confidence::Firm)
        .count();
    guesses.truncate(firm + QUESTIONS);
    guesses
}

fn guess(net: IpNet, seen: &Seen<'_>, recurring: bool) -> Guessed<IpNet> {
    let groups = seen.manages.len();
    let mut reasons = Vec::new();
    if groups > 0 {
        reasons.push(Message::new("infer-network-manages").with("groups", groups));
    }
    if let Some(office) = &seen.office {
        reasons.push(Message::new("infer-network-office").with("text", office.as_str()));
    }
    if reasons.is_empty() {
        let lists: Vec<&str> = seen.lists.iter().map(String::as_str).collect();
        reasons.push(Message::new("infer-network-list").with("lists", lists.join(", ")));
    }
    let firm = groups > 0 && (seen.office.is_some() || (groups > 1 && recurring));
    let confidence = if firm {
        Confidence::Firm
    } else {
        Confidence::Weak
    };
    Guessed {
        value: net,
        confidence,
        reasons,
    }
}
