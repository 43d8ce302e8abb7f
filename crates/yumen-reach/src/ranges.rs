//! Sorted, disjoint lists of address or port ranges.

use yumen_packets::Interval;

/// Sorts ranges and joins those that overlap or touch.
#[must_use]
pub fn normalise(mut ranges: Vec<Interval<u128>>) -> Vec<Interval<u128>> {
    ranges.sort_unstable();
    let mut joined: Vec<Interval<u128>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        if let Some(last) = joined.last_mut()
            && last
                .high()
                .checked_add(1)
                .is_none_or(|next| range.low() <= next)
        {
            if range.high() > last.high()
                && let Some(longer) = Interval::new(last.low(), range.high())
            {
                *last = longer;
            }
            continue;
        }
        joined.push(range);
    }
    joined
}

/// What is in both of two normalised lists.
#[must_use]
pub fn intersect(left: &[Interval<u128>], right: &[Interval<u128>]) -> Vec<Interval<u128>> {
    let mut both = Vec::new();
    let (mut lefts, mut rights) = (left.iter().peekable(), right.iter().peekable());
    while let (Some(a), Some(b)) = (lefts.peek(), rights.peek()) {
        both.extend(a.intersect(**b));
        if a.high() < b.high() {
            lefts.next();
        } else {
            rights.next();
        }
    }
    both
}

/// What is in the first of two normalised lists and not in the second.
#[must_use]
pub fn subtract(from: &[Interval<u128>], taken: &[Interval<u128>]) -> Vec<Interval<u128>> {
    let mut left = Vec::new();
    for range in from {
        let mut low = Some(range.low());
        for cut in taken
            .iter()
            .filter(|cut| cut.low() <= range.high() && cut.high() >= range.low())
        {
            if let Some(start) = low
                && cut.low() > start
                && let Some(piece) = Interval::new(start, cut.low() - 1)
            {
                left.push(piece);
            }
            low = cut.high().checked_add(1);
        }
        left.extend(low.and_then(|start| Interval::new(start, range.high())));
    }
    left
}

/// How many numbers a normalised list holds, as near as a float comes; the list of everything
/// has 2^128.
pub(crate) fn size(ranges: &[Interval<u128>]) -> f64 {
    ranges
        .iter()
        .map(|range| (range.high() - range.low()) as f64 + 1.0)
        .sum()
}

/// How many numbers a normalised list holds, or `None` from 2^128 on.
pub(crate) fn exact_size(ranges: &[Interval<u128>]) -> Option<u128> {
    ranges.iter().try_fold(0_u128, |sum, range| {
        sum.checked_add((range.high() - range.low()).checked_add(1)?)
    })
}

/// Sorts port ranges and joins those that overlap or touch.
#[must_use]
pub fn join_ports(mut ranges: Vec<Interval<u16>>) -> Vec<Interval<u16>> {
    ranges.sort_unstable();
    let mut joined: Vec<Interval<u16>> = Vec::with_capacity(ranges.len());
    for range in ranges {
        if let Some(last) = joined.last_mut()
            && u32::from(range.low()) <= u32::from(last.high()) + 1
        {
            if let Some(longer) = Interval::new(last.low(), last.high().max(range.high())) {
                *last = longer;
            }
            continue;
        }
        joined.push(range);
    }
    joined
}
