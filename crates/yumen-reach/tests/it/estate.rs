//! A small language for estates, so that a case can be read at a glance.
//!
//! One thing a line, parts of a thing on the lines after it, `#` begins a comment:
//!
//! ```text
//! vpc vpc-a 10.0.0.0/16
//! vswitch vsw-1 vpc-a 10.0.1.0/24 [acl=nacl-1] [table=vtb-1]
//! sg sg-web vpc-a basic|advanced [inner=accept|drop] [unread] [unread-in] [unread-out] [name=N] [desc=D]
//!   in accept|drop PRIORITY PROTOCOL PORTS from PEER [local=NET] [sport=PORTS] [id=ID] [uncertain] [desc=D]
//!   out … to PEER …       # PORTS: -1/-1, 22, 22/30, list:ID; PEER: NET, pl:ID, sg:ID[@ACCOUNT], anywhere
//! eni eni-1 vpc-a vsw-1 10.0.1.5[,10.0.1.6] sg-web[,sg-app]|- [v6=2408::5,yes|no|unread]
//!     [instance=i-1] [stopped] [detached] [secondary] [prefix=NET] [public=ADDRESS] [static=ADDRESS]
//!     [name=NAME] [tags=KEY:VALUE,…] [token=yes|no]
//! eip eip-1 47.1.2.3 eni-1|i-1|ngw-1|lb-1|none [notinuse] [cutthrough] [private=10.0.1.6]
//! nat ngw-1 vpc-a internet|private [vswitch=vsw-1] [unavailable] [unread]
//!   forward 47.1.2.9 8022 tcp 10.0.1.5 22 [id=ID] [unavailable]      # ports: any, 80, 80/90
//!   snat vsw-1|NET [unavailable]
//! acl nacl-1 vpc-a [unread]
//!   in accept|drop PROTOCOL PORTS NET [id=ID] [uncertain]
//! prefixlist pl-1 NET … [unread]       portlist prl-1 PORTS … [unread]
//! accesslist acl-1 NET … [unread]
//! table vtb-1 vpc-a [system] [unread]
//!   route NET local|nat|ipv4|ipv6|connection|appliance|other [ID]
//! ipv4gw igw-1 vpc-a on|off
//! peering|cen|vpn|router pcc-1 vpc-a[,vpc-b] [inactive] [alias=ID]
//! clb|alb|nlb lb-1 vpc-a ADDRESS|- [intranet] [inactive] [groups=ID,ID] [local=ADDRESS,ADDRESS] [unread]
//!   listener lsn-1 tcp|udp|tcpssl|http|https|quic PORTS everyone|only=ID,ID|allbut=ID,ID sgp-1|own:PORT|-
//!       [stopped] [targets-unread] [access-unread] [emptylist] [redirects] [tls=1.0|1.1|1.2|1.3]
//!   server eni-1|i-1|ADDRESS [port=8080] [weight=0]
//! servergroup sgp-1 vpc-a [preserve=yes|no] [unread]
//!   server …
//! flowlog fl-1 vpc-a|vsw-1 [traffic=Allow] [inactive] [days=180]
//! trail trail-1 all|one write|read|all [off]
//! database db-1 ENGINE [public] [unread] NET …
//! incomplete LISTING …      outofscope LISTING …
//!
//! In names and descriptions `_` stands for a space.
//! ```

use std::net::{IpAddr, Ipv4Addr};

use ipnet::IpNet;
use yumen_cloud::{
    AccessList, AclEntry, Action, BalancerKind, Connection, ConnectionKind, Coverage,
    DatabaseEndpoint, DatabaseWhitelist, Direction, Eip, EipBinding, FlowLog, ForwardEntry,
    GroupKind, Id, InnerAccess, Instance, Interface, InterfaceKind, Ipv4Gateway, Ipv6Address,
    Listener, ListenerAccess, ListenerProtocol, Listing, LoadBalancer, ManagedDatabase, NatGateway,
    NetworkAcl, NextHop, NextHopKind, Peer, PortList, PortMatch, PrefixList, PrivateAddress,
    ProtocolMatch, Route, RouteTable, Rule, SecurityGroup, Server, ServerGroup, ServerTarget,
    Snapshot, SnatEntry, SnatSource, Target, TlsVersion, Trail, TrailEvents, VSwitch, Vpc,
};
use yumen_diagnostics::Place;
use yumen_packets::{Family, Interval};

