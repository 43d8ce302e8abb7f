//! Load balancers of all three kinds, their listeners, server groups and access lists.

use std::net::IpAddr;

use yumen_cloud::{
    AccessList, BalancerKind, Id, Listener, ListenerAccess, ListenerProtocol, LoadBalancer, Server,
    ServerGroup, ServerTarget, Target, TlsVersion,
};
use yumen_packets::Interval;

use crate::reader::facts::{Fact, Item, ListenerFact, RuleFact, Section, distinct};
use crate::reader::record::Record;
use crate::reader::value::is;

/// An item of `DescribeLoadBalancers`, or the answer of `DescribeLoadBalancerAttribute`, which
/// alone tells of the balancer's own servers and which listeners there are.
pub(super) fn classic(item: Record<'_>, is_attribute: bool, section: &mut Section) -> Option<Id> {
    let id = item.own_id("LoadBalancerId")?;
    let mut balancer = bare(item, id.clone(), BalancerKind::Classic);
    balancer.internet = !is(item.text("AddressType"), "intranet");
    balancer.active = is(item.text("LoadBalancerStatus"), "active");
    balancer.addresses = item.address("Address").into_iter().collect();
    if is_attribute {
        let servers = item.records("BackendServers", "BackendServer").into_iter();
        balancer.servers = servers.filter_map(backend).collect();
        balancer.servers.sort();
    }
    section.facts.push(Fact::Balancer(Box::new(balancer)));
    if is_attribute {
        let fields = ("ListenerPortsAndProtocol", "ListenerPortAndProtocol");
        for listener in item.records(fields.0, fields.1) {
            let word = listener.text("ListenerProtocol").unwrap_or_default();
            let redirects = is(listener.text("ListenerForward"), "on");
            if let Some(mut fact) = classic_head(listener, &id, word) {
                fact.listener.targets_unread = !redirects;
                fact.listener.redirects =
                    redirects && fact.listener.protocol == ListenerProtocol::Http;
                fact.listener.access_unread = true;
                section.facts.push(Fact::Listener(Box::new(fact)));
            }
        }
    }
    Some(id)
}

/// An item of `DescribeLoadBalancerListeners`, or the answer of one of the actions that tell of
/// a listener of a protocol, which is then given.
pub(super) fn classic_listener(
    item: Record<'_>,
    protocol: Option<&'static str>,
    section: &mut Section,
) -> Option<Id> {
    let balancer = item.own_id("LoadBalancerId")?;
    let word = protocol
        .or_else(|| item.text("ListenerProtocol"))
        .unwrap_or_default();
    let mut fact = classic_head(item, &balancer, word)?;
    let id = fact.listener.id.clone();
    fact.listener.running = is(item.text("Status"), "running");
    let mut lists = item.ids("AclIds", "AclId");
    if lists.is_empty() {
        let texts = item
            .text("AclId")
            .unwrap_or_default()
            .split(',')
            .map(str::trim);
        lists.extend(
            texts
                .filter(|text| !text.is_empty())
                .map(|text| item.notes.id(text)),
        );
    }
    lists.sort();
    lists.dedup();
    if is(item.text("AclStatus"), "on") {
        set_access(item, lists, &mut fact.listener);
    }
    let configs = [
        "HTTPListenerConfig",
        "HTTPSListenerConfig",
        "TCPListenerConfig",
        "UDPListenerConfig",
    ];
    let configs: Vec<Record<'_>> = configs
        .iter()
        .filter_map(|field| item.record(field))
        .chain([item])
        .collect();
    let redirects = configs
        .iter()
        .any(|config| is(config.text("ListenerForward"), "on"));
    fact.listener.redirects = redirects && fact.listener.protocol == ListenerProtocol::Http;
    let policy = configs
        .iter()
        .find_map(|config| config.text("TLSCipherPolicy"));
    fact.listener.minimum_tls = minimum_tls(fact.listener.protocol, policy);
    if !redirects {
        let pair = configs
            .iter()
            .find_map(|config| config.id("MasterSlaveServerGroupId"));
        fact.listener.targets = vec![match item.id("VServerGroupId").or(pair) {
            Some(group) => Target::ServerGroup(group),
            None => Target::OwnServers(item.number::<u16>("BackendServerPort").filter(|p| *p > 0)),
        }];
        for rule in item.records("Rules", "Rule") {
            fact.rule_groups.extend(rule.id("VServerGroupId"));
        }
    }
    section.facts.push(Fact::Listener(Box::new(fact)));
    Some(id)
}

