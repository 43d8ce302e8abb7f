//! Edits on the simulated cloud, in calm and in chaos: in force or not, the client knows which, and
//! nothing is done twice.

use std::collections::BTreeMap;

use ipnet::IpNet;
use yumen_aliyun::edit::{Settled, Unsendable, carry_out, new_token};
use yumen_aliyun::read_files;
use yumen_cloud::{
    AclEntry, Action, CloudEdit, Direction, EipBinding, FlowLog, ForwardEntry, Id, InnerAccess,
    ListenerAccess, Peer, PortMatch, ProtocolMatch, Rule, Snapshot, SnatEntry, SnatSource,
};
use yumen_cloudlab::{Chaos, Settings};
use yumen_diagnostics::Place;
use yumen_packets::{Family, Interval};

use crate::live::{Running, start};

fn rule(port: u16, network: &str) -> Rule {
    Rule {
        id: Id::from("new"),
        direction: Direction::Ingress,
        action: Action::Accept,
        priority: 7,
        protocol: ProtocolMatch::Number(6),
        ports: PortMatch::Range(Interval::single(port)),
        source_ports: PortMatch::Any,
        peer: Peer::Network(network.parse().unwrap()),
        local: None,
        uncertain: false,
        description: "由测试添加 added by a test".to_owned(),
        created_at: None,
        place: Place::default(),
    }
}

/// What exists in the lab now, read from its export.
fn truth(running: &Running) -> Snapshot {
    let files = running.lab.lock().unwrap().export("2026-03-18T02:30:00Z");
    read_files(files.into_iter().map(|file| (file.path, file.bytes))).unwrap()
}

