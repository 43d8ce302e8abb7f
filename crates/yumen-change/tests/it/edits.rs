//! Edits written and read back, and what is said of files that are wrong.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::IpNet;
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;
use yumen_change::{EDITS_SCHEMA, edits_value, parse_edits, read_edits};
use yumen_cloud::{
    AclEntry, Action, CloudEdit, Direction, FlowLog, ForwardEntry, Id, InnerAccess, ListenerAccess,
    Peer, PortMatch, ProtocolMatch, Rule, SnatEntry, SnatSource,
};
use yumen_diagnostics::Place;
use yumen_ledger::Value;
use yumen_packets::{Family, Interval};

proptest! {
    /// LAW (edits read back): what was written is read back, by the ledger's reader and by the
    /// one for files.
    #[test]
    fn edits_are_read_back(edits in vec(edit(), 0..6)) {
        let value = edits_value(&edits);
        prop_assert_eq!(read_edits(&value).unwrap(), edits.clone());
        let canonical = value.encode().unwrap();
        let decoded = Value::decode(canonical.as_bytes()).unwrap();
        prop_assert_eq!(read_edits(&decoded).unwrap(), edits.clone());
        let json: serde_json::Value = serde_json::from_str(&canonical).unwrap();
        let pretty = serde_json::to_string_pretty(&json).unwrap();
        prop_assert_eq!(parse_edits("edits.json", &pretty).unwrap(), edits);
    }

    /// A file in which one character was changed is refused or means something else; only the
    /// case of letters in an address means nothing.
    #[test]
    fn a_changed_file_is_told_or_means_something_else(
        edit in edit(), at in any::<prop::sample::Index>(), to in b' '..=b'~'
    ) {
        let text = edits_value(std::slice::from_ref(&edit)).encode().unwrap();
        let mut changed = text.clone().into_bytes();
        let at = at.index(changed.len());
        changed[at] = to;
        if let Ok(changed) = String::from_utf8(changed)
            && let Ok(read) = parse_edits("edits.json", &changed)
            && read == [edit]
        {
            prop_assert_eq!(text.to_ascii_lowercase(), changed.to_ascii_lowercase());
        }
    }

    /// The reader of files agrees with another parser on what JSON is, but for numbers that are
    /// not whole and keys that stand twice.
    #[test]
    fn json_is_what_another_parser_takes_for_it(
        text in prop_oneof![spoiled(), "[\\[\\]{}\":,0-9a-z\\\\ -]{0,12}"]
    ) {
        let said = parse_edits("edits.json", &text).err().unwrap_or_default();
        let ids: Vec<&str> = said.iter().map(|problem| problem.message.id).collect();
        let ours_alone = ["edits-json-number", "edits-json-twice"];
        if !ids.iter().any(|id| ours_alone.contains(id)) {
            let taken = !ids.iter().any(|id| id.starts_with("edits-json"));
            let json = serde_json::from_str::<serde_json::Value>(&text);
            prop_assert_eq!(taken, json.is_ok(), "{:?}", ids);
        }
    }

    /// Texts with every kind of escape read as the other parser reads them.
    #[test]
    fn texts_are_read_as_json_has_them(text in any::<String>(), escaped in any::<bool>()) {
        let quoted = if escaped {
            let units = text.encode_utf16();
            let escapes: String = units.map(|unit| format!("\\u{unit:04X}")).collect();
            format!("\"{escapes}\"")
        } else {
            serde_json::to_string(&text).unwrap()
        };
        let file = format!(
            "{{\"schema\": \"{EDITS_SCHEMA}\", \"edits\": [{{\"kind\": \"set-tags\", \
             \"resource\": \"i-1\", \"tags\": [[\"k\", {quoted}]]}}]}}"
        );
        let expected = CloudEdit::SetTags {
            resource: "i-1".into(),
            tags: vec![("k".to_owned(), text)],
        };
        prop_assert_eq!(parse_edits("edits.json", &file).unwrap(), vec![expected]);
    }
}

