//! What each action does: a name, and a function of the estate and the parameters.

mod acls;
mod addresses;
mod balancers;
mod classic;
mod classic_servers;
mod connections;
mod databases;
mod flow_logs;
mod gateways;
mod groups;
mod instances;
mod interfaces;
mod kinds;
mod listeners;
mod lists;
mod modern;
mod nat;
mod networks;
mod overlay;
mod places;
mod reads;
mod removals;
mod route_tables;
mod rules;
mod server_groups;
mod tags;
mod trails;
mod vpn;
mod whitelists;

use serde_json::{Value, json};

use super::estate::{Estate, Object};
use super::fail::Outcome;
use super::parameters::Parameters;
use super::time::iso;
use super::unknown_action;
use crate::identifier::id;

use self::modern::{ALB, NLB};
pub(crate) use self::reads::read;
use self::removals::REMOVALS;

/// What happens to the estate of a region, later.
pub(crate) type Effect = Box<dyn FnOnce(&mut Estate, &str) + Send>;

/// Something that takes effect after so many milliseconds.
pub(crate) type Later = (u64, Effect);

/// What an action knows besides the estate.
pub(crate) struct Context<'c> {
    pub(crate) region: &'c str,
    pub(crate) parameters: &'c Parameters,
    /// Milliseconds since 1970
    pub(crate) now: u64,
    /// Resources made so far, for their ids
    pub(crate) created: &'c mut u64,
    pub(crate) seed: u64,
    pub(crate) later: Vec<Later>,
    /// False where the action found everything as it was to be
    pub(crate) changed: bool,
}

impl<'c> Context<'c> {
    /// What no other resource is called, for ids that are made of a name.
    pub(crate) fn new_name(&mut self) -> String {
        *self.created += 1;
        format!("{}/{}", self.seed, self.created)
    }

    /// An id for a new resource.
    pub(crate) fn new_id(&mut self, kind: &str) -> String {
        let name = self.new_name();
        id(kind, self.region, &name)
    }

    /// The time, as the vendor writes it.
    pub(crate) fn time(&self) -> String {
        iso(self.now)
    }

    pub(crate) fn text(&self, name: &str) -> &'c str {
        self.parameters.text(name)
    }
}

