//! Packets as a table: lines for families, protocols, ports and own addresses, and in each line
//! the addresses of the other side, cut wherever something changes.

use std::collections::BTreeSet;
use std::ops::Range;

use ipnet::IpNet;
use yumen_packets::{Family, Interval, PacketBox, Protocol};
use yumen_reach::{family_of, range_of};

use crate::bits::Bits;
use crate::frame::{Class, Frame, own_of, peer_of};
use crate::prefixes::{joined, networks_of};

/// At most so many cells; more would take seconds.
const MOST_CELLS: usize = 8_000_000;

/// The table: which cells must be covered and which may be.
pub(crate) struct Grid {
    pub(crate) classes: Vec<Class>,
    pub(crate) ports: Vec<Interval<u16>>,
    pub(crate) source_ports: Vec<Interval<u16>>,
    pub(crate) sides: [Side; 2],
    pub(crate) lines: Vec<Line>,
}

/// The addresses of one family.
pub(crate) struct Side {
    pub(crate) family: Family,
    /// The other side, in pieces
    pub(crate) peers: Vec<Interval<u128>>,
    /// The own side, in pieces; none where rules of the frame are not about the family
    pub(crate) own: Vec<Interval<u128>>,
    /// Where the lines of each protocol begin
    first_lines: Vec<usize>,
}

/// Packets that differ in the address of the other side only.
pub(crate) struct Line {
    /// Position of the family in [`Grid::sides`]
    pub(crate) side: usize,
    pub(crate) class: usize,
    pub(crate) port: usize,
    pub(crate) source_port: usize,
    pub(crate) own: usize,
    pub(crate) allowed: Bits,
    pub(crate) required: Bits,
}

impl Grid {
    /// Everything in the frame that is not forbidden is allowed. `None` if the table would be too
    /// large.
    pub(crate) fn new(
        frame: &Frame,
        required: &[PacketBox],
        forbidden: &[PacketBox],
        networks: &[IpNet],
    ) -> Option<Self> {
        let boxes = || required.iter().chain(forbidden);
        let with_ports =
            || boxes().filter(|one| [6, 17].into_iter().any(|port| one.protocol.contains(port)));
        let ports = cut_ports(
            &frame.ports.ranges,
            with_ports().map(|one| one.destination_port),
        );
        let source_ports = cut_ports(
            &frame.source_ports.ranges,
            with_ports().map(|one| one.source_port),
        );
        let classes = frame.classes();
        let mut grid = Self {
            sides: Family::ALL.map(|family| Side::new(frame, family, boxes(), networks)),
            classes,
            ports,
            source_ports,
            lines: Vec::new(),
        };
        grid.add_lines()?;
        for packets in forbidden {
            grid.paint(frame, packets, |line, peers| line.allowed.remove_all(peers));
        }
        for packets in required {
            grid.paint(frame, packets, |line, peers| line.required.add_all(peers));
        }
        Some(grid)
    }

    /// How many pieces of ports and of source ports a protocol has.
    pub(crate) fn pieces_of(&self, class: usize) -> (usize, usize) {
        if self.has_ports(class) {
            (self.ports.len(), self.source_ports.len())
        } else {
            (1, 1)
        }
    }

    pub(crate) fn has_ports(&self, class: usize) -> bool {
        matches!(self.classes.get(class), Some(Class::Number(number)) if Protocol(*number).has_ports())
    }

    /// The position of a line.
    pub(crate) fn position(
        &self,
        side: usize,
        class: usize,
        port: usize,
        source_port: usize,
        own: usize,
    ) -> Option<usize> {
        let (ports, _) = self.pieces_of(class);
        let of_side = self.sides.get(side)?;
        let first = of_side.first_lines.get(class)?;
        Some(first + (source_port * of_side.own.len() + own) * ports + port)
    }

