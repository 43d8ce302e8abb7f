//! Exposures: who can be reached from the Internet, or reach it, with which packets, and how.

use std::net::IpAddr;
use std::sync::Arc;

use yumen_cloud::{Direction, Listing};
use yumen_packets::{
    Budget, Error, Family, FieldOrder, Interval, Packet, PacketBox, PacketSet, PacketSpace,
};

use crate::analysis::{Admitted, Analysis, Cause, Lister, along_path};
use crate::class::Class;
use crate::control::Control;
use crate::explain::{Answer, Verdict, explain, explain_along};
use crate::filters::{Filters, Scope, own_side, with_peer};
use crate::internet::{Breadth, Internet, family_of, value_of};
use crate::path::Path;
use crate::ranges::join_ports;
use crate::slices::{Slice, slices};
use crate::topology::{Endpoint, EndpointIndex, Topology};

/// Something that the Internet reaches, could reach, or may reach for all that was read; or that
/// reaches the Internet.
#[derive(Clone, Debug)]
pub struct Exposure {
    /// Whom
    pub interface: EndpointIndex,
    /// Towards the interface or away from it
    pub direction: Direction,
    /// Open, latent or unknown; what is closed is no exposure
    pub verdict: Verdict,
    /// By which of the interface's paths, as a position in `Endpoint::paths`
    pub via: Option<usize>,
    /// Which packets, shared by all interfaces of which the same is true
    pub row: Arc<Row>,
}

/// Packets with what is true of all of them.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The packets as a person would list them; other side = the Internet's addresses
    pub slice: Slice,
    /// The packets exactly, as boxes
    pub boxes: Vec<PacketBox>,
    /// Share of the Internet that the other side is, from 0 to 1
    pub share: f64,
    /// How much of the Internet that is
    pub breadth: Breadth,
    /// What lets them pass, each with the ports that it opens
    pub causes: Vec<CausePart>,
    /// Controls that were not read and could stop them, or, in what is unknown, let them pass
    pub unread: Vec<Control>,
    /// Whether a network ACL stops the replies
    pub reply: Reply,
}

/// What one cause lets pass of a row's packets.
#[derive(Clone, Debug, PartialEq)]
pub struct CausePart {
    /// The cause
    pub cause: Cause,
    /// The ports that it opens, sorted and disjoint; empty for protocols without ports
    pub ports: Vec<Interval<u16>>,
    /// To which share of the Internet it opens them, from 0 to 1
    pub share: f64,
    /// How much of the Internet that is
    pub breadth: Breadth,
    /// The other side's addresses to which it opens some of them, sorted and disjoint
    pub peers: Vec<Interval<u128>>,
}

impl CausePart {
    /// The part as boxes, every protocol included.
    #[must_use]
    pub fn boxes(&self, family: Family, direction: Direction) -> Vec<PacketBox> {
        let every_port = [Interval::all()];
        let ports = if self.ports.is_empty() {
            &every_port[..]
        } else {
            &self.ports
        };
        let of_port = |port: &Interval<u16>| {
            let destination_port = *port;
            self.peers.iter().map(move |peer| PacketBox {
                destination_port,
                ..with_peer(direction, family, *peer)
            })
        };
        ports.iter().flat_map(of_port).collect()
    }
}

/// Whether replies leave. A packet arrives all the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Reply {
    /// All leave
    Passes,
    /// Some are stopped by the network ACL
    PartlyBlocked,
    /// All are stopped by the network ACL
    Blocked,
}

impl Exposure {
    /// A packet of the exposure to its interface: from the client, port at the interface.
    #[must_use]
    pub fn sample(&self, topology: &Topology) -> Option<Packet> {
        self.sample_within(topology, &[PacketBox::all(self.row.slice.family)])
    }

    /// A packet of the exposure to its interface that is also in one of some boxes, if there is
    /// one.
    #[must_use]
    pub fn sample_within(&self, topology: &Topology, within: &[PacketBox]) -> Option<Packet> {
        let endpoint = topology.endpoint(self.interface);
        let family = self.row.slice.family;
        let by_path = self.path(topology).map(|path| match path.entry.address {
            // Clients of another family than the interface's know nothing but the entry.
            Some(entry) if family_of(path.destination) != family => entry,
            _ => path.destination,
        });
        let by_path = by_path.map(|own| (family_of(own), Interval::single(value_of(own))));
        let preferred = addresses_in(endpoint, family);
        let preferred = preferred
            .into_iter()
            .map(|own| (family, Interval::single(value_of(own))));
        let elsewhere = self.verdict != Verdict::Open || by_path.is_none();
        let own = preferred.chain(endpoint.addresses()).filter(|_| elsewhere);
        let mut samples = by_path
            .into_iter()
            .chain(own)
            .filter(|(own, _)| *own == family)
            .map(|(_, own)| {
                let to_own = with_peer(opposite(self.direction), family, own);
                let boxes = self.row.boxes.iter();
                let boxes: Vec<PacketBox> =
                    boxes.filter_map(|one| one.intersect(&to_own)).collect();
                PacketSet::from_boxes(&overlapping(&boxes, within))
                    .ok()?
                    .witness()
            });
        samples.find_map(|sample| sample)
    }

