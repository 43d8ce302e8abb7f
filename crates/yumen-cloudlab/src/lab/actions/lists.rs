//! Prefix lists and port lists: made, changed, deleted.

use std::collections::BTreeSet;
use std::net::IpAddr;

use ipnet::IpNet;
use serde_json::{Value, json};

use super::groups::{RULES, name};
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Item, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::lab::parameters::Parameters;
use crate::wire::group::NamedList;

const PREFIX_LISTS: &str = "ecs/DescribePrefixLists";
const PREFIX_ENTRIES: &str = "ecs/DescribePrefixListAttributes";
const PORT_LISTS: &str = "ecs/DescribePortRangeLists";
const PORT_ENTRIES: &str = "ecs/DescribePortRangeListEntries";

/// Entries of a list as a request gives them: value and description.
fn entries(parts: &[Parameters], field: &str) -> Result<Vec<(String, String)>, Refusal> {
    parts
        .iter()
        .map(|part| {
            let value = part.required(field)?.to_owned();
            Ok((value, part.text("Description").to_owned()))
        })
        .collect()
}

/// Networks as lists keep them: with their length, in the shortest form.
fn normal(entries: Vec<(String, String)>) -> Vec<(String, String)> {
    let normal = |range: String| match range.parse::<IpNet>() {
        Ok(network) => network.trunc().to_string(),
        Err(_) => match range.parse::<IpAddr>() {
            Ok(address) => IpNet::from(address).to_string(),
            Err(_) => range,
        },
    };
    entries
        .into_iter()
        .map(|(range, about)| (normal(range), about))
        .collect()
}

/// Networks of one family, or the vendor's refusal.
fn networks(entries: &[(String, String)], family: &str) -> Result<(), Refusal> {
    for (range, _) in entries {
        super::rules::network(range, "EntryCidr")?;
        if range.contains(':') != (family == "IPv6") {
            return Err(Refusal::malformed("EntryCidr"));
        }
    }
    let distinct: BTreeSet<&String> = entries.iter().map(|(range, _)| range).collect();
    if distinct.len() < entries.len() {
        return Err(Refusal::new(
            400,
            "InvalidEntry.CidrDuplicate",
            "An entry is there twice.",
        ));
    }
    Ok(())
}

/// Ranges of ports, none of them twice, or the vendor's refusal.
fn ports(entries: &[(String, String)]) -> Result<(), Refusal> {
    for (range, _) in entries {
        super::rules::port_range(range, "EntryPortRange")?;
    }
    let distinct: BTreeSet<&String> = entries.iter().map(|(range, _)| range).collect();
    if distinct.len() < entries.len() {
        return Err(Refusal::new(
            400,
            "InvalidEntry.PortRangeDuplicate",
            "An entry is there twice.",
        ));
    }
    Ok(())
}

fn limit_exceeded() -> Refusal {
    Refusal::new(
        403,
        "LimitExceed.MaxEntries",
        "The number of entries exceeds MaxEntries.",
    )
}

pub(super) fn create_prefix_list(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    context.parameters.required("PrefixListName")?;
    let name = name(context, "PrefixListName")?;
    let family = context.parameters.required("AddressFamily")?.to_owned();
    if family != "IPv4" && family != "IPv6" {
        return Err(Refusal::unsupported_value("AddressFamily"));
    }
    let limit = context.parameters.number("MaxEntries")?;
    let limit = limit.ok_or_else(|| Refusal::missing("MaxEntries"))?;
    if !(1..=200).contains(&limit) {
        return Err(Refusal::unsupported_value("MaxEntries"));
    }
    let entries = normal(entries(&context.parameters.parts("Entry"), "Cidr")?);
    networks(&entries, &family)?;
    if entries.len() > limit {
        return Err(limit_exceeded());
    }
    let id = context.new_id("pl");
    let (about, time) = (context.text("Description").to_owned(), context.time());
    let list = NamedList {
        id: &id,
        name: &name,
        about: &about,
        created: &time,
        users: 0,
        limit,
        entries: &entries,
    };
    let mut item = object(list.prefix_item());
    set(&mut item, "AddressFamily", family.clone());
    put_tags("ecs", &mut item, context.parameters.tags());
    let mut head = object(list.prefix_attributes());
    set(&mut head, "AddressFamily", family);
    head.remove("RequestId");
    estate.push(context.region, PREFIX_LISTS, "", item);
    estate.change(context.region, PREFIX_ENTRIES, &id).head = head;
    Ok(json!({"PrefixListId": id}))
}

