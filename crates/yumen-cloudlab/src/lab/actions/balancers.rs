//! Access lists of load balancers: made, filled, bound to listeners.

use serde_json::{Value, json};
use yumen_aliyun_protocol::limits::LISTENER_ACLS;

use super::classic::LISTENERS;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::balancer::{alb_acl, alb_acl_entry};
use crate::wire::classic::{classic_acl, classic_acl_attribute};

const CLASSIC_LISTS: &str = "slb/DescribeAccessControlLists";
const CLASSIC_ENTRIES: &str = "slb/DescribeAccessControlListAttribute";
const LISTS: &str = "alb/ListAcls";
const ENTRIES: &str = "alb/ListAclEntries";
const LISTENER: &str = "alb/GetListenerAttribute";

pub(super) fn create_classic_list(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let name = context.parameters.required("AclName")?.to_owned();
    let id = context.new_id("acl");
    let time = context.time();
    let family = context
        .parameters
        .get("AddressIPVersion")
        .unwrap_or("ipv4")
        .to_owned();
    let mut item = object(classic_acl(&id, &name, &time));
    set(&mut item, "AddressIPVersion", family.clone());
    let mut head = object(classic_acl_attribute(&id, &name, &time, &[], &[]));
    set(&mut head, "AddressIPVersion", family);
    head.remove("RequestId");
    estate.push(context.region, CLASSIC_LISTS, "", item);
    estate.change(context.region, CLASSIC_ENTRIES, &id).head = head;
    Ok(json!({"AclId": id}))
}

fn classic_list(estate: &Estate, context: &Context<'_>) -> Result<String, Refusal> {
    let id = context.parameters.required("AclId")?;
    let found = estate.find(context.region, CLASSIC_LISTS, "AclId", id);
    found
        .map(|_| id.to_owned())
        .ok_or_else(no_such_classic_list)
}

/// The refusal for an access list of CLB that does not exist.
pub(super) fn no_such_classic_list() -> Refusal {
    Refusal::new(
        404,
        "AclNotExist",
        "The specified access control list does not exist.",
    )
}

pub(super) fn delete_classic_list(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = classic_list(estate, context)?;
    let uses_it = |listener: &Object| acls_of(listener).contains(&id);
    if estate.items(context.region, LISTENERS, "").any(uses_it) {
        return Err(Refusal::new(
            400,
            "AclInUsed",
            "The specified access control list is used by a listener.",
        ));
    }
    estate.take(context.region, CLASSIC_LISTS, "", |list| {
        text(list, "AclId") == id
    });
    estate.remove(context.region, CLASSIC_ENTRIES, &id);
    done()
}

/// The access lists of a CLB listener.
pub(super) fn acls_of(listener: &Object) -> Vec<String> {
    let ids = listener.get("AclIds").and_then(Value::as_array);
    let ids = ids.into_iter().flatten().filter_map(Value::as_str);
    ids.map(str::to_owned).collect()
}

/// Entries as CLB takes them: a JSON array of `{"entry": …, "comment": …}`.
fn classic_entries(context: &Context<'_>) -> Result<Vec<(String, String)>, Refusal> {
    let given = context.parameters.required("AclEntrys")?;
    let rows: Vec<Object> =
        serde_json::from_str(given).map_err(|_| Refusal::malformed("AclEntrys"))?;
    rows.iter()
        .map(|row| {
            let range = super::rules::network(text(row, "entry"), "AclEntrys")?;
            Ok((range, text(row, "comment").to_owned()))
        })
        .collect()
}

pub(super) fn add_classic_entries(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = classic_list(estate, context)?;
    let added = classic_entries(context)?;
    change_classic(estate, context, &id, |rows| {
        for (range, comment) in added {
            if !rows.iter().any(|row| row["AclEntryIP"] == range.as_str()) {
                rows.push(json!({"AclEntryComment": comment, "AclEntryIP": range}));
            }
        }
    })
}

pub(super) fn remove_classic_entries(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = classic_list(estate, context)?;
    let removed = classic_entries(context)?;
    change_classic(estate, context, &id, |rows| {
        rows.retain(|row| {
            !removed
                .iter()
                .any(|(range, _)| row["AclEntryIP"] == range.as_str())
        });
    })
}

fn change_classic(
    estate: &mut Estate,
    context: &mut Context<'_>,
    id: &str,
    change: impl FnOnce(&mut Vec<Value>),
) -> Outcome {
    let document = estate.document(context.region, CLASSIC_ENTRIES, id);
    let rows =
        document.and_then(|document| document.head.get("AclEntrys")?.get("AclEntry")?.as_array());
    let before = rows.cloned().unwrap_or_default();
    let mut rows = before.clone();
    change(&mut rows);
    let (_, most) = LISTENER_ACLS;
    if rows.len() > most {
        return Err(Refusal::new(
            400,
            "AclEntryOverLimit",
            "The list has too many entries.",
        ));
    }
    context.changed = rows != before;
    let head = &mut estate.change(context.region, CLASSIC_ENTRIES, id).head;
    set(head, "TotalAclEntry", rows.len());
    set(head, "AclEntrys", json!({"AclEntry": rows}));
    done()
}

pub(super) fn create_list(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let name = context.parameters.required("AclName")?.to_owned();
    let id = context.new_id("acl");
    estate.push(
        context.region,
        LISTS,
        "",
        object(alb_acl(&id, &name, &context.time())),
    );
    Ok(json!({"AclId": id, "JobId": context.new_id("job")}))
}

