//! Connections between networks.

use yumen_cloud::{Connection, ConnectionKind, Id};

use crate::reader::facts::{Attached, Fact, Item, Section};
use crate::reader::record::Record;
use crate::reader::value::is;

/// An item of `DescribeCens`.
pub(super) fn cen(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("CenId")?;
    let active = is_working(item, &["Active"]);
    let connection = connection(item, id.clone(), ConnectionKind::Cen, active);
    section.facts.push(Fact::Connection(Box::new(connection)));
    Some(id)
}

/// An item of `DescribeCenAttachedChildInstances`.
pub(super) fn child(item: Record<'_>, section: &mut Section) -> Item {
    let Some(id) = item.own_id("ChildInstanceId") else {
        return Item::Skipped;
    };
    let is_vpc = item
        .text("ChildInstanceType")
        .is_none_or(|kind| is(Some(kind), "VPC"));
    let attached = Attached {
        cen: item.id("CenId"),
        vpc: is_vpc.then(|| item.notes.id(id.as_str())),
        // A border router or a cloud box is no VPC; routes may still name it.
        alias: (!is_vpc).then(|| id.clone()),
        active: is_working(item, &["Attached", "Active"]),
        place: item.place(&id),
    };
    section.facts.push(Fact::Attached(Box::new(attached)));
    Item::Known(id)
}

/// An item of `ListTransitRouterVpcAttachments`.
pub(super) fn attachment(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("TransitRouterAttachmentId")?;
    let active = is_working(item, &["Attached", "Active"]);
    let place = item.place(&id);
    let attached = |alias, vpc| Attached {
        cen: item.id("CenId"),
        vpc,
        alias: Some(alias),
        active,
        place: place.clone(),
    };
    // Routes name the attachment or the transit router behind it.
    if let Some(router) = item.id("TransitRouterId") {
        section
            .facts
            .push(Fact::Attached(Box::new(attached(router, None))));
    }
    let main = attached(item.notes.id(id.as_str()), item.id("VpcId"));
    section.facts.push(Fact::Attached(Box::new(main)));
    Some(id)
}

/// An item of `ListVpcPeerConnections`.
pub(super) fn peering(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("InstanceId")?;
    let active = is(item.text("Status"), "Activated");
    let mut connection = connection(item, id.clone(), ConnectionKind::Peering, active);
    let side = |field| item.record(field).and_then(|vpc| vpc.id("VpcId"));
    connection.vpcs = sorted([side("Vpc"), side("AcceptingVpc")]);
    section.facts.push(Fact::Connection(Box::new(connection)));
    Some(id)
}

/// An item of `DescribeVpnGateways`.
pub(super) fn vpn_gateway(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("VpnGatewayId")?;
    let active = is_working(item, &["active", "Active", "updating"])
        && item
            .text("BusinessStatus")
            .is_none_or(|word| is(Some(word), "Normal"));
    let mut connection = connection(item, id.clone(), ConnectionKind::Vpn, active);
    connection.vpcs = sorted([item.id("VpcId")]);
    section.facts.push(Fact::Connection(Box::new(connection)));
    Some(id)
}

/// An item of `DescribeVpnConnections`. Its VPC is its gateway's.
pub(super) fn vpn_connection(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("VpnConnectionId")?;
    // A tunnel that is down now comes up by itself; only one that was switched off does not.
    let active = is_working(item, &["active"]) || !item.has("State");
    let mut connection = connection(item, id.clone(), ConnectionKind::Vpn, active);
    let remote = item.text("RemoteSubnet").unwrap_or_default().split(',');
    connection.remote = remote
        .filter(|text| !text.trim().is_empty())
        .filter_map(|text| item.parse_network("RemoteSubnet", text))
        .map(|(network, _)| network)
        .collect();
    connection.remote.sort();
    connection.remote.dedup();
    connection.aliases = sorted([item.id("VpnGatewayId"), item.id("TransitRouterId")]);
    section.facts.push(Fact::Connection(Box::new(connection)));
    Some(id)
}

/// An item of `DescribeRouterInterfaces`.
pub(super) fn router_interface(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("RouterInterfaceId")?;
    let active = is(item.text("Status"), "Active");
    let mut connection = connection(item, id.clone(), ConnectionKind::RouterInterface, active);
    connection.vpcs = sorted([item.id("VpcInstanceId"), item.id("OppositeVpcInstanceId")]);
    section.facts.push(Fact::Connection(Box::new(connection)));
    Some(id)
}

fn connection(item: Record<'_>, id: Id, kind: ConnectionKind, active: bool) -> Connection {
    let place = item.place(&id);
    let (vpcs, remote, aliases) = (Vec::new(), Vec::new(), Vec::new());
    Connection {
        id,
        kind,
        active,
        vpcs,
        remote,
        aliases,
        place,
    }
}

/// True if the status is one of those words, or not said.
fn is_working(item: Record<'_>, words: &[&str]) -> bool {
    let status = item.text("State").or_else(|| item.text("Status"));
    status.is_none() || words.iter().any(|word| is(status, word))
}

fn sorted<const N: usize>(ids: [Option<Id>; N]) -> Vec<Id> {
    let mut ids: Vec<Id> = ids.into_iter().flatten().collect();
    ids.sort();
    ids.dedup();
    ids
}