pub(super) fn modify_prefix_list(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = context.parameters.required("PrefixListId")?.to_owned();
    let list = estate
        .find(context.region, PREFIX_LISTS, "PrefixListId", &id)
        .cloned();
    let list = list.ok_or_else(|| Refusal::not_found("PrefixListId"))?;
    let added = normal(entries(&context.parameters.parts("AddEntry"), "Cidr")?);
    let removed = normal(entries(&context.parameters.parts("RemoveEntry"), "Cidr")?);
    let head = estate.document(context.region, PREFIX_ENTRIES, &id);
    let present = head.and_then(|document| document.head.get("Entries")?.get("Entry")?.as_array());
    let mut present: Vec<(String, String)> = present
        .into_iter()
        .flatten()
        .filter_map(Value::as_object)
        .map(|entry| {
            (
                text(entry, "Cidr").to_owned(),
                text(entry, "Description").to_owned(),
            )
        })
        .collect();
    let before = present.clone();
    for (range, _) in &removed {
        if !present.iter().any(|(of, _)| of == range) {
            return Err(Refusal::new(
                404,
                "InvalidEntry.CidrNotFound",
                "The specified entry does not exist.",
            ));
        }
        present.retain(|(of, _)| of != range);
    }
    for (range, about) in added {
        match present.iter_mut().find(|(of, _)| *of == range) {
            Some(entry) => entry.1 = about,
            None => present.push((range, about)),
        }
    }
    networks(&present, text(&list, "AddressFamily"))?;
    let limit = list
        .get("MaxEntries")
        .and_then(Value::as_u64)
        .unwrap_or(u64::MAX);
    if present.len() as u64 > limit {
        return Err(limit_exceeded());
    }
    context.changed = present != before;
    let rows: Vec<Value> = present
        .iter()
        .map(|(range, about)| json!({"Cidr": range, "Description": about}))
        .collect();
    let name = name(context, "PrefixListName")?;
    let head = &mut estate.change(context.region, PREFIX_ENTRIES, &id).head;
    set(head, "Entries", json!({"Entry": rows}));
    for (field, value) in [
        ("PrefixListName", name.as_str()),
        ("Description", context.text("Description")),
    ] {
        if value.is_empty() {
            continue;
        }
        context.changed = true;
        set(
            &mut estate.change(context.region, PREFIX_ENTRIES, &id).head,
            field,
            value,
        );
        if let Some(item) = estate.find_mut(context.region, PREFIX_LISTS, "PrefixListId", &id) {
            set(item, field, value);
        }
    }
    done()
}

/// Groups whose rules name a list in one of the fields.
fn users<'e>(
    estate: &'e Estate,
    region: &'e str,
    fields: [&'static str; 2],
    id: &'e str,
) -> impl Iterator<Item = &'e str> {
    estate
        .documents()
        .filter_map(move |(of, path, resource, document)| {
            let names = |object: &Object| fields.iter().any(|field| text(object, field) == id);
            let is_user = of == region && path == RULES;
            (is_user && document.items.iter().any(|rule| names(&rule.object))).then_some(resource)
        })
}

const PREFIX_FIELDS: [&str; 2] = ["SourcePrefixListId", "DestPrefixListId"];
const PORT_FIELDS: [&str; 2] = ["PortRangeListId", "PortRangeListId"];

pub(super) fn delete_prefix_list(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    delete(
        estate,
        context,
        ["PrefixListId", PREFIX_LISTS, PREFIX_ENTRIES],
        PREFIX_FIELDS,
    )
}

