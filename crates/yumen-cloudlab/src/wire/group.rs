//! Security groups and their rules, prefix lists, port lists.

use super::{RESOURCE_GROUP, tag_key_tags};
use crate::identifier::{next_token, request_id};
use serde_json::{Value, json};

/// A security group as listed.
#[derive(Clone, Debug)]
pub(crate) struct Group<'a> {
    pub(crate) region: &'a str,
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    pub(crate) vpc: &'a str,
    pub(crate) advanced: bool,
    pub(crate) isolated: bool,
    pub(crate) managed: bool,
    pub(crate) created: &'a str,
    pub(crate) members: usize,
    pub(crate) rules: usize,
    pub(crate) group_rules: usize,
    pub(crate) tags: &'a [(&'a str, &'a str)],
}

/// Whom a rule is about.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) enum Peer {
    /// No field set.
    #[default]
    Unset,
    /// An IPv4 range.
    Ipv4(String),
    /// An IPv6 range.
    Ipv6(String),
    /// Another group: id and name.
    Group(String, String),
    /// A prefix list: id and name.
    PrefixList(String, String),
}

/// A rule of a group.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    pub(crate) id: String,
    pub(crate) ingress: bool,
    pub(crate) accept: bool,
    pub(crate) protocol: String,
    /// Empty where a port list says it.
    pub(crate) ports: String,
    /// Port list: id and name.
    pub(crate) port_list: (String, String),
    pub(crate) priority: usize,
    pub(crate) peer: Peer,
    pub(crate) about: String,
    pub(crate) created: String,
}

impl Group<'_> {
    /// An item of DescribeSecurityGroups.
    pub(crate) fn item(&self) -> Value {
        json!({
            "AvailableInstanceAmount": 0,
            "CreationTime": self.created,
            "Description": self.about,
            "EcsCount": self.members,
            "GroupToGroupRuleCount": self.group_rules,
            "ResourceGroupId": RESOURCE_GROUP,
            "RuleCount": self.rules,
            "SecurityGroupId": self.id,
            "SecurityGroupName": self.name,
            "SecurityGroupType": if self.advanced { "enterprise" } else { "normal" },
            "ServiceID": 0,
            "ServiceManaged": self.managed,
            "Tags": {"Tag": tag_key_tags(self.tags)},
            "VpcId": self.vpc,
        })
    }

    /// One page of DescribeSecurityGroupAttribute; `more` when another follows.
    pub(crate) fn attribute(&self, rules: Vec<Value>, page: usize, more: bool) -> Value {
        json!({
            "Description": self.about,
            "InnerAccessPolicy": if self.isolated || self.advanced { "Drop" } else { "Accept" },
            "NextToken": if more { next_token(self.id, page) } else { String::new() },
            "Permissions": {"Permission": rules},
            "RegionId": self.region,
            "RequestId": request_id(self.id, page),
            "SecurityGroupId": self.id,
            "SecurityGroupName": self.name,
            "SnapshotPolicyIds": {"SnapshotPolicyId": []},
            "VpcId": self.vpc,
        })
    }
}

impl Rule {
    /// A Permission of DescribeSecurityGroupAttribute, all 26 fields.
    pub(crate) fn permission(&self) -> Value {
        let (mut v4, mut v6) = ("", "");
        let (mut group, mut group_name) = ("", "");
        let (mut list, mut list_name) = ("", "");
        match &self.peer {
            Peer::Unset => {}
            Peer::Ipv4(range) => v4 = range,
            Peer::Ipv6(range) => v6 = range,
            Peer::Group(id, name) => (group, group_name) = (id, name),
            Peer::PrefixList(id, name) => (list, list_name) = (id, name),
        }
        let pair = |value: &str, source: bool| {
            if self.ingress == source {
                value.to_owned()
            } else {
                String::new()
            }
        };
        json!({
            "CreateTime": self.created,
            "Description": self.about,
            "DestCidrIp": pair(v4, false),
            "DestGroupId": pair(group, false),
            "DestGroupName": pair(group_name, false),
            "DestGroupOwnerAccount": "",
            "DestPrefixListId": pair(list, false),
            "DestPrefixListName": pair(list_name, false),
            "Direction": if self.ingress { "ingress" } else { "egress" },
            "IpProtocol": self.protocol,
            "Ipv6DestCidrIp": pair(v6, false),
            "Ipv6SourceCidrIp": pair(v6, true),
            "NicType": "intranet",
            "Policy": if self.accept { "Accept" } else { "Drop" },
            "PortRange": self.ports,
            "PortRangeListId": self.port_list.0,
            "PortRangeListName": self.port_list.1,
            "Priority": self.priority.to_string(),
            "SecurityGroupRuleId": self.id,
            "SourceCidrIp": pair(v4, true),
            "SourceGroupId": pair(group, true),
            "SourceGroupName": pair(group_name, true),
            "SourceGroupOwnerAccount": "",
            "SourcePortRange": "",
            "SourcePrefixListId": pair(list, true),
            "SourcePrefixListName": pair(list_name, true),
        })
    }
}

/// A list of ranges or of ports that rules refer to.
#[derive(Clone, Debug)]
pub(crate) struct NamedList<'a> {
    pub(crate) id: &'a str,
    pub(crate) name: &'a str,
    pub(crate) about: &'a str,
    pub(crate) created: &'a str,
    pub(crate) users: usize,
    pub(crate) limit: usize,
    /// Entry and its description.
    pub(crate) entries: &'a [(String, String)],
}

impl NamedList<'_> {
    fn family(&self) -> &'static str {
        if self.entries.iter().any(|(range, _)| range.contains(':')) {
            "IPv6"
        } else {
            "IPv4"
        }
    }

    /// An item of DescribePrefixLists.
    pub(crate) fn prefix_item(&self) -> Value {
        json!({
            "AddressFamily": self.family(),
            "AssociationCount": self.users,
            "CreationTime": self.created,
            "Description": self.about,
            "MaxEntries": self.limit,
            "PrefixListId": self.id,
            "PrefixListName": self.name,
            "ResourceGroupId": RESOURCE_GROUP,
            "Tags": {"Tag": []},
        })
    }

    /// The answer of DescribePrefixListAttributes.
    pub(crate) fn prefix_attributes(&self) -> Value {
        let entries: Vec<Value> = self
            .entries
            .iter()
            .map(|(range, about)| json!({"Cidr": range, "Description": about}))
            .collect();
        json!({
            "AddressFamily": self.family(),
            "CreationTime": self.created,
            "Description": self.about,
            "Entries": {"Entry": entries},
            "MaxEntries": self.limit,
            "PrefixListId": self.id,
            "PrefixListName": self.name,
            "RequestId": request_id(self.id, 1),
        })
    }

    /// An item of DescribePortRangeLists: its tags are a plain array.
    pub(crate) fn port_item(&self) -> Value {
        json!({
            "AssociationCount": self.users,
            "CreationTime": self.created,
            "Description": self.about,
            "MaxEntries": self.limit,
            "PortRangeListId": self.id,
            "PortRangeListName": self.name,
            "ResourceGroupId": RESOURCE_GROUP,
            "Tags": [],
        })
    }

    /// The items of DescribePortRangeListEntries.
    pub(crate) fn port_entries(&self) -> Vec<Value> {
        self.entries
            .iter()
            .map(|(ports, about)| json!({"Description": about, "PortRange": ports}))
            .collect()
    }
}
