//! What snapshots on the way between two ends permit, and where that is more or less than the ends
//! do.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use yumen_cloud::{CloudEdit, Direction, EditError, Id, Snapshot};
use yumen_packets::{Error, Family, PacketSet};
use yumen_reach::{Internet, Permits, Presented, Reading, Topology};

use crate::delivery::{Road, delivered};
use crate::effect::{Breach, Portion, StepEffect, Way};
use crate::ever::{Ever, Named, acl_of};

const DIRECTIONS: [Direction; 2] = [Direction::Ingress, Direction::Egress];

/// The interfaces that some edits can change something for, with what both ends permit.
pub(crate) struct Watch {
    internet: Internet,
    parties: Vec<Party>,
    in_group: BTreeMap<Id, Vec<usize>>,
    behind_acl: BTreeMap<Id, Vec<usize>>,
    of_interface: BTreeMap<Id, usize>,
    named: Named,
    /// True if what the Internet delivers is not already bounded where the filters are
    asks_internet: bool,
    bounds: Vec<Vec<Bounds>>,
    delivered: BTreeMap<Road, Bounds>,
}

/// Interfaces that fare alike in every state between the ends.
pub(crate) struct Party {
    pub(crate) interfaces: Vec<Id>,
    /// True if what was not read could matter to them
    doubtful: bool,
}

/// What interfaces have in common that fare alike.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Kin<'a> {
    vpc: Option<&'a Id>,
    vswitch: Option<&'a Id>,
    region: &'a Id,
    groups: &'a [Id],
    families: [bool; 2],
    /// Itself, where it moves or rules name its own addresses
    alone: Option<&'a Id>,
}

/// What both ends permit, and what either does.
struct Bounds {
    both: PacketSet,
    either: PacketSet,
}

/// One state of the network with what it permits to those watched.
#[derive(Clone)]
pub(crate) struct State {
    pub(crate) snapshot: Snapshot,
    topology: Topology,
    cells: Vec<Arc<Vec<Cell>>>,
    delivered: Arc<BTreeMap<Road, PacketSet>>,
}

/// What passes the filters of a party in a direction and a reading.
#[derive(PartialEq, Eq)]
struct Cell {
    direction: Direction,
    reading: Reading,
    packets: PacketSet,
}

/// Why a state could not be looked at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Trouble {
    Edit(EditError),
    Packets(Error),
}

impl From<EditError> for Trouble {
    fn from(error: EditError) -> Self {
        Self::Edit(error)
    }
}

impl From<Error> for Trouble {
    fn from(error: Error) -> Self {
        Self::Packets(error)
    }
}

impl Watch {
    /// A watch between two ends, and their states.
    pub(crate) fn new(
        base: &Snapshot,
        end: &Snapshot,
        edits: &[CloudEdit],
        internet: &Internet,
    ) -> Result<(Self, State, State), Trouble> {
        let topology = Topology::new(base, internet);
        let mut watch = Self {
            internet: internet.clone(),
            parties: Vec::new(),
            in_group: BTreeMap::new(),
            behind_acl: BTreeMap::new(),
            of_interface: BTreeMap::new(),
            named: Named::new(base, edits),
            asks_internet: false,
            bounds: Vec::new(),
            delivered: BTreeMap::new(),
        };
        watch.gather(&topology, edits);
        watch.asks_internet = watch.has_to_ask_internet(&topology, edits);
        let first = watch.look(base.clone(), topology)?;
        let last = watch.look(end.clone(), Topology::new(end, internet))?;
        watch.bound(&first, &last)?;
        Ok((watch, first, last))
    }

    /// The state after one more edit, and where it permits what neither end does, or not what both
    /// do. Where the filters do so already, the Internet is not asked.
    pub(crate) fn step(
        &self,
        state: &State,
        edit: &CloudEdit,
    ) -> Result<(State, Vec<Breach>), Trouble> {
        let snapshot = state.snapshot.with_edit(edit)?;
        let mut next = State {
            snapshot,
            ..state.clone()
        };
        if is_neutral(edit) {
            return Ok((next, Vec::new()));
        }
        let by_rules = match edit {
            CloudEdit::AddRule { group, .. }
            | CloudEdit::RemoveRule { group, .. }
            | CloudEdit::ReplaceRule { group, .. } => state
                .topology
                .with_rules_of(&next.snapshot, std::slice::from_ref(group)),
            _ => None,
        };
        let only_rules = by_rules.is_some();
        next.topology = by_rules.unwrap_or_else(|| Topology::new(&next.snapshot, &self.internet));
        let touched = self.touched(edit);
        let mut differs = !only_rules;
        for (position, cells) in self.cells(&next.topology, &touched)? {
            if let Some(slot) = next.cells.get_mut(position)
                && **slot != cells
            {
                *slot = Arc::new(cells);
                differs = true;
            }
        }
        let breaches = self.filter_breaches(state, &next)?;
        if !breaches.is_empty() || !self.asks_internet || !differs {
            return Ok((next, breaches));
        }
        next.delivered = Arc::new(delivered(&next.topology)?);
        let breaches = self.internet_breaches(&next)?;
        Ok((next, breaches))
    }

