//! Plans, one case each.

use yumen_cloud::{Action, Direction, Peer, PortMatch, ProtocolMatch, Rule};
use yumen_packets::PacketSet;
use yumen_reach::{Internet, Topology};
use yumen_synthesis::{
    Inexpressible, Limits, Narrowing, OutboundDrop, Plan, Refusal, Service, drop_outbound, narrow,
    remove_rule, rules_for,
};

use crate::estate::parse;
use crate::packets::{TRUSTED, expendable, packets, shown};

fn topology(groups: &str, of_interface: &str) -> Topology {
    let text = format!(
        "vpc vpc-a 10.0.0.0/16 2408:4000::/56
         vswitch vsw-1 vpc-a 10.0.1.0/24 2408:4000::/64
         vswitch vsw-2 vpc-a 10.0.2.0/24
         prefixlist pl-1 203.0.113.0/24 198.51.100.0/24
         portlist prl-1 22 8000/8100
         eip eip-1 47.1.2.3 eni-1
         {groups}
         eni eni-1 vpc-a vsw-1 10.0.1.5 {of_interface} v6=2408:4000::5,yes"
    );
    Topology::new(
        &parse(&text),
        &Internet::without(&[TRUSTED.parse().unwrap()]),
    )
}

fn narrowed(topology: &Topology, rule: &str, close: &str) -> Result<Plan, Refusal> {
    let group = topology
        .snapshot()
        .groups
        .values()
        .find(|group| group.rules.iter().any(|one| one.id.as_str() == rule))
        .unwrap();
    let direction = group
        .rules
        .iter()
        .find(|one| one.id.as_str() == rule)
        .unwrap()
        .direction;
    let narrowing = Narrowing {
        group: &group.id,
        rule: &rule.into(),
        close: &packets(direction, close),
        expendable: &expendable(direction),
    };
    narrow(topology, &narrowing, Limits::default())
}

/// Closes packets of the rule `it` of a basic group.
fn check(rules: &str, close: &str, expected: &str) {
    check_grouped(
        &format!("sg sg-1 vpc-a basic\n{rules}"),
        "sg-1",
        close,
        expected,
    );
}

fn check_grouped(groups: &str, of_interface: &str, close: &str, expected: &str) {
    let topology = topology(groups, of_interface);
    let plan = narrowed(&topology, "it", close).unwrap();
    let expected: Vec<&str> = expected.lines().map(str::trim).collect();
    assert_eq!(shown(&plan.edits), expected.join("\n"));
}

// Replacing

#[test]
fn ssh_from_everyone_becomes_ssh_from_the_trusted_and_the_vpc() {
    check(
        "in accept 1 tcp 22 from 0.0.0.0/0 id=it",
        "tcp 22 internet",
        "+ accept 1 tcp 22 10.0.0.0/16
         + accept 1 tcp 22 203.0.113.0/24
         - it",
    );
}

#[test]
fn other_ports_of_the_same_rule_stay() {
    check(
        "in accept 1 tcp 20/80 from 0.0.0.0/0 id=it",
        "tcp 22 internet",
        "+ accept 1 tcp 20-21 0.0.0.0/0
         + accept 1 tcp 22 10.0.0.0/16
         + accept 1 tcp 22 203.0.113.0/24
         + accept 1 tcp 23-80 0.0.0.0/0
         - it",
    );
}

#[test]
fn a_rule_of_which_nothing_stays_is_removed() {
    check(
        "in accept 1 tcp 22 from 8.8.8.0/24 id=it",
        "tcp 22 internet",
        "- it",
    );
}

