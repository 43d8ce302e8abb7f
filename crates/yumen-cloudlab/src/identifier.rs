//! Resource ids in the vendor's form, made from the resource's name.

use crate::random::{SplitMix64, hash};

/// The id of a resource: kind, the region's usual prefix, seventeen letters and digits.
///
/// The same kind, region and name always give the same id.
pub(crate) fn id(kind: &str, region: &str, name: &str) -> String {
    let prefix = match region {
        "cn-hangzhou" => "bp1",
        "cn-shanghai" => "uf6",
        _ => "2ze",
    };
    let mut stream =
        SplitMix64::new(hash(kind) ^ hash(region).rotate_left(17) ^ hash(name).rotate_left(31));
    let mut id = String::with_capacity(kind.len() + 21);
    id.push_str(kind);
    id.push('-');
    id.push_str(prefix);
    let mut bits = stream.next();
    for position in 0..17 {
        if position == 9 {
            bits = stream.next();
        }
        let digit = u32::try_from(bits % 36).unwrap_or(0);
        bits /= 36;
        id.push(char::from_digit(digit, 36).unwrap_or('0'));
    }
    id
}

/// A request id (the form of a UUID, upper case) for one page of one file.
pub(crate) fn request_id(path: &str, page: usize) -> String {
    let mut stream = SplitMix64::new(hash(path) ^ (page as u64));
    let (high, low) = (stream.next(), stream.next());
    format!(
        "{:08X}-{:04X}-5{:03X}-{:04X}-{:012X}",
        high >> 32,
        (high >> 16) & 0xffff,
        high & 0xfff,
        0x8000 | (low >> 48) & 0x3fff,
        low & 0xffff_ffff_ffff
    )
}

/// A token for the page after `page`, opaque as the vendor's are.
pub(crate) fn next_token(path: &str, page: usize) -> String {
    let mut stream = SplitMix64::new(hash(path).rotate_left(7) ^ (page as u64));
    format!("{:016x}{:016x}", stream.next(), stream.next())
}

/// A hardware address of the vendor's range for a resource of that id.
pub(crate) fn mac(id: &str) -> String {
    let bits = hash(id);
    format!(
        "00:16:3e:{:02x}:{:02x}:{:02x}",
        bits & 0xff,
        (bits >> 8) & 0xff,
        (bits >> 16) & 0xff
    )
}
