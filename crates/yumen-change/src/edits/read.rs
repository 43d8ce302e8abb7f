//! Values to edits.

use ipnet::IpNet;
use yumen_cloud::{
    AclEntry, Action, CloudEdit, Direction, FlowLog, ForwardEntry, Id, InnerAccess, ListenerAccess,
    Peer, PortMatch, ProtocolMatch, Rule, SnatEntry, SnatSource,
};
use yumen_diagnostics::{Message, Place};
use yumen_ledger::Value;
use yumen_packets::{Family, Interval};
use yumen_reach::protocol_word;

use super::node::{At, Data, EditProblem, Fields, Node, Problems};
use super::{EDITS_SCHEMA, FIXES_SCHEMA};

/// Reads what [`super::edits_value`] wrote. Places are not part of it and come back empty.
///
/// # Errors
/// The first thing that is wrong; a later version of the schema is told as such.
pub fn read_edits(value: &Value) -> Result<Vec<CloudEdit>, EditProblem> {
    edits(&Node::from(value)).map_err(|problems| {
        let first = problems.into_iter().next();
        first.unwrap_or_else(|| EditProblem {
            path: String::new(),
            line: None,
            message: Message::new("edits-schema").with("expected", EDITS_SCHEMA),
        })
    })
}

pub(super) fn edits(node: &Node) -> Result<Vec<CloudEdit>, Vec<EditProblem>> {
    let problems = Problems::default();
    let edits = document(&At::root(node, &problems));
    let problems = problems.into_inner();
    match edits {
        Some(edits) if problems.is_empty() => Ok(edits),
        _ => Err(problems),
    }
}

/// As [`edits`], for files: they may also be what `yumen fix` writes.
pub(super) fn edits_or_fixes(node: &Node) -> Result<Vec<CloudEdit>, Vec<EditProblem>> {
    let problems = Problems::default();
    let root = At::root(node, &problems);
    let edits = if is_fixes(node) {
        of_fixes(&root)
    } else {
        document(&root)
    };
    let problems = problems.into_inner();
    match edits {
        Some(edits) if problems.is_empty() => Ok(edits),
        _ => Err(problems),
    }
}

fn is_fixes(node: &Node) -> bool {
    let Data::Table(entries) = &node.data else {
        return false;
    };
    let is_schema = |node: &Node| matches!(&node.data, Data::Text(text) if text == FIXES_SCHEMA);
    entries
        .iter()
        .any(|(key, value)| key == "schema" && is_schema(value))
}

/// The edits of all fixes; what is said beside them is for people, and a fix by hand has none.
fn of_fixes(root: &At<'_>) -> Option<Vec<CloudEdit>> {
    let mut edits = Vec::new();
    let mut is_whole = true;
    for fix in root.fields()?.need("fixes")?.items()? {
        let Some(list) = fix.fields().and_then(|mut fields| fields.need("edits")) else {
            is_whole = false;
            continue;
        };
        if list.is_null() {
            continue;
        }
        for at in list.items().into_iter().flatten() {
            match edit(&at, edits.len() + 1) {
                Some(read) => edits.push(read),
                None => is_whole = false,
            }
        }
    }
    is_whole.then_some(edits)
}

fn document(root: &At<'_>) -> Option<Vec<CloudEdit>> {
    let mut fields = root.fields()?;
    let schema = fields.need("schema")?;
    if schema.text()? != EDITS_SCHEMA {
        schema.report(Message::new("edits-schema").with("expected", EDITS_SCHEMA));
        return None;
    }
    let items = fields.need("edits").and_then(|list| list.items());
    fields.finish();
    let read: Vec<Option<CloudEdit>> = items?
        .iter()
        .enumerate()
        .map(|(position, at)| edit(at, position + 1))
        .collect();
    read.into_iter().collect()
}

/// The kinds of edit, each with what reads the rest of it.
const KINDS: [(&str, Kind); 17] = [
    ("add-rule", add_rule),
    ("remove-rule", remove_rule),
    ("replace-rule", replace_rule),
    ("set-inner-access", set_inner_access),
    ("join-group", join_group),
    ("leave-group", leave_group),
    ("set-acl-entries", set_acl_entries),
    ("set-prefix-list", set_prefix_list),
    ("add-forward", add_forward),
    ("remove-forward", remove_forward),
    ("add-snat", add_snat),
    ("remove-snat", remove_snat),
    ("set-metadata-token", set_metadata_token),
    ("add-flow-log", add_flow_log),
    ("set-tags", set_tags),
    ("unbind-eip", unbind_eip),
    ("set-listener-access", set_listener_access),
];