    /// The packets of some pieces of a line.
    pub(crate) fn boxes_of(&self, frame: &Frame, line: &Line, peers: &Bits) -> Vec<PacketBox> {
        let (Some(side), Some(class)) = (self.sides.get(line.side), self.classes.get(line.class))
        else {
            return Vec::new();
        };
        let mut whole = PacketBox::all(side.family);
        if self.has_ports(line.class) {
            whole.destination_port = self
                .ports
                .get(line.port)
                .copied()
                .unwrap_or(Interval::all());
            whole.source_port = self
                .source_ports
                .get(line.source_port)
                .copied()
                .unwrap_or(Interval::all());
        }
        let own = side.own.get(line.own).copied().unwrap_or(Interval::all());
        let protocols: Vec<Interval<u8>> = match class {
            Class::Number(number) => vec![Interval::single(*number)],
            Class::Others => (0..=u8::MAX)
                .filter(|number| !self.classes.contains(&Class::Number(*number)))
                .map(Interval::single)
                .collect(),
        };
        let peers = peers.iter().filter_map(|piece| side.peers.get(piece));
        let boxes = peers.flat_map(|peer| {
            protocols.iter().map(move |protocol| {
                let (source, destination) = match frame.direction {
                    yumen_cloud::Direction::Ingress => (*peer, own),
                    yumen_cloud::Direction::Egress => (own, *peer),
                };
                PacketBox {
                    protocol: *protocol,
                    source,
                    destination,
                    ..whole
                }
            })
        });
        boxes.collect()
    }

    fn add_lines(&mut self) -> Option<()> {
        let mut lines = Vec::new();
        let mut cells = 0_usize;
        let mut firsts = [Vec::new(), Vec::new()];
        for (position, (side, firsts)) in self.sides.iter().zip(&mut firsts).enumerate() {
            let mut all = Bits::none(side.peers.len());
            (0..side.peers.len()).for_each(|piece| all.add(piece));
            for class in 0..self.classes.len() {
                firsts.push(lines.len());
                let (ports, source_ports) = self.pieces_of(class);
                cells = cells.saturating_add(
                    ports
                        .saturating_mul(source_ports)
                        .saturating_mul(side.own.len())
                        .saturating_mul(side.peers.len()),
                );
                if cells > MOST_CELLS {
                    return None;
                }
                for source_port in 0..source_ports {
                    for own in 0..side.own.len() {
                        lines.extend((0..ports).map(|port| Line {
                            side: position,
                            class,
                            port,
                            source_port,
                            own,
                            allowed: all.clone(),
                            required: Bits::none(side.peers.len()),
                        }));
                    }
                }
            }
        }
        for (side, firsts) in self.sides.iter_mut().zip(firsts) {
            side.first_lines = firsts;
        }
        self.lines = lines;
        Some(())
    }

    fn paint(&mut self, frame: &Frame, packets: &PacketBox, change: impl Fn(&mut Line, &Bits)) {
        let found = self
            .sides
            .iter()
            .position(|side| side.family == packets.family);
        let Some((at, side)) = found.and_then(|at| Some((at, self.sides.get(at)?))) else {
            return;
        };
        let mut peers = Bits::none(side.peers.len());
        overlapping(&side.peers, peer_of(packets, frame.direction))
            .for_each(|piece| peers.add(piece));
        let own = overlapping(&side.own, own_of(packets, frame.direction));
        let mut touched = Vec::new();
        for class in 0..self.classes.len() {
            let (ports, source_ports) = if self.has_ports(class) {
                (
                    overlapping(&self.ports, packets.destination_port),
                    overlapping(&self.source_ports, packets.source_port),
                )
            } else {
                (0..1, 0..1)
            };
            if !self
                .classes
                .get(class)
                .is_some_and(|class| touches(packets, *class))
            {
                continue;
            }
            for source_port in source_ports {
                for own in own.clone() {
                    touched.extend(
                        ports
                            .clone()
                            .filter_map(|port| self.position(at, class, port, source_port, own)),
                    );
                }
            }
        }
        for position in touched {
            if let Some(line) = self.lines.get_mut(position) {
                change(line, &peers);
            }
        }
    }
}

