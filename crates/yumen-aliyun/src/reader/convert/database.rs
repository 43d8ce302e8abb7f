//! Managed databases: the listing, endpoints and whitelists.

use ipnet::{IpNet, Ipv4Net};
use yumen_cloud::{DatabaseEndpoint, DatabaseWhitelist, Id, ManagedDatabase};

use crate::reader::facts::{Fact, Item, Section};
use crate::reader::record::Record;
use crate::reader::value::{self, Network, is};

/// An item of the listing of managed databases of a product.
pub(super) fn database(product: &str, item: Record<'_>, section: &mut Section) -> Option<Id> {
    let field = match product {
        "r-kvstore" => "InstanceId",
        "polardb" => "DBClusterId",
        _ => "DBInstanceId",
    };
    let id = item.own_id(field)?;
    let engine = ["Engine", "DBType", "InstanceType"];
    let engine = engine.iter().find_map(|field| item.text(field));
    let database = ManagedDatabase {
        place: item.place(&id),
        id: id.clone(),
        region: item.notes.region.clone(),
        engine: engine.map_or_else(
            || product.to_owned(),
            |engine| format!("{product} {engine}"),
        ),
        vpc: vpc(item),
        endpoints: Vec::new(),
        endpoints_unread: true,
        whitelists: Vec::new(),
        source_groups: None,
        whitelists_unread: true,
    };
    section.facts.push(Fact::Database(Box::new(database)));
    Some(id)
}

/// Products differ in how they write the field.
fn vpc(item: Record<'_>) -> Option<Id> {
    item.id("VpcId").or_else(|| item.id("VPCId"))
}

/// An item of `DescribeDBInstanceNetInfo`, `DescribeDBClusterEndpoints` or, for MongoDB, of
/// `DescribeDBInstanceAttribute`.
pub(super) fn endpoints(product: &str, item: Record<'_>, section: &mut Section) -> Item {
    let noted = item.notes.count();
    match product {
        "polardb" => {
            let addresses = item.records("AddressItems", "");
            if addresses.is_empty() && item.has("ConnectionString") {
                endpoint(item, &CONNECTION, section);
            }
            for address in addresses {
                endpoint(address, &CONNECTION, section);
            }
        }
        "dds" => {
            if database(product, item, section).is_some()
                && is(item.text("DBInstanceType"), "sharding")
            {
                section.facts.push(Fact::Shards);
            }
            for node in item.records("ReplicaSets", "ReplicaSet") {
                endpoint(node, &NODE, section);
            }
        }
        _ => endpoint(item, &CONNECTION, section),
    }
    section.whole &= item.notes.count() == noted;
    Item::Nameless
}

/// An item of `DescribeReplicaSetRole`.
pub(super) fn replica(item: Record<'_>, section: &mut Section) -> Item {
    let noted = item.notes.count();
    endpoint(item, &NODE, section);
    section.whole &= item.notes.count() == noted;
    Item::Nameless
}

/// The fields of an endpoint.
struct Fields {
    address: &'static str,
    port: &'static str,
    /// Any of them tells the network
    network: &'static [&'static str],
}

const CONNECTION: Fields = Fields {
    address: "ConnectionString",
    port: "Port",
    network: &["IPType", "NetType", "DBInstanceNetType"],
};

const NODE: Fields = Fields {
    address: "ConnectionDomain",
    port: "ConnectionPort",
    network: &["NetworkType"],
};

fn endpoint(item: Record<'_>, fields: &Fields, section: &mut Section) {
    let address = match item.text("IPAddress") {
        Some(address) if item.text(fields.address).is_none() => Some(Id::from(address)),
        _ => item.own_id(fields.address),
    };
    let Some(address) = address else { return };
    section.facts.push(Fact::Endpoint(DatabaseEndpoint {
        address: address.as_str().to_owned(),
        port: item.number(fields.port),
        public: is_public(item, fields.network),
    }));
}

