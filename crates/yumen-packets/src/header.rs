//! The header fields that have names: address family and protocol.

use std::fmt;

/// The address family of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Family {
    /// IPv4: addresses from 0 to 2^32 - 1.
    V4,
    /// IPv6: addresses from 0 to 2^128 - 1.
    V6,
}

impl Family {
    /// Both families, in order.
    pub const ALL: [Self; 2] = [Self::V4, Self::V6];

    /// The highest address of the family, as a number.
    pub const fn last_address(self) -> u128 {
        match self {
            Self::V4 => u32::MAX as u128,
            Self::V6 => u128::MAX,
        }
    }

    /// The number of bits of an address: 32 or 128.
    pub const fn address_bits(self) -> u8 {
        match self {
            Self::V4 => 32,
            Self::V6 => 128,
        }
    }
}

impl fmt::Display for Family {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::V4 => "ipv4",
            Self::V6 => "ipv6",
        })
    }
}

/// An IP protocol number, as assigned by IANA.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Protocol(pub u8);

impl Protocol {
    /// ICMP for IPv4.
    pub const ICMP: Self = Self(1);
    /// TCP.
    pub const TCP: Self = Self(6);
    /// UDP.
    pub const UDP: Self = Self(17);
    /// Generic routing encapsulation.
    pub const GRE: Self = Self(47);
    /// ICMP for IPv6.
    pub const ICMPV6: Self = Self(58);

    /// Whether packets of this protocol have ports here: TCP and UDP only.
    pub const fn has_ports(self) -> bool {
        matches!(self, Self::TCP | Self::UDP)
    }

    /// Whether this is ICMP or `ICMPv6`, whose packets have a type and a code instead of ports.
    pub const fn is_icmp(self) -> bool {
        matches!(self, Self::ICMP | Self::ICMPV6)
    }

    /// The highest value that the port fields can have with this protocol.
    pub(crate) const fn last_port(self) -> u16 {
        if self.has_ports() {
            u16::MAX
        } else if self.is_icmp() {
            255
        } else {
            0
        }
    }
}

impl fmt::Display for Protocol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ICMP => f.write_str("icmp"),
            Self::TCP => f.write_str("tcp"),
            Self::UDP => f.write_str("udp"),
            Self::GRE => f.write_str("gre"),
            Self::ICMPV6 => f.write_str("icmpv6"),
            Self(number) => write!(f, "protocol {number}"),
        }
    }
}
