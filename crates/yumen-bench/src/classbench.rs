//! `ClassBench` filter sets: one rule a line, the first that matches wins.

use std::net::Ipv4Addr;

use yumen_packets::{Family, Interval, PacketBox, cidr_interval};

/// The number of a rule that permits, for [`actions`].
pub const PERMIT: u32 = 1;
/// The number of a rule that denies, for [`actions`].
pub const DENY: u32 = 0;

/// Reads a filter set: `@source/length destination/length low : high low : high protocol/mask
/// flags/mask`, the port ranges being source then destination; the flags are ignored.
///
/// # Errors
///
/// The first line that is not of this form, with its number.
pub fn parse(text: &str) -> Result<Vec<PacketBox>, String> {
    text.lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(at, line)| {
            rule(line).ok_or_else(|| format!("line {}: not a rule: `{line}`", at + 1))
        })
        .collect()
}

/// Rules with an action each, since the sets have none: permit or deny by a hash of the index.
pub fn actions(boxes: &[PacketBox]) -> Vec<(PacketBox, u32)> {
    boxes
        .iter()
        .zip(0_u32..)
        .map(|(part, index)| {
            let hash = index.wrapping_mul(0x9e37_79b9);
            (*part, if hash >> 31 == 1 { PERMIT } else { DENY })
        })
        .collect()
}

fn rule(line: &str) -> Option<PacketBox> {
    let words: Vec<&str> = line.strip_prefix('@')?.split_ascii_whitespace().collect();
    let [
        source,
        destination,
        s_low,
        ":",
        s_high,
        d_low,
        ":",
        d_high,
        protocol,
        ..,
    ] = words.as_slice()
    else {
        return None;
    };
    let (number, mask) = protocol.split_once('/')?;
    let (number, mask) = (hex(number)?, hex(mask)?);
    Some(PacketBox {
        family: Family::V4,
        protocol: match mask {
            0 => Interval::all(),
            0xff => Interval::single(number),
            _ => return None,
        },
        destination_port: Interval::new(d_low.parse().ok()?, d_high.parse().ok()?)?,
        source: prefix(source)?,
        destination: prefix(destination)?,
        source_port: Interval::new(s_low.parse().ok()?, s_high.parse().ok()?)?,
    })
}

fn prefix(text: &str) -> Option<Interval<u128>> {
    let (address, length) = text.split_once('/')?;
    cidr_interval(
        address.parse::<Ipv4Addr>().ok()?.into(),
        length.parse().ok()?,
    )
}

fn hex(text: &str) -> Option<u8> {
    u8::from_str_radix(text.strip_prefix("0x")?, 16).ok()
}
