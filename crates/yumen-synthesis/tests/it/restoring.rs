//! Restorations, case by case; their law is tested on generated pairs beside the one of orders.

use std::collections::BTreeSet;

use yumen_cloud::{CloudEdit, EipBinding, Id, Snapshot};
use yumen_synthesis::{Restoration, RestoreScope, TEXTS, restore};

use crate::estate::parse;

const THEN: &str = "
    vpc vpc-a 10.0.0.0/16
    vswitch vsw-1 vpc-a 10.0.1.0/24
    prefixlist pl-1 203.0.113.0/24
    accesslist al-1 203.0.113.0/24
    sg sg-1 vpc-a basic inner=drop
      in accept 10 tcp 22 from 203.0.113.0/24 id=a desc=office
      in accept 20 tcp 443 from pl:pl-1 id=b
    sg sg-2 vpc-a basic inner=drop
    sg sg-3 vpc-a basic inner=drop
    eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1 token=yes
    eni eni-2 vpc-a vsw-1 10.0.1.6 sg-2
    eip eip-1 47.1.2.3 none
    eip eip-2 47.1.2.4 eni-2
    nat ngw-1 vpc-a internet
      forward 47.1.3.1 8022 tcp 10.0.1.5 22 id=f
    clb lb-1 vpc-a 47.9.9.9
      listener lsn-1 tcp 443 only=al-1 own:443
      server eni-1
";

/// What is restored, in few words, from the text of then with some lines changed.
fn restored(changes: &[(&str, &str)], scope: &RestoreScope) -> (Vec<String>, Vec<String>) {
    let text = changes.iter().fold(THEN.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "`{from}`");
        text.replace(from, to)
    });
    let (now, then) = (parse(&text), parse(THEN));
    let found = restore(&now, &then, scope);
    fits(&now, &found);
    (
        found.edits.iter().map(word).collect(),
        found
            .left
            .iter()
            .map(|left| format!("{} {}", left.resource, left.reason))
            .collect(),
    )
}

fn fits(now: &Snapshot, found: &Restoration) {
    let mut state = now.clone();
    for edit in &found.edits {
        state = state.with_edit(edit).unwrap();
    }
    for left in &found.left {
        let line = format!("\n{} = ", left.reason.id);
        assert!(
            TEXTS.english.contains(&line) && TEXTS.chinese.contains(&line),
            "{line}"
        );
    }
}

fn word(edit: &CloudEdit) -> String {
    match edit {
        CloudEdit::AddRule { group, rule } => format!("add {group} {}", rule.id),
        CloudEdit::RemoveRule { group, rule } => format!("remove {group} {rule}"),
        CloudEdit::ReplaceRule { group, rule } => format!("replace {group} {}", rule.id),
        CloudEdit::JoinGroup { interface, group } => format!("join {interface} {group}"),
        CloudEdit::LeaveGroup { interface, group } => format!("leave {interface} {group}"),
        CloudEdit::AddForward { entry, .. } => format!("forward {}", entry.external),
        CloudEdit::RemoveForward { entry, .. } => format!("close {entry}"),
        CloudEdit::SetPrefixList { list, .. } => format!("set {list}"),
        CloudEdit::UnbindEip { eip } => format!("unbind {eip}"),
        CloudEdit::SetListenerAccess { listener, .. } => format!("set {listener}"),
        CloudEdit::SetMetadataToken { instance, .. } => format!("token {instance}"),
        CloudEdit::SetTags { resource, .. } => format!("tag {resource}"),
        other => format!("{other:?}"),
    }
}

#[test]
fn nothing_is_done_where_nothing_changed() {
    assert_eq!(restored(&[], &RestoreScope::Whole), (vec![], vec![]));
}