/// True also for what is not understood.
fn is_public(item: Record<'_>, fields: &[&'static str]) -> bool {
    let told = fields
        .iter()
        .find_map(|field| item.text(field).map(|text| (*field, text)));
    let field = fields.first().copied().unwrap_or_default();
    let (field, text) = told.unwrap_or((field, ""));
    // Redis writes numbers in one of its fields.
    match text.trim().to_ascii_lowercase().as_str() {
        "public" | "0" => true,
        "private" | "inner" | "intranet" | "classic" | "vpc" | "1" | "2" => false,
        _ => {
            item.not_understood(field, "gap-bad-network-type", text);
            true
        }
    }
}

/// The fields that hold the networks of a list, as one text with commas.
const NETWORKS: [&str; 4] = [
    "SecurityIPList",
    "SecurityIpList",
    "SecurityIps",
    "SecurityIPs",
];

/// An item of `DescribeDBInstanceIPArrayList`, `DescribeSecurityIps` or
/// `DescribeDBClusterAccessWhitelist`.
pub(super) fn whitelist(item: Record<'_>, section: &mut Section) -> Item {
    let noted = item.notes.count();
    let first = |fields: [&str; 3]| fields.into_iter().find_map(|field| item.text(field));
    let name = first([
        "DBInstanceIPArrayName",
        "SecurityIpGroupName",
        "DBClusterIPArrayName",
    ]);
    let attribute = first([
        "DBInstanceIPArrayAttribute",
        "SecurityIpGroupAttribute",
        "DBClusterIPArrayAttribute",
    ]);
    match NETWORKS.into_iter().find(|field| item.has(field)) {
        Some(field) => {
            let networks = networks(item, field);
            section.facts.push(Fact::Whitelist(DatabaseWhitelist {
                name: name.unwrap_or_default().to_owned(),
                hidden: is(attribute, "hidden"),
                networks,
            }));
        }
        None => item.not_understood("SecurityIps", "gap-bad-network", ""),
    }
    section.whole &= item.notes.count() == noted;
    Item::Nameless
}

/// The other fields of responses that list whitelists: security groups, and what MongoDB repeats
/// of its default list.
pub(super) fn whitelist_fields(fields: Record<'_>, section: &mut Section) {
    let noted = fields.notes.count();
    if fields.has("DBClusterSecurityGroups") {
        let groups = fields.records("DBClusterSecurityGroups", "DBClusterSecurityGroup");
        let ids = groups
            .into_iter()
            .filter_map(|group| group.id("SecurityGroupId"));
        section.facts.push(Fact::SourceGroups(ids.collect()));
    }
    if fields.text("SecurityIps").is_some() {
        let networks = networks(fields, "SecurityIps");
        section.facts.push(Fact::Whitelist(DatabaseWhitelist {
            name: "default".to_owned(),
            hidden: false,
            networks,
        }));
    }
    section.whole &= fields.notes.count() == noted;
}

fn networks(item: Record<'_>, field: &'static str) -> Vec<IpNet> {
    let texts = item
        .text(field)
        .unwrap_or_default()
        .split(',')
        .map(str::trim);
    let mut networks: Vec<IpNet> = texts
        .filter(|text| !text.is_empty())
        .filter_map(|text| network(item, field, text))
        .collect();
    networks.sort();
    networks.dedup();
    networks
}

fn network(item: Record<'_>, field: &'static str, text: &str) -> Option<IpNet> {
    // Nobody has this address: the vendor takes it as everybody's.
    if text == "0.0.0.0" {
        return Some(IpNet::V4(Ipv4Net::default()));
    }
    match value::network(text) {
        // The vendor's own examples have host bits (`10.23.12.24/24`), so what is meant is clear.
        Network::Clean(network) | Network::HostBits(network) => Some(network),
        Network::Bad => {
            item.not_understood(field, "gap-bad-network", text);
            None
        }
    }
}
