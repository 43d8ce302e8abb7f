//! Orders of edits, case by case.

use yumen_cloud::{CloudEdit, Direction, GroupKind, Id, Interface, Rule, Snapshot};
use yumen_reach::Internet;
use yumen_synthesis::{Interruption, Limits, OrderRefusal, SafeOrder, Way, check_order, order};

use crate::estate::parse;

const ESTATE: &str = "
    vpc vpc-a 10.0.0.0/16
    vswitch vsw-1 vpc-a 10.0.1.0/24 acl=nacl-1
    prefixlist pl-1 203.0.113.0/24
    acl nacl-1 vpc-a
      in accept tcp 1/1023 0.0.0.0/0
      out accept all -1/-1 0.0.0.0/0
    sg sg-1 vpc-a basic inner=drop
      in accept 10 tcp 22/80 from 0.0.0.0/0 id=wide
      in accept 20 tcp 443 from pl:pl-1 id=list
      in accept 30 tcp 5432 from 10.0.0.0/8 id=inside
    sg sg-2 vpc-a basic inner=drop
      in accept 10 tcp 22/80 from 0.0.0.0/0 id=wide-2
    sg sg-3 vpc-a advanced
      in accept 10 tcp 22/80 from 0.0.0.0/0 id=wide-3
    eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
    eni eni-2 vpc-a vsw-1 10.0.1.6 sg-1
    eni eni-3 vpc-a vsw-1 10.0.1.7 sg-2
    nat ngw-1 vpc-a internet
      forward 47.1.3.1 8022 tcp 10.0.1.7 8080 id=fwd
";

/// A rule as a line of the language of estates.
fn rule(id: &str, line: &str) -> Rule {
    let text = format!("sg sg-x vpc-a basic\n  {line} id={id}");
    parse(&text).groups.get("sg-x").unwrap().rules[0].clone()
}

fn add(group: &str, id: &str, line: &str) -> CloudEdit {
    CloudEdit::AddRule {
        group: group.into(),
        rule: rule(id, line),
    }
}

fn replace(group: &str, id: &str, line: &str) -> CloudEdit {
    CloudEdit::ReplaceRule {
        group: group.into(),
        rule: rule(id, line),
    }
}

fn remove(group: &str, id: &str) -> CloudEdit {
    CloudEdit::RemoveRule {
        group: group.into(),
        rule: id.into(),
    }
}

fn join(interface: &str, group: &str) -> CloudEdit {
    CloudEdit::JoinGroup {
        interface: interface.into(),
        group: group.into(),
    }
}

fn leave(interface: &str, group: &str) -> CloudEdit {
    CloudEdit::LeaveGroup {
        interface: interface.into(),
        group: group.into(),
    }
}

fn ordered(base: &Snapshot, edits: &[CloudEdit]) -> Result<SafeOrder, OrderRefusal> {
    let found = order(base, edits, &Internet::default(), &Limits::default())?;
    let edits: Vec<CloudEdit> = found.steps.iter().map(|step| step.edit.clone()).collect();
    let effects = check_order(base, &edits, &Internet::default()).unwrap();
    let told: Vec<_> = found.steps.iter().map(|step| step.effect.clone()).collect();
    assert_eq!(effects, told);
    Ok(found)
}

/// The steps in few words.
fn words(found: &SafeOrder) -> Vec<String> {
    let word = |edit: &CloudEdit| match edit {
        CloudEdit::AddRule { group, rule } => format!("add {group} {}", rule.id),
        CloudEdit::RemoveRule { group, rule } => format!("remove {group} {rule}"),
        CloudEdit::ReplaceRule { group, rule } => format!("replace {group} {}", rule.id),
        CloudEdit::JoinGroup { interface, group } => format!("join {interface} {group}"),
        CloudEdit::LeaveGroup { interface, group } => format!("leave {interface} {group}"),
        CloudEdit::RemoveForward { entry, .. } => format!("close {entry}"),
        CloudEdit::SetAclEntries { acl, .. } => format!("set {acl}"),
        CloudEdit::SetPrefixList { list, .. } => format!("set {list}"),
        other => format!("{other:?}"),
    };
    found
        .steps
        .iter()
        .map(|step| {
            let mark = if step.auxiliary { "temporary: " } else { "" };
            format!("{mark}{}", word(&step.edit))
        })
        .collect()
}

