//! Files that are damaged, or are something else.

use yumen_aliyun::{ReadError, read_files, read_snapshot};
use yumen_cloud::{Coverage, Id, Listing};

use crate::report::{check_gaps, gaps, read, with_core};

const VPCS: &str = "r/vpc/DescribeVpcs.json";

fn check(text: &str, count: usize, expected: &str) {
    let snapshot = check_gaps(&[(VPCS, text)], &format!("malformed {VPCS}{expected}"));
    assert_eq!(snapshot.vpcs.len(), count, "{text}");
    assert!(snapshot.is_incomplete(&Id::from("r"), Listing::Vpcs));
}

#[test]
fn damage_keeps_what_stands_before_it() {
    check("", 0, ":1 gap-empty-file");
    check(" \n ", 0, ":1 gap-empty-file");
    check("[]", 0, ":1 gap-empty-file");
    check(
        "{\"Vpcs\":{\"Vpc\":[{\"VpcId\":\"vpc-1\"},\n{\"Vpc",
        1,
        ":2 gap-truncated",
    );
    check(
        "{\"Vpcs\":{\"Vpc\":[{\"VpcId\":\"vpc-1\"},\n{VpcId}]}}",
        1,
        ":2 gap-syntax",
    );
    check("hello", 0, ":1 gap-syntax");
    check("[1, 2]", 0, ":1 gap-syntax");
    check(
        &format!("{{\"Vpcs\":[{}", "[".repeat(100_000)),
        0,
        ":1 gap-depth",
    );
}

#[test]
fn something_else_is_not_an_empty_list() {
    check("{}", 0, ":1 gap-no-list(field=Vpcs, action=DescribeVpcs)");
    check(
        "{\"VSwitches\":{\"VSwitch\":[]}}",
        0,
        ":1 gap-no-list(field=Vpcs, action=DescribeVpcs)",
    );
    check(
        "{\"Vpcs\":{\"Vpc\":[\n7,{\"VpcId\":\"vpc-1\"}]}}",
        1,
        ":2 gap-stray(value=7)",
    );
    check("{\"Vpcs\":{\"Vpc\":\n7}}", 0, ":2 gap-stray(value=7)");
    check_gaps(
        &[(
            VPCS,
            r#"{"Code":"Forbidden.RAM","Message":"no right","RequestId":"1"}"#,
        )],
        "not-collected r/vpc/DescribeVpcs.json:1 gap-refused(code=Forbidden.RAM, message=no right, action=DescribeVpcs)",
    );
}

#[test]
fn invalid_utf8_costs_one_item() {
    let mut bytes = b"{\"Vpcs\":{\"Vpc\":[{\"VpcId\":\"vpc-1\"},\n{\"VpcId\":\"vpc-".to_vec();
    bytes.extend_from_slice(&[0xff, 0xfe]);
    bytes.extend_from_slice(b"\"},{\"VpcId\":\"vpc-3\"}]}}");
    let core = with_core(&[]).into_iter();
    let core = core.map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec()));
    let snapshot = read_files(core.chain([(VPCS.to_owned(), bytes)])).unwrap();
    assert_eq!(
        gaps(&snapshot),
        format!("malformed {VPCS}:2 gap-not-utf8\n")
    );
    assert_eq!(snapshot.vpcs.len(), 2);
}

#[test]
fn cut_at_every_byte_it_is_noticed() {
    let text = r#"{"RequestId":"1","SecurityGroupId":"sg-a","Permissions":{"Permission":[
        {"SecurityGroupRuleId":"a","Direction":"ingress","IpProtocol":"tcp","PortRange":"80/80","SourceCidrIp":"0.0.0.0/0"},
        {"SecurityGroupRuleId":"\u0062\"","Direction":"egress","IpProtocol":"all","PortRange":"-1/-1","DestCidrIp":"::/0","Priority":1}
    ]},"NextToken":""}"#;
    let listing = (
        "r/ecs/DescribeSecurityGroups.json",
        r#"{"SecurityGroups":{"SecurityGroup":[{"SecurityGroupId":"sg-a"}]}}"#,
    );
    let path = "r/ecs/DescribeSecurityGroupAttribute/sg-a.json";
    let mut most = 0;
    for length in 0..text.len() {
        let snapshot = read(&with_core(&[listing, (path, &text[..length])]));
        let group = snapshot.groups.get("sg-a").unwrap();
        assert!(group.ingress_unread && group.egress_unread, "{length}");
        assert_eq!(snapshot.gaps.len(), 1, "{length}: {}", gaps(&snapshot));
        assert!(group.rules.len() >= most, "{length}: a rule was lost");
        most = group.rules.len();
    }
    assert_eq!(most, 2);
    assert_eq!(gaps(&read(&with_core(&[listing, (path, text)]))), "");
}

