//! What one file says, before the files are put together.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv6Addr};

use ipnet::IpNet;
use yumen_cloud::{
    AccessList, Connection, DatabaseEndpoint, DatabaseWhitelist, Eip, FlowLog, ForwardEntry, Gap,
    Id, Instance, Interface, Ipv4Gateway, Listener, LoadBalancer, ManagedDatabase, NatGateway,
    NetworkAcl, PortList, PrefixList, Route, RouteTable, Rule, SecurityGroup, Server, ServerGroup,
    SnatEntry, Trail, VSwitch, Vpc,
};
use yumen_diagnostics::Place;
use yumen_packets::Interval;

use crate::reader::layout::Action;
use crate::reader::record::Record;

/// Everything that a file says.
pub(crate) struct FileFacts {
    pub(crate) action: &'static Action,
    pub(crate) region: Id,
    /// One for the whole file, or one for each resource that it answers for
    pub(crate) sections: Vec<Section>,
    pub(crate) gaps: Vec<Gap>,
    /// False if something that the file should hold was not read
    pub(crate) whole: bool,
}

/// What a file says about one resource, or, of a listing, all that it says.
#[derive(Default)]
pub(crate) struct Section {
    pub(crate) resource: Option<Id>,
    /// Where its first page starts
    pub(crate) place: Place,
    pub(crate) facts: Vec<Fact>,
    /// Rules of a security group, which are too many to be facts among others
    pub(crate) rules: Vec<Rule>,
    /// False if something that it should hold was not read
    pub(crate) whole: bool,
    pub(crate) tally: Tally,
}

/// What became of an item.
pub(crate) enum Item {
    /// It was read and has an id
    Known(Id),
    /// It was read; such items have no id
    Nameless,
    /// It was not read; why has been noted
    Skipped,
}

/// Counts pages and items, to find out whether some are missing.
#[derive(Default)]
pub(crate) struct Tally {
    known: HashSet<Id>,
    others: u64,
    pages: u64,
    /// Pages that say that another one follows
    followed: u64,
    total: Option<u64>,
    /// Line of the last page
    line: Option<u32>,
}

/// What is missing.
pub(crate) enum Missing {
    /// Fewer items than the pages say there are
    Items { read: u64, total: u64 },
    /// A page that follows the last one
    NextPage,
}

impl Tally {
    /// Counts an item, whether or not it was understood.
    pub(crate) fn item(&mut self, item: &Item) {
        match item {
            Item::Known(id) => {
                self.known.insert(id.clone());
            }
            Item::Nameless | Item::Skipped => self.others += 1,
        }
    }

    /// Counts a page by its own fields.
    pub(crate) fn page(&mut self, fields: Record<'_>) {
        self.pages += 1;
        self.line = Some(fields.line());
        self.followed += u64::from(fields.text("NextToken").is_some());
        let totals = ["TotalCount", "TotalRecordCount", "TotalAclEntry"];
        let total = totals.iter().find_map(|field| fields.number::<u64>(field));
        self.total = self.total.max(total);
    }

    /// Adds what was counted elsewhere.
    pub(crate) fn append(&mut self, other: Tally) {
        self.known.extend(other.known);
        self.others += other.others;
        self.pages += other.pages;
        self.line = other.line.or(self.line);
        self.followed += other.followed;
        self.total = self.total.max(other.total);
    }

    /// Line of the last page.
    pub(crate) fn line(&self) -> Option<u32> {
        self.line
    }

    /// What is missing, judged after the last page.
    pub(crate) fn missing(&self) -> Option<Missing> {
        let read = self.others + u64::try_from(self.known.len()).unwrap_or(u64::MAX);
        match self.total {
            Some(total) if read < total => Some(Missing::Items { read, total }),
            Some(total) if total > 0 => None,
            _ if self.pages > 0 && self.followed == self.pages => Some(Missing::NextPage),
            _ => None,
        }
    }
}

