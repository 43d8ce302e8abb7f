//! Writes a generated estate's instances, groups and lists.

use super::pages::{Pages, Sink, line};
use super::plan::{Plan, Public, REGION, numbered, vswitch_id};
use super::rules::{PORT_LISTS, PREFIX_LISTS, rules, some_range};
use super::writers::{CREATED, zone};
use crate::random::SplitMix64;
use crate::wire::address::Eip;
use crate::wire::group::{Group, NamedList, Peer};
use crate::wire::server::{Instance, Interface};
use serde_json::Value;
use std::io;

/// Rules per page of DescribeSecurityGroupAttribute, the vendor's largest.
const RULES_PER_PAGE: usize = 1000;

/// Makes an interface and hands it to `then`.
pub(super) fn with_interface<T>(
    plan: &Plan,
    index: usize,
    then: impl FnOnce(&Interface<'_>) -> T,
) -> T {
    let vpc = plan.vpc_of_interface(index);
    let (vswitch, address) = plan.place(index);
    let groups: Vec<String> = plan
        .groups_of(index)
        .into_iter()
        .map(|group| numbered("sg", group))
        .collect();
    let (allocation, public) = match plan.public(index) {
        Public::None => (String::new(), String::new()),
        Public::Eip(address) => (numbered("eip", index), address.to_string()),
        Public::Assigned(address) => (String::new(), address.to_string()),
    };
    let ipv6 = plan
        .ipv6(index)
        .map(|(address, _)| address.to_string())
        .unwrap_or_default();
    then(&Interface {
        id: &numbered("eni", index),
        name: &format!("eni-{index:06}"),
        about: "",
        vpc: &numbered("vpc", vpc),
        vswitch: &vswitch_id(vpc, vswitch),
        zone: zone(vswitch),
        address: &address.to_string(),
        ipv6: &ipv6,
        instance: &numbered("i", index),
        secondary: false,
        managed: false,
        public: (&allocation, &public),
        groups: &groups,
        created: CREATED,
        tags: &[],
    })
}

/// An item of DescribeEipAddresses.
pub(super) fn eip(public: (&str, &str), bound: (&str, &str), private: &str, vpc: &str) -> Value {
    Eip {
        region: REGION,
        id: public.0,
        name: "",
        about: "",
        address: public.1,
        bound,
        private,
        vpc,
        zone: "",
        created: CREATED,
        tags: &[],
    }
    .item()
}

/// Writes every instance.
pub(super) fn write_instances(plan: &Plan, sink: &mut Sink<'_>) -> io::Result<()> {
    let mut pages = Pages::start("ecs/DescribeInstances", "", plan.spec.interfaces)?;
    for index in 0..plan.spec.interfaces {
        let item = with_interface(plan, index, |interface| {
            Instance {
                region: REGION,
                id: interface.instance,
                name: &format!("server-{index:06}"),
                about: "",
                running: plan.running(index),
                windows: index % 9 == 4,
                hardened: false,
                cores: 4,
                created: CREATED,
                primary: interface,
                others: &[],
                tags: &[("env", if index % 4 == 3 { "test" } else { "prod" })],
            }
            .item()
        });
        pages.push(sink, item)?;
    }
    pages.finish(sink)
}

/// Makes a group and hands it to `then`.
fn with_group<T>(
    plan: &Plan,
    group: usize,
    (members, group_rules): (usize, usize),
    then: impl FnOnce(&Group<'_>) -> T,
) -> T {
    let vpc = plan.vpc_of_group(group);
    then(&Group {
        region: REGION,
        id: &numbered("sg", group),
        name: &format!("sg-{group:06}"),
        about: "",
        vpc: &numbered("vpc", vpc),
        advanced: Plan::advanced(vpc),
        isolated: group % 5 == 1,
        managed: false,
        created: CREATED,
        members,
        rules: plan.rules(group),
        group_rules,
        tags: &[],
    })
}

/// Writes every group and its rules.
pub(super) fn write_groups(plan: &Plan, sink: &mut Sink<'_>) -> io::Result<()> {
    let mut members = vec![0_usize; plan.spec.groups];
    for index in 0..plan.spec.interfaces {
        for group in plan.groups_of(index) {
            if let Some(count) = members.get_mut(group) {
                *count += 1;
            }
        }
    }
    let mut group_rules = Vec::with_capacity(plan.spec.groups);
    for group in 0..plan.spec.groups {
        group_rules.push(write_rules(plan, group, sink)?);
    }
    let mut pages = Pages::start("ecs/DescribeSecurityGroups", "", plan.spec.groups)?;
    for (group, counts) in members.into_iter().zip(group_rules).enumerate() {
        pages.push(sink, with_group(plan, group, counts, |group| group.item()))?;
    }
    pages.finish(sink)
}

/// Writes a group's rules; gives how many refer to groups.
fn write_rules(plan: &Plan, group: usize, sink: &mut Sink<'_>) -> io::Result<usize> {
    let total = plan.rules(group);
    let pages = total.div_ceil(RULES_PER_PAGE).max(1);
    let path = format!(
        "{REGION}/ecs/DescribeSecurityGroupAttribute/{}.json",
        numbered("sg", group)
    );
    let mut rules = rules(plan, group);
    let mut references = 0;
    for page in 1..=pages {
        let items: Vec<Value> = rules
            .by_ref()
            .take(RULES_PER_PAGE)
            .inspect(|rule| references += usize::from(matches!(rule.peer, Peer::Group(..))))
            .map(|rule| rule.permission())
            .collect();
        let answer = with_group(plan, group, (0, 0), |group| {
            group.attribute(items, page, page < pages)
        });
        sink(&path, &line(&answer)?)?;
    }
    Ok(references)
}

/// Writes prefix lists and port lists.
pub(super) fn write_lists(plan: &Plan, sink: &mut Sink<'_>) -> io::Result<()> {
    let mut items = Pages::start("ecs/DescribePrefixLists", "", PREFIX_LISTS)?;
    let mut answers = Vec::new();
    for index in 0..PREFIX_LISTS {
        let mut chance = SplitMix64::for_item(plan.spec.seed, 100, index);
        let mut entries: Vec<(String, String)> = (0..chance.between(5, 20))
            .map(|_| (some_range(&mut chance), String::new()))
            .collect();
        if index == 7 {
            entries.push(("0.0.0.0/0".to_owned(), String::new()));
        }
        let id = numbered("pl", index);
        let name = format!("pl-{index:02}");
        let list = list(&id, &name, &entries);
        items.push(sink, list.prefix_item())?;
        answers.push((id.clone(), list.prefix_attributes()));
    }
    items.finish(sink)?;
    for (id, answer) in answers {
        let path = format!("{REGION}/ecs/DescribePrefixListAttributes/{id}.json");
        sink(&path, &line(&answer)?)?;
    }
    let mut items = Pages::start("ecs/DescribePortRangeLists", "", PORT_LISTS)?;
    let mut all = Vec::new();
    for index in 0..PORT_LISTS {
        let mut chance = SplitMix64::for_item(plan.spec.seed, 101, index);
        let entries: Vec<(String, String)> = (0..chance.between(2, 8))
            .map(|_| {
                let low = chance.between(1, 65_000);
                (format!("{low}/{}", low + chance.below(100)), String::new())
            })
            .collect();
        let id = numbered("prl", index);
        let name = format!("prl-{index:02}");
        let list = list(&id, &name, &entries);
        items.push(sink, list.port_item())?;
        all.push((id.clone(), list.port_entries()));
    }
    items.finish(sink)?;
    for (id, entries) in all {
        let mut pages = Pages::start("ecs/DescribePortRangeListEntries", &id, entries.len())?;
        for entry in entries {
            pages.push(sink, entry)?;
        }
        pages.finish(sink)?;
    }
    Ok(())
}

fn list<'a>(id: &'a str, name: &'a str, entries: &'a [(String, String)]) -> NamedList<'a> {
    NamedList {
        id,
        name,
        about: "",
        created: "2025-09-02T07:11Z",
        users: 0,
        limit: 200,
        entries,
    }
}
