//! Trails: made, switched on and off.

use serde_json::{Value, json};

use super::kinds::Kind;
use super::overlay::{Form, overlay};
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::logging::Trail;

pub(super) const STATUS: &str = "actiontrail/GetTrailStatus";

pub(super) const TRAIL: Kind = Kind::new(
    "actiontrail/DescribeTrails",
    "Name",
    "TrailNotFoundException",
);

/// Trails of one account in one region.
const TRAILS: usize = 5;

const FIELDS: &[(&str, Form)] = &[
    ("EventRW", Form::Text),
    ("IsOrganizationTrail", Form::Flag),
    ("MaxComputeProjectArn", Form::Text),
    ("MaxComputeWriteRoleArn", Form::Text),
    ("OssWriteRoleArn", Form::Text),
    ("SlsProjectArn", Form::Text),
    ("SlsWriteRoleArn", Form::Text),
    ("TrailRegion", Form::Text),
];

pub(super) fn create(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let name = context.parameters.required("Name")?;
    let bucket = context.text("OssBucketName");
    let goes_nowhere = ["OssBucketName", "SlsProjectArn", "MaxComputeProjectArn"]
        .iter()
        .all(|target| context.text(target).is_empty());
    if goes_nowhere {
        return Err(Refusal::missing("OssBucketName"));
    }
    if TRAIL.with_id(estate, context.region, name).is_ok() {
        return Err(Refusal::new(
            400,
            "TrailAlreadyExistsException",
            "The specified trail already exists.",
        ));
    }
    if estate.items(context.region, TRAIL.list, "").count() >= TRAILS {
        return Err(Refusal::new(
            403,
            "MaximumNumberOfTrailsExceededException",
            "The maximum number of trails is exceeded.",
        ));
    }
    let home = context.parameters.get("RegionId").unwrap_or(context.region);
    let trail = Trail {
        name,
        region: home,
        records: "All",
        bucket,
        created: &context.time(),
    };
    let mut item = object(trail.item());
    set(&mut item, "OssKeyPrefix", context.text("OssKeyPrefix"));
    if bucket.is_empty() {
        set(&mut item, "OssBucketLocation", "");
        set(&mut item, "OssWriteRoleArn", "");
    }
    overlay(&mut item, context.parameters, FIELDS)?;
    set(&mut item, "StartLoggingTime", "");
    set(&mut item, "Status", "Fresh");
    let mut status = object(trail.status(""));
    status.remove("RequestId");
    set(&mut status, "IsLogging", false);
    set(&mut status, "OssBucketStatus", !bucket.is_empty());
    let store = !context.text("SlsProjectArn").is_empty();
    set(&mut status, "SlsLogStoreStatus", store);
    set(&mut status, "StartLoggingTime", "");
    let mut answer = item.clone();
    let fields = [
        "EventRW",
        "HomeRegion",
        "MaxComputeProjectArn",
        "MaxComputeWriteRoleArn",
        "Name",
        "OssBucketName",
        "OssKeyPrefix",
        "OssWriteRoleArn",
        "SlsProjectArn",
        "SlsWriteRoleArn",
        "TrailRegion",
    ];
    answer.retain(|field, _| fields.contains(&field.as_str()));
    estate.push(context.region, TRAIL.list, "", item);
    estate.change(context.region, STATUS, name).head = status;
    Ok(Value::Object(answer))
}

pub(super) fn start(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    switch(estate, context, true)
}

pub(super) fn stop(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    switch(estate, context, false)
}

fn switch(estate: &mut Estate, context: &mut Context<'_>, on: bool) -> Outcome {
    let trail = TRAIL.named(estate, context)?;
    let name = text(&trail, "Name");
    let status = if on { "Enable" } else { "Disable" };
    context.changed = text(&trail, "Status") != status;
    let field = if on {
        "StartLoggingTime"
    } else {
        "StopLoggingTime"
    };
    let time = context.time();
    TRAIL.change(estate, context.region, name, |trail| {
        set(trail, "Status", status);
        set(trail, "UpdateTime", time.clone());
        set(trail, field, time.clone());
    });
    let head = &mut estate.change(context.region, STATUS, name).head;
    set(head, "IsLogging", json!(on));
    set(head, field, time);
    done()
}