#[test]
fn every_kind_is_generated() {
    let mut runner = TestRunner::deterministic();
    let mut kinds = BTreeSet::new();
    for _ in 0..2000 {
        let edit = edit().new_tree(&mut runner).unwrap().current();
        let value = edits_value(&[edit]);
        let first = &value.get("edits").unwrap().as_list().unwrap()[0];
        kinds.insert(first.get("kind").unwrap().as_text().unwrap().to_owned());
    }
    assert_eq!(kinds.len(), 17, "{kinds:?}");
}

#[test]
fn a_file_that_a_person_writes_may_leave_out_what_is_seldom_used() {
    let text = r#"
        { "edits": [
            { "group": "sg-1", "group_name": "web", "kind": "add-rule", "rule": {
                "direction": "ingress", "action": "accept", "priority": 1,
                "protocol": "tcp", "ports": [443, 443], "peer": { "network": "203.0.113.7" }
            } },
            { "kind": "remove-rule", "group": "sg-1", "rule": "sgr-1", "was": { "any": 1 } }
          ],
          "schema": "yumen.edits/1" }
    "#;
    let rule = Rule {
        id: "new-1".into(),
        direction: Direction::Ingress,
        action: Action::Accept,
        priority: 1,
        protocol: ProtocolMatch::Number(6),
        ports: PortMatch::Range(Interval::single(443)),
        source_ports: PortMatch::Any,
        peer: Peer::Network("203.0.113.7/32".parse().unwrap()),
        local: None,
        uncertain: false,
        description: String::new(),
        created_at: None,
        place: Place::default(),
    };
    let expected = vec![
        CloudEdit::AddRule {
            group: "sg-1".into(),
            rule,
        },
        CloudEdit::RemoveRule {
            group: "sg-1".into(),
            rule: "sgr-1".into(),
        },
    ];
    assert_eq!(parse_edits("edits.json", text).unwrap(), expected);
}

/// The problems of a file, one a line.
fn told(text: &str) -> String {
    let problems = parse_edits("edits.json", text).unwrap_err();
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| format!("{}: {}", problem.place, problem.message))
        .collect();
    lines.join("\n")
}

/// The problems of edits in a file of this schema that begins on its second line.
fn told_of(edits: &str) -> String {
    told(&format!(
        "{{ \"schema\": \"yumen.edits/1\", \"edits\":\n{edits}\n}}"
    ))
}

#[test]
fn what_is_wrong_is_told_with_its_line() {
    assert_eq!(
        told_of(
            r#"[ { "kind": "add-ruel", "group": "sg-1" },
                 { "kind": "unbind-eip", "epi": "eip-1" },
                 { "kind": "set-inner-access", "group": "sg-1", "policy": "dorp" },
                 { "kind": "set-prefix-list", "list": "pl-1", "entries": ["10.0.0.0/33"] },
                 { "kind": "set-metadata-token", "instance": "i-1", "required": "yes" } ]"#
        ),
        "edits.json:2: edits-word(path=edits[0].kind, value=add-ruel, nearest=add-rule)\n\
         edits.json:3: edits-missing(path=edits[1], key=eip)\n\
         edits.json:3: edits-unknown-key(path=edits[1], key=epi, nearest=eip)\n\
         edits.json:4: edits-word(path=edits[2].policy, value=dorp, nearest=drop)\n\
         edits.json:5: edits-value(path=edits[3].entries[0], value=10.0.0.0/33, example=10.0.0.0/8)\n\
         edits.json:6: edits-form(path=edits[4].required, expected=true | false)"
    );
}

