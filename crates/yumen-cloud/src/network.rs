//! VPCs, vSwitches, routes, gateways and the connections between networks.

use ipnet::IpNet;
use yumen_diagnostics::Place;

use crate::Id;
use crate::canonical::canonical;

/// A virtual private cloud.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vpc {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// Name given by the user
    pub name: String,
    /// Its address blocks, both families, user CIDRs included: addresses private to it
    pub cidrs: Vec<IpNet>,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(Vpc { id, region, name, cidrs } without { place });

/// A subnet of a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VSwitch {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// VPC that it belongs to
    pub vpc: Option<Id>,
    /// Name given by the user
    pub name: String,
    /// Its address blocks, both families
    pub cidrs: Vec<IpNet>,
    /// Network ACL bound to it
    pub acl: Option<Id>,
    /// Route table that it uses
    pub route_table: Option<Id>,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(VSwitch { id, region, vpc, name, cidrs, acl, route_table } without { place });

/// A route table of a VPC.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RouteTable {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// VPC that it belongs to
    pub vpc: Option<Id>,
    /// True for the VPC's system table, which every vSwitch without another one uses
    pub system: bool,
    /// vSwitches that use it
    pub vswitches: Vec<Id>,
    /// Its routes
    pub routes: Vec<Route>,
    /// True if routes may exist that were not read
    pub unread: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(RouteTable { id, region, vpc, system, vswitches, routes, unread } without { place });

/// One route.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Route {
    /// Where it leads; the longest prefix wins
    pub destination: IpNet,
    /// Through what; several share the load
    pub next_hops: Vec<NextHop>,
}

canonical!(Route { destination, next_hops } without {});

/// Where a route sends its packets.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NextHop {
    /// Kind of thing
    pub kind: NextHopKind,
    /// Its id, where it has one
    pub id: Option<Id>,
}

canonical!(NextHop { kind, id } without {});

/// What a next hop can be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NextHopKind {
    /// Inside the VPC
    Local,
    /// A NAT gateway
    NatGateway,
    /// An IPv4 gateway
    Ipv4Gateway,
    /// An IPv6 gateway
    Ipv6Gateway,
    /// A connection to another network: CEN, transit router, peering, VPN, router interface
    Connection,
    /// An instance, interface or virtual address inside the VPC
    Appliance,
    /// Something that was not understood
    Other,
}

/// An IPv4 gateway: where one is activated, the route table decides what reaches the Internet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ipv4Gateway {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// VPC that it serves
    pub vpc: Option<Id>,
    /// True if it is activated
    pub enabled: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(Ipv4Gateway { id, region, vpc, enabled } without { place });

/// A connection between a VPC and other networks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Connection {
    /// Provider's id
    pub id: Id,
    /// Kind of connection
    pub kind: ConnectionKind,
    /// True if it carries packets now
    pub active: bool,
    /// VPCs that it connects, as far as they are known
    pub vpcs: Vec<Id>,
    /// Networks behind it that are no VPCs, where the connection itself names them
    pub remote: Vec<IpNet>,
    /// Other ids under which routes name it: a VPN gateway's, an attachment's
    pub aliases: Vec<Id>,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(Connection { id, kind, active, vpcs, remote, aliases } without { place });

/// Kinds of connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ConnectionKind {
    /// Cloud Enterprise Network, with or without transit routers
    Cen,
    /// VPC peering
    Peering,
    /// IPsec or SSL VPN
    Vpn,
    /// Router interface: leased line, or an older way to connect VPCs
    RouterInterface,
}
