//! Managed databases and trails.

use serde_json::json;

use super::cloud::{Cloud, Id};

fn place(cloud: &mut Cloud) -> String {
    let vpc = cloud.vpc();
    cloud.vswitch(&vpc, 1, 'h')
}

pub(super) fn relational(cloud: &mut Cloud) {
    let vswitch = place(cloud);
    let asked = |protected| {
        [
            ("VSwitchId", vswitch.clone()),
            ("Engine", "PostgreSQL".to_owned()),
            ("EngineVersion", "16.0".to_owned()),
            ("DBInstanceClass", "pg.n2.2c.2m".to_owned()),
            ("DBInstanceStorage", "20".to_owned()),
            ("DBInstanceNetType", "Intranet".to_owned()),
            ("SecurityIPList", "10.1.0.0/24".to_owned()),
            ("PayType", "Postpaid".to_owned()),
            ("DeletionProtection", format!("{protected}")),
        ]
    };
    let make = |cloud: &mut Cloud, protected: bool| {
        let owned = asked(protected);
        let asked: Vec<(&str, &str)> = owned.iter().map(|(n, v)| (*n, v.as_str())).collect();
        let made = cloud.done("rds/CreateDBInstance", &asked);
        made["DBInstanceId"].id().to_owned()
    };
    let id = make(cloud, false);
    let of = [("DBInstanceId", id.as_str())];
    let public = [of[0], ("ConnectionStringPrefix", "shop"), ("Port", "5432")];
    let code = cloud.refused("rds/AllocateInstancePublicConnection", &public);
    assert_eq!(code, "OperationDenied.DBInstanceStatus");
    cloud.wait();
    let made = cloud.done("rds/AllocateInstancePublicConnection", &public);
    let code = cloud.refused("rds/AllocateInstancePublicConnection", &public);
    assert_eq!(code, "NetTypeExists");
    let rows = |cloud: &mut Cloud| cloud.list("rds/DescribeDBInstanceNetInfo", &of);
    let seen = rows(cloud);
    assert_eq!(seen[0]["Port"], "5432");
    assert_eq!(seen[1]["IPType"], "Public");
    assert_ne!(seen[1]["IPAddress"], "");
    let host = made["ConnectionString"].id();
    let release = [of[0], ("CurrentConnectionString", host)];
    cloud.done("rds/ReleaseInstancePublicConnection", &release);
    let code = cloud.refused("rds/ReleaseInstancePublicConnection", &release);
    assert_eq!(code, "InvalidCurrentConnectionString.NotFound");
    assert_eq!(rows(cloud).len(), 1);
    whitelists(
        cloud,
        of[0],
        "rds/ModifySecurityIps",
        "rds/DescribeDBInstanceIPArrayList",
        ["DBInstanceIPArrayName", "SecurityIPList"],
    );
    let code = cloud.refused("vpc/DeleteVSwitch", &[("VSwitchId", &vswitch)]);
    assert_eq!(code, "DependencyViolation.DBInstance");
    let kept = make(cloud, true);
    let code = cloud.refused("rds/DeleteDBInstance", &[("DBInstanceId", &kept)]);
    assert_eq!(code, "OperationDenied.DeletionProtection");
    cloud.done("rds/DeleteDBInstance", &of);
    let gone = cloud.seen("rds/DescribeDBInstances", of[0].0, of[0].1);
    assert_eq!(gone, None);
    let code = cloud.refused("rds/DescribeDBInstanceNetInfo", &of);
    assert_eq!(code, "InvalidDBInstanceId.NotFound");
}

