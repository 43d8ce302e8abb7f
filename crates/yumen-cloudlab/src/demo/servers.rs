//! The demo estate's servers with their interfaces and public addresses.

use super::groups::group_id;
use super::networks::{self, Place, vpc_id};
use super::server_rows::SERVERS;
use super::{CREATED, SHANGHAI};
use crate::draft::Draft;
use crate::identifier::id;
use crate::wire::address::{Eip, Ipv6Address};
use crate::wire::server::{Instance, Interface};

/// How a server is reached from the Internet over IPv4.
#[derive(Clone, Copy, Debug)]
enum Public {
    None,
    Eip(&'static str),
    /// A public IP given at creation.
    Assigned(&'static str),
    /// An EIP on the second interface, which has these groups.
    Second(&'static str, &'static [&'static str]),
}

/// A server.
#[derive(Clone, Copy, Debug)]
pub(super) struct Server {
    pub(super) name: &'static str,
    vswitch: &'static str,
    host: u8,
    pub(super) groups: &'static [&'static str],
    about: &'static str,
    public: Public,
    ipv6: (&'static str, usize),
    running: bool,
    windows: bool,
    hardened: bool,
    /// Keys of the tags that it lacks.
    lacks: &'static [&'static str],
}

/// A running Linux server without public address.
pub(super) const fn server(
    name: &'static str,
    vswitch: &'static str,
    host: u8,
    groups: &'static [&'static str],
    about: &'static str,
) -> Server {
    let public = Public::None;
    Server {
        name,
        vswitch,
        host,
        groups,
        about,
        public,
        ipv6: ("", 0),
        running: true,
        windows: false,
        hardened: false,
        lacks: &[],
    }
}

impl Server {
    /// Gives it an EIP.
    pub(super) const fn eip(mut self, address: &'static str) -> Self {
        self.public = Public::Eip(address);
        self
    }

    /// Gives it a public IP at creation.
    pub(super) const fn assigned(mut self, address: &'static str) -> Self {
        self.public = Public::Assigned(address);
        self
    }

    /// Gives it a second interface with an EIP and groups.
    pub(super) const fn second(
        mut self,
        address: &'static str,
        groups: &'static [&'static str],
    ) -> Self {
        self.public = Public::Second(address, groups);
        self
    }

    /// Gives it an IPv6 address with so much Internet bandwidth.
    pub(super) const fn ipv6(mut self, address: &'static str, bandwidth: usize) -> Self {
        self.ipv6 = (address, bandwidth);
        self
    }

    /// Stops it.
    pub(super) const fn stopped(mut self) -> Self {
        self.running = false;
        self
    }

    /// Makes it a Windows server.
    pub(super) const fn windows(mut self) -> Self {
        self.windows = true;
        self
    }

    /// Makes its metadata service require a token.
    pub(super) const fn hardened(mut self) -> Self {
        self.hardened = true;
        self
    }

    /// Takes tags away.
    pub(super) const fn lacks(mut self, keys: &'static [&'static str]) -> Self {
        self.lacks = keys;
        self
    }

    fn region(&self) -> &'static str {
        networks::find(self.vswitch).map_or(SHANGHAI, |place| place.region)
    }

    fn id(&self) -> String {
        id("i", self.region(), self.name)
    }

    fn interface(&self) -> String {
        id("eni", self.region(), self.name)
    }

    /// Private address.
    pub(super) fn address(&self) -> String {
        host_address(self.vswitch, self.host)
    }

    fn tags(&self) -> Vec<(&'static str, &'static str)> {
        let mut parts = self.vswitch.split('-');
        let env = match parts.next() {
            Some("test") => "test",
            Some("shared") => "shared",
            _ => "prod",
        };
        let tier = match parts.next() {
            Some("ops" | "build") => "ops",
            Some("dmz" | "partner") => "edge",
            Some("data") => "data",
            Some("web") => "web",
            _ => "app",
        };
        let owner = match env {
            "test" => "qa-team",
            "shared" => "ops",
            _ => "shop-team",
        };
        let mut tags = vec![("env", env), ("tier", tier), ("owner", owner)];
        tags.retain(|(key, _)| !self.lacks.contains(key));
        tags
    }
}

fn host_address(vswitch: &str, host: u8) -> String {
    let range = networks::find(vswitch).map_or("", |place| place.range);
    let network = range.rsplit_once('.').map_or("", |(network, _)| network);
    format!("{network}.{host}")
}

/// The server of that name.
pub(super) fn find(name: &str) -> Option<&'static Server> {
    SERVERS.iter().find(|server| server.name == name)
}

/// The id of a server's instance.
pub(super) fn instance_id(name: &str) -> String {
    find(name).map(Server::id).unwrap_or_default()
}

