//! Edits as JSON: what is to be changed, for programs that carry it out or show it.

use serde_json::{Value, json};
use yumen_change::{edits_value, rule_value};
use yumen_cloud::{CloudEdit, Id, Snapshot};
use yumen_ledger::Value as Exact;

/// Edits in the order in which they are to be made, as `yumen-change` reads them; with a snapshot,
/// the names of groups stand beside their ids, and what a rule was beside what it becomes.
#[must_use]
pub fn json(edits: &[CloudEdit], snapshot: Option<&Snapshot>) -> Value {
    let mut document = as_json(&edits_value(edits));
    let written = document.get_mut("edits").and_then(Value::as_array_mut);
    for (edit, written) in edits.iter().zip(written.into_iter().flatten()) {
        if let Value::Object(fields) = written {
            fields.extend(shown_beside(edit, snapshot));
        }
    }
    document
}

/// What a reader wants to see of an edit and what its meaning does not need.
fn shown_beside(
    edit: &CloudEdit,
    snapshot: Option<&Snapshot>,
) -> impl Iterator<Item = (String, Value)> {
    let (group, replaced) = match edit {
        CloudEdit::AddRule { group, .. }
        | CloudEdit::SetInnerAccess { group, .. }
        | CloudEdit::JoinGroup { group, .. }
        | CloudEdit::LeaveGroup { group, .. } => (Some(group), None),
        CloudEdit::RemoveRule { group, rule } => (Some(group), Some(rule)),
        CloudEdit::ReplaceRule { group, rule } => (Some(group), Some(&rule.id)),
        _ => (None, None),
    };
    let found = |id: &Id| snapshot.and_then(|snapshot| snapshot.groups.get(id));
    let name = group.map(|id| json!(found(id).map(|group| group.name.clone())));
    let was = group.zip(replaced).map(|(id, rule)| {
        let mut rules = found(id).into_iter().flat_map(|group| &group.rules);
        let was = rules.find(|present| present.id == *rule);
        was.map_or(Value::Null, |was| as_json(&rule_value(was)))
    });
    let name = name.map(|name| ("group_name".to_owned(), name));
    name.into_iter()
        .chain(was.map(|was| ("was".to_owned(), was)))
}

fn as_json(value: &Exact) -> Value {
    match value {
        Exact::Null => Value::Null,
        Exact::Bool(flag) => json!(flag),
        Exact::Number(number) => json!(number),
        Exact::Text(text) => json!(text),
        Exact::List(items) => items.iter().map(as_json).collect(),
        Exact::Table(table) => {
            let entries = table.iter();
            Value::Object(
                entries
                    .map(|(key, value)| (key.clone(), as_json(value)))
                    .collect(),
            )
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use yumen_change::parse_edits;
    use yumen_cloud::{
        Action, CloudEdit, Direction, GroupKind, InnerAccess, ListenerAccess, Peer, PortMatch,
        ProtocolMatch, Rule, SecurityGroup, Snapshot,
    };
    use yumen_diagnostics::Place;

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

    #[test]
    fn what_is_shown_beside_an_edit_is_no_part_of_it() {
        let rule = Rule {
            id: "sgr-1".into(),
            direction: Direction::Ingress,
            action: Action::Accept,
            priority: 1,
            protocol: ProtocolMatch::All,
            ports: PortMatch::Any,
            source_ports: PortMatch::Any,
            peer: Peer::Anywhere,
            local: None,
            uncertain: false,
            description: "everything".to_owned(),
            created_at: None,
            place: Place::default(),
        };
        let mut snapshot = Snapshot::default();
        snapshot.groups.insert(SecurityGroup {
            id: "sg-1".into(),
            region: "cn-a".into(),
            vpc: None,
            name: "web".to_owned(),
            description: String::new(),
            kind: GroupKind::Basic,
            inner_access: InnerAccess::Drop,
            rules: vec![rule.clone()],
            ingress_unread: false,
            egress_unread: false,
            managed: false,
            created_at: None,
            tags: Vec::new(),
            place: Place::default(),
        });
        let replaced = Rule {
            action: Action::Drop,
            ..rule
        };
        let edits = [
            CloudEdit::ReplaceRule {
                group: "sg-1".into(),
                rule: replaced,
            },
            CloudEdit::RemoveRule {
                group: "sg-2".into(),
                rule: "sgr-2".into(),
            },
        ];
        let json = super::json(&edits, Some(&snapshot));
        let first = &json["edits"][0];
        assert_eq!(first["group_name"], "web");
        assert_eq!(first["was"]["action"], "accept");
        assert_eq!(first["rule"]["action"], "drop");
        let second = json!({
            "kind": "remove-rule", "group": "sg-2", "group_name": null, "rule": "sgr-2",
            "was": null,
        });
        assert_eq!(json["edits"][1], second);
        let text = serde_json::to_string_pretty(&json).unwrap();
        assert_eq!(parse_edits("edits.json", &text).unwrap(), edits);
    }
}