impl Side {
    fn new<'a>(
        frame: &Frame,
        family: Family,
        boxes: impl Iterator<Item = &'a PacketBox> + Clone,
        networks: &[IpNet],
    ) -> Self {
        let boxes = || boxes.clone().filter(|one| one.family == family);
        let forms = || {
            frame
                .forms
                .iter()
                .flat_map(|form| form.addresses(family))
                .copied()
        };
        let networks = networks
            .iter()
            .filter(|network| family_of(network.addr()) == family)
            .map(range_of);
        let peers = boxes()
            .map(|one| peer_of(one, frame.direction))
            .chain(forms())
            .chain(networks);
        let own = match frame.local {
            None => Some(PacketBox::all(family).source),
            Some(local) => (family_of(local.addr()) == family).then(|| range_of(&local)),
        };
        let own: Vec<_> = own.into_iter().collect();
        let mut own = cut(&own, boxes().map(|one| own_of(one, frame.direction)));
        if own.len() > 1 {
            // A rule can name its own side as a network only.
            let networks = own.iter().flat_map(|piece| networks_of(family, *piece));
            own = networks.map(|network| range_of(&network)).collect();
        }
        Self {
            family,
            peers: cut(&joined(forms().collect()), peers),
            own,
            first_lines: Vec::new(),
        }
    }
}

/// Whether a box has packets of a protocol, ports aside where there are any. A box about some
/// types of ICMP touches ICMP: rules know no types.
fn touches(packets: &PacketBox, class: Class) -> bool {
    let lowest = packets
        .destination_port
        .low()
        .max(packets.source_port.low());
    match class {
        Class::Number(number) => {
            let protocol = Protocol(number);
            let last = match (protocol.has_ports(), protocol.is_icmp()) {
                (true, _) => u16::MAX,
                (false, true) => 255,
                (false, false) => 0,
            };
            packets.protocol.contains(number) && lowest <= last
        }
        Class::Others => {
            lowest == 0
                && (packets.protocol.low()..=packets.protocol.high())
                    .any(|number| ![6, 17, 1, 58, 47].contains(&number))
        }
    }
}

/// The pieces that have something in a range.
fn overlapping<T: yumen_packets::Scalar>(
    pieces: &[Interval<T>],
    range: Interval<T>,
) -> Range<usize> {
    let from = pieces.partition_point(|piece| piece.high() < range.low());
    let to = pieces.partition_point(|piece| piece.low() <= range.high());
    from..to.max(from)
}

fn cut_ports(
    whole: &[Interval<u16>],
    marks: impl Iterator<Item = Interval<u16>>,
) -> Vec<Interval<u16>> {
    let wide = |range: Interval<u16>| Interval::new(range.low().into(), range.high().into());
    let whole: Vec<_> = whole.iter().filter_map(|range| wide(*range)).collect();
    let narrow = |number: u128| u16::try_from(number).unwrap_or(u16::MAX);
    cut(&whole, marks.filter_map(wide))
        .into_iter()
        .filter_map(|piece| Interval::new(narrow(piece.low()), narrow(piece.high())))
        .collect()
}

/// Cuts sorted, disjoint ranges wherever a mark begins or ends.
fn cut(
    whole: &[Interval<u128>],
    marks: impl Iterator<Item = Interval<u128>>,
) -> Vec<Interval<u128>> {
    let mut starts = BTreeSet::new();
    for mark in marks {
        starts.insert(mark.low());
        starts.extend(mark.high().checked_add(1));
    }
    let mut pieces = Vec::new();
    for range in whole {
        let mut low = range.low();
        if range.low() < range.high() {
            for start in starts.range(range.low() + 1..=range.high()) {
                pieces.extend(Interval::new(low, start - 1));
                low = *start;
            }
        }
        pieces.extend(Interval::new(low, range.high()));
    }
    pieces
}