#[test]
fn a_rule_of_which_one_stays_is_changed_in_place() {
    check(
        "in accept 1 tcp 22/23 from 8.8.8.0/24 id=it",
        "tcp 23 internet",
        "it = accept 1 tcp 22 8.8.8.0/24",
    );
    // The provider changes rules by their ids, and the kind of the other side not at all.
    let by_position = topology(
        "sg sg-1 vpc-a basic
         in accept 1 tcp 22/23 from 8.8.8.0/24
         sg sg-2 vpc-a basic unread",
        "sg-1,sg-2",
    );
    let plan = narrowed(&by_position, "sg-1/r1", "tcp 23 internet").unwrap();
    assert_eq!(
        shown(&plan.edits),
        "+ accept 1 tcp 22 8.8.8.0/24\n- sg-1/r1"
    );
    check_grouped(
        "sg sg-1 vpc-a basic
         in accept 1 tcp 22 from pl:pl-1 id=it
         sg sg-2 vpc-a basic unread",
        "sg-1,sg-2",
        "tcp 22 internet",
        "+ accept 1 tcp 22 203.0.113.0/24
         - it",
    );
}

#[test]
fn all_protocols_become_those_with_names() {
    check(
        "in accept 1 all -1/-1 from 0.0.0.0/0 id=it",
        "tcp 22 internet",
        "+ accept 1 tcp 1-21 0.0.0.0/0
         + accept 1 tcp 22 10.0.0.0/16
         + accept 1 tcp 22 203.0.113.0/24
         + accept 1 tcp 23-65535 0.0.0.0/0
         + accept 1 udp 1-65535 0.0.0.0/0
         + accept 1 icmp any 0.0.0.0/0
         + accept 1 gre any 0.0.0.0/0
         - it",
    );
    check(
        "in accept 1 all -1/-1 from ::/0 id=it",
        "all any internet",
        "it = accept 1 all any 2408:4000::/56",
    );
}

#[test]
fn protocols_without_a_name_cannot_be_left_over() {
    let topology = topology(
        "sg sg-1 vpc-a basic
         in accept 1 all -1/-1 from 0.0.0.0/0 id=it
         sg sg-2 vpc-a basic unread",
        "sg-1,sg-2",
    );
    let narrowing = Narrowing {
        group: &"sg-1".into(),
        rule: &"it".into(),
        close: &packets(Direction::Ingress, "tcp 22 internet"),
        expendable: &PacketSet::empty(),
    };
    let refusal = narrow(&topology, &narrowing, Limits::default()).unwrap_err();
    let Refusal::Inexpressible { left, .. } = refusal else {
        panic!("{refusal:?}");
    };
    assert!(
        left.intersects(&packets(Direction::Ingress, "50 any 8.8.8.8/32"))
            .unwrap()
    );
}

#[test]
fn what_rules_beside_it_let_pass_needs_no_rule() {
    check(
        "in accept 1 tcp 22 from 0.0.0.0/0 id=it
         in accept 1 tcp 22 from 10.0.0.0/8 id=beside",
        "tcp 22 internet",
        "it = accept 1 tcp 22 203.0.113.0/24",
    );
    check(
        "in accept 1 tcp 22 from 0.0.0.0/0 id=it
         in accept 1 all -1/-1 from 10.0.0.0/8 id=beside
         in accept 1 tcp 22 from 203.0.0.0/16 id=too",
        "tcp 22 internet",
        "- it",
    );
}

#[test]
fn what_is_dropped_before_is_left_alone() {
    let rules = "sg sg-1 vpc-a basic
                 in drop 1 tcp 22 from 0.0.0.0/0
                 in accept 2 tcp 22 from 0.0.0.0/0 id=it";
    assert_eq!(
        narrowed(&topology(rules, "sg-1"), "it", "tcp 22 internet"),
        Ok(Plan::default())
    );
}

#[test]
fn what_another_accept_decides_is_closed_all_the_same() {
    check(
        "in accept 1 tcp 22 from 8.8.0.0/16 id=first
         in accept 2 tcp 22/23 from 8.8.8.0/24 id=it",
        "tcp 22 internet",
        "it = accept 2 tcp 23 8.8.8.0/24",
    );
}

