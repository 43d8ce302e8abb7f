//! The test environment's groups: seventeen without source restriction, and one that is right.

use super::groups::{GroupPlan, Kind};

const fn test(
    name: &'static str,
    about: &'static str,
    rules: &'static [(&'static str, &'static str, &'static str)],
) -> GroupPlan {
    GroupPlan {
        name,
        vpc: "vpc-test",
        kind: Kind::Basic,
        about,
        owner: "qa-team",
        created: "2025-05-20T09:02:47Z",
        rules,
    }
}

/// When most of them were last touched: more than three months before the collection.
const OLD: &str = "2025-08-14T11:30:26Z";

/// The test environment's groups.
pub(super) const TEST: &[GroupPlan] = &[
    test(
        "sg-test-all",
        "测试环境全放通，联调用",
        &[("in accept all -1/-1 0.0.0.0/0 1", "全部放通", OLD)],
    ),
    test(
        "sg-test-ssh",
        "测试跳板",
        &[("in accept tcp 22/22 0.0.0.0/0 1", "ssh", OLD)],
    ),
    test(
        "sg-test-tomcat",
        "Tomcat 联调",
        &[("in accept tcp 8080/8080 0.0.0.0/0 1", "tomcat", OLD)],
    ),
    test(
        "sg-test-rdp",
        "Windows 测试机",
        &[("in accept tcp 3389/3389 0.0.0.0/0 1", "rdp", OLD)],
    ),
    test(
        "sg-test-redis",
        "Redis 测试",
        &[("in accept tcp 6379/6379 0.0.0.0/0 1", "redis", OLD)],
    ),
    test(
        "sg-test-nas",
        "文件共享测试",
        &[
            ("in accept tcp 445/445 0.0.0.0/0 1", "smb", OLD),
            ("in accept tcp 2049/2049 0.0.0.0/0 1", "nfs", OLD),
        ],
    ),
    test(
        "sg-test-mysql",
        "MySQL 测试",
        &[("in accept tcp 3306/3306 0.0.0.0/0 1", "mysql", OLD)],
    ),
    test(
        "sg-test-mongo",
        "MongoDB 测试",
        &[("in accept tcp 27017/27017 0.0.0.0/0 1", "mongodb", OLD)],
    ),
    test(
        "sg-test-es",
        "Elasticsearch 测试",
        &[("in accept tcp 9200/9300 0.0.0.0/0 1", "es", OLD)],
    ),
    test(
        "sg-test-kafka",
        "Kafka 测试",
        &[("in accept tcp 9092/9092 0.0.0.0/0 1", "kafka", OLD)],
    ),
    test(
        "sg-test-k8s",
        "Kubernetes 测试",
        &[
            ("in accept tcp 6443/6443 0.0.0.0/0 1", "apiserver", OLD),
            ("in accept tcp 30000/32767 0.0.0.0/0 1", "nodeport", OLD),
        ],
    ),
    test(
        "sg-test-jenkins",
        "Jenkins 构建（已停机）",
        &[
            ("in accept tcp 8080/8080 0.0.0.0/0 1", "jenkins", OLD),
            ("in accept tcp 50000/50000 0.0.0.0/0 1", "agent", OLD),
        ],
    ),
    test(
        "sg-test-mq",
        "RabbitMQ 测试",
        &[
            ("in accept tcp 5672/5672 0.0.0.0/0 1", "amqp", OLD),
            ("in accept tcp 15672/15672 0.0.0.0/0 1", "console", OLD),
        ],
    ),
    test(
        "sg-test-docker",
        "Docker 远程接口（无实例）",
        &[("in accept tcp 2375/2375 0.0.0.0/0 1", "docker api", OLD)],
    ),
    test(
        "sg-test-vnc",
        "VNC（无实例）",
        &[("in accept tcp 5900/5910 0.0.0.0/0 1", "vnc", OLD)],
    ),
    test(
        "sg-test-dns",
        "DNS 测试（无实例）",
        &[("in accept udp 53/53 0.0.0.0/0 1", "dns", OLD)],
    ),
    test(
        "sg-test-zookeeper",
        "ZooKeeper（无实例）",
        &[("in accept tcp 2181/2181 0.0.0.0/0 1", "zk", OLD)],
    ),
    test(
        "sg-test-base",
        "测试环境基础组：堡垒机",
        &[(
            "in accept tcp 22/22 10.20.1.10/32 1",
            "堡垒机 bastion",
            "2026-01-22T02:00:10Z",
        )],
    ),
];
