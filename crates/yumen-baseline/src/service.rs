//! Services by protocol and port: those that users declare, and those that items know by name.

use std::fmt;

use yumen_diagnostics::Message;
use yumen_packets::{Family, Interval, PacketBox};
use yumen_reach::{Protocols, protocol_word};

const TCP: u8 = 6;
const UDP: u8 = 17;

/// Ports of a protocol, such as `tcp/443` or `udp/27000-27017`; a protocol without ports, such as
/// `icmp`; or `all`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Service {
    /// The protocol's IANA number; `None` is every one
    pub protocol: Option<u8>,
    /// Destination ports; all of them where the protocol has none
    pub ports: Interval<u16>,
}

impl Service {
    /// Reads a service.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn parse(text: &str) -> Result<Self, Message> {
        let bad = || Message::new("config-service").with("value", text);
        let (protocol, ports) = match text.trim().split_once('/') {
            Some((protocol, ports)) => (protocol.trim(), Some(ports.trim())),
            None => (text.trim(), None),
        };
        let number = match protocol.to_ascii_lowercase().as_str() {
            "tcp" => Some(TCP),
            "udp" => Some(UDP),
            "icmp" => Some(1),
            "icmpv6" => Some(58),
            "gre" => Some(47),
            "all" => None,
            other => Some(other.parse().map_err(|_| bad())?),
        };
        let ported = matches!(number, Some(TCP | UDP));
        let ports = match ports {
            None => Interval::all(),
            Some(ports) if ported => {
                let (low, high) = ports.split_once('-').unwrap_or((ports, ports));
                let low: u16 = low.trim().parse().map_err(|_| bad())?;
                let high: u16 = high.trim().parse().map_err(|_| bad())?;
                Interval::new(low, high).ok_or_else(bad)?
            }
            Some(_) => return Err(bad()),
        };
        Ok(Self {
            protocol: number,
            ports,
        })
    }

    /// The ports that it has of a protocol.
    #[must_use]
    pub fn ports_of(&self, protocol: u8) -> Option<Interval<u16>> {
        self.protocol
            .is_none_or(|own| own == protocol)
            .then_some(self.ports)
    }

    /// Its packets in both families, whatever their addresses.
    #[must_use]
    pub fn boxes(&self) -> [PacketBox; 2] {
        [Family::V4, Family::V6].map(|family| PacketBox {
            protocol: self.protocol.map_or(Interval::all(), Interval::single),
            destination_port: self.ports,
            ..PacketBox::all(family)
        })
    }
}

/// The service as the user writes it.
impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Some(protocol) = self.protocol else {
            return f.write_str("all");
        };
        f.write_str(&protocol_word(protocol))?;
        if !matches!(protocol, TCP | UDP) || self.ports == Interval::all() {
            return Ok(());
        }
        write!(f, "/{}", self.ports.low())?;
        if self.ports.high() > self.ports.low() {
            write!(f, "-{}", self.ports.high())?;
        }
        Ok(())
    }
}

/// A service that an item knows by name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known {
    pub(crate) protocol: u8,
    pub(crate) low: u16,
    pub(crate) high: u16,
    pub(crate) name: &'static str,
}

impl Known {
    pub(crate) fn ports(&self) -> Option<Interval<u16>> {
        Interval::new(self.low, self.high)
    }
}

/// A TCP service on a port.
pub(crate) const fn tcp(port: u16, name: &'static str) -> Known {
    tcp_range(port, port, name)
}

/// A TCP service on a range of ports.
pub(crate) const fn tcp_range(low: u16, high: u16, name: &'static str) -> Known {
    Known {
        protocol: TCP,
        low,
        high,
        name,
    }
}

/// A UDP service on a port.
pub(crate) const fn udp(port: u16, name: &'static str) -> Known {
    Known {
        protocol: UDP,
        low: port,
        high: port,
        name,
    }
}

/// The ports of some services that a row of packets has, by protocol.
pub(crate) fn ports_among(
    protocols: &Protocols,
    ports: &[Interval<u16>],
    services: &[Known],
) -> Vec<(Protocols, Vec<Interval<u16>>)> {
    let of = |number: u8, word: Protocols| {
        let carried = match protocols {
            Protocols::All => true,
            Protocols::Tcp => number == TCP,
            Protocols::Udp => number == UDP,
            Protocols::Number(_) | Protocols::Portless(_) => false,
        };
        if !carried {
            return None;
        }
        let found: Vec<Interval<u16>> = services
            .iter()
            .filter(|known| known.protocol == number)
            .filter_map(Known::ports)
            .flat_map(|known| ports.iter().filter_map(move |own| own.intersect(known)))
            .collect();
        (!found.is_empty()).then(|| (word, yumen_reach::join_ports(found)))
    };
    [of(TCP, Protocols::Tcp), of(UDP, Protocols::Udp)]
        .into_iter()
        .flatten()
        .collect()
}

/// Names of the services that are among some ports, each once, in the order of the table.
pub(crate) fn names_among(
    found: &[(Protocols, Vec<Interval<u16>>)],
    services: &[Known],
) -> Vec<&'static str> {
    let mut names = Vec::new();
    for known in services {
        let hit = found.iter().any(|(protocols, ports)| {
            let same = match protocols {
                Protocols::Udp => known.protocol == UDP,
                _ => known.protocol == TCP,
            };
            let meets =
                |range: Interval<u16>| ports.iter().any(|own| own.intersect(range).is_some());
            same && known.ports().is_some_and(meets)
        });
        if hit && !names.contains(&known.name) {
            names.push(known.name);
        }
    }
    names
}