const REGION: &str = "region";
const ACCOUNT: &str = "account";

/// One line: words by position, options by name.
struct Line<'a> {
    words: Vec<&'a str>,
    text: &'a str,
}

impl<'a> Line<'a> {
    fn word(&self, position: usize) -> &'a str {
        self.words
            .get(position)
            .copied()
            .unwrap_or_else(|| panic!("`{}`: word {position} is missing", self.text))
    }

    fn id(&self, position: usize) -> Id {
        self.word(position).into()
    }

    fn rest(&self, from: usize) -> impl Iterator<Item = &'a str> + '_ {
        let flags = ["unread", "uncertain"];
        self.words
            .iter()
            .skip(from)
            .copied()
            .filter(move |word| !flags.contains(word))
    }

    fn has(&self, flag: &str) -> bool {
        self.words.contains(&flag)
    }

    fn option(&self, name: &str) -> Option<&'a str> {
        self.words
            .iter()
            .find_map(|word| word.strip_prefix(name)?.strip_prefix('='))
    }

    fn spaced(&self, name: &str) -> String {
        self.option(name).unwrap_or_default().replace('_', " ")
    }

    fn ids(&self, name: &str) -> Vec<Id> {
        self.option(name).map(ids).unwrap_or_default()
    }
}

fn ids(text: &str) -> Vec<Id> {
    text.split(',')
        .filter(|id| !id.is_empty() && *id != "-")
        .map(Id::from)
        .collect()
}

fn address<T: std::str::FromStr>(text: &str) -> T {
    text.parse()
        .ok()
        .unwrap_or_else(|| panic!("`{text}` is no address"))
}

fn net(text: &str) -> IpNet {
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .unwrap_or_else(|_| {
            panic!("`{text}` is no network");
        })
}

fn ports(text: &str) -> Option<Interval<u16>> {
    if matches!(text, "-1/-1" | "any") {
        return None;
    }
    let (low, high) = text.split_once('/').unwrap_or((text, text));
    let number = |text: &str| {
        text.parse()
            .unwrap_or_else(|_| panic!("`{text}` is no port"))
    };
    Some(
        Interval::new(number(low), number(high))
            .unwrap_or_else(|| panic!("`{text}` is upside down")),
    )
}

fn port_match(text: &str) -> PortMatch {
    match text.strip_prefix("list:") {
        Some(list) => PortMatch::List(list.into()),
        None => ports(text).map_or(PortMatch::Any, PortMatch::Range),
    }
}

/// The number of a protocol by its name or number.
pub(crate) fn protocol_number(text: &str) -> u8 {
    match text {
        "tcp" => 6,
        "udp" => 17,
        "icmp" => 1,
        "icmpv6" => 58,
        "gre" => 47,
        number => number
            .parse()
            .unwrap_or_else(|_| panic!("`{number}` is no protocol")),
    }
}

fn protocol(text: &str) -> ProtocolMatch {
    if text == "all" {
        ProtocolMatch::All
    } else {
        ProtocolMatch::Number(protocol_number(text))
    }
}

fn action(text: &str) -> Action {
    match text {
        "accept" => Action::Accept,
        "drop" => Action::Drop,
        other => panic!("`{other}` is neither accept nor drop"),
    }
}

fn listing(text: &str) -> Listing {
    let mut all = Listing::ALL.into_iter();
    all.find(|listing| listing.word() == text)
        .unwrap_or_else(|| panic!("`{text}` is no listing"))
}

/// What the next part belongs to.
enum Open {
    Nothing,
    Group(SecurityGroup),
    Acl(NetworkAcl),
    Nat(NatGateway),
    Table(RouteTable),
    Balancer(LoadBalancer),
    Servers(ServerGroup),
}

