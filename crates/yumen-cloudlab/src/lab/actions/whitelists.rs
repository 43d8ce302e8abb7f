//! Whitelists of managed databases: named lists of networks, replaced, extended, cut.

use serde_json::{Value, json};

use super::databases;
use super::kinds::Kind;
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::database::{Whitelist, cluster_whitelist, relational_whitelist, security_ips};

/// The list of a new database: nobody but itself.
pub(super) const LOCAL: Whitelist = ("default", false, "127.0.0.1");

/// Networks in all lists of one database together.
const NETWORKS: usize = 1000;

/// Where the lists stand in the answer.
#[derive(Debug)]
enum Shape {
    /// As the items of the list
    Items,
    /// In two fields, one inside the other
    Fields(&'static str, &'static str),
}

/// How a product keeps its whitelists.
#[derive(Debug)]
pub(super) struct Whitelists {
    kind: Kind,
    pub(super) path: &'static str,
    shape: Shape,
    writer: fn(Whitelist) -> Value,
    /// Fields of name, networks and attribute
    name: &'static str,
    networks: &'static str,
    attribute: &'static str,
    /// Parameters of the same, and the name of the list without one
    parameters: [&'static str; 3],
}

pub(super) const RELATIONAL: Whitelists = Whitelists {
    kind: databases::RELATIONAL,
    path: "rds/DescribeDBInstanceIPArrayList",
    shape: Shape::Items,
    writer: relational_whitelist,
    name: "DBInstanceIPArrayName",
    networks: "SecurityIPList",
    attribute: "DBInstanceIPArrayAttribute",
    parameters: [
        "DBInstanceIPArrayName",
        "SecurityIps",
        "DBInstanceIPArrayAttribute",
    ],
};

pub(super) const CACHE: Whitelists = Whitelists {
    kind: databases::CACHE,
    path: "r-kvstore/DescribeSecurityIps",
    shape: Shape::Items,
    writer: security_ips,
    name: "SecurityIpGroupName",
    networks: "SecurityIpList",
    attribute: "SecurityIpGroupAttribute",
    parameters: [
        "SecurityIpGroupName",
        "SecurityIps",
        "SecurityIpGroupAttribute",
    ],
};

pub(super) const REPLICA_SET: Whitelists = Whitelists {
    kind: databases::REPLICA_SET,
    path: "dds/DescribeSecurityIps",
    shape: Shape::Fields("SecurityIpGroups", "SecurityIpGroup"),
    ..CACHE
};

pub(super) const CLUSTER: Whitelists = Whitelists {
    kind: databases::CLUSTER,
    path: "polardb/DescribeDBClusterAccessWhitelist",
    shape: Shape::Fields("Items", "DBClusterIPArray"),
    writer: cluster_whitelist,
    name: "DBClusterIPArrayName",
    networks: "SecurityIps",
    attribute: "DBClusterIPArrayAttribute",
    parameters: [
        "DBClusterIPArrayName",
        "SecurityIps",
        "DBClusterIPArrayAttribute",
    ],
};

/// Networks as a request gives them, joined by commas; checked.
pub(super) fn networks(given: &str, parameter: &str) -> Result<String, Refusal> {
    let networks: Vec<&str> = given.split(',').map(str::trim).collect();
    for range in &networks {
        super::rules::network(range, parameter)?;
    }
    Ok(networks.join(","))
}

impl Whitelists {
    /// A list of that name with those networks.
    pub(super) fn list(&self, name: &str, networks: &str) -> Object {
        let mut list = object((self.writer)(LOCAL));
        set(&mut list, self.name, name);
        set(&mut list, self.networks, networks);
        list
    }

    fn get(&self, estate: &Estate, region: &str, id: &str) -> Vec<Object> {
        let Some(document) = estate.document(region, self.path, id) else {
            return Vec::new();
        };
        match self.shape {
            Shape::Items => document
                .items
                .iter()
                .map(|item| item.object.clone())
                .collect(),
            Shape::Fields(outer, inner) => {
                let rows = document.head.get(outer);
                let rows = rows.and_then(|rows| rows.get(inner)?.as_array());
                let rows = rows.into_iter().flatten();
                rows.filter_map(|row| row.as_object().cloned()).collect()
            }
        }
    }

