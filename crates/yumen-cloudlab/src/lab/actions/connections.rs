//! Connections between VPCs: peering, CEN with its children, attachments to transit routers.

use serde_json::json;

use super::kinds::Kind;
use super::networks::{ROUTES, SETTLING, VPCS, VSWITCHES};
use super::overlay::{Form, overlay};
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::identifier;
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::OWNER;
use crate::wire::connection::{attachment, cen, cen_child, peering};

pub(super) const CHILDREN: &str = "cbn/DescribeCenAttachedChildInstances";

/// Bandwidths of a peering, in Mbit/s.
const BANDWIDTHS: std::ops::RangeInclusive<usize> = 1..=100_000;

const PEERING: Kind = Kind::new(
    "vpcpeer/ListVpcPeerConnections",
    "InstanceId",
    "ResourceNotFound.InstanceId",
);
pub(super) const CEN: Kind = Kind::new("cbn/DescribeCens", "CenId", "ParameterCenInstanceId");
const ATTACHMENT: Kind = Kind::new(
    "cbn/ListTransitRouterVpcAttachments",
    "TransitRouterAttachmentId",
    "InvalidTransitRouterAttachmentId.NotFound",
);

/// A VPC by its id, in the region that a request says it is in.
fn vpc(estate: &Estate, region: &str, id: &str) -> Result<Object, Refusal> {
    let found = estate.find(region, VPCS, "VpcId", id);
    found.cloned().ok_or_else(|| {
        Refusal::new(
            404,
            "ResourceNotFound.VpcId",
            format!("The specified VPC {id} does not exist in {region}."),
        )
    })
}

/// The regions in which a peering is listed: both sides' own.
fn regions_of(peering: &Object) -> Vec<String> {
    let mut regions: Vec<String> = ["RegionId", "AcceptingRegionId"]
        .map(|field| text(peering, field).to_owned())
        .into();
    regions.dedup();
    regions
}

pub(super) fn create_peering(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let own = context.parameters.required("VpcId")?;
    let other = context.parameters.required("AcceptingVpcId")?;
    let other_region = context.parameters.required("AcceptingRegionId")?;
    if !estate.has_region(other_region) {
        return Err(Refusal::unsupported_value("AcceptingRegionId"));
    }
    let owner = OWNER.to_string();
    let account = context.parameters.get("AcceptingAliUid").unwrap_or(&owner);
    let foreign = account != owner;
    let requester = vpc(estate, context.region, own)?;
    let range = if foreign {
        String::new()
    } else {
        let accepter = vpc(estate, other_region, other)?;
        text(&accepter, "CidrBlock").to_owned()
    };
    if own == other {
        return Err(Refusal::unsupported_value("AcceptingVpcId"));
    }
    let sides = |one: &Object| {
        let side = |field: &str| one.get(field).and_then(|vpc| vpc.get("VpcId")).cloned();
        [side("Vpc"), side("AcceptingVpc")]
    };
    let asked = [Some(json!(own)), Some(json!(other))];
    let swapped = [Some(json!(other)), Some(json!(own))];
    let is_there = |one: &Object| [&asked, &swapped].contains(&&sides(one));
    if estate.items(context.region, PEERING.list, "").any(is_there) {
        return Err(Refusal::new(
            400,
            "ResourceAlreadyExist.VpcPeer",
            "The two VPCs are peered already.",
        ));
    }
    // Without a limit, it is -1.
    let bandwidth = match context.parameters.get("Bandwidth") {
        Some("-1") => None,
        _ => context.parameters.number("Bandwidth")?,
    };
    if bandwidth.is_some_and(|bandwidth| !BANDWIDTHS.contains(&bandwidth)) {
        return Err(Refusal::unsupported_value("Bandwidth"));
    }
    let name = super::groups::name(context, "Name")?;
    let id = context.new_id("pcc");
    let mut item = object(peering(
        context.region,
        &id,
        &name,
        (own, text(&requester, "CidrBlock")),
        (other, &range),
        &context.time(),
    ));
    set(&mut item, "AcceptingRegionId", other_region);
    let fields = [
        ("AcceptingAliUid", Form::Number),
        ("Bandwidth", Form::Number),
        ("Description", Form::Text),
        ("LinkType", Form::Text),
    ];
    overlay(&mut item, context.parameters, &fields)?;
    if let Some(account) = item.remove("AcceptingAliUid") {
        set(&mut item, "AcceptingOwnerUid", account);
    }
    set(&mut item, "Status", "Creating");
    put_tags("vpc", &mut item, context.parameters.tags());
    // Within one account nobody needs to accept.
    let status = if foreign { "Accepting" } else { "Activated" };
    for region in regions_of(&item) {
        estate.push(&region, PEERING.list, "", item.clone());
        PEERING.settle(context, &region, &id, ("Status", status));
    }
    Ok(json!({"InstanceId": id}))
}