#[test]
fn a_prefix_list_stays_where_all_of_it_stays() {
    check_grouped(
        "sg sg-1 vpc-a basic
         in accept 1 tcp 20/23 from pl:pl-1 id=it
         sg sg-2 vpc-a basic unread",
        "sg-1,sg-2",
        "tcp 22 198.51.100.0/24",
        "+ accept 1 tcp 20-21 pl-1
         + accept 1 tcp 22 203.0.113.0/24
         + accept 1 tcp 23 pl-1
         - it",
    );
}

#[test]
fn a_group_is_closed_whole() {
    check_grouped(
        "sg sg-1 vpc-a basic
         in accept 1 tcp 20/23 from sg:sg-2 id=it
         sg sg-2 vpc-a basic
         eni eni-2 vpc-a vsw-1 10.0.1.7 sg-2
         eni eni-3 vpc-a vsw-1 10.0.1.8 sg-2",
        "sg-1",
        "tcp 22/23 10.0.0.0/8",
        "it = accept 1 tcp 20-21 sg-2",
    );
}

#[test]
fn own_addresses_and_source_ports_stay() {
    check(
        "in accept 1 tcp list:prl-1 from 0.0.0.0/0 sport=1024/65535 local=10.0.1.5/32 id=it",
        "tcp 22 internet",
        "+ accept 1 tcp 22 10.0.0.0/16 sport=1024-65535 local=10.0.1.5/32
         + accept 1 tcp 22 203.0.113.0/24 sport=1024-65535 local=10.0.1.5/32
         + accept 1 tcp 8000-8100 0.0.0.0/0 sport=1024-65535 local=10.0.1.5/32
         - it",
    );
}

#[test]
fn ipv6_is_narrowed_as_ipv4_is() {
    check(
        "in accept 1 tcp 22 from ::/0 id=it",
        "tcp 22 internet",
        "it = accept 1 tcp 22 2408:4000::/56",
    );
}

#[test]
fn what_nobody_can_send_is_named_where_it_closes_too() {
    let topology = topology(
        "sg sg-1 vpc-a basic\nin accept 1 tcp 22 from 0.0.0.0/0 id=it",
        "sg-1",
    );
    let plan = narrowed(&topology, "it", "tcp 22 internet").unwrap();
    let private = packets(Direction::Ingress, "tcp 22 192.168.0.0/16");
    assert!(private.is_subset(&plan.also_closed).unwrap());
    let rest = plan.also_closed.difference(&expendable(Direction::Ingress));
    assert!(rest.unwrap().is_empty());
}

#[test]
fn an_old_rank_is_left_for_one_that_can_be_given() {
    // At 100 the drop at 105 would come too late for port 80.
    check(
        "in accept 110 tcp 20/80 from 8.8.0.0/16 id=it
         in drop 105 tcp 80 from 0.0.0.0/0
         in drop 90 tcp 20/21 from 0.0.0.0/0",
        "tcp 22 8.8.0.0/16",
        "it = accept 100 tcp 23-79 8.8.0.0/16",
    );
    let unread = topology(
        "sg sg-1 vpc-a basic
         in accept 110 tcp 20/80 from 8.8.0.0/16 id=it
         sg sg-2 vpc-a basic
         in drop 105 tcp 80 from pl:gone",
        "sg-1,sg-2",
    );
    assert_eq!(
        narrowed(&unread, "it", "tcp 22 8.8.0.0/16"),
        Err(Refusal::Uncertain("sg-2".into()))
    );
}

// Exceptions

#[test]
fn one_network_less_is_an_exception() {
    check(
        "in accept 1 tcp 1/65535 from 0.0.0.0/0 id=it",
        "tcp 22 8.8.8.0/24",
        "+ drop 1 tcp 22 8.8.8.0/24",
    );
}

#[test]
fn an_exception_is_no_wider_than_what_is_to_close() {
    check(
        "in accept 1 tcp 1/65535 from 0.0.0.0/0 id=it",
        "tcp 22 8.8.8.0/26
         tcp 22 8.8.8.192/26",
        "+ drop 1 tcp 22 8.8.8.0/26
         + drop 1 tcp 22 8.8.8.192/26",
    );
}