/// A classic listener as far as its port and protocol tell.
fn classic_head(item: Record<'_>, balancer: &Id, word: &str) -> Option<ListenerFact> {
    let protocol = protocol(item, word)?;
    let port: u16 = item.number("ListenerPort").or_else(|| {
        if item.text("ListenerPort").is_none() {
            item.not_understood("ListenerPort", "gap-bad-ports", "");
        }
        None
    })?;
    let id = Id::from(format!("{balancer}/{}/{port}", word.to_ascii_lowercase()));
    let listener = Listener {
        place: item.place(&id),
        id,
        protocol,
        ports: Interval::single(port),
        running: true,
        access: ListenerAccess::Everyone,
        empty_allow_list: false,
        targets: Vec::new(),
        redirects: false,
        minimum_tls: None,
        targets_unread: false,
        access_unread: false,
    };
    let balancer = Some(item.notes.id(balancer.as_str()));
    Some(ListenerFact {
        balancer,
        listener,
        rule_groups: Vec::new(),
    })
}

fn protocol(item: Record<'_>, word: &str) -> Option<ListenerProtocol> {
    match word.trim().to_ascii_lowercase().as_str() {
        "tcp" => Some(ListenerProtocol::Tcp),
        "udp" => Some(ListenerProtocol::Udp),
        "tcpssl" => Some(ListenerProtocol::TcpSsl),
        "http" => Some(ListenerProtocol::Http),
        "https" => Some(ListenerProtocol::Https),
        "quic" => Some(ListenerProtocol::Quic),
        _ => {
            item.not_understood("ListenerProtocol", "gap-bad-protocol", word);
            None
        }
    }
}

/// Reads who may connect from `AclType` and the lists. An allow-list without any list lets
/// everyone in, as the provider does.
fn set_access(item: Record<'_>, lists: Vec<Id>, listener: &mut Listener) {
    let kind = item.text("AclType");
    let (white, black) = (is(kind, "white"), is(kind, "black"));
    if !white && !black {
        item.not_understood("AclType", "gap-bad-access", kind.unwrap_or_default());
    }
    listener.access_unread = !white && !black;
    listener.empty_allow_list = white && lists.is_empty();
    listener.access = match lists {
        lists if lists.is_empty() => ListenerAccess::Everyone,
        lists if white => ListenerAccess::Only(lists),
        lists if black => ListenerAccess::AllBut(lists),
        _ => ListenerAccess::Everyone,
    };
}

/// The oldest version of TLS that a listener's policy lets clients use. The names of the
/// provider's own policies begin with it; what a policy of the user says is read nowhere.
fn minimum_tls(protocol: ListenerProtocol, policy: Option<&str>) -> Option<TlsVersion> {
    match protocol {
        ListenerProtocol::Https | ListenerProtocol::TcpSsl => {
            let policy = policy?.trim().to_ascii_lowercase();
            let mut words = policy.strip_prefix("tls_cipher_policy_")?.split('_');
            match (words.next()?, words.next()?) {
                ("1", "0") => Some(TlsVersion::V1_0),
                ("1", "1") => Some(TlsVersion::V1_1),
                ("1", "2") => Some(TlsVersion::V1_2),
                ("1", "3") => Some(TlsVersion::V1_3),
                _ => None,
            }
        }
        // RFC 9001, section 4.2: no older one may be used.
        ListenerProtocol::Quic => Some(TlsVersion::V1_3),
        ListenerProtocol::Tcp | ListenerProtocol::Udp | ListenerProtocol::Http => None,
    }
}

/// An item of `DescribeVServerGroups` or `DescribeMasterSlaveServerGroups`.
pub(super) fn classic_group(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let fields = ["VServerGroupId", "MasterSlaveServerGroupId"];
    let field = fields
        .into_iter()
        .find(|field| item.has(field))
        .unwrap_or("VServerGroupId");
    let id = item.own_id(field)?;
    group_attributes(item, id.clone(), section);
    // The balancer's forwarding rules that name the group; by which listener is not said.
    let used = item.record("AssociatedObjects");
    if used.is_some_and(|used| !used.records("Rules", "Rule").is_empty()) {
        let groups = vec![item.notes.id(id.as_str())];
        section.facts.push(Fact::ForwardingRule(Box::new(RuleFact {
            listener: id.clone(),
            groups,
            priority: None,
            answers: true,
            redirects_all: false,
        })));
    }
    Some(id)
}

/// The other fields of `DescribeVServerGroupAttribute`.
pub(super) fn group_attributes(fields: Record<'_>, id: Id, section: &mut Section) {
    let group = ServerGroup {
        place: fields.place(&id),
        id,
        region: fields.notes.region.clone(),
        vpc: fields.id("VpcId"),
        servers: Vec::new(),
        preserves_client_address: None,
        unread: true,
    };
    section.facts.push(Fact::ServerGroup(Box::new(group)));
}