#[test]
fn every_wrong_field_of_a_rule_is_told_at_once() {
    assert_eq!(
        told_of(
            r#"[ { "kind": "add-rule", "group": "sg-1", "rule": {
                "direction": "in", "action": "accept", "priority": 70000,
                "protocol": "tpc",
                "ports": [443, 80],
                "peer": { "network": "0.0.0.0/0", "group": "sg-2" },
                "prioritty": 1 } } ]"#
        ),
        "edits.json:3: edits-word(path=edits[0].rule.direction, value=in, nearest=ingress | egress)\n\
         edits.json:3: edits-range(path=edits[0].rule.priority, from=0, to=65535)\n\
         edits.json:4: edits-word(path=edits[0].rule.protocol, value=tpc, nearest=tcp)\n\
         edits.json:5: edits-form(path=edits[0].rule.ports, expected=[80, 443])\n\
         edits.json:6: edits-form(path=edits[0].rule.peer, expected={\"network\": \"10.0.0.0/8\"} | \
         {\"group\": \"sg-…\"} | {\"prefix_list\": \"pl-…\"})\n\
         edits.json:7: edits-unknown-key(path=edits[0].rule, key=prioritty, nearest=priority)"
    );
}

/// LAW (no absence that means everything): ports and peers are written down.
#[test]
fn a_rule_without_ports_or_peer_is_refused() {
    let told = told_of(
        r#"[ { "kind": "add-rule", "group": "sg-1", "rule": { "direction": "ingress",
               "action": "accept", "priority": 1, "protocol": "all" } } ]"#,
    );
    assert_eq!(
        told,
        "edits.json:2: edits-missing(path=edits[0].rule, key=ports)\n\
         edits.json:2: edits-missing(path=edits[0].rule, key=peer)"
    );
}

#[test]
fn what_is_no_json_is_told_with_its_line() {
    for (text, expected) in [
        (
            "",
            "edits.json:1: edits-json-end(expected={ [ \" 0 true false null)",
        ),
        (
            "{\n\"a\": 1,\n}",
            "edits.json:3: edits-json(found=}, expected=\")",
        ),
        (
            "{\n\"a\": 1.5}",
            "edits.json:2: edits-json-number(value=1.5)",
        ),
        (
            "{\"a\": 1,\n\n\"a\": 2}",
            "edits.json:3: edits-json-twice(key=a)",
        ),
        (
            "{\"a\": nil}",
            "edits.json:1: edits-json(found=nil, expected=\"…\" true false null)",
        ),
        (
            "[1] x",
            "edits.json:1: edits-json(found=x, expected=end of file)",
        ),
        ("[\"\\ud800\"]", "edits.json:1: edits-json-surrogate"),
        ("[]", "edits.json:1: edits-form(path={…}, expected={…})"),
        (
            "{\"edits\": []}",
            "edits.json:1: edits-missing(path={…}, key=schema)",
        ),
        (
            "{\"schema\": \"yumen.edits/2\"}",
            "edits.json:1: edits-schema(expected=yumen.edits/1)",
        ),
    ] {
        assert_eq!(told(text), expected, "{text}");
    }
    assert_eq!(told(&"[".repeat(100)), "edits.json:1: edits-json-deep");
}

/// The text of an edit with some characters of JSON put into it.
fn spoiled() -> impl Strategy<Value = String> {
    let put = "[\\[\\]{}\":,0-9nu\\\\ -]{0,3}";
    (edit(), any::<prop::sample::Index>(), put).prop_map(|(edit, at, put)| {
        let mut text: Vec<char> = edits_value(&[edit]).encode().unwrap().chars().collect();
        let at = at.index(text.len());
        text.splice(at..at, put.chars());
        text.into_iter().collect()
    })
}