#[test]
fn an_exception_with_accepts_before_it_takes_room_between_priorities() {
    check(
        "in accept 5 tcp 20/80 from 0.0.0.0/0 id=it",
        "tcp 22 internet",
        "+ accept 4 tcp 22 10.0.0.0/16
         + accept 4 tcp 22 203.0.113.0/24
         + drop 5 tcp 22 0.0.0.0/0",
    );
}

#[test]
fn an_exception_does_not_reach_into_another_group() {
    check_grouped(
        "sg sg-1 vpc-a basic
         in accept 5 tcp 20/80 from 0.0.0.0/0 id=it
         sg sg-2 vpc-a basic
         in drop 5 tcp 22 from 203.0.113.0/24",
        "sg-1,sg-2",
        "tcp 22 internet",
        "+ accept 5 tcp 20-21 0.0.0.0/0
         + accept 5 tcp 22 10.0.0.0/16
         + accept 5 tcp 22 203.0.113.0/24
         + accept 5 tcp 23-80 0.0.0.0/0
         - it",
    );
}

#[test]
fn an_exception_is_not_made_where_rules_are_unread() {
    check_grouped(
        "sg sg-1 vpc-a basic
         in accept 1 tcp 21/22 from 8.8.0.0/16 id=it
         sg sg-2 vpc-a basic unread",
        "sg-1,sg-2",
        "tcp 22 8.8.8.0/25",
        "+ accept 1 tcp 21 8.8.0.0/16
         + accept 1 tcp 22 8.8.0.0/21
         + accept 1 tcp 22 8.8.8.128/25
         + accept 1 tcp 22 8.8.9.0/24
         + accept 1 tcp 22 8.8.10.0/23
         + accept 1 tcp 22 8.8.12.0/22
         + accept 1 tcp 22 8.8.16.0/20
         + accept 1 tcp 22 8.8.32.0/19
         + accept 1 tcp 22 8.8.64.0/18
         + accept 1 tcp 22 8.8.128.0/17
         - it",
    );
}

// Refusing

#[test]
fn what_cannot_be_edited_is_refused() {
    let topology = topology(
        "sg sg-1 vpc-a basic
         in drop 1 tcp 22 from 8.8.8.8 id=drop
         in accept 2 tcp 22 from pl:gone id=unread
         in accept 2 tcp 22 from anywhere uncertain id=uncertain",
        "sg-1",
    );
    let refused = |rule: &str| narrowed(&topology, rule, "tcp 22 internet").unwrap_err();
    assert_eq!(refused("drop"), Refusal::NotAnAccept("drop".into()));
    assert_eq!(refused("unread"), Refusal::Uncertain("unread".into()));
    assert_eq!(refused("uncertain"), Refusal::Uncertain("uncertain".into()));
    let missing =
        |group: &str, rule: &str| remove_rule(&topology, &group.into(), &rule.into()).unwrap_err();
    assert_eq!(missing("sg-9", "it"), Refusal::NoSuchGroup("sg-9".into()));
    assert!(matches!(missing("sg-1", "it"), Refusal::NoSuchRule { .. }));
}

#[test]
fn a_full_group_is_refused_with_numbers() {
    let topology = topology(
        "sg sg-1 vpc-a basic\nin accept 1 tcp 20/80 from 0.0.0.0/0 id=it",
        "sg-1",
    );
    let with = |rules_per_group| {
        let narrowing = Narrowing {
            group: &"sg-1".into(),
            rule: &"it".into(),
            close: &packets(Direction::Ingress, "tcp 22 internet"),
            expendable: &expendable(Direction::Ingress),
        };
        let limits = Limits {
            rules_per_group,
            ..Limits::default()
        };
        narrow(&topology, &narrowing, limits)
    };
    let refusal = with(3).unwrap_err();
    assert_eq!(
        refusal,
        Refusal::TooManyRules {
            group: "sg-1".into(),
            needed: 3,
            spare: 2
        }
    );
    // Four rules fit, but not beside the one that they replace.
    let edits = with(4).unwrap().edits;
    assert!(
        shown(&edits[3..]).starts_with("- it\n+ "),
        "{}",
        shown(&edits)
    );
}

