//! LOG-01: a VPC in use has no complete flow log.

use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::{Coverage, Id, Listing};

use super::fact;
use super::prelude::*;

pub(super) const ITEM: Item = Item {
    id: ItemId("LOG-01"),
    severity: Severity::Medium,
    fix: FixKind::Set,
    english: include_str!("log_01.en.md"),
    chinese: include_str!("log_01.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let snapshot = estate.snapshot();
    let coverage = estate.coverage(Listing::FlowLogs);
    if coverage == Coverage::OutOfScope && snapshot.flow_logs.is_empty() {
        return Ok(Outcome::not_assessed(Message::new("needs-flow-logs")));
    }
    let mut used: BTreeMap<&Id, BTreeSet<Option<&Id>>> = BTreeMap::new();
    for (_, endpoint) in estate.interfaces() {
        if let Some(vpc) = &endpoint.interface.vpc {
            let vswitches = used.entry(vpc).or_default();
            vswitches.insert(endpoint.interface.vswitch.as_ref());
        }
    }
    let complete = |resource: &Id| {
        snapshot.flow_logs.values().any(|log| {
            log.active
                && log.traffic.eq_ignore_ascii_case("all")
                && log.resource.as_ref() == Some(resource)
        })
    };
    let checked = used.len();
    let mut findings = Vec::new();
    for (vpc, vswitches) in used {
        let each = |vswitch: &Option<&Id>| vswitch.is_some_and(complete);
        if complete(vpc) || vswitches.iter().all(each) {
            continue;
        }
        let record = snapshot.vpcs.get(vpc);
        let region = record.map(|record| &record.region);
        let unread = region.is_some_and(|region| snapshot.is_incomplete(region, Listing::FlowLogs));
        let status = if unread {
            Status::Unknown
        } else {
            Status::Open
        };
        let name = record.map(|record| fact::named(&record.name, vpc));
        let message =
            Message::new("found-no-flow-log").with("name", name.unwrap_or_else(|| vpc.to_string()));
        let place = record
            .map(|record| record.place.clone())
            .unwrap_or_default();
        findings.push(fact::finding(
            &ITEM,
            status,
            Subject::Vpc(vpc.clone()),
            place,
            message,
        ));
    }
    Ok(Outcome::of(checked, findings))
}
