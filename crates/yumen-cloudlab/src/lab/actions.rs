//! What each action does: a name, and a function of the estate and the parameters.

mod acls;
mod addresses;
mod balancers;
mod flow_logs;
mod groups;
mod instances;
mod lists;
mod nat;
mod networks;
mod reads;
mod rules;
mod tags;

use serde_json::{Value, json};

use super::estate::{Estate, Object};
use super::fail::Outcome;
use super::parameters::Parameters;
use super::time::iso;
use super::unknown_action;
use crate::identifier::id;

pub(crate) use self::reads::read;

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
    /// An id for a new resource.
    pub(crate) fn new_id(&mut self, kind: &str) -> String {
        *self.created += 1;
        id(
            kind,
            self.region,
            &format!("{}/{}", self.seed, self.created),
        )
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
    ("slb/SetLoadBalancerTCPListenerAttribute", balancers::set_tcp_listener),
    ("slb/SetLoadBalancerUDPListenerAttribute", balancers::set_udp_listener),
    ("slb/SetLoadBalancerHTTPListenerAttribute", balancers::set_http_listener),
    ("slb/SetLoadBalancerHTTPSListenerAttribute", balancers::set_https_listener),
    ("alb/CreateAcl", balancers::create_list),
    ("alb/DeleteAcl", balancers::delete_list),
    ("alb/AddEntriesToAcl", balancers::add_entries),
    ("alb/RemoveEntriesFromAcl", balancers::remove_entries),
    ("alb/AssociateAclsWithListener", balancers::associate_lists),
    ("alb/DissociateAclsFromListener", balancers::dissociate_lists),
];

/// Does what an action says.
pub(crate) fn write(estate: &mut Estate, context: &mut Context<'_>, path: &str) -> Outcome {
    let found = WRITES.iter().find(|(name, _)| *name == path);
    let (_, write) = found.ok_or_else(unknown_action)?;
    write(estate, context)
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