fn list(estate: &Estate, context: &Context<'_>, id: &str) -> Result<(), Refusal> {
    let found = estate.find(context.region, LISTS, "AclId", id);
    found.map(|_| ()).ok_or_else(|| {
        Refusal::new(
            404,
            "ResourceNotFound.Acl",
            format!("The specified resource {id} is not found."),
        )
    })
}

pub(super) fn delete_list(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = context.parameters.required("AclId")?.to_owned();
    list(estate, context, &id)?;
    let used = estate.documents().any(|(region, path, _, document)| {
        region == context.region && path == LISTENER && relations(&document.head).contains(&id)
    });
    if used {
        return Err(Refusal::new(
            400,
            "ResourceInUse.Acl",
            "The specified resource is in use.",
        ));
    }
    estate.take(context.region, LISTS, "", |one| text(one, "AclId") == id);
    estate.remove(context.region, ENTRIES, &id);
    Ok(json!({"JobId": context.new_id("job")}))
}

fn relations(listener: &Object) -> Vec<String> {
    let rows = listener
        .get("AclConfig")
        .and_then(|config| config.get("AclRelations")?.as_array());
    let ids = rows
        .into_iter()
        .flatten()
        .filter_map(|row| row.get("AclId")?.as_str());
    ids.map(str::to_owned).collect()
}

pub(super) fn add_entries(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = context.parameters.required("AclId")?.to_owned();
    list(estate, context, &id)?;
    let mut added = Vec::new();
    for part in context.parameters.parts("AclEntries") {
        let range = super::rules::network(part.required("Entry")?, "AclEntries")?;
        added.push((range, part.text("Description").to_owned()));
    }
    context.changed = false;
    for (range, about) in added {
        let is_there = |entry: &Object| text(entry, "Entry") == range;
        if !estate.items(context.region, ENTRIES, &id).any(is_there) {
            let entry = object(alb_acl_entry(&range, &about));
            estate.push(context.region, ENTRIES, &id, entry);
            context.changed = true;
        }
    }
    Ok(json!({"JobId": context.new_id("job")}))
}

pub(super) fn remove_entries(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = context.parameters.required("AclId")?.to_owned();
    list(estate, context, &id)?;
    let removed = context.parameters.list("Entries");
    context.changed = estate.take(context.region, ENTRIES, &id, |entry| {
        removed.iter().any(|range| text(entry, "Entry") == range)
    });
    Ok(json!({"JobId": context.new_id("job")}))
}

pub(super) fn associate_lists(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let kind = context.parameters.required("AclType")?.to_owned();
    if kind != "White" && kind != "Black" {
        return Err(Refusal::unsupported_value("AclType"));
    }
    let (listener, ids) = listener_and_lists(estate, context)?;
    let document = estate.change(context.region, LISTENER, &listener);
    let present = relations(&document.head);
    let present_kind = document
        .head
        .get("AclConfig")
        .and_then(|config| config.get("AclType"));
    if present_kind.is_some_and(|of| !present.is_empty() && *of != json!(kind)) {
        return Err(Refusal::new(
            400,
            "OperationDenied.AclTypeConflict",
            "A listener cannot have allow lists and deny lists at once.",
        ));
    }
    context.changed = ids.iter().any(|id| !present.contains(id));
    let mut all = present;
    all.extend(ids);
    all.dedup();
    relate(estate, context.region, &listener, &all, &kind);
    Ok(json!({"JobId": context.new_id("job")}))
}

pub(super) fn dissociate_lists(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let (listener, ids) = listener_and_lists(estate, context)?;
    let document = estate.change(context.region, LISTENER, &listener);
    let config = document
        .head
        .get("AclConfig")
        .and_then(|config| config.get("AclType"));
    let kind = config
        .and_then(Value::as_str)
        .unwrap_or_default()
        .to_owned();
    let present = relations(&document.head);
    context.changed = ids.iter().any(|id| present.contains(id));
    let kept: Vec<String> = present.into_iter().filter(|id| !ids.contains(id)).collect();
    relate(estate, context.region, &listener, &kept, &kind);
    Ok(json!({"JobId": context.new_id("job")}))
}

/// The listener and the lists that a request names; all must exist.
fn listener_and_lists(
    estate: &mut Estate,
    context: &Context<'_>,
) -> Result<(String, Vec<String>), Refusal> {
    let listener = context.parameters.required("ListenerId")?.to_owned();
    let listed = estate
        .find(context.region, "alb/ListListeners", "ListenerId", &listener)
        .cloned();
    let listed = listed.ok_or_else(|| {
        Refusal::new(
            404,
            "ResourceNotFound.Listener",
            format!("The specified resource {listener} is not found."),
        )
    })?;
    let ids = context.parameters.list("AclIds");
    for id in &ids {
        list(estate, context, id)?;
    }
    if estate
        .document(context.region, LISTENER, &listener)
        .is_none()
    {
        estate.change(context.region, LISTENER, &listener).head = listed;
    }
    Ok((listener, ids))
}

fn relate(estate: &mut Estate, region: &str, listener: &str, lists: &[String], kind: &str) {
    let rows: Vec<Value> = lists
        .iter()
        .map(|id| json!({"AclId": id, "Status": "Associated"}))
        .collect();
    let config = if rows.is_empty() {
        json!({})
    } else {
        json!({"AclRelations": rows, "AclType": kind})
    };
    set(
        &mut estate.change(region, LISTENER, listener).head,
        "AclConfig",
        config,
    );
}
