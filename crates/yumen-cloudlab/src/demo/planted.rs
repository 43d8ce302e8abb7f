//! What is planted in the demo estate, with the truth an audit must find.

use super::groups::{group_id, rule_id};
use super::planted_fates::{FATES, OTHERS, TEST_GROUPS};
use super::planted_rows::EXPOSURES;
use super::servers::{eip_id, instance_id, interface_id};
use super::{HANGZHOU, networks};
use crate::identifier::id;

/// What is true of something planted.
#[derive(Clone, Copy, Debug, Eq, Ord, PartialEq, PartialOrd)]
pub enum Expect {
    /// Open to the world.
    Open,
    /// Open to the world, and a stateless network ACL stops the reply.
    OpenReplyBlocked,
    /// Open to named addresses only, on purpose.
    Named,
    /// The rules allow it, no path leads there today.
    Latent,
    /// Not reachable.
    Closed,
    /// Reachable by a known neighbour in a connected network.
    Lateral,
    /// The rules allow a connected network whose members are not known.
    Unknown,
    /// A rule never decides: earlier rules of the same outcome decide all it covers.
    Shadowed,
    /// A rule decides nothing that its equals in priority would not decide likewise.
    Redundant,
    /// A rule never decides: others, with the opposite outcome, decide all it covers.
    Contradicted,
    /// A rule names a group that does not exist.
    Dangling,
    /// No interface has the group.
    Unattached,
    /// Paid for and bound to nothing.
    Unused,
    /// No rule was touched in the three months before [`DEMO_COLLECTED_AT`](crate::DEMO_COLLECTED_AT).
    Stale,
    /// No flow log watches it.
    Unlogged,
    /// What is logged is kept for less than six months.
    ShortKept,
    /// It records the calls of one region only.
    PartlyRecorded,
    /// A rule's description says a day after which it should be gone, and the day is past.
    Expired,
    /// A rule says nothing about itself.
    Undescribed,
    /// A group that the provider made by itself, in use.
    ProviderMade,
    /// An instance lacks a tag that the others have.
    Untagged,
    /// It speaks HTTP without sending the client on to HTTPS.
    PlainHttp,
    /// It agrees to a version of TLS before 1.2.
    OldTls,
}

impl Expect {
    /// The word used in the documentation.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Expect::Open => "open",
            Expect::OpenReplyBlocked => "open, reply blocked",
            Expect::Named => "named",
            Expect::Latent => "latent",
            Expect::Closed => "closed",
            Expect::Lateral => "lateral",
            Expect::Unknown => "unknown",
            Expect::Shadowed => "shadowed",
            Expect::Redundant => "redundant",
            Expect::Contradicted => "contradicted",
            Expect::Dangling => "dangling",
            Expect::Unattached => "unattached",
            Expect::Unused => "unused",
            Expect::Stale => "stale",
            Expect::Unlogged => "unlogged",
            Expect::ShortKept => "kept too short",
            Expect::PartlyRecorded => "one region only",
            Expect::Expired => "expired",
            Expect::Undescribed => "undescribed",
            Expect::ProviderMade => "made by the provider",
            Expect::Untagged => "untagged",
            Expect::PlainHttp => "plain HTTP",
            Expect::OldTls => "old TLS",
        }
    }
}

/// A packet, as the interface sees it, that shows a planted exposure.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Probe {
    /// Source address.
    pub source: &'static str,
    /// Id of the interface.
    pub interface: String,
    /// `tcp`, `udp`, `icmp` or `gre`.
    pub protocol: &'static str,
    /// Destination port at the interface; 0 where the protocol has none.
    pub port: u16,
}

/// One thing planted in the demo estate.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Planted {
    /// Stable name.
    pub id: String,
    /// What it is, in English.
    pub what_en: &'static str,
    /// What it is, in Chinese.
    pub what_zh: &'static str,
    /// Name of the resource that `resource` identifies; `group#n` is a group's n-th rule from 0.
    pub name: String,
    /// Id of the instance, group, rule, EIP, VPC or balancer that it is about, or the name of the
    /// trail or log store.
    pub resource: String,
    /// Ids of the rules or entries that cause it, or that decide instead of a rule.
    pub by: Vec<String>,
    /// The truth.
    pub expect: Expect,
    /// A packet that shows it, for exposures.
    pub probe: Option<Probe>,
}

/// A public address that belongs to nobody in the estate and is on none of its lists.
pub(super) const STRANGER: &str = "45.33.32.156";

/// The id of what a name stands for: `group#n` a rule, `sg-` a group, `i:` an instance, `eip:` an
/// EIP, `vpc-` a VPC, `fwd:` and `lsn:` entries, `db:` a database; trails and log stores have
/// names only.
fn resolve(name: &str) -> String {
    if let Some((group, index)) = name.split_once('#') {
        return rule_id(group, index.parse().unwrap_or(0));
    }
    match name.split_once(':') {
        Some(("eip", name)) => eip_id(HANGZHOU, name),
        Some(("fwd", name)) => id("fwd", HANGZHOU, name),
        Some(("lsn", name)) => id("lsn", HANGZHOU, name),
        Some(("acl", name)) => id("acl", HANGZHOU, name),
        Some(("lb", name)) => id("lb", HANGZHOU, name),
        Some(("nacl", name)) => id("nacl", HANGZHOU, name),
        Some(("db", name)) => id("rm", HANGZHOU, name),
        Some(("trail" | "store", name)) => name.to_owned(),
        _ if name.starts_with("sg-") => group_id(name),
        _ if name.starts_with("vpc-") => networks::vpc_id(name),
        _ => instance_id(name),
    }
}

fn plain(name: &str) -> String {
    name.split_once(':')
        .map_or(name, |(_, name)| name)
        .to_owned()
}

/// Everything planted, right and wrong, in the order of the documentation's table.
#[must_use]
pub fn planted() -> Vec<Planted> {
    let mut all = Vec::new();
    for row in EXPOSURES {
        all.push(Planted {
            id: row.id.to_owned(),
            what_en: row.en,
            what_zh: row.zh,
            name: row.server.to_owned(),
            resource: instance_id(row.server),
            by: row.by.iter().map(|name| resolve(name)).collect(),
            expect: row.expect,
            probe: Some(Probe {
                source: row.source,
                interface: if row.second {
                    id("eni", HANGZHOU, &format!("{}/1", row.server))
                } else {
                    interface_id(row.server)
                },
                protocol: row.protocol,
                port: row.port,
            }),
        });
    }
    for (number, (group, expect, en, zh)) in TEST_GROUPS.iter().enumerate() {
        all.push(Planted {
            id: format!("test-group-{:02}", number + 1),
            what_en: en,
            what_zh: zh,
            name: (*group).to_owned(),
            resource: group_id(group),
            by: vec![rule_id(group, 0)],
            expect: *expect,
            probe: None,
        });
    }
    for (id, expect, name, by, en, zh) in FATES.iter().chain(OTHERS) {
        all.push(Planted {
            id: (*id).to_owned(),
            what_en: en,
            what_zh: zh,
            name: plain(name),
            resource: resolve(name),
            by: by.iter().map(|name| resolve(name)).collect(),
            expect: *expect,
            probe: None,
        });
    }
    all
}
