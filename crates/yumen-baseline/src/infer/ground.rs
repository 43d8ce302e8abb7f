//! What guesses stand on: the estate by name, tag, group and place, and which of several selectors
//! means exactly the machines that a guess is about.

use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::Id;
use yumen_reach::{Endpoint, EndpointIndex, Exposure, Topology};

use crate::selector::{Selector, tag_values};

use super::words;

/// Names that a reason shows.
const NAMES_SHOWN: usize = 3;

/// The estate, sorted for looking up what selectors mean.
pub(super) struct Ground<'a> {
    pub(super) topology: &'a Topology,
    pub(super) exposures: &'a [Exposure],
    /// Interfaces by the name that `name:` looks at
    names: BTreeMap<&'a str, Vec<EndpointIndex>>,
    /// Interfaces by the tags whose keys tell something
    pub(super) tags: BTreeMap<(&'a str, &'a str), Vec<EndpointIndex>>,
    instances: BTreeMap<&'a str, Vec<EndpointIndex>>,
    group_names: Names<'a>,
    vswitch_names: Names<'a>,
    vpc_names: Names<'a>,
    pub(super) vswitches: BTreeMap<&'a Id, Vec<EndpointIndex>>,
    pub(super) vpcs: BTreeMap<&'a Id, Vec<EndpointIndex>>,
}

impl<'a> Ground<'a> {
    pub(super) fn new(topology: &'a Topology, exposures: &'a [Exposure]) -> Self {
        let snapshot = topology.snapshot();
        let mut ground = Self {
            topology,
            exposures,
            names: BTreeMap::new(),
            tags: BTreeMap::new(),
            instances: BTreeMap::new(),
            group_names: named(
                snapshot
                    .groups
                    .values()
                    .map(|one| (one.name.as_str(), &one.id)),
            ),
            vswitch_names: named(
                snapshot
                    .vswitches
                    .values()
                    .map(|one| (one.name.as_str(), &one.id)),
            ),
            vpc_names: named(
                snapshot
                    .vpcs
                    .values()
                    .map(|one| (one.name.as_str(), &one.id)),
            ),
            vswitches: BTreeMap::new(),
            vpcs: BTreeMap::new(),
        };
        for (index, endpoint) in topology.indices().zip(topology.endpoints()) {
            let interface = &endpoint.interface;
            ground.names.entry(name(endpoint)).or_default().push(index);
            if let Some(id) = &interface.instance {
                ground.instances.entry(id.as_str()).or_default().push(index);
            }
            if let Some(id) = &interface.vswitch {
                ground.vswitches.entry(id).or_default().push(index);
            }
            if let Some(id) = &interface.vpc {
                ground.vpcs.entry(id).or_default().push(index);
            }
            for key in keys(topology, endpoint) {
                let values: BTreeSet<&str> = tag_values(topology, endpoint, key).collect();
                for value in values {
                    ground.tags.entry((key, value)).or_default().push(index);
                }
            }
        }
        ground
    }

