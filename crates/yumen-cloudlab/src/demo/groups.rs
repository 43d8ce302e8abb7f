//! Security groups of the demo estate: production, shared services, Shanghai; and the lists.

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

const fn prod(
    name: &'static str,
    about: &'static str,
    rules: &'static [(&'static str, &'static str, &'static str)],
) -> GroupPlan {
    GroupPlan {
        name,
        vpc: "vpc-prod",
        kind: Kind::Basic,
        about,
        owner: "shop-team",
        created: "2025-03-12T06:11:20Z",
        rules,
    }
}

/// Reviewed this quarter.
const NEW: &str = "2026-02-09T03:15:42Z";
/// Not touched for much longer than three months.
const OLD: &str = "2025-06-11T08:40:05Z";

/// The office's /29, allowed by name.
pub(super) const OFFICE: &str = "122.224.186.40/29";

const BASE: &[GroupPlan] = &[
    prod(
        "sg-prod-web",
        "商城 Web 层：只接负载均衡",
        &[
            ("in accept tcp 80/80 10.10.0.0/16 1", "ALB 本地地址", NEW),
            ("in accept tcp 443/443 10.10.0.0/16 1", "ALB 本地地址", NEW),
            ("in accept tcp 22/22 10.20.1.10/32 1", "堡垒机 bastion", NEW),
        ],
    ),
    prod(
        "sg-prod-app",
        "应用层：只接 Web 层与负载均衡",
        &[
            (
                "in accept tcp 8080/8080 sg:sg-prod-web 1",
                "web -> app",
                NEW,
            ),
            (
                "in accept tcp 8443/8443 100.64.0.0/10 1",
                "CLB 合作方接口",
                NEW,
            ),
            (
                "in accept tcp 9001/9001 100.64.0.0/10 1",
                "CLB 任务回调",
                NEW,
            ),
            (
                "in accept tcp 1883/1883 10.10.11.241/32 1",
                "NLB 本地地址",
                NEW,
            ),
            ("in accept tcp 22/22 10.20.1.10/32 1", "堡垒机 bastion", NEW),
        ],
    ),
    prod(
        "sg-prod-cache",
        "自建 Redis：只接应用层",
        &[
            (
                "in accept tcp 6379/6379 sg:sg-prod-app 1",
                "app -> cache",
                NEW,
            ),
            (
                "in accept tcp 6379/6379 sg:sg-prod-batch-2024 1",
                "批处理集群（组已删除）",
                OLD,
            ),
            ("in accept tcp 22/22 10.20.1.10/32 1", "堡垒机 bastion", NEW),
        ],
    ),
    GroupPlan {
        kind: Kind::Advanced,
        ..prod(
            "sg-prod-data",
            "数据层（企业级安全组）：只接应用层网段",
            &[
                ("in accept tcp 3306/3306 10.10.11.0/24 1", "应用层 h", NEW),
                ("in accept tcp 3306/3306 10.10.12.0/24 1", "应用层 i", NEW),
                ("in accept tcp 9200/9200 10.10.11.0/24 1", "检索", NEW),
                ("in accept tcp 22/22 10.20.1.10/32 1", "堡垒机 bastion", NEW),
                ("out accept all -1/-1 10.0.0.0/8 1", "内网", NEW),
            ],
        )
    },
    GroupPlan {
        kind: Kind::Isolated,
        ..prod(
            "sg-prod-pay",
            "支付：组内隔离",
            &[
                (
                    "in accept tcp 8443/8443 sg:sg-prod-app 1",
                    "app -> pay",
                    NEW,
                ),
                ("in accept tcp 22/22 10.20.1.10/32 1", "堡垒机 bastion", NEW),
                ("out accept tcp 443/443 0.0.0.0/0 1", "银行接口", NEW),
                ("out drop all -1/-1 0.0.0.0/0 100", "其余出向关闭", NEW),
            ],
        )
    },
    prod(
        "sg-prod-ftp",
        "商家素材 FTP，历史遗留",
        &[
            ("in accept tcp 21/21 0.0.0.0/0 1", "ftp", OLD),
            ("in accept tcp 30000/30100 0.0.0.0/0 1", "ftp 被动端口", OLD),
        ],
    ),
    prod(
        "sg-prod-legacy-db",
        "老订单库，迁移后未下线",
        &[
            (
                "in accept tcp 3306/3306 0.0.0.0/0 1",
                "临时开放给外包，用完请删",
                OLD,
            ),
            ("in accept tcp 22/22 10.20.1.10/32 1", "堡垒机 bastion", OLD),
        ],
    ),
    prod(
        "sg-prod-img",
        "图片源站，双栈",
        &[
            ("in accept tcp 443/443 0.0.0.0/0 1", "https", NEW),
            (
                "in accept tcp 22/22 122.224.186.40/29 1",
                "办公室 office",
                NEW,
            ),
            ("in accept tcp 22/22 ::/0 1", "v6 ssh", NEW),
        ],
    ),
    prod(
        "sg-prod-win",
        "ERP 桥接（Windows）",
        &[
            ("in accept tcp 3389/3389 0.0.0.0/1 1", "rdp 上半", OLD),
            ("in accept tcp 3389/3389 128.0.0.0/1 1", "rdp 下半", OLD),
        ],
    ),
    prod(
        "sg-prod-bi",
        "BI 报表库",
        &[
            (
                "in accept tcp 5432/5432 pl:pl-partners 1",
                "合作方名单",
                NEW,
            ),
            (
                "in accept tcp 443/443 122.224.186.40/29 1",
                "办公室 office",
                NEW,
            ),
        ],
    ),
    prod(
        "sg-prod-push",
        "推送网关",
        &[
            ("in accept tcp 5222/5222 0.0.0.0/0 10", "xmpp", OLD),
            (
                "in drop tcp 5222/5222 0.0.0.0/0 10",
                "下线 xmpp（同优先级）",
                NEW,
            ),
            ("in accept tcp 443/443 0.0.0.0/0 10", "https", NEW),
        ],
    ),
    prod(
        "sg-prod-report-open",
        "报表：对外开放",
        &[("in accept tcp 8088/8088 0.0.0.0/0 50", "报表页面", OLD)],
    ),
    prod(
        "sg-prod-report-deny",
        "报表：统一封禁",
        &[(
            "in drop tcp 8088/8088 0.0.0.0/0 20",
            "安全组统一封禁 8088",
            NEW,
        )],
    ),
    prod(
        "sg-prod-edge",
        "活动页边缘节点，含封禁名单",
        &[
            ("in drop tcp 22/22 0.0.0.0/0 1", "禁止公网 SSH", NEW),
            ("in drop all -1/-1 45.9.148.0/24 2", "封禁 blocklist", NEW),
            ("in drop all -1/-1 80.82.77.0/24 2", "封禁 blocklist", NEW),
            ("in drop all -1/-1 92.63.196.0/23 2", "封禁 blocklist", NEW),
            ("in drop all -1/-1 141.98.10.0/23 2", "封禁 blocklist", NEW),
            (
                "in drop all -1/-1 185.220.100.0/22 2",
                "封禁 blocklist",
                NEW,
            ),
            ("in drop all -1/-1 193.106.31.0/24 2", "封禁 blocklist", NEW),
            ("in drop all -1/-1 194.26.29.0/24 2", "封禁 blocklist", NEW),
            ("in accept tcp 80/80 0.0.0.0/0 50", "http", NEW),
            ("in accept tcp 443/443 0.0.0.0/0 50", "https", NEW),
            ("in accept tcp 22/22 0.0.0.0/0 100", "老规则 ssh", OLD),
        ],
    ),
    prod(
        "sg-prod-old",
        "2019 年的组，系统默认规则优先级 110",
        &[
            (
                "in accept tcp 22/22 0.0.0.0/0 110",
                "System created rule.",
                "2019-07-03T02:20:11Z",
            ),
            (
                "in accept tcp 3389/3389 0.0.0.0/0 110",
                "System created rule.",
                "2019-07-03T02:20:11Z",
            ),
            ("in drop tcp 22/22 0.0.0.0/0 100", "关闭公网 SSH", OLD),
        ],
    ),
    prod(
        "sg-prod-h5",
        "H5 活动页",
        &[
            ("in accept tcp prl:prl-h5 0.0.0.0/0 1", "H5 端口列表", NEW),
            ("in accept icmp -1/-1 0.0.0.0/0 1", "拨测 ping", NEW),
        ],
    ),
    prod(
        "sg-prod-callback",
        "合作方回调",
        &[
            ("in accept tcp 8443/8443 0.0.0.0/0 1", "回调", NEW),
            ("in accept tcp 22/22 10.20.1.10/32 1", "堡垒机 bastion", NEW),
        ],
    ),
    prod(
        "sg-prod-gateway",
        "接口网关，业务网卡",
        &[("in accept tcp 443/443 10.10.0.0/16 1", "内部调用", NEW)],
    ),
    prod(
        "sg-prod-gateway-mgmt",
        "接口网关，管理网卡",
        &[("in accept tcp 9000/9000 0.0.0.0/0 1", "管理端口", OLD)],
    ),
    prod(
        "sg-prod-admin",
        "运营后台",
        &[
            ("in accept tcp 8000/9000 10.20.0.0/16 1", "运维网段", NEW),
            (
                "in accept tcp 8443/8443 10.20.1.0/24 5",
                "后台（已被上一条包含）",
                OLD,
            ),
            (
                "in drop tcp 8500/8500 10.20.2.0/24 30",
                "禁止构建机（不起作用）",
                OLD,
            ),
            ("in accept tcp 9443/9443 10.10.0.0/17 10", "应用侧前半", NEW),
            (
                "in accept tcp 9443/9443 10.10.128.0/17 10",
                "应用侧后半",
                NEW,
            ),
            ("in accept tcp 9443/9443 10.10.0.0/16 20", "应用侧全段", OLD),
        ],
    ),
    prod(
        "sg-nlb-mqtt",
        "NLB 消息入口",
        &[("in accept tcp 1883/1883 0.0.0.0/0 1", "mqtt", NEW)],
    ),
    GroupPlan {
        kind: Kind::Managed,
        ..prod("sg-managed-nat-prod", "NAT 网关托管", &[])
    },
    GroupPlan {
        vpc: "vpc-test",
        kind: Kind::Managed,
        ..prod("sg-managed-nat-test", "NAT 网关托管", &[])
    },
    GroupPlan {
        vpc: "vpc-shared",
        owner: "ops",
        ..prod(
            "sg-ops-bastion",
            "堡垒机 bastion",
            &[
                (
                    "in accept tcp 22/22 122.224.186.40/29 1",
                    "办公室 office",
                    NEW,
                ),
                (
                    "in accept tcp 22/22 192.168.10.0/24 1",
                    "总部运维网段（VPN）",
                    NEW,
                ),
            ],
        )
    },
    GroupPlan {
        vpc: "vpc-shared",
        owner: "ops",
        ..prod(
            "sg-ops-monitor",
            "监控",
            &[
                ("in accept tcp 9090/9100 10.10.0.0/16 1", "生产采集", NEW),
                (
                    "in accept tcp 9090/9095 10.10.0.0/17 1",
                    "生产采集（重复）",
                    OLD,
                ),
                ("in accept tcp 22/22 10.20.1.10/32 1", "堡垒机 bastion", NEW),
            ],
        )
    },
    GroupPlan {
        vpc: "vpc-shared",
        owner: "devops",
        ..prod(
            "sg-ops-gitlab",
            "代码仓库与构建",
            &[
                ("in accept tcp 443/443 10.0.0.0/8 1", "内网", NEW),
                ("in accept tcp 22/22 172.16.0.0/16 1", "测试环境拉代码", OLD),
                ("in accept tcp 22/22 10.20.1.10/32 1", "堡垒机 bastion", NEW),
            ],
        )
    },
    GroupPlan {
        vpc: "vpc-dr",
        ..prod(
            "sg-dr-web",
            "容灾 Web",
            &[
                ("in accept tcp 80/80 0.0.0.0/0 1", "http", NEW),
                ("in accept tcp 443/443 0.0.0.0/0 1", "https", NEW),
            ],
        )
    },
    GroupPlan {
        vpc: "vpc-dr",
        ..prod(
            "sg-dr-sync",
            "容灾同步",
            &[("in accept tcp 873/873 0.0.0.0/0 1", "rsync", OLD)],
        )
    },
];

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

