//! Network ACLs: entries are replaced as a whole, a moment later, one change at a time.

use std::collections::BTreeSet;

use serde_json::{Value, json};
use yumen_aliyun_protocol::limits::ACL_ENTRIES;

use super::groups::name;
use super::networks::{VPCS, VSWITCHES};
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::lab::parameters::Parameters;
use crate::wire::filter::NetworkAcl;

const ACLS: &str = "vpc/DescribeNetworkAcls";

/// Milliseconds between the answer and the effect.
const SETTLING: u64 = 300;

fn acl<'e>(estate: &'e Estate, context: &Context<'_>) -> Result<&'e Object, Refusal> {
    let id = context.parameters.required("NetworkAclId")?;
    let found = estate.find(context.region, ACLS, "NetworkAclId", id);
    found.ok_or_else(|| {
        Refusal::new(
            404,
            "InvalidNetworkAcl.NotFound",
            "The specified NetworkAclId does not exist.",
        )
    })
}

/// An ACL that no other change is under way on.
fn settled(estate: &Estate, context: &Context<'_>) -> Result<Object, Refusal> {
    let acl = acl(estate, context)?;
    if text(acl, "Status") == "Available" {
        Ok(acl.clone())
    } else {
        Err(Refusal::new(
            400,
            "OperationConflict",
            "The status of the network ACL does not support this operation.",
        ))
    }
}

pub(super) fn create(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let vpc = context.parameters.required("VpcId")?.to_owned();
    if estate.find(context.region, VPCS, "VpcId", &vpc).is_none() {
        return Err(Refusal::new(
            404,
            "InvalidVpcId.NotFound",
            "Specified VPC does not exist.",
        ));
    }
    let name = name(context, "NetworkAclName")?;
    let id = context.new_id("nacl");
    let (about, time) = (context.text("Description").to_owned(), context.time());
    let acl = NetworkAcl {
        region: context.region,
        id: &id,
        name: &name,
        about: &about,
        vpc: &vpc,
        vswitches: &[],
        entries: &[],
        created: &time,
    };
    let mut item = object(acl.item());
    for (direction, side) in [("Ingress", "SourceCidrIp"), ("Egress", "DestinationCidrIp")] {
        // A new ACL lets everything pass, by one entry in each direction.
        let entry = json!({
            "Description": "",
            "EntryType": "custom",
            "IpVersion": "IPv4",
            "NetworkAclEntryId": context.new_id("nae"),
            "NetworkAclEntryName": "",
            "Policy": "accept",
            "Port": "-1/-1",
            "Protocol": "all",
            side: "0.0.0.0/0",
        });
        set(
            &mut item,
            &format!("{direction}AclEntries"),
            json!({format!("{direction}AclEntry"): [entry]}),
        );
    }
    estate.push(context.region, ACLS, "", item.clone());
    let mut answer = item;
    answer.retain(|field, _| field.contains("NetworkAcl") || field == "VpcId");
    Ok(json!({"NetworkAclId": id, "NetworkAclAttribute": answer}))
}

pub(super) fn delete(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let acl = settled(estate, context)?;
    let bound = acl
        .get("Resources")
        .and_then(|all| all.get("Resource")?.as_array());
    if bound.is_some_and(|bound| !bound.is_empty()) {
        return Err(Refusal::in_use(
            "The network ACL is still associated with vSwitches.",
        ));
    }
    let id = text(&acl, "NetworkAclId");
    estate.take(context.region, ACLS, "", |one| {
        text(one, "NetworkAclId") == id
    });
    done()
}

pub(super) fn update(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let acl = settled(estate, context)?;
    let id = text(&acl, "NetworkAclId").to_owned();
    let mut changes: Vec<(String, Value)> = Vec::new();
    for (direction, side) in [("Ingress", "SourceCidrIp"), ("Egress", "DestinationCidrIp")] {
        if !context
            .parameters
            .is_on(&format!("Update{direction}AclEntries"))
        {
            continue;
        }
        let parts = context.parameters.parts(&format!("{direction}AclEntries"));
        let mut entries = Vec::new();
        for part in &parts {
            if part.text("EntryType") != "system" {
                entries.push(entry(context, part, side)?);
            }
        }
        for family in ["IPv4", "IPv6"] {
            let count = entries
                .iter()
                .filter(|entry| entry["IpVersion"] == family)
                .count();
            if count > ACL_ENTRIES {
                return Err(Refusal::new(
                    400,
                    "QuotaExceeded.NetworkAclEntry",
                    "The maximum number of network ACL rules is exceeded.",
                ));
            }
        }
        let inner = format!("{direction}AclEntry");
        changes.push((format!("{direction}AclEntries"), json!({inner: entries})));
    }
    if let Some(found) = estate.find_mut(context.region, ACLS, "NetworkAclId", &id) {
        set(found, "Status", "Modifying");
    }
    let effect = move |estate: &mut Estate, region: &str| {
        if let Some(found) = estate.find_mut(region, ACLS, "NetworkAclId", &id) {
            for (field, value) in changes {
                set(found, &field, value);
            }
            set(found, "Status", "Available");
        }
    };
    context.later.push((SETTLING, Box::new(effect)));
    done()
}

