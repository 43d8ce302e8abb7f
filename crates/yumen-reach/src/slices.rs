//! Packet sets as a person would list them: protocol, ports, and from where.

use yumen_cloud::Direction;
use yumen_packets::{Family, Interval, PacketBox};

use crate::ranges;

/// Packets of one family that share protocols, ports and peers.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slice {
    /// Family
    pub family: Family,
    /// Protocols
    pub protocols: Protocols,
    /// Destination ports, sorted and disjoint; empty for protocols without ports
    pub ports: Vec<Interval<u16>>,
    /// The other side's addresses, sorted and disjoint
    pub peers: Vec<Interval<u128>>,
}

/// Protocols that a slice is of.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protocols {
    /// TCP
    Tcp,
    /// UDP
    Udp,
    /// One without ports, by its IANA number
    Number(u8),
    /// All 256, all ports
    All,
    /// Several without ports
    Portless(Vec<Interval<u8>>),
}

impl Slice {
    /// The packets of the slice, as boxes.
    #[must_use]
    pub fn boxes(&self, direction: Direction) -> Vec<PacketBox> {
        let every_port = [Interval::all()];
        let ports = if self.ports.is_empty() {
            &every_port[..]
        } else {
            &self.ports
        };
        let mut boxes = Vec::new();
        for protocol in self.protocols.ranges() {
            for port in ports {
                for peer in &self.peers {
                    let of_peer = crate::filters::with_peer(direction, self.family, *peer);
                    boxes.push(PacketBox {
                        protocol,
                        destination_port: *port,
                        ..of_peer
                    });
                }
            }
        }
        boxes
    }

    /// What is in both slices, if anything is; its protocols are those of the narrower one.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        let meet = |one: &Interval<u8>, two: &Interval<u8>| one.intersect(*two).is_some();
        let (own, others) = (self.protocols.ranges(), other.protocols.ranges());
        if self.family != other.family
            || !own
                .iter()
                .any(|one| others.iter().any(|two| meet(one, two)))
        {
            return None;
        }
        let ports: Vec<Interval<u16>> = self
            .ports
            .iter()
            .flat_map(|one| other.ports.iter().filter_map(|two| one.intersect(*two)))
            .collect();
        let with_ports = !self.ports.is_empty() && !other.ports.is_empty();
        let peers = ranges::intersect(&self.peers, &other.peers);
        let narrower = if self.protocols == Protocols::All {
            other
        } else {
            self
        };
        let both = Self {
            family: self.family,
            protocols: narrower.protocols.clone(),
            ports,
            peers,
        };
        (!both.peers.is_empty() && (!with_ports || !both.ports.is_empty())).then_some(both)
    }

    /// How many ports it has, every protocol with ports counted once; 0 where there are none.
    #[must_use]
    pub fn port_count(&self) -> u32 {
        self.ports
            .iter()
            .map(|range| u32::from(range.high() - range.low()) + 1)
            .sum()
    }
}

impl Protocols {
    /// The protocol numbers.
    #[must_use]
    pub fn ranges(&self) -> Vec<Interval<u8>> {
        match self {
            Self::Tcp => vec![Interval::single(6)],
            Self::Udp => vec![Interval::single(17)],
            Self::Number(number) => vec![Interval::single(*number)],
            Self::All => vec![Interval::all()],
            Self::Portless(ranges) => ranges.clone(),
        }
    }

    /// The word that programs see: `tcp`, `udp`, `icmp`, `icmpv6`, `gre`, `all`, `other` (several
    /// protocols without ports), or a number.
    #[must_use]
    pub fn word(&self) -> String {
        match self {
            Self::Tcp => "tcp".to_owned(),
            Self::Udp => "udp".to_owned(),
            Self::All => "all".to_owned(),
            Self::Portless(_) => "other".to_owned(),
            Self::Number(number) => protocol_word(*number),
        }
    }
}

/// The name of a protocol number, or the number.
#[must_use]
pub fn protocol_word(number: u8) -> String {
    match number {
        1 => "icmp".to_owned(),
        6 => "tcp".to_owned(),
        17 => "udp".to_owned(),
        47 => "gre".to_owned(),
        58 => "icmpv6".to_owned(),
        number => number.to_string(),
    }
}

/// Rows of one protocol: ports with the peers that they are open to.
type Rows = Vec<(Vec<Interval<u16>>, Vec<Interval<u128>>)>;

/// Rows of protocols without ports: protocols with the peers that they are open to.
type PortlessRows = Vec<(Vec<Interval<u8>>, Vec<Interval<u128>>)>;

/// Lists the packets of boxes (which may overlap) as few slices, in a fixed order.
#[must_use]
pub fn slices(boxes: &[PacketBox], direction: Direction) -> Vec<Slice> {
    [Family::V4, Family::V6]
        .into_iter()
        .flat_map(|family| {
            let own: Vec<&PacketBox> = boxes.iter().filter(|one| one.family == family).collect();
            slices_of_family(&own, family, direction)
        })
        .collect()
}

