//! Edits as JSON: what is to be changed, for programs that carry it out or show it.

use serde_json::{Value, json};
use yumen_cloud::{
    AclEntry, Action, CloudEdit, FlowLog, ForwardEntry, Id, InnerAccess, ListenerAccess, Peer,
    PortMatch, ProtocolMatch, Rule, Snapshot, SnatEntry, SnatSource,
};
use yumen_packets::{Family, Interval};
use yumen_reach::protocol_word;

use crate::json::direction;

/// Name and version of the schema.
const SCHEMA: &str = "yumen.edits/1";

/// Edits in the order in which they are to be made; with a snapshot, the names of groups stand
/// beside their ids, and what a rule was beside what it becomes.
#[must_use]
pub fn json(edits: &[CloudEdit], snapshot: Option<&Snapshot>) -> Value {
    let edits: Vec<Value> = edits.iter().map(|one| edit(one, snapshot)).collect();
    json!({ "schema": SCHEMA, "edits": edits })
}

fn edit(edit: &CloudEdit, snapshot: Option<&Snapshot>) -> Value {
    let group_of = |id: &Id| snapshot.and_then(|snapshot| snapshot.groups.get(id));
    let name = |id: &Id| group_of(id).map(|group| group.name.clone());
    let old = |group: &Id, id: &Id| {
        let group = group_of(group)?;
        group.rules.iter().find(|rule| rule.id == *id).map(rule)
    };
    match edit {
        CloudEdit::AddRule { group, rule: new } => json!({
            "kind": "add-rule", "group": group.as_str(), "group_name": name(group),
            "rule": rule(new),
        }),
        CloudEdit::RemoveRule { group, rule: id } => json!({
            "kind": "remove-rule", "group": group.as_str(), "group_name": name(group),
            "rule": id.as_str(), "was": old(group, id),
        }),
        CloudEdit::ReplaceRule { group, rule: new } => json!({
            "kind": "replace-rule", "group": group.as_str(), "group_name": name(group),
            "rule": rule(new), "was": old(group, &new.id),
        }),
        CloudEdit::SetInnerAccess { group, policy } => json!({
            "kind": "set-inner-access", "group": group.as_str(), "group_name": name(group),
            "policy": match policy {
                InnerAccess::Accept => "accept",
                InnerAccess::Drop => "drop",
            },
        }),
        CloudEdit::JoinGroup { interface, group } => json!({
            "kind": "join-group", "interface": interface.as_str(), "group": group.as_str(),
            "group_name": name(group),
        }),
        CloudEdit::LeaveGroup { interface, group } => json!({
            "kind": "leave-group", "interface": interface.as_str(), "group": group.as_str(),
            "group_name": name(group),
        }),
        CloudEdit::SetAclEntries {
            acl,
            direction: way,
            entries,
        } => json!({
            "kind": "set-acl-entries", "acl": acl.as_str(), "direction": direction(*way),
            "entries": entries.iter().map(acl_entry).collect::<Vec<_>>(),
        }),
        CloudEdit::SetPrefixList { list, entries } => json!({
            "kind": "set-prefix-list", "list": list.as_str(),
            "entries": entries.iter().map(ToString::to_string).collect::<Vec<_>>(),
        }),
        CloudEdit::RemoveForward { gateway, entry } => json!({
            "kind": "remove-forward", "gateway": gateway.as_str(), "entry": entry.as_str(),
        }),
        CloudEdit::AddForward { gateway, entry } => json!({
            "kind": "add-forward", "gateway": gateway.as_str(), "entry": forward(entry),
        }),
        CloudEdit::AddSnat { gateway, entry } => json!({
            "kind": "add-snat", "gateway": gateway.as_str(), "entry": snat(entry),
        }),
        CloudEdit::RemoveSnat { gateway, entry } => json!({
            "kind": "remove-snat", "gateway": gateway.as_str(), "entry": entry.as_str(),
        }),
        CloudEdit::SetMetadataToken { instance, required } => json!({
            "kind": "set-metadata-token", "instance": instance.as_str(), "required": required,
        }),
        CloudEdit::AddFlowLog { log } => json!({ "kind": "add-flow-log", "log": flow_log(log) }),
        CloudEdit::SetTags { resource, tags } => json!({
            "kind": "set-tags", "resource": resource.as_str(),
            "tags": tags.iter().map(|(key, value)| json!([key, value])).collect::<Vec<_>>(),
        }),
        CloudEdit::UnbindEip { eip } => json!({ "kind": "unbind-eip", "eip": eip.as_str() }),
        CloudEdit::SetListenerAccess {
            balancer,
            listener,
            access,
        } => json!({
            "kind": "set-listener-access", "balancer": balancer.as_str(),
            "listener": listener.as_str(), "access": listener_access(access),
        }),
    }
}

