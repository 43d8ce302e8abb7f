//! What words in names and tags tell of roles, environments, zones and offices.

use std::ops::Range;

use crate::settings::{EnvironmentKind, RoleKind};

/// Keys of tags that tell the environment, in lower case.
const ENVIRONMENT_KEYS: [&str; 9] = [
    "env",
    "environment",
    "envtype",
    "env_type",
    "stage",
    "deploy_env",
    "环境",
    "环境类型",
    "运行环境",
];

/// Keys of tags that tell the role, in lower case.
const ROLE_KEYS: [&str; 11] = [
    "tier",
    "role",
    "layer",
    "app_tier",
    "app-tier",
    "component",
    "层级",
    "分层",
    "角色",
    "用途",
    "服务器角色",
];

/// Keys of tags that tell who answers for a machine, in lower case.
const OWNER_KEYS: [&str; 10] = [
    "owner",
    "team",
    "contact",
    "principal",
    "maintainer",
    "负责人",
    "责任人",
    "管理员",
    "部门",
    "团队",
];

/// What a tag is for, by its key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Key {
    Owner,
    Environment,
    Role,
}

/// What a tag of this key is for.
pub(super) fn key(text: &str) -> Option<Key> {
    let text = text.to_lowercase();
    let among = |keys: &[&str]| keys.contains(&text.as_str());
    if among(&ENVIRONMENT_KEYS) {
        Some(Key::Environment)
    } else if among(&ROLE_KEYS) {
        Some(Key::Role)
    } else if among(&OWNER_KEYS) {
        Some(Key::Owner)
    } else {
        None
    }
}

/// Words for what machines do. Those of `false` tell something as the value of a tag, too little
/// as part of a name.
const ROLES: &[(RoleKind, bool, &str)] = &[
    (
        RoleKind::Web,
        true,
        "web nginx openresty tengine haproxy www h5 portal front frontend gw \
         gateway apigw ingress 前端 网关 门户 官网",
    ),
    (
        RoleKind::Application,
        true,
        "app application api svc service backend worker tomcat microservice 应用 后端 \
         业务",
    ),
    (
        RoleKind::Application,
        false,
        "middle logic job batch compute 服务",
    ),
    (
        RoleKind::Data,
        true,
        "db database mysql mariadb pg pgsql postgres postgresql oracle mssql \
         sqlserver tidb oceanbase redis memcached mongo mongodb es elastic \
         elasticsearch kafka zookeeper zk etcd mq rabbitmq rocketmq hadoop hdfs \
         hbase hive clickhouse cassandra influxdb minio nas nfs 数据库 缓存",
    ),
    (
        RoleKind::Data,
        false,
        "data cache storage bigdata 数据 存储",
    ),
    (
        RoleKind::Management,
        true,
        "ops mgmt jenkins gitlab gitea nexus harbor ansible build monitor \
         monitoring prometheus grafana zabbix 监控 运维",
    ),
    (
        RoleKind::Management,
        false,
        "management devops ci infra 管理",
    ),
    (
        RoleKind::Bastion,
        true,
        "bastion jump jumpserver jumphost jumpbox 堡垒 跳板",
    ),
];

/// Words for stages; those of `false` only as the value of a tag.
const ENVIRONMENTS: &[(EnvironmentKind, bool, &str)] = &[
    (
        EnvironmentKind::Production,
        true,
        "prod production prd 生产 正式 线上",
    ),
    (
        EnvironmentKind::Production,
        false,
        "pro product online live release",
    ),
    (
        EnvironmentKind::Test,
        true,
        "test testing dev develop development staging stg uat pre preprod nonprod \
         sit qa sandbox 测试 开发 预发 联调",
    ),
    (EnvironmentKind::Test, false, "stage demo fat 演练"),
];

/// Words of vSwitches at the edge.
const EDGE: &[(&str, bool, &str)] =
    &[("edge", true, "dmz edge public pub external 边界 公网 外联")];

/// Words of the people's own networks.
const OFFICE: [&str; 6] = ["office", "vpn", "headquarter", "办公", "公司", "总部"];

/// True if a description or the name of a list speaks of an office.
pub(super) fn is_office(text: &str) -> bool {
    let text = text.to_lowercase();
    OFFICE.iter().any(|word| text.contains(word))
}

