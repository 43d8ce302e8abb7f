//! Managed databases: endpoints and whitelists.

use yumen_cloud::{Coverage, DatabaseEndpoint, Id, Listing, ManagedDatabase, Snapshot};

use crate::report::{check_gaps, gaps, read, with_core};

const RDS: (&str, &str) = (
    "r/rds/DescribeDBInstances.json",
    r#"{"Items":{"DBInstance":[{"DBInstanceId":"rm-1","Engine":"MySQL","VpcId":"vpc-1"}]},"TotalRecordCount":1}"#,
);
const RDS_ENDPOINTS: (&str, &str) = (
    "r/rds/DescribeDBInstanceNetInfo/rm-1.json",
    r#"{"DBInstanceNetInfos":{"DBInstanceNetInfo":[
        {"ConnectionString":"rm-1.mysql.rds.aliyuncs.com","IPAddress":"10.0.0.9","IPType":"Private","Port":"3306","VPCId":"vpc-1"},
        {"ConnectionString":"rm-1o.mysql.rds.aliyuncs.com","IPAddress":"47.1.1.1","IPType":"Public","Port":"3307","VPCId":""}]},
        "InstanceNetworkType":"VPC","SecurityIPMode":"normal"}"#,
);
const RDS_WHITELISTS: (&str, &str) = (
    "r/rds/DescribeDBInstanceIPArrayList/rm-1.json",
    r#"{"Items":{"DBInstanceIPArray":[
        {"DBInstanceIPArrayName":"office","DBInstanceIPArrayAttribute":"","SecurityIPList":"10.23.12.24/24, 10.0.0.1,2408::/16","SecurityIPType":"IPv4"},
        {"DBInstanceIPArrayName":"dts","DBInstanceIPArrayAttribute":"hidden","SecurityIPList":"","SecurityIPType":"IPv4"}]}}"#,
);

/// Reads a database whose files are beside the core listings.
fn database(files: &[(&str, &str)], id: &str, expected_gaps: &str) -> ManagedDatabase {
    let snapshot = check_gaps(files, expected_gaps);
    (**snapshot.databases.get(id).unwrap()).clone()
}

/// Endpoints, one a line: address, port, network.
fn endpoints(database: &ManagedDatabase) -> String {
    let line = |endpoint: &DatabaseEndpoint| {
        let network = if endpoint.public { "public" } else { "private" };
        let port = endpoint
            .port
            .map_or("-".to_owned(), |port| port.to_string());
        format!("{} {port} {network}", endpoint.address)
    };
    let lines: Vec<String> = database.endpoints.iter().map(line).collect();
    lines.join("\n")
}

