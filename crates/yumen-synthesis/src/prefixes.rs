//! The fewest networks for some addresses.

use ipnet::IpNet;
use yumen_packets::{Family, Interval, cidrs_of};
use yumen_reach::address_of;

/// The fewest networks that hold all of the required addresses and none but allowed ones, in
/// order. Both lists are sorted and disjoint; a required address that is not allowed is left out.
///
/// Networks contain each other or are disjoint, so the largest allowed ones with something required
/// in them are the fewest.
pub(crate) fn fewest(
    family: Family,
    required: &[Interval<u128>],
    allowed: &[Interval<u128>],
) -> Vec<IpNet> {
    let mut found = Vec::new();
    let whole = Interval::new(0, family.last_address()).unwrap_or_else(Interval::all);
    descend(family, whole, required, allowed, &mut found);
    found
}

fn descend(
    family: Family,
    network: Interval<u128>,
    required: &[Interval<u128>],
    allowed: &[Interval<u128>],
    found: &mut Vec<IpNet>,
) {
    let (required, allowed) = (touching(required, network), touching(allowed, network));
    if required.is_empty() || allowed.is_empty() {
        return;
    }
    if allowed.iter().any(|range| range.covers(network)) {
        found.extend(networks_of(family, network));
        return;
    }
    let middle = network.low() + (network.high() - network.low()) / 2;
    let halves = [
        Interval::new(network.low(), middle),
        Interval::new(middle.saturating_add(1), network.high()),
    ];
    if network.low() < network.high() {
        for half in halves.into_iter().flatten() {
            descend(family, half, required, allowed, found);
        }
    }
}

/// The ranges of a sorted, disjoint list that have something in a network.
fn touching(ranges: &[Interval<u128>], network: Interval<u128>) -> &[Interval<u128>] {
    let from = ranges.partition_point(|range| range.high() < network.low());
    let to = ranges.partition_point(|range| range.low() <= network.high());
    ranges.get(from..to).unwrap_or_default()
}

/// The networks that together are a range.
pub(crate) fn networks_of(family: Family, range: Interval<u128>) -> Vec<IpNet> {
    cidrs_of(family, range)
        .into_iter()
        .filter_map(|(address, length)| IpNet::new(address, length).ok())
        .collect()
}

/// The smallest network that holds a range.
pub(crate) fn hull(family: Family, range: Interval<u128>) -> Option<IpNet> {
    let bits = u32::from(family.address_bits());
    let differing = u128::BITS - (range.low() ^ range.high()).leading_zeros();
    let length = u8::try_from(bits.checked_sub(differing)?).ok()?;
    IpNet::new(address_of(family, range.low()), length)
        .ok()
        .map(|network| network.trunc())
}

/// Sorts ranges and joins those that overlap or touch.
pub(crate) fn joined(mut ranges: Vec<Interval<u128>>) -> Vec<Interval<u128>> {
    ranges.sort_unstable();
    let mut joined: Vec<Interval<u128>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        let last = joined.last().copied();
        let longer = last
            .filter(|last| {
                last.high()
                    .checked_add(1)
                    .is_none_or(|next| range.low() <= next)
            })
            .and_then(|last| Interval::new(last.low(), last.high().max(range.high())));
        match longer {
            Some(longer) => {
                joined.pop();
                joined.push(longer);
            }
            None => joined.push(range),
        }
    }
    joined
}

#[cfg(test)]
mod tests {
    use super::*;

    fn range(low: u128, high: u128) -> Interval<u128> {
        Interval::new(low, high).unwrap()
    }

    #[test]
    fn what_is_allowed_makes_networks_fewer() {
        let required = [range(1, 1), range(3, 3)];
        let shown = |allowed: &[Interval<u128>]| -> Vec<String> {
            let found = fewest(Family::V4, &required, allowed);
            found.iter().map(ToString::to_string).collect()
        };
        assert_eq!(shown(&required), ["0.0.0.1/32", "0.0.0.3/32"]);
        assert_eq!(shown(&[range(0, 3)]), ["0.0.0.0/30"]);
        assert_eq!(shown(&[range(1, 3)]), ["0.0.0.1/32", "0.0.0.2/31"]);
    }

    #[test]
    fn a_hull_is_the_smallest_network() {
        let shown = |low, high| hull(Family::V4, range(low, high)).unwrap().to_string();
        assert_eq!(shown(5, 5), "0.0.0.5/32");
        assert_eq!(shown(5, 6), "0.0.0.4/30");
        assert_eq!(shown(0, u128::from(u32::MAX)), "0.0.0.0/0");
        let all = hull(Family::V6, Interval::all()).unwrap();
        assert_eq!(all.to_string(), "::/0");
    }
}