/// Extends, replaces, cuts and empties lists that stand in the answer's list.
fn whitelists(
    cloud: &mut Cloud,
    of: (&str, &str),
    action: &str,
    path: &str,
    [name, networks]: [&str; 2],
) {
    let parameter = match action {
        "polardb/ModifyDBClusterAccessWhitelist" => "DBClusterIPArrayName",
        _ => name,
    };
    let change = |cloud: &mut Cloud, list: &str, mode: &str, range: &str| {
        let asked = [
            of,
            (parameter, list),
            ("ModifyMode", mode),
            ("SecurityIps", range),
        ];
        cloud.done(action, &asked);
        let lists = find(&cloud.done(path, &[of]), name, list);
        lists.map(|list| list[networks].id().to_owned())
    };
    let all = Some("10.0.0.0/8".to_owned());
    assert_eq!(change(cloud, "default", "Cover", "10.0.0.0/8"), all);
    let two = Some("10.0.0.0/8,192.0.2.7".to_owned());
    assert_eq!(change(cloud, "default", "Append", "192.0.2.7"), two);
    assert_eq!(change(cloud, "default", "Delete", "192.0.2.7"), all);
    let nobody = Some("127.0.0.1".to_owned());
    assert_eq!(change(cloud, "default", "Delete", "10.0.0.0/8"), nobody);
    let open = Some("0.0.0.0/0".to_owned());
    assert_eq!(change(cloud, "partner", "Append", "0.0.0.0/0"), open);
    assert_eq!(change(cloud, "partner", "Delete", "0.0.0.0/0"), None);
    let code = cloud.refused(action, &[of, ("SecurityIps", "nonsense")]);
    assert_eq!(code, "InvalidSecurityIps.Malformed");
}

/// The object in an answer, at any depth, whose field has that value.
fn find(value: &serde_json::Value, field: &str, wanted: &str) -> Option<serde_json::Value> {
    match value {
        serde_json::Value::Object(fields) if value[field] == wanted => {
            Some(serde_json::Value::Object(fields.clone()))
        }
        serde_json::Value::Object(fields) => {
            fields.values().find_map(|inner| find(inner, field, wanted))
        }
        serde_json::Value::Array(values) => {
            values.iter().find_map(|inner| find(inner, field, wanted))
        }
        _ => None,
    }
}

pub(super) fn caches(cloud: &mut Cloud) {
    let vswitch = place(cloud);
    let asked = [
        ("VSwitchId", vswitch.as_str()),
        ("InstanceClass", "tair.rdb.1g"),
        ("InstanceName", "sessions"),
    ];
    let made = cloud.done("r-kvstore/CreateInstance", &asked);
    assert_eq!(made["InstanceStatus"], "Creating");
    cloud.wait();
    let of = [("InstanceId", made["InstanceId"].id())];
    let path = "r-kvstore/DescribeInstances";
    let seen = cloud.seen(path, of[0].0, of[0].1).expect("seen");
    assert_eq!(
        (&seen["InstanceName"], &seen["InstanceStatus"]),
        (&json!("sessions"), &json!("Normal"))
    );
    let endpoints = cloud.list("r-kvstore/DescribeDBInstanceNetInfo", &of);
    assert_eq!(endpoints[0]["IPAddress"], made["PrivateIpAddr"]);
    whitelists(
        cloud,
        of[0],
        "r-kvstore/ModifySecurityIps",
        "r-kvstore/DescribeSecurityIps",
        ["SecurityIpGroupName", "SecurityIpList"],
    );
    cloud.done("r-kvstore/DeleteInstance", &of);
    assert_eq!(cloud.seen(path, of[0].0, of[0].1), None);
    let code = cloud.refused("r-kvstore/DeleteInstance", &of);
    assert_eq!(code, "InvalidInstanceId.NotFound");
}

