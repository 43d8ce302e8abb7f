//! Security groups and their rules.

use std::collections::HashMap;

use ipnet::IpNet;
use yumen_cloud::{
    Action, Direction, GapReason, GroupKind, Id, InnerAccess, Peer, PortMatch, ProtocolMatch, Rule,
    SecurityGroup,
};
use yumen_diagnostics::Message;
use yumen_packets::Interval;

use crate::reader::facts::{Fact, Item, Section};
use crate::reader::record::{Notes, Record};
use crate::reader::value::{self, is};

/// An item of `DescribeSecurityGroups`.
pub(super) fn group(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("SecurityGroupId")?;
    let group = skeleton(item, id.clone());
    section.facts.push(Fact::Group(Box::new(group)));
    Some(id)
}

/// The other fields of `DescribeSecurityGroupAttribute`.
pub(super) fn attributes(fields: Record<'_>, id: Id, section: &mut Section) {
    // Every page repeats them.
    if section.facts.is_empty() {
        let group = skeleton(fields, id);
        section.facts.push(Fact::Group(Box::new(group)));
    }
}

/// A group as far as one response tells; its rules are not read yet.
fn skeleton(record: Record<'_>, id: Id) -> SecurityGroup {
    let kind = match record.text("SecurityGroupType") {
        Some(word) if is(Some(word), "enterprise") => GroupKind::Advanced,
        Some(word) if !is(Some(word), "normal") => {
            record.not_understood("SecurityGroupType", "gap-bad-group-type", word);
            GroupKind::Basic
        }
        _ => GroupKind::Basic,
    };
    let inner_access = match record.text("InnerAccessPolicy") {
        Some(word) if is(Some(word), "Drop") => InnerAccess::Drop,
        Some(word) if !is(Some(word), "Accept") => {
            record.not_understood("InnerAccessPolicy", "gap-bad-inner-access", word);
            InnerAccess::Accept
        }
        _ => InnerAccess::Accept,
    };
    SecurityGroup {
        place: record.place(&id),
        id,
        region: record.notes.region.clone(),
        vpc: record.id("VpcId"),
        name: record.string("SecurityGroupName"),
        description: record.string("Description"),
        kind,
        inner_access,
        rules: Vec::new(),
        ingress_unread: true,
        egress_unread: true,
        managed: record.flag("ServiceManaged").unwrap_or(false),
        created_at: record.text("CreationTime").map(str::to_owned),
        tags: record.tags(),
    }
}

/// An item of `DescribeSecurityGroupAttribute`: one rule, or two where it names networks of both
/// families.
pub(super) fn rule(item: Record<'_>, section: &mut Section) -> Item {
    let direction = match item.text("Direction") {
        word if is(word, "ingress") => Direction::Ingress,
        word if is(word, "egress") => Direction::Egress,
        word => {
            item.not_understood("Direction", "gap-bad-direction", word.unwrap_or_default());
            return Item::Skipped;
        }
    };
    let mut reader = RuleReader {
        item,
        uncertain: false,
    };
    let (far, near) = match direction {
        Direction::Ingress => (&SOURCE, &DESTINATION),
        Direction::Egress => (&DESTINATION, &SOURCE),
    };
    let action = reader.action();
    let priority = reader.priority();
    let protocol = reader.protocol();
    let ports = reader.ports(protocol);
    let source_ports = reader.source_ports(protocol);
    let (peer, second_peer) = reader.peers(far);
    let local = reader.local(near, &peer);
    // The id of the group, for the place and for rules without an id, is known when the page ends.
    let id = item
        .text("SecurityGroupRuleId")
        .map_or_else(|| Id::from(""), Id::from);
    let rule = Rule {
        place: item.place(&id),
        id,
        direction,
        action,
        priority,
        protocol,
        ports,
        source_ports,
        peer,
        local,
        uncertain: reader.uncertain,
        description: item.string("Description"),
        created_at: item.text("CreateTime").map(str::to_owned),
    };
    if let Some(peer) = second_peer {
        let local = reader.local(near, &peer);
        section.rules.push(rule.clone());
        section.rules.push(Rule {
            id: Id::from(format!("{}#2", rule.id)),
            peer,
            local,
            ..rule
        });
    } else {
        section.rules.push(rule);
    }
    Item::Nameless
}

/// The fields of one side of a rule.
struct Side {
    v4: &'static str,
    v6: &'static str,
    group: &'static str,
    owner: &'static str,
    prefix_list: &'static str,
}

const SOURCE: Side = Side {
    v4: "SourceCidrIp",
    v6: "Ipv6SourceCidrIp",
    group: "SourceGroupId",
    owner: "SourceGroupOwnerAccount",
    prefix_list: "SourcePrefixListId",
};

const DESTINATION: Side = Side {
    v4: "DestCidrIp",
    v6: "Ipv6DestCidrIp",
    group: "DestGroupId",
    owner: "DestGroupOwnerAccount",
    prefix_list: "DestPrefixListId",
};

/// Reads the fields of a rule, and keeps whether one of them was not understood.
struct RuleReader<'t> {
    item: Record<'t>,
    uncertain: bool,
}

