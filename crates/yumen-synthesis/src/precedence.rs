//! Which edits cannot change places: those of the same thing.

use std::collections::BTreeSet;
use std::net::Ipv4Addr;

use ipnet::IpNet;
use yumen_cloud::{
    Action, CloudEdit, Direction, EditError, ForwardEntry, Id, Peer, PortMatch, ProtocolMatch,
    Rule, Snapshot, SnatSource,
};
use yumen_packets::Interval;

/// A thing that an edit changes, so that another edit of it must keep its place.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Thing {
    RuleId(Id, Id),
    Filter(Id, Box<Filter>),
    InnerAccess(Id),
    Membership(Id, Id),
    AclEntries(Id, Direction),
    PrefixList(Id),
    Forward(Id, Id),
    External(Id, Ipv4Addr, Option<Interval<u16>>, ProtocolMatch),
    Snat(Id, Id),
    SnatSource(Id, SnatSource),
    Token(Id),
    FlowLog(Id),
    Tag(Id, String),
    Eip(Id),
    Listener(Id, Id),
}

/// What the provider tells rules of a group apart by.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Filter {
    direction: Direction,
    action: Action,
    priority: u16,
    protocol: ProtocolMatch,
    ports: PortMatch,
    source_ports: PortMatch,
    peer: Peer,
    local: Option<IpNet>,
}

/// For each edit the earlier ones that must be made before it, whatever the order of the rest.
///
/// # Errors
/// An edit does not fit.
pub(crate) fn predecessors(
    base: &Snapshot,
    edits: &[CloudEdit],
) -> Result<Vec<Vec<usize>>, EditError> {
    let mut state = base.clone();
    let mut seen: Vec<BTreeSet<Thing>> = Vec::with_capacity(edits.len());
    let mut all = Vec::with_capacity(edits.len());
    for edit in edits {
        let things = things(&state, edit);
        let before = seen.iter().enumerate();
        let before = before.filter(|(_, other)| !things.is_disjoint(other));
        all.push(before.map(|(number, _)| number).collect());
        seen.push(things);
        state = state.with_edit(edit)?;
    }
    Ok(all)
}

fn things(state: &Snapshot, edit: &CloudEdit) -> BTreeSet<Thing> {
    match edit {
        CloudEdit::AddRule { group, rule } => [
            Thing::RuleId(group.clone(), rule.id.clone()),
            filter(group, rule),
        ]
        .into(),
        CloudEdit::RemoveRule { group, rule } => {
            let mut things = BTreeSet::from([Thing::RuleId(group.clone(), rule.clone())]);
            things.extend(present(state, group, rule).map(|rule| filter(group, rule)));
            things
        }
        CloudEdit::ReplaceRule { group, rule } => {
            let mut things = BTreeSet::from([
                Thing::RuleId(group.clone(), rule.id.clone()),
                filter(group, rule),
            ]);
            things.extend(present(state, group, &rule.id).map(|rule| filter(group, rule)));
            things
        }
        CloudEdit::SetInnerAccess { group, .. } => [Thing::InnerAccess(group.clone())].into(),
        CloudEdit::JoinGroup { interface, group } | CloudEdit::LeaveGroup { interface, group } => {
            [Thing::Membership(interface.clone(), group.clone())].into()
        }
        CloudEdit::SetAclEntries { acl, direction, .. } => {
            [Thing::AclEntries(acl.clone(), *direction)].into()
        }
        CloudEdit::SetPrefixList { list, .. } => [Thing::PrefixList(list.clone())].into(),
        CloudEdit::AddForward { gateway, entry } => [
            Thing::Forward(gateway.clone(), entry.id.clone()),
            external(gateway, entry),
        ]
        .into(),
        CloudEdit::RemoveForward { gateway, entry } => {
            let record = state.nat_gateways.get(gateway);
            let mut present = record.into_iter().flat_map(|one| one.forwards.iter());
            let present = present.find(|one| one.id == *entry);
            let mut things = BTreeSet::from([Thing::Forward(gateway.clone(), entry.clone())]);
            things.extend(present.map(|entry| external(gateway, entry)));
            things
        }
        CloudEdit::AddSnat { gateway, entry } => [
            Thing::Snat(gateway.clone(), entry.id.clone()),
            Thing::SnatSource(gateway.clone(), entry.source.clone()),
        ]
        .into(),
        CloudEdit::RemoveSnat { gateway, entry } => {
            let record = state.nat_gateways.get(gateway);
            let mut present = record.into_iter().flat_map(|one| one.snats.iter());
            let present = present.find(|one| one.id == *entry);
            let mut things = BTreeSet::from([Thing::Snat(gateway.clone(), entry.clone())]);
            things.extend(
                present.map(|entry| Thing::SnatSource(gateway.clone(), entry.source.clone())),
            );
            things
        }
        CloudEdit::SetMetadataToken { instance, .. } => [Thing::Token(instance.clone())].into(),
        CloudEdit::AddFlowLog { log } => [Thing::FlowLog(log.id.clone())].into(),
        CloudEdit::SetTags { resource, tags } => tags
            .iter()
            .map(|(key, _)| Thing::Tag(resource.clone(), key.clone()))
            .collect(),
        CloudEdit::UnbindEip { eip } => [Thing::Eip(eip.clone())].into(),
        CloudEdit::SetListenerAccess {
            balancer, listener, ..
        } => [Thing::Listener(balancer.clone(), listener.clone())].into(),
    }
}

fn filter(group: &Id, rule: &Rule) -> Thing {
    let filter = Filter {
        direction: rule.direction,
        action: rule.action,
        priority: rule.priority,
        protocol: rule.protocol,
        ports: rule.ports.clone(),
        source_ports: rule.source_ports.clone(),
        peer: rule.peer.clone(),
        local: rule.local,
    };
    Thing::Filter(group.clone(), Box::new(filter))
}

/// The provider gives an external address and port to one entry at a time.
fn external(gateway: &Id, entry: &ForwardEntry) -> Thing {
    Thing::External(
        gateway.clone(),
        entry.external,
        entry.external_ports,
        entry.protocol,
    )
}

/// A rule of a group by its id.
pub(crate) fn present<'a>(state: &'a Snapshot, group: &Id, rule: &Id) -> Option<&'a Rule> {
    let rules = &state.groups.get(group)?.rules;
    rules.iter().find(|one| one.id == *rule)
}
