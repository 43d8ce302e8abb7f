//! ALB and NLB: balancers, and the security groups that they are in.

use serde_json::{Value, json};

use super::groups::GROUPS;
use super::kinds::Kind;
use super::networks::{SETTLING, VPCS};
use super::overlay::{Form, overlay};
use super::places::{free_address, vswitch_of};
use super::removals::Removal;
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::balancer::{Modern, Zone};

/// One of the two products, with the lists that it keeps.
#[derive(Clone, Copy, Debug)]
pub(super) struct Family {
    pub(super) application: bool,
    /// The vendor's word for it where an EIP is bound to it
    word: &'static str,
    id: &'static str,
    removal: &'static Removal,
    pub(super) balancers: Kind,
    pub(super) listeners: Kind,
    pub(super) groups: Kind,
    pub(super) servers: &'static str,
    /// Fields that a request sets
    fields: &'static [(&'static str, Form)],
}

const MISSING_BALANCER: &str = "ResourceNotFound.LoadBalancer";
const MISSING_LISTENER: &str = "ResourceNotFound.Listener";
const MISSING_GROUP: &str = "ResourceNotFound.ServerGroup";

/// Where ALB shows more of a balancer than its list does, and more of a listener.
pub(super) const ATTRIBUTES: &str = "alb/GetLoadBalancerAttribute";
pub(super) const LISTENER_ATTRIBUTES: &str = "alb/GetListenerAttribute";

/// Zones that a balancer must have.
const ZONES: usize = 2;

/// Security groups that a balancer may be in.
const SECURITY_GROUPS: usize = 4;

pub(super) const ALB: Family = Family {
    application: true,
    word: "Alb",
    id: "alb",
    removal: &Removal {
        kind: Kind::new("alb/ListLoadBalancers", "LoadBalancerId", MISSING_BALANCER),
        guard: PROTECTED,
        holders: &[],
        documents: &[ATTRIBUTES],
    },
    balancers: Kind::new("alb/ListLoadBalancers", "LoadBalancerId", MISSING_BALANCER),
    listeners: Kind::new("alb/ListListeners", "ListenerId", MISSING_LISTENER),
    groups: Kind::new("alb/ListServerGroups", "ServerGroupId", MISSING_GROUP),
    servers: "alb/ListServerGroupServers",
    fields: &[
        ("AddressAllocatedMode", Form::Text),
        ("AddressIpVersion", Form::Text),
        ("LoadBalancerEdition", Form::Text),
    ],
};

pub(super) const NLB: Family = Family {
    application: false,
    word: "Nlb",
    id: "nlb",
    removal: &Removal {
        kind: Kind::new("nlb/ListLoadBalancers", "LoadBalancerId", MISSING_BALANCER),
        guard: PROTECTED,
        holders: &[],
        documents: &[],
    },
    balancers: Kind::new("nlb/ListLoadBalancers", "LoadBalancerId", MISSING_BALANCER),
    listeners: Kind::new("nlb/ListListeners", "ListenerId", MISSING_LISTENER),
    groups: Kind::new("nlb/ListServerGroups", "ServerGroupId", MISSING_GROUP),
    servers: "nlb/ListServerGroupServers",
    fields: &[
        ("AddressIpVersion", Form::Text),
        ("BandwidthPackageId", Form::Text),
    ],
};

const PROTECTED: Option<(&str, &str)> = Some(("/DeletionProtectionConfig/Enabled", "true"));

/// A zone that a request asks for, with the addresses found for it.
struct Place {
    zone: String,
    vswitch: String,
    allocation: String,
    public: String,
    private: String,
}

fn places(
    estate: &Estate,
    context: &Context<'_>,
    vpc: &str,
    private_name: &str,
) -> Result<Vec<Place>, Refusal> {
    let parts = context.parameters.parts("ZoneMappings");
    if parts.len() < ZONES {
        return Err(Refusal::new(
            400,
            "InvalidParameter.ZoneMappings",
            format!("At least {ZONES} zones must be specified."),
        ));
    }
    let mut places: Vec<Place> = Vec::new();
    for part in parts {
        let zone = part.required("ZoneId")?;
        let vswitch = vswitch_of(estate, context.region, part.required("VSwitchId")?, vpc)?;
        if text(&vswitch, "ZoneId") != zone || places.iter().any(|place| place.zone == zone) {
            return Err(Refusal::new(
                400,
                "InvalidParameter.ZoneMappings",
                format!("The zone {zone} is not the vSwitch's, or is specified twice."),
            ));
        }
        let private = match part.get(private_name) {
            Some(private) => private.to_owned(),
            None => free_address(estate, context.region, &vswitch, 0)?,
        };
        places.push(Place {
            zone: zone.to_owned(),
            vswitch: text(&vswitch, "VSwitchId").to_owned(),
            allocation: part.text("AllocationId").to_owned(),
            public: String::new(),
            private,
        });
    }
    Ok(places)
}

