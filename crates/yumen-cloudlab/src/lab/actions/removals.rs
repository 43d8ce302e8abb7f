//! Deleting what nothing else needs any more: which kind, what forbids it, what goes with it.

use serde_json::Value;

use super::connections::{CEN, CHILDREN};
use super::databases::{CACHE, CLUSTER, RELATIONAL, REPLICA_SET};
use super::gateways::IPV4_GATEWAY;
use super::kinds::{Kind, unused};
use super::networks::ROUTES;
use super::trails::{STATUS, TRAIL};
use super::vpn::{CONNECTION, GATEWAY, ROUTER_INTERFACE};
use super::{Context, done};
use crate::lab::estate::{Estate, Object, text};
use crate::lab::fail::{Outcome, Refusal};

/// How something is deleted.
#[derive(Debug)]
pub(super) struct Removal {
    pub(super) kind: Kind,
    /// Protection that forbids it: where the field stands, as a JSON pointer, and its value
    pub(super) guard: Option<(&'static str, &'static str)>,
    /// Actions whose answers must not mention it any more, with the vendor's code
    pub(super) holders: &'static [(&'static str, &'static str)],
    /// Actions that are asked for it alone
    pub(super) documents: &'static [&'static str],
}

const ROUTED: (&str, &str) = (ROUTES, "DependencyViolation.RouteEntry");

/// What is deleted in no other way than this.
#[rustfmt::skip]
pub(super) const REMOVALS: &[(&str, Removal)] = &[
    ("vpc/DeleteIpv4Gateway", Removal { kind: IPV4_GATEWAY, guard: None, holders: &[ROUTED], documents: &["vpc/GetIpv4GatewayAttribute"] }),
    ("vpc/DeleteVpnGateway", Removal { kind: GATEWAY, guard: None, holders: &[(CONNECTION.list, "DependencyViolation.VpnConnection"), ROUTED], documents: &[] }),
    ("vpc/DeleteVpnConnection", Removal { kind: CONNECTION, guard: None, holders: &[], documents: &[] }),
    ("vpc/DeleteRouterInterface", Removal { kind: ROUTER_INTERFACE, guard: None, holders: &[ROUTED], documents: &[] }),
    ("cbn/DeleteCen", Removal { kind: CEN, guard: None, holders: &[(CHILDREN, "InvalidOperation.ChildInstanceExist")], documents: &[CHILDREN] }),
    ("rds/DeleteDBInstance", Removal { kind: RELATIONAL, guard: Some(("/DeletionProtection", "true")), holders: &[], documents: &["rds/DescribeDBInstanceNetInfo", "rds/DescribeDBInstanceIPArrayList"] }),
    ("r-kvstore/DeleteInstance", Removal { kind: CACHE, guard: None, holders: &[], documents: &["r-kvstore/DescribeDBInstanceNetInfo", "r-kvstore/DescribeSecurityIps"] }),
    ("polardb/DeleteDBCluster", Removal { kind: CLUSTER, guard: Some(("/DeletionLock", "1")), holders: &[], documents: &["polardb/DescribeDBClusterEndpoints", "polardb/DescribeDBClusterAccessWhitelist"] }),
    ("dds/DeleteDBInstance", Removal { kind: REPLICA_SET, guard: Some(("/DBInstanceReleaseProtection", "true")), holders: &[], documents: &["dds/DescribeDBInstanceAttribute", "dds/DescribeReplicaSetRole", "dds/DescribeSecurityIps"] }),
    ("actiontrail/DeleteTrail", Removal { kind: TRAIL, guard: None, holders: &[], documents: &[STATUS] }),
];

impl Removal {
    /// Deletes what a request names, and answers what it was.
    pub(super) fn run(
        &self,
        estate: &mut Estate,
        context: &Context<'_>,
    ) -> Result<Object, Refusal> {
        let found = self.kind.named(estate, context)?;
        let (region, id) = (context.region, text(&found, self.kind.field));
        let documents = self
            .documents
            .iter()
            .filter_map(|path| estate.document(region, path, id));
        let shown = documents.flat_map(|document| {
            let items = document.items.iter().map(|item| &item.object);
            items.chain(std::iter::once(&document.head))
        });
        if let Some((pointer, value)) = self.guard
            && std::iter::once(&found)
                .chain(shown)
                .any(|object| has(object, pointer, value))
        {
            return Err(Refusal::new(
                403,
                "OperationDenied.DeletionProtection",
                format!("The specified resource {id} is protected against deletion."),
            ));
        }
        unused(estate, region, id, self.holders)?;
        self.kind.take(estate, region, id);
        for path in self.documents {
            estate.remove(region, path, id);
        }
        Ok(found)
    }

    /// The same, as an action of its own.
    pub(super) fn answer(&self, estate: &mut Estate, context: &mut Context<'_>) -> Outcome {
        let gone = self.run(estate, context)?;
        super::addresses::release_from(estate, context.region, text(&gone, self.kind.field));
        done()
    }
}

fn has(object: &Object, pointer: &str, value: &str) -> bool {
    let mut parts = pointer.split('/').skip(1);
    let first = parts.next().and_then(|part| object.get(part));
    let found = parts.try_fold(first, |found, part| Some(found?.get(part)));
    match found.flatten() {
        Some(Value::String(text)) => text == value,
        Some(Value::Bool(on)) => value.parse() == Ok(*on),
        Some(Value::Number(number)) => number
            .as_u64()
            .is_some_and(|number| value.parse() == Ok(number)),
        _ => false,
    }
}
