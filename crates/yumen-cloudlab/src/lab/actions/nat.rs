//! NAT gateways with their port mappings and source translations.

use serde_json::{Value, json};
use yumen_aliyun_protocol::limits::FORWARD_ENTRIES;

use super::networks::{VPCS, VSWITCHES, settle_later};
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::translation::NatGateway;

const GATEWAYS: &str = "vpc/DescribeNatGateways";
const FORWARDS: &str = "vpc/DescribeForwardTableEntries";
const SNATS: &str = "vpc/DescribeSnatTableEntries";

/// Milliseconds until an entry is available.
const SETTLING: u64 = 200;

pub(super) fn create(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let vpc = context.parameters.required("VpcId")?.to_owned();
    let vswitch = context.parameters.required("VSwitchId")?.to_owned();
    if estate.find(context.region, VPCS, "VpcId", &vpc).is_none() {
        return Err(Refusal::not_found("VpcId"));
    }
    let found = super::places::vswitch_of(estate, context.region, &vswitch, &vpc)?;
    let zone = text(&found, "ZoneId").to_owned();
    let id = context.new_id("ngw");
    let (forwards, snats) = (context.new_id("ftb"), context.new_id("stb"));
    let interface = context.new_id("eni");
    let (name, about) = (
        context.text("Name").to_owned(),
        context.text("Description").to_owned(),
    );
    let gateway = NatGateway {
        region: context.region,
        id: &id,
        name: &name,
        about: &about,
        vpc: &vpc,
        vswitch: &vswitch,
        zone: &zone,
        interface: &interface,
        private: "",
        forward_table: &forwards,
        snat_table: &snats,
        eips: &[],
        created: &context.time(),
        tags: &[],
    };
    let mut item = object(gateway.item());
    set(&mut item, "Status", "Creating");
    estate.push(context.region, GATEWAYS, "", item);
    let ids = (VPCS, "VpcId", vpc.as_str());
    let inside = ("NatGatewayIds", "NatGatewayIds");
    super::networks::list_in(estate, context.region, ids, inside, |list| {
        list.push(json!(id))
    });
    settle_later(context, GATEWAYS, "NatGatewayId", &id);
    Ok(json!({
        "ForwardTableIds": {"ForwardTableId": [forwards]},
        "FullNatTableIds": {"FullNatTableId": []},
        "NatGatewayId": id,
        "SnatTableIds": {"SnatTableId": [snats]},
    }))
}

pub(super) fn delete(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let id = context.parameters.required("NatGatewayId")?.to_owned();
    let found = estate
        .find(context.region, GATEWAYS, "NatGatewayId", &id)
        .cloned();
    let found = found.ok_or_else(|| Refusal::not_found("NatGatewayId"))?;
    let bound = found
        .get("IpLists")
        .and_then(|lists| lists.get("IpList")?.as_array());
    let tables = [
        (FORWARDS, first_table(&found, "Forward")),
        (SNATS, first_table(&found, "Snat")),
    ];
    let has_entries = tables
        .iter()
        .any(|(path, table)| estate.items(context.region, path, table).next().is_some());
    let forced = context.parameters.is_on("Force");
    if !forced && (has_entries || bound.is_some_and(|bound| !bound.is_empty())) {
        return Err(Refusal::in_use(
            "The NAT gateway still has entries or EIPs.",
        ));
    }
    for (path, table) in tables {
        estate.remove(context.region, path, &table);
    }
    super::addresses::release_from(estate, context.region, &id);
    let ids = (VPCS, "VpcId", text(&found, "VpcId"));
    let inside = ("NatGatewayIds", "NatGatewayIds");
    super::networks::list_in(estate, context.region, ids, inside, |list| {
        list.retain(|of| *of != json!(id));
    });
    estate.take(context.region, GATEWAYS, "", |one| {
        text(one, "NatGatewayId") == id
    });
    done()
}

fn first_table(gateway: &Object, kind: &str) -> String {
    let ids = gateway.get(&format!("{kind}TableIds"));
    let ids = ids.and_then(|ids| ids.get(format!("{kind}TableId")));
    let first = ids.and_then(|ids| ids.get(0)).and_then(Value::as_str);
    first.unwrap_or_default().to_owned()
}

/// The gateway that a table belongs to.
fn owner(estate: &Estate, region: &str, kind: &str, table: &str) -> Result<Object, Refusal> {
    let mut gateways = estate.items(region, GATEWAYS, "");
    let found = gateways.find(|gateway| first_table(gateway, kind) == table);
    found
        .cloned()
        .ok_or_else(|| Refusal::not_found(&format!("{kind}TableId")))
}