/// Reads an edit of one kind; the name stands for an id that only the provider gives.
type Kind = fn(&mut Fields<'_>, &Id) -> Option<CloudEdit>;

/// An edit; `number` is its position from 1.
fn edit(at: &At<'_>, number: usize) -> Option<CloudEdit> {
    let mut fields = at.fields()?;
    let read = fields.need("kind")?.word(&KINDS)?;
    let edit = read(&mut fields, &Id::from(format!("new-{number}")));
    fields.finish();
    edit
}

fn id(fields: &mut Fields<'_>, key: &'static str) -> Option<Id> {
    fields.need(key)?.id()
}

/// The group of an edit; what is shown beside it for people is left alone.
fn group(fields: &mut Fields<'_>) -> Option<Id> {
    fields.leave(&["group_name"]);
    id(fields, "group")
}

fn add_rule(fields: &mut Fields<'_>, new: &Id) -> Option<CloudEdit> {
    let group = group(fields);
    let rule = rule(&fields.need("rule")?, Some(new));
    Some(CloudEdit::AddRule {
        group: group?,
        rule: rule?,
    })
}

fn remove_rule(fields: &mut Fields<'_>, _: &Id) -> Option<CloudEdit> {
    fields.leave(&["was"]);
    let group = group(fields);
    let rule = id(fields, "rule");
    Some(CloudEdit::RemoveRule {
        group: group?,
        rule: rule?,
    })
}

fn replace_rule(fields: &mut Fields<'_>, _: &Id) -> Option<CloudEdit> {
    fields.leave(&["was"]);
    let group = group(fields);
    let rule = rule(&fields.need("rule")?, None);
    Some(CloudEdit::ReplaceRule {
        group: group?,
        rule: rule?,
    })
}

fn set_inner_access(fields: &mut Fields<'_>, _: &Id) -> Option<CloudEdit> {
    let group = group(fields);
    let policy = fields
        .need("policy")?
        .word(&[("accept", InnerAccess::Accept), ("drop", InnerAccess::Drop)]);
    Some(CloudEdit::SetInnerAccess {
        group: group?,
        policy: policy?,
    })
}

fn join_group(fields: &mut Fields<'_>, _: &Id) -> Option<CloudEdit> {
    let group = group(fields);
    let interface = id(fields, "interface");
    Some(CloudEdit::JoinGroup {
        interface: interface?,
        group: group?,
    })
}

fn leave_group(fields: &mut Fields<'_>, _: &Id) -> Option<CloudEdit> {
    let group = group(fields);
    let interface = id(fields, "interface");
    Some(CloudEdit::LeaveGroup {
        interface: interface?,
        group: group?,
    })
}

fn set_acl_entries(fields: &mut Fields<'_>, new: &Id) -> Option<CloudEdit> {
    let acl = id(fields, "acl");
    let direction = direction(fields);
    let entries = fields.need("entries")?.items()?;
    let entries: Vec<Option<AclEntry>> = entries
        .iter()
        .enumerate()
        .map(|(position, at)| acl_entry(at, &Id::from(format!("{new}/{}", position + 1))))
        .collect();
    let entries: Option<Vec<AclEntry>> = entries.into_iter().collect();
    Some(CloudEdit::SetAclEntries {
        acl: acl?,
        direction: direction?,
        entries: entries?,
    })
}

fn set_prefix_list(fields: &mut Fields<'_>, _: &Id) -> Option<CloudEdit> {
    let list = id(fields, "list");
    let entries = fields.need("entries")?.each(network);
    Some(CloudEdit::SetPrefixList {
        list: list?,
        entries: entries?,
    })
}

fn add_forward(fields: &mut Fields<'_>, new: &Id) -> Option<CloudEdit> {
    let gateway = id(fields, "gateway");
    let entry = forward(&fields.need("entry")?, new);
    Some(CloudEdit::AddForward {
        gateway: gateway?,
        entry: entry?,
    })
}

fn remove_forward(fields: &mut Fields<'_>, _: &Id) -> Option<CloudEdit> {
    let gateway = id(fields, "gateway");
    let entry = id(fields, "entry");
    Some(CloudEdit::RemoveForward {
        gateway: gateway?,
        entry: entry?,
    })
}

fn add_snat(fields: &mut Fields<'_>, new: &Id) -> Option<CloudEdit> {
    let gateway = id(fields, "gateway");
    let entry = snat(&fields.need("entry")?, new);
    Some(CloudEdit::AddSnat {
        gateway: gateway?,
        entry: entry?,
    })
}

fn remove_snat(fields: &mut Fields<'_>, _: &Id) -> Option<CloudEdit> {
    let gateway = id(fields, "gateway");
    let entry = id(fields, "entry");
    Some(CloudEdit::RemoveSnat {
        gateway: gateway?,
        entry: entry?,
    })
}

fn set_metadata_token(fields: &mut Fields<'_>, _: &Id) -> Option<CloudEdit> {
    let instance = id(fields, "instance");
    let required = fields.need("required")?.flag();
    Some(CloudEdit::SetMetadataToken {
        instance: instance?,
        required: required?,
    })
}

fn add_flow_log(fields: &mut Fields<'_>, new: &Id) -> Option<CloudEdit> {
    let log = flow_log(&fields.need("log")?, new)?;
    Some(CloudEdit::AddFlowLog { log })
}

fn set_tags(fields: &mut Fields<'_>, _: &Id) -> Option<CloudEdit> {
    let resource = id(fields, "resource");
    let tags = fields.need("tags")?.each(|at| {
        let pair = at.items()?;
        let [key, value] = pair.as_slice() else {
            at.form("[\"key\", \"value\"]");
            return None;
        };
        let (key, value) = (key.text(), value.text());
        Some((key?.to_owned(), value?.to_owned()))
    });
    Some(CloudEdit::SetTags {
        resource: resource?,
        tags: tags?,
    })
}

fn unbind_eip(fields: &mut Fields<'_>, _: &Id) -> Option<CloudEdit> {
    Some(CloudEdit::UnbindEip {
        eip: id(fields, "eip")?,
    })
}

fn set_listener_access(fields: &mut Fields<'_>, _: &Id) -> Option<CloudEdit> {
    let balancer = id(fields, "balancer");
    let listener = id(fields, "listener");
    let access = listener_access(&fields.need("access")?);
    Some(CloudEdit::SetListenerAccess {
        balancer: balancer?,
        listener: listener?,
        access: access?,
    })
}

/// A rule; one that is new needs no id. Every match has to be written down, but what is seldom
/// used stands for "not restricted" when it is not there: `source_ports` and `local`.
fn rule(at: &At<'_>, new: Option<&Id>) -> Option<Rule> {
    let mut fields = at.fields()?;
    let id = own_id(&mut fields, new);
    let direction = direction(&mut fields);
    let action = action(&mut fields);
    let priority = fields
        .need("priority")
        .and_then(|at| at.number(0_u16, u16::MAX));
    let protocol = protocol(&mut fields);
    let ports = fields.need("ports").and_then(|at| port_match(&at));
    let source_ports = optional(fields.maybe("source_ports"), port_match);
    let peer = fields.need("peer").and_then(|at| peer(&at));
    let local = optional(fields.maybe("local"), network);
    let description = optional(fields.maybe("description"), At::text);
    let created_at = optional(fields.maybe("created_at"), At::text);
    let uncertain = optional(fields.maybe("uncertain"), At::flag);
    fields.finish();
    Some(Rule {
        id: id?,
        direction: direction?,
        action: action?,
        priority: priority?,
        protocol: protocol?,
        ports: ports?,
        source_ports: source_ports?.unwrap_or(PortMatch::Any),
        peer: peer?,
        local: local?,
        uncertain: uncertain?.unwrap_or(false),
        description: description?.unwrap_or_default().to_owned(),
        created_at: created_at?.map(str::to_owned),
        place: Place::default(),
    })
}

/// The id of a part; a new one may leave it to the provider.
fn own_id(fields: &mut Fields<'_>, new: Option<&Id>) -> Option<Id> {
    match new {
        Some(new) if !fields.has("id") => {
            fields.leave(&["id"]);
            Some(new.clone())
        }
        _ => id(fields, "id"),
    }
}

/// A value that may be missing or null; the outer `None` is a value that is wrong.
#[expect(
    clippy::option_option,
    reason = "absent and wrong are told apart: the wrong one is a problem already"
)]
fn optional<'n, T>(
    at: Option<At<'n>>,
    read: impl FnOnce(&At<'n>) -> Option<T>,
) -> Option<Option<T>> {
    match at {
        Some(at) if !at.is_null() => read(&at).map(Some),
        _ => Some(None),
    }
}