fn entry(context: &mut Context<'_>, part: &Parameters, side: &str) -> Result<Value, Refusal> {
    let protocol = part.required("Protocol")?.to_ascii_lowercase();
    if !["tcp", "udp", "icmp", "icmpv6", "gre", "all"].contains(&protocol.as_str()) {
        return Err(Refusal::malformed("Protocol"));
    }
    let port = part.get("Port").unwrap_or("-1/-1").to_owned();
    let has_ports = protocol == "tcp" || protocol == "udp";
    let is_range = port.split_once('/').is_some_and(|(first, last)| {
        first
            .parse::<u16>()
            .ok()
            .zip(last.parse::<u16>().ok())
            .is_some_and(|(first, last)| first <= last)
    });
    if !(is_range && has_ports || port == "-1/-1") {
        return Err(Refusal::malformed("Port"));
    }
    let policy = part.required("Policy")?.to_ascii_lowercase();
    if policy != "accept" && policy != "drop" {
        return Err(Refusal::malformed("Policy"));
    }
    let range = super::rules::network(part.required(side)?, side)?;
    let family = if range.contains(':') { "IPv6" } else { "IPv4" };
    let id = match part.get("NetworkAclEntryId") {
        Some(id) => id.to_owned(),
        None => context.new_id("nae"),
    };
    Ok(json!({
        "Description": part.text("Description"),
        "EntryType": "custom",
        "IpVersion": family,
        "NetworkAclEntryId": id,
        "NetworkAclEntryName": part.text("NetworkAclEntryName"),
        "Policy": policy,
        "Port": port,
        "Protocol": protocol,
        side: range,
    }))
}

pub(super) fn associate(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    bind(estate, context, true)
}

pub(super) fn unassociate(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    bind(estate, context, false)
}

fn bind(estate: &mut Estate, context: &mut Context<'_>, bound: bool) -> Outcome {
    let acl = settled(estate, context)?;
    let id = text(&acl, "NetworkAclId").to_owned();
    let vswitches: Vec<String> = context
        .parameters
        .parts("Resource")
        .iter()
        .map(|part| part.required("ResourceId").map(str::to_owned))
        .collect::<Result<_, _>>()?;
    let vswitches: BTreeSet<String> = vswitches.into_iter().collect();
    if vswitches.is_empty() {
        return Err(Refusal::missing("Resource"));
    }
    for vswitch in &vswitches {
        let found = estate.find(context.region, VSWITCHES, "VSwitchId", vswitch);
        let found = found.ok_or_else(|| Refusal::not_found("VSwitchId"))?;
        let has = text(found, "NetworkAclId");
        if text(found, "VpcId") != text(&acl, "VpcId") {
            return Err(Refusal::new(
                400,
                "InvalidVSwitchId.VpcMismatch",
                "The vSwitch and the network ACL are not in the same VPC.",
            ));
        }
        if !bound && has != id {
            return Err(Refusal::new(
                400,
                "ResourceNotAssociated",
                "The vSwitch is not associated with the network ACL.",
            ));
        }
        if bound && !has.is_empty() && has != id {
            return Err(Refusal::new(
                400,
                "ResourceAlreadyAssociated",
                "The vSwitch is already associated with another network ACL.",
            ));
        }
    }
    let present = acl
        .get("Resources")
        .and_then(|all| all.get("Resource")?.as_array());
    let mut resources = present.cloned().unwrap_or_default();
    resources.retain(|of| {
        !vswitches
            .iter()
            .any(|vswitch| of["ResourceId"] == vswitch.as_str())
    });
    if bound {
        resources.extend(vswitches.iter().map(
            |vswitch| json!({"ResourceId": vswitch, "ResourceType": "VSwitch", "Status": "BINDED"}),
        ));
    }
    if let Some(found) = estate.find_mut(context.region, ACLS, "NetworkAclId", &id) {
        set(found, "Resources", json!({"Resource": resources}));
    }
    for vswitch in &vswitches {
        if let Some(found) = estate.find_mut(context.region, VSWITCHES, "VSwitchId", vswitch) {
            set(found, "NetworkAclId", if bound { id.as_str() } else { "" });
        }
    }
    done()
}
