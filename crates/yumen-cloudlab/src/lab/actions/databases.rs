//! Managed databases: made with their endpoints and whitelists; public endpoints.

use serde_json::{Value, json};

use super::kinds::Kind;
use super::networks::{SETTLING, VSWITCHES};
use super::overlay::{Form, overlay};
use super::places::{free_address, public_address};
use super::tags::put_tags;
use super::whitelists::{self, LOCAL};
use super::{Context, done, object, set};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};
use crate::wire::RESOURCE_GROUP;
use crate::wire::cluster::Cluster;
use crate::wire::database::{
    Endpoint, key_value, key_value_endpoints, relational, relational_endpoints,
    relational_whitelist, security_ips,
};
use crate::wire::document::ReplicaSet;

const NO_SUCH_DATABASE: &str = "InvalidDBInstanceId.NotFound";

pub(super) const RELATIONAL: Kind =
    Kind::new("rds/DescribeDBInstances", "DBInstanceId", NO_SUCH_DATABASE);
pub(super) const CACHE: Kind = Kind::new(
    "r-kvstore/DescribeInstances",
    "InstanceId",
    "InvalidInstanceId.NotFound",
);
pub(super) const CLUSTER: Kind = Kind::new(
    "polardb/DescribeDBClusters",
    "DBClusterId",
    "InvalidDBClusterId.NotFound",
);
pub(super) const REPLICA_SET: Kind =
    Kind::new("dds/DescribeDBInstances", "DBInstanceId", NO_SUCH_DATABASE);

const ENDPOINTS: &str = "rds/DescribeDBInstanceNetInfo";

/// Engines of rds: the vendor's word, the part of host names, the usual port.
const ENGINES: [(&str, &str, &str); 4] = [
    ("MySQL", "mysql", "3306"),
    ("MariaDB", "mariadb", "3306"),
    ("PostgreSQL", "pg", "5432"),
    ("SQLServer", "sqlserver", "1433"),
];

/// Where a new database goes: the vSwitch that the request names, and so many addresses there.
struct Place {
    vpc: String,
    vswitch: String,
    zone: String,
    addresses: Vec<String>,
}

impl Place {
    fn parts(&self) -> (&str, &str, &str) {
        (&self.vpc, &self.vswitch, &self.zone)
    }

    fn address(&self, index: usize) -> &str {
        self.addresses.get(index).map_or("", String::as_str)
    }
}

fn place(estate: &Estate, context: &Context<'_>, count: usize) -> Result<Place, Refusal> {
    let id = context.parameters.required("VSwitchId")?;
    let found = estate.find(context.region, VSWITCHES, "VSwitchId", id);
    let vswitch = found.ok_or_else(|| Refusal::not_found("VSwitchId"))?;
    let vpc = ["VPCId", "VpcId"]
        .iter()
        .find_map(|name| context.parameters.get(name));
    if vpc.is_some_and(|vpc| vpc != text(vswitch, "VpcId")) {
        return Err(Refusal::not_found("VPCId"));
    }
    let addresses = (0..count)
        .map(|index| free_address(estate, context.region, vswitch, index))
        .collect::<Result<_, _>>()?;
    Ok(Place {
        vpc: text(vswitch, "VpcId").to_owned(),
        vswitch: id.to_owned(),
        zone: text(vswitch, "ZoneId").to_owned(),
        addresses,
    })
}

fn require(context: &Context<'_>, names: &[&str]) -> Result<(), Refusal> {
    names
        .iter()
        .try_for_each(|name| context.parameters.required(name).map(|_| ()))
}

fn engine(name: &str) -> Option<&'static (&'static str, &'static str, &'static str)> {
    ENGINES
        .iter()
        .find(|(word, _, _)| word.eq_ignore_ascii_case(name))
}

/// Gives the endpoints of an answer the port that clients use.
fn set_port(head: &mut Object, [outer, inner]: [&str; 2], port: &str) {
    let rows = head.get_mut(outer).and_then(|rows| rows.get_mut(inner));
    for row in rows.and_then(Value::as_array_mut).into_iter().flatten() {
        row["Port"] = json!(port);
    }
}

