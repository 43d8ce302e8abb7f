//! NAT gateways and EIPs: mappings added and removed, addresses unbound.

use std::collections::BTreeSet;

use serde_json::Value;
use yumen_cloud::{ForwardEntry, Id, ProtocolMatch, Snapshot, SnatEntry, SnatSource};
use yumen_packets::Interval;

use super::groups::not_in_snapshot;
use super::{Operation, Shown, Unsendable, list, text};
use crate::client::Client;
use crate::client::call::{Call, CallError};
use crate::client::product::VPC;

/// The entries of a kind: how the vendor names them.
pub(super) struct Entries {
    describe: &'static str,
    delete: &'static str,
    list: (&'static str, &'static str),
    id: &'static str,
    /// The parameter that names the table, and where a gateway shows its tables
    table: (&'static str, &'static str),
}

pub(super) static FORWARDS: Entries = Entries {
    describe: "DescribeForwardTableEntries",
    delete: "DeleteForwardEntry",
    list: ("ForwardTableEntries", "ForwardTableEntry"),
    id: "ForwardEntryId",
    table: ("ForwardTableId", "ForwardTableIds"),
};

pub(super) static SNATS: Entries = Entries {
    describe: "DescribeSnatTableEntries",
    delete: "DeleteSnatEntry",
    list: ("SnatTableEntries", "SnatTableEntry"),
    id: "SnatEntryId",
    table: ("SnatTableId", "SnatTableIds"),
};

/// Region and table of a gateway's entries.
fn table(
    client: &Client,
    snapshot: &Snapshot,
    gateway: &Id,
    entries: &Entries,
) -> Result<(String, String), Unsendable> {
    let region = match snapshot.nat_gateways.get(gateway) {
        Some(gateway) => gateway.region.to_string(),
        None => return Err(not_in_snapshot(gateway)),
    };
    let call =
        Call::new(&VPC, "DescribeNatGateways", &region).with("NatGatewayId", gateway.as_str());
    let answer = client.read(&call)?;
    let (parameter, field) = entries.table;
    let found = list(&answer.value, "NatGateways", "NatGateway").iter();
    let mut tables = found.flat_map(|gateway| list(gateway, field, parameter));
    match tables.next().and_then(Value::as_str) {
        Some(table) => Ok((region, table.to_owned())),
        None => Err(Unsendable::Gone {
            resource: gateway.to_string(),
        }),
    }
}

/// True if the table has an entry for which the test holds.
fn has(
    client: &Client,
    entries: &Entries,
    region: &str,
    table: &str,
    filter: Option<(&str, &str)>,
    test: &dyn Fn(&Value) -> bool,
) -> Result<bool, CallError> {
    const SIZE: usize = 50;
    for number in 1..=super::MOST_PAGES {
        let mut call = Call::new(&VPC, entries.describe, region)
            .with(entries.table.0, table)
            .with("PageNumber", number.to_string())
            .with("PageSize", SIZE.to_string());
        if let Some((name, value)) = filter {
            call = call.with(name, value);
        }
        let answer = client.read(&call)?;
        let (outer, inner) = entries.list;
        let page = list(&answer.value, outer, inner);
        if page.iter().any(test) {
            return Ok(true);
        }
        if page.len() < SIZE {
            return Ok(false);
        }
    }
    Err(super::endless(&Call::new(&VPC, entries.describe, region)))
}

/// In force if an available entry is there, under way if one is that is not available yet.
fn shown(available: bool, any: bool) -> Shown {
    match (available, any) {
        (true, _) => Shown::InForce,
        (false, true) => Shown::Underway,
        (false, false) => Shown::Not,
    }
}

pub(super) fn remove(
    client: &Client,
    snapshot: &Snapshot,
    gateway: &Id,
    entry: &Id,
    entries: &'static Entries,
) -> Result<Operation, Unsendable> {
    let (region, table) = table(client, snapshot, gateway, entries)?;
    let write = Call::new(&VPC, entries.delete, &region)
        .with(entries.table.0, table.as_str())
        .with(entries.id, entry.as_str());
    let entry = entry.clone();
    Ok(Operation::new(write, move |client| {
        let filter = Some((entries.id, entry.as_str()));
        let is_it = |one: &Value| text(one, entries.id) == entry.as_str();
        Ok(!has(client, entries, &region, &table, filter, &is_it)?)
    }))
}

/// Ports as the tables write them.
fn ports(ports: Option<Interval<u16>>) -> String {
    match ports {
        None => "Any".to_owned(),
        Some(ports) if ports.low() == ports.high() => ports.low().to_string(),
        Some(ports) => format!("{}/{}", ports.low(), ports.high()),
    }
}