/// Security groups that a balancer can be in: there, in its VPC, of one type.
fn admissible(estate: &Estate, region: &str, groups: &[String], vpc: &str) -> Result<(), Refusal> {
    if groups.len() > SECURITY_GROUPS {
        return Err(Refusal::new(
            400,
            "ResourceQuotaExceeded.SecurityGroupAttachedNum",
            "The quota of security groups attached to the load balancer is exceeded.",
        ));
    }
    let mut kinds = Vec::new();
    for id in groups {
        let group = estate.find(region, GROUPS, "SecurityGroupId", id);
        let group = group.filter(|group| text(group, "VpcId") == vpc);
        let group = group.ok_or_else(|| {
            Refusal::new(
                404,
                "ResourceNotFound.SecurityGroup",
                format!("The specified resource {id} is not found."),
            )
        })?;
        kinds.push(text(group, "SecurityGroupType"));
    }
    kinds.sort_unstable();
    kinds.dedup();
    if kinds.len() > 1 {
        return Err(Refusal::new(
            400,
            "OperationDenied.SecurityGroupTypeMismatch",
            "A load balancer cannot be in basic and advanced security groups at once.",
        ));
    }
    Ok(())
}

/// The security groups that a request names, as plain texts or as objects.
fn security_groups(context: &Context<'_>) -> Vec<String> {
    let mut groups = context.parameters.list("SecurityGroupIds");
    let parts = context.parameters.parts("SecurityGroupIds");
    groups.extend(parts.iter().filter_map(|part| {
        let id = part.get("SecurityGroupId")?;
        Some(id.to_owned())
    }));
    groups
}

pub(super) fn create(estate: &mut Estate, context: &mut Context<'_>, family: &Family) -> Outcome {
    let internet = match context.parameters.required("AddressType")? {
        "Internet" => true,
        "Intranet" => false,
        _ => return Err(Refusal::unsupported_value("AddressType")),
    };
    let vpc = context.parameters.required("VpcId")?.to_owned();
    if estate.find(context.region, VPCS, "VpcId", &vpc).is_none() {
        return Err(Refusal::new(
            404,
            "ResourceNotFound.Vpc",
            format!("The specified resource {vpc} is not found."),
        ));
    }
    let name = super::groups::name(context, "LoadBalancerName")?;
    let groups = security_groups(context);
    admissible(estate, context.region, &groups, &vpc)?;
    let private_name = if family.application {
        "IntranetAddress"
    } else {
        "PrivateIPv4Address"
    };
    let mut places = places(estate, context, &vpc, private_name)?;
    let id = context.new_id(family.id);
    if internet {
        // What is asked for is checked before anything is bound.
        for place in places.iter().filter(|place| !place.allocation.is_empty()) {
            super::addresses::available(estate, context.region, &place.allocation)?;
        }
        for place in &mut places {
            let (allocation, public) = super::addresses::bind_to_service(
                estate,
                context,
                &place.allocation,
                (family.word, &id),
                (&place.private, &vpc),
            );
            place.allocation = allocation;
            place.public = public;
        }
    }
    let zones: Vec<Zone<'_>> = places
        .iter()
        .map(|place| Zone {
            zone: &place.zone,
            vswitch: &place.vswitch,
            allocation: &place.allocation,
            public: &place.public,
            private: &place.private,
        })
        .collect();
    let balancer = Modern {
        region: context.region,
        id: &id,
        name: &name,
        application: family.application,
        internet,
        vpc: &vpc,
        zones: &zones,
        groups: &groups,
        created: &context.time(),
        tags: &[],
    };
    let mut item = object(balancer.item());
    let mut head = object(balancer.attribute());
    head.remove("RequestId");
    for shown in [&mut item, &mut head] {
        overlay(shown, context.parameters, family.fields)?;
        protect(shown, context, family);
        set(shown, "LoadBalancerStatus", "Provisioning");
        put_tags("vpc", shown, context.parameters.tags());
    }
    estate.push(context.region, family.balancers.list, "", item);
    if family.application {
        estate.change(context.region, ATTRIBUTES, &id).head = head;
    }
    becomes(context, &id, *family, "Active");
    Ok(if family.application {
        json!({"LoadBalancerId": id})
    } else {
        json!({"LoadbalancerId": id, "OrderId": 0})
    })
}

