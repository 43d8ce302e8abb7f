//! Security groups and their rules.

use std::fmt::Write;

use yumen_cloud::{Peer, PortMatch, ProtocolMatch, Rule};

use crate::report::{check_gaps, gaps, read, with_core};

const LISTING: (&str, &str) = (
    "r/ecs/DescribeSecurityGroups.json",
    r#"{"SecurityGroups":{"SecurityGroup":[{"SecurityGroupId":"sg-a","SecurityGroupType":"normal"}]}}"#,
);
const ATTRIBUTE: &str = "r/ecs/DescribeSecurityGroupAttribute/sg-a.json";

/// Reads a group with these permissions and compares its rules and the gaps, one a line.
fn check(permissions: &str, expected: &str) {
    let text = format!(
        "{{\"SecurityGroupId\":\"sg-a\",\"Permissions\":{{\"Permission\":[\n{permissions}\n]}}}}"
    );
    let snapshot = read(&with_core(&[LISTING, (ATTRIBUTE, &text)]));
    let group = snapshot.groups.get("sg-a").unwrap();
    let mut out = String::new();
    for rule in &group.rules {
        writeln!(out, "{}", line(rule)).unwrap();
    }
    if group.ingress_unread || group.egress_unread {
        writeln!(out, "unread").unwrap();
    }
    out.push_str(&gaps(&snapshot));
    let expected: Vec<&str> = expected
        .lines()
        .map(str::trim)
        .filter(|line| !line.is_empty())
        .collect();
    assert_eq!(out.lines().collect::<Vec<_>>(), expected, "{permissions}");
}

fn line(rule: &Rule) -> String {
    let ports = |ports: &PortMatch| match ports {
        PortMatch::Any => "any".to_owned(),
        PortMatch::Range(range) => range.to_string(),
        PortMatch::List(list) => list.to_string(),
    };
    let protocol = match rule.protocol {
        ProtocolMatch::All => "all".to_owned(),
        ProtocolMatch::Number(number) => number.to_string(),
    };
    let peer = match &rule.peer {
        Peer::Network(network) => network.to_string(),
        Peer::Group { group, owner } => match owner {
            Some(owner) => format!("{group}@{owner}"),
            None => group.to_string(),
        },
        Peer::PrefixList(list) => list.to_string(),
        Peer::Anywhere => "anywhere".to_owned(),
    };
    let mut line = format!(
        "{} {:?} {:?} {} {protocol} {} from {} {peer}",
        rule.id,
        rule.direction,
        rule.action,
        rule.priority,
        ports(&rule.ports),
        ports(&rule.source_ports),
    );
    if let Some(local) = rule.local {
        write!(line, " local {local}").unwrap();
    }
    if rule.uncertain {
        line.push_str(" uncertain");
    }
    write!(line, " line {}", rule.place.line.unwrap()).unwrap();
    line
}

#[test]
fn a_rule_is_read_in_full() {
    check(
        r#"{"SecurityGroupRuleId":"sgr-1","Direction":"ingress","IpProtocol":"TCP","PortRange":"22/22","SourceCidrIp":"0.0.0.0/0","Policy":"Accept","Priority":"1"},
           {"SecurityGroupRuleId":"sgr-2","Direction":"egress","IpProtocol":"ALL","PortRange":"-1/-1","DestCidrIp":"10.0.0.0/8","SourceCidrIp":"10.1.0.0/16","Policy":"Drop","Priority":110},
           {"SecurityGroupRuleId":"sgr-3","Direction":"ingress","IpProtocol":"udp","PortRange":"1/65535","SourcePortRange":"53/53","Ipv6SourceCidrIp":"::/0","DestCidrIp":"","Policy":"accept","Priority":5}"#,
        "sgr-1 Ingress Accept 1 6 22 from any 0.0.0.0/0 line 2
         sgr-2 Egress Drop 110 all any from any 10.0.0.0/8 local 10.1.0.0/16 line 3
         sgr-3 Ingress Accept 5 17 1-65535 from 53 ::/0 line 4",
    );
}