fn edit() -> impl Strategy<Value = CloudEdit> {
    prop_oneof![
        (id(), rule()).prop_map(|(group, rule)| CloudEdit::AddRule { group, rule }),
        (id(), id()).prop_map(|(group, rule)| CloudEdit::RemoveRule { group, rule }),
        (id(), rule()).prop_map(|(group, rule)| CloudEdit::ReplaceRule { group, rule }),
        (id(), any::<bool>()).prop_map(|(group, open)| CloudEdit::SetInnerAccess {
            group,
            policy: if open {
                InnerAccess::Accept
            } else {
                InnerAccess::Drop
            },
        }),
        (id(), id()).prop_map(|(interface, group)| CloudEdit::JoinGroup { interface, group }),
        (id(), id()).prop_map(|(interface, group)| CloudEdit::LeaveGroup { interface, group }),
        (id(), direction(), vec(acl_entry(), 0..3)).prop_map(|(acl, direction, entries)| {
            CloudEdit::SetAclEntries {
                acl,
                direction,
                entries,
            }
        }),
        (id(), vec(network(), 0..3))
            .prop_map(|(list, entries)| CloudEdit::SetPrefixList { list, entries }),
        (id(), id()).prop_map(|(gateway, entry)| CloudEdit::RemoveForward { gateway, entry }),
        (id(), forward()).prop_map(|(gateway, entry)| CloudEdit::AddForward { gateway, entry }),
        (id(), snat()).prop_map(|(gateway, entry)| CloudEdit::AddSnat { gateway, entry }),
        (id(), id()).prop_map(|(gateway, entry)| CloudEdit::RemoveSnat { gateway, entry }),
        (id(), any::<bool>())
            .prop_map(|(instance, required)| CloudEdit::SetMetadataToken { instance, required }),
        flow_log().prop_map(|log| CloudEdit::AddFlowLog { log }),
        (id(), vec((any::<String>(), any::<String>()), 0..3))
            .prop_map(|(resource, tags)| CloudEdit::SetTags { resource, tags }),
        id().prop_map(|eip| CloudEdit::UnbindEip { eip }),
        (id(), id(), access()).prop_map(|(balancer, listener, access)| {
            CloudEdit::SetListenerAccess {
                balancer,
                listener,
                access,
            }
        }),
    ]
}

fn id() -> impl Strategy<Value = Id> {
    "[a-z][a-z0-9/-]{0,6}".prop_map(Id::from)
}

fn direction() -> impl Strategy<Value = Direction> {
    prop_oneof![Just(Direction::Ingress), Just(Direction::Egress)]
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![Just(Action::Accept), Just(Action::Drop)]
}

fn protocol() -> impl Strategy<Value = ProtocolMatch> {
    prop_oneof![
        Just(ProtocolMatch::All),
        any::<u8>().prop_map(ProtocolMatch::Number)
    ]
}

fn range() -> impl Strategy<Value = Interval<u16>> {
    (any::<u16>(), any::<u16>())
        .prop_map(|(one, other)| Interval::new(one.min(other), one.max(other)).unwrap())
}

fn ports() -> impl Strategy<Value = PortMatch> {
    prop_oneof![
        Just(PortMatch::Any),
        range().prop_map(PortMatch::Range),
        id().prop_map(PortMatch::List),
    ]
}

/// Networks, those with bits behind their prefix among them.
fn network() -> impl Strategy<Value = IpNet> {
    let v4 = (any::<Ipv4Addr>(), 0..=32_u8).prop_map(|(own, length)| (IpAddr::V4(own), length));
    let v6 = (any::<Ipv6Addr>(), 0..=128_u8).prop_map(|(own, length)| (IpAddr::V6(own), length));
    prop_oneof![v4, v6].prop_map(|(own, length)| IpNet::new(own, length).unwrap())
}

fn rule() -> impl Strategy<Value = Rule> {
    let peer = prop_oneof![
        network().prop_map(Peer::Network),
        (id(), option::of(id())).prop_map(|(group, owner)| Peer::Group { group, owner }),
        id().prop_map(Peer::PrefixList),
        Just(Peer::Anywhere),
    ];
    let first = (
        id(),
        direction(),
        action(),
        any::<u16>(),
        protocol(),
        ports(),
    );
    let second = (
        ports(),
        peer,
        option::of(network()),
        any::<bool>(),
        any::<String>(),
        option::of(any::<String>()),
    );
    (first, second).prop_map(|(first, second)| {
        let (id, direction, action, priority, protocol, ports) = first;
        let (source_ports, peer, local, uncertain, description, created_at) = second;
        Rule {
            id,
            direction,
            action,
            priority,
            protocol,
            ports,
            source_ports,
            peer,
            local,
            uncertain,
            description,
            created_at,
            place: Place::default(),
        }
    })
}

