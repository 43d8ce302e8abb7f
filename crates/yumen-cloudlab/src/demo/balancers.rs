//! The demo estate's load balancers.

use super::edges::add_eip;
use super::groups::{OFFICE, group_id};
use super::networks::vpc_id;
use super::servers::{self, eip_id, instance_id};
use super::{CREATED, HANGZHOU};
use crate::draft::Draft;
use crate::identifier::id;
use crate::wire::balancer::{Backend, Listener, Modern, ServerGroup, Zone, alb_acl, alb_acl_entry};
use crate::wire::classic::{Classic, ClassicListener, classic_acl, classic_acl_attribute};

/// Servers behind a listener: name and port.
type Servers<'a> = &'a [(&'a str, u16)];

fn with_backends<T>(servers: Servers<'_>, then: impl FnOnce(&[Backend<'_>]) -> T) -> T {
    let known: Vec<(String, String, u16)> = servers
        .iter()
        .map(|(name, port)| {
            let address = servers::find(name)
                .map(servers::Server::address)
                .unwrap_or_default();
            (instance_id(name), address, *port)
        })
        .collect();
    let backends: Vec<Backend<'_>> = known
        .iter()
        .map(|(instance, address, port)| Backend {
            instance,
            address,
            port: *port,
            ..Backend::default()
        })
        .collect();
    then(&backends)
}

/// The access lists of CLB: name, entries, listeners that use them as (port, protocol, kind).
type AccessList = (
    &'static str,
    &'static [(&'static str, &'static str)],
    &'static [(u16, &'static str, &'static str)],
);

const ACCESS_LISTS: &[AccessList] = &[
    (
        "acl-partners",
        &[
            (OFFICE, "杭州办公室"),
            ("39.105.22.16/29", "物流"),
            ("101.37.44.9/32", "支付渠道"),
        ],
        &[(8443, "tcp", "white")],
    ),
    ("acl-jobs", &[], &[(9001, "tcp", "white")]),
    (
        "acl-crawlers",
        &[
            ("45.9.148.0/24", "爬虫 crawler"),
            ("193.106.31.0/24", "爬虫 crawler"),
        ],
        &[(80, "http", "black")],
    ),
];

