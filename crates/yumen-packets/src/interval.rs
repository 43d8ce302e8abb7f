//! Inclusive intervals of one header field.

use std::fmt;

/// A field's value type: how wide it is and what follows a value.
///
/// Sealed in effect: implemented for the widths that a header has, `u8`, `u16` and `u128`.
pub trait Scalar: Copy + Ord + fmt::Debug + fmt::Display {
    /// The largest value of the type; the smallest is zero.
    const MAX: Self;
    /// Zero.
    const MIN: Self;
    /// The value after this one, `None` after the largest.
    fn after(self) -> Option<Self>;
}

macro_rules! scalar {
    ($($width:ty),*) => {$(
        impl Scalar for $width {
            const MAX: Self = <$width>::MAX;
            const MIN: Self = 0;
            fn after(self) -> Option<Self> {
                self.checked_add(1)
            }
        }
    )*};
}

scalar!(u8, u16, u128);

/// A non-empty interval, both ends included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Interval<T> {
    low: T,
    high: T,
}

impl<T: Scalar> Interval<T> {
    /// The interval from `low` to `high`, both included; `None` if `low` is above `high`.
    pub fn new(low: T, high: T) -> Option<Self> {
        (low <= high).then_some(Self { low, high })
    }

    /// The interval of one value.
    pub const fn single(value: T) -> Self {
        Self {
            low: value,
            high: value,
        }
    }

    /// Every value of the type.
    pub const fn all() -> Self {
        Self {
            low: T::MIN,
            high: T::MAX,
        }
    }

    /// The lowest value.
    pub const fn low(self) -> T {
        self.low
    }

    /// The highest value, included.
    pub const fn high(self) -> T {
        self.high
    }

    /// Whether `value` lies inside.
    pub fn contains(self, value: T) -> bool {
        self.low <= value && value <= self.high
    }

    /// Whether every value of `other` lies inside.
    pub fn covers(self, other: Self) -> bool {
        self.low <= other.low && other.high <= self.high
    }

    /// The values in both; `None` if there are none.
    pub fn intersect(self, other: Self) -> Option<Self> {
        Self::new(self.low.max(other.low), self.high.min(other.high))
    }

    /// Whether `self` ends directly before `other` begins.
    pub(crate) fn touches(self, other: Self) -> bool {
        self.high.after() == Some(other.low)
    }
}

impl<T: Scalar> fmt::Display for Interval<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.low == self.high {
            write!(f, "{}", self.low)
        } else {
            write!(f, "{}-{}", self.low, self.high)
        }
    }
}

impl<T: Scalar> fmt::Debug for Interval<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

/// Sorts and joins intervals that overlap or touch.
pub(crate) fn join<T: Scalar>(mut parts: Vec<Interval<T>>) -> Vec<Interval<T>> {
    parts.sort_unstable();
    let mut joined: Vec<Interval<T>> = Vec::with_capacity(parts.len());
    for part in parts {
        match joined.last_mut() {
            Some(last) if part.low <= last.high || last.touches(part) => {
                last.high = last.high.max(part.high);
            }
            _ => joined.push(part),
        }
    }
    joined
}
