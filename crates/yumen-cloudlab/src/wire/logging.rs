//! Log stores of the product sls and trails of the product actiontrail.

use super::OWNER;
use crate::identifier::request_id;
use serde_json::{Value, json};

/// The answer of GetLogStore, which has neither project nor request id; `created` is in Unix
/// seconds, `days` is how long the store keeps what it gets.
pub(crate) fn log_store(name: &str, days: u32, created: u64) -> Value {
    json!({
        "appendMeta": false,
        "autoSplit": true,
        "createTime": created,
        "enable_tracking": false,
        "hot_ttl": 30,
        "lastModifyTime": created,
        "logstoreName": name,
        "maxSplitShard": 64,
        "mode": "standard",
        "productType": "",
        "shardCount": 2,
        "telemetryType": "None",
        "ttl": days,
    })
}

/// A trail that sends the calls of a region, or of all, to a bucket.
#[derive(Clone, Debug)]
pub(crate) struct Trail<'a> {
    pub(crate) name: &'a str,
    pub(crate) region: &'a str,
    /// The region whose calls it records, or `All`.
    pub(crate) records: &'a str,
    pub(crate) bucket: &'a str,
    pub(crate) created: &'a str,
}

impl Trail<'_> {
    /// An item of DescribeTrails.
    pub(crate) fn item(&self) -> Value {
        json!({
            "CreateTime": self.created,
            "EventRW": "Write",
            "HomeRegion": self.region,
            "IsOrganizationTrail": false,
            "MaxComputeProjectArn": "",
            "MaxComputeWriteRoleArn": "",
            "Name": self.name,
            "OssBucketLocation": format!("oss-{}", self.region),
            "OssBucketName": self.bucket,
            "OssKeyPrefix": "actiontrail",
            "OssWriteRoleArn": format!("acs:ram::{OWNER}:role/aliyunserviceroleforactiontrail"),
            "Region": self.region,
            "SlsProjectArn": "",
            "SlsWriteRoleArn": "",
            "StartLoggingTime": self.created,
            "Status": "Enable",
            "StopLoggingTime": "",
            "TrailArn": format!("acs:actiontrail:{}:{OWNER}:trail/{}", self.region, self.name),
            "TrailRegion": self.records,
            "UpdateTime": self.created,
        })
    }

    /// The answer of GetTrailStatus.
    pub(crate) fn status(&self, delivered: &str) -> Value {
        json!({
            "IsLogging": true,
            "LatestDeliveryError": "",
            "LatestDeliveryLogServiceError": "",
            "LatestDeliveryLogServiceTime": "",
            "LatestDeliveryTime": delivered,
            "OssBucketStatus": true,
            "RequestId": request_id(self.name, 1),
            "SlsLogStoreStatus": false,
            "StartLoggingTime": self.created,
            "StopLoggingTime": "",
        })
    }
}