#[test]
fn rules_are_matched_by_filter_then_by_id() {
    // Another id for the same filter is the same rule; another filter under the same id is not.
    let changes = [
        ("id=a desc=office", "id=z desc=office"),
        ("443 from pl:pl-1", "8443 from pl:pl-1"),
    ];
    let (edits, left) = restored(&changes, &RestoreScope::Whole);
    assert_eq!(
        (edits, left),
        (vec![String::from("replace sg-1 b")], vec![])
    );
    let (edits, _) = restored(&[("desc=office", "desc=other")], &RestoreScope::Whole);
    assert_eq!(edits, ["replace sg-1 a"]);
    let (edits, _) = restored(
        &[(
            "id=a desc=office",
            "id=a\n  in accept 1 all -1/-1 from 0.0.0.0/0 id=c\n",
        )],
        &RestoreScope::Whole,
    );
    assert_eq!(edits, ["replace sg-1 a", "remove sg-1 c"]);
}

#[test]
fn an_id_that_is_taken_is_not_given_twice() {
    // Now `a` is what `b` was, and what `a` was is gone.
    let changes = [
        (
            "in accept 10 tcp 22 from 203.0.113.0/24 id=a desc=office",
            "",
        ),
        ("id=b", "id=a"),
    ];
    let (edits, _) = restored(&changes, &RestoreScope::Whole);
    assert_eq!(edits, ["add sg-1 sg-1/restored/1"]);
}

#[test]
fn members_lists_and_doors_come_back() {
    let changes = [
        ("10.0.1.5 sg-1 token=yes", "10.0.1.5 sg-2,sg-3 token=no"),
        ("pl-1 203.0.113.0/24", "pl-1 0.0.0.0/0"),
        ("eip-1 47.1.2.3 none", "eip-1 47.1.2.3 eni-1"),
        ("8022 tcp 10.0.1.5 22 id=f", "9022 tcp 10.0.1.5 22 id=f"),
        ("only=al-1", "everyone"),
    ];
    let (edits, left) = restored(&changes, &RestoreScope::Whole);
    assert_eq!(
        edits,
        [
            "join eni-1 sg-1",
            "token i-eni-1",
            "set pl-1",
            "set lsn-1",
            "unbind eip-1",
            "leave eni-1 sg-2",
            "leave eni-1 sg-3",
            "close f",
            "forward 47.1.3.1",
        ]
    );
    assert_eq!(left, Vec::<String>::new());
}

#[test]
fn what_no_edit_brings_back_is_listed() {
    let changes = [
        ("sg sg-3 vpc-a basic inner=drop", ""),
        ("eip-2 47.1.2.4 eni-2", "eip-2 47.1.2.4 none"),
        (
            "10.0.1.6 sg-2",
            "10.0.1.6 sg-2\n eni eni-9 vpc-a vsw-1 10.0.1.9 sg-2",
        ),
        ("al-1 203.0.113.0/24", "al-1 0.0.0.0/0"),
        ("lsn-1 tcp", "lsn-2 tcp"),
        ("10.0.1.5 sg-1 token", "10.0.1.55 sg-1 token"),
    ];
    let (edits, left) = restored(&changes, &RestoreScope::Whole);
    assert_eq!(edits, Vec::<String>::new());
    assert_eq!(
        left,
        [
            "al-1 restore-changed",
            "eip-2 restore-binding(target=eni-2)",
            "eni-1 restore-changed",
            "eni-9 restore-created",
            "lb-1 restore-listener-created(listener=lsn-2)",
            "lb-1 restore-listener-gone(listener=lsn-1)",
            "sg-3 restore-deleted",
        ]
    );
}

#[test]
fn what_was_not_read_is_left_alone() {
    let changes = [
        (
            "sg sg-1 vpc-a basic inner=drop",
            "sg sg-1 vpc-a basic inner=drop unread-in",
        ),
        ("443 from pl:pl-1", "8443 from pl:pl-1"),
        (
            "sg sg-3 vpc-a basic inner=drop",
            "incomplete security-groups",
        ),
    ];
    let changes = changes.map(|(from, to)| (from, to.replace("security-groups", "groups")));
    let changes = changes.each_ref().map(|(from, to)| (*from, to.as_str()));
    let (edits, left) = restored(&changes, &RestoreScope::Whole);
    assert_eq!(edits, Vec::<String>::new());
    assert_eq!(
        left,
        ["sg-1 restore-rules-not-read", "sg-3 restore-not-read"]
    );
}