/// Whitelists, one a line: name, networks.
fn whitelists(database: &ManagedDatabase) -> String {
    let lines = database.whitelists.iter().map(|list| {
        let networks: Vec<String> = list.networks.iter().map(ToString::to_string).collect();
        let mark = if list.hidden { " (hidden)" } else { "" };
        format!("{}{mark}: {}", list.name, networks.join(" "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn a_relational_database() {
    let database = database(&[RDS, RDS_ENDPOINTS, RDS_WHITELISTS], "rm-1", "");
    assert_eq!(database.engine, "rds MySQL");
    assert_eq!(
        endpoints(&database),
        "rm-1.mysql.rds.aliyuncs.com 3306 private\nrm-1o.mysql.rds.aliyuncs.com 3307 public"
    );
    assert_eq!(
        whitelists(&database),
        "dts (hidden): \noffice: 10.0.0.1/32 10.23.12.0/24 2408::/16"
    );
    assert!(!database.endpoints_unread && !database.whitelists_unread);
    assert_eq!(database.source_groups, None, "the responses do not tell");
}

#[test]
fn a_key_value_database() {
    let files = [
        (
            "r/r-kvstore/DescribeInstances.json",
            r#"{"Instances":{"KVStoreInstance":[{"InstanceId":"r-1","InstanceType":"Redis"}]},"TotalCount":1}"#,
        ),
        (
            "r/r-kvstore/DescribeDBInstanceNetInfo/r-1.json",
            r#"{"NetInfoItems":{"InstanceNetInfo":[
                {"ConnectionString":"a","Port":6379,"DBInstanceNetType":"0"},
                {"ConnectionString":"b","Port":"6379","DBInstanceNetType":2},
                {"ConnectionString":"c","Port":"","DBInstanceNetType":"Inner"},
                {"ConnectionString":"","IPAddress":"10.0.0.7","IPType":"Private","DBInstanceNetType":"0"}]}}"#,
        ),
        (
            "r/r-kvstore/DescribeSecurityIps/r-1.json",
            r#"{"SecurityIpGroups":{"SecurityIpGroup":{"SecurityIpGroupName":"default","SecurityIpList":"0.0.0.0"}}}"#,
        ),
    ];
    let database = database(&files, "r-1", "");
    assert_eq!(
        endpoints(&database),
        "10.0.0.7 - private\na 6379 public\nb 6379 private\nc - private"
    );
    assert_eq!(whitelists(&database), "default: 0.0.0.0/0");
    assert!(!database.endpoints_unread && !database.whitelists_unread);
}

#[test]
fn a_cluster_lets_security_groups_in() {
    let files = [
        (
            "r/polardb/DescribeDBClusters.json",
            r#"{"Items":{"DBCluster":[{"DBClusterId":"pc-1","DBType":"MySQL"}]},"TotalRecordCount":1}"#,
        ),
        (
            "r/polardb/DescribeDBClusterEndpoints/pc-1.json",
            r#"{"Items":[{"DBClusterId":"pc-1","DBEndpointId":"pe-1","AddressItems":[
                {"ConnectionString":"pe-1.rwlb","IPAddress":"10.0.0.2","NetType":"Private","Port":"3306"},
                {"ConnectionString":"pe-1-pub.rwlb","IPAddress":"47.1.1.1","NetType":"Public","Port":"3306"}]},
                {"DBEndpointId":"pe-2","NetType":"Private","ConnectionString":"pe-2.rwlb","Port":"3306"}]}"#,
        ),
        (
            "r/polardb/DescribeDBClusterAccessWhitelist/pc-1.json",
            r#"{"Items":{"DBClusterIPArray":[{"DBClusterIPArrayName":"default","SecurityIps":"127.0.0.1"}]},
                "DBClusterSecurityGroups":{"DBClusterSecurityGroup":[{"SecurityGroupId":"sg-b"},{"SecurityGroupId":"sg-a"}]}}"#,
        ),
    ];
    let database = database(&files, "pc-1", "");
    assert_eq!(
        endpoints(&database),
        "pe-1-pub.rwlb 3306 public\npe-1.rwlb 3306 private\npe-2.rwlb 3306 private"
    );
    let groups = database.source_groups.as_deref();
    assert_eq!(groups, Some(&[Id::from("sg-a"), Id::from("sg-b")][..]));
    assert!(!database.endpoints_unread && !database.whitelists_unread);
}

/// Files of a replica set or of shards.
fn documents(kind: &str) -> [(&'static str, String); 3] {
    [
        (
            "r/dds/DescribeDBInstances.json",
            r#"{"DBInstances":{"DBInstance":[{"DBInstanceId":"dds-1","Engine":"MongoDB"}]},"TotalCount":1}"#.to_owned(),
        ),
        (
            "r/dds/DescribeDBInstanceAttribute/dds-1.json",
            format!(
                r#"{{"DBInstances":{{"DBInstance":[{{"DBInstanceId":"dds-1","DBInstanceType":"{kind}","VPCId":"vpc-1",
                "ReplicaSets":{{"ReplicaSet":[{{"ConnectionDomain":"dds-11","ConnectionPort":"3717","NetworkType":"VPC"}}]}}}}]}}}}"#
            ),
        ),
        (
            "r/dds/DescribeSecurityIps/dds-1.json",
            r#"{"SecurityIps":"10.0.0.1,10.0.0.2","SecurityIpGroups":{"SecurityIpGroup":[
                {"SecurityIpGroupName":"default","SecurityIpList":"10.0.0.1"}]}}"#
                .to_owned(),
        ),
    ]
}

