//! Flow logs with their log stores, and trails.

use yumen_cloud::{Coverage, FlowLog, Id, Listing, Trail, TrailDestination, TrailEvents};

use crate::report::{check_gaps, gaps, read, with_core};

const FLOW_LOGS: (&str, &str) = (
    "r/vpc/DescribeFlowLogs.json",
    r#"{"FlowLogs":{"FlowLog":[{"FlowLogId":"fl-1","ProjectName":"p","LogStoreName":"s","Status":"Active","TrafficType":"All","ResourceId":"vpc-1"}]},"TotalCount":"1"}"#,
);
const STORE: &str = "r/sls/GetLogStore/p~s.json";

/// Reads the flow log; all gaps must speak of its log store.
fn flow_log(store: Option<&str>, expected_gaps: &str) -> FlowLog {
    let mut files = vec![FLOW_LOGS];
    files.extend(store.map(|text| (STORE, text)));
    let snapshot = check_gaps(&files, expected_gaps);
    for gap in &snapshot.gaps {
        assert_eq!(gap.place.resource.as_deref(), Some("p~s"), "{gap:?}");
    }
    (**snapshot.flow_logs.get("fl-1").unwrap()).clone()
}

#[test]
fn how_long_a_flow_log_is_kept() {
    let store = r#"{"logstoreName":"s","ttl":180,"hot_ttl":30,"mode":"standard","shardCount":2,"createTime":1744683000}"#;
    let log = flow_log(Some(store), "");
    assert_eq!((log.project.as_str(), log.store.as_str()), ("p", "s"));
    assert_eq!(log.retention_days, Some(180));
    assert!(log.active);
    let uneven = flow_log(Some(r#"{"ttl":"3650"}"#), "");
    assert_eq!(uneven.retention_days, Some(3650));
}

#[test]
fn a_log_store_that_was_not_read() {
    let missing = format!(
        "not-collected {STORE} gap-no-resource-file(path={STORE}, action=GetLogStore, id=p~s)"
    );
    assert_eq!(flow_log(None, &missing).retention_days, None);
    let refusals = [
        r#"{"Code":"Unauthorized","Message":"no right"}"#,
        r#"{"errorCode":"Unauthorized","errorMessage":"no right"}"#,
    ];
    for refused in refusals {
        let expected = format!(
            "not-collected {STORE}:1 gap-refused(code=Unauthorized, message=no right, action=GetLogStore)"
        );
        assert_eq!(flow_log(Some(refused), &expected).retention_days, None);
    }
    for (text, expected) in [
        ("{}", "bad-value {} gap-bad-number(field=ttl, value=)"),
        (
            r#"{"ttl":"long"}"#,
            "bad-value {} gap-bad-number(field=ttl, value=long)",
        ),
        (
            r#"{"logstoreName":"t","ttl":7}"#,
            "malformed {} gap-other-resource(file=p~s, id=t)",
        ),
        (r#"{"ttl":7"#, "malformed {} gap-truncated"),
    ] {
        let expected = expected.replace("{}", &format!("{STORE}:1"));
        assert_eq!(
            flow_log(Some(text), &expected).retention_days,
            None,
            "{text}"
        );
    }
}

#[test]
fn a_flow_log_without_store_asks_for_none() {
    let text = FLOW_LOGS.1.replace(r#""LogStoreName":"s","#, "");
    let snapshot = check_gaps(&[(FLOW_LOGS.0, &text)], "");
    assert_eq!(snapshot.flow_logs.get("fl-1").unwrap().retention_days, None);
}

const TRAILS: &str = "r/actiontrail/DescribeTrails.json";
const STATUS: &str = "r/actiontrail/GetTrailStatus/t-1.json";

fn trail(fields: &str, status: Option<&str>, expected_gaps: &str) -> Trail {
    let listing = format!(r#"{{"TrailList":[{{"Name":"t-1"{fields}}}]}}"#);
    let mut files = vec![(TRAILS, listing.as_str())];
    files.extend(status.map(|text| (STATUS, text)));
    let snapshot = check_gaps(&files, expected_gaps);
    (**snapshot.trails.get("t-1").unwrap()).clone()
}

#[test]
fn a_trail_and_its_state() {
    let on = r#"{"IsLogging":true,"OssBucketStatus":true}"#;
    let fields = r#","HomeRegion":"r","TrailRegion":"All","EventRW":"All","OssBucketName":"b",
        "SlsProjectArn":"acs:log:r:1:project/p","MaxComputeProjectArn":"","Status":"Enable""#;
    let all = trail(fields, Some(on), "");
    assert_eq!(all.home_region, Some(Id::from("r")));
    assert!(all.all_regions);
    assert_eq!(all.events, Some(TrailEvents::All));
    assert_eq!(all.logging, Some(true));
    let destinations = [
        TrailDestination::Bucket("b".to_owned()),
        TrailDestination::LogProject("acs:log:r:1:project/p".to_owned()),
    ];
    assert_eq!(all.destinations, destinations);
    let off = trail(
        r#","TrailRegion":"cn-beijing","EventRW":"Read""#,
        Some(r#"{"IsLogging":"false"}"#),
        "",
    );
    assert!(!off.all_regions && off.destinations.is_empty());
    assert_eq!(
        (off.events, off.logging),
        (Some(TrailEvents::Read), Some(false))
    );
    let bare = trail("", Some(on), "");
    assert_eq!(
        bare.events,
        Some(TrailEvents::Write),
        "what the provider does by default"
    );
    let strange = trail(
        r#","EventRW":"Some""#,
        Some(on),
        &format!("bad-value {TRAILS}:1 gap-bad-events(field=EventRW, value=Some)"),
    );
    assert_eq!(strange.events, None);
}

#[test]
fn a_state_that_was_not_read() {
    let missing = format!(
        "not-collected {STATUS} gap-no-resource-file(path={STATUS}, action=GetTrailStatus, id=t-1)"
    );
    assert_eq!(trail("", None, &missing).logging, None);
    let refused = format!(
        "not-collected {STATUS}:1 gap-refused(code=NoPermission, message=no, action=GetTrailStatus)"
    );
    let text = r#"{"Code":"NoPermission","Message":"no"}"#;
    assert_eq!(trail("", Some(text), &refused).logging, None);
    for (text, value) in [("{}", ""), (r#"{"IsLogging":"maybe"}"#, "maybe")] {
        let gap = format!("bad-value {STATUS}:1 gap-bad-flag(field=IsLogging, value={value})");
        assert_eq!(trail("", Some(text), &gap).logging, None);
    }
}

#[test]
fn trails_are_global() {
    let (r, s) = (Id::from("r"), Id::from("s"));
    let trails = r#"{"TrailList":[{"Name":"t-1","HomeRegion":"s"}]}"#;
    let files = [
        ("s/actiontrail/DescribeTrails.json", trails),
        (
            "r/actiontrail/GetTrailStatus/t-1.json",
            r#"{"IsLogging":true}"#,
        ),
    ];
    let snapshot = check_gaps(&files, "");
    assert_eq!(
        snapshot.coverage_of(&r, Listing::Trails),
        Coverage::Complete
    );
    assert_eq!(
        snapshot.coverage_of(&s, Listing::Trails),
        Coverage::Complete
    );
    assert_eq!(snapshot.trails.get("t-1").unwrap().logging, Some(true));
    let none = read(&with_core(&[]));
    assert_eq!(none.coverage_of(&r, Listing::Trails), Coverage::OutOfScope);
    let only_states = read(&with_core(&files[1..]));
    let found = gaps(&only_states);
    assert!(
        found.contains("<region>/actiontrail/DescribeTrails.json gap-no-file"),
        "{found}"
    );
    assert!(found.contains("gap-unresolved(id=t-1)"), "{found}");
    assert!(only_states.is_incomplete(&r, Listing::Trails));
}

#[test]
fn the_content_address_tells_them_apart() {
    let address = |on: &str, days: &str| {
        let state = format!(r#"{{"IsLogging":{on}}}"#);
        let store = format!(r#"{{"ttl":{days}}}"#);
        let files = [
            FLOW_LOGS,
            (STORE, store.as_str()),
            (TRAILS, r#"{"TrailList":[{"Name":"t-1"}]}"#),
            (STATUS, state.as_str()),
        ];
        check_gaps(&files, "").content_address()
    };
    assert_eq!(address("true", "7"), address("\"true\"", "\"7\""));
    assert_ne!(address("true", "7"), address("false", "7"));
    assert_ne!(address("true", "7"), address("true", "8"));
}
