//! The demo estate's servers, one by one.

use super::servers::{Server, server};

/// The servers.
pub(super) const SERVERS: &[Server] = &[
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
    .assigned("120.26.77.140")
    .lacks(&["owner"]),
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
    .eip("47.99.30.7")
    .hardened(),
    server(
        "shop-old-01",
        "prod-dmz-h",
        60,
        &["sg-prod-old"],
        "2019 年的老机器",
    )
    .assigned("120.27.15.66")
    .lacks(&["tier", "owner"]),
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
    server("dr-web-01", "dr-web-l", 11, &["sg-dr-web"], "容灾 Web")
        .eip("8.133.40.15")
        .hardened(),
    server(
        "dr-sync-01",
        "dr-private-l",
        11,
        &["sg-dr-sync"],
        "容灾同步",
    )
    .eip("8.133.40.16"),
];