#[test]
fn an_order_that_is_safe_is_kept() {
    let base = parse(ESTATE);
    let edits = [
        add("sg-1", "office", "in accept 10 tcp 22 from 203.0.113.0/24"),
        add("sg-1", "web", "in accept 10 tcp 80 from 0.0.0.0/0"),
        remove("sg-1", "wide"),
        add("sg-2", "other", "in accept 50 udp 53 from 10.0.0.0/8"),
    ];
    let found = ordered(&base, &edits).unwrap();
    let kept: Vec<&CloudEdit> = found.steps.iter().map(|step| &step.edit).collect();
    assert_eq!(kept, edits.iter().collect::<Vec<_>>());
    assert!(found.steps[0].effect.is_empty(), "the wide rule covers it");
    let closed = &found.steps[2].effect.closed;
    assert_eq!(closed.len(), 1, "both interfaces fare alike: {closed:?}");
    assert_eq!(closed[0].interfaces, ["eni-1".into(), "eni-2".into()]);
    assert_eq!(closed[0].direction, Direction::Ingress);
    assert_eq!(closed[0].way, Way::Filters);
}

#[test]
fn rules_come_before_those_go_that_they_stand_for() {
    let base = parse(ESTATE);
    let edits = [
        remove("sg-1", "wide"),
        add("sg-1", "office", "in accept 10 tcp 22 from 203.0.113.0/24"),
        add("sg-1", "web", "in accept 10 tcp 80 from 0.0.0.0/0"),
    ];
    let wrong = check_order(&base, &edits, &Internet::default()).unwrap_err();
    let Interruption::Unsafe { number, breaches } = &wrong else {
        panic!("{wrong:?}");
    };
    assert_eq!(*number, 1);
    assert!(breaches.iter().all(|one| one.opened.is_empty()));
    assert!(
        wrong.to_string().contains("interrupts packets such as"),
        "{wrong}"
    );
    let found = ordered(&base, &edits).unwrap();
    assert_eq!(
        words(&found),
        ["add sg-1 office", "add sg-1 web", "remove sg-1 wide"]
    );
}

#[test]
fn a_drop_comes_before_the_accept_that_it_limits() {
    let base = parse(ESTATE);
    let edits = [
        add("sg-1", "all", "in accept 50 tcp 1/1023 from 0.0.0.0/0"),
        add("sg-1", "less", "in drop 40 tcp 100/1023 from 0.0.0.0/1"),
    ];
    let wrong = check_order(&base, &edits, &Internet::default()).unwrap_err();
    assert!(
        wrong.to_string().contains("opens packets such as"),
        "{wrong}"
    );
    let found = ordered(&base, &edits).unwrap();
    assert_eq!(words(&found), ["add sg-1 less", "add sg-1 all"]);
}

#[test]
fn who_moves_joins_before_leaving() {
    let base = parse(ESTATE);
    let found = ordered(&base, &[leave("eni-1", "sg-1"), join("eni-1", "sg-2")]).unwrap();
    assert_eq!(words(&found), ["join eni-1 sg-2", "leave eni-1 sg-1"]);
}

#[test]
fn nobody_is_in_groups_of_both_kinds() {
    let base = parse(ESTATE);
    let refusal = ordered(&base, &[leave("eni-1", "sg-1"), join("eni-1", "sg-3")]).unwrap_err();
    assert_eq!(base.groups.get("sg-3").unwrap().kind, GroupKind::Advanced);
    assert!(
        matches!(&refusal, OrderRefusal::MixedGroups(id) | OrderRefusal::NoGroup(id) if id.as_str() == "eni-1"),
        "{refusal:?}"
    );
}

