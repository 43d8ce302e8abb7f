//! Times as the vendor writes them.

use jiff::Timestamp;

/// `2026-03-18T02:30:00Z`; milliseconds since 1970 in.
pub(crate) fn iso(milliseconds: u64) -> String {
    timestamp(milliseconds)
        .strftime("%Y-%m-%dT%H:%M:%SZ")
        .to_string()
}

/// `Wed, 18 Mar 2026 02:30:00 GMT`, as HTTP headers have it.
pub(crate) fn http(milliseconds: u64) -> String {
    timestamp(milliseconds)
        .strftime("%a, %d %b %Y %H:%M:%S GMT")
        .to_string()
}

fn timestamp(milliseconds: u64) -> Timestamp {
    let seconds = i64::try_from(milliseconds / 1000).unwrap_or(i64::MAX);
    Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX)
}
