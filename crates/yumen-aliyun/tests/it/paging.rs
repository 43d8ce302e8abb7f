//! Pages: in any order, twice, or not there.

use yumen_cloud::{Coverage, Id, Listing};

use crate::report::check_gaps;

const VPCS: &str = "r/vpc/DescribeVpcs.json";

/// Reads a file of VPC pages and compares gaps and how many VPCs there are.
fn check(pages: &str, count: usize, expected: &str) {
    let snapshot = check_gaps(&[(VPCS, pages)], expected);
    assert_eq!(snapshot.vpcs.len(), count, "{pages}");
    let coverage = snapshot.coverage_of(&Id::from("r"), Listing::Vpcs);
    let wanted = if expected.is_empty() {
        Coverage::Complete
    } else {
        Coverage::Incomplete
    };
    assert_eq!(coverage, wanted, "{pages}");
}

fn page(ids: &[u32], rest: &str) -> String {
    let items: Vec<String> = ids
        .iter()
        .map(|id| format!(r#"{{"VpcId":"vpc-{id}"}}"#))
        .collect();
    format!(r#"{{"Vpcs":{{"Vpc":[{}]}}{rest}}}"#, items.join(","))
}

#[test]
fn all_pages_in_every_form() {
    let (first, second) = (
        page(&[1, 2], r#","TotalCount":3"#),
        page(&[3], r#","TotalCount":"3""#),
    );
    check(&format!("[{first},{second}]"), 3, "");
    check(&format!("[{second},\n{first}]"), 3, "");
    check(&format!("{first}\n{second}\n"), 3, "");
    check(&format!("{first}{second}"), 3, "");
    check(&format!("\u{feff}{first} {second} {first}"), 3, "");
}

#[test]
fn a_missing_page_by_count() {
    check(
        &page(&[1, 2], r#","TotalCount":3"#),
        2,
        "missing-page r/vpc/DescribeVpcs.json:1 gap-missing-items(read=2, total=3, action=DescribeVpcs)",
    );
    // The same page twice is not two pages.
    let first = page(&[1, 2], r#","TotalCount":4"#);
    check(
        &format!("{first}\n{first}"),
        2,
        "missing-page r/vpc/DescribeVpcs.json:2 gap-missing-items(read=2, total=4, action=DescribeVpcs)",
    );
}

#[test]
fn a_missing_page_by_token() {
    check(
        &page(&[1], r#","NextToken":"more""#),
        1,
        "missing-page r/vpc/DescribeVpcs.json:1 gap-missing-page(action=DescribeVpcs)",
    );
    check(&page(&[1], r#","NextToken":"more","TotalCount":1"#), 1, "");
    check(&page(&[1], r#","NextToken":"""#), 1, "");
    let followed = page(&[1], r#","NextToken":"more""#);
    check(&format!("{}\n{followed}", page(&[2], "")), 2, "");
}

#[test]
fn uneven_lists() {
    check(
        r#"{"Vpcs":{"Vpc":{"VpcId":"vpc-1"}},"TotalCount":"1"}"#,
        1,
        "",
    );
    check(r#"{"Vpcs":[{"VpcId":"vpc-1"}],"TotalCount":"1"}"#, 1, "");
    check(r#"{"Vpcs":{"VpcId":"vpc-1"},"TotalCount":1}"#, 1, "");
    check(r#"{"Vpcs":null,"TotalCount":0}"#, 0, "");
    check(r#"{"Vpcs":"","TotalCount":"0"}"#, 0, "");
    check(r#"{"Vpcs":{},"TotalCount":0}"#, 0, "");
    check(
        r#"{"Vpcs":{"Vpc":[{"VpcId":17,"OwnerId":253460731706911258999999999999}]}}"#,
        1,
        "",
    );
}

#[test]
fn two_of_the_same_id() {
    check(
        r#"{"Vpcs":{"Vpc":[{"VpcId":"vpc-1","CidrBlock":"10.0.0.0/8"},
           {"VpcId":"vpc-1","CidrBlock":"10.0.0.0/9"}]}}"#,
        1,
        "duplicate r/vpc/DescribeVpcs.json:2 gap-duplicate(id=vpc-1)",
    );
}

#[test]
fn an_item_without_id_is_left_out() {
    check(
        "{\"Vpcs\":{\"Vpc\":[\n{\"VpcName\":\"a\"},\n{\"VpcId\":\"vpc-1\"}]},\"TotalCount\":2}",
        1,
        "malformed r/vpc/DescribeVpcs.json:2 gap-missing-id(field=VpcId)",
    );
}