/// The fields of a port mapping, checked.
fn mapping(context: &Context<'_>, present: &Object) -> Result<Object, Refusal> {
    let mut entry = present.clone();
    for field in [
        "ExternalIp",
        "ExternalPort",
        "InternalIp",
        "InternalPort",
        "IpProtocol",
        "ForwardEntryName",
    ] {
        if let Some(value) = context.parameters.get(field) {
            let value = match field {
                "IpProtocol" => value.to_ascii_lowercase(),
                _ => value.to_owned(),
            };
            set(&mut entry, field, value);
        }
    }
    let any = |field: &str| text(&entry, field).eq_ignore_ascii_case("any");
    let whole = any("ExternalPort") && any("InternalPort") && any("IpProtocol");
    let is_port = |field: &str| {
        let parts: Result<Vec<u16>, _> = text(&entry, field)
            .split('/')
            .map(str::parse::<u16>)
            .collect();
        match parts.as_deref() {
            Ok([port]) => *port > 0,
            Ok([first, last]) => *first > 0 && first <= last,
            _ => false,
        }
    };
    let ported = is_port("ExternalPort") && is_port("InternalPort");
    if !(whole || ported) {
        return Err(Refusal::malformed("ExternalPort"));
    }
    for field in ["ExternalIp", "InternalIp"] {
        if text(&entry, field).parse::<std::net::Ipv4Addr>().is_err() {
            return Err(Refusal::malformed(field));
        }
    }
    if !whole && !matches!(text(&entry, "IpProtocol"), "tcp" | "udp") {
        return Err(Refusal::malformed("IpProtocol"));
    }
    Ok(entry)
}

/// True if an address is an EIP of a gateway.
fn has_address(gateway: &Object, address: &str) -> bool {
    let lists = gateway
        .get("IpLists")
        .and_then(|lists| lists.get("IpList")?.as_array());
    let mut rows = lists.into_iter().flatten();
    rows.any(|row| row["IpAddress"] == address)
}

/// No two entries may share the outer or the inner triple.
fn unique(estate: &Estate, region: &str, table: &str, entry: &Object) -> Result<(), Refusal> {
    let triple = |entry: &Object, side: &str| {
        let part = |field: String| text(entry, &field).to_ascii_lowercase();
        (
            part(format!("{side}Ip")),
            part(format!("{side}Port")),
            part("IpProtocol".to_owned()),
        )
    };
    let id = text(entry, "ForwardEntryId");
    let mut others = estate
        .items(region, FORWARDS, table)
        .filter(|other| text(other, "ForwardEntryId") != id);
    let clashes = others.any(|other| {
        ["External", "Internal"]
            .iter()
            .any(|side| triple(other, side) == triple(entry, side))
    });
    if clashes {
        return Err(Refusal::new(
            400,
            "Forbidden.DestnationIpOutOfVpcCIDR.Duplicated",
            "A forward entry with the same external or internal address, port and protocol exists.",
        ));
    }
    Ok(())
}

pub(super) fn create_forward(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let table = context.parameters.required("ForwardTableId")?.to_owned();
    for field in [
        "ExternalIp",
        "ExternalPort",
        "InternalIp",
        "InternalPort",
        "IpProtocol",
    ] {
        context.parameters.required(field)?;
    }
    let gateway = owner(estate, context.region, "Forward", &table)?;
    if estate.items(context.region, FORWARDS, &table).count() >= FORWARD_ENTRIES {
        return Err(Refusal::new(
            400,
            "ForwardEntryLimitExceeded",
            "The number of forward entries exceeds the limit.",
        ));
    }
    let external = context.text("ExternalIp").to_owned();
    if !has_address(&gateway, &external) {
        return Err(external_not_found());
    }
    let id = context.new_id("fwd");
    let blank = object(json!({
        "ExternalIp": "",
        "ExternalPort": "",
        "ForwardEntryId": id,
        "ForwardEntryName": "",
        "ForwardTableId": table,
        "InternalIp": "",
        "InternalPort": "",
        "IpProtocol": "",
        "NatGatewayId": text(&gateway, "NatGatewayId"),
        "Status": "Pending",
    }));
    let entry = mapping(context, &blank)?;
    unique(estate, context.region, &table, &entry)?;
    estate.push(context.region, FORWARDS, &table, entry);
    entry_settles(context, FORWARDS, &table, "ForwardEntryId", &id);
    Ok(json!({"ForwardEntryId": id}))
}

