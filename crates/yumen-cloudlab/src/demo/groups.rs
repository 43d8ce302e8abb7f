//! Security groups of the demo estate and the lists their rules refer to.

use super::groups_prod::BASE;
use super::groups_test::TEST;
use super::{HANGZHOU, SHANGHAI, networks};
use crate::draft::Draft;
use crate::identifier::id;
use crate::wire::group::{Group, NamedList, Peer, Rule};
use serde_json::Value;

/// What kind of group it is.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Kind {
    /// Basic, members reach each other.
    Basic,
    /// Basic, members are isolated (inner access `Drop`).
    Isolated,
    /// Advanced (the vendor's `enterprise`).
    Advanced,
    /// Basic, kept by a managed service.
    Managed,
}

/// A group: rules are "in|out accept|drop protocol ports peer priority", description, creation
/// time. A peer is a range, `sg:NAME` or `pl:NAME`; ports may be `prl:NAME`.
#[derive(Debug)]
pub(super) struct GroupPlan {
    pub(super) name: &'static str,
    pub(super) vpc: &'static str,
    pub(super) kind: Kind,
    pub(super) about: &'static str,
    pub(super) owner: &'static str,
    pub(super) created: &'static str,
    pub(super) rules: &'static [(&'static str, &'static str, &'static str)],
}

/// The office's /29, allowed by name.
pub(super) const OFFICE: &str = "122.224.186.40/29";

/// Every group.
pub(super) fn all() -> impl Iterator<Item = &'static GroupPlan> {
    BASE.iter().chain(TEST)
}

fn region_of(plan: &GroupPlan) -> &'static str {
    if plan.vpc == "vpc-dr" {
        SHANGHAI
    } else {
        HANGZHOU
    }
}

/// The region of the group of that name: Hangzhou where there is none.
pub(super) fn group_id(name: &str) -> String {
    let region = all()
        .find(|plan| plan.name == name)
        .map_or(HANGZHOU, region_of);
    id("sg", region, name)
}

/// The id of a group's rule, counted from 0.
pub(super) fn rule_id(group: &str, index: usize) -> String {
    let region = all()
        .find(|plan| plan.name == group)
        .map_or(HANGZHOU, region_of);
    id("sgr", region, &format!("{group}/{index}"))
}

/// A list that rules refer to.
#[derive(Debug)]
struct ListPlan {
    name: &'static str,
    about: &'static str,
    /// Entry and description.
    entries: &'static [(&'static str, &'static str)],
}

/// Prefix lists.
const PREFIX_LISTS: &[ListPlan] = &[
    ListPlan {
        name: "pl-partners",
        about: "合作方地址 partner networks",
        entries: &[
            ("39.105.22.16/29", "物流 logistics"),
            ("101.37.44.9/32", "支付渠道"),
            ("0.0.0.0/0", "联调临时放开 temporary"),
        ],
    },
    ListPlan {
        name: "pl-office",
        about: "办公网 offices",
        entries: &[(OFFICE, "杭州办公室"), ("61.164.59.128/30", "上海办公室")],
    },
];

/// Port lists.
const PORT_LISTS: &[ListPlan] = &[ListPlan {
    name: "prl-h5",
    about: "H5 活动页端口",
    entries: &[
        ("80/80", "http"),
        ("443/443", "https"),
        ("8081/8082", "管理页 admin pages"),
    ],
}];