/// Reads an estate; every listing is complete unless a line says otherwise.
pub(crate) fn parse(text: &str) -> Snapshot {
    let mut snapshot = Snapshot {
        account: Some(ACCOUNT.into()),
        ..Snapshot::default()
    };
    snapshot.regions.insert(REGION.into());
    for listing in Listing::ALL {
        snapshot
            .coverage
            .insert((REGION.into(), listing), Coverage::Complete);
    }
    let mut open = Open::Nothing;
    for (number, text) in text.lines().enumerate() {
        let text = text.split('#').next().unwrap_or_default().trim();
        if text.is_empty() {
            continue;
        }
        let line = Line {
            words: text.split_whitespace().collect(),
            text,
        };
        let place = Place::in_file("estate".into()).at_line(u32::try_from(number).unwrap() + 1);
        if !part(&mut open, &line, &place) {
            close(&mut snapshot, std::mem::replace(&mut open, Open::Nothing));
            open = thing(&mut snapshot, &line, place);
        }
    }
    close(&mut snapshot, open);
    bind_acls(&mut snapshot);
    snapshot
}

fn close(snapshot: &mut Snapshot, open: Open) {
    let doubled = match open {
        Open::Nothing => false,
        Open::Group(group) => snapshot.groups.insert(group).is_some(),
        Open::Acl(acl) => snapshot.network_acls.insert(acl).is_some(),
        Open::Nat(gateway) => snapshot.nat_gateways.insert(gateway).is_some(),
        Open::Table(table) => snapshot.route_tables.insert(table).is_some(),
        Open::Balancer(balancer) => snapshot.balancers.insert(balancer).is_some(),
        Open::Servers(group) => snapshot.server_groups.insert(group).is_some(),
    };
    assert!(!doubled, "two things have one id");
}

/// Notes in every network ACL and route table which vSwitches use it.
fn bind_acls(snapshot: &mut Snapshot) {
    for vswitch in snapshot.vswitches.values() {
        if let Some(acl) = vswitch
            .acl
            .as_ref()
            .and_then(|id| snapshot.network_acls.get(id))
        {
            let mut acl = NetworkAcl::clone(acl);
            acl.vswitches.push(vswitch.id.clone());
            snapshot.network_acls.insert(acl);
        }
        if let Some(table) = vswitch
            .route_table
            .as_ref()
            .and_then(|id| snapshot.route_tables.get(id))
        {
            let mut table = RouteTable::clone(table);
            table.vswitches.push(vswitch.id.clone());
            snapshot.route_tables.insert(table);
        }
    }
}