/// An item of `ListServerGroups`.
pub(super) fn modern_group(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("ServerGroupId")?;
    group_attributes(item, id.clone(), section);
    if let Some(Fact::ServerGroup(group)) = section.facts.last_mut() {
        group.preserves_client_address = item.flag("PreserveClientIpEnabled");
    }
    Some(id)
}

/// A server of a group.
pub(super) fn server(item: Record<'_>, section: &mut Section) -> Item {
    match backend(item) {
        Some(server) => {
            section.facts.push(Fact::Server(server));
            Item::Nameless
        }
        None => Item::Skipped,
    }
}

fn backend(item: Record<'_>) -> Option<Server> {
    let id = item.own_id("ServerId")?;
    let kind = item.text("ServerType").or_else(|| item.text("Type"));
    let id = item.notes.id(id.as_str());
    let target = match kind.unwrap_or("ecs").to_ascii_lowercase().as_str() {
        "ecs" => ServerTarget::Instance(id),
        "eni" => ServerTarget::Interface(id),
        "ip" => match item.text("ServerIp").unwrap_or(id.as_str()).trim().parse() {
            Ok(address) => ServerTarget::Address(address),
            Err(_) => ServerTarget::Other(id),
        },
        "eci" => match item.address::<IpAddr>("ServerIp") {
            Some(address) => ServerTarget::Address(address),
            None => ServerTarget::Other(id),
        },
        _ => ServerTarget::Other(id),
    };
    let port = item.number("Port").filter(|port| *port > 0);
    Some(Server {
        target,
        port,
        weight: item.number("Weight").unwrap_or(100),
    })
}

/// An item of `ListLoadBalancers`, or the answer of `GetLoadBalancerAttribute`.
pub(super) fn modern(product: &str, item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("LoadBalancerId")?;
    let is_nlb = product == "nlb";
    let kind = if is_nlb {
        BalancerKind::Network
    } else {
        BalancerKind::Application
    };
    let mut balancer = bare(item, id.clone(), kind);
    balancer.internet = is(item.text("AddressType"), "Internet")
        || is(item.text("Ipv6AddressType"), "Internet")
        || item.text("AddressType").is_none();
    balancer.active = is(item.text("LoadBalancerStatus"), "Active");
    balancer.groups = item.ids("SecurityGroupIds", "SecurityGroupId");
    balancer.groups.sort();
    balancer.groups.dedup();
    let fields = [
        "Address",
        "PublicIPv4Address",
        "IntranetAddress",
        "PrivateIPv4Address",
        "Ipv6Address",
    ];
    for zone in item.records("ZoneMappings", "ZoneMapping") {
        for address in zone.records("LoadBalancerAddresses", "LoadBalancerAddress") {
            balancer.addresses.extend(
                fields
                    .iter()
                    .filter_map(|field| address.address::<IpAddr>(field)),
            );
            for field in ["Ipv4LocalAddresses", "Ipv6LocalAddresses"] {
                let texts = address.texts(field, "").into_iter();
                let local = texts.filter_map(|text| address.parse_address(field, text));
                balancer
                    .local_addresses
                    .extend::<Vec<IpAddr>>(local.collect());
            }
        }
    }
    balancer.addresses = distinct(balancer.addresses);
    balancer.local_addresses = distinct(balancer.local_addresses);
    section.facts.push(Fact::Balancer(Box::new(balancer)));
    Some(id)
}

/// An item of `ListListeners`, or the answer of `GetListenerAttribute`. An ALB tells who may
/// connect only in the latter.
pub(super) fn modern_listener(
    product: &str,
    item: Record<'_>,
    is_attribute: bool,
    section: &mut Section,
) -> Option<Id> {
    let id = item.own_id("ListenerId")?;
    let word = item.text("ListenerProtocol").unwrap_or_default();
    let protocol = protocol(item, word)?;
    let ports = listener_ports(item)?;
    let mut listener = Listener {
        place: item.place(&id),
        id: id.clone(),
        protocol,
        ports,
        running: is(item.text("ListenerStatus"), "Running"),
        access: ListenerAccess::Everyone,
        empty_allow_list: false,
        targets: Vec::new(),
        redirects: false,
        minimum_tls: minimum_tls(protocol, item.text("SecurityPolicyId")),
        targets_unread: false,
        access_unread: product == "alb" && !is_attribute,
    };
    if let Some(config) = item.record("AclConfig") {
        let relations = config.records("AclRelations", "AclRelation").into_iter();
        let mut lists: Vec<Id> = relations
            .filter(|relation| !is(relation.text("Status"), "Dissociating"))
            .filter_map(|relation| relation.id("AclId"))
            .collect();
        lists.sort();
        lists.dedup();
        if config.text("AclType").is_some() || !lists.is_empty() {
            set_access(config, lists, &mut listener);
        }
    }
    let mut groups: Vec<Id> = item.id("ServerGroupId").into_iter().collect();
    groups.extend(action_groups(item, "DefaultActions", "DefaultAction"));
    listener.targets = groups.into_iter().map(Target::ServerGroup).collect();
    listener.targets.sort();
    listener.targets.dedup();
    listener.redirects = protocol == ListenerProtocol::Http
        && redirects_only(item, "DefaultActions", "DefaultAction");
    let fact = ListenerFact {
        balancer: item.id("LoadBalancerId"),
        listener,
        rule_groups: vec![],
    };
    section.facts.push(Fact::Listener(Box::new(fact)));
    Some(id)
}

