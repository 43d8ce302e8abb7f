//! Bytes that hardly change, cut so that what did not change is the same piece again.
//!
//! Boundaries are chosen by content (a gear hash: Xia et al., "FastCDC", USENIX ATC 2016), so that
//! an insertion moves none but its own. What the vendor makes new with each answer, such as
//! `RequestId`, is cut out first and kept beside; putting it back gives every byte as it was.

/// Sizes of pieces, in bytes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sizes {
    least: usize,
    most: usize,
    mask: u64,
}

/// Pieces of vendor responses: about two KiB, some items of a list.
pub(crate) const CONTENT: Sizes = Sizes {
    least: 512,
    most: 16 * 1024,
    mask: 0x7ff << 40,
};

/// Pieces of lists of hashes, which do not compress.
pub(crate) const LIST: Sizes = Sizes {
    least: 256,
    most: 4096,
    mask: 0x1ff << 40,
};

/// Names of JSON members whose values are new each time.
const VOLATILE: &[&[u8]] = &[b"\"RequestId\"", b"\"collected_at\"", b"\"requests\""];

/// The longest value that is cut out.
const LONGEST_CUT: usize = 64;

/// Bytes that shift a boundary: 256 numbers without a pattern (splitmix64 from 0).
const GEAR: [u64; 256] = {
    let mut table = [0; 256];
    let mut state = 0_u64;
    let mut at = 0;
    while at < table.len() {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        #[expect(
            clippy::indexing_slicing,
            reason = "the loop ends at the table's length"
        )]
        {
            table[at] = mixed ^ (mixed >> 31);
        }
        at += 1;
    }
    table
};

/// Bytes in pieces; joined again they are the same bytes.
pub(crate) fn pieces(mut bytes: &[u8], sizes: Sizes) -> Vec<&[u8]> {
    let mut pieces = Vec::new();
    while !bytes.is_empty() {
        let (piece, rest) = bytes.split_at(length_of_first(bytes, sizes));
        pieces.push(piece);
        bytes = rest;
    }
    pieces
}

fn length_of_first(bytes: &[u8], sizes: Sizes) -> usize {
    let end = bytes.len().min(sizes.most);
    let mut hash = 0_u64;
    for (at, byte) in bytes.iter().enumerate().take(end).skip(sizes.least) {
        let gear = GEAR.get(usize::from(*byte)).copied().unwrap_or_default();
        hash = (hash << 1).wrapping_add(gear);
        if hash & sizes.mask == 0 {
            return at + 1;
        }
    }
    end
}

/// Cuts out what is new each time; gives what is left and the cuts.
pub(crate) fn cut(bytes: &[u8]) -> (Vec<u8>, Vec<u8>) {
    let (mut left, mut cuts) = (Vec::with_capacity(bytes.len()), Vec::new());
    let (mut at, mut copied, mut since) = (0, 0, 0);
    while let Some(found) = find(bytes, b'"', at) {
        at = found + 1;
        let Some((begin, end)) = volatile_value(bytes, found) else {
            continue;
        };
        left.extend(bytes.get(copied..begin).unwrap_or_default());
        push_number(&mut cuts, left.len() - since);
        push_value(&mut cuts, bytes.get(begin..end).unwrap_or_default());
        (copied, since, at) = (end, left.len(), end);
    }
    left.extend(bytes.get(copied..).unwrap_or_default());
    (left, cuts)
}

/// Puts cuts back; none if they do not belong to these bytes.
pub(crate) fn uncut(left: &[u8], mut cuts: &[u8]) -> Option<Vec<u8>> {
    let (mut bytes, mut at) = (Vec::with_capacity(left.len()), 0_usize);
    while !cuts.is_empty() {
        let distance = take_number(&mut cuts)?;
        let next = at.checked_add(distance)?;
        bytes.extend(left.get(at..next)?);
        take_value(&mut cuts, &mut bytes)?;
        at = next;
    }
    bytes.extend(left.get(at..)?);
    Some(bytes)
}

fn find(bytes: &[u8], wanted: u8, from: usize) -> Option<usize> {
    let rest = bytes.get(from..)?;
    let found = rest.iter().position(|byte| *byte == wanted)?;
    Some(from + found)
}

/// Where the value of a volatile member stands that begins here: a text without its quotes, or
/// a number.
fn volatile_value(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let rest = bytes.get(at..)?;
    let name = VOLATILE.iter().find(|name| rest.starts_with(name))?;
    let mut begin = at + name.len();
    let skip_space = |begin: &mut usize| {
        while bytes.get(*begin).is_some_and(u8::is_ascii_whitespace) {
            *begin += 1;
        }
    };
    skip_space(&mut begin);
    if bytes.get(begin) != Some(&b':') {
        return None;
    }
    begin += 1;
    skip_space(&mut begin);
    let is_text = bytes.get(begin) == Some(&b'"');
    begin += usize::from(is_text);
    let is_part = |byte: &&u8| {
        if is_text {
            !matches!(**byte, b'"' | b'\\')
        } else {
            byte.is_ascii_digit()
        }
    };
    let length = bytes.get(begin..)?.iter().take_while(is_part).count();
    (1..=LONGEST_CUT)
        .contains(&length)
        .then_some((begin, begin + length))
}

/// A value: its length and bytes, or the sixteen bytes of a UUID behind a zero.
fn push_value(out: &mut Vec<u8>, value: &[u8]) {
    match uuid(value) {
        Some(uuid) => {
            push_number(out, 0);
            out.extend(uuid);
        }
        None => {
            push_number(out, value.len());
            out.extend(value);
        }
    }
}