pub(super) fn clusters(cloud: &mut Cloud) {
    let vpc = cloud.vpc();
    let (vswitch, group) = (cloud.vswitch(&vpc, 1, 'h'), cloud.group(&vpc));
    let asked = [
        ("VPCId", vpc.as_str()),
        ("VSwitchId", &vswitch),
        ("DBType", "MySQL"),
        ("DBVersion", "8.0"),
        ("DBNodeClass", "polar.mysql.x4.medium"),
        ("PayType", "Postpaid"),
        ("SecurityIPList", "10.9.0.0/16"),
    ];
    let made = cloud.settled("polardb/CreateDBCluster", &asked);
    let of = [("DBClusterId", made["DBClusterId"].id())];
    let list = "polardb/DescribeDBClusters";
    let seen = cloud.seen(list, of[0].0, of[0].1).expect("seen");
    assert_eq!(seen["DBClusterStatus"], "Running");
    let endpoints = cloud.list("polardb/DescribeDBClusterEndpoints", &of);
    assert_eq!(endpoints.len(), 2);
    let path = "polardb/DescribeDBClusterAccessWhitelist";
    let lists = cloud.done(path, &of)["Items"]["DBClusterIPArray"].clone();
    assert_eq!(lists[0]["SecurityIps"], "10.9.0.0/16");
    let action = "polardb/ModifyDBClusterAccessWhitelist";
    whitelists(
        cloud,
        of[0],
        action,
        path,
        ["DBClusterIPArrayName", "SecurityIps"],
    );
    let groups = [
        of[0],
        ("WhiteListType", "SecurityGroup"),
        ("SecurityGroupIds", &group),
    ];
    cloud.done(action, &groups);
    let seen = cloud.done(path, &of)["DBClusterSecurityGroups"].clone();
    assert_eq!(
        seen["DBClusterSecurityGroup"][0]["SecurityGroupId"],
        group.as_str()
    );
    cloud.done("polardb/DeleteDBCluster", &of);
    assert_eq!(cloud.seen(list, of[0].0, of[0].1), None);
}

pub(super) fn replica_sets(cloud: &mut Cloud) {
    let vswitch = place(cloud);
    let asked = [
        ("VSwitchId", vswitch.as_str()),
        ("DBInstanceClass", "dds.mongo.mid"),
        ("DBInstanceStorage", "20"),
        ("EngineVersion", "6.0"),
    ];
    let made = cloud.settled("dds/CreateDBInstance", &asked);
    let of = [("DBInstanceId", made["DBInstanceId"].id())];
    let path = "dds/DescribeDBInstances";
    let seen = cloud.seen(path, of[0].0, of[0].1).expect("seen");
    assert_eq!(seen["DBInstanceStatus"], "Running");
    let attribute = cloud.done("dds/DescribeDBInstanceAttribute", &of);
    let attribute = &attribute["DBInstances"]["DBInstance"][0];
    assert_eq!(attribute["VSwitchId"], vswitch.as_str());
    assert_eq!(attribute["DBInstanceStatus"], "Running");
    whitelists(
        cloud,
        of[0],
        "dds/ModifySecurityIps",
        "dds/DescribeSecurityIps",
        ["SecurityIpGroupName", "SecurityIpList"],
    );
    cloud.done("dds/DeleteDBInstance", &of);
    assert_eq!(cloud.seen(path, of[0].0, of[0].1), None);
}

pub(super) fn trails(cloud: &mut Cloud) {
    let of = [("Name", "trail-story")];
    let code = cloud.refused("actiontrail/CreateTrail", &of);
    assert_eq!(code, "MissingOssBucketName");
    let asked = [of[0], ("OssBucketName", "bucket"), ("EventRW", "All")];
    let made = cloud.done("actiontrail/CreateTrail", &asked);
    assert_eq!(made["EventRW"], "All");
    let code = cloud.refused("actiontrail/CreateTrail", &asked);
    assert_eq!(code, "TrailAlreadyExistsException");
    for (action, status, on) in [
        ("actiontrail/StartLogging", "Enable", true),
        ("actiontrail/StopLogging", "Disable", false),
    ] {
        cloud.done(action, &of);
        let seen = cloud.seen("actiontrail/DescribeTrails", of[0].0, of[0].1);
        assert_eq!(seen.expect("seen")["Status"], status);
        let seen = cloud.done("actiontrail/GetTrailStatus", &of);
        assert_eq!(seen["IsLogging"], on);
    }
    cloud.done("actiontrail/DeleteTrail", &of);
    let code = cloud.refused("actiontrail/StartLogging", &of);
    assert_eq!(code, "TrailNotFoundException");
    cloud.done("actiontrail/CreateTrail", &asked);
    cloud.done("actiontrail/DeleteTrail", &of);
    let gone = cloud.seen("actiontrail/DescribeTrails", of[0].0, of[0].1);
    assert_eq!(gone, None);
}