/// A word inside a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found<K> {
    /// What it tells
    pub(super) kind: K,
    /// The word as the table has it
    pub(super) word: &'static str,
    /// Where it stands
    span: Range<usize>,
    /// True if it is all that stands between two separators
    whole: bool,
}

/// Where a text is made of words: letters, digits and characters that need no spaces.
fn parts(text: &str) -> Vec<Range<usize>> {
    let mut parts = Vec::new();
    let mut start = None;
    for (at, one) in text.char_indices() {
        if one.is_alphanumeric() {
            start.get_or_insert(at);
        } else {
            parts.extend(start.take().map(|start| start..at));
        }
    }
    parts.extend(start.map(|start| start..text.len()));
    parts
}

/// The words of a table that a text has, in its order.
fn found<K: Copy>(text: &str, in_name: bool, table: &[(K, bool, &'static str)]) -> Vec<Found<K>> {
    let rows = table.iter().filter(|(_, named, _)| *named || !in_name);
    let rows: Vec<_> = rows.collect();
    let mut all = Vec::new();
    for part in parts(text) {
        let raw = text.get(part.clone()).unwrap_or_default();
        let lower = raw.to_lowercase();
        let stem = raw.trim_end_matches(|one: char| one.is_ascii_digit()).len();
        let stem_lower = lower.trim_end_matches(|one: char| one.is_ascii_digit());
        let same = |word: &str| word == lower || word == stem_lower;
        let of = |word: &'static str, kind: K| {
            if same(word) {
                let whole = word == lower;
                let end = part.start + if whole { raw.len() } else { stem };
                let span = part.start..end;
                return Some(Found {
                    kind,
                    word,
                    span,
                    whole,
                });
            }
            // Chinese puts no spaces between words.
            let at = raw.find(word).filter(|_| !word.is_ascii())?;
            let span = part.start + at..part.start + at + word.len();
            Some(Found {
                kind,
                word,
                span,
                whole: false,
            })
        };
        let mut hits: Vec<Found<K>> = rows
            .iter()
            .flat_map(|(kind, _, words)| words.split(' ').filter_map(|word| of(word, *kind)))
            .collect();
        hits.sort_by_key(|hit| (hit.span.start, std::cmp::Reverse(hit.span.end)));
        all.extend(hits);
    }
    all
}

/// What a name says that a machine does: in `ops-gitlab-01` and `db-monitor` the last word is what
/// it is, those before say whose.
pub(super) fn role(text: &str, in_name: bool) -> Option<Found<RoleKind>> {
    found(text, in_name, ROLES).pop()
}

/// What a name says of the stage; nothing if it says both. `pre-prod` and `non-prod` are none.
pub(super) fn environment(text: &str, in_name: bool) -> Option<Found<EnvironmentKind>> {
    let mut all = found(text, in_name, ENVIRONMENTS);
    let lower = text.to_lowercase();
    for hit in &mut all {
        let before = lower.get(..hit.span.start).unwrap_or_default();
        let before = before.trim_end_matches(|one: char| !one.is_alphanumeric());
        if hit.kind == EnvironmentKind::Production
            && ["pre", "non", "非"]
                .iter()
                .any(|word| before.ends_with(word))
        {
            hit.kind = EnvironmentKind::Test;
        }
    }
    let first = all.first().map(|hit| hit.kind)?;
    let agreed = all.iter().all(|hit| hit.kind == first);
    agreed.then(|| all.into_iter().next()).flatten()
}

/// The zone that the name of a vSwitch speaks of, with the word.
pub(super) fn zone(text: &str) -> Option<(&'static str, &'static str)> {
    let edge = found(text, false, EDGE).pop();
    let role = role(text, false);
    match (edge, role) {
        (Some(edge), Some(role)) if role.span.start > edge.span.start => {
            Some((zone_of(role.kind), role.word))
        }
        (Some(edge), _) => Some((edge.kind, edge.word)),
        (None, Some(role)) => Some((zone_of(role.kind), role.word)),
        (None, None) => None,
    }
}

/// The zone where machines of a role stand.
pub(super) fn zone_of(role: RoleKind) -> &'static str {
    match role {
        RoleKind::Web => "web",
        RoleKind::Application => "application",
        RoleKind::Data => "data",
        RoleKind::Management | RoleKind::Bastion => "management",
    }
}