fn entry_settles(
    context: &mut Context<'_>,
    path: &'static str,
    table: &str,
    field: &'static str,
    id: &str,
) {
    let (table, id) = (table.to_owned(), id.to_owned());
    let effect = move |estate: &mut Estate, region: &str| {
        if estate.document(region, path, &table).is_none() {
            return;
        }
        for item in &mut estate.change(region, path, &table).items {
            if text(&item.object, field) == id {
                set(&mut item.object, "Status", "Available");
            }
        }
    };
    context.later.push((SETTLING, Box::new(effect)));
}

pub(super) fn modify_forward(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let table = context.parameters.required("ForwardTableId")?.to_owned();
    let id = context.parameters.required("ForwardEntryId")?.to_owned();
    let is_it = |entry: &&Object| text(entry, "ForwardEntryId") == id;
    let present = estate
        .items(context.region, FORWARDS, &table)
        .find(is_it)
        .cloned();
    let present = present.ok_or_else(forward_not_found)?;
    let entry = mapping(context, &present)?;
    let gateway = owner(estate, context.region, "Forward", &table)?;
    if !has_address(&gateway, text(&entry, "ExternalIp")) {
        return Err(external_not_found());
    }
    unique(estate, context.region, &table, &entry)?;
    context.changed = entry != present;
    for item in &mut estate.change(context.region, FORWARDS, &table).items {
        if text(&item.object, "ForwardEntryId") == id {
            item.object = entry.clone();
        }
    }
    done()
}

fn external_not_found() -> Refusal {
    Refusal::new(
        404,
        "InvalidExternalIp.NotFound",
        "The external address is not an EIP of the NAT gateway.",
    )
}

fn forward_not_found() -> Refusal {
    Refusal::new(
        404,
        "InvalidForwardEntryId.NotFound",
        "Specified forward entry ID does not exist.",
    )
}

pub(super) fn delete_forward(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let table = context.parameters.required("ForwardTableId")?.to_owned();
    let id = context.parameters.required("ForwardEntryId")?.to_owned();
    let is_it = |entry: &Object| text(entry, "ForwardEntryId") == id;
    if estate.take(context.region, FORWARDS, &table, is_it) {
        done()
    } else {
        Err(forward_not_found())
    }
}

pub(super) fn create_snat(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let table = context.parameters.required("SnatTableId")?.to_owned();
    let address = context.parameters.required("SnatIp")?.to_owned();
    let gateway = owner(estate, context.region, "Snat", &table)?;
    if !address
        .split(',')
        .all(|address| has_address(&gateway, address))
    {
        return Err(Refusal::new(
            404,
            "InvalidSnatIp.NotFound",
            "An address is not an EIP of the NAT gateway.",
        ));
    }
    let vswitch = context.text("SourceVSwitchId").to_owned();
    let mut range = context.text("SourceCIDR").to_owned();
    if vswitch.is_empty() == range.is_empty() {
        return Err(Refusal::new(
            400,
            "MissingParam.SourceVSwitchIdOrSourceCIDR",
            "Exactly one of SourceVSwitchId and SourceCIDR must be set.",
        ));
    }
    if !vswitch.is_empty() {
        let found = estate.find(context.region, VSWITCHES, "VSwitchId", &vswitch);
        range = text(
            found.ok_or_else(|| Refusal::not_found("VSwitchId"))?,
            "CidrBlock",
        )
        .to_owned();
    }
    let is_taken = |entry: &Object| text(entry, "SourceCIDR") == range;
    if estate.items(context.region, SNATS, &table).any(is_taken) {
        return Err(Refusal::new(
            400,
            "InvalidSourceCIDR.Duplicate",
            "The source is already in an SNAT entry.",
        ));
    }
    let id = context.new_id("snat");
    let entry = object(json!({
        "EipAffinity": "0",
        "NatGatewayId": text(&gateway, "NatGatewayId"),
        "NetworkInterfaceId": "",
        "SnatEntryId": id,
        "SnatEntryName": context.text("SnatEntryName"),
        "SnatIp": address,
        "SnatTableId": table,
        "SourceCIDR": range,
        "SourceVSwitchId": vswitch,
        "Status": "Pending",
    }));
    estate.push(context.region, SNATS, &table, entry);
    entry_settles(context, SNATS, &table, "SnatEntryId", &id);
    Ok(json!({"SnatEntryId": id}))
}

pub(super) fn delete_snat(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let table = context.parameters.required("SnatTableId")?.to_owned();
    let id = context.parameters.required("SnatEntryId")?.to_owned();
    let is_it = |entry: &Object| text(entry, "SnatEntryId") == id;
    if estate.take(context.region, SNATS, &table, is_it) {
        return done();
    }
    Err(Refusal::new(
        404,
        "InvalidSnatEntryId.NotFound",
        "Specified SNAT entry ID does not exist.",
    ))
}
