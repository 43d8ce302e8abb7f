//! Environments by tags, then the names of VPCs, then parts of names.

use std::collections::BTreeMap;

use yumen_diagnostics::Message;
use yumen_reach::EndpointIndex;

use crate::selector::Selector;
use crate::settings::EnvironmentKind;

use super::ground::{Chooser, Ground, can_be_written, name};
use super::words::{self, Key};
use super::{Confidence, GuessedMembers, Sorted};

/// Values of tags that tell no stage, that are written down for the user to decide.
const UNKNOWN_SHOWN: usize = 8;

/// Environments with their members, and what each interface is in.
pub(super) struct Environments {
    pub(super) sorted: Sorted<EnvironmentKind>,
    pub(super) of: Vec<Option<EnvironmentKind>>,
}

pub(super) fn environments(ground: &Ground<'_>) -> Environments {
    let mut all = Environments {
        sorted: Sorted::default(),
        of: vec![None; ground.topology.endpoints().len()],
    };
    by_tag(ground, &mut all);
    by_vpc(ground, &mut all);
    by_name(ground, &mut all);
    unknown_values(ground, &mut all);
    all
}

impl Environments {
    fn of(&self, ground: &Ground<'_>, index: EndpointIndex) -> Option<EnvironmentKind> {
        self.of.get(ground.position(index)).copied().flatten()
    }

    fn add(&mut self, ground: &Ground<'_>, kind: EnvironmentKind, found: GuessedMembers) {
        for index in &found.members {
            if let Some(slot) = self.of.get_mut(ground.position(*index)) {
                // As in an audit: where two fit, the one that asks for more counts.
                *slot = Some(slot.map_or(kind, |other| other.min(kind)));
            }
        }
        self.sorted.add(kind, found);
    }
}

fn stage_tags<'g, 'a>(
    ground: &'g Ground<'a>,
) -> impl Iterator<Item = (&'a str, &'a str, &'g Vec<EndpointIndex>)> {
    let tags = ground.tags.iter();
    tags.filter(|((key, _), _)| words::key(key) == Some(Key::Environment))
        .map(|((key, value), members)| (*key, *value, members))
}

fn by_tag(ground: &Ground<'_>, all: &mut Environments) {
    for (key, value, members) in stage_tags(ground) {
        let Some(found) = words::environment(value, false) else {
            continue;
        };
        let (count, names) = ground.machines_of(members);
        let reason = Message::new("infer-tag").with("tag", format!("{key}={value}"));
        let reason = reason.with("count", count).with("names", names);
        let may = |index| members.binary_search(&index).is_ok();
        let mut chooser = Chooser::new(ground, &may);
        let tag = Selector::Tag {
            key: key.to_owned(),
            value: value.to_owned(),
        };
        // One line for all of them, or one for each where no line means just them.
        for index in members.iter().filter(|index| ground.is_machine(**index)) {
            if all.sorted.holds(found.kind, *index) {
                continue;
            }
            let ways = std::iter::once(tag.clone()).chain(ground.single(*index));
            if let Some((selector, members)) = chooser.choose(*index, ways) {
                let guess = GuessedMembers::new(selector, Confidence::Firm, &reason, members);
                all.add(ground, found.kind, guess);
            }
        }
    }
}

fn by_vpc(ground: &Ground<'_>, all: &mut Environments) {
    let before = all.of.clone();
    for (id, members) in &ground.vpcs {
        let record = ground.topology.snapshot().vpcs.get(*id);
        let vpc_name = record.map_or("", |record| record.name.as_str());
        let Some(found) = words::environment(vpc_name, true) else {
            continue;
        };
        let of = |index: &EndpointIndex| before.get(ground.position(*index)).copied().flatten();
        let machines = members.iter().filter(|index| ground.is_machine(**index));
        let machines: Vec<EndpointIndex> = machines.copied().collect();
        let other = |index: &&EndpointIndex| of(index).is_some_and(|kind| kind != found.kind);
        let others: Vec<EndpointIndex> = machines.iter().filter(other).copied().collect();
        if machines.iter().all(|index| of(index).is_some()) {
            continue;
        }
        let selector = ground.vpc(id);
        if !can_be_written(&selector) {
            continue;
        }
        let (count, names) = ground.machines_of(&machines);
        let mut reasons = vec![
            Message::new("infer-vpc")
                .with("name", vpc_name)
                .with("word", found.word)
                .with("count", count)
                .with("names", names),
        ];
        let confidence = if others.is_empty() {
            Confidence::Firm
        } else {
            let (count, names) = ground.machines_of(&others);
            let against = Message::new("infer-but-tags");
            reasons.push(against.with("count", count).with("names", names));
            Confidence::Weak
        };
        let members = ground.members(&selector);
        let guess = GuessedMembers {
            selector,
            confidence,
            reasons,
            members,
        };
        if confidence == Confidence::Firm {
            all.add(ground, found.kind, guess);
        } else {
            all.sorted.add(found.kind, guess);
        }
    }
}

fn by_name(ground: &Ground<'_>, all: &mut Environments) {
    let before = all.of.clone();
    let stage = |index: EndpointIndex| {
        let endpoint = ground.topology.endpoint(index);
        words::environment(name(endpoint), true)
    };
    for kind in [EnvironmentKind::Production, EnvironmentKind::Test] {
        let may = |index: EndpointIndex| {
            let known = before.get(ground.position(index)).copied().flatten();
            let known = known.is_none_or(|known| known == kind);
            known && stage(index).is_some_and(|found| found.kind == kind)
        };
        let mut chooser = Chooser::new(ground, &may);
        for (index, endpoint) in ground.machines() {
            let Some(found) = stage(index).filter(|found| found.kind == kind) else {
                continue;
            };
            if all.of(ground, index).is_some() {
                continue;
            }
            let by_word = words::pattern(name(endpoint), &found).map(Selector::Name);
            let ways = by_word.into_iter().chain(ground.single(index));
            if let Some((selector, members)) = chooser.choose(index, ways) {
                let (count, names) = ground.machines_of(&members);
                let reason = Message::new("infer-name")
                    .with("word", found.word)
                    .with("count", count)
                    .with("names", names);
                let guess = GuessedMembers::new(selector, Confidence::Firm, &reason, members);
                all.add(ground, kind, guess);
            }
        }
    }
}

/// Values that tell no stage, most frequent first: production, if the user says so.
fn unknown_values(ground: &Ground<'_>, all: &mut Environments) {
    let mut unknown = BTreeMap::new();
    for (key, value, members) in stage_tags(ground) {
        let known = |index: &EndpointIndex| all.of(ground, *index).is_some();
        if words::environment(value, false).is_some() || members.iter().all(known) {
            continue;
        }
        let selector = Selector::Tag {
            key: key.to_owned(),
            value: value.to_owned(),
        };
        if can_be_written(&selector) {
            let (count, names) = ground.machines_of(members);
            unknown.insert((std::cmp::Reverse(count), selector), (key, value, names));
        }
    }
    for ((std::cmp::Reverse(count), selector), (key, value, names)) in
        unknown.into_iter().take(UNKNOWN_SHOWN)
    {
        let reason = Message::new("infer-tag-unknown")
            .with("tag", format!("{key}={value}"))
            .with("count", count)
            .with("names", names);
        let members = ground.members(&selector);
        let guess = GuessedMembers::new(selector, Confidence::Weak, &reason, members);
        all.sorted.add(EnvironmentKind::Production, guess);
    }
}