pub(super) fn accept_peering(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let peering = PEERING.named(estate, context)?;
    if text(&peering, "Status") != "Accepting" {
        return Err(Refusal::new(
            400,
            "IncorrectStatus.VpcPeer",
            "The status of the VPC peering connection is incorrect.",
        ));
    }
    let id = text(&peering, "InstanceId");
    for region in regions_of(&peering) {
        PEERING.change(estate, &region, id, |one| set(one, "Status", "Updating"));
        PEERING.settle(context, &region, id, ("Status", "Activated"));
    }
    done()
}

/// Routes that lead through a peering forbid deleting it, or go with it where that is asked for.
pub(super) fn delete_peering(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let peering = PEERING.named(estate, context)?;
    let id = text(&peering, "InstanceId");
    let leads = |route: &Object| {
        route
            .values()
            .any(|value| super::kinds::mentions(value, id))
    };
    let tables: Vec<(String, String)> = estate
        .documents()
        .filter(|(_, path, _, document)| {
            let mut routes = document.items.iter();
            *path == ROUTES && routes.any(|route| leads(&route.object))
        })
        .map(|(region, _, table, _)| (region.to_owned(), table.to_owned()))
        .collect();
    if !tables.is_empty() && !context.parameters.is_on("Force") {
        return Err(Refusal::new(
            400,
            "OperationDenied.RouteEntryExist",
            "Routes still lead to the VPC peering connection.",
        ));
    }
    for (region, table) in tables {
        estate.take(&region, ROUTES, &table, leads);
    }
    for region in regions_of(&peering) {
        PEERING.take(estate, &region, id);
    }
    done()
}

pub(super) fn create_cen(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let name = super::groups::name(context, "Name")?;
    let id = context.new_id("cen");
    let about = context.text("Description");
    let mut item = object(cen(&id, &name, about, &context.time()));
    let fields = [("ProtectionLevel", Form::Text)];
    overlay(&mut item, context.parameters, &fields)?;
    set(&mut item, "Status", "Creating");
    put_tags("vpc", &mut item, context.parameters.tags());
    estate.push(context.region, CEN.list, "", item);
    CEN.settle(context, context.region, &id, ("Status", "Active"));
    Ok(json!({"CenId": id}))
}

/// A CEN that can be changed.
fn active(estate: &Estate, context: &Context<'_>, id: &str) -> Result<(), Refusal> {
    let cen = CEN.with_id(estate, context.region, id)?;
    if text(cen, "Status") == "Active" {
        Ok(())
    } else {
        Err(Refusal::new(
            400,
            "InvalidOperation.CenInstanceStatus",
            "The CEN instance is not in a valid state for the operation.",
        ))
    }
}

fn child_not_found(id: &str) -> Refusal {
    Refusal::new(
        404,
        "ParameterInstanceId",
        format!("The specified instance {id} is not found."),
    )
}

/// Puts a VPC into a CEN; one VPC is in one CEN only.
fn adopt(
    estate: &mut Estate,
    context: &mut Context<'_>,
    cen: &str,
    (region, child): (&str, &str),
) -> Result<(), Refusal> {
    let found = estate.find(region, VPCS, "VpcId", child);
    found.ok_or_else(|| child_not_found(child))?;
    let is_in = estate.documents().any(|(_, path, _, document)| {
        let mut items = document.items.iter();
        path == CHILDREN && items.any(|item| text(&item.object, "ChildInstanceId") == child)
    });
    if is_in {
        return Err(Refusal::new(
            400,
            "InvalidOperation.ChildInstanceAttached",
            "The network instance is attached to a CEN instance already.",
        ));
    }
    let mut item = object(cen_child(cen, region, child, &context.time()));
    set(&mut item, "Status", "Attaching");
    estate.push(context.region, CHILDREN, cen, item);
    let (cen, of, child) = (cen.to_owned(), region.to_owned(), child.to_owned());
    let effect = move |estate: &mut Estate, region: &str| {
        if estate.document(region, CHILDREN, &cen).is_none() {
            return;
        }
        for item in &mut estate.change(region, CHILDREN, &cen).items {
            if text(&item.object, "ChildInstanceId") == child {
                set(&mut item.object, "Status", "Attached");
            }
        }
        if let Some(vpc) = estate.find_mut(&of, VPCS, "VpcId", &child) {
            set(vpc, "CenStatus", "Attached");
        }
    };
    context.later.push((SETTLING, Box::new(effect)));
    Ok(())
}

