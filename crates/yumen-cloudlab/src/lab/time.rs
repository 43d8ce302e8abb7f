//! Times as the vendor writes them.

use jiff::Timestamp;

/// `2026-03-18T02:30:00Z`; milliseconds since 1970 in.
pub(crate) fn iso(milliseconds: u64) -> String {
    let seconds = i64::try_from(milliseconds / 1000).unwrap_or(i64::MAX);
    let time = Timestamp::from_second(seconds).unwrap_or(Timestamp::MAX);
    time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}
