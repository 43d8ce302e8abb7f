//! Network ACLs, prefix lists, port lists and the entries of access lists.

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use yumen_cloud::{
    AclEntry, Action, Id, NetworkAcl, PortList, PortMatch, PrefixList, ProtocolMatch,
};
use yumen_packets::{Family, Interval};

use crate::reader::facts::{Fact, Item, Section};
use crate::reader::record::Record;
use crate::reader::value::{self, is};

/// An item of `DescribePrefixLists`.
pub(super) fn prefix_list(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("PrefixListId")?;
    prefix_attributes(item, id.clone(), section);
    Some(id)
}

/// The other fields of `DescribePrefixListAttributes`.
pub(super) fn prefix_attributes(fields: Record<'_>, id: Id, section: &mut Section) {
    let list = PrefixList {
        place: fields.place(&id),
        id,
        region: fields.notes.region.clone(),
        name: fields.string("PrefixListName"),
        entries: Vec::new(),
        unread: true,
    };
    section.facts.push(Fact::PrefixList(Box::new(list)));
}

/// An entry of a prefix list or an access list: a network in one field.
pub(super) fn entry(item: Record<'_>, field: &'static str, section: &mut Section) -> Item {
    match item.network(field) {
        Some((network, is_clean)) => {
            section.facts.push(Fact::Entry(network));
            section.whole &= is_clean;
            Item::Nameless
        }
        None => {
            if item.text(field).is_none() {
                item.not_understood(field, "gap-bad-network", "");
            }
            Item::Skipped
        }
    }
}

/// An item of `DescribePortRangeLists`.
pub(super) fn port_list(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("PortRangeListId")?;
    let list = PortList {
        place: item.place(&id),
        id: id.clone(),
        region: item.notes.region.clone(),
        name: item.string("PortRangeListName"),
        entries: Vec::new(),
        unread: true,
    };
    section.facts.push(Fact::PortList(Box::new(list)));
    Some(id)
}

/// An entry of a port list.
pub(super) fn ports(item: Record<'_>, section: &mut Section) -> Item {
    let text = item.text("PortRange").unwrap_or_default();
    match value::ports(text) {
        Some(PortMatch::Range(range)) => section.facts.push(Fact::Ports(Some(range))),
        Some(PortMatch::Any) => section.facts.push(Fact::Ports(None)),
        Some(PortMatch::List(_)) | None => {
            item.not_understood("PortRange", "gap-bad-ports", text);
            return Item::Skipped;
        }
    }
    Item::Nameless
}

/// An item of `DescribeNetworkAcls`, or the answer of `DescribeNetworkAclAttributes`.
pub(super) fn network_acl(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("NetworkAclId")?;
    let mut unread = false;
    let mut entries = |outer, inner, word, peer| {
        let noted = item.notes.count();
        let records = item.records(outer, inner);
        // An entry that is no object is noted; another one would decide in its place.
        unread |= !item.has(outer) || item.notes.count() > noted;
        let entries = records.into_iter().enumerate().map(|(index, record)| {
            let name = record.text("NetworkAclEntryId").map(Id::from);
            let name = name.unwrap_or_else(|| Id::from(format!("{id}/{word}/{}", index + 1)));
            acl_entry(record, name, &id, peer)
        });
        entries.collect::<Vec<_>>()
    };
    let ingress = entries(
        "IngressAclEntries",
        "IngressAclEntry",
        "ingress",
        "SourceCidrIp",
    );
    let egress = entries(
        "EgressAclEntries",
        "EgressAclEntry",
        "egress",
        "DestinationCidrIp",
    );
    let mut vswitches: Vec<Id> = item
        .records("Resources", "Resource")
        .into_iter()
        .filter(|resource| {
            resource
                .text("Status")
                .is_none_or(|status| is(Some(status), "BINDED"))
        })
        .filter(|resource| {
            resource
                .text("ResourceType")
                .is_none_or(|kind| is(Some(kind), "VSwitch"))
        })
        .filter_map(|resource| resource.id("ResourceId"))
        .collect();
    vswitches.sort();
    vswitches.dedup();
    let acl = NetworkAcl {
        place: item.place(&id),
        id: id.clone(),
        region: item.notes.region.clone(),
        vpc: item.id("VpcId"),
        name: item.string("NetworkAclName"),
        ingress,
        egress,
        vswitches,
        unread,
    };
    section.facts.push(Fact::NetworkAcl(Box::new(acl)));
    Some(id)
}

/// One entry; `peer` is the field of the other side.
fn acl_entry(record: Record<'_>, id: Id, acl: &Id, peer: &'static str) -> AclEntry {
    let mut uncertain = false;
    let mut doubt = |field: &str, message: &'static str| {
        uncertain = true;
        record.not_understood(field, message, record.text(field).unwrap_or_default());
    };
    let action = match record.text("Policy") {
        word if is(word, "accept") => Action::Accept,
        word if is(word, "drop") => Action::Drop,
        _ => {
            doubt("Policy", "gap-bad-policy");
            Action::Accept
        }
    };
    let protocol = value::protocol(record.text("Protocol").unwrap_or_default());
    let protocol = protocol.unwrap_or_else(|| {
        doubt("Protocol", "gap-bad-protocol");
        ProtocolMatch::All
    });
    let ports = match record.text("Port").map(value::ports) {
        None if !value::has_ports(protocol) => PortMatch::Any,
        Some(Some(PortMatch::Range(range))) if !value::has_ports(protocol) => {
            if range != Interval::all() && Some(range) != Interval::new(1, u16::MAX) {
                doubt("Port", "gap-ports-without-protocol");
            }
            PortMatch::Any
        }
        Some(Some(ports)) => ports,
        Some(None) | None => {
            doubt("Port", "gap-bad-ports");
            PortMatch::Any
        }
    };
    let version = match record.text("IpVersion") {
        None => None,
        word if is(word, "ipv4") => Some(Family::V4),
        word if is(word, "ipv6") => Some(Family::V6),
        Some(_) => {
            doubt("IpVersion", "gap-bad-ip-version");
            None
        }
    };
    let network = record.network(peer);
    if network.is_none() && record.text(peer).is_none() {
        record.not_understood(peer, "gap-no-peer", "");
    }
    uncertain |= !matches!(network, Some((_, true)));
    let (family, peer) = match (network, version) {
        (Some((network @ IpNet::V4(_), _)), _) => (Family::V4, network),
        (Some((network @ IpNet::V6(_), _)), _) => (Family::V6, network),
        (None, Some(Family::V6)) => (Family::V6, IpNet::V6(Ipv6Net::default())),
        (None, _) => (Family::V4, IpNet::V4(Ipv4Net::default())),
    };
    let place = record.place(acl);
    AclEntry {
        id,
        action,
        protocol,
        ports,
        family,
        peer,
        uncertain,
        place,
    }
}