fn direction(fields: &mut Fields<'_>) -> Option<Direction> {
    fields.need("direction")?.word(&[
        ("ingress", Direction::Ingress),
        ("egress", Direction::Egress),
    ])
}

fn action(fields: &mut Fields<'_>) -> Option<Action> {
    fields
        .need("action")?
        .word(&[("accept", Action::Accept), ("drop", Action::Drop)])
}

fn protocol(fields: &mut Fields<'_>) -> Option<ProtocolMatch> {
    let at = fields.need("protocol")?;
    let text = at.text()?;
    if text == "all" {
        return Some(ProtocolMatch::All);
    }
    let found = (0..=u8::MAX)
        .find(|number| protocol_word(*number) == text)
        .or_else(|| text.parse().ok());
    if found.is_none() {
        let named = [1, 6, 17, 47, 58].map(protocol_word);
        let names = named.iter().map(String::as_str);
        at.unknown_word(text, std::iter::once("all").chain(names));
    }
    found.map(ProtocolMatch::Number)
}

fn network(at: &At<'_>) -> Option<IpNet> {
    let text = at.text()?;
    let address = || text.parse::<std::net::IpAddr>().map(IpNet::from).ok();
    let found = text.parse::<IpNet>().ok().or_else(address);
    if found.is_none() {
        at.not_like(text, "10.0.0.0/8");
    }
    found
}

