//! The stories, which tests of the client tell as well: it follows them.

mod balancers;
pub(crate) mod cloud;
mod connections;
mod databases;
mod groups;
mod networks;
mod servers;

use self::cloud::Cloud;

/// Something that happens in a cloud.
pub(crate) type Story = fn(&mut Cloud);

pub(crate) const STORIES: &[(&str, Story)] = &[
    ("networks", networks::networks),
    ("route tables", networks::route_tables),
    ("network ACLs", networks::network_acls),
    ("addresses", networks::addresses),
    ("NAT", networks::translation),
    ("flow logs", networks::flow_logs),
    ("tags", networks::tags),
    ("IPv4 gateways", networks::ipv4_gateways),
    ("IPv6 gateways", networks::ipv6_gateways),
    ("groups", groups::groups),
    ("rules", groups::rules),
    ("prefix lists", groups::prefix_lists),
    ("port lists", groups::port_lists),
    ("membership", groups::membership),
    ("instances", servers::instances),
    ("interfaces", servers::interfaces),
    ("classic balancers", balancers::classic),
    ("classic servers", balancers::classic_servers),
    ("classic access lists", balancers::classic_lists),
    ("application balancers", balancers::application),
    ("network balancers", balancers::network),
    ("rules of listeners", balancers::rules),
    ("access lists", balancers::lists),
    ("balancers' EIPs", balancers::addresses),
    ("VPN", connections::vpn),
    ("router interfaces", connections::router_interfaces),
    ("peering", connections::peering),
    ("CEN", connections::cen),
    ("relational databases", databases::relational),
    ("caches", databases::caches),
    ("clusters", databases::clusters),
    ("replica sets", databases::replica_sets),
    ("trails", databases::trails),
];