fn rule(plan: &GroupPlan, index: usize, text: &str, about: &str, created: &str) -> Rule {
    let region = region_of(plan);
    let mut words = text.split(' ');
    let mut word = || words.next().unwrap_or_default();
    let ingress = word() == "in";
    let accept = word() == "accept";
    let protocol = word().to_uppercase();
    let ports = word();
    let peer = word();
    let priority = word().parse().unwrap_or(1);
    let (ports, port_list) = match ports.split_once(':') {
        Some((_, list)) => (String::new(), (id("prl", region, list), list.to_owned())),
        None => (ports.to_owned(), (String::new(), String::new())),
    };
    let peer = if let Some(group) = peer.strip_prefix("sg:") {
        let known = all().any(|plan| plan.name == group);
        Peer::Group(
            group_id(group),
            if known {
                group.to_owned()
            } else {
                String::new()
            },
        )
    } else if let Some(list) = peer.strip_prefix("pl:") {
        Peer::PrefixList(id("pl", region, list), list.to_owned())
    } else if peer.contains(':') {
        Peer::Ipv6(peer.to_owned())
    } else {
        Peer::Ipv4(peer.to_owned())
    };
    Rule {
        id: rule_id(plan.name, index),
        ingress,
        accept,
        protocol,
        ports,
        port_list,
        priority,
        peer,
        about: about.to_owned(),
        created: created.to_owned(),
    }
}

/// Rules per page of DescribeSecurityGroupAttribute: the vendor's smallest, so that one group has
/// two pages.
const RULES_PER_PAGE: usize = 10;

/// Adds groups, prefix lists and port lists. `members` counts the instances of a group.
pub(super) fn add(draft: &mut Draft, members: &dyn Fn(&str) -> usize) {
    let region = draft.region();
    for plan in all().filter(|plan| region_of(plan) == region) {
        let rules: Vec<Rule> = plan
            .rules
            .iter()
            .enumerate()
            .map(|(index, (text, about, created))| rule(plan, index, text, about, created))
            .collect();
        let env = match plan.vpc {
            "vpc-test" => "test",
            "vpc-shared" => "shared",
            _ => "prod",
        };
        let group = Group {
            region,
            id: &group_id(plan.name),
            name: plan.name,
            about: plan.about,
            vpc: &networks::vpc_id(plan.vpc),
            advanced: plan.kind == Kind::Advanced,
            isolated: plan.kind == Kind::Isolated,
            managed: plan.kind == Kind::Managed,
            created: plan.created,
            members: members(plan.name),
            rules: rules.len(),
            group_rules: rules
                .iter()
                .filter(|rule| matches!(rule.peer, Peer::Group(..)))
                .count(),
            tags: &[("env", env), ("owner", plan.owner)],
        };
        draft.push("ecs/DescribeSecurityGroups", group.item());
        let count = rules.len().div_ceil(RULES_PER_PAGE).max(1);
        let pages: Vec<Value> = (0..count)
            .map(|page| {
                let part = rules
                    .iter()
                    .skip(page * RULES_PER_PAGE)
                    .take(RULES_PER_PAGE);
                group.attribute(
                    part.map(Rule::permission).collect(),
                    page + 1,
                    page + 1 < count,
                )
            })
            .collect();
        draft.answer("ecs/DescribeSecurityGroupAttribute", group.id, pages);
    }
    if region == HANGZHOU {
        add_lists(draft);
    }
}

fn add_lists(draft: &mut Draft) {
    let owned = |entries: &[(&str, &str)]| -> Vec<(String, String)> {
        entries
            .iter()
            .map(|(entry, about)| ((*entry).to_owned(), (*about).to_owned()))
            .collect()
    };
    for &ListPlan {
        name,
        about,
        entries,
    } in PREFIX_LISTS
    {
        let list = NamedList {
            id: &id("pl", HANGZHOU, name),
            name,
            about,
            created: "2025-09-02T07:11Z",
            users: usize::from(name == "pl-partners"),
            limit: 20,
            entries: &owned(entries),
        };
        draft.push("ecs/DescribePrefixLists", list.prefix_item());
        let pages = vec![list.prefix_attributes()];
        draft.answer("ecs/DescribePrefixListAttributes", list.id, pages);
    }
    for &ListPlan {
        name,
        about,
        entries,
    } in PORT_LISTS
    {
        let list = NamedList {
            id: &id("prl", HANGZHOU, name),
            name,
            about,
            created: "2025-12-04T07:11Z",
            users: 1,
            limit: 20,
            entries: &owned(entries),
        };
        draft.push("ecs/DescribePortRangeLists", list.port_item());
        draft.push_for(
            "ecs/DescribePortRangeListEntries",
            list.id,
            list.port_entries(),
        );
    }
}
