//! Where the boxes and lines of the map stand: fixed lanes, test below production, lines that go
//! between boxes and never through one.
//!
//! A line that passes a lane takes a place in it like a box, so that it stays free. Places are
//! ordered by the middle of their neighbours, in a fixed number of rounds. Lines inside the network
//! that say the same of the same box run together.

use std::collections::{BTreeMap, BTreeSet};

use super::length;
use super::model::{Band, Lane, Map, State};
use crate::audit::Service;

/// Where a box stands.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Box {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) width: f64,
    pub(crate) height: f64,
}

/// A line from box to box: pairs of points between which it swings, and between pairs straight on.
#[derive(Clone, Debug, Default)]
pub(crate) struct Route {
    pub(crate) swings: Vec<((f64, f64), (f64, f64))>,
    /// False if it runs into another line that goes the same way
    pub(crate) arrives: bool,
    /// True if the ports stand at its end, false if another line says them
    pub(crate) leads: bool,
}

/// Where everything stands.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layout {
    pub(crate) width: f64,
    pub(crate) height: f64,
    /// In the order of nodes
    pub(crate) boxes: Vec<Box>,
    /// In the order of arrows
    pub(crate) routes: Vec<Route>,
    /// Lanes with something in them: left end and width
    pub(crate) lanes: Vec<(Lane, f64, f64)>,
    /// Bands with something in them: top and bottom
    pub(crate) bands: Vec<(Band, f64, f64)>,
}

/// Space between lanes: for the swing of the lines and for the ports at their ends.
pub(crate) const GUTTER: f64 = 124.0;

/// Length of the straight end of a line, under the ports.
pub(crate) const RUN: f64 = 64.0;

const HEAD: f64 = 34.0;
const BAND_HEAD: f64 = 30.0;
const BAND_FOOT: f64 = 18.0;
const SPACE: f64 = 14.0;
const CLOSE: f64 = 8.0;
const PASS: f64 = 12.0;
const LEAST: f64 = 44.0;
const IN_STEP: f64 = 17.0;
const OUT_STEP: f64 = 8.0;
const ROUNDS: usize = 16;

fn lane_width(lane: Lane) -> f64 {
    match lane {
        Lane::Internet => 74.0,
        Lane::Edge => 164.0,
        Lane::Application | Lane::Data | Lane::Management => 186.0,
    }
}

/// A place in a lane: a box, or a line that passes.
#[derive(Clone, Copy, Debug)]
struct Cell {
    lane: Lane,
    band: Band,
    node: Option<usize>,
    height: f64,
    top: f64,
}

impl Cell {
    fn middle(&self) -> f64 {
        self.top + self.height / 2.0
    }
}

#[derive(Clone, Copy, Debug)]
struct Link {
    from: usize,
    to: usize,
    /// Lines with the same bundle arrive together
    bundle: usize,
}

struct Plan {
    cells: Vec<Cell>,
    links: Vec<Link>,
    /// Links that each arrow draws, in order, and whether it is the first of its bundle
    of_arrow: Vec<(Vec<usize>, bool)>,
    lists: BTreeMap<(Band, Lane), Vec<usize>>,
}

/// Lays a map out.
pub(crate) fn layout(map: &Map) -> Layout {
    let mut plan = plan(map);
    plan.order();
    let bands = plan.align();
    plan.routed(map, bands)
}

