//! Turns items of responses into facts, one function for each kind of item.

mod balancer;
mod compute;
mod connection;
mod database;
mod edge;
mod filter;
mod group;
mod logging;
mod network;

pub(crate) use group::finish as finish_rules;

use crate::reader::facts::{Item, Section};
use crate::reader::layout::{Action, Kind};
use crate::reader::record::Record;

/// Adds what an item says to a section.
pub(crate) fn item(action: &Action, item: Record<'_>, section: &mut Section) -> Item {
    let read = match action.kind {
        Kind::Instances => compute::instance(item, section),
        Kind::Interfaces => compute::interface(item, section),
        Kind::Groups => group::group(item, section),
        Kind::GroupRules => return group::rule(item, section),
        Kind::PrefixLists => filter::prefix_list(item, section),
        Kind::PrefixEntries => return filter::entry(item, "Cidr", section),
        Kind::PortLists => filter::port_list(item, section),
        Kind::PortEntries => return filter::ports(item, section),
        Kind::Vpcs => network::vpc(item, section),
        Kind::VSwitches => network::vswitch(item, section),
        Kind::Eips => edge::eip(item, section),
        Kind::NatGateways => edge::nat_gateway(item, section),
        Kind::Forwards => edge::forward(item, section),
        Kind::Snats => edge::snat(item, section),
        Kind::NetworkAcls | Kind::NetworkAclAttributes => filter::network_acl(item, section),
        Kind::RouteTables => network::route_table(item, section),
        Kind::Routes => return network::route(item, section),
        Kind::FlowLogs => logging::flow_log(item, section),
        Kind::LogStores => logging::log_store(item, section),
        Kind::Trails => logging::trail(item, section),
        Kind::TrailStatus => logging::trail_status(item, section),
        Kind::Ipv6Addresses => return network::ipv6_address(item, section),
        Kind::Ipv4Gateways | Kind::Ipv4GatewayAttributes => network::ipv4_gateway(item, section),
        Kind::RouterInterfaces => connection::router_interface(item, section),
        Kind::VpnConnections => connection::vpn_connection(item, section),
        Kind::VpnGateways => connection::vpn_gateway(item, section),
        Kind::Peerings => connection::peering(item, section),
        Kind::Cens => connection::cen(item, section),
        Kind::CenChildren => return connection::child(item, section),
        Kind::TransitAttachments => connection::attachment(item, section),
        Kind::Databases => database::database(action.product, item, section),
        Kind::DatabaseEndpoints => return database::endpoints(action.product, item, section),
        Kind::DatabaseRoles => return database::replica(item, section),
        Kind::DatabaseWhitelists => return database::whitelist(item, section),
        Kind::ClassicBalancers | Kind::ClassicAttributes => {
            balancer::classic(item, action.kind == Kind::ClassicAttributes, section)
        }
        Kind::ClassicListeners => balancer::classic_listener(item, None, section),
        Kind::ClassicListenerAttributes => {
            balancer::classic_listener(item, protocol_of(action), section)
        }
        Kind::ClassicServerGroups => balancer::classic_group(item, section),
        Kind::ClassicServers => return balancer::server(item, section),
        Kind::ModernBalancers | Kind::ModernAttributes => {
            balancer::modern(action.product, item, section)
        }
        Kind::ModernListeners | Kind::ModernListenerAttributes => {
            let is_attribute = action.kind == Kind::ModernListenerAttributes;
            balancer::modern_listener(action.product, item, is_attribute, section)
        }
        Kind::ModernServerGroups => balancer::modern_group(item, section),
        Kind::ModernServers => return balancer::server(item, section),
        Kind::ClassicAcls | Kind::ModernAcls => balancer::access_list(item, section),
        Kind::ClassicAclEntries => return filter::entry(item, "AclEntryIP", section),
        Kind::ModernAclEntries => return filter::entry(item, "Entry", section),
        Kind::ForwardingRules => balancer::forwarding_rule(item, section),
    };
    read.map_or(Item::Skipped, Item::Known)
}

/// Adds what the other fields of a page say about the resource that the page answers for.
pub(crate) fn fields(action: &Action, fields: Record<'_>, section: &mut Section) {
    let Some(id) = section.resource.clone() else {
        return;
    };
    match action.kind {
        Kind::GroupRules => group::attributes(fields, id, section),
        Kind::PrefixEntries => filter::prefix_attributes(fields, id, section),
        Kind::ClassicAclEntries => balancer::access_list_attributes(fields, id, section),
        Kind::ClassicServers => balancer::group_attributes(fields, id, section),
        Kind::DatabaseWhitelists => database::whitelist_fields(fields, section),
        _ => {}
    }
}

/// The protocol in the name of an action such as `DescribeLoadBalancerTCPListenerAttribute`.
fn protocol_of(action: &Action) -> Option<&'static str> {
    let rest = action.name.strip_prefix("DescribeLoadBalancer")?;
    rest.strip_suffix("ListenerAttribute")
}