/// Deletion protection, which ALB and NLB ask for differently.
fn protect(shown: &mut Object, context: &Context<'_>, family: &Family) {
    let name = if family.application {
        "DeletionProtectionEnabled"
    } else {
        "DeletionProtectionConfig.Enabled"
    };
    let protected = context.parameters.is_on(name);
    if let Some(config) = shown.get_mut("DeletionProtectionConfig") {
        config["Enabled"] = json!(protected);
    }
}

/// Changes a balancer wherever it is shown.
fn change(
    estate: &mut Estate,
    region: &str,
    id: &str,
    family: &Family,
    change: impl Fn(&mut Object),
) {
    family.balancers.change(estate, region, id, &change);
    if family.application && estate.document(region, ATTRIBUTES, id).is_some() {
        change(&mut estate.change(region, ATTRIBUTES, id).head);
    }
}

fn becomes(context: &mut Context<'_>, id: &str, family: Family, status: &'static str) {
    let id = id.to_owned();
    let effect = move |estate: &mut Estate, region: &str| {
        change(estate, region, &id, &family, |shown| {
            set(shown, "LoadBalancerStatus", status);
        });
    };
    context.later.push((SETTLING, Box::new(effect)));
}

/// A balancer that can be changed: the one that the request names, not one still being made.
pub(super) fn settled(
    estate: &Estate,
    context: &Context<'_>,
    family: &Family,
) -> Result<Object, Refusal> {
    let balancer = family.balancers.named(estate, context)?;
    if text(&balancer, "LoadBalancerStatus") == "Active" {
        Ok(balancer)
    } else {
        Err(Refusal::new(
            400,
            "IncorrectStatus.LoadBalancer",
            "The status of the load balancer is incorrect.",
        ))
    }
}

/// Listeners and rules go with their balancer, server groups stay.
pub(super) fn delete(estate: &mut Estate, context: &mut Context<'_>, family: &Family) -> Outcome {
    settled(estate, context, family)?;
    let gone = family.removal.run(estate, context)?;
    let id = text(&gone, "LoadBalancerId");
    let is_of = |object: &Object| text(object, "LoadBalancerId") == id;
    let listeners: Vec<String> = estate
        .items(context.region, family.listeners.list, "")
        .filter(|listener| is_of(listener))
        .map(|listener| text(listener, "ListenerId").to_owned())
        .collect();
    for listener in listeners {
        super::listeners::forget(estate, context.region, family, &listener);
    }
    super::addresses::release_from(estate, context.region, id);
    super::server_groups::relate(estate, context.region, family);
    done()
}

pub(super) fn join(estate: &mut Estate, context: &mut Context<'_>, family: &Family) -> Outcome {
    let (balancer, present) = membership(estate, context, family)?;
    let mut groups = present.clone();
    for group in security_groups(context) {
        if present.contains(&group) {
            return Err(Refusal::new(
                400,
                "ResourceAlreadyAssociated.SecurityGroup",
                format!("The security group {group} is already associated."),
            ));
        }
        groups.push(group);
    }
    admissible(estate, context.region, &groups, text(&balancer, "VpcId"))?;
    put(estate, context, family, &balancer, &groups)
}

pub(super) fn leave(estate: &mut Estate, context: &mut Context<'_>, family: &Family) -> Outcome {
    let (balancer, mut groups) = membership(estate, context, family)?;
    for group in security_groups(context) {
        if !groups.contains(&group) {
            return Err(Refusal::new(
                400,
                "ResourceNotAssociated.SecurityGroup",
                format!("The security group {group} is not associated."),
            ));
        }
        groups.retain(|one| *one != group);
    }
    put(estate, context, family, &balancer, &groups)
}

/// The balancer that a request names, and the security groups that it is in.
fn membership(
    estate: &Estate,
    context: &Context<'_>,
    family: &Family,
) -> Result<(Object, Vec<String>), Refusal> {
    if security_groups(context).is_empty() {
        return Err(Refusal::missing("SecurityGroupIds"));
    }
    let balancer = settled(estate, context, family)?;
    let groups = crate::lab::estate::texts(&balancer, "SecurityGroupIds", "");
    let groups = groups.map(str::to_owned).collect();
    Ok((balancer, groups))
}

fn put(
    estate: &mut Estate,
    context: &mut Context<'_>,
    family: &Family,
    balancer: &Object,
    groups: &[String],
) -> Outcome {
    let id = text(balancer, "LoadBalancerId");
    change(estate, context.region, id, family, |shown| {
        set(shown, "SecurityGroupIds", Value::from(groups.to_vec()));
        set(shown, "LoadBalancerStatus", "Configuring");
    });
    becomes(context, id, *family, "Active");
    done()
}
