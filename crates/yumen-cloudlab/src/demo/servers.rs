//! The demo estate's servers with their interfaces and public addresses.

use super::groups::group_id;
use super::networks::{self, Place, vpc_id};
use super::{CREATED, SHANGHAI};
use crate::draft::Draft;
use crate::identifier::id;
use crate::wire::address::{Eip, Ipv6Address};
use crate::wire::server::{Instance, Interface};

/// How a server is reached from the Internet over IPv4.
#[derive(Clone, Copy, Debug)]
enum Public {
    None,
    Eip(&'static str),
    /// A public IP given at creation.
    Assigned(&'static str),
    /// An EIP on the second interface, which has these groups.
    Second(&'static str, &'static [&'static str]),
}

/// A server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Server {
    pub(super) name: &'static str,
    vswitch: &'static str,
    host: u8,
    pub(super) groups: &'static [&'static str],
    about: &'static str,
    public: Public,
    ipv6: (&'static str, usize),
    running: bool,
    windows: bool,
}

const fn server(
    name: &'static str,
    vswitch: &'static str,
    host: u8,
    groups: &'static [&'static str],
    about: &'static str,
) -> Server {
    let public = Public::None;
    Server {
        name,
        vswitch,
        host,
        groups,
        about,
        public,
        ipv6: ("", 0),
        running: true,
        windows: false,
    }
}

impl Server {
    const fn eip(mut self, address: &'static str) -> Self {
        self.public = Public::Eip(address);
        self
    }

    const fn assigned(mut self, address: &'static str) -> Self {
        self.public = Public::Assigned(address);
        self
    }

    const fn second(mut self, address: &'static str, groups: &'static [&'static str]) -> Self {
        self.public = Public::Second(address, groups);
        self
    }

    const fn ipv6(mut self, address: &'static str, bandwidth: usize) -> Self {
        self.ipv6 = (address, bandwidth);
        self
    }

    const fn stopped(mut self) -> Self {
        self.running = false;
        self
    }

    const fn windows(mut self) -> Self {
        self.windows = true;
        self
    }

    fn region(&self) -> &'static str {
        networks::find(self.vswitch).map_or(SHANGHAI, |place| place.region)
    }

    fn id(&self) -> String {
        id("i", self.region(), self.name)
    }

    fn interface(&self) -> String {
        id("eni", self.region(), self.name)
    }

    /// Private address.
    pub(super) fn address(&self) -> String {
        host_address(self.vswitch, self.host)
    }

    fn tags(&self) -> [(&'static str, &'static str); 3] {
        let mut parts = self.vswitch.split('-');
        let env = match parts.next() {
            Some("test") => "test",
            Some("shared") => "shared",
            _ => "prod",
        };
        let tier = match parts.next() {
            Some("ops" | "build") => "ops",
            Some("dmz" | "partner") => "edge",
            Some("data") => "data",
            Some("web") => "web",
            _ => "app",
        };
        let owner = match env {
            "test" => "qa-team",
            "shared" => "ops",
            _ => "shop-team",
        };
        [("env", env), ("tier", tier), ("owner", owner)]
    }
}

fn host_address(vswitch: &str, host: u8) -> String {
    let range = networks::find(vswitch).map_or("", |place| place.range);
    let network = range.rsplit_once('.').map_or("", |(network, _)| network);
    format!("{network}.{host}")
}

const SERVERS: &[Server] = &[
    server(
        "shop-web-01",
        "prod-web-h",
        11,
        &["sg-prod-web"],
        "商城前端",
    ),
    server(
        "shop-web-02",
        "prod-web-h",
        12,
        &["sg-prod-web"],
        "商城前端",
    ),
    server(
        "shop-web-03",
        "prod-web-i",
        11,
        &["sg-prod-web"],
        "商城前端",
    ),
    server(
        "shop-web-04",
        "prod-web-i",
        12,
        &["sg-prod-web"],
        "商城前端",
    ),
    server(
        "shop-order-01",
        "prod-app-h",
        21,
        &["sg-prod-app"],
        "订单 order service",
    ),
    server(
        "shop-order-02",
        "prod-app-i",
        21,
        &["sg-prod-app"],
        "订单 order service",
    ),
    server(
        "shop-cart-01",
        "prod-app-h",
        22,
        &["sg-prod-app"],
        "购物车 cart service",
    ),
    server(
        "shop-search-01",
        "prod-app-h",
        23,
        &["sg-prod-app"],
        "搜索 search service",
    ),
    server(
        "shop-mysql-01",
        "prod-data-h",
        31,
        &["sg-prod-data"],
        "库存库主",
    ),
    server(
        "shop-mysql-02",
        "prod-data-i",
        31,
        &["sg-prod-data"],
        "库存库备",
    ),
    server(
        "shop-es-01",
        "prod-data-h",
        32,
        &["sg-prod-data"],
        "商品检索",
    ),
    server(
        "shop-redis-01",
        "prod-data-h",
        33,
        &["sg-prod-cache"],
        "购物车缓存",
    ),
    server(
        "shop-redis-02",
        "prod-data-i",
        33,
        &["sg-prod-cache"],
        "购物车缓存",
    ),
    server("shop-pay-01", "prod-app-h", 41, &["sg-prod-pay"], "支付"),
    server("shop-pay-02", "prod-app-i", 41, &["sg-prod-pay"], "支付"),
    server(
        "shop-ftp-01",
        "prod-dmz-h",
        51,
        &["sg-prod-ftp"],
        "商家素材上传",
    )
    .eip("47.98.112.21"),
    server(
        "shop-legacy-db-01",
        "prod-dmz-h",
        52,
        &["sg-prod-legacy-db"],
        "老订单库",
    )
    .assigned("120.26.77.140"),
    server(
        "shop-img-01",
        "prod-dmz-h",
        53,
        &["sg-prod-img"],
        "图片源站",
    )
    .eip("47.98.112.35")
    .ipv6("2408:4005:3a1:5e1f:8d2c:91a7:6b30:4e51", 10),
    server(
        "shop-img-02",
        "prod-dmz-h",
        54,
        &["sg-prod-img"],
        "图片源站备",
    )
    .ipv6("2408:4005:3a1:5e1f:8d2c:91a7:6b30:4e52", 0),
    server(
        "shop-win-01",
        "prod-dmz-h",
        55,
        &["sg-prod-win"],
        "ERP 桥接",
    )
    .eip("47.110.64.12")
    .windows(),
    server("shop-bi-01", "prod-dmz-h", 56, &["sg-prod-bi"], "BI 报表库").eip("47.110.64.80"),
    server(
        "shop-push-01",
        "prod-dmz-h",
        57,
        &["sg-prod-push"],
        "推送网关",
    )
    .eip("47.96.201.5"),
    server(
        "shop-report-01",
        "prod-dmz-h",
        58,
        &["sg-prod-report-open", "sg-prod-report-deny"],
        "经营报表",
    )
    .eip("47.96.201.44"),
    server(
        "shop-edge-01",
        "prod-dmz-h",
        59,
        &["sg-prod-edge"],
        "活动页边缘",
    )
    .eip("47.99.30.7"),
    server(
        "shop-old-01",
        "prod-dmz-h",
        60,
        &["sg-prod-old"],
        "2019 年的老机器",
    )
    .assigned("120.27.15.66"),
    server("shop-h5-01", "prod-dmz-h", 61, &["sg-prod-h5"], "H5 活动页").eip("47.99.30.120"),
    server(
        "shop-callback-01",
        "prod-partner-h",
        62,
        &["sg-prod-callback"],
        "合作方回调",
    )
    .eip("47.97.8.90"),
    server(
        "shop-gateway-01",
        "prod-web-h",
        63,
        &["sg-prod-gateway"],
        "接口网关",
    )
    .second("47.97.8.91", &["sg-prod-gateway-mgmt"]),
    server(
        "shop-admin-01",
        "prod-app-i",
        64,
        &["sg-prod-admin"],
        "运营后台",
    ),
    server(
        "ops-bastion-01",
        "shared-ops-h",
        10,
        &["sg-ops-bastion"],
        "堡垒机",
    )
    .eip("47.98.240.10"),
    server(
        "ops-monitor-01",
        "shared-ops-h",
        11,
        &["sg-ops-monitor"],
        "监控",
    ),
    server(
        "ops-gitlab-01",
        "shared-build-h",
        12,
        &["sg-ops-gitlab"],
        "代码仓库",
    ),
    server(
        "ops-build-01",
        "shared-build-h",
        13,
        &["sg-ops-gitlab"],
        "构建机",
    ),
    server(
        "test-web-01",
        "test-app-h",
        11,
        &["sg-test-all"],
        "测试 Web",
    )
    .eip("120.55.18.31"),
    server(
        "test-web-02",
        "test-app-h",
        12,
        &["sg-test-all"],
        "测试 Web",
    )
    .eip("120.55.18.32"),
    server(
        "test-app-01",
        "test-app-h",
        13,
        &["sg-test-all", "sg-test-base"],
        "测试应用",
    )
    .eip("120.55.19.77"),
    server(
        "test-app-02",
        "test-app-h",
        14,
        &["sg-test-all", "sg-test-base"],
        "测试应用，无公网",
    ),
    server(
        "test-jump-01",
        "test-app-h",
        15,
        &["sg-test-ssh"],
        "测试跳板",
    )
    .eip("120.55.20.4"),
    server(
        "test-tomcat-01",
        "test-app-h",
        16,
        &["sg-test-tomcat", "sg-test-base"],
        "Tomcat",
    )
    .eip("120.55.20.5"),
    server(
        "test-win-01",
        "test-app-h",
        17,
        &["sg-test-rdp"],
        "Windows 测试机",
    )
    .eip("120.55.20.6")
    .windows(),
    server(
        "test-jenkins-01",
        "test-app-h",
        18,
        &["sg-test-jenkins", "sg-test-base"],
        "Jenkins，已停机",
    )
    .eip("120.55.20.7")
    .stopped(),
    server(
        "test-redis-01",
        "test-data-i",
        21,
        &["sg-test-redis", "sg-test-base"],
        "Redis",
    ),
    server(
        "test-nas-01",
        "test-data-i",
        22,
        &["sg-test-nas", "sg-test-base"],
        "文件共享",
    ),
    server(
        "test-mysql-01",
        "test-data-i",
        23,
        &["sg-test-mysql", "sg-test-base"],
        "MySQL",
    ),
    server(
        "test-mongo-01",
        "test-data-i",
        24,
        &["sg-test-mongo", "sg-test-base"],
        "MongoDB",
    ),
    server(
        "test-es-01",
        "test-data-i",
        25,
        &["sg-test-es", "sg-test-base"],
        "Elasticsearch",
    ),
    server(
        "test-kafka-01",
        "test-data-i",
        26,
        &["sg-test-kafka", "sg-test-base"],
        "Kafka",
    ),
    server(
        "test-k8s-01",
        "test-app-h",
        27,
        &["sg-test-k8s", "sg-test-base"],
        "Kubernetes 节点",
    ),
    server(
        "test-mq-01",
        "test-data-i",
        28,
        &["sg-test-mq", "sg-test-base"],
        "RabbitMQ",
    ),
    server("dr-web-01", "dr-web-l", 11, &["sg-dr-web"], "容灾 Web").eip("8.133.40.15"),
    server(
        "dr-sync-01",
        "dr-private-l",
        11,
        &["sg-dr-sync"],
        "容灾同步",
    )
    .eip("8.133.40.16"),
];

/// The server of that name.
pub(super) fn find(name: &str) -> Option<&'static Server> {
    SERVERS.iter().find(|server| server.name == name)
}

/// The id of a server's instance.
pub(super) fn instance_id(name: &str) -> String {
    find(name).map(Server::id).unwrap_or_default()
}

/// The id of a server's first interface.
pub(super) fn interface_id(name: &str) -> String {
    find(name).map(Server::interface).unwrap_or_default()
}

/// How many servers are in a group.
pub(super) fn members(group: &str) -> usize {
    let holds = |server: &Server| match server.public {
        Public::Second(_, groups) => server.groups.contains(&group) || groups.contains(&group),
        _ => server.groups.contains(&group),
    };
    SERVERS.iter().filter(|server| holds(server)).count()
}

/// How many addresses of a vSwitch are taken.
pub(super) fn used(vswitch: &str) -> usize {
    SERVERS
        .iter()
        .filter(|server| server.vswitch == vswitch)
        .count()
}

/// The id of the EIP of that name.
pub(super) fn eip_id(region: &str, name: &str) -> String {
    id("eip", region, name)
}

/// Adds instances, interfaces, EIPs and IPv6 addresses.
pub(super) fn add(draft: &mut Draft) {
    let region = draft.region();
    for server in SERVERS.iter().filter(|server| server.region() == region) {
        if let Some(place) = networks::find(server.vswitch) {
            add_server(draft, server, place);
        }
    }
}

fn add_server(draft: &mut Draft, server: &Server, place: &Place) {
    let region = place.region;
    let (vpc, vswitch) = (vpc_id(place.vpc), id("vsw", region, place.name));
    let (instance, address) = (server.id(), server.address());
    let ids = |names: &[&str]| -> Vec<String> { names.iter().map(|name| group_id(name)).collect() };
    let groups = ids(server.groups);
    let allocation = eip_id(region, server.name);
    let tags = server.tags();
    let public = match server.public {
        Public::Eip(ip) => (allocation.as_str(), ip),
        Public::Assigned(ip) => ("", ip),
        Public::None | Public::Second(..) => ("", ""),
    };
    let primary_id = server.interface();
    let primary = Interface {
        id: &primary_id,
        name: server.name,
        about: "",
        vpc: &vpc,
        vswitch: &vswitch,
        zone: place.zone,
        address: &address,
        ipv6: server.ipv6.0,
        instance: &instance,
        public,
        groups: &groups,
        created: CREATED,
        tags: &tags,
        ..Interface::default()
    };
    // A second interface lives in the DMZ's vSwitch, one address above the first's.
    let second_id = id("eni", region, &format!("{}/1", server.name));
    let second_vswitch = id("vsw", region, "prod-dmz-h");
    let second_address = host_address("prod-dmz-h", server.host.saturating_add(100));
    let (second_public, second_groups) = match server.public {
        Public::Second(ip, groups) => ((allocation.as_str(), ip), ids(groups)),
        _ => (("", ""), vec![]),
    };
    let name = format!("{}-mgmt", server.name);
    let second = Interface {
        id: &second_id,
        name: &name,
        about: "管理网卡 management",
        vswitch: &second_vswitch,
        address: &second_address,
        ipv6: "",
        secondary: true,
        public: second_public,
        groups: &second_groups,
        ..primary.clone()
    };
    let others = if second_public.1.is_empty() {
        vec![]
    } else {
        vec![second]
    };
    let item = Instance {
        region,
        id: &instance,
        name: server.name,
        about: server.about,
        running: server.running,
        windows: server.windows,
        cores: if tags.contains(&("tier", "data")) {
            8
        } else {
            4
        },
        created: CREATED,
        primary: &primary,
        others: &others,
        tags: &tags,
    };
    draft.push("ecs/DescribeInstances", item.item());
    draft.push("ecs/DescribeNetworkInterfaces", primary.item());
    let (bound, private, eip) = match server.public {
        Public::Eip(ip) => (("EcsInstance", instance.as_str()), &address, ip),
        Public::Second(ip, _) => (
            ("NetworkInterface", second_id.as_str()),
            &second_address,
            ip,
        ),
        _ => (("", ""), &address, ""),
    };
    for other in &others {
        draft.push("ecs/DescribeNetworkInterfaces", other.item());
    }
    if !eip.is_empty() {
        let item = Eip {
            region,
            id: &allocation,
            name: server.name,
            about: "",
            address: eip,
            bound,
            private,
            vpc: &vpc,
            zone: "",
            created: CREATED,
            tags: &tags[..1],
        };
        draft.push("vpc/DescribeEipAddresses", item.item());
    }
    if !server.ipv6.0.is_empty() {
        let item = Ipv6Address {
            region,
            address: server.ipv6.0,
            instance: &instance,
            gateway: &id("ipv6gw", region, "ipv6gw-prod"),
            bandwidth: server.ipv6.1,
            vpc: &vpc,
            vswitch: &vswitch,
            created: CREATED,
        };
        draft.push("vpc/DescribeIpv6Addresses", item.item());
    }
}