fn thing(snapshot: &mut Snapshot, line: &Line<'_>, place: Place) -> Open {
    let region: Id = REGION.into();
    let name = String::new();
    match line.word(0) {
        "vpc" => {
            let cidrs = line.rest(2).map(net).collect();
            snapshot.vpcs.insert(Vpc {
                id: line.id(1),
                region,
                name,
                cidrs,
                place,
            });
        }
        "vswitch" => {
            let nets = line.rest(3).filter(|word| !word.contains('='));
            snapshot.vswitches.insert(VSwitch {
                id: line.id(1),
                region,
                vpc: Some(line.id(2)),
                name,
                cidrs: nets.map(net).collect(),
                acl: line.option("acl").map(Id::from),
                route_table: line.option("table").map(Id::from),
                place,
            });
        }
        "sg" => {
            return Open::Group(SecurityGroup {
                id: line.id(1),
                region,
                vpc: Some(line.id(2)),
                name: line.spaced("name"),
                description: line.spaced("desc"),
                kind: match line.word(3) {
                    "basic" => GroupKind::Basic,
                    "advanced" => GroupKind::Advanced,
                    other => panic!("`{other}` is no kind of group"),
                },
                inner_access: match line.option("inner") {
                    Some("drop") => InnerAccess::Drop,
                    _ => InnerAccess::Accept,
                },
                rules: Vec::new(),
                ingress_unread: line.has("unread") || line.has("unread-in"),
                egress_unread: line.has("unread") || line.has("unread-out"),
                managed: line.has("managed"),
                created_at: None,
                tags: Vec::new(),
                place,
            });
        }
        "eni" => interface(snapshot, line, place),
        "eip" => {
            let bound = line.word(3);
            snapshot.eips.insert(Eip {
                id: line.id(1),
                region,
                address: address(line.word(2)),
                in_use: !line.has("notinuse"),
                binding: match bound.split('-').next() {
                    Some("eni") => EipBinding::Interface(bound.into()),
                    Some("i") => EipBinding::Instance(bound.into()),
                    Some("ngw") => EipBinding::NatGateway(bound.into()),
                    Some("lb") => EipBinding::LoadBalancer(bound.into()),
                    Some("none") => EipBinding::Unbound,
                    _ => panic!("`{bound}` is nothing that an EIP binds to"),
                },
                private: line.option("private").map(address),
                cut_through: line.has("cutthrough"),
                place,
            });
        }
        "nat" => {
            return Open::Nat(NatGateway {
                id: line.id(1),
                region,
                vpc: Some(line.id(2)),
                vswitch: line.option("vswitch").map(Id::from),
                name,
                internet: line.word(3) == "internet",
                available: !line.has("unavailable"),
                forwards: Vec::new(),
                snats: Vec::new(),
                forwards_unread: line.has("unread"),
                snats_unread: line.has("unread"),
                place,
            });
        }
        "acl" => {
            return Open::Acl(NetworkAcl {
                id: line.id(1),
                region,
                vpc: Some(line.id(2)),
                name,
                ingress: Vec::new(),
                egress: Vec::new(),
                vswitches: Vec::new(),
                unread: line.has("unread"),
                place,
            });
        }
        "prefixlist" => {
            let (entries, unread) = (line.rest(2).map(net).collect(), line.has("unread"));
            snapshot.prefix_lists.insert(PrefixList {
                id: line.id(1),
                region,
                name,
                entries,
                unread,
                place,
            });
        }
        "portlist" => {
            let (entries, unread) = (line.rest(2).map(ports).collect(), line.has("unread"));
            snapshot.port_lists.insert(PortList {
                id: line.id(1),
                region,
                name,
                entries,
                unread,
                place,
            });
        }
        "accesslist" => {
            let (entries, unread) = (line.rest(2).map(net).collect(), line.has("unread"));
            snapshot.access_lists.insert(AccessList {
                id: line.id(1),
                region,
                name,
                entries,
                unread,
                place,
            });
        }
        "table" => {
            return Open::Table(RouteTable {
                id: line.id(1),
                region,
                vpc: Some(line.id(2)),
                system: line.has("system"),
                vswitches: Vec::new(),
                routes: Vec::new(),
                unread: line.has("unread"),
                place,
            });
        }
        "ipv4gw" => {
            let (vpc, enabled) = (Some(line.id(2)), line.word(3) == "on");
            snapshot.ipv4_gateways.insert(Ipv4Gateway {
                id: line.id(1),
                region,
                vpc,
                enabled,
                place,
            });
        }
        kind @ ("peering" | "cen" | "vpn" | "router") => {
            snapshot.connections.insert(Connection {
                id: line.id(1),
                kind: match kind {
                    "peering" => ConnectionKind::Peering,
                    "cen" => ConnectionKind::Cen,
                    "vpn" => ConnectionKind::Vpn,
                    _ => ConnectionKind::RouterInterface,
                },
                active: !line.has("inactive"),
                vpcs: ids(line.word(2)),
                remote: Vec::new(),
                aliases: line.ids("alias"),
                place,
            });
        }
        kind @ ("clb" | "alb" | "nlb") => {
            let list = |name| {
                line.option(name)
                    .into_iter()
                    .flat_map(|text| text.split(','))
                    .map(address)
            };
            return Open::Balancer(LoadBalancer {
                id: line.id(1),
                region,
                kind: match kind {
                    "clb" => BalancerKind::Classic,
                    "alb" => BalancerKind::Application,
                    _ => BalancerKind::Network,
                },
                name,
                vpc: Some(line.id(2)),
                internet: !line.has("intranet"),
                active: !line.has("inactive"),
                addresses: match line.word(3) {
                    "-" => Vec::new(),
                    addresses => addresses.split(',').map(address).collect(),
                },
                local_addresses: list("local").collect(),
                groups: line.ids("groups"),
                listeners: Vec::new(),
                servers: Vec::new(),
                unread: line.has("unread"),
                place,
            });
        }
        "servergroup" => {
            return Open::Servers(ServerGroup {
                id: line.id(1),
                region,
                vpc: Some(line.id(2)),
                servers: Vec::new(),
                preserves_client_address: line.option("preserve").map(|word| word == "yes"),
                unread: line.has("unread"),
                place,
            });
        }
        "flowlog" => {
            snapshot.flow_logs.insert(FlowLog {
                id: line.id(1),
                region,
                resource: Some(line.id(2)),
                active: !line.has("inactive"),
                traffic: line.option("traffic").unwrap_or("All").to_owned(),
                project: "project".to_owned(),
                store: format!("store-{}", line.word(1)),
                retention_days: line.option("days").map(|days| days.parse().unwrap()),
                place,
            });
        }
        "trail" => {
            snapshot.trails.insert(Trail {
                id: line.id(1),
                home_region: Some(region),
                all_regions: line.word(2) == "all",
                events: match line.word(3) {
                    "write" => Some(TrailEvents::Write),
                    "read" => Some(TrailEvents::Read),
                    "all" => Some(TrailEvents::All),
                    _ => None,
                },
                logging: Some(!line.has("off")),
                destinations: Vec::new(),
                place,
            });
        }
        "database" => {
            let nets = line.rest(3).filter(|word| *word != "public");
            snapshot.databases.insert(ManagedDatabase {
                id: line.id(1),
                region,
                engine: line.word(2).to_owned(),
                vpc: None,
                endpoints: vec![DatabaseEndpoint {
                    address: format!("{}.example", line.word(1)),
                    port: Some(3306),
                    public: line.has("public"),
                }],
                endpoints_unread: false,
                whitelists: vec![DatabaseWhitelist {
                    name: "default".to_owned(),
                    hidden: false,
                    networks: nets.map(net).collect(),
                }],
                source_groups: Some(Vec::new()),
                whitelists_unread: line.has("unread"),
                place,
            });
        }
        "incomplete" => {
            for word in line.rest(1) {
                snapshot
                    .coverage
                    .insert((region.clone(), listing(word)), Coverage::Incomplete);
            }
        }
        "outofscope" => {
            for word in line.rest(1) {
                snapshot.coverage.remove(&(region.clone(), listing(word)));
            }
        }
        other => panic!("`{}`: `{other}` is nothing known", line.text),
    }
    Open::Nothing
}

