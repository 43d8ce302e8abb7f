//! Packets as few readable rules.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, BinaryHeap};

use ipnet::IpNet;
use thiserror::Error;
use yumen_cloud::{Direction, Peer, PortMatch, ProtocolMatch, Rule};
use yumen_packets::{Error, Interval, PacketBox, PacketSet};
use yumen_reach::range_of;

use crate::bits::Bits;
use crate::frame::{Class, Form, Frame};
use crate::grid::{Grid, Line, Side};
use crate::prefixes::{fewest, hull, joined, networks_of};

/// More networks than any group has rules.
const MOST_NETWORKS: usize = 4_000;

/// Why a set of packets is no set of rules.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum Inexpressible {
    /// Rules would match too much: a protocol without a name, single types of ICMP, port 0 alone
    #[error(
        "rules have no words for some of the packets; leave them out, or take in all of their protocol"
    )]
    Unsayable(PacketSet),
    /// It would take thousands of rules
    #[error("the packets would take thousands of rules; describe them by fewer networks or ports")]
    Entangled,
    /// The packet sets took too much
    #[error(transparent)]
    Packets(#[from] Error),
}

/// Writes packets as few readable rules of a direction that match exactly them. Priority, action,
/// description and the rest are those of the template; so is the id, for the caller to replace.
///
/// # Errors
/// Rules cannot say it, or not in reasonable number.
pub fn rules_for(
    packets: &PacketSet,
    direction: Direction,
    template: &Rule,
) -> Result<Vec<Rule>, Inexpressible> {
    let frame = Frame::whole(direction, None);
    let shapes = cover(
        &frame,
        &packets.plain_boxes(),
        &packets.complement()?.plain_boxes(),
        usize::MAX,
    )?;
    let template = Rule {
        direction,
        ..template.clone()
    };
    Ok(shapes.iter().map(|shape| shape.rule(&template)).collect())
}

/// What a rule matches.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Shape {
    protocol: ProtocolMatch,
    ports: PortMatch,
    source_ports: PortMatch,
    peer: Peer,
    local: Option<IpNet>,
}

impl Shape {
    /// A rule of this shape that is like the template in the rest.
    pub(crate) fn rule(&self, template: &Rule) -> Rule {
        Rule {
            protocol: self.protocol,
            ports: self.ports.clone(),
            source_ports: self.source_ports.clone(),
            peer: self.peer.clone(),
            local: self.local,
            ..template.clone()
        }
    }
}

/// Few rules within a frame, and at most so many, that match all required packets and no forbidden
/// one.
pub(crate) fn cover(
    frame: &Frame,
    required: &[PacketBox],
    forbidden: &[PacketBox],
    most: usize,
) -> Result<Vec<Shape>, Inexpressible> {
    if required.is_empty() {
        return Ok(Vec::new());
    }
    let rough = Grid::new(frame, required, forbidden, &[]).ok_or(Inexpressible::Entangled)?;
    let networks = networks(frame, &rough)?;
    let grid = Grid::new(frame, required, forbidden, &networks).ok_or(Inexpressible::Entangled)?;
    let mut search = Search::new(frame, &grid, &networks);
    search.choose()?;
    search.leave_out();
    if search.chosen.len() > most {
        return Err(Inexpressible::Entangled);
    }
    search.tighten();
    Ok(search.shapes())
}

/// The networks that could stand in rules: for each line the fewest that cover it.
fn networks(frame: &Frame, grid: &Grid) -> Result<Vec<IpNet>, Inexpressible> {
    let mut found = BTreeSet::new();
    if !frame.divisible {
        return Ok(Vec::new());
    }
    let mut seen = BTreeSet::new();
    for line in grid.lines.iter().filter(|line| !line.required.is_empty()) {
        let mut required = line.required.clone();
        required.keep_only(&line.allowed);
        if !seen.insert((line.side, required.clone(), line.allowed.clone())) {
            continue;
        }
        let Some(side) = grid.sides.get(line.side) else {
            continue;
        };
        found.extend(fewest(
            side.family,
            &ranges(side, &required),
            &ranges(side, &line.allowed),
        ));
        if found.len() > MOST_NETWORKS {
            return Err(Inexpressible::Entangled);
        }
    }
    Ok(found.into_iter().collect())
}

fn ranges(side: &Side, pieces: &Bits) -> Vec<Interval<u128>> {
    let pieces = pieces.iter().filter_map(|piece| side.peers.get(piece));
    joined(pieces.copied().collect())
}

