//! Canonical bytes of a snapshot and the address computed from them.
//!
//! Every resource is encoded field by field in an order that is written down beside its type
//! (`canonical!`); provenance is left out. The encoding is versioned: [`VERSION`] is the first
//! byte of every leaf. The address is the root of a Merkle tree over the leaves (the hashing of
//! RFC 6962 section 2.1: 0x00 before a leaf, 0x01 before a node), in the order of listings and ids.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

use ipnet::IpNet;
use sha2::{Digest, Sha256};
use yumen_packets::{Family, Interval};

use crate::{
    Action, BalancerKind, ConnectionKind, Direction, EipBinding, GroupKind, Id, InnerAccess,
    InterfaceKind, ListenerAccess, ListenerProtocol, NextHopKind, Peer, PortMatch, ProtocolMatch,
    ServerTarget, SnatSource, Target, TlsVersion, TrailDestination, TrailEvents,
};

/// Version of the encoding.
const VERSION: u8 = 3;

/// Hash of a snapshot's canonical bytes: the same network, the same address.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ContentAddress([u8; 32]);

impl ContentAddress {
    /// The 32 bytes of the hash.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for ContentAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for ContentAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Builds the Merkle root from leaves that arrive in order, keeping one hash per level.
pub(crate) struct MerkleBuilder {
    /// Roots of complete subtrees with their leaf counts, sizes strictly falling
    complete: Vec<(u64, [u8; 32])>,
    buffer: Vec<u8>,
}

impl MerkleBuilder {
    pub(crate) fn new() -> Self {
        Self {
            complete: Vec::new(),
            buffer: Vec::new(),
        }
    }

    pub(crate) fn leaf(&mut self, listing: &str, value: &impl Canonical) {
        self.buffer.clear();
        self.buffer.extend_from_slice(&[0x00, VERSION]);
        listing.encode(&mut self.buffer);
        value.encode(&mut self.buffer);
        let mut subtree = (1, Sha256::digest(&self.buffer).into());
        while let Some(&(size, left)) = self.complete.last() {
            if size != subtree.0 {
                break;
            }
            self.complete.pop();
            subtree = (size * 2, join(&left, &subtree.1));
        }
        self.complete.push(subtree);
    }

    pub(crate) fn root(self) -> ContentAddress {
        let root = self
            .complete
            .iter()
            .rev()
            .map(|(_, hash)| *hash)
            .reduce(|right, left| join(&left, &right));
        ContentAddress(root.unwrap_or_else(|| Sha256::digest([]).into()))
    }
}

fn join(left: &[u8; 32], right: &[u8; 32]) -> [u8; 32] {
    Sha256::new()
        .chain_update([0x01])
        .chain_update(left)
        .chain_update(right)
        .finalize()
        .into()
}

/// Has canonical bytes: equal values, equal bytes; different values, different bytes.
pub(crate) trait Canonical {
    fn encode(&self, out: &mut Vec<u8>);
}

/// Writes down the order in which a type's fields are encoded, and which are left out. Naming
/// every field is enforced: a new one that is not listed does not compile.
macro_rules! canonical {
    ($type:ident { $($field:ident),* $(,)? } without { $($left_out:ident),* }) => {
        impl $crate::canonical::Canonical for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                let Self { $($field,)* $($left_out: _,)* } = self;
                $($crate::canonical::Canonical::encode($field, out);)*
            }
        }
    };
}
pub(crate) use canonical;

/// Writes down the byte that stands for each variant.
macro_rules! canonical_words {
    ($($type:ident { $($variant:ident = $byte:literal),* $(,)? })*) => {
        $(impl Canonical for $type {
            fn encode(&self, out: &mut Vec<u8>) {
                out.push(match self { $(Self::$variant => $byte,)* });
            }
        })*
    };
}

canonical_words! {
    Action { Accept = 0, Drop = 1 }
    Direction { Ingress = 0, Egress = 1 }
    GroupKind { Basic = 0, Advanced = 1 }
    InnerAccess { Accept = 0, Drop = 1 }
    InterfaceKind { Primary = 0, Secondary = 1 }
    BalancerKind { Classic = 0, Application = 1, Network = 2 }
    ListenerProtocol { Tcp = 0, Udp = 1, TcpSsl = 2, Http = 3, Https = 4, Quic = 5 }
    TlsVersion { V1_0 = 0, V1_1 = 1, V1_2 = 2, V1_3 = 3 }
    ConnectionKind { Cen = 0, Peering = 1, Vpn = 2, RouterInterface = 3 }
    Family { V4 = 4, V6 = 6 }
    TrailEvents { Write = 0, Read = 1, All = 2 }
    NextHopKind {
        Local = 0, NatGateway = 1, Ipv4Gateway = 2, Ipv6Gateway = 3, Connection = 4, Appliance = 5,
        Other = 6,
    }
}

