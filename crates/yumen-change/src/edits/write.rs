//! Edits to values.
//!
//! What is as almost always stands for itself and is not written: a rule that was understood, an
//! entry that is available, a creation time that nobody told.

use yumen_cloud::{
    AclEntry, Action, CloudEdit, Direction, FlowLog, ForwardEntry, Id, InnerAccess, ListenerAccess,
    Peer, PortMatch, ProtocolMatch, Rule, SnatEntry, SnatSource,
};
use yumen_ledger::Value;
use yumen_packets::{Family, Interval};
use yumen_reach::protocol_word;

use super::EDITS_SCHEMA;

/// Edits in the order in which they are to be made.
#[must_use]
pub fn edits_value(edits: &[CloudEdit]) -> Value {
    Value::table([
        ("schema", EDITS_SCHEMA.into()),
        ("edits", list(edits, edit)),
    ])
}

/// A rule as edits write it.
#[must_use]
pub fn rule_value(rule: &Rule) -> Value {
    let value = Value::table([
        ("id", id(&rule.id)),
        ("direction", direction(rule.direction)),
        ("action", action(rule.action)),
        ("priority", i64::from(rule.priority).into()),
        ("protocol", protocol(rule.protocol)),
        ("ports", ports(&rule.ports)),
        ("source_ports", ports(&rule.source_ports)),
        ("peer", peer(&rule.peer)),
        ("local", rule.local.map(|net| net.to_string()).into()),
        ("description", rule.description.as_str().into()),
    ]);
    let created_at = rule.created_at.as_deref().map(Value::from);
    let value = with(value, "created_at", created_at);
    with(value, "uncertain", rule.uncertain.then_some(true.into()))
}

fn edit(edit: &CloudEdit) -> Value {
    match edit {
        CloudEdit::AddRule { group, rule } => kind(
            "add-rule",
            [("group", id(group)), ("rule", rule_value(rule))],
        ),
        CloudEdit::RemoveRule { group, rule } => {
            kind("remove-rule", [("group", id(group)), ("rule", id(rule))])
        }
        CloudEdit::ReplaceRule { group, rule } => kind(
            "replace-rule",
            [("group", id(group)), ("rule", rule_value(rule))],
        ),
        CloudEdit::SetInnerAccess { group, policy } => kind(
            "set-inner-access",
            [("group", id(group)), ("policy", inner_access(*policy))],
        ),
        CloudEdit::JoinGroup { interface, group } => kind(
            "join-group",
            [("interface", id(interface)), ("group", id(group))],
        ),
        CloudEdit::LeaveGroup { interface, group } => kind(
            "leave-group",
            [("interface", id(interface)), ("group", id(group))],
        ),
        CloudEdit::SetAclEntries {
            acl,
            direction: way,
            entries,
        } => kind(
            "set-acl-entries",
            [
                ("acl", id(acl)),
                ("direction", direction(*way)),
                ("entries", list(entries, acl_entry)),
            ],
        ),
        CloudEdit::SetPrefixList { list: of, entries } => kind(
            "set-prefix-list",
            [("list", id(of)), ("entries", list(entries, text))],
        ),
        CloudEdit::RemoveForward { gateway, entry } => kind(
            "remove-forward",
            [("gateway", id(gateway)), ("entry", id(entry))],
        ),
        CloudEdit::AddForward { gateway, entry } => kind(
            "add-forward",
            [("gateway", id(gateway)), ("entry", forward(entry))],
        ),
        CloudEdit::AddSnat { gateway, entry } => kind(
            "add-snat",
            [("gateway", id(gateway)), ("entry", snat(entry))],
        ),
        CloudEdit::RemoveSnat { gateway, entry } => kind(
            "remove-snat",
            [("gateway", id(gateway)), ("entry", id(entry))],
        ),
        CloudEdit::SetMetadataToken { instance, required } => kind(
            "set-metadata-token",
            [("instance", id(instance)), ("required", (*required).into())],
        ),
        CloudEdit::AddFlowLog { log } => kind("add-flow-log", [("log", flow_log(log))]),
        CloudEdit::SetTags { resource, tags } => {
            let pair = |(key, value): &(String, String)| Value::list([key.clone(), value.clone()]);
            kind(
                "set-tags",
                [("resource", id(resource)), ("tags", list(tags, pair))],
            )
        }
        CloudEdit::UnbindEip { eip } => kind("unbind-eip", [("eip", id(eip))]),
        CloudEdit::SetListenerAccess {
            balancer,
            listener,
            access,
        } => kind(
            "set-listener-access",
            [
                ("balancer", id(balancer)),
                ("listener", id(listener)),
                ("access", listener_access(access)),
            ],
        ),
    }
}