fn plan(map: &Map) -> Plan {
    let lanes: Vec<Lane> = Lane::ALL
        .into_iter()
        .filter(|lane| map.nodes.iter().any(|node| node.lane == *lane))
        .collect();
    let mut cells: Vec<Cell> = map
        .nodes
        .iter()
        .enumerate()
        .map(|(number, node)| Cell {
            lane: node.lane,
            band: node.band,
            node: Some(number),
            height: LEAST,
            top: 0.0,
        })
        .collect();
    let (links, of_arrow) = linked(map, &lanes, &mut cells);
    for (number, cell) in cells.iter_mut().enumerate() {
        if cell.node.is_some() {
            let ins = links.iter().filter(|link| link.to == number);
            let ins: BTreeSet<usize> = ins.map(|link| link.bundle).collect();
            let outs = links.iter().filter(|link| link.from == number).count();
            let pins = (IN_STEP * length(ins.len())).max(OUT_STEP * length(outs));
            cell.height = LEAST.max(pins + 12.0);
        }
    }
    let mut lists: BTreeMap<(Band, Lane), Vec<usize>> = BTreeMap::new();
    for (number, cell) in cells.iter().enumerate() {
        if cell.lane != Lane::Internet {
            lists
                .entry((cell.band, cell.lane))
                .or_default()
                .push(number);
        }
    }
    let mut plan = Plan {
        cells,
        links,
        of_arrow,
        lists,
    };
    for list in plan.lists.values_mut() {
        list.sort_by_key(|number| {
            let node = map.nodes.get(*number);
            let state = node.map(|node| node.state);
            (node.is_none(), std::cmp::Reverse(state), *number)
        });
    }
    plan.stack(0.0);
    plan
}

/// Takes arrows apart into links from lane to lane; a line that passes a lane gets a place in it.
fn linked(
    map: &Map,
    lanes: &[Lane],
    cells: &mut Vec<Cell>,
) -> (Vec<Link>, Vec<(Vec<usize>, bool)>) {
    let mut links: Vec<Link> = Vec::new();
    let mut of_arrow = Vec::new();
    let mut bundles: BTreeMap<(usize, &[Service]), usize> = BTreeMap::new();
    let mut passes: BTreeMap<(usize, Lane, Band), usize> = BTreeMap::new();
    for (number, arrow) in map.arrows.iter().enumerate() {
        let mut own = Vec::new();
        let mut bundle = number;
        if arrow.state == State::Inside {
            let key = (arrow.to, arrow.services.as_slice());
            bundle = *bundles.entry(key).or_insert(number);
        }
        let ends = map.nodes.get(arrow.from).zip(map.nodes.get(arrow.to));
        if let Some((from, to)) = ends {
            let band = if from.lane == Lane::Internet {
                to.band
            } else {
                from.band
            };
            let passed = lanes
                .iter()
                .filter(|lane| **lane > from.lane && **lane < to.lane);
            let mut last = arrow.from;
            let mut joined = false;
            for lane in passed {
                let known = passes.get(&(bundle, *lane, band)).copied();
                let pass = known.unwrap_or(cells.len());
                if known.is_none() {
                    passes.insert((bundle, *lane, band), pass);
                    cells.push(Cell {
                        lane: *lane,
                        band,
                        node: None,
                        height: PASS,
                        top: 0.0,
                    });
                }
                if !joined {
                    own.push(links.len());
                    links.push(Link {
                        from: last,
                        to: pass,
                        bundle,
                    });
                }
                joined |= known.is_some();
                last = pass;
            }
            if !joined {
                own.push(links.len());
                links.push(Link {
                    from: last,
                    to: arrow.to,
                    bundle,
                });
            }
        }
        of_arrow.push((own, bundle == number));
    }
    (links, of_arrow)
}

impl Plan {
    /// The middle of what a place is linked with on one side or on both; the Internet is
    /// everywhere.
    fn pull(&self, cell: usize, back: bool, on: bool) -> Option<f64> {
        let mut sum = 0.0;
        let mut count = 0;
        for link in &self.links {
            let other = if back && link.to == cell {
                link.from
            } else if on && link.from == cell {
                link.to
            } else {
                continue;
            };
            let other = self.cells.get(other);
            if let Some(other) = other.filter(|other| other.lane != Lane::Internet) {
                sum += other.middle();
                count += 1;
            }
        }
        (count > 0).then(|| sum / length(count))
    }

    fn is_linked(&self, cell: usize) -> bool {
        let mut links = self.links.iter();
        links.any(|link| link.from == cell || link.to == cell)
    }

    /// Space between two places one above the other.
    fn space(&self, one: usize, other: usize) -> f64 {
        let is_box = |number: usize| {
            let cell = self.cells.get(number);
            cell.is_some_and(|cell| cell.node.is_some())
        };
        if !is_box(one) && !is_box(other) {
            2.0
        } else if !self.is_linked(one) && !self.is_linked(other) {
            CLOSE
        } else {
            SPACE
        }
    }

