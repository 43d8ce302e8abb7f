//! Fixes that set, add or take away something other than a rule.

use std::collections::{BTreeMap, BTreeSet};

use yumen_cloud::{CloudEdit, FlowLog, ForwardEntry, Id, InnerAccess, ProtocolMatch};
use yumen_diagnostics::{Message, Place};
use yumen_packets::{Error, PacketSet};
use yumen_reach::PathKind;

use super::{Bench, Fix, Target, outbound};
use crate::finding::{Finding, Subject};
use crate::item::ItemId;
use crate::items::{declared_services, has_declared};

/// Proposes something for the findings of one item.
pub(super) fn all(bench: &mut Bench<'_>, item: ItemId, findings: &[&Finding]) -> Result<(), Error> {
    if item.as_str() == "OUT-02" {
        return outbound::all(bench, item, findings);
    }
    for finding in findings {
        let outcome = match item.as_str() {
            "NET-03" => whole_forward(bench, finding),
            "NET-05" => public_path(bench, finding),
            "LAT-01" => inner_access(finding),
            "HRD-02" => metadata(finding),
            "GOV-02" => tags(bench, finding),
            "LOG-01" => flow_log(bench, finding),
            _ => Err(Message::new("fix-by-hand").with("item", item.as_str())),
        };
        let target = Target::Resource(finding.subject.clone());
        let items = BTreeSet::from([item]);
        match outcome {
            Ok((edits, note)) => {
                let fix = Fix {
                    edits,
                    closes: PacketSet::empty(),
                    also_closes: PacketSet::empty(),
                    note,
                };
                bench.propose(target, items, 1, fix);
            }
            Err(message) => bench.refuse(target, items, 1, message),
        }
    }
    Ok(())
}

type Outcome = Result<(Vec<CloudEdit>, Option<Message>), Message>;

/// The declared services of the machine behind the entry stay mapped, one entry each.
fn whole_forward(bench: &Bench<'_>, finding: &Finding) -> Outcome {
    let Subject::Forward { gateway, entry } = &finding.subject else {
        return Err(Message::new("fix-by-hand").with("item", finding.item.as_str()));
    };
    let record = bench.snapshot.nat_gateways.get(gateway);
    let old = record.and_then(|record| record.forwards.iter().find(|one| one.id == *entry));
    let (Some(record), Some(old)) = (record, old) else {
        return Err(Message::new("fix-done"));
    };
    let topology = bench.estate.topology();
    let target = topology.find_address_in(record.vpc.as_ref(), old.internal.into());
    let declared = target.filter(|index| has_declared(bench.estate, *index));
    let Some(target) = declared else {
        return Err(Message::new("fix-declare-services").with("address", old.internal.to_string()));
    };
    let mut edits = vec![CloudEdit::RemoveForward {
        gateway: gateway.clone(),
        entry: entry.clone(),
    }];
    for service in declared_services(bench.estate, target, &[]) {
        let Some(protocol) = service.protocol.filter(|number| matches!(number, 6 | 17)) else {
            continue;
        };
        edits.push(CloudEdit::AddForward {
            gateway: gateway.clone(),
            entry: ForwardEntry {
                id: Id::from(format!("{gateway}/new/{}", edits.len())),
                external: old.external,
                external_ports: Some(service.ports),
                internal: old.internal,
                internal_ports: Some(service.ports),
                protocol: ProtocolMatch::Number(protocol),
                available: true,
                place: Place::default(),
            },
        });
    }
    Ok((edits, Some(Message::new("fix-forward-note"))))
}

/// EIPs are unbound and DNAT entries removed; other ways in belong to somebody else.
fn public_path(bench: &Bench<'_>, finding: &Finding) -> Outcome {
    let Subject::Interface(index) = finding.subject else {
        return Err(Message::new("fix-by-hand").with("item", finding.item.as_str()));
    };
    let mut edits = Vec::new();
    let mut left = false;
    for path in &bench.estate.topology().endpoint(index).paths {
        match &path.kind {
            PathKind::PublicAddress { eip: Some(eip), .. } => {
                edits.push(CloudEdit::UnbindEip { eip: eip.clone() });
            }
            PathKind::Forward { gateway, entry, .. } => edits.push(CloudEdit::RemoveForward {
                gateway: gateway.clone(),
                entry: entry.clone(),
            }),
            PathKind::PublicAddress { eip: None, .. }
            | PathKind::Ipv6Bandwidth
            | PathKind::Listener { .. } => left = true,
        }
    }
    // A NAT entry may be gone by another fix already.
    edits.retain(|edit| bench.snapshot.with_edit(edit).is_ok());
    edits.dedup();
    if edits.is_empty() {
        return Err(Message::new("fix-path-by-hand").with("name", bench.estate.name(index)));
    }
    let note = if left {
        "fix-path-left"
    } else {
        "fix-path-note"
    };
    Ok((edits, Some(Message::new(note))))
}

