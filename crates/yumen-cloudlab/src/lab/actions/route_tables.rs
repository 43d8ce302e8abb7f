//! Route tables of a VPC's own beside the system's: made, given to vSwitches, deleted.

use serde_json::{Value, json};

use super::kinds::Kind;
use super::networks::{PLATFORM, ROUTES, TABLES, VPCS, VSWITCHES, list_in, push_route};
use super::tags::put_tags;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text, texts};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::network::RouteTable;

const TABLE: Kind = Kind::new(TABLES, "RouteTableId", "InvalidRouteTableId.NotFound");

pub(super) fn create(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let vpc = super::networks::vpc(estate, context)?.clone();
    let of = text(&vpc, "VpcId");
    let purpose = context.parameters.get("AssociateType").unwrap_or("VSwitch");
    if purpose != "VSwitch" && purpose != "Gateway" {
        return Err(Refusal::unsupported_value("AssociateType"));
    }
    let name = super::groups::name(context, "RouteTableName")?;
    let id = context.new_id("vtb");
    let table = RouteTable {
        region: context.region,
        id: &id,
        name: &name,
        vpc: of,
        vpc_name: text(&vpc, "VpcName"),
        system: false,
        vswitches: &[],
        created: &context.time(),
    };
    let mut item = object(table.item());
    for (field, value) in [
        ("AssociateType", purpose),
        ("Description", context.text("Description")),
        ("RouterId", text(&vpc, "VRouterId")),
        ("Status", "Pending"),
    ] {
        set(&mut item, field, value);
    }
    put_tags("vpc", &mut item, context.parameters.tags());
    estate.push(context.region, TABLES, "", item);
    let ranges: Vec<String> = estate
        .items(context.region, VSWITCHES, "")
        .filter(|vswitch| text(vswitch, "VpcId") == of)
        .map(|vswitch| text(vswitch, "CidrBlock").to_owned())
        .collect();
    for range in ranges.iter().map(String::as_str).chain([PLATFORM]) {
        push_route(estate, context, &id, range, ("local", ""), "");
    }
    let ids = (VPCS, "VpcId", of);
    let inside = ("RouterTableIds", "RouterTableIds");
    list_in(estate, context.region, ids, inside, |ids| {
        ids.push(json!(id));
    });
    TABLE.settle(context, context.region, &id, ("Status", "Available"));
    Ok(json!({"RouteTableId": id}))
}

/// A table that a request names, neither the system's nor still being made.
fn custom(estate: &Estate, context: &Context<'_>) -> Result<Object, Refusal> {
    let table = TABLE.named(estate, context)?;
    if text(&table, "RouteTableType") != "Custom" {
        return Err(Refusal::new(
            400,
            "OperationDenied.SystemRouteTable",
            "The operation is not allowed on the system route table.",
        ));
    }
    if text(&table, "Status") != "Available" {
        return Err(Refusal::new(
            400,
            "IncorrectStatus.RouteTable",
            "The status of the route table is incorrect.",
        ));
    }
    Ok(table)
}

/// Has a vSwitch use one table instead of another.
fn switch(estate: &mut Estate, region: &str, vswitch: &str, (from, to): (&str, &str), kind: &str) {
    let inside = ("VSwitchIds", "VSwitchId");
    let of = (TABLES, "RouteTableId", from);
    list_in(estate, region, of, inside, |ids| {
        ids.retain(|id| *id != json!(vswitch));
    });
    let of = (TABLES, "RouteTableId", to);
    list_in(estate, region, of, inside, |ids| ids.push(json!(vswitch)));
    if let Some(found) = estate.find_mut(region, VSWITCHES, "VSwitchId", vswitch) {
        let table = json!({"RouteTableId": to, "RouteTableType": kind});
        set(found, "RouteTable", table);
    }
}

fn table_of(vswitch: &Object, field: &str) -> String {
    let table = vswitch.get("RouteTable");
    let found = table
        .and_then(|table| table.get(field))
        .and_then(Value::as_str);
    found.unwrap_or_default().to_owned()
}

pub(super) fn associate(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let table = custom(estate, context)?;
    let id = context.parameters.required("VSwitchId")?;
    let vpc = text(&table, "VpcId");
    let vswitch = super::places::vswitch_of(estate, context.region, id, vpc)?;
    if text(&table, "AssociateType") != "VSwitch" {
        return Err(Refusal::unsupported_value("RouteTableId"));
    }
    if table_of(&vswitch, "RouteTableType") == "Custom" {
        return Err(Refusal::new(
            400,
            "OperationConflict.AlreadyAssociated",
            "The vSwitch is associated with a custom route table already.",
        ));
    }
    let present = table_of(&vswitch, "RouteTableId");
    let tables = (present.as_str(), text(&table, "RouteTableId"));
    switch(estate, context.region, id, tables, "Custom");
    done()
}

pub(super) fn unassociate(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let table = custom(estate, context)?;
    let id = context.parameters.required("VSwitchId")?;
    let own = text(&table, "RouteTableId");
    let vpc = text(&table, "VpcId");
    let vswitch = super::places::vswitch_of(estate, context.region, id, vpc)?;
    if table_of(&vswitch, "RouteTableId") != own {
        return Err(Refusal::new(
            400,
            "OperationDenied.NotAssociated",
            "The vSwitch is not associated with the route table.",
        ));
    }
    let system = estate
        .items(context.region, TABLES, "")
        .find(|one| text(one, "VpcId") == vpc && text(one, "RouteTableType") == "System")
        .map(|one| text(one, "RouteTableId").to_owned())
        .unwrap_or_default();
    switch(estate, context.region, id, (own, &system), "System");
    done()
}

pub(super) fn delete(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let table = custom(estate, context)?;
    let id = text(&table, "RouteTableId");
    if texts(&table, "VSwitchIds", "VSwitchId").next().is_some() {
        return Err(Refusal::new(
            400,
            "DependencyViolation.VSwitch",
            "The route table is still associated with vSwitches.",
        ));
    }
    let is_custom = |route: &Object| text(route, "Type") == "Custom";
    if estate.items(context.region, ROUTES, id).any(is_custom) {
        return Err(Refusal::new(
            400,
            "DependencyViolation.RouteEntry",
            "The route table still has custom routes.",
        ));
    }
    let ids = (VPCS, "VpcId", text(&table, "VpcId"));
    let inside = ("RouterTableIds", "RouterTableIds");
    list_in(estate, context.region, ids, inside, |ids| {
        ids.retain(|of| *of != json!(id));
    });
    TABLE.take(estate, context.region, id);
    estate.remove(context.region, ROUTES, id);
    done()
}