fn rule(rule: &Rule) -> Value {
    json!({
        "id": rule.id.as_str(),
        "direction": direction(rule.direction),
        "action": action(rule.action),
        "priority": rule.priority,
        "protocol": protocol(rule.protocol),
        "ports": ports(&rule.ports),
        "source_ports": ports(&rule.source_ports),
        "peer": peer(&rule.peer),
        "local": rule.local.map(|net| net.to_string()),
        "description": rule.description,
    })
}

fn action(action: Action) -> &'static str {
    match action {
        Action::Accept => "accept",
        Action::Drop => "drop",
    }
}

fn protocol(protocol: ProtocolMatch) -> String {
    match protocol {
        ProtocolMatch::All => "all".to_owned(),
        ProtocolMatch::Number(number) => protocol_word(number),
    }
}

fn range(range: Interval<u16>) -> Value {
    json!([range.low(), range.high()])
}

/// A range, the id of a port list, or nothing for every port.
fn ports(ports: &PortMatch) -> Value {
    match ports {
        PortMatch::Any => Value::Null,
        PortMatch::Range(own) => range(*own),
        PortMatch::List(id) => json!({ "port_list": id.as_str() }),
    }
}

fn peer(peer: &Peer) -> Value {
    match peer {
        Peer::Network(net) => json!({ "network": net.to_string() }),
        Peer::Group { group, owner } => json!({
            "group": group.as_str(), "owner": owner.as_ref().map(Id::as_str),
        }),
        Peer::PrefixList(id) => json!({ "prefix_list": id.as_str() }),
        Peer::Anywhere => json!({ "anywhere": true }),
    }
}

fn acl_entry(entry: &AclEntry) -> Value {
    json!({
        "id": entry.id.as_str(),
        "action": action(entry.action),
        "family": match entry.family {
            Family::V4 => "IPv4",
            Family::V6 => "IPv6",
        },
        "protocol": protocol(entry.protocol),
        "ports": ports(&entry.ports),
        "peer": entry.peer.to_string(),
    })
}

fn forward(entry: &ForwardEntry) -> Value {
    json!({
        "id": entry.id.as_str(),
        "external": entry.external.to_string(),
        "external_ports": entry.external_ports.map(range),
        "internal": entry.internal.to_string(),
        "internal_ports": entry.internal_ports.map(range),
        "protocol": protocol(entry.protocol),
    })
}

fn snat(entry: &SnatEntry) -> Value {
    let source = match &entry.source {
        SnatSource::VSwitch(id) => json!({ "vswitch": id.as_str() }),
        SnatSource::Network(net) => json!({ "network": net.to_string() }),
    };
    json!({
        "id": entry.id.as_str(),
        "source": source,
        "addresses": entry.addresses.iter().map(ToString::to_string).collect::<Vec<_>>(),
    })
}

fn flow_log(log: &FlowLog) -> Value {
    json!({
        "id": log.id.as_str(),
        "region": log.region.as_str(),
        "resource": log.resource.as_ref().map(Id::as_str),
        "traffic": log.traffic,
        "project": log.project,
        "store": log.store,
    })
}

fn listener_access(access: &ListenerAccess) -> Value {
    let ids = |ids: &[Id]| ids.iter().map(ToString::to_string).collect::<Vec<_>>();
    match access {
        ListenerAccess::Everyone => json!({ "everyone": true }),
        ListenerAccess::Only(lists) => json!({ "only": ids(lists) }),
        ListenerAccess::AllBut(lists) => json!({ "all_but": ids(lists) }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use yumen_cloud::{CloudEdit, InnerAccess, ListenerAccess};

    #[test]
    fn edits_stand_in_their_order_with_what_they_need() {
        let edits = [
            CloudEdit::SetInnerAccess {
                group: "sg-1".into(),
                policy: InnerAccess::Drop,
            },
            CloudEdit::SetPrefixList {
                list: "pl-1".into(),
                entries: vec!["10.0.0.0/8".parse().unwrap()],
            },
            CloudEdit::SetListenerAccess {
                balancer: "lb-1".into(),
                listener: "lsn-1".into(),
                access: ListenerAccess::Only(vec!["acl-1".into()]),
            },
        ];
        let expected = json!({
            "schema": "yumen.edits/1",
            "edits": [
                { "kind": "set-inner-access", "group": "sg-1", "group_name": null, "policy": "drop" },
                { "kind": "set-prefix-list", "list": "pl-1", "entries": ["10.0.0.0/8"] },
                {
                    "kind": "set-listener-access", "balancer": "lb-1", "listener": "lsn-1",
                    "access": { "only": ["acl-1"] },
                },
            ],
        });
        assert_eq!(super::json(&edits, None), expected);
    }
}
