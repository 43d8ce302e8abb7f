//! The provider-neutral picture of a cloud network: what exists, what was not read, and the
//! edits that change it.
//!
//! A [`Snapshot`] is immutable, ordered and content-addressed. Nothing here decides what a packet
//! may do (`yumen-reach` does) and nothing here knows a provider's wire format (`yumen-aliyun`
//! does). What could not be read is part of the picture: [`Gap`] and [`Coverage`].
#![forbid(unsafe_code)]

mod balancer;
mod canonical;
mod compute;
mod database;
mod edge;
mod edit;
mod filter;
mod gap;
mod group;
mod identity;
mod logging;
mod network;
mod snapshot;

pub use balancer::{
    AccessList, BalancerKind, Listener, ListenerAccess, ListenerProtocol, LoadBalancer, Server,
    ServerGroup, ServerTarget, Target, TlsVersion,
};
pub use canonical::ContentAddress;
pub use compute::{Instance, Interface, InterfaceKind, Ipv6Address, PrivateAddress};
pub use database::{DatabaseEndpoint, DatabaseWhitelist, ManagedDatabase};
pub use edge::{Eip, EipBinding, ForwardEntry, NatGateway, SnatEntry, SnatSource};
pub use edit::{CloudEdit, EditError};
pub use filter::{AclEntry, NetworkAcl, PortList, PortMatch, PrefixList, ProtocolMatch};
pub use gap::{Coverage, Gap, GapReason, Listing};
pub use group::{Action, Direction, GroupKind, InnerAccess, Peer, Rule, SecurityGroup};
pub use identity::Id;
pub use logging::{FlowLog, Trail, TrailDestination, TrailEvents};
pub use network::{
    Connection, ConnectionKind, Ipv4Gateway, NextHop, NextHopKind, Route, RouteTable, VSwitch, Vpc,
};
pub use snapshot::{Resource, Snapshot, Table};

use yumen_diagnostics::Texts;

/// The words of this crate.
pub const TEXTS: Texts = Texts {
    owner: "yumen-cloud",
    english: include_str!("../i18n/en.ftl"),
    chinese: include_str!("../i18n/zh.ftl"),
};