fn inner_access(finding: &Finding) -> Outcome {
    match &finding.subject {
        Subject::Group(group) => Ok((
            vec![CloudEdit::SetInnerAccess {
                group: group.clone(),
                policy: InnerAccess::Drop,
            }],
            Some(Message::new("fix-inner-note")),
        )),
        _ => Err(Message::new("fix-by-hand").with("item", finding.item.as_str())),
    }
}

fn metadata(finding: &Finding) -> Outcome {
    match &finding.subject {
        Subject::Instance(instance) => Ok((
            vec![CloudEdit::SetMetadataToken {
                instance: instance.clone(),
                required: true,
            }],
            Some(Message::new("fix-token-note")),
        )),
        _ => Err(Message::new("fix-by-hand").with("item", finding.item.as_str())),
    }
}

/// What `yumen.toml` says of a machine can be written on it; who owns it cannot be known.
fn tags(bench: &Bench<'_>, finding: &Finding) -> Outcome {
    let estate = bench.estate;
    let Subject::Instance(id) = &finding.subject else {
        return Err(Message::new("fix-by-hand").with("item", finding.item.as_str()));
    };
    let index = estate.topology().find_instance(id.as_str());
    let instance = bench.snapshot.instances.get(id);
    let (Some(index), Some(instance)) = (index, instance) else {
        return Err(Message::new("fix-done"));
    };
    let names = &estate.settings.tags;
    let has = |keys: &[String]| {
        let mut tags = instance.tags.iter();
        tags.any(|(key, _)| keys.iter().any(|name| name.eq_ignore_ascii_case(key)))
    };
    let mut known = Vec::new();
    let mut add = |keys: &[String], value: Option<String>| {
        if let (Some(key), Some(value)) = (keys.first(), value)
            && !has(keys)
        {
            known.push((key.clone(), value));
        }
    };
    add(
        &names.environment,
        estate.environment_name(index).map(str::to_owned),
    );
    add(
        &names.tier,
        estate.roles(index).next().map(|role| role.name.clone()),
    );
    if known.is_empty() {
        return Err(Message::new("fix-tags").with("name", estate.name(index)));
    }
    let note = (!has(&names.owner)).then(|| Message::new("fix-owner"));
    let edit = CloudEdit::SetTags {
        resource: id.clone(),
        tags: known,
    };
    Ok((vec![edit], note))
}

/// A flow log like one that the region has already.
fn flow_log(bench: &Bench<'_>, finding: &Finding) -> Outcome {
    let Subject::Vpc(vpc) = &finding.subject else {
        return Err(Message::new("fix-by-hand").with("item", finding.item.as_str()));
    };
    let Some(region) = bench.snapshot.vpcs.get(vpc).map(|vpc| vpc.region.clone()) else {
        return Err(Message::new("fix-done"));
    };
    let stores: BTreeMap<(&str, &str), &FlowLog> = bench
        .snapshot
        .flow_logs
        .values()
        .filter(|log| log.region == region && !log.store.is_empty())
        .map(|log| ((log.project.as_str(), log.store.as_str()), log.as_ref()))
        .collect();
    let Some(like) = stores.values().next() else {
        return Err(Message::new("fix-no-store").with("region", region.to_string()));
    };
    let log = FlowLog {
        id: Id::from(format!("{vpc}/new")),
        resource: Some(vpc.clone()),
        active: true,
        traffic: "All".to_owned(),
        place: Place::default(),
        ..(*like).clone()
    };
    let note = Message::new("fix-flow-log").with("store", format!("{}/{}", log.project, log.store));
    Ok((vec![CloudEdit::AddFlowLog { log }], Some(note)))
}