pub(super) fn create_relational(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    require(
        context,
        &[
            "Engine",
            "EngineVersion",
            "DBInstanceClass",
            "DBInstanceStorage",
            "DBInstanceNetType",
            "SecurityIPList",
            "PayType",
        ],
    )?;
    let engine = engine(context.text("Engine"));
    let (word, part, usual) = engine.ok_or_else(|| Refusal::unsupported_value("Engine"))?;
    let networks = whitelists::networks(context.text("SecurityIPList"), "SecurityIPList")?;
    let place = place(estate, context, 1)?;
    let unique = context.new_name();
    let mut item = object(relational(
        context.region,
        &unique,
        context.text("DBInstanceDescription"),
        (word, context.text("EngineVersion")),
        place.parts(),
        &context.time(),
    ));
    overlay(
        &mut item,
        context.parameters,
        &[
            ("Category", Form::Text),
            ("DBInstanceClass", Form::Text),
            ("DBInstanceNetType", Form::Text),
            ("DBInstanceStorageType", Form::Text),
            ("PayType", Form::Text),
        ],
    )?;
    let id = text(&item, "DBInstanceId").to_owned();
    let host = format!("{id}.{part}.rds.aliyuncs.com");
    let protected = context.parameters.is_on("DeletionProtection");
    set(&mut item, "ConnectionString", host.clone());
    set(&mut item, "DBInstanceStatus", "Creating");
    set(&mut item, "DeletionProtection", protected);
    let endpoint = Endpoint {
        name: &host,
        address: place.address(0),
        place: (&place.vpc, &place.vswitch),
    };
    let mut head = object(relational_endpoints(&id, &[endpoint]));
    head.remove("RequestId");
    let port = context.parameters.get("Port").unwrap_or(usual);
    set_port(&mut head, ["DBInstanceNetInfos", "DBInstanceNetInfo"], port);
    let mut list = object(relational_whitelist(LOCAL));
    set(&mut list, "SecurityIPList", networks);
    estate.push(context.region, RELATIONAL.list, "", item);
    estate.change(context.region, ENDPOINTS, &id).head = head;
    estate.push(context.region, whitelists::RELATIONAL.path, &id, list);
    RELATIONAL.settle(
        context,
        context.region,
        &id,
        ("DBInstanceStatus", "Running"),
    );
    Ok(json!({
        "ConnectionString": host,
        "DBInstanceId": id,
        "OrderId": "0",
        "Port": port,
    }))
}

/// An rds instance that can be changed, and its endpoints.
fn running(estate: &Estate, context: &Context<'_>) -> Result<(Object, Vec<Value>), Refusal> {
    let instance = RELATIONAL.named(estate, context)?;
    if text(&instance, "DBInstanceStatus") != "Running" {
        return Err(Refusal::new(
            403,
            "OperationDenied.DBInstanceStatus",
            "The operation is not permitted due to the status of the instance.",
        ));
    }
    let id = text(&instance, "DBInstanceId");
    let found = estate.document(context.region, ENDPOINTS, id);
    let rows = found.and_then(|document| {
        let rows = document.head.get("DBInstanceNetInfos")?;
        rows.get("DBInstanceNetInfo")?.as_array()
    });
    Ok((instance, rows.cloned().unwrap_or_default()))
}

fn put_endpoints(estate: &mut Estate, region: &str, id: &str, rows: Vec<Value>) {
    let head = &mut estate.change(region, ENDPOINTS, id).head;
    set(
        head,
        "DBInstanceNetInfos",
        json!({"DBInstanceNetInfo": rows}),
    );
}