    /// Puts exactly those lists in the place of what there was.
    pub(super) fn put(&self, estate: &mut Estate, region: &str, id: &str, lists: Vec<Object>) {
        match self.shape {
            Shape::Items => {
                estate.change(region, self.path, id).items.clear();
                for list in lists {
                    estate.push(region, self.path, id, list);
                }
            }
            Shape::Fields(outer, inner) => {
                let first = lists
                    .first()
                    .map(|list| text(list, self.networks).to_owned());
                let head = &mut estate.change(region, self.path, id).head;
                set(head, outer, json!({inner: lists}));
                // MongoDB's answer repeats the first list.
                if let (true, Some(first)) = (head.contains_key("SecurityIps"), first) {
                    set(head, "SecurityIps", first);
                }
            }
        }
    }

    /// Changes one list as a request says: `Cover`, `Append` or `Delete`.
    pub(super) fn modify(&self, estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
        let database = self.kind.named(estate, context)?;
        let id = text(&database, self.kind.field);
        let [name, given, attribute] = self.parameters;
        let wanted = networks(context.parameters.required(given)?, given)?;
        let name = context.parameters.get(name).unwrap_or("default");
        let mut lists = self.get(estate, context.region, id);
        let before = lists.clone();
        let position = lists.iter().position(|list| text(list, self.name) == name);
        let present = position.and_then(|at| lists.get(at));
        let present = present
            .map(|list| text(list, self.networks))
            .unwrap_or_default();
        let mode = context.parameters.get("ModifyMode").unwrap_or("Cover");
        let result = match mode {
            "Cover" | "0" => wanted,
            "Append" | "1" => joined(present.split(',').chain(wanted.split(','))),
            "Delete" | "2" => {
                let gone: Vec<&str> = wanted.split(',').collect();
                joined(present.split(',').filter(|one| !gone.contains(one)))
            }
            _ => return Err(Refusal::unsupported_value("ModifyMode")),
        };
        // The first list stays, closed to everybody; another that is empty is gone.
        let result = if result.is_empty() && name == "default" {
            LOCAL.2.to_owned()
        } else {
            result
        };
        match position.and_then(|at| lists.get_mut(at)) {
            Some(list) => set(list, self.networks, result.clone()),
            None => lists.push(self.list(name, &result)),
        }
        if let Some(value) = context.parameters.get(attribute) {
            for list in lists
                .iter_mut()
                .filter(|list| text(list, self.name) == name)
            {
                set(list, self.attribute, value);
            }
        }
        lists.retain(|list| !text(list, self.networks).is_empty());
        let count: usize = lists
            .iter()
            .map(|list| text(list, self.networks).split(',').count())
            .sum();
        if count > NETWORKS {
            return Err(Refusal::new(
                400,
                "InvalidSecurityIPs.QuotaExceeded",
                "The number of addresses in the whitelists exceeds the limit.",
            ));
        }
        context.changed = lists != before;
        self.put(estate, context.region, id, lists);
        done()
    }
}

/// Networks joined by commas, each once.
fn joined<'n>(networks: impl Iterator<Item = &'n str>) -> String {
    let mut kept: Vec<&str> = Vec::new();
    for network in networks.filter(|network| !network.is_empty()) {
        if !kept.contains(&network) {
            kept.push(network);
        }
    }
    kept.join(",")
}

/// A cluster of PolarDB lets security groups in, too.
pub(super) fn modify_cluster(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    if context.parameters.get("WhiteListType") != Some("SecurityGroup") {
        return CLUSTER.modify(estate, context);
    }
    let cluster = CLUSTER.kind.named(estate, context)?;
    let mut rows = Vec::new();
    for id in context.parameters.list("SecurityGroupIds") {
        let list = super::groups::GROUPS;
        let found = estate.find(context.region, list, "SecurityGroupId", &id);
        let found = found.ok_or_else(|| Refusal::not_found("SecurityGroupId"))?;
        rows.push(json!({
            "SecurityGroupId": id,
            "SecurityGroupName": text(found, "SecurityGroupName"),
        }));
    }
    let id = text(&cluster, CLUSTER.kind.field);
    let head = &mut estate.change(context.region, CLUSTER.path, id).head;
    let groups = json!({"DBClusterSecurityGroup": rows});
    set(head, "DBClusterSecurityGroups", groups);
    done()
}
