//! Zones by vSwitch: by its name, or by what most of its machines do. Test stands apart.

use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::Id;
use yumen_diagnostics::Message;
use yumen_reach::EndpointIndex;

use crate::settings::{EnvironmentKind, RoleKind};

use super::environments::Environments;
use super::ground::{Ground, can_be_written, machine};
use super::roles::{Roles, called};
use super::words;
use super::{Confidence, GuessedMembers, Sorted};

/// Zones from the outside inwards, as the file has them.
pub(super) const ORDER: [&str; 6] = ["edge", "web", "application", "data", "management", "test"];

/// Share of its machines whose role a vSwitch takes its zone from, in percent.
const MOST: usize = 60;

/// Zones with their vSwitches, and the names of those that are in none.
pub(super) struct Zones {
    pub(super) sorted: Sorted<&'static str>,
    pub(super) unplaced: Vec<String>,
}

pub(super) fn zones(
    ground: &Ground<'_>,
    environments: &Environments,
    roles: &Roles<'_, '_>,
) -> Zones {
    let mut zones = Zones {
        sorted: Sorted::default(),
        unplaced: Vec::new(),
    };
    let is_test = |members: &[EndpointIndex]| {
        let stages = members
            .iter()
            .map(|index| environments.of.get(ground.position(*index)));
        let mut stages = stages.map(|stage| stage.copied().flatten());
        stages.all(|stage| stage == Some(EnvironmentKind::Test))
    };
    let mut placed = Vec::new();
    for (id, members) in &ground.vswitches {
        let machines = members.iter().filter(|index| ground.is_machine(**index));
        let machines: Vec<EndpointIndex> = machines.copied().collect();
        if !machines.is_empty() {
            let test = is_test(&machines);
            placed.push((*id, machines, test));
        }
    }
    // Where everything is test, its tiers are all there is to keep apart.
    let apart = placed.iter().any(|(_, _, test)| !test);
    for (id, machines, test) in placed {
        let record = ground.topology.snapshot().vswitches.get(id);
        let name = record.map_or("", |record| record.name.as_str());
        let (count, names) = ground.machines_of(&machines);
        let found = if test && apart {
            Some(("test", Message::new("infer-vswitch-test")))
        } else if let Some((zone, word)) = words::zone(name) {
            Some((zone, Message::new("infer-vswitch-name").with("word", word)))
        } else {
            prevailing(ground, roles, &machines).map(|(role, of_role)| {
                let reason = Message::new("infer-vswitch-role").with("role", role.word());
                (words::zone_of(role), reason.with("of-role", of_role))
            })
        };
        let selector = ground.vswitch(id);
        let Some((zone, reason)) = found.filter(|_| can_be_written(&selector)) else {
            zones.unplaced.push(called(name, id));
            continue;
        };
        let reason = reason
            .with("name", called(name, id))
            .with("count", count)
            .with("names", names);
        let members = ground.members(&selector);
        let guess = GuessedMembers::new(selector, Confidence::Firm, &reason, members);
        zones.sorted.add(zone, guess);
    }
    for lines in zones.sorted.by.values_mut() {
        lines.sort_by(|one, other| one.selector.cmp(&other.selector));
    }
    zones.unplaced.sort_unstable();
    zones
}

/// The role of most machines, with their number.
fn prevailing(
    ground: &Ground<'_>,
    roles: &Roles<'_, '_>,
    machines: &[EndpointIndex],
) -> Option<(RoleKind, usize)> {
    let mut all: BTreeSet<&Id> = BTreeSet::new();
    let mut by_role: BTreeMap<RoleKind, BTreeSet<&Id>> = BTreeMap::new();
    for index in machines {
        let id = machine(ground.topology.endpoint(*index));
        all.insert(id);
        if let Some(role) = roles.of.get(ground.position(*index)).copied().flatten() {
            by_role.entry(role).or_default().insert(id);
        }
    }
    let counts = by_role.iter().map(|(role, of_role)| (*role, of_role.len()));
    let (role, most) = counts.max_by_key(|(_, count)| *count)?;
    (most * 100 >= all.len() * MOST).then_some((role, most))
}