    /// Puts the places of each list one below the other.
    fn stack(&mut self, top: f64) {
        let lists: Vec<Vec<usize>> = self.lists.values().cloned().collect();
        for list in lists {
            let mut next = top;
            for (position, number) in list.iter().enumerate() {
                let before = position.checked_sub(1).and_then(|at| list.get(at));
                next += before.map_or(0.0, |before| self.space(*before, *number));
                if let Some(cell) = self.cells.get_mut(*number) {
                    cell.top = next;
                    next += cell.height;
                }
            }
        }
    }

    /// Orders each list by the middle of what its places are linked with.
    fn order(&mut self) {
        for round in 0..ROUNDS {
            let back = round % 2 == 0;
            let mut keys: Vec<(Band, Lane)> = self.lists.keys().copied().collect();
            keys.sort_by_key(|(band, lane)| (*lane, *band));
            if !back {
                keys.reverse();
            }
            for key in keys {
                let Some(mut list) = self.lists.remove(&key) else {
                    continue;
                };
                let mut pulled: Vec<(f64, usize, usize)> = Vec::new();
                for (position, number) in list.iter().enumerate() {
                    let own = self.cells.get(*number).map_or(0.0, Cell::middle);
                    let pull = self.pull(*number, back, !back).unwrap_or(own);
                    let pull = if self.is_linked(*number) {
                        pull
                    } else {
                        f64::MAX
                    };
                    pulled.push((pull, position, *number));
                }
                pulled.sort_by(|one, other| one.0.total_cmp(&other.0).then(one.1.cmp(&other.1)));
                list = pulled.into_iter().map(|(_, _, number)| number).collect();
                self.lists.insert(key, list);
                self.stack(0.0);
            }
        }
    }

    /// Gives each band its height and moves places towards what they are linked with.
    fn align(&mut self) -> Vec<(Band, f64, f64)> {
        let mut bands = Vec::new();
        let mut top = HEAD;
        for band in [Band::Production, Band::Test] {
            let lists = self.lists.iter().filter(|((own, _), _)| *own == band);
            let heights = lists.map(|(_, list)| {
                let last = list.last().and_then(|last| self.cells.get(*last));
                last.map_or(0.0, |last| last.top + last.height)
            });
            let height = heights.fold(0.0, f64::max);
            if height > 0.0 {
                let bottom = top + BAND_HEAD + height + BAND_FOOT;
                bands.push((band, top, bottom));
                top = bottom;
            }
        }
        for (band, top, _) in &bands {
            let lists = self.lists.iter().filter(|((own, _), _)| own == band);
            for number in lists.flat_map(|(_, list)| list) {
                if let Some(cell) = self.cells.get_mut(*number) {
                    cell.top += top + BAND_HEAD;
                }
            }
        }
        for _ in 0..ROUNDS {
            for (band, top, bottom) in &bands {
                let lists = self.lists.iter().filter(|((own, _), _)| own == band);
                let lists: Vec<Vec<usize>> = lists.map(|(_, list)| list.clone()).collect();
                for list in lists {
                    self.settle(&list, top + BAND_HEAD, bottom - BAND_FOOT);
                }
            }
        }
        bands
    }

    /// Moves the places of a list to where they are pulled, in their order, between two heights.
    fn settle(&mut self, list: &[usize], top: f64, bottom: f64) {
        let mut lowest = top;
        let mut tops = Vec::with_capacity(list.len());
        for (position, number) in list.iter().enumerate() {
            let Some(cell) = self.cells.get(*number).copied() else {
                continue;
            };
            let wanted = self.pull(*number, true, true);
            let wanted = wanted.map_or(lowest, |middle| middle - cell.height / 2.0);
            let at = wanted.max(lowest);
            tops.push((*number, at, cell.height));
            let next = list.get(position + 1);
            lowest = at + cell.height + next.map_or(0.0, |next| self.space(*number, *next));
        }
        let mut highest = bottom;
        for (position, (number, at, height)) in tops.iter().enumerate().rev() {
            let at = at.min(highest - height);
            if let Some(cell) = self.cells.get_mut(*number) {
                cell.top = at;
            }
            let before = position.checked_sub(1).and_then(|before| list.get(before));
            highest = at - before.map_or(0.0, |before| self.space(*before, *number));
        }
    }

