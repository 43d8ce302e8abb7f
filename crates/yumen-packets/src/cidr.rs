//! Between address prefixes and intervals.

use std::net::IpAddr;

use crate::header::Family;
use crate::interval::Interval;
use crate::packet::{address, number};

/// The addresses that share the first `prefix_len` bits of `addr`; the other bits of `addr` do not
/// matter. `None` if the prefix is longer than the family's addresses.
pub fn cidr_interval(addr: IpAddr, prefix_len: u8) -> Option<Interval<u128>> {
    let (family, value) = number(addr);
    let host_bits = family.address_bits().checked_sub(prefix_len)?;
    let hosts = 1_u128
        .checked_shl(u32::from(host_bits))
        .map_or(u128::MAX, |size| size - 1);
    let low = value & !hosts;
    Interval::new(low, low | hosts)
}

/// The fewest prefixes that together hold exactly the addresses of `interval`, in order.
///
/// Addresses outside the family are left out.
pub fn cidrs_of(family: Family, interval: Interval<u128>) -> Vec<(IpAddr, u8)> {
    let high = interval.high().min(family.last_address());
    let mut low = interval.low();
    let mut prefixes = Vec::new();
    while low <= high {
        let mut host_bits = low.trailing_zeros().min(u32::from(family.address_bits()));
        let last = loop {
            let hosts = 1_u128
                .checked_shl(host_bits)
                .map_or(u128::MAX, |size| size - 1);
            if low | hosts <= high {
                break low | hosts;
            }
            host_bits -= 1;
        };
        let length = u32::from(family.address_bits()) - host_bits;
        prefixes.push((
            address(family, low),
            u8::try_from(length).unwrap_or(u8::MAX),
        ));
        match last.checked_add(1) {
            Some(next) => low = next,
            None => break,
        }
    }
    prefixes
}
