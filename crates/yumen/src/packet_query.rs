//! Packets as users write them: `tcp/22`, an address, an interface, a JSON line.

use std::net::IpAddr;

use serde_json::Value;
use yumen_cloud::Id;
use yumen_diagnostics::Message;
use yumen_packets::Packet;
use yumen_reach::{EndpointIndex, Topology};

/// A source port that clients use, where the user names none.
pub(crate) const CLIENT_PORT: u16 = 51_000;

/// ICMP echo request, where the user names no type.
const ECHO_REQUEST: u16 = 8;

/// ICMPv6 echo request.
const ECHO_REQUEST_V6: u16 = 128;

/// A protocol and a port.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Service {
    pub(crate) protocol: u8,
    pub(crate) port: u16,
}

/// Reads `tcp/22`, `udp/53`, `icmp`, `gre`, `47`.
pub(crate) fn service(text: &str) -> Result<Service, Message> {
    let bad = || Message::new("failure-port").with("value", text);
    let (name, port) = match text.split_once('/') {
        Some((name, port)) => (name, Some(port)),
        None => (text, None),
    };
    let protocol = protocol(name).ok_or_else(bad)?;
    match (protocol, port) {
        (6 | 17, Some(port)) => Ok(Service {
            protocol,
            port: port.parse().map_err(|_| bad())?,
        }),
        (6 | 17, None) => Err(bad()),
        (protocol, _) => Ok(Service {
            protocol,
            port: default_port(protocol),
        }),
    }
}

fn protocol(name: &str) -> Option<u8> {
    match name.to_ascii_lowercase().as_str() {
        "tcp" => Some(6),
        "udp" => Some(17),
        "icmp" => Some(1),
        "icmpv6" => Some(58),
        "gre" => Some(47),
        number => number.parse().ok(),
    }
}

fn default_port(protocol: u8) -> u16 {
    match protocol {
        1 => ECHO_REQUEST,
        58 => ECHO_REQUEST_V6,
        _ => 0,
    }
}

/// Finds the interface that a user means by an id, an instance's id or name, or an address.
pub(crate) fn destination(
    topology: &Topology,
    vpc: Option<&str>,
    text: &str,
) -> Result<(EndpointIndex, IpAddr), Message> {
    let missing = || Message::new("failure-destination").with("value", text);
    if let Ok(address) = text.parse::<IpAddr>() {
        let vpc = vpc.map(Id::from);
        let found: Vec<EndpointIndex> = topology
            .find_address(address)
            .iter()
            .copied()
            .filter(|index| vpc.is_none() || topology.endpoint(*index).interface.vpc == vpc)
            .collect();
        return match found[..] {
            [] => Err(missing()),
            [one] => Ok((one, address)),
            _ => Err(Message::new("failure-ambiguous").with("value", text)),
        };
    }
    let by_name = || {
        topology.indices().find(|index| {
            topology
                .endpoint(*index)
                .instance
                .as_ref()
                .is_some_and(|instance| instance.name == text)
        })
    };
    let found = topology
        .find_interface(text)
        .or_else(|| topology.find_instance(text))
        .or_else(by_name);
    let index = found.ok_or_else(missing)?;
    let address = topology
        .endpoint(index)
        .primary_address()
        .ok_or_else(missing)?;
    Ok((index, address))
}

/// A packet of a batch, with the interface that it is for.
pub(crate) fn packet_of_line(
    topology: &Topology,
    line: &Value,
) -> Result<(EndpointIndex, Packet), Message> {
    let text = |name: &'static str| line.get(name).and_then(Value::as_str);
    let required = |name: &'static str| {
        text(name).ok_or_else(|| Message::new("failure-batch-field").with("field", name))
    };
    let number = |name: &'static str| match line.get(name) {
        None | Some(Value::Null) => Ok(None),
        Some(value) => {
            let number = value
                .as_u64()
                .or_else(|| value.as_str().and_then(|text| text.parse().ok()));
            let number = number.and_then(|number| u16::try_from(number).ok());
            number.map(Some).ok_or_else(|| {
                Message::new("failure-batch-port")
                    .with("field", name)
                    .with("value", value.to_string())
            })
        }
    };
    let source = required("source")?;
    let source: IpAddr = source
        .parse()
        .map_err(|_| Message::new("failure-address").with("value", source))?;
    let name = match line.get("protocol") {
        Some(Value::String(name)) => name.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => return Err(Message::new("failure-batch-field").with("field", "protocol")),
    };
    let protocol =
        protocol(&name).ok_or_else(|| Message::new("failure-port").with("value", name.as_str()))?;
    let destination_port = number("destination_port")?;
    let source_port = number("source_port")?;
    let (index, address) = destination(topology, text("vpc"), required("destination")?)?;
    let packet = match protocol {
        6 | 17 => {
            let port = destination_port.ok_or_else(|| {
                Message::new("failure-batch-field").with("field", "destination_port")
            })?;
            Packet::new(
                source,
                address,
                protocol,
                source_port.unwrap_or(CLIENT_PORT),
                port,
            )
        }
        _ => {
            let kind = destination_port
                .filter(|port| *port <= 255)
                .unwrap_or(default_port(protocol));
            Packet::new(source, address, protocol, 0, kind)
        }
    };
    let packet =
        packet.ok_or_else(|| Message::new("failure-families").with("value", source.to_string()))?;
    Ok((index, packet))
}

#[cfg(test)]
mod tests {
    use super::{Service, service};

    #[test]
    fn services_are_read_as_users_write_them() {
        assert_eq!(
            service("tcp/22"),
            Ok(Service {
                protocol: 6,
                port: 22
            })
        );
        assert_eq!(
            service("UDP/53"),
            Ok(Service {
                protocol: 17,
                port: 53
            })
        );
        assert_eq!(
            service("icmp"),
            Ok(Service {
                protocol: 1,
                port: 8
            })
        );
        assert_eq!(
            service("47"),
            Ok(Service {
                protocol: 47,
                port: 0
            })
        );
        for wrong in ["tcp", "tcp/x", "tcp/70000", "ftp/21", ""] {
            assert!(service(wrong).is_err(), "{wrong}");
        }
    }
}