fn take_value(from: &mut &[u8], out: &mut Vec<u8>) -> Option<()> {
    let length = take_number(from)?;
    if length > 0 {
        out.extend(take(from, length)?);
        return Some(());
    }
    for (at, byte) in take(from, 16)?.iter().enumerate() {
        if matches!(at, 4 | 6 | 8 | 10) {
            out.push(b'-');
        }
        out.extend(format!("{byte:02X}").bytes());
    }
    Some(())
}

/// The bytes of a UUID in capitals, as the vendor writes them.
fn uuid(value: &[u8]) -> Option<[u8; 16]> {
    if value.len() != 36 {
        return None;
    }
    let mut uuid = [0; 16];
    let mut at = 0;
    for (place, slot) in uuid.iter_mut().enumerate() {
        if matches!(place, 4 | 6 | 8 | 10) {
            (value.get(at) == Some(&b'-')).then_some(())?;
            at += 1;
        }
        let digit = |byte: Option<&u8>| match byte {
            Some(digit @ b'0'..=b'9') => Some(digit - b'0'),
            Some(letter @ b'A'..=b'F') => Some(letter - b'A' + 10),
            _ => None,
        };
        *slot = digit(value.get(at))? * 16 + digit(value.get(at + 1))?;
        at += 2;
    }
    Some(uuid)
}

/// A number in as few bytes as it needs, seven bits each, the lowest first.
pub(crate) fn push_number(out: &mut Vec<u8>, mut number: usize) {
    while number >= 0x80 {
        out.push(low_bits(number) | 0x80);
        number >>= 7;
    }
    out.push(low_bits(number));
}

fn low_bits(number: usize) -> u8 {
    u8::try_from(number & 0x7f).unwrap_or_default()
}

pub(crate) fn take_number(from: &mut &[u8]) -> Option<usize> {
    let mut number = 0_usize;
    for shift in (0..usize::BITS).step_by(7) {
        let byte = *take(from, 1)?.first()?;
        number |= usize::from(byte & 0x7f).checked_shl(shift)?;
        if byte < 0x80 {
            return Some(number);
        }
    }
    None
}

pub(crate) fn take<'a>(from: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn response() -> impl Strategy<Value = Vec<u8>> {
        let part = prop_oneof![
            prop::collection::vec(any::<u8>(), 0..80),
            "[A-F0-9]{8}-[A-F0-9]{4}-[A-F0-9]{4}-[A-F0-9]{4}-[A-F0-9]{12}"
                .prop_map(|id| format!("{{\"RequestId\" : \"{id}\"}}").into_bytes()),
            "[a-f\"\\\\]{0,70}".prop_map(|id| format!("\"RequestId\":\"{id}\"").into_bytes()),
            Just(b"\"RequestId\"".to_vec()),
            Just(b"\"collected_at\": \"2026-11-25T00:00:00Z\",\"requests\": 17}".to_vec()),
        ];
        prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn cuts_are_put_back_exactly(bytes in response()) {
            let (left, cuts) = cut(&bytes);
            prop_assert_eq!(uncut(&left, &cuts), Some(bytes));
        }

        #[test]
        fn foreign_cuts_never_panic(
            left in response(), cuts in prop::collection::vec(any::<u8>(), 0..60)
        ) {
            let _ = uncut(&left, &cuts);
        }

        #[test]
        fn pieces_are_the_whole(bytes in prop::collection::vec(any::<u8>(), 0..60_000)) {
            for sizes in [CONTENT, LIST] {
                let pieces = pieces(&bytes, sizes);
                prop_assert_eq!(pieces.concat(), bytes.clone());
                let (last, others) = pieces.split_last().map_or((&[][..], &[][..]), |(l, o)| (*l, o));
                prop_assert!(last.len() <= sizes.most);
                prop_assert!(others.iter().all(|piece| (sizes.least..=sizes.most).contains(&piece.len())));
            }
        }

        #[test]
        fn numbers_are_read_back(number in any::<usize>()) {
            let mut bytes = Vec::new();
            push_number(&mut bytes, number);
            let mut rest = bytes.as_slice();
            prop_assert_eq!(take_number(&mut rest), Some(number));
            prop_assert!(rest.is_empty());
        }
    }

    #[test]
    fn two_answers_that_differ_in_their_ids_are_one() {
        let answer = |id: &str| format!("{{\"Items\": [1, 2], \"RequestId\": \"{id}\"}}\n");
        let first = cut(answer("0A1B2C3D-0000-1111-2222-333344445555").as_bytes());
        let second = cut(answer("FFFFFFFF-0000-1111-2222-333344445555").as_bytes());
        assert_eq!(first.0, second.0);
        // A distance, a zero and sixteen bytes.
        assert_eq!((first.1.len(), second.1.len()), (18, 18));
    }

    #[test]
    fn an_insertion_leaves_the_other_pieces_alone() {
        let bytes: Vec<u8> = (0..6_000_u32)
            .flat_map(|number| format!("{{\"item\": {number}}},\n").into_bytes())
            .collect();
        let mut changed = bytes.clone();
        changed.splice(50_000..50_000, *b"something new");
        let before = pieces(&bytes, CONTENT);
        let after = pieces(&changed, CONTENT);
        let new = after.iter().filter(|piece| !before.contains(piece)).count();
        assert!(before.len() > 20, "{}", before.len());
        assert!((1..=3).contains(&new), "{new} new pieces");
    }
}
