//! Which resources a user means: by tag, name, group, network, VPC or id.

use std::fmt;

use ipnet::IpNet;
use yumen_cloud::{Id, LoadBalancer};
use yumen_diagnostics::Message;
use yumen_reach::{Endpoint, Topology};

use yumen_diagnostics::section::suggest;

/// A word that names resources, such as `tag:tier=data` or `name:web-*`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Selector {
    /// Instances (else groups, else interfaces) with a tag; the value may hold `*` and `?`
    Tag {
        /// The key
        key: String,
        /// The value, as a pattern
        value: String,
    },
    /// Instances by name (interfaces without an instance by theirs), as a pattern
    Name(String),
    /// Members of groups, by id or name, as a pattern
    Group(String),
    /// Interfaces with a private or IPv6 address in a network
    Network(IpNet),
    /// Everything in VPCs, by id or name, as a pattern
    Vpc(String),
    /// Everything in vSwitches, by id or name, as a pattern
    VSwitch(String),
    /// One instance, by id
    Instance(String),
    /// Load balancers, by id or name, as a pattern
    Balancer(String),
}

/// The words before the colon.
pub(crate) const KINDS: [&str; 8] = [
    "tag", "name", "group", "cidr", "vpc", "vswitch", "instance", "balancer",
];

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    /// What is wrong with it, with the nearest valid word.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let bad = || Message::new("config-selector").with("value", text);
        let (kind, rest) = text.split_once(':').ok_or_else(bad)?;
        let rest = rest.trim();
        if rest.is_empty() {
            return Err(bad());
        }
        let owned = || rest.to_owned();
        Ok(match kind.trim() {
            "tag" => {
                let (key, value) = rest.split_once('=').ok_or_else(bad)?;
                Self::Tag {
                    key: key.trim().to_owned(),
                    value: value.trim().to_owned(),
                }
            }
            "name" => Self::Name(owned()),
            "group" => Self::Group(owned()),
            "cidr" => Self::Network(network(rest).ok_or_else(bad)?),
            "vpc" => Self::Vpc(owned()),
            "vswitch" => Self::VSwitch(owned()),
            "instance" => Self::Instance(owned()),
            "balancer" => Self::Balancer(owned()),
            other => {
                let message = Message::new("config-selector-kind").with("kind", other);
                return Err(suggest(message, other, KINDS.into_iter()));
            }
        })
    }

    /// True if it means an interface.
    #[must_use]
    pub fn matches(&self, topology: &Topology, endpoint: &Endpoint) -> bool {
        let snapshot = topology.snapshot();
        let interface = &endpoint.interface;
        match self {
            Self::Tag { key, value } => {
                tag_values(topology, endpoint, key).any(|own| glob(value, own))
            }
            Self::Name(pattern) => match &endpoint.instance {
                Some(instance) => glob(pattern, &instance.name),
                None => glob(pattern, &interface.name),
            },
            Self::Group(pattern) => interface.groups.iter().any(|id| {
                let group = snapshot.groups.get(id);
                named(pattern, id, group.map(|group| group.name.as_str()))
            }),
            Self::Network(net) => {
                let private = interface.private.iter();
                let mut private = private.map(|one| std::net::IpAddr::from(one.address));
                let mut ipv6 = interface.ipv6.iter();
                private.any(|own| net.contains(&own))
                    || ipv6.any(|own| net.contains(&std::net::IpAddr::from(own.address)))
            }
            Self::Vpc(pattern) => interface.vpc.as_ref().is_some_and(|id| {
                let vpc = snapshot.vpcs.get(id);
                named(pattern, id, vpc.map(|vpc| vpc.name.as_str()))
            }),
            Self::VSwitch(pattern) => interface.vswitch.as_ref().is_some_and(|id| {
                let vswitch = snapshot.vswitches.get(id);
                named(pattern, id, vswitch.map(|vswitch| vswitch.name.as_str()))
            }),
            Self::Instance(id) => interface
                .instance
                .as_ref()
                .is_some_and(|own| own.as_str() == id),
            Self::Balancer(_) => false,
        }
    }

    /// True if it means a load balancer.
    #[must_use]
    pub fn matches_balancer(&self, topology: &Topology, balancer: &LoadBalancer) -> bool {
        match self {
            Self::Balancer(pattern) => named(pattern, &balancer.id, Some(&balancer.name)),
            Self::Vpc(pattern) => balancer.vpc.as_ref().is_some_and(|id| {
                let vpc = topology.snapshot().vpcs.get(id);
                named(pattern, id, vpc.map(|vpc| vpc.name.as_str()))
            }),
            _ => false,
        }
    }
}

