//! Addresses, ports and protocols as a person would write them.

use yumen_packets::{Family, Interval, cidrs_of};
use yumen_reach::Internet;

/// So many items are written out; the rest is counted.
const SHOWN: usize = 6;

/// The fewest networks that agree with some addresses wherever the Internet is concerned: all of
/// the Internet is `0.0.0.0/0`, although private addresses are no part of it.
#[must_use]
pub fn networks(internet: &Internet, family: Family, peers: &[Interval<u128>]) -> Vec<String> {
    let whole = internet.addresses(family);
    if peers == whole {
        return vec![everywhere(family).to_owned()];
    }
    let mut written = Vec::new();
    let mut rest = peers;
    while let Some(first) = rest.first() {
        let mut last = first;
        let mut taken = 1;
        for next in rest.iter().skip(1) {
            if !only_private_between(whole, last.high(), next.low()) {
                break;
            }
            last = next;
            taken += 1;
        }
        written.extend(fewest(
            whole,
            family,
            first.low(),
            last.high(),
            rest.get(..taken).unwrap_or(rest),
        ));
        rest = rest.get(taken..).unwrap_or_default();
    }
    written
}

/// All addresses of a family.
fn everywhere(family: Family) -> &'static str {
    match family {
        Family::V4 => "0.0.0.0/0",
        Family::V6 => "::/0",
    }
}

/// True if no Internet address lies strictly between two addresses.
fn only_private_between(whole: &[Interval<u128>], low: u128, high: u128) -> bool {
    whole
        .iter()
        .all(|range| range.high() <= low || range.low() >= high)
}

/// The fewest networks among the exact pieces, the whole span, and the span stretched over the
/// private addresses beside it.
fn fewest(
    whole: &[Interval<u128>],
    family: Family,
    low: u128,
    high: u128,
    exact: &[Interval<u128>],
) -> Vec<String> {
    let below = whole
        .iter()
        .map(|range| range.high())
        .filter(|end| *end < low)
        .max();
    let above = whole
        .iter()
        .map(|range| range.low())
        .filter(|start| *start > high)
        .min();
    let lowest = below.map_or(0, |end| end + 1);
    let top = match family {
        Family::V4 => u128::from(u32::MAX),
        Family::V6 => u128::MAX,
    };
    let highest = above.map_or(top, |start| start - 1);
    let as_text = |ranges: &[Interval<u128>]| -> Vec<String> {
        let cidrs = ranges.iter().flat_map(|range| cidrs_of(family, *range));
        cidrs
            .map(|(address, length)| format!("{address}/{length}"))
            .collect()
    };
    let mut candidates = vec![as_text(exact)];
    for (low, high) in [
        (low, high),
        (lowest, high),
        (low, highest),
        (lowest, highest),
    ] {
        candidates.extend(Interval::new(low, high).map(|span| as_text(&[span])));
    }
    candidates
        .into_iter()
        .min_by_key(Vec::len)
        .unwrap_or_default()
}

/// Ports as `22, 80, 8000-8999`; many are cut short with their number.
#[must_use]
pub fn ports(ranges: &[Interval<u16>]) -> String {
    let mut written: Vec<String> = ranges
        .iter()
        .take(SHOWN)
        .map(|range| {
            if range.low() == range.high() {
                range.low().to_string()
            } else {
                format!("{}-{}", range.low(), range.high())
            }
        })
        .collect();
    if ranges.len() > SHOWN {
        written.push(format!("… +{}", ranges.len() - SHOWN));
    }
    written.join(",")
}

/// A share as a percentage that never says 0 or 100 unless that is exact.
#[must_use]
pub fn percent(share: f64) -> String {
    let percent = share * 100.0;
    if share >= 1.0 {
        "100%".to_owned()
    } else if percent >= 99.95 {
        ">99.9%".to_owned()
    } else if percent >= 0.1 {
        format!("{percent:.1}%")
    } else {
        "<0.1%".to_owned()
    }
}

/// A share of checks as a percentage, rounded down so that only all of them are 100.
#[must_use]
pub fn rate(passed: usize, checks: usize) -> String {
    if checks == 0 {
        return "–".to_owned();
    }
    let permille = passed.saturating_mul(1_000) / checks;
    format!("{}.{}%", permille / 10, permille % 10)
}