// Removing

#[test]
fn a_rule_that_decides_nothing_is_removed() {
    let topology = topology(
        "sg sg-1 vpc-a basic
         in accept 1 tcp 22 from 0.0.0.0/0 id=wide
         in accept 2 tcp 22 from 8.8.8.8 id=shadowed
         in drop 3 udp any from 0.0.0.0/0 id=default
         in accept 4 tcp 80 from 8.8.8.8 id=decides",
        "sg-1",
    );
    let removed = |rule: &str| remove_rule(&topology, &"sg-1".into(), &rule.into());
    for rule in ["shadowed", "default"] {
        assert_eq!(shown(&removed(rule).unwrap().edits), format!("- {rule}"));
    }
    let refusal = removed("decides").unwrap_err();
    let packets = packets(Direction::Ingress, "tcp 80 8.8.8.8/32");
    assert_eq!(
        refusal,
        Refusal::Decides {
            rule: "decides".into(),
            packets
        }
    );
    assert!(matches!(removed("wide"), Err(Refusal::Decides { .. })));
}

#[test]
fn a_drop_that_another_group_needs_stays() {
    let groups = "sg sg-1 vpc-a basic
                  in drop 1 tcp 22 from 0.0.0.0/0 id=it
                  sg sg-2 vpc-a basic
                  in accept 2 tcp 22 from 0.0.0.0/0";
    let removed = |of_interface| {
        remove_rule(
            &topology(groups, of_interface),
            &"sg-1".into(),
            &"it".into(),
        )
    };
    assert!(removed("sg-1").is_ok());
    assert!(matches!(removed("sg-1,sg-2"), Err(Refusal::Decides { .. })));
}

#[test]
fn a_drop_that_a_balancer_needs_stays() {
    let groups = "sg sg-1 vpc-a basic
                  in drop 1 tcp 443 from 8.8.8.0/24 id=it";
    let removed = |more: &str| {
        let topology = topology(&format!("{groups}\n{more}"), "sg-1");
        remove_rule(&topology, &"sg-1".into(), &"it".into())
    };
    assert!(removed("").is_ok());
    // Listeners are open by default.
    let balancer = "alb lb-1 vpc-a 47.1.2.9 groups=sg-1";
    assert!(matches!(removed(balancer), Err(Refusal::Decides { .. })));
}

#[test]
fn what_is_unread_keeps_a_rule() {
    // Neither reading by itself shows it: the drop decides if the first accept matches nothing.
    let groups = "sg sg-1 vpc-a basic
                  in accept 1 tcp 22 from pl:gone id=before
                  in drop 2 tcp 22 from 0.0.0.0/0 id=it
                  in accept 3 tcp 22 from pl:gone id=after";
    let refusal = remove_rule(&topology(groups, "sg-1"), &"sg-1".into(), &"it".into());
    assert!(
        matches!(refusal, Err(Refusal::Decides { .. })),
        "{refusal:?}"
    );
    let groups = "sg sg-1 vpc-a basic
                  in drop 2 tcp 22 from 0.0.0.0/0 id=it
                  sg sg-2 vpc-a basic unread";
    let refusal = remove_rule(&topology(groups, "sg-1,sg-2"), &"sg-1".into(), &"it".into());
    assert_eq!(refusal, Err(Refusal::Uncertain("sg-2".into())));
}

// Outward