#[test]
fn fields_that_beat_others() {
    check(
        r#"{"SecurityGroupRuleId":"a","Direction":"ingress","IpProtocol":"6","PortRange":"80","PortRangeListId":"prl-1","SourceCidrIp":"1.2.3.4","SourceGroupId":"sg-b"},
           {"SecurityGroupRuleId":"b","Direction":"ingress","IpProtocol":"tcp","PortRange":"","PortRangeListId":"prl-1","SourceGroupId":"sg-b","SourceGroupOwnerAccount":"1","SourcePrefixListId":"pl-1"},
           {"SecurityGroupRuleId":"c","Direction":"egress","IpProtocol":"icmpv6","DestPrefixListId":"pl-1"},
           {"SecurityGroupRuleId":"d","Direction":"ingress","IpProtocol":"gre","PortRange":"-1/-1","SourceCidrIp":"10.0.0.0/8","Ipv6SourceCidrIp":"2001:db8::/32","DestCidrIp":"10.1.1.1","Ipv6DestCidrIp":"2001:db8::1"}"#,
        "a Ingress Accept 1 6 80 from any 1.2.3.4/32 line 2
         b Ingress Accept 1 6 prl-1 from any sg-b@1 line 3
         c Egress Accept 1 58 any from any pl-1 line 4
         d Ingress Accept 1 47 any from any 10.0.0.0/8 local 10.1.1.1/32 line 5
         d#2 Ingress Accept 1 47 any from any 2001:db8::/32 local 2001:db8::1/128 line 5",
    );
}

#[test]
fn rules_without_ids_are_counted() {
    check(
        r#"{"Direction":"ingress","IpProtocol":"icmp","PortRange":"-1/-1","SourceCidrIp":"10.0.0.0/8"},
           {"Direction":"egress","IpProtocol":"all","PortRange":"-1/-1","DestCidrIp":"0.0.0.0/0"},
           {"Direction":"ingress","IpProtocol":"47","SourceCidrIp":"10.0.0.0/8"}"#,
        "sg-a/ingress/1 Ingress Accept 1 1 any from any 10.0.0.0/8 line 2
         sg-a/egress/1 Egress Accept 1 all any from any 0.0.0.0/0 line 3
         sg-a/ingress/2 Ingress Accept 1 47 any from any 10.0.0.0/8 line 4",
    );
}

