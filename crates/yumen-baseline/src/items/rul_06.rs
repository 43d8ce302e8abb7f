//! RUL-06: a public source is wider than allowed.

use yumen_cloud::{Action, Direction, Rule, SecurityGroup};
use yumen_packets::{Family, Interval, PacketBox, PacketSet, cidrs_of};
use yumen_reach::{Fate, intersect_ranges, join_ranges, rule_boxes};

use super::prelude::*;
use super::{exp_13, fact, rules};

pub(super) const ITEM: Item = Item {
    id: ItemId("RUL-06"),
    severity: Severity::Medium,
    fix: FixKind::Narrow,
    english: include_str!("rul_06.en.md"),
    chinese: include_str!("rul_06.zh.md"),
    judge,
};

fn judge(estate: &Estate<'_>) -> Result<Outcome, Error> {
    let (mut checked, mut findings) = (0, Vec::new());
    for judged in estate.found.fates {
        let Some((group, rule)) = rules::rule_of(estate, judged) else {
            continue;
        };
        let decides = matches!(judged.fate, Fate::Effective | Fate::Redundant);
        if judged.direction != Direction::Ingress || rule.action != Action::Accept || !decides {
            continue;
        }
        checked += 1;
        if let Some(widest) = widest(estate, group, rule)? {
            let message = Message::new("found-wide-source")
                .with("name", fact::named(&group.name, &group.id))
                .with("rule", rule.id.to_string())
                .with("source", widest);
            findings.push(rules::finding(&ITEM, group, rule, message));
        }
    }
    findings.extend(fact::unread_groups(estate, &ITEM));
    Ok(Outcome::of(checked, findings))
}

/// The widest block of the Internet that a rule lets in to something that nobody declared, if one
/// is wider than allowed.
fn widest(
    estate: &Estate<'_>,
    group: &SecurityGroup,
    rule: &Rule,
) -> Result<Option<String>, Error> {
    let topology = estate.topology();
    let boxes = rule_boxes(topology, group.vpc.as_ref(), rule).read;
    if !may_be_wide(estate, &boxes) {
        return Ok(None);
    }
    let declared = exp_13::declared_by_all(estate, &group.id)?;
    let matched = PacketSet::from_boxes(&boxes)?.difference(&declared)?;
    let internet = topology.internet_of(group.vpc.as_ref());
    let limits = &estate.settings.limits;
    for (family, allowed) in [
        (Family::V4, limits.prefix_length),
        (Family::V6, limits.prefix_length_v6),
    ] {
        // The Internet is full of holes: what is said is the block that the rule names.
        for source in matched.project(family, yumen_packets::Field::Source) {
            let public = intersect_ranges(internet.addresses(family), &[source]);
            let blocks = public.into_iter().flat_map(|range| cidrs_of(family, range));
            let shortest = blocks.map(|(_, length)| length).min();
            if shortest.is_some_and(|length| length < allowed) {
                let named = cidrs_of(family, source);
                let widest = named.iter().min_by_key(|(_, length)| *length);
                return Ok(widest.map(|(address, length)| format!("{address}/{length}")));
            }
        }
    }
    Ok(None)
}

/// False if the sources of a rule hold no block as wide as matters, whatever its packets are.
fn may_be_wide(estate: &Estate<'_>, boxes: &[PacketBox]) -> bool {
    let limits = &estate.settings.limits;
    for (family, bits, allowed) in [
        (Family::V4, 32, limits.prefix_length),
        (Family::V6, 128, limits.prefix_length_v6),
    ] {
        let own = boxes.iter().filter(|one| one.family == family);
        let sources = join_ranges(own.map(|one| one.source).collect());
        let host_bits = u32::from(bits - allowed);
        let wide = |range: &Interval<u128>| (range.high() - range.low()) >> host_bits.min(127) > 0;
        if sources.iter().any(wide) {
            return true;
        }
    }
    false
}