pub(super) fn add_forward(
    client: &Client,
    snapshot: &Snapshot,
    gateway: &Id,
    entry: &ForwardEntry,
) -> Result<Operation, Unsendable> {
    let (region, table) = table(client, snapshot, gateway, &FORWARDS)?;
    let protocol = match entry.protocol {
        ProtocolMatch::Number(6) => "TCP",
        ProtocolMatch::Number(17) => "UDP",
        ProtocolMatch::All => "Any",
        ProtocolMatch::Number(_) => {
            return Err(Unsendable::Inexpressible {
                resource: entry.id.to_string(),
                field: "IpProtocol",
            });
        }
    };
    let entry_external = entry.external.to_string();
    let fields = [
        ("ExternalIp", entry_external.clone()),
        ("ExternalPort", ports(entry.external_ports)),
        ("InternalIp", entry.internal.to_string()),
        ("InternalPort", ports(entry.internal_ports)),
        ("IpProtocol", protocol.to_owned()),
    ];
    let write =
        Call::new(&VPC, "CreateForwardEntry", &region).with("ForwardTableId", table.as_str());
    let write = fields.iter().fold(write, |write, (name, value)| {
        write.with(*name, value.as_str())
    });
    let mut operation = Operation::new(write, move |client| {
        let filter = Some(("ExternalIp", entry_external.as_str()));
        let is_it = |one: &Value| {
            let mut fields = fields.iter();
            fields.all(|(name, value)| text(one, name).eq_ignore_ascii_case(value))
        };
        let any = has(client, &FORWARDS, &region, &table, filter, &is_it)?;
        // An entry that is `Pending` does not forward yet.
        let available = any
            && has(client, &FORWARDS, &region, &table, filter, &|one| {
                is_it(one) && text(one, "Status") == "Available"
            })?;
        Ok(shown(available, any))
    });
    operation.dry_run = true;
    Ok(operation)
}

pub(super) fn add_snat(
    client: &Client,
    snapshot: &Snapshot,
    gateway: &Id,
    entry: &SnatEntry,
) -> Result<Operation, Unsendable> {
    let (region, table) = table(client, snapshot, gateway, &SNATS)?;
    let addresses: Vec<String> = entry.addresses.iter().map(ToString::to_string).collect();
    let source = match &entry.source {
        SnatSource::VSwitch(vswitch) => ("SourceVSwitchId", vswitch.to_string()),
        SnatSource::Network(network) => ("SourceCIDR", network.to_string()),
    };
    let addresses = addresses.join(",");
    let write = Call::new(&VPC, "CreateSnatEntry", &region)
        .with("SnatTableId", table.as_str())
        .with("SnatIp", addresses.as_str())
        .with(source.0, source.1.as_str());
    let wanted: BTreeSet<String> = addresses.split(',').map(str::to_owned).collect();
    let mut operation = Operation::new(write, move |client| {
        let is_it = |one: &Value| {
            let shown = text(one, "SnatIp").split(',').map(str::to_owned);
            text(one, source.0) == source.1 && shown.collect::<BTreeSet<_>>() == wanted
        };
        let any = has(client, &SNATS, &region, &table, None, &is_it)?;
        let available = any
            && has(client, &SNATS, &region, &table, None, &|one| {
                is_it(one) && text(one, "Status") == "Available"
            })?;
        Ok(shown(available, any))
    });
    operation.dry_run = true;
    Ok(operation)
}

pub(super) fn unbind(
    client: &Client,
    snapshot: &Snapshot,
    eip: &Id,
) -> Result<Operation, Unsendable> {
    let region = match snapshot.eips.get(eip) {
        Some(eip) => eip.region.to_string(),
        None => return Err(not_in_snapshot(eip)),
    };
    let read = Call::new(&VPC, "DescribeEipAddresses", &region).with("AllocationId", eip.as_str());
    let present = find_eip(client, &read)?;
    let present = present.ok_or_else(|| Unsendable::Gone {
        resource: eip.to_string(),
    })?;
    let mut write =
        Call::new(&VPC, "UnassociateEipAddress", &region).with("AllocationId", eip.as_str());
    for field in ["InstanceId", "InstanceType"] {
        let value = text(&present, field);
        if !value.is_empty() {
            write = write.with(field, value);
        }
    }
    Ok(Operation::new(write, move |client| {
        let Some(eip) = find_eip(client, &read)? else {
            return Ok(Shown::InForce);
        };
        Ok(match text(&eip, "Status") {
            "Unassociating" => Shown::Underway,
            "Available" => Shown::from(text(&eip, "InstanceId").is_empty()),
            _ => Shown::Not,
        })
    }))
}

fn find_eip(client: &Client, read: &Call) -> Result<Option<Value>, CallError> {
    let answer = client.read(read)?;
    let wanted = read.parameter("AllocationId").unwrap_or_default();
    let mut shown = list(&answer.value, "EipAddresses", "EipAddress").iter();
    Ok(shown
        .find(|eip| text(eip, "AllocationId") == wanted)
        .cloned())
}