#[test]
fn rules_that_swap_places_are_split() {
    let base = parse(
        "vpc vpc-a 10.0.0.0/16
         vswitch vsw-1 vpc-a 10.0.1.0/24
         sg sg-1 vpc-a basic inner=drop
           in accept 10 tcp 22 from 0.0.0.0/0 id=one
           in accept 10 tcp 80 from 0.0.0.0/0 id=two
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1",
    );
    let edits = [
        replace("sg-1", "one", "in accept 20 tcp 80 from 0.0.0.0/0"),
        replace("sg-1", "two", "in accept 20 tcp 22 from 0.0.0.0/0"),
    ];
    let found = ordered(&base, &edits).unwrap();
    assert!(
        found.steps.iter().all(|step| step.effect.is_empty()),
        "{found:?}"
    );
    assert_eq!(found.steps.len(), 4, "{:?}", words(&found));
}

#[test]
fn a_rule_written_anew_is_replaced_in_place() {
    let base = parse(ESTATE);
    let mut again = rule("again", "in accept 10 tcp 22/80 from 0.0.0.0/0");
    again.description = String::from("reviewed");
    let edits = [
        remove("sg-1", "wide"),
        CloudEdit::AddRule {
            group: "sg-1".into(),
            rule: again,
        },
    ];
    let found = ordered(&base, &edits).unwrap();
    assert_eq!(words(&found), ["replace sg-1 wide"]);
}

#[test]
fn without_room_it_says_how_much_is_needed() {
    let base = parse(ESTATE);
    let edits = [
        remove("sg-1", "wide"),
        add("sg-1", "office", "in accept 10 tcp 22 from 203.0.113.0/24"),
        add("sg-1", "web", "in accept 10 tcp 80 from 0.0.0.0/0"),
    ];
    let limits = |rules_per_group| Limits {
        rules_per_group,
        ..Limits::default()
    };
    let refusal = order(&base, &edits, &Internet::default(), &limits(4)).unwrap_err();
    assert_eq!(
        refusal,
        OrderRefusal::TooManyRules {
            group: "sg-1".into(),
            needed: 2,
            spare: 1
        }
    );
    assert!(order(&base, &edits, &Internet::default(), &limits(5)).is_ok());
}

#[test]
fn an_interface_has_no_more_rules_and_groups_than_it_may() {
    let base = parse(ESTATE);
    let edits = [join("eni-1", "sg-2"), leave("eni-1", "sg-1")];
    let limits = Limits {
        groups_per_interface: 1,
        ..Limits::default()
    };
    let refusal = order(&base, &edits, &Internet::default(), &limits).unwrap_err();
    assert!(
        matches!(&refusal, OrderRefusal::TooManyGroups { interface, most: 1 } if interface.as_str() == "eni-1"),
        "{refusal:?}"
    );
    let limits = Limits {
        rules_per_interface: 3,
        ..Limits::default()
    };
    let refusal = order(&base, &edits, &Internet::default(), &limits).unwrap_err();
    assert!(
        matches!(&refusal, OrderRefusal::TooManyRulesBefore { interface, most: 3 } if interface.as_str() == "eni-1"),
        "{refusal:?}"
    );
}

#[test]
fn a_door_to_the_internet_closes_before_the_rule_behind_it_opens() {
    let base = parse(&ESTATE.replace(" acl=nacl-1", ""));
    let edits = [
        add("sg-2", "inner", "in accept 10 tcp 8080 from 0.0.0.0/0"),
        CloudEdit::RemoveForward {
            gateway: "ngw-1".into(),
            entry: "fwd".into(),
        },
    ];
    let wrong = check_order(&base, &edits, &Internet::default()).unwrap_err();
    let Interruption::Unsafe { breaches, .. } = &wrong else {
        panic!("{wrong:?}");
    };
    assert_eq!(breaches[0].way, Way::Internet);
    let found = ordered(&base, &edits).unwrap();
    assert_eq!(words(&found), ["close fwd", "add sg-2 inner"]);
}