/// The id of a server's first interface.
pub(super) fn interface_id(name: &str) -> String {
    find(name).map(Server::interface).unwrap_or_default()
}

/// How many servers are in a group.
pub(super) fn members(group: &str) -> usize {
    let holds = |server: &Server| match server.public {
        Public::Second(_, groups) => server.groups.contains(&group) || groups.contains(&group),
        _ => server.groups.contains(&group),
    };
    SERVERS.iter().filter(|server| holds(server)).count()
}

/// How many addresses of a vSwitch are taken.
pub(super) fn used(vswitch: &str) -> usize {
    SERVERS
        .iter()
        .filter(|server| server.vswitch == vswitch)
        .count()
}

/// The id of the EIP of that name.
pub(super) fn eip_id(region: &str, name: &str) -> String {
    id("eip", region, name)
}

/// Adds instances, interfaces, EIPs and IPv6 addresses.
pub(super) fn add(draft: &mut Draft) {
    let region = draft.region();
    for server in SERVERS.iter().filter(|server| server.region() == region) {
        if let Some(place) = networks::find(server.vswitch) {
            add_server(draft, server, place);
        }
    }
}

fn add_server(draft: &mut Draft, server: &Server, place: &Place) {
    let region = place.region;
    let (vpc, vswitch) = (vpc_id(place.vpc), id("vsw", region, place.name));
    let (instance, address) = (server.id(), server.address());
    let ids = |names: &[&str]| -> Vec<String> { names.iter().map(|name| group_id(name)).collect() };
    let groups = ids(server.groups);
    let allocation = eip_id(region, server.name);
    let tags = server.tags();
    let public = match server.public {
        Public::Eip(ip) => (allocation.as_str(), ip),
        Public::Assigned(ip) => ("", ip),
        Public::None | Public::Second(..) => ("", ""),
    };
    let primary_id = server.interface();
    let primary = Interface {
        id: &primary_id,
        name: server.name,
        about: "",
        vpc: &vpc,
        vswitch: &vswitch,
        zone: place.zone,
        address: &address,
        ipv6: server.ipv6.0,
        instance: &instance,
        public,
        groups: &groups,
        created: CREATED,
        tags: &tags,
        ..Interface::default()
    };
    // A second interface lives in the DMZ's vSwitch, one address above the first's.
    let second_id = id("eni", region, &format!("{}/1", server.name));
    let second_vswitch = id("vsw", region, "prod-dmz-h");
    let second_address = host_address("prod-dmz-h", server.host.saturating_add(100));
    let (second_public, second_groups) = match server.public {
        Public::Second(ip, groups) => ((allocation.as_str(), ip), ids(groups)),
        _ => (("", ""), vec![]),
    };
    let name = format!("{}-mgmt", server.name);
    let second = Interface {
        id: &second_id,
        name: &name,
        about: "管理网卡 management",
        vswitch: &second_vswitch,
        address: &second_address,
        ipv6: "",
        secondary: true,
        public: second_public,
        groups: &second_groups,
        ..primary.clone()
    };
    let others = if second_public.1.is_empty() {
        vec![]
    } else {
        vec![second]
    };
    let item = Instance {
        region,
        id: &instance,
        name: server.name,
        about: server.about,
        running: server.running,
        windows: server.windows,
        hardened: server.hardened,
        cores: if tags.contains(&("tier", "data")) {
            8
        } else {
            4
        },
        created: CREATED,
        primary: &primary,
        others: &others,
        tags: &tags,
    };
    draft.push("ecs/DescribeInstances", item.item());
    draft.push("ecs/DescribeNetworkInterfaces", primary.item());
    let (bound, private, eip) = match server.public {
        Public::Eip(ip) => (("EcsInstance", instance.as_str()), &address, ip),
        Public::Second(ip, _) => (
            ("NetworkInterface", second_id.as_str()),
            &second_address,
            ip,
        ),
        _ => (("", ""), &address, ""),
    };
    for other in &others {
        draft.push("ecs/DescribeNetworkInterfaces", other.item());
    }
    if !eip.is_empty() {
        let item = Eip {
            region,
            id: &allocation,
            name: server.name,
            about: "",
            address: eip,
            bound,
            private,
            vpc: &vpc,
            zone: "",
            created: CREATED,
            tags: tags.get(..1).unwrap_or_default(),
        };
        draft.push("vpc/DescribeEipAddresses", item.item());
    }
    if !server.ipv6.0.is_empty() {
        let item = Ipv6Address {
            region,
            address: server.ipv6.0,
            instance: &instance,
            gateway: &id("ipv6gw", region, "ipv6gw-prod"),
            bandwidth: server.ipv6.1,
            vpc: &vpc,
            vswitch: &vswitch,
            created: CREATED,
        };
        draft.push("vpc/DescribeIpv6Addresses", item.item());
    }
}