/// Prefix lists: name, description, entries.
pub(super) const PREFIX_LISTS: &[(&str, &str, &[(&str, &str)])] = &[
    (
        "pl-partners",
        "合作方地址 partner networks",
        &[
            ("39.105.22.16/29", "物流 logistics"),
            ("101.37.44.9/32", "支付渠道"),
            ("0.0.0.0/0", "联调临时放开 temporary"),
        ],
    ),
    (
        "pl-office",
        "办公网 offices",
        &[(OFFICE, "杭州办公室"), ("61.164.59.128/30", "上海办公室")],
    ),
];

/// Port lists: name, description, entries.
pub(super) const PORT_LISTS: &[(&str, &str, &[(&str, &str)])] = &[(
    "prl-h5",
    "H5 活动页端口",
    &[
        ("80/80", "http"),
        ("443/443", "https"),
        ("8081/8082", "管理页 admin pages"),
    ],
)];

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
    for (name, about, entries) in PREFIX_LISTS {
        let list = NamedList {
            id: &id("pl", HANGZHOU, name),
            name,
            about,
            created: "2025-09-02T07:11Z",
            users: usize::from(*name == "pl-partners"),
            limit: 20,
            entries: &owned(entries),
        };
        draft.push("ecs/DescribePrefixLists", list.prefix_item());
        let pages = vec![list.prefix_attributes()];
        draft.answer("ecs/DescribePrefixListAttributes", list.id, pages);
    }
    for (name, about, entries) in PORT_LISTS {
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