    /// The sample with every hop and what decided, by the plain evaluator. The answer's packet is
    /// the witness: the packet as the interface sees it.
    #[must_use]
    pub fn explain(&self, topology: &Topology) -> Option<Answer> {
        self.explain_packet(topology, &self.sample(topology)?)
    }

    /// A packet of the exposure with every hop and what decided, by the plain evaluator.
    #[must_use]
    pub fn explain_packet(&self, topology: &Topology, packet: &Packet) -> Option<Answer> {
        if self.direction == Direction::Egress {
            return Some(crate::explain::explain_outbound(
                topology,
                self.interface,
                packet,
            ));
        }
        let path = self
            .via
            .and_then(|via| topology.endpoint(self.interface).paths.get(via));
        Some(match path {
            Some(path) => explain_along(topology, self.interface, packet, path),
            None => explain(topology, self.interface, packet),
        })
    }

    /// The path that it goes by.
    #[must_use]
    pub fn path<'a>(&self, topology: &'a Topology) -> Option<&'a Path> {
        self.via
            .and_then(|via| topology.endpoint(self.interface).paths.get(via))
    }
}

/// All exposures of an analysis, in the order of interfaces, direction and verdict.
///
/// # Errors
/// A set is so entangled that the budget ends first.
pub fn exposures(analysis: &Analysis) -> Result<Vec<Exposure>, Error> {
    let mut all = Vec::new();
    let mut lister = Lister::new(analysis);
    let mut classes: Vec<_> = analysis.classes().iter().collect();
    classes.sort_by_key(|(_, class)| &class.vpc);
    for (index, class) in classes {
        for direction in [Direction::Ingress, Direction::Egress] {
            let admitted = lister.list(index, direction)?;
            let mut finder = Finder::new(analysis.topology(), class, &admitted, direction);
            for member in &class.members {
                finder.add(*member, &mut all)?;
            }
        }
    }
    all.sort_by_key(|exposure: &Exposure| {
        (
            exposure.interface,
            exposure.direction,
            std::cmp::Reverse(exposure.verdict),
            exposure.via,
        )
    });
    Ok(all)
}

/// Finds the exposures of one class in one direction; rows are computed once for all members.
struct Finder<'a> {
    topology: &'a Topology,
    class: &'a Class,
    admitted: &'a Admitted,
    direction: Direction,
    internet: &'a Internet,
    causes: Vec<(Cause, Vec<Slice>)>,
    rows: [Vec<Arc<Row>>; 2],
    doubtful: [Vec<Arc<Row>>; 2],
}

impl<'a> Finder<'a> {
    fn new(
        topology: &'a Topology,
        class: &'a Class,
        admitted: &'a Admitted,
        direction: Direction,
    ) -> Self {
        let internet = topology.internet_of(class.vpc.as_ref());
        let mut finder = Self {
            topology,
            class,
            admitted,
            direction,
            internet,
            causes: admitted
                .causes
                .iter()
                .map(|(cause, opened)| (cause.clone(), slices(opened, direction)))
                .collect(),
            rows: [Vec::new(), Vec::new()],
            doubtful: [Vec::new(), Vec::new()],
        };
        let by_family = |boxes: &[PacketBox], family| {
            boxes
                .iter()
                .filter(|one| one.family == family)
                .copied()
                .collect::<Vec<_>>()
        };
        finder.rows = [Family::V4, Family::V6]
            .map(|family| finder.rows_of(by_family(&admitted.passes, family), &[]));
        finder.doubtful = [Family::V4, Family::V6].map(|family| {
            finder.unknown_rows(by_family(&admitted.doubtful, family), &admitted.unread)
        });
        finder
    }