impl Canonical for Peer {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Network(network) => tagged(0, network, out),
            Self::Group { group, owner } => {
                tagged(1, group, out);
                owner.encode(out);
            }
            Self::PrefixList(list) => tagged(2, list, out),
            Self::Anywhere => out.push(3),
        }
    }
}

impl Canonical for ProtocolMatch {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::All => out.push(0),
            Self::Number(number) => out.extend_from_slice(&[1, *number]),
        }
    }
}

impl Canonical for PortMatch {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Any => out.push(0),
            Self::Range(range) => tagged(1, range, out),
            Self::List(list) => tagged(2, list, out),
        }
    }
}

impl Canonical for EipBinding {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Unbound => out.push(0),
            Self::Instance(id) => tagged(1, id, out),
            Self::Interface(id) => tagged(2, id, out),
            Self::NatGateway(id) => tagged(3, id, out),
            Self::LoadBalancer(id) => tagged(4, id, out),
            Self::Other(id) => tagged(5, id, out),
        }
    }
}

impl Canonical for SnatSource {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::VSwitch(id) => tagged(0, id, out),
            Self::Network(network) => tagged(1, network, out),
        }
    }
}

impl Canonical for ListenerAccess {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Everyone => out.push(0),
            Self::Only(lists) => tagged(1, lists, out),
            Self::AllBut(lists) => tagged(2, lists, out),
        }
    }
}

impl Canonical for Target {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::ServerGroup(id) => tagged(0, id, out),
            Self::OwnServers(port) => tagged(1, port, out),
        }
    }
}

impl Canonical for ServerTarget {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Instance(id) => tagged(0, id, out),
            Self::Interface(id) => tagged(1, id, out),
            Self::Address(address) => tagged(2, address, out),
            Self::Other(id) => tagged(3, id, out),
        }
    }
}

impl Canonical for TrailDestination {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::Bucket(name) => tagged(0, name, out),
            Self::LogProject(name) => tagged(1, name, out),
            Self::WarehouseProject(name) => tagged(2, name, out),
        }
    }
}

fn tagged(tag: u8, value: &impl Canonical, out: &mut Vec<u8>) {
    out.push(tag);
    value.encode(out);
}

impl Canonical for str {
    fn encode(&self, out: &mut Vec<u8>) {
        length(self.len(), out);
        out.extend_from_slice(self.as_bytes());
    }
}

impl Canonical for String {
    fn encode(&self, out: &mut Vec<u8>) {
        self.as_str().encode(out);
    }
}

impl Canonical for Id {
    fn encode(&self, out: &mut Vec<u8>) {
        self.as_str().encode(out);
    }
}

impl Canonical for bool {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
}

impl Canonical for u16 {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_be_bytes());
    }
}

impl Canonical for u32 {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.to_be_bytes());
    }
}

impl Canonical for Interval<u16> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.low().encode(out);
        self.high().encode(out);
    }
}

impl Canonical for Ipv4Addr {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(4);
        out.extend_from_slice(&self.octets());
    }
}

impl Canonical for Ipv6Addr {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(6);
        out.extend_from_slice(&self.octets());
    }
}

impl Canonical for IpAddr {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            Self::V4(address) => address.encode(out),
            Self::V6(address) => address.encode(out),
        }
    }
}

impl Canonical for IpNet {
    fn encode(&self, out: &mut Vec<u8>) {
        self.addr().encode(out);
        out.push(self.prefix_len());
    }
}

impl<T: Canonical> Canonical for Option<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        match self {
            None => out.push(0),
            Some(value) => tagged(1, value, out),
        }
    }
}

impl<T: Canonical> Canonical for Vec<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        length(self.len(), out);
        self.iter().for_each(|item| item.encode(out));
    }
}

impl<A: Canonical, B: Canonical> Canonical for (A, B) {
    fn encode(&self, out: &mut Vec<u8>) {
        self.0.encode(out);
        self.1.encode(out);
    }
}

impl<T: Canonical> Canonical for Arc<T> {
    fn encode(&self, out: &mut Vec<u8>) {
        self.as_ref().encode(out);
    }
}

fn length(length: usize, out: &mut Vec<u8>) {
    out.extend_from_slice(&(length as u64).to_be_bytes());
}