#[test]
fn what_is_not_understood_is_uncertain_and_wide() {
    let rule =
        |fields: &str| format!(r#"{{"SecurityGroupRuleId":"a","Direction":"ingress",{fields}}}"#);
    let gap = "bad-value r/ecs/DescribeSecurityGroupAttribute/sg-a.json:2";
    for (fields, expected, message) in [
        (
            r#""IpProtocol":"tcp","PortRange":"22/20","SourceCidrIp":"0.0.0.0/0""#,
            "6 any from any 0.0.0.0/0",
            "gap-bad-ports(field=PortRange, value=22/20)",
        ),
        (
            r#""IpProtocol":"tcp","PortRange":"80/70000","SourceCidrIp":"0.0.0.0/0""#,
            "6 any from any 0.0.0.0/0",
            "gap-bad-ports(field=PortRange, value=80/70000)",
        ),
        (
            r#""IpProtocol":"tcp","PortRange":"80/80","SourceCidrIp":"10.0.0.5/24""#,
            "6 80 from any 10.0.0.0/24",
            "gap-host-bits(field=SourceCidrIp, value=10.0.0.5/24, network=10.0.0.0/24)",
        ),
        (
            r#""IpProtocol":"tcp","PortRange":"80/80","SourceCidrIp":"47.75.XX.XX""#,
            "6 80 from any anywhere",
            "gap-bad-network(field=SourceCidrIp, value=47.75.XX.XX)",
        ),
        (
            r#""IpProtocol":"carrier-pigeon","PortRange":"-1/-1","SourceCidrIp":"0.0.0.0/0""#,
            "all any from any 0.0.0.0/0",
            "gap-bad-protocol(field=IpProtocol, value=carrier-pigeon)",
        ),
        (
            r#""IpProtocol":"tcp","PortRange":"80/80","SourceCidrIp":"0.0.0.0/0","Policy":"maybe""#,
            "6 80 from any 0.0.0.0/0",
            "gap-bad-policy(field=Policy, value=maybe)",
        ),
        (
            r#""IpProtocol":"tcp","PortRange":"80/80","SourceCidrIp":"0.0.0.0/0","Priority":99999"#,
            "6 80 from any 0.0.0.0/0",
            "gap-bad-priority(field=Priority, value=99999)",
        ),
        (
            r#""IpProtocol":"tcp","PortRange":"80/80""#,
            "6 80 from any anywhere",
            "gap-no-peer(field=SourceCidrIp, value=)",
        ),
        (
            r#""IpProtocol":"icmp","PortRange":"80/80","SourceCidrIp":"0.0.0.0/0""#,
            "1 any from any 0.0.0.0/0",
            "gap-ports-without-protocol(field=PortRange, value=80/80)",
        ),
    ] {
        let expected = format!("a Ingress Accept 1 {expected} uncertain line 2\n{gap} {message}");
        check(&rule(fields), &expected);
    }
}

#[test]
fn a_rule_without_direction_puts_the_group_in_doubt() {
    check(
        r#"{"SecurityGroupRuleId":"a","Direction":"sideways"}"#,
        "unread
         bad-value r/ecs/DescribeSecurityGroupAttribute/sg-a.json:2 gap-bad-direction(field=Direction, value=sideways)",
    );
    check(
        r#""a rule""#,
        "unread
         malformed r/ecs/DescribeSecurityGroupAttribute/sg-a.json:2 gap-stray(value=\"a rule\")",
    );
}

#[test]
fn rules_twice() {
    let rule = r#"{"SecurityGroupRuleId":"a","Direction":"ingress","IpProtocol":"tcp","PortRange":"80/80","SourceCidrIp":"0.0.0.0/0"}"#;
    check(
        &format!("{rule},\n{rule}"),
        "a Ingress Accept 1 6 80 from any 0.0.0.0/0 line 2",
    );
    check(
        &format!("{rule},\n{}", rule.replace("80/80", "81/81")),
        "a Ingress Accept 1 6 80 from any 0.0.0.0/0 line 2
         a Ingress Accept 1 6 81 from any 0.0.0.0/0 line 3
         unread
         duplicate r/ecs/DescribeSecurityGroupAttribute/sg-a.json:3 gap-duplicate(id=a)",
    );
}

#[test]
fn a_group_without_its_rules_is_unread() {
    let snapshot = check_gaps(
        &[LISTING],
        "not-collected r/ecs/DescribeSecurityGroupAttribute/sg-a.json gap-no-resource-file(path=r/ecs/DescribeSecurityGroupAttribute/sg-a.json, action=DescribeSecurityGroupAttribute, id=sg-a)",
    );
    let group = snapshot.groups.get("sg-a").unwrap();
    assert!(group.ingress_unread && group.egress_unread);
}

#[test]
fn rules_gathered_in_one_file_in_any_order() {
    let gathered = r#"
        {"Permissions":{"Permission":[{"SecurityGroupRuleId":"1","Direction":"ingress","IpProtocol":"tcp","PortRange":"80/80","SourceCidrIp":"0.0.0.0/0"}]},"SecurityGroupId":"sg-a","NextToken":"x"}
        {"SecurityGroupId":"sg-b","Permissions":{"Permission":[]}}
        {"SecurityGroupId":"sg-a","NextToken":"","Permissions":[{"SecurityGroupRuleId":"2","Direction":"egress","IpProtocol":"tcp","PortRange":"80/80","DestCidrIp":"0.0.0.0/0"}]}"#;
    let snapshot = check_gaps(
        &[
            LISTING,
            ("r/ecs/DescribeSecurityGroupAttribute.json", gathered),
        ],
        "unresolved r/ecs/DescribeSecurityGroupAttribute.json:3 gap-group-not-listed(id=sg-b)",
    );
    let group = snapshot.groups.get("sg-a").unwrap();
    assert_eq!(group.rules.len(), 2);
    assert!(!group.ingress_unread);
}

#[test]
fn a_file_named_after_another_group() {
    let text = r#"{"SecurityGroupId":"sg-other","Permissions":{"Permission":[]}}"#;
    let snapshot = read(&with_core(&[LISTING, (ATTRIBUTE, text)]));
    assert!(snapshot.groups.get("sg-a").unwrap().ingress_unread);
    assert!(gaps(&snapshot).contains("gap-other-resource(file=sg-a, id=sg-other)"));
}
