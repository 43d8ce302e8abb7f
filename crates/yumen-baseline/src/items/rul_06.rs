//! RUL-06: a public source is wider than allowed.

use yumen_cloud::{Action, Direction, Rule, SecurityGroup};
use yumen_packets::{Family, Interval, PacketBox, PacketSet, cidrs_of};
use yumen_reach::{Fate, address_of, join_ranges, rule_boxes};

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
    let web = exp_13::web_services();
    let mut declared: Vec<PacketBox> = Vec::new();
    let members = topology.members_of(&group.id);
    // What one member declares may be open at another; the first without it counts.
    if let Some(member) = members
        .iter()
        .min_by_key(|one| exp_13::declared(estate, **one, &web).len())
    {
        let services = exp_13::declared(estate, *member, &web);
        declared.extend(services.iter().flat_map(|service| service.boxes()));
    }
    let matched = PacketSet::from_boxes(&boxes)?;
    let matched = matched.difference(&PacketSet::from_boxes(&declared)?)?;
    let internet = topology.internet_of(group.vpc.as_ref());
    let limits = &estate.settings.limits;
    for (family, allowed) in [
        (Family::V4, limits.prefix_length),
        (Family::V6, limits.prefix_length_v6),
    ] {
        let whole = internet.addresses(family);
        let sources = matched.project(family, yumen_packets::Field::Source);
        let public: Vec<Interval<u128>> = sources
            .iter()
            .flat_map(|own| whole.iter().filter_map(|range| range.intersect(*own)))
            .collect();
        let widest = join_ranges(public)
            .into_iter()
            .flat_map(|range| cidrs_of(family, range))
            .min_by_key(|(address, length)| (*length, *address));
        if let Some((address, length)) = widest
            && length < allowed
        {
            // The Internet is what is left of everything: say what the user wrote.
            let shown = if length == 1 || length == 2 || length == 3 {
                match sources.first() {
                    Some(range) => {
                        let nets = cidrs_of(family, *range);
                        nets.first().map_or_else(
                            || format!("{address}/{length}"),
                            |(address, length)| format!("{address}/{length}"),
                        )
                    }
                    None => format!("{}/0", address_of(family, 0)),
                }
            } else {
                format!("{address}/{length}")
            };
            return Ok(Some(shown));
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
