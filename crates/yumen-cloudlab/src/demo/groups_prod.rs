//! Groups of production, shared services and Shanghai.

use super::groups::{GroupPlan, Kind};

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

/// The groups of production, shared services and Shanghai.
pub(super) const BASE: &[GroupPlan] = &[
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
                "临时开放给外包，用完请删 until=2026-01-31",
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
            ("in accept gre -1/-1 0.0.0.0/0 1", "ERP 老隧道 GRE", OLD),
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
        "System created security group.",
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
        &[("in accept tcp 9000/9000 0.0.0.0/0 1", "", OLD)],
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
                (
                    "in accept tcp 22/22 172.16.0.0/16 1",
                    "测试环境拉代码 until=2026-06-30",
                    OLD,
                ),
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
            &[
                ("in accept tcp 873/873 0.0.0.0/0 1", "rsync", OLD),
                ("in accept all -1/-1 10.0.0.0/8 1", "内网全放通", OLD),
            ],
        )
    },
];
