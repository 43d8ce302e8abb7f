//! Load balancers: who may connect to a listener.

use serde_json::Value;
use yumen_cloud::{
    BalancerKind, Id, Listener, ListenerAccess, ListenerProtocol, LoadBalancer, Snapshot,
};

use super::groups::not_in_snapshot;
use super::{Operation, Shown, Unsendable, list, text};
use crate::client::Client;
use crate::client::call::{Call, CallError};
use crate::client::product::{ALB, SLB};

pub(super) fn set_access(
    client: &Client,
    snapshot: &Snapshot,
    balancer: &Id,
    listener: &Id,
    access: &ListenerAccess,
) -> Result<Operation, Unsendable> {
    let balancer = match snapshot.balancers.get(balancer) {
        Some(balancer) => balancer,
        None => return Err(not_in_snapshot(balancer)),
    };
    let mut listeners = balancer.listeners.iter();
    let found = listeners.find(|one| one.id == *listener);
    let found = found.ok_or_else(|| not_in_snapshot(listener))?;
    // The vendor takes an empty allow-list for everybody: nobody cannot be written.
    if *access == ListenerAccess::Only(Vec::new()) {
        return Err(Unsendable::Inexpressible {
            resource: listener.to_string(),
            field: "AclIds",
        });
    }
    match balancer.kind {
        BalancerKind::Classic => classic(balancer, found, access),
        BalancerKind::Application => application(client, balancer, found, access),
        // Who may connect to an NLB is said by its security groups.
        BalancerKind::Network => Err(Unsendable::Inexpressible {
            resource: listener.to_string(),
            field: "AclType",
        }),
    }
}