pub(super) fn delete_port_list(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    delete(
        estate,
        context,
        ["PortRangeListId", PORT_LISTS, PORT_ENTRIES],
        PORT_FIELDS,
    )
}

fn delete(
    estate: &mut Estate,
    context: &Context<'_>,
    [field, list, entries]: [&str; 3],
    fields: [&'static str; 2],
) -> Outcome {
    let id = context.parameters.required(field)?.to_owned();
    if estate.find(context.region, list, field, &id).is_none() {
        return Err(Refusal::not_found(field));
    }
    if users(estate, context.region, fields, &id).next().is_some() {
        return Err(Refusal::new(
            403,
            "DependencyViolation",
            "The list is still associated with security group rules.",
        ));
    }
    estate.take(context.region, list, "", |item| text(item, field) == id);
    estate.remove(context.region, entries, &id);
    done()
}

/// DescribePrefixListAssociations.
pub(super) fn associations(estate: &Estate, region: &str, parameters: &Parameters) -> Outcome {
    let id = parameters.required("PrefixListId")?;
    if estate
        .find(region, PREFIX_LISTS, "PrefixListId", id)
        .is_none()
    {
        return Err(Refusal::not_found("PrefixListId"));
    }
    let found: Vec<Value> = users(estate, region, PREFIX_FIELDS, id)
        .map(|group| json!({"ResourceId": group, "ResourceType": "securitygroup"}))
        .collect();
    Ok(json!({
        "NextToken": "",
        "PrefixListAssociations": {"PrefixListAssociation": found},
    }))
}

pub(super) fn create_port_list(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    context.parameters.required("PortRangeListName")?;
    let name = name(context, "PortRangeListName")?;
    let limit = context.parameters.number("MaxEntries")?;
    let limit = limit.ok_or_else(|| Refusal::missing("MaxEntries"))?;
    let entries = entries(&context.parameters.parts("Entry"), "PortRange")?;
    ports(&entries)?;
    if entries.len() > limit {
        return Err(limit_exceeded());
    }
    let id = context.new_id("prl");
    let (about, time) = (context.text("Description").to_owned(), context.time());
    let list = NamedList {
        id: &id,
        name: &name,
        about: &about,
        created: &time,
        users: 0,
        limit,
        entries: &entries,
    };
    estate.push(context.region, PORT_LISTS, "", object(list.port_item()));
    estate.change(context.region, PORT_ENTRIES, &id);
    for entry in list.port_entries() {
        estate.push(context.region, PORT_ENTRIES, &id, object(entry));
    }
    Ok(json!({"PortRangeListId": id}))
}

pub(super) fn modify_port_list(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = context.parameters.required("PortRangeListId")?.to_owned();
    let list = estate
        .find(context.region, PORT_LISTS, "PortRangeListId", &id)
        .cloned();
    let list = list.ok_or_else(|| Refusal::not_found("PortRangeListId"))?;
    let added = entries(&context.parameters.parts("AddEntry"), "PortRange")?;
    ports(&added)?;
    let removed = entries(&context.parameters.parts("RemoveEntry"), "PortRange")?;
    let is_removed = |object: &Object| {
        let range = text(object, "PortRange");
        removed.iter().chain(&added).any(|(of, _)| of == range)
    };
    let kept = estate
        .items(context.region, PORT_ENTRIES, &id)
        .filter(|entry| !is_removed(entry))
        .count();
    let limit = list
        .get("MaxEntries")
        .and_then(Value::as_u64)
        .unwrap_or(u64::MAX);
    if (kept + added.len()) as u64 > limit {
        return Err(limit_exceeded());
    }
    let document = estate.change(context.region, PORT_ENTRIES, &id);
    document
        .items
        .retain(|Item { object, .. }| !is_removed(object));
    for (range, about) in added {
        let entry = object(json!({"Description": about, "PortRange": range}));
        estate.push(context.region, PORT_ENTRIES, &id, entry);
    }
    done()
}
