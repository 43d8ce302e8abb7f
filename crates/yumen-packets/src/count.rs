//! Exact numbers of packets, beyond 128 bits.

use std::fmt;
use std::ops::Add;

/// An exact count of packets: up to 320 bits, where all IPv6 packets need some 289.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Count {
    /// Little end first.
    words: [u64; 5],
}

impl Count {
    /// No packets.
    pub const ZERO: Self = Self { words: [0; 5] };
    /// One packet.
    pub const ONE: Self = Self {
        words: [1, 0, 0, 0, 0],
    };

    /// Whether there is nothing.
    pub fn is_zero(&self) -> bool {
        self.words == [0; 5]
    }

    /// The count as a floating-point number, within a relative error of about 2^-50.
    pub fn as_f64(&self) -> f64 {
        self.words.iter().rev().fold(0.0, |sum, word| {
            sum * 18_446_744_073_709_551_616.0 + *word as f64
        })
    }

    /// This count divided by `whole`; 0 if both are zero, infinity if only `whole` is.
    pub fn ratio(&self, whole: &Self) -> f64 {
        if self.is_zero() {
            0.0
        } else {
            self.as_f64() / whole.as_f64()
        }
    }

    /// The number of values in an interval of numbers, which never is zero: `span` is one less.
    pub(crate) fn of_span(span: u128) -> Self {
        Self::from(span) + Self::ONE
    }

    /// The product. Counts within one universe never reach 320 bits, beyond which it saturates.
    pub(crate) fn times(self, other: Self) -> Self {
        let mut words = [0_u64; 5];
        for (shift, a) in self.words.into_iter().enumerate() {
            let mut carry = 0_u128;
            for (word, b) in words.iter_mut().skip(shift).zip(other.words) {
                let sum = u128::from(a) * u128::from(b) + u128::from(*word) + carry;
                *word = sum as u64;
                carry = sum >> 64;
            }
        }
        Self { words }
    }

    /// Quotient and remainder by a small number.
    fn divided(self, by: u64) -> (Self, u64) {
        let mut words = self.words;
        let mut rest = 0_u128;
        for word in words.iter_mut().rev() {
            let value = rest << 64 | u128::from(*word);
            *word = (value / u128::from(by)) as u64;
            rest = value % u128::from(by);
        }
        (Self { words }, rest as u64)
    }
}

impl From<u128> for Count {
    fn from(value: u128) -> Self {
        Self {
            words: [value as u64, (value >> 64) as u64, 0, 0, 0],
        }
    }
}

impl Add for Count {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        let mut words = self.words;
        let mut carry = false;
        for (word, more) in words.iter_mut().zip(other.words) {
            let (sum, over) = word.overflowing_add(more);
            let (sum, over_again) = sum.overflowing_add(u64::from(carry));
            *word = sum;
            carry = over || over_again;
        }
        Self { words }
    }
}

impl std::iter::Sum for Count {
    fn sum<I: Iterator<Item = Self>>(counts: I) -> Self {
        counts.fold(Self::ZERO, Add::add)
    }
}

impl PartialOrd for Count {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Count {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.words.iter().rev().cmp(other.words.iter().rev())
    }
}

impl fmt::Display for Count {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const GROUP: u64 = 10_000_000_000_000_000_000;
        let mut groups = Vec::new();
        let mut rest = *self;
        while !rest.is_zero() {
            let (quotient, group) = rest.divided(GROUP);
            groups.push(group);
            rest = quotient;
        }
        let mut digits = groups.pop().unwrap_or(0).to_string();
        for group in groups.iter().rev() {
            digits.push_str(&format!("{group:019}"));
        }
        f.pad_integral(true, "", &digits)
    }
}
