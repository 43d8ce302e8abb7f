//! Instances, flow logs, tags.

use yumen_cloud::{FlowLog, Id, Snapshot};

use super::groups::not_in_snapshot;
use super::{Operation, Unsendable, list, text};
use crate::client::Client;
use crate::client::call::Call;
use crate::client::product::{ECS, VPC};

pub(super) fn set_metadata_token(
    client: &Client,
    snapshot: &Snapshot,
    instance: &Id,
    required: bool,
) -> Result<Operation, Unsendable> {
    let region = match snapshot.instances.get(instance) {
        Some(instance) => instance.region.to_string(),
        None => return Err(not_in_snapshot(instance)),
    };
    let word = if required { "required" } else { "optional" };
    let read = Call::new(&ECS, "DescribeInstances", &region)
        .with("InstanceIds", format!("[\"{instance}\"]"));
    // The action must be told whether the service is on at all, and must not switch it on.
    let answer = client.read(&read)?;
    let present = list(&answer.value, "Instances", "Instance").first();
    let options = present.and_then(|one| one.get("MetadataOptions"));
    let endpoint = match options.map(|options| text(options, "HttpEndpoint")) {
        Some("disabled") => "disabled",
        Some(_) => "enabled",
        None => {
            return Err(Unsendable::Gone {
                resource: instance.to_string(),
            });
        }
    };
    let write = Call::new(&ECS, "ModifyInstanceMetadataOptions", &region)
        .with("InstanceId", instance.as_str())
        .with("HttpEndpoint", endpoint)
        .with("HttpTokens", word);
    Ok(Operation::new(write, move |client| {
        let answer = client.read(&read)?;
        let mut shown = list(&answer.value, "Instances", "Instance").iter();
        Ok(shown.any(|one| {
            one.get("MetadataOptions")
                .is_some_and(|options| text(options, "HttpTokens") == word)
        }))
    }))
}

pub(super) fn add_flow_log(log: &FlowLog) -> Result<Operation, Unsendable> {
    let inexpressible = |field| Unsendable::Inexpressible {
        resource: log.id.to_string(),
        field,
    };
    let resource = log
        .resource
        .clone()
        .ok_or_else(|| inexpressible("ResourceId"))?;
    let kind = match resource.as_str().split('-').next() {
        Some("vpc") => "VPC",
        Some("vsw") => "VSwitch",
        Some("eni") => "NetworkInterface",
        _ => return Err(inexpressible("ResourceType")),
    };
    let region = log.region.to_string();
    let write = Call::new(&VPC, "CreateFlowLog", &region)
        .with("ResourceType", kind)
        .with("ResourceId", resource.as_str())
        .with("TrafficType", log.traffic.as_str())
        .with("ProjectName", log.project.as_str())
        .with("LogStoreName", log.store.as_str());
    let read = Call::new(&VPC, "DescribeFlowLogs", &region)
        .with("ResourceId", resource.as_str())
        .with("PageSize", "50");
    let (traffic, project, store) = (log.traffic.clone(), log.project.clone(), log.store.clone());
    let mut operation = Operation::new(write, move |client| {
        let answer = client.read(&read)?;
        let mut shown = list(&answer.value, "FlowLogs", "FlowLog").iter();
        Ok(shown.any(|one| {
            text(one, "ResourceId") == resource.as_str()
                && text(one, "TrafficType") == traffic
                && text(one, "ProjectName") == project
                && text(one, "LogStoreName") == store
                && text(one, "Status") == "Active"
        }))
    });
    // The action takes no client token.
    operation.repeatable = false;
    Ok(operation)
}

pub(super) fn set_tags(
    snapshot: &Snapshot,
    resource: &Id,
    tags: &[(String, String)],
) -> Result<Operation, Unsendable> {
    let group = snapshot
        .groups
        .get(resource)
        .map(|of| ("securitygroup", &of.region));
    let instance = || {
        snapshot
            .instances
            .get(resource)
            .map(|of| ("instance", &of.region))
    };
    let interface = || {
        snapshot
            .interfaces
            .get(resource)
            .map(|of| ("eni", &of.region))
    };
    let found = group.or_else(instance).or_else(interface);
    let (kind, region) = found.ok_or_else(|| not_in_snapshot(resource))?;
    let named = |action| {
        Call::new(&ECS, action, region.as_str())
            .with("ResourceType", kind)
            .with("ResourceId.1", resource.as_str())
    };
    let mut write = named("TagResources");
    for (index, (key, value)) in tags.iter().enumerate() {
        write = write
            .with(format!("Tag.{}.Key", index + 1), key.as_str())
            .with(format!("Tag.{}.Value", index + 1), value.as_str());
    }
    let (read, tags) = (named("ListTagResources"), tags.to_vec());
    Ok(Operation::new(write, move |client| {
        let answer = client.read(&read)?;
        let shown = list(&answer.value, "TagResources", "TagResource");
        Ok(tags.iter().all(|(key, value)| {
            shown
                .iter()
                .any(|one| text(one, "TagKey") == key && text(one, "TagValue") == value)
        }))
    }))
}