    fn filter_breaches(&self, before: &State, now: &State) -> Result<Vec<Breach>, Error> {
        let mut found = Vec::new();
        for (((party, bounds), old), new) in self
            .parties
            .iter()
            .zip(&self.bounds)
            .zip(&before.cells)
            .zip(&now.cells)
        {
            if Arc::ptr_eq(old, new) {
                continue;
            }
            for (cell, bounds) in new.iter().zip(bounds) {
                let breach = bounds.breach(&cell.packets)?;
                found.extend(breach.map(|(opened, interrupted)| Breach {
                    interfaces: party.interfaces.clone(),
                    direction: cell.direction,
                    way: Way::Filters,
                    reading: cell.reading,
                    opened,
                    interrupted,
                }));
            }
        }
        Ok(found)
    }

    fn internet_breaches(&self, now: &State) -> Result<Vec<Breach>, Error> {
        let mut found = Vec::new();
        let (nothing, closed) = (PacketSet::empty(), Bounds::none());
        let roads: BTreeSet<&Road> = self.delivered.keys().chain(now.delivered.keys()).collect();
        for road in roads {
            let bounds = self.delivered.get(road).unwrap_or(&closed);
            let packets = now.delivered.get(road).unwrap_or(&nothing);
            let (interface, direction, reading) = road;
            let breach = bounds.breach(packets)?;
            found.extend(breach.map(|(opened, interrupted)| Breach {
                interfaces: vec![interface.clone()],
                direction: *direction,
                way: Way::Internet,
                reading: *reading,
                opened,
                interrupted,
            }));
        }
        Ok(found)
    }

    /// What one state opens and closes against another, by what was read.
    pub(crate) fn effect(&self, before: &State, now: &State) -> Result<StepEffect, Error> {
        let mut effect = StepEffect::default();
        for ((party, old), new) in self.parties.iter().zip(&before.cells).zip(&now.cells) {
            if Arc::ptr_eq(old, new) {
                continue;
            }
            for (old, new) in old.iter().zip(new.iter()) {
                if new.reading == Reading::AsRead {
                    let portion = |packets| Portion {
                        interfaces: party.interfaces.clone(),
                        direction: new.direction,
                        way: Way::Filters,
                        packets,
                    };
                    effect.add(&old.packets, &new.packets, portion)?;
                }
            }
        }
        if Arc::ptr_eq(&before.delivered, &now.delivered) {
            return Ok(effect);
        }
        let nothing = PacketSet::empty();
        let roads: BTreeSet<&Road> = before
            .delivered
            .keys()
            .chain(now.delivered.keys())
            .collect();
        for road in roads.into_iter().filter(|road| road.2 == Reading::AsRead) {
            let old = before.delivered.get(road).unwrap_or(&nothing);
            let new = now.delivered.get(road).unwrap_or(&nothing);
            let portion = |packets| Portion {
                interfaces: vec![road.0.clone()],
                direction: road.1,
                way: Way::Internet,
                packets,
            };
            effect.add(old, new, portion)?;
        }
        Ok(effect)
    }

    /// The parties with a member of a group, at some time.
    pub(crate) fn parties_in(&self, group: &Id) -> impl Iterator<Item = &Party> {
        let positions = self.in_group.get(group).into_iter().flatten();
        positions.filter_map(|position| self.parties.get(*position))
    }

    /// True if everyone behind a group is watched, so that what another rule of it does is seen.
    pub(crate) fn covers(&self, state: &State, group: &Id) -> bool {
        let topology = &state.topology;
        let mut balancers = topology.snapshot().balancers.values();
        let mut members = topology.members_of(group).iter();
        members.all(|member| {
            let interface = &topology.endpoint(*member).interface;
            self.of_interface.contains_key(&interface.id)
        }) && (self.asks_internet || !balancers.any(|one| one.groups.contains(group)))
    }

    /// True if an interface is looked at by itself.
    pub(crate) fn is_alone(&self, interface: &Id) -> bool {
        let position = self.of_interface.get(interface);
        let party = position.and_then(|position| self.parties.get(*position));
        party.is_some_and(|party| party.interfaces.len() == 1)
    }