fn kind<const N: usize>(word: &str, fields: [(&str, Value); N]) -> Value {
    with(Value::table(fields), "kind", Some(word.into()))
}

/// A table with one more value, if there is one.
fn with(table: Value, key: &str, value: Option<Value>) -> Value {
    match (table, value) {
        (Value::Table(mut entries), Some(value)) => {
            entries.insert(key.to_owned(), value);
            Value::Table(entries)
        }
        (table, _) => table,
    }
}

fn list<T>(items: &[T], each: impl Fn(&T) -> Value) -> Value {
    Value::List(items.iter().map(each).collect())
}

fn id(id: &Id) -> Value {
    id.as_str().into()
}

fn text(value: &impl ToString) -> Value {
    value.to_string().into()
}

fn direction(direction: Direction) -> Value {
    match direction {
        Direction::Ingress => "ingress".into(),
        Direction::Egress => "egress".into(),
    }
}

fn action(action: Action) -> Value {
    match action {
        Action::Accept => "accept".into(),
        Action::Drop => "drop".into(),
    }
}

fn inner_access(policy: InnerAccess) -> Value {
    match policy {
        InnerAccess::Accept => "accept".into(),
        InnerAccess::Drop => "drop".into(),
    }
}

fn protocol(protocol: ProtocolMatch) -> Value {
    match protocol {
        ProtocolMatch::All => "all".into(),
        ProtocolMatch::Number(number) => protocol_word(number).into(),
    }
}

fn range(range: Interval<u16>) -> Value {
    Value::list([i64::from(range.low()), i64::from(range.high())])
}

/// A range, the id of a port list, or nothing for every port.
fn ports(ports: &PortMatch) -> Value {
    match ports {
        PortMatch::Any => Value::Null,
        PortMatch::Range(own) => range(*own),
        PortMatch::List(list) => Value::table([("port_list", id(list))]),
    }
}

fn peer(peer: &Peer) -> Value {
    match peer {
        Peer::Network(net) => Value::table([("network", text(net))]),
        Peer::Group { group, owner } => Value::table([
            ("group", id(group)),
            ("owner", owner.as_ref().map(id).into()),
        ]),
        Peer::PrefixList(list) => Value::table([("prefix_list", id(list))]),
        Peer::Anywhere => Value::table([("anywhere", true.into())]),
    }
}

fn acl_entry(entry: &AclEntry) -> Value {
    let family = match entry.family {
        Family::V4 => "IPv4",
        Family::V6 => "IPv6",
    };
    let value = Value::table([
        ("id", id(&entry.id)),
        ("action", action(entry.action)),
        ("family", family.into()),
        ("protocol", protocol(entry.protocol)),
        ("ports", ports(&entry.ports)),
        ("peer", text(&entry.peer)),
    ]);
    with(value, "uncertain", entry.uncertain.then_some(true.into()))
}

fn forward(entry: &ForwardEntry) -> Value {
    let value = Value::table([
        ("id", id(&entry.id)),
        ("external", text(&entry.external)),
        ("external_ports", entry.external_ports.map(range).into()),
        ("internal", text(&entry.internal)),
        ("internal_ports", entry.internal_ports.map(range).into()),
        ("protocol", protocol(entry.protocol)),
    ]);
    with(value, "available", unless_true(entry.available))
}

fn snat(entry: &SnatEntry) -> Value {
    let source = match &entry.source {
        SnatSource::VSwitch(vswitch) => Value::table([("vswitch", id(vswitch))]),
        SnatSource::Network(net) => Value::table([("network", text(net))]),
    };
    let value = Value::table([
        ("id", id(&entry.id)),
        ("source", source),
        ("addresses", list(&entry.addresses, text)),
    ]);
    with(value, "available", unless_true(entry.available))
}

fn flow_log(log: &FlowLog) -> Value {
    let value = Value::table([
        ("id", id(&log.id)),
        ("region", id(&log.region)),
        ("resource", log.resource.as_ref().map(id).into()),
        ("traffic", log.traffic.as_str().into()),
        ("project", log.project.as_str().into()),
        ("store", log.store.as_str().into()),
    ]);
    let value = with(value, "active", unless_true(log.active));
    let days = log.retention_days.map(Value::from);
    with(value, "retention_days", days)
}

fn unless_true(flag: bool) -> Option<Value> {
    (!flag).then_some(false.into())
}

fn listener_access(access: &ListenerAccess) -> Value {
    match access {
        ListenerAccess::Everyone => Value::table([("everyone", true.into())]),
        ListenerAccess::Only(lists) => Value::table([("only", list(lists, id))]),
        ListenerAccess::AllBut(lists) => Value::table([("all_but", list(lists, id))]),
    }
}