/// A pattern for all names that have a word at the same place as this one: first, last or between.
pub(super) fn pattern<K>(name: &str, found: &Found<K>) -> Option<String> {
    let word = name.get(found.span.clone())?;
    if !found.whole {
        return (!found.word.is_ascii()).then(|| format!("*{word}*"));
    }
    let before = name.get(..found.span.start)?.chars().next_back();
    let after = name.get(found.span.end..)?.chars().next();
    Some(match (before, after) {
        (None, None) => word.to_owned(),
        (None, Some(after)) => format!("{word}{after}*"),
        (Some(before), None) => format!("*{before}{word}"),
        (Some(before), Some(after)) => format!("*{before}{word}{after}*"),
    })
}

/// A pattern for the names that differ from this one in the number at the end.
pub(super) fn family(name: &str) -> Option<String> {
    let stem = name.trim_end_matches(|one: char| one.is_ascii_digit());
    let digits = name.len() - stem.len();
    if digits == 0 || stem.is_empty() {
        return None;
    }
    // `web-01` has `web-100` beside it; `web01` must not take `webmail` along.
    Some(if stem.ends_with(char::is_alphanumeric) {
        format!("{stem}{}", "?".repeat(digits))
    } else {
        format!("{stem}*")
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_tell_what_machines_do() {
        use RoleKind::{Application, Bastion, Data, Management, Web};
        for (name, kind, pattern) in [
            ("web-01", Some(Web), Some("web-*")),
            ("shop-web-01", Some(Web), Some("*-web-*")),
            ("shop-mysql", Some(Data), Some("*-mysql")),
            ("ops-gitlab-01", Some(Management), Some("*-gitlab-*")),
            ("app-redis-1", Some(Data), Some("*-redis-*")),
            ("db-monitor", Some(Management), Some("*-monitor")),
            ("mysql57", Some(Data), None),
            ("h5", Some(Web), Some("h5")),
            ("Api.v2", Some(Application), Some("Api.*")),
            ("生产堡垒机01", Some(Bastion), Some("*堡垒*")),
            ("website-01", None, None),
            ("thermostat", None, None),
            ("data-01", None, None),
            ("", None, None),
        ] {
            let found = role(name, true);
            assert_eq!(found.as_ref().map(|one| one.kind), kind, "{name}");
            let made = found.and_then(|one| super::pattern(name, &one));
            assert_eq!(made.as_deref(), pattern, "{name}");
        }
    }

    #[test]
    fn values_tell_the_stage() {
        use EnvironmentKind::{Production, Test};
        for (value, kind) in [
            ("prod", Some(Production)),
            ("PRD", Some(Production)),
            ("生产环境", Some(Production)),
            ("online", Some(Production)),
            ("pre-prod", Some(Test)),
            ("non-production", Some(Test)),
            ("非生产", Some(Test)),
            ("预发布", Some(Test)),
            ("uat2", Some(Test)),
            ("prod/test", None),
            ("shared", None),
        ] {
            assert_eq!(
                environment(value, false).map(|one| one.kind),
                kind,
                "{value}"
            );
        }
        assert_eq!(environment("online-shop", true), None);
        assert_eq!(environment("speedtest-01", true), None);
    }

    #[test]
    fn vswitches_tell_the_zone() {
        for (name, zone) in [
            ("prod-dmz-h", Some("edge")),
            ("prod-data-i", Some("data")),
            ("vsw_ops", Some("management")),
            ("public-web", Some("web")),
            ("web-public", Some("edge")),
            ("prod-partner-h", None),
        ] {
            assert_eq!(super::zone(name).map(|(zone, _)| zone), zone, "{name}");
        }
    }

    #[test]
    fn families_are_names_with_numbers() {
        for (name, pattern) in [
            ("web-01", Some("web-*")),
            ("web01", Some("web??")),
            ("web", None),
            ("01", None),
        ] {
            assert_eq!(family(name).as_deref(), pattern, "{name}");
        }
    }

    #[test]
    fn keys_are_read_in_any_case() {
        assert_eq!(key("ENV"), Some(Key::Environment));
        assert_eq!(key("角色"), Some(Key::Role));
        assert_eq!(key("Owner"), Some(Key::Owner));
        assert_eq!(key("acs:created-by"), None);
    }
}