    /// Sorts the interfaces that the edits can change something for into parties.
    fn gather(&mut self, topology: &Topology, edits: &[CloudEdit]) {
        let mut moves: BTreeMap<&Id, BTreeSet<&Id>> = BTreeMap::new();
        let mut edited: BTreeSet<Id> = BTreeSet::new();
        let mut acls: BTreeSet<&Id> = BTreeSet::new();
        for edit in edits {
            edited.extend(self.groups_touched(edit));
            match edit {
                CloudEdit::JoinGroup { interface, group }
                | CloudEdit::LeaveGroup { interface, group } => {
                    moves.entry(interface).or_default().insert(group);
                }
                CloudEdit::SetAclEntries { acl, .. } => {
                    acls.insert(acl);
                }
                _ => {}
            }
        }
        // Who is in a group with someone who moves is watched too: temporary rules may stand there.
        for interface in moves.keys() {
            let moving = topology.snapshot().interfaces.get(*interface);
            edited.extend(
                moving
                    .into_iter()
                    .flat_map(|one| one.groups.iter().cloned()),
            );
        }
        let mut ever = Ever::new(topology, edits);
        let mut known: BTreeMap<Kin<'_>, usize> = BTreeMap::new();
        for endpoint in topology.endpoints() {
            let interface = &endpoint.interface;
            let moves = moves.get(&interface.id);
            let mut groups: BTreeSet<Id> = interface.groups.iter().cloned().collect();
            groups.extend(moves.into_iter().flatten().copied().cloned());
            let acl = acl_of(endpoint);
            let concerned = groups.iter().any(|group| edited.contains(group))
                || acl.as_ref().is_some_and(|acl| acls.contains(acl))
                || moves.is_some();
            if !concerned {
                continue;
            }
            let kin = Kin {
                vpc: interface.vpc.as_ref(),
                vswitch: interface.vswitch.as_ref(),
                region: &interface.region,
                groups: &interface.groups,
                families: [Family::V4, Family::V6]
                    .map(|family| endpoint.addresses().any(|(own, _)| own == family)),
                alone: (moves.is_some() || groups.iter().any(|group| ever.names_own(group)))
                    .then_some(&interface.id),
            };
            let next = self.parties.len();
            let position = *known.entry(kin).or_insert(next);
            self.of_interface.insert(interface.id.clone(), position);
            if let Some(party) = self.parties.get_mut(position) {
                party.interfaces.push(interface.id.clone());
                continue;
            }
            for group in &groups {
                self.in_group
                    .entry(group.clone())
                    .or_default()
                    .push(position);
            }
            if let Some(acl) = acl {
                self.behind_acl.entry(acl).or_default().push(position);
            }
            self.parties.push(Party {
                interfaces: vec![interface.id.clone()],
                doubtful: ever.is_doubtful(endpoint, &groups),
            });
        }
    }

    /// The groups that an edit may change something behind.
    fn groups_touched(&self, edit: &CloudEdit) -> BTreeSet<Id> {
        let named = |names: &BTreeMap<Id, BTreeSet<Id>>, id| names.get(id).cloned();
        match edit {
            CloudEdit::AddRule { group, .. }
            | CloudEdit::RemoveRule { group, .. }
            | CloudEdit::ReplaceRule { group, .. }
            | CloudEdit::SetInnerAccess { group, .. } => BTreeSet::from([group.clone()]),
            CloudEdit::JoinGroup { group, .. } | CloudEdit::LeaveGroup { group, .. } => {
                let mut groups = named(&self.named.groups, group).unwrap_or_default();
                groups.insert(group.clone());
                groups
            }
            CloudEdit::SetPrefixList { list, .. } => {
                named(&self.named.lists, list).unwrap_or_default()
            }
            _ => BTreeSet::new(),
        }
    }

    fn touched(&self, edit: &CloudEdit) -> BTreeSet<usize> {
        let groups = self.groups_touched(edit);
        let mut touched: BTreeSet<usize> = groups
            .iter()
            .filter_map(|group| self.in_group.get(group))
            .flatten()
            .copied()
            .collect();
        match edit {
            CloudEdit::JoinGroup { interface, .. } | CloudEdit::LeaveGroup { interface, .. } => {
                touched.extend(self.of_interface.get(interface));
            }
            CloudEdit::SetAclEntries { acl, .. } => {
                touched.extend(self.behind_acl.get(acl).into_iter().flatten());
            }
            _ => {}
        }
        touched
    }