/// The ACL lets one network pass instead of another, the list the other way round: whichever comes
/// first opens one of both.
#[test]
fn where_no_order_will_do_a_temporary_rule_helps() {
    let base = parse(
        "vpc vpc-a 10.0.0.0/16
         vswitch vsw-1 vpc-a 10.0.1.0/24 acl=nacl-1
         prefixlist pl-1 9.9.9.0/24 203.0.113.0/24
         acl nacl-1 vpc-a
           in accept tcp 22 8.8.8.0/24
           in accept tcp 22 203.0.113.0/24
         sg sg-1 vpc-a basic inner=drop
           in accept 10 tcp 22 from pl:pl-1 id=ssh
         eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1",
    );
    let end = parse(
        "acl nacl-1 vpc-a
           in accept tcp 22 9.9.9.0/24
           in accept tcp 22 203.0.113.0/24",
    );
    let edits = [
        CloudEdit::SetAclEntries {
            acl: "nacl-1".into(),
            direction: Direction::Ingress,
            entries: end.network_acls.get("nacl-1").unwrap().ingress.clone(),
        },
        CloudEdit::SetPrefixList {
            list: "pl-1".into(),
            entries: vec![
                "8.8.8.0/24".parse().unwrap(),
                "203.0.113.0/24".parse().unwrap(),
            ],
        },
    ];
    for order in [[0, 1], [1, 0]] {
        let edits = order.map(|position: usize| edits[position].clone());
        assert!(check_order(&base, &edits, &Internet::default()).is_err());
    }
    let found = ordered(&base, &edits).unwrap();
    assert_eq!(
        words(&found),
        [
            "temporary: add sg-1 sg-1/temporary/2/0",
            "set nacl-1",
            "set pl-1",
            "temporary: remove sg-1 sg-1/temporary/2/0",
        ]
    );
    assert!(
        found.steps.iter().all(|step| step.effect.is_empty()),
        "{found:?}"
    );
}

/// A list that is set twice opens on the way what no end permits; a temporary drop stops that.
#[test]
fn edits_of_one_thing_keep_their_places() {
    let lists = |entry: &str| CloudEdit::SetPrefixList {
        list: "pl-1".into(),
        entries: vec![entry.parse().unwrap(), "203.0.113.0/24".parse().unwrap()],
    };
    let edits = [lists("8.8.8.8/32"), lists("8.8.4.4/32")];
    let found = ordered(&parse(ESTATE), &edits).unwrap();
    let sets: Vec<&CloudEdit> = found
        .steps
        .iter()
        .filter(|step| !step.auxiliary)
        .map(|step| &step.edit)
        .collect();
    assert_eq!(sets, edits.iter().collect::<Vec<_>>());

    // Where rules were not read, a drop of the first priority could change what they do.
    let unread = parse(&ESTATE.replace("sg-1 vpc-a basic", "sg-1 vpc-a basic unread-in"));
    let refusal = ordered(&unread, &edits).unwrap_err();
    let OrderRefusal::NoSafeOrder {
        edit,
        after,
        breaches,
    } = &refusal
    else {
        panic!("{refusal:?}");
    };
    assert_eq!((&**edit, *after), (&edits[0], 0));
    assert!(breaches.iter().all(|one| one.interrupted.is_empty()));
}

/// Who joins a group is let in where rules name it.
#[test]
fn rules_that_name_a_group_are_looked_at_when_someone_joins() {
    let text = ESTATE.replace(
        "id=inside",
        "id=inside\n in accept 5 udp 53 from sg:sg-2 id=friends",
    );
    let base = parse(&text);
    let edits = [join("eni-1", "sg-2"), remove("sg-1", "friends")];
    let wrong = check_order(&base, &edits, &Internet::default()).unwrap_err();
    let Interruption::Unsafe { breaches, .. } = &wrong else {
        panic!("{wrong:?}");
    };
    let harmed: Vec<&Id> = breaches.iter().flat_map(|one| &one.interfaces).collect();
    assert_eq!(harmed, [&Id::from("eni-1"), &Id::from("eni-2")]);
    let found = ordered(&base, &edits).unwrap();
    assert_eq!(words(&found), ["remove sg-1 friends", "join eni-1 sg-2"]);
}