/// An action that changes something.
type Write = fn(&mut Estate, &mut Context<'_>) -> Outcome;

/// Every action that changes something.
#[rustfmt::skip]
const WRITES: &[(&str, Write)] = &[
    ("ecs/CreateSecurityGroup", groups::create),
    ("ecs/DeleteSecurityGroup", groups::delete),
    ("ecs/ModifySecurityGroupAttribute", groups::rename),
    ("ecs/ModifySecurityGroupPolicy", groups::set_policy),
    ("ecs/JoinSecurityGroup", groups::join),
    ("ecs/LeaveSecurityGroup", groups::leave),
    ("ecs/ModifyNetworkInterfaceAttribute", groups::set_groups),
    ("ecs/AuthorizeSecurityGroup", rules::authorize_ingress),
    ("ecs/AuthorizeSecurityGroupEgress", rules::authorize_egress),
    ("ecs/RevokeSecurityGroup", rules::revoke_ingress),
    ("ecs/RevokeSecurityGroupEgress", rules::revoke_egress),
    ("ecs/ModifySecurityGroupRule", rules::modify_ingress),
    ("ecs/ModifySecurityGroupEgressRule", rules::modify_egress),
    ("ecs/CreatePrefixList", lists::create_prefix_list),
    ("ecs/ModifyPrefixList", lists::modify_prefix_list),
    ("ecs/DeletePrefixList", lists::delete_prefix_list),
    ("ecs/CreatePortRangeList", lists::create_port_list),
    ("ecs/ModifyPortRangeList", lists::modify_port_list),
    ("ecs/DeletePortRangeList", lists::delete_port_list),
    ("ecs/RunInstances", instances::run),
    ("ecs/DeleteInstance", instances::delete),
    ("ecs/DeleteInstances", instances::delete),
    ("ecs/StartInstance", instances::start),
    ("ecs/StartInstances", instances::start),
    ("ecs/StopInstance", instances::stop),
    ("ecs/StopInstances", instances::stop),
    ("ecs/CreateNetworkInterface", instances::create_interface),
    ("ecs/DeleteNetworkInterface", instances::delete_interface),
    ("ecs/ModifyInstanceMetadataOptions", instances::set_metadata_options),
    ("ecs/TagResources", tags::tag),
    ("ecs/UntagResources", tags::untag),
    ("vpc/TagResources", tags::tag),
    ("vpc/UnTagResources", tags::untag),
    ("vpc/CreateVpc", networks::create_vpc),
    ("vpc/ModifyVpcAttribute", networks::rename_vpc),
    ("vpc/DeleteVpc", networks::delete_vpc),
    ("vpc/CreateVSwitch", networks::create_vswitch),
    ("vpc/DeleteVSwitch", networks::delete_vswitch),
    ("vpc/CreateRouteEntry", networks::create_route),
    ("vpc/DeleteRouteEntry", networks::delete_route),
    ("vpc/CreateNetworkAcl", acls::create),
    ("vpc/DeleteNetworkAcl", acls::delete),
    ("vpc/UpdateNetworkAclEntries", acls::update),
    ("vpc/AssociateNetworkAcl", acls::associate),
    ("vpc/UnassociateNetworkAcl", acls::unassociate),
    ("vpc/AllocateEipAddress", addresses::allocate),
    ("vpc/AssociateEipAddress", addresses::associate),
    ("vpc/UnassociateEipAddress", addresses::unassociate),
    ("vpc/ReleaseEipAddress", addresses::release),
    ("vpc/CreateNatGateway", nat::create),
    ("vpc/DeleteNatGateway", nat::delete),
    ("vpc/CreateForwardEntry", nat::create_forward),
    ("vpc/ModifyForwardEntry", nat::modify_forward),
    ("vpc/DeleteForwardEntry", nat::delete_forward),
    ("vpc/CreateSnatEntry", nat::create_snat),
    ("vpc/DeleteSnatEntry", nat::delete_snat),
    ("vpc/CreateFlowLog", flow_logs::create),
    ("vpc/DeleteFlowLog", flow_logs::delete),
    ("vpc/ActiveFlowLog", flow_logs::activate),
    ("vpc/DeactiveFlowLog", flow_logs::deactivate),
    ("slb/CreateAccessControlList", balancers::create_classic_list),
    ("slb/DeleteAccessControlList", balancers::delete_classic_list),
    ("slb/AddAccessControlListEntry", balancers::add_classic_entries),
    ("slb/RemoveAccessControlListEntry", balancers::remove_classic_entries),
    ("slb/SetLoadBalancerTCPListenerAttribute", |estate, context| classic::set_listener(estate, context, "tcp")),
    ("slb/SetLoadBalancerUDPListenerAttribute", |estate, context| classic::set_listener(estate, context, "udp")),
    ("slb/SetLoadBalancerHTTPListenerAttribute", |estate, context| classic::set_listener(estate, context, "http")),
    ("slb/SetLoadBalancerHTTPSListenerAttribute", |estate, context| classic::set_listener(estate, context, "https")),
    ("alb/CreateAcl", balancers::create_list),
    ("alb/DeleteAcl", balancers::delete_list),
    ("alb/AddEntriesToAcl", balancers::add_entries),
    ("alb/RemoveEntriesFromAcl", balancers::remove_entries),
    ("alb/AssociateAclsWithListener", balancers::associate_lists),
    ("alb/DissociateAclsFromListener", balancers::dissociate_lists),
    ("ecs/AttachNetworkInterface", interfaces::attach),
    ("ecs/DetachNetworkInterface", interfaces::detach),
    ("vpc/CreateIpv4Gateway", gateways::create_ipv4),
    ("vpc/EnableVpcIpv4Gateway", gateways::enable_ipv4),
    ("vpc/CreateIpv6Gateway", gateways::create_ipv6),
    ("vpc/DeleteIpv6Gateway", gateways::delete_ipv6),
    ("vpc/AllocateIpv6InternetBandwidth", gateways::allocate_bandwidth),
    ("vpc/DeleteIpv6InternetBandwidth", gateways::delete_bandwidth),
    ("vpc/CreateRouteTable", route_tables::create),
    ("vpc/AssociateRouteTable", route_tables::associate),
    ("vpc/UnassociateRouteTable", route_tables::unassociate),
    ("vpc/DeleteRouteTable", route_tables::delete),
    ("vpc/CreateVpnGateway", vpn::create_gateway),
    ("vpc/CreateVpnConnection", vpn::create_connection),
    ("vpc/CreateRouterInterface", vpn::create_router_interface),
    ("slb/CreateLoadBalancer", classic::create),
    ("slb/DeleteLoadBalancer", classic::delete),
    ("slb/CreateLoadBalancerTCPListener", |estate, context| classic::create_listener(estate, context, "tcp")),
    ("slb/CreateLoadBalancerUDPListener", |estate, context| classic::create_listener(estate, context, "udp")),
    ("slb/CreateLoadBalancerHTTPListener", |estate, context| classic::create_listener(estate, context, "http")),
    ("slb/CreateLoadBalancerHTTPSListener", |estate, context| classic::create_listener(estate, context, "https")),
    ("slb/StartLoadBalancerListener", classic::start_listener),
    ("slb/StopLoadBalancerListener", classic::stop_listener),
    ("slb/DeleteLoadBalancerListener", classic::delete_listener),
    ("slb/CreateVServerGroup", classic_servers::create),
    ("slb/AddVServerGroupBackendServers", classic_servers::add),
    ("slb/RemoveVServerGroupBackendServers", classic_servers::remove),
    ("slb/DeleteVServerGroup", classic_servers::delete),
    ("alb/CreateLoadBalancer", |estate, context| modern::create(estate, context, &ALB)),
    ("alb/DeleteLoadBalancer", |estate, context| modern::delete(estate, context, &ALB)),
    ("alb/LoadBalancerJoinSecurityGroup", |estate, context| modern::join(estate, context, &ALB)),
    ("alb/LoadBalancerLeaveSecurityGroup", |estate, context| modern::leave(estate, context, &ALB)),
    ("alb/CreateListener", |estate, context| listeners::create(estate, context, &ALB)),
    ("alb/StartListener", |estate, context| listeners::switch(estate, context, &ALB, true)),
    ("alb/StopListener", |estate, context| listeners::switch(estate, context, &ALB, false)),
    ("alb/DeleteListener", |estate, context| listeners::delete(estate, context, &ALB)),
    ("alb/CreateServerGroup", |estate, context| server_groups::create(estate, context, &ALB)),
    ("alb/AddServersToServerGroup", |estate, context| server_groups::add(estate, context, &ALB)),
    ("alb/RemoveServersFromServerGroup", |estate, context| server_groups::remove(estate, context, &ALB)),
    ("alb/DeleteServerGroup", |estate, context| server_groups::delete(estate, context, &ALB)),
    ("nlb/CreateLoadBalancer", |estate, context| modern::create(estate, context, &NLB)),
    ("nlb/DeleteLoadBalancer", |estate, context| modern::delete(estate, context, &NLB)),
    ("nlb/LoadBalancerJoinSecurityGroup", |estate, context| modern::join(estate, context, &NLB)),
    ("nlb/LoadBalancerLeaveSecurityGroup", |estate, context| modern::leave(estate, context, &NLB)),
    ("nlb/CreateListener", |estate, context| listeners::create(estate, context, &NLB)),
    ("nlb/StartListener", |estate, context| listeners::switch(estate, context, &NLB, true)),
    ("nlb/StopListener", |estate, context| listeners::switch(estate, context, &NLB, false)),
    ("nlb/DeleteListener", |estate, context| listeners::delete(estate, context, &NLB)),
    ("nlb/CreateServerGroup", |estate, context| server_groups::create(estate, context, &NLB)),
    ("nlb/AddServersToServerGroup", |estate, context| server_groups::add(estate, context, &NLB)),
    ("nlb/RemoveServersFromServerGroup", |estate, context| server_groups::remove(estate, context, &NLB)),
    ("nlb/DeleteServerGroup", |estate, context| server_groups::delete(estate, context, &NLB)),
    ("alb/CreateRule", listeners::create_rule),
    ("alb/DeleteRule", listeners::delete_rule),
    ("vpcpeer/CreateVpcPeerConnection", connections::create_peering),
    ("vpcpeer/AcceptVpcPeerConnection", connections::accept_peering),
    ("vpcpeer/DeleteVpcPeerConnection", connections::delete_peering),
    ("cbn/CreateCen", connections::create_cen),
    ("cbn/AttachCenChildInstance", connections::attach_child),
    ("cbn/DetachCenChildInstance", connections::detach_child),
    ("cbn/CreateTransitRouterVpcAttachment", connections::create_attachment),
    ("cbn/DeleteTransitRouterVpcAttachment", connections::delete_attachment),
    ("rds/CreateDBInstance", databases::create_relational),
    ("rds/AllocateInstancePublicConnection", databases::allocate_public),
    ("rds/ReleaseInstancePublicConnection", databases::release_public),
    ("rds/ModifySecurityIps", |estate, context| whitelists::RELATIONAL.modify(estate, context)),
    ("r-kvstore/CreateInstance", databases::create_cache),
    ("r-kvstore/ModifySecurityIps", |estate, context| whitelists::CACHE.modify(estate, context)),
    ("polardb/CreateDBCluster", databases::create_cluster),
    ("polardb/ModifyDBClusterAccessWhitelist", whitelists::modify_cluster),
    ("dds/CreateDBInstance", databases::create_replica_set),
    ("dds/ModifySecurityIps", |estate, context| whitelists::REPLICA_SET.modify(estate, context)),
    ("actiontrail/CreateTrail", trails::create),
    ("actiontrail/StartLogging", trails::start),
    ("actiontrail/StopLogging", trails::stop),
];

/// Does what an action says.
pub(crate) fn write(estate: &mut Estate, context: &mut Context<'_>, path: &str) -> Outcome {
    if let Some((_, removal)) = REMOVALS.iter().find(|(name, _)| *name == path) {
        return removal.answer(estate, context);
    }
    let found = WRITES.iter().find(|(name, _)| *name == path);
    let (_, write) = found.ok_or_else(unknown_action)?;
    tags::check(context.parameters)?;
    let mut answer = write(estate, context)?;
    // Both products work in jobs, which end by themselves.
    let has_job = path.starts_with("alb/") || path.starts_with("nlb/");
    if let (true, Some(fields)) = (has_job, answer.as_object_mut()) {
        fields
            .entry("JobId")
            .or_insert_with(|| context.new_id("job").into());
    }
    Ok(answer)
}

/// Every action that changes something, by product and name.
pub(crate) fn names() -> impl Iterator<Item = &'static str> {
    let writes = WRITES.iter().map(|(name, _)| *name);
    writes.chain(REMOVALS.iter().map(|(name, _)| *name))
}

/// An answer that says no more than that it was done.
pub(crate) fn done() -> Outcome {
    Ok(json!({}))
}

/// The fields of a JSON object.
pub(crate) fn object(value: Value) -> Object {
    match value {
        Value::Object(fields) => fields,
        _ => Object::new(),
    }
}

/// Sets a field of an object.
pub(crate) fn set(object: &mut Object, field: &str, value: impl Into<Value>) {
    object.insert(field.to_owned(), value.into());
}
