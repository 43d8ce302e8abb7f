//! Classes of interfaces: those that the same filters stand before.
//!
//! Everything about filters is computed once per class, so that the cost of an estate grows with
//! distinct policies and not with servers.

use rustc_hash::FxHashMap;
use yumen_cloud::Id;
use yumen_packets::Family;

use crate::topology::{Endpoint, EndpointIndex, Topology};

/// Position of a class in [`Classes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ClassIndex(pub(crate) u32);

/// Interfaces with the same VPC, vSwitch, groups and families of addresses; alone where a rule
/// names own addresses.
#[derive(Clone, Debug)]
pub struct Class {
    /// VPC of all members
    pub vpc: Option<Id>,
    /// Groups of all members, sorted
    pub groups: Vec<Id>,
    /// The members, in the order of ids
    pub members: Vec<EndpointIndex>,
    /// True if a rule distinguishes the members by their own addresses
    pub by_address: bool,
}

impl Class {
    /// The first member, which stands for all.
    #[must_use]
    pub fn first(&self) -> EndpointIndex {
        self.members.first().copied().unwrap_or(EndpointIndex(0))
    }
}

/// What the members of a class have in common.
#[derive(PartialEq, Eq, Hash)]
struct Key<'a> {
    vpc: Option<&'a Id>,
    vswitch: Option<&'a Id>,
    groups: &'a [Id],
    families: [bool; 2],
}

/// Whether an interface has addresses of IPv4, and of IPv6.
fn families(endpoint: &Endpoint) -> [bool; 2] {
    [Family::V4, Family::V6].map(|family| endpoint.addresses().any(|(own, _)| own == family))
}

/// All classes of a topology.
#[derive(Clone, Debug, Default)]
pub struct Classes {
    classes: Vec<Class>,
    class_of: Vec<ClassIndex>,
    with_group: FxHashMap<Id, Vec<ClassIndex>>,
}

impl Classes {
    /// Sorts the interfaces of a topology into classes, in the order of their first members.
    #[must_use]
    pub fn new(topology: &Topology) -> Self {
        let snapshot = topology.snapshot();
        let named_locally: Vec<&Id> = snapshot
            .groups
            .values()
            .filter(|group| group.rules.iter().any(|rule| rule.local.is_some()))
            .map(|group| &group.id)
            .collect();
        let mut known: FxHashMap<Key<'_>, ClassIndex> = FxHashMap::default();
        let mut all = Self::default();
        for index in topology.indices() {
            let interface = &topology.endpoint(index).interface;
            let by_address = !named_locally.is_empty()
                && interface
                    .groups
                    .iter()
                    .any(|group| named_locally.binary_search(&group).is_ok());
            let next = ClassIndex(u32::try_from(all.classes.len()).unwrap_or(u32::MAX));
            let class = if by_address {
                next
            } else {
                let key = Key {
                    vpc: interface.vpc.as_ref(),
                    vswitch: interface.vswitch.as_ref(),
                    groups: &interface.groups,
                    families: families(topology.endpoint(index)),
                };
                *known.entry(key).or_insert(next)
            };
            if class == next {
                for group in &interface.groups {
                    all.with_group.entry(group.clone()).or_default().push(class);
                }
                all.classes.push(Class {
                    vpc: interface.vpc.clone(),
                    groups: interface.groups.clone(),
                    members: Vec::new(),
                    by_address,
                });
            }
            if let Some(class) = all.classes.get_mut(class.0 as usize) {
                class.members.push(index);
            }
            all.class_of.push(class);
        }
        all
    }

    /// The classes, in the order of their first members.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (ClassIndex, &Class)> {
        self.classes
            .iter()
            .enumerate()
            .map(|(index, class)| (ClassIndex(u32::try_from(index).unwrap_or(u32::MAX)), class))
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.classes.len()
    }

    /// True if there are no interfaces.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.classes.is_empty()
    }

    /// A class by position.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "an index is made by this list and never shrinks"
    )]
    pub fn class(&self, index: ClassIndex) -> &Class {
        &self.classes[index.0 as usize]
    }

    /// The class of an interface.
    #[must_use]
    #[expect(
        clippy::indexing_slicing,
        reason = "every interface of the topology was sorted in"
    )]
    pub fn of(&self, index: EndpointIndex) -> ClassIndex {
        self.class_of[index.0 as usize]
    }

    /// The classes with a group.
    #[must_use]
    pub fn with_group(&self, group: &Id) -> &[ClassIndex] {
        self.with_group.get(group).map_or(&[], Vec::as_slice)
    }

    /// True if these are the classes of a topology still, after a change of rules of a group: its
    /// members are told apart by their own addresses where, and only where, a rule names those.
    #[must_use]
    pub(crate) fn are_those_of(&self, topology: &Topology, group: &Id) -> bool {
        let names_local = |group: &Id| {
            let group = topology.group(group);
            group.is_some_and(|group| group.rules.iter().any(|rule| rule.local.is_some()))
        };
        self.with_group(group).iter().all(|class| {
            let class = self.class(*class);
            class.by_address == class.groups.iter().any(names_local)
        })
    }
}