/// One edit of each kind, none of which is in force in the demo estate.
fn edits(of: &Snapshot) -> Vec<CloudEdit> {
    let basic = |group: &&std::sync::Arc<yumen_cloud::SecurityGroup>| {
        group.kind == yumen_cloud::GroupKind::Basic && !group.rules.is_empty()
    };
    let group = of.groups.values().find(basic).unwrap();
    let removable = of
        .groups
        .values()
        .filter(|other| other.id != group.id)
        .find(|other| {
            other
                .rules
                .iter()
                .any(|rule| rule.id.as_str().starts_with("sgr-"))
        })
        .unwrap();
    let removed = removable
        .rules
        .iter()
        .find(|rule| rule.id.as_str().starts_with("sgr-"));
    let network_rule = |rule: &&Rule| matches!(rule.peer, Peer::Network(_)) && rule.local.is_none();
    let replaced = group.rules.iter().find(network_rule).unwrap();
    let mut replacement = replaced.clone();
    replacement.priority = 77;
    let accepting = of
        .groups
        .values()
        .filter(|one| one.kind == yumen_cloud::GroupKind::Basic)
        .find(|one| one.inner_access == InnerAccess::Accept)
        .unwrap();
    let interface = of
        .interfaces
        .values()
        .find(|one| {
            one.vpc == group.vpc
                && !one.groups.contains(&group.id)
                && one.groups.iter().all(|id| {
                    of.groups
                        .get(id)
                        .is_some_and(|of| of.kind == yumen_cloud::GroupKind::Basic)
                })
        })
        .unwrap();
    let member = of
        .interfaces
        .values()
        .find(|one| one.groups.len() > 1)
        .unwrap();
    let acl = of.network_acls.values().next().unwrap();
    let list = of
        .prefix_lists
        .values()
        .find(|list| !list.entries.is_empty())
        .unwrap();
    let gateway = of
        .nat_gateways
        .values()
        .find(|one| !one.forwards.is_empty())
        .unwrap();
    let forward = gateway.forwards.first().unwrap();
    let snatting = of
        .nat_gateways
        .values()
        .find(|one| !one.snats.is_empty())
        .unwrap();
    let snat = snatting.snats.first().unwrap();
    let bound = |eip: &&std::sync::Arc<yumen_cloud::Eip>| {
        matches!(
            eip.binding,
            EipBinding::Interface(_) | EipBinding::Instance(_)
        )
    };
    let eip = of.eips.values().find(bound).unwrap();
    let balancer = of
        .balancers
        .values()
        .find(|one| {
            one.kind == yumen_cloud::BalancerKind::Classic
                && one
                    .listeners
                    .iter()
                    .any(|one| one.access != ListenerAccess::Everyone)
        })
        .unwrap();
    let listener = balancer
        .listeners
        .iter()
        .find(|one| one.access != ListenerAccess::Everyone);
    let instance = of
        .instances
        .values()
        .find(|one| one.metadata_token_required == Some(false))
        .unwrap();
    let log = of.flow_logs.values().next().unwrap();
    let unlogged = of
        .vpcs
        .values()
        .find(|vpc| {
            of.flow_logs
                .values()
                .all(|log| log.resource.as_ref() != Some(&vpc.id))
        })
        .unwrap();
    vec![
        CloudEdit::AddRule {
            group: group.id.clone(),
            rule: rule(8443, "198.51.100.0/24"),
        },
        CloudEdit::AddRule {
            group: group.id.clone(),
            rule: Rule {
                direction: Direction::Egress,
                protocol: ProtocolMatch::All,
                ports: PortMatch::Any,
                action: Action::Drop,
                ..rule(1, "2001:db8::/32")
            },
        },
        CloudEdit::RemoveRule {
            group: removable.id.clone(),
            rule: removed.unwrap().id.clone(),
        },
        CloudEdit::ReplaceRule {
            group: group.id.clone(),
            rule: replacement,
        },
        CloudEdit::SetInnerAccess {
            group: accepting.id.clone(),
            policy: InnerAccess::Drop,
        },
        CloudEdit::JoinGroup {
            interface: interface.id.clone(),
            group: group.id.clone(),
        },
        CloudEdit::LeaveGroup {
            interface: member.id.clone(),
            group: member.groups.first().unwrap().clone(),
        },
        CloudEdit::SetAclEntries {
            acl: acl.id.clone(),
            direction: Direction::Ingress,
            entries: vec![AclEntry {
                id: Id::from("new"),
                action: Action::Drop,
                protocol: ProtocolMatch::Number(6),
                ports: PortMatch::Range(Interval::new(1, 1024).unwrap()),
                family: Family::V4,
                peer: "203.0.113.0/24".parse().unwrap(),
                uncertain: false,
                place: Place::default(),
            }],
        },
        CloudEdit::SetPrefixList {
            list: list.id.clone(),
            entries: with_another(&list.entries),
        },
        CloudEdit::RemoveForward {
            gateway: gateway.id.clone(),
            entry: forward.id.clone(),
        },
        CloudEdit::AddForward {
            gateway: gateway.id.clone(),
            entry: ForwardEntry {
                id: Id::from("new"),
                external_ports: Some(Interval::single(9022)),
                internal_ports: Some(Interval::single(22)),
                protocol: ProtocolMatch::Number(6),
                ..forward.clone()
            },
        },
        CloudEdit::RemoveSnat {
            gateway: snatting.id.clone(),
            entry: snat.id.clone(),
        },
        CloudEdit::AddSnat {
            gateway: snatting.id.clone(),
            entry: SnatEntry {
                id: Id::from("new"),
                source: SnatSource::Network("10.99.0.0/24".parse().unwrap()),
                ..snat.clone()
            },
        },
        CloudEdit::UnbindEip {
            eip: eip.id.clone(),
        },
        CloudEdit::SetListenerAccess {
            balancer: balancer.id.clone(),
            listener: listener.unwrap().id.clone(),
            access: ListenerAccess::Everyone,
        },
        CloudEdit::SetMetadataToken {
            instance: instance.id.clone(),
            required: true,
        },
        CloudEdit::AddFlowLog {
            log: FlowLog {
                id: Id::from("new"),
                resource: Some(unlogged.id.clone()),
                region: unlogged.region.clone(),
                ..FlowLog::clone(log)
            },
        },
        CloudEdit::SetTags {
            resource: group.id.clone(),
            tags: vec![("owner".to_owned(), "平台组".to_owned())],
        },
    ]
}

/// A list with one entry less and another more, of the same family.
fn with_another(entries: &[IpNet]) -> Vec<IpNet> {
    let other = if entries[0].addr().is_ipv4() {
        "192.0.2.0/28"
    } else {
        "2001:db8:7::/48"
    };
    let kept = entries.iter().skip(1).copied();
    kept.chain([other.parse().unwrap()]).collect()
}