pub(super) fn allocate_public(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let (instance, mut rows) = running(estate, context)?;
    let id = text(&instance, "DBInstanceId");
    let prefix = context.parameters.required("ConnectionStringPrefix")?;
    let port = context.parameters.required("Port")?;
    if port.parse::<u16>().is_err() {
        return Err(Refusal::malformed("Port"));
    }
    if rows.iter().any(|row| row["IPType"] == "Public") {
        return Err(Refusal::new(
            400,
            "NetTypeExists",
            "The specified network type already exists.",
        ));
    }
    let part = engine(text(&instance, "Engine")).map_or("mysql", |(_, part, _)| part);
    let host = format!("{prefix}.{part}.rds.aliyuncs.com");
    let endpoint = Endpoint {
        name: &host,
        address: &public_address(estate, context),
        place: ("", ""),
    };
    let mut head = object(relational_endpoints(id, &[endpoint]));
    let pointer = ["DBInstanceNetInfos", "DBInstanceNetInfo"];
    set_port(&mut head, pointer, port);
    let made = head.get(pointer[0]).and_then(|rows| rows.get(pointer[1]));
    rows.extend(made.and_then(Value::as_array).cloned().unwrap_or_default());
    put_endpoints(estate, context.region, id, rows);
    Ok(json!({"ConnectionString": host, "DbInstanceName": id}))
}

pub(super) fn release_public(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    let (instance, mut rows) = running(estate, context)?;
    let name = context.parameters.required("CurrentConnectionString")?;
    let before = rows.len();
    rows.retain(|row| row["IPType"] != "Public" || row["ConnectionString"] != name);
    if rows.len() == before {
        return Err(Refusal::not_found("CurrentConnectionString"));
    }
    put_endpoints(
        estate,
        context.region,
        text(&instance, "DBInstanceId"),
        rows,
    );
    done()
}

pub(super) fn create_cache(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    if context.parameters.get("Capacity").is_none() {
        context.parameters.required("InstanceClass")?;
    }
    let place = place(estate, context, 1)?;
    let unique = context.new_name();
    let mut item = object(key_value(
        context.region,
        &unique,
        place.address(0),
        place.parts(),
        &context.time(),
    ));
    overlay(
        &mut item,
        context.parameters,
        &[
            ("Capacity", Form::Number),
            ("ChargeType", Form::Text),
            ("EngineVersion", Form::Text),
            ("InstanceClass", Form::Text),
            ("InstanceType", Form::Text),
            ("Port", Form::Number),
            ("SecondaryZoneId", Form::Text),
            ("ShardCount", Form::Number),
        ],
    )?;
    set(&mut item, "InstanceName", context.text("InstanceName"));
    set(&mut item, "InstanceStatus", "Creating");
    put_tags("vpc", &mut item, context.parameters.tags());
    let id = text(&item, "InstanceId").to_owned();
    let endpoint = Endpoint {
        name: text(&item, "ConnectionDomain"),
        address: place.address(0),
        place: (&place.vpc, &place.vswitch),
    };
    let mut head = object(key_value_endpoints(&id, &[endpoint]));
    head.remove("RequestId");
    let port = context.parameters.get("Port").unwrap_or("6379");
    set_port(&mut head, ["NetInfoItems", "InstanceNetInfo"], port);
    let shown = [
        "Bandwidth",
        "Capacity",
        "ChargeType",
        "Config",
        "ConnectionDomain",
        "Connections",
        "EndTime",
        "InstanceId",
        "InstanceName",
        "InstanceStatus",
        "NetworkType",
        "NodeType",
        "Port",
        "QPS",
        "RegionId",
        "UserName",
        "VSwitchId",
        "VpcId",
        "ZoneId",
    ];
    let mut answer = item.clone();
    answer.retain(|field, _| shown.contains(&field.as_str()));
    set(&mut answer, "OrderId", 0);
    set(&mut answer, "PrivateIpAddr", place.address(0));
    estate.push(context.region, CACHE.list, "", item);
    let path = "r-kvstore/DescribeDBInstanceNetInfo";
    estate.change(context.region, path, &id).head = head;
    let list = object(security_ips(LOCAL));
    estate.push(context.region, whitelists::CACHE.path, &id, list);
    CACHE.settle(context, context.region, &id, ("InstanceStatus", "Normal"));
    Ok(Value::Object(answer))
}