#[test]
fn a_listing_cut_at_every_byte_is_noticed() {
    let text = r#"[{"Vpcs":{"Vpc":[{"VpcId":"vpc-1","CidrBlock":"10.0.0.0/8"}]},"TotalCount":2},
{"TotalCount":2,"Vpcs":{"Vpc":[{"VpcId":"vpc-2"}]}}]"#;
    for length in 0..text.len() {
        let snapshot = read(&with_core(&[(VPCS, &text[..length])]));
        assert!(
            snapshot.is_incomplete(&Id::from("r"), Listing::Vpcs),
            "{length}"
        );
        assert_eq!(snapshot.gaps.len(), 1, "{length}");
    }
}

#[test]
fn bytes_of_any_kind_never_panic() {
    let text = br#"{"Vpcs":{"Vpc":[{"VpcId":"vpc-1","Tags":{"Tag":[{"Key":"\ud83d\ude00"}]}}]}}"#;
    for position in 0..text.len() {
        for byte in [0, b'"', b'\\', b'{', b']', b',', b'9', 0x80, 0xff] {
            let mut bytes = text.to_vec();
            bytes[position] = byte;
            read_files([(VPCS.to_owned(), bytes)]).unwrap();
        }
    }
}

#[test]
fn files_that_do_not_belong() {
    let snapshot = check_gaps(
        &[
            ("README.md", "x"),
            (".DS_Store", "x"),
            ("r/.hidden/a.json", "x"),
            ("r/actiontrail/LookupEvents.json", "x"),
            (
                "r/actiontrail/LookupEvents/AuthorizeSecurityGroup.json",
                "x",
            ),
            ("r/ecs/DescribeDisks.json", "x"),
            ("r/ecs/DescribeRegions.json", "x"),
            ("r/vpc/DescribeIpv6Gateways.json", "x"),
            ("notes.json", "{}"),
            ("r/ecs/DescribeInstances/page-1.json", "{}"),
            ("r/VPC/DescribeVpcs.json", r#"{"Vpcs":{"Vpc":[]}}"#),
            (
                "r/r_kvstore/DescribeInstances.json",
                r#"{"Instances":{"KVStoreInstance":[{"InstanceId":"r-1"}]}}"#,
            ),
            (
                "r/r_kvstore/DescribeDBInstanceNetInfo/r-1.json",
                r#"{"NetInfoItems":{"InstanceNetInfo":[]}}"#,
            ),
            (
                "r/r_kvstore/DescribeSecurityIps/r-1.json",
                r#"{"SecurityIpGroups":{"SecurityIpGroup":[]}}"#,
            ),
        ],
        "malformed notes.json gap-outside-layout
         malformed r/ecs/DescribeInstances/page-1.json gap-outside-layout",
    );
    assert_eq!(snapshot.databases.len(), 1);
    assert_eq!(
        snapshot.coverage_of(&Id::from("r"), Listing::Vpcs),
        Coverage::Complete
    );
}

#[test]
fn nothing_to_read_is_an_error() {
    assert!(matches!(read_files([]), Err(ReadError::Empty { .. })));
    let only = [
        ("README.md".to_owned(), Vec::new()),
        ("manifest.json".to_owned(), b"{}".to_vec()),
    ];
    assert!(matches!(read_files(only), Err(ReadError::Empty { .. })));
    let directory = tempfile::tempdir().unwrap();
    let error = read_snapshot(directory.path(), &|_| {}).unwrap_err();
    assert_eq!(error.message().id, "read-empty");
    let absent = directory.path().join("absent");
    let error = read_snapshot(&absent, &|_| {}).unwrap_err();
    assert_eq!(error.message().id, "read-not-a-directory");
}

#[test]
fn a_file_that_cannot_be_read_is_a_gap() {
    let directory = tempfile::tempdir().unwrap();
    let ecs = directory.path().join("r/ecs");
    std::fs::create_dir_all(&ecs).unwrap();
    for (path, text) in with_core(&[]) {
        std::fs::write(directory.path().join(path), text).unwrap();
    }
    // A directory where a file should be cannot be read as one, whoever runs the test.
    std::fs::create_dir_all(directory.path().join("r/vpc/DescribeVpcs.json/deeper.json")).unwrap();
    std::os::unix::fs::symlink("/nowhere", ecs.join("DescribePrefixLists.json")).unwrap();
    let snapshot = read_snapshot(directory.path(), &|_| {}).unwrap();
    assert!(
        gaps(&snapshot).starts_with("unreadable r/ecs/DescribePrefixLists.json gap-unreadable")
    );
}