/// The vendor's word for a kind of list, and the lists; an empty word for none.
fn wanted(access: &ListenerAccess, words: [&'static str; 2]) -> (&'static str, Vec<String>) {
    let ids = |ids: &[Id]| {
        let mut ids: Vec<String> = ids.iter().map(ToString::to_string).collect();
        ids.sort_unstable();
        ids
    };
    match access {
        ListenerAccess::Everyone => ("", Vec::new()),
        // To shut out nobody is to let everybody in.
        ListenerAccess::AllBut(lists) if lists.is_empty() => ("", Vec::new()),
        ListenerAccess::Only(lists) => (words[0], ids(lists)),
        ListenerAccess::AllBut(lists) => (words[1], ids(lists)),
    }
}

fn classic(
    balancer: &LoadBalancer,
    listener: &Listener,
    access: &ListenerAccess,
) -> Result<Operation, Unsendable> {
    let region = balancer.region.to_string();
    let (action, protocol) = match listener.protocol {
        ListenerProtocol::Tcp => ("SetLoadBalancerTCPListenerAttribute", "tcp"),
        ListenerProtocol::Udp => ("SetLoadBalancerUDPListenerAttribute", "udp"),
        ListenerProtocol::Http => ("SetLoadBalancerHTTPListenerAttribute", "http"),
        ListenerProtocol::Https => ("SetLoadBalancerHTTPSListenerAttribute", "https"),
        ListenerProtocol::TcpSsl | ListenerProtocol::Quic => {
            return Err(Unsendable::Inexpressible {
                resource: listener.id.to_string(),
                field: "ListenerProtocol",
            });
        }
    };
    let (kind, lists) = wanted(access, ["white", "black"]);
    let port = listener.ports.low();
    let mut write = Call::new(&SLB, action, &region)
        .with("LoadBalancerId", balancer.id.as_str())
        .with("ListenerPort", port.to_string())
        .with("AclStatus", if kind.is_empty() { "off" } else { "on" });
    if !kind.is_empty() {
        write = write.with("AclType", kind).with("AclId", lists.join(","));
    }
    let read = Call::new(&SLB, "DescribeLoadBalancerListeners", &region)
        .with("LoadBalancerId.1", balancer.id.as_str());
    let balancer = balancer.id.clone();
    Ok(Operation::new(write, move |client| {
        let shown = super::items(client, &read, ("MaxResults", 100), ("Listeners", ""))?;
        let found = shown.iter().find(|one| {
            text(one, "LoadBalancerId") == balancer.as_str()
                && one.get("ListenerPort").is_some_and(|of| *of == port)
                && text(one, "ListenerProtocol").eq_ignore_ascii_case(protocol)
        });
        Ok(found.is_some_and(|one| {
            let on = text(one, "AclStatus").eq_ignore_ascii_case("on");
            let same_kind = text(one, "AclType").eq_ignore_ascii_case(kind);
            on != kind.is_empty() && (!on || same_kind && sorted(list(one, "AclIds", "")) == lists)
        }))
    }))
}

fn sorted(ids: &[Value]) -> Vec<String> {
    let mut ids: Vec<String> = ids
        .iter()
        .filter_map(Value::as_str)
        .map(str::to_owned)
        .collect();
    ids.sort_unstable();
    ids
}

/// What the cloud shows of an ALB listener.
struct Bound {
    kind: String,
    lists: Vec<String>,
    /// True if no list is on its way in or out
    at_rest: bool,
}

fn bound(client: &Client, read: &Call) -> Result<Bound, CallError> {
    let answer = client.read(read)?;
    let config = answer.value.get("AclConfig").unwrap_or(&Value::Null);
    let relations = list(config, "AclRelations", "");
    let ids = relations
        .iter()
        .map(|relation| text(relation, "AclId").to_owned());
    let mut lists: Vec<String> = ids.collect();
    lists.sort_unstable();
    let kind = if lists.is_empty() {
        ""
    } else {
        text(config, "AclType")
    };
    let mut states = relations.iter().map(|relation| text(relation, "Status"));
    Ok(Bound {
        kind: kind.to_owned(),
        lists,
        at_rest: states.all(|state| state == "Associated"),
    })
}

/// An ALB takes lists one by one, and of one kind at a time: one call either binds what is missing
/// or unbinds what is too much. What needs both is two edits.
fn application(
    client: &Client,
    balancer: &LoadBalancer,
    listener: &Listener,
    access: &ListenerAccess,
) -> Result<Operation, Unsendable> {
    let region = balancer.region.to_string();
    let (kind, lists) = wanted(access, ["White", "Black"]);
    let read =
        Call::new(&ALB, "GetListenerAttribute", &region).with("ListenerId", listener.id.as_str());
    let Bound {
        kind: kind_now,
        lists: lists_now,
        ..
    } = bound(client, &read)?;
    let missing: Vec<&String> = lists.iter().filter(|id| !lists_now.contains(id)).collect();
    let surplus: Vec<&String> = lists_now.iter().filter(|id| !lists.contains(id)).collect();
    let changes_kind = !kind.is_empty() && !kind_now.is_empty() && kind != kind_now;
    if changes_kind || !missing.is_empty() && !surplus.is_empty() {
        return Err(Unsendable::Inexpressible {
            resource: listener.id.to_string(),
            field: "AclIds",
        });
    }
    let (action, ids) = if missing.is_empty() {
        ("DissociateAclsFromListener", surplus)
    } else {
        ("AssociateAclsWithListener", missing)
    };
    let mut write = Call::new(&ALB, action, &region).with("ListenerId", listener.id.as_str());
    for (index, id) in ids.iter().enumerate() {
        write = write.with(format!("AclIds.{}", index + 1), id.as_str());
    }
    if action == "AssociateAclsWithListener" {
        write = write.with("AclType", kind);
    }
    let mut operation = Operation::new(write, move |client| {
        let now = bound(client, &read)?;
        let same = now.lists == lists && (lists.is_empty() || now.kind.eq_ignore_ascii_case(kind));
        Ok(match (now.at_rest, same) {
            (false, _) => Shown::Underway,
            (true, same) => Shown::from(same),
        })
    });
    operation.dry_run = true;
    Ok(operation)
}