    /// Machines: everything but what products of the provider keep for themselves.
    pub(super) fn machines(&self) -> impl Iterator<Item = (EndpointIndex, &'a Endpoint)> + use<'a> {
        let all = self.topology.indices().zip(self.topology.endpoints());
        all.filter(|(_, endpoint)| !endpoint.interface.managed)
    }

    pub(super) fn is_machine(&self, index: EndpointIndex) -> bool {
        !self.topology.endpoint(index).interface.managed
    }

    pub(super) fn position(&self, index: EndpointIndex) -> usize {
        self.topology.position(index)
    }

    /// How many machines some interfaces belong to, and the names of the first of them.
    pub(super) fn machines_of(&self, members: &[EndpointIndex]) -> (usize, String) {
        let labels = self.labels(members);
        let mut shown: Vec<&str> = labels
            .iter()
            .take(NAMES_SHOWN)
            .map(String::as_str)
            .collect();
        if labels.len() > NAMES_SHOWN {
            shown.push("…");
        }
        (labels.len(), shown.join(", "))
    }

    /// What people call the machines that some interfaces belong to, each once.
    pub(super) fn labels(&self, members: &[EndpointIndex]) -> Vec<String> {
        let machines: BTreeMap<&Id, &str> = members
            .iter()
            .map(|index| self.topology.endpoint(*index))
            .filter(|endpoint| !endpoint.interface.managed)
            .map(|endpoint| (machine(endpoint), name(endpoint)))
            .collect();
        let label = |(id, name): (&Id, &str)| match name.trim().is_empty() {
            true => id.to_string(),
            false => name.to_owned(),
        };
        let mut labels: Vec<String> = machines.into_iter().map(label).collect();
        labels.sort_unstable();
        labels
    }

    /// The interfaces that a selector means: the same as asking `Selector::matches` of each.
    pub(super) fn members(&self, selector: &Selector) -> Vec<EndpointIndex> {
        match selector {
            Selector::Name(pattern) => self.by_name(selector, pattern),
            Selector::Tag { key, value } if is_plain(value) => {
                let found = self.tags.get(&(key.as_str(), value.as_str()));
                found.cloned().unwrap_or_else(|| self.scan(selector))
            }
            Selector::Instance(id) => self.instances.get(id.as_str()).cloned().unwrap_or_default(),
            Selector::Group(text) if is_plain(text) => {
                let of = |id: &Id| self.topology.members_of(id).to_vec();
                held(&self.group_names, text, of)
            }
            Selector::VSwitch(text) if is_plain(text) => {
                let of = |id: &Id| self.vswitches.get(id).cloned().unwrap_or_default();
                held(&self.vswitch_names, text, of)
            }
            Selector::Vpc(text) if is_plain(text) => {
                let of = |id: &Id| self.vpcs.get(id).cloned().unwrap_or_default();
                held(&self.vpc_names, text, of)
            }
            _ => self.scan(selector),
        }
    }

    /// Only names that begin as the pattern does are looked at.
    fn by_name(&self, selector: &Selector, pattern: &str) -> Vec<EndpointIndex> {
        let plain = pattern.find(['*', '?']).unwrap_or(pattern.len());
        let start = pattern.get(..plain).unwrap_or_default();
        let names = self.names.range(start..);
        let names = names.take_while(|(name, _)| name.starts_with(start));
        let mut members = Vec::new();
        for (_, interfaces) in names {
            let Some(first) = interfaces.first() else {
                continue;
            };
            if selector.matches(self.topology, self.topology.endpoint(*first)) {
                members.extend(interfaces);
            }
        }
        members.sort_unstable();
        members
    }

    fn scan(&self, selector: &Selector) -> Vec<EndpointIndex> {
        let all = self.topology.indices().zip(self.topology.endpoints());
        all.filter(|(_, endpoint)| selector.matches(self.topology, endpoint))
            .map(|(index, _)| index)
            .collect()
    }

    /// A group by its name where that says which one it is, else by its id.
    pub(super) fn group(&self, id: &Id) -> Selector {
        let group = self.topology.snapshot().groups.get(id);
        let name = group.map(|group| group.name.as_str());
        Selector::Group(by_name_or_id(&self.group_names, name, id))
    }

    pub(super) fn vswitch(&self, id: &Id) -> Selector {
        let record = self.topology.snapshot().vswitches.get(id);
        let name = record.map(|record| record.name.as_str());
        Selector::VSwitch(by_name_or_id(&self.vswitch_names, name, id))
    }

    pub(super) fn vpc(&self, id: &Id) -> Selector {
        let record = self.topology.snapshot().vpcs.get(id);
        let name = record.map(|record| record.name.as_str());
        Selector::Vpc(by_name_or_id(&self.vpc_names, name, id))
    }

    /// Ways to name one machine, the one that people like to read first.
    pub(super) fn single(&self, index: EndpointIndex) -> Vec<Selector> {
        let endpoint = self.topology.endpoint(index);
        let name = name(endpoint);
        let mut ways = Vec::new();
        ways.extend(words::family(name).map(Selector::Name));
        if is_plain(name) {
            ways.push(Selector::Name(name.to_owned()));
        }
        let instance = endpoint.interface.instance.as_ref();
        ways.extend(instance.map(|id| Selector::Instance(id.to_string())));
        let address = endpoint.primary_address().map(ipnet::IpNet::from);
        ways.extend(address.map(Selector::Network));
        ways
    }

    /// The groups of an interface, as selectors.
    pub(super) fn groups_of(&self, index: EndpointIndex) -> impl Iterator<Item = Selector> + '_ {
        let endpoint = self.topology.endpoint(index);
        endpoint.interface.groups.iter().map(|id| self.group(id))
    }
}

