//! EIPs and NAT gateways.

use std::net::Ipv4Addr;

use yumen_cloud::{
    Eip, EipBinding, ForwardEntry, Id, NatGateway, ProtocolMatch, SnatEntry, SnatSource,
};
use yumen_packets::Interval;

use crate::reader::facts::{Fact, NatFact, Section, TableEntry};
use crate::reader::record::Record;
use crate::reader::value::{self, is};

/// An item of `DescribeEipAddresses`.
pub(super) fn eip(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("AllocationId")?;
    let address = item.address("IpAddress");
    if address.is_none() && item.text("IpAddress").is_none() {
        item.not_understood("IpAddress", "gap-bad-address", "");
    }
    let mode = item.text("Mode");
    let eip = Eip {
        place: item.place(&id),
        id: id.clone(),
        region: item.notes.region.clone(),
        address: address?,
        in_use: is(item.text("Status"), "InUse"),
        binding: binding(item),
        private: item.address("PrivateIpAddress"),
        cut_through: is(mode, "BINDED") || is(mode, "MULTI_BINDED"),
    };
    section.facts.push(Fact::Eip(Box::new(eip)));
    Some(id)
}

fn binding(item: Record<'_>) -> EipBinding {
    let Some(id) = item.id("InstanceId") else {
        return EipBinding::Unbound;
    };
    let is_balancer = ["lb-", "alb-", "nlb-"]
        .iter()
        .any(|prefix| id.as_str().starts_with(prefix));
    match item
        .text("InstanceType")
        .unwrap_or_default()
        .to_ascii_lowercase()
        .as_str()
    {
        _ if is_balancer => EipBinding::LoadBalancer(id),
        "ecsinstance" => EipBinding::Instance(id),
        "networkinterface" => EipBinding::Interface(id),
        "nat" => EipBinding::NatGateway(id),
        "slbinstance" | "alb" | "nlb" | "clb" => EipBinding::LoadBalancer(id),
        "" if id.as_str().starts_with("i-") => EipBinding::Instance(id),
        "" if id.as_str().starts_with("eni-") => EipBinding::Interface(id),
        "" if id.as_str().starts_with("ngw-") => EipBinding::NatGateway(id),
        _ => EipBinding::Other(id),
    }
}

/// An item of `DescribeNatGateways`.
pub(super) fn nat_gateway(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("NatGatewayId")?;
    let gateway = NatGateway {
        place: item.place(&id),
        id: id.clone(),
        region: item.notes.region.clone(),
        vpc: item.id("VpcId"),
        vswitch: item
            .record("NatGatewayPrivateInfo")
            .and_then(|info| info.id("VswitchId")),
        name: item.string("Name"),
        internet: !is(item.text("NetworkType"), "intranet"),
        available: is(item.text("Status"), "Available"),
        forwards: Vec::new(),
        snats: Vec::new(),
        forwards_unread: true,
        snats_unread: true,
    };
    let fact = NatFact {
        gateway,
        forward_tables: item.ids("ForwardTableIds", "ForwardTableId"),
        snat_tables: item.ids("SnatTableIds", "SnatTableId"),
    };
    section.facts.push(Fact::Nat(Box::new(fact)));
    Some(id)
}

/// An item of `DescribeForwardTableEntries`.
pub(super) fn forward(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("ForwardEntryId")?;
    let external_ports = entry_ports(item, "ExternalPort")?;
    let internal_ports = entry_ports(item, "InternalPort")?;
    let entry = ForwardEntry {
        place: item.place(&id),
        id: id.clone(),
        external: required_address(item, "ExternalIp")?,
        external_ports,
        internal: required_address(item, "InternalIp")?,
        internal_ports,
        protocol: entry_protocol(item)?,
        available: is(item.text("Status"), "Available"),
    };
    let (gateway, table) = (item.id("NatGatewayId"), item.id("ForwardTableId"));
    section.facts.push(Fact::Forward(Box::new(TableEntry {
        gateway,
        table,
        entry,
    })));
    Some(id)
}

fn entry_ports(item: Record<'_>, field: &'static str) -> Option<Option<Interval<u16>>> {
    let text = item.text(field).unwrap_or_default();
    let ports = value::translated_ports(text);
    if ports.is_none() {
        item.not_understood(field, "gap-bad-ports", text);
    }
    ports
}

fn entry_protocol(item: Record<'_>) -> Option<ProtocolMatch> {
    let text = item.text("IpProtocol").unwrap_or_default();
    let protocol = value::protocol(text);
    if protocol.is_none() {
        item.not_understood("IpProtocol", "gap-bad-protocol", text);
    }
    protocol
}

fn required_address(item: Record<'_>, field: &'static str) -> Option<Ipv4Addr> {
    if item.text(field).is_none() {
        item.not_understood(field, "gap-bad-address", "");
    }
    item.address(field)
}

/// An item of `DescribeSnatTableEntries`.
pub(super) fn snat(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("SnatEntryId")?;
    let source = match item.id("SourceVSwitchId") {
        Some(vswitch) => SnatSource::VSwitch(vswitch),
        None => {
            if item.text("SourceCIDR").is_none() {
                item.not_understood("SourceCIDR", "gap-bad-network", "");
            }
            SnatSource::Network(item.network("SourceCIDR")?.0)
        }
    };
    let addresses = item.text("SnatIp").unwrap_or_default().split(',');
    let addresses: Vec<Ipv4Addr> = addresses
        .filter(|text| !text.trim().is_empty())
        .filter_map(|text| item.parse_address("SnatIp", text))
        .collect();
    let available = is(item.text("Status"), "Available");
    let entry = SnatEntry {
        place: item.place(&id),
        id: id.clone(),
        source,
        addresses,
        available,
    };
    let (gateway, table) = (item.id("NatGatewayId"), item.id("SnatTableId"));
    section.facts.push(Fact::Snat(Box::new(TableEntry {
        gateway,
        table,
        entry,
    })));
    Some(id)
}