#[test]
fn mail_is_dropped_but_to_the_own_relay() {
    let topology = topology("sg sg-1 vpc-a basic", "sg-1");
    let outbound = OutboundDrop {
        group: &"sg-1".into(),
        services: &[Service {
            protocol: ProtocolMatch::Number(6),
            ports: PortMatch::Range(yumen_packets::Interval::single(25)),
        }],
        to: &["0.0.0.0/0".parse().unwrap()],
        keep: &[
            "128.0.0.0/1".parse().unwrap(),
            "64.0.0.0/2".parse().unwrap(),
        ],
        expendable: &PacketSet::empty(),
        description: "no mail",
    };
    let plan = drop_outbound(&topology, &outbound, Limits::default()).unwrap();
    assert_eq!(shown(&plan.edits), "+ drop 1 tcp 25 0.0.0.0/2");
    assert!(plan.also_closed.is_empty());
    let wider = OutboundDrop {
        expendable: &packets(Direction::Egress, "tcp 25 64.0.0.0/3"),
        keep: &[
            "128.0.0.0/1".parse().unwrap(),
            "96.0.0.0/3".parse().unwrap(),
        ],
        to: &["0.0.0.0/3".parse().unwrap(), "64.0.0.0/3".parse().unwrap()],
        ..outbound
    };
    let plan = drop_outbound(&topology, &wider, Limits::default()).unwrap();
    assert_eq!(shown(&plan.edits), "+ drop 1 tcp 25 0.0.0.0/3");
}

#[test]
fn all_protocols_are_dropped_outward_by_one_rule_a_network() {
    let topology = topology("sg sg-1 vpc-a basic\nout drop 1 all -1/-1 to ::/0", "sg-1");
    let outbound = OutboundDrop {
        group: &"sg-1".into(),
        services: &[Service {
            protocol: ProtocolMatch::All,
            ports: PortMatch::Any,
        }],
        to: &["0.0.0.0/0".parse().unwrap(), "::/0".parse().unwrap()],
        keep: &["0.0.0.0/1".parse().unwrap()],
        expendable: &PacketSet::empty(),
        description: "",
    };
    let plan = drop_outbound(&topology, &outbound, Limits::default()).unwrap();
    assert_eq!(shown(&plan.edits), "+ drop 1 all any 128.0.0.0/1");
    let refusal = drop_outbound(&topology, &outbound, one_rule()).unwrap_err();
    assert_eq!(
        refusal,
        Refusal::TooManyRules {
            group: "sg-1".into(),
            needed: 1,
            spare: 0
        }
    );
}

// Writing

fn template() -> Rule {
    let snapshot = parse("sg sg-1 vpc-a basic\nin accept 7 tcp 1 from 10.0.0.1 id=it");
    snapshot.groups.get("sg-1").unwrap().rules[0].clone()
}

#[test]
fn packets_become_rules_and_rules_those_packets() {
    let set = packets(
        Direction::Ingress,
        "tcp 80 any
         tcp 81 any
         udp 53 10.0.0.0/8
         icmp any 8.0.0.0/6",
    );
    let rules = rules_for(&set, Direction::Ingress, &template()).unwrap();
    let shown: Vec<String> = rules
        .iter()
        .map(|rule| {
            crate::packets::shown(&[yumen_cloud::CloudEdit::AddRule {
                group: "sg-1".into(),
                rule: rule.clone(),
            }])
        })
        .collect();
    assert_eq!(
        shown,
        [
            "+ accept 7 tcp 80-81 0.0.0.0/0",
            "+ accept 7 tcp 80-81 ::/0",
            "+ accept 7 udp 53 10.0.0.0/8",
            "+ accept 7 icmp any 8.0.0.0/6",
        ]
    );
    assert!(
        rules
            .iter()
            .all(|rule| rule.action == Action::Accept && rule.priority == 7)
    );
    assert!(matches!(rules[0].peer, Peer::Network(_)));
}

#[test]
fn rules_have_no_words_for_some_packets() {
    for line in [
        "icmp 8 any",
        "icmp any 2000::/3",
        "icmpv6 any 8.0.0.0/6",
        "tcp 0 any",
        "50 any any",
    ] {
        let packets = packets(Direction::Ingress, line);
        let rules = rules_for(&packets, Direction::Ingress, &template());
        assert!(
            matches!(rules, Err(Inexpressible::Unsayable(_))),
            "{line}: {rules:?}"
        );
    }
}

fn one_rule() -> Limits {
    Limits {
        rules_per_group: 1,
        ..Limits::default()
    }
}