fn interface(snapshot: &mut Snapshot, line: &Line<'_>, place: Place) {
    let id = line.id(1);
    let region: Id = REGION.into();
    let mut groups = ids(line.word(5));
    groups.sort();
    let instance: Option<Id> = (!line.has("detached")).then(|| {
        line.option("instance")
            .map_or_else(|| format!("i-{id}").into(), Id::from)
    });
    let public = line.option("public").map(address);
    let private = line
        .word(4)
        .split(',')
        .filter(|word| *word != "-")
        .enumerate();
    let private = private.map(|(position, word)| PrivateAddress {
        address: address(word),
        public: public.filter(|_| position == 0),
    });
    let ipv6 = line.option("v6").map(|text| {
        let (text, internet) = text.split_once(',').unwrap_or((text, "no"));
        let internet = match internet {
            "yes" => Some(true),
            "no" => Some(false),
            _ => None,
        };
        Ipv6Address {
            address: address(text),
            internet,
        }
    });
    let kind = if line.has("secondary") {
        InterfaceKind::Secondary
    } else {
        InterfaceKind::Primary
    };
    if let Some(instance) = &instance
        && !snapshot.instances.contains(instance)
    {
        snapshot.instances.insert(Instance {
            id: instance.clone(),
            region: region.clone(),
            name: line.spaced("name"),
            running: !line.has("stopped"),
            vpc: Some(line.id(2)),
            public_addresses: line
                .option("static")
                .map(address::<Ipv4Addr>)
                .into_iter()
                .collect(),
            eip: None,
            metadata_token_required: line.option("token").map(|word| word == "yes"),
            created_at: None,
            tags: tags(line),
            place: place.clone(),
        });
    }
    snapshot.interfaces.insert(Interface {
        id,
        region,
        name: String::new(),
        vpc: Some(line.id(2)),
        vswitch: Some(line.id(3)).filter(|id| id.as_str() != "-"),
        instance,
        kind,
        groups,
        private: private.collect(),
        ipv6: ipv6.into_iter().collect(),
        prefixes: line.option("prefix").map(net).into_iter().collect(),
        managed: line.has("managed"),
        tags: Vec::new(),
        place,
    });
}