/// The other side of a rule, by family.
#[derive(Clone)]
struct Reach {
    peer: Peer,
    pieces: [Bits; 2],
    /// True if it is to stay as it is written
    fixed: bool,
}

/// A rule that could be chosen; what is `None` is as wide as the frame.
#[derive(Clone)]
struct Candidate {
    reach: Reach,
    class: Option<usize>,
    ports: Option<(usize, usize)>,
    source_port: Option<usize>,
    own: Option<(usize, usize)>,
    lines: Vec<usize>,
}

struct Search<'a> {
    frame: &'a Frame,
    grid: &'a Grid,
    candidates: Vec<Candidate>,
    chosen: Vec<Candidate>,
    /// By how many chosen rules each piece of each line is covered
    covered: Vec<Vec<u32>>,
}

impl<'a> Search<'a> {
    fn new(frame: &'a Frame, grid: &'a Grid, networks: &[IpNet]) -> Self {
        let mut search = Self {
            frame,
            grid,
            candidates: Vec::new(),
            chosen: Vec::new(),
            covered: grid
                .lines
                .iter()
                .map(|line| {
                    let pieces = grid.sides.get(line.side).map(|side| side.peers.len());
                    vec![0; pieces.unwrap_or_default()]
                })
                .collect(),
        };
        let [v4, v6] = &grid.sides;
        let pieces_of = |form: &Form| [pieces_within(v4, &form.v4), pieces_within(v6, &form.v6)];
        for form in &frame.forms {
            let reach = Reach {
                peer: form.peer.clone(),
                pieces: pieces_of(form),
                fixed: frame.forms.len() == 1 || !matches!(form.peer, Peer::Network(_)),
            };
            search.add_candidates(&reach);
        }
        let forms: Vec<&Peer> = frame.forms.iter().map(|form| &form.peer).collect();
        for network in networks {
            let peer = Peer::Network(*network);
            if forms.contains(&&peer) {
                continue;
            }
            let reach = Reach {
                peer,
                pieces: pieces_of(&Form::of(*network)),
                fixed: false,
            };
            search.add_candidates(&reach);
        }
        search
    }

    /// The widest allowed rules with this other side.
    fn add_candidates(&mut self, reach: &Reach) {
        let pieces = self.grid.source_ports.len();
        let source_ports = [None].into_iter().chain(
            (pieces > 1)
                .then_some(0..pieces)
                .into_iter()
                .flatten()
                .map(Some),
        );
        let source_ports: Vec<Option<usize>> = source_ports.collect();
        let mut owns = vec![None];
        for (position, side) in self.grid.sides.iter().enumerate() {
            if side.own.len() > 1 {
                owns.extend((0..side.own.len()).map(|own| Some((position, own))));
            }
        }
        for source_port in &source_ports {
            for own in &owns {
                self.add_of(reach, *source_port, *own);
            }
        }
    }

    fn add_of(&mut self, reach: &Reach, source_port: Option<usize>, own: Option<(usize, usize)>) {
        let mut everything = Some(Vec::new());
        for class in 0..self.grid.classes.len() {
            let (pieces, _) = self.grid.pieces_of(class);
            if source_port.is_some() && !self.grid.has_ports(class) {
                continue;
            }
            let by_port: Vec<Option<Vec<usize>>> = (0..pieces)
                .map(|port| self.allowed_lines(reach, class, port, source_port, own))
                .collect();
            if by_port.iter().all(Option::is_some) {
                let lines: Vec<usize> = by_port.into_iter().flatten().flatten().collect();
                if let Some(everything) = &mut everything {
                    everything.extend(lines.iter().copied());
                }
                self.add(reach, Some(class), None, source_port, own, lines);
                continue;
            }
            everything = None;
            let mut run: Option<(usize, usize, Vec<usize>)> = None;
            for (port, lines) in by_port.into_iter().enumerate() {
                let goes_on = port
                    .checked_sub(1)
                    .is_some_and(|before| self.touch(before, port));
                run = match (run, lines) {
                    (Some((first, _, mut sum)), Some(lines)) if goes_on => {
                        sum.extend(lines);
                        Some((first, port, sum))
                    }
                    (ended, lines) => {
                        if let Some((first, last, sum)) = ended {
                            self.add(
                                reach,
                                Some(class),
                                Some((first, last)),
                                source_port,
                                own,
                                sum,
                            );
                        }
                        lines.map(|lines| (port, port, lines))
                    }
                };
            }
            if let Some((first, last, sum)) = run {
                self.add(
                    reach,
                    Some(class),
                    Some((first, last)),
                    source_port,
                    own,
                    sum,
                );
            }
        }
        let all = self.frame.protocol == ProtocolMatch::All && source_port.is_none();
        if let Some(lines) = everything.filter(|_| all) {
            self.add(reach, None, None, None, own, lines);
        }
    }