/// Selectors tried so far, each with what it means if it means only what it may.
pub(super) struct Chooser<'g, 'a> {
    ground: &'g Ground<'a>,
    tried: BTreeMap<Selector, Option<Vec<EndpointIndex>>>,
    may: &'g dyn Fn(EndpointIndex) -> bool,
}

impl<'g, 'a> Chooser<'g, 'a> {
    /// Chooses among selectors that mean only machines of which something is true.
    pub(super) fn new(ground: &'g Ground<'a>, may: &'g dyn Fn(EndpointIndex) -> bool) -> Self {
        let tried = BTreeMap::new();
        Self { ground, tried, may }
    }

    /// The first selector that means an interface, nothing that it may not, and that a file can
    /// hold.
    pub(super) fn choose(
        &mut self,
        index: EndpointIndex,
        ways: impl IntoIterator<Item = Selector>,
    ) -> Option<(Selector, Vec<EndpointIndex>)> {
        let (ground, may) = (self.ground, self.may);
        ways.into_iter().find_map(|selector| {
            let known = self.tried.entry(selector.clone()).or_insert_with(|| {
                let members = can_be_written(&selector).then(|| ground.members(&selector))?;
                let mut machines = members.iter().filter(|one| ground.is_machine(**one));
                machines.all(|one| may(*one)).then_some(members)
            });
            let members = known.as_ref()?;
            let means = members.binary_search(&index).is_ok();
            means.then(|| (selector, members.clone()))
        })
    }
}

/// True if a selector is the same after it was written down and read, and no character of a tag's
/// value stands for others.
pub(super) fn can_be_written(selector: &Selector) -> bool {
    if let Selector::Tag { value, .. } = selector
        && !is_plain(value)
    {
        return false;
    }
    Selector::parse(&selector.to_string()).is_ok_and(|read| read == *selector)
}

/// The name that `name:` looks at.
pub(super) fn name(endpoint: &Endpoint) -> &str {
    match &endpoint.instance {
        Some(instance) => &instance.name,
        None => &endpoint.interface.name,
    }
}

/// What makes interfaces one machine.
pub(super) fn machine(endpoint: &Endpoint) -> &Id {
    let interface = &endpoint.interface;
    interface.instance.as_ref().unwrap_or(&interface.id)
}

/// Keys that tell something, of all tags that `tag:` looks at.
fn keys<'a>(topology: &'a Topology, endpoint: &'a Endpoint) -> BTreeSet<&'a str> {
    let groups = &topology.snapshot().groups;
    let of_groups = endpoint
        .interface
        .groups
        .iter()
        .filter_map(|id| groups.get(id));
    let instance = endpoint.instance.iter().flat_map(|one| &one.tags);
    let tags = instance
        .chain(&endpoint.interface.tags)
        .chain(of_groups.flat_map(|group| &group.tags));
    let keys = tags.map(|(key, _)| key.as_str());
    keys.filter(|key| words::key(key).is_some()).collect()
}

/// Ids by name.
type Names<'a> = BTreeMap<&'a str, Vec<&'a Id>>;

fn named<'a>(records: impl Iterator<Item = (&'a str, &'a Id)>) -> Names<'a> {
    let mut named = Names::new();
    for (name, id) in records {
        named.entry(name).or_default().push(id);
    }
    named
}

/// What the things hold that go by a name or an id.
fn held(
    names: &Names<'_>,
    text: &str,
    of: impl Fn(&Id) -> Vec<EndpointIndex>,
) -> Vec<EndpointIndex> {
    let mut members = of(&text.into());
    let by_name = names.get(text).into_iter().flatten();
    members.extend(by_name.flat_map(|id| of(id)));
    members.sort_unstable();
    members.dedup();
    members
}

fn by_name_or_id(names: &Names<'_>, name: Option<&str>, id: &Id) -> String {
    let unique = |name: &&str| names.get(*name).is_some_and(|ids| ids.len() == 1);
    let usable = |name: &&str| !name.trim().is_empty() && name.trim() == *name && is_plain(name);
    let name = name.filter(|name| usable(name) && unique(name));
    name.map_or_else(|| id.to_string(), str::to_owned)
}

/// True if no character of a text stands for others.
fn is_plain(text: &str) -> bool {
    !text.contains(['*', '?'])
}