/// True if the edit is in force in a snapshot: told from the snapshot alone.
fn holds(of: &Snapshot, edit: &CloudEdit) -> bool {
    match edit {
        CloudEdit::AddRule { group, rule } => of
            .groups
            .get(group)
            .unwrap()
            .rules
            .iter()
            .any(|one| one.is_same_filter(rule)),
        CloudEdit::RemoveRule { group, rule } => of
            .groups
            .get(group)
            .unwrap()
            .rules
            .iter()
            .all(|one| one.id != *rule),
        CloudEdit::ReplaceRule { group, rule } => {
            let mut rules = of.groups.get(group).unwrap().rules.iter();
            rules.any(|one| one.id == rule.id && one.is_same_filter(rule))
        }
        CloudEdit::SetInnerAccess { group, policy } => {
            of.groups.get(group).unwrap().inner_access == *policy
        }
        CloudEdit::JoinGroup { interface, group } => {
            of.interfaces.get(interface).unwrap().groups.contains(group)
        }
        CloudEdit::LeaveGroup { interface, group } => {
            !of.interfaces.get(interface).unwrap().groups.contains(group)
        }
        CloudEdit::SetAclEntries { acl, entries, .. } => {
            let acl = of.network_acls.get(acl).unwrap();
            let peers = |entries: &[AclEntry]| -> Vec<IpNet> {
                entries.iter().map(|entry| entry.peer).collect()
            };
            peers(&acl.ingress) == peers(entries)
        }
        CloudEdit::SetPrefixList { list, entries } => {
            let mut shown = of.prefix_lists.get(list).unwrap().entries.clone();
            let mut wanted = entries.clone();
            shown.sort();
            wanted.sort();
            shown == wanted
        }
        CloudEdit::RemoveForward { gateway, entry } => of
            .nat_gateways
            .get(gateway)
            .unwrap()
            .forwards
            .iter()
            .all(|one| one.id != *entry),
        CloudEdit::AddForward { gateway, entry } => {
            let mut forwards = of.nat_gateways.get(gateway).unwrap().forwards.iter();
            forwards.any(|one| {
                one.external_ports == entry.external_ports && one.internal == entry.internal
            })
        }
        CloudEdit::RemoveSnat { gateway, entry } => of
            .nat_gateways
            .get(gateway)
            .unwrap()
            .snats
            .iter()
            .all(|one| one.id != *entry),
        CloudEdit::AddSnat { gateway, entry } => {
            let mut snats = of.nat_gateways.get(gateway).unwrap().snats.iter();
            snats.any(|one| one.source == entry.source)
        }
        CloudEdit::UnbindEip { eip } => of.eips.get(eip).unwrap().binding == EipBinding::Unbound,
        CloudEdit::SetListenerAccess {
            balancer,
            listener,
            access,
        } => {
            let mut listeners = of.balancers.get(balancer).unwrap().listeners.iter();
            listeners.any(|one| one.id == *listener && one.access == *access)
        }
        CloudEdit::SetMetadataToken { instance, required } => {
            of.instances.get(instance).unwrap().metadata_token_required == Some(*required)
        }
        CloudEdit::AddFlowLog { log } => of
            .flow_logs
            .values()
            .any(|one| one.resource == log.resource && one.active),
        CloudEdit::SetTags { resource, tags } => {
            let group = of.groups.get(resource).unwrap();
            tags.iter().all(|tag| group.tags.contains(tag))
        }
    }
}

#[test]
fn every_edit_comes_into_force_and_is_found_so() {
    let running = start(Settings::default());
    let client = running.client();
    let before = truth(&running);
    for edit in edits(&before) {
        assert!(!holds(&truth(&running), &edit), "in force before: {edit:?}");
        let tried = carry_out(&client, &before, &edit, &new_token(), true);
        let would = [Ok(Settled::WouldPass), Ok(Settled::Untried)];
        assert!(would.contains(&tried), "{edit:?}: {tried:?}");
        assert!(
            !holds(&truth(&running), &edit),
            "a dry run did it: {edit:?}"
        );
        let done = carry_out(&client, &before, &edit, &new_token(), false);
        assert!(
            matches!(
                done,
                Ok(Settled::InForce {
                    request_id: Some(_)
                })
            ),
            "{edit:?}: {done:?}"
        );
        assert!(holds(&truth(&running), &edit), "{edit:?}");
        let again = carry_out(&client, &before, &edit, &new_token(), false);
        assert_eq!(again, Ok(Settled::Already), "{edit:?}");
    }
}

#[test]
fn in_chaos_the_client_knows_what_became_of_each_edit() {
    let (mut in_force, mut not) = (0, 0);
    for seed in 1..=3 {
        let mut chaos: Chaos = "throttle=0.1,error=0.15,reset=0.2,half=0.1,lag=40"
            .parse()
            .unwrap();
        chaos.seed = seed;
        let running = start(Settings {
            chaos,
            window: 0,
            ..Settings::default()
        });
        let before = truth(&running);
        for (index, edit) in edits(&before).into_iter().enumerate() {
            // Every third edit is sent only once, so that some are lost for good.
            let mut patience = running.client().patience();
            patience.settling = std::time::Duration::from_millis(400);
            if index % 3 == 0 {
                patience.attempts = 2;
            }
            let client = running.client().with_patience(patience);
            let done = carry_out(&client, &before, &edit, &new_token(), false);
            std::thread::sleep(std::time::Duration::from_millis(350));
            let held = holds(&truth(&running), &edit);
            match &done {
                Ok(Settled::InForce { .. } | Settled::Already) => {
                    assert!(held, "seed {seed}: said to be in force: {edit:?}");
                    in_force += 1;
                }
                Ok(Settled::Refused(_)) | Err(_) => {
                    assert!(
                        !held,
                        "seed {seed}: said not to be in force: {edit:?}: {done:?}"
                    );
                    not += 1;
                }
                Ok(Settled::Unknown(_) | Settled::Underway { .. }) => not += 1,
                other => panic!("seed {seed}: {edit:?}: {other:?}"),
            }
        }
        let mut counts: BTreeMap<String, usize> = BTreeMap::new();
        for change in running.lab.lock().unwrap().changes() {
            *counts.entry(change).or_default() += 1;
        }
        let twice: Vec<&String> = counts
            .iter()
            .filter(|(_, n)| **n > 1)
            .map(|(c, _)| c)
            .collect();
        assert_eq!(twice, [""; 0], "seed {seed}");
    }
    assert!(in_force > 30, "{in_force} came into force, {not} did not");
}

