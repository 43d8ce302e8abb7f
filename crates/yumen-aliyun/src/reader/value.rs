//! What the provider's words and numbers mean.

use std::net::IpAddr;

use ipnet::IpNet;
use yumen_cloud::{PortMatch, ProtocolMatch};
use yumen_packets::Interval;

/// ICMP, by its IANA number.
const ICMP: u8 = 1;
/// TCP, by its IANA number.
pub(crate) const TCP: u8 = 6;
/// UDP, by its IANA number.
pub(crate) const UDP: u8 = 17;
/// GRE, by its IANA number.
const GRE: u8 = 47;
/// ICMPv6, by its IANA number.
const ICMP_V6: u8 = 58;

/// What a text says about a network.
pub(crate) enum Network {
    /// A network, or one address
    Clean(IpNet),
    /// A network written with one of its hosts; here without it
    HostBits(IpNet),
    /// Neither
    Bad,
}

/// Reads `10.0.0.0/8`, `2001:db8::/32` or a single address.
pub(crate) fn network(text: &str) -> Network {
    let text = text.trim();
    if let Ok(network) = text.parse::<IpNet>() {
        let clean = network.trunc();
        return if clean == network {
            Network::Clean(clean)
        } else {
            Network::HostBits(clean)
        };
    }
    text.parse::<IpAddr>()
        .map_or(Network::Bad, |address| Network::Clean(IpNet::from(address)))
}

/// Reads a protocol's name in any case, or its number.
pub(crate) fn protocol(text: &str) -> Option<ProtocolMatch> {
    let text = text.trim();
    let names = [
        ("tcp", ProtocolMatch::Number(TCP)),
        ("udp", ProtocolMatch::Number(UDP)),
        ("icmp", ProtocolMatch::Number(ICMP)),
        ("icmpv6", ProtocolMatch::Number(ICMP_V6)),
        ("gre", ProtocolMatch::Number(GRE)),
        ("all", ProtocolMatch::All),
        ("any", ProtocolMatch::All),
        ("-1", ProtocolMatch::All),
    ];
    let named = names
        .iter()
        .find(|(name, _)| text.eq_ignore_ascii_case(name));
    named
        .map(|(_, protocol)| *protocol)
        .or_else(|| text.parse().ok().map(ProtocolMatch::Number))
}

/// True if packets of the protocol have ports that rules can name.
pub(crate) fn has_ports(protocol: ProtocolMatch) -> bool {
    matches!(protocol, ProtocolMatch::Number(TCP | UDP))
}

/// Reads `80/90`, `80` or `-1/-1`.
pub(crate) fn ports(text: &str) -> Option<PortMatch> {
    let text = text.trim();
    if matches!(text, "-1/-1" | "-1") {
        return Some(PortMatch::Any);
    }
    let (low, high) = text.split_once('/').unwrap_or((text, text));
    Interval::new(low.trim().parse().ok()?, high.trim().parse().ok()?).map(PortMatch::Range)
}

/// Reads the ports of a NAT entry or listener: `Any`, `80` or `80/90`; every port is `None`.
pub(crate) fn translated_ports(text: &str) -> Option<Option<Interval<u16>>> {
    if text.trim().eq_ignore_ascii_case("any") {
        return Some(None);
    }
    match ports(text)? {
        PortMatch::Range(range) => Some(Some(range)),
        PortMatch::Any => Some(None),
        PortMatch::List(_) => None,
    }
}

/// Reads a truth value.
pub(crate) fn flag(text: &str) -> Option<bool> {
    let text = text.trim();
    let is_one_of = |words: [&str; 5]| words.iter().any(|word| text.eq_ignore_ascii_case(word));
    if is_one_of(["true", "1", "on", "yes", "enable"]) {
        Some(true)
    } else if is_one_of(["false", "0", "off", "no", "disable"]) {
        Some(false)
    } else {
        None
    }
}

/// True if a field holds a word, in any case.
pub(crate) fn is(text: Option<&str>, word: &str) -> bool {
    text.is_some_and(|text| text.trim().eq_ignore_ascii_case(word))
}
