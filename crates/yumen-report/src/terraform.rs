//! Security groups as Terraform, for the provider `aliyun/alicloud`.
//!
//! Arguments are those of the provider's pages `alicloud_security_group` (`security_group_name`
//! since 1.239.0) and `alicloud_security_group_rule` (`icmpv6` since 1.262.0). What a rule of the
//! provider cannot say becomes a comment, never a rule that says something else.

use std::collections::BTreeMap;
use std::fmt::Write;

use yumen_cloud::{
    Action, CloudEdit, Direction, GroupKind, Id, InnerAccess, Peer, PortMatch, ProtocolMatch, Rule,
    SecurityGroup,
};
use yumen_packets::{Family, Interval};

/// Groups with their rules; the VPC of a group that has none is a variable.
#[must_use]
pub fn terraform(groups: &[SecurityGroup]) -> String {
    let labels = labels(groups);
    let mut text = String::new();
    let _ = writeln!(text, "terraform {{\n  required_providers {{");
    let _ = writeln!(
        text,
        "    alicloud = {{\n      source  = \"aliyun/alicloud\""
    );
    let _ = writeln!(text, "      version = \">= 1.262.0\"\n    }}\n  }}\n}}");
    if groups.iter().any(|group| group.vpc.is_none()) {
        let _ = writeln!(text, "\nvariable \"vpc_id\" {{\n  type = string\n}}");
    }
    for group in groups {
        let label = labels.get(&group.id).map_or("group", String::as_str);
        self::group(&mut text, group, label);
        for direction in [Direction::Ingress, Direction::Egress] {
            for (position, rule) in group.rules_of(direction).enumerate() {
                let name = format!("{label}_{}_{}", way(direction), position + 1);
                let own = format!("alicloud_security_group.{label}.id");
                self::rule(&mut text, &labels, rule, &own, &name);
            }
        }
    }
    text
}

/// Rules that edits add, as resources; what they take away or change otherwise stands as a
/// comment, since it belongs to resources that are written down elsewhere.
#[must_use]
pub fn changes(edits: &[CloudEdit], say: &dyn Fn(&CloudEdit) -> String) -> String {
    let mut text = String::new();
    let mut number = 0;
    for edit in edits {
        let _ = writeln!(text, "\n# {}", say(edit).replace(char::is_control, " "));
        let (CloudEdit::AddRule { group, rule } | CloudEdit::ReplaceRule { group, rule }) = edit
        else {
            continue;
        };
        number += 1;
        let name = format!("yumen_fix_{number}");
        let mut own = String::new();
        self::rule(
            &mut own,
            &BTreeMap::new(),
            rule,
            &quoted(group.as_str()),
            &name,
        );
        text.push_str(own.trim_start_matches('\n'));
    }
    text.trim_start_matches('\n').to_owned()
}

/// Names of resources: ASCII letters, digits and underscores, each once.
fn labels(groups: &[SecurityGroup]) -> BTreeMap<Id, String> {
    let mut labels: BTreeMap<Id, String> = BTreeMap::new();
    for group in groups {
        let name = if group.name.is_empty() {
            group.id.as_str()
        } else {
            &group.name
        };
        let plain = name.chars().map(|one| match one {
            one if one.is_ascii_alphanumeric() => one.to_ascii_lowercase(),
            _ => '_',
        });
        let mut label: String = plain.collect();
        if !label.starts_with(|first: char| first.is_ascii_alphabetic()) {
            label.insert_str(0, "sg_");
        }
        let taken = |label: &String| labels.values().any(|other| other == label);
        if taken(&label) {
            let numbered = (2_usize..).map(|number| format!("{label}_{number}"));
            label = numbered
                .take(groups.len() + 1)
                .find(|label| !taken(label))
                .unwrap_or(label);
        }
        labels.insert(group.id.clone(), label);
    }
    labels
}

fn group(text: &mut String, group: &SecurityGroup, label: &str) {
    let _ = writeln!(
        text,
        "\nresource \"alicloud_security_group\" \"{label}\" {{"
    );
    let mut fields = vec![("security_group_name", quoted(&group.name))];
    if !group.description.is_empty() {
        fields.push(("description", quoted(&group.description)));
    }
    let kind = match group.kind {
        GroupKind::Basic => "normal",
        GroupKind::Advanced => "enterprise",
    };
    fields.push(("security_group_type", quoted(kind)));
    if group.kind == GroupKind::Basic {
        let policy = match group.inner_access {
            InnerAccess::Accept => "Accept",
            InnerAccess::Drop => "Drop",
        };
        fields.push(("inner_access_policy", quoted(policy)));
    }
    let vpc = group.vpc.as_ref().map(|vpc| quoted(vpc.as_str()));
    fields.push(("vpc_id", vpc.unwrap_or_else(|| "var.vpc_id".to_owned())));
    aligned(text, &fields);
    if !group.tags.is_empty() {
        let _ = writeln!(text, "  tags = {{");
        for (key, value) in &group.tags {
            let _ = writeln!(text, "    {} = {}", quoted(key), quoted(value));
        }
        let _ = writeln!(text, "  }}");
    }
    let _ = writeln!(text, "}}");
}