#[test]
fn a_document_database_tells_public_endpoints_by_roles() {
    let files = documents("replicate");
    let mut files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (*p, t.as_str())).collect();
    let roles = "r/dds/DescribeReplicaSetRole/dds-1.json";
    let without = database(
        &files,
        "dds-1",
        &format!(
            "not-collected {roles} gap-no-resource-file(path={roles}, action=DescribeReplicaSetRole, id=dds-1)"
        ),
    );
    assert!(without.endpoints_unread && !without.whitelists_unread);
    assert_eq!(without.vpc, Some(Id::from("vpc-1")));
    assert_eq!(endpoints(&without), "dds-11 3717 private");
    assert_eq!(whitelists(&without), "default: 10.0.0.1/32 10.0.0.2/32");
    files.push((
        roles,
        r#"{"DBInstanceId":"dds-1","ReplicaSets":{"ReplicaSet":[
            {"ConnectionDomain":"dds-11","ConnectionPort":"3717","NetworkType":"VPC","ReplicaSetRole":"Primary"},
            {"ConnectionDomain":"dds-11-pub","ConnectionPort":3717,"NetworkType":"Public","ReplicaSetRole":"Primary"}]}}"#,
    ));
    let with = database(&files, "dds-1", "");
    assert!(!with.endpoints_unread);
    assert_eq!(
        endpoints(&with),
        "dds-11 3717 private\ndds-11-pub 3717 public"
    );
}

#[test]
fn endpoints_of_shards_are_never_all_read() {
    let files = documents("sharding");
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (*p, t.as_str())).collect();
    assert!(database(&files, "dds-1", "").endpoints_unread);
}

#[test]
fn what_was_not_collected_is_unread() {
    let (endpoints, lists) = (RDS_ENDPOINTS.0, RDS_WHITELISTS.0);
    let database = database(
        &[RDS],
        "rm-1",
        &format!(
            "not-collected {lists} gap-no-resource-file(path={lists}, action=DescribeDBInstanceIPArrayList, id=rm-1)
             not-collected {endpoints} gap-no-resource-file(path={endpoints}, action=DescribeDBInstanceNetInfo, id=rm-1)"
        ),
    );
    assert!(database.endpoints_unread && database.whitelists_unread);
    assert!(database.endpoints.is_empty() && database.whitelists.is_empty());
}

#[test]
fn what_was_refused_is_unread() {
    let refused = r#"{"Code":"Forbidden.RAM","Message":"no right","RequestId":"1"}"#;
    let files = [RDS, (RDS_ENDPOINTS.0, refused), (RDS_WHITELISTS.0, refused)];
    let (endpoints, lists) = (RDS_ENDPOINTS.0, RDS_WHITELISTS.0);
    let database = database(
        &files,
        "rm-1",
        &format!(
            "not-collected {lists}:1 gap-refused(code=Forbidden.RAM, message=no right, action=DescribeDBInstanceIPArrayList)
             not-collected {endpoints}:1 gap-refused(code=Forbidden.RAM, message=no right, action=DescribeDBInstanceNetInfo)"
        ),
    );
    assert!(database.endpoints_unread && database.whitelists_unread);
}

/// Reads the database with one file in another wording, and says what is unread of it.
fn reworded(file: (&str, &str), from: &str, to: &str) -> (ManagedDatabase, String) {
    assert!(file.1.contains(from), "{from}");
    let text = file.1.replacen(from, to, 1);
    let files = [RDS, RDS_ENDPOINTS, RDS_WHITELISTS]
        .map(|(path, text)| (path, text.to_owned()))
        .map(|(path, old)| (path, if path == file.0 { text.clone() } else { old }));
    let files: Vec<(&str, &str)> = files.iter().map(|(p, t)| (*p, t.as_str())).collect();
    let snapshot = read(&with_core(&files));
    let database = (**snapshot.databases.get("rm-1").unwrap()).clone();
    (database, gaps(&snapshot))
}

