//! Load balancers, their listeners, server groups and access lists.

use std::net::IpAddr;

use ipnet::IpNet;
use yumen_diagnostics::Place;
use yumen_packets::Interval;

use crate::Id;
use crate::canonical::canonical;

/// A load balancer of any kind.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LoadBalancer {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// Kind of balancer
    pub kind: BalancerKind,
    /// Name given by the user
    pub name: String,
    /// VPC that it serves
    pub vpc: Option<Id>,
    /// True if its own address faces the Internet (an EIP bound to it counts beside this)
    pub internet: bool,
    /// True if it is active
    pub active: bool,
    /// Addresses that clients connect to, as far as they are known
    pub addresses: Vec<IpAddr>,
    /// Addresses that it presents to its backends, as far as they are known
    pub local_addresses: Vec<IpAddr>,
    /// Security groups that it has joined (ALB, NLB)
    pub groups: Vec<Id>,
    /// Its listeners
    pub listeners: Vec<Listener>,
    /// Backends of the balancer itself (classic), with the port given by the listener
    pub servers: Vec<Server>,
    /// True if listeners may exist that were not read
    pub unread: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(LoadBalancer {
    id, region, kind, name, vpc, internet, active, addresses, local_addresses, groups, listeners,
    servers, unread
} without { place });

/// Kinds of load balancer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum BalancerKind {
    /// CLB, formerly SLB
    Classic,
    /// ALB: HTTP, HTTPS, QUIC
    Application,
    /// NLB: TCP, UDP, TLS
    Network,
}

/// A listener of a load balancer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listener {
    /// Provider's id, or `<balancer>/<protocol>/<port>` where there is none
    pub id: Id,
    /// What it speaks
    pub protocol: ListenerProtocol,
    /// Ports that it listens on
    pub ports: Interval<u16>,
    /// True if it runs
    pub running: bool,
    /// Who may connect
    pub access: ListenerAccess,
    /// True if access control is on with an allow-list that is empty, so that everyone may connect
    pub empty_allow_list: bool,
    /// Where it sends requests
    pub targets: Vec<Target>,
    /// True if it speaks HTTP and sends every request on to HTTPS
    pub redirects: bool,
    /// Oldest version of TLS that it agrees to; `None` where it speaks no TLS, and where the
    /// policy that decides was not read or is the user's own
    pub minimum_tls: Option<TlsVersion>,
    /// True if part of where it sends requests was not read
    pub targets_unread: bool,
    /// True if who may connect was not read
    pub access_unread: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(Listener {
    id, protocol, ports, running, access, empty_allow_list, targets, redirects, minimum_tls,
    targets_unread, access_unread
} without { place });

/// What a listener speaks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ListenerProtocol {
    /// TCP, passed on
    Tcp,
    /// UDP, passed on
    Udp,
    /// TLS over TCP, ended at the balancer
    TcpSsl,
    /// HTTP
    Http,
    /// HTTPS
    Https,
    /// QUIC
    Quic,
}

impl ListenerProtocol {
    /// IANA number of the transport protocol beneath.
    #[must_use]
    pub fn transport(self) -> u8 {
        match self {
            Self::Udp | Self::Quic => 17,
            Self::Tcp | Self::TcpSsl | Self::Http | Self::Https => 6,
        }
    }

    /// True if the balancer ends the client's connection and opens its own to the backend.
    #[must_use]
    pub fn is_proxied(self) -> bool {
        !matches!(self, Self::Tcp | Self::Udp)
    }
}

/// Versions of TLS, oldest first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum TlsVersion {
    /// TLS 1.0
    V1_0,
    /// TLS 1.1
    V1_1,
    /// TLS 1.2
    V1_2,
    /// TLS 1.3
    V1_3,
}

/// Who may connect to a listener. An empty allow-list, which the provider takes for everybody,
/// is read as [`ListenerAccess::Everyone`] and marked by [`Listener::empty_allow_list`].
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListenerAccess {
    /// No access control
    Everyone,
    /// Only addresses of these access lists
    Only(Vec<Id>),
    /// All but addresses of these access lists
    AllBut(Vec<Id>),
}

/// Where a listener sends requests.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Target {
    /// To the servers of a group
    ServerGroup(Id),
    /// To the balancer's own servers, at a port; `None` is the listener's port
    OwnServers(Option<u16>),
}

/// A group of backend servers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServerGroup {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// VPC that its addresses belong to
    pub vpc: Option<Id>,
    /// Its servers
    pub servers: Vec<Server>,
    /// True if backends see the client's address
    pub preserves_client_address: Option<bool>,
    /// True if servers may exist that were not read
    pub unread: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(ServerGroup {
    id, region, vpc, servers, preserves_client_address, unread
} without { place });

/// A backend server.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Server {
    /// Which machine
    pub target: ServerTarget,
    /// Port; `None` is the listener's port
    pub port: Option<u16>,
    /// Share of requests; 0 gets none
    pub weight: u32,
}

canonical!(Server { target, port, weight } without {});

/// Which machine a backend server is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ServerTarget {
    /// The primary interface of an instance
    Instance(Id),
    /// An interface
    Interface(Id),
    /// A private address in the group's VPC
    Address(IpAddr),
    /// Something else, such as a container or a function
    Other(Id),
}

/// An access list of load balancers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessList {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// Name given by the user
    pub name: String,
    /// The networks
    pub entries: Vec<IpNet>,
    /// True if entries may exist that were not read
    pub unread: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(AccessList { id, region, name, entries, unread } without { place });