    /// Boxes and lines with their coordinates.
    fn routed(self, map: &Map, bands: Vec<(Band, f64, f64)>) -> Layout {
        let mut lanes = Vec::new();
        let mut x = 1.0;
        for lane in Lane::ALL {
            if map.nodes.iter().any(|node| node.lane == lane) {
                lanes.push((lane, x, lane_width(lane)));
                x += lane_width(lane) + GUTTER;
            }
        }
        let width = x - GUTTER + 1.0;
        let height = bands.last().map_or(HEAD, |(_, _, bottom)| *bottom);
        let span = |lane: Lane| {
            let own = lanes.iter().find(|(own, ..)| *own == lane);
            own.map_or((0.0, 0.0), |(_, x, width)| (*x, *width))
        };
        let boxes = self.cells.iter().filter(|cell| cell.node.is_some());
        let boxes = boxes.map(|cell| {
            let (x, width) = span(cell.lane);
            let (y, height) = if cell.lane == Lane::Internet {
                (HEAD + 4.0, height - HEAD - 12.0)
            } else {
                (cell.top, cell.height)
            };
            Box {
                x,
                y,
                width,
                height,
            }
        });
        let boxes = boxes.collect();
        let (arrive, leave) = self.pins();
        let pin = |pins: &BTreeMap<usize, f64>, link: usize| pins.get(&link).copied();
        let routes = self.of_arrow.iter().map(|(own, leads)| {
            let last = own.last().and_then(|last| self.links.get(*last));
            let last = last.and_then(|last| self.cells.get(last.to));
            let swings = own.iter().filter_map(|number| {
                let link = self.links.get(*number)?;
                let (from, to) = (self.cells.get(link.from)?, self.cells.get(link.to)?);
                let end = pin(&arrive, *number)?;
                let start = if from.lane == Lane::Internet {
                    end
                } else {
                    pin(&leave, *number)?
                };
                let ((x, width), (to_x, _)) = (span(from.lane), span(to.lane));
                Some(((x + width, start), (to_x, end)))
            });
            Route {
                swings: swings.collect(),
                arrives: last.is_some_and(|last| last.node.is_some()),
                leads: *leads,
            }
        });
        Layout {
            width,
            height,
            routes: routes.collect(),
            boxes,
            lanes,
            bands,
        }
    }

    /// Heights at which links arrive and leave, in an order that does not cross them. Links of one
    /// bundle arrive, and leave a place that they pass, at one height.
    fn pins(&self) -> (BTreeMap<usize, f64>, BTreeMap<usize, f64>) {
        let (mut arrive, mut leave) = (BTreeMap::new(), BTreeMap::new());
        for (number, cell) in self.cells.iter().enumerate() {
            let pin = |pins: &mut BTreeMap<usize, f64>, step: f64, is_in: bool| {
                let mut heights: BTreeMap<usize, (f64, Vec<usize>)> = BTreeMap::new();
                for (at, link) in self.links.iter().enumerate() {
                    let (end, other) = if is_in {
                        (link.to, link.from)
                    } else {
                        (link.from, link.to)
                    };
                    if end == number {
                        let middle = self.cells.get(other).map_or(0.0, Cell::middle);
                        let key = if is_in { link.bundle } else { at };
                        let (sum, links) = heights.entry(key).or_default();
                        *sum += middle;
                        links.push(at);
                    }
                }
                let mut order: Vec<(f64, Vec<usize>)> = heights.into_values().collect();
                order.sort_by(|one, other| {
                    let one_middle = one.0 / length(one.1.len());
                    let other_middle = other.0 / length(other.1.len());
                    one_middle
                        .total_cmp(&other_middle)
                        .then(one.1.cmp(&other.1))
                });
                let half = length(order.len().saturating_sub(1)) / 2.0;
                for (position, (_, links)) in order.iter().enumerate() {
                    let offset = (length(position) - half) * step;
                    pins.extend(links.iter().map(|link| (*link, cell.middle() + offset)));
                }
            };
            pin(&mut arrive, IN_STEP, true);
            pin(&mut leave, OUT_STEP, false);
        }
        (arrive, leave)
    }
}