fn range(at: &At<'_>) -> Option<Interval<u16>> {
    let ends = at.each(|end| end.number(0_u16, u16::MAX))?;
    let found = match ends.as_slice() {
        [low, high] => Interval::new(*low, *high),
        _ => None,
    };
    if found.is_none() {
        at.form("[80, 443]");
    }
    found
}

fn port_match(at: &At<'_>) -> Option<PortMatch> {
    if at.is_null() {
        return Some(PortMatch::Any);
    }
    if at.is_list() {
        return range(at).map(PortMatch::Range);
    }
    let mut fields = at.fields()?;
    let list = id(&mut fields, "port_list");
    fields.finish();
    list.map(PortMatch::List)
}

/// A table that says one of several things.
fn only_one(at: &At<'_>, fields: &Fields<'_>, keys: &[&str], expected: &'static str) -> Option<()> {
    let given = keys.iter().filter(|key| fields.has(key)).count();
    if given == 1 {
        return Some(());
    }
    at.form(expected);
    None
}

fn peer(at: &At<'_>) -> Option<Peer> {
    let mut fields = at.fields()?;
    let keys = ["network", "group", "prefix_list", "anywhere"];
    let forms =
        "{\"network\": \"10.0.0.0/8\"} | {\"group\": \"sg-…\"} | {\"prefix_list\": \"pl-…\"}";
    only_one(at, &fields, &keys, forms)?;
    let peer = if fields.has("network") {
        network(&fields.need("network")?).map(Peer::Network)
    } else if fields.has("group") {
        let owner = optional(fields.maybe("owner"), At::id);
        let group = id(&mut fields, "group");
        group
            .zip(owner)
            .map(|(group, owner)| Peer::Group { group, owner })
    } else if fields.has("prefix_list") {
        id(&mut fields, "prefix_list").map(Peer::PrefixList)
    } else {
        set(&fields.need("anywhere")?).map(|()| Peer::Anywhere)
    };
    fields.finish();
    peer
}

/// A flag that says something only when it is set.
fn set(at: &At<'_>) -> Option<()> {
    let flag = at.flag()?;
    if !flag {
        at.form("true");
    }
    flag.then_some(())
}

