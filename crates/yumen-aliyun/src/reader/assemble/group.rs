//! Security groups: the listing and the rules of each.

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use yumen_cloud::{
    Coverage, Gap, GapReason, GroupKind, Id, InnerAccess, Listing, Rule, SecurityGroup,
};
use yumen_diagnostics::{Message, Place};

use super::place::WithoutPlace;
use super::{Assembly, Located};
use crate::reader::facts::{Fact, Section};
use crate::reader::layout::Kind;

/// Makes the table of groups.
pub(super) fn assemble(assembly: &mut Assembly) {
    let listed = assembly.facts(Kind::Groups, |fact| match fact {
        Fact::Group(group) => Some(*group),
        _ => None,
    });
    let mut groups: BTreeMap<Id, SecurityGroup> = BTreeMap::new();
    let mut doubtful: Vec<Id> = Vec::new();
    for Located { region, value } in listed {
        match groups.get(&value.id) {
            None => {
                groups.insert(value.id.clone(), value);
            }
            Some(first) if first.without_place() == value.without_place() => {}
            Some(_) => {
                assembly.duplicate(&region, Listing::Groups, &value.id, &value.place);
                assembly.mark_incomplete(&region, Listing::Groups);
                doubtful.push(value.id);
            }
        }
    }
    let mut attributes = assembly.sections(Kind::GroupRules);
    let ids: Vec<Id> = groups.keys().cloned().collect();
    for id in ids {
        let sections = attributes.remove(&id).unwrap_or_default();
        if let Some(group) = groups.get_mut(&id) {
            if sections.is_empty() {
                assembly.missing_kind(&group.region, Kind::GroupRules, "ecs", Some(&id));
            } else {
                describe(assembly, group, sections);
            }
        }
    }
    for (id, sections) in attributes {
        if let Some(group) = unlisted(assembly, sections) {
            groups.insert(id, group);
        }
    }
    for group in groups.values_mut() {
        if doubtful.contains(&group.id) {
            group.ingress_unread = true;
            group.egress_unread = true;
        }
        if group.kind == GroupKind::Advanced {
            group.inner_access = InnerAccess::Drop;
        }
    }
    assembly.snapshot.groups = groups.into_values().collect();
}

/// Adds to a group what its own responses tell.
fn describe(assembly: &mut Assembly, group: &mut SecurityGroup, sections: Vec<Located<Section>>) {
    let mut whole = true;
    let mut several = false;
    let mut rules: Vec<Rule> = Vec::new();
    let mut told: Option<SecurityGroup> = None;
    for Located {
        region,
        value: section,
    } in sections
    {
        whole &= section.whole;
        for fact in section.facts {
            let Fact::Group(own) = fact else { continue };
            if let Some(first) = &told
                && first.without_place() != own.without_place()
            {
                assembly.duplicate(&region, Listing::Groups, &own.id, &own.place);
                whole = false;
            }
            told.get_or_insert(*own);
        }
        if several {
            whole &= join(
                assembly,
                &region,
                &mut rules,
                section.rules,
                &section.place,
                &group.id,
            );
        } else {
            rules = section.rules;
            several = true;
        }
    }
    if let Some(told) = told {
        group.inner_access = told.inner_access;
        if group.description.is_empty() {
            group.description = told.description;
        }
        if group.name.is_empty() {
            group.name = told.name;
        }
        group.vpc = group.vpc.take().or(told.vpc);
    }
    group.rules = rules;
    group.ingress_unread = !whole;
    group.egress_unread = !whole;
}

/// Adds the rules of another response for the same group; false if it says something else.
fn join(
    assembly: &mut Assembly,
    region: &Id,
    rules: &mut Vec<Rule>,
    more: Vec<Rule>,
    place: &Place,
    group: &Id,
) -> bool {
    let nowhere = |rule: &Rule| Rule {
        place: Place::default(),
        ..rule.clone()
    };
    let known: HashMap<Id, Rule> = rules
        .iter()
        .map(|rule| (rule.id.clone(), nowhere(rule)))
        .collect();
    let mut agree = known.len() == more.len();
    for rule in more {
        if known.get(&rule.id) != Some(&nowhere(&rule)) {
            agree = false;
            rules.push(rule);
        }
    }
    if !agree {
        assembly.duplicate(region, Listing::Groups, group, place);
    }
    agree
}

/// A group of which only its own responses tell: its kind is not known.
fn unlisted(assembly: &mut Assembly, sections: Vec<Located<Section>>) -> Option<SecurityGroup> {
    let region = sections.first()?.region.clone();
    let told = |fact: &Fact| match fact {
        Fact::Group(group) => Some((**group).clone()),
        _ => None,
    };
    let mut group = sections
        .iter()
        .flat_map(|section| &section.value.facts)
        .find_map(told);
    let resource = sections.first()?.value.resource.clone()?;
    let place = sections.first()?.value.place.clone();
    let mut group = group
        .take()
        .unwrap_or_else(|| nameless(resource, &region, &place));
    describe(assembly, &mut group, sections);
    let message = match assembly.snapshot.coverage_of(&region, Listing::Groups) {
        Coverage::Complete => "gap-group-not-listed",
        Coverage::Incomplete | Coverage::OutOfScope => "gap-group-kind-assumed",
    };
    assembly.gap(Gap {
        reason: GapReason::Unresolved,
        region: Some(region),
        listing: Some(Listing::Groups),
        place: group.place.clone(),
        message: Message::new(message).with("id", group.id.as_str()),
    });
    Some(group)
}

/// A group of which nothing but its id was read.
fn nameless(id: Id, region: &Id, place: &Place) -> SecurityGroup {
    let file = place.file.clone().unwrap_or_else(|| Arc::from(""));
    SecurityGroup {
        place: Place::in_file(file).of(id.shared()),
        id,
        region: region.clone(),
        vpc: None,
        name: String::new(),
        description: String::new(),
        kind: GroupKind::Basic,
        inner_access: InnerAccess::Accept,
        rules: Vec::new(),
        ingress_unread: true,
        egress_unread: true,
        managed: false,
        created_at: None,
        tags: Vec::new(),
    }
}