pub(super) fn create_cluster(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    require(context, &["DBType", "DBVersion", "DBNodeClass", "PayType"])?;
    let place = place(estate, context, 2)?;
    let unique = context.new_name();
    let cluster = Cluster {
        region: context.region,
        name: &unique,
        about: context.text("DBClusterDescription"),
        place: place.parts(),
        created: &context.time(),
    };
    let mut item = object(cluster.item());
    overlay(
        &mut item,
        context.parameters,
        &[
            ("DBNodeClass", Form::Text),
            ("DBType", Form::Text),
            ("DBVersion", Form::Text),
            ("PayType", Form::Text),
            ("StorageType", Form::Text),
        ],
    )?;
    set(&mut item, "DBClusterStatus", "Creating");
    set(&mut item, "DeletionLock", 0);
    put_tags("vpc", &mut item, context.parameters.tags());
    let id = cluster.id();
    let mut head = object(cluster.whitelist(&[LOCAL], &[]));
    head.remove("RequestId");
    estate.push(context.region, CLUSTER.list, "", item);
    for endpoint in cluster.endpoints([place.address(0), place.address(1)]) {
        let path = "polardb/DescribeDBClusterEndpoints";
        estate.push(context.region, path, &id, object(endpoint));
    }
    estate
        .change(context.region, whitelists::CLUSTER.path, &id)
        .head = head;
    if let Some(given) = context.parameters.get("SecurityIPList") {
        let networks = whitelists::networks(given, "SecurityIPList")?;
        let list = whitelists::CLUSTER.list("default", &networks);
        whitelists::CLUSTER.put(estate, context.region, &id, vec![list]);
    }
    CLUSTER.settle(context, context.region, &id, ("DBClusterStatus", "Running"));
    Ok(json!({
        "DBClusterId": id,
        "OrderId": "0",
        "ResourceGroupId": RESOURCE_GROUP,
    }))
}

pub(super) fn create_replica_set(estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
    require(
        context,
        &["DBInstanceClass", "DBInstanceStorage", "EngineVersion"],
    )?;
    let given = context.parameters.get("SecurityIPList");
    let networks = given.map(|given| whitelists::networks(given, "SecurityIPList"));
    let networks = networks.transpose()?;
    let place = place(estate, context, 2)?;
    let unique = context.new_name();
    let written = ReplicaSet {
        region: context.region,
        name: &unique,
        about: context.text("DBInstanceDescription"),
        place: place.parts(),
        created: &context.time(),
    };
    let id = written.id();
    let mut item = object(written.item());
    let mut attribute = object(written.attribute());
    for shown in [&mut item, &mut attribute] {
        overlay(
            shown,
            context.parameters,
            &[
                ("ChargeType", Form::Text),
                ("DBInstanceClass", Form::Text),
                ("DBInstanceStorage", Form::Number),
                ("EngineVersion", Form::Text),
                ("ReplicationFactor", Form::Text),
                ("StorageType", Form::Text),
            ],
        )?;
        set(shown, "DBInstanceStatus", "Creating");
        put_tags("vpc", shown, context.parameters.tags());
    }
    set(&mut attribute, "DBInstanceReleaseProtection", false);
    set(
        &mut attribute,
        "ReplicaSetName",
        format!("mgset-{}", context.created),
    );
    let (mut roles, mut list) = (object(written.roles()), object(written.whitelist(&[LOCAL])));
    roles.remove("RequestId");
    list.remove("RequestId");
    estate.push(context.region, REPLICA_SET.list, "", item);
    let path = "dds/DescribeDBInstanceAttribute";
    estate.push(context.region, path, &id, attribute);
    estate
        .change(context.region, "dds/DescribeReplicaSetRole", &id)
        .head = roles;
    estate
        .change(context.region, whitelists::REPLICA_SET.path, &id)
        .head = list;
    if let Some(networks) = networks {
        let list = whitelists::REPLICA_SET.list("default", &networks);
        whitelists::REPLICA_SET.put(estate, context.region, &id, vec![list]);
    }
    let made = id.clone();
    let effect = move |estate: &mut Estate, region: &str| {
        REPLICA_SET.change(estate, region, &made, |one| {
            set(one, "DBInstanceStatus", "Running");
        });
        if estate.document(region, path, &made).is_none() {
            return;
        }
        for item in &mut estate.change(region, path, &made).items {
            set(&mut item.object, "DBInstanceStatus", "Running");
        }
    };
    context.later.push((SETTLING, Box::new(effect)));
    Ok(json!({"DBInstanceId": id, "OrderId": "0"}))
}