fn acl_entry(at: &At<'_>, new: &Id) -> Option<AclEntry> {
    let mut fields = at.fields()?;
    let id = own_id(&mut fields, Some(new));
    let action = action(&mut fields);
    let family = fields
        .need("family")
        .and_then(|at| at.word(&[("IPv4", Family::V4), ("IPv6", Family::V6)]));
    let protocol = protocol(&mut fields);
    let ports = fields.need("ports").and_then(|at| port_match(&at));
    let peer = fields.need("peer").and_then(|at| network(&at));
    let uncertain = optional(fields.maybe("uncertain"), At::flag);
    fields.finish();
    Some(AclEntry {
        id: id?,
        action: action?,
        protocol: protocol?,
        ports: ports?,
        family: family?,
        peer: peer?,
        uncertain: uncertain?.unwrap_or(false),
        place: Place::default(),
    })
}

fn forward(at: &At<'_>, new: &Id) -> Option<ForwardEntry> {
    let mut fields = at.fields()?;
    let id = own_id(&mut fields, Some(new));
    let external = fields
        .need("external")
        .and_then(|at| at.parsed("203.0.113.7"));
    let external_ports = fields
        .need("external_ports")
        .and_then(|at| optional(Some(at), range));
    let internal = fields.need("internal").and_then(|at| at.parsed("10.0.1.7"));
    let internal_ports = fields
        .need("internal_ports")
        .and_then(|at| optional(Some(at), range));
    let protocol = protocol(&mut fields);
    let available = optional(fields.maybe("available"), At::flag);
    fields.finish();
    Some(ForwardEntry {
        id: id?,
        external: external?,
        external_ports: external_ports?,
        internal: internal?,
        internal_ports: internal_ports?,
        protocol: protocol?,
        available: available?.unwrap_or(true),
        place: Place::default(),
    })
}

fn snat(at: &At<'_>, new: &Id) -> Option<SnatEntry> {
    let mut fields = at.fields()?;
    let id = own_id(&mut fields, Some(new));
    let source = fields.need("source").and_then(|at| snat_source(&at));
    let addresses = fields
        .need("addresses")
        .and_then(|at| at.each(|one| one.parsed("203.0.113.7")));
    let available = optional(fields.maybe("available"), At::flag);
    fields.finish();
    Some(SnatEntry {
        id: id?,
        source: source?,
        addresses: addresses?,
        available: available?.unwrap_or(true),
        place: Place::default(),
    })
}

fn snat_source(at: &At<'_>) -> Option<SnatSource> {
    let mut fields = at.fields()?;
    let forms = "{\"vswitch\": \"vsw-…\"} | {\"network\": \"10.0.0.0/8\"}";
    only_one(at, &fields, &["vswitch", "network"], forms)?;
    let source = if fields.has("vswitch") {
        id(&mut fields, "vswitch").map(SnatSource::VSwitch)
    } else {
        network(&fields.need("network")?).map(SnatSource::Network)
    };
    fields.finish();
    source
}

fn flow_log(at: &At<'_>, new: &Id) -> Option<FlowLog> {
    let mut fields = at.fields()?;
    let own = own_id(&mut fields, Some(new));
    let region = id(&mut fields, "region");
    let resource = fields
        .need("resource")
        .and_then(|at| optional(Some(at), At::id));
    let traffic = fields.need("traffic").and_then(|at| at.text());
    let project = fields.need("project").and_then(|at| at.text());
    let store = fields.need("store").and_then(|at| at.text());
    let active = optional(fields.maybe("active"), At::flag);
    let days = optional(fields.maybe("retention_days"), |at| {
        at.number(0_u32, u32::MAX)
    });
    fields.finish();
    Some(FlowLog {
        id: own?,
        region: region?,
        resource: resource?,
        active: active?.unwrap_or(true),
        traffic: traffic?.to_owned(),
        project: project?.to_owned(),
        store: store?.to_owned(),
        retention_days: days?,
        place: Place::default(),
    })
}

fn listener_access(at: &At<'_>) -> Option<ListenerAccess> {
    let mut fields = at.fields()?;
    let forms = "{\"everyone\": true} | {\"only\": [\"acl-…\"]} | {\"all_but\": [\"acl-…\"]}";
    only_one(at, &fields, &["everyone", "only", "all_but"], forms)?;
    let access = if fields.has("everyone") {
        set(&fields.need("everyone")?).map(|()| ListenerAccess::Everyone)
    } else if fields.has("only") {
        let lists = fields.need("only")?.each(At::id);
        lists.map(ListenerAccess::Only)
    } else {
        let lists = fields.need("all_but")?.each(At::id);
        lists.map(ListenerAccess::AllBut)
    };
    fields.finish();
    access
}