fn rule(text: &mut String, labels: &BTreeMap<Id, String>, rule: &Rule, group: &str, name: &str) {
    let Some(fields) = fields(labels, rule, group) else {
        let what = rule.description.replace(char::is_control, " ");
        let _ = writeln!(
            text,
            "\n# {name}: the provider has no words for this rule, add it by hand: {what}"
        );
        return;
    };
    let _ = writeln!(
        text,
        "\nresource \"alicloud_security_group_rule\" \"{name}\" {{"
    );
    aligned(text, &fields);
    let _ = writeln!(text, "}}");
}

/// The arguments of a rule; nothing if the provider cannot say it.
fn fields(
    labels: &BTreeMap<Id, String>,
    rule: &Rule,
    group: &str,
) -> Option<Vec<(&'static str, String)>> {
    let plain = rule.source_ports == PortMatch::Any && rule.local.is_none() && !rule.uncertain;
    if !plain || !(1..=100).contains(&rule.priority) {
        return None;
    }
    let protocol = match rule.protocol {
        ProtocolMatch::All => "all",
        ProtocolMatch::Number(6) => "tcp",
        ProtocolMatch::Number(17) => "udp",
        ProtocolMatch::Number(1) => "icmp",
        ProtocolMatch::Number(58) => "icmpv6",
        ProtocolMatch::Number(47) => "gre",
        ProtocolMatch::Number(_) => return None,
    };
    let ported = matches!(protocol, "tcp" | "udp");
    let ports = match (&rule.ports, ported) {
        (PortMatch::Any, false) => "-1/-1".to_owned(),
        (PortMatch::Any, true) => "1/65535".to_owned(),
        (PortMatch::Range(range), true) => ports(*range),
        (PortMatch::Range(_), false) | (PortMatch::List(_), _) => return None,
    };
    let action = match rule.action {
        Action::Accept => "accept",
        Action::Drop => "drop",
    };
    let mut fields = vec![
        ("security_group_id", group.to_owned()),
        ("type", quoted(way(rule.direction))),
        ("ip_protocol", quoted(protocol)),
        ("nic_type", quoted("intranet")),
        ("policy", quoted(action)),
        ("port_range", quoted(&ports)),
        ("priority", rule.priority.to_string()),
    ];
    match &rule.peer {
        Peer::Network(net) => {
            let name = match yumen_reach::family_of(net.addr()) {
                Family::V4 => "cidr_ip",
                Family::V6 => "ipv6_cidr_ip",
            };
            fields.push((name, quoted(&net.to_string())));
        }
        Peer::Group { group, owner } => {
            let id = match labels.get(group) {
                Some(label) => format!("alicloud_security_group.{label}.id"),
                None => quoted(group.as_str()),
            };
            fields.push(("source_security_group_id", id));
            if let Some(owner) = owner {
                fields.push(("source_group_owner_account", quoted(owner.as_str())));
            }
        }
        Peer::PrefixList(id) => fields.push(("prefix_list_id", quoted(id.as_str()))),
        Peer::Anywhere => return None,
    }
    if !rule.description.is_empty() {
        fields.push(("description", quoted(&rule.description)));
    }
    Some(fields)
}

fn ports(range: Interval<u16>) -> String {
    format!("{}/{}", range.low().max(1), range.high())
}

fn way(direction: Direction) -> &'static str {
    match direction {
        Direction::Ingress => "ingress",
        Direction::Egress => "egress",
    }
}

/// Arguments with their signs of equality below each other, as `terraform fmt` writes them.
fn aligned(text: &mut String, fields: &[(&str, String)]) {
    let longest = fields.iter().map(|(name, _)| name.len()).max();
    let longest = longest.unwrap_or_default();
    for (name, value) in fields {
        let _ = writeln!(text, "  {name:longest$} = {value}");
    }
}

/// A text as HCL has it; what would be a template in it stays text.
fn quoted(text: &str) -> String {
    let mut written = String::from("\"");
    let mut rest = text.chars().peekable();
    while let Some(one) = rest.next() {
        match one {
            '"' | '\\' => {
                written.push('\\');
                written.push(one);
            }
            '\n' => written.push_str("\\n"),
            one if one.is_control() => written.push(' '),
            '$' | '%' if rest.peek() == Some(&'{') => {
                written.push(one);
                written.push(one);
            }
            one => written.push(one),
        }
    }
    written.push('"');
    written
}

#[cfg(test)]
mod tests {
    use yumen_cloud::{
        Action, Direction, GroupKind, InnerAccess, Peer, PortMatch, ProtocolMatch, Rule,
        SecurityGroup,
    };
    use yumen_diagnostics::Place;
    use yumen_packets::Interval;

    use super::terraform;