    /// False if what the Internet delivers is what the filters let pass of what ways bring that
    /// stay as they are: then the law for filters is the law for that too.
    fn has_to_ask_internet(&self, topology: &Topology, edits: &[CloudEdit]) -> bool {
        let by_edit = edits.iter().any(|edit| {
            matches!(
                edit,
                CloudEdit::SetAclEntries { .. }
                    | CloudEdit::AddForward { .. }
                    | CloudEdit::RemoveForward { .. }
                    | CloudEdit::AddSnat { .. }
                    | CloudEdit::RemoveSnat { .. }
                    | CloudEdit::UnbindEip { .. }
                    | CloudEdit::SetListenerAccess { .. }
            )
        });
        let edited: BTreeSet<Id> = edits
            .iter()
            .flat_map(|edit| self.groups_touched(edit))
            .collect();
        let mut balancers = topology.snapshot().balancers.values();
        let before_balancer =
            balancers.any(|one| one.groups.iter().any(|group| edited.contains(group)));
        by_edit
            || before_balancer
            || self.of_interface.keys().any(|id| {
                let index = topology.find_interface(id.as_str());
                index.is_some_and(|index| {
                    topology.endpoint(index).paths.iter().any(|path| {
                        path.presented != Presented::Client
                            || !path.judged_by_acl
                            || !path.judged_by_groups
                    })
                })
            })
    }

    fn look(&self, snapshot: Snapshot, topology: Topology) -> Result<State, Trouble> {
        let all = (0..self.parties.len()).collect();
        let cells = self.cells(&topology, &all)?;
        let delivered = if self.asks_internet {
            delivered(&topology)?
        } else {
            BTreeMap::new()
        };
        Ok(State {
            snapshot,
            topology,
            cells: cells
                .into_iter()
                .map(|(_, cells)| Arc::new(cells))
                .collect(),
            delivered: Arc::new(delivered),
        })
    }

    fn cells(
        &self,
        topology: &Topology,
        wanted: &BTreeSet<usize>,
    ) -> Result<Vec<(usize, Vec<Cell>)>, Error> {
        let mut found: Vec<(usize, Vec<Cell>)> = Vec::new();
        for position in wanted {
            found.push((*position, Vec::new()));
        }
        for direction in DIRECTIONS {
            let mut permits = Permits::new(topology, direction);
            for (position, cells) in &mut found {
                let Some(party) = self.parties.get(*position) else {
                    continue;
                };
                let first = party.interfaces.first();
                let index = first.and_then(|first| topology.find_interface(first.as_str()));
                let Some(index) = index else {
                    continue;
                };
                for reading in party.readings() {
                    cells.push(Cell {
                        direction,
                        reading: *reading,
                        packets: permits.of(index, *reading)?,
                    });
                }
            }
        }
        Ok(found)
    }

    fn bound(&mut self, first: &State, last: &State) -> Result<(), Error> {
        for (first, last) in first.cells.iter().zip(&last.cells) {
            let cells = first.iter().zip(last.iter());
            let bounds: Result<_, Error> = cells
                .map(|(one, other)| Bounds::of(&one.packets, &other.packets))
                .collect();
            self.bounds.push(bounds?);
        }
        let nothing = PacketSet::empty();
        for road in first.delivered.keys().chain(last.delivered.keys()) {
            let one = first.delivered.get(road).unwrap_or(&nothing);
            let other = last.delivered.get(road).unwrap_or(&nothing);
            self.delivered.insert(road.clone(), Bounds::of(one, other)?);
        }
        Ok(())
    }
}

impl State {
    /// True if both permit the same to everyone watched.
    pub(crate) fn permits_as(&self, other: &Self) -> bool {
        self.cells == other.cells && self.delivered == other.delivered
    }
}

impl Party {
    fn readings(&self) -> &'static [Reading] {
        if self.doubtful {
            &[Reading::AsRead, Reading::Possible, Reading::Certain]
        } else {
            &[Reading::AsRead]
        }
    }
}

impl Bounds {
    fn none() -> Self {
        Self {
            both: PacketSet::empty(),
            either: PacketSet::empty(),
        }
    }

    fn of(one: &PacketSet, other: &PacketSet) -> Result<Self, Error> {
        if one == other {
            return Ok(Self {
                both: one.clone(),
                either: one.clone(),
            });
        }
        Ok(Self {
            both: one.intersection(other)?,
            either: one.union(other)?,
        })
    }

    /// LAW (no state on the way): what is permitted beyond either end, and what both permit and
    /// this does not; `None` if there is neither.
    fn breach(&self, packets: &PacketSet) -> Result<Option<(PacketSet, PacketSet)>, Error> {
        if *packets == self.both || *packets == self.either {
            return Ok(None);
        }
        let opened = packets.difference(&self.either)?;
        let interrupted = self.both.difference(packets)?;
        Ok((!opened.is_empty() || !interrupted.is_empty()).then_some((opened, interrupted)))
    }
}

/// True for edits after which every packet fares as before.
fn is_neutral(edit: &CloudEdit) -> bool {
    matches!(
        edit,
        CloudEdit::SetMetadataToken { .. }
            | CloudEdit::AddFlowLog { .. }
            | CloudEdit::SetTags { .. }
    )
}
