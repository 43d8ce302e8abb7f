//! Managed databases: where they are reached and whom they let in. Nothing here is judged yet.

use ipnet::IpNet;
use yumen_diagnostics::Place;

use crate::Id;
use crate::canonical::canonical;

/// A managed database: a report names it, and its facts are kept without being judged.
///
/// Two things must hold for a client to connect: it reaches an endpoint, and a whitelist or a
/// security group lets it in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ManagedDatabase {
    /// Provider's id
    pub id: Id,
    /// Region that it belongs to
    pub region: Id,
    /// Product and engine, such as `rds MySQL`
    pub engine: String,
    /// VPC that it belongs to
    pub vpc: Option<Id>,
    /// Where clients connect to, in order
    pub endpoints: Vec<DatabaseEndpoint>,
    /// True if endpoints may exist that were not read, or that no action of a snapshot tells
    pub endpoints_unread: bool,
    /// Networks that may connect, in the order of the lists' names
    pub whitelists: Vec<DatabaseWhitelist>,
    /// Security groups whose members may connect, in order; `None` if what was read does not tell
    pub source_groups: Option<Vec<Id>>,
    /// True if whitelists may hold networks that were not read
    pub whitelists_unread: bool,
    /// Where it stands in the input
    pub place: Place,
}

canonical!(ManagedDatabase {
    id, region, engine, vpc, endpoints, endpoints_unread, whitelists, source_groups,
    whitelists_unread,
} without { place });

/// Where clients connect to a managed database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DatabaseEndpoint {
    /// Host name, or IP address where there is no name, as the provider writes it
    pub address: String,
    /// Port, where it is told
    pub port: Option<u16>,
    /// True if it stands on the Internet, and where it was not understood which network it is on
    pub public: bool,
}

canonical!(DatabaseEndpoint { address, port, public } without {});

/// A named list of networks that may connect to a managed database.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct DatabaseWhitelist {
    /// Its name, which an edit has to give
    pub name: String,
    /// True if the provider keeps it for its own services and its console does not show it
    pub hidden: bool,
    /// The networks, in order; who is everybody stands here as `0.0.0.0/0`
    pub networks: Vec<IpNet>,
}

canonical!(DatabaseWhitelist { name, hidden, networks } without {});
