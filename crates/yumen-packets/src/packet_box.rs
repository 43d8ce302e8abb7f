//! A box of packets: one interval per field, as a rule states it.

use std::fmt;

use crate::cidr::cidrs_of;
use crate::header::{Family, Protocol};
use crate::interval::Interval;
use crate::packet::Packet;

/// The packets whose every field lies in an interval.
///
/// The intervals may reach beyond what packets have: only valid packets ([`Packet`]) are meant, so
/// with protocol 47 a destination port interval of 22 alone means no packet and one that includes
/// 0 means every packet; with ICMP, `destination_port` limits the type and `source_port` the code,
/// both at most 255; with IPv4, addresses end at 2^32 - 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PacketBox {
    /// Address family.
    pub family: Family,
    /// IP protocol numbers.
    pub protocol: Interval<u8>,
    /// Destination ports, or ICMP types.
    pub destination_port: Interval<u16>,
    /// Source addresses.
    pub source: Interval<u128>,
    /// Destination addresses.
    pub destination: Interval<u128>,
    /// Source ports, or ICMP codes.
    pub source_port: Interval<u16>,
}

impl PacketBox {
    /// Every packet of a family.
    pub fn all(family: Family) -> Self {
        let addresses = Interval::new(0, family.last_address()).unwrap_or(Interval::all());
        Self {
            family,
            protocol: Interval::all(),
            destination_port: Interval::all(),
            source: addresses,
            destination: addresses,
            source_port: Interval::all(),
        }
    }

    /// Whether `packet` is valid and lies in the box.
    pub fn contains(&self, packet: &Packet) -> bool {
        packet.is_valid()
            && self.family == packet.family
            && self.protocol.contains(packet.protocol)
            && self.destination_port.contains(packet.destination_port)
            && self.source.contains(packet.source)
            && self.destination.contains(packet.destination)
            && self.source_port.contains(packet.source_port)
    }

    /// The box of the fields' common values; `None` if a field has none.
    ///
    /// `Some` does not promise a packet: see the type on protocols without ports.
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        if self.family != other.family {
            return None;
        }
        Some(Self {
            family: self.family,
            protocol: self.protocol.intersect(other.protocol)?,
            destination_port: self.destination_port.intersect(other.destination_port)?,
            source: self.source.intersect(other.source)?,
            destination: self.destination.intersect(other.destination)?,
            source_port: self.source_port.intersect(other.source_port)?,
        })
    }

    /// Whether no valid packet lies in the box.
    pub fn is_empty(&self) -> bool {
        let last = self.family.last_address();
        let lowest_ports = self.destination_port.low().max(self.source_port.low());
        self.source.low() > last
            || self.destination.low() > last
            || !self
                .protocols()
                .any(|protocol| lowest_ports <= protocol.last_port())
    }

    /// Whether every packet of `other` lies in this box too; knows which packets exist.
    pub fn covers(&self, other: &Self) -> bool {
        if other.is_empty() {
            return true;
        }
        let last = self.family.last_address();
        self.family == other.family
            && covers_to(self.source, other.source, last)
            && covers_to(self.destination, other.destination, last)
            && other.protocols().all(|protocol| {
                let last = protocol.last_port();
                other.destination_port.low().max(other.source_port.low()) > last
                    || (self.protocol.contains(protocol.0)
                        && covers_to(self.destination_port, other.destination_port, last)
                        && covers_to(self.source_port, other.source_port, last))
            })
    }

    /// The box with source and destination swapped: addresses, and port fields too unless the
    /// box is of ICMP or `ICMPv6` alone, whose type and code stay where they are.
    ///
    /// For TCP and UDP that is the box of the replies ([`Packet::reply`]).
    #[must_use]
    pub fn mirrored(&self) -> Self {
        let icmp = self.protocols().all(Protocol::is_icmp);
        Self {
            source: self.destination,
            destination: self.source,
            source_port: if icmp {
                self.source_port
            } else {
                self.destination_port
            },
            destination_port: if icmp {
                self.destination_port
            } else {
                self.source_port
            },
            ..*self
        }
    }

    fn protocols(&self) -> impl Iterator<Item = Protocol> {
        (self.protocol.low()..=self.protocol.high()).map(Protocol)
    }
}

/// Whether `outer` covers what of `inner` is at most `last`.
fn covers_to<T: crate::interval::Scalar>(outer: Interval<T>, inner: Interval<T>, last: T) -> bool {
    outer.low() <= inner.low() && inner.high().min(last) <= outer.high()
}

impl fmt::Display for PacketBox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let protocol = Protocol(self.protocol.low());
        if self.protocol == Interval::all() {
            write!(f, "{} any", self.family)?;
        } else if self.protocol.low() == self.protocol.high() {
            write!(f, "{} {protocol}", self.family)?;
        } else {
            write!(f, "{} protocol {}", self.family, self.protocol)?;
        }
        write!(f, " {}", addresses(self.family, self.source))?;
        let icmp = self.protocol.low() == self.protocol.high() && protocol.is_icmp();
        if !icmp && self.source_port != Interval::all() {
            write!(f, ":{}", self.source_port)?;
        }
        write!(f, " -> {}", addresses(self.family, self.destination))?;
        if icmp {
            if self.destination_port.low() > 0 || self.destination_port.high() < 255 {
                write!(f, " type {}", self.destination_port)?;
            }
            if self.source_port.low() > 0 || self.source_port.high() < 255 {
                write!(f, " code {}", self.source_port)?;
            }
        } else if self.destination_port != Interval::all() {
            write!(f, ":{}", self.destination_port)?;
        }
        Ok(())
    }
}

fn addresses(family: Family, interval: Interval<u128>) -> String {
    if interval.low() == 0 && interval.high() >= family.last_address() {
        return "any".to_owned();
    }
    if let [(address, length)] = cidrs_of(family, interval).as_slice() {
        return if *length == family.address_bits() {
            address.to_string()
        } else {
            format!("{address}/{length}")
        };
    }
    let low = crate::packet::address(family, interval.low());
    let high = crate::packet::address(family, interval.high().min(family.last_address()));
    format!("{low}-{high}")
}