fn add_classic(
    draft: &mut Draft,
    balancer: &Classic<'_>,
    listeners: &[ClassicListener<'_>],
    groups: &[(&str, Servers<'_>)],
) {
    draft.push("slb/DescribeLoadBalancers", balancer.item());
    draft.answer(
        "slb/DescribeLoadBalancerAttribute",
        balancer.id,
        vec![balancer.attribute(listeners)],
    );
    for listener in listeners {
        draft.push(
            "slb/DescribeLoadBalancerListeners",
            balancer.listener(listener),
        );
    }
    let mut items = Vec::new();
    for (name, servers) in groups {
        let group = id("rsp", HANGZHOU, name);
        with_backends(servers, |backends| {
            items.push(balancer.servers_item(&group, name, backends, listeners));
            let answer = balancer.servers_attribute(&group, name, backends);
            draft.answer("slb/DescribeVServerGroupAttribute", &group, vec![answer]);
        });
    }
    draft.push_for("slb/DescribeVServerGroups", balancer.id, items);
    draft.push_for("slb/DescribeMasterSlaveServerGroups", balancer.id, vec![]);
}

fn add_classics(draft: &mut Draft) {
    let balancer_id = id("lb", HANGZHOU, "clb-shop-api");
    let acl = |name: &str| id("acl", HANGZHOU, name);
    let group = |name: &str| id("rsp", HANGZHOU, name);
    let (partners, jobs, crawlers) = (acl("acl-partners"), acl("acl-jobs"), acl("acl-crawlers"));
    let (api, job, ssh, web) = (
        group("rsp-api"),
        group("rsp-jobs"),
        group("rsp-ssh"),
        group("rsp-web"),
    );
    let (h5, search) = (group("rsp-h5"), group("rsp-search"));
    let listener = |protocol, port, backend_port, about, acl, servers| ClassicListener {
        protocol,
        port,
        backend_port,
        about,
        running: true,
        acl,
        servers,
        forward_port: 0,
        policy: "",
    };
    add_classic(
        draft,
        &Classic {
            region: HANGZHOU,
            id: &balancer_id,
            name: "clb-shop-api",
            address: "120.26.200.18",
            internet: true,
            vpc: "",
            vswitch: "",
            created: "2025-04-20T03:11Z",
            tags: &[("env", "prod"), ("owner", "shop-team")],
        },
        &[
            listener(
                "tcp",
                8443,
                8443,
                "合作方接口",
                Some(("white", &partners)),
                &api,
            ),
            listener("tcp", 9001, 9001, "任务回调", Some(("white", &jobs)), &job),
            ClassicListener {
                running: false,
                ..listener("tcp", 2222, 22, "应急 SSH（已停）", None, &ssh)
            },
            listener("http", 80, 8080, "老接口", Some(("black", &crawlers)), &web),
            ClassicListener {
                policy: "tls_cipher_policy_1_0",
                ..listener("https", 443, 80, "H5 活动页，兼容老手机", None, &h5)
            },
            listener("tcp", 9200, 9200, "检索联调", None, &search),
        ],
        &[
            (
                "rsp-api",
                &[("shop-order-01", 8443), ("shop-order-02", 8443)],
            ),
            ("rsp-jobs", &[("shop-search-01", 9001)]),
            ("rsp-ssh", &[("shop-cart-01", 22)]),
            ("rsp-web", &[("shop-cart-01", 8080)]),
            ("rsp-h5", &[("shop-h5-01", 80)]),
            ("rsp-search", &[("shop-search-01", 9200)]),
        ],
    );
    let internal_id = id("lb", HANGZHOU, "clb-internal-db");
    let (vpc, vswitch) = (vpc_id("vpc-prod"), id("vsw", HANGZHOU, "prod-app-h"));
    let servers = group("rsp-mysql");
    add_classic(
        draft,
        &Classic {
            region: HANGZHOU,
            id: &internal_id,
            name: "clb-internal-db",
            address: "10.10.11.200",
            internet: false,
            vpc: &vpc,
            vswitch: &vswitch,
            created: "2025-04-20T03:15Z",
            tags: &[("env", "prod")],
        },
        &[listener("tcp", 3306, 3306, "库存库", None, &servers)],
        &[(
            "rsp-mysql",
            &[("shop-mysql-01", 3306), ("shop-mysql-02", 3306)],
        )],
    );
    for (name, entries, used) in ACCESS_LISTS {
        let list = acl(name);
        let used: Vec<(&str, u16, &str, &str)> = used
            .iter()
            .map(|(port, protocol, kind)| (balancer_id.as_str(), *port, *protocol, *kind))
            .collect();
        let created = "2025-04-21T02:00Z";
        draft.push(
            "slb/DescribeAccessControlLists",
            classic_acl(&list, name, created),
        );
        let answer = classic_acl_attribute(&list, name, created, entries, &used);
        draft.answer(
            "slb/DescribeAccessControlListAttribute",
            &list,
            vec![answer],
        );
    }
}

/// A zone of a balancer: vSwitch, zone, EIP's name, public and private address.
type ZoneRow = (
    &'static str,
    &'static str,
    &'static str,
    &'static str,
    &'static str,
);

/// Makes a balancer with its EIPs and hands it to `then`.
fn with_modern(
    draft: &mut Draft,
    (kind, name): (&str, &str),
    rows: &[ZoneRow],
    groups: &[String],
    then: impl FnOnce(&mut Draft, &Modern<'_>),
) {
    let balancer_id = id(kind, HANGZHOU, name);
    let vpc = vpc_id("vpc-prod");
    let ids: Vec<(String, String)> = rows
        .iter()
        .map(|row| (id("vsw", HANGZHOU, row.0), eip_id(HANGZHOU, row.2)))
        .collect();
    let zones: Vec<Zone<'_>> = rows
        .iter()
        .zip(&ids)
        .map(|(row, (vswitch, allocation))| Zone {
            zone: row.1,
            vswitch,
            allocation,
            public: row.3,
            private: row.4,
        })
        .collect();
    let application = kind == "alb";
    let bound = if application { "Alb" } else { "Nlb" };
    for row in rows {
        add_eip(draft, row.2, row.3, (bound, &balancer_id), row.4, &vpc);
    }
    let balancer = Modern {
        region: HANGZHOU,
        id: &balancer_id,
        name,
        application,
        internet: true,
        vpc: &vpc,
        zones: &zones,
        groups,
        created: "2025-05-06T08:00:00Z",
        tags: &[("env", "prod"), ("owner", "shop-team")],
    };
    draft.push(&format!("{kind}/ListLoadBalancers"), balancer.item());
    if application {
        let answer = balancer.attribute();
        draft.answer("alb/GetLoadBalancerAttribute", balancer.id, vec![answer]);
    }
    then(draft, &balancer);
}

/// Adds a server group and gives its id.
fn add_servers(
    draft: &mut Draft,
    balancer: &Modern<'_>,
    (name, protocol): (&str, &str),
    servers: Servers<'_>,
) -> String {
    let group = id("sgp", HANGZHOU, name);
    let product = if balancer.application { "alb" } else { "nlb" };
    let written = ServerGroup {
        region: balancer.region,
        id: &group,
        name,
        application: balancer.application,
        protocol,
        vpc: balancer.vpc,
        balancers: &[balancer.id],
        count: servers.len(),
        created: balancer.created,
    };
    draft.push(&format!("{product}/ListServerGroups"), written.item());
    let items = with_backends(servers, |backends| {
        backends
            .iter()
            .map(|backend| written.server("cn-hangzhou-h", backend))
            .collect()
    });
    draft.push_for(&format!("{product}/ListServerGroupServers"), &group, items);
    group
}

fn add_alb_listener(
    draft: &mut Draft,
    alb: &Modern<'_>,
    (protocol, port, about): (&str, u16, &str),
    servers: &str,
    acl: Option<(&str, &str)>,
) {
    let secure = protocol == "HTTPS";
    let listener = Listener {
        protocol,
        port,
        about,
        servers,
        policy: if secure { "tls_cipher_policy_1_2" } else { "" },
    };
    draft.push("alb/ListListeners", alb.alb_listener(&listener));
    let answer = alb.alb_listener_attribute(&listener, acl);
    draft.answer(
        "alb/GetListenerAttribute",
        &alb.listener_id(port),
        vec![answer],
    );
}

/// Adds every balancer with its listeners, servers and access lists.
pub(super) fn add(draft: &mut Draft) {
    if draft.region() != HANGZHOU {
        return;
    }
    add_classics(draft);
    let shop: &[ZoneRow] = &[
        (
            "prod-web-h",
            "cn-hangzhou-h",
            "eip-alb-shop-h",
            "47.114.9.10",
            "10.10.1.240",
        ),
        (
            "prod-web-i",
            "cn-hangzhou-i",
            "eip-alb-shop-i",
            "47.114.9.11",
            "10.10.2.240",
        ),
    ];
    with_modern(draft, ("alb", "alb-shop"), shop, &[], |draft, alb| {
        let web: Servers<'_> = &[
            ("shop-web-01", 80),
            ("shop-web-02", 80),
            ("shop-web-03", 80),
            ("shop-web-04", 80),
        ];
        let group = add_servers(draft, alb, ("sgp-web", "HTTP"), web);
        add_alb_listener(draft, alb, ("HTTPS", 443, "商城"), &group, None);
        add_alb_listener(draft, alb, ("HTTP", 80, "跳转到 https"), &group, None);
        draft.push("alb/ListRules", alb.redirect_rule(80));
    });
    let admin: &[ZoneRow] = &[
        (
            "prod-app-h",
            "cn-hangzhou-h",
            "eip-alb-admin-h",
            "47.114.9.20",
            "10.10.11.240",
        ),
        (
            "prod-app-i",
            "cn-hangzhou-i",
            "eip-alb-admin-i",
            "47.114.9.21",
            "10.10.12.240",
        ),
    ];
    with_modern(draft, ("alb", "alb-admin"), admin, &[], |draft, alb| {
        let acl = id("acl", HANGZHOU, "acl-alb-office");
        let group = add_servers(
            draft,
            alb,
            ("sgp-admin", "HTTP"),
            &[("shop-admin-01", 8443)],
        );
        let office = Some(("White", acl.as_str()));
        add_alb_listener(draft, alb, ("HTTPS", 8443, "运营后台"), &group, office);
        draft.push("alb/ListAcls", alb_acl(&acl, "acl-alb-office", CREATED));
        let entries = vec![alb_acl_entry(OFFICE, "杭州办公室")];
        draft.push_for("alb/ListAclEntries", &acl, entries);
    });
    let mqtt: &[ZoneRow] = &[(
        "prod-app-h",
        "cn-hangzhou-h",
        "eip-nlb-mqtt-h",
        "47.114.9.30",
        "10.10.11.241",
    )];
    let groups = [group_id("sg-nlb-mqtt")];
    with_modern(draft, ("nlb", "nlb-mqtt"), mqtt, &groups, |draft, nlb| {
        let group = add_servers(draft, nlb, ("sgp-mqtt", "TCP"), &[("shop-cart-01", 1883)]);
        draft.push(
            "nlb/ListListeners",
            nlb.nlb_listener(&Listener {
                protocol: "TCP",
                port: 1883,
                about: "消息",
                servers: &group,
                policy: "",
            }),
        );
    });
}