    fn rule(protocol: ProtocolMatch, ports: PortMatch, peer: Peer) -> Rule {
        Rule {
            id: "r".into(),
            direction: Direction::Ingress,
            action: Action::Drop,
            priority: 7,
            protocol,
            ports,
            source_ports: PortMatch::Any,
            peer,
            local: None,
            uncertain: false,
            description: "say \"no\" to ${x}".to_owned(),
            created_at: None,
            place: Place::default(),
        }
    }

    fn group(name: &str, rules: Vec<Rule>) -> SecurityGroup {
        SecurityGroup {
            id: name.into(),
            region: "cn-a".into(),
            vpc: None,
            name: name.to_owned(),
            description: String::new(),
            kind: GroupKind::Basic,
            inner_access: InnerAccess::Drop,
            rules,
            ingress_unread: false,
            egress_unread: false,
            managed: false,
            created_at: None,
            tags: Vec::new(),
            place: Place::default(),
        }
    }

    fn network(text: &str) -> Peer {
        Peer::Network(text.parse().unwrap())
    }

    fn argument<'t>(text: &'t str, name: &str) -> &'t str {
        let lines = text.lines().map(str::trim_start);
        let mut found = lines.filter_map(|line| {
            let (key, value) = line.split_once(" = ")?;
            (key.trim_end() == name).then_some(value)
        });
        found.next().unwrap_or("nothing")
    }

    #[test]
    fn rules_are_said_with_the_arguments_of_the_provider() {
        let tcp = ProtocolMatch::Number(6);
        let range = PortMatch::Range(Interval::new(0, 443).unwrap());
        for (protocol, ports, peer, expected) in [
            (
                tcp,
                range.clone(),
                network("10.0.0.0/8"),
                ["tcp", "1/443", "cidr_ip"],
            ),
            (
                tcp,
                PortMatch::Any,
                network("::/0"),
                ["tcp", "1/65535", "ipv6_cidr_ip"],
            ),
            (
                ProtocolMatch::All,
                PortMatch::Any,
                Peer::PrefixList("pl-1".into()),
                ["all", "-1/-1", "prefix_list_id"],
            ),
            (
                ProtocolMatch::Number(58),
                PortMatch::Any,
                network("::/0"),
                ["icmpv6", "-1/-1", "ipv6_cidr_ip"],
            ),
            (
                ProtocolMatch::Number(47),
                PortMatch::Any,
                Peer::Group {
                    group: "sg-x".into(),
                    owner: Some("7".into()),
                },
                ["gre", "-1/-1", "source_group_owner_account"],
            ),
        ] {
            let text = terraform(&[group("g", vec![rule(protocol, ports, peer)])]);
            let [word, ports, peer] = expected;
            assert_eq!(argument(&text, "ip_protocol"), format!("\"{word}\""));
            assert_eq!(argument(&text, "port_range"), format!("\"{ports}\""));
            assert_ne!(argument(&text, peer), "nothing", "{text}");
            assert_eq!(argument(&text, "policy"), "\"drop\"");
            assert_eq!(argument(&text, "priority"), "7");
            assert_eq!(argument(&text, "nic_type"), "\"intranet\"");
            let description = r#""say \"no\" to $${x}""#;
            assert_eq!(argument(&text, "description"), description);
        }
    }

    #[test]
    fn what_the_provider_cannot_say_is_a_comment() {
        let any = || network("0.0.0.0/0");
        let range = PortMatch::Range(Interval::single(22));
        let mut local = rule(ProtocolMatch::Number(6), range.clone(), any());
        local.local = Some("10.0.0.0/8".parse().unwrap());
        let mut old = rule(ProtocolMatch::Number(6), range.clone(), any());
        old.priority = 110;
        for rule in [
            rule(ProtocolMatch::Number(50), PortMatch::Any, any()),
            rule(ProtocolMatch::All, range, any()),
            rule(
                ProtocolMatch::Number(6),
                PortMatch::List("prl".into()),
                any(),
            ),
            rule(ProtocolMatch::All, PortMatch::Any, Peer::Anywhere),
            local,
            old,
        ] {
            let text = terraform(&[group("g", vec![rule])]);
            assert!(!text.contains("security_group_rule\""), "{text}");
            assert!(text.contains("# g_ingress_1: "), "{text}");
        }
    }

    #[test]
    fn every_label_is_plain_and_stands_once() {
        let names = ["生产-web", "测试-web", "1st", "a b", "a_b"];
        let groups: Vec<_> = names.iter().map(|name| group(name, Vec::new())).collect();
        let text = terraform(&groups);
        let labels: Vec<&str> = text
            .lines()
            .filter_map(|line| line.strip_prefix("resource \"alicloud_security_group\" \""))
            .map(|rest| rest.trim_end_matches("\" {"))
            .collect();
        assert_eq!(
            labels,
            ["sg____web", "sg____web_2", "sg_1st", "a_b", "a_b_2"]
        );
    }
}