    /// The lines of a rule about one piece of ports; `None` if some of it is forbidden.
    fn allowed_lines(
        &self,
        reach: &Reach,
        class: usize,
        port: usize,
        source_port: Option<usize>,
        own: Option<(usize, usize)>,
    ) -> Option<Vec<usize>> {
        let (_, source_ports) = self.grid.pieces_of(class);
        let mut found = Vec::new();
        let sides = self.grid.sides.iter().zip(&reach.pieces).enumerate();
        for (position, (side, pieces)) in sides {
            if pieces.is_empty() || own.is_some_and(|(of, _)| of != position) {
                continue;
            }
            for source_port in source_port.map_or(0..source_ports, |one| one..one + 1) {
                for own in own.map_or(0..side.own.len(), |(_, one)| one..one + 1) {
                    let at = self
                        .grid
                        .position(position, class, port, source_port, own)?;
                    let line = self.grid.lines.get(at)?;
                    if !pieces.is_within(&line.allowed) {
                        return None;
                    }
                    found.push(at);
                }
            }
        }
        Some(found)
    }

    fn add(
        &mut self,
        reach: &Reach,
        class: Option<usize>,
        ports: Option<(usize, usize)>,
        source_port: Option<usize>,
        own: Option<(usize, usize)>,
        lines: Vec<usize>,
    ) {
        let candidate = Candidate {
            reach: reach.clone(),
            class,
            ports,
            source_port,
            own,
            lines,
        };
        if self.can_be_said(&candidate) {
            self.candidates.push(candidate);
        }
    }

    /// Whether the provider has words for it: a protocol with a name, more than port 0.
    fn can_be_said(&self, candidate: &Candidate) -> bool {
        let named = match candidate.class.map(|class| self.grid.classes.get(class)) {
            None => true,
            Some(None) => false,
            Some(Some(class)) => {
                let mut sides = self.grid.sides.iter().zip(&candidate.reach.pieces);
                sides.all(|(side, pieces)| {
                    pieces.is_empty() || self.frame.can_name(*class, side.family)
                })
            }
        };
        let last = candidate
            .ports
            .and_then(|(_, last)| self.grid.ports.get(last));
        named && last.is_none_or(|last| last.high() > 0)
    }

    fn touch(&self, before: usize, after: usize) -> bool {
        let pieces = self.grid.ports.get(before).zip(self.grid.ports.get(after));
        pieces.is_some_and(|(before, after)| before.high().checked_add(1) == Some(after.low()))
    }

    /// Chooses rules, each time the one that covers most of what is left.
    fn choose(&mut self) -> Result<(), Inexpressible> {
        let mut left: Vec<Bits> = self
            .grid
            .lines
            .iter()
            .map(|line| line.required.clone())
            .collect();
        // What a rule gains only shrinks, so that one which still leads after counting again leads.
        let mut queue: BinaryHeap<(u64, Reverse<usize>)> = BinaryHeap::new();
        for (position, candidate) in self.candidates.iter().enumerate() {
            queue.push((self.gain(candidate, &left), Reverse(position)));
        }
        while let Some((gain, Reverse(position))) = queue.pop() {
            if gain == 0 {
                break;
            }
            let Some(candidate) = self.candidates.get(position) else {
                continue;
            };
            let now = self.gain(candidate, &left);
            if queue
                .peek()
                .is_some_and(|next| *next > (now, Reverse(position)))
            {
                queue.push((now, Reverse(position)));
                continue;
            }
            if now == 0 {
                continue;
            }
            for (at, line) in self.lines_of(candidate) {
                if let (Some(left), Some(pieces)) =
                    (left.get_mut(at), candidate.reach.pieces.get(line.side))
                {
                    left.remove_all(pieces);
                }
            }
            self.chosen.push(candidate.clone());
        }
        let lines = self.grid.lines.iter().zip(&left);
        let unsaid: Vec<PacketBox> = lines
            .filter(|(_, left)| !left.is_empty())
            .flat_map(|(line, left)| self.grid.boxes_of(self.frame, line, left))
            .collect();
        if unsaid.is_empty() {
            Ok(())
        } else {
            Err(Inexpressible::Unsayable(PacketSet::from_boxes(&unsaid)?))
        }
    }