fn acl_entry() -> impl Strategy<Value = AclEntry> {
    let family = prop_oneof![Just(Family::V4), Just(Family::V6)];
    let all = (
        id(),
        action(),
        protocol(),
        ports(),
        family,
        network(),
        any::<bool>(),
    );
    all.prop_map(
        |(id, action, protocol, ports, family, peer, uncertain)| AclEntry {
            id,
            action,
            protocol,
            ports,
            family,
            peer,
            uncertain,
            place: Place::default(),
        },
    )
}

fn forward() -> impl Strategy<Value = ForwardEntry> {
    let outer = (any::<Ipv4Addr>(), option::of(range()));
    let inner = (any::<Ipv4Addr>(), option::of(range()));
    (id(), outer, inner, protocol(), any::<bool>()).prop_map(
        |(id, outer, inner, protocol, available)| ForwardEntry {
            id,
            external: outer.0,
            external_ports: outer.1,
            internal: inner.0,
            internal_ports: inner.1,
            protocol,
            available,
            place: Place::default(),
        },
    )
}

fn snat() -> impl Strategy<Value = SnatEntry> {
    let source = prop_oneof![
        id().prop_map(SnatSource::VSwitch),
        network().prop_map(SnatSource::Network)
    ];
    let all = (id(), source, vec(any::<Ipv4Addr>(), 0..3), any::<bool>());
    all.prop_map(|(id, source, addresses, available)| SnatEntry {
        id,
        source,
        addresses,
        available,
        place: Place::default(),
    })
}

fn flow_log() -> impl Strategy<Value = FlowLog> {
    let names = (any::<String>(), any::<String>(), any::<String>());
    let rest = (any::<bool>(), option::of(any::<u32>()));
    (id(), id(), option::of(id()), names, rest).prop_map(|(id, region, resource, names, rest)| {
        FlowLog {
            id,
            region,
            resource,
            active: rest.0,
            traffic: names.0,
            project: names.1,
            store: names.2,
            retention_days: rest.1,
            place: Place::default(),
        }
    })
}

fn access() -> impl Strategy<Value = ListenerAccess> {
    prop_oneof![
        Just(ListenerAccess::Everyone),
        vec(id(), 0..3).prop_map(ListenerAccess::Only),
        vec(id(), 0..3).prop_map(ListenerAccess::AllBut),
    ]
}

/// What `yumen fix --format json` writes: the edits of all fixes, in order, none from those by
/// hand; every new rule has a name of its own.
#[test]
fn fixes_are_read_with_their_edits() {
    let rule = r#"{"direction":"ingress","action":"drop","priority":1,"protocol":"tcp","ports":[22,22],"peer":{"network":"0.0.0.0/0"}}"#;
    let add = format!(r#"{{"kind":"add-rule","group":"sg-1","group_name":"web","rule":{rule}}}"#);
    let fixes = format!(
        r#"{{"schema":"yumen.fixes/1","fixes":[
            {{"target":"web","items":["EXP-01"],"findings":3,"edits":[{add}],"note":null}},
            {{"target":"db","edits":null,"refused":"by hand"}},
            {{"target":"app","edits":[{add}]}}]}}"#
    );
    let edits = parse_edits("fixes.json", &fixes).unwrap();
    let ids: Vec<&str> = edits
        .iter()
        .map(|edit| match edit {
            CloudEdit::AddRule { rule, .. } => rule.id.as_str(),
            _ => "",
        })
        .collect();
    assert_eq!(ids, ["new-1", "new-2"]);
    let wrong = fixes.replace("\"drop\"", "\"dorp\"");
    let problems = parse_edits("fixes.json", &wrong).unwrap_err();
    let said: Vec<String> = problems.iter().map(|one| one.message.to_string()).collect();
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(
        said[0].starts_with("edits-word(path=fixes[0].edits[0].rule.action"),
        "{said:?}"
    );
}