/// The word as the user writes it.
impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tag { key, value } => write!(f, "tag:{key}={value}"),
            Self::Name(pattern) => write!(f, "name:{pattern}"),
            Self::Group(pattern) => write!(f, "group:{pattern}"),
            Self::Network(net) => write!(f, "cidr:{net}"),
            Self::Vpc(pattern) => write!(f, "vpc:{pattern}"),
            Self::VSwitch(pattern) => write!(f, "vswitch:{pattern}"),
            Self::Instance(id) => write!(f, "instance:{id}"),
            Self::Balancer(pattern) => write!(f, "balancer:{pattern}"),
        }
    }
}

/// The values of a tag: the instance's own, else those of the interface and its groups.
pub(crate) fn tag_values<'a>(
    topology: &'a Topology,
    endpoint: &'a Endpoint,
    key: &'a str,
) -> impl Iterator<Item = &'a str> + use<'a> {
    let groups = &topology.snapshot().groups;
    let of_key = move |(own, value): &'a (String, String)| (own == key).then_some(value.as_str());
    let instance = endpoint.instance.iter().flat_map(|one| &one.tags);
    let own = instance.clone().any(|(own, _)| own == key);
    let own_tags = instance.filter(move |_| own);
    let of_groups = endpoint
        .interface
        .groups
        .iter()
        .filter_map(|id| groups.get(id));
    let others = endpoint
        .interface
        .tags
        .iter()
        .chain(of_groups.flat_map(|one| &one.tags));
    own_tags
        .chain(others.filter(move |_| !own))
        .filter_map(of_key)
}

/// A network; an address alone is a network of one.
pub(crate) fn network(text: &str) -> Option<IpNet> {
    let text = text.trim();
    text.parse::<IpNet>()
        .or_else(|_| text.parse::<std::net::IpAddr>().map(IpNet::from))
        .ok()
        .map(|net| net.trunc())
}

fn named(pattern: &str, id: &Id, name: Option<&str>) -> bool {
    id.as_str() == pattern || name.is_some_and(|name| glob(pattern, name))
}

/// True if a text fits a pattern in which `*` stands for any characters and `?` for one.
pub(crate) fn glob(pattern: &str, text: &str) -> bool {
    let (pattern, text): (Vec<char>, Vec<char>) =
        (pattern.chars().collect(), text.chars().collect());
    let (mut at, mut read) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    while read < text.len() {
        match pattern.get(at) {
            Some('*') => {
                star = Some((at, read));
                at += 1;
            }
            Some(one) if *one == '?' || text.get(read) == Some(one) => {
                at += 1;
                read += 1;
            }
            _ => match star {
                Some((back, from)) => {
                    at = back + 1;
                    read = from + 1;
                    star = Some((back, from + 1));
                }
                None => return false,
            },
        }
    }
    pattern.iter().skip(at).all(|one| *one == '*')
}

#[cfg(test)]
mod tests {
    use super::glob;

    #[test]
    fn patterns_fit_as_a_shell_has_them() {
        for (pattern, text, fits) in [
            ("web-*", "web-01", true),
            ("web-*", "my-web-01", false),
            ("*", "", true),
            ("*-db-??", "prod-db-01", true),
            ("*-db-??", "prod-db-001", false),
            ("a*b*c", "aXbYbZc", true),
            ("web", "web", true),
            ("web", "web-01", false),
        ] {
            assert_eq!(glob(pattern, text), fits, "{pattern} {text}");
        }
    }
}