/// Takes a VPC out of its CEN.
fn dismiss(
    estate: &mut Estate,
    context: &Context<'_>,
    cen: &str,
    child: &str,
) -> Result<(), Refusal> {
    let is_it = |item: &Object| text(item, "ChildInstanceId") == child;
    let found = estate
        .items(context.region, CHILDREN, cen)
        .find(|item| is_it(item));
    let found = found.ok_or_else(|| child_not_found(child))?;
    if text(found, "Status") != "Attached" {
        return Err(Refusal::new(
            400,
            "InvalidOperation.ChildInstanceStatus",
            "The network instance is not in a valid state for the operation.",
        ));
    }
    let region = text(found, "ChildInstanceRegionId").to_owned();
    estate.take(context.region, CHILDREN, cen, is_it);
    if let Some(vpc) = estate.find_mut(&region, VPCS, "VpcId", child) {
        set(vpc, "CenStatus", "");
    }
    Ok(())
}

pub(super) fn attach_child(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let cen = context.parameters.required("CenId")?;
    active(estate, context, cen)?;
    if context.parameters.required("ChildInstanceType")? != "VPC" {
        return Err(Refusal::unsupported_value("ChildInstanceType"));
    }
    let region = context.parameters.required("ChildInstanceRegionId")?;
    let child = context.parameters.required("ChildInstanceId")?;
    adopt(estate, context, cen, (region, child))?;
    done()
}

pub(super) fn detach_child(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let cen = context.parameters.required("CenId")?;
    active(estate, context, cen)?;
    let child = context.parameters.required("ChildInstanceId")?;
    let is_attached = |item: &Object| text(item, "CenId") == cen && text(item, "VpcId") == child;
    if estate
        .items(context.region, ATTACHMENT.list, "")
        .any(is_attached)
    {
        return Err(Refusal::new(
            400,
            "InvalidOperation.TransitRouterAttachmentExist",
            "The network instance is attached to a transit router.",
        ));
    }
    dismiss(estate, context, cen, child)?;
    done()
}

/// The CEN that a transit router belongs to: named beside it, or the one that its id was made of.
fn cen_of(estate: &Estate, context: &Context<'_>, region: &str) -> Result<String, Refusal> {
    if let Some(cen) = context.parameters.get("CenId") {
        return Ok(cen.to_owned());
    }
    let router = context.parameters.required("TransitRouterId")?;
    let mut cens = estate.items(context.region, CEN.list, "");
    let found = cens.find(|cen| identifier::id("tr", region, text(cen, "CenId")) == router);
    let found = found.ok_or_else(|| Refusal::not_found("TransitRouterId"))?;
    Ok(text(found, "CenId").to_owned())
}

/// Attaches a VPC to the region's transit router, which there is from the first attachment on.
pub(super) fn create_attachment(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let vpc_id = context.parameters.required("VpcId")?;
    let region = context.parameters.required("RegionId")?;
    let cen = cen_of(estate, context, region)?;
    active(estate, context, &cen)?;
    vpc(estate, region, vpc_id)?;
    let zones = context.parameters.parts("ZoneMappings");
    if zones.is_empty() {
        return Err(Refusal::missing("ZoneMappings"));
    }
    let mut mappings = Vec::new();
    for zone in &zones {
        let vswitch = zone.required("VSwitchId")?;
        let found = estate.find(region, VSWITCHES, "VSwitchId", vswitch);
        let found = found.filter(|one| {
            text(one, "VpcId") == vpc_id && text(one, "ZoneId") == zone.text("ZoneId")
        });
        found.ok_or_else(|| Refusal::not_found("VSwitchId"))?;
        mappings.push(json!({
            "NetworkInterfaceId": "",
            "VSwitchId": vswitch,
            "ZoneId": zone.text("ZoneId"),
        }));
    }
    let name = super::groups::name(context, "TransitRouterAttachmentName")?;
    adopt(estate, context, &cen, (region, vpc_id))?;
    let id = context.new_id("tr-attach");
    let time = context.time();
    let written = attachment(&cen, region, &id, &name, vpc_id, ("", ""), &time);
    let mut item = object(written);
    let fields = [
        ("AutoPublishRouteEnabled", Form::Flag),
        ("ChargeType", Form::Text),
        ("TransitRouterAttachmentDescription", Form::Text),
    ];
    overlay(&mut item, context.parameters, &fields)?;
    set(&mut item, "ZoneMappings", mappings);
    set(&mut item, "Status", "Attaching");
    put_tags("vpc", &mut item, context.parameters.tags());
    estate.push(context.region, ATTACHMENT.list, "", item);
    ATTACHMENT.settle(context, context.region, &id, ("Status", "Attached"));
    Ok(json!({"TransitRouterAttachmentId": id}))
}

pub(super) fn delete_attachment(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let attachment = ATTACHMENT.named(estate, context)?;
    let (cen, vpc) = (text(&attachment, "CenId"), text(&attachment, "VpcId"));
    dismiss(estate, context, cen, vpc)?;
    let id = text(&attachment, "TransitRouterAttachmentId");
    ATTACHMENT.take(estate, context.region, id);
    done()
}