#[test]
fn an_interface_is_never_left_without_a_group() {
    let then = parse(THEN);
    let mut now = then.clone();
    now.groups.remove("sg-1");
    let mut interface = (**then.interfaces.get("eni-1").unwrap()).clone();
    interface.groups = vec!["sg-2".into()];
    now.interfaces.insert(interface);
    let found = restore(&now, &then, &RestoreScope::Whole);
    fits(&now, &found);
    assert_eq!(found.edits, Vec::new());
    let reasons: Vec<&str> = found.left.iter().map(|left| left.reason.id).collect();
    assert_eq!(
        reasons,
        [
            "restore-group-gone",
            "restore-last-group",
            "restore-deleted"
        ]
    );
}

#[test]
fn the_scope_bounds_what_is_done() {
    let changes = [
        ("id=a desc=office", "id=a desc=other"),
        ("10.0.1.6 sg-2", "10.0.1.6 sg-1,sg-2"),
        ("10.0.1.5 sg-1 token=yes", "10.0.1.5 sg-1,sg-2 token=no"),
        ("pl-1 203.0.113.0/24", "pl-1 0.0.0.0/0"),
    ];
    let (edits, left) = restored(&changes, &RestoreScope::Group("sg-1".into()));
    assert_eq!(edits, ["replace sg-1 a", "leave eni-2 sg-1"]);
    assert_eq!(left, Vec::<String>::new());
    let resources: BTreeSet<Id> = ["eni-1".into(), "pl-1".into()].into();
    let (edits, _) = restored(&changes, &RestoreScope::Resources(resources));
    assert_eq!(edits, ["set pl-1", "leave eni-1 sg-2"]);
}

#[test]
fn an_address_that_was_released_is_not_forwarded_from() {
    let eip = "eip eip-3 47.1.3.1 ngw-1";
    let then = parse(&format!("{THEN}\n{eip}"));
    let mut now = parse(&THEN.replace("forward 47.1.3.1 8022 tcp 10.0.1.5 22 id=f", ""));
    let found = restore(&now, &then, &RestoreScope::Whole);
    assert_eq!(found.edits, Vec::new());
    let left: Vec<String> = found
        .left
        .iter()
        .map(|left| left.reason.to_string())
        .collect();
    assert_eq!(
        left,
        ["restore-deleted", "restore-address-gone(address=47.1.3.1)"]
    );
    let mut bound = (**then.eips.get("eip-3").unwrap()).clone();
    bound.id = "eip-4".into();
    assert_eq!(bound.binding, EipBinding::NatGateway("ngw-1".into()));
    now.eips.insert(bound);
    let found = restore(&now, &then, &RestoreScope::Whole);
    assert_eq!(
        found.edits.len(),
        1,
        "the address is there again, under another id"
    );
}

#[test]
fn tags_of_then_come_back_and_new_ones_are_listed() {
    let then = parse(THEN);
    let tag = |key: &str, value: &str| (key.to_owned(), value.to_owned());
    let tagged = |snapshot: &Snapshot, tags: Vec<(String, String)>| {
        let edit = CloudEdit::SetTags {
            resource: "sg-1".into(),
            tags,
        };
        snapshot.with_edit(&edit).unwrap()
    };
    let old = tagged(&then, vec![tag("env", "prod"), tag("owner", "net")]);
    let now = tagged(
        &then,
        vec![tag("env", "test"), tag("owner", "net"), tag("x", "y")],
    );
    let found = restore(&now, &old, &RestoreScope::Whole);
    assert_eq!(
        found.edits,
        [CloudEdit::SetTags {
            resource: "sg-1".into(),
            tags: vec![tag("env", "prod")],
        }]
    );
    assert_eq!(found.left.len(), 1);
    assert_eq!(found.left[0].reason.to_string(), "restore-tag-added(key=x)");
}
