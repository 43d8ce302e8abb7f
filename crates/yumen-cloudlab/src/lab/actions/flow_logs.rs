//! Flow logs: made, switched on and off, deleted.

use serde_json::json;

use super::{Context, done, object, set};
use crate::lab::estate::{Estate, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::filter::flow_log;

const FLOW_LOGS: &str = "vpc/DescribeFlowLogs";

/// What a flow log can watch: the vendor's word, the list, the field of the id.
const WATCHED: [(&str, &str, &str); 3] = [
    ("VPC", "vpc/DescribeVpcs", "VpcId"),
    ("VSwitch", "vpc/DescribeVSwitches", "VSwitchId"),
    (
        "NetworkInterface",
        "ecs/DescribeNetworkInterfaces",
        "NetworkInterfaceId",
    ),
];

pub(super) fn create(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let kind = context.parameters.required("ResourceType")?.to_owned();
    let resource = context.parameters.required("ResourceId")?.to_owned();
    let traffic = context.parameters.required("TrafficType")?.to_owned();
    let project = context.parameters.required("ProjectName")?.to_owned();
    let store = context.parameters.required("LogStoreName")?.to_owned();
    if !["All", "Allow", "Drop"].contains(&traffic.as_str()) {
        return Err(Refusal::unsupported_value("TrafficType"));
    }
    let Some((_, list, field)) = WATCHED.iter().find(|(name, _, _)| *name == kind) else {
        return Err(Refusal::unsupported_value("ResourceType"));
    };
    if estate
        .find(context.region, list, field, &resource)
        .is_none()
    {
        return Err(Refusal::not_found("ResourceId"));
    }
    let is_there = estate
        .items(context.region, FLOW_LOGS, "")
        .any(|log| text(log, "ResourceId") == resource && text(log, "TrafficType") == traffic);
    if is_there {
        return Err(Refusal::new(
            400,
            "InvalidResourceId.Duplicate",
            "A flow log of the resource for that traffic exists already.",
        ));
    }
    let id = context.new_id("fl");
    let (name, about) = (
        context.text("FlowLogName").to_owned(),
        context.text("Description").to_owned(),
    );
    let mut item = object(flow_log(
        context.region,
        &name,
        &resource,
        &about,
        &context.time(),
    ));
    for (field, value) in [
        ("FlowLogId", id.as_str()),
        ("LogStoreName", &store),
        ("ProjectName", &project),
        ("ResourceType", &kind),
        ("TrafficType", &traffic),
    ] {
        set(&mut item, field, value);
    }
    if let Some(minutes) = context.parameters.number("AggregationInterval")? {
        set(&mut item, "AggregationInterval", minutes);
    }
    estate.push(context.region, FLOW_LOGS, "", item);
    Ok(json!({
        "FlowLogId": id,
        "ResourceGroupId": crate::wire::RESOURCE_GROUP,
        "Success": "true",
    }))
}

pub(super) fn delete(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = context.parameters.required("FlowLogId")?.to_owned();
    if estate.take(context.region, FLOW_LOGS, "", |log| {
        text(log, "FlowLogId") == id
    }) {
        Ok(json!({"Success": "true"}))
    } else {
        Err(Refusal::not_found("FlowLogId"))
    }
}

pub(super) fn activate(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    switch(estate, context, "Active")
}

pub(super) fn deactivate(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    switch(estate, context, "Inactive")
}

fn switch(estate: &mut Estate, context: &Context<'_>, status: &str) -> Outcome {
    let id = context.parameters.required("FlowLogId")?;
    let found = estate.find_mut(context.region, FLOW_LOGS, "FlowLogId", id);
    set(
        found.ok_or_else(|| Refusal::not_found("FlowLogId"))?,
        "Status",
        status,
    );
    done()
}
