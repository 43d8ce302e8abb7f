//! Where the Internet comes in: elastic addresses and NAT gateways.

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use yumen_diagnostics::Place;
use yumen_packets::Interval;

use crate::canonical::canonical;
use crate::{Id, ProtocolMatch};

/// An elastic IP address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Eip {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// The public address
    pub address: IpAddr,
    /// True if its status is `InUse`
    pub in_use: bool,
    /// What it is bound to
    pub binding: EipBinding,
    /// Private address that it is bound to, where the record names one
    pub private: Option<Ipv4Addr>,
    /// True in cut-through mode, where network ACLs do not apply to a secondary interface
    pub cut_through: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(Eip { id, region, address, in_use, binding, private, cut_through } without { place });

/// What an EIP is bound to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum EipBinding {
    /// Nothing
    Unbound,
    /// The primary interface of an instance
    Instance(Id),
    /// An interface
    Interface(Id),
    /// A NAT gateway
    NatGateway(Id),
    /// A load balancer of any kind
    LoadBalancer(Id),
    /// Something else, such as a high-availability address
    Other(Id),
}

/// A NAT gateway.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NatGateway {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// VPC that it serves
    pub vpc: Option<Id>,
    /// vSwitch that it stands in
    pub vswitch: Option<Id>,
    /// Name given by the user
    pub name: String,
    /// True if it faces the Internet, false if it serves private networks only
    pub internet: bool,
    /// True if its status is `Available`
    pub available: bool,
    /// DNAT entries
    pub forwards: Vec<ForwardEntry>,
    /// SNAT entries
    pub snats: Vec<SnatEntry>,
    /// True if DNAT entries may exist that were not read
    pub forwards_unread: bool,
    /// True if SNAT entries may exist that were not read
    pub snats_unread: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(NatGateway {
    id, region, vpc, vswitch, name, internet, available, forwards, snats, forwards_unread,
    snats_unread
} without { place });

/// A DNAT entry: packets to an external address and port go to an internal one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardEntry {
    /// Provider's id
    pub id: Id,
    /// Address that the Internet sees
    pub external: Ipv4Addr,
    /// Ports that the Internet sees; `None` is every port
    pub external_ports: Option<Interval<u16>>,
    /// Private address that packets go to
    pub internal: Ipv4Addr,
    /// Ports that packets arrive at; as many as external ones; `None` is every port
    pub internal_ports: Option<Interval<u16>>,
    /// Protocols that it forwards
    pub protocol: ProtocolMatch,
    /// True if its status is `Available`
    pub available: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(ForwardEntry {
    id, external, external_ports, internal, internal_ports, protocol, available
} without { place });

/// A SNAT entry: packets from a source leave with public addresses.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SnatEntry {
    /// Provider's id
    pub id: Id,
    /// Whose packets
    pub source: SnatSource,
    /// Public addresses that they leave with
    pub addresses: Vec<Ipv4Addr>,
    /// True if its status is `Available`
    pub available: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(SnatEntry { id, source, addresses, available } without { place });

/// Whose packets an SNAT entry translates.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum SnatSource {
    /// Those of a vSwitch
    VSwitch(Id),
    /// Those of a network
    Network(IpNet),
}