    fn add(&mut self, member: EndpointIndex, all: &mut Vec<Exposure>) -> Result<(), Error> {
        for (position, family) in [Family::V4, Family::V6].into_iter().enumerate() {
            let endpoint = self.topology.endpoint(member);
            let reached = || endpoint.paths.iter().any(|path| path.family == family);
            if !addresses_in(endpoint, family).is_empty() || reached() {
                match self.direction {
                    Direction::Ingress => self.add_ingress(member, family, position, all)?,
                    Direction::Egress => self.add_egress(member, family, position, all),
                }
            }
        }
        Ok(())
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "the position of one of two families"
    )]
    fn add_ingress(
        &mut self,
        member: EndpointIndex,
        family: Family,
        position: usize,
        all: &mut Vec<Exposure>,
    ) -> Result<(), Error> {
        let endpoint = self.topology.endpoint(member);
        let mut open: Vec<PacketBox> = Vec::new();
        let mut settled: Vec<PacketBox> = Vec::new();
        let mut idle = Vec::new();
        let mut all_open = false;
        let mut named_by = None;
        let mut push = |verdict, via, rows: &[Arc<Row>]| {
            all.extend(rows.iter().map(|row| Exposure {
                interface: member,
                direction: Direction::Ingress,
                verdict,
                via,
                row: Arc::clone(row),
            }));
        };
        for (via, path) in endpoint
            .paths
            .iter()
            .enumerate()
            .filter(|(_, path)| path.family == family)
        {
            let active = path.inactive.is_none() && endpoint.active;
            let verdict = if active {
                Verdict::Open
            } else {
                Verdict::Latent
            };
            if self.leaves_all(path) {
                if active {
                    push(verdict, Some(via), &self.rows[position]);
                    all_open = true;
                } else {
                    named_by = named_by.or(Some(via));
                }
                continue;
            }
            let admitted = self.along(member, path)?;
            let along = Finder::new(self.topology, self.class, &admitted, Direction::Ingress);
            if active || !path.judged_by_groups {
                push(verdict, Some(via), &along.rows[position]);
            }
            if family_of(path.destination) != family {
                push(Verdict::Unknown, Some(via), &along.doubtful[position]);
                continue;
            }
            if active {
                open.extend(admitted.passes.iter().copied());
                settled.extend(admitted.passes.iter().copied());
            } else if path.judged_by_groups {
                idle.push((via, along.rows[position].clone(), admitted.passes.clone()));
            }
            settled.extend(admitted.doubtful.iter().copied());
            push(Verdict::Unknown, Some(via), &along.doubtful[position]);
        }
        if addresses_in(endpoint, family).is_empty() {
            return Ok(());
        }
        let region = &endpoint.interface.region;
        let possible: Vec<Control> = endpoint
            .possible_paths
            .iter()
            .map(|listing| Control::Listing(region.clone(), *listing))
            .collect();
        if let Some(own) = addresses_in(endpoint, family).first()
            && endpoint.may_be_cut_through(family)
        {
            let admitted = self.along(member, &Path::cut_through(*own, self.internet))?;
            let past_acl = admitted.passes.iter().chain(&admitted.doubtful);
            let past_acl: Vec<_> = past_acl.copied().collect();
            let known = PacketSet::from_boxes(&open)?;
            let past_acl = PacketSet::from_boxes(&past_acl)?.difference(&known)?;
            let past_acl = if all_open {
                let own = PacketSet::from_boxes(&self.admitted.passes)?;
                past_acl.difference(&own)?
            } else {
                past_acl
            };
            let boxes = past_acl.boxes();
            settled.extend(boxes.iter().copied());
            push(Verdict::Unknown, None, &self.unknown_rows(boxes, &possible));
        }
        if !all_open {
            // What an idle path carries is latent by it, unless another path may not have been read.
            if possible.is_empty() && named_by.is_none() {
                for (via, rows, carried) in idle {
                    push(Verdict::Latent, Some(via), &rows);
                    settled.extend(carried);
                }
            }
            let rows = if settled.is_empty() && possible.is_empty() {
                self.rows[position].clone()
            } else {
                let own = self
                    .admitted
                    .passes
                    .iter()
                    .filter(|one| one.family == family)
                    .copied();
                let left = PacketSet::from_boxes(&own.collect::<Vec<_>>())?
                    .difference(&PacketSet::from_boxes(&settled)?)?;
                self.rows_of(left.boxes(), &possible)
            };
            let verdict = if possible.is_empty() {
                Verdict::Latent
            } else {
                Verdict::Unknown
            };
            push(verdict, named_by.filter(|_| possible.is_empty()), &rows);
        }
        if open.is_empty() || self.doubtful[position].is_empty() {
            push(Verdict::Unknown, None, &self.doubtful[position]);
        } else {
            let doubtful = self.admitted.doubtful.iter();
            let doubtful: Vec<_> = doubtful
                .filter(|one| one.family == family)
                .copied()
                .collect();
            let left = PacketSet::from_boxes(&doubtful)?
                .difference(&PacketSet::from_boxes(&open)?)?
                .boxes();
            push(
                Verdict::Unknown,
                None,
                &self.unknown_rows(left, &self.admitted.unread),
            );
        }
        if endpoint
            .possible_paths
            .iter()
            .any(|listing| is_balancer(*listing))
        {
            let known = self
                .admitted
                .passes
                .iter()
                .chain(&self.admitted.doubtful)
                .chain(&open);
            let known = PacketSet::from_boxes(&known.copied().collect::<Vec<_>>())?;
            let ranges = self.internet.addresses(family).iter();
            let everything = ranges.map(|range| with_peer(Direction::Ingress, family, *range));
            let everything: Vec<PacketBox> = if self.class.by_address {
                let own = own_side(self.topology, member, Direction::Ingress);
                let parts =
                    everything.flat_map(|one| own.iter().filter_map(move |own| one.intersect(own)));
                parts.collect()
            } else {
                everything.collect()
            };
            let rest = PacketSet::from_boxes(&everything)?.difference(&known)?;
            push(
                Verdict::Unknown,
                None,
                &self.unknown_rows(rest.boxes(), &possible),
            );
        }
        Ok(())
    }

    #[expect(
        clippy::indexing_slicing,
        reason = "the position of one of two families"
    )]
    fn add_egress(
        &mut self,
        member: EndpointIndex,
        family: Family,
        position: usize,
        all: &mut Vec<Exposure>,
    ) {
        let endpoint = self.topology.endpoint(member);
        if addresses_in(endpoint, family).is_empty() {
            return;
        }
        let mut push = |verdict, rows: &[Arc<Row>]| {
            all.extend(rows.iter().map(|row| Exposure {
                interface: member,
                direction: Direction::Egress,
                verdict,
                via: None,
                row: Arc::clone(row),
            }));
        };
        let outbound: Vec<_> = endpoint
            .outbound
            .iter()
            .filter(|out| out.family == family)
            .collect();
        if !endpoint.active || outbound.is_empty() {
            push(Verdict::Latent, &self.rows[position]);
        } else if outbound
            .iter()
            .any(|out| *out.destinations == *self.internet.addresses(family))
        {
            push(Verdict::Open, &self.rows[position]);
        } else {
            let led: Vec<_> = outbound
                .iter()
                .flat_map(|out| out.destinations.iter().copied())
                .collect();
            let led = crate::ranges::normalise(led);
            let boxes = self
                .admitted
                .passes
                .iter()
                .filter(|one| one.family == family);
            let rest = crate::ranges::subtract(self.internet.addresses(family), &led);
            let towards = |ranges: &[Interval<u128>]| {
                let parts = boxes.clone().flat_map(|one| {
                    ranges.iter().filter_map(|range| {
                        one.intersect(&with_peer(Direction::Egress, family, *range))
                    })
                });
                self.rows_of(parts.collect(), &[])
            };
            push(Verdict::Open, &towards(&led));
            push(Verdict::Latent, &towards(&rest));
        }
        push(Verdict::Unknown, &self.doubtful[position]);
    }

    /// True if a path takes nothing away from what the filters admit.
    fn leaves_all(&self, path: &Path) -> bool {
        path.judged_by_groups
            && path.judged_by_acl
            && !self.class.by_address
            && path.protocol.is_none()
            && path.ports == Interval::all()
            && *path.sources.read == *self.internet.addresses(path.family)
            && path.sources.unread.is_empty()
    }

    /// What a path brings, by the filters on its way.
    fn along(&self, member: EndpointIndex, path: &Path) -> Result<Admitted, Error> {
        let space = PacketSpace::new(FieldOrder::HOUSE, Budget::default());
        let scope = if path.judged_by_groups {
            Scope::Internet(Arc::new(self.internet.clone()))
        } else {
            Scope::Everything
        };
        let mut filters = Filters::new(self.topology, space, Direction::Ingress, scope);
        filters.from_outside = true;
        along_path(&mut filters, self.class, member, path)
    }

    /// Rows of packets that the filters admit.
    fn rows_of(&self, boxes: Vec<PacketBox>, unread: &[Control]) -> Vec<Arc<Row>> {
        let make = |slice: Slice| {
            let exact = part_of(&boxes, &slice);
            let causes = self.causes.iter().filter_map(|(cause, opened)| {
                let meets = |one: &Slice| one.intersect(&slice);
                let opened: Vec<Slice> = opened.iter().filter_map(meets).collect();
                (!opened.is_empty()).then(|| self.part(cause.clone(), opened))
            });
            let causes: Vec<CausePart> = causes.collect();
            let mut unread = unread.to_vec();
            if !overlapping(&self.admitted.unconfirmed, &exact).is_empty() {
                unread.extend(self.admitted.unread.iter().cloned());
            }
            let reply = self.reply_of(&exact);
            self.row(slice, exact, causes, unread, reply)
        };
        slices(&boxes, self.direction)
            .into_iter()
            .map(make)
            .collect()
    }

    fn part(&self, cause: Cause, opened: Vec<Slice>) -> CausePart {
        let family = opened.first().map_or(Family::V4, |slice| slice.family);
        let peers = opened.iter().flat_map(|slice| slice.peers.iter().copied());
        let peers = crate::ranges::normalise(peers.collect());
        CausePart {
            cause,
            share: self.internet.share(family, &peers),
            breadth: self.internet.breadth(family, &peers),
            peers,
            ports: join_ports(opened.into_iter().flat_map(|slice| slice.ports).collect()),
        }
    }

    /// Rows of packets that only what was not read could admit.
    fn unknown_rows(&self, boxes: Vec<PacketBox>, unread: &[Control]) -> Vec<Arc<Row>> {
        let make = |slice: Slice| {
            let exact = part_of(&boxes, &slice);
            self.row(slice, exact, Vec::new(), unread.to_vec(), Reply::Passes)
        };
        slices(&boxes, self.direction)
            .into_iter()
            .map(make)
            .collect()
    }

    fn row(
        &self,
        slice: Slice,
        boxes: Vec<PacketBox>,
        causes: Vec<CausePart>,
        unread: Vec<Control>,
        reply: Reply,
    ) -> Arc<Row> {
        let share = self.internet.share(slice.family, &slice.peers);
        let breadth = self.internet.breadth(slice.family, &slice.peers);
        Arc::new(Row {
            slice,
            boxes,
            share,
            breadth,
            causes,
            unread,
            reply,
        })
    }

    fn reply_of(&self, exact: &[PacketBox]) -> Reply {
        let blocked = overlapping(&self.admitted.reply_blocked, exact);
        if blocked.is_empty() {
            return Reply::Passes;
        }
        let whole = PacketSet::from_boxes(exact);
        let blocked = PacketSet::from_boxes(&blocked);
        match (whole, blocked) {
            (Ok(whole), Ok(blocked)) if whole.is_subset(&blocked) == Ok(true) => Reply::Blocked,
            _ => Reply::PartlyBlocked,
        }
    }
}