#[test]
fn what_is_not_understood_is_unread() {
    let words = [
        (
            r#""IPType":"Private""#,
            r#""IPType":"Moon""#,
            "gap-bad-network-type(field=IPType, value=Moon)",
        ),
        (
            r#""IPType":"Private","#,
            "",
            "gap-bad-network-type(field=IPType, value=)",
        ),
        (
            r#""Port":"3306""#,
            r#""Port":"70000""#,
            "gap-bad-number(field=Port, value=70000)",
        ),
        (
            r#""ConnectionString":"rm-1.mysql.rds.aliyuncs.com","IPAddress":"10.0.0.9","#,
            "",
            "gap-missing-id(field=ConnectionString)",
        ),
    ];
    for (from, to, expected) in words {
        let (database, gaps) = reworded(RDS_ENDPOINTS, from, to);
        assert!(gaps.contains(expected), "{gaps}");
        assert!(
            database.endpoints_unread && !database.whitelists_unread,
            "{to}"
        );
    }
    let (database, _) = reworded(RDS_ENDPOINTS, "Private", "Moon");
    assert!(database.endpoints.iter().all(|endpoint| endpoint.public));
    let words = [
        (
            "10.0.0.1,",
            "10.0.0.300,",
            "gap-bad-network(field=SecurityIPList, value=10.0.0.300)",
        ),
        (
            r#""SecurityIPList":"","#,
            "",
            "gap-bad-network(field=SecurityIps, value=)",
        ),
        (
            r#""SecurityIPList":"""#,
            r#""SecurityIPList":[]"#,
            "gap-wrong-type(field=SecurityIPList",
        ),
    ];
    for (from, to, expected) in words {
        let (database, gaps) = reworded(RDS_WHITELISTS, from, to);
        assert!(gaps.contains(expected), "{gaps}");
        assert!(
            !database.endpoints_unread && database.whitelists_unread,
            "{to}"
        );
    }
}

#[test]
fn a_database_that_is_not_listed() {
    let incomplete = |snapshot: &Snapshot| {
        assert_eq!(
            snapshot.coverage_of(&Id::from("r"), Listing::Databases),
            Coverage::Incomplete
        );
        assert!(snapshot.databases.is_empty());
    };
    let empty = r#"{"Items":{"DBInstance":[]},"TotalRecordCount":0}"#;
    let path = RDS_WHITELISTS.0;
    incomplete(&check_gaps(
        &[(RDS.0, empty), RDS_WHITELISTS],
        &format!("unresolved {path}:1 gap-unresolved(id=rm-1)"),
    ));
    let snapshot = read(&with_core(&[RDS_WHITELISTS]));
    assert!(gaps(&snapshot).contains("r/rds/DescribeDBInstances.json gap-no-file"));
    incomplete(&snapshot);
}

#[test]
fn two_responses_that_differ() {
    let other = r#"{"Items":{"DBInstanceIPArray":[{"DBInstanceIPArrayName":"office","SecurityIPList":"10.9.0.0/16"}]}}"#;
    let files = [
        RDS,
        RDS_ENDPOINTS,
        RDS_WHITELISTS,
        ("s/rds/DescribeDBInstanceIPArrayList/rm-1.json", other),
    ];
    let snapshot = read(&with_core(&files));
    assert!(gaps(&snapshot).contains("gap-duplicate(id=rm-1)"));
    let database = snapshot.databases.get("rm-1").unwrap();
    assert!(database.whitelists_unread);
    assert_eq!(
        whitelists(database),
        "dts (hidden): \noffice: 10.0.0.1/32 10.9.0.0/16 10.23.12.0/24 2408::/16"
    );
}

#[test]
fn the_content_address_tells_them_apart() {
    let all = read(&with_core(&[RDS, RDS_ENDPOINTS, RDS_WHITELISTS]));
    let address = |files: &[(&str, &str)]| read(&with_core(files)).content_address();
    assert_eq!(
        address(&[RDS_WHITELISTS, RDS_ENDPOINTS, RDS]),
        all.content_address()
    );
    let closed = RDS_WHITELISTS.1.replace("2408::/16", "2409::/16");
    let moved = RDS_ENDPOINTS.1.replace("Public", "Private");
    assert_ne!(
        address(&[RDS, RDS_ENDPOINTS, (RDS_WHITELISTS.0, &closed)]),
        all.content_address()
    );
    assert_ne!(
        address(&[RDS, (RDS_ENDPOINTS.0, &moved), RDS_WHITELISTS]),
        all.content_address()
    );
    assert_ne!(address(&[RDS, RDS_WHITELISTS]), all.content_address());
}
