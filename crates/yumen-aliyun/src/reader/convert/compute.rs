//! Instances and interfaces.

use std::net::Ipv4Addr;

use yumen_cloud::{Id, Instance, Interface, InterfaceKind, Ipv6Address, PrivateAddress};

use crate::reader::facts::{Fact, InstanceFact, Section};
use crate::reader::record::Record;
use crate::reader::value::is;

/// An item of `DescribeInstances`.
pub(super) fn instance(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("InstanceId")?;
    let attributes = item.record("VpcAttributes");
    let vpc = attributes.and_then(|attributes| attributes.id("VpcId"));
    let status = item.text("Status");
    let tokens = item
        .record("MetadataOptions")
        .and_then(|options| options.text("HttpTokens"));
    let public = item.texts("PublicIpAddress", "IpAddress");
    let instance = Instance {
        id: id.clone(),
        region: item.notes.region.clone(),
        name: item.string("InstanceName"),
        running: !is(status, "Stopped") && !is(status, "Stopping"),
        vpc: vpc.clone(),
        public_addresses: public
            .into_iter()
            .filter_map(|text| item.parse_address("PublicIpAddress", text))
            .collect(),
        eip: item
            .record("EipAddress")
            .and_then(|eip| eip.address("IpAddress")),
        metadata_token_required: match tokens {
            Some("required") => Some(true),
            Some("optional") => Some(false),
            _ => None,
        },
        created_at: item.text("CreationTime").map(str::to_owned),
        tags: item.tags(),
        place: item.place(&id),
    };
    let mut groups = item.ids("SecurityGroupIds", "SecurityGroupId");
    groups.sort();
    groups.dedup();
    let vswitch = attributes.and_then(|attributes| attributes.id("VSwitchId"));
    let bare = |id: Id, kind: InterfaceKind, record: Record<'_>| Interface {
        place: record.place(&id),
        // Which groups a secondary interface has joined stands nowhere in this record: a group
        // that nobody has read keeps every verdict on it open.
        groups: match kind {
            InterfaceKind::Primary => groups.clone(),
            InterfaceKind::Secondary => vec![Id::from(format!("{id}/groups"))],
        },
        id,
        region: item.notes.region.clone(),
        name: String::new(),
        vpc: vpc.clone(),
        vswitch: vswitch.clone(),
        instance: Some(instance.id.clone()),
        kind,
        private: private_addresses(record, "PrimaryIpAddress"),
        ipv6: ipv6_addresses(record),
        prefixes: prefixes(record),
        managed: false,
        tags: Vec::new(),
    };
    let mut interfaces: Vec<Interface> = item
        .records("NetworkInterfaces", "NetworkInterface")
        .into_iter()
        .filter_map(|record| {
            Some(bare(
                record.own_id("NetworkInterfaceId")?,
                kind_of(record),
                record,
            ))
        })
        .collect();
    if interfaces.is_empty() && (!groups.is_empty() || attributes.is_some()) {
        let mut only = bare(
            Id::from(format!("{id}/primary")),
            InterfaceKind::Primary,
            item,
        );
        let listed = attributes.map(|attributes| attributes.texts("PrivateIpAddress", "IpAddress"));
        only.private = listed
            .unwrap_or_default()
            .into_iter()
            .filter_map(|text| item.parse_address("VpcAttributes", text))
            .map(|address| PrivateAddress {
                address,
                public: None,
            })
            .collect();
        interfaces.push(only);
    }
    section.facts.push(Fact::Instance(Box::new(InstanceFact {
        instance,
        interfaces,
    })));
    Some(id)
}

/// An item of `DescribeNetworkInterfaces`.
pub(super) fn interface(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("NetworkInterfaceId")?;
    let attachment = item.record("Attachment");
    let attached = || attachment.and_then(|attachment| attachment.id("InstanceId"));
    let mut groups = item.ids("SecurityGroupIds", "SecurityGroupId");
    groups.sort();
    groups.dedup();
    let interface = Interface {
        place: item.place(&id),
        id: id.clone(),
        region: item.notes.region.clone(),
        name: item.string("NetworkInterfaceName"),
        vpc: item.id("VpcId"),
        vswitch: item.id("VSwitchId"),
        instance: item.id("InstanceId").or_else(attached),
        kind: kind_of(item),
        groups,
        private: private_addresses(item, "PrivateIpAddress"),
        ipv6: ipv6_addresses(item),
        prefixes: prefixes(item),
        managed: item.flag("ServiceManaged").unwrap_or(false),
        tags: item.tags(),
    };
    section.facts.push(Fact::Interface(Box::new(interface)));
    Some(id)
}

fn kind_of(record: Record<'_>) -> InterfaceKind {
    if is(record.text("Type"), "Primary") {
        InterfaceKind::Primary
    } else {
        InterfaceKind::Secondary
    }
}

/// Private addresses, the primary one first; `primary` is the field that repeats it.
fn private_addresses(record: Record<'_>, primary: &'static str) -> Vec<PrivateAddress> {
    let public_of = |record: Record<'_>| -> Option<Ipv4Addr> {
        record
            .record("AssociatedPublicIp")?
            .address("PublicIpAddress")
    };
    let mut addresses = Vec::new();
    for set in record.records("PrivateIpSets", "PrivateIpSet") {
        let public = public_of(set);
        if let Some(address) = set.address("PrivateIpAddress") {
            let position = if set.flag("Primary") == Some(true) {
                0
            } else {
                addresses.len()
            };
            addresses.insert(position, PrivateAddress { address, public });
        }
    }
    if addresses.is_empty()
        && let Some(address) = record.address(primary)
    {
        addresses.push(PrivateAddress {
            address,
            public: None,
        });
    }
    if let Some(first) = addresses.first_mut()
        && first.public.is_none()
    {
        first.public = public_of(record);
    }
    addresses
}

fn ipv6_addresses(record: Record<'_>) -> Vec<Ipv6Address> {
    let sets = record.records("Ipv6Sets", "Ipv6Set").into_iter();
    sets.filter_map(|set| set.address("Ipv6Address"))
        .map(|address| Ipv6Address {
            address,
            internet: None,
        })
        .collect()
}

fn prefixes(record: Record<'_>) -> Vec<ipnet::IpNet> {
    let of = |outer, inner, field| {
        let sets = record.records(outer, inner).into_iter();
        sets.filter_map(move |set| set.network(field))
            .map(|(network, _)| network)
    };
    of("Ipv4PrefixSets", "Ipv4PrefixSet", "Ipv4Prefix")
        .chain(of("Ipv6PrefixSets", "Ipv6PrefixSet", "Ipv6Prefix"))
        .collect()
}