    fn gain(&self, candidate: &Candidate, left: &[Bits]) -> u64 {
        self.lines_of(candidate)
            .filter_map(|(at, line)| {
                let pieces = candidate.reach.pieces.get(line.side)?;
                Some(left.get(at)?.shared(pieces))
            })
            .sum()
    }

    fn lines_of<'c>(
        &self,
        candidate: &'c Candidate,
    ) -> impl Iterator<Item = (usize, &'a Line)> + use<'a, 'c> {
        let grid = self.grid;
        let lines = candidate.lines.iter();
        lines.filter_map(move |at| Some((*at, grid.lines.get(*at)?)))
    }

    /// Leaves out rules whose packets others cover, the last chosen first.
    fn leave_out(&mut self) {
        for candidate in &self.chosen {
            count(self.grid, &mut self.covered, candidate, |covered| {
                covered.saturating_add(1)
            });
        }
        for position in (0..self.chosen.len()).rev() {
            if self.needed(position).is_empty() {
                let candidate = self.chosen.remove(position);
                count(self.grid, &mut self.covered, &candidate, |covered| {
                    covered.saturating_sub(1)
                });
            }
        }
    }

    /// What only one of the chosen rules covers, by line.
    fn needed(&self, position: usize) -> BTreeMap<usize, Bits> {
        let chosen = self.chosen.get(position).into_iter();
        let lines = chosen.flat_map(|chosen| {
            self.lines_of(chosen)
                .filter_map(|(at, line)| Some((at, line, chosen.reach.pieces.get(line.side)?)))
        });
        let mut needed = BTreeMap::new();
        for (at, line, reached) in lines {
            let mut pieces = line.required.clone();
            pieces.keep_only(reached);
            let mut by_it_alone = reached.clone();
            by_it_alone.clear();
            if let Some(covered) = self.covered.get(at) {
                let alone = pieces
                    .iter()
                    .filter(|piece| covered.get(*piece) == Some(&1));
                alone.for_each(|piece| by_it_alone.add(piece));
            }
            if !by_it_alone.is_empty() {
                needed.insert(at, by_it_alone);
            }
        }
        needed
    }

    /// Makes each rule no wider than what it is needed for, one field at a time.
    fn tighten(&mut self) {
        for position in 0..self.chosen.len() {
            let needed = self.needed(position);
            let Some(mut chosen) = self.chosen.get(position).cloned() else {
                continue;
            };
            count(self.grid, &mut self.covered, &chosen, |covered| {
                covered.saturating_sub(1)
            });
            self.tighten_protocol(&mut chosen, &needed);
            self.tighten_ports(&mut chosen, &needed);
            self.tighten_reach(&mut chosen, &needed);
            count(self.grid, &mut self.covered, &chosen, |covered| {
                covered.saturating_add(1)
            });
            if let Some(slot) = self.chosen.get_mut(position) {
                *slot = chosen;
            }
        }
    }

    fn tighten_protocol(&self, chosen: &mut Candidate, needed: &BTreeMap<usize, Bits>) {
        let classes: BTreeSet<usize> = self.of_lines(needed, |line| line.class);
        let mut classes = classes.into_iter();
        if let (None, Some(only), None) = (chosen.class, classes.next(), classes.next()) {
            let narrower = Candidate {
                class: Some(only),
                ..chosen.clone()
            };
            if self.can_be_said(&narrower) {
                *chosen = narrower;
                self.keep_lines(chosen);
            }
        }
    }

    fn tighten_ports(&self, chosen: &mut Candidate, needed: &BTreeMap<usize, Bits>) {
        if !chosen.class.is_some_and(|class| self.grid.has_ports(class)) {
            return;
        }
        let ports: BTreeSet<usize> = self.of_lines(needed, |line| line.port);
        let (Some(first), Some(last)) = (ports.first(), ports.last()) else {
            return;
        };
        let whole = *first == 0 && last + 1 == self.grid.ports.len();
        let contiguous = (first + 1..=*last).all(|port| self.touch(port - 1, port));
        if whole || !contiguous {
            return;
        }
        let narrower = Candidate {
            ports: Some((*first, *last)),
            ..chosen.clone()
        };
        if self.can_be_said(&narrower) {
            *chosen = narrower;
            self.keep_lines(chosen);
        }
    }

    fn tighten_reach(&self, chosen: &mut Candidate, needed: &BTreeMap<usize, Bits>) {
        let sides: BTreeSet<usize> = self.of_lines(needed, |line| line.side);
        let mut sides = sides.into_iter();
        let (Some(only), None) = (sides.next(), sides.next()) else {
            return;
        };
        let Some(side) = self.grid.sides.get(only).filter(|_| !chosen.reach.fixed) else {
            return;
        };
        let mut pieces = Bits::none(side.peers.len());
        needed.values().for_each(|one| pieces.add_all(one));
        let ranges = ranges(side, &pieces);
        let ends = ranges.first().zip(ranges.last());
        let span = ends.and_then(|(first, last)| Interval::new(first.low(), last.high()));
        if let Some(network) = span.and_then(|span| hull(side.family, span)) {
            let within = pieces_within(side, &[range_of(&network)]);
            if let Some(slot) = chosen.reach.pieces.get_mut(only) {
                *slot = within;
            }
            chosen.reach.peer = Peer::Network(network);
        }
    }

    fn of_lines(
        &self,
        needed: &BTreeMap<usize, Bits>,
        what: impl Fn(&Line) -> usize,
    ) -> BTreeSet<usize> {
        let lines = needed.keys().filter_map(|at| self.grid.lines.get(*at));
        lines.map(what).collect()
    }

    /// Drops the lines that a rule which became narrower has lost.
    fn keep_lines(&self, chosen: &mut Candidate) {
        let (class, ports) = (chosen.class, chosen.ports);
        let grid = self.grid;
        chosen.lines.retain(|at| {
            grid.lines.get(*at).is_some_and(|line| {
                class.is_none_or(|class| class == line.class)
                    && ports.is_none_or(|(first, last)| (first..=last).contains(&line.port))
            })
        });
    }

    /// The chosen rules, in the order of protocols, ports and the other side.
    fn shapes(mut self) -> Vec<Shape> {
        self.chosen.sort_by(|one, two| {
            let key = |one: &Candidate| (one.class, one.ports, one.source_port, one.own);
            key(one)
                .cmp(&key(two))
                .then_with(|| one.reach.peer.cmp(&two.reach.peer))
        });
        self.chosen
            .iter()
            .map(|chosen| self.shape(chosen))
            .collect()
    }

    fn shape(&self, chosen: &Candidate) -> Shape {
        let (frame, grid) = (self.frame, self.grid);
        let protocol = match chosen.class.and_then(|class| grid.classes.get(class)) {
            Some(Class::Number(number)) => ProtocolMatch::Number(*number),
            Some(Class::Others) | None => ProtocolMatch::All,
        };
        let has_ports = chosen.class.is_none_or(|class| grid.has_ports(class));
        let as_in_frame = chosen.class.is_none() || frame.protocol == protocol;
        let whole = |written: &PortMatch| {
            if has_ports || as_in_frame {
                written.clone()
            } else {
                PortMatch::Any
            }
        };
        let range = chosen.ports.and_then(|(first, last)| {
            let (first, last) = (grid.ports.get(first)?, grid.ports.get(last)?);
            Interval::new(first.low(), last.high())
        });
        let source_range = chosen
            .source_port
            .and_then(|port| grid.source_ports.get(port));
        let own = chosen.own.and_then(|(side, own)| {
            let side = grid.sides.get(side)?;
            networks_of(side.family, *side.own.get(own)?)
                .into_iter()
                .next()
        });
        Shape {
            protocol,
            ports: range.map_or_else(|| whole(&frame.ports.written), PortMatch::Range),
            source_ports: source_range.map_or_else(
                || whole(&frame.source_ports.written),
                |range| PortMatch::Range(*range),
            ),
            peer: chosen.reach.peer.clone(),
            local: own.or(frame.local),
        }
    }
}

/// Counts a rule in or out.
fn count(grid: &Grid, covered: &mut [Vec<u32>], candidate: &Candidate, change: fn(u32) -> u32) {
    for at in &candidate.lines {
        let (Some(line), Some(covered)) = (grid.lines.get(*at), covered.get_mut(*at)) else {
            continue;
        };
        if let Some(pieces) = candidate.reach.pieces.get(line.side) {
            for piece in pieces.iter() {
                if let Some(covered) = covered.get_mut(piece) {
                    *covered = change(*covered);
                }
            }
        }
    }
}

/// The pieces that lie in some ranges.
fn pieces_within(side: &Side, ranges: &[Interval<u128>]) -> Bits {
    let mut pieces = Bits::none(side.peers.len());
    for range in ranges {
        let from = side
            .peers
            .partition_point(|piece| piece.low() < range.low());
        let to = side
            .peers
            .partition_point(|piece| piece.high() <= range.high());
        (from..to).for_each(|piece| pieces.add(piece));
    }
    pieces
}