impl RuleReader<'_> {
    fn action(&mut self) -> Action {
        match self.item.text("Policy") {
            None => Action::Accept,
            word if is(word, "accept") => Action::Accept,
            word if is(word, "drop") => Action::Drop,
            Some(word) => {
                self.doubt("Policy", "gap-bad-policy", word);
                Action::Accept
            }
        }
    }

    fn priority(&mut self) -> u16 {
        let Some(text) = self.item.text("Priority") else {
            return 1;
        };
        text.trim().parse().unwrap_or_else(|_| {
            self.doubt("Priority", "gap-bad-priority", text);
            1
        })
    }

    fn protocol(&mut self) -> ProtocolMatch {
        let text = self.item.text("IpProtocol").unwrap_or_default();
        value::protocol(text).unwrap_or_else(|| {
            self.doubt("IpProtocol", "gap-bad-protocol", text);
            ProtocolMatch::All
        })
    }

    fn ports(&mut self, protocol: ProtocolMatch) -> PortMatch {
        if self.item.text("PortRange").is_some() {
            return self.port_field("PortRange", protocol);
        }
        match self.item.id("PortRangeListId") {
            Some(list) => PortMatch::List(list),
            None => {
                if value::has_ports(protocol) {
                    self.doubt("PortRange", "gap-bad-ports", "");
                }
                PortMatch::Any
            }
        }
    }

    fn source_ports(&mut self, protocol: ProtocolMatch) -> PortMatch {
        self.port_field("SourcePortRange", protocol)
    }

    fn port_field(&mut self, field: &'static str, protocol: ProtocolMatch) -> PortMatch {
        let Some(text) = self.item.text(field) else {
            return PortMatch::Any;
        };
        match value::ports(text) {
            Some(PortMatch::Range(range)) if !value::has_ports(protocol) => {
                // A protocol without ports has no port to compare; every port is none at all.
                if range != Interval::all() && Some(range) != Interval::new(1, u16::MAX) {
                    self.doubt(field, "gap-ports-without-protocol", text);
                }
                PortMatch::Any
            }
            Some(ports) => ports,
            None => {
                self.doubt(field, "gap-bad-ports", text);
                PortMatch::Any
            }
        }
    }

    /// The other side: a network, which beats a group, which beats a prefix list; two networks
    /// where both families are named.
    fn peers(&mut self, side: &Side) -> (Peer, Option<Peer>) {
        let item = self.item;
        let named = [side.v4, side.v6]
            .into_iter()
            .filter(|field| item.text(field).is_some());
        let mut networks = named.map(|field| match self.network(field) {
            Some(network) => Peer::Network(network),
            None => Peer::Anywhere,
        });
        if let Some(first) = networks.next() {
            return (first, networks.next());
        }
        if let Some(group) = item.id(side.group) {
            return (
                Peer::Group {
                    group,
                    owner: item.id(side.owner),
                },
                None,
            );
        }
        if let Some(list) = item.id(side.prefix_list) {
            return (Peer::PrefixList(list), None);
        }
        self.doubt(side.v4, "gap-no-peer", "");
        (Peer::Anywhere, None)
    }

    /// The own side, of the peer's family if both are named.
    fn local(&mut self, side: &Side, peer: &Peer) -> Option<IpNet> {
        let wants_v6 = matches!(peer, Peer::Network(IpNet::V6(_)));
        let fields = if wants_v6 {
            [side.v6, side.v4]
        } else {
            [side.v4, side.v6]
        };
        let field = fields
            .into_iter()
            .find(|field| self.item.text(field).is_some())?;
        self.network(field)
    }

    fn network(&mut self, field: &'static str) -> Option<IpNet> {
        let network = self.item.network(field);
        self.uncertain |= !matches!(network, Some((_, true)));
        network.map(|(network, _)| network)
    }

    fn doubt(&mut self, field: &'static str, message: &'static str, text: &str) {
        self.uncertain = true;
        self.item.not_understood(field, message, text);
    }
}

/// Names the rules of a group that have no id, says of which group they are, and drops what is
/// there twice.
pub(crate) fn finish(section: &mut Section, notes: &Notes) {
    let Some(group) = section.resource.clone() else {
        return;
    };
    let (mut incoming, mut outgoing) = (0_u32, 0_u32);
    for rule in &mut section.rules {
        let (word, count) = match rule.direction {
            Direction::Ingress => ("ingress", &mut incoming),
            Direction::Egress => ("egress", &mut outgoing),
        };
        let suffix = if rule.id.as_str().ends_with("#2") {
            "#2"
        } else {
            ""
        };
        if suffix.is_empty() {
            *count += 1;
        }
        if matches!(rule.id.as_str(), "" | "#2") {
            rule.id = Id::from(format!("{group}/{word}/{count}{suffix}"));
        }
        rule.place.resource = Some(group.shared());
    }
    section.whole &= drop_repeated(&mut section.rules, notes);
}

/// Drops rules that repeat another one in everything; false if two differ under the same id.
pub(crate) fn drop_repeated(rules: &mut Vec<Rule>, notes: &Notes) -> bool {
    let mut first_of: HashMap<Id, usize> = HashMap::with_capacity(rules.len());
    let mut agree = true;
    let mut keep = vec![true; rules.len()];
    for (position, (rule, keep)) in rules.iter().zip(&mut keep).enumerate() {
        let Some(first) = first_of.get(&rule.id).and_then(|first| rules.get(*first)) else {
            first_of.insert(rule.id.clone(), position);
            continue;
        };
        if (Rule {
            place: first.place.clone(),
            ..rule.clone()
        }) == *first
        {
            *keep = false;
        } else {
            agree = false;
            let message = Message::new("gap-duplicate").with("id", rule.id.as_str());
            notes.note(GapReason::Duplicate, rule.place.line, message);
        }
    }
    let mut kept = keep.into_iter();
    rules.retain(|_| kept.next().unwrap_or(true));
    agree
}