fn slices_of_family(boxes: &[&PacketBox], family: Family, direction: Direction) -> Vec<Slice> {
    if boxes.is_empty() {
        return Vec::new();
    }
    let rows_of = |protocol: u8| -> Rows {
        let of_protocol = boxes
            .iter()
            .filter(|one| one.protocol.contains(protocol))
            .copied();
        port_rows(&of_protocol.collect::<Vec<_>>(), direction)
    };
    let (tcp, udp) = (rows_of(6), rows_of(17));
    let portless = portless_rows(boxes, direction);
    if let ([(ports, peers)], [(ranges, portless_peers)]) = (&tcp[..], &portless[..])
        && tcp == udp
        && peers == portless_peers
        && ports[..] == [Interval::all()]
        && ranges
            .iter()
            .map(|range| u32::from(range.high() - range.low()) + 1)
            .sum::<u32>()
            == 254
    {
        let (ports, peers) = (ports.clone(), peers.clone());
        return vec![Slice {
            family,
            protocols: Protocols::All,
            ports,
            peers,
        }];
    }
    let with_ports = |protocols: Protocols, rows: Rows| {
        rows.into_iter().map(move |(ports, peers)| Slice {
            family,
            protocols: protocols.clone(),
            ports,
            peers,
        })
    };
    let mut slices: Vec<Slice> = with_ports(Protocols::Tcp, tcp).collect();
    slices.extend(with_ports(Protocols::Udp, udp));
    slices.extend(portless.into_iter().map(|(ranges, peers)| {
        let protocols = match &ranges[..] {
            [one] if one.low() == one.high() => Protocols::Number(one.low()),
            _ => Protocols::Portless(ranges),
        };
        Slice {
            family,
            protocols,
            ports: Vec::new(),
            peers,
        }
    }));
    slices
}

/// Ports grouped by the peers that they are open to, in the order of the lowest port.
fn port_rows(boxes: &[&PacketBox], direction: Direction) -> Rows {
    let mut cuts: Vec<u32> = boxes
        .iter()
        .flat_map(|one| {
            let ports = one.destination_port;
            [u32::from(ports.low()), u32::from(ports.high()) + 1]
        })
        .collect();
    cuts.sort_unstable();
    cuts.dedup();
    let mut rows: Rows = Vec::new();
    for (low, next) in cuts.iter().zip(cuts.iter().skip(1)) {
        let (Ok(low), Ok(high)) = (u16::try_from(*low), u16::try_from(*next - 1)) else {
            continue;
        };
        let open = boxes
            .iter()
            .filter(|one| one.destination_port.contains(low));
        let peers = ranges::normalise(open.map(|one| peer_of(one, direction)).collect());
        let Some(segment) = Interval::new(low, high).filter(|_| !peers.is_empty()) else {
            continue;
        };
        match rows.iter_mut().find(|(_, known)| *known == peers) {
            Some((ports, _)) => match ports.last_mut() {
                Some(last) if last.high().checked_add(1) == Some(low) => {
                    if let Some(longer) = Interval::new(last.low(), high) {
                        *last = longer;
                    }
                }
                _ => ports.push(segment),
            },
            None => rows.push((vec![segment], peers)),
        }
    }
    rows
}

/// Protocols without ports grouped by the peers that they are open to.
fn portless_rows(boxes: &[&PacketBox], direction: Direction) -> PortlessRows {
    let mut cuts: Vec<u16> = vec![6, 7, 17, 18];
    for one in boxes {
        cuts.extend([
            u16::from(one.protocol.low()),
            u16::from(one.protocol.high()) + 1,
        ]);
    }
    cuts.sort_unstable();
    cuts.dedup();
    let mut rows: PortlessRows = Vec::new();
    for (low, next) in cuts.iter().zip(cuts.iter().skip(1)) {
        let (Ok(low), Ok(high)) = (u8::try_from(*low), u8::try_from(*next - 1)) else {
            continue;
        };
        if low == 6 || low == 17 {
            continue;
        }
        let open = boxes.iter().filter(|one| one.protocol.contains(low));
        let peers = ranges::normalise(open.map(|one| peer_of(one, direction)).collect());
        let Some(segment) = Interval::new(low, high).filter(|_| !peers.is_empty()) else {
            continue;
        };
        match rows.iter_mut().find(|(_, known)| *known == peers) {
            Some((ranges, _)) => ranges.push(segment),
            None => rows.push((vec![segment], peers)),
        }
    }
    rows
}

fn peer_of(one: &PacketBox, direction: Direction) -> Interval<u128> {
    match direction {
        Direction::Ingress => one.source,
        Direction::Egress => one.destination,
    }
}