/// One port, or from `StartPort` to `EndPort` for a listener on every port between.
fn listener_ports(item: Record<'_>) -> Option<Interval<u16>> {
    let field = |name| item.number::<u16>(name);
    let ports = match field("ListenerPort") {
        Some(port) if port > 0 => Some(Interval::single(port)),
        _ => field("StartPort")
            .zip(field("EndPort"))
            .and_then(|(low, high)| Interval::new(low, high)),
    };
    if ports.is_none() {
        let text = item.text("ListenerPort").unwrap_or_default();
        item.not_understood("ListenerPort", "gap-bad-ports", text);
    }
    ports
}

/// An item of `ListRules`.
pub(super) fn forwarding_rule(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("RuleId")?;
    let listener = item.own_id("ListenerId")?;
    // What a rule for responses does happens after a server has answered.
    let of_requests = !is(item.text("Direction"), "Response");
    let conditions = item.records("RuleConditions", "RuleCondition");
    let takes_all = !conditions.is_empty() && conditions.into_iter().all(is_of_every_path);
    let redirects = redirects_only(item, "RuleActions", "RuleAction");
    let rule = RuleFact {
        listener,
        groups: action_groups(item, "RuleActions", "RuleAction"),
        priority: item.number("Priority"),
        answers: of_requests && !redirects,
        redirects_all: of_requests && redirects && takes_all,
    };
    section.facts.push(Fact::ForwardingRule(Box::new(rule)));
    Some(id)
}

/// True if a condition of a forwarding rule holds for every request.
fn is_of_every_path(condition: Record<'_>) -> bool {
    let paths = condition.record("PathConfig");
    let paths = paths.map(|config| config.texts("Values", "Value"));
    is(condition.text("Type"), "Path") && paths.is_some_and(|paths| paths.contains(&"/*"))
}

/// True if actions send the client on to HTTPS and none of them answers or forwards.
fn redirects_only(item: Record<'_>, outer: &str, inner: &str) -> bool {
    let mut to_https = false;
    for action in item.records(outer, inner) {
        let kind = action.text("Type");
        if is(kind, "Redirect") {
            let protocol = action.record("RedirectConfig");
            let protocol = protocol.and_then(|config| config.text("Protocol"));
            if !is(protocol, "HTTPS") {
                return false;
            }
            to_https = true;
        } else if is(kind, "ForwardGroup") || is(kind, "FixedResponse") {
            return false;
        }
    }
    to_https
}

fn action_groups(item: Record<'_>, outer: &str, inner: &str) -> Vec<Id> {
    let configs = item.records(outer, inner).into_iter();
    let configs = configs.filter_map(|action| action.record("ForwardGroupConfig"));
    configs
        .flat_map(|config| config.records("ServerGroupTuples", "ServerGroupTuple"))
        .filter_map(|tuple| tuple.id("ServerGroupId"))
        .collect()
}

/// An item of `DescribeAccessControlLists` or `ListAcls`.
pub(super) fn access_list(item: Record<'_>, section: &mut Section) -> Option<Id> {
    let id = item.own_id("AclId")?;
    access_list_attributes(item, id.clone(), section);
    Some(id)
}

/// The other fields of `DescribeAccessControlListAttribute`.
pub(super) fn access_list_attributes(fields: Record<'_>, id: Id, section: &mut Section) {
    let list = AccessList {
        place: fields.place(&id),
        id,
        region: fields.notes.region.clone(),
        name: fields.string("AclName"),
        entries: Vec::new(),
        unread: true,
    };
    section.facts.push(Fact::AccessList(Box::new(list)));
}

fn bare(item: Record<'_>, id: Id, kind: BalancerKind) -> LoadBalancer {
    LoadBalancer {
        place: item.place(&id),
        id,
        region: item.notes.region.clone(),
        kind,
        name: item.string("LoadBalancerName"),
        vpc: item.id("VpcId"),
        internet: true,
        active: false,
        addresses: Vec::new(),
        local_addresses: Vec::new(),
        groups: Vec::new(),
        listeners: Vec::new(),
        servers: Vec::new(),
        unread: false,
    }
}
