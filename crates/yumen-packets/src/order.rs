//! The fields of a packet and the orders in which a diagram can look at them.

use crate::packet_box::PacketBox;

/// A field of the packet header.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// Address family: 0 for IPv4, 1 for IPv6 where a number is needed.
    Family,
    /// IP protocol number.
    Protocol,
    /// Destination port, or ICMP type.
    DestinationPort,
    /// Source address.
    Source,
    /// Destination address.
    Destination,
    /// Source port, or ICMP code.
    SourcePort,
}

/// The order in which a [`PacketSpace`](crate::PacketSpace) looks at the fields: family first,
/// then a permutation of the other five.
///
/// The order changes nothing about results, only what they cost: up to sixty times on large sets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct FieldOrder(pub(crate) [Axis; 5]);

/// The five fields below the family, in house order; the number is an array index.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[repr(u8)]
pub(crate) enum Axis {
    Protocol = 0,
    DestinationPort = 1,
    Source = 2,
    Destination = 3,
    SourcePort = 4,
}

impl Axis {
    pub(crate) const ALL: [Self; 5] = [
        Self::Protocol,
        Self::DestinationPort,
        Self::Source,
        Self::Destination,
        Self::SourcePort,
    ];

    pub(crate) const fn index(self) -> usize {
        self as usize
    }

    /// Whether the field holds addresses, which are wide in IPv6.
    pub(crate) const fn is_address(self) -> bool {
        matches!(self, Self::Source | Self::Destination)
    }

    pub(crate) fn of(field: Field) -> Option<Self> {
        match field {
            Field::Family => None,
            Field::Protocol => Some(Self::Protocol),
            Field::DestinationPort => Some(Self::DestinationPort),
            Field::Source => Some(Self::Source),
            Field::Destination => Some(Self::Destination),
            Field::SourcePort => Some(Self::SourcePort),
        }
    }
}

impl FieldOrder {
    /// The order of every [`PacketSet`](crate::PacketSet): protocol, destination port, source,
    /// destination, source port.
    pub const HOUSE: Self = Self(Axis::ALL);

    /// An order from a permutation of the five fields below the family; `None` if it is not one.
    pub fn new(fields: [Field; 5]) -> Option<Self> {
        let mut order = Axis::ALL;
        let mut seen = [false; 5];
        for (slot, field) in order.iter_mut().zip(fields) {
            let axis = Axis::of(field)?;
            let mark = seen.get_mut(axis.index())?;
            if *mark {
                return None;
            }
            *mark = true;
            *slot = axis;
        }
        Some(Self(order))
    }

    /// The five fields, first to last.
    pub fn fields(self) -> [Field; 5] {
        self.0.map(|axis| match axis {
            Axis::Protocol => Field::Protocol,
            Axis::DestinationPort => Field::DestinationPort,
            Axis::Source => Field::Source,
            Axis::Destination => Field::Destination,
            Axis::SourcePort => Field::SourcePort,
        })
    }

    /// An order that suits first match over the rules: the candidate that takes the fewest steps
    /// on a sample of them. House order for fewer than a few hundred rules, where any will do.
    ///
    /// Deterministic, and cheap beside compiling the rules: see [the measurements](crate).
    pub fn for_rules(rules: &[PacketBox]) -> Self {
        crate::probe::best_order(rules)
    }
}

impl Default for FieldOrder {
    fn default() -> Self {
        Self::HOUSE
    }
}
