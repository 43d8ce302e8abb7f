//! Limits that a client keeps and a cloud enforces.
//!
//! Requests are counted per account, region and API in windows of one minute; what was throttled
//! in one minute is usable in the next. The vendor shows each account's figures in its quota
//! centre and publishes no table, so these are assumptions on the careful side. A client treats
//! them as where to begin and adapts to what it is told.

/// How long a window of the request limits is, in seconds.
pub const WINDOW_SECONDS: u64 = 60;

/// How far a request's time may be from the server's, in seconds.
pub const TIMESTAMP_WINDOW_SECONDS: u64 = 15 * 60;

/// Requests per window, account and region for an API. Products are named as on the command line
/// of the vendor (`ecs`, `vpc`, `slb` …).
#[must_use]
pub fn requests_per_window(product: &str, action: &str) -> u32 {
    match (product, action) {
        ("ecs", "DescribeSecurityGroupAttribute") => 1200,
        ("ecs", action) if is_read(action) => 600,
        ("vpc" | "slb" | "alb" | "nlb" | "vpcpeer" | "cbn", action) if is_read(action) => 600,
        ("actiontrail", "LookupEvents") => 120,
        (_, action) if is_read(action) => 300,
        _ => 200,
    }
}

/// True if an action only reads, by the vendor's naming.
#[must_use]
pub fn is_read(action: &str) -> bool {
    ["Describe", "List", "Get", "Lookup"]
        .iter()
        .any(|prefix| action.starts_with(prefix))
}

/// Highest and lowest priority of a rule that may be added.
pub const PRIORITIES: std::ops::RangeInclusive<u16> = 1..=100;

/// Rules of both directions that the groups of one interface may have together.
pub const RULES_PER_INTERFACE: usize = 1000;

/// Groups of one interface.
pub const GROUPS_PER_INTERFACE: usize = 10;

/// Other groups that a basic group's rules may name.
pub const GROUP_RULES: usize = 20;

/// Rules in one request.
pub const RULES_PER_REQUEST: usize = 100;

/// Private addresses in a basic group, and in an advanced one.
pub const MEMBERS: (usize, usize) = (6000, 65_536);

/// Entries of a network ACL in one direction and family.
pub const ACL_ENTRIES: usize = 20;

/// DNAT entries of a table.
pub const FORWARD_ENTRIES: usize = 100;

/// Access lists of one listener of a classic load balancer, and entries of one list.
pub const LISTENER_ACLS: (usize, usize) = (3, 1000);

/// Tags of one resource.
pub const TAGS: usize = 20;
