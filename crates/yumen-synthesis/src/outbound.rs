//! Drops packets that leave.

use ipnet::IpNet;
use yumen_cloud::{Action, Direction, Id, Peer, PortMatch, ProtocolMatch, Rule};
use yumen_packets::{PacketBox, PacketSet};
use yumen_reach::{Topology, rule_boxes};

use crate::cover::{Inexpressible, cover};
use crate::frame::Frame;
use crate::narrowing::{added, applied, named, room};
use crate::plan::{Limits, Plan, Refusal};
use crate::stage::{Stage, leaf};

/// No rule comes before a drop of this priority.
const FIRST_PRIORITY: u16 = 1;

/// A protocol with ports.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Service {
    /// The protocol
    pub protocol: ProtocolMatch,
    /// Destination ports; [`PortMatch::Any`] for protocols without
    pub ports: PortMatch,
}

/// Packets that members of a group shall not send any more.
#[derive(Clone, Copy, Debug)]
pub struct OutboundDrop<'a> {
    /// The group
    pub group: &'a Id,
    /// Protocols and ports
    pub services: &'a [Service],
    /// Where such packets shall not go
    pub to: &'a [IpNet],
    /// Where they may go all the same
    pub keep: &'a [IpNet],
    /// Packets that may be dropped too where that makes rules fewer
    pub expendable: &'a PacketSet,
    /// Description of the new rules
    pub description: &'a str,
}

/// The fewest rules of the first priority that drop exactly some packets that leave.
///
/// Drops win at a tie, so networks to keep are cut out of the rules' networks.
///
/// # Errors
/// There is no such group, rules cannot say it, or there is no room for so many.
pub fn drop_outbound(
    topology: &Topology,
    outbound: &OutboundDrop<'_>,
    limits: Limits,
) -> Result<Plan, Refusal> {
    let group = topology
        .group(outbound.group)
        .ok_or_else(|| Refusal::NoSuchGroup(outbound.group.clone()))?;
    let template = Rule {
        id: group.id.clone(),
        direction: Direction::Egress,
        action: Action::Drop,
        priority: FIRST_PRIORITY,
        protocol: ProtocolMatch::All,
        ports: PortMatch::Any,
        source_ports: PortMatch::Any,
        peer: Peer::Anywhere,
        local: None,
        uncertain: false,
        description: outbound.description.to_owned(),
        created_at: None,
        place: yumen_diagnostics::Place::default(),
    };
    let mut stage = Stage::new(topology, group, Direction::Egress)?;
    let boxes = |networks: &[IpNet]| -> Vec<PacketBox> {
        let rules = networks.iter().flat_map(|network| {
            outbound.services.iter().map(|service| Rule {
                protocol: service.protocol,
                ports: service.ports.clone(),
                peer: Peer::Network(*network),
                ..template.clone()
            })
        });
        rules
            .flat_map(|rule| rule_boxes(topology, group.vpc.as_ref(), &rule).read)
            .collect()
    };
    let wanted = stage.space.union_of(&boxes(outbound.to))?;
    let kept = stage.space.union_of(&boxes(outbound.keep))?;
    let close = stage.minus(wanted, kept)?;
    let expendable = stage.space.load(outbound.expendable)?;
    let expendable = stage.minus(expendable, kept)?;

    let present = stage.rules().filter(|rule| leaf(rule) == leaf(&template));
    let present = stage.matched(present)?;
    let required = stage.minus(close, present)?;
    let required = stage.minus(required, expendable)?;
    let allowed = stage.either(close, expendable)?;
    let forbidden = stage.space.complement(allowed)?;
    let shapes = cover(
        &Frame::whole(Direction::Egress, None),
        &stage.space.plain_boxes(required)?,
        &stage.space.plain_boxes(forbidden)?,
        usize::MAX,
    );
    let inexpressible = |left| Refusal::Inexpressible {
        group: group.id.clone(),
        left,
    };
    let shapes = match shapes {
        Ok(shapes) => shapes,
        Err(Inexpressible::Packets(error)) => return Err(error.into()),
        Err(Inexpressible::Unsayable(left)) => return Err(inexpressible(left)),
        Err(Inexpressible::Entangled) => return Err(Refusal::Entangled(group.id.clone())),
    };
    let rules = named(
        group,
        shapes.iter().map(|shape| shape.rule(&template)).collect(),
    );
    let edits: Vec<_> = rules.iter().map(|rule| added(&group.id, rule)).collect();

    let after = applied(topology, group, &edits)?;
    let (needed, spare) = room(group, Direction::Egress, &after, limits);
    if needed > spare {
        return Err(Refusal::TooManyRules {
            group: group.id.clone(),
            needed,
            spare,
        });
    }
    let effect = stage.effect(&after)?;
    let beside = stage.minus(effect.closed, close)?;
    let dropped = stage
        .space
        .packets(effect.own, &|one| one == leaf(&template))?;
    let missed = stage.minus(close, dropped)?;
    let missed = stage.minus(missed, expendable)?;
    let strayed = stage.minus(beside, expendable)?;
    let wrong = stage.either(strayed, missed)?;
    let wrong = stage.either(wrong, effect.opened)?;
    if !stage.space.is_empty(wrong)? {
        return Err(inexpressible(stage.space.freeze(wrong)?));
    }
    Ok(Plan {
        edits,
        also_closed: stage.space.freeze(beside)?,
    })
}