/// Interfaces that join one group, one after the other, are in different groups in between.
#[test]
fn who_moves_is_looked_at_alone() {
    let base = parse(&ESTATE.replace("inner=drop", "inner=accept"));
    let edits = [
        join("eni-1", "sg-2"),
        leave("eni-1", "sg-1"),
        join("eni-2", "sg-2"),
        leave("eni-2", "sg-1"),
    ];
    let wrong = check_order(&base, &edits, &Internet::default()).unwrap_err();
    let Interruption::Unsafe { number, breaches } = &wrong else {
        panic!("{wrong:?}");
    };
    assert_eq!(*number, 2, "both reach each other at both ends");
    assert!(breaches.iter().all(|one| one.interfaces.len() == 1));
    let found = ordered(&base, &edits).unwrap();
    let words = words(&found);
    let second_join = words.iter().position(|word| word == "join eni-2 sg-2");
    let first_leave = words.iter().position(|word| word == "leave eni-1 sg-1");
    assert!(second_join < first_leave, "{words:?}");
}

/// A drop in the group would concern an interface that no edit does.
#[test]
fn temporary_rules_stand_only_where_everyone_is_looked_at() {
    let estate = |more: &str| {
        parse(&format!(
            "vpc vpc-a 10.0.0.0/16
             vswitch vsw-1 vpc-a 10.0.1.0/24 acl=nacl-1
             vswitch vsw-2 vpc-a 10.0.2.0/24
             acl nacl-1 vpc-a
               in accept tcp 22 8.8.8.0/24
             sg sg-1 vpc-a basic inner=drop
               in accept 10 tcp 22 from 0.0.0.0/0 id=ssh
             eni eni-1 vpc-a vsw-1 10.0.1.5 sg-1
             {more}"
        ))
    };
    let entries = |net: &str| {
        let acl = parse(&format!("acl nacl-1 vpc-a\n in accept tcp 22 {net}"));
        CloudEdit::SetAclEntries {
            acl: "nacl-1".into(),
            direction: Direction::Ingress,
            entries: acl.network_acls.get("nacl-1").unwrap().ingress.clone(),
        }
    };
    let edits = [entries("9.9.8.0/23"), entries("9.9.9.0/24")];
    let beside = "eni eni-3 vpc-a vsw-1 10.0.1.6 sg-1";
    let apart = "eni eni-2 vpc-a vsw-2 10.0.2.5 sg-1";
    for helped in ["", beside, apart] {
        assert_eq!(
            ordered(&estate(helped), &edits).unwrap().steps.len(),
            4,
            "{helped}"
        );
    }
    let refusal = ordered(&estate(&format!("{beside}\n{apart}")), &edits).unwrap_err();
    assert!(
        matches!(refusal, OrderRefusal::NoSafeOrder { .. }),
        "{refusal:?}"
    );
}

#[test]
fn an_edit_of_nothing_is_an_error() {
    let base = parse(ESTATE);
    let nothing = [remove("sg-1", "none")];
    let refusal = ordered(&base, &nothing).unwrap_err();
    assert!(matches!(refusal, OrderRefusal::Edit(_)), "{refusal:?}");
    let wrong = check_order(&base, &nothing, &Internet::default()).unwrap_err();
    assert!(matches!(wrong, Interruption::Edit(_)), "{wrong:?}");
}

#[test]
fn many_edits_before_many_interfaces_are_ordered() {
    let mut base = parse(ESTATE);
    let interface = Interface::clone(base.interfaces.get("eni-1").unwrap());
    for number in 0..1_000_u16 {
        let mut next = interface.clone();
        next.id = Id::from(format!("eni-x{number}"));
        next.private[0].address = [10, 0, 2 + (number / 250) as u8, (number % 250) as u8].into();
        base.interfaces.insert(next);
    }
    let mut edits = vec![remove("sg-1", "wide")];
    for port in 22..=70 {
        let line = format!("in accept {} tcp {port} from 0.0.0.0/0", port % 7 + 1);
        edits.push(add("sg-1", &format!("new-{port}"), &line));
    }
    let found = ordered(&base, &edits).unwrap();
    assert_eq!(found.steps.len(), 50);
    assert_eq!(
        found.steps[49].effect.closed.len(),
        1,
        "one class of interfaces"
    );
    assert_eq!(found.steps[49].effect.closed[0].interfaces.len(), 1_002);
}
