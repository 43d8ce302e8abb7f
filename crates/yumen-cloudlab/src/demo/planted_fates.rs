//! Planted test groups, rule fates and the rest, by name; [`super::planted`] turns names into ids.

use super::planted::Expect;

/// The seventeen test groups without source restriction: group, truth, English, Chinese.
pub(super) const TEST_GROUPS: &[(&str, Expect, &str, &str)] = &[
    (
        "sg-test-all",
        Expect::Open,
        "unrestricted, on servers with EIPs",
        "不限来源，实例有 EIP",
    ),
    (
        "sg-test-ssh",
        Expect::Open,
        "unrestricted, on a server with an EIP",
        "不限来源，实例有 EIP",
    ),
    (
        "sg-test-tomcat",
        Expect::Open,
        "unrestricted, on a server with an EIP",
        "不限来源，实例有 EIP",
    ),
    (
        "sg-test-rdp",
        Expect::Open,
        "unrestricted, on a server with an EIP",
        "不限来源，实例有 EIP",
    ),
    (
        "sg-test-redis",
        Expect::Open,
        "unrestricted, behind a DNAT entry",
        "不限来源，经 DNAT 可达",
    ),
    (
        "sg-test-nas",
        Expect::Open,
        "unrestricted, behind a whole-IP mapping",
        "不限来源，经整机映射可达",
    ),
    (
        "sg-test-mysql",
        Expect::Latent,
        "unrestricted, no public path",
        "不限来源，无公网路径",
    ),
    (
        "sg-test-mongo",
        Expect::Latent,
        "unrestricted, no public path",
        "不限来源，无公网路径",
    ),
    (
        "sg-test-es",
        Expect::Latent,
        "unrestricted, no public path",
        "不限来源，无公网路径",
    ),
    (
        "sg-test-kafka",
        Expect::Latent,
        "unrestricted, no public path",
        "不限来源，无公网路径",
    ),
    (
        "sg-test-k8s",
        Expect::Latent,
        "unrestricted, no public path",
        "不限来源，无公网路径",
    ),
    (
        "sg-test-jenkins",
        Expect::Latent,
        "unrestricted, the server is stopped",
        "不限来源，实例已停机",
    ),
    (
        "sg-test-mq",
        Expect::Latent,
        "unrestricted, no public path",
        "不限来源，无公网路径",
    ),
    (
        "sg-test-docker",
        Expect::Unattached,
        "unrestricted, on no interface",
        "不限来源，未绑定网卡",
    ),
    (
        "sg-test-vnc",
        Expect::Unattached,
        "unrestricted, on no interface",
        "不限来源，未绑定网卡",
    ),
    (
        "sg-test-dns",
        Expect::Unattached,
        "unrestricted, on no interface",
        "不限来源，未绑定网卡",
    ),
    (
        "sg-test-zookeeper",
        Expect::Unattached,
        "unrestricted, on no interface",
        "不限来源，未绑定网卡",
    ),
];

/// Id, truth, what it is about, what decides or causes it, English, Chinese.
pub(super) type Other = (
    &'static str,
    Expect,
    &'static str,
    &'static [&'static str],
    &'static str,
    &'static str,
);

/// What really happens to rules.
pub(super) const FATES: &[Other] = &[
    (
        "fate-shadowed-one",
        Expect::Shadowed,
        "sg-prod-admin#1",
        &["sg-prod-admin#0"],
        "covered by one wider accept",
        "被一条更宽的放行覆盖",
    ),
    (
        "fate-shadowed-union",
        Expect::Shadowed,
        "sg-prod-admin#5",
        &["sg-prod-admin#3", "sg-prod-admin#4"],
        "covered by two halves together",
        "被前后两半合起来覆盖",
    ),
    (
        "fate-drop-useless",
        Expect::Shadowed,
        "sg-prod-admin#2",
        &["sg-prod-admin#0"],
        "a drop that an earlier accept defeats",
        "拒绝规则被更优先的放行架空",
    ),
    (
        "fate-redundant",
        Expect::Redundant,
        "sg-ops-monitor#1",
        &["sg-ops-monitor#0"],
        "a narrower accept beside a wider one of the same priority",
        "同优先级的较窄重复放行",
    ),
    (
        "fate-tie",
        Expect::Contradicted,
        "sg-prod-push#0",
        &["sg-prod-push#1"],
        "an accept that a drop of the same priority defeats",
        "同优先级的拒绝使放行失效",
    ),
    (
        "fate-cross-group",
        Expect::Contradicted,
        "sg-prod-report-open#0",
        &["sg-prod-report-deny#0"],
        "on its only interface another group's drop defeats it",
        "在唯一的网卡上被另一个组的拒绝压过",
    ),
    (
        "fate-edge-ssh",
        Expect::Shadowed,
        "sg-prod-edge#10",
        &["sg-prod-edge#0"],
        "an accept at 100 under a drop at 1",
        "优先级 100 的放行在 1 的拒绝之下",
    ),
    (
        "fate-old-ssh",
        Expect::Shadowed,
        "sg-prod-old#0",
        &["sg-prod-old#2"],
        "an accept at 110 under a drop at 100",
        "优先级 110 的放行在 100 的拒绝之下",
    ),
    (
        "fate-dangling",
        Expect::Dangling,
        "sg-prod-cache#1",
        &["sg-prod-batch-2024"],
        "names a group that was deleted",
        "引用了已删除的安全组",
    ),
];

/// The rest.
pub(super) const OTHERS: &[Other] = &[
    (
        "eip-unused",
        Expect::Unused,
        "eip:eip-unused",
        &[],
        "an EIP bound to nothing",
        "未绑定的 EIP",
    ),
    (
        "stale-ftp",
        Expect::Stale,
        "sg-prod-ftp",
        &[],
        "rules not touched for nine months",
        "规则九个月未动",
    ),
    (
        "stale-win",
        Expect::Stale,
        "sg-prod-win",
        &[],
        "rules not touched for nine months",
        "规则九个月未动",
    ),
    (
        "stale-gateway-mgmt",
        Expect::Stale,
        "sg-prod-gateway-mgmt",
        &[],
        "rules not touched for nine months",
        "规则九个月未动",
    ),
    (
        "stale-test-all",
        Expect::Stale,
        "sg-test-all",
        &[],
        "rules not touched for seven months",
        "规则七个月未动",
    ),
    (
        "flow-log-test",
        Expect::Unlogged,
        "vpc-test",
        &[],
        "the test network has no flow log",
        "测试网络没有流日志",
    ),
];