fn tags(line: &Line<'_>) -> Vec<(String, String)> {
    let tags = line
        .option("tags")
        .into_iter()
        .flat_map(|text| text.split(','));
    let mut tags: Vec<(String, String)> = tags
        .filter_map(|tag| tag.split_once(':'))
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .collect();
    tags.sort();
    tags
}

/// Adds a part to the thing that is open; false if the line begins something new.
fn part(open: &mut Open, line: &Line<'_>, place: &Place) -> bool {
    let place = place.clone();
    match (open, line.word(0)) {
        (Open::Group(group), "in" | "out") => {
            let id = part_id(line, || format!("{}/r{}", group.id, group.rules.len() + 1));
            group.rules.push(rule(line, id, place));
        }
        (Open::Acl(acl), side @ ("in" | "out")) => {
            let entries = if side == "in" {
                &mut acl.ingress
            } else {
                &mut acl.egress
            };
            let peer = net(line.word(4));
            let family = if peer.addr().is_ipv4() {
                Family::V4
            } else {
                Family::V6
            };
            let id = part_id(line, || format!("{}/{side}/{}", acl.id, entries.len() + 1));
            entries.push(AclEntry {
                id,
                action: action(line.word(1)),
                protocol: protocol(line.word(2)),
                ports: port_match(line.word(3)),
                family,
                peer,
                uncertain: line.has("uncertain"),
                place,
            });
        }
        (Open::Nat(gateway), "forward") => {
            let id = part_id(line, || {
                format!("{}/fwd{}", gateway.id, gateway.forwards.len() + 1)
            });
            gateway.forwards.push(ForwardEntry {
                id,
                external: address(line.word(1)),
                external_ports: ports(line.word(2)),
                protocol: protocol(line.word(3)),
                internal: address(line.word(4)),
                internal_ports: ports(line.word(5)),
                available: !line.has("unavailable"),
                place,
            });
        }
        (Open::Nat(gateway), "snat") => {
            let source = line.word(1);
            gateway.snats.push(SnatEntry {
                id: format!("{}/snat{}", gateway.id, gateway.snats.len() + 1).into(),
                source: if source.contains('/') {
                    SnatSource::Network(net(source))
                } else {
                    SnatSource::VSwitch(source.into())
                },
                addresses: Vec::new(),
                available: !line.has("unavailable"),
                place,
            });
        }
        (Open::Table(table), "route") => {
            let kind = match line.word(2) {
                "local" => NextHopKind::Local,
                "nat" => NextHopKind::NatGateway,
                "ipv4" => NextHopKind::Ipv4Gateway,
                "ipv6" => NextHopKind::Ipv6Gateway,
                "connection" => NextHopKind::Connection,
                "appliance" => NextHopKind::Appliance,
                _ => NextHopKind::Other,
            };
            let id = line.words.get(3).map(|id| Id::from(*id));
            let destination = net(line.word(1));
            table.routes.push(Route {
                destination,
                next_hops: vec![NextHop { kind, id }],
            });
        }
        (Open::Balancer(balancer), "listener") => balancer.listeners.push(listener(line, place)),
        (Open::Balancer(balancer), "server") => balancer.servers.push(server(line)),
        (Open::Servers(group), "server") => group.servers.push(server(line)),
        _ => return false,
    }
    true
}