/// The part of boxes that a slice of them lists: its protocols and ports; the peers follow.
fn part_of(boxes: &[PacketBox], slice: &Slice) -> Vec<PacketBox> {
    let every_port = [Interval::all()];
    let ports = if slice.ports.is_empty() {
        &every_port[..]
    } else {
        &slice.ports
    };
    let mut part = Vec::new();
    for protocol in slice.protocols.ranges() {
        for one in boxes.iter().filter(|one| one.family == slice.family) {
            let Some(protocol) = one.protocol.intersect(protocol) else {
                continue;
            };
            for ports in ports {
                if let Some(destination_port) = one.destination_port.intersect(*ports) {
                    part.push(PacketBox {
                        protocol,
                        destination_port,
                        ..*one
                    });
                }
            }
        }
    }
    part
}

fn overlapping(left: &[PacketBox], right: &[PacketBox]) -> Vec<PacketBox> {
    left.iter()
        .flat_map(|one| right.iter().filter_map(|other| one.intersect(other)))
        .collect()
}

/// Addresses of one family, those that speak for the interface first.
fn addresses_in(endpoint: &Endpoint, family: Family) -> Vec<IpAddr> {
    match family {
        Family::V4 => {
            let private = endpoint.interface.private.iter();
            private.map(|private| private.address.into()).collect()
        }
        Family::V6 => {
            let mut ipv6: Vec<_> = endpoint.interface.ipv6.iter().collect();
            ipv6.sort_by_key(|ipv6| ipv6.internet != Some(true));
            ipv6.into_iter().map(|ipv6| ipv6.address.into()).collect()
        }
    }
}

fn is_balancer(listing: Listing) -> bool {
    matches!(
        listing,
        Listing::ClassicBalancers | Listing::ApplicationBalancers | Listing::NetworkBalancers
    )
}

fn opposite(direction: Direction) -> Direction {
    match direction {
        Direction::Ingress => Direction::Egress,
        Direction::Egress => Direction::Ingress,
    }
}