#[test]
fn what_the_api_cannot_express_is_not_sent() {
    let running = start(Settings::default());
    let before = truth(&running);
    let CloudEdit::ReplaceRule { group, mut rule } = edits(&before).remove(3) else {
        panic!("the fourth edit replaces a rule")
    };
    rule.peer = Peer::Group {
        group: group.clone(),
        owner: None,
    };
    let edit = CloudEdit::ReplaceRule { group, rule };
    let done = carry_out(&running.client(), &before, &edit, &new_token(), false);
    assert!(
        matches!(done, Err(Unsendable::Inexpressible { .. })),
        "{done:?}"
    );
    let CloudEdit::SetListenerAccess {
        balancer, listener, ..
    } = edits(&before).remove(14)
    else {
        panic!("the fifteenth edit sets who may connect")
    };
    let nobody = CloudEdit::SetListenerAccess {
        balancer,
        listener,
        access: ListenerAccess::Only(Vec::new()),
    };
    let CloudEdit::AddRule { group, rule } = edits(&before).remove(0) else {
        panic!("the first edit adds a rule")
    };
    let widened = CloudEdit::AddRule {
        group,
        rule: Rule {
            protocol: ProtocolMatch::All,
            ..rule
        },
    };
    for edit in [nobody, widened] {
        let done = carry_out(&running.client(), &before, &edit, &new_token(), false);
        assert!(
            matches!(done, Err(Unsendable::Inexpressible { .. })),
            "{edit:?}: {done:?}"
        );
    }
    let edit = CloudEdit::UnbindEip {
        eip: Id::from("eip-nowhere"),
    };
    let done = carry_out(&running.client(), &before, &edit, &new_token(), false);
    assert!(
        matches!(done, Err(Unsendable::NotInSnapshot { .. })),
        "{done:?}"
    );
    assert_eq!(running.lab.lock().unwrap().changes(), [""; 0]);
}

#[test]
fn a_refusal_is_told_in_the_clouds_words() {
    let running = start(Settings::default());
    let before = truth(&running);
    let CloudEdit::AddRule { group, mut rule } = edits(&before).remove(0) else {
        panic!("the first edit adds a rule")
    };
    rule.priority = 101;
    let edit = CloudEdit::AddRule { group, rule };
    let done = carry_out(&running.client(), &before, &edit, &new_token(), false);
    let Ok(Settled::Refused(error)) = done else {
        panic!("{done:?}")
    };
    let said = error.message().to_string();
    assert!(said.contains("InvalidPriority.ValueNotSupported"), "{said}");
}

#[test]
fn lists_of_an_application_balancer_are_bound_and_unbound() {
    let running = start(Settings::default());
    let (client, before) = (running.client(), truth(&running));
    let balancer = before
        .balancers
        .values()
        .find(|one| one.kind == yumen_cloud::BalancerKind::Application)
        .unwrap();
    let files = running.lab.lock().unwrap().export("2026-03-18T02:30:00Z");
    let list = files.iter().find_map(|file| {
        let (_, name) = file.path.split_once("/alb/ListAclEntries/")?;
        name.strip_suffix(".json").map(Id::from)
    });
    let only = ListenerAccess::Only(vec![list.unwrap()]);
    let listener = balancer.listeners.first().unwrap();
    let other = if listener.access == only {
        ListenerAccess::Everyone
    } else {
        only
    };
    let edit = |access: ListenerAccess| CloudEdit::SetListenerAccess {
        balancer: balancer.id.clone(),
        listener: listener.id.clone(),
        access,
    };
    for access in [other, listener.access.clone()] {
        let edit = edit(access);
        let tried = carry_out(&client, &before, &edit, &new_token(), true);
        assert_eq!(tried, Ok(Settled::WouldPass), "{edit:?}");
        let done = carry_out(&client, &before, &edit, &new_token(), false);
        assert!(
            matches!(done, Ok(Settled::InForce { .. })),
            "{edit:?}: {done:?}"
        );
        assert!(holds(&truth(&running), &edit), "{edit:?}");
    }
}