fn part_id(line: &Line<'_>, default: impl FnOnce() -> String) -> Id {
    line.option("id").map_or_else(|| default().into(), Id::from)
}

fn rule(line: &Line<'_>, id: Id, place: Place) -> Rule {
    let peer = line.word(6);
    Rule {
        id,
        direction: if line.word(0) == "in" {
            Direction::Ingress
        } else {
            Direction::Egress
        },
        action: action(line.word(1)),
        priority: line.word(2).parse().unwrap(),
        protocol: protocol(line.word(3)),
        ports: port_match(line.word(4)),
        source_ports: line.option("sport").map_or(PortMatch::Any, port_match),
        peer: match peer.split_once(':') {
            Some(("pl", list)) => Peer::PrefixList(list.into()),
            Some(("sg", group)) => {
                let (group, owner) = group
                    .split_once('@')
                    .map_or((group, None), |(group, owner)| (group, Some(owner.into())));
                Peer::Group {
                    group: group.into(),
                    owner,
                }
            }
            _ if peer == "anywhere" => Peer::Anywhere,
            _ => Peer::Network(net(peer)),
        },
        local: line.option("local").map(net),
        uncertain: line.has("uncertain"),
        description: line.spaced("desc"),
        created_at: None,
        place,
    }
}

fn listener(line: &Line<'_>, place: Place) -> Listener {
    let access = line.word(4);
    let target = line.word(5);
    Listener {
        id: line.id(1),
        protocol: match line.word(2) {
            "tcp" => ListenerProtocol::Tcp,
            "udp" => ListenerProtocol::Udp,
            "tcpssl" => ListenerProtocol::TcpSsl,
            "http" => ListenerProtocol::Http,
            "https" => ListenerProtocol::Https,
            "quic" => ListenerProtocol::Quic,
            other => panic!("`{other}` is no listener's protocol"),
        },
        ports: ports(line.word(3)).unwrap_or_else(Interval::all),
        running: !line.has("stopped"),
        access: match access.split_once('=') {
            Some(("only", lists)) => ListenerAccess::Only(ids(lists)),
            Some(("allbut", lists)) => ListenerAccess::AllBut(ids(lists)),
            _ => ListenerAccess::Everyone,
        },
        targets: match target.strip_prefix("own:") {
            _ if target == "-" => Vec::new(),
            Some(port) => vec![Target::OwnServers(ports(port).map(Interval::low))],
            None => vec![Target::ServerGroup(target.into())],
        },
        empty_allow_list: line.has("emptylist"),
        redirects: line.has("redirects"),
        minimum_tls: line.option("tls").map(|version| match version {
            "1.0" => TlsVersion::V1_0,
            "1.1" => TlsVersion::V1_1,
            "1.2" => TlsVersion::V1_2,
            "1.3" => TlsVersion::V1_3,
            other => panic!("`{other}` is no version of TLS"),
        }),
        targets_unread: line.has("targets-unread"),
        access_unread: line.has("access-unread"),
        place,
    }
}

fn server(line: &Line<'_>) -> Server {
    let target = line.word(1);
    Server {
        target: match target.split('-').next() {
            Some("eni") => ServerTarget::Interface(target.into()),
            Some("i") => ServerTarget::Instance(target.into()),
            _ => ServerTarget::Address(address(target)),
        },
        port: line.option("port").map(|port| port.parse().unwrap()),
        weight: line
            .option("weight")
            .map_or(100, |weight| weight.parse().unwrap()),
    }
}