/// One thing that a file says.
pub(crate) enum Fact {
    Instance(Box<InstanceFact>),
    Interface(Box<Interface>),
    Group(Box<SecurityGroup>),
    PrefixList(Box<PrefixList>),
    PortList(Box<PortList>),
    Entry(IpNet),
    Ports(Option<Interval<u16>>),
    Vpc(Box<Vpc>),
    VSwitch(Box<VSwitch>),
    Eip(Box<Eip>),
    Nat(Box<NatFact>),
    Forward(Box<TableEntry<ForwardEntry>>),
    Snat(Box<TableEntry<SnatEntry>>),
    NetworkAcl(Box<NetworkAcl>),
    RouteTable(Box<RouteTable>),
    Route(Route),
    FlowLog(Box<FlowLog>),
    /// For how many days a log store keeps what it gets
    Retention(u32),
    Trail(Box<Trail>),
    /// Whether a trail records now
    Logging(bool),
    Ipv6(Ipv6Fact),
    Ipv4Gateway(Box<Ipv4Gateway>),
    Connection(Box<Connection>),
    /// A VPC, or another network, attached to a CEN
    Attached(Box<Attached>),
    Balancer(Box<LoadBalancer>),
    Listener(Box<ListenerFact>),
    ServerGroup(Box<ServerGroup>),
    Server(Server),
    AccessList(Box<AccessList>),
    ForwardingRule(Box<RuleFact>),
    Database(Box<ManagedDatabase>),
    Endpoint(DatabaseEndpoint),
    /// A database is made of shards, whose endpoints are told elsewhere
    Shards,
    Whitelist(DatabaseWhitelist),
    /// Security groups that a database lets in
    SourceGroups(Vec<Id>),
}

/// An instance with what its own record says of its interfaces.
pub(crate) struct InstanceFact {
    pub(crate) instance: Instance,
    pub(crate) interfaces: Vec<Interface>,
}

/// A NAT gateway with the names of its tables.
#[derive(Clone)]
pub(crate) struct NatFact {
    pub(crate) gateway: NatGateway,
    pub(crate) forward_tables: Vec<Id>,
    pub(crate) snat_tables: Vec<Id>,
}

/// An entry of a table of a NAT gateway.
pub(crate) struct TableEntry<T> {
    pub(crate) gateway: Option<Id>,
    pub(crate) table: Option<Id>,
    pub(crate) entry: T,
}

/// Whether an IPv6 address has Internet bandwidth.
pub(crate) struct Ipv6Fact {
    pub(crate) address: Ipv6Addr,
    pub(crate) internet: bool,
}

/// An attachment to a CEN.
pub(crate) struct Attached {
    pub(crate) cen: Option<Id>,
    pub(crate) vpc: Option<Id>,
    /// Id of the attachment, under which routes name it
    pub(crate) alias: Option<Id>,
    pub(crate) active: bool,
    pub(crate) place: Place,
}

/// A listener with what only its assembly can settle.
pub(crate) struct ListenerFact {
    pub(crate) balancer: Option<Id>,
    pub(crate) listener: Listener,
    /// Forwarding rules of its own that are told apart by host or path
    pub(crate) rule_groups: Vec<Id>,
}

/// A forwarding rule: what a listener does with some requests.
pub(crate) struct RuleFact {
    pub(crate) listener: Id,
    /// Server groups that it sends them to
    pub(crate) groups: Vec<Id>,
    /// Place among the listener's rules, lowest first; `None` where it was not read
    pub(crate) priority: Option<u32>,
    /// True if it does anything with requests but send them on to HTTPS
    pub(crate) answers: bool,
    /// True if it sends every request on to HTTPS
    pub(crate) redirects_all: bool,
}

/// A balancer's addresses, as one list without repetitions.
pub(crate) fn distinct(mut addresses: Vec<IpAddr>) -> Vec<IpAddr> {
    addresses.sort_unstable();
    addresses.dedup();
    addresses
}
