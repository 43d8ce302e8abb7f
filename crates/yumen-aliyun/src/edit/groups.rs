//! Security groups and prefix lists: inner access, members, entries.

use ipnet::IpNet;
use serde_json::Value;
use yumen_cloud::{Id, InnerAccess, SecurityGroup, Snapshot};

use super::{Operation, Unsendable, list, text};
use crate::client::Client;
use crate::client::call::Call;
use crate::client::product::ECS;

/// A group of the snapshot.
pub(super) fn group<'s>(snapshot: &'s Snapshot, id: &Id) -> Result<&'s SecurityGroup, Unsendable> {
    let found = snapshot.groups.get(id).map(AsRef::as_ref);
    found.ok_or_else(|| not_in_snapshot(id))
}

pub(super) fn not_in_snapshot(id: &Id) -> Unsendable {
    Unsendable::NotInSnapshot {
        resource: id.to_string(),
    }
}

pub(super) fn set_inner_access(
    snapshot: &Snapshot,
    id: &Id,
    policy: InnerAccess,
) -> Result<Operation, Unsendable> {
    let region = group(snapshot, id)?.region.to_string();
    let word = match policy {
        InnerAccess::Accept => "Accept",
        InnerAccess::Drop => "Drop",
    };
    let write = Call::new(&ECS, "ModifySecurityGroupPolicy", &region)
        .with("SecurityGroupId", id.as_str())
        .with("InnerAccessPolicy", word);
    let read = Call::new(&ECS, "DescribeSecurityGroupAttribute", &region)
        .with("SecurityGroupId", id.as_str());
    Ok(Operation::new(write, move |client| {
        let answer = client.read(&read)?;
        Ok(text(&answer.value, "InnerAccessPolicy").eq_ignore_ascii_case(word))
    }))
}

/// Lets an interface join a group, or leave it.
pub(super) fn member(
    snapshot: &Snapshot,
    interface: &Id,
    id: &Id,
    joins: bool,
) -> Result<Operation, Unsendable> {
    let region = match snapshot.interfaces.get(interface) {
        Some(interface) => interface.region.to_string(),
        None => return Err(not_in_snapshot(interface)),
    };
    let action = if joins {
        "JoinSecurityGroup"
    } else {
        "LeaveSecurityGroup"
    };
    let write = Call::new(&ECS, action, &region)
        .with("SecurityGroupId", id.as_str())
        .with("NetworkInterfaceId", interface.as_str());
    let read = Call::new(&ECS, "DescribeNetworkInterfaces", &region)
        .with("NetworkInterfaceId.1", interface.as_str());
    let (interface, id) = (interface.clone(), id.clone());
    Ok(Operation::new(write, move |client| {
        let answer = client.read(&read)?;
        let shown = list(&answer.value, "NetworkInterfaceSets", "NetworkInterfaceSet");
        let found = shown
            .iter()
            .find(|one| text(one, "NetworkInterfaceId") == interface.as_str());
        let groups = found.map(|one| list(one, "SecurityGroupIds", "SecurityGroupId"));
        let is_in = groups.is_some_and(|groups| groups.iter().any(|of| *of == id.as_str()));
        // An interface that is gone is in no group, and cannot be put into one.
        Ok(is_in == joins && (found.is_some() || !joins))
    }))
}

pub(super) fn set_prefix_list(
    client: &Client,
    snapshot: &Snapshot,
    id: &Id,
    entries: &[IpNet],
) -> Result<Operation, Unsendable> {
    let region = match snapshot.prefix_lists.get(id) {
        Some(list) => list.region.to_string(),
        None => return Err(not_in_snapshot(id)),
    };
    let read =
        Call::new(&ECS, "DescribePrefixListAttributes", &region).with("PrefixListId", id.as_str());
    let wanted = sorted(entries.iter().copied());
    let present = present_entries(&client.read(&read)?.value);
    let mut write = Call::new(&ECS, "ModifyPrefixList", &region).with("PrefixListId", id.as_str());
    let added = wanted.iter().filter(|network| !present.contains(network));
    for (index, network) in added.enumerate() {
        write = write.with(format!("AddEntry.{}.Cidr", index + 1), network.to_string());
    }
    let removed = present.iter().filter(|network| !wanted.contains(network));
    for (index, network) in removed.enumerate() {
        write = write.with(
            format!("RemoveEntry.{}.Cidr", index + 1),
            network.to_string(),
        );
    }
    Ok(Operation::new(write, move |client| {
        Ok(present_entries(&client.read(&read)?.value) == wanted)
    }))
}

fn present_entries(answer: &Value) -> Vec<IpNet> {
    let entries = list(answer, "Entries", "Entry").iter();
    sorted(entries.filter_map(|entry| text(entry, "Cidr").parse::<IpNet>().ok()))
}

fn sorted(networks: impl Iterator<Item = IpNet>) -> Vec<IpNet> {
    let mut networks: Vec<IpNet> = networks.map(|network| network.trunc()).collect();
    networks.sort_unstable();
    networks.dedup();
    networks
}
